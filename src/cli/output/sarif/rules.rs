//! The tool behind the results: its rules, described as `rules show` has them, and what it may have to say besides.

use std::collections::HashMap;

use preflint::rule::Basis;
use preflint::{CheckDescription, Checker, OperationDescription, RuleSet, WarningKind};
use serde::Serialize;

use super::super::answer;
use super::Message;

/// The notification of an input that could not be read.
pub const UNREADABLE: &str = "unreadable-input";
/// The notification of a request without rules.
pub const NO_RULES: &str = "no-rules";

/// preflint itself, with the rules that results are about, in the order of `ids`.
pub fn driver(checker: &Checker, ids: impl Iterator<Item = String>) -> Driver {
    let mut operations = HashMap::new();
    Driver {
        name: "preflint",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: ids.map(|id| rule(checker, &mut operations, id)).collect(),
        notifications: [
            plain(
                UNREADABLE,
                "An input, or an entry of it, that could not be read as a request.",
                "The message says where reading ended, and why.",
            ),
            plain(
                NO_RULES,
                "A request for an operation or edition of which there are no rules.",
                "\"preflint rules list\" prints those of which there are.",
            ),
        ],
        properties: DriverProperties { rules: checker.rule_set() },
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
    notifications: [Rule; 2],
    properties: DriverProperties,
}

#[derive(Serialize)]
struct DriverProperties {
    rules: RuleSet,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    short_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Configuration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<RuleProperties>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: Vec<String>,
    operation: String,
    parameter: String,
    stage: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    basis: Basis,
    answer_basis: Basis,
}

/// What stands in no rule file. Code scanning of GitHub wants a full description and help of everything.
fn plain(id: &str, meaning: &str, help: &str) -> Rule {
    Rule {
        id: id.to_owned(),
        short_description: Some(Message::of(meaning)),
        full_description: Some(Message::of(meaning)),
        help: Some(Help { text: help.to_owned(), markdown: escaped(help) }),
        ..Rule::default()
    }
}

type Operations = HashMap<String, Option<OperationDescription>>;

fn rule(checker: &Checker, operations: &mut Operations, id: String) -> Rule {
    let Some((operation_id, check_id)) = id.split_once('#') else { return of_kind(&id) };
    let operation = operations.entry(operation_id.to_owned()).or_insert_with(|| {
        let (path, edition) = operation_id.split_once('@')?;
        checker.describe(path, edition)
    });
    let check = operation.as_ref().and_then(|operation| operation.checks.iter().find(|check| check.id == check_id));
    match (&*operation, check) {
        (Some(operation), Some(check)) => of_check(&id, operation, check),
        // What a tool and what a gateway demand stands in no operation's file.
        _ => {
            let (meaning, help) = match check_id.starts_with("client-") {
                true => (
                    "The tool that makes the call refuses it otherwise, and sends nothing.",
                    "Change the call so that the tool sends it.",
                ),
                false => (
                    "The provider's gateway demands it of every request.",
                    "Give the request what the gateway looks for before it looks at the operation.",
                ),
            };
            Rule {
                name: Some(check_id.to_owned()),
                default_configuration: Some(Configuration { level: "error" }),
                ..plain(&id, meaning, help)
            }
        }
    }
}

fn of_check(id: &str, operation: &OperationDescription, check: &CheckDescription) -> Rule {
    let when = check.when.as_deref().map(|when| format!(", when {when}")).unwrap_or_default();
    let must = format!("{}: {}{when}", check.parameter, check.must);
    let answer = answer(check.status, check.code.as_deref());
    let message = check.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
    let outcome = match check.outcome {
        "rejected" => format!("A request that breaks it is answered with {answer}{message}"),
        warning => format!("A request that breaks it may be answered with {answer}{message} ({warning})"),
    };
    let help = check.help.as_deref().unwrap_or("Change the request so that this holds.");
    let source = format!("{}, read on {}", check.source.title, check.source.read);
    let linked = match &check.source.url {
        Some(url) => format!("[{}]({url})", escaped(&source)),
        None => escaped(&source),
    };
    Rule {
        id: id.to_owned(),
        name: Some(check.id.clone()),
        short_description: Some(Message::of(&format!("{must}."))),
        full_description: Some(Message::of(&format!("{must}. {outcome}"))),
        help: Some(Help {
            text: format!("{help}\n\nBasis: {}. Source: {source}.", check.basis.as_str()),
            markdown: format!(
                "**{}**: {}{}.\n\n{}\n\n{}\n\nBasis: {}. Source: {linked}.\n",
                escaped(&check.parameter),
                escaped(&check.must),
                escaped(&when),
                escaped(&outcome),
                escaped(help),
                check.basis.as_str()
            ),
        }),
        help_uri: check.source.url.clone(),
        default_configuration: Some(Configuration {
            level: if check.outcome == "rejected" { "error" } else { "warning" },
        }),
        properties: Some(RuleProperties {
            tags: operation.id.split(['/', '@']).map(str::to_owned).collect(),
            operation: operation.id.clone(),
            parameter: check.parameter.clone(),
            stage: check.stage.clone(),
            code: check.code.clone(),
            status: check.status,
            basis: check.basis,
            answer_basis: check.answer_basis,
        }),
    }
}

/// A warning that comes from no check.
fn of_kind(kind: &str) -> Rule {
    let known = WarningKind::ALL.into_iter().find(|known| known.as_str() == kind);
    let meaning = known.map_or("Something to know that does not reject.", WarningKind::meaning);
    // Its id is its name: SARIF wants no second one.
    Rule {
        default_configuration: Some(Configuration { level: "warning" }),
        ..plain(kind, meaning, "Each result says what is unusual, and what to write instead where that is known.")
    }
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_{}[]()#+!|<>~".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
