//! Uses preflint as a library: reads facts and a request, and says what the API would answer.
//!
//! Run it with `cargo run --quiet --example library`.

use std::error::Error;
use std::fmt::Write;

use preflint::{Checker, Facts, Request, Verdict};

fn main() -> Result<(), Box<dyn Error>> {
    let facts = [include_str!("facts/images.json"), include_str!("facts/roles.json")];
    for request in include_str!("batch.ndjson").lines() {
        print!("{}", prediction(request, &facts)?);
    }
    Ok(())
}

/// What the API would answer to a request, when these facts are known of the account.
///
/// # Errors
///
/// When the request or the facts cannot be read. A rejected request is no error: that is the answer asked for.
pub fn prediction(request: &str, known: &[&str]) -> Result<String, Box<dyn Error>> {
    // A checker is cheap to clone and may be shared between threads; a program needs one.
    let checker = Checker::bundled();
    let mut facts = Facts::none();
    for text in known {
        checker.read_facts(text, &mut facts)?;
    }

    let request = Request::from_json(request)?;
    let report = checker.check(&request, &facts);
    let id = request.id().unwrap_or("(no id)");
    let mut text = String::new();
    match report.verdict() {
        Verdict::Pass => writeln!(text, "{id}: nothing wrong found, {} checks open", report.open().len())?,
        Verdict::Reject => {
            for finding in report.findings() {
                let code = finding.code.as_deref().unwrap_or("(code not known)");
                writeln!(text, "{id}: {code}: {}: {}", finding.parameter, finding.detail)?;
            }
        }
        _ => writeln!(text, "{id}: not checked: {}", report.problem().unwrap_or_default())?,
    }
    Ok(text)
}
