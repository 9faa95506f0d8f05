//! A text that is read, and what readers make of it.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::decoded::Decoded;
use crate::json::Node;
use crate::place::{Position, PositionIndex, Span};
use crate::request::given::Written;
use crate::request::{Request, RequestId};

/// How much of a text recognition looks at, in bytes.
const HEAD: usize = 64 << 10;

/// A text with its places.
#[derive(Debug)]
pub(crate) struct Source<'t> {
    text: &'t str,
    positions: OnceLock<PositionIndex>,
}

/// A request as a reader found it; places are those of the whole text.
#[derive(Debug, Default)]
pub(crate) struct Draft<'t> {
    pub id: Option<Cow<'t, str>>,
    pub provider: String,
    pub service: Option<String>,
    pub edition: Option<Cow<'t, str>>,
    /// Facts that come with the request.
    pub facts: Option<Node>,
    /// Empty where the request names none, which is then one of `written.faults`.
    pub operation: String,
    /// All of the request and nothing else: only this is ever shown. What is missing is missing here.
    pub span: Span,
    /// Parameters and what else the form says.
    pub written: Written<'t>,
}

impl<'t> Source<'t> {
    /// A text; a byte order mark at its start is no part of any request.
    pub fn new(text: &'t str) -> Source<'t> {
        Source { text, positions: OnceLock::new() }
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The start of the text, for recognition.
    pub fn head(&self) -> &'t str {
        let mut end = self.text.len().min(HEAD);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let head = self.text.get(..end).unwrap_or_default();
        head.strip_prefix('\u{feff}').unwrap_or(head)
    }

    /// The whole text, without a byte order mark.
    pub fn decoded(&self) -> Decoded<'t> {
        let start = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Decoded::verbatim(self.text, Span::new(start, self.text.len()))
    }

    /// Line and column of an offset.
    pub fn position(&self, at: usize) -> Position {
        let index = self.positions.get_or_init(|| PositionIndex::new(self.text, Position::START));
        index.position(self.text, at.min(self.text.len()))
    }

    /// A request of what a reader found.
    pub fn request(&self, draft: Draft<'t>) -> Request<'t> {
        let Draft { id, provider, service, operation, edition, mut facts, span, mut written } = draft;
        let text = span.of(self.text);
        written.move_into(span);
        if let Some(facts) = &mut facts {
            facts.move_into(span);
        }
        Request {
            text,
            origin: self.position(span.start),
            span: Span::new(0, text.len()),
            id: id.map(RequestId::Text),
            provider: Cow::Owned(provider),
            service: service.map(Cow::Owned),
            operation: Cow::Owned(operation),
            edition,
            params: written.place,
            facts: facts.map(Box::new),
            unknown: Vec::new(),
            written: Some(Box::new(written)),
            bound: None,
        }
    }
}
