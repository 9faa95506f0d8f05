//! How many instructions a request costs, counted by valgrind: they are the same in every run, however busy the machine.
//!
//! Everybody runs in a process of their own, once over the requests and once more over the same; the difference is what
//! a request costs that is not the first. Nothing is verified here: `check` does that.

use std::env;
use std::hint::black_box;
use std::process::Command;

use preflint::{Checker, Facts, Request};
use serde_json::Value;

use crate::corpus::{self, Case, Lists};
use crate::peers::native::Native;
use crate::peers::schema::{self, Schemas};
use crate::peers::tree;
use crate::{SLICE, ours, process};

/// Who can run: the name on the command line, what it is, and which requests it is given.
const RUNNERS: [(&str, &str); 12] = [
    ("ours", "text to verdict with all codes: preflint"),
    ("ours-sound", "the same, sound requests alone: preflint"),
    ("ours-faulty", "the same, faulty requests alone: preflint"),
    ("native", "text to verdict with all codes: native code"),
    ("native-sound", "the same, sound requests alone: native code"),
    ("native-faulty", "the same, faulty requests alone: native code"),
    ("schema", "text to verdict with all codes: jsonschema"),
    ("tree", "sonic-rs, tree alone"),
    ("ours-parsed", "check of a parsed request, all codes: preflint"),
    ("ours-read", "reading a request with its parameters: preflint"),
    ("ours-unbound", "check of a request read without its parameters: preflint"),
    ("schema-parsed", "check of a parsed request, all codes: jsonschema"),
];

/// Counts and prints.
pub fn print() {
    println!("instructions a request, counted by valgrind");
    for (name, title) in RUNNERS {
        let counted = [1, 2].map(|rounds| process::instructions(&mut this_program(name, rounds)));
        match counted {
            [Some(once), Some(twice)] => println!("{title:<60}{:>14}", (twice - once) / requests(name).len() as u64),
            _ => return println!("not counted, because there is no valgrind"),
        }
    }
}

fn this_program(who: &str, rounds: usize) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program lies somewhere"));
    command.args(["run", who, &rounds.to_string()]);
    command
}

fn requests(who: &str) -> Vec<Case> {
    let is_meant = |case: &Case| match who.rsplit_once('-') {
        Some((_, "sound")) => case.label.is_empty(),
        Some((_, "faulty")) => !case.label.is_empty(),
        _ => true,
    };
    corpus::requests(&Lists::read()).take(SLICE).filter(is_meant).collect()
}

/// Runs one of all that can run, over all its requests, so many times.
pub fn run(who: &str, rounds: &str) {
    let rounds: usize = rounds.parse().expect("a number of rounds");
    let (cases, lists, facts) = (requests(who), Lists::read(), Facts::none());
    let repeat = |work: &mut dyn FnMut(&Case) -> usize| {
        for _ in 0..rounds {
            cases.iter().for_each(|case| _ = black_box(work(case)));
        }
    };
    match who.split('-').collect::<Vec<_>>()[..] {
        ["ours", "parsed"] => {
            let checker = Checker::bundled();
            let requests: Vec<Request<'_>> =
                cases.iter().map(|case| ours::read_with_parameters(&checker, &case.line)).collect();
            for _ in 0..rounds {
                requests.iter().for_each(|request| _ = black_box(ours::codes(&checker, request, &facts)));
            }
        }
        ["ours", "unbound"] => {
            let checker = Checker::bundled();
            let requests: Vec<Request<'_>> = cases.iter().map(|case| ours::read(&case.line)).collect();
            for _ in 0..rounds {
                requests.iter().for_each(|request| _ = black_box(ours::codes(&checker, request, &facts)));
            }
        }
        ["ours", "read"] => {
            let checker = Checker::bundled();
            repeat(&mut |case| usize::from(ours::read_with_parameters(&checker, &case.line).id().is_some()));
        }
        ["schema", "parsed"] => {
            let schemas = Schemas::new(&lists);
            let trees: Vec<Value> = cases.iter().map(|case| schema::read(&case.line)).collect();
            for _ in 0..rounds {
                trees.iter().for_each(|tree| _ = black_box(schemas.errors(tree)));
            }
        }
        ["ours", ..] => {
            let checker = Checker::bundled();
            repeat(&mut |case| ours::codes_of_text(&checker, &case.line, &facts));
        }
        ["native", ..] => {
            let mut native = Native::new(&lists);
            repeat(&mut |case| native.check(&case.line).unwrap_or_default());
        }
        ["schema", ..] => {
            let schemas = Schemas::new(&lists);
            repeat(&mut |case| schemas.errors(&schema::read(&case.line)));
        }
        ["tree", ..] => repeat(&mut |case| tree::build(&case.line)),
        _ => panic!("nobody is called {who:?}"),
    }
}
