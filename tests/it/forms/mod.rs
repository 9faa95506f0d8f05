//! Requests in forms other than our own JSON: what is recognised, what is read, and where it stands.
//!
//! Codes and parameters are typed from the provider's error tables. The inputs of `tests/data/forms/` look like those of
//! real tools; credentials in them are planted and must never be seen again.

mod commands;
mod curl;
mod folders;
mod har;
mod http;
mod limits;
mod operations;
mod packer;
mod partly;
mod resources;
mod robust;
mod same;
mod scripts;
mod terraform;
mod url;
mod yaml;

use std::fs;
use std::sync::LazyLock;

use preflint::{Checker, Facts, Form, Record};
use serde_json::Value;

use crate::cli::project;

/// One for all tests: preparing the rules takes longer than reading requests.
static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::bundled);

/// Where chance begins: the same in every run; another with `PREFLINT_SEED=<number>`, for looking further.
fn seed() -> u64 {
    std::env::var("PREFLINT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026)
}

/// A file of `tests/data/forms/`.
fn data(name: &str) -> String {
    fs::read_to_string(project("tests/data/forms").join(name)).expect("a readable file")
}

/// The reports of all requests of a text in a form.
#[track_caller]
fn read(form: &str, text: &str) -> Vec<Value> {
    let form = Form::named(form).expect("a known form");
    let facts = Facts::none();
    let records = CHECKER.read(form, text).into_iter().map(|found| match found.request {
        Ok(request) => CHECKER.check(&request, &facts).record(),
        Err(error) => Record::of_unreadable(&error),
    });
    records.map(|record| serde_json::to_value(record).expect("a report is JSON")).collect()
}

/// The only report of a text in a form.
#[track_caller]
fn only(form: &str, text: &str) -> Value {
    let mut reports = read(form, text);
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

/// The form that a text is recognised as.
fn recognised(name: &str, text: &str) -> Option<&'static str> {
    CHECKER.recognise(name, text).map(Form::name)
}

/// Code, parameter and what the span cuts out, of every finding.
#[track_caller]
fn findings(text: &str, report: &Value) -> Vec<(String, String, String)> {
    let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("a list").iter();
    findings.map(|finding| (said(&finding["code"]), said(&finding["parameter"]), cut_out(text, finding))).collect()
}

/// What the span of a finding or warning cuts out of the whole input.
#[track_caller]
fn cut_out(text: &str, finding: &Value) -> String {
    let number = |key: &str| finding["span"][key].as_u64().expect("a number") as usize;
    let (start, end) = (number("start"), number("end"));
    let before = text.get(..start).expect("a span on character boundaries");
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    assert_eq!((number("line"), number("column")), (before.matches('\n').count() + 1, column), "{finding}");
    text.get(start..end).expect("a span on character boundaries").to_owned()
}

/// The texts of a list of a report, by key.
fn texts<'r>(report: &'r Value, list: &str, key: &str) -> Vec<&'r str> {
    report[list].as_array().into_iter().flatten().filter_map(|entry| entry[key].as_str()).collect()
}

/// All parameters whose values open checks wait for.
fn awaited(report: &Value) -> Vec<String> {
    let needs = report["open"].as_array().into_iter().flatten().flat_map(|open| open["needs"].as_array().cloned());
    let mut names: Vec<String> =
        needs.flatten().filter_map(|need| need.as_str()?.strip_prefix("parameter:").map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    names
}

/// A finding as it is compared.
fn finding(code: &str, parameter: &str, raw: &str) -> (String, String, String) {
    (code.to_owned(), parameter.to_owned(), raw.to_owned())
}
