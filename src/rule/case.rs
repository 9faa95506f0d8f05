//! Test cases of one edition, as written in `tests/cases/<provider>/<service>/<Operation>/<edition>.json`.

use serde::Deserialize;

use crate::json::Spanned;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// Path of the JSON Schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Format number of this file; see [`crate::rule::FORMAT`].
    pub format: Spanned<u32>,
    /// The edition under test: `<provider>/<service>/<Operation>@<edition>`.
    pub edition: Spanned<String>,
    /// Parameters of a request that passes, on which the cases build.
    pub base: serde_json::Map<String, serde_json::Value>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One request and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is shown, unique in the file.
    pub name: Spanned<String>,
    /// Where the expectation comes from: a source's id and the place in it.
    pub source: String,
    /// Parameters put over those of `base`.
    #[serde(default)]
    pub set: serde_json::Map<String, serde_json::Value>,
    /// Parameters of `base` that are left out.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Parameters that will be sent with a value not known yet, in wire notation.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// Facts, as a request carries them.
    pub facts: Option<serde_json::Value>,
    /// Sections that are complete.
    #[serde(default)]
    pub facts_complete: Vec<String>,
    /// What must come of it.
    pub expect: Expect,
}

/// The expected report. Wording is not compared.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// All findings, in order; the first is the predicted error. None: the verdict is `pass`.
    pub findings: Vec<ExpectedFinding>,
    /// All warnings, in order.
    #[serde(default)]
    pub warnings: Vec<ExpectedWarning>,
    /// All that open checks need, as a set. Not compared when left out.
    pub needs: Option<Vec<String>>,
    /// Whether the predicted error is certain. Not compared when left out.
    pub certain: Option<bool>,
}

/// An expected finding.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpectedFinding {
    /// Id of the check.
    pub check: String,
    /// The provider's code.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// The parameter, in wire notation.
    pub parameter: String,
    /// The message, where the case is about its blanks. Not compared when left out.
    pub message: Option<String>,
}

/// An expected warning.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpectedWarning {
    /// Kind of warning.
    pub kind: String,
    /// Id of the check, for warnings that come from one.
    pub check: Option<String>,
    /// The parameter, in wire notation.
    pub parameter: Option<String>,
}
