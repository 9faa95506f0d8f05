//! Several outputs of one run: each as if it were alone, files whole or not at all.

use std::fs;

use super::{FORMATS, zoo};
use crate::cli::{Folder, PASSES, REJECTED, UNSUPPORTED, program, run, run_in};

fn files_of(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("a readable folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn each_output_is_what_it_would_be_alone() {
    let folder = Folder::new("outputs-alone").with("a.ndjson", zoo()).with("b.ndjson", zoo());
    let mut options = vec!["check".to_owned(), "--color=never".to_owned()];
    for format in FORMATS.iter().filter(|format| **format != "human") {
        options.push(format!("--format={format}=out.{format}"));
    }
    options.extend(["--format=human", "a.ndjson", "b.ndjson"].map(str::to_owned));
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    for jobs in ["--jobs=1", "--jobs=4"] {
        let together = folder.run(&[&options[..], &[jobs]].concat());
        assert_eq!((together.code, together.stderr.as_str()), (3, ""));
        for format in FORMATS {
            let alone = folder.run(&["check", "--format", format, "a.ndjson", "b.ndjson"]);
            assert_eq!(alone.code, 3, "{format}");
            let written = match format {
                "human" => together.stdout.clone(),
                _ => fs::read_to_string(folder.path().join(format!("out.{format}"))).expect("an output"),
            };
            assert!(!written.is_empty() && written == alone.stdout, "{format} {jobs}: {written}");
        }
    }
    assert_eq!(files_of(&folder).len(), FORMATS.len() - 1 + 2, "nothing else lies about");
}

#[test]
fn several_threads_write_what_one_writes_in_every_format() {
    let input = zoo().repeat(100);
    for format in FORMATS {
        let [alone, shared] = ["--jobs=1", "--jobs=5"]
            .map(|jobs| run(&["check", "--input=ndjson", "--format", format, jobs, "-"], &input));
        assert!(alone.stdout == shared.stdout && !alone.stdout.is_empty(), "{format}");
        assert_eq!((alone.code, shared.code), (3, 3), "{format}");
    }
}

#[test]
fn the_exit_code_does_not_hang_on_the_format() {
    for (input, code) in [
        (PASSES, 0),
        ("[]", 0),
        (REJECTED, 1),
        (UNSUPPORTED, 3),
        ("{", 3),
        ("", 3),
        (&format!("{REJECTED}\n{UNSUPPORTED}\n{{\n{PASSES}"), 3),
    ] {
        for format in FORMATS {
            let output = run(&["check", "--format", format, "-"], input);
            assert_eq!((output.code, output.stderr.as_str()), (code, ""), "{format}: {input}");
        }
    }
    let strict = run(&["check", "--strict=all", "--format=sarif", "-"], PASSES);
    assert_eq!(strict.code, 1);
}

#[test]
fn what_cannot_be_written_ends_the_run_before_any_verdict() {
    let folder = Folder::new("outputs-refused").with("in.json", REJECTED).with("folder/x", "");
    for (options, why) in [
        (&["--format=sarif", "--format=human"][..], "only one format can go to standard output"),
        (&["--format=json", "--format=ndjson=-"], "only one format can go to standard output"),
        (&["--format=human", "--format=sarif=nowhere/out.sarif"], "cannot write nowhere/out.sarif"),
        (&["--format=human", "--format=sarif=folder"], "cannot write folder: it is a folder"),
        (&["--format=human", "--format=sarif=in.json"], "cannot write in.json: it is an input"),
        (&["--format=human", "--format=sarif=./folder/../in.json"], "it is an input"),
        (&["--format=junit=o", "--format=sarif=./o"], "two formats would go there"),
        (&["--format=sarif="], "--format"),
        (&["--format=sarf"], "sarif"),
    ] {
        let output = folder.run(&[&["check"], options, &["in.json"]].concat());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{options:?}");
        assert!(output.stderr.contains(why), "{options:?}: {}", output.stderr);
    }
    assert_eq!(files_of(&folder), ["folder", "in.json"]);
}

#[test]
fn an_old_report_is_replaced_as_a_whole_and_stays_when_the_run_fails() {
    let folder = Folder::new("outputs-replaced").with("in.json", REJECTED).with("out.json", "old");
    let failed = folder.run(&["check", "--format=json=out.json", "--facts=in.json", "in.json"]);
    assert_eq!(failed.code, 2);
    let old = || fs::read_to_string(folder.path().join("out.json")).expect("the report");
    assert_eq!(old(), "old");
    let output = folder.run(&["check", "--format=json=out.json", "in.json"]);
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (1, "", ""));
    assert!(old().starts_with("{\"schema\"") && old().ends_with("}\n"));
    assert_eq!(files_of(&folder), ["in.json", "out.json"]);
}

