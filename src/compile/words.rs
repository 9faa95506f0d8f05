//! Words: limits held against each other, patterns compiled, names looked up.

use std::collections::HashSet;

use crate::compile::Mistakes;
use crate::compile::conditions::{Scope, template_pieces};
use crate::compile::limits::have_few_blanks;
use crate::json::Spanned;
use crate::limits::PATTERNS;
use crate::operation::condition::{
    CharSet, Chars, Comparand, HostLabel, HostShape, OfPart, Pattern, Piece, Subject, Url, Values, Word,
};
use crate::operation::{Form, ParameterIndex};
use crate::place::Span;
use crate::rule::condition::{self as written, CharClass};
use crate::rule::operation::UrlPart;

impl Scope<'_> {
    /// The words of a condition; there should be one.
    pub(super) fn words(
        &self,
        rule: &written::Condition,
        subject: &[Subject],
        mistakes: &mut Mistakes<'_>,
    ) -> Vec<Word> {
        refuse_empty(rule, mistakes);
        let mut made = Vec::new();
        let mut word = |word: Word| made.push(word);
        if let Some(present) = rule.present {
            word(Word::Present(present));
        }
        if let Some(one_of) = &rule.one_of {
            word(Word::OneOf { values: self.values(one_of, mistakes), negated: false });
        }
        if let Some(one_of) = &rule.not_one_of {
            word(Word::OneOf { values: self.values(one_of, mistakes), negated: true });
        }
        if let Some(length) = &rule.length {
            bounds(length.min.as_ref(), length.max.as_ref(), mistakes);
            let (min, max) = (length.min.as_deref().copied(), length.max.as_deref().copied());
            word(Word::Length { min, max, unit: length.unit });
        }
        if let Some(chars) = &rule.chars {
            let all = char_set(&chars.of, &chars.and);
            let set = |set: &written::CharSet| char_set(&set.of, &set.and);
            word(Word::Chars(Box::new(Chars {
                all,
                first: chars.first.as_ref().map(set),
                last: chars.last.as_ref().map(set),
            })));
        }
        let texts = [
            (&rule.starts_with, Word::StartsWith { texts: Vec::new(), negated: false }),
            (&rule.not_starts_with, Word::StartsWith { texts: Vec::new(), negated: true }),
            (&rule.ends_with, Word::EndsWith { texts: Vec::new(), negated: false }),
            (&rule.not_ends_with, Word::EndsWith { texts: Vec::new(), negated: true }),
            (&rule.contains, Word::Contains { texts: Vec::new(), negated: false }),
            (&rule.not_contains, Word::Contains { texts: Vec::new(), negated: true }),
        ];
        for (written, mut empty) in texts {
            let Some(written) = written else { continue };
            match &mut empty {
                Word::StartsWith { texts, .. } | Word::EndsWith { texts, .. } | Word::Contains { texts, .. } => {
                    texts.extend(written.iter().map(|text| text.value.clone()));
                }
                _ => {}
            }
            for text in written.iter().filter(|text| text.is_empty()) {
                mistakes.add(text.span, "an empty text is in every text");
            }
            word(empty);
        }
        if let Some(pattern) = &rule.pattern {
            let patterns = self.patterns.replace(self.patterns.get() + 1);
            if patterns == PATTERNS {
                mistakes.add(pattern.span, format!("a file with more than {PATTERNS} patterns"));
            }
            let compiled = Pattern::new(&pattern.value);
            match if self.is_proven { Ok(()) } else { compiled.compile() } {
                _ if patterns >= PATTERNS => {}
                Ok(()) => word(Word::Pattern(Box::new(compiled))),
                Err(error) => mistakes.add(pattern.span, format!("the pattern does not compile: {error}")),
            }
        }
        if let Some(range) = &rule.range {
            bounds(range.min.as_ref(), range.max.as_ref(), mistakes);
            word(Word::Range { min: range.min.as_deref().copied(), max: range.max.as_deref().copied() });
        }
        if let Some(step) = &rule.multiple_of {
            if step.value == 0 {
                mistakes.add(step.span, "nothing is a multiple of 0");
            }
            word(Word::MultipleOf(step.value));
        }
        if let Some(not_empty) = rule.not_empty {
            if !not_empty {
                mistakes.add(Span::default(), "`not_empty` is true, or left out");
            }
            word(Word::NotEmpty);
        }
        if let Some(count) = &rule.count {
            bounds(count.min.as_ref(), count.max.as_ref(), mistakes);
            let filter = self.boxed(count.filter.as_deref(), mistakes);
            word(Word::Count { min: count.min.as_deref().copied(), max: count.max.as_deref().copied(), filter });
        }
        if let Some(equals) = &rule.equals
            && let Some(comparand) = self.comparand(equals, mistakes)
        {
            word(Word::Equals(comparand));
        }
        if let Some(other) = &rule.same_length_as
            && let Some(other) = self.parameter(other, mistakes)
        {
            word(Word::SameLengthAs(other));
        }
        if let Some(unique) = &rule.unique {
            let by = unique.by.as_ref().and_then(|by| self.member_of_element(subject, by, mistakes));
            word(Word::Unique { by, case: unique.case });
        }
        if let Some(url) = &rule.url
            && let Some(url) = self.url(url, mistakes)
        {
            word(Word::Url(Box::new(url)));
        }
        if let Some(one_of_by) = &rule.one_of_by
            && let Some(key) = self.parameter(&one_of_by.parameter, mistakes)
        {
            let values = one_of_by.values.iter().map(|(key, values)| (key.value.clone(), values.clone())).collect();
            word(Word::OneOfBy { key, values });
        }
        if let Some(list) = &rule.contained_in
            && let Some(list) = self.fact(&list.fact, mistakes)
        {
            word(Word::ContainedIn(list));
        }
        if let Some(limit) = &rule.below
            && let Some(limit) = self.fact(&limit.fact, mistakes)
        {
            word(Word::Below(limit));
        }
        made
    }

    /// The member of a list's elements with this name.
    fn member_of_element(
        &self,
        subject: &[Subject],
        name: &Spanned<String>,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<ParameterIndex> {
        let all = &self.parameters.all;
        let member = match subject {
            [Subject::Parameter(list)] => match all[*list].form {
                Form::List(element) => all[element].fields.iter().copied().find(|field| all[*field].name == name.value),
                _ => None,
            },
            _ => None,
        };
        if member.is_none() {
            mistakes.add(name.span, format!("the subject is no list whose elements have a member `{}`", name.value));
        }
        member
    }

    fn url(&self, rule: &written::Url, mistakes: &mut Mistakes<'_>) -> Option<Url> {
        let mut shapes: Vec<(&str, Span)> = rule.hosts.iter().map(|host| (host.value.as_str(), host.span)).collect();
        if let Some(name) = &rule.list {
            shapes.extend(self.list_values(name, mistakes));
        }
        let hosts = host_shapes(&shapes, mistakes);
        let part = match (&rule.part, &rule.equals, &rule.must) {
            (Some(part), Some(equals), None) => {
                refuse_unnamed(part, &hosts, mistakes);
                Some((part.value.clone(), OfPart::Equals(self.comparand(equals, mistakes)?)))
            }
            (Some(part), None, Some(must)) => {
                refuse_unnamed(part, &hosts, mistakes);
                Some((part.value.clone(), OfPart::Must(Box::new(self.word_on_part(part, must, mistakes)?))))
            }
            (None, None, None) => None,
            (Some(part), _, _) => {
                mistakes.add(part.span, "`part` needs `equals` or `must`");
                None
            }
            (None, _, _) => return None,
        };
        Some(Url { schemes: rule.schemes.clone(), hosts, part })
    }

    /// The word that a part of a host must fulfil: one on a text, and about nothing else.
    fn word_on_part(
        &self,
        part: &Spanned<String>,
        must: &written::Condition,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Word> {
        let mut words = self.words(must, &[], mistakes);
        let word = words.pop().filter(|word| words.is_empty() && is_about_text(word));
        let has_subject = must.parameter.is_some() || must.fact.is_some() || must.field.is_some();
        if (word.is_none() || has_subject || must.joined.is_some()) && mistakes.none() {
            mistakes.add(part.span, "`must` of a part is one word on a text, without a subject");
        }
        word
    }

    /// The shapes of a list of hosts, and whether one of them names a part.
    pub(super) fn host_part(&self, rule: &UrlPart, mistakes: &mut Mistakes<'_>) -> Vec<HostShape> {
        let hosts = host_shapes(&self.list_values(&rule.list, mistakes), mistakes);
        refuse_unnamed(&rule.name, &hosts, mistakes);
        hosts
    }

    fn list_values<'v>(&'v self, name: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Vec<(&'v str, Span)> {
        match self.provider.lists.iter().find(|list| list.name == name.value) {
            Some(list) if self.parameters.takes_over(list, name.span, mistakes) => {
                list.values.iter().map(|value| (value.as_str(), name.span)).collect()
            }
            Some(_) => Vec::new(),
            None => {
                mistakes.add(name.span, format!("`{}` is no list of the provider", name.value));
                Vec::new()
            }
        }
    }

    fn values(&self, one_of: &written::OneOf, mistakes: &mut Mistakes<'_>) -> Values {
        let list = one_of.list.as_ref().and_then(|name| {
            let found = self.provider.lists.iter().position(|list| list.name == name.value);
            if found.is_none() {
                mistakes.add(name.span, format!("`{}` is no list of the provider", name.value));
            }
            found.filter(|list| self.parameters.takes_over(&self.provider.lists[*list], name.span, mistakes))
        });
        if let (Some(name), Some(value)) = (&one_of.list, one_of.values.first()) {
            mistakes.add(value.span, format!("either `values` or the list `{}`", name.value));
        }
        let mut known = HashSet::with_capacity(one_of.values.len());
        for value in &one_of.values {
            if !known.insert(value.value.as_str()) {
                mistakes.add(value.span, format!("{:?} stands here twice", value.value));
            }
        }
        Values {
            values: one_of.values.iter().map(|value| value.value.clone()).collect(),
            list,
            case: one_of.case,
            undecided: one_of.undecided.clone(),
        }
    }

    fn comparand(&self, equals: &written::Equals, mistakes: &mut Mistakes<'_>) -> Option<Comparand> {
        match (&equals.value, &equals.parameter, &equals.template) {
            (Some(value), None, None) => Some(Comparand::Value(value.clone())),
            (None, Some(parameter), None) => self.parameter(parameter, mistakes).map(Comparand::Parameter),
            (None, None, Some(template)) => {
                if !have_few_blanks([(template.as_str(), template.span)], mistakes) {
                    return None;
                }
                let pieces = template_pieces(template).map(|piece| match piece {
                    Ok(text) => Some(Piece::Text(text.to_owned())),
                    Err(name) => {
                        let found = self.find(name);
                        if found.is_none() {
                            mistakes.add(template.span, self.unknown_parameter(name, mistakes));
                        }
                        found.map(Piece::Parameter)
                    }
                });
                pieces.collect::<Option<Vec<_>>>().map(Comparand::Template)
            }
            _ => None,
        }
    }
}

/// Refuses words that demand nothing, or nothing that can be fulfilled: something was forgotten there.
fn refuse_empty(rule: &written::Condition, mistakes: &mut Mistakes<'_>) {
    let no_values = |one_of: &written::OneOf| one_of.values.is_empty() && one_of.list.is_none();
    let no_texts = |texts: &Option<Vec<Spanned<String>>>| texts.as_ref().is_some_and(Vec::is_empty);
    let no_parts = |parts: &Option<Vec<written::Condition>>| parts.as_ref().is_some_and(Vec::is_empty);
    let words = [
        ("one_of", rule.one_of.as_deref().is_some_and(no_values)),
        ("not_one_of", rule.not_one_of.as_deref().is_some_and(no_values)),
        ("length", rule.length.as_ref().is_some_and(|length| length.min.is_none() && length.max.is_none())),
        ("chars", rule.chars.as_ref().is_some_and(|chars| chars.of.is_empty() && chars.and.is_empty())),
        ("starts_with", no_texts(&rule.starts_with)),
        ("not_starts_with", no_texts(&rule.not_starts_with)),
        ("ends_with", no_texts(&rule.ends_with)),
        ("not_ends_with", no_texts(&rule.not_ends_with)),
        ("contains", no_texts(&rule.contains)),
        ("not_contains", no_texts(&rule.not_contains)),
        ("range", rule.range.as_ref().is_some_and(|range| range.min.is_none() && range.max.is_none())),
        ("count", rule.count.as_ref().is_some_and(|count| count.min.is_none() && count.max.is_none())),
        ("exactly_one_of", no_texts(&rule.exactly_one_of)),
        ("at_most_one_of", no_texts(&rule.at_most_one_of)),
        ("at_least_one_of", no_texts(&rule.at_least_one_of)),
        ("all_of", no_parts(&rule.all_of)),
        ("any_of", no_parts(&rule.any_of)),
    ];
    for (word, _) in words.into_iter().filter(|(_, is_empty)| *is_empty) {
        mistakes.add(Span::default(), format!("`{word}` is empty"));
    }
}

fn host_shapes(written: &[(&str, Span)], mistakes: &mut Mistakes<'_>) -> Vec<HostShape> {
    let mut hosts = Vec::new();
    for (shape, span) in written {
        match host_shape(shape) {
            Some(shape) => hosts.push(shape),
            None => mistakes.add(*span, format!("{shape:?} is no shape of a host: one {{name}} at most between dots")),
        }
    }
    hosts
}

fn refuse_unnamed(part: &Spanned<String>, hosts: &[HostShape], mistakes: &mut Mistakes<'_>) {
    let is_named = |label: &HostLabel| label.name.as_deref() == Some(part.value.as_str());
    if !hosts.iter().any(|shape| shape.labels.iter().any(is_named)) {
        mistakes.add(part.span, format!("no shape of the host has a part {{{}}}", part.value));
    }
}

/// Whether a word speaks of nothing but the text at hand.
fn is_about_text(word: &Word) -> bool {
    match word {
        Word::OneOf { values, .. } => values.list.is_none() && values.undecided.is_empty(),
        Word::Length { .. }
        | Word::Chars(_)
        | Word::StartsWith { .. }
        | Word::EndsWith { .. }
        | Word::Contains { .. }
        | Word::Pattern(_) => true,
        _ => false,
    }
}

/// The labels of a host shape such as `{bucket}.s3.{region}.example.com`.
pub(super) fn host_shape(written: &str) -> Option<HostShape> {
    let label = |text: &str| -> Option<HostLabel> {
        let (before, name, behind) = match text.split_once('{') {
            None => (text, None, ""),
            Some((before, rest)) => {
                let (name, behind) = rest.split_once('}')?;
                (before, Some(name.to_owned()).filter(|name| !name.is_empty()), behind)
            }
        };
        let plain = !before.contains('}') && !behind.contains(['{', '}']) && !text.is_empty();
        plain.then(|| HostLabel { before: before.to_owned(), name, behind: behind.to_owned() })
    };
    let labels = written.split('.').map(label).collect::<Option<Vec<_>>>()?;
    Some(HostShape { written: written.to_owned(), labels })
}

fn bounds<T: PartialOrd + Copy + std::fmt::Display>(
    min: Option<&Spanned<T>>,
    max: Option<&Spanned<T>>,
    mistakes: &mut Mistakes<'_>,
) {
    if let (Some(min), Some(max)) = (min, max)
        && min.value > max.value
    {
        let message = format!("the limits contradict each other: at least {} and at most {}", min.value, max.value);
        mistakes.add(min.span, message);
    }
}

/// A set with its ASCII part as a table of bits.
fn char_set(classes: &[CharClass], extra: &str) -> CharSet {
    let ascii = (0..128u8).map(char::from).filter(|character| {
        extra.contains(*character) || classes.iter().any(|class| ascii_class_holds(*class, *character))
    });
    CharSet {
        ascii: ascii.fold(0, |bits, character| bits | 1 << u32::from(character)),
        others: extra.chars().filter(|character| !character.is_ascii()).collect(),
        classes: classes.to_vec(),
        extra: extra.to_owned(),
    }
}

fn ascii_class_holds(class: CharClass, character: char) -> bool {
    match class {
        CharClass::Letter => character.is_ascii_alphabetic(),
        CharClass::Lower => character.is_ascii_lowercase(),
        CharClass::Upper => character.is_ascii_uppercase(),
        CharClass::Digit => character.is_ascii_digit(),
        CharClass::Chinese => false,
        CharClass::Ascii | CharClass::Any => true,
    }
}
