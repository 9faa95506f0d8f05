//! A JSON value as a tree that keeps places and the exact text of numbers.

use crate::json::reader::{Kind, Reader, SyntaxError};
use crate::place::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its place in the text that it was read from.
    pub span: Span,
}

/// A JSON value. Members keep their order and their duplicates: what a duplicate means is for the reader of the tree
/// to say.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exactly as written.
    Number(String),
    /// A text, decoded.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys, each with its place, and values.
    Object(Vec<((String, Span), Node)>),
}

impl Node {
    /// Reads a text that holds one value.
    pub fn from_text(text: &str) -> Result<Node, SyntaxError> {
        let mut reader = Reader::new(text);
        let node = Node::read(&mut reader)?;
        reader.finish()?;
        Ok(node)
    }

    /// Reads the next value of `reader`.
    pub fn read(reader: &mut Reader<'_>) -> Result<Node, SyntaxError> {
        let kind = reader.peek()?;
        let start = reader.offset();
        let value = match kind {
            Kind::Null => {
                reader.null()?;
                Value::Null
            }
            Kind::Bool => Value::Bool(reader.bool()?),
            Kind::Number => Value::Number(reader.number()?.to_owned()),
            Kind::Text => Value::Text(reader.text()?.decode().into_owned()),
            Kind::List => {
                let mut items = Vec::new();
                reader.begin_list()?;
                let mut first = true;
                while reader.next_element(&mut first)? {
                    items.push(Node::read(reader)?);
                }
                Value::List(items)
            }
            Kind::Object => {
                let mut members = Vec::new();
                reader.begin_object()?;
                let mut first = true;
                while let Some(key) = reader.next_key(&mut first)? {
                    members.push(((key.decode().into_owned(), key.span), Node::read(reader)?));
                }
                Value::Object(members)
            }
        };
        Ok(Node { value, span: Span::new(start, reader.offset()) })
    }

    /// Makes all places those of the stretch `extent` of the text; what stands elsewhere has its start.
    pub fn move_into(&mut self, extent: Span) {
        self.span = self.span.within(extent).unwrap_or_default();
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.move_into(extent)),
            Value::Object(members) => members.iter_mut().for_each(|((_, name), value)| {
                *name = name.within(extent).unwrap_or_default();
                value.move_into(extent);
            }),
            _ => {}
        }
    }

    /// The value of the member `key`, when this is an object that has one; of several, the last, as JSON readers do.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members()?.iter().rev().find(|((name, _), _)| name == key).map(|(_, node)| node)
    }

    /// The members, when this is an object.
    pub fn members(&self) -> Option<&[((String, Span), Node)]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements, when this is a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, when this is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The scalar as it would stand on a wire that knows only text: a text itself, a number as written, `true`.
    pub fn scalar_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Null | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// Follows a dotted path of members; `null` on the way counts as absent.
    pub fn at_path(&self, path: &str) -> Option<&Node> {
        let found = path.split('.').try_fold(self, |node, key| node.get(key))?;
        if found.value == Value::Null { None } else { Some(found) }
    }
}
