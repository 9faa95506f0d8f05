//! Raw HTTP requests: files of editors (`.http`, `.rest`), and what people paste from logs and traces.
//!
//! Requests are separated by lines that start with `###`, or begin at a request line of their own. Comments start with `#`
//! or `//`; `@name = value` sets a variable of the file, `{{name}}` takes it. A recorded response may follow its request.

use std::ops::Range;

use super::decoded::{Decoded, Rewriter};
use super::http::{Body, HttpRequest, understand};
use super::knowledge::Knowledge;
use super::placeholders::{self, Variables, Within};
use super::source::Source;
use super::{Found, Likeness, Reader, RecordedResponse};
use crate::request::writing::Writing;

/// Raw HTTP requests.
pub(crate) struct HttpFile;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

impl Reader for HttpFile {
    fn name(&self) -> &'static str {
        "http"
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#", "//"]
    }

    fn writing(&self) -> Writing {
        Writing::Percent
    }

    fn records_responses(&self) -> bool {
        true
    }

    fn recognise(&self, name: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let head = source.head();
        let by_name = name.ends_with(".http") || name.ends_with(".rest");
        let mut lines = head.lines().map(str::trim_end).filter(|line| !is_aside(line));
        let Some(line) = lines.next() else { return if by_name { Likeness::Perhaps } else { Likeness::No } };
        let Some(request) = RequestLine::of(line) else {
            return if by_name { Likeness::Likely } else { Likeness::No };
        };
        let target = line.get(request.target.clone()).unwrap_or_default();
        let host = match target.split_once("://") {
            Some((_, rest)) => rest.split(['/', '?', ':']).next().map(str::to_owned),
            None => lines.take_while(|line| !line.is_empty()).find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("host").then(|| value.trim().to_owned())
            }),
        };
        match host {
            Some(host) if knowledge.host(&host).is_some() && request.method.is_some() => Likeness::Sure,
            _ if by_name || request.is_versioned => Likeness::Likely,
            Some(_) if request.method.is_some() => Likeness::Likely,
            _ if request.method.is_some() => Likeness::Perhaps,
            _ => Likeness::No,
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let text = source.decoded();
        let mut file = File { lines: text.lines().collect(), text: &text, at: 0, variables: Variables::new() };
        let mut found = Vec::new();
        while let Some((request, response)) = file.request() {
            let mut one = understand(&request, source, knowledge).or_error(source, request.span);
            one.response = response;
            found.push(one);
        }
        found
    }
}

/// The parts of `POST /path HTTP/1.1`.
struct RequestLine {
    method: Option<Range<usize>>,
    target: Range<usize>,
    is_versioned: bool,
}

impl RequestLine {
    fn of(line: &str) -> Option<RequestLine> {
        let written = line.trim();
        let start = line.len() - line.trim_start().len();
        let (first, behind) = written.split_once(' ').unwrap_or((written, ""));
        let is_method = METHODS.contains(&first);
        let (before, rest) = if is_method { (first.len() + 1, behind) } else { (0, written) };
        let before = before + (rest.len() - rest.trim_start().len());
        let target = rest.trim_start();
        let version_at = target.rfind(" HTTP/");
        let target = target.get(..version_at.unwrap_or(target.len())).unwrap_or_default().trim_end();
        let is_target = target.starts_with(['/', '?']) || target.starts_with("{{") || target.contains("://");
        let is_alone = is_method || line.starts_with("http://") || line.starts_with("https://");
        (is_target && is_alone).then(|| RequestLine {
            method: is_method.then(|| start..start + first.len()),
            target: start + before..start + before + target.len(),
            is_versioned: version_at.is_some(),
        })
    }
}

struct File<'f, 't> {
    lines: Vec<Range<usize>>,
    text: &'f Decoded<'t>,
    at: usize,
    variables: Variables,
}

impl<'f, 't> File<'f, 't> {
    fn line(&self, ahead: usize) -> Option<(&'f str, Range<usize>)> {
        let range = self.lines.get(self.at + ahead)?.clone();
        let text: &'f str = self.text.text();
        Some((text.get(range.clone()).unwrap_or_default(), range))
    }

