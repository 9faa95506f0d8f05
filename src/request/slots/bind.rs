//! Filling slots from a request's text.
//!
//! The text was validated when the request was read; a reader that fails here all the same just stops, and leaves what
//! it did not reach absent.

use super::{NONE, Note, NoteKind, Slot, SlotIndex, Slots, Value, is_scalar};
use crate::json::{Kind, RawText, Reader, SyntaxError};
use crate::operation::{Form, Operation, ParameterIndex};
use crate::place::Span;
use crate::request::Request;
use crate::rule::provider::{EmptyText, ListNotation, NameCase, Scalars};

/// Binds the parameters of `request`. `slots` may be used again and again: what it held is forgotten.
pub(crate) fn bind<'t>(operation: &Operation, request: &Request<'t>, slots: &mut Slots<'t>) {
    slots.slots.clear();
    slots.by_position.clear();
    slots.unordered.clear();
    slots.notes.clear();
    slots.secrets.clear();
    let mut binder = Binder { operation, slots, indexed: false };
    binder.add_record(operation.roots.len());
    if let Some(params) = request.params {
        let mut reader = Reader::at(request.text, params.start);
        let bound = binder.members(&mut reader, None, 0, "");
        debug_assert!(bound.is_ok(), "the envelope reader has validated the parameters");
    }
    for name in &request.unknown {
        binder.unknown_value(name);
    }
    binder.put_in_order();
}

struct Binder<'b, 't> {
    operation: &'b Operation,
    slots: &'b mut Slots<'t>,
    /// Whether `by_position` holds all elements: only once it is needed.
    indexed: bool,
}

/// Where a name leads.
enum Target {
    Parameter {
        parameter: ParameterIndex,
        slot: SlotIndex,
        other_case: bool,
    },
    Common {
        secret: bool,
    },
    /// An element that the API ignores.
    Ignored,
    Unknown,
}

/// A step of a flat name.
#[derive(Clone, Copy)]
enum Step<'n> {
    Name(&'n str),
    Index(u32),
}

