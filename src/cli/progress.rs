//! How far long work has come, on standard error.
//!
//! Shown only to somebody who looks at a terminal on which nothing else is written, and only when it takes a while. Never
//! part of the output: the line is wiped out at the end.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// The first time and each further time after which something is shown.
const WAIT: Duration = Duration::from_millis(800);
const STEP: Duration = Duration::from_millis(100);
/// Characters of the bar.
const BAR: usize = 30;

pub struct Progress {
    /// `None` where nobody looks.
    shown: Option<Shown>,
}

struct Shown {
    start: Instant,
    next: Instant,
    /// Bytes of all inputs, where that is known.
    total: Option<u64>,
    is_visible: bool,
}

impl Progress {
    /// `writes_reports` is whether standard output gets reports while the work goes on; `total` the bytes of all inputs.
    pub fn new(writes_reports: bool, reads_terminal: bool, total: Option<u64>) -> Progress {
        let is_free = io::stderr().is_terminal() && !(writes_reports && io::stdout().is_terminal()) && !reads_terminal;
        let start = Instant::now();
        let shown = is_free.then(|| Shown { start, next: start + WAIT, total, is_visible: false });
        Progress { shown }
    }

    /// Tells how much is done.
    pub fn step(&mut self, requests: usize, bytes: u64) {
        let Some(shown) = &mut self.shown else { return };
        let now = Instant::now();
        if now >= shown.next {
            shown.next = now + STEP;
            shown.is_visible = true;
            let line = line(requests, bytes, shown.total, now - shown.start);
            // Who cannot be told is not told.
            let _ = write!(io::stderr(), "\r{line}\u{1b}[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.as_ref().is_some_and(|shown| shown.is_visible) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// `[######............]  40 %  1200000 requests  310.2 MB/s  7 s left`
fn line(requests: usize, bytes: u64, total: Option<u64>, time: Duration) -> String {
    let rate = bytes as f64 / time.as_secs_f64().max(1e-9);
    let rest = format!("{requests} requests  {:.1} MB/s", rate / 1e6);
    let Some(total) = total.filter(|total| *total > 0) else { return rest };
    let part = (bytes as f64 / total as f64).min(1.0);
    let full = (part * BAR as f64) as usize;
    let left = total.saturating_sub(bytes) as f64 / rate.max(1.0);
    format!("[{}{}] {:>3.0} %  {rest}  {left:.0} s left", "#".repeat(full), ".".repeat(BAR - full), part * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_part_and_rest() {
        let bar = line(50, 25_000_000, Some(100_000_000), Duration::from_secs(1));
        assert_eq!(bar, "[#######.......................]  25 %  50 requests  25.0 MB/s  3 s left");
        assert_eq!(line(7, 2_000_000, None, Duration::from_secs(2)), "7 requests  1.0 MB/s");
        assert!(line(1, 10, Some(5), Duration::ZERO).contains("100 %"), "a file that grows meanwhile");
    }
}
