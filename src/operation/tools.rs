//! Resources of other tools that call an operation, prepared.

use std::collections::HashMap;
use std::sync::Arc;

use crate::operation::Provider;
use crate::rule::tools::SentAs;

/// A tool that calls operations for what stands in its templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tool {
    Terraform,
    Packer,
}

impl Tool {
    pub const ALL: [Tool; 2] = [Tool::Terraform, Tool::Packer];

    /// Its name in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Terraform => "terraform",
            Tool::Packer => "packer",
        }
    }
}

/// A resource that calls an operation when it is created.
#[derive(Debug)]
pub(crate) struct Resource {
    pub tool: Tool,
    /// Its type, as templates name it.
    pub name: String,
    pub provider: Arc<Provider>,
    pub service: String,
    pub operation: String,
    pub arguments: Vec<Argument>,
    /// Arguments whose values appear in no output.
    pub secrets: Vec<String>,
}

/// All resources, by tool and type.
pub(crate) type Resources = HashMap<(Tool, String), Vec<Arc<Resource>>>;

/// An argument and the parameter in which its value travels.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub path: Vec<PathStep>,
    pub parameter: Vec<PathStep>,
    pub empty_is_unset: bool,
    pub default: Option<ToolDefault>,
    pub from_environment: bool,
    pub overridden_by: Vec<String>,
    pub sent_as: Option<SentAs>,
}

/// A name on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathStep {
    pub name: String,
    /// Whether each element of a list is meant.
    pub each: bool,
}

/// What a tool sends for an argument that is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToolDefault {
    /// A [`GAP`](crate::request::given::GAP) stands for what is only known when the tool runs.
    Text(String),
    Number(String),
    Bool(bool),
}
