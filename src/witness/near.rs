//! Texts made of other texts: cut, lengthened, nearly the same, looking alike, and URLs put together.
//!
//! Knows nothing of what is demanded beyond the one word at hand.

use crate::operation::condition::{HostShape, OfPart, Url, Word};
use crate::rule::condition::Unit;
use crate::witness::texts::MAX_LENGTH;
use crate::witness::words::{Demand, length};

/// A text cut or lengthened to a length.
pub(super) fn resized(text: &str, wanted: u64, unit: Unit) -> Option<String> {
    if wanted > MAX_LENGTH {
        return None;
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if length(&kept, unit) > wanted {
            kept.pop();
            break;
        }
    }
    let filler = text.chars().next_back().filter(char::is_ascii_alphanumeric).unwrap_or('a');
    while length(&kept, unit) < wanted {
        kept.push(filler);
    }
    Some(kept)
}

/// Texts that are nearly one of those known: one character more or less, another letter case, a look-alike.
pub(super) fn near_misses(known: &[String], bases: Vec<String>) -> Vec<String> {
    let mut texts = Vec::new();
    for value in known.iter().take(4) {
        let shorter: String = value.chars().take(value.chars().count().saturating_sub(1)).collect();
        texts.extend([format!("{value}x"), shorter, swapped_case(value), full_width(value), format!("{value} ")]);
        texts.extend(value.parse::<i128>().ok().map(|number| (number + 1).to_string()));
    }
    texts.extend(bases);
    texts.extend(["other", "example-2"].map(str::to_owned));
    texts
}

pub(super) fn url_texts(url: &Url, wants: bool, compared: Option<&str>) -> Vec<String> {
    if let Some((_, OfPart::Must(word))) = &url.part {
        return part_texts(word).iter().flat_map(|text| urls(url, Some(text))).collect();
    }
    if url.part.is_some() {
        let other = compared.map_or_else(|| "other".to_owned(), |compared| format!("{compared}x"));
        return urls(url, if wants { compared } else { Some(&other) });
    }
    if wants {
        return urls(url, None);
    }
    let mut texts = Vec::new();
    for known in urls(url, None).iter().take(3) {
        let Some((scheme, rest)) = known.split_once("://") else { continue };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        texts.push(rest.to_owned());
        texts.push(format!("ftp://{rest}"));
        texts.push(format!("{scheme}://example.invalid/{path}"));
        texts.push(format!("{scheme}://{host}.example.invalid/{path}"));
    }
    texts.extend(["example", "://"].map(str::to_owned));
    texts
}

/// Texts for a part of a host of which a word speaks: around its limits, and of several kinds of characters.
fn part_texts(word: &Word) -> Vec<String> {
    let mut texts: Vec<String> = ["abcd", "ab-1", "a_b1", "abc-", "-abc", "a1"].map(str::to_owned).into();
    match word {
        Word::Length { min, max, .. } => {
            let limits = [min, max].into_iter().flatten();
            let sizes = limits.flat_map(|limit| [limit.saturating_sub(1), *limit, limit + 1]);
            texts.extend(sizes.map(|size| "a".repeat(size.clamp(1, 300) as usize)));
        }
        Word::OneOf { values, .. } => texts.extend(values.values.iter().cloned()),
        Word::StartsWith { texts: known, .. } | Word::Contains { texts: known, .. } => {
            texts.extend(known.iter().map(|text| format!("{text}abcd")));
        }
        Word::EndsWith { texts: known, .. } => texts.extend(known.iter().map(|text| format!("abcd{text}"))),
        _ => {}
    }
    texts
}

/// A URL whose host has the first of these shapes and this text as the named part.
pub(super) fn url_with_part(hosts: &[HostShape], name: &str, text: &str) -> Option<String> {
    let labels = hosts.first()?.labels.iter().map(|label| match &label.name {
        None => label.before.clone(),
        Some(known) => format!("{}{}{}", label.before, if known == name { text } else { "example" }, label.behind),
    });
    Some(format!("https://{}/example", labels.collect::<Vec<_>>().join(".")))
}

/// URLs of each scheme and host shape; the named part of the host, where one is meant, has this text.
pub(super) fn urls(url: &Url, part: Option<&str>) -> Vec<String> {
    let schemes: Vec<&str> = if url.schemes.is_empty() { vec!["https"] } else { as_strs(&url.schemes).collect() };
    let host = |shape: &HostShape| -> String {
        let labels = shape.labels.iter().map(|label| match &label.name {
            None => label.before.clone(),
            Some(name) => {
                let meant = url.part.as_ref().is_some_and(|(meant, _)| meant == name);
                let text = part.filter(|_| meant).unwrap_or("example");
                format!("{}{text}{}", label.before, label.behind)
            }
        });
        labels.collect::<Vec<_>>().join(".")
    };
    let mut hosts: Vec<String> = url.hosts.iter().take(30).map(host).collect();
    if hosts.is_empty() {
        hosts.push("example.invalid".to_owned());
    }
    let pair = |host: &String| schemes.iter().map(|scheme| format!("{scheme}://{host}/example")).collect::<Vec<_>>();
    hosts.iter().flat_map(pair).collect()
}

pub(super) fn with_character(text: &str, place: usize, new: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    match characters.get_mut(place) {
        Some(character) => *character = new,
        None => characters.push(new),
    }
    characters.into_iter().collect()
}

pub(super) fn swapped_case(text: &str) -> String {
    let swap = |character: char| {
        if character.is_ascii_lowercase() { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() }
    };
    text.chars().map(swap).collect()
}

/// The text with its first ASCII character in full width, which looks alike and is another character.
pub(super) fn full_width(text: &str) -> String {
    let wide = |character: char| {
        let code = u32::from(character);
        (0x21..0x7f).contains(&code).then(|| char::from_u32(code + 0xfee0)).flatten().unwrap_or(character)
    };
    text.chars().enumerate().map(|(place, character)| if place == 0 { wide(character) } else { character }).collect()
}

pub(super) fn affixes(target: Demand<'_>, texts: &[String], wants: bool, bases: Vec<String>) -> Vec<String> {
    let mut made = Vec::new();
    for base in bases.iter().take(4) {
        for text in texts {
            let near = match text.char_indices().next_back() {
                Some((last, _)) => text.get(..last).unwrap_or_default(),
                None => "",
            };
            let half = base.char_indices().nth(base.chars().count() / 2).map_or(0, |(at, _)| at);
            let (before, behind) = base.split_at(half);
            let text = text.as_str();
            match (target.word, wants) {
                (Word::StartsWith { .. }, true) => made.push(format!("{text}{base}")),
                (Word::EndsWith { .. }, true) => made.push(format!("{base}{text}")),
                (Word::Contains { .. }, true) => {
                    made.extend([format!("{base}{text}"), format!("{before}{text}{behind}"), format!("{text}{base}")])
                }
                (Word::StartsWith { .. }, false) => {
                    let rest = base.strip_prefix(text).unwrap_or(base);
                    made.extend([rest.to_owned(), format!("{near}{rest}"), format!("{}{rest}", swapped_case(text))]);
                }
                (Word::EndsWith { .. }, false) => {
                    let rest = base.strip_suffix(text).unwrap_or(base);
                    made.extend([rest.to_owned(), format!("{rest}{near}"), format!("{rest}{}", swapped_case(text))]);
                }
                (_, false) => made.extend([base.replace(text, ""), format!("{}{near}", base.replace(text, ""))]),
                _ => {}
            }
            made.extend(wants.then(|| text.to_owned()));
        }
    }
    made
}

/// Texts as borrowed ones.
pub(super) fn as_strs(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(String::as_str)
}
