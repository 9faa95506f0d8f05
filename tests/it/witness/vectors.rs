//! `rules generate` from within: vectors are different, always the same for a seed, right, and reach every constraint.

use std::collections::BTreeSet;

use preflint::{Checker, VectorOptions};
use serde_json::Value;

use super::{acme, predicted};

/// Vectors of an operation, each held against the engine.
#[track_caller]
fn vectors(checker: &Checker, operation: &str, edition: &str, wanted: (usize, usize, u64)) -> Vec<Value> {
    let options = VectorOptions::new(wanted.0, wanted.1, wanted.2);
    let vectors = checker.test_vectors(operation, edition, options).expect("usable rules");
    let json = |vector| serde_json::to_value(vector).expect("a vector is JSON");
    let vectors: Vec<Value> = vectors.into_iter().map(json).collect();
    for vector in &vectors {
        let (request, expect) = (&vector["request"], &vector["expect"]);
        match predicted(checker, request) {
            None => assert_eq!(*expect, serde_json::json!({"verdict": "pass"}), "{request}"),
            Some((code, status, check)) => {
                assert_eq!(expect["verdict"], "reject", "{request}");
                assert_eq!(expect["code"].as_str(), code.as_deref(), "{request}");
                assert_eq!(expect["status"].as_u64(), status.map(u64::from), "{request}");
                assert_eq!(vector["aims_at"], check.as_str(), "{request}");
                let full = expect["check"].as_str().expect("the check is named");
                assert_eq!(full, format!("{operation}@{edition}#{check}"));
                assert!(expect["parameter"].is_string() && expect.get("message").is_some(), "{expect}");
            }
        }
    }
    let distinct: BTreeSet<String> = vectors.iter().map(|vector| vector["request"].to_string()).collect();
    assert_eq!(distinct.len(), vectors.len(), "all requests differ");
    vectors
}

/// The checks that reject, and those of them that no vector aims at.
fn reached(checker: &Checker) -> (usize, Vec<String>) {
    let (mut missing, mut all) = (Vec::new(), 0);
    for summary in checker.operations() {
        for edition in &summary.editions {
            let description = checker.describe(&summary.operation, edition).expect("a usable edition");
            let checks = description.checks.iter().filter(|check| check.outcome == "rejected");
            let rejecting: BTreeSet<&str> = checks.map(|check| check.id.as_str()).collect();
            all += rejecting.len();
            let vectors = vectors(checker, &summary.operation, edition, (0, rejecting.len(), 1));
            let aims: BTreeSet<&str> = vectors.iter().filter_map(|vector| vector["aims_at"].as_str()).collect();
            let left = rejecting.difference(&aims);
            missing.extend(left.map(|check| format!("{}#{check}", description.id)));
        }
    }
    (all, missing)
}

#[test]
fn every_check_that_rejects_is_aimed_at() {
    let (all, missing) = reached(&Checker::bundled());
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(all > 200, "{all} checks reject");
}

#[test]
fn a_seed_always_gives_the_same_vectors() {
    let checker = Checker::bundled();
    let made = |seed: u64| {
        let summary = checker.operations().into_iter().next().expect("an operation");
        let edition = summary.default.expect("a default edition");
        vectors(&checker, &summary.operation, &edition, (30, 30, seed))
    };
    assert_eq!(made(7), made(7));
    assert_ne!(made(7), made(8));
    let verdicts: Vec<Value> = made(7).into_iter().map(|vector| vector["expect"]["verdict"].clone()).collect();
    assert!(verdicts[..30].iter().all(|verdict| verdict == "pass"));
    assert!(verdicts[30..].iter().all(|verdict| verdict == "reject"));
}

#[test]
fn limits_are_met_and_missed_by_one() {
    let vectors = vectors(&acme("", ""), "acme/box/OpenBox", "2026-01", (200, 200, 3));
    let depths = |verdict: &str| -> BTreeSet<i64> {
        let all = vectors.iter().filter(|vector| vector["expect"]["verdict"] == verdict);
        all.filter_map(|vector| vector["request"]["params"]["Depth"].as_i64()).collect()
    };
    assert!(depths("pass").is_superset(&BTreeSet::from([1, 2, 8, 9])), "{:?}", depths("pass"));
    assert!(depths("reject").is_superset(&BTreeSet::from([0, 10])), "{:?}", depths("reject"));
    assert!(depths("pass").is_disjoint(&BTreeSet::from([0, 10])));
    let keys = |verdict: &str| -> BTreeSet<usize> {
        let all = vectors.iter().filter(|vector| vector["expect"]["verdict"] == verdict);
        all.filter_map(|vector| vector["request"]["params"]["Keys"].as_array().map(Vec::len)).collect()
    };
    assert!(keys("pass").is_superset(&BTreeSet::from([1, 3])), "{:?}", keys("pass"));
    assert!(keys("reject").contains(&4), "{:?}", keys("reject"));
}
