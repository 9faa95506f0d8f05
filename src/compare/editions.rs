//! What changed between two editions of an operation, or differs between two operations.
//!
//! Both are compared as the engine runs them, and told in the words of `describe`, so that a difference that is told is
//! one that is checked. Our own prose (meanings, help) is not compared: it says nothing about the provider.

use serde::Serialize;

use crate::checker::Checker;
use crate::compare::rows;
use crate::describe::{self, CheckDescription, ParameterDescription, RowDescription, words};
use crate::operation::condition::{Condition, Word};
use crate::operation::{Check, Operation, Run};

/// The differences between two editions or operations.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// `<provider>/<service>/<Operation>@<edition>` of the one.
    pub before: String,
    /// The same of the other.
    pub after: String,
    /// Parameters, in the order of the other; those that it lacks behind them.
    pub parameters: Vec<Change<ParameterDescription>>,
    /// Constraints, in the order in which the other runs them; those that it lacks behind them.
    pub checks: Vec<Change<CheckDescription>>,
    /// Rows of the error tables, in the order of the other; those that it lacks behind them.
    pub errors: Vec<Change<RowDescription>>,
    /// The orders of checks, where they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stages: Option<Difference>,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.checks.is_empty() && self.errors.is_empty() && self.stages.is_none()
    }
}

/// One thing that differs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Change<T> {
    /// How it differs.
    pub change: ChangeKind,
    /// As it is in the one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<T>,
    /// As it is in the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<T>,
    /// What differs, when both have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

impl<T> Change<T> {
    /// As it is in the other; where that lacks it, as it was in the one.
    pub fn subject(&self) -> Option<&T> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// How a thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChangeKind {
    /// Only the other has it.
    Added,
    /// Only the one has it.
    Removed,
    /// Both have it, under names that differ.
    Renamed,
    /// Both have it, and say different things of it.
    Changed,
}

/// One property that differs. What is absent has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The property: `name`, `type`, `required`, `default`, `must`, `when`, `unless`, `outcome`, `stage`, `answer`,
    /// `code`, `status`, `message` or `order`.
    pub what: &'static str,
    /// In the one.
    pub before: Option<String>,
    /// In the other.
    pub after: Option<String>,
    /// Of lists of values, those that only the other has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// Of lists of values, those that only the one has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

impl Checker {
    /// Compares two editions, or two operations. Each is a path as in [`crate::OperationSummary`], and an edition; none when
    /// one of them is not known.
    pub fn compare(&self, before: (&str, &str), after: (&str, &str)) -> Option<Comparison> {
        let operation = |(path, edition): (&str, &str)| self.catalog().operation(path, edition).ok();
        Some(compare(&*operation(before)?, &*operation(after)?))
    }
}

fn compare(before: &Operation, after: &Operation) -> Comparison {
    let checks = matched_checks(before, after);
    let order = (before.stages != after.stages)
        .then(|| difference("order", Some(before.stages.join(", ")), Some(after.stages.join(", "))));
    Comparison {
        before: before.id(),
        after: after.id(),
        parameters: parameters(before, after),
        checks: checks.iter().filter_map(|(one, other)| check_change((before, *one), (after, *other))).collect(),
        errors: rows::changes(before, after, &checks),
        stages: order.flatten(),
    }
}

/// A check of the one, a check of the other, or one of each that are the same constraint.
pub(super) type Matched<'o> = (Option<&'o Check>, Option<&'o Check>);

/// Pairs checks that stand under the same parameter: by their ids, and those without a partner by what they demand.
fn matched_checks<'o>(before: &'o Operation, after: &'o Operation) -> Vec<Matched<'o>> {
    type Sign<'s> = &'s dyn Fn(&Check, &Check) -> bool;
    let same_place = |one: &Check, other: &Check| {
        let (one, other) =
            (words::parameter_path(before, one.parameter), words::parameter_path(after, other.parameter));
        is_same_name(&one, &other)
    };
    let demand = |operation: &Operation, check: &Check| {
        let described = describe::describe_check(operation, check);
        (respelt(&described.must, before, after), described.when.map(|when| respelt(&when, before, after)))
    };
    let signs: [Sign<'_>; 2] =
        [&|one, other| one.id == other.id, &|one, other| demand(before, one) == demand(after, other)];
    let mut partners: Vec<Option<usize>> = vec![None; after.checks.len()];
    for sign in signs {
        for (index, other) in after.checks.iter().enumerate().filter(|(_, other)| is_told_alone(other)) {
            if partners[index].is_none() {
                let mut free = before.checks.iter().enumerate().filter(|(one, _)| !partners.contains(&Some(*one)));
                let found = free.find(|(_, one)| is_told_alone(one) && same_place(one, other) && sign(one, other));
                partners[index] = found.map(|(one, _)| one);
            }
        }
    }
    let paired = after.checks.iter().zip(&partners);
    let mut matched: Vec<Matched<'o>> =
        paired.map(|(other, one)| (one.and_then(|one| before.checks.get(one)), Some(other))).collect();
    let gone = before.checks.iter().enumerate().filter(|(one, _)| !partners.contains(&Some(*one)));
    matched.extend(gone.map(|(_, one)| (Some(one), None)));
    matched
}

/// That a parameter is demanded or has a type is a property of the parameter, and told with it.
fn is_told_alone(check: &Check) -> bool {
    !matches!(check.run, Run::Required | Run::Type)
}

/// Whether two names differ at most in letter case: how providers respell a parameter.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn parameters(before: &Operation, after: &Operation) -> Vec<Change<ParameterDescription>> {
    let (olds, news) = (describe::parameters(before), describe::parameters(after));
    let find = |all: &[ParameterDescription], name: &str| {
        let exact = all.iter().find(|one| one.name == name);
        exact.or_else(|| all.iter().find(|one| is_same_name(&one.name, name))).cloned()
    };
    let mut changes: Vec<Change<ParameterDescription>> = Vec::new();
    for new in &news {
        match find(&olds, &new.name) {
            None => changes.push(Change::added(new.clone())),
            Some(old) => {
                let yes_or_no = |is: bool| Some(if is { "yes" } else { "no" }.to_owned());
                let default = |one: &ParameterDescription| match one.defaults() {
                    defaults if defaults.is_empty() => None,
                    defaults => Some(defaults),
                };
                // Of what lies in a parameter, its own name is compared: that of the outer one is told there.
                let own = |path: &str| Some(path.rsplit('.').next().unwrap_or_default().to_owned());
                let differences = [
                    difference("name", own(&old.name), own(&new.name)),
                    difference("type", Some(old.kind.to_owned()), Some(new.kind.to_owned())),
                    difference("required", yes_or_no(old.required), yes_or_no(new.required)),
                    difference("default", default(&old), default(new)),
                ];
                changes.extend(Change::between(old, new.clone(), differences));
            }
        }
    }
    let gone = olds.iter().filter(|old| find(&news, &old.name).is_none());
    changes.extend(gone.map(|old| Change::removed(old.clone())));
    changes
}

