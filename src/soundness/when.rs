//! Conditions under which a check applies: whether they can hold at all, and whether the check can fail where they do.

use std::collections::BTreeSet;

use crate::compile::Mistakes;
use crate::engine::Truth;
use crate::operation::condition::{Condition, Subject};
use crate::operation::{Check, Operation, ParameterIndex, Run};
use crate::soundness::places::{Places, path_of};
use crate::soundness::pool::{has_pattern, is_understood, samples};
use crate::soundness::probe::{Sample, always_refuses, probe};

/// At most so many requests are tried for one check.
const MOST: usize = 4000;

/// A request's samples, one for each parameter that conditions read.
type Combination<'s> = Vec<(ParameterIndex, &'s Sample)>;

/// Tells of checks that never apply, and of those that hold wherever they apply.
pub(super) fn check(operation: &Operation, places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    for check in &operation.checks {
        if let Run::Must { condition, when_given } = &check.run
            && let Some(when) = &check.when
        {
            check_one(operation, check, when, condition, *when_given, places, mistakes);
        }
    }
}

fn check_one(
    operation: &Operation,
    check: &Check,
    when: &Condition,
    must: &Condition,
    when_given: bool,
    places: &Places<'_>,
    mistakes: &mut Mistakes<'_>,
) {
    let Some(place) = places.check(&check.id) else { return };
    let span = place.node.and_then(|node| node.get("when")).map_or(place.span, |when| when.span);
    let decides_must = is_decided(must) && !check.speaks_of_facts;
    let mut read = BTreeSet::new();
    if !is_decided(when) {
        return;
    }
    parameters_of(when, &mut read);
    if decides_must {
        parameters_of(must, &mut read);
    }
    // There must be a place from which the conditions are seen.
    read.insert(check.parameter);
    let conditions = [when, must];
    let pools: Vec<(ParameterIndex, Vec<Sample>)> =
        read.iter().map(|parameter| (*parameter, pool(operation, *parameter, &conditions))).collect();
    let Some(combinations) = combinations(&pools) else { return };
    let (mut holds, mut holds_soundly, mut fails) = (false, false, false);
    let mut refusing: BTreeSet<ParameterIndex> = BTreeSet::new();
    for combination in &combinations {
        probe(operation, combination, |probe| {
            let applies = (!when_given || probe.is_given(check.parameter))
                && probe.truth(check.parameter, when).is_some_and(|truth| matches!(truth, Truth::Holds | Truth::Open));
            if !applies {
                return;
            }
            holds = true;
            let earlier = operation.checks.iter().take_while(|other| other.id != check.id);
            let refuses = |other: &&Check| match &other.run {
                Run::Must { condition, .. } => {
                    read.contains(&other.parameter)
                        && always_refuses(other)
                        && is_understood(condition, other.parameter)
                        && !has_pattern(condition)
                        && probe.is_given(other.parameter)
                        && probe.truth(other.parameter, condition) == Some(Truth::Fails)
                }
                _ => false,
            };
            let refused: BTreeSet<ParameterIndex> = earlier.filter(refuses).map(|other| other.parameter).collect();
            // Of several requests, the one with the fewest values at fault says which are.
            if refusing.is_empty() || refused.len() < refusing.len() {
                refusing.clone_from(&refused);
            }
            if refused.is_empty() {
                holds_soundly = true;
                let truth = probe.truth(check.parameter, must);
                fails |= !decides_must || matches!(truth, Some(Truth::Fails | Truth::Doubtful));
            }
        });
    }
    let id = &check.id;
    if !holds {
        mistakes.add(span, format!("this `when` contradicts itself: `{id}` never applies"));
    } else if !holds_soundly {
        let names: Vec<String> =
            refusing.iter().map(|parameter| format!("`{}`", path_of(operation, *parameter))).collect();
        let names = names.join(" and ");
        mistakes.add(span, format!("`{id}` never applies: what this `when` asks for, the checks of {names} refuse"));
    } else if !fails {
        mistakes.add(span, format!("`{id}` never fails: where this `when` holds, `must` holds too"));
    }
}

