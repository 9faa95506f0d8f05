//! Where an output goes: standard output, a file that takes its place when it is whole, or the end of a file.
//!
//! A file is written beside its place and moved there at the end, so that nobody ever reads half a report and a run that
//! fails leaves the old one alone. What is no plain file, such as a pipe, is written as it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::{env, fmt};

use tempfile::NamedTempFile;

use crate::args::Format;

/// What an option says about where a format goes.
pub enum Place {
    Stdout,
    Replaced(PathBuf),
    Appended(PathBuf),
}

/// The variable by which GitHub's runner names the file of a step's summary.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Where a format goes. Others may have written to a step's summary before, so that one is continued.
pub fn place_of(format: Format, file: Option<&Path>) -> Place {
    match file {
        Some(file) if file.as_os_str() != "-" => Place::Replaced(file.to_owned()),
        None if format == Format::GithubSummary => {
            let summary = env::var_os(STEP_SUMMARY).filter(|file| !file.is_empty());
            summary.map_or(Place::Stdout, |file| Place::Appended(PathBuf::from(file)))
        }
        _ => Place::Stdout,
    }
}

/// An open output.
pub struct Target<'w> {
    writer: Writer<'w>,
    /// The file as the user names it, and where it really lies.
    path: Option<(PathBuf, PathBuf)>,
}

enum Writer<'w> {
    Stdout(&'w mut dyn Write),
    Beside(BufWriter<NamedTempFile>),
    Direct(BufWriter<File>),
    /// It has its place.
    Done(io::Sink),
}

impl<'w> Target<'w> {
    pub fn stdout(out: &'w mut dyn Write) -> Self {
        Target { writer: Writer::Stdout(out), path: None }
    }

    /// A file that is replaced. `known` says that another output goes there already.
    pub fn file(path: &Path, known: bool, inputs: &[PathBuf]) -> Result<Self, String> {
        let refuse = |why: &dyn fmt::Display| format!("cannot write {}: {why}", path.display());
        if known {
            return Err(refuse(&"two formats would go there"));
        }
        let place = real(path).map_err(|error| refuse(&error))?;
        if inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == place)) {
            return Err(refuse(&"it is an input"));
        }
        let writer = match fs::metadata(&place) {
            Ok(found) if found.is_dir() => return Err(refuse(&"it is a folder")),
            Ok(found) if !found.is_file() => {
                Writer::Direct(BufWriter::new(File::create(&place).map_err(|error| refuse(&error))?))
            }
            // To replace a file that may not be written would go, but not be meant.
            Ok(found) if found.permissions().readonly() => return Err(refuse(&"it may not be written")),
            _ => Writer::Beside(BufWriter::new(beside(&place).map_err(|error| refuse(&error))?)),
        };
        Ok(Target { writer, path: Some((path.to_owned(), place)) })
    }

    /// A file to which something is added.
    pub fn appended(path: &Path) -> Result<Self, String> {
        let opened = OpenOptions::new().append(true).create(true).open(path);
        // Its name stands in the environment, which is not printed.
        let file = opened.map_err(|error| format!("cannot write the file that {STEP_SUMMARY} names: {error}"))?;
        Ok(Target { writer: Writer::Direct(BufWriter::new(file)), path: None })
    }

    pub fn is_stdout(&self) -> bool {
        matches!(self.writer, Writer::Stdout(_))
    }

    /// Whether it is this file.
    pub fn is(&self, path: &Path) -> bool {
        let place = self.path.as_ref().map(|(_, place)| place);
        place.is_some_and(|place| real(path).is_ok_and(|path| path == *place))
    }

    /// Whether a file is this output, or what is written beside it.
    pub fn owns(&self, file: &Path) -> bool {
        let beside = match &self.writer {
            Writer::Beside(file) => Some(file.get_ref().path()),
            _ => None,
        };
        let is = |path: &Path| {
            fs::canonicalize(file).is_ok_and(|file| fs::canonicalize(path).is_ok_and(|path| path == file))
        };
        beside.is_some_and(is) || self.path.as_ref().is_some_and(|(_, place)| is(place))
    }

    pub fn out(&mut self) -> &mut dyn Write {
        match &mut self.writer {
            Writer::Stdout(out) => out,
            Writer::Beside(file) => file,
            Writer::Direct(file) => file,
            Writer::Done(sink) => sink,
        }
    }

    /// Sends off all of it, and puts a file in its place.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out().flush()?;
        match (std::mem::replace(&mut self.writer, Writer::Done(io::sink())), &self.path) {
            (Writer::Beside(file), Some((_, place))) => drop(file.into_inner()?.persist(place)?),
            (other, _) => self.writer = other,
        }
        Ok(())
    }

    /// An error of this output, with its name.
    pub fn named(&self, error: io::Error) -> io::Error {
        match &self.path {
            Some((path, _)) => io::Error::new(error.kind(), format!("{}: {error}", path.display())),
            None => error,
        }
    }
}

/// Where a file lies or would lie, links followed.
fn real(path: &Path) -> io::Result<PathBuf> {
    if let Ok(place) = fs::canonicalize(path) {
        return Ok(place);
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(fs::canonicalize(folder)?.join(name))
}

/// A new file in the same folder, with the permissions that any new file gets.
fn beside(place: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".preflint-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(place.parent().unwrap_or(Path::new(".")))
}
