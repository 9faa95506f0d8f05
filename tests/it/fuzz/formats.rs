//! The program as a fuzz target: whatever it is given, in every format of reports.
//!
//! Shared as `targets.rs` is. Who calls it runs the program: on stable as a process, under the fuzzer within its own.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

/// What came of a run: the exit code and standard output.
pub struct Ran {
    pub code: i32,
    pub out: Vec<u8>,
}

/// Names of files; the first byte of an input says under which the rest is read.
const NAMES: [&str; 13] = [
    "a.json",
    "a.ndjson",
    "a.txt",
    "a.sh",
    "a.http",
    "a.yml",
    "workflow.yml",
    "a.har",
    "plan.json",
    "a.pkr.hcl",
    "Makefile",
    "a.curl",
    "a",
];
/// A credential in a line of its own behind the input, which must appear nowhere.
const PLANTED: &str = "PlantedSecret0123456789";

/// Runs the program: takes the arguments, and the files that they name with what they hold.
pub type Run<'r> = &'r mut dyn FnMut(&[&str], &[(&str, &[u8])]) -> Ran;

/// Arguments with the files among them in a folder.
pub fn paths(arguments: &[&str], files: &[(&str, &[u8])], folder: &Path) -> Vec<OsString> {
    let is_file = |argument: &str| files.iter().any(|(name, _)| *name == argument);
    let path = |argument: &&str| if is_file(argument) { folder.join(argument).into() } else { argument.into() };
    arguments.iter().map(path).collect()
}

/// Checks an input in all `formats`.
pub fn every_format(data: &[u8], formats: &[String], run: Run<'_>) {
    let Some((first, data)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let secret = format!(
        "\n{{\"provider\":\"aliyun\",\"operation\":\"ExportImage\",\"params\":{{\"SecurityToken\":\"{PLANTED}\"}}}}\n"
    );
    let is_planted = name == "a.ndjson" && !data.windows(7).any(|window| window == b"Planted");
    let data = if is_planted { [data, secret.as_bytes()].concat() } else { data.to_vec() };
    let mut all = Vec::new();
    for format in formats {
        for more in [&[][..], &["--strict=all", "-q"]] {
            let ran = run(&[&["--format", format], more, &[name]].concat(), &[(name, &data)]);
            assert!([0, 1, 3].contains(&ran.code), "{format} {more:?} of {name} ends with {}", ran.code);
            let out = String::from_utf8(ran.out).unwrap_or_else(|error| panic!("{format} of {name}: {error}"));
            assert!(!is_planted || !out.contains(PLANTED), "{format} shows a secret: {out}");
            if more.is_empty() {
                all.push((format.as_str(), ran.code, out));
            }
        }
    }
    let Some((first, code, _)) = all.first() else { return };
    for (format, other, _) in &all {
        assert_eq!(code, other, "{first} and {format} end differently with {name}");
    }
    let out_of = |wanted: &str| all.iter().find(|(format, ..)| *format == wanted).map(|(.., out)| out);
    if let (Some(json), Some(lines)) = (out_of("json"), out_of("ndjson")) {
        let document: Value = serde_json::from_str(json).expect("one document");
        let lines = lines.lines().map(|line| {
            let mut report: Value = serde_json::from_str(line).expect("a report on each line");
            // Which rules they are, a document says once and a line of its own each time.
            let rules = report.as_object_mut().and_then(|report| report.remove("rules"));
            assert_eq!(rules.as_ref(), document.get("rules"), "json and ndjson name different rules");
            report
        });
        assert_eq!(document["reports"], Value::Array(lines.collect()), "json and ndjson say different things");
    }
}
