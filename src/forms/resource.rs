//! From the arguments of a resource to the parameters of the call that its plug-in makes for it.
//!
//! Which argument travels in which parameter, and what the plug-in adds, stands in rule files. Here arguments are a tree of
//! values as a template or plan holds them, and so are the parameters that come of them; places are kept.

use std::borrow::Cow;

use crate::operation::resources::{Argument, DefaultValue, PathStep, Resource};
use crate::place::Span;
use crate::request::client::MissingArgument;
use crate::request::given::{Given, GivenValue, Written};
use crate::request::slots::looks_secret;
use crate::rule::resources::SentAs;

/// What a resource sends. `settings` are the arguments that the plug-in is given for the provider as a whole, `extent` is
/// the resource's own place.
pub(crate) fn written<'t>(
    resource: &Resource,
    arguments: &[Given<'t>],
    settings: &[Given<'t>],
    extent: Span,
) -> Written<'t> {
    let mut sent = Sent { resource, written: Written::default(), extent };
    hide_secrets(arguments, &resource.secrets, &mut sent.written);
    for rule in settings_of(resource) {
        sent.argument(rule, settings);
    }
    for rule in &resource.arguments {
        sent.argument(rule, arguments);
    }
    sent.written
}

fn settings_of(resource: &Resource) -> &[Argument] {
    let settings = resource.provider.resource_settings.iter().find(|(form, _)| *form == resource.form);
    settings.map_or(&[], |(_, arguments)| arguments)
}

/// Keeps what is secret among arguments out of all output, whether it is sent or not.
fn hide_secrets<'t>(arguments: &[Given<'t>], secrets: &[String], written: &mut Written<'t>) {
    for given in arguments {
        if secrets.iter().any(|secret| *secret == given.name) || looks_secret(&given.name) {
            written.hide(given);
        } else if let GivenValue::List(inner) | GivenValue::Members(inner) = &given.value {
            hide_secrets(inner, secrets, written);
        }
    }
}

struct Sent<'r, 't> {
    resource: &'r Resource,
    written: Written<'t>,
    extent: Span,
}

/// An element of a list of the arguments, on the way to a value.
#[derive(Clone, Copy)]
struct Element {
    position: usize,
    name_span: Span,
    list: Span,
    span: Span,
}

impl<'t> Sent<'_, 't> {
    fn argument(&mut self, rule: &Argument, arguments: &[Given<'t>]) {
        let is_overridden = rule.overridden_by.iter().any(|name| find(arguments, name).is_some());
        self.walk(rule, is_overridden, arguments, &rule.path, &mut Vec::new());
    }

    /// Follows the path of an argument through blocks and lists. Depth and number of steps are those of the rule.
    fn walk(
        &mut self,
        rule: &Argument,
        is_overridden: bool,
        members: &[Given<'t>],
        path: &[PathStep],
        way: &mut Vec<Element>,
    ) {
        let Some((step, rest)) = path.split_first() else { return };
        let Some(given) = find(members, &step.name) else {
            // What lies in a list or block that is not there is not sent.
            if rest.is_empty() && !step.each {
                self.unset(rule, way);
            }
            return;
        };
        match (&given.value, step.each) {
            (GivenValue::Unknown, _) if step.each || !rest.is_empty() => self.unknown(rule, given, way),
            (GivenValue::List(elements), true) => {
                for (position, element) in elements.iter().enumerate() {
                    way.push(Element { position, name_span: given.name_span, list: given.span, span: element.span });
                    self.inside(rule, is_overridden, element, rest, way);
                    way.pop();
                }
            }
            (_, true) => {
                // One block where there may be several.
                way.push(Element { position: 0, name_span: given.name_span, list: given.span, span: given.span });
                self.inside(rule, is_overridden, given, rest, way);
                way.pop();
            }
            (_, false) => self.inside(rule, is_overridden, given, rest, way),
        }
    }

    fn inside(
        &mut self,
        rule: &Argument,
        is_overridden: bool,
        given: &Given<'t>,
        rest: &[PathStep],
        way: &mut Vec<Element>,
    ) {
        match &given.value {
            _ if rest.is_empty() => self.value(rule, is_overridden, given, way),
            GivenValue::Members(members) => self.walk(rule, is_overridden, members, rest, way),
            GivenValue::Null => {}
            GivenValue::Unknown => self.unknown(rule, given, way),
            // No plug-in accepts it; what it would send is not known.
            _ => self.written.more = true,
        }
    }

    fn value(&mut self, rule: &Argument, is_overridden: bool, given: &Given<'t>, way: &[Element]) {
        if given.value == GivenValue::Null || rule.empty_is_unset && is_empty(&given.value) {
            return self.unset(rule, way);
        }
        let value = match (rule.sent_as, &given.value) {
            _ if is_overridden => GivenValue::Unknown,
            (Some(SentAs::Text), GivenValue::Number(number)) => GivenValue::Text(number.clone()),
            (Some(SentAs::Text), GivenValue::Bool(value)) => {
                GivenValue::Text(if *value { "true" } else { "false" }.into())
            }
            (_, value) => value.clone(),
        };
        self.place(rule, value, given.name_span, given.span, way);
    }

    fn unset(&mut self, rule: &Argument, way: &[Element]) {
        let value = match &rule.default {
            None if rule.from_environment => GivenValue::Unknown,
            None => return self.missing(rule, way),
            Some(DefaultValue::Text(text)) => GivenValue::of_text(Cow::Owned(text.clone())),
            Some(DefaultValue::Number(number)) => GivenValue::Number(Cow::Owned(number.clone())),
            Some(DefaultValue::Bool(value)) => GivenValue::Bool(*value),
        };
        let span = way.last().map_or(self.extent, |element| element.span);
        self.place(rule, value, span, span, way);
    }

    fn missing(&mut self, rule: &Argument, way: &[Element]) {
        let Some(message) = &rule.refused_without else { return };
        let mut elements = way.iter();
        let mut parameter = String::new();
        for step in &rule.parameter {
            if !parameter.is_empty() {
                parameter.push('.');
            }
            parameter.push_str(&step.name);
            if step.each {
                let position = elements.next().and_then(|element| u32::try_from(element.position).ok());
                self.resource.provider.wire.push_element(&mut parameter, position.unwrap_or_default());
            }
        }
        self.written.missing_arguments.push(MissingArgument {
            form: self.resource.form.name(),
            name: rule.name(),
            parameter,
            message: message.clone(),
            source: self.resource.source.clone(),
            span: way.last().map_or(self.extent, |element| element.span),
        });
    }

    /// A list or block of which nothing is known but that it is there.
    fn unknown(&mut self, rule: &Argument, given: &Given<'t>, way: &[Element]) {
        let lists = |path: &[PathStep]| path.iter().filter(|step| step.each).count();
        if lists(&rule.path) != lists(&rule.parameter) {
            self.written.more = true;
            return;
        }
        // As far as lists are known, then the next list, whole.
        let mut left = way.len();
        let known = rule.parameter.iter().position(|step| {
            let is_next = step.each && left == 0;
            left = left.saturating_sub(usize::from(step.each));
            is_next
        });
        let end = known.map_or(rule.parameter.len(), |at| at + 1);
        let mut path = rule.parameter.get(..end).unwrap_or_default().to_vec();
        if let (Some(_), Some(last)) = (known, path.last_mut()) {
            last.each = false;
        }
        let leaf = Leaf { value: GivenValue::Unknown, name_span: given.name_span, span: given.span };
        put(&mut self.written.given, &path, leaf, way, self.extent);
    }

    fn place(&mut self, rule: &Argument, value: GivenValue<'t>, name_span: Span, span: Span, way: &[Element]) {
        put(&mut self.written.given, &rule.parameter, Leaf { value, name_span, span }, way, self.extent);
    }
}

struct Leaf<'t> {
    value: GivenValue<'t>,
    name_span: Span,
    span: Span,
}

