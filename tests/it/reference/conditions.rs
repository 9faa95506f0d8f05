//! Conditions: one subject at most, exactly one word, one of four values.
//!
//! Never decides what comes of a condition that fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::facts::{Facts, Item, field};
use super::plan::texts;
use super::policy::{self, Verdict};
use super::slots::Bound;
use super::subjects::{Entity, Held, Subject, blanks};
use super::truth::Truth;
use super::words;

/// All that conditions speak of.
pub struct Scene<'a> {
    pub provider: &'a Value,
    pub operation: &'a Value,
    pub bound: &'a Bound<'a>,
    pub facts: &'a Facts<'a>,
}

/// Where a check stands: its parameter, the elements at hand, and inside `each` and its like the item at hand with its
/// section.
#[derive(Clone, Copy)]
pub struct Hand<'h, 'a> {
    pub pattern: &'h str,
    pub positions: &'h [usize],
    pub item: Option<(&'a Value, &'a str)>,
}

/// The check does not apply: it compares with something absent, or speaks of fields of an entity that does not exist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotApplicable;

/// What a condition comes to, if it applies.
pub type Judged = Result<Truth, NotApplicable>;

/// A text that something is compared with, if there is one.
pub type Text = Result<String, NotApplicable>;

/// The members of a condition that are no word.
const SUBJECTS: [&str; 5] = ["parameter", "fact", "field", "joined", "otherwise"];

impl<'a> Scene<'a> {
    /// What a condition comes to.
    pub fn truth(&self, condition: &Value, hand: &Hand<'_, 'a>) -> Judged {
        let members = condition.as_object().expect("a condition is an object");
        let mut words = members.iter().filter(|(word, _)| !SUBJECTS.contains(&word.as_str()));
        let (word, argument) = words.next().expect("a condition has a word");
        assert!(words.next().is_none(), "a condition has only one word: {condition}");

        match word.as_str() {
            "all_of" => Ok(Truth::all(self.truths(argument, hand)?)),
            "any_of" => Ok(Truth::any(self.truths(argument, hand)?)),
            "not" => Ok(self.truth(argument, hand)?.not()),
            "exists" => {
                let (entity, _) = self.entity(argument.as_str().expect("exists names an entity"), hand)?;
                Ok(match entity {
                    Entity::Found(_) => Truth::Holds,
                    Entity::Absent => Truth::Fails,
                    Entity::Unknown(needs) => Truth::Open(needs),
                })
            }
            // The facts of the reference come from no call, so none was refused.
            "readable" => {
                let (entity, _) = self.entity(argument.as_str().expect("readable names an entity"), hand)?;
                match entity {
                    Entity::Found(_) => Ok(Truth::Holds),
                    Entity::Absent => Err(NotApplicable),
                    Entity::Unknown(needs) => Ok(Truth::Open(needs)),
                }
            }
            "exactly_one_of" => Ok(self.given(&texts(condition, word), 1, 1, hand)),
            "at_most_one_of" => Ok(self.given(&texts(condition, word), 0, 1, hand)),
            "at_least_one_of" => Ok(self.given(&texts(condition, word), 1, usize::MAX, hand)),
            "no_item" => self.no_item(argument, hand),
            "trusts" => self.trusts(argument, hand),
            "grants" => self.grants(argument, hand),
            "equals" => self.equals(argument, &self.subject(condition, hand)?, hand),
            "same_length_as" => self.same_length(argument, &self.subject(condition, hand)?, hand),
            "one_of_by" => self.one_of_by(argument, &self.subject(condition, hand)?, hand),
            "contained_in" | "below" => self.against_fact(word, argument, &self.subject(condition, hand)?, hand),
            "url" => self.url(argument, &self.subject(condition, hand)?, hand),
            word => self.value_word(word, argument, &self.subject(condition, hand)?, hand),
        }
    }

    fn truths(&self, conditions: &Value, hand: &Hand<'_, 'a>) -> Result<Vec<Truth>, NotApplicable> {
        conditions.as_array().into_iter().flatten().map(|condition| self.truth(condition, hand)).collect()
    }

