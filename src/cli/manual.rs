//! `preflint completions` and `preflint man`: made from the very definitions by which arguments are read.

use std::io::Write;

use clap::CommandFactory;

use crate::Stop;
use crate::args::{Arguments, CompletionsOptions, ManOptions};

/// `completions`
pub fn completions(options: &CompletionsOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // In memory first: the generators take a closed pipe for a mistake of theirs.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    Ok(out.write_all(&script)?)
}

/// `man`
pub fn page(options: &ManOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let mut root = Arguments::command();
    root.build();
    let mut command = &root;
    for name in &options.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            let known = command.get_subcommands().map(clap::Command::get_name);
            let hint = preflint::did_you_mean(name, known);
            Stop::Usage(format!("{} has no command {name:?}{hint}", command.get_bin_name().unwrap_or_default()))
        })?;
    }
    // A page bears the name under which it is looked up: preflint-rules-show.
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).replace(' ', "-");
    clap_mangen::Man::new(command.clone().name(name)).render(out)?;
    Ok(())
}
