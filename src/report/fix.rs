//! Fixes: what to write instead, where that is certain.
//!
//! A fix follows from the condition that failed, never from anything that is known of a provider here: the one value that is
//! near, the only one that is allowed, a text without the characters that are not allowed, a name in its documented
//! spelling. Each is tried before it is told: the changed request is checked once more, and a fix that does not mend what
//! it is for, or breaks something else, is none.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;

use serde::Serialize;

use crate::engine::text::contains;
use crate::engine::{CheckResult, Event, Trace};
use crate::operation::condition::{Chars, Comparand, Condition, Subject, Word};
use crate::operation::{Check, Form, ParameterIndex, Run};
use crate::place::{Position, Span};
use crate::report::shown::{quoted, shown_name};
use crate::report::{Checked, Report, State};
use crate::request::Request;
use crate::request::given::{Given, GivenValue, Written};
use crate::request::slots::{Note, NoteKind, Value};
use crate::request::writing::Writing;
use crate::similar::only_near;

/// So many fixes are tried for one request, and so many bytes of it are read again: trying one costs a check.
const MOST_TRIED: usize = 32;
const MOST_READ: usize = 1 << 20;

/// What to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Fix {
    /// What it does, in words.
    pub description: String,
    /// Whether it could change what is meant.
    pub applicability: Applicability,
    /// What to replace in the input; empty where the form of the request cannot be written.
    pub edits: Vec<Edit>,
}

/// Whether a fix can be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Applicability {
    /// The spelling alone changes: nothing else can be meant.
    Safe,
    /// Something else is sent, which is probably meant.
    Unsafe,
}

/// A stretch of the input, and what replaces it: written as the place demands it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Edit {
    /// Bytes of the whole input.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// How many fixes a report may still try, and how much may be read for them.
#[derive(Debug)]
pub(super) struct Tries {
    fixes: Cell<usize>,
    bytes: Cell<usize>,
}

impl Default for Tries {
    fn default() -> Tries {
        Tries { fixes: Cell::new(MOST_TRIED), bytes: Cell::new(MOST_READ) }
    }
}

impl Tries {
    fn any_left(&self) -> bool {
        self.fixes.get() > 0 && self.bytes.get() > 0
    }

    fn take(&self, bytes: usize) {
        self.fixes.set(self.fixes.get().saturating_sub(1));
        self.bytes.set(self.bytes.get().saturating_sub(bytes));
    }
}

