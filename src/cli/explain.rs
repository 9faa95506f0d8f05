//! `preflint explain`: what a code, an operation or a check means, from the same rules that are checked.

use std::io::{self, Write};

use preflint::{
    CheckDescription, CommonErrorDescription, OperationDescription, OperationSummary, ParameterDescription,
    RowDescription,
};

use crate::args::ExplainOptions;
use crate::{Stop, rules, settings};

/// Explains the subject, whatever it is the name of.
pub fn run(options: &ExplainOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let checker = settings::checker(&options.rules)?;
    let subject = options.subject.trim();
    let all = checker.operations();
    let described = |summary: &OperationSummary| -> Vec<OperationDescription> {
        let editions = summary.editions.iter().rev();
        editions.filter_map(|edition| checker.describe(&summary.operation, edition)).collect()
    };
    if let Some(description) = rules::find_operation(&checker, subject) {
        operation(out, &description, &all)?;
        return Ok(());
    }
    let mut found = false;
    let (wanted_edition, wanted_check) = match subject.rsplit_once('#') {
        Some((edition, check)) => (Some(edition), check),
        None => (None, subject),
    };
    for description in all.iter().flat_map(described) {
        if wanted_edition.is_some_and(|edition| edition != description.id) {
            continue;
        }
        for one in description.checks.iter().filter(|check| check.id == wanted_check) {
            gap(out, &mut found)?;
            check(out, &description, one)?;
        }
        for row in description.errors.iter().filter(|row| row.code == subject) {
            gap(out, &mut found)?;
            error(out, &description, row)?;
        }
        for one in description.parameters.iter().filter(|parameter| parameter.name == subject) {
            gap(out, &mut found)?;
            writeln!(out, "{} of {}", one.name, description.id)?;
            parameter(out, &description, one)?;
        }
    }
    for row in checker.common_errors().iter().filter(|row| row.code == subject) {
        gap(out, &mut found)?;
        common_error(out, row)?;
    }
    if !found {
        let descriptions: Vec<OperationDescription> = all.iter().flat_map(described).collect();
        let codes = descriptions.iter().flat_map(|description| description.errors.iter().map(|row| row.code.as_str()));
        let checks =
            descriptions.iter().flat_map(|description| description.checks.iter().map(|check| check.id.as_str()));
        let names = all.iter().flat_map(|summary| rules::names_of(&summary.operation));
        let parameters = descriptions.iter().flat_map(|description| description.parameters.iter());
        let parameters = parameters.map(|parameter| parameter.name.as_str());
        let hint = match subject.split_once('@') {
            Some((name, _)) => rules::editions_of(&checker, name),
            None => preflint::did_you_mean(subject, codes.chain(checks).chain(names).chain(parameters)),
        };
        return Err(Stop::Usage(format!("no code, operation, check or parameter is called {subject:?}{hint}")));
    }
    Ok(())
}

fn gap(out: &mut dyn Write, found: &mut bool) -> io::Result<()> {
    if std::mem::replace(found, true) { writeln!(out) } else { Ok(()) }
}

fn operation(out: &mut dyn Write, description: &OperationDescription, all: &[OperationSummary]) -> io::Result<()> {
    writeln!(out, "{} ({})", description.id, description.provider_title)?;
    writeln!(out, "{}", description.title)?;
    let path = description.id.split('@').next().unwrap_or_default();
    if let Some(summary) = all.iter().find(|summary| summary.operation == path) {
        let default = summary.default.as_deref().unwrap_or("none");
        writeln!(out, "Editions: {} (default {default})", summary.editions.join(", "))?;
    }
    writeln!(out, "\nParameters")?;
    for one in &description.parameters {
        parameter(out, description, one)?;
    }
    writeln!(out, "\nErrors")?;
    for row in &description.errors {
        writeln!(out, "  {} {}: {}", row.status, row.code, row.meaning)?;
    }
    writeln!(out, "\nOrder of checks ({}): {}", description.stage_basis.as_str(), description.stages.join(", "))?;
    sources(out, description)
}

