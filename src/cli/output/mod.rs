//! Reports on their way out, in one or several formats at once.
//!
//! A format has two halves. A [`Renderer`] turns one report into text, or into pieces that only its own document
//! understands; it knows nothing of other reports, so that each thread has one. A [`Document`] takes the pieces in the
//! order of the input, puts around them what holds them together, and is the only one that writes. The words of a report
//! are made once, however many formats ask for them. Nothing here decides anything about a request.

mod github;
pub mod json;
mod junit;
mod line_by_line;
mod markdown;
mod response;
mod sarif;
mod target;
mod uri;

use std::cell::OnceCell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use preflint::{Checker, Finding, Position, Record, Report, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{Format, FormatOption};
use crate::human::Human;
use crate::{Exit, Stop};
use target::Target;

/// Which input and line an entry comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Source<'s> {
    /// The file as it was named, or `-`.
    pub file: &'s str,
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// The request's name within its source, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<&'s str>,
}

/// A report, or the record of an entry that could not be read.
pub enum Entry<'e, 'r> {
    Report(&'e Report<'r>),
    Unreadable(&'e preflint::InputError),
}

/// What came of all requests together.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// All requests, of whatever verdict.
    pub requests: usize,
    /// Those that the API would refuse.
    pub rejected: usize,
    /// Those in which nothing wrong was found.
    pub passed: usize,
    /// Those without rules.
    pub unsupported: usize,
    /// Those that could not be read.
    pub unreadable: usize,
    /// Open checks of all requests.
    pub open: usize,
    /// Warnings of all requests.
    pub warnings: usize,
    /// Findings and warnings that do not count, because somebody said so.
    #[serde(skip_serializing_if = "is_none")]
    pub ignored: usize,
    /// How many files were looked at; only where folders were searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<usize>,
    /// How many safe and how many other fixes there are; counted for people only.
    #[serde(skip)]
    pub fixes: (usize, usize),
}

impl Summary {
    pub fn count(&mut self, verdict: Verdict, open: usize, warnings: usize) {
        self.requests += 1;
        match verdict {
            Verdict::Reject => self.rejected += 1,
            Verdict::Pass => self.passed += 1,
            Verdict::Unsupported => self.unsupported += 1,
            _ => self.unreadable += 1,
        }
        self.open += open;
        self.warnings += warnings;
    }

