//! Rule files: what `--rules` adds and replaces, and the commands below `rules`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Folder, PASSES, REJECTED, check, codes, project, run};

/// A small provider of our own; see `broken_rules`.
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
        let rows =
            shown.stdout.split("\nErrors").nth(1).expect("the errors").split("\nAnswer when nothing is wrong").next();
        let rows: Vec<&str> = rows.unwrap_or_default().lines().skip(1).filter(|line| !line.is_empty()).collect();
        assert_eq!(rows.len(), 13, "{name}: {rows:?}");
        assert!(rows.iter().all(|row| row.contains(": ")), "{rows:?}");
        // Resources that call it, with what their plug-in sends.
        let resources = shown.stdout.split("\nResources").nth(1).unwrap_or_default();
        assert!(resources.contains("terraform alicloud_image_export"), "{}", shown.stdout);
        assert!(resources.contains("oss_prefix -> OSSPrefix"), "{}", shown.stdout);
    }
    let shown: Value =
        serde_json::from_str(&run(&["rules", "show", "--json", "ExportImage"], "").stdout).expect("JSON");
    assert_eq!(shown["id"], "aliyun/ecs/ExportImage@2026-01");
    assert_eq!(shown["errors"].as_array().expect("a list").len(), 30);
    // What the page answers to a request with nothing wrong.
    let body = &shown["success"]["bodies"][0];
    assert_eq!((&shown["success"]["status"], &body["media_type"]), (&200.into(), &"application/json".into()));
    let members: Value = serde_json::from_str(body["body"].as_str().expect("a body")).expect("JSON");
    let names: Vec<&str> = members.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(names, ["RegionId", "RequestId", "TaskId"]);
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
