//! The very answer that the API would send: its body with the blanks filled in.
//!
//! Shapes stand in rule files; here is only known how a text is written in JSON and in XML. What nobody knows, such as a
//! message that nobody has seen, is `null` in JSON and nothing at all in XML: no text is invented.

use crate::json::Node;
use crate::operation::Provider;
use crate::operation::response::{Blank, Body, BodyPiece};
use crate::report::{Report, State, Verdict};
use crate::request::given::GivenValue;
use crate::rule::provider::NameCase;
use crate::xml::Escaped;

/// An answer of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// HTTP status, where it is known.
    pub status: Option<u16>,
    /// Media type of the body.
    pub media_type: String,
    /// The body. Ids in it are samples.
    pub body: String,
}

/// What fills the blanks of an error.
#[derive(Default)]
struct Answer<'a> {
    code: Option<&'a str>,
    status: Option<u16>,
    message: Option<&'a str>,
}

impl Report<'_> {
    /// The answer that the API would send: the predicted error, or for a request with nothing wrong the documented
    /// success, with sample ids. None where a tool sends nothing, there are no rules, the input could not be read, or no rule
    /// says what such a body looks like.
    pub fn response(&self) -> Option<Response> {
        let provider = match &self.state {
            State::Checked(checked) => &*checked.operation.provider,
            State::Refused(_, provider) => provider,
            State::Unsupported(..) | State::Unreadable(..) => return None,
        };
        let media_type = self.media_type(provider);
        if let Some(error) = self.error() {
            if error.finding.tool.is_some() {
                return None;
            }
            let answer = Answer { code: error.code(), status: error.status(), message: error.message() };
            return self.filled(provider, provider.error_bodies.get(media_type?)?, &answer, answer.status);
        }
        let checked = self.checked().filter(|_| self.verdict() == Verdict::Pass)?;
        // Some answer a dry run with an error that says that nothing is wrong.
        if let Some(dry_run) = self.dry_run()
            && let Some(code) = &dry_run.answer.code
        {
            let (status, message) = (dry_run.answer.status, dry_run.answer.message.as_deref());
            let answer = Answer { code: Some(code), status, message };
            return self.filled(provider, provider.error_bodies.get(media_type?)?, &answer, status);
        }
        let success = checked.operation.success.as_ref()?;
        self.filled(provider, success.bodies.get(media_type?)?, &Answer::default(), Some(success.status))
    }

    /// The media type that the request asks for.
    fn media_type<'p>(&self, provider: &'p Provider) -> Option<&'p str> {
        let Some(format) = &provider.wire.body_format else {
            return provider.error_bodies.0.first().map(|body| body.media_type.as_str());
        };
        let asked = self.sent(provider, &format.parameter);
        let known = asked.and_then(|asked| {
            let mut values = format.values.iter();
            values.find(|(value, _)| value.value.eq_ignore_ascii_case(&asked)).map(|(_, media_type)| media_type)
        });
        Some(known.unwrap_or(&format.default.value))
    }

    /// The value of a parameter of the request itself, common ones included, where it is known.
    fn sent(&self, provider: &Provider, name: &str) -> Option<String> {
        let is_called = |given: &str| match provider.wire.parameter_case {
            NameCase::Exact => given == name,
            NameCase::Fold => given.eq_ignore_ascii_case(name),
        };
        let request = self.request();
        if let Some(written) = &request.written {
            let given = written.given.iter().find(|given| is_called(&given.name))?;
            return match &given.value {
                GivenValue::Text(text) | GivenValue::Number(text) => Some(text.clone().into_owned()),
                _ => None,
            };
        }
        let params = Node::from_text(request.params?.of(request.text)).ok()?;
        let (_, value) = params.members()?.iter().find(|((given, _), _)| is_called(given))?;
        value.scalar_text().map(str::to_owned)
    }

    fn filled(&self, provider: &Provider, body: &Body, answer: &Answer<'_>, status: Option<u16>) -> Option<Response> {
        let service = self.names().service;
        let host = || {
            let called = self.request().written.as_ref().and_then(|written| written.host.clone());
            called.or_else(|| {
                let hosts = provider.wire.hosts.iter().filter(|(known, _)| Some(&known.value) == service.as_ref());
                hosts.flat_map(|(_, hosts)| hosts).find(|host| !host.contains('{')).cloned()
            })
        };
        let mut text = String::new();
        let pieces = &body.pieces;
        let is_json = matches!(pieces.first(), Some(BodyPiece::Text(start)) if start.starts_with('{'));
        let mut closes_quotes = false;
        for piece in pieces {
            let (blank, is_quoted) = match piece {
                BodyPiece::Text(piece) => {
                    let piece = if closes_quotes { piece.strip_prefix('"').unwrap_or(piece) } else { piece };
                    text.push_str(piece);
                    closes_quotes = false;
                    continue;
                }
                BodyPiece::Blank { blank, is_quoted } => (blank, *is_quoted),
            };
            let value = match blank {
                Blank::RequestId => provider.wire.sample_request_id.clone(),
                Blank::Host => host(),
                Blank::Code => answer.code.map(str::to_owned),
                Blank::Status => answer.status.map(|status| status.to_string()),
                Blank::Message => answer.message.map(str::to_owned),
                Blank::Parameter(name) => self.sent(provider, name).map(|value| self.masked(value)),
            };
            match value {
                Some(value) if is_json => text.push_str(&in_json(&value)),
                Some(value) => text.push_str(&Escaped(&value).to_string()),
                None if is_json && is_quoted => {
                    text.pop();
                    text.push_str("null");
                    closes_quotes = true;
                }
                None if is_json && *blank == Blank::Status => text.push_str("null"),
                None => {}
            }
        }
        Some(Response { status, media_type: body.media_type.clone(), body: text })
    }
}

/// What stands between the quotes of a text in JSON.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}
