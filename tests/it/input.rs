//! What the program makes of its input: JSON in all its forms, and whatever else people send.
//!
//! Places are counted here once more, in the plainest way, from the text itself.

use serde_json::{Value, json};

use crate::cli::{Folder, Output, PASSES, REJECTED, UNSUPPORTED, check, run};

/// A request of `aliyun` for `ExportImage` with these parameters.
fn export(params: &str) -> String {
    format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{params}}}"#)
}

/// A request that passes, with these members more in its envelope.
fn with(members: &str) -> String {
    PASSES.replace("\"params\"", &format!("{members},\"params\""))
}

fn verdicts(reports: &[Value]) -> Vec<&str> {
    reports.iter().filter_map(|report| report["verdict"].as_str()).collect()
}

#[track_caller]
fn kinds<'r>(report: &'r Value, list: &str, key: &str) -> Vec<&'r str> {
    report[list].as_array().expect("a list").iter().filter_map(|entry| entry[key].as_str()).collect()
}

/// Checks one input and gives its only report.
#[track_caller]
fn only(input: impl AsRef<[u8]>) -> Value {
    let mut reports = check(&[], input);
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

/// Line and column, from 1, columns in code points.
fn place(text: &str, at: usize) -> (usize, usize) {
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].split('\n').next_back().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// Demands that the input's only entry is unreadable, of this kind, at the marked place (`▸`, which is taken out), with
/// a message that holds `says`.
#[track_caller]
fn unreadable(marked: &str, kind: &str, says: &str) {
    let at = marked.find('▸').expect("a mark");
    let text = marked.replace('▸', "");
    let report = only(&text);
    let (line, column) = place(&text, at);
    let problem = &report["problem"];
    let message = problem["message"].as_str().expect("a message");
    assert_eq!((report["verdict"].as_str(), problem["kind"].as_str()), (Some("unreadable"), Some(kind)), "{marked}");
    assert_eq!((&problem["line"], &problem["column"]), (&json!(line), &json!(column)), "{marked}: {message}");
    assert!(message.contains(says), "{marked}: {message}");
    assert_eq!((&report["findings"], &report["open"], &report["warnings"]), (&json!([]), &json!([]), &json!([])));
}

// Forms.

#[test]
fn a_document_holds_one_request_or_a_list() {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(REJECTED).expect("JSON")).expect("JSON");
    let pretty_list = format!("[\n{pretty},\n{pretty}\n]\n");
    let forms: [(String, &[&str], &[usize]); 9] = [
        (REJECTED.to_owned(), &["reject"], &[1]),
        (format!("\n\n  {REJECTED}"), &["reject"], &[3]),
        (pretty.clone(), &["reject"], &[1]),
        (format!("\n \r\n{pretty}\n\n"), &["reject"], &[3]),
        (format!("[{REJECTED}]"), &["reject"], &[1]),
        (format!("[\n  {PASSES},\n  {REJECTED}\n]"), &["pass", "reject"], &[2, 3]),
        (pretty_list.clone(), &["reject", "reject"], &[2, pretty.lines().count() + 2]),
        (format!("{PASSES}\n{REJECTED}\n"), &["pass", "reject"], &[1, 2]),
        (format!("\n{PASSES}\n\n   \n{REJECTED}"), &["pass", "reject"], &[2, 5]),
    ];
    for (text, expected, lines) in forms {
        let reports = check(&[], &text);
        assert_eq!(verdicts(&reports), expected, "{text}");
        let numbers: Vec<&Value> = reports.iter().map(|report| &report["source"]["line"]).collect();
        assert_eq!(json!(numbers), json!(lines), "{text}");
        // Wherever the text comes from, it is read alike.
        let folder = Folder::new("input-forms").with("requests.json", &text);
        let from_file: Vec<Value> =
            folder.run(&["check", "--format", "ndjson", "requests.json"]).reports().into_iter().collect();
        assert_eq!(verdicts(&from_file), expected, "{text}");
    }
    for (form, text) in [("json", pretty_list.as_str()), ("json", REJECTED), ("ndjson", REJECTED)] {
        assert!(verdicts(&check(&["--input", form], text)).contains(&"reject"), "{form}");
    }
    assert_eq!(verdicts(&check(&["--input", "ndjson"], &pretty)), vec!["unreadable"; pretty.lines().count()]);
}

