//! What rule files can say of resources, shown with a made-up provider.

use std::borrow::Cow;
use std::fs;

use preflint::{Checker, Facts, Form, RuleFile};
use serde_json::{Value, json};

use super::awaited;
use crate::cli::project;

/// The made-up provider with these arguments of its only resource.
fn checker(arguments: &Value) -> Checker {
    let of_base = |path: &str| {
        let text = fs::read_to_string(project("tests/broken_rules/base").join(path)).expect("a file of the base");
        RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text) }
    };
    let resources = json!({
        "format": 1, "operation": "acme/box/OpenBox",
        "sources": [{"id": "TF", "title": "terraform-provider-acme", "read": "2026-11-22"}],
        "resources": {"terraform": {"acme_open_box": {"arguments": arguments, "secrets": ["pin"]}}}
    });
    let path = "acme/box/OpenBox/resources.json".to_owned();
    let resources = RuleFile { name: path.clone(), path, text: Cow::Owned(resources.to_string()) };
    let files = [of_base("acme/provider.json"), of_base("acme/box/OpenBox/2026-01.json"), resources];
    Checker::from_files(files).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// The report of the resource with these values.
fn report(arguments: &Value, values: &Value) -> Value {
    let change = json!({"actions": ["create"], "after": values});
    let plan = json!({"format_version": "1.2", "resource_changes": [{"type": "acme_open_box", "name": "x", "change": change}]});
    let checker = checker(arguments);
    let text = plan.to_string();
    let found = checker.read(Form::named("terraform").expect("a form"), &text);
    assert_eq!(found.len(), 1);
    let request = found[0].request.as_ref().expect("a request");
    serde_json::to_value(checker.check(request, &Facts::none()).record()).expect("a report is JSON")
}

/// The parameters at fault.
fn faults(arguments: &Value, values: &Value) -> Vec<String> {
    let report = report(arguments, values);
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter_map(|finding| finding["parameter"].as_str().map(str::to_owned)).collect()
}

#[test]
fn arguments_lie_in_blocks_and_lists() {
    let single = json!([{"name": "box.id", "parameter": "BoxId"}]);
    assert_eq!(faults(&single, &json!({"box": {"id": "much-too-long"}})), ["BoxId"]);
    assert!(faults(&single, &json!({"box": {"id": "fits"}})).is_empty());
    // A list of one block for what is no list, and one value for what is a list.
    let one = json!([{"name": "box[].id", "parameter": "BoxId"}, {"name": "shape", "parameter": "Keys[].Shape"}]);
    assert_eq!(faults(&one, &json!({"box": [{"id": "much-too-long"}], "shape": "9"})), ["BoxId", "Keys[0].Shape"]);
    let each = json!([{"name": "key[].shape", "parameter": "Keys[].Shape"}]);
    assert_eq!(faults(&each, &json!({"key": [{"shape": "a"}, {"shape": "9"}]})), ["Keys[1].Shape"]);
    assert_eq!(faults(&each, &json!({"key": [{}, {"shape": "9"}]})), ["Keys[1].Shape"], "a gap stays a gap");
    assert_eq!(faults(&each, &json!({"key": {"shape": "9"}})), ["Keys[0].Shape"], "one block instead of a list");
    assert!(faults(&each, &json!({"other": "9"})).is_empty(), "what is not listed is not sent");
}

#[test]
fn what_is_sent_for_an_argument_that_is_not_set() {
    let with = |more: Value| {
        let mut argument = json!({"name": "depth", "parameter": "Depth"});
        argument.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!([argument])
    };
    // 12 is out of range, 3 is not.
    assert_eq!(faults(&with(json!({"default": 12})), &json!({"depth": null})), ["Depth"]);
    assert!(faults(&with(json!({"default": 12})), &json!({"depth": 3})).is_empty());
    assert_eq!(faults(&with(json!({})), &json!({"depth": 0})), ["Depth"]);
    assert!(faults(&with(json!({"empty_is_unset": true})), &json!({"depth": 0})).is_empty());
    assert_eq!(faults(&with(json!({"empty_is_unset": true, "default": 12})), &json!({"depth": 0})), ["Depth"]);
    let open = |arguments: &Value, values: &Value| awaited(&report(arguments, values)).contains(&"Depth".to_owned());
    assert!(open(&with(json!({"from_environment": true})), &json!({})));
    assert!(!open(&with(json!({})), &json!({})));
    let overridden = with(json!({"overridden_by": ["profile"]}));
    assert_eq!(faults(&overridden, &json!({"depth": 12})), ["Depth"]);
    assert!(open(&overridden, &json!({"depth": 12, "profile": "x"})));
    // The known beginning of a text decides, what is made up later does not.
    let name = |default: &str| json!([{"name": "id", "parameter": "BoxId", "default": default}]);
    assert_eq!(faults(&name("much-too-long-{number}"), &json!({})), ["BoxId"]);
    assert!(faults(&name("box{number}"), &json!({})).is_empty());
}

#[test]
fn a_number_travels_as_text() {
    let plain = json!([{"name": "id", "parameter": "BoxId"}]);
    let as_text = json!([{"name": "id", "parameter": "BoxId", "as": "text"}]);
    assert_eq!(faults(&plain, &json!({"id": 1234})), ["BoxId"], "a number is no text on this wire");
    assert!(faults(&as_text, &json!({"id": 1234})).is_empty());
    assert!(faults(&as_text, &json!({"id": true})).is_empty());
}
