//! Rule files that must be refused, each with the right place.
//!
//! Every case patches one valid file below `tests/broken_rules/base`: `old` is replaced by `new`, in which `▸` marks
//! where the mistake must be told. A file that is refused at another place, or accepted, fails the test.

mod content;
mod facts;
mod resources;
mod shape;
mod soundness;
mod told;

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use preflint::{Checker, RuleError, RuleFile};

const PROVIDER: &str = "acme/provider.json";
const OPERATION: &str = "acme/box/OpenBox/2026-01.json";
const RESOURCES: &str = "acme/box/OpenBox/resources.json";

fn base(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken_rules/base").join(path);
    fs::read_to_string(file).expect("a file of the base")
}

/// The mistakes of files that must not be accepted.
#[track_caller]
fn mistakes_of(files: impl IntoIterator<Item = RuleFile>) -> Vec<RuleError> {
    match Checker::from_files(files) {
        Ok(_) => panic!("the files are accepted"),
        Err(mistakes) => mistakes,
    }
}

fn file(path: &str, text: impl Into<String>) -> RuleFile {
    RuleFile { path: path.to_owned(), name: format!("rules/{path}"), text: Cow::Owned(text.into()) }
}

/// The base with one file changed.
fn patched(path: &str, text: &str) -> Vec<RuleFile> {
    [PROVIDER, OPERATION, RESOURCES]
        .map(|known| file(known, if known == path { text.to_owned() } else { base(known) }))
        .into()
}

/// Line and column, from 1, columns in code points.
fn place(text: &str, at: usize) -> (usize, usize) {
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].split('\n').next_back().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// What must be refused: the part that is replaced, what replaces it, and what the message says.
type Case = (&'static str, &'static str, &'static str);

/// Gives why a case does not hold.
fn complaint(path: &str, (old, new, says): &Case) -> Option<String> {
    let original = base(path);
    assert_eq!(original.matches(old).count(), 1, "{old:?} must stand once in {path}");
    assert_eq!(new.matches('▸').count(), 1, "one mark in {new:?}");
    let marked = original.replacen(old, new, 1);
    let at = marked.find('▸').expect("a mark");
    let text = marked.replacen('▸', "", 1);
    let expected = place(&text, at);
    let mistakes = match Checker::from_files(patched(path, &text)) {
        Ok(_) => return Some(format!("{new}\n    is accepted")),
        Err(mistakes) => mistakes,
    };
    let is_meant = |mistake: &RuleError| {
        (mistake.position.line, mistake.position.column) == expected
            && mistake.position.offset == at
            && mistake.file == format!("rules/{path}")
            && mistake.message.contains(says)
    };
    if mistakes.iter().any(is_meant) {
        return None;
    }
    let found: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Some(format!(
        "{new}\n    expected rules/{path}:{}:{}: ... {says}\n    found    {}",
        expected.0,
        expected.1,
        found.join("\n             ")
    ))
}

#[track_caller]
fn refused(path: &str, cases: &[Case]) {
    let complaints: Vec<String> = cases.iter().filter_map(|case| complaint(path, case)).collect();
    assert!(complaints.is_empty(), "{} of {} cases:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}

#[test]
fn the_base_itself_is_fine() {
    let checker = Checker::from_files(patched("", "")).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let names: Vec<String> = checker.operations().into_iter().map(|summary| summary.operation).collect();
    assert_eq!(names, ["acme/box/OpenBox"]);
}
