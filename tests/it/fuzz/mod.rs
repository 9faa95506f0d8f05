//! The fuzz targets on stable: over their starting corpus, over what once broke them, and over mutations of both.
//!
//! The same mutations in every run; `PREFLINT_SEED=7 cargo test fuzz` makes others. The fuzzer itself runs from `fuzz/`.

#[cfg(feature = "cli")]
mod configuration;
#[cfg(feature = "cli")]
mod formats;
mod mutate;
mod program;
mod targets;

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{env, fs};

use mutate::Mutator;
use targets::{TARGETS, Target};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// So many mutations are looked at for each target.
const MUTATIONS: usize = 200;
/// A longer input is cut before it is mutated, so that the whole is soon done.
const LONGEST: usize = 4 << 10;

/// Where chance begins.
fn seed() -> u64 {
    env::var("PREFLINT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026)
}

/// The inputs of a target: path and content.
fn inputs(name: &str, corpus: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let own = [format!("fuzz/seeds/{name}"), format!("fuzz/regressions/{name}")];
    let mut files = Vec::new();
    for path in corpus.iter().copied().chain(own.iter().map(String::as_str)) {
        collect(&Path::new(ROOT).join(path), &mut files);
    }
    files.sort();
    files.into_iter().map(|file| (file.clone(), fs::read(&file).expect("a readable file"))).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
    } else if let Ok(entries) = fs::read_dir(path) {
        entries.for_each(|entry| collect(&entry.expect("a readable entry").path(), files));
    }
}

/// Runs a target; when a property does not hold, says with which input.
fn hold(target: &Target, whence: &str, data: &[u8]) {
    if let Err(panicked) = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(data))) {
        eprintln!("target {}, {whence}, keep it in fuzz/regressions:\n{}", target.name, data.escape_ascii());
        panic::resume_unwind(panicked);
    }
}

fn run(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    let inputs = inputs(target.name, target.corpus);
    assert!(!inputs.is_empty(), "{name} has no starting corpus");
    for (file, data) in &inputs {
        hold(target, &file.display().to_string(), data);
    }
    let contents: Vec<&[u8]> = inputs.iter().map(|(_, data)| &data[..data.len().min(LONGEST)]).collect();
    let mut mutator = Mutator::new(seed());
    for number in 0..MUTATIONS {
        hold(target, &format!("mutation {number}"), &mutator.next(&contents));
    }
}

/// A test for each target, so that they run beside each other and are told apart.
macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn every_target_is_run_here_and_by_the_fuzzer() {
            let mut here = vec![$(stringify!($name)),*];
            let mut known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            here.sort_unstable();
            known.sort_unstable();
            assert_eq!(here, known);
            let manifest = fs::read_to_string(Path::new(ROOT).join("fuzz/Cargo.toml")).expect("a manifest");
            let folder = fs::read_dir(Path::new(ROOT).join("fuzz/fuzz_targets")).expect("a folder");
            let mut fuzzed: Vec<String> = folder
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().trim_end_matches(".rs").to_owned())
                .collect();
            fuzzed.sort_unstable();
            known.push("program");
            known.sort_unstable();
            assert_eq!(fuzzed, known);
            // Made of the same file as the program.
            known.push("configuration");
            for name in known {
                assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml has no {name}");
            }
        }
    };
}

/// The crate of the fuzzer compiles the program's files itself, and so needs the program's crates.
#[test]
fn the_fuzzers_crate_has_what_the_program_needs() {
    let read = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).expect("a manifest");
    let (package, fuzz) = (read("Cargo.toml"), read("fuzz/Cargo.toml"));
    let names: Vec<&str> = package
        .split_once("\ncli = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("a list")
        .0
        .split('"')
        .filter_map(|word| word.strip_prefix("dep:"))
        .collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        let line = package.lines().find(|line| line.starts_with(&format!("{name} = "))).expect("a dependency");
        let line = line.replace(", optional = true", "");
        assert!(fuzz.lines().any(|known| known == line), "fuzz/Cargo.toml does not have {line}");
    }
}

targets!(json ndjson url http curl shell yaml har terraform packer facts rules recorded);
