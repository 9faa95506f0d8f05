//! Words of a shell: quotes, escapes, expansions.

use std::ops::Range;

use super::{Lexer, MAX_DEPTH, Word, is_assignment};
use crate::forms::decoded::{Decoded, Rewriter};
use crate::request::given::GAP;

impl<'s, 't> Lexer<'s, 't> {
    /// Reads a word; stands behind it afterwards.
    pub(super) fn word(&mut self) -> Word<'t> {
        let start = self.at;
        let mut out = Rewriter::new(self.script);
        let (mut splits, mut quoted) = (false, false);
        while let Some(byte) = self.byte(0) {
            match byte {
                b'(' if !quoted && self.text.get(start..self.at).is_some_and(is_array_of) => {
                    let at = self.at;
                    self.array();
                    out.gap(at..self.at);
                }
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'\r' if self.byte(1) == Some(b'\n') => break,
                b'\\' if self.continues_line() > 0 => self.at += self.continues_line(),
                b'\\' => {
                    let length = self.character_length(1);
                    out.copy(self.at + 1..self.at + 1 + length);
                    self.at += 1 + length;
                    quoted = true;
                }
                b'\'' => {
                    self.single_quoted(&mut out);
                    quoted = true;
                }
                b'"' => {
                    self.double_quoted(&mut out, &mut splits);
                    quoted = true;
                }
                b'$' if self.byte(1) == Some(b'\'') => {
                    self.ansi_quoted(&mut out);
                    quoted = true;
                }
                b'$' if self.byte(1) == Some(b'"') => self.at += 1,
                b'$' | b'`' => splits |= self.expansion(&mut out, false),
                _ => {
                    let at = self.at;
                    self.plain(&mut out);
                    // What another layer left unknown may be several words.
                    splits |= self.text.get(at..self.at).is_some_and(|text| text.contains(GAP));
                }
            }
        }
        if self.at == start {
            // Whatever it is, it must not be read again and again.
            self.at += self.character_length(0).max(1);
            self.at = self.at.min(self.end);
        }
        Word { text: out.finish(start..self.at), splits, quoted }
    }

    /// The elements of `NAME=(...)`: words that are no command.
    fn array(&mut self) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            match byte {
                b')' => {
                    self.at += 1;
                    return;
                }
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'\\' if self.continues_line() > 0 => self.at += self.continues_line(),
                b'#' => self.skip_line(),
                _ => drop(self.word()),
            }
        }
    }

    fn plain(&mut self, out: &mut Rewriter<'s, 't>) {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        let ends = |character: char| " \t\r\n;&|<>()\\'\"$`".contains(character);
        let length = rest.find(ends).unwrap_or(rest.len());
        // A carriage return in the middle of a line is a character like others.
        let length = if length == 0 { self.character_length(0).max(1) } else { length };
        out.copy(self.at..self.at + length);
        self.at += length;
    }

    pub(super) fn character_length(&self, ahead: usize) -> usize {
        let rest = self.text.get(self.at + ahead..self.end).unwrap_or_default();
        rest.chars().next().map_or(0, char::len_utf8)
    }

    fn single_quoted(&mut self, out: &mut Rewriter<'s, 't>) {
        let rest = self.text.get(self.at + 1..self.end).unwrap_or_default();
        let length = rest.find('\'').unwrap_or(rest.len());
        out.copy(self.at + 1..self.at + 1 + length);
        self.at = (self.at + length + 2).min(self.end);
    }

    fn double_quoted(&mut self, out: &mut Rewriter<'s, 't>, splits: &mut bool) {
        self.at += 1;
        self.expanding(out, self.end, |byte| byte == b'"', splits);
        self.at = (self.at + 1).min(self.end);
    }

    /// Text in which only expansions and a few escapes mean something, up to `end` or a byte that ends it.
    pub(super) fn expanding(
        &mut self,
        out: &mut Rewriter<'s, 't>,
        end: usize,
        ends: fn(u8) -> bool,
        splits: &mut bool,
    ) {
        while let Some(byte) = self.byte(0).filter(|_| self.at < end) {
            match byte {
                byte if ends(byte) => return,
                b'\\' if self.continues_line() > 0 => self.at += self.continues_line(),
                b'\\' if matches!(self.byte(1), Some(b'$' | b'`' | b'"' | b'\\')) => {
                    out.copy(self.at + 1..self.at + 2);
                    self.at += 2;
                }
                b'$' | b'`' => {
                    let start = self.at;
                    self.expansion(out, true);
                    // Even in quotes, these are any number of words.
                    let written = self.text.get(start..self.at).unwrap_or_default();
                    *splits |= written == "$@" || written.contains("[@]") || written.starts_with("${@");
                }
                _ => {
                    let rest = self.text.get(self.at..end).unwrap_or_default();
                    let stops = |character: char| {
                        matches!(character, '\\' | '$' | '`') || u8::try_from(character).is_ok_and(ends)
                    };
                    let length = rest.find(stops).unwrap_or(rest.len()).max(self.character_length(0)).max(1);
                    out.copy(self.at..self.at + length);
                    self.at += length;
                }
            }
        }
    }

    fn ansi_quoted(&mut self, out: &mut Rewriter<'s, 't>) {
        self.at += 2;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\'' => break,
                b'\\' => {
                    let (decoded, length) = ansi_escape(self.text.get(self.at + 1..self.end).unwrap_or_default());
                    let range = self.at..self.at + 1 + length;
                    match decoded {
                        Some(decoded) => out.put(decoded.encode_utf8(&mut [0; 4]), range),
                        None => out.gap(range),
                    }
                    self.at += 1 + length;
                }
                _ => {
                    let rest = self.text.get(self.at..self.end).unwrap_or_default();
                    let length = rest.find(['\'', '\\']).unwrap_or(rest.len());
                    out.copy(self.at..self.at + length);
                    self.at += length;
                }
            }
        }
        self.at = (self.at + 1).min(self.end);
    }

    /// Reads `$...` or a command in backticks and adds a gap; a `$` that begins none is a character. Says whether the
    /// result may be split into words.
    fn expansion(&mut self, out: &mut Rewriter<'s, 't>, in_quotes: bool) -> bool {
        let start = self.at;
        match (self.byte(0), self.byte(1)) {
            (Some(b'`'), _) => self.backticks(),
            (_, Some(b'(')) => {
                self.at += 1;
                match self.arithmetic() {
                    Some(length) => {
                        self.changes_in(self.at..self.at + length);
                        self.at += length;
                    }
                    None => self.substitution(),
                }
            }
            (_, Some(b'{')) => self.braces(in_quotes),
            (_, Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-')) => self.at += 2,
            (_, Some(b'A'..=b'Z' | b'a'..=b'z' | b'_')) => {
                self.at += 1;
                while matches!(self.byte(0), Some(b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'0'..=b'9')) {
                    self.at += 1;
                }
            }
            _ => {
                out.copy(start..start + 1);
                self.at += 1;
                return false;
            }
        }
        self.at = self.at.min(self.end);
        out.gap(start..self.at);
        true
    }

    /// `${...}` and `${{ ... }}`, with braces and quotes inside. In double quotes, a single quote behind `:-` and the like is a
    /// character like others.
    fn braces(&mut self, in_quotes: bool) {
        let rest = self.text.get(self.at + 2..self.end).unwrap_or_default();
        let name_end = rest.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
        let operator = name_end.and_then(|at| rest.get(at..)).unwrap_or_default();
        let is_text = in_quotes && operator.starts_with([':', '-', '=', '+', '?']);
        self.at += 1;
        let mut depth = 0usize;
        let mut quote = None;
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += self.character_length(0),
                b'\'' if is_text && quote.is_none() => {}
                b'\'' | b'"' if quote == Some(byte) => quote = None,
                b'\'' | b'"' if quote.is_none() && depth > 0 => quote = Some(byte),
                b'{' if quote.is_none() => depth += 1,
                b'}' if quote.is_none() => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return;
                    }
                }
                // Nobody writes an expansion over many lines; a brace or quote is missing.
                b'\n' if quote.is_some() => quote = None,
                _ => {}
            }
        }
    }

    /// `(...)` of a substitution: the commands in it, up to the parenthesis that ends it. Where that is missing, everything up
    /// to the end may be meant.
    pub(super) fn substitution(&mut self) {
        if self.depth >= MAX_DEPTH {
            return self.skip_parentheses();
        }
        let mut inner = Lexer::new(self.script, self.at + 1..self.end, self.depth + 1);
        inner.is_inner = true;
        inner.blocks = self.blocks.inside();
        inner.script();
        self.at = (inner.at + 1).min(self.end);
        self.take_in(inner);
    }

    fn take_in(&mut self, mut inner: Lexer<'s, 't>) {
        self.commands.append(&mut inner.commands);
        self.assignments.append(&mut inner.assignments);
        self.functions.append(&mut inner.functions);
    }

    /// Skips `(...)` without a look at what is in it.
    fn skip_parentheses(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\\' => self.at += 1 + self.character_length(1),
                b'\'' => {
                    let rest = self.text.get(self.at + 1..self.end).unwrap_or_default();
                    self.at += rest.find('\'').map_or(rest.len(), |length| length + 1) + 1;
                }
                b'"' => self.skip_double_quoted(),
                b'(' => {
                    depth += 1;
                    self.at += 1;
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += self.character_length(0).max(1),
            }
        }
        self.at = self.at.min(self.end);
    }

    /// Skips a text in double quotes; quotes in a substitution in it are its own.
    fn skip_double_quoted(&mut self) {
        self.at += 1;
        let mut depth = 0usize;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\\' => self.at += self.character_length(1),
                b'$' if self.byte(1) == Some(b'(') => {
                    depth += 1;
                    self.at += 1;
                }
                b')' if depth > 0 => depth -= 1,
                b'"' if depth == 0 => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
            while self.at < self.end && !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
    }

    fn backticks(&mut self) {
        let rest = self.text.get(self.at + 1..self.end).unwrap_or_default();
        let mut escaped = false;
        let closing = rest.bytes().position(|byte| {
            let closes = byte == b'`' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let start = self.at + 1;
        let length = closing.unwrap_or(rest.len());
        self.at = (start + length + 1).min(self.end);
        self.inner(start..start + length);
    }

    /// Finds the commands between backticks.
    fn inner(&mut self, range: Range<usize>) {
        if self.depth < MAX_DEPTH && range.start < range.end {
            let mut inner = Lexer::new(self.script, range, self.depth + 1);
            inner.blocks = self.blocks.inside();
            inner.script();
            self.take_in(inner);
        }
    }

    pub(super) fn unknown(&self, range: Range<usize>) -> Decoded<'t> {
        let mut out = Rewriter::new(self.script);
        out.gap(range.clone());
        out.finish(range)
    }
}

