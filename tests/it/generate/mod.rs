//! Strategies that make requests for any operation out of its rule file.
//!
//! What the rules mention is what the requests are made of: values on both sides of every limit, characters from and
//! just outside the classes, facts with the fields that checks speak of. They never make what the format leaves
//! undefined: two items of one key, items of a region when the request itself names none.

mod assembly;
mod facts;
mod pool;
mod twist;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

use crate::reference::harvest::{Node, mentioned, sections};
use crate::reference::names;
use crate::reference::plan;

use assembly::Assembly;
use pool::Pool;

pub use twist::flatten;

/// What requests may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Mostly right values of the right shape, under their own names.
    Tidy,
    /// Wrong values, but of the right shape, and under their own names.
    Shaped,
    /// Anything: wrong shapes and names, flat names, duplicates, unknown values.
    Wild,
}

/// An operation with all that its requests are made of.
pub struct Palette {
    /// `provider/service/Operation@edition`.
    pub id: String,
    /// The provider's file.
    pub provider: Value,
    /// The operation's file.
    pub operation: Value,
    /// What scalars may be, by their paths.
    pools: BTreeMap<String, Pool>,
    /// What facts may hold.
    pub sections: BTreeMap<String, Node>,
}

impl Palette {
    /// Collects what requests for an operation may be made of.
    pub fn new(id: &str, provider: &Value, operation: &Value) -> Palette {
        let mut pools = BTreeMap::new();
        for rule in plan::list(operation, "parameters") {
            let name = rule["name"].as_str().expect("a parameter has a name");
            pool::collect(provider, operation, rule, name, &mut pools);
        }
        for common in plan::list(provider, "common_parameters") {
            let name = common["name"].as_str().expect("a parameter has a name");
            pools.insert(name.to_owned(), pool::pool(provider, operation, "string", name));
        }
        let (id, sections) = (id.to_owned(), sections(provider, operation));
        Palette { id, provider: provider.clone(), operation: operation.clone(), pools, sections }
    }

    /// Requests, as JSON envelopes.
    pub fn requests(&self, manner: Manner) -> BoxedStrategy<Value> {
        let fields = plan::list(&self.operation, "parameters");
        let common = plan::list(&self.provider, "common_parameters").iter().map(|common| {
            let name = common["name"].as_str().expect("a parameter has a name").to_owned();
            let is_region = self.provider["region_parameter"] == name.as_str();
            let texts = self
                .scalar("string", &name, manner)
                .prop_filter("a text", |value| value.is_string() || value.is_object());
            let weight = if is_region { 0.9 } else { 0.1 };
            proptest::option::weighted(weight, texts).prop_map(move |value| (name.clone(), value)).boxed()
        });
        let params = (self.members(fields, "", manner), common.collect::<Vec<_>>()).prop_map(|(mut params, common)| {
            params.extend(common.into_iter().filter_map(|(name, value)| Some((name, value?))));
            params
        });
        let most = if manner == Manner::Wild { 4 } else { 0 };
        let twists = proptest::collection::vec(twist::twist(), 0..=most);
        let facts = proptest::option::weighted(if manner == Manner::Tidy { 0.4 } else { 0.7 }, self.facts());
        let (id, provider, operation) = (self.id.clone(), self.provider.clone(), self.operation.clone());
        (params, twists, facts)
            .prop_map(move |(params, twists, facts)| {
                Assembly { provider: &provider, operation: &operation, params }.request(&id, &twists, facts)
            })
            .boxed()
    }

