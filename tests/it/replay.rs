//! Recorded calls against the rules: which answers agree with a prediction, and which contradict it.
//!
//! Bodies of responses are those that the providers' pages and published responses show.

use preflint::{Agreement, Checker, Facts, InputErrorKind, Observed, ObservedAnswer, Position};
use serde_json::{Value, json};

/// How a call of the default edition compares: the agreement, and the check that is named.
fn judged(
    provider: &str,
    operation: &str,
    params: Value,
    facts: Value,
    observed: Value,
) -> (Agreement, Option<String>) {
    let request = json!({"provider": provider, "operation": operation, "params": params, "facts": facts});
    let text = json!({"request": request, "observed": observed}).to_string();
    let checker = Checker::bundled();
    let call = checker.recorded_call(&text, Position::START).unwrap_or_else(|error| panic!("{error}: {text}"));
    let facts = Facts::none();
    let judgement = checker.check(&call.request, &facts).judge(&call.observed);
    (judgement.agreement, judgement.check.map(|check| check.rsplit('#').next().unwrap_or_default().to_owned()))
}

fn export(more: Value, observed: Value) -> (Agreement, Option<String>) {
    let mut params = json!({"RegionId": "cn-hangzhou", "ImageId": "m-1", "OSSBucket": "my-bucket"});
    params.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    judged("aliyun", "ExportImage", params, json!({}), observed)
}

const MALFORMED: &str = "InvalidOSSPrefix.Malformed";
/// As the error table of 2026-01 prints it.
const MALFORMED_MESSAGE: &str = "The specified OSSPrefix format is wrongly formed.";

#[test]
fn what_was_predicted_and_what_was_answered_are_told_apart() {
    let (fine, wrong) = (json!({}), json!({"OSSPrefix": "a-b"}));
    let check = || Some("oss-prefix-chars".to_owned());
    for (params, observed, expected) in [
        (&fine, json!(null), (Agreement::Agree, None)),
        (&fine, json!("success"), (Agreement::Agree, None)),
        (&fine, json!({"status": 200}), (Agreement::Agree, None)),
        (&wrong, json!({"code": MALFORMED}), (Agreement::Agree, check())),
        (&wrong, json!({"code": MALFORMED, "status": 400, "message": MALFORMED_MESSAGE}), (Agreement::Agree, check())),
        (&wrong, json!({"status": "400"}), (Agreement::Agree, check())),
        (&wrong, json!(null), (Agreement::FalseAlarm, check())),
        (&fine, json!({"code": MALFORMED}), (Agreement::Miss, None)),
        (&fine, json!({"code": "NeverHeardOf"}), (Agreement::Miss, None)),
        // The row of a name that the operation does not have: the rules say that it never comes.
        (&fine, json!({"code": "InvalidImageName.Malformed"}), (Agreement::Miss, None)),
        (&wrong, json!({"code": "NeverHeardOf"}), (Agreement::WrongCode, check())),
        (&wrong, json!({"code": MALFORMED, "status": 403}), (Agreement::WrongAnswer, check())),
        (&wrong, json!({"code": MALFORMED, "message": "Something else."}), (Agreement::WrongAnswer, check())),
        (&wrong, json!({"status": 403}), (Agreement::WrongAnswer, check())),
    ] {
        assert_eq!(export(params.clone(), observed.clone()), expected, "{params} {observed}");
    }
}

/// The stages say that formats come before regions: an answer that says otherwise contradicts them.
#[test]
fn another_order_is_a_wrong_code() {
    let both = json!({"OSSPrefix": "a-b", "RegionId": "mars"});
    assert_eq!(export(both, json!({"code": "InvalidRegionId.NotFound"})).0, Agreement::WrongCode);
}

