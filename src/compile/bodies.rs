//! Bodies of answers: their blanks are found, and what nothing fills is refused.

use super::Mistakes;
use super::conditions::template_pieces;
use crate::json::{Entries, Node};
use crate::operation::response::{Blank, Bodies, Body, BodyPiece, Success};
use crate::rule::provider::Wire;
use crate::rule::response::SuccessRule;

/// The bodies of errors. A request is told its answer in one of their media types and no other.
pub(super) fn errors(wire: &Wire, mistakes: &mut Mistakes<'_>) -> Bodies {
    let bodies = bodies(&wire.error_body, &|_| false, mistakes);
    if let Some(format) = &wire.body_format {
        let known = |media_type: &str| wire.error_body.iter().any(|(known, _)| known.value == media_type);
        let values = format.values.iter().map(|(value, media_type)| (value.span, media_type));
        for (span, media_type) in values.chain([(format.default.span, &format.default.value)]) {
            if !known(media_type) {
                mistakes.add(span, format!("`error_body` has no body of the media type `{media_type}`"));
            }
        }
    }
    bodies
}

/// The answer of an operation that succeeds.
pub(super) fn success(
    rule: &SuccessRule,
    wire: &Wire,
    is_parameter: &dyn Fn(&str) -> bool,
    mistakes: &mut Mistakes<'_>,
) -> Success {
    for (media_type, _) in rule.body.iter() {
        if !wire.error_body.iter().any(|(known, _)| known.value == media_type.value) {
            let message = "the provider's `error_body` has no such media type, so that no request asks for it";
            mistakes.add(media_type.span, message);
        }
    }
    Success {
        status: rule.status,
        bodies: bodies(&rule.body, is_parameter, mistakes),
        basis: rule.basis,
        note: rule.note.clone(),
    }
}

fn bodies(written: &Entries<String>, is_parameter: &dyn Fn(&str) -> bool, mistakes: &mut Mistakes<'_>) -> Bodies {
    let mut bodies = Vec::new();
    for (media_type, template) in written.iter() {
        match pieces(template, is_parameter) {
            Ok(pieces) => bodies.push(Body { media_type: media_type.value.clone(), pieces }),
            Err(problem) => mistakes.add(media_type.span, problem),
        }
    }
    Bodies(bodies)
}

fn pieces(template: &str, is_parameter: &dyn Fn(&str) -> bool) -> Result<Vec<BodyPiece>, String> {
    let mut pieces = Vec::new();
    // A body of JSON holds braces of its own: what does not look like a name is text.
    let mut text = String::new();
    let mut plain = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, behind) = rest.split_at(at);
        text.push_str(before);
        let name = match template_pieces(behind).next() {
            Some(Err(name)) if is_name(name) => name,
            _ => {
                text.push('{');
                rest = &behind[1..];
                continue;
            }
        };
        rest = &behind[name.len() + 2..];
        let blank = match name {
            "request_id" => Blank::RequestId,
            "host" => Blank::Host,
            "code" => Blank::Code,
            "status" => Blank::Status,
            "message" => Blank::Message,
            name if is_parameter(name) => Blank::Parameter(name.to_owned()),
            name => return Err(format!("nothing fills the blank `{{{name}}}`")),
        };
        let is_quoted = text.ends_with('"') && rest.starts_with('"');
        plain.push_str(&text);
        // A number of its own in JSON, a part of a text else.
        plain.push('0');
        pieces.push(BodyPiece::Text(std::mem::take(&mut text)));
        pieces.push(BodyPiece::Blank { blank, is_quoted });
    }
    text.push_str(rest);
    plain.push_str(&text);
    pieces.push(BodyPiece::Text(text));
    if plain.starts_with('{')
        && let Err(error) = Node::from_text(&plain)
    {
        return Err(format!("with its blanks filled, the body is no JSON: {}", error.message));
    }
    Ok(pieces)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
