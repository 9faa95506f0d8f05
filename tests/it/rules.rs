//! The rule files that ship with preflint: they are read without a mistake, and their cases hold and leave no gap.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use preflint::{Checker, RuleFile, RuleReview};

#[test]
fn every_rule_file_is_understood() {
    if let Err(mistakes) = Checker::from_files(RuleFile::bundled()) {
        let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{}", mistakes.join("\n"));
    }
}

#[test]
fn every_case_holds_and_no_check_lacks_one() {
    let checker = Checker::bundled();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut complaints = Vec::new();
    let mut editions = Vec::new();
    for file in files_below(&root) {
        let path = file.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).expect("a readable case file");
        let file = RuleFile { path: path.clone(), name: format!("tests/cases/{path}"), text: Cow::Owned(text) };
        complaints.extend(preflint::to_dos(&file).iter().map(ToString::to_string));
        match checker.run_cases(&file) {
            Err(mistakes) => complaints.extend(mistakes.iter().map(ToString::to_string)),
            Ok(results) => {
                for failed in results.failed {
                    let place = format!("{}:{}", file.name, failed.position.line);
                    complaints.push(format!("{place}: {}\n    {}", failed.name, failed.differences.join("\n    ")));
                }
                complaints.extend(results.gaps.into_iter().map(|gap| format!("{}: {gap}", file.name)));
                editions.push(path);
            }
        }
    }
    for rules in RuleFile::bundled().filter(RuleFile::is_edition) {
        if !editions.contains(&rules.path) {
            complaints.push(format!("rules/{} has no case file tests/cases/{}", rules.path, rules.path));
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The operation that rules/README.md works through is a whole rule file: it is read without a mistake beside a provider
/// that knows disks.
#[test]
fn the_worked_operation_is_a_rule_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("rules/README.md")).expect("a readable document");
    let (_, worked) = document.split_once("## One operation, worked through").expect("the section");
    let blocks = worked.split("```json").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    let operation: String = blocks.collect();
    let provider = fs::read_to_string(root.join("tests/broken_rules/base/acme/provider.json")).expect("a provider");
    let with_disks = provider
        .replace("\"sections\": {", "\"sections\": {\"disks\": {\"meaning\": \"Disks.\", \"key\": \"DiskId\"},");
    let file =
        |path: &str, text: String| RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text) };
    let files = [file("acme/provider.json", with_disks), file("acme/disk/ResizeDisk/2026-05.json", operation)];
    let told = RuleReview::of(files.clone())
        .mistakes
        .into_iter()
        .filter(|told| told.file.ends_with("ResizeDisk/2026-05.json"));
    assert_eq!(told.map(|told| told.to_string()).collect::<Vec<_>>(), [""; 0]);
    let checker = Checker::from_files(files).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    let text = r#"{"provider":"acme","operation":"ResizeDisk","params":{"DiskId":"d-1","SizeGiB":505}}"#;
    let request = preflint::Request::from_json(text).expect("a request");
    let facts = preflint::Facts::none();
    let report = checker.check(&request, &facts);
    let error = report.error().expect("505 is too large");
    assert_eq!((error.code(), error.message()), (Some("InvalidSize"), Some("The size 505 is not valid.")));
}
