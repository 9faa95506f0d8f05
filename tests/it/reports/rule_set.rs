//! The state of the rules: told by the program and by every report for machines, and a word when it is old.

use std::fs;

use serde_json::Value;

use super::zoo;
use crate::cli::{Folder, PASSES, program, project, run};

fn rules_in(options: &[&str], format: &str) -> Vec<Value> {
    let format = format!("--format={format}");
    let output = run(&[&["check", &format], options, &["-"]].concat(), zoo());
    match format.as_str() {
        "--format=ndjson" => output.reports().iter().map(|report| report["rules"].clone()).collect(),
        "--format=json" => vec![serde_json::from_str::<Value>(&output.stdout).expect("JSON")["rules"].clone()],
        _ => {
            let log: Value = serde_json::from_str(&output.stdout).expect("JSON");
            vec![log["runs"][0]["tool"]["driver"]["properties"]["rules"].clone()]
        }
    }
}

#[test]
fn the_version_and_every_report_name_the_same_rules() {
    let version = run(&["--version"], "").stdout;
    let lines: Vec<&str> = version.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, concat!("preflint ", env!("CARGO_PKG_VERSION"))));
    let words: Vec<&str> = lines[1].split(' ').collect();
    let [_, date, digest] = words.as_slice() else { panic!("{version}") };
    assert!(date.len() == 10 && digest.len() == "sha256:".len() + 64, "{version}");
    for format in ["json", "ndjson", "sarif"] {
        for rules in rules_in(&[], format) {
            assert_eq!((rules["date"].as_str(), rules["digest"].as_str()), (Some(*date), Some(*digest)), "{format}");
        }
    }
}

#[test]
fn other_rules_have_another_digest() {
    let path = "aliyun/ecs/ExportImage/2026-01.json";
    let text = fs::read_to_string(project("rules").join(path)).expect("a rule file");
    let same = Folder::new("digest-same").with(path, &text);
    let changed = Folder::new("digest-changed").with(path, text.replace("2026-11-22", "2026-12-24") + "\n");
    let rules = |folder: &Folder| rules_in(&["--rules", &folder.path().display().to_string()], "json").remove(0);
    let bundled = rules_in(&[], "json").remove(0);
    assert_eq!(rules(&same), bundled);
    assert_ne!(rules(&changed)["digest"], bundled["digest"]);
    assert_eq!(rules(&changed)["date"], "2026-12-24");
}

#[test]
fn old_rules_are_told_of_once_and_to_people_only() {
    let told = |options: &[&str], seconds: &str| {
        let folder = Folder::new("age").with("in.json", PASSES);
        let mut command = program(&[&["check"], options, &["in.json"]].concat());
        let output = command.current_dir(folder.path()).env("SOURCE_DATE_EPOCH", seconds).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let (now, in_two_years) = ("1795000000", "1860000000");
    assert_eq!(told(&[], now), "");
    let notice = told(&[], in_two_years);
    assert!(notice.contains("more than a year ago") && notice.lines().count() == 1, "{notice}");
    assert_eq!(told(&["--format=sarif=out", "--format=human"], in_two_years), notice);
    for options in [&["-q"][..], &["-qq"], &["--format=json"], &["--format=github"]] {
        assert_eq!(told(options, in_two_years), "", "{options:?}");
    }
}
