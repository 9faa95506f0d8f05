//! Filling slots from parameters that are written plainly, as nearly all are: names as documented, nothing twice, no
//! list where a value belongs. Values are screened where they stand, so that nobody has to look at them again.
//!
//! It gives up at the first thing that is not so, and the text is read the other way, from its start: what is unusual is
//! decided, noted and refused in one place only.

use super::{NONE, Slot, SlotIndex, Slots, Value, is_scalar};
use crate::json::Reader;
use crate::json::scan::{behind_space, length_to_quote, plain_length};
use crate::operation::screen::{Raised, Screen, ScreenSet, Suspects};
use crate::operation::{Form, Named, Operation, Parameter, ParameterIndex};
use crate::place::Span;
use crate::rule::provider::EmptyText;

/// A text and what its parameters are bound by. All functions take what is left of the text where something begins, and
/// give what is left behind it; nothing where they give up.
pub(super) struct Plain<'b, 't> {
    operation: &'b Operation,
    slots: &'b mut Slots<'t>,
    text: &'t str,
    empty_is_absent: bool,
    screens: &'b ScreenSet,
    raised: Raised,
    /// The bits of the members that are given of the record at hand.
    given: u64,
}

impl<'b, 't> Plain<'b, 't> {
    /// Begins anew: what `slots` held is forgotten.
    pub fn new(operation: &'b Operation, slots: &'b mut Slots<'t>, text: &'t str) -> Self {
        slots.begin(operation);
        let screens = &operation.screens.for_findings;
        Plain {
            operation,
            slots,
            text,
            empty_is_absent: operation.provider.wire.empty_text == EmptyText::Absent,
            screens,
            raised: screens.at_start,
            given: 0,
        }
    }

    /// The checks that may lead to findings.
    pub fn suspects(&self) -> Suspects {
        self.raised.suspects()
    }

