//! Checks that no request can break, that an earlier one always comes before, or that say what another one says; and
//! limits that leave nothing over.

use crate::compile::Mistakes;
use crate::engine::{CheckResult, Truth};
use crate::operation::condition::{Condition, Word};
use crate::operation::{Answer, Check, Operation, ParameterIndex, Run};
use crate::place::Span;
use crate::soundness::places::{Lookup, Places};
use crate::soundness::pool::{has_pattern, is_understood, samples};
use crate::soundness::probe::{always_refuses, probe};

/// How one check takes all values of the pool, value by value; none where the value is not sent.
struct Row<'o> {
    check: &'o Check,
    truths: Vec<Option<Truth>>,
}

/// Tells of the checks of an operation, parameter by parameter.
pub(super) fn check(operation: &Operation, places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    for parameter in 0..operation.parameters.len() {
        check_parameter(operation, parameter, places, mistakes);
    }
}

fn check_parameter(operation: &Operation, parameter: ParameterIndex, places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    let rows = rows(operation, parameter);
    for (place, row) in rows.iter().enumerate() {
        let Some(written) = places.check(&row.check.id) else { continue };
        let id = &row.check.id;
        if let (Some((first, _)), Some(ignored)) = (row.check.at, ignored_beyond(operation, parameter))
            && first > ignored
        {
            let at = written.node.and_then(|node| node.text_of("at")).map_or(written.span, |(_, span)| span);
            let message = format!("no element comes to `{id}`: those behind position {ignored} are ignored");
            mistakes.add(at, message);
            continue;
        }
        let refused = |row: &Row<'_>| row.truths.iter().any(|truth| breaks(*truth));
        // What a pattern does not match may be a character that no sample has.
        let is_pattern = condition_of(row.check).is_some_and(has_pattern);
        if !refused(row) && is_pattern {
            continue;
        }
        if !refused(row) {
            mistakes.add(written.span, format!("no value breaks `{id}`: say what is meant, or leave it out"));
            continue;
        }
        if row.truths.iter().all(|truth| breaks(*truth)) {
            mistakes.add(written.span, format!("every value breaks `{id}`: its limits leave nothing over"));
            continue;
        }
        let earlier: Vec<&Row<'_>> = rows.iter().take(place).filter(|row| always_refuses(row.check)).collect();
        if let Some(before) = covered_by(row, &earlier) {
            let message = format!("`{id}` is never come to: what breaks it is refused by {before} before");
            mistakes.add(written.span, message);
            continue;
        }
        let later = rows.iter().skip(place + 1).filter(|later| {
            let both = always_refuses(later.check) && always_refuses(row.check);
            both && have_one_answer(row.check, later.check) && !tells_more(row.check)
        });
        if let Some(other) = later.into_iter().find(|other| covered_by(row, &[other]).is_some()) {
            let message =
                format!("`{id}` adds nothing: `{}` refuses the same values with the same answer", other.check.id);
            mistakes.add(written.span, message);
        }
    }
    nothing_left(&rows, places, mistakes);
}

/// Every check of a parameter that the pool decides, in the order in which they run.
fn rows(operation: &Operation, parameter: ParameterIndex) -> Vec<Row<'_>> {
    let own: Vec<(usize, &Check)> = operation
        .checks
        .iter()
        .enumerate()
        .filter(|(_, check)| check.parameter == parameter && decides(check, parameter))
        .collect();
    let conditions = own.iter().filter_map(|(_, check)| condition_of(check));
    let pool = samples(operation, parameter, conditions);
    let mut rows: Vec<Row<'_>> = own.iter().map(|(_, check)| Row { check, truths: Vec::new() }).collect();
    if !rows.iter().any(|row| matches!(row.check.run, Run::Must { .. })) {
        return Vec::new();
    }
    for sample in &pool {
        let found = probe(operation, &[(parameter, sample)], |probe| {
            if !probe.is_given(parameter) {
                return None;
            }
            // Only the check of the type has no condition to be asked about.
            let results = own.iter().any(|(_, check)| condition_of(check).is_none()).then(|| probe.results());
            let truth = |(index, check): &(usize, &Check)| match condition_of(check) {
                Some(condition) => probe.truth(parameter, condition),
                None => results.as_ref().and_then(|results| results.get(*index)).map(|result| match result {
                    CheckResult::Fails => Truth::Fails,
                    _ => Truth::Holds,
                }),
            };
            Some(own.iter().map(truth).collect::<Vec<_>>())
        });
        let Some(Some(truths)) = found else { continue };
        rows.iter_mut().zip(truths).for_each(|(row, truth)| row.truths.push(truth));
    }
    // Where nothing can be sent, nothing follows.
    rows.retain(|row| !row.truths.is_empty());
    rows
}

fn decides(check: &Check, parameter: ParameterIndex) -> bool {
    match &check.run {
        Run::Type => true,
        Run::Must { condition, when_given } => *when_given && is_understood(condition, parameter),
        Run::Required | Run::NoUnknownParameter => false,
    }
}

fn condition_of(check: &Check) -> Option<&Condition> {
    match &check.run {
        Run::Must { condition, .. } => Some(condition),
        _ => None,
    }
}

