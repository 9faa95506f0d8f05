//! Checks that cannot fire, that add nothing, that leave nothing over; conditions that never hold; what nothing uses.

use super::{DEPTH, KEYS, fine, told};
use crate::broken_rules::{OPERATION, PROVIDER};

/// Before this parameter a note is put, whose checks are the case.
const BOX: &str = r#"{"name": "BoxId","#;

/// A parameter `Note` of this type with these checks, each documented, with common answers.
macro_rules! note {
    ($kind:literal, $($check:literal),+) => {
        concat!(
            r#"{"name": "Note", "type": ""#, $kind, r#"", "meaning": "x", "checks": ["#,
            note!(@ $($check),+),
            r#"]}, {"name": "BoxId","#
        )
    };
    (@ $one:literal) => { concat!("{", $one, r#", "basis": "documented"}"#) };
    (@ $one:literal, $($more:literal),+) => { concat!("{", $one, r#", "basis": "documented"}, "#, note!(@ $($more),+)) };
}

#[test]
fn checks_that_nothing_breaks() {
    told(
        OPERATION,
        &[
            (BOX, note!("string", r#""id": ▸"note-length", "must": {"length": {"min": 0}}"#), "no value breaks"),
            (BOX, note!("string", r#""id": ▸"note-chars", "must": {"chars": {"of": ["any"]}}"#), "no value breaks"),
            // A text has no elements, and a list no characters.
            (BOX, note!("string", r#""id": ▸"note-count", "must": {"count": {"max": 3}}"#), "no value breaks"),
            (
                KEYS,
                r#"{"id": ▸"keys-length", "parameter": "Keys", "must": {"length": {"max": 3}}, "basis": "documented"}"#,
                "no value breaks",
            ),
            // What is no number is refused as of the wrong type.
            (BOX, note!("unsigned", r#""id": ▸"note-range", "must": {"range": {"min": 0}}"#), "refused by `note-type`"),
        ],
    );
    let ignored = "\"name\": \"Keys\",\n      \"type\": \"list\",\n      \"meaning\": \"Keys to try.\",";
    told(
        OPERATION,
        &[
            (
                ignored,
                "\"name\": \"Keys\", \"type\": \"list\", \"meaning\": \"x\", \"ignored_beyond\": 2, \"checks\": [{\"id\": ▸\"keys-most\", \"must\": {\"count\": {\"max\": 2}}, \"basis\": \"documented\"}],",
                "no value breaks",
            ),
            (r#""type": "integer","#, r#""type": "integer", "ignored_beyond": ▸2,"#, "only a list"),
        ],
    );
    fine(
        OPERATION,
        &[
            (BOX, note!("string", r#""id": "note-length", "must": {"length": {"min": 2}}"#)),
            (BOX, note!("integer", r#""id": "note-range", "must": {"range": {"min": 0}}"#)),
            (BOX, note!("string", r#""id": "note-bytes", "must": {"length": {"max": 4096, "unit": "bytes"}}"#)),
            (BOX, note!("string", r#""id": "note-given", "must": {"not_empty": true}"#)),
            (ignored, "\"name\": \"Keys\", \"type\": \"list\", \"meaning\": \"x\", \"ignored_beyond\": 4,"),
        ],
    );
}

#[test]
fn checks_that_come_too_late() {
    told(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 8}}"#,
                    r#""id": ▸"note-long", "must": {"length": {"max": 9}}"#
                ),
                "refused by `note-length`",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 8}}"#,
                    r#""id": ▸"note-again", "must": {"length": {"max": 8}}"#
                ),
                "refused by `note-length`",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-chars", "must": {"chars": {"of": ["lower"]}}"#,
                    r#""id": ▸"note-slash", "must": {"not_contains": ["/"]}"#
                ),
                "refused by `note-chars`",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-known", "must": {"one_of": {"values": ["raw", "vhd"]}}, "answer": "NoBox""#,
                    r#""id": ▸"note-length", "must": {"length": {"max": 3}}"#
                ),
                "refused by `note-known`",
            ),
            // Two together may refuse what neither does alone.
            (
                BOX,
                note!(
                    "integer",
                    r#""id": "note-low", "must": {"range": {"min": 1}}"#,
                    r#""id": "note-high", "must": {"range": {"max": 9}}"#,
                    r#""id": ▸"note-range", "must": {"range": {"min": 0, "max": 10}}"#
                ),
                "`note-low` and `note-high`",
            ),
            // The narrower one may run only sometimes: the wider one always does.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 8}}"#,
                    r#""id": ▸"note-long", "when": {"parameter": "Depth", "present": true}, "must": {"length": {"max": 9}}"#
                ),
                "refused by `note-length`",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 9}}, "answer": "NoBox""#,
                    r#""id": "note-long", "must": {"length": {"max": 8}}"#
                ),
            ),
            // What only warns lets the next one speak.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 8}}, "warn": "disputed""#,
                    r#""id": "note-long", "must": {"length": {"max": 9}}"#
                ),
            ),
            // What runs only sometimes lets it speak at other times.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "when": {"parameter": "Depth", "present": true}, "must": {"length": {"max": 8}}"#,
                    r#""id": "note-long", "must": {"length": {"max": 9}}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-chars", "must": {"chars": {"of": ["lower"], "and": "/"}}"#,
                    r#""id": "note-slash", "must": {"not_contains": ["//"]}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-chars", "must": {"chars": {"of": ["digit"], "first": {"of": ["lower"]}}}"#,
                    r#""id": "note-length", "must": {"length": {"min": 12}}"#,
                    r#""id": "note-end", "must": {"not_ends_with": ["5"]}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-known", "must": {"one_of": {"values": ["raw", "qcow2"]}}, "answer": "NoBox""#,
                    r#""id": "note-length", "must": {"length": {"max": 3}}, "warn": "disputed""#
                ),
            ),
            // The texts that a pattern allows are not all looked at.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-form", "must": {"pattern": "n-[0-9]+-x?"}"#,
                    r#""id": "note-zero", "must": {"not_contains": ["-00"]}"#
                ),
            ),
        ],
    );
}

