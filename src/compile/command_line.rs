//! The provider's command-line tool: its messages, sources and parameters.

use std::sync::Arc;

use super::provider::find_source;
use super::{Mistakes, template_pieces};
use crate::operation::command_line::{Refusal, Tool, ToolParameters};
use crate::operation::{Form, Provider};
use crate::rule::Source;
use crate::rule::command_line::{CommandLineRule, CommandLineTool, Structures};
use crate::rule::provider::ProviderFile;

/// Blanks that messages of tools may have.
const BLANKS: [&str; 6] = ["option", "options", "words", "value", "service", "operation"];

/// Prepares what a provider's file says.
pub(super) fn tool(written: &ProviderFile, sources: &[Arc<Source>], mistakes: &mut Mistakes<'_>) -> Option<Tool> {
    let tool = written.command_line.as_ref()?;
    let place = written.provider.span;
    for option in &tool.options {
        if tool.options.iter().filter(|other| other.name == option.name).count() > 1 {
            mistakes.add(place, format!("option `{}` stands twice in `command_line`", option.name));
        }
    }
    let of_tool = find_source(sources, tool.source.as_ref(), mistakes);
    let mut refusals = Vec::new();
    for refusal in &tool.refuses {
        let message = refusal.message.as_deref().unwrap_or_default();
        for blank in template_pieces(message).filter_map(Result::err) {
            if !BLANKS.contains(&blank) {
                mistakes.add(place, format!("a message of `command_line` has the unknown blank `{{{blank}}}`"));
            }
        }
        let source = match &refusal.source {
            Some(source) => find_source(sources, Some(source), mistakes),
            None => Arc::clone(&of_tool),
        };
        refusals.push(Refusal { written: refusal.clone(), source });
    }
    Some(Tool { written: CommandLineTool::clone(tool), refusals })
}

/// Prepares the options for one operation: `roots` are its parameters, with their forms and whether they are required.
pub(super) fn parameters(
    written: Option<&CommandLineRule>,
    provider: &Provider,
    roots: &[(&str, Form, bool)],
    mistakes: &mut Mistakes<'_>,
) -> ToolParameters {
    let Some(tool) = &provider.command_line else { return ToolParameters::default() };
    let named = written.into_iter().flat_map(|rule| rule.required.iter().flatten().chain(&rule.without));
    for name in named {
        if !roots.iter().any(|(root, ..)| *root == name.value) {
            mistakes.add(name.span, format!("`{}` is no parameter of this operation", name.value));
        }
    }
    let flat = tool.written.values.structures == Structures::Flat;
    let demanded = |(name, form, required): &&(&str, Form, bool)| {
        let is_region = provider.region_parameter.as_deref() == Some(name);
        *required && !is_region && !(flat && matches!(form, Form::List(_)))
    };
    let required = match written.and_then(|rule| rule.required.as_ref()) {
        Some(names) => names.iter().map(|name| name.value.clone()).collect(),
        None => roots.iter().filter(demanded).map(|(name, ..)| (*name).to_owned()).collect(),
    };
    let (further, without) = written.map_or_else(Default::default, |rule| {
        (rule.further.clone(), rule.without.iter().map(|name| name.value.clone()).collect())
    });
    ToolParameters { required, further, without }
}
