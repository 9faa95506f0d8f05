//! Facts from responses of read-only calls, raw or recorded with their requests.
//!
//! Which calls there are and what their responses look like stands in the provider's file. A response that cannot be
//! told, or could be of two calls, is refused by name.

use crate::catalog::did_you_mean;
use crate::facts::read::{Mistake, add_item};
use crate::facts::request::RecordedRequest;
use crate::facts::{Facts, Item, key_within};
use crate::json::{Node, Value};
use crate::operation::{Provider, Section};
use crate::place::Span;
use crate::rule::provider::CallRule;

/// A call with a section that it feeds.
#[derive(Clone, Copy)]
struct KnownCall<'p> {
    provider: &'p Provider,
    section: &'p Section,
    call: &'p CallRule,
}

/// Adds what a response, or a recorded call, says.
pub(super) fn read(facts: &mut Facts, node: &Node, providers: &[&Provider]) -> Result<(), Mistake> {
    let known = known_calls(providers);
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
    let names = distinct(matching.iter().map(|known| known.call.call.as_str()));
    match names.as_slice() {
        [_] => matching.into_iter().try_for_each(|one| {
            Response { known: one, response: unwrap(node, one.provider), recorded: None, span: node.span }.add(facts)
        }),
        [] => {
            let names = distinct(known.iter().map(|known| known.call.call.as_str()));
            let calls = names.join(", ");
            Err((node.span, format!("neither sections of a provider nor the response of a known call ({calls})")))
        }
        several => {
            let message = format!("this may be a response of {}; write it as a recorded call", several.join(" or of "));
            Err((node.span, message))
        }
    }
}

/// Whether this is, by its keys, the response of a call of the provider.
pub(super) fn is_known(node: &Node, provider: &Provider) -> bool {
    let response = unwrap(node, provider);
    let mut calls = provider.sections.iter().flat_map(|section| &section.calls);
    calls.any(|call| call.recognised_by.iter().any(|key| response.get(key).is_some()))
}

fn known_calls<'p>(providers: &[&'p Provider]) -> Vec<KnownCall<'p>> {
    let sections =
        providers.iter().flat_map(|provider| provider.sections.iter().map(move |section| (*provider, section)));
    let calls = sections
        .flat_map(|(provider, section)| section.calls.iter().map(move |call| KnownCall { provider, section, call }));
    calls.collect()
}

fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// `{"call": ..., "region": ..., "request": {...}, "response": {...}}`
fn read_recorded(facts: &mut Facts, node: &Node, name: &Node, known: &[KnownCall<'_>]) -> Result<(), Mistake> {
    for ((key, span), _) in node.members().unwrap_or_default() {
        if !["call", "region", "request", "response", "provider"].contains(&key.as_str()) {
            return Err((*span, format!("{key:?} is unknown; a recorded call has call, region, request, response")));
        }
    }
    let expected = || (name.span, "\"call\" is a text: <service>/<Operation>".to_owned());
    let name_text = name.text().ok_or_else(expected)?;
    let provider = node.get("provider").and_then(Node::text);
    let matching: Vec<&KnownCall<'_>> = known
        .iter()
        .filter(|known| is_named(known.call, name_text) && provider.is_none_or(|name| known.provider.is_called(name)))
        .collect();
    let owners = distinct(matching.iter().map(|known| known.provider.name.as_str()));
    if owners.len() != 1 {
        let names = distinct(known.iter().map(|known| known.call.call.as_str()));
        let message = match owners.as_slice() {
            [] => {
                let hint = did_you_mean(name_text, names.iter().copied());
                format!("{name_text:?} is no known call; known are {}{hint}", names.join(", "))
            }
            several => format!("{name_text:?} is a call of {}; say which with \"provider\"", several.join(" and of ")),
        };
        return Err((name.span, message));
    }
    let response = node.get("response").ok_or_else(|| (node.span, "a recorded call has a \"response\"".to_owned()))?;
    matching.into_iter().try_for_each(|one| {
        let response = unwrap(response, one.provider);
        Response { known: one, response, recorded: Some(node), span: node.span }.add(facts)
    })
}

/// Whether a call has a name: its own or that of a tool, whatever the letter case and what stands between the words.
fn is_named(call: &CallRule, name: &str) -> bool {
    let plain = |name: &str| -> String {
        let kept = name.chars().filter(|character| character.is_alphanumeric() || *character == '/');
        kept.map(|character| character.to_ascii_lowercase()).collect()
    };
    let name = plain(name);
    std::iter::once(&call.call).chain(&call.aliases).any(|known| plain(known) == name)
}

/// The response without the object that may enclose it.
fn unwrap<'n>(node: &'n Node, provider: &Provider) -> &'n Node {
    let inner =
        provider.wire.envelopes.iter().find_map(|name| node.get(name).filter(|inner| inner.members().is_some()));
    inner.unwrap_or(node)
}

