//! What does not count: comments beside requests, entries of the configuration, a baseline, and what was not chosen.
//!
//! Each of them that matches nothing is told at the end, so that none outlives what it was for. An ignore never changes what is
//! found out about a request, only whether that counts.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use preflint::{
    Checker, Form, Found, IgnoreComment, Report, Selector, Subject, SuppressedBy, Suppression, Verdict, WarningKind,
};

use crate::Stop;
use crate::baseline::Baseline;
use crate::clock::{self, Day};
use crate::config::{Config, IgnoreEntry};
use crate::files::plain;

/// Everything that does not count in a run.
#[derive(Debug, Default)]
pub struct Ignoring {
    /// Only these are looked at; empty: all.
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    entries: Vec<Entry>,
    baseline: Option<Baseline>,
    /// The working directory, and the folder of the configuration, both absolute.
    here: PathBuf,
    folder: PathBuf,
    /// What was found out about comments and inputs on the way.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    notices: Vec<String>,
    /// By the names that the baseline has for them.
    looked_at: BTreeSet<String>,
}

/// An entry of the configuration.
#[derive(Debug)]
struct Entry {
    /// Where it stands.
    place: String,
    check: Option<Selector>,
    code: Option<Selector>,
    kind: Option<Selector>,
    paths: Option<Gitignore>,
    reason: String,
    expired: Option<Day>,
    /// Whether it could have matched in some input, whether it certainly could, and whether it did.
    was_asked: AtomicBool,
    was_clear: AtomicBool,
    is_used: AtomicBool,
}

/// An input, and what is known of it before it is read.
#[derive(Debug, Default)]
pub struct Input {
    /// As reports name it.
    pub name: String,
    /// The entries that apply to it.
    entries: Vec<usize>,
    /// Its name in the baseline.
    key: String,
    /// Something in it could not be read, or is rejected for another reason: what matches nothing may do so only because
    /// of that.
    is_unclear: AtomicBool,
}

/// The comments of a text that ask to ignore something.
pub struct Comments {
    all: Vec<IgnoreComment>,
    /// For each comment, what came of each of its names.
    used: Vec<Vec<Cell<Use>>>,
    by_request: HashMap<usize, Vec<usize>>,
}

/// What came of a name in a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Nothing,
    /// It matched nothing, but the request is rejected for another reason, which may hide what it is for.
    Unclear,
    Matched,
}

/// Why something does not count.
enum Ground<'g> {
    Comment { used: &'g Cell<Use>, reason: &'g str },
    Entry(&'g Entry),
    Selection,
    Baseline(&'g Baseline),
}

/// The comments that are about one request.
#[derive(Clone, Copy)]
pub struct Beside<'c> {
    comments: &'c Comments,
    request: usize,
}

impl Ignoring {
    /// What the command line and the configuration say does not count. `select` and `ignore` are names that the rules know.
    pub fn new(
        config: &Config,
        select: Vec<Selector>,
        ignore: Vec<Selector>,
        baseline: Option<Baseline>,
    ) -> Result<Ignoring, Stop> {
        let entries = config
            .ignore
            .iter()
            .map(|entry| Entry::new(config, entry.span().start, entry.get_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut ignoring = Ignoring { select, ignore, entries, baseline, ..Ignoring::default() };
        if !ignoring.entries.is_empty() || ignoring.baseline.is_some() {
            ignoring.here = std::env::current_dir().unwrap_or_default();
            ignoring.folder = plain(&ignoring.here.join(config.folder()));
        }
        Ok(ignoring)
    }

    /// An input before it is read. `path` is that of its file, or the one that standard input is said to have.
    pub fn input(&self, name: &str, path: Option<&Path>) -> Input {
        let mut input = Input { name: name.to_owned(), ..Input::default() };
        if self.entries.is_empty() && self.baseline.is_none() {
            return input;
        }
        let path = path.map(|path| plain(&self.here.join(path)));
        let below = path.as_deref().and_then(|path| path.strip_prefix(&self.folder).ok());
        let applies = |entry: &Entry| {
            entry.expired.is_none()
                && entry.paths.as_ref().is_none_or(|paths| {
                    below.is_some_and(|below| paths.matched_path_or_any_parents(below, false).is_ignore())
                })
        };
        input.entries = (0..self.entries.len()).filter(|index| applies(&self.entries[*index])).collect();
        input.key = self.baseline.as_ref().map(|baseline| baseline.key(name, path.as_deref())).unwrap_or_default();
        input
    }

    /// A report without what does not count; what was of use for that is noted.
    pub fn apply<'r>(&self, input: &Input, beside: Option<Beside<'_>>, report: Report<'r>) -> Report<'r> {
        if self.is_idle(input, beside) {
            return report;
        }
        let report = report.without(&mut |subject| {
            let ground = self.ground(input, beside, subject)?;
            ground.note(input, subject);
            Some(ground.suppression())
        });
        if report.verdict() != Verdict::Pass {
            self.unclear(input);
            beside.inspect(|beside| beside.unclear());
        }
        report
    }

    /// A report without what is not to be mended; nothing is noted. What a baseline that is still to be written would list
    /// can be mended before.
    pub fn apply_unnoted<'r>(&self, input: &Input, beside: Option<Beside<'_>>, report: Report<'r>) -> Report<'r> {
        if self.is_idle(input, beside) {
            return report;
        }
        report.without(&mut |subject| {
            let ground = self.ground(input, beside, subject)?;
            let is_to_write = matches!(ground, Ground::Baseline(baseline) if baseline.is_to_write());
            (!is_to_write).then(|| ground.suppression())
        })
    }

    fn is_idle(&self, input: &Input, beside: Option<Beside<'_>>) -> bool {
        let names_none = self.select.is_empty() && self.ignore.is_empty() && self.baseline.is_none();
        names_none && input.entries.is_empty() && beside.is_none()
    }

    fn ground<'g>(&'g self, input: &Input, beside: Option<Beside<'g>>, subject: &Subject<'_>) -> Option<Ground<'g>> {
        if let Some((used, reason)) = beside.and_then(|beside| beside.reason(subject)) {
            return Some(Ground::Comment { used, reason });
        }
        let entry = input.entries.iter().map(|index| &self.entries[*index]).find(|entry| entry.fits(subject));
        if let Some(entry) = entry {
            return Some(Ground::Entry(entry));
        }
        let is_chosen = (self.select.is_empty() || self.select.iter().any(|selector| selector.selects(subject)))
            && !self.ignore.iter().any(|selector| selector.selects(subject));
        if !is_chosen {
            return Some(Ground::Selection);
        }
        let baseline = self.baseline.as_ref()?;
        baseline.covers(&input.key, subject).then_some(Ground::Baseline(baseline))
    }

