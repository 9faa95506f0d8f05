//! Screens: what is known in advance of when a check has something to say.
//!
//! Of each check one or two tests are kept that pass only where it would hold or not apply. Everything that is not
//! understood here becomes a test that nothing passes, so that leaving a word out costs time and never a finding.

use crate::engine::passes;
use crate::operation::condition::{CharSet, Comparand, Condition, Subject, Values, Word};
use crate::operation::lookup::Lookup;
use crate::operation::screen::{AsciiSet, Fused, Raise, Screen, Screens, Test};
use crate::operation::{Check, Form, Operation, Outcome, ParameterIndex, Run};
use crate::rule::condition::Unit;
use crate::rule::provider::Scalars;

/// What makes a check suspect.
enum Guard {
    /// The parameter is given, and its value does not pass the test.
    Given(ParameterIndex, Test),
    /// The parameter is not given; or it is, and its value does not pass the test.
    AbsentOrGiven(ParameterIndex, Test),
    /// The parameter is not given.
    Absent(ParameterIndex),
}

/// The screens of an operation whose checks and parameters are complete.
pub(crate) fn prepare(operation: &Operation) -> Screens {
    let mut screens = Screens::default();
    screens.parameters.resize_with(operation.parameters.len(), Screen::default);
    for (index, check) in operation.checks.iter().enumerate() {
        if check.is_open_without_facts {
            screens.open_without_facts.insert(index);
        }
        if check.outcome != Outcome::Finding && !matches!(check.run, Run::Type) {
            screens.only_warn.insert(index);
        }
        if hangs_on_listed_facts(check, operation) {
            screens.with_facts.insert(index);
        }
        let guards = guards(operation, check);
        if guards.len() < 2 {
            screens.by_one_test.insert(index);
        }
        if guards.is_empty() {
            screens.always.insert(index);
        }
        for (place, guard) in guards.into_iter().enumerate() {
            let raise = Raise { check: index, is_second: place > 0 };
            let absent = match &guard {
                Guard::Absent(parameter) | Guard::AbsentOrGiven(parameter, _) => Some(*parameter),
                Guard::Given(..) => None,
            };
            if let Some(parameter) = absent {
                screens.parameters[parameter].when_absent.push(raise);
            }
            if let Guard::Given(parameter, test) | Guard::AbsentOrGiven(parameter, test) = guard {
                let screen = &mut screens.parameters[parameter];
                match test {
                    _ if check.is_open_without_facts => screen.when_given_with_facts.push(raise),
                    Test::Never => screen.when_given.push(raise),
                    test => screen.tests.push((test, raise)),
                }
            }
        }
    }
    for screen in &mut screens.parameters {
        screen.all_at_once = fuse(&screen.tests);
    }
    screens
}

/// Several tests as one.
fn fuse(tests: &[(Test, Raise)]) -> Fused {
    fn flatten<'t>(test: &'t Test, flat: &mut Vec<&'t Test>) {
        match test {
            Test::All(parts) => parts.iter().for_each(|part| flatten(part, flat)),
            Test::Always => {}
            test => flat.push(test),
        }
    }
    let mut flat = Vec::new();
    tests.iter().for_each(|(test, _)| flatten(test, &mut flat));
    let never = flat.iter().any(|test| matches!(test, Test::Never | Test::Count { .. }));
    let mut fused = Fused { never, min: 0, max: usize::MAX, ascii: None, one_of: None, rest: Vec::new() };
    let listed = flat.iter().find_map(|test| match test {
        Test::OneOf(known) => Some(known),
        _ => None,
    });
    if let Some(known) = listed {
        // What is listed is known: of these values those that pass everything else are all that pass.
        let passing = known.texts().filter(|value| flat.iter().all(|test| passes(test, value, true)));
        fused.one_of = Some(Lookup::new(passing.map(|value| (value, 0))));
        fused.rest.extend(flat.iter().filter(|test| matches!(test, Test::Text)).map(|_| Test::Text));
        return fused;
    }
    for test in &flat {
        if let Test::Ascii(set) = test {
            let so_far = fused.ascii.get_or_insert_with(|| Box::new([true; 256]));
            so_far.iter_mut().zip(set.iter()).for_each(|(one, other)| *one &= other);
        }
    }
    let is_impossible =
        |text: &String| fused.ascii.as_ref().is_some_and(|set| text.bytes().any(|byte| !set[usize::from(byte)]));
    for test in flat {
        match test {
            Test::Ascii(_) => {}
            // All characters are ASCII, or the length is in bytes anyway.
            Test::Length { min, max, unit } if *unit == Unit::Bytes || fused.ascii.is_some() => {
                fused.min = fused.min.max(*min);
                fused.max = fused.max.min(*max);
            }
            Test::NotStartsWith(texts) | Test::NotEndsWith(texts) | Test::NotContains(texts)
                if texts.iter().all(is_impossible) => {}
            test => fused.rest.push(test.clone()),
        }
    }
    fused
}