    /// The next request, and the response that follows it.
    fn request(&mut self) -> Option<(HttpRequest<'t>, Option<RecordedResponse<'t>>)> {
        let (request, start) = loop {
            let (line, range) = self.line(0)?;
            self.at += 1;
            self.variable(line);
            if let Some(request) = RequestLine::of(line).filter(|_| !is_aside(line)) {
                break (request, range.start);
            }
        };
        let shift = |range: Range<usize>| start + range.start..start + range.end;
        let method = request.method.map(|method| self.text.slice(shift(method)));
        let (target, target_end) = self.target(shift(request.target));
        let (headers, headers_end) = self.headers();
        let mut end = headers_end.unwrap_or(target_end);
        let body = match self.body() {
            Some((body, body_end)) => {
                end = body_end;
                body
            }
            None => Body::None,
        };
        let response = self.response();
        let span = self.text.slice(start..end).whole();
        let request = HttpRequest {
            method,
            default_method: "GET",
            target,
            headers,
            query: Vec::new(),
            body,
            secrets: Vec::new(),
            more: false,
            span,
        };
        Some((request, response))
    }

    fn variable(&mut self, line: &str) {
        let Some((name, value)) = line.strip_prefix('@').and_then(|line| line.split_once('=')) else { return };
        let value = placeholders::open_text(value.trim(), &self.variables);
        self.variables.insert(name.trim().to_owned(), value);
    }

    /// The target with the lines on which its query goes on.
    fn target(&mut self, first: Range<usize>) -> (Decoded<'t>, usize) {
        let mut joined = Rewriter::new(self.text);
        let mut end = first.end;
        let start = first.start;
        joined.copy(first);
        while let Some((line, range)) = self.line(0) {
            let more = line.trim_start();
            if !more.starts_with(['?', '&']) {
                break;
            }
            let from = range.start + (line.len() - more.len());
            end = from + more.trim_end().len();
            joined.copy(from..end);
            self.at += 1;
        }
        let joined = joined.finish(start..end);
        (placeholders::open(&joined, Within::Url, &self.variables), end)
    }

    fn headers(&mut self) -> (Vec<(Decoded<'t>, Decoded<'t>)>, Option<usize>) {
        let (mut headers, mut end) = (Vec::new(), None);
        while let Some((line, range)) = self.line(0) {
            if line.trim().is_empty() || is_separator(line) || RequestLine::of(line).is_some() {
                break;
            }
            let colon = line.split_once(':').filter(|(name, _)| is_token(name)).map(|(name, _)| name.len());
            self.at += 1;
            if let Some(colon) = colon {
                let name = self.text.slice(range.start..range.start + colon);
                let value = self.text.slice(range.start + colon + 1..range.end).trimmed();
                headers.push((name, placeholders::open(&value, Within::Text, &self.variables)));
                end = Some(range.end);
            }
        }
        (headers, end)
    }

    /// What stands behind the blank line, up to the next request.
    fn body(&mut self) -> Option<(Body<'t>, usize)> {
        if !self.line(0)?.0.trim().is_empty() {
            return None;
        }
        self.at += 1;
        let (mut start, mut end) = (None, 0);
        while let Some((line, range)) = self.line(0) {
            let request = RequestLine::of(line).filter(|request| request.method.is_some());
            let ends = is_separator(line)
                || is_response(line)
                || line.starts_with("> ")
                || request.is_some_and(|request| request.is_versioned || start.is_none());
            if ends {
                break;
            }
            self.at += 1;
            if !line.trim().is_empty() {
                start.get_or_insert(range.start);
                end = range.end;
            }
        }
        let body = self.text.slice(start?..end);
        if body.text().starts_with("< ") || body.text().starts_with("<@") {
            return Some((Body::Unknown, end));
        }
        Some((Body::Text(placeholders::open(&body, Within::Text, &self.variables)), end))
    }

    /// A recorded response, when one follows.
    fn response(&mut self) -> Option<RecordedResponse<'t>> {
        let mut ahead = 0;
        while self.line(ahead).is_some_and(|(line, _)| line.trim().is_empty()) {
            ahead += 1;
        }
        let (line, _) = self.line(ahead).filter(|(line, _)| is_response(line))?;
        let status = line.split_whitespace().nth(1).and_then(|status| status.parse().ok());
        self.at += ahead + 1;
        self.headers();
        let body = match self.body() {
            Some((Body::Text(body), _)) => Some(body.cow()),
            _ => None,
        };
        Some(RecordedResponse { status, body })
    }
}

fn is_separator(line: &str) -> bool {
    line.starts_with("###")
}

fn is_response(line: &str) -> bool {
    let version = line.strip_prefix("HTTP/");
    version.is_some_and(|version| version.starts_with(|digit: char| digit.is_ascii_digit()) && version.contains(' '))
}

/// A line that is no part of a request: blank, a comment, a variable, a script.
fn is_aside(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with(['#', '@', '<', '>']) || line.starts_with("//")
}

/// The characters of which a header's name is made.
fn is_token(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(plain) && !name.starts_with('#')
}
