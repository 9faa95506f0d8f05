//! Findings and warnings that do not count, because somebody who knows better says so.
//!
//! Who that is - a comment, a configuration, a baseline - is for the caller to know: a report asks about each failed or open
//! check and leaves out what it is told to, as if the check were not there. What was behind it then comes forward. Nothing is
//! forgotten: what was left out stands in the report, with its reason.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Serialize;

use crate::engine::{self, CheckResult, Event, Scope};
use crate::operation::Outcome;
use crate::operation::screen::Suspects;
use crate::report::{Checked, Finding, OpenCheck, Report, State, Warning, WarningKind};

/// What a caller is asked about: one result of a check.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Subject<'s> {
    /// A failed check that leads to rejection.
    Finding(&'s Finding),
    /// Something that does not reject.
    Warning(&'s Warning),
    /// A check that could not be decided. It is left out without a trace.
    Open(&'s OpenCheck),
}

/// Why a finding or a warning does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suppression {
    /// Who says so.
    pub by: SuppressedBy,
    /// The reason that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Who says that something does not count. Stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SuppressedBy {
    /// A comment beside the request.
    Comment,
    /// An entry of the configuration.
    Configuration,
    /// A baseline that knows it already.
    Baseline,
    /// The choice of what to look at.
    Selection,
}

/// A finding or a warning that does not count.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Suppressed {
    /// Who says so, and why.
    #[serde(flatten)]
    pub suppression: Suppression,
    /// What it is.
    #[serde(flatten)]
    pub result: SuppressedResult,
}

/// What does not count.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SuppressedResult {
    /// A finding.
    Finding(Box<Finding>),
    /// A warning.
    Warning(Box<Warning>),
}

/// What was taken out of a report.
#[derive(Debug, Default)]
pub(super) struct TakenOut {
    /// By their index in the request.
    faults: HashSet<usize>,
    suppressed: Vec<Suppressed>,
}

/// Checks and notes that say nothing more.
#[derive(Debug, Default)]
pub(super) struct Muted {
    events: HashSet<Event>,
    /// Notes, refusals and traps of the command-line tool, by their numbers.
    notes: HashSet<usize>,
    refusals: HashSet<usize>,
    traps: HashSet<usize>,
}

impl<'s> Subject<'s> {
    /// The full id of the check, where it comes from one.
    pub fn check(&self) -> Option<&'s str> {
        match *self {
            Subject::Finding(finding) => Some(&finding.check),
            Subject::Warning(warning) => warning.check.as_ref().map(|check| check.check.as_str()),
            Subject::Open(open) => Some(&open.check),
        }
    }

    /// The code that the API answers with, or would.
    pub fn code(&self) -> Option<&'s str> {
        match *self {
            Subject::Finding(finding) => finding.code.as_deref(),
            Subject::Warning(warning) => warning.check.as_ref()?.code.as_deref(),
            Subject::Open(open) => open.code.as_deref(),
        }
    }

    /// The kind of the warning that it is, or could only become.
    pub fn kind(&self) -> Option<WarningKind> {
        match *self {
            Subject::Finding(_) => None,
            Subject::Warning(warning) => Some(warning.kind),
            Subject::Open(open) => open.warns,
        }
    }
}

