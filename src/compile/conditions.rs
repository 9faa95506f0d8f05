//! Conditions: their subjects and structure, names looked up.

use std::cell::Cell;

use crate::compile::Mistakes;
use crate::compile::parameters::Parameters;
use crate::json::Spanned;
use crate::operation::condition::{Condition, Grants, Subject};
use crate::operation::{Entity, EntityIndex, ParameterIndex, Provider};
use crate::place::Span;
use crate::rule::condition::{self as written, Joined};
use crate::similar::did_you_mean;

/// The names that conditions of a file may use.
pub(crate) struct Scope<'s> {
    pub provider: &'s Provider,
    pub parameters: &'s Parameters,
    pub entities: &'s [Entity],
    /// How many patterns there were so far.
    pub patterns: Cell<usize>,
    /// Whether all patterns are known to compile.
    pub is_proven: bool,
}

impl Scope<'_> {
    /// The parameter with this path.
    pub fn find(&self, path: &str) -> Option<ParameterIndex> {
        self.parameters.paths.get(path).copied()
    }

    pub fn unknown_parameter(&self, path: &str, mistakes: &Mistakes<'_>) -> String {
        let hint = mistakes.hint(|| {
            let known: Vec<String> = (0..self.parameters.all.len()).map(|index| self.parameters.path(index)).collect();
            did_you_mean(path, known.iter().map(String::as_str))
        });
        format!("`{path}` is no parameter of this operation{hint}")
    }

    pub fn parameter(&self, path: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<ParameterIndex> {
        let found = self.find(path);
        if found.is_none() {
            mistakes.add(path.span, self.unknown_parameter(path, mistakes));
        }
        found
    }

    pub fn section(&self, name: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<usize> {
        let found = self.provider.section(name);
        if found.is_none() {
            let known = || self.provider.sections.iter().map(|section| section.name.as_str());
            let hint = mistakes.hint(|| did_you_mean(name, known()));
            mistakes.add(name.span, format!("`{}` is no fact section of the provider{hint}", name.value));
        }
        found
    }

    fn entity(&self, name: &str, span: Span, mistakes: &mut Mistakes<'_>) -> Option<EntityIndex> {
        let found = self.entities.iter().position(|entity| entity.name == name);
        if found.is_none() {
            let hint = mistakes.hint(|| did_you_mean(name, self.entities.iter().map(|entity| entity.name.as_str())));
            mistakes.add(span, format!("`{name}` is no entity of this file{hint}"));
        }
        found
    }

    /// `image.Status`: an entity and the path of a field.
    pub(super) fn fact(&self, path: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<Subject> {
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
            joined: rule.joined.as_deref().cloned(),
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
        let words = self.words(rule, &subject, mistakes);
        let mut needs_subject = !words.is_empty();
        made.extend(words.into_iter().map(|word| Condition::Word { subject: subject.clone(), word }));
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
        if let Some(name) = &rule.readable {
            made.extend(self.entity(name, name.span, mistakes).map(Condition::Readable));
        }
        if let Some(no_item) = &rule.no_item {
            let section = self.section(&no_item.section, mistakes);
            let filter = self.boxed(Some(&no_item.filter), mistakes);
            if let (Some(section), Some(filter)) = (section, filter) {
                made.push(Condition::NoItem { section, filter });
            }
        }
        if let Some(trusts) = &rule.trusts {
            for (more, _) in trusts.principal.iter().skip(1) {
                mistakes.add(more.span, "a condition names one principal");
            }
            let principal = trusts.principal.iter().next().map(|(kind, name)| (kind.value.clone(), name.clone()));
            if let (Some(document), Some(principal)) = (self.fact(&trusts.fact, mistakes), principal) {
                made.push(Condition::Trusts { document, principal, action: trusts.action.clone() });
            }
        }
        if let Some(grants) = &rule.grants {
            let section = self.section(&grants.section, mistakes);
            let attachments = grants.attachments.as_ref().and_then(|name| self.attachments(name, mistakes));
            if let (Some(attached), Some(section)) = (self.fact(&grants.fact, mistakes), section) {
                made.push(Condition::Grants(Box::new(Grants {
                    attached,
                    name: grants.name.clone(),
                    enough: grants.enough.clone(),
                    document: grants.document.clone(),
                    section,
                    attachments,
                    actions: grants.actions.clone(),
                })));
            }
        }
        let named = rule.parameter.as_ref().or(rule.fact.as_ref()).or(rule.field.as_ref());
        if let Some(named) = named.filter(|_| !needs_subject && !made.is_empty()) {
            mistakes.add(named.span, "the word of this condition has no subject");
        }
        if needs_subject && subject.is_empty() && mistakes.none() {
            return None;
        }
        if made.len() == 1 { made.pop() } else { None }
    }

    /// A section of attachments with the field by which its items name the role.
    fn attachments(&self, name: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<(usize, String)> {
        let section = self.section(name, mistakes)?;
        let within = self.provider.sections[section].within.clone();
        if within.is_none() {
            mistakes.add(name.span, "attachments lie `within` a role: the section names the field that says in which");
        }
        Some((section, within?))
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
    pub(super) fn boxed(
        &self,
        rule: Option<&written::Condition>,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Box<Condition>> {
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
        mistakes.place_from(before, span);
        if condition.is_none() && mistakes.found.len() == before {
            let place = rule.parameter.as_ref().or(rule.fact.as_ref()).or(rule.field.as_ref());
            let place = place.map_or(span, |subject| subject.span);
            mistakes.add(place, "a condition has exactly one word, and a subject where the word needs one");
        }
        condition
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