    /// A word on the value of a subject.
    pub fn value_word(&self, word: &str, argument: &Value, subject: &Subject<'a>, hand: &Hand<'_, 'a>) -> Judged {
        if word == "present" {
            let given = match subject {
                Subject::Known { held: Held::Default(_), .. } | Subject::Absent => Truth::Fails,
                Subject::Known { .. } | Subject::Unknown { given: true, .. } => Truth::Holds,
                Subject::Unknown { needs, .. } | Subject::Missing(needs) => Truth::Open(needs.clone()),
            };
            return Ok(if *argument == true { given } else { given.not() });
        }
        let (held, of) = match subject {
            Subject::Absent => {
                return Ok(Truth::of(word.starts_with("not_") && word != "not_empty"));
            }
            Subject::Missing(needs) | Subject::Unknown { needs, .. } => return Ok(Truth::Open(needs.clone())),
            Subject::Known { held, of } => (held, of),
        };
        if let Held::Fact(Value::Array(items)) = held
            && matches!(word, "each" | "count")
        {
            return self.items_word(word, argument, items, of, hand);
        }
        let is_fact = matches!(held, Held::Fact(_));
        let truth = match (word, held.text(), held.elements()) {
            ("count", _, Some(number)) => Truth::of(within(argument, number as u64)),
            ("not_empty", _, Some(number)) => Truth::of(number > 0),
            ("unique", _, Some(_)) => self.unique(argument, held, of),
            ("one_of", Some(text), _) => self.is_listed(argument, &text, of),
            ("not_one_of", Some(text), _) => self.is_listed(argument, &text, of).not(),
            // A fact that is no whole number says nothing about the number.
            ("range" | "multiple_of", Some(text), _) if is_fact && words::whole_number(&text).is_none() => {
                Truth::open(of)
            }
            (word, Some(text), _) => words::judge(word, argument, &text).unwrap_or_else(|| shape_mismatch(is_fact, of)),
            _ => shape_mismatch(is_fact, of),
        };
        Ok(truth)
    }

    /// Whether a value is one of those that a rule lists, here or as a dated list.
    fn is_listed(&self, argument: &Value, text: &str, of: &str) -> Truth {
        let fold = argument["case"] == "fold";
        let same = |other: &str| if fold { other.eq_ignore_ascii_case(text) } else { other == text };
        if texts(argument, "undecided").into_iter().any(same) {
            return Truth::open(of);
        }
        let section = argument["list"].as_str().and_then(|list| self.provider["lists"][list]["section"].as_str());
        let known = section.map_or(Vec::new(), |section| self.facts.keys(section));
        let complete = section.is_some_and(|section| self.facts.is_complete(section));
        let documented = if complete { Vec::new() } else { documented(self.provider, argument) };
        Truth::of(known.iter().chain(&documented).any(|other| same(other)))
    }

    /// `each` and `count` over a list in facts.
    fn items_word(&self, word: &str, argument: &Value, items: &'a [Value], of: &str, hand: &Hand<'_, 'a>) -> Judged {
        let section = self.section_name(of.strip_prefix("fact:").expect("items are facts"));
        let mut filtered = Vec::new();
        for item in items {
            let hand = Hand { item: Some((item, section)), ..*hand };
            let filter = argument.get("where").map_or(Ok(Truth::Holds), |filter| self.truth(filter, &hand))?;
            filtered.push((filter, hand));
        }
        if word == "each" {
            let mut truths = Vec::new();
            for (filter, hand) in filtered {
                truths.push(Truth::any([filter.not(), self.truth(&argument["must"], &hand)?]));
            }
            return Ok(Truth::all(truths));
        }
        // What is not known may count or not; the answer is open when that makes a difference.
        let surely = filtered.iter().filter(|(filter, _)| *filter == Truth::Holds).count() as u64;
        let unsure: Vec<Truth> = filtered.into_iter().map(|(filter, _)| filter).filter(is_open).collect();
        Ok(between(argument, surely, &unsure))
    }

    /// How many of some parameters are given, whatever their values.
    fn given(&self, names: &[&str], fewest: usize, most: usize, hand: &Hand<'_, 'a>) -> Truth {
        let present = json!(true);
        let truths: Vec<Truth> = names
            .iter()
            .map(|name| self.value_word("present", &present, &self.value_of(name, hand), hand))
            .map(|truth| truth.expect("presence always applies"))
            .collect();
        let surely = truths.iter().filter(|truth| **truth == Truth::Holds).count() as u64;
        let unsure: Vec<Truth> = truths.into_iter().filter(is_open).collect();
        between(&json!({"min": fewest, "max": most}), surely, &unsure)
    }

