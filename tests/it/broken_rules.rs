//! Rule files that must be refused, each with the right place.
//!
//! Every case patches one valid file below `tests/broken_rules/base`: `old` is replaced by `new`, in which `▸` marks
//! where the mistake must be told. A file that is refused at another place, or accepted, fails the test.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use preflint::{Checker, RuleError, RuleFile};

const PROVIDER: &str = "acme/provider.json";
const OPERATION: &str = "acme/box/OpenBox/2026-01.json";

fn base(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken_rules/base").join(path);
    fs::read_to_string(file).expect("a file of the base")
}

/// The mistakes of files that must not be accepted.
#[track_caller]
fn mistakes_of(files: impl IntoIterator<Item = RuleFile>) -> Vec<RuleError> {
    match Checker::from_files(files) {
        Ok(_) => panic!("the files are accepted"),
        Err(mistakes) => mistakes,
    }
}

fn file(path: &str, text: impl Into<String>) -> RuleFile {
    RuleFile { path: path.to_owned(), name: format!("rules/{path}"), text: Cow::Owned(text.into()) }
}

/// The base with one file changed.
fn patched(path: &str, text: &str) -> Vec<RuleFile> {
    [PROVIDER, OPERATION].map(|known| file(known, if known == path { text.to_owned() } else { base(known) })).into()
}