#[test]
fn what_is_left_open_or_to_the_server_contradicts_nothing() {
    let fine = json!({});
    for code in ["InvalidImageId.NotFound", "ImageIsExporting", "InvalidOSSBucket.NotFound"] {
        assert_eq!(export(fine.clone(), json!({"code": code})).0, Agreement::Open, "{code}");
    }
    // Rows and common errors that only the server decides, and faults of the service.
    for code in ["UserNotInTheWhiteList", "Throttling", "InternalError", "SignatureDoesNotMatch"] {
        assert_eq!(export(fine.clone(), json!({"code": code})).0, Agreement::ServerOnly, "{code}");
    }
    assert_eq!(export(fine.clone(), json!({"status": 503})).0, Agreement::ServerOnly);
    // A common error to which checks of the operation lead is not left to the server.
    assert_eq!(export(fine, json!({"code": "MissingParameter"})).0, Agreement::Miss);
}

#[test]
fn facts_of_the_call_decide() {
    let params = json!({"RegionId": "cn-hangzhou", "ImageId": "m-1", "OSSBucket": "my-bucket"});
    let creating = json!({"images": [{"ImageId": "m-1", "Status": "Creating"}]});
    let judge = |observed: Value| judged("aliyun", "ExportImage", params.clone(), creating.clone(), observed).0;
    assert_eq!(judge(json!({"code": "IncorrectImageStatus", "status": 400})), Agreement::Agree);
    assert_eq!(judge(json!(null)), Agreement::FalseAlarm);
    // Whether there is such an image is known: this cannot have been left open.
    assert_eq!(judge(json!({"code": "InvalidImageId.NotFound"})), Agreement::WrongCode);
}

#[test]
fn what_is_only_warned_of_is_no_miss() {
    // The page of 2026-01 contradicts itself about regions in which the format cannot be chosen.
    let disputed = json!({"code": "InvalidImageFormat.RegionNotSupported", "status": 400});
    let found = export(json!({"ImageFormat": "raw"}), disputed);
    assert_eq!(found, (Agreement::Warned, Some("image-format-region".to_owned())));
}

#[test]
fn without_rules_nothing_is_compared() {
    for observed in [json!(null), json!({"code": "X"}), json!({"status": 500})] {
        assert_eq!(judged("aliyun", "PaintImage", json!({}), json!({}), observed).0, Agreement::NotChecked);
    }
}

