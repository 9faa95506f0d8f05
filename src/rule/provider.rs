//! What all operations of a provider share, as written in `rules/<provider>/provider.json`.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::json::{Entries, Spanned};
use crate::rule::command_line::CommandLineTool;
use crate::rule::condition::Case;
use crate::rule::http::HttpWire;
use crate::rule::operation::CheckRule;
use crate::rule::resources::ResourceSettings;
use crate::rule::response::BodyFormat;
use crate::rule::{Basis, Source, Stages};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProviderFile {
    /// Path of the JSON Schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Format number of this file; see [`crate::rule::FORMAT`].
    pub format: Spanned<u32>,
    /// The provider's name in ids, as in the path.
    pub provider: Spanned<String>,
    /// The provider's name for people.
    pub title: String,
    /// Other names that requests may use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where the statements of this file come from.
    pub sources: Vec<Source>,
    /// The site whose newest edition is the default, for providers with several.
    pub default_site: Option<String>,
    /// The parameter that names the region, to which regional facts are bound.
    pub region_parameter: Option<String>,
    /// How parameters and answers travel.
    pub wire: Wire,
    /// The provider's command-line tool.
    pub command_line: Option<CommandLineTool>,
    /// Parameters that every operation takes.
    #[serde(default)]
    pub common_parameters: Vec<CommonParameter>,
    /// Answers that all operations give for the same mistake.
    pub common_answers: CommonAnswers,
    /// The order of checks.
    pub stages: Stages,
    /// Dated lists of values that many operations use.
    #[serde(default)]
    pub lists: Entries<DatedList>,
    /// Constraints that many operations share.
    #[serde(default)]
    pub constraints: Entries<Spanned<ConstraintRule>>,
    /// Kinds of facts.
    #[serde(default)]
    pub sections: Entries<SectionRule>,
    /// Codes of the gateway and of all operations, beyond the operations' own tables.
    #[serde(default)]
    pub common_errors: Vec<CommonError>,
    /// What all resources of a form have in common.
    #[serde(default)]
    pub resources: Entries<ResourceSettings>,
}

/// How parameters and answers travel.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// How lists and their elements are written in names of parameters.
    pub lists: ListNotation,
    /// Index of a list's first element on the wire.
    pub first_index: u32,
    /// Whether the letter case of parameter names counts.
    pub parameter_case: NameCase,
    /// What an empty text is taken for.
    pub empty_text: EmptyText,
    /// Whether numbers and booleans are texts on the wire, or keep their JSON type.
    pub scalars: Scalars,
    /// What happens to a parameter that the operation does not know.
    pub unknown_parameters: UnknownParameters,
    /// Hosts of the services, `{region}` standing for the region.
    #[serde(default)]
    pub hosts: Entries<Vec<String>>,
    /// Versions of the services' APIs, as sent on the wire.
    #[serde(default)]
    pub versions: Entries<String>,
    /// Where an error response holds its code: dotted paths, the first that exists counts.
    #[serde(default)]
    pub error_code_at: Vec<String>,
    /// Objects that may enclose a response.
    #[serde(default)]
    pub envelopes: Vec<String>,
    /// The body of an error response by media type, blanks in braces.
    #[serde(default)]
    pub error_body: Entries<String>,
    /// How a request says which of them it wants; left out where there is only one.
    pub body_format: Option<BodyFormat>,
    /// An id of the shape that the provider gives to requests, for bodies that are shown.
    pub sample_request_id: Option<String>,
    /// How requests travel over HTTP.
    pub http: Option<HttpWire>,
    /// What the wire form rests on.
    pub basis: Basis,
}

impl Wire {
    /// Makes the name of a list that of its element in wire notation; positions count from 0.
    pub(crate) fn push_element(&self, name: &mut String, position: u32) {
        let index = u64::from(position) + u64::from(self.first_index);
        // Writing to a text cannot fail.
        let _ = match self.lists {
            ListNotation::Dotted => write!(name, ".{index}"),
            ListNotation::Bracketed => write!(name, "[{index}]"),
        };
    }
}

/// How an element of a list is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ListNotation {
    /// `Name.1.Field`
    Dotted,
    /// `name[0].field`
    Bracketed,
}

/// Whether the letter case of parameter names counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NameCase {
    /// It counts.
    Exact,
    /// A name of another case is bound, with a warning.
    Fold,
}

/// What an empty text is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum EmptyText {
    /// As if the parameter were not sent.
    Absent,
    /// As a value like any other.
    Value,
}

/// What numbers and booleans become on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scalars {
    /// Text: 40 and "40" are the same.
    Text,
    /// They keep their JSON type, and it counts.
    Typed,
}

/// What happens to a parameter that the operation does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum UnknownParameters {
    /// It is ignored as far as is known: a warning.
    Warn,
    /// The gateway refuses it.
    Reject,
}

/// A parameter that every operation takes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommonParameter {
    /// The API's own name.
    pub name: String,
    /// Its value is a credential, a signature or a token and appears in no output.
    #[serde(default)]
    pub secret: bool,
    /// What it is for, in our words.
    pub meaning: String,
}

/// Answers that all operations give for the same mistake. Messages are templates with `{parameter}`, `{value}`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommonAnswers {
    /// A required parameter is missing.
    pub missing: CommonAnswer,
    /// A value is of the wrong type.
    pub wrong_type: CommonAnswer,
    /// A value breaks a documented form.
    pub bad_value: CommonAnswer,
    /// A number lies outside its range or step; as `bad_value`, when left out.
    pub out_of_range: Option<CommonAnswer>,
    /// A parameter is not known; only where the gateway refuses such.
    pub unknown_parameter: Option<CommonAnswer>,
}

