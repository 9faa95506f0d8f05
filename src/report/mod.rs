//! Reports: what a check found, made into words only when somebody asks.
//!
//! A [`Report`] holds which checks failed and where; codes, messages, details and places are made from that on demand. It never
//! decides anything, and never shows a value that the provider's file calls secret.

mod checked;
mod client;
mod detail;
mod excerpt;
mod fact_calls;
mod finding;
mod fingerprint;
mod fix;
mod gateway;
mod hints;
mod mask;
mod record;
mod response;
mod secrets;
mod shown;
mod suppression;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::catalog::{Catalog, Unsupported};
use crate::engine::Event;
use crate::facts::{self, Facts};
use crate::operation::{Check, Operation, Provider};
use crate::place::Position;
use crate::request::slots::Bound;
use crate::request::{InputError, InputErrorKind, Request};
use fix::Tries;
use secrets::Secrets;

pub(crate) use checked::Checked;
pub(crate) use client::{MISSING_ARGUMENT, client_check_id};
pub use excerpt::Excerpt;
pub use fact_calls::{FactCall, UnfilledBlank};
pub use finding::{
    DryRunNote, Finding, OpenCheck, Origin, Place, PredictedAnswer, PredictedError, SourceNote, Warning, WarningKind,
};
pub use fingerprint::Fingerprint;
pub use fix::{Applicability, Edit, Fix};
pub(crate) use gateway::refusal_id;
pub use hints::{Hint, HintKind};
pub(crate) use record::ErrorRecord;
pub use record::{CheckTrace, Record, RequestNames};
pub use response::Response;
pub(crate) use shown::quoted;
pub use suppression::{Subject, Suppressed, SuppressedBy, SuppressedResult, Suppression};

