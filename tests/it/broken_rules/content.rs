//! Files in the right shape that cannot be right: names that nothing bears, limits, conditions, checks, rows and
//! parameters that contradict each other.

use super::{OPERATION, PROVIDER, refused};

#[test]
fn names_that_nothing_bears() {
    refused(
        OPERATION,
        &[
            // Codes: rows of the error table.
            (
                r#""answer": "NoBox""#,
                r#""answer": ▸"NoBoxes""#,
                "`NoBoxes` is the id of no row of `errors`; did you mean \"NoBox\"?",
            ),
            (
                r#""answer": "NoBox""#,
                r#""answer": "NoBox", "alternatives": ["Jammed", ▸"Stuck"]"#,
                "`Stuck` is the id of no row",
            ),
            (r#""required": {},"#, r#""required": {"answer": ▸"Nothing"},"#, "`Nothing` is the id of no row"),
            (
                r#"[{"name": "box-name"}]"#,
                r#"[{"name": "box-name", "answer": ▸"Nothing"}]"#,
                "`Nothing` is the id of no row",
            ),
            // Parameters.
            (
                r#""parameter": "Keys""#,
                r#""parameter": ▸"Key""#,
                "`Key` is no parameter of this operation; did you mean \"Keys\"?",
            ),
            (r#""key": "BoxId""#, r#""key": ▸"Box""#, "`Box` is no parameter"),
            (
                r#"{"exists": "box"}"#,
                r#"{"all_of": [{"exists": "box"}, {"parameter": ▸"Lid", "present": true}]}"#,
                "`Lid` is no parameter",
            ),
            (
                r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#,
                r#"{"equals": {"parameter": ▸"Keys.Shape"}}"#,
                "`Keys.Shape` is no parameter",
            ),
            (
                r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#,
                r#"{"equals": {"template": ▸"{Keys[].Shap}"}}"#,
                "`Keys[].Shap` is no parameter",
            ),
            (r#"{"count": {"min": 1, "max": 3}}"#, r#"{"same_length_as": ▸"Locks"}"#, "`Locks` is no parameter"),
            (
                r#"{"count": {"min": 1, "max": 3}}"#,
                r#"{"at_most_one_of": ["BoxId", ▸"Locks"]}"#,
                "`Locks` is no parameter",
            ),
            // Stages, sections, entities, lists, constraints, sources.
            (r#""stage": "existence""#, r#""stage": ▸"exists""#, "`exists` is no stage"),
            (r#""required": {},"#, r#""required": {"stage": ▸"first"},"#, "`first` is no stage"),
            (r#""section": "boxes""#, r#""section": ▸"box""#, "`box` is no fact section"),
            (
                r#"{"exists": "box"}"#,
                r#"{"no_item": {"section": ▸"lids", "where": {"field": "a", "not_empty": true}}}"#,
                "`lids` is no fact section",
            ),
            (r#"{"exists": "box"}"#, r#"{"exists": ▸"lid"}"#, "`lid` is no entity"),
            (r#""box.State""#, r#"▸"lid.State""#, "`lid` is no entity"),
            (r#""box.State""#, r#"▸"State""#, "entity.Field"),
            (r#"{"list": "regions"}"#, r#"{"list": ▸"zones"}"#, "`zones` is no list"),
            (r#"[{"name": "box-name"}]"#, r#"[{"name": ▸"lid-name"}]"#, "`lid-name` is no constraint"),
            (r#""answer": "NoBox","#, r#""answer": "NoBox", "source": ▸"GUIDE","#, "`GUIDE` is no source"),
            (r#""required": {},"#, r#""required": {"source": ▸"GUIDE"},"#, "`GUIDE` is no source"),
            (r#""meaning": "Which box.""#, r#""meaning": "Which box.", "source": ▸"GUIDE""#, "`GUIDE` is no source"),
            (
                r#""meaning": "The lid is stuck.""#,
                r#""meaning": "The lid is stuck.", "source": ▸"GUIDE""#,
                "`GUIDE` is no source",
            ),
            // Blanks of templates.
            (r#""There is no region {Region}.""#, r#"▸"There is no region {Zone}.""#, "`{Zone}`"),
        ],
    );
    refused(
        PROVIDER,
        &[
            (r#""section": "regions""#, r#""section": ▸"zones""#, "`zones` is no section"),
            (r#""source": "GUIDE"}},"#, r#""source": ▸"PAGE"}},"#, "`PAGE` is no source"),
            (r#""stage": "required""#, r#""stage": ▸"needed""#, "`needed` is no stage"),
            (
                r#""basis": "documented", "source": "GUIDE"}]"#,
                r#""basis": "documented", "source": ▸"PAGE"}]"#,
                "`PAGE` is no source",
            ),
        ],
    );
}

#[test]
fn limits_that_contradict_each_other() {
    refused(
        OPERATION,
        &[
            (r#""range": {"min": 1,"#, r#""range": {"min": ▸10,"#, "at least 10 and at most 9"),
            (r#""count": {"min": 1,"#, r#""count": {"min": ▸4,"#, "at least 4 and at most 3"),
            (r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#, r#"{"length": {"max": 3, "min": ▸5}}"#, "at least 5 and at most 3"),
            (r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#, r#"{"multiple_of": ▸0}"#, "multiple of 0"),
            (r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#, r#"{"starts_with": ["a", ▸""]}"#, "empty text"),
            (r#"{"values": ["closed"]}"#, r#"{"values": ["closed", ▸"closed"]}"#, "twice"),
            (
                r#"{"values": ["closed"]}"#,
                r#"{"values": [▸"closed"], "list": "regions"}"#,
                "either `values` or the list",
            ),
            (r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#, r#"{"pattern": ▸"[a-z"}"#, "does not compile"),
            (r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#, r#"{"pattern": ▸"(?=a)b"}"#, "does not compile"),
            (r#"{"pattern": "[a-z]+(-[0-9]+)?"}"#, r#"{"pattern": ▸"(\\w{1000}){1000}"}"#, "does not compile"),
        ],
    );
    refused(PROVIDER, &[(r#"{"min": 2, "max": 8}"#, r#"{"min": ▸9, "max": 8}"#, "at least 9 and at most 8")]);
}

/// A condition without a place of its own is told at the id of its check.
#[test]
fn conditions_have_one_word_and_the_subject_that_it_needs() {
    let id = r#"{"id": "shape-form", "at": "1..2", "must": {"pattern": "[a-z]+(-[0-9]+)?"}"#;
    let exists = "\"id\": \"box-exists\",\n      \"parameter\": \"BoxId\",\n      \"must\": {\"exists\": \"box\"}";
    refused(
        OPERATION,
        &[
            (id, r#"{"id": ▸"shape-form", "must": {"pattern": "[a-z]+", "not_empty": true}"#, "exactly one word"),
            (id, r#"{"id": ▸"shape-form", "must": {}"#, "exactly one word"),
            (id, r#"{"id": ▸"shape-form", "must": {"not_empty": true}, "when": {}"#, "exactly one word"),
            (id, r#"{"id": ▸"shape-form", "must": {"all_of": [{"not_empty": true}, {}]}"#, "exactly one word"),
            (id, r#"{"id": ▸"shape-form", "must": {"not": {"not_empty": true, "pattern": "a"}}"#, "exactly one word"),
            (id, r#"{"id": ▸"shape-form", "must": {"equals": {}}"#, "one"),
            (id, r#"{"id": ▸"shape-form", "must": {"equals": {"value": "a", "parameter": "BoxId"}}"#, "one"),
            (id, r#"{"id": "shape-form", "must": {"parameter": ▸"BoxId"}"#, "exactly one word"),
            (
                id,
                r#"{"id": "shape-form", "must": {"parameter": ▸"BoxId", "fact": "box.State", "not_empty": true}"#,
                "one subject",
            ),
            (
                exists,
                r#""id": ▸"box-exists", "parameter": "BoxId", "must": {"no_item": {"section": "boxes", "where": {"not_empty": true}}}"#,
                "subject",
            ),
            (
                exists,
                r#""id": "box-exists", "parameter": "BoxId", "must": {"parameter": ▸"Region", "exists": "box"}"#,
                "subject",
            ),
            (id, r#"{"id": ▸"shape-form", "must": {"not_empty": false}"#, "not_empty"),
        ],
    );
}

#[test]
fn conditions_that_say_nothing() {
    let id = r#"{"id": "shape-form", "at": "1..2", "must": {"pattern": "[a-z]+(-[0-9]+)?"}"#;
    refused(
        OPERATION,
        &[
            (id, r#"{"id": ▸"shape-form", "must": {"length": {}}"#, "length"),
            (id, r#"{"id": ▸"shape-form", "must": {"range": {}}"#, "range"),
            (id, r#"{"id": ▸"shape-form", "must": {"starts_with": []}"#, "starts_with"),
            (id, r#"{"id": ▸"shape-form", "must": {"chars": {}}"#, "chars"),
            (id, r#"{"id": ▸"shape-form", "must": {"all_of": []}"#, "all_of"),
            (id, r#"{"id": ▸"shape-form", "must": {"one_of": {}}, "warn": "disputed""#, "one_of"),
        ],
    );
}

#[test]
fn checks_that_cannot_be_right() {
    refused(
        OPERATION,
        &[
            (r#""id": "box-is-closed""#, r#""id": ▸"box-exists""#, "`box-exists` exists already"),
            (r#""id": "depth-range""#, r#""id": ▸"depth-type""#, "`depth-type` exists already"),
            (r#""id": "box-is-closed""#, r#""id": ▸"box_is_closed""#, "kebab case"),
            (r#""id": "box-is-closed""#, r#""id": ▸"BoxIsClosed""#, "kebab case"),
            (r#""id": "box-is-closed""#, r#""id": ▸"box--closed""#, "kebab case"),
            (r#""id": "box-is-closed""#, r#""id": ▸"""#, "kebab case"),
            ("\"id\": \"keys-count\",\n      \"parameter\": \"Keys\",", r#""id": ▸"keys-count","#, "which `parameter`"),
            (r#"{"id": "depth-range","#, r#"{"id": "depth-range", "parameter": ▸"Depth","#, "about that parameter"),
            (
                "\"id\": \"box-exists\",\n      \"parameter\": \"BoxId\",\n      \"must\": {\"exists\": \"box\"},\n      \"stage\": \"existence\",",
                r#""id": ▸"box-exists", "parameter": "BoxId", "must": {"exists": "box"},"#,
                "`stage`",
            ),
            (
                r#"{"id": "region-known", "must": {"one_of": {"list": "regions"}}, "stage": "region", "answer": "NoRegion","#,
                r#"{"id": ▸"region-known", "must": {"one_of": {"list": "regions"}}, "stage": "region","#,
                "`answer`, or `warn`",
            ),
            (r#""at": "1..2""#, r#""at": ▸"0""#, "positions are written"),
            (r#""at": "1..2""#, r#""at": ▸"2..1""#, "positions are written"),
            (r#""at": "1..2""#, r#""at": ▸"first""#, "positions are written"),
            (r#""at": "1..2""#, r#""at": ▸"..2""#, "positions are written"),
            (r#""at": "1..2""#, r#""at": ▸"-1""#, "positions are written"),
            (r#"{"id": "depth-range","#, r#"{"id": "depth-range", "at": ▸"1","#, "list"),
            (
                "\"id\": \"keys-count\",\n      \"parameter\": \"Keys\",\n      \"must\": {\"count\": {\"min\": 1, \"max\": 3}},",
                r#""id": ▸"keys-count", "parameter": "Keys", "must": {"parameter": "Keys[].Shape", "not_empty": true},"#,
                "element of a list",
            ),
            (
                "\"id\": \"box-exists\",\n      \"parameter\": \"BoxId\",\n      \"must\": {\"exists\": \"box\"},\n      \"stage\": \"existence\",\n      \"answer\": \"NoBox\",",
                r#""id": ▸"box-exists", "parameter": "BoxId", "must": {"exists": "box"}, "stage": "existence","#,
                "`answer`, or `warn`",
            ),
        ],
    );
}

#[test]
fn a_code_of_several_rows_is_named_by_id() {
    let text = super::base(OPERATION).replace("\"code\": \"NoBox\",", "\"id\": \"NoBox#plain\", \"code\": \"NoBox\",");
    let mistakes = super::mistakes_of(super::patched(OPERATION, &text));
    assert!(mistakes.iter().any(|mistake| mistake.message.contains("the ids `NoBox#plain`")), "{mistakes:?}");
}

/// A mistake in an entity is told there, and not again where checks speak of it.
#[test]
fn a_broken_entity_is_one_mistake() {
    let text = super::base(OPERATION).replace(r#""section": "boxes""#, r#""section": "box""#);
    let mistakes = super::mistakes_of(super::patched(OPERATION, &text));
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
}

#[test]
fn rows_that_nothing_explains() {
    refused(
        OPERATION,
        &[
            (
                r#""code": "Jammed", "message": null, "meaning": "The lid is stuck.", "server": "Only the box knows."}"#,
                r#""code": ▸"Jammed", "message": null, "meaning": "The lid is stuck."}"#,
                "`Jammed`",
            ),
            (
                r#"{"status": 409, "code": "OpenAlready""#,
                r#"{"status": 409, "id": ▸"NoBox", "code": "OpenAlready""#,
                "stands here already",
            ),
            (
                r#"{"status": 409, "code": "OpenAlready""#,
                r#"{"status": 404, "code": ▸"NoBox", "message": null, "meaning": "x", "server": "y"}, {"status": 409, "code": "OpenAlready""#,
                "stands here already",
            ),
            (r#""code": "NoBox","#, r#""code": ▸"NoBox", "unreachable": "It cannot be.","#, "unreachable"),
        ],
    );
}

#[test]
fn parameters_that_cannot_be_right() {
    refused(
        OPERATION,
        &[
            (r#"{"name": "BoxId","#, r#"{"name": ▸"Region","#, "twice"),
            (r#""type": "integer","#, r#""type": ▸"list","#, "`items`"),
            (
                r#""type": "integer","#,
                r#""type": ▸"integer", "fields": [{"name": "a", "type": "string", "meaning": "b"}],"#,
                "`fields`",
            ),
            (r#""type": "integer","#, r#""type": ▸"integer", "items": {"type": "string"},"#, "`items`"),
            ("\"items\": {\n        \"type\": \"object\",", "\"items\": {\n        \"type\": ▸\"list\",", "`items`"),
            ("\"items\": {\n        \"type\": \"object\",", "\"items\": {\n        \"type\": ▸\"string\",", "`fields`"),
            (
                r#""type": "integer","#,
                r#""type": "integer", "defaults": [{"value": "1", "when": {"parameter": ▸"Lid", "present": true}}],"#,
                "`Lid` is no parameter",
            ),
        ],
    );
}

#[test]
fn a_file_without_a_source() {
    refused(
        OPERATION,
        &[(
            "\"operation\": \"acme/box/OpenBox\",\n  \"edition\": \"2026-01\",\n  \"title\": \"Opens a box\",\n  \"sources\": [{\"id\": \"PAGE\", \"title\": \"OpenBox\", \"url\": \"https://acme.example/OpenBox\", \"read\": \"2026-11-22\"}],",
            "\"operation\": ▸\"acme/box/OpenBox\", \"edition\": \"2026-01\", \"title\": \"Opens a box\", \"sources\": [],",
            "source",
        )],
    );
}
