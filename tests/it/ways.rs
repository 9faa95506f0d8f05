//! There are three ways from a text to a report, made for speed: reading and checking in one go, reading with the parameters
//! and checking later, and reading first what is meant and the parameters when they are checked. All must say the same,
//! however a text is written, and that is what the reference evaluator says.
//!
//! Most requests here are written plainly enough for the fast way; what makes it give up comes in one at a time.

use std::cell::Cell;

use preflint::{Facts, Position, Record, Request};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::generate::{Manner, flatten};
use crate::properties::{SUBJECTS, Said, Subject};
use crate::support;

/// How a text is written: by chance, the same for the same number.
struct Pen {
    chance: u64,
    /// So often something is written in an unusual way: once in so many times, never when none.
    spaces: u64,
    escapes: u64,
    repeats: u64,
}

const NEVER: u64 = u64::MAX;

impl Pen {
    /// Writes everything once, in any order.
    fn plain(chance: u64) -> Pen {
        Pen { chance: chance | 1, spaces: NEVER, escapes: NEVER, repeats: NEVER }
    }

    /// Of ten texts five are plain, and the others have spaces, escapes, repeated names or all of that.
    fn of(chance: u64) -> Pen {
        let plain = Pen::plain(chance);
        match chance % 10 {
            0 => Pen { spaces: 3, ..plain },
            1 => Pen { escapes: 9, ..plain },
            2 => Pen { escapes: 60, ..plain },
            3 => Pen { repeats: 6, ..plain },
            4 => Pen { spaces: 4, escapes: 30, repeats: 9, ..plain },
            _ => plain,
        }
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        // Xorshift.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance >> 16) as usize % end.max(1)
    }

    fn once_in(&mut self, times: u64) -> bool {
        times != NEVER && self.below(times as usize) == 0
    }

    fn space(&mut self, out: &mut String) {
        if self.once_in(self.spaces) {
            out.push_str([" ", "\n", "\t", "  ", "\r\n   "][self.below(5)]);
        }
    }

    fn text(&mut self, text: &str, out: &mut String) {
        out.push('"');
        for character in text.chars() {
            if self.once_in(self.escapes) {
                character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
            } else {
                let written = Value::from(character.to_string()).to_string();
                out.push_str(&written[1..written.len() - 1]);
            }
        }
        out.push('"');
    }

    fn value(&mut self, value: &Value, out: &mut String) {
        match value {
            Value::String(text) => self.text(text, out),
            Value::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    self.space(out);
                    self.value(item, out);
                    self.space(out);
                }
                out.push(']');
            }
            Value::Object(members) => self.object(members, true, out),
            other => out.push_str(&other.to_string()),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, may_repeat: bool, out: &mut String) {
        let mut members: Vec<(&String, &Value)> = members.iter().collect();
        for place in (1..members.len()).rev() {
            let other = self.below(place + 1);
            members.swap(place, other);
        }
        if may_repeat && !members.is_empty() && self.once_in(self.repeats) {
            let (name, other) = (members[self.below(members.len())].0, members[self.below(members.len())].1);
            let place = self.below(members.len());
            members.insert(place, (name, other));
        }
        out.push('{');
        for (place, (name, value)) in members.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            self.space(out);
            self.text(name, out);
            self.space(out);
            out.push(':');
            self.space(out);
            self.value(value, out);
            self.space(out);
        }
        out.push('}');
    }

    fn request(mut self, request: &Value) -> String {
        let mut text = String::new();
        self.object(request.as_object().expect("a request is an object"), false, &mut text);
        text
    }
}

/// What is said of a text in one go; nothing but the error where it is no request.
fn in_one_go(text: &str) -> Value {
    let facts = Facts::none();
    let report = support::checker().check_json(text, Position::START, &facts);
    record(report.map(|report| report.record()).unwrap_or_else(|error| Record::of_unreadable(&error)))
}

fn read_first(text: &str, with_parameters: bool) -> Value {
    let request = match with_parameters {
        true => support::checker().read_json(text, Position::START),
        false => Request::from_json(text),
    };
    record(match request {
        Ok(request) => support::checker().check(&request, &Facts::none()).record(),
        Err(error) => Record::of_unreadable(&error),
    })
}

fn record(record: Record) -> Value {
    serde_json::to_value(record).expect("a report is JSON")
}

/// Requests of an operation: without facts, which the fast way does not read, except a few; some in flat notation.
fn requests(subject: &Subject) -> impl Strategy<Value = (Value, u64)> {
    let palette = &subject.palette;
    let manner =
        prop_oneof![palette.requests(Manner::Tidy), palette.requests(Manner::Shaped), palette.requests(Manner::Wild),];
    (manner, any::<u64>()).prop_map(|(mut request, chance)| {
        if chance % 7 != 0 {
            let members = request.as_object_mut().expect("a request is an object");
            members.remove("facts");
            members.remove("unknown");
        }
        if chance % 5 == 0 {
            let mut flat = Map::new();
            for (name, value) in request["params"].as_object().into_iter().flatten() {
                flatten(&palette.provider, name, value, &mut flat);
            }
            request["params"] = Value::Object(flat);
        }
        (request, chance)
    })
}

#[test]
fn all_ways_say_the_same_of_a_text_however_it_is_written() {
    for subject in SUBJECTS.iter() {
        subject.run(1_200, &requests(subject), |(request, chance)| {
            let text = Pen::of(chance).request(&request);
            let said = in_one_go(&text);
            prop_assert_eq!(&said, &read_first(&text, false), "read first: {}", text);
            prop_assert_eq!(&said, &read_first(&text, true), "read first, with parameters: {}", text);
            Ok(())
        });
    }
}

#[test]
fn the_fast_way_says_what_the_reference_says() {
    let findings = Cell::new(0);
    for subject in SUBJECTS.iter() {
        let requests = prop_oneof![subject.palette.requests(Manner::Tidy), subject.palette.requests(Manner::Shaped)];
        subject.run(1_200, &(requests, any::<u64>()), |(mut request, chance)| {
            let members = request.as_object_mut().expect("a request is an object");
            members.remove("facts");
            members.remove("unknown");
            let pen = Pen { spaces: if chance % 3 == 0 { 5 } else { NEVER }, ..Pen::plain(chance) };
            let text = pen.request(&request);
            let mut reference = Said::by_reference(&subject.reference(&request));
            let mut said = Said::by_engine(&in_one_go(&text));
            findings.set(findings.get() + reference.findings.len());
            // Places of one check come in the order of the text.
            [&mut reference, &mut said].into_iter().for_each(|said| said.findings.sort());
            prop_assert_eq!(&said, &reference, "left is the fast way; text: {}", text);
            Ok(())
        });
    }
    assert!(findings.get() > 0 || SUBJECTS.is_empty(), "no request led to a finding");
}
