//! The program: arguments and files in, reports and an exit code out.
//!
//! All input and output of preflint happens here; what is right and wrong is decided by the library alone.
#![cfg_attr(fuzzing, no_main)]

mod age;
mod args;
mod baseline;
mod check;
mod clock;
mod config;
mod coverage;
mod diff;
mod explain;
mod facts;
mod files;
mod fix;
mod forms;
mod generate;
mod guard;
mod human;
mod ignoring;
mod input;
mod lines;
mod manual;
mod new;
mod output;
mod pages;
mod pipeline;
mod progress;
mod replay;
mod requests;
mod rules;
mod settings;
mod tally;
mod terminal;
mod witness;
#[path = "../xml.rs"]
mod xml;

#[cfg(fuzzing)]
#[path = "../../fuzz/fuzz_targets/program.rs"]
mod fuzzed;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command, RulesCommand};

/// How a run ended. Of several the highest in the order of this list wins: 2 over 3 over 1 over 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Nothing was rejected.
    #[default]
    Clean,
    /// Something was rejected.
    Rejected,
    /// Some input could not be read or has no rules.
    NotChecked,
    /// Wrong usage, facts or rule files; no verdict was given.
    Usage,
}

impl Exit {
    /// The number that the program ends with.
    fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Rejected => 1,
            Exit::NotChecked => 3,
            Exit::Usage => 2,
        }
    }
}

/// Why a command stopped before its end.
enum Stop {
    /// The reader of our output has gone: no error.
    ClosedPipe,
    /// Something that the user must mend, in words.
    Usage(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::ClosedPipe,
            _ => Stop::Usage(format!("cannot write: {error}")),
        }
    }
}

fn main() -> ExitCode {
    guard::install();
    let arguments = Arguments::parse();
    let mut exit = Exit::Clean;
    let ended = run(&arguments, &mut exit);
    match ended {
        Ok(()) | Err(Stop::ClosedPipe) => {}
        Err(Stop::Usage(message)) => {
            // When standard error is closed too, there is nobody left to tell.
            let _ = writeln!(io::stderr(), "preflint: {message}");
            exit = Exit::Usage;
        }
    }
    exit.code().into()
}

fn run(arguments: &Arguments, exit: &mut Exit) -> Result<(), Stop> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match &arguments.command {
        Command::Check(options) => check::run(options, &mut out, exit)?,
        Command::Explain(options) => explain::run(options, &mut out)?,
        Command::Facts(options) => facts::run(options, &mut out, exit)?,
        Command::Replay(options) => replay::run(options, &mut out, exit)?,
        Command::Rules(RulesCommand::List(options)) => rules::list(options, &mut out)?,
        Command::Rules(RulesCommand::Show(options)) => rules::show(options, &mut out, exit)?,
        Command::Rules(RulesCommand::Check(options)) => rules::check(options, &mut out, exit)?,
        Command::Rules(RulesCommand::New(options)) => new::run(options, &mut out)?,
        Command::Rules(RulesCommand::Test(options)) => rules::test(options, &mut out, exit)?,
        Command::Rules(RulesCommand::Diff(options)) => diff::run(options, &mut out)?,
        Command::Rules(RulesCommand::Coverage(options)) => coverage::run(options, &mut out)?,
        Command::Rules(RulesCommand::Witness(options)) => witness::run(options, &mut out, exit)?,
        Command::Rules(RulesCommand::Generate(options)) => generate::run(options, &mut out)?,
        Command::Schema(options) => rules::schema(options, &mut out)?,
        Command::Completions(options) => manual::completions(options, &mut out)?,
        Command::Man(options) => manual::page(options, &mut out)?,
    }
    out.flush()?;
    Ok(())
}
