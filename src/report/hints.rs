//! Hints: what another edition of the same operation says of the very parameter that a finding or warning is about, and
//! how old a list of values is.
//!
//! A request that was written for another edition is the most frequent reason for a finding that looks wrong. The
//! request is therefore held against the other editions too, but only when somebody wants hints: no verdict waits for
//! that, and none changes by it.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::catalog::{month_of_edition, nearest, site_of_edition};
use crate::describe::words;
use crate::engine::{self, CheckResult, Event, Scope};
use crate::operation::condition::{Condition, Word};
use crate::operation::{Answer, Check, KnownList, Operation, Outcome, ParameterIndex, Run};
use crate::report::shown::shown_name;
use crate::report::{Checked, Report, State};
use crate::request::slots::{Note, NoteKind};

/// What may explain a finding or a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Hint {
    /// Kind of hint.
    pub kind: HintKind,
    /// The hint, for people.
    pub detail: String,
    /// The editions that it speaks of, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The state of the list that it speaks of, `YYYY-MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Kinds of hint. Stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HintKind {
    /// In another edition the parameter is spelt so, known, allowed, or answered with another code.
    EditionHint,
    /// Older editions do not know the code.
    CodeSince,
    /// The value is in no list of values that grows over time, and near none of them: it may be newer than the list.
    StaleList,
}

/// The request as another edition sees it.
#[derive(Debug)]
pub(super) struct Sibling<'r> {
    checked: Checked<'r>,
    /// How its checks ended, by the wire name of the parameter in lower case. Only what the report at hand speaks of.
    ended: HashMap<String, Vec<Event>>,
    /// Names as sent that it does not take as they are.
    noted: HashSet<String>,
    /// Its parameters, as paths in lower case.
    paths: HashSet<String>,
}

impl<'r> Checked<'r> {
    /// What may explain a finding, or the warning of a check.
    pub(super) fn hints(&self, event: &Event) -> Vec<Hint> {
        if let CheckResult::UnknownParameter(note) = event.result {
            return self.note_hints(&self.slots.notes[note]);
        }
        let check = self.check(event);
        let mut hints: Vec<Hint> = self.stale_list(check, event).into_iter().collect();
        // What the account must be like is not a matter of how a request is written.
        if !check.speaks_of_facts {
            hints.extend(self.allowed_elsewhere(check, event).or_else(|| self.answered_otherwise(check, event)));
        }
        hints.extend(self.code_since(check));
        hints.into_iter().map(|hint| Hint { detail: self.masked(hint.detail), ..hint }).collect()
    }

    /// What may explain a warning about how a parameter is written.
    pub(super) fn note_hints(&self, note: &Note) -> Vec<Hint> {
        let what = match note.kind {
            NoteKind::ParameterCase => "is the spelling of",
            NoteKind::Unknown => "is a parameter of",
            NoteKind::ValueCase | NoteKind::Flattened | NoteKind::Duplicate | NoteKind::Ignored => return Vec::new(),
        };
        let taken = self.siblings().iter().filter(|sibling| !sibling.noted.contains(&note.sent));
        let editions: Vec<String> = taken.map(Sibling::edition).collect();
        let detail = format!("{} {what} {}", shown_name(&note.sent), named(&editions));
        match editions.is_empty() {
            true => Vec::new(),
            false => vec![Hint { kind: HintKind::EditionHint, detail: self.masked(detail), editions, date: None }],
        }
    }

    /// That editions allow what the check at hand forbids.
    fn allowed_elsewhere(&self, check: &Check, event: &Event) -> Option<Hint> {
        let (name, path) = (self.name_of(event), path_of(self.operation, check.parameter));
        let allowing = self.siblings().iter().filter(|sibling| sibling.allows(&name, &path, check));
        let editions: Vec<String> = allowing.map(Sibling::edition).collect();
        if editions.is_empty() {
            return None;
        }
        let verb = match (&check.run, editions.len()) {
            (Run::Required, 1) => "does not demand it",
            (Run::Required, _) => "do not demand it",
            (_, 1) => "allows this",
            (_, _) => "allow this",
        };
        let detail = format!("{} {verb}", named(&editions));
        Some(Hint { kind: HintKind::EditionHint, detail, editions, date: None })
    }

