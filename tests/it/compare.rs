//! What changed between editions: of the rules that ship, as the provider's pages tell it, and of made-up ones.

use preflint::{ChangeKind, Checker, Comparison};

use crate::support::{acme, box_edition};

const EXPORT: &str = "aliyun/ecs/ExportImage";

#[track_caller]
fn compare(checker: &Checker, path: &str, before: &str, after: &str) -> Comparison {
    checker.compare((path, before), (path, after)).expect("two editions")
}

/// Which parameters changed how, as `kind name`.
fn parameters(comparison: &Comparison) -> Vec<String> {
    let told = comparison.parameters.iter().map(|change| {
        let name = &change.subject().expect("something changed").name;
        format!("{:?} {name}", change.change).to_lowercase()
    });
    told.collect()
}

#[test]
fn an_edition_does_not_differ_from_itself() {
    let checker = Checker::bundled();
    for summary in checker.operations() {
        for edition in &summary.editions {
            let comparison = compare(&checker, &summary.operation, edition, edition);
            assert!(comparison.is_empty(), "{comparison:?}");
        }
    }
}

#[test]
fn what_is_added_one_way_is_removed_the_other() {
    let checker = Checker::bundled();
    let all = checker.operations();
    let editions: Vec<(&str, &str)> = all
        .iter()
        .flat_map(|summary| summary.editions.iter().map(|edition| (summary.operation.as_str(), edition.as_str())))
        .collect();
    for one in &editions {
        for other in &editions {
            let there = checker.compare(*one, *other).expect("two editions");
            let back = checker.compare(*other, *one).expect("two editions");
            let counts = |comparison: &Comparison, kind: ChangeKind| {
                let parameters = comparison.parameters.iter().filter(|change| change.change == kind).count();
                let checks = comparison.checks.iter().filter(|change| change.change == kind).count();
                let errors = comparison.errors.iter().filter(|change| change.change == kind).count();
                [parameters, checks, errors]
            };
            for (kind, opposite) in [
                (ChangeKind::Added, ChangeKind::Removed),
                (ChangeKind::Removed, ChangeKind::Added),
                (ChangeKind::Renamed, ChangeKind::Renamed),
            ] {
                assert_eq!(counts(&there, kind), counts(&back, opposite), "{one:?} {other:?} {kind:?}");
            }
        }
    }
}

/// From the pages of 2018-06 and 2021-03: OssBucket and OssPrefix are respelt, ImageFormat and RoleName come,
/// ClientToken goes.
#[test]
fn respelt_and_new_parameters_are_told_apart() {
    let comparison = compare(&Checker::bundled(), EXPORT, "2018-06", "2021-03");
    let mut found = parameters(&comparison);
    found.sort();
    let expected =
        ["added imageformat", "added rolename", "removed clienttoken", "renamed ossbucket", "renamed ossprefix"];
    assert_eq!(found, expected);
    let bucket = comparison.parameters.iter().find(|change| change.change == ChangeKind::Renamed).expect("a new name");
    let names: Vec<(&str, Option<&str>, Option<&str>)> = bucket
        .differences
        .iter()
        .map(|difference| (difference.what, difference.before.as_deref(), difference.after.as_deref()))
        .collect();
    assert_eq!(names, [("name", Some("OssBucket"), Some("OSSBucket"))]);
}

/// From the error tables of 2018-06 and 2021-03: one error under a new code, and one whose status and code are new.
#[test]
fn an_error_under_a_new_code_is_one_change() {
    let comparison = compare(&Checker::bundled(), EXPORT, "2018-06", "2021-03");
    let renamed: Vec<(&str, u16, &str, u16)> = comparison
        .errors
        .iter()
        .filter(|change| change.change == ChangeKind::Renamed)
        .filter_map(|change| change.before.as_ref().zip(change.after.as_ref()))
        .map(|(before, after)| (before.code.as_str(), before.status, after.code.as_str(), after.status))
        .collect();
    for expected in [
        ("OssPrefix.Malformed", 400, "InvalidOSSPrefix.Malformed", 400),
        ("RegionId.NotFound", 400, "InvalidRegionId.NotFound", 400),
        ("ImageId.NotFound", 403, "InvalidImageId.NotFound", 404),
        ("OssBucket.NotFound", 400, "InvalidOSSBucket.NotFound", 400),
        ("OperationDenied.ImageExporting", 403, "ImageIsExporting", 403),
    ] {
        assert!(renamed.contains(&expected), "{expected:?} is not in {renamed:?}");
    }
    // The only row of 2018-06 whose code is in no other and that nothing decides.
    let gone: Vec<&str> = comparison
        .errors
        .iter()
        .filter(|change| change.change == ChangeKind::Removed)
        .filter_map(|change| change.before.as_ref())
        .map(|row| row.code.as_str())
        .collect();
    assert_eq!(gone, ["Forbidden"]);
}

