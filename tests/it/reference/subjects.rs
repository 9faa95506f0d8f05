//! What a condition speaks of: a parameter, a field of an entity, a field of the item at hand.
//!
//! Never says whether something holds.

use std::collections::BTreeSet;

use serde_json::Value;

use super::conditions::{Hand, NotApplicable, Scene};
use super::facts::{Item, field};
use super::plan::{self, Planned, texts, uses_parameter_at_hand};
use super::slots::{Found, Slot, positions_at_hand};
use super::truth::Truth;
use super::{urls, words};

/// What a condition speaks of.
#[derive(Clone, Debug)]
pub enum Subject<'a> {
    /// A parameter that is not given and has no default.
    Absent,
    /// An item does not have the field, or has it as null.
    Missing(BTreeSet<String>),
    /// The value is not known. With `given`, it is known that there is one.
    Unknown { given: bool, needs: BTreeSet<String> },
    /// A value, and what it is a value of: `parameter:NAME`, `fact:SECTION`.
    Known { held: Held<'a>, of: String },
}

/// A known value.
#[derive(Clone, Debug)]
pub enum Held<'a> {
    Parameter(&'a Slot),
    Default(String),
    Fact(&'a Value),
}

impl Held<'_> {
    /// The value as text, if it is a scalar.
    pub fn text(&self) -> Option<String> {
        match self {
            Held::Parameter(Slot::Scalar(value)) => words::text(value),
            Held::Parameter(_) => None,
            Held::Fact(value) => words::text(value),
            Held::Default(text) => Some(text.clone()),
        }
    }

    /// The number of elements, if it is a list.
    pub fn elements(&self) -> Option<usize> {
        match self {
            Held::Parameter(Slot::List(elements)) => Some(elements.len()),
            Held::Fact(Value::Array(items)) => Some(items.len()),
            _ => None,
        }
    }
}

