//! What the rule files mention: values, limits and characters of parameters, and fields of facts.
//!
//! Generators of requests take from it what is likely to meet a check, or to miss it by a hair. Never decides anything.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::plan::{self, plan, texts};

/// Texts that every parameter may meet.
const ODD_TEXTS: [&str; 19] = [
    "",
    " ",
    "x",
    "é",
    "Ａ１",
    "漢字",
    "あ",
    "한",
    "😀",
    "々",
    "-5",
    "007",
    "+5",
    "1.5",
    "1e3",
    "true",
    "TRUE",
    "null",
    "123456789012345678901234567890123456789012345",
];

/// What the rules of an operation mention about a parameter.
#[derive(Default)]
pub struct Mentioned {
    /// Texts on both sides of every limit.
    pub texts: BTreeSet<String>,
    /// Patterns of which a text is wanted.
    pub patterns: Vec<String>,
    /// Characters from and just outside the classes.
    pub characters: BTreeSet<char>,
    /// Lengths and numbers of elements on both sides of a limit.
    pub lengths: BTreeSet<usize>,
    /// Parameters and templates that it is compared with: `{"$same": "Name"}`, `{"$template": "b-{Name}"}`.
    pub comparands: Vec<Value>,
}

/// A field of the items of a section, or the item itself.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Values, as JSON; comparands as in [`Mentioned`].
    pub values: Vec<Value>,
    /// Values that no rule mentions.
    pub odd: Vec<Value>,
    /// Members.
    pub fields: BTreeMap<String, Node>,
    /// Elements, where it is a list.
    pub elements: Option<Box<Node>>,
    /// What a policy document may speak of: principals and actions.
    pub document: Option<(Value, Vec<String>)>,
}

/// What the rules mention about the parameter at a path.
pub fn mentioned(provider: &Value, operation: &Value, pattern: &str) -> Mentioned {
    let mut found = Mentioned::default();
    found.texts.extend(ODD_TEXTS.map(str::to_owned));
    for (condition, own) in conditions(provider, operation) {
        visit(&condition, &own, &mut |subject, word, argument| {
            if subject == pattern {
                found.take(provider, word, argument);
            }
        });
    }
    let rule = plan::rule_of(operation, pattern).unwrap_or(&Value::Null);
    for default in plan::list(rule, "defaults") {
        found.texts.extend(default["value"].as_str().map(str::to_owned));
    }
    if let Some(last) = rule["ignored_beyond"].as_u64() {
        found.around(last);
    }
    found
}

/// All conditions of an operation, each with the path of the parameter at hand.
pub fn conditions(provider: &Value, operation: &Value) -> Vec<(Value, String)> {
    let mut found = Vec::new();
    for check in plan(provider, operation) {
        for part in ["when", "cleared_by", "must"] {
            let condition = check.rule().and_then(|rule| rule.get(part));
            found.extend(condition.map(|condition| (condition.clone(), check.pattern.clone())));
        }
    }
    defaults_in(operation, &mut found);
    found
}

/// The conditions of defaults. What they call the parameter at hand does not matter: they name what they speak of.
fn defaults_in(value: &Value, found: &mut Vec<(Value, String)>) {
    for default in plan::list(value, "defaults") {
        found.extend(default.get("when").map(|when| (when.clone(), String::new())));
    }
    for inner in plan::list(value, "parameters").iter().chain(plan::list(value, "fields")).chain(value.get("items")) {
        defaults_in(inner, found);
    }
}

