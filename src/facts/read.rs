//! Reading facts: sections, raw responses of read-only calls, and recorded calls.
//!
//! Which calls there are and what their responses look like stands in the provider's file. A response that cannot be
//! told, or could be of two calls, is refused by name: a guess here would turn into a wrong answer later.

use crate::facts::{Facts, Item};
use crate::json::{Node, Value};
use crate::operation::{Provider, Section};
use crate::place::Span;
use crate::rule::provider::CallRule;

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
    read_response_or_call(facts, node, providers)
}

/// Adds what a request carries: sections of its own provider, or any form that files may have.
pub(crate) fn read_request_facts(facts: &mut Facts, node: &Node, provider: &Provider) -> Result<(), Mistake> {
    match node.members() {
        Some(members) if is_sections(provider, members) => read_sections(facts, provider, node),
        _ => read_into(facts, node, &[provider]),
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
            return Err((*span, format!("{:?} is no fact section; {} has {}", name, provider.name, known.join(", "))));
        };
        read_section(facts, provider, &provider.sections[index], section)?;
    }
    Ok(())
}

fn read_section(facts: &mut Facts, provider: &Provider, section: &Section, node: &Node) -> Result<(), Mistake> {
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

fn add_item(facts: &mut Facts, provider: &Provider, section: &Section, node: Node, region: Option<&str>) {
    let text_at = |path: &str| node.at_path(path).and_then(Node::scalar_text).map(str::to_owned);
    let own_region = section.region_field.as_deref().and_then(text_at);
    let item = Item { key: text_at(&section.key), region: own_region.or(region.map(str::to_owned)), node };
    facts.section_mut(&provider.name, &section.name).add(item);
}

/// A call with the section that it feeds.
#[derive(Clone, Copy)]
struct KnownCall<'p> {
    provider: &'p Provider,
    section: &'p Section,
    call: &'p CallRule,
}

fn calls<'p>(providers: &[&'p Provider]) -> Vec<KnownCall<'p>> {
    let sections =
        providers.iter().flat_map(|provider| provider.sections.iter().map(move |section| (*provider, section)));
    sections
        .flat_map(|(provider, section)| section.calls.iter().map(move |call| KnownCall { provider, section, call }))
        .collect()
}

fn read_response_or_call(facts: &mut Facts, node: &Node, providers: &[&Provider]) -> Result<(), Mistake> {
    let known = calls(providers);
    if let Some(name) = node.get("call") {
        return read_recorded(facts, node, name, &known);
    }
    let matching: Vec<&KnownCall<'_>> = known
        .iter()
        .filter(|known| {
            let response = unwrap(node, known.provider);
            known.call.recognised_by.iter().any(|key| response.get(key).is_some())
        })
        .collect();
    match matching.as_slice() {
        [one] => read_response(facts, one, unwrap(node, one.provider), None, node.span),
        [] => {
            let names: Vec<&str> = known.iter().map(|known| known.call.call.as_str()).collect();
            let message =
                format!("neither sections of a provider nor the response of a known call ({})", names.join(", "));
            Err((node.span, message))
        }
        several => {
            let names: Vec<&str> = several.iter().map(|known| known.call.call.as_str()).collect();
            let message = format!("this may be a response of {}; write it as a recorded call", names.join(" or of "));
            Err((node.span, message))
        }
    }
}

/// `{"call": ..., "region": ..., "request": {...}, "response": {...}}`
fn read_recorded(facts: &mut Facts, node: &Node, name: &Node, known: &[KnownCall<'_>]) -> Result<(), Mistake> {
    for ((key, span), _) in node.members().unwrap_or_default() {
        if !["call", "region", "request", "response", "provider"].contains(&key.as_str()) {
            return Err((*span, format!("{key:?} is unknown; a recorded call has call, region, request, response")));
        }
    }
    let name_text =
        name.text().ok_or_else(|| (name.span, "\"call\" is a text such as \"ecs/DescribeImages\"".to_owned()))?;
    let provider = node.get("provider").and_then(Node::text);
    let matching: Vec<&KnownCall<'_>> = known
        .iter()
        .filter(|known| known.call.call == name_text && provider.is_none_or(|name| known.provider.is_called(name)))
        .collect();
    let [one] = matching.as_slice() else {
        let names: Vec<&str> = known.iter().map(|known| known.call.call.as_str()).collect();
        let message = match matching.is_empty() {
            true => format!("{name_text:?} is no known call; known are {}", names.join(", ")),
            false => format!("{name_text:?} is a call of several providers; say which with \"provider\""),
        };
        return Err((name.span, message));
    };
    let response = node.get("response").ok_or_else(|| (node.span, "a recorded call has a \"response\"".to_owned()))?;
    read_response(facts, one, unwrap(response, one.provider), Some(node), node.span)
}

/// The response without the object that may enclose it.
fn unwrap<'n>(node: &'n Node, provider: &Provider) -> &'n Node {
    let inner =
        provider.wire.envelopes.iter().find_map(|name| node.get(name).filter(|inner| inner.members().is_some()));
    inner.unwrap_or(node)
}