/// What is predicted for one request.
#[derive(Debug)]
pub struct Report<'r> {
    state: State<'r>,
    /// What does not count; none where nobody asked for that.
    suppressed: Option<Box<suppression::TakenOut>>,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
                    return Report::of(State::Unreadable(request, error));
                }
                Some(Box::new(own))
            }
        };
        let (slots, suspects) = match bound {
            Some(Bound { slots, suspects }) => (Cow::Owned(slots), suspects),
            None => checked::bind(operation, &request),
        };
        let mut report = Report::of(State::Checked(Checked {
            operation,
            request,
            slots,
            own_facts,
            given_facts,
            findings: Vec::new(),
            catalog,
            asked: OnceLock::new(),
        }));
        // It is checked where it stands, because it is too large to be moved once more.
        let State::Checked(checked) = &mut report.state else { return report };
        match checked.find(suspects) {
            Some(message) => report.exceeded(message),
            None => report,
        }
    }

    fn of(state: State<'r>) -> Report<'r> {
        Report { state, suppressed: None }
    }

    /// The report of a request that goes beyond a limit.
    #[cold]
    fn exceeded(self, message: String) -> Report<'r> {
        let State::Checked(Checked { request, .. }) = self.state else { return self };
        let error = InputError { kind: InputErrorKind::Limit, message, position: request.start() };
        Report::of(State::Unreadable(request, error))
    }

    /// A request that names no operation.
    pub(crate) fn of_refused(request: &'r Request<'r>, provider: Arc<Provider>) -> Report<'r> {
        Report::of(State::Refused(Cow::Borrowed(request), provider))
    }

    pub(crate) fn of_unsupported(request: Cow<'r, Request<'r>>, unsupported: Unsupported) -> Report<'r> {
        Report::of(State::Unsupported(request, unsupported))
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
            State::Checked(checked)
                if checked.findings.is_empty() && self.faults().next().is_none() && checked.client_refusals() == 0 =>
            {
                Verdict::Pass
            }
            State::Refused(..) if self.is_all_taken_out() => Verdict::Pass,
            State::Checked(_) | State::Refused(..) => Verdict::Reject,
            State::Unsupported(..) => Verdict::Unsupported,
            State::Unreadable(..) => Verdict::Unreadable,
        }
    }

    /// The error that the API would answer with: the first finding.
    pub fn error(&self) -> Option<PredictedError> {
        let of_client = self.checked().map(Checked::client_findings).unwrap_or_default();
        if let Some(finding) = of_client.into_iter().chain(self.refusals()).next() {
            return Some(PredictedError { certain: true, finding });
        }
        let checked = self.checked()?;
        let first = checked.findings.first()?;
        Some(PredictedError { certain: checked.is_certain(first), finding: checked.finding(first) })
    }

    /// All findings, the predicted error first, then what the caller would meet next.
    pub fn findings(&self) -> Vec<Finding> {
        self.findings_of(Checked::finding)
    }

    /// All findings with their fixes and with what may explain them, such as another edition that allows it. For that the
    /// request is held against the other editions of its operation, and fixes are tried.
    pub fn findings_with_hints(&self) -> Vec<Finding> {
        let tries = Tries::default();
        self.findings_of(|checked, event| {
            let (hints, fix) = (checked.hints(event), checked.fix(event, &tries));
            Finding { hints, fix, ..checked.finding(event) }
        })
    }

    /// What the tool refuses, then the gateway, then the API, whose failed checks `of_event` makes into findings.
    fn findings_of(&self, of_event: impl Fn(&Checked<'r>, &Event) -> Finding) -> Vec<Finding> {
        let mut findings = self.checked().map(Checked::client_findings).unwrap_or_default();
        findings.extend(self.refusals());
        if let Some(checked) = self.checked() {
            findings.extend(checked.findings.iter().map(|event| of_event(checked, event)));
        }
        Fingerprint::tell_apart(
            findings.iter_mut().map(|finding| (finding.parameter.as_str(), &mut finding.fingerprint)),
        );
        findings
    }

    /// The codes of all findings, the predicted one first, without making words of anything: what a program asks that
    /// only wants to know whether and why.
    pub fn codes(&self) -> impl Iterator<Item = Option<&str>> {
        let findings = self.checked().map(|checked| (checked, checked.findings.as_slice()));
        let refused = self.faults().map(|(_, _, answer)| Some(answer.answer.code.as_str()));
        let of_client = self.checked().map_or(0, Checked::client_refusals);
        std::iter::repeat_n(None, of_client).chain(refused).chain(
            findings
                .into_iter()
                .flat_map(|(checked, events)| events.iter().map(|event| checked.code(checked.check(event)))),
        )
    }

    /// How many warnings and how many open checks there are, without making words of them.
    pub fn counts(&self) -> (usize, usize) {
        self.checked().map_or((0, 0), |checked| {
            let warnings = checked.warned_notes().count() + checked.warned_events().len() + checked.traps().count();
            (warnings, checked.open_events().len())
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
        self.excerpt_within(place, None)
    }

    /// The same, long lines cut so that they have room in about so many columns of a terminal.
    pub fn excerpt_within(&self, place: &Place, columns: Option<usize>) -> Option<Excerpt> {
        match self.checked() {
            Some(checked) => excerpt::around(self.request(), checked.secret_places(), place, columns),
            None => {
                let request = self.request();
                excerpt::around(request, Secrets::of(request, &[]).places(request, &[]), place, columns)
            }
        }
    }

    /// The position of a byte of the request, counted from the start of the whole input as in [`Place`] and [`Edit`].
    pub fn position_of(&self, offset: usize) -> Position {
        let own = offset.saturating_sub(self.request().origin.offset);
        match self.checked() {
            Some(checked) => checked.position_index().position(self.request().text, own),
            None => self.request().position(own),
        }
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
            None => Secrets::of(self.request(), &[]).masked(text),
        }
    }

    fn checked(&self) -> Option<&Checked<'r>> {
        match &self.state {
            State::Checked(checked) => Some(checked),
            _ => None,
        }
    }
}
