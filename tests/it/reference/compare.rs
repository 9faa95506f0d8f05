//! Words that compare a value with other parameters, with facts, or with the other elements of its list.
//!
//! They stand apart from the other conditions only because there are many of both.

use std::collections::BTreeSet;

use serde_json::Value;

use super::conditions::{Hand, Judged, Scene, shape_mismatch};
use super::plan::texts;
use super::slots::Slot;
use super::subjects::{Held, Subject};
use super::truth::Truth;
use super::{urls, words};

impl<'a> Scene<'a> {
    /// One of the values that belong to the value of another parameter.
    pub fn one_of_by(&self, argument: &Value, subject: &Subject<'a>, hand: &Hand<'_, 'a>) -> Judged {
        let mut needs = BTreeSet::new();
        let name = argument["parameter"].as_str().expect("one_of_by names a parameter");
        let other = self.comparand(name, hand, &mut needs)?;
        let text = match subject {
            Subject::Absent => return Ok(Truth::Fails),
            Subject::Missing(more) | Subject::Unknown { needs: more, .. } => return Ok(Truth::Open(&needs | more)),
            Subject::Known { held, of } => match held.text() {
                Some(text) => text,
                None => return Ok(shape_mismatch(matches!(held, Held::Fact(_)), of)),
            },
        };
        if !needs.is_empty() {
            return Ok(Truth::Open(needs));
        }
        let known = argument["values"].get(&other).is_some();
        Ok(Truth::of(!known || texts(&argument["values"], &other).contains(&text.as_str())))
    }

    /// `contained_in` a list in facts, or `below` a number in facts.
    pub fn against_fact(&self, word: &str, argument: &Value, subject: &Subject<'a>, hand: &Hand<'_, 'a>) -> Judged {
        let path = argument["fact"].as_str().expect("the word names a fact");
        let mut needs = BTreeSet::new();
        let fact = match self.fact(path, hand)? {
            Subject::Known { held: Held::Fact(value), of } => Some((value, of)),
            Subject::Missing(more) | Subject::Unknown { needs: more, .. } => {
                needs.extend(more);
                None
            }
            Subject::Absent | Subject::Known { .. } => unreachable!("a fact is known, missing or unknown"),
        };
        let value = match subject {
            Subject::Absent => return Ok(Truth::Fails),
            Subject::Missing(more) | Subject::Unknown { needs: more, .. } => {
                needs.extend(more.clone());
                None
            }
            Subject::Known { held, of } => held.text().map(|text| (text, of)),
        };
        let (Some((fact, fact_of)), Some((text, of))) = (fact, value) else { return Ok(Truth::Open(needs)) };
        Ok(match (word, fact) {
            ("contained_in", Value::Array(items)) => {
                let known: Vec<String> = items.iter().filter_map(words::text).collect();
                if !known.contains(&text) && known.iter().any(|item| item.eq_ignore_ascii_case(&text)) {
                    Truth::Doubtful
                } else {
                    Truth::of(known.contains(&text))
                }
            }
            ("below", fact) => {
                let limit = words::text(fact).and_then(|limit| words::whole_number(&limit));
                match (words::whole_number(&text), limit) {
                    (Some(number), Some(limit)) => Truth::of(number < limit),
                    (None, Some(_)) => Truth::open(of),
                    (Some(_), None) => Truth::open(fact_of),
                    (None, None) => Truth::Open(BTreeSet::from([of.clone(), fact_of])),
                }
            }
            _ => Truth::open(fact_of),
        })
    }

    /// The form of a URL, or what a part of its host is.
    pub fn url(&self, argument: &Value, subject: &Subject<'a>, hand: &Hand<'_, 'a>) -> Judged {
        let mut needs = BTreeSet::new();
        let wanted = argument.get("equals").map(|equals| self.wanted(equals, hand, &mut needs)).transpose()?;
        let text = match subject {
            Subject::Absent => return Ok(Truth::Fails),
            Subject::Missing(more) | Subject::Unknown { needs: more, .. } => return Ok(Truth::Open(&needs | more)),
            Subject::Known { held, of } => match held.text() {
                Some(text) => text,
                None => return Ok(shape_mismatch(matches!(held, Held::Fact(_)), of)),
            },
        };
        let shapes = match argument["list"].as_str() {
            Some(list) => texts(&self.provider["lists"][list], "values"),
            None => texts(argument, "hosts"),
        };
        let url = urls::scheme_and_host(&text);
        let host = url.as_ref().map(|(_, host)| host.as_str());
        let found: Vec<_> = shapes.iter().filter_map(|shape| host.and_then(|host| urls::parts(shape, host))).collect();
        if let (Some(part), Some(must)) = (argument["part"].as_str(), argument.get("must")) {
            let part = found.iter().find_map(|parts| parts.get(part));
            let (word, argument) = must.as_object().and_then(|must| must.iter().next()).expect("a part has a word");
            return part.map_or(Ok(Truth::Holds), |part| {
                let held = Held::Default(part.to_ascii_lowercase());
                self.value_word(word, argument, &Subject::Known { held, of: String::new() }, hand)
            });
        }
        if let (Some(part), Some(wanted)) = (argument["part"].as_str(), wanted) {
            return Ok(match found.iter().find_map(|parts| parts.get(part)) {
                None => Truth::Holds,
                Some(_) if !needs.is_empty() => Truth::Open(needs),
                Some(part) => Truth::of(part.eq_ignore_ascii_case(&wanted)),
            });
        }
        let schemes = texts(argument, "schemes");
        Ok(Truth::of(url.is_some_and(|(scheme, _)| {
            let scheme_fits = schemes.is_empty() || schemes.iter().any(|other| other.eq_ignore_ascii_case(&scheme));
            scheme_fits && (shapes.is_empty() || !found.is_empty())
        })))
    }

    /// No two elements of a list have the same value. Those that have none are passed over.
    pub fn unique(&self, argument: &Value, held: &Held<'a>, of: &str) -> Truth {
        let Held::Parameter(Slot::List(elements)) = held else { return Truth::Fails };
        let mut seen = BTreeSet::new();
        let mut open = false;
        for element in elements.values() {
            let value = match (argument["by"].as_str(), element) {
                (Some(by), Slot::Object(members)) => members.get(by).unwrap_or(&Slot::Absent),
                (Some(_), Slot::Unknown(_)) | (None, _) => element,
                (Some(_), _) => &Slot::Absent,
            };
            match value {
                Slot::Unknown(_) => open = true,
                Slot::Scalar(value) => {
                    let text = words::text(value).unwrap_or_default();
                    let text = if argument["case"] == "fold" { text.to_ascii_lowercase() } else { text };
                    if !seen.insert(text) {
                        return Truth::Fails;
                    }
                }
                _ => {}
            }
        }
        if open { Truth::open(of) } else { Truth::Holds }
    }
}
