//! Options of `check` that say what counts.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What counts")]
pub struct ChoiceOptions {
    /// Look at nothing but this: the id of a check, a code, or a kind of warning; several separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave this out: the id of a check, a code, or a kind of warning; several separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// What the exit code 1 is for, beside rejections
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    /// Leave out the findings and warnings that this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings and warnings of this run into a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
}

/// What lets a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// A request that would be rejected; always
    Rejection,
    /// Any warning
    Warning,
    /// An ignore that matches nothing, has expired or cannot be understood, or an entry of the baseline that is gone
    UnusedIgnore,
}
