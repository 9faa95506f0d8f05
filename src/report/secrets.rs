//! Masking of credentials, signatures and tokens: wherever their values stand, not only where they were given.

use crate::json::Reader;
use crate::place::Span;
use crate::report::Checked;
use crate::request::Request;

/// What stands for a masked value.
pub(super) const MASK: &str = "***";
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
fn without_links(mut text: String) -> String {
    for place in in_links(&text).into_iter().rev() {
        text.replace_range(place.start..place.end, MASK);
    }
    text
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

/// The places of values that the form of a request knows to be secret.
pub(super) fn written_places(request: &Request<'_>) -> Vec<Span> {
    let secrets = request.written.iter().flat_map(|written| &written.secrets);
    let mut places: Vec<Span> = secrets.map(|secret| secret.span).collect();
    places.extend(in_links(request.text));
    places.sort();
    places
}

impl Checked<'_> {
    /// All places of secret values in the request's text.
    pub(super) fn secret_places(&self) -> Vec<Span> {
        let mut places = self.slots.secrets.clone();
        places.extend(written_places(&self.request));
        for secret in self.secret_texts() {
            let text = self.request.text;
            places.extend(text.match_indices(&secret).map(|(at, found)| Span::new(at, at + found.len())));
        }
        places.sort();
        places
    }

    /// A text of a report with secret values masked.
    pub(super) fn masked(&self, text: String) -> String {
        let text = without_links(text);
        if self.slots.secrets.is_empty() && self.request.written.is_none() {
            return text;
        }
        self.secret_texts().iter().fold(text, |text, secret| text.replace(secret, MASK))
    }

    /// The values themselves, longest first, so that none hides a part of another.
    fn secret_texts(&self) -> Vec<String> {
        let texts = self.slots.secrets.iter().filter_map(|span| {
            let written = span.of(self.request.text);
            match written.starts_with('"') {
                true => Reader::new(written).text().ok().map(|text| text.decode().into_owned()),
                false => Some(written.to_owned()),
            }
        });
        let written = self.request.written.iter().flat_map(|written| &written.secrets);
        let texts = texts.chain(written.map(|secret| secret.text.clone().into_owned()));
        let mut texts: Vec<String> = texts.filter(|text| text.chars().count() >= SHORTEST).collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts
    }
}
