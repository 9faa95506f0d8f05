//! Making screens of an operation: what is known in advance of when a check has something to say.
//!
//! Of each check one or two tests are kept that pass only where it would hold or not apply. Everything that is not
//! understood here becomes a test that nothing passes, so that leaving a word out costs time and never a finding.

use super::{Characters, Gate, Presence, Raise, Screen, ScreenSet, Screens, Suspects, Test, TextGate};
use crate::operation::condition::{CharSet, Comparand, Condition, Subject, Values, Word};
use crate::operation::lookup::Lookup;
use crate::operation::{Check, Form, Operation, Outcome, ParameterIndex, Run};
use crate::rule::condition::{CharClass, Unit};
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
pub(super) fn prepare(operation: &Operation) -> Screens {
    let mut screens = Screens { are_of_use: operation.checks.len() <= Suspects::MAX, ..Screens::default() };
    for (index, check) in operation.checks.iter().enumerate() {
        if check.is_open_without_facts {
            screens.open_without_facts.insert(index);
        }
        if only_warns(check) {
            screens.only_warn.insert(index);
        }
        if hangs_on_listed_facts(check, operation) {
            screens.with_facts.insert(index);
        }
        if matches!(check.run, Run::NoUnknownParameter) {
            screens.of_unknown_names.insert(index);
        }
    }
    screens.for_findings = set(operation, |check| !check.is_open_without_facts && !only_warns(check));
    screens
}

/// The screens of all checks.
pub(super) fn all(operation: &Operation) -> ScreenSet {
    set(operation, |_| true)
}

fn only_warns(check: &Check) -> bool {
    check.outcome != Outcome::Finding && !matches!(check.run, Run::Type)
}

/// The screens of those checks that are asked for.
fn set(operation: &Operation, is_asked: impl Fn(&Check) -> bool) -> ScreenSet {
    let mut set = ScreenSet::default();
    set.parameters.resize_with(operation.parameters.len(), Screen::default);
    for (index, check) in operation.checks.iter().enumerate().filter(|(_, check)| is_asked(check)) {
        // Raised where a name was not known.
        if matches!(check.run, Run::NoUnknownParameter) {
            continue;
        }
        let [first, second] = [false, true].map(|is_second| Raise { check: index, is_second });
        let guards = guards(operation, check);
        if guards.is_empty() {
            set.at_start.raise(first);
        }
        if guards.len() < 2 {
            set.at_start.raise(second);
        }
        for (guard, raise) in guards.into_iter().zip([first, second]) {
            let absent = match &guard {
                Guard::Absent(parameter) | Guard::AbsentOrGiven(parameter, _) => Some(*parameter),
                Guard::Given(..) => None,
            };
            if let Some(parameter) = absent {
                set.parameters[parameter].when_absent.push(raise);
            }
            if let Guard::Given(parameter, test) | Guard::AbsentOrGiven(parameter, test) = guard {
                let screen = &mut set.parameters[parameter];
                match test {
                    Test::Never => screen.when_given.push(raise),
                    test => screen.tests.push((test, raise)),
                }
            }
        }
    }
    set.root = presence(&mut set, &operation.roots);
    for (index, parameter) in operation.parameters.iter().enumerate() {
        set.parameters[index].members = presence(&mut set, &parameter.fields);
        let folds = !parameter.folded_values.is_empty();
        set.parameters[index].gate = gate(&set.parameters[index].tests, folds.then_some(&parameter.folded_lookup));
    }
    set
}

/// Gives bits to those members of a record for which it matters whether they are given.
fn presence(set: &mut ScreenSet, members: &[ParameterIndex]) -> Presence {
    let mut presence = Presence::default();
    for member in members {
        let screen = &mut set.parameters[*member];
        if screen.when_absent.is_empty() && screen.when_given.is_empty() {
            continue;
        }
        if presence.members.len() == u64::BITS as usize {
            // There is no room for this one: what it may raise is raised for every request.
            screen.when_absent.drain(..).chain(screen.when_given.drain(..)).for_each(|raise| set.at_start.raise(raise));
            continue;
        }
        screen.bit = 1 << presence.members.len();
        presence.when_absent |= if screen.when_absent.is_empty() { 0 } else { screen.bit };
        presence.when_given |= if screen.when_given.is_empty() { 0 } else { screen.bit };
        presence.members.push(*member);
    }
    presence
}