    /// Members of an object, or the parameters themselves.
    fn members(&self, fields: &[Value], parent: &str, manner: Manner) -> BoxedStrategy<Map<String, Value>> {
        let members: Vec<_> = fields
            .iter()
            .map(|rule| {
                let name = rule["name"].as_str().expect("a parameter has a name").to_owned();
                let weight = match (manner, rule.get("required").is_some()) {
                    (Manner::Tidy, true) => 0.97,
                    (Manner::Tidy, false) => 0.25,
                    (_, true) => 0.85,
                    (_, false) => 0.4,
                };
                let value = self.value(rule, &names::member(parent, &name), manner);
                let value = if manner == Manner::Tidy {
                    value
                } else {
                    prop_oneof![24 => value, 1 => Just(Value::Null)].boxed()
                };
                (Just(name), proptest::option::weighted(weight, value)).boxed()
            })
            .collect();
        members
            .prop_map(|members| members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
            .boxed()
    }

    /// A value for what `rule` declares.
    fn value(&self, rule: &Value, pattern: &str, manner: Manner) -> BoxedStrategy<Value> {
        let kind = rule["type"].as_str().expect("a parameter has a type");
        let odd_shapes = match kind {
            "list" => vec![json!("x"), json!(""), json!({}), json!({"a": 1}), json!(5)],
            "object" => vec![json!("x"), json!([]), json!([1]), json!(true)],
            _ => vec![json!([]), json!({}), json!(["x"]), json!({"a": "x"}), json!([null]), json!([""])],
        };
        let value = match kind {
            "list" => {
                let item = self.value(&rule["items"], &format!("{pattern}[]"), manner);
                let item =
                    if manner == Manner::Wild { prop_oneof![20 => item, 1 => Just(Value::Null)].boxed() } else { item };
                let lengths = mentioned(&self.provider, &self.operation, pattern).lengths;
                let near: Vec<usize> = lengths.into_iter().filter(|length| *length <= 24).chain([0, 1, 2]).collect();
                let length = if manner == Manner::Tidy {
                    (1..=2_usize).boxed()
                } else {
                    prop_oneof![3 => 0..=4_usize, 1 => select(near)].boxed()
                };
                let items = length.prop_flat_map(move |length| proptest::collection::vec(item.clone(), length));
                // Now and then the last element is the first one again.
                let again = if manner == Manner::Tidy { 0.02 } else { 0.2 };
                let list = (items, proptest::bool::weighted(again)).prop_map(|(mut items, again)| {
                    if again && items.len() > 1 {
                        let first = items[0].clone();
                        items.pop();
                        items.push(first);
                    }
                    Value::Array(items)
                });
                list.boxed()
            }
            "object" => self.members(plan::list(rule, "fields"), pattern, manner).prop_map(Value::Object).boxed(),
            kind => self.scalar(kind, pattern, manner),
        };
        if manner == Manner::Wild { prop_oneof![30 => value, 1 => select(odd_shapes)].boxed() } else { value }
    }

    /// A text, number or boolean, or a marker that says whose value it shall be.
    fn scalar(&self, kind: &str, pattern: &str, manner: Manner) -> BoxedStrategy<Value> {
        let pool = &self.pools[pattern];
        let any = select(pool.any.clone());
        let good = if pool.good.is_empty() { any.clone() } else { select(pool.good.clone()) };
        let mut choices: Vec<(u32, BoxedStrategy<Value>)> = if manner == Manner::Tidy {
            vec![(40, good.boxed()), (1, any.boxed())]
        } else {
            vec![(8, good.boxed()), (4, any.boxed())]
        };
        if !pool.mentioned.comparands.is_empty() {
            choices
                .push((if manner == Manner::Tidy { 20 } else { 3 }, select(pool.mentioned.comparands.clone()).boxed()));
        }
        if manner != Manner::Tidy && kind == "string" {
            if !pool.mentioned.characters.is_empty() {
                let characters: Vec<char> = pool.mentioned.characters.iter().copied().collect();
                let longest = pool.mentioned.lengths.iter().copied().max().unwrap_or(4).min(40);
                let text = proptest::collection::vec(select(characters), 0..=longest);
                choices.push((3, text.prop_map(|text| Value::String(text.into_iter().collect())).boxed()));
            }
            let patterns = pool.mentioned.patterns.iter().filter_map(|pattern| string_regex(pattern).ok());
            choices.extend(patterns.map(|pattern| (3, pattern.prop_map(Value::String).boxed())));
        }
        Union::new_weighted(choices).boxed()
    }

    /// Fills in what an item of [`Palette::items`] takes from the parameters of a request.
    pub fn filled_in(&self, item: &Value, request: &Value) -> Value {
        let params = request["params"].as_object().cloned().unwrap_or_default();
        Assembly { provider: &self.provider, operation: &self.operation, params }.filled(item)
    }
}