/// Calls `take` with every parameter that a condition speaks of, and the word about it.
fn visit(condition: &Value, own: &str, take: &mut dyn FnMut(&str, &str, &Value)) {
    for (word, argument) in condition.as_object().into_iter().flatten() {
        match word.as_str() {
            "all_of" | "any_of" => argument.as_array().into_iter().flatten().for_each(|inner| visit(inner, own, take)),
            "not" => visit(argument, own, take),
            "one_of_by" => {
                // The other parameter takes the values for which the rule knows something, too.
                let others: Vec<&String> =
                    argument["values"].as_object().into_iter().flatten().map(|(value, _)| value).collect();
                take(argument["parameter"].as_str().unwrap_or_default(), "one_of", &json!({ "values": others }));
                take(condition["parameter"].as_str().unwrap_or(own), word, argument);
            }
            "parameter" | "fact" | "field" | "joined" | "otherwise" => {}
            word => {
                let mut subject = condition;
                loop {
                    let of_facts = ["fact", "field", "joined"].iter().any(|other| subject.get(other).is_some());
                    match subject["parameter"].as_str() {
                        Some(name) => take(name, word, argument),
                        None if !of_facts => take(own, word, argument),
                        None => {}
                    }
                    match subject.get("otherwise") {
                        Some(next) => subject = next,
                        None => break,
                    }
                }
            }
        }
    }
}

/// Values that a word mentions: those on which it turns.
fn values_of(provider: &Value, word: &str, argument: &Value) -> Vec<String> {
    let affixes = || argument.as_array().into_iter().flatten().filter_map(Value::as_str);
    match word {
        "one_of" | "not_one_of" => {
            let dated = argument["list"].as_str().map(|list| texts(&provider["lists"][list], "values"));
            let values = [texts(argument, "values"), texts(argument, "undecided"), dated.unwrap_or_default()].concat();
            let cases = |text: &&str| [(*text).to_owned(), text.to_ascii_lowercase(), text.to_ascii_uppercase()];
            values.iter().flat_map(cases).collect()
        }
        "starts_with" | "not_starts_with" | "ends_with" | "not_ends_with" | "contains" | "not_contains" => affixes()
            .flat_map(|affix| {
                // Beside the affix stands what most classes of characters allow one of.
                let beside =
                    |other| [format!("{affix}{other}"), format!("{other}{affix}"), format!("{other}{affix}{other}")];
                ["ab", "AB", "12"].map(beside).into_iter().flatten().chain([affix.to_owned()])
            })
            .collect(),
        "range" => {
            let bounds = ["min", "max"].iter().filter_map(|key| argument[*key].as_i64());
            bounds
                .flat_map(|bound| [-1, 0, 1, 5, 10].map(|more| bound + more))
                .map(|number| number.to_string())
                .collect()
        }
        "multiple_of" => {
            let step = argument.as_i64().unwrap_or(1);
            [0, step, step * 2, step * 9, step * 9 + 1, -step, i64::MAX - i64::MAX % step].map(|n| n.to_string()).into()
        }
        "one_of_by" => {
            let lists = argument["values"].as_object().into_iter().flatten();
            lists
                .flat_map(|(_, values)| values.as_array().into_iter().flatten())
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        }
        "url" => {
            let dated = argument["list"].as_str().map(|list| texts(&provider["lists"][list], "values"));
            let shapes = [texts(argument, "hosts"), dated.unwrap_or_default()].concat();
            let schemes = [texts(argument, "schemes"), vec!["ftp"]].concat();
            let hosts: Vec<String> =
                shapes.iter().flat_map(|shape| hosts_of(shape)).chain(["other.invalid".to_owned()]).collect();
            let urls =
                hosts.iter().flat_map(|host| schemes.iter().map(move |scheme| format!("{scheme}://{host}/a/b.c?d=e")));
            let hosts_alone = hosts.iter().map(|host| format!("{host}/a"));
            let odd = hosts.iter().flat_map(|host| {
                let upper = host.to_ascii_uppercase();
                [
                    format!("HTTPS://{upper}"),
                    format!("https://me:x@{host}:8443?q"),
                    format!("https://{host}x"),
                    format!("https://{host}#"),
                ]
            });
            urls.chain(hosts_alone).chain(odd).collect()
        }
        "equals" => argument["value"].as_str().map(|value| vec![value.to_owned()]).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Hosts of a shape, and one that misses it.
fn hosts_of(shape: &str) -> Vec<String> {
    ["thing-1", "ab", "x.y"]
        .iter()
        .map(|part| {
            let mut pieces = shape.split('{');
            let first = pieces.next().unwrap_or_default().to_owned();
            pieces
                .filter_map(|piece| piece.split_once('}'))
                .fold(first, |host, (_, rest)| format!("{host}{part}{rest}"))
        })
        .collect()
}

/// What a value is compared with, if that is a parameter or a template.
fn comparand_of(word: &str, argument: &Value) -> Option<Value> {
    let same = argument["parameter"].as_str().map(|name| json!({ "$same": name }));
    let template = argument["template"].as_str().map(|template| json!({ "$template": template }));
    same.or(template).filter(|_| word == "equals")
}

impl Mentioned {
    fn around(&mut self, limit: u64) {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).min(200);
        self.lengths.extend([limit.saturating_sub(1), limit, limit + 1]);
    }

    fn take(&mut self, provider: &Value, word: &str, argument: &Value) {
        self.texts.extend(values_of(provider, word, argument));
        self.comparands.extend(comparand_of(word, argument));
        match word {
            "url" => {
                for (word, argument) in argument["must"].as_object().into_iter().flatten() {
                    self.take(provider, word, argument);
                }
            }
            "length" | "count" => {
                for limit in ["min", "max"].iter().filter_map(|key| argument[*key].as_u64()) {
                    self.around(limit);
                }
            }
            "pattern" => self.patterns.extend(argument.as_str().map(str::to_owned)),
            "chars" => {
                for set in [Some(argument), argument.get("first"), argument.get("last")].into_iter().flatten() {
                    self.characters.extend(set["and"].as_str().unwrap_or_default().chars());
                    self.characters.extend(texts(set, "of").into_iter().flat_map(characters_of));
                }
                // Just outside every class.
                self.characters.extend("@[`{/:~ \u{80}é中Ａあ한々〇㐀😀".chars());
            }
            _ => {}
        }
    }
}

/// Some characters of a class.
fn characters_of(class: &str) -> std::str::Chars<'static> {
    match class {
        "letter" => "aAzZqé",
        "lower" => "amz",
        "upper" => "AMZ",
        "digit" => "059",
        "chinese" => "中文㐀𠀀豈",
        "ascii" => "\u{0}a ~",
        _ => "a😀",
    }
    .chars()
}

