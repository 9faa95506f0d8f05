//! What a scalar parameter may be: values on both sides of every limit, and those among them that no check refuses.
//!
//! Never makes a request, except to ask the reference what it says of one value alone.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

use crate::reference::harvest::{Mentioned, mentioned};
use crate::reference::names::{self, members_of};
use crate::reference::{self, plan};

/// What a scalar parameter may be.
#[derive(Default)]
pub struct Pool {
    /// Values that no check of the parameter alone refuses.
    pub good: Vec<Value>,
    /// Values on both sides of all limits.
    pub any: Vec<Value>,
    pub mentioned: Mentioned,
}

/// Collects the pools of a parameter and all below it.
pub fn collect(provider: &Value, operation: &Value, rule: &Value, pattern: &str, pools: &mut BTreeMap<String, Pool>) {
    match rule["type"].as_str().expect("a parameter has a type") {
        "list" => collect(provider, operation, &rule["items"], &format!("{pattern}[]"), pools),
        "object" => {
            for field in plan::list(rule, "fields") {
                let name = field["name"].as_str().expect("a parameter has a name");
                collect(provider, operation, field, &names::member(pattern, name), pools);
            }
        }
        kind => {
            pools.insert(pattern.to_owned(), pool(provider, operation, kind, pattern));
        }
    }
}

/// What a scalar at a path may be.
pub fn pool(provider: &Value, operation: &Value, kind: &str, pattern: &str) -> Pool {
    let mentioned = mentioned(provider, operation, pattern);
    let typed = provider["wire"]["scalars"] == "typed";
    let mut texts = mentioned.texts.clone();
    for length in mentioned.lengths.iter().filter(|length| **length <= 300) {
        texts.extend(["a", "7", "A", "中"].map(|character| character.repeat(*length)));
    }
    texts.extend(["img-0abc", "thing-1", "thing-2", "Ab1", "ab-1", "A b"].map(str::to_owned));
    texts.extend(mentioned.patterns.first().into_iter().flat_map(|pattern| samples(pattern)));
    let mut any = Vec::new();
    for text in &texts {
        let number = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
        let takes_text = kind == "string" || !typed || number.is_none();
        any.extend(takes_text.then(|| json!(text)));
        any.extend(number.filter(|_| kind != "string" || !typed || text.len() < 3));
    }
    any.extend((kind == "boolean").then_some([json!(true), json!(false)]).into_iter().flatten());
    any.extend(
        matches!(kind, "integer" | "unsigned")
            .then_some([json!(u64::MAX), json!(i64::MIN), json!(1e30)])
            .into_iter()
            .flatten(),
    );
    let alone = alone(operation, pattern);
    let good = any.iter().filter(|value| is_good(provider, &alone, pattern, value)).cloned().collect();
    Pool { good, any, mentioned }
}

/// A few texts of a pattern, always the same ones.
fn samples(pattern: &str) -> Vec<String> {
    let Ok(strategy) = string_regex(pattern) else { return Vec::new() };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    (0..4).filter_map(|_| strategy.new_tree(&mut runner).ok()).map(|tree| tree.current()).collect()
}

/// The operation with only one of its parameters, and the checks that point at it.
fn alone(operation: &Value, pattern: &str) -> Value {
    let root = members_of(pattern)[0].0;
    let mut alone = operation.clone();
    let keep = |key: &str, same: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        plan::list(operation, key).iter().filter(|rule| same(rule)).cloned().collect()
    };
    alone["parameters"] = json!(keep("parameters", &|rule| rule["name"] == root));
    alone["checks"] = json!(keep("checks", &|check| check["parameter"] == pattern));
    alone
}

/// Whether no check says anything against a value, when nothing else is sent.
fn is_good(provider: &Value, operation: &Value, pattern: &str, value: &Value) -> bool {
    let mut params = Map::new();
    let (root, wrapped) =
        members_of(pattern).into_iter().rev().fold((String::new(), value.clone()), |inner, member| {
            let value = if inner.0.is_empty() { inner.1 } else { json!({ inner.0: inner.1 }) };
            (member.0.to_owned(), if member.1 { json!([value]) } else { value })
        });
    params.insert(root, wrapped);
    let outcome = reference::evaluate(provider, operation, &json!({ "params": params }));
    let first_index = provider["wire"]["first_index"].as_u64().unwrap_or_default();
    let wire_name = match provider["wire"]["lists"].as_str() {
        Some("bracketed") => pattern.replace("[]", &format!("[{first_index}]")),
        _ => pattern.replace("[]", &format!(".{first_index}")),
    };
    let about = |parameter: &str| parameter == wire_name;
    !outcome.findings.iter().any(|finding| about(&finding.parameter))
        && !outcome.warnings.iter().any(|warning| warning.parameter.as_deref().is_some_and(about))
}
