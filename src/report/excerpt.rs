//! The lines of a request around a place, for people.
//!
//! Secrets are masked before anything is laid out, so that no renderer can show one. Only the request's own lines appear, and long ones
//! are cut around the place.

use crate::place::Span;
use crate::report::Place;
use crate::report::mask::MASK;
use crate::report::shown::is_invisible;
use crate::request::Request;

/// The columns for which excerpts are cut where nobody says how many there are.
const COLUMNS: usize = 130;
/// How many lines are shown before and behind the one that is meant.
const LINES_AROUND: usize = 2;

/// How much of a line is shown, in columns.
struct Room {
    before: usize,
    marked: usize,
    behind: usize,
}

impl Room {
    fn of(columns: usize) -> Room {
        let columns = columns.max(20);
        Room { before: columns * 4 / 13, marked: columns * 6 / 13, behind: columns * 3 / 13 }
    }

    fn whole(&self) -> usize {
        self.before + self.marked + self.behind
    }
}

/// A piece of a request's text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Excerpt {
    /// The text: whole lines, unless they are long.
    pub text: String,
    /// The marked bytes within `text`.
    pub start: usize,
    /// Behind the marked bytes.
    pub end: usize,
    /// Line in the input on which `text` begins, from 1.
    pub first_line: usize,
}

/// The lines around a place, cut to so many columns.
pub(super) fn around(
    request: &Request<'_>,
    secrets: &[Span],
    place: &Place,
    columns: Option<usize>,
) -> Option<Excerpt> {
    let text = request.text;
    let room = Room::of(columns.unwrap_or(COLUMNS));
    let Span { start, end } = place.own;
    text.get(start..end)?;
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    // Of several lines, the first is marked; of what holds others, such as the request or the object in which something is
    // missing, the first character.
    let holds_others = text[start..].starts_with(['{', '[']) || start == request.span.start;
    let first_end = start + text[start..].chars().next().map_or(0, char::len_utf8);
    let line = text[start..line_end].trim_end_matches('\r').len();
    let end = match end > line_end {
        true if holds_others => first_end.min(line_end),
        true => start + line,
        false => end,
    };
    let mut piece = Piece { text, secrets, out: String::new() };
    let mut first_line = place.line;
    let before = lines_before(text, line_start);
    // What stands before the request on its first line is not shown, but it keeps its room, so that lines stay below each
    // other as in the input.
    let indent = request.start().column - 1;
    let indent = if indent <= room.before { " ".repeat(indent) } else { String::new() };
    let indent_of = |line_start: usize| if line_start == 0 { indent.as_str() } else { "" };
    for line in before.iter().rev() {
        first_line -= 1;
        piece.out.push_str(indent_of(line.start));
        piece.first_of(line.start, line.end, room.whole());
        piece.out.push('\n');
    }
    // Looks no further than there is room: every finding of a long line asks.
    let is_short = reached(text, line_start, line_end, room.whole()) == line_end;
    if is_short {
        piece.out.push_str(indent_of(line_start));
        piece.masked(line_start, start);
    } else {
        piece.last_of(line_start, start, room.before);
    }
    let marked_start = piece.out.len();
    let marked_end = if is_short { end } else { reached(text, start, end, room.marked) };
    piece.masked(start, marked_end);
    if marked_end < end {
        piece.out.push('…');
    }
    let marked = piece.out.len();
    piece.first_of(end, line_end, if is_short { room.whole() } else { room.behind });
    for line in lines_behind(text, line_end) {
        piece.out.push('\n');
        piece.first_of(line.start, line.end, room.whole());
    }
    Some(Excerpt { text: piece.out, start: marked_start, end: marked, first_line })
}

/// The lines that end before a line starts, the nearest first.
fn lines_before(text: &str, line_start: usize) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut end = line_start;
    while lines.len() < LINES_AROUND && end > 0 {
        let start = text[..end - 1].rfind('\n').map_or(0, |at| at + 1);
        lines.push(Span::new(start, end - 1));
        end = start;
    }
    lines
}

/// The lines behind the end of a line.
fn lines_behind(text: &str, line_end: usize) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut end = line_end;
    while lines.len() < LINES_AROUND && end + 1 < text.len() {
        let start = end + 1;
        end = start + text[start..].find('\n').unwrap_or(text.len() - start);
        lines.push(Span::new(start, end));
    }
    lines
}

/// About how many columns of a terminal a character takes: what is no ASCII may take two.
fn columns_of(character: char) -> usize {
    match character {
        '\t' => 4,
        '\r' => 0,
        _ if character.is_ascii() || character < '\u{1100}' => 1,
        _ => 2,
    }
}

struct Piece<'p> {
    text: &'p str,
    secrets: &'p [Span],
    out: String,
}

impl Piece<'_> {
    /// Adds a stretch of the text with what is secret in it masked; secrets are apart from each other and in order.
    fn masked(&mut self, from: usize, to: usize) {
        let mut at = from;
        // They are apart from each other and in order.
        let first = self.secrets.partition_point(|secret| secret.end <= from);
        for secret in self.secrets[first..].iter().take_while(|secret| secret.start < to) {
            if secret.start > at {
                self.plain(at, secret.start);
            }
            self.out.push_str(MASK);
            at = at.max(secret.end);
        }
        if at < to {
            self.plain(at, to);
        }
    }

    /// Adds the start of a stretch, cut at its end when it is long.
    fn first_of(&mut self, from: usize, to: usize, columns: usize) {
        let end = reached(self.text, from, to, columns);
        self.masked(from, end);
        if end < to {
            self.out.push('…');
        }
    }

    /// Adds the end of a stretch, cut at its start when it is long.
    fn last_of(&mut self, from: usize, to: usize, columns: usize) {
        let mut left = columns;
        let mut characters = self.text[from..to].char_indices().rev();
        let cut = characters.find(|(_, character)| {
            let fits = columns_of(*character) <= left;
            left = left.saturating_sub(columns_of(*character));
            !fits
        });
        let cut = cut.map(|(at, character)| from + at + character.len_utf8());
        if let Some(cut) = cut {
            self.out.push('…');
            self.masked(cut, to);
        } else {
            self.masked(from, to);
        }
    }

    fn plain(&mut self, from: usize, to: usize) {
        let Some(text) = self.text.get(from..to) else { return };
        // Control characters would move the cursor of a terminal.
        self.out.extend(text.chars().filter(|character| *character != '\r').map(|character| {
            if (character.is_control() || is_invisible(character)) && character != '\t' && character != '\n' {
                '\u{fffd}'
            } else {
                character
            }
        }));
    }
}

/// The end of as many characters behind `from` as have room in so many columns.
fn reached(text: &str, from: usize, to: usize, columns: usize) -> usize {
    let mut left = columns;
    let mut characters = text[from..to].char_indices();
    let first = characters.find(|(_, character)| {
        let fits = columns_of(*character) <= left;
        left = left.saturating_sub(columns_of(*character));
        !fits
    });
    first.map_or(to, |(at, _)| from + at)
}
