//! A request held against an operation: which checks failed, which are open, and where. What is found out only when
//! somebody asks is kept for the next who does.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::catalog::Catalog;
use crate::engine::{CheckResult, Event, Scope};
use crate::facts::{FactView, Facts};
use crate::limits;
use crate::operation::screen::Suspects;
use crate::operation::{Answer, Check, Operation, Outcome, ParameterIndex};
use crate::place::PositionIndex;
use crate::report::fix::Tries;
use crate::report::secrets::Secrets;
use crate::report::{Fingerprint, Place, Warning, hints, suppression};
use crate::request::Request;
use crate::request::slots::{self, Here, Note, NoteKind, Slots, Value};
use crate::rule::provider::UnknownParameters;

/// A request held against an operation.
#[derive(Debug)]
pub(crate) struct Checked<'r> {
    pub(super) operation: &'r Operation,
    pub(super) request: Cow<'r, Request<'r>>,
    /// Its parameters; those of a request that was kept stay where they are.
    pub(super) slots: Cow<'r, Slots<'r>>,
    pub(super) own_facts: Option<Box<Facts>>,
    pub(super) given_facts: &'r Facts,
    pub(super) findings: Vec<Event>,
    /// The editions to take hints from; none where no hints are given.
    pub(super) catalog: Option<&'r Catalog>,
    /// What is only found out when somebody asks, and few do.
    pub(super) asked: OnceLock<Box<Asked<'r>>>,
}

/// What nobody pays for who does not ask.
#[derive(Debug, Default)]
pub(super) struct Asked<'r> {
    /// Failed checks that only warn.
    pub(super) warnings: OnceLock<Vec<Event>>,
    pub(super) open: OnceLock<Vec<Event>>,
    pub(super) positions: OnceLock<PositionIndex>,
    pub(super) secrets: OnceLock<Secrets>,
    /// Notes about values of another form than their parameter's, by its name.
    pub(super) flattened: OnceLock<HashMap<String, usize>>,
    /// The request as the other editions see it.
    pub(super) siblings: OnceLock<Vec<hints::Sibling<'r>>>,
    /// What was taken out of the report: checks and notes that say nothing more.
    pub(super) muted: Option<Box<suppression::Muted>>,
}

/// So many mistakes are compared one by one.
const FEW: usize = 8;

/// The parameters of a request that whoever read it did not bind just now, and the checks that may lead to findings, where
/// that is known.
pub(super) fn bind<'r>(
    operation: &Operation,
    request: &Cow<'r, Request<'r>>,
) -> (Cow<'r, Slots<'r>>, Option<Suspects>) {
    // A request that was kept, or came in another form, is never owned: its report borrows from it.
    if let Cow::Borrowed(Request { bound: Some(known), .. }) = request
        && std::ptr::eq(&*known.operation, operation)
    {
        return (Cow::Borrowed(&known.bound.slots), known.bound.suspects);
    }
    let mut slots = Slots::reused();
    let suspects = match request {
        Cow::Borrowed(Request { written: Some(written), .. }) => {
            slots::bind_written(operation, written, &mut slots);
            None
        }
        request => slots::bind(operation, request, &mut slots),
    };
    (Cow::Owned(slots), suspects)
}

/// What makes two failed checks one mistake.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Mistake<'c> {
    code: Option<&'c str>,
    /// The parameter, or the name of one that is not known.
    place: Result<(ParameterIndex, Here), &'c str>,
    is_finding: bool,
    is_disputed: bool,
}

/// Which limit the values of a request go beyond, in words.
fn too_many_values(slots: &Slots<'_>) -> Option<String> {
    if slots.values() > limits::PARAMETERS {
        return Some(format!("a request with more than {} values of parameters", limits::PARAMETERS));
    }
    let is_long = slots.len() > limits::LIST_ELEMENTS && slots.longest_list() > limits::LIST_ELEMENTS;
    is_long.then(|| format!("a list of more than {} elements", limits::LIST_ELEMENTS))
}

