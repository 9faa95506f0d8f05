//! Findings, warnings and open checks, in words.

use serde::Serialize;

use crate::engine::{CheckResult, Evaluator, Event, Need, Trace};
use crate::operation::{Answer, Check, Form, Outcome, Run};
use crate::place::{Position, Span};
use crate::report::fingerprint::{self, Fingerprint, Identity};
use crate::report::{Checked, Fix, Hint, detail, shown};
use crate::request::Request;
use crate::request::slots::{Here, Note, Value};
use crate::rule::Basis;
use crate::rule::Source;

/// A failed check that leads to rejection.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The provider's code; none where the answer has none.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The provider's message, its blanks filled in; none when it is not known.
    pub message: Option<String>,
    /// Id of the check: `<provider>/<service>/<Operation>@<edition>#<check>`.
    pub check: String,
    /// The parameter, in the provider's wire notation.
    pub parameter: String,
    /// The provider's phase in which the check runs.
    pub stage: String,
    /// Who refuses.
    pub origin: Origin,
    /// The command-line tool, or `packer`, that refuses, where nothing reaches the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// What the constraint rests on.
    pub basis: Basis,
    /// What the answer rests on.
    pub answer_basis: Basis,
    /// What the order of stages rests on.
    pub order_basis: Basis,
    /// What is wrong with this very value.
    pub detail: String,
    /// Where it stands.
    pub span: Place,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What to write instead; only where hints were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// What may explain it; only where hints were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
    /// Other answers that may come instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<PredictedAnswer>,
    /// Where the constraint is documented.
    pub source: SourceNote,
    /// By which it is known again after unrelated edits.
    pub fingerprint: Fingerprint,
}

/// The error that the API would answer with.
#[derive(Clone, Debug)]
pub struct PredictedError {
    pub(crate) finding: Finding,
    pub(crate) certain: bool,
}

impl PredictedError {
    /// The provider's code.
    pub fn code(&self) -> Option<&str> {
        self.finding.code.as_deref()
    }

    /// HTTP status.
    pub fn status(&self) -> Option<u16> {
        self.finding.status
    }

    /// The provider's message, its blanks filled in; none when nobody has seen it.
    pub fn message(&self) -> Option<&str> {
        self.finding.message.as_deref()
    }

    /// False when a check that is still open could answer first.
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    /// All that is known of it.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }
}

/// Code, status and message of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PredictedAnswer {
    /// The provider's code.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The provider's message; none when it is not known.
    pub message: Option<String>,
}

/// Something that the user should know and that does not reject.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Warning {
    /// Kind of warning.
    pub kind: WarningKind,
    /// The parameter, in the provider's wire notation.
    pub parameter: String,
    /// What was noticed.
    pub detail: String,
    /// Where it stands.
    pub span: Place,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What to write instead; only where hints were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// What may explain it; only where hints were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
    /// By which it is known again after unrelated edits.
    pub fingerprint: Fingerprint,
    /// The check and its answer, for warnings that come from one.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub check: Option<WarningCheck>,
}

/// The check behind a warning.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WarningCheck {
    /// The code that the API would answer with if it did refuse.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The provider's message.
    pub message: Option<String>,
    /// Id of the check.
    pub check: String,
    /// The phase in which the check runs.
    pub stage: String,
    /// What the constraint rests on.
    pub basis: Basis,
    /// What the answer rests on.
    pub answer_basis: Basis,
    /// Where the constraint is documented.
    pub source: SourceNote,
}

/// Kinds of warning. Stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WarningKind {
    /// A value in another letter case than documented.
    ValueCase,
    /// A parameter's name in another letter case than documented.
    ParameterCase,
    /// A parameter that the operation does not know and the API, as far as is known, ignores.
    UnknownParameter,
    /// A parameter that the API ignores.
    IgnoredParameter,
    /// A parameter given twice with different values.
    DuplicateParameter,
    /// Probably refused or useless, but no source of the operation says so.
    LikelyInvalid,
    /// Sources contradict each other about it.
    Disputed,
    /// The command-line tool sends something else than its words seem to say.
    ClientTrap,
}

impl WarningKind {
    /// All kinds.
    pub const ALL: [WarningKind; 8] = [
        WarningKind::ValueCase,
        WarningKind::ParameterCase,
        WarningKind::UnknownParameter,
        WarningKind::IgnoredParameter,
        WarningKind::DuplicateParameter,
        WarningKind::LikelyInvalid,
        WarningKind::Disputed,
        WarningKind::ClientTrap,
    ];

