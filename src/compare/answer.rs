//! Answers that were really given: success, or an error with what is known of it.
//!
//! What an error response looks like stands in the provider's file, as the body that the API sends. The same body with
//! its blanks says where a response holds code and message.

use std::borrow::Cow;

use serde::Serialize;

use crate::checker::Checker;
use crate::json::Node;
use crate::operation::Provider;

/// What an API really answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// It did what was asked for.
    Success,
    /// It answered with an error.
    Error(ObservedAnswer),
}

/// An error that an API answered with, as far as it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ObservedAnswer {
    /// The provider's code.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The provider's message.
    pub message: Option<String>,
}

/// The least HTTP status that is an error.
const LEAST_ERROR: u16 = 400;

impl Checker {
    /// Reads a response of `provider`: its HTTP status, where it is known, and its body.
    ///
    /// # Errors
    ///
    /// When there are no rules for the provider, or nothing says whether the response is an error.
    pub fn observed(&self, provider: &str, status: Option<u16>, body: &str) -> Result<Observed, String> {
        let provider = self.catalog().provider(provider).map_err(|unsupported| unsupported.message)?;
        let body = body.trim_start_matches('\u{feff}').trim();
        let found = match body.chars().next() {
            Some('{') => of_json(&provider, body)?,
            Some('<') => of_xml(&provider, body),
            _ => None,
        };
        match (found, status) {
            (Some((code, message)), _) => Ok(Observed::Error(ObservedAnswer { code: Some(code), status, message })),
            (None, status) => Observed::without_code(status, None)
                .or_else(|| (!body.is_empty()).then_some(Observed::Success))
                .ok_or_else(|| "neither a status nor a body says how the call ended".to_owned()),
        }
    }
}

impl Observed {
    /// What a status alone says; nothing, when there is none.
    pub(super) fn without_code(status: Option<u16>, message: Option<String>) -> Option<Observed> {
        let status = status?;
        Some(match status < LEAST_ERROR {
            true => Observed::Success,
            false => Observed::Error(ObservedAnswer { code: None, status: Some(status), message }),
        })
    }
}

/// Code and message of a JSON body; none when it holds no code.
fn of_json(provider: &Provider, body: &str) -> Result<Option<(String, Option<String>)>, String> {
    let response = Node::from_text(body).map_err(|error| format!("the body is no JSON: {}", error.message))?;
    let wire = &provider.wire;
    let shapes = wire.error_body.iter().filter(|(_, shape)| shape.starts_with('{'));
    let places = shapes.filter_map(|(_, shape)| json_places(shape));
    let mut answers = places.filter_map(|(code_at, message_at)| {
        let text = |path: &str| response.at_path(path).and_then(Node::scalar_text).map(str::to_owned);
        Some((text(&code_at)?, message_at.and_then(|path| text(&path))))
    });
    let code = || wire.error_code_at.iter().find_map(|path| response.at_path(path)).and_then(Node::scalar_text);
    Ok(answers.next().or_else(|| code().map(|code| (code.to_owned(), None))))
}

/// Dotted paths of the blanks `{code}` and `{message}` in a JSON body.
fn json_places(shape: &str) -> Option<(String, Option<String>)> {
    // A blank that is no text, such as a number, stands there without quotes: with them, the shape is JSON.
    let quoted = shape.replace("\"{status}\"", "{status}").replace("{status}", "\"{status}\"");
    let shape = Node::from_text(&quoted).ok()?;
    Some((path_to(&shape, "{code}")?, path_to(&shape, "{message}")))
}

fn path_to(node: &Node, blank: &str) -> Option<String> {
    node.members()?.iter().find_map(|((name, _), member)| match member.text() {
        Some(text) => (text == blank).then(|| name.clone()),
        None => path_to(member, blank).map(|rest| format!("{name}.{rest}")),
    })
}

/// Code and message of an XML body; none when it holds no code.
fn of_xml(provider: &Provider, body: &str) -> Option<(String, Option<String>)> {
    let shapes = provider.wire.error_body.iter().filter(|(_, shape)| shape.starts_with('<'));
    let mut answers = shapes.filter_map(|(_, shape)| {
        let text = |blank: &str| element(body, element_around(shape, blank)?);
        Some((text("{code}")?, text("{message}")))
    });
    answers.next()
}

/// The name of the element that holds nothing but a blank: `Code` in `<Code>{code}</Code>`.
fn element_around<'s>(shape: &'s str, blank: &str) -> Option<&'s str> {
    shape.match_indices(blank).find_map(|(at, _)| {
        let before = shape.get(..at)?.strip_suffix('>')?;
        let name = before.get(before.rfind('<')? + 1..)?;
        shape.get(at + blank.len()..)?.starts_with(&format!("</{name}>")).then_some(name)
    })
}

/// The text of the first element of this name.
fn element(body: &str, name: &str) -> Option<String> {
    let start = body.find(&format!("<{name}>"))? + name.len() + 2;
    let rest = body.get(start..)?;
    let text = rest.get(..rest.find(&format!("</{name}>"))?)?.trim();
    match text.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>")) {
        Some(plain) => Some(plain.to_owned()),
        None => Some(without_entities(text).into_owned()),
    }
}

/// XML text with the references resolved that every XML has.
fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    // The ampersand comes last: what it makes is not resolved again.
    Cow::Owned(named.into_iter().fold(text.to_owned(), |text, (reference, plain)| text.replace(reference, plain)))
}
