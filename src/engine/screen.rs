//! Screening: which checks may have something to say about a request, found in one walk over its slots.
//!
//! It only ever passes over a check that would hold or not apply; see `operation::screen`. It knows no facts.

use crate::operation::screen::{AsciiSet, Fused, Raise, Screen, Screens, Suspects, Test};
use crate::operation::{Form, Operation, ParameterIndex};
use crate::request::slots::{SlotIndex, Slots, Value};
use crate::rule::condition::Unit;

/// The checks to run when only findings, or findings and warnings, are wanted. None: all of them.
pub(super) fn suspects(
    operation: &Operation,
    slots: &Slots<'_>,
    no_facts: bool,
    only_findings: bool,
) -> Option<Suspects> {
    if operation.checks.len() > Suspects::MAX {
        return None;
    }
    let screens = &operation.screens;
    let (first, second) = (screens.always, screens.by_one_test);
    let mut walk = Walk { operation, slots, screens, no_facts, first, second };
    if !walk.record(&operation.roots, 0) {
        return None;
    }
    let found = walk.first.and(&walk.second);
    let found = if no_facts { found.without(&screens.open_without_facts) } else { found.or(&screens.with_facts) };
    Some(if only_findings { found.without(&screens.only_warn) } else { found })
}

struct Walk<'w, 't> {
    operation: &'w Operation,
    slots: &'w Slots<'t>,
    screens: &'w Screens,
    no_facts: bool,
    first: Suspects,
    second: Suspects,
}

impl Walk<'_, '_> {
    /// Walks a record; false as soon as something is met of which nothing can be said in advance.
    fn record(&mut self, fields: &[ParameterIndex], base: SlotIndex) -> bool {
        fields.iter().zip(base..).all(|(field, slot)| self.slot(*field, slot))
    }

    #[inline]
    fn slot(&mut self, parameter: ParameterIndex, slot: SlotIndex) -> bool {
        let (operation, slots, screens) = (self.operation, self.slots, self.screens);
        let screen = &screens.parameters[parameter];
        let value = &slots.slot(slot).value;
        if matches!(value, Value::Absent) {
            screen.when_absent.iter().for_each(|raise| self.raise(*raise));
            return true;
        }
        screen.when_given.iter().for_each(|raise| self.raise(*raise));
        if !self.no_facts {
            screen.when_given_with_facts.iter().for_each(|raise| self.raise(*raise));
        }
        match value {
            Value::Unknown | Value::Perhaps | Value::Partly(_) | Value::Misshapen => false,
            Value::List { count, .. } => {
                let count = *count as usize;
                self.run_tests(screen, |test| counts(test, count));
                let Form::List(element) = operation.parameters[parameter].form else { return false };
                slots.elements(slot).all(|slot| self.slot(element, slot))
            }
            Value::Record(base) => {
                self.run_tests(screen, |test| matches!(test, Test::Always));
                self.record(&operation.parameters[parameter].fields, *base)
            }
            value => {
                if screen.tests.is_empty() {
                    return true;
                }
                let is_text = matches!(value, Value::Text(_));
                let Some(text) = slots.scalar(operation, parameter, slot) else { return false };
                if !passes_all(&screen.all_at_once, text, is_text) {
                    self.run_tests(screen, |test| passes(test, text, is_text));
                }
                true
            }
        }
    }

    #[inline]
    fn run_tests(&mut self, screen: &Screen, passes: impl Fn(&Test) -> bool) {
        for (test, raise) in &screen.tests {
            if !passes(test) {
                self.raise(*raise);
            }
        }
    }

    fn raise(&mut self, raise: Raise) {
        let set = if raise.is_second { &mut self.second } else { &mut self.first };
        set.insert(raise.check);
    }
}

#[inline]
fn is_made_of(value: &str, set: &AsciiSet) -> bool {
    value.bytes().fold(true, |so_far, byte| so_far & set[usize::from(byte)])
}

/// Whether a value passes all tests of a parameter.
#[inline]
fn passes_all(fused: &Fused, value: &str, is_text: bool) -> bool {
    !fused.never
        && (fused.min..=fused.max).contains(&value.len())
        && fused.one_of.as_ref().is_none_or(|known| known.get(value).is_some())
        && fused.ascii.as_ref().is_none_or(|set| is_made_of(value, set))
        && fused.rest.iter().all(|test| passes(test, value, is_text))
}

/// Whether a list with so many elements passes.
fn counts(test: &Test, count: usize) -> bool {
    match test {
        Test::Always => true,
        Test::Count { min, max } => (*min..=*max).contains(&count),
        Test::All(tests) => tests.iter().all(|test| counts(test, count)),
        Test::Any(tests) => tests.iter().any(|test| counts(test, count)),
        _ => false,
    }
}

/// Whether a single value passes, by its text on the wire.
pub(crate) fn passes(test: &Test, value: &str, is_text: bool) -> bool {
    match test {
        Test::Always => true,
        Test::Never | Test::Count { .. } => false,
        Test::All(tests) => tests.iter().all(|test| passes(test, value, is_text)),
        Test::Any(tests) => tests.iter().any(|test| passes(test, value, is_text)),
        Test::Length { min, max, unit } => {
            let length = match unit {
                Unit::Characters if !value.is_ascii() => value.chars().count(),
                _ => value.len(),
            };
            (*min..=*max).contains(&length)
        }
        Test::Ascii(set) => is_made_of(value, set),
        Test::First(set) => value.as_bytes().first().is_none_or(|byte| set[usize::from(*byte)]),
        Test::Last(set) => value.as_bytes().last().is_none_or(|byte| set[usize::from(*byte)]),
        Test::OneOf(known) => known.get(value).is_some(),
        Test::NoneOf(known) => !known.iter().any(|known| known.eq_ignore_ascii_case(value)),
        Test::StartsWith(texts) => texts.iter().any(|text| value.starts_with(text.as_str())),
        Test::NotStartsWith(texts) => !texts.iter().any(|text| value.starts_with(text.as_str())),
        Test::EndsWith(texts) => texts.iter().any(|text| value.ends_with(text.as_str())),
        Test::NotEndsWith(texts) => !texts.iter().any(|text| value.ends_with(text.as_str())),
        Test::Contains(texts) => texts.iter().any(|text| value.contains(text.as_str())),
        Test::NotContains(texts) => !texts.iter().any(|text| value.contains(text.as_str())),
        Test::Whole { min, max, step } => {
            small_whole(value).is_some_and(|number| (*min..=*max).contains(&number) && number % step == 0)
        }
        Test::Boolean => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        Test::Text => is_text,
    }
}

/// A whole number of at most eighteen digits.
fn small_whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut number = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(if digits.len() < text.len() { -number } else { number })
}
