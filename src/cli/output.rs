//! The formats of reports: human, JSON and NDJSON.

use std::io::{self, Write};

use preflint::{Record, Report, Verdict};
use serde::Serialize;

use crate::args::Format;
use crate::human::Human;

/// The schema name that a JSON document of reports carries.
const SCHEMA: &str = "preflint/report/v1";

/// Which input and line an entry comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Source<'s> {
    pub file: &'s str,
    pub line: usize,
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
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    pub requests: usize,
    pub rejected: usize,
    pub passed: usize,
    pub unsupported: usize,
    pub unreadable: usize,
    pub open: usize,
    pub warnings: usize,
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
        let Summary { requests, rejected, passed, unsupported, unreadable, open, warnings, files, fixes } = other;
        self.requests += requests;
        self.rejected += rejected;
        self.passed += passed;
        self.unsupported += unsupported;
        self.unreadable += unreadable;
        self.open += open;
        self.warnings += warnings;
        self.fixes.0 += fixes.0;
        self.fixes.1 += fixes.1;
        if let Some(files) = files {
            *self.files.get_or_insert(0) += files;
        }
    }
}

#[derive(Serialize)]
struct Sourced<'s> {
    source: &'s Source<'s>,
    #[serde(flatten)]
    record: &'s Record,
}

/// Writes reports one after the other.
pub struct Writer<'w> {
    out: &'w mut dyn Write,
    form: Form,
}

/// Reports that stand behind others, written into memory by somebody who does not have the output.
#[derive(Default)]
pub struct Part {
    bytes: Vec<u8>,
}

/// A format, and what it has to know of the reports before.
#[derive(Clone)]
pub enum Form {
    Human(Box<Human>),
    Json { first: bool },
    Ndjson,
    Silent,
}

impl<'w> Writer<'w> {
    /// `quiet` is how often `-q` was given.
    pub fn new(out: &'w mut dyn Write, format: Format, quiet: u8, human: Human) -> Self {
        let form = match format {
            _ if quiet > 1 => Form::Silent,
            Format::Human => Form::Human(Box::new(human)),
            Format::Json => Form::Json { first: true },
            Format::Ndjson => Form::Ndjson,
        };
        Writer { out, form }
    }

    /// The format as it is behind the first report, for [`Part`]s.
    pub fn form(&self) -> Form {
        match &self.form {
            Form::Human(human) => Form::Human(Box::new(human.continued())),
            Form::Json { .. } => Form::Json { first: false },
            form => form.clone(),
        }
    }

    /// Whether reports go to the output while the work goes on.
    pub fn writes_reports(&self) -> bool {
        !matches!(self.form, Form::Silent)
    }

    /// Whether what is open and warned of is told in sum.
    pub fn writes_summary(&self) -> bool {
        matches!(self.form, Form::Human(_) | Form::Json { .. })
    }

    /// Whether people are told how much could be mended.
    pub fn tells_fixes(&self) -> bool {
        matches!(self.form, Form::Human(_))
    }

    /// Writes one report.
    pub fn entry(&mut self, source: &Source<'_>, entry: &Entry<'_, '_>) -> io::Result<()> {
        self.form.entry(self.out, source, entry)
    }

    /// Writes reports that were made elsewhere.
    pub fn part(&mut self, part: &Part) -> io::Result<()> {
        let separator = self.form.separator();
        let Some(reports) = part.bytes.strip_prefix(separator).filter(|reports| !reports.is_empty()) else {
            return Ok(());
        };
        let before = match &mut self.form {
            Form::Json { first } => {
                if std::mem::take(first) {
                    JSON_START
                } else {
                    separator
                }
            }
            Form::Human(human) => {
                if human.is_first() {
                    b""
                } else {
                    separator
                }
            }
            Form::Ndjson | Form::Silent => separator,
        };
        self.out.write_all(before)?;
        self.out.write_all(reports)
    }

    /// Sends off what was written, to a caller who may wait for it.
    pub fn flush(&mut self) -> io::Result<()> {
        match self.form {
            // Nobody can read a document that is not whole.
            Form::Json { .. } | Form::Silent => Ok(()),
            Form::Human(_) | Form::Ndjson => self.out.flush(),
        }
    }

    /// Writes what stands behind the last report.
    pub fn end(&mut self, summary: &Summary) -> io::Result<()> {
        match &mut self.form {
            Form::Silent | Form::Ndjson => {}
            Form::Human(human) => human.summary(self.out, summary)?,
            Form::Json { first } => {
                if *first {
                    self.out.write_all(JSON_START)?;
                }
                self.out.write_all(b"\n],\"summary\":")?;
                serde_json::to_writer(&mut *self.out, summary)?;
                self.out.write_all(b"}\n")?;
            }
        }
        self.out.flush()
    }
}

impl Part {
    /// Forgets what was written, but for the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT);
    }

    /// Writes one report; `form` is that of a [`Writer`].
    pub fn entry(&mut self, form: &mut Form, source: &Source<'_>, entry: &Entry<'_, '_>) -> io::Result<()> {
        form.entry(&mut self.bytes, source, entry)
    }
}

impl Form {
    fn entry(&mut self, out: &mut dyn Write, source: &Source<'_>, entry: &Entry<'_, '_>) -> io::Result<()> {
        let record = || match entry {
            Entry::Report(report) => report.record(),
            Entry::Unreadable(error) => Record::of_unreadable(error),
        };
        match self {
            Form::Silent => Ok(()),
            Form::Human(human) => human.entry(out, source, entry),
            Form::Ndjson => {
                serde_json::to_writer(&mut *out, &Sourced { source, record: &record() })?;
                out.write_all(b"\n")
            }
            Form::Json { first } => {
                let before = if std::mem::take(first) { JSON_START } else { JSON_BETWEEN };
                out.write_all(before)?;
                serde_json::to_writer(&mut *out, &Sourced { source, record: &record() })?;
                Ok(())
            }
        }
    }

    /// What stands before every report but the first.
    fn separator(&self) -> &'static [u8] {
        match self {
            Form::Human(_) => b"\n",
            Form::Json { .. } => JSON_BETWEEN,
            Form::Ndjson | Form::Silent => b"",
        }
    }
}

/// A part for which more memory was taken gives it back.
const KEPT: usize = 256 << 10;

const JSON_BETWEEN: &[u8] = b",\n";
const JSON_START: &[u8] = b"{\"schema\":\"preflint/report/v1\",\"reports\":[\n";

const _: () = {
    // The start of the document is written in one piece; this keeps the schema's name in one place.
    let name = SCHEMA.as_bytes();
    let mut at = 0;
    while at < name.len() {
        assert!(JSON_START[at + b"{\"schema\":\"".len()] == name[at]);
        at += 1;
    }
};