    /// What such a warning says, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            WarningKind::ValueCase => "The value is documented in another letter case.",
            WarningKind::ParameterCase => "The parameter's name is documented in another letter case.",
            WarningKind::UnknownParameter => {
                "The operation knows no such parameter, and the API, as far as is known, ignores it."
            }
            WarningKind::IgnoredParameter => "The API ignores the parameter.",
            WarningKind::DuplicateParameter => "The parameter is given twice, with different values.",
            WarningKind::LikelyInvalid => "It is probably refused or useless, but no source of the operation says so.",
            WarningKind::Disputed => "Sources contradict each other about it.",
            WarningKind::ClientTrap => "The command-line tool sends something else than its words seem to say.",
        }
    }

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            WarningKind::ValueCase => "value-case",
            WarningKind::ParameterCase => "parameter-case",
            WarningKind::UnknownParameter => "unknown-parameter",
            WarningKind::IgnoredParameter => "ignored-parameter",
            WarningKind::DuplicateParameter => "duplicate-parameter",
            WarningKind::LikelyInvalid => "likely-invalid",
            WarningKind::Disputed => "disputed",
            WarningKind::ClientTrap => "client-trap",
        }
    }
}

/// A check that could not be decided.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OpenCheck {
    /// The code that a failed check would lead to.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// Id of the check.
    pub check: String,
    /// The parameter, in the provider's wire notation.
    pub parameter: String,
    /// The phase in which the check runs.
    pub stage: String,
    /// What would settle it: `parameter:NAME` or `fact:SECTION`.
    pub needs: Vec<String>,
    /// Set when the check could only warn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warns: Option<WarningKind>,
}

/// Who refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// The operation itself.
    Api,
    /// The provider's gateway, before the operation.
    Gateway,
    /// The command-line tool itself: nothing is sent. The API's own answer follows.
    Client,
}

/// Where something stands: byte offsets into the whole input, half-open, and line and column of the start, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Place {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// The same within the request's own text.
    #[serde(skip)]
    pub(crate) own: Span,
}

impl Place {
    pub(crate) fn new(own: Span, position: Position, origin: usize) -> Place {
        let Position { line, column, .. } = position;
        Place { start: own.start + origin, end: own.end + origin, line, column, own }
    }
}

/// Where a constraint is documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceNote {
    /// Title of the page, or package and version.
    pub title: String,
    /// Address, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The day on which it was read.
    pub read: String,
}

impl From<&Source> for SourceNote {
    fn from(source: &Source) -> Self {
        SourceNote { title: source.title.clone(), url: source.url.clone(), read: source.read.clone() }
    }
}

/// The answer to a dry run with nothing wrong.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DryRunNote {
    /// The parameter that asks for the dry run.
    pub parameter: String,
    /// The answer, as far as it is known.
    pub answer: PredictedAnswer,
    /// What it rests on.
    pub basis: Basis,
}

/// The caller's name for a request, or the name of its place in the input, in which positions do not count: others may
/// come before it.
pub(super) fn name_in_input(request: &Request<'_>) -> Option<String> {
    let address = || request.address().map(fingerprint::without_positions);
    request.id().map(str::to_owned).or_else(address)
}

