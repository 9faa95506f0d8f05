//! Names of parameters: as rule files write them (`Disks[].Size`), as the wire carries them (`Disks.1.Size`,
//! `disks[0].size`), and as check ids use them (`disks-size`).
//!
//! Never looks at values.

use serde_json::Value;

/// A step of a parameter's name.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A member of an object, or of the parameters themselves.
    Member(String),
    /// An element of a list: its number as the wire writes it, from the provider's first index.
    Element(u64),
}

/// Splits a name that a request gives, in the provider's notation. `None` when it is not of that notation.
pub fn split_wire_name(provider: &Value, name: &str) -> Option<Vec<Step>> {
    let bracketed = provider["wire"]["lists"] == "bracketed";
    let mut steps = Vec::new();
    for part in name.split('.') {
        if bracketed {
            let mut pieces = part.split('[');
            steps.push(Step::Member(pieces.next().filter(|member| !member.is_empty())?.to_owned()));
            for piece in pieces {
                steps.push(Step::Element(index(piece.strip_suffix(']')?)?));
            }
        } else {
            steps.push(match index(part) {
                Some(index) if !steps.is_empty() => Step::Element(index),
                _ => Step::Member(part.to_owned()),
            });
        }
    }
    Some(steps)
}

/// An index as the wire writes it: digits without leading zeros.
fn index(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical && digits { text.parse::<u32>().ok().map(u64::from) } else { None }
}

/// The wire name of a member of what is named `parent`; an empty parent is the request itself.
pub fn member(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// The wire name of the element at a position, counted from 1, of the list named `parent`.
pub fn element(provider: &Value, parent: &str, position: usize) -> String {
    let first_index = provider["wire"]["first_index"].as_u64().expect("first_index is a number");
    let index = position as u64 - 1 + first_index;
    match provider["wire"]["lists"].as_str() {
        Some("bracketed") => format!("{parent}[{index}]"),
        _ => format!("{parent}.{index}"),
    }
}

/// The members of a path of a rule file, each with whether its elements are meant: `Disks[].Size` is `Disks` with its
/// elements, then `Size`.
pub fn members_of(pattern: &str) -> Vec<(&str, bool)> {
    pattern.split('.').map(|part| (part.trim_end_matches("[]"), part.ends_with("[]"))).collect()
}

/// A parameter's name in kebab case, as check ids use it: `OSSBucket` is `oss-bucket`, `Disks[].Size` is `disks-size`.
/// Elements themselves are told from their list: `Names[]` is `names-item`.
pub fn kebab(pattern: &str) -> String {
    let name = members_of(pattern).iter().map(|(name, _)| kebab_member(name)).collect::<Vec<_>>().join("-");
    if pattern.ends_with("[]") { format!("{name}-item") } else { name }
}

/// One member: a hyphen goes before a capital that follows a small letter or a digit, and before the last capital of
/// several when a small letter follows.
fn kebab_member(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, &character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| characters[before]);
        let small_after = characters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let starts_word =
            character.is_ascii_uppercase() && before.is_some_and(|before| !before.is_ascii_uppercase() || small_after);
        if starts_word {
            text.push('-');
        }
        text.push(character.to_ascii_lowercase());
    }
    text
}
