//! Reports: what a check found, made into words only when somebody asks.
//!
//! A [`Report`] holds which checks failed and where; codes, messages, details and places are made from that on demand. It never
//! decides anything, and never shows a value that the provider's file calls secret.

mod detail;
mod excerpt;
mod finding;
mod gateway;
mod hints;
mod record;
mod secrets;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::catalog::{Catalog, Unsupported};
use crate::engine::{CheckResult, Event, Scope};
use crate::facts::{self, FactView, Facts};
use crate::operation::screen::Suspects;
use crate::operation::{Answer, Check, Operation, Outcome, ParameterIndex, Provider};
use crate::place::{Position, PositionIndex};
use crate::request::slots::{self, Bound, Here, Note, NoteKind, Slots, Value};
use crate::request::{InputError, InputErrorKind, Request};
use crate::rule::provider::UnknownParameters;

pub(crate) use detail::quoted;
pub use excerpt::Excerpt;
pub use finding::{
    DryRunNote, Finding, OpenCheck, Origin, Place, PredictedAnswer, PredictedError, SourceNote, Warning, WarningKind,
};
pub use hints::{Hint, HintKind};
pub(crate) use record::ErrorRecord;
pub use record::{CheckTrace, Record, RequestNames};

/// What is predicted for one request.
#[derive(Debug)]
pub struct Report<'r> {
    state: State<'r>,
}

#[derive(Debug)]
enum State<'r> {
    Checked(Checked<'r>),
    /// The gateway refuses it before any operation is looked at.
    Refused(Cow<'r, Request<'r>>, Arc<Provider>),
    Unsupported(Cow<'r, Request<'r>>, Unsupported),
    Unreadable(Cow<'r, Request<'r>>, InputError),
}

/// The verdict of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verdict {
    /// The API would answer with an error.
    Reject,
    /// Nothing wrong was found; open checks say what was not decided.
    Pass,
    /// There are no rules for this operation or edition.
    Unsupported,
    /// The input, or the facts that it carries, could not be read.
    Unreadable,
}

/// A request held against an operation.
#[derive(Debug)]
pub(crate) struct Checked<'r> {
    operation: &'r Operation,
    request: Cow<'r, Request<'r>>,
    slots: Slots<'r>,
    own_facts: Option<Box<Facts>>,
    given_facts: &'r Facts,
    findings: Vec<Event>,
    /// The editions to take hints from; none where no hints are given.
    catalog: Option<&'r Catalog>,
    /// What is only found out when somebody asks, and few do.
    asked: OnceLock<Box<Asked<'r>>>,
}

/// What nobody pays for who does not ask.
#[derive(Debug, Default)]
struct Asked<'r> {
    /// Failed checks that only warn.
    warnings: OnceLock<Vec<Event>>,
    open: OnceLock<Vec<Event>>,
    positions: OnceLock<PositionIndex>,
    /// Notes about values of another form than their parameter's, by its name.
    flattened: OnceLock<HashMap<String, usize>>,
    /// The request as the other editions see it.
    siblings: OnceLock<Vec<hints::Sibling<'r>>>,
}

/// So many mistakes are compared one by one.
const FEW: usize = 8;

/// What makes two failed checks one mistake.
#[derive(PartialEq, Eq, Hash)]
struct Mistake<'c> {
    code: Option<&'c str>,
    /// The parameter, or the name of one that is not known.
    place: Result<(ParameterIndex, Here), &'c str>,
    is_finding: bool,
    is_disputed: bool,
}

