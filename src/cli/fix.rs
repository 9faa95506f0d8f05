//! `--fix` and `--diff`: fixes applied to files, or shown as a diff.
//!
//! Which fixes there are and what they write, the library says. Here they are put into the text, together as far as they
//! do not overlap, again and again until nothing is left to do; a round after which the file would read worse is undone.
//! What somebody ignores stays as it is: whoever lives with a mistake does not want it mended behind his back.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use preflint::{Applicability, Checker, Edit, Facts, Fix, Report, Request};
use similar::TextDiff;

use crate::Stop;
use crate::human::plural;
use crate::ignoring::{Beside, Ignoring, Input};
use crate::requests::InputText;

/// A fix may make place for another one; so many times.
const MOST_ROUNDS: usize = 10;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Those that change nothing but a spelling.
    Safe,
    /// All.
    All,
}

/// What it takes to mend inputs.
pub struct Mending<'m> {
    pub checker: &'m Checker,
    pub facts: &'m Facts,
    pub ignoring: &'m Ignoring,
    pub extent: Extent,
}

/// A text with its fixes applied.
pub struct Fixed {
    pub bytes: Vec<u8>,
    /// How many were.
    pub count: usize,
}

/// What is wrong with the requests of a text, as far as one round is compared with the one before.
#[derive(Default)]
struct State {
    edits: Vec<Edit>,
    requests: usize,
    broken: usize,
    mistakes: usize,
}

/// How many fixes a report has: safe ones, and others.
pub fn count(report: &Report<'_>) -> (usize, usize) {
    let all = all_fixes(report);
    let safe = all.iter().filter(|fix| fix.applicability == Applicability::Safe).count();
    (safe, all.len() - safe)
}

fn all_fixes(report: &Report<'_>) -> Vec<Fix> {
    let of_findings = report.findings_with_hints().into_iter().filter_map(|finding| finding.fix);
    let of_warnings = report.warnings_with_hints().into_iter().filter_map(|warning| warning.fix);
    of_findings.chain(of_warnings).filter(|fix| !fix.edits.is_empty()).collect()
}

impl Mending<'_> {
    /// Applies fixes to a text until none is left. `input` says what is ignored in it.
    pub fn fixed(&self, input: &Input, original: &InputText) -> Fixed {
        let mut text = original.with_bytes(original.bytes.clone());
        let mut count = 0;
        let mut before = self.state(input, &text);
        for _ in 0..MOST_ROUNDS {
            let edits = together(std::mem::take(&mut before.edits));
            let Some(bytes) = applied(&text.bytes, &edits).filter(|_| !edits.is_empty()) else { break };
            let changed = text.with_bytes(bytes);
            let after = self.state(input, &changed);
            if after.is_worse_than(&before) {
                break;
            }
            count += edits.len();
            (text, before) = (changed, after);
        }
        Fixed { bytes: text.bytes, count }
    }

    fn state(&self, input: &Input, text: &InputText) -> State {
        let mut state = State::default();
        let Ok(()) = text.each(self.checker, &mut |entry, beside| {
            match entry {
                Ok(request) => self.add(input, beside, &request, &mut state),
                Err(_) => state.broken += 1,
            }
            Ok::<(), std::convert::Infallible>(())
        });
        state
    }

    fn add(&self, input: &Input, beside: Option<Beside<'_>>, request: &Request<'_>, state: &mut State) {
        let report = self.ignoring.apply_unnoted(input, beside, self.checker.check(request, self.facts));
        let fixes = all_fixes(&report).into_iter();
        let wanted = fixes.filter(|fix| self.extent == Extent::All || fix.applicability == Applicability::Safe);
        state.edits.extend(wanted.flat_map(|fix| fix.edits));
        state.mistakes += report.codes().count() + report.counts().0;
        state.requests += 1;
    }
}

impl State {
    fn is_worse_than(&self, before: &State) -> bool {
        self.requests != before.requests || self.broken != before.broken || self.mistakes >= before.mistakes
    }
}

/// Edits in the order of the text, without those that overlap one before.
fn together(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut kept: Vec<Edit> = Vec::new();
    for edit in edits {
        if kept.last().is_none_or(|last| last.span.end <= edit.span.start && last.span != edit.span) {
            kept.push(edit);
        }
    }
    kept
}

fn applied(bytes: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let text = str::from_utf8(bytes).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start)?);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out.into_bytes())
}

/// The change as a unified diff; empty where there is none.
pub fn diff(name: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    if before == after {
        return String::new();
    }
    TextDiff::from_lines(before.as_ref(), after.as_ref()).unified_diff().header(name, name).to_string()
}

/// Replaces a file as a whole or not at all; its permissions stay.
pub fn replace(file: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let cannot_write = |error: io::Error| Stop::Usage(format!("cannot write {}: {error}", file.display()));
    // A link stays one; what it leads to is replaced.
    let target = fs::canonicalize(file).map_err(cannot_write)?;
    let permissions = fs::metadata(&target).map_err(cannot_write)?.permissions();
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = target.with_file_name(format!(".{name}.{}.preflint", std::process::id()));
    let write = || -> io::Result<()> {
        let mut new = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        new.write_all(bytes)?;
        new.set_permissions(permissions.clone())?;
        new.sync_all()?;
        fs::rename(&beside, &target)
    };
    write().map_err(|error| {
        // It may never have come to be.
        let _ = fs::remove_file(&beside);
        cannot_write(error)
    })
}

/// `2 fixes in request.json`
pub fn told(count: usize, name: &str) -> String {
    format!("{count} {} in {name}", plural(count, "fix", "fixes"))
}
