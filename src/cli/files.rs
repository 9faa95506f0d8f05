//! Reading what commands need from disk: rule files and facts. A mistake here ends the run before any verdict.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use preflint::{Checker, Editions, Facts, RuleError, RuleFile};

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

/// Whether a name says that a file holds one request a line.
pub fn is_of_lines(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "ndjson" || extension == "jsonl")
}

/// All JSON files below a folder, by their path in it; the folder `schema` holds none.
pub fn json_files(folder: &Path) -> Result<Vec<RuleFile>, Stop> {
    let mut found = Vec::new();
    collect(folder, MAX_FOLDERS, &|name| name != "schema", &mut found)?;
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

fn collect(folder: &Path, depth: usize, enters: &dyn Fn(&OsStr) -> bool, found: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let cannot_read = |error| Stop::Usage(format!("cannot read {}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let entry = entry.map_err(cannot_read)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(cannot_read)?);
        if kind.is_dir() && depth > 0 && enters(&entry.file_name()) {
            collect(&path, depth - 1, enters, found)?;
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

/// The facts of all files and of the JSON files below folders, by their names; then the sections that are declared complete.
pub fn facts(checker: &Checker, files: &[PathBuf], complete: &[String]) -> Result<Facts, Stop> {
    let mut facts = Facts::none();
    let mut all = Vec::new();
    for file in files {
        match file.is_dir() {
            true => {
                let mut found = Vec::new();
                collect(file, MAX_FOLDERS, &|_| true, &mut found)?;
                found.sort();
                all.extend(found.into_iter().map(|file| (file, true)));
            }
            false => all.push((file.clone(), false)),
        }
    }
    for (file, in_folder) in all {
        let text = read(&file)?;
        // A tool that failed leaves an empty file behind, which says nothing.
        if in_folder && text.trim().is_empty() {
            continue;
        }
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
        let all = known.iter().flat_map(|summary| summary.editions.iter());
        let mut sites: Vec<&str> = all.filter_map(|edition| preflint::site_of_edition(edition)).collect();
        sites.sort_unstable();
        sites.dedup();
        if !sites.contains(&site.as_str()) {
            let names = if sites.is_empty() { "none".to_owned() } else { sites.join(", ") };
            return Err(Stop::Usage(format!("--site: there are no editions of a site {site:?}; there are {names}")));
        }
    }
    for option in &options.edition {
        match option.split_once('=') {
            Some((operation, edition)) => {
                let is_meant = |path: &str| path == operation || path.ends_with(&format!("/{operation}"));
                if !known.iter().any(|summary| is_meant(&summary.operation)) {
                    let names = known.iter().flat_map(|summary| rules::names_of(&summary.operation));
                    let hint = preflint::did_you_mean(operation, names);
                    return Err(Stop::Usage(format!(
                        "--edition: there are no rules of an operation {operation:?}{hint}"
                    )));
                }
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

fn is_month(text: &str) -> bool {
    let is_number = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-')
        .is_some_and(|(year, month)| is_number(year, 4) && is_number(month, 2) && ("01"..="12").contains(&month))
}
