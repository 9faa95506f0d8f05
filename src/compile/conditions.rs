//! Conditions: names looked up, limits held against each other, patterns compiled.

use regex::Regex;

use crate::compile::Mistakes;
use crate::compile::parameters::Parameters;
use crate::json::Spanned;
use crate::operation::condition::{CharSet, Chars, Comparand, Condition, Grants, Piece, Subject, Values, Word};
use crate::operation::{Entity, EntityIndex, ParameterIndex, Provider};
use crate::place::Span;
use crate::rule::condition::{self as written, CharClass, Joined};

/// The greatest size of a compiled pattern, in bytes: a rule file cannot make the program large or slow.
const PATTERN_SIZE_LIMIT: usize = 1 << 20;

/// The names that conditions of a file may use.
pub(crate) struct Scope<'s> {
    pub provider: &'s Provider,
    pub parameters: &'s Parameters,
    pub entities: &'s [Entity],
}

/// What conditions read, for silencing checks.
#[derive(Default)]
pub(crate) struct Reads {
    pub parameters: Vec<ParameterIndex>,
    pub compares_with: Vec<ParameterIndex>,
    pub entities: Vec<EntityIndex>,
    pub facts: bool,
}

impl Scope<'_> {
    /// The parameter with this path.
    pub fn find(&self, path: &str) -> Option<ParameterIndex> {
        (0..self.parameters.all.len()).find(|index| self.parameters.path(*index) == path)
    }

    pub fn unknown_parameter(&self, path: &str) -> String {
        format!("`{path}` is no parameter of this operation")
    }

    pub fn parameter(&self, path: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<ParameterIndex> {
        let found = self.find(path);
        if found.is_none() {
            mistakes.add(path.span, self.unknown_parameter(path));
        }
        found
    }

    pub fn section(&self, name: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<usize> {
        let found = self.provider.section(name);
        if found.is_none() {
            mistakes.add(name.span, format!("`{}` is no fact section of the provider", name.value));
        }
        found
    }

    fn entity(&self, name: &str, span: Span, mistakes: &mut Mistakes<'_>) -> Option<EntityIndex> {
        let found = self.entities.iter().position(|entity| entity.name == name);
        if found.is_none() {
            mistakes.add(span, format!("`{name}` is no entity of this file"));
        }
        found
    }

    /// `image.Status`: an entity and the path of a field.
    fn fact(&self, path: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<Subject> {
        let Some((entity, field)) = path.split_once('.') else {
            mistakes.add(path.span, "a fact is written `entity.Field`");
            return None;
        };
        let entity = self.entity(entity, path.span, mistakes)?;
        Some(Subject::Fact { entity, path: field.to_owned() })
    }

    fn joined(&self, joined: &Joined, mistakes: &mut Mistakes<'_>) -> Option<Subject> {
        let section = self.section(&joined.section, mistakes)?;
        Some(Subject::Joined { section, by: joined.by.clone(), field: joined.field.clone() })
    }

    fn subjects(
        &self,
        rule: &written::Condition,
        own: Option<ParameterIndex>,
        mistakes: &mut Mistakes<'_>,
    ) -> Vec<Subject> {
        let first = written::Subject {
            parameter: rule.parameter.clone(),
            fact: rule.fact.clone(),
            field: rule.field.clone(),
            joined: rule.joined.clone(),
            otherwise: rule.otherwise.clone(),
        };
        let mut subjects = Vec::new();
        let mut next = Some(&first);
        while let Some(subject) = next {
            let before = subjects.len();
            if let Some(path) = &subject.parameter {
                subjects.extend(self.parameter(path, mistakes).map(Subject::Parameter));
            }
            if let Some(path) = &subject.fact {
                subjects.extend(self.fact(path, mistakes));
            }
            if let Some(path) = &subject.field {
                subjects.push(Subject::Field { path: path.value.clone() });
            }
            if let Some(joined) = &subject.joined {
                subjects.extend(self.joined(joined, mistakes));
            }
            if subjects.len() > before + 1 {
                let span = subject.parameter.as_ref().or(subject.fact.as_ref()).or(subject.field.as_ref());
                mistakes.add(span.map(|subject| subject.span).unwrap_or_default(), "a condition has one subject");
            }
            next = subject.otherwise.as_deref();
        }
        if subjects.is_empty() {
            subjects.extend(own.map(Subject::Parameter));
        }
        subjects
    }

    /// Prepares a condition. `own` is the subject of words that name none. Gives nothing when there was a mistake.
    pub fn condition(
        &self,
        rule: &written::Condition,
        own: Option<ParameterIndex>,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Condition> {
        let subject = self.subjects(rule, own, mistakes);
        let mut made: Vec<Condition> = Vec::new();
        let mut needs_subject = false;
        let mut word = |word: Word| {
            needs_subject = true;
            made.push(Condition::Word { subject: subject.clone(), word });
        };
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
            match regex::RegexBuilder::new(&format!("^(?:{})$", pattern.value)).size_limit(PATTERN_SIZE_LIMIT).build() {
                Ok(regex) => word(Word::Pattern(Box::<Regex>::new(regex))),
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
        if rule.not_empty.is_some() {
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
        for (names, at_least_one, at_most_one) in [
            (&rule.exactly_one_of, true, true),
            (&rule.at_most_one_of, false, true),
            (&rule.at_least_one_of, true, false),
        ] {
            let Some(names) = names else { continue };
            let parameters = names.iter().filter_map(|name| self.parameter(name, mistakes)).collect();
            made.push(Condition::Given { parameters, at_least_one, at_most_one });
        }
        if let Some(parts) = &rule.all_of {
            made.push(Condition::AllOf(self.conditions(parts, own, mistakes)));
        }
        if let Some(parts) = &rule.any_of {
            made.push(Condition::AnyOf(self.conditions(parts, own, mistakes)));
        }
        if let Some(part) = &rule.not {
            made.extend(self.condition(part, own, mistakes).map(|part| Condition::Not(Box::new(part))));
        }
        if let Some(each) = &rule.each {
            needs_subject = true;
            let filter = self.boxed(each.filter.as_deref(), mistakes);
            if let Some(must) = self.boxed(Some(&each.must), mistakes) {
                made.push(Condition::Each { subject: subject.clone(), filter, must });
            }
        }
        if let Some(name) = &rule.exists {
            made.extend(self.entity(name, name.span, mistakes).map(Condition::Exists));
        }
        if let Some(no_item) = &rule.no_item {
            let section = self.section(&no_item.section, mistakes);
            let filter = self.boxed(Some(&no_item.filter), mistakes);
            if let (Some(section), Some(filter)) = (section, filter) {
                made.push(Condition::NoItem { section, filter });
            }
        }
        if let Some(trusts) = &rule.trusts {
            let principal = trusts.principal.iter().next().map(|(kind, name)| (kind.value.clone(), name.clone()));
            if let (Some(document), Some(principal)) = (self.fact(&trusts.fact, mistakes), principal) {
                made.push(Condition::Trusts { document, principal, action: trusts.action.clone() });
            }
        }
        if let Some(grants) = &rule.grants {
            let section = self.section(&grants.section, mistakes);
            if let (Some(attached), Some(section)) = (self.fact(&grants.fact, mistakes), section) {
                made.push(Condition::Grants(Box::new(Grants {
                    attached,
                    name: grants.name.clone(),
                    enough: grants.enough.clone(),
                    document: grants.document.clone(),
                    section,
                    actions: grants.actions.clone(),
                })));
            }
        }
        if needs_subject && subject.is_empty() && mistakes.none() {
            return None;
        }
        if made.len() == 1 { made.pop() } else { None }
    }

    fn conditions(
        &self,
        rules: &[written::Condition],
        own: Option<ParameterIndex>,
        mistakes: &mut Mistakes<'_>,
    ) -> Vec<Condition> {
        rules.iter().filter_map(|rule| self.checked_condition(rule, own, Span::default(), mistakes)).collect()
    }

    /// Conditions about an item at hand: their subject is always named.
    fn boxed(&self, rule: Option<&written::Condition>, mistakes: &mut Mistakes<'_>) -> Option<Box<Condition>> {
        self.checked_condition(rule?, None, Span::default(), mistakes).map(Box::new)
    }

    /// As [`Scope::condition`], and says at `span` (or at the subject) when the condition has not exactly one word.
    pub fn checked_condition(
        &self,
        rule: &written::Condition,
        own: Option<ParameterIndex>,
        span: Span,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Condition> {
        let before = mistakes.found.len();
        let condition = self.condition(rule, own, mistakes);
        if condition.is_none() && mistakes.found.len() == before {
            let place = rule.parameter.as_ref().or(rule.fact.as_ref()).or(rule.field.as_ref());
            let place = place.map_or(span, |subject| subject.span);
            mistakes.add(place, "a condition has exactly one word, and a subject where the word needs one");
        }
        condition
    }

    fn values(&self, one_of: &written::OneOf, mistakes: &mut Mistakes<'_>) -> Values {
        let list = one_of.list.as_ref().and_then(|name| {
            let found = self.provider.lists.iter().position(|list| list.name == name.value);
            if found.is_none() {
                mistakes.add(name.span, format!("`{}` is no list of the provider", name.value));
            }
            found
        });
        if let (Some(name), Some(value)) = (&one_of.list, one_of.values.first()) {
            mistakes.add(value.span, format!("either `values` or the list `{}`", name.value));
        }
        for (place, value) in one_of.values.iter().enumerate() {
            if one_of.values[..place].iter().any(|known| known.value == value.value) {
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
                let pieces = template_pieces(template).map(|piece| match piece {
                    Ok(text) => Some(Piece::Text(text.to_owned())),
                    Err(name) => {
                        let found = self.find(name);
                        if found.is_none() {
                            mistakes.add(template.span, self.unknown_parameter(name));
                        }
                        found.map(Piece::Parameter)
                    }
                });
                pieces.collect::<Option<Vec<_>>>().map(Comparand::Template)
            }
            _ => None,
        }
    }

    /// Collects what a condition reads. `compared` is about the right-hand sides only.
    pub fn reads(&self, condition: &Condition, reads: &mut Reads) {
        let subject = |subject: &Subject, reads: &mut Reads| match subject {
            Subject::Parameter(parameter) => reads.parameters.push(*parameter),
            Subject::Fact { entity, .. } => {
                reads.facts = true;
                reads.entities.push(*entity);
                self.reads_key(*entity, reads);
            }
            Subject::Field { .. } | Subject::Joined { .. } => reads.facts = true,
        };
        match condition {
            Condition::Word { subject: subjects, word } => {
                subjects.iter().for_each(|one| subject(one, reads));
                match word {
                    Word::Equals(Comparand::Parameter(other)) | Word::SameLengthAs(other) => {
                        reads.compares_with.push(*other);
                    }
                    Word::Equals(Comparand::Template(pieces)) => {
                        reads.compares_with.extend(pieces.iter().filter_map(|piece| match piece {
                            Piece::Parameter(parameter) => Some(*parameter),
                            Piece::Text(_) => None,
                        }));
                    }
                    Word::Count { filter: Some(filter), .. } => self.reads(filter, reads),
                    _ => {}
                }
            }
            Condition::AllOf(parts) | Condition::AnyOf(parts) => {
                parts.iter().for_each(|part| self.reads(part, reads));
            }
            Condition::Not(part) => self.reads(part, reads),
            Condition::Given { parameters, .. } => reads.parameters.extend(parameters),
            Condition::Each { subject: subjects, filter, must } => {
                subjects.iter().for_each(|one| subject(one, reads));
                if let Some(filter) = filter {
                    self.reads(filter, reads);
                }
                self.reads(must, reads);
            }
            Condition::Exists(entity) => {
                reads.facts = true;
                self.reads_key(*entity, reads);
            }
            Condition::NoItem { filter, .. } => {
                reads.facts = true;
                self.reads(filter, reads);
            }
            Condition::Trusts { document, .. } => subject(document, reads),
            Condition::Grants(grants) => subject(&grants.attached, reads),
        }
    }

    fn reads_key(&self, entity: EntityIndex, reads: &mut Reads) {
        if let Some(entity) = self.entities.get(entity) {
            reads.compares_with.push(entity.key);
        }
    }
}

/// The parts of a template in turn: texts, and as errors the names in braces.
pub(crate) fn template_pieces(template: &str) -> impl Iterator<Item = Result<&str, &str>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix('{')
            && let Some(end) = inner.find('}')
        {
            rest = &inner[end + 1..];
            return Some(Err(&inner[..end]));
        }
        let end = rest.char_indices().skip(1).find(|(_, character)| *character == '{').map_or(rest.len(), |(at, _)| at);
        let (text, behind) = rest.split_at(end);
        rest = behind;
        Some(Ok(text))
    })
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
