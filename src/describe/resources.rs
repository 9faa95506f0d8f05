//! Resources of Terraform and Packer whose plug-ins call an operation, in words.

use serde::Serialize;

use crate::checker::Checker;
use crate::operation::resources::{Argument, DefaultValue, Resource};
use crate::report::SourceNote;
use crate::request::given::GAP;

/// A resource, and what its plug-in sends.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ResourceDescription {
    /// The form in which it stands: `terraform`, `packer`.
    pub form: &'static str,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Arguments that reach the API, those of the provider as a whole first.
    pub arguments: Vec<ArgumentDescription>,
    /// Where it is said.
    pub source: SourceNote,
}

/// An argument of a resource.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ArgumentDescription {
    /// Its name.
    pub name: String,
    /// The parameter in which its value travels.
    pub parameter: String,
    /// What happens when it is not set, in words; nothing when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_unset: Option<String>,
}

impl Checker {
    /// The resources whose plug-ins call an operation. `operation` is a path as in [`crate::OperationSummary`].
    pub fn resources(&self, operation: &str) -> Vec<ResourceDescription> {
        let all = self.catalog().resources().values().flatten();
        let calls_it = all.filter(|resource| {
            operation == format!("{}/{}/{}", resource.provider.name, resource.service, resource.operation)
        });
        let mut described: Vec<ResourceDescription> = calls_it.map(|resource| describe(resource)).collect();
        described.sort_by(|left, right| (left.form, &left.kind).cmp(&(right.form, &right.kind)));
        described
    }
}

fn describe(resource: &Resource) -> ResourceDescription {
    let settings = resource.provider.resource_settings.iter().filter(|(form, _)| *form == resource.form);
    let arguments = settings.flat_map(|(_, arguments)| arguments).chain(&resource.arguments);
    ResourceDescription {
        form: resource.form.name(),
        kind: resource.name.clone(),
        arguments: arguments.map(argument).collect(),
        source: SourceNote::from(&resource.source),
    }
}

fn argument(argument: &Argument) -> ArgumentDescription {
    let when_unset = match &argument.default {
        Some(DefaultValue::Text(text)) => Some(text.replace(GAP, "...")),
        Some(DefaultValue::Number(number)) => Some(number.clone()),
        Some(DefaultValue::Bool(value)) => Some(value.to_string()),
        None if argument.from_environment => Some("what the environment says".to_owned()),
        None => argument.refused_without.as_ref().map(|words| format!("no call: {words}")),
    };
    ArgumentDescription { name: argument.name(), parameter: argument.parameter_name(), when_unset }
}