    /// Adds what another one has counted.
    pub fn add(&mut self, other: &Summary) {
        let Summary { requests, rejected, passed, unsupported, unreadable, open, warnings, ignored, files, fixes } =
            other;
        self.requests += requests;
        self.rejected += rejected;
        self.passed += passed;
        self.unsupported += unsupported;
        self.unreadable += unreadable;
        self.open += open;
        self.warnings += warnings;
        self.ignored += ignored;
        self.fixes.0 += fixes.0;
        self.fixes.1 += fixes.1;
        if let Some(files) = files {
            *self.files.get_or_insert(0) += files;
        }
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// One entry as formats see it.
pub struct Item<'i, 'r> {
    pub source: &'i Source<'i>,
    pub entry: &'i Entry<'i, 'r>,
    record: OnceCell<Record>,
}

impl<'i, 'r> Item<'i, 'r> {
    fn new(source: &'i Source<'i>, entry: &'i Entry<'i, 'r>) -> Self {
        Item { source, entry, record: OnceCell::new() }
    }

    /// All of the report in words, made when the first format asks.
    pub fn record(&self) -> &Record {
        self.record.get_or_init(|| match self.entry {
            Entry::Report(report) => report.record(),
            Entry::Unreadable(error) => Record::of_unreadable(error),
        })
    }

    /// Where a place of the report ends, as line and column.
    pub fn end_of(&self, place: &preflint::Place) -> Option<Position> {
        match self.entry {
            Entry::Report(report) => Some(report.position_of(place.end)),
            Entry::Unreadable(_) => None,
        }
    }

    /// Where a stretch of the input begins and ends.
    pub fn ends_of(&self, span: preflint::Span) -> Option<(Position, Position)> {
        match self.entry {
            Entry::Report(report) => Some((report.position_of(span.start), report.position_of(span.end))),
            Entry::Unreadable(_) => None,
        }
    }

    /// Where the whole entry is best looked at: what could not be read, or the start of the request.
    pub fn start(&self) -> (usize, usize) {
        let problem = self.record().problem.as_ref();
        let place = problem.and_then(|problem| Some((problem.line?, problem.column?)));
        place.unwrap_or((self.source.line, self.source.column))
    }

    /// What people call the request: its own name or its place in a recording, and the operation.
    pub fn title(&self) -> String {
        let Some(request) = &self.record().request else { return String::from("(unreadable)") };
        let id = request.id.as_ref().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let name = id.or_else(|| self.source.address.map(str::to_owned));
        let mut title: Vec<String> = name.into_iter().collect();
        if !request.operation.is_empty() {
            title.push(request.operation.clone());
        }
        title.join(" ")
    }
}

/// The half of a format that turns one report into pieces.
pub trait Renderer: Send {
    /// Adds what stands for one report.
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()>;
}

/// The half of a format that puts pieces together.
pub trait Document {
    /// The other half; pieces of all of them are alike.
    fn renderer(&self) -> Box<dyn Renderer>;

    /// Takes the pieces of any number of reports, all of one input.
    fn take(&mut self, file: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()>;

    /// Writes what stands behind the last report.
    fn end(&mut self, end: &End<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Whether a reader can make something of the first reports before there are others.
    fn is_read_along(&self) -> bool {
        false
    }

    /// Whether what is open and warned of is told in sum.
    fn tells_sums(&self) -> bool {
        false
    }

    /// Whether people are told how much could be mended.
    fn tells_fixes(&self) -> bool {
        false
    }
}

/// What is known when all is checked.
pub struct End<'e> {
    pub summary: &'e Summary,
    pub exit: Exit,
}

/// Reports that were made by somebody who does not write: the pieces for each output.
#[derive(Default)]
pub struct Part {
    pieces: Vec<Pieces>,
}

/// Pieces for one output.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    /// So many bytes stand for whole reports; what lies behind them is left of one that could not be made.
    whole: usize,
}

/// A part for which more memory was taken gives it back.
const KEPT: usize = 256 << 10;

impl Part {
    /// Forgets what was written, but for the memory.
    pub fn clear(&mut self) {
        for Pieces { bytes, whole } in &mut self.pieces {
            bytes.clear();
            bytes.shrink_to(KEPT);
            *whole = 0;
        }
    }
}

/// The renderers of all outputs, for one thread.
pub struct Renderers(Vec<Box<dyn Renderer>>);

impl Renderers {
    /// Adds one report to a part, or nothing of it when making it panics for one of the outputs.
    pub fn entry(&mut self, source: &Source<'_>, entry: &Entry<'_, '_>, part: &mut Part) -> io::Result<()> {
        part.pieces.resize_with(self.0.len(), Pieces::default);
        let item = Item::new(source, entry);
        for (renderer, pieces) in self.0.iter_mut().zip(&mut part.pieces) {
            pieces.bytes.truncate(pieces.whole);
            renderer.render(&item, &mut pieces.bytes)?;
        }
        for pieces in &mut part.pieces {
            pieces.whole = pieces.bytes.len();
        }
        Ok(())
    }
}

/// A format on its way to one place.
struct Output<'w> {
    document: Box<dyn Document>,
    target: Target<'w>,
    /// Nobody reads it any more.
    is_closed: bool,
}

/// All outputs of a run.
pub struct Outputs<'w> {
    outputs: Vec<Output<'w>>,
    renderers: Renderers,
    scratch: Part,
}

/// What outputs are made from.
pub struct Setup<'s> {
    pub formats: &'s [FormatOption],
    /// How often `-q` was given.
    pub quiet: u8,
    pub human: Human,
    pub checker: &'s Checker,
    /// The inputs: no report may take the place of one.
    pub inputs: &'s [PathBuf],
}

impl<'w> Outputs<'w> {
    /// Opens all outputs, so that what cannot be written is known before anything is checked.
    pub fn open(setup: &Setup<'_>, stdout: &'w mut dyn Write) -> Result<Self, Stop> {
        let human = [FormatOption { format: Format::Human, file: None }];
        let formats = if setup.formats.is_empty() { &human[..] } else { setup.formats };
        let mut stdout = Some(stdout);
        let mut outputs: Vec<Output<'w>> = Vec::new();
        for FormatOption { format, file } in formats {
            let target = match target::place_of(*format, file.as_deref()) {
                target::Place::Stdout => {
                    let Some(stdout) = stdout.take() else {
                        let message = "--format: only one format can go to standard output; give the others a file, \
                                       as in --format sarif=report.sarif";
                        return Err(Stop::Usage(message.to_owned()));
                    };
                    // Twice quiet means that nobody wants to read it.
                    if setup.quiet > 1 {
                        continue;
                    }
                    Target::stdout(stdout)
                }
                target::Place::Replaced(path) => {
                    let known = outputs.iter().any(|output| output.target.is(&path));
                    Target::file(&path, known, setup.inputs).map_err(Stop::Usage)?
                }
                target::Place::Appended(path) => Target::appended(&path).map_err(Stop::Usage)?,
            };
            outputs.push(Output { document: document(*format, setup), target, is_closed: false });
        }
        let renderers = Renderers(outputs.iter().map(|output| output.document.renderer()).collect());
        Ok(Outputs { outputs, renderers, scratch: Part::default() })
    }

