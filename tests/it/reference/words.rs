//! Words on values: what holds of one text.
//!
//! Never looks at a request or at facts; conditions bring the text.

use regex::Regex;
use serde_json::Value;

use super::plan::texts;
use super::truth::Truth;

/// The text of a scalar: 40 and "40", true and "true" are the same.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a word says of a text. `None` for words that need more than a text.
pub fn judge(word: &str, argument: &Value, text: &str) -> Option<Truth> {
    let one_of = |part: &dyn Fn(&str) -> bool| Truth::of(listed(argument).iter().any(|other| part(other)));
    Some(match word {
        "length" => length(argument, text),
        "chars" => chars(argument, text),
        "starts_with" => one_of(&|start| text.starts_with(start)),
        "ends_with" => one_of(&|end| text.ends_with(end)),
        "contains" => one_of(&|part| text.contains(part)),
        "not_starts_with" => one_of(&|start| text.starts_with(start)).not(),
        "not_ends_with" => one_of(&|end| text.ends_with(end)).not(),
        "not_contains" => one_of(&|part| text.contains(part)).not(),
        "pattern" => {
            let pattern = argument.as_str().expect("a pattern is a text");
            Truth::of(Regex::new(&format!(r"\A(?:{pattern})\z")).expect("a pattern is right").is_match(text))
        }
        "not_empty" => Truth::of(!text.is_empty()),
        "range" => Truth::of(whole_number(text).is_some_and(|number| {
            let bound = |key: &str| argument[key].as_i64().map(i128::from);
            bound("min").is_none_or(|min| number >= min) && bound("max").is_none_or(|max| number <= max)
        })),
        "multiple_of" => {
            let step = argument.as_u64().expect("a step is a number");
            Truth::of(whole_number(text).is_some() && remainder(text, step) == 0)
        }
        _ => return None,
    })
}

fn listed(argument: &Value) -> Vec<&str> {
    argument.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A whole number: an optional minus and digits. One of more digits than fit counts as the greatest or smallest that
/// fits, which is beyond every bound of a rule file.
pub fn whole_number(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size =
        digits.bytes().fold(0_i128, |number, digit| number.saturating_mul(10).saturating_add(i128::from(digit - b'0')));
    Some(if text.starts_with('-') { -size } else { size })
}

/// What is left of a whole number, without its sign, after division: digit by digit, so that any length is right.
fn remainder(text: &str, step: u64) -> u64 {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    let rest = digits.fold(0_u128, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % u128::from(step));
    u64::try_from(rest).expect("a remainder is smaller than the step")
}

/// Too short a text is doubtful when its bytes would be enough.
fn length(argument: &Value, text: &str) -> Truth {
    let bytes = text.len() as u64;
    let counted = if argument["unit"] == "bytes" { bytes } else { text.chars().count() as u64 };
    if argument["max"].as_u64().is_some_and(|max| counted > max) {
        return Truth::Fails;
    }
    match argument["min"].as_u64() {
        Some(min) if counted < min && bytes >= min => Truth::Doubtful,
        Some(min) if counted < min => Truth::Fails,
        _ => Truth::Holds,
    }
}

/// Every character must be allowed where it stands. The first and the last may have sets of their own.
fn chars(argument: &Value, text: &str) -> Truth {
    let characters: Vec<char> = text.chars().collect();
    let end = characters.len().saturating_sub(1);
    Truth::all(characters.iter().enumerate().flat_map(|(at, &character)| {
        let first = argument.get("first").filter(|_| at == 0);
        let last = argument.get("last").filter(|_| at == end);
        let mut sets: Vec<&Value> = first.into_iter().chain(last).collect();
        if sets.is_empty() {
            sets.push(argument);
        }
        sets.into_iter().map(move |set| allows(set, character))
    }))
}

/// Whether a set allows a character; doubtful when it would under another reading of its classes.
fn allows(set: &Value, character: char) -> Truth {
    let classes = texts(set, "of");
    let in_class = |class: &&str| match *class {
        "letter" => character.is_ascii_alphabetic(),
        "lower" => character.is_ascii_lowercase(),
        "upper" => character.is_ascii_uppercase(),
        "digit" => character.is_ascii_digit(),
        "chinese" => is_ideograph(character),
        "ascii" => character.is_ascii(),
        "any" => true,
        other => panic!("{other} is no class of characters"),
    };
    if classes.iter().any(in_class) || set["and"].as_str().is_some_and(|further| further.contains(character)) {
        return Truth::Holds;
    }
    let near_chinese = is_kana_or_hangul(character) || matches!(character, '々' | '〆' | '〇');
    let other_letter = character.is_alphabetic() && !is_ideograph(character) && !near_chinese;
    if (classes.contains(&"letter") && other_letter) || (classes.contains(&"chinese") && near_chinese) {
        Truth::Doubtful
    } else {
        Truth::Fails
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x323AF | 0xF900..=0xFAFF)
}

fn is_kana_or_hangul(character: char) -> bool {
    character.is_alphabetic()
        && matches!(
            u32::from(character),
            0x3041..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F
                | 0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xFFA0..=0xFFDC
        )
}
