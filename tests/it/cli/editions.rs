//! Editions: which one a request is checked by, and what each of them answers to two mistakes at once.

use serde_json::json;

use super::{check, codes, run};

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
