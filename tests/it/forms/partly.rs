//! Values that are known in part: a check fails only if every completion fails.

use super::{awaited, only};

/// Verdict and open parameters of an export with this parameter, `$X` standing for what is not known.
fn export(name: &str, value: &str) -> (String, Vec<String>) {
    let mut parameters =
        vec![("RegionId", "cn-hangzhou"), ("ImageId", "m-bp1abcdefghij"), ("OSSBucket", "example-bucket")];
    parameters.retain(|(known, _)| *known != name);
    parameters.push((name, value));
    let data: Vec<String> =
        parameters.iter().map(|(name, value)| format!(" --data-urlencode \"{name}={value}\"")).collect();
    let report = only(
        "curl",
        &format!("curl 'https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26'{}", data.concat()),
    );
    (report["verdict"].as_str().unwrap_or_default().to_owned(), awaited(&report))
}

#[test]
fn a_check_fails_only_if_every_completion_fails() {
    let long = "x".repeat(31);
    for (name, value, verdict) in [
        // Characters: a hyphen stays one.
        ("OSSPrefix", "img$X", "pass"),
        ("OSSPrefix", "img-$X", "reject"),
        ("OSSPrefix", "$X-img", "reject"),
        ("OSSPrefix", "a$X-b", "reject"),
        // Length: 1 to 30.
        ("OSSPrefix", &long[..30].to_owned().replacen("xx", "x${X}", 1), "pass"),
        ("OSSPrefix", &format!("{}${{X}}{}", &long[..15], &long[..16]), "reject"),
        // A region that begins so exists, or none does.
        ("RegionId", "cn-$X", "pass"),
        ("RegionId", "${X}hangzhou", "pass"),
        ("RegionId", "moon-$X", "reject"),
        ("RegionId", "cn-${X}-moon", "reject"),
        // Truth values.
        ("DryRun", "t$X", "pass"),
        ("DryRun", "x$X", "reject"),
    ] {
        let (found, open) = export(name, value);
        assert_eq!(found, verdict, "{name}={value}");
        assert_eq!(open.contains(&name.to_owned()), verdict == "pass", "{name}={value}: {open:?}");
    }
}

#[test]
fn the_detail_speaks_of_what_is_known() {
    let text = format!(
        "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou&ImageId=m-1&OSSBucket=example-bucket&OSSPrefix={}${{X}}",
        "x".repeat(31)
    );
    let report = only("url", &text);
    let detail = report["findings"][0]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("at least 31 characters") && detail.contains("30"), "{detail}");
    assert!(!report.to_string().contains('\u{fdd0}'));
}
