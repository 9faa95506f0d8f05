//! Streams of lines: the same output from one thread and from several, in the order of the input, and each report as
//! soon as its line is there.

use std::io::{BufRead, BufReader, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Folder, PASSES, REJECTED, UNSUPPORTED, program, run};

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 16 << 20;

/// So many lines of all kinds, far more than what is read at once. Each has its number as `id`, where it is a request.
fn mixed(lines: usize) -> Vec<u8> {
    let mut input = Vec::new();
    for number in 1..=lines {
        let id = format!("\"id\":{number},\"provider\"");
        let line = match number % 11 {
            0 => REJECTED.replace("\"id\":\"prefix\",\"provider\"", &id).into_bytes(),
            1 => UNSUPPORTED.replace("\"id\":\"other\",\"provider\"", &id).into_bytes(),
            2 => b"{\"provider\":".to_vec(),
            3 => Vec::new(),
            4 => b"{\"id\":\"\xff\"}".to_vec(),
            5 => b"[]\r".to_vec(),
            6 => {
                PASSES.replace("\"ImageId\":\"m-1\"", &format!("\"ImageId\":\"{}\"", "镜".repeat(number))).into_bytes()
            }
            7 => b"{\"provider\":\"aliyun\",\"operation\":\"ExportImage\",\"params\":{}}  \r".to_vec(),
            _ => PASSES.replace("\"id\":\"fine\",\"provider\"", &id).into_bytes(),
        };
        input.extend(line);
        input.push(b'\n');
    }
    input.pop();
    input
}

#[test]
fn several_threads_write_what_one_writes() {
    let input = mixed(3_000);
    for options in [
        &["--format", "ndjson"][..],
        &["--format", "json"],
        &["--format", "human"],
        &["--format", "human", "-q"],
        &["--format", "json", "-qq"],
    ] {
        let [alone, shared, default] = ["--jobs=1", "--jobs=5", "--strict"]
            .map(|jobs| run(&[&["check", "--input", "ndjson", jobs], options, &["-"]].concat(), &input));
        assert_eq!((alone.code, alone.stderr.as_str()), (3, ""), "{options:?}");
        for other in [shared, default] {
            assert!(other.stdout == alone.stdout, "{options:?}: another output");
            assert_eq!((other.code, other.stderr.as_str()), (3, ""), "{options:?}");
        }
    }
}

#[test]
fn reports_come_in_the_order_of_the_lines_with_their_places() {
    let input = mixed(3_000);
    let output = run(&["check", "--input=ndjson", "--format=ndjson", "--jobs=3", "-"], &input);
    let reports = output.reports();
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
    let expected: Vec<usize> = (1..=lines.len()).filter(|line| !lines[line - 1].is_empty()).collect();
    let told: Vec<usize> =
        reports.iter().map(|report| report["source"]["line"].as_u64().expect("a line") as usize).collect();
    assert_eq!(told, expected);
    for report in reports {
        let line = report["source"]["line"].as_u64().expect("a line") as usize;
        let verdict = match line % 11 {
            2 | 4 | 5 => "unreadable",
            1 => "unsupported",
            0 | 7 => "reject",
            _ => "pass",
        };
        assert_eq!(report["verdict"], verdict, "line {line}");
        if let Some(id) = report["request"]["id"].as_u64() {
            assert_eq!(id, line as u64);
        }
        if verdict == "reject" {
            let span = &report["findings"][0]["span"];
            let [start, end] = ["start", "end"].map(|side| span[side].as_u64().expect("an offset") as usize);
            let expected: &[u8] = if line.is_multiple_of(11) { b"\"a-b\"" } else { b"{}" };
            assert_eq!(&input[start..end], expected, "line {line}");
        }
    }
}

#[test]
fn files_follow_each_other_in_one_document() {
    let input = mixed(500);
    let folder =
        Folder::new("streams").with("one.ndjson", &input).with("two.ndjson", &input).with("three.json", PASSES);
    let all = ["one.ndjson", "two.ndjson", "three.json"];
    for format in ["json", "human"] {
        let [alone, shared] =
            ["--jobs=1", "--jobs=2"].map(|jobs| folder.run(&[&["check", jobs, "--format", format][..], &all].concat()));
        assert!(alone.stdout == shared.stdout, "{format}: another output");
        if format == "json" {
            let document: Value = serde_json::from_str(&shared.stdout).expect("one document");
            let reports = document["reports"].as_array().expect("a list").len();
            assert_eq!(document["summary"]["requests"], json!(reports));
        }
    }
}