/// The response to a known call.
struct Response<'r> {
    known: &'r KnownCall<'r>,
    response: &'r Node,
    /// The whole record, when the call was recorded.
    recorded: Option<&'r Node>,
    span: Span,
}

impl Response<'_> {
    fn add(&self, facts: &mut Facts) -> Result<(), Mistake> {
        let KnownCall { provider, section, call } = *self.known;
        if !self.speaks_of_this_section() || self.is_empty() {
            return Ok(());
        }
        let region = self.region();
        let error = provider.wire.error_code_at.iter().find_map(|path| self.response.at_path(path));
        if let Some(code) = error.and_then(Node::text) {
            // Any other error says nothing about whether the thing exists.
            let is_one_of = |codes: &[String]| codes.iter().any(|known| known == code);
            let key = || self.asked_key().ok_or_else(|| self.without_key());
            if is_one_of(&call.absent) {
                facts.section_mut(&provider.name, &section.name).add_absent(region, key()?);
            } else if is_one_of(&call.refused) {
                let node = Node { value: Value::Object(Vec::new()), span: self.span };
                let item = Item { key: Some(key()?), region, node, refused: true };
                facts.section_mut(&provider.name, &section.name).add(item);
            }
            return Ok(());
        }
        if let Some(items) = self.items() {
            for item in items.iter().filter(|item| item.members().is_some()) {
                add_item(facts, provider, section, item.clone(), region.as_deref());
            }
            let absent = self.asked_key().filter(|_| items.is_empty() && self.empty_proves_absence());
            let facts = facts.section_mut(&provider.name, &section.name);
            if let Some(key) = absent {
                facts.add_absent(region.clone(), key);
            }
            if call.complete || self.lists_all(items) && (region.is_some() || !section.regional) {
                facts.close(region);
            }
            return Ok(());
        }
        if let Some(item) = self.single_item()? {
            add_item(facts, provider, section, item, region.as_deref());
        }
        Ok(())
    }

    /// Whether what should enclose the answer is null: some command lines print an empty answer so.
    fn is_empty(&self) -> bool {
        let mut envelopes = self.known.provider.wire.envelopes.iter().filter_map(|name| self.response.get(name));
        envelopes.any(|inner| inner.value == Value::Null)
            && self.known.provider.wire.error_code_at.iter().all(|path| self.response.at_path(path).is_none())
    }

    /// Whether the call, as it was made and answered, is one from which the section can learn.
    fn speaks_of_this_section(&self) -> bool {
        let call = self.known.call;
        let fits = |rule| self.request().is_some_and(|request| request.fits(rule, &self.harmless_names()));
        call.only_for.as_ref().is_none_or(fits)
            && call.only_when.iter().all(|(path, value)| {
                self.response.at_path(path).and_then(Node::scalar_text).is_none_or(|text| text == value)
            })
    }

    /// The response's list of items. A list that is null where the response is recognised is an empty one.
    fn items(&self) -> Option<&[Node]> {
        let call = self.known.call;
        let found = call.items.iter().find_map(|path| self.response.at_path(path)).and_then(Node::items);
        let is_null = || {
            let recognised = call.recognised_by.iter().filter_map(|key| self.response.get(key));
            !call.items.is_empty() && recognised.into_iter().any(|node| node.value == Value::Null)
        };
        found.or_else(|| is_null().then_some(&[]))
    }

    /// The response's single item with its key; none when it has nothing to say.
    fn single_item(&self) -> Result<Option<Node>, Mistake> {
        let KnownCall { section, call, .. } = *self.known;
        let at = |path: &String| if path == "." { Some(self.response) } else { self.response.at_path(path) };
        let single = call.item.iter().find_map(at).filter(|node| node.members().is_some());
        if single.is_none() && call.fields.0.is_empty() {
            return Err((self.span, format!("this is no response of {}: it holds no items", call.call)));
        }
        let mut item = single.cloned().unwrap_or(Node { value: Value::Object(Vec::new()), span: self.span });
        for (name, path) in call.fields.iter() {
            if let Some(value) = self.response.at_path(path) {
                set(&mut item, name, value.clone());
            }
        }
        if single.is_none() && item.members().is_none_or(<[_]>::is_empty) {
            return Ok(None);
        }
        // What the response does not name, the user may have added to it, or the request says.
        let text = |text: String| Node { value: Value::Text(text), span: self.span };
        for (field, names, fixed) in [
            (Some(&section.key), &call.key_in_request, call.key_value.as_ref()),
            (section.within.as_ref(), &call.within_in_request, None),
        ] {
            let Some(field) = field.filter(|field| item.at_path(field).is_none()) else { continue };
            let added = self.response.get(field).and_then(Node::scalar_text).map(str::to_owned);
            let said = added.or_else(|| self.asked(names, Some(field))).or_else(|| fixed.cloned());
            set(&mut item, field, text(said.ok_or_else(|| self.without_key())?));
        }
        Ok(Some(item))
    }

    fn without_key(&self) -> Mistake {
        let KnownCall { section, call, .. } = *self.known;
        let within = section.within.as_ref().map(|within| format!(" and {within}")).unwrap_or_default();
        let about = format!("{}{within}", section.key);
        (self.span, format!("{} does not say which {about} it is about: record it with its request", call.call))
    }

    fn region(&self) -> Option<String> {
        let KnownCall { section, call, .. } = *self.known;
        let named = call.region.as_deref().and_then(|path| self.response.at_path(path)).and_then(Node::scalar_text);
        let said = || self.recorded.and_then(|recorded| recorded.get("region")).and_then(Node::text).map(str::to_owned);
        let region = named.map(str::to_owned).or_else(said).or_else(|| self.asked(&call.region_in_request, None));
        region.filter(|_| section.regional)
    }

    /// The key that the recorded request asks for.
    fn asked_key(&self) -> Option<String> {
        let KnownCall { section, call, .. } = *self.known;
        let key = self.asked(&call.key_in_request, Some(&section.key))?;
        match &section.within {
            None => Some(key),
            Some(within) => Some(key_within(&self.asked(&call.within_in_request, Some(within))?, &key)),
        }
    }

    /// The one value that the recorded request gives under any of these names.
    fn asked(&self, names: &[String], also: Option<&str>) -> Option<String> {
        self.request()?.asked(names.iter().map(String::as_str).chain(also))
    }

    fn request(&self) -> Option<RecordedRequest<'_>> {
        RecordedRequest::of(self.recorded?, self.known.provider)
    }

    /// Whether an empty answer means that the key does not exist, rather than that a filter left it out.
    fn empty_proves_absence(&self) -> bool {
        let rule = self.known.call.empty_proves_absence.as_ref();
        let request = self.request();
        rule.zip(request).is_some_and(|(rule, request)| request.fits(rule, &self.harmless_names()))
    }

    /// Whether a recorded call shows that it was answered with all items that there are.
    fn lists_all(&self, items: &[Node]) -> bool {
        let Some(rule) = &self.known.call.lists_all else { return false };
        let total = self.response.at_path(&rule.total).and_then(Node::scalar_text);
        let total = total.and_then(|total| total.parse::<usize>().ok());
        // A key would be a filter here.
        let names = &self.known.call.region_in_request;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        total.is_some_and(|total| total <= items.len())
            && self.request().is_some_and(|request| request.fits(&rule.request, &names))
    }

    /// Names that say in a request which thing is meant: none of them is a filter.
    fn harmless_names(&self) -> Vec<&str> {
        let KnownCall { section, call, .. } = *self.known;
        let names = call.key_in_request.iter().chain(&call.within_in_request).chain(&call.region_in_request);
        names.chain([&section.key]).map(String::as_str).collect()
    }
}

fn set(item: &mut Node, name: &str, value: Node) {
    if let Value::Object(members) = &mut item.value {
        members.push(((name.to_owned(), value.span), value));
    }
}
