//! The arguments of the program, and their help.

mod choice;
mod facts;
mod format;
mod shared;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use preflint::{Form, RuleSet};
use schemars::JsonSchema;
use serde::Deserialize;

pub use choice::{ChoiceOptions, FailOn};
pub use facts::FactsOptions;
pub use format::{Format, FormatOption, FormatParser};
pub use shared::{ConfigOptions, EditionOptions, GivenFacts, RulesOptions};

/// Says which error a cloud API would return, before the request is sent.
///
/// preflint works offline, from rule files that hold what each provider documents. It never sends a request and needs
/// no credentials.
#[derive(Debug, Parser)]
#[command(name = "preflint", version = version(), propagate_version = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The version, and the state of the rules that are part of it.
fn version() -> String {
    format!("{}\nrules {}", env!("CARGO_PKG_VERSION"), RuleSet::bundled())
}

// Only the command that is meant gets its options: all of them together take longer to set up than a check.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Check requests and predict the API's answer
    Check(Box<CheckOptions>),
    /// Explain an error code, an operation, a check or a parameter
    Explain(ExplainOptions),
    /// Print the read-only commands that would settle what is open
    Facts(FactsOptions),
    /// Hold recorded calls with their real answers against the rules
    ///
    /// A recorded call is a request with what was observed, one on each line:
    ///
    ///   {"request": {"provider": "aliyun", "operation": "ExportImage", "params": {...}},
    ///    "observed": {"status": 400, "code": "InvalidOSSPrefix.Malformed", "message": "..."}}
    ///
    /// What was observed may also be null or "success", or {"status": 400, "body": ...} with the response
    /// itself. Facts that were true then belong into the request, under "facts". A list of such objects is
    /// read too.
    ///
    /// A disagreement is a statement of a rule that reality contradicts: a false alarm (rejected here,
    /// accepted there), a miss (the other way round), a wrong code, or another status or message. What a
    /// report leaves open, or what its rules leave to the server, contradicts nothing.
    ///
    /// A stale rule is best reported with the output of this command for one call, and the date and region
    /// of the call; leave out keys, signatures and tokens.
    #[command(verbatim_doc_comment)]
    Replay(ReplayOptions),
    /// Look at rule files, check and test them
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print the JSON Schema of a kind of file
    Schema(SchemaOptions),
    /// Print a script that completes commands and options in a shell
    ///
    ///   Bash:        preflint completions bash > ~/.local/share/bash-completion/completions/preflint
    ///   Zsh:         preflint completions zsh > "${fpath[1]}/_preflint"
    ///   Fish:        preflint completions fish > ~/.config/fish/completions/preflint.fish
    ///   PowerShell:  preflint completions powershell >> $PROFILE
    ///   Elvish:      preflint completions elvish >> ~/.config/elvish/rc.elv
    #[command(verbatim_doc_comment)]
    Completions(CompletionsOptions),
    /// Print the manual page
    Man(ManOptions),
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum RulesCommand {
    /// List the operations that have rules, with their editions
    List(ListOptions),
    /// Show the rules of an operation in words
    Show(ShowOptions),
    /// Find everything in rule files that a machine can find wrong, and what is still to do
    Check(RulesCheckOptions),
    /// Begin the files of an operation
    New(NewOptions),
    /// Run the cases of rule files
    Test(RulesTestOptions),
    /// Say what changed between two editions, or differs between two operations
    Diff(DiffOptions),
    /// Say of each documented error what decides it: the request, facts, or only the server
    Coverage(CoverageOptions),
    /// Show each documented error by a request that meets it and the nearest one that passes
    Witness(WitnessOptions),
    /// Make test vectors: requests with what is expected of them
    Generate(GenerateOptions),
}

/// Check requests and predict the API's answer.
///
/// A request is a JSON object: {"provider": "aliyun", "operation": "ExportImage", "params": {...}}. A file holds one,
/// a list of them, or one on each line (NDJSON). Requests in other forms, such as URLs, are recognised too.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  nothing is rejected
  1  a request would be rejected; --strict and --fail-on say what else counts
  2  wrong usage, configuration, facts or rule files; no verdict was given
  3  an input could not be read, or has no rules

