//! Baselines: findings and warnings that are known already and do not count.
//!
//! A baseline keeps each by its file and its fingerprint, so that it survives edits elsewhere. The file is sorted and has one
//! entry a line, so that a change of it can be reviewed. Paths in it are relative to its own folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use preflint::Subject;
use preflint::limits::BASELINE_BYTES;
use serde::{Deserialize, Serialize};

use crate::{Stop, files};

/// The schema name that a baseline carries.
const SCHEMA: &str = "preflint/baseline/v1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    schema: String,
    known: Vec<Known>,
}

/// A finding or a warning that is known. All but file and fingerprint is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Known {
    file: String,
    /// The id of the check, or the kind of a warning that has none; without an edition, because another edition of the same
    /// check is no other finding.
    check: String,
    parameter: String,
    fingerprint: String,
}

/// A baseline that is used, or one that is written.
#[derive(Debug)]
pub struct Baseline {
    file: PathBuf,
    /// The folder of the file, absolute.
    folder: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// By file and fingerprint, each with whether it was met.
    Used(BTreeMap<String, BTreeMap<String, (Known, AtomicBool)>>),
    Written(Mutex<BTreeSet<Known>>),
}

impl Baseline {
    /// Reads a baseline.
    pub fn read(file: &Path) -> Result<Baseline, Stop> {
        let text = files::read(file, BASELINE_BYTES)?;
        let refuse = |message: String| Stop::Usage(format!("{}: {message}", file.display()));
        let BaselineFile { schema, known } =
            serde_json::from_str(&text).map_err(|error| refuse(format!("this is no baseline: {error}")))?;
        if schema != SCHEMA {
            return Err(refuse(format!("a baseline has the schema {SCHEMA:?}, not {schema:?}")));
        }
        let mut by_file: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
        for one in known {
            let of_file = by_file.entry(one.file.clone()).or_default();
            of_file.insert(one.fingerprint.clone(), (one, AtomicBool::new(false)));
        }
        Ok(Baseline::new(file, Content::Used(by_file)))
    }

    /// A baseline that is to be written when the run has ended.
    pub fn to_write(file: &Path) -> Baseline {
        Baseline::new(file, Content::Written(Mutex::default()))
    }

    fn new(file: &Path, content: Content) -> Baseline {
        let here = std::env::current_dir().unwrap_or_default();
        let folder = files::plain(&here.join(file.parent().unwrap_or(Path::new(""))));
        Baseline { file: file.to_owned(), folder, content }
    }

    /// The name under which it keeps an input. `path` is absolute; what is no file keeps its own name.
    pub fn key(&self, name: &str, path: Option<&Path>) -> String {
        path.map_or_else(|| name.to_owned(), |path| relative(&self.folder, path))
    }

    /// Whether it is one that is to be written.
    pub fn is_to_write(&self) -> bool {
        matches!(self.content, Content::Written(_))
    }

    /// Whether it lists this finding or warning of an input, or is to list it.
    pub fn covers(&self, key: &str, subject: &Subject<'_>) -> bool {
        let Some((_, fingerprint)) = identity(subject) else { return false };
        match &self.content {
            Content::Used(by_file) => by_file.get(key).is_some_and(|known| known.contains_key(&fingerprint)),
            Content::Written(_) => true,
        }
    }

    /// Notes that this finding or warning of an input was met.
    pub fn note(&self, key: &str, subject: &Subject<'_>) {
        let Some((parameter, fingerprint)) = identity(subject) else { return };
        match &self.content {
            Content::Used(by_file) => {
                if let Some((_, is_met)) = by_file.get(key).and_then(|known| known.get(&fingerprint)) {
                    is_met.store(true, Ordering::Relaxed);
                }
            }
            Content::Written(known) => {
                let check = match (subject.check(), subject.kind()) {
                    (Some(check), _) => without_edition(check),
                    (None, Some(kind)) => kind.as_str().to_owned(),
                    (None, None) => String::new(),
                };
                let one = Known { file: key.to_owned(), check, parameter: parameter.to_owned(), fingerprint };
                known.lock().unwrap_or_else(PoisonError::into_inner).insert(one);
            }
        }
    }

    /// What is in it and was not met: of inputs that were looked at, and of files that are gone.
    pub fn stale(&self, looked_at: &BTreeSet<String>) -> Vec<String> {
        let Content::Used(by_file) = &self.content else { return Vec::new() };
        let mut stale = Vec::new();
        for (file, known) in by_file {
            let is_gone = || !looked_at.contains(file) && file != "-" && !self.folder.join(file).exists();
            if !looked_at.contains(file) && !is_gone() {
                continue;
            }
            for (one, _) in known.values().filter(|(_, is_met)| !is_met.load(Ordering::Relaxed)) {
                stale.push(format!(
                    "{}: {file} has no {} at {} any more; --write-baseline writes the baseline anew",
                    self.file.display(),
                    one.check,
                    one.parameter
                ));
            }
        }
        stale
    }

    /// Writes it when it is one to write; what was written, in words.
    pub fn write(&self) -> Result<Option<String>, Stop> {
        let Content::Written(known) = &self.content else { return Ok(None) };
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = format!("{{\n  \"schema\": {SCHEMA:?},\n  \"known\": [");
        for (index, one) in known.iter().enumerate() {
            let one = serde_json::to_string(one).map_err(std::io::Error::from)?;
            text.push_str(if index == 0 { "\n    " } else { ",\n    " });
            text.push_str(&one);
        }
        text.push_str(if known.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        let cannot_write = |error| Stop::Usage(format!("cannot write {}: {error}", self.file.display()));
        fs::write(&self.file, text).map_err(cannot_write)?;
        let count = known.len();
        let noun = if count == 1 { "entry" } else { "entries" };
        Ok(Some(format!("wrote {} with {count} {noun}", self.file.display())))
    }
}

/// The parameter and the fingerprint of what a baseline can list; open checks are none.
fn identity<'s>(subject: &Subject<'s>) -> Option<(&'s str, String)> {
    match *subject {
        Subject::Finding(finding) => Some((&finding.parameter, finding.fingerprint.to_string())),
        Subject::Warning(warning) => Some((&warning.parameter, warning.fingerprint.to_string())),
        _ => None,
    }
}

/// A path as it is written in a file of a folder, with slashes. Both are absolute.
fn relative(folder: &Path, path: &Path) -> String {
    let (mut of_folder, mut of_path) = (folder.components().peekable(), path.components().peekable());
    while of_folder.peek().is_some() && of_folder.peek() == of_path.peek() {
        of_folder.next();
        of_path.next();
    }
    let up = of_folder.map(|_| "..".to_owned());
    let parts: Vec<String> = up.chain(of_path.map(|part| part.as_os_str().to_string_lossy().into_owned())).collect();
    parts.join("/")
}

fn without_edition(check: &str) -> String {
    let parts = check.split_once('@').and_then(|(path, rest)| Some((path, rest.split_once('#')?.1)));
    parts.map_or_else(|| check.to_owned(), |(path, id)| format!("{path}#{id}"))
}
