//! Values of a plan as arguments of a resource.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::json::{Kind, Node, Reader, SyntaxError, Value};
use crate::operation::tools::Resource;
use crate::place::Span;
use crate::request::given::{Given, GivenValue, Written};

/// What a plan and its configuration say about a value.
pub(super) struct Described<'n> {
    pub values: Option<&'n Node>,
    /// It has the shape of the values and says `true` where one is only known after apply.
    pub unknown: Option<&'n Node>,
    /// What the configuration says, where it is known.
    pub expressions: Option<&'n Node>,
}

/// The arguments of a resource. With `leaves_out`, what is missing among the values is not known.
pub(super) fn arguments<'t>(described: &Described<'_>, resource: &Resource, leaves_out: bool) -> Vec<Given<'t>> {
    Arguments { resource, leaves_out }.members(described, 0)
}

struct Arguments<'r> {
    resource: &'r Resource,
    leaves_out: bool,
}

impl Arguments<'_> {
    /// The members of a block; `depth` is how many blocks are around it.
    fn members<'t>(&self, described: &Described<'_>, depth: usize) -> Vec<Given<'t>> {
        let unknown = by_name(described.unknown);
        let expressions = described.expressions.map(|node| by_name(Some(node)));
        let expression = |name: &str| expressions.as_ref().and_then(|expressions| expressions.get(name).copied());
        let mut given = Vec::new();
        let mut known: HashSet<&str> = HashSet::new();
        for ((name, name_span), node) in described.values.and_then(Node::members).unwrap_or_default() {
            let of_name = Described {
                values: Some(node),
                unknown: unknown.get(name.as_str()).copied(),
                expressions: expression(name),
            };
            if node.value != Value::Null || self.leaves_out {
                known.insert(name);
            }
            let value = match node.value {
                Value::Null => GivenValue::Null,
                _ => self.value(&of_name, depth),
            };
            given.push(Given::new(Cow::Owned(name.clone()), *name_span, value, node.span));
        }
        // What is not set in the configuration, the provider fills in from the answer, and does not send it. Blocks may
        // be made dynamically, and are not in the configuration then.
        let is_sent = |name: &str| expressions.is_none() || expression(name).is_some() || self.is_block(name);
        let mut add = |name: &str, name_span: Span, span: Span| {
            if !known.contains(name) && is_sent(name) {
                given.push(Given::new(Cow::Owned(name.to_owned()), name_span, GivenValue::Unknown, span));
            }
        };
        // What is only known after apply has no value in the plan.
        for ((name, name_span), node) in described.unknown.and_then(Node::members).unwrap_or_default() {
            if any_true(node) {
                add(name, *name_span, node.span);
            }
        }
        if self.leaves_out {
            let place = described.values.map_or(Span::default(), |values| values.span);
            let mut names: Vec<&str> = self.names(depth).collect();
            names.dedup();
            names.into_iter().for_each(|name| add(name, place, place));
        }
        given
    }

    fn value<'t>(&self, described: &Described<'_>, depth: usize) -> GivenValue<'t> {
        let is_unknown = described.unknown.is_some_and(|unknown| unknown.value == Value::Bool(true));
        let Some(node) = described.values.filter(|_| !is_unknown) else { return GivenValue::Unknown };
        match &node.value {
            Value::Null => GivenValue::Null,
            Value::Bool(value) => GivenValue::Bool(*value),
            Value::Number(number) => GivenValue::Number(Cow::Owned(number.clone())),
            Value::Text(text) => GivenValue::of_text(Cow::Owned(text.clone())),
            Value::Object(_) => {
                // A single block stands in the configuration as a list of one, or as itself.
                let expressions = described.expressions.map(|node| match node.items() {
                    Some([only]) => only,
                    _ => node,
                });
                GivenValue::Members(self.members(&Described { expressions, ..*described }, depth + 1))
            }
            Value::List(items) => {
                let unknown = described.unknown.and_then(Node::items).unwrap_or_default();
                // Elements are told apart in the configuration only where each has a block of its own.
                let blocks = described.expressions.and_then(Node::items).filter(|blocks| blocks.len() == items.len());
                let element = |(index, node): (usize, &Node)| {
                    let of_element = Described {
                        values: Some(node),
                        unknown: unknown.get(index),
                        expressions: blocks.and_then(|blocks| blocks.get(index)),
                    };
                    Given::element(self.value(&of_element, depth), node.span)
                };
                let mut elements: Vec<Given<'t>> = items.iter().enumerate().map(element).collect();
                // Elements of which nothing at all is known may be left out of the values.
                for node in unknown.iter().skip(items.len()) {
                    elements.push(Given::element(GivenValue::Unknown, node.span));
                }
                GivenValue::List(elements)
            }
        }
    }

    /// The names that arguments with a parameter have at a depth.
    fn names(&self, depth: usize) -> impl Iterator<Item = &str> {
        self.resource.arguments.iter().filter_map(move |argument| Some(argument.path.get(depth)?.name.as_str()))
    }

    fn is_block(&self, name: &str) -> bool {
        self.resource.arguments.iter().any(|argument| {
            let mut steps = argument.path.iter().enumerate();
            steps.any(|(index, step)| step.name == name && (step.each || index + 1 < argument.path.len()))
        })
    }
}