#[test]
fn the_name_of_a_file_tells_a_stream() {
    // On its own, a pretty object is a document; in a stream it is broken lines.
    let pretty = "{\n\"provider\": \"aliyun\", \"operation\": \"ExportImage\"\n}\n";
    let folder = Folder::new("input-names")
        .with("a.json", pretty)
        .with("a.ndjson", pretty)
        .with("a.jsonl", pretty)
        .with("a.txt", pretty);
    for (file, count) in [("a.json", 1), ("a.ndjson", 3), ("a.jsonl", 3), ("a.txt", 1)] {
        let reports = folder.run(&["check", "--format", "ndjson", file]).reports();
        assert_eq!(reports.len(), count, "{file}");
        assert!(reports.iter().all(|report| report["source"]["file"] == file));
    }
    let forced = folder.run(&["check", "--format", "ndjson", "--input", "json", "a.ndjson"]).reports();
    assert_eq!(verdicts(&forced), ["reject"]);
}

#[test]
fn one_broken_entry_of_a_list_does_not_hide_the_others() {
    let deep = format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{{"x":{}}}}}"#, nested(63));
    let broken = [
        (r#"{"provider":"aliyun"}"#, "envelope"),
        (r#"{"provider":"aliyun","operation":"ExportImage","params":3}"#, "envelope"),
        ("3", "envelope"),
        ("null", "envelope"),
        ("[]", "envelope"),
        (r#""text""#, "envelope"),
        (r#"{"provider":"aliyun",}"#, "syntax"),
        (r#"{"provider" "aliyun"}"#, "syntax"),
        (r#"{"provider":"\ud800","operation":"ExportImage"}"#, "syntax"),
        (r#"{"provider":"\x","operation":"Ex}p\"ort[Image"}"#, "syntax"),
        (r#"{"provider":aliyun,"operation":[01]}"#, "syntax"),
        (r#"{"provider":"aliyun","operation":"ExportImage","facts":{"pictures":[]}}"#, "facts"),
        (deep.as_str(), "limit"),
    ];
    for (entry, kind) in broken {
        let text = format!("[\n{PASSES},\n {entry},\n{REJECTED},\n{UNSUPPORTED}]");
        let reports = check(&[], &text);
        assert_eq!(verdicts(&reports), ["pass", "unreadable", "reject", "unsupported"], "{entry}");
        let problem = &reports[1]["problem"];
        assert_eq!((&problem["kind"], &problem["line"]), (&json!(kind), &json!(3)), "{entry}");
        assert!(problem["column"].as_u64() >= Some(2), "{entry}");
        assert_eq!(reports[2]["source"]["line"], 4);
    }
}

#[test]
fn a_list_that_breaks_off_keeps_what_came_before() {
    for (end, column) in [("", 2), ("]]", 2), (" {}", 2), ("oops]", 1), (",]", 2), (", \"a", 5)] {
        let text = format!("[{PASSES},\n{REJECTED}\n{end}");
        let reports = check(&[], &text);
        assert_eq!(verdicts(&reports), ["pass", "reject", "unreadable"], "{end:?}");
        let problem = &reports[2]["problem"];
        let column = if end.is_empty() { 1 } else { column };
        assert_eq!(
            (&problem["kind"], &problem["line"], &problem["column"]),
            (&json!("syntax"), &json!(3), &json!(column))
        );
    }
}

#[test]
fn one_broken_line_does_not_hide_the_others() {
    let broken: [&[u8]; 9] = [
        b"{",
        b"{\"provider\":\"aliyun\"",
        b"oops",
        b"[]",
        b"{}{}",
        b"{\"provider\":\"\xff\"}",
        b"\xff\xfe",
        b"{\"provider\":\"\\ud800\"}",
        b"3",
    ];
    for line in broken {
        for position in 0..3 {
            let mut lines = [PASSES.as_bytes(), REJECTED.as_bytes(), UNSUPPORTED.as_bytes()].to_vec();
            lines.insert(position, line);
            let mut expected = vec!["pass", "reject", "unsupported"];
            expected.insert(position, "unreadable");
            let reports = check(&["--input", "ndjson"], lines.join(&b"\n"[..]));
            assert_eq!(verdicts(&reports), expected, "{:?} at {position}", String::from_utf8_lossy(line));
            let numbers: Vec<&Value> = reports.iter().map(|report| &report["source"]["line"]).collect();
            assert_eq!(json!(numbers), json!([1, 2, 3, 4]));
            assert_eq!(reports[position]["problem"]["line"], json!(position + 1));
        }
    }
    // Without being told, too: unless the first line starts a list.
    for line in broken.iter().filter(|line| !line.starts_with(b"[")) {
        let text = [line, PASSES.as_bytes(), REJECTED.as_bytes()].join(&b"\n"[..]);
        let reports = check(&[], text);
        assert_eq!(verdicts(&reports), ["unreadable", "pass", "reject"], "{:?}", String::from_utf8_lossy(line));
    }
}

#[test]
fn an_input_without_requests() {
    let folder = Folder::new("input-empty")
        .with("blank.json", " \n\t\r\n ")
        .with("empty.json", "")
        .with("mark.json", "\u{feff}")
        .with("list.json", " [ ] \n")
        .with("empty.ndjson", "")
        .with("blank.ndjson", "\n \r\n\n");
    for file in ["blank.json", "empty.json", "mark.json"] {
        let output = folder.run(&["check", "--format", "ndjson", file]);
        assert_eq!(output.code, 3, "{file}");
        let reports = output.reports();
        assert_eq!((reports.len(), &reports[0]["problem"]["kind"]), (1, &json!("empty")), "{file}");
        let message = reports[0]["problem"]["message"].as_str().expect("a message");
        assert!(message.contains("no request found"), "{message}");
    }
    for file in ["list.json", "empty.ndjson", "blank.ndjson"] {
        let output = folder.run(&["check", "--format", "ndjson", file]);
        assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{file}");
    }
    for (options, input, code) in [
        (&[][..], "", 3),
        (&[], "\n\n", 3),
        (&["--input", "json"], "", 3),
        (&["--input", "ndjson"], "", 0),
        (&[], "[]", 0),
    ] {
        let output = run(&[&["check"], options, &["-"]].concat(), input);
        assert_eq!(output.code, code, "{options:?} {input:?}");
        assert_eq!(output.stdout.contains("no request found"), code == 3, "{}", output.stdout);
        assert_eq!(output.stderr, "");
    }
}

#[test]
fn a_list_of_very_many_requests() {
    let requests: Vec<&str> = [PASSES, REJECTED].into_iter().cycle().take(3_000).collect();
    for text in [format!("[{}]", requests.join(",\n")), requests.join("\n")] {
        let Output { code, stdout, stderr } = run(&["check", "--format", "ndjson", "-"], text);
        assert_eq!((code, stderr.as_str()), (1, ""));
        assert_eq!(stdout.matches('\n').count(), 3_000);
        let last: Value = serde_json::from_str(stdout.lines().next_back().expect("a line")).expect("JSON");
        assert_eq!((&last["verdict"], &last["source"]["line"]), (&json!("reject"), &json!(3_000)));
    }
}

// Envelopes.

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

// Parameters.

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

// Limits and encodings.

/// That many lists inside each other.
fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

#[test]
fn numbers_of_any_length_are_kept() {
    let long = "1".repeat(400);
    let text = format!(
        r#"{{"id":{long},"provider":"aliyun","operation":"ExportImage","params":{{"RegionId":"cn-hangzhou","ImageId":{long},"OSSBucket":"b-1","OwnerId":{long}}},"facts":{{"images":{{"complete":true,"items":[]}}}}}}"#
    );
    let output = run(&["check", "--format", "ndjson", "-"], &text);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    let report = &output.reports()[0];
    assert_eq!(report["warnings"], json!([]));
    // The id comes back with every digit, and so does the image's in the message that names it.
    assert_eq!(report["request"]["id"].to_string().trim_matches('"'), long);
    let message = &report["findings"][0]["alternatives"][0]["message"];
    assert_eq!(*message, json!(format!("The specified image {long} does not exist.")));
    for number in ["1e400", "-0", "0.1e-7", "123456789012345678901234567890", "-1.0"] {
        let report =
            only(with("\"id\":5").replace("\"id\":\"fine\",", "").replace("\"id\":5", &format!("\"id\":{number}")));
        assert_eq!(report["verdict"], "pass", "{number}");
        assert_eq!(report["request"]["id"].to_string().trim_matches('"'), number);
    }
    let wrong = "9".repeat(400) + ".5";
    let report =
        only(export(&format!(r#"{{"RegionId":"cn-hangzhou","ImageId":"m","OSSBucket":"b-1","OwnerId":{wrong}}}"#)));
    assert_eq!(kinds(&report, "findings", "parameter"), ["OwnerId"]);
}

#[test]
fn nesting_is_bounded_at_64() {
    // The request and its parameters are two levels.
    for (levels, verdict) in
        [(1, "reject"), (62, "reject"), (63, "unreadable"), (100, "unreadable"), (100_000, "unreadable")]
    {
        let text = export(&format!(r#"{{"x":{}}}"#, nested(levels)));
        assert_eq!(only(&text)["verdict"], verdict, "{levels}");
        let listed = check(&[], format!("[{PASSES},{text},{PASSES}]"));
        assert_eq!(verdicts(&listed), ["pass", verdict, "pass"], "{levels} in a list");
        let lines = check(&[], format!("{text}\n{PASSES}\n{text}"));
        assert_eq!(verdicts(&lines), [verdict, "pass", verdict], "{levels} in lines");
    }
    let at = export(r#"{"x":"#).len() - 1;
    let report = only(export(&format!(r#"{{"x":{}}}"#, nested(63))));
    assert_eq!(report["problem"]["kind"], "limit");
    assert_eq!(report["problem"]["column"], json!(at + 62 + 1));
    for endless in ["[".repeat(100_000), "{\"a\":".repeat(100_000), format!("[{}", "{\"a\":[".repeat(50_000))] {
        let output = run(&["check", "--format", "ndjson", "-"], endless);
        assert_eq!((output.code, output.stderr.as_str()), (3, ""));
    }
}

#[test]
fn text_that_is_not_utf8_is_unreadable_at_its_place() {
    for (before, line, column) in [
        ("{\"provider\":\"", 1, 14),
        ("\u{feff}{\"provider\":\"", 1, 14),
        ("{\n  \"地域\":\"", 2, 9),
        ("[1,\r\n\"", 2, 2),
        ("", 1, 1),
    ] {
        let bytes = [before.as_bytes(), b"\xff\xfe\"}"].concat();
        let report = only(&bytes);
        let problem = &report["problem"];
        assert_eq!((&report["verdict"], &problem["kind"]), (&json!("unreadable"), &json!("syntax")), "{before:?}");
        assert_eq!((&problem["line"], &problem["column"]), (&json!(line), &json!(column)), "{before:?}");
        assert!(problem["message"].as_str().is_some_and(|message| message.contains("UTF-8")));
    }
    // The encoding that some tools of Windows write.
    let utf16: Vec<u8> = PASSES.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[b"\xff\xfe", &utf16[..]].concat(), utf16] {
        let output = run(&["check", "--format", "ndjson", "-"], bytes);
        assert_eq!(output.code, 3);
        assert!(output.reports().iter().all(|report| report["verdict"] == "unreadable"));
    }
}

#[test]
fn broken_json_is_told_at_its_place() {
    unreadable(r#"{"provider":"aliyun"▸"#, "syntax", "ends here");
    unreadable(r#"{"provider":"aliyun",▸}"#, "syntax", "a key in double quotes");
    unreadable("{\n \"地域\" ▸1}", "syntax", "\":\"");
    unreadable("{\"a\":▸nope}", "syntax", "double quotes");
    unreadable("{\"a\":0▸1}", "syntax", "start with 0");
    unreadable("{\"a\":1.▸}", "syntax", "a digit");
    unreadable("{\"a\":\"▸\u{1}\"}", "syntax", "control character");
    unreadable("{\"a\":\"文▸\\ud800\"}", "syntax", "surrogate");
    unreadable("{\"a\":\"▸\\udc00\"}", "syntax", "surrogate");
    unreadable("{\"a\":\"▸\\ud83d\\u0041\"}", "syntax", "surrogate");
    unreadable("{\"a\":\"▸\\q\"}", "syntax", "escape");
    unreadable(&format!("{PASSES} ▸oops"), "syntax", "the end");
    unreadable("▸<xml/>", "syntax", "a value");
    unreadable("{\r\n  \"a\": 1,\r\n  ▸'b': 2\r\n}", "syntax", "double quotes");
    let fine = REJECTED.replace("a-b", "\\ud83d\\ude00");
    let detail = only(&fine)["findings"][0]["detail"].to_string();
    assert!(detail.contains('😀'), "{detail}");
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(REJECTED).expect("JSON")).expect("JSON");
    for text in [REJECTED.to_owned(), format!("[{REJECTED}]"), format!("{REJECTED}\n{PASSES}"), pretty] {
        let plain = &check(&[], &text)[0]["findings"][0]["span"];
        let marked = &check(&[], format!("\u{feff}{text}"))[0]["findings"][0]["span"];
        for (key, moved) in [("start", 3), ("end", 3), ("line", 0), ("column", 0)] {
            let number = |span: &Value| span[key].as_u64().expect("a number");
            assert_eq!(number(marked), number(plain) + moved, "{key} of {text}");
        }
    }
    // Only the first character of an input is such a mark.
    assert_eq!(verdicts(&check(&[], format!("{PASSES}\n\u{feff}{PASSES}"))), ["pass", "unreadable"]);
}

#[test]
fn lines_may_end_as_on_windows() {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(REJECTED).expect("JSON")).expect("JSON");
    let lines = format!("{PASSES}\n{REJECTED}\n");
    for text in [pretty, lines, format!("[\n{REJECTED}\n]")] {
        let text = text.replace('\n', "\r\n");
        let reports = check(&[], &text);
        let finding = &reports.last().expect("a report")["findings"][0];
        assert_spans(&text, finding);
        assert!(!run(&["check", "-"], &text).stdout.contains('\r'));
    }
}

// Places.

/// Demands that a finding's span cuts out a value, and that its line and column are those of the span's start.
#[track_caller]
fn assert_spans(text: &str, finding: &Value) -> String {
    let span = &finding["span"];
    let number = |key: &str| span[key].as_u64().expect("a number") as usize;
    let (start, end) = (number("start"), number("end"));
    assert_eq!((number("line"), number("column")), place(text, start), "{finding}");
    text.get(start..end).expect("a span on character boundaries").to_owned()
}

#[test]
fn spans_cut_out_the_value_at_fault() {
    let values = [
        ("RegionId", "\"华东\""),
        ("OSSPrefix", "\"a\\u002db\""),
        ("ImageFormat", "\"ＲＡＷ\""),
        ("RoleName", "\"我的角色😀\""),
    ];
    let members: Vec<String> = values.iter().map(|(name, value)| format!("\"{name}\" : {value}")).collect();
    let compact = format!(r#"{{"备注":"x",{},"ImageId":"镜像","OSSBucket":"b-1"}}"#, members.join(","));
    let pretty = format!(
        "{{\n\t\"备注\": \"x\",\n\t{},\n\t\"ImageId\": \"镜像\",\n\t\"OSSBucket\": \"b-1\"\n}}",
        members.join(",\n\t")
    );
    for params in [compact, pretty] {
        let request = format!(r#"{{"id":"任务","provider":"aliyun","operation":"ExportImage","params":{params}}}"#);
        let forms = [
            request.clone(),
            format!("\u{feff}{request}"),
            format!("[{PASSES},\n  {request}]"),
            format!("{PASSES}\n\n{}", request.replace(['\n', '\t'], " ")),
        ];
        for text in forms {
            let reports = check(&[], &text);
            let report = reports.last().expect("a report");
            let findings = report["findings"].as_array().expect("a list");
            assert_eq!(findings.len(), 4, "{text}");
            // Columns are counted from behind a mark at the start of the input.
            let counted = text.strip_prefix('\u{feff}');
            for finding in findings {
                let name = finding["parameter"].as_str().expect("a name");
                let expected = values.iter().find(|(known, _)| *known == name).expect("one of the four").1;
                match counted {
                    None => assert_eq!(assert_spans(&text, finding), expected),
                    Some(counted) => {
                        let mut moved = finding.clone();
                        for key in ["start", "end"] {
                            moved["span"][key] = json!(finding["span"][key].as_u64().expect("a number") - 3);
                        }
                        assert_eq!(assert_spans(counted, &moved), expected);
                    }
                }
            }
            // A warning about a name points at the name.
            let warning = &report["warnings"][0];
            let cut = |key: &str| warning["span"][key].as_u64().expect("a number") as usize;
            assert_eq!(&text[cut("start")..cut("end")], "\"备注\"");
        }
    }
}

#[test]
fn a_missing_parameter_points_at_the_object_without_it() {
    let params = "{\n  \"RegionId\": \"cn-hangzhou\",\n  \"OSSBucket\": \"b-1\"\n}";
    let text = format!("[\n{PASSES},\n{}]", export(params));
    let reports = check(&[], &text);
    assert_eq!(assert_spans(&text, &reports[1]["findings"][0]), params);
}
