//! preflint, used as a program would use it that wants the verdict and all codes.
//!
//! For the bench alone to know how codes are asked for. It never looks at a message or a detail: those are made on
//! demand, for the few requests that somebody reads.

use std::hint::black_box;

use preflint::{Checker, Facts, Position, Report, Request, Verdict};

/// Reads a request with its parameters, for checks that come later.
pub fn read_with_parameters<'t>(checker: &Checker, line: &'t str) -> Request<'t> {
    checker.read_json(line, Position::START).expect("the corpus holds requests")
}

/// Reads a request; its parameters are read when it is checked.
pub fn read(line: &str) -> Request<'_> {
    Request::from_json(line).expect("the corpus holds requests")
}

/// Code and parameter of every finding.
pub fn answers(report: &Report<'_>) -> Vec<(String, String)> {
    let findings = report.findings().into_iter();
    findings.map(|finding| (finding.code.unwrap_or_default(), finding.parameter)).collect()
}

/// Reads and checks a request in one go, reads its verdict and all codes, and counts these.
pub fn codes_of_text(checker: &Checker, line: &str, facts: &Facts) -> usize {
    count(&checker.check_json(line, Position::START, facts).expect("the corpus holds requests"))
}

/// Checks a request, reads its verdict and all codes, and counts these.
pub fn codes(checker: &Checker, request: &Request<'_>, facts: &Facts) -> usize {
    count(&checker.check(request, facts))
}

fn count(report: &Report<'_>) -> usize {
    match black_box(report.verdict()) {
        Verdict::Reject => report.codes().filter(|code| black_box(code).is_some()).count(),
        _ => 0,
    }
}

/// The verdict alone.
pub fn is_valid(checker: &Checker, request: &Request<'_>, facts: &Facts) -> bool {
    checker.check(request, facts).verdict() == Verdict::Pass
}
