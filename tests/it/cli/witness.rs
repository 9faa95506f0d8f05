//! `preflint rules witness`, `rules generate` and `rules test --mutate`: what they print can be used as it is.

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
        (["ImportImage", "X"], "aliyun/ecs/ImportImage or tencent/cvm/ImportImage"),
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

#[test]
fn vectors_are_lines_of_requests_and_expectations() {
    let output = run(&["rules", "generate", "ExportImage", "--valid", "5", "--invalid", "5", "--seed", "3"], "");
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    let vectors = output.reports();
    assert_eq!(vectors.len(), 10);
    let requests: Vec<String> = vectors.iter().map(|vector| vector["request"].to_string()).collect();
    for (vector, report) in vectors.iter().zip(check(&[], requests.join("\n"))) {
        assert_eq!(vector["expect"]["verdict"], report["verdict"], "{vector}");
        for key in ["code", "status", "message"] {
            assert_eq!(vector["expect"][key], report["error"][key], "{vector}");
        }
        assert_eq!(vector["expect"]["check"], report["findings"][0]["check"], "{vector}");
    }
    let again = run(&["rules", "generate", "ExportImage", "--valid", "5", "--invalid", "5", "--seed", "3"], "");
    assert_eq!(again.stdout, output.stdout);
}

#[test]
fn fewer_vectors_than_asked_for_are_no_mistake() {
    let folder = project("tests/broken_rules/base").display().to_string();
    let arguments = ["rules", "generate", "OpenBox", "--rules", &folder, "--valid", "0", "--invalid", "100000"];
    let output = run(&arguments, "");
    assert_eq!(output.code, 0);
    let found = output.stdout.lines().count();
    assert!(found > 20 && found < 100_000, "{found}");
    assert!(output.stderr.contains(&format!("{found} of 100000")), "{}", output.stderr);
}

#[test]
fn changes_that_no_case_notices_are_told_with_line_and_example() {
    let read = |file: &str| fs::read_to_string(project("tests/broken_rules/base").join(file)).expect("rules");
    let file = "acme/box/OpenBox/2026-01.json";
    let cases = r#"{"format": 1, "edition": "acme/box/OpenBox@2026-01", "base": {"Region": "north"}, "cases": []}"#;
    let folder = Folder::new("mutate")
        .with("rules/acme/provider.json", read("acme/provider.json"))
        .with(&format!("rules/{file}"), read(file))
        .with(&format!("cases/{file}"), cases);
    let output = folder.run(&["rules", "test", "rules", "--cases", "cases", "--mutate", "--only", "OpenBox"]);
    assert_eq!(output.code, 1);
    let line = read(file).lines().position(|line| line.contains("depth-range")).expect("the check") + 1;
    let expected = format!("OpenBox/2026-01.json:{line}:");
    let told = output.stdout.lines().skip_while(|line| !line.contains("range at most 10 instead of 9"));
    let told: Vec<&str> = told.take(2).collect();
    assert!(told[0].contains(&expected) && told[0].contains("`depth-range`"), "{told:?}");
    assert!(told[1].contains(r#""Depth":10"#), "{told:?}");
    assert!(output.stdout.ends_with(" not noticed\n"), "{}", output.stdout);
    assert_eq!(folder.run(&["rules", "test", "rules", "--cases", "cases", "--only", "OpenBox"]).code, 2);
    assert_eq!(folder.run(&["rules", "test", "rules", "--cases", "cases", "--mutate", "--only", "OpenBax"]).code, 2);
}
