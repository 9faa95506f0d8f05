//! Recorded calls: a request with the answer that was really given, as `preflint replay` reads them.

use crate::checker::Checker;
use crate::compare::{Observed, ObservedAnswer};
use crate::json::{Node, Value};
use crate::place::{Position, Span};
use crate::report::quoted;
use crate::request::{InputError, InputErrorKind, Request};

/// A request and what the API answered to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedCall<'t> {
    /// The request, with the facts that were true then.
    pub request: Request<'t>,
    /// The answer.
    pub observed: Observed,
}

impl<'t> RecordedCall<'t> {
    /// A call that was recorded in another form than [`Checker::recorded_call`] reads.
    pub fn new(request: Request<'t>, observed: Observed) -> Self {
        RecordedCall { request, observed }
    }
}

const KEYS: [&str; 2] = ["request", "observed"];
const ANSWER_KEYS: [&str; 4] = ["code", "status", "message", "body"];
const EXPECTED: &str = "\"observed\" is null, \"success\", or an object with code, status and message";

/// What is wrong with a record, and where in its text.
type Mistake = (Span, String);

impl Checker {
    /// Reads `{"request": {...}, "observed": ...}`. The request is one of preflint's JSON form. What was observed is null
    /// or `"success"`, or an object with `code`, `status` and `message`, or with `status` and `body`, the response
    /// itself. `text` starts at `origin` of the input.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, not such a record, or its request is none.
    pub fn recorded_call<'t>(&self, text: &'t str, origin: Position) -> Result<RecordedCall<'t>, InputError> {
        let record = Node::from_text(text).map_err(|error| InputError::syntax(&error, text, origin))?;
        let refused = |(span, message): Mistake| {
            InputError::new(InputErrorKind::Envelope, message, origin.after(text, span.start))
        };
        let (request, observed) = parts(&record).map_err(refused)?;
        let request = Request::from_json_at(request.span.of(text), origin.after(text, request.span.start))?;
        let observed = self.observed_node(&request.provider, observed, text).map_err(refused)?;
        Ok(RecordedCall { request, observed })
    }

    /// All recorded calls of a JSON document: of one object, or of a list of objects. An entry that is no recorded call
    /// is an error of its own.
    pub fn recorded_calls<'t>(&self, text: &'t str, origin: Position) -> Vec<Result<RecordedCall<'t>, InputError>> {
        let document = match Node::from_text(text) {
            Ok(document) => document,
            Err(error) => return vec![Err(InputError::syntax(&error, text, origin))],
        };
        let Some(entries) = document.items() else { return vec![self.recorded_call(text, origin)] };
        // Positions are counted on from the entry before, so that many entries take linear time.
        let (mut reached, mut position) = (0, origin);
        let read = entries.iter().map(|entry| {
            let between = text.get(reached..entry.span.start).unwrap_or_default();
            (reached, position) = (entry.span.start, position.after(between, between.len()));
            self.recorded_call(entry.span.of(text), position)
        });
        read.collect()
    }

    fn observed_node(&self, provider: &str, node: &Node, text: &str) -> Result<Observed, Mistake> {
        let members = match &node.value {
            Value::Null => return Ok(Observed::Success),
            Value::Text(word) if word == "success" => return Ok(Observed::Success),
            Value::Object(members) => members,
            _ => return Err((node.span, EXPECTED.to_owned())),
        };
        refuse_unknown(members, &ANSWER_KEYS, "an answer")?;
        let status = status_of(node)?;
        let (code, message) = (scalar_of(node, "code")?, scalar_of(node, "message")?);
        match (node.get("body"), code) {
            (Some(body), Some(_)) => Err((body.span, "a \"body\" says the code itself; leave out \"code\"".to_owned())),
            (Some(body), None) => {
                // A body that is written as JSON is the same as its text.
                let body_text = body.text().unwrap_or_else(|| body.span.of(text));
                self.observed(provider, status, body_text).map_err(|message| (body.span, message))
            }
            (None, Some(code)) => Ok(Observed::Error(ObservedAnswer { code: Some(code), status, message })),
            (None, None) => Observed::without_code(status, message)
                .ok_or_else(|| (node.span, format!("this says neither a code nor a status; {EXPECTED}"))),
        }
    }
}

/// The request of a record, and what was observed.
fn parts(record: &Node) -> Result<(&Node, &Node), Mistake> {
    let members = record
        .members()
        .ok_or_else(|| (record.span, "a recorded call is an object with \"request\" and \"observed\"".to_owned()))?;
    refuse_unknown(members, &KEYS, "a recorded call")?;
    let part = |key: &str| record.get(key).ok_or_else(|| (record.span, format!("a recorded call needs {key:?}")));
    Ok((part("request")?, part("observed")?))
}

/// A misspelt or repeated key would make the record silently say something else.
fn refuse_unknown(members: &[((String, Span), Node)], known: &[&str], what: &str) -> Result<(), Mistake> {
    for (index, ((key, span), _)) in members.iter().enumerate() {
        if !known.contains(&key.as_str()) {
            return Err((*span, format!("unknown key {key:?}; {what} has {}", known.join(", "))));
        }
        // No more members than known keys come this far.
        if members.iter().take(index).any(|((other, _), _)| other == key) {
            return Err((*span, format!("key {key:?} stands here twice")));
        }
    }
    Ok(())
}

fn scalar_of(node: &Node, key: &str) -> Result<Option<String>, Mistake> {
    match node.get(key) {
        None => Ok(None),
        Some(found) if found.value == Value::Null => Ok(None),
        Some(found) => match found.scalar_text() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err((found.span, format!("{key:?} must be a text or a number"))),
        },
    }
}

fn status_of(node: &Node) -> Result<Option<u16>, Mistake> {
    let Some(text) = scalar_of(node, "status")? else { return Ok(None) };
    match text.parse::<u16>() {
        Ok(status) if (100..600).contains(&status) => Ok(Some(status)),
        _ => {
            let span = node.get("status").map_or(node.span, |status| status.span);
            Err((span, format!("{} is no HTTP status", quoted(&text))))
        }
    }
}
