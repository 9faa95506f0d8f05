//! Resources: names of arguments and parameters become paths.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Mistakes, check_format, limits, read_file, template_pieces};
use crate::json::Spanned;
use crate::operation::resources::{Argument, DefaultValue, PathStep, Resource, ResourceForm};
use crate::operation::{Operation, Provider};
use crate::request::given::GAP;
use crate::rule::resources::{ArgumentRule, ResourceSettings, ResourcesFile};

use super::RuleError;
use crate::json::Entries;

/// Reads and prepares the file about an operation's resources. `path` is where it lies below `rules/`. Whether parameters
/// exist is only looked up where `editions` of the operation are given.
pub(crate) fn compile_resources(
    file: &str,
    path: &str,
    text: &str,
    provider: &Arc<Provider>,
    editions: Option<&[Arc<Operation>]>,
) -> Result<Vec<Resource>, Vec<RuleError>> {
    let mut mistakes = Mistakes::of(file, text);
    let Some(written) = read_file::<ResourcesFile>(text, &mut mistakes) else { return Err(mistakes.into_errors()) };
    check_format(&written.format, &mut mistakes);
    if !limits::of_resources(&written, &mut mistakes) {
        return Err(mistakes.into_errors());
    }
    if path != format!("{}/resources.json", written.operation.value) {
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
    for (form_name, rules) in written.resources.iter() {
        let Some(form) = form(form_name, &mut mistakes) else { continue };
        for (name, rule) in rules.iter() {
            let source = match &rule.source {
                Some(id) => written.sources.iter().find(|known| known.id == id.value),
                None => written.sources.first(),
            };
            if let (Some(id), None) = (&rule.source, source) {
                mistakes.add(id.span, format!("`{}` is no source of this file", id.value));
            }
            let Some(source) = source else { continue };
            resources.push(Resource {
                form,
                name: name.value.clone(),
                provider: Arc::clone(provider),
                service: service.clone(),
                operation: operation.clone(),
                arguments: arguments(&rule.arguments, &is_parameter, "this operation", &mut mistakes),
                secrets: rule.secrets.clone(),
                source: source.clone(),
            });
        }
    }
    if mistakes.none() { Ok(resources) } else { Err(mistakes.into_errors()) }
}

/// What a provider's file says about all resources of a form.
pub(super) fn of_provider(
    written: &Entries<ResourceSettings>,
    is_parameter: &dyn Fn(&str) -> bool,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(ResourceForm, Vec<Argument>)> {
    let mut settings = Vec::new();
    for (name, rule) in written.iter() {
        if let Some(form) = form(name, mistakes) {
            settings.push((form, arguments(&rule.arguments, is_parameter, "all operations", mistakes)));
        }
    }
    settings
}

fn form(name: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<ResourceForm> {
    let form = ResourceForm::ALL.into_iter().find(|form| form.name() == name.value);
    if form.is_none() {
        let known = ResourceForm::ALL.map(ResourceForm::name).join(", ");
        mistakes.add(name.span, format!("`{}` is no form of resources; there are {known}", name.value));
    }
    form
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
        if let Some(words) = rule.refused_without.as_ref().filter(|_| rule.from_environment || rule.default.is_some()) {
            mistakes.add(words.span, "what is filled in is never missing");
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
            refused_without: rule.refused_without.as_ref().map(|words| words.value.clone()),
            overridden_by: rule.overridden_by.clone(),
            sent_as: rule.sent_as,
        });
    }
    prepared
}

fn default(written: &serde_json::Value) -> Option<DefaultValue> {
    match written {
        serde_json::Value::Bool(value) => Some(DefaultValue::Bool(*value)),
        serde_json::Value::Number(number) => Some(DefaultValue::Number(number.to_string())),
        serde_json::Value::String(text) => {
            let mut known = String::new();
            for piece in template_pieces(text) {
                match piece {
                    Ok(text) => known.push_str(text),
                    Err(_) => known.push(GAP),
                }
            }
            Some(DefaultValue::Text(known))
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
