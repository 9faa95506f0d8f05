//! What operations share: whether any operation uses it, and whether it is sound by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::compile::{Mistakes, ProviderRules, compile_operation, in_order, template_pieces};
use crate::json::{Node, Spanned};
use crate::rule::operation::OperationFile;
use crate::rule::provider::ConstraintRule;
use crate::soundness::firing;
use crate::soundness::names::texts_under;

/// Names of constraints and lists that operations use, by provider.
#[derive(Debug, Default)]
pub(super) struct Used {
    constraints: BTreeMap<String, BTreeSet<String>>,
    lists: BTreeMap<String, BTreeSet<String>>,
    /// Providers with a file that could not be read: what that uses is not known.
    unsure: BTreeSet<String>,
}

impl Used {
    /// Notes that what a file uses is not known.
    pub fn note_unread(&mut self, path: &str) {
        self.unsure.insert(path.split('/').next().unwrap_or_default().to_owned());
    }

    /// Notes what an edition's file uses.
    pub fn note(&mut self, path: &str, written: &OperationFile, node: &Node) {
        let provider = path.split('/').next().unwrap_or_default();
        let constraints = self.constraints.entry(provider.to_owned()).or_default();
        for rule in in_order(written) {
            constraints.extend(rule.constraints().iter().map(|used| used.name.value.clone()));
        }
        let mut lists = Vec::new();
        texts_under(node, &["list"], &mut lists);
        let known = self.lists.entry(provider.to_owned()).or_default();
        known.extend(lists.into_iter().map(|(name, _)| name.to_owned()));
    }
}

/// Tells of constraints and lists that nothing uses, and of constraints that are broken or unsound whoever uses them.
pub(super) fn check(rules: &ProviderRules, used: &Used, root: &Node, mistakes: &mut Mistakes<'_>) {
    let provider = &rules.written.provider.value;
    let none = BTreeSet::new();
    let is_sure = !used.unsure.contains(provider);
    let used_constraints = used.constraints.get(provider).unwrap_or(&none);
    for (name, constraint) in rules.written.constraints.iter() {
        if is_sure && !used_constraints.contains(&name.value) {
            let message = format!("no operation uses the constraint `{}`: use it, or leave it out", name.value);
            mistakes.add(name.span, message);
        }
        let node = root.get("constraints").and_then(|node| node.get(&name.value));
        if let Some(node) = node {
            alone(rules, name, constraint, node, mistakes);
        }
    }
    let mut lists = Vec::new();
    texts_under(root, &["list"], &mut lists);
    let used_lists = used.lists.get(provider).unwrap_or(&none);
    for (name, _) in rules.written.lists.iter() {
        let is_used = used_lists.contains(&name.value) || lists.iter().any(|(used, _)| *used == name.value);
        if is_sure && !is_used {
            mistakes.add(name.span, format!("nothing uses the list `{}`: use it, or leave it out", name.value));
        }
    }
}

/// Puts a constraint on the one parameter of an operation made for it, so that it is compiled and asked for its values.
fn alone(
    rules: &ProviderRules,
    name: &Spanned<String>,
    constraint: &ConstraintRule,
    node: &Node,
    mistakes: &mut Mistakes<'_>,
) {
    // Where the file itself has mistakes they were told when it was read: here only what operations would meet.
    let mut others = Vec::new();
    texts_under(node, &["parameter", "same_length_as"], &mut others);
    let mut templates = Vec::new();
    texts_under(node, &["template"], &mut templates);
    let blanks = templates.iter().flat_map(|(template, _)| template_pieces(template).filter_map(Result::err));
    let others: BTreeSet<&str> = others.iter().map(|(name, _)| *name).chain(blanks).collect();
    let kind = kind_of(node);
    let own = "Own";
    let mut parameter = json!({"name": own, "type": kind, "meaning": own, "constraints": [{"name": name.value}]});
    if let (true, Some(members)) = (kind == "list", parameter.as_object_mut()) {
        members.insert("items".to_owned(), json!({"type": "string"}));
    }
    let mut parameters = vec![parameter];
    parameters.extend(others.iter().map(|name| json!({"name": name, "type": "string", "meaning": name})));
    let answers = constraint.checks.iter().flat_map(|check| check.answer.iter().chain(&check.alternatives));
    let codes: BTreeSet<&str> = answers.map(|answer| answer.value.as_str()).collect();
    let rows: Vec<serde_json::Value> = codes
        .into_iter()
        .map(|code| json!({"status": 400, "code": code, "message": null, "meaning": code, "server": code}))
        .collect();
    let path = format!("{}/{own}/{own}", rules.written.provider.value);
    let text = json!({
        "format": rules.written.format.value,
        "operation": path,
        "edition": "2000-01",
        "title": own,
        "sources": [{"id": own, "title": own, "read": "2000-01-01"}],
        "parameters": parameters,
        "errors": rows,
    })
    .to_string();
    match compile_operation("", &format!("{path}/2000-01.json"), &text, rules) {
        Ok(operation) => {
            let place_of = |id: &str| {
                let prefix = format!("{}-", own.to_ascii_lowercase());
                let id = id.strip_prefix(&prefix)?;
                constraint.checks.iter().find(|check| check.id.value == id).map(|check| check.id.span)
            };
            firing::check_constraint(&operation, &place_of, mistakes);
        }
        Err(errors) => {
            for error in errors.into_iter().filter(|error| error.file == rules.file.name) {
                mistakes.add(error.span, error.message);
            }
        }
    }
}

/// The type for which the words of a constraint are made.
fn kind_of(node: &Node) -> &'static str {
    let has = |key: &str| contains_key(node, key);
    if ["count", "unique", "same_length_as"].into_iter().any(has) {
        "list"
    } else if ["range", "multiple_of"].into_iter().any(has) {
        "integer"
    } else {
        "string"
    }
}

fn contains_key(node: &Node, wanted: &str) -> bool {
    let inside = |node: &Node| contains_key(node, wanted);
    match (node.members(), node.items()) {
        (Some(members), _) => members.iter().any(|((key, _), value)| key == wanted || inside(value)),
        (None, Some(items)) => items.iter().any(inside),
        (None, None) => false,
    }
}