Examples:
  preflint check request.json
  preflint check --facts images.json --format ndjson requests.ndjson
  generate-requests | preflint check -
  preflint check --format sarif=preflint.sarif --format human .
  preflint check 'captured requests/'
  preflint check --fix deploy.sh
  preflint check --diff --unsafe-fixes deploy.sh")]
pub struct CheckOptions {
    /// Files with requests, and folders that are searched for them; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to report, for people when not given; FORMAT=FILE writes to a file. May be given several times
    #[arg(long, value_parser = FormatParser, value_name = "FORMAT[=FILE]")]
    pub format: Vec<FormatOption>,
    /// What the files hold; found out from name and content when not given
    #[arg(long, value_parser = input_forms(), value_name = "FORM")]
    pub input: Option<InputForm>,
    /// Pass over named files that hold no requests, as files of a folder are
    #[arg(long)]
    pub skip_others: bool,
    /// The name by which standard input is recognised and reported
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    #[command(flatten)]
    pub facts: GivenFacts,
    #[command(flatten)]
    pub editions: EditionOptions,
    #[command(flatten)]
    pub rules: RulesOptions,
    /// Exit with 1 also for disputed warnings and for open checks that wait for a parameter or a partly given section
    /// of facts; with --strict=all for every open check; with --strict=none for neither. The report stays the same
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "some", require_equals = true, value_name = "HOW")]
    pub strict: Option<Strictness>,
    /// In human output, print only findings; twice: print nothing, in any format. Files are written all the same
    #[arg(short, long, action = ArgAction::Count)]
    pub quiet: u8,
    /// In human output, print no more than so many findings of all requests together, and say how many there are more
    #[arg(long, value_name = "COUNT")]
    pub max_findings: Option<usize>,
    /// When to use colour in human output
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Apply fixes that change nothing but a spelling, and report what is left
    #[arg(long, conflicts_with = "diff")]
    pub fix: bool,
    /// With --fix or --diff: also fixes that change what is sent
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what --fix would change as a diff, in place of reports; nothing is written
    #[arg(long)]
    pub diff: bool,
    /// How many requests of a stream to check at the same time; as many as there are processors when not given. The
    /// output is the same
    #[arg(long, value_name = "COUNT")]
    pub jobs: Option<NonZeroUsize>,
    /// Print on standard error how many requests had which verdict and code, and how long it took
    #[arg(long)]
    pub stats: bool,
    #[command(flatten)]
    pub choice: ChoiceOptions,
}

/// Arguments of `replay`; its help stands at the command.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  nothing disagrees
  1  a prediction disagrees with the answer that was given
  2  wrong usage, facts or rule files
  3  a recorded call could not be read, or has no rules

Examples:
  preflint replay calls.ndjson
  preflint replay recording.har requests.http
  preflint replay --edition 2021-03 calls.ndjson
  preflint replay --format json - < calls.ndjson")]
pub struct ReplayOptions {
    /// Files with recorded calls; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print the comparison
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
    #[command(flatten)]
    pub facts: GivenFacts,
    #[command(flatten)]
    pub editions: EditionOptions,
    #[command(flatten)]
    pub rules: RulesOptions,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
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
    /// Print Markdown, as docs/rules/README.md holds it
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
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
    /// Print the page of the operation in Markdown, as docs/rules/ holds it: this edition in full, and how the editions
    /// differ
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    #[command(flatten)]
    pub rules: RulesOptions,
}

/// Find everything in rule files that a machine can find wrong, and what is still to do.
///
/// Says file, line and column of names that nothing bears, checks that no request breaks, limits that another one implies,
/// values that their own rules refuse, examples that are not true, and of texts that begin with "TO DO".
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  no mistakes; what is still to do is told, and is none
  2  mistakes, or wrong usage")]
