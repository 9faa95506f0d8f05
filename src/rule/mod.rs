//! Rule files as they are written.
//!
//! These types mirror the JSON of `rules/` field by field (`rules/README.md` explains each for authors) and refuse
//! whatever they do not know. They hold what an author wrote and where; what it means is made of them by `compile`.
//! They never look anything up: a code that no row documents is found later.

pub mod case;
pub mod command_line;
pub mod condition;
pub mod http;
pub mod operation;
pub mod provider;
pub mod resources;
pub mod response;

use serde::{Deserialize, Serialize};

/// The format number that rule, provider and case files carry. Raised when a file of the old format would be
/// misread by this version.
pub const FORMAT: u32 = 1;

/// What a statement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The provider's documentation or its official tools say so.
    Documented,
    /// A real response shows it.
    Observed,
    /// Our reading of the sources.
    Inferred,
    /// Sources contradict each other.
    Disputed,
}

impl Basis {
    /// The word that rule files and reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Documented => "documented",
            Basis::Observed => "observed",
            Basis::Inferred => "inferred",
            Basis::Disputed => "disputed",
        }
    }
}

/// A public source that statements of a file refer to by its `id`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Short name, unique in the file. The first source is the one of every statement that names none.
    pub id: String,
    /// Title of the page, or package with version, or repository with path and commit.
    pub title: String,
    /// Address, where the source has one.
    pub url: Option<String>,
    /// The day on which it was read, `YYYY-MM-DD`.
    pub read: String,
}

/// The provider's phases of checking, first to last.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stages {
    /// Names of the stages, in order.
    pub order: Vec<String>,
    /// What the order rests on.
    pub basis: Basis,
    /// Why this order, in our words.
    pub why: String,
}
