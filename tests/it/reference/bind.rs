//! Lays the parameters of a request over what the operation declares: nested or flat, in another letter case, under
//! another name.
//!
//! Never checks a value; it only says what is sent where, and what is sent that nothing declares.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::conditions::fold_of;
use super::names::{self, Step, split_wire_name};
use super::plan::{self, Planned};
use super::slots::{Bound, Found, Slot};
use super::words;

/// Binds `params` and `unknown` of the request.
pub fn bind<'a>(provider: &'a Value, operation: &'a Value, request: &Value, checks: &[Planned<'_>]) -> Bound<'a> {
    let bound = Bound {
        provider,
        parameters: BTreeMap::new(),
        common: BTreeMap::new(),
        warnings: Vec::new(),
        wrong_shapes: Vec::new(),
        unknown_names: Vec::new(),
    };
    let mut binder = Binder { provider, operation, bound, empty: BTreeSet::new() };
    let none = Map::new();
    for (name, value) in request["params"].as_object().unwrap_or(&none) {
        if !value.is_null() {
            binder.parameter(name, Sent::Value(value));
        }
    }
    for name in request["unknown"].as_array().into_iter().flatten() {
        binder.parameter(name.as_str().expect("names of unknown parameters are texts"), Sent::Unknown);
    }
    let mut bound = binder.bound;
    if !typed(provider) {
        // On such a wire only scalars travel: a list or an object without any was not sent at all.
        bound.parameters.values_mut().for_each(prune);
    }
    take_documented_case(provider, checks, &mut bound);
    bound
}

/// Whether JSON types count.
pub fn typed(provider: &Value) -> bool {
    provider["wire"]["scalars"] == "typed"
}

/// What the request says about a parameter.
#[derive(Clone, Copy)]
enum Sent<'a> {
    Value(&'a Value),
    /// It will be sent, with a value that is not known yet.
    Unknown,
}

/// How a name was found among the declared ones.
struct Match<'a> {
    rule: &'a Value,
    /// Only when letter case is ignored.
    folded: bool,
}

struct Binder<'a> {
    provider: &'a Value,
    operation: &'a Value,
    bound: Bound<'a>,
    /// Wire names of parameters given as an empty text that counts as absent.
    empty: BTreeSet<String>,
}

/// The two names of a place.
#[derive(Clone, Copy)]
struct Name<'n> {
    /// In the operation's own spelling.
    wire: &'n str,
    /// In the request's spelling.
    sent: &'n str,
}