    /// Notes that what matches nothing in an input may be needed all the same.
    pub fn unclear(&self, input: &Input) {
        input.is_unclear.store(true, Ordering::Relaxed);
    }

    /// Notes that an input was looked at to its end.
    pub fn done(&self, input: &Input) {
        let is_clear = !input.is_unclear.load(Ordering::Relaxed);
        for index in &input.entries {
            let entry = &self.entries[*index];
            entry.was_asked.store(true, Ordering::Relaxed);
            entry.was_clear.fetch_or(is_clear, Ordering::Relaxed);
        }
        if self.baseline.is_some() && is_clear {
            self.state().looked_at.insert(input.key.clone());
        }
    }

    /// Notes which comments of an input matched nothing, or are not understood.
    pub fn comments_done(&self, input: &Input, comments: &Comments, checker: &Checker) {
        for (comment, used) in comments.all.iter().zip(&comments.used) {
            let place = format!("{}:{}:{}", input.name, comment.position.line, comment.position.column);
            let content = match &comment.content {
                Ok(content) => content,
                Err(problem) => {
                    self.state().notices.push(format!("{place}: this comment is not understood: {problem}"));
                    continue;
                }
            };
            for (selector, used) in content.selectors.iter().zip(used).filter(|(_, used)| used.get() != Use::Matched) {
                let why = match checker.knows_selector(selector) {
                    Err(unknown) => unknown,
                    Ok(()) if used.get() == Use::Unclear => continue,
                    Ok(()) if comment.requests.is_empty() => "no request stands beside this comment".to_owned(),
                    Ok(()) => "it matches nothing here".to_owned(),
                };
                let name = selector.as_str();
                self.state().notices.push(format!("{place}: the ignore of {name} is not used: {why}"));
            }
        }
    }

    /// Everything of which nobody had any use, in words.
    pub fn unused(&self, checker: &Checker) -> Vec<String> {
        let mut state = self.state();
        let mut notices = std::mem::take(&mut state.notices);
        for entry in &self.entries {
            let place = &entry.place;
            if let Some((year, month, day)) = entry.expired {
                notices.push(format!("{place}: this ignore has expired: it holds until {year:04}-{month:02}-{day:02}"));
            } else if entry.was_asked.load(Ordering::Relaxed) && !entry.is_used.load(Ordering::Relaxed) {
                let names = [&entry.check, &entry.code, &entry.kind];
                let unknown = names.into_iter().flatten().find_map(|name| checker.knows_selector(name).err());
                let nothing = || "it matches nothing in the files of this run".to_owned();
                let why = unknown.or_else(|| entry.was_clear.load(Ordering::Relaxed).then(nothing));
                notices.extend(why.map(|why| format!("{place}: this ignore is not used: {why}")));
            }
        }
        notices.extend(self.baseline.iter().flat_map(|baseline| baseline.stale(&state.looked_at)));
        notices
    }