#[test]
fn limits_that_another_check_implies() {
    told(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "string",
                    r#""id": ▸"note-length", "must": {"length": {"max": 5}}, "answer": "NoBox", "stage": "format""#,
                    r#""id": "note-known", "must": {"one_of": {"values": ["raw", "qcow2"]}}, "answer": "NoBox", "stage": "format""#
                ),
                "adds nothing: `note-known`",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": ▸"note-length", "must": {"length": {"max": 12}}"#,
                    r#""id": "note-form", "must": {"pattern": "img-[0-9a-z]{8}"}"#
                ),
                "adds nothing: `note-form`",
            ),
            (
                BOX,
                note!(
                    "integer",
                    r#""id": ▸"note-low", "must": {"range": {"min": 0}}"#,
                    r#""id": "note-range", "must": {"range": {"min": 1, "max": 9}}"#
                ),
                "adds nothing: `note-range`",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": ▸"note-url", "must": {"not_contains": ["://"]}"#,
                    r#""id": "note-chars", "must": {"chars": {"of": ["letter"]}}"#
                ),
                "adds nothing: `note-chars`",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            // Another answer, or a longer value among them, or help that says more.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 5}}"#,
                    r#""id": "note-known", "must": {"one_of": {"values": ["raw", "qcow2"]}}, "answer": "NoBox", "stage": "format""#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 12}}"#,
                    r#""id": "note-form", "must": {"pattern": "img-[0-9a-z]{8,9}"}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-url", "must": {"not_contains": ["://"]}, "help": "Leave it out.""#,
                    r#""id": "note-chars", "must": {"chars": {"of": ["letter"]}}"#
                ),
            ),
        ],
    );
}

#[test]
fn limits_that_leave_nothing_over() {
    told(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "integer",
                    r#""id": "note-range", "must": {"range": {"min": 21, "max": 29}}"#,
                    r#""id": ▸"note-step", "must": {"multiple_of": 10}"#
                ),
                "no value is left over",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 3}}"#,
                    r#""id": ▸"note-start", "must": {"starts_with": ["img-"]}"#
                ),
                "no value is left over",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": ▸"note-both", "must": {"all_of": [{"length": {"max": 3}}, {"length": {"min": 4}}]}"#
                ),
                "every value breaks",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-chars", "must": {"chars": {"of": ["digit"]}}"#,
                    r#""id": ▸"note-start", "must": {"starts_with": ["a"]}"#
                ),
                "no value is left over",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "integer",
                    r#""id": "note-range", "must": {"range": {"min": 21, "max": 30}}"#,
                    r#""id": "note-step", "must": {"multiple_of": 10}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-length", "must": {"length": {"max": 5}}"#,
                    r#""id": "note-start", "must": {"starts_with": ["img-"]}"#,
                    r#""id": "note-end", "must": {"ends_with": ["x"]}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-any", "must": {"any_of": [{"length": {"max": 3}}, {"length": {"min": 5}}]}"#
                ),
            ),
        ],
    );
}