impl<'a> Binder<'a> {
    /// Whether anything travels for a value.
    fn is_sent(&self, value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::String(text) => !(text.is_empty() && self.provider["wire"]["empty_text"] == "absent"),
            Value::Array(items) => typed(self.provider) || items.iter().any(|item| self.is_sent(item)),
            Value::Object(members) => typed(self.provider) || members.values().any(|member| self.is_sent(member)),
            Value::Bool(_) | Value::Number(_) => true,
        }
    }

    /// A parameter of the request under the name as sent.
    fn parameter(&mut self, name: &str, sent: Sent<'_>) {
        let declared = plan::list(self.operation, "parameters");
        let common = plan::list(self.provider, "common_parameters");
        let steps = split_wire_name(self.provider, name).unwrap_or_else(|| vec![Step::Member(name.to_owned())]);
        let Step::Member(root) = &steps[0] else { unreachable!("a name begins with a member") };

        match (self.find_name(declared, root), self.find_name(common, root)) {
            (Some(found), other) if !found.folded || other.as_ref().is_none_or(|other| other.folded) => {
                self.declared(name, found, &steps[1..], sent);
            }
            (_, Some(found)) => {
                let common_name = text_of(found.rule, "name");
                // Many of them are headers, whose letter case nobody looks at: no warning here.
                let mut slot = self.bound.common.remove(common_name).unwrap_or_default();
                match sent {
                    Sent::Value(value) if slot == Slot::Absent && self.is_sent(value) => {
                        slot = Slot::Scalar(value.clone())
                    }
                    Sent::Value(_) => {}
                    Sent::Unknown => slot = Slot::Unknown(format!("parameter:{common_name}")),
                }
                self.bound.common.insert(common_name.to_owned(), slot);
            }
            (_, None) => self.unknown(name),
        }
    }

    /// The declared parameter of a name: by its very name or another documented one, else ignoring letter case where
    /// the provider does so.
    fn find_name(&self, declared: &'a [Value], name: &str) -> Option<Match<'a>> {
        let fold = self.provider["wire"]["parameter_case"] == "fold";
        let is_named = |rule: &&Value, same: &dyn Fn(&str) -> bool| {
            same(text_of(rule, "name")) || plan::texts(rule, "aliases").iter().any(|alias| same(alias))
        };
        let exact = declared.iter().find(|rule| is_named(rule, &|other| other == name));
        let folded = declared.iter().find(|rule| fold && is_named(rule, &|other| other.eq_ignore_ascii_case(name)));
        exact.map(|rule| Match { rule, folded: false }).or_else(|| folded.map(|rule| Match { rule, folded: true }))
    }

    /// A parameter whose first member is declared; `steps` are the further ones of a flat name.
    fn declared(&mut self, name: &str, root: Match<'a>, steps: &[Step], sent: Sent<'_>) {
        let root_name = text_of(root.rule, "name").to_owned();
        let mut wire_name = root_name.clone();
        let (mut rule, mut folded) = (root.rule, root.folded);
        // Where the value belongs: members by name, elements by position from 1.
        let mut place: Vec<Step> = Vec::new();
        for step in steps {
            match (text_of(rule, "type"), step) {
                ("list", Step::Element(index)) => {
                    let first_index = self.provider["wire"]["first_index"].as_u64().unwrap_or_default();
                    let Some(offset) = index.checked_sub(first_index) else { return self.unknown(name) };
                    let position = usize::try_from(offset).expect("an index is small") + 1;
                    wire_name = names::element(self.provider, &wire_name, position);
                    if is_ignored(rule, position) {
                        return self.ignored(name, sent);
                    }
                    rule = &rule["items"];
                    place.push(Step::Element(position as u64));
                }
                ("object", Step::Member(member)) => {
                    let Some(found) = self.find_name(plan::list(rule, "fields"), member) else {
                        return self.unknown(name);
                    };
                    folded |= found.folded;
                    rule = found.rule;
                    let member = text_of(rule, "name");
                    wire_name = names::member(&wire_name, member);
                    place.push(Step::Member(member.to_owned()));
                }
                _ => return self.unknown(name),
            }
        }
        // On a wire of text, a value of another shape travels under other names than this one.
        let travels = match sent {
            Sent::Value(value) => self.is_sent(value) && (typed(self.provider) || has_shape(rule, value)),
            Sent::Unknown => true,
        };
        if folded && travels {
            self.bound.warnings.push(("parameter-case", wire_name.clone()));
        }
        let mut root_slot = self.bound.parameters.remove(&root_name).unwrap_or_default();
        if let Some(slot) = slot_at(&mut root_slot, &place) {
            let names = Name { wire: &wire_name, sent: name };
            match sent {
                Sent::Value(value) => self.value(slot, rule, names, value),
                Sent::Unknown => {
                    let mut given = slot.clone();
                    if !typed(self.provider) {
                        prune(&mut given);
                    }
                    match given {
                        Slot::Absent | Slot::Unknown(_) => *slot = Slot::Unknown(format!("parameter:{wire_name}")),
                        _ => self.contradiction(slot, names),
                    }
                }
            }
        }
        self.bound.parameters.insert(root_name, root_slot);
    }

    /// A value for what `rule` declares: a parameter or the element of a list.
    fn value(&mut self, slot: &mut Slot, rule: &'a Value, names: Name<'_>, value: &Value) {
        match (text_of(rule, "type"), value) {
            ("list", Value::Array(items)) => self.items(slot, rule, names, items),
            ("object", Value::Object(members)) => self.members(slot, rule, names, members),
            ("string" | "integer" | "unsigned" | "boolean", Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                self.scalar(slot, names, value);
            }
            _ if !self.is_sent(value) => {}
            _ if typed(self.provider) => match slot {
                Slot::Absent | Slot::Wrong => {
                    *slot = Slot::Wrong;
                    self.bound.wrong_shapes.push(names.wire.to_owned());
                }
                Slot::Unknown(_) => {}
                _ => self.contradiction(slot, names),
            },
            // The wire carries it under another name than the declared one.
            _ => self.unknown(names.sent),
        }
    }

    fn items(&mut self, slot: &mut Slot, rule: &'a Value, names: Name<'_>, items: &[Value]) {
        match slot {
            Slot::Absent => *slot = Slot::List(BTreeMap::new()),
            Slot::Wrong => self.contradiction(slot, names),
            _ => {}
        }
        let Slot::List(elements) = slot else { return };
        for (at, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
            let element = |list: &str| names::element(self.provider, list, at + 1);
            let (wire, sent) = (element(names.wire), element(names.sent));
            if is_ignored(rule, at + 1) {
                self.ignored(&sent, Sent::Value(item));
            } else {
                let names = Name { wire: &wire, sent: &sent };
                self.value(elements.entry(at + 1).or_default(), &rule["items"], names, item);
            }
        }
    }

    fn members(&mut self, slot: &mut Slot, rule: &'a Value, names: Name<'_>, members: &Map<String, Value>) {
        match slot {
            Slot::Absent => *slot = Slot::Object(BTreeMap::new()),
            Slot::Wrong => self.contradiction(slot, names),
            _ => {}
        }
        let Slot::Object(slots) = slot else { return };
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let sent = names::member(names.sent, name);
            match self.find_name(plan::list(rule, "fields"), name) {
                None => self.unknown(&sent),
                Some(found) => {
                    let declared_name = text_of(found.rule, "name");
                    let wire = names::member(names.wire, declared_name);
                    let has_shape = typed(self.provider) || has_shape(found.rule, value);
                    if found.folded && self.is_sent(value) && has_shape {
                        self.bound.warnings.push(("parameter-case", wire.clone()));
                    }
                    let names = Name { wire: &wire, sent: &sent };
                    self.value(slots.entry(declared_name.to_owned()).or_default(), found.rule, names, value);
                }
            }
        }
    }

    /// A text, number or boolean. Given twice with different values, nobody knows which one counts: an empty text that
    /// counts as absent is another value than the one beside it.
    fn scalar(&mut self, slot: &mut Slot, names: Name<'_>, value: &Value) {
        let same = |left: &Value, right: &Value| {
            if typed(self.provider) { left == right } else { words::text(left) == words::text(right) }
        };
        let is_empty = !self.is_sent(value);
        match slot {
            Slot::Absent if is_empty => {
                self.empty.insert(names.wire.to_owned());
            }
            Slot::Absent if self.empty.contains(names.wire) => self.contradiction(slot, names),
            Slot::Absent => *slot = Slot::Scalar(value.clone()),
            Slot::Scalar(before) if !is_empty && same(before, value) => {}
            Slot::Unknown(_) => {}
            _ => self.contradiction(slot, names),
        }
    }

    /// Two values for one parameter: neither counts.
    fn contradiction(&mut self, slot: &mut Slot, names: Name<'_>) {
        *slot = Slot::Unknown(format!("parameter:{}", names.wire));
        self.bound.wrong_shapes.retain(|wrong| wrong != names.wire);
        self.bound.warnings.push(("duplicate-parameter", names.sent.to_owned()));
    }

    /// A name that nothing declares. Whoever misspells a name wants to hear of it, even when its value is empty.
    fn unknown(&mut self, name: &str) {
        self.bound.unknown_names.push(name.to_owned());
    }

    fn ignored(&mut self, name: &str, sent: Sent<'_>) {
        if !matches!(sent, Sent::Value(value) if !self.is_sent(value)) {
            self.bound.warnings.push(("ignored-parameter", name.to_owned()));
        }
    }
}