fn check_change(
    (before, one): (&Operation, Option<&Check>),
    (after, other): (&Operation, Option<&Check>),
) -> Option<Change<CheckDescription>> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let (old, new) = (describe::describe_check(before, one), describe::describe_check(after, other));
            let answer = |check: &CheckDescription| {
                let code = check.code.as_ref()?;
                Some(check.status.map_or_else(|| code.clone(), |status| format!("{status} {code}")))
            };
            let respelt = |text: &str| respelt(text, before, after);
            let text = |what, old: Option<&String>, new: Option<&String>| {
                difference(what, old.map(|text| respelt(text)), new.cloned())
            };
            let must = text("must", Some(&old.must), Some(&new.must))
                .or_else(|| listed_values_differ(before, one, after, other))
                .map(|mut found| {
                    let (olds, news) = (values_of(before, one), values_of(after, other));
                    let only = |these: &[String], those: &[String]| -> Vec<String> {
                        these.iter().filter(|value| !those.contains(value)).cloned().collect()
                    };
                    found.added = only(&news, &olds);
                    found.removed = only(&olds, &news);
                    found
                });
            let differences = [
                must,
                text("when", old.when.as_ref(), new.when.as_ref()),
                text("unless", old.cleared_by.as_ref(), new.cleared_by.as_ref()),
                difference("outcome", Some(old.outcome.to_owned()), Some(new.outcome.to_owned())),
                difference("stage", Some(old.stage.clone()), Some(new.stage.clone())),
                difference("answer", answer(&old), answer(&new)),
            ];
            Change::between(old, new, differences)
        }
        (None, Some(other)) if is_told_alone(other) => Some(Change::added(describe::describe_check(after, other))),
        (Some(one), None) if is_told_alone(one) => Some(Change::removed(describe::describe_check(before, one))),
        _ => None,
    }
}

/// A sentence of the one with its parameters spelt as in the other, so that a new spelling is told once and not with
/// every constraint.
fn respelt(text: &str, before: &Operation, after: &Operation) -> String {
    let mut text = text.to_owned();
    for new in after.parameters.iter().filter(|new| !new.name.is_empty()) {
        let mut olds = before.parameters.iter().filter(|old| is_same_name(&old.name, &new.name));
        if let Some(old) = olds.next().filter(|old| old.name != new.name) {
            text = text.replace(&old.name, &new.name);
        }
    }
    text
}

/// The values that a check allows or forbids, where it names them one by one.
fn values_of(operation: &Operation, check: &Check) -> Vec<String> {
    match &check.run {
        Run::Must { condition: Condition::Word { word: Word::OneOf { values, .. }, .. }, .. } => match values.list {
            Some(list) => operation.provider.lists[list].values.clone(),
            None => values.values.clone(),
        },
        _ => Vec::new(),
    }
}

/// Lists of one size and date are told in the same words; their values may differ all the same.
fn listed_values_differ(before: &Operation, one: &Check, after: &Operation, other: &Check) -> Option<Difference> {
    let (old, new) = (values_of(before, one), values_of(after, other));
    (old != new).then(|| Difference::new("must", Some(old.join(", ")), Some(new.join(", "))))
}

pub(super) fn difference(what: &'static str, before: Option<String>, after: Option<String>) -> Option<Difference> {
    (before != after).then(|| Difference::new(what, before, after))
}

impl Difference {
    fn new(what: &'static str, before: Option<String>, after: Option<String>) -> Difference {
        Difference { what, before, after, added: Vec::new(), removed: Vec::new() }
    }
}

impl<T> Change<T> {
    pub(super) fn added(after: T) -> Change<T> {
        Change { change: ChangeKind::Added, before: None, after: Some(after), differences: Vec::new() }
    }

    pub(super) fn removed(before: T) -> Change<T> {
        Change { change: ChangeKind::Removed, before: Some(before), after: None, differences: Vec::new() }
    }

    /// What differs between two that are the same thing; none when nothing does.
    pub(super) fn between(
        before: T,
        after: T,
        differences: impl IntoIterator<Item = Option<Difference>>,
    ) -> Option<Change<T>> {
        let differences: Vec<Difference> = differences.into_iter().flatten().collect();
        let renamed = |difference: &Difference| matches!(difference.what, "name" | "code");
        let change = if differences.iter().any(renamed) { ChangeKind::Renamed } else { ChangeKind::Changed };
        (!differences.is_empty()).then(|| Change { change, before: Some(before), after: Some(after), differences })
    }
}
