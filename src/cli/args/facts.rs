//! Arguments of `facts`.

use std::path::PathBuf;

use clap::Args;

use super::{DiffFormat, EditionOptions, GivenFacts, InputForm, RulesOptions, input_forms};

/// Print the read-only commands that would settle what is open.
///
/// They are commands of the provider's own tools, with the request's ids filled in, one a line; all other lines are comments.
/// preflint runs none of them. What they print is given to --facts.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  all requests were read
  2  wrong usage, facts or rule files
  3  some input could not be read

Examples:
  preflint facts request.json
  preflint facts --into facts/ deploy.sh > ask.sh && sh ask.sh; preflint check --facts facts/ deploy.sh
  preflint facts --facts facts/ deploy.sh                  what is still missing")]
pub struct FactsOptions {
    /// Files with requests, and folders that are searched for them; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print the calls
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
    /// Make the commands write what they print into this folder, each recorded with what was asked for, as --facts DIR
    /// reads it
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    pub into: Option<PathBuf>,
    /// What the files hold; found out from name and content when not given
    #[arg(long, value_parser = input_forms(), value_name = "FORM")]
    pub input: Option<InputForm>,
    /// The name by which standard input is recognised
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    #[command(flatten)]
    pub facts: GivenFacts,
    #[command(flatten)]
    pub editions: EditionOptions,
    #[command(flatten)]
    pub rules: RulesOptions,
}
