//! What stands around the reports for people: the gaps between them, and what sums all up.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Human;
use super::words::plural;
use crate::output::{Document, End, Renderer, Summary};

/// What stands between two entries, and between them and the summary.
pub const GAP: &[u8] = b"\n";

/// How many findings may still be printed, over all requests. One thread alone counts them, so that these are the first.
pub struct Limit {
    left: AtomicUsize,
    /// How many were passed over.
    more: AtomicUsize,
}

impl Limit {
    pub fn new(most: usize) -> Limit {
        Limit { left: AtomicUsize::new(most), more: AtomicUsize::new(0) }
    }

    /// How many of so many findings may be printed.
    pub fn take(&self, findings: usize) -> usize {
        let left = self.left.load(Ordering::Relaxed);
        let shown = findings.min(left);
        self.left.store(left - shown, Ordering::Relaxed);
        self.more.fetch_add(findings - shown, Ordering::Relaxed);
        shown
    }
}

/// All entries and their summary.
pub struct Page {
    human: Human,
    something_written: bool,
}

impl Page {
    pub fn new(human: Human) -> Page {
        Page { human, something_written: false }
    }
}

impl Document for Page {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(self.human.clone())
    }

    fn take(&mut self, _: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.something_written, true);
        out.write_all(pieces.strip_prefix(GAP).filter(|_| is_first).unwrap_or(pieces))
    }

    fn end(&mut self, end: &End<'_>, out: &mut dyn Write) -> io::Result<()> {
        let more = self.human.limit.as_ref().map_or(0, |limit| limit.more.load(Ordering::Relaxed));
        if more > 0 {
            if std::mem::replace(&mut self.something_written, true) {
                out.write_all(GAP)?;
            }
            let noun = plural(more, "finding", "findings");
            writeln!(out, "{more} more {noun} not shown; --max-findings sets how many are")?;
        }
        if self.human.only_findings {
            return Ok(());
        }
        if self.something_written {
            out.write_all(GAP)?;
        }
        self.human.summary(out, end.summary)
    }

    fn is_read_along(&self) -> bool {
        true
    }

    fn tells_sums(&self) -> bool {
        true
    }

    fn tells_fixes(&self) -> bool {
        !self.human.only_findings
    }
}

impl Human {
    /// Writes the lines that sum all up.
    fn summary(&self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let Summary { requests, rejected, passed, unsupported, unreadable, open, warnings, ignored, files, fixes } =
            summary;
        let mut parts = vec![format!("{rejected} rejected"), format!("{passed} passed")];
        for (count, what) in [(unsupported, "without rules"), (unreadable, "unreadable")] {
            if *count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let noun = if *requests == 1 { "request" } else { "requests" };
        let files = files.map(|files| format!(" in {files} {}", plural(files, "file", "files"))).unwrap_or_default();
        let ignored = if *ignored == 0 { String::new() } else { format!(", {ignored} ignored") };
        let line = format!(
            "{requests} {noun}{files}: {}; {open} {} open, {warnings} {}{ignored}",
            parts.join(", "),
            plural(*open, "check", "checks"),
            plural(*warnings, "warning", "warnings")
        );
        self.line(out, "", "  ", &line)?;
        let (option, more) = (self.fix_option, "--unsafe-fixes");
        let how = if option == "--fix" { "with" } else { "as shown by" };
        let fixable = match *fixes {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} fixable {how} {option}.")),
            (0, other) if option == "--fix" => {
                Some(format!("{other} fixable with {option} {more}, which changes what is sent."))
            }
            (0, other) => Some(format!("{other} fixable {how} {option} {more}.")),
            (safe, other) => Some(format!("{safe} fixable {how} {option}, {other} more with {more}.")),
        };
        if let Some(fixable) = fixable {
            self.line(out, "", "  ", &fixable)?;
        }
        if *rejected > 0 {
            let hint = "Does the API answer otherwise? \"preflint replay --help\" says how to show it.";
            self.line(out, "", "  ", hint)?;
        }
        Ok(())
    }
}
