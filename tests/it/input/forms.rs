//! Forms of input: one request, lists and streams, and what one broken entry leaves of them.

use serde_json::{Value, json};

use super::{nested, verdicts};
use crate::cli::{Folder, Output, PASSES, REJECTED, UNSUPPORTED, check, run};

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
