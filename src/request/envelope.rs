//! The envelope of preflint's JSON form: which operation is meant, and where its parameters are.
//!
//! One scan: parameters are validated and skipped here, and read later by who knows their names. Everything about
//! the envelope is strict, because a misspelt key there would make a check silently about something else.

use std::borrow::Cow;

use crate::json::{Kind, Node, RawText, Reader, SyntaxError};
use crate::place::{Position, Span};
use crate::request::{InputError, InputErrorKind, Request, RequestId};

/// The keys of a request.
pub(crate) const KEYS: [&str; 8] = ["id", "provider", "service", "operation", "edition", "params", "facts", "unknown"];

/// Why reading stopped: a syntax error, or a mistake of the envelope at a place.
enum Stop {
    Syntax(SyntaxError),
    Envelope(Span, String),
}

impl From<SyntaxError> for Stop {
    fn from(error: SyntaxError) -> Self {
        Stop::Syntax(error)
    }
}

/// Reads a text that holds exactly one request.
pub(super) fn read(text: &str, origin: Position) -> Result<Request<'_>, InputError> {
    let mut reader = Reader::new(text);
    let read = read_object(text, origin, &mut reader).and_then(|request| {
        reader.finish()?;
        Ok(request)
    });
    read.map_err(|stop| match stop {
        Stop::Syntax(error) => InputError::syntax(&error, text, origin),
        // A mistake in the envelope is only worth telling when the text is JSON at all.
        Stop::Envelope(span, message) => match whole_text_error(text) {
            Some(error) => InputError::syntax(&error, text, origin),
            None => InputError { kind: InputErrorKind::Envelope, message, position: origin.after(text, span.start) },
        },
    })
}

fn whole_text_error(text: &str) -> Option<SyntaxError> {
    let mut reader = Reader::new(text);
    reader.skip().and_then(|_| reader.finish()).err()
}

fn read_object<'t>(text: &'t str, origin: Position, reader: &mut Reader<'t>) -> Result<Request<'t>, Stop> {
    let kind = reader.peek()?;
    let start = reader.offset();
    if kind != Kind::Object {
        return Err(Stop::Envelope(Span::new(start, start), format!("a request is an object, not {}", name(kind))));
    }
    reader.begin_object()?;
    let mut seen = [false; KEYS.len()];
    let (mut id, mut provider, mut service, mut operation, mut edition) = (None, None, None, None, None);
    let (mut params, mut facts, mut unknown) = (None, None, Vec::new());
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        let Some(index) = KEYS.iter().position(|known| key.decode() == *known) else {
            let message = format!("unknown key {:?}; a request has {}", key.decode(), KEYS.join(", "));
            return Err(Stop::Envelope(key.span, message));
        };
        if std::mem::replace(&mut seen[index], true) {
            return Err(Stop::Envelope(key.span, format!("key {:?} stands here twice", KEYS[index])));
        }
        let kind = reader.peek()?;
        if kind == Kind::Null && KEYS[index] != "provider" && KEYS[index] != "operation" {
            reader.null()?;
            continue;
        }
        match KEYS[index] {
            "id" => {
                id = Some(match kind {
                    Kind::Number => RequestId::Number(reader.number()?),
                    _ => RequestId::Text(text_of(reader, "id", "a text or a number")?),
                });
            }
            "provider" => provider = Some(text_of(reader, "provider", "a text")?),
            "service" => service = Some(text_of(reader, "service", "a text")?),
            "operation" => operation = Some(text_of(reader, "operation", "a text")?),
            "edition" => edition = Some(text_of(reader, "edition", "a text")?),
            "params" => {
                let span = reader.skip()?;
                if kind != Kind::Object {
                    return Err(wrong_type(span, "params", "an object", kind));
                }
                params = Some(span);
            }
            "facts" => {
                let node = Node::read(reader)?;
                if kind != Kind::Object && kind != Kind::List {
                    return Err(wrong_type(node.span, "facts", "an object or a list", kind));
                }
                facts = Some(node);
            }
            _ => unknown = names(reader, kind)?,
        }
    }
    let span = Span::new(start, reader.offset());
    let missing = |key: &str| Stop::Envelope(span, format!("a request needs {key:?}"));
    let provider = provider.ok_or_else(|| missing("provider"))?;
    let operation = operation.ok_or_else(|| missing("operation"))?;
    if let Some(params) = params {
        refuse_known_and_unknown(text, params, &unknown)?;
    }
    Ok(Request { text, origin, span, id, provider, service, operation, edition, params, facts, unknown, written: None })
}

fn text_of<'t>(reader: &mut Reader<'t>, key: &str, expected: &str) -> Result<Cow<'t, str>, Stop> {
    let kind = reader.peek()?;
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
    let mut reader = Reader::at(text, params.start);
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        let value = reader.peek()?;
        reader.skip()?;
        if let Some(both) = unknown.iter().find(|name| value != Kind::Null && name.decode() == key.decode()) {
            let message = format!("{:?} stands in \"params\" and in \"unknown\"", both.decode());
            return Err(Stop::Envelope(both.span, message));
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
