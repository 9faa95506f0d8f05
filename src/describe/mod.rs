//! What is known of an operation, for people: the same rules that the engine runs, in words.
//!
//! `preflint explain`, `preflint rules show` and generated documentation are made from this, so that none of them can
//! say anything else than what is checked.

mod resources;
pub(crate) mod words;

use serde::Serialize;

use crate::checker::Checker;
use crate::operation::condition::Condition;
use crate::operation::response::{Blank, Body, BodyPiece, Success};
use crate::operation::{Answer, Check, Form, Operation, Outcome, Run};
use crate::report::{SourceNote, WarningKind};
use crate::rule::Basis;

pub use resources::{ArgumentDescription, ResourceDescription};

/// An operation and its editions.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OperationSummary {
    /// `<provider>/<service>/<Operation>`
    pub operation: String,
    /// All editions, oldest first.
    pub editions: Vec<String>,
    /// The edition that is meant when nothing else is said.
    pub default: Option<String>,
}

/// One edition of an operation.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OperationDescription {
    /// `<provider>/<service>/<Operation>@<edition>`
    pub id: String,
    /// The provider's name for people.
    pub provider_title: String,
    /// What the operation does.
    pub title: String,
    /// Where the rules come from.
    pub sources: Vec<SourceNote>,
    /// The order of checks.
    pub stages: Vec<String>,
    /// What the order rests on.
    pub stage_basis: Basis,
    /// Inputs.
    pub parameters: Vec<ParameterDescription>,
    /// Checks, in the order in which they run.
    pub checks: Vec<CheckDescription>,
    /// The documented error table.
    pub errors: Vec<RowDescription>,
    /// The answer to a request with nothing wrong, where it is documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<SuccessDescription>,
}

/// The answer to a request with nothing wrong.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SuccessDescription {
    /// HTTP status.
    pub status: u16,
    /// What the shape rests on.
    pub basis: Basis,
    /// Where sources contradict each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The body in each media type.
    pub bodies: Vec<BodyDescription>,
}

/// A body with sample ids.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BodyDescription {
    /// Its media type.
    pub media_type: String,
    /// The body; what comes from the request stands in braces.
    pub body: String,
}

/// An input.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ParameterDescription {
    /// Its path: `DiskDeviceMapping[].Format`.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What the API takes when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What it takes then under a condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditional_defaults: Vec<DefaultDescription>,
    /// Other documented names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it is for.
    pub meaning: String,
}

/// A value that the API takes under a condition.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DefaultDescription {
    /// The value.
    pub value: String,
    /// When it is taken, in words.
    pub when: String,
}

impl ParameterDescription {
    /// All defaults in one line; empty when there is none.
    pub fn defaults(&self) -> String {
        let conditional = self.conditional_defaults.iter().map(|one| format!("{} when {}", one.value, one.when));
        let always = self.default.iter().map(|value| match self.conditional_defaults.is_empty() {
            true => value.clone(),
            false => format!("else {value}"),
        });
        conditional.chain(always).collect::<Vec<_>>().join("; ")
    }
}

/// A check.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CheckDescription {
    /// Id within the operation.
    pub id: String,
    /// The parameter that it is about.
    pub parameter: String,
    /// The phase in which it runs.
    pub stage: String,
    /// What must hold, in words.
    pub must: String,
    /// Where it applies, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What facts clear it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cleared_by: Option<String>,
    /// `rejected`, or the kind of warning.
    pub outcome: &'static str,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Message, blanks in braces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the constraint rests on.
    pub basis: Basis,
    /// What the answer rests on.
    pub answer_basis: Basis,
    /// Where it is documented.
    pub source: SourceNote,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A row of the error table.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RowDescription {
    /// HTTP status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The message as documented.
    pub message: Option<String>,
    /// When it comes.
    pub meaning: String,
    /// Checks on the request that lead to it.
    pub request: Vec<String>,
    /// Checks over facts that lead to it.
    pub facts: Vec<String>,
    /// Whether it is the answer to a dry run with nothing wrong.
    pub dry_run: bool,
    /// Whether all that leads to it only warns: the sources dispute it, or it is our reading.
    pub only_warns: bool,
    /// Why request and facts cannot decide it, or not always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Why this operation can never answer so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<String>,
    /// What the row rests on.
    pub basis: Basis,
}

