//! Filling slots from a request's text.
//!
//! The text was validated when the request was read; a reader that fails here all the same just stops, and leaves what
//! it did not reach absent.

use std::borrow::Cow;
use std::collections::HashSet;

use super::names::{Target, looks_secret};
use super::{NONE, Note, NoteKind, Slot, SlotIndex, Slots, Value, is_scalar};
use crate::json::{Kind, RawText, Reader, SyntaxError};
use crate::operation::{Form, Operation, ParameterIndex};
use crate::place::Span;
use crate::request::Request;
use crate::rule::provider::{EmptyText, Scalars};

/// Binds the parameters of `request`. `slots` may be used again and again: what it held is forgotten.
pub(crate) fn bind<'t>(operation: &Operation, request: &'t Request<'t>, slots: &mut Slots<'t>) {
    slots.slots.clear();
    slots.by_position.clear();
    slots.unordered.clear();
    slots.notes.clear();
    slots.more = request.written.as_ref().is_some_and(|written| written.more);
    slots.secrets.clear();
    let mut binder = Binder { operation, slots, path: Vec::new(), indexed: false };
    binder.add_record(operation.roots.len());
    if let Some(params) = request.params.filter(|_| request.written.is_none()) {
        let mut reader = Reader::at(request.text, params.start);
        let bound = binder.members(&mut reader, None, 0);
        debug_assert!(bound.is_ok(), "the envelope reader has validated the parameters");
    }
    for name in &request.unknown {
        binder.unknown_value(name);
    }
    if let Some(written) = &request.written {
        binder.written(written);
    }
    binder.put_in_order();
    binder.forget_repeated_notes();
    if operation.provider.wire.scalars == Scalars::Text {
        binder.prune();
    }
    if binder.slots.more {
        binder.leave_open();
    }
}

pub(super) struct Binder<'b, 't> {
    pub(super) operation: &'b Operation,
    pub(super) slots: &'b mut Slots<'t>,
    /// Where the reader is: names are put together only for notes, which few requests have.
    pub(super) path: Vec<Part<'t>>,
    /// Whether `by_position` holds all elements: only once it is needed.
    pub(super) indexed: bool,
}

/// A part of the name of the value at hand.
pub(super) enum Part<'t> {
    Name(Cow<'t, str>),
    Position(u32),
}

