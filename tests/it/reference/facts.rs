//! Facts about the account: sections of items, and which item is meant.
//!
//! Never reads responses of calls; the reference is only given sections.

use serde_json::Value;

use super::words;

/// The facts of a request.
pub struct Facts<'a> {
    provider: &'a Value,
    sections: &'a Value,
    /// The region that the request names, when it is known.
    region: Option<String>,
}

/// What is known about the item with a certain key.
pub enum Item<'a> {
    Found(&'a Value),
    /// The section is complete and the item is not there.
    Absent,
    Unknown,
}

impl<'a> Facts<'a> {
    /// The facts that a request carries. The region is set later, because it may have a default.
    pub fn new(provider: &'a Value, request: &'a Value, region: Option<String>) -> Facts<'a> {
        Facts { provider, sections: &request["facts"], region }
    }

    /// The items of a section that count for the region of the request.
    pub fn items(&self, section: &str) -> Vec<&'a Value> {
        let items = listed(&self.sections[section])
            .filter(|item| self.also_of(section, item).is_none_or(|_| self.has_key(section, item)));
        // Items of other sections that belong here too stand before: what a section says itself counts more.
        let others = self.provider["sections"].as_object().into_iter().flatten();
        let others =
            others.flat_map(|(other, _)| listed(&self.sections[other.as_str()]).map(move |item| (other, item)));
        let moved = others.filter(|(other, item)| self.also_of(other, item) == Some(section)).map(|(_, item)| item);
        moved.chain(items).filter(|item| self.is_here(section, self.region_of(section, item))).collect()
    }

    /// The other section to which an item belongs.
    fn also_of(&self, section: &str, item: &Value) -> Option<&'a str> {
        let rules = self.provider["sections"][section]["also"].as_array().into_iter().flatten();
        let mut rules = rules.filter(|rule| rule["when"].as_str().is_some_and(|path| field(item, path).is_some()));
        rules.next().and_then(|rule| rule["section"].as_str())
    }

    fn has_key(&self, section: &str, item: &Value) -> bool {
        field(item, self.key_field(section)).is_some()
    }

    /// Whether the section holds all items of the region of the request.
    pub fn is_complete(&self, section: &str) -> bool {
        let facts = &self.sections[section];
        let region = words::text(&facts["region"]);
        let of_other_region = self.is_regional(section) && region.is_some() && region != self.region;
        facts.is_object() && facts["complete"] == true && !of_other_region
    }

    /// The item with a certain key. Of several the last one counts.
    pub fn item(&self, section: &str, key: &str) -> Item<'a> {
        self.item_within(section, key, None)
    }

    /// The item with a certain key among those that lie in something, for sections whose keys are unique only there.
    pub fn item_within(&self, section: &str, key: &str, within: Option<&str>) -> Item<'a> {
        let key_field = self.key_field(section);
        let within_field = self.provider["sections"][section]["within"].as_str();
        let key_value = self.provider["sections"][section]["key_value"].as_str();
        let has = |item: &Value, path: &str, value: &str| {
            let own = field(item, path).and_then(words::text);
            own.or_else(|| key_value.filter(|_| path == key_field).map(str::to_owned)).is_some_and(|text| text == value)
        };
        let lies_there = |item: &Value| match (within_field, within) {
            (Some(within_field), Some(within)) => has(item, within_field, within),
            _ => true,
        };
        let mut items = self.items(section).into_iter().rev();
        let found = items.find(|item| has(item, key_field, key) && lies_there(item));
        match found {
            Some(item) => Item::Found(item),
            None if self.is_complete(section) => Item::Absent,
            None => Item::Unknown,
        }
    }

    /// The keys of all items of a section.
    pub fn keys(&self, section: &str) -> Vec<String> {
        let key_field = self.key_field(section);
        self.items(section).into_iter().filter_map(|item| field(item, key_field).and_then(words::text)).collect()
    }

    fn key_field(&self, section: &str) -> &'a str {
        self.provider["sections"][section]["key"].as_str().expect("a section has a key")
    }

    /// The region that an item names, or else the one that its section is of.
    fn region_of(&self, section: &str, item: &Value) -> Option<String> {
        let region_field = self.provider["sections"][section]["region_field"].as_str();
        let own = region_field.and_then(|region_field| field(item, region_field)).and_then(words::text);
        own.or_else(|| words::text(&self.sections[section]["region"]))
    }

    fn is_regional(&self, section: &str) -> bool {
        self.provider["sections"][section]["regional"] == true
    }

    /// Whether what is of `region` counts. What names no region does, and everything does while the region of the
    /// request is not known.
    fn is_here(&self, section: &str, region: Option<String>) -> bool {
        !self.is_regional(section) || region.is_none() || self.region.is_none() || region == self.region
    }
}

/// The items that a section holds, in either form.
fn listed(section: &Value) -> impl Iterator<Item = &Value> {
    section.as_array().or_else(|| section["items"].as_array()).into_iter().flatten()
}

/// A field of an item, deeper ones dotted. A field that is null is not there.
pub fn field<'v>(item: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(item, |value, name| value.get(name)).filter(|value| !value.is_null())
}