impl<'a> Scene<'a> {
    /// The subject of a condition.
    pub fn subject(&self, condition: &Value, hand: &Hand<'_, 'a>) -> Result<Subject<'a>, NotApplicable> {
        let is_about_elements = ["count", "each"].iter().any(|word| condition.get(word).is_some());
        Ok(match self.first_source(condition, hand)? {
            // Some tools print every field as a list: one scalar in it is that scalar, except where elements count.
            Subject::Known { held: Held::Fact(value), of } if !is_about_elements => {
                Subject::Known { held: Held::Fact(only_scalar(value)), of }
            }
            subject => subject,
        })
    }

    /// The first source that there is.
    fn first_source(&self, condition: &Value, hand: &Hand<'_, 'a>) -> Result<Subject<'a>, NotApplicable> {
        let first = if let Some(name) = condition["parameter"].as_str() {
            self.parameter(name, hand)
        } else if let Some(path) = condition["fact"].as_str() {
            self.fact(path, hand)?
        } else if let Some(path) = condition["field"].as_str() {
            let (item, section) = hand.item.expect("a field is only spoken of where an item is at hand");
            known_fact(field(item, path), section)
        } else if condition.get("joined").is_some() {
            self.joined(&condition["joined"], hand)
        } else {
            self.value_of(hand.pattern, hand)
        };
        let Some(otherwise) = condition.get("otherwise") else { return Ok(first) };
        Ok(match first {
            Subject::Absent => self.first_source(otherwise, hand)?,
            // The item at hand has no such field: what stands in for it would settle it.
            Subject::Missing(needs) => match self.first_source(otherwise, hand)? {
                Subject::Absent => Subject::Missing(needs),
                next => next,
            },
            first => first,
        })
    }

    /// A parameter, with its default when it is absent.
    pub fn parameter(&self, pattern: &str, hand: &Hand<'_, 'a>) -> Subject<'a> {
        let subject = self.value_of(pattern, hand);
        if !matches!(subject, Subject::Absent) {
            return subject;
        }
        let rule = plan::rule_of(self.operation, pattern).unwrap_or(&Value::Null);
        for default in plan::list(rule, "defaults") {
            let when = default.get("when").map_or(Ok(Truth::Holds), |when| self.truth(when, hand));
            let value = default["value"].as_str().expect("a default has a value").to_owned();
            let of = format!("parameter:{}", self.wire_name(pattern, hand));
            match when {
                Ok(Truth::Holds) => return Subject::Known { held: Held::Default(value), of },
                Ok(Truth::Open(needs)) => return Subject::Unknown { given: false, needs },
                Ok(Truth::Fails | Truth::Doubtful) | Err(NotApplicable) => {}
            }
        }
        Subject::Absent
    }

    /// A parameter as the request has it, without defaults.
    pub fn value_of(&self, pattern: &str, hand: &Hand<'_, 'a>) -> Subject<'a> {
        let positions = positions_at_hand(pattern, hand.pattern, hand.positions);
        match self.bound.find(pattern, &positions) {
            Found::Absent => Subject::Absent,
            Found::Unknown { given, needs } => Subject::Unknown { given, needs: BTreeSet::from([needs]) },
            Found::Given(slot) => {
                let of = format!("parameter:{}", self.bound.wire_name(pattern, &positions));
                Subject::Known { held: Held::Parameter(slot), of }
            }
        }
    }

    /// What is known about an entity, with its section.
    pub fn entity(&self, name: &str, hand: &Hand<'_, 'a>) -> Result<(Entity<'a>, &'a str), NotApplicable> {
        let entity = &self.operation["entities"][name];
        let section = entity["section"].as_str().expect("an entity has a section");
        let mut needs = BTreeSet::new();
        let key = self.key_of(name, hand, &mut needs)?.unwrap_or_default();
        let within = entity["within"].as_str().map(|name| self.comparand(name, hand, &mut needs)).transpose()?;
        if !needs.is_empty() {
            return Ok((Entity::Unknown(needs), section));
        }
        let entity = match self.facts.item_within(section, &key, within.as_deref()) {
            Item::Found(item) => Entity::Found(item),
            Item::Absent => Entity::Absent,
            Item::Unknown => Entity::Unknown(BTreeSet::from([format!("fact:{section}")])),
        };
        Ok((entity, section))
    }

    /// The key of an entity, where it is known. What it waits for is added to `needs`.
    pub fn key_of(
        &self,
        name: &str,
        hand: &Hand<'_, 'a>,
        needs: &mut BTreeSet<String>,
    ) -> Result<Option<String>, NotApplicable> {
        let entity = &self.operation["entities"][name];
        if let Some(value) = entity["value"].as_str() {
            return Ok(Some(value.to_owned()));
        }
        let before = needs.len();
        let text = self.comparand(entity["key"].as_str().expect("an entity has a key"), hand, needs)?;
        if needs.len() > before {
            return Ok(None);
        }
        let Some(part) = entity.get("part") else { return Ok(Some(text)) };
        let list = part["list"].as_str().expect("a part is of a list of hosts");
        let name = part["name"].as_str().expect("a part has a name");
        let host = urls::scheme_and_host(&text).map(|(_, host)| host).unwrap_or_default();
        let shapes = texts(&self.provider["lists"][list], "values");
        let found = shapes.iter().find_map(|shape| urls::parts(shape, &host)?.remove(name));
        found.map(|part| Some(part.to_ascii_lowercase())).ok_or(NotApplicable)
    }

    /// A field of an entity: `image.Status`. Of an entity that is known to be absent nothing is said.
    pub fn fact(&self, path: &str, hand: &Hand<'_, 'a>) -> Result<Subject<'a>, NotApplicable> {
        let (name, path) = path.split_once('.').expect("a fact is a field of an entity");
        let (entity, section) = self.entity(name, hand)?;
        match entity {
            Entity::Absent => Err(NotApplicable),
            Entity::Unknown(needs) => Ok(Subject::Unknown { given: false, needs }),
            Entity::Found(item) => Ok(known_fact(field(item, path), section)),
        }
    }

    /// A field of the item of another section that the item at hand names.
    fn joined(&self, joined: &Value, hand: &Hand<'_, 'a>) -> Subject<'a> {
        let text = |key: &str| joined[key].as_str().expect("joined is complete");
        let (item, section_at_hand) = hand.item.expect("items are only joined where one is at hand");
        let section = self.section_name(text("section"));
        let Some(key) = field(item, text("by")).and_then(words::text) else {
            return known_fact(None, section_at_hand);
        };
        match self.facts.item(section, &key) {
            Item::Found(other) => known_fact(field(other, text("field")), section),
            Item::Absent => known_fact(None, section),
            Item::Unknown => Subject::Unknown { given: false, needs: BTreeSet::from([format!("fact:{section}")]) },
        }
    }

    /// The section's name, as the provider's file holds it.
    pub fn section_name(&self, name: &str) -> &'a str {
        let sections = self.provider["sections"].as_object().expect("the provider has sections");
        sections.keys().find(|section| *section == name).expect("a section is declared")
    }

    /// Looks for something absent that a condition compares with, whether or not it comes to the comparison.
    pub fn compares(&self, condition: &Value, hand: &Hand<'_, 'a>) -> Result<(), NotApplicable> {
        for name in self.compared_by(condition) {
            if matches!(self.parameter(&name, hand), Subject::Absent) {
                return Err(NotApplicable);
            }
        }
        Ok(())
    }

    /// Whether the request names a region, where a condition speaks of facts that belong to regions.
    pub fn region_is_there(&self, condition: &Value, hand: &Hand<'_, 'a>) -> Result<(), NotApplicable> {
        let Some(region) = self.region_read_by(condition) else { return Ok(()) };
        match self.parameter(region, hand) {
            Subject::Absent => Err(NotApplicable),
            _ => Ok(()),
        }
    }

    /// The region parameter, if a condition speaks of facts that belong to regions.
    fn region_read_by(&self, condition: &Value) -> Option<&'a str> {
        let regional = |section: &Value| {
            section.as_str().is_some_and(|section| self.provider["sections"][section]["regional"] == true)
        };
        let of_entity = |path: &Value| {
            let name = path.as_str().and_then(|path| path.split('.').next()).unwrap_or_default();
            regional(&self.operation["entities"][name]["section"])
        };
        let reads = condition.as_object().into_iter().flatten().any(|(word, argument)| match word.as_str() {
            "all_of" | "any_of" => argument.as_array().into_iter().flatten().any(|c| self.region_read_by(c).is_some()),
            "not" | "otherwise" => self.region_read_by(argument).is_some(),
            "fact" | "exists" | "readable" => of_entity(argument),
            "joined" => regional(&argument["section"]),
            "trusts" | "contained_in" | "below" => of_entity(&argument["fact"]),
            "grants" => of_entity(&argument["fact"]) || regional(&argument["section"]),
            "each" | "count" | "no_item" => {
                regional(&argument["section"])
                    || ["where", "must"].iter().any(|part| self.region_read_by(&argument[*part]).is_some())
            }
            _ => false,
        });
        plan::region_parameter(self.provider, self.operation).filter(|_| reads)
    }

    /// The parameters that a condition compares with: those in `equals` and its like, and the keys of entities.
    fn compared_by(&self, condition: &Value) -> Vec<String> {
        let mut names = Vec::new();
        for (word, argument) in condition.as_object().into_iter().flatten() {
            match word.as_str() {
                "all_of" | "any_of" => {
                    names.extend(argument.as_array().into_iter().flatten().flat_map(|inner| self.compared_by(inner)));
                }
                "not" | "otherwise" => names.extend(self.compared_by(argument)),
                "each" | "count" | "no_item" => {
                    names.extend(["where", "must"].iter().flat_map(|part| self.compared_by(&argument[*part])));
                }
                "parameter" | "exactly_one_of" | "at_most_one_of" | "at_least_one_of" => {}
                word => names.extend(self.named_by(word, argument)),
            }
        }
        names
    }

    /// The parameters that a word names.
    fn named_by(&self, word: &str, argument: &Value) -> Vec<String> {
        let entity = |path: &Value| -> Vec<String> {
            let name = path.as_str().and_then(|path| path.split('.').next()).unwrap_or_default();
            let entity = &self.operation["entities"][name];
            ["key", "within"].iter().filter_map(|key| entity[*key].as_str()).map(str::to_owned).collect()
        };
        let compared = |equals: &Value| -> Vec<String> {
            let template = equals["template"].as_str().unwrap_or_default();
            blanks(template).into_iter().chain(equals["parameter"].as_str()).map(str::to_owned).collect()
        };
        match word {
            "parameter" | "same_length_as" => argument.as_str().map(str::to_owned).into_iter().collect(),
            "exactly_one_of" | "at_most_one_of" | "at_least_one_of" => {
                argument.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            "equals" => compared(argument),
            "url" => compared(&argument["equals"]),
            "one_of_by" => argument["parameter"].as_str().map(str::to_owned).into_iter().collect(),
            "fact" | "exists" | "readable" => entity(argument),
            "trusts" | "grants" | "contained_in" | "below" => entity(&argument["fact"]),
            _ => Vec::new(),
        }
    }

    /// Wire names of all parameters that a check reads at one place.
    pub fn reads(&self, check: &Planned<'_>, hand: &Hand<'_, 'a>) -> Vec<String> {
        let mut read = Vec::new();
        if check.under_parameter {
            read.push(self.wire_name(&check.pattern, hand));
        }
        for part in ["when", "cleared_by", "must"] {
            if let Some(condition) = check.rule().and_then(|rule| rule.get(part)) {
                if uses_parameter_at_hand(condition) {
                    read.push(self.wire_name(&check.pattern, hand));
                }
                self.read_by(condition, hand, &mut read);
                read.extend(self.region_read_by(condition).map(str::to_owned));
            }
        }
        read
    }

    /// Collects what a condition reads by name. The names stand wherever the vocabulary has names of parameters.
    fn read_by(&self, condition: &Value, hand: &Hand<'_, 'a>, read: &mut Vec<String>) {
        for (word, argument) in condition.as_object().into_iter().flatten() {
            for name in self.named_by(word, argument) {
                read.push(self.wire_name(&name, hand));
                // Of an absent parameter the default is read, and with it what decides about the default.
                if matches!(self.value_of(&name, hand), Subject::Absent) {
                    let rule = plan::rule_of(self.operation, &name).unwrap_or(&Value::Null);
                    for when in plan::list(rule, "defaults").iter().filter_map(|default| default.get("when")) {
                        self.read_by(when, hand, read);
                    }
                }
            }
            match word.as_str() {
                "all_of" | "any_of" => {
                    argument.as_array().into_iter().flatten().for_each(|inner| self.read_by(inner, hand, read));
                }
                "not" | "otherwise" => self.read_by(argument, hand, read),
                "each" | "count" | "no_item" => {
                    for part in ["where", "must"] {
                        self.read_by(&argument[part], hand, read);
                    }
                }
                _ => {}
            }
        }
    }

    fn wire_name(&self, pattern: &str, hand: &Hand<'_, 'a>) -> String {
        let positions = positions_at_hand(pattern, hand.pattern, hand.positions);
        self.bound.wire_name(pattern, &positions)
    }
}

/// What is known about an entity.
pub enum Entity<'a> {
    Found(&'a Value),
    Absent,
    Unknown(BTreeSet<String>),
}

fn known_fact<'a>(value: Option<&'a Value>, section: &str) -> Subject<'a> {
    let of = format!("fact:{section}");
    match value {
        Some(value) => Subject::Known { held: Held::Fact(value), of },
        None => Subject::Missing(BTreeSet::from([of])),
    }
}

/// The one scalar that a list holds; any other value itself.
fn only_scalar(value: &Value) -> &Value {
    match value.as_array().map(Vec::as_slice) {
        Some([only]) if words::text(only).is_some() => only,
        _ => value,
    }
}

/// The names in the braces of a template.
pub fn blanks(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}
