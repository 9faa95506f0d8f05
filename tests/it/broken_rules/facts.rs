//! What rule files say about facts, parts of addresses and common answers, and cannot be right.

use super::{OPERATION, PROVIDER, refused};

#[test]
fn parts_of_addresses() {
    let id = r#"{"id": "shape-form", "at": "1..2", "must": {"pattern": "[a-z]+(-[0-9]+)?"}"#;
    let url = |rest: &'static str| -> (&'static str, &'static str, &'static str) {
        let (text, says) = rest.split_once(" => ").expect("a case");
        (id, text, says)
    };
    refused(
        OPERATION,
        &[
            url(
                r#"{"id": "shape-form", "must": {"url": {"hosts": ["{box}.example"], "part": ▸"box"}} => `equals` or `must`"#,
            ),
            url(
                r#"{"id": "shape-form", "must": {"url": {"hosts": ["{box}.example"], "part": ▸"lid", "must": {"pattern": "a"}}} => {lid}"#,
            ),
            url(
                r#"{"id": "shape-form", "must": {"url": {"hosts": ["{box}.example"], "part": ▸"box", "must": {"range": {"min": 1}}}} => one word on a text"#,
            ),
            url(
                r#"{"id": "shape-form", "must": {"url": {"hosts": ["{box}.example"], "part": ▸"box", "must": {"parameter": "BoxId", "pattern": "a"}}} => without a subject"#,
            ),
            url(
                r#"{"id": "shape-form", "must": {"url": {"hosts": ["{box}.example"], "part": ▸"box", "must": {"one_of": {"list": "regions"}}}} => one word on a text"#,
            ),
            url(
                r#"{"id": "shape-form", "must": {"url": {"hosts": ["{box}.example"], "part": ▸"box", "equals": {"value": "a"}, "must": {"pattern": "a"}}} => `equals` or `must`"#,
            ),
            (
                r#"{"section": "boxes", "key": "BoxId"}"#,
                r#"{"section": "boxes", "key": "BoxId", "part": {"list": ▸"hosts", "name": "box"}}"#,
                "`hosts` is no list",
            ),
            (
                r#"{"section": "boxes", "key": "BoxId"}"#,
                r#"{"section": "boxes", "key": "BoxId", "part": {"list": "regions", "name": ▸"box"}}"#,
                "{box}",
            ),
        ],
    );
}

#[test]
fn entities_and_attachments() {
    let must = r#"{"exists": "box"}"#;
    refused(
        OPERATION,
        &[
            (must, r#"{"readable": ▸"lid"}"#, "`lid` is no entity"),
            (
                must,
                r#"{"grants": {"fact": "box.Policies", "name": "a", "document": "b", "section": "boxes", "attachments": ▸"lids", "actions": []}}"#,
                "`lids` is no fact section",
            ),
            (
                must,
                r#"{"grants": {"fact": "box.Policies", "name": "a", "document": "b", "section": "boxes", "attachments": ▸"boxes", "actions": []}}"#,
                "`within`",
            ),
        ],
    );
    refused(
        PROVIDER,
        &[
            (
                r#""key": "Region"}"#,
                r#""key": "Region", "also": [{"when": "a", "section": ▸"lids"}]}"#,
                "`lids` is no section",
            ),
            (
                r#""key": "Region"}"#,
                r#""key": "Region", "also": [{"when": "a", "section": ▸"regions"}]}"#,
                "no `also` of its own",
            ),
        ],
    );
}

#[test]
fn common_answers() {
    refused(
        OPERATION,
        &[
            (
                r#""must": {"range": {"min": 1, "max": 9}}"#,
                r#""must": {"range": {"min": 1, "max": 9}}, "common_answer": ▸"too_deep""#,
                "`too_deep` is no common answer",
            ),
            (
                "\"stage\": \"state\",",
                "\"stage\": \"state\", \"common_answer\": ▸\"bad_value\",",
                "either an `answer` or a `common_answer`",
            ),
        ],
    );
    let errors = |rows: &'static str| (r#""constraints": {"#, rows);
    let (old, twice) = errors(
        r#""common_errors": [{"id": ▸"bad_value", "status": 400, "code": "A", "message": null, "meaning": "b", "basis": "documented"}], "constraints": {"#,
    );
    let (_, no_status) = errors(
        r#""common_errors": [{"id": ▸"lid", "code": "A", "message": null, "meaning": "b", "basis": "documented"}], "constraints": {"#,
    );
    refused(PROVIDER, &[(old, twice, "exists already"), (old, no_status, "`status`")]);
}
