//! `preflint rules witness`: requests that show each documented error, made from the rules alone.

use std::io::Write;

use preflint::{Checker, Evidence, Pair, Position, RowWitness};
use serde_json::{Value, json};

use crate::args::{WitnessFormat, WitnessOptions};
use crate::{Exit, Stop, rules, settings};

/// `rules witness`
pub fn run(options: &WitnessOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let checker = settings::checker(&options.rules)?;
    let (path, edition) = rules::resolve(&checker, &options.operation)?;
    let mut witnesses = checker.witnesses(&path, &edition).unwrap_or_default();
    if let Some(code) = &options.code {
        let names: Vec<String> = witnesses.iter().flat_map(|row| [row.code.clone(), row.row.clone()]).collect();
        witnesses.retain(|row| row.code == *code || row.row == *code);
        if witnesses.is_empty() {
            let hint = preflint::did_you_mean(code, names.iter().map(String::as_str));
            return Err(Stop::Usage(format!("{path}@{edition} documents no error {code:?}{hint}")));
        }
    }
    match options.format {
        WitnessFormat::Human => {
            for (place, row) in witnesses.iter().enumerate() {
                if place > 0 {
                    writeln!(out)?;
                }
                human(row, out)?;
            }
        }
        WitnessFormat::Json => {
            let document = json!({"operation": format!("{path}@{edition}"), "rows": witnesses});
            serde_json::to_writer_pretty(&mut *out, &document).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        WitnessFormat::Ndjson => {
            for row in &witnesses {
                let Evidence::Shown(pair) = &row.evidence else { continue };
                for (what, request) in [("rejected", &pair.rejected), ("passing", &pair.passing)] {
                    writeln!(out, "{}", with_id(request, &format!("{} {what}", row.row)))?;
                }
            }
        }
    }
    missing(&checker, &path, &edition, &witnesses, exit)
}

/// Says which rows contradict the rules, with their places.
fn missing(
    checker: &Checker,
    path: &str,
    edition: &str,
    witnesses: &[RowWitness],
    exit: &mut Exit,
) -> Result<(), Stop> {
    for row in witnesses {
        let Evidence::Missing { reason } = &row.evidence else { continue };
        *exit = Exit::Rejected;
        let place = match checker.row_place(path, edition, &row.row) {
            Some((file, Position { line, column, .. })) => format!("{file}:{line}:{column}"),
            None => format!("{path}@{edition}"),
        };
        writeln!(std::io::stderr(), "{place}: {}: {reason}", row.row)?;
    }
    Ok(())
}

fn human(row: &RowWitness, out: &mut dyn Write) -> Result<(), Stop> {
    writeln!(out, "{} {}", row.status, row.row)?;
    match &row.evidence {
        Evidence::Shown(pair) => {
            let Pair { check, certain, rejected, passing, .. } = pair.as_ref();
            let sure = if *certain { "" } else { ", though an open check could answer first" };
            writeln!(out, "  rejected by {check}{sure}")?;
            writeln!(out, "    {rejected}")?;
            writeln!(out, "  passing beside it")?;
            writeln!(out, "    {passing}")?;
        }
        Evidence::NotNeeded { reason } => writeln!(out, "  no witness: {reason}")?,
        Evidence::Missing { reason } => writeln!(out, "  contradiction: {reason}")?,
        _ => {}
    }
    Ok(())
}

fn with_id(request: &Value, id: &str) -> Value {
    let mut request = request.clone();
    request["id"] = json!(id);
    request
}
