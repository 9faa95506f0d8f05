//! Filling slots from parameters that are written plainly, as nearly all are: names as documented, nothing twice, no
//! list where a value belongs.
//!
//! It gives up at the first thing that is not so, and the text is read the other way, from its start: what is unusual is
//! decided, noted and refused in one place only.

use std::borrow::Cow;

use super::bind::Binder;
use super::{NONE, NOT_FOLDED, SlotIndex, Value, is_scalar};
use crate::json::Reader;
use crate::json::scan::{end_of_plain, next};
use crate::operation::{Form, Named, ParameterIndex};
use crate::place::Span;

/// A text and what its parameters are bound by. All functions take the place at which something begins, and give the
/// place behind it; nothing where they give up.
pub(super) struct Plain<'p, 'b, 't> {
    pub binder: &'p mut Binder<'b, 't>,
    pub text: &'t str,
    pub bytes: &'t [u8],
    pub empty_is_absent: bool,
}

impl<'t> Plain<'_, '_, 't> {
    /// Binds the members of an object: those of the request when `parent` is none.
    pub fn members(&mut self, at: usize, parent: Option<ParameterIndex>, base: SlotIndex) -> Option<usize> {
        let (bytes, operation) = (self.bytes, self.binder.operation);
        let names = operation.names(parent);
        let mut at = next(bytes, at + 1);
        if *bytes.get(at)? == b'}' {
            self.binder.slots.has_hollow = true;
            return Some(at + 1);
        }
        loop {
            if *bytes.get(at)? != b'"' {
                return None;
            }
            let end = end_of_plain(bytes, at + 1);
            if *bytes.get(end)? != b'"' {
                return None;
            }
            let named = names.get(bytes.get(at + 1..end)?)?;
            at = next(bytes, end + 1);
            if *bytes.get(at)? != b':' {
                return None;
            }
            at = next(bytes, at + 1);
            at = match named {
                Named::Parameter(index) => self.value(at, index, base + operation.parameters[index].slot)?,
                Named::Common(index) => {
                    let end = self.skip(at)?;
                    if operation.provider.common_parameters[index].secret {
                        self.binder.slots.secrets.push(Span::new(at, end));
                    }
                    end
                }
            };
            at = next(bytes, at);
            match *bytes.get(at)? {
                b',' => at = next(bytes, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    #[inline]
    fn value(&mut self, at: usize, parameter: ParameterIndex, slot: SlotIndex) -> Option<usize> {
        let (bytes, operation) = (self.bytes, self.binder.operation);
        let form = operation.parameters[parameter].form;
        match *bytes.get(at)? {
            b'"' if is_scalar(form) => {
                let end = end_of_plain(bytes, at + 1);
                let (text, end) = match *bytes.get(end)? {
                    b'"' => (Cow::Borrowed(self.text.get(at + 1..end)?), end + 1),
                    _ => {
                        let mut reader = Reader::at(self.text, at);
                        (reader.text().ok()?.decode(), reader.offset())
                    }
                };
                self.scalar(parameter, slot, Value::Text(text), Span::new(at, end))
            }
            b'0'..=b'9' | b'-' if is_scalar(form) => {
                let end = self.end_of_number(at)?;
                let number = self.text.get(at..end)?;
                self.scalar(parameter, slot, Value::Number(number), Span::new(at, end))
            }
            b't' | b'f' if is_scalar(form) => {
                let mut reader = Reader::at(self.text, at);
                let value = reader.bool().ok()?;
                self.scalar(parameter, slot, Value::Bool(value), Span::new(at, reader.offset()))
            }
            b'n' => {
                self.binder.slots.has_hollow = true;
                self.skip(at)
            }
            b'{' if form == Form::Object => {
                self.refuse_second(slot)?;
                let base = self.binder.record(slot, parameter);
                let end = self.members(at, Some(parameter), base)?;
                self.binder.close(slot, at, end);
                Some(end)
            }
            b'[' => {
                let Form::List(element) = form else { return None };
                self.refuse_second(slot)?;
                self.binder.open(slot, at, Value::List { first: NONE, last: NONE, count: 0 });
                let end = self.elements(at, parameter, element, slot)?;
                self.binder.close(slot, at, end);
                Some(end)
            }
            _ => None,
        }
    }

    fn elements(&mut self, at: usize, list: ParameterIndex, element: ParameterIndex, slot: SlotIndex) -> Option<usize> {
        let bytes = self.bytes;
        let limit = self.binder.operation.parameters[list].ignored_beyond.unwrap_or(u32::MAX);
        let mut at = next(bytes, at + 1);
        if *bytes.get(at)? == b']' {
            self.binder.slots.has_hollow = true;
            return Some(at + 1);
        }
        for position in 0..limit {
            at = match *bytes.get(at)? {
                b'n' => {
                    self.binder.slots.has_hollow = true;
                    self.skip(at)?
                }
                _ => {
                    let place = self.binder.element_slot(slot, position);
                    self.value(at, element, place)?
                }
            };
            at = next(bytes, at);
            match *bytes.get(at)? {
                b',' => at = next(bytes, at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
        None
    }

    #[inline]
    fn scalar(&mut self, parameter: ParameterIndex, slot: SlotIndex, value: Value<'t>, span: Span) -> Option<usize> {
        self.refuse_second(slot)?;
        let rules = &self.binder.operation.parameters[parameter];
        if rules.secret {
            self.binder.slots.secrets.push(span);
        }
        if self.empty_is_absent
            && let Value::Text(text) = &value
            && text.is_empty()
        {
            // The place is kept, so that another value of the same name is seen to contradict it.
            self.binder.slots.slots[slot].span = span;
            self.binder.slots.has_hollow = true;
            return Some(span.end);
        }
        if !rules.folded_values.is_empty() {
            let text = value.scalar()?;
            let as_documented = rules.folded_lookup.get(text).is_some();
            if !as_documented && rules.folded_values.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                return None;
            }
        }
        let place = &mut self.binder.slots.slots[slot];
        place.folded = NOT_FOLDED;
        place.value = value;
        place.span = span;
        Some(span.end)
    }

    /// Gives up where something stands in a slot already.
    #[inline]
    fn refuse_second(&self, slot: SlotIndex) -> Option<()> {
        let place = &self.binder.slots.slots[slot];
        (matches!(place.value, Value::Absent) && place.span.end == 0).then_some(())
    }

    #[inline]
    fn end_of_number(&self, at: usize) -> Option<usize> {
        let digits = self.bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_plain = digits > 0 && (digits == 1 || self.bytes.get(at) != Some(&b'0'));
        match self.bytes.get(at + digits)? {
            b',' | b'}' | b']' | b' ' if is_plain => Some(at + digits),
            _ => {
                let mut reader = Reader::at(self.text, at);
                reader.number().ok()?;
                Some(reader.offset())
            }
        }
    }

    /// Skips a single value.
    #[inline]
    fn skip(&self, at: usize) -> Option<usize> {
        match *self.bytes.get(at)? {
            b'"' => {
                let end = end_of_plain(self.bytes, at + 1);
                match *self.bytes.get(end)? {
                    b'"' => Some(end + 1),
                    _ => Reader::at(self.text, at).skip().ok().map(|span| span.end),
                }
            }
            b'{' | b'[' => None,
            _ => Reader::at(self.text, at).skip().ok().map(|span| span.end),
        }
    }
}