#[test]
fn bodies_of_every_provider_are_read() {
    let checker = Checker::bundled();
    let error = |code: &str, status: Option<u16>, message: &str| {
        Observed::Error(ObservedAnswer { code: Some(code.to_owned()), status, message: Some(message.to_owned()) })
    };
    for (provider, body, code, message) in [
        (
            "aliyun",
            r#"{ "Message": "Specified parameter Version is not valid.", "RequestId": "948256E2-4AFC-423B-BC4C-A367E37582FD", "HostId": "ecs.aliyuncs.com", "Code": "InvalidVersion" }"#,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        ),
        (
            "alibabacloud",
            "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>1</RequestId><HostId>ecs.aliyuncs.com</HostId><Code>InvalidAccessKeyId.NotFound</Code><Message>Specified access key is &quot;not&quot; found &amp;lt;.</Message><Recommend><![CDATA[x]]></Recommend></Error>",
            "InvalidAccessKeyId.NotFound",
            "Specified access key is \"not\" found &lt;.",
        ),
        (
            "jdcloud",
            r#"{"requestId":"r","error":{"status":"INVALID_ARGUMENT","code":400,"message":"Parameter RoleName missing"}}"#,
            "INVALID_ARGUMENT",
            "Parameter RoleName missing",
        ),
        (
            "tencent",
            "\u{feff} {\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\",\"Message\":\"m\"},\"RequestId\":\"3\"}}",
            "AuthFailure.SignatureFailure",
            "m",
        ),
    ] {
        assert_eq!(checker.observed(provider, Some(400), body), Ok(error(code, Some(400), message)), "{body}");
    }
    for (provider, body) in [
        ("aliyun", r#"{"RequestId": "1", "RegionId": "cn-hangzhou", "TaskId": "t-1"}"#),
        ("aliyun", "<ExportImageResponse><RequestId>1</RequestId></ExportImageResponse>"),
        ("jdcloud", r#"{"requestId": "r", "result": {"error": null}}"#),
        ("tencent", r#"{"Response": {"TaskId": 1, "RequestId": "3"}}"#),
    ] {
        assert_eq!(checker.observed(provider, Some(200), body), Ok(Observed::Success), "{body}");
        assert_eq!(checker.observed(provider, None, body), Ok(Observed::Success), "{body}");
    }
    // A body that is none of the provider's, such as that of a proxy: the status counts.
    let proxy = checker.observed("aliyun", Some(502), "<html><h1>Bad Gateway</h1></html>");
    assert_eq!(proxy, Ok(Observed::Error(ObservedAnswer { code: None, status: Some(502), message: None })));
    assert!(checker.observed("aliyun", None, " ").is_err());
    assert!(checker.observed("aliyun", Some(400), "{").is_err());
    assert!(checker.observed("nobody", Some(400), "{}").is_err());
}

#[test]
fn hostile_bodies_do_no_harm() {
    let checker = Checker::bundled();
    let deep = "{\"Code\":".repeat(10_000);
    let open = "<Code>".repeat(10_000);
    let crossed = "</Code><Code>".repeat(1000);
    for body in [deep.as_str(), open.as_str(), crossed.as_str(), "<Code>", "<Code>é</Code", "{\"Code\":{\"Code\":1}}"]
    {
        // Whatever is said of them, it is said.
        drop(checker.observed("aliyun", Some(400), body));
        drop(checker.observed("tencent", None, body));
    }
}

#[test]
fn a_record_that_says_something_else_is_refused_with_its_place() {
    let checker = Checker::bundled();
    let request = r#"{"provider":"aliyun","operation":"ExportImage","params":{}}"#;
    let record = |observed: &str| format!(r#"{{"request":{request},"observed":{observed}}}"#);
    for (text, at) in [
        (format!(r#"{{"request":{request}}}"#), "{\"request"),
        (r#"{"observed":null}"#.to_owned(), "{\"observed"),
        (format!(r#"{{"request":{request},"obsreved":null}}"#), "\"obsreved"),
        (format!(r#"{{"request":{request},"observed":null,"observed":null}}"#), "\"observed\":null}"),
        (record(r#""failure""#), "\"failure"),
        (record(r#"{"stauts":400}"#), "\"stauts"),
        (record(r#"{"message":"x"}"#), "{\"message"),
        (record(r#"{"status":70000}"#), "70000"),
        (record(r#"{"code":["x"]}"#), "[\"x"),
        (record(r#"{"code":"x","body":"{}"}"#), "\"{}"),
        (record(r#"{"status":400,"body":"{"}"#), "\"{\""),
        (record("[]"), "[]"),
    ] {
        let error = checker.recorded_call(&text, Position::START).expect_err(&text);
        assert_eq!(error.kind, InputErrorKind::Envelope, "{text}");
        assert!(text[error.position.offset..].starts_with(at), "{text}: {} is not at {at}", error.message);
    }
    let broken_request = record("null").replace("\"operation\"", "\"opration\"");
    let error = checker.recorded_call(&broken_request, Position::START).expect_err("a broken request");
    assert!(broken_request[error.position.offset..].starts_with("\"opration\""));
    let syntax = checker.recorded_call("{", Position::START).expect_err("no JSON");
    assert_eq!(syntax.kind, InputErrorKind::Syntax);
}

#[test]
fn an_entry_of_a_list_does_not_spoil_the_others() {
    let checker = Checker::bundled();
    let good = r#"{"request":{"provider":"aliyun","operation":"ExportImage","params":{}},"observed":null}"#;
    let text = format!("[\n{good},\n 7,\n{good}]");
    let calls = checker.recorded_calls(&text, Position::START);
    assert_eq!(calls.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let error = calls[1].as_ref().expect_err("7 is no call");
    assert_eq!((error.position.line, error.position.column), (3, 2));
    let last = calls[2].as_ref().expect("a call").request.start();
    assert_eq!(last.line, 4);
}