/// One common answer.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommonAnswer {
    /// The code, verbatim.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// The message with its blanks named; null when nobody has seen one.
    pub message: Option<String>,
    /// The stage in which it is given.
    pub stage: Spanned<String>,
    /// What it rests on that the provider makes this check at all.
    pub basis: Basis,
    /// What it rests on that the provider answers so; as `basis`, when left out.
    pub answer_basis: Option<Basis>,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}

/// A list of values that grows over time.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DatedList {
    /// The state of the list, `YYYY-MM`.
    pub date: String,
    /// The values, verbatim.
    pub values: Vec<String>,
    /// The fact section whose items override the list, by their keys.
    pub section: Option<Spanned<String>>,
    /// Where the list comes from.
    pub source: Option<Spanned<String>>,
}

/// A constraint that many operations share.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConstraintRule {
    /// What it is about, in our words.
    pub meaning: String,
    /// The checks; their ids are completed with the parameter's name.
    pub checks: Vec<CheckRule>,
}

/// A kind of facts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SectionRule {
    /// What its items are, in our words.
    pub meaning: String,
    /// The field that identifies an item.
    pub key: String,
    /// The field that names what an item lies in, when keys are unique only there.
    pub within: Option<String>,
    /// Whether an item belongs to one region.
    #[serde(default)]
    pub regional: bool,
    /// The field of an item that names its region, where items have one.
    pub region_field: Option<String>,
    /// The key of an item that names none, in a section of which an account has only this one.
    pub key_value: Option<String>,
    /// Whether letter case counts in the names of an item's fields; with `fold` they are known in lower case, except the
    /// key and what the item lies in.
    #[serde(default)]
    pub field_case: Case,
    /// Other sections to which an item belongs as well, or only, when it has no key of this one: the first whose field
    /// it has.
    #[serde(default)]
    pub also: Vec<AlsoRule>,
    /// Read-only calls that give such items.
    #[serde(default)]
    pub calls: Vec<CallRule>,
}

/// Another section to which items of a section may belong.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AlsoRule {
    /// The field that an item has which belongs there.
    pub when: String,
    /// The other section.
    pub section: Spanned<String>,
}

/// A read-only call whose response is taken as facts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CallRule {
    /// `<service>/<Operation>`. Letter case, blanks, `-` and `_` do not count when a recorded call names it.
    pub call: String,
    /// Other names of the call, as tools have them.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The top-level key by which a response is recognised. Several calls may share one.
    pub recognised_by: Vec<String>,
    /// Where the response holds its list of items: dotted paths, the first that exists counts.
    #[serde(default)]
    pub items: Vec<String>,
    /// Where the response holds its single item: dotted paths, the first that exists counts; `.` is the whole response.
    #[serde(default)]
    pub item: Vec<String>,
    /// Further fields of the item, taken from elsewhere in the response: name and dotted path.
    #[serde(default)]
    pub fields: Entries<String>,
    /// Where the response names its region.
    pub region: Option<String>,
    /// Names under which the request of a recorded call holds the key; letter case does not count.
    #[serde(default)]
    pub key_in_request: Vec<String>,
    /// Names under which the request of a recorded call names what the item lies in; letter case does not count.
    #[serde(default)]
    pub within_in_request: Vec<String>,
    /// The key of the one item, where the response names none.
    pub key_value: Option<String>,
    /// Names under which the request of a recorded call holds the region; letter case does not count.
    #[serde(default)]
    pub region_in_request: Vec<String>,
    /// Error codes that prove the item absent.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Error codes that prove that the item exists, though the caller may not read it.
    #[serde(default)]
    pub refused: Vec<String>,
    /// The call says something here only when it was recorded with such a request.
    pub only_for: Option<RequestRule>,
    /// The response says something here only when it has these values: dotted path and value as text.
    #[serde(default)]
    pub only_when: Entries<String>,
    /// Whether an empty answer to a request for one key proves it absent, and under which conditions.
    pub empty_proves_absence: Option<RequestRule>,
    /// Whether a response always holds the whole section.
    #[serde(default)]
    pub complete: bool,
    /// When a response holds all items of the section (of its region).
    pub lists_all: Option<ListRule>,
    /// Whether it is only another way to what a call before it tells.
    #[serde(default)]
    pub alternative: bool,
    /// The command of the provider's own tool that makes the call. `{Name}` stands for the key of the item, for what it
    /// lies in, or for the region, by the name of the field, of the region's parameter, or one of `key_in_request` and
    /// `within_in_request`; or for a field of the item that names the one which is asked for.
    pub command: String,
    /// The command that lists items, for what has no key.
    pub list_command: Option<String>,
}

/// How a response shows that it holds all items.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// Where the response says how many items there are: no more than it holds.
    pub total: String,
    /// Its request, when it was recorded: nothing in it may be a filter.
    pub request: RequestRule,
}

/// What the request of a recorded call must be like.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestRule {
    /// Request parameters that must be there, in wire notation, with these values.
    #[serde(default)]
    pub with: Entries<String>,
    /// Request parameters that may be there besides the key and `with`; any other is a filter.
    #[serde(default)]
    pub besides: Vec<String>,
}

/// An error of the gateway or of all operations.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommonError {
    /// Name by which checks mean this row in `common_answer`.
    pub id: Option<Spanned<String>>,
    /// HTTP status, when it is known.
    pub status: Option<u16>,
    /// The code, verbatim.
    pub code: String,
    /// The message, verbatim.
    pub message: Option<String>,
    /// When it comes, in our words.
    pub meaning: String,
    /// What the row rests on.
    pub basis: Basis,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}
