//! HAR: recordings of browsers and proxies, requests beside their responses.
//!
//! Only entries whose host is a known provider's are read further. An entry that is broken does not keep the next from being
//! read, as long as its brackets balance.

use std::borrow::Cow;

use super::decoded::Decoded;
use super::embedded;
use super::http::{Body, HttpRequest, Part, Understood, understand};
use super::knowledge::Knowledge;
use super::source::Source;
use super::{Found, Likeness, Reader, RecordedResponse};
use crate::json::{self, Kind, Node, SyntaxError};
use crate::place::Span;
use crate::request::InputErrorKind;

/// Recordings.
pub(crate) struct Har;

impl Reader for Har {
    fn name(&self) -> &'static str {
        "har"
    }

    fn is_container(&self) -> bool {
        true
    }

    fn records_responses(&self) -> bool {
        true
    }

    fn recognise(&self, name: &str, source: &Source<'_>, _: Knowledge<'_>) -> Likeness {
        let inside = source.head().trim_start().strip_prefix('{').map(str::trim_start);
        match inside {
            Some(inside) if inside.starts_with("\"log\"") => Likeness::Sure,
            Some(_) if name.ends_with(".har") => Likeness::Likely,
            _ => Likeness::No,
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let mut found = Vec::new();
        let text = source.decoded();
        let start = text.whole().start;
        let mut recording = Recording { source, text, knowledge, found: &mut found };
        if let Err(error) = recording.read(start) {
            let kind = InputErrorKind::of_json(&error);
            found.push(Found::error(kind, error.message, source.position(error.at)));
        }
        found
    }
}

struct Recording<'r, 'k, 't> {
    source: &'r Source<'t>,
    text: Decoded<'t>,
    knowledge: Knowledge<'k>,
    found: &'r mut Vec<Found<'t>>,
}

impl<'t> Recording<'_, '_, 't> {
    fn read(&mut self, start: usize) -> Result<(), Box<SyntaxError>> {
        let mut reader = json::Reader::at(self.source.text(), start);
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            match (key.decode().as_ref(), reader.peek()?) {
                ("log", Kind::Object) => self.log(&mut reader)?,
                _ => drop(reader.skip()?),
            }
        }
        reader.finish()
    }

    fn log(&mut self, reader: &mut json::Reader<'t>) -> Result<(), Box<SyntaxError>> {
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            if key.decode() != "entries" || reader.peek()? != Kind::List {
                reader.skip()?;
                continue;
            }
            reader.begin_list()?;
            let (mut first, mut index) = (true, 0usize);
            while reader.next_element(&mut first)? {
                let entry = Node::read(reader)?;
                self.entry(&entry, index);
                index += 1;
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Node, index: usize) {
        let Some(request) = entry.get("request") else { return };
        let Some(url) = request.get("url").and_then(|url| self.text_at(url)) else { return };
        let list = |name: &str| request.get(name).and_then(Node::items).unwrap_or_default();
        let pair = |item: &Node| Some((self.text_at(item.get("name")?)?, self.text_at(item.get("value")?)?));
        let read = HttpRequest {
            method: request.get("method").and_then(|method| self.text_at(method)),
            default_method: "GET",
            target: url,
            headers: list("headers").iter().filter_map(pair).collect(),
            query: Vec::new(),
            body: self.body(request.get("postData")),
            secrets: list("cookies").iter().filter_map(pair).map(|(_, value)| value).collect(),
            more: false,
            span: request.span,
        };
        let Understood::Found(mut found) = understand(&read, self.source, self.knowledge) else { return };
        if let Ok(request) = &mut found.request
            && let Some(written) = &mut request.written
        {
            written.address = Some(format!("log.entries[{index}]"));
        }
        found.response = entry.get("response").map(recorded);
        self.found.push(*found);
    }

    fn body(&self, data: Option<&Node>) -> Body<'t> {
        let Some(data) = data else { return Body::None };
        if let Some(text) = data.get("text").and_then(|text| self.text_at(text)).filter(|text| !text.text().is_empty())
        {
            return Body::Text(text);
        }
        let pairs = data.get("params").and_then(Node::items).unwrap_or_default().iter().map(|item| {
            let name = item.get("name").and_then(|name| self.text_at(name))?;
            Some(Part::Pair { name, value: item.get("value").and_then(|value| self.text_at(value))? })
        });
        Body::Parts(pairs.map(|pair| pair.unwrap_or(Part::Unknown)).collect())
    }

    /// The text at a node's place, with its places.
    fn text_at(&self, node: &Node) -> Option<Decoded<'t>> {
        node.text()?;
        let start = self.text.whole().start;
        let Span { start: from, end: to } = node.span;
        Some(embedded::text(&self.text, from.checked_sub(start)?..to.checked_sub(start)?))
    }
}

fn recorded<'t>(response: &Node) -> RecordedResponse<'t> {
    let content = response.get("content");
    let text = content.and_then(|content| content.get("text")).and_then(Node::text);
    let is_encoded = content.and_then(|content| content.get("encoding")).and_then(Node::text) == Some("base64");
    let body = match text {
        Some(text) if is_encoded => from_base64(text).map(Cow::Owned),
        Some(text) => Some(Cow::Owned(text.to_owned())),
        None => None,
    };
    let status = response.get("status").and_then(Node::scalar_text).and_then(|status| status.parse().ok());
    RecordedResponse { status, body }
}

/// Decodes a text that was recorded as bytes; none when it is no text.
fn from_base64(text: &str) -> Option<String> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        bits = bits << 6 & 0xff_ffff | value(byte)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_bytes_are_decoded() {
        for (encoded, text) in [("eyJhIjoxfQ==", Some("{\"a\":1}")), ("6ZW/", Some("长")), ("/w==", None), ("?", None)]
        {
            assert_eq!(from_base64(encoded).as_deref(), text, "{encoded}");
        }
    }
}
