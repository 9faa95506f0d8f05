//! Doubles hostile inputs and demands that the work, counted and not timed, at most doubles too.
//!
//! `tests/growth/run` compiles and runs it; `tests/growth/run TEXT` only what has TEXT in its name. It prints a line for
//! each input and ends with 1 when one of them grows too fast.

mod counter;
mod inputs;

use std::borrow::Cow;
use std::process::ExitCode;

use counter::cost;
use inputs::{INPUTS, Input, Way, whole};
use preflint::{Batch, Checker, Facts, Form, Position, Record, Report, Request, RuleFile, RuleReview};

/// So many things an input has at first; then twice and four times as many.
const SMALLEST: usize = 2_000;
/// How much more twice the input may cost: sorting and growing tables cost a little more than twice.
const MOST: f64 = 2.35;

fn main() -> ExitCode {
    let only = std::env::args().nth(1).unwrap_or_default();
    let checker = Checker::bundled();
    let mut grown = 0;
    println!("{:>14}{:>14}{:>14}{:>7}{:>7}  input", "branches", "twice", "four times", "", "");
    for input in INPUTS.iter().filter(|input| label(input).contains(&only)) {
        let costs = [1, 2, 4].map(|times| {
            let text = text(input, SMALLEST * times);
            // What is made at the first use is no work of the input.
            run(&checker, input, &self::text(input, 10));
            cost(|| run(&checker, input, &text))
        });
        let [once, twice, four] = costs;
        let ratio = |more: u64, less: u64| more as f64 / less.max(1) as f64;
        let ratios = [ratio(twice.0, once.0), ratio(four.0, twice.0)];
        let bytes = [ratio(twice.1, once.1), ratio(four.1, twice.1)];
        // A table that takes another shape at some size is a step and no growth: the next doubling makes up for it.
        let is_fine = [ratios, bytes].iter().all(|[first, second]| *second <= MOST && first * second <= MOST * MOST);
        grown += u32::from(!is_fine);
        let verdict =
            if is_fine { String::new() } else { format!(": TOO FAST (memory {:.2}, {:.2})", bytes[0], bytes[1]) };
        println!(
            "{:>14}{:>14}{:>14}{:>7.2}{:>7.2}  {}{verdict}",
            once.0,
            twice.0,
            four.0,
            ratios[0],
            ratios[1],
            label(input)
        );
    }
    let counted = cost(|| _ = std::hint::black_box(checker.recognise("", "x"))).0;
    assert!(counted > 0, "nothing is counted: use tests/growth/run");
    println!("{grown} inputs cost more than their length is worth");
    ExitCode::from(u8::from(grown > 0))
}

fn label(input: &Input) -> String {
    match input.way {
        Way::Form(form) => format!("{form}: {:?}", input.name),
        _ => input.name.to_owned(),
    }
}

fn text(input: &Input, count: usize) -> String {
    match input.way {
        Way::Request => whole(&(input.make)(count)),
        Way::Form(_) => {
            let made = (input.make)(count);
            if made.is_empty() { input.name.repeat(count * 20 / input.name.len() + 1) } else { made }
        }
        _ => (input.make)(count),
    }
}

fn run(checker: &Checker, input: &Input, text: &str) {
    let none = Facts::none();
    match input.way {
        Way::Request => match checker.check_json(text, Position::START, &none) {
            Ok(report) => make(&report),
            Err(error) => drop(Record::of_unreadable(&error)),
        },
        Way::Batch => {
            for request in Batch::new(text, Position::START).flatten() {
                make(&checker.check(&request, &none));
            }
        }
        Way::Form(form) => {
            checker.recognise("", text);
            for found in checker.read(Form::named(form).expect("a form"), text) {
                if let Ok(request) = found.request {
                    make(&checker.check(&request, &none));
                }
            }
        }
        Way::Facts => {
            let mut facts = Facts::none();
            checker.read_facts(text, &mut facts).expect("facts");
            let request = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1"}}"#;
            make(&checker.check(&Request::from_json(request).expect("a request"), &facts));
        }
        Way::Edition => {
            if let Ok(checker) = Checker::from_files(rules(text)) {
                let request = r#"{"provider":"acme","operation":"OpenBox","params":{"Name":"x"}}"#;
                make(&checker.check(&Request::from_json(request).expect("a request"), &none));
            }
        }
        Way::Review => drop(RuleReview::of(rules(text))),
    }
}

/// All of a report, with the lines around each place.
fn make(report: &Report<'_>) {
    let record = report.record();
    for finding in &record.findings {
        drop(report.excerpt(&finding.span));
    }
}

fn rules(text: &str) -> [RuleFile; 2] {
    let file =
        |path: &str, text: String| RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text) };
    let provider = include_str!("../../broken_rules/base/acme/provider.json").to_owned();
    [file("acme/provider.json", provider), file("acme/box/OpenBox/2026-01.json", text.to_owned())]
}