#[test]
fn a_caller_gets_its_report_after_a_flood_too() {
    let mut child = program(&["check", "--format=ndjson", "--jobs=3", "-"]).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a piped standard input");
    let stdout = child.stdout.take().expect("a piped standard output");
    let (sender, lines) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if sender.send(line.expect("UTF-8")).is_err() {
                return;
            }
        }
    });
    let next = || -> Value {
        let line = lines.recv_timeout(Duration::from_secs(60)).expect("a report while the input is still open");
        serde_json::from_str(&line).expect("JSON")
    };
    let flood = 2_000;
    stdin.write_all(format!("{PASSES}\n").repeat(flood).as_bytes()).expect("the program reads");
    (0..flood).for_each(|_| assert_eq!(next()["verdict"], "pass"));
    for (request, verdict) in [(REJECTED, "reject"), ("[", "unreadable"), (PASSES, "pass")].into_iter().cycle().take(9)
    {
        // A line is not answered before its end.
        let (first, second) = request.split_at(request.len() / 2);
        write!(stdin, "{first}").expect("the program reads");
        stdin.flush().expect("the program reads");
        writeln!(stdin, "{second}").expect("the program reads");
        assert_eq!(next()["verdict"], verdict);
    }
    drop(stdin);
    assert_eq!(child.wait().expect("the program ends").code(), Some(3));
    reader.join().expect("the reader ends");
    assert!(lines.try_recv().is_err(), "nothing follows the last report");
}

#[test]
fn a_line_that_is_too_long_does_not_keep_the_next_from_being_read() {
    let longest = format!("{PASSES}{}", " ".repeat(MAX_LINE - PASSES.len()));
    let input = format!("{PASSES}\n{longest} \n{REJECTED}\n{longest}\n{REJECTED}");
    for jobs in ["--jobs=1", "--jobs=2"] {
        let output = run(&["check", "--format=ndjson", jobs, "-"], &input);
        let reports = output.reports();
        let told: Vec<_> = reports.iter().map(|report| (&report["source"]["line"], &report["verdict"])).collect();
        let verdicts = ["pass", "unreadable", "reject", "pass", "reject"].map(|verdict| json!(verdict));
        let lines = [1, 2, 3, 4, 5].map(|line| json!(line));
        assert_eq!(told, lines.iter().zip(&verdicts).collect::<Vec<_>>(), "{jobs}");
        let start = reports[4]["findings"][0]["span"]["start"].as_u64().expect("an offset") as usize;
        assert_eq!(&input[start..start + 5], "\"a-b\"", "{jobs}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_not_waited_for() {
    let mut child = program(&["check", "--format=ndjson", "--jobs=3", "-"]).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a piped standard input");
    let mut stdout = BufReader::new(child.stdout.take().expect("a piped standard output"));
    let flood = format!("{REJECTED}\n").repeat(3_000);
    let writer = thread::spawn(move || {
        drop(stdin.write_all(flood.as_bytes()));
        // It stays open: whoever reads on would never end.
        stdin
    });
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a first line");
    drop(stdout);
    assert_eq!(child.wait().expect("the program ends").code(), Some(1));
    drop(writer.join());
}

#[test]
fn statistics_count_verdicts_and_codes() {
    let two = REJECTED.replace("\"ImageId\":\"m-1\",", "");
    let input = [PASSES, REJECTED, &two, "{", UNSUPPORTED, REJECTED].join("\n");
    let expected = [
        "reject 3, pass 1, unsupported 1, unreadable 1",
        "code                       predicted      in all",
        "InvalidOSSPrefix.Malformed           2           3",
        "MissingParameter                     1           1",
    ];
    for options in [&["--format=human"][..], &["--format=json", "--jobs=2"], &["-qq"]] {
        let plain = run(&[&["check"], options, &["-"]].concat(), &input);
        let told = run(&[&["check", "--stats"], options, &["-"]].concat(), &input);
        assert_eq!((told.code, &told.stdout), (plain.code, &plain.stdout), "{options:?}");
        assert_eq!(plain.stderr, "", "{options:?}");
        let lines: Vec<&str> = told.stderr.lines().collect();
        assert!(lines[0].starts_with(&format!("6 requests, {} bytes in ", input.len())), "{}", lines[0]);
        assert!(lines[0].contains(" requests/s, "), "{}", lines[0]);
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines[1..].iter().map(|line| words(line)).collect::<Vec<_>>(), expected.map(words), "{options:?}");
    }
}

#[test]
fn statistics_of_several_threads_are_those_of_one() {
    let input = mixed(2_000);
    let counts = |jobs: &str| {
        let output = run(&["check", "--input=ndjson", "--stats", "-qq", jobs, "-"], &input);
        output.stderr.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let alone = counts("--jobs=1");
    assert!(alone.len() > 3, "{alone:?}");
    assert_eq!(alone, counts("--jobs=4"));
}
