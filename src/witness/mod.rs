//! Rule files that prove themselves: from the rules alone, requests that show what they say.
//!
//! For every error that a request or facts can lead to there must be a request that meets it, and one beside it that
//! passes. Where there is none, the rules contradict themselves. A constructive solver proposes, the engine decides:
//! nothing here judges a request. Searches are bounded and always give the same.

mod compare;
mod draft;
mod facts;
mod near;
mod pattern;
mod probe;
mod search;
mod solver;
mod texts;
mod vectors;
mod words;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::checker::Checker;
use crate::compile::{Mistakes, read_file};
use crate::operation::{Answer, Check, Operation, Outcome};
use crate::place::Position;
use crate::rule::operation::OperationFile;
use crate::witness::search::Search;

pub(crate) use compare::Comparison;
pub(crate) use pattern::is_ascii_pattern;
pub use vectors::{ExpectedOutcome, TestVector, VectorOptions};

/// What shows that an error row is right: a request that meets it and one that does not.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RowWitness {
    /// The row's id in the rule file.
    pub row: String,
    /// HTTP status.
    pub status: u16,
    /// The provider's code.
    pub code: String,
    /// What was found.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// What was found about an error row.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "evidence", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Evidence {
    /// The row is shown.
    Shown(Box<Pair>),
    /// No request needs to show it.
    NotNeeded {
        /// Why not.
        reason: String,
    },
    /// A check answers with the row, but no request was found that shows it: the rules contradict themselves.
    Missing {
        /// What was not found.
        reason: String,
    },
}

/// Two requests that differ as little as possible, in preflint's JSON form with their facts inside.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Pair {
    /// The check that refuses the first.
    pub check: String,
    /// Whether nothing that is open could answer before it.
    pub certain: bool,
    /// The request whose predicted error is the row.
    pub rejected: Value,
    /// The request that passes.
    pub passing: Value,
}

impl Checker {
    /// A witness for every row of an edition's error table, in the table's order; none where there are no usable rules.
    pub fn witnesses(&self, path: &str, edition: &str) -> Option<Vec<RowWitness>> {
        let operation = self.catalog().operation(path, edition).ok()?;
        let search = Search::new(&operation);
        let witness = |(index, row): (usize, &crate::operation::Row)| RowWitness {
            row: row.key.clone(),
            status: row.status,
            code: row.code.clone(),
            evidence: evidence(&operation, &search, index),
        };
        Some(operation.rows.iter().enumerate().map(witness).collect())
    }
}

impl Checker {
    /// Where a row of an edition's error table stands: the file, as it was named, and the place.
    pub fn row_place(&self, path: &str, edition: &str, row: &str) -> Option<(String, Position)> {
        let file = self.catalog().file(path, edition)?;
        let mut mistakes = Mistakes::of(&file.name, &file.text);
        let written: OperationFile = read_file(&file.text, &mut mistakes)?;
        let row = written.errors.iter().find(|known| known.key() == row)?;
        let span = row.id.as_ref().unwrap_or(&row.code).span;
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        Some((file.name.clone(), Position::START.after(text, span.start)))
    }
}

fn evidence(operation: &Arc<Operation>, search: &Search<'_>, row: usize) -> Evidence {
    let answers = |check: &Check| matches!(check.answer, Some(Answer::Row(answer)) if answer == row);
    let checks = operation.checks.iter().enumerate();
    let rejecting: Vec<usize> = checks
        .filter(|(_, check)| answers(check) && check.outcome == Outcome::Finding)
        .map(|(index, _)| index)
        .collect();
    if rejecting.is_empty() {
        return Evidence::NotNeeded { reason: why_not(operation, row) };
    }
    let mut without_pass = None;
    // A check that is sure and needs few facts shows the row best.
    let mut pairs: Vec<(bool, usize, Pair)> = Vec::new();
    for check in rejecting {
        let Some(found) = search.firing(check) else { continue };
        let Some(hit) = found.outcome.findings.first().cloned() else { continue };
        let id = operation.checks[check].id.clone();
        let Some(passing) = search.nearest_passing(&found, &hit) else {
            without_pass = Some(id);
            continue;
        };
        let rejected = found.draft.request(operation);
        let size = rejected.to_string().len();
        let pair =
            Pair { check: id, certain: found.outcome.certain, rejected, passing: passing.draft.request(operation) };
        pairs.push((!found.outcome.certain, size, pair));
    }
    pairs.sort_by_key(|(uncertain, size, _)| (*uncertain, *size));
    match (pairs.into_iter().next(), without_pass) {
        (Some((_, _, pair)), _) => Evidence::Shown(Box::new(pair)),
        (None, Some(check)) => Evidence::Missing {
            reason: format!("`{check}` refuses requests, but none beside them was found that passes"),
        },
        (None, None) => Evidence::Missing { reason: "no request was found that meets it".to_owned() },
    }
}

fn why_not(operation: &Operation, row: usize) -> String {
    let rule = &operation.rows[row];
    let warning =
        operation.checks.iter().find(|check| matches!(check.answer, Some(Answer::Row(answer)) if answer == row)).map(
            |check| match check.outcome {
                Outcome::Disputed => format!("disputed: `{}` only warns", check.id),
                _ => format!("not sure: `{}` only warns", check.id),
            },
        );
    let alternative = || {
        let check = operation.checks.iter().find(|check| check.alternatives.contains(&row))?;
        Some(format!("only an alternative answer of `{}`", check.id))
    };
    let dry_run = || {
        let of_row = operation.dry_run.as_ref().filter(|dry_run| dry_run.row == Some(row))?;
        Some(format!("the answer to a dry run in which nothing is wrong: {}", of_row.value))
    };
    let reason = warning.or_else(alternative).or_else(dry_run);
    let reason = reason.or_else(|| rule.unreachable.as_ref().map(|why| format!("never answered: {why}")));
    reason.or_else(|| rule.server.as_ref().map(|why| format!("only the server knows: {why}"))).unwrap_or_default()
}
