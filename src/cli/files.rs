//! Reading what commands need from disk: rule files and facts. A mistake here ends the run before any verdict.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use preflint::{Checker, Editions, Facts, OperationSummary, RuleError, RuleFile};

use crate::args::{EditionOptions, RulesOptions};
use crate::{Stop, rules};

/// The greatest depth of folders below a folder of rules: `provider/service/Operation/edition.json` needs four.
const MAX_FOLDERS: usize = 8;

/// A checker with the bundled rules and those of the given folders over them.
pub fn checker(options: &RulesOptions) -> Result<Checker, Stop> {
    if options.rules.is_empty() {
        return Ok(Checker::bundled());
    }
    let mut files: Vec<RuleFile> = RuleFile::bundled().collect();
    for folder in &options.rules {
        files.extend(json_files(folder)?);
    }
    Checker::from_files(files).map_err(|mistakes| Stop::Usage(listed(&mistakes)))
}

/// All JSON files below a folder, by their path in it; the folder `schema` holds none.
pub fn json_files(folder: &Path) -> Result<Vec<RuleFile>, Stop> {
    let mut found = Vec::new();
    collect(folder, MAX_FOLDERS, &mut found)?;
    found.sort();
    let mut files = Vec::new();
    for file in found {
        let text = read(&file)?;
        let below = file.strip_prefix(folder).unwrap_or(&file);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        files.push(RuleFile { path: parts.join("/"), name: file.display().to_string(), text: Cow::Owned(text) });
    }
    Ok(files)
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let cannot_read = |error| Stop::Usage(format!("cannot read {}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let entry = entry.map_err(cannot_read)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(cannot_read)?);
        if kind.is_dir() && depth > 0 && entry.file_name() != "schema" {
            collect(&path, depth - 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(())
}

/// A whole text file.
pub fn read(file: &Path) -> Result<String, Stop> {
    fs::read_to_string(file).map_err(|error| Stop::Usage(format!("cannot read {}: {error}", file.display())))
}

/// Mistakes one a line.
pub fn listed(mistakes: &[RuleError]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The facts of all files, then the sections that are declared complete.
pub fn facts(checker: &Checker, files: &[PathBuf], complete: &[String]) -> Result<Facts, Stop> {
    let mut facts = Facts::none();
    for file in files {
        let text = read(file)?;
        checker.read_facts(&text, &mut facts).map_err(|error| {
            let place = error.position;
            Stop::Usage(format!("{}:{}:{}: {}", file.display(), place.line, place.column, error.message))
        })?;
    }
    for section in complete {
        checker
            .close_facts(section, &mut facts)
            .map_err(|message| Stop::Usage(format!("--facts-complete: {message}")))?;
    }
    Ok(facts)
}

/// What `--edition` and `--site` say. An operation that is not known is a mistake: it would silently change nothing.
pub fn editions(checker: &Checker, options: &EditionOptions) -> Result<Editions, Stop> {
    let mut editions = Editions { site: options.site.clone(), ..Editions::default() };
    if options.site.is_none() && options.edition.is_empty() {
        // To know all operations means to read the files of all providers.
        return Ok(editions);
    }
    let known = checker.operations();
    if let Some(site) = &options.site {
        demand_site(&known, site).map_err(|message| Stop::Usage(format!("--site: {message}")))?;
    }
    for option in &options.edition {
        match option.split_once('=') {
            Some((operation, edition)) => {
                demand_operation(&known, operation).map_err(|message| Stop::Usage(format!("--edition: {message}")))?;
                editions.exact.push((operation.to_owned(), edition.to_owned()));
            }
            None if is_month(option) => editions.not_later_than = Some(option.clone()),
            None => {
                let message = format!("--edition: {option:?} is neither OPERATION=EDITION nor YYYY-MM");
                return Err(Stop::Usage(message));
            }
        }
    }
    Ok(editions)
}

/// Demands that some operation has an edition of this site.
pub fn demand_site(known: &[OperationSummary], site: &str) -> Result<(), String> {
    let all = known.iter().flat_map(|summary| summary.editions.iter());
    let mut sites: Vec<&str> = all.filter_map(|edition| preflint::site_of_edition(edition)).collect();
    sites.sort_unstable();
    sites.dedup();
    if sites.contains(&site) {
        return Ok(());
    }
    let names = if sites.is_empty() { "none".to_owned() } else { sites.join(", ") };
    Err(format!("there are no editions of a site {site:?}; there are {names}"))
}

/// Demands that there are rules of an operation, by its name or path.
pub fn demand_operation(known: &[OperationSummary], operation: &str) -> Result<(), String> {
    let is_meant = |path: &str| path == operation || path.ends_with(&format!("/{operation}"));
    if known.iter().any(|summary| is_meant(&summary.operation)) {
        return Ok(());
    }
    let names = known.iter().flat_map(|summary| rules::names_of(&summary.operation));
    Err(format!("there are no rules of an operation {operation:?}{}", preflint::did_you_mean(operation, names)))
}

fn is_month(text: &str) -> bool {
    let is_number = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-')
        .is_some_and(|(year, month)| is_number(year, 4) && is_number(month, 2) && ("01"..="12").contains(&month))
}
