//! URLs: their schemes, and hosts of a known shape with named parts.
//!
//! Never looks at paths and queries; no rule speaks of them.

use std::collections::BTreeMap;

/// Scheme and host of an absolute URL, in small letters, without user and port. `None` for any other text.
pub fn scheme_and_host(text: &str) -> Option<(String, String)> {
    let (scheme, rest) = text.split_once("://")?;
    let mut characters = scheme.chars();
    let begins = characters.next().is_some_and(|character| character.is_ascii_alphabetic());
    let goes_on = characters.all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    (begins && goes_on && !host.is_empty()).then(|| (scheme.to_ascii_lowercase(), host.to_ascii_lowercase()))
}

/// The named parts of a host, if it has a shape: `{bucket}.store.{region}.invalid`.
pub fn parts(shape: &str, host: &str) -> Option<BTreeMap<String, String>> {
    let Some((before, rest)) = shape.split_once('{') else {
        return shape.eq_ignore_ascii_case(host).then(BTreeMap::new);
    };
    let (name, after) = rest.split_once('}').expect("a part of a shape is closed");
    let start = host.get(..before.len()).filter(|start| start.eq_ignore_ascii_case(before))?;
    let rest = &host[start.len()..];
    // The longest part that leaves a host of the remaining shape.
    let ends = rest.char_indices().take_while(|(_, character)| !matches!(character, '.' | '/'));
    let ends: Vec<usize> = ends.map(|(at, character)| at + character.len_utf8()).collect();
    ends.into_iter().rev().find_map(|end| {
        let mut found = parts(after, &rest[end..])?;
        found.insert(name.to_owned(), rest[..end].to_owned());
        Some(found)
    })
}
