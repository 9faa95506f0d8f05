//! Mistakes in rule, provider and case files, with their places.

use std::cell::OnceCell;
use std::fmt;

use crate::place::{Position, PositionIndex, Span};

/// A mistake in a rule, provider or case file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleError {
    /// The file, as it was named when it was read.
    pub file: String,
    /// Where in the file.
    pub position: Position,
    /// The bytes at fault.
    pub span: Span,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.position;
        write!(formatter, "{}:{line}:{column}: {}", self.file, self.message)
    }
}

impl std::error::Error for RuleError {}

/// So many mistakes of a file are told with what was perhaps meant. To find that, all names are looked at, and nobody
/// reads more.
const WITH_HINT: usize = 20;

/// The mistakes of one file, as they are found.
pub(crate) struct Mistakes<'t> {
    file: &'t str,
    text: &'t str,
    /// Counting lines is not for free, and nearly always there is nothing to place.
    index: OnceCell<PositionIndex>,
    pub(super) found: Vec<RuleError>,
}

impl<'t> Mistakes<'t> {
    pub fn of(file: &'t str, text: &'t str) -> Self {
        Mistakes { file, text: without_mark(text), index: OnceCell::new(), found: Vec::new() }
    }

    pub fn add(&mut self, span: Span, message: impl Into<String>) {
        self.found.push(RuleError {
            file: self.file.to_owned(),
            position: self.position(span),
            span,
            message: message.into(),
        });
    }

    /// What is said beside the next mistake, unless there are many already.
    pub fn hint(&self, make: impl FnOnce() -> String) -> String {
        if self.found.len() < WITH_HINT { make() } else { String::new() }
    }

    /// Gives the mistakes from the `first` on that have no place of their own (conditions have none) this one.
    pub fn place_from(&mut self, first: usize, span: Span) {
        if self.found.len() == first {
            return;
        }
        let position = self.position(span);
        for mistake in self.found[first..].iter_mut().filter(|mistake| mistake.span == Span::default()) {
            (mistake.span, mistake.position) = (span, position);
        }
    }

    fn position(&self, span: Span) -> Position {
        let index = self.index.get_or_init(|| PositionIndex::new(self.text, Position::START));
        index.position(self.text, span.start.min(self.text.len()))
    }

    pub fn none(&self) -> bool {
        self.found.is_empty()
    }

    pub fn into_errors(self) -> Vec<RuleError> {
        self.found
    }
}

/// A file's text as its places are counted in it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