/// Line and column, from 1, columns in code points.
fn place(text: &str, at: usize) -> (usize, usize) {
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].split('\n').next_back().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// What must be refused: the part that is replaced, what replaces it, and what the message says.
type Case = (&'static str, &'static str, &'static str);

/// Gives why a case does not hold.
fn complaint(path: &str, (old, new, says): &Case) -> Option<String> {
    let original = base(path);
    assert_eq!(original.matches(old).count(), 1, "{old:?} must stand once in {path}");
    assert_eq!(new.matches('▸').count(), 1, "one mark in {new:?}");
    let marked = original.replacen(old, new, 1);
    let at = marked.find('▸').expect("a mark");
    let text = marked.replacen('▸', "", 1);
    let expected = place(&text, at);
    let mistakes = match Checker::from_files(patched(path, &text)) {
        Ok(_) => return Some(format!("{new}\n    is accepted")),
        Err(mistakes) => mistakes,
    };
    let is_meant = |mistake: &RuleError| {
        (mistake.position.line, mistake.position.column) == expected
            && mistake.position.offset == at
            && mistake.file == format!("rules/{path}")
            && mistake.message.contains(says)
    };
    if mistakes.iter().any(is_meant) {
        return None;
    }
    let found: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Some(format!(
        "{new}\n    expected rules/{path}:{}:{}: ... {says}\n    found    {}",
        expected.0,
        expected.1,
        found.join("\n             ")
    ))
}

#[track_caller]
fn refused(path: &str, cases: &[Case]) {
    let complaints: Vec<String> = cases.iter().filter_map(|case| complaint(path, case)).collect();
    assert!(complaints.is_empty(), "{} of {} cases:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}

#[test]
fn the_base_itself_is_fine() {
    let checker = Checker::from_files(patched("", "")).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let names: Vec<String> = checker.operations().into_iter().map(|summary| summary.operation).collect();
    assert_eq!(names, ["acme/box/OpenBox"]);
}

#[test]
fn json_that_is_none() {
    refused(
        OPERATION,
        &[
            (r#""title": "Opens a box","#, r#""title": "Opens a box"▸;"#, "\",\" or \"}\""),
            (r#""title": "Opens a box""#, r#""title": ▸Opens a box"#, "a value"),
            (r#""Where the box is. 地域""#, r#""Where the box is. 地域" ▸"x""#, "\",\" or \"}\""),
            (r#""Where the box is. 地域""#, "\"Where the box is. 地域▸\n\"", "control character"),
            (r#""max": 9"#, r#""max": 0▸9"#, "start with 0"),
            ("  \"title\"", "▸'title'", "double quotes"),
        ],
    );
    refused(PROVIDER, &[("\"format\": 1,", "▸format: 1,", "double quotes")]);
    for (text, line, column) in [("", 1, 1), ("\n  ", 2, 3), ("[]", 1, 1), ("{}", 1, 1), ("{} x", 1, 4), ("3", 1, 1)] {
        let mistakes = mistakes_of(patched(OPERATION, text));
        let positions: Vec<_> =
            mistakes.iter().map(|mistake| (mistake.position.line, mistake.position.column)).collect();
        assert_eq!(positions, [(line, column)], "{text:?}: {mistakes:?}");
    }
}

#[test]
fn keys_and_values_that_the_format_does_not_know() {
    refused(
        OPERATION,
        &[
            (r#""title": "Opens a box""#, r#""title": "Opens a box", ▸"colour": "red""#, "unknown field `colour`"),
            (r#""type": "integer","#, r#""type": "integer", ▸"requierd": {},"#, "unknown field `requierd`"),
            (r#"{"min": 1, "max": 9}"#, r#"{"min": 1, ▸"maximum": 9}"#, "unknown field `maximum`"),
            (r#"{"exists": "box"}"#, r#"{▸"exist": "box"}"#, "unknown field `exist`"),
            (r#""code": "NoBox","#, r#""code": "NoBox", ▸"server_": "x","#, "unknown field `server_`"),
            (r#""section": "boxes","#, r#""section": "boxes", ▸"id": 1,"#, "unknown field `id`"),
            (r#""type": "integer""#, r#""type": ▸"number""#, "unknown variant `number`"),
            (r#""answer": "OpenAlready","#, r#""answer": "OpenAlready", "warn": ▸"maybe","#, "unknown variant `maybe`"),
            (r#""title": "Opens a box""#, r#""title": ▸5"#, "invalid type"),
            (r#""status": 500"#, r#""status": ▸"500""#, "invalid type"),
            (r#""status": 500"#, r#""status": ▸70000"#, "70000"),
            (r#""status": 500"#, r#""status": ▸-1"#, "-1"),
            (r#""min": 1, "max": 9"#, r#""min": ▸1.5, "max": 9"#, "1.5"),
            (r#""format": 1"#, r#""format": ▸2"#, "format 2 is not known"),
            (r#""format": 1"#, r#""format": ▸"1""#, "invalid type"),
            (r#""box": {"section""#, r#""box": ▸3, "box2": {"section""#, "invalid type"),
        ],
    );
    refused(
        PROVIDER,
        &[
            (r#""title": "Acme Cloud","#, r#""title": "Acme Cloud", ▸"logo": 1,"#, "unknown field `logo`"),
            (r#""lists": "bracketed""#, r#""lists": ▸"braced""#, "unknown variant `braced`"),
            (r#""first_index": 0"#, r#""first_index": ▸-1"#, "-1"),
            (r#""format": 1"#, r#""format": ▸0"#, "format 0 is not known"),
        ],
    );
}

#[test]
fn what_is_missing_is_told_at_the_object_without_it() {
    refused(
        OPERATION,
        &[
            (
                r#"{"name": "BoxId", "type": "string", "meaning""#,
                r#"▸{"name": "BoxId", "meaning""#,
                "missing field `type`",
            ),
            (
                r#"{"id": "depth-range", "must": {"range": {"min": 1, "max": 9}}, "basis": "documented"}"#,
                r#"▸{"id": "depth-range", "must": {"range": {"min": 1, "max": 9}}}"#,
                "missing field `basis`",
            ),
            (r#"{"status": 500, "code": "Jammed""#, r#"▸{"code": "Jammed""#, "missing field `status`"),
            (r#"{"id": "PAGE", "title": "OpenBox","#, r#"▸{"id": "PAGE","#, "missing field `title`"),
            ("{\n  \"format\": 1,", "▸{", "missing field `format`"),
        ],
    );
    refused(PROVIDER, &[(r#""wire": {"#, r#""wire": ▸{}, "wire_": {"#, "missing field `lists`")]);
}

#[test]
fn keys_that_stand_twice() {
    refused(
        OPERATION,
        &[
            (r#""title": "Opens a box""#, r#""title": "Opens a box", ▸"title": "x""#, "`title`"),
            (r#"{"box": {"#, r#"{"box": {"section": "boxes", "key": "BoxId"}, ▸"box": {"#, "`box` stands here twice"),
        ],
    );
    refused(PROVIDER, &[(r#""regions": {"meaning""#, r#"▸"boxes": {"meaning""#, "`boxes` stands here twice")]);
}

#[test]
fn names_that_nothing_bears() {
    refused(
        OPERATION,
        &[
            // Codes: rows of the error table.
            (r#""answer": "NoBox""#, r#""answer": ▸"NoBoxes""#, "`NoBoxes` is the id of no row"),
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
            (r#""parameter": "Keys""#, r#""parameter": ▸"Key""#, "`Key` is no parameter"),
            (r#""key": "BoxId""#, r#""key": ▸"Box""#, "`Box` is no parameter"),
            (
                r#"{"exists": "box"}"#,
                r#"{"all_of": [{"exists": "box"}, {"parameter": ▸"Lid", "present": true}]}"#,
                "`Lid` is no parameter",
            ),
            (r#"{"pattern": "[a-z]+"}"#, r#"{"equals": {"parameter": ▸"Keys.Shape"}}"#, "`Keys.Shape` is no parameter"),
            (
                r#"{"pattern": "[a-z]+"}"#,
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
            (r#"{"pattern": "[a-z]+"}"#, r#"{"length": {"max": 3, "min": ▸5}}"#, "at least 5 and at most 3"),
            (r#"{"pattern": "[a-z]+"}"#, r#"{"multiple_of": ▸0}"#, "multiple of 0"),
            (r#"{"pattern": "[a-z]+"}"#, r#"{"starts_with": ["a", ▸""]}"#, "empty text"),
            (r#"{"values": ["closed"]}"#, r#"{"values": ["closed", ▸"closed"]}"#, "twice"),
            (
                r#"{"values": ["closed"]}"#,
                r#"{"values": [▸"closed"], "list": "regions"}"#,
                "either `values` or the list",
            ),
            (r#"{"pattern": "[a-z]+"}"#, r#"{"pattern": ▸"[a-z"}"#, "does not compile"),
            (r#"{"pattern": "[a-z]+"}"#, r#"{"pattern": ▸"(?=a)b"}"#, "does not compile"),
            (r#"{"pattern": "[a-z]+"}"#, r#"{"pattern": ▸"(\\w{1000}){1000}"}"#, "does not compile"),
        ],
    );
    refused(PROVIDER, &[(r#"{"min": 2, "max": 8}"#, r#"{"min": ▸9, "max": 8}"#, "at least 9 and at most 8")]);
}

/// A condition without a place of its own is told at the id of its check.
#[test]
fn conditions_have_one_word_and_the_subject_that_it_needs() {
    let id = r#"{"id": "shape-form", "at": "1..2", "must": {"pattern": "[a-z]+"}"#;
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
    let id = r#"{"id": "shape-form", "at": "1..2", "must": {"pattern": "[a-z]+"}"#;
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
fn files_that_lie_where_they_do_not_belong() {
    refused(
        OPERATION,
        &[
            (
                r#""operation": "acme/box/OpenBox""#,
                r#""operation": ▸"acme/box/ShutBox""#,
                "lies in acme/box/OpenBox/2026-01.json",
            ),
            (
                "\"operation\": \"acme/box/OpenBox\",\n  \"edition\": \"2026-01\"",
                r#""operation": ▸"acme/box/OpenBox", "edition": "2026-02""#,
                "names itself acme/box/OpenBox@2026-02",
            ),
        ],
    );
    refused(PROVIDER, &[(r#""provider": "acme""#, r#""provider": ▸"acne""#, "lies in acme/provider.json")]);
    for (edition, fine) in [
        ("2026-01", true),
        ("intl-2026-01", true),
        ("2026-13", false),
        ("2026-00", false),
        ("26-01", false),
        ("2026", false),
        ("2026-1", false),
        ("latest", false),
        ("-2026-01", false),
        ("intl2026-01", false),
        ("2026-01-05", false),
    ] {
        let path = format!("acme/box/OpenBox/{edition}.json");
        let text = base(OPERATION).replace("\"2026-01\"", &format!("\"{edition}\""));
        let files = [file(PROVIDER, base(PROVIDER)), file(&path, text.clone())];
        match Checker::from_files(files) {
            Ok(_) => assert!(fine, "{edition} is accepted"),
            Err(mistakes) => {
                assert!(!fine, "{edition}: {mistakes:?}");
                let at = text.find(&format!("\"{edition}\"")).expect("the edition");
                assert_eq!((mistakes[0].position.line, mistakes[0].position.column), place(&text, at), "{edition}");
                assert!(mistakes[0].message.contains("YYYY-MM"), "{}", mistakes[0]);
            }
        }
    }
    for path in
        ["OpenBox.json", "acme/box/2026-01.json", "acme/box/OpenBox/a/2026-01.json", "acme/box/OpenBox/2026-01.txt"]
    {
        let mistakes = mistakes_of([file(PROVIDER, base(PROVIDER)), file(path, base(OPERATION))]);
        assert!(mistakes[0].to_string().starts_with(&format!("rules/{path}:1:1: ")), "{}", mistakes[0]);
        assert!(mistakes[0].message.contains("<provider>/<service>/<Operation>/<edition>.json"), "{}", mistakes[0]);
    }
    let mistakes = mistakes_of([file(OPERATION, base(OPERATION))]);
    assert!(mistakes[0].message.contains("no acme/provider.json"), "{}", mistakes[0]);
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

#[test]
fn all_mistakes_of_a_file_are_told_and_each_once() {
    let text = base(OPERATION)
        .replace(r#""answer": "NoBox""#, r#""answer": "NoBoxes""#)
        .replace(r#""stage": "state""#, r#""stage": "states""#)
        .replace("[a-z]+", "[a-z");
    let mistakes = mistakes_of(patched(OPERATION, &text));
    let count = |part: &str| mistakes.iter().filter(|mistake| mistake.message.contains(part)).count();
    for part in ["`NoBoxes` is the id of no row", "`states` is no stage", "does not compile"] {
        assert_eq!(count(part), 1, "{part}: {mistakes:?}");
    }
    // A named constraint is told once, however many parameters and editions use it.
    let provider = base(PROVIDER).replace(r#""min": 2, "max": 8"#, r#""min": 9, "max": 8"#);
    let twice = base(OPERATION).replace(
        r#""meaning": "Where the box is. 地域","#,
        r#""meaning": "x", "constraints": [{"name": "box-name"}],"#,
    );
    let second = twice.replace("\"2026-01\"", "\"2026-02\"");
    let files =
        [file(PROVIDER, provider.clone()), file(OPERATION, twice), file("acme/box/OpenBox/2026-02.json", second)];
    let mistakes = mistakes_of(files);
    let told: Vec<String> =
        mistakes.iter().filter(|mistake| mistake.message.contains("contradict")).map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn a_mark_and_line_ends_of_windows_move_no_place() {
    let broken = base(OPERATION).replace("NoBox\"", "NoBoxes\"").replace("地域", "地域\u{1}");
    let syntax = mistakes_of(patched(OPERATION, &broken))[0].position;
    let wrong = base(OPERATION).replace(r#""answer": "NoBox""#, r#""answer": "NoBoxes""#);
    let place_of = |text: &str| {
        let mistakes = mistakes_of(patched(OPERATION, text));
        let mistake = mistakes.into_iter().find(|mistake| mistake.message.contains("NoBoxes")).expect("that mistake");
        (mistake.position.line, mistake.position.column)
    };
    for change in [|text: &str| format!("\u{feff}{text}"), |text: &str| text.replace('\n', "\r\n")] {
        // The base is accepted in that form too.
        for path in [PROVIDER, OPERATION] {
            assert!(Checker::from_files(patched(path, &change(&base(path)))).is_ok());
        }
        assert_eq!(place_of(&change(&wrong)), place_of(&wrong));
        let mistakes = mistakes_of(patched(OPERATION, &change(&broken)));
        assert_eq!((mistakes[0].position.line, mistakes[0].position.column), (syntax.line, syntax.column));
    }
    // On the first line, too.
    let first = format!("\u{feff}{}", base(OPERATION).replacen("{\n  \"format\": 1", "{\"format\": 2", 1));
    let mistakes = mistakes_of(patched(OPERATION, &first));
    assert_eq!((mistakes[0].position.line, mistakes[0].position.column), (1, 12));
}

#[cfg(feature = "cli")]
mod program {
    use super::{OPERATION, PROVIDER, base};
    use crate::cli::Folder;

    /// The program says the same, one mistake a line, and ends with 2.
    #[test]
    fn says_file_line_and_column() {
        let cases = [
            (r#""title": "Opens a box""#, r#""titel": "Opens a box""#, "5:3: unknown field `titel`"),
            (r#""answer": "NoBox""#, r#""answer": "NoBoxes""#, "52:17: `NoBoxes` is the id of no row of `errors`"),
            (r#""range": {"min": 1,"#, r#""range": {"min": 10,"#, "23:66: the limits contradict each other"),
            (r#""stage": "state""#, r#""stage": "states""#, "59:16: `states` is no stage"),
        ];
        for (number, (old, new, says)) in cases.into_iter().enumerate() {
            let text = base(OPERATION).replace(old, new);
            let folder = Folder::new(&format!("broken-rules-{number}"))
                .with(&format!("rules/{PROVIDER}"), base(PROVIDER))
                .with(&format!("rules/{OPERATION}"), text);
            let path = std::path::Path::new("rules").join(OPERATION).display().to_string();
            let checked = folder.run(&["rules", "check", "rules"]);
            assert_eq!((checked.code, checked.stderr.as_str()), (2, ""), "{new}");
            assert!(checked.stdout.starts_with(&format!("{path}:{says}")), "{}", checked.stdout);
            let mistakes = checked.stdout.lines().filter(|line| line.starts_with(&path)).count();
            let noun = if mistakes == 1 { "mistake" } else { "mistakes" };
            assert!(checked.stdout.ends_with(&format!("{mistakes} {noun}\n")), "{}", checked.stdout);
            let used = folder.run(&["rules", "list", "--rules", "rules"]);
            assert_eq!((used.code, used.stdout.as_str()), (2, ""));
            assert!(used.stderr.starts_with(&format!("preflint: {path}:{says}")), "{}", used.stderr);
        }
    }
}