impl<'t> Binder<'_, 't> {
    /// Adds the slots of a record and gives the first.
    fn add_record(&mut self, fields: usize) -> SlotIndex {
        let base = self.slots.slots.len();
        self.slots.slots.extend((0..fields).map(|_| Slot::empty()));
        base
    }

    /// Binds the members of an object: those of the request when `parent` is none. `prefix` is its wire name.
    fn members(
        &mut self,
        reader: &mut Reader<'t>,
        parent: Option<ParameterIndex>,
        base: SlotIndex,
        prefix: &str,
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
            let (target, wire_name) = match self.field(parent, base, &name) {
                Target::Unknown if parent.is_none() => (self.flat(&name), name.clone().into_owned()),
                target if prefix.is_empty() => (target, name.clone().into_owned()),
                target => (target, format!("{prefix}.{name}")),
            };
            match target {
                Target::Parameter { parameter, slot, other_case } => {
                    if other_case {
                        self.note(NoteKind::ParameterCase, self.declared_name(parameter, &wire_name), &name, key.span);
                    }
                    self.value(reader, kind, parameter, slot, &wire_name)?;
                }
                Target::Common { secret } => {
                    let span = reader.skip()?;
                    if secret {
                        self.slots.secrets.push(span);
                    }
                }
                Target::Ignored => {
                    let span = reader.skip()?;
                    self.note(NoteKind::Ignored, wire_name.clone(), &wire_name, span);
                }
                Target::Unknown => {
                    self.unknown(reader, &name)?;
                    self.note(NoteKind::Unknown, wire_name.clone(), &wire_name, key.span);
                }
            }
        }
        Ok(())
    }

    /// Skips the value of an unknown name, and notes the places of what is secret in it.
    fn unknown(&mut self, reader: &mut Reader<'t>, name: &str) -> Result<(), SyntaxError> {
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
    fn value(
        &mut self,
        reader: &mut Reader<'t>,
        kind: Kind,
        parameter: ParameterIndex,
        slot: SlotIndex,
        wire_name: &str,
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
                    self.element(reader, kind, parameter, element, slot, position, wire_name)?;
                    position = position.saturating_add(1);
                }
                self.close(slot, start, reader.offset());
            }
            (Form::Object, Kind::Object) => {
                let base = self.record(slot, parameter);
                self.members(reader, Some(parameter), base, wire_name)?;
                self.close(slot, start, reader.offset());
            }
            (form, Kind::Text) if is_scalar(form) => {
                let text = reader.text()?;
                self.scalar(parameter, slot, Value::Text(text.decode()), text.span, wire_name);
            }
            (form, Kind::Number) if is_scalar(form) => {
                let number = reader.number()?;
                let span = Span::new(start, reader.offset());
                self.scalar(parameter, slot, Value::Number(number), span, wire_name);
            }
            (form, Kind::Bool) if is_scalar(form) => {
                let value = reader.bool()?;
                let span = Span::new(start, reader.offset());
                self.scalar(parameter, slot, Value::Bool(value), span, wire_name);
            }
            _ => {
                let span = reader.skip()?;
                self.misshapen(slot, wire_name, span);
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one value on its way; a struct would only name these again")]
    fn element(
        &mut self,
        reader: &mut Reader<'t>,
        kind: Kind,
        list: ParameterIndex,
        element: ParameterIndex,
        list_slot: SlotIndex,
        position: u32,
        list_name: &str,
    ) -> Result<(), SyntaxError> {
        if kind == Kind::Null {
            return reader.null();
        }
        let wire_name = self.element_name(list_name, position);
        if self.operation.parameters[list].ignored_beyond.is_some_and(|limit| position >= limit) {
            let span = reader.skip()?;
            self.note(NoteKind::Ignored, wire_name.clone(), &wire_name, span);
            return Ok(());
        }
        let slot = self.element_slot(list_slot, position);
        self.value(reader, kind, element, slot, &wire_name)
    }

    /// A list or an object where a scalar belongs, or the other way round. On a wire that knows only text it travels
    /// under other names, so that the parameter itself is not sent.
    fn misshapen(&mut self, slot: SlotIndex, wire_name: &str, span: Span) {
        match self.operation.provider.wire.scalars {
            Scalars::Text => self.note(NoteKind::Flattened, wire_name.to_owned(), wire_name, span),
            Scalars::Typed => {
                self.slots.slots[slot].value = Value::Misshapen;
                self.slots.slots[slot].span = span;
            }
        }
    }

    fn scalar(&mut self, parameter: ParameterIndex, slot: SlotIndex, value: Value<'t>, span: Span, wire_name: &str) {
        let provider = &self.operation.provider;
        let empty = matches!(&value, Value::Text(text) if text.is_empty());
        if empty && provider.wire.empty_text == EmptyText::Absent {
            return;
        }
        let rules = &self.operation.parameters[parameter];
        if rules.secret {
            self.slots.secrets.push(span);
        }
        let known = &self.slots.slots[slot].value;
        if *known != Value::Absent {
            let same = match provider.wire.scalars {
                Scalars::Text => known.scalar() == value.scalar(),
                Scalars::Typed => *known == value,
            };
            if !same && *known != Value::Unknown {
                self.slots.slots[slot].value = Value::Unknown;
                self.slots.slots[slot].folded = None;
                self.note(NoteKind::Duplicate, wire_name.to_owned(), wire_name, span);
            }
            return;
        }
        let mut folded = None;
        if let Some(text) = value.scalar().filter(|_| !rules.folded_values.is_empty()) {
            if !rules.folded_values.iter().any(|known| known == text) {
                folded = rules.folded_values.iter().position(|known| known.eq_ignore_ascii_case(text));
            }
            if folded.is_some() {
                let sent = if rules.secret { String::new() } else { text.to_owned() };
                self.note(NoteKind::ValueCase, wire_name.to_owned(), &sent, span);
            }
        }
        let place = &mut self.slots.slots[slot];
        place.value = value;
        place.span = span;
        place.folded = folded;
    }

    /// Marks a slot as a list or record, unless it is one already.
    fn open(&mut self, slot: SlotIndex, start: usize, value: Value<'t>) {
        let place = &mut self.slots.slots[slot];
        if std::mem::discriminant(&place.value) != std::mem::discriminant(&value) {
            place.value = value;
            place.span = Span::new(start, start);
        }
    }

    fn close(&mut self, slot: SlotIndex, start: usize, end: usize) {
        self.slots.slots[slot].span = Span::new(start, end);
    }

    /// The first slot of the record in `slot`, which becomes one if it is none.
    fn record(&mut self, slot: SlotIndex, parameter: ParameterIndex) -> SlotIndex {
        if let Value::Record(base) = self.slots.slots[slot].value {
            return base;
        }
        let base = self.add_record(self.operation.parameters[parameter].fields.len());
        self.slots.slots[slot].value = Value::Record(base);
        base
    }

    /// The slot of a list's element, which is added if it is not there.
    fn element_slot(&mut self, list: SlotIndex, position: u32) -> SlotIndex {
        let (first, last, count) = match self.slots.slots[list].value {
            Value::List { first, last, count } => (first, last, count),
            _ => (NONE, NONE, 0),
        };
        let last_position = if last == NONE { None } else { Some(self.slots.slots[last].position) };
        if last_position == Some(position) {
            return last;
        }
        let out_of_order = last_position.is_some_and(|last| last > position);
        if out_of_order {
            self.index_elements();
            if let Some(known) = self.slots.by_position.get(&(list, position)) {
                return *known;
            }
            self.slots.unordered.push(list);
        }
        let slot = self.add_record(1);
        self.slots.slots[slot].position = position;
        if self.indexed {
            self.slots.by_position.insert((list, position), slot);
        }
        if last != NONE {
            self.slots.slots[last].next = slot;
        }
        let first = if first == NONE { slot } else { first };
        self.slots.slots[list].value = Value::List { first, last: slot, count: count + 1 };
        slot
    }

    /// Elements mostly come in the order of their list; the index by position is made when they first do not.
    fn index_elements(&mut self) {
        if std::mem::replace(&mut self.indexed, true) {
            return;
        }
        for list in 0..self.slots.slots.len() {
            let elements: Vec<SlotIndex> = self.slots.elements(list).collect();
            for slot in elements {
                self.slots.by_position.insert((list, self.slots.slots[slot].position), slot);
            }
        }
    }

    /// Elements came in the order of the text; checks and reports want the order of the list.
    fn put_in_order(&mut self) {
        let mut lists = std::mem::take(&mut self.slots.unordered);
        lists.sort_unstable();
        lists.dedup();
        for list in lists {
            let mut elements: Vec<SlotIndex> = self.slots.elements(list).collect();
            elements.sort_by_key(|slot| self.slots.slots[*slot].position);
            for pair in elements.windows(2) {
                self.slots.slots[pair[0]].next = pair[1];
            }
            if let (Some(first), Some(last)) = (elements.first().copied(), elements.last().copied()) {
                self.slots.slots[last].next = NONE;
                self.slots.slots[list].value = Value::List { first, last, count: elements.len() };
            }
        }
    }

    /// A parameter whose value is not known yet.
    fn unknown_value(&mut self, name: &RawText<'t>) {
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
                self.slots.slots[slot].value = Value::Unknown;
                self.slots.slots[slot].span = name.span;
            }
            Target::Common { .. } => {}
            Target::Ignored => self.note(NoteKind::Ignored, decoded.clone().into_owned(), &decoded, name.span),
            Target::Unknown => self.note(NoteKind::Unknown, decoded.clone().into_owned(), &decoded, name.span),
        }
    }

    /// The member of a record with this name.
    fn field(&self, parent: Option<ParameterIndex>, base: SlotIndex, name: &str) -> Target {
        let fields = self.operation.fields(parent);
        let all = &self.operation.parameters;
        let is_named = |index: &&ParameterIndex| {
            let parameter = &all[**index];
            parameter.name == name || parameter.aliases.iter().any(|alias| alias == name)
        };
        let found = |index: ParameterIndex, other_case| Target::Parameter {
            parameter: index,
            slot: base + all[index].slot,
            other_case,
        };
        if let Some(index) = fields.iter().find(is_named) {
            return found(*index, false);
        }
        let provider = &self.operation.provider;
        let common = |matches: &dyn Fn(&str) -> bool| {
            let known = provider.common_parameters.iter().find(|common| matches(&common.name));
            known.filter(|_| parent.is_none()).map(|common| Target::Common { secret: common.secret })
        };
        if let Some(target) = common(&|known| known == name) {
            return target;
        }
        if provider.wire.parameter_case == NameCase::Fold {
            let in_other_case = fields.iter().find(|index| {
                let parameter = &all[**index];
                let aliases = parameter.aliases.iter().map(String::as_str);
                aliases.chain([parameter.name.as_str()]).any(|known| known.eq_ignore_ascii_case(name))
            });
            if let Some(index) = in_other_case {
                return found(*index, true);
            }
            if let Some(target) = common(&|known| known.eq_ignore_ascii_case(name)) {
                return target;
            }
        }
        Target::Unknown
    }

    /// Where a flat wire name leads; the lists and records on its way are made.
    fn flat(&mut self, name: &str) -> Target {
        let wire = &self.operation.provider.wire;
        let Some(steps) = steps(name, wire.lists, wire.first_index) else { return Target::Unknown };
        if steps.len() < 2 || !self.leads_somewhere(&steps) {
            return Target::Unknown;
        }
        let mut parent = None;
        let mut base = 0;
        let mut target = Target::Unknown;
        let mut any_other_case = false;
        for step in steps {
            match (step, &target) {
                (Step::Name(name), _) => {
                    if let Target::Parameter { parameter, slot, .. } = target {
                        base = self.record(slot, parameter);
                        parent = Some(parameter);
                    }
                    target = self.field(parent, base, name);
                    any_other_case |= matches!(target, Target::Parameter { other_case: true, .. });
                }
                (Step::Index(position), Target::Parameter { parameter: list, slot, .. }) => {
                    let (list, slot) = (*list, *slot);
                    let Form::List(element) = self.operation.parameters[list].form else { return Target::Unknown };
                    if self.operation.parameters[list].ignored_beyond.is_some_and(|limit| position >= limit) {
                        return Target::Ignored;
                    }
                    self.open(slot, 0, Value::List { first: NONE, last: NONE, count: 0 });
                    let slot = self.element_slot(slot, position);
                    target = Target::Parameter { parameter: element, slot, other_case: false };
                }
                (Step::Index(_), _) => return Target::Unknown,
            }
        }
        match target {
            Target::Parameter { parameter, slot, .. } => {
                Target::Parameter { parameter, slot, other_case: any_other_case }
            }
            other => other,
        }
    }

    /// Whether every step of a flat name fits the operation: only then are lists and records made for it.
    fn leads_somewhere(&self, steps: &[Step<'_>]) -> bool {
        let mut parent = None;
        let mut at: Option<ParameterIndex> = None;
        for step in steps {
            at = match (step, at.map(|at| self.operation.parameters[at].form)) {
                (Step::Name(name), None | Some(Form::Object)) => match self.field(parent, 0, name) {
                    Target::Parameter { parameter, .. } => Some(parameter),
                    _ => return false,
                },
                (Step::Index(_), Some(Form::List(element))) => Some(element),
                _ => return false,
            };
            parent = at;
        }
        at.is_some_and(|at| is_scalar(self.operation.parameters[at].form))
    }

    fn element_name(&self, list_name: &str, position: u32) -> String {
        let wire = &self.operation.provider.wire;
        let index = u64::from(position) + u64::from(wire.first_index);
        match wire.lists {
            ListNotation::Dotted => format!("{list_name}.{index}"),
            ListNotation::Bracketed => format!("{list_name}[{index}]"),
        }
    }

    /// A sent name in the operation's own spelling.
    fn declared_name(&self, parameter: ParameterIndex, sent: &str) -> String {
        let mut names = Vec::new();
        let mut next = Some(parameter);
        while let Some(index) = next {
            let parameter = &self.operation.parameters[index];
            if !parameter.name.is_empty() {
                names.push(parameter.name.as_str());
            }
            next = parameter.parent;
        }
        let wire = &self.operation.provider.wire;
        let Some(steps) = steps(sent, wire.lists, wire.first_index) else { return sent.to_owned() };
        let mut declared = String::new();
        for step in steps {
            match step {
                Step::Name(name) => {
                    if !declared.is_empty() {
                        declared.push('.');
                    }
                    declared.push_str(names.pop().unwrap_or(name));
                }
                Step::Index(position) => declared = self.element_name(&declared, position),
            }
        }
        declared
    }

    fn note(&mut self, kind: NoteKind, parameter: String, sent: &str, span: Span) {
        self.slots.notes.push(Note { kind, parameter, sent: sent.to_owned(), span });
    }
}

