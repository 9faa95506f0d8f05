//! A finding with the lines around its place, as miette draws it.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use preflint::Excerpt;

use super::words::ascii;

/// What a frame takes of the width beside the text in it, when numbers of lines have no more digits than these.
const MARGIN: usize = 9;
const DIGITS: usize = 3;

/// What the frame around a line takes of the width beside the text in it.
pub fn margin(line: usize) -> usize {
    // The lines behind it may have one digit more.
    MARGIN + (line + 2).to_string().len().saturating_sub(DIGITS)
}

/// A finding as miette draws it.
#[derive(Debug)]
pub struct Frame {
    pub title: String,
    pub label: Option<String>,
    pub help: Option<String>,
    pub excerpt: Option<Excerpt>,
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title)
    }
}

impl std::error::Error for Frame {}

impl Diagnostic for Frame {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|_| self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        let span = SourceSpan::from(excerpt.start..excerpt.end);
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(self.label.clone(), span))))
    }
}

impl SourceCode for Frame {
    /// Gives the whole excerpt, with the lines of the input. Asked without context, miette wants to know where the
    /// label itself is: it would count columns in the excerpt, which may be cut.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let excerpt = self.excerpt.as_ref().ok_or(MietteError::OutOfBounds)?;
        let (line, column) = match context_lines_before {
            0 => (self.line - 1, self.column - 1),
            _ => (excerpt.first_line - 1, 0),
        };
        let data = excerpt.text.as_bytes();
        let whole = SourceSpan::from(0..data.len());
        let lines = excerpt.text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), data, whole, line, column, lines)))
    }
}

/// An excerpt for a terminal that shows ASCII alone.
pub fn ascii_excerpt(excerpt: &Excerpt) -> Excerpt {
    let length = |to: usize| excerpt.text[..to].chars().count();
    let mut plain = excerpt.clone();
    (plain.start, plain.end) = (length(excerpt.start), length(excerpt.end));
    plain.text = ascii(&excerpt.text);
    plain
}
