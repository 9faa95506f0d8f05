//! Names: what stands twice, what differs from another in letter case only, what nothing speaks of.

use std::collections::{HashMap, HashSet};

use crate::compile::Mistakes;
use crate::json::{Node, Value};
use crate::place::Span;
use crate::rule::operation::OperationFile;
use crate::rule::provider::ProviderFile;
use crate::rule::resources::ResourcesFile;
use crate::soundness::places::{Lookup, Places};

/// The names of an edition's file.
pub(super) fn of_operation(written: &OperationFile, places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    of_all(places.root, mistakes);
    fields(places.root.items_of("parameters"), mistakes);
    for parameter in places.parameters() {
        fields(parameter.items_of("fields"), mistakes);
        constraints(parameter.items_of("constraints"), mistakes);
    }
    distinct(written.entities.iter().map(|(name, _)| (name.value.as_str(), name.span)), "entity", mistakes);
    let mut spoken_of = Vec::new();
    texts_under(places.root, &["fact", "exists"], &mut spoken_of);
    let spoken_of: HashSet<&str> = spoken_of.into_iter().filter_map(|(text, _)| text.split('.').next()).collect();
    for (name, _) in written.entities.iter() {
        if !spoken_of.contains(name.value.as_str()) {
            mistakes.add(name.span, format!("no check speaks of the entity `{}`: leave it out", name.value));
        }
    }
    let mut known = HashSet::new();
    for row in &written.errors {
        let message = row.message.as_ref().map(|message| message.value.as_str());
        if !known.insert((row.status.value, row.code.value.as_str(), message)) {
            let message =
                format!("a row {} {} with this message stands here already", row.status.value, row.code.value);
            mistakes.add(row.code.span, message);
        }
    }
    distinct(written.examples.iter().map(|one| (one.shows.value.as_str(), one.shows.span)), "example", mistakes);
}

/// The names of a provider's file.
pub(super) fn of_provider(written: &ProviderFile, root: &Node, mistakes: &mut Mistakes<'_>) {
    of_all(root, mistakes);
    distinct(written.lists.iter().map(|(name, _)| (name.value.as_str(), name.span)), "list", mistakes);
    distinct(written.constraints.iter().map(|(name, _)| (name.value.as_str(), name.span)), "constraint", mistakes);
    distinct(written.sections.iter().map(|(name, _)| (name.value.as_str(), name.span)), "section", mistakes);
    let common = root.items_of("common_parameters").iter().filter_map(|common| common.text_of("name"));
    distinct(common, "common parameter", mistakes);
    repeated(root.items_of("aliases"), "alias", mistakes);
    for (name, rule) in written.constraints.iter() {
        distinct(rule.checks.iter().map(|check| (check.id.value.as_str(), check.id.span)), "check", mistakes);
        if rule.checks.is_empty() {
            mistakes.add(name.span, format!("the constraint `{}` has no checks", name.value));
        }
    }
    for (name, list) in written.lists.iter() {
        let node = root.get("lists").and_then(|lists| lists.get(&name.value));
        repeated(node.map_or(&[], |node| node.items_of("values")), "value", mistakes);
        if list.values.is_empty() {
            mistakes.add(name.span, format!("the list `{}` is empty", name.value));
        }
    }
}

/// The names of a file about resources.
pub(super) fn of_resources(written: &ResourcesFile, root: &Node, mistakes: &mut Mistakes<'_>) {
    of_all(root, mistakes);
    for (form, resources) in written.resources.iter() {
        distinct(resources.iter().map(|(name, _)| (name.value.as_str(), name.span)), "resource", mistakes);
        for (name, resource) in resources.iter() {
            if resource.arguments.is_empty() {
                mistakes.add(name.span, format!("the resource `{}` sends nothing", name.value));
            }
            let node =
                root.get("resources").and_then(|node| node.get(&form.value)).and_then(|node| node.get(&name.value));
            let Some(node) = node else { continue };
            repeated(node.items_of("secrets"), "secret", mistakes);
            for argument in node.items_of("arguments") {
                repeated(argument.items_of("overridden_by"), "argument", mistakes);
            }
        }
    }
}

/// What all kinds of files have.
fn of_all(root: &Node, mistakes: &mut Mistakes<'_>) {
    let sources = root.items_of("sources");
    distinct(sources.iter().filter_map(|source| source.text_of("id")), "source", mistakes);
    let mut known: HashMap<(Option<&str>, Option<&str>), &Node> = HashMap::new();
    for source in sources {
        let part = |key: &str| source.text_of(key).map(|(text, _)| text);
        let first = *known.entry((part("title"), part("url"))).or_insert(source);
        if !std::ptr::eq(first, source) {
            let id = first.text_of("id").map_or("", |(id, _)| id);
            let message = format!("this source stands here already, as `{id}`: name that one");
            mistakes.add(source.span, message);
        }
    }
    if let Some(stages) = root.get("stages") {
        repeated(stages.items_of("order"), "stage", mistakes);
    }
}

/// Parameters that stand beside each other, with their other names.
fn fields(siblings: &[Node], mistakes: &mut Mistakes<'_>) {
    let names = siblings.iter().flat_map(|sibling| {
        let aliases = sibling.items_of("aliases").iter().filter_map(|alias| Some((alias.text()?, alias.span)));
        sibling.text_of("name").into_iter().chain(aliases)
    });
    distinct(names, "parameter", mistakes);
}

fn constraints(uses: &[Node], mistakes: &mut Mistakes<'_>) {
    distinct(uses.iter().filter_map(|used| used.text_of("name")), "constraint", mistakes);
}

/// Tells of names that stand twice, or twice but for letter case.
fn distinct<'n>(names: impl Iterator<Item = (&'n str, Span)>, what: &str, mistakes: &mut Mistakes<'_>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for (name, span) in names {
        match known.get(&name.to_lowercase()) {
            Some(same) if *same == name => mistakes.add(span, format!("the {what} `{name}` stands here twice")),
            Some(other) => {
                let message = format!("the {what} `{name}` differs from `{other}` in letter case only");
                mistakes.add(span, message);
            }
            None => {
                known.insert(name.to_lowercase(), name);
            }
        }
    }
}

/// Tells of texts that stand twice in a list in which letter case may make a difference.
fn repeated(items: &[Node], what: &str, mistakes: &mut Mistakes<'_>) {
    let mut known = HashSet::new();
    for item in items {
        if let Some(text) = item.text()
            && !known.insert(text)
        {
            mistakes.add(item.span, format!("the {what} `{text}` stands here twice"));
        }
    }
}

/// All texts that stand under one of these keys, wherever.
pub(super) fn texts_under<'n>(node: &'n Node, keys: &[&str], out: &mut Vec<(&'n str, Span)>) {
    match &node.value {
        Value::Object(members) => {
            for ((key, _), value) in members {
                if let Some(text) = value.text().filter(|_| keys.contains(&key.as_str())) {
                    out.push((text, value.span));
                }
                texts_under(value, keys, out);
            }
        }
        Value::List(items) => items.iter().for_each(|item| texts_under(item, keys, out)),
        _ => {}
    }
}