    /// The renderers for another thread.
    pub fn renderers(&self) -> Renderers {
        Renderers(self.outputs.iter().map(|output| output.document.renderer()).collect())
    }

    /// Whether reports are written anywhere.
    pub fn writes_reports(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// Whether one of them is standard output.
    pub fn use_stdout(&self) -> bool {
        self.outputs.iter().any(|output| output.target.is_stdout())
    }

    /// Whether what is open and warned of is told in sum.
    pub fn tells_sums(&self) -> bool {
        self.outputs.iter().any(|output| output.document.tells_sums())
    }

    /// Whether people are told how much could be mended.
    pub fn tells_fixes(&self) -> bool {
        self.outputs.iter().any(|output| output.document.tells_fixes())
    }

    /// Whether a file is one of these outputs, or about to be.
    pub fn is_output(&self, file: &Path) -> bool {
        self.outputs.iter().any(|output| output.target.owns(file))
    }

    /// Writes one report.
    pub fn entry(&mut self, source: &Source<'_>, entry: &Entry<'_, '_>) -> io::Result<()> {
        let mut part = std::mem::take(&mut self.scratch);
        part.clear();
        self.renderers.entry(source, entry, &mut part)?;
        let written = self.part(source.file, &part);
        self.scratch = part;
        written
    }

    /// Writes reports that were made elsewhere, all of one input.
    pub fn part(&mut self, file: &str, part: &Part) -> io::Result<()> {
        self.each(|number, output| match part.pieces.get(number) {
            Some(Pieces { bytes, whole }) if *whole > 0 => {
                output.document.take(file, &bytes[..*whole], output.target.out())
            }
            _ => Ok(()),
        })
    }

    /// Sends off what was written, to a caller who may wait for it.
    pub fn flush(&mut self) -> io::Result<()> {
        self.each(|_, output| match output.document.is_read_along() {
            true => output.target.out().flush(),
            // Nobody can read a document that is not whole.
            false => Ok(()),
        })
    }

    /// Writes what stands behind the last report. Files take their place only when the run is `complete`; what goes to
    /// standard output is ended in any case, so that the reports before a failure are a whole document.
    pub fn end(&mut self, end: &End<'_>, complete: bool) -> io::Result<()> {
        self.each(|_, output| {
            if complete || output.target.is_stdout() {
                output.document.end(end, output.target.out())?;
                output.target.finish()?;
            }
            Ok(())
        })
    }

    /// Does something with each output that is still read. A closed pipe ends the run when it was the last.
    fn each(&mut self, mut act: impl FnMut(usize, &mut Output<'w>) -> io::Result<()>) -> io::Result<()> {
        for (number, output) in self.outputs.iter_mut().enumerate() {
            if output.is_closed {
                continue;
            }
            match act(number, output) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => output.is_closed = true,
                Err(error) => return Err(output.target.named(error)),
                Ok(()) => {}
            }
        }
        match !self.outputs.is_empty() && self.outputs.iter().all(|output| output.is_closed) {
            true => Err(io::ErrorKind::BrokenPipe.into()),
            false => Ok(()),
        }
    }
}

fn document(format: Format, setup: &Setup<'_>) -> Box<dyn Document> {
    match format {
        Format::Human => Box::new(crate::human::Page::new(setup.human.clone())),
        Format::Json => Box::new(json::Whole::new(&setup.checker.rule_set())),
        Format::Ndjson => Box::new(json::lines(&setup.checker.rule_set())),
        Format::Sarif => Box::new(sarif::Log::new(setup.checker)),
        Format::Junit => Box::new(junit::Suites::default()),
        Format::Github => Box::new(github::commands()),
        Format::GithubSummary => Box::new(markdown::StepSummary::default()),
        Format::Response => Box::new(response::bodies()),
    }
}

/// `400 Code`, as far as known.
fn answer(status: Option<u16>, code: Option<&str>) -> String {
    crate::human::answer(status, code)
}

/// What comes of a finding: the API's answer, or that a tool sends nothing.
fn outcome(finding: &Finding) -> String {
    crate::human::outcome(finding)
}

/// A text as a sentence of its own.
fn ended(text: &str) -> String {
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}