/// What is to be changed.
enum Change<'c> {
    Name { old: &'c str, new: String },
    Value { old: &'c str, new: String },
}

impl Checked<'_> {
    /// The fix of a failed check.
    pub(super) fn fix(&self, event: &Event, tries: &Tries) -> Option<Fix> {
        if !tries.any_left() {
            return None;
        }
        let check = self.check(event);
        if let CheckResult::UnknownParameter(note) = event.result {
            return self.note_fix(&self.slots.notes[note], tries);
        }
        let Run::Must { condition, .. } = &check.run else { return None };
        let parameter = &self.operation.parameters[check.parameter];
        let slot = self.slots.find(self.operation, check.parameter, event.here)?;
        let slot = self.slots.slot(slot);
        if parameter.secret || slot.span.start >= slot.span.end {
            return None;
        }
        let (Value::Text(_) | Value::Decoded(_) | Value::Number(_)) = slot.value else { return None };
        let mut trace = Trace::listening();
        self.evaluator(event.here).evaluate(condition, &mut trace);
        let old = self.slots.text_of(&slot.value)?;
        let new = self.instead(check, trace.failure.as_ref()?.condition, old)?;
        self.tried(slot.span, &Change::Value { old, new }, tries)
    }

    /// The fix of something unusual about a name or a value.
    pub(super) fn note_fix(&self, note: &Note, tries: &Tries) -> Option<Fix> {
        if !tries.any_left() {
            return None;
        }
        match note.kind {
            // Which of two spellings is meant, only the caller knows.
            NoteKind::ParameterCase if self.slots.notes.iter().any(|note| note.kind == NoteKind::Duplicate) => None,
            NoteKind::ParameterCase => {
                // The name as it was sent may be the last part of the whole alone.
                let parts = note.sent.split('.').count();
                let declared: Vec<&str> = note.parameter.rsplitn(parts + 1, '.').take(parts).collect();
                let new = declared.into_iter().rev().collect::<Vec<_>>().join(".");
                self.tried(note.span, &Change::Name { old: &note.sent, new }, tries)
            }
            NoteKind::ValueCase if !note.sent.is_empty() => {
                let values = self.operation.parameters.iter().flat_map(|parameter| &parameter.folded_values);
                let new = values.into_iter().find(|known| known.eq_ignore_ascii_case(&note.sent))?.clone();
                self.tried(note.span, &Change::Value { old: &note.sent, new }, tries)
            }
            NoteKind::Unknown => {
                let (before, leaf) = match note.parameter.rsplit_once('.') {
                    Some((before, leaf)) => (Some(before), leaf),
                    None => (None, note.parameter.as_str()),
                };
                let names = self.operation.fields(self.record(before)?);
                let names = names.iter().map(|index| self.operation.parameters[*index].name.as_str());
                let near = only_near(leaf, names.clone())?;
                if self.has_rival(leaf, near, names) {
                    return None;
                }
                let new = before.map_or_else(|| near.to_owned(), |before| format!("{before}.{near}"));
                self.tried(note.span, &Change::Name { old: &note.parameter, new }, tries)
            }
            _ => None,
        }
    }

    /// Whether another unknown name could be meant for the same one: then nobody knows which of them is. Among very many names
    /// that is not looked for.
    fn has_rival<'n>(&self, name: &str, near: &str, names: impl Iterator<Item = &'n str> + Clone) -> bool {
        let notes = &self.slots.notes;
        let is_rival = |note: &Note| {
            let other = note.parameter.rsplit('.').next().unwrap_or_default();
            note.kind == NoteKind::Unknown && other != name && only_near(other, names.clone()) == Some(near)
        };
        notes.len() > MOST_TRIED || notes.iter().any(is_rival)
    }

    /// A name in another spelling, as a fix that was not tried.
    pub(super) fn renamed(&self, span: Span, old: &str, new: &str) -> Fix {
        let change = Change::Name { old, new: new.to_owned() };
        self.as_fix(span, &change)
    }

    /// The record that a wire name leads to; the request itself when there is none.
    fn record(&self, name: Option<&str>) -> Option<Option<ParameterIndex>> {
        let mut at: Option<ParameterIndex> = None;
        for part in name.into_iter().flat_map(|name| name.split(['.', '['])) {
            let part = part.trim_end_matches(']');
            at = match at.map(|at| self.operation.parameters[at].form) {
                Some(Form::List(element)) if part.bytes().all(|byte| byte.is_ascii_digit()) => Some(element),
                None | Some(Form::Object) => {
                    let mut fields = self.operation.fields(at).iter();
                    Some(*fields.find(|field| self.operation.parameters[**field].name == part)?)
                }
                Some(_) => return None,
            };
        }
        Some(at)
    }

    /// The text that a condition on a parameter's own value would have accepted.
    fn instead(&self, check: &Check, condition: &Condition, old: &str) -> Option<String> {
        let Condition::Word { subject, word } = condition else { return None };
        if !matches!(subject.as_slice(), [Subject::Parameter(index)] if *index == check.parameter) {
            return None;
        }
        let new = match word {
            Word::OneOf { values, negated: false } => {
                let known = values.list.map_or(&values.values, |list| &self.operation.provider.lists[list].values);
                match known.as_slice() {
                    [only] => only.clone(),
                    several => only_near(old, several.iter().map(String::as_str))?.to_owned(),
                }
            }
            Word::Equals(Comparand::Value(value)) => value.clone(),
            Word::Chars(chars) => without_wrong(old, chars)?,
            _ => return None,
        };
        (new != old).then_some(new)
    }

    /// A change as a fix, when the request is better for it.
    fn tried(&self, span: Span, change: &Change<'_>, tries: &Tries) -> Option<Fix> {
        let (Change::Name { old, new } | Change::Value { old, new }) = change;
        // What is made of a secret tells most of it.
        let is_secret = |text: &str| self.masked(text.to_owned()) != text;
        if is_secret(old) || is_secret(new) {
            return None;
        }
        tries.take(self.request.text.len());
        self.is_better_with(span, change)?.then(|| self.as_fix(span, change))
    }

    fn as_fix(&self, span: Span, change: &Change<'_>) -> Fix {
        let (Change::Name { old, new } | Change::Value { old, new }) = change;
        let description = match change {
            Change::Name { .. } => format!("name it {}", shown_name(new)),
            Change::Value { .. } => format!("write {}", quoted(new)),
        };
        let is_spelling = old.eq_ignore_ascii_case(new);
        Fix {
            description: self.masked(description),
            applicability: if is_spelling { Applicability::Safe } else { Applicability::Unsafe },
            edits: self.edit(span, change).into_iter().collect(),
        }
    }

    /// The change in the text of the input.
    fn edit(&self, span: Span, change: &Change<'_>) -> Option<Edit> {
        let raw = span.of(self.request.text);
        let writing = self.request.written.as_ref().map_or(Writing::Json, |written| written.writing);
        let text = match change {
            Change::Name { old, new } => writing.name(raw, old, new),
            Change::Value { old, new } => writing.value(raw, old, new),
        }?;
        let offset = self.request.origin.offset;
        // What surrounds a secret is not shown.
        let masked = self.secret_places().iter().any(|secret| secret.start < span.end && span.start < secret.end);
        let is_writable = !masked && !self.is_signed();
        is_writable.then(|| Edit { span: Span::new(span.start + offset, span.end + offset), text })
    }

    /// Whether the request stands here as it travels, with what it is signed with: changed, the signature would no longer fit.
    fn is_signed(&self) -> bool {
        // Tools sign what they send, and so does whoever sends our own forms.
        let is_own = |written: &Written<'_>| matches!(written.writing, Writing::Json | Writing::Yaml);
        let travels = |written: &Written<'_>| written.client.is_none() && !is_own(written);
        self.request.written.as_deref().is_some_and(travels) && !self.secret_places().is_empty()
    }

    /// Whether the changed request has fewer mistakes, and no new one.
    fn is_better_with(&self, span: Span, change: &Change<'_>) -> Option<bool> {
        let mistakes = |request: &Request<'_>| {
            let report = Report::of_checked(self.operation, Cow::Borrowed(request), self.given_facts, None, None);
            let State::Checked(checked) = &report.state else { return None };
            Some(checked.all_mistakes())
        };
        // What was taken out of the report is still wrong with the changed request.
        let before = if self.is_muted() { mistakes(&self.request)? } else { self.all_mistakes() };
        let is_better = |request: &Request<'_>| {
            mistakes(request).is_some_and(|after| after.is_subset(&before) && after.len() < before.len())
        };
        if self.request.written.is_some() {
            let mut request = Request::clone(&self.request);
            let written = request.written.as_mut()?;
            written.given.iter_mut().for_each(|given| replace(given, span, change));
            return Some(is_better(&request));
        }
        let text = self.request.text;
        let raw = span.of(text);
        let new = match change {
            Change::Name { old, new } => Writing::Json.name(raw, old, new),
            Change::Value { old, new } => Writing::Json.value(raw, old, new),
        }?;
        let changed = format!("{}{new}{}", text.get(..span.start)?, text.get(span.end..)?);
        let whole = self.request.span;
        let changed = changed.get(whole.start..(whole.end + new.len()).checked_sub(raw.len())?)?;
        let request = Request::from_json_at(changed, Position::START).ok()?;
        Some(is_better(&request))
    }

    /// All that is wrong or unusual, as far as two requests can be compared by it.
    fn all_mistakes(&self) -> HashSet<(String, String)> {
        let events = self.findings.iter().chain(self.warned_events()).map(|event| {
            let check = self.check(event);
            match event.result {
                CheckResult::UnknownParameter(note) => (check.id.clone(), self.slots.notes[note].parameter.clone()),
                _ => (check.id.clone(), self.slots.wire_name(self.operation, check.parameter, event.here)),
            }
        });
        let notes = self.slots.notes.iter().map(|note| (format!("{:?}", note.kind), note.parameter.clone()));
        events.chain(notes).collect()
    }
}

