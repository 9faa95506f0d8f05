//! Packer templates: HCL, the same as JSON, and the older JSON templates.
//!
//! A post-processor that a rule file knows makes a call. A literal is what it says, and so is a local of the same
//! template; variables, functions and what stands in `{{...}}` may be set from elsewhere and are not known.

mod hcl;
mod template;

use super::knowledge::Knowledge;
use super::resource;
use super::source::{Draft, Source};
use super::{Found, Likeness, Reader};
use crate::json;
use crate::operation::resources::{Resource, ResourceForm};
use crate::place::Span;
use crate::request::InputErrorKind;
use crate::request::given::Given;

/// How many members of a JSON template are looked at to recognise it.
const LOOKED_AT: usize = 20;

/// Templates.
pub(crate) struct Packer;

/// A post-processor of a template.
pub(super) struct PostProcessor<'t> {
    kind: String,
    arguments: Vec<Given<'t>>,
    span: Span,
}

/// Why a template cannot be read, and where.
pub(super) struct Unreadable {
    kind: InputErrorKind,
    message: String,
    at: usize,
}

impl Reader for Packer {
    fn name(&self) -> &'static str {
        "packer"
    }

    fn is_container(&self) -> bool {
        true
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#", "//"]
    }

    fn recognise(&self, name: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let head = source.head();
        let by_name = name.ends_with(".pkr.hcl") || name.ends_with(".pkr.json");
        let by_content = match head.trim_start().starts_with('{') {
            true => is_json_template(head),
            false => head
                .lines()
                .map(str::trim_start)
                .any(|line| line.starts_with("post-processor \"") || line.starts_with("post-processors {")),
        };
        if !by_name && !by_content {
            return Likeness::No;
        }
        let is_known = knowledge.resource_names(ResourceForm::Packer).any(|name| head.contains(&format!("\"{name}\"")));
        if is_known { Likeness::Sure } else { Likeness::Likely }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let decoded = source.decoded();
        let read = match decoded.text().trim_start().starts_with('{') {
            true => template::read(source.text(), decoded.whole().start),
            false => hcl::read(source.text(), decoded.whole().start, knowledge),
        };
        match read {
            Ok(post_processors) => {
                post_processors.into_iter().flat_map(|found| calls(found, source, knowledge)).collect()
            }
            Err(Unreadable { kind, message, at }) => vec![Found::error(kind, message, source.position(at))],
        }
    }
}

fn is_json_template(head: &str) -> bool {
    let mut reader = json::Reader::new(head);
    let mut first = true;
    if reader.begin_object().is_err() {
        return false;
    }
    for _ in 0..LOOKED_AT {
        match reader.next_key(&mut first) {
            Ok(Some(key)) if matches!(key.decode().as_ref(), "builders" | "post-processors") => return true,
            // HCL as JSON has blocks by their names.
            Ok(Some(key)) if key.decode() == "build" => return head.contains("\"post-processor"),
            Ok(Some(_)) if reader.skip().is_ok() => {}
            _ => return false,
        }
    }
    false
}

/// The calls that a post-processor makes.
fn calls<'t>(found: PostProcessor<'t>, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
    let PostProcessor { kind, arguments, span } = found;
    let call = |resource: &Resource| {
        let mut written = resource::written(resource, &arguments, &[], span);
        written.address = Some(format!("post-processor.{kind}"));
        let service = Some(resource.service.clone());
        let (provider, operation) = (resource.provider.name.clone(), resource.operation.clone());
        Found::request(source.request(Draft { provider, service, operation, span, written, ..Draft::default() }))
    };
    knowledge.resources(ResourceForm::Packer, &kind).map(call).collect()
}
