//! Bodies of answers with their blanks found.

use crate::rule::Basis;

/// The body of an answer in one media type.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub media_type: String,
    pub pieces: Vec<BodyPiece>,
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyPiece {
    Text(String),
    /// `is_quoted`: it stands alone between double quotes, which go where there is nothing to fill it with.
    Blank {
        blank: Blank,
        is_quoted: bool,
    },
}

/// What fills a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Blank {
    RequestId,
    Host,
    Code,
    Status,
    Message,
    /// The value of a parameter, by name.
    Parameter(String),
}

/// All bodies of an answer, the first for requests that ask for none of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies(pub Vec<Body>);

impl Bodies {
    pub fn get(&self, media_type: &str) -> Option<&Body> {
        self.0.iter().find(|body| body.media_type == media_type)
    }
}

/// The answer to a request with nothing wrong.
#[derive(Clone, Debug)]
pub(crate) struct Success {
    pub status: u16,
    pub bodies: Bodies,
    pub basis: Basis,
    /// Where sources contradict each other.
    pub note: Option<String>,
}