/// Changes what stands at a place.
fn replace(given: &mut Given<'_>, span: Span, change: &Change<'_>) {
    match change {
        Change::Name { new, .. } if given.name_span == span => {
            let parts = given.name.split('.').count();
            let tail: Vec<&str> = new.rsplitn(parts + 1, '.').take(parts).collect();
            given.name = Cow::Owned(tail.into_iter().rev().collect::<Vec<_>>().join("."));
        }
        Change::Value { old, new } if given.span == span => match &given.value {
            GivenValue::Text(text) if text == old => given.value = GivenValue::Text(Cow::Owned(new.clone())),
            GivenValue::Number(text) if text == old => given.value = GivenValue::Number(Cow::Owned(new.clone())),
            _ => {}
        },
        _ => {}
    }
    if let GivenValue::List(inner) | GivenValue::Members(inner) = &mut given.value {
        inner.iter_mut().for_each(|inner| replace(inner, span, change));
    }
}

/// A text without the characters that are not allowed; none when nothing would be left.
fn without_wrong(text: &str, chars: &Chars) -> Option<String> {
    let kept: String = text.chars().filter(|character| contains(&chars.all, *character)).collect();
    let (first, last) = (chars.first.as_ref(), chars.last.as_ref());
    let kept = kept.trim_start_matches(|character| first.is_some_and(|set| !contains(set, character)));
    let kept = kept.trim_end_matches(|character| last.is_some_and(|set| !contains(set, character)));
    (!kept.is_empty()).then(|| kept.to_owned())
}