/// All tests of a parameter as one. Where letter case is forgiven, only what is written as documented passes.
fn gate(tests: &[(Test, Raise)], documented: Option<&Lookup>) -> Gate {
    fn flatten<'t>(test: &'t Test, flat: &mut Vec<&'t Test>) {
        match test {
            Test::All(parts) => parts.iter().for_each(|part| flatten(part, flat)),
            Test::Always => {}
            test => flat.push(test),
        }
    }
    let mut flat = Vec::new();
    tests.iter().for_each(|(test, _)| flatten(test, &mut flat));
    let only_text = flat.iter().any(|test| matches!(test, Test::Text));
    let listed = flat.iter().find_map(|test| match test {
        Test::OneOf(known) => Some(known),
        _ => None,
    });
    if let Some(listed) = listed.or(documented) {
        // What is listed is known: of these values those that pass everything else are all that pass.
        let passes_rest = |value: &&str| {
            flat.iter().all(|test| test.passes(value, true))
                && documented.is_none_or(|known| known.get(value).is_some())
        };
        let known = Lookup::new(listed.texts().filter(passes_rest).map(|value| (value, 0)));
        return Gate::Listed { known, is_text: only_text };
    }
    match flat.as_slice() {
        [] => Gate::Open,
        _ if flat.iter().any(|test| matches!(test, Test::Never)) => Gate::Closed,
        [Test::Boolean] => Gate::Boolean,
        [Test::Count { min, max }] => Gate::Count { min: *min, max: *max },
        _ if flat.iter().any(|test| matches!(test, Test::Count { .. })) => Gate::Closed,
        _ => whole_gate(&flat).unwrap_or_else(|| text_gate(&flat)),
    }
}

/// Where all tests are about a whole number in any step.
fn whole_gate(flat: &[&Test]) -> Option<Gate> {
    let mut bounds = (i64::MIN, i64::MAX);
    for test in flat {
        match test {
            Test::Whole { min, max, step: 1 } => bounds = (bounds.0.max(*min), bounds.1.min(*max)),
            _ => return None,
        }
    }
    Some(Gate::Whole { min: bounds.0, max: bounds.1 })
}

fn text_gate(flat: &[&Test]) -> Gate {
    let mut characters: Option<Characters> = None;
    for test in flat {
        if let Test::MadeOf(set) = test {
            let so_far = characters.get_or_insert(Characters { ascii: [true; 256], has_chinese: true });
            so_far.ascii.iter_mut().zip(set.ascii.iter()).for_each(|(one, other)| *one &= other);
            so_far.has_chinese &= set.has_chinese;
        }
    }
    let is_impossible =
        |text: &String| characters.as_ref().is_some_and(|set| text.chars().any(|character| !set.has(character)));
    let (mut min, mut max, mut counts_characters, mut rest) = (0, usize::MAX, true, Vec::new());
    for test in flat {
        match test {
            Test::MadeOf(_) => {}
            // All characters are ASCII, or the length is in bytes anyway.
            Test::Length { min: least, max: most, unit } if *unit == Unit::Bytes || characters.is_some() => {
                min = min.max(*least);
                max = max.min(*most);
                counts_characters &= *unit == Unit::Characters;
            }
            Test::NotStartsWith(texts) | Test::NotEndsWith(texts) | Test::NotContains(texts)
                if texts.iter().all(is_impossible) => {}
            test => rest.push((*test).clone()),
        }
    }
    match (min, max, &characters) {
        (0, usize::MAX, None) => Gate::Tests(rest),
        _ => Gate::Text(Box::new(TextGate { min, max, characters, counts_characters, rest })),
    }
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
            // A test of the value says that there is one, too.
            let tests_own = matches!(of_value, Some(Guard::Given(parameter, _)) if parameter == check.parameter);
            let own = (*when_given && !tests_own).then_some(Guard::Given(check.parameter, Test::Never));
            // The one that lets most pass comes first. A second one that most requests would raise, because they leave its
            // parameter out, costs more than it spares.
            let mut guards: Vec<Guard> = of_value.into_iter().chain(when).chain(own).take(2).collect();
            if matches!(guards.as_slice(), [_, Guard::AbsentOrGiven(..) | Guard::Absent(_)]) {
                guards.truncate(1);
            }
            guards
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
    let Condition::Word { subject, word } = condition else { return None };
    if let Word::OneOfBy { key, values } = word {
        // Of other keys nothing is said.
        let test = Test::NoneOf(values.iter().map(|(key, _)| key.clone()).collect());
        let silent_when_absent = match operation.parameters[*key].defaults.as_slice() {
            [] => true,
            [only] => only.when.is_none() && test.passes(&only.value, true),
            _ => false,
        };
        return silent_when_absent.then_some(Guard::Given(*key, test));
    }
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
                [only] => only.when.is_none() && test.passes(&only.value, true),
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
        check.when.as_deref(),
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
            let first = chars.first.as_ref().map(|set| Test::First(characters(set)));
            let last = chars.last.as_ref().map(|set| Test::Last(characters(set)));
            Test::All([Test::MadeOf(characters(&chars.all))].into_iter().chain(first).chain(last).collect())
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

fn characters(set: &CharSet) -> Box<Characters> {
    let mut ascii = [false; 256];
    for (byte, is_allowed) in ascii.iter_mut().enumerate().take(128) {
        *is_allowed = set.ascii >> byte & 1 == 1;
    }
    let has_chinese = set.classes.iter().any(|class| matches!(class, CharClass::Chinese | CharClass::Any));
    Box::new(Characters { ascii, has_chinese })
}
