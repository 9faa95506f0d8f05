//! `rules new`, and the way from its files to rules without anything to do: what a newcomer meets.

use std::fs;

use serde_json::Value;

use super::Folder;

const OPERATION: &str = "acme/box/OpenBox";

fn begin(folder: &Folder, operation: &str, more: &[&str]) -> super::Output {
    folder.run(&[&["rules", "new", operation, "--edition", "2026-01"], more].concat())
}

#[test]
fn begins_an_operation_of_a_new_provider() {
    let folder = Folder::new("new-provider");
    let made = begin(&folder, OPERATION, &[]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    let files = [
        "rules/acme/provider.json",
        "rules/acme/box/OpenBox/2026-01.json",
        "tests/cases/acme/box/OpenBox/2026-01.json",
        "rules/schema/rule.schema.json",
        "rules/schema/provider.schema.json",
        "rules/schema/case.schema.json",
    ];
    for file in files {
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let json: Value = serde_json::from_str(&text).expect("JSON");
        assert!(made.stdout.contains(file), "{}", made.stdout);
        // Where an editor looks for the schema, there it is.
        if !file.contains("schema") {
            let schema = json["$schema"].as_str().expect("a schema");
            let schema = path.parent().expect("a folder").join(schema);
            let schema: Value = serde_json::from_str(&fs::read_to_string(schema).expect("the schema")).expect("JSON");
            let validator = jsonschema::validator_for(&schema).expect("a schema");
            assert!(validator.is_valid(&json), "{file}");
        }
    }
    // It is understood as it stands; what is to do is told with its place, and is no mistake.
    let checked = folder.run(&["rules", "check", "rules"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
    let to_do: Vec<&str> = checked.stdout.lines().filter(|line| line.contains(": to do: ")).collect();
    assert!(to_do.iter().any(|line| line.contains("2026-01.json:6:12: to do: ")), "{to_do:?}");
    assert!(to_do.iter().any(|line| line.contains("provider.json:5:12: to do: ")), "{to_do:?}");
    assert!(checked.stdout.ends_with(&format!("no mistakes, {} to do\n", to_do.len())), "{}", checked.stdout);
    // Cases that are to do are gaps.
    let tested = folder.run(&["rules", "test", "rules"]);
    assert_eq!((tested.code, tested.stderr.as_str()), (1, ""));
    assert!(tested.stdout.contains("2026-01.json:8:15: to do: "), "{}", tested.stdout);
}

#[test]
fn begins_an_operation_beside_those_that_there_are() {
    let folder = Folder::new("new-operation");
    let made = begin(&folder, "tencent/cvm/StopInstances", &["--dir", "mine"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    // The provider has several sites: its default one is meant.
    let path = folder.path().join("mine/rules/tencent/cvm/StopInstances/intl-2026-01.json");
    let file: Value = serde_json::from_str(&fs::read_to_string(path).expect("the file")).expect("JSON");
    assert_eq!(file["parameters"][0]["name"], "Region");
    assert!(!folder.path().join("mine/rules/tencent/provider.json").exists());
    let site = begin(&folder, "tencent/cvm/StopInstances", &["--dir", "mine", "--edition", "cn-2026-01"]);
    assert_eq!(site.code, 2, "an option is given once");
    // What stands there goes over the bundled rules, so that those need not be copied.
    let checked = folder.run(&["rules", "check", "mine/rules"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
    let shown = folder.run(&["rules", "show", "StopInstances", "--rules", "mine/rules"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    // Without an edition it is that of this month.
    let today = folder.run(&["rules", "new", "tencent/cvm/StartInstances"]);
    assert_eq!(today.code, 0, "{}", today.stderr);
    assert_eq!(folder.run(&["rules", "check", "rules"]).code, 0);
}

#[test]
fn overwrites_nothing() {
    let folder = Folder::new("new-again").with("tests/cases/acme/box/OpenBox/2026-01.json", "mine");
    let made = begin(&folder, OPERATION, &[]);
    assert_eq!((made.code, made.stdout.as_str()), (2, ""));
    assert!(made.stderr.contains("exists already; nothing was written"), "{}", made.stderr);
    assert!(!folder.path().join("rules").exists());
    // A schema of one's own stays.
    let folder = Folder::new("new-schema").with("rules/schema/rule.schema.json", "mine");
    assert_eq!(begin(&folder, OPERATION, &[]).code, 0);
    assert_eq!(fs::read_to_string(folder.path().join("rules/schema/rule.schema.json")).expect("the file"), "mine");
    let again = begin(&folder, OPERATION, &[]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("already"), "{}", again.stderr);
    let bundled = folder.run(&["rules", "new", "aliyun/ecs/ExportImage", "--edition", "2026-01"]);
    assert_eq!(bundled.code, 2);
    assert!(bundled.stderr.contains("aliyun/ecs/ExportImage@2026-01"), "{}", bundled.stderr);
}

#[test]
fn a_folder_without_rules_is_a_slip() {
    let folder = Folder::new("no-rules").with("notes/readme.txt", "nothing");
    for command in ["check", "test"] {
        let output = folder.run(&["rules", command, "notes"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{command}");
        assert!(output.stderr.contains("no rule files below notes"), "{}", output.stderr);
    }
}

#[test]
fn refuses_what_is_no_operation_or_edition() {
    let folder = Folder::new("new-refused");
    for operation in
        ["OpenBox", "acme/OpenBox", "acme/box/Open/Box", "acme//OpenBox", "../box/OpenBox", "a/b/ö", "a/b/c d"]
    {
        let made = begin(&folder, operation, &[]);
        assert_eq!((made.code, made.stdout.as_str()), (2, ""), "{operation}");
        assert!(made.stderr.contains(operation), "{}", made.stderr);
    }
    for edition in ["2026", "2026-13", "2026-1", "-2026-01", "../2026-01"] {
        let made = folder.run(&["rules", "new", OPERATION, &format!("--edition={edition}")]);
        assert_eq!((made.code, made.stdout.as_str()), (2, ""), "{edition}");
    }
    assert!(fs::read_dir(folder.path()).expect("the folder").next().is_none());
}

#[test]
fn tells_everything_that_is_wrong_in_one_list() {
    let folder = Folder::new("check-all")
        .with(
            "rules/acme/provider.json",
            fs::read(super::project("tests/broken_rules/base/acme/provider.json")).expect("a file"),
        )
        .with(
            "rules/acme/box/OpenBox/2026-01.json",
            fs::read_to_string(super::project("tests/broken_rules/base/acme/box/OpenBox/2026-01.json"))
                .expect("a file")
                .replace("2026-11-22", "2026-11-32")
                .replace(r#""title": "Opens a box""#, r#""title": "TO DO""#),
        );
    let checked = folder.run(&["rules", "check", "rules"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (2, ""));
    assert!(checked.stdout.contains("2026-01.json:6:97: \"2026-11-32\" is no day"), "{}", checked.stdout);
    assert!(checked.stdout.contains("2026-01.json:5:12: to do: "), "{}", checked.stdout);
    assert!(checked.stdout.ends_with(": 1 mistake, 1 to do\n"), "{}", checked.stdout);
}