    /// That the newest edition of this site answers the same mistake with another code.
    fn answered_otherwise(&self, check: &Check, event: &Event) -> Option<Hint> {
        let newest = self.siblings().iter().rfind(|sibling| self.is_older_than(sibling.checked.operation))?;
        let name = self.name_of(event);
        let other = newest.answer_to(&name, check).filter(|other| self.code(check) != Some(other))?;
        let edition = newest.edition();
        let detail = format!("edition {edition} answers {other}");
        Some(Hint { kind: HintKind::EditionHint, detail, editions: vec![edition], date: None })
    }

    /// The edition since which the code is answered, when older ones of this site do not know it.
    fn code_since(&self, check: &Check) -> Option<Hint> {
        let Answer::Row(row) = check.answer.as_ref()? else { return None };
        let code = &self.operation.rows.get(*row)?.code;
        let older = |sibling: &&Sibling<'_>| sibling.checked.is_older_than(self.operation);
        let before: Vec<&Sibling<'_>> = self.siblings().iter().filter(older).collect();
        let knows = |sibling: &&Sibling<'_>| sibling.checked.operation.rows.iter().any(|row| row.code == *code);
        let last_without = before.iter().rposition(|sibling| !knows(sibling))?;
        let since = before.get(last_without + 1).map_or_else(|| self.operation.edition.clone(), |next| next.edition());
        let detail = format!("this code is answered since {since}");
        Some(Hint { kind: HintKind::CodeSince, detail, editions: vec![since], date: None })
    }

    /// How old the list is in which a value does not stand. A value that is near a listed one is misspelt, not new.
    fn stale_list(&self, check: &Check, event: &Event) -> Option<Hint> {
        let Run::Must { condition, .. } = &check.run else { return None };
        let list: &KnownList = &self.operation.provider.lists[dated_list(condition)?];
        let value = self.evaluator(event.here).text_of(check.parameter)?;
        let known = nearest(value, list.values.iter().map(String::as_str)).is_some();
        if known || self.operation.parameters[check.parameter].secret {
            return None;
        }
        let section = list.section.and_then(|section| self.operation.provider.sections.get(section));
        let facts = section.map(|section| format!("; facts about {} override it", section.name)).unwrap_or_default();
        let detail = format!("the list of {} is of {}{facts}", list.name, list.date);
        Some(Hint { kind: HintKind::StaleList, detail, editions: Vec::new(), date: Some(list.date.clone()) })
    }

    /// Whether this is an older edition, of the same site, than `other`.
    fn is_older_than(&self, other: &Operation) -> bool {
        let (own, other) = (self.operation.edition.as_str(), other.edition.as_str());
        site_of_edition(own) == site_of_edition(other) && month_of_edition(own) < month_of_edition(other)
    }

    fn siblings(&self) -> &[Sibling<'r>] {
        let Some(catalog) = self.catalog else { return &[] };
        self.asked().siblings.get_or_init(|| {
            let path = self.operation.path();
            let editions = catalog.editions(&path).into_iter();
            let mut others: Vec<&Operation> =
                editions.filter(|other| other.edition != self.operation.edition).collect();
            if others.is_empty() {
                return Vec::new();
            }
            let by_month = |one: &str, other: &str| -> Ordering { month_of_edition(one).cmp(month_of_edition(other)) };
            others.sort_by(|one, other| by_month(&one.edition, &other.edition));
            let names = self.names_at_fault();
            let report = |other| Report::of_checked(other, self.request.clone(), self.given_facts, None, None);
            let sibling = |other| match report(other).state {
                State::Checked(checked) => Some(Sibling::new(checked, &names)),
                State::Refused(..) | State::Unsupported(..) | State::Unreadable(..) => None,
            };
            others.into_iter().filter_map(sibling).collect()
        })
    }

