//! `preflint.toml`: where it is found, what it says, what comes before it, and what is refused in it.

use std::fs;

use super::{Folder, PASSES, REJECTED, project, run_in};

const FACTS: &str = r#"{"aliyun": {"images": [{"ImageId": "m-1", "ImageOwnerAlias": "marketplace"}]}}"#;

/// A request whose facts would reject it.
fn folder(name: &str, config: &str) -> Folder {
    Folder::new(name).with("preflint.toml", config).with("passes.json", PASSES).with("rejected.json", REJECTED)
}

#[test]
fn it_is_searched_from_the_working_directory_upwards() {
    let folder = folder("config-search", "facts = [\"facts/images.json\"]\n")
        .with("facts/images.json", FACTS)
        .with("a/b/request.json", PASSES)
        .with("a/b/other.toml", "strict = \"all\"\n");
    // Facts are found beside the configuration, wherever the program runs.
    for (below, file) in [("", "a/b/request.json"), ("a", "b/request.json"), ("a/b", "request.json")] {
        let output = run_in(&folder.path().join(below), &["check", "-q", file], b"");
        assert_eq!((output.code, output.stderr.as_str()), (1, ""), "{below}");
        assert!(output.stdout.contains("403 ImageNotSupported"), "{below}: {}", output.stdout);
    }
    let inner = folder.path().join("a/b");
    assert_eq!(run_in(&inner, &["check", "--isolated", "request.json"], b"").code, 0);
    // A file that is named replaces the one that would be found.
    let named = run_in(&inner, &["check", "--config", "other.toml", "--format", "ndjson", "request.json"], b"");
    assert_eq!(named.code, 1);
    assert_eq!(named.reports()[0]["verdict"], "pass", "only open checks fail it");
    // The nearest one holds, and that alone.
    fs::write(inner.join("preflint.toml"), "").expect("a file can be written");
    assert_eq!(run_in(&inner, &["check", "request.json"], b"").code, 0);
    assert_eq!(run_in(&inner, &["check", "--config", "none.toml", "request.json"], b"").code, 2);
    assert_eq!(run_in(&inner, &["check", "--config", "other.toml", "--isolated", "request.json"], b"").code, 2);
}

#[test]
fn a_folder_of_this_name_is_no_configuration() {
    let folder = Folder::new("config-folder").with("preflint.toml/request.json", PASSES);
    assert_eq!(folder.run(&["check", "preflint.toml/request.json"]).code, 0);
}

