//! `rules diff`: which two are meant, and what is told of them.

use serde_json::{Value, json};

use super::run;

#[track_caller]
fn diff(arguments: &[&str]) -> Value {
    let output = run(&[&["rules", "diff", "--format", "json"], arguments].concat(), "");
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&output.stdout).expect("JSON")
}

#[test]
fn editions_are_named_in_every_natural_way() {
    let (old, new) = ("aliyun/ecs/ExportImage@2018-06", "aliyun/ecs/ExportImage@2026-01");
    for arguments in [
        &[old, new][..],
        &["ExportImage@2018-06", "2026-01"],
        &["ecs/ExportImage@2018-06", "ExportImage"],
        &["ExportImage@2018-06"],
    ] {
        let comparison = diff(arguments);
        assert_eq!((&comparison["before"], &comparison["after"]), (&json!(old), &json!(new)), "{arguments:?}");
    }
    let of_sites = diff(&["ExportImages", "cn-2026-08"]);
    assert_eq!(of_sites["before"], "tencent/cvm/ExportImages@intl-2025-10");
    // An operation that two providers have is that of the first one's provider.
    let operations = diff(&["ExportImages", "ImportImage"]);
    assert!(operations["after"].as_str().is_some_and(|id| id.starts_with("tencent/cvm/ImportImage@")), "{operations}");
}

#[test]
fn what_cannot_be_meant_is_refused_by_name() {
    for (arguments, told) in [
        (&["ExportImage@2018-06", "2018-07"][..], "2018-06, 2021-03, 2026-01"),
        (&["ExportImage@2017-01"], "2018-06, 2021-03, 2026-01"),
        (&["ExportImage"], "default edition"),
        (&["ExportImag"], "did you mean"),
        (&["ImportImage"], "aliyun/ecs/ImportImage or tencent/cvm/ImportImage"),
    ] {
        let output = run(&[&["rules", "diff"], arguments].concat(), "");
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(output.stderr.contains(told), "{}", output.stderr);
    }
}

#[test]
fn people_see_groups_and_marks() {
    let output = run(&["rules", "diff", "ExportImage@2018-06", "2021-03"], "");
    assert_eq!(output.code, 0);
    let headings: Vec<&str> = output.stdout.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
    let beginnings = ["aliyun/ecs/ExportImage: 2018-06 -> 2021-03", "Parameters: ", "Constraints: ", "Errors: "];
    assert_eq!(headings.len(), beginnings.len(), "{headings:?}");
    assert!(headings.iter().zip(beginnings).all(|(line, begin)| line.starts_with(begin)), "{headings:?}");
    for line in ["  ~ OSSPrefix    spelt OssPrefix before", "  - ClientToken  string", "  - 400 Forbidden"] {
        assert!(output.stdout.lines().any(|found| found == line), "no line {line:?} in\n{}", output.stdout);
    }
    assert!(!output.stdout.contains('\u{1b}'), "colour without a terminal");
    let colored = run(&["rules", "diff", "--color", "always", "ExportImage@2018-06", "2021-03"], "");
    assert!(colored.stdout.contains("\u{1b}[32m+\u{1b}[0m"));
}

#[test]
fn equal_editions_are_said_to_be_equal() {
    let output = run(&["rules", "diff", "ExportImage@2021-03", "2021-03"], "");
    assert_eq!(output.code, 0);
    assert!(output.stdout.contains("No difference"), "{}", output.stdout);
}
