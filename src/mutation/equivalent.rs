//! Changes that cannot change any verdict, by general rules.
//!
//! Each rule says why; it is told with the change. Looks at operations as the engine reads them, never at requests.

use std::collections::HashMap;

use crate::mutation::mutants::{Kind, Mutant};
use crate::operation::condition::{CharSet, Chars, Condition, Subject, Values, Word};
use crate::operation::{Check, Form, Operation, Outcome, ParameterIndex, Run};
use crate::rule::condition::{Case, CharClass};
use crate::rule::provider::{EmptyText, Scalars};
use crate::witness::is_ascii_pattern;

/// Why a change of a check cannot change any verdict; none when no rule says so.
pub(super) fn why(mutant: &Mutant, original: &Operation, changed: &Operation) -> Option<String> {
    let mut differing = differing(original, changed).peekable();
    // A change that reaches no check was not understood here.
    differing.peek()?;
    let reasons: Option<Vec<String>> =
        differing.map(|(before, after)| why_one(mutant, original, before, after?)).collect();
    reasons?.into_iter().next()
}

/// The checks that a change reaches, as they were and as they are now.
pub(super) fn differing<'o>(
    original: &'o Operation,
    changed: &'o Operation,
) -> impl Iterator<Item = (&'o Check, Option<&'o Check>)> {
    let known: HashMap<&str, &Check> = changed.checks.iter().map(|check| (check.id.as_str(), check)).collect();
    original.checks.iter().filter_map(move |before| {
        let after = known.get(before.id.as_str()).copied();
        let same = after.is_some_and(|after| format!("{before:?}") == format!("{after:?}"));
        (!same).then_some((before, after))
    })
}

fn why_one(mutant: &Mutant, operation: &Operation, before: &Check, after: &Check) -> Option<String> {
    let (Run::Must { condition: old, .. }, Run::Must { condition: new, .. }) = (&before.run, &after.run) else {
        return None;
    };
    match mutant.kind {
        Kind::Characters if same_characters(old, new) => {
            Some("another class of the same set has these characters too".to_owned())
        }
        Kind::Unit if is_ascii(operation, before) => {
            Some("only ASCII reaches this check, and there characters are bytes".to_owned())
        }
        Kind::Min => nothing_shorter(operation, before, old, new),
        Kind::Answer if before.outcome != Outcome::Finding => {
            Some("the check only warns, so that the row it names is never predicted".to_owned())
        }
        Kind::Case if is_folded(operation, old) => {
            Some("values of this parameter are taken in any letter case before checks run".to_owned())
        }
        Kind::Case if is_exact_before(operation, before, old) => {
            Some("a check before it refuses these values in any other letter case".to_owned())
        }
        Kind::Position => nothing_there(operation, before, after),
        _ => None,
    }
}

/// Whether all values of a word are recognised in any letter case before it sees them.
fn is_folded(operation: &Operation, condition: &Condition) -> bool {
    let Condition::Word { subject, word: Word::OneOf { values, .. } } = condition else { return false };
    let [Subject::Parameter(parameter)] = subject.as_slice() else { return false };
    let folded = &operation.parameters[*parameter].folded_values;
    values.list.is_none() && values.values.iter().all(|value| folded.contains(value))
}

/// Whether a check that runs before it lists the same values and takes them in one letter case only.
fn is_exact_before(operation: &Operation, check: &Check, condition: &Condition) -> bool {
    let Condition::Word { subject, word: Word::OneOf { values, .. } } = condition else { return false };
    let [Subject::Parameter(parameter)] = subject.as_slice() else { return false };
    let listed = |values: &Values| match values.list.and_then(|list| operation.provider.lists.get(list)) {
        Some(list) => list.values.clone(),
        None => values.values.clone(),
    };
    let own = listed(values);
    let earlier = operation.checks.iter().take_while(|known| known.id != check.id);
    earlier.filter(|known| known.parameter == *parameter && rejects_always(known)).any(|known| {
        let Run::Must { condition: Condition::Word { subject, word }, .. } = &known.run else { return false };
        let same = matches!(subject.as_slice(), [Subject::Parameter(known)] if known == parameter);
        match word {
            Word::OneOf { values, negated: false } if same && values.case == Case::Exact => {
                let all = listed(values);
                own.iter().all(|value| all.contains(value))
            }
            _ => false,
        }
    })
}

/// Positions that a check is newly for, or no longer, and at which it can say nothing: elements that are ignored, or whose
/// value another check has refused that demands as much and runs before.
fn nothing_there(operation: &Operation, before: &Check, after: &Check) -> Option<String> {
    let all = (1, u32::MAX);
    let (old, new) = (before.at.unwrap_or(all), after.at.unwrap_or(all));
    let mut around = std::iter::successors(Some(before.parameter), |inner| operation.parameters[*inner].parent);
    let last = around.find_map(|outer| operation.parameters[outer].ignored_beyond).unwrap_or(u32::MAX);
    let earlier = operation.checks.iter().take_while(|known| known.id != before.id);
    let same: Vec<(u32, u32)> = earlier
        .filter(|known| known.parameter == before.parameter && known.outcome == Outcome::Finding)
        .filter(|known| known.when.is_none() && known.cleared_by.is_none() && demands_as_much(known, before))
        .map(|known| known.at.unwrap_or(all))
        .collect();
    let holds = |(first, last): (u32, u32), position: u32| (first..=last).contains(&position);
    // Between these positions nothing changes, so that it is enough to look at them.
    let edges = [old, new].into_iter().flat_map(|(first, last)| [first, last, last.saturating_add(1)]);
    let differing = edges.chain([1]).filter(|position| holds(old, *position) != holds(new, *position));
    let silent = |position: u32| position > last || same.iter().any(|range| holds(*range, position));
    let differing: Vec<u32> = differing.collect();
    let only_few = differing.iter().all(|position| silent(*position));
    only_few.then(|| "at these positions elements are ignored, or a check before it demands as much".to_owned())
}

