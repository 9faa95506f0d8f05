//! How the cost of a check grows: with the number of requests, of parameters, of elements of a list, of mistakes and of
//! operations known.
//!
//! What is to be seen is the last column: the time for each thing should not grow with their number. Times are the best of
//! many runs, because here the same work is compared with itself and others on the machine only add to it.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use preflint::{Checker, Facts};

use crate::corpus::Case;
use crate::{known, ours};

/// For so long each line is measured, and at least three times.
const TIME: Duration = Duration::from_millis(400);

/// Measures and prints.
pub fn print(cases: impl Iterator<Item = Case>) {
    let (checker, facts) = (Checker::bundled(), Facts::none());
    head("requests one after the other", "request");
    let lines: Vec<String> = cases.take(100_000).map(|case| case.line).collect();
    for count in [100, 1_000, 10_000, 100_000] {
        let work = || lines[..count].iter().map(|line| ours::codes_of_text(&checker, line, &facts)).sum();
        row(count, lines[..count].iter().map(String::len).sum(), &work);
    }
    let check = |line: &str| ours::codes_of_text(&checker, line, &facts);
    let grow = |title, thing, counts: &[usize], make: fn(usize) -> String| {
        head(title, thing);
        for count in counts {
            let line = make(*count);
            row(*count, line.len(), &|| check(&line));
        }
    };
    grow("disks, each with four values", "disk", &[1, 2, 4, 8, 17], |count| import(count, 0, DISK));
    grow("disks beyond those that count", "disk", &[100, 1_000, 10_000], |count| import(count, 0, DISK));
    grow("disks in flat notation", "disk", &[1, 4, 17, 1_000], flat);
    grow("disks without bucket and object: two mistakes each", "disk", &[1, 4, 17], |count| {
        import(count, 0, EMPTY_DISK)
    });
    grow("parameters that nobody knows", "parameter", &[1, 10, 100, 1_000, 10_000], |count| import(1, count, DISK));
    head("operations known, one of them asked for", "request");
    let request = import(1, 0, DISK).replace("ImportImage", "ExportImage");
    for count in [1, 10, 100, 1_000] {
        let checker = known::checker(known::rule_files(count));
        let bytes = request.len();
        let nanoseconds = best(&|| ours::codes_of_text(&checker, &request, &facts));
        println!("{count:>12}{bytes:>12}{:>16.3}{:>16.1}", nanoseconds / 1e3, nanoseconds);
    }
}

const DISK: &str = r#"{"OSSBucket":"images-1","OSSObject":"a/b.img","Format":"RAW","DiskImageSize":40}"#;
const EMPTY_DISK: &str = r#"{"Format":"RAW"}"#;

fn import(disks: usize, unknown: usize, disk: &str) -> String {
    let mut params = format!("\"RegionId\":\"cn-hangzhou\",\"DiskDeviceMapping\":[{}]", vec![disk; disks].join(","));
    for number in 0..unknown {
        let _ = write!(params, ",\"Unknown{number}\":\"x\"");
    }
    request(&params)
}

fn flat(disks: usize) -> String {
    let mut params = "\"RegionId\":\"cn-hangzhou\"".to_owned();
    for number in 1..=disks {
        for (name, value) in
            [("OSSBucket", "images-1"), ("OSSObject", "a/b.img"), ("Format", "RAW"), ("DiskImageSize", "40")]
        {
            let _ = write!(params, ",\"DiskDeviceMapping.{number}.{name}\":\"{value}\"");
        }
    }
    request(&params)
}

fn request(params: &str) -> String {
    format!(r#"{{"provider":"aliyun","service":"ecs","operation":"ImportImage","params":{{{params}}}}}"#)
}

fn head(title: &str, thing: &str) {
    println!("\n{title}\n{:>12}{:>12}{:>16}{:>16}", "count", "bytes", "us in all", format!("ns a {thing}"));
}

fn row(count: usize, bytes: usize, work: &dyn Fn() -> usize) {
    let nanoseconds = best(work);
    println!("{count:>12}{bytes:>12}{:>16.3}{:>16.1}", nanoseconds / 1e3, nanoseconds / count as f64);
}

/// The shortest time of the work, in nanoseconds.
fn best(work: &dyn Fn() -> usize) -> f64 {
    let (start, mut best, mut runs) = (Instant::now(), f64::INFINITY, 0);
    while start.elapsed() < TIME || runs < 3 {
        let begin = Instant::now();
        black_box(work());
        best = best.min(begin.elapsed().as_secs_f64() * 1e9);
        runs += 1;
    }
    best
}
