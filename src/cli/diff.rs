//! `preflint rules diff`: what changed between two editions, in words or as JSON.

use std::fmt;
use std::io::{self, Write};

use preflint::{
    Change, ChangeKind, CheckDescription, Checker, Comparison, Difference, OperationSummary, ParameterDescription,
    RowDescription,
};

use crate::args::DiffOptions;
use crate::terminal::{self, Styles};
use crate::{Stop, explain, rules, settings};

/// The most values of a list that are named one by one.
const NAMED_VALUES: usize = 12;

/// Compares the two that the options name.
pub fn run(options: &DiffOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let checker = settings::checker(&options.rules)?;
    let (before, after) = both(&checker, &options.before, options.after.as_deref())?;
    let ((one, old), (other, new)) = (before, after);
    let comparison = checker.compare((&one, &old), (&other, &new));
    let Some(comparison) = comparison else {
        return Err(Stop::Usage(format!("the rules of {one}@{old} or {other}@{new} cannot be used")));
    };
    if options.format == crate::args::DiffFormat::Json {
        serde_json::to_writer_pretty(&mut *out, &comparison).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    Text { out, styles: Styles::new(terminal::uses_color(options.color)) }.comparison(&comparison)?;
    Ok(())
}

type Named = (String, String);

/// Which editions are meant. The second may be an edition alone; left out, it is the default of the first's operation.
fn both(checker: &Checker, before: &str, after: Option<&str>) -> Result<(Named, Named), Stop> {
    let all = checker.operations();
    let one = named(&all, before, None)?;
    let edition_of = |edition: &str| {
        all.iter().find(|summary| summary.operation == one.0 && summary.editions.iter().any(|known| known == edition))
    };
    let other = match after {
        Some(edition) if edition_of(edition).is_some() => (one.0.clone(), edition.to_owned()),
        // What begins as a month or a site's month does is meant as an edition, not as an operation.
        Some(text) if !text.contains(['@', '/']) && text.ends_with(|last: char| last.is_ascii_digit()) => {
            return Err(Stop::Usage(format!(
                "there is no edition {text:?} of {}{}",
                one.0,
                rules::editions_of(checker, &one.0)
            )));
        }
        Some(name) => named(&all, name, Some(&one.0))?,
        None => {
            let summary = all.iter().find(|summary| summary.operation == one.0);
            let default = summary.and_then(|summary| summary.default.clone()).unwrap_or_default();
            if default == one.1 {
                let there = rules::editions_of(checker, &one.0);
                return Err(Stop::Usage(format!(
                    "{}@{} is the default edition; say what to compare it with{there}",
                    one.0, one.1
                )));
            }
            (one.0.clone(), default)
        }
    };
    Ok((one, other))
}

/// Path and edition of an operation that is named by path or by its last part. Of several, those that have the edition
/// are meant, then the one of the provider `near`.
fn named(all: &[OperationSummary], name: &str, near: Option<&str>) -> Result<Named, Stop> {
    let (operation, edition) = name.split_once('@').map_or((name, None), |(name, edition)| (name, Some(edition)));
    let is_called = |summary: &&OperationSummary| {
        summary.operation == operation || summary.operation.ends_with(&format!("/{operation}"))
    };
    let mut matching: Vec<&OperationSummary> = all.iter().filter(is_called).collect();
    let mut narrow = |is_meant: &dyn Fn(&OperationSummary) -> bool| {
        if matching.len() > 1 && matching.iter().any(|summary| is_meant(summary)) {
            matching.retain(|summary| is_meant(summary));
        }
    };
    let provider = |path: &str| path.split('/').next().map(str::to_owned);
    narrow(&|summary| edition.is_none_or(|edition| summary.editions.iter().any(|known| known == edition)));
    narrow(&|summary| near.is_some_and(|near| provider(near) == provider(&summary.operation)));
    let summary = match matching.as_slice() {
        [summary] => summary,
        [] => {
            let names = all.iter().flat_map(|summary| rules::names_of(&summary.operation));
            let hint = preflint::did_you_mean(operation, names);
            return Err(Stop::Usage(format!("there are no rules of {operation:?}{hint}")));
        }
        several => {
            let paths: Vec<&str> = several.iter().map(|summary| summary.operation.as_str()).collect();
            return Err(Stop::Usage(format!("{operation:?} may be {}", paths.join(" or "))));
        }
    };
    let edition = match edition {
        None => summary.default.clone().unwrap_or_default(),
        Some(edition) if summary.editions.iter().any(|known| known == edition) => edition.to_owned(),
        Some(edition) => {
            let (path, editions) = (&summary.operation, summary.editions.join(", "));
            let message = format!("there is no edition {edition:?} of {path}; there are the editions {editions}");
            return Err(Stop::Usage(message));
        }
    };
    Ok((summary.operation.clone(), edition))
}

/// The form for people.
struct Text<'w> {
    out: &'w mut dyn Write,
    styles: Styles,
}

