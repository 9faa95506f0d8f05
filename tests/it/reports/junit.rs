//! JUnit XML, held against the schema by which Jenkins reads it.

use std::fs;

use uppsala::{Document, NodeId, XsdValidator, parse};

use super::{MONSTER, cases, zoo};
use crate::cli::{Folder, PASSES, REJECTED, project, run};

/// Reads a report, which has to fit the schema.
#[track_caller]
fn checked(text: &str) -> Document<'_> {
    let schema = fs::read_to_string(project("tests/data/junit/junit-10.xsd")).expect("the schema");
    let schema = parse(&schema).expect("XML");
    let validator = XsdValidator::from_schema(&schema).expect("a schema");
    let document = parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mistakes = validator.validate(&document);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    document
}

fn elements(document: &Document<'_>, name: &str) -> Vec<NodeId> {
    document.get_elements_by_tag_name(name)
}

#[test]
fn reports_fit_the_schema() {
    for input in [&zoo(), &cases(), "[]", "{", "", PASSES, REJECTED] {
        checked(&run(&["check", "--format=junit", "-"], input).stdout);
    }
    // The test would see what does not fit.
    let wrong = run(&["check", "--format=junit", "-"], PASSES).stdout.replace("<testcase ", "<case ");
    assert!(std::panic::catch_unwind(|| drop(checked(&wrong.replace("</testcase>", "</case>")))).is_err());
}

#[test]
fn a_suite_for_each_file_and_a_case_for_each_request() {
    let folder = Folder::new("junit-suites").with("a.ndjson", zoo()).with("b&<>\".json", PASSES);
    let output = folder.run(&["check", "--format=junit", "a.ndjson", "b&<>\".json"]);
    let document = checked(&output.stdout);
    let suites = elements(&document, "testsuite");
    let told = |suite: NodeId| {
        ["name", "tests", "failures", "errors", "skipped"]
            .map(|name| document.get_attribute(suite, name).unwrap_or("-"))
    };
    let told: Vec<[&str; 5]> = suites.iter().map(|suite| told(*suite)).collect();
    assert_eq!(told, [["a.ndjson", "8", "4", "2", "1"], ["b&<>\".json", "1", "0", "0", "0"]]);
    assert_eq!(elements(&document, "testcase").len(), 9);
    assert_eq!(elements(&document, "failure").len(), 4);
    assert_eq!(elements(&document, "error").len(), 2);
    assert_eq!(elements(&document, "skipped").len(), 1);
    let failure = elements(&document, "failure")[0];
    assert_eq!(document.get_attribute(failure, "type"), Some("InvalidOSSPrefix.Malformed"));
    let message = "400 InvalidOSSPrefix.Malformed: The specified OSSPrefix format is wrongly formed.";
    assert_eq!(document.get_attribute(failure, "message"), Some(message));
}

#[test]
fn text_comes_back_as_it_was_except_what_no_xml_can_hold() {
    let output = run(&["check", "--format=junit", "-"], zoo());
    let document = checked(&output.stdout);
    let names: Vec<&str> =
        elements(&document, "testcase").iter().filter_map(|case| document.get_attribute(*case, "name")).collect();
    let readable = MONSTER.replace(['\u{1b}', '\u{0}', '\u{fffe}'], "\u{fffd}");
    assert!(names.contains(&format!("{readable} ExportImage (3:1)").as_str()), "{names:?}");
}

#[test]
fn what_passes_because_it_is_ignored_is_skipped_with_its_reason() {
    let configuration = "[[ignore]]\ncode = \"InvalidOSSPrefix.Malformed\"\nreason = \"a <new> prefix\"\n";
    let wrong = REJECTED.replace("cn-hangzhou", "moon");
    let folder = Folder::new("junit-ignored").with("preflint.toml", configuration);
    let folder = folder.with("a.ndjson", [REJECTED, PASSES, &wrong].join("\n"));
    let output = folder.run(&["check", "--format=junit", "a.ndjson"]);
    let document = checked(&output.stdout);
    let counts = ["tests", "failures", "errors", "skipped"]
        .map(|name| document.get_attribute(elements(&document, "testsuite")[0], name).unwrap_or("-").to_owned());
    assert_eq!((output.code, counts), (1, ["3", "1", "0", "1"].map(str::to_owned)));
    let skipped = elements(&document, "skipped")[0];
    let message = document.get_attribute(skipped, "message").expect("a reason");
    assert!(message.contains("400 InvalidOSSPrefix.Malformed") && message.ends_with("a <new> prefix"), "{message}");
    // Beside something that does count it is a note.
    let notes = elements(&document, "system-out").into_iter().map(|note| document.text_content_deep(note));
    assert!(
        notes.collect::<String>().contains("InvalidOSSPrefix.Malformed (OSSPrefix) is ignored"),
        "{}",
        output.stdout
    );
    // What the command line chose was never asked for.
    let chosen = run(&["check", "--isolated", "--format=junit", "--ignore=InvalidOSSPrefix.Malformed", "-"], REJECTED);
    assert!(elements(&checked(&chosen.stdout), "skipped").is_empty());
    // A baseline has no reasons.
    folder.run(&["check", "--isolated", "--write-baseline=known.json", "a.ndjson"]);
    let known = folder.run(&["check", "--isolated", "--baseline=known.json", "--format=junit", "a.ndjson"]);
    assert_eq!(elements(&checked(&known.stdout), "skipped").len(), 2);
}
