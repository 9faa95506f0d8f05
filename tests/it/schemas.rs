//! The JSON Schemas that editors use: made from the Rust types, and true of every file in the project.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::{project, run, snapshot};

const KINDS: [&str; 4] = ["rule", "provider", "case", "resources"];

fn schema(kind: &str) -> Value {
    let output = run(&["schema", kind], "");
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{kind}");
    serde_json::from_str(&output.stdout).expect("JSON")
}

/// All JSON files below a folder, read.
fn files_below(folder: &Path) -> Vec<(String, Value)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read_to_string(&path).expect("a readable file");
            files.push((path.display().to_string(), serde_json::from_str(&text).expect("JSON")));
        }
    }
    files
}

/// Every file of the project with the kind that it is.
fn files() -> Vec<(&'static str, String, Value)> {
    let mut files = Vec::new();
    for (name, file) in
        files_below(&project("rules")).into_iter().chain(files_below(&project("tests/broken_rules/base")))
    {
        if name.ends_with(".schema.json") {
            continue;
        }
        let kind = match name.rsplit('/').next() {
            Some("provider.json") => "provider",
            Some("resources.json") => "resources",
            _ => "rule",
        };
        files.push((kind, name, file));
    }
    files.extend(files_below(&project("tests/cases")).into_iter().map(|(name, file)| ("case", name, file)));
    files
}

#[test]
fn the_kept_schemas_are_those_that_the_program_prints() {
    for kind in KINDS {
        snapshot(&format!("rules/schema/{kind}.schema.json"), &run(&["schema", kind], "").stdout);
    }
}

#[test]
fn every_schema_is_one() {
    for kind in KINDS {
        if let Err(error) = jsonschema::meta::validate(&schema(kind)) {
            panic!("{kind}: {error}");
        }
    }
}

#[test]
fn every_file_of_the_project_fits_its_schema() {
    let files = files();
    for kind in KINDS {
        let validator = jsonschema::validator_for(&schema(kind)).expect("a schema");
        let mut count = 0;
        for (_, name, file) in files.iter().filter(|(known, ..)| *known == kind) {
            let mistakes: Vec<String> =
                validator.iter_errors(file).map(|error| format!("{name}{}: {error}", error.instance_path())).collect();
            assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
            count += 1;
        }
        assert!(count > 0, "{kind}");
    }
}

#[test]
fn what_the_format_refuses_does_not_fit() {
    let files = files();
    for kind in KINDS {
        let validator = jsonschema::validator_for(&schema(kind)).expect("a schema");
        let (_, name, file) = files.iter().find(|(known, ..)| *known == kind).expect("a file");
        assert!(validator.is_valid(file), "{name}");
        let mut unknown = file.clone();
        unknown["colour"] = json!("red");
        let mut missing = file.clone();
        missing.as_object_mut().expect("an object").remove("format");
        let mut wrong = file.clone();
        wrong["format"] = json!("1");
        let mut editor = file.clone();
        editor["$schema"] = json!("../schema.json");
        for (change, changed, fits) in [
            ("unknown", unknown, false),
            ("missing", missing, false),
            ("wrong", wrong, false),
            ("$schema", editor, true),
        ] {
            assert_eq!(validator.is_valid(&changed), fits, "{kind}: {change}");
        }
        // A schema never fits a file of another kind.
        for (other, name, file) in files.iter().filter(|(other, ..)| *other != kind) {
            assert!(!validator.is_valid(file), "{name} ({other}) fits {kind}");
        }
    }
    let rule = jsonschema::validator_for(&schema("rule")).expect("a schema");
    let file =
        &files.iter().find(|(kind, name, _)| *kind == "rule" && name.contains("OpenBox")).expect("the small file").2;
    let pointers = [
        ("/parameters/0/type", json!("text")),
        ("/parameters/2/checks/0/must/range/min", json!("1")),
        ("/parameters/2/checks/0/basis", json!("guessed")),
        ("/checks/0/must", json!({"cuont": {"max": 1}})),
        ("/errors/0/status", json!("404")),
        ("/entities/box", json!({"section": 1})),
    ];
    for (pointer, value) in pointers {
        let mut changed = file.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
        assert!(!rule.is_valid(&changed), "{pointer}");
    }
}
