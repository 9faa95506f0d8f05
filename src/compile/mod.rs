//! From rule files as written to [`Operation`]s: the only place that looks up names, and the only maker of
//! [`RuleError`]s.
//!
//! All mistakes of a file are collected, each with its place; a file with any is not used. Whatever is not understood
//! is a mistake: nothing is ever skipped.

mod bodies;
mod checks;
mod command_line;
mod conditions;
mod http;
mod limits;
mod mistakes;
mod parameters;
mod provider;
mod reads;
mod resources;
mod words;

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::catalog::RuleFile;
use crate::json::{DataError, Node, Spanned, from_node, from_text};
use crate::operation::screen::Screens;
use crate::operation::{DryRun, Entity, EntityKey, Names, Operation, Provider, Row};
use crate::place::Span;
use crate::rule::operation::{ErrorRow, OperationFile};
use crate::rule::provider::ProviderFile;
use crate::rule::{Basis, FORMAT, Source};
use crate::rule_set;
use conditions::Scope;
use provider::PreparedProvider;

pub(crate) use conditions::template_pieces;
pub use mistakes::RuleError;
pub(crate) use mistakes::{Mistakes, without_mark};
pub(crate) use parameters::{Written, in_order, kebab};
pub(crate) use provider::ProviderRules;
pub(crate) use resources::compile_resources;

/// Reads a file's JSON into its type.
pub(crate) fn read_file<T: for<'de> serde::Deserialize<'de>>(text: &str, mistakes: &mut Mistakes<'_>) -> Option<T> {
    let text = without_mark(text);
    if let Some(file) = from_text(text) {
        return Some(file);
    }
    let node = match Node::from_text(text) {
        Ok(node) => node,
        Err(error) => {
            mistakes.add(Span::new(error.at, error.at), error.to_string());
            return None;
        }
    };
    read_node(&node, mistakes)
}

fn read_node<T: for<'de> serde::Deserialize<'de>>(node: &Node, mistakes: &mut Mistakes<'_>) -> Option<T> {
    match from_node(node) {
        Ok(file) => Some(file),
        Err(DataError { span, message }) => {
            mistakes.add(span.unwrap_or(node.span), message);
            None
        }
    }
}

/// Demands the format number of this version.
pub(crate) fn check_format(format: &Spanned<u32>, mistakes: &mut Mistakes<'_>) {
    if format.value != FORMAT {
        mistakes.add(format.span, format!("format {} is not known; this version reads format {FORMAT}", format.value));
    }
}

/// Reads and prepares a provider's file. The folder in which it lies must be the provider's name.
pub(crate) fn compile_provider(file: &RuleFile) -> Result<ProviderRules, Vec<RuleError>> {
    let RuleFile { name, path, text } = file;
    let mut mistakes = Mistakes::of(name, text);
    let Some(written) = read_file::<ProviderFile>(text, &mut mistakes) else { return Err(mistakes.into_errors()) };
    check_format(&written.format, &mut mistakes);
    if *path != format!("{}/provider.json", written.provider.value) {
        mistakes.add(written.provider.span, format!("the file lies in {path}, which names another provider"));
    }
    if !limits::of_provider(&written, &mut mistakes) {
        return Err(mistakes.into_errors());
    }
    let prepared = PreparedProvider::prepare(&written, &mut mistakes);
    if !mistakes.none() {
        return Err(mistakes.into_errors());
    }
    Ok(ProviderRules { prepared, written, file: file.clone() })
}

/// Reads and prepares one edition of an operation. `path` is where it lies below `rules/`.
pub(crate) fn compile_operation(
    file: &str,
    path: &str,
    text: &str,
    provider: &ProviderRules,
) -> Result<Operation, Vec<RuleError>> {
    let mut mistakes = Mistakes::of(file, text);
    let Some(written) = read_file::<OperationFile>(text, &mut mistakes) else { return Err(mistakes.into_errors()) };
    check_format(&written.format, &mut mistakes);
    if path != format!("{}/{}.json", written.operation.value, written.edition.value) {
        let named = format!("{}@{}", written.operation.value, written.edition.value);
        mistakes.add(written.operation.span, format!("the file lies in {path}, but names itself {named}"));
    }
    if !is_edition(&written.edition) {
        mistakes.add(written.edition.span, "an edition is written [site-]YYYY-MM");
    }
    if !limits::of_operation(&written, &mut mistakes) {
        return Err(mistakes.into_errors());
    }
    // Both are read by a test, and so their patterns are known to compile.
    let is_proven = rule_set::is_bundled(path, text) && rule_set::is_bundled(&provider.file.path, &provider.file.text);
    let operation = build(&written, provider, is_proven, &mut mistakes);
    if mistakes.none() { Ok(operation) } else { Err(mistakes.into_errors()) }
}

