//! Files that do not have the shape of the format: broken JSON, keys too many or too few, and files in wrong places.

use preflint::Checker;

use super::{OPERATION, PROVIDER, base, file, mistakes_of, patched, place, refused};

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
            (r#""type": "integer","#, r#""type": "integer", ▸"requierd": {},"#, "did you mean \"required\"?"),
            (r#"{"min": 1, "max": 9}"#, r#"{"min": 1, ▸"maximum": 9}"#, "unknown field `maximum`"),
            // A list is no object, however well its elements would fit.
            (r#"{"min": 1, "max": 9}"#, r#"▸[1, 9]"#, "expected an object, found a list"),
            (r#"{"list": "regions"}"#, r#"▸["north", "south"]"#, "expected an object, found a list"),
            (r#"{"exists": "box"}"#, r#"{▸"exist": "box"}"#, "unknown field `exist`"),
            (r#""code": "NoBox","#, r#""code": "NoBox", ▸"server_": "x","#, "unknown field `server_`"),
            (r#""section": "boxes","#, r#""section": "boxes", ▸"id": 1,"#, "unknown field `id`"),
            (r#""type": "integer""#, r#""type": ▸"number""#, "unknown word `number`"),
            (r#""answer": "OpenAlready","#, r#""answer": "OpenAlready", "warn": ▸"maybe","#, "unknown word `maybe`"),
            (r#""title": "Opens a box""#, r#""title": ▸5"#, "expected a text, found 5"),
            (r#""status": 500"#, r#""status": ▸"500""#, "expected a whole number"),
            (r#""status": 500"#, r#""status": ▸70000"#, "70000"),
            (r#""status": 500"#, r#""status": ▸-1"#, "-1"),
            (r#""min": 1, "max": 9"#, r#""min": ▸1.5, "max": 9"#, "1.5"),
            (r#""format": 1"#, r#""format": ▸2"#, "format 2 is not known"),
            (r#""format": 1"#, r#""format": ▸"1""#, "expected a whole number"),
            (r#""box": {"section""#, r#""box": ▸3, "box2": {"section""#, "expected an object, found 3"),
        ],
    );
    refused(
        PROVIDER,
        &[
            (r#""title": "Acme Cloud","#, r#""title": "Acme Cloud", ▸"logo": 1,"#, "unknown field `logo`"),
            (r#""lists": "bracketed""#, r#""lists": ▸"braced""#, "unknown word `braced`"),
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
