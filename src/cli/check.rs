//! `preflint check`

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use preflint::{Checker, Facts, Form, Report, Verdict, WarningKind};

use crate::args::{CheckOptions, InputForm, Strictness};
use crate::human::Human;
use crate::output::{Entry, Source, Summary, Writer};
use crate::{Exit, Stop, files, forms, input};

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
    let read = options.files.iter().try_for_each(|file| match file.is_dir() {
        true => run.folder(file, options.input),
        false => run.file(file, options),
    });
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
        fs::metadata(file).map_err(|error| refuse(&error))?;
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
    fn file(&mut self, file: &Path, options: &CheckOptions) -> Result<(), Stop> {
        let is_stdin = file.as_os_str() == "-";
        let name = match &options.stdin_filename {
            Some(name) if is_stdin => name.clone(),
            _ => file.display().to_string(),
        };
        let extension = Path::new(&name).extension();
        let by_name = extension.is_some_and(|extension| extension == "ndjson" || extension == "jsonl");
        let form = options.input.or(by_name.then_some(InputForm::Ndjson));
        if is_stdin {
            return self.recognise(&name, form, io::stdin().lock());
        }
        let opened = File::open(file).map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
        self.recognise(&name, form, BufReader::with_capacity(forms::HEAD, opened))
    }

    /// Reads an input of any form: one that is not our own JSON as a whole.
    fn recognise(&mut self, name: &str, form: Option<InputForm>, mut reader: impl BufRead) -> Result<(), Stop> {
        let cannot_read = |error: io::Error| Stop::Usage(format!("cannot read {name}: {error}"));
        let form = match form {
            Some(form) => form,
            None => match forms::recognise(&self.checker, name, &mut reader).map_err(cannot_read)? {
                forms::Recognised::Json => return self.read(name, None, reader),
                forms::Recognised::Form(form, text) => return self.found(name, form, &text, false),
                forms::Recognised::Nothing(bytes) => return self.nothing(name, &bytes),
            },
        };
        let InputForm::Other(form) = form else { return self.read(name, Some(form), reader) };
        match forms::whole(&mut reader).map_err(cannot_read)? {
            Ok(text) => self.found(name, form, &text, false),
            Err(error) => self.entry(name, Err(error)),
        }
    }

    /// The requests of a text in a form other than our JSON. In a folder, what holds none is passed over.
    fn found(&mut self, name: &str, form: Form, text: &str, in_folder: bool) -> Result<(), Stop> {
        let found = self.checker.read(form, text);
        let any = found.iter().any(|found| found.request.is_ok());
        if in_folder && !any {
            return Ok(());
        }
        if found.is_empty() {
            return self.entry(name, Err(forms::no_request(form, text)));
        }
        for found in found {
            match found.request {
                Ok(request)
                    if form.is_container()
                        && self.checker.check(&request, &self.facts).verdict() == Verdict::Unsupported =>
                {
                    self.summary.count(Verdict::Unsupported, 0, 0);
                }
                request => self.entry(name, request)?,
            }
        }
        Ok(())
    }

    /// An input of which no form is recognised: what our JSON has to say about it, and what else was tried.
    fn nothing(&mut self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        let (mut only, mut entries) = (None, 0);
        input::read::<io::Error>(bytes, None, &mut |entry| {
            entries += 1;
            only = entry.err();
            Ok(())
        })
        .map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
        match only.filter(|_| entries == 1 && str::from_utf8(bytes).is_ok()) {
            Some(error) => self.entry(name, Err(forms::with_what_was_tried(error))),
            None => self.read(name, None, bytes),
        }
    }

    /// All files of a folder that hold requests.
    fn folder(&mut self, folder: &Path, form: Option<InputForm>) -> Result<(), Stop> {
        for file in forms::files_below(folder) {
            let file = file.map_err(|error| Stop::Usage(format!("cannot read {}: {error}", folder.display())))?;
            *self.summary.files.get_or_insert(0) += 1;
            let name = file.display().to_string();
            // What cannot be read there, or is no text, is not ours.
            let Some(text) = forms::small_text(&file) else { continue };
            match (form, forms::in_folder(&self.checker, &name, &text)) {
                (Some(InputForm::Other(form)), _) | (None, Some(InputForm::Other(form))) => {
                    self.found(&name, form, &text, true)?;
                }
                (Some(form), _) | (None, Some(form)) => self.read(&name, Some(form), text.as_bytes())?,
                (None, None) => {}
            }
        }
        Ok(())
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
                let source = Source { file, line: error.position.line, column: error.position.column, address: None };
                self.writer.entry(&source, &Entry::Unreadable(&error))?;
            }
            Ok(request) => {
                let report = self.checker.check(&request, &self.facts);
                let (warnings, open) = report.counts();
                self.summary.count(report.verdict(), open, warnings);
                *self.exit = (*self.exit).max(self.exit_of(&report));
                let start = request.start();
                let source = Source { file, line: start.line, column: start.column, address: request.address() };
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