impl<'r> Checked<'r> {
    pub(super) fn asked(&self) -> &Asked<'r> {
        self.asked.get_or_init(Box::default)
    }

    /// Finds the findings; where the request goes beyond a limit, says beyond which.
    #[inline]
    pub(super) fn find(&mut self, suspects: Option<Suspects>) -> Option<String> {
        let too_many = too_many_values(&self.slots);
        if too_many.is_none() {
            self.findings = self.mistakes(Scope::Findings, suspects);
            if self.findings.len() > limits::FINDINGS {
                return Some(format!("a request with more than {} findings", limits::FINDINGS));
            }
        }
        too_many
    }

    pub(super) fn warned_events(&self) -> &[Event] {
        self.asked().warnings.get_or_init(|| self.mistakes(Scope::Failing, None))
    }

    /// The failed checks that are findings, or in a wider scope those that are warnings: of several for one mistake the
    /// first.
    pub(super) fn mistakes(&self, scope: Scope, screened: Option<Suspects>) -> Vec<Event> {
        let findings = scope == Scope::Findings;
        let mut events: Vec<Event> = Vec::new();
        let mut known: Option<HashSet<Mistake<'_>>> = None;
        self.run_checks(scope, screened, &mut |event| {
            let is_finding = match (event.result, self.operation.checks[event.check].outcome) {
                (CheckResult::DoesNotApply | CheckResult::Holds | CheckResult::Open, _) => return,
                (CheckResult::Fails | CheckResult::UnknownParameter(_), Outcome::Finding) => true,
                _ => false,
            };
            if is_finding != findings {
                return;
            }
            // Few requests have many mistakes: only of those is a set made.
            let is_new = match (events.len(), &mut known) {
                (0..FEW, _) => events.iter().all(|known| self.mistake(known) != self.mistake(&event)),
                (_, known) => {
                    let all = || events.iter().map(|event| self.mistake(event)).collect();
                    known.get_or_insert_with(all).insert(self.mistake(&event))
                }
            };
            if is_new {
                events.push(event);
            }
        });
        events
    }

    /// The open checks.
    pub(super) fn open_events(&self) -> &[Event] {
        self.asked().open.get_or_init(|| {
            let mut open = Vec::new();
            self.run_checks(Scope::All, None, &mut |event| {
                if event.result == CheckResult::Open && !self.is_decided(&event) {
                    open.push(event);
                }
            });
            open
        })
    }

    /// Whether an open check of a value that is known in part could only say what a finding says already.
    fn is_decided(&self, event: &Event) -> bool {
        let parameter = self.check(event).parameter;
        let slot = self.slots.find(self.operation, parameter, event.here).map(|slot| self.slots.slot(slot));
        let is_partly = slot.is_some_and(|slot| matches!(slot.value, Value::Partly(_)));
        is_partly && self.findings.iter().any(|finding| self.mistake(finding) == self.mistake(event))
    }

    /// One finding for each code and parameter; one warning for each kind, code and parameter.
    pub(super) fn mistake(&self, event: &Event) -> Mistake<'_> {
        let check = self.check(event);
        let place = match event.result {
            CheckResult::UnknownParameter(note) => Err(self.slots.notes[note].parameter.as_str()),
            _ => Ok((check.parameter, event.here)),
        };
        let is_finding = check.outcome == Outcome::Finding && event.result != CheckResult::Doubtful;
        Mistake { code: self.code(check), place, is_finding, is_disputed: check.outcome == Outcome::Disputed }
    }

    pub(super) fn check(&self, event: &Event) -> &Check {
        &self.operation.checks[event.check]
    }

    pub(super) fn code<'c>(&'c self, check: &'c Check) -> Option<&'c str> {
        match check.answer.as_ref()? {
            Answer::Row(row) => Some(&self.operation.rows[*row].code),
            Answer::Common(answer) => Some(&answer.code),
        }
    }

    /// Whether no open check could answer before a finding.
    pub(super) fn is_certain(&self, finding: &Event) -> bool {
        let stage = self.check(finding).stage;
        !self.open_events().iter().any(|event| {
            let check = self.check(event);
            check.outcome == Outcome::Finding && check.stage <= stage
        })
    }

    /// The region of the request, where it names one that is known.
    pub(super) fn region(&self) -> Option<&str> {
        self.facts().region
    }

    pub(super) fn facts(&self) -> FactView<'_> {
        let region = self.operation.region.map(|region| &self.slots.slot(self.operation.parameters[region].slot).value);
        FactView {
            provider: &self.operation.provider,
            layers: [self.own_facts.as_deref(), Some(self.given_facts)],
            region: region.and_then(|region| self.slots.text_of(region)),
            region_is_open: matches!(region, Some(Value::Unknown | Value::Perhaps | Value::Partly(_))),
        }
    }

    /// The place of a parameter: its value, or the object in which it is missing.
    pub(super) fn place(&self, parameter: ParameterIndex, here: Here) -> Place {
        let mut next = Some(parameter);
        while let Some(index) = next {
            let slot = self.slots.find(self.operation, index, here).map(|slot| self.slots.slot(slot));
            if let Some(slot) = slot.filter(|slot| slot.value != Value::Absent && slot.span.end > slot.span.start) {
                return self.place_of(slot.span);
            }
            next = self.operation.parameters[index].parent;
        }
        self.place_of(self.request.params.unwrap_or(self.request.span))
    }

    pub(super) fn place_of(&self, span: crate::place::Span) -> Place {
        let position = self.position_index().position(self.request.text, span.start);
        Place::new(span, position, self.request.origin.offset)
    }

    pub(super) fn position_index(&self) -> &PositionIndex {
        self.asked().positions.get_or_init(|| PositionIndex::new(self.request.text, self.request.origin))
    }

    /// The notes that are warnings.
    pub(super) fn warned_notes(&self) -> impl Iterator<Item = &Note> {
        let notes = self.slots.notes.iter().enumerate();
        notes.filter(|(index, note)| self.is_warned_of(note) && !self.is_muted_note(*index)).map(|(_, note)| note)
    }

    /// Whether a note is a warning: an unknown parameter is a finding where the gateway refuses it.
    pub(super) fn is_warned_of(&self, note: &Note) -> bool {
        let refuses_unknown = self.operation.provider.wire.unknown_parameters == UnknownParameters::Reject;
        !(refuses_unknown && note.kind == NoteKind::Unknown)
    }

    pub(super) fn warnings(&self, with_hints: bool) -> Vec<Warning> {
        let tries = Tries::default();
        let mut of_form: Vec<Warning> = self
            .warned_notes()
            .map(|note| match with_hints {
                true => {
                    let (hints, fix) = (self.note_hints(note), self.note_fix(note, &tries));
                    Warning { hints, fix, ..self.note_warning(note) }
                }
                false => self.note_warning(note),
            })
            .collect();
        of_form.extend(self.traps().map(|(_, trap)| self.trap_warning(trap)));
        of_form.sort_by_key(|warning| warning.span.start);
        let from_checks = self.warned_events().iter().map(|event| match with_hints {
            true => {
                let (hints, fix) = (self.hints(event), self.fix(event, &tries));
                Warning { hints, fix, ..self.check_warning(event) }
            }
            false => self.check_warning(event),
        });
        of_form.extend(from_checks);
        Fingerprint::tell_apart(
            of_form.iter_mut().map(|warning| (warning.parameter.as_str(), &mut warning.fingerprint)),
        );
        of_form
    }
}