    /// Binds the members of an object: those of the request when `parent` is none.
    pub fn members(&mut self, rest: &'t [u8], parent: Option<ParameterIndex>, base: SlotIndex) -> Option<&'t [u8]> {
        let names = self.operation.names(parent);
        let outer = std::mem::take(&mut self.given);
        let [b'{', rest @ ..] = rest else { return None };
        let mut rest = behind_space(rest);
        if let [b'}', behind @ ..] = rest {
            self.slots.has_hollow = true;
            rest = behind;
        } else {
            loop {
                let [b'"', key @ ..] = rest else { return None };
                let (name, behind) = key.split_at_checked(length_to_quote(key))?;
                let [b'"', behind @ ..] = behind else { return None };
                let named = names.get(name)?;
                let [b':', behind @ ..] = behind_space(behind) else { return None };
                rest = match named {
                    Named::Parameter(index) => {
                        let rules = &self.operation.parameters[index];
                        self.value(behind_space(behind), index, rules, base + rules.slot)?
                    }
                    Named::Common(index) => self.common(behind_space(behind), index)?,
                };
                match behind_space(rest) {
                    [b',', behind @ ..] => rest = behind_space(behind),
                    [b'}', behind @ ..] => {
                        rest = behind;
                        break;
                    }
                    _ => return None,
                }
            }
        }
        let given = std::mem::replace(&mut self.given, outer);
        self.raised.screen_members(self.screens, self.screens.presence(parent), given);
        Some(rest)
    }

    /// A parameter of all operations: there is nothing to say about its value.
    fn common(&mut self, rest: &'t [u8], index: usize) -> Option<&'t [u8]> {
        let behind = self.skip(rest)?;
        if self.operation.provider.common_parameters[index].secret {
            let span = self.span(rest, behind);
            self.slots.secrets.push(span);
        }
        Some(behind)
    }

    /// Binds a value to its slot.
    #[inline(always)]
    fn value(
        &mut self,
        rest: &'t [u8],
        parameter: ParameterIndex,
        rules: &'b Parameter,
        slot: SlotIndex,
    ) -> Option<&'t [u8]> {
        let screen = &self.screens.parameters[parameter];
        let (value, text, behind) = match rest {
            [b'"', inside @ ..] if is_scalar(rules.form) => {
                let length = plain_length(inside);
                let [b'"', behind @ ..] = inside.get(length..)? else {
                    return self.escaped(rest, rules, screen, slot);
                };
                let start = self.text.len() - inside.len();
                let text = self.text.get(start..start + length)?;
                (Value::Text(text), text, behind)
            }
            [b'0'..=b'9' | b'-', ..] if is_scalar(rules.form) => {
                let behind = self.behind_number(rest)?;
                let Span { start, end } = self.span(rest, behind);
                let number = self.text.get(start..end)?;
                (Value::Number(number), number, behind)
            }
            [b't', b'r', b'u', b'e', behind @ ..] if is_scalar(rules.form) => (Value::Bool(true), "true", behind),
            [b'f', b'a', b'l', b's', b'e', behind @ ..] if is_scalar(rules.form) => {
                (Value::Bool(false), "false", behind)
            }
            [b'n', b'u', b'l', b'l', behind @ ..] => {
                self.slots.has_hollow |= rules.parent.is_some();
                return Some(behind);
            }
            _ => return self.structure(rest, parameter, rules, screen, slot),
        };
        let span = self.span(rest, behind);
        self.scalar(rules, screen, slot, value, text, span)?;
        Some(behind)
    }

    /// Puts a single value into its slot, unless one stands there already.
    #[inline(always)]
    fn scalar(
        &mut self,
        rules: &Parameter,
        screen: &Screen,
        slot: SlotIndex,
        value: Value<'t>,
        text: &str,
        span: Span,
    ) -> Option<()> {
        let place = self.slots.slots.get_mut(slot).filter(|place| place.span.end == 0)?;
        // Of a value that is absent, too, the place is kept, so that another one is seen to contradict it.
        place.span = span;
        if rules.secret {
            self.slots.secrets.push(span);
        }
        if text.is_empty() && self.empty_is_absent {
            self.slots.has_hollow |= rules.parent.is_some();
            return Some(());
        }
        place.value = value;
        self.given |= screen.bit;
        let is_text = matches!(value, Value::Text(_) | Value::Decoded(_));
        if !screen.gate.admits(text, is_text) {
            refuse_other_case(rules, text)?;
            self.raised.raise_for_value(screen, text, is_text);
        }
        Some(())
    }

    /// A text with something in it that is not plain.
    #[cold]
    fn escaped(&mut self, rest: &'t [u8], rules: &Parameter, screen: &Screen, slot: SlotIndex) -> Option<&'t [u8]> {
        let mut reader = Reader::at(self.text, self.text.len() - rest.len());
        let raw = reader.text().ok()?;
        let text = raw.decode();
        let value = self.slots.text(text.clone());
        self.scalar(rules, screen, slot, value, &text, raw.span)?;
        self.text.as_bytes().get(reader.offset()..)
    }

    /// An object or a list, where one belongs.
    fn structure(
        &mut self,
        rest: &'t [u8],
        parameter: ParameterIndex,
        rules: &'b Parameter,
        screen: &Screen,
        slot: SlotIndex,
    ) -> Option<&'t [u8]> {
        if self.slots.slots[slot].span.end != 0 {
            return None;
        }
        let (value, behind) = match (rest, rules.form) {
            ([b'{', ..], Form::Object) => {
                self.raised.screen_object(screen);
                let base = self.slots.add_record(rules.fields.len());
                let behind = self.members(rest, Some(parameter), base)?;
                (Value::Record(base), behind)
            }
            ([b'[', elements @ ..], Form::List(element)) => {
                self.raised.screen_element(&self.screens.parameters[element]);
                let limit = rules.ignored_beyond.unwrap_or(u32::MAX);
                let (list, count, behind) = self.elements(behind_space(elements), element, limit)?;
                self.raised.screen_count(screen, count);
                (list, behind)
            }
            _ => return None,
        };
        self.given |= screen.bit;
        let span = self.span(rest, behind);
        self.slots.slots[slot] = Slot { value, span, ..self.slots.slots[slot] };
        Some(behind)
    }

    /// Binds the elements of a list, from behind its bracket, and gives their number, too. From `limit` on elements are
    /// ignored, which is unusual.
    fn elements(
        &mut self,
        mut rest: &'t [u8],
        element: ParameterIndex,
        limit: u32,
    ) -> Option<(Value<'t>, usize, &'t [u8])> {
        let rules = &self.operation.parameters[element];
        let (mut first, mut last, mut count) = (NONE, NONE, 0);
        if let [b']', behind @ ..] = rest {
            self.slots.has_hollow = true;
            return Some((Value::List { first, last, count }, 0, behind));
        }
        for position in 0..limit {
            rest = match rest {
                [b'n', ..] => {
                    self.slots.has_hollow = true;
                    self.skip(rest)?
                }
                _ => {
                    let place = self.slots.add_record(1);
                    self.slots.slots[place].position = position;
                    match last {
                        NONE => first = place as u32,
                        last => self.slots.slots[last as usize].next = place as u32,
                    }
                    last = place as u32;
                    count += 1;
                    self.value(rest, element, rules, place)?
                }
            };
            match behind_space(rest) {
                [b',', behind @ ..] => rest = behind_space(behind),
                [b']', behind @ ..] => return Some((Value::List { first, last, count }, count as usize, behind)),
                _ => return None,
            }
        }
        None
    }

    #[inline]
    fn behind_number(&self, rest: &'t [u8]) -> Option<&'t [u8]> {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_plain = digits == 1 || digits > 1 && rest[0] != b'0';
        match rest.get(digits..)? {
            behind @ [b',' | b'}' | b']' | b' ', ..] if is_plain => Some(behind),
            _ => self.skip_validated(rest),
        }
    }

    /// Skips a single value.
    #[inline]
    fn skip(&self, rest: &'t [u8]) -> Option<&'t [u8]> {
        match rest {
            [b'"', inside @ ..] => match inside.get(plain_length(inside)..)? {
                [b'"', behind @ ..] => Some(behind),
                _ => self.skip_validated(rest),
            },
            [b'{' | b'[', ..] => None,
            _ => self.skip_validated(rest),
        }
    }

    #[inline(never)]
    fn skip_validated(&self, rest: &'t [u8]) -> Option<&'t [u8]> {
        let span = Reader::at(self.text, self.text.len() - rest.len()).skip().ok()?;
        self.text.as_bytes().get(span.end..)
    }

    /// The place between two points of the text.
    #[inline]
    fn span(&self, rest: &[u8], behind: &[u8]) -> Span {
        Span::new(self.text.len() - rest.len(), self.text.len() - behind.len())
    }
}

/// Gives up where a value is a documented one in another letter case.
#[cold]
fn refuse_other_case(rules: &Parameter, text: &str) -> Option<()> {
    let is_documented = || rules.folded_lookup.get(text).is_some();
    let in_other_case = || rules.folded_values.iter().any(|known| known.eq_ignore_ascii_case(text));
    (rules.folded_values.is_empty() || is_documented() || !in_other_case()).then_some(())
}