impl<'r> Report<'r> {
    /// Checks a request; `bound` are its parameters, where they are bound already, and `catalog` has the editions to take
    /// hints from.
    #[inline]
    pub(crate) fn of_checked(
        operation: &'r Operation,
        request: Cow<'r, Request<'r>>,
        given_facts: &'r Facts,
        bound: Option<Bound<'r>>,
        catalog: Option<&'r Catalog>,
    ) -> Report<'r> {
        let own_facts = match &request.facts {
            None => None,
            Some(node) => {
                let mut own = Facts::none();
                if let Err((span, message)) = facts::read_request_facts(&mut own, node, &operation.provider) {
                    let position = request.position(span.start);
                    let error = InputError { kind: InputErrorKind::Facts, message, position };
                    return Report { state: State::Unreadable(request, error) };
                }
                Some(Box::new(own))
            }
        };
        let Bound { slots, suspects } = bound.unwrap_or_else(|| {
            let mut slots = Slots::reused();
            let suspects = match &request {
                // A request in another form is never owned: its report borrows from it.
                Cow::Borrowed(Request { written: Some(written), .. }) => {
                    slots::bind_written(operation, written, &mut slots);
                    None
                }
                request => slots::bind(operation, request, &mut slots),
            };
            Bound { slots, suspects }
        });
        let mut checked = Checked {
            operation,
            request,
            slots,
            own_facts,
            given_facts,
            findings: Vec::new(),
            catalog,
            asked: OnceLock::new(),
        };
        checked.findings = checked.mistakes(Scope::Findings, suspects);
        Report { state: State::Checked(checked) }
    }

    /// A request that names no operation.
    pub(crate) fn of_refused(request: &'r Request<'r>, provider: Arc<Provider>) -> Report<'r> {
        Report { state: State::Refused(Cow::Borrowed(request), provider) }
    }

    pub(crate) fn of_unsupported(request: Cow<'r, Request<'r>>, unsupported: Unsupported) -> Report<'r> {
        Report { state: State::Unsupported(request, unsupported) }
    }

    /// The request that the report is about.
    pub fn request(&self) -> &Request<'r> {
        match &self.state {
            State::Checked(checked) => &checked.request,
            State::Refused(request, _) | State::Unsupported(request, _) | State::Unreadable(request, _) => request,
        }
    }

    /// What became of the request.
    pub fn verdict(&self) -> Verdict {
        match &self.state {
            State::Checked(checked) if checked.findings.is_empty() && self.faults().next().is_none() => Verdict::Pass,
            State::Checked(_) | State::Refused(..) => Verdict::Reject,
            State::Unsupported(..) => Verdict::Unsupported,
            State::Unreadable(..) => Verdict::Unreadable,
        }
    }

    /// The error that the API would answer with: the first finding.
    pub fn error(&self) -> Option<PredictedError> {
        if let Some(finding) = self.refusals().into_iter().next() {
            return Some(PredictedError { certain: true, finding });
        }
        let checked = self.checked()?;
        let first = checked.findings.first()?;
        Some(PredictedError { certain: checked.is_certain(first), finding: checked.finding(first) })
    }

    /// All findings, the predicted error first, then what the caller would meet next.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.refusals();
        if let Some(checked) = self.checked() {
            findings.extend(checked.findings.iter().map(|event| checked.finding(event)));
        }
        findings
    }

    /// All findings with what may explain them, such as another edition that allows it. For that the request is held
    /// against the other editions of its operation.
    pub fn findings_with_hints(&self) -> Vec<Finding> {
        let mut findings = self.refusals();
        if let Some(checked) = self.checked() {
            let hinted = |event| Finding { hints: checked.hints(event), ..checked.finding(event) };
            findings.extend(checked.findings.iter().map(hinted));
        }
        findings
    }

    /// The codes of all findings, the predicted one first, without making words of anything: what a program asks that
    /// only wants to know whether and why.
    pub fn codes(&self) -> impl Iterator<Item = Option<&str>> {
        let findings = self.checked().map(|checked| (checked, checked.findings.as_slice()));
        let refused = self.faults().map(|(_, _, answer)| Some(answer.answer.code.as_str()));
        refused.chain(
            findings
                .into_iter()
                .flat_map(|(checked, events)| events.iter().map(|event| checked.code(checked.check(event)))),
        )
    }

    /// How many warnings and how many open checks there are, without making words of them.
    pub fn counts(&self) -> (usize, usize) {
        self.checked().map_or((0, 0), |checked| {
            (checked.warned_notes().count() + checked.warned_events().len(), checked.open_events().len())
        })
    }

    /// What does not lead to rejection but should be known.
    pub fn warnings(&self) -> Vec<Warning> {
        self.checked().map(|checked| checked.warnings(false)).unwrap_or_default()
    }

    /// All warnings with what may explain them, as [`findings_with_hints`](Report::findings_with_hints).
    pub fn warnings_with_hints(&self) -> Vec<Warning> {
        self.checked().map(|checked| checked.warnings(true)).unwrap_or_default()
    }

    /// Checks that could not be decided, with what would settle them.
    pub fn open(&self) -> Vec<OpenCheck> {
        self.checked()
            .map(|checked| checked.open_events().iter().map(|event| checked.open_check(event)).collect())
            .unwrap_or_default()
    }

    /// For a dry run with nothing wrong: the answer that says so.
    pub fn dry_run(&self) -> Option<DryRunNote> {
        self.checked().filter(|_| self.verdict() == Verdict::Pass).and_then(Checked::dry_run)
    }

    /// Why there is no verdict, for `unsupported` and `unreadable`.
    pub fn problem(&self) -> Option<&str> {
        match &self.state {
            State::Checked(_) | State::Refused(..) => None,
            State::Unsupported(_, unsupported) => Some(&unsupported.message),
            State::Unreadable(_, error) => Some(&error.message),
        }
    }

    /// Where the problem of an unreadable request stands in the input.
    pub fn problem_position(&self) -> Option<Position> {
        match &self.state {
            State::Unreadable(_, error) => Some(error.position),
            State::Checked(_) | State::Refused(..) | State::Unsupported(..) => None,
        }
    }

    /// The lines of the request around a place, secrets masked.
    pub fn excerpt(&self, place: &Place) -> Option<Excerpt> {
        let secrets = match self.checked() {
            Some(checked) => checked.secret_places(),
            None => secrets::written_places(self.request()),
        };
        excerpt::around(self.request(), &secrets, place)
    }

    /// Whether facts of a section were given at all; for programs that tell "not asked" from "not enough".
    pub fn section_is_given(&self, section: &str) -> bool {
        self.checked().is_some_and(|checked| {
            let index = checked.operation.provider.section(section);
            index.is_some_and(|index| checked.facts().is_given(index))
        })
    }

    /// Why the request and facts cannot tell whether an error comes, when the rules say so: a row of the operation's table,
    /// or an error that any operation may answer with and to which no check leads.
    pub(crate) fn decided_by_server(&self, code: &str) -> Option<String> {
        let checked = self.checked()?;
        let operation = &checked.operation;
        let mut rows = operation.rows.iter().filter(|row| row.code == code).peekable();
        if rows.peek().is_some() {
            return rows.find_map(|row| row.server.clone());
        }
        let is_decided = operation.checks.iter().any(|check| checked.code(check) == Some(code));
        let common = operation.provider.common_errors.iter().find(|row| row.code == code);
        common.filter(|_| !is_decided).map(|row| row.meaning.clone())
    }

    /// The checks, by id, that answer with a code or may do so.
    pub(crate) fn checks_leading_to(&self, code: &str) -> Vec<String> {
        let Some(checked) = self.checked() else { return Vec::new() };
        let rows = &checked.operation.rows;
        let may =
            |check: &&Check| check.alternatives.iter().any(|row| rows.get(*row).is_some_and(|row| row.code == code));
        let checks = checked.operation.checks.iter();
        checks.filter(|check| checked.code(check) == Some(code) || may(check)).map(|check| check.id.clone()).collect()
    }

    /// A text with the secrets of the request masked.
    pub(crate) fn masked(&self, text: String) -> String {
        match self.checked() {
            Some(checked) => checked.masked(text),
            None => text,
        }
    }

    fn checked(&self) -> Option<&Checked<'r>> {
        match &self.state {
            State::Checked(checked) => Some(checked),
            _ => None,
        }
    }
}