/// Whether every word of a condition is about one parameter and has all its edges in the pool. What is about facts is open
/// and decides nothing.
fn is_decided(condition: &Condition) -> bool {
    match condition {
        Condition::Word { subject, .. } => match subject.as_slice() {
            [Subject::Parameter(parameter)] => is_understood(condition, *parameter) && !has_pattern(condition),
            subjects => !subjects.iter().any(|subject| matches!(subject, Subject::Parameter(_))),
        },
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().all(is_decided),
        Condition::Not(part) => is_decided(part),
        // Whether a parameter is given is always seen; the rest speaks of facts, and stays open.
        _ => true,
    }
}

fn parameters_of(condition: &Condition, read: &mut BTreeSet<ParameterIndex>) {
    match condition {
        Condition::Word { subject, .. } => read.extend(subject.iter().filter_map(|subject| match subject {
            Subject::Parameter(parameter) => Some(*parameter),
            _ => None,
        })),
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().for_each(|part| parameters_of(part, read)),
        Condition::Not(part) => parameters_of(part, read),
        Condition::Given { parameters, .. } => read.extend(parameters),
        _ => {}
    }
}

/// Samples of a parameter, and that it is absent. Of those that the conditions take alike, and that its own checks take
/// alike, one.
fn pool(operation: &Operation, parameter: ParameterIndex, conditions: &[&Condition]) -> Vec<Sample> {
    let mut words = Vec::new();
    conditions.iter().for_each(|condition| words_about(condition, parameter, &mut words));
    let own = operation.checks.iter().filter(|check| check.parameter == parameter && always_refuses(check));
    let own: Vec<&Condition> = own
        .filter_map(|check| match &check.run {
            Run::Must { condition, .. } => Some(condition),
            _ => None,
        })
        .collect();
    let all = samples(operation, parameter, words.iter().copied().chain(own.iter().copied()));
    let mut kinds: BTreeSet<Vec<Option<u8>>> = BTreeSet::new();
    let mut pool = vec![Sample::Absent];
    for sample in all {
        let kind = probe(operation, &[(parameter, &sample)], |probe| {
            let kinds = words.iter().chain(&own).map(|word| {
                probe.truth(parameter, word).map(|truth| match truth {
                    Truth::Fails => 0,
                    Truth::Doubtful => 1,
                    Truth::Open => 2,
                    Truth::Holds => 3,
                })
            });
            // What is not given has a default's value.
            kinds.chain([probe.is_given(parameter).then_some(0)]).collect::<Vec<_>>()
        });
        if kind.is_some_and(|kind| kinds.insert(kind)) {
            pool.push(sample);
        }
    }
    pool
}

fn words_about<'c>(condition: &'c Condition, parameter: ParameterIndex, words: &mut Vec<&'c Condition>) {
    match condition {
        Condition::Word { subject, .. }
            if subject.iter().any(|subject| matches!(subject, Subject::Parameter(known) if *known == parameter)) =>
        {
            words.push(condition);
        }
        Condition::AllOf(parts) | Condition::AnyOf(parts) => {
            parts.iter().for_each(|part| words_about(part, parameter, words));
        }
        Condition::Not(part) => words_about(part, parameter, words),
        _ => {}
    }
}

/// All requests that can be put together; none when they are too many to try.
fn combinations(pools: &[(ParameterIndex, Vec<Sample>)]) -> Option<Vec<Combination<'_>>> {
    let mut all: Vec<Combination<'_>> = vec![Vec::new()];
    for (parameter, pool) in pools {
        if all.len().saturating_mul(pool.len()) > MOST {
            return None;
        }
        all = all
            .iter()
            .flat_map(|begun| {
                pool.iter().map(move |sample| {
                    let mut next = begun.clone();
                    next.push((*parameter, sample));
                    next
                })
            })
            .collect();
    }
    Some(all)
}
