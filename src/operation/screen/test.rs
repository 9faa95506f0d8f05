//! Tests of single values: quick, and never too generous.

use crate::operation::lookup::Lookup;
use crate::rule::condition::Unit;

/// A test of a value. Passing it is certain knowledge, not passing it says nothing.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Always,
    Never,
    All(Vec<Test>),
    Any(Vec<Test>),
    Length {
        min: usize,
        max: usize,
        unit: Unit,
    },
    /// From this set only.
    MadeOf(Box<Characters>),
    /// The first character, if there is one, is from this set.
    First(Box<Characters>),
    /// The last character, if there is one, is from this set.
    Last(Box<Characters>),
    OneOf(Lookup),
    /// None of these, in whatever letter case.
    NoneOf(Vec<String>),
    StartsWith(Vec<String>),
    NotStartsWith(Vec<String>),
    EndsWith(Vec<String>),
    NotEndsWith(Vec<String>),
    Contains(Vec<String>),
    NotContains(Vec<String>),
    /// A whole number within bounds, and a multiple of a step.
    Whole {
        min: i64,
        max: i64,
        step: i64,
    },
    /// A boolean, or a text that reads as one.
    Boolean,
    /// A text, not a number or a boolean.
    Text,
    /// Number of elements of a list.
    Count {
        min: usize,
        max: usize,
    },
}

/// A set of characters, as far as it is quick to tell what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Characters {
    /// For each byte, whether it is an ASCII character of the set.
    pub ascii: [bool; 256],
    /// Whether the common Chinese characters are in it: they are frequent enough to be told here.
    pub has_chinese: bool,
}

impl Characters {
    /// Whether a character is certainly in the set.
    #[inline]
    pub fn has(&self, character: char) -> bool {
        match u8::try_from(character) {
            Ok(byte) => self.ascii[usize::from(byte)],
            Err(_) => self.has_chinese && matches!(character, '\u{4e00}'..='\u{9fff}'),
        }
    }

    /// Whether a text is made of ASCII characters of the set.
    #[inline]
    pub fn make_ascii(&self, text: &str) -> bool {
        text.bytes().fold(true, |so_far, byte| so_far & self.ascii[usize::from(byte)])
    }

    /// Whether a text is made of characters of the set.
    fn make(&self, text: &str) -> bool {
        self.make_ascii(text) || self.has_chinese && text.chars().all(|character| self.has(character))
    }
}

impl Test {
    /// Whether a single value passes, by its text on the wire.
    pub fn passes(&self, value: &str, is_text: bool) -> bool {
        match self {
            Test::Always => true,
            Test::Never | Test::Count { .. } => false,
            Test::All(tests) => tests.iter().all(|test| test.passes(value, is_text)),
            Test::Any(tests) => tests.iter().any(|test| test.passes(value, is_text)),
            Test::Length { min, max, unit } => {
                // A character has one to four bytes: mostly that is enough to know.
                let bytes = value.len();
                let length = match unit {
                    Unit::Characters if bytes > *max || bytes / 4 < *min => value.chars().count(),
                    _ => bytes,
                };
                (*min..=*max).contains(&length)
            }
            Test::MadeOf(set) => set.make(value),
            Test::First(set) => value.chars().next().is_none_or(|character| set.has(character)),
            Test::Last(set) => value.chars().next_back().is_none_or(|character| set.has(character)),
            Test::OneOf(known) => known.get(value).is_some(),
            Test::NoneOf(known) => !known.iter().any(|known| known.eq_ignore_ascii_case(value)),
            Test::StartsWith(texts) => texts.iter().any(|text| starts_with(value, text)),
            Test::NotStartsWith(texts) => !texts.iter().any(|text| starts_with(value, text)),
            Test::EndsWith(texts) => texts.iter().any(|text| value.ends_with(text.as_str())),
            Test::NotEndsWith(texts) => !texts.iter().any(|text| value.ends_with(text.as_str())),
            Test::Contains(texts) => texts.iter().any(|text| value.contains(text.as_str())),
            Test::NotContains(texts) => !texts.iter().any(|text| value.contains(text.as_str())),
            Test::Whole { min, max, step } => {
                small_whole(value).is_some_and(|number| (*min..=*max).contains(&number) && number % step == 0)
            }
            Test::Boolean => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            Test::Text => is_text,
        }
    }

    /// Whether a list with so many elements passes.
    pub fn passes_count(&self, count: usize) -> bool {
        match self {
            Test::Always => true,
            Test::Count { min, max } => (*min..=*max).contains(&count),
            Test::All(tests) => tests.iter().all(|test| test.passes_count(count)),
            Test::Any(tests) => tests.iter().any(|test| test.passes_count(count)),
            _ => false,
        }
    }
}

/// Mostly the first bytes are enough to know.
#[inline]
fn starts_with(value: &str, text: &str) -> bool {
    value.as_bytes().first() == text.as_bytes().first() && value.starts_with(text)
}

/// A whole number of at most eighteen digits.
#[inline]
pub(super) fn small_whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut number = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(if digits.len() < text.len() { -number } else { number })
}
