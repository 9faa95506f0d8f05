//! The option that says how to report, and where to.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// One JSON report a line, each written as soon as its request was read
    Ndjson,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// JUnit XML, for CI servers
    Junit,
    /// Workflow commands, which GitHub shows as annotations
    Github,
    /// Markdown for a workflow; without a file, to the one that GITHUB_STEP_SUMMARY names
    GithubSummary,
    /// The body that the API would send, one a line
    Response,
}

/// A format, and where it goes: to standard output when no file is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatOption {
    pub format: Format,
    pub file: Option<PathBuf>,
}

/// Reads `FORMAT` and `FORMAT=FILE`.
#[derive(Clone, Debug)]
pub struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = FormatOption;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<FormatOption, clap::Error> {
        let text = value.to_string_lossy();
        let name = text.split('=').next().unwrap_or_default();
        let format = EnumValueParser::<Format>::new().parse_ref(command, argument, OsStr::new(name))?;
        let file = match value.to_str().map(|text| text.split_once('=')) {
            Some(None) => None,
            Some(Some((_, file))) if !file.is_empty() => Some(PathBuf::from(file)),
            _ => {
                let message = "--format: behind \"=\" stands the name of a file, as in --format sarif=report.sarif\n";
                return Err(clap::Error::raw(clap::error::ErrorKind::InvalidValue, message));
            }
        };
        Ok(FormatOption { format, file })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}
