//! SARIF, held against the schema of the standard, and what the schema cannot say.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::{cases, zoo};
use crate::cli::{Folder, PASSES, REJECTED, UNSUPPORTED, project, run};

/// A log that fits the schema, and its run.
#[track_caller]
fn log(text: &str) -> Value {
    let schema = fs::read_to_string(project("tests/data/sarif/sarif-schema-2.1.0.json")).expect("the schema");
    // Its pattern of languages holds a bracket that is meant as itself, which only lenient readers of patterns accept.
    let schema: Value = serde_json::from_str(&schema.replace("{2}]?$", r"{2}\\]?$")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let log: Value = serde_json::from_str(text).expect("JSON");
    let mistakes: Vec<String> =
        validator.iter_errors(&log).take(5).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    let runs = log["runs"].as_array().expect("runs");
    assert_eq!((&log["version"], runs.len()), (&json!("2.1.0"), 1));
    runs[0].clone()
}

#[track_caller]
fn results(run: &Value) -> &Vec<Value> {
    run["results"].as_array().expect("results")
}

#[test]
fn logs_fit_the_schema_of_the_standard() {
    for input in [&zoo(), &cases(), "[]", "{", "", PASSES, REJECTED, UNSUPPORTED] {
        let run = log(&run(&["check", "--format=sarif", "-"], input).stdout);
        assert_eq!(run["columnKind"], "unicodeCodePoints");
    }
}

#[test]
fn every_result_is_about_a_described_rule() {
    let run = log(&run(&["check", "--format=sarif", "-"], zoo() + &cases()).stdout);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), rules.len(), "each rule once");
    for result in results(&run) {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
    for rule in rules {
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| text.ends_with('.')), "{rule}");
        assert_ne!(rule["name"], rule["id"], "a name that is the id says nothing");
        assert!(rule["fullDescription"]["text"].is_string(), "{rule}");
        let of_check = rule["id"].as_str().is_some_and(|id| id.contains('#'));
        for part in ["text", "markdown"] {
            assert!(rule["help"][part].as_str().is_some_and(|help| !help.is_empty()), "{rule}");
        }
        assert!(!of_check || rule["properties"]["basis"].is_string(), "{rule}");
    }
    for notification in run["tool"]["driver"]["notifications"].as_array().expect("notifications") {
        assert!(notification["help"]["text"].is_string() && notification["fullDescription"]["text"].is_string());
    }
    let with_page = rules.iter().filter(|rule| rule["helpUri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
    assert!(with_page.count() > 10);
}

#[test]
fn what_does_not_count_is_suppressed_with_its_reason() {
    let folder = Folder::new("sarif-suppressed")
        .with("preflint.toml", "[[ignore]]\ncode = \"InvalidRegionId.NotFound\"\nreason = \"a new region\"\n")
        .with(
            "a.http",
            "# preflint: ignore[oss-prefix-chars] an old bucket\nGET https://ecs.aliyuncs.com/?Action=ExportImage&Version=\
             2014-05-26&RegionId=moon&ImageId=m-1&OSSBucket=my-bucket&OSSPrefix=a-b\n",
        );
    let output = folder.run(&["check", "--format=sarif", "a.http"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let run = log(&output.stdout);
    let suppressed: Vec<(&Value, &Value)> = results(&run)
        .iter()
        .filter(|result| result["level"] == "error")
        .map(|result| (&result["properties"]["code"], &result["suppressions"]))
        .collect();
    let expected = [
        (json!("InvalidOSSPrefix.Malformed"), json!([{"kind": "inSource", "justification": "an old bucket"}])),
        (json!("InvalidRegionId.NotFound"), json!([{"kind": "external", "justification": "a new region"}])),
    ];
    assert_eq!(suppressed, expected.iter().map(|(code, notes)| (code, notes)).collect::<Vec<_>>());
    // What the command line left out was never asked for.
    let chosen = folder.run(&["check", "--isolated", "--format=sarif", "--ignore=InvalidRegionId.NotFound", "a.http"]);
    assert!(
        !chosen.stdout.contains("InvalidRegionId.NotFound#") && !chosen.stdout.contains("moon"),
        "{}",
        chosen.stdout
    );
}

#[test]
fn kinds_levels_and_properties_say_what_the_report_says() {
    let input = REJECTED.replace("\"OSSBucket\"", "\"OssBucket\"");
    let log = log(&run(&["check", "--format=sarif", "-"], &input).stdout);
    let report = &run(&["check", "--format=ndjson", "-"], &input).reports()[0];
    let of = |level: &str| results(&log).iter().filter(|result| result["level"] == level).collect::<Vec<_>>();
    let (findings, warnings, open) = (of("error"), of("warning"), of("none"));
    for (found, key) in [(&findings, "findings"), (&warnings, "warnings"), (&open, "open")] {
        assert_eq!(found.len(), report[key].as_array().expect("a list").len(), "{key}");
        assert!(!found.is_empty());
    }
    assert!(open.iter().all(|result| result["kind"] == "open" && result["properties"]["needs"].is_array()));
    assert!(findings.iter().chain(&warnings).all(|result| result.get("kind").is_none()));
    let first = &report["findings"][0];
    let properties = &findings[0]["properties"];
    for key in ["code", "status", "message", "parameter", "stage", "origin", "basis", "answer_basis"] {
        assert_eq!(properties[key], first[key], "{key}");
    }
    assert_eq!((&properties["predicted"], &properties["certain"]), (&json!(true), &report["error"]["certain"]));
    assert_eq!(findings[0]["partialFingerprints"], json!({"preflint/v1": first["fingerprint"]}));
    assert_eq!(warnings[0]["ruleId"], "parameter-case");
    assert_eq!(log["tool"]["driver"]["properties"]["rules"], report["rules"]);
}

#[test]
fn regions_cut_out_the_value_by_bytes_and_by_code_points() {
    let document = "{\"provider\": \"aliyun\", \"operation\": \"ExportImage\",\n \"params\": {\"RegionId\": \"cn-hangzhou\", \
                    \"ImageId\": \"镜\u{1f600}\",\n  \"x\": \"镜\u{1f600}\", \"OSSPrefix\": \"镜-\u{1f600}\", \"OSSBucket\": \"my-bucket\"}}";
    let log = log(&run(&["check", "--format=sarif", "-"], document).stdout);
    let finding = results(&log).iter().find(|result| result["level"] == "error").expect("a finding");
    let region = &finding["locations"][0]["physicalLocation"]["region"];
    let number = |key: &str| region[key].as_u64().unwrap_or_else(|| panic!("no {key}")) as usize;
    let bytes = &document[number("byteOffset")..number("byteOffset") + number("byteLength")];
    assert_eq!(bytes, "\"镜-\u{1f600}\"");
    assert_eq!((number("startLine"), number("endLine")), (3, 3));
    let line: Vec<char> = document.lines().nth(2).expect("a line").chars().collect();
    let cut: String = line[number("startColumn") - 1..number("endColumn") - 1].iter().collect();
    assert_eq!(cut, bytes);
}

#[test]
fn files_are_named_from_the_folder_of_the_run() {
    let folder = Folder::new("sarif uris").with("a b/镜#1.json", REJECTED);
    let inner = Folder::new("sarif-uris-inner");
    let absolute = folder.path().join("a b/镜#1.json").display().to_string();
    let uri = |folder: &Folder, file: &str| {
        let log = log(&folder.run(&["check", "--format=sarif", file]).stdout);
        results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"].clone()
    };
    let relative = json!({"uri": "a%20b/%E9%95%9C%231.json", "uriBaseId": "%SRCROOT%"});
    for file in ["a b/镜#1.json", "./a b/../a b/镜#1.json", &absolute] {
        assert_eq!(uri(&folder, file), relative, "{file}");
    }
    let outside = uri(&inner, &absolute);
    assert!(outside["uri"].as_str().is_some_and(|uri| uri.starts_with("file:///")), "{outside}");
    assert!(outside.get("uriBaseId").is_none());
}

#[test]
fn the_invocation_tells_the_exit_code_and_what_was_not_checked() {
    let invocation = |input: &str| log(&run(&["check", "--format=sarif", "-"], input).stdout)["invocations"][0].clone();
    for (input, code, successful) in [(PASSES, 0, true), (REJECTED, 1, true), ("{", 3, false)] {
        let invocation = invocation(input);
        assert_eq!((&invocation["exitCode"], &invocation["executionSuccessful"]), (&json!(code), &json!(successful)));
    }
    let invocation = invocation(&format!("{PASSES}\n{UNSUPPORTED}\n{{\n{REJECTED}\n"));
    let notifications = invocation["toolExecutionNotifications"].as_array().expect("a list");
    let told: Vec<_> = notifications
        .iter()
        .map(|one| {
            let line = &one["locations"][0]["physicalLocation"]["region"]["startLine"];
            (one["descriptor"]["id"].as_str().expect("an id"), line.as_u64().expect("a line"))
        })
        .collect();
    assert_eq!(told, [("no-rules", 2), ("unreadable-input", 3)]);
}

#[test]
fn fixes_are_given_to_viewers_where_they_can_be_written() {
    let document = REJECTED.replace("\"OSSBucket\"", "\n \"OssBucket\"");
    let log = log(&run(&["check", "--format=sarif", "-"], &document).stdout);
    let fixes: Vec<&Value> = results(&log).iter().flat_map(|result| result["fixes"].as_array()).flatten().collect();
    let told = |fix: &Value| (fix["properties"]["applicability"].clone(), fix["description"]["text"].clone());
    let all: Vec<_> = fixes.iter().map(|fix| told(fix)).collect();
    assert_eq!(
        all,
        [(json!("unsafe"), json!("write \"ab\"")), (json!("safe"), json!("name it OSSBucket"))],
        "{fixes:?}"
    );
    // As a viewer applies them: by lines and columns.
    for fix in fixes {
        let change = &fix["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], "-");
        let [replacement] = change["replacements"].as_array().expect("replacements").as_slice() else {
            panic!("{fix}")
        };
        let region = &replacement["deletedRegion"];
        let number = |key: &str| region[key].as_u64().unwrap_or_else(|| panic!("no {key}")) as usize;
        assert_eq!(number("startLine"), number("endLine"));
        let line = document.lines().nth(number("startLine") - 1).expect("a line");
        let cut = &line[number("startColumn") - 1..number("endColumn") - 1];
        let bytes = &document[number("byteOffset")..number("byteOffset") + number("byteLength")];
        let expected = if fix["description"]["text"] == "name it OSSBucket" {
            ("\"OssBucket\"", "\"OSSBucket\"")
        } else {
            ("\"a-b\"", "\"ab\"")
        };
        assert_eq!((cut, replacement["insertedContent"]["text"].as_str()), (expected.0, Some(expected.1)));
        assert_eq!(bytes, cut);
    }
    // A plan is generated: nothing is written into it.
    let plan = run(&["check", "--format=sarif", "examples/forms/plan.json"], "").stdout;
    assert!(plan.contains("InvalidOSSPrefix.Malformed") && !plan.contains("\"fixes\""));
}

#[test]
fn hints_and_refusals_of_tools_are_told_in_words() {
    let old = r#"{"provider":"aliyun","operation":"ExportImage","edition":"2018-06","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket"}}"#;
    let log_of = |input: &str| log(&run(&["check", "--format=sarif", "-"], input).stdout);
    let (run, report) = (log_of(old), &run(&["check", "--format=ndjson", "-"], old).reports()[0]);
    let hint = &report["warnings"][0]["hints"][0];
    assert!(hint["detail"].is_string(), "{report}");
    let warning = results(&run).iter().find(|result| result["level"] == "warning").expect("a warning");
    assert_eq!(&warning["properties"]["hints"][0], hint);
    let detail = &hint["detail"].as_str().expect("a text")[1..];
    assert!(warning["message"]["text"].as_str().is_some_and(|text| text.contains(detail)), "{warning}");

    let call = "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-1 --OSSBucket my-bucket --RoleNames x\n";
    let run = log_of(call);
    let refusal = results(&run).iter().find(|result| result["level"] == "error").expect("a refusal");
    let message = refusal["message"]["text"].as_str().expect("a text");
    assert!(message.contains("aliyun itself refuses this") && !message.contains("API would answer"), "{message}");
    assert_eq!(refusal["properties"]["tool"], "aliyun");
}
