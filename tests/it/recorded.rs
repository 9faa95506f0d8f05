//! Facts from calls, with a made-up provider: what its file says of a call decides what is learnt from it.

use serde_json::{Value, json};

use crate::support::{RuleSet, report, rule_sets};

fn sample() -> &'static RuleSet {
    rule_sets().iter().find(|rules| rules.provider()["provider"] == "sample").expect("the made-up provider")
}

/// The report of a request that is right, with facts.
fn with_facts(facts: Value) -> Value {
    let params =
        json!({"Url": "https://thing1.store-sa-two.sample.invalid/x", "Target": "thing-1", "ObjectName": "web"});
    let request = json!({
        "provider": "sample", "service": "demo", "operation": "MoveObject", "edition": "2026-05", "params": params,
        "facts": facts
    });
    report(sample(), &request)
}

/// Ids of the failed checks, without the operation, in a list of the report.
fn checks(report: &Value, list: &str) -> Vec<String> {
    let checks = report[list].as_array().into_iter().flatten().filter_map(|one| one["check"].as_str());
    checks.filter_map(|check| Some(check.split_once('#')?.1.to_owned())).collect()
}

#[track_caller]
fn found(facts: Value, expected: &[&str]) {
    let report = with_facts(facts.clone());
    assert_ne!(report["verdict"], "unreadable", "{facts}: {report}");
    assert_eq!(checks(&report, "findings"), expected, "{facts}");
}

#[test]
fn the_request_is_right() {
    found(json!({}), &[]);
}

#[test]
fn a_refusal_shows_that_a_thing_exists() {
    let call =
        |code: &str| json!({"call": "store/ReadBucket", "request": {"Name": "thing-1"}, "response": {"Code": code}});
    found(call("Hidden"), &["target-readable"]);
    found(call("Busy"), &[]);
    found(
        json!([call("Hidden"), {"call": "store/ReadBucket", "request": {}, "response": {"Bucket": {"Name": "thing-1"}}}]),
        &[],
    );
    // What is absent is neither readable nor refused.
    found(call("NoBucket"), &[]);
}

#[test]
fn a_call_has_names_in_many_spellings() {
    for name in ["store/ReadBucket", "store/read-bucket", "store/read_bucket", "Store/HEAD Bucket", "store/head_bucket"]
    {
        found(
            json!({"call": name, "request": {"name": "thing-1"}, "response": {"Code": "Hidden"}}),
            &["target-readable"],
        );
    }
    let report = with_facts(json!({"call": "store/DropBucket", "request": {}, "response": {}}));
    assert_eq!(report["problem"]["kind"], "facts", "{report}");
}

#[test]
fn part_of_a_host_names_a_thing() {
    let buckets = |items: Value| json!({"buckets": {"complete": true, "items": items}});
    found(buckets(json!([{"Name": "thing-1"}])), &["bucket-exists"]);
    found(buckets(json!([{"Name": "thing-1"}, {"Name": "thing1", "State": "warm"}])), &[]);
    found(buckets(json!([{"Name": "thing-1"}, {"Name": "thing1", "State": "cold"}])), &["bucket-warm"]);
}

#[test]
fn letter_case_of_fields_does_not_count_where_the_section_says_so() {
    let request = json!({"Bucket": "thing-1", "Object": "web"});
    for response in [json!({"X-Size": "0"}), json!({"Headers": {"x-SIZE": ["0"]}})] {
        found(json!({"call": "store/HeadObject", "request": request, "response": response}), &["object-size"]);
    }
    found(json!({"headers": [{"bucket": "thing-1", "NAME": "web", "X-SIZE": 0}]}), &["object-size"]);
    // Another section knows its fields as they are written.
    found(json!({"buckets": [{"Name": "thing1", "state": "cold"}]}), &[]);
}

#[test]
fn a_count_is_taken_only_from_the_question_that_counts() {
    let limit = json!({"sample": {"moves": [{"Limit": 3}]}});
    let count = |request: Value, kind: &str| json!([limit, {"call": "demo/CountMoves", "request": request, "response": {"Moves": [], "Total": 3, "Kind": kind}}]);
    let nested = json!({"Filter": [{"Name": "state", "Value": ["done"]}], "PageSize": 1});
    let flat = json!({"Filter.1.Name": "state", "Filter.1.Value.1": "done"});
    let text = json!({"filter": "[{\"Name\":\"state\",\"Value\":[\"done\"]}]"});
    for request in [nested.clone(), flat, text] {
        found(count(request, "all"), &["moves-left"]);
    }
    found(count(nested, "some"), &[]);
    for other in [
        json!({}),
        json!({"Filter": [{"Name": "state", "Value": ["done", "begun"]}]}),
        json!({"Filter": [{"Name": "state", "Value": ["done"]}, {"Name": "zone", "Value": ["a"]}]}),
        json!({"Filter": [{"Name": "state", "Value": ["done"]}], "Zone": "a"}),
    ] {
        found(count(other, "all"), &[]);
    }
    // A raw response does not say what was asked.
    found(json!([limit, {"Moves": [], "Total": 3, "Kind": "all"}]), &[]);
}

#[test]
fn attachments_stand_with_the_role_with_the_policies_or_alone() {
    let none = json!({"Statement": []});
    let policy = json!({"PolicyName": "p", "Document": none});
    let role = |policies: Value| json!({"RoleName": "thing-2", "Policies": {"Policy": policies}});
    found(json!({"roles": [role(json!([policy]))]}), &["role-may-move"]);
    found(json!({"policies": [role(json!([policy]))]}), &["role-may-move"]);
    let alone = json!({"RoleName": "thing-2", "PolicyName": "p", "Document": none});
    // There may be other attachments, unless the section is complete.
    found(json!({"policies": [alone]}), &[]);
    found(json!({"policies": {"complete": true, "items": [alone]}}), &["role-may-move"]);
    found(json!({"role-policies": {"complete": true, "items": [alone]}}), &["role-may-move"]);
    found(json!({"role-policies": {"complete": true, "items": []}}), &["role-may-move"]);
    // Complete policies without a word about roles do not say what is attached.
    found(json!({"policies": {"complete": true, "items": [policy]}}), &[]);
    let mover = json!({"RoleName": "thing-2", "PolicyName": "Mover"});
    found(json!({"policies": {"complete": true, "items": [alone, mover]}}), &[]);
}

#[test]
fn warnings_carry_the_answer_that_is_likely() {
    let params = json!({
        "Url": "https://thing1.store-sa-one.sample.invalid/x", "Target": "thing-1", "ObjectName": "x", "Mode": "odd"
    });
    let request = json!({"provider": "sample", "operation": "MoveObject", "edition": "2026-05", "params": params});
    let report = report(sample(), &request);
    let warnings = report["warnings"].as_array().expect("a list");
    let told: Vec<Value> = warnings.iter().map(|one| json!([one["code"], one["status"], one["message"]])).collect();
    let expected = json!([
        ["InvalidZone", 400, "https://thing1.store-sa-one.sample.invalid/x is in no zone."],
        ["InvalidName", 400, "The name is wrong."],
        ["InvalidParameter", 400, "The specified parameter \"Mode\" is not valid."]
    ]);
    assert_eq!(json!(told), expected, "{report}");
}
