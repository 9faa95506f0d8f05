//! Strategies that make requests for any operation out of its rule file.
//!
//! What the rules mention is what the requests are made of: values on both sides of every limit, characters from and
//! just outside the classes, facts with the fields that checks speak of. They never make what the format leaves
//! undefined: an unknown parameter that is given as well, two items of one key, items of a region when the request
//! itself names none.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::{Union, ValueTree};
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

use crate::reference::harvest::{Mentioned, Node, mentioned, sections};
use crate::reference::names::{self, members_of};
use crate::reference::plan;
use crate::reference::{self};

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

/// What a scalar parameter may be.
#[derive(Default)]
struct Pool {
    /// Values that no check of the parameter alone refuses.
    good: Vec<Value>,
    /// Values on both sides of all limits.
    any: Vec<Value>,
    mentioned: Mentioned,
}

impl Palette {
    /// Collects what requests for an operation may be made of.
    pub fn new(id: &str, provider: &Value, operation: &Value) -> Palette {
        let mut pools = BTreeMap::new();
        for rule in plan::list(operation, "parameters") {
            let name = rule["name"].as_str().expect("a parameter has a name");
            collect(provider, operation, rule, name, &mut pools);
        }
        for common in plan::list(provider, "common_parameters") {
            let name = common["name"].as_str().expect("a parameter has a name");
            pools.insert(name.to_owned(), pool(provider, operation, "string", name));
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
        let twists = proptest::collection::vec(twist(), 0..=most);
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

    /// Facts: for each section that the operation's checks speak of, items with the fields that they speak of.
    fn facts(&self) -> BoxedStrategy<BTreeMap<String, SectionPlan>> {
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

    /// Fills in what an item of [`Palette::items`] takes from the parameters of a request.
    pub fn filled_in(&self, item: &Value, request: &Value) -> Value {
        let params = request["params"].as_object().cloned().unwrap_or_default();
        Assembly { provider: &self.provider, operation: &self.operation, params }.filled(item)
    }
}

/// Collects the pools of a parameter and all below it.
fn collect(provider: &Value, operation: &Value, rule: &Value, pattern: &str, pools: &mut BTreeMap<String, Pool>) {
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
fn pool(provider: &Value, operation: &Value, kind: &str, pattern: &str) -> Pool {
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

/// One section of facts, before it is bound to the request.
#[derive(Clone, Debug)]
struct SectionPlan {
    items: Vec<(Value, Region)>,
    form: Form,
    region: Region,
}

/// How a section is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    List,
    Open,
    Complete,
}

/// Which region something is of.
#[derive(Clone, Copy, Debug)]
enum Region {
    Same,
    Other,
    Missing,
}

fn region() -> impl Strategy<Value = Region> + Clone {
    prop_oneof![4 => Just(Region::Same), 1 => Just(Region::Other), 2 => Just(Region::Missing)]
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

/// A change to a request that makes it look less like the rule file.
#[derive(Clone, Debug)]
enum Twist {
    OtherCase(Index, bool),
    Alias(Index),
    Flat(Index),
    Stranger(&'static str, Value),
    InnerStranger(Index),
    Duplicate(Index, bool),
    Unknown(Index),
    UnknownInside(Index),
    UnknownStranger,
}

fn twist() -> impl Strategy<Value = Twist> {
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
        any::<Index>().prop_map(Twist::Unknown),
        any::<Index>().prop_map(Twist::UnknownInside),
        Just(Twist::UnknownStranger),
    ]
}

/// A request while it is put together.
struct Assembly<'a> {
    provider: &'a Value,
    operation: &'a Value,
    params: Map<String, Value>,
}

impl Assembly<'_> {
    fn request(mut self, id: &str, twists: &[Twist], facts: Option<BTreeMap<String, SectionPlan>>) -> Value {
        self.params = match self.filled(&Value::Object(self.params.clone())) {
            Value::Object(params) => params,
            _ => Map::new(),
        };
        let plain = Assembly { params: self.params.clone(), ..self };
        let mut unknown: Vec<String> = Vec::new();
        for twist in twists {
            self.twist(twist, &mut unknown);
        }
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
    fn filled(&self, value: &Value) -> Value {
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

    fn twist(&mut self, twist: &Twist, unknown: &mut Vec<String>) {
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
                let leaves = self.leaves();
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

fn set_path(item: &mut Value, path: &str, value: Value) {
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
