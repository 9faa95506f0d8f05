//! What does not count: choices, comments, entries of the configuration and baselines, and what is told of those that are
//! no longer needed.

use std::fs;

use serde_json::Value;

use super::{Folder, Output, PASSES, REJECTED, codes, run};

/// Too long, and with a "-": two checks with one code, of which one stands behind the other.
const TWICE: &str = r#"{"id":"twice","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket","OSSPrefix":"a-bcdefghijklmnopqrstuvwxyz012345"}}"#;
/// One finding behind another.
const TWO: &str = r#"{"id":"two","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzou","ImageId":"m-1","OSSBucket":"my-bucket","OSSPrefix":"a-b"}}"#;
/// A warning and nothing else.
const WARNS: &str = r#"{"id":"warns","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OssBucket":"my-bucket"}}"#;

const CALL: &str = "GET https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou&ImageId=m-1&OSSBucket=my-bucket";
const PREFIX: &str = "InvalidOSSPrefix.Malformed";

#[track_caller]
fn report(output: &Output) -> Value {
    output.reports().into_iter().next().unwrap_or_else(|| panic!("no report: {}", output.stderr))
}

#[track_caller]
fn ndjson(options: &[&str], input: &str) -> (i32, Value) {
    let output = run(&[&["check", "--format", "ndjson", "--isolated"], options, &["-"]].concat(), input);
    (output.code, report(&output))
}