impl<'r> Checked<'r> {
    fn asked(&self) -> &Asked<'r> {
        self.asked.get_or_init(Box::default)
    }

    fn warned_events(&self) -> &[Event] {
        self.asked().warnings.get_or_init(|| self.mistakes(Scope::Failing, None))
    }

    /// The failed checks that are findings, or in a wider scope those that are warnings: of several for one mistake the
    /// first.
    fn mistakes(&self, scope: Scope, screened: Option<Suspects>) -> Vec<Event> {
        let findings = scope == Scope::Findings;
        let mut events: Vec<Event> = Vec::new();
        let mut known: Option<HashSet<Mistake<'_>>> = None;
        crate::engine::run(self.operation, &self.slots, self.facts(), scope, screened, &mut |event| {
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
    fn open_events(&self) -> &[Event] {
        self.asked().open.get_or_init(|| {
            let mut open = Vec::new();
            crate::engine::run(self.operation, &self.slots, self.facts(), Scope::All, None, &mut |event| {
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
    fn mistake(&self, event: &Event) -> Mistake<'_> {
        let check = self.check(event);
        let place = match event.result {
            CheckResult::UnknownParameter(note) => Err(self.slots.notes[note].parameter.as_str()),
            _ => Ok((check.parameter, event.here)),
        };
        let is_finding = check.outcome == Outcome::Finding && event.result != CheckResult::Doubtful;
        Mistake { code: self.code(check), place, is_finding, is_disputed: check.outcome == Outcome::Disputed }
    }

    fn check(&self, event: &Event) -> &Check {
        &self.operation.checks[event.check]
    }

    fn code<'c>(&'c self, check: &'c Check) -> Option<&'c str> {
        match check.answer.as_ref()? {
            Answer::Row(row) => Some(&self.operation.rows[*row].code),
            Answer::Common(answer) => Some(&answer.code),
        }
    }

    /// Whether no open check could answer before a finding.
    fn is_certain(&self, finding: &Event) -> bool {
        let stage = self.check(finding).stage;
        !self.open_events().iter().any(|event| {
            let check = self.check(event);
            check.outcome == Outcome::Finding && check.stage <= stage
        })
    }

    fn facts(&self) -> FactView<'_> {
        let region = self.operation.region.map(|region| &self.slots.slot(self.operation.parameters[region].slot).value);
        FactView {
            provider: &self.operation.provider,
            layers: [self.own_facts.as_deref(), Some(self.given_facts)],
            region: region.and_then(|region| self.slots.text_of(region)),
            region_is_open: matches!(region, Some(Value::Unknown | Value::Perhaps | Value::Partly(_))),
        }
    }

    /// The place of a parameter: its value, or the object in which it is missing.
    fn place(&self, parameter: ParameterIndex, here: Here) -> Place {
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

    fn place_of(&self, span: crate::place::Span) -> Place {
        let text = self.request.text;
        let index = self.asked().positions.get_or_init(|| PositionIndex::new(text, self.request.origin));
        Place::new(span, index.position(text, span.start), self.request.origin.offset)
    }

    /// The notes that are warnings: an unknown parameter is a finding where the gateway refuses it.
    fn warned_notes(&self) -> impl Iterator<Item = &Note> {
        let refuses_unknown = self.operation.provider.wire.unknown_parameters == UnknownParameters::Reject;
        self.slots.notes.iter().filter(move |note| !(refuses_unknown && note.kind == NoteKind::Unknown))
    }

    fn warnings(&self, with_hints: bool) -> Vec<Warning> {
        let mut notes: Vec<&Note> = self.warned_notes().collect();
        notes.sort_by_key(|note| note.span.start);
        let from_notes = notes.into_iter().map(|note| match with_hints {
            true => Warning { hints: self.note_hints(note), ..self.note_warning(note) },
            false => self.note_warning(note),
        });
        let from_checks = self.warned_events().iter().map(|event| match with_hints {
            true => Warning { hints: self.hints(event), ..self.check_warning(event) },
            false => self.check_warning(event),
        });
        from_notes.chain(from_checks).collect()
    }
}
