//! Requests: what a caller is about to send.
//!
//! A [`Request`] knows which operation is meant and where its parameters stand in the text; it borrows that text.
//! Reading validates the whole text and the envelope, so that everything behind it can rely on both. It never knows
//! rules: which parameters exist is for the check to say.

pub(crate) mod client;
pub(crate) mod given;
pub(crate) mod plain;
pub(crate) mod slots;
pub(crate) mod writing;

mod batch;
pub(crate) mod envelope;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::Meant;
use crate::json::{Node, RawText, SyntaxError};
use crate::operation::Operation;
use crate::place::{Position, Span};
use given::Written;
use slots::Bound;

pub use batch::Batch;
#[cfg(feature = "forms")]
pub(crate) use envelope::KEYS as ENVELOPE_KEYS;

/// One request, borrowed from the text that it was read from.
#[derive(Clone, Debug)]
pub struct Request<'t> {
    /// The request's own text, and where that starts in the input.
    pub(crate) text: &'t str,
    pub(crate) origin: Position,
    /// The whole request within `text`.
    pub(crate) span: Span,
    pub(crate) id: Option<RequestId<'t>>,
    pub(crate) provider: Cow<'t, str>,
    pub(crate) service: Option<Cow<'t, str>>,
    pub(crate) operation: Cow<'t, str>,
    pub(crate) edition: Option<Cow<'t, str>>,
    /// The object with the parameters within `text`; validated.
    pub(crate) params: Option<Span>,
    /// Facts that the request carries, not yet understood: spans are those of `text`.
    pub(crate) facts: Option<Box<Node>>,
    /// Names of parameters whose values are not known yet.
    pub(crate) unknown: Vec<RawText<'t>>,
    /// What a form other than our JSON gives; then `params` and `unknown` are empty.
    pub(crate) written: Option<Box<Written<'t>>>,
    /// Its parameters, where whoever read it knew the operation.
    pub(crate) bound: Option<Box<BoundTo<'t>>>,
}

/// By this a checker is known again: two are the same where they are the same in memory.
#[derive(Debug, Default)]
pub(crate) struct CheckerId {
    /// What has no size would share its place with others.
    _place: u8,
}

/// The parameters of a request, bound to those of an operation when it was read.
#[derive(Clone, Debug)]
pub(crate) struct BoundTo<'t> {
    /// Who read it: for no other checker is it certain which operation is meant.
    pub reader: Arc<CheckerId>,
    pub operation: Arc<Operation>,
    pub bound: Bound<'t>,
}

/// The caller's name for a request: a text or a number, given back as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestId<'t> {
    Text(Cow<'t, str>),
    Number(&'t str),
}

impl<'t> Request<'t> {
    /// Reads one request of preflint's JSON form.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, or not a request: an unknown or repeated key of the envelope, no `provider` or
    /// `operation`, a value of the wrong type.
    ///
    /// The parameters are read when it is checked; [`Checker::read_json`](crate::Checker::read_json) reads them at once.
    pub fn from_json(text: &'t str) -> Result<Request<'t>, InputError> {
        let (text, origin) = match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest, Position { offset: '\u{feff}'.len_utf8(), ..Position::START }),
            None => (text, Position::START),
        };
        Request::from_json_at(text, origin)
    }

    /// As [`Request::from_json`], for a text that starts at `origin` of a longer input.
    pub fn from_json_at(text: &'t str, origin: Position) -> Result<Request<'t>, InputError> {
        envelope::read(text, origin, |reader, _| reader.skip().map(drop))
    }

    /// A request of which nothing is known yet.
    pub(crate) fn empty(text: &'t str, origin: Position) -> Request<'t> {
        Request {
            text,
            origin,
            span: Span::default(),
            id: None,
            provider: Cow::Borrowed(""),
            service: None,
            operation: Cow::Borrowed(""),
            edition: None,
            params: None,
            facts: None,
            unknown: Vec::new(),
            written: None,
            bound: None,
        }
    }

    /// What it says about which operation it means.
    #[inline]
    pub(crate) fn meant(&self) -> Meant<'_> {
        Meant {
            provider: &self.provider,
            service: self.service.as_deref(),
            operation: &self.operation,
            edition: self.edition.as_deref(),
        }
    }

    /// The caller's name for the request, when it has one.
    pub fn id(&self) -> Option<&str> {
        match self.id.as_ref()? {
            RequestId::Text(text) => Some(text),
            RequestId::Number(number) => Some(number),
        }
    }

    /// The provider, as the request names it.
    pub fn provider_name(&self) -> &str {
        &self.provider
    }

    /// The request's name within its source, such as a resource address, when it has one.
    pub fn address(&self) -> Option<&str> {
        self.written.as_ref()?.address.as_deref()
    }

    /// Where the request begins in the input.
    pub fn start(&self) -> Position {
        self.position(self.span.start)
    }

    /// The position of byte `at` of this request's text in the whole input.
    pub(crate) fn position(&self, at: usize) -> Position {
        self.origin.after(self.text, at)
    }
}

/// Why an input, or one entry of it, could not be read as a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InputError {
    /// What kind of problem it is.
    pub kind: InputErrorKind,
    /// What is wrong and what was expected, for people.
    pub message: String,
    /// Where, in the whole input.
    pub position: Position,
}

/// Kinds of [`InputError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InputErrorKind {
    /// The text is not JSON, or not UTF-8.
    Syntax,
    /// The text can be read, but is not a request.
    Envelope,
    /// The facts that a request carries are not understood.
    Facts,
    /// A limit of size or depth is exceeded.
    Limit,
    /// There is nothing in the input.
    Empty,
    /// A fault of preflint itself: the program has caught a panic. Checking never gives it.
    Internal,
}

impl InputErrorKind {
    /// What kind of error it is that a text cannot be read as JSON.
    pub(crate) fn of_json(error: &SyntaxError) -> InputErrorKind {
        if error.too_deep { InputErrorKind::Limit } else { InputErrorKind::Syntax }
    }
}

impl InputError {
    /// An error at a place of an input, for programs that read inputs in ways of their own.
    pub fn new(kind: InputErrorKind, message: impl Into<String>, position: Position) -> InputError {
        InputError { kind, message: message.into(), position }
    }

    pub(crate) fn syntax(error: &SyntaxError, text: &str, origin: Position) -> InputError {
        let kind = InputErrorKind::of_json(error);
        InputError { kind, message: error.message.to_string(), position: origin.after(text, error.at) }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.position;
        write!(formatter, "{} (line {line}, column {column})", self.message)
    }
}

impl std::error::Error for InputError {}
