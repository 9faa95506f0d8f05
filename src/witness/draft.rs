//! A request while it is being made: parameters and facts that can be set, left out and compared.
//!
//! Knows where a parameter stands in the request's JSON and nothing of checks.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::operation::{MAX_LIST_DEPTH, Operation, ParameterIndex};

/// Which element of each list around a parameter is meant, outermost first, from 0.
pub(super) type Positions = [usize; MAX_LIST_DEPTH];

/// The greatest length of a list that is ever made.
const MAX_ELEMENTS: usize = 300;

/// A request and the facts that go with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub params: Map<String, Value>,
    pub sections: BTreeMap<String, Section>,
}

/// A section of facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Section {
    pub complete: bool,
    pub items: Vec<Value>,
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Element(usize),
}

/// Something that can be left out of a draft.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Parameter(Vec<Step>),
    Section(String),
    Completeness(String),
    Item(String, usize),
    Field(String, usize, Vec<Step>),
}

/// The steps from the parameters of the request to one of them.
pub(super) fn steps_to(operation: &Operation, parameter: ParameterIndex, at: &Positions) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut next = Some(parameter);
    while let Some(index) = next {
        let parameter = &operation.parameters[index];
        steps.push(if parameter.name.is_empty() && parameter.parent.is_some() {
            Step::Element(at[parameter.list_depth - 1])
        } else {
            Step::Member(parameter.name.clone())
        });
        next = parameter.parent;
    }
    steps.reverse();
    steps
}

/// The part of a value at the end of steps.
pub(super) fn value_at<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Element(place) => value.get(place),
    })
}

/// Puts a part into a value; objects and lists around it are made, or replaced where they are none.
pub(super) fn put(value: &mut Value, steps: &[Step], part: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = part;
        return;
    };
    match step {
        Step::Member(name) => {
            if !value.is_object() {
                *value = json!({});
            }
            if let Value::Object(members) = value {
                put(members.entry(name.clone()).or_insert(Value::Null), rest, part);
            }
        }
        Step::Element(place) => {
            if !value.is_array() {
                *value = json!([]);
            }
            if let Value::Array(elements) = value {
                while elements.len() <= (*place).min(MAX_ELEMENTS) {
                    elements.push(Value::Null);
                }
                if let Some(element) = elements.get_mut(*place) {
                    put(element, rest, part);
                }
            }
        }
    }
}

/// Takes a part out of a value.
pub(super) fn take(value: &mut Value, steps: &[Step]) {
    let Some((step, rest)) = steps.split_first() else { return };
    match (step, value) {
        (Step::Member(name), Value::Object(members)) => match members.get_mut(name) {
            Some(_) if rest.is_empty() => {
                members.remove(name);
            }
            Some(inner) => take(inner, rest),
            None => {}
        },
        (Step::Element(place), Value::Array(elements)) if *place < elements.len() => {
            if rest.is_empty() {
                elements.remove(*place);
            } else if let Some(inner) = elements.get_mut(*place) {
                take(inner, rest);
            }
        }
        _ => {}
    }
}

/// The steps of a dotted path of members.
pub(super) fn members(path: &str) -> Vec<Step> {
    path.split('.').map(|name| Step::Member(name.to_owned())).collect()
}

/// A scalar as its text on the wire.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

impl Draft {
    /// The value of a parameter, when it is sent.
    pub fn get(&self, operation: &Operation, parameter: ParameterIndex, at: &Positions) -> Option<&Value> {
        let steps = steps_to(operation, parameter, at);
        let (Step::Member(first), rest) = steps.split_first()? else { return None };
        value_at(self.params.get(first)?, rest).filter(|value| !value.is_null())
    }

    /// Sends a value for a parameter.
    pub fn set(&mut self, operation: &Operation, parameter: ParameterIndex, at: &Positions, value: Value) {
        let mut params = Value::Object(std::mem::take(&mut self.params));
        put(&mut params, &steps_to(operation, parameter, at), value);
        self.give_back(params);
    }

    /// No longer sends a parameter.
    pub fn remove(&mut self, operation: &Operation, parameter: ParameterIndex, at: &Positions) {
        self.remove_steps(&steps_to(operation, parameter, at));
    }

    fn remove_steps(&mut self, steps: &[Step]) {
        let mut params = Value::Object(std::mem::take(&mut self.params));
        take(&mut params, steps);
        self.give_back(params);
    }

    fn give_back(&mut self, params: Value) {
        if let Value::Object(params) = params {
            self.params = params;
        }
    }