/// As [`compile_provider`], of a tree that was changed after it was read; places are those of `text`.
pub(crate) fn provider_of(file: &RuleFile, node: &Node) -> Result<ProviderRules, Vec<RuleError>> {
    let mut mistakes = Mistakes::of(&file.name, &file.text);
    let Some(written) = read_node::<ProviderFile>(node, &mut mistakes) else { return Err(mistakes.into_errors()) };
    let prepared = PreparedProvider::prepare(&written, &mut mistakes);
    if !mistakes.none() {
        return Err(mistakes.into_errors());
    }
    Ok(ProviderRules { prepared, written, file: file.clone() })
}

/// As [`compile_operation`], of a tree that was changed after it was read; places are those of `text`.
pub(crate) fn operation_of(
    file: &str,
    text: &str,
    node: &Node,
    provider: &ProviderRules,
) -> Result<Operation, Vec<RuleError>> {
    let mut mistakes = Mistakes::of(file, text);
    let Some(written) = read_node::<OperationFile>(node, &mut mistakes) else { return Err(mistakes.into_errors()) };
    let operation = build(&written, provider, false, &mut mistakes);
    if mistakes.none() { Ok(operation) } else { Err(mistakes.into_errors()) }
}

/// Whether a text has the form `[site-]YYYY-MM`.
pub(crate) fn is_edition(text: &str) -> bool {
    let number = |text: &str, length: usize| {
        text.parse::<u16>().ok().filter(|_| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let date = text.rsplit_once('-').and_then(|(rest, month)| {
        let (site, year) = rest.rsplit_once('-').map_or((None, rest), |(site, year)| (Some(site), year));
        Some((site, number(year, 4)?, number(month, 2)?))
    });
    matches!(date, Some((site, _, 1..=12)) if site != Some(""))
}

fn build(written: &OperationFile, rules: &ProviderRules, is_proven: bool, mistakes: &mut Mistakes<'_>) -> Operation {
    let provider: Arc<Provider> = Arc::clone(&rules.prepared.provider);
    let sources: Vec<Arc<Source>> = written.sources.iter().cloned().map(Arc::new).collect();
    if sources.is_empty() {
        mistakes.add(written.operation.span, "a rule file names at least one source");
    }
    let stages = written.stages.as_ref();
    let parameters = parameters::prepare(written, &provider, mistakes);
    let entities = entities(written, &provider, &parameters, mistakes);
    let scope = Scope {
        provider: &provider,
        parameters: &parameters,
        entities: &entities,
        patterns: Cell::default(),
        is_proven,
    };
    let rows = rows(&written.errors, mistakes);
    let mut path_parts = written.operation.value.split('/');
    let mut next_part = || path_parts.next().unwrap_or_default().to_owned();
    let (_, service, name) = (next_part(), next_part(), next_part());
    let region = provider.region_parameter.as_deref().and_then(|region| scope.find(region));
    let described = parameters::in_order(written).into_iter().filter_map(|rule| rule.source());
    for source in described.chain(written.errors.iter().filter_map(|row| row.source.as_ref())) {
        provider::find_source(&sources, Some(source), mistakes);
    }
    let dry_run = written.dry_run.as_ref().and_then(|rule| {
        let Some(parameter) = scope.find(&rule.parameter) else {
            mistakes.add(rule.parameter.span, scope.unknown_parameter(&rule.parameter, mistakes));
            return None;
        };
        let mut dry_run = DryRun {
            parameter,
            value: rule.value.clone(),
            row: None,
            code: rule.code.clone(),
            status: rule.status,
            message: rule.message.clone(),
            basis: rule.basis,
        };
        if let Some(answer) = &rule.answer {
            match rows.iter().enumerate().find(|(_, row)| row.key == answer.value) {
                Some((index, row)) => {
                    dry_run.row = Some(index);
                    dry_run.code = Some(row.code.clone());
                    dry_run.status = Some(row.status);
                    dry_run.message = row.template.clone();
                }
                None => mistakes.add(answer.span, format!("`{}` is the id of no row of `errors`", answer.value)),
            }
        }
        Some(dry_run)
    });
    let is_parameter = |name: &str| scope.find(name).is_some();
    let http = written.http.as_ref().and_then(|http| http::path(http, &is_parameter, mistakes));
    let roots: Vec<_> = parameters.roots.iter().map(|root| &parameters.all[*root]).collect();
    let roots: Vec<_> = roots.iter().map(|root| (root.name.as_str(), root.form, root.required)).collect();
    let command_line = command_line::parameters(written.command_line.as_ref(), &provider, &roots, mistakes);
    let success = written.success.as_ref().map(|rule| {
        provider::find_source(&sources, rule.source.as_ref(), mistakes);
        bodies::success(rule, &provider.wire, &is_parameter, mistakes)
    });
    let maker = checks::Maker {
        written,
        rules,
        scope: &scope,
        rows: &rows,
        constraints: rules.written.constraints.iter().map(|(name, rule)| (name.value.as_str(), rule)).collect(),
        by_key: rows.iter().enumerate().rev().map(|(index, row)| (row.key.as_str(), index)).collect(),
        sources: &sources,
        stages: stages.map_or(&provider.stages, |stages| &stages.order),
    };
    let checks = maker.make(mistakes);
    let defaults = parameters::defaults(written, &scope, mistakes);
    let mut operation = Operation {
        service,
        name,
        edition: written.edition.value.clone(),
        title: written.title.clone(),
        stages: stages.map_or_else(|| provider.stages.clone(), |stages| stages.order.clone()),
        stage_basis: stages.map_or(provider.stage_basis, |stages| stages.basis),
        names: Names::new(&parameters.all, &parameters.roots, &provider.common_parameters),
        roots: parameters.roots.clone(),
        parameters: Vec::new(),
        screens: Screens::default(),
        entities,
        checks,
        rows,
        region,
        dry_run,
        success,
        http,
        command_line,
        sources,
        provider,
    };
    operation.parameters = parameters.all;
    for (parameter, values) in defaults {
        operation.parameters[parameter].defaults = values;
    }
    operation.screens = Screens::of(&operation);
    operation
}

fn entities(
    written: &OperationFile,
    provider: &Provider,
    parameters: &parameters::Parameters,
    mistakes: &mut Mistakes<'_>,
) -> Vec<Entity> {
    let scope = Scope { provider, parameters, entities: &[], patterns: Cell::default(), is_proven: false };
    let mut entities = Vec::new();
    for (name, rule) in written.entities.iter() {
        let section = scope.section(&rule.section, mistakes);
        let key = match (&rule.key, &rule.value, &rule.part) {
            (Some(key), None, None) => scope.parameter(key, mistakes).map(EntityKey::Parameter),
            (Some(key), None, Some(part)) => {
                let hosts = scope.host_part(part, mistakes);
                let name = part.name.value.clone();
                scope.parameter(key, mistakes).map(|parameter| EntityKey::HostPart { parameter, hosts, name })
            }
            (None, Some(value), None) => Some(EntityKey::Value(value.value.clone())),
            _ => {
                mistakes.add(name.span, "an entity has either a `key`, which is a parameter, or a `value`");
                None
            }
        };
        let within = rule.within.as_ref().and_then(|within| scope.parameter(within, mistakes));
        let is_known = section.is_some();
        // The file is refused already: that its checks speak of this entity is no second mistake.
        let section = section.or_else(|| (!provider.sections.is_empty()).then_some(0));
        let (Some(section), Some(key)) = (section, key) else { continue };
        if is_known && provider.sections[section].within.is_some() != rule.within.is_some() {
            let expected = if rule.within.is_some() { "no `within`" } else { "a `within`" };
            mistakes.add(rule.section.span, format!("an entity of section `{}` has {expected}", rule.section.value));
        }
        entities.push(Entity { name: name.value.clone(), section, key, within });
    }
    entities
}

fn rows(written: &[ErrorRow], mistakes: &mut Mistakes<'_>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known = HashSet::new();
    for row in written {
        let place = row.id.as_ref().unwrap_or(&row.code).span;
        if !known.insert(row.key()) {
            mistakes.add(place, format!("a row `{}` stands here already; give this one an `id`", row.key()));
        }
        let message = row.message.as_ref().map(|message| message.value.clone());
        let template = match &row.template {
            Some(template) => Some(template.value.clone()),
            None => message.clone().filter(|message| !message.contains("%s")),
        };
        rows.push(Row {
            key: row.key().to_owned(),
            status: row.status.value,
            code: row.code.value.clone(),
            documented_message: message,
            template,
            meaning: row.meaning.clone(),
            server: row.server.clone(),
            unreachable: row.unreachable.clone(),
            basis: row.basis.unwrap_or(Basis::Documented),
        });
    }
    rows
}