/// Whether a value is of the declared shape: a list, an object or a scalar.
fn has_shape(rule: &Value, value: &Value) -> bool {
    match text_of(rule, "type") {
        "list" => value.is_array(),
        "object" => value.is_object(),
        _ => !value.is_array() && !value.is_object(),
    }
}

/// Whether the API ignores the element at a position of a list.
fn is_ignored(rule: &Value, position: usize) -> bool {
    rule["ignored_beyond"].as_u64().is_some_and(|last| position as u64 > last)
}

/// The slot at a place below another one, made on the way. `None` where a value of another shape stands in the way.
fn slot_at<'s>(slot: &'s mut Slot, place: &[Step]) -> Option<&'s mut Slot> {
    let Some((step, rest)) = place.split_first() else { return Some(slot) };
    if *slot == Slot::Absent {
        *slot = match step {
            Step::Member(_) => Slot::Object(BTreeMap::new()),
            Step::Element(_) => Slot::List(BTreeMap::new()),
        };
    }
    match (slot, step) {
        (Slot::Object(members), Step::Member(name)) => slot_at(members.entry(name.clone()).or_default(), rest),
        (Slot::List(elements), Step::Element(position)) => {
            slot_at(elements.entry(usize::try_from(*position).ok()?).or_default(), rest)
        }
        _ => None,
    }
}

