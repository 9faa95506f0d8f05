//! The four values of a condition, and how they combine.
//!
//! Never looks at a request: it only knows that some values are worse than others.

use std::collections::BTreeSet;

/// What a condition comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// It does not hold.
    Fails,
    /// It does not hold in our reading of a class of characters or of a length.
    Doubtful,
    /// It depends on something that is not known: `parameter:NAME`, `fact:SECTION`.
    Open(BTreeSet<String>),
    /// It holds.
    Holds,
}

impl Truth {
    /// Holds or fails.
    pub fn of(holds: bool) -> Truth {
        if holds { Truth::Holds } else { Truth::Fails }
    }

    /// Waits for one thing.
    pub fn open(needs: impl Into<String>) -> Truth {
        Truth::Open(BTreeSet::from([needs.into()]))
    }

    /// The worst of all; open on whatever the open ones wait for.
    pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::Holds, |left, right| match (left, right) {
            (Truth::Open(left), Truth::Open(right)) => Truth::Open(&left | &right),
            (left, right) if left.rank() <= right.rank() => left,
            (_, right) => right,
        })
    }

    /// The best of all; open on whatever the open ones wait for.
    pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::Fails, |left, right| match (left, right) {
            (Truth::Open(left), Truth::Open(right)) => Truth::Open(&left | &right),
            (left, right) if left.rank() >= right.rank() => left,
            (_, right) => right,
        })
    }

    /// Holds and fails swapped.
    pub fn not(self) -> Truth {
        match self {
            Truth::Fails => Truth::Holds,
            Truth::Holds => Truth::Fails,
            between => between,
        }
    }

    /// What must hold where `self` holds. A must that holds is settled; whatever else it is, it stays open while it is
    /// not known whether the condition applies.
    pub fn then(self, must: Truth) -> Truth {
        match (self, must) {
            (_, Truth::Holds) | (Truth::Fails | Truth::Doubtful, _) => Truth::Holds,
            (Truth::Open(left), Truth::Open(right)) => Truth::Open(&left | &right),
            (Truth::Open(needs), _) => Truth::Open(needs),
            (Truth::Holds, must) => must,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Truth::Fails => 0,
            Truth::Doubtful => 1,
            Truth::Open(_) => 2,
            Truth::Holds => 3,
        }
    }
}
