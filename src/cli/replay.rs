//! `preflint replay`: recorded calls with the answers that were really given, against the rules.
//!
//! Every form in which calls are recorded ends in [`Run::call`], which takes one recorded call or why it could not be
//! read. Nothing else depends on the form.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use preflint::limits::{DOCUMENT_BYTES, REQUEST_BYTES};
use preflint::{
    Agreement, Checker, Facts, Form, InputError, InputErrorKind, Judgement, Position, PredictedAnswer, RecordedCall,
    Report, RequestNames,
};
use serde::Serialize;

use crate::args::{DiffFormat, GivenFacts, ReplayOptions};
use crate::human::{answer, plural, printable};
use crate::input::not_utf8;
use crate::output::Source;
use crate::settings::Project;
use crate::terminal::{self, Styles};
use crate::{Exit, Stop, files, guard};

const SCHEMA: &str = "preflint/replay/v1";

/// Reads all files, in order.
pub fn run(options: &ReplayOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let project = Project::of(&options.rules, &options.editions)?;
    let checker = &project.checker;
    // What the configuration knows of the account is of today; the calls are of another day.
    let GivenFacts { facts, facts_complete } = &options.facts;
    let facts = files::facts(checker, facts, facts_complete, project.follow_links)?;
    let mut run = Run {
        checker,
        facts: &facts,
        json: options.format == DiffFormat::Json,
        styles: Styles::new(terminal::uses_color(options.color)),
        counts: BTreeMap::new(),
        unreadable: 0,
        calls: 0,
        in_container: false,
        out,
        exit,
    };
    if run.json {
        let rules = serde_json::to_string(&checker.rule_set()).map_err(io::Error::from)?;
        write!(run.out, "{{\"schema\":\"{SCHEMA}\",\"rules\":{rules},\"calls\":[")?;
    }
    let read = options.files.iter().try_for_each(|file| run.file(file));
    if !matches!(read, Err(Stop::ClosedPipe)) {
        run.end()?;
    }
    read
}

/// One entry of the JSON output.
#[derive(Serialize)]
struct Entry<'e> {
    source: &'e Source<'e>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestNames>,
    #[serde(flatten)]
    judgement: Option<&'e Judgement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'e str>,
}

/// How often each outcome came.
type Counts = BTreeMap<Agreement, usize>;

struct Run<'r> {
    checker: &'r Checker,
    facts: &'r Facts,
    json: bool,
    styles: Styles,
    /// By the operation with its edition, or its name where there are no rules for it.
    counts: BTreeMap<String, Counts>,
    unreadable: usize,
    calls: usize,
    /// Whether what is read holds other calls too, which are none of our business.
    in_container: bool,
    out: &'r mut dyn Write,
    exit: &'r mut Exit,
}

