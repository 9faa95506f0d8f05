//! The envelope of a request that is written plainly, as nearly all are: no escapes in keys, no facts, nothing unknown.
//!
//! It gives up at the first thing that is not so, also at every mistake, and the text is read by `envelope`, which
//! alone says what is wrong.

use std::borrow::Cow;

use crate::json::Reader;
use crate::json::scan::{end_of_plain, next};
use crate::operation::Operation;
use crate::place::{Position, Span};
use crate::request::slots::{self, Slots};
use crate::request::{Request, RequestId};

/// Reads a request and binds its parameters, when `known` knows at once which operation is meant.
#[inline]
pub(crate) fn read<'t, 'o>(
    text: &'t str,
    origin: Position,
    known: impl Fn(&Request<'t>) -> Option<&'o Operation>,
    slots: &mut Slots<'t>,
) -> Option<(Request<'t>, &'o Operation)> {
    let bytes = text.as_bytes();
    let start = next(bytes, 0);
    if *bytes.get(start)? != b'{' {
        return None;
    }
    let mut request = Request::empty(text, origin);
    let mut bound = None;
    let mut at = next(bytes, start + 1);
    loop {
        if *bytes.get(at)? != b'"' {
            return None;
        }
        let end = end_of_plain(bytes, at + 1);
        let key = bytes.get(at + 1..end)?;
        at = next(bytes, end + 1);
        if *bytes.get(end)? != b'"' || *bytes.get(at)? != b':' {
            return None;
        }
        at = next(bytes, at + 1);
        match key {
            b"params" if request.params.is_none() && bytes.get(at) == Some(&b'{') => {
                let operation = if request.operation.is_empty() { None } else { known(&request) };
                let end = match operation {
                    Some(operation) => slots::begin_plain(operation, text, at, slots)?,
                    // It is read for good, and validated, as soon as it is known what it means.
                    None => end_of_brackets(bytes, at)?,
                };
                bound = operation;
                request.params = Some(Span::new(at, end));
                at = end;
            }
            // It may mean another operation than what was read before the parameters.
            b"provider" | b"service" | b"operation" | b"edition" if bound.is_some() => return None,
            b"id" if request.id.is_none() => {
                let value = text_at(text, &mut at)?;
                request.id = Some(RequestId::Text(value));
            }
            b"provider" if request.provider.is_empty() => {
                request.provider = text_at(text, &mut at)?;
            }
            b"service" if request.service.is_none() => {
                request.service = Some(text_at(text, &mut at)?);
            }
            b"operation" if request.operation.is_empty() => {
                request.operation = text_at(text, &mut at)?;
            }
            b"edition" if request.edition.is_none() => {
                request.edition = Some(text_at(text, &mut at)?);
            }
            _ => return None,
        }
        at = next(bytes, at);
        match *bytes.get(at)? {
            b',' => at = next(bytes, at + 1),
            b'}' => break,
            _ => return None,
        }
    }
    request.span = Span::new(start, at + 1);
    if next(bytes, at + 1) != bytes.len() || request.provider.is_empty() || request.operation.is_empty() {
        return None;
    }
    let operation = match bound {
        Some(operation) => operation,
        None => {
            let operation = known(&request)?;
            let params = request.params?;
            let end = slots::begin_plain(operation, text, params.start, slots)?;
            if end != params.end {
                return None;
            }
            operation
        }
    };
    slots::finish(operation, &request, slots);
    Some((request, operation))
}

/// The text at a place, which is moved behind it.
#[inline]
fn text_at<'t>(text: &'t str, at: &mut usize) -> Option<Cow<'t, str>> {
    let bytes = text.as_bytes();
    if *bytes.get(*at)? != b'"' {
        return None;
    }
    let end = end_of_plain(bytes, *at + 1);
    if *bytes.get(end)? != b'"' {
        let mut reader = Reader::at(text, *at);
        let decoded = reader.text().ok()?.decode();
        *at = reader.offset();
        return Some(decoded);
    }
    let value = text.get(*at + 1..end)?;
    *at = end + 1;
    Some(Cow::Borrowed(value))
}

/// The place behind the object at a place, by its brackets and quotes alone.
fn end_of_brackets(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        match *bytes.get(at)? {
            b'"' => {
                at = end_of_plain(bytes, at + 1);
                // Two bytes of an escape at a time: the second may be a quote.
                while *bytes.get(at)? == b'\\' {
                    at = end_of_plain(bytes, at + 2);
                }
                if bytes[at] != b'"' {
                    return None;
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}
