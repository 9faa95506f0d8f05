//! `preflint check`

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use preflint::{Checker, Facts, InputError, Position, Report, Verdict, WarningKind};

use crate::args::{CheckOptions, FailOn, Format, InputForm, Strictness};
use crate::fix::{self, Extent, Fixed, Mending};
use crate::human::Human;
use crate::ignoring::{Beside, Ignoring, Input};
use crate::input::{self, Content};
use crate::lines::{self, Block, Blocks};
use crate::output::{End, Entry, Outputs, Setup, Source};
use crate::pipeline::{self, Batch, Work};
use crate::progress::Progress;
use crate::requests::{self, InputText};
use crate::settings::Settings;
use crate::tally::Tally;
use crate::{Exit, Stop, age, files, forms, guard};

/// The most threads: more only cost memory.
const MAX_JOBS: usize = 256;
/// So often `-q` stands for no reports at all.
const QUIET: u8 = 2;
/// How much is read at once where only verdicts are wanted, and where reports are: they are many times longer than what
/// they are about. To hand a block from thread to thread costs as much as a dozen verdicts.
const READ_FOR_VERDICTS: usize = 64 << 10;
const READ_FOR_REPORTS: usize = 2 << 10;
/// So much at once means that input comes fast, also through a pipe, which holds no more than 64 KiB.
const PLENTY: usize = 32 << 10;

/// Checks all files, in order.
pub fn run(options: &CheckOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let start = Instant::now();
    let Settings { checker, facts, strict, fail_on, ignoring } = Settings::of(options)?;
    refuse_missing(&options.files)?;
    let extent = if options.unsafe_fixes { Extent::All } else { Extent::Safe };
    let mending = Mending { checker: &checker, facts: &facts, ignoring: &ignoring, extent };
    let mended = mended(options, &mending, out)?;
    let setup = Setup {
        formats: &options.format,
        // A diff is all that is to be read there.
        quiet: if options.diff { QUIET } else { options.quiet },
        human: Human::of(options),
        checker: &checker,
        inputs: &options.files,
    };
    let outputs = Outputs::open(&setup, out)?;
    let checking = Checking {
        checker,
        facts,
        ignoring,
        strict,
        fails_on_warnings: fail_on.contains(&FailOn::Warning),
        counts_codes: options.stats,
        counts_uncertain: outputs.tells_sums(),
        counts_fixes: outputs.tells_fixes(),
    };
    // To stop after so many findings, those before must be known: then one thread has to do.
    let jobs = if options.max_findings.is_some() { Some(NonZeroUsize::MIN) } else { options.jobs };
    let checking = Arc::new(checking);
    if !cfg!(fuzzing) {
        // The process ends when all is checked: to take apart what is known would take longer than many a check.
        std::mem::forget(Arc::clone(&checking));
    }
    let mut run = Run {
        checking,
        jobs,
        progress: Progress::new(outputs.use_stdout(), reads_terminal(&options.files), size(&options.files)),
        outputs,
        tally: Tally::default(),
    };
    let read = options.files.iter().try_for_each(|file| match file.is_dir() {
        true => run.folder(file, options.input),
        false if file.as_os_str() == "-" && mended.is_some() => mended.iter().flatten().try_for_each(|text| {
            let input = Arc::new(run.checking.ignoring.input(&text.name, path_of(file, &text.name, options)));
            run.read(&input, Some(text.form()), Cursor::new(text.bytes.clone()))?;
            run.checking.ignoring.done(&input);
            Ok(())
        }),
        false if options.skip_others && file.as_os_str() != "-" => run.file_of_many(file, options.input),
        false => run.file(file, options),
    });
    *exit = run.tally.exit;
    let unused = run.checking.ignoring.unused(&run.checking.checker);
    if fail_on.contains(&FailOn::UnusedIgnore) && !unused.is_empty() {
        *exit = (*exit).max(Exit::Rejected);
    }
    // What was begun is ended, so that the reports before a failure are a whole document.
    let ended = match read {
        Err(Stop::ClosedPipe) => Ok(()),
        _ => run.outputs.end(&End { summary: &run.tally.summary, exit: run.tally.exit }, read.is_ok()),
    };
    drop(run.progress);
    if options.stats {
        // Nobody is left to be told when standard error is closed.
        let _ = run.tally.print(&mut io::stderr(), start.elapsed());
    }
    ended?;
    let written = if read.is_ok() { run.checking.ignoring.write_baseline()? } else { None };
    if options.quiet == 0 {
        for notice in unused.iter().chain(&written) {
            let _ = writeln!(io::stderr(), "preflint: {notice}");
        }
    }
    read?;
    let is_for_people = options.format.is_empty() || options.format.iter().any(|one| one.format == Format::Human);
    if is_for_people && options.quiet == 0 {
        // Asked for only where it is told: to find the digest of all rules takes as long as many a check.
        age::tell(&run.checking.checker.rule_set());
    }
    Ok(())
}