impl Run<'_> {
    fn file(&mut self, file: &Path) -> Result<(), Stop> {
        let name = file.display().to_string();
        if name == "-" {
            return self.read(&name, io::stdin().lock());
        }
        let cannot_read = |error: &dyn std::fmt::Display| Stop::Usage(format!("cannot read {name}: {error}"));
        let opened = File::open(file).map_err(|error| cannot_read(&error))?;
        if opened.metadata().map_err(|error| cannot_read(&error))?.is_dir() {
            return Err(cannot_read(&"it is a folder"));
        }
        self.read(&name, BufReader::new(opened))
    }

    /// One call a line, or a whole document: a text whose first line is no object of its own.
    fn read(&mut self, name: &str, mut reader: impl BufRead) -> Result<(), Stop> {
        let cannot_read = |error: io::Error| Stop::Usage(format!("cannot read {name}: {error}"));
        let mut position = Position::START;
        let mut any = false;
        // Blank lines at the start, which count for places in a recording.
        let mut before = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            let length =
                reader.by_ref().take(REQUEST_BYTES as u64 + 1).read_until(b'\n', &mut line).map_err(cannot_read)?;
            let is_first = !any;
            if is_blank(&line) && length > 0 {
                if is_first && before.len() < REQUEST_BYTES {
                    before.extend_from_slice(&line);
                }
                position = Position { offset: position.offset + length, line: position.line + 1, column: 1 };
                continue;
            }
            if length == 0 {
                let nothing =
                    || InputError::new(InputErrorKind::Empty, "no recorded call found: the input is empty", position);
                return if any { Ok(()) } else { self.unreadable(name, &nothing()) };
            }
            any = true;
            let is_recording = is_first && self.recording(name, &line).is_some();
            let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(without_mark(&line).0).is_ok();
            let is_list = without_mark(&line).0.trim_ascii_start().starts_with(b"[");
            if is_first && (!is_whole || is_list || is_recording) {
                let rest = (DOCUMENT_BYTES as u64).saturating_sub(length as u64) + 1;
                reader.by_ref().take(rest).read_to_end(&mut line).map_err(cannot_read)?;
                if let Some(form) = self.recording(name, &line) {
                    before.append(&mut line);
                    return self.recorded(name, form, &before);
                }
                // Lines of which the first is broken are lines all the same.
                if !has_objects_on_lines(&line) {
                    return self.document(name, &line, position);
                }
                return self.lines_of(name, &line, position);
            }
            if length > REQUEST_BYTES && line.last() != Some(&b'\n') {
                let message = format!("a line of more than {REQUEST_BYTES} bytes");
                return self.unreadable(name, &InputError::new(InputErrorKind::Limit, message, position));
            }
            self.line(name, &line, position)?;
            position = Position { offset: position.offset + length, line: position.line + 1, column: 1 };
        }
    }

    fn lines_of(&mut self, name: &str, bytes: &[u8], start: Position) -> Result<(), Stop> {
        let mut position = start;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if !is_blank(line) {
                self.line(name, line, position)?;
            }
            position = Position { offset: position.offset + line.len(), line: position.line + 1, column: 1 };
        }
        Ok(())
    }

    fn line(&mut self, name: &str, line: &[u8], position: Position) -> Result<(), Stop> {
        let (line, mark) = without_mark(line);
        let origin = Position { offset: position.offset + mark, ..position };
        match str::from_utf8(line) {
            Ok(text) => {
                let text = text.trim_end_matches(['\n', '\r']);
                let call = guard::caught(origin, || self.checker.recorded_call(text, origin));
                self.call(name, call.and_then(|call| call))
            }
            Err(error) => self.unreadable(name, &not_utf8(line, error.valid_up_to(), origin)),
        }
    }

    fn document(&mut self, name: &str, bytes: &[u8], position: Position) -> Result<(), Stop> {
        if bytes.len() > DOCUMENT_BYTES {
            let message = format!("a document of more than {DOCUMENT_BYTES} bytes; write one call a line");
            return self.unreadable(name, &InputError::new(InputErrorKind::Limit, message, position));
        }
        let (bytes, mark) = without_mark(bytes);
        let origin = Position { offset: position.offset + mark, ..position };
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.unreadable(name, &not_utf8(bytes, error.valid_up_to(), origin)),
        };
        match guard::caught(origin, || self.checker.recorded_calls(text, origin)) {
            Ok(calls) => calls.into_iter().try_for_each(|call| self.call(name, call)),
            Err(error) => self.unreadable(name, &error),
        }
    }

    /// The form of a text that holds requests beside their responses.
    fn recording(&self, name: &str, bytes: &[u8]) -> Option<Form> {
        let text = str::from_utf8(bytes).ok()?;
        self.checker.recognise(name, text).filter(|form| form.records_responses())
    }

    /// Requests with the responses that stand beside them.
    fn recorded(&mut self, name: &str, form: Form, bytes: &[u8]) -> Result<(), Stop> {
        if bytes.len() > DOCUMENT_BYTES {
            let message = format!("a recording of more than {DOCUMENT_BYTES} bytes");
            return self.unreadable(name, &InputError::new(InputErrorKind::Limit, message, Position::START));
        }
        let Ok(text) = str::from_utf8(bytes) else { return Ok(()) };
        let found = match guard::caught(Position::START, || self.checker.read(form, text)) {
            Ok(found) => found,
            Err(error) => return self.unreadable(name, &error),
        };
        if found.is_empty() {
            let message = "no recorded call of a known provider found";
            return self.unreadable(name, &InputError::new(InputErrorKind::Empty, message, Position::START));
        }
        // Of what there are no rules for, a recording of something else holds many: that is only counted.
        self.in_container = form.is_container();
        for found in found {
            let call = found.request.and_then(|request| {
                let refused = |message| InputError::new(InputErrorKind::Envelope, message, request.start());
                let response = found.response.ok_or_else(|| refused("no response stands beside it".to_owned()))?;
                let status = response.status.filter(|status| *status > 0);
                let body = response.body.as_deref().unwrap_or_default();
                let observed = self.checker.observed(request.provider_name(), status, body).map_err(refused)?;
                Ok(RecordedCall::new(request, observed))
            });
            self.call(name, call)?;
        }
        self.in_container = false;
        Ok(())
    }

    /// One recorded call, whatever it was read from.
    fn call(&mut self, file: &str, call: Result<RecordedCall<'_>, InputError>) -> Result<(), Stop> {
        let RecordedCall { request, observed, .. } = match call {
            Ok(call) => call,
            Err(error) => return self.unreadable(file, &error),
        };
        let start = request.start();
        let judged = guard::caught(start, || {
            #[cfg(test)]
            crate::check::panic_if_planted(&request);
            let report = self.checker.check(&request, self.facts);
            let judgement = report.judge(&observed);
            (report, judgement)
        });
        let source = Source { file, line: start.line, column: start.column, address: None };
        match judged {
            Ok((report, judgement)) => self.told(&source, &report, &judgement),
            Err(error) => self.unreadable(file, &error),
        }
    }

    fn told(&mut self, source: &Source<'_>, report: &Report<'_>, judgement: &Judgement) -> Result<(), Stop> {
        let agreement = judgement.agreement;
        self.calls += 1;
        let names = report.names();
        let operation = match (&names.service, &names.edition) {
            (Some(service), Some(edition)) => format!("{}/{service}/{}@{edition}", names.provider, names.operation),
            _ => format!("{} {}", names.provider, names.operation),
        };
        let operation = printable(&operation);
        *self.counts.entry(operation.clone()).or_default().entry(agreement).or_default() += 1;
        if agreement.is_disagreement() {
            *self.exit = (*self.exit).max(Exit::Rejected);
        } else if agreement == Agreement::NotChecked && !self.in_container {
            *self.exit = (*self.exit).max(Exit::NotChecked);
        }
        if self.json {
            return self.json_entry(&Entry { source, request: Some(names), judgement: Some(judgement), problem: None });
        }
        if !agreement.is_disagreement() && (agreement != Agreement::NotChecked || self.in_container) {
            return Ok(());
        }
        let id = names.id.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let id = id.map(|id| format!("{} ", printable(&id))).unwrap_or_default();
        let title = self.styles.bad(word(agreement));
        writeln!(self.out, "{}:{}: {id}{operation}: {title}", source.file, source.line)?;
        if agreement != Agreement::NotChecked {
            let predicted = judgement.predicted.as_ref();
            let observed = judgement.observed.as_ref();
            self.side(
                "predicted",
                predicted.map(|PredictedAnswer { code, status, message, .. }| (code, *status, message)),
                "nothing wrong found",
            )?;
            self.side("observed", observed.map(|answer| (&answer.code, answer.status, &answer.message)), "success")?;
        }
        if let Some(detail) = &judgement.detail {
            writeln!(self.out, "  {:<9}  {}", "because", printable(detail))?;
        }
        if let Some(check) = &judgement.check {
            writeln!(self.out, "  {:<9}  {check}", "check")?;
        }
        writeln!(self.out)?;
        Ok(())
    }

    /// One of both answers.
    fn side(
        &mut self,
        what: &str,
        side: Option<(&Option<String>, Option<u16>, &Option<String>)>,
        none: &str,
    ) -> io::Result<()> {
        let Some((code, status, message)) = side else { return writeln!(self.out, "  {what:<9}  {none}") };
        let message = message.as_ref().map(|message| format!(": {}", printable(message))).unwrap_or_default();
        writeln!(self.out, "  {what:<9}  {}{message}", printable(&answer(status, code.as_deref())))
    }

    fn unreadable(&mut self, file: &str, error: &InputError) -> Result<(), Stop> {
        self.unreadable += 1;
        self.calls += 1;
        *self.exit = (*self.exit).max(Exit::NotChecked);
        let source = Source { file, line: error.position.line, column: error.position.column, address: None };
        if self.json {
            return self.json_entry(&Entry {
                source: &source,
                request: None,
                judgement: None,
                problem: Some(&error.message),
            });
        }
        let title = self.styles.bad("unreadable");
        writeln!(self.out, "{file}:{}:{}: {title}: {}\n", source.line, source.column, printable(&error.message))?;
        Ok(())
    }

    fn json_entry(&mut self, entry: &Entry<'_>) -> Result<(), Stop> {
        let before = if self.calls > 1 { ",\n" } else { "\n" };
        self.out.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut *self.out, entry).map_err(io::Error::from)?;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if !self.json {
            self.table()?;
            return self.out.flush();
        }
        let mut summary: BTreeMap<&str, usize> =
            BTreeMap::from([("calls", self.calls), ("unreadable", self.unreadable)]);
        for agreement in Agreement::ALL {
            summary.insert(agreement.as_str(), self.count(agreement));
        }
        self.out.write_all(b"\n],\"summary\":")?;
        serde_json::to_writer(&mut *self.out, &summary)?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }

    fn count(&self, agreement: Agreement) -> usize {
        self.counts.values().filter_map(|counts| counts.get(&agreement)).sum()
    }

    /// A row for each operation, a column for each outcome that came.
    fn table(&mut self) -> io::Result<()> {
        let columns: Vec<Agreement> =
            Agreement::ALL.into_iter().filter(|one| *one == Agreement::Agree || self.count(*one) > 0).collect();
        let width = self.counts.keys().map(|operation| operation.chars().count()).max().unwrap_or_default();
        if !self.counts.is_empty() {
            let heads: Vec<&str> = columns.iter().map(|agreement| word(*agreement)).collect();
            writeln!(self.out, "{}", self.styles.title(&format!("{:width$}  calls  {}", "", heads.join("  "))))?;
            for (operation, counts) in &self.counts {
                let calls: usize = counts.values().sum();
                write!(self.out, "{operation:width$}  {calls:>5}")?;
                for (agreement, head) in columns.iter().zip(&heads) {
                    let count = counts.get(agreement).copied().unwrap_or_default();
                    write!(self.out, "  {count:>width$}", width = head.chars().count())?;
                }
                writeln!(self.out)?;
            }
            writeln!(self.out)?;
        }
        let disagreements: usize =
            Agreement::ALL.into_iter().filter(|one| one.is_disagreement()).map(|one| self.count(one)).sum();
        let unreadable = match self.unreadable {
            0 => String::new(),
            count => format!(", {count} unreadable"),
        };
        writeln!(
            self.out,
            "{} recorded {}: {disagreements} {}{unreadable}",
            self.calls,
            plural(self.calls, "call", "calls"),
            plural(disagreements, "disagreement", "disagreements"),
        )?;
        if disagreements > 0 {
            let told = "Please report disagreements, with date and region of the calls and without keys, signatures and tokens.";
            writeln!(self.out, "{told}")?;
        }
        Ok(())
    }
}

/// How an outcome is called.
fn word(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Agree => "agree",
        Agreement::FalseAlarm => "false alarm",
        Agreement::Miss => "miss",
        Agreement::WrongCode => "wrong code",
        Agreement::WrongAnswer => "wrong answer",
        Agreement::Open => "open",
        Agreement::Warned => "only warned",
        Agreement::ServerOnly => "server only",
        Agreement::NotChecked => "not checked",
        _ => "other",
    }
}

fn without_mark(bytes: &[u8]) -> (&[u8], usize) {
    let mark = "\u{feff}".as_bytes();
    bytes.strip_prefix(mark).map_or((bytes, 0), |rest| (rest, mark.len()))
}

fn is_blank(line: &[u8]) -> bool {
    without_mark(line).0.iter().all(u8::is_ascii_whitespace)
}

/// Whether lines of a text are objects, from their very start.
fn has_objects_on_lines(bytes: &[u8]) -> bool {
    let is_json = |line: &[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
    let is_document = bytes.trim_ascii_start().starts_with(b"[") || is_json(without_mark(bytes).0);
    !is_document
        && bytes.split(|byte| *byte == b'\n').any(|line| without_mark(line).0.starts_with(b"{") && is_json(line))
}
