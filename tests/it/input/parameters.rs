//! Parameters: which values count as sent, given twice, unknown or unlisted.

use serde_json::{Value, json};

use super::{export, kinds, only, with};

#[test]
fn parameters_may_be_missing_altogether() {
    let request = r#" {"provider":"aliyun","operation":"ExportImage"}"#;
    let report = only(request);
    assert_eq!(kinds(&report, "findings", "parameter"), ["RegionId", "ImageId", "OSSBucket"]);
    let message = "An input parameter \"RegionId\" that is mandatory for processing the request is not supplied.";
    assert_eq!(report["error"]["message"], message);
    for finding in report["findings"].as_array().expect("a list") {
        assert_eq!(finding["span"], json!({"start": 1, "end": request.len(), "line": 1, "column": 2}));
    }
}

#[test]
fn null_and_empty_text_mean_not_sent() {
    for value in ["null", "\"\""] {
        let text =
            export(&format!(r#"{{"RegionId":"cn-hangzhou","ImageId":{value},"OSSBucket":"b-1","OSSPrefix":{value}}}"#));
        let report = only(&text);
        assert_eq!(kinds(&report, "findings", "parameter"), ["ImageId"], "{value}");
        let at = text.find("{\"RegionId\"").expect("the parameters");
        assert_eq!(report["findings"][0]["span"]["start"], json!(at), "{value}");
    }
}

#[test]
fn numbers_and_booleans_are_their_text() {
    let owner = |value: &str| {
        only(export(&format!(r#"{{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1","OwnerId":{value}}}"#)))
    };
    for value in ["40", "\"40\"", "-40"] {
        assert_eq!((&owner(value)["verdict"], &owner(value)["warnings"]), (&json!("pass"), &json!([])), "{value}");
    }
    for value in ["true", "4.0", "\"x\"", "\"4 0\"", "\"４０\""] {
        let report = owner(value);
        assert_eq!(report["error"]["code"], "InvalidParameter", "{value}");
        assert_eq!(report["error"]["message"], "The specified parameter \"OwnerId\" is not valid.", "{value}");
        assert_eq!(report["findings"][0]["answer_basis"], "inferred");
    }
    // A list or an object travels under other names, so that OwnerId itself is not sent.
    for value in ["[1]", "{\"a\":1}"] {
        let report = owner(value);
        assert_eq!(report["verdict"], "pass", "{value}");
        assert_eq!(kinds(&report, "warnings", "kind"), ["unknown-parameter"], "{value}");
    }
    let text = export(r#"{"RegionId":"cn-hangzhou","ImageId":1234,"OSSBucket":"b-1","OSSPrefix":-5}"#);
    let report = only(&text);
    assert_eq!(kinds(&report, "findings", "parameter"), ["OSSPrefix"]);
    let detail = report["findings"][0]["detail"].as_str().expect("a text");
    assert!(detail.contains("\"-\" at character 1"), "{detail}");
}

#[test]
fn a_parameter_given_twice_is_unknown_unless_both_agree() {
    let twice = |one: &str, other: &str| {
        only(export(&format!(
            r#"{{"RegionId":"cn-hangzhou","OSSBucket":"b-1","ImageId":"m-1","OSSPrefix":{one},"OSSPrefix":{other}}}"#
        )))
    };
    for (one, other) in [("\"a-b\"", "\"a_b\""), ("\"ab\"", "\"a-b\""), ("\"a-b\"", "\"ab\""), ("1", "2")] {
        let report = twice(one, other);
        assert_eq!(report["verdict"], "pass", "{one} {other}");
        assert_eq!(kinds(&report, "warnings", "kind"), ["duplicate-parameter"], "{one} {other}");
        assert_eq!(report["warnings"][0]["parameter"], "OSSPrefix");
        let needs: Vec<&Value> = report["open"].as_array().expect("a list").iter().map(|open| &open["needs"]).collect();
        assert!(needs.contains(&&json!(["parameter:OSSPrefix"])), "{one} {other}: {needs:?}");
    }
    for (one, other) in [("\"a-b\"", "\"a-b\""), ("\"a-b\"", "\"\\u0061-b\"")] {
        let report = twice(one, other);
        assert_eq!(kinds(&report, "findings", "code"), ["InvalidOSSPrefix.Malformed"], "{one} {other}");
        assert_eq!(report["warnings"], json!([]), "{one} {other}");
    }
    // A number is its text.
    assert_eq!(twice("5", "\"5\"")["warnings"], json!([]));
    let thrice =
        only(export(r#"{"RegionId":"cn-hangzhou","OSSBucket":"b-1","ImageId":"a","ImageId":"b","ImageId":"c"}"#));
    assert_eq!(kinds(&thrice, "warnings", "kind"), ["duplicate-parameter"]);
    // Another letter case is the same parameter.
    let cases = only(export(r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1","OssBucket":"b-2"}"#));
    assert_eq!(kinds(&cases, "warnings", "kind"), ["parameter-case", "duplicate-parameter"]);
}

#[test]
fn a_parameter_may_be_unknown() {
    let report = only(with(r#""unknown":["OSSPrefix","ossprefix2"]"#));
    assert_eq!(report["verdict"], "pass");
    assert_eq!(kinds(&report, "warnings", "kind"), ["unknown-parameter"]);
    let open: Vec<&str> = kinds(&report, "open", "check").into_iter().filter(|id| id.contains("oss-prefix")).collect();
    assert_eq!(open.len(), 2, "{open:?}");
    let required = only(
        r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","OSSBucket":"b-1","ImageId":null},"unknown":["ImageId"]}"#,
    );
    assert_eq!(required["findings"], json!([]));
    // Whether anything earlier is wrong is not known, so that the prediction is not certain.
    let later = only(
        r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"x","OSSBucket":"b-1","ImageId":"m"},"unknown":["OSSPrefix"]}"#,
    );
    assert_eq!(
        (&later["error"]["code"], &later["error"]["certain"]),
        (&json!("InvalidRegionId.NotFound"), &json!(false))
    );
}

#[test]
fn unlisted_parameters_are_warned_of() {
    let report = only(export(
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1","OSSPrefx":"a","Tag.1.Key":"b","Action":"ExportImage"}"#,
    ));
    assert_eq!(kinds(&report, "warnings", "parameter"), ["OSSPrefx", "Tag.1.Key"]);
    assert_eq!(kinds(&report, "warnings", "kind"), ["unknown-parameter", "unknown-parameter"]);
    assert_eq!(report["warnings"][0]["help"], "did you mean OSSPrefix?");
}
