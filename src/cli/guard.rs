//! A panic inside one request: it must not happen, and when it does, it costs that request alone.
//!
//! What the panic says is never shown, because it may quote the request; where in the program it happened is.

use std::cell::Cell;
use std::io::Write as _;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::{io, mem};

use preflint::{InputError, InputErrorKind, Position};

thread_local! {
    /// Whether this thread is at work on a request whose panic is caught.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where in the program the last panic happened.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// From now on a panic prints nothing of what was at work. Outside of [`caught`] it says that it happened, and where.
pub fn install() {
    panic::set_hook(Box::new(|panicked| {
        let place = place(panicked);
        if GUARDED.get() {
            PLACE.set(Some(place));
        } else {
            // When standard error is closed too, there is nobody left to tell.
            let _ = writeln!(io::stderr(), "preflint: {}", message(&place));
        }
    }));
}

/// What the work on one request gives, or the error that stands for it when it has panicked. `position` is that of the
/// request.
pub fn caught<T>(position: Position, work: impl FnOnce() -> T) -> Result<T, InputError> {
    let before = GUARDED.replace(true);
    // What the work leaves half done is its own report, which is thrown away, and memory that is cleared before use.
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.map_err(|payload| {
        // A payload that panics when it is dropped would end the program after all.
        mem::forget(payload);
        let place = PLACE.take().unwrap_or_else(|| "an unknown place".to_owned());
        InputError::new(InputErrorKind::Internal, message(&place), position)
    })
}

/// What people are told.
fn message(place: &str) -> String {
    format!(
        "internal error at {place}: this is a bug in preflint {}; please report it with this line and a request, \
         made up if need be, that shows it",
        env!("CARGO_PKG_VERSION")
    )
}

/// Where in the source code a panic happened, without the folders of whoever compiled it.
fn place(panicked: &PanicHookInfo<'_>) -> String {
    panicked.location().map_or_else(
        || "an unknown place".to_owned(),
        |location| {
            let parts: Vec<&str> = location.file().split(['/', '\\']).collect();
            let own = parts.iter().rposition(|part| *part == "src").map_or(0, |source| source.saturating_sub(1));
            format!("{}:{}", parts[own..].join("/"), location.line())
        },
    )
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use clap::{Parser as _, ValueEnum as _};
    use serde_json::{Value, json};

    use super::*;
    use crate::args::{Arguments, Command, Format};
    use crate::check::PANICS;
    use crate::{Exit, check, replay};

    /// Checks a file with this content as the program does; gives what it writes and how it ends.
    fn run(name: &str, content: &str, options: &[&str]) -> (String, Exit) {
        install();
        let file = env::temp_dir().join(format!("preflint-{}-{name}", process::id()));
        fs::write(&file, content).expect("a file can be written");
        let arguments = [&["preflint", "check"], options, &[file.to_str().expect("UTF-8")]].concat();
        let Command::Check(options) = Arguments::try_parse_from(arguments).expect("arguments").command else {
            panic!("it is another command");
        };
        let (mut out, mut exit) = (Vec::new(), Exit::Clean);
        let ended = check::run(&options, &mut out, &mut exit);
        fs::remove_file(file).expect("it was there");
        assert!(ended.is_ok());
        (String::from_utf8(out).expect("UTF-8"), exit)
    }

    fn request(id: &str) -> String {
        format!(
            r#"{{"id":"{id}","provider":"aliyun","operation":"ExportImage","params":{{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1","OSSPrefix":"a-b"}}}}"#
        )
    }

    #[test]
    fn a_panic_costs_one_request_in_every_format_and_form() {
        let ids: Vec<&str> = (0..300).map(|number| if number % 10 == 7 { PANICS } else { "fine" }).collect();
        let lines = ids.iter().map(|id| request(id)).collect::<Vec<_>>().join("\n");
        let list = format!("[{}]", ids.iter().map(|id| request(id)).collect::<Vec<_>>().join(","));
        for (name, content, jobs) in
            [("a.ndjson", &lines, "--jobs=1"), ("b.ndjson", &lines, "--jobs=3"), ("c.json", &list, "--jobs=1")]
        {
            for format in Format::value_variants() {
                let named = format.to_possible_value().expect("a name");
                let file = env::temp_dir().join(format!("preflint-{}-{name}.report", process::id()));
                let option = format!("--format={}={}", named.get_name(), file.to_str().expect("UTF-8"));
                let (_, exit) = run(name, content, &[jobs, &option]);
                let out = fs::read_to_string(&file).expect("a report");
                fs::remove_file(file).expect("it was there");
                assert_eq!(exit, Exit::NotChecked, "{named:?}");
                assert!(!out.contains(PANICS), "{named:?} shows what the panic said");
                if *format == Format::Response {
                    // The API would not answer with a fault of ours: that line is empty.
                    let bodies: Vec<bool> = out.lines().map(|line| !line.is_empty()).collect();
                    assert_eq!(bodies, ids.iter().map(|id| *id != PANICS).collect::<Vec<_>>());
                    continue;
                }
                let told = out.matches("internal error at src/cli/check.rs:").count();
                assert!(told >= 30, "{named:?}: {told} of 30 reports of an internal error in {name}");
            }
            let (out, _) = run(name, content, &[jobs, "--format=ndjson"]);
            let reports: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            assert_eq!(reports.len(), ids.len());
            for (report, id) in reports.iter().zip(&ids) {
                let expected = if *id == PANICS { json!("unreadable") } else { json!("reject") };
                assert_eq!(report["verdict"], expected);
                assert_eq!(report["problem"]["kind"] == json!("internal"), *id == PANICS);
            }
            let (out, _) = run(name, content, &[jobs, "--format=json"]);
            let document: Value = serde_json::from_str(&out).expect("one document");
            assert_eq!(document["summary"]["unreadable"], json!(30));
            assert_eq!(document["summary"]["rejected"], json!(ids.len() - 30));
        }
    }

    #[test]
    fn a_panic_costs_one_recorded_call() {
        install();
        let call = |id: &str| format!(r#"{{"request":{},"observed":"success"}}"#, request(id));
        let calls: Vec<String> = [PANICS, "fine", PANICS, "fine"].map(call).into();
        for content in [calls.join("\n"), format!("[{}]", calls.join(","))] {
            let file = env::temp_dir().join(format!("preflint-{}-replay", process::id()));
            fs::write(&file, content).expect("a file can be written");
            let arguments = ["preflint", "replay", "--isolated", "--format=json", file.to_str().expect("UTF-8")];
            let Command::Replay(options) = Arguments::try_parse_from(arguments).expect("arguments").command else {
                panic!("it is another command");
            };
            let (mut out, mut exit) = (Vec::new(), Exit::Clean);
            assert!(replay::run(&options, &mut out, &mut exit).is_ok());
            fs::remove_file(file).expect("it was there");
            let document: Value = serde_json::from_slice(&out).expect("one document");
            let calls = document["calls"].as_array().expect("a list");
            let problems: Vec<bool> = calls.iter().map(|call| call["problem"].is_string()).collect();
            assert_eq!((exit, problems), (Exit::NotChecked, vec![true, false, true, false]), "{document}");
            assert!(!String::from_utf8(out).expect("UTF-8").contains(PANICS));
        }
    }

    #[test]
    fn the_first_request_may_be_the_one() {
        for format in ["json", "ndjson", "human"] {
            for content in [request(PANICS), format!("{}\n{}", request(PANICS), request("fine"))] {
                let (out, exit) = run("first.ndjson", &content, &["--format", format]);
                assert_eq!(exit, Exit::NotChecked);
                match format {
                    "human" => assert!(out.trim_start().contains("unreadable: internal error"), "{out}"),
                    _ => assert!(out.trim_end().lines().count() >= content.lines().count(), "{out}"),
                }
                if format == "json" {
                    serde_json::from_str::<Value>(&out).expect("one document");
                }
            }
        }
    }

    #[test]
    fn whoever_reads_the_place_learns_nothing_of_the_machine() {
        install();
        let error = caught(Position::START, || -> () { panic!("with {}", "words of the request") });
        let message = error.expect_err("it has panicked").message;
        assert!(message.starts_with("internal error at src/cli/guard.rs:"), "{message}");
        assert!(!message.contains("words of the request"), "{message}");
        assert_eq!(caught(Position::START, || 5), Ok(5));
    }
}
