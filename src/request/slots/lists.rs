//! Elements of lists: added in any order, kept in the order of the list.

use super::bind::Binder;
use super::{Disorder, NONE, SlotIndex, Value, is_scalar, slot_of};
use crate::operation::{Form, ParameterIndex};

impl Binder<'_, '_> {
    /// The slot of a list's element, which is added if it is not there.
    pub(super) fn element_slot(&mut self, list: SlotIndex, position: u32) -> SlotIndex {
        let (first, last, count) = match self.slots.slots[list].value {
            Value::List { first, last, count } => (first, last, count),
            _ => (NONE, NONE, 0),
        };
        let last = slot_of(last);
        let last_position = last.map(|last| self.slots.slots[last].position);
        if let Some(last) = last.filter(|_| last_position == Some(position)) {
            return last;
        }
        let out_of_order = last_position.is_some_and(|last| last > position);
        if out_of_order || self.slots.disorder.is_some() {
            let disorder = self.disorder();
            if let Some(known) = disorder.by_position.get(&(list, position)) {
                return *known;
            }
            if out_of_order {
                disorder.lists.push(list);
            }
        }
        let slot = self.slots.add_record(1);
        self.slots.slots[slot].position = position;
        if let Some(disorder) = &mut self.slots.disorder {
            disorder.by_position.insert((list, position), slot);
        }
        if let Some(last) = last {
            self.slots.slots[last].next = slot as u32;
        }
        let first = if first == NONE { slot as u32 } else { first };
        self.slots.slots[list].value = Value::List { first, last: slot as u32, count: count + 1 };
        slot
    }

    /// Elements mostly come in the order of their list; they are indexed by position when they first do not.
    fn disorder(&mut self) -> &mut Disorder {
        if self.slots.disorder.is_none() {
            let mut disorder = Disorder::default();
            for list in 0..self.slots.slots.len() {
                let elements = self.slots.elements(list);
                let indexed = elements.map(|slot| ((list, self.slots.slots[slot].position), slot));
                disorder.by_position.extend(indexed);
            }
            self.slots.disorder = Some(Box::new(disorder));
        }
        self.slots.disorder.get_or_insert_default()
    }

    /// Elements came in the order of the text; checks and reports want the order of the list.
    pub(super) fn put_in_order(&mut self) {
        let Some(disorder) = self.slots.disorder.take() else { return };
        let mut lists = disorder.lists;
        lists.sort_unstable();
        lists.dedup();
        for list in lists {
            let mut elements: Vec<SlotIndex> = self.slots.elements(list).collect();
            elements.sort_by_key(|slot| self.slots.slots[*slot].position);
            self.link(list, &elements);
        }
    }

    /// On a wire that knows only text, a list or an object of which no part is sent is not sent itself.
    pub(super) fn prune(&mut self) {
        let operation = self.operation;
        for root in &operation.roots {
            if !is_scalar(operation.parameters[*root].form) {
                self.prune_slot(*root, operation.parameters[*root].slot);
            }
        }
    }

    /// Takes out what sends nothing, and says whether the slot sends anything.
    pub(super) fn prune_slot(&mut self, parameter: ParameterIndex, slot: SlotIndex) -> bool {
        let operation = self.operation;
        match (&self.slots.slots[slot].value, operation.parameters[parameter].form) {
            (Value::Record(base), _) => {
                let base = *base;
                let mut sends = false;
                for field in operation.fields(Some(parameter)) {
                    sends |= self.prune_slot(*field, base + operation.parameters[*field].slot);
                }
                if !sends {
                    self.slots.slots[slot].value = Value::Absent;
                }
                sends
            }
            (Value::List { first, .. }, Form::List(element)) => {
                let first = *first;
                let (mut next, mut all_sent) = (slot_of(first), first != NONE);
                while let Some(element_slot) = next {
                    all_sent &= self.prune_slot(element, element_slot);
                    next = slot_of(self.slots.slots[element_slot].next);
                }
                if all_sent {
                    return true;
                }
                let elements = self.slots.elements(slot);
                let sent: Vec<SlotIndex> =
                    elements.filter(|element| self.slots.slots[*element].value != Value::Absent).collect();
                self.link(slot, &sent);
                !sent.is_empty()
            }
            (value, _) => *value != Value::Absent,
        }
    }

    /// Makes these the elements of a list, in this order; without any the list is absent.
    pub(super) fn link(&mut self, list: SlotIndex, elements: &[SlotIndex]) {
        for pair in elements.windows(2) {
            self.slots.slots[pair[0]].next = pair[1] as u32;
        }
        self.slots.slots[list].value = match (elements.first(), elements.last()) {
            (Some(first), Some(last)) => {
                self.slots.slots[*last].next = NONE;
                Value::List { first: *first as u32, last: *last as u32, count: elements.len() as u32 }
            }
            _ => Value::Absent,
        };
    }
}
