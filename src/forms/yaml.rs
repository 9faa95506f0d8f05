//! YAML as a tree that keeps places.
//!
//! The grammar is `saphyr-parser`'s; here its events become values with byte spans, by the core schema of YAML 1.2.
//! Texts are [`Decoded`], so that a script in a block keeps the place of each of its lines. Depth, size and what aliases
//! multiply are bounded.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marked, Tag};

use super::decoded::{Decoded, Rewriter};
use super::source::Source;
use crate::limits::{NESTING, YAML_VALUES};
use crate::place::Span;
use crate::request::given::{Given, GivenValue};

/// So many bytes of a text count as another value, where an alias repeats it.
const LONG: usize = 64;

/// A value and where it stands. An alias stands where it is used.
#[derive(Clone, Debug)]
pub(crate) struct Yaml<'t> {
    pub value: YamlValue<'t>,
    pub span: Span,
}

/// A YAML value.
#[derive(Clone, Debug)]
pub(crate) enum YamlValue<'t> {
    Null,
    Bool(bool),
    /// A number that reads the same in JSON.
    Number(Cow<'t, str>),
    Text(Decoded<'t>),
    /// A value of which readers of YAML make different things: `010`, `0x1F`, a tag of one's own.
    Unclear,
    List(Vec<Yaml<'t>>),
    /// Keys and values, in order, with their duplicates.
    Map(Vec<(Yaml<'t>, Yaml<'t>)>),
}

/// Why a text cannot be read to its end, and where.
#[derive(Debug)]
pub(crate) struct NoYaml {
    pub message: String,
    pub at: usize,
    pub too_much: bool,
}

/// The documents of a text, and why there are no more, where it is broken.
pub(crate) fn documents<'t>(source: &Source<'t>) -> (Vec<Yaml<'t>>, Option<NoYaml>) {
    let whole = source.decoded().whole();
    let text = whole.of(source.text());
    let mut builder = Builder {
        source: source.text(),
        text,
        base: whole.start,
        reached: (0, 0),
        open: Vec::new(),
        anchors: HashMap::new(),
        values: 0,
        documents: Vec::new(),
    };
    let mut parser = Parser::new_from_str(text);
    let mut broken = None;
    while let Some(event) = parser.next_event() {
        let ended = match event {
            Ok((event, span)) => builder.event(event, span).err(),
            Err(error) => {
                let at = builder.offset(error.marker().index());
                Some(NoYaml { message: format!("this is no YAML: {}", error.info()), at, too_much: false })
            }
        };
        if ended.is_some() {
            broken = ended;
            break;
        }
    }
    (builder.documents, broken)
}

impl<'t> Yaml<'t> {
    /// The text, when it is one.
    pub fn text(&self) -> Option<&Decoded<'t>> {
        match &self.value {
            YamlValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, when this is a map that has it; of several, the last.
    pub fn get(&self, key: &str) -> Option<&Yaml<'t>> {
        let YamlValue::Map(members) = &self.value else { return None };
        members.iter().rev().find(|(name, _)| name.is_text(key)).map(|(_, value)| value)
    }

    /// Whether it is this very text.
    pub fn is_text(&self, text: &str) -> bool {
        self.text().is_some_and(|known| known.text() == text)
    }

    /// It as the value of a parameter. Members whose keys are no texts are left out.
    pub fn given(&self) -> GivenValue<'t> {
        match &self.value {
            YamlValue::Null => GivenValue::Null,
            YamlValue::Bool(value) => GivenValue::Bool(*value),
            YamlValue::Number(number) => GivenValue::Number(number.clone()),
            YamlValue::Text(text) => text.value(),
            YamlValue::Unclear => GivenValue::Unknown,
            YamlValue::List(items) => {
                GivenValue::List(items.iter().map(|item| Given::element(item.given(), item.span)).collect())
            }
            YamlValue::Map(members) => {
                let given = members.iter().filter_map(|(key, value)| {
                    Some(Given::new(key.text()?.cow(), key.span, value.given(), value.span))
                });
                GivenValue::Members(given.collect())
            }
        }
    }

    /// Puts it and all in it at another place: where an alias stands.
    fn move_to(&mut self, span: Span) {
        self.span = span;
        match &mut self.value {
            YamlValue::List(items) => items.iter_mut().for_each(|item| item.move_to(span)),
            YamlValue::Map(members) => members.iter_mut().for_each(|(key, value)| {
                key.move_to(span);
                value.move_to(span);
            }),
            _ => {}
        }
    }

    fn size(&self) -> Size {
        let add = |size: Size, inner: &Yaml<'_>| {
            let inner = inner.size();
            Size { values: size.values + inner.values, depth: size.depth.max(inner.depth + 1) }
        };
        let own = Size { values: 1, depth: 1 };
        match &self.value {
            YamlValue::List(items) => items.iter().fold(own, add),
            YamlValue::Map(members) => members.iter().flat_map(|(key, value)| [key, value]).fold(own, add),
            // A long text takes the room of many values.
            YamlValue::Text(text) => Size { values: 1 + text.text().len() / LONG, ..own },
            _ => own,
        }
    }
}

