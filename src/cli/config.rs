//! The configuration of a project: `preflint.toml`, found, read and held against what it may say.
//!
//! One configuration holds for a whole run: that of the working directory or of the nearest folder above it. Its paths are
//! relative to its own folder. What is not understood is refused with its place. Nothing here knows what a request is.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use preflint::limits::CONFIGURATION_BYTES;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::Error as _;
use toml::Spanned;
use toml::value::Datetime;

use crate::args::{ConfigOptions, FailOn, Strictness};
use crate::clock::Day;
use crate::{Stop, files};

/// The name of the file.
pub const NAME: &str = "preflint.toml";

/// The configuration of preflint for a project, preflint.toml.
///
/// What the command line says comes before it. Paths are relative to the folder of the file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "preflint.toml")]
pub struct Config {
    /// The edition of an operation to check against, by the operation's name or path, where a request names none.
    #[schemars(with = "BTreeMap<String, String>")]
    pub editions: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Which site's editions to use, for providers with several.
    #[schemars(with = "Option<String>")]
    pub site: Option<Spanned<String>>,
    /// Folders with further rule files; a file with the id of a bundled one replaces it.
    #[schemars(with = "Vec<PathBuf>")]
    pub rules: Vec<Spanned<PathBuf>>,
    /// Files with facts about the account; later ones override earlier ones item by item.
    #[schemars(with = "Vec<PathBuf>")]
    pub facts: Vec<Spanned<PathBuf>>,
    /// Sections of facts that are complete: what they do not list does not exist.
    #[schemars(with = "Vec<String>")]
    pub facts_complete: Vec<Spanned<String>>,
    /// How much of what is uncertain lets the run fail.
    pub strict: Option<Strictness>,
    /// What lets the run fail, beside rejections.
    pub fail_on: Vec<FailOn>,
    /// Look at nothing but these: ids of checks, codes, kinds of warnings.
    #[schemars(with = "Vec<String>")]
    pub select: Vec<Spanned<String>>,
    /// The baseline: a file with findings and warnings that are known already.
    #[schemars(with = "Option<PathBuf>")]
    pub baseline: Option<Spanned<PathBuf>>,
    /// Whether paths may lead out of the folder of this file by way of symbolic links.
    pub follow_links: bool,
    /// What is to be ignored, each with a reason.
    #[schemars(with = "Vec<IgnoreEntry>")]
    pub ignore: Vec<Spanned<IgnoreEntry>>,
    /// Where the file lies, and how it is called; the file does not say that.
    #[serde(skip)]
    place: Place,
}

/// Something that is to be ignored. It has at least one of check, code and kind; all that it has must fit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IgnoreEntry {
    /// The id of a check, in full or short.
    pub check: Option<String>,
    /// A code of the provider.
    pub code: Option<String>,
    /// A kind of warning.
    pub kind: Option<String>,
    /// The files in which it is ignored, by patterns as .gitignore has them; all files when there is none.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Why it is ignored.
    pub reason: String,
    /// The last day on which it is ignored.
    #[serde(default, deserialize_with = "day")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Day>,
}

/// The file of a configuration.
#[derive(Debug, Default)]
struct Place {
    folder: PathBuf,
    name: String,
    text: String,
}

impl Config {
    /// The configuration that holds for this run; the empty one when there is none.
    pub fn find(options: &ConfigOptions) -> Result<Config, Stop> {
        if options.isolated {
            return Ok(Config::default());
        }
        if let Some(file) = &options.config {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            return Config::read(file, folder.to_owned(), file.display().to_string());
        }
        let Ok(here) = std::env::current_dir() else { return Ok(Config::default()) };
        let found = here.ancestors().enumerate().find(|(_, folder)| folder.join(NAME).is_file());
        let Some((steps, folder)) = found else { return Ok(Config::default()) };
        // As short as the working directory allows, because people read it.
        let shown = "../".repeat(steps) + NAME;
        Config::read(&folder.join(NAME), folder.to_owned(), shown)
    }

    fn read(file: &Path, folder: PathBuf, name: String) -> Result<Config, Stop> {
        let cannot_read = |why: &dyn std::fmt::Display| Stop::Usage(format!("cannot read {name}: {why}"));
        let mut text = String::new();
        let opened = File::open(file).map_err(|error| cannot_read(&error))?;
        opened.take(CONFIGURATION_BYTES as u64 + 1).read_to_string(&mut text).map_err(|error| cannot_read(&error))?;
        if text.len() > CONFIGURATION_BYTES {
            return Err(cannot_read(&format!("it has more than {CONFIGURATION_BYTES} bytes")));
        }
        let place = Place { folder, name, text };
        let mut config: Config = toml::from_str(&place.text)
            .map_err(|error| place.refuse(error.span().map_or(0, |span| span.start), error.message()))?;
        config.place = place;
        Ok(config)
    }

    /// The folder of the file; empty when there is none.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// `preflint.toml:3:1`, for a place in it.
    pub fn position(&self, at: usize) -> String {
        self.place.position(at)
    }

    /// That what stands at a place is not understood.
    pub fn refuse(&self, at: usize, message: impl std::fmt::Display) -> Stop {
        self.place.refuse(at, message)
    }

    /// A path of the file, seen from the working directory. It may lead out of the folder where it is written so; a link must
    /// not, unless that is wanted.
    pub fn path(&self, written: &Spanned<PathBuf>) -> Result<PathBuf, Stop> {
        let at = written.span().start;
        let path = self.folder().join(written.get_ref());
        if self.follow_links {
            return Ok(path);
        }
        let cannot_read = |error| self.refuse(at, format!("cannot read {}: {error}", written.get_ref().display()));
        let folder = fs::canonicalize(self.folder()).map_err(cannot_read)?;
        let real = fs::canonicalize(&path).map_err(cannot_read)?;
        if real != files::plain(&folder.join(written.get_ref())) && !real.starts_with(&folder) {
            let message = format!(
                "{} leads out of the folder of this file by a symbolic link; follow-links = true allows that",
                written.get_ref().display()
            );
            return Err(self.refuse(at, message));
        }
        Ok(path)
    }
}

impl Place {
    fn position(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("{}:{line}:{column}", self.name)
    }

    fn refuse(&self, at: usize, message: impl std::fmt::Display) -> Stop {
        Stop::Usage(format!("{}: {message}", self.position(at)))
    }
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    let written = Datetime::deserialize(deserializer)?;
    match (written.date, written.time) {
        (Some(date), None) => Ok(Some((date.year.into(), date.month.into(), date.day.into()))),
        _ => Err(D::Error::custom("a day is written as 2027-01-31")),
    }
}
