//! Texts in quotes: where they stand, and what their escapes mean.

use std::borrow::Cow;

use crate::place::Span;

/// A text as it stands in the input, escapes not yet decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawText<'t> {
    /// The whole text that was read.
    input: &'t str,
    /// Place of the text, quotes included.
    pub span: Span,
    /// Whether it holds a backslash and so needs decoding.
    pub escaped: bool,
}

impl<'t> RawText<'t> {
    /// The text at `span` of `input`, which a reader has accepted.
    #[inline]
    pub(super) fn new(input: &'t str, span: Span, escaped: bool) -> Self {
        RawText { input, span, escaped }
    }

    /// The characters between the quotes.
    #[inline]
    pub fn raw(&self) -> &'t str {
        self.input.get(self.span.start + 1..self.span.end.saturating_sub(1)).unwrap_or_default()
    }

    /// The text itself; borrowed unless it holds escapes.
    #[inline]
    pub fn decode(&self) -> Cow<'t, str> {
        if self.escaped { Cow::Owned(decode_escapes(self.raw())) } else { Cow::Borrowed(self.raw()) }
    }
}

/// Decodes the escapes of a text that a [`Reader`](crate::json::Reader) has accepted.
fn decode_escapes(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(backslash) = rest.find('\\') {
        decoded.push_str(&rest[..backslash]);
        let escape = rest.as_bytes().get(backslash + 1).copied().unwrap_or(b'\\');
        let mut length = 2;
        decoded.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = hexadecimal(rest, backslash + 2);
                length = 6;
                match unit {
                    0xd800..=0xdbff => {
                        length = 12;
                        let low = hexadecimal(rest, backslash + 8);
                        combine_surrogates(unit, low)
                    }
                    _ => char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                }
            }
            other => char::from(other),
        });
        rest = rest.get(backslash + length..).unwrap_or_default();
    }
    decoded.push_str(rest);
    decoded
}

fn hexadecimal(text: &str, at: usize) -> u32 {
    text.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
}

fn combine_surrogates(high: u32, low: u32) -> char {
    let code_point = 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
    char::from_u32(code_point).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use crate::json::Reader;

    #[test]
    fn decodes_escapes_as_serde_json_does() {
        for text in [r#""\"\\\/\b\f\n\r\t""#, r#""a\u00e9b\ud83d\ude00c""#, r#""\u0000""#, r#""中\u4e2d文""#] {
            let decoded = Reader::new(text).text().expect("valid").decode().into_owned();
            assert_eq!(decoded, serde_json::from_str::<String>(text).expect("valid"));
        }
    }
}
