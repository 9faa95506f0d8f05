//! Changes that make a request look less like the rule file: other names, flat names, duplicates, unknown values.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use super::assembly::Assembly;
use crate::reference::names;
use crate::reference::plan;

/// A change to a request that makes it look less like the rule file.
#[derive(Clone, Debug)]
pub enum Twist {
    OtherCase(Index, bool),
    Alias(Index),
    Flat(Index),
    Stranger(&'static str, Value),
    InnerStranger(Index),
    Duplicate(Index, bool),
    /// Beside a value, an empty text for the same parameter.
    Emptied(Index),
    Unknown(Index),
    /// A parameter whose value is not known, and is given all the same.
    UnknownYetGiven(Index),
    UnknownInside(Index),
    UnknownStranger,
}

pub fn twist() -> impl Strategy<Value = Twist> {
    let strangers = select(vec!["Stranger", "x-strange", "Strange.1.Thing", "strange[0].thing"]);
    let values = select(vec![
        json!("x"),
        json!(1),
        json!({"a": "b"}),
        json!(["a", {"b": ""}]),
        json!(""),
        json!([]),
        Value::Null,
    ]);
    prop_oneof![
        (any::<Index>(), any::<bool>()).prop_map(|(index, inner)| Twist::OtherCase(index, inner)),
        any::<Index>().prop_map(Twist::Alias),
        any::<Index>().prop_map(Twist::Flat),
        (strangers, values).prop_map(|(name, value)| Twist::Stranger(name, value)),
        any::<Index>().prop_map(Twist::InnerStranger),
        (any::<Index>(), any::<bool>()).prop_map(|(index, same)| Twist::Duplicate(index, same)),
        any::<Index>().prop_map(Twist::Emptied),
        any::<Index>().prop_map(Twist::Unknown),
        any::<Index>().prop_map(Twist::UnknownYetGiven),
        any::<Index>().prop_map(Twist::UnknownInside),
        Just(Twist::UnknownStranger),
    ]
}

impl Assembly<'_> {
    pub fn twist(&mut self, twist: &Twist, unknown: &mut Vec<String>) {
        let names: Vec<String> = self.params.keys().cloned().collect();
        let pick = |index: &Index| (!names.is_empty()).then(|| index.get(&names).clone());
        match twist {
            Twist::OtherCase(index, inner) => {
                let Some(name) = pick(index) else { return };
                match self.params.get_mut(&name) {
                    Some(value) if *inner => other_case_inside(value),
                    _ => self.rename(&name, &swapped_case(&name)),
                }
            }
            Twist::Alias(index) => {
                let Some(name) = pick(index) else { return };
                let aliases = plan::rule_of(self.operation, &name).map_or(&[][..], |rule| plan::list(rule, "aliases"));
                if let Some(alias) = aliases.first().and_then(Value::as_str) {
                    self.rename(&name, alias);
                }
            }
            Twist::Flat(index) => {
                let Some(name) = pick(index) else { return };
                if let Some(value) = self.params.remove(&name) {
                    flatten(self.provider, &name, &value, &mut self.params);
                }
            }
            Twist::Stranger(name, value) => {
                self.params.insert((*name).to_owned(), value.clone());
            }
            Twist::InnerStranger(index) => {
                let stranger = |value: &mut Value| {
                    let object = match value {
                        Value::Array(items) => items.first_mut().and_then(Value::as_object_mut),
                        value => value.as_object_mut(),
                    };
                    // Beside something that is surely sent, so that nobody wonders whether the object is given.
                    let sure =
                        |object: &Map<String, Value>| object.values().any(|value| value == "x" || value.is_number());
                    if let Some(object) = object.filter(|object| sure(object)) {
                        object.insert("Stranger".to_owned(), json!("x"));
                    }
                };
                pick(index).and_then(|name| self.params.get_mut(&name)).map(stranger);
            }
            Twist::Duplicate(index, same) => {
                let leaves = self.leaves();
                if !leaves.is_empty() {
                    let (_, leaf, value) = index.get(&leaves).clone();
                    self.params.insert(leaf, if *same { value } else { json!("another") });
                }
            }
            Twist::Emptied(index) => {
                let leaves = self.leaves();
                if !leaves.is_empty() {
                    let (_, leaf, _) = index.get(&leaves).clone();
                    self.params.insert(leaf, json!(""));
                }
            }
            Twist::UnknownYetGiven(index) => {
                let mut leaves = self.leaves();
                leaves.retain(|(root, _, _)| !unknown.contains(root));
                if !leaves.is_empty() {
                    unknown.push(index.get(&leaves).1.clone());
                }
            }
            Twist::Unknown(index) => {
                let declared = plan::list(self.operation, "parameters").iter();
                let declared = declared.chain(plan::list(self.provider, "common_parameters"));
                let free: Vec<&Value> =
                    declared.filter(|rule| !unknown.iter().any(|name| is_named(rule, name))).collect();
                if !free.is_empty() {
                    let rule = index.get(&free);
                    self.params.retain(|name, _| !is_named(rule, name));
                    unknown.extend(rule["name"].as_str().map(str::to_owned));
                }
            }
            Twist::UnknownInside(index) => {
                // Nobody says what is known inside of something that is not known.
                let mut leaves = self.leaves();
                leaves.retain(|(root, _, _)| !unknown.contains(root));
                if !leaves.is_empty() {
                    let (root, leaf, _) = index.get(&leaves).clone();
                    if let Some(value) = self.params.remove(&root) {
                        flatten(self.provider, &root, &value, &mut self.params);
                    }
                    self.params.remove(&leaf);
                    unknown.push(leaf);
                }
            }
            Twist::UnknownStranger if !unknown.iter().any(|name| name == "Mystery") => {
                unknown.push("Mystery".to_owned())
            }
            Twist::UnknownStranger => {}
        }
    }

