//! The numeric limits that conditions hold: each must be met exactly and missed by one in some test case.

use std::fmt;

use crate::operation::condition::{Condition, OfPart, Word};
use crate::operation::{Check, Run};

/// One bound of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Limit {
    /// The smallest number that is allowed.
    Min(i128),
    /// The greatest number that is allowed.
    Max(i128),
}

impl Limit {
    /// The allowed number at the limit.
    pub fn at(self) -> i128 {
        match self {
            Limit::Min(number) | Limit::Max(number) => number,
        }
    }

    /// The nearest number that is not allowed.
    pub fn beyond(self) -> i128 {
        match self {
            Limit::Min(number) => number - 1,
            Limit::Max(number) => number + 1,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Min(number) => write!(formatter, "at least {number}"),
            Limit::Max(number) => write!(formatter, "at most {number}"),
        }
    }
}

/// All limits of what a check demands.
pub(crate) fn limits_of(check: &Check) -> Vec<Limit> {
    let mut limits = Vec::new();
    if let Run::Must { condition, .. } = &check.run {
        collect(condition, &mut limits);
    }
    limits
}

fn collect(condition: &Condition, limits: &mut Vec<Limit>) {
    match condition {
        Condition::Word { word, .. } => limits.extend(limits_of_word(word)),
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().for_each(|part| collect(part, limits)),
        Condition::Not(part) | Condition::Each { must: part, .. } => collect(part, limits),
        Condition::Given { .. }
        | Condition::Exists(_)
        | Condition::Readable(_)
        | Condition::NoItem { .. }
        | Condition::Trusts { .. }
        | Condition::Grants(_) => {}
    }
}

/// The limits of one word.
pub(crate) fn limits_of_word(word: &Word) -> Vec<Limit> {
    let bounds = |min: Option<i128>, max: Option<i128>| {
        min.map(Limit::Min).into_iter().chain(max.map(Limit::Max)).collect::<Vec<_>>()
    };
    match word {
        Word::Length { min, max, .. } | Word::Count { min, max, .. } => {
            bounds(min.map(i128::from), max.map(i128::from))
        }
        Word::Range { min, max } => bounds(min.map(i128::from), max.map(i128::from)),
        Word::Url(url) => match &url.part {
            Some((_, OfPart::Must(word))) => limits_of_word(word),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
