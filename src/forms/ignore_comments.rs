//! Comments that say which findings do not count: `# preflint: ignore[oss-prefix-chars] the old bucket wants it`.
//!
//! Such a comment stands on a line of the request, behind it on its last line, or directly above it; several may stand above
//! each other. What begins a comment is for the form to say. The text is only scanned for the mark: whether a comment is
//! inside a quoted value of several lines is not known here, so values with the mark in a line of their own are read as one.

use std::collections::BTreeMap;

use super::{Form, Found};
use crate::place::Position;
use crate::report::Subject;
use crate::request::Request;
use crate::selector::Selector;

/// What stands at the beginning of such a comment.
const MARK: &str = "preflint:";
/// The one thing that such a comment can ask for.
const IGNORE: &str = "ignore";

/// A comment that asks to ignore findings or warnings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IgnoreComment {
    /// Where the mark stands.
    pub position: Position,
    /// What is to be ignored, and why; or what is wrong with the comment, which then means nothing.
    pub content: Result<IgnoreContent, String>,
    /// The requests that it is about, by their index among those found in the text.
    pub requests: Vec<usize>,
}

/// What a comment asks for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IgnoreContent {
    /// What is to be ignored: each of these.
    pub selectors: Vec<Selector>,
    /// Why.
    pub reason: String,
}

impl IgnoreContent {
    /// The first of the selectors that means this.
    pub fn selects(&self, subject: &Subject<'_>) -> Option<usize> {
        self.selectors.iter().position(|selector| selector.selects(subject))
    }
}

impl Form {
    /// The comments of a text that ask to ignore something, in their order; `found` is what was read from this text.
    pub fn ignore_comments(self, text: &str, found: &[Found<'_>]) -> Vec<IgnoreComment> {
        let beginnings = self.reader.comments();
        if beginnings.is_empty() || !text.contains(MARK) {
            return Vec::new();
        }
        let requests = Requests::of(found);
        let mut lines: Vec<(usize, &str)> = Vec::new();
        for line in text.split_inclusive('\n') {
            let start = lines.last().map_or(0, |(start, line)| start + line.len());
            lines.push((start, line));
        }
        let mut comments = Vec::new();
        // From below, so that it is known what stands under a comment.
        let mut below = lines.len() + 1;
        for (index, (offset, line)) in lines.into_iter().enumerate().rev() {
            let number = index + 1;
            let is_alone = is_comment(line, beginnings);
            if !is_alone {
                below = number;
            }
            let Some((at, content)) = content(line, beginnings) else { continue };
            let position = Position {
                offset: offset + at,
                line: number,
                column: line.get(..at).unwrap_or_default().chars().count() + 1,
            };
            let requests = if is_alone { requests.below_or_around(number, below) } else { requests.around(number) };
            comments.push(IgnoreComment { position, content, requests });
        }
        comments.reverse();
        comments
    }
}

fn is_comment(line: &str, beginnings: &[&str]) -> bool {
    let line = line.trim_start();
    beginnings.iter().any(|beginning| line.starts_with(beginning))
}

/// The mark in the comment of a line: where it stands, and what it says.
fn content(line: &str, beginnings: &[&str]) -> Option<(usize, Result<IgnoreContent, String>)> {
    let at = line.match_indices(MARK).map(|(at, _)| at).find(|at| begins_comment(line, *at, beginnings))?;
    let asked = line.get(at + MARK.len()..).unwrap_or_default().trim();
    let (word, rest) = asked.split_at(asked.find(|character: char| !is_of_word(character)).unwrap_or(asked.len()));
    // A sentence that happens to begin so asks for nothing.
    if word != IGNORE && !rest.starts_with('[') {
        return None;
    }
    Some((at, understood(word, rest)))
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

/// Whether what stands before a mark begins a comment, and not a word inside a value.
fn begins_comment(line: &str, at: usize, beginnings: &[&str]) -> bool {
    let before = line.get(..at).unwrap_or_default().trim_end();
    beginnings.iter().any(|beginning| {
        let code = before.trim_end_matches(beginning);
        let is_there = code.len() < before.len();
        is_there && (code.is_empty() || code.ends_with(char::is_whitespace)) && !is_in_quotes(code)
    })
}

/// Whether a quotation that begins in a line is still open at its end.
fn is_in_quotes(code: &str) -> bool {
    let (mut open, mut escaped) = (None, false);
    for character in code.chars() {
        match (character, open) {
            _ if escaped => escaped = false,
            ('\\', _) if open != Some('\'') => escaped = true,
            ('"' | '\'', None) => open = Some(character),
            (_, Some(quote)) if character == quote => open = None,
            _ => {}
        }
    }
    open.is_some()
}

fn understood(word: &str, rest: &str) -> Result<IgnoreContent, String> {
    const FORM: &str = "write preflint: ignore[CHECK] REASON";
    if word != IGNORE {
        return Err(format!("{word:?} is nothing that a comment can ask for; {FORM}"));
    }
    let listed = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((names, reason)) = listed else {
        return Err(format!("it does not say what is to be ignored; {FORM}"));
    };
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err(format!("it does not say what is to be ignored; {FORM}"));
    }
    let reason = reason.trim_start_matches([':', '-', ' ', '\t']).trim();
    if reason.is_empty() {
        return Err(format!("it gives no reason, so nothing is ignored; {FORM}"));
    }
    let selectors = names.into_iter().map(Selector::new).collect();
    Ok(IgnoreContent { selectors, reason: reason.to_owned() })
}

/// The requests of a text by their lines.
struct Requests {
    /// By first line: the indices, and the last line of each.
    by_start: BTreeMap<usize, Vec<(usize, usize)>>,
}

impl Requests {
    fn of(found: &[Found<'_>]) -> Requests {
        let mut by_start: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (index, found) in found.iter().enumerate() {
            let Ok(request) = &found.request else { continue };
            let (first, last) = lines_of(request);
            by_start.entry(first).or_default().push((index, last));
        }
        Requests { by_start }
    }

    /// The requests that begin on the line below a comment; where there is none, those around it.
    fn below_or_around(&self, comment: usize, below: usize) -> Vec<usize> {
        match self.by_start.get(&below) {
            Some(requests) => requests.iter().map(|(index, _)| *index).collect(),
            None => self.around(comment),
        }
    }

    /// The requests of which a line is part.
    fn around(&self, line: usize) -> Vec<usize> {
        let nearest = self.by_start.range(..=line).next_back();
        let requests = nearest.map(|(_, requests)| requests.as_slice()).unwrap_or_default();
        requests.iter().filter(|(_, last)| *last >= line).map(|(index, _)| *index).collect()
    }
}

/// The first and the last line of a request.
fn lines_of(request: &Request<'_>) -> (usize, usize) {
    let written = request.text.get(..request.span.end).unwrap_or(request.text).trim_end();
    (request.start().line, request.position(written.len()).line)
}
