//! Finding a text among the few that are known: names of parameters, documented values.
//!
//! A table of fixed size, made once and only read afterwards; texts that would crowd one place of it are kept elsewhere. Up
//! to sixteen bytes of a text are compared as two numbers, because nearly all names and values are that short. It says
//! nothing about texts that are only similar.

use std::collections::HashMap;

/// Known texts, each with a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    /// Open addressing; always at least half empty, so that a search soon ends.
    entries: Vec<Option<Entry>>,
    /// The texts, where too many of them would begin at one place of the table: somebody has chosen them so.
    crowd: Option<HashMap<Box<str>, u32>>,
}

/// So many steps a search may take, at most.
const STEPS: usize = 64;

#[derive(Clone, Debug)]
struct Entry {
    text: KnownText,
    value: u32,
}

/// The first and the last bytes of a text, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends(u64, u64);

/// A text that others are held against.
#[derive(Clone, Debug)]
pub(crate) struct KnownText {
    ends: Ends,
    text: Box<str>,
}

/// A text that is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'s> {
    ends: Ends,
    bytes: &'s [u8],
}

impl KnownText {
    pub fn new(text: &str) -> KnownText {
        KnownText { ends: Ends::of(text.as_bytes()), text: text.into() }
    }
}

impl<'s> Sought<'s> {
    #[inline]
    pub fn new(bytes: &'s [u8]) -> Sought<'s> {
        Sought { ends: Ends::of(bytes), bytes }
    }

    /// Whether this is that text. Of short ones the ends are all there is.
    #[inline]
    pub fn is(self, known: &KnownText) -> bool {
        known.ends == self.ends
            && known.text.len() == self.bytes.len()
            && (self.bytes.len() <= 16 || known.text.as_bytes() == self.bytes)
    }

    /// Where the search begins in a table of `size` places, a power of two.
    #[inline]
    fn place(self, size: usize) -> usize {
        self.hash() as usize & size.wrapping_sub(1)
    }

    /// A number that is mostly different for different texts. Only the length and the ends of a text count: callers must
    /// bear that others choose texts with equal numbers.
    #[inline]
    pub fn hash(self) -> u32 {
        self.ends.hash(self.bytes.len())
    }
}

impl Lookup {
    /// Knows these texts; of equal ones the first counts.
    pub fn new<'n>(texts: impl IntoIterator<Item = (&'n str, u32)>) -> Lookup {
        let texts: Vec<(&str, u32)> = texts.into_iter().collect();
        let mut entries = vec![None; (texts.len() * 2 + 1).next_power_of_two()];
        for (text, value) in &texts {
            let (text, value) = (*text, *value);
            let sought = Sought::new(text.as_bytes());
            let mut at = sought.place(entries.len());
            let mut steps = 0;
            while let Some(Some(Entry { text: known, .. })) = entries.get(at) {
                if sought.is(known) {
                    break;
                }
                at = (at + 1) & (entries.len() - 1);
                steps += 1;
                if steps == STEPS {
                    // Of equal ones the first counts.
                    let crowd = texts.iter().rev().map(|(text, value)| (Box::from(*text), *value)).collect();
                    return Lookup { entries: Vec::new(), crowd: Some(crowd) };
                }
            }
            if entries[at].is_none() {
                entries[at] = Some(Entry { text: KnownText::new(text), value });
            }
        }
        Lookup { entries, crowd: None }
    }

    /// All texts that are known.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let crowd = self.crowd.iter().flat_map(|crowd| crowd.keys().map(AsRef::as_ref));
        self.entries.iter().flatten().map(|entry| &*entry.text.text).chain(crowd)
    }

    /// The number of this very text.
    #[inline]
    pub fn get(&self, text: impl AsRef<[u8]>) -> Option<u32> {
        let sought = Sought::new(text.as_ref());
        let mut at = sought.place(self.entries.len());
        while let Some(Some(entry)) = self.entries.get(at) {
            if sought.is(&entry.text) {
                return Some(entry.value);
            }
            at = (at + 1) & (self.entries.len() - 1);
        }
        self.in_crowd(sought.bytes)
    }

    #[cold]
    fn in_crowd(&self, bytes: &[u8]) -> Option<u32> {
        self.crowd.as_ref()?.get(str::from_utf8(bytes).ok()?).copied()
    }
}

impl Ends {
    #[inline]
    fn of(bytes: &[u8]) -> Ends {
        if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            return Ends(u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        }
        if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            return Ends(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32, 0);
        }
        match *bytes {
            [] => Ends(0, 0),
            [only] => Ends(u64::from(only), 0),
            [first, second] => Ends(u64::from(first) | u64::from(second) << 8, 0),
            [first, second, third, ..] => Ends(u64::from(first) | u64::from(second) << 8 | u64::from(third) << 16, 0),
        }
    }

    #[inline]
    fn hash(self, length: usize) -> u32 {
        // An odd constant with well mixed bits, the golden ratio; the upper half is mixed best.
        let mixed = (self.0 ^ self.1.rotate_left(23)).wrapping_add(length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_exactly_what_it_knows() {
        let mut texts: Vec<String> = (0..40).map(|length| "x".repeat(length)).collect();
        texts.extend((0..200).map(|number| format!("cn-region-number-{number}-of-many")));
        texts.extend(["a", "b", "ab", "ba", "aba", "abb", "镜像", "abcdefgh", "abcdefghijklmnopq"].map(str::to_owned));
        let lookup = Lookup::new(texts.iter().map(String::as_str).zip(0..));
        for (value, text) in (0..).zip(&texts) {
            assert_eq!(lookup.get(text), Some(value), "{text:?}");
            for near in [format!("{text}y"), format!("y{text}"), text.replacen('x', "y", 1)] {
                assert_eq!(lookup.get(&near).is_some(), texts.contains(&near), "{near:?}");
            }
        }
        // So many with equal ends that the table would be searched from end to end.
        let crowd: Vec<String> = (0..5_000).map(|number| format!("12345678{number:05}12345678")).collect();
        let lookup = Lookup::new(crowd.iter().chain(&crowd).map(String::as_str).zip(0..));
        for (value, text) in (0..).zip(&crowd) {
            assert_eq!(lookup.get(text), Some(value), "{text:?}");
        }
        assert_eq!(lookup.get("123456785000012345678"), None);
        assert_eq!(lookup.texts().count(), crowd.len());
        // Equal ends, another middle.
        let lookup = Lookup::new(texts.iter().map(String::as_str).zip(0..));
        assert_eq!(lookup.get(&("x".repeat(15) + "y" + &"x".repeat(15))), None);
        assert_eq!(Lookup::default().get("a"), None);
        assert_eq!(Lookup::new([]).get(""), None);
    }
}
