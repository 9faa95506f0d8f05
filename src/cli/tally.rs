//! What came of requests, counted.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use preflint::{Report, Verdict};

use crate::Exit;
use crate::output::Summary;

/// Counts of some requests, and what they mean for the exit code.
#[derive(Debug, Default)]
pub struct Tally {
    pub summary: Summary,
    pub exit: Exit,
    pub bytes: u64,
    codes: BTreeMap<String, Counts>,
}

/// How often a code was met.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// As the predicted error.
    first: usize,
    /// In any place.
    all: usize,
}

/// What stands for a code where the answer has none.
const NO_CODE: &str = "(no code)";

impl Tally {
    /// Counts the codes of a report.
    pub fn count_codes(&mut self, report: &Report<'_>) {
        if report.verdict() != Verdict::Reject {
            return;
        }
        for (place, code) in report.codes().enumerate() {
            let code = code.unwrap_or(NO_CODE);
            let first = usize::from(place == 0);
            match self.codes.get_mut(code) {
                Some(counts) => *counts = Counts { first: counts.first + first, all: counts.all + 1 },
                None => drop(self.codes.insert(code.to_owned(), Counts { first, all: 1 })),
            }
        }
    }

    /// Adds what another one has counted.
    pub fn add(&mut self, other: &Tally) {
        self.summary.add(&other.summary);
        self.exit = self.exit.max(other.exit);
        self.bytes += other.bytes;
        for (code, Counts { first, all }) in &other.codes {
            match self.codes.get_mut(code) {
                Some(counts) => *counts = Counts { first: counts.first + first, all: counts.all + all },
                None => drop(self.codes.insert(code.clone(), Counts { first: *first, all: *all })),
            }
        }
    }

    /// Writes all counts for people.
    pub fn print(&self, out: &mut dyn Write, time: Duration) -> io::Result<()> {
        let Summary { requests, rejected, passed, unsupported, unreadable, .. } = self.summary;
        let seconds = time.as_secs_f64().max(1e-9);
        writeln!(
            out,
            "{requests} {}, {} bytes in {seconds:.3} s: {:.0} requests/s, {:.1} MB/s",
            if requests == 1 { "request" } else { "requests" },
            self.bytes,
            requests as f64 / seconds,
            self.bytes as f64 / 1e6 / seconds
        )?;
        writeln!(out, "reject {rejected}, pass {passed}, unsupported {unsupported}, unreadable {unreadable}")?;
        if self.codes.is_empty() {
            return Ok(());
        }
        let mut codes: Vec<_> = self.codes.iter().collect();
        codes.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.first, counts.all)));
        let width = codes.iter().map(|(code, _)| code.chars().count()).max().unwrap_or_default();
        writeln!(out, "{:<width$}  {:>10}  {:>10}", "code", "predicted", "in all")?;
        for (code, Counts { first, all }) in codes {
            writeln!(out, "{code:<width$}  {first:>10}  {all:>10}")?;
        }
        Ok(())
    }
}
