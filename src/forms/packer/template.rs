//! Templates in JSON: the older ones, and HCL written as JSON.

use std::borrow::Cow;

use super::{PostProcessor, Unreadable};
use crate::forms::placeholders::{Variables, open_text};
use crate::json::{Node, Reader, Value};
use crate::request::InputErrorKind;
use crate::request::given::{Given, GivenValue};

/// The post-processors of the template that begins at `start` of a text.
pub(super) fn read<'t>(text: &str, start: usize) -> Result<Vec<PostProcessor<'t>>, Unreadable> {
    let mut reader = Reader::at(text, start);
    let root = Node::read(&mut reader).and_then(|root| reader.finish().map(|()| root)).map_err(|error| {
        let kind = InputErrorKind::of_json(&error);
        Unreadable { kind, message: error.message.into_owned(), at: error.at }
    })?;
    let mut found = Vec::new();
    if let Some(listed) = root.get("post-processors") {
        older(listed, &mut found);
    }
    for build in root.get("build").into_iter().flat_map(blocks) {
        post_processors(build, &mut found);
        for sequence in build.get("post-processors").into_iter().flat_map(blocks) {
            post_processors(sequence, &mut found);
        }
    }
    found.sort_by_key(|found| found.span);
    Ok(found)
}

/// Post-processors of an older template: objects with a `type`, in lists that may lie in each other.
fn older<'t>(listed: &Node, found: &mut Vec<PostProcessor<'t>>) {
    for item in listed.items().unwrap_or_default() {
        match &item.value {
            Value::List(_) => older(item, found),
            Value::Object(_) => {
                let kind = item.get("type").and_then(Node::text);
                found.extend(kind.map(|kind| post_processor(kind, item)));
            }
            _ => {}
        }
    }
}

/// Post-processors of a block: by type, each one block or several.
fn post_processors<'t>(block: &Node, found: &mut Vec<PostProcessor<'t>>) {
    for labelled in block.get("post-processor").into_iter().flat_map(blocks) {
        for ((kind, _), bodies) in labelled.members().unwrap_or_default() {
            found.extend(blocks(bodies).iter().map(|body| post_processor(kind, body)));
        }
    }
}

/// One block, or the blocks of a list.
fn blocks(node: &Node) -> &[Node] {
    node.items().unwrap_or(std::slice::from_ref(node))
}

fn post_processor<'t>(kind: &str, body: &Node) -> PostProcessor<'t> {
    PostProcessor { kind: kind.to_owned(), arguments: members(body), span: body.span }
}

fn members<'t>(body: &Node) -> Vec<Given<'t>> {
    let members = body.members().unwrap_or_default().iter();
    members.map(|((name, span), node)| Given::new(Cow::Owned(name.clone()), *span, value(node), node.span)).collect()
}

fn value<'t>(node: &Node) -> GivenValue<'t> {
    match &node.value {
        Value::Null => GivenValue::Null,
        Value::Bool(value) => GivenValue::Bool(*value),
        Value::Number(number) => GivenValue::Number(Cow::Owned(number.clone())),
        Value::Text(text) => GivenValue::of_text(Cow::Owned(open_text(text, &Variables::default()))),
        Value::List(items) => {
            GivenValue::List(items.iter().map(|item| Given::element(value(item), item.span)).collect())
        }
        Value::Object(_) => GivenValue::Members(members(node)),
    }
}
