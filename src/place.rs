//! Places in a text: byte spans, and the line and column that people see.
//!
//! Spans are what readers carry around, because they cost nothing. A [`Position`] is made from one only
//! when somebody looks at it. Nothing here interprets the text.

use serde::Serialize;

/// A half-open range of bytes, always on character boundaries of the text it was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The part of `text` that this span cuts out; empty when it does not fit the text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Where something stands in an input: the byte offset, and line and column from 1, columns in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Byte offset from the start of the whole input.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode code points, from 1.
    pub column: usize,
}

impl Position {
    /// The start of an input.
    pub const START: Position = Position { offset: 0, line: 1, column: 1 };

    /// The position reached after reading the first `length` bytes of `text`, when `text` starts at `self`.
    ///
    /// Lines end with `\n`; a `\r` before it belongs to the line. A length beyond the text means its end.
    #[must_use]
    pub fn after(self, text: &str, length: usize) -> Position {
        let read = text.get(..length).unwrap_or(text);
        let mut position = Position { offset: self.offset + read.len(), ..self };
        match read.rfind('\n') {
            Some(last_break) => {
                position.line += read.bytes().filter(|byte| *byte == b'\n').count();
                position.column = 1 + read[last_break + 1..].chars().count();
            }
            None => position.column += read.chars().count(),
        }
        position
    }
}
