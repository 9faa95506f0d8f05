//! `preflint completions` and `preflint man`: made from the very definitions by which arguments are read.

use std::fmt::Write as _;
use std::io::Write;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use preflint::RuleSet;

use crate::Stop;
use crate::args::{Arguments, CompletionsOptions, ManOptions};

/// `completions`
pub fn completions(options: &CompletionsOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // In memory first: the generators take a closed pipe for a mistake of theirs.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    out.write_all(&script)?;
    if options.shell == Shell::Fish {
        out.write_all(fish_values(&command).as_bytes())?;
    }
    Ok(())
}

/// What fish is told beside what its generator tells it: the values of arguments that are no options.
fn fish_values(command: &Command) -> String {
    let mut lines = String::new();
    for subcommand in command.get_subcommands() {
        let values = subcommand.get_positionals().flat_map(clap::Arg::get_possible_values);
        for value in values.filter(|value| !value.is_hide_set()) {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            let help = if help.is_empty() { help } else { format!(" -d {}", preflint::shell_word(&help)) };
            let (program, name) = (command.get_name(), subcommand.get_name());
            let value = value.get_name();
            // Text always has room.
            let _ = writeln!(
                lines,
                "complete -c {program} -n \"__fish_{program}_using_subcommand {name}\" -f -a {value}{help}"
            );
        }
    }
    lines
}

/// `man`
pub fn page(options: &ManOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let rules = RuleSet::bundled();
    let date = rules.date.unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    // The version has several lines, and the heading of a page only one.
    let mut root = Arguments::command().version(format!("{version}, with rules of {date}"));
    root.build();
    let mut command = &root;
    for name in &options.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            let known = command.get_subcommands().map(Command::get_name);
            let hint = preflint::did_you_mean(name, known);
            Stop::Usage(format!("{} has no command {name:?}{hint}", command.get_bin_name().unwrap_or_default()))
        })?;
    }
    // A page bears the name under which it is looked up: preflint-rules-show.
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).replace(' ', "-");
    let page = Man::new(command.clone().name(name)).date(date).source(format!("preflint {version}"));
    let mut roff = Vec::new();
    page.manual("preflint").render(&mut roff)?;
    out.write_all(laid_out(&String::from_utf8_lossy(&roff)).as_bytes())?;
    Ok(())
}

/// A page whose indented lines stay lines, and whose last part has the headings under which people look.
fn laid_out(roff: &str) -> String {
    let mut page = String::with_capacity(roff.len());
    let lines: Vec<&str> = roff.lines().collect();
    let is_blank = |line: &str| matches!(line, "" | ".sp");
    let mut is_kept = false;
    for (index, line) in lines.iter().enumerate() {
        let beside = |index: Option<usize>| index.and_then(|index| lines.get(index)).copied().unwrap_or_default();
        let (before, behind) = (beside(index.checked_sub(1)), beside(Some(index + 1)));
        let line = match *line {
            // An empty line breaks the line already.
            ".br" if is_blank(before) || is_blank(behind) => continue,
            ".SH EXTRA" if ["Exit codes:", "Examples:"].contains(&behind) => continue,
            "Exit codes:" => ".SH \"EXIT STATUS\"",
            "Examples:" => ".SH EXAMPLES",
            line => line,
        };
        if line.starts_with("  ") != is_kept {
            is_kept = !is_kept;
            page.push_str(if is_kept { ".nf\n" } else { ".fi\n" });
        }
        page.push_str(line);
        page.push('\n');
    }
    page
}
