//! Query strings and form bodies: pairs, percent-encoding, `+`.

use std::ops::Range;

use super::decoded::{Decoded, Rewriter};

/// One `name=value`, decoded.
#[derive(Debug)]
pub(crate) struct Pair<'t> {
    pub name: Decoded<'t>,
    /// Nothing when there is no `=`.
    pub value: Option<Decoded<'t>>,
}

/// The pairs of a query string or a form body, in order. What stands between two `&` may be empty.
pub(crate) fn pairs<'t>(query: &Decoded<'t>) -> Vec<Pair<'t>> {
    let mut pairs = Vec::new();
    let mut at = 0;
    for piece in query.text().split('&') {
        let range = at..at + piece.len();
        at = range.end + 1;
        if piece.is_empty() {
            continue;
        }
        let pair = match piece.find('=') {
            Some(equals) => {
                let equals = range.start + equals;
                let (name, value) =
                    (decode(query, range.start..equals, true), decode(query, equals + 1..range.end, true));
                Pair { name, value: Some(value) }
            }
            None => Pair { name: decode(query, range, true), value: None },
        };
        pairs.push(pair);
    }
    pairs
}

/// A query or form body that was broken over lines, in one piece: a line break never travels in one.
pub(crate) fn joined<'t>(text: &Decoded<'t>) -> Decoded<'t> {
    if !text.text().contains('\n') {
        return text.clone();
    }
    let mut joined = Rewriter::new(text);
    for line in text.lines() {
        let written = text.text().get(line.clone()).unwrap_or_default();
        let start = line.start + (written.len() - written.trim_start().len());
        joined.copy(start..start + written.trim().len());
    }
    joined.finish(0..text.text().len())
}

/// A stretch with its percent-encoding decoded. What is no valid encoding stays as it is; bytes that are no UTF-8 are not
/// known.
pub(crate) fn decode<'t>(text: &Decoded<'t>, range: Range<usize>, plus_is_blank: bool) -> Decoded<'t> {
    let whole = range.clone();
    let all = text.text();
    let bytes = all.as_bytes();
    let mut rewriter = Rewriter::new(text);
    let (mut at, mut copied) = (range.start, range.start);
    while at < range.end {
        match bytes.get(at) {
            Some(b'%') if encoded_byte(bytes, at, range.end).is_some() => {
                rewriter.copy(copied..at);
                let mut run = Vec::new();
                let start = at;
                while let Some(byte) = encoded_byte(bytes, at, range.end) {
                    run.push(byte);
                    at += 3;
                }
                put_bytes(&mut rewriter, &run, start);
                copied = at;
            }
            Some(b'+') if plus_is_blank => {
                rewriter.copy(copied..at);
                rewriter.put(" ", at..at + 1);
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    rewriter.copy(copied..range.end);
    rewriter.finish(whole)
}

/// Adds a run of encoded bytes, each of which takes three characters from `start` on.
fn put_bytes(rewriter: &mut Rewriter<'_, '_>, run: &[u8], start: usize) {
    let mut at = start;
    for chunk in run.utf8_chunks() {
        let mut buffer = [0; 4];
        for character in chunk.valid().chars() {
            let length = character.len_utf8() * 3;
            rewriter.put(character.encode_utf8(&mut buffer), at..at + length);
            at += length;
        }
        if !chunk.invalid().is_empty() {
            let length = chunk.invalid().len() * 3;
            rewriter.gap(at..at + length);
            at += length;
        }
    }
}

fn encoded_byte(bytes: &[u8], at: usize, end: usize) -> Option<u8> {
    let digit = |at: usize| bytes.get(at).filter(|_| at < end).and_then(|byte| char::from(*byte).to_digit(16));
    if bytes.get(at) != Some(&b'%') || at >= end {
        return None;
    }
    u8::try_from(digit(at + 1)? * 16 + digit(at + 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_and_keep_their_places() {
        let source = "a=1&b%2e1=%E9%95%BF+x&&c&d=%zz%ff&e==";
        let query = Decoded::of(source);
        let shown: Vec<_> = pairs(&query)
            .iter()
            .map(|pair| {
                let value = pair.value.as_ref().map(|value| (value.text().to_owned(), value.whole().of(source)));
                (pair.name.text().to_owned(), value)
            })
            .collect();
        let value = |text: &str, raw| Some((text.to_owned(), raw));
        assert_eq!(
            shown,
            [
                ("a".to_owned(), value("1", "1")),
                ("b.1".to_owned(), value("长 x", "%E9%95%BF+x")),
                ("c".to_owned(), None),
                ("d".to_owned(), value("%zz\u{fdd0}", "%zz%ff")),
                ("e".to_owned(), value("=", "=")),
            ]
        );
    }
}
