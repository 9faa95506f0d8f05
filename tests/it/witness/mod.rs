//! What is made from rules alone: every error can be met, and something beside it passes; the engine is asked each time.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use preflint::{Checker, Evidence, Facts, Request, RuleFile, Verdict};
use serde_json::Value;

use crate::support;

mod mutations;
mod vectors;

/// Code, status and check of the predicted error; none for a request that passes.
#[track_caller]
fn predicted(checker: &Checker, request: &Value) -> Option<(Option<String>, Option<u16>, String)> {
    let text = request.to_string();
    let request = Request::from_json(&text).expect("a request");
    let facts = Facts::none();
    let report = checker.check(&request, &facts);
    match report.verdict() {
        Verdict::Pass => None,
        Verdict::Reject => {
            let error = report.error().expect("a rejected request has an error");
            let check = error.finding().check.rsplit('#').next().unwrap_or_default().to_owned();
            Some((error.code().map(str::to_owned), error.status(), check))
        }
        other => panic!("{other:?}: {text}"),
    }
}

/// What is wrong with the witnesses of an operation's editions.
fn complaints(checker: &Checker, is_meant: impl Fn(&str) -> bool) -> (usize, Vec<String>) {
    let (mut shown, mut complaints) = (0, Vec::new());
    for summary in checker.operations().into_iter().filter(|summary| is_meant(&summary.operation)) {
        for edition in &summary.editions {
            let description = checker.describe(&summary.operation, edition).expect("a usable edition");
            let witnesses = checker.witnesses(&summary.operation, edition).expect("a usable edition");
            assert_eq!(witnesses.len(), description.errors.len(), "every row is accounted for");
            for row in witnesses {
                let name = format!("{} {}", description.id, row.row);
                match row.evidence {
                    Evidence::Shown(pair) => {
                        shown += 1;
                        let error = (Some(row.code), Some(row.status), pair.check);
                        let found = predicted(checker, &pair.rejected);
                        if found.as_ref() != Some(&error) {
                            complaints.push(format!("{name}: {found:?} instead of {error:?}: {}", pair.rejected));
                        }
                        if let Some(error) = predicted(checker, &pair.passing) {
                            complaints.push(format!("{name}: {error:?} instead of passing: {}", pair.passing));
                        }
                    }
                    Evidence::NotNeeded { reason } if reason.is_empty() => {
                        complaints.push(format!("{name}: no reason"))
                    }
                    Evidence::NotNeeded { .. } => {}
                    missing => complaints.push(format!("{name}: {missing:?}")),
                }
            }
        }
    }
    (shown, complaints)
}

#[test]
fn every_error_of_the_bundled_rules_has_a_witness() {
    let (shown, complaints) = complaints(&Checker::bundled(), |_| true);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(shown > 100, "{shown} rows are shown");
}

#[test]
fn every_error_of_the_made_up_rules_has_a_witness() {
    let bundled: Vec<String> = Checker::bundled().operations().into_iter().map(|known| known.operation).collect();
    let made_up = |operation: &str| !bundled.iter().any(|known| known == operation);
    let (shown, complaints) = complaints(support::checker(), made_up);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(shown > 50, "{shown} rows are shown");
}

/// The small provider `acme`, with something in its operation replaced.
fn acme(from: &str, to: &str) -> Checker {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken_rules/base");
    let file = |path: &str| {
        let text = fs::read_to_string(base.join(path)).expect("a readable rule file");
        assert!(path.ends_with("provider.json") || text.contains(from), "{from}");
        RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text.replace(from, to)) }
    };
    Checker::from_files([file("acme/provider.json"), file("acme/box/OpenBox/2026-01.json")]).expect("usable rules")
}

#[track_caller]
fn evidence(checker: &Checker, row: &str) -> Evidence {
    let witnesses = checker.witnesses("acme/box/OpenBox", "2026-01").expect("usable rules");
    witnesses.into_iter().find(|known| known.row == row).expect("the row").evidence
}

#[test]
fn a_witness_is_small_and_its_neighbour_differs_in_one_value() {
    let checker = acme("", "");
    let Evidence::Shown(pair) = evidence(&checker, "OpenAlready") else { panic!("no witness") };
    assert!(pair.certain);
    let item = |request: &Value| request["facts"]["boxes"][0].clone();
    assert_eq!(item(&pair.passing)["State"], "closed");
    let mut mended = pair.rejected.clone();
    mended["facts"]["boxes"][0]["State"] = item(&pair.passing)["State"].clone();
    assert_eq!(mended, pair.passing, "only the state differs");
    for part in ["Region", "BoxId"] {
        let mut smaller = pair.rejected.clone();
        smaller["params"].as_object_mut().expect("parameters").remove(part).expect("it is sent");
        let code = predicted(&checker, &smaller).and_then(|(code, _, _)| code);
        assert_ne!(code.as_deref(), Some("OpenAlready"), "{part} is needed");
    }
    assert_eq!(pair.rejected["params"].as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn an_error_that_cannot_be_met_is_a_contradiction() {
    // A state that is known is there: this never fails.
    let closed = r#""must": {"fact": "box.State", "one_of": {"values": ["closed"]}},"#;
    let checker = acme(closed, r#""must": {"fact": "box.State", "present": true},"#);
    assert!(matches!(evidence(&checker, "OpenAlready"), Evidence::Missing { .. }));
}

#[test]
fn a_row_that_needs_no_witness_says_why() {
    let Evidence::NotNeeded { reason } = evidence(&acme("", ""), "Jammed") else { panic!("the server alone knows") };
    assert!(reason.contains("Only the box knows."), "{reason}");
}
