//! The lines of a request around a place, for people.
//!
//! Secrets are masked before anything is laid out, so that no renderer can show one. Only the request's own lines appear, and long ones
//! are cut around the place.

use crate::place::Span;
use crate::report::Place;
use crate::report::detail::is_invisible;
use crate::report::mask::MASK;
use crate::request::Request;

/// The most characters of a line that are shown before and behind the place.
const BEFORE: usize = 40;
const BEHIND: usize = 30;
/// The most characters of the place itself that are shown.
const MARKED: usize = 60;

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

/// The lines around a place.
pub(super) fn around(request: &Request<'_>, secrets: &[Span], place: &Place) -> Option<Excerpt> {
    let text = request.text;
    let Span { start, end } = place.own;
    text.get(start..end)?;
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    // A place of several lines, such as the object in which something is missing, is marked at its first character.
    let first_end = start + text[start..].chars().next().map_or(0, char::len_utf8);
    let end = if end > line_end { first_end.min(line_end) } else { end };
    let previous_start = text[..line_start.saturating_sub(1)].rfind('\n').map_or(0, |at| at + 1);
    let next_end =
        text.get(line_end + 1..).map_or(line_end, |rest| line_end + 1 + rest.find('\n').unwrap_or(rest.len()));
    let mut piece = Piece { text, secrets, out: String::new() };
    let mut first_line = place.line;
    let fits = |from: usize, to: usize| text[from..to].chars().count() <= BEFORE + BEHIND;
    if line_start > 0 && fits(previous_start, line_start - 1) {
        first_line -= 1;
        piece.masked(previous_start, line_start - 1);
        piece.out.push('\n');
    }
    piece.last_of(line_start, start);
    let marked_start = piece.out.len();
    let marked_end = char_at(text, start, end, MARKED);
    piece.masked(start, marked_end);
    if marked_end < end {
        piece.out.push('…');
    }
    let marked = piece.out.len();
    let shown_end = char_at(text, end, line_end, BEHIND);
    piece.masked(end, shown_end);
    if shown_end < line_end {
        piece.out.push('…');
    }
    if next_end > line_end + 1 && fits(line_end + 1, next_end) {
        piece.out.push('\n');
        piece.masked(line_end + 1, next_end);
    }
    Some(Excerpt { text: piece.out, start: marked_start, end: marked, first_line })
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

    /// Adds the end of a stretch, cut at its start when it is long.
    fn last_of(&mut self, from: usize, to: usize) {
        let cut = self.text[from..to].char_indices().rev().nth(BEFORE).map(|(at, _)| from + at);
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

/// The end of at most `count` characters behind `from`.
fn char_at(text: &str, from: usize, to: usize, count: usize) -> usize {
    text[from..to].char_indices().nth(count).map_or(to, |(at, _)| from + at)
}
