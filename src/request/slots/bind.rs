//! Filling slots from a request's text.
//!
//! The text was validated when the request was read; a reader that fails here all the same just stops, and leaves what
//! it did not reach absent.

use std::collections::HashSet;

use super::names::{Target, looks_secret};
use super::plain::Plain;
use super::{NONE, NOT_FOLDED, Note, NoteKind, SlotIndex, Slots, Value, is_scalar};
use crate::json::{Kind, RawText, Reader, SyntaxError};
use crate::operation::screen::Suspects;
use crate::operation::{Form, Operation, ParameterIndex};
use crate::place::Span;
use crate::request::Request;
use crate::rule::provider::{EmptyText, Scalars};

/// Binds the parameters of `request`, and gives the checks that may lead to findings, where they could be told on the way.
/// `slots` may be used again and again: what it held is forgotten.
pub(crate) fn bind<'t>(operation: &Operation, request: &Request<'t>, slots: &mut Slots<'t>) -> Option<Suspects> {
    let mut suspects = None;
    match request.params {
        Some(params) => match begin_plain(operation, request.text, params.start, slots) {
            Some((_, found)) => suspects = Some(found),
            None => {
                let bound = begin(operation, &mut Reader::at(request.text, params.start), slots);
                debug_assert!(bound.is_ok(), "the envelope reader has validated the parameters");
            }
        },
        None => drop(Binder::new(operation, slots)),
    }
    let is_as_bound = finish(operation, request, slots);
    suspects.filter(|_| is_as_bound)
}

/// Binds the object that `reader` stands before, and validates it. Nothing may be asked of `slots` before [`finish`].
#[inline]
pub(crate) fn begin<'t>(
    operation: &Operation,
    reader: &mut Reader<'t>,
    slots: &mut Slots<'t>,
) -> Result<(), Box<SyntaxError>> {
    // What is not written plainly may be hollow.
    let bound = Binder::new(operation, slots).members(reader, None, 0);
    slots.has_hollow = true;
    bound
}

/// As [`begin`], for a text that is written plainly: the object begins at byte `at`. Gives the byte behind it and the
/// checks that may lead to findings, or nothing where the text has to be read the other way.
#[inline]
pub(crate) fn begin_plain<'t>(
    operation: &Operation,
    text: &'t str,
    at: usize,
    slots: &mut Slots<'t>,
) -> Option<(usize, Suspects)> {
    let mut plain = Plain::new(operation, slots, text);
    let behind = plain.members(text.as_bytes().get(at..)?, None, 0)?;
    operation.screens.are_of_use.then(|| (text.len() - behind.len(), plain.suspects()))
}

/// Does what can only be done when the whole request has been read. False when there was anything to do.
#[inline]
pub(crate) fn finish<'t>(operation: &Operation, request: &Request<'t>, slots: &mut Slots<'t>) -> bool {
    let hollow = slots.has_hollow && operation.provider.wire.scalars == Scalars::Text;
    if request.unknown.is_empty() && slots.disorder.is_none() && slots.notes.is_empty() && !hollow {
        return true;
    }
    let mut binder = Binder { operation, slots, path: Vec::new() };
    for name in &request.unknown {
        binder.unknown_value(name);
    }
    binder.put_in_order();
    binder.forget_repeated_notes();
    if hollow {
        binder.prune();
    }
    false
}

pub(super) struct Binder<'b, 't> {
    pub(super) operation: &'b Operation,
    pub(super) slots: &'b mut Slots<'t>,
    /// Where the reader is: names are put together only for notes, which few requests have.
    pub(super) path: Vec<Part<'t>>,
}