#[test]
fn the_command_line_comes_first() {
    let folder = folder(
        "config-first",
        "facts = [\"images.json\"]\nstrict = \"all\"\nfail-on = [\"warning\"]\nselect = [\"oss-bucket-required\"]\n\
         [editions]\nExportImage = \"2018-06\"\n",
    )
    .with("images.json", FACTS)
    .with("own.json", r#"{"aliyun": {"images": [{"ImageId": "m-1", "ImageOwnerAlias": "self", "ProductCode": ""}]}}"#)
    .with("case.json", PASSES.replace("OSSBucket", "OssBucket"));
    let verdict = |arguments: &[&str]| {
        let output = folder.run(&[&["check", "--format", "ndjson"], arguments].concat());
        let report = output.reports().remove(0);
        (output.code, report["request"]["edition"].as_str().unwrap_or_default().to_owned(), report)
    };
    // As the file says: only one check is looked at, so that nothing is rejected.
    let (code, edition, report) = verdict(&["rejected.json"]);
    assert_eq!((code, edition.as_str()), (0, "2018-06"));
    assert!(report["findings"].as_array().is_some_and(Vec::is_empty));
    for (options, edition) in [
        (&["--edition", "ExportImage=2021-03"][..], "2021-03"),
        (&["--edition", "aliyun/ecs/ExportImage=2026-01"], "2026-01"),
        (&["--edition", "2022-01"], "2021-03"),
    ] {
        assert_eq!(verdict(&[options, &["rejected.json"]].concat()).1, edition, "{options:?}");
    }
    let image = "--select=ImageNotSupported";
    let newest = "--edition=2026-01";
    assert_eq!(verdict(&[image, newest, "passes.json"]).0, 1, "the file's facts");
    assert_eq!(
        verdict(&[image, newest, "--strict=none", "--facts", "own.json", "passes.json"]).0,
        0,
        "facts over them"
    );
    // fail-on of the file, and another one of the command line.
    assert_eq!(verdict(&["--select=parameter-case", newest, "case.json"]).0, 1);
    assert_eq!(verdict(&["--select=parameter-case", newest, "--fail-on", "rejection", "case.json"]).0, 0);
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let wrong = [
        ("fail-on = [\"warning\"]\ncolour = 1\n", "preflint.toml:2:1: ", "colour"),
        ("strict = \"most\"\n", "preflint.toml:1:10: ", "most"),
        ("strict = true\n", "preflint.toml:1:10: ", ""),
        ("facts = \"images.json\"\n", "preflint.toml:1:9: ", ""),
        ("\nfacts = [\"missing.json\"]\n", "preflint.toml:2:10: ", "missing.json"),
        ("facts-complete = [\"imags\"]\n", "preflint.toml:1:19: ", "\"imags\""),
        ("site = \"moon\"\n", "preflint.toml:1:8: ", "moon"),
        ("[editions]\nExportImag = \"2021-03\"\n", "preflint.toml:2:1: ", "\"ExportImage\""),
        ("select = [\n  \"oss-prefix-charz\"]\n", "preflint.toml:2:3: ", "\"oss-prefix-chars\""),
        ("rules = [\"nowhere\"]\n", "preflint.toml:1:10: ", "nowhere"),
        ("baseline = \"none.json\"\n", "preflint.toml:1:12: ", "none.json"),
        ("[[ignore]]\ncheck = \"oss-prefix-chars\"\n", "preflint.toml:1:1: ", "reason"),
        ("[[ignore]]\ncheck = \"oss-prefix-chars\"\nreason = \" \"\n", "preflint.toml:1:1: ", "reason"),
        ("[[ignore]]\nreason = \"why\"\n", "preflint.toml:1:1: ", "check, code and kind"),
        ("[[ignore]]\nreason = \"why\"\nkind = \"value-cases\"\n", "preflint.toml:1:1: ", "\"value-case\""),
        ("[[ignore]]\nreason = \"why\"\nkind = \"disputed\"\npath = [\"a\"]\n", "preflint.toml:4:1: ", "path"),
        ("[[ignore]]\nreason = \"why\"\nkind = \"disputed\"\nuntil = 2027-13-01\n", "preflint.toml:4:", ""),
        (
            "[[ignore]]\nreason = \"why\"\nkind = \"disputed\"\nuntil = 2027-01-01T10:00:00Z\n",
            "preflint.toml:4:9: ",
            "2027",
        ),
        ("[[ignore]]\nreason = \"why\"\nkind = \"disputed\"\nuntil = \"2027-01-01\"\n", "preflint.toml:4:9: ", ""),
        ("[[ignore]]\nreason = \"why\"\nkind = \"disputed\"\npaths = [\"a[z-b]\"]\n", "preflint.toml:1:1: ", "a[z-b]"),
        ("strict = \"all\"\nstrict = \"some\"\n", "preflint.toml:2:1: ", ""),
        ("editions = {\n", "preflint.toml:", ""),
    ];
    for (config, place, named) in wrong {
        let folder = folder("config-wrong", config);
        let output = folder.run(&["check", "passes.json"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{config}");
        let expected = format!("preflint: {place}");
        assert!(output.stderr.starts_with(&expected) && output.stderr.contains(named), "{config}: {}", output.stderr);
        assert!(!output.stderr.contains("panicked"), "{config}");
    }
    // What is no text at all, or deeper than anybody writes.
    for config in [&b"strict = \"\xff\""[..], "[".repeat(100_000).as_bytes(), &[b'a'; 2 << 20]] {
        let folder = Folder::new("config-hostile").with("preflint.toml", config).with("passes.json", PASSES);
        let output = folder.run(&["check", "passes.json"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.len() < 1000 && !output.stderr.contains("panicked"), "{}", output.stderr);
    }
}

#[test]
fn rules_beside_it_replace_bundled_ones() {
    let rules = super::project("rules/aliyun/ecs/ExportImage/2026-01.json");
    let text = fs::read_to_string(rules).expect("a readable rule file").replace("oss-prefix-chars", "our-prefix");
    let folder = folder("config-rules", "rules = [\"own\"]\n").with("own/aliyun/ecs/ExportImage/2026-01.json", text);
    let report = folder.run(&["check", "--format", "ndjson", "rejected.json"]).reports().remove(0);
    assert_eq!(report["findings"][0]["check"], "aliyun/ecs/ExportImage@2026-01#our-prefix");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder_unless_that_is_wanted() {
    use std::os::unix::fs::symlink;

    let outside = Folder::new("config-links-outside").with("images.json", FACTS);
    let inside = folder("config-links", "facts = [\"images.json\"]\n").with("real/images.json", FACTS);
    let (link, target) = (inside.path().join("images.json"), outside.path().join("images.json"));
    symlink(&target, &link).expect("a link can be made");
    let output = inside.run(&["check", "passes.json"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.starts_with("preflint: preflint.toml:1:10: images.json"), "{}", output.stderr);
    fs::write(inside.path().join("preflint.toml"), "follow-links = true\nfacts = [\"images.json\"]\n")
        .expect("written");
    assert_eq!(inside.run(&["check", "passes.json"]).code, 1);
    // A link within the folder is none of that, and what is written as a way out is wanted.
    fs::remove_file(&link).expect("removed");
    symlink("real/images.json", &link).expect("a link can be made");
    fs::write(inside.path().join("preflint.toml"), "facts = [\"images.json\"]\n").expect("written");
    assert_eq!(inside.run(&["check", "passes.json"]).code, 1);
    let name = outside.path().file_name().expect("a name").to_string_lossy().into_owned();
    let config = format!("facts = [\"../{name}/images.json\"]\n");
    fs::write(inside.path().join("preflint.toml"), config).expect("written");
    assert_eq!(inside.run(&["check", "passes.json"]).code, 1);
}

#[test]
fn every_command_that_looks_at_rules_reads_it() {
    let folder = Folder::new("config-everywhere")
        .with("preflint.toml", "rules = [\"rules\"]\nfacts = [\"facts.json\"]\nfacts-complete = [\"tasks\"]\n[editions]\nExportImage = \"2021-03\"\n")
        .with("facts.json", r#"{"aliyun": {"tasks": []}}"#)
        .with("request.json", REJECTED);
    let rules = fs::read_to_string(project("rules/aliyun/ecs/ExportImage/2021-03.json")).expect("the rules");
    // A statement that only these rules make.
    let own = rules.replace("An earlier export of the same image has not ended.", "Marked by the project.");
    assert!(own != rules);
    let folder = folder.with("rules/aliyun/ecs/ExportImage/2021-03.json", own);
    let said = |arguments: &[&str]| {
        let output = folder.run(arguments);
        assert_eq!(output.stderr, "", "{arguments:?}");
        output.stdout
    };
    assert!(said(&["explain", "ImageIsExporting"]).contains("Marked by the project."));
    assert!(!said(&["explain", "--isolated", "ImageIsExporting"]).contains("Marked by the project."));
    assert!(said(&["rules", "list"]).contains("aliyun/ecs/ExportImage  2018-06, 2021-03 (default), 2026-01\n"));
    assert!(said(&["rules", "list", "--isolated"]).contains("2026-01 (default)\n"));
    for (arguments, there) in [
        (vec!["rules", "show"], "aliyun/ecs/ExportImage@2021-03"),
        (vec!["rules", "coverage"], "aliyun/ecs/ExportImage@2021-03"),
        (vec!["rules", "witness", "--format", "json"], "aliyun/ecs/ExportImage@2021-03"),
        (vec!["rules", "generate"], "\"edition\":\"2021-03\""),
    ] {
        assert!(said(&[&arguments[..], &["ExportImage"]].concat()).contains(there), "{arguments:?}");
        assert!(!said(&[&arguments[..], &["--isolated", "ExportImage"]].concat()).contains(there), "{arguments:?}");
    }
    assert!(said(&["rules", "diff", "ExportImage@2018-06"]).contains("2021-03"));
    // What is known already is not asked for.
    let (here, isolated) = (said(&["facts", "request.json"]), said(&["facts", "--isolated", "request.json"]));
    assert!(!here.contains("# tasks:") && isolated.contains("# tasks:"), "{here}{isolated}");

    let calls = r#"{"request": {"provider": "aliyun", "operation": "ExportImage", "params": {"RegionId": "cn-hangzhou", "ImageId": "m-1", "OSSBucket": "my-bucket"}}, "observed": null}"#;
    let folder = folder.with("calls.ndjson", calls).with("facts.json", FACTS);
    let replayed = folder.run(&["replay", "calls.ndjson"]);
    assert!(replayed.stdout.contains("aliyun/ecs/ExportImage@2021-03"), "{}", replayed.stdout);
    // Facts of today would refuse what was answered on another day.
    assert_eq!(folder.run(&["check", "request.json"]).code, 1);
    assert_eq!(replayed.code, 0, "{}", replayed.stdout);
}

#[test]
fn facts_are_not_asked_for_where_nobody_wants_to_know() {
    let ignore = "[[ignore]]\ncode = \"NoSetRoletoECSServiceAcount\"\nreason = \"The role is set up elsewhere.\"\n";
    let folder = folder("config-ignored-facts", ignore);
    let asked = |arguments: &[&str]| folder.run(&[&["facts"], arguments, &["passes.json"]].concat()).stdout;
    assert!(asked(&["--isolated"]).contains("NoSetRoletoECSServiceAcount"));
    assert!(!asked(&[]).contains("NoSetRoletoECSServiceAcount") && asked(&[]).contains("InvalidImageId.NotFound"));
}
