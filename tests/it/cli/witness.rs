//! `preflint rules witness`: what it prints can be checked as it is.

use std::fs;

use super::{Folder, check, project, run};

#[test]
fn witnesses_can_be_piped_into_check() {
    let output = run(&["rules", "witness", "ExportImage", "--format", "ndjson"], "");
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    let reports = check(&[], &output.stdout);
    assert_eq!(reports.len(), output.stdout.lines().count());
    assert!(reports.len() > 20);
    for report in reports {
        let id = report["request"]["id"].as_str().expect("an id");
        let (row, expected) = id.split_once(' ').expect("row and expectation");
        let verdict = if expected == "rejected" { "reject" } else { "pass" };
        assert_eq!(report["verdict"], verdict, "{id}");
        if verdict == "reject" {
            let code = report["error"]["code"].as_str().expect("a code");
            assert!(row == code || row.starts_with(&format!("{code}#")), "{id}: {code}");
        }
    }
}

#[test]
fn one_code_is_shown_with_its_neighbour() {
    let output = run(&["rules", "witness", "aliyun/ecs/ExportImage@2018-06", "OssPrefix.Malformed"], "");
    assert_eq!(output.code, 0);
    assert!(output.stdout.starts_with("400 OssPrefix.Malformed\n"), "{}", output.stdout);
    assert!(output.stdout.contains("\n  passing beside it\n"), "{}", output.stdout);
}

#[test]
fn what_is_not_known_is_wrong_usage() {
    for (arguments, expected) in [
        (["ExportImages@2018-06", "X"], "ExportImages"),
        (["ExportImge", "X"], "did you mean \"ExportImage\"?"),
        (["ExportImage", "InvalidOSSPrefix"], "documents no error"),
        (["ExportImage@1999-01", "X"], "there are the editions 2018-06"),
    ] {
        let output = run(&[&["rules", "witness"][..], &arguments].concat(), "");
        assert_eq!(output.code, 2, "{arguments:?}");
        assert!(output.stderr.contains(expected), "{}", output.stderr);
    }
}

#[test]
fn a_contradiction_is_told_with_its_place() {
    let read = |file: &str| fs::read_to_string(project("tests/broken_rules/base").join(file)).expect("rules");
    let closed = r#""must": {"fact": "box.State", "one_of": {"values": ["closed"]}}"#;
    let never = r#""must": {"fact": "box.State", "present": true}"#;
    let file = "acme/box/OpenBox/2026-01.json";
    let folder = Folder::new("contradiction")
        .with("acme/provider.json", read("acme/provider.json"))
        .with(file, read(file).replace(closed, never));
    let output = run(&["rules", "witness", "OpenBox", "--rules", &folder.path().display().to_string()], "");
    assert_eq!(output.code, 1);
    let line = read(file).lines().position(|line| line.contains("\"code\": \"OpenAlready\"")).expect("the row") + 1;
    assert!(output.stderr.contains(&format!("2026-01.json:{line}:")), "{}", output.stderr);
    assert!(output.stderr.contains("OpenAlready"), "{}", output.stderr);
}
