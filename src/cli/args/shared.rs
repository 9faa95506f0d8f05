//! Options that several commands have.

use std::path::PathBuf;

use clap::Args;

#[derive(Clone, Debug, Default, Args)]
pub struct GivenFacts {
    /// What is known of the account: sections of facts, or responses of read-only calls; of a folder every JSON file.
    /// Later files override earlier ones
    #[arg(long, value_name = "FILE|DIR")]
    pub facts: Vec<PathBuf>,
    /// A section of facts that is complete: what it does not list does not exist
    #[arg(long, value_name = "SECTION")]
    pub facts_complete: Vec<String>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct EditionOptions {
    /// Which edition to check against: OPERATION=EDITION for one operation, or YYYY-MM for the newest not later than that
    #[arg(long, value_name = "EDITION")]
    pub edition: Vec<String>,
    /// Which site's editions to use, for providers with several
    #[arg(long, value_name = "SITE")]
    pub site: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub struct RulesOptions {
    /// Folders with further rule files; a file with the id of a bundled one replaces it
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Follow links inside of folders of rules and of facts, also to what lies elsewhere
    #[arg(long)]
    pub follow_links: bool,
    #[command(flatten)]
    pub config: ConfigOptions,
}

#[derive(Clone, Debug, Default, Args)]
pub struct ConfigOptions {
    /// The configuration; not given, the preflint.toml of the working directory or of the nearest folder above it
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Configuration")]
    pub config: Option<PathBuf>,
    /// Look for no configuration
    #[arg(long, help_heading = "Configuration")]
    pub isolated: bool,
}
