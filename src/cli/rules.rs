//! `preflint rules ...` and `preflint schema`: looking at rule files, checking and testing them.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use preflint::rule::{case::CaseFile, operation::OperationFile, provider::ProviderFile, resources::ResourcesFile};
use preflint::{Checker, OperationDescription, RuleFile, RuleReview};

use crate::args::{ListOptions, RulesCheckOptions, RulesTestOptions, SchemaKind, SchemaOptions, ShowOptions};
use crate::config::Config;
use crate::{Exit, Stop, explain, files, pages, settings};

/// `rules list`
pub fn list(options: &ListOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let checker = settings::checker(&options.rules)?;
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
    let checker = settings::checker(&options.rules)?;
    let Some(description) = find_operation(&checker, &options.operation) else {
        *exit = Exit::Usage;
        return Err(unknown_operation(&checker, &options.operation));
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
    let path = description.id.split('@').next().unwrap_or_default();
    let resources = checker.resources(path);
    if !resources.is_empty() {
        writeln!(out, "\nResources whose plug-in makes this call, and what it sends")?;
    }
    for resource in resources {
        writeln!(out, "  {} {}", resource.form, resource.kind)?;
        for argument in resource.arguments {
            let when_unset = argument.when_unset.map_or_else(String::new, |value| format!(" (not set: {value})"));
            writeln!(out, "    {} -> {}{when_unset}", argument.name, argument.parameter)?;
        }
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
    if let Some(success) = &description.success {
        writeln!(out, "\nAnswer when nothing is wrong: {} ({})", success.status, success.basis.as_str())?;
        for body in &success.bodies {
            writeln!(out, "  {}", body.media_type)?;
            writeln!(out, "    {}", body.body)?;
        }
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

fn unknown_operation(checker: &Checker, name: &str) -> Stop {
    let all = checker.operations();
    let bare = name.split_once('@').map_or(name, |(name, _)| name);
    let meant = all.iter().map(|summary| summary.operation.as_str()).filter(|path| names_of(path).contains(&bare));
    let meant: Vec<&str> = meant.collect();
    if meant.len() > 1 {
        return Stop::Usage(format!("{bare:?} may be {}; give the whole path", meant.join(" or ")));
    }
    let names = all.iter().flat_map(|summary| names_of(&summary.operation));
    Stop::Usage(format!("there are no rules of {name:?}{}", preflint::did_you_mean(name, names)))
}

/// Path and edition of an operation by name or path, with or without its edition.
pub fn resolve(checker: &Checker, name: &str) -> Result<(String, String), Stop> {
    let found = edition_of(checker, name).ok_or_else(|| unknown_operation(checker, name))?;
    match checker.describe(&found.0, &found.1) {
        Some(_) => Ok(found),
        None => Err(Stop::Usage(format!("there are no rules of {name:?}{}", editions_of(checker, &found.0)))),
    }
}

/// An operation by name or path, with or without its edition.
pub fn find_operation(checker: &Checker, name: &str) -> Option<OperationDescription> {
    let (path, edition) = edition_of(checker, name)?;
    checker.describe(&path, &edition)
}

fn edition_of(checker: &Checker, name: &str) -> Option<(String, String)> {
    let (name, edition) = name.split_once('@').map_or((name, None), |(name, edition)| (name, Some(edition)));
    let all = checker.operations();
    let mut matching =
        all.iter().filter(|summary| summary.operation == name || summary.operation.ends_with(&format!("/{name}")));
    let summary = matching.next().filter(|_| matching.next().is_none())?;
    let edition = edition.or(summary.default.as_deref())?;
    Some((summary.operation.clone(), edition.to_owned()))
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
    let own = files::json_files(folder, false)?;
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
    let editions: Vec<String> = rules.iter().filter(|file| file.is_edition()).map(|file| file.path.clone()).collect();
    let all = base.into_iter().chain(rules);
    let checker = Checker::from_files(all).map_err(|mistakes| Stop::Usage(files::listed(&mistakes)))?;
    if !options.cases.is_dir() {
        let folder = options.cases.display();
        return Err(Stop::Usage(format!("there is no folder {folder}; say where the cases are with --cases")));
    }
    let cases = files::json_files(&options.cases, false)?;
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
    if options.mutate && failed > 0 {
        writeln!(out, "nothing was changed: cases fail as the rules are")?;
    } else if options.mutate {
        out.flush()?;
        mutate(&checker, &cases, options, out, exit)?;
    }
    Ok(())
}

/// `rules test --mutate`: the files are changed side by side, and told in their order.
fn mutate(
    checker: &Checker,
    cases: &[RuleFile],
    options: &RulesTestOptions,
    out: &mut dyn Write,
    exit: &mut Exit,
) -> Result<(), Stop> {
    let mut paths = checker.mutable_files();
    paths.retain(|path| options.only.as_ref().is_none_or(|only| path.contains(only.as_str())));
    if let (Some(only), true) = (&options.only, paths.is_empty()) {
        return Err(Stop::Usage(format!("--only: there is no rule file whose path contains {only:?}")));
    }
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(paths.len());
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = paths.get(place) else { return done };
            done.push((place, checker.run_mutations(path, cases)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    all.sort_by_key(|(place, _)| *place);
    let (mut changes, mut noticed, mut equivalent, mut unnoticed) = (0, 0, 0, 0);
    for (_, results) in all {
        let results = results.map_err(|mistakes| Stop::Usage(files::listed(&mistakes)))?;
        changes += results.changes;
        noticed += results.noticed;
        for (list, what) in [(&results.equivalent, "changes nothing"), (&results.unnoticed, "no case notices")] {
            for change in list {
                let place = format!("{}:{}:{}", results.file, change.line, change.column);
                let why = change.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
                writeln!(out, "{place}: {what}: `{}` {}{why}", change.check, change.what)?;
                if let Some(example) = &change.example {
                    writeln!(out, "  for example {example}")?;
                }
            }
        }
        equivalent += results.equivalent.len();
        unnoticed += results.unnoticed.len();
    }
    writeln!(out, "{changes} changes: {noticed} noticed, {equivalent} change nothing, {unnoticed} not noticed")?;
    if unnoticed > 0 {
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
        SchemaKind::Resources => schemars::schema_for!(ResourcesFile),
        SchemaKind::Config => schemars::schema_for!(Config),
        SchemaKind::Report => crate::output::json::schema(),
    };
    serde_json::to_writer_pretty(&mut *out, &schema).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
