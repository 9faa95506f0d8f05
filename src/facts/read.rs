//! Reading facts: sections as users write them; responses of read-only calls are read by [`response`].
//!
//! Whatever is not understood is refused, with its place: a guess here would turn into a wrong answer later.

use crate::catalog::did_you_mean;
use crate::facts::{Facts, Item, key_within, response};
use crate::json::{Node, Value};
use crate::operation::{Provider, Section};
use crate::place::Span;

/// A mistake at a place of the text.
pub(crate) type Mistake = (Span, String);

/// Adds what `node` says to `facts`. `providers` are all that are known.
pub(crate) fn read_into(facts: &mut Facts, node: &Node, providers: &[&Provider]) -> Result<(), Mistake> {
    if let Some(items) = node.items() {
        return items.iter().try_for_each(|item| read_into(facts, item, providers));
    }
    let members = node.members().ok_or_else(|| (node.span, "facts are an object or a list of objects".to_owned()))?;
    let named = |name: &str| providers.iter().find(|provider| provider.is_called(name));
    if !members.is_empty() && members.iter().all(|((name, _), _)| named(name).is_some()) {
        for ((name, _), sections) in members {
            let Some(provider) = named(name) else { continue };
            read_sections(facts, provider, sections)?;
        }
        return Ok(());
    }
    response::read(facts, node, providers)
}

/// Adds what a request carries: sections of its own provider, or any form that files may have.
pub(crate) fn read_request_facts(facts: &mut Facts, node: &Node, provider: &Provider) -> Result<(), Mistake> {
    match node.members() {
        Some(members) if is_sections(provider, members) => read_sections(facts, provider, node),
        Some(members) => read_into(facts, node, &[provider]).or_else(|mistake| {
            // What names one section and is no response is a section misspelt beside it.
            let names_one = members.iter().any(|((name, _), _)| provider.section(name).is_some());
            if names_one { read_sections(facts, provider, node) } else { Err(mistake) }
        }),
        None => read_into(facts, node, &[provider]),
    }
}

/// Whether an object holds sections rather than a response: a response may have a member with a section's name.
fn is_sections(provider: &Provider, members: &[((String, Span), Node)]) -> bool {
    members.iter().all(|((name, _), _)| provider.section(name).is_some())
}

fn read_sections(facts: &mut Facts, provider: &Provider, node: &Node) -> Result<(), Mistake> {
    let members = node.members().ok_or_else(|| (node.span, "sections are the members of an object".to_owned()))?;
    for ((name, span), section) in members {
        let Some(index) = provider.section(name) else {
            let known: Vec<&str> = provider.sections.iter().map(|section| section.name.as_str()).collect();
            let hint = did_you_mean(name, known.iter().copied());
            let message = format!("{:?} is no fact section; {} has {}{hint}", name, provider.name, known.join(", "));
            return Err((*span, message));
        };
        read_section(facts, provider, &provider.sections[index], section)?;
    }
    Ok(())
}

fn read_section(facts: &mut Facts, provider: &Provider, section: &Section, node: &Node) -> Result<(), Mistake> {
    // A section may also be given as what a call answered.
    if let Value::Object(members) = &node.value
        && !members.iter().any(|((name, _), _)| ["items", "region", "complete"].contains(&name.as_str()))
        && (is_recorded_call(node) || response::is_known(node, provider))
    {
        return response::read(facts, node, &[provider]);
    }
    let (items, region, complete) = match &node.value {
        Value::List(items) => (items.as_slice(), None, false),
        Value::Object(members) => {
            let (mut items, mut region, mut complete) = (None, None, false);
            for ((name, span), value) in members {
                match (name.as_str(), &value.value) {
                    ("items", Value::List(list)) => items = Some(list.as_slice()),
                    ("region", Value::Text(text)) => region = Some(text.clone()),
                    ("complete", Value::Bool(closed)) => complete = *closed,
                    _ => {
                        let expected =
                            "a section is a list, or has \"items\" (a list), \"region\" (a text), \"complete\"";
                        return Err((*span, expected.to_owned()));
                    }
                }
            }
            (items.unwrap_or_default(), region, complete)
        }
        _ => return Err((node.span, "a section is a list of items, or an object with \"items\"".to_owned())),
    };
    for item in items {
        if is_recorded_call(item) {
            response::read(facts, item, &[provider])?;
            continue;
        }
        if item.members().is_none() {
            return Err((item.span, "an item of a section is an object".to_owned()));
        }
        add_item(facts, provider, section, item.clone(), region.as_deref());
    }
    if complete {
        facts.section_mut(&provider.name, &section.name).close(region);
    } else {
        // That the section was given at all is remembered, empty or not.
        facts.section_mut(&provider.name, &section.name);
    }
    Ok(())
}

fn is_recorded_call(node: &Node) -> bool {
    node.get("call").is_some() && node.get("response").is_some()
}

/// Adds an item under its own key and region, and to the other section to which it belongs.
pub(super) fn add_item(facts: &mut Facts, provider: &Provider, section: &Section, node: Node, region: Option<&str>) {
    let node = if section.folds_fields { folded(node, section) } else { node };
    let text_at = |path: &str| node.at_path(path).and_then(Node::scalar_text).map(str::to_owned);
    let own_region = section.region_field.as_deref().and_then(text_at);
    let own_key = text_at(&section.key).or_else(|| section.key_value.clone());
    let key = match &section.within {
        None => own_key,
        Some(within) => text_at(within).zip(own_key).map(|(within, key)| key_within(&within, &key)),
    };
    let other = section.also.iter().find(|(field, _)| node.at_path(field).is_some());
    if let Some((_, other)) = other {
        add_item(facts, provider, &provider.sections[*other], node.clone(), region);
        if key.is_none() {
            return;
        }
    }
    let item = Item { key, region: own_region.or(region.map(str::to_owned)), node, refused: false };
    facts.section_mut(&provider.name, &section.name).add(item);
}

/// An item whose fields are known in lower case, except those by which it is found.
fn folded(node: Node, section: &Section) -> Node {
    let Value::Object(members) = node.value else { return node };
    let keys: Vec<&str> = section.within.iter().chain([&section.key]).map(String::as_str).collect();
    let name_of = |name: &str| {
        let key = keys.iter().find(|key| key.eq_ignore_ascii_case(name));
        key.map_or_else(|| name.to_ascii_lowercase(), |key| (*key).to_owned())
    };
    let members = members.into_iter().map(|((name, span), value)| ((name_of(&name), span), value)).collect();
    Node { value: Value::Object(members), span: node.span }
}
