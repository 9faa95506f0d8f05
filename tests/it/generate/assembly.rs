//! Puts a request together: parameters with all markers filled in, facts bound to its region.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::facts::{Form, Region, SectionPlan};
use super::twist::Twist;
use crate::reference::names::members_of;
use crate::reference::plan;

/// A request while it is put together.
pub struct Assembly<'a> {
    pub provider: &'a Value,
    pub operation: &'a Value,
    pub params: Map<String, Value>,
}

impl Assembly<'_> {
    pub fn request(mut self, id: &str, twists: &[Twist], facts: Option<BTreeMap<String, SectionPlan>>) -> Value {
        self.params = match self.filled(&Value::Object(self.params.clone())) {
            Value::Object(params) => params,
            _ => Map::new(),
        };
        let plain = Assembly { params: self.params.clone(), ..self };
        let mut unknown: Vec<String> = Vec::new();
        for twist in twists {
            self.twist(twist, &mut unknown);
        }
        // The envelope is refused when the very name stands in `params` too.
        unknown.retain(|name| !self.params.contains_key(name));
        let (path, edition) = id.split_once('@').expect("an id has an edition");
        let mut parts = path.split('/');
        let mut request = json!({
            "provider": parts.next(), "service": parts.next(), "operation": parts.next(), "edition": edition,
            "params": self.params,
        });
        if !unknown.is_empty() {
            request["unknown"] = json!(unknown);
        }
        if let Some(facts) = facts {
            let region = self.region();
            let sections = facts.into_iter().map(|(name, section)| {
                let section = plain.section(&name, section, region.as_deref());
                (name, section)
            });
            request["facts"] = sections.collect();
        }
        request
    }

    /// Puts values in the place of markers.
    pub fn filled(&self, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                if let Some(name) = members.get("$same").and_then(Value::as_str) {
                    return self.first_at(name);
                }
                if let Some(template) = members.get("$template").and_then(Value::as_str) {
                    let mut pieces = template.split('{');
                    let mut text = pieces.next().unwrap_or_default().to_owned();
                    for (name, rest) in pieces.filter_map(|piece| piece.split_once('}')) {
                        text.push_str(
                            &self
                                .first_at(name)
                                .as_str()
                                .map_or_else(|| self.first_at(name).to_string(), str::to_owned),
                        );
                        text.push_str(rest);
                    }
                    return json!(text);
                }
                members.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            other => other.clone(),
        }
    }

    /// The first scalar that stands at a path, else its default, else something.
    fn first_at(&self, pattern: &str) -> Value {
        let root = Value::Object(self.params.clone());
        let mut values = vec![&root];
        for (name, elements) in members_of(pattern) {
            values = values.into_iter().filter_map(|value| value.get(name)).collect();
            if elements {
                values = values.into_iter().filter_map(Value::as_array).flatten().collect();
            }
        }
        let given = values.into_iter().find(|value| value.is_string() || value.is_number()).cloned();
        let default = || plan::rule_of(self.operation, pattern).map(|rule| rule["defaults"][0]["value"].clone());
        given.or_else(|| default().filter(Value::is_string)).unwrap_or_else(|| json!("x"))
    }

    /// The region that the request names, when nothing about it is in doubt.
    fn region(&self) -> Option<String> {
        let name = self.provider["region_parameter"].as_str()?;
        let mut same = self.params.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let (found, value) = same.next()?;
        let text = value.as_str().filter(|text| !text.is_empty())?;
        (found == name && same.next().is_none()).then(|| text.to_owned())
    }

    /// A section as JSON. Of several items of one key the first is kept.
    fn section(&self, name: &str, section: SectionPlan, region: Option<&str>) -> Value {
        let rule = &self.provider["sections"][name];
        let named = |choice: Region| match (choice, region) {
            (Region::Same, Some(region)) => Some(json!(region)),
            (Region::Other, Some(_)) => Some(json!("elsewhere-9")),
            _ => None,
        };
        let key_path = rule["key"].as_str().expect("a section has a key");
        let pointer = format!("/{}", key_path.replace('.', "/"));
        let mut items: Vec<Value> = Vec::new();
        for (fields, choice) in section.items {
            let mut item = self.filled(&fields);
            if let Some(region_field) = rule["region_field"].as_str() {
                set_path(&mut item, region_field, named(choice).unwrap_or(Value::Null));
            }
            let key = |item: &Value| item.pointer(&pointer).and_then(text_of);
            let lies_in = |item: &Value| rule["within"].as_str().map(|within| item[within].clone());
            if items.iter().all(|other| key(other) != key(&item) || lies_in(other) != lies_in(&item)) {
                items.push(item);
            }
        }
        let complete = match section.form {
            Form::List => return json!(items),
            Form::Open => false,
            Form::Complete => true,
        };
        let mut object = json!({ "items": items });
        // Nobody says what a complete section means to a request whose region is not known.
        if complete && (region.is_some() || rule["regional"] != true) {
            object["complete"] = json!(true);
        }
        if let Some(region) = named(section.region).filter(|_| rule["regional"] == true) {
            object["region"] = region;
        }
        object
    }
}

pub fn set_path(item: &mut Value, path: &str, value: Value) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    if !item.is_object() {
        *item = json!({});
    }
    match rest {
        None => item[first] = value,
        Some(rest) => set_path(&mut item[first], rest, value),
    }
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.is_number().then(|| value.to_string()))
}
