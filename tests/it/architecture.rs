//! What ARCHITECTURE.md promises about the source code, held against the source code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use preflint::{Checker, RuleFile};
use serde_json::Value;

use crate::support::rule_sets;

/// The source files below `src/`, each with its code alone: no comments, no unit tests.
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("a readable source file");
        let until_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = until_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
        let name = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        (name, lines.collect::<Vec<_>>().join("\n"))
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[test]
fn rust_names_no_fact_of_a_provider() {
    let checker = Checker::bundled();
    let mut facts: BTreeSet<String> = BTreeSet::new();
    for summary in checker.operations() {
        facts.extend(summary.operation.split('/').map(str::to_owned));
        for edition in &summary.editions {
            let description = checker.describe(&summary.operation, edition).expect("a usable edition");
            facts.extend(description.errors.iter().map(|row| row.code.clone()));
            let names = description.parameters.iter().flat_map(|parameter| parameter.name.split(['.', '[', ']']));
            facts.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
    facts.extend(checker.common_errors().into_iter().map(|row| row.code));
    for rules in rule_sets() {
        // Options of one plain word are words of many programs.
        let tool = &rules.provider()["command_line"];
        let options = tool["options"].as_array().into_iter().flatten().filter_map(|option| option["name"].as_str());
        let names = options.filter(|name| name.contains('-')).chain(tool["program"].as_str());
        facts.extend(names.map(str::to_owned));
    }
    facts.extend(tool_names());
    let mut found = Vec::new();
    for (file, text) in code() {
        // Only whole texts count: `"Forbidden"` would be a fact, the word in a longer text is not.
        found.extend(
            facts.iter().filter(|fact| text.contains(&format!("\"{fact}\""))).map(|fact| format!("{file}: {fact}")),
        );
    }
    // Words of our own that some provider happens to use as a name, too.
    let ours = ["rule/provider.rs: unknown", "soundness/values.rs: dry_run"];
    found.retain(|one| !ours.contains(&one.as_str()));
    assert!(found.is_empty(), "facts of providers belong in rule files: {found:?}");
}

/// Types of resources and names of arguments that rule files speak of; words of one part are anybody's.
fn tool_names() -> Vec<String> {
    let mut names = Vec::new();
    for file in RuleFile::bundled().filter(|file| file.path.ends_with("/tools.json")) {
        let file: Value = serde_json::from_str(&file.text).expect("a rule file is JSON");
        for resources in file["resources"].as_object().expect("an object").values() {
            for (name, resource) in resources.as_object().expect("an object") {
                names.push(name.clone());
                let arguments = resource["arguments"].as_array().expect("a list").iter();
                let paths = arguments.filter_map(|argument| argument["name"].as_str());
                names.extend(paths.flat_map(|path| path.split('.')).map(|name| name.trim_end_matches("[]").to_owned()));
            }
        }
    }
    assert!(!names.is_empty());
    names.retain(|name| name.contains(['_', '-']));
    names
}

#[test]
fn the_library_does_no_input_or_output() {
    let forbidden = [
        "std::fs",
        "std::net",
        "std::time",
        "std::env",
        "std::process",
        "std::thread",
        "println!",
        "eprintln!",
        "print!",
    ];
    for (file, text) in code().into_iter().filter(|(file, _)| !file.starts_with("cli/")) {
        for word in forbidden {
            assert!(!text.contains(word), "{file} uses {word}");
        }
    }
}

#[test]
fn source_files_stay_one_room_each() {
    // About 500 lines; what is longer is two rooms.
    const LONGEST: usize = 600;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    for file in files {
        let lines = fs::read_to_string(&file).expect("a readable source file").lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", file.display());
    }
}
