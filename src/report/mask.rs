//! Looking for many secret values in a text at once.
//!
//! Both may be long, and there may be as many secrets as a request has values: the work is linear in the text and in the
//! secrets together. What is found too much is masked rather than shown. It knows nothing of where secrets come from.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::place::Span;

/// What stands for a masked value.
pub(super) const MASK: &str = "***";

/// By so many bytes, at most, secrets are looked for; what follows is compared where these are found. It bounds the
/// size of the table.
const BEGINNING: usize = 16;
/// As much of the beginning of a secret is masked even where another text goes on differently.
const TELLING: usize = 64;
/// More secrets than these with one beginning are not told apart: all behind it is masked.
const ALIKE: usize = 8;

/// Secret values, ready to be looked for.
#[derive(Debug)]
pub(super) struct Mask {
    finder: Finder,
    /// For each beginning, the values that begin so.
    values: Vec<Vec<String>>,
}

#[derive(Debug)]
enum Finder {
    Beginnings(AhoCorasick),
    /// The table could not be made: nothing may be shown at all.
    Everything,
}

impl Mask {
    /// Looks for these values. None when there are none.
    pub fn of(values: impl IntoIterator<Item = String>) -> Option<Mask> {
        let mut by_beginning: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for value in values {
            let beginning = value[..floor(&value, BEGINNING)].to_owned();
            let alike = by_beginning.entry(beginning).or_default();
            if alike.len() <= ALIKE && !alike.contains(&value) {
                alike.push(value);
            }
        }
        if by_beginning.is_empty() {
            return None;
        }
        // Any other kind would weigh some kilobytes a byte of the secrets.
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(by_beginning.keys());
        let finder = finder.map_or(Finder::Everything, Finder::Beginnings);
        Some(Mask { finder, values: by_beginning.into_values().collect() })
    }

    /// Where values stand in a text: apart from each other and in order.
    pub fn places(&self, text: &str) -> Vec<Span> {
        let Finder::Beginnings(finder) = &self.finder else { return vec![Span::new(0, text.len())] };
        // Beginnings are short, so that at each place only few end.
        let mut found: Vec<Span> = Vec::new();
        let mut reached = 0;
        for beginning in finder.find_overlapping_iter(text) {
            let values = &self.values[beginning.pattern().as_usize()];
            let start = beginning.start();
            // What is masked to its end already is not compared again.
            let end = if start < reached { None } else { longest(&text[start..], values).map(|length| start + length) };
            let whole = values.iter().any(|value| value.len() == beginning.len());
            let end = end.max(whole.then_some(beginning.end()));
            if let Some(end) = end {
                found.push(Span::new(start, end));
                reached = reached.max(end);
            }
        }
        apart(found)
    }

    /// A text with the values masked.
    pub fn masked(&self, text: String) -> String {
        let places = self.places(&text);
        masked(text, &places)
    }
}

/// A text with stretches masked, which are apart from each other and in order.
pub(super) fn masked(text: String, places: &[Span]) -> String {
    if places.is_empty() {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        shown.push_str(text.get(at..place.start).unwrap_or_default());
        shown.push_str(MASK);
        at = place.end;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    shown
}

/// Stretches in order, those that overlap made one.
pub(super) fn apart(mut places: Vec<Span>) -> Vec<Span> {
    places.sort_unstable();
    let mut apart: Vec<Span> = Vec::with_capacity(places.len());
    for place in places {
        match apart.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            _ => apart.push(place),
        }
    }
    apart
}

/// How much of a text that begins as these values is to be masked.
fn longest(text: &str, values: &[String]) -> Option<usize> {
    if values.len() > ALIKE {
        return Some(text.len());
    }
    let masked_of = |value: &String| {
        let same = text.bytes().zip(value.bytes()).take_while(|(left, right)| left == right).count();
        let same = floor(text, same);
        let is_cut = same >= BEGINNING.min(value.len()) && (same == text.len() || text[same..].starts_with('…'));
        (same == value.len() || same >= TELLING || is_cut).then_some(same)
    };
    values.iter().filter_map(masked_of).max()
}

/// The greatest character boundary of a text that is not beyond `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut floor = at.min(text.len());
    while !text.is_char_boundary(floor) {
        floor -= 1;
    }
    floor
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[&str], text: &str) -> String {
        let mask = Mask::of(values.iter().map(|value| (*value).to_owned()));
        mask.map_or_else(|| text.to_owned(), |mask| mask.masked(text.to_owned()))
    }

    #[test]
    fn every_value_is_masked_wherever_it_stands() {
        let long = "x".repeat(40) + "🔑" + &"y".repeat(100);
        for (values, text, expected) in [
            (&["abcd"][..], "abcd", "***"),
            (&["abcd"], "xabcdx abcd", "x***x ***"),
            (&["abcd"], "abc d", "abc d"),
            (&[], "abcd", "abcd"),
            // One inside another, one over the edge of another, one beside another.
            (&["bcde", "abcdef"], "abcdef bcde", "*** ***"),
            (&["abcd", "cdef"], "abcdef", "***"),
            (&["abcd", "efgh"], "abcdefgh", "******"),
            (&["aaaa"], "aaaaaaa!", "***!"),
            (&["密钥密钥"], "的密钥密钥的", "的***的"),
            // Longer than what is looked for first.
            (&["0123456789abcdefXYZ"], "0123456789abcdefXYZ 0123456789abcdefXY.", "*** 0123456789abcdefXY."),
            (&["0123456789abcdefXYZ", "0123456789abcdef"], "0123456789abcdefXYZ 0123456789abcdefX.", "*** ***X."),
            (&[&long], &format!("<{long}>"), "<***>"),
            // Cut, or going on otherwise behind a long beginning.
            (&["0123456789abcdefXYZ"], "\"0123456789abcdefX…\"", "\"***…\""),
            (&["0123456789abcdefXYZ"], "0123456789abcdefX", "***"),
            (&[&long], &format!("{}?", &long[..80]), "***?"),
            (&[&long], &format!("{}?", &long[..50]), &format!("{}?", &long[..50])),
        ] {
            assert_eq!(shown(values, text), expected, "{values:?}");
        }
    }

    #[test]
    fn too_many_that_begin_alike_mask_all_behind_it() {
        let values: Vec<String> = (0..20).map(|number| format!("0123456789abcdef{number}")).collect();
        let mask = Mask::of(values).expect("some values");
        assert_eq!(mask.masked("fine 0123456789abcdef, fine".to_owned()), "fine ***");
    }
}
