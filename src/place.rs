//! Places in a text: byte spans, and the line and column that people see.
//!
//! Spans are what readers carry around, because they cost nothing. A [`Position`] is made from one only
//! when somebody looks at it. Nothing here interprets the text.

use serde::Serialize;

/// A half-open range of bytes, always on character boundaries of the text it was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

    /// The same place in a text that is the stretch `outer` of this one; none when it is not inside.
    pub(crate) fn within(&self, outer: Span) -> Option<Span> {
        let inside = outer.start <= self.start && self.end <= outer.end;
        inside.then(|| Span::new(self.start - outer.start, self.end - outer.start))
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

/// Positions within one text, found without reading it from its start each time: a report may have very many places.
#[derive(Clone, Debug)]
pub(crate) struct PositionIndex {
    /// The position at the first character boundary of each stretch.
    marks: Vec<Position>,
}

/// The length of a stretch of text between two known positions, in bytes.
const STRETCH: usize = 512;

impl PositionIndex {
    /// Reads `text`, which starts at `origin`, once.
    pub fn new(text: &str, origin: Position) -> Self {
        let mut marks = vec![origin];
        let (mut reached, mut at) = (origin, 0);
        while at + STRETCH < text.len() {
            let mut end = at + STRETCH;
            while !text.is_char_boundary(end) {
                end += 1;
            }
            let stretch = &text[at..end];
            reached = reached.after(stretch, stretch.len());
            at = end;
            marks.push(reached);
        }
        PositionIndex { marks }
    }

    /// The position of byte `at` of the text that the index was made of.
    pub fn position(&self, text: &str, at: usize) -> Position {
        let origin = self.marks[0].offset;
        let behind = self.marks.partition_point(|mark| mark.offset - origin <= at);
        let mark = self.marks[behind.saturating_sub(1)];
        let start = mark.offset - origin;
        mark.after(text.get(start..).unwrap_or_default(), at.saturating_sub(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_says_what_reading_from_the_start_says() {
        let text = "ab\n中文\r\n".repeat(400) + &"長".repeat(700) + "\nend";
        let origin = Position { offset: 7, line: 3, column: 5 };
        let index = PositionIndex::new(&text, origin);
        for (at, _) in text.char_indices().step_by(7).chain([(text.len(), ' ')]) {
            assert_eq!(index.position(&text, at), origin.after(&text, at), "{at}");
        }
    }
}
