//! The bodies of answers, as written in provider and rule files.
//!
//! A body is text with blanks in braces: `{request_id}`, `{host}`, `{code}`, `{status}`, `{message}`, and in the body of a
//! success the names of parameters. Which media type it has says how what fills a blank is escaped.

use serde::Deserialize;

use crate::json::{Entries, Spanned};
use crate::rule::Basis;

/// How a request says in which form it wants its answer.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BodyFormat {
    /// The parameter.
    pub parameter: String,
    /// Its values and the media types that they stand for. Letter case does not count.
    pub values: Entries<String>,
    /// The media type where the parameter is absent or has another value.
    pub default: Spanned<String>,
    /// What it rests on.
    pub basis: Basis,
}

/// What the API answers to a request with nothing wrong.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SuccessRule {
    /// HTTP status.
    pub status: u16,
    /// The body by media type, with the ids of the documentation's sample.
    pub body: Entries<String>,
    /// What the names of its members rest on.
    pub basis: Basis,
    /// Where sources contradict each other, in our words.
    pub note: Option<String>,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}
