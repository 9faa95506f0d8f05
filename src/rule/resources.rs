//! Which resources of Terraform and Packer call an operation, as written in `rules/<provider>/<service>/<Operation>/resources.json`.
//!
//! All editions of the operation share the file: what a plug-in sends does not depend on how the API is documented.

use serde::Deserialize;

use crate::json::{Entries, Spanned};
use crate::rule::Source;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourcesFile {
    /// Path of the JSON Schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Format number of this file; see [`crate::rule::FORMAT`].
    pub format: Spanned<u32>,
    /// `<provider>/<service>/<Operation>`, as in the path: what the resources call.
    pub operation: Spanned<String>,
    /// Where the statements of this file come from.
    pub sources: Vec<Source>,
    /// Resources by form and type; the type as plans and templates name it.
    pub resources: Entries<Entries<ResourceRule>>,
}

/// What a resource sends when it is created.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceRule {
    /// Arguments that reach the API. What is not listed here is not sent.
    pub arguments: Vec<ArgumentRule>,
    /// Arguments whose values appear in no output.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}

/// An argument and the parameter in which its value travels.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ArgumentRule {
    /// The plug-in's name for it; `[]` behind a name stands for each element of a list or each of several blocks:
    /// `disk[].size`.
    pub name: Spanned<String>,
    /// The parameter, elements of lists as `List[].Field`. Where the argument has no `[]`, the parameter's lists have
    /// one element; where the parameter has none, the argument's lists do.
    pub parameter: Spanned<String>,
    /// The plug-in takes an empty text, an empty list, zero and false for an argument that is not set.
    #[serde(default)]
    pub empty_is_unset: bool,
    /// What the plug-in sends when the argument is not set: a text, number or boolean. In a text, `{...}` stands for what
    /// is only known when the plug-in runs. Not for defaults that stand in every plan already.
    pub default: Option<Spanned<serde_json::Value>>,
    /// Where the argument is not set, the plug-in takes the value from its environment.
    #[serde(default)]
    pub from_environment: bool,
    /// What the plug-in says when the argument is not set, because it then makes no call.
    pub refused_without: Option<Spanned<String>>,
    /// Arguments that, when they are set, may replace the value by one from elsewhere.
    #[serde(default)]
    pub overridden_by: Vec<String>,
    /// What becomes of the value on its way.
    #[serde(rename = "as")]
    pub sent_as: Option<SentAs>,
}

/// What becomes of a value on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SentAs {
    /// A number or boolean travels as text.
    Text,
}

/// What all resources of a provider have in common in one form.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceSettings {
    /// Settings of the plug-in for the provider as a whole that reach every call.
    pub arguments: Vec<ArgumentRule>,
}
