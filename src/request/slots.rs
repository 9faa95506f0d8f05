//! Slots: the parameters of a request, bound to the parameters of an operation.
//!
//! Every form in which requests are written ends here, so that one engine serves all. Nested lists and flat wire names
//! (`DiskDeviceMapping.1.Format`) meet in the same slots. Values are borrowed from the text. What is bound in an
//! unusual way is noted: notes become warnings.

mod bind;
mod given;
mod lists;
mod names;
mod plain;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use crate::operation::screen::Suspects;
use crate::operation::{Form, MAX_LIST_DEPTH, Operation, ParameterIndex};
use crate::place::Span;

pub(crate) use bind::{begin, begin_plain, bind, finish};
pub(crate) use given::bind_written;
pub(crate) use names::looks_secret;

/// Index of a slot in [`Slots::slots`].
pub(crate) type SlotIndex = usize;

/// No slot. Indices are kept in 32 bits: no text has as many values.
const NONE: u32 = u32::MAX;
/// The value of a slot is written as documented.
const NOT_FOLDED: u32 = u32::MAX;

/// The parameters of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots<'t> {
    slots: Vec<Slot<'t>>,
    /// Texts that had escapes, which few have.
    decoded: Vec<String>,
    /// Only where elements of lists came out of order, which few requests do.
    disorder: Option<Box<Disorder>>,
    /// Whether anything was sent that holds nothing: on a wire of text it is not sent at all.
    has_hollow: bool,
    pub notes: Vec<Note>,
    /// Whether parameters that are not seen may be sent too.
    pub more: bool,
    /// Places of values that must not appear in any output.
    pub secrets: Vec<Span>,
}

/// The parameters of a request, and what was found out about them while they were bound.
#[derive(Clone, Debug)]
pub(crate) struct Bound<'t> {
    pub slots: Slots<'t>,
    /// The checks that may lead to findings while no fact is known; none where that is not known yet.
    pub suspects: Option<Suspects>,
}

/// What keeps lists straight whose elements come out of order.
#[derive(Clone, Debug, Default)]
struct Disorder {
    /// All elements of lists by list and position.
    by_position: HashMap<(SlotIndex, u32), SlotIndex>,
    /// Lists whose elements came out of order.
    lists: Vec<SlotIndex>,
}

/// More slots than this are not kept: a single huge request must not hold memory for ever.
const MAX_SPARE: usize = 1 << 12;

thread_local! {
    /// Memory of slots that nobody uses any more.
    static SPARE: Cell<Vec<Slot<'static>>> = const { Cell::new(Vec::new()) };
}

impl Drop for Slots<'_> {
    fn drop(&mut self) {
        if self.slots.capacity() <= MAX_SPARE {
            let spare = emptied(std::mem::take(&mut self.slots));
            // A thread that is ending keeps nothing.
            let _ = SPARE.try_with(|kept| kept.set(spare));
        }
    }
}

/// The memory of a list, for values that borrow from elsewhere: collecting in place keeps it.
#[expect(clippy::unnecessary_filter_map, reason = "it changes the type of what it never gives")]
fn emptied<'n>(mut slots: Vec<Slot<'_>>) -> Vec<Slot<'n>> {
    slots.clear();
    slots.into_iter().filter_map(|_| None).collect()
}

/// The place for one value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot<'t> {
    pub value: Value<'t>,
    pub span: Span,
    /// For an element of a list: its position, from 0.
    pub position: u32,
    next: u32,
    /// The documented value that this value differs from in letter case only.
    folded: u32,
}

