//! Facts: sections of items with the fields that checks speak of, and policy documents.
//!
//! Never looks at a request; what facts have from it is filled in later.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Value, json};

use super::Palette;
use super::assembly::set_path;
use crate::reference::harvest::Node;

/// One section of facts, before it is bound to the request.
#[derive(Clone, Debug)]
pub struct SectionPlan {
    pub items: Vec<(Value, Region)>,
    pub form: Form,
    pub region: Region,
}

/// How a section is written.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    List,
    Open,
    Complete,
}

/// Which region something is of.
#[derive(Clone, Copy, Debug)]
pub enum Region {
    Same,
    Other,
    Missing,
}

fn region() -> impl Strategy<Value = Region> + Clone {
    prop_oneof![4 => Just(Region::Same), 1 => Just(Region::Other), 2 => Just(Region::Missing)]
}

impl Palette {
    /// Facts: for each section that the operation's checks speak of, items with the fields that they speak of.
    pub fn facts(&self) -> BoxedStrategy<BTreeMap<String, SectionPlan>> {
        let sections: Vec<_> = self
            .sections
            .keys()
            .map(|name| {
                let item = (self.items(name), region());
                let items = proptest::collection::vec(item, 0..4);
                let plan = (items, select(vec![Form::List, Form::Open, Form::Complete]), region());
                let plan = plan.prop_map(|(items, form, region)| SectionPlan { items, form, region });
                (Just(name.clone()), proptest::option::weighted(0.8, plan)).boxed()
            })
            .collect();
        sections
            .prop_map(|sections| sections.into_iter().filter_map(|(name, plan)| Some((name, plan?))).collect())
            .boxed()
    }

    /// Items for a section, with the fields that checks speak of, and keys that the request may or may not name.
    pub fn items(&self, section: &str) -> BoxedStrategy<Value> {
        let key_path = self.provider["sections"][section]["key"].as_str().expect("a section has a key").to_owned();
        let within_path = self.provider["sections"][section]["within"].as_str().map(str::to_owned);
        let node = &self.sections[section];
        let values = |path: &str| node_at(node, path).map(|node| node.values.clone()).unwrap_or_default();
        let within = within_path.as_deref().map_or_else(|| vec![Value::Null], values);
        (node_value(node), select(values(&key_path)), select(within))
            .prop_map(move |(mut fields, key, within)| {
                set_path(&mut fields, &key_path, key);
                if let Some(path) = &within_path {
                    set_path(&mut fields, path, within);
                }
                fields
            })
            .boxed()
    }
}

fn node_at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(node, |node, name| node.fields.get(name))
}

/// A value for a field of facts.
fn node_value(node: &Node) -> BoxedStrategy<Value> {
    let mut choices: Vec<(u32, BoxedStrategy<Value>)> = Vec::new();
    if let Some((principal, actions)) = &node.document {
        choices.push((8, document(principal, actions)));
    }
    if let Some(elements) = &node.elements {
        let length = prop_oneof![3 => 0..4_usize, 1 => 4..7_usize];
        let element = node_value(elements);
        let elements = length.prop_flat_map(move |length| proptest::collection::vec(element.clone(), length));
        choices.push((8, elements.prop_map(Value::Array).boxed()));
    }
    if !node.fields.is_empty() {
        let fields: Vec<_> = node
            .fields
            .iter()
            .map(|(name, field)| {
                let value = prop_oneof![20 => node_value(field), 1 => Just(Value::Null)];
                (Just(name.clone()), proptest::option::weighted(0.85, value)).boxed()
            })
            .collect();
        let object =
            fields.prop_map(|fields| fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect());
        choices.push((8, object.prop_map(Value::Object).boxed()));
    }
    if !node.values.is_empty() {
        choices.push((8, select(node.values.clone()).boxed()));
    }
    if !node.odd.is_empty() {
        choices.push((2, select(node.odd.clone()).boxed()));
    }
    if choices.is_empty() {
        choices.push((1, Just(json!("odd")).boxed()));
    }
    Union::new_weighted(choices).boxed()
}

/// A policy document, as an object or as text. A null principal makes a permission document.
fn document(principal: &Value, actions: &[String]) -> BoxedStrategy<Value> {
    let action = actions.to_vec();
    let first_letters = |action: &String| format!("{}*", &action[..action.find(':').map_or(1, |colon| colon + 1)]);
    let wild: Vec<Value> = action.iter().map(|action| json!(first_letters(action))).collect();
    let mut action_choices: Vec<Value> = action.iter().map(|action| json!(action)).chain(wild).collect();
    action_choices.extend([json!("*"), json!("other:Thing"), json!(action), json!(["other:Thing", "*"]), json!([])]);
    action_choices.extend(action.iter().map(|action| json!(format!("{}?", &action[..action.len() - 1]))));
    let (kind, name) = principal
        .as_object()
        .and_then(|principal| principal.iter().next())
        .map_or((String::new(), Value::Null), |(kind, name)| (kind.clone(), name.clone()));
    let principals = vec![
        json!({ &kind: name }),
        json!({ &kind: [name, "other.invalid"] }),
        json!({ &kind: "other.invalid" }),
        json!({ &kind: ["other.invalid"] }),
        json!("*"),
        json!({ "Other": name }),
    ];
    let with_principal = !principal.is_null();
    let rare = |value: Value| proptest::option::weighted(0.1, Just(value));
    let resource =
        select(vec![Value::Null, Value::Null, json!("*"), json!(["*"]), json!("acs:one"), json!(["acs:one"])]);
    let negated = select(vec!["", "", "", "", "", "", "", "", "NotAction", "NotPrincipal", "NotResource"]);
    let effect = prop_oneof![5 => Just("Allow"), 1 => Just("Deny")];
    let statement =
        (effect, select(action_choices), select(principals), resource, rare(json!({"a": {"b": "c"}})), negated)
            .prop_map(move |(effect, action, principal, resource, condition, negated)| {
                let mut statement = json!({ "Effect": effect });
                let members = [
                    (if negated == "NotAction" { negated } else { "Action" }, Some(action)),
                    (
                        if negated == "NotPrincipal" { negated } else { "Principal" },
                        Some(principal).filter(|_| with_principal),
                    ),
                    (
                        if negated == "NotResource" { negated } else { "Resource" },
                        Some(resource).filter(|r| !r.is_null()),
                    ),
                    ("Condition", condition),
                ];
                for (name, value) in members {
                    if let Some(value) = value {
                        statement[name] = value;
                    }
                }
                statement
            });
    let statements = prop_oneof![
        1 => statement.clone(),
        4 => proptest::collection::vec(statement, 0..4).prop_map(Value::Array),
    ];
    let whole = (statements, any::<bool>(), any::<bool>()).prop_map(|(statements, small, as_text)| {
        let document =
            if small { small_names(&json!({"statement": statements})) } else { json!({"Statement": statements}) };
        if as_text { json!(document.to_string()) } else { document }
    });
    prop_oneof![15 => whole, 1 => Just(json!("no document"))].boxed()
}

/// A document as providers write it that use small letters.
fn small_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.to_ascii_lowercase(), small_names(value))).collect()
        }
        Value::Array(items) => items.iter().map(small_names).collect(),
        Value::String(text) if text == "Allow" || text == "Deny" => json!(text.to_ascii_lowercase()),
        other => other.clone(),
    }
}
