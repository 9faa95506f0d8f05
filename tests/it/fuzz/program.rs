//! The program, as a process, in every format over the starting corpus and some mutations of it.
#![cfg(feature = "cli")]

use super::formats::{Ran, every_format};
use super::mutate::Mutator;
use super::{inputs, seed};
use crate::cli::{Folder, program};

/// So many mutations are looked at: each is several processes.
const MUTATIONS: usize = 6;

#[test]
fn every_format_takes_every_input() {
    let folder = Folder::new("fuzz-program");
    let formats = formats();
    assert!(formats.len() >= 3, "{formats:?}");
    let mut run = |arguments: &[&str], name: &str, data: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, data).expect("a file can be written");
        let mut command = program(&["check", "--jobs=1"]);
        let output = command.args(arguments).arg(&file).output().expect("the program runs");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(complaint, "", "{arguments:?} of {name}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("internal error at "), "{arguments:?} of {name}");
        Ran { code: output.status.code().expect("an exit code"), out: output.stdout }
    };
    let corpus = inputs("program", &[]);
    assert!(!corpus.is_empty());
    let contents: Vec<&[u8]> = corpus.iter().map(|(_, data)| data.as_slice()).collect();
    contents.iter().for_each(|data| every_format(data, &formats, &mut run));
    let mut mutator = Mutator::new(seed());
    (0..MUTATIONS).for_each(|_| every_format(&mutator.next(&contents), &formats, &mut run));
}

/// The formats of reports, as the program tells them.
fn formats() -> Vec<String> {
    let output = program(&["check", "--format", "?", "-"]).output().expect("the program runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    let values = told.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']')).expect("a list").0;
    values.split(", ").map(str::to_owned).collect()
}