/// How many values there are, and how deep they are nested.
#[derive(Clone, Copy, Debug)]
struct Size {
    values: usize,
    depth: usize,
}

/// A list or map that is not finished.
struct Open<'t> {
    value: Yaml<'t>,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<Yaml<'t>>,
    in_flow: bool,
}

struct Builder<'t> {
    source: &'t str,
    /// The source from `base` on.
    text: &'t str,
    base: usize,
    /// Characters and bytes up to a place that was looked for before: places come in order.
    reached: (usize, usize),
    open: Vec<Open<'t>>,
    /// Named values, each with its size.
    anchors: HashMap<usize, (Yaml<'t>, Size)>,
    values: usize,
    documents: Vec<Yaml<'t>>,
}

impl<'t> Builder<'t> {
    /// The offset in the source of a character that is counted from the start of the text.
    fn offset(&mut self, character: usize) -> usize {
        let (mut characters, mut bytes) = self.reached;
        if character < characters {
            // Only a little way back: an end was looked for before a start.
            let before = self.text.get(..bytes).unwrap_or_default().char_indices().rev();
            let back = before.take(characters - character).last();
            return self.base + back.map_or(0, |(at, _)| at);
        }
        let rest = self.text.get(bytes..).unwrap_or_default();
        let ahead = rest.char_indices().nth(character - characters).map_or(rest.len(), |(at, _)| at);
        bytes += ahead;
        characters = character;
        self.reached = (characters, bytes);
        self.base + bytes
    }

    fn span(&mut self, marked: Marked) -> Span {
        let start = self.offset(marked.start.index());
        let end = self.offset(marked.end.index());
        Span::new(start, end.max(start))
    }

    fn event(&mut self, event: Event<'t>, marked: Marked) -> Result<(), NoYaml> {
        let span = self.span(marked);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = Span::new(span.start, span.start + written_length(span.of(self.source), &text, style));
                let value = self.scalar(&text, style, tag.as_deref(), span);
                self.add(value, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(YamlValue::List(Vec::new()), anchor, span),
            Event::MappingStart(anchor, _) => self.begin(YamlValue::Map(Vec::new()), anchor, span),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(mut open) = self.open.pop() else { return Ok(()) };
                if open.in_flow {
                    open.value.span.end = span.end;
                }
                if let YamlValue::Map(members) = &mut open.value.value {
                    merge(members);
                }
                self.add(open.value, open.anchor)
            }
            Event::Alias(anchor) => {
                let Some((known, size)) = self.anchors.get(&anchor) else {
                    return Err(self.too_much("an alias inside what it names", span));
                };
                self.values += size.values;
                if self.values > YAML_VALUES || self.open.len() + size.depth > NESTING {
                    let message = format!(
                        "aliases repeat too much: more than {YAML_VALUES} values, or {NESTING} levels of nesting"
                    );
                    return Err(self.too_much(&message, span));
                }
                let mut value = known.clone();
                value.move_to(span);
                self.add(value, 0)
            }
            Event::DocumentEnd => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, value: YamlValue<'t>, anchor: usize, span: Span) -> Result<(), NoYaml> {
        if self.open.len() >= NESTING {
            return Err(self.too_much(&format!("nested more than {NESTING} levels deep"), span));
        }
        let in_flow = self.text.get(span.start - self.base..).is_some_and(|rest| rest.starts_with(['{', '[']));
        self.open.push(Open { value: Yaml { value, span }, anchor, key: None, in_flow });
        Ok(())
    }