/// The fields of facts that an operation's checks speak of, section by section.
pub fn sections(provider: &Value, operation: &Value) -> BTreeMap<String, Node> {
    let mut found = Sections { provider, operation, nodes: BTreeMap::new() };
    for (condition, own) in conditions(provider, operation) {
        found.take(&condition, &own, None);
    }
    for (condition, own) in conditions(provider, operation) {
        visit(&condition, &own, &mut |_, word, argument| found.take_list(word, argument));
    }
    // Every item has a key, whether checks speak of it or not.
    for section in found.nodes.keys().cloned().collect::<Vec<_>>() {
        found.key(&section);
    }
    for entity in operation["entities"].as_object().into_iter().flatten().map(|(_, entity)| entity) {
        let section = entity["section"].as_str().expect("an entity has a section");
        found.key(section).values.extend(entity["value"].as_str().map(Value::from));
        if let Some(within) = entity["within"].as_str() {
            let field = provider["sections"][section]["within"].as_str().expect("the section has within");
            let steps = field.split('.').map(str::to_owned).collect();
            let values = [json!({ "$same": within }), json!({ "$same": within }), json!("thing-1")];
            found.node(&(section.to_owned(), steps)).values.extend(values);
        }
        if entity.get("part").is_some() {
            // Hosts are made with these names.
            found.key(section).values.extend([json!("thing-1"), json!("ab")]);
            continue;
        }
        let Some(key) = entity["key"].as_str() else { continue };
        found.key(section).values.push(json!({ "$same": key }));
        // Where the parameter has a default, its value is a key too.
        for default in plan::rule_of(operation, key).map_or(&[][..], |rule| plan::list(rule, "defaults")) {
            found.key(section).values.push(default["value"].clone());
        }
    }
    found.nodes
}

