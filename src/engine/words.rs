//! Words on the value of a subject.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::engine::evaluate::{Effective, Evaluator, Resolved};
use crate::engine::trace::{Need, Trace};
use crate::engine::{Truth, text, url};
use crate::facts::Found;
use crate::json::Node;
use crate::operation::ParameterIndex;
use crate::operation::condition::{Comparand, Condition, HostShape, OfPart, Piece, Subject, Url, Values, Word};
use crate::request::slots::{SlotIndex, Value};
use crate::rule::condition::Case;

/// So many values are compared one by one.
const FEW: usize = 8;

impl<'e> Evaluator<'e, '_> {
    pub(super) fn word<'c>(
        &self,
        condition: &'c Condition,
        subjects: &'c [Subject],
        word: &'c Word,
        trace: &mut Trace<'c>,
    ) -> Truth {
        if let (Word::Present(expected), [Subject::Parameter(parameter)]) = (word, subjects) {
            if self.is_perhaps_absent(*parameter) {
                trace.need(Need::Parameter(*parameter, self.here));
                return Truth::Open;
            }
            let truth = Truth::of(self.is_given(*parameter) == *expected);
            return self.failing(truth, condition, None, trace);
        }
        let (resolved, Some(subject)) = self.first_of(subjects, trace) else { return Truth::Open };
        match (word, resolved) {
            (_, Resolved::Open) => {
                self.needs_of_other_side(word, trace);
                Truth::Open
            }
            (Word::Present(expected), resolved) => {
                let given = !matches!(resolved, Resolved::Absent);
                self.failing(Truth::of(given == *expected), condition, None, trace)
            }
            (_, Resolved::Absent) => self.failing(Truth::of(holds_for_absent(word)), condition, None, trace),
            (_, Resolved::Text(value)) => {
                let truth = self.on_text(subject, word, value, trace);
                let part = match word {
                    Word::Url(url) => url.part.as_ref().and_then(|(name, _)| part_of_host(value, &url.hosts, name)),
                    _ => None,
                };
                self.failing(truth, condition, Some(part.as_deref().unwrap_or(value)), trace)
            }
            (_, Resolved::Partly(known, parameter)) => self.on_partly(condition, word, known, parameter, trace),
            (_, Resolved::ParameterList(list)) => self.on_list(condition, word, list, trace),
            (_, Resolved::Json(node)) => match node.items() {
                // Some tools print every header as a list: one text in it is that text.
                Some([only]) if !matches!(word, Word::Count { .. }) && only.scalar_text().is_some() => {
                    let value = only.scalar_text().unwrap_or_default();
                    let truth = self.on_text(subject, word, value, trace);
                    self.failing(truth, condition, Some(value), trace)
                }
                Some(items) => {
                    let (truth, count) = self.on_items(subject, word, items, trace);
                    self.failing(truth, condition, Some(&count.to_string()), trace)
                }
                None => self.open_subject(subject, trace),
            },
            (_, Resolved::Record) => Truth::Holds,
        }
    }

    /// What is not known of what a word compares with, where the subject itself is not known either.
    pub(super) fn needs_of_other_side(&self, word: &Word, trace: &mut Trace<'_>) {
        let unknown = |parameter: ParameterIndex, trace: &mut Trace<'_>| {
            if matches!(self.effective(parameter), Effective::Unknown | Effective::Partly(_)) {
                self.need_value(parameter, trace);
            }
        };
        let comparand = match word {
            Word::Equals(comparand) => Some(comparand),
            Word::Url(url) => url.part.as_ref().and_then(|(_, part)| match part {
                OfPart::Equals(comparand) => Some(comparand),
                OfPart::Must(_) => None,
            }),
            Word::SameLengthAs(other) | Word::OneOfBy { key: other, .. } => {
                unknown(*other, trace);
                None
            }
            Word::ContainedIn(fact) | Word::Below(fact) => {
                self.resolve(fact, trace);
                None
            }
            _ => None,
        };
        match comparand {
            Some(Comparand::Parameter(parameter)) => unknown(*parameter, trace),
            Some(Comparand::Template(pieces)) => {
                for piece in pieces {
                    if let Piece::Parameter(parameter) = piece {
                        unknown(*parameter, trace);
                    }
                }
            }
            Some(Comparand::Value(_)) | None => {}
        }
    }

    fn on_text<'c>(&self, subject: &Subject, word: &'c Word, value: &str, trace: &mut Trace<'c>) -> Truth {
        let about_facts = !matches!(subject, Subject::Parameter(_));
        let number = |holds: Option<bool>, trace: &mut Trace<'c>| match holds {
            Some(holds) => Truth::of(holds),
            // A fact that is no number says nothing; a parameter that is none is outside every range.
            None if about_facts => self.open_subject(subject, trace),
            None => Truth::Fails,
        };
        match word {
            Word::Present(expected) => Truth::of(*expected),
            Word::OneOf { values, negated } => {
                let same = |known: &String| match values.case {
                    Case::Exact => known == value,
                    Case::Fold => known.eq_ignore_ascii_case(value),
                };
                if values.undecided.iter().any(same) {
                    return match subject {
                        Subject::Parameter(parameter) => {
                            trace.need(Need::Parameter(*parameter, self.here));
                            Truth::Open
                        }
                        fact => self.open_subject(fact, trace),
                    };
                }
                let listed = Truth::of(self.is_listed(values, value));
                if *negated { listed.not() } else { listed }
            }
            Word::Length { min, max, unit } => {
                trace.measure(word, text::length(value, *unit).into());
                text::length_holds(value, *min, *max, *unit)
            }
            Word::Chars(chars) => text::chars_hold(value, chars),
            Word::StartsWith { texts, negated } => {
                Truth::of(texts.iter().any(|text| value.starts_with(text.as_str())) != *negated)
            }
            Word::EndsWith { texts, negated } => {
                Truth::of(texts.iter().any(|text| value.ends_with(text.as_str())) != *negated)
            }
            Word::Contains { texts, negated } => {
                Truth::of(texts.iter().any(|text| value.contains(text.as_str())) != *negated)
            }
            Word::Pattern(regex) => Truth::of(regex.is_match(value)),
            Word::Range { min, max } => {
                if let Ok(measure) = value.parse() {
                    trace.measure(word, measure);
                }
                number(text::in_range(value, *min, *max), trace)
            }
            Word::MultipleOf(step) => number(text::is_multiple(value, *step), trace),
            Word::NotEmpty => Truth::of(!value.is_empty()),
            Word::Count { .. } | Word::SameLengthAs(_) | Word::Unique { .. } => self.open_subject(subject, trace),
            Word::Equals(comparand) => self.equals(comparand, value, Case::Exact, trace),
            Word::Url(url) => self.url(subject, url, value, trace),
            Word::OneOfBy { key, values } => match self.effective(*key) {
                Effective::Text(key) => {
                    let known = values.iter().find(|(known, _)| known == key);
                    Truth::of(known.is_none_or(|(_, values)| values.iter().any(|known| known == value)))
                }
                _ => {
                    self.need_value(*key, trace);
                    Truth::Open
                }
            },
            Word::ContainedIn(list) => match self.resolve(list, trace) {
                Resolved::Json(node) => match node.items() {
                    Some(items) => {
                        let mut known = items.iter().filter_map(Node::scalar_text);
                        // In another letter case it may be meant, and whether the provider takes it is not known.
                        let nearly = known.clone().any(|known| known.eq_ignore_ascii_case(value));
                        match (known.any(|known| known == value), nearly) {
                            (true, _) => Truth::Holds,
                            (false, true) => Truth::Doubtful,
                            (false, false) => Truth::Fails,
                        }
                    }
                    None => self.open_subject(list, trace),
                },
                Resolved::Text(_) => self.open_subject(list, trace),
                _ => Truth::Open,
            },
            Word::Below(limit) => match self.resolve(limit, trace) {
                Resolved::Text(limit_text) => match (value.parse::<i128>(), limit_text.parse::<i128>()) {
                    (Ok(value), Ok(limit)) => Truth::of(value < limit),
                    _ => self.open_subject(limit, trace),
                },
                Resolved::Json(_) => self.open_subject(limit, trace),
                _ => Truth::Open,
            },
        }
    }

    fn on_list<'c>(&self, condition: &'c Condition, word: &'c Word, list: SlotIndex, trace: &mut Trace<'c>) -> Truth {
        let count = self.slots.elements(list).count();
        if let Word::Unique { by, case } = word {
            return self.unique(condition, list, *by, *case, trace);
        }
        let truth = match word {
            Word::Count { min, max, .. } => {
                trace.measure(word, count as i128);
                let count = count as u64;
                Truth::of(min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max))
            }
            Word::NotEmpty => Truth::of(count > 0),
            Word::SameLengthAs(other) => match self.effective(*other) {
                Effective::List(other) => Truth::of(self.slots.elements(other).count() == count),
                Effective::Unknown => {
                    self.need_value(*other, trace);
                    Truth::Open
                }
                _ => Truth::Open,
            },
            _ => Truth::Open,
        };
        let too_many = matches!(word, Word::Count { max: Some(max), .. } if count as u64 > *max);
        if self.slots.more && truth == Truth::Fails && !too_many {
            // Elements that are not seen may be sent too.
            self.need_subject(condition, trace);
            return Truth::Open;
        }
        self.failing(truth, condition, Some(&count.to_string()), trace)
    }

    /// No two elements have the same value. Elements without a value are passed over.
    fn unique<'c>(
        &self,
        condition: &'c Condition,
        list: SlotIndex,
        by: Option<ParameterIndex>,
        case: Case,
        trace: &mut Trace<'c>,
    ) -> Truth {
        // Most lists are short: a few values are compared one by one in less time than a set is made.
        let (mut few, mut count) = ([""; FEW], 0);
        let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
        let mut open = Truth::Holds;
        for element in self.slots.elements(list) {
            let slot = match (by, &self.slots.slot(element).value) {
                (None, _) => element,
                (Some(member), Value::Record(base)) => base + self.operation.parameters[member].slot,
                (Some(_), _) => continue,
            };
            let value = &self.slots.slot(slot).value;
            if matches!(value, Value::Unknown | Value::Perhaps | Value::Partly(_)) {
                open = Truth::Open;
            }
            let Some(text) = self.slots.text_of(value) else { continue };
            let compared = |text: &'e str| match case {
                Case::Exact => Cow::Borrowed(text),
                Case::Fold => Cow::Owned(text.to_ascii_lowercase()),
            };
            let is_same = |known: &&str| match case {
                Case::Exact => *known == text,
                Case::Fold => known.eq_ignore_ascii_case(text),
            };
            let is_repeated = match few.get_mut(count) {
                Some(place) => {
                    *place = text;
                    few[..count].iter().any(is_same)
                }
                None => {
                    if count == FEW {
                        seen.extend(few.map(compared));
                    }
                    !seen.insert(compared(text))
                }
            };
            if is_repeated {
                return self.failing(Truth::Fails, condition, Some(text), trace);
            }
            count += 1;
        }
        if open == Truth::Open {
            self.need_subject(condition, trace);
        }
        open
    }

    /// Notes that the parameters are needed that a word is about.
    fn need_subject(&self, condition: &Condition, trace: &mut Trace<'_>) {
        let Condition::Word { subject, .. } = condition else { return };
        for subject in subject {
            if let Subject::Parameter(parameter) = subject {
                trace.need(Need::Parameter(*parameter, self.here));
            }
        }
    }

    /// Words on a list in facts, and how many elements count. Those for which the filter is open count as perhaps.
    fn on_items<'c>(
        &self,
        subject: &Subject,
        word: &'c Word,
        items: &'e [Node],
        trace: &mut Trace<'c>,
    ) -> (Truth, u64) {
        let Word::Count { min, max, filter } = word else {
            let truth = if matches!(word, Word::NotEmpty) { Truth::of(!items.is_empty()) } else { Truth::Open };
            return (truth, items.len() as u64);
        };
        let (mut certain, mut perhaps) = (0u64, 0u64);
        let mut inner = trace.inner();
        for item in items {
            let truth = match filter {
                Some(filter) => {
                    self.with_item(item, self.section_of(std::slice::from_ref(subject))).part(filter, &mut inner)
                }
                None => Truth::Holds,
            };
            match truth {
                Truth::Holds => certain += 1,
                Truth::Open | Truth::Doubtful => perhaps += 1,
                Truth::Fails => {}
            }
        }
        if perhaps == 0 {
            trace.measure(word, certain.into());
        }
        let too_many = max.is_some_and(|max| certain > max);
        let too_few = min.is_some_and(|min| certain + perhaps < min);
        let perhaps_not = max.is_some_and(|max| certain + perhaps > max) || min.is_some_and(|min| certain < min);
        let truth = match (too_many || too_few, perhaps_not) {
            (true, _) => Truth::Fails,
            (false, true) => Truth::Open,
            (false, false) => Truth::Holds,
        };
        if truth == Truth::Open {
            if inner.needs.is_empty() {
                self.open_subject(subject, trace);
            }
            inner.needs.into_iter().for_each(|need| trace.need(need));
        }
        (truth, certain)
    }

    fn is_listed(&self, values: &Values, value: &str) -> bool {
        let Some(list) = values.list else {
            return match values.case {
                Case::Exact => values.values.iter().any(|known| known == value),
                Case::Fold => values.values.iter().any(|known| known.eq_ignore_ascii_case(value)),
            };
        };
        let list = &self.operation.provider.lists[list];
        if let Some(section) = list.section {
            match self.facts.find(section, value) {
                Found::Item(_) => return true,
                Found::Absent => return false,
                Found::NotKnown => {}
            }
        }
        match values.case {
            Case::Exact => list.values.iter().any(|known| known == value),
            Case::Fold => list.values.iter().any(|known| known.eq_ignore_ascii_case(value)),
        }
    }

    pub(super) fn url<'c>(&self, subject: &Subject, rule: &'c Url, value: &str, trace: &mut Trace<'c>) -> Truth {
        if let Some((name, expected)) = &rule.part {
            return match (part_of_host(value, &rule.hosts, name), expected) {
                (Some(part), OfPart::Equals(comparand)) => self.equals(comparand, &part, Case::Fold, trace),
                (Some(part), OfPart::Must(word)) => self.on_text(subject, word, &part, trace),
                (None, _) => Truth::Holds,
            };
        }
        let Some((scheme, host)) = url::scheme_and_host(value) else { return Truth::Fails };
        let scheme_is_fine =
            rule.schemes.is_empty() || rule.schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
        let host_is_fine = rule.hosts.is_empty() || rule.hosts.iter().any(|shape| url::has_shape(host, shape));
        Truth::of(scheme_is_fine && host_is_fine)
    }

    fn equals(&self, comparand: &Comparand, value: &str, case: Case, trace: &mut Trace<'_>) -> Truth {
        let same = |expected: &str| match case {
            Case::Exact => Truth::of(expected == value),
            Case::Fold => Truth::of(expected.eq_ignore_ascii_case(value)),
        };
        let mut known = |parameter: ParameterIndex| match self.effective(parameter) {
            Effective::Text(text) => Some(text),
            _ => {
                self.need_value(parameter, trace);
                None
            }
        };
        match comparand {
            Comparand::Value(expected) => same(expected),
            Comparand::Parameter(parameter) => known(*parameter).map_or(Truth::Open, same),
            Comparand::Template(pieces) => {
                let parts: Vec<Option<&str>> = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => Some(text.as_str()),
                        Piece::Parameter(parameter) => known(*parameter),
                    })
                    .collect();
                let filled: Option<String> = parts.into_iter().collect();
                filled.map_or(Truth::Open, |filled| same(&filled))
            }
        }
    }
}

/// A named part of the host of a URL, in lower case: in hosts letter case does not count.
pub(crate) fn part_of_host<'v>(value: &'v str, hosts: &[HostShape], name: &str) -> Option<Cow<'v, str>> {
    let (_, host) = url::scheme_and_host(value)?;
    let part = hosts.iter().find_map(|shape| url::part(host, shape, name))?;
    let has_capitals = part.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if has_capitals { Cow::Owned(part.to_ascii_lowercase()) } else { Cow::Borrowed(part) })
}

/// Whether a word holds for a parameter that is not given: only the negative ones do.
fn holds_for_absent(word: &Word) -> bool {
    match word {
        Word::Present(expected) => !*expected,
        Word::OneOf { negated, .. }
        | Word::StartsWith { negated, .. }
        | Word::EndsWith { negated, .. }
        | Word::Contains { negated, .. } => *negated,
        _ => false,
    }
}
