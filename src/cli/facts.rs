//! `preflint facts`: the read-only calls that would settle what is open, as commands to copy. Nothing is run.

use std::io::Write;
use std::path::Path;

use preflint::{FactCall, Report};
use serde::Serialize;

use crate::args::{ChoiceOptions, DiffFormat, FactsOptions};
use crate::human::{plural, printable};
use crate::settings::Project;
use crate::{Exit, Stop, requests};

/// The schema name that a JSON document of calls carries.
const SCHEMA: &str = "preflint/facts/v1";

/// All calls of a run, and what the requests leave open all the same.
#[derive(Default, Serialize)]
struct Calls {
    calls: Vec<FactCall>,
    /// Facts that no call tells.
    without_call: Vec<String>,
    /// Values of parameters that are not known.
    parameters: Vec<String>,
    #[serde(skip)]
    requests: usize,
}

/// Prints the commands that would settle the open checks of all requests.
pub fn run(options: &FactsOptions, out: &mut dyn Write, exit: &mut Exit) -> Result<(), Stop> {
    let project = Project::of(&options.rules, &options.editions)?;
    let facts = project.facts(&options.facts)?;
    let ignoring = project.ignoring(&ChoiceOptions::default())?;
    let checker = &project.checker;
    let inputs = requests::inputs(checker, &options.files, options.input, options.stdin_filename.as_deref())?;
    let mut calls = Calls::default();
    for input in &inputs {
        let path = Some(Path::new(&input.name)).filter(|_| input.name != "-");
        let source = ignoring.input(&input.name, path);
        input.each(checker, &mut |entry, beside| {
            match entry {
                Ok(request) => {
                    let report = ignoring.apply_unnoted(&source, beside, checker.check(&request, &facts));
                    calls.add(&report, exit);
                }
                Err(error) => {
                    *exit = (*exit).max(Exit::NotChecked);
                    let place = error.position;
                    // Nobody is left to be told when standard error is closed.
                    let _ = writeln!(
                        std::io::stderr(),
                        "preflint: {}:{}:{}: {}",
                        input.name,
                        place.line,
                        place.column,
                        error.message
                    );
                }
            }
            Ok::<(), Stop>(())
        })?;
    }
    match options.format {
        DiffFormat::Json => {
            let document = serde_json::json!({"schema": SCHEMA, "calls": calls.calls,
                "without_call": calls.without_call, "parameters": calls.parameters});
            serde_json::to_writer_pretty(&mut *out, &document)
                .map_err(|error| Stop::from(std::io::Error::from(error)))?;
            writeln!(out)?;
        }
        DiffFormat::Human => calls.print(out, options.into.as_deref())?,
    }
    Ok(())
}

impl Calls {
    fn add(&mut self, report: &Report<'_>, exit: &mut Exit) {
        if report.problem().is_some() {
            // Scripts hold calls of other operations too.
            let is_foreign = report.verdict() == preflint::Verdict::Unsupported;
            if !is_foreign {
                *exit = (*exit).max(Exit::NotChecked);
            }
            return;
        }
        self.requests += 1;
        let found = report.fact_calls();
        for open in report.open() {
            for need in &open.needs {
                let list = match need.split_once(':') {
                    Some(("parameter", name)) => (&mut self.parameters, name),
                    Some((_, section)) if found.iter().all(|call| call.section != section) => {
                        (&mut self.without_call, section)
                    }
                    _ => continue,
                };
                if !list.0.iter().any(|known| known == list.1) {
                    list.0.push(list.1.to_owned());
                }
            }
        }
        for call in found {
            match self.calls.iter_mut().find(|known| known.is_same(&call)) {
                Some(known) => {
                    let new = call.settles.into_iter().filter(|code| !known.settles.contains(code));
                    known.settles.extend(new.collect::<Vec<_>>());
                }
                None => self.calls.push(call),
            }
        }
    }

    /// Commands, one a line; all else is a comment.
    fn print(&self, out: &mut dyn Write, into: Option<&Path>) -> Result<(), Stop> {
        let (known, unknown): (Vec<&FactCall>, Vec<&FactCall>) =
            self.calls.iter().partition(|call| call.command.is_some());
        if known.is_empty() && unknown.is_empty() && self.without_call.is_empty() {
            let count = self.requests;
            writeln!(out, "# {count} {}: no facts are missing", plural(count, "request", "requests"))?;
        }
        if let Some(folder) = into.filter(|_| !known.is_empty()) {
            writeln!(out, "mkdir -p {}", preflint::shell_word(&folder.display().to_string()))?;
        }
        let mut names = Vec::new();
        for call in known {
            let Some(command) = &call.command else { continue };
            writeln!(out, "# {}: {}", call.section, listed(&call.settles))?;
            match into {
                None => {
                    if !call.names_itself {
                        let example = call.recorded(serde_json::Value::String("...".to_owned())).to_string();
                        writeln!(
                            out,
                            "# its answer does not say what it is about; record it as {}",
                            printable(&example)
                        )?;
                    }
                    writeln!(out, "{command}")?;
                }
                Some(folder) => {
                    let mut name = file_name(call);
                    if names.contains(&name) {
                        name = format!("{name}.{}", names.len());
                    }
                    writeln!(out, "{}", recording(call, command, &folder.join(format!("{name}.json"))))?;
                    names.push(name);
                }
            }
        }
        for call in unknown {
            let blanks: Vec<String> =
                call.unfilled.iter().map(|blank| format!("{} {}", blank.name, blank.reason)).collect();
            writeln!(out, "# {}: {}", call.section, listed(&call.settles))?;
            writeln!(out, "# {} -- {}", call.template, blanks.join(", "))?;
        }
        if !self.without_call.is_empty() {
            writeln!(out, "# no command tells about {}; write such facts by hand", self.without_call.join(", "))?;
        }
        if !self.parameters.is_empty() {
            let names: Vec<String> = self.parameters.iter().map(|name| printable(name)).collect();
            writeln!(out, "# more is decided once these are known: {}", listed(&names))?;
        }
        Ok(())
    }
}

/// A line that makes the call and writes it down with its request. A tool that fails leaves nothing behind.
fn recording(call: &FactCall, command: &str, file: &Path) -> String {
    // The response is put where this text stands, which is no JSON text that could be in a request.
    let mark = "\u{0}";
    let record = call.recorded(serde_json::Value::String(mark.to_owned())).to_string();
    let mark = serde_json::Value::String(mark.to_owned()).to_string();
    let (before, behind) = record.split_once(&mark).unwrap_or((&record, ""));
    let file = preflint::shell_word(&file.display().to_string()).into_owned();
    let (before, behind) = (preflint::shell_word(before), preflint::shell_word(behind));
    format!("answer=$({command}) && printf '%s%s%s\\n' {before} \"$answer\" {behind} > {file}")
}

/// A name that tells what was asked for: the same call gets the same file again.
fn file_name(call: &FactCall) -> String {
    const LONGEST: usize = 40;
    let values = call.request.values().filter_map(serde_json::Value::as_str);
    let parts: Vec<String> = std::iter::once(call.call.as_str())
        .chain(values)
        .map(|part| {
            let plain = |character: char| match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => character,
                _ => '-',
            };
            part.chars().take(LONGEST).map(plain).collect()
        })
        .collect();
    parts.join(".")
}

/// The first of some names, and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown = names.len().min(SHOWN);
    let more = names.len() - shown;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names[..shown].join(", "))
}
