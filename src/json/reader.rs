//! The scanner: one pass over a JSON text, without building anything.
//!
//! Every other reader of JSON in preflint stands on this one, so that a text is either valid for all of them or for
//! none. Its work is linear in the text, its depth is bounded, and it allocates only to decode escapes.

use std::borrow::Cow;
use std::fmt;

use crate::json::scan::{behind_space, plain_length};
use crate::json::text::RawText;
use crate::limits::NESTING;
use crate::place::Span;

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset of the first character that does not fit.
    pub at: usize,
    /// What is wrong there and what was expected, for people.
    pub message: Cow<'static, str>,
    /// True when the text ended before the value did.
    pub at_end: bool,
    /// True when the text may be JSON but is nested too deep.
    pub too_deep: bool,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A text in quotes.
    Text,
    /// `[...]`
    List,
    /// `{...}`
    Object,
}

/// A cursor over a JSON text.
#[derive(Clone, Debug)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'t str) -> Self {
        Reader { text, at: 0, depth: 0 }
    }

    /// Starts at byte `at` of `text`; spans stay offsets into `text`.
    pub fn at(text: &'t str, at: usize) -> Self {
        Reader { text, at, depth: 0 }
    }

    /// The byte offset of the next character to be read.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// What comes next, after white space.
    #[inline]
    pub fn peek(&mut self) -> Result<Kind, Box<SyntaxError>> {
        match self.next_byte() {
            b'"' => Ok(Kind::Text),
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::List),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            b't' | b'f' => Ok(Kind::Bool),
            b'n' => Ok(Kind::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// Demands that nothing but white space is left.
    #[inline]
    pub fn finish(&mut self) -> Result<(), Box<SyntaxError>> {
        self.next_byte();
        if self.at == self.text.len() { Ok(()) } else { Err(self.unexpected("the end of the text")) }
    }

    /// Reads `{`.
    #[inline]
    pub fn begin_object(&mut self) -> Result<(), Box<SyntaxError>> {
        self.open(b'{', "an object")
    }

    /// Reads `[`.
    #[inline]
    pub fn begin_list(&mut self) -> Result<(), Box<SyntaxError>> {
        self.open(b'[', "a list")
    }

    /// Reads up to the next member's value and gives its key, or reads `}` and gives nothing.
    /// `first` is true for the first call after [`Reader::begin_object`] and is cleared by it.
    #[inline]
    pub fn next_key(&mut self, first: &mut bool) -> Result<Option<RawText<'t>>, Box<SyntaxError>> {
        let mut byte = self.next_byte();
        if byte == b'}' {
            self.close();
            return Ok(None);
        }
        if !std::mem::take(first) {
            if byte != b',' {
                return Err(self.unexpected("\",\" or \"}\""));
            }
            self.at += 1;
            byte = self.next_byte();
        }
        if byte != b'"' {
            return Err(self.unexpected("a key in double quotes"));
        }
        let key = self.text_here()?;
        if self.next_byte() != b':' {
            return Err(self.unexpected("\":\" after the key"));
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Stands before the next element and gives true, or reads `]` and gives false.
    /// `first` is true for the first call after [`Reader::begin_list`] and is cleared by it.
    #[inline]
    pub fn next_element(&mut self, first: &mut bool) -> Result<bool, Box<SyntaxError>> {
        let byte = self.next_byte();
        if byte == b']' {
            self.close();
            return Ok(false);
        }
        if !std::mem::take(first) {
            if byte != b',' {
                return Err(self.unexpected("\",\" or \"]\""));
            }
            self.at += 1;
            if self.next_byte() == b']' {
                return Err(self.unexpected("a value after the comma"));
            }
        }
        Ok(true)
    }

    /// Reads a text.
    #[inline]
    pub fn text(&mut self) -> Result<RawText<'t>, Box<SyntaxError>> {
        if self.next_byte() != b'"' {
            return Err(self.unexpected("a text in double quotes"));
        }
        self.text_here()
    }

    /// Reads the text whose opening quote comes next.
    #[inline]
    fn text_here(&mut self) -> Result<RawText<'t>, Box<SyntaxError>> {
        let start = self.at;
        self.at = start + 1;
        self.at += plain_length(self.rest());
        let mut escaped = false;
        if self.byte() != Some(b'"') {
            escaped = true;
            self.rest_of_text()?;
        }
        self.at += 1;
        Ok(RawText::new(self.text, Span::new(start, self.at), escaped))
    }

    /// Reads on, from something inside a text that is not plain, up to its closing quote.
    #[cold]
    fn rest_of_text(&mut self) -> Result<(), Box<SyntaxError>> {
        loop {
            match self.byte() {
                Some(b'"') => return Ok(()),
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.error("a control character inside a text; write it as an escape")),
                None => return Err(self.unexpected("the closing double quote")),
            }
            self.at += plain_length(self.rest());
        }
    }

    /// Reads a number and gives it exactly as written, whatever its length.
    #[inline]
    pub fn number(&mut self) -> Result<&'t str, Box<SyntaxError>> {
        self.next_byte();
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => {
                self.at += 1;
                if matches!(self.byte(), Some(b'0'..=b'9')) {
                    return Err(self.error("a number must not start with 0"));
                }
            }
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.unexpected("a digit")),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Reads `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, Box<SyntaxError>> {
        self.next_byte();
        if self.byte() == Some(b't') { self.word("true").map(|()| true) } else { self.word("false").map(|()| false) }
    }

    /// Reads `null`.
    pub fn null(&mut self) -> Result<(), Box<SyntaxError>> {
        self.next_byte();
        self.word("null")
    }

    /// Reads a whole value of any kind, validating it, and gives its place.
    pub fn skip(&mut self) -> Result<Span, Box<SyntaxError>> {
        let kind = self.peek()?;
        let start = self.at;
        match kind {
            Kind::Null => self.null()?,
            Kind::Bool => drop(self.bool()?),
            Kind::Number => drop(self.number()?),
            Kind::Text => drop(self.text()?),
            Kind::List => {
                self.begin_list()?;
                let mut first = true;
                while self.next_element(&mut first)? {
                    self.skip()?;
                }
            }
            Kind::Object => {
                self.begin_object()?;
                let mut first = true;
                while self.next_key(&mut first)?.is_some() {
                    self.skip()?;
                }
            }
        }
        Ok(Span::new(start, self.at))
    }

    /// Skips a value by its brackets and quotes alone, however broken it is between them, so that what stands behind
    /// it can still be read. Gives nothing where they do not balance.
    pub fn skip_balanced(&mut self) -> Option<Span> {
        self.next_byte();
        let start = self.at;
        if !matches!(self.byte(), Some(b'{' | b'[' | b'"')) {
            return None;
        }
        let (mut depth, mut in_text) = (0usize, false);
        while let Some(byte) = self.byte() {
            match byte {
                b'\\' if in_text => self.at += 1,
                b'"' => in_text = !in_text,
                // A text does not go on over several lines: a quote is missing.
                b'\n' if in_text => return None,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
            if depth == 0 && !in_text {
                return Some(Span::new(start, self.at));
            }
        }
        None
    }

    #[inline]
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space, which is left standing; zero at the end, where no text has a value.
    #[inline]
    fn next_byte(&mut self) -> u8 {
        self.at = self.text.len() - behind_space(self.rest()).len();
        self.byte().unwrap_or(0)
    }

    #[inline]
    fn open(&mut self, bracket: u8, expected: &'static str) -> Result<(), Box<SyntaxError>> {
        self.next_byte();
        if self.depth == NESTING && self.byte() == Some(bracket) {
            let mut error = self.error(format!("nested more than {NESTING} levels deep"));
            error.too_deep = true;
            return Err(error);
        }
        self.expect(bracket, expected)?;
        self.depth += 1;
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        self.at += 1;
        self.depth = self.depth.saturating_sub(1);
    }

    #[inline]
    fn expect(&mut self, byte: u8, expected: &str) -> Result<(), Box<SyntaxError>> {
        if self.byte() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Box<SyntaxError>> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.error("expected a value; a text must stand in double quotes"))
        }
    }

    fn digits(&mut self) {
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), Box<SyntaxError>> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return Err(self.unexpected("a digit"));
        }
        self.digits();
        Ok(())
    }

    /// Reads one escape, from its backslash. A lone surrogate is refused, since no text can hold it.
    fn escape(&mut self) -> Result<(), Box<SyntaxError>> {
        let start = self.at;
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => {
                let unit = self.code_unit()?;
                match unit {
                    0xd800..=0xdbff => {
                        if self.text[self.at..].starts_with("\\u") {
                            self.at += 1;
                            if matches!(self.code_unit()?, 0xdc00..=0xdfff) {
                                return Ok(());
                            }
                        }
                        Err(self.error_at(start, "a lone surrogate, which is no character"))
                    }
                    0xdc00..=0xdfff => Err(self.error_at(start, "a lone surrogate, which is no character")),
                    _ => Ok(()),
                }
            }
            None => Err(self.unexpected("the rest of an escape")),
            Some(_) => {
                Err(self.error_at(start, "an unknown escape; JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"))
            }
        }
    }

    /// Reads `uXXXX`.
    fn code_unit(&mut self) -> Result<u32, Box<SyntaxError>> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            match digit {
                Some(digit) => unit = unit * 16 + digit,
                None => return Err(self.unexpected("four hexadecimal digits after \\u")),
            }
            self.at += 1;
        }
        Ok(unit)
    }

    #[cold]
    fn unexpected(&self, expected: &str) -> Box<SyntaxError> {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(found) => self.error(format!("expected {expected}, found {found:?}")),
            None => Box::new(SyntaxError {
                at: self.at,
                message: format!("expected {expected}, but the text ends here").into(),
                at_end: true,
                too_deep: false,
            }),
        }
    }

    #[cold]
    fn error(&self, message: impl Into<Cow<'static, str>>) -> Box<SyntaxError> {
        self.error_at(self.at, message)
    }

    #[cold]
    fn error_at(&self, at: usize, message: impl Into<Cow<'static, str>>) -> Box<SyntaxError> {
        Box::new(SyntaxError { at, message: message.into(), at_end: false, too_deep: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Box<SyntaxError> {
        let mut reader = Reader::new(text);
        reader.skip().and_then(|_| reader.finish()).expect_err(text)
    }

    #[test]
    fn accepts_exactly_what_serde_json_accepts() {
        let texts = [
            "null",
            "true",
            "-0.5e+3",
            "0",
            "[]",
            "{}",
            "[1,2]",
            "{\"a\":[{\"b\":null}]}",
            "\"\\u00e9\\ud83d\\ude00\"",
            "",
            "nul",
            "tru",
            "01",
            "1.",
            "-",
            "1e",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "\"\n\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "[1 2]",
            "{\"a\" 1}",
            "1 2",
            "\"abc",
            "{\"a\":",
            "'a'",
            "+1",
            ".5",
            "\u{feff}1",
            "[,1]",
        ];
        for text in texts {
            let mut reader = Reader::new(text);
            let ours = reader.skip().and_then(|_| reader.finish()).is_ok();
            assert_eq!(ours, serde_json::from_str::<serde_json::Value>(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Reader::new(&deep(NESTING)).skip().is_ok());
        let error = refused(&deep(NESTING + 1));
        assert_eq!(error.at, NESTING);
        assert!(refused(&"[".repeat(100_000)).message.contains("64"));
    }

    #[test]
    fn says_where_and_whether_the_text_just_ended() {
        assert_eq!(refused("{\"a\": tru}").at, 6);
        assert!(refused("{\"a\": [1").at_end);
        assert!(!refused("{\"a\": }").at_end);
        assert_eq!(refused("\"ab\\ud800cd\"").at, 3);
    }
}