/// Puts a value where a path leads; lists and objects on the way are made. Elements of lists are those of the arguments on
/// the way; where there are none, the list has one.
fn put<'t>(members: &mut Vec<Given<'t>>, path: &[PathStep], leaf: Leaf<'t>, way: &[Element], extent: Span) {
    let Some((step, rest)) = path.split_first() else { return };
    let (element, way) = match way.split_first() {
        Some((element, way)) if step.each => (Some(*element), way),
        _ => (None, way),
    };
    let known = members.iter().position(|known| known.name == step.name);
    let index = known.unwrap_or_else(|| {
        let place = match element {
            Some(element) => (element.name_span, element.list),
            None if rest.is_empty() => (leaf.name_span, leaf.span),
            None => (extent, extent),
        };
        members.push(Given::new(Cow::Owned(step.name.clone()), place.0, GivenValue::Null, place.1));
        members.len() - 1
    });
    let Some(mut target) = members.get_mut(index) else { return };
    if step.each {
        if target.value == GivenValue::Null {
            target.value = GivenValue::List(Vec::new());
        }
        let GivenValue::List(elements) = &mut target.value else { return };
        let position = element.map_or(0, |element| element.position);
        let span = element.map_or(if rest.is_empty() { leaf.span } else { extent }, |element| element.span);
        while elements.len() <= position {
            elements.push(Given::element(GivenValue::Null, span));
        }
        let Some(found) = elements.get_mut(position) else { return };
        found.span = span;
        found.name_span = span;
        target = found;
    }
    if rest.is_empty() {
        target.value = leaf.value;
        return;
    }
    if target.value == GivenValue::Null {
        target.value = GivenValue::Members(Vec::new());
    }
    if let GivenValue::Members(members) = &mut target.value {
        put(members, rest, leaf, way, extent);
    }
}

/// The argument of this name, when it is set: of several, the last.
fn find<'g, 't>(members: &'g [Given<'t>], name: &str) -> Option<&'g Given<'t>> {
    members.iter().rev().find(|given| given.name == name && given.value != GivenValue::Null)
}

fn is_empty(value: &GivenValue<'_>) -> bool {
    match value {
        GivenValue::Null | GivenValue::Bool(false) => true,
        GivenValue::Text(text) => text.is_empty(),
        GivenValue::Number(number) => number == "0",
        GivenValue::List(inner) | GivenValue::Members(inner) => inner.is_empty(),
        _ => false,
    }
}
