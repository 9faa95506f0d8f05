//! Small changes to rule files: every limit, value, class and condition of their checks, one at a time.
//!
//! Works on the tree of a file, so that each change has its place. Never judges whether a change matters.

use crate::json::{Node, Value};
use crate::place::Span;

/// A step from a node to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Item(usize),
}

/// One change to a file.
#[derive(Clone, Debug)]
pub(super) struct Mutant {
    /// The part that is changed; nothing for the removal of a whole check.
    pub steps: Vec<Step>,
    /// What it becomes; none when it is taken out.
    pub becomes: Option<Value>,
    pub span: Span,
    /// Id of the check, as the file has it.
    pub check: String,
    pub what: String,
    pub kind: Kind,
}

/// Kinds of changes, for rules that are about one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The whole check is taken out.
    Removal,
    /// A lower bound is another, or there is none.
    Min,
    /// An upper bound is another, or there is none.
    Max,
    Step,
    /// Bytes are characters, or the other way round.
    Unit,
    Characters,
    /// Letter case counts, or no longer does.
    Case,
    Value,
    Condition,
    Position,
    Answer,
}

/// Collects the changes of one file.
pub(super) struct Collector<'n> {
    root: &'n Node,
    /// Ids of the rows of the error table, with their codes.
    rows: Vec<(String, String)>,
    check: String,
    check_span: Span,
    steps: Vec<Step>,
    /// Whether the condition at hand is what the check demands, and not when.
    in_must: bool,
    found: Vec<Mutant>,
}

/// The changes of an operation's file.
pub(super) fn of_operation(root: &Node) -> Vec<Mutant> {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let rows = items(root.get("errors")).iter().filter_map(|row| {
        let code = text(row, "code")?;
        Some((text(row, "id").unwrap_or_else(|| code.clone()), code))
    });
    let mut collector = Collector::new(root, rows.collect());
    collector.parameters(root);
    collector.checks(root);
    collector.found
}

/// The changes of the named constraints of a provider's file, each with the constraint's name.
pub(super) fn of_provider(root: &Node) -> Vec<(String, Mutant)> {
    let mut all = Vec::new();
    for ((name, _), constraint) in root.get("constraints").and_then(Node::members).unwrap_or_default() {
        let mut collector = Collector::new(root, Vec::new());
        collector.steps = vec![Step::Member("constraints".to_owned()), Step::Member(name.clone())];
        collector.checks(constraint);
        all.extend(collector.found.into_iter().map(|mutant| (name.clone(), mutant)));
    }
    all
}

/// Makes the change; gives back what stood there.
pub(super) fn exchange(root: &mut Node, steps: &[Step], new: Option<Node>) -> Option<Node> {
    let (step, rest) = steps.split_first()?;
    match (step, &mut root.value) {
        (Step::Member(name), Value::Object(members)) => {
            let place = members.iter().position(|((known, _), _)| known == name);
            match (place, new) {
                (Some(place), new) if !rest.is_empty() => exchange(&mut members.get_mut(place)?.1, rest, new),
                (Some(place), Some(new)) => Some(std::mem::replace(&mut members.get_mut(place)?.1, new)),
                (Some(place), None) => Some(members.remove(place).1),
                (None, Some(new)) if rest.is_empty() => {
                    members.push(((name.clone(), Span::default()), new));
                    None
                }
                (None, _) => None,
            }
        }
        (Step::Item(place), Value::List(items)) => match new {
            new if !rest.is_empty() => exchange(items.get_mut(*place)?, rest, new),
            Some(new) => Some(std::mem::replace(items.get_mut(*place)?, new)),
            None if *place < items.len() => Some(items.remove(*place)),
            None => None,
        },
        _ => None,
    }
}

fn items(node: Option<&Node>) -> &[Node] {
    node.and_then(Node::items).unwrap_or_default()
}

impl<'n> Collector<'n> {
    fn new(root: &'n Node, rows: Vec<(String, String)>) -> Self {
        let (check, check_span) = (String::new(), Span::default());
        Collector { root, rows, check, check_span, steps: Vec::new(), in_must: false, found: Vec::new() }
    }

    fn at<T>(&mut self, step: Step, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.steps.push(step);
        let result = inside(self);
        self.steps.pop();
        result
    }

    fn member<T>(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.at(Step::Member(name.to_owned()), inside)
    }