/// Whether a value that one check lets pass is let pass by another as well.
fn demands_as_much(one: &Check, other: &Check) -> bool {
    let (Run::Must { condition: one, .. }, Run::Must { condition: other, .. }) = (&one.run, &other.run) else {
        return false;
    };
    match (one, other) {
        (
            Condition::Word { subject, word: Word::Range { min, max } },
            Condition::Word { subject: others, word: Word::Range { min: least, max: most } },
        ) if format!("{subject:?}") == format!("{others:?}") => {
            least.is_none_or(|least| min.is_some_and(|min| min >= least))
                && most.is_none_or(|most| max.is_some_and(|max| max <= most))
        }
        _ => format!("{one:?}") == format!("{other:?}"),
    }
}

/// Whether two conditions differ in nothing but how they write the same sets of characters.
fn same_characters(old: &Condition, new: &Condition) -> bool {
    let sets = |condition: &Condition| {
        let mut sets = Vec::new();
        char_sets(condition, &mut sets);
        sets
    };
    sets(old) == sets(new)
}

/// What a set holds: its ASCII characters, others, and which classes beyond ASCII.
type Meaning = (u128, Vec<char>, bool, bool, bool);

fn char_sets(condition: &Condition, sets: &mut Vec<[Meaning; 3]>) {
    match condition {
        Condition::Word { word: Word::Chars(chars), .. } => {
            let Chars { all, first, last } = chars.as_ref();
            let or_all = |set: &Option<CharSet>| meaning(set.as_ref().unwrap_or(all));
            sets.push([meaning(all), or_all(first), or_all(last)]);
        }
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().for_each(|part| char_sets(part, sets)),
        Condition::Not(part) => char_sets(part, sets),
        _ => {}
    }
}

fn meaning(set: &CharSet) -> Meaning {
    let has = |class: CharClass| set.classes.contains(&class);
    // `letter` and `chinese` are more than their characters: they may be read more widely.
    (set.ascii, set.others.clone(), has(CharClass::Letter), has(CharClass::Chinese), has(CharClass::Any))
}

/// Whether a check that runs before it rejects every text with a character beyond ASCII.
fn is_ascii(operation: &Operation, check: &Check) -> bool {
    let earlier = operation.checks.iter().take_while(|known| known.id != check.id);
    earlier.filter(|known| known.parameter == check.parameter && rejects_always(known)).any(|known| {
        let Run::Must { condition: Condition::Word { subject, word }, .. } = &known.run else { return false };
        let own = matches!(subject.as_slice(), [Subject::Parameter(parameter)] if *parameter == check.parameter);
        own && match word {
            Word::Chars(chars) => [Some(&chars.all), chars.first.as_ref(), chars.last.as_ref()]
                .into_iter()
                .flatten()
                .all(|set| !set.classes.iter().any(|class| beyond_ascii(*class)) && set.others.is_empty()),
            Word::Pattern(regex) => is_ascii_pattern(regex.as_str()),
            Word::OneOf { values, negated: false } => {
                values.list.is_none() && values.values.iter().all(|v| v.is_ascii())
            }
            _ => false,
        }
    })
}

fn beyond_ascii(class: CharClass) -> bool {
    // Letters of other alphabets only warn, so that they reach the checks behind.
    matches!(class, CharClass::Chinese | CharClass::Any | CharClass::Letter)
}

fn rejects_always(check: &Check) -> bool {
    check.outcome == Outcome::Finding && check.when.is_none() && check.at.is_none() && check.cleared_by.is_none()
}

/// A lower bound of nothing: what is empty is not sent at all, or there is nothing below.
fn nothing_shorter(operation: &Operation, check: &Check, old: &Condition, new: &Condition) -> Option<String> {
    let (Condition::Word { subject, word: old }, Condition::Word { word: new, .. }) = (old, new) else { return None };
    let [Subject::Parameter(parameter)] = subject.as_slice() else { return None };
    let wire = &operation.provider.wire;
    let form = |parameter: ParameterIndex| operation.parameters[parameter].form;
    let zero_or_one = |min: Option<u64>| min.unwrap_or_default() <= 1;
    match (old, new) {
        (Word::Length { min: old, .. }, Word::Length { min: new, .. })
            if zero_or_one(*old) && zero_or_one(*new) && wire.empty_text == EmptyText::Absent =>
        {
            Some("an empty text counts as not sent, so that no text is shorter than 1".to_owned())
        }
        (Word::Count { min: old, .. }, Word::Count { min: new, .. })
            if zero_or_one(*old) && zero_or_one(*new) && wire.scalars == Scalars::Text =>
        {
            Some("a list without elements is not sent, so that no list is shorter than 1".to_owned())
        }
        (Word::Range { min: old, .. }, Word::Range { min: new, .. })
            if old.unwrap_or_default() <= 0
                && new.unwrap_or_default() <= 0
                && form(*parameter) == Form::Unsigned
                && check.parameter == *parameter =>
        {
            Some("the type allows no number below 0".to_owned())
        }
        _ => None,
    }
}
