//! The program, as a process, in every format over the starting corpus and some mutations of it.
#![cfg(feature = "cli")]

use super::configuration::every_configuration;
use super::formats::{Ran, every_format, paths};
use super::mutate::Mutator;
use super::{inputs, seed};
use crate::cli::{Folder, program};

/// So many mutations are looked at: each is several processes.
const MUTATIONS: usize = 6;
/// Here each is one process.
const CONFIGURATIONS: usize = 60;

#[test]
fn every_format_takes_every_input() {
    let formats = formats();
    assert!(formats.len() >= 3, "{formats:?}");
    over("program", MUTATIONS, |data, run| every_format(data, &formats, run));
}

#[test]
fn every_configuration_and_baseline_is_understood_or_refused() {
    over("configuration", CONFIGURATIONS, every_configuration);
}

/// Holds the program against a starting corpus and mutations of it.
fn over(target: &str, mutations: usize, hold: impl Fn(&[u8], super::formats::Run<'_>)) {
    let folder = Folder::new(&format!("fuzz-{target}"));
    let mut run = |arguments: &[&str], files: &[(&str, &[u8])]| {
        for (name, data) in files {
            std::fs::write(folder.path().join(name), data).expect("a file can be written");
        }
        let mut command = program(&["check", "--jobs=1"]);
        let output = command.args(paths(arguments, files, folder.path())).output().expect("the program runs");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!complaint.contains("internal error at "), "{arguments:?}: {complaint}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("internal error at "), "{arguments:?}");
        let code = output.status.code().expect("an exit code");
        // Of ignores that are of no use people are told beside the reports.
        assert!(complaint.is_empty() || code == 2 || target == "configuration", "{arguments:?}: {complaint}");
        assert!(!complaint.is_empty() || code != 2, "{arguments:?}: refused without a reason");
        Ran { code, out: output.stdout }
    };
    let corpus = inputs(target, &[]);
    assert!(!corpus.is_empty());
    let contents: Vec<&[u8]> = corpus.iter().map(|(_, data)| data.as_slice()).collect();
    contents.iter().for_each(|data| hold(data, &mut run));
    let mut mutator = Mutator::new(seed());
    (0..mutations).for_each(|_| hold(&mutator.next(&contents), &mut run));
}

/// The formats of reports, as the program tells them.
fn formats() -> Vec<String> {
    let output = program(&["check", "--format", "?", "-"]).output().expect("the program runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    let values = told.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']')).expect("a list").0;
    values.split(", ").map(str::to_owned).collect()
}
