//! Reports for programs: the keys of JSON and NDJSON, their order, and what stands under them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Folder, PASSES, REJECTED, UNSUPPORTED, check, run};

/// The keys of a JSON value in the order of the text, which `Value` forgets.
#[derive(Debug)]
enum Shape {
    Object(Vec<(String, Shape)>),
    List(Vec<Shape>),
    Other,
}

impl Shape {
    #[track_caller]
    fn of(text: &str) -> Shape {
        serde_json::from_str(text).expect("JSON")
    }

    #[track_caller]
    fn get(&self, key: &str) -> &Shape {
        let Shape::Object(members) = self else { panic!("no object around {key}") };
        &members.iter().find(|(name, _)| name == key).unwrap_or_else(|| panic!("no {key}")).1
    }

    #[track_caller]
    fn first(&self) -> &Shape {
        let Shape::List(items) = self else { panic!("no list") };
        &items[0]
    }

    #[track_caller]
    fn keys(&self) -> Vec<&str> {
        let Shape::Object(members) = self else { panic!("no object") };
        members.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Shape;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("JSON")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Shape::Object(members))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Shape::List(items))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
                Ok(Shape::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
                Ok(Shape::Other)
            }

            fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
                Ok(Shape::Other)
            }

            fn visit_unit<E>(self) -> Result<Shape, E> {
                Ok(Shape::Other)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[test]
fn ndjson_has_the_documented_keys_in_their_order() {
    let request = REJECTED.replace("\"OSSBucket\"", "\"OssBucket\"");
    let output = run(&["check", "--format", "ndjson", "-"], &request);
    assert_eq!(output.code, 1);
    assert_eq!(output.stdout.matches('\n').count(), 1);
    let report = Shape::of(&output.stdout);
    assert_eq!(report.keys(), ["source", "request", "verdict", "error", "findings", "open", "warnings", "rules"]);
    assert_eq!(report.get("source").keys(), ["file", "line", "column"]);
    assert_eq!(report.get("request").keys(), ["id", "provider", "service", "operation", "edition"]);
    assert_eq!(report.get("error").keys(), ["code", "status", "message", "certain"]);
    let finding = report.get("findings").first();
    let keys = [
        "code",
        "status",
        "message",
        "check",
        "parameter",
        "stage",
        "origin",
        "basis",
        "answer_basis",
        "order_basis",
        "detail",
        "span",
        "help",
        "fix",
        "hints",
        "source",
        "fingerprint",
    ];
    assert_eq!(finding.keys(), keys);
    assert_eq!(finding.get("span").keys(), ["start", "end", "line", "column"]);
    assert_eq!(finding.get("source").keys(), ["title", "url", "read"]);
    assert_eq!(report.get("open").first().keys(), ["code", "status", "check", "parameter", "stage", "needs"]);
    assert_eq!(
        report.get("warnings").first().keys(),
        ["kind", "parameter", "detail", "span", "help", "fix", "hints", "fingerprint"]
    );
}

#[test]
fn one_report_is_what_the_documentation_says() {
    let request = r#"{"id":"job-7","provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OssBucket":"my-bucket","OSSPrefix":"web-2026"}}"#;
    let report = &check(&[], request)[0];
    let message = "The specified OSSPrefix format is wrongly formed.";
    let start = request.find("\"web-2026\"").expect("the value");
    assert_eq!(report["source"], json!({"file": "-", "line": 1, "column": 1}));
    assert_eq!(
        report["request"],
        json!({"id": "job-7", "provider": "aliyun", "service": "ecs", "operation": "ExportImage", "edition": "2026-01"})
    );
    assert_eq!(report["verdict"], "reject");
    assert_eq!(
        report["error"],
        json!({"code": "InvalidOSSPrefix.Malformed", "status": 400, "message": message, "certain": true})
    );
    let finding = &report["findings"][0];
    assert_eq!(finding["check"], "aliyun/ecs/ExportImage@2026-01#oss-prefix-chars");
    assert_eq!((&finding["code"], &finding["message"]), (&report["error"]["code"], &report["error"]["message"]));
    assert_eq!((&finding["parameter"], &finding["stage"]), (&json!("OSSPrefix"), &json!("format")));
    assert_eq!((&finding["origin"], &finding["basis"]), (&json!("api"), &json!("documented")));
    assert_eq!(finding["detail"], "\"-\" at character 4 is neither a letter nor a digit");
    assert_eq!(
        finding["span"],
        json!({"start": start, "end": start + "\"web-2026\"".len(), "line": 1, "column": start + 1})
    );
    let warning = &report["warnings"][0];
    assert_eq!((&warning["kind"], &warning["parameter"]), (&json!("parameter-case"), &json!("OSSBucket")));
    assert_eq!(warning["detail"], "sent as OssBucket");
    let image =
        report["open"].as_array().expect("a list").iter().find(|open| open["code"] == "InvalidImageId.NotFound");
    let image = image.expect("whether the image exists is open");
    assert_eq!((&image["status"], &image["needs"]), (&json!(404), &json!(["fact:images"])));
}

#[test]
fn keys_that_do_not_apply_are_left_out() {
    let passes = Shape::of(&run(&["check", "--format", "ndjson", "-"], PASSES).stdout);
    assert_eq!(passes.keys(), ["source", "request", "verdict", "findings", "open", "warnings", "rules"]);
    let unsupported = Shape::of(&run(&["check", "--format", "ndjson", "-"], UNSUPPORTED).stdout);
    assert_eq!(
        unsupported.keys(),
        ["source", "request", "verdict", "problem", "findings", "open", "warnings", "rules"]
    );
    assert_eq!(unsupported.get("request").keys(), ["id", "provider", "service", "operation"]);
    assert_eq!(unsupported.get("problem").keys(), ["kind", "message"]);
    let unreadable = Shape::of(&run(&["check", "--format", "ndjson", "-"], "{").stdout);
    assert_eq!(unreadable.keys(), ["source", "verdict", "problem", "findings", "open", "warnings", "rules"]);
    assert_eq!(unreadable.get("problem").keys(), ["kind", "message", "line", "column"]);
}

#[test]
fn json_is_one_document_with_a_summary() {
    let folder = Folder::new("json-format")
        .with("several.ndjson", [PASSES, REJECTED, "{", ""].join("\n"))
        .with("unsupported.json", UNSUPPORTED);
    let output = folder.run(&["check", "--format", "json", "several.ndjson", "unsupported.json"]);
    assert_eq!((output.code, output.stderr.as_str()), (3, ""));
    let shape = Shape::of(&output.stdout);
    assert_eq!(shape.keys(), ["schema", "rules", "reports", "summary"]);
    let keys = ["requests", "rejected", "passed", "unsupported", "unreadable", "open", "warnings"];
    assert_eq!(shape.get("summary").keys(), keys);
    let document: Value = serde_json::from_str(&output.stdout).expect("one JSON document");
    assert_eq!(document["schema"], "preflint/report/v1");
    let reports = document["reports"].as_array().expect("a list");
    let open: usize = reports.iter().map(|report| report["open"].as_array().expect("a list").len()).sum();
    assert!(open > 0);
    let summary = json!({
        "requests": 4, "rejected": 1, "passed": 1, "unsupported": 1, "unreadable": 1, "open": open, "warnings": 0
    });
    assert_eq!(document["summary"], summary);
    let lines = folder.run(&["check", "--format", "ndjson", "several.ndjson", "unsupported.json"]);
    let mut lines = lines.reports();
    for line in &mut lines {
        // What a document says once stands on every line.
        assert_eq!(line.as_object_mut().and_then(|line| line.remove("rules")), Some(document["rules"].clone()));
    }
    assert_eq!(lines, *reports);
    assert_eq!(reports[1]["source"], json!({"file": "several.ndjson", "line": 2, "column": 1}));
    assert_eq!(reports[3]["source"], json!({"file": "unsupported.json", "line": 1, "column": 1}));
}

#[test]
fn json_without_requests_is_still_a_document() {
    let output = run(&["check", "--format", "json", "-"], "[]");
    assert_eq!(output.code, 0);
    let document: Value = serde_json::from_str(&output.stdout).expect("one JSON document");
    assert_eq!((&document["reports"], &document["summary"]["requests"]), (&json!([]), &json!(0)));
}

#[test]
fn ndjson_keeps_the_order_of_the_input() {
    let ids: Vec<String> = (0..300).map(|number| format!("job-{number}")).collect();
    let lines: Vec<String> = ids.iter().map(|id| PASSES.replace("fine", id)).collect();
    let reports = check(&[], lines.join("\n"));
    let seen: Vec<&str> = reports.iter().filter_map(|report| report["request"]["id"].as_str()).collect();
    assert_eq!(seen, ids);
    let line_numbers: Vec<u64> = reports.iter().filter_map(|report| report["source"]["line"].as_u64()).collect();
    assert_eq!(line_numbers, (1..=300).collect::<Vec<u64>>());
}
