//! What preflint is made of: few dependencies, a reproducible image of the rules, no way out.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cli::{Folder, project};

#[path = "../../../build.rs"]
#[expect(dead_code, reason = "its main function is for cargo")]
mod build_script;

#[test]
fn the_image_of_the_rules_is_the_same_whatever_the_order_on_disk() {
    let mut files = Vec::new();
    collect(&project("rules"), &mut files);
    assert!(files.len() > 10);
    files.sort();
    let mut tables = Vec::new();
    for (name, backwards) in [("image-forwards", false), ("image-backwards", true)] {
        let folder = Folder::new(name);
        if backwards {
            files.reverse();
        }
        for file in &files {
            let below = file.strip_prefix(project("rules")).expect("below rules");
            let place = folder.path().join("rules").join(below);
            fs::create_dir_all(place.parent().expect("a folder")).expect("a folder can be made");
            fs::copy(file, place).expect("a file can be copied");
        }
        let root = folder.path().join("rules");
        let table = build_script::table(&root).expect("a table");
        tables.push(table.replace(root.to_str().expect("UTF-8"), "rules"));
    }
    assert_eq!(tables[0], tables[1]);
    // A disk may give them in one order whatever came first.
    let paths: Vec<&str> =
        tables[0].lines().filter_map(|line| line.split_once("path: \"")?.1.split('"').next()).collect();
    assert!(paths.len() > 10 && paths.is_sorted(), "{paths:?}");
    assert!(
        tables[0].contains("path: \"aliyun/provider.json\", text: include_str!(\"rules/aliyun/provider.json\")"),
        "{}",
        tables[0]
    );
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

#[test]
fn the_library_pulls_in_few_crates() {
    // All of them are known by name: another one is a decision, to be written into ARCHITECTURE.md.
    let allowed = [
        "aho-corasick",
        "hmac-sha256",
        "itoa",
        "memchr",
        "preflint",
        "proc-macro2",
        "quote",
        "regex",
        "regex-automata",
        "regex-syntax",
        "ryu",
        "serde",
        "serde_core",
        "serde_derive",
        "serde_json",
        "strsim",
        "syn",
        "unicode-ident",
        "zmij",
    ];
    let tree = cargo(&["tree", "--no-default-features", "--edges=normal", "--prefix=none", "--format={p}"]);
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    let more: Vec<&&str> = names.iter().filter(|name| !allowed.contains(name)).collect();
    assert!(more.is_empty() && names.contains(&"regex"), "{more:?} of {names:?}");
}

/// What cargo says, from what is locked and there.
fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(arguments).args(["--offline", "--locked"]).current_dir(project("")).output();
    let output = output.expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn no_dependency_demands_a_newer_rust() {
    let number = |version: &str| {
        let mut parts = version.split('.').map(|part| part.parse::<u32>().expect("a number"));
        (parts.next(), parts.next())
    };
    let manifest = fs::read_to_string(project("Cargo.toml")).expect("Cargo.toml");
    let own = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    let own = number(own.trim_matches('"'));
    let tree = cargo(&["tree", "--edges=normal,build", "--prefix=none", "--format={p}"]);
    let shipped =
        |name: &str, version: &str| tree.lines().any(|line| line.split(' ').take(2).eq([name, &format!("v{version}")]));
    // For this platform alone, because the crates of others need not be there.
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let version = String::from_utf8(version).expect("UTF-8");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata = cargo(&["metadata", "--format-version=1", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let mut stated = 0;
    for package in metadata["packages"].as_array().expect("a list") {
        let said = |key: &str| package[key].as_str().unwrap_or_default();
        if let Some(demanded) = package["rust_version"].as_str().filter(|_| shipped(said("name"), said("version"))) {
            stated += 1;
            assert!(number(demanded) <= own, "{} {} demands Rust {demanded}", said("name"), said("version"));
        }
    }
    assert!(stated > 20, "{stated}");
}

#[test]
fn every_dependency_comes_from_the_registry_and_is_locked() {
    for lock in ["Cargo.lock", "fuzz/Cargo.lock", "tests/growth/Cargo.lock"] {
        let text = fs::read_to_string(project(lock)).expect("a lock file");
        let sources: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("source = ")).collect();
        assert!(sources.len() > 5, "{lock}");
        for source in sources {
            assert_eq!(source, "\"registry+https://github.com/rust-lang/crates.io-index\"", "{lock}");
        }
    }
    let deny = fs::read_to_string(project("deny.toml")).expect("deny.toml");
    for part in
        ["[advisories]", "[licenses]", "[bans]", "[sources]", "unknown-registry = \"deny\"", "unknown-git = \"deny\""]
    {
        assert!(deny.contains(part), "deny.toml has no {part}");
    }
}

#[test]
fn the_stated_rust_version_is_the_same_everywhere() {
    let manifest = fs::read_to_string(project("Cargo.toml")).expect("Cargo.toml");
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version").trim_matches('"');
    for document in ["README.md", "SECURITY.md"] {
        let text = fs::read_to_string(project(document)).expect("a document");
        assert!(text.contains(version), "{document} does not say {version}");
    }
    // What is newer than that is refused by clippy's incompatible_msrv, which reads the manifest; nothing allows it.
    assert!(!manifest.contains("incompatible_msrv"));
}

#[test]
fn the_program_opens_no_connection_and_reads_little_of_the_environment() {
    let mut files = Vec::new();
    collect(&project("src"), &mut files);
    let mut read = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for word in ["std::net", "TcpStream", "UdpSocket", "UnixStream", "Command::new", "env::vars"] {
            assert!(!code.contains(word), "{} has {word}", file.display());
        }
        if code.contains("env::var") {
            read.push(file.file_name().expect("a name").to_string_lossy().into_owned());
        }
    }
    // The day that counts as today, the file of a workflow's summary, colour and characters of the terminal.
    read.sort_unstable();
    assert_eq!(read, ["clock.rs", "target.rs", "terminal.rs"]);
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = fs::read_to_string(project("Cargo.toml")).expect("Cargo.toml");
    assert!(manifest.contains("[lints.rust]\nunsafe_code = \"forbid\""));
    let library = fs::read_to_string(project("src/lib.rs")).expect("the library");
    assert!(library.contains("#![forbid(unsafe_code)]"));
}
