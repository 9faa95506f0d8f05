//! Where a result of SARIF stands.

use preflint::{Place, Span};
use serde::Serialize;

use super::ROOT;
use crate::output::Item;
use crate::output::uri::FileUri;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation; 1]>,
}

impl Location {
    pub fn new(file: &FileUri, region: Region, item: &Item<'_, '_>) -> Location {
        let artifact_location = ArtifactLocation::of(file);
        let name = item.source.address.map(str::to_owned);
        Location {
            physical_location: PhysicalLocation { artifact_location, region },
            logical_locations: name.map(|fully_qualified_name| [LogicalLocation { fully_qualified_name }]),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

impl ArtifactLocation {
    pub fn of(file: &FileUri) -> ArtifactLocation {
        ArtifactLocation { uri: file.uri.clone(), uri_base_id: file.is_relative.then_some(ROOT) }
    }
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    start_line: usize,
    start_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<usize>,
}

impl Region {
    pub fn start(start_line: usize, start_column: usize) -> Region {
        Region { start_line, start_column, ..Region::default() }
    }

    pub fn of(item: &Item<'_, '_>, place: &Place) -> Region {
        let end = item.end_of(place);
        Region {
            start_line: place.line,
            start_column: place.column,
            end_line: end.map(|end| end.line),
            end_column: end.map(|end| end.column),
            byte_offset: Some(place.start),
            byte_length: Some(place.end - place.start),
        }
    }

    /// A stretch of the input.
    pub fn of_span(item: &Item<'_, '_>, span: Span) -> Option<Region> {
        let (start, end) = item.ends_of(span)?;
        Some(Region {
            start_line: start.line,
            start_column: start.column,
            end_line: Some(end.line),
            end_column: Some(end.column),
            byte_offset: Some(span.start),
            byte_length: Some(span.end - span.start),
        })
    }
}