    /// Compares with a value, a parameter or a template.
    fn equals(&self, argument: &Value, subject: &Subject<'a>, hand: &Hand<'_, 'a>) -> Judged {
        let mut needs = BTreeSet::new();
        let wanted = self.wanted(argument, hand, &mut needs)?;
        match subject {
            Subject::Absent => return Ok(Truth::Fails),
            Subject::Missing(more) | Subject::Unknown { needs: more, .. } => needs.extend(more.clone()),
            Subject::Known { held, of } => match held.text() {
                Some(text) if needs.is_empty() => return Ok(Truth::of(text == wanted)),
                Some(_) => {}
                None => return Ok(shape_mismatch(matches!(held, Held::Fact(_)), of)),
            },
        }
        Ok(Truth::Open(needs))
    }

    /// What `equals` compares with. What it waits for is added to `needs`.
    pub fn wanted(&self, equals: &Value, hand: &Hand<'_, 'a>, needs: &mut BTreeSet<String>) -> Text {
        if let Some(value) = equals["value"].as_str() {
            return Ok(value.to_owned());
        }
        if let Some(name) = equals["parameter"].as_str() {
            return self.comparand(name, hand, needs);
        }
        let template = equals["template"].as_str().expect("equals says what it compares with");
        let mut text = template.to_owned();
        for name in blanks(template) {
            text = text.replace(&format!("{{{name}}}"), &self.comparand(name, hand, needs)?);
        }
        Ok(text)
    }

    /// The text of a parameter that something is compared with. What it waits for is added to `needs`.
    pub fn comparand(&self, name: &str, hand: &Hand<'_, 'a>, needs: &mut BTreeSet<String>) -> Text {
        match self.parameter(name, hand) {
            Subject::Absent | Subject::Missing(_) => Err(NotApplicable),
            Subject::Unknown { needs: more, .. } => {
                needs.extend(more);
                Ok(String::new())
            }
            Subject::Known { held, .. } => held.text().ok_or(NotApplicable),
        }
    }

    /// Compares the numbers of elements of two lists.
    fn same_length(&self, argument: &Value, subject: &Subject<'a>, hand: &Hand<'_, 'a>) -> Judged {
        let other = self.value_of(argument.as_str().expect("same_length_as names a list"), hand);
        let mut needs = BTreeSet::new();
        let mut lengths = Vec::new();
        for side in [&other, subject] {
            match side {
                Subject::Absent if std::ptr::eq(side, subject) => return Ok(Truth::Fails),
                Subject::Absent => return Err(NotApplicable),
                Subject::Missing(more) | Subject::Unknown { needs: more, .. } => needs.extend(more.clone()),
                Subject::Known { held, .. } => lengths.push(held.elements().ok_or(NotApplicable)?),
            }
        }
        Ok(if needs.is_empty() { Truth::of(lengths[0] == lengths[1]) } else { Truth::Open(needs) })
    }

    /// No item of a section fulfils a condition. Items that nobody told of might.
    fn no_item(&self, argument: &Value, hand: &Hand<'_, 'a>) -> Judged {
        let section = self.section_name(argument["section"].as_str().expect("no_item names a section"));
        let mut truths = Vec::new();
        for item in self.facts.items(section) {
            let hand = Hand { item: Some((item, section)), ..*hand };
            truths.push(self.truth(&argument["where"], &hand)?.not());
        }
        if !self.facts.is_complete(section) {
            truths.push(Truth::open(format!("fact:{section}")));
        }
        Ok(Truth::all(truths))
    }

    /// A trust document lets a principal do something.
    fn trusts(&self, argument: &Value, hand: &Hand<'_, 'a>) -> Judged {
        let action = argument["action"].as_str().expect("trusts names an action");
        Ok(match self.fact(argument["fact"].as_str().expect("trusts names a fact"), hand)? {
            Subject::Known { held: Held::Fact(document), of } => {
                decided(policy::read(document, Some(&argument["principal"]), action), &BTreeSet::from([of]))
            }
            Subject::Missing(needs) | Subject::Unknown { needs, .. } => Truth::Open(needs),
            Subject::Absent | Subject::Known { .. } => unreachable!("a fact is known, missing or unknown"),
        })
    }

