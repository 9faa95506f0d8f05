//! Values from the edges of what conditions say: around each limit, with and without each text, of each kind of
//! character that they tell apart.
//!
//! Conclusions from such values hold only for words whose edges are all found here; [`is_understood`] says which.

use std::collections::BTreeSet;

use crate::engine::text;
use crate::operation::condition::{CharSet, Comparand, Condition, Subject, Word};
use crate::operation::{Form, Operation, ParameterIndex};
use crate::soundness::patterns;
use crate::soundness::probe::Sample;

/// Longer texts are not tried: a limit beyond this is not looked into.
const LONGEST: u64 = 100_000;
/// Longer lists are not tried.
const MOST_ELEMENTS: u64 = 2000;
/// Texts are not padded beyond this.
const PADDED: usize = 2000;
/// At most so many values for one parameter.
const MOST: usize = 1200;
/// Kinds of characters that are told apart, at most.
const KINDS: usize = 7;

/// What the conditions about one parameter say.
#[derive(Default)]
struct Edges<'c> {
    lengths: BTreeSet<u64>,
    sets: Vec<&'c CharSet>,
    first_or_last: bool,
    texts: Vec<&'c str>,
    numbers: BTreeSet<i128>,
    steps: BTreeSet<u64>,
    counts: BTreeSet<u64>,
    patterns: Vec<&'c str>,
}

/// Whether the pool of values has all the edges of a condition about one parameter: then what none of its values does, no
/// value does.
pub(super) fn is_understood(condition: &Condition, parameter: ParameterIndex) -> bool {
    match condition {
        Condition::Word { subject, word } => {
            matches!(subject.as_slice(), [Subject::Parameter(subject)] if *subject == parameter) && is_known(word)
        }
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().all(|part| is_understood(part, parameter)),
        Condition::Not(part) => is_understood(part, parameter),
        _ => false,
    }
}

/// Whether a condition has a pattern: of what matches one the pool knows only some.
pub(super) fn has_pattern(condition: &Condition) -> bool {
    match condition {
        Condition::Word { word, .. } => matches!(word, Word::Pattern(_)),
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().any(has_pattern),
        Condition::Not(part) => has_pattern(part),
        _ => false,
    }
}

fn is_known(word: &Word) -> bool {
    let reaches = |limit: &Option<u64>, most: u64| limit.is_none_or(|limit| limit < most);
    match word {
        Word::Length { min, max, .. } => reaches(min, LONGEST) && reaches(max, LONGEST),
        Word::Count { min, max, filter: None } => reaches(min, MOST_ELEMENTS) && reaches(max, MOST_ELEMENTS),
        Word::Present(_)
        | Word::Chars(_)
        | Word::StartsWith { .. }
        | Word::EndsWith { .. }
        | Word::Contains { .. }
        | Word::Range { .. }
        | Word::MultipleOf(_)
        | Word::NotEmpty
        | Word::Equals(Comparand::Value(_)) => true,
        // Nothing follows from a pattern of which no text is found.
        Word::Pattern(regex) => patterns::samples(regex.as_str(), 0).iter().any(|text| regex.is_match(text)),
        // Facts may change what a list of the provider's holds.
        Word::OneOf { values, .. } => values.list.is_none() && values.values.len() + values.undecided.len() <= MOST,
        _ => false,
    }
}

/// Values for a parameter from all that these conditions say about it.
pub(super) fn samples<'c>(
    operation: &Operation,
    parameter: ParameterIndex,
    conditions: impl Iterator<Item = &'c Condition>,
) -> Vec<Sample> {
    let mut edges = Edges::default();
    conditions.for_each(|condition| edges.collect(condition, parameter));
    match operation.parameters[parameter].form {
        Form::Object => vec![Sample::Filled],
        Form::List(_) => {
            let ignored = operation.parameters[parameter].ignored_beyond.map(u64::from);
            let around = edges.counts.iter().copied().chain(ignored).flat_map(around);
            let counts: BTreeSet<u64> = around.chain([0, 1, 2]).filter(|count| *count <= MOST_ELEMENTS).collect();
            counts.into_iter().filter_map(|count| usize::try_from(count).ok()).map(Sample::Elements).collect()
        }
        _ => edges.scalars().into_iter().map(Sample::Text).collect(),
    }
}

impl<'c> Edges<'c> {
    fn collect(&mut self, condition: &'c Condition, parameter: ParameterIndex) {
        match condition {
            Condition::Word { subject, word } => {
                let is_about = |subject: &Subject| matches!(subject, Subject::Parameter(known) if *known == parameter);
                if subject.iter().any(is_about) {
                    self.word(word);
                }
            }
            Condition::AllOf(parts) | Condition::AnyOf(parts) => {
                parts.iter().for_each(|part| self.collect(part, parameter));
            }
            Condition::Not(part) => self.collect(part, parameter),
            _ => {}
        }
    }

    fn word(&mut self, word: &'c Word) {
        match word {
            Word::OneOf { values, .. } => {
                self.texts.extend(values.values.iter().chain(&values.undecided).map(String::as_str));
            }
            Word::Equals(Comparand::Value(value)) => self.texts.push(value),
            Word::Length { min, max, .. } => self.lengths.extend([*min, *max].into_iter().flatten()),
            Word::Chars(chars) => {
                self.sets.extend([Some(&chars.all), chars.first.as_ref(), chars.last.as_ref()].into_iter().flatten());
                self.first_or_last |= chars.first.is_some() || chars.last.is_some();
            }
            Word::StartsWith { texts, .. } | Word::EndsWith { texts, .. } | Word::Contains { texts, .. } => {
                self.texts.extend(texts.iter().map(String::as_str));
            }
            Word::Pattern(regex) => self.patterns.push(regex.as_str()),
            Word::Range { min, max } => {
                self.numbers.extend([*min, *max].into_iter().flatten().map(i128::from));
            }
            Word::MultipleOf(step) => {
                self.steps.insert(*step);
            }
            Word::Count { min, max, .. } => self.counts.extend([*min, *max].into_iter().flatten()),
            _ => {}
        }
    }

