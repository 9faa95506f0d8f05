//! Trust and permission documents: which statements decide about an action.
//!
//! Never guesses: what a condition or a resource could decide stays undecided.

use serde_json::Value;

/// What one document says about an action.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Verdict {
    pub allows: bool,
    pub denies: bool,
    /// A statement that could allow it.
    pub may_allow: bool,
    /// A statement that could deny it.
    pub may_deny: bool,
}

impl Verdict {
    /// A document that is not known, or is none, may allow anything. That it might deny something is not supposed: else nothing
    /// could ever be said of a role that has a policy beside those that are known.
    pub const UNKNOWN: Verdict = Verdict { allows: false, denies: false, may_allow: true, may_deny: false };

    /// A statement of which not even the effect is known may say anything.
    pub const ANYTHING: Verdict = Verdict { allows: false, denies: false, may_allow: true, may_deny: true };

    /// What several documents say together.
    pub fn and(self, other: Verdict) -> Verdict {
        Verdict {
            allows: self.allows || other.allows,
            denies: self.denies || other.denies,
            may_allow: self.may_allow || other.may_allow,
            may_deny: self.may_deny || other.may_deny,
        }
    }

    /// Whether the action is allowed; `None` when that is not decided. A denial wins over everything.
    pub fn is_allowed(self) -> Option<bool> {
        match self {
            Verdict { denies: true, .. } => Some(false),
            Verdict { allows: false, may_allow: false, .. } => Some(false),
            Verdict { allows: true, may_deny: false, .. } => Some(true),
            _ => None,
        }
    }
}

/// What a document says about an action, and about a principal where it is a trust document.
pub fn read(document: &Value, principal: Option<&Value>, action: &str) -> Verdict {
    let parsed;
    let document = match document.as_str() {
        Some(text) => match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                parsed = value;
                &parsed
            }
            Err(_) => return Verdict::UNKNOWN,
        },
        None => document,
    };
    let statements = match element(document, "Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        _ => return Verdict::UNKNOWN,
    };
    statements.iter().map(|statement| decide(statement, principal, action)).fold(Verdict::default(), Verdict::and)
}

/// What one statement says.
fn decide(statement: &Value, principal: Option<&Value>, action: &str) -> Verdict {
    let effect = element(statement, "Effect").and_then(Value::as_str).unwrap_or_default();
    let (allow, deny) = (effect.eq_ignore_ascii_case("Allow"), effect.eq_ignore_ascii_case("Deny"));
    if !allow && !deny {
        return Verdict::ANYTHING;
    }
    let has = |name: &str| element(statement, name).is_some();
    let of_action = has("NotAction")
        || element(statement, "Action").is_some_and(|actions| one_or_many(actions, &|text| matches(text, action)));
    let of_principal = principal.is_none_or(|principal| has("NotPrincipal") || names_principal(statement, principal));
    if !of_action || !of_principal {
        return Verdict::default();
    }
    let every_resource =
        element(statement, "Resource").is_none_or(|resources| one_or_many(resources, &|text| text == "*"));
    let undecided =
        !every_resource || ["Condition", "NotAction", "NotPrincipal", "NotResource"].iter().any(|name| has(name));
    Verdict {
        allows: allow && !undecided,
        denies: deny && !undecided,
        may_allow: allow && undecided,
        may_deny: deny && undecided,
    }
}

/// Whether the principal of a statement is everyone or all of `principal`, kind by kind.
fn names_principal(statement: &Value, principal: &Value) -> bool {
    let Some(named) = element(statement, "Principal") else { return false };
    if named == "*" {
        return true;
    }
    principal.as_object().is_some_and(|wanted| {
        wanted.iter().all(|(kind, name)| {
            let name = name.as_str().unwrap_or_default();
            element(named, kind).is_some_and(|names| one_or_many(names, &|text| matches(text, name)))
        })
    })
}

/// An element of a document. Providers write `Statement` and `statement`.
fn element<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Whether a text, or one of a list of texts, is what is looked for.
fn one_or_many(value: &Value, is: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is(text),
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

/// Whether a text with wildcards, `*` for any characters and `?` for one, is `whole`.
fn matches(pattern: &str, whole: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    match pattern_rest.next() {
        None => whole.is_empty(),
        Some('*') => {
            let rest = pattern_rest.as_str();
            matches(rest, whole)
                || whole.char_indices().any(|(at, character)| matches(rest, &whole[at + character.len_utf8()..]))
        }
        Some(wanted) => {
            let mut whole_rest = whole.chars();
            whole_rest.next().is_some_and(|character| {
                (wanted == '?' || wanted == character) && matches(pattern_rest.as_str(), whole_rest.as_str())
            })
        }
    }
}
