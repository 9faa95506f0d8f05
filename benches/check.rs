//! How long a check takes, beside other ways to the same verdict.
//!
//! For noticing from the first day when checking gets slower. It measures a mixed corpus and not single cases, and
//! never measures before it has verified every answer: a fast wrong answer is worth nothing. Times depend on the
//! machine and on who else uses it; the ratios at the end, measured in turns, are what to compare between runs.
//!
//! `cargo bench` runs all of it in two minutes; `-- text` runs one of criterion's groups and the table, `-- none` the table
//! alone, `-- instructions` counts instead of measuring, `-- growth` shows how cost grows, and `-- write 1000000` writes so many requests instead, for measuring the
//! program. docs/performance.md tells more.

mod corpus;
mod growth;
mod instructions;
mod known;
mod ours;
mod peers;
mod process;
mod ratios;
mod verify;

use std::cell::RefCell;
use std::hint::black_box;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;
use std::{env, fs, thread};

use criterion::{Criterion, Throughput};
use preflint::{Checker, EmbeddedRuleFile, Facts, Request};
use serde_json::Value;

use corpus::{Case, Lists};
use peers::native::Native;
use peers::schema::{self, Schemas};
use peers::tree;
use ratios::{Goal, Row, Run};

/// Requests that are verified.
const SIZE: usize = 10_000;
/// Requests that are measured: enough for a fair mix, few enough to stay in the cache beside everything else.
const SLICE: usize = 1_000;
/// Requests of one turn.
const TURN: usize = 50;
const TURNS: usize = SLICE / TURN;
const ROUNDS: usize = 41;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect::<Vec<_>>()[..] {
        ["write", count] => write(count).expect("standard output takes it"),
        ["growth"] => growth::print(corpus::requests(&Lists::read())),
        ["instructions"] => instructions::print(),
        ["run", who, rounds] => instructions::run(who, rounds),
        _ => compare(),
    }
}

/// Writes requests, one a line.
fn write(count: &str) -> io::Result<()> {
    let count = count.parse().map_err(io::Error::other)?;
    let mut out = BufWriter::new(io::stdout().lock());
    corpus::requests(&Lists::read()).take(count).try_for_each(|case| writeln!(out, "{}", case.line))?;
    out.flush()
}

