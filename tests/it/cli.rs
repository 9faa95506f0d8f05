//! The program as its users meet it: arguments and files in, reports and an exit code out.
//!
//! Expected codes and messages are typed from the provider's error tables, not from the program's output. Human output
//! is compared with the texts in `tests/data`; `SNAPSHOTS=overwrite cargo test` writes those anew.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

/// A request with nothing wrong.
pub const PASSES: &str = r#"{"id":"fine","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket"}}"#;
/// A request with a "-" in its prefix.
pub const REJECTED: &str = r#"{"id":"prefix","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket","OSSPrefix":"a-b"}}"#;
/// A request for an operation without rules.
pub const UNSUPPORTED: &str =
    r#"{"id":"other","provider":"aliyun","service":"ecs","operation":"PaintInstances","params":{}}"#;

/// What a run of the program left behind.
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// The lines of NDJSON on standard output.
    #[track_caller]
    pub fn reports(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

/// The program, ready to run, free of what the environment says about colour and terminals.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preflint"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("FORCE_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program in `folder` with `input` on its standard input.
#[track_caller]
pub fn run_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    finish(program(arguments).current_dir(folder), input)
}

/// Runs the program with `input` on its standard input.
#[track_caller]
pub fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    finish(&mut program(arguments), input.as_ref())
}