    fn scalars(&self) -> BTreeSet<String> {
        let kinds = self.kinds_of_characters();
        let lengths: BTreeSet<usize> = self
            .lengths
            .iter()
            .copied()
            .flat_map(around)
            .chain([0, 1, 2, 3])
            .filter(|length| *length <= LONGEST)
            .filter_map(|length| usize::try_from(length).ok())
            .collect();
        let mut all: BTreeSet<String> = BTreeSet::new();
        all.extend(self.whole_numbers().into_iter().map(|number| number.to_string()));
        all.extend(["true", "false", "1.5", "a b"].map(str::to_owned));
        let longest = lengths.iter().next_back().copied().unwrap_or(0);
        for pattern in &self.patterns {
            all.extend(patterns::samples(pattern, longest));
        }
        for kind in &kinds {
            // Bytes and characters are counted differently; a few bytes around a limit in bytes are met by either.
            for length in lengths.iter().flat_map(|length| [*length, length / kind.len_utf8()]) {
                all.insert(kind.to_string().repeat(length));
            }
        }
        if self.first_or_last {
            for (one, other) in kinds.iter().flat_map(|one| kinds.iter().map(move |other| (one, other))) {
                for length in lengths.iter().filter(|length| (1..=200).contains(*length)) {
                    let many = other.to_string().repeat(length.saturating_sub(1));
                    all.extend([format!("{one}{many}"), format!("{many}{one}"), format!("{other}{many}{one}")]);
                }
            }
        }
        all.extend(self.texts.iter().map(|text| (*text).to_owned()));
        for text in &self.texts {
            all.extend([(*text).to_owned(), text.to_uppercase(), text.to_lowercase()]);
            let mut shorter = (*text).to_owned();
            shorter.pop();
            all.insert(shorter);
            for kind in &kinds {
                all.extend([format!("{text}{kind}"), format!("{kind}{text}"), format!("{kind}{text}{kind}")]);
                let have = text.chars().count();
                for more in lengths
                    .iter()
                    .filter_map(|length| length.checked_sub(have))
                    .filter(|more| (1..=PADDED).contains(more))
                {
                    let fill = kind.to_string().repeat(more);
                    all.extend([format!("{text}{fill}"), format!("{fill}{text}")]);
                }
            }
            if self.first_or_last {
                for (one, other) in
                    kinds.iter().take(4).flat_map(|one| kinds.iter().take(4).map(move |other| (one, other)))
                {
                    let have = text.chars().count() + 1;
                    for more in lengths.iter().filter_map(|length| length.checked_sub(have)).filter(|more| *more < 200)
                    {
                        let fill = other.to_string().repeat(more);
                        all.extend([format!("{one}{fill}{text}"), format!("{text}{fill}{one}")]);
                    }
                }
            }
            for other in &self.texts {
                all.insert(format!("{text}{other}"));
                all.extend(kinds.first().map(|kind| format!("{text}{kind}{other}")));
            }
            if all.len() > MOST {
                break;
            }
        }
        all
    }

    /// Numbers at and beside each limit, and the multiples around them.
    fn whole_numbers(&self) -> BTreeSet<i128> {
        let mut numbers: BTreeSet<i128> = BTreeSet::from([-1, 0, 1, 2]);
        numbers.extend(self.numbers.iter().flat_map(|number| [number - 1, *number, number + 1]));
        for step in self.steps.iter().map(|step| i128::from(*step)).filter(|step| *step > 0) {
            for other in self.steps.iter().map(|step| i128::from(*step)) {
                numbers.extend([step, step * 2, step * other, step + 1]);
            }
            for number in self.numbers.clone() {
                let below = number.div_euclid(step) * step;
                numbers.extend([below - step, below, below + step]);
            }
        }
        numbers
    }

    /// One character for each way in which the sets of characters take one: those that most sets allow come first.
    fn kinds_of_characters(&self) -> Vec<char> {
        let printable = (' '..='~').filter(|character| character.is_ascii_alphanumeric());
        let signs = (' '..='~').filter(|character| !character.is_ascii_alphanumeric());
        let others = ['中', 'é', '々', '😀'].into_iter();
        let named = self.sets.iter().flat_map(|set| set.others.iter().copied());
        let mut kinds: Vec<(usize, Vec<bool>, char)> = Vec::new();
        for character in printable.rev().chain(signs).chain(others).chain(named) {
            let taken: Vec<bool> = self.sets.iter().map(|set| text::contains(set, character)).collect();
            if !kinds.iter().any(|(_, known, _)| *known == taken) {
                kinds.push((taken.iter().filter(|taken| **taken).count(), taken, character));
            }
        }
        kinds.sort_by_key(|(count, _, _)| std::cmp::Reverse(*count));
        let mut characters: Vec<char> = kinds.into_iter().map(|(_, _, character)| character).take(KINDS).collect();
        // Without sets all characters are one kind; a wide one tells bytes from characters.
        if !characters.contains(&'中') {
            characters.push('中');
        }
        characters
    }
}

fn around(limit: u64) -> [u64; 3] {
    [limit.saturating_sub(1), limit, limit.saturating_add(1)]
}
