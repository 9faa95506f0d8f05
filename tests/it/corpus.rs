//! The made-up requests by which speed is measured: what the fast way says of them is what they were made to get, and what
//! the reference evaluator says.

use preflint::{Facts, Position};
use serde_json::Value;

use crate::properties::{SUBJECTS, Said, Subject};
use crate::support;

#[path = "../../benches/corpus/mod.rs"]
mod made;

/// As many as are held against their labels before anything is measured.
const REQUESTS: usize = 10_000;

/// The edition by which a request of one of the two operations is checked.
fn subject(operation: &str, edition: &Value) -> &'static Subject {
    let edition = edition.as_str().expect("an edition");
    let is_meant = |subject: &&Subject| {
        subject.palette.operation["operation"].as_str().is_some_and(|path| path.ends_with(&format!("/{operation}")))
            && subject.palette.operation["edition"] == edition
    };
    SUBJECTS.iter().find(is_meant).unwrap_or_else(|| panic!("no {operation}@{edition}"))
}

#[test]
fn every_request_of_the_benches_is_judged_as_it_was_made_and_as_the_reference_judges() {
    let (checker, facts) = (support::checker(), Facts::none());
    let mut rejected = 0;
    for made::Case { line, label } in made::requests(&made::Lists::read()).take(REQUESTS) {
        let report = checker.check_json(&line, Position::START, &facts).expect("a request");
        let record = serde_json::to_value(report.record()).expect("a report is JSON");
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let findings = record["findings"].as_array().expect("a list").iter();
        let answers: Vec<_> = findings.map(|finding| (text(finding, "code"), text(finding, "parameter"))).collect();
        let expected: Vec<_> = label.iter().map(|(code, parameter)| ((*code).to_owned(), parameter.clone())).collect();
        assert_eq!(answers, expected, "{line}");
        let request: Value = serde_json::from_str(&line).expect("JSON");
        let operation = request["operation"].as_str().expect("a name");
        let reference = subject(operation, &record["request"]["edition"]).reference(&request);
        let (mut said, mut reference) = (Said::by_engine(&record), Said::by_reference(&reference));
        // Places of one check come in the order of the text.
        [&mut reference, &mut said].into_iter().for_each(|said| said.findings.sort());
        assert_eq!(said, reference, "left is the fast way; {line}");
        rejected += usize::from(!label.is_empty());
    }
    assert!((3_000..5_000).contains(&rejected), "{rejected} of {REQUESTS} are rejected");
}
