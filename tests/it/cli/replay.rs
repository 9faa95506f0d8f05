//! `replay`: recorded calls in, agreement and disagreement out.

use serde_json::{Value, json};

use super::{Folder, project, run, run_in};

fn call(id: &str, prefix: Option<&str>, observed: Value) -> String {
    let mut params = json!({"RegionId": "cn-hangzhou", "ImageId": "m-1", "OSSBucket": "my-bucket"});
    if let Some(prefix) = prefix {
        params["OSSPrefix"] = prefix.into();
    }
    let request = json!({"id": id, "provider": "aliyun", "operation": "ExportImage", "params": params});
    json!({"request": request, "observed": observed}).to_string()
}

#[track_caller]
fn replayed(input: &str) -> (i32, Value) {
    let output = run(&["replay", "--format", "json", "-"], input);
    assert_eq!(output.stderr, "");
    (output.code, serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stdout)))
}

#[test]
fn the_exit_code_tells_the_worst() {
    let good = call("good", None, json!(null));
    let bad = call("bad", Some("a-b"), json!(null));
    let no_rules = good.replace("ExportImage", "PaintImage");
    for (lines, code) in [
        (vec![&good], 0),
        (vec![&good, &bad], 1),
        (vec![&bad, &good, &no_rules], 3),
        (vec![&bad, &"{".to_owned(), &good], 3),
    ] {
        let lines: Vec<&str> = lines.into_iter().map(String::as_str).collect();
        assert_eq!(replayed(&lines.join("\n")).0, code, "{lines:?}");
    }
    assert_eq!(replayed("").0, 3);
    assert_eq!(replayed("[]").0, 0);
    assert_eq!(run(&["replay", "no-such-file"], "").code, 2);
    assert_eq!(run(&["replay", "src"], "").code, 2);
}

#[test]
fn machines_get_every_call_and_a_summary() {
    let lines = [
        call("a", None, json!(null)),
        call("b", Some("a-b"), json!(null)),
        call("c", None, json!({"code": "InvalidOSSPrefix.Malformed"})),
        call("d", None, json!({"code": "ImageIsExporting", "status": 403})),
        "no JSON".to_owned(),
    ];
    let (_, document) = replayed(&lines.join("\r\n"));
    assert_eq!(document["schema"], "preflint/replay/v1");
    let calls = document["calls"].as_array().expect("a list");
    let told: Vec<&Value> = calls.iter().map(|call| &call["agreement"]).collect();
    assert_eq!(told, [&json!("agree"), &json!("false-alarm"), &json!("miss"), &json!("open"), &Value::Null]);
    assert_eq!(calls[1]["predicted"]["code"], "InvalidOSSPrefix.Malformed");
    assert_eq!(calls[1]["observed"], Value::Null);
    assert_eq!(calls[3]["observed"], json!({"code": "ImageIsExporting", "status": 403, "message": null}));
    assert_eq!((&calls[4]["source"]["line"], calls[4]["problem"].is_string()), (&json!(5), true));
    let summary = &document["summary"];
    for (key, count) in [("calls", 5), ("agree", 1), ("false-alarm", 1), ("miss", 1), ("open", 1), ("unreadable", 1)] {
        assert_eq!(summary[key], count, "{key}");
    }
}

#[test]
fn people_see_disagreements_and_a_table() {
    let lines = [call("fine", None, json!(null)), call("night", Some("a-b"), json!(null))].join("\n");
    let output = run(&["replay", "-"], &lines);
    assert_eq!(output.code, 1);
    let shown: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(shown[0], "-:2: night aliyun/ecs/ExportImage@2026-01: false alarm");
    assert!(shown[1].contains("predicted") && shown[1].contains("InvalidOSSPrefix.Malformed"), "{shown:?}");
    assert!(shown[2].contains("observed") && shown[2].ends_with("success"), "{shown:?}");
    let head = shown.iter().position(|line| line.contains("calls  agree  false alarm")).expect("a table");
    let row: Vec<&str> = shown[head + 1].split_whitespace().collect();
    assert_eq!(row, ["aliyun/ecs/ExportImage@2026-01", "2", "1", "1"]);
    assert!(!output.stdout.contains("fine"), "what agrees is only counted");
}

#[test]
fn the_edition_is_chosen_as_for_checks() {
    let old = call("old", Some("a-b"), json!({"code": "OssPrefix.Malformed", "status": 400}));
    assert_eq!(run(&["replay", "-"], &old).code, 1);
    assert_eq!(run(&["replay", "--edition", "2018-06", "-"], &old).code, 0);
}

