//! The reports of `preflint/report/v1`: one document, or one report a line.

use std::io::{self, Write};

use preflint::{Record, RuleSet};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::line_by_line::LineByLine;
use super::{Document, End, Item, Renderer, Source, Summary};

/// The schema name that a JSON document of reports carries.
pub const SCHEMA: &str = "preflint/report/v1";

/// A report and where its request stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
struct Sourced<'s> {
    source: &'s Source<'s>,
    #[serde(flatten)]
    record: &'s Record,
}

/// One JSON document.
pub struct Whole {
    rules: String,
    something_written: bool,
}

impl Whole {
    pub fn new(rules: &RuleSet) -> Whole {
        Whole { rules: text_of(rules), something_written: false }
    }

    fn start(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.something_written = true;
        writeln!(out, "{{\"schema\":\"{SCHEMA}\",\"rules\":{},\"reports\":[", self.rules)
    }
}

/// What stands between two reports of a document.
const BETWEEN: &[u8] = b",\n";

impl Document for Whole {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(Member)
    }

    fn take(&mut self, _: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let is_first = !self.something_written;
        if is_first {
            self.start(out)?;
        }
        out.write_all(pieces.strip_prefix(BETWEEN).filter(|_| is_first).unwrap_or(pieces))
    }

    fn end(&mut self, end: &End<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !self.something_written {
            self.start(out)?;
        }
        out.write_all(b"\n],\"summary\":")?;
        serde_json::to_writer(&mut *out, end.summary)?;
        out.write_all(b"}\n")
    }

    fn tells_sums(&self) -> bool {
        true
    }
}

struct Member;

impl Renderer for Member {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        pieces.extend(BETWEEN);
        serde_json::to_writer(pieces, &Sourced { source: item.source, record: item.record() })?;
        Ok(())
    }
}

/// One report a line, each with the rules that it was made with: lines are taken apart and kept alone.
pub fn lines(rules: &RuleSet) -> LineByLine {
    let rest = format!(",\"rules\":{}}}\n", text_of(rules));
    LineByLine::new(move || Box::new(Line { rest: rest.clone() }))
}

struct Line {
    /// Everything behind the last key of a report.
    rest: String,
}

impl Renderer for Line {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *pieces, &Sourced { source: item.source, record: item.record() })?;
        // The brace that closes the report.
        pieces.pop();
        pieces.extend(self.rest.as_bytes());
        Ok(())
    }
}

fn text_of(rules: &RuleSet) -> String {
    // Two texts become JSON always.
    serde_json::to_string(rules).unwrap_or_default()
}

/// What both formats print, as their schema sees it.
#[derive(JsonSchema)]
#[schemars(untagged, title = "preflint report")]
#[expect(dead_code, reason = "it is only described")]
enum Printed<'p> {
    /// The document of `--format json`.
    Document {
        /// Name and version of this format.
        #[schemars(extend("const" = SCHEMA))]
        schema: &'static str,
        /// The rules that all reports were made with.
        rules: RuleSet,
        /// All reports, in the order of the input.
        reports: Vec<Sourced<'p>>,
        /// What came of all of them.
        summary: Summary,
    },
    /// A line of `--format ndjson`.
    Line {
        /// The report.
        #[serde(flatten)]
        report: Sourced<'p>,
        /// The rules that it was made with.
        rules: RuleSet,
    },
}

/// The JSON Schema of what both formats print.
pub fn schema() -> Schema {
    let mut schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Printed<'_>>();
    NullOnlyWhereNothingIsKnown.transform(&mut schema);
    schema
}

/// What does not apply is left out, and only these can be null: nobody has seen them.
const NULL: [&str; 3] = ["code", "status", "message"];

/// Takes `null` from all other members.
struct NullOnlyWhereNothingIsKnown;

impl Transform for NullOnlyWhereNothingIsKnown {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::Object(members)) = schema.get_mut("properties") {
            let others = members.iter_mut().filter(|(name, _)| !NULL.contains(&name.as_str()));
            others.for_each(|(_, member)| without_null(member));
        }
        transform_subschemas(self, schema);
    }
}

fn without_null(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|one| one.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            members.extend(only);
        }
    }
}
