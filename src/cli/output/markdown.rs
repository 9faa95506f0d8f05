//! The summary of a step in a workflow, as Markdown: what is rejected, in a table, and the numbers.
//!
//! A summary may have one mebibyte, so that after many rows the others are only counted.

use std::io::{self, Write};

use preflint::Verdict;

use super::{Document, End, Item, Renderer, Summary, outcome};
use crate::human::plural;

/// The most bytes of rows.
const MOST: usize = 512 << 10;

/// The whole summary.
#[derive(Default)]
pub struct StepSummary {
    rows: Vec<u8>,
    left_out: usize,
}

impl Document for StepSummary {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(Rows)
    }

    fn take(&mut self, _: &str, pieces: &[u8], _: &mut dyn Write) -> io::Result<()> {
        for row in pieces.split_inclusive(|byte| *byte == b'\n') {
            // Once a row was left out, all are: what is shown is the beginning.
            match self.left_out == 0 && self.rows.len() + row.len() <= MOST {
                true => self.rows.extend(row),
                false => self.left_out += 1,
            }
        }
        Ok(())
    }

    fn end(&mut self, end: &End<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Summary { requests, rejected, passed, unsupported, unreadable, open, warnings, .. } = end.summary;
        let noun = plural(*requests, "request", "requests");
        let title = match rejected {
            0 => format!("nothing wrong found in {passed} of {requests} {noun}"),
            _ => format!("{rejected} of {requests} {noun} would be rejected"),
        };
        writeln!(out, "### preflint: {title}\n")?;
        if !self.rows.is_empty() {
            writeln!(out, "| Where | Request | Answer of the API | What is wrong |\n| --- | --- | --- | --- |")?;
            out.write_all(&self.rows)?;
            writeln!(out)?;
        }
        if self.left_out > 0 {
            writeln!(out, "{} more are not shown.\n", self.left_out)?;
        }
        writeln!(
            out,
            "{rejected} rejected, {passed} passed, {unsupported} without rules, {unreadable} unreadable; {open} {} open, \
             {warnings} {}\n",
            plural(*open, "check", "checks"),
            plural(*warnings, "warning", "warnings")
        )
    }

    fn tells_sums(&self) -> bool {
        true
    }
}

/// One row for each finding and problem.
struct Rows;

impl Renderer for Rows {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        let record = item.record();
        let file = item.source.file;
        if let Some(problem) = &record.problem {
            let (line, column) = item.start();
            let place = format!("{file}:{line}:{column}");
            let verdict = if record.verdict == Verdict::Unsupported { "(no rules)" } else { "(unreadable)" };
            row(pieces, &place, &item.title(), verdict, &problem.message)?;
        }
        for finding in &record.findings {
            let place = format!("{file}:{}:{}", finding.span.line, finding.span.column);
            let told = format!("{}: {}", finding.parameter, finding.detail);
            row(pieces, &place, &item.title(), &outcome(finding), &told)?;
        }
        Ok(())
    }
}

fn row(out: &mut Vec<u8>, place: &str, title: &str, answer: &str, told: &str) -> io::Result<()> {
    writeln!(out, "| {} | {} | {} | {} |", plain(place), plain(title), plain(answer), plain(told))
}

/// Text that is shown as it is: nothing in it is markup, and it stays on its line.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            // As a reference, because `@` behind a backslash would still be a name.
            '@' => plain.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~' => {
                plain.push('\\');
                plain.push(character);
            }
            control if control.is_control() => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain
}
