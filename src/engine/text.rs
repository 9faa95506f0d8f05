//! Words on one text: lengths, characters, numbers of any size.

use std::cmp::Ordering;

use crate::engine::{Truth, is_whole};
use crate::operation::condition::{CharSet, Chars};
use crate::rule::condition::{CharClass, Unit};

/// The length of a text in a unit.
pub(crate) fn length(text: &str, unit: Unit) -> u64 {
    let length = match unit {
        Unit::Characters => text.chars().count(),
        Unit::Bytes => text.len(),
    };
    length as u64
}

/// Bounds of a length. Too few characters are doubtful when the bytes would be enough: a provider may count those.
pub(crate) fn length_holds(text: &str, min: Option<u64>, max: Option<u64>, unit: Unit) -> Truth {
    let length = length(text, unit);
    if max.is_some_and(|max| length > max) {
        return Truth::Fails;
    }
    match min {
        Some(min) if length < min && text.len() as u64 >= min => Truth::Doubtful,
        Some(min) => Truth::of(length >= min),
        None => Truth::Holds,
    }
}

/// Where a text breaks a rule about characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongChar {
    pub character: char,
    /// From 1.
    pub position: usize,
    pub which: Which,
}

/// Which part of the rule it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Any,
    First,
    Last,
}

/// Whether all characters are allowed where they stand.
pub(crate) fn chars_hold(text: &str, chars: &Chars) -> Truth {
    // Nearly all texts are ASCII and have one set for all places: a table lookup for each byte, then.
    if chars.first.is_none() && chars.last.is_none() && text.is_ascii() {
        return Truth::of(text.bytes().all(|byte| chars.all.ascii >> byte & 1 == 1));
    }
    let mut worst = Truth::Holds;
    for wrong in wrong_chars(text, chars) {
        let (set, wrong) = wrong;
        if !is_allowed_in_a_wider_reading(wrong.character, set) {
            return Truth::Fails;
        }
        worst = Truth::Doubtful;
    }
    worst
}

/// The first character at fault, preferring one that no reading allows.
pub(crate) fn first_wrong_char(text: &str, chars: &Chars) -> Option<WrongChar> {
    let definite = wrong_chars(text, chars).find(|(set, wrong)| !is_allowed_in_a_wider_reading(wrong.character, set));
    definite.or_else(|| wrong_chars(text, chars).next()).map(|(_, wrong)| wrong)
}

fn wrong_chars<'c>(text: &'c str, chars: &'c Chars) -> impl Iterator<Item = (&'c CharSet, WrongChar)> {
    let last_at = text.char_indices().next_back().map_or(0, |(at, _)| at);
    text.char_indices().enumerate().flat_map(move |(place, (at, character))| {
        let first = chars.first.as_ref().filter(|_| at == 0).map(|set| (set, Which::First));
        let last = chars.last.as_ref().filter(|_| at == last_at).map(|set| (set, Which::Last));
        let own = if first.is_none() && last.is_none() { Some((&chars.all, Which::Any)) } else { None };
        [first, last, own].into_iter().flatten().filter_map(move |(set, which)| {
            let wrong = WrongChar { character, position: place + 1, which };
            if contains(set, character) { None } else { Some((set, wrong)) }
        })
    })
}

/// Whether a set holds a character.
pub(crate) fn contains(set: &CharSet, character: char) -> bool {
    if character.is_ascii() {
        return set.ascii >> u32::from(character) & 1 == 1;
    }
    set.others.contains(&character)
        || set.classes.iter().any(|class| match class {
            CharClass::Chinese => is_chinese(character),
            CharClass::Any => true,
            _ => false,
        })
}

/// CJK ideographs. The source is the Unicode blocks: unified ideographs, extensions A to H, compatibility.
pub(crate) fn is_chinese(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '\u{f900}'..='\u{faff}')
}

/// Kana and hangul: letters of scripts that stand beside the ideographs.
fn is_kana_or_hangul(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' | '\u{a960}'..='\u{a97f}'
        | '\u{d7b0}'..='\u{d7ff}' | '\u{ffa0}'..='\u{ffdc}')
}

/// Whether "letter" or "Chinese character" might mean this character to a provider.
pub(super) fn is_allowed_in_a_wider_reading(character: char, set: &CharSet) -> bool {
    if character.is_ascii() {
        return false;
    }
    let iteration_mark = matches!(character, '々' | '〆' | '〇');
    set.classes.iter().any(|class| match class {
        CharClass::Letter => {
            character.is_alphabetic() && !is_chinese(character) && !is_kana_or_hangul(character) && !iteration_mark
        }
        CharClass::Chinese => iteration_mark || is_kana_or_hangul(character),
        _ => false,
    })
}

/// Compares whole numbers of any length; none when a text is no whole number.
pub(crate) fn compare_whole(text: &str, limit: i64) -> Option<Ordering> {
    if !is_whole(text) {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.cmp(&limit));
    }
    // Too long for an i64: its sign alone decides, unless it is only padded with zeros.
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let significant = digits.trim_start_matches('0');
    let short = if significant.is_empty() { "0" } else { significant };
    let signed = if negative { format!("-{short}") } else { short.to_owned() };
    match signed.parse::<i64>() {
        Ok(number) => Some(number.cmp(&limit)),
        Err(_) => Some(if negative { Ordering::Less } else { Ordering::Greater }),
    }
}

/// Whether a number lies within bounds; none when it is no whole number.
pub(crate) fn in_range(text: &str, min: Option<i64>, max: Option<i64>) -> Option<bool> {
    if !is_whole(text) {
        return None;
    }
    let above_min = min.map_or(Some(Ordering::Equal), |min| compare_whole(text, min))?;
    let below_max = max.map_or(Some(Ordering::Equal), |max| compare_whole(text, max))?;
    Some(above_min != Ordering::Less && below_max != Ordering::Greater)
}

/// Whether a number is a whole multiple; none when it is no whole number. Digit by digit, so of any length.
pub(crate) fn is_multiple(text: &str, step: u64) -> Option<bool> {
    if !is_whole(text) || step == 0 {
        return None;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).map(|byte| u128::from(byte - b'0'));
    let remainder = digits.fold(0u128, |remainder, digit| (remainder * 10 + digit) % u128::from(step));
    Some(remainder == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length() {
        let long = "9".repeat(400);
        assert_eq!(in_range(&long, Some(1), Some(i64::MAX)), Some(false));
        assert_eq!(in_range(&format!("-{long}"), Some(i64::MIN), None), Some(false));
        assert_eq!(in_range("000000000000000000000000000000500", Some(5), Some(500)), Some(true));
        assert_eq!(in_range("501", Some(5), Some(500)), Some(false));
        assert_eq!(in_range("40.5", Some(5), None), None);
        assert_eq!(in_range("", None, None), None);
        assert_eq!(is_multiple(&format!("{long}0"), 10), Some(true));
        assert_eq!(is_multiple("45", 10), Some(false));
        assert_eq!(is_multiple("-40", 10), Some(true));
        assert_eq!(is_multiple("4e1", 10), None);
    }
}
