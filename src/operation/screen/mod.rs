//! What lets most checks be passed over without running them.
//!
//! For each parameter: tests of its value that are quick and never too generous. A check whose tests are all passed
//! would certainly hold or not apply; one whose tests are not all passed is run. So a screen decides nothing, and
//! whoever leaves it out gets the same report, later.

mod gate;
mod prepare;
mod test;

use std::sync::OnceLock;

use crate::operation::{Operation, ParameterIndex};

pub(crate) use gate::{Gate, TextGate};
pub(crate) use test::{Characters, Test};

/// The screens of an operation, for what is asked.
#[derive(Debug, Default)]
pub(crate) struct Screens {
    /// Whether suspects can be told at all: not when there are too many checks.
    pub are_of_use: bool,
    /// For findings while no fact is known, which is what nearly everybody asks first.
    pub for_findings: ScreenSet,
    /// For whatever is asked: made when it is, because many programs check one request and end.
    for_all: OnceLock<ScreenSet>,
    /// Checks that are run wherever any fact is known.
    pub with_facts: Suspects,
    /// Checks that can only be open while no fact is known.
    pub open_without_facts: Suspects,
    /// Checks that can only warn and tell other checks nothing: they need not run for a verdict.
    pub only_warn: Suspects,
    /// Checks that are run where a name was met that no rule knows.
    pub of_unknown_names: Suspects,
}

/// The screens of all parameters.
#[derive(Debug, Default)]
pub(crate) struct ScreenSet {
    /// For each parameter.
    pub parameters: Vec<Screen>,
    /// Of the request's own members.
    pub root: Presence,
    /// What is raised for every request.
    pub at_start: Raised,
}

/// The screen of one parameter.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// All tests in one: most values pass, and are looked at only once.
    pub gate: Gate,
    /// Its bit in the sets of its record; zero where it does not matter whether it is given.
    pub bit: u64,
    /// Of the members of the record that it is.
    pub members: Presence,
    /// What becomes suspect when it is given and a test is not passed.
    pub tests: Vec<(Test, Raise)>,
    /// What becomes suspect when it is not given.
    pub when_absent: Vec<Raise>,
    /// What becomes suspect whenever it is given.
    pub when_given: Vec<Raise>,
}

/// The members of a record for which it matters whether they are given.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// Those whose absence raises something.
    pub when_absent: u64,
    /// Those whose presence does.
    pub when_given: u64,
    /// The members by their bits.
    pub members: Vec<ParameterIndex>,
}

/// A check becomes suspect, by its first test or by its second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raise {
    pub check: usize,
    pub is_second: bool,
}

/// What was raised so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Raised {
    first: Suspects,
    second: Suspects,
}

/// A set of checks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Suspects([u64; Suspects::MAX / 64]);

impl Screens {
    /// The screens of an operation whose checks and parameters are complete.
    pub fn of(operation: &Operation) -> Screens {
        prepare::prepare(operation)
    }

    /// The screens of all checks of `operation`, whose screens these are.
    pub fn for_all(&self, operation: &Operation) -> &ScreenSet {
        self.for_all.get_or_init(|| prepare::all(operation))
    }
}

impl ScreenSet {
    /// What matters of the members of a record: of the request's own when `parent` is none.
    #[inline]
    pub fn presence(&self, parent: Option<ParameterIndex>) -> &Presence {
        parent.map_or(&self.root, |parent| &self.parameters[parent].members)
    }
}

impl Raised {
    #[inline]
    pub fn raise(&mut self, raise: Raise) {
        let set = if raise.is_second { &mut self.second } else { &mut self.first };
        set.insert(raise.check);
    }

    /// Screens a single value, by its text on the wire.
    #[inline]
    pub fn screen_value(&mut self, screen: &Screen, value: &str, is_text: bool) {
        if !screen.gate.admits(value, is_text) {
            self.raise_for_value(screen, value, is_text);
        }
    }

    /// Raises what a value raises that has not passed the gate.
    #[cold]
    pub fn raise_for_value(&mut self, screen: &Screen, value: &str, is_text: bool) {
        self.raise_unless(screen, |test| test.passes(value, is_text));
    }

    /// Screens a list with so many elements.
    #[inline]
    pub fn screen_count(&mut self, screen: &Screen, count: usize) {
        if !screen.gate.admits_count(count) {
            self.raise_unless(screen, |test| test.passes_count(count));
        }
    }

    /// Screens an object as a value; what lies in it is screened by itself.
    #[inline]
    pub fn screen_object(&mut self, screen: &Screen) {
        if !matches!(screen.gate, Gate::Open) {
            self.raise_unless(screen, |test| matches!(test, Test::Always));
        }
    }

    /// Screens that a list has an element.
    #[inline]
    pub fn screen_element(&mut self, screen: &Screen) {
        screen.when_given.iter().for_each(|raise| self.raise(*raise));
    }

    fn raise_unless(&mut self, screen: &Screen, passes: impl Fn(&Test) -> bool) {
        for (test, raise) in &screen.tests {
            if !passes(test) {
                self.raise(*raise);
            }
        }
    }

    /// Screens which members of a record are given: those with these bits.
    #[inline]
    pub fn screen_members(&mut self, set: &ScreenSet, presence: &Presence, given: u64) {
        let (absent, given) = (presence.when_absent & !given, presence.when_given & given);
        if absent | given != 0 {
            let screens = |bits: u64| {
                let rest = |bits: &u64| Some(bits & (bits - 1)).filter(|rest| *rest != 0);
                let bits = std::iter::successors(Some(bits).filter(|bits| *bits != 0), rest);
                bits.map(|bits| &set.parameters[presence.members[bits.trailing_zeros() as usize]])
            };
            screens(absent).flat_map(|screen| &screen.when_absent).for_each(|raise| self.raise(*raise));
            screens(given).flat_map(|screen| &screen.when_given).for_each(|raise| self.raise(*raise));
        }
    }

    /// The checks that may have something to say.
    pub fn suspects(&self) -> Suspects {
        self.first.and(&self.second)
    }
}

impl Suspects {
    /// An operation with more checks than this is not screened.
    pub const MAX: usize = 256;

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

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
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
