//! What decides each documented error: docs/coverage.md is what the rules say, and no row is left unexplained.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use preflint::Checker;

#[test]
fn the_coverage_document_is_what_the_rules_say() {
    let output = Command::new(env!("CARGO_BIN_EXE_preflint"))
        .args(["rules", "coverage", "--format", "markdown"])
        .output()
        .expect("the program runs");
    let made = String::from_utf8(output.stdout).expect("UTF-8");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&file, &made).expect("a writable document");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(made == kept, "docs/coverage.md is old; run SNAPSHOTS=overwrite cargo test");
}

#[test]
fn every_documented_error_is_decided_or_explained() {
    let checker = Checker::bundled();
    let mut rows = 0;
    for summary in checker.operations() {
        for edition in &summary.editions {
            let description = checker.describe(&summary.operation, edition).expect("a usable edition");
            for row in &description.errors {
                rows += 1;
                let decided = !row.request.is_empty() || !row.facts.is_empty() || row.dry_run;
                let explained = row.server.is_some() || row.unreachable.is_some();
                assert!(decided || explained, "{} {} {}", description.id, row.status, row.code);
                assert!(!row.meaning.is_empty(), "{} {}", description.id, row.code);
            }
        }
    }
    assert!(rows > 100, "the rules hold {rows} rows");
}
