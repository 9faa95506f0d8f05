//! Files that are understood and cannot be meant: `rules check` tells of each, at its place, and of no near miss.
//!
//! As beside this, every case patches the one valid file of the base. What is told must be told at the mark; what is a near
//! miss must be told nothing of.

mod checks;
mod texts;
mod values;

use std::borrow::Cow;

use preflint::{Checker, RuleFile, RuleReview};

use super::{Case, OPERATION, PROVIDER, base, patched, place};

/// A near miss: the part that is replaced, and what replaces it.
type Near = (&'static str, &'static str);

const DEPTH: &str = r#"{"id": "depth-range", "must": {"range": {"min": 1, "max": 9}}, "basis": "documented"}"#;
const SHAPE: &str =
    r#"{"id": "shape-form", "at": "1..2", "must": {"pattern": "[a-z]+(-[0-9]+)?"}, "basis": "documented"}"#;
const KEYS: &str = "{\n      \"id\": \"keys-count\",\n      \"parameter\": \"Keys\",\n      \"must\": {\"count\": {\"min\": 1, \"max\": 3}},\n      \"basis\": \"documented\"\n    }";

fn replaced(path: &str, old: &str, new: &str) -> String {
    let original = base(path);
    assert_eq!(original.matches(old).count(), 1, "{old:?} must stand once in {path}");
    original.replacen(old, new, 1)
}

/// The file is understood, and this is told of it.
#[track_caller]
fn told(path: &str, cases: &[Case]) {
    let mut complaints = Vec::new();
    for (old, new, says) in cases {
        assert_eq!(new.matches('▸').count(), 1, "one mark in {new:?}");
        let marked = replaced(path, old, new);
        let at = marked.find('▸').expect("a mark");
        let text = marked.replacen('▸', "", 1);
        let files = patched(path, &text);
        if let Err(mistakes) = Checker::from_files(files.clone()) {
            complaints.push(format!("{new}\n    is not even understood: {}", mistakes[0]));
            continue;
        }
        let review = RuleReview::of(files);
        let is_meant = |mistake: &&preflint::RuleError| {
            (mistake.position.line, mistake.position.column) == place(&text, at)
                && mistake.file == format!("rules/{path}")
                && mistake.message.contains(says)
        };
        if !review.mistakes.iter().any(|mistake| is_meant(&mistake)) {
            let found: Vec<String> = review.mistakes.iter().map(ToString::to_string).collect();
            let (line, column) = place(&text, at);
            complaints.push(format!("{new}\n    expected {line}:{column}: ... {says}\n    found {found:#?}"));
        }
    }
    assert!(complaints.is_empty(), "{} of {} cases:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}

/// Nothing is told of the file.
#[track_caller]
fn fine(path: &str, cases: &[Near]) {
    let mut complaints = Vec::new();
    for (old, new) in cases {
        let review = RuleReview::of(patched(path, &replaced(path, old, new)));
        if !review.mistakes.is_empty() || !review.to_do.is_empty() {
            let found: Vec<String> = review.mistakes.iter().chain(&review.to_do).map(ToString::to_string).collect();
            complaints.push(format!("{new}\n    is no mistake, but {found:#?}"));
        }
    }
    assert!(complaints.is_empty(), "{} of {} cases:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}

#[test]
fn nothing_is_told_of_the_base() {
    let review = RuleReview::of(patched("", ""));
    assert_eq!((review.mistakes.len(), review.to_do.len()), (0, 0), "{review:?}");
    assert_eq!((review.operations, review.editions), (1, 1));
}

#[test]
fn nothing_is_told_of_the_rules_that_ship() {
    let review = RuleReview::of(RuleFile::bundled());
    let found: Vec<String> = review.mistakes.iter().chain(&review.to_do).map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What is not understood is told once, and does not hide what is unsound in other files.
#[test]
fn all_is_told_in_one_list() {
    let broken = base(OPERATION).replace(r#""answer": "NoBox""#, r#""answer": "NoBoxes""#);
    let second = base(OPERATION).replace("\"2026-01\"", "\"2026-02\"").replace("2026-11-22", "2026-11-31");
    let with_year = |path: &str, text: String| RuleFile {
        path: path.to_owned(),
        name: format!("rules/{path}"),
        text: Cow::Owned(text),
    };
    let files = [
        with_year(PROVIDER, base(PROVIDER)),
        with_year(OPERATION, broken),
        with_year("acme/box/OpenBox/2026-02.json", second),
    ];
    let review = RuleReview::of(files);
    let found: Vec<String> = review.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(found.iter().filter(|line| line.contains("NoBoxes")).count(), 1, "{found:?}");
    assert!(found.iter().any(|line| line.contains("2026-02.json") && line.contains("2026-11-31")), "{found:?}");
}
