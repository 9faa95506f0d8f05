//! Whether one text fulfils one word, as far as the word alone can tell.
//!
//! Only to choose among candidates: what a request really leads to is asked of the engine.

use crate::operation::KnownList;
use crate::operation::condition::{CharSet, Comparand, Values, Word};
use crate::rule::condition::{Case, CharClass, Unit};

/// A word that a text shall fulfil, or break.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand<'o> {
    pub word: &'o Word,
    pub holds: bool,
}

/// Whether a text fulfils a word; none when that depends on more than the text.
pub(super) fn holds(word: &Word, text: &str, lists: &[KnownList]) -> Option<bool> {
    let number = || text.parse::<i128>().ok();
    Some(match word {
        Word::Present(expected) => *expected,
        Word::OneOf { values, negated } => {
            if values.undecided.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                return None;
            }
            is_listed(values, text, lists) != *negated
        }
        Word::Length { min, max, unit } => {
            let length = length(text, *unit);
            min.is_none_or(|min| length >= min) && max.is_none_or(|max| length <= max)
        }
        Word::Chars(chars) => {
            let last = text.chars().count().saturating_sub(1);
            text.chars().enumerate().all(|(place, character)| {
                let first = chars.first.as_ref().filter(|_| place == 0);
                let last = chars.last.as_ref().filter(|_| place == last);
                match (first, last) {
                    (None, None) => is_in(&chars.all, character),
                    (first, last) => [first, last].into_iter().flatten().all(|set| is_in(set, character)),
                }
            })
        }
        Word::StartsWith { texts, negated } => texts.iter().any(|known| text.starts_with(known.as_str())) != *negated,
        Word::EndsWith { texts, negated } => texts.iter().any(|known| text.ends_with(known.as_str())) != *negated,
        Word::Contains { texts, negated } => texts.iter().any(|known| text.contains(known.as_str())) != *negated,
        Word::Pattern(regex) => regex.is_match(text),
        Word::Range { min, max } => number().is_some_and(|number| {
            min.is_none_or(|min| number >= i128::from(min)) && max.is_none_or(|max| number <= i128::from(max))
        }),
        Word::MultipleOf(step) => number().is_some_and(|number| *step > 0 && number % i128::from(*step) == 0),
        Word::NotEmpty => !text.is_empty(),
        Word::Equals(Comparand::Value(value)) => value == text,
        _ => return None,
    })
}

/// The length of a text in a unit.
pub(super) fn length(text: &str, unit: Unit) -> u64 {
    let length = match unit {
        Unit::Characters => text.chars().count(),
        Unit::Bytes => text.len(),
    };
    length as u64
}

/// The documented values, in the file or in a list of the provider.
pub(super) fn listed<'v>(values: &'v Values, lists: &'v [KnownList]) -> &'v [String] {
    match values.list.and_then(|list| lists.get(list)) {
        Some(list) => &list.values,
        None => &values.values,
    }
}

fn is_listed(values: &Values, text: &str, lists: &[KnownList]) -> bool {
    listed(values, lists).iter().any(|known| match values.case {
        Case::Exact => known == text,
        Case::Fold => known.eq_ignore_ascii_case(text),
    })
}

/// Whether a set holds a character.
pub(super) fn is_in(set: &CharSet, character: char) -> bool {
    if character.is_ascii() {
        return set.ascii >> u32::from(character) & 1 == 1;
    }
    set.others.contains(&character)
        || set.classes.iter().any(|class| match class {
            CharClass::Chinese => ('\u{4e00}'..='\u{9fff}').contains(&character),
            CharClass::Any => true,
            _ => false,
        })
}
