//! Pages about operations in Markdown, as docs/rules/ holds them: one for each operation, and a list of all.

use std::collections::BTreeMap;
use std::io::{self, Write};

use preflint::{
    Change, ChangeKind, CheckDescription, Checker, Comparison, Difference, OperationDescription, OperationSummary,
    ParameterDescription, ResourceDescription, RowDescription, SourceNote, SuccessDescription, site_of_edition,
};

use crate::diff::{Counts, named_values, parameter_in_words, subjects};

/// The list of all operations. Links lead to `<service>/<Operation>.md` below the provider's folder.
pub fn index(out: &mut dyn Write, all: &[OperationSummary], checker: &Checker) -> io::Result<()> {
    writeln!(out, "# Operations\n")?;
    writeln!(
        out,
        "What preflint knows of each operation, made from the rule files by `preflint rules list --markdown` and\n\
         `preflint rules show --markdown`; a test keeps these pages true. [rules/README.md](../../rules/README.md) explains\n\
         the words, and [coverage.md](../coverage.md) says in one table what decides each error.\n"
    )?;
    writeln!(out, "| operation | what it does | parameters | errors | editions |\n|---|---|---|---|---|")?;
    for summary in all {
        let edition = summary.default.as_deref().unwrap_or_default();
        let Some(description) = checker.describe(&summary.operation, edition) else { continue };
        writeln!(
            out,
            "| [{path}]({path}.md) | {} | {} | {} | {} |",
            plain(&description.title),
            description.parameters.len(),
            description.errors.len(),
            editions(summary).join(", "),
            path = summary.operation,
        )?;
    }
    Ok(())
}

/// The page of an operation: one edition in full, and how the editions differ.
pub fn page(
    out: &mut dyn Write,
    description: &OperationDescription,
    summary: &OperationSummary,
    checker: &Checker,
) -> io::Result<()> {
    let path = &summary.operation;
    let edition = description.id.rsplit('@').next().unwrap_or_default();
    writeln!(out, "# {}\n", path.rsplit('/').next().unwrap_or_default())?;
    writeln!(out, "{}. `{path}` of {}.\n", plain(&description.title), plain(&description.provider_title))?;
    writeln!(
        out,
        "This page is made from the rule files by `preflint rules show --markdown {path}`; a test keeps it true. It shows\n\
         edition {edition} in full, and what differs between the editions.\n"
    )?;
    sources(out, summary, checker)?;
    parameters(out, &description.parameters)?;
    constraints(out, description)?;
    resources(out, &checker.resources(path))?;
    errors(out, &description.errors)?;
    success(out, description.success.as_ref())?;
    writeln!(out, "## Order of checks\n")?;
    writeln!(out, "{} ({}).\n", description.stages.join(", "), description.stage_basis.as_str())?;
    changes(out, summary, checker)
}

fn editions(summary: &OperationSummary) -> Vec<String> {
    let is_default = |edition: &String| summary.default.as_ref() == Some(edition);
    let mark = |edition: &String| if is_default(edition) { format!("{edition} (default)") } else { edition.clone() };
    summary.editions.iter().map(mark).collect()
}

fn sources(out: &mut dyn Write, summary: &OperationSummary, checker: &Checker) -> io::Result<()> {
    writeln!(out, "## Editions and their sources\n")?;
    for (edition, name) in summary.editions.iter().zip(editions(summary)) {
        writeln!(out, "- {name}")?;
        let description = checker.describe(&summary.operation, edition);
        for source in description.iter().flat_map(|description| &description.sources) {
            match &source.url {
                Some(url) => writeln!(out, "  - [{}](<{url}>), read {}", plain(&source.title), source.read)?,
                None => writeln!(out, "  - {}, read {}", plain(&source.title), source.read)?,
            }
        }
    }
    writeln!(out)
}

fn parameters(out: &mut dyn Write, all: &[ParameterDescription]) -> io::Result<()> {
    writeln!(out, "## Parameters\n")?;
    writeln!(out, "| parameter | type | required | default | meaning |\n|---|---|---|---|---|")?;
    for parameter in all {
        let aliases: Vec<String> = parameter.aliases.iter().map(|alias| cell(alias)).collect();
        let aliases = match aliases.is_empty() {
            true => String::new(),
            false => format!(" Also called {}.", aliases.join(", ")),
        };
        let conditional =
            parameter.conditional_defaults.iter().map(|one| format!("{} when {}", cell(&one.value), plain(&one.when)));
        let always = parameter.default.iter().map(|value| cell(value));
        writeln!(
            out,
            "| {} | {} | {} | {} | {}{aliases} |",
            cell(&parameter.name),
            parameter.kind,
            if parameter.required { "yes" } else { "" },
            conditional.chain(always).collect::<Vec<_>>().join("; else "),
            plain(&parameter.meaning),
        )?;
    }
    writeln!(out)
}

