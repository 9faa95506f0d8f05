//! Serde types straight from a text, without a tree between them.
//!
//! For rule files that have no mistake, which is nearly always: reading them is most of what a short run of the program
//! does, and half of that was the tree. It never says what is wrong: where it gives up, a tree is made of the text, and who
//! reads types from that ([`from_node`](super::from_node)) knows all places and words.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use crate::json::reader::{Kind, Reader, SyntaxError};
use crate::json::spanned::SPANNED;
use crate::json::text::RawText;
use crate::limits::TEXT_BYTES;

/// Reads the one value that a text holds; nothing where it is not JSON, or does not fit the type.
pub fn from_text<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    let mut stream = Stream(Reader::new(text));
    let value = T::deserialize(&mut stream).ok()?;
    stream.0.finish().ok()?;
    Some(value)
}

/// Keys of an object whose type takes any: each is compared with all before it, so that more are left to the tree.
const MOST_KEYS: usize = 128;

/// The text, unless it is longer than what rule files may hold.
fn bounded(text: RawText<'_>) -> Result<RawText<'_>, Unfit> {
    if text.raw().len() > TEXT_BYTES { Err(Unfit) } else { Ok(text) }
}

/// That a text cannot be read so.
#[derive(Debug)]
struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("does not fit")
    }
}

impl std::error::Error for Unfit {}

impl serde::de::Error for Unfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Unfit
    }
}

impl From<Box<SyntaxError>> for Unfit {
    fn from(_: Box<SyntaxError>) -> Self {
        Unfit
    }
}

/// The deserializer: it stands before a value.
struct Stream<'t>(Reader<'t>);

impl<'t> Stream<'t> {
    fn members<V: Visitor<'t>>(&mut self, visitor: V, refuses_twice: bool) -> Result<V::Value, Unfit> {
        self.0.begin_object()?;
        let known = refuses_twice.then(Vec::new);
        visitor.visit_map(Members { stream: self, first: true, known })
    }
}

impl<'t> Deserializer<'t> for &mut Stream<'t> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0.peek()? {
            Kind::Null => {
                self.0.null()?;
                visitor.visit_unit()
            }
            Kind::Bool => visitor.visit_bool(self.0.bool()?),
            Kind::Text => match bounded(self.0.text()?)?.decode() {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Kind::Number => {
                let number = self.0.number()?;
                if let Ok(value) = number.parse() {
                    return visitor.visit_u64(value);
                }
                if let Ok(value) = number.parse() {
                    return visitor.visit_i64(value);
                }
                visitor.visit_f64(number.parse().map_err(|_| Unfit)?)
            }
            Kind::List => {
                self.0.begin_list()?;
                visitor.visit_seq(Items { stream: self, first: true })
            }
            Kind::Object => self.members(visitor, true),
        }
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0.peek()? {
            Kind::Null => {
                self.0.null()?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match self.0.peek()? {
            _ if name == SPANNED => visitor.visit_seq(SpannedParts { stream: self, next: 0 }),
            // A type with fields refuses by itself what stands in it twice.
            Kind::Object => self.members(visitor, false),
            _ => Err(Unfit),
        }
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match self.0.peek()? {
            Kind::Text => visitor.visit_enum(self.0.text()?.decode().into_deserializer()),
            Kind::Object => {
                self.0.begin_object()?;
                visitor.visit_enum(Variant(self))
            }
            _ => Err(Unfit),
        }
    }

    /// A type that does not look at all of its members would not notice those that stand there twice.
    fn deserialize_ignored_any<V: Visitor<'t>>(self, _: V) -> Result<V::Value, Unfit> {
        Err(Unfit)
    }

    forward_to_deserialize_any! { <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier
    }
}

struct Items<'s, 't> {
    stream: &'s mut Stream<'t>,
    first: bool,
}

impl<'t> SeqAccess<'t> for Items<'_, 't> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        match self.stream.0.next_element(&mut self.first)? {
            true => seed.deserialize(&mut *self.stream).map(Some),
            false => Ok(None),
        }
    }
}

struct Members<'s, 't> {
    stream: &'s mut Stream<'t>,
    first: bool,
    /// The keys so far, where the type takes any.
    known: Option<Vec<&'t str>>,
}

impl<'t> MapAccess<'t> for Members<'_, 't> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let Some(key) = self.stream.0.next_key(&mut self.first)? else { return Ok(None) };
        // The same key can be escaped in many ways.
        if bounded(key)?.escaped {
            return Err(Unfit);
        }
        if let Some(known) = &mut self.known {
            if known.len() == MOST_KEYS || known.contains(&key.raw()) {
                return Err(Unfit);
            }
            known.push(key.raw());
        }
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        seed.deserialize(&mut *self.stream)
    }
}

/// An object's key, without escapes, as a value of its own.
struct Key<'t>(RawText<'t>);

impl<'t> Deserializer<'t> for Key<'t> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_str(self.0.raw())
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match name {
            SPANNED => visitor.visit_seq(SpannedKey { key: self.0, next: 0 }),
            _ => Err(Unfit),
        }
    }

    forward_to_deserialize_any! { <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// What [`Spanned`](super::Spanned) is shown of a value: where it starts, itself, where it ends.
struct SpannedParts<'s, 't> {
    stream: &'s mut Stream<'t>,
    next: usize,
}

impl<'t> SeqAccess<'t> for SpannedParts<'_, 't> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        self.next += 1;
        match self.next {
            2 => seed.deserialize(&mut *self.stream),
            _ => seed.deserialize(self.stream.0.offset().into_deserializer()),
        }
        .map(Some)
    }
}