/// Whether anything of a value is only known after apply.
fn any_true(node: &Node) -> bool {
    match &node.value {
        Value::Bool(value) => *value,
        Value::List(items) => items.iter().any(any_true),
        Value::Object(members) => members.iter().any(|(_, node)| any_true(node)),
        _ => false,
    }
}

fn by_name(node: Option<&Node>) -> HashMap<&str, &Node> {
    let members = node.and_then(Node::members).unwrap_or_default();
    members.iter().map(|((name, _), node)| (name.as_str(), node)).collect()
}

/// Keeps sensitive values out of all output: those of which `sensitive`, which has the shape of the values, says `true`.
pub(super) fn hide<'t>(arguments: &[Given<'t>], sensitive: Option<&Node>, written: &mut Written<'t>) {
    if let Some(all) = sensitive.filter(|sensitive| sensitive.value == Value::Bool(true)) {
        return arguments.iter().for_each(|given| hide_value(given, all, written));
    }
    let sensitive = by_name(sensitive);
    for given in arguments {
        if let Some(node) = sensitive.get(given.name.as_ref()) {
            hide_value(given, node, written);
        }
    }
}

fn hide_value<'t>(given: &Given<'t>, sensitive: &Node, written: &mut Written<'t>) {
    match (&sensitive.value, &given.value) {
        (Value::Bool(true), GivenValue::List(inner) | GivenValue::Members(inner)) => {
            written.hide(given);
            inner.iter().for_each(|inner| hide_value(inner, sensitive, written));
        }
        (Value::Bool(true), _) => written.hide(given),
        (Value::Object(_), GivenValue::Members(members)) => hide(members, Some(sensitive), written),
        (Value::List(items), GivenValue::List(elements)) => {
            elements.iter().zip(items).for_each(|(element, sensitive)| hide_value(element, sensitive, written));
        }
        _ => {}
    }
}

/// What is done with a resource: the address of its module, and the reader that stands before it.
type Visit<'v, 't> = dyn FnMut(&str, &mut Reader<'t>) -> Result<(), Box<SyntaxError>> + 'v;

/// Stands before each resource of planned values or of a state, with the address of its module; the visitor reads it.
pub(super) fn for_each_resource<'t>(
    reader: &mut Reader<'t>,
    visit: &mut Visit<'_, 't>,
) -> Result<(), Box<SyntaxError>> {
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        match (key.decode().as_ref(), reader.peek()?) {
            ("root_module", Kind::Object) => module(reader, visit)?,
            // A state wraps its values.
            ("values", Kind::Object) => for_each_resource(reader, visit)?,
            _ => drop(reader.skip()?),
        }
    }
    Ok(())
}

fn module<'t>(reader: &mut Reader<'t>, visit: &mut Visit<'_, 't>) -> Result<(), Box<SyntaxError>> {
    // The address may stand behind the resources.
    let address = address(&mut reader.clone())?;
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        let is_list = reader.peek()? == Kind::List;
        let name = key.decode();
        if !is_list || !matches!(name.as_ref(), "resources" | "child_modules") {
            reader.skip()?;
            continue;
        }
        reader.begin_list()?;
        let mut first = true;
        while reader.next_element(&mut first)? {
            match reader.peek()? {
                Kind::Object if name == "resources" => visit(&address, reader)?,
                Kind::Object => module(reader, visit)?,
                _ => drop(reader.skip()?),
            }
        }
    }
    Ok(())
}

/// The address of a module, empty for the root.
fn address(reader: &mut Reader<'_>) -> Result<String, Box<SyntaxError>> {
    let mut address = String::new();
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        match (key.decode().as_ref(), reader.peek()?) {
            ("address", Kind::Text) => address = reader.text()?.decode().into_owned(),
            _ => drop(reader.skip()?),
        }
    }
    Ok(address)
}
