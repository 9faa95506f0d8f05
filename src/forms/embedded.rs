//! JSON inside another form: the body of a request, a value in quotes on a command line.
//!
//! Places are those of the source, through all layers around the JSON. A gap inside a text makes that text partly known; a
//! gap where a value stands makes the value unknown.

use std::borrow::Cow;
use std::ops::Range;

use super::decoded::{Decoded, Rewriter};
use crate::json::{Kind, Reader, SyntaxError};
use crate::place::Span;
use crate::request::given::{GAP, Given, GivenValue};

/// A JSON value inside another form.
#[derive(Debug)]
pub(crate) struct Embedded<'t> {
    pub value: GivenValue<'t>,
    /// Whether an object holds members whose names are not known.
    pub more: bool,
}

/// Why a text inside another form is no JSON, and where in the source.
#[derive(Debug)]
pub(crate) struct NoJson {
    pub error: SyntaxError,
    pub span: Span,
}

/// Whether a text looks as if it were meant as a JSON object or list.
pub(crate) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Reads a text that holds one JSON value.
pub(crate) fn read<'t>(decoded: &Decoded<'t>) -> Result<Embedded<'t>, NoJson> {
    let prepared = if decoded.is_known() { None } else { Some(quote_gaps(decoded)) };
    let decoded = prepared.as_ref().unwrap_or(decoded);
    let no_json = |error: SyntaxError| {
        let end = decoded.text().get(error.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = decoded.span(error.at..error.at + end);
        NoJson { error, span }
    };
    match decoded.cow() {
        Cow::Borrowed(text) => read_text(text, decoded).map_err(no_json),
        Cow::Owned(text) => {
            let Embedded { value, more } = read_text(&text, decoded).map_err(no_json)?;
            Ok(Embedded { value: value.into_owned(), more })
        }
    }
}

fn read_text<'x>(text: &'x str, decoded: &Decoded<'_>) -> Result<Embedded<'x>, SyntaxError> {
    let mut reader = Reader::new(text);
    let mut tree = Tree { decoded, more: false };
    let (value, _) = tree.value(&mut reader)?;
    reader.finish()?;
    Ok(Embedded { value, more: tree.more })
}

struct Tree<'d, 't> {
    decoded: &'d Decoded<'t>,
    more: bool,
}

impl Tree<'_, '_> {
    /// The next value and its place. The reader bounds the depth.
    fn value<'x>(&mut self, reader: &mut Reader<'x>) -> Result<(GivenValue<'x>, Span), SyntaxError> {
        let kind = reader.peek()?;
        let start = reader.offset();
        let value = match kind {
            Kind::Null => {
                reader.null()?;
                GivenValue::Null
            }
            Kind::Bool => GivenValue::Bool(reader.bool()?),
            Kind::Number => GivenValue::Number(Cow::Borrowed(reader.number()?)),
            Kind::Text => GivenValue::of_text(reader.text()?.decode()),
            Kind::List => {
                let mut elements = Vec::new();
                reader.begin_list()?;
                let mut first = true;
                while reader.next_element(&mut first)? {
                    let (value, span) = self.value(reader)?;
                    elements.push(Given::element(value, span));
                }
                GivenValue::List(elements)
            }
            Kind::Object => {
                let mut members = Vec::new();
                reader.begin_object()?;
                let mut first = true;
                while let Some(key) = reader.next_key(&mut first)? {
                    let name = key.decode();
                    let (value, span) = self.value(reader)?;
                    if name.contains(GAP) {
                        self.more = true;
                    } else {
                        members.push(Given::new(name, self.span(key.span.start..key.span.end), value, span));
                    }
                }
                GivenValue::Members(members)
            }
        };
        Ok((value, self.span(start..reader.offset())))
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.decoded.span(range)
    }
}

/// Puts quotes around gaps that stand where a value does, so that the rest can be read.
fn quote_gaps<'t>(decoded: &Decoded<'t>) -> Decoded<'t> {
    let text = decoded.text();
    let mut rewriter = Rewriter::new(decoded);
    let (mut in_text, mut escaped, mut copied) = (false, false, 0);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            GAP if !in_text => {
                // Several in a row are one value.
                let repeated = at == copied && at > 0;
                rewriter.copy(copied..at);
                copied = at + GAP.len_utf8();
                if repeated && text[..at].ends_with(GAP) {
                    continue;
                }
                rewriter.put("\"\u{fdd0}\"", at..copied);
            }
            _ => {}
        }
    }
    rewriter.copy(copied..text.len());
    rewriter.finish(0..text.len())
}
