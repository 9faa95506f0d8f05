//! Serde types from a [`Node`], with the place of each mistake.
//!
//! `serde_json` says line and column of a mistake only while it reads text, and forgets them for whatever must be
//! looked up later (a code that no row documents, a parameter that does not exist). Here a field of type
//! [`Spanned`] keeps its place, and [`Entries`] keeps the order and places of an object's keys.

use std::collections::HashSet;
use std::{fmt, slice};

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::json::spanned::SPANNED;
use crate::json::tree::{Node, Value};
use crate::limits::TEXT_BYTES;
use crate::place::Span;
use crate::similar::did_you_mean;

/// Data that is JSON but not what was expected, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    /// The innermost place that is known.
    pub span: Option<Span>,
    /// What is wrong, for people.
    pub message: String,
}

impl DataError {
    fn or_at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DataError {}

impl serde::de::Error for DataError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        DataError { span: None, message: message.to_string() }
    }

    // serde speaks of Rust's types: authors of files know those of JSON.

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        DataError::custom(format_args!("expected {}, found {}", in_words(expected), found_in_words(found)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let hint = did_you_mean(variant, expected.iter().copied());
        DataError::custom(format_args!("unknown word `{variant}`, expected one of {}{hint}", in_backquotes(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let hint = did_you_mean(field, expected.iter().copied());
        DataError::custom(format_args!("unknown field `{field}`, expected one of {}{hint}", in_backquotes(expected)))
    }
}

fn in_backquotes(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What serde expected, in terms of JSON.
fn in_words(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.as_str() {
        "a sequence" => "a list".to_owned(),
        "a string" => "a text".to_owned(),
        "a map" => "an object".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "i64" => "a whole number".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        _ => expected,
    }
}

fn found_in_words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Str(text) => format!("the text {text:?}"),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        other => other.to_string(),
    }
}

fn too_long() -> DataError {
    DataError::custom(format_args!("a text of more than {TEXT_BYTES} bytes"))
}

/// Reads a value of type `T` out of `node`.
pub fn from_node<'n, T: Deserialize<'n>>(node: &'n Node) -> Result<T, DataError> {
    T::deserialize(At(node))
}

/// The deserializer: a borrowed node.
#[derive(Clone, Copy)]
struct At<'n>(&'n Node);

impl<'n> At<'n> {
    fn visit<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, DataError> {
        match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Text(text) if text.len() > TEXT_BYTES => Err(too_long()),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Number(number) => match (number.parse::<u64>(), number.parse::<i64>(), number.parse::<f64>()) {
                (Ok(value), _, _) => visitor.visit_u64(value),
                (_, Ok(value), _) => visitor.visit_i64(value),
                (_, _, Ok(value)) => visitor.visit_f64(value),
                _ => Err(DataError::invalid_type(Unexpected::Other(number), &visitor)),
            },
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            Value::Object(members) => {
                visitor.visit_map(Members { members: members.iter(), known: HashSet::new(), value: None })
            }
        }
    }
}

impl<'n> Deserializer<'n> for At<'n> {
    type Error = DataError;

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, DataError> {
        self.visit(visitor).map_err(|error| error.or_at(self.0.span))
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, DataError> {
        match self.0.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
        .map_err(|error: DataError| error.or_at(self.0.span))
    }

    fn deserialize_newtype_struct<V: Visitor<'n>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DataError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'n>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DataError> {
        if name == SPANNED {
            let parts = SpannedParts { span: self.0.span, value: SpannedValue::Node(self.0), next: 0 };
            return visitor.visit_seq(parts).map_err(|error| error.or_at(self.0.span));
        }
        // serde would take a list for an object, field by field: what stands where would not be seen.
        if self.0.items().is_some() {
            return Err(DataError::invalid_type(Unexpected::Seq, &"an object").or_at(self.0.span));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'n>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DataError> {
        match &self.0.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            Value::Object(members) if members.len() == 1 => visitor.visit_enum(Variant(&members[0])),
            _ => Err(DataError::invalid_type(Unexpected::Other("this value"), &"one of the documented words")),
        }
        .map_err(|error: DataError| error.or_at(self.0.span))
    }

    fn deserialize_ignored_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, DataError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { <V: Visitor<'n>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier
    }
}

struct Items<'n>(std::slice::Iter<'n, Node>);

impl<'n> SeqAccess<'n> for Items<'n> {
    type Error = DataError;

    fn next_element_seed<T: DeserializeSeed<'n>>(&mut self, seed: T) -> Result<Option<T::Value>, DataError> {
        self.0.next().map(|node| seed.deserialize(At(node))).transpose()
    }
}

struct Members<'n> {
    members: slice::Iter<'n, ((String, Span), Node)>,
    /// The keys so far.
    known: HashSet<&'n str>,
    value: Option<&'n Node>,
}

