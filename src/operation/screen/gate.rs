//! Gates: all tests of a parameter as one, in the form in which most values pass it soonest.
//!
//! A gate is as strict as its tests together, or stricter. What does not pass is held against the tests one by one.

use super::test::{Characters, Test, small_whole};
use crate::operation::lookup::Lookup;

/// All tests of a parameter in one.
#[derive(Debug, Default)]
pub(crate) enum Gate {
    /// Whatever is given passes.
    #[default]
    Open,
    /// Nothing passes: there is a test that cannot be told in advance.
    Closed,
    /// One of these values. Only a text, where others have no such type on the wire.
    Listed { known: Lookup, is_text: bool },
    /// A text.
    Text(Box<TextGate>),
    /// A whole number within bounds.
    Whole { min: i64, max: i64 },
    /// A boolean, spelt as JSON spells it.
    Boolean,
    /// A list with so many elements.
    Count { min: usize, max: usize },
    /// All of these.
    Tests(Vec<Test>),
}

/// A text with a length within bounds and only these characters, that passes the rest. The length is one in bytes, which
/// are characters where all are ASCII.
#[derive(Debug)]
pub(crate) struct TextGate {
    pub min: usize,
    pub max: usize,
    pub characters: Option<Characters>,
    /// Whether the bounds are those of the number of characters, too.
    pub counts_characters: bool,
    pub rest: Vec<Test>,
}

impl TextGate {
    #[inline(always)]
    fn admits(&self, value: &str, is_text: bool) -> bool {
        let characters = self.characters.as_ref();
        if characters.is_none_or(|characters| characters.make_ascii(value)) {
            return (self.min..=self.max).contains(&value.len()) && self.admits_rest(value, is_text);
        }
        characters.is_some_and(|characters| characters.has_chinese && self.admits_chinese(characters, value, is_text))
    }

    /// As [`TextGate::admits`], for a text that is not all ASCII: a third of all requests has one, and for the engine it is
    /// ten times the work.
    #[inline(never)]
    fn admits_chinese(&self, characters: &Characters, value: &str, is_text: bool) -> bool {
        let mut length = 0;
        self.counts_characters
            && value.chars().all(|character| {
                length += 1;
                characters.has(character)
            })
            && (self.min..=self.max).contains(&length)
            && self.admits_rest(value, is_text)
    }

    #[inline]
    fn admits_rest(&self, value: &str, is_text: bool) -> bool {
        self.rest.iter().all(|test| test.passes(value, is_text))
    }
}

impl Gate {
    /// Whether a single value passes, by its text on the wire.
    #[inline(always)]
    pub fn admits(&self, value: &str, is_text: bool) -> bool {
        match self {
            Gate::Open => true,
            Gate::Closed | Gate::Count { .. } => false,
            Gate::Listed { known, is_text: only_text } => (is_text | !only_text) && known.get(value).is_some(),
            Gate::Text(gate) => gate.admits(value, is_text),
            Gate::Whole { min, max } => small_whole(value).is_some_and(|number| (*min..=*max).contains(&number)),
            Gate::Boolean => matches!(value, "true" | "false"),
            Gate::Tests(tests) => tests.iter().all(|test| test.passes(value, is_text)),
        }
    }

    /// Whether a list with so many elements passes.
    #[inline]
    pub fn admits_count(&self, count: usize) -> bool {
        match self {
            Gate::Open => true,
            Gate::Count { min, max } => (*min..=*max).contains(&count),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_chinese_texts_are_counted_in_characters() {
        let ascii = std::array::from_fn(|byte| (byte as u8).is_ascii_lowercase());
        let characters = Some(Characters { ascii, has_chinese: true });
        let text_gate = |counts_characters| TextGate {
            min: 2,
            max: 4,
            characters: characters.clone(),
            counts_characters,
            rest: vec![Test::NotStartsWith(vec!["云".to_owned()])],
        };
        let gate = Gate::Text(Box::new(text_gate(true)));
        for text in ["ab", "abcd", "镜像", "a镜", "镜像镜像"] {
            assert!(gate.admits(text, true), "{text}");
        }
        // Too short though not in bytes, too long, other scripts, what only some count as Chinese, and what the rest refuses.
        for text in ["a", "镜", "abcde", "镜像镜像镜", "éé", "アア", "々々", "AB", "云镜", "a云\u{0}"] {
            assert!(!gate.admits(text, true), "{text}");
        }
        // A length that is one in bytes is left to the engine.
        assert!(!Gate::Text(Box::new(text_gate(false))).admits("镜像", true));
        assert!(Gate::Text(Box::new(text_gate(false))).admits("ab", true));
    }
}