/// A made-up provider and two editions of its one operation, which differ in every property that is compared.
fn made_up() -> Checker {
    let row = |code: &str, status: u16, message: &str| {
        format!(r#"{{"status": {status}, "code": "{code}", "message": "{message}", "meaning": "-", "server": "-"}}"#)
    };
    let check =
        |id: &str, must: &str, rest: &str| format!(r#"{{"id": "{id}", "must": {must}, "basis": "documented"{rest}}}"#);
    let old = box_edition(
        "2025-01",
        &format!(
            r#"{{"name": "Colour", "type": "string", "meaning": "-", "defaults": [{{"value": "red"}}], "checks": [{}]}},
               {{"name": "Depth", "type": "string", "meaning": "-"}},
               {{"name": "Weight", "type": "integer", "meaning": "-", "checks": [{}]}}"#,
            check("colour-known", r#"{"one_of": {"values": ["red", "green"]}}"#, r#", "answer": "Bad""#),
            check("weight-range", r#"{"range": {"min": 1, "max": 9}}"#, ""),
        ),
        &[row("Bad", 400, "Bad value."), row("Same", 400, "As it was.")].join(","),
    );
    let new = box_edition(
        "2026-01",
        &format!(
            r#"{{"name": "Colour", "type": "string", "meaning": "Other words.", "required": {{}},
                 "defaults": [{{"value": "blue"}}], "checks": [{}]}},
               {{"name": "Depth", "type": "integer", "meaning": "-"}},
               {{"name": "Weight", "type": "integer", "meaning": "-", "checks": [{}]}}"#,
            check("colour-known", r#"{"one_of": {"values": ["green", "blue"]}}"#, r#", "answer": "Bad""#),
            check("weight-limits", r#"{"range": {"min": 1, "max": 9}}"#, r#", "warn": "likely-invalid""#),
        ),
        &[row("Same", 400, "As it was."), row("Bad", 409, "Wrong value.")].join(","),
    );
    acme([old, new])
}

#[test]
fn every_property_that_differs_is_told() {
    let comparison = compare(&made_up(), "acme/box/OpenBox", "2025-01", "2026-01");
    let told = |what: &str, before: Option<&str>, after: Option<&str>| {
        let parameters = comparison.parameters.iter().flat_map(|change| &change.differences);
        let checks = comparison.checks.iter().flat_map(|change| &change.differences);
        let errors = comparison.errors.iter().flat_map(|change| &change.differences);
        let found = parameters.chain(checks).chain(errors).any(|difference| {
            difference.what == what && difference.before.as_deref() == before && difference.after.as_deref() == after
        });
        assert!(found, "{what} {before:?} {after:?} is not told: {comparison:#?}");
    };
    told("required", Some("no"), Some("yes"));
    told("default", Some("red"), Some("blue"));
    told("type", Some("string"), Some("integer"));
    told("outcome", Some("rejected"), Some("likely-invalid"));
    told("status", Some("400"), Some("409"));
    told("message", Some("Bad value."), Some("Wrong value."));
    let values: Vec<(&[String], &[String])> = comparison
        .checks
        .iter()
        .flat_map(|change| &change.differences)
        .filter(|difference| difference.what == "must")
        .map(|difference| (difference.added.as_slice(), difference.removed.as_slice()))
        .collect();
    assert_eq!(values, [(&["blue".to_owned()][..], &["red".to_owned()][..])]);
    // Under another id, the same demand on the same parameter is the same constraint; our own words are not compared,
    // nor is the order of a table.
    assert!(comparison.checks.iter().all(|change| change.change == ChangeKind::Changed), "{comparison:#?}");
    assert!(comparison.errors.iter().all(|change| change.subject().is_some_and(|row| row.code == "Bad")));
}
