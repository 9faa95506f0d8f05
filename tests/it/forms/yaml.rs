//! Our own form as YAML.

use super::{awaited, data, finding, findings, only, read, recognised, texts};

#[test]
fn documents_and_lists_hold_requests() {
    let text = data("requests.yaml");
    assert_eq!(recognised("requests.yaml", &text), Some("yaml"));
    assert_eq!(recognised("", &text), Some("yaml"));
    let reports = read("yaml", &text);
    let all: Vec<_> = reports.iter().map(|report| findings(&text, report)).collect();
    assert_eq!(all[0], [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", "'it''s'")]);
    assert_eq!(
        (&reports[0]["request"]["id"], &reports[0]["request"]["edition"]),
        (&"weekly".into(), &"2021-03".into())
    );
    assert_eq!(all[1], [finding("OUT_OF_RANGE", "systemDiskSizeGB", "45")]);
    assert_eq!(all[2], [finding("InvalidParameter", "ImageIds.1", "7")]);
    assert_eq!(awaited(&reports[2]), ["RoleName"]);
    let problem = &reports[3]["problem"];
    assert_eq!((&problem["kind"], &problem["line"], &problem["column"]), (&"envelope".into(), &38.into(), &3.into()));
}

/// A request whose prefix is written so.
fn export(prefix: &str) -> String {
    format!(
        "provider: aliyun\noperation: ExportImage\nparams:\n  RegionId: cn-hangzhou\n  ImageId: m-bp1abcdefghij\n  \
         OSSBucket: example-bucket\n  OSSPrefix: {prefix}\n"
    )
}

#[test]
fn every_way_to_write_a_text_has_its_place() {
    for (written, raw) in [
        ("a-b", "a-b"),
        ("'a-b'", "'a-b'"),
        ("\"a-b\"", "\"a-b\""),
        ("\"a\\x2db\"", "\"a\\x2db\""),
        ("a-b # comment", "a-b"),
        ("!!str 4-2", "!!str 4-2"),
        ("长-a", "长-a"),
    ] {
        let text = export(written);
        assert_eq!(
            findings(&text, &only("yaml", &text)),
            [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", raw)],
            "{written}"
        );
    }
    let block = export("|-\n    a-b");
    assert!(findings(&block, &only("yaml", &block))[0].2.contains("a-b"));
}

#[test]
fn values_mean_what_yaml_says() {
    for (written, verdict, open) in [
        ("~", "pass", false),
        ("", "pass", false),
        ("null", "pass", false),
        ("40", "pass", false),
        ("0x1F", "pass", true),
        ("!mine x-y", "pass", true),
        ("yes", "pass", false),
        ("{a: b}", "pass", false),
    ] {
        let report = only("yaml", &export(written));
        assert_eq!(
            (report["verdict"].as_str(), awaited(&report).contains(&"OSSPrefix".to_owned())),
            (Some(verdict), open),
            "{written}"
        );
    }
}

#[test]
fn anchors_and_merged_maps() {
    let text = "- &base\n  provider: aliyun\n  operation: ExportImage\n  params: &params {RegionId: cn-hangzhou, ImageId: m-bp1abcdefghij, OSSBucket: example-bucket}\n- <<: *base\n  params:\n    <<: *params\n    OSSPrefix: a-b\n";
    let reports = read("yaml", text);
    assert_eq!(reports[0]["verdict"], "pass");
    assert_eq!(findings(text, &reports[1]), [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", "a-b")]);
}

#[test]
fn what_is_no_request_is_told() {
    for (text, kind, at) in [
        ("provider: aliyun\n", "envelope", (1, 1)),
        ("provider: aliyun\noperation: [x]\n", "envelope", (2, 12)),
        ("provider: aliyun\nprovider: aliyun\noperation: x\n", "envelope", (2, 1)),
        ("provider: a\noperation: b\nparams: []\n", "envelope", (3, 9)),
        ("provider: a\noperation: b\nparams: {x: 1}\nunknown: [x]\n", "envelope", (4, 11)),
        ("- text\n", "envelope", (1, 3)),
        ("provider: [\n", "syntax", (2, 1)),
    ] {
        let report = only("yaml", text);
        let problem = &report["problem"];
        let place = (problem["line"].as_u64(), problem["column"].as_u64());
        assert_eq!((problem["kind"].as_str(), place), (Some(kind), (Some(at.0), Some(at.1))), "{text}: {problem}");
    }
    let deep = format!("provider: a\noperation: b\nparams: {}\n", "[".repeat(100));
    assert_eq!(only("yaml", &deep)["problem"]["kind"], "limit");
    let laughs: String =
        (0..40).map(|level| format!("- &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "))).collect();
    let laughs = laughs.replace("*a-1", "x");
    assert!(read("yaml", &laughs).iter().any(|report| report["problem"]["kind"] == "limit"));
}

#[test]
fn duplicates_in_parameters_are_not_known() {
    let report = only("yaml", &format!("{}  OSSPrefix: other\n", export("a-b")));
    assert_eq!(texts(&report, "warnings", "kind"), ["duplicate-parameter"]);
}
