//! The arguments of the program, and their help.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use preflint::Form;

/// Says which error a cloud API would return, before the request is sent.
///
/// preflint works offline, from rule files that hold what each provider documents. It never sends a request and needs
/// no credentials.
#[derive(Debug, Parser)]
#[command(name = "preflint", version, propagate_version = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check requests and predict the API's answer
    Check(CheckOptions),
    /// Explain an error code, an operation, a check or a parameter
    Explain(ExplainOptions),
    /// Look at rule files, check and test them
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print the JSON Schema of a kind of file
    Schema(SchemaOptions),
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the operations that have rules, with their editions
    List(ListOptions),
    /// Show the rules of an operation in words
    Show(ShowOptions),
    /// Find mistakes in rule files
    Check(RulesCheckOptions),
    /// Run the cases of rule files
    Test(RulesTestOptions),
    /// Say of each documented error what decides it: the request, facts, or only the server
    Coverage(CoverageOptions),
}

/// Check requests and predict the API's answer.
///
/// A request is a JSON object: {"provider": "aliyun", "operation": "ExportImage", "params": {...}}. A file holds one,
/// a list of them, or one on each line (NDJSON). Requests in other forms, such as URLs, are recognised too.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  nothing is rejected
  1  a request would be rejected (with --strict also: something is disputed or open)
  2  wrong usage, facts or rule files; no verdict was given
  3  an input could not be read, or has no rules

Examples:
  preflint check request.json
  preflint check --facts images.json --format ndjson requests.ndjson
  generate-requests | preflint check -
  preflint check 'captured requests/'")]
pub struct CheckOptions {
    /// Files with requests, and folders that are searched for them; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print reports
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// What the files hold; found out from name and content when not given
    #[arg(long, value_parser = input_forms(), value_name = "FORM")]
    pub input: Option<InputForm>,
    /// The name by which standard input is recognised and reported
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// What is known of the account: sections of facts, or responses of read-only calls. Later files override earlier ones
    #[arg(long, value_name = "FILE")]
    pub facts: Vec<PathBuf>,
    /// A section of facts that is complete: what it does not list does not exist
    #[arg(long, value_name = "SECTION")]
    pub facts_complete: Vec<String>,
    #[command(flatten)]
    pub editions: EditionOptions,
    #[command(flatten)]
    pub rules: RulesOptions,
    /// Exit with 1 also for disputed warnings and for open checks that wait for a parameter or a partly given section
    /// of facts; with --strict=all for every open check. The report stays the same
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "some", require_equals = true, value_name = "HOW")]
    pub strict: Option<Strictness>,
    /// In human output, print only findings; twice: print nothing in any format
    #[arg(short, long, action = ArgAction::Count)]
    pub quiet: u8,
    /// When to use colour in human output
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

#[derive(Clone, Debug, Args)]
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
}

#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// An error code, an operation, a check or a parameter, as reports name them
    #[arg(value_name = "CODE|OPERATION|CHECK|PARAMETER")]
    pub subject: String,
    #[command(flatten)]
    pub rules: RulesOptions,
}

#[derive(Debug, Args)]
pub struct ListOptions {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub rules: RulesOptions,
}

#[derive(Debug, Args)]
pub struct ShowOptions {
    /// The operation: ExportImage, aliyun/ecs/ExportImage, or with an edition aliyun/ecs/ExportImage@2021-03
    #[arg(value_name = "OPERATION")]
    pub operation: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub rules: RulesOptions,
}

#[derive(Debug, Args)]
pub struct RulesCheckOptions {
    /// A folder of rule files; the bundled ones when not given
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RulesTestOptions {
    /// A folder of rule files; the bundled ones when not given
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The folder of their cases
    #[arg(long, value_name = "DIR", default_value = "tests/cases")]
    pub cases: PathBuf,
}

#[derive(Debug, Args)]
pub struct CoverageOptions {
    /// An operation, with or without its edition; all of them when not given
    #[arg(value_name = "OPERATION")]
    pub operation: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = CoverageFormat::Table)]
    pub format: CoverageFormat,
    #[command(flatten)]
    pub rules: RulesOptions,
}

#[derive(Debug, Args)]
pub struct SchemaOptions {
    /// The kind of file
    #[arg(value_enum)]
    pub kind: SchemaKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// One JSON report a line, each written as soon as its request was read
    Ndjson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CoverageFormat {
    /// A table for people
    Table,
    /// Markdown, as docs/coverage.md holds it
    Markdown,
    /// JSON
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputForm {
    /// One JSON document: a request or a list of requests
    Json,
    /// One request a line
    Ndjson,
    /// Not our own JSON
    Other(Form),
}

impl InputForm {
    /// The names of all forms.
    pub fn names() -> Vec<&'static str> {
        ["json", "ndjson"].into_iter().chain(Form::all().map(Form::name)).collect()
    }

    fn named(name: &str) -> InputForm {
        match (name, Form::named(name)) {
            (_, Some(form)) => InputForm::Other(form),
            ("ndjson", None) => InputForm::Ndjson,
            _ => InputForm::Json,
        }
    }
}

fn input_forms() -> impl TypedValueParser<Value = InputForm> {
    PossibleValuesParser::new(InputForm::names()).map(|name| InputForm::named(&name))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Strictness {
    /// What is disputed, and what a parameter or a partly given section leaves open
    Some,
    /// Every open check
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// An edition of an operation
    Rule,
    /// A provider's file
    Provider,
    /// A file of cases
    Case,
    /// A file about resources of other tools
    Tools,
}