impl<'n> MapAccess<'n> for Members<'n> {
    type Error = DataError;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, DataError> {
        let Some(((key, span), value)) = self.members.next() else { return Ok(None) };
        if key.len() > TEXT_BYTES {
            return Err(too_long().or_at(*span));
        }
        if !self.known.insert(key) {
            return Err(DataError { span: Some(*span), message: format!("key `{key}` stands here twice") });
        }
        self.value = Some(value);
        seed.deserialize(Key { key, span: *span }).map(Some).map_err(|error| error.or_at(*span))
    }

    fn next_value_seed<V: DeserializeSeed<'n>>(&mut self, seed: V) -> Result<V::Value, DataError> {
        let value = self.value.take().ok_or_else(|| DataError::custom("a value was asked for before its key"))?;
        seed.deserialize(At(value))
    }
}

/// An object's key as a value of its own.
#[derive(Clone, Copy)]
struct Key<'n> {
    key: &'n str,
    span: Span,
}

impl<'n> Deserializer<'n> for Key<'n> {
    type Error = DataError;

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, DataError> {
        visitor.visit_borrowed_str(self.key)
    }

    fn deserialize_struct<V: Visitor<'n>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DataError> {
        if name == SPANNED {
            return visitor.visit_seq(SpannedParts { span: self.span, value: SpannedValue::Key(self.key), next: 0 });
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! { <V: Visitor<'n>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// What [`Spanned`](super::Spanned) is shown of a node or a key: where it starts, itself, where it ends.
struct SpannedParts<'n> {
    span: Span,
    value: SpannedValue<'n>,
    next: usize,
}

enum SpannedValue<'n> {
    Node(&'n Node),
    Key(&'n str),
}

impl<'n> SeqAccess<'n> for SpannedParts<'n> {
    type Error = DataError;

    fn next_element_seed<T: DeserializeSeed<'n>>(&mut self, seed: T) -> Result<Option<T::Value>, DataError> {
        self.next += 1;
        match (self.next, &self.value) {
            (1, _) => seed.deserialize(self.span.start.into_deserializer()),
            (2, SpannedValue::Node(node)) => seed.deserialize(At(node)),
            (2, SpannedValue::Key(key)) => seed.deserialize(Key { key, span: self.span }),
            (_, _) => seed.deserialize(self.span.end.into_deserializer()),
        }
        .map(Some)
    }
}

/// An enum written as an object of one member: `{"variant": content}`.
struct Variant<'n>(&'n ((String, Span), Node));

impl<'n> EnumAccess<'n> for Variant<'n> {
    type Error = DataError;
    type Variant = Content<'n>;

    fn variant_seed<V: DeserializeSeed<'n>>(self, seed: V) -> Result<(V::Value, Content<'n>), DataError> {
        let ((key, span), value) = self.0;
        let variant = seed.deserialize(Key { key, span: *span }).map_err(|error| error.or_at(*span))?;
        Ok((variant, Content(value)))
    }
}

struct Content<'n>(&'n Node);

impl<'n> VariantAccess<'n> for Content<'n> {
    type Error = DataError;

    fn unit_variant(self) -> Result<(), DataError> {
        Err(DataError::custom("this word takes no value").or_at(self.0.span))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'n>>(self, seed: T) -> Result<T::Value, DataError> {
        seed.deserialize(At(self.0))
    }

    fn tuple_variant<V: Visitor<'n>>(self, _length: usize, visitor: V) -> Result<V::Value, DataError> {
        At(self.0).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'n>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DataError> {
        At(self.0).deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Entries, Spanned};

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        name: Spanned<String>,
        #[serde(default)]
        limits: Entries<u32>,
        kind: Option<Word>,
    }

    #[derive(Debug, serde::Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Plain,
        Length(u8),
    }

    fn read(text: &str) -> Result<Example, DataError> {
        from_node(&Node::from_text(text).expect("valid JSON"))
    }

    #[test]
    fn spans_point_at_values_and_keys() {
        let example = read(r#"{"name": "x", "limits": {"b": 2, "a": 1}, "kind": {"length": 3}}"#).expect("valid");
        assert_eq!((example.name.as_str(), example.name.span), ("x", Span::new(9, 12)));
        let keys: Vec<_> = example.limits.iter().map(|(key, value)| (key.as_str(), key.span.start, *value)).collect();
        assert_eq!(keys, [("b", 25, 2), ("a", 33, 1)]);
        assert_eq!(example.kind, Some(Word::Length(3)));
        assert_eq!(read(r#"{"name":"x","kind":"plain"}"#).expect("valid").kind, Some(Word::Plain));
    }

    #[test]
    fn mistakes_point_at_their_place() {
        let place = |text: &str| {
            let error = read(text).expect_err(text);
            error.span.expect("a place").of(text).to_owned()
        };
        assert_eq!(place(r#"{"name": "x", "colour": 1}"#), r#""colour""#);
        assert_eq!(place(r#"{"name": 7}"#), "7");
        assert_eq!(place(r#"{"name": "x", "limits": {"a": -1}}"#), "-1");
        assert_eq!(place(r#"{"name": "x", "limits": {"a": 1, "a": 2}}"#), r#""a""#);
        assert_eq!(place(r#"{"name": "x", "kind": "round"}"#), r#""round""#);
        assert_eq!(place(r#"{"limits": {}}"#), r#"{"limits": {}}"#);
    }
}
