//! How names and values of requests are shown, and how what is allowed is said: no character that changes a terminal, nothing
//! too long to be read.

use std::fmt::Write as _;

use crate::operation::condition::CharSet;
use crate::rule::condition::CharClass;

/// The longest part of a value that a detail shows, in characters.
const SHOWN: usize = 60;
/// The most values of a list that a detail names.
const NAMED_VALUES: usize = 12;

/// A name that came with the request: of bounded length, without control characters.
pub(super) fn shown_name(name: &str) -> String {
    let quoted = quoted(name);
    quoted[1..quoted.len() - 1].to_owned()
}

/// A value in quotes: control characters escaped, long ones cut.
pub(crate) fn quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for (place, character) in value.chars().enumerate() {
        if place == SHOWN {
            quoted.push('…');
            break;
        }
        push_visible(&mut quoted, character);
    }
    quoted.push('"');
    quoted
}

/// A text as [`quoted`] shows it, whole and without its quotes.
pub(super) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    text.chars().for_each(|character| push_visible(&mut visible, character));
    visible
}

fn push_visible(text: &mut String, character: char) {
    if character.is_control() || is_invisible(character) {
        let _ = write!(text, "{}", character.escape_debug());
    } else {
        text.push(character);
    }
}

/// Characters that change how a terminal shows others, or that nobody sees.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn unquoted(value: &str, secret: bool) -> String {
    if secret { "the value".to_owned() } else { shown_name(value) }
}

pub(super) fn bounds<T: std::fmt::Display + PartialEq>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min} is allowed"),
        (Some(min), Some(max)) => format!("{min} to {max} are allowed"),
        (Some(min), None) => format!("at least {min} is demanded"),
        (None, Some(max)) => format!("at most {max} is allowed"),
        (None, None) => "no bounds".to_owned(),
    }
}

pub(super) fn one_of(values: &[String]) -> String {
    match values {
        [] => "allowed".to_owned(),
        [one] => format!("{one:?}"),
        several if several.len() <= NAMED_VALUES => format!("one of {}", several.join(", ")),
        several => format!("one of {} and {} more", several[..NAMED_VALUES].join(", "), several.len() - NAMED_VALUES),
    }
}

/// ` with scheme https`
pub(super) fn schemes(schemes: &[String]) -> String {
    if schemes.is_empty() { String::new() } else { format!(" with scheme {}", schemes.join(" or ")) }
}

pub(super) fn any_of(texts: &[String]) -> String {
    texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(" or ")
}

/// "neither a letter nor a digit"
pub(super) fn not_in(set: &CharSet) -> String {
    let mut names: Vec<String> = set
        .classes
        .iter()
        .map(|class| {
            match class {
                CharClass::Letter => "a letter",
                CharClass::Lower => "a lower-case letter",
                CharClass::Upper => "a capital letter",
                CharClass::Digit => "a digit",
                CharClass::Chinese => "a Chinese character",
                CharClass::Ascii => "an ASCII character",
                CharClass::Any => "a character",
            }
            .to_owned()
        })
        .collect();
    names.extend(set.extra.chars().map(|character| format!("{character:?}")));
    match names.as_slice() {
        [] => "not allowed".to_owned(),
        [one] => format!("not {one}"),
        [one, other] => format!("neither {one} nor {other}"),
        [rest @ .., last] => format!("none of {} or {last}", rest.join(", ")),
    }
}