fn compare() {
    let (checker, facts, lists) = (Checker::bundled(), Facts::none(), Lists::read());
    let (schemas, native) = (Schemas::new(&lists), RefCell::new(Native::new(&lists)));
    let corpus: Vec<Case> = corpus::requests(&lists).take(SIZE).collect();
    verify::all(&corpus, &checker, &facts, &schemas, &mut native.borrow_mut());
    let slice = &corpus[..SLICE];
    let requests: Vec<Request<'_>> =
        slice.iter().map(|case| ours::read_with_parameters(&checker, &case.line)).collect();
    let trees: Vec<Value> = slice.iter().map(|case| schema::read(&case.line)).collect();
    let exports: Vec<&Request<'_>> =
        requests.iter().zip(slice).filter(|(_, case)| case.line.contains("\"ExportImage\"")).map(|(r, _)| r).collect();
    let (few, many) = (known::rule_files(5), known::rule_files(5_000));
    let (few_known, many_known) = (known::checker(few), known::checker(many));
    let one = process::scratch("one.ndjson");
    fs::write(&one, &slice[0].line).expect("a file can be written");
    let empty = process::empty_main();

    let own_text = || -> Run<'_> { each_turn(slice, |case: &Case| ours::codes_of_text(&checker, &case.line, &facts)) };
    let schema_text = || -> Run<'_> { each_turn(slice, |case: &Case| schemas.errors(&schema::read(&case.line))) };
    let native_text = || -> Run<'_> {
        Box::new(|turn| {
            let native = &mut *native.borrow_mut();
            for case in &slice[turn * TURN..(turn + 1) * TURN] {
                black_box(native.check(&case.line).is_ok_and(|codes| codes > 0));
            }
        })
    };
    let tree_text = || -> Run<'_> { each_turn(slice, |case: &Case| tree::build(&case.line)) };
    let own_parsed = || -> Run<'_> { each_turn(&requests, |request| ours::codes(&checker, request, &facts)) };
    let schema_parsed = || -> Run<'_> { each_turn(&trees, |tree| schemas.errors(tree)) };
    let threads = |count: usize| -> Run<'_> {
        let (corpus, checker, facts) = (&corpus, &checker, &facts);
        Box::new(move |_| in_threads(count, corpus, checker, facts))
    };
    let known = |checker: &Checker| -> Run<'_> {
        let (checker, facts, exports) = (checker.clone(), &facts, &exports);
        Box::new(move |_| {
            black_box(exports.iter().map(|request| ours::codes(&checker, request, facts)).sum::<usize>());
        })
    };
    let start = |files: &'static [EmbeddedRuleFile]| -> Run<'_> {
        let (exports, facts) = (&exports, &facts);
        Box::new(move |_| {
            black_box(ours::codes(&known::checker(files), exports[0], facts));
        })
    };
    let own_process = || -> Run<'_> { Box::new(|_| process::check(&one)) };
    let empty_process = |program: &Path| -> Run<'_> {
        let program = program.to_owned();
        Box::new(move |_| process::run(&program))
    };

    let bytes: usize = slice.iter().map(|case| case.line.len() + 1).sum();
    let (of_text, of_requests) = (Throughput::Bytes(bytes as u64), Throughput::Elements(SLICE as u64));
    let of_exports = Throughput::Elements(exports.len() as u64);
    let of_corpus = Throughput::Elements(corpus.len() as u64);
    let mut process = vec![("preflint, one check", own_process())];
    process.extend(empty.iter().map(|empty| ("an empty Rust main", empty_process(empty))));
    measure([
        Group {
            title: "text to verdict with all codes",
            throughput: of_text,
            turns: TURNS,
            runs: vec![
                ("preflint", own_text()),
                ("jsonschema", schema_text()),
                ("native code", native_text()),
                ("sonic-rs, tree alone", tree_text()),
            ],
        },
        Group {
            title: "check of a parsed request",
            throughput: of_requests,
            turns: TURNS,
            runs: vec![("preflint", own_parsed()), ("jsonschema", schema_parsed())],
        },
        Group {
            title: "operations known",
            throughput: of_exports,
            turns: 1,
            runs: vec![("5", known(&few_known)), ("5000", known(&many_known))],
        },
        Group {
            title: "threads",
            throughput: of_corpus,
            turns: 1,
            runs: vec![("one", threads(1)), ("two", threads(2))],
        },
        Group { title: "process", throughput: Throughput::Elements(1), turns: 1, runs: process },
    ]);

    // `--list` and `--test` are asked by programs that expect no more than criterion's own answer.
    if env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let of_slice = |title, beside, goal, ours, peer| Row {
        title,
        beside,
        goal,
        ours,
        peer,
        turns: TURNS,
        things: TURN,
        rounds: ROUNDS,
    };
    const TEXT: &str = "text to verdict with all codes";
    let mut rows = vec![
        of_slice(TEXT, "jsonschema", Goal::Faster(8.0), own_text(), schema_text()),
        of_slice(TEXT, "native code", Goal::Within(1.15), own_text(), native_text()),
        of_slice(TEXT, "sonic-rs, tree alone", Goal::Within(1.0), own_text(), tree_text()),
        of_slice(
            "check of a parsed request, all codes",
            "jsonschema",
            Goal::Faster(2.5),
            own_parsed(),
            schema_parsed(),
        ),
        of_slice(
            "verdict alone of a parsed request",
            "jsonschema",
            Goal::Faster(1.0),
            each_turn(&requests, |request| usize::from(ours::is_valid(&checker, request, &facts))),
            each_turn(&trees, |tree| usize::from(schemas.is_valid(tree))),
        ),
        of_slice(
            "reading a request",
            "serde_json, tree",
            Goal::Faster(1.0),
            each_turn(slice, |case: &Case| {
                usize::from(ours::read_with_parameters(&checker, &case.line).id().is_some())
            }),
            each_turn(slice, |case: &Case| usize::from(schema::read(&case.line).is_object())),
        ),
    ];
    let single = |title, beside, goal, ours, peer, things| Row {
        title,
        beside,
        goal,
        ours,
        peer,
        turns: 1,
        things,
        rounds: 400,
    };
    if let Some(empty) = &empty {
        let (ours, peer) = (own_process(), empty_process(empty));
        rows.push(single("process: start, one check, end", "an empty Rust main", Goal::Later(1.0), ours, peer, 1));
    }
    let (ours, peer) = (known(&many_known), known(&few_known));
    rows.push(single("request, 5000 operations known", "5 known", Goal::Within(1.5), ours, peer, exports.len()));
    let (ours, peer) = (start(many), start(few));
    rows.push(single("start, 5000 operations known", "5 known", Goal::Within(1.2), ours, peer, 1));
    rows.push(single(
        "two threads, one checker",
        "one thread",
        Goal::Faster(1.8),
        threads(2),
        threads(1),
        corpus.len(),
    ));
    let lines: Vec<&str> = slice.iter().map(|case| case.line.as_str()).collect();
    process::print_instructions(&lines, empty.as_deref());
    ratios::print_head();
    rows.iter().for_each(ratios::print);
}

/// Work on each of [`SLICE`] things, in turns.
fn each_turn<'r, T>(things: &'r [T], work: impl Fn(&'r T) -> usize + 'r) -> Run<'r> {
    Box::new(move |turn| {
        for thing in &things[turn * TURN..(turn + 1) * TURN] {
            black_box(work(thing));
        }
    })
}

/// Checks the whole corpus, each thread its part, with one checker for all.
fn in_threads(count: usize, corpus: &[Case], checker: &Checker, facts: &Facts) {
    thread::scope(|scope| {
        for part in corpus.chunks(corpus.len().div_ceil(count)) {
            scope.spawn(move || {
                for case in part {
                    black_box(ours::codes_of_text(checker, &case.line, facts));
                }
            });
        }
    });
}

/// What criterion shows together.
struct Group<'r> {
    title: &'static str,
    throughput: Throughput,
    /// How many turns do the work once.
    turns: usize,
    runs: Vec<(&'static str, Run<'r>)>,
}

fn measure<'r>(groups: impl IntoIterator<Item = Group<'r>>) {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for Group { title, throughput, turns, runs } in groups {
        let mut group = criterion.benchmark_group(title);
        group.throughput(throughput);
        for (name, run) in runs {
            group.bench_function(name, |bencher| bencher.iter(|| (0..turns).for_each(&run)));
        }
        group.finish();
    }
    criterion.final_summary();
}