fn constraints(out: &mut dyn Write, description: &OperationDescription) -> io::Result<()> {
    writeln!(out, "## What is demanded\n")?;
    writeln!(out, "Of each parameter, in the order of the documentation. The name of the check stands in front.\n")?;
    let mut of_parameter: BTreeMap<&str, Vec<&CheckDescription>> = BTreeMap::new();
    for check in &description.checks {
        of_parameter.entry(&check.parameter).or_default().push(check);
    }
    // The elements of a list have a path of their own, which is no parameter's.
    let mut names: Vec<String> = Vec::new();
    for parameter in &description.parameters {
        names.extend([parameter.name.clone(), format!("{}[]", parameter.name)]);
    }
    for name in names {
        let Some(checks) = of_parameter.get(name.as_str()) else { continue };
        writeln!(out, "### {}\n", code(&name))?;
        for check in checks {
            constraint(out, check)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn constraint(out: &mut dyn Write, check: &CheckDescription) -> io::Result<()> {
    writeln!(out, "- {}: {}{}", code(&check.id), plain(&check.must), circumstances(check))?;
    let (basis, answer_basis) = (check.basis.as_str(), check.answer_basis.as_str());
    let answer = answer_of(check);
    match (check.outcome, answer) {
        ("rejected", Some(answer)) => writeln!(out, "  - Else {answer} (constraint {basis}, answer {answer_basis}).")?,
        (kind, Some(answer)) => writeln!(out, "  - Else a warning, {kind}: {answer} (constraint {basis}).")?,
        (kind, None) => writeln!(out, "  - Else a warning, {kind} (constraint {basis}).")?,
    }
    if let Some(help) = &check.help {
        writeln!(out, "  - {}", plain(help))?;
    }
    Ok(())
}

/// When a constraint applies, and what clears it.
fn circumstances(check: &CheckDescription) -> String {
    let when = check.when.as_ref().map(|when| format!(" when {}", plain(when))).unwrap_or_default();
    let unless = check.cleared_by.as_ref();
    let unless = unless.map(|by| format!(", unless facts show that {}", plain(by))).unwrap_or_default();
    format!("{when}{unless}.")
}

fn answer_of(check: &CheckDescription) -> Option<String> {
    let text = check.code.as_ref()?;
    Some(check.status.map_or_else(|| code(text), |status| format!("{status} {}", code(text))))
}

/// What plug-ins of Terraform and Packer send.
fn resources(out: &mut dyn Write, all: &[ResourceDescription]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Resources\n")?;
    writeln!(
        out,
        "Resources of plans and templates whose plug-in makes this call, and what it sends. It sends nothing else.\n"
    )?;
    for resource in all {
        writeln!(out, "### {} in {}\n", code(&resource.kind), plain(resource.form))?;
        writeln!(out, "| argument | parameter | when it is not set |\n|---|---|---|")?;
        for argument in &resource.arguments {
            let when_unset = argument.when_unset.as_deref().map(plain).unwrap_or_default();
            writeln!(out, "| {} | {} | {when_unset} |", cell(&argument.name), cell(&argument.parameter))?;
        }
        let SourceNote { title, url, read, .. } = &resource.source;
        let title = url.as_ref().map_or_else(|| plain(title), |url| format!("[{}](<{url}>)", plain(title)));
        writeln!(out, "\nSource: {title}, read {read}.\n")?;
    }
    Ok(())
}

/// The answer to a request with nothing wrong.
fn success(out: &mut dyn Write, success: Option<&SuccessDescription>) -> io::Result<()> {
    let Some(success) = success else { return Ok(()) };
    writeln!(out, "## The answer when nothing is wrong\n")?;
    let note = success.note.as_deref().map(|note| format!(" {}", plain(note))).unwrap_or_default();
    let (status, basis) = (success.status, success.basis.as_str());
    writeln!(out, "{status} ({basis}). Ids are samples; what stands in braces comes from the request.{note}\n")?;
    for body in &success.bodies {
        writeln!(out, "- {}: {}", code(&body.media_type), code(&body.body))?;
    }
    writeln!(out)
}

fn errors(out: &mut dyn Write, rows: &[RowDescription]) -> io::Result<()> {
    writeln!(out, "## Errors\n")?;
    writeln!(out, "The whole documented table, in its order, with what decides each error.\n")?;
    for row in rows {
        writeln!(out, "### {} {}\n", row.status, code(&row.code))?;
        match &row.message {
            Some(message) => writeln!(out, "- Message: {}", code(message))?,
            None => writeln!(out, "- Message: not documented")?,
        }
        writeln!(out, "- Meaning: {}", plain(&row.meaning))?;
        writeln!(out, "- Basis: {}", row.basis.as_str())?;
        let warns = if row.only_warns { ", which only warn" } else { "" };
        for (what, checks) in [("the request", &row.request), ("facts", &row.facts)] {
            if !checks.is_empty() {
                let names: Vec<String> = checks.iter().map(|check| code(check)).collect();
                writeln!(out, "- Decided by {what}: {}{warns}", names.join(", "))?;
            }
        }
        if row.dry_run {
            writeln!(out, "- Answers a dry run with nothing wrong")?;
        }
        if let Some(reason) = &row.server {
            writeln!(out, "- Left to the server: {}", plain(reason))?;
        }
        if let Some(reason) = &row.unreachable {
            writeln!(out, "- Never comes: {}", plain(reason))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// From each edition to the next of its site, then from the default to those of other sites.
fn changes(out: &mut dyn Write, summary: &OperationSummary, checker: &Checker) -> io::Result<()> {
    let mut newest: BTreeMap<Option<&str>, &str> = BTreeMap::new();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for edition in &summary.editions {
        pairs.extend(newest.insert(site_of_edition(edition), edition).map(|before| (before, edition.as_str())));
    }
    if let Some(default) = summary.default.as_deref() {
        let others = newest.iter().filter(|(site, _)| **site != site_of_edition(default));
        pairs.extend(others.map(|(_, edition)| (default, *edition)));
    }
    if pairs.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Differences between editions\n")?;
    for (before, after) in pairs {
        writeln!(out, "### From {before} to {after}\n")?;
        if let Some(comparison) = checker.compare((&summary.operation, before), (&summary.operation, after)) {
            comparison_in_words(out, &comparison)?;
        }
    }
    Ok(())
}

fn comparison_in_words(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    if comparison.is_empty() {
        return writeln!(out, "Nothing that is checked differs.\n");
    }
    let Comparison { parameters, checks, errors, .. } = comparison;
    if !parameters.is_empty() {
        heading(out, "Parameters", parameters)?;
        for (change, parameter) in subjects(parameters) {
            let told = plain(&parameter_in_words(change, parameter));
            writeln!(out, "- {} {}: {told}", word(change.change), code(&parameter.name))?;
        }
        writeln!(out)?;
    }
    if !checks.is_empty() {
        heading(out, "Constraints", checks)?;
        for (change, check) in subjects(checks) {
            changed_constraint(out, change, check)?;
        }
        writeln!(out)?;
    }
    if !errors.is_empty() {
        heading(out, "Errors", errors)?;
        for (change, row) in subjects(errors) {
            writeln!(out, "- {} {} {}", word(change.change), row.status, code(&row.code))?;
            for difference in &change.differences {
                difference_in_words(out, difference)?;
            }
        }
        writeln!(out)?;
    }
    if let Some(Difference { before: Some(before), after: Some(after), .. }) = &comparison.stages {
        writeln!(out, "**Order of checks**\n\n- before: {}\n- now: {}\n", plain(before), plain(after))?;
    }
    Ok(())
}

fn changed_constraint(
    out: &mut dyn Write,
    change: &Change<CheckDescription>,
    check: &CheckDescription,
) -> io::Result<()> {
    let (kind, parameter) = (word(change.change), code(&check.parameter));
    let answer = answer_of(check).filter(|_| change.differences.is_empty());
    let answer = answer.map(|answer| format!(" Else {answer}.")).unwrap_or_default();
    writeln!(out, "- {kind} for {parameter}: {}{}{answer}", plain(&check.must), circumstances(check))?;
    change.differences.iter().try_for_each(|difference| difference_in_words(out, difference))
}

fn heading<T>(out: &mut dyn Write, what: &str, changes: &[Change<T>]) -> io::Result<()> {
    writeln!(out, "**{what}:** {}\n", Counts::of(changes))
}

fn difference_in_words(out: &mut dyn Write, difference: &Difference) -> io::Result<()> {
    let Difference { what, before, after, added, removed, .. } = difference;
    if !added.is_empty() || !removed.is_empty() {
        for (word, values) in [("without", removed), ("with", added)] {
            if !values.is_empty() {
                writeln!(out, "  - now {word} {}", plain(&named_values(values)))?;
            }
        }
        return Ok(());
    }
    let text = |text: &Option<String>| text.as_ref().map_or_else(|| "none".to_owned(), |text| code(text));
    writeln!(out, "  - {what}: {} before, now {}", text(before), text(after))
}

fn word(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "Added",
        ChangeKind::Removed => "Removed",
        ChangeKind::Renamed => "Renamed",
        _ => "Changed",
    }
}

/// Code within a table, where a bar would end the cell even in code.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A text as code, whatever it holds.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A text in which nothing is taken for Markdown.
fn plain(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_word = |place: Option<usize>| {
        place.and_then(|place| characters.get(place)).is_some_and(|character| character.is_alphanumeric())
    };
    let mut out = String::with_capacity(text.len());
    for (place, character) in characters.iter().enumerate() {
        let within_word = is_word(place.checked_sub(1)) && is_word(Some(place + 1));
        match character {
            '\n' | '\r' => out.push(' '),
            '_' if within_word => out.push('_'),
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '~' | '&' => out.extend(['\\', *character]),
            _ => out.push(*character),
        }
    }
    out
}
