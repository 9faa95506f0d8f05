//! The engine: the checks of an operation over the slots of a request.
//!
//! It decides; it does not speak. Which checks failed and where is all that it gives, and the report makes words of
//! it. It reads no file, clock or network, and cannot fail.

mod attached;
mod evaluate;
pub(crate) mod partly;
mod policy;
mod screen;
pub(crate) mod text;
mod trace;
pub(crate) mod url;
mod words;

use std::collections::HashSet;

use crate::facts::FactView;
use crate::operation::screen::Suspects;
use crate::operation::{Check, Form, Operation, Outcome, ParameterIndex, Run};
use crate::request::slots::{Here, Note, NoteKind, SlotIndex, Slots, Value, is_scalar};
use crate::rule::provider::Scalars;

pub(crate) use evaluate::Evaluator;
pub(crate) use trace::{Failure, Need, Trace, Wanted};
pub(crate) use words::part_of_host;

/// Of four values, from worst to best: `all_of` is as its worst part, `any_of` as its best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    Fails,
    /// Fails in our reading of a word, and would hold in another.
    Doubtful,
    /// Not decided: a value or a fact is not known.
    Open,
    Holds,
}

impl Truth {
    pub fn of(holds: bool) -> Truth {
        if holds { Truth::Holds } else { Truth::Fails }
    }

    pub fn not(self) -> Truth {
        match self {
            Truth::Fails => Truth::Holds,
            Truth::Holds => Truth::Fails,
            other => other,
        }
    }
}

/// What came of one check at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Event {
    /// Index in the operation's checks.
    pub check: usize,
    pub here: Here,
    pub result: CheckResult,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CheckResult {
    /// It did not apply here.
    DoesNotApply,
    Holds,
    Fails,
    Doubtful,
    Open,
    /// The unknown parameter of the note with this index was refused.
    UnknownParameter(usize),
}

/// Which checks to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All of them.
    All,
    /// Those that can fail: where no fact is known, checks over facts can only be open.
    Failing,
    /// Those of them that can lead to a finding.
    Findings,
}

/// Runs checks, in order, and gives each result to `visit`. `screened` are the checks that may lead to findings while no
/// fact is known, where binding has found them already.
pub(crate) fn run(
    operation: &Operation,
    slots: &Slots<'_>,
    facts: FactView<'_>,
    scope: Scope,
    screened: Option<Suspects>,
    visit: &mut dyn FnMut(Event),
) {
    Runner { operation, slots, facts, muted: None, faults: Vec::new(), unknown_names: None }
        .run(scope, screened, visit);
}

/// As [`run`], with failures that mean nothing: what reads their parameters is checked as if they had not happened.
pub(crate) fn run_without(
    operation: &Operation,
    slots: &Slots<'_>,
    facts: FactView<'_>,
    scope: Scope,
    muted: &HashSet<Event>,
    visit: &mut dyn FnMut(Event),
) {
    let muted = Some(muted);
    Runner { operation, slots, facts, muted, faults: Vec::new(), unknown_names: None }.run(scope, None, visit);
}

/// What is wrong with the value of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// It led to a finding: what reads it says nothing more.
    Failed,
    /// It is of the wrong type: nothing is known of what lies in it either.
    OfWrongType,
}

struct Runner<'r, 't> {
    operation: &'r Operation,
    slots: &'r Slots<'t>,
    facts: FactView<'r>,
    muted: Option<&'r HashSet<Event>>,
    /// By slot; empty until there is a fault.
    faults: Vec<Fault>,
    /// Names that the gateway refuses, in lower case, where there are any.
    unknown_names: Option<HashSet<String>>,
}

