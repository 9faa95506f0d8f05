//! One edition of one operation, as written in `rules/<provider>/<service>/<Operation>/<edition>.json`.

use serde::Deserialize;

use crate::json::{Entries, Spanned};
use crate::rule::command_line::CommandLineRule;
use crate::rule::condition::Condition;
use crate::rule::http::HttpRule;
use crate::rule::response::SuccessRule;
use crate::rule::{Basis, Source, Stages};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationFile {
    /// Path of the JSON Schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Format number of this file; see [`crate::rule::FORMAT`].
    pub format: Spanned<u32>,
    /// `<provider>/<service>/<Operation>`, as in the path.
    pub operation: Spanned<String>,
    /// `[site-]YYYY-MM`, as in the file's name: the dated state of the documentation.
    pub edition: Spanned<String>,
    /// What the operation does, in our words.
    pub title: String,
    /// Where the statements of this file come from.
    pub sources: Vec<Source>,
    /// Method and path, where those say which operation is meant.
    pub http: Option<HttpRule>,
    /// Where the command-line tool's options differ from the parameters here.
    pub command_line: Option<CommandLineRule>,
    /// The order of stages of this operation, when it differs from the provider's.
    pub stages: Option<Stages>,
    /// Things of the account that checks speak of, by a name of our own.
    #[serde(default)]
    pub entities: Entries<EntityRule>,
    /// Inputs, in the order of the documentation.
    pub parameters: Vec<ParameterRule>,
    /// Checks across parameters and over facts.
    #[serde(default)]
    pub checks: Vec<CheckRule>,
    /// The whole documented error table, in its order.
    pub errors: Vec<ErrorRow>,
    /// How a request asks for a check without effect.
    pub dry_run: Option<DryRunRule>,
    /// The answer to a request with nothing wrong.
    pub success: Option<SuccessRule>,
    /// Requests that show something about the operation, each with what it gives.
    #[serde(default)]
    pub examples: Vec<ExampleRule>,
}

/// A thing of the account: the item of a fact section with a given key.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EntityRule {
    /// The fact section, as named in the provider's file.
    pub section: Spanned<String>,
    /// The parameter whose value is the item's key.
    pub key: Option<Spanned<String>>,
    /// The key is not the parameter's whole value, which is a URL, but this part of its host.
    pub part: Option<UrlPart>,
    /// The key itself, where it is always the same.
    pub value: Option<Spanned<String>>,
    /// The parameter that names what the item lies in, for sections whose keys are unique only there.
    pub within: Option<Spanned<String>>,
}

/// A named part of a URL's host.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UrlPart {
    /// Name of a list of host shapes in the provider's file.
    pub list: Spanned<String>,
    /// The part, as the shapes name it.
    pub name: Spanned<String>,
}

/// The type of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TypeName {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A whole number that is not negative.
    Unsigned,
    /// `true` or `false`.
    Boolean,
    /// A list; its elements are described by `items`.
    List,
    /// An object; its members are described by `fields`.
    Object,
}

/// An input of the operation.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ParameterRule {
    /// The API's own name.
    pub name: Spanned<String>,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: Spanned<TypeName>,
    /// What it is for, in our words.
    pub meaning: String,
    /// Present when the API demands the parameter.
    pub required: Option<Box<RequiredRule>>,
    /// What the API takes when the parameter is absent: the first whose condition holds.
    #[serde(default)]
    pub defaults: Vec<DefaultRule>,
    /// Other documented names of the same parameter.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Constraints that stand in the provider's file.
    #[serde(default)]
    pub constraints: Vec<ConstraintUse>,
    /// Constraints on the value.
    #[serde(default)]
    pub checks: Vec<CheckRule>,
    /// Elements, when this is a list.
    pub items: Option<Box<ItemsRule>>,
    /// Members, when this is an object.
    #[serde(default)]
    pub fields: Vec<ParameterRule>,
    /// Elements of a list behind this position are ignored by the API.
    pub ignored_beyond: Option<u32>,
    /// What the parameter's existence rests on; `documented` when left out.
    pub basis: Option<Basis>,
    /// Source of the parameter, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}

/// The elements of a list.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemsRule {
    /// Type of each element; `list` is not possible here.
    #[serde(rename = "type")]
    pub kind: Spanned<TypeName>,
    /// Constraints that stand in the provider's file.
    #[serde(default)]
    pub constraints: Vec<ConstraintUse>,
    /// Constraints on each element.
    #[serde(default)]
    pub checks: Vec<CheckRule>,
    /// Members, when the elements are objects.
    #[serde(default)]
    pub fields: Vec<ParameterRule>,
}

/// That a parameter must be given. All fields may be left out: then the provider's common answer applies.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequiredRule {
    /// The error row that a request without the parameter meets.
    pub answer: Option<Spanned<String>>,
    /// What the demand rests on; `documented` when left out.
    pub basis: Option<Basis>,
    /// What the answer rests on.
    pub answer_basis: Option<Basis>,
    /// Stage, when it is not that of the provider's common answer.
    pub stage: Option<Spanned<String>>,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}

