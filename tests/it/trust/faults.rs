//! Nothing is lost: broken entries, broken pipes, full disks, and files that cannot be used.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::thread;

use serde_json::{Value, json};

use super::formats;
use crate::cli::{Folder, PASSES, REJECTED, program, run};

/// Ways in which a line may be broken.
const BROKEN: [&[u8]; 5] = [b"{\"provider\":", b"\xff\xfe", b"[]", b"{\"provider\":\"aliyun\"}", b"\0"];

#[test]
fn a_stream_with_every_hundredth_line_broken_gives_every_report_in_order() {
    let lines: Vec<&[u8]> = (1..=5_000)
        .map(|number| match number % 100 {
            0 => BROKEN[number / 100 % BROKEN.len()],
            odd if odd % 2 == 1 => PASSES.as_bytes(),
            _ => REJECTED.as_bytes(),
        })
        .collect();
    let input = lines.join(&b'\n');
    for jobs in ["--jobs=1", "--jobs=2", "--jobs=5"] {
        let output = run(&["check", "--input=ndjson", "--format=ndjson", jobs, "-"], &input);
        assert_eq!((output.code, output.stderr.as_str()), (3, ""));
        let reports = output.reports();
        assert_eq!(reports.len(), lines.len());
        for (number, report) in (1..).zip(reports) {
            assert_eq!(report["source"]["line"], json!(number), "{jobs}");
            let verdict = match number % 100 {
                0 => "unreadable",
                odd if odd % 2 == 1 => "pass",
                _ => "reject",
            };
            assert_eq!(report["verdict"], verdict, "{jobs}, line {number}");
        }
    }
}

#[test]
fn a_full_disk_ends_the_run_with_2() {
    // It takes nothing, as a full disk.
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let input = format!("{REJECTED}\n").repeat(500);
    for format in formats() {
        for input in [REJECTED, &input] {
            let disk = File::options().write(true).open(full).expect("it can be opened");
            let mut command = program(&["check", "--format", &format, "-"]);
            let mut child = command.stdout(disk).spawn().expect("the program starts");
            let mut stdin = child.stdin.take().expect("a piped standard input");
            let written = input.to_owned();
            let writer = thread::spawn(move || drop(stdin.write_all(written.as_bytes())));
            let output = child.wait_with_output().expect("the program ends");
            writer.join().expect("the writer ends");
            assert_eq!(output.status.code(), Some(2), "{format}");
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(complaint.starts_with("preflint: cannot write: "), "{format}: {complaint}");
        }
    }
}

#[test]
fn a_consumer_that_is_gone_ends_the_run_and_has_seen_whole_lines() {
    let mut child = program(&["check", "--format=ndjson", "--jobs=2", "-"]).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a piped standard input");
    let mut stdout = child.stdout.take().expect("a piped standard output");
    let writer = thread::spawn(move || {
        let line = format!("{REJECTED}\n");
        while stdin.write_all(line.as_bytes()).is_ok() {}
    });
    let mut seen = vec![0; 300_000];
    stdout.read_exact(&mut seen).expect("reports");
    drop(stdout);
    // Its input would never end: it has to notice that nobody listens.
    assert_eq!(child.wait().expect("the program ends").code(), Some(1));
    writer.join().expect("the writer ends");
    let seen = String::from_utf8_lossy(&seen).into_owned();
    let whole = seen.rsplit_once('\n').expect("a whole line").0;
    for line in whole.lines() {
        serde_json::from_str::<Value>(line).expect("what ends with a line is a whole report");
    }
}

#[test]
fn what_cannot_be_used_stops_the_run_before_the_first_verdict() {
    let folder = Folder::new("faults")
        .with("request.json", REJECTED)
        .with("good.json", r#"{"aliyun":{"images":[]}}"#)
        .with("broken.json", r#"{"aliyun":{"images":["#)
        .with("neither.json", r#"{"moon":{}}"#)
        .with("bytes.json", b"\xff\xfe{}")
        .with("rules/aliyun/ecs/ExportImage/2030-01.json", "{}")
        .with("empty/readme.txt", "");
    let cases: &[&[&str]] = &[
        &["--facts", "missing.json"],
        &["--facts", "broken.json"],
        &["--facts", "neither.json"],
        &["--facts", "bytes.json"],
        &["--facts", "empty"],
        &["--facts", "good.json", "--facts", "broken.json"],
        &["--facts-complete", "moons"],
        &["--rules", "missing"],
        &["--rules", "rules"],
        &["--rules", "request.json"],
        &["--edition", "ExportImage:2018"],
        &["--site", "moon"],
    ];
    for format in formats() {
        for case in cases {
            let output = folder.run(&[&["check", "--format", &format], *case, &["request.json"]].concat());
            assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{format} {case:?}");
            assert!(output.stderr.starts_with("preflint: "), "{case:?}: {}", output.stderr);
        }
        // A file that is missing is known before the others are checked.
        let output = folder.run(&["check", "--format", &format, "request.json", "missing.json"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{format}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_open() {
    // Nobody gave facts, and one value is not known: each check that needs them is listed with what it needs.
    let text = PASSES.replace("\"params\"", "\"unknown\":[\"OSSPrefix\"],\"params\"");
    let report = &run(&["check", "--format=ndjson", "-"], &text).reports()[0];
    assert_eq!(report["verdict"], "pass");
    let open = report["open"].as_array().expect("a list");
    let needs: Vec<&str> =
        open.iter().flat_map(|check| check["needs"].as_array()).flatten().filter_map(Value::as_str).collect();
    for need in ["parameter:OSSPrefix", "fact:images", "fact:buckets", "fact:roles"] {
        assert!(needs.contains(&need), "{need} is not awaited: {needs:?}");
    }
    assert!(open.iter().all(|check| check["needs"].as_array().is_some_and(|needs| !needs.is_empty())));
    let strict = run(&["check", "--strict=all", "-qq", "-"], &text);
    assert_eq!(strict.code, 1);
}