fn breaks(truth: Option<Truth>) -> bool {
    matches!(truth, Some(Truth::Fails | Truth::Doubtful))
}

/// The checks that refuse every value which breaks this one, in words.
fn covered_by(row: &Row<'_>, others: &[&Row<'_>]) -> Option<String> {
    let broken: Vec<usize> =
        row.truths.iter().enumerate().filter(|(_, truth)| breaks(**truth)).map(|(at, _)| at).collect();
    let refuses = |other: &Row<'_>, at: usize| other.truths.get(at) == Some(&Some(Truth::Fails));
    // What refuses everything is told by itself. Of a pattern's texts the pool has all lengths, but not all texts.
    let only_length = condition_of(row.check).is_some_and(is_length);
    let sound: Vec<&&Row<'_>> = others
        .iter()
        .filter(|other| other.truths.iter().flatten().any(|truth| *truth != Truth::Fails))
        .filter(|other| only_length || !condition_of(other.check).is_some_and(has_pattern))
        .collect();
    if !broken.iter().all(|at| sound.iter().any(|other| refuses(other, *at))) {
        return None;
    }
    let one = sound.iter().find(|other| broken.iter().all(|at| refuses(other, *at)));
    Some(match one {
        Some(one) => format!("`{}`", one.check.id),
        None => {
            let ids = sound.iter().filter(|other| broken.iter().any(|at| refuses(other, *at)));
            ids.map(|other| format!("`{}`", other.check.id)).collect::<Vec<_>>().join(" and ")
        }
    })
}

/// Whether two checks say the same when they fail, in the same stage.
fn have_one_answer(one: &Check, other: &Check) -> bool {
    let same = match (&one.answer, &other.answer) {
        (Some(Answer::Row(one)), Some(Answer::Row(other))) => one == other,
        (Some(Answer::Common(one)), Some(Answer::Common(other))) => one.code == other.code,
        _ => false,
    };
    same && one.stage == other.stage && one.outcome == other.outcome && one.alternatives == other.alternatives
}

fn is_length(condition: &Condition) -> bool {
    matches!(condition, Condition::Word { word: Word::Length { .. } | Word::NotEmpty, .. })
}

/// Whether a check that refuses less than a later one is there for what it says: it names the very texts that are at fault,
/// and what to do about them.
fn tells_more(check: &Check) -> bool {
    let names_texts = |word: &Word| match word {
        Word::StartsWith { negated, .. } | Word::EndsWith { negated, .. } | Word::Contains { negated, .. } => *negated,
        _ => false,
    };
    let condition = condition_of(check);
    check.help.is_some() && matches!(condition, Some(Condition::Word { word, .. }) if names_texts(word))
}

/// Several checks each of which leaves values over, and together none.
fn nothing_left(rows: &[Row<'_>], places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    let is_sure = |row: &&Row<'_>| always_refuses(row.check) && !condition_of(row.check).is_some_and(has_pattern);
    let refusing: Vec<&Row<'_>> = rows.iter().filter(is_sure).collect();
    let count = refusing.first().map_or(0, |row| row.truths.len());
    let mut left: Vec<usize> = (0..count).collect();
    for row in refusing {
        let still: Vec<usize> =
            left.iter().copied().filter(|at| row.truths.get(*at) != Some(&Some(Truth::Fails))).collect();
        if still.is_empty() {
            let alone = row.truths.iter().all(|truth| breaks(*truth));
            if let Some(written) = places.check(&row.check.id).filter(|_| !alone && !left.is_empty()) {
                let message =
                    format!("no value is left over: what the checks before `{}` allow, it refuses", row.check.id);
                mistakes.add(written.span, message);
            }
            return;
        }
        left = still;
    }
}

/// The position behind which the elements of the list around a parameter are ignored.
fn ignored_beyond(operation: &Operation, parameter: ParameterIndex) -> Option<u32> {
    let mut around = std::iter::successors(Some(parameter), |index| operation.parameters[*index].parent);
    let element = around.find(|index| operation.parameters[*index].name.is_empty())?;
    operation.parameters[element].parent.and_then(|list| operation.parameters[list].ignored_beyond)
}

/// Tells of the checks of one named constraint, at their ids in the provider's file.
pub(super) fn check_constraint(
    operation: &Operation,
    place_of: &dyn Fn(&str) -> Option<Span>,
    mistakes: &mut Mistakes<'_>,
) {
    for parameter in 0..operation.parameters.len() {
        let rows = rows(operation, parameter);
        for (place, row) in rows.iter().enumerate() {
            let Some(span) = place_of(&row.check.id) else { continue };
            let earlier: Vec<&Row<'_>> = rows.iter().take(place).filter(|row| always_refuses(row.check)).collect();
            if !row.truths.iter().any(|truth| breaks(*truth)) {
                if condition_of(row.check).is_some_and(has_pattern) {
                    continue;
                }
                mistakes.add(span, "no value breaks this check: say what is meant, or leave it out");
            } else if row.truths.iter().all(|truth| breaks(*truth)) {
                mistakes.add(span, "every value breaks this check: its limits leave nothing over");
            } else if covered_by(row, &earlier).is_some() {
                mistakes.add(span, "never come to: an earlier check of the constraint refuses what breaks it");
            }
        }
    }
}
