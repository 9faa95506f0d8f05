//! Values that a file names and refuses, and examples that are not true.

use super::{DEPTH, fine, told};
use crate::broken_rules::OPERATION;

const BOX: &str = r#"{"name": "BoxId","#;
const ERRORS: &str = "  \"errors\": [\n";

#[test]
fn values_fit_the_rules_about_their_form() {
    told(
        OPERATION,
        &[
            (
                BOX,
                r#"{"name": "Note", "type": "string", "meaning": "x", "checks": [{"id": "note-length", "must": {"length": {"max": 3}}, "basis": "documented"}, {"id": "note-known", "must": {"one_of": {"values": ["raw", ▸"qcow2"]}}, "answer": "NoBox", "basis": "documented"}]}, {"name": "BoxId","#,
                "\"qcow2\" is refused by `note-length`",
            ),
            (
                BOX,
                r#"{"name": "Note", "type": "string", "meaning": "x", "checks": [{"id": "note-chars", "must": {"chars": {"of": ["lower"]}}, "basis": "documented"}, {"id": "note-known", "must": {"one_of": {"values": ["raw", ▸"vhd2"]}}, "answer": "NoBox", "basis": "documented"}]}, {"name": "BoxId","#,
                "refused by `note-chars`",
            ),
            (
                BOX,
                r#"{"name": "Note", "type": "integer", "meaning": "x", "checks": [{"id": "note-known", "must": {"one_of": {"values": ["20", ▸"4O"]}}, "answer": "NoBox", "basis": "documented"}]}, {"name": "BoxId","#,
                "refused by `note-type`",
            ),
            (
                DEPTH,
                r#"{"id": "depth-range", "must": {"range": {"min": 1, "max": 9}}, "basis": "documented"}, {"id": "depth-when", "when": {"parameter": ▸"Depth", "equals": {"value": "10"}}, "must": {"parameter": "BoxId", "present": true}, "answer": "NoBox", "basis": "documented", "stage": "state"}"#,
                "\"10\" is refused by `depth-range`",
            ),
            (
                DEPTH,
                r#"{"id": "depth-range", "must": {"range": {"min": 1, "max": 9}}, "basis": "documented"}, {"id": "depth-by", "must": {"parameter": "BoxId", "one_of_by": {"parameter": "Depth", "values": {"9": ["nine"], ▸"10": ["ten"]}}}, "answer": "NoBox", "basis": "documented", "stage": "state"}"#,
                "\"10\" is refused by `depth-range`",
            ),
            // Listed twice where letter case does not count, or both listed and left open.
            (
                BOX,
                r#"{"name": "Note", "type": "string", "meaning": "x", "checks": [{"id": "note-known", "must": {"one_of": {"values": ["raw", ▸"RAW"], "case": "fold"}}, "answer": "NoBox", "basis": "documented"}]}, {"name": "BoxId","#,
                "letter case does not count",
            ),
            (
                BOX,
                r#"{"name": "Note", "type": "string", "meaning": "x", "checks": [{"id": "note-known", "must": {"one_of": {"values": ["raw", ▸"vhd"], "undecided": ["vhd"]}}, "answer": "NoBox", "basis": "documented"}]}, {"name": "BoxId","#,
                "among the undecided",
            ),
            (r#""answer": "NoBox","#, r#""answer": "NoBox", "alternatives": [▸"NoBox"],"#, "named here already"),
            (
                r#""answer": "NoBox","#,
                r#""answer": "NoBox", "alternatives": ["Jammed", ▸"Jammed"],"#,
                "named here already",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (
                BOX,
                r#"{"name": "Note", "type": "string", "meaning": "x", "checks": [{"id": "note-length", "must": {"length": {"max": 5}}, "basis": "documented"}, {"id": "note-known", "must": {"one_of": {"values": ["raw", "qcow2"]}}, "answer": "NoBox", "basis": "documented"}]}, {"name": "BoxId","#,
            ),
            // A narrower list with an answer of its own.
            (
                BOX,
                r#"{"name": "Note", "type": "string", "meaning": "x", "checks": [{"id": "note-known", "must": {"one_of": {"values": ["raw", "RAW", "vhd"]}}, "answer": "NoBox", "basis": "documented"}, {"id": "note-fit", "must": {"not_one_of": {"values": ["vhd"]}}, "answer": "OpenAlready", "basis": "documented"}]}, {"name": "BoxId","#,
            ),
            (r#""answer": "NoBox","#, r#""answer": "NoBox", "alternatives": ["Jammed"],"#),
            (
                DEPTH,
                r#"{"id": "depth-range", "must": {"range": {"min": 1, "max": 9}}, "basis": "documented"}, {"id": "depth-when", "when": {"parameter": "Depth", "equals": {"value": "9"}}, "must": {"parameter": "BoxId", "present": true}, "answer": "NoBox", "basis": "documented", "stage": "state"}"#,
            ),
        ],
    );
}

#[test]
fn defaults_and_dry_runs_pass_their_own_checks() {
    let kind = r#""type": "integer","#;
    told(
        OPERATION,
        &[
            (
                kind,
                r#""type": "integer", "defaults": [{"value": "5"}, {"value": ▸"10", "when": {"parameter": "BoxId", "present": true}}],"#,
                "default \"10\" is refused by `depth-range`",
            ),
            (kind, r#""type": "integer", "defaults": [{"value": ▸"deep"}],"#, "refused by `depth-type`"),
            (kind, r#""type": "integer", "required": {}, "defaults": ▸[{"value": "5"}],"#, "no default is ever taken"),
            (
                ERRORS,
                "\"dry_run\": {\"parameter\": \"Depth\", \"value\": ▸\"0\", \"basis\": \"documented\"}, \"errors\": [\n",
                "dry run \"0\" is refused",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (kind, r#""type": "integer", "defaults": [{"value": "9"}],"#),
            // Where its absence is only disputed, a default may be taken.
            (kind, r#""type": "integer", "required": {"basis": "disputed"}, "defaults": [{"value": "5"}],"#),
            (
                ERRORS,
                "\"dry_run\": {\"parameter\": \"Depth\", \"value\": \"1\", \"basis\": \"documented\"}, \"errors\": [\n",
            ),
        ],
    );
}

#[test]
fn examples_give_what_they_say() {
    macro_rules! examples {
        ($examples:literal) => {
            concat!("\"examples\": [", $examples, "], \"errors\": [\n")
        };
    }
    told(
        OPERATION,
        &[
            (
                ERRORS,
                examples!(r#"{"shows": "a", "params": {"Region": "north"}, "gives": ▸"NoRegion"}"#),
                "gives \"pass\"",
            ),
            (
                ERRORS,
                examples!(r#"{"shows": "a", "params": {"Region": "west"}, "gives": ▸"pass"}"#),
                "gives \"NoRegion\", by",
            ),
            (ERRORS, examples!(r#"{"shows": "a", "params": {}, "gives": ▸"NoBox"}"#), "gives \"Missing\""),
            (
                ERRORS,
                examples!(r#"{"shows": "a", "params": {"Region": "north"}, "facts": {"boxs": 1}, "gives": ▸"pass"}"#),
                "cannot be checked",
            ),
            (
                ERRORS,
                examples!(
                    r#"{"shows": "a", "params": {"Region": "north"}, "gives": "pass"}, {"shows": ▸"a", "params": {"Region": "south"}, "gives": "pass"}"#
                ),
                "twice",
            ),
            (
                ERRORS,
                examples!(r#"{"shows": ▸"", "params": {"Region": "north"}, "gives": "pass"}"#),
                "`shows` is empty",
            ),
        ],
    );
    fine(
        OPERATION,
        &[
            (
                ERRORS,
                examples!(
                    r#"{"shows": "a", "params": {"Region": "west"}, "gives": "NoRegion"}, {"shows": "b", "params": {"Region": "north", "pattern": "a"}, "gives": "Unknown"}"#
                ),
            ),
            (
                ERRORS,
                examples!(
                    r#"{"shows": "a", "params": {"Region": "north", "BoxId": "b1"}, "facts": {"boxes": [{"BoxId": "b1", "State": "open"}]}, "gives": "OpenAlready"}"#
                ),
            ),
        ],
    );
}
