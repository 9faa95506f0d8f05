//! Trust documents and permission policies: does a document let a principal do an action?
//!
//! All providers write them alike: statements with an effect, actions, resources, principals and conditions, in some
//! letter case. What is understood here: wildcards, and that a denial beats a permission. What would need more than the document
//! (conditions, resources) is open, never guessed.

use std::borrow::Cow;

use crate::engine::Truth;
use crate::json::{Node, Value};
use crate::operation::condition::Grants;

/// Whether a trust document lets a principal do an action; if it does not, what it lacks.
pub(crate) fn trusts(document: &Node, principal: &(String, String), action: &str) -> (Truth, Option<String>) {
    let (kind, name) = principal;
    let Some(document) = parsed(document) else { return (Truth::Open, None) };
    let Some(statements) = statements_of(&document) else { return (Truth::Open, None) };
    let meant = |statement: &Node| match names_principal(statement, kind, name) {
        Truth::Fails => Truth::Fails,
        truth => truth.min(names_action(statement, action)),
    };
    let truth = decide(&statements, meant);
    let lacking = (truth == Truth::Fails).then(|| {
        let any_principal = statements.iter().any(|statement| names_principal(statement, kind, name) == Truth::Holds);
        if any_principal { format!("action {action} for {kind} {name}") } else { format!("principal {kind} {name}") }
    });
    (truth, lacking)
}

/// Whether the policies attached to a role allow all actions; if they do not, which is not allowed. Where they are not all
/// known, another may allow anything. `document_of` finds the document of an attached policy.
pub(crate) fn grants<'n>(
    grants: &Grants,
    attached: &[&'n Node],
    is_complete: bool,
    document_of: impl Fn(&'n Node) -> Option<&'n Node>,
) -> (Truth, Option<String>) {
    let name_of = |policy: &'n Node| policy.at_path(&grants.name).and_then(Node::scalar_text);
    let enough =
        attached.iter().any(|policy| name_of(policy).is_some_and(|name| grants.enough.iter().any(|one| one == name)));
    let documents: Vec<Option<Cow<'n, Node>>> =
        attached.iter().map(|policy| document_of(policy).and_then(parsed)).collect();
    let mut all_statements: Vec<&Node> = Vec::new();
    let mut all_known = is_complete;
    for (policy, document) in attached.iter().zip(&documents) {
        match document.as_deref().and_then(statements_of) {
            Some(statements) => all_statements.extend(statements),
            // A policy that is enough by its name needs no document.
            None => all_known &= name_of(policy).is_some_and(|name| grants.enough.iter().any(|one| one == name)),
        }
    }
    let mut worst = Truth::Holds;
    for action in &grants.actions {
        let (mut allowed, denied) = allowed_and_denied(&all_statements, |statement| names_action(statement, action));
        if enough {
            allowed = Truth::Holds;
        } else if !all_known {
            // A document that is not known may allow it; that it denies it is not supposed.
            allowed = allowed.max(Truth::Open);
        }
        let truth = allowed.min(denied.not());
        if truth == Truth::Fails {
            let why = if denied == Truth::Holds { ", which is denied" } else { "" };
            return (Truth::Fails, Some(format!("action {action}{why}")));
        }
        worst = worst.min(truth);
    }
    (worst, None)
}

/// What the statements that are about something decide together: a denial beats a permission.
fn decide<'n>(statements: &[&'n Node], about: impl Fn(&'n Node) -> Truth) -> Truth {
    let (allowed, denied) = allowed_and_denied(statements, about);
    allowed.min(denied.not())
}

/// Whether statements that are about something allow it, and whether they deny it.
fn allowed_and_denied<'n>(statements: &[&'n Node], about: impl Fn(&'n Node) -> Truth) -> (Truth, Truth) {
    let (mut allowed, mut denied) = (Truth::Fails, Truth::Fails);
    for statement in statements {
        let truth = about(statement).min(unconditional(statement));
        if is_effect(statement, "allow") {
            allowed = allowed.max(truth);
        } else if is_effect(statement, "deny") {
            denied = denied.max(truth);
        }
    }
    (allowed, denied)
}

/// A document that is JSON as text, or an object already.
fn parsed(document: &Node) -> Option<Cow<'_, Node>> {
    match &document.value {
        Value::Text(text) => Node::from_text(text).ok().filter(|node| node.members().is_some()).map(Cow::Owned),
        Value::Object(_) => Some(Cow::Borrowed(document)),
        _ => None,
    }
}

fn statements_of(document: &Node) -> Option<Vec<&Node>> {
    let statement = member(document, "statement")?;
    Some(match statement.items() {
        Some(items) => items.iter().collect(),
        None => vec![statement],
    })
}

/// A member whose key is compared without letter case: providers differ in it.
fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.members()?.iter().find(|((key, _), _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A text, or the texts of a list.
fn texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(Node::text).collect(),
        _ => node.text().into_iter().collect(),
    }
}

fn is_effect(statement: &Node, effect: &str) -> bool {
    member(statement, "effect").and_then(Node::text).is_some_and(|text| text.eq_ignore_ascii_case(effect))
}

fn names_action(statement: &Node, action: &str) -> Truth {
    match member(statement, "action") {
        Some(actions) => Truth::of(texts(actions).into_iter().any(|pattern| matches_wildcards(pattern, action))),
        None if member(statement, "notaction").is_some() => Truth::Open,
        None => Truth::Fails,
    }
}

fn names_principal(statement: &Node, kind: &str, name: &str) -> Truth {
    let Some(principal) = member(statement, "principal") else {
        return if member(statement, "notprincipal").is_some() { Truth::Open } else { Truth::Fails };
    };
    let named = match &principal.value {
        Value::Text(text) => text == "*",
        _ => member(principal, kind).is_some_and(|names| texts(names).into_iter().any(|one| one == name || one == "*")),
    };
    Truth::of(named)
}

/// Whether a statement applies whatever the resource and the circumstances; open when it says more than is known here.
fn unconditional(statement: &Node) -> Truth {
    let restricted = member(statement, "resource").is_some_and(|node| texts(node).into_iter().all(|text| text != "*"))
        || member(statement, "notresource").is_some()
        || member(statement, "condition").is_some_and(|node| node.members().is_none_or(|members| !members.is_empty()));
    if restricted { Truth::Open } else { Truth::Holds }
}

/// Compares ignoring ASCII case, `*` standing for any text and `?` for one character. Linear for one `*` and never
/// worse than the product of the two lengths.
fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some(b'*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[at_text]) => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => match star {
                Some((star_at, covered)) => {
                    star = Some((star_at, covered + 1));
                    at_pattern = star_at + 1;
                    at_text = covered + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at_pattern..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("oss:*", "oss:PutObject", true),
            ("OSS:putobject", "oss:PutObject", true),
            ("*", "", true),
            ("oss:Put?bject", "oss:PutObject", true),
            ("oss:*Object", "oss:PutObjectAcl", false),
            ("", "a", false),
            ("a*b*c", "axxbxxc", true),
        ] {
            assert_eq!(matches_wildcards(pattern, text), expected, "{pattern} {text}");
        }
    }
}
