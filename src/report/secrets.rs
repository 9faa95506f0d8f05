//! Masking of credentials, signatures and tokens: wherever their values stand, not only where they were given.

use std::sync::OnceLock;

use crate::json::Reader;
use crate::place::Span;
use crate::report::mask::{Mask, apart, masked};
use crate::report::{Checked, shown};
use crate::request::Request;

/// A shorter value is masked where it was given only: elsewhere it would be part of everything.
const SHORTEST: usize = 4;

/// The places of credentials in signed links, wherever a text holds one: `?Signature=...`, also percent-encoded.
fn in_links(text: &str) -> Vec<Span> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(length) = text.get(at..).and_then(|rest| rest.find(['?', '&', '%'])) {
        at += length + 1;
        let rest = text.get(at..).unwrap_or_default();
        // `%3F` and `%26` are the same two characters inside another link.
        let name_at = match rest.get(..2) {
            Some("3F" | "3f" | "26") if text.as_bytes().get(at - 1) == Some(&b'%') => at + 2,
            _ if text.as_bytes().get(at - 1) == Some(&b'%') => continue,
            _ => at,
        };
        let rest = text.get(name_at..).unwrap_or_default();
        let name_length =
            rest.find(|character: char| !(character.is_ascii_alphanumeric() || "-_.".contains(character)));
        let name_length = name_length.unwrap_or(rest.len());
        let behind = rest.get(name_length..).unwrap_or_default();
        let equals = ["=", "%3D", "%3d"].into_iter().find(|equals| behind.starts_with(equals));
        let Some(equals) = equals.filter(|_| names_credential(rest.get(..name_length).unwrap_or_default())) else {
            continue;
        };
        let start = name_at + name_length + equals.len();
        let value = text.get(start..).unwrap_or_default();
        let ends = |character: char| character.is_whitespace() || "&\"'`#<>\\,;|".contains(character);
        let mut end = start + value.find(ends).unwrap_or(value.len());
        if equals != "=" {
            // In an encoded link, the next pair begins at an encoded `&`.
            let inner = text.get(start..end).unwrap_or_default();
            end = start + inner.find("%26").unwrap_or(inner.len());
        }
        places.push(Span::new(start, end));
        at = end;
    }
    places
}

/// A text with the credentials of links in it masked.
fn without_links(text: String) -> String {
    let places = in_links(&text);
    masked(text, &places)
}

/// Whether a name in a link stands before a credential. Names of parameters that only speak of one are not among these.
fn names_credential(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    // The first two are short for a signature and a key's id, and part of longer words that mean something else.
    matches!(plain.as_str(), "sign" | "qak")
        || ["signature", "accesskeyid", "accesskeysecret", "securitytoken", "credential"]
            .iter()
            .any(|end| plain.ends_with(end))
}

/// What is secret in a request: how it is found in texts, and where it stands. Made once for each report that shows
/// anything.
#[derive(Debug)]
pub(super) struct Secrets {
    mask: Option<Mask>,
    /// All places in the request's text, apart from each other and in order.
    places: OnceLock<Vec<Span>>,
}

impl Secrets {
    /// `bound` are the places of parameters that rules call secret, where the operation is known.
    pub fn of(request: &Request<'_>, bound: &[Span]) -> Secrets {
        Secrets { mask: Mask::of(values(request, bound).flat_map(shapes)), places: OnceLock::new() }
    }

    /// Where secrets stand in the text of the request that this was made of.
    pub fn places(&self, request: &Request<'_>, bound: &[Span]) -> &[Span] {
        self.places.get_or_init(|| {
            let mut places = bound.to_vec();
            places.extend(request.written.iter().flat_map(|written| &written.secrets).map(|secret| secret.span));
            places.extend(in_links(request.text));
            places.extend(self.mask.iter().flat_map(|mask| mask.places(request.text)));
            apart(places)
        })
    }

    /// A text of a report with secret values masked.
    pub fn masked(&self, text: String) -> String {
        let text = without_links(text);
        match &self.mask {
            Some(mask) => mask.masked(text),
            None => text,
        }
    }
}

impl Checked<'_> {
    /// Where secrets stand in the request's text.
    pub(super) fn secret_places(&self) -> &[Span] {
        self.secrets().places(&self.request, &self.slots.secrets)
    }

    /// A text of a report with secret values masked.
    pub(super) fn masked(&self, text: String) -> String {
        self.secrets().masked(text)
    }

    fn secrets(&self) -> &Secrets {
        self.asked().secrets.get_or_init(|| Secrets::of(&self.request, &self.slots.secrets))
    }
}

/// The values themselves.
fn values<'v>(request: &'v Request<'_>, bound: &'v [Span]) -> impl Iterator<Item = String> + 'v {
    let bound = bound.iter().filter_map(|span| {
        let written = span.of(request.text);
        match written.starts_with('"') {
            true => Reader::new(written).text().ok().map(|text| text.decode().into_owned()),
            false => Some(written.to_owned()),
        }
    });
    let written = request.written.iter().flat_map(|written| &written.secrets);
    bound.chain(written.map(|secret| secret.text.clone().into_owned()))
}

/// How a secret may look in a text of a report: as it is, and with what no terminal shows written as an escape.
fn shapes(secret: String) -> impl Iterator<Item = String> {
    let is_long = secret.chars().count() >= SHORTEST;
    let escaped = is_long.then(|| shown::visible(&secret)).filter(|escaped| *escaped != secret);
    is_long.then_some(secret).into_iter().chain(escaped)
}