/// Takes out lists and objects in which nothing is given.
fn prune(slot: &mut Slot) {
    match slot {
        Slot::List(elements) => {
            elements.values_mut().for_each(prune);
            elements.retain(|_, element| *element != Slot::Absent);
            if elements.is_empty() {
                *slot = Slot::Absent;
            }
        }
        Slot::Object(members) => {
            members.values_mut().for_each(prune);
            members.retain(|_, member| *member != Slot::Absent);
            if members.is_empty() {
                *slot = Slot::Absent;
            }
        }
        _ => {}
    }
}

/// Takes a value of another letter case than the documented one as the documented one, where a check says so.
fn take_documented_case(provider: &Value, checks: &[Planned<'_>], bound: &mut Bound<'_>) {
    for check in checks.iter().filter(|check| check.under_parameter) {
        let Some(documented) = check.rule().and_then(|rule| fold_of(provider, &rule["must"])) else { continue };
        for positions in bound.positions(&check.pattern) {
            let wire_name = bound.wire_name(&check.pattern, &positions);
            let Found::Given(Slot::Scalar(value)) = bound.find(&check.pattern, &positions) else { continue };
            if !check.is_at(&positions) {
                continue;
            }
            let Some(text) = words::text(value).filter(|_| value.is_string() || !typed(provider)) else { continue };
            let same = documented.iter().find(|documented| documented.eq_ignore_ascii_case(&text));
            if let Some(same) = same.filter(|_| !documented.contains(&text)) {
                let place = place_of(&check.pattern, &positions);
                let (root, below) = place.split_first().expect("a path has a first member");
                let Step::Member(root) = root else { unreachable!("a path begins with a member") };
                let slot = bound.parameters.get_mut(root).and_then(|slot| slot_at(slot, below));
                *slot.expect("a value was found there") = Slot::Scalar(Value::String(same.clone()));
                bound.warnings.push(("value-case", wire_name));
            }
        }
    }
}

/// The steps from the request to what stands at a path.
fn place_of(pattern: &str, positions: &[usize]) -> Vec<Step> {
    let mut positions = positions.iter();
    let mut place = Vec::new();
    for (name, elements) in names::members_of(pattern) {
        place.push(Step::Member(name.to_owned()));
        if elements {
            place.extend(positions.next().map(|position| Step::Element(*position as u64)));
        }
    }
    place
}

fn text_of<'v>(rule: &'v Value, key: &str) -> &'v str {
    rule[key].as_str().expect("a declared parameter has a name and a type")
}