fn read_response(
    facts: &mut Facts,
    known: &KnownCall<'_>,
    response: &Node,
    recorded: Option<&Node>,
    span: Span,
) -> Result<(), Mistake> {
    let KnownCall { provider, section, call } = *known;
    let request = recorded.and_then(|recorded| recorded.get("request"));
    let key_asked = request.and_then(|request| asked_for(request, &call.key_in_request, Some(&section.key)));
    let region = call.region.as_deref().and_then(|path| response.at_path(path)).and_then(Node::scalar_text);
    let region = region.map(str::to_owned).or_else(|| {
        let said = recorded.and_then(|recorded| recorded.get("region")).and_then(Node::text).map(str::to_owned);
        said.or_else(|| request.and_then(|request| asked_for(request, &call.region_in_request, None)))
    });
    let region = region.filter(|_| section.regional);
    let error = provider.wire.error_code_at.iter().find_map(|path| response.at_path(path)).and_then(Node::text);
    let missing_key = || {
        let message =
            format!("{} does not say which {} it is about: record it with its request", call.call, section.key);
        (span, message)
    };
    if let Some(code) = error {
        // Any other error, such as a refusal, says nothing about whether the thing exists.
        if call.absent.iter().any(|absent| absent == code) {
            let key = key_asked.ok_or_else(missing_key)?;
            facts.section_mut(&provider.name, &section.name).add_absent(region, key);
        }
        return Ok(());
    }
    if let Some(items) = call.items.iter().find_map(|path| response.at_path(path)).and_then(Node::items) {
        for item in items.iter().filter(|item| item.members().is_some()) {
            add_item(facts, provider, section, item.clone(), region.as_deref());
        }
        if let (true, Some(key), Some(request)) = (items.is_empty(), key_asked, request)
            && empty_proves_absence(provider, call, section, request)
        {
            facts.section_mut(&provider.name, &section.name).add_absent(region.clone(), key);
        }
        if call.complete {
            facts.section_mut(&provider.name, &section.name).close(region);
        }
        return Ok(());
    }
    let single = call.item.iter().find_map(|path| response.at_path(path)).filter(|node| node.members().is_some());
    if single.is_none() && call.fields.0.is_empty() {
        return Err((span, format!("this is no response of {}: it holds no items", call.call)));
    }
    let mut item = single.cloned().unwrap_or(Node { value: Value::Object(Vec::new()), span });
    let mut set = |name: &str, value: Node| {
        if let Value::Object(members) = &mut item.value {
            members.push(((name.to_owned(), value.span), value));
        }
    };
    for (name, path) in call.fields.iter() {
        if let Some(value) = response.at_path(path) {
            set(name, value.clone());
        }
    }
    let key_in_response = response.get(&section.key).and_then(Node::scalar_text).map(str::to_owned);
    let has_key = single.is_some_and(|single| single.at_path(&section.key).is_some());
    if !has_key {
        let key = key_in_response.or(key_asked).ok_or_else(missing_key)?;
        set(&section.key, Node { value: Value::Text(key), span });
    }
    add_item(facts, provider, section, item, region.as_deref());
    Ok(())
}

/// The one value that a request gives for a key, under any of its names; letter case does not count.
fn asked_for(request: &Node, names: &[String], also: Option<&str>) -> Option<String> {
    let is_name =
        |name: &str| names.iter().map(String::as_str).chain(also).any(|known| known.eq_ignore_ascii_case(name));
    let (_, value) = request.members()?.iter().find(|((name, _), _)| is_name(name))?;
    single_value(value)
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

/// Whether an empty answer means that the key does not exist, rather than that a filter left it out.
fn empty_proves_absence(provider: &Provider, call: &CallRule, section: &Section, request: &Node) -> bool {
    let Some(rule) = &call.empty_proves_absence else { return false };
    let members = request.members().unwrap_or_default();
    let has = |name: &str, value: &str| {
        members.iter().any(|((known, _), node)| known.eq_ignore_ascii_case(name) && node.scalar_text() == Some(value))
    };
    let harmless = |name: &str| {
        let mut names =
            rule.besides.iter().chain(&call.key_in_request).chain(&call.region_in_request).map(String::as_str);
        let with = rule.with.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let mut common = provider.common_parameters.iter();
        with || common.any(|known| known.name.eq_ignore_ascii_case(name))
            || names.any(|known| known.eq_ignore_ascii_case(name))
            || section.key.eq_ignore_ascii_case(name)
    };
    rule.with.iter().all(|(name, value)| has(name, value)) && members.iter().all(|((name, _), _)| harmless(name))
}
