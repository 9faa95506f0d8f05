//! The form changes only places: the same parameters lead to the same report in every form.

use preflint::{Checker, Facts, Form, Request};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::{CHECKER, seed};

/// A report without what belongs to the form: places, and the kind of source.
fn said(mut report: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("span");
                members.remove("edits");
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut report);
    report
}

/// A report without fingerprints: a recording's entries have names that requests of other forms do not have.
fn without_fingerprints(mut report: Value) -> Value {
    for key in ["findings", "warnings"] {
        for one in report[key].as_array_mut().expect("a list") {
            one.as_object_mut().expect("an object").remove("fingerprint").expect("a fingerprint");
        }
    }
    report
}

fn checked(checker: &Checker, request: &Request<'_>) -> Value {
    said(serde_json::to_value(checker.check(request, &Facts::none()).record()).expect("a report is JSON"))
}

/// Percent-encodes what has to be, and every third other character too.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() && at % 3 != 0 {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02x}"));
        }
    }
    out
}

/// A word of a shell, in single quotes and double quotes by turns.
fn quoted(text: &str, at: usize) -> String {
    if at.is_multiple_of(2) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let escaped: String =
        text.chars().flat_map(|one| ("\\$`\"".contains(one)).then_some('\\').into_iter().chain([one])).collect();
    format!("\"{escaped}\"")
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = select(vec![
        "RegionId",
        "ImageId",
        "OSSBucket",
        "OSSPrefix",
        "OssPrefix",
        "ImageFormat",
        "RoleName",
        "DryRun",
        "Tag.1.Key",
        "DiskDeviceMapping.2.Format",
        "Colour",
    ]);
    let value = prop_oneof![
        select(vec!["cn-hangzhou", "moon", "m-1", "example-bucket", "a-b", "qcow2", "RAW", "true", "40", "长"])
            .prop_map(str::to_owned),
        "[ -~\u{e9}\u{957f}]{1,40}",
    ];
    prop::collection::vec((name.prop_map(str::to_owned), value), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(seed()), ..ProptestConfig::default() })]

    #[test]
    fn every_form_says_the_same(parameters in parameters()) {
        let checker = &*CHECKER;
        // Repeated names cannot be written in one JSON object by this library's value type.
        let mut seen = std::collections::HashSet::new();
        let parameters: Vec<_> = parameters.into_iter().filter(|(name, _)| seen.insert(name.to_ascii_lowercase())).collect();
        let members: Vec<String> = parameters.iter().map(|(name, value)| format!("{}:{}", json!(name), json!(value))).collect();
        let own = format!(r#"{{"provider":"aliyun","service":"ecs","operation":"ExportImage","params":{{{}}}}}"#, members.join(","));
        let expected = checked(checker, &Request::from_json(&own).expect("a request"));

        let common = "Action=ExportImage&Version=2014-05-26";
        let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("&{}={}", encoded(name), encoded(value))).collect();
        let pairs = pairs.concat();
        let post = "POST / HTTP/1.1\nHost: ecs.aliyuncs.com\nContent-Type: application/x-www-form-urlencoded\n\n";
        let data: Vec<String> = parameters
            .iter()
            .enumerate()
            .map(|(at, (name, value))| format!(" --data-urlencode {}", quoted(&format!("{name}={value}"), at)))
            .collect();
        let har = json!({"log": {"entries": [{"request": {
            "method": "POST", "url": "https://ecs.aliyuncs.com/",
            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": format!("{common}{pairs}")}
        }}]}});
        let yaml: Vec<String> = parameters.iter().map(|(name, value)| format!("    {}: {}\n", json!(name), json!(value))).collect();
        // Without a region, the tool would take that of its settings.
        let region = if parameters.iter().any(|(name, _)| name == "RegionId") { "" } else { "--RegionId=" };
        let options: Vec<String> = parameters
            .iter()
            .enumerate()
            .map(|(at, (name, value))| format!(" {} ", quoted(&format!("--{name}={value}"), at)))
            .collect();
        let forms = [
            ("url", format!("https://ecs.aliyuncs.com/?{common}{pairs}")),
            ("http", format!("{post}{common}{pairs}")),
            ("curl", format!("curl -d '{common}'{} https://ecs.aliyuncs.com", data.concat())),
            ("har", har.to_string()),
            ("yaml", format!("provider: aliyun\nservice: ecs\noperation: ExportImage\nparams:\n{}    Version: '2014-05-26'\n", yaml.concat())),
            ("command", format!("aliyun ecs ExportImage --force {}{}", options.concat(), region)),
        ];
        for (form, text) in forms {
            let found = checker.read(Form::named(form).expect("a form"), &text);
            prop_assert_eq!(found.len(), 1);
            let request = found[0].request.as_ref().expect("a request");
            let (said, expected) = match request.address() {
                Some(_) => (without_fingerprints(checked(checker, request)), without_fingerprints(expected.clone())),
                None => (checked(checker, request), expected.clone()),
            };
            prop_assert_eq!(said, expected, "{}: {}", form, text);
        }
    }
}
