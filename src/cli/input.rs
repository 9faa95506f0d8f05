//! Reading inputs entry by entry.
//!
//! What an input holds is found out from its start. Lines are read as they arrive, by `lines`; only a JSON document is
//! read whole. Every byte ends up in a request or in an error with its place.

use std::io::{self, BufRead, Read};

use preflint::limits::{DOCUMENT_BYTES, REQUEST_BYTES};
use preflint::{Batch, InputError, InputErrorKind, Position, Request};

use crate::args::InputForm;

/// What one entry of an input is: a request, or why it is none.
pub type Entry<'t> = Result<Request<'t>, InputError>;

/// What the beginning of an input tells of it; with it what was read already.
#[derive(Debug)]
pub enum Content {
    /// One request a line.
    Lines(Vec<u8>),
    /// The whole of a JSON document.
    Document(Vec<u8>),
    /// A document that is too large.
    TooLarge,
}

/// Finds out what `reader` holds, as far as our own JSON goes.
pub fn look(reader: &mut impl BufRead, form: Option<InputForm>) -> io::Result<Content> {
    match form {
        Some(InputForm::Ndjson) => Ok(Content::Lines(Vec::new())),
        Some(InputForm::Json) => whole(Vec::new(), reader),
        // Other forms are read by `forms`.
        Some(InputForm::Other(_)) => whole(Vec::new(), reader),
        None => {
            // The first line that holds anything tells a stream from a document.
            let mut start = Vec::new();
            loop {
                let before = start.len();
                reader.by_ref().take(REQUEST_BYTES as u64).read_until(b'\n', &mut start)?;
                let line = &start[before..];
                if line.is_empty() {
                    return Ok(Content::Document(start));
                }
                if !is_blank(line) {
                    let is_request =
                        str::from_utf8(line).is_ok_and(|line| is_object(line.trim_start_matches('\u{feff}')));
                    if is_request {
                        return Ok(Content::Lines(start));
                    }
                    break;
                }
            }
            let content = whole(start, reader)?;
            match content {
                // Lines after all, when the whole is no document but its lines are.
                Content::Document(bytes) if is_no_document(&bytes) && are_lines(&bytes) => Ok(Content::Lines(bytes)),
                content => Ok(content),
            }
        }
    }
}

pub fn whole(start: Vec<u8>, reader: &mut impl BufRead) -> io::Result<Content> {
    let mut bytes = start;
    let limit = (DOCUMENT_BYTES - bytes.len().min(DOCUMENT_BYTES)) as u64 + 1;
    reader.by_ref().take(limit).read_to_end(&mut bytes)?;
    Ok(if bytes.len() > DOCUMENT_BYTES { Content::TooLarge } else { Content::Document(bytes) })
}

/// Hands each entry of a JSON document to `visit`; `visit` returns an error to stop.
pub fn document<E>(bytes: &[u8], visit: &mut dyn FnMut(Entry<'_>) -> Result<(), E>) -> Result<(), E> {
    if is_blank(bytes) {
        return visit(Err(nothing(bytes)));
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return visit(Err(not_utf8(bytes, error.valid_up_to(), Position::START))),
    };
    let (text, origin) = without_mark(text, Position::START);
    Batch::new(text, origin).try_for_each(visit)
}

/// What is said of a document that is too large.
pub fn too_large() -> InputError {
    let message = format!("a document of more than {DOCUMENT_BYTES} bytes; write one request a line");
    InputError::new(InputErrorKind::Limit, message, Position::START)
}

/// A text without the mark that may stand at the start of an input.
pub fn without_mark(text: &str, position: Position) -> (&str, Position) {
    match text.strip_prefix('\u{feff}') {
        Some(rest) if position.offset == 0 => (rest, Position { offset: '\u{feff}'.len_utf8(), ..position }),
        _ => (text, position),
    }
}

/// Whether nothing is there but blanks, and perhaps the mark at the start of an input.
pub fn is_blank(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.iter().all(u8::is_ascii_whitespace)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether bytes are no JSON document, though not for being a list that is broken.
fn is_no_document(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).map_or(true, |text| {
        let (text, _) = without_mark(text, Position::START);
        !text.trim_start().starts_with('[') && !is_json(text)
    })
}

fn is_object(line: &str) -> bool {
    line.trim_start().starts_with('{') && is_json(line)
}

/// Whether a text that is no document has lines that are objects: from their very start, because inside a document
/// objects are indented. No text holds a zero byte.
fn are_lines(bytes: &[u8]) -> bool {
    if bytes.contains(&0) {
        return false;
    }
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok());
    lines.any(|line| line.trim_start_matches('\u{feff}').starts_with('{') && is_json(line))
}

fn nothing(read: &[u8]) -> InputError {
    let text = String::from_utf8_lossy(read);
    let end = Position::START.after(&text, text.len());
    InputError::new(InputErrorKind::Empty, "no request found: the input is empty", end)
}

/// What is said of bytes of which so many are UTF-8.
pub fn not_utf8(bytes: &[u8], valid: usize, start: Position) -> InputError {
    let (before, start) = without_mark(str::from_utf8(&bytes[..valid]).unwrap_or_default(), start);
    InputError::new(InputErrorKind::Syntax, not_utf8_but(bytes), start.after(before, before.len()))
}

/// What bytes are that are no UTF-8, as far as their beginning tells: shells on Windows write UTF-16 into files, and plans
/// are saved as archives.
fn not_utf8_but(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "this is UTF-16; preflint reads UTF-8",
        [b'P', b'K', 3, 4, ..] => {
            "this is an archive; of a saved Terraform plan, \"terraform show -json FILE\" prints what preflint reads"
        }
        _ => "this is not UTF-8",
    }
}
