//! Conditions over slots and facts.
//!
//! One walk serves the verdict and the report: with a silent [`Trace`] it only decides, with a listening one it also
//! says what an open condition needs and on what a failed one failed.

use std::borrow::Cow;

use crate::engine::trace::{Need, Trace, Wanted};
use crate::engine::words::part_of_host;
use crate::engine::{Truth, policy};
use crate::facts::{FactView, Found, key_within};
use crate::json::Node;
use crate::operation::condition::{Condition, Subject};
use crate::operation::{EntityIndex, EntityKey, Operation, ParameterIndex};
use crate::request::slots::{Here, SlotIndex, Slots, Value};

/// The place from which conditions are seen.
#[derive(Clone, Copy)]
pub(crate) struct Evaluator<'e, 't> {
    pub(super) operation: &'e Operation,
    pub(super) slots: &'e Slots<'t>,
    pub(super) facts: FactView<'e>,
    pub(super) here: Here,
    /// The fact item at hand, inside `each`, `count` and `no_item`.
    item: Option<&'e Node>,
    /// The section from which the item at hand comes, and its key there.
    item_section: Option<usize>,
    item_key: Option<&'e str>,
}

/// What a subject is at this place.
pub(super) enum Resolved<'e> {
    Absent,
    /// Not known; what would settle it has been noted.
    Open,
    Text(&'e str),
    /// A text known in part, of this parameter.
    Partly(&'e str, ParameterIndex),
    ParameterList(SlotIndex),
    Json(&'e Node),
    /// An object parameter: there, but without a value of its own.
    Record,
}

/// The value that the API sees for a parameter.
pub(super) enum Effective<'e> {
    Absent,
    Unknown,
    Text(&'e str),
    /// A text with gaps.
    Partly(&'e str),
    List(SlotIndex),
    Other,
}

impl<'e, 't> Evaluator<'e, 't> {
    pub fn new(operation: &'e Operation, slots: &'e Slots<'t>, facts: FactView<'e>, here: Here) -> Self {
        Evaluator { operation, slots, facts, here, item: None, item_section: None, item_key: None }
    }

    pub(super) fn with_item(self, item: &'e Node, section: Option<usize>) -> Self {
        Evaluator { item: Some(item), item_section: section.or(self.item_section), ..self }
    }

    /// The same, where the key of the item at hand is known.
    fn with_key(self, key: Option<&'e str>) -> Self {
        Evaluator { item_key: key.or(self.item_key), ..self }
    }

    /// Decides a condition.
    pub fn evaluate<'c>(&self, condition: &'c Condition, trace: &mut Trace<'c>) -> Truth {
        match condition {
            Condition::Word { subject, word } => self.word(condition, subject, word, trace),
            Condition::AllOf(parts) => parts.iter().map(|part| self.part(part, trace)).min().unwrap_or(Truth::Holds),
            Condition::AnyOf(parts) => parts.iter().map(|part| self.part(part, trace)).max().unwrap_or(Truth::Fails),
            Condition::Not(part) => {
                let mut inner = trace.inner();
                let truth = self.evaluate(part, &mut inner).not();
                inner.needs.drain(..).for_each(|need| trace.need(need));
                trace.measures.append(&mut inner.measures);
                if truth == Truth::Fails && trace.listening {
                    let value = self.value_of_subject(part);
                    trace.fail(condition, value.as_deref(), None);
                }
                truth
            }
            Condition::Given { parameters, at_least_one, at_most_one } => {
                let given = parameters.iter().filter(|parameter| self.is_given(**parameter)).count();
                let perhaps = parameters.iter().filter(|parameter| self.is_perhaps_absent(**parameter));
                let perhaps: Vec<ParameterIndex> = perhaps.copied().collect();
                let certain = given - perhaps.len();
                let truth = match (*at_least_one && given == 0, *at_most_one && certain > 1) {
                    (false, false) if *at_least_one && certain == 0 || *at_most_one && given > 1 => Truth::Open,
                    (fails, also_fails) => Truth::of(!fails && !also_fails),
                };
                if truth == Truth::Open {
                    perhaps.iter().for_each(|parameter| trace.need(Need::Parameter(*parameter, self.here)));
                }
                self.failing(truth, condition, None, trace)
            }
            Condition::Each { subject, filter, must } => self.each(subject, filter.as_deref(), must, trace),
            Condition::Exists(entity) => match self.entity(*entity, trace) {
                Some(Found::Item(_)) => Truth::Holds,
                Some(Found::Absent) => {
                    self.failing(Truth::Fails, condition, self.entity_key(*entity).as_deref(), trace)
                }
                Some(Found::NotKnown) => self.open_entity(*entity, None, trace),
                None => Truth::Open,
            },
            Condition::Readable(entity) => match self.entity(*entity, trace) {
                Some(Found::Item(_)) => {
                    let key = self.entity_key(*entity);
                    let section = self.operation.entities[*entity].section;
                    let refused = key.as_deref().is_some_and(|key| self.facts.is_refused(section, key));
                    self.failing(Truth::of(!refused), condition, key.as_deref(), trace)
                }
                Some(Found::Absent) => Truth::Holds,
                Some(Found::NotKnown) => self.open_entity(*entity, None, trace),
                None => Truth::Open,
            },
            Condition::NoItem { section, filter } => self.no_item(condition, *section, filter, trace),
            Condition::Trusts { document, principal, action } => {
                match self.resolve(document, trace) {
                    Resolved::Text(_) | Resolved::Json(_) | Resolved::Record => {}
                    _ => return Truth::Open,
                }
                let Some(read) = self.json(document) else { return self.open_subject(document, trace) };
                let (truth, lacking) = policy::trusts(read, principal, action);
                let wanted = || match document {
                    Subject::Fact { entity, path } => vec![self.wanted_of(*entity, Some(path))],
                    _ => Vec::new(),
                };
                self.documents(truth, lacking, condition, wanted, trace)
            }
            Condition::Grants(grants) => self.grants(condition, grants, trace),
        }
    }

    /// Decides a part of something larger. What it needs counts only when it is open itself.
    pub(super) fn part<'c>(&self, condition: &'c Condition, trace: &mut Trace<'c>) -> Truth {
        if !trace.listening {
            return self.evaluate(condition, trace);
        }
        let mut inner = trace.inner();
        let truth = self.evaluate(condition, &mut inner);
        if truth == Truth::Open {
            inner.needs.into_iter().for_each(|need| trace.need(need));
        }
        trace.measures.append(&mut inner.measures);
        trace.failure = trace.failure.take().or(inner.failure);
        truth
    }

    pub(super) fn documents<'c>(
        &self,
        truth: Truth,
        lacking: Option<String>,
        condition: &'c Condition,
        wanted: impl FnOnce() -> Vec<Wanted>,
        trace: &mut Trace<'c>,
    ) -> Truth {
        match truth {
            Truth::Open if trace.listening => {
                wanted().into_iter().for_each(|wanted| trace.need(Need::Fact(wanted)));
                Truth::Open
            }
            Truth::Fails => {
                trace.fail(condition, None, lacking);
                Truth::Fails
            }
            other => other,
        }
    }

    /// Whether a parameter has a value, its own or a default.
    pub fn has_value(&self, parameter: ParameterIndex) -> bool {
        !matches!(self.effective(parameter), Effective::Absent)
    }

    /// Whether an entity is known not to exist.
    pub fn is_absent(&self, entity: EntityIndex) -> bool {
        matches!(self.entity(entity, &mut Trace::silent()), Some(Found::Absent))
    }

    /// The value that a request sends or the API takes for a parameter, as text.
    pub fn text_of(&self, parameter: ParameterIndex) -> Option<&'e str> {
        match self.effective(parameter) {
            Effective::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value that a condition is about, when it is a single scalar.
    pub fn value_of_subject(&self, condition: &Condition) -> Option<String> {
        let (Condition::Word { subject, .. } | Condition::Each { subject, .. }) = condition else { return None };
        let mut silent = Trace::silent();
        subject.iter().find_map(|subject| match self.resolve(subject, &mut silent) {
            Resolved::Text(text) => Some(text.to_owned()),
            _ => None,
        })
    }

    pub(super) fn is_given(&self, parameter: ParameterIndex) -> bool {
        self.slots.is_given(self.operation, parameter, self.here)
    }

    pub(super) fn is_perhaps_absent(&self, parameter: ParameterIndex) -> bool {
        self.slots.is_perhaps_absent(self.operation, parameter, self.here)
    }

    pub(super) fn effective(&self, parameter: ParameterIndex) -> Effective<'e> {
        let slot = self.slots.find(self.operation, parameter, self.here);
        match slot.map(|slot| (slot, &self.slots.slot(slot).value)) {
            None if self.slots.unknown_around(self.operation, parameter, self.here).is_some() => Effective::Unknown,
            None | Some((_, Value::Absent)) => self.default_of(parameter),
            Some((_, Value::Unknown | Value::Perhaps)) => Effective::Unknown,
            Some((_, Value::Partly(text))) => Effective::Partly(text),
            Some((slot, Value::List { .. })) => Effective::List(slot),
            Some((_, Value::Record(_) | Value::Misshapen)) => Effective::Other,
            Some((slot, _)) => match self.slots.scalar(self.operation, parameter, slot) {
                Some(text) => Effective::Text(text),
                None => Effective::Absent,
            },
        }
    }

    /// Notes what is needed to know a parameter's value: the value itself, or what its default waits for.
    pub(super) fn need_value(&self, parameter: ParameterIndex, trace: &mut Trace<'_>) {
        if !trace.listening {
            return;
        }
        if self.is_given(parameter) {
            return trace.need(Need::Parameter(parameter, self.here));
        }
        if let Some(outer) = self.slots.unknown_around(self.operation, parameter, self.here) {
            return trace.need(Need::Parameter(outer, self.here));
        }
        for when in self.operation.parameters[parameter].defaults.iter().filter_map(|default| default.when.as_ref()) {
            let mut inner = Trace::listening();
            let truth = self.evaluate(when, &mut inner);
            if truth != Truth::Fails {
                return inner.needs.into_iter().for_each(|need| trace.need(need));
            }
        }
    }

    fn default_of(&self, parameter: ParameterIndex) -> Effective<'e> {
        for default in &self.operation.parameters[parameter].defaults {
            let Some(when) = &default.when else { return Effective::Text(&default.value) };
            match self.evaluate(when, &mut Trace::silent()) {
                Truth::Holds => return Effective::Text(&default.value),
                Truth::Fails => {}
                Truth::Open | Truth::Doubtful => return Effective::Unknown,
            }
        }
        Effective::Absent
    }

    pub(super) fn resolve(&self, subject: &Subject, trace: &mut Trace<'_>) -> Resolved<'e> {
        match subject {
            Subject::Parameter(parameter) => match self.effective(*parameter) {
                Effective::Absent => Resolved::Absent,
                Effective::Unknown => {
                    self.need_value(*parameter, trace);
                    Resolved::Open
                }
                Effective::Text(text) => Resolved::Text(text),
                Effective::Partly(text) => Resolved::Partly(text, *parameter),
                Effective::List(slot) => Resolved::ParameterList(slot),
                Effective::Other => Resolved::Record,
            },
            Subject::Fact { entity, path } => {
                // Where the key itself is not known, that is what is missing first.
                let Some(found) = self.entity(*entity, trace) else { return Resolved::Open };
                let known = self.known_or_open(found.field(path));
                if matches!(known, Resolved::Open) {
                    self.open_entity(*entity, Some(path), trace);
                }
                known
            }
            Subject::Field { path } => {
                let known = self.known_or_open(self.item.and_then(|item| item.at_path(path)));
                if matches!(known, Resolved::Open) {
                    self.need_of_item(Some(path), trace);
                }
                known
            }
            Subject::Joined { section, by, field } => {
                let key = self.item.and_then(|item| item.at_path(by)).and_then(Node::scalar_text);
                let Some(key) = key else {
                    // Which item is meant is not known: the item at hand should say.
                    self.need_of_item(Some(by), trace);
                    return Resolved::Open;
                };
                let known = self.known_or_open(self.facts.find(*section, key).field(field));
                if matches!(known, Resolved::Open) {
                    trace.need_fact(|| Wanted::of(*section, Some(key), Some(field)));
                }
                known
            }
        }
    }

    fn known_or_open(&self, found: Option<&'e Node>) -> Resolved<'e> {
        match found {
            Some(node) => match node.scalar_text() {
                Some(text) => Resolved::Text(text),
                None => Resolved::Json(node),
            },
            None => Resolved::Open,
        }
    }

    /// Notes that the item at hand should say more.
    fn need_of_item(&self, field: Option<&str>, trace: &mut Trace<'_>) {
        if let Some(section) = self.item_section {
            trace.need_fact(|| Wanted::of(section, self.item_key, field));
        }
    }

    /// Notes what should be known of an entity.
    fn open_entity(&self, entity: EntityIndex, field: Option<&str>, trace: &mut Trace<'_>) -> Truth {
        trace.need_fact(|| self.wanted_of(entity, field));
        Truth::Open
    }

    pub(super) fn wanted_of(&self, entity: EntityIndex, field: Option<&str>) -> Wanted {
        let rule = &self.operation.entities[entity];
        let key = self.entity_key(entity);
        let key = match rule.within {
            None => key.map(Cow::into_owned),
            Some(within) => self.text_of(within).zip(key).map(|(within, key)| key_within(within, &key)),
        };
        Wanted { key, ..Wanted::of(rule.section, None, field) }
    }

    /// What the first subject is that is not absent, and which it is. Of facts, one that is not known is absent for this
    /// purpose, and only the last one's section is needed.
    pub(super) fn first_of<'c>(
        &self,
        subjects: &'c [Subject],
        trace: &mut Trace<'_>,
    ) -> (Resolved<'e>, Option<&'c Subject>) {
        let mut last = Resolved::Absent;
        let mut open = None;
        for (place, subject) in subjects.iter().enumerate() {
            let is_last = place + 1 == subjects.len();
            let mut silent = Trace::silent();
            last = self.resolve(subject, if is_last { &mut *trace } else { &mut silent });
            let unknown_value = matches!((&last, subject), (Resolved::Open, Subject::Parameter(_)));
            if unknown_value && !is_last {
                return (self.resolve(subject, trace), Some(subject));
            }
            match last {
                Resolved::Open => open = Some(subject),
                Resolved::Absent => {}
                found => return (found, Some(subject)),
            }
        }
        // A fact that is not known may be there after all: what is absent behind it decides nothing.
        match (&last, open) {
            (Resolved::Absent, Some(open)) => (self.resolve(open, trace), Some(open)),
            _ => (last, subjects.last()),
        }
    }

    pub(super) fn json(&self, subject: &Subject) -> Option<&'e Node> {
        let mut silent = Trace::silent();
        match subject {
            Subject::Fact { entity, path } => self.entity(*entity, &mut silent)?.field(path),
            Subject::Field { path } => self.item?.at_path(path),
            _ => None,
        }
    }

    pub(super) fn entity_key(&self, entity: EntityIndex) -> Option<Cow<'e, str>> {
        match &self.operation.entities[entity].key {
            EntityKey::Parameter(parameter) => self.text_of(*parameter).map(Cow::Borrowed),
            EntityKey::HostPart { parameter, hosts, name } => {
                self.text_of(*parameter).and_then(|url| part_of_host(url, hosts, name))
            }
            EntityKey::Value(value) => Some(Cow::Borrowed(value)),
        }
    }

    /// Whether the URL whose part names an entity has that part, as far as is known.
    pub fn has_host_part(&self, entity: EntityIndex) -> bool {
        match &self.operation.entities[entity].key {
            EntityKey::HostPart { parameter, .. } if self.text_of(*parameter).is_some() => {
                self.entity_key(entity).is_some()
            }
            _ => true,
        }
    }

    /// What is known of an entity; nothing when its key is not known.
    fn entity(&self, entity: EntityIndex, trace: &mut Trace<'_>) -> Option<Found<'e>> {
        let rule = &self.operation.entities[entity];
        let mut known = |parameter: ParameterIndex| match self.effective(parameter) {
            Effective::Text(text) => Some(text),
            Effective::Unknown | Effective::Partly(_) => {
                self.need_value(parameter, trace);
                None
            }
            _ => None,
        };
        let within = rule.within.map(&mut known);
        let key = match &rule.key {
            EntityKey::Parameter(parameter) => known(*parameter).map(Cow::Borrowed),
            EntityKey::HostPart { parameter, hosts, name } => {
                known(*parameter).and_then(|url| part_of_host(url, hosts, name))
            }
            EntityKey::Value(value) => Some(Cow::Borrowed(value.as_str())),
        };
        match within {
            None => Some(self.facts.find(rule.section, &key?)),
            Some(within) => Some(self.facts.find(rule.section, &key_within(within?, &key?))),
        }
    }

    fn open_section(&self, section: usize, trace: &mut Trace<'_>) -> Truth {
        trace.need_fact(|| Wanted::of(section, None, None));
        Truth::Open
    }

    pub(super) fn open_subject(&self, subject: &Subject, trace: &mut Trace<'_>) -> Truth {
        match subject {
            Subject::Fact { entity, path } if self.entity(*entity, trace).is_some() => {
                self.open_entity(*entity, Some(path), trace);
            }
            Subject::Joined { section, by, field } => {
                let key = self.item.and_then(|item| item.at_path(by)).and_then(Node::scalar_text);
                trace.need_fact(|| Wanted::of(*section, key, Some(field)));
            }
            Subject::Field { path } => self.need_of_item(Some(path), trace),
            _ => {}
        }
        Truth::Open
    }

    pub(super) fn failing<'c>(
        &self,
        truth: Truth,
        condition: &'c Condition,
        value: Option<&str>,
        trace: &mut Trace<'c>,
    ) -> Truth {
        if matches!(truth, Truth::Fails | Truth::Doubtful) {
            trace.fail(condition, value, None);
        }
        truth
    }

    fn each<'c>(
        &self,
        subject: &'c [Subject],
        filter: Option<&'c Condition>,
        must: &'c Condition,
        trace: &mut Trace<'c>,
    ) -> Truth {
        let (resolved, found) = self.first_of(subject, trace);
        let items = match resolved {
            Resolved::Json(node) => node.items(),
            _ => None,
        };
        let Some(items) = items else {
            return found.map_or(Truth::Open, |subject| self.open_subject(subject, trace));
        };
        let mut worst = Truth::Holds;
        for item in items {
            let inside = self.with_item(item, self.section_of(subject)).with_key(self.key_of(subject));
            let mut of_filter = trace.inner();
            let meant = filter.map_or(Truth::Holds, |filter| inside.part(filter, &mut of_filter));
            if meant == Truth::Fails {
                continue;
            }
            let truth = inside.part(must, trace);
            // Where it is open whether the element is meant at all, its failure is open too.
            worst = worst.min(if meant == Truth::Holds { truth } else { truth.max(Truth::Open) });
            if meant != Truth::Holds && truth != Truth::Holds {
                of_filter.needs.into_iter().for_each(|need| trace.need(need));
            }
        }
        worst
    }

    pub(super) fn section_of(&self, subject: &[Subject]) -> Option<usize> {
        subject.iter().find_map(|subject| match subject {
            Subject::Fact { entity, .. } => Some(self.operation.entities[*entity].section),
            _ => None,
        })
    }

    /// The key of the item in which a subject lies, where a parameter holds it.
    fn key_of(&self, subject: &[Subject]) -> Option<&'e str> {
        subject.iter().find_map(|subject| match subject {
            Subject::Fact { entity, .. } => match self.operation.entities[*entity].key {
                EntityKey::Parameter(parameter) => self.text_of(parameter),
                _ => None,
            },
            _ => None,
        })
    }

    fn no_item<'c>(
        &self,
        condition: &'c Condition,
        section: usize,
        filter: &'c Condition,
        trace: &mut Trace<'c>,
    ) -> Truth {
        let incomplete = !self.facts.is_complete(section);
        let mut open = false;
        let mut needs = trace.inner();
        for (item, certain) in self.facts.items(section) {
            let truth =
                self.with_item(&item.node, Some(section)).with_key(item.key.as_deref()).part(filter, &mut needs);
            match truth {
                Truth::Holds if certain => return self.failing(Truth::Fails, condition, item.key.as_deref(), trace),
                Truth::Fails => {}
                _ => open = true,
            }
        }
        if !open && !incomplete {
            return Truth::Holds;
        }
        // What undecided items wait for is what would settle them, and only else the section itself.
        let nothing_else = needs.needs.is_empty();
        needs.needs.into_iter().for_each(|need| trace.need(need));
        if incomplete || nothing_else { self.open_section(section, trace) } else { Truth::Open }
    }
}
