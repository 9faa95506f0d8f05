//! Folders of rules hold what lies in them, and nothing that a link leads to elsewhere.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::{Folder, project, run_in};

/// A folder with rules, and one beside it with a file that is no concern of anybody's.
fn folder(name: &str) -> Folder {
    let provider = fs::read(project("tests/broken_rules/base/acme/provider.json")).expect("a file");
    let edition = fs::read(project("tests/broken_rules/base/acme/box/OpenBox/2026-01.json")).expect("a file");
    Folder::new(name)
        .with("rules/acme/provider.json", provider)
        .with("rules/acme/box/OpenBox/2026-01.json", &edition)
        .with("elsewhere/2026-02.json", String::from_utf8_lossy(&edition).replace("\"2026-01\"", "\"2026-02\""))
        .with("elsewhere/private.json", "private words")
}

fn link(folder: &Folder, target: &str, at: &str) {
    symlink(target, folder.path().join(at)).expect("a link can be made");
}

#[test]
fn links_out_of_a_folder_of_rules_are_followed_only_when_asked() {
    for (name, target, at) in [
        ("link-file", "../../../../elsewhere/2026-02.json", "rules/acme/box/OpenBox/2026-02.json"),
        ("link-folder", "../../../../elsewhere", "rules/acme/box/OpenBox/more"),
        ("link-private", "../../elsewhere/private.json", "rules/acme/x.json"),
        ("link-root", "/", "rules/acme/all"),
    ] {
        let folder = folder(name);
        link(&folder, target, at);
        for arguments in [&["rules", "list", "--rules", "rules"][..], &["rules", "check", "rules"]] {
            let output = folder.run(arguments);
            assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{name} {arguments:?}: {}", output.stderr);
            assert!(output.stderr.contains("--follow-links") || output.stderr.contains("circle"), "{}", output.stderr);
            assert!(!output.stderr.contains("private words"), "{}", output.stderr);
        }
    }
    let folder = folder("link-asked");
    link(&folder, "../../../../elsewhere/2026-02.json", "rules/acme/box/OpenBox/2026-02.json");
    let output = folder.run(&["rules", "list", "--follow-links", "--rules", "rules"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert!(output.stdout.contains("acme/box/OpenBox  2026-01, 2026-02"), "{}", output.stdout);
}

#[test]
fn what_is_named_may_be_a_link_and_so_may_a_file_within() {
    let folder = folder("link-named");
    link(&folder, "rules", "named");
    // The same file under another edition's name would be refused for its content: a link within is read as a file.
    link(&folder, "2026-01.json", "rules/acme/box/OpenBox/2026-03.json");
    let output = folder.run(&["rules", "list", "--rules", "named"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("names itself") && output.stderr.contains("2026-03.json"), "{}", output.stderr);
    fs::remove_file(folder.path().join("rules/acme/box/OpenBox/2026-03.json")).expect("it was there");
    let output = folder.run(&["rules", "list", "--rules", "named"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
}

#[test]
fn links_in_circles_end() {
    let folder = folder("link-circle");
    link(&folder, "..", "rules/acme/back");
    for arguments in
        [&["rules", "list", "--rules", "rules"][..], &["rules", "list", "--follow-links", "--rules", "rules"]]
    {
        let output = folder.run(arguments);
        assert_eq!(output.code, 2);
        assert!(output.stderr.contains("circle"), "{}", output.stderr);
    }
}

#[test]
fn links_in_folders_of_requests_are_passed_over() {
    let outside = Folder::new("link-outside").with("secret.json", crate::cli::REJECTED);
    let folder = Folder::new("link-requests").with("in/fine.json", crate::cli::PASSES);
    symlink(outside.path(), folder.path().join("in/more")).expect("a link can be made");
    symlink(outside.path().join("secret.json"), folder.path().join("in/one.json")).expect("a link can be made");
    let output = run_in(folder.path(), &["check", "--format=ndjson", "in"], b"");
    assert_eq!(output.code, 0, "{}", output.stdout);
    assert_eq!(output.reports().len(), 1);
}