/// At most two guards; without any the check is always run.
fn guards(operation: &Operation, check: &Check) -> Vec<Guard> {
    match &check.run {
        // Looked at where a name was not known; see the engine.
        Run::NoUnknownParameter => Vec::new(),
        Run::Required => vec![Guard::Absent(check.parameter)],
        Run::Type => vec![Guard::Given(check.parameter, type_test(operation, check.parameter))],
        Run::Must { condition, when_given } => {
            let when = check.when.as_ref().and_then(|when| when_guard(operation, when));
            let of_value = value_guard(operation, check.parameter, condition, *when_given);
            let own = when_given.then_some(Guard::Given(check.parameter, Test::Never));
            // The one that lets most pass comes first.
            of_value.into_iter().chain(when).chain(own).take(2).collect()
        }
    }
}

/// Values for which the condition holds, where it is about the value of one parameter.
fn value_guard(operation: &Operation, own: ParameterIndex, condition: &Condition, when_given: bool) -> Option<Guard> {
    if when_given {
        match holds(operation, condition, own) {
            Test::Never => {}
            test => return Some(Guard::Given(own, test)),
        }
    }
    let Condition::Word { subject, .. } = condition else { return None };
    match subject.as_slice() {
        [Subject::Parameter(other)] if absence_is_seen(operation, *other) => {
            Some(Guard::AbsentOrGiven(*other, holds(operation, condition, *other)))
        }
        _ => None,
    }
}

/// What must be so for a `when` not to fail.
fn when_guard(operation: &Operation, when: &Condition) -> Option<Guard> {
    match when {
        Condition::AllOf(parts) => parts.iter().find_map(|part| when_guard(operation, part)),
        Condition::Word { subject, word } => {
            let [Subject::Parameter(parameter)] = subject.as_slice() else { return None };
            let rules = &operation.parameters[*parameter];
            match word {
                Word::Present(true) => return Some(Guard::Given(*parameter, Test::Never)),
                Word::Present(false) => {
                    return absence_is_seen(operation, *parameter).then_some(Guard::Absent(*parameter));
                }
                _ => {}
            }
            let test = fails(operation, when, *parameter);
            let silent_when_absent = match rules.defaults.as_slice() {
                [] => !holds_for_absent(word),
                [only] => only.when.is_none() && passes(&test, &only.value, true),
                _ => false,
            };
            match silent_when_absent {
                true => Some(Guard::Given(*parameter, test)),
                false => absence_is_seen(operation, *parameter).then_some(Guard::AbsentOrGiven(*parameter, test)),
            }
        }
        _ => None,
    }
}

/// Whether the record around a parameter is there whenever something reads the parameter.
fn absence_is_seen(operation: &Operation, parameter: ParameterIndex) -> bool {
    operation.parameters[parameter].parent.is_none()
}

fn holds_for_absent(word: &Word) -> bool {
    !matches!(
        word,
        Word::OneOf { negated: false, .. }
            | Word::StartsWith { negated: false, .. }
            | Word::EndsWith { negated: false, .. }
            | Word::Contains { negated: false, .. }
            | Word::Equals(_)
    )
}

/// Whether facts may say something else of a value than the rules do.
fn hangs_on_listed_facts(check: &Check, operation: &Operation) -> bool {
    fn reads_list(condition: &Condition, operation: &Operation) -> bool {
        match condition {
            Condition::Word { word: Word::OneOf { values, .. }, .. } => {
                values.list.is_some_and(|list| operation.provider.lists[list].section.is_some())
            }
            Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().any(|part| reads_list(part, operation)),
            Condition::Not(part) => reads_list(part, operation),
            _ => false,
        }
    }
    let conditions = [
        check.when.as_ref(),
        match &check.run {
            Run::Must { condition, .. } => Some(condition),
            _ => None,
        },
    ];
    conditions.into_iter().flatten().any(|condition| reads_list(condition, operation))
}

fn type_test(operation: &Operation, parameter: ParameterIndex) -> Test {
    let typed = operation.provider.wire.scalars == Scalars::Typed;
    match operation.parameters[parameter].form {
        Form::String if typed => Test::Text,
        Form::String => Test::Always,
        Form::Integer => Test::Whole { min: i64::MIN, max: i64::MAX, step: 1 },
        Form::Unsigned => Test::Whole { min: 0, max: i64::MAX, step: 1 },
        Form::Boolean => Test::Boolean,
        Form::List(_) | Form::Object => Test::Always,
    }
}

/// A test that passes only values for which the condition holds.
fn holds(operation: &Operation, condition: &Condition, own: ParameterIndex) -> Test {
    match condition {
        Condition::AllOf(parts) => Test::All(parts.iter().map(|part| holds(operation, part, own)).collect()),
        Condition::AnyOf(parts) => Test::Any(parts.iter().map(|part| holds(operation, part, own)).collect()),
        Condition::Not(part) => fails(operation, part, own),
        Condition::Word { subject, word } if is_about(subject, own) => word_holds(operation, word),
        _ => Test::Never,
    }
}