    /// A change of the part at hand.
    fn add(&mut self, span: Span, becomes: Option<Value>, kind: Kind, what: String) {
        let span = if span == Span::default() { self.check_span } else { span };
        let (steps, check) = (self.steps.clone(), self.check.clone());
        self.found.push(Mutant { steps, becomes, span, check, what, kind });
    }

    fn remove(&mut self, name: &str, node: &Node, kind: Kind, what: String) {
        self.member(name, |inside| inside.add(node.span, None, kind, what));
    }

    fn parameters(&mut self, node: &Node) {
        for key in ["parameters", "fields"] {
            for (place, parameter) in items(node.get(key)).iter().enumerate() {
                self.member(key, |inside| {
                    inside.at(Step::Item(place), |inside| {
                        inside.checks(parameter);
                        if let Some(items) = parameter.get("items") {
                            inside.member("items", |inside| {
                                inside.checks(items);
                                inside.parameters(items);
                            });
                        }
                        inside.parameters(parameter);
                    });
                });
            }
        }
    }

    fn checks(&mut self, node: &Node) {
        for (place, check) in items(node.get("checks")).iter().enumerate() {
            self.member("checks", |inside| inside.at(Step::Item(place), |inside| inside.check(check)));
        }
    }

    fn check(&mut self, node: &Node) {
        self.check = node.get("id").and_then(Node::text).unwrap_or_default().to_owned();
        self.check_span = node.get("id").map_or(node.span, |id| id.span);
        for key in ["when", "cleared_by", "must"] {
            let Some(condition) = node.get(key) else { continue };
            if key != "must" {
                self.remove(key, condition, Kind::Condition, format!("drops `{key}`"));
            }
            self.in_must = key == "must";
            self.member(key, |inside| inside.condition(condition));
        }
        if let Some(at) = node.get("at") {
            self.remove("at", at, Kind::Position, "drops `at`".to_owned());
            let written = at.text().unwrap_or_default();
            for shifted in shifted_positions(written) {
                let what = format!("is for positions {shifted} instead of {written}");
                self.member("at", |inside| inside.add(at.span, Some(Value::Text(shifted)), Kind::Position, what));
            }
        }
        if let Some(answer) = node.get("answer") {
            let own = answer.text().unwrap_or_default().to_owned();
            let code_of = |id: &str| self.rows.iter().find(|(known, _)| known == id).map(|(_, code)| code.clone());
            let own_code = code_of(&own);
            let other = self.rows.iter().find(|(_, code)| Some(code) != own_code.as_ref()).map(|(id, _)| id.clone());
            if let Some(other) = other {
                let what = format!("answers with {other} instead of {own}");
                self.member("answer", |inside| inside.add(answer.span, Some(Value::Text(other)), Kind::Answer, what));
            }
        }
    }