#[cfg(unix)]
#[test]
fn links_stay_and_permissions_are_those_of_any_new_file() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("outputs-unix").with("in.json", REJECTED).with("real.json", "old").with("plain", "");
    symlink("real.json", folder.path().join("link.json")).expect("a link");
    let output = folder.run(&["check", "--format=json=link.json", "--format=junit=/dev/null", "in.json"]);
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (1, "", ""));
    assert!(folder.path().join("link.json").is_symlink());
    let mode = |file: &str| fs::metadata(folder.path().join(file)).expect("a file").permissions().mode();
    assert!(fs::read_to_string(folder.path().join("real.json")).expect("a report").contains("preflint/report/v1"));
    assert_eq!(mode("real.json"), mode("plain"));
}

#[test]
fn a_reader_who_goes_away_does_not_cost_the_other_outputs() {
    let folder = Folder::new("outputs-closed");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let file = folder.path().join("out.sarif");
    let option = format!("--format=sarif={}", file.display());
    let mut child = program(&["check", "--format=ndjson", &option, "-"]).stdout(writer).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a standard input");
    std::io::Write::write_all(&mut stdin, zoo().repeat(50).as_bytes()).expect("the program reads on");
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(3));
    let alone = run(&["check", "--format=sarif", "-"], zoo().repeat(50));
    assert_eq!(fs::read_to_string(file).expect("a log"), alone.stdout);
}

#[test]
fn quiet_twice_silences_standard_output_and_not_files() {
    let folder = Folder::new("outputs-quiet").with("in.json", REJECTED);
    let output = folder.run(&["check", "-qq", "--format=human", "--format=github=out", "in.json"]);
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (1, "", ""));
    assert!(fs::read_to_string(folder.path().join("out")).expect("an output").starts_with("::error "));
}

#[test]
fn outputs_in_a_searched_folder_are_no_inputs() {
    let folder = Folder::new("outputs-searched").with("in.json", REJECTED);
    for _ in 0..2 {
        let output =
            folder.run(&["check", "--format=json=out.json", "--format=sarif=out.sarif", "--format=human", "."]);
        assert_eq!(output.code, 1);
        assert!(output.stdout.contains("1 request in 1 file:"), "{}", output.stdout);
    }
}

#[test]
fn the_step_summary_is_added_to_the_file_that_github_names() {
    let folder = Folder::new("outputs-summary").with("in.json", REJECTED).with("summary.md", "before\n");
    let run = |options: &[&str]| {
        let mut command = program(&[&["check"], options, &["in.json"]].concat());
        let summary = folder.path().join("summary.md");
        let output = command.current_dir(folder.path()).env("GITHUB_STEP_SUMMARY", summary).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"), output.stderr.len())
    };
    let (code, stdout, complaints) = run(&["--format=github", "--format=github-summary"]);
    assert_eq!((code, complaints), (Some(1), 0));
    assert!(stdout.starts_with("::error ") && !stdout.contains("###"), "{stdout}");
    let summary = fs::read_to_string(folder.path().join("summary.md")).expect("a summary");
    assert!(summary.starts_with("before\n### preflint: 1 of 1 request would be rejected\n"), "{summary}");
    assert_eq!(run(&["--format=github-summary=other.md"]).1, "");
    assert!(fs::read_to_string(folder.path().join("other.md")).expect("a summary").starts_with("###"));
    // Without the variable it goes to standard output.
    let output = run_in(folder.path(), &["check", "--format=github-summary", "in.json"], b"");
    assert!(output.stdout.starts_with("### preflint"), "{}", output.stdout);
}
