//! What the program makes of its input: JSON in all its forms, and whatever else people send.
//!
//! Places are counted here once more, in the plainest way, from the text itself.

mod envelopes;
mod forms;
mod parameters;
mod text;

use serde_json::{Value, json};

use crate::cli::{PASSES, check};

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

/// That many lists inside each other.
fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

/// Demands that a finding's span cuts out a value, and that its line and column are those of the span's start.
#[track_caller]
fn assert_spans(text: &str, finding: &Value) -> String {
    let span = &finding["span"];
    let number = |key: &str| span[key].as_u64().expect("a number") as usize;
    let (start, end) = (number("start"), number("end"));
    assert_eq!((number("line"), number("column")), place(text, start), "{finding}");
    text.get(start..end).expect("a span on character boundaries").to_owned()
}
