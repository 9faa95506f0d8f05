//! `preflint rules ...` and `preflint schema`: looking at rule files, checking and testing them.

use std::io::Write;

use preflint::rule::{case::CaseFile, operation::OperationFile, provider::ProviderFile, tools::ToolsFile};
use preflint::{Checker, OperationDescription, RuleFile};

use crate::args::{ListOptions, RulesCheckOptions, RulesTestOptions, SchemaKind, SchemaOptions, ShowOptions};
use crate::{Exit, Stop, explain, files};

/// `rules list`
pub fn list(options: &ListOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let all = files::checker(&options.rules)?.operations();
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &all).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for summary in all {
        let default = summary.default.unwrap_or_default();
        let mark =
            |edition: &String| if *edition == default { format!("{edition} (default)") } else { edition.clone() };
        let editions: Vec<String> = summary.editions.iter().map(mark).collect();
        writeln!(out, "{}  {}", summary.operation, editions.join(", "))?;
    }
    Ok(())
}

/// `rules show`
pub fn show(options: &ShowOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let checker = files::checker(&options.rules)?;
    let Some(description) = find_operation(&checker, &options.operation) else {
        *exit = Exit::Usage;
        let names = checker.operations();
        let names = names
            .iter()
            .flat_map(|summary| [summary.operation.as_str(), summary.operation.rsplit('/').next().unwrap_or_default()]);
        let hint = preflint::did_you_mean(&options.operation, names);
        return Err(Stop::Usage(format!("there are no rules of {:?}{hint}", options.operation)));
    };
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &description).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    writeln!(out, "{} ({})", description.id, description.provider_title)?;
    writeln!(out, "{}", description.title)?;
    writeln!(out, "\nChecks, in the order in which they run")?;
    for check in &description.checks {
        writeln!(out, "  {:12} {}: {} [{}]", check.stage, check.parameter, explain::sentence(check), check.id)?;
    }
    writeln!(out, "\nErrors, and what decides them")?;
    for row in &description.errors {
        let mut decided: Vec<String> = Vec::new();
        for (what, checks) in [("request", &row.request), ("facts", &row.facts)] {
            if !checks.is_empty() {
                decided.push(format!("{what} ({})", checks.join(", ")));
            }
        }
        decided.extend(row.server.as_ref().map(|reason| format!("server: {reason}")));
        decided.extend(row.unreachable.as_ref().map(|reason| format!("never: {reason}")));
        writeln!(out, "  {} {}: {}", row.status, row.code, decided.join("; "))?;
    }
    explain::sources(out, &description)?;
    Ok(())
}

/// The names by which an operation may be called: its path and its last part.
pub fn names_of(path: &str) -> [&str; 2] {
    [path, path.rsplit('/').next().unwrap_or_default()]
}

/// `; there are X, Y` when an operation exists, but not in the edition that was asked for.
pub fn editions_of(checker: &Checker, name: &str) -> String {
    let all = checker.operations();
    let meant = all.iter().find(|summary| names_of(&summary.operation).contains(&name));
    meant.map_or_else(String::new, |summary| format!("; there are the editions {}", summary.editions.join(", ")))
}

/// An operation by name or path, with or without its edition.
pub fn find_operation(checker: &Checker, name: &str) -> Option<OperationDescription> {
    let (name, edition) = name.split_once('@').map_or((name, None), |(name, edition)| (name, Some(edition)));
    let all = checker.operations();
    let mut matching =
        all.iter().filter(|summary| summary.operation == name || summary.operation.ends_with(&format!("/{name}")));
    let summary = matching.next().filter(|_| matching.next().is_none())?;
    let edition = edition.or(summary.default.as_deref())?;
    checker.describe(&summary.operation, edition)
}

/// `rules check`
pub fn check(options: &RulesCheckOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    match Checker::from_files(rule_files(options.folder.as_deref())?) {
        Ok(checker) => {
            let all = checker.operations();
            let editions: usize = all.iter().map(|summary| summary.editions.len()).sum();
            let noun = if all.len() == 1 { "operation" } else { "operations" };
            writeln!(out, "{} {noun} in {editions} editions: no mistakes", all.len())?;
        }
        Err(mistakes) => {
            *exit = Exit::Usage;
            writeln!(out, "{}", files::listed(&mistakes))?;
            let noun = if mistakes.len() == 1 { "mistake" } else { "mistakes" };
            writeln!(out, "{} {noun}", mistakes.len())?;
        }
    }
    Ok(())
}

fn rule_files(folder: Option<&std::path::Path>) -> Result<Vec<RuleFile>, Stop> {
    match folder {
        None => Ok(RuleFile::bundled().collect()),
        Some(folder) => files::json_files(folder),
    }
}

/// `rules test`
pub fn test(options: &RulesTestOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let rules = rule_files(options.folder.as_deref())?;
    let editions: Vec<String> = rules.iter().filter(|file| file.is_edition()).map(|file| file.path.clone()).collect();
    let checker = Checker::from_files(rules).map_err(|mistakes| Stop::Usage(files::listed(&mistakes)))?;
    if !options.cases.is_dir() {
        let folder = options.cases.display();
        return Err(Stop::Usage(format!("there is no folder {folder}; say where the cases are with --cases")));
    }
    let cases = files::json_files(&options.cases)?;
    let (mut passed, mut failed, mut gaps) = (0, 0, 0);
    for file in &cases {
        let results = checker.run_cases(file).map_err(|mistakes| Stop::Usage(files::listed(&mistakes)))?;
        passed += results.passed;
        failed += results.failed.len();
        for case in &results.failed {
            let place = case.position;
            writeln!(out, "{}:{}:{}: {}", file.name, place.line, place.column, case.name)?;
            for difference in &case.differences {
                writeln!(out, "  {difference}")?;
            }
        }
        for gap in &results.gaps {
            writeln!(out, "{}: {gap}", file.name)?;
        }
        gaps += results.gaps.len();
    }
    for edition in editions.iter().filter(|edition| !cases.iter().any(|file| file.path == **edition)) {
        writeln!(out, "{edition}: there are no cases of this edition")?;
        gaps += 1;
    }
    writeln!(out, "{passed} cases passed, {failed} failed; {gaps} gaps")?;
    if failed + gaps > 0 {
        *exit = Exit::Rejected;
    }
    Ok(())
}

/// `schema`
pub fn schema(options: &SchemaOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let schema = match options.kind {
        SchemaKind::Rule => schemars::schema_for!(OperationFile),
        SchemaKind::Provider => schemars::schema_for!(ProviderFile),
        SchemaKind::Case => schemars::schema_for!(CaseFile),
        SchemaKind::Tools => schemars::schema_for!(ToolsFile),
    };
    serde_json::to_writer_pretty(&mut *out, &schema).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