/// A value that the API takes for an absent parameter.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DefaultRule {
    /// The value, as text.
    pub value: String,
    /// When this default applies; always, when left out.
    pub when: Option<Box<Condition>>,
    /// What it rests on; `documented` when left out.
    pub basis: Option<Basis>,
}

/// A named constraint of the provider's file, applied to this parameter. Ids of its checks get the parameter's name in
/// kebab case in front: `oss-bucket` + `length`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConstraintUse {
    /// Name of the constraint in the provider's file.
    pub name: Spanned<String>,
    /// The row that this operation answers with; without it the constraint's own outcome applies.
    pub answer: Option<Spanned<String>>,
    /// Warn all the same, where there is an `answer`.
    pub warn: Option<Warn>,
    /// What the constraint rests on for this operation, when it differs.
    pub basis: Option<Basis>,
    /// What the answer rests on.
    pub answer_basis: Option<Basis>,
    /// Stage, when it differs.
    pub stage: Option<Spanned<String>>,
}

/// One constraint with the answer it leads to.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    /// Unique in the operation; kebab case.
    pub id: Spanned<String>,
    /// The parameter that the finding points at. Needed for checks that do not stand under a parameter.
    pub parameter: Option<Spanned<String>>,
    /// List positions (from 1) that the check is for: `1`, `2..17`, `18..`. All, when left out.
    pub at: Option<Spanned<String>>,
    /// The check applies only where this holds.
    pub when: Option<Box<Condition>>,
    /// Facts that settle the matter in the request's favour: where this is known to hold, the check does not apply.
    /// Unlike `when`, nothing is left open by it.
    pub cleared_by: Option<Box<Condition>>,
    /// What must hold.
    pub must: Box<Condition>,
    /// Stage, when it is not that of the provider's common answer for bad values. Needed for checks over facts.
    pub stage: Option<Spanned<String>>,
    /// The error row that a request meets which breaks the constraint: its id.
    pub answer: Option<Spanned<String>>,
    /// Where no row is documented: the provider's common answer that is predicted, by its name (`bad_value`) or by the id
    /// of one of its `common_errors`. A form constraint that leads to a finding has one without this; a warning has not.
    pub common_answer: Option<Spanned<String>>,
    /// Other rows that may come instead.
    #[serde(default)]
    pub alternatives: Vec<Spanned<String>>,
    /// Warn, whatever the basis says.
    pub warn: Option<Warn>,
    /// What the constraint rests on.
    pub basis: Basis,
    /// What the answer rests on: `documented` for a row of the table, `inferred` for a common answer, when left out.
    pub answer_basis: Option<Basis>,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
    /// What the user should do, in our words.
    pub help: Option<String>,
}

/// Kinds of warning that a check may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Warn {
    /// Probably refused or useless, but no source of the operation says so.
    LikelyInvalid,
    /// Sources contradict each other.
    Disputed,
}

/// A row of the operation's documented error table.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorRow {
    /// How checks name the row; the code, when left out. Needed where a code stands in several rows.
    pub id: Option<Spanned<String>>,
    /// HTTP status.
    pub status: Spanned<u16>,
    /// The code, verbatim.
    pub code: Spanned<String>,
    /// The message, verbatim; null when only a blank such as `%s` or nothing is documented.
    pub message: Option<Spanned<String>>,
    /// The documentation's text, verbatim, where it is not the message on the wire.
    pub description: Option<String>,
    /// The message with its blanks named, where `message` has blanks and they are known: `{parameter}`, `{value}`,
    /// `{ParameterName}`.
    pub template: Option<Spanned<String>>,
    /// When it comes, in our words.
    pub meaning: String,
    /// Why a request and facts alone cannot decide the row, or not in every case.
    pub server: Option<String>,
    /// Why this operation can never answer with the row.
    pub unreachable: Option<String>,
    /// What the row rests on; `documented` when left out.
    pub basis: Option<Basis>,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}

impl ErrorRow {
    /// The name by which checks refer to the row.
    pub fn key(&self) -> &str {
        self.id.as_ref().unwrap_or(&self.code)
    }
}

/// How a request asks for a check without effect, and what the API then answers when nothing is wrong.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DryRunRule {
    /// The parameter.
    pub parameter: Spanned<String>,
    /// Its value that asks for a dry run.
    pub value: String,
    /// The error row with which a successful dry run is answered.
    pub answer: Option<Spanned<String>>,
    /// The code of the answer, when it is known.
    pub code: Option<String>,
    /// HTTP status of the answer, when it is known.
    pub status: Option<u16>,
    /// The message, when it is known.
    pub message: Option<String>,
    /// What the answer rests on.
    pub basis: Basis,
}

/// A small request and what it gives. `preflint rules check` holds it against the rules; checking requests never reads it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExampleRule {
    /// What it shows, in our words; unique in the file.
    pub shows: Spanned<String>,
    /// The request's parameters.
    pub params: serde_json::Map<String, serde_json::Value>,
    /// Facts, as a request carries them.
    pub facts: Option<serde_json::Value>,
    /// `pass`, or the code of the predicted error.
    pub gives: Spanned<String>,
}