impl Checked<'_> {
    pub(super) fn finding(&self, event: &Event) -> Finding {
        let check = self.check(event);
        let words = self.words(check, event);
        let fingerprint = self.fingerprint(check, event, &words.parameter);
        Finding {
            code: self.code(check).map(str::to_owned),
            status: self.status(check),
            message: words.message,
            check: self.check_id(check),
            parameter: words.parameter,
            stage: self.operation.stages[check.stage].clone(),
            origin: match check.run {
                Run::NoUnknownParameter | Run::Type => Origin::Gateway,
                Run::Must { .. } | Run::Required => Origin::Api,
            },
            tool: None,
            basis: check.basis,
            answer_basis: check.answer_basis,
            order_basis: self.operation.stage_basis,
            detail: words.detail,
            span: words.place,
            help: words.help,
            fix: None,
            hints: Vec::new(),
            alternatives: self.alternatives(check, event.here),
            source: SourceNote::from(check.source.as_ref()),
            fingerprint,
        }
    }

    pub(super) fn check_warning(&self, event: &Event) -> Warning {
        let check = self.check(event);
        let words = self.words(check, event);
        let fingerprint = self.fingerprint(check, event, &words.parameter);
        Warning {
            kind: self.kind(check, event.result),
            parameter: words.parameter,
            detail: words.detail,
            span: words.place,
            help: words.help,
            fix: None,
            hints: Vec::new(),
            fingerprint,
            check: Some(WarningCheck {
                code: self.code(check).map(str::to_owned),
                status: self.status(check),
                message: words.message,
                check: self.check_id(check),
                stage: self.operation.stages[check.stage].clone(),
                basis: check.basis,
                answer_basis: check.answer_basis,
                source: SourceNote::from(check.source.as_ref()),
            }),
        }
    }

    pub(super) fn note_warning(&self, note: &Note) -> Warning {
        let (kind, detail, help) = detail::of_note(self.operation, note);
        let parameter = self.masked(shown::shown_name(&note.parameter));
        let fingerprint = Fingerprint::of(Identity {
            subject: &self.operation.path(),
            check: kind.as_str(),
            parameter: &parameter,
            value: None,
            request: self.name_in_input().as_deref(),
        });
        Warning {
            kind,
            parameter,
            detail: self.masked(detail),
            span: self.place_of(note.span),
            help: help.map(|help| self.masked(help)),
            fix: None,
            hints: Vec::new(),
            fingerprint,
            check: None,
        }
    }

    pub(super) fn open_check(&self, event: &Event) -> OpenCheck {
        let check = self.check(event);
        let warns = match check.outcome {
            Outcome::Finding => None,
            _ => Some(self.kind(check, event.result)),
        };
        OpenCheck {
            code: self.code(check).map(str::to_owned),
            status: self.status(check),
            check: self.check_id(check),
            parameter: self.slots.wire_name(self.operation, check.parameter, event.here),
            stage: self.operation.stages[check.stage].clone(),
            needs: self.needs(check, event.here),
            warns,
        }
    }

    pub(super) fn dry_run(&self) -> Option<DryRunNote> {
        let rule = self.operation.dry_run.as_ref()?;
        let asked = self.evaluator(Here::ROOT).text_of(rule.parameter)?;
        let is_boolean = self.operation.parameters[rule.parameter].form == Form::Boolean;
        if !(asked == rule.value || is_boolean && asked.eq_ignore_ascii_case(&rule.value)) {
            return None;
        }
        Some(DryRunNote {
            parameter: self.operation.parameters[rule.parameter].name.clone(),
            answer: PredictedAnswer { code: rule.code.clone(), status: rule.status, message: rule.message.clone() },
            basis: rule.basis,
        })
    }

    fn fingerprint(&self, check: &Check, event: &Event, parameter: &str) -> Fingerprint {
        let is_secret = self.operation.parameters[check.parameter].secret;
        let value = match event.result {
            // There the check is about a name.
            CheckResult::UnknownParameter(_) => None,
            _ if is_secret => None,
            _ => {
                let known = self.evaluator(event.here).text_of(check.parameter);
                let text = known.map(str::to_owned).or_else(|| self.partly_known(check, event).map(str::to_owned));
                text.map(|text| self.masked(text))
            }
        };
        Fingerprint::of(Identity {
            subject: &self.operation.path(),
            check: &check.id,
            parameter,
            value: value.as_deref(),
            request: self.name_in_input().as_deref(),
        })
    }

    /// What is known of a value that is known in part, with its gaps.
    fn partly_known(&self, check: &Check, event: &Event) -> Option<&str> {
        let slot = self.slots.find(self.operation, check.parameter, event.here)?;
        match self.slots.slot(slot).value {
            Value::Partly(text) => Some(text),
            _ => None,
        }
    }

    /// By what the request is known in its input.
    pub(super) fn name_in_input(&self) -> Option<String> {
        name_in_input(&self.request).map(|name| self.masked(name))
    }

    fn kind(&self, check: &Check, result: CheckResult) -> WarningKind {
        match (result, check.outcome) {
            (CheckResult::Doubtful, Outcome::Finding) => WarningKind::LikelyInvalid,
            (_, Outcome::Disputed) => WarningKind::Disputed,
            _ => WarningKind::LikelyInvalid,
        }
    }

    pub(super) fn check_id(&self, check: &Check) -> String {
        let mut id = self.operation.id();
        id.push('#');
        id.push_str(&check.id);
        id
    }

    fn status(&self, check: &Check) -> Option<u16> {
        match check.answer.as_ref()? {
            Answer::Row(row) => Some(self.operation.rows[*row].status),
            Answer::Common(answer) => Some(answer.status),
        }
    }

    pub(super) fn evaluator(&self, here: Here) -> Evaluator<'_, '_> {
        Evaluator::new(self.operation, &self.slots, self.facts(), here)
    }

    /// What would settle an open check.
    pub(super) fn wants(&self, check: &Check, here: Here) -> Vec<Need> {
        let mut trace = Trace::listening();
        let evaluator = self.evaluator(here);
        match &check.run {
            Run::Must { condition, .. } => {
                if let Some(when) = &check.when {
                    evaluator.evaluate(when, &mut trace);
                }
                evaluator.evaluate(condition, &mut trace);
            }
            Run::Type | Run::Required | Run::NoUnknownParameter => {
                trace.needs.push(Need::Parameter(check.parameter, here));
            }
        }
        trace.needs
    }

    fn needs(&self, check: &Check, here: Here) -> Vec<String> {
        let mut needs = Vec::new();
        for need in self.wants(check, here) {
            let text = match need {
                Need::Parameter(parameter, here) => {
                    "parameter:".to_owned() + &self.slots.wire_name(self.operation, parameter, here)
                }
                Need::Fact(wanted) => "fact:".to_owned() + &self.operation.provider.sections[wanted.section].name,
            };
            if !needs.contains(&text) {
                needs.push(text);
            }
        }
        needs
    }

    fn alternatives(&self, check: &Check, here: Here) -> Vec<PredictedAnswer> {
        let rows = check.alternatives.iter().map(|row| &self.operation.rows[*row]);
        rows.map(|row| PredictedAnswer {
            code: Some(row.code.clone()),
            status: Some(row.status),
            message: row
                .template
                .as_deref()
                .and_then(|template| self.fill(template, check, here, None))
                .map(|message| self.masked(message)),
        })
        .collect()
    }
}