/// By whom, and what, in order.
fn suppressed(report: &Value) -> Vec<(&str, &str)> {
    let all = report["suppressed"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .map(|one| {
            let what = one.get("finding").or(one.get("warning")).expect("what it is");
            let named = what["check"].as_str().map_or(what["kind"].as_str().unwrap_or_default(), |check| {
                check.rsplit('#').next().unwrap_or_default()
            });
            assert!(!named.is_empty(), "{one}");
            (one["by"].as_str().expect("by whom"), named)
        })
        .collect()
}

#[test]
fn what_is_ignored_takes_no_fix_from_the_others() {
    let fix = |report: &Value| report["findings"].as_array().expect("findings").last().expect("one")["fix"].clone();
    let (_, before) = ndjson(&[], TWO);
    let (_, after) = ndjson(&["--ignore", PREFIX], TWO);
    assert_eq!(codes(&after), ["InvalidRegionId.NotFound"]);
    assert!(fix(&before).is_object(), "{before}");
    assert_eq!(fix(&before), fix(&after));
}

#[test]
fn what_is_ignored_lets_the_next_finding_come_forward() {
    let (code, before) = ndjson(&[], TWO);
    assert_eq!((code, codes(&before)), (1, vec![PREFIX, "InvalidRegionId.NotFound"]));
    for name in [
        "oss-prefix-chars",
        "aliyun/ecs/ExportImage#oss-prefix-chars",
        "aliyun/ecs/ExportImage@2026-01#oss-prefix-chars",
        PREFIX,
    ] {
        let (code, report) = ndjson(&["--ignore", name], TWO);
        assert_eq!((code, codes(&report)), (1, vec!["InvalidRegionId.NotFound"]), "{name}");
        assert_eq!(report["error"]["code"], "InvalidRegionId.NotFound", "{name}");
        assert_eq!(suppressed(&report), [("selection", "oss-prefix-chars")], "{name}");
        assert_eq!(report["suppressed"][0]["finding"]["code"], PREFIX);
    }
    let (code, report) = ndjson(&["--ignore", "oss-prefix-chars,InvalidRegionId.NotFound"], TWO);
    assert_eq!((code, report["verdict"].as_str()), (0, Some("pass")));
    assert!(report.get("error").is_none());
    // What the findings say of others is not changed: nothing but what was ignored is missing.
    let (_, report) = ndjson(&["--ignore", "oss-prefix-chars"], REJECTED);
    let (_, fine) = ndjson(&[], PASSES);
    assert_eq!(report["open"].as_array().map(Vec::len), fine["open"].as_array().map(Vec::len));
}

#[test]
fn another_check_of_the_same_value_comes_forward_too() {
    let (_, before) = ndjson(&[], TWICE);
    assert_eq!(before["findings"].as_array().map(Vec::len), Some(1), "one mistake, one finding");
    let first = before["findings"][0]["check"].as_str().and_then(|check| check.rsplit('#').next()).expect("a check");
    let other = if first == "oss-prefix-length" { "oss-prefix-chars" } else { "oss-prefix-length" };
    let (code, report) = ndjson(&["--ignore", first], TWICE);
    assert_eq!(code, 1);
    assert_eq!(report["findings"][0]["check"], format!("aliyun/ecs/ExportImage@2026-01#{other}"));
    // Both checks lead to one code: ignoring that ignores both.
    let (code, report) = ndjson(&["--ignore", PREFIX], TWICE);
    assert_eq!((code, report["findings"].as_array().map(Vec::len)), (0, Some(0)));
}

#[test]
fn selected_is_nothing_but_what_is_named() {
    let (code, report) = ndjson(&["--select", "InvalidRegionId.NotFound"], TWO);
    assert_eq!((code, codes(&report)), (1, vec!["InvalidRegionId.NotFound"]));
    assert_eq!(report["open"].as_array().map(Vec::len), Some(0));
    let (code, report) = ndjson(&["--select", "value-case", "--strict=all"], TWO);
    assert_eq!((code, report["verdict"].as_str()), (0, Some("pass")));
    let (code, report) = ndjson(&["--select", PREFIX, "--ignore", "oss-prefix-chars"], TWO);
    assert_eq!((code, codes(&report)), (0, vec![]));
    for option in ["--select", "--ignore"] {
        let output = run(&["check", option, "oss-prefix-charz", "-"], TWO);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{option}");
        assert!(output.stderr.contains(option) && output.stderr.contains("\"oss-prefix-chars\""), "{}", output.stderr);
    }
    // The gateway's own answers have names too.
    let bare = "GET https://ecs.aliyuncs.com/?RegionId=cn-hangzhou&Version=2014-05-26\n";
    let (code, report) = ndjson(&[], bare);
    let check = report["findings"][0]["check"].as_str().expect("the gateway refuses it").to_owned();
    assert_eq!(code, 1);
    let (code, report) = ndjson(&["--ignore", &check], bare);
    assert_eq!((code, report["verdict"].as_str()), (0, Some("pass")));
    assert_eq!(suppressed(&report).len(), 1);
}

#[test]
fn unknown_parameters_are_ignored_one_check_for_all() {
    let request = r#"{"provider":"tencent","service":"cvm","operation":"ExportImages","params":{"Region":"ap-singapore","BucketName":"b-1250000000","ImageIds":["img-abcdefgh"],"FileNamePrefixList":["a"],"Foo":1,"Bar":2}}"#;
    let (_, before) = ndjson(&[], request);
    let unknown = before["findings"].as_array().expect("a list").iter().filter(|one| one["code"] == "UnknownParameter");
    assert_eq!(unknown.count(), 2);
    let (_, report) = ndjson(&["--ignore", "UnknownParameter"], request);
    assert!(!codes(&report).contains(&"UnknownParameter"));
    assert_eq!(suppressed(&report).len(), 2);
}

#[test]
fn warnings_can_fail_a_run_and_be_ignored() {
    assert_eq!(ndjson(&[], WARNS).0, 0);
    assert_eq!(ndjson(&["--fail-on", "warning"], WARNS).0, 1);
    let (code, report) = ndjson(&["--fail-on", "warning", "--ignore", "parameter-case"], WARNS);
    assert_eq!((code, report["warnings"].as_array().map(Vec::len)), (0, Some(0)));
    assert_eq!(suppressed(&report), [("selection", "parameter-case")]);
    assert_eq!(ndjson(&["--fail-on", "warning"], PASSES).0, 0);
    assert_eq!(ndjson(&["--fail-on", "warning,rejection"], REJECTED).0, 1);
}

#[test]
fn streams_are_the_same_on_several_threads() {
    let lines: String = (0..600).map(|line| [TWO, PASSES, WARNS][line % 3].to_owned() + "\n").collect();
    let options = ["check", "--format", "json", "--isolated", "--ignore", "oss-prefix-chars"];
    let [one, four] = ["1", "4"].map(|jobs| run(&[&options[..], &["--jobs", jobs, "-"]].concat(), &lines));
    assert_eq!(one.code, 1);
    assert!(one.stdout == four.stdout);
    let summary = &serde_json::from_str::<Value>(&one.stdout).expect("JSON")["summary"];
    assert_eq!((summary["rejected"].as_u64(), summary["ignored"].as_u64()), (Some(200), Some(200)));
}

#[test]
fn comments_beside_a_request_ignore() {
    let wrong = format!("{CALL}&OSSPrefix=a-b");
    let ignored = [
        format!("# preflint: ignore[oss-prefix-chars] old bucket\n{wrong}\n"),
        format!("// preflint: ignore[{PREFIX}] old bucket\n{wrong}\n"),
        format!("#preflint:ignore[ value-case , oss-prefix-chars ]: old bucket\n# another comment\n{wrong}\n"),
        format!("### a title\n# preflint: ignore[aliyun/ecs/ExportImage#oss-prefix-chars] old bucket\r\n{wrong}\r\n"),
    ];
    for text in ignored {
        let folder = Folder::new("comments").with("a.http", &text);
        let output = folder.run(&["check", "--format", "ndjson", "a.http"]);
        let report = report(&output);
        assert_eq!(output.code, 0, "{text}");
        assert_eq!(suppressed(&report), [("comment", "oss-prefix-chars")], "{text}");
        assert_eq!(report["suppressed"][0]["reason"], "old bucket", "{text}");
    }
    let yaml = "- provider: aliyun\n  operation: ExportImage\n  params:\n    RegionId: cn-hangzhou\n    ImageId: m-1\n    \
                OSSBucket: my-bucket\n    OSSPrefix: a-b # preflint: ignore[oss-prefix-chars] old bucket\n\
                # preflint: ignore[oss-prefix-chars] old bucket, too\n\
                - provider: aliyun\n  operation: ExportImage\n  params: {RegionId: cn-hangzhou, ImageId: m-1, OSSBucket: my-bucket, OSSPrefix: a-b}\n\
                - provider: aliyun\n  operation: ExportImage\n  params: {RegionId: cn-hangzhou, ImageId: m-1, OSSBucket: my-bucket, OSSPrefix: a-b}\n";
    let folder = Folder::new("comments-yaml").with("a.yaml", yaml);
    let output = folder.run(&["check", "--format", "ndjson", "a.yaml"]);
    let reports = output.reports();
    let reasons: Vec<&str> =
        reports.iter().map(|one| one["suppressed"][0]["reason"].as_str().unwrap_or("none")).collect();
    assert_eq!(reasons, ["old bucket", "old bucket, too", "none"]);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
}

#[test]
fn comments_of_scripts_and_ci_files_ignore() {
    let call = "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-1 --OSSBucket my-bucket";
    let script = format!(
        "#!/bin/bash\n# preflint: ignore[oss-prefix-chars] above\n{call} \\\n  --OSSPrefix a-b\n\
         {call} --OSSPrefix a-b # preflint: ignore[{PREFIX}] behind\n\
         {call} --OSSPrefix a-b\n\
         echo '# preflint: ignore[oss-prefix-chars] in a text'\n"
    );
    let ci = format!(
        "job:\n  script:\n    # preflint: ignore[oss-prefix-chars] above\n    - {call} --OSSPrefix a-b\n    - |\n      \
         # preflint: ignore[oss-prefix-chars] inside\n      {call} --OSSPrefix a-b\n      {call} --OSSPrefix a-b\n"
    );
    for (file, text, expected) in
        [("deploy.sh", script, ["above", "behind", "none"]), (".gitlab-ci.yml", ci, ["above", "inside", "none"])]
    {
        let folder = Folder::new("comments-scripts").with(file, text);
        let output = folder.run(&["check", "--format", "ndjson", file]);
        let reports = output.reports();
        let reason = |one: &Value| one["suppressed"][0]["reason"].as_str().unwrap_or("none").to_owned();
        assert_eq!(reports.iter().map(reason).collect::<Vec<_>>(), expected, "{file}");
        assert_eq!((output.code, output.stderr.as_str()), (1, ""), "{file}");
    }
}

#[test]
fn what_a_tool_refuses_can_be_ignored() {
    let call = "tccli cvm ExportImages --region ap-singapore --BucketName b-1250000000 --ImageIds '[\"img-abcdefgh\"]' \
                --FileNamePrefixList '[\"a\"]' --Foo 1\n";
    let (code, before) = ndjson(&[], call);
    assert_eq!((code, before["findings"][0]["origin"].as_str()), (1, Some("client")));
    let check = before["findings"][0]["check"].as_str().expect("an id").to_owned();
    let short = check.rsplit('#').next().expect("a short id");
    for name in [&check, short] {
        let (code, report) = ndjson(&["--ignore", name], call);
        assert_eq!(code, 0, "{name}");
        assert_eq!(suppressed(&report), [("selection", short)], "{name}");
    }
}

#[test]
fn what_only_looks_like_such_a_comment_ignores_nothing() {
    let wrong = format!("{CALL}&OSSPrefix=a-b");
    for text in [
        format!("# preflint: ignore[oss-prefix-chars] far away\n\n{wrong}\n"),
        format!("{CALL}&OSSPrefix=a-b\n\n###\n# preflint: ignore[oss-prefix-chars] behind it\n"),
        format!("# please preflint: ignore[oss-prefix-chars] in a sentence\n{wrong}\n"),
        format!("# preflint: ignore[value-case] another\n{wrong}\n"),
        format!("# preflint: ignore[oss-prefix-chars]\n{wrong}\n"),
        format!("# preflint: ignore[] nothing\n{wrong}\n"),
        format!("# preflint: ignore everything\n{wrong}\n"),
        format!("{wrong}\nX-Note: \"# preflint: ignore[oss-prefix-chars] in a value\"\n"),
        format!("{wrong}\nX-Note: a#preflint: ignore[oss-prefix-chars] in a word\n"),
    ] {
        let folder = Folder::new("no-comments").with("a.http", &text);
        let output = folder.run(&["check", "--format", "ndjson", "a.http"]);
        assert_eq!(codes(&report(&output)), [PREFIX], "{text}");
    }
}

#[test]
fn comments_that_are_not_needed_or_not_understood_are_told() {
    let told = |text: &str, options: &[&str]| {
        let folder = Folder::new("unused-comments").with("a.http", text);
        let output = folder.run(&[&["check", "--format", "ndjson"], options, &["a.http"]].concat());
        (output.code, output.stderr)
    };
    let (fine, wrong) = (format!("{CALL}\n"), format!("{CALL}&OSSPrefix=a-b\n"));
    let unused = format!("# preflint: ignore[oss-prefix-chars] why\n{fine}");
    let (code, stderr) = told(&unused, &[]);
    assert_eq!(code, 0);
    assert!(stderr.starts_with("preflint: a.http:1:3: the ignore of oss-prefix-chars is not used"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1);
    assert_eq!(told(&unused, &["--fail-on", "unused-ignore"]).0, 1);
    assert_eq!(told(&unused, &["-q"]), (0, String::new()));
    assert_eq!(told(&unused, &["-qq", "--fail-on", "unused-ignore"]), (1, String::new()));
    for (text, named) in [
        (format!("# preflint: ignore[oss-prefix-charz] why\n{wrong}"), "\"oss-prefix-chars\""),
        (format!("# preflint: ignore[oss-prefix-chars]\n{wrong}"), "reason"),
        (format!("# preflint: ignore\n{wrong}"), "preflint: ignore[CHECK] REASON"),
        (format!("# preflint: ignroe[oss-prefix-chars] why\n{wrong}"), "ignroe"),
        (format!("# preflint: ignore[oss-prefix-chars] why\n\n{wrong}"), "no request"),
    ] {
        let (code, stderr) = told(&text, &[]);
        assert_eq!(code, 1, "{text}");
        assert!(stderr.starts_with("preflint: a.http:1:3: ") && stderr.contains(named), "{text}: {stderr}");
    }
    // While something else rejects the request, an ignore may be needed all the same.
    let hidden =
        format!("# preflint: ignore[oss-prefix-chars] why\n{CALL}&OSSPrefix=a%2Dbcdefghijklmnopqrstuvwxyz01234567\n");
    let (code, stderr) = told(&hidden, &["--fail-on", "unused-ignore"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(
        told(&format!("# preflint: ignore[oss-prefix-chars] why\n{wrong}"), &["--fail-on", "unused-ignore"]).0,
        0
    );
}

#[test]
fn entries_of_the_configuration_ignore_in_their_files() {
    let config = |entry: &str| format!("[[ignore]]\nreason = \"agreed\"\n{entry}\n");
    let code_in = |entry: &str, file: &str| {
        let folder = Folder::new("config-ignores")
            .with("preflint.toml", config(entry))
            .with("old/a.json", REJECTED)
            .with("new/b.json", REJECTED);
        folder.run(&["check", "--format", "ndjson", file]).code
    };
    for (entry, old, new) in [
        ("check = \"oss-prefix-chars\"", 0, 0),
        ("code = \"InvalidOSSPrefix.Malformed\"", 0, 0),
        ("check = \"oss-prefix-chars\"\ncode = \"InvalidOSSPrefix.Malformed\"", 0, 0),
        ("check = \"oss-prefix-chars\"\ncode = \"MissingParameter\"", 1, 1),
        ("check = \"InvalidOSSPrefix.Malformed\"", 1, 1),
        ("kind = \"value-case\"", 1, 1),
        ("check = \"oss-prefix-chars\"\npaths = [\"old/\"]", 0, 1),
        ("check = \"oss-prefix-chars\"\npaths = [\"old/**\"]", 0, 1),
        ("check = \"oss-prefix-chars\"\npaths = [\"*.json\", \"!b.json\"]", 0, 1),
        ("check = \"oss-prefix-chars\"\npaths = [\"/a.json\"]", 1, 1),
        ("check = \"oss-prefix-chars\"\nuntil = 2999-01-01", 0, 0),
        ("check = \"oss-prefix-chars\"\nuntil = 2020-02-29", 1, 1),
    ] {
        assert_eq!((code_in(entry, "old/a.json"), code_in(entry, "new/b.json")), (old, new), "{entry}");
        assert_eq!(code_in(entry, "."), old.max(new), "{entry}");
    }
    let folder = Folder::new("config-ignores-stdin")
        .with("preflint.toml", config("check = \"oss-prefix-chars\"\npaths = [\"old/\"]"));
    let stdin =
        |options: &[&str]| super::run_in(folder.path(), &[&["check"], options, &["-"]].concat(), REJECTED.as_bytes());
    assert_eq!(stdin(&[]).code, 1);
    assert_eq!(stdin(&["--stdin-filename", "old/x.json"]).code, 0);
    assert_eq!(stdin(&["--stdin-filename", "../x.json"]).code, 1);
}

#[test]
fn entries_that_are_not_needed_are_told() {
    let entry = |line: &str| format!("\n[[ignore]]\nreason = \"agreed\"\n{line}\n");
    let told = |config: &str, options: &[&str], file: &str| {
        let folder = Folder::new("unused-entries")
            .with("preflint.toml", config)
            .with("old/a.json", PASSES)
            .with("new/b.json", REJECTED);
        let output = folder.run(&[&["check", "--format", "ndjson"], options, &[file]].concat());
        (output.code, output.stderr)
    };
    let unused = entry("check = \"oss-prefix-chars\"");
    let (code, stderr) = told(&unused, &[], "old");
    assert_eq!(code, 0);
    assert!(stderr.starts_with("preflint: preflint.toml:2:1: this ignore is not used"), "{stderr}");
    assert_eq!(told(&unused, &["--fail-on", "unused-ignore"], "old").0, 1);
    assert_eq!(told(&unused, &[], "."), (0, String::new()), "it is used in another file");
    let elsewhere = entry("check = \"oss-prefix-chars\"\npaths = [\"gone/\"]");
    assert_eq!(
        told(&elsewhere, &["--fail-on", "unused-ignore"], "old"),
        (0, String::new()),
        "its files are not in this run"
    );
    let expired = entry("check = \"oss-prefix-chars\"\nuntil = 2024-02-29");
    let (code, stderr) = told(&expired, &["--fail-on", "unused-ignore"], "old");
    assert_eq!(code, 1);
    assert!(
        stderr.contains("preflint.toml:2:1: ") && stderr.contains("expired") && stderr.contains("2024-02-29"),
        "{stderr}"
    );
    let (code, stderr) = told(&entry("check = \"oss-prefix-charz\""), &[], "new");
    assert_eq!(code, 1);
    assert!(stderr.contains("\"oss-prefix-chars\""), "{stderr}");
    // Another finding may hide what it is for.
    assert_eq!(told(&entry("code = \"MissingParameter\""), &["--fail-on", "unused-ignore"], "new"), (1, String::new()));
}

#[test]
fn a_baseline_knows_what_was_there() {
    let folder = Folder::new("baseline")
        .with("a.json", TWICE)
        .with("sub/b.http", format!("{CALL}&OSSPrefix=a-b\n"))
        .with("warns.json", WARNS)
        .with("c.json", REJECTED);
    let inputs = ["a.json", "sub/b.http", "warns.json"];
    let check = |options: &[&str], files: &[&str]| {
        folder.run(&[&["check", "--format", "ndjson", "--fail-on", "warning,unused-ignore"], options, files].concat())
    };
    assert_eq!(check(&[], &inputs).code, 1);
    let written = check(&["--write-baseline", "baseline.json"], &inputs);
    assert_eq!(written.code, 0);
    assert!(written.stderr.contains("wrote baseline.json with 4 entries"), "{}", written.stderr);
    let text = fs::read_to_string(folder.path().join("baseline.json")).expect("a baseline");
    let known: Value = serde_json::from_str(&text).expect("JSON");
    let entries: Vec<(&str, &str)> = known["known"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["file"].as_str().expect("a file"), one["check"].as_str().expect("a check")))
        .collect();
    let export = "aliyun/ecs/ExportImage#oss-prefix-chars";
    assert_eq!(
        entries,
        [
            ("a.json", export),
            ("a.json", "aliyun/ecs/ExportImage#oss-prefix-length"),
            ("sub/b.http", export),
            ("warns.json", "parameter-case")
        ]
    );
    // The same whatever the order, and read from wherever one stands.
    check(&["--write-baseline", "again.json"], &["warns.json", "sub/b.http", "a.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("again.json")).expect("a baseline"), text);
    let again = check(&["--baseline", "baseline.json"], &inputs);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));
    assert_eq!(suppressed(&again.reports()[1]), [("baseline", "oss-prefix-chars")]);
    let from_below =
        super::run_in(&folder.path().join("sub"), &["check", "--baseline", "../baseline.json", "b.http"], b"");
    assert_eq!((from_below.code, from_below.stderr.as_str()), (0, ""), "{}", from_below.stdout);
    // What it does not know counts: another file, another value; not another line.
    assert_eq!(check(&["--baseline", "baseline.json"], &["c.json"]).code, 1);
    let rewrite = |text: String| fs::write(folder.path().join("sub/b.http"), text).expect("written");
    rewrite(format!("# a comment\n\n{CALL}&DryRun=false&OSSPrefix=a-b\n"));
    assert_eq!(check(&["--baseline", "baseline.json"], &["sub/b.http"]).code, 0);
    rewrite(format!("{CALL}&OSSPrefix=c-d\n"));
    assert_eq!(check(&["--baseline", "baseline.json"], &["sub/b.http"]).code, 1);
    // What is gone is told, for files that were looked at and for those that are not there any more.
    rewrite(format!("{CALL}\n"));
    let stale = check(&["--baseline", "baseline.json"], &inputs);
    assert_eq!(stale.code, 1);
    assert_eq!(stale.stderr.lines().count(), 1, "{}", stale.stderr);
    assert!(stale.stderr.contains("baseline.json: sub/b.http") && stale.stderr.contains(export), "{}", stale.stderr);
    assert_eq!(check(&["--baseline", "baseline.json"], &["a.json", "warns.json"]).code, 0);
    fs::remove_file(folder.path().join("sub/b.http")).expect("removed");
    assert_eq!(check(&["--baseline", "baseline.json"], &["a.json", "warns.json"]).code, 1);
    // A configuration may name it; writing it anew does not read it first.
    fs::write(folder.path().join("preflint.toml"), "baseline = \"baseline.json\"\n").expect("written");
    assert_eq!(check(&[], &["a.json"]).stderr.lines().count(), 1);
    fs::write(folder.path().join("baseline.json"), "broken").expect("written");
    assert_eq!(check(&[], &["a.json"]).code, 2);
    assert_eq!(check(&["--write-baseline", "baseline.json"], &["a.json"]).code, 0);
    assert_eq!(check(&[], &["a.json"]).code, 0);
}

#[test]
fn what_is_no_baseline_is_refused() {
    let folder = Folder::new("no-baseline")
        .with("passes.json", PASSES)
        .with("text", "none")
        .with("other.json", r#"{"schema": "preflint/baseline/v9", "known": []}"#)
        .with("more.json", r#"{"schema": "preflint/baseline/v1", "known": [], "more": 1}"#);
    for file in ["text", "other.json", "more.json", "missing.json"] {
        let output = folder.run(&["check", "--baseline", file, "passes.json"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{file}");
        assert!(output.stderr.contains(file), "{}", output.stderr);
    }
    let both = folder.run(&["check", "--baseline", "more.json", "--write-baseline", "x.json", "passes.json"]);
    assert_eq!(both.code, 2);
    // Nothing is written when nothing could be checked.
    assert_eq!(folder.run(&["check", "--write-baseline", "x.json", "missing.json"]).code, 2);
    assert!(!folder.path().join("x.json").exists());
}

#[test]
fn comments_come_before_entries_and_those_before_baselines() {
    let text = format!("# preflint: ignore[oss-prefix-chars] beside it\n{CALL}&OSSPrefix=a-b\n");
    let folder = Folder::new("who-first")
        .with("preflint.toml", "[[ignore]]\ncheck = \"oss-prefix-chars\"\nreason = \"agreed\"\n")
        .with("a.http", text);
    let by = |options: &[&str]| {
        let output = folder.run(&[&["check", "--format", "ndjson"], options, &["a.http"]].concat());
        suppressed(&report(&output)).first().map(|(by, _)| (*by).to_owned())
    };
    assert_eq!(by(&["--ignore", "oss-prefix-chars"]).as_deref(), Some("comment"));
    fs::write(folder.path().join("a.http"), format!("{CALL}&OSSPrefix=a-b\n")).expect("written");
    assert_eq!(by(&["--ignore", "oss-prefix-chars"]).as_deref(), Some("configuration"));
    assert_eq!(by(&["--ignore", "oss-prefix-chars", "--isolated"]).as_deref(), Some("selection"));
}

#[test]
fn people_see_what_was_ignored_and_no_more_findings_than_they_want() {
    let batch = [TWO, PASSES, TWO, REJECTED].join("\n");
    let options = ["check", "--isolated"];
    let all = run(&[&options[..], &["-"]].concat(), &batch);
    let limited = |count: &str| run(&[&options[..], &["--max-findings", count, "-"]].concat(), &batch);
    let findings = |output: &Output| output.stdout.matches(" 400 ").count() + output.stdout.matches(" 404 ").count();
    assert_eq!(findings(&all), 5);
    for (count, shown, more) in [
        ("5", 5, None),
        ("3", 3, Some("2 more findings")),
        ("4", 4, Some("1 more finding ")),
        ("0", 0, Some("5 more findings")),
    ] {
        let output = limited(count);
        assert_eq!(output.code, 1);
        assert_eq!(findings(&output), shown, "{count}: {}", output.stdout);
        assert_eq!(output.stdout.contains(" more finding"), more.is_some(), "{count}");
        assert!(more.is_none_or(|more| output.stdout.contains(more)), "{count}: {}", output.stdout);
        assert!(output.stdout.contains("4 requests: 3 rejected, 1 passed"), "{}", output.stdout);
    }
    let ignored = run(&["check", "--isolated", "--ignore", PREFIX, "-"], REJECTED);
    assert_eq!(ignored.code, 0);
    assert!(ignored.stdout.contains("nothing wrong found, 1 ignored"), "{}", ignored.stdout);
    assert!(ignored.stdout.lines().any(|line| line.starts_with("1 request: ") && line.ends_with("1 ignored")));
}

#[test]
fn named_files_without_requests_can_be_passed_over() {
    let folder = Folder::new("skip-others")
        .with("notes.txt", "nothing here\n")
        .with("package.json", "{\"name\": \"something\"}\n")
        .with("broken.bin", b"\xff\xfe\x00")
        .with("rejected.json", REJECTED);
    let files = ["notes.txt", "package.json", "broken.bin"];
    assert_eq!(folder.run(&[&["check"], &files[..]].concat()).code, 3);
    let others = folder.run(&[&["check", "-q", "--skip-others"], &files[..]].concat());
    assert_eq!((others.code, others.stdout.as_str(), others.stderr.as_str()), (0, "", ""));
    assert_eq!(folder.run(&["check", "-q", "--skip-others", "notes.txt", "rejected.json"]).code, 1);
    assert_eq!(folder.run(&["check", "-q", "--skip-others", "missing.txt"]).code, 2);
}
