//! `preflint rules ...` and `preflint schema`: looking at rule files, checking and testing them.

use std::io::Write;

use preflint::rule::{case::CaseFile, operation::OperationFile, provider::ProviderFile};
use preflint::{Checker, OperationDescription, RuleFile, RuleReview};

use crate::args::{ListOptions, RulesCheckOptions, RulesTestOptions, SchemaKind, SchemaOptions, ShowOptions};
use crate::{Exit, Stop, explain, files, pages};

/// `rules list`
pub fn list(options: &ListOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let checker = files::checker(&options.rules)?;
    let all = checker.operations();
    if options.markdown {
        pages::index(out, &all, &checker)?;
        return Ok(());
    }
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
    if options.markdown {
        let path = description.id.split('@').next().unwrap_or_default();
        let all = checker.operations();
        if let Some(summary) = all.iter().find(|summary| summary.operation == path) {
            pages::page(out, &description, summary, &checker)?;
        }
        return Ok(());
    }
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
    let own = options.folder.as_deref().map(own_files).transpose()?.unwrap_or_default();
    let review = RuleReview::of(RuleFile::bundled().chain(own));
    for line in review.mistakes.iter().chain(&review.to_do) {
        writeln!(out, "{line}")?;
    }
    let counted = |count: usize, one: &str| match count {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    let mut summary = format!(
        "{} in {}: {}",
        counted(review.operations, "operation"),
        counted(review.editions, "edition"),
        counted(review.mistakes.len(), "mistake")
    );
    if !review.to_do.is_empty() {
        summary.push_str(&format!(", {} to do", review.to_do.len()));
    }
    writeln!(out, "{summary}")?;
    if !review.mistakes.is_empty() {
        *exit = Exit::Usage;
    }
    Ok(())
}

/// The rule files of a folder; one without any is a slip, and would be found to be without mistakes.
fn own_files(folder: &std::path::Path) -> Result<Vec<RuleFile>, Stop> {
    let own = files::json_files(folder)?;
    if own.is_empty() {
        return Err(Stop::Usage(format!("there are no rule files below {}", folder.display())));
    }
    Ok(own)
}

/// `rules test`
pub fn test(options: &RulesTestOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    // With a folder, what lies there is under test; what it builds on may be bundled.
    let (base, rules) = match &options.folder {
        None => (Vec::new(), RuleFile::bundled().collect()),
        Some(folder) => (RuleFile::bundled().collect(), own_files(folder)?),
    };
    let editions: Vec<String> =
        rules.iter().map(|file| file.path.clone()).filter(|path| !path.ends_with("provider.json")).collect();
    let all = base.into_iter().chain(rules);
    let checker = Checker::from_files(all).map_err(|mistakes| Stop::Usage(files::listed(&mistakes)))?;
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
        let to_dos = preflint::to_dos(file);
        for to_do in &to_dos {
            writeln!(out, "{to_do}")?;
        }
        gaps += results.gaps.len() + to_dos.len();
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
    };
    serde_json::to_writer_pretty(&mut *out, &schema).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