impl Runner<'_, '_> {
    fn run(mut self, scope: Scope, screened: Option<Suspects>, visit: &mut dyn FnMut(Event)) {
        let (operation, slots, no_facts) = (self.operation, self.slots, self.facts.is_empty());
        let suspects = match (scope, screened) {
            (Scope::All, _) => None,
            (Scope::Findings, Some(suspects)) if no_facts => Some(suspects),
            _ => screen::suspects(operation, slots, no_facts, scope == Scope::Findings),
        };
        if suspects.is_some_and(|suspects| suspects.is_empty()) {
            return;
        }
        let refuses_unknown = |check: &Check| matches!(check.run, Run::NoUnknownParameter);
        if slots.has_unknown_names() && operation.checks.iter().any(refuses_unknown) {
            let unknown = slots.notes.iter().filter(|note| note.kind == NoteKind::Unknown);
            self.unknown_names = Some(unknown.map(|note| note.parameter.to_ascii_lowercase()).collect());
        }
        match suspects {
            Some(suspects) => suspects.iter().for_each(|index| self.run_check(index, visit)),
            None => {
                let skips = scope != Scope::All && no_facts;
                for (index, check) in operation.checks.iter().enumerate() {
                    if !(skips && check.is_open_without_facts) {
                        self.run_check(index, visit);
                    }
                }
            }
        }
    }

    fn run_check(&mut self, index: usize, visit: &mut dyn FnMut(Event)) {
        let check = &self.operation.checks[index];
        if matches!(check.run, Run::NoUnknownParameter) {
            let unknown = |(_, note): &(usize, &Note)| note.kind == NoteKind::Unknown;
            let mut any = false;
            for (note, _) in self.slots.notes.iter().enumerate().filter(unknown) {
                any = true;
                visit(Event { check: index, here: Here::ROOT, result: CheckResult::UnknownParameter(note) });
            }
            if !any {
                visit(Event { check: index, here: Here::ROOT, result: CheckResult::Holds });
            }
            return;
        }
        let (operation, slots) = (self.operation, self.slots);
        slots.for_each_place(operation, check.parameter, &mut |here| {
            let result = self.result(check, here);
            let is_type = matches!(check.run, Run::Type);
            let is_finding = check.outcome == Outcome::Finding && !check.speaks_of_facts;
            let event = Event { check: index, here, result };
            if result == CheckResult::Fails
                && (is_type || is_finding)
                && !self.muted.is_some_and(|muted| muted.contains(&event))
            {
                self.mark(slots.find(operation, check.parameter, here), is_type);
            }
            visit(event);
        });
    }

    fn mark(&mut self, slot: Option<SlotIndex>, is_type: bool) {
        let Some(slot) = slot else { return };
        self.faults.resize(self.slots.len(), Fault::None);
        let fault = &mut self.faults[slot];
        *fault = if is_type || *fault == Fault::OfWrongType { Fault::OfWrongType } else { Fault::Failed };
    }

    fn result(&self, check: &Check, here: Here) -> CheckResult {
        let (operation, slots) = (self.operation, self.slots);
        if slots.unknown_around(operation, check.parameter, here).is_some() {
            // Nothing is known to be there.
            return CheckResult::DoesNotApply;
        }
        if let Some((first, last)) = check.at {
            let position = slots.position(operation, check.parameter, here);
            if !position.is_some_and(|position| (first..=last).contains(&position)) {
                return CheckResult::DoesNotApply;
            }
        }
        match &check.run {
            Run::Required => match slots.find(operation, check.parameter, here) {
                None => CheckResult::DoesNotApply,
                Some(_) if self.is_replaced_by_unknown_name(check.parameter, here) => CheckResult::DoesNotApply,
                Some(slot) => match slots.slot(slot).value {
                    Value::Perhaps => CheckResult::Open,
                    ref value => truth_result(Truth::of(*value != Value::Absent)),
                },
            },
            Run::Type => match slots.find(operation, check.parameter, here) {
                Some(slot) => self.type_result(check.parameter, slot),
                None => CheckResult::DoesNotApply,
            },
            Run::Must { condition, when_given } => {
                if *when_given && !slots.is_given(operation, check.parameter, here) || !self.applies(check, here) {
                    return CheckResult::DoesNotApply;
                }
                let evaluator = Evaluator::new(operation, slots, self.facts, here);
                let trace = &mut Trace::silent();
                if let Some(when) = &check.when {
                    match evaluator.evaluate(when, trace) {
                        Truth::Holds => {}
                        Truth::Open if evaluator.evaluate(condition, trace) != Truth::Holds => {
                            return CheckResult::Open;
                        }
                        _ => return CheckResult::DoesNotApply,
                    }
                }
                if let Some(cleared_by) = &check.cleared_by
                    && evaluator.evaluate(cleared_by, trace) == Truth::Holds
                {
                    return CheckResult::DoesNotApply;
                }
                truth_result(evaluator.evaluate(condition, trace))
            }
            Run::NoUnknownParameter => CheckResult::DoesNotApply,
        }
    }

