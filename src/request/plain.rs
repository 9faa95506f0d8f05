//! The envelope of a request that is written plainly, as nearly all are: no escapes in keys, no facts, nothing unknown.
//!
//! Where the parameters stand before the names of what they belong to, those names are looked for at the end of the text, so
//! that parameters are read only once. It gives up at the first thing that is not so, also at every mistake, and the text is read by `envelope`, which
//! alone says what is wrong.

use std::borrow::Cow;

use crate::catalog::Meant;
use crate::json::Reader;
use crate::json::scan::{behind_space, length_to_quote, plain_length};
use crate::operation::Operation;
use crate::operation::screen::Suspects;
use crate::place::{Position, Span};
use crate::request::slots::{self, Slots};
use crate::request::{Request, RequestId};

/// A request that was read and bound in one go.
pub(crate) struct ReadAndBound<'t, 'o> {
    pub request: Request<'t>,
    pub operation: &'o Operation,
    /// The checks that may lead to findings, where binding could tell.
    pub suspects: Option<Suspects>,
}

/// Reads a request and binds its parameters, when `known` knows at once which operation is meant.
#[inline]
pub(crate) fn read<'t, 'o>(
    text: &'t str,
    origin: Position,
    known: impl Fn(Meant<'t>) -> Option<&'o Operation>,
    slots: &mut Slots<'t>,
) -> Option<ReadAndBound<'t, 'o>> {
    let place = |rest: &[u8]| text.len() - rest.len();
    let [b'{', rest @ ..] = behind_space(text.as_bytes()) else { return None };
    let start = place(rest) - 1;
    let mut rest = behind_space(rest);
    let (mut id, mut meant, mut params) = (None, Meant::NOTHING, None);
    let end = loop {
        let [b'"', inside @ ..] = rest else { return None };
        let (key, behind) = inside.split_at_checked(length_to_quote(inside))?;
        let [b'"', behind @ ..] = behind else { return None };
        let [b':', behind @ ..] = behind_space(behind) else { return None };
        let value = behind_space(behind);
        match key {
            b"params" if params.is_none() => {
                let foreseen = foreseen(text, meant);
                let operation = known(foreseen)?;
                let (end, suspects) = slots::begin_plain(operation, text, place(value), slots)?;
                params = Some((Span::new(place(value), end), foreseen, operation, suspects));
                rest = text.as_bytes().get(end..)?;
            }
            b"id" if id.is_none() => {
                id = Some(RequestId::Text(match text_at(text, value, &mut rest) {
                    Some(plain) => Cow::Borrowed(plain),
                    None => {
                        let mut reader = Reader::at(text, place(value));
                        let decoded = reader.text().ok()?.decode();
                        rest = text.as_bytes().get(reader.offset()..)?;
                        decoded
                    }
                }));
            }
            b"provider" if meant.provider.is_empty() => meant.provider = text_at(text, value, &mut rest)?,
            b"service" if meant.service.is_none() => meant.service = Some(text_at(text, value, &mut rest)?),
            b"operation" if meant.operation.is_empty() => meant.operation = text_at(text, value, &mut rest)?,
            b"edition" if meant.edition.is_none() => meant.edition = Some(text_at(text, value, &mut rest)?),
            _ => return None,
        }
        match behind_space(rest) {
            [b',', behind @ ..] => rest = behind_space(behind),
            [b'}', behind @ ..] if behind_space(behind).is_empty() => break place(behind),
            _ => return None,
        }
    };
    let (params, foreseen, operation, suspects) = params?;
    if meant != foreseen {
        return None;
    }
    let request = Request {
        span: Span::new(start, end),
        id,
        provider: Cow::Borrowed(meant.provider),
        service: meant.service.map(Cow::Borrowed),
        operation: Cow::Borrowed(meant.operation),
        edition: meant.edition.map(Cow::Borrowed),
        params: Some(params),
        ..Request::empty(text, origin)
    };
    let is_as_bound = slots::finish(operation, &request, slots);
    Some(ReadAndBound { request, operation, suspects: Some(suspects).filter(|_| is_as_bound) })
}

/// What a request means, by what was read of it so far and by what stands behind the parameters: the members of the
/// envelope are looked for from its end. It validates nothing; whoever reads on sees whether it was right.
#[inline]
fn foreseen<'t>(text: &'t str, mut meant: Meant<'t>) -> Meant<'t> {
    let mut end = before_space(text.as_bytes(), text.len());
    while let Some((key, value, start)) = member_before(text, end) {
        match key {
            "provider" => meant.provider = value,
            "service" => meant.service = Some(value),
            "operation" => meant.operation = value,
            "edition" => meant.edition = Some(value),
            "id" => {}
            _ => break,
        }
        end = start;
    }
    meant
}

/// The member of an object that ends before the bracket or comma before byte `end`: key and value, both texts without
/// escapes, and the place at which it begins.
#[inline]
fn member_before(text: &str, end: usize) -> Option<(&str, &str, usize)> {
    let bytes = text.as_bytes();
    let (value, start) = text_before(text, before_space(bytes, end.checked_sub(1)?))?;
    let colon = before_space(bytes, start).checked_sub(1)?;
    let (key, start) = text_before(text, before_space(bytes, colon))?;
    Some((key, value, before_space(bytes, start)))
}

/// The text in quotes that ends before byte `end`, and where it begins.
#[inline]
fn text_before(text: &str, end: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let end = end.checked_sub(1).filter(|quote| bytes.get(*quote) == Some(&b'"'))?;
    let start = bytes.get(..end)?.iter().rposition(|byte| *byte == b'"')?;
    Some((text.get(start + 1..end)?, start))
}

/// The place behind the last byte before `at` that is not white space.
#[inline]
fn before_space(bytes: &[u8], mut at: usize) -> usize {
    while at > 0 && matches!(bytes.get(at - 1), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at -= 1;
    }
    at
}

/// The text without escapes that a value is, never an empty one. `rest` becomes what is left behind it.
#[inline]
fn text_at<'t>(text: &'t str, value: &'t [u8], rest: &mut &'t [u8]) -> Option<&'t str> {
    let [b'"', inside @ ..] = value else { return None };
    let length = plain_length(inside);
    let [b'"', behind @ ..] = inside.get(length..)? else { return None };
    *rest = behind;
    let start = text.len() - inside.len();
    text.get(start..start + length).filter(|text| !text.is_empty())
}