impl<'t> Binder<'_, 't> {
    /// The name of the value at hand in wire notation, as it was sent.
    pub(super) fn wire_name(&self) -> String {
        let mut name = String::new();
        for part in &self.path {
            match part {
                Part::Position(position) => name = self.element_name(&name, *position),
                Part::Name(part) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(part);
                }
            }
        }
        name
    }

    /// Says everything once, however often it was written.
    fn forget_repeated_notes(&mut self) {
        if self.slots.notes.len() > 1 {
            let mut said = HashSet::new();
            self.slots.notes.retain(|note| said.insert((note.kind, note.parameter.clone())));
        }
    }

    /// Notes something about the value at hand.
    pub(super) fn note_here(&mut self, kind: NoteKind, span: Span) {
        let name = self.wire_name();
        self.note(kind, name.clone(), &name, span);
    }

    /// Adds the slots of a record and gives the first.
    pub(super) fn add_record(&mut self, fields: usize) -> SlotIndex {
        let base = self.slots.slots.len();
        self.slots.slots.extend((0..fields).map(|_| Slot::empty()));
        base
    }

    /// Binds the members of an object: those of the request when `parent` is none.
    pub(super) fn members(
        &mut self,
        reader: &mut Reader<'t>,
        parent: Option<ParameterIndex>,
        base: SlotIndex,
    ) -> Result<(), SyntaxError> {
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            let name = key.decode();
            let kind = reader.peek()?;
            if kind == Kind::Null {
                reader.null()?;
                continue;
            }
            let target = match self.field(parent, base, &name) {
                Target::Unknown if parent.is_none() => self.flat(&name),
                target => target,
            };
            self.path.push(Part::Name(name));
            match target {
                Target::Parameter { parameter, slot, other_case } => {
                    // What sends nothing has no name on the wire.
                    let has_other_name = other_case && self.sends_something(reader.clone())?;
                    self.value(reader, kind, parameter, slot)?;
                    if has_other_name && self.slots.slots[slot].value != Value::Absent {
                        let declared = self.declared_name(parameter, &self.wire_name());
                        self.note(NoteKind::ParameterCase, declared, &key.decode(), key.span);
                    }
                }
                Target::Common { secret } => {
                    let span = reader.skip()?;
                    if secret {
                        self.slots.secrets.push(span);
                    }
                }
                Target::Ignored => self.ignored(reader)?,
                Target::Unknown => {
                    self.unknown(reader, &key.decode())?;
                    self.note_here(NoteKind::Unknown, key.span);
                }
            }
            self.path.pop();
        }
        Ok(())
    }

    /// Skips an element that the API ignores.
    fn ignored(&mut self, reader: &mut Reader<'t>) -> Result<(), SyntaxError> {
        let sends_something = self.sends_something(reader.clone())?;
        let span = reader.skip()?;
        if sends_something {
            self.note_here(NoteKind::Ignored, span);
        }
        Ok(())
    }

    /// Skips the value of an unknown name, and notes the places of what is secret in it.
    pub(super) fn unknown(&mut self, reader: &mut Reader<'t>, name: &str) -> Result<(), SyntaxError> {
        let is_secret = |known: &str| {
            let mut common = self.operation.provider.common_parameters.iter();
            common.any(|common| common.secret && common.name.eq_ignore_ascii_case(known))
        };
        let mut first = true;
        match reader.peek()? {
            _ if looks_secret(name) || name.split('.').any(is_secret) => {
                let span = reader.skip()?;
                self.slots.secrets.push(span);
            }
            Kind::Object => {
                reader.begin_object()?;
                while let Some(key) = reader.next_key(&mut first)? {
                    self.unknown(reader, &key.decode())?;
                }
            }
            Kind::List => {
                reader.begin_list()?;
                while reader.next_element(&mut first)? {
                    self.unknown(reader, name)?;
                }
            }
            _ => drop(reader.skip()?),
        }
        Ok(())
    }

    /// Binds the next value of `reader` to a slot.
    pub(super) fn value(
        &mut self,
        reader: &mut Reader<'t>,
        kind: Kind,
        parameter: ParameterIndex,
        slot: SlotIndex,
    ) -> Result<(), SyntaxError> {
        let form = self.operation.parameters[parameter].form;
        let start = reader.offset();
        match (form, kind) {
            (Form::List(element), Kind::List) => {
                self.open(slot, start, Value::List { first: NONE, last: NONE, count: 0 });
                reader.begin_list()?;
                let mut first = true;
                let mut position = 0u32;
                while reader.next_element(&mut first)? {
                    let kind = reader.peek()?;
                    self.path.push(Part::Position(position));
                    self.element(reader, kind, parameter, element, slot, position)?;
                    self.path.pop();
                    position = position.saturating_add(1);
                }
                self.close(slot, start, reader.offset());
            }
            (Form::Object, Kind::Object) => {
                let base = self.record(slot, parameter);
                self.members(reader, Some(parameter), base)?;
                self.close(slot, start, reader.offset());
            }
            (form, Kind::Text) if is_scalar(form) => {
                let text = reader.text()?;
                self.scalar(parameter, slot, Value::Text(text.decode()), text.span);
            }
            (form, Kind::Number) if is_scalar(form) => {
                let number = reader.number()?;
                let span = Span::new(start, reader.offset());
                self.scalar(parameter, slot, Value::Number(number), span);
            }
            (form, Kind::Bool) if is_scalar(form) => {
                let value = reader.bool()?;
                let span = Span::new(start, reader.offset());
                self.scalar(parameter, slot, Value::Bool(value), span);
            }
            _ => {
                let text = reader.clone();
                let span = reader.skip()?;
                if self.sends_something(text)? {
                    self.misshapen(slot, span);
                }
            }
        }
        Ok(())
    }

    pub(super) fn element(
        &mut self,
        reader: &mut Reader<'t>,
        kind: Kind,
        list: ParameterIndex,
        element: ParameterIndex,
        list_slot: SlotIndex,
        position: u32,
    ) -> Result<(), SyntaxError> {
        if kind == Kind::Null {
            return reader.null();
        }
        if self.operation.parameters[list].ignored_beyond.is_some_and(|limit| position >= limit) {
            return self.ignored(reader);
        }
        let slot = self.element_slot(list_slot, position);
        self.value(reader, kind, element, slot)
    }

    /// Whether anything of the next value of `reader` travels: on a wire of text, nulls and brackets do not.
    fn sends_something(&self, mut reader: Reader<'t>) -> Result<bool, SyntaxError> {
        let wire = &self.operation.provider.wire;
        let mut first = true;
        match reader.peek()? {
            Kind::Null => Ok(false),
            Kind::Text => Ok(!(reader.text()?.raw.is_empty() && wire.empty_text == EmptyText::Absent)),
            _ if wire.scalars == Scalars::Typed => Ok(true),
            Kind::Bool | Kind::Number => Ok(true),
            Kind::List => {
                reader.begin_list()?;
                while reader.next_element(&mut first)? {
                    if self.sends_something(reader.clone())? {
                        return Ok(true);
                    }
                    reader.skip()?;
                }
                Ok(false)
            }
            Kind::Object => {
                reader.begin_object()?;
                while reader.next_key(&mut first)?.is_some() {
                    if self.sends_something(reader.clone())? {
                        return Ok(true);
                    }
                    reader.skip()?;
                }
                Ok(false)
            }
        }
    }

    /// A list or an object where a scalar belongs, or the other way round. On a wire that knows only text it travels
    /// under other names, so that the parameter itself is not sent.
    pub(super) fn misshapen(&mut self, slot: SlotIndex, span: Span) {
        match self.operation.provider.wire.scalars {
            Scalars::Text => self.note_here(NoteKind::Flattened, span),
            Scalars::Typed if self.slots.slots[slot].value != Value::Absent => {
                let name = self.wire_name();
                self.contradict(slot, &name, span);
            }
            Scalars::Typed => {
                self.slots.slots[slot].value = Value::Misshapen;
                self.slots.slots[slot].span = span;
            }
        }
    }

    pub(super) fn scalar(&mut self, parameter: ParameterIndex, slot: SlotIndex, value: Value<'t>, span: Span) {
        let provider = &self.operation.provider;
        let empty = matches!(&value, Value::Text(text) if text.is_empty());
        let rules = &self.operation.parameters[parameter];
        if rules.secret {
            self.slots.secrets.push(span);
        }
        let is_absent = empty && provider.wire.empty_text == EmptyText::Absent;
        let known = &self.slots.slots[slot];
        let known_as_empty = known.value == Value::Absent && known.span != Span::default();
        if known.value != Value::Absent || known_as_empty {
            let same = match provider.wire.scalars {
                _ if is_absent || known_as_empty => is_absent && known_as_empty,
                Scalars::Text => known.value.scalar() == value.scalar(),
                Scalars::Typed => known.value == value,
            };
            if !same && known.value != Value::Unknown {
                let name = self.wire_name();
                self.contradict(slot, &name, span);
            }
            return;
        }
        if is_absent {
            // The place is kept, so that another value of the same name is seen to contradict it.
            self.slots.slots[slot].span = span;
            return;
        }
        let mut folded = None;
        if let Some(text) = value.scalar().filter(|_| !rules.folded_values.is_empty()) {
            if !rules.folded_values.iter().any(|known| known == text) {
                folded = rules.folded_values.iter().position(|known| known.eq_ignore_ascii_case(text));
            }
            if folded.is_some() {
                let sent = if rules.secret { String::new() } else { text.to_owned() };
                let name = self.declared_name(parameter, &self.wire_name());
                self.note(NoteKind::ValueCase, name, &sent, span);
            }
        }
        let place = &mut self.slots.slots[slot];
        place.value = value;
        place.span = span;
        place.folded = folded;
    }

    /// Two values for one parameter: which of them the API takes is not known.
    pub(super) fn contradict(&mut self, slot: SlotIndex, wire_name: &str, span: Span) {
        let first = self.slots.slots[slot].span;
        self.slots.notes.retain(|note| !(note.kind == NoteKind::ValueCase && note.span == first));
        self.slots.slots[slot].value = Value::Unknown;
        self.slots.slots[slot].folded = None;
        self.note(NoteKind::Duplicate, wire_name.to_owned(), wire_name, span);
    }

    /// Marks a slot as a list or record, unless it is one already.
    pub(super) fn open(&mut self, slot: SlotIndex, start: usize, value: Value<'t>) {
        let place = &mut self.slots.slots[slot];
        if std::mem::discriminant(&place.value) != std::mem::discriminant(&value) {
            place.value = value;
            place.span = Span::new(start, start);
        }
    }

    pub(super) fn close(&mut self, slot: SlotIndex, start: usize, end: usize) {
        self.slots.slots[slot].span = Span::new(start, end);
    }

    /// The first slot of the record in `slot`, which becomes one if it is none.
    pub(super) fn record(&mut self, slot: SlotIndex, parameter: ParameterIndex) -> SlotIndex {
        if let Value::Record(base) = self.slots.slots[slot].value {
            return base;
        }
        let base = self.add_record(self.operation.parameters[parameter].fields.len());
        self.slots.slots[slot].value = Value::Record(base);
        base
    }

    /// A parameter whose value is not known yet.
    pub(super) fn unknown_value(&mut self, name: &RawText<'t>) {
        let decoded = name.decode();
        let target = match self.field(None, 0, &decoded) {
            Target::Unknown => self.flat(&decoded),
            target => target,
        };
        match target {
            Target::Parameter { parameter, slot, other_case } => {
                if other_case {
                    let declared = self.declared_name(parameter, &decoded);
                    self.note(NoteKind::ParameterCase, declared, &decoded, name.span);
                }
                if !matches!(self.slots.slots[slot].value, Value::Absent | Value::Unknown) {
                    self.contradict(slot, &decoded, name.span);
                }
                self.slots.slots[slot].value = Value::Unknown;
                self.slots.slots[slot].span = name.span;
            }
            Target::Common { .. } => {}
            Target::Ignored => self.note(NoteKind::Ignored, decoded.clone().into_owned(), &decoded, name.span),
            Target::Unknown => self.note(NoteKind::Unknown, decoded.clone().into_owned(), &decoded, name.span),
        }
    }

    pub(super) fn note(&mut self, kind: NoteKind, parameter: String, sent: &str, span: Span) {
        self.slots.notes.push(Note { kind, parameter, sent: sent.to_owned(), span });
    }
}

impl Slot<'_> {
    pub(super) fn empty() -> Self {
        Slot { value: Value::Absent, span: Span::default(), position: 0, next: NONE, folded: None }
    }
}