#[test]
fn documents_are_read_as_well_as_lines() {
    let good = call("good", None, json!(null));
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&good).expect("JSON")).expect("JSON");
    for (input, calls) in [
        (format!("[{good},\n{good}]"), 2),
        (pretty.clone(), 1),
        (format!("\u{feff}{pretty}\n"), 1),
        (format!("\u{feff}\n\n{good}\n\n{good}"), 2),
        (format!("broken\n{good}\n{good}"), 3),
    ] {
        assert_eq!(replayed(&input).1["summary"]["calls"], calls, "{input}");
    }
}

#[test]
fn no_secret_is_shown() {
    let secret = "LTAIplantedSecret1";
    let text =
        call("s", Some("a-b"), json!({"code": "InvalidOSSPrefix.Malformed", "message": format!("{secret} may not")}));
    let text = text.replace("\"ImageId\"", &format!("\"AccessKeyId\":\"{secret}\",\"ImageId\""));
    for format in ["human", "json"] {
        let output = run(&["replay", "--format", format, "-"], &text);
        assert_eq!(output.code, 1);
        assert!(!output.stdout.contains(secret), "{}", output.stdout);
    }
}

#[test]
fn a_rejection_says_once_how_to_contradict_it() {
    let file = project("examples/batch.ndjson").display().to_string();
    let human = run_in(&project(""), &["check", &file], b"").stdout;
    assert_eq!(human.matches("preflint replay").count(), 1, "{human}");
    assert!(!run_in(&project(""), &["check", "-q", &file], b"").stdout.contains("replay"));
    let folder = Folder::new("replay").with("fine.json", super::PASSES);
    assert!(!folder.run(&["check", "fine.json"]).stdout.contains("replay"));
}

#[test]
fn recordings_hold_requests_beside_their_responses() {
    let url = |prefix: &str| {
        format!(
            "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou&ImageId=m-1&OSSBucket=my-bucket{prefix}&Signature=planted"
        )
    };
    let entry = |url: &str, status: u16, body: &str| json!({"request": {"method": "GET", "url": url}, "response": {"status": status, "content": {"text": body}}});
    let refused = r#"{"RequestId":"x","Code":"InvalidOSSPrefix.Malformed","Message":"The specified OSSPrefix format is wrongly formed."}"#;
    let fine = entry(&url(""), 200, "{}");
    let agreeing = entry(&url("&OSSPrefix=a-b"), 400, refused);
    let false_alarm = entry(&url("&OSSPrefix=a-b"), 200, "{}");
    let others = [
        entry("https://ecs.aliyuncs.com/?Action=PaintImage&Version=2014-05-26", 200, "{}"),
        entry("https://example.invalid/", 500, "<html>"),
    ];
    let recording = |entries: &[&Value]| json!({"log": {"entries": entries}});
    let har = recording(&[&fine, &agreeing, &others[0], &others[1]]);
    // On one line, on several, and behind blank lines.
    for text in [har.to_string(), format!("{har:#}"), format!("\n \r\n{har:#}")] {
        let (code, document) = replayed(&text);
        assert_eq!(code, 0, "{document}");
        let said: Vec<_> =
            document["calls"].as_array().expect("a list").iter().map(|call| &call["agreement"]).collect();
        assert_eq!(said, ["agree", "agree", "not-checked"]);
        assert!(!document.to_string().contains("planted"));
    }
    assert_eq!(replayed(&recording(&[&fine, &false_alarm]).to_string()).0, 1);
    let aborted = json!({"request": {"method": "GET", "url": url("")}, "response": {"status": 0}});
    let (code, document) = replayed(&recording(&[&aborted]).to_string());
    assert_eq!((code, &document["summary"]["unreadable"]), (3, &json!(1)));
    assert_eq!(replayed(&recording(&[&others[1]]).to_string()).0, 3);

    let request = format!("GET {}\n\n", url("&OSSPrefix=a-b"));
    let response = format!("HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{refused}\n");
    let (code, document) = replayed(&format!("\n### refused\n{request}{response}\n###\n{request}"));
    let calls = document["calls"].as_array().expect("a list");
    assert_eq!((code, calls.len(), &calls[0]["agreement"]), (3, 2, &json!("agree")));
    assert_eq!((&calls[0]["source"]["line"], &calls[1]["source"]["line"]), (&json!(3), &json!(11)));
    assert_eq!(calls[1]["problem"], "no response stands beside it");
}
