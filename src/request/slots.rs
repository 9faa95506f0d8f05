//! Slots: the parameters of a request, bound to the parameters of an operation.
//!
//! Every form in which requests are written ends here, so that one engine serves all. Nested lists and flat wire names
//! (`DiskDeviceMapping.1.Format`) meet in the same slots. Values are borrowed from the text. What is bound in an
//! unusual way is noted: notes become warnings.

mod bind;
mod given;
mod lists;
mod names;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::operation::{Form, MAX_LIST_DEPTH, Operation, ParameterIndex};
use crate::place::Span;
use crate::rule::provider::ListNotation;

pub(crate) use bind::bind;
pub(crate) use names::looks_secret;

/// Index of a slot in [`Slots::slots`].
pub(crate) type SlotIndex = usize;

const NONE: SlotIndex = usize::MAX;

/// The parameters of one request.
#[derive(Debug, Default)]
pub(crate) struct Slots<'t> {
    slots: Vec<Slot<'t>>,
    /// Elements of lists by list and position; only filled once elements come out of order.
    by_position: HashMap<(SlotIndex, u32), SlotIndex>,
    /// Lists whose elements came out of order.
    unordered: Vec<SlotIndex>,
    pub notes: Vec<Note>,
    /// Whether parameters that are not seen may be sent too.
    pub more: bool,
    /// Places of values that must not appear in any output.
    pub secrets: Vec<Span>,
}

/// The place for one value.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'t> {
    pub value: Value<'t>,
    pub span: Span,
    /// For an element of a list: its position, from 0.
    pub position: u32,
    next: SlotIndex,
    /// The documented value that this value differs from in letter case only.
    folded: Option<usize>,
}