    fn condition(&mut self, node: &Node) {
        for ((key, _), value) in node.members().unwrap_or_default() {
            match key.as_str() {
                "length" | "range" | "count" => {
                    self.member(key, |inside| inside.bounds(key, value));
                }
                "multiple_of" => self.member(key, |inside| inside.shifted(value, "a multiple of", Kind::Step)),
                "chars" => self.member(key, |inside| inside.chars(value, "")),
                "one_of" | "not_one_of" => {
                    // In facts the provider itself writes: there is one letter case only.
                    let in_facts = ["fact", "field", "joined"].iter().any(|subject| node.get(subject).is_some());
                    self.member(key, |inside| inside.values(value, in_facts));
                }
                "starts_with" | "ends_with" | "contains" | "not_starts_with" | "not_ends_with" | "not_contains"
                | "exactly_one_of" | "at_most_one_of" | "at_least_one_of" => {
                    self.member(key, |inside| inside.without_each(value, key, Kind::Value));
                }
                "all_of" | "any_of" => {
                    self.member(key, |inside| {
                        inside.without_each(value, key, Kind::Condition);
                        for (place, part) in items(Some(value)).iter().enumerate() {
                            inside.at(Step::Item(place), |inside| inside.condition(part));
                        }
                    });
                }
                "not" => {
                    self.add(value.span, Some(value.value.clone()), Kind::Condition, "drops `not`".to_owned());
                    self.member(key, |inside| inside.condition(value));
                }
                "each" | "no_item" => self.member(key, |inside| inside.parts(value, &["where", "must"])),
                "equals" => {
                    if let Some(text) = value.get("value").and_then(Node::text) {
                        let (span, becomes) = (value.span, Value::Text(format!("{text}x")));
                        let what = format!("equals {text}x instead of {text}");
                        self.member(key, |inside| {
                            inside.member("value", |inside| inside.add(span, Some(becomes), Kind::Value, what));
                        });
                    }
                }
                "otherwise" => self.remove(key, value, Kind::Condition, "drops `otherwise`".to_owned()),
                "present" => {
                    let given = value.value == Value::Bool(true);
                    let what = format!("`present` is {}", !given);
                    self.member(key, |inside| {
                        inside.add(value.span, Some(Value::Bool(!given)), Kind::Condition, what);
                    });
                }
                "unique" => self.member(key, |inside| inside.letter_case(value)),
                "url" => {
                    for list in ["schemes", "hosts"].into_iter().filter(|list| value.get(list).is_some()) {
                        let texts = value.get(list).cloned().unwrap_or_default();
                        self.member(key, |inside| {
                            inside.remove(list, &texts, Kind::Condition, format!("drops `{list}`"));
                            inside.member(list, |inside| inside.without_each(&texts, list, Kind::Value));
                        });
                    }
                }
                "one_of_by" => {
                    let all = value.get("values").and_then(Node::members).unwrap_or_default();
                    for ((name, span), fitting) in all {
                        self.member(key, |inside| {
                            inside.member("values", |inside| {
                                let what = format!("drops the values of {name}");
                                inside.member(name, |inside| inside.add(*span, None, Kind::Value, what));
                                inside.member(name, |inside| inside.without_each(fitting, name, Kind::Value));
                                inside.member(name, |inside| inside.with_one_of_another(fitting, name, all));
                            });
                        });
                    }
                }
                "grants" => {
                    for list in ["actions", "enough"] {
                        let texts = value.get(list).cloned().unwrap_or_default();
                        self.member(key, |inside| {
                            inside.member(list, |inside| inside.without_each(&texts, list, Kind::Value));
                        });
                    }
                }
                "trusts" => {
                    if let Some(action) = value.get("action") {
                        let text = action.text().unwrap_or_default();
                        let becomes = Value::Text(format!("{text}x"));
                        let what = format!("trusts for {text}x instead of {text}");
                        self.member(key, |inside| {
                            inside.member("action", |inside| {
                                inside.add(action.span, Some(becomes), Kind::Value, what);
                            });
                        });
                    }
                }
                _ => {}
            }
        }
    }

    fn parts(&mut self, node: &Node, names: &[&str]) {
        for name in names {
            let Some(part) = node.get(name) else { continue };
            self.member(name, |inside| inside.condition(part));
        }
        if let Some(filter) = node.get("where").filter(|_| node.get("must").is_some()) {
            self.remove("where", filter, Kind::Condition, "drops `where`".to_owned());
        }
    }

    fn bounds(&mut self, word: &str, node: &Node) {
        let both = node.get("min").is_some() && node.get("max").is_some();
        for (name, kind, sign) in [("min", Kind::Min, "at least"), ("max", Kind::Max, "at most")] {
            let Some(bound) = node.get(name) else { continue };
            self.member(name, |inside| inside.shifted(bound, &format!("{word} {sign}"), kind));
            if both {
                self.remove(name, bound, kind, format!("drops `{name}` of `{word}`"));
            }
        }
        if word == "length" {
            let is_bytes = node.get("unit").and_then(Node::text) == Some("bytes");
            let unit = if is_bytes { "characters" } else { "bytes" };
            let span = node.get("unit").map_or(node.span, |unit| unit.span);
            let what = format!("counts {unit}");
            self.member("unit", |inside| inside.add(span, Some(Value::Text(unit.to_owned())), Kind::Unit, what));
        }
        if let Some(filter) = node.get("where") {
            self.remove("where", filter, Kind::Condition, "drops `where`".to_owned());
            self.member("where", |inside| inside.condition(filter));
        }
    }

    /// A number that is one more, and one less.
    fn shifted(&mut self, node: &Node, what: &str, kind: Kind) {
        let Value::Number(text) = &node.value else { return };
        let Ok(number) = text.parse::<i128>() else { return };
        for new in [number - 1, number + 1] {
            let what = format!("{what} {new} instead of {number}");
            self.add(node.span, Some(Value::Number(new.to_string())), kind, what);
        }
    }

