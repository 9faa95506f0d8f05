//! Hints: what another edition says of the very parameter that a finding or warning is about.

use preflint::{Checker, Facts, Finding, Hint, HintKind, Request, Warning};
use serde_json::{Value, json};

use crate::support::{acme, box_edition};

/// A request for an edition of an operation.
fn request(provider: &str, operation: &str, edition: &str, params: Value) -> String {
    json!({"provider": provider, "operation": operation, "edition": edition, "params": params}).to_string()
}

fn findings(checker: &Checker, text: &str) -> Vec<Finding> {
    let request = Request::from_json(text).expect("a request");
    checker.check(&request, &Facts::none()).findings_with_hints()
}

fn warnings(checker: &Checker, text: &str) -> Vec<Warning> {
    let request = Request::from_json(text).expect("a request");
    checker.check(&request, &Facts::none()).warnings_with_hints()
}

/// Kinds and editions of hints.
fn told(hints: &[Hint]) -> Vec<(HintKind, Vec<&str>)> {
    hints.iter().map(|hint| (hint.kind, hint.editions.iter().map(String::as_str).collect())).collect()
}

#[track_caller]
fn of_parameter<'f>(findings: &'f [Finding], parameter: &str) -> Vec<(HintKind, Vec<&'f str>)> {
    let finding = findings.iter().find(|finding| finding.parameter == parameter);
    told(&finding.unwrap_or_else(|| panic!("no finding about {parameter}: {findings:?}")).hints)
}

fn export(edition: &str, params: Value) -> String {
    request("aliyun", "ExportImage", edition, params)
}

/// The pages of 2018-06 spell OssBucket and OssPrefix and know ClientToken; those of 2021-03 and 2026-01 know ImageFormat.
#[test]
fn a_name_of_another_edition_is_recognised() {
    let checker = Checker::bundled();
    let base = json!({"RegionId": "cn-hangzhou", "ImageId": "m-1"});
    let with = |more: Value| {
        let mut params = base.as_object().expect("an object").clone();
        params.extend(more.as_object().expect("an object").clone());
        Value::Object(params)
    };
    let old = with(json!({"OssBucket": "my-bucket", "ClientToken": "x"}));
    let found = warnings(&checker, &export("2026-01", old));
    let hints: Vec<_> = found.iter().map(|warning| (warning.parameter.as_str(), told(&warning.hints))).collect();
    let of_2018 = vec![(HintKind::EditionHint, vec!["2018-06"])];
    assert_eq!(hints, [("ClientToken", of_2018.clone()), ("OSSBucket", of_2018)]);

    let new = with(json!({"OSSBucket": "my-bucket", "ImageFormat": "raw", "imageformats": "raw"}));
    let found = warnings(&checker, &export("2018-06", new));
    let hints: Vec<_> = found.iter().map(|warning| (warning.parameter.as_str(), told(&warning.hints))).collect();
    let of_both = vec![(HintKind::EditionHint, vec!["2021-03", "2026-01"])];
    assert_eq!(hints, [("ImageFormat", of_both.clone()), ("OssBucket", of_both), ("imageformats", vec![])]);
}

/// The page of 2018-11 lists i386 and x86_64 and has no vmdk; that of 2026-10 lists arm64 and VMDK.
#[test]
fn what_another_edition_allows_is_told() {
    let params = json!({"RegionId": "cn-hangzhou", "Architecture": "arm64", "DiskDeviceMapping": [
        {"OSSBucket": "my-bucket", "OSSObject": "x.raw", "Format": "RAW"},
        {"OSSBucket": "my-bucket", "OSSObject": "x.raw", "Format": "VMDK"},
        {"OSSBucket": "my-bucket", "OSSObject": "x.raw", "Format": "floppy"}]});
    let found = findings(&Checker::bundled(), &request("aliyun", "ImportImage", "2018-11", params));
    let allowed = vec![(HintKind::EditionHint, vec!["2026-10"])];
    assert_eq!(of_parameter(&found, "Architecture"), allowed);
    assert_eq!(of_parameter(&found, "DiskDeviceMapping.2.Format"), allowed);
    // Neither allows this one; the newer answers with another code.
    let floppy = found.iter().find(|finding| finding.parameter == "DiskDeviceMapping.3.Format").expect("a finding");
    assert!(floppy.hints.iter().all(|hint| !hint.detail.contains("allows")), "{floppy:?}");
}

#[test]
fn another_code_is_told_in_both_directions() {
    let checker = Checker::bundled();
    let params =
        |prefix: &str| json!({"RegionId": "cn-hangzhou", "ImageId": "m-1", "OSSBucket": "my-bucket", prefix: "a-b"});
    let old = findings(&checker, &export("2018-06", params("OssPrefix")));
    assert_eq!(of_parameter(&old, "OssPrefix"), [(HintKind::EditionHint, vec!["2026-01"])]);
    assert!(old[0].hints[0].detail.contains("InvalidOSSPrefix.Malformed"), "{old:?}");
    let new = findings(&checker, &export("2026-01", params("OSSPrefix")));
    assert_eq!(of_parameter(&new, "OSSPrefix"), [(HintKind::CodeSince, vec!["2021-03"])]);
    // MissingParameter is in every table.
    let missing = findings(&checker, &export("2026-01", json!({"RegionId": "cn-hangzhou", "ImageId": "m-1"})));
    assert_eq!(of_parameter(&missing, "OSSBucket"), []);
}

