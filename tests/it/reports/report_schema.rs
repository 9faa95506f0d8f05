//! The JSON Schema of reports: kept as the program prints it, and true of every report, to the last member.

use serde_json::{Value, json};

use super::{cases, zoo};
use crate::cli::{PASSES, run, snapshot};

fn schema() -> Value {
    serde_json::from_str(&run(&["schema", "report"], "").stdout).expect("JSON")
}

/// The same schema without room for members that it does not name: what is printed must be described.
fn closed(mut schema: Value) -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(members) => {
                if members.get("properties").is_some_and(Value::is_object)
                    && !members.contains_key("additionalProperties")
                {
                    members.insert("additionalProperties".to_owned(), json!(false));
                }
                members.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

#[test]
fn the_kept_schema_is_the_one_that_the_program_prints() {
    snapshot("docs/report.schema.json", &run(&["schema", "report"], "").stdout);
    jsonschema::meta::validate(&schema()).expect("a schema");
}

#[test]
fn every_report_fits_the_schema() {
    let validator = jsonschema::validator_for(&closed(schema())).expect("a schema");
    for input in [zoo(), cases()] {
        let lines = run(&["check", "--format=ndjson", "--input=ndjson", "-"], &input).reports();
        assert!(lines.len() > 7);
        let document = run(&["check", "--format=json", "--input=ndjson", "-"], &input).stdout;
        let document: Value = serde_json::from_str(&document).expect("JSON");
        for printed in lines.iter().chain([&document]) {
            let mistakes: Vec<String> = validator.iter_errors(printed).map(|error| error.to_string()).collect();
            assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
        }
    }
}

#[test]
fn what_is_no_report_does_not_fit() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let report = run(&["check", "--format=ndjson", "-"], PASSES).reports().remove(0);
    assert!(validator.is_valid(&report));
    for (pointer, value) in [
        ("/verdict", json!("maybe")),
        ("/findings", Value::Null),
        ("/source/line", json!("1")),
        ("/request/edition", Value::Null),
        ("/rules/digest", json!(1)),
        ("/open/0/needs", json!("fact:images")),
    ] {
        let mut changed = report.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
    // Members that are not known yet are allowed, and only code, status and message may be null.
    let mut later = report.clone();
    later["colour"] = json!("red");
    later["open"][0]["code"] = Value::Null;
    assert!(validator.is_valid(&later));
}