/// What stands in a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'t> {
    Absent,
    /// It will be sent, but with which value is not known.
    Unknown,
    /// Whether it is sent is not known, and so neither is its value.
    Perhaps,
    /// A text of which some stretches are not known; each is a [`GAP`](crate::request::given::GAP).
    Partly(&'t str),
    Text(&'t str),
    /// A text that had escapes; [`Slots::text_of`] gives it.
    Decoded(u32),
    Number(&'t str),
    Bool(bool),
    /// An object: its members' slots begin here.
    Record(SlotIndex),
    List {
        first: u32,
        last: u32,
        count: u32,
    },
    /// A list or an object where a scalar belongs, or the other way round; only where JSON types count.
    Misshapen,
}

/// Which elements of the lists around a parameter are meant, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Here {
    elements: [u32; MAX_LIST_DEPTH],
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
    /// Slots with nothing in them, in memory that earlier ones of this thread have left.
    pub fn reused() -> Slots<'t> {
        let mut slots = Slots::default();
        slots.slots = SPARE.try_with(Cell::take).map(emptied).unwrap_or_default();
        slots
    }

    /// Forgets everything but keeps the memory, and makes the slots of an operation's own parameters.
    fn begin(&mut self, operation: &Operation) {
        self.slots.clear();
        self.decoded.clear();
        self.disorder = None;
        self.has_hollow = false;
        self.notes.clear();
        self.secrets.clear();
        self.add_record(operation.roots.len());
    }

    /// Adds the slots of a record and gives the first.
    #[inline]
    fn add_record(&mut self, fields: usize) -> SlotIndex {
        const MANY: [Slot<'static>; 32] = [Slot::EMPTY; 32];
        let base = self.slots.len();
        match MANY.get(..fields) {
            Some(empty) => self.slots.extend_from_slice(empty),
            None => self.slots.resize(base + fields, Slot::EMPTY),
        }
        base
    }

    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many values came with the request, known or not; more than that where there are records.
    pub fn values(&self) -> usize {
        self.slots.len() + self.notes.len() + self.secrets.len()
    }

    /// The most elements that any list has.
    pub fn longest_list(&self) -> usize {
        let counts = self.slots.iter().filter_map(|slot| match slot.value {
            Value::List { count, .. } => Some(count as usize),
            _ => None,
        });
        counts.max().unwrap_or(0)
    }

    #[inline]
    pub fn slot(&self, index: SlotIndex) -> &Slot<'t> {
        &self.slots[index]
    }

    /// The slot of a parameter, when the records around it exist.
    pub fn find(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> Option<SlotIndex> {
        let wanted = &operation.parameters[parameter];
        match wanted.parent {
            None => Some(wanted.slot),
            Some(_) if wanted.name.is_empty() => slot_of(here.elements[wanted.list_depth - 1]),
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
        if slot.folded == NOT_FOLDED {
            return self.text_of(&slot.value);
        }
        operation.parameters[parameter].folded_values.get(slot.folded as usize).map(String::as_str)
    }

    /// The scalar in a value of these slots, as its text on the wire.
    #[inline]
    pub fn text_of<'s>(&'s self, value: &Value<'s>) -> Option<&'s str> {
        match value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Decoded(index) => self.decoded.get(*index as usize).map(String::as_str),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// Whether two values of these slots are of one type and the same.
    fn is_same(&self, one: &Value<'t>, other: &Value<'t>) -> bool {
        let is_text = |value: &Value<'t>| matches!(value, Value::Text(_) | Value::Decoded(_));
        match is_text(one) && is_text(other) {
            true => self.text_of(one) == self.text_of(other),
            false => one == other,
        }
    }

    /// A text as a value of these slots.
    fn text(&mut self, text: Cow<'t, str>) -> Value<'t> {
        match text {
            Cow::Borrowed(text) => Value::Text(text),
            Cow::Owned(text) => {
                self.decoded.push(text);
                Value::Decoded(self.decoded.len() as u32 - 1)
            }
        }
    }

    /// Whether names were met that no rule knows.
    pub fn has_unknown_names(&self) -> bool {
        self.notes.iter().any(|note| note.kind == NoteKind::Unknown)
    }

    /// The elements of a list.
    pub fn elements(&self, list: SlotIndex) -> impl Iterator<Item = SlotIndex> + '_ {
        let first = match self.slots[list].value {
            Value::List { first, .. } => first,
            _ => NONE,
        };
        std::iter::successors(slot_of(first), move |index| slot_of(self.slots[*index].next))
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
            inside.elements[depth] = slot as u32;
            self.visit_elements(operation, elements, depth + 1, inside, visit);
        }
    }

    /// The position, from 1, in the innermost list around `parameter`.
    pub fn position(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> Option<u32> {
        let depth = operation.parameters[parameter].list_depth.checked_sub(1)?;
        self.slots.get(here.elements[depth] as usize).map(|slot| slot.position.saturating_add(1))
    }

    /// The name of a parameter in the provider's wire notation.
    pub fn wire_name(&self, operation: &Operation, parameter: ParameterIndex, here: Here) -> String {
        let mut name = String::new();
        self.push_wire_name(&mut name, operation, parameter, here);
        name
    }

    fn push_wire_name(&self, name: &mut String, operation: &Operation, parameter: ParameterIndex, here: Here) {
        let named = &operation.parameters[parameter];
        let Some(parent) = named.parent else { return name.push_str(&named.name) };
        self.push_wire_name(name, operation, parent, here);
        if !named.name.is_empty() {
            name.push('.');
            name.push_str(&named.name);
            return;
        }
        let position = self.slots.get(here.elements[named.list_depth - 1] as usize).map_or(0, |slot| slot.position);
        operation.provider.wire.push_element(name, position);
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

impl Slot<'_> {
    const EMPTY: Self =
        Slot { value: Value::Absent, span: Span::new(0, 0), position: 0, next: NONE, folded: NOT_FOLDED };
}

/// The slot with this number, unless it is none.
fn slot_of(number: u32) -> Option<SlotIndex> {
    Some(number as usize).filter(|_| number != NONE)
}

/// Whether a value of this form is a single value.
pub(crate) fn is_scalar(form: Form) -> bool {
    matches!(form, Form::String | Form::Integer | Form::Unsigned | Form::Boolean)
}
