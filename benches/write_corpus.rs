//! Writes requests of the corpus, one a line: `cargo bench --bench corpus -- 1000000 > requests.ndjson`.
//!
//! For measuring the program on inputs as long as wanted, and for looking at what is measured: with `--labels` it writes
//! codes and parameters that the requests were made to get. Without a number it does nothing, so that `cargo bench` can
//! run all benches.

mod corpus;

use std::env::args;
use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let Some(count) = args().skip(1).find_map(|argument| argument.parse().ok()) else { return Ok(()) };
    let labels = args().any(|argument| argument == "--labels");
    let mut out = BufWriter::new(io::stdout().lock());
    for case in corpus::requests(&corpus::Lists::read()).take(count) {
        if labels {
            let answers = case.label.iter().map(|(code, parameter)| format!("{code} {parameter}"));
            writeln!(out, "{}", answers.collect::<Vec<_>>().join("\t"))?;
        } else {
            writeln!(out, "{}", case.line)?;
        }
    }
    out.flush()
}
