//! Fixes of SARIF: what viewers offer to write in place of a value.

use preflint::{Applicability, Fix};
use serde::Serialize;

use super::Message;
use super::location::{ArtifactLocation, Region};
use crate::output::Item;
use crate::output::uri::FileUri;

/// What to write instead.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FixNote<'f> {
    description: Message,
    artifact_changes: [ArtifactChange<'f>; 1],
    properties: Properties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'f> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'f>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'f> {
    deleted_region: Region,
    inserted_content: Content<'f>,
}

#[derive(Serialize)]
struct Content<'f> {
    text: &'f str,
}

/// Viewers apply what they are given; whether that asks for a look first stands here.
#[derive(Serialize)]
struct Properties {
    applicability: Applicability,
}

impl<'f> FixNote<'f> {
    /// A fix; none where it cannot be written, because a change of nothing is no fix in SARIF.
    pub fn of(item: &Item<'_, '_>, file: &FileUri, fix: Option<&'f Fix>) -> Option<[FixNote<'f>; 1]> {
        let fix = fix?;
        let replacement = |edit: &'f preflint::Edit| {
            let inserted_content = Content { text: &edit.text };
            Some(Replacement { deleted_region: Region::of_span(item, edit.span)?, inserted_content })
        };
        let replacements: Vec<Replacement<'f>> = fix.edits.iter().map(replacement).collect::<Option<_>>()?;
        if replacements.is_empty() {
            return None;
        }
        Some([FixNote {
            description: Message::of(&fix.description),
            artifact_changes: [ArtifactChange { artifact_location: ArtifactLocation::of(file), replacements }],
            properties: Properties { applicability: fix.applicability },
        }])
    }
}
