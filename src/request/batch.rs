//! Several requests in one JSON document: an object, or a list of objects.

use crate::json::{Kind, Reader};
use crate::place::Position;
use crate::request::{InputError, Request};

/// The requests of a JSON document, one after the other.
///
/// An entry that is no request, or broken between its own brackets, is an error of its own and the next is read. Where
/// brackets and quotes do not balance, nothing behind can be told apart any more: that ends the batch, after the entries
/// before it.
#[derive(Clone, Debug)]
pub struct Batch<'t> {
    text: &'t str,
    reader: Reader<'t>,
    state: State,
    /// A position already known, from which the next is counted.
    reached: Position,
    reached_at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    InList { first: bool },
    Done,
}

impl<'t> Batch<'t> {
    /// Reads `text`, which starts at `origin` of the input and holds one JSON value.
    pub fn new(text: &'t str, origin: Position) -> Self {
        Batch { text, reader: Reader::new(text), state: State::Start, reached: origin, reached_at: 0 }
    }

    fn position(&mut self, at: usize) -> Position {
        let between = self.text.get(self.reached_at..at).unwrap_or_default();
        self.reached = self.reached.after(between, between.len());
        self.reached_at = at;
        self.reached
    }

    fn fail(&mut self, error: &crate::json::SyntaxError) -> Option<Result<Request<'t>, InputError>> {
        self.state = State::Done;
        let position = self.position(error.at.min(self.text.len()));
        Some(Err(InputError::syntax(error, "", position)))
    }

    fn entry(&mut self) -> Option<Result<Request<'t>, InputError>> {
        let mut ahead = self.reader.clone();
        let span = match self.reader.peek().and_then(|_| self.reader.skip()) {
            Ok(span) => span,
            // What is broken between its own brackets does not keep the next entry from being read.
            Err(error) => match ahead.skip_balanced().filter(|_| self.state != State::Start) {
                Some(span) => {
                    self.reader = ahead;
                    span
                }
                None => return self.fail(&error),
            },
        };
        let origin = self.position(span.start);
        Some(Request::from_json_at(span.of(self.text), origin))
    }

    fn end(&mut self) -> Option<Result<Request<'t>, InputError>> {
        self.state = State::Done;
        let finished = self.reader.finish();
        finished.err().and_then(|error| self.fail(&error))
    }
}

impl<'t> Iterator for Batch<'t> {
    type Item = Result<Request<'t>, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.state {
            State::Done => None,
            State::Start => match self.reader.peek() {
                Ok(Kind::List) => {
                    if let Err(error) = self.reader.begin_list() {
                        return self.fail(&error);
                    }
                    self.state = State::InList { first: true };
                    self.next()
                }
                Ok(_) => {
                    // One request: what stands behind it is told instead of it, so that nothing is half accepted.
                    let request = self.entry();
                    if self.state != State::Done
                        && let Some(error) = self.end()
                    {
                        return Some(error);
                    }
                    request
                }
                Err(error) => self.fail(&error),
            },
            State::InList { mut first } => match self.reader.next_element(&mut first) {
                Ok(true) => {
                    self.state = State::InList { first };
                    self.entry()
                }
                Ok(false) => self.end(),
                Err(error) => self.fail(&error),
            },
        }
    }
}
