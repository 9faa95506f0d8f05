//! Explanations: what `explain` says of codes, operations and checks, and of what it does not know.

use super::{check, run};

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