pub struct RulesCheckOptions {
    /// A folder of rule files, over the bundled ones: a file with the id of a bundled one replaces it
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Begin the files of an operation.
///
/// Writes DIR/rules/PROVIDER/SERVICE/OPERATION/EDITION.json and the same path below DIR/tests/cases, and
/// DIR/rules/PROVIDER/provider.json where the provider is new. What is still to be written begins with "TO DO": `preflint rules
/// check DIR/rules` lists it. No file is overwritten.
#[derive(Debug, Args)]
pub struct NewOptions {
    /// The operation, under the API's own names: aliyun/ecs/CopyImage
    #[arg(value_name = "PROVIDER/SERVICE/OPERATION")]
    pub operation: String,
    /// The state of the documentation, [site-]YYYY-MM: this month when not given
    #[arg(long, value_name = "EDITION")]
    pub edition: Option<String>,
    /// The folder in which rules and tests/cases lie
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct RulesTestOptions {
    /// A folder of rule files, over the bundled ones; only the bundled ones when not given
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The folder of their cases
    #[arg(long, value_name = "DIR", default_value = "tests/cases")]
    pub cases: PathBuf,
    /// Also change every limit, value and condition of the checks, one at a time, and name the changes that no case
    /// notices
    #[arg(long)]
    pub mutate: bool,
    /// With --mutate, change only files whose path contains this text
    #[arg(long, value_name = "TEXT", requires = "mutate")]
    pub only: Option<String>,
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

/// Say what changed between two editions, or differs between two operations.
///
/// Told are parameters, constraints, errors and the order of checks: what the provider changed, not our words about it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  preflint rules diff ExportImage@2018-06                 against the default edition
  preflint rules diff ExportImage@2018-06 2021-03         two editions of one operation
  preflint rules diff ExportImages ImportImage --format json
  preflint rules diff aliyun/ecs/ExportImage@2018-06 aliyun/ecs/ExportImage@2026-01")]
pub struct DiffOptions {
    /// An operation, with or without its edition
    #[arg(value_name = "OPERATION")]
    pub before: String,
    /// Another edition of it, or another operation; the default edition when not given
    #[arg(value_name = "EDITION|OPERATION")]
    pub after: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    #[command(flatten)]
    pub rules: RulesOptions,
}

/// Show each documented error by a request that meets it and the nearest one that passes.
///
/// The requests are made from the rules alone, with the facts that they need inside. An error for which none can be made,
/// though the rules say that they lead to it, is a contradiction in the rules.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  every error that the rules lead to is shown
  1  the rules contradict themselves: an error cannot be shown, or nothing beside it passes
  2  wrong usage or rule files

Examples:
  preflint rules witness ExportImage InvalidOSSPrefix.Malformed
  preflint rules witness ExportImage --format ndjson | preflint check -")]
pub struct WitnessOptions {
    /// The operation, with or without its edition
    #[arg(value_name = "OPERATION")]
    pub operation: String,
    /// An error code, or the id of a row; all rows when not given
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = WitnessFormat::Human)]
    pub format: WitnessFormat,
    #[command(flatten)]
    pub rules: RulesOptions,
}

/// Make test vectors: requests with what is expected of them.
///
/// One JSON object a line: {"request": {...}, "expect": {"verdict": "reject", "code", "status", "message", "parameter",
/// "check"}, "aims_at": "..."}. Each aims at one check, at its limits: what it breaks narrowly, or just fulfils. As many as
/// there are checks reach all of them. The same seed always gives the same vectors.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  preflint rules generate ExportImage --valid 20 --invalid 100 --seed 7
  preflint rules generate ExportImage | jq -c .request | preflint check -")]
pub struct GenerateOptions {
    /// The operation, with or without its edition
    #[arg(value_name = "OPERATION")]
    pub operation: String,
    /// How many requests that pass
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub valid: usize,
    /// How many requests that are refused
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub invalid: usize,
    /// Decides the order, and what else is sent
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub rules: RulesOptions,
}

#[derive(Debug, Args)]
pub struct SchemaOptions {
    /// The kind of file
    #[arg(value_enum)]
    pub kind: SchemaKind,
}

#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManOptions {
    /// The page of a command, such as check, or rules show; that of the whole program when not given
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people
    Human,
    /// One JSON document
    Json,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WitnessFormat {
    /// For people
    Human,
    /// One JSON document with every row
    Json,
    /// Requests alone, one a line, as `preflint check` reads them
    Ndjson,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// What is disputed, and what a parameter or a partly given section leaves open
    Some,
    /// Every open check
    All,
    /// Nothing that is uncertain
    None,
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
    /// A file about resources of Terraform and Packer
    Resources,
    /// The configuration, preflint.toml
    Config,
    /// What `check --format json` prints, and a line of `--format ndjson`
    Report,
}
