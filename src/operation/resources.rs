//! Resources whose plug-ins call an operation, prepared.

use std::collections::HashMap;
use std::sync::Arc;

use crate::operation::Provider;
use crate::rule::Source;
use crate::rule::resources::SentAs;

/// The form in which a resource stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ResourceForm {
    Terraform,
    Packer,
}

impl ResourceForm {
    pub const ALL: [ResourceForm; 2] = [ResourceForm::Terraform, ResourceForm::Packer];

    /// Its name in rule files.
    pub fn name(self) -> &'static str {
        match self {
            ResourceForm::Terraform => "terraform",
            ResourceForm::Packer => "packer",
        }
    }
}

/// A resource that calls an operation when it is created.
#[derive(Debug)]
pub(crate) struct Resource {
    pub form: ResourceForm,
    /// Its type, as templates name it.
    pub name: String,
    pub provider: Arc<Provider>,
    pub service: String,
    pub operation: String,
    pub arguments: Vec<Argument>,
    /// Arguments whose values appear in no output.
    pub secrets: Vec<String>,
    /// Where all of this is said.
    pub source: Source,
}

/// All resources, by form and type.
pub(crate) type Resources = HashMap<(ResourceForm, String), Vec<Arc<Resource>>>;

/// An argument and the parameter in which its value travels.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub path: Vec<PathStep>,
    pub parameter: Vec<PathStep>,
    pub empty_is_unset: bool,
    pub default: Option<DefaultValue>,
    pub from_environment: bool,
    /// What the plug-in says without it.
    pub refused_without: Option<String>,
    pub overridden_by: Vec<String>,
    pub sent_as: Option<SentAs>,
}

impl Argument {
    /// Its name, as rule files have it.
    pub fn name(&self) -> String {
        written(&self.path)
    }

    /// The parameter's name, as rule files have it.
    pub fn parameter_name(&self) -> String {
        written(&self.parameter)
    }
}

/// A path as rule files have it.
fn written(path: &[PathStep]) -> String {
    let steps = path.iter().map(|step| format!("{}{}", step.name, if step.each { "[]" } else { "" }));
    steps.collect::<Vec<_>>().join(".")
}

/// A name on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathStep {
    pub name: String,
    /// Whether each element of a list is meant.
    pub each: bool,
}

/// What a plug-in sends for an argument that is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DefaultValue {
    /// A [`GAP`](crate::request::given::GAP) stands for what is only known when the plug-in runs.
    Text(String),
    Number(String),
    Bool(bool),
}