#[test]
fn conditions_that_never_hold() {
    told(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-when", "when": ▸{"all_of": [{"parameter": "Depth", "present": true}, {"parameter": "Depth", "present": false}]}, "must": {"length": {"max": 3}}"#
                ),
                "contradicts itself",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-when", "when": ▸{"parameter": "Note", "present": false}, "must": {"length": {"max": 3}}"#
                ),
                "contradicts itself",
            ),
            // 10 is no depth that the check before lets through.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-when", "stage": "state", "when": ▸{"parameter": "Depth", "range": {"min": 10}}, "must": {"length": {"max": 3}}"#
                ),
                "the checks of `Depth`",
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-known", "must": {"one_of": {"values": ["raw", "vhd"]}}, "answer": "NoBox""#,
                    r#""id": "note-when", "stage": "state", "when": ▸{"equals": {"value": "qcow2"}}, "must": {"parameter": "Depth", "present": true}, "answer": "NoBox""#
                ),
                "never applies",
            ),
            // Where it applies it cannot fail.
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-when", "when": ▸{"length": {"max": 3}}, "must": {"length": {"max": 5}}"#
                ),
                "never fails",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-when", "stage": "state", "when": {"parameter": "Depth", "range": {"min": 9}}, "must": {"length": {"max": 3}}"#
                ),
            ),
            (
                BOX,
                note!(
                    "string",
                    r#""id": "note-when", "when": {"parameter": "Depth", "present": false}, "must": {"length": {"max": 3}}"#
                ),
            ),
            (
                BOX,
                note!("string", r#""id": "note-when", "when": {"length": {"max": 5}}, "must": {"length": {"max": 3}}"#),
            ),
            (
                KEYS,
                r#"{"id": "keys-shape", "parameter": "Keys[].Shape", "when": {"parameter": "Depth", "present": true}, "must": {"parameter": "Keys[].Shape", "present": true}, "answer": "NoBox", "basis": "documented"}"#,
            ),
            // What facts say is not known here.
            (
                KEYS,
                r#"{"id": "keys-count", "parameter": "Keys", "when": {"fact": "box.State", "equals": {"value": "closed"}}, "must": {"count": {"max": 3}}, "stage": "state", "answer": "NoBox", "basis": "documented"}"#,
            ),
        ],
    );
}

#[test]
fn positions_behind_those_that_are_ignored() {
    let keys = "\"meaning\": \"Keys to try.\",\n      \"items\": {\n        \"type\": \"object\",\n        \"fields\": [{\n          \"name\": \"Shape\",\n          \"type\": \"string\",\n          \"meaning\": \"What the key looks like.\",\n          \"checks\": [{\"id\": \"shape-form\", \"at\": \"1..2\",";
    told(
        OPERATION,
        &[(
            keys,
            r#""meaning": "x", "ignored_beyond": 2, "items": {"type": "object", "fields": [{"name": "Shape", "type": "string", "meaning": "x", "checks": [{"id": "shape-form", "at": ▸"3..","#,
            "position 2 are ignored",
        )],
    );
    fine(
        OPERATION,
        &[(
            keys,
            r#""meaning": "x", "ignored_beyond": 3, "items": {"type": "object", "fields": [{"name": "Shape", "type": "string", "meaning": "x", "checks": [{"id": "shape-form", "at": "3..","#,
        )],
    );
}

#[test]
fn what_operations_share_is_used_and_sound() {
    let constraints = r#""constraints": {"#;
    told(
        PROVIDER,
        &[
            (
                constraints,
                r#""constraints": {▸"lid": {"meaning": "x", "checks": [{"id": "length", "must": {"length": {"max": 3}}, "basis": "documented"}]},"#,
                "no operation uses the constraint `lid`",
            ),
            // Broken although nobody uses it.
            (
                constraints,
                r#""constraints": {"lid": {"meaning": "x", "checks": [{"id": "length", "must": {"length": {"min": ▸5, "max": 3}}, "basis": "documented"}]},"#,
                "contradict",
            ),
            (
                constraints,
                r#""constraints": {"lid": {"meaning": "x", "checks": [{"id": "length", "must": {"length": {"max": 3}}, "basis": "documented", "source": ▸"NONE"}]},"#,
                "`NONE` is no source",
            ),
            (
                constraints,
                r#""constraints": {"lid": {"meaning": "x", "checks": [{"id": "a", "must": {"length": {"max": 3}}, "basis": "documented"}, {"id": ▸"b", "must": {"length": {"max": 4}}, "basis": "documented"}]},"#,
                "never come to",
            ),
            (
                constraints,
                r#""constraints": {"lid": {"meaning": "x", "checks": [{"id": ▸"a", "must": {"length": {"min": 0}}, "basis": "documented"}]},"#,
                "no value breaks",
            ),
            (constraints, r#""constraints": {▸"lid": {"meaning": "x", "checks": []},"#, "has no checks"),
            (
                r#""lists": {"#,
                r#""lists": {▸"zones": {"date": "2026-10", "values": ["a"], "source": "GUIDE"},"#,
                "nothing uses the list `zones`",
            ),
        ],
    );
    fine(PROVIDER, &[(r#""length": {"min": 2, "max": 8}"#, r#""length": {"min": 3, "max": 8}"#)]);
    fine(OPERATION, &[(DEPTH, DEPTH)]);
}