/// With `--fix`, writes what is mended; with `--diff`, prints it. Gives what was read from standard input: that is read
/// only once.
fn mended(options: &CheckOptions, mending: &Mending<'_>, out: &mut dyn Write) -> Result<Option<Vec<InputText>>, Stop> {
    if !options.fix && !options.diff {
        return match options.unsafe_fixes {
            true => Err(Stop::Usage("--unsafe-fixes needs --fix or --diff".to_owned())),
            false => Ok(None),
        };
    }
    let is_stdin = |file: &PathBuf| file.as_os_str() == "-";
    if options.fix && options.files.iter().any(is_stdin) {
        return Err(Stop::Usage("--fix writes files; for standard input there is --diff".to_owned()));
    }
    let mut from_stdin = Vec::new();
    for file in &options.files {
        let name = options.stdin_filename.as_deref();
        for text in requests::inputs(mending.checker, slice::from_ref(file), options.input, name)? {
            let input = mending.ignoring.input(&text.name, path_of(file, &text.name, options));
            let Fixed { bytes, count } = mending.fixed(&input, &text);
            if options.diff {
                out.write_all(fix::diff(&text.name, &text.bytes, &bytes).as_bytes())?;
            } else if count > 0 {
                fix::replace(Path::new(&text.name), &bytes)?;
                // Nobody is left to be told when standard error is closed.
                let _ = writeln!(io::stderr(), "preflint: {}", fix::told(count, &text.name));
            }
            if is_stdin(file) {
                from_stdin.push(text);
            }
        }
    }
    Ok(Some(from_stdin))
}

/// The path by which an input is ignored: that of its file, or the one that standard input is said to have.
fn path_of<'n>(file: &Path, name: &'n str, options: &CheckOptions) -> Option<&'n Path> {
    let has_path = file.as_os_str() != "-" || options.stdin_filename.is_some();
    has_path.then(|| Path::new(name))
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

/// In tests, a request with this id panics, and this is what the panic says.
#[cfg(test)]
pub const PANICS: &str = "planted-panic";

#[cfg(test)]
pub fn panic_if_planted(request: &preflint::Request<'_>) {
    assert!(request.id() != Some(PANICS), "{PANICS}");
}

/// What it takes to check a request and to count what comes of it; shared by all threads.
pub struct Checking {
    pub checker: Checker,
    pub facts: Facts,
    pub ignoring: Ignoring,
    strict: Option<Strictness>,
    fails_on_warnings: bool,
    counts_codes: bool,
    /// Whether somebody is told how many checks are open and how many warnings there are.
    counts_uncertain: bool,
    counts_fixes: bool,
}