    fn chars(&mut self, node: &Node, place: &str) {
        for (at, class) in items(node.get("of")).iter().enumerate() {
            let what = format!("drops the class {}{place}", class.text().unwrap_or_default());
            self.member("of", |inside| {
                inside.at(Step::Item(at), |inside| inside.add(class.span, None, Kind::Characters, what));
            });
        }
        if let Some(and) = node.get("and") {
            let text = and.text().unwrap_or_default();
            for dropped in text.chars() {
                let left: String = text.chars().filter(|character| *character != dropped).collect();
                let what = format!("drops the character {dropped:?}{place}");
                self.member("and", |inside| inside.add(and.span, Some(Value::Text(left)), Kind::Characters, what));
            }
        }
        for (name, place) in [("first", " at the start"), ("last", " at the end")] {
            let Some(set) = node.get(name) else { continue };
            self.remove(name, set, Kind::Characters, format!("drops `{name}`"));
            self.member(name, |inside| inside.chars(set, place));
        }
    }

    fn values(&mut self, node: &Node, in_facts: bool) {
        if let Some(values) = node.get("values") {
            self.member("values", |inside| inside.without_each(values, "values", Kind::Value));
        }
        if let Some(undecided) = node.get("undecided") {
            for (place, value) in items(Some(undecided)).iter().enumerate() {
                let what = format!("drops {} of `undecided`", value.text().unwrap_or_default());
                self.member("undecided", |inside| {
                    inside.at(Step::Item(place), |inside| inside.add(value.span, None, Kind::Value, what));
                });
            }
        }
        if let Some(list) = node.get("list") {
            let name = list.text().unwrap_or_default();
            let known = self.root.get("lists").and_then(|lists| lists.get(name));
            let first = known.and_then(|list| items(list.get("values")).first()).cloned();
            // The list itself stands in the provider's file.
            let cut = vec![first.unwrap_or_else(|| text_node("-"))];
            let mut members = node.members().unwrap_or_default().to_vec();
            members.retain(|((name, _), _)| name != "list");
            members.push((("values".to_owned(), list.span), Node { value: Value::List(cut), span: list.span }));
            self.add(list.span, Some(Value::Object(members)), Kind::Value, format!("empties the list {name}"));
        }
        if self.in_must && !in_facts {
            self.letter_case(node);
        }
    }

    fn letter_case(&mut self, node: &Node) {
        let folds = node.get("case").and_then(Node::text) == Some("fold");
        let becomes = if folds { "exact" } else { "fold" };
        let span = node.get("case").map_or(node.span, |case| case.span);
        let what = format!("compares letter case {becomes}");
        self.member("case", |inside| inside.add(span, Some(Value::Text(becomes.to_owned())), Kind::Case, what));
    }

    /// The list with a value that stands in the list of another key.
    fn with_one_of_another(&mut self, node: &Node, name: &str, all: &[((String, Span), Node)]) {
        let own = items(Some(node));
        let others = all.iter().flat_map(|(_, values)| items(Some(values)));
        let Some(added) = others.into_iter().find(|value| own.iter().all(|known| known.value != value.value)) else {
            return;
        };
        let what = format!("adds {:?} to `{name}`", added.text().unwrap_or_default());
        let longer = own.iter().chain([added]).cloned().collect();
        self.add(node.span, Some(Value::List(longer)), Kind::Value, what);
    }

    /// The list without each of its items.
    fn without_each(&mut self, node: &Node, name: &str, kind: Kind) {
        let all = items(Some(node));
        for (place, item) in all.iter().enumerate().filter(|_| all.len() > 1) {
            let what = match item.text() {
                Some(text) => format!("drops {text:?} of `{name}`"),
                None => format!("drops part {} of `{name}`", place + 1),
            };
            self.at(Step::Item(place), |inside| inside.add(item.span, None, kind, what));
        }
    }
}

fn text_node(text: &str) -> Node {
    Node { value: Value::Text(text.to_owned()), span: Span::default() }
}

/// `2..17` becomes `1..17`, `3..17`, `2..16`, `2..18`.
fn shifted_positions(written: &str) -> Vec<String> {
    let shift = |text: &str| -> Vec<u32> {
        let number = text.parse::<u32>().unwrap_or_default();
        [number.saturating_sub(1), number + 1].into_iter().filter(|shifted| *shifted > 0).collect()
    };
    match written.split_once("..") {
        None => shift(written).iter().map(ToString::to_string).collect(),
        Some((first, last)) => {
            let firsts = shift(first).into_iter().map(|first| format!("{first}..{last}"));
            let lasts = shift(last).into_iter().filter(|_| !last.is_empty()).map(|last| format!("{first}..{last}"));
            firsts.chain(lasts).collect()
        }
    }
}
