//! What a walk through a condition finds out besides its result: what would settle it, and on what it failed.
//!
//! A silent trace costs nothing; only reports listen. It decides nothing.

use crate::operation::ParameterIndex;
use crate::operation::condition::{Condition, Word};
use crate::request::slots::Here;

/// Something that would settle an open check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Parameter(ParameterIndex, Here),
    Fact(Wanted),
}

/// A fact that nobody gave: which item of a section, and what of it, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub section: usize,
    pub key: Option<String>,
    pub field: Option<String>,
    /// What else is known of the item, by the names of its fields: how another item names it.
    pub beside: Vec<(String, String)>,
}

/// What a walk found out besides its result.
#[derive(Debug)]
pub(crate) struct Trace<'c> {
    pub(super) listening: bool,
    pub needs: Vec<Need>,
    /// The first word that failed.
    pub failure: Option<Failure<'c>>,
    /// What words with limits measured, each time they did.
    pub measures: Vec<(&'c Word, i128)>,
}

/// A word that failed, and on what.
#[derive(Clone, Debug)]
pub(crate) struct Failure<'c> {
    pub condition: &'c Condition,
    /// The value that the word was about, where it has one.
    pub value: Option<String>,
    /// What a document lacks, where the word is about documents.
    pub lacking: Option<String>,
}

impl Wanted {
    pub(super) fn of(section: usize, key: Option<&str>, field: Option<&str>) -> Wanted {
        let own = |text: &str| text.to_owned();
        Wanted { section, key: key.map(own), field: field.map(own), beside: Vec::new() }
    }
}

impl<'c> Trace<'c> {
    pub fn silent() -> Self {
        Trace { listening: false, needs: Vec::new(), failure: None, measures: Vec::new() }
    }

    pub fn listening() -> Self {
        Trace { listening: true, needs: Vec::new(), failure: None, measures: Vec::new() }
    }

    /// A trace of the same kind with nothing in it, for a part whose failure means something else.
    pub(super) fn inner(&self) -> Self {
        Trace { listening: self.listening, ..Trace::silent() }
    }

    pub(super) fn measure(&mut self, word: &'c Word, measure: i128) {
        if self.listening {
            self.measures.push((word, measure));
        }
    }

    pub(super) fn need(&mut self, need: Need) {
        if self.listening && !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    /// Notes a fact, where somebody listens; only then is it made.
    pub(super) fn need_fact(&mut self, wanted: impl FnOnce() -> Wanted) {
        if self.listening {
            self.need(Need::Fact(wanted()));
        }
    }

    pub(super) fn fail(&mut self, condition: &'c Condition, value: Option<&str>, lacking: Option<String>) {
        if self.listening && self.failure.is_none() {
            self.failure = Some(Failure { condition, value: value.map(str::to_owned), lacking });
        }
    }
}