impl Text<'_> {
    fn comparison(&mut self, comparison: &Comparison) -> io::Result<()> {
        let Comparison { before, after, .. } = comparison;
        let title = match (before.split_once('@'), after.split_once('@')) {
            (Some((one, old)), Some((other, new))) if one == other => format!("{one}: {old} -> {new}"),
            _ => format!("{before} -> {after}"),
        };
        writeln!(self.out, "{}", self.styles.title(&title))?;
        if comparison.is_empty() {
            return writeln!(self.out, "No difference in parameters, constraints, errors or order");
        }
        self.parameters(&comparison.parameters)?;
        self.checks(&comparison.checks)?;
        self.errors(&comparison.errors)?;
        if let Some(Difference { before: Some(before), after: Some(after), .. }) = &comparison.stages {
            writeln!(self.out, "\n{}\n  - {before}\n  + {after}", self.styles.title("Order of checks"))?;
        }
        Ok(())
    }

    fn heading<T>(&mut self, what: &str, changes: &[Change<T>]) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.styles.title(&format!("{what}: {}", Counts::of(changes))))
    }

    fn mark(&self, change: ChangeKind) -> String {
        match change {
            ChangeKind::Added => self.styles.good("+"),
            ChangeKind::Removed => self.styles.bad("-"),
            _ => self.styles.warning("~"),
        }
    }

    fn parameters(&mut self, changes: &[Change<ParameterDescription>]) -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.heading("Parameters", changes)?;
        let width = subjects(changes).map(|(_, one)| one.name.chars().count()).max().unwrap_or_default();
        for (change, one) in subjects(changes) {
            let mark = self.mark(change.change);
            writeln!(self.out, "  {mark} {:width$}  {}", one.name, parameter_in_words(change, one))?;
        }
        Ok(())
    }

    fn checks(&mut self, changes: &[Change<CheckDescription>]) -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.heading("Constraints", changes)?;
        let mut parameters: Vec<&str> = Vec::new();
        for (_, check) in subjects(changes) {
            if !parameters.contains(&check.parameter.as_str()) {
                parameters.push(&check.parameter);
            }
        }
        for name in parameters {
            writeln!(self.out, "  {}", self.styles.title(name))?;
            for (change, check) in subjects(changes).filter(|(_, check)| check.parameter == name) {
                let mark = self.mark(change.change);
                if change.differences.is_empty() {
                    writeln!(self.out, "    {mark} {} [{}]", explain::sentence(check), check.id)?;
                    continue;
                }
                writeln!(self.out, "    {mark} {} [{}]", check.must, check.id)?;
                for difference in &change.differences {
                    self.difference(difference)?;
                }
            }
        }
        Ok(())
    }

    fn errors(&mut self, changes: &[Change<RowDescription>]) -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.heading("Errors", changes)?;
        for (change, row) in subjects(changes) {
            let mark = self.mark(change.change);
            writeln!(self.out, "  {mark} {} {}", row.status, row.code)?;
            match change.change {
                ChangeKind::Added | ChangeKind::Removed => writeln!(self.out, "      {}", row.meaning)?,
                _ => {
                    for difference in &change.differences {
                        self.difference(difference)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// One property, before and after, under each other.
    fn difference(&mut self, difference: &Difference) -> io::Result<()> {
        let Difference { what, before, after, added, removed, .. } = difference;
        if !added.is_empty() || !removed.is_empty() {
            for (mark, values) in [(ChangeKind::Removed, removed), (ChangeKind::Added, added)] {
                if !values.is_empty() {
                    writeln!(self.out, "        {} {}", self.mark(mark), named_values(values))?;
                }
            }
            return Ok(());
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        writeln!(self.out, "        {what:8} {} {}", self.mark(ChangeKind::Removed), text(before))?;
        writeln!(self.out, "        {:8} {} {}", "", self.mark(ChangeKind::Added), text(after))
    }
}

/// What is told of a parameter beside its name.
pub fn parameter_in_words(change: &Change<ParameterDescription>, parameter: &ParameterDescription) -> String {
    if change.differences.is_empty() {
        let mut parts = vec![parameter.kind.to_owned()];
        parts.extend(parameter.required.then(|| "required".to_owned()));
        let defaults = parameter.defaults();
        parts.extend((!defaults.is_empty()).then(|| format!("default {defaults}")));
        return parts.join(", ");
    }
    let told =
        change.differences.iter().map(|difference| match (difference.what, &difference.before, &difference.after) {
            ("name", Some(old), _) => format!("spelt {old} before"),
            ("required", _, Some(now)) if now == "yes" => "required, was optional".to_owned(),
            ("required", ..) => "optional, was required".to_owned(),
            (what, None, Some(new)) => format!("{what} {new}, had none"),
            (what, Some(old), None) => format!("no {what}, was {old}"),
            (what, old, new) => {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                format!("{what} {}, was {}", text(new), text(old))
            }
        });
    told.collect::<Vec<_>>().join("; ")
}

/// Changes with what they are about.
pub fn subjects<T>(changes: &[Change<T>]) -> impl Iterator<Item = (&Change<T>, &T)> {
    changes.iter().filter_map(|change| Some((change, change.subject()?)))
}

/// Values one by one, or how many more there are.
pub fn named_values(values: &[String]) -> String {
    match values.len().checked_sub(NAMED_VALUES) {
        None | Some(0) => values.join(", "),
        Some(more) => format!("{} and {more} more", values[..NAMED_VALUES].join(", ")),
    }
}

/// How many things were added, removed, renamed and changed.
pub struct Counts {
    counts: [(usize, &'static str); 4],
}

impl Counts {
    pub fn of<T>(changes: &[Change<T>]) -> Counts {
        let count = |kind: ChangeKind| changes.iter().filter(|change| change.change == kind).count();
        Counts {
            counts: [
                (count(ChangeKind::Added), "added"),
                (count(ChangeKind::Removed), "removed"),
                (count(ChangeKind::Renamed), "renamed"),
                (count(ChangeKind::Changed), "changed"),
            ],
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = self.counts.iter().filter(|(count, _)| *count > 0);
        let texts: Vec<String> = counted.map(|(count, what)| format!("{count} {what}")).collect();
        formatter.write_str(&texts.join(", "))
    }
}
