//! `preflint check`

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use preflint::{Checker, Facts, InputError, Report, Verdict, WarningKind};

use crate::args::{CheckOptions, InputForm, Strictness};
use crate::human::Human;
use crate::input::{self, Content};
use crate::lines::{self, Block, Blocks};
use crate::output::{Entry, Source, Writer};
use crate::pipeline::{self, Batch, Work};
use crate::progress::Progress;
use crate::tally::Tally;
use crate::{Exit, Stop, files, forms};

/// The most threads: more only cost memory.
const MAX_JOBS: usize = 256;
/// How much is read at once where only verdicts are wanted, and where reports are: they are many times longer than what
/// they are about.
const READ_FOR_VERDICTS: usize = 32 << 10;
const READ_FOR_REPORTS: usize = 2 << 10;

/// Checks all files, in order.
pub fn run(options: &CheckOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let start = Instant::now();
    let checker = files::checker(&options.rules)?;
    let checker = checker.with_editions(files::editions(&checker, &options.editions)?);
    let facts = files::facts(&checker, &options.facts, &options.facts_complete)?;
    refuse_missing(&options.files)?;
    let writer = Writer::new(out, options.format, options.quiet, Human::new(options.color, options.quiet > 0));
    let checking = Checking {
        checker,
        facts,
        strict: options.strict,
        counts_codes: options.stats,
        counts_uncertain: writer.writes_summary(),
    };
    let jobs =
        options.jobs.map_or_else(|| thread::available_parallelism().map_or(1, NonZeroUsize::get), NonZeroUsize::get);
    let checking = Arc::new(checking);
    // The process ends when all is checked: to take apart what is known would take longer than many a check.
    std::mem::forget(Arc::clone(&checking));
    let mut run = Run {
        checking,
        jobs: jobs.min(MAX_JOBS),
        progress: Progress::new(writer.writes_reports(), reads_terminal(&options.files), size(&options.files)),
        writer,
        tally: Tally::default(),
    };
    let read = options.files.iter().try_for_each(|file| match file.is_dir() {
        true => run.folder(file, options.input),
        false => run.file(file, options),
    });
    *exit = run.tally.exit;
    // What was begun is ended, so that the reports before a failure are a whole document.
    let ended = match read {
        Err(Stop::ClosedPipe) => Ok(()),
        _ => run.writer.end(&run.tally.summary),
    };
    drop(run.progress);
    if options.stats {
        // Nobody is left to be told when standard error is closed.
        let _ = run.tally.print(&mut io::stderr(), start.elapsed());
    }
    ended?;
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

/// The bytes of all files, where each is a plain file.
fn size(files: &[PathBuf]) -> Option<u64> {
    files.iter().map(|file| fs::metadata(file).ok().filter(fs::Metadata::is_file).map(|file| file.len())).sum()
}

fn reads_terminal(files: &[PathBuf]) -> bool {
    files.iter().any(|file| file.as_os_str() == "-") && io::stdin().is_terminal()
}

/// What it takes to check a request and to count what comes of it; shared by all threads.
pub struct Checking {
    pub checker: Checker,
    pub facts: Facts,
    strict: Option<Strictness>,
    counts_codes: bool,
    /// Whether somebody is told how many checks are open and how many warnings there are.
    counts_uncertain: bool,
}

impl Checking {
    /// Checks one entry, counts it, and hands it to `write`.
    fn entry<E>(
        &self,
        file: &str,
        entry: input::Entry<'_>,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match entry {
            Ok(request) => self.report(file, &self.checker.check(&request, &self.facts), tally, write),
            Err(error) => Checking::unreadable(file, &error, tally, write),
        }
    }

    /// Reads and checks one line, counts it, and hands it to `write`.
    fn line<E>(
        &self,
        file: &str,
        line: lines::Line<'_>,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let checked = match &line {
            Ok((text, origin)) => self.checker.check_json(text, *origin, &self.facts),
            Err(error) => return Checking::unreadable(file, error, tally, write),
        };
        match checked {
            Ok(report) => self.report(file, &report, tally, write),
            Err(error) => Checking::unreadable(file, &error, tally, write),
        }
    }

    fn report<E>(
        &self,
        file: &str,
        report: &Report<'_>,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (warnings, open) = if self.counts_uncertain { report.counts() } else { (0, 0) };
        tally.summary.count(report.verdict(), open, warnings);
        tally.exit = tally.exit.max(self.exit_of(report));
        if self.counts_codes {
            tally.count_codes(report);
        }
        let start = report.request().start();
        let address = report.request().address();
        write(&Source { file, line: start.line, column: start.column, address }, &Entry::Report(report))
    }

    fn unreadable<E>(
        file: &str,
        error: &InputError,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        tally.exit = tally.exit.max(Exit::NotChecked);
        tally.summary.count(Verdict::Unreadable, 0, 0);
        let source = Source { file, line: error.position.line, column: error.position.column, address: None };
        write(&source, &Entry::Unreadable(error))
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

/// A run over all inputs.
pub struct Run<'r> {
    pub checking: Arc<Checking>,
    jobs: usize,
    writer: Writer<'r>,
    progress: Progress,
    pub tally: Tally,
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
            return self.read(&name, form, BufReader::with_capacity(self.capacity(), io::stdin()));
        }
        let opened = File::open(file).map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
        self.read(&name, form, BufReader::with_capacity(self.capacity(), opened))
    }

    fn capacity(&self) -> usize {
        if self.writer.writes_reports() { READ_FOR_REPORTS } else { READ_FOR_VERDICTS }
    }

    pub fn read(
        &mut self,
        name: &str,
        form: Option<InputForm>,
        mut reader: impl BufRead + Send + 'static,
    ) -> Result<(), Stop> {
        let cannot_read = |error| Stop::Usage(format!("cannot read {name}: {error}"));
        let capacity = self.capacity();
        let mut content = input::look(&mut reader, form).map_err(cannot_read)?;
        if let Some(form) = forms::of_content(&self.checking.checker, name, form, &content) {
            // What was only begun is read to its end.
            if let Content::Lines(start) = content {
                content = input::whole(start, &mut reader).map_err(cannot_read)?;
            }
            return match content {
                Content::Document(bytes) | Content::Lines(bytes) => self.in_form(name, form, bytes),
                Content::TooLarge => self.entry(name, Err(input::too_large())),
            };
        }
        match content {
            Content::Lines(start) if start.is_empty() => self.lines(name, Blocks::new(reader, capacity)),
            // What was read already is read once more, before the rest.
            Content::Lines(start) => self.lines(name, Blocks::new(Cursor::new(start).chain(reader), capacity)),
            Content::Document(bytes) => {
                self.tally.bytes += bytes.len() as u64;
                match forms::only_error(form, &bytes) {
                    Some(error) => self.entry(name, Err(error)),
                    None => input::document(&bytes, &mut |entry| self.entry(name, entry)),
                }
            }
            Content::TooLarge => self.entry(name, Err(input::too_large())),
        }
    }

    /// Checks a stream: alone while input comes slowly, because then a report is soonest there, and with others when there
    /// is more than one thread can do.
    fn lines<R: BufRead + Send + 'static>(&mut self, name: &str, mut blocks: Blocks<R>) -> Result<(), Stop> {
        let mut block = Block::default();
        while blocks.next(&mut block).map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))? {
            self.tally.bytes += block.bytes.len() as u64;
            lines::each(&block, &mut |line| {
                let mut write =
                    |source: &Source<'_>, entry: &Entry<'_, '_>| Ok::<(), Stop>(self.writer.entry(source, entry)?);
                self.checking.line(name, line, &mut self.tally, &mut write)
            })?;
            self.writer.flush()?;
            self.progress.step(self.tally.summary.requests, self.tally.bytes);
            if self.jobs > 1 && blocks.is_plentiful() {
                return self.share(name, blocks);
            }
        }
        Ok(())
    }

    /// Checks the rest of a stream on several threads.
    fn share<R: BufRead + Send + 'static>(&mut self, name: &str, blocks: Blocks<R>) -> Result<(), Stop> {
        let workers = (0..self.jobs).map(|_| self.worker(name)).collect();
        let read = pipeline::run(blocks, workers, &mut |batch| {
            self.tally.add(&batch.tally);
            self.writer.part(&batch.part)?;
            self.writer.flush()?;
            self.progress.step(self.tally.summary.requests, self.tally.bytes);
            Ok::<_, Stop>(())
        })?;
        read.map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))
    }

    fn worker(&self, name: &str) -> Work {
        let (checking, name, mut form) = (Arc::clone(&self.checking), name.to_owned(), self.writer.form());
        Box::new(move |Batch { block, part, tally }| {
            part.clear();
            *tally = Tally::default();
            tally.bytes = block.bytes.len() as u64;
            let checked = lines::each(block, &mut |line| {
                checking.line(&name, line, tally, &mut |source, entry| part.entry(&mut form, source, entry))
            });
            // Memory takes all that is written to it.
            debug_assert!(checked.is_ok());
        })
    }

    pub fn entry(&mut self, file: &str, entry: input::Entry<'_>) -> Result<(), Stop> {
        let writer = &mut self.writer;
        let mut write = |source: &Source<'_>, entry: &Entry<'_, '_>| Ok(writer.entry(source, entry)?);
        self.checking.entry(file, entry, &mut self.tally, &mut write)
    }
}
