//! How long a check takes, beside validating the same requests with a JSON Schema.
//!
//! For noticing from the first day when checking gets slower. It measures a mixed corpus and not single cases, and
//! never measures before it has verified every answer: a fast wrong answer is worth nothing. Times depend on the
//! machine and on who else uses it; the ratios at the end, measured in turns, are what to compare between runs.
//!
//! `cargo bench` runs all of it in less than a minute; `cargo bench -- parsed` or `-- text` runs one group.

mod corpus;
mod ours;
mod peer;
mod ratios;

use std::hint::black_box;
use std::ops::Range;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use jsonschema::Validator;
use preflint::{Checker, Facts, Request};
use serde_json::Value;

use corpus::Case;
use ratios::{Row, Run};

/// Requests for each iteration: enough for a fair mix, few enough to stay in the cache beside everything else.
const SLICE: usize = 1_000;

fn main() {
    let (checker, facts) = (Checker::bundled(), Facts::none());
    let regions = peer::regions();
    let validator = peer::validator(&regions);
    let corpus = corpus::generate(&regions);
    verify(&corpus, &checker, &facts, &validator);

    let slice = &corpus[..SLICE];
    let requests: Vec<Request<'_>> = slice.iter().map(|case| ours::read(&case.line)).collect();
    let trees: Vec<Value> = slice.iter().map(|case| peer::read(&case.line)).collect();
    let own_read =
        |at: Range<usize>| slice[at].iter().filter(|case| black_box(ours::read(&case.line)).id().is_some()).count();
    let peer_read =
        |at: Range<usize>| slice[at].iter().filter(|case| black_box(peer::read(&case.line)).is_object()).count();
    let own_verdicts =
        |at: Range<usize>| requests[at].iter().filter(|request| ours::is_valid(&checker, request, &facts)).count();
    let peer_verdicts = |at: Range<usize>| trees[at].iter().filter(|tree| peer::is_valid(&validator, tree)).count();
    let own_parsed = |at: Range<usize>| requests[at].iter().map(|request| ours::codes(&checker, request, &facts)).sum();
    let peer_parsed = |at: Range<usize>| trees[at].iter().map(|tree| peer::errors(&validator, tree)).sum();
    let own_text =
        |at: Range<usize>| slice[at].iter().map(|case| ours::codes(&checker, &ours::read(&case.line), &facts)).sum();
    let peer_text =
        |at: Range<usize>| slice[at].iter().map(|case| peer::errors(&validator, &peer::read(&case.line))).sum();

    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let bytes: usize = slice.iter().map(|case| case.line.len() + 1).sum();
    let of_requests = Throughput::Elements(SLICE as u64);
    let of_text = Throughput::Bytes(bytes as u64);
    measure(&mut criterion, "check of a parsed request", of_requests, &own_parsed, &peer_parsed);
    measure(&mut criterion, "NDJSON text to verdict with all codes", of_text, &own_text, &peer_text);
    criterion.final_summary();

    // `--list` and `--test` are asked by programs that expect no more than criterion's own answer.
    if !std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        let rows = [
            Row { title: "reading the text", ours: &own_read, peer: &peer_read },
            Row { title: "verdict alone of a parsed request", ours: &own_verdicts, peer: &peer_verdicts },
            Row { title: "check of a parsed request, all codes", ours: &own_parsed, peer: &peer_parsed },
            Row { title: "NDJSON text to verdict with all codes", ours: &own_text, peer: &peer_text },
        ];
        ratios::print(&rows, SLICE);
    }
}

fn measure(criterion: &mut Criterion, title: &str, throughput: Throughput, ours: Run<'_>, peer: Run<'_>) {
    let mut group = criterion.benchmark_group(title);
    group.throughput(throughput);
    group.bench_function("preflint", |bencher| bencher.iter(|| ours(0..SLICE)));
    group.bench_function("jsonschema", |bencher| bencher.iter(|| peer(0..SLICE)));
    group.finish();
}

/// Holds both against the labels of all requests, and panics at the first that differs.
fn verify(corpus: &[Case], checker: &Checker, facts: &Facts, validator: &Validator) {
    let (mut bytes, mut rejected, mut escaped, mut beyond_ascii) = (0, 0, 0, 0);
    for Case { line, label } in corpus {
        let request = ours::read(line);
        let answers = ours::answers(&checker.check(&request, facts));
        let answers: Vec<(&str, &str)> =
            answers.iter().map(|(code, parameter)| (code.as_str(), parameter.as_str())).collect();
        assert_eq!(answers, *label, "preflint's answer (left) to {line}");
        assert_eq!(ours::codes(checker, &request, facts), label.len(), "the number of codes for {line}");
        assert_eq!(ours::is_valid(checker, &request, facts), label.is_empty(), "preflint's verdict on {line}");
        let tree = peer::read(line);
        assert_eq!(peer::is_valid(validator, &tree), label.is_empty(), "the peer's verdict on {line}");
        assert_eq!(peer::errors(validator, &tree) == 0, label.is_empty(), "the peer's errors of {line}");
        bytes += line.len();
        rejected += usize::from(!label.is_empty());
        escaped += usize::from(line.contains('\\'));
        beyond_ascii += usize::from(!line.is_ascii());
    }
    eprintln!(
        "{} requests verified: {} bytes on average, {rejected} rejected, {beyond_ascii} not ASCII, {escaped} with escapes",
        corpus.len(),
        bytes / corpus.len()
    );
}