/// A part of the name of the value at hand.
pub(super) enum Part<'t> {
    Name(RawText<'t>),
    /// A name that a form gives.
    Given(&'t str),
    Position(u32),
}

impl<'b, 't> Binder<'b, 't> {
    /// Begins anew: what `slots` held is forgotten.
    pub(super) fn new(operation: &'b Operation, slots: &'b mut Slots<'t>) -> Self {
        slots.begin(operation);
        Binder { operation, slots, path: Vec::new() }
    }

    /// The name of the value at hand in wire notation, as it was sent.
    pub(super) fn wire_name(&self) -> String {
        let mut name = String::new();
        for part in &self.path {
            match part {
                Part::Position(position) => self.operation.provider.wire.push_element(&mut name, *position),
                Part::Name(part) => push_name(&mut name, &part.decode()),
                Part::Given(part) => push_name(&mut name, part),
            }
        }
        name
    }

    /// Says everything once, however often it was written.
    pub(super) fn forget_repeated_notes(&mut self) {
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

    /// Binds the members of an object: those of the request when `parent` is none.
    pub(super) fn members(
        &mut self,
        reader: &mut Reader<'t>,
        parent: Option<ParameterIndex>,
        base: SlotIndex,
    ) -> Result<(), Box<SyntaxError>> {
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            let kind = reader.peek()?;
            if kind == Kind::Null {
                reader.null()?;
                continue;
            }
            let target = if key.escaped {
                self.target(parent, base, &key.decode())
            } else {
                self.target(parent, base, key.raw())
            };
            self.path.push(Part::Name(key));
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

    #[inline]
    fn target(&mut self, parent: Option<ParameterIndex>, base: SlotIndex, name: &str) -> Target {
        match self.field(parent, base, name) {
            Target::Unknown if parent.is_none() => self.flat(name),
            target => target,
        }
    }

    /// Skips an element that the API ignores.
    fn ignored(&mut self, reader: &mut Reader<'t>) -> Result<(), Box<SyntaxError>> {
        let sends_something = self.sends_something(reader.clone())?;
        let span = reader.skip()?;
        if sends_something {
            self.note_here(NoteKind::Ignored, span);
        }
        Ok(())
    }

    /// Skips the value of an unknown name, and notes the places of what is secret in it.
    pub(super) fn unknown(&mut self, reader: &mut Reader<'t>, name: &str) -> Result<(), Box<SyntaxError>> {
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
    ) -> Result<(), Box<SyntaxError>> {
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
                let value = self.slots.text(text.decode());
                self.scalar(parameter, slot, value, text.span);
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
    ) -> Result<(), Box<SyntaxError>> {
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
    fn sends_something(&self, mut reader: Reader<'t>) -> Result<bool, Box<SyntaxError>> {
        let wire = &self.operation.provider.wire;
        let mut first = true;
        match reader.peek()? {
            Kind::Null => Ok(false),
            Kind::Text => Ok(!(reader.text()?.raw().is_empty() && wire.empty_text == EmptyText::Absent)),
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

    #[inline]
    pub(super) fn scalar(&mut self, parameter: ParameterIndex, slot: SlotIndex, value: Value<'t>, span: Span) {
        let rules = &self.operation.parameters[parameter];
        if rules.secret {
            self.slots.secrets.push(span);
        }
        let is_empty = matches!(value, Value::Text(""));
        let is_absent = is_empty && self.operation.provider.wire.empty_text == EmptyText::Absent;
        let place = &mut self.slots.slots[slot];
        if place.value != Value::Absent || place.span != Span::default() {
            return self.second_value(slot, &value, is_absent, span);
        }
        // Of a value that is absent, too, the place is kept, so that another one is seen to contradict it.
        place.span = span;
        if is_absent {
            return;
        }
        if !rules.folded_values.is_empty()
            && let Some(text) = self.slots.text_of(&value)
            && rules.folded_lookup.get(text).is_none()
        {
            let folded = in_other_case(&rules.folded_values, text);
            if folded != NOT_FOLDED {
                let sent = if rules.secret { String::new() } else { text.to_owned() };
                self.slots.slots[slot].folded = folded;
                let name = self.declared_name(parameter, &self.wire_name());
                self.note(NoteKind::ValueCase, name, &sent, span);
            }
        }
        self.slots.slots[slot].value = value;
    }

    /// Another value for a slot that has one, or that was sent as empty text.
    #[cold]
    fn second_value(&mut self, slot: SlotIndex, value: &Value<'t>, is_absent: bool, span: Span) {
        let known = &self.slots.slots[slot].value;
        let known_as_empty = *known == Value::Absent;
        let same = match self.operation.provider.wire.scalars {
            _ if is_absent || known_as_empty => is_absent && known_as_empty,
            Scalars::Text => self.slots.text_of(known) == self.slots.text_of(value),
            Scalars::Typed => self.slots.is_same(known, value),
        };
        if !same && *known != Value::Unknown {
            let name = self.wire_name();
            self.contradict(slot, &name, span);
        }
    }

    /// Two values for one parameter: which of them the API takes is not known.
    pub(super) fn contradict(&mut self, slot: SlotIndex, wire_name: &str, span: Span) {
        let first = self.slots.slots[slot].span;
        self.slots.notes.retain(|note| !(note.kind == NoteKind::ValueCase && note.span == first));
        self.slots.slots[slot].value = Value::Unknown;
        self.slots.slots[slot].folded = NOT_FOLDED;
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
        let base = self.slots.add_record(self.operation.parameters[parameter].fields.len());
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

fn push_name(name: &mut String, part: &str) {
    if !name.is_empty() {
        name.push('.');
    }
    name.push_str(part);
}

/// The number of the documented value that is this text in another letter case.
#[cold]
fn in_other_case(documented: &[String], text: &str) -> u32 {
    let found = documented.iter().position(|known| known.eq_ignore_ascii_case(text));
    found.map_or(NOT_FOLDED, |index| index as u32)
}