impl Slot<'_> {
    fn empty() -> Self {
        Slot { value: Value::Absent, span: Span::default(), position: 0, next: NONE, folded: None }
    }
}

/// Whether a name that no rule knows is likely to hold a credential that somebody pasted along.
fn looks_secret(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["secret", "password", "passwd", "token", "signature", "credential", "authorization", "privatekey"];
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    WORDS.iter().any(|word| plain.contains(word))
}

/// The steps of a flat name, or nothing when it has none of the notation's forms.
fn steps(name: &str, notation: ListNotation, first_index: u32) -> Option<Vec<Step<'_>>> {
    let index = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| plain).and_then(|index| index.checked_sub(first_index))
    };
    let mut steps = Vec::new();
    for part in name.split('.') {
        match notation {
            ListNotation::Dotted => match index(part) {
                Some(position) => steps.push(Step::Index(position)),
                None => steps.push(Step::Name(part)),
            },
            ListNotation::Bracketed => {
                let (name, mut rest) = part.find('[').map_or((part, ""), |bracket| part.split_at(bracket));
                steps.push(Step::Name(name));
                while !rest.is_empty() {
                    let (digits, behind) = rest.strip_prefix('[')?.split_once(']')?;
                    steps.push(Step::Index(index(digits)?));
                    rest = behind;
                }
            }
        }
    }
    Some(steps)
}