impl Checking {
    /// Checks one entry, counts it, and hands it to `write`. `beside` are the comments that are about it.
    fn entry<E>(
        &self,
        input: &Input,
        entry: input::Entry<'_>,
        beside: Option<Beside<'_>>,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let error = match entry {
            Ok(request) => match guard::caught(request.start(), || {
                self.report(input, self.checker.check(&request, &self.facts), beside, tally, write)
            }) {
                Ok(written) => return written,
                Err(error) => error,
            },
            Err(error) => error,
        };
        self.unreadable(input, &error, tally, write)
    }

    /// Reads and checks one line, counts it, and hands it to `write`.
    fn line<E>(
        &self,
        input: &Input,
        line: lines::Line<'_>,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let checked = line.and_then(|(text, origin)| {
            guard::caught(origin, || {
                let report = self.checker.check_json(text, origin, &self.facts)?;
                Ok(self.report(input, report, None, tally, write))
            })
            .and_then(|checked| checked)
        });
        match checked {
            Ok(written) => written,
            Err(error) => self.unreadable(input, &error, tally, write),
        }
    }

    fn report<E>(
        &self,
        input: &Input,
        report: Report<'_>,
        beside: Option<Beside<'_>>,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let report = &self.ignoring.apply(input, beside, report);
        #[cfg(test)]
        panic_if_planted(report.request());
        // It is counted when it has been written: what panics until then is counted as something else.
        let (warnings, open) = if self.counts_uncertain { report.counts() } else { (0, 0) };
        let exit = self.exit_of(report);
        let start = report.request().start();
        let address = report.request().address();
        write(&Source { file: &input.name, line: start.line, column: start.column, address }, &Entry::Report(report))?;
        tally.summary.count(report.verdict(), open, warnings);
        tally.summary.ignored += report.suppressed().len();
        if self.counts_fixes {
            let (safe, other) = fix::count(report);
            tally.summary.fixes.0 += safe;
            tally.summary.fixes.1 += other;
        }
        tally.exit = tally.exit.max(exit);
        if self.counts_codes {
            tally.count_codes(report);
        }
        Ok(())
    }

    fn unreadable<E>(
        &self,
        input: &Input,
        error: &InputError,
        tally: &mut Tally,
        write: &mut dyn FnMut(&Source<'_>, &Entry<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.ignoring.unclear(input);
        tally.exit = tally.exit.max(Exit::NotChecked);
        tally.summary.count(Verdict::Unreadable, 0, 0);
        let source =
            Source { file: &input.name, line: error.position.line, column: error.position.column, address: None };
        write(&source, &Entry::Unreadable(error))
    }

    fn exit_of(&self, report: &Report<'_>) -> Exit {
        match report.verdict() {
            Verdict::Reject => Exit::Rejected,
            Verdict::Pass if self.is_too_uncertain(report) => Exit::Rejected,
            Verdict::Pass if self.fails_on_warnings && report.counts().0 > 0 => Exit::Rejected,
            Verdict::Pass => Exit::Clean,
            _ => Exit::NotChecked,
        }
    }

    fn is_too_uncertain(&self, report: &Report<'_>) -> bool {
        let Some(strictness) = self.strict.filter(|strictness| *strictness != Strictness::None) else { return false };
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
    /// How many threads were asked for.
    jobs: Option<NonZeroUsize>,
    pub outputs: Outputs<'r>,
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
        let form = options.input.or(files::is_of_lines(&name).then_some(InputForm::Ndjson));
        let input = Arc::new(self.checking.ignoring.input(&name, path_of(file, &name, options)));
        if is_stdin {
            self.read(&input, form, BufReader::with_capacity(self.capacity(), io::stdin()))?;
        } else {
            let opened = File::open(file).map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
            self.read(&input, form, BufReader::with_capacity(self.capacity(), opened))?;
        }
        self.checking.ignoring.done(&input);
        Ok(())
    }

    fn capacity(&self) -> usize {
        if self.outputs.writes_reports() { READ_FOR_REPORTS } else { READ_FOR_VERDICTS }
    }

    pub fn read(
        &mut self,
        input: &Arc<Input>,
        form: Option<InputForm>,
        mut reader: impl BufRead + Send + 'static,
    ) -> Result<(), Stop> {
        let cannot_read = |error| Stop::Usage(format!("cannot read {}: {error}", input.name));
        let plenty = self.capacity().min(PLENTY);
        let mut content = input::look(&mut reader, form).map_err(cannot_read)?;
        if let Some(form) = forms::of_content(&self.checking.checker, &input.name, form, &content) {
            // What was only begun is read to its end.
            if let Content::Lines(start) = content {
                content = input::whole(start, &mut reader).map_err(cannot_read)?;
            }
            return match content {
                Content::Document(bytes) | Content::Lines(bytes) => self.in_form(input, form, bytes),
                Content::TooLarge => self.entry(input, Err(input::too_large())),
            };
        }
        match content {
            Content::Lines(start) if start.is_empty() => self.lines(input, Blocks::new(reader, plenty)),
            // What was read already is read once more, before the rest.
            Content::Lines(start) => self.lines(input, Blocks::new(Cursor::new(start).chain(reader), plenty)),
            Content::Document(bytes) => {
                self.tally.bytes += bytes.len() as u64;
                match forms::only_error(form, &bytes) {
                    Some(error) => self.entry(input, Err(error)),
                    None => {
                        let document = || input::document(&bytes, &mut |entry| self.entry(input, entry));
                        guard::caught(Position::START, document).unwrap_or_else(|error| self.entry(input, Err(error)))
                    }
                }
            }
            Content::TooLarge => self.entry(input, Err(input::too_large())),
        }
    }

    /// Checks a stream: alone while input comes slowly, because then a report is soonest there, and with others when there
    /// is more than one thread can do.
    fn lines<R: BufRead + Send + 'static>(&mut self, input: &Arc<Input>, mut blocks: Blocks<R>) -> Result<(), Stop> {
        let mut block = Block::default();
        while blocks.next(&mut block).map_err(|error| Stop::Usage(format!("cannot read {}: {error}", input.name)))? {
            self.tally.bytes += block.bytes.len() as u64;
            lines::each(&block, &mut |line| {
                let mut write =
                    |source: &Source<'_>, entry: &Entry<'_, '_>| Ok::<(), Stop>(self.outputs.entry(source, entry)?);
                self.checking.line(input, line, &mut self.tally, &mut write)
            })?;
            self.outputs.flush()?;
            self.progress.step(self.tally.summary.requests, self.tally.bytes);
            if blocks.is_plentiful() && self.jobs() > 1 {
                return self.share(input, blocks);
            }
        }
        Ok(())
    }

    /// How many threads may work. Asked for only where there is work for several: to find out how many processors there
    /// are, the system is asked for several files.
    fn jobs(&self) -> usize {
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok());
        jobs.map_or(1, NonZeroUsize::get).min(MAX_JOBS)
    }

    /// Checks the rest of a stream on several threads.
    fn share<R: BufRead + Send + 'static>(&mut self, input: &Arc<Input>, blocks: Blocks<R>) -> Result<(), Stop> {
        let workers = (0..self.jobs()).map(|_| self.worker(input)).collect();
        let read = pipeline::run(blocks, workers, &mut |batch| {
            self.tally.add(&batch.tally);
            self.outputs.part(&input.name, &batch.part)?;
            self.outputs.flush()?;
            self.progress.step(self.tally.summary.requests, self.tally.bytes);
            Ok::<_, Stop>(())
        })?;
        read.map_err(|error| Stop::Usage(format!("cannot read {}: {error}", input.name)))
    }

    fn worker(&self, input: &Arc<Input>) -> Work {
        let (checking, input, mut renderers) =
            (Arc::clone(&self.checking), Arc::clone(input), self.outputs.renderers());
        Box::new(move |Batch { block, part, tally }| {
            part.clear();
            *tally = Tally::default();
            tally.bytes = block.bytes.len() as u64;
            let checked = lines::each(block, &mut |line| {
                checking.line(&input, line, tally, &mut |source, entry| renderers.entry(source, entry, part))
            });
            // Memory takes all that is written to it.
            debug_assert!(checked.is_ok());
        })
    }

    pub fn entry(&mut self, input: &Input, entry: input::Entry<'_>) -> Result<(), Stop> {
        self.entry_beside(input, entry, None)
    }

    /// Checks an entry with the comments that are about it.
    pub fn entry_beside(
        &mut self,
        input: &Input,
        entry: input::Entry<'_>,
        beside: Option<Beside<'_>>,
    ) -> Result<(), Stop> {
        let outputs = &mut self.outputs;
        let mut write = |source: &Source<'_>, entry: &Entry<'_, '_>| Ok(outputs.entry(source, entry)?);
        self.checking.entry(input, entry, beside, &mut self.tally, &mut write)
    }
}