    fn add(&mut self, value: Yaml<'t>, anchor: usize) -> Result<(), NoYaml> {
        self.values += 1;
        if self.values > YAML_VALUES {
            return Err(self.too_much(&format!("more than {YAML_VALUES} values"), value.span));
        }
        if anchor > 0 {
            let size = value.size();
            self.values += size.values;
            self.anchors.insert(anchor, (value.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(value);
            return Ok(());
        };
        open.value.span.end = open.value.span.end.max(value.span.end);
        match &mut open.value.value {
            YamlValue::Map(members) => match open.key.take() {
                Some(key) => members.push((key, value)),
                None => open.key = Some(value),
            },
            YamlValue::List(items) => items.push(value),
            _ => {}
        }
        Ok(())
    }

    fn too_much(&self, message: &str, span: Span) -> NoYaml {
        NoYaml { message: message.to_owned(), at: span.start, too_much: true }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Yaml<'t> {
        let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
        let value = match tag {
            Some(_) if !is_text => YamlValue::Unclear,
            None if style == ScalarStyle::Plain => match plain(text) {
                Some(value) => value,
                None => YamlValue::Text(self.decoded(text, style, span)),
            },
            _ => YamlValue::Text(self.decoded(text, style, span)),
        };
        Yaml { value, span }
    }

    /// A text with the places of what it is made of, as far as they can be told.
    fn decoded(&self, text: &str, style: ScalarStyle, span: Span) -> Decoded<'t> {
        let written = Decoded::verbatim(self.source, span);
        let raw = span.of(self.source);
        let quotes = usize::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
        let inner = quotes..raw.len().saturating_sub(quotes).max(quotes);
        if raw.get(inner.clone()) == Some(text) {
            return written.slice(inner).within(span);
        }
        if style == ScalarStyle::Literal
            && let Some(lines) = literal(&written, text)
        {
            return lines;
        }
        let lines = match style {
            ScalarStyle::DoubleQuoted => double_quoted(&written, inner.clone()).filter(|lines| lines.text() == text),
            ScalarStyle::SingleQuoted => single_quoted(&written, inner.clone()).filter(|lines| lines.text() == text),
            _ => None,
        };
        let lines = lines.or_else(|| folded(&written, text, inner));
        if let Some(lines) = lines {
            return lines;
        }
        let mut whole = Rewriter::new(&written);
        whole.put(text, 0..raw.len());
        whole.finish(0..raw.len())
    }
}

/// How much of what the parser gives as the place of a scalar is the scalar: blanks and a comment may follow it there.
fn written_length(raw: &str, text: &str, style: ScalarStyle) -> usize {
    let mut characters = raw.char_indices().skip(1).peekable();
    match style {
        ScalarStyle::SingleQuoted => {
            while let Some((at, character)) = characters.next() {
                let is_doubled = character == '\'' && characters.next_if(|(_, next)| *next == '\'').is_some();
                if character == '\'' && !is_doubled {
                    return at + 1;
                }
            }
            raw.len()
        }
        ScalarStyle::DoubleQuoted => {
            while let Some((at, character)) = characters.next() {
                match character {
                    '\\' => drop(characters.next()),
                    '"' => return at + 1,
                    _ => {}
                }
            }
            raw.len()
        }
        ScalarStyle::Plain if raw.starts_with(text) => text.len(),
        _ => raw.len(),
    }
}

/// A literal block, line by line: each of its lines stands at the end of one of the source.
fn literal<'t>(written: &Decoded<'t>, text: &str) -> Option<Decoded<'t>> {
    let mut block = Rewriter::new(written);
    let mut at = 0;
    let mut raw_lines = written.text().split_inclusive('\n').map(|line| {
        at += line.len();
        at - line.len()..at
    });
    raw_lines.next()?;
    for line in text.split_inclusive('\n') {
        let plain = line.trim_end_matches('\n');
        let range = raw_lines.next()?;
        let raw = written.text().get(range.clone())?;
        let end = range.start + raw.trim_end_matches(['\n', '\r']).len();
        let start = end.checked_sub(plain.len())?;
        if start < range.start || written.text().get(start..end) != Some(plain) {
            return None;
        }
        block.copy(start..end);
        match (line.ends_with('\n'), raw.ends_with('\n')) {
            (true, true) => block.put("\n", end..range.end),
            (false, _) => {}
            (true, false) => return None,
        }
    }
    Some(block.finish(0..written.text().len()))
}

