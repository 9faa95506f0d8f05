//! Words on a text that is known in part: `img-$DATE`.
//!
//! A word fails only when it would fail whatever stands in the gaps, and holds only when it would hold so. Gaps may be
//! empty. Everything else is open.

use crate::engine::Truth;
use crate::engine::evaluate::{Effective, Evaluator};
use crate::engine::text::{contains, is_allowed_in_a_wider_reading};
use crate::engine::trace::{Need, Trace};
use crate::operation::condition::{CharSet, Chars, Comparand, Condition, Piece, Subject, Url, Values, Word};
use crate::operation::{Form, ParameterIndex};
use crate::request::given::GAP;
use crate::rule::condition::{Case, Unit};

/// Whether a text can be one of a form.
pub(super) fn has_form(partly: &str, form: Form) -> Truth {
    match form {
        Form::String => Truth::Holds,
        Form::Integer => possible(may_be_whole(partly)),
        Form::Unsigned => possible(may_be_whole(partly) && !partly.starts_with('-')),
        Form::Boolean => possible(["true", "false"].into_iter().any(|value| fits(partly, value, Case::Fold))),
        Form::List(_) | Form::Object => Truth::Open,
    }
}

/// The least length that a text can have.
pub(crate) fn least_length(partly: &str, unit: Unit) -> u64 {
    let known = partly.split(GAP);
    match unit {
        Unit::Characters => known.map(|piece| piece.chars().count() as u64).sum(),
        Unit::Bytes => known.map(|piece| piece.len() as u64).sum(),
    }
}

/// The known character that no completion makes allowed, preferring one that no reading allows.
pub(crate) fn wrong_character(partly: &str, chars: &Chars) -> Option<(char, bool)> {
    let mut doubtful = None;
    for (sets, character) in places(partly, chars) {
        if sets.iter().flatten().any(|set| contains(set, character)) {
            continue;
        }
        if !sets.iter().flatten().any(|set| is_allowed_in_a_wider_reading(character, set)) {
            return Some((character, false));
        }
        doubtful = doubtful.or(Some((character, true)));
    }
    doubtful
}

impl<'e> Evaluator<'e, '_> {
    /// A word on a text known in part, which is the value of a parameter.
    pub(super) fn on_partly<'c>(
        &self,
        condition: &'c Condition,
        word: &'c Word,
        partly: &str,
        parameter: ParameterIndex,
        trace: &mut Trace<'c>,
    ) -> Truth {
        let truth = self.partly(word, partly, parameter, trace);
        if truth == Truth::Open {
            trace.need(Need::Parameter(parameter, self.here));
            self.needs_of_other_side(word, trace);
        }
        self.failing(truth, condition, Some(partly), trace)
    }

    fn partly<'c>(&self, word: &'c Word, partly: &str, parameter: ParameterIndex, trace: &mut Trace<'c>) -> Truth {
        let mut pieces = partly.split(GAP);
        let first = pieces.next().unwrap_or_default();
        let last = pieces.next_back().unwrap_or_default();
        match word {
            Word::Present(expected) => Truth::of(*expected),
            Word::OneOf { values, negated } => match (self.may_be_listed(values, partly), negated) {
                (false, false) => Truth::Fails,
                (false, true) => Truth::Holds,
                (true, _) => Truth::Open,
            },
            Word::Length { max, unit, .. } => possible(max.is_none_or(|max| least_length(partly, *unit) <= max)),
            Word::Chars(chars) => match wrong_character(partly, chars) {
                None => Truth::Open,
                Some((_, true)) => Truth::Doubtful,
                Some((_, false)) => Truth::Fails,
            },
            Word::StartsWith { texts, negated } => {
                let surely = texts.iter().any(|text| first.starts_with(text.as_str()));
                negated_or_not(surely, texts.iter().any(|text| text.starts_with(first)), *negated)
            }
            Word::EndsWith { texts, negated } => {
                let surely = texts.iter().any(|text| last.ends_with(text.as_str()));
                negated_or_not(surely, texts.iter().any(|text| text.ends_with(last)), *negated)
            }
            Word::Contains { texts, negated } => {
                let surely = texts.iter().any(|text| partly.split(GAP).any(|piece| piece.contains(text.as_str())));
                negated_or_not(surely, true, *negated)
            }
            Word::Range { .. } | Word::MultipleOf(_) | Word::Below(_) => possible(may_be_whole(partly)),
            Word::NotEmpty => Truth::of(least_length(partly, Unit::Bytes) > 0),
            Word::Equals(comparand) => self.may_equal(comparand, partly, Case::Exact),
            Word::Url(url) => self.may_be_url(url, first, parameter, trace),
            Word::OneOfBy { key, values } => match self.effective(*key) {
                Effective::Text(key) => match values.iter().find(|(known, _)| known == key) {
                    Some((_, values)) => possible(values.iter().any(|value| fits(partly, value, Case::Exact))),
                    None => Truth::Holds,
                },
                _ => Truth::Open,
            },
            Word::Pattern(_)
            | Word::Count { .. }
            | Word::Unique { .. }
            | Word::SameLengthAs(_)
            | Word::ContainedIn(_) => Truth::Open,
        }
    }

    /// Whether a documented or known value has the known pieces.
    fn may_be_listed(&self, values: &Values, partly: &str) -> bool {
        if values.undecided.iter().any(|value| fits(partly, value, values.case)) {
            return true;
        }
        let Some(list) = values.list else {
            return values.values.iter().any(|value| fits(partly, value, values.case));
        };
        let list = &self.operation.provider.lists[list];
        let mut known = list.section.into_iter().flat_map(|section| self.facts.items(section));
        list.values.iter().any(|value| fits(partly, value, values.case))
            || known.any(|(item, _)| item.key.as_deref().is_some_and(|key| fits(partly, key, Case::Exact)))
    }

    fn may_equal(&self, comparand: &Comparand, partly: &str, case: Case) -> Truth {
        let value_of = |parameter: ParameterIndex| match self.effective(parameter) {
            Effective::Text(text) => text.to_owned(),
            _ => GAP.to_string(),
        };
        let expected = match comparand {
            Comparand::Value(value) => value.clone(),
            Comparand::Parameter(parameter) => value_of(*parameter),
            Comparand::Template(pieces) => {
                let filled = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Parameter(parameter) => value_of(*parameter),
                });
                filled.collect()
            }
        };
        // Two texts with gaps are not compared: whether they can be equal is rarely clear.
        possible(expected.contains(GAP) || fits(partly, &expected, case))
    }

    /// A URL of which scheme and host are known is decided by those; else only another scheme is a fault.
    fn may_be_url<'c>(&self, rule: &'c Url, first: &str, parameter: ParameterIndex, trace: &mut Trace<'c>) -> Truth {
        let split = first.split_once("://");
        if split.is_some_and(|(_, rest)| rest.contains(['/', '?', '#'])) {
            return self.url(&Subject::Parameter(parameter), rule, first, trace);
        }
        let other_scheme = split.is_some_and(|(scheme, _)| {
            !rule.schemes.is_empty() && !rule.schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme))
        });
        possible(rule.part.is_some() || !other_scheme)
    }
}

