//! Screening: which checks may have something to say about a request, found in one walk over its slots.
//!
//! Parameters that are written plainly are screened while they are bound; this walk is for all others, and for whoever
//! wants more than findings. It only ever passes over a check that would hold or not apply; see `operation::screen`.

use crate::operation::screen::{Raised, Screen, ScreenSet, Suspects};
use crate::operation::{Form, Operation, ParameterIndex};
use crate::request::slots::{SlotIndex, Slots, Value};

/// The checks to run when only findings, or findings and warnings, are wanted. None: all of them.
pub(super) fn suspects(
    operation: &Operation,
    slots: &Slots<'_>,
    no_facts: bool,
    only_findings: bool,
) -> Option<Suspects> {
    let screens = &operation.screens;
    let set = if no_facts && only_findings { &screens.for_findings } else { screens.for_all(operation) };
    let mut walk = Walk { operation, slots, set, raised: set.at_start };
    if !screens.are_of_use || !walk.record(None, 0) {
        return None;
    }
    let found = walk.raised.suspects();
    let found = if slots.has_unknown_names() { found.or(&screens.of_unknown_names) } else { found };
    let found = if no_facts { found.without(&screens.open_without_facts) } else { found.or(&screens.with_facts) };
    Some(if only_findings { found.without(&screens.only_warn) } else { found })
}

struct Walk<'w, 't> {
    operation: &'w Operation,
    slots: &'w Slots<'t>,
    set: &'w ScreenSet,
    raised: Raised,
}

impl Walk<'_, '_> {
    /// Walks a record; false as soon as something is met of which nothing can be said in advance.
    fn record(&mut self, parent: Option<ParameterIndex>, base: SlotIndex) -> bool {
        let mut given = 0;
        for (field, slot) in self.operation.fields(parent).iter().zip(base..) {
            if !matches!(self.slots.slot(slot).value, Value::Absent) {
                given |= self.set.parameters[*field].bit;
                if !self.value(*field, slot) {
                    return false;
                }
            }
        }
        self.raised.screen_members(self.set, self.set.presence(parent), given);
        true
    }

    fn value(&mut self, parameter: ParameterIndex, slot: SlotIndex) -> bool {
        let (operation, slots) = (self.operation, self.slots);
        let screen: &Screen = &self.set.parameters[parameter];
        match &slots.slot(slot).value {
            Value::Absent => true,
            Value::Unknown | Value::Perhaps | Value::Partly(_) | Value::Misshapen => false,
            Value::List { count, .. } => {
                let Form::List(element) = operation.parameters[parameter].form else { return false };
                self.raised.screen_count(screen, *count as usize);
                self.raised.screen_element(&self.set.parameters[element]);
                slots.elements(slot).all(|slot| self.value(element, slot))
            }
            Value::Record(base) => {
                self.raised.screen_object(screen);
                self.record(Some(parameter), *base)
            }
            value => {
                let Some(text) = slots.scalar(operation, parameter, slot) else { return false };
                self.raised.screen_value(screen, text, matches!(value, Value::Text(_) | Value::Decoded(_)));
                true
            }
        }
    }
}
