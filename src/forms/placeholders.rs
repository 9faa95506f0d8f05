//! What people and tools write where a value goes that they do not know yet: `{{name}}`, `${name}`, `$NAME`, `<name>`.

use std::collections::HashMap;

use super::decoded::{Decoded, Rewriter};
use crate::request::given::GAP;

/// The longest placeholder, in bytes: what is longer is text.
const LONGEST: usize = 200;

/// In which text placeholders are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// A URL or a query string, in which none of these characters stands for itself.
    Url,
    /// Any other text: only `{{name}}` and `${name}`.
    Text,
}

/// Values of names that are known, such as variables of a file.
pub(crate) type Variables = HashMap<String, String>;

/// Takes out placeholders: known variables become their values, the rest is not known.
pub(crate) fn open<'t>(text: &Decoded<'t>, within: Within, variables: &Variables) -> Decoded<'t> {
    let all = text.text();
    if !all.contains(['$', '{', '<']) {
        return text.clone();
    }
    let mut rewriter = Rewriter::new(text);
    let (mut at, mut copied) = (0, 0);
    while let Some(length) = all.get(at..).and_then(|rest| rest.find(['$', '{', '<'])) {
        at += length;
        let rest = all.get(at..).unwrap_or_default();
        match placeholder(rest, within, all.get(..at).unwrap_or_default()) {
            Some(length) => {
                rewriter.copy(copied..at);
                let name = rest.get(..length).unwrap_or_default().trim_matches(['{', '}', '$', ' ']);
                match variables.get(name).filter(|_| rest.starts_with("{{")) {
                    Some(value) => rewriter.put(value, at..at + length),
                    None => rewriter.gap(at..at + length),
                }
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    rewriter.copy(copied..all.len());
    rewriter.finish(0..all.len())
}

/// As [`open`], for a text that has no places of its own.
pub(crate) fn open_text(text: &str, variables: &Variables) -> String {
    open(&Decoded::of(text), Within::Text, variables).text().to_owned()
}

/// The length of the placeholder that a text begins with.
fn placeholder(rest: &str, within: Within, before: &str) -> Option<usize> {
    let closed = |opening: &str, closing: &str| {
        let inner = rest.strip_prefix(opening)?;
        // Only a little ahead, so that many openings without an end do not take long.
        let mut end = inner.len().min(LONGEST);
        while !inner.is_char_boundary(end) {
            end -= 1;
        }
        let (name, _) = inner.get(..end)?.split_once(closing)?;
        let is_plain = !name.contains(['\n', '{', '<', '"', GAP]);
        (!name.is_empty() && is_plain).then(|| opening.len() + name.len() + closing.len())
    };
    let common = closed("${{", "}}").or_else(|| closed("{{", "}}")).or_else(|| closed("${", "}"));
    if common.is_some() || within == Within::Text {
        return common;
    }
    if rest.starts_with('<') && before.ends_with(['&', '?']) {
        // It stands for whole pairs, not for a value.
        return None;
    }
    closed("<", ">").or_else(|| closed("{", "}")).or_else(|| {
        let name = rest.strip_prefix('$')?;
        let length = name.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
        let length = length.unwrap_or(name.len());
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        is_name.then_some(length + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_gaps_and_variables_their_values() {
        let variables = Variables::from([("region".to_owned(), "cn-x".to_owned())]);
        let opened = |text: &str, within| open(&Decoded::of(text), within, &variables).text().replace(GAP, "…");
        for (text, url, other) in [
            ("a={{ region }}&b={{x}}", "a=cn-x&b=…", "a=cn-x&b=…"),
            ("a=${X}-$Y&b=<your id>", "a=…-…&b=…", "a=…-$Y&b=<your id>"),
            ("a=1&<Common parameters>", "a=1&<Common parameters>", "a=1&<Common parameters>"),
            ("/v1/{regionId}:x$", "/v1/…:x$", "/v1/{regionId}:x$"),
            ("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}"),
        ] {
            assert_eq!((opened(text, Within::Url), opened(text, Within::Text)), (url.into(), other.into()), "{text}");
        }
    }
}
