//! Resources of other tools: names of arguments and parameters become paths.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Mistakes, check_format, read_file, template_pieces};
use crate::json::Spanned;
use crate::operation::tools::{Argument, PathStep, Resource, Tool, ToolDefault};
use crate::operation::{Operation, Provider};
use crate::request::given::GAP;
use crate::rule::tools::{ArgumentRule, ToolRule, ToolsFile};

use super::RuleError;
use crate::json::Entries;

/// Reads and prepares the file about an operation's resources. `path` is where it lies below `rules/`. Whether parameters
/// exist is only looked up where `editions` of the operation are given.
pub(crate) fn compile_tools(
    file: &str,
    path: &str,
    text: &str,
    provider: &Arc<Provider>,
    editions: Option<&[Arc<Operation>]>,
) -> Result<Vec<Resource>, Vec<RuleError>> {
    let mut mistakes = Mistakes::of(file, text);
    let Some(written) = read_file::<ToolsFile>(text, &mut mistakes) else { return Err(mistakes.into_errors()) };
    check_format(&written.format, &mut mistakes);
    if path != format!("{}/tools.json", written.operation.value) {
        let message = format!("the file lies in {path}, but names itself {}", written.operation.value);
        mistakes.add(written.operation.span, message);
    }
    if written.sources.is_empty() {
        mistakes.add(written.operation.span, "a rule file names at least one source");
    }
    if editions.is_some_and(<[_]>::is_empty) {
        mistakes.add(written.operation.span, "there is no edition of this operation beside this file");
    }
    let is_parameter = |wanted: &str| match editions {
        Some(editions) => editions.iter().any(|edition| has_parameter(edition, wanted)),
        None => true,
    };
    let mut parts = written.operation.value.split('/').skip(1).map(str::to_owned);
    let (service, operation) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut resources = Vec::new();
    for (tool_name, rules) in written.resources.iter() {
        let Some(tool) = tool(tool_name, &mut mistakes) else { continue };
        for (name, rule) in rules.iter() {
            if let Some(source) =
                rule.source.as_ref().filter(|id| written.sources.iter().all(|known| known.id != id.value))
            {
                mistakes.add(source.span, format!("`{}` is no source of this file", source.value));
            }
            resources.push(Resource {
                tool,
                name: name.value.clone(),
                provider: Arc::clone(provider),
                service: service.clone(),
                operation: operation.clone(),
                arguments: arguments(&rule.arguments, &is_parameter, "this operation", &mut mistakes),
                secrets: rule.secrets.clone(),
            });
        }
    }
    if mistakes.none() { Ok(resources) } else { Err(mistakes.into_errors()) }
}

/// What a provider's file says about tools.
pub(super) fn of_provider(
    written: &Entries<ToolRule>,
    is_parameter: &dyn Fn(&str) -> bool,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(Tool, Vec<Argument>)> {
    let mut tools = Vec::new();
    for (name, rule) in written.iter() {
        if let Some(tool) = tool(name, mistakes) {
            tools.push((tool, arguments(&rule.arguments, is_parameter, "all operations", mistakes)));
        }
    }
    tools
}

fn tool(name: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<Tool> {
    let tool = Tool::ALL.into_iter().find(|tool| tool.name() == name.value);
    if tool.is_none() {
        let known = Tool::ALL.map(Tool::name).join(", ");
        mistakes.add(name.span, format!("`{}` is no tool that is known; there are {known}", name.value));
    }
    tool
}

fn arguments(
    written: &[ArgumentRule],
    is_parameter: &dyn Fn(&str) -> bool,
    whose: &str,
    mistakes: &mut Mistakes<'_>,
) -> Vec<Argument> {
    let mut prepared = Vec::new();
    let mut known = HashSet::new();
    for rule in written {
        if !is_parameter(&rule.parameter) {
            let message = format!("`{}` is no parameter of {whose}", rule.parameter.value);
            mistakes.add(rule.parameter.span, message);
        }
        if !known.insert(rule.parameter.value.as_str()) {
            let message = format!("parameter `{}` has another argument already", rule.parameter.value);
            mistakes.add(rule.parameter.span, message);
        }
        if rule.from_environment
            && let Some(default) = &rule.default
        {
            mistakes.add(default.span, "what comes from the environment has no default");
        }
        let default = rule.default.as_ref().and_then(|written| {
            let default = default(&written.value);
            if default.is_none() {
                mistakes.add(written.span, "a default is a text, a number or a boolean");
            }
            default
        });
        let (Some(path), Some(parameter)) = (path(&rule.name), path(&rule.parameter)) else {
            mistakes.add(rule.name.span, "an argument is names with dots between them, `[]` behind those of lists");
            continue;
        };
        let (own, target) = (lists(&path), lists(&parameter));
        if own != target && own != 0 && target != 0 {
            mistakes
                .add(rule.name.span, "argument and parameter have the same number of `[]`, or one of them has none");
        }
        prepared.push(Argument {
            path,
            parameter,
            empty_is_unset: rule.empty_is_unset,
            default,
            from_environment: rule.from_environment,
            overridden_by: rule.overridden_by.clone(),
            sent_as: rule.sent_as,
        });
    }
    prepared
}

fn default(written: &serde_json::Value) -> Option<ToolDefault> {
    match written {
        serde_json::Value::Bool(value) => Some(ToolDefault::Bool(*value)),
        serde_json::Value::Number(number) => Some(ToolDefault::Number(number.to_string())),
        serde_json::Value::String(text) => {
            let mut known = String::new();
            for piece in template_pieces(text) {
                match piece {
                    Ok(text) => known.push_str(text),
                    Err(_) => known.push(GAP),
                }
            }
            Some(ToolDefault::Text(known))
        }
        _ => None,
    }
}

/// `disk[].size` as steps; none when it is written otherwise.
fn path(written: &str) -> Option<Vec<PathStep>> {
    let step = |part: &str| {
        let (name, each) = part.strip_suffix("[]").map_or((part, false), |name| (name, true));
        let plain = !name.is_empty() && !name.contains(['[', ']']);
        plain.then(|| PathStep { name: name.to_owned(), each })
    };
    written.split('.').map(step).collect()
}

fn lists(path: &[PathStep]) -> usize {
    path.iter().filter(|step| step.each).count()
}

/// Whether an edition has a parameter of this path, `List[].Field`.
fn has_parameter(operation: &Operation, wanted: &str) -> bool {
    let Some(steps) = path(wanted) else { return false };
    let mut fields = operation.fields(None);
    let mut steps = steps.iter().peekable();
    while let Some(step) = steps.next() {
        let Some(mut index) = fields.iter().copied().find(|field| operation.parameters[*field].name == step.name)
        else {
            return false;
        };
        if step.each {
            let crate::operation::Form::List(element) = operation.parameters[index].form else { return false };
            index = element;
        }
        fields = operation.fields(Some(index));
        if steps.peek().is_none() {
            // A list as a whole has no one argument that is its value.
            return !matches!(operation.parameters[index].form, crate::operation::Form::List(_));
        }
    }
    false
}
