//! Forms in which requests are written, other than our own JSON and NDJSON.
//!
//! Each form is a [`Reader`] in a module of its own. It recognises its texts and reads the requests in them: how a form
//! is written stands in Rust, what is meant by hosts, headers, commands and resources stands in provider.json and rule
//! files, and readers ask a [`Knowledge`] for it. Values keep their places through all layers of quoting ([`decoded::Decoded`]),
//! and reach the same slots and the same engine as those of our JSON. Readers never fail and never panic: what cannot be
//! read is an entry of its own, with its place.

#[cfg(feature = "forms")]
mod ci;
mod command_line;
mod curl;
mod decoded;
mod embedded;
mod har;
mod http;
mod http_file;
mod ignore_comments;
mod knowledge;
mod makefile;
#[cfg(feature = "forms")]
mod packer;
mod percent;
mod placeholders;
mod resource;
mod script;
pub(crate) mod shell_words;
mod source;
mod terraform;
mod url;
mod variables;
#[cfg(feature = "forms")]
mod yaml;
#[cfg(feature = "forms")]
mod yaml_request;

use std::borrow::Cow;

use crate::checker::Checker;
use crate::limits::{DOCUMENT_BYTES, REQUESTS};
use crate::place::Position;
use crate::request::writing::Writing;
use crate::request::{InputError, InputErrorKind, Request};

use knowledge::Knowledge;
pub use shell_words::quote::word as quoted_word;
use source::Source;

pub use ignore_comments::{IgnoreComment, IgnoreContent};

/// All forms; of two that are equally sure the first counts. To add one, write its module and name it here.
static READERS: &[&dyn Reader] = &[
    &http_file::HttpFile,
    &url::Url,
    &curl::Curl,
    &har::Har,
    &terraform::Plan,
    #[cfg(feature = "forms")]
    &packer::Packer,
    #[cfg(feature = "forms")]
    &ci::Ci,
    &script::CommandLine,
    &makefile::Makefile,
    &script::Shell,
    #[cfg(feature = "forms")]
    &yaml_request::YamlRequests,
];

/// What a form of requests has to say for itself.
pub(crate) trait Reader: Sync {
    /// Its name on the command line and in messages.
    fn name(&self) -> &'static str;

    /// Whether it holds other things beside requests that we know: then what we have no rules for is only counted, and a
    /// text without requests is no mistake in a folder.
    fn is_container(&self) -> bool {
        false
    }

    /// What begins a comment, where the form has comments. They may stand on a line of their own or behind a blank.
    fn comments(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether responses may stand beside its requests.
    fn records_responses(&self) -> bool {
        false
    }

    /// How sure it is that a text has this form. `name` is the file's name, or empty. Looks at no more than
    /// [`Source::head`], so that large texts of other forms cost nothing.
    fn recognise(&self, name: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness;

    /// How values are written in it, where they can be.
    fn writing(&self) -> Writing {
        Writing::Nothing
    }

    /// The requests of a text, in its order; each that cannot be read is an error in its place.
    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>>;
}

/// How sure a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// It cannot be this form.
    No,
    /// The name, or the content, allows it.
    Perhaps,
    /// It has this form, as far as one can tell without reading it.
    Likely,
    /// It names something of a known provider in this form.
    Sure,
}

/// A form of requests other than our own JSON.
#[derive(Clone, Copy)]
pub struct Form {
    reader: &'static dyn Reader,
}

/// A request found in a text, or why something there is none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found<'t> {
    /// The request.
    pub request: Result<Request<'t>, InputError>,
    /// The recorded response, where the form holds one.
    pub response: Option<RecordedResponse<'t>>,
}

/// A response that stands beside its request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedResponse<'t> {
    /// HTTP status.
    pub status: Option<u16>,
    /// The body, decoded.
    pub body: Option<Cow<'t, str>>,
}

impl<'t> Found<'t> {
    /// A request without a response.
    pub(crate) fn request(request: Request<'t>) -> Found<'t> {
        Found { request: Ok(request), response: None }
    }

    /// Something that is no request.
    pub(crate) fn error(kind: InputErrorKind, message: impl Into<String>, position: Position) -> Found<'t> {
        Found { request: Err(InputError::new(kind, message, position)), response: None }
    }
}

impl Form {
    /// All forms.
    pub fn all() -> impl Iterator<Item = Form> {
        READERS.iter().map(|reader| Form { reader: *reader })
    }

    /// The form of this name.
    pub fn named(name: &str) -> Option<Form> {
        Form::all().find(|form| form.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.reader.name()
    }

    /// Whether it holds other things beside requests that we know, such as a script: then what there are no rules for is
    /// none of our business.
    pub fn is_container(self) -> bool {
        self.reader.is_container()
    }

    /// Whether responses may stand beside its requests, as in recordings.
    pub fn records_responses(self) -> bool {
        self.reader.records_responses()
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Form {}

impl Checker {
    /// The form of a text, told by its content and by the name of its file (which may be empty). None when it is none of
    /// [`Form::all`]; it may still be our own JSON.
    pub fn recognise(&self, name: &str, text: &str) -> Option<Form> {
        let (source, knowledge) = (Source::new(text), Knowledge::of(self.catalog()));
        let likeness = |form: Form| (form.reader.recognise(name, &source, knowledge), form);
        let mut best = (Likeness::No, None);
        for (likeness, form) in Form::all().map(likeness) {
            if likeness > best.0 {
                best = (likeness, Some(form));
            }
        }
        best.1
    }

    /// The requests of a text of this form, in its order. Positions are those of the whole text.
    pub fn read<'t>(&self, form: Form, text: &'t str) -> Vec<Found<'t>> {
        if text.len() > DOCUMENT_BYTES {
            let message = format!("a text of more than {DOCUMENT_BYTES} bytes");
            return vec![Found::error(InputErrorKind::Limit, message, Position::START)];
        }
        let source = Source::new(text);
        let mut found = form.reader.read(&source, Knowledge::of(self.catalog()));
        let written = found.iter_mut().filter_map(|found| found.request.as_mut().ok()?.written.as_mut());
        written.for_each(|written| written.writing = form.reader.writing());
        if found.len() > REQUESTS {
            found.truncate(REQUESTS);
            let message = format!("more than {REQUESTS} requests; what follows is not read");
            found.push(Found::error(InputErrorKind::Limit, message, source.position(text.len())));
        }
        found
    }
}