/// An error that all operations of a provider may answer with.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CommonErrorDescription {
    /// The provider.
    pub provider: String,
    /// HTTP status, when it is known.
    pub status: Option<u16>,
    /// The code.
    pub code: String,
    /// The message.
    pub message: Option<String>,
    /// When it comes.
    pub meaning: String,
    /// What the row rests on.
    pub basis: Basis,
}

impl Checker {
    /// All operations that this checker knows.
    pub fn operations(&self) -> Vec<OperationSummary> {
        let catalog = self.catalog();
        let summary = |(operation, mut editions): (&str, Vec<&str>)| {
            editions.sort_by_key(|edition| edition.get(edition.len().saturating_sub(7)..).map(str::to_owned));
            OperationSummary {
                operation: operation.to_owned(),
                editions: editions.into_iter().map(str::to_owned).collect(),
                default: catalog.default_edition(operation, self.editions()),
            }
        };
        catalog.operations().map(summary).collect()
    }

    /// One edition of an operation in words. `operation` is a path as in [`OperationSummary`].
    pub fn describe(&self, operation: &str, edition: &str) -> Option<OperationDescription> {
        self.catalog().operation(operation, edition).ok().map(|operation| describe(&operation))
    }

    /// Errors of the gateways and of all operations.
    pub fn common_errors(&self) -> Vec<CommonErrorDescription> {
        let providers = self.catalog().providers();
        let rows = providers.iter().flat_map(|provider| provider.common_errors.iter().map(move |row| (provider, row)));
        rows.map(|(provider, row)| CommonErrorDescription {
            provider: provider.name.clone(),
            status: row.status,
            code: row.code.clone(),
            message: row.message.clone(),
            meaning: row.meaning.clone(),
            basis: row.basis,
        })
        .collect()
    }
}

fn describe(operation: &Operation) -> OperationDescription {
    OperationDescription {
        id: operation.id(),
        provider_title: operation.provider.title.clone(),
        title: operation.title.clone(),
        sources: operation.sources.iter().map(|source| SourceNote::from(source.as_ref())).collect(),
        stages: operation.stages.clone(),
        stage_basis: operation.stage_basis,
        parameters: parameters(operation),
        checks: operation.checks.iter().map(|check| describe_check(operation, check)).collect(),
        errors: rows(operation),
        success: operation.success.as_ref().map(|success| describe_success(operation, success)),
    }
}

fn describe_success(operation: &Operation, success: &Success) -> SuccessDescription {
    let piece = |piece: &BodyPiece| match piece {
        BodyPiece::Text(text) => text.clone(),
        BodyPiece::Blank { blank: Blank::Parameter(name), .. } => format!("{{{name}}}"),
        BodyPiece::Blank { blank: Blank::RequestId, .. } => {
            operation.provider.wire.sample_request_id.clone().unwrap_or_else(|| "{request_id}".to_owned())
        }
        BodyPiece::Blank { blank: Blank::Host, .. } => "{host}".to_owned(),
        // These belong to errors.
        BodyPiece::Blank { blank: Blank::Code | Blank::Status | Blank::Message, .. } => String::new(),
    };
    let body = |body: &Body| BodyDescription {
        media_type: body.media_type.clone(),
        body: body.pieces.iter().map(piece).collect(),
    };
    SuccessDescription {
        status: success.status,
        basis: success.basis,
        note: success.note.clone(),
        bodies: success.bodies.0.iter().map(body).collect(),
    }
}