/// What stands in a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'t> {
    Absent,
    /// It will be sent, but with which value is not known.
    Unknown,
    /// Whether it is sent is not known, and so neither is its value.
    Perhaps,
    /// A text of which some stretches are not known; each is a [`GAP`](crate::request::given::GAP).
    Partly(&'t str),
    Text(Cow<'t, str>),
    Number(&'t str),
    Bool(bool),
    /// An object: its members' slots begin here.
    Record(SlotIndex),
    List {
        first: SlotIndex,
        last: SlotIndex,
        count: usize,
    },
    /// A list or an object where a scalar belongs, or the other way round; only where JSON types count.
    Misshapen,
}

/// Which elements of the lists around a parameter are meant, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Here {
    elements: [SlotIndex; MAX_LIST_DEPTH],
}

impl Here {
    pub const ROOT: Here = Here { elements: [NONE; MAX_LIST_DEPTH] };
}

/// Something unusual about how a parameter was bound.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub kind: NoteKind,
    /// The parameter in wire notation.
    pub parameter: String,
    /// What was written.
    pub sent: String,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NoteKind {
    ParameterCase,
    ValueCase,
    Unknown,
    /// A list or an object where the wire has a scalar, or the other way round.
    Flattened,
    Duplicate,
    Ignored,
}

impl<'t> Slots<'t> {
    pub fn slot(&self, index: SlotIndex) -> &Slot<'t> {
        &self.slots[index]
    }

    /// The slot of a parameter, when the records around it exist.
    pub fn find(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> Option<SlotIndex> {
        let wanted = &operation.parameters[parameter];
        match wanted.parent {
            None => Some(wanted.slot),
            Some(_) if wanted.name.is_empty() => {
                Some(here.elements[wanted.list_depth - 1]).filter(|element| *element != NONE)
            }
            Some(parent) => match self.slots[self.find(operation, parent, here)?].value {
                Value::Record(base) => Some(base + wanted.slot),
                _ => None,
            },
        }
    }

    /// The scalar in a slot as text, the documented spelling where only letter case differs.
    pub fn scalar<'s>(
        &'s self,
        operation: &'s Operation,
        parameter: ParameterIndex,
        slot: SlotIndex,
    ) -> Option<&'s str> {
        let slot = &self.slots[slot];
        if let Some(folded) = slot.folded {
            return operation.parameters[parameter].folded_values.get(folded).map(String::as_str);
        }
        slot.value.scalar()
    }

    /// The elements of a list.
    pub fn elements(&self, list: SlotIndex) -> impl Iterator<Item = SlotIndex> + '_ {
        let first = match self.slots[list].value {
            Value::List { first, .. } => first,
            _ => NONE,
        };
        let present = |index: SlotIndex| Some(index).filter(|index| *index != NONE);
        std::iter::successors(present(first), move |index| present(self.slots[*index].next))
    }

    /// Calls `visit` once for every existing combination of elements of the lists around `parameter`.
    pub fn for_each_place(&self, operation: &Operation, parameter: ParameterIndex, visit: &mut dyn FnMut(Here)) {
        if operation.parameters[parameter].list_depth == 0 {
            return visit(Here::ROOT);
        }
        let mut elements = [0; MAX_LIST_DEPTH];
        let mut depth = 0;
        let mut next = Some(parameter);
        while let Some(index) = next {
            let parameter = &operation.parameters[index];
            if parameter.name.is_empty() && parameter.parent.is_some() {
                elements[parameter.list_depth - 1] = index;
                depth = depth.max(parameter.list_depth);
            }
            next = parameter.parent;
        }
        self.visit_elements(operation, &elements[..depth], 0, Here::ROOT, visit);
    }

    fn visit_elements(
        &self,
        operation: &Operation,
        elements: &[ParameterIndex],
        depth: usize,
        here: Here,
        visit: &mut dyn FnMut(Here),
    ) {
        let Some(element) = elements.get(depth) else { return visit(here) };
        let list = operation.parameters[*element].parent.and_then(|list| self.find(operation, list, here));
        let Some(list) = list else { return };
        for slot in self.elements(list) {
            let mut inside = here;
            inside.elements[depth] = slot;
            self.visit_elements(operation, elements, depth + 1, inside, visit);
        }
    }

    /// The position, from 1, in the innermost list around `parameter`.
    pub fn position(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> Option<u32> {
        let depth = operation.parameters[parameter].list_depth.checked_sub(1)?;
        self.slots.get(here.elements[depth]).map(|slot| slot.position.saturating_add(1))
    }

    /// The name of a parameter in the provider's wire notation.
    pub fn wire_name(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> String {
        let named = &operation.parameters[parameter];
        let Some(parent) = named.parent else { return named.name.clone() };
        let parent_name = self.wire_name(operation, parent, here);
        if !named.name.is_empty() {
            return format!("{parent_name}.{}", named.name);
        }
        let wire = &operation.provider.wire;
        let position = self.slots.get(here.elements[named.list_depth - 1]).map_or(0, |slot| slot.position);
        let index = u64::from(position) + u64::from(wire.first_index);
        match wire.lists {
            ListNotation::Dotted => format!("{parent_name}.{index}"),
            ListNotation::Bracketed => format!("{parent_name}[{index}]"),
        }
    }

    /// The list or object around a parameter whose content is not known, if there is one.
    pub fn unknown_around(
        &self,
        operation: &Operation,
        parameter: ParameterIndex,
        here: Here,
    ) -> Option<ParameterIndex> {
        let mut around =
            std::iter::successors(operation.parameters[parameter].parent, |outer| operation.parameters[*outer].parent);
        around.find(|outer| {
            self.find(operation, *outer, here)
                .is_some_and(|slot| matches!(self.slots[slot].value, Value::Unknown | Value::Perhaps))
        })
    }

    /// Whether it is not known that a parameter is sent.
    pub fn is_perhaps_absent(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> bool {
        self.find(operation, parameter, here).is_some_and(|slot| self.slots[slot].value == Value::Perhaps)
    }

    /// Whether a parameter will be sent, with whatever value, or perhaps will.
    pub fn is_given(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> bool {
        self.find(operation, parameter, here).is_some_and(|slot| self.slots[slot].value != Value::Absent)
    }
}

impl Value<'_> {
    /// The scalar as its text on the wire.
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Number(number) => Some(number),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }
}

/// Whether a value of this form is a single value.
pub(crate) fn is_scalar(form: Form) -> bool {
    matches!(form, Form::String | Form::Integer | Form::Unsigned | Form::Boolean)
}
