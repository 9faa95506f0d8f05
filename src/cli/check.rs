//! `preflint check`

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use preflint::{Checker, Facts, Report, Verdict, WarningKind};

use crate::args::{CheckOptions, InputForm, Strictness};
use crate::human::Human;
use crate::output::{Entry, Source, Summary, Writer};
use crate::{Exit, Stop, files, input};

/// Checks all files, in order.
pub fn run(options: &CheckOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let checker = files::checker(&options.rules)?;
    let checker = checker.with_editions(files::editions(&checker, &options.editions)?);
    let facts = files::facts(&checker, &options.facts, &options.facts_complete)?;
    refuse_missing(&options.files)?;
    let human = Human::new(options.color, options.quiet > 0);
    let mut run = Run {
        checker,
        facts,
        strict: options.strict,
        writer: Writer::new(out, options.format, options.quiet, human),
        summary: Summary::default(),
        exit,
    };
    let read = options.files.iter().try_for_each(|file| run.file(file, options.input));
    // What was begun is ended, so that the reports before a failure are a whole document.
    if !matches!(read, Err(Stop::ClosedPipe)) {
        run.writer.end(&run.summary)?;
    }
    read
}

/// Demands that every file is there, before any verdict is given. A pipe can be opened only once, so none is here.
fn refuse_missing(files: &[PathBuf]) -> Result<(), Stop> {
    for file in files.iter().filter(|file| file.as_os_str() != "-") {
        let refuse = |why: &dyn Display| Stop::Usage(format!("cannot read {}: {why}", file.display()));
        if fs::metadata(file).map_err(|error| refuse(&error))?.is_dir() {
            return Err(refuse(&"it is a folder"));
        }
    }
    Ok(())
}

struct Run<'r> {
    checker: Checker,
    facts: Facts,
    strict: Option<Strictness>,
    writer: Writer<'r>,
    summary: Summary,
    exit: &'r mut Exit,
}

impl Run<'_> {
    fn file(&mut self, file: &Path, form: Option<InputForm>) -> Result<(), Stop> {
        let name = file.display().to_string();
        if name == "-" {
            return self.read(&name, form, io::stdin().lock());
        }
        let opened = File::open(file).map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
        let by_name = file.extension().is_some_and(|extension| extension == "ndjson" || extension == "jsonl");
        let form = form.or(by_name.then_some(InputForm::Ndjson));
        self.read(&name, form, BufReader::new(opened))
    }

    fn read(&mut self, name: &str, form: Option<InputForm>, reader: impl BufRead) -> Result<(), Stop> {
        // Errors of reading and of writing are told apart, because a closed pipe is only an error of writing.
        let mut stopped = None;
        let read = input::read::<io::Error>(reader, form, &mut |entry| {
            self.entry(name, entry).map_err(|stop| {
                stopped = Some(stop);
                io::Error::other("stopped")
            })
        });
        match (stopped, read) {
            (Some(stop), _) => Err(stop),
            (None, Err(error)) => Err(Stop::Usage(format!("cannot read {name}: {error}"))),
            (None, Ok(())) => Ok(()),
        }
    }

    fn entry(&mut self, file: &str, entry: input::Entry<'_>) -> Result<(), Stop> {
        match entry {
            Err(error) => {
                *self.exit = (*self.exit).max(Exit::NotChecked);
                self.summary.count(Verdict::Unreadable, 0, 0);
                let source = Source { file, line: error.position.line, column: error.position.column };
                self.writer.entry(&source, &Entry::Unreadable(&error))?;
            }
            Ok(request) => {
                let report = self.checker.check(&request, &self.facts);
                let (warnings, open) = report.counts();
                self.summary.count(report.verdict(), open, warnings);
                *self.exit = (*self.exit).max(self.exit_of(&report));
                let start = request.start();
                let source = Source { file, line: start.line, column: start.column };
                self.writer.entry(&source, &Entry::Report(&report))?;
            }
        }
        Ok(())
    }

    fn exit_of(&self, report: &Report<'_>) -> Exit {
        match report.verdict() {
            Verdict::Reject => Exit::Rejected,
            Verdict::Pass if self.is_too_uncertain(report) => Exit::Rejected,
            Verdict::Pass => Exit::Clean,
            _ => Exit::NotChecked,
        }
    }

    fn is_too_uncertain(&self, report: &Report<'_>) -> bool {
        let Some(strictness) = self.strict else { return false };
        let disputed = report.warnings().iter().any(|warning| warning.kind == WarningKind::Disputed);
        let open = report.open();
        let counts = |need: &String| match need.strip_prefix("fact:") {
            Some(section) => strictness == Strictness::All || report.section_is_given(section),
            None => true,
        };
        disputed || open.iter().any(|check| check.needs.is_empty() || check.needs.iter().any(counts))
    }
}
