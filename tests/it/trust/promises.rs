//! SECURITY.md: each promise names the test that holds it, and that test is there.

use std::fs;

use crate::cli::project;

/// Lines `Held by ...` of SECURITY.md.
fn held_by() -> Vec<String> {
    let text = fs::read_to_string(project("SECURITY.md")).expect("SECURITY.md");
    let text = text.replace("\n  ", " ");
    text.lines().filter_map(|line| line.split_once("Held by ").map(|(_, tests)| tests.to_owned())).collect()
}

#[test]
fn every_promise_names_tests_that_are_there() {
    let promises = fs::read_to_string(project("SECURITY.md")).expect("SECURITY.md");
    let promises = promises.split("\n## ").find(|part| part.starts_with("What is promised")).expect("the promises");
    let count = promises.lines().filter(|line| line.starts_with("- **")).count();
    let held = held_by();
    assert!(count >= 15, "{count}");
    assert_eq!(held.len(), count, "a promise without a test, or a test without a promise");
    for tests in held {
        // `file: test, test; file: test`
        let parts: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let mut source = String::new();
        let mut named = 0;
        for part in parts {
            if part.contains('/') {
                source = fs::read_to_string(project(part)).unwrap_or_else(|error| panic!("{part}: {error}"));
                named += usize::from(!part.ends_with(".rs"));
            } else {
                let is_test = source.contains(&format!("fn {part}("));
                assert!(is_test, "SECURITY.md names a test {part} that is not in its file");
                named += 1;
            }
        }
        assert!(named > 0, "no test is named in {tests:?}");
    }
}
