//! The request of a recorded call: what it asked for, and whether it asked for nothing else.
//!
//! A response often does not name what it is about; the request does. Names are compared without letter case, nested
//! values are known under their names on the wire.

use crate::json::{Node, Value};
use crate::operation::Provider;
use crate::rule::provider::{ListNotation, RequestRule};

/// The parameters of a recorded request.
pub(super) struct RecordedRequest<'r> {
    members: &'r [((String, crate::place::Span), Node)],
    provider: &'r Provider,
}

impl<'r> RecordedRequest<'r> {
    /// The request of a record, where it has one.
    pub fn of(record: &'r Node, provider: &'r Provider) -> Option<RecordedRequest<'r>> {
        Some(RecordedRequest { members: record.get("request")?.members()?, provider })
    }

    /// The one value that is given under any of these names.
    pub fn asked<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> Option<String> {
        let named = |name: &str, known: &str| name == known || base(name) == known;
        let is_name = |name: &str, known: &str| named(&folded(name), &folded(known));
        let names: Vec<&str> = names.by_ref().collect();
        let mut found = self.members.iter().filter(|((name, _), _)| names.iter().any(|known| is_name(name, known)));
        let (_, value) = found.next()?;
        // A second element of a flat list means that more than one thing was asked for.
        single_value(value).filter(|_| found.next().is_none())
    }

    /// Whether a request is as a rule says: it has what the rule wants, and nothing besides that could be a filter.
    pub fn fits(&self, rule: &RequestRule, harmless: &[&str]) -> bool {
        let flat = self.flat();
        let common = self.provider.common_parameters.iter().map(|common| common.name.as_str());
        let allowed: Vec<String> =
            common.chain(rule.besides.iter().map(String::as_str)).chain(harmless.iter().copied()).map(folded).collect();
        let wanted: Vec<(String, &str)> =
            rule.with.iter().map(|(name, value)| (folded(&name.value), value.as_str())).collect();
        wanted.iter().all(|(name, value)| flat.iter().any(|(known, given)| known == name && given == value))
            && flat.iter().all(|(name, _)| {
                wanted.iter().any(|(known, _)| known == name) || allowed.iter().any(|known| base(name) == known)
            })
    }

    /// All values under their wire names, in one letter case.
    fn flat(&self) -> Vec<(String, String)> {
        let mut flat = Vec::new();
        for ((name, _), value) in self.members {
            match &value.value {
                // Command lines take lists as JSON in a text.
                Value::Text(text) if text.trim_start().starts_with(['[', '{']) => match Node::from_text(text) {
                    Ok(inner) => self.flatten(name.clone(), &inner, &mut flat),
                    Err(_) => flat.push((folded(name), text.clone())),
                },
                _ => self.flatten(name.clone(), value, &mut flat),
            }
        }
        flat
    }

    fn flatten(&self, name: String, value: &Node, flat: &mut Vec<(String, String)>) {
        let wire = &self.provider.wire;
        match &value.value {
            Value::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    let index = place + wire.first_index as usize;
                    let element = match wire.lists {
                        ListNotation::Dotted => format!("{name}.{index}"),
                        ListNotation::Bracketed => format!("{name}[{index}]"),
                    };
                    self.flatten(element, item, flat);
                }
            }
            Value::Object(members) => {
                for ((member, _), value) in members {
                    self.flatten(format!("{name}.{member}"), value, flat);
                }
            }
            _ => flat.extend(value.scalar_text().map(|text| (folded(&name), text.to_owned()))),
        }
    }
}

/// A name without letter case and without the hyphens with which command lines write it.
fn folded(name: &str) -> String {
    name.chars().filter(|character| *character != '-').map(|character| character.to_ascii_lowercase()).collect()
}

/// The name of the whole parameter: `ids` of `ids.1` and of `ids[0]`.
fn base(name: &str) -> &str {
    name.split(['.', '[']).next().unwrap_or_default()
}

/// A scalar, or the only element of a list, which may be written as text: `["m-1"]`.
fn single_value(value: &Node) -> Option<String> {
    match &value.value {
        Value::List(items) => match items.as_slice() {
            [one] => single_value(one),
            _ => None,
        },
        Value::Text(text) if text.trim_start().starts_with('[') => {
            Node::from_text(text).ok().and_then(|list| single_value(&list))
        }
        _ => value.scalar_text().map(str::to_owned),
    }
}
