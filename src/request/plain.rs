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
                    None => Reader::inside(text, at, 1).skip().ok()?.end,
                };
                bound = operation;
                request.params = Some(Span::new(at, end));
                at = end;
            }
            b"id" if request.id.is_none() => {
                let value = text_at(text, &mut at)?;
                request.id = Some(RequestId::Text(Cow::Borrowed(value)));
            }
            b"provider" if request.provider.is_empty() => {
                request.provider = Cow::Borrowed(text_at(text, &mut at)?);
            }
            b"service" if request.service.is_none() => {
                request.service = Some(Cow::Borrowed(text_at(text, &mut at)?));
            }
            b"operation" if request.operation.is_empty() => {
                request.operation = Cow::Borrowed(text_at(text, &mut at)?);
            }
            b"edition" if request.edition.is_none() => {
                request.edition = Some(Cow::Borrowed(text_at(text, &mut at)?));
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
    let operation = known(&request)?;
    // A service or an edition behind the parameters may mean another operation than what was read before them.
    if bound.is_none_or(|bound| !std::ptr::eq(bound, operation)) {
        slots::begin_plain(operation, text, request.params?.start, slots)?;
    }
    slots::finish(operation, &request, slots);
    Some((request, operation))
}

/// The text at a place without escapes, and the place behind it.
#[inline]
fn text_at<'t>(text: &'t str, at: &mut usize) -> Option<&'t str> {
    let bytes = text.as_bytes();
    if *bytes.get(*at)? != b'"' {
        return None;
    }
    let end = end_of_plain(bytes, *at + 1);
    if *bytes.get(end)? != b'"' {
        return None;
    }
    let value = text.get(*at + 1..end)?;
    *at = end + 1;
    Some(value)
}