/// What can be is open, what cannot fails.
fn possible(possible: bool) -> Truth {
    if possible { Truth::Open } else { Truth::Fails }
}

fn negated_or_not(surely: bool, possibly: bool, negated: bool) -> Truth {
    let truth = match (surely, possibly) {
        (true, _) => Truth::Holds,
        (false, true) => Truth::Open,
        (false, false) => Truth::Fails,
    };
    if negated { truth.not() } else { truth }
}

/// Whether every known character can stand in a whole number.
fn may_be_whole(partly: &str) -> bool {
    let known = partly.strip_prefix('-').unwrap_or(partly);
    // Behind a gap that is empty a sign may still come first.
    let known = match known.strip_prefix(GAP) {
        Some(rest) if known.len() == partly.len() => {
            let rest = rest.trim_start_matches(GAP);
            rest.strip_prefix('-').unwrap_or(rest)
        }
        _ => known,
    };
    known.chars().all(|character| character == GAP || character.is_ascii_digit())
}

/// Whether a text has the known pieces, in order, the first at its start and the last at its end.
fn fits(partly: &str, value: &str, case: Case) -> bool {
    let folded = |text: &str| match case {
        Case::Exact => text.to_owned(),
        Case::Fold => text.to_ascii_lowercase(),
    };
    let (partly, value) = (folded(partly), folded(value));
    let Some((first, rest)) = partly.split_once(GAP) else { return partly == value };
    let Some(mut value) = value.strip_prefix(first) else { return false };
    let (inner, last) = rest.rsplit_once(GAP).unwrap_or(("", rest));
    for piece in inner.split(GAP).filter(|piece| !piece.is_empty()) {
        let Some(at) = value.find(piece) else { return false };
        value = &value[at + piece.len()..];
    }
    value.ends_with(last)
}

/// Each known character with the sets one of which has to hold it.
fn places<'p>(partly: &'p str, chars: &'p Chars) -> impl Iterator<Item = ([Option<&'p CharSet>; 3], char)> {
    let is_known = |character: &char| *character != GAP;
    let known: Vec<char> = partly.chars().filter(is_known).collect();
    let count = known.len();
    let starts = !partly.starts_with(GAP);
    let ends = !partly.ends_with(GAP);
    known.into_iter().enumerate().map(move |(place, character)| {
        let (is_first, is_last) = (place == 0, place + 1 == count);
        let first = chars.first.as_ref().filter(|_| is_first);
        let last = chars.last.as_ref().filter(|_| is_last);
        // At an end that is known, only the set of that end counts.
        let fixed = is_first && starts && first.is_some() || is_last && ends && last.is_some();
        ([first, last, (!fixed).then_some(&chars.all)], character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_fits_when_the_gaps_can_be_filled() {
        let text = |written: &str| written.replace('$', &GAP.to_string());
        for (partly, value, expected) in [
            ("cn-$", "cn-hangzhou", true),
            ("cn-$", "us-west-1", false),
            ("$-1", "us-west-1", true),
            ("$-1", "cn-hangzhou", false),
            ("us$we$1", "us-west-1", true),
            ("us$x$1", "us-west-1", false),
            ("ab$ab", "ab", false),
            ("ab$ab", "abab", true),
            ("$a$", "xax", true),
        ] {
            assert_eq!(fits(&text(partly), value, Case::Exact), expected, "{partly} {value}");
        }
        for (partly, expected) in
            [("4$", true), ("$0", true), ("-$", true), ("$-1", true), ("4$-", false), ("$x", false)]
        {
            assert_eq!(may_be_whole(&text(partly)), expected, "{partly}");
        }
    }
}