/// A test that passes only values for which the condition fails.
fn fails(operation: &Operation, condition: &Condition, own: ParameterIndex) -> Test {
    match condition {
        Condition::AllOf(parts) => Test::Any(parts.iter().map(|part| fails(operation, part, own)).collect()),
        Condition::AnyOf(parts) => Test::All(parts.iter().map(|part| fails(operation, part, own)).collect()),
        Condition::Not(part) => holds(operation, part, own),
        Condition::Word { subject, word } if is_about(subject, own) => word_fails(operation, word),
        _ => Test::Never,
    }
}

fn is_about(subject: &[Subject], own: ParameterIndex) -> bool {
    matches!(subject, [Subject::Parameter(parameter)] if *parameter == own)
}

fn word_holds(operation: &Operation, word: &Word) -> Test {
    let as_size = |number: &Option<u64>, otherwise: usize| {
        number.map_or(otherwise, |number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    match word {
        Word::Present(true) => Test::Always,
        Word::OneOf { values, negated: false } => listed(operation, values),
        Word::OneOf { values, negated: true } => unlisted(operation, values),
        Word::Length { min, max, unit } => {
            Test::Length { min: as_size(min, 0), max: as_size(max, usize::MAX), unit: *unit }
        }
        Word::Chars(chars) => {
            let first = chars.first.as_ref().map(|set| Test::First(ascii(set)));
            let last = chars.last.as_ref().map(|set| Test::Last(ascii(set)));
            Test::All([Test::Ascii(ascii(&chars.all))].into_iter().chain(first).chain(last).collect())
        }
        Word::StartsWith { texts, negated: false } => Test::StartsWith(texts.clone()),
        Word::StartsWith { texts, negated: true } => Test::NotStartsWith(texts.clone()),
        Word::EndsWith { texts, negated: false } => Test::EndsWith(texts.clone()),
        Word::EndsWith { texts, negated: true } => Test::NotEndsWith(texts.clone()),
        Word::Contains { texts, negated: false } => Test::Contains(texts.clone()),
        Word::Contains { texts, negated: true } => Test::NotContains(texts.clone()),
        Word::Range { min, max } => Test::Whole { min: min.unwrap_or(i64::MIN), max: max.unwrap_or(i64::MAX), step: 1 },
        Word::MultipleOf(step) => match i64::try_from(*step) {
            Ok(step) if step > 0 => Test::Whole { min: i64::MIN, max: i64::MAX, step },
            _ => Test::Never,
        },
        Word::NotEmpty => Test::Length { min: 1, max: usize::MAX, unit: Unit::Bytes },
        Word::Count { min, max, filter: None } => Test::Count { min: as_size(min, 0), max: as_size(max, usize::MAX) },
        Word::Unique { .. } => Test::Count { min: 0, max: 1 },
        Word::Equals(Comparand::Value(value)) => Test::OneOf(Lookup::new([(value.as_str(), 0)])),
        _ => Test::Never,
    }
}

fn word_fails(operation: &Operation, word: &Word) -> Test {
    match word {
        Word::OneOf { values, negated: true } => listed(operation, values),
        Word::OneOf { values, negated: false } => unlisted(operation, values),
        Word::StartsWith { texts, negated: true } => Test::StartsWith(texts.clone()),
        Word::StartsWith { texts, negated: false } => Test::NotStartsWith(texts.clone()),
        Word::EndsWith { texts, negated: true } => Test::EndsWith(texts.clone()),
        Word::EndsWith { texts, negated: false } => Test::NotEndsWith(texts.clone()),
        Word::Contains { texts, negated: true } => Test::Contains(texts.clone()),
        Word::Contains { texts, negated: false } => Test::NotContains(texts.clone()),
        Word::Equals(Comparand::Value(value)) => Test::NoneOf(vec![value.clone()]),
        _ => Test::Never,
    }
}

/// Written exactly as one of the documented values, and not as one that leaves the word open.
fn listed(operation: &Operation, values: &Values) -> Test {
    let decided = |value: &&String| !values.undecided.iter().any(|other| other.eq_ignore_ascii_case(value));
    let known = documented(operation, values).iter().filter(decided);
    Test::OneOf(Lookup::new(known.map(|value| (value.as_str(), 0))))
}

fn unlisted(operation: &Operation, values: &Values) -> Test {
    Test::NoneOf(documented(operation, values).iter().chain(&values.undecided).cloned().collect())
}

/// Where facts override a list, the check is run whatever the tests say.
fn documented<'v>(operation: &'v Operation, values: &'v Values) -> &'v [String] {
    values.list.map_or(&values.values, |list| &operation.provider.lists[list].values)
}

fn ascii(set: &CharSet) -> Box<AsciiSet> {
    let mut table = [false; 256];
    for (byte, is_allowed) in table.iter_mut().enumerate().take(128) {
        *is_allowed = set.ascii >> byte & 1 == 1;
    }
    Box::new(table)
}
