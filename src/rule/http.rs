//! How requests travel over HTTP, as written in provider and rule files.

use serde::Deserialize;

use crate::json::{Entries, Spanned};
use crate::rule::provider::CommonAnswer;

/// How the provider's requests travel over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HttpWire {
    /// The parameter that names the operation; left out where method and path do, which then stand in the operation's file.
    pub action: Option<String>,
    /// The parameter that names the version of the service's API.
    pub version: Option<String>,
    /// Headers that carry a parameter, and its name. Letter case of headers does not count.
    #[serde(default)]
    pub headers: Entries<String>,
    /// What a JSON body holds; left out where the API does not take parameters from one.
    pub json_body: Option<JsonBody>,
    /// Hosts that serve one site only, by site; shapes as in `hosts`.
    #[serde(default)]
    pub sites: Entries<Vec<Spanned<String>>>,
    /// The answer to a request without the parameter that names the operation.
    pub missing_action: Option<CommonAnswer>,
    /// The answer to a request without a version.
    pub missing_version: Option<CommonAnswer>,
}

/// What a JSON body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JsonBody {
    /// Parameters of any kind.
    Parameters,
    /// The operation's own parameters; a common one is not known there.
    WithoutCommon,
}

/// Method and path of an operation.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HttpRule {
    /// The method, in capitals.
    pub method: String,
    /// The path, `{name}` standing for the value of a parameter: `/v1/things/{thingId}:copy`.
    pub path: Spanned<String>,
}
