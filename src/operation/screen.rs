//! What lets most checks be passed over without running them.
//!
//! For each parameter: tests of its value that are quick and never too generous. A check whose tests are all passed
//! would certainly hold or not apply; one whose tests are not all passed is run. So a screen decides nothing, and
//! whoever leaves it out gets the same report, later.

use crate::operation::lookup::Lookup;
use crate::rule::condition::Unit;

/// The screens of an operation.
#[derive(Debug, Default)]
pub(crate) struct Screens {
    /// For each parameter.
    pub parameters: Vec<Screen>,
    /// Checks that are run for every request.
    pub always: Suspects,
    /// Checks that are run wherever any fact is known.
    pub with_facts: Suspects,
    /// Checks that can only be open while no fact is known.
    pub open_without_facts: Suspects,
    /// Checks that can only warn and tell other checks nothing: they need not run for a verdict.
    pub only_warn: Suspects,
    /// Checks that one test alone makes suspect; all others need a second one.
    pub by_one_test: Suspects,
}

/// The tests of one parameter.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// What becomes suspect when the parameter is not given.
    pub when_absent: Vec<Raise>,
    /// What becomes suspect whenever it is given.
    pub when_given: Vec<Raise>,
    /// The same, of checks that matter only where any fact is known.
    pub when_given_with_facts: Vec<Raise>,
    /// What becomes suspect when it is given and a test is not passed.
    pub tests: Vec<(Test, Raise)>,
    /// All these tests in one: most values pass, and are looked at only once.
    pub all_at_once: Fused,
}

/// A text that passes has a length in bytes within bounds, only these characters, is one of these values, and passes the
/// rest.
#[derive(Debug, Default)]
pub(crate) struct Fused {
    /// A test is among them that cannot be said so: nothing passes.
    pub never: bool,
    pub min: usize,
    pub max: usize,
    pub ascii: Option<Box<AsciiSet>>,
    pub one_of: Option<Lookup>,
    pub rest: Vec<Test>,
}

/// A check becomes suspect, by its first test or by its second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raise {
    pub check: usize,
    pub is_second: bool,
}

/// A test of a value. Passing it is certain knowledge, not passing it says nothing.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Always,
    Never,
    All(Vec<Test>),
    Any(Vec<Test>),
    Length {
        min: usize,
        max: usize,
        unit: Unit,
    },
    /// ASCII only, from this set.
    Ascii(Box<AsciiSet>),
    /// The first character, if there is one, is from this set.
    First(Box<AsciiSet>),
    /// The last character, if there is one, is from this set.
    Last(Box<AsciiSet>),
    OneOf(Lookup),
    /// None of these, in whatever letter case.
    NoneOf(Vec<String>),
    StartsWith(Vec<String>),
    NotStartsWith(Vec<String>),
    EndsWith(Vec<String>),
    NotEndsWith(Vec<String>),
    Contains(Vec<String>),
    NotContains(Vec<String>),
    /// A whole number within bounds, and a multiple of a step.
    Whole {
        min: i64,
        max: i64,
        step: i64,
    },
    /// A boolean, or a text that reads as one.
    Boolean,
    /// A text, not a number or a boolean.
    Text,
    /// Number of elements of a list.
    Count {
        min: usize,
        max: usize,
    },
}

/// For each byte whether it is in a set of ASCII characters.
pub(crate) type AsciiSet = [bool; 256];

/// A set of checks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspects([u64; Suspects::MAX / 64]);

impl Default for Suspects {
    fn default() -> Self {
        Suspects([0; Suspects::MAX / 64])
    }
}

impl Suspects {
    /// An operation with more checks than this is not screened.
    pub const MAX: usize = 512;

    #[inline]
    pub fn insert(&mut self, check: usize) {
        if let Some(word) = self.0.get_mut(check / 64) {
            *word |= 1 << (check % 64);
        }
    }

    #[inline]
    pub fn and(mut self, other: &Suspects) -> Suspects {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= other);
        self
    }

    #[inline]
    pub fn or(mut self, other: &Suspects) -> Suspects {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
        self
    }

    #[inline]
    pub fn without(mut self, other: &Suspects) -> Suspects {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= !other);
        self
    }

    /// All checks of the set, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(|(place, word)| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
            std::iter::successors(Some(*word), rest).map(move |word| place * 64 + word.trailing_zeros() as usize)
        })
    }
}
