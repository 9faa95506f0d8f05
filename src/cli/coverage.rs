//! `preflint rules coverage`: of each documented error, what decides it.

use std::fmt;
use std::io::Write;

use preflint::{OperationDescription, RowDescription};
use serde::Serialize;

use crate::args::{CoverageFormat, CoverageOptions};
use crate::{Stop, rules, settings};

/// One documented error.
#[derive(Serialize)]
struct Row<'d> {
    status: u16,
    code: &'d str,
    message: Option<&'d str>,
    /// Whether checks on the request lead to it, or the answer to a dry run.
    request: bool,
    /// Whether checks over facts lead to it.
    facts: bool,
    /// Whether all of these only warn.
    only_warns: bool,
    /// Why the server alone decides it, or also does.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'d str>,
    /// Why it never comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreachable: Option<&'d str>,
}

/// How many rows are decided by what.
#[derive(Default, Serialize)]
struct Counts {
    rows: usize,
    request: usize,
    facts: usize,
    server_only: usize,
    unreachable: usize,
}

#[derive(Serialize)]
struct Edition<'d> {
    operation: &'d str,
    counts: Counts,
    rows: Vec<Row<'d>>,
}

/// Prints the coverage of one operation or of all.
pub fn run(options: &CoverageOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let checker = settings::checker(&options.rules)?;
    let descriptions: Vec<OperationDescription> = match &options.operation {
        Some(name) => match rules::find_operation(&checker, name) {
            Some(description) => vec![description],
            None => return Err(Stop::Usage(format!("there are no rules of {name:?}"))),
        },
        None => {
            let all = checker.operations();
            let editions = all.iter().flat_map(|one| one.editions.iter().map(|edition| (&one.operation, edition)));
            editions.filter_map(|(operation, edition)| checker.describe(operation, edition)).collect()
        }
    };
    let editions: Vec<Edition<'_>> = descriptions.iter().map(edition).collect();
    match options.format {
        CoverageFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &editions).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        CoverageFormat::Table => {
            for edition in &editions {
                writeln!(out, "{}: {}", edition.operation, edition.counts)?;
                for row in &edition.rows {
                    writeln!(out, "  {} {}: {}", row.status, row.code, row.decided_by())?;
                }
            }
        }
        CoverageFormat::Markdown => markdown(out, &editions)?,
    }
    Ok(())
}

fn edition(description: &OperationDescription) -> Edition<'_> {
    let rows: Vec<Row<'_>> = description.errors.iter().map(row).collect();
    let count = |is: &dyn Fn(&Row<'_>) -> bool| rows.iter().filter(|row| is(row)).count();
    let counts = Counts {
        rows: rows.len(),
        request: count(&|row| row.request),
        facts: count(&|row| row.facts),
        server_only: count(&|row| !row.request && !row.facts && row.server.is_some()),
        unreachable: count(&|row| row.unreachable.is_some()),
    };
    Edition { operation: &description.id, counts, rows }
}

fn row(row: &RowDescription) -> Row<'_> {
    Row {
        status: row.status,
        code: &row.code,
        message: row.message.as_deref(),
        request: !row.request.is_empty() || row.dry_run,
        facts: !row.facts.is_empty(),
        only_warns: row.only_warns,
        server: row.server.as_deref(),
        unreachable: row.unreachable.as_deref(),
    }
}

impl Row<'_> {
    fn decided_by(&self) -> String {
        let mut parts = Vec::new();
        for (decides, what) in [(self.request, "request"), (self.facts, "facts")] {
            if decides {
                let warns = if self.only_warns { " (only warns)" } else { "" };
                parts.push(format!("{what}{warns}"));
            }
        }
        parts.extend(self.server.map(|reason| format!("server: {reason}")));
        parts.extend(self.unreachable.map(|reason| format!("never: {reason}")));
        parts.join("; ")
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { rows, request, facts, server_only, unreachable } = self;
        write!(
            formatter,
            "{rows} documented errors, {request} decided by the request, {facts} by facts, {server_only} by the server \
             only, {unreachable} never"
        )
    }
}

fn markdown(out: &mut dyn Write, editions: &[Edition<'_>]) -> Result<(), Stop> {
    writeln!(out, "# Coverage\n")?;
    writeln!(
        out,
        "What decides each documented error: the request, facts about the account, or only the server. Made from the rule"
    )?;
    writeln!(out, "files by `preflint rules coverage --format markdown`; a test keeps it true.\n")?;
    writeln!(out, "| operation | errors | request | facts | server only | never |\n|---|---|---|---|---|---|")?;
    for Edition { operation, counts, .. } in editions {
        let Counts { rows, request, facts, server_only, unreachable } = counts;
        writeln!(out, "| `{operation}` | {rows} | {request} | {facts} | {server_only} | {unreachable} |")?;
    }
    for edition in editions {
        writeln!(out, "\n## {}\n", edition.operation)?;
        writeln!(out, "| status | code | decided by |\n|---|---|---|")?;
        for row in &edition.rows {
            let decided_by = row.decided_by().replace('|', "\\|");
            writeln!(out, "| {} | `{}` | {decided_by} |", row.status, row.code)?;
        }
    }
    Ok(())
}
