//! The text of an input: its limits, encodings and line ends, and the places that reports tell in it.

use serde_json::{Value, json};

use super::{assert_spans, export, kinds, nested, only, unreadable, verdicts, with};
use crate::cli::{PASSES, REJECTED, check, run};

#[test]
fn numbers_of_any_length_are_kept() {
    let long = "1".repeat(400);
    let text = format!(
        r#"{{"id":{long},"provider":"aliyun","operation":"ExportImage","params":{{"RegionId":"cn-hangzhou","ImageId":{long},"OSSBucket":"b-1","OwnerId":{long}}},"facts":{{"images":{{"complete":true,"items":[]}}}}}}"#
    );
    let output = run(&["check", "--format", "ndjson", "-"], &text);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    let report = &output.reports()[0];
    assert_eq!(report["warnings"], json!([]));
    // The id comes back with every digit, and so does the image's in the message that names it.
    assert_eq!(report["request"]["id"].to_string().trim_matches('"'), long);
    let message = &report["findings"][0]["alternatives"][0]["message"];
    assert_eq!(*message, json!(format!("The specified image {long} does not exist.")));
    for number in ["1e400", "-0", "0.1e-7", "123456789012345678901234567890", "-1.0"] {
        let report =
            only(with("\"id\":5").replace("\"id\":\"fine\",", "").replace("\"id\":5", &format!("\"id\":{number}")));
        assert_eq!(report["verdict"], "pass", "{number}");
        assert_eq!(report["request"]["id"].to_string().trim_matches('"'), number);
    }
    let wrong = "9".repeat(400) + ".5";
    let report =
        only(export(&format!(r#"{{"RegionId":"cn-hangzhou","ImageId":"m","OSSBucket":"b-1","OwnerId":{wrong}}}"#)));
    assert_eq!(kinds(&report, "findings", "parameter"), ["OwnerId"]);
}

#[test]
fn nesting_is_bounded_at_64() {
    // The request and its parameters are two levels.
    for (levels, verdict) in
        [(1, "reject"), (62, "reject"), (63, "unreadable"), (100, "unreadable"), (100_000, "unreadable")]
    {
        let text = export(&format!(r#"{{"x":{}}}"#, nested(levels)));
        assert_eq!(only(&text)["verdict"], verdict, "{levels}");
        let listed = check(&[], format!("[{PASSES},{text},{PASSES}]"));
        assert_eq!(verdicts(&listed), ["pass", verdict, "pass"], "{levels} in a list");
        let lines = check(&[], format!("{text}\n{PASSES}\n{text}"));
        assert_eq!(verdicts(&lines), [verdict, "pass", verdict], "{levels} in lines");
    }
    let at = export(r#"{"x":"#).len() - 1;
    let report = only(export(&format!(r#"{{"x":{}}}"#, nested(63))));
    assert_eq!(report["problem"]["kind"], "limit");
    assert_eq!(report["problem"]["column"], json!(at + 62 + 1));
    for endless in ["[".repeat(100_000), "{\"a\":".repeat(100_000), format!("[{}", "{\"a\":[".repeat(50_000))] {
        let output = run(&["check", "--format", "ndjson", "-"], endless);
        assert_eq!((output.code, output.stderr.as_str()), (3, ""));
    }
}

#[test]
fn text_that_is_not_utf8_is_unreadable_at_its_place() {
    for (before, line, column) in [
        ("{\"provider\":\"", 1, 14),
        ("\u{feff}{\"provider\":\"", 1, 14),
        ("{\n  \"地域\":\"", 2, 9),
        ("[1,\r\n\"", 2, 2),
        ("", 1, 1),
    ] {
        let bytes = [before.as_bytes(), b"\xff\xfe\"}"].concat();
        let report = only(&bytes);
        let problem = &report["problem"];
        assert_eq!((&report["verdict"], &problem["kind"]), (&json!("unreadable"), &json!("syntax")), "{before:?}");
        assert_eq!((&problem["line"], &problem["column"]), (&json!(line), &json!(column)), "{before:?}");
        assert!(problem["message"].as_str().is_some_and(|message| message.contains("UTF-8")));
    }
    // The encoding that some tools of Windows write.
    let utf16: Vec<u8> = PASSES.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[b"\xff\xfe", &utf16[..]].concat(), utf16] {
        let output = run(&["check", "--format", "ndjson", "-"], bytes);
        assert_eq!(output.code, 3);
        assert!(output.reports().iter().all(|report| report["verdict"] == "unreadable"));
    }
}

#[test]
fn broken_json_is_told_at_its_place() {
    unreadable(r#"{"provider":"aliyun"▸"#, "syntax", "ends here");
    unreadable(r#"{"provider":"aliyun",▸}"#, "syntax", "a key in double quotes");
    unreadable("{\n \"地域\" ▸1}", "syntax", "\":\"");
    unreadable("{\"a\":▸nope}", "syntax", "double quotes");
    unreadable("{\"a\":0▸1}", "syntax", "start with 0");
    unreadable("{\"a\":1.▸}", "syntax", "a digit");
    unreadable("{\"a\":\"▸\u{1}\"}", "syntax", "control character");
    unreadable("{\"a\":\"文▸\\ud800\"}", "syntax", "surrogate");
    unreadable("{\"a\":\"▸\\udc00\"}", "syntax", "surrogate");
    unreadable("{\"a\":\"▸\\ud83d\\u0041\"}", "syntax", "surrogate");
    unreadable("{\"a\":\"▸\\q\"}", "syntax", "escape");
    unreadable(&format!("{PASSES} ▸oops"), "syntax", "the end");
    unreadable("▸<xml/>", "syntax", "a value");
    unreadable("{\r\n  \"a\": 1,\r\n  ▸'b': 2\r\n}", "syntax", "double quotes");
    let fine = REJECTED.replace("a-b", "\\ud83d\\ude00");
    let detail = only(&fine)["findings"][0]["detail"].to_string();
    assert!(detail.contains('😀'), "{detail}");
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(REJECTED).expect("JSON")).expect("JSON");
    for text in [REJECTED.to_owned(), format!("[{REJECTED}]"), format!("{REJECTED}\n{PASSES}"), pretty] {
        let plain = &check(&[], &text)[0]["findings"][0]["span"];
        let marked = &check(&[], format!("\u{feff}{text}"))[0]["findings"][0]["span"];
        for (key, moved) in [("start", 3), ("end", 3), ("line", 0), ("column", 0)] {
            let number = |span: &Value| span[key].as_u64().expect("a number");
            assert_eq!(number(marked), number(plain) + moved, "{key} of {text}");
        }
    }
    // Only the first character of an input is such a mark.
    assert_eq!(verdicts(&check(&[], format!("{PASSES}\n\u{feff}{PASSES}"))), ["pass", "unreadable"]);
}

#[test]
fn lines_may_end_as_on_windows() {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(REJECTED).expect("JSON")).expect("JSON");
    let lines = format!("{PASSES}\n{REJECTED}\n");
    for text in [pretty, lines, format!("[\n{REJECTED}\n]")] {
        let text = text.replace('\n', "\r\n");
        let reports = check(&[], &text);
        let finding = &reports.last().expect("a report")["findings"][0];
        assert_spans(&text, finding);
        assert!(!run(&["check", "-"], &text).stdout.contains('\r'));
    }
}

#[test]
fn spans_cut_out_the_value_at_fault() {
    let values = [
        ("RegionId", "\"华东\""),
        ("OSSPrefix", "\"a\\u002db\""),
        ("ImageFormat", "\"ＲＡＷ\""),
        ("RoleName", "\"我的角色😀\""),
    ];
    let members: Vec<String> = values.iter().map(|(name, value)| format!("\"{name}\" : {value}")).collect();
    let compact = format!(r#"{{"备注":"x",{},"ImageId":"镜像","OSSBucket":"b-1"}}"#, members.join(","));
    let pretty = format!(
        "{{\n\t\"备注\": \"x\",\n\t{},\n\t\"ImageId\": \"镜像\",\n\t\"OSSBucket\": \"b-1\"\n}}",
        members.join(",\n\t")
    );
    for params in [compact, pretty] {
        let request = format!(r#"{{"id":"任务","provider":"aliyun","operation":"ExportImage","params":{params}}}"#);
        let forms = [
            request.clone(),
            format!("\u{feff}{request}"),
            format!("[{PASSES},\n  {request}]"),
            format!("{PASSES}\n\n{}", request.replace(['\n', '\t'], " ")),
        ];
        for text in forms {
            let reports = check(&[], &text);
            let report = reports.last().expect("a report");
            let findings = report["findings"].as_array().expect("a list");
            assert_eq!(findings.len(), 4, "{text}");
            // Columns are counted from behind a mark at the start of the input.
            let counted = text.strip_prefix('\u{feff}');
            for finding in findings {
                let name = finding["parameter"].as_str().expect("a name");
                let expected = values.iter().find(|(known, _)| *known == name).expect("one of the four").1;
                match counted {
                    None => assert_eq!(assert_spans(&text, finding), expected),
                    Some(counted) => {
                        let mut moved = finding.clone();
                        for key in ["start", "end"] {
                            moved["span"][key] = json!(finding["span"][key].as_u64().expect("a number") - 3);
                        }
                        assert_eq!(assert_spans(counted, &moved), expected);
                    }
                }
            }
            // A warning about a name points at the name.
            let warning = &report["warnings"][0];
            let cut = |key: &str| warning["span"][key].as_u64().expect("a number") as usize;
            assert_eq!(&text[cut("start")..cut("end")], "\"备注\"");
        }
    }
}

#[test]
fn a_missing_parameter_points_at_the_object_without_it() {
    let params = "{\n  \"RegionId\": \"cn-hangzhou\",\n  \"OSSBucket\": \"b-1\"\n}";
    let text = format!("[\n{PASSES},\n{}]", export(params));
    let reports = check(&[], &text);
    assert_eq!(assert_spans(&text, &reports[1]["findings"][0]), params);
}