    /// Scalars inside lists and objects: the parameter that holds each, its flat name, its value.
    fn leaves(&self) -> Vec<(String, String, Value)> {
        let mut leaves = Vec::new();
        for (root, value) in self.params.iter().filter(|(_, value)| value.is_array() || value.is_object()) {
            let mut flat = Map::new();
            flatten(self.provider, root, value, &mut flat);
            let given = flat.into_iter().filter(|(name, value)| !value.is_null() && self.is_scalar(name));
            leaves.extend(given.map(|(name, value)| (root.clone(), name, value)));
        }
        leaves
    }

    /// Whether a flat name leads to a declared scalar.
    fn is_scalar(&self, wire_name: &str) -> bool {
        let Some(steps) = names::split_wire_name(self.provider, wire_name) else { return false };
        let pattern = steps.iter().fold(String::new(), |path, step| match step {
            names::Step::Member(name) => names::member(&path, name),
            names::Step::Element(_) => format!("{path}[]"),
        });
        let kind = plan::rule_of(self.operation, &pattern).map(|rule| &rule["type"]);
        kind.is_some_and(|kind| kind != "list" && kind != "object" && !kind.is_null())
    }

    fn rename(&mut self, name: &str, other: &str) {
        if let Some(value) = self.params.remove(name) {
            self.params.insert(other.to_owned(), value);
        }
    }
}

/// The flat form of a parameter, in the provider's notation.
pub fn flatten(provider: &Value, name: &str, value: &Value, flat: &mut Map<String, Value>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(provider, &names::element(provider, name, at + 1), item, flat);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                flatten(provider, &names::member(name, member), value, flat);
            }
        }
        scalar => {
            flat.insert(name.to_owned(), scalar.clone());
        }
    }
}

/// Whether a name as sent is that of a declared parameter, or of something inside it.
fn is_named(rule: &Value, name: &str) -> bool {
    let root = name.split(['.', '[']).next().unwrap_or_default();
    let mut names = plan::texts(rule, "aliases").into_iter().chain(rule["name"].as_str());
    names.any(|other| other.eq_ignore_ascii_case(root))
}

fn swapped_case(name: &str) -> String {
    let small = name.to_ascii_lowercase();
    if small == name { name.to_ascii_uppercase() } else { small }
}

/// Writes the first member of the first object inside in another letter case.
fn other_case_inside(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().take(1).for_each(other_case_inside),
        Value::Object(members) => {
            if let Some(name) = members.keys().next().cloned() {
                let inner = members.remove(&name).unwrap_or_default();
                members.insert(swapped_case(&name), inner);
            }
        }
        _ => {}
    }
}
