//! Pipes: callers that wait for each report, and readers that leave early.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Child;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{PASSES, REJECTED, UNSUPPORTED, finish, program};

/// Kills the program when a test stops waiting for it.
struct CoProcess(Child);

impl Drop for CoProcess {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_caller_gets_each_report_before_it_sends_the_next_request() {
    let mut child = CoProcess(program(&["check", "--format", "ndjson", "-"]).spawn().expect("the program starts"));
    let mut stdin = child.0.stdin.take().expect("a piped standard input");
    let stdout = child.0.stdout.take().expect("a piped standard output");
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if sender.send(line.expect("UTF-8")).is_err() {
                return;
            }
        }
    });
    let requests =
        [(PASSES, "pass"), (REJECTED, "reject"), ("{\"provider\":", "unreadable"), (UNSUPPORTED, "unsupported")];
    for (number, (request, verdict)) in requests.into_iter().cycle().take(20).enumerate() {
        writeln!(stdin, "{request}").expect("the program reads");
        let line = lines.recv_timeout(Duration::from_secs(30)).expect("a report before the next request");
        let report: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!((&report["verdict"], &report["source"]["line"]), (&json!(verdict), &json!(number + 1)));
    }
    drop(stdin);
    assert_eq!(child.0.wait().expect("the program ends").code(), Some(3));
    assert!(lines.recv_timeout(Duration::from_secs(30)).is_err(), "nothing follows the last report");
}

#[test]
fn human_reports_come_one_by_one_too() {
    let mut child = CoProcess(program(&["check", "-"]).spawn().expect("the program starts"));
    let mut stdin = child.0.stdin.take().expect("a piped standard input");
    let mut stdout = child.0.stdout.take().expect("a piped standard output");
    let (sender, parts) = mpsc::channel();
    thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(1..) = stdout.read(&mut part) {
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    writeln!(stdin, "{REJECTED}").expect("the program reads");
    parts.recv_timeout(Duration::from_secs(30)).expect("a report while the input is still open");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let input = vec![PASSES; 5_000].join("\n");
    for format in ["human", "json", "ndjson"] {
        let mut child = CoProcess(program(&["check", "--format", format, "-"]).spawn().expect("the program starts"));
        let mut stdin = child.0.stdin.take().expect("a piped standard input");
        let mut stdout = BufReader::new(child.0.stdout.take().expect("a piped standard output"));
        let input = input.clone();
        let writer = thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a first line");
        assert!(!line.is_empty(), "{format}");
        drop(stdout);
        assert_eq!(child.0.wait().expect("the program ends").code(), Some(0), "{format}");
        let mut complaint = String::new();
        child.0.stderr.take().expect("a piped standard error").read_to_string(&mut complaint).expect("UTF-8");
        assert_eq!(complaint, "", "{format}");
        writer.join().expect("the writer ends");
    }
}

#[test]
fn a_pipe_that_was_never_open_is_no_error_either() {
    let commands: [&[&str]; 9] = [
        &["check", "-"],
        &["check", "--format", "json", "-"],
        &["check", "--format", "ndjson", "-"],
        &["explain", "ExportImage"],
        &["rules", "list"],
        &["rules", "show", "ExportImage"],
        &["rules", "check"],
        &["schema", "rule"],
        &["--help"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = finish(program(arguments).stdout(writer), PASSES.as_bytes());
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
    }
}
