//! Examples in rule files: whether they give what they say.

use crate::checker::Checker;
use crate::compile::Mistakes;
use crate::facts::Facts;
use crate::report::{Verdict, WarningKind};
use crate::request::Request;
use crate::rule::operation::{ExampleRule, OperationFile};

/// What an example gives that leads to no error.
const PASS: &str = "pass";

/// Checks the examples of an edition's file as requests.
pub(super) fn check(written: &OperationFile, checker: &Checker, path: &str, mistakes: &mut Mistakes<'_>) {
    for example in &written.examples {
        if let Err(message) = held(written, example, checker, path) {
            mistakes.add(example.gives.span, message);
        }
    }
}

fn held(written: &OperationFile, example: &ExampleRule, checker: &Checker, path: &str) -> Result<(), String> {
    let mut names = path.splitn(3, '/');
    let mut next = || names.next().unwrap_or_default();
    let mut envelope = serde_json::json!({
        "provider": next(),
        "service": next(),
        "operation": next(),
        "edition": written.edition.value,
        "params": example.params,
    });
    if let (Some(facts), Some(members)) = (&example.facts, envelope.as_object_mut()) {
        members.insert("facts".to_owned(), facts.clone());
    }
    let text = envelope.to_string();
    let request = Request::from_json(&text).map_err(|error| format!("the example is no request: {error}"))?;
    let facts = Facts::none();
    let report = checker.check(&request, &facts);
    if !matches!(report.verdict(), Verdict::Pass | Verdict::Reject) {
        let problem = report.record().problem.map(|problem| problem.message).unwrap_or_default();
        return Err(format!("the example cannot be checked: {problem}"));
    }
    let unknown = report.warnings().into_iter().find(|warning| warning.kind == WarningKind::UnknownParameter);
    if let Some(warning) = unknown {
        return Err(format!("the example sends `{}`, which is no parameter", warning.parameter));
    }
    let error = report.error();
    let given = match &error {
        None => PASS.to_owned(),
        Some(error) => error.code().unwrap_or_default().to_owned(),
    };
    if given == example.gives.value {
        return Ok(());
    }
    let by = report.findings().into_iter().next().map(|finding| finding.check);
    let by = by.map_or_else(String::new, |by| format!(", by {by}"));
    Err(format!("the example says {:?}, but gives {given:?}{by}", example.gives.value))
}
