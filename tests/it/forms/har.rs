//! HAR recordings.

use preflint::Form;

use super::{CHECKER, data, finding, findings, read, recognised};
use crate::cli::{check, project, run};

#[test]
fn only_entries_of_known_providers_are_requests() {
    let text = data("recording.har");
    assert_eq!(recognised("", &text), Some("har"));
    let reports = read("har", &text);
    let all: Vec<_> = reports.iter().map(|report| findings(&text, report)).collect();
    assert_eq!(all.len(), 3);
    assert_eq!(all[0], [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", "\\u0061-b")]);
    assert_eq!(all[1], [finding("InvalidImageId.Malformed", "ImageIds.1", "\\\"img-bad\\\"")]);
    assert_eq!(reports[2]["verdict"], "unsupported");
}

#[test]
fn requests_stand_beside_their_responses() {
    let text = data("recording.har");
    let found = CHECKER.read(Form::named("har").expect("a form"), &text);
    let responses: Vec<_> = found
        .iter()
        .map(|found| found.response.as_ref().map(|response| (response.status, response.body.as_deref())))
        .collect();
    assert_eq!(
        responses,
        [
            Some((Some(400), Some("{\"Code\":\"InvalidOSSPrefix.Malformed\"}"))),
            Some((Some(200), Some("{\"Response\":{}}"))),
            Some((Some(404), None)),
        ]
    );
    let addresses: Vec<_> =
        found.iter().map(|found| found.request.as_ref().ok().and_then(|one| one.address())).collect();
    assert_eq!(addresses, [Some("log.entries[1]"), Some("log.entries[2]"), Some("log.entries[3]")]);
}

#[test]
fn what_has_no_rules_is_only_counted() {
    let file = project("tests/data/forms/recording.har");
    let output = run(&["check", "--format", "json", &file.to_string_lossy()], "");
    let document: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(output.code, 1);
    assert_eq!(document["reports"].as_array().map(Vec::len), Some(2));
    assert_eq!((&document["summary"]["requests"], &document["summary"]["unsupported"]), (&3.into(), &1.into()));
    assert_eq!(document["reports"][0]["source"]["address"], "log.entries[1]");
}

#[test]
fn a_recording_on_one_line_is_no_stream_and_a_broken_one_is_told() {
    let text = data("recording.har");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(check(&[], value.to_string()).len(), 2);
    let broken = text.split("img-bad").next().expect("a part");
    let reports = check(&[], broken);
    let verdicts: Vec<_> = reports.iter().map(|report| report["verdict"].as_str().unwrap_or_default()).collect();
    assert_eq!(verdicts, ["reject", "unreadable"]);
}