    /// The parameters that findings and warnings of checks are about, in wire notation and lower case.
    fn names_at_fault(&self) -> HashSet<String> {
        let events = self.findings.iter().chain(self.warned_events());
        events.map(|event| self.name_of(event)).collect()
    }

    /// The parameter that a check is about, in wire notation and lower case: editions respell parameters.
    fn name_of(&self, event: &Event) -> String {
        let check = self.check(event);
        self.slots.wire_name(self.operation, check.parameter, event.here).to_ascii_lowercase()
    }
}

impl<'r> Sibling<'r> {
    fn new(checked: Checked<'r>, names: &HashSet<String>) -> Self {
        let mut ended: HashMap<String, Vec<Event>> = HashMap::new();
        engine::run(checked.operation, &checked.slots, checked.facts(), Scope::Failing, None, &mut |event| {
            // Unknown names are no matter of the parameter at which their check stands.
            let is_of_names = matches!(checked.check(&event).run, Run::NoUnknownParameter);
            let name = checked.name_of(&event);
            if !is_of_names && names.contains(&name) {
                ended.entry(name).or_default().push(event);
            }
        });
        // What was sent of a value case is the value.
        let of_names = checked.slots.notes.iter().filter(|note| note.kind != NoteKind::ValueCase);
        let noted = of_names.map(|note| note.sent.clone()).collect();
        let all = 0..checked.operation.parameters.len();
        let paths = all.map(|index| path_of(checked.operation, index)).collect();
        Sibling { checked, ended, noted, paths }
    }

    fn edition(&self) -> String {
        self.checked.operation.edition.clone()
    }

    /// Whether the edition knows the parameter and has nothing against it, where `check` of another edition has.
    fn allows(&self, name: &str, path: &str, check: &Check) -> bool {
        let ended = self.ended.get(name).map(Vec::as_slice).unwrap_or_default();
        let on_request = ended.iter().map(|event| (self.checked.check(event), event.result));
        let mut on_request = on_request.filter(|(other, _)| !other.speaks_of_facts);
        // A check that did not come to an end, because of another mistake for example, allows nothing.
        let all_hold = on_request.all(|(other, result)| match result {
            CheckResult::Holds => true,
            CheckResult::DoesNotApply => other.id != check.id,
            CheckResult::Fails | CheckResult::Doubtful | CheckResult::Open | CheckResult::UnknownParameter(_) => false,
        });
        all_hold && (matches!(check.run, Run::Required) || self.paths.contains(path))
    }

    /// The code of the finding about the same parameter: that of the same check, if it failed, else the first.
    fn answer_to(&self, name: &str, check: &Check) -> Option<&str> {
        let failed = |event: &&Event| {
            let other = self.checked.check(event);
            event.result == CheckResult::Fails && other.outcome == Outcome::Finding && !other.speaks_of_facts
        };
        let ended = self.ended.get(name)?;
        let same = ended.iter().filter(failed).find(|event| self.checked.check(event).id == check.id);
        self.checked.code(self.checked.check(same.or_else(|| ended.iter().find(failed))?))
    }
}

/// The path of a parameter in lower case.
fn path_of(operation: &Operation, parameter: ParameterIndex) -> String {
    words::parameter_path(operation, parameter).to_ascii_lowercase()
}

/// The dated list in which a condition looks a value up.
fn dated_list(condition: &Condition) -> Option<usize> {
    match condition {
        Condition::Word { word: Word::OneOf { values, negated: false }, .. } => values.list,
        Condition::AnyOf(parts) => parts.iter().find_map(dated_list),
        _ => None,
    }
}

/// `edition A`, or `editions A, B`.
fn named(editions: &[String]) -> String {
    match editions {
        [one] => format!("edition {one}"),
        several => format!("editions {}", several.join(", ")),
    }
}
