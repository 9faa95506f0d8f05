//! JUnit XML, as Jenkins and others read it: a suite for each input, a case for each request.
//!
//! A request that is rejected is a failure, one that could not be read an error. One without rules is skipped, and so is one
//! that passes only because somebody ignores what is wrong with it: readers show why a case was skipped, and who only counts
//! failures sees none. Counts stand before the cases, so that a suite is kept until its input has ended.

use std::collections::BTreeMap;
use std::io::{self, Write};

use preflint::{Finding, Record, Suppressed, SuppressedBy, SuppressedResult, Verdict};

use super::{Document, End, Item, Renderer, outcome};
use crate::xml::{self, Escaped};

/// All suites.
#[derive(Default)]
pub struct Suites {
    is_started: bool,
    suite: Option<Suite>,
}

#[derive(Default)]
struct Suite {
    file: String,
    cases: Vec<u8>,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// Each case begins with one of these, which no XML can hold, so that cases are counted by whoever puts them together.
const PASSED: u8 = 1;
const FAILED: u8 = 2;
const ERROR: u8 = 3;
const SKIPPED: u8 = 4;

impl Document for Suites {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(Cases)
    }

    fn take(&mut self, file: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if self.suite.as_ref().is_some_and(|suite| suite.file != file) {
            self.write_suite(out)?;
        }
        let suite = self.suite.get_or_insert_with(|| Suite { file: file.to_owned(), ..Suite::default() });
        for byte in pieces {
            match *byte {
                PASSED => suite.tests += 1,
                FAILED => (suite.tests, suite.failures) = (suite.tests + 1, suite.failures + 1),
                ERROR => (suite.tests, suite.errors) = (suite.tests + 1, suite.errors + 1),
                SKIPPED => (suite.tests, suite.skipped) = (suite.tests + 1, suite.skipped + 1),
                byte => suite.cases.push(byte),
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &End<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.write_suite(out)?;
        self.start(out)?;
        out.write_all(b"</testsuites>\n")
    }
}

impl Suites {
    fn start(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_started, true) {
            out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"preflint\">\n")?;
        }
        Ok(())
    }

    fn write_suite(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(Suite { file, cases, tests, failures, errors, skipped }) = self.suite.take() else { return Ok(()) };
        self.start(out)?;
        let name = Escaped(&file);
        writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">"
        )?;
        out.write_all(&cases)?;
        out.write_all(b"  </testsuite>\n")
    }
}

struct Cases;

impl Renderer for Cases {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        let record = item.record();
        let ignored = ignored(record);
        let result = match record.verdict {
            Verdict::Pass if !ignored.is_empty() => SKIPPED,
            Verdict::Pass => PASSED,
            Verdict::Reject => FAILED,
            Verdict::Unsupported => SKIPPED,
            _ => ERROR,
        };
        let (line, column) = item.start();
        // Two requests of a file never stand at the same place.
        let name = format!("{} ({line}:{column})", item.title());
        let mut class = Vec::new();
        if let Some(request) = &record.request {
            class.push(request.provider.as_str());
            class.extend(request.service.as_deref());
            class.extend(Some(request.operation.as_str()).filter(|operation| !operation.is_empty()));
        }
        pieces.push(result);
        write!(pieces, "    <testcase name=\"{}\" classname=\"{}\"", Escaped(&name), Escaped(&class.join(".")))?;
        let notes = notes(item, &ignored);
        let problem = record.problem.as_ref();
        if result == PASSED && notes.is_empty() {
            return pieces.write_all(b"/>\n");
        }
        pieces.write_all(b">\n")?;
        if let Some(first) = record.findings.first() {
            let code = first.code.as_deref().unwrap_or(&first.check);
            let told = first.message.as_deref().unwrap_or(&first.detail);
            let message = format!("{}: {told}", outcome(first));
            let all: Vec<String> = record.findings.iter().map(|finding| told_of(item, finding)).collect();
            writeln!(
                pieces,
                "      <failure type=\"{}\" message=\"{}\">{}</failure>",
                Escaped(code),
                Escaped(&message),
                lines(&all.join("\n"))
            )?;
        }
        if let Some(problem) = problem {
            let element = if result == SKIPPED { "skipped" } else { "error" };
            let (kind, message) = (Escaped(problem.kind), Escaped(&problem.message));
            writeln!(pieces, "      <{element} type=\"{kind}\" message=\"{message}\"/>")?;
        }
        if result == SKIPPED && problem.is_none() {
            writeln!(pieces, "      <skipped type=\"ignored\" message=\"{}\"/>", Escaped(&ignored.join("; ")))?;
        }
        if !notes.is_empty() {
            writeln!(pieces, "      <system-out>{}</system-out>", lines(&notes))?;
        }
        pieces.write_all(b"    </testcase>\n")
    }
}

/// A finding in full.
fn told_of(item: &Item<'_, '_>, finding: &Finding) -> String {
    let place = format!("{}:{}:{}", item.source.file, finding.span.line, finding.span.column);
    let outcome = outcome(finding);
    let mut told = format!("{place}: {outcome}\n  {}: {}", finding.parameter, finding.detail);
    for more in [&finding.message, &finding.help].into_iter().flatten() {
        told.push_str("\n  ");
        told.push_str(more);
    }
    told
}

/// What would be wrong with a request if nobody ignored it, each with who does. What was never asked for is not told.
fn ignored(record: &Record) -> Vec<String> {
    let told = |suppressed: &Suppressed| {
        let by = match suppressed.suppression.by {
            SuppressedBy::Selection => return None,
            SuppressedBy::Comment => "a comment",
            SuppressedBy::Configuration => "the configuration",
            SuppressedBy::Baseline => "the baseline",
            _ => "somebody",
        };
        let SuppressedResult::Finding(finding) = &suppressed.result else { return None };
        let reason = suppressed.suppression.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        Some(format!("{} ({}) is ignored by {by}{reason}", outcome(finding), finding.parameter))
    };
    record.suppressed.iter().filter_map(told).collect()
}

/// What does not reject: what is ignored beside other findings, warnings, and what is not decided.
fn notes(item: &Item<'_, '_>, ignored: &[String]) -> String {
    let record = item.record();
    let ignored = ignored.iter().filter(|_| record.verdict == Verdict::Reject).cloned();
    let warnings = record.warnings.iter().map(|warning| {
        let place = &warning.span;
        format!(
            "{}:{}: warning {}: {}: {}",
            place.line,
            place.column,
            warning.kind.as_str(),
            warning.parameter,
            warning.detail
        )
    });
    let mut by_need: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for open in record.open.iter().filter(|open| open.warns.is_none()) {
        for need in &open.needs {
            let codes = by_need.entry(need).or_default();
            let code = open.code.as_deref().unwrap_or(&open.check);
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    let open = by_need.iter().map(|(need, codes)| format!("not decided without {need}: {}", codes.join(", ")));
    ignored.chain(warnings).chain(open).collect::<Vec<_>>().join("\n")
}

/// Text with its line breaks left as they are.
fn lines(text: &str) -> String {
    text.split('\n').map(|line| Escaped(line).to_string()).collect::<Vec<_>>().join("\n")
}

const _: () = assert!(!xml::is_allowed(PASSED as char) && !xml::is_allowed(SKIPPED as char));
