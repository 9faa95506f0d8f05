//! Exit codes: what a run ends with, what counts as wrong usage, and what `--strict` adds.

use super::{Folder, PASSES, REJECTED, UNSUPPORTED, run};

#[test]
fn the_highest_of_2_3_1_0_is_the_exit_code() {
    let folder = Folder::new("exit-codes")
        .with("passes.json", PASSES)
        .with("rejected.json", REJECTED)
        .with("unsupported.json", UNSUPPORTED)
        .with("broken.json", "{");
    let expected: [(&[&str], i32); 12] = [
        (&["passes.json"], 0),
        (&["rejected.json"], 1),
        (&["unsupported.json"], 3),
        (&["broken.json"], 3),
        (&["passes.json", "passes.json"], 0),
        (&["passes.json", "rejected.json"], 1),
        (&["rejected.json", "passes.json"], 1),
        (&["rejected.json", "unsupported.json", "passes.json"], 3),
        (&["broken.json", "rejected.json"], 3),
        (&["passes.json", "broken.json"], 3),
        (&["rejected.json", "broken.json", "missing.json"], 2),
        (&["missing.json", "passes.json"], 2),
    ];
    for (files, code) in expected {
        for format in ["human", "json", "ndjson"] {
            let output = folder.run(&[&["check", "--format", format], files].concat());
            assert_eq!(output.code, code, "{files:?} as {format}: {}", output.stderr);
            assert_eq!(output.stderr.is_empty(), code != 2, "{files:?} as {format}: {}", output.stderr);
        }
    }
}

#[test]
fn wrong_usage_ends_with_2_before_any_verdict() {
    let folder = Folder::new("usage")
        .with("rejected.json", REJECTED)
        .with("facts.json", r#"{"aliyun": {"images": []}}"#)
        .with("broken.json", "{\n  \"aliyun\": {\"images\": [}}")
        .with("folder/request.json", PASSES);
    let wrong: [(&[&str], &str); 13] = [
        (&["check", "--site", "moon", "rejected.json"], "moon"),
        (&["check"], "FILE"),
        (&["check", "--no-such-option", "rejected.json"], "--no-such-option"),
        (&["check", "--format", "yaml", "rejected.json"], "yaml"),
        (&["check", "--color", "blue", "rejected.json"], "blue"),
        (&["check", "rejected.json", "--strict=most"], "most"),
        (&["no-such-command"], "no-such-command"),
        (&["check", "rejected.json", "missing.json"], "missing.json"),
        (&["check", "--facts", "missing.json", "rejected.json"], "missing.json"),
        (&["check", "--facts", "broken.json", "rejected.json"], "broken.json:2:25: "),
        (&["check", "--facts", "facts.json", "--facts-complete", "imags", "rejected.json"], "\"imags\""),
        (&["check", "--edition", "PaintInstances=2021-03", "rejected.json"], "PaintInstances"),
        (&["check", "--edition", "yesterday", "rejected.json"], "yesterday"),
    ];
    for (arguments, named) in wrong {
        let output = folder.run(arguments);
        assert_eq!(output.code, 2, "{arguments:?}");
        assert_eq!(output.stdout, "", "{arguments:?}");
        assert!(output.stderr.contains(named), "{arguments:?}: {}", output.stderr);
        assert!(!output.stderr.contains("panicked"), "{arguments:?}: {}", output.stderr);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for arguments in [&["--help"][..], &["--version"], &["check", "--help"], &["rules", "--help"]] {
        let output = run(arguments, "");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
    assert!(run(&["check", "--help"], "").stdout.contains("Exit codes"));
}

#[test]
fn strict_counts_what_is_uncertain() {
    let unknown = PASSES.replace("\"params\"", "\"unknown\":[\"OSSPrefix\"],\"params\"");
    let disputed = PASSES.replace("\"m-1\"", "\"m-1\",\"ImageFormat\":\"vhd\"");
    let given = PASSES.replace("\"params\"", "\"facts\":{\"images\":[{\"ImageId\":\"m-1\"}]},\"params\"");
    let elsewhere = PASSES.replace("\"params\"", "\"facts\":{\"objects\":[]},\"params\"");
    // In each row: without --strict, with --strict, with --strict=all.
    let expected = [
        ("only facts that nobody gave are open", PASSES, [0, 0, 1]),
        ("a parameter is not known yet", &unknown, [0, 1, 1]),
        ("the sources contradict each other", &disputed, [0, 1, 1]),
        ("a section is given, but not enough of it", &given, [0, 1, 1]),
        ("a section is given that nothing waits for", &elsewhere, [0, 0, 1]),
        ("a rejected request", REJECTED, [1, 1, 1]),
        ("an operation without rules", UNSUPPORTED, [3, 3, 3]),
    ];
    for (what, request, codes) in expected {
        let runs = [&[][..], &["--strict"], &["--strict=all"]]
            .map(|options| run(&[&["check", "--format", "ndjson"], options, &["-"]].concat(), request));
        assert_eq!(runs.each_ref().map(|output| output.code), codes, "{what}");
        assert!(runs.iter().all(|output| output.stdout == runs[0].stdout), "{what}: the report stays the same");
    }
}
