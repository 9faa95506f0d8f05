//! Reading what commands need from disk: rule files and facts. A mistake here ends the run before any verdict.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use preflint::limits::{FACTS_BYTES, RULE_FILE_BYTES, RULE_FILES};
use preflint::{Checker, Editions, Facts, OperationSummary, RuleError, RuleFile};

use crate::args::EditionOptions;
use crate::{Stop, rules};

/// The greatest depth of folders below a folder of rules: `provider/service/Operation/edition.json` needs four.
const MAX_FOLDERS: usize = 8;

/// A checker with the bundled rules and those of the given folders over them.
pub fn checker(folders: &[PathBuf], follow_links: bool) -> Result<Checker, Stop> {
    if folders.is_empty() {
        return Ok(Checker::bundled());
    }
    let mut files: Vec<RuleFile> = RuleFile::bundled().collect();
    for folder in folders {
        files.extend(json_files(folder, follow_links)?);
    }
    Checker::from_files(files).map_err(|mistakes| Stop::Usage(listed(&mistakes)))
}

/// Whether a name says that a file holds one request a line.
pub fn is_of_lines(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "ndjson" || extension == "jsonl")
}

/// All rule files below a folder, by their path in it; the folder `schema` holds none.
pub fn json_files(folder: &Path, follow_links: bool) -> Result<Vec<RuleFile>, Stop> {
    let mut files = Vec::new();
    for file in json_below(folder, follow_links, &|name| name != "schema")? {
        let text = read(&file, RULE_FILE_BYTES)?;
        let below = file.strip_prefix(folder).unwrap_or(&file);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        files.push(RuleFile { path: parts.join("/"), name: file.display().to_string(), text: Cow::Owned(text) });
    }
    Ok(files)
}

/// The JSON files below a folder, sorted, but for those in folders that `enters` refuses. The folder itself may be a link.
/// Below it, a link to a file in the folder is as good as the file; any other is refused, unless links are followed:
/// whoever gives us a folder of somebody else's does not mean the rest of the disk.
fn json_below(folder: &Path, follow_links: bool, enters: &dyn Fn(&OsStr) -> bool) -> Result<Vec<PathBuf>, Stop> {
    let root = fs::canonicalize(folder).map_err(|error| cannot_read(folder, &error))?;
    let mut search = Search { root, follow_links, enters, found: Vec::new() };
    search.folder(folder, MAX_FOLDERS)?;
    search.found.sort();
    Ok(search.found)
}

/// A search for JSON files.
struct Search<'s> {
    /// The folder, free of links.
    root: PathBuf,
    follow_links: bool,
    /// Whether folders of this name are looked into.
    enters: &'s dyn Fn(&OsStr) -> bool,
    found: Vec<PathBuf>,
}

impl Search<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), Stop> {
        for entry in fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))? {
            let entry = entry.map_err(|error| cannot_read(folder, &error))?;
            let (path, mut kind) = (entry.path(), entry.file_type().map_err(|error| cannot_read(folder, &error))?);
            let is_json = path.extension().is_some_and(|extension| extension == "json");
            if kind.is_symlink() {
                kind = match fs::metadata(&path) {
                    Ok(target) => target.file_type(),
                    // A link that leads nowhere, such as those that editors make, is no rule file unless it is called one.
                    Err(_) if !is_json => continue,
                    Err(error) => return Err(cannot_read(&path, &error)),
                };
                if is_json || kind.is_dir() {
                    self.refuse(&path, kind.is_dir())?;
                }
            }
            if kind.is_dir() && depth > 0 && (self.enters)(&entry.file_name()) {
                self.folder(&path, depth - 1)?;
            } else if kind.is_file() && is_json {
                if self.found.len() == RULE_FILES {
                    let message = format!("more than {RULE_FILES} rule files below {}", self.root.display());
                    return Err(Stop::Usage(message));
                }
                self.found.push(path);
            }
        }
        Ok(())
    }

    /// Refuses a link that leads out of the folder, or to a folder, in which a search might go in circles.
    fn refuse(&self, link: &Path, to_folder: bool) -> Result<(), Stop> {
        let target = fs::canonicalize(link).map_err(|error| cannot_read(link, &error))?;
        let folder = link.parent().map(fs::canonicalize);
        let is_circle =
            to_folder && folder.is_some_and(|folder| folder.is_ok_and(|folder| folder.starts_with(&target)));
        if self.follow_links && !is_circle {
            return Ok(());
        }
        if is_circle {
            return Err(Stop::Usage(format!("{} is a link that leads in a circle", link.display())));
        }
        let why = match (target.starts_with(&self.root), to_folder) {
            (true, false) => return Ok(()),
            (true, true) => "is a link to a folder",
            (false, _) => "is a link that leads out of the folder",
        };
        Err(Stop::Usage(format!("{} {why}; it is followed only with --follow-links", link.display())))
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> Stop {
    Stop::Usage(format!("cannot read {}: {error}", path.display()))
}

/// A whole text file of no more than so many bytes.
pub fn read(file: &Path, limit: usize) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(|error| cannot_read(file, &error))?;
    opened.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| cannot_read(file, &error))?;
    if bytes.len() > limit {
        return Err(Stop::Usage(format!("{}: a file of more than {limit} bytes", file.display())));
    }
    String::from_utf8(bytes)
        .map_err(|error| Stop::Usage(format!("cannot read {}: it is not UTF-8: {error}", file.display())))
}

/// A path without `.` and `..`, by its words alone.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

/// Whether anything lies in a folder, hidden files apart.
fn holds_anything(folder: &Path) -> bool {
    let is_shown = |entry: fs::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(is_shown))
}

/// Mistakes one a line.
pub fn listed(mistakes: &[RuleError]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The facts of all files and of the JSON files below folders, by their names; then the sections that are declared complete.
pub fn facts(checker: &Checker, files: &[PathBuf], complete: &[String], follow_links: bool) -> Result<Facts, Stop> {
    let mut facts = Facts::none();
    let mut all = Vec::new();
    for file in files {
        match file.is_dir() {
            true => {
                let found = json_below(file, follow_links, &|_| true)?;
                // A folder that is still to be filled is empty; one that holds other things is not the one that is meant, and
                // would leave checks open in silence.
                if found.is_empty() && holds_anything(file) {
                    return Err(Stop::Usage(format!("there is no .json file below {}", file.display())));
                }
                all.extend(found.into_iter().map(|file| (file, true)));
            }
            false => all.push((file.clone(), false)),
        }
    }
    for (file, in_folder) in all {
        let text = read(&file, FACTS_BYTES)?;
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