#[track_caller]
fn finish(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a piped standard input");
    let output = thread::scope(|scope| {
        // A program that stops reading early is fine here: what it answered is what is looked at.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().expect("the program ends")
    });
    Output {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// Checks what is on standard input and gives the reports.
#[track_caller]
pub fn check(options: &[&str], input: impl AsRef<[u8]>) -> Vec<Value> {
    let output = run(&[&["check", "--format", "ndjson"], options, &["-"]].concat(), input);
    assert_eq!(output.stderr, "");
    output.reports()
}

/// A new folder for one test of one run, removed at its end.
pub struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    pub fn with(self, file: &str, content: impl AsRef<[u8]>) -> Folder {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
        self
    }

    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Output {
        run_in(&self.0, arguments, b"")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// A path below the project's folder.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares with a text kept in the project, or writes it when the environment asks for that.
#[track_caller]
pub fn snapshot(path: &str, actual: &str) {
    let file = project(path);
    if std::env::var_os("SNAPSHOTS").is_some_and(|wish| wish == "overwrite") {
        fs::write(&file, actual).expect("a snapshot can be written");
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(expected, actual, "{path} differs; SNAPSHOTS=overwrite cargo test writes it anew");
}

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

// Exit codes.

#[test]
fn the_highest_of_2_3_1_0_is_the_exit_code() {
    let folder = Folder::new("exit-codes")
        .with("passes.json", PASSES)
        .with("rejected.json", REJECTED)
        .with("unsupported.json", UNSUPPORTED)
        .with("broken.json", "{");
    let expected: [(&[&str], i32); 12] = [
        (&["passes.json"], 0),
        (&["rejected.json"], 1),
        (&["unsupported.json"], 3),
        (&["broken.json"], 3),
        (&["passes.json", "passes.json"], 0),
        (&["passes.json", "rejected.json"], 1),
        (&["rejected.json", "passes.json"], 1),
        (&["rejected.json", "unsupported.json", "passes.json"], 3),
        (&["broken.json", "rejected.json"], 3),
        (&["passes.json", "broken.json"], 3),
        (&["rejected.json", "broken.json", "missing.json"], 2),
        (&["missing.json", "passes.json"], 2),
    ];
    for (files, code) in expected {
        for format in ["human", "json", "ndjson"] {
            let output = folder.run(&[&["check", "--format", format], files].concat());
            assert_eq!(output.code, code, "{files:?} as {format}: {}", output.stderr);
            assert_eq!(output.stderr.is_empty(), code != 2, "{files:?} as {format}: {}", output.stderr);
        }
    }
}

#[test]
fn wrong_usage_ends_with_2_before_any_verdict() {
    let folder = Folder::new("usage")
        .with("rejected.json", REJECTED)
        .with("facts.json", r#"{"aliyun": {"images": []}}"#)
        .with("broken.json", "{\n  \"aliyun\": {\"images\": [}}")
        .with("folder/request.json", PASSES);
    let wrong: [(&[&str], &str); 14] = [
        (&["check", "--site", "moon", "rejected.json"], "moon"),
        (&["check"], "FILE"),
        (&["check", "--no-such-option", "rejected.json"], "--no-such-option"),
        (&["check", "--format", "yaml", "rejected.json"], "yaml"),
        (&["check", "--color", "blue", "rejected.json"], "blue"),
        (&["check", "rejected.json", "--strict=most"], "most"),
        (&["no-such-command"], "no-such-command"),
        (&["check", "rejected.json", "missing.json"], "missing.json"),
        (&["check", "rejected.json", "folder"], "folder"),
        (&["check", "--facts", "missing.json", "rejected.json"], "missing.json"),
        (&["check", "--facts", "broken.json", "rejected.json"], "broken.json:2:25: "),
        (&["check", "--facts", "facts.json", "--facts-complete", "imags", "rejected.json"], "\"imags\""),
        (&["check", "--edition", "PaintInstances=2021-03", "rejected.json"], "PaintInstances"),
        (&["check", "--edition", "yesterday", "rejected.json"], "yesterday"),
    ];
    for (arguments, named) in wrong {
        let output = folder.run(arguments);
        assert_eq!(output.code, 2, "{arguments:?}");
        assert_eq!(output.stdout, "", "{arguments:?}");
        assert!(output.stderr.contains(named), "{arguments:?}: {}", output.stderr);
        assert!(!output.stderr.contains("panicked"), "{arguments:?}: {}", output.stderr);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for arguments in [&["--help"][..], &["--version"], &["check", "--help"], &["rules", "--help"]] {
        let output = run(arguments, "");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
    assert!(run(&["check", "--help"], "").stdout.contains("Exit codes"));
}

// Formats.

#[test]
fn ndjson_has_the_documented_keys_in_their_order() {
    let request = REJECTED.replace("\"OSSBucket\"", "\"OssBucket\"");
    let output = run(&["check", "--format", "ndjson", "-"], &request);
    assert_eq!(output.code, 1);
    assert_eq!(output.stdout.matches('\n').count(), 1);
    let report = Shape::of(&output.stdout);
    assert_eq!(report.keys(), ["source", "request", "verdict", "error", "findings", "open", "warnings"]);
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
        "source",
    ];
    assert_eq!(finding.keys(), keys);
    assert_eq!(finding.get("span").keys(), ["start", "end", "line", "column"]);
    assert_eq!(finding.get("source").keys(), ["title", "url", "read"]);
    assert_eq!(report.get("open").first().keys(), ["code", "status", "check", "parameter", "stage", "needs"]);
    assert_eq!(report.get("warnings").first().keys(), ["kind", "parameter", "detail", "span", "help"]);
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
    assert_eq!(passes.keys(), ["source", "request", "verdict", "findings", "open", "warnings"]);
    let unsupported = Shape::of(&run(&["check", "--format", "ndjson", "-"], UNSUPPORTED).stdout);
    assert_eq!(unsupported.keys(), ["source", "request", "verdict", "problem", "findings", "open", "warnings"]);
    assert_eq!(unsupported.get("request").keys(), ["id", "provider", "service", "operation"]);
    assert_eq!(unsupported.get("problem").keys(), ["kind", "message"]);
    let unreadable = Shape::of(&run(&["check", "--format", "ndjson", "-"], "{").stdout);
    assert_eq!(unreadable.keys(), ["source", "verdict", "problem", "findings", "open", "warnings"]);
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
    assert_eq!(shape.keys(), ["schema", "reports", "summary"]);
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
    assert_eq!(lines.reports(), *reports);
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

// Facts.

/// Facts in which all is well.
const IMAGE: &str = r#"{"ImageId":"m-1","ImageOwnerAlias":"self","Status":"Available","OSType":"linux","ProductCode":"","IsPublic":false,"DiskDeviceMappings":{"DiskDeviceMapping":[]}}"#;

#[track_caller]
fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["code"].as_str()).collect()
}

fn needs(report: &Value) -> Vec<&str> {
    let open = report["open"].as_array().expect("a list").iter();
    let mut needs: Vec<&str> =
        open.flat_map(|open| open["needs"].as_array().expect("a list")).filter_map(Value::as_str).collect();
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// Checks the passing request with files of facts, in their order.
#[track_caller]
fn with_facts(name: &str, facts: &[&str], options: &[&str]) -> Output {
    let mut folder = Folder::new(name).with("request.json", PASSES);
    let files: Vec<String> = (1..=facts.len()).map(|number| format!("facts-{number}.json")).collect();
    for (file, content) in files.iter().zip(facts) {
        folder = folder.with(file, content);
    }
    let options = files.iter().flat_map(|file| ["--facts", file]).chain(options.iter().copied());
    let arguments: Vec<&str> = ["check", "--format", "ndjson", "request.json"].into_iter().chain(options).collect();
    folder.run(&arguments)
}

#[test]
fn facts_are_sections_responses_or_recorded_calls() {
    let status = IMAGE.replace("Available", "Creating");
    let section = format!(r#"{{"aliyun":{{"images":[{status}]}}}}"#);
    let alias = format!(r#"{{"alibabacloud":{{"images":[{status}]}}}}"#);
    let closed = format!(r#"{{"aliyun":{{"images":{{"region":"cn-hangzhou","items":[{status}]}}}}}}"#);
    let response = format!(r#"{{"Images":{{"Image":[{status}]}},"RegionId":"cn-hangzhou","TotalCount":1}}"#);
    let recorded = format!(
        r#"{{"call":"ecs/DescribeImages","request":{{"RegionId":"cn-hangzhou","ImageId":"m-1"}},"response":{response}}}"#
    );
    let list = format!("[{recorded}, {section}]");
    for (number, facts) in [&section, &alias, &closed, &response, &recorded, &list].into_iter().enumerate() {
        let output = with_facts(&format!("facts-form-{number}"), &[facts], &[]);
        assert_eq!((output.code, output.stderr.as_str()), (1, ""), "{facts}");
        let report = &output.reports()[0];
        assert_eq!(
            report["error"],
            json!({
                "code": "IncorrectImageStatus", "status": 400, "message": "The specified Image is not available.",
                "certain": true
            }),
            "{facts}"
        );
        assert_eq!(needs(report), ["fact:buckets", "fact:roles", "fact:tasks"], "{facts}");
    }
}

#[test]
fn facts_of_another_region_say_nothing() {
    let status = IMAGE.replace("Available", "Creating");
    let elsewhere = format!(r#"{{"Images":{{"Image":[{status}]}},"RegionId":"cn-beijing"}}"#);
    let output = with_facts("facts-elsewhere", &[&elsewhere], &[]);
    assert_eq!(output.code, 0);
    assert!(needs(&output.reports()[0]).contains(&"fact:images"));
}

#[test]
fn later_files_override_earlier_ones_item_by_item() {
    let of = |item: &str| format!(r#"{{"aliyun":{{"images":[{item}]}}}}"#);
    let creating = of(&IMAGE.replace("Available", "Creating"));
    let available = of(r#"{"ImageId":"m-1","Status":"Available"}"#);
    let another = of(r#"{"ImageId":"m-2","Status":"Creating"}"#);
    let first = with_facts("facts-order-1", &[&creating, &available], &[]);
    assert_eq!((first.code, codes(&first.reports()[0])), (0, vec![]));
    // What only the earlier file says of the item still counts.
    assert!(!needs(&first.reports()[0]).contains(&"fact:images"));
    let second = with_facts("facts-order-2", &[&available, &creating], &[]);
    assert_eq!((second.code, codes(&second.reports()[0])), (1, vec!["IncorrectImageStatus"]));
    let third = with_facts("facts-order-3", &[&creating, &another], &[]);
    assert_eq!((third.code, codes(&third.reports()[0])), (1, vec!["IncorrectImageStatus"]));
}

#[test]
fn facts_of_the_request_override_those_of_files() {
    let folder = Folder::new("facts-of-request")
        .with("facts.json", format!(r#"{{"aliyun":{{"images":[{}]}}}}"#, IMAGE.replace("Available", "Creating")));
    let own = PASSES.replace("\"params\"", r#""facts":{"images":[{"ImageId":"m-1","Status":"Available"}]},"params""#);
    let output = run_in(folder.path(), &["check", "--facts", "facts.json", "-q", "-"], own.as_bytes());
    assert_eq!((output.code, output.stdout.as_str()), (0, ""));
}

#[test]
fn facts_that_are_not_understood_end_the_run() {
    let wrong = [
        (r#"{"Pictures":[]}"#, "facts-1.json:1:1: ", "ecs/DescribeImages, ecs/DescribeSnapshots"),
        (
            r#"{"Images":{"Image":[]},"Regions":{"Region":[]}}"#,
            "facts-1.json:1:1: ",
            "ecs/DescribeImages or of ecs/DescribeRegions",
        ),
        (r#"{"aliyun":{"pictures":[]}}"#, "facts-1.json:1:12: ", "\"pictures\""),
        ("{\"aliyun\":\n  {\"images\":[1]}}", "facts-1.json:2:14: ", "object"),
        (r#"{"aliyun":{"images":{"itmes":[]}}}"#, "facts-1.json:1:22: ", "items"),
        (r#"{"call":"ecs/DescribeImage","response":{}}"#, "facts-1.json:1:9: ", "ecs/DescribeImages"),
        (r#"{"call":"ecs/DescribeImages","responce":{}}"#, "facts-1.json:1:30: ", "\"responce\""),
        (r#"{"call":"ecs/DescribeImages"}"#, "facts-1.json:1:1: ", "\"response\""),
        (r#"{"call":"ram/GetRole","response":{"Code":"EntityNotExist.Role"}}"#, "facts-1.json:1:1: ", "RoleName"),
        ("[1]", "facts-1.json:1:2: ", "object"),
        ("", "facts-1.json:1:1: ", "a value"),
        ("{\"地域\": 1,\r\n \"b\" 2}", "facts-1.json:2:6: ", "\":\""),
        (r#"{"aliyun":{"images":[]},"acme":{}}"#, "facts-1.json:1:1: ", "known call"),
    ];
    for (number, (facts, place, named)) in wrong.into_iter().enumerate() {
        let output = with_facts(&format!("facts-wrong-{number}"), &[facts], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{facts}");
        assert!(output.stderr.starts_with(&format!("preflint: {place}")), "{facts}: {}", output.stderr);
        assert!(output.stderr.contains(named), "{facts}: {}", output.stderr);
    }
}

#[test]
fn a_section_that_is_declared_complete_proves_absence() {
    let other = r#"{"aliyun":{"images":[{"ImageId":"m-2"}]}}"#;
    let open = with_facts("facts-open", &[other], &[]);
    assert_eq!(open.code, 0);
    assert!(needs(&open.reports()[0]).contains(&"fact:images"));
    for section in ["images", "aliyun/images", "alibabacloud/images"] {
        let output = with_facts("facts-complete", &[other], &["--facts-complete", section]);
        let report = &output.reports()[0];
        assert_eq!(output.code, 1, "{section}");
        let expected = json!({
            "code": "InvalidImageId.NotFound", "status": 404, "message": "The specified ImageId does not exist.",
            "certain": true
        });
        assert_eq!(report["error"], expected, "{section}");
        assert_eq!(
            report["findings"][0]["alternatives"],
            json!([{
                "code": "InvalidImageId.NotFound", "status": 404, "message": "The specified image m-1 does not exist."
            }])
        );
    }
    let written = r#"{"aliyun":{"images":{"complete":true,"region":"cn-hangzhou","items":[]}}}"#;
    assert_eq!(with_facts("facts-complete-written", &[written], &[]).code, 1);
    let wrong = with_facts("facts-complete-wrong", &[other], &["--facts-complete", "acme/images"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("images, ") && wrong.stderr.contains("policies, "), "{}", wrong.stderr);
}

// Editions.

/// A prefix that is wrong in every edition, under the name that each binds.
const EVERY_EDITION: &str = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OssBucket":"my-bucket","OssPrefix":"a-b"}}"#;

#[test]
fn the_edition_is_the_one_that_is_asked_for() {
    let old = "OssPrefix.Malformed";
    let new = "InvalidOSSPrefix.Malformed";
    let expected: [(&[&str], &str, &str); 11] = [
        (&[], "2026-01", new),
        (&["--edition", "ExportImage=2018-06"], "2018-06", old),
        (&["--edition", "ecs/ExportImage=2021-03"], "2021-03", new),
        (&["--edition", "aliyun/ecs/ExportImage=2018-06"], "2018-06", old),
        (&["--edition", "2018-06"], "2018-06", old),
        (&["--edition", "2021-02"], "2018-06", old),
        (&["--edition", "2021-03"], "2021-03", new),
        (&["--edition", "2025-12"], "2021-03", new),
        (&["--edition", "2030-01"], "2026-01", new),
        (&["--edition", "2018-06", "--edition", "ExportImage=2021-03"], "2021-03", new),
        (&["--site", "intl"], "2026-01", new),
    ];
    for (options, edition, code) in expected {
        let report = &check(options, EVERY_EDITION)[0];
        assert_eq!(report["request"]["edition"], edition, "{options:?}");
        assert_eq!(report["error"]["code"], code, "{options:?}");
        assert_eq!(report["error"]["status"], 400, "{options:?}");
    }
    let own = EVERY_EDITION.replace("\"params\"", "\"edition\":\"2018-06\",\"params\"");
    // Of a provider with two sites one is the default.
    let of_sites = r#"{"provider":"tencent","operation":"ExportImages","params":{}}"#;
    for (options, site) in [(&[][..], "intl-"), (&["--site", "cn"], "cn-"), (&["--site", "intl"], "intl-")] {
        let report = &check(options, of_sites)[0];
        assert!(report["request"]["edition"].as_str().is_some_and(|edition| edition.starts_with(site)), "{options:?}");
    }
    assert_eq!(check(&["--edition", "ExportImage=2021-03"], own)[0]["request"]["edition"], "2018-06");
}

#[test]
fn an_edition_without_rules_is_unsupported() {
    for options in [["--edition", "ExportImage=2020-01"], ["--edition", "2018-05"]] {
        let output = run(&[&["check", "--format", "ndjson"], &options[..], &["-"]].concat(), EVERY_EDITION);
        assert_eq!(output.code, 3, "{options:?}");
        let report = &output.reports()[0];
        assert_eq!((&report["verdict"], &report["problem"]["kind"]), (&json!("unsupported"), &json!("unsupported")));
        let message = report["problem"]["message"].as_str().expect("a text");
        assert!(message.contains("2018-06, 2021-03, 2026-01"), "{message}");
    }
    let own = EVERY_EDITION.replace("\"params\"", "\"edition\":\"2020-01\",\"params\"");
    assert_eq!(check(&["--edition", "ExportImage=2021-03"], own)[0]["verdict"], "unsupported");
}

// Further rule files.

/// A small provider of our own; see `broken_rules.rs`.
const ACME: &str = "tests/broken_rules/base";

#[test]
fn a_folder_of_rules_adds_a_provider() {
    let folder = project(ACME).display().to_string();
    let request =
        r#"{"provider":"acmecloud","operation":"OpenBox","params":{"Region":"north","BoxId":"b","Depth":12}}"#;
    assert_eq!(check(&[], request)[0]["verdict"], "unsupported");
    let report = &check(&["--rules", &folder], request)[0];
    assert_eq!(report["request"]["provider"], "acme");
    assert_eq!(codes(report), ["BadValue", "BadValue"]);
    assert_eq!(report["error"]["message"], "BoxId cannot be b.");
    assert_eq!(report["findings"][1]["message"], "Depth cannot be 12.");
    // The bundled rules are still there.
    assert_eq!(check(&["--rules", &folder], REJECTED)[0]["error"]["code"], "InvalidOSSPrefix.Malformed");
}

#[test]
fn a_rule_file_with_the_id_of_a_bundled_one_replaces_it() {
    let path = "aliyun/ecs/ExportImage/2026-01.json";
    let bundled = fs::read_to_string(project("rules").join(path)).expect("a bundled rule file");
    let changed = bundled.replace(r#"{"length": {"max": 30}}"#, r#"{"length": {"max": 2}}"#);
    assert_ne!(bundled, changed);
    let folder = Folder::new("rules-replace").with(path, changed);
    let request = PASSES.replace("\"my-bucket\"", "\"my-bucket\",\"OSSPrefix\":\"abc\"");
    let options = ["--rules", &folder.path().display().to_string()];
    let report = &check(&options, &request)[0];
    assert_eq!(report["error"]["code"], "InvalidOSSPrefix.Malformed");
    assert_eq!(report["findings"][0]["detail"], "3 characters; at most 2 is allowed");
    // Other editions are untouched, and the last of several folders counts.
    let older = request.replace("\"params\"", "\"edition\":\"2021-03\",\"params\"");
    assert_eq!(check(&options, older)[0]["verdict"], "pass");
    let again = Folder::new("rules-replace-again").with(path, bundled);
    let options = [options[0], options[1], "--rules", &again.path().display().to_string()];
    assert_eq!(check(&options, request)[0]["verdict"], "pass");
}

#[test]
fn a_broken_folder_of_rules_ends_the_run() {
    let folder = Folder::new("rules-broken")
        .with("rules/aliyun/ecs/ExportImage/2026-01.json", "{\n  \"format\": 1,\n  \"operaton\": 1}")
        .with("request.json", REJECTED);
    let output = folder.run(&["check", "--rules", "rules", "request.json"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    let place = Path::new("rules/aliyun/ecs/ExportImage/2026-01.json").display().to_string();
    assert!(output.stderr.starts_with(&format!("preflint: {place}:3:3: ")), "{}", output.stderr);
    for folder_name in ["missing", "request.json"] {
        assert_eq!(folder.run(&["check", "--rules", folder_name, "request.json"]).code, 2);
    }
}

// Strictness and quietness.

#[test]
fn strict_counts_what_is_uncertain() {
    let unknown = PASSES.replace("\"params\"", "\"unknown\":[\"OSSPrefix\"],\"params\"");
    let disputed = PASSES.replace("\"m-1\"", "\"m-1\",\"ImageFormat\":\"vhd\"");
    let given = PASSES.replace("\"params\"", "\"facts\":{\"images\":[{\"ImageId\":\"m-1\"}]},\"params\"");
    let elsewhere = PASSES.replace("\"params\"", "\"facts\":{\"objects\":[]},\"params\"");
    // In each row: without --strict, with --strict, with --strict=all.
    let expected = [
        ("only facts that nobody gave are open", PASSES, [0, 0, 1]),
        ("a parameter is not known yet", &unknown, [0, 1, 1]),
        ("the sources contradict each other", &disputed, [0, 1, 1]),
        ("a section is given, but not enough of it", &given, [0, 1, 1]),
        ("a section is given that nothing waits for", &elsewhere, [0, 0, 1]),
        ("a rejected request", REJECTED, [1, 1, 1]),
        ("an operation without rules", UNSUPPORTED, [3, 3, 3]),
    ];
    for (what, request, codes) in expected {
        let runs = [&[][..], &["--strict"], &["--strict=all"]]
            .map(|options| run(&[&["check", "--format", "ndjson"], options, &["-"]].concat(), request));
        assert_eq!(runs.each_ref().map(|output| output.code), codes, "{what}");
        assert!(runs.iter().all(|output| output.stdout == runs[0].stdout), "{what}: the report stays the same");
    }
}

#[test]
fn nothing_is_open_when_all_facts_are_known() {
    let role = r#"{"RoleName":"AliyunECSImageExportDefaultRole","AssumeRolePolicyDocument":"{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ecs.aliyuncs.com\"]}}],\"Version\":\"1\"}","Policies":{"Policy":[{"PolicyName":"AliyunECSImageExportRolePolicy"}]}}"#;
    let facts = format!(
        r#"{{"aliyun":{{"images":[{}],"buckets":[{{"Name":"my-bucket","Location":"oss-cn-hangzhou","ServerSideEncryptionRule":{{"SSEAlgorithm":"None"}}}}],"tasks":{{"complete":true,"items":[]}},"snapshots":{{"complete":true,"items":[]}},"roles":[{role}]}}}}"#,
        IMAGE.replace("[]", r#"[{"Type":"system","Size":"40","Encrypted":false,"SnapshotId":"s-1"}]"#)
    );
    let facts = facts.replace(
        r#""snapshots":{"complete":true,"items":[]}"#,
        r#""snapshots":[{"SnapshotId":"s-1","ProductCode":""}]"#,
    );
    let output = with_facts("facts-all", &[&facts], &["--strict=all"]);
    assert_eq!(needs(&output.reports()[0]), Vec::<&str>::new());
    assert_eq!(output.code, 0);
}

#[test]
fn quiet_shows_findings_only_and_twice_nothing() {
    let input = [PASSES, REJECTED, UNSUPPORTED, "{"].join("\n");
    let loud = run(&["check", "-"], &input);
    let quiet = run(&["check", "-q", "-"], &input);
    let silent = run(&["check", "-qq", "-"], &input);
    assert_eq!([loud.code, quiet.code, silent.code], [3, 3, 3]);
    assert!(loud.stdout.contains("Not decided") && loud.stdout.contains("4 requests"));
    assert!(quiet.stdout.contains("InvalidOSSPrefix.Malformed"));
    assert!(quiet.stdout.contains("PaintInstances") && quiet.stdout.contains("-:4:2: unreadable"));
    for left_out in ["fine", "Not decided", "4 requests", "Warnings"] {
        assert!(!quiet.stdout.contains(left_out), "{left_out}: {}", quiet.stdout);
    }
    assert_eq!(silent.stdout, "");
    assert_eq!(run(&["check", "-q", "-"], PASSES).stdout, "");
    for format in ["json", "ndjson"] {
        assert_eq!(run(&["check", "-qq", "--format", format, "-"], &input).stdout, "");
    }
}

// Colour.

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let input = [PASSES, REJECTED, "{"].join("\n");
    let escape = '\u{1b}';
    assert!(!run(&["check", "-"], &input).stdout.contains(escape));
    assert!(!run(&["check", "--color", "never", "-"], &input).stdout.contains(escape));
    let forced = run(&["check", "--color", "always", "-"], &input);
    assert!(forced.stdout.contains(escape));
    // Whoever asks for colour gets it, whatever the environment says.
    let asked = finish(program(&["check", "--color", "always", "-"]).env("NO_COLOR", "1"), input.as_bytes());
    assert_eq!(asked.stdout, forced.stdout);
    let unwanted = finish(program(&["check", "-"]).env("NO_COLOR", "1"), input.as_bytes());
    assert!(!unwanted.stdout.contains(escape));
    // Without its escapes the coloured output is the plain one.
    let mut plain = String::new();
    let mut rest = forced.stdout.as_str();
    while let Some(at) = rest.find(escape) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('m').expect("the end of an escape") + 1..];
    }
    plain.push_str(rest);
    let plain: Vec<&str> = plain.lines().map(str::trim_end).collect();
    let expected = run(&["check", "-"], &input).stdout;
    assert_eq!(plain, expected.lines().collect::<Vec<_>>());
    for format in ["json", "ndjson"] {
        assert!(!run(&["check", "--color", "always", "--format", format, "-"], &input).stdout.contains(escape));
    }
}

// Explanations.

#[test]
fn explains_codes_operations_and_checks() {
    let subjects = [
        ("InvalidOSSPrefix.Malformed", "The specified OSSPrefix format is wrongly formed."),
        ("NoSetRoletoECSServiceAcount", "Have no right to access your OSS"),
        ("WeeklyQuotaExceed.ExportImage", "Neither the allowance"),
        ("InvalidImageName.Malformed", "The operation has no ImageName"),
        ("Throttling", "You have made too many requests within a short time"),
        ("ExportImage", "Editions: 2018-06, 2021-03, 2026-01 (default 2026-01)"),
        ("aliyun/ecs/ExportImage@2018-06", "ClientToken"),
        ("oss-prefix-length", "at most 30 characters"),
        ("aliyun/ecs/ExportImage@2021-03#oss-prefix-chars", "letters, digits"),
        ("region-id-required", "MissingParameter"),
    ];
    for (subject, part) in subjects {
        let output = run(&["explain", subject], "");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{subject}");
        assert!(output.stdout.contains(part), "{subject}: {}", output.stdout);
    }
    let one = run(&["explain", "aliyun/ecs/ExportImage@2018-06#oss-prefix-chars"], "").stdout;
    assert!(one.contains("OssPrefix.Malformed") && !one.contains("2021-03"), "{one}");
}

#[test]
fn explains_every_check_and_code_that_a_report_names() {
    let input = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"My","OSSPrefix":"-","ImageFormat":"iso","DryRun":"x"}}"#;
    let report = &check(&[], input)[0];
    let lists = ["findings", "warnings", "open"].map(|list| report[list].as_array().expect("a list"));
    let mut explained = 0;
    for entry in lists.into_iter().flatten() {
        for key in ["check", "code"] {
            let Some(subject) = entry[key].as_str() else { continue };
            if key == "code" && subject == "InvalidParameter" {
                // The answer of all operations has a text of its own for each parameter.
                continue;
            }
            assert_eq!(run(&["explain", subject], "").code, 0, "{subject}");
            explained += 1;
        }
    }
    assert!(explained > 30, "{explained}");
}

#[test]
fn an_unknown_subject_is_wrong_usage() {
    let near = [
        ("InvalidOSSPrefix.Malformd", "InvalidOSSPrefix.Malformed"),
        ("ExprtImage", "ExportImage"),
        ("oss-prefix-lenght", "oss-prefix-length"),
    ];
    for (subject, meant) in near {
        let output = run(&["explain", subject], "");
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{subject}");
        assert!(output.stderr.contains(&format!("did you mean \"{meant}\"?")), "{}", output.stderr);
    }
    let far = run(&["explain", "something else entirely"], "");
    assert_eq!(far.code, 2);
    assert!(!far.stderr.contains("did you mean"), "{}", far.stderr);
}

// Rule files.

#[test]
fn lists_and_shows_rules() {
    let list = run(&["rules", "list"], "");
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    assert!(list.stdout.lines().any(|line| line == "aliyun/ecs/ExportImage  2018-06, 2021-03, 2026-01 (default)"));
    let list: Value = serde_json::from_str(&run(&["rules", "list", "--json"], "").stdout).expect("JSON");
    let export = list.as_array().expect("a list").iter().find(|entry| entry["operation"] == "aliyun/ecs/ExportImage");
    assert_eq!(export.expect("the operation")["default"], "2026-01");
    let with_acme = run(&["rules", "list", "--rules", &project(ACME).display().to_string()], "");
    assert!(with_acme.stdout.contains("acme/box/OpenBox  2026-01 (default)"), "{}", with_acme.stdout);
    for name in ["ExportImage@2018-06", "ecs/ExportImage@2018-06", "aliyun/ecs/ExportImage@2018-06"] {
        let shown = run(&["rules", "show", name], "");
        assert_eq!((shown.code, shown.stderr.as_str()), (0, ""), "{name}");
        // The table of 2018-06 has 13 rows: each is shown with what decides it.
        let rows = shown.stdout.split("\nErrors").nth(1).expect("the errors").split("\nSources").next();
        let rows: Vec<&str> = rows.unwrap_or_default().lines().skip(1).filter(|line| !line.is_empty()).collect();
        assert_eq!(rows.len(), 13, "{name}: {rows:?}");
        assert!(rows.iter().all(|row| row.contains(": ")), "{rows:?}");
    }
    let shown: Value =
        serde_json::from_str(&run(&["rules", "show", "--json", "ExportImage"], "").stdout).expect("JSON");
    assert_eq!(shown["id"], "aliyun/ecs/ExportImage@2026-01");
    assert_eq!(shown["errors"].as_array().expect("a list").len(), 30);
    for unknown in ["ExprtImage", "ExportImage@2020-01", "acme/box/OpenBox"] {
        let output = run(&["rules", "show", unknown], "");
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{unknown}");
        assert!(output.stderr.contains(unknown), "{}", output.stderr);
    }
    assert!(run(&["rules", "show", "ExprtImage"], "").stderr.contains("did you mean \"ExportImage\"?"));
}

#[test]
fn checks_rule_files() {
    let bundled = run(&["rules", "check"], "");
    assert_eq!((bundled.code, bundled.stderr.as_str()), (0, ""));
    assert!(bundled.stdout.contains("no mistakes"), "{}", bundled.stdout);
    for folder in ["rules", ACME] {
        assert_eq!(run(&["rules", "check", &project(folder).display().to_string()], "").code, 0, "{folder}");
    }
    assert_eq!(run(&["rules", "check", "no/such/folder"], "").code, 2);
}

#[test]
fn runs_the_cases_of_rule_files() {
    let cases = project("tests/cases").display().to_string();
    let all = run(&["rules", "test", "--cases", &cases], "");
    assert_eq!((all.code, all.stderr.as_str()), (0, ""), "{}", all.stdout);
    assert!(all.stdout.contains(" 0 failed; 0 gaps"), "{}", all.stdout);

    let path = "acme/box/OpenBox/2026-01.json";
    let wrong = r#"{
  "format": 1,
  "edition": "acme/box/OpenBox@2026-01",
  "base": {"Region": "north"},
  "cases": [
    {"name": "passes", "source": "PAGE", "expect": {"findings": []}},
    {"name": "should pass, they say", "source": "PAGE", "set": {"Depth": 10}, "expect": {"findings": []}}
  ]
}"#;
    let folder = Folder::new("cases-wrong").with(&format!("cases/{path}"), wrong).with("none/readme.txt", "");
    let rules = project(ACME).display().to_string();
    let failed = folder.run(&["rules", "test", &rules, "--cases", "cases"]);
    assert_eq!((failed.code, failed.stderr.as_str()), (1, ""), "{}", failed.stdout);
    let place = Path::new("cases").join(path).display().to_string();
    assert!(failed.stdout.contains(&format!("{place}:7:14: should pass, they say")), "{}", failed.stdout);
    assert!(failed.stdout.contains("1 cases passed, 1 failed"), "{}", failed.stdout);
    // Neither the range nor any other check is met and missed.
    assert!(failed.stdout.contains("box-id-length"), "{}", failed.stdout);
    let without = folder.run(&["rules", "test", &rules, "--cases", "none"]);
    assert_eq!(without.code, 1);
    assert!(without.stdout.contains("there are no cases"), "{}", without.stdout);
    let broken = Folder::new("cases-broken").with(&format!("cases/{path}"), wrong.replace("\"base\"", "\"bas\""));
    let output = broken.run(&["rules", "test", &rules, "--cases", "cases"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains(&format!("{place}:4:3: ")), "{}", output.stderr);
}

// Pipes.

/// Kills the program when a test stops waiting for it.
struct CoProcess(Child);

impl Drop for CoProcess {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_caller_gets_each_report_before_it_sends_the_next_request() {
    let mut child = CoProcess(program(&["check", "--format", "ndjson", "-"]).spawn().expect("the program starts"));
    let mut stdin = child.0.stdin.take().expect("a piped standard input");
    let stdout = child.0.stdout.take().expect("a piped standard output");
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if sender.send(line.expect("UTF-8")).is_err() {
                return;
            }
        }
    });
    let requests =
        [(PASSES, "pass"), (REJECTED, "reject"), ("{\"provider\":", "unreadable"), (UNSUPPORTED, "unsupported")];
    for (number, (request, verdict)) in requests.into_iter().cycle().take(20).enumerate() {
        writeln!(stdin, "{request}").expect("the program reads");
        let line = lines.recv_timeout(Duration::from_secs(30)).expect("a report before the next request");
        let report: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!((&report["verdict"], &report["source"]["line"]), (&json!(verdict), &json!(number + 1)));
    }
    drop(stdin);
    assert_eq!(child.0.wait().expect("the program ends").code(), Some(3));
    assert!(lines.recv_timeout(Duration::from_secs(30)).is_err(), "nothing follows the last report");
}

#[test]
fn human_reports_come_one_by_one_too() {
    let mut child = CoProcess(program(&["check", "-"]).spawn().expect("the program starts"));
    let mut stdin = child.0.stdin.take().expect("a piped standard input");
    let mut stdout = child.0.stdout.take().expect("a piped standard output");
    let (sender, parts) = mpsc::channel();
    thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(1..) = stdout.read(&mut part) {
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    writeln!(stdin, "{REJECTED}").expect("the program reads");
    parts.recv_timeout(Duration::from_secs(30)).expect("a report while the input is still open");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let input = vec![PASSES; 5_000].join("\n");
    for format in ["human", "json", "ndjson"] {
        let mut child = CoProcess(program(&["check", "--format", format, "-"]).spawn().expect("the program starts"));
        let mut stdin = child.0.stdin.take().expect("a piped standard input");
        let mut stdout = BufReader::new(child.0.stdout.take().expect("a piped standard output"));
        let input = input.clone();
        let writer = thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a first line");
        assert!(!line.is_empty(), "{format}");
        drop(stdout);
        assert_eq!(child.0.wait().expect("the program ends").code(), Some(0), "{format}");
        let mut complaint = String::new();
        child.0.stderr.take().expect("a piped standard error").read_to_string(&mut complaint).expect("UTF-8");
        assert_eq!(complaint, "", "{format}");
        writer.join().expect("the writer ends");
    }
}

#[test]
fn a_pipe_that_was_never_open_is_no_error_either() {
    let commands: [&[&str]; 9] = [
        &["check", "-"],
        &["check", "--format", "json", "-"],
        &["check", "--format", "ndjson", "-"],
        &["explain", "ExportImage"],
        &["rules", "list"],
        &["rules", "show", "ExportImage"],
        &["rules", "check"],
        &["schema", "rule"],
        &["--help"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = finish(program(arguments).stdout(writer), PASSES.as_bytes());
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
    }
}

// The three editions, each with two mistakes in one request.

/// Code, status and message of an answer, as the provider documents it.
type Answer = (&'static str, u16, &'static str);

/// A request with two mistakes.
struct TwoMistakes {
    edition: &'static str,
    params: &'static str,
    /// The predicted answer and the text that is marked, then the answer that would follow and its text.
    first: (Answer, &'static str),
    second: (Answer, &'static str),
}

/// Messages byte for byte as in the provider's error tables of 2018-06, 2021-03 and 2026-01.
const TWO_MISTAKES: [TwoMistakes; 6] = [
    TwoMistakes {
        edition: "2018-06",
        params: r#"{"RegionId":"cn-hangzhou","OssBucket":"my-bucket","OssPrefix":"web/1"}"#,
        first: (
            (
                "MissingParameter",
                400,
                "An input parameter ImageId that is mandatory for processing the request is not supplied.",
            ),
            r#"{"RegionId":"cn-hangzhou","OssBucket":"my-bucket","OssPrefix":"web/1"}"#,
        ),
        second: (("OssPrefix.Malformed", 400, "The specified OssPrefix format is incorrect."), r#""web/1""#),
    },
    TwoMistakes {
        edition: "2018-06",
        params: r#"{"RegionId":"hangzhou","ImageId":"m-1","OssBucket":"my-bucket","OssPrefix":"镜像导出"}"#,
        first: (("OssPrefix.Malformed", 400, "The specified OssPrefix format is incorrect."), r#""镜像导出""#),
        second: (("RegionId.NotFound", 400, "The specified RegionId does not exist."), r#""hangzhou""#),
    },
    TwoMistakes {
        edition: "2021-03",
        params: r#"{"OSSBucket":"my-bucket","ImageFormat":"iso","RegionId":"cn-hangzou","ImageId":"m-1"}"#,
        first: (("InvalidRegionId.NotFound", 400, "The specified RegionId does not exist."), r#""cn-hangzou""#),
        second: (("InvalidImageFormat.Malformed", 400, "The specified Image Format is wrongly formed."), r#""iso""#),
    },
    TwoMistakes {
        edition: "2021-03",
        params: r#"{"RoleName":"my-role","RegionId":"cn-hangzhou","ImageId":"m-1"}"#,
        first: (
            (
                "MissingParameter",
                400,
                "An input parameter \"OSSBucket\" that is mandatory for processing the request is not supplied.",
            ),
            r#"{"RoleName":"my-role","RegionId":"cn-hangzhou","ImageId":"m-1"}"#,
        ),
        second: (
            (
                "NoSetRoletoECSServiceAcount",
                403,
                "ECS service account Have no right to access your OSS.please attach a role of access your oss to ECS service account.",
            ),
            r#""my-role""#,
        ),
    },
    TwoMistakes {
        edition: "2026-01",
        params: r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket","RoleName":"角色","OSSPrefix":"ＥＣＳ导出"}"#,
        first: (
            ("InvalidOSSPrefix.Malformed", 400, "The specified OSSPrefix format is wrongly formed."),
            r#""ＥＣＳ导出""#,
        ),
        second: (
            (
                "NoSetRoletoECSServiceAcount",
                403,
                "ECS service account Have no right to access your OSS.please attach a role of access your oss to ECS service account.",
            ),
            r#""角色""#,
        ),
    },
    TwoMistakes {
        edition: "2026-01",
        params: r#"{"ImageId":"m-1","OSSBucket":"my-bucket","ImageFormat":"raw2"}"#,
        first: (
            (
                "MissingParameter",
                400,
                "An input parameter \"RegionId\" that is mandatory for processing the request is not supplied.",
            ),
            r#"{"ImageId":"m-1","OSSBucket":"my-bucket","ImageFormat":"raw2"}"#,
        ),
        second: (("InvalidImageFormat.Malformed", 400, "The specified Image Format is wrongly formed."), r#""raw2""#),
    },
];

#[test]
fn of_two_mistakes_the_first_is_predicted_to_the_byte() {
    for TwoMistakes { edition, params, first, second } in TWO_MISTAKES {
        let request = format!(
            r#"{{"provider":"aliyun","service":"ecs","operation":"ExportImage","edition":"{edition}","params":{params}}}"#
        );
        let report = &check(&[], &request)[0];
        assert_eq!(codes(report), [first.0.0, second.0.0], "{params}");
        let error = &report["error"];
        let (code, status, message) = first.0;
        assert_eq!(
            (&error["code"], &error["status"], &error["message"]),
            (&json!(code), &json!(status), &json!(message))
        );
        for ((answer, place), finding) in [first, second].iter().zip(report["findings"].as_array().expect("a list")) {
            let (code, status, message) = answer;
            assert_eq!(
                (&finding["code"], &finding["status"], &finding["message"]),
                (&json!(code), &json!(status), &json!(message))
            );
            let offset = |key: &str| finding["span"][key].as_u64().expect("an offset") as usize;
            assert_eq!(&request[offset("start")..offset("end")], *place, "{params}");
            assert_eq!(offset("line"), 1);
            assert_eq!(offset("column"), request[..offset("start")].chars().count() + 1, "{params}");
        }
        // People are shown the very same message.
        let human = run(&["check", "-"], &request).stdout;
        assert!(human.contains(&format!("{} {}", first.0.1, first.0.0)), "{human}");
        let unwrapped: Vec<&str> = human.split_whitespace().filter(|word| *word != "│").collect();
        let words: Vec<&str> = first.0.2.split_whitespace().collect();
        assert!(unwrapped.windows(words.len()).any(|window| window == words), "{human}");
    }
}

// Human output.

/// How many columns of a terminal a text takes; enough of the rule for the texts of these tests.
fn width(text: &str) -> usize {
    let wide = |character: &char| matches!(character, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}');
    text.chars().map(|character| if wide(&character) { 2 } else { 1 }).sum()
}

/// Demands that the first marked place of a human report lies exactly below `value`.
#[track_caller]
fn marks(human: &str, value: &str) {
    let lines: Vec<&str> = human.lines().collect();
    let is_marker = |line: &&str| line.trim_start().starts_with('·') && line.contains('┬');
    let marker = lines.iter().position(is_marker).expect("a marked line");
    let (marker, text) = (lines[marker], lines[marker - 1]);
    let at = text.rfind(value).unwrap_or_else(|| panic!("{value} is not in {text}"));
    let from = marker.find(['─', '┬']).expect("a mark");
    assert_eq!(width(&marker[..from]), width(&text[..at]), "{human}");
    assert_eq!(width(marker[from..].trim_end()), width(value), "{human}");
}

#[test]
fn marks_lie_below_what_they_mark_whatever_the_script() {
    let texts = ["web-1", "镜像-导出", "ＥＣＳ－１", "a é ü", "한국어 키", "ひらがな・カナ"];
    for text in texts {
        for bucket in texts {
            let request = PASSES.replace("\"my-bucket\"", &format!("\"{bucket}\",\"OSSPrefix\":\"{text}\""));
            let human = run(&["check", "-"], &request).stdout;
            if human.contains("rejected\n") {
                marks(&human, &format!("\"{text}\""));
            } else {
                assert_eq!(text, "a é ü", "{human}");
            }
        }
    }
}

#[test]
fn human_output_is_as_it_was_approved() {
    let folder = Folder::new("snapshots")
        .with(
            "export.json",
            r#"{
  "id": "夜间导出",
  "provider": "aliyun",
  "service": "ecs",
  "operation": "ExportImage",
  "params": {
    "RegionId": "cn-hangzou",
    "ImageId": "m-bp1example1", "OssBucket": "我的桶", "OSSPrefix": "镜像－导出",
    "ImageFormat": "QCOW2"
  }
}
"#,
        )
        .with(
            "missing.json",
            r#"[
  {
    "provider": "aliyun", "operation": "ExportImage", "edition": "2021-03",
    "params": {"RegionId": "cn-hangzhou", "OSSBucket": "my-bucket"}
  }
]
"#,
        )
        .with(
            "long.ndjson",
            format!(
                "{PASSES}\n{}\n",
                REJECTED
                    .replace("\"params\":{", "\"params\":{\"SecurityToken\":\"CAISsecretCAIS\",\"ResourceOwnerAccount\":\"someone@example.com\",")
                    .replace("\"a-b\"", "\"exports/2026/11/22/of-the-whole-department-and-then-some-more-of-it\",\"RoleName\":\"AliyunECSImageExportDefaultRole\"")
            ),
        )
        .with(
            "facts.json",
            format!(
                r#"{{"aliyun":{{"images":[{}],"buckets":[{{"Name":"my-bucket","Location":"oss-cn-beijing"}}],"roles":{{"complete":true,"items":[]}}}}}}"#,
                IMAGE.replace("Available", "Creating")
            ),
        )
        .with("request.json", PASSES.replace("\"m-1\"", "\"m-1\",\"DryRun\":true"))
        .with("broken.ndjson", ["{\"provider\":\"aliyun\",,}", "{\"provider\":\"aliyn\",\"operation\":\"ExportImage\"}", ""].join("\n"));
    let snapshots: [(&str, &[&str]); 6] = [
        ("two-mistakes", &["check", "export.json"]),
        ("missing-parameter", &["check", "missing.json"]),
        ("long-line", &["check", "long.ndjson"]),
        ("facts", &["check", "--facts", "facts.json", "request.json"]),
        ("dry-run", &["check", "request.json"]),
        ("not-checked", &["check", "broken.ndjson"]),
    ];
    for (name, arguments) in snapshots {
        let output = folder.run(arguments);
        assert_eq!(output.stderr, "", "{name}");
        snapshot(&format!("tests/data/{name}.txt"), &output.stdout);
    }
}

#[test]
fn human_output_never_moves_the_cursor() {
    let harmful = "\\u001b[2J\\u0007\\r\\u009b";
    let request = format!(
        r#"{{"id":"a{harmful}","provider":"aliyun","operation":"ExportImage","params":{{"RegionId":"cn-hangzhou","ImageId":"m{harmful}","OSSBucket":"b{harmful}","OSSPrefix":"p{harmful}","{harmful}":1}},"facts":{{"images":{{"complete":true,"items":[]}}}}}}"#
    );
    let others = [
        request.replace("\"ExportImage\"", &format!("\"{harmful}\"")),
        request.replace("\"aliyun\"", &format!("\"{harmful}\"")),
        request.replace("\"params\"", &format!("\"{harmful}\":1,\"params\"")),
        request.replace("\"images\"", &format!("\"{harmful}\"")),
        request.replace("\\u001b", "\u{1b}"),
        request.replace("\\u009b", "\u{9b}"),
        request.replace(r#""OSSPrefix""#, r#""OSSFix""#),
    ];
    for request in others.iter().chain([&request]) {
        let output = run(&["check", "-"], request);
        let moves = |character: char| character.is_control() && character != '\n';
        let found = output.stdout.chars().find(|character| moves(*character));
        assert_eq!(found, None, "{:?}", output.stdout);
    }
}