pub(crate) fn parameters(operation: &Operation) -> Vec<ParameterDescription> {
    let all = operation.parameters.iter().enumerate().filter(|(_, parameter)| !parameter.name.is_empty());
    all.map(|(index, parameter)| ParameterDescription {
        name: words::parameter_path(operation, index),
        kind: match parameter.form {
            Form::String => "string",
            Form::Integer => "integer",
            Form::Unsigned => "unsigned",
            Form::Boolean => "boolean",
            Form::List(_) => "list",
            Form::Object => "object",
        },
        required: parameter.required,
        default: parameter.defaults.iter().find(|default| default.when.is_none()).map(|default| default.value.clone()),
        conditional_defaults: {
            let conditional = parameter.defaults.iter().filter_map(|default| Some((default, default.when.as_ref()?)));
            let describe = |(default, when): (&crate::operation::Default, &Condition)| DefaultDescription {
                value: default.value.clone(),
                when: words::say(operation, when),
            };
            conditional.map(describe).collect()
        },
        aliases: parameter.aliases.clone(),
        meaning: parameter.meaning.clone(),
    })
    .collect()
}

pub(crate) fn describe_check(operation: &Operation, check: &Check) -> CheckDescription {
    let say = |condition| words::say(operation, condition);
    let (code, status, message) = match &check.answer {
        Some(Answer::Row(row)) => {
            let row = &operation.rows[*row];
            (Some(row.code.clone()), Some(row.status), row.template.clone())
        }
        Some(Answer::Common(answer)) => (Some(answer.code.clone()), Some(answer.status), answer.message.clone()),
        None => (None, None, None),
    };
    CheckDescription {
        id: check.id.clone(),
        parameter: words::parameter_path(operation, check.parameter),
        stage: operation.stages[check.stage].clone(),
        must: match &check.run {
            Run::Required => "is given".to_owned(),
            Run::Type => match operation.parameters[check.parameter].form {
                Form::String => "is a text",
                Form::Integer => "is a whole number",
                Form::Unsigned => "is a whole number that is not negative",
                Form::Boolean => "is true or false",
                Form::List(_) => "is a list",
                Form::Object => "is an object",
            }
            .to_owned(),
            Run::NoUnknownParameter => "no parameter is unknown".to_owned(),
            Run::Must { condition, .. } => say(condition),
        },
        when: check.when.as_deref().map(say),
        cleared_by: check.cleared_by.as_deref().map(say),
        outcome: match check.outcome {
            Outcome::Finding => "rejected",
            Outcome::LikelyInvalid => WarningKind::LikelyInvalid.as_str(),
            Outcome::Disputed => WarningKind::Disputed.as_str(),
        },
        code,
        status,
        message,
        basis: check.basis,
        answer_basis: check.answer_basis,
        source: SourceNote::from(check.source.as_ref()),
        help: check.help.clone(),
    }
}

pub(crate) fn rows(operation: &Operation) -> Vec<RowDescription> {
    let leading_to = |index: usize, facts: bool| -> Vec<String> {
        let leads = operation.checks.iter().filter(|check| {
            let answers = matches!(check.answer, Some(Answer::Row(row)) if row == index);
            (answers || check.alternatives.contains(&index)) && check.speaks_of_facts == facts
        });
        leads.map(|check| check.id.clone()).collect()
    };
    let only_warns = |index: usize| {
        let mut leads = operation.checks.iter().filter(|check| {
            matches!(check.answer, Some(Answer::Row(row)) if row == index) || check.alternatives.contains(&index)
        });
        let first = leads.next();
        first.is_some_and(|first| std::iter::once(first).chain(leads).all(|check| check.outcome != Outcome::Finding))
    };
    let described = operation.rows.iter().enumerate().map(|(index, row)| RowDescription {
        status: row.status,
        code: row.code.clone(),
        message: row.documented_message.clone().or_else(|| row.template.clone()),
        meaning: row.meaning.clone(),
        request: leading_to(index, false),
        facts: leading_to(index, true),
        dry_run: operation.dry_run.as_ref().is_some_and(|dry_run| dry_run.row == Some(index)),
        only_warns: only_warns(index),
        server: row.server.clone(),
        unreachable: row.unreachable.clone(),
        basis: row.basis,
    });
    described.collect()
}
