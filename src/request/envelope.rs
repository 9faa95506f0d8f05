//! The envelope of preflint's JSON form: which operation is meant, and where its parameters are.
//!
//! One scan: parameters are validated and skipped here and read later, or read by who knows their names already. Everything about
//! the envelope is strict, because a misspelt key there would make a check silently about something else.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::{Kind, Node, RawText, Reader, SyntaxError};
use crate::limits::REQUEST_BYTES;
use crate::place::{Position, Span};
use crate::request::{InputError, InputErrorKind, Request, RequestId};

/// The keys of a request.
pub(crate) const KEYS: [&str; 8] = ["id", "provider", "service", "operation", "edition", "params", "facts", "unknown"];

/// Why reading stopped: a syntax error, or a mistake of the envelope at a place.
enum Stop {
    Syntax(Box<SyntaxError>),
    Envelope(Span, String),
}

impl From<Box<SyntaxError>> for Stop {
    fn from(error: Box<SyntaxError>) -> Self {
        Stop::Syntax(error)
    }
}

/// Reads a text that holds exactly one request. `take_params` is called where the object with the parameters begins,
/// with what was read of the request so far, and reads that object, all of it and validating it: by skipping it, or by
/// binding it right away.
#[inline]
pub(crate) fn read<'t>(
    text: &'t str,
    origin: Position,
    mut take_params: impl FnMut(&mut Reader<'t>, &Request<'t>) -> Result<(), Box<SyntaxError>>,
) -> Result<Request<'t>, InputError> {
    if text.len() > REQUEST_BYTES {
        return Err(too_large(origin));
    }
    let mut reader = Reader::new(text);
    let mut request = Request::empty(text, origin);
    let read = read_object(&mut request, &mut reader, &mut take_params).and_then(|()| Ok(reader.finish()?));
    match read {
        Ok(()) => Ok(request),
        Err(stop) => Err(refusal(text, origin, stop)),
    }
}

#[cold]
fn too_large(origin: Position) -> InputError {
    InputError::new(InputErrorKind::Limit, format!("a request of more than {REQUEST_BYTES} bytes"), origin)
}

#[cold]
fn refusal(text: &str, origin: Position, stop: Stop) -> InputError {
    match stop {
        Stop::Syntax(error) => InputError::syntax(&error, text, origin),
        // A mistake in the envelope is only worth telling when the text is JSON at all.
        Stop::Envelope(span, message) => match whole_text_error(text) {
            Some(error) => InputError::syntax(&error, text, origin),
            None => InputError { kind: InputErrorKind::Envelope, message, position: origin.after(text, span.start) },
        },
    }
}

fn whole_text_error(text: &str) -> Option<Box<SyntaxError>> {
    let mut reader = Reader::new(text);
    reader.skip().and_then(|_| reader.finish()).err()
}