/// A text on one line in double quotes, with its escapes. What it makes of them is held against what the grammar makes of them.
fn double_quoted<'t>(written: &Decoded<'t>, inner: Range<usize>) -> Option<Decoded<'t>> {
    let raw = written.text();
    let mut out = Rewriter::new(written);
    let mut at = inner.start;
    while let Some(length) = raw.get(at..inner.end)?.find('\\') {
        out.copy(at..at + length);
        at += length;
        let kind = raw.get(at + 1..)?.chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let end = at + 1 + kind.len_utf8() + digits;
        let character = match kind {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' | 'u' | 'U' => char::from_u32(u32::from_str_radix(raw.get(at + 2..end)?, 16).ok()?)?,
            other => other,
        };
        out.put(character.encode_utf8(&mut [0; 4]), at..end);
        at = end;
    }
    out.copy(at..inner.end);
    Some(out.finish(0..raw.len()))
}

/// A text on one line in single quotes, in which two quotes are one.
fn single_quoted<'t>(written: &Decoded<'t>, inner: Range<usize>) -> Option<Decoded<'t>> {
    let raw = written.text();
    let mut out = Rewriter::new(written);
    let mut at = inner.start;
    while let Some(length) = raw.get(at..inner.end)?.find("''") {
        out.copy(at..at + length);
        out.put("'", at + length..at + length + 2);
        at += length + 2;
    }
    out.copy(at..inner.end);
    Some(out.finish(0..raw.len()))
}

/// A text of several lines that are folded into one: the same characters, with other blanks between them.
fn folded<'t>(written: &Decoded<'t>, text: &str, inner: Range<usize>) -> Option<Decoded<'t>> {
    let raw = written.text().get(inner.clone())?;
    let header = if raw.starts_with('>') { raw.find('\n')? } else { 0 };
    let mut out = Rewriter::new(written);
    let (mut rest, mut raw_at) = (text, header);
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start().len();
        let (blank, behind) = rest.split_at(blanks);
        let raw_rest = raw.get(raw_at..)?;
        let raw_blanks = raw_rest.len() - raw_rest.trim_start().len();
        let place = inner.start + raw_at..inner.start + raw_at + raw_blanks;
        if raw_blanks == 0 && blanks > 0 {
            return None;
        }
        out.put(blank, place);
        raw_at += raw_blanks;
        let length = behind.find(char::is_whitespace).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(length);
        if !raw.get(raw_at..)?.starts_with(word) {
            return None;
        }
        out.copy(inner.start + raw_at..inner.start + raw_at + length);
        raw_at += length;
        rest = behind;
    }
    Some(out.finish(0..written.text().len()))
}

/// What a text without quotes and tags means; none when it is a text.
fn plain<'t>(text: &str) -> Option<YamlValue<'t>> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(YamlValue::Null),
        "true" | "True" | "TRUE" => return Some(YamlValue::Bool(true)),
        "false" | "False" | "FALSE" => return Some(YamlValue::Bool(false)),
        _ => {}
    }
    let mut reader = crate::json::Reader::new(text);
    if text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && reader.number().is_ok()
        && reader.offset() == text.len()
    {
        return Some(YamlValue::Number(Cow::Owned(text.to_owned())));
    }
    let unsigned = text.trim_start_matches(['-', '+']);
    let is_number = unsigned.starts_with(|digit: char| digit.is_ascii_digit() || digit == '.')
        && unsigned.contains(|digit: char| digit.is_ascii_digit())
        && (unsigned.parse::<f64>().is_ok()
            || unsigned.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            || unsigned
                .strip_prefix("0o")
                .is_some_and(|digits| digits.bytes().all(|byte| (b'0'..b'8').contains(&byte))));
    is_number.then_some(YamlValue::Unclear)
}

/// Takes in what `<<` names, behind what the map says itself.
fn merge<'t>(members: &mut Vec<(Yaml<'t>, Yaml<'t>)>) {
    let Some(at) = members.iter().position(|(key, _)| key.is_text("<<")) else { return };
    let (_, merged) = members.remove(at);
    let maps = match merged.value {
        YamlValue::Map(inner) => vec![inner],
        YamlValue::List(items) => items
            .into_iter()
            .filter_map(|item| match item.value {
                YamlValue::Map(inner) => Some(inner),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let name_of = |key: &Yaml<'_>| key.text().map(|name| name.text().to_owned());
    let mut known: HashSet<String> = members.iter().filter_map(|(key, _)| name_of(key)).collect();
    for (key, value) in maps.into_iter().flatten() {
        if name_of(&key).is_none_or(|name| known.insert(name)) {
            members.push((key, value));
        }
    }
}
