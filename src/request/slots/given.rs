//! Filling slots from the parameters that a form other than our JSON gives.
//!
//! The same names lead to the same slots as in `bind`, and the same unusual things are noted. What differs is only where
//! values come from, and that they may be known in part.

use super::bind::{Binder, Part};
use super::names::{Target, looks_secret};
use super::{NONE, NoteKind, SlotIndex, Slots, Value, is_scalar};
use crate::operation::{Form, Operation, ParameterIndex};
use crate::place::Span;
use crate::request::given::{Given, GivenValue, Written};
use crate::rule::provider::{EmptyText, Scalars};

/// Binds the parameters that a form gives. `slots` may be used again and again: what it held is forgotten.
pub(crate) fn bind_written<'t>(operation: &Operation, written: &'t Written<'t>, slots: &mut Slots<'t>) {
    let mut binder = Binder::new(operation, slots);
    binder.given_members(&written.given, None, 0);
    binder.put_in_order();
    binder.forget_repeated_notes();
    if operation.provider.wire.scalars == Scalars::Text {
        binder.prune();
    }
    if written.more {
        binder.slots.more = true;
        binder.leave_open();
    }
}

impl<'t> Binder<'_, 't> {
    /// Where further parameters may be sent, what is absent may be one of them.
    fn leave_open(&mut self) {
        for slot in &mut self.slots.slots {
            if slot.value == Value::Absent && slot.span == Span::default() {
                slot.value = Value::Perhaps;
            }
        }
    }

    fn given_members(&mut self, members: &'t [Given<'t>], parent: Option<ParameterIndex>, base: SlotIndex) {
        for given in members.iter().filter(|given| given.value != GivenValue::Null) {
            let target = match self.field(parent, base, &given.name) {
                _ if given.misplaced => Target::Unknown,
                Target::Unknown if parent.is_none() => self.flat(&given.name),
                target => target,
            };
            self.path.push(Part::Given(given.name.as_ref()));
            match target {
                Target::Parameter { parameter, slot, other_case } => {
                    // What sends nothing has no name on the wire.
                    let has_other_name = other_case && self.given_sends(&given.value);
                    self.given_value(given, parameter, slot);
                    if has_other_name && self.slots.slots[slot].value != Value::Absent {
                        let declared = self.declared_name(parameter, &self.wire_name());
                        self.note(NoteKind::ParameterCase, declared, &given.name, given.name_span);
                    }
                }
                Target::Common { secret: true } => self.slots.secrets.push(given.span),
                Target::Common { secret: false } => {}
                Target::Ignored => self.given_ignored(given),
                Target::Unknown => {
                    self.given_unknown(given, &given.name);
                    self.note_here(NoteKind::Unknown, given.name_span);
                }
            }
            self.path.pop();
        }
    }

    fn given_value(&mut self, given: &'t Given<'t>, parameter: ParameterIndex, slot: SlotIndex) {
        let form = self.operation.parameters[parameter].form;
        let span = given.span;
        match (form, &given.value) {
            (_, GivenValue::Null) => {}
            (_, GivenValue::Unknown) => self.given_open(parameter, slot, Value::Unknown, span),
            (form, GivenValue::Partly(text)) if is_scalar(form) => {
                self.given_open(parameter, slot, Value::Partly(text), span);
            }
            (Form::List(element), GivenValue::List(elements)) => {
                self.open(slot, span.start, Value::List { first: NONE, last: NONE, count: 0 });
                for (position, given) in (0u32..).zip(elements) {
                    self.path.push(Part::Position(position));
                    self.given_element(given, parameter, element, slot, position);
                    self.path.pop();
                }
                self.close(slot, span.start, span.end);
            }
            (Form::Object, GivenValue::Members(members)) => {
                let base = self.record(slot, parameter);
                self.given_members(members, Some(parameter), base);
                self.close(slot, span.start, span.end);
            }
            (form, GivenValue::Text(text)) if is_scalar(form) => {
                self.scalar(parameter, slot, Value::Text(text), span);
            }
            (form, GivenValue::Number(number)) if is_scalar(form) => {
                self.scalar(parameter, slot, Value::Number(number), span);
            }
            (form, GivenValue::Bool(value)) if is_scalar(form) => {
                self.scalar(parameter, slot, Value::Bool(*value), span);
            }
            (_, value) => {
                if self.given_sends(value) {
                    self.misshapen(slot, span);
                }
            }
        }
    }

    fn given_element(
        &mut self,
        given: &'t Given<'t>,
        list: ParameterIndex,
        element: ParameterIndex,
        list_slot: SlotIndex,
        position: u32,
    ) {
        if given.value == GivenValue::Null {
            return;
        }
        if self.operation.parameters[list].ignored_beyond.is_some_and(|limit| position >= limit) {
            return self.given_ignored(given);
        }
        let slot = self.element_slot(list_slot, position);
        self.given_value(given, element, slot);
    }

    /// A value that is not known, or only in part.
    fn given_open(&mut self, parameter: ParameterIndex, slot: SlotIndex, value: Value<'t>, span: Span) {
        if self.operation.parameters[parameter].secret {
            self.slots.secrets.push(span);
        }
        let known = &self.slots.slots[slot];
        if known.value == Value::Absent && known.span == Span::default() {
            self.slots.slots[slot].value = value;
            self.slots.slots[slot].span = span;
        } else if known.value != Value::Unknown && known.value != value {
            let name = self.wire_name();
            self.contradict(slot, &name, span);
        }
    }

    fn given_ignored(&mut self, given: &Given<'_>) {
        if self.given_sends(&given.value) {
            self.note_here(NoteKind::Ignored, given.span);
        }
    }

    /// Notes the places of what is secret in the value of an unknown name.
    fn given_unknown(&mut self, given: &Given<'_>, name: &str) {
        let is_secret = |known: &str| {
            let mut common = self.operation.provider.common_parameters.iter();
            common.any(|common| common.secret && common.name.eq_ignore_ascii_case(known))
        };
        if looks_secret(name) || name.split('.').any(is_secret) {
            return self.slots.secrets.push(given.span);
        }
        match &given.value {
            GivenValue::Members(members) => members.iter().for_each(|inner| self.given_unknown(inner, &inner.name)),
            GivenValue::List(elements) => elements.iter().for_each(|inner| self.given_unknown(inner, name)),
            _ => {}
        }
    }

    /// Whether anything of a value travels: on a wire of text, nulls and brackets do not.
    fn given_sends(&self, value: &GivenValue<'_>) -> bool {
        let wire = &self.operation.provider.wire;
        match value {
            GivenValue::Null => false,
            GivenValue::Text(text) => !(text.is_empty() && wire.empty_text == EmptyText::Absent),
            GivenValue::List(inner) | GivenValue::Members(inner) if wire.scalars == Scalars::Text => {
                inner.iter().any(|inner| self.given_sends(&inner.value))
            }
            _ => true,
        }
    }
}