#[inline]
fn read_object<'t>(
    request: &mut Request<'t>,
    reader: &mut Reader<'t>,
    take_params: &mut impl FnMut(&mut Reader<'t>, &Request<'t>) -> Result<(), Box<SyntaxError>>,
) -> Result<(), Stop> {
    let kind = reader.peek()?;
    let start = reader.offset();
    if kind != Kind::Object {
        return Err(Stop::Envelope(Span::new(start, start), format!("a request is an object, not {}", name(kind))));
    }
    reader.begin_object()?;
    let mut seen = 0u8;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        let index = if key.escaped { index_of(&key.decode()) } else { index_of(key.raw()) };
        let Some(index) = index else { return Err(unknown_key(&key)) };
        if seen >> index & 1 == 1 {
            return Err(Stop::Envelope(key.span, format!("key {:?} stands here twice", KEYS[index])));
        }
        seen |= 1 << index;
        let kind = reader.peek()?;
        if kind == Kind::Null && KEYS[index] != "provider" && KEYS[index] != "operation" {
            reader.null()?;
            continue;
        }
        match KEYS[index] {
            "id" => {
                request.id = Some(match kind {
                    Kind::Number => RequestId::Number(reader.number()?),
                    _ => RequestId::Text(text_of(reader, kind, "id", "a text or a number")?),
                });
            }
            "provider" => request.provider = text_of(reader, kind, "provider", "a text")?,
            "service" => request.service = Some(text_of(reader, kind, "service", "a text")?),
            "operation" => request.operation = text_of(reader, kind, "operation", "a text")?,
            "edition" => request.edition = Some(text_of(reader, kind, "edition", "a text")?),
            "params" => {
                let start = reader.offset();
                if kind != Kind::Object {
                    let span = reader.skip()?;
                    return Err(wrong_type(span, "params", "an object", kind));
                }
                take_params(reader, request)?;
                request.params = Some(Span::new(start, reader.offset()));
            }
            "facts" => {
                let node = Node::read(reader)?;
                if kind != Kind::Object && kind != Kind::List {
                    return Err(wrong_type(node.span, "facts", "an object or a list", kind));
                }
                request.facts = Some(Box::new(node));
            }
            _ => request.unknown = names(reader, kind)?,
        }
    }
    request.span = Span::new(start, reader.offset());
    for key in ["provider", "operation"] {
        if index_of(key).is_none_or(|index| seen >> index & 1 == 0) {
            return Err(Stop::Envelope(request.span, format!("a request needs {key:?}")));
        }
    }
    match request.params {
        Some(params) => refuse_known_and_unknown(request.text, params, &request.unknown),
        None => Ok(()),
    }
}

#[inline]
fn index_of(key: &str) -> Option<usize> {
    KEYS.iter().position(|known| key == *known)
}

#[cold]
fn unknown_key(key: &RawText<'_>) -> Stop {
    Stop::Envelope(key.span, format!("unknown key {:?}; a request has {}", key.decode(), KEYS.join(", ")))
}

#[inline]
fn text_of<'t>(reader: &mut Reader<'t>, kind: Kind, key: &str, expected: &str) -> Result<Cow<'t, str>, Stop> {
    if kind != Kind::Text {
        let span = reader.skip()?;
        return Err(wrong_type(span, key, expected, kind));
    }
    Ok(reader.text()?.decode())
}

fn names<'t>(reader: &mut Reader<'t>, kind: Kind) -> Result<Vec<RawText<'t>>, Stop> {
    if kind != Kind::List {
        let span = reader.skip()?;
        return Err(wrong_type(span, "unknown", "a list of names", kind));
    }
    let mut names = Vec::new();
    reader.begin_list()?;
    let mut first = true;
    while reader.next_element(&mut first)? {
        let kind = reader.peek()?;
        if kind != Kind::Text {
            let span = reader.skip()?;
            return Err(wrong_type(span, "unknown", "a list of names", kind));
        }
        names.push(reader.text()?);
    }
    Ok(names)
}

/// A name that is in `unknown` and in `params` says two things at once.
fn refuse_known_and_unknown(text: &str, params: Span, unknown: &[RawText<'_>]) -> Result<(), Stop> {
    if unknown.is_empty() {
        return Ok(());
    }
    let names: HashMap<Cow<'_, str>, Span> = unknown.iter().rev().map(|name| (name.decode(), name.span)).collect();
    let mut reader = Reader::at(text, params.start);
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        let value = reader.peek()?;
        reader.skip()?;
        if value != Kind::Null
            && let Some((name, span)) = names.get_key_value(&key.decode())
        {
            return Err(Stop::Envelope(*span, format!("{name:?} stands in \"params\" and in \"unknown\"")));
        }
    }
    Ok(())
}

fn wrong_type(span: Span, key: &str, expected: &str, found: Kind) -> Stop {
    Stop::Envelope(span, format!("{key:?} must be {expected}, not {}", name(found)))
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::Text => "a text",
        Kind::List => "a list",
        Kind::Object => "an object",
    }
}
