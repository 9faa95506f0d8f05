//! Texts: empty ones, blanks that nothing fills, codes and statuses that no answer has.

use crate::compile::{Mistakes, template_pieces};
use crate::json::{Node, Value};
use crate::operation::{Answer, Operation, Run};
use crate::rule::operation::OperationFile;
use crate::rule::provider::ProviderFile;
use crate::soundness::places::Places;

/// Members whose texts say something to people, or name something.
const SAYING: [&str; 15] = [
    "title",
    "meaning",
    "why",
    "help",
    "server",
    "unreachable",
    "message",
    "template",
    "shows",
    "name",
    "code",
    "command",
    "id",
    "url",
    "call",
];
/// Members that hold what a request or an account holds: an empty text may be meant there.
const FOREIGN: [&str; 3] = ["params", "facts", "equals"];
/// Blanks that every answer to a value can fill.
const OF_PARAMETER: [&str; 3] = ["parameter", "parameter.leaf", "parameter.pascal"];

/// The texts of an edition's file.
pub(super) fn of_operation(
    written: &OperationFile,
    operation: &Operation,
    places: &Places<'_>,
    mistakes: &mut Mistakes<'_>,
) {
    refuse_empty(places.root, mistakes);
    for (index, row) in written.errors.iter().enumerate() {
        if !(100..=599).contains(&row.status.value) {
            mistakes.add(row.status.span, format!("{} is no HTTP status", row.status.value));
        }
        if row.code.value.trim() != row.code.value {
            mistakes.add(row.code.span, "a code has no blanks around it");
        }
        if row.description.as_ref().is_some_and(|text| text.trim().is_empty()) {
            mistakes.add(row.code.span, "the description of this row is empty: say it, or leave it out");
        }
        let Some(template) = &row.template else { continue };
        let blanks: Vec<&str> = template_pieces(template).filter_map(Result::err).collect();
        if let Some(message) = &row.message
            && message.contains("%s")
        {
            let told: String = template_pieces(template).map(|piece| piece.unwrap_or("%s")).collect();
            if told != message.value {
                let text = "beside its blanks, the template says something else than the message";
                mistakes.add(template.span, text);
            }
        }
        for check in &operation.checks {
            if !matches!(check.answer, Some(Answer::Row(answer)) if answer == index) {
                continue;
            }
            let unfilled = match check.run {
                Run::Required => blanks.iter().find(|blank| ["value", "fact"].contains(blank)),
                Run::Type => blanks.iter().find(|blank| **blank == "fact"),
                _ => None,
            };
            if let Some(blank) = unfilled {
                let message =
                    format!("nothing fills the blank `{{{blank}}}` where `{}` answers with this row", check.id);
                mistakes.add(template.span, message);
                break;
            }
        }
        let of_request = |blank: &&str| {
            OF_PARAMETER.contains(blank)
                || ["value", "fact"].contains(blank)
                || operation.roots.iter().any(|root| operation.parameters[*root].name == **blank)
        };
        if let Some(blank) = blanks.iter().find(|blank| !of_request(blank)) {
            let message = format!("nothing fills the blank `{{{blank}}}`: only parameters of the request itself can");
            mistakes.add(template.span, message);
        }
    }
}

/// The texts of a file about resources.
pub(super) fn of_resources(root: &Node, mistakes: &mut Mistakes<'_>) {
    refuse_empty(root, mistakes);
}

/// The texts of a provider's file.
pub(super) fn of_provider(written: &ProviderFile, root: &Node, mistakes: &mut Mistakes<'_>) {
    refuse_empty(root, mistakes);
    let answers = &written.common_answers;
    let all = [
        ("missing", Some(&answers.missing), false),
        ("wrong_type", Some(&answers.wrong_type), true),
        ("bad_value", Some(&answers.bad_value), true),
        ("out_of_range", answers.out_of_range.as_ref(), true),
        ("unknown_parameter", answers.unknown_parameter.as_ref(), false),
    ];
    for (name, answer, has_value) in all {
        let Some(answer) = answer else { continue };
        let node = root.get("common_answers").and_then(|node| node.get(name));
        let place = |key: &str| node.and_then(|node| node.get(key)).map_or(answer.stage.span, |node| node.span);
        if !(100..=599).contains(&answer.status) {
            mistakes.add(place("status"), format!("{} is no HTTP status", answer.status));
        }
        let blanks = answer.message.as_deref().map(|message| template_pieces(message).filter_map(Result::err));
        for blank in blanks.into_iter().flatten() {
            if !(OF_PARAMETER.contains(&blank) || has_value && blank == "value") {
                mistakes.add(place("message"), format!("nothing fills the blank `{{{blank}}}` of `{name}`"));
            }
        }
    }
}

fn refuse_empty(node: &Node, mistakes: &mut Mistakes<'_>) {
    match &node.value {
        Value::Object(members) => {
            for ((key, _), value) in members.iter().filter(|((key, _), _)| !FOREIGN.contains(&key.as_str())) {
                let is_empty = value.text().is_some_and(|text| text.trim().is_empty());
                if is_empty && SAYING.contains(&key.as_str()) {
                    mistakes.add(value.span, format!("`{key}` is empty: say it, or leave it out"));
                }
                refuse_empty(value, mistakes);
            }
        }
        Value::List(items) => items.iter().for_each(|item| refuse_empty(item, mistakes)),
        _ => {}
    }
}