#[test]
fn a_value_that_may_be_newer_than_its_list_is_told_apart_from_a_misspelt_one() {
    let region = |region: &str| {
        let params = json!({"RegionId": region, "ImageId": "m-1", "OSSBucket": "my-bucket"});
        findings(&Checker::bundled(), &export("2026-01", params)).remove(0).hints
    };
    let dates = |hints: &[Hint]| -> Vec<Option<String>> {
        hints.iter().filter(|hint| hint.kind == HintKind::StaleList).map(|hint| hint.date.clone()).collect()
    };
    // rules/aliyun/provider.json dates the list of regions.
    let provider: Value = serde_json::from_str(include_str!("../../rules/aliyun/provider.json")).expect("JSON");
    let date = provider["lists"]["regions"]["date"].as_str().map(str::to_owned);
    assert_eq!(dates(&region("mars-west-9")), [date]);
    assert_eq!(dates(&region("cn-hangzou")), []);
}

#[test]
fn plain_findings_and_verdicts_know_nothing_of_hints() {
    let text = export("2018-06", json!({"ImageId": "m-1", "OssBucket": "my-bucket", "OssPrefix": "a-b"}));
    let request = Request::from_json(&text).expect("a request");
    let facts = Facts::none();
    let checker = Checker::bundled();
    let report = checker.check(&request, &facts);
    assert!(report.findings().iter().all(|finding| finding.hints.is_empty()));
    assert!(report.record().findings.iter().any(|finding| !finding.hints.is_empty()));
    let (plain, hinted) = (report.findings(), report.findings_with_hints());
    let ids = |findings: &[Finding]| -> Vec<String> { findings.iter().map(|finding| finding.check.clone()).collect() };
    assert_eq!(ids(&plain), ids(&hinted));
}

const ROW: &str = r#"{"status": 400, "code": "Bad", "message": "Bad value.", "meaning": "-", "server": "-"}"#;

/// Two checks of one parameter, of which the first keeps the second from being looked at.
fn label(first: u32, second: &str) -> String {
    format!(
        r#"{{"name": "Label", "type": "string", "meaning": "-", "checks": [
            {{"id": "label-length", "must": {{"length": {{"max": {first}}}}}, "answer": "Bad", "basis": "documented"}},
            {{"id": "label-known", "must": {{"one_of": {{"values": [{second}]}}}}, "answer": "Bad", "basis": "documented"}}]}}"#
    )
}

#[test]
fn only_what_was_looked_at_is_allowed() {
    let of_label = |old: String, new: String, value: &str| -> Vec<String> {
        let checker = acme([box_edition("2025-01", &old, ROW), box_edition("2026-01", &new, ROW)]);
        let found = findings(&checker, &request("acme", "OpenBox", "2026-01", json!({"Label": value})));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].hints.iter().flat_map(|hint| hint.editions.clone()).collect()
    };
    let new = || label(9, r#""red""#);
    // The old edition allows the value: all its checks hold.
    assert_eq!(of_label(label(9, r#""red", "blue""#), new(), "blue"), ["2025-01"]);
    // There it is too long, so that nothing is known of the second check.
    assert!(of_label(label(2, r#""red", "blue""#), new(), "blue").is_empty());
    // There is no such parameter in the old edition: that is not to allow it.
    assert!(of_label(r#"{"name": "Other", "type": "string", "meaning": "-"}"#.to_owned(), new(), "blue").is_empty());
}

#[test]
fn a_refused_name_and_a_demanded_one_are_explained() {
    let required = r#"{"name": "Label", "type": "string", "meaning": "-", "required": {}}"#;
    let optional = r#"{"name": "Label", "type": "string", "meaning": "-"},
                      {"name": "Mark", "type": "string", "meaning": "-"}"#;
    let checker = acme([box_edition("2025-01", optional, ROW), box_edition("2026-01", required, ROW)]);
    let found = findings(&checker, &request("acme", "OpenBox", "2026-01", json!({"Mark": "x", "Mask": "x"})));
    let old = vec![(HintKind::EditionHint, vec!["2025-01"])];
    assert_eq!(of_parameter(&found, "Mark"), old);
    assert_eq!(of_parameter(&found, "Mask"), []);
    assert_eq!(of_parameter(&found, "Label"), old);
}

#[test]
fn hints_hold_no_secret() {
    let label = r#"{"name": "Label", "type": "string", "meaning": "-"}"#;
    let named_so = r#"{"name": "hunter22", "type": "string", "meaning": "-"}"#;
    let checker = acme([box_edition("2025-01", named_so, ROW), box_edition("2026-01", label, ROW)]);
    let text = request("acme", "OpenBox", "2026-01", json!({"Token": "hunter22", "hunter22": "x"}));
    let found = findings(&checker, &text);
    assert!(!found[0].hints.is_empty());
    assert!(found.iter().flat_map(|finding| &finding.hints).all(|hint| !hint.detail.contains("hunter22")), "{found:?}");
}