    /// Whether nothing that the check reads is at fault or missing.
    fn applies(&self, check: &Check, here: Here) -> bool {
        let (operation, slots) = (self.operation, self.slots);
        let fault = |parameter: ParameterIndex| {
            let slot = slots.find(operation, parameter, here);
            slot.and_then(|slot| self.faults.get(slot)).copied().unwrap_or(Fault::None)
        };
        let at_fault = |parameter: &ParameterIndex| {
            let mut around = std::iter::successors(Some(*parameter), |inner| operation.parameters[*inner].parent);
            fault(*parameter) != Fault::None || around.any(|outer| fault(outer) == Fault::OfWrongType)
        };
        let evaluator = Evaluator::new(operation, slots, self.facts, here);
        (self.faults.is_empty() || !check.reads.iter().any(at_fault))
            && check.compares_with.iter().all(|parameter| evaluator.has_value(*parameter))
            && !check.reads_entities.iter().any(|entity| evaluator.is_absent(*entity))
            && check.host_parts.iter().all(|entity| evaluator.has_host_part(*entity))
    }

    /// Where the gateway refuses unknown names, a required parameter under a misspelt name is not also missing.
    fn is_replaced_by_unknown_name(&self, parameter: ParameterIndex, here: Here) -> bool {
        // Names are put together only where one might be replaced.
        self.unknown_names.as_ref().is_some_and(|names| {
            let name = self.slots.wire_name(self.operation, parameter, here);
            names.contains(&name.to_ascii_lowercase())
        })
    }

    fn type_result(&self, parameter: ParameterIndex, slot: SlotIndex) -> CheckResult {
        let form = self.operation.parameters[parameter].form;
        let typed = self.operation.provider.wire.scalars == Scalars::Typed;
        let value = &self.slots.slot(slot).value;
        let text = self.slots.text_of(value).unwrap_or_default();
        let fits = match (value, form) {
            (Value::Absent, _) => return CheckResult::DoesNotApply,
            (Value::Unknown | Value::Perhaps, _) if is_scalar(form) && !typed => return CheckResult::Open,
            (Value::Unknown | Value::Perhaps, _) => return CheckResult::DoesNotApply,
            (Value::Partly(text), _) => return truth_result(partly::has_form(text, form)),
            (Value::Misshapen, _) => false,
            (Value::Record(_), Form::Object) | (Value::List { .. }, Form::List(_)) => true,
            (Value::Record(_) | Value::List { .. }, _) => false,
            // Whether a text is taken where another type belongs is not known of any provider with typed values.
            (Value::Number(_) | Value::Text(_) | Value::Decoded(_), Form::Integer) => is_whole(text),
            (Value::Number(_) | Value::Text(_) | Value::Decoded(_), Form::Unsigned) => {
                is_whole(text) && !text.starts_with('-')
            }
            (Value::Bool(_), Form::Boolean) | (Value::Text(_) | Value::Decoded(_), Form::String) => true,
            (Value::Text(_) | Value::Decoded(_), Form::Boolean) => {
                text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
            }
            (_, Form::String) => !typed,
            (_, _) => false,
        };
        truth_result(Truth::of(fits))
    }
}

fn truth_result(truth: Truth) -> CheckResult {
    match truth {
        Truth::Fails => CheckResult::Fails,
        Truth::Doubtful => CheckResult::Doubtful,
        Truth::Open => CheckResult::Open,
        Truth::Holds => CheckResult::Holds,
    }
}

/// An optional minus and digits.
pub(crate) fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
