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
                if repeated && text.get(..at).is_some_and(|before| before.ends_with(GAP)) {
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

/// A JSON text as a text of its own: `range` holds its quotes. What is no JSON text stays as it is.
pub(crate) fn text<'t>(decoded: &Decoded<'t>, range: Range<usize>) -> Decoded<'t> {
    let whole = range.clone();
    let all = decoded.text();
    let (start, end) = (range.start + 1, range.end.saturating_sub(1));
    let mut rewriter = Rewriter::new(decoded);
    let mut at = start;
    while let Some(length) = all.get(at..end).and_then(|rest| rest.find('\\')) {
        rewriter.copy(at..at + length);
        at += length;
        // One escape, or the two of a pair that is one character.
        let mut escape_end = escape_length(all, at);
        if all.get(at + 1..at + 3).is_some_and(|unit| unit.eq_ignore_ascii_case("ud"))
            && all.get(at + 6..at + 8) == Some("\\u")
        {
            escape_end = at + 12;
        }
        let written = all.get(at..escape_end.min(end)).unwrap_or_default();
        let decoded_escape = Reader::new(&format!("\"{written}\"")).text().map(|text| text.decode().into_owned());
        rewriter.put(decoded_escape.as_deref().unwrap_or(written), at..escape_end.min(end));
        at = escape_end.min(end).max(at + 1);
    }
    rewriter.copy(at..end);
    let inner = rewriter.finish(start..end);
    let whole = decoded.span(whole);
    inner.within(whole)
}

/// Where the escape that begins at `at` ends.
fn escape_length(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at + 1) {
        Some(b'u') => at + 6,
        Some(_) => at + 1 + text.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8),
        None => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_what_is_in_them_keep_their_places() {
        let source = r#"x "{\"a\\n\": [\"\ud83d\ude00b\", 1.50], \"c\": null}" y"#;
        let quoted = text(&Decoded::of(source), 2..source.len() - 2);
        assert_eq!(quoted.text(), "{\"a\\n\": [\"😀b\", 1.50], \"c\": null}");
        let GivenValue::Members(members) = read(&quoted).expect("JSON").value else { panic!("an object") };
        assert_eq!((members[0].name.as_ref(), members[0].name_span.of(source)), ("a\n", r#"\"a\\n\""#));
        let GivenValue::List(elements) = &members[0].value else { panic!("a list") };
        assert_eq!(elements[0].span.of(source), r#"\"\ud83d\ude00b\""#);
        assert_eq!((&elements[1].value, elements[1].span.of(source)), (&GivenValue::Number("1.50".into()), "1.50"));
        assert_eq!(members[1].value, GivenValue::Null);
    }

    #[test]
    fn gaps_are_unknown_values_or_parts_of_texts() {
        let source = "{\"a\": \u{fdd0}, \"b\": \"x\u{fdd0}\", \"\u{fdd0}\": 1}";
        let embedded = read(&Decoded::of(source)).expect("JSON");
        let GivenValue::Members(members) = embedded.value else { panic!("an object") };
        assert!(embedded.more);
        assert_eq!(members.len(), 2);
        assert_eq!(members[0].value, GivenValue::Unknown);
        assert_eq!(members[1].value, GivenValue::Partly("x\u{fdd0}".into()));
    }
}
