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

enum Form {
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

    /// Writes one report and, where a caller may wait for it, sends it off.
    pub fn entry(&mut self, source: &Source<'_>, entry: &Entry<'_, '_>) -> io::Result<()> {
        let record = || match entry {
            Entry::Report(report) => report.record(),
            Entry::Unreadable(error) => Record::of_unreadable(error),
        };
        match &mut self.form {
            Form::Silent => Ok(()),
            Form::Human(human) => {
                human.entry(self.out, source, entry)?;
                self.out.flush()
            }
            Form::Ndjson => {
                serde_json::to_writer(&mut *self.out, &Sourced { source, record: &record() })?;
                self.out.write_all(b"\n")?;
                self.out.flush()
            }
            Form::Json { first } => {
                let before: &[u8] = if std::mem::take(first) { JSON_START } else { b",\n" };
                self.out.write_all(before)?;
                serde_json::to_writer(&mut *self.out, &Sourced { source, record: &record() })?;
                Ok(())
            }
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
