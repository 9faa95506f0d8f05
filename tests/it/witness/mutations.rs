//! `rules test --mutate` from within: no bundled constraint can change without a case that notices.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use preflint::{Checker, MutationResults, RuleFile};

use super::acme;

/// All case files of the bundled rules.
fn cases() -> Vec<RuleFile> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<RuleFile>) {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                collect(root, &path, files);
                continue;
            }
            let below = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).expect("a readable case file");
            files.push(RuleFile { name: format!("tests/cases/{below}"), path: below, text: text.into() });
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files
}

#[test]
fn every_change_of_a_bundled_constraint_is_noticed() {
    let (checker, cases) = (Checker::bundled(), cases());
    let (paths, next) = (checker.mutable_files(), AtomicUsize::new(0));
    let work = || {
        let mut done: Vec<MutationResults> = Vec::new();
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(checker.run_mutations(path, &cases).expect("usable rules and cases"));
        }
        done
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<MutationResults> = thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    let changes: usize = all.iter().map(|results| results.changes).sum();
    assert!(changes > 1000, "{changes} changes");
    let told = |results: &MutationResults| {
        let file = results.file.clone();
        let each = results.unnoticed.iter().map(move |change| {
            let example = change.example.as_ref().map(|request| format!("\n  for example {request}"));
            format!("{file}:{}: `{}` {}{}", change.line, change.check, change.what, example.unwrap_or_default())
        });
        each.collect::<Vec<_>>()
    };
    let unnoticed: Vec<String> = all.iter().flat_map(told).collect();
    assert!(unnoticed.is_empty(), "no case notices\n{}", unnoticed.join("\n"));
    for results in &all {
        assert!(results.equivalent.iter().all(|change| change.why.is_some()), "each is explained");
        assert_eq!(results.noticed + results.equivalent.len(), results.changes);
    }
}

/// What no case of `acme` notices: lines, checks and changes.
fn unnoticed(cases: &str) -> Vec<(usize, String, String)> {
    let text = format!(
        r#"{{"format": 1, "edition": "acme/box/OpenBox@2026-01", "base": {{"Region": "north"}}, "cases": [{cases}]}}"#
    );
    let file =
        RuleFile { path: "acme/box/OpenBox/2026-01.json".to_owned(), name: "cases".to_owned(), text: text.into() };
    let results = acme("", "").run_mutations("acme/box/OpenBox/2026-01.json", &[file]).expect("usable rules and cases");
    results.unnoticed.into_iter().map(|change| (change.line, change.check, change.what)).collect()
}

/// A case that sends a depth.
fn depth(depth: i64, refused: bool) -> String {
    let finding = r#"{"check": "depth-range", "code": "BadValue", "status": 400, "parameter": "Depth"}"#;
    let findings = if refused { finding } else { "" };
    format!(
        r#"{{"name": "{depth}", "source": "PAGE", "set": {{"Depth": {depth}}}, "expect": {{"findings": [{findings}]}}}}"#
    )
}

#[test]
fn each_limit_needs_a_case_on_either_side() {
    let about_depth = |cases: &[String]| -> Vec<String> {
        let all = unnoticed(&cases.join(","));
        all.into_iter().filter(|(_, check, _)| check == "depth-range").map(|(_, _, what)| what).collect()
    };
    assert!(about_depth(&[]).contains(&"drops the check".to_owned()));
    let all = [depth(0, true), depth(1, false), depth(9, false), depth(10, true)];
    assert_eq!(about_depth(&all), Vec::<String>::new());
    assert_eq!(about_depth(&all[1..]), ["range at least 0 instead of 1", "drops `min` of `range`"]);
    assert_eq!(about_depth(&[&all[..1], &all[2..]].concat()), ["range at least 2 instead of 1"]);
    assert_eq!(about_depth(&[&all[..2], &all[3..]].concat()), ["range at most 8 instead of 9"]);
    assert_eq!(about_depth(&all[..3]), ["range at most 10 instead of 9", "drops `max` of `range`"]);
}

#[test]
fn a_change_that_no_case_notices_has_its_place() {
    let places = unnoticed(&depth(5, false));
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken_rules/base/acme/box/OpenBox/2026-01.json"),
    )
    .expect("rules");
    let line_of = |part: &str| text.lines().position(|line| line.contains(part)).expect("the line") + 1;
    for (check, what, line) in [
        ("depth-range", "drops the check", line_of("depth-range")),
        ("depth-range", "range at most 10 instead of 9", line_of("depth-range")),
        ("region-required", "drops the check", line_of(r#""name": "Region""#)),
        ("shape-form", "is for positions 1..3 instead of 1..2", line_of("shape-form")),
        ("box-exists", "answers with NoRegion instead of NoBox", line_of(r#""answer": "NoBox""#)),
    ] {
        let expected = (line, check.to_owned(), what.to_owned());
        // What is not accepted as a rule file at all needs no case.
        let refused = what.starts_with("answers");
        assert_eq!(places.contains(&expected), !refused, "{expected:?} in {places:#?}");
    }
}
