//! Masking of credentials, signatures and tokens: wherever their values stand, not only where they were given.

use crate::json::Reader;
use crate::place::Span;
use crate::report::Checked;
use crate::request::Request;

/// What stands for a masked value.
pub(super) const MASK: &str = "***";
/// A shorter value is masked where it was given only: elsewhere it would be part of everything.
const SHORTEST: usize = 4;

/// The places of values that the form of a request knows to be secret.
pub(super) fn written_places(request: &Request<'_>) -> Vec<Span> {
    let secrets = request.written.iter().flat_map(|written| &written.secrets);
    let mut places: Vec<Span> = secrets.map(|secret| secret.span).collect();
    places.sort();
    places
}

impl Checked<'_> {
    /// All places of secret values in the request's text.
    pub(super) fn secret_places(&self) -> Vec<Span> {
        let mut places = self.slots.secrets.clone();
        places.extend(written_places(self.request));
        for secret in self.secret_texts() {
            let text = self.request.text;
            places.extend(text.match_indices(&secret).map(|(at, found)| Span::new(at, at + found.len())));
        }
        places.sort();
        places
    }

    /// A text of a report with secret values masked.
    pub(super) fn masked(&self, text: String) -> String {
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
