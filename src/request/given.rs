//! Parameters as other forms than our JSON give them.
//!
//! A command line, a URL or a plan is read into these by `forms`; values reach the same slots and the same engine as those
//! of our JSON. A value may be known, unknown, or known in part: `img-$DATE`. Places are byte offsets into the request's
//! own text and cut out what was written, with its quotes and escapes. Nothing here knows a form or an operation.

use std::borrow::Cow;

use super::client::{Client, MissingArgument};
use super::writing::Writing;
use crate::place::Span;

/// Stands in a text for a stretch that is not known: `img-$DATE` is `img-` and this. It is no character of Unicode; where an
/// input holds it all the same, that only makes a value less known.
pub(crate) const GAP: char = '\u{fdd0}';

/// What a form other than our JSON adds to a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written<'t> {
    /// Where parameters that are missing would stand, when that is not the whole request.
    pub place: Option<Span>,
    /// The parameters, in the order of the text.
    pub given: Vec<Given<'t>>,
    /// Whether parameters that are not seen here may be sent too: a body from a file, `"$@"`.
    pub more: bool,
    /// Values that appear in no output, beyond those of parameters that rules call secret.
    pub secrets: Vec<Secret<'t>>,
    /// The site whose edition is meant, where the form says so.
    pub site: Option<String>,
    /// The host that is called, where the form says so.
    pub host: Option<String>,
    /// Why the request cannot be about an operation that is known: another version, a name that is not known.
    pub unsupported: Option<String>,
    /// What the gateway refuses before it looks at the operation.
    pub faults: Vec<Fault>,
    /// The request's name within its source: a resource address, a place in a list.
    pub address: Option<String>,
    /// How values are written where they stand.
    pub writing: Writing,
    /// What the tool that sends the request sees of it first.
    pub client: Option<Client<'t>>,
    /// What the plug-in that makes the call misses.
    pub missing_arguments: Vec<MissingArgument>,
}

/// One parameter, member of an object or element of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given<'t> {
    /// Its name; empty for an element.
    pub name: Cow<'t, str>,
    /// Where the name stands; for an element, as `span`.
    pub name_span: Span,
    /// Its value.
    pub value: GivenValue<'t>,
    /// Where the value stands.
    pub span: Span,
    /// Whether it stands where the API does not look for a common parameter of this name, and takes it for an unknown one.
    pub misplaced: bool,
}

/// A value as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GivenValue<'t> {
    /// Not sent.
    Null,
    Text(Cow<'t, str>),
    /// A number, exactly as written.
    Number(Cow<'t, str>),
    Bool(bool),
    /// Sent, but with which value is not known.
    Unknown,
    /// A text in which each [`GAP`] is not known.
    Partly(Cow<'t, str>),
    List(Vec<Given<'t>>),
    Members(Vec<Given<'t>>),
}

/// A value that must not be shown, as written and as meant.
#[derive(Clone, Debug)]
pub(crate) struct Secret<'t> {
    pub span: Span,
    pub text: Cow<'t, str>,
}

/// Something that the gateway refuses, whatever the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub kind: FaultKind,
    /// Where it would have to stand.
    pub span: Span,
}

/// What is missing of a request as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The parameter that names the operation.
    Action,
    /// The parameter that names the version of the service's API.
    Version,
}

impl<'t> GivenValue<'t> {
    /// A text that may hold gaps: nothing but gaps is unknown.
    pub fn of_text(text: Cow<'t, str>) -> GivenValue<'t> {
        if !text.contains(GAP) {
            GivenValue::Text(text)
        } else if text.chars().all(|character| character == GAP) {
            GivenValue::Unknown
        } else {
            GivenValue::Partly(text)
        }
    }

    /// The same, borrowing nothing.
    pub fn into_owned(self) -> GivenValue<'static> {
        let own = |text: Cow<'t, str>| Cow::Owned(text.into_owned());
        let own_all = |inner: Vec<Given<'t>>| inner.into_iter().map(Given::into_owned).collect();
        match self {
            GivenValue::Null => GivenValue::Null,
            GivenValue::Text(text) => GivenValue::Text(own(text)),
            GivenValue::Number(number) => GivenValue::Number(own(number)),
            GivenValue::Bool(value) => GivenValue::Bool(value),
            GivenValue::Unknown => GivenValue::Unknown,
            GivenValue::Partly(text) => GivenValue::Partly(own(text)),
            GivenValue::List(inner) => GivenValue::List(own_all(inner)),
            GivenValue::Members(inner) => GivenValue::Members(own_all(inner)),
        }
    }
}

impl<'t> Given<'t> {
    /// A parameter.
    pub fn new(name: Cow<'t, str>, name_span: Span, value: GivenValue<'t>, span: Span) -> Given<'t> {
        Given { name, name_span, value, span, misplaced: false }
    }

    /// An element of a list.
    pub fn element(value: GivenValue<'t>, span: Span) -> Given<'t> {
        Given::new(Cow::Borrowed(""), span, value, span)
    }

    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Given<'static> {
        let Given { name, name_span, value, span, misplaced } = self;
        Given { name: Cow::Owned(name.into_owned()), name_span, value: value.into_owned(), span, misplaced }
    }

    fn move_into(&mut self, extent: Span) {
        self.span = self.span.within(extent).or_else(|| self.name_span.within(extent)).unwrap_or_default();
        self.name_span = self.name_span.within(extent).unwrap_or_default();
        if let GivenValue::List(inner) | GivenValue::Members(inner) = &mut self.value {
            inner.iter_mut().for_each(|inner| inner.move_into(extent));
        }
    }
}

impl<'t> Written<'t> {
    /// Keeps a value out of all output.
    pub fn hide(&mut self, given: &Given<'t>) {
        let text = match &given.value {
            GivenValue::Text(text) | GivenValue::Number(text) => text.clone(),
            _ => Cow::Borrowed(""),
        };
        self.secrets.push(Secret { span: given.span, text });
    }

    /// Makes all places those of a request's own text, which is this stretch of the source. What stands elsewhere, such as
    /// a value that is only named here, has no place.
    pub fn move_into(&mut self, extent: Span) {
        self.given.iter_mut().for_each(|given| given.move_into(extent));
        self.secrets.retain_mut(|secret| {
            let inside = secret.span.within(extent);
            secret.span = inside.unwrap_or_default();
            inside.is_some() || !secret.text.is_empty()
        });
        if let Some(client) = &mut self.client {
            client.move_into(extent);
        }
        for missing in &mut self.missing_arguments {
            missing.span = missing.span.within(extent).unwrap_or_default();
        }
        self.place = self.place.and_then(|place| place.within(extent));
        self.faults.iter_mut().for_each(|fault| fault.span = fault.span.within(extent).unwrap_or_default());
    }
}
