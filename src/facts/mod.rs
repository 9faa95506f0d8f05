//! Facts: what is known of the account, in the provider's own shapes.
//!
//! Sections of items, closed or open, with the keys that are known to be absent. A fact that nobody gave is not
//! false: it is unknown, and what needs it is open. Facts are read by [`Checker::read_facts`](crate::Checker::read_facts)
//! and never fetched.

mod read;
mod request;
mod response;
mod view;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::json::{Node, Value};
use crate::place::Position;

pub(crate) use read::{read_into, read_request_facts};
pub(crate) use view::{FactView, Found};

/// What is known of the account, for all providers.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub(crate) providers: BTreeMap<String, ProviderFacts>,
}

impl Facts {
    /// Nothing known.
    pub fn none() -> Facts {
        Facts::default()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.providers.is_empty()
    }

    pub(crate) fn section_mut(&mut self, provider: &str, section: &str) -> &mut SectionFacts {
        let provider = self.providers.entry(provider.to_owned()).or_default();
        provider.sections.entry(section.to_owned()).or_default()
    }

    pub(crate) fn section(&self, provider: &str, section: &str) -> Option<&SectionFacts> {
        self.providers.get(provider)?.sections.get(section)
    }
}

/// What is known of one provider's account.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProviderFacts {
    pub sections: BTreeMap<String, SectionFacts>,
}

/// One kind of facts.
#[derive(Clone, Debug, Default)]
pub(crate) struct SectionFacts {
    pub items: Vec<Item>,
    /// Places in `items` by key.
    by_key: HashMap<String, Vec<usize>>,
    /// Keys known to be absent, with the region for which that is known, if it is bound to one.
    absent: Vec<(Option<String>, String)>,
    /// Whether what is not listed does not exist: everywhere, or in these regions.
    complete: bool,
    complete_in: Vec<String>,
}

/// A thing of the account.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub key: Option<String>,
    pub region: Option<String>,
    pub node: Node,
    /// Whether the caller was refused to read it: all that is known is that it exists.
    pub refused: bool,
}

impl SectionFacts {
    /// Adds what is known of an item; later knowledge overrides earlier, field by field.
    pub fn add(&mut self, item: Item) {
        let Some(key) = item.key.clone() else {
            self.items.push(item);
            return;
        };
        self.absent
            .retain(|(region, absent)| *absent != key || !regions_meet(region.as_deref(), item.region.as_deref()));
        let places = self.by_key.entry(key).or_default();
        let known = places
            .iter()
            .copied()
            .find(|place| regions_meet(self.items[*place].region.as_deref(), item.region.as_deref()));
        match known {
            Some(place) => {
                let known = &mut self.items[place];
                known.region = item.region.or(known.region.take());
                known.refused = item.refused;
                override_fields(&mut known.node, item.node);
            }
            None => {
                places.push(self.items.len());
                self.items.push(item);
            }
        }
    }

    /// Notes that an item is known not to exist.
    pub fn add_absent(&mut self, region: Option<String>, key: String) {
        if let Some(places) = self.by_key.get_mut(&key) {
            for place in places.iter().copied() {
                let item = &mut self.items[place];
                if regions_meet(item.region.as_deref(), region.as_deref()) {
                    item.key = None;
                    item.node = Node::default();
                }
            }
            places.retain(|place| self.items[*place].key.is_some());
        }
        self.absent.push((region, key));
    }

    /// Closes the section: what it does not list does not exist (in that region).
    pub fn close(&mut self, region: Option<String>) {
        match region {
            None => self.complete = true,
            Some(region) => self.complete_in.push(region),
        }
    }

    /// Whether the section is closed for a region; none means that no region is known.
    pub fn is_complete(&self, region: Option<&str>) -> bool {
        self.complete || region.is_some_and(|region| self.complete_in.iter().any(|known| known == region))
    }

    /// The items with a key that may lie in a region.
    pub fn find<'f>(&'f self, key: &str, region: Option<&'f str>) -> impl Iterator<Item = &'f Item> + use<'f> {
        let places = self.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.items[*place]).filter(move |item| regions_meet(item.region.as_deref(), region))
    }

    pub fn is_absent(&self, key: &str, region: Option<&str>) -> bool {
        self.absent.iter().any(|(known, absent)| absent == key && regions_meet(known.as_deref(), region))
    }
}

/// The key of an item whose own key is unique only within something else.
pub(crate) fn key_within(within: &str, key: &str) -> String {
    format!("{within}\n{key}")
}

/// Whether two regions may be the same: one that is not known may be any.
fn regions_meet(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn override_fields(known: &mut Node, newer: Node) {
    match (&mut known.value, newer.value) {
        (Value::Object(known), Value::Object(newer)) => {
            for ((name, span), value) in newer {
                known.retain(|((known, _), _)| *known != name);
                known.push(((name, span), value));
            }
        }
        (known, newer) => *known = newer,
    }
}

/// Why a text could not be taken as facts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FactsError {
    /// What is wrong and what was expected, for people.
    pub message: String,
    /// Where in the text.
    pub position: Position,
}

impl fmt::Display for FactsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.position;
        write!(formatter, "{} (line {line}, column {column})", self.message)
    }
}

impl std::error::Error for FactsError {}
