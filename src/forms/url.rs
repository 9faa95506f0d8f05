//! URLs and query strings: one or several, each perhaps broken over lines as on a page of documentation.
//!
//! A URL begins at a line of its own; every further line that is not blank belongs to it. A line that starts with `#` is a
//! comment. A query string without a host is told by the parameter that names an operation.

use super::decoded::{Decoded, Rewriter};
use super::http::{Body, HttpRequest, understand};
use super::knowledge::Knowledge;
use super::placeholders::{self, Variables, Within};
use super::source::Source;
use super::{Found, Likeness, Reader};
use crate::request::writing::Writing;

/// URLs and query strings.
pub(crate) struct Url;

impl Reader for Url {
    fn name(&self) -> &'static str {
        "url"
    }

    fn writing(&self) -> Writing {
        Writing::Percent
    }

    fn recognise(&self, _: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        if source.head().trim_start().starts_with(['{', '[']) {
            return Likeness::No;
        }
        let mut lines = source.head().lines().map(bare).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let Some(first) = lines.next() else { return Likeness::No };
        if first.contains(char::is_whitespace) && !first.contains(['&', '?']) {
            return Likeness::No;
        }
        if let Some(rest) = after_scheme(first) {
            let host = rest.split(['/', '?', ':']).next().unwrap_or_default();
            return if knowledge.host(host).is_some() { Likeness::Sure } else { Likeness::Likely };
        }
        let query = first.trim_start_matches(['/', '?', '&']);
        let names_action = knowledge.providers().iter().any(|provider| {
            let action = provider.http.as_ref().and_then(|http| http.action.as_deref());
            action.is_some_and(|action| {
                query.split('&').any(|pair| pair.split_once('=').is_some_and(|(name, _)| name == action))
            })
        });
        if names_action { Likeness::Likely } else { Likeness::No }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let text = source.decoded();
        let mut urls: Vec<Vec<std::ops::Range<usize>>> = Vec::new();
        let mut is_open = false;
        for line in text.lines() {
            let written = text.text().get(line.clone()).unwrap_or_default();
            let start = line.start + (written.len() - written.trim_start().len());
            let line = bare(written);
            if line.is_empty() || line.starts_with('#') {
                is_open &= !line.is_empty();
                continue;
            }
            let start = start + (written.trim_start().len() - written.trim_start().trim_start_matches(QUOTES).len());
            let range = start..start + line.len();
            match urls.last_mut().filter(|_| is_open && after_scheme(line).is_none()) {
                Some(url) => url.push(range),
                None => urls.push(vec![range]),
            }
            is_open = true;
        }
        urls.iter().map(|lines| read(&text, lines, source, knowledge)).collect()
    }
}

const QUOTES: [char; 4] = ['"', '\'', '`', '<'];

fn read<'t>(
    text: &Decoded<'t>,
    lines: &[std::ops::Range<usize>],
    source: &Source<'t>,
    knowledge: Knowledge<'_>,
) -> Found<'t> {
    let mut joined = Rewriter::new(text);
    lines.iter().for_each(|line| joined.copy(line.clone()));
    let (start, end) = (lines.first().map_or(0, |line| line.start), lines.last().map_or(0, |line| line.end));
    let joined = joined.finish(start..end);
    let target = placeholders::open(&joined, Within::Url, &Variables::new());
    let span = target.whole();
    let request = HttpRequest {
        method: None,
        default_method: "GET",
        target,
        headers: Vec::new(),
        query: Vec::new(),
        body: Body::None,
        secrets: Vec::new(),
        more: false,
        span,
    };
    understand(&request, source, knowledge).or_error(source, span)
}

/// A line without the white space and the quotes around it.
fn bare(line: &str) -> &str {
    let line = line.trim();
    match line.chars().next() {
        Some(quote) if QUOTES.contains(&quote) && !line.starts_with("<C") => {
            let closing = if quote == '<' { '>' } else { quote };
            line.trim_start_matches(QUOTES).trim_end_matches([closing, ',', ';'])
        }
        _ => line,
    }
}

/// What stands behind `https://`, also in the spelling of documentation pages.
fn after_scheme(line: &str) -> Option<&str> {
    let (scheme, rest) = line.split_once("://")?;
    ["http", "https", "http(s)"].iter().any(|known| known.eq_ignore_ascii_case(scheme)).then_some(rest)
}
