//! Conditions with every name looked up.

use std::sync::OnceLock;

use regex::Regex;

use crate::limits::PATTERN_BYTES;
use crate::operation::{EntityIndex, ParameterIndex};
use crate::rule::condition::{Case, CharClass, Unit};

/// A statement that holds, fails, or is open.
#[derive(Debug)]
pub(crate) enum Condition {
    /// A word about a subject: the first of the sources that is not absent.
    Word {
        subject: Vec<Subject>,
        word: Word,
    },
    AllOf(Vec<Condition>),
    AnyOf(Vec<Condition>),
    Not(Box<Condition>),
    /// How many of these parameters are given.
    Given {
        parameters: Vec<ParameterIndex>,
        at_least_one: bool,
        at_most_one: bool,
    },
    /// Every element of a list in facts that passes the filter fulfils a condition.
    Each {
        subject: Vec<Subject>,
        filter: Option<Box<Condition>>,
        must: Box<Condition>,
    },
    Exists(EntityIndex),
    /// It exists, and the caller is not known to be refused to read it.
    Readable(EntityIndex),
    NoItem {
        section: usize,
        filter: Box<Condition>,
    },
    Trusts {
        document: Subject,
        principal: (String, String),
        action: String,
    },
    Grants(Box<Grants>),
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Parameter(ParameterIndex),
    Fact { entity: EntityIndex, path: String },
    Field { path: String },
    Joined { section: usize, by: String, field: String },
}

/// A word on one value.
#[derive(Debug)]
pub(crate) enum Word {
    Present(bool),
    OneOf { values: Values, negated: bool },
    Length { min: Option<u64>, max: Option<u64>, unit: Unit },
    Chars(Box<Chars>),
    StartsWith { texts: Vec<String>, negated: bool },
    EndsWith { texts: Vec<String>, negated: bool },
    Contains { texts: Vec<String>, negated: bool },
    Pattern(Box<Pattern>),
    Range { min: Option<i64>, max: Option<i64> },
    MultipleOf(u64),
    NotEmpty,
    Count { min: Option<u64>, max: Option<u64>, filter: Option<Box<Condition>> },
    Unique { by: Option<ParameterIndex>, case: Case },
    Url(Box<Url>),
    Equals(Comparand),
    SameLengthAs(ParameterIndex),
    OneOfBy { key: ParameterIndex, values: Vec<(String, Vec<String>)> },
    ContainedIn(Subject),
    Below(Subject),
}

/// A pattern for whole texts. It is compiled when it is first asked for: that takes longer than many a check.
#[derive(Debug)]
pub(crate) struct Pattern {
    anchored: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern as a rule file writes it, not looked at yet.
    pub fn new(written: &str) -> Pattern {
        Pattern { anchored: format!("^(?:{written})$"), compiled: OnceLock::new() }
    }

    /// Compiles it now, to find out whether it can be.
    pub fn compile(&self) -> Result<(), regex::Error> {
        let compiled = self.compiled()?;
        self.compiled.get_or_init(|| Some(compiled));
        Ok(())
    }

    fn compiled(&self) -> Result<Regex, regex::Error> {
        regex::RegexBuilder::new(&self.anchored).size_limit(PATTERN_BYTES).build()
    }

    /// Whether a text matches, from its start to its end. One that does not compile never comes so far: a test reads the
    /// bundled files, all others are compiled at once. It would refuse nothing.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| self.compiled().ok());
        compiled.as_ref().is_none_or(|compiled| compiled.is_match(text))
    }

    /// The pattern with its anchors.
    pub fn as_str(&self) -> &str {
        &self.anchored
    }
}

/// Documented values.
#[derive(Debug)]
pub(crate) struct Values {
    pub values: Vec<String>,
    /// Index of the provider's dated list, instead of `values`.
    pub list: Option<usize>,
    pub case: Case,
    pub undecided: Vec<String>,
}

/// The form of a URL, or what a part of its host must be.
#[derive(Debug)]
pub(crate) struct Url {
    pub schemes: Vec<String>,
    pub hosts: Vec<HostShape>,
    /// A named part of the host and what it must be.
    pub part: Option<(String, OfPart)>,
}

/// What a part of a host must be.
#[derive(Debug)]
pub(crate) enum OfPart {
    Equals(Comparand),
    /// A word on the part, in lower case.
    Must(Box<Word>),
}

impl OfPart {
    /// What the part must equal, where it is compared.
    pub fn comparand(&self) -> Option<&Comparand> {
        match self {
            OfPart::Equals(comparand) => Some(comparand),
            OfPart::Must(_) => None,
        }
    }
}

/// A host with named parts.
#[derive(Debug)]
pub(crate) struct HostShape {
    /// What was written, for people.
    pub written: String,
    pub labels: Vec<HostLabel>,
}

/// What stands between two dots of a host: fixed text around at most one named part.
#[derive(Debug)]
pub(crate) struct HostLabel {
    pub before: String,
    pub name: Option<String>,
    pub behind: String,
}

/// What a value is compared with.
#[derive(Debug)]
pub(crate) enum Comparand {
    Value(String),
    Parameter(ParameterIndex),
    /// Texts and parameters in turn.
    Template(Vec<Piece>),
}

/// A part of a template.
#[derive(Debug)]
pub(crate) enum Piece {
    Text(String),
    Parameter(ParameterIndex),
}

/// Characters allowed in a text, at its start and at its end.
#[derive(Debug)]
pub(crate) struct Chars {
    pub all: CharSet,
    pub first: Option<CharSet>,
    pub last: Option<CharSet>,
}

/// A set of characters: a table for ASCII, classes for the rest.
#[derive(Debug)]
pub(crate) struct CharSet {
    /// One bit for each ASCII character.
    pub ascii: u128,
    /// Allowed characters beyond ASCII that are named one by one.
    pub others: Vec<char>,
    pub classes: Vec<CharClass>,
    /// What was written, for people.
    pub extra: String,
}

/// Policies attached to a role.
#[derive(Debug)]
pub(crate) struct Grants {
    pub attached: Subject,
    pub name: String,
    pub enough: Vec<String>,
    pub document: String,
    pub section: usize,
    /// A section of attachments and the field by which its items name the role.
    pub attachments: Option<(usize, String)>,
    pub actions: Vec<String>,
}