    /// The request in preflint's JSON form, facts inside.
    pub fn request(&self, operation: &Operation) -> Value {
        let mut request = json!({
            "provider": operation.provider.name, "service": operation.service, "operation": operation.name,
            "edition": operation.edition, "params": self.params,
        });
        if !self.sections.is_empty() {
            let section = |(name, section): (&String, &Section)| {
                let items = json!(section.items);
                let written = if section.complete { json!({"complete": true, "items": items}) } else { items };
                (name.clone(), written)
            };
            request["facts"] = Value::Object(self.sections.iter().map(section).collect());
        }
        request
    }

    /// All that can be left out, larger things first.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for (name, section) in &self.sections {
            parts.push(Part::Section(name.clone()));
            parts.extend((0..section.items.len()).rev().map(|place| Part::Item(name.clone(), place)));
        }
        let mut steps = Vec::new();
        walk(&Value::Object(self.params.clone()), &mut steps, &mut |steps| parts.push(Part::Parameter(steps.to_vec())));
        for (name, section) in &self.sections {
            if section.complete {
                parts.push(Part::Completeness(name.clone()));
            }
            for (place, item) in section.items.iter().enumerate() {
                walk(item, &mut Vec::new(), &mut |steps| parts.push(Part::Field(name.clone(), place, steps.to_vec())));
            }
        }
        parts
    }

    /// The draft without a part.
    pub fn without(&self, part: &Part) -> Draft {
        let mut draft = self.clone();
        match part {
            Part::Parameter(steps) => draft.remove_steps(steps),
            Part::Section(name) => {
                draft.sections.remove(name);
            }
            Part::Completeness(name) => {
                if let Some(section) = draft.sections.get_mut(name) {
                    section.complete = false;
                }
            }
            Part::Item(name, place) => {
                if let Some(section) = draft.sections.get_mut(name).filter(|section| *place < section.items.len()) {
                    section.items.remove(*place);
                }
            }
            Part::Field(name, place, steps) => {
                if let Some(item) = draft.sections.get_mut(name).and_then(|section| section.items.get_mut(*place)) {
                    take(item, steps);
                }
            }
        }
        draft
    }

    /// How much two drafts differ: each value that only one of them has, and each that differs, by how much.
    pub fn distance(&self, other: &Draft) -> usize {
        let (own, others) = (self.leaves(), other.leaves());
        let mut distance = 0;
        for (place, value) in &own {
            distance += match others.get(place) {
                None => 20,
                Some(same) if same == value => 0,
                Some(changed) => 10 + strsim::generic_levenshtein(&Characters(value), &Characters(changed)).min(9),
            };
        }
        distance + 20 * others.keys().filter(|place| !own.contains_key(*place)).count()
    }

    fn leaves(&self) -> BTreeMap<String, String> {
        let mut leaves = BTreeMap::new();
        collect_leaves(&Value::Object(self.params.clone()), "params", &mut leaves);
        for (name, section) in &self.sections {
            leaves.insert(format!("{name} complete"), section.complete.to_string());
            for (place, item) in section.items.iter().enumerate() {
                collect_leaves(item, &format!("{name} {place}"), &mut leaves);
            }
        }
        leaves
    }
}

/// The first characters of a text: differences behind them count no more.
struct Characters<'t>(&'t str);

impl<'a> IntoIterator for &'a Characters<'_> {
    type Item = char;
    type IntoIter = std::iter::Take<std::str::Chars<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.chars().take(300)
    }
}

fn collect_leaves(value: &Value, place: &str, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, value)| collect_leaves(value, &format!("{place}.{name}"), leaves));
        }
        Value::Array(elements) if !elements.is_empty() => {
            elements
                .iter()
                .enumerate()
                .for_each(|(at, value)| collect_leaves(value, &format!("{place}[{at}]"), leaves));
        }
        leaf => {
            leaves.insert(place.to_owned(), leaf.to_string());
        }
    }
}

/// Visits every part of a value, the outer before the inner, the last of a list first.
fn walk(value: &Value, steps: &mut Vec<Step>, visit: &mut dyn FnMut(&[Step])) {
    let parts: Vec<(Step, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (Step::Member(name.clone()), value)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().rev().map(|(at, value)| (Step::Element(at), value)).collect()
        }
        _ => Vec::new(),
    };
    for (step, part) in parts {
        steps.push(step);
        visit(steps);
        walk(part, steps, visit);
        steps.pop();
    }
}
