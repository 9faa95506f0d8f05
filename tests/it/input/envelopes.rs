//! Envelopes: what stands around the parameters of a request, and whom the request is for.

use serde_json::{Value, json};

use super::{kinds, only, unreadable};
use crate::cli::{PASSES, run};

#[test]
fn a_broken_envelope_is_unreadable_at_its_place() {
    let request = r#""provider":"aliyun","operation":"ExportImage""#;
    unreadable(r#"{▸"Provider":"aliyun","operation":"ExportImage"}"#, "envelope", "\"Provider\"");
    unreadable(&format!(r#"{{{request},▸"parameters":{{}}}}"#), "envelope", "params");
    unreadable(&format!(r#"{{{request},▸"provider":"aliyun"}}"#), "envelope", "twice");
    unreadable(&format!(r#"{{{request},"params":{{}},▸"params":{{}}}}"#), "envelope", "twice");
    unreadable(&format!("{{\n  {request},\n  ▸\"地域\": 1}}"), "envelope", "地域");
    unreadable(r#"{"provider":▸1,"operation":"ExportImage"}"#, "envelope", "\"provider\" must be a text, not a number");
    unreadable(r#"{"provider":▸null,"operation":"ExportImage"}"#, "envelope", "not null");
    unreadable(r#"{"provider":"aliyun","operation":▸["ExportImage"]}"#, "envelope", "not a list");
    unreadable(r#"▸{"provider":"aliyun"}"#, "envelope", "\"operation\"");
    unreadable(r#"▸{"operation":"ExportImage"}"#, "envelope", "\"provider\"");
    unreadable("▸{}", "envelope", "\"provider\"");
    unreadable("\n ▸[]".replace("[]", "3").as_str(), "envelope", "an object, not a number");
    for (member, expected) in [
        (r#""params":▸[]"#, "must be an object, not a list"),
        (r#""params":▸"x""#, "must be an object, not a text"),
        (r#""facts":▸3"#, "must be an object or a list, not a number"),
        (r#""service":▸{}"#, "must be a text, not an object"),
        (r#""edition":▸202601"#, "must be a text, not a number"),
        (r#""id":▸true"#, "must be a text or a number, not a boolean"),
        (r#""id":▸["a"]"#, "must be a text or a number, not a list"),
        (r#""unknown":▸"ImageId""#, "must be a list of names, not a text"),
        (r#""unknown":["a",▸1]"#, "must be a list of names, not a number"),
        (r#""unknown":[▸null]"#, "must be a list of names, not null"),
        (r#""params":{"ImageId":"m"},"unknown":["OSSBucket",▸"ImageId"]"#, "\"ImageId\""),
        (r#""unknown":[▸"Image\u0049d"],"params":{"\u0049mageId":"m"}"#, "\"ImageId\""),
    ] {
        unreadable(&format!("{{{request},{member}}}"), "envelope", expected);
    }
}

#[test]
fn facts_of_a_request_are_read_strictly() {
    let facts = |facts: &str| PASSES.replace("\"params\"", &format!("\"facts\":{facts},\"params\""));
    for (marked, says) in [
        (r#"▸{"pictures":[]}"#, "known call"),
        (r#"{"images":[],▸"pictures":[]}"#, "no fact section"),
        (r#"{"images":▸3}"#, "list"),
        (r#"{"images":[{},▸1]}"#, "object"),
        (r#"{"images":{▸"all":true}}"#, "complete"),
        (r#"{"images":{▸"complete":"true"}}"#, "complete"),
    ] {
        let text = facts(marked);
        let at = text.find('▸').expect("a mark");
        let text = text.replace('▸', "");
        let report = only(&text);
        let problem = &report["problem"];
        assert_eq!((&report["verdict"], &problem["kind"]), (&json!("unreadable"), &json!("facts")), "{marked}");
        assert_eq!(problem["line"], 1, "{marked}");
        let column = text[..at].chars().count() + 1;
        assert_eq!(problem["column"], json!(column), "{marked}");
        assert!(problem["message"].as_str().is_some_and(|message| message.contains(says)), "{marked}: {problem}");
        // Who it is about is still said.
        assert_eq!(report["request"]["id"], "fine");
    }
}

#[test]
fn null_in_the_envelope_means_left_out() {
    let nulls = r#""service":null,"edition":null,"facts":null,"unknown":null"#;
    let text = format!(r#"{{"id":null,{nulls},"provider":"aliyun","operation":"ExportImage","params":null}}"#);
    let report = only(&text);
    assert_eq!(kinds(&report, "findings", "parameter"), ["RegionId", "ImageId", "OSSBucket"]);
    assert_eq!(report["request"]["id"], Value::Null);
    assert!(report["request"].get("id").is_none());
    assert_eq!(report["request"]["edition"], "2026-01");
}

#[test]
fn what_has_no_rules_is_unsupported_with_a_hint() {
    for (request, says) in [
        (r#"{"provider":"aliyn","operation":"ExportImage"}"#, "did you mean \"aliyun\"?"),
        (r#"{"provider":"","operation":"ExportImage"}"#, "no rules for provider \"\""),
        (r#"{"provider":"aliyun","operation":"ExportImages"}"#, "did you mean \"ExportImage\"?"),
        (r#"{"provider":"aliyun","operation":"exportImage"}"#, "did you mean \"ExportImage\"?"),
        (r#"{"provider":"aliyun","operation":"PaintInstances"}"#, "\"PaintInstances\""),
        (r#"{"provider":"aliyun","service":"esc","operation":"ExportImage"}"#, "did you mean \"ecs/ExportImage\"?"),
        (r#"{"provider":"aliyun","service":"","operation":"ExportImage"}"#, "aliyun//ExportImage"),
        (r#"{"provider":"aliyun","operation":"ExportImage","edition":"2020-01"}"#, "2018-06, 2021-03, 2026-01"),
        (r#"{"provider":"aliyun","operation":"ecs/ExportImage"}"#, "\"ecs/ExportImage\""),
    ] {
        let output = run(&["check", "--format", "ndjson", "-"], request);
        assert_eq!(output.code, 3, "{request}");
        let report = &output.reports()[0];
        assert_eq!((&report["verdict"], &report["problem"]["kind"]), (&json!("unsupported"), &json!("unsupported")));
        let message = report["problem"]["message"].as_str().expect("a message");
        assert!(message.contains(says), "{request}: {message}");
        let asked: Value = serde_json::from_str(request).expect("JSON");
        assert_eq!(report["request"]["operation"], asked["operation"]);
    }
}

#[test]
fn providers_have_other_names_and_services_may_be_left_out() {
    for provider in ["aliyun", "alibabacloud", "alibaba", "alicloud"] {
        for service in ["\"service\":\"ecs\",", ""] {
            let request = format!(r#"{{"provider":"{provider}",{service}"operation":"ExportImage","params":{{}}}}"#);
            let report = only(&request);
            assert_eq!(report["error"]["code"], "MissingParameter", "{request}");
            let names =
                json!({"provider": "aliyun", "service": "ecs", "operation": "ExportImage", "edition": "2026-01"});
            assert_eq!(report["request"], names);
        }
    }
}
