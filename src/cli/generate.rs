//! `preflint rules generate`: test vectors for people who test their own clients.

use std::io::Write;

use preflint::VectorOptions;

use crate::args::GenerateOptions;
use crate::{Stop, rules, settings};

/// `rules generate`
pub fn run(options: &GenerateOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let checker = settings::checker(&options.rules)?;
    let (path, edition) = rules::resolve(&checker, &options.operation)?;
    let wanted = VectorOptions::new(options.valid, options.invalid, options.seed);
    let vectors = checker.test_vectors(&path, &edition, wanted).unwrap_or_default();
    for vector in &vectors {
        serde_json::to_writer(&mut *out, vector).map_err(std::io::Error::from)?;
        writeln!(out)?;
    }
    let (found, asked) = (vectors.len(), options.valid + options.invalid);
    if found < asked {
        // Not being able to give more is no mistake, but nobody should have to count.
        writeln!(std::io::stderr(), "preflint: {found} of {asked}: no more different requests were found")?;
    }
    Ok(())
}
