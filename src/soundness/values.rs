//! Single values that a file names: whether the file's own checks let them through.

use std::collections::{HashMap, HashSet};

use crate::compile::{Mistakes, Written, in_order};
use crate::operation::{Form, Operation, Outcome, ParameterIndex, Run};
use crate::place::Span;
use crate::rule::condition::{Case, Condition, Equals, OneOf};
use crate::rule::operation::{CheckRule, OperationFile};
use crate::soundness::places::{Lookup, Places, find};
use crate::soundness::probe::{By, refusal};

/// Of a very long list only so many values are looked at.
const MOST: usize = 1000;

/// Tells of values that their own parameter refuses: of enumerations, of conditions, of defaults, of the dry run.
pub(super) fn check(written: &OperationFile, operation: &Operation, places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    let mut looked = Looked { operation, places, mistakes };
    for (index, rule) in in_order(written).into_iter().enumerate() {
        for check in rule.checks() {
            looked.check(check, Some(index));
        }
        let Written::Named(named) = rule else { continue };
        let node = looked.places.parameter(index);
        for (place, default) in named.defaults.iter().enumerate() {
            let span = node
                .and_then(|node| node.items_of("defaults").get(place))
                .and_then(|node| node.text_of("value"))
                .map_or(named.name.span, |(_, span)| span);
            looked.value(index, &default.value, span, By::Any, "default");
            if let Some(when) = &default.when {
                looked.condition(when, Some(index), None);
            }
        }
        let is_list = matches!(operation.parameters[index].form, Form::List(_));
        if let Some(limit) = node.and_then(|node| node.get("ignored_beyond")).filter(|_| !is_list) {
            looked.mistakes.add(limit.span, "only a list has elements that may be ignored");
        }
        let required_id =
            operation.checks.iter().find(|check| check.parameter == index && matches!(check.run, Run::Required));
        let refuses_absence = required_id.is_some_and(|check| check.outcome == Outcome::Finding);
        if let Some(defaults) = node.and_then(|node| node.get("defaults"))
            && refuses_absence
            && !named.defaults.is_empty()
        {
            let message = format!("`{}` is required, so that no default is ever taken", named.name.value);
            looked.mistakes.add(defaults.span, message);
        }
    }
    for check in &written.checks {
        let under = check.parameter.as_ref().and_then(|path| find(operation, path));
        looked.check(check, under);
    }
    if let (Some(rule), Some(dry_run)) = (&written.dry_run, &operation.dry_run) {
        let span = places.root.get("dry_run").and_then(|node| node.text_of("value"));
        let span = span.map_or(rule.parameter.span, |(_, span)| span);
        looked.value(dry_run.parameter, &dry_run.value, span, By::Any, "value of the dry run");
    }
}

struct Looked<'l, 'n, 'm, 't> {
    operation: &'l Operation,
    places: &'l Places<'n>,
    mistakes: &'m mut Mistakes<'t>,
}

impl Looked<'_, '_, '_, '_> {
    fn check(&mut self, check: &CheckRule, under: Option<ParameterIndex>) {
        self.condition(&check.must, under, Some(check));
        for condition in [&check.when, &check.cleared_by].into_iter().flatten() {
            self.condition(condition, under, None);
        }
        for (place, row) in check.alternatives.iter().enumerate() {
            let is_answer = check.answer.as_ref().is_some_and(|answer| answer.value == row.value);
            if is_answer || check.alternatives.iter().take(place).any(|known| known.value == row.value) {
                self.mistakes.add(row.span, format!("`{}` is named here already as an answer", row.value));
            }
        }
    }

    /// The values that a condition names, held against the parameter that they are about. `own` is the check whose
    /// constraint this is: its other checks count, not itself.
    fn condition(&mut self, condition: &Condition, under: Option<ParameterIndex>, own: Option<&CheckRule>) {
        let about_facts = condition.fact.is_some() || condition.field.is_some() || condition.joined.is_some();
        let subject = match &condition.parameter {
            Some(path) => find(self.operation, path),
            None => under.filter(|_| !about_facts),
        };
        for one_of in [&condition.one_of, &condition.not_one_of].into_iter().flatten() {
            self.repeated(one_of);
        }
        let by = own.map_or(By::Any, |check| By::FormBesides(&check.id.value));
        if let Some(subject) = subject {
            for value in condition.one_of.iter().flat_map(|one_of| &one_of.values).take(MOST) {
                self.value(subject, &value.value, value.span, by, "value");
            }
            if let Some(list) = condition.one_of.as_ref().and_then(|one_of| one_of.list.as_ref()) {
                let provider = &self.operation.provider;
                let values = provider.lists.iter().find(|known| known.name == list.value);
                let refused = values.and_then(|values| {
                    values.values.iter().find_map(|value| Some((value, refusal(self.operation, subject, value, by)?)))
                });
                if let Some((value, by)) = refused {
                    let message = format!("{value:?} of this list is refused by `{}`", by.id);
                    self.mistakes.add(list.span, message);
                }
            }
            if let Some(Equals { value: Some(value), .. }) = condition.equals.as_deref() {
                let span = condition.parameter.as_ref().map(|path| path.span);
                let span = span.or(own.map(|check| check.id.span));
                if let Some(span) = span {
                    self.value(subject, value, span, by, "value");
                }
            }
            for (key, values) in condition.one_of_by.iter().flat_map(|by| by.values.iter()) {
                for value in values {
                    self.value(subject, value, key.span, by, "value");
                }
            }
        }
        if let Some(by) = &condition.one_of_by
            && let Some(other) = find(self.operation, &by.parameter)
        {
            for (key, _) in by.values.iter() {
                self.value(other, &key.value, key.span, By::Any, "value");
            }
        }
        for parts in [&condition.all_of, &condition.any_of].into_iter().flatten() {
            parts.iter().for_each(|part| self.condition(part, under, own));
        }
        // What must not be may well be refused elsewhere too.
    }

    fn repeated(&mut self, one_of: &OneOf) {
        let undecided: HashSet<&str> = one_of.undecided.iter().map(String::as_str).collect();
        let mut known: HashMap<String, &str> = HashMap::new();
        for value in &one_of.values {
            if undecided.contains(value.value.as_str()) {
                let message = format!("{:?} is among the values and among the undecided ones", value.value);
                self.mistakes.add(value.span, message);
            }
            let first = *known.entry(value.value.to_ascii_lowercase()).or_insert(&value.value);
            if one_of.case == Case::Fold && first != value.value {
                let message = format!("{:?} stands here twice: letter case does not count", value.value);
                self.mistakes.add(value.span, message);
            }
        }
    }

    fn value(&mut self, parameter: ParameterIndex, value: &str, span: Span, by: By<'_>, what: &str) {
        if matches!(self.operation.parameters[parameter].form, Form::List(_) | Form::Object) {
            return;
        }
        if let Some(by) = refusal(self.operation, parameter, value, by) {
            self.mistakes.add(span, format!("the {what} {value:?} is refused by `{}`", by.id));
        }
    }
}
