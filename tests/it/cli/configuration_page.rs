//! docs/configuration.md tells every key of the configuration, its examples are good, and so is the schema.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::{Folder, PASSES, project, run, snapshot};

const SCHEMA: &str = "docs/schema/config.schema.json";

fn page() -> String {
    fs::read_to_string(project("docs/configuration.md")).expect("the page")
}

fn schema() -> Value {
    serde_json::from_str(&run(&["schema", "config"], "").stdout).expect("JSON")
}

/// TOML as a JSON Schema sees it: dates are texts.
fn as_json(text: &str) -> Value {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => Value::String(text),
            toml::Value::Integer(number) => json!(number),
            toml::Value::Float(number) => json!(number),
            toml::Value::Boolean(truth) => json!(truth),
            toml::Value::Datetime(date) => Value::String(date.to_string()),
            toml::Value::Array(values) => values.into_iter().map(plain).collect(),
            toml::Value::Table(members) => members.into_iter().map(|(key, value)| (key, plain(value))).collect(),
        }
    }
    plain(toml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn examples() -> Vec<String> {
    let page = page();
    let blocks = page.split("```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// A folder in which all that the examples name is there.
fn folder() -> Folder {
    let facts = |name: &str| fs::read(project(&format!("examples/facts/{name}.json"))).expect("facts");
    Folder::new("configuration-page")
        .with("facts/images.json", facts("images"))
        .with("facts/roles.json", facts("roles"))
        .with("baseline.json", r#"{"schema": "preflint/baseline/v1", "known": []}"#)
        .with("our-rules/README.md", "")
        .with("passes.json", PASSES)
}

#[test]
fn the_kept_schema_is_the_one_that_the_program_prints() {
    snapshot(SCHEMA, &run(&["schema", "config"], "").stdout);
    if let Err(error) = jsonschema::meta::validate(&schema()) {
        panic!("{error}");
    }
}

#[test]
fn the_page_tells_every_key() {
    let schema = schema();
    let of = |properties: &Value| properties.as_object().expect("properties").keys().cloned().collect::<BTreeSet<_>>();
    let keys = of(&schema["properties"]);
    let of_entries = of(&schema["$defs"]["IgnoreEntry"]["properties"]);
    let page = page();
    let tables: Vec<BTreeSet<String>> = page
        .split("| key | value | meaning |\n|---|---|---|\n")
        .skip(1)
        .map(|table| {
            let rows = table.lines().take_while(|line| line.starts_with('|'));
            rows.filter_map(|row| row.split('|').nth(1)).map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
        })
        .collect();
    assert_eq!(tables, [keys.clone(), of_entries.clone()]);
    // Each is shown, too.
    let shown = format!("\n{}", examples().concat());
    for key in keys.iter().chain(&of_entries) {
        let forms = [format!("\n{key} = "), format!("\n[{key}]\n"), format!("\n[[{key}]]\n")];
        let is_shown = forms.iter().any(|form| shown.contains(form));
        assert!(is_shown, "no example has {key}");
    }
    // The words of values are those of the program.
    for word in ["none", "some", "all", "warning", "unused-ignore"] {
        assert!(page.contains(&format!("`\"{word}\"`")), "{word}");
    }
}

#[test]
fn its_examples_are_understood() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let examples = examples();
    assert!(examples.len() > 1);
    for example in examples {
        let mistakes: Vec<String> = validator.iter_errors(&as_json(&example)).map(|error| error.to_string()).collect();
        assert!(mistakes.is_empty(), "{example}{mistakes:?}");
        let folder = folder().with("preflint.toml", &example);
        let output = folder.run(&["check", "-q", "passes.json"]);
        assert!([0, 1].contains(&output.code), "{example}{}", output.stderr);
    }
}

#[test]
fn schema_and_program_refuse_the_same() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let entry = "[[ignore]]\nreason = \"why\"\ncheck = \"oss-prefix-chars\"\n";
    for (config, is_good) in [
        (String::new(), true),
        (entry.to_owned(), true),
        (entry.to_owned() + "until = 2999-01-01\n", true),
        ("strict = \"none\"\nfail-on = []\n".to_owned(), true),
        ("colour = 1\n".to_owned(), false),
        (entry.to_owned() + "colour = 1\n", false),
        ("[[ignore]]\ncheck = \"oss-prefix-chars\"\n".to_owned(), false),
        ("strict = \"most\"\n".to_owned(), false),
        ("fail-on = [\"everything\"]\n".to_owned(), false),
        ("facts = \"images.json\"\n".to_owned(), false),
        ("follow-links = \"yes\"\n".to_owned(), false),
        ("[editions]\nExportImage = 2021\n".to_owned(), false),
        (entry.to_owned() + "paths = \"a\"\n", false),
    ] {
        assert_eq!(validator.is_valid(&as_json(&config)), is_good, "schema: {config}");
        let output = folder().with("preflint.toml", &config).run(&["check", "-q", "passes.json"]);
        assert_eq!(output.code != 2, is_good, "program: {config}{}", output.stderr);
    }
}

#[test]
fn the_comment_of_the_page_ignores() {
    let page = page();
    let request = page.split("```http\n").nth(1).and_then(|block| block.split("```").next()).expect("the example");
    let folder = Folder::new("page-comment").with("a.http", request);
    let output = folder.run(&["check", "--format", "ndjson", "a.http"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert_eq!(output.reports()[0]["suppressed"][0]["by"], "comment");
}