    /// Attached policies allow all of some actions. They stand in a list of the role, or one by one in a section.
    fn grants(&self, argument: &Value, hand: &Hand<'_, 'a>) -> Judged {
        let text = |key: &str| argument[key].as_str().expect("grants is complete");
        let (name, path) = text("fact").split_once('.').expect("a fact is a field of an entity");
        let (entity, of) = self.entity(name, hand)?;
        let (listed, unknown) = match entity {
            Entity::Absent => return Err(NotApplicable),
            Entity::Found(role) => {
                (field(role, path).and_then(Value::as_array), BTreeSet::from([format!("fact:{of}")]))
            }
            Entity::Unknown(needs) => (None, needs),
        };
        let role = self.key_of(name, hand, &mut BTreeSet::new())?;
        let attachments = argument["attachments"].as_str().filter(|_| role.is_some());
        let single: Vec<&Value> = attachments.map_or(Vec::new(), |section| {
            let within = self.provider["sections"][section]["within"].as_str().expect("attachments lie within a role");
            let is_of_role = |item: &&Value| field(item, within).and_then(words::text) == role;
            self.facts.items(section).into_iter().filter(is_of_role).collect()
        });
        let all_single = attachments.is_some_and(|section| {
            let names_roles = !self.facts.items(section).is_empty();
            self.facts.is_complete(section) || names_roles && self.facts.is_complete(text("section"))
        });
        let all_known = listed.is_some() || all_single;
        let attached: Vec<&Value> = listed.into_iter().flatten().chain(single).collect();
        if attached.is_empty() && !all_known {
            return Ok(Truth::Open(unknown));
        }
        let name_of = |policy: &Value| field(policy, text("name")).and_then(words::text);
        let enough = texts(argument, "enough");
        // Where each policy carries its document, nothing else is read.
        let all_inline = all_known && attached.iter().all(|policy| field(policy, text("document")).is_some());
        let needs = BTreeSet::from([format!("fact:{}", if all_inline { of } else { text("section") })]);
        Ok(Truth::all(texts(argument, "actions").into_iter().map(|action| {
            let mut verdict = if all_known { Verdict::default() } else { Verdict::UNKNOWN };
            for policy in &attached {
                let name = name_of(policy);
                let is_enough = name.as_deref().is_some_and(|name| enough.contains(&name));
                let own = field(policy, text("document"));
                let document = own.or_else(|| match self.facts.item(text("section"), name.as_deref()?) {
                    Item::Found(item) => field(item, text("document")),
                    Item::Absent | Item::Unknown => None,
                });
                let says = document.map_or(Verdict::UNKNOWN, |document| policy::read(document, None, action));
                verdict = verdict.and(Verdict { allows: says.allows || is_enough, ..says });
            }
            decided(verdict, &needs)
        })))
    }
}

/// A word that does not fit the shape of a value: of a parameter that is a failure, of a fact nobody knows.
pub fn shape_mismatch(is_fact: bool, of: &str) -> Truth {
    if is_fact { Truth::open(of) } else { Truth::Fails }
}

fn decided(verdict: Verdict, needs: &BTreeSet<String>) -> Truth {
    verdict.is_allowed().map_or_else(|| Truth::Open(needs.clone()), Truth::of)
}

fn is_open(truth: &Truth) -> bool {
    matches!(truth, Truth::Open(_))
}

/// Whether a number lies within `min` and `max`.
fn within(bounds: &Value, number: u64) -> bool {
    let bound = |key: &str| bounds[key].as_u64();
    bound("min").is_none_or(|min| number >= min) && bound("max").is_none_or(|max| number <= max)
}

/// Whether a count lies within bounds, of which only some are sure.
fn between(bounds: &Value, surely: u64, unsure: &[Truth]) -> Truth {
    let possible = surely..=surely + unsure.len() as u64;
    let fitting = possible.clone().filter(|number| within(bounds, *number)).count();
    match fitting {
        0 => Truth::Fails,
        all if all == possible.count() => Truth::Holds,
        _ => Truth::all(unsure.iter().cloned()),
    }
}

/// The documented values of `one_of`, from the rule or from a dated list.
fn documented(provider: &Value, argument: &Value) -> Vec<String> {
    let own = texts(argument, "values");
    let dated = argument["list"].as_str().map(|list| texts(&provider["lists"][list], "values"));
    own.into_iter().chain(dated.into_iter().flatten()).map(str::to_owned).collect()
}

/// The documented values whose letter case a parameter takes on, where the condition of its check says so.
pub fn fold_of(provider: &Value, must: &Value) -> Option<Vec<String>> {
    let one_of = must.get("one_of")?;
    let about_parameter = !SUBJECTS.iter().any(|subject| must.get(subject).is_some());
    (about_parameter && one_of["case"] == "fold").then(|| documented(provider, one_of))
}