impl<'r> Report<'r> {
    /// The same report without what does not count. `judge` is asked about every finding, warning and open check, and again when
    /// something comes forward because what was before it is gone; it must always answer the same.
    #[must_use]
    pub fn without(mut self, judge: &mut dyn FnMut(&Subject<'_>) -> Option<Suppression>) -> Report<'r> {
        let mut taken = *self.suppressed.take().unwrap_or_default();
        if let State::Checked(checked) = &mut self.state {
            checked.take_out_of_client(judge, &mut taken.suppressed);
        }
        for (index, finding) in self.numbered_refusals() {
            if let Some(suppression) = judge(&Subject::Finding(&finding)) {
                taken.faults.insert(index);
                taken.suppressed.push(Suppressed::finding(suppression, finding));
            }
        }
        if let State::Checked(checked) = &mut self.state {
            checked.take_out(judge, &mut taken.suppressed);
        }
        self.suppressed = Some(Box::new(taken));
        self
    }

    /// What was left out by [`without`](Report::without): findings first, then warnings.
    pub fn suppressed(&self) -> &[Suppressed] {
        self.suppressed.as_ref().map(|taken| taken.suppressed.as_slice()).unwrap_or_default()
    }

    /// Whether a fault of the request does not count.
    pub(super) fn is_taken_out(&self, fault: usize) -> bool {
        self.suppressed.as_ref().is_some_and(|taken| taken.faults.contains(&fault))
    }

    /// Whether the gateway had something to say and none of it counts.
    pub(super) fn is_all_taken_out(&self) -> bool {
        self.suppressed.as_ref().is_some_and(|taken| !taken.faults.is_empty()) && self.faults().next().is_none()
    }
}

impl Suppressed {
    fn finding(suppression: Suppression, finding: Finding) -> Suppressed {
        Suppressed { suppression, result: SuppressedResult::Finding(Box::new(finding)) }
    }

    fn warning(suppression: Suppression, warning: Warning) -> Suppressed {
        Suppressed { suppression, result: SuppressedResult::Warning(Box::new(warning)) }
    }
}

impl Checked<'_> {
    /// Runs the checks, without those that say nothing more; for `screened` see [`engine::run`].
    pub(super) fn run_checks(&self, scope: Scope, screened: Option<Suspects>, visit: &mut dyn FnMut(Event)) {
        let (operation, slots, facts) = (self.operation, &self.slots, self.facts());
        let Some(Muted { events, .. }) = self.muted() else {
            return engine::run(operation, slots, facts, scope, screened, visit);
        };
        engine::run_without(operation, slots, facts, scope, events, &mut |event| {
            if !events.contains(&event) {
                visit(event);
            }
        });
    }

    /// Whether anything was taken out.
    pub(super) fn is_muted(&self) -> bool {
        self.muted().is_some()
    }

    pub(super) fn is_muted_note(&self, index: usize) -> bool {
        self.muted().is_some_and(|muted| muted.notes.contains(&index))
    }

    pub(super) fn is_muted_refusal(&self, number: usize) -> bool {
        self.muted().is_some_and(|muted| muted.refusals.contains(&number))
    }

    pub(super) fn is_muted_trap(&self, number: usize) -> bool {
        self.muted().is_some_and(|muted| muted.traps.contains(&number))
    }

    /// None where nobody asked to leave anything out.
    fn muted(&self) -> Option<&Muted> {
        self.asked.get()?.muted.as_deref()
    }

    /// From now on these say nothing more, and what was made of all checks is made anew.
    fn mute(&mut self, more: Muted) {
        let mut asked = self.asked.take().unwrap_or_default();
        let muted = asked.muted.get_or_insert_default();
        muted.events.extend(more.events);
        muted.notes.extend(more.notes);
        muted.refusals.extend(more.refusals);
        muted.traps.extend(more.traps);
        (asked.warnings, asked.open, asked.siblings) = Default::default();
        self.asked = OnceLock::from(asked);
        self.findings = self.mistakes(Scope::Findings, None);
    }

    fn take_out_of_client(
        &mut self,
        judge: &mut dyn FnMut(&Subject<'_>) -> Option<Suppression>,
        suppressed: &mut Vec<Suppressed>,
    ) {
        let mut muted = Muted::default();
        for (number, finding) in self.numbered_client_findings() {
            if let Some(suppression) = judge(&Subject::Finding(&finding)) {
                muted.refusals.insert(number);
                suppressed.push(Suppressed::finding(suppression, finding));
            }
        }
        if !muted.refusals.is_empty() {
            self.mute(muted);
        }
    }

    fn take_out(
        &mut self,
        judge: &mut dyn FnMut(&Subject<'_>) -> Option<Suppression>,
        suppressed: &mut Vec<Suppressed>,
    ) {
        let mut muted = Muted::default();
        let mut warnings = Vec::new();
        for (number, trap) in self.traps() {
            let warning = self.trap_warning(trap);
            if let Some(suppression) = judge(&Subject::Warning(&warning)) {
                muted.traps.insert(number);
                warnings.push((trap.span.start, Suppressed::warning(suppression, warning)));
            }
        }
        let notes = self.slots.notes.iter().enumerate();
        for (index, note) in notes.filter(|(index, note)| self.is_warned_of(note) && !self.is_muted_note(*index)) {
            let warning = self.note_warning(note);
            if let Some(suppression) = judge(&Subject::Warning(&warning)) {
                muted.notes.insert(index);
                warnings.push((note.span.start, Suppressed::warning(suppression, warning)));
            }
        }
        warnings.sort_by_key(|(start, _)| *start);
        let mut warnings: Vec<Suppressed> = warnings.into_iter().map(|(_, warning)| warning).collect();
        // Findings and warnings of checks by the place of the check in the order; of several for one mistake the first.
        let (mut of_checks, mut known) = (Vec::new(), HashSet::new());
        if let Some(before) = self.muted() {
            muted.events.extend(&before.events);
        }
        loop {
            let before = muted.events.len();
            for event in self.telling_events(&muted.events) {
                let Some((suppression, result)) = self.judged(&event, judge) else { continue };
                muted.events.insert(event);
                if let Some(result) = result.filter(|_| known.insert(self.mistake(&event))) {
                    of_checks.push((event.check, Suppressed { suppression, result }));
                }
            }
            // What comes forward may be left out too.
            if muted.events.len() == before {
                break;
            }
        }
        of_checks.sort_by_key(|(check, _)| *check);
        for (_, one) in of_checks {
            match one.result {
                SuppressedResult::Finding(_) => suppressed.push(one),
                SuppressedResult::Warning(_) => warnings.push(one),
            }
        }
        suppressed.append(&mut warnings);
        drop(known);
        if !muted.events.is_empty() || !muted.notes.is_empty() || !muted.traps.is_empty() {
            self.mute(muted);
        }
    }

    /// Everything that failed or stayed open, but for what is muted.
    fn telling_events(&self, muted: &HashSet<Event>) -> Vec<Event> {
        let mut events = Vec::new();
        let (operation, slots, facts) = (self.operation, &self.slots, self.facts());
        engine::run_without(operation, slots, facts, Scope::All, muted, &mut |event| {
            let tells = !matches!(event.result, CheckResult::DoesNotApply | CheckResult::Holds);
            if tells && !muted.contains(&event) {
                events.push(event);
            }
        });
        events
    }

    /// What the caller says of an event, with what it is in words; an open check is not kept.
    fn judged(
        &self,
        event: &Event,
        judge: &mut dyn FnMut(&Subject<'_>) -> Option<Suppression>,
    ) -> Option<(Suppression, Option<SuppressedResult>)> {
        let is_finding = self.check(event).outcome == Outcome::Finding && event.result != CheckResult::Doubtful;
        if event.result == CheckResult::Open {
            return Some((judge(&Subject::Open(&self.open_check(event)))?, None));
        }
        if is_finding {
            let finding = self.finding(event);
            let suppression = judge(&Subject::Finding(&finding))?;
            return Some((suppression, Some(SuppressedResult::Finding(Box::new(finding)))));
        }
        let warning = self.check_warning(event);
        let suppression = judge(&Subject::Warning(&warning))?;
        Some((suppression, Some(SuppressedResult::Warning(Box::new(warning)))))
    }
}
