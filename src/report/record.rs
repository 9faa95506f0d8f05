//! A report as machines read it: the JSON of `--format json` and `ndjson`.

use serde::Serialize;

use crate::engine::{self, CheckResult, Scope, Trace};
use crate::operation::Run;
use crate::operation::limits::{Limit, limits_of_word};
use crate::place::Position;
use crate::report::{DryRunNote, Finding, OpenCheck, PredictedError, Report, State, Suppressed, Verdict, Warning};
use crate::request::{InputError, InputErrorKind, RequestId};

/// One report. Keys that do not apply are left out; findings, open and warnings are always there.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Record {
    /// Which request it is about; absent for an input that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestNames>,
    /// What became of it.
    pub verdict: Verdict,
    /// The predicted error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// All findings.
    pub findings: Vec<Finding>,
    /// Checks that could not be decided.
    pub open: Vec<OpenCheck>,
    /// What does not reject.
    pub warnings: Vec<Warning>,
    /// Findings and warnings that do not count, each with who says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
    /// The answer to a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<DryRunNote>,
}

/// Names of a request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestNames {
    /// The caller's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Name>"))]
    pub id: Option<serde_json::Value>,
    /// Provider.
    pub provider: String,
    /// Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Operation; left out where the request names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operation: String,
    /// Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
}

/// What a caller may call a request.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is only described")]
enum Name {
    Text(String),
    Number(serde_json::Number),
}

/// The predicted error.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ErrorRecord {
    /// The provider's code.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The provider's message.
    pub message: Option<String>,
    /// False when an open check could answer first.
    pub certain: bool,
}

/// Why there is no verdict.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Problem {
    /// `syntax`, `envelope`, `facts`, `limit`, `empty`, `internal` or `unsupported`.
    pub kind: &'static str,
    /// What is wrong, for people.
    pub message: String,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column in code points, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// How one check ended at one place: for the tests of rule files, which want to know what holds and not only what
/// fails.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckTrace {
    /// Id of the check within its operation.
    pub check: String,
    /// Whether the check's constraint was broken, fulfilled, or neither.
    pub fired: Option<bool>,
    /// What its limits measured: the limit, and the measured number.
    pub measures: Vec<(Limit, i128)>,
}

impl Record {
    /// The record of an input that could not be read.
    pub fn of_unreadable(error: &InputError) -> Record {
        Record {
            request: None,
            verdict: Verdict::Unreadable,
            error: None,
            problem: Some(Problem::of(error)),
            findings: Vec::new(),
            open: Vec::new(),
            warnings: Vec::new(),
            suppressed: Vec::new(),
            dry_run: None,
        }
    }
}

impl Problem {
    fn of(error: &InputError) -> Problem {
        let Position { line, column, .. } = error.position;
        let kind = match error.kind {
            InputErrorKind::Syntax => "syntax",
            InputErrorKind::Envelope => "envelope",
            InputErrorKind::Facts => "facts",
            InputErrorKind::Limit => "limit",
            InputErrorKind::Empty => "empty",
            InputErrorKind::Internal => "internal",
        };
        Problem { kind, message: error.message.clone(), line: Some(line), column: Some(column) }
    }
}

impl From<&PredictedError> for ErrorRecord {
    fn from(error: &PredictedError) -> Self {
        let Finding { code, status, message, .. } = error.finding();
        ErrorRecord { code: code.clone(), status: *status, message: message.clone(), certain: error.is_certain() }
    }
}

/// A number as JSON libraries hold it, or as text where they would change it.
fn exact_number(number: &str) -> serde_json::Value {
    match serde_json::from_str::<serde_json::Number>(number) {
        Ok(known) if format!("{known}") == number => serde_json::Value::Number(known),
        _ => serde_json::Value::String(number.to_owned()),
    }
}

impl Report<'_> {
    /// The whole report in words, for machines.
    pub fn record(&self) -> Record {
        let problem = match &self.state {
            State::Checked(_) | State::Refused(..) => None,
            State::Unreadable(_, error) => Some(Problem::of(error)),
            State::Unsupported(_, unsupported) => {
                let message = unsupported.message.clone();
                Some(Problem { kind: "unsupported", message, line: None, column: None })
            }
        };
        Record {
            request: Some(self.names()),
            verdict: self.verdict(),
            error: self.error().as_ref().map(ErrorRecord::from),
            problem,
            findings: self.findings_with_hints(),
            open: self.open(),
            warnings: self.warnings_with_hints(),
            suppressed: self.suppressed().to_vec(),
            dry_run: self.dry_run(),
        }
    }

    /// Which request the report is about: as resolved, where it was.
    pub fn names(&self) -> RequestNames {
        let id = self.request().id.as_ref().map(|id| match id {
            RequestId::Text(text) => {
                let text = text.clone().into_owned();
                serde_json::Value::String(self.checked().map_or(text.clone(), |checked| checked.masked(text)))
            }
            // A number too long for JSON libraries is given back as text, so that it stays exact.
            RequestId::Number(number) => exact_number(number),
        });
        match self.checked() {
            Some(checked) => RequestNames {
                id,
                provider: checked.operation.provider.name.clone(),
                service: Some(checked.operation.service.clone()),
                operation: checked.operation.name.clone(),
                edition: Some(checked.operation.edition.clone()),
            },
            None => RequestNames {
                id,
                provider: self.request().provider.clone().into_owned(),
                service: self.request().service.as_deref().map(str::to_owned),
                operation: self.request().operation.clone().into_owned(),
                edition: self.request().edition.as_deref().map(str::to_owned),
            },
        }
    }

    /// How every check ended at every place where it applied.
    pub fn trace(&self) -> Vec<CheckTrace> {
        let Some(checked) = self.checked() else { return Vec::new() };
        let mut traces = Vec::new();
        engine::run(checked.operation, &checked.slots, checked.facts(), Scope::All, None, &mut |event| {
            let fired = match event.result {
                CheckResult::DoesNotApply => return,
                CheckResult::Holds => Some(false),
                CheckResult::Fails | CheckResult::Doubtful | CheckResult::UnknownParameter(_) => Some(true),
                CheckResult::Open => None,
            };
            let check = checked.check(&event);
            let mut trace = Trace::listening();
            if let Run::Must { condition, .. } = &check.run {
                checked.evaluator(event.here).evaluate(condition, &mut trace);
            }
            let measures = trace
                .measures
                .iter()
                .flat_map(|(word, measure)| limits_of_word(word).into_iter().map(|limit| (limit, *measure)));
            traces.push(CheckTrace { check: check.id.clone(), fired, measures: measures.collect() });
        });
        traces
    }
}
