//! Workflow commands: lines by which GitHub's runner shows annotations in the changed files.
//!
//! A command ends with its line, and within it `%`, `,`, `:` and breaks have a meaning, so that text of the input is
//! escaped as the runner reads it. Open checks make no annotation.

use std::io::{self, Write};

use preflint::Place;

use super::line_by_line::LineByLine;
use super::{Item, Renderer, outcome};

/// All commands, one a line.
pub fn commands() -> LineByLine {
    LineByLine::new(|| Box::new(Annotations))
}

struct Annotations;

impl Renderer for Annotations {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        let record = item.record();
        if let Some(problem) = &record.problem {
            let title = if problem.kind == "unsupported" { "No rules for this request" } else { "Unreadable request" };
            let (line, column) = item.start();
            let place = Lines { line, end_line: line, columns: Some((column, column)) };
            command(pieces, "error", item, &place, title, &problem.message)?;
        }
        for (number, finding) in record.findings.iter().enumerate() {
            let title = outcome(finding);
            let title = if number == 0 { title } else { format!("{title} (after the first error)") };
            let mut message = format!("{}: {}", finding.parameter, finding.detail);
            for more in [&finding.message, &finding.help].into_iter().flatten() {
                message.push('\n');
                message.push_str(more);
            }
            command(pieces, "error", item, &Lines::of(item, &finding.span), &title, &message)?;
        }
        for warning in &record.warnings {
            let mut message = format!("{}: {}", warning.parameter, warning.detail);
            if let Some(help) = &warning.help {
                message.push('\n');
                message.push_str(help);
            }
            command(pieces, "warning", item, &Lines::of(item, &warning.span), warning.kind.as_str(), &message)?;
        }
        Ok(())
    }
}

/// Where an annotation stands. Columns have a meaning on one line only.
struct Lines {
    line: usize,
    end_line: usize,
    columns: Option<(usize, usize)>,
}

impl Lines {
    fn of(item: &Item<'_, '_>, place: &Place) -> Lines {
        let end = item.end_of(place);
        let end_line = end.map_or(place.line, |end| end.line);
        let columns = end.filter(|end| end.line == place.line).map(|end| (place.column, end.column));
        Lines { line: place.line, end_line, columns }
    }
}

fn command(
    out: &mut Vec<u8>,
    name: &str,
    item: &Item<'_, '_>,
    place: &Lines,
    title: &str,
    message: &str,
) -> io::Result<()> {
    let Lines { line, end_line, columns } = place;
    write!(out, "::{name} ")?;
    // What came through a pipe is no file that could be annotated.
    if item.source.file == "-" {
        write!(out, "title={}::line {line}: ", property(title))?;
    } else {
        write!(out, "file={},line={line},endLine={end_line}", property(item.source.file))?;
        if let Some((start, end)) = columns {
            write!(out, ",col={start},endColumn={end}")?;
        }
        write!(out, ",title={}::", property(title))?;
    }
    writeln!(out, "{}", data(message))
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