/// Where a field is: its section and the steps to it, `[]` for the elements of a list.
type Place = (String, Vec<String>);

struct Sections<'a> {
    provider: &'a Value,
    operation: &'a Value,
    nodes: BTreeMap<String, Node>,
}

impl Sections<'_> {
    fn node(&mut self, (section, steps): &Place) -> &mut Node {
        let mut node = self.nodes.entry(section.clone()).or_default();
        for step in steps {
            node = match step.as_str() {
                "[]" => node.elements.get_or_insert_default(),
                name => node.fields.entry(name.to_owned()).or_default(),
            };
        }
        node
    }

    fn key(&mut self, section: &str) -> &mut Node {
        let key = self.provider["sections"][section]["key"].as_str().expect("a section has a key");
        let steps = key.split('.').map(str::to_owned).collect();
        let node = self.node(&(section.to_owned(), steps));
        if node.values.is_empty() {
            node.values.extend([json!("thing-1"), json!("thing-2"), json!(7)]);
        }
        node
    }

    /// A dated list that gives way to the items of a section.
    fn take_list(&mut self, word: &str, argument: &Value) {
        let Some(list) = argument["list"].as_str().filter(|_| matches!(word, "one_of" | "not_one_of")) else { return };
        let list = &self.provider["lists"][list];
        if let Some(section) = list["section"].as_str() {
            let values = plan::list(list, "values").iter().take(3).cloned().chain([json!("newly-there")]);
            self.key(section).values.extend(values);
        }
    }

    /// The place of a field of an entity.
    fn fact(&self, path: &str) -> Place {
        let (entity, path) = path.split_once('.').expect("a fact is a field of an entity");
        let section = self.operation["entities"][entity]["section"].as_str().expect("an entity has a section");
        (section.to_owned(), path.split('.').map(str::to_owned).collect())
    }

    fn take(&mut self, condition: &Value, own: &str, item: Option<&Place>) {
        let below = |place: &Place, path: &str| -> Place {
            (place.0.clone(), place.1.iter().cloned().chain(path.split('.').map(str::to_owned)).collect())
        };
        for (word, argument) in condition.as_object().into_iter().flatten() {
            match word.as_str() {
                "all_of" | "any_of" => argument.as_array().into_iter().flatten().for_each(|c| self.take(c, own, item)),
                "not" => self.take(argument, own, item),
                "no_item" => {
                    let section = argument["section"].as_str().expect("no_item names a section").to_owned();
                    self.take(&argument["where"], own, Some(&(section, Vec::new())));
                }
                "trusts" => {
                    let place = self.fact(argument["fact"].as_str().expect("trusts names a fact"));
                    let actions = vec![argument["action"].as_str().expect("trusts names an action").to_owned()];
                    self.node(&place).document = Some((argument["principal"].clone(), actions));
                }
                "grants" => self.take_grants(argument),
                "contained_in" | "below" => {
                    let place = self.fact(argument["fact"].as_str().expect("the word names a fact"));
                    let node = self.node(&place);
                    node.odd = vec![json!("none"), json!({"odd": 1}), json!(1.5)];
                    let compared = json!({ "$same": condition["parameter"].as_str().unwrap_or(own) });
                    if word == "below" {
                        node.values.extend([json!(0), json!(7), json!("50"), json!(1000), compared]);
                    } else {
                        let element = node.elements.get_or_insert_default();
                        element.values.extend([json!("thing-1"), json!(7), compared]);
                    }
                }
                "parameter" | "fact" | "field" | "joined" | "otherwise" => {}
                word => {
                    let mut subject = Some(condition);
                    while let Some(named) = subject {
                        if let Some(path) = named["fact"].as_str() {
                            self.take_word(word, argument, &self.fact(path));
                        } else if let (Some(path), Some(item)) = (named["field"].as_str(), item) {
                            self.take_word(word, argument, &below(item, path));
                        } else if let (Some(joined), Some(item)) = (named.get("joined"), item) {
                            let text = |key: &str| joined[key].as_str().expect("joined is complete");
                            let keys = [json!("thing-1"), json!("thing-2"), json!(7)];
                            self.node(&below(item, text("by"))).values.extend(keys);
                            self.key(text("section"));
                            self.take_word(
                                word,
                                argument,
                                &below(&(text("section").to_owned(), vec![]), text("field")),
                            );
                        }
                        subject = named.get("otherwise");
                    }
                }
            }
        }
    }

    fn take_word(&mut self, word: &str, argument: &Value, place: &Place) {
        if matches!(word, "each" | "count") {
            let element = (place.0.clone(), place.1.iter().cloned().chain(["[]".to_owned()]).collect());
            self.node(&element);
            for part in ["where", "must"] {
                self.take(&argument[part], "", Some(&element));
            }
            return;
        }
        let mut mentioned = Mentioned::default();
        mentioned.take(self.provider, word, argument);
        let node = self.node(place);
        node.values.extend(mentioned.comparands);
        for text in mentioned.texts {
            // Providers write numbers and booleans both ways.
            let other_way = serde_json::from_str::<Value>(&text).ok().filter(|v| v.is_number() || v.is_boolean());
            node.values.extend(other_way);
            node.values.push(json!(text));
        }
        node.values.extend(mentioned.lengths.iter().map(|length| json!("a".repeat(*length))));
        let odd = ["", "ab c", "é", "中文", "7x", "Tab-1"];
        node.odd = odd.map(Value::from).into_iter().chain([json!({"odd": 1}), json!(["odd"]), json!(3)]).collect();
    }

    fn take_grants(&mut self, argument: &Value) {
        let text = |key: &str| argument[key].as_str().expect("grants is complete").to_owned();
        let steps = |path: &str| -> Vec<String> { path.split('.').map(str::to_owned).collect() };
        let mut attached = self.fact(&text("fact"));
        attached.1.push("[]".to_owned());
        let within = |steps: Vec<String>| (attached.0.clone(), [attached.1.clone(), steps].concat());
        let actions: Vec<String> = texts(argument, "actions").into_iter().map(str::to_owned).collect();
        let names = [json!("thing-1"), json!("thing-2"), json!("thing-3")];
        let enough = plan::list(argument, "enough").iter().cloned();
        self.node(&within(steps(&text("name")))).values.extend(names.into_iter().chain(enough));
        self.node(&within(steps(&text("document")))).document = Some((Value::Null, actions.clone()));
        self.key(&text("section"));
        self.node(&(text("section"), steps(&text("document")))).document = Some((Value::Null, actions.clone()));
        let Some(section) = argument["attachments"].as_str() else { return };
        let enough = plan::list(argument, "enough").iter().cloned();
        self.key(section).values.extend(enough);
        let role = text("fact").split('.').next().unwrap_or_default().to_owned();
        let entity = &self.operation["entities"][&role];
        let mut names = vec![json!("thing-1")];
        if let Some(key) = entity["key"].as_str() {
            let defaults = plan::rule_of(self.operation, key).map_or(&[][..], |rule| plan::list(rule, "defaults"));
            names.extend(defaults.iter().map(|default| default["value"].clone()));
            names.extend([json!({ "$same": key }), json!({ "$same": key })]);
        }
        names.extend(entity.get("value").cloned());
        let within = self.provider["sections"][section]["within"].as_str().expect("attachments lie within a role");
        self.node(&(section.to_owned(), steps(within))).values.extend(names);
        self.node(&(section.to_owned(), steps(&text("document")))).document = Some((Value::Null, actions));
    }
}
