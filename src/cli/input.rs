//! Reading inputs entry by entry.
//!
//! A stream of lines is read line by line, so that a caller can keep the program running and gets each report when its
//! line was read. Only a JSON document is read whole. Every byte ends up in a request or in an error with its place.

use std::io::{self, BufRead, Read};

use preflint::{Batch, InputError, InputErrorKind, Position, Request};

use crate::args::InputForm;

/// The longest line, in bytes.
pub const MAX_LINE: usize = 16 << 20;
/// The largest document, in bytes.
pub const MAX_DOCUMENT: usize = 256 << 20;

/// What one entry of an input is: a request, or why it is none.
pub type Entry<'t> = Result<Request<'t>, InputError>;

/// Reads all entries of `reader` and hands each to `visit`; `visit` returns an error to stop.
pub fn read<E: From<io::Error>>(
    mut reader: impl BufRead,
    form: Option<InputForm>,
    visit: &mut dyn FnMut(Entry<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match form {
        Some(InputForm::Ndjson) => lines(Vec::new(), &mut reader, visit),
        Some(InputForm::Json) => document(Vec::new(), &mut reader, false, visit),
        // Other forms are read by `forms`.
        Some(InputForm::Other(_)) | None => {
            // The first line that holds anything tells a stream from a document.
            let mut start = Vec::new();
            loop {
                let before = start.len();
                reader.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut start)?;
                let line = &start[before..];
                if line.is_empty() {
                    return visit(Err(nothing(&start)));
                }
                if !is_blank(line) {
                    let whole = str::from_utf8(line).is_ok_and(|line| is_object(line.trim_start_matches('\u{feff}')));
                    return if whole {
                        lines(start, &mut reader, visit)
                    } else {
                        document(start, &mut reader, true, visit)
                    };
                }
            }
        }
    }
}

/// One request a line. `start` was read already.
fn lines<E: From<io::Error>>(
    start: Vec<u8>,
    reader: &mut impl BufRead,
    visit: &mut dyn FnMut(Entry<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = io::Cursor::new(start).chain(reader);
    let mut position = Position::START;
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(());
        }
        if length > MAX_LINE && line.last() != Some(&b'\n') {
            let message = format!("a line of more than {MAX_LINE} bytes");
            visit(Err(InputError::new(InputErrorKind::Limit, message, position)))?;
            let skipped = skip_line(&mut reader)?;
            position = Position { offset: position.offset + length + skipped, line: position.line + 1, column: 1 };
            continue;
        }
        let entry = match str::from_utf8(&line) {
            Ok(text) => {
                let (text, origin) = without_mark(text, position);
                let text = text.trim_end_matches(['\n', '\r']);
                if is_blank(text.as_bytes()) { None } else { Some(Request::from_json_at(text, origin)) }
            }
            Err(error) => Some(Err(not_utf8(&line, error.valid_up_to(), position))),
        };
        if let Some(entry) = entry {
            visit(entry)?;
        }
        position = Position { offset: position.offset + length, line: position.line + 1, column: 1 };
    }
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(length);
        skipped += length;
        if end.is_some() {
            return Ok(skipped);
        }
    }
}

/// A JSON document, or (when `perhaps_lines`) lines after all when it is none but its lines are. `start` was read already.
fn document<E: From<io::Error>>(
    start: Vec<u8>,
    reader: &mut impl BufRead,
    perhaps_lines: bool,
    visit: &mut dyn FnMut(Entry<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut bytes = start;
    let limit = (MAX_DOCUMENT - bytes.len().min(MAX_DOCUMENT)) as u64 + 1;
    reader.by_ref().take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_DOCUMENT {
        let message = format!("a document of more than {MAX_DOCUMENT} bytes; write one request a line");
        return visit(Err(InputError::new(InputErrorKind::Limit, message, Position::START)));
    }
    if is_blank(&bytes) {
        return visit(Err(nothing(&bytes)));
    }
    let text = match str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(_) if perhaps_lines && are_lines(&bytes) => return lines(bytes, &mut io::empty(), visit),
        Err(error) => return visit(Err(not_utf8(&bytes, error.valid_up_to(), Position::START))),
    };
    let (text, origin) = without_mark(text, Position::START);
    if perhaps_lines && !text.trim_start().starts_with('[') && !is_json(text) && are_lines(&bytes) {
        return lines(bytes, &mut io::empty(), visit);
    }
    for entry in Batch::new(text, origin) {
        visit(entry)?;
    }
    Ok(())
}

fn without_mark(text: &str, position: Position) -> (&str, Position) {
    match text.strip_prefix('\u{feff}') {
        Some(rest) if position.offset == 0 => (rest, Position { offset: '\u{feff}'.len_utf8(), ..position }),
        _ => (text, position),
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.iter().all(u8::is_ascii_whitespace)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
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

fn not_utf8(bytes: &[u8], valid: usize, start: Position) -> InputError {
    let (before, start) = without_mark(str::from_utf8(&bytes[..valid]).unwrap_or_default(), start);
    InputError::new(InputErrorKind::Syntax, "this is not UTF-8", start.after(before, before.len()))
}