/// The same of a key.
struct SpannedKey<'t> {
    key: RawText<'t>,
    next: usize,
}

impl<'t> SeqAccess<'t> for SpannedKey<'t> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        self.next += 1;
        match self.next {
            1 => seed.deserialize(self.key.span.start.into_deserializer()),
            2 => seed.deserialize(Key(self.key)),
            _ => seed.deserialize(self.key.span.end.into_deserializer()),
        }
        .map(Some)
    }
}

/// An enum written as an object of one member: `{"variant": content}`, from behind its bracket.
struct Variant<'s, 't>(&'s mut Stream<'t>);

impl<'s, 't> EnumAccess<'t> for Variant<'s, 't> {
    type Error = Unfit;
    type Variant = Content<'s, 't>;

    fn variant_seed<V: DeserializeSeed<'t>>(self, seed: V) -> Result<(V::Value, Content<'s, 't>), Unfit> {
        let key = self.0.0.next_key(&mut true)?.filter(|key| !key.escaped).ok_or(Unfit)?;
        Ok((seed.deserialize(Key(key))?, Content(self.0)))
    }
}

struct Content<'s, 't>(&'s mut Stream<'t>);

impl<'t> Content<'_, 't> {
    /// Reads the content, behind which the object must end.
    fn read<T>(self, read: impl FnOnce(&mut Stream<'t>) -> Result<T, Unfit>) -> Result<T, Unfit> {
        let value = read(self.0)?;
        match self.0.0.next_key(&mut false)? {
            None => Ok(value),
            Some(_) => Err(Unfit),
        }
    }
}

impl<'t> VariantAccess<'t> for Content<'_, 't> {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Result<T::Value, Unfit> {
        self.read(|stream| seed.deserialize(stream))
    }

    fn tuple_variant<V: Visitor<'t>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.read(|stream| stream.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'t>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unfit> {
        self.read(|stream| stream.deserialize_any(visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::from_text;
    use crate::catalog::RuleFile;
    use crate::json::{Entries, Node, Spanned, from_node};
    use crate::rule::operation::OperationFile;
    use crate::rule::provider::ProviderFile;
    use crate::rule::resources::ResourcesFile;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "compared in the form in which they are debugged")]
    struct Example {
        name: Spanned<String>,
        #[serde(default)]
        limits: Entries<Option<i8>>,
        kind: Option<Word>,
        any: Option<serde_json::Value>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[allow(dead_code, reason = "compared in the form in which they are debugged")]
    enum Word {
        Plain,
        Length(u8),
        Range { min: u8 },
    }

    /// What the tree gives, in the form in which it is debugged: nothing where it refuses.
    fn through_tree<T: for<'de> serde::Deserialize<'de> + Debug>(text: &str) -> Option<String> {
        let node = Node::from_text(text).ok()?;
        from_node::<T>(&node).ok().map(|value| format!("{value:?}"))
    }

    fn straight<T: for<'de> serde::Deserialize<'de> + Debug>(text: &str) -> Option<String> {
        from_text::<T>(text).map(|value| format!("{value:?}"))
    }

    #[test]
    fn gives_what_the_tree_gives_or_nothing() {
        let texts = [
            r#" {"name": "x" , "limits": {"b": 2, "a": null}, "kind": {"length": 3}} "#,
            r#"{"name":"a\"\u00e9", "kind":"plain", "any": [1, -2, 0.5, 1e400, {"a": {}}, true, null, ""]}"#,
            r#"{"name":"x","kind": {"range": {"min": 2}}}"#,
            r#"{"name":"x","kind": {"range": {"min": 2}, "plain": null}}"#,
            r#"{"name":"x","kind": {}}"#,
            r#"{"name":"x","kind": {"plain": 1}}"#,
            r#"{"name":"x","kind": 7}"#,
            r#"{"name":"x","kind": null, "limits": {}}"#,
            r#"{"name":"x","limits": {"a": 1, "a": 2}}"#,
            r#"{"name":"x","limits": {"a": 128}}"#,
            r#"{"name":"x","any": {"a": 1, "a": 2}}"#,
            r#"{"name":"x","name":"y"}"#,
            r#"{"name":"x","other":"y"}"#,
            r#"{"name":7}"#,
            r#"["x"]"#,
            r#"{"name":"x"} 1"#,
            r#"{"name":"x"}}"#,
            r#"{"name":"x",}"#,
            r#"{"name":"x""#,
            "",
        ];
        for text in texts {
            assert_eq!(straight::<Example>(text), through_tree::<Example>(text), "{text}");
        }
        assert!(straight::<Example>(texts[0]).is_some());
    }

    #[test]
    fn reads_all_bundled_rules_as_the_tree_does() {
        for file in RuleFile::bundled() {
            let compare = match file.path.rsplit('/').next() {
                Some("provider.json") => {
                    (straight::<ProviderFile>(&file.text), through_tree::<ProviderFile>(&file.text))
                }
                Some("resources.json") => {
                    (straight::<ResourcesFile>(&file.text), through_tree::<ResourcesFile>(&file.text))
                }
                _ => (straight::<OperationFile>(&file.text), through_tree::<OperationFile>(&file.text)),
            };
            assert!(compare.0.is_some(), "{} is read without a tree", file.path);
            assert_eq!(compare.0, compare.1, "{}", file.path);
        }
    }
}