fn parameter(out: &mut dyn Write, description: &OperationDescription, one: &ParameterDescription) -> io::Result<()> {
    let required = if one.required { ", required" } else { "" };
    let default = one.default.as_ref().map(|value| format!(", default {value}")).unwrap_or_default();
    writeln!(out, "  {} ({}{required}{default}): {}", one.name, one.kind, one.meaning)?;
    for check in description.checks.iter().filter(|check| check.parameter == one.name) {
        writeln!(out, "    {} [{}]", sentence(check), check.id)?;
    }
    Ok(())
}

/// What a check demands and leads to, in one line.
pub fn sentence(check: &CheckDescription) -> String {
    let when = check.when.as_ref().map(|when| format!(" when {when}")).unwrap_or_default();
    let cleared = check.cleared_by.as_ref().map(|by| format!(", unless facts show that {by}")).unwrap_or_default();
    let leads = match (check.outcome, &check.code) {
        ("rejected", Some(code)) => format!("else {code}"),
        (kind, Some(code)) => format!("else a warning, {kind} ({code})"),
        (kind, None) => format!("else a warning, {kind}"),
    };
    format!("{}{when}{cleared}; {leads}", check.must)
}

fn check(out: &mut dyn Write, description: &OperationDescription, check: &CheckDescription) -> io::Result<()> {
    writeln!(out, "{}#{}", description.id, check.id)?;
    writeln!(out, "  Demands:  {}", check.must)?;
    if let Some(when) = &check.when {
        writeln!(out, "  When:     {when}")?;
    }
    if let Some(cleared_by) = &check.cleared_by {
        writeln!(out, "  Unless:   facts show that {cleared_by}")?;
    }
    let status = check.status.map(|status| format!("{status} ")).unwrap_or_default();
    match &check.code {
        Some(code) => writeln!(out, "  Answer:   {status}{code} ({})", check.answer_basis.as_str())?,
        None => writeln!(out, "  Answer:   none is documented")?,
    }
    if check.outcome != "rejected" {
        writeln!(out, "  Outcome:  a warning, {}", check.outcome)?;
    }
    if let Some(message) = &check.message {
        writeln!(out, "  Message:  {message}")?;
    }
    writeln!(out, "  Stage:    {}", check.stage)?;
    writeln!(out, "  Basis:    {}", check.basis.as_str())?;
    let url = check.source.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
    writeln!(out, "  Source:   {}{url}, read {}", check.source.title, check.source.read)?;
    if let Some(help) = &check.help {
        writeln!(out, "  Help:     {help}")?;
    }
    Ok(())
}

fn error(out: &mut dyn Write, description: &OperationDescription, row: &RowDescription) -> io::Result<()> {
    writeln!(out, "{} {} of {}", row.status, row.code, description.id)?;
    match &row.message {
        Some(message) => writeln!(out, "  Message:  {message}")?,
        None => writeln!(out, "  Message:  not documented")?,
    }
    writeln!(out, "  Meaning:  {}", row.meaning)?;
    for id in row.request.iter().chain(&row.facts) {
        if let Some(check) = description.checks.iter().find(|check| check.id == *id) {
            let from = if row.facts.contains(id) { "Facts:   " } else { "Request: " };
            writeln!(out, "  {from} {} [{id}]", check.must)?;
            if let Some(help) = &check.help {
                writeln!(out, "            {help}")?;
            }
        }
    }
    if let Some(server) = &row.server {
        writeln!(out, "  Server:   {server}")?;
    }
    if let Some(unreachable) = &row.unreachable {
        writeln!(out, "  Never:    {unreachable}")?;
    }
    Ok(())
}

fn common_error(out: &mut dyn Write, row: &CommonErrorDescription) -> io::Result<()> {
    let status = row.status.map(|status| format!("{status} ")).unwrap_or_default();
    writeln!(out, "{status}{} of any operation of {}", row.code, row.provider)?;
    if let Some(message) = &row.message {
        writeln!(out, "  Message:  {message}")?;
    }
    writeln!(out, "  Meaning:  {}", row.meaning)?;
    writeln!(out, "  Basis:    {}", row.basis.as_str())
}

/// Where the rules come from.
pub fn sources(out: &mut dyn Write, description: &OperationDescription) -> io::Result<()> {
    writeln!(out, "\nSources")?;
    for source in &description.sources {
        let url = source.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
        writeln!(out, "  {}{url}, read {}", source.title, source.read)?;
    }
    Ok(())
}
