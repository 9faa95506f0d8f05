//! The provider's command-line tool, prepared.

use std::sync::Arc;

use crate::operation::{Form, Operation, ParameterIndex};
use crate::rule::Source;
use crate::rule::command_line::{CommandLineTool, NameStyle, Structures, ToolOption, ToolRefusal};

/// A provider's tool.
#[derive(Debug)]
pub(crate) struct Tool {
    pub written: CommandLineTool,
    /// What it refuses, in its order.
    pub refusals: Vec<Refusal>,
}

/// Something that a tool refuses, with all that a finding says of it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub written: ToolRefusal,
    pub source: Arc<Source>,
}

/// The tool's options for one operation.
#[derive(Debug, Default)]
pub(crate) struct ToolParameters {
    /// What it demands, in the order of the operation's file.
    pub required: Vec<String>,
    pub further: Vec<String>,
    pub without: Vec<String>,
}

impl Tool {
    /// The option of the tool itself with this name.
    pub fn option(&self, name: &str) -> Option<&ToolOption> {
        let options = &self.written.options;
        options.iter().find(|option| option.name == name)
    }

    /// The option of the tool itself with this letter.
    pub fn letter(&self, letter: char) -> Option<&ToolOption> {
        self.written.options.iter().find(|option| option.letter == Some(letter))
    }

    /// How the tool names an operation or a parameter of the API.
    pub fn name_of(&self, name: &str) -> String {
        match self.written.names {
            NameStyle::Verbatim => name.to_owned(),
            NameStyle::Kebab => crate::compile::kebab(name),
        }
    }

    /// The names of the operation's parameters that are options.
    pub fn parameters<'o>(&'o self, operation: &'o Operation) -> impl Iterator<Item = &'o str> {
        let names = operation.roots.iter().map(|root| operation.parameters[*root].name.as_str());
        let without = [&self.written.without, &operation.command_line.without];
        let taken = names.filter(move |name| !without.iter().any(|without| without.iter().any(|one| one == name)));
        taken.chain(operation.command_line.further.iter().map(String::as_str))
    }

    /// Whether an option for a parameter is known, by the parameter's name on the wire.
    pub fn takes(&self, operation: &Operation, name: &str, unfolded: bool) -> bool {
        let mut parts = name.split('.');
        let root = parts.next().unwrap_or_default();
        if !self.parameters(operation).any(|known| known == root) {
            return false;
        }
        let mut at = operation.roots.iter().copied().find(|root_index| operation.parameters[*root_index].name == root);
        let mut is_flat = unfolded || self.written.values.structures == Structures::Flat;
        for part in parts {
            // What no edition at hand describes may have any parts.
            let Some(index) = at else { return true };
            at = match operation.parameters[index].form {
                Form::List(element) if is_flat && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                    // Unfolded, a list of texts is one option with several values.
                    if unfolded && operation.parameters[element].form != Form::Object {
                        return false;
                    }
                    Some(element)
                }
                Form::Object => {
                    let in_list = operation.parameters[index].name.is_empty();
                    is_flat &= unfolded || in_list;
                    let field = field(operation, Some(index), part).filter(|_| is_flat);
                    if field.is_none() {
                        return false;
                    }
                    field
                }
                _ => return false,
            };
        }
        true
    }

    /// The form of the parameter with this name on the wire.
    pub fn form(operation: &Operation, name: &str) -> Option<Form> {
        let mut parts = name.split('.');
        let mut at = field(operation, None, parts.next()?)?;
        for part in parts {
            at = match operation.parameters[at].form {
                Form::List(element) if part.bytes().all(|byte| byte.is_ascii_digit()) => element,
                Form::Object => field(operation, Some(at), part)?,
                _ => return None,
            };
        }
        Some(operation.parameters[at].form)
    }
}

fn field(operation: &Operation, parent: Option<ParameterIndex>, name: &str) -> Option<ParameterIndex> {
    operation.fields(parent).iter().copied().find(|field| {
        let parameter = &operation.parameters[*field];
        parameter.name == name || parameter.aliases.iter().any(|alias| alias == name)
    })
}
