//! What SECURITY.md promises: hostile input, faults, secrets, supply. Each promise names a test, mostly of this folder.

mod faults;
mod limits;
mod links;
mod load;
mod promises;
mod rule_files;
mod secrets;
mod supply;

use crate::cli::program;

/// The formats of reports, as the program tells them: a new one is looked at without a line here.
pub fn formats() -> Vec<String> {
    let output = program(&["check", "--format", "?", "-"]).output().expect("the program runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    let values = told.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']')).expect("a list").0;
    let formats: Vec<String> = values.split(", ").map(str::to_owned).collect();
    assert!(formats.len() >= 3, "{formats:?}");
    formats
}