/// Whether a word that goes on with a parenthesis is an array: `NAME=`, `NAME+=`, `NAME[key]=`.
fn is_array_of(word: &str) -> bool {
    let Some(name) = word.strip_suffix('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    is_assignment(&format!("{name}="))
}

/// The character that an escape of `$'...'` means, and its length behind the backslash.
fn ansi_escape(rest: &str) -> (Option<char>, usize) {
    let digits = |from: usize, most: usize, radix: u32| {
        let text = rest.get(from..).unwrap_or_default();
        let count = text.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let value = text.get(..count).and_then(|digits| u32::from_str_radix(digits, radix).ok());
        (value, from + count)
    };
    let coded = |(value, length): (Option<u32>, usize), most: u32| {
        (value.filter(|value| *value <= most && *value > 0).and_then(char::from_u32), length)
    };
    match rest.chars().next() {
        Some('n') => (Some('\n'), 1),
        Some('t') => (Some('\t'), 1),
        Some('r') => (Some('\r'), 1),
        Some('a') => (Some('\u{7}'), 1),
        Some('b') => (Some('\u{8}'), 1),
        Some('e' | 'E') => (Some('\u{1b}'), 1),
        Some('f') => (Some('\u{c}'), 1),
        Some('v') => (Some('\u{b}'), 1),
        // A byte beyond ASCII is only a part of a character.
        Some('x') => coded(digits(1, 2, 16), 0x7f),
        Some('u') => coded(digits(1, 4, 16), u32::MAX),
        Some('U') => coded(digits(1, 8, 16), u32::MAX),
        Some('0'..='7') => coded(digits(0, 3, 8), 0x7f),
        Some(character) => (Some(character), character.len_utf8()),
        None => (None, 0),
    }
}