    /// Writes the baseline, when one is to be written; what was done, in words.
    pub fn write_baseline(&self) -> Result<Option<String>, Stop> {
        self.baseline.as_ref().map_or(Ok(None), Baseline::write)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(config: &Config, at: usize, entry: &IgnoreEntry) -> Result<Entry, Stop> {
        let IgnoreEntry { check, code, kind, paths, reason, until } = entry;
        if check.is_none() && code.is_none() && kind.is_none() {
            return Err(config.refuse(at, "an ignore needs one of check, code and kind"));
        }
        if reason.trim().is_empty() {
            return Err(config.refuse(at, "an ignore needs a reason"));
        }
        if let Some(kind) = kind.as_deref().filter(|kind| WarningKind::ALL.iter().all(|known| known.as_str() != *kind))
        {
            let names = WarningKind::ALL.iter().map(|kind| kind.as_str());
            let hint = preflint::did_you_mean(kind, names);
            return Err(config.refuse(at, format!("{kind:?} is no kind of warning{hint}")));
        }
        let mut patterns = GitignoreBuilder::new("");
        for pattern in paths {
            patterns
                .add_line(None, pattern)
                .map_err(|error| config.refuse(at, format!("the path {pattern:?} is no pattern: {error}")))?;
        }
        let built = patterns.build().map_err(|error| config.refuse(at, error))?;
        let selector = |name: &Option<String>| name.as_deref().map(Selector::new);
        Ok(Entry {
            place: config.position(at),
            check: selector(check),
            code: selector(code),
            kind: selector(kind),
            paths: (!paths.is_empty()).then_some(built),
            reason: reason.trim().to_owned(),
            expired: until.filter(|until| *until < clock::today()),
            was_asked: AtomicBool::new(false),
            was_clear: AtomicBool::new(false),
            is_used: AtomicBool::new(false),
        })
    }

    fn fits(&self, subject: &Subject<'_>) -> bool {
        self.check.as_ref().is_none_or(|check| check.is_check_of(subject))
            && self.code.as_ref().is_none_or(|code| code.is_code_of(subject))
            && self.kind.as_ref().is_none_or(|kind| kind.is_kind_of(subject))
    }
}

impl Comments {
    /// The comments of a text; `found` is what was read from it.
    pub fn of(form: Form, text: &str, found: &[Found<'_>]) -> Comments {
        let all = form.ignore_comments(text, found);
        let mut by_request: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, comment) in all.iter().enumerate() {
            for request in &comment.requests {
                by_request.entry(*request).or_default().push(index);
            }
        }
        let names = |comment: &IgnoreComment| comment.content.as_ref().map_or(0, |content| content.selectors.len());
        let used = all.iter().map(|comment| vec![Cell::new(Use::Nothing); names(comment)]).collect();
        Comments { all, used, by_request }
    }

    /// The comments that are about the request with this index, when there are any.
    pub fn beside(&self, request: usize) -> Option<Beside<'_>> {
        self.by_request.contains_key(&request).then_some(Beside { comments: self, request })
    }
}

impl Ground<'_> {
    fn suppression(&self) -> Suppression {
        let because = |by, reason: &str| Suppression { by, reason: Some(reason.to_owned()) };
        match self {
            Ground::Comment { reason, .. } => because(SuppressedBy::Comment, reason),
            Ground::Entry(entry) => because(SuppressedBy::Configuration, &entry.reason),
            Ground::Selection => Suppression { by: SuppressedBy::Selection, reason: None },
            Ground::Baseline(_) => Suppression { by: SuppressedBy::Baseline, reason: None },
        }
    }

    /// Notes that it was of use.
    fn note(&self, input: &Input, subject: &Subject<'_>) {
        match self {
            Ground::Comment { used, .. } => used.set(Use::Matched),
            Ground::Entry(entry) => entry.is_used.store(true, Ordering::Relaxed),
            Ground::Selection => {}
            Ground::Baseline(baseline) => baseline.note(&input.key, subject),
        }
    }
}

impl<'c> Beside<'c> {
    /// The reason of a comment that asks to ignore this, and where it is noted that it was of use.
    fn reason(self, subject: &Subject<'_>) -> Option<(&'c Cell<Use>, &'c str)> {
        let Comments { all, used, by_request } = self.comments;
        by_request.get(&self.request)?.iter().find_map(|index| {
            let content = all[*index].content.as_ref().ok()?;
            let selector = content.selects(subject)?;
            Some((&used[*index][selector], content.reason.as_str()))
        })
    }

    fn unclear(self) {
        let Comments { used, by_request, .. } = self.comments;
        let names = by_request.get(&self.request).into_iter().flatten().flat_map(|index| &used[*index]);
        names.filter(|used| used.get() == Use::Nothing).for_each(|used| used.set(Use::Unclear));
    }
}
