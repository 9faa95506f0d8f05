//! Command lines of providers' tools, alone and in shell scripts.
//!
//! In a script, every simple command is looked at, wherever it stands; what is none of a known tool is passed over.

use std::collections::HashSet;
use std::rc::Rc;

use super::command_line;
use super::curl;
use super::decoded::{Decoded, Rewriter};
use super::http::{Understood, understand};
use super::knowledge::Knowledge;
use super::shell_words::{self, Command, Input, Script};
use super::source::Source;
use super::variables::Variables;
use super::{Found, Likeness, Reader};
use crate::request::InputErrorKind;
use crate::request::writing::Writing;

/// Scripts inside scripts, at most: `sh -c '...'`.
const MAX_DEPTH: usize = 4;
/// Programs that run a script given as an argument.
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "ash"];

/// Endings of names that say nothing about what a file holds.
const OTHER_ENDINGS: [&str; 6] = ["txt", "command", "bats", "in", "tmpl", "log"];

/// A text that consists of command lines of known tools and nothing else.
pub(crate) struct CommandLine;

/// A shell script.
pub(crate) struct Shell;

impl Reader for CommandLine {
    fn name(&self) -> &'static str {
        "command"
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#"]
    }

    fn writing(&self) -> Writing {
        Writing::Shell
    }

    fn recognise(&self, _: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let text = source.decoded();
        let head = text.slice(0..source.head().len().min(text.text().len()));
        let script = shell_words::script(&without_prompts(&head));
        let is_ours = |command: &Command<'_>| command_line::is_call(command, knowledge);
        let is_exact = !script.commands.is_empty() && script.assignments.is_empty();
        if is_exact && script.commands.iter().all(is_ours) { Likeness::Sure } else { Likeness::No }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let mut found = Vec::new();
        for command in shell_words::commands(&without_prompts(&source.decoded())) {
            let one = command_line::found(&command, source, knowledge).unwrap_or_else(|| {
                let message = "no call of an API that a known command-line tool makes";
                Found::error(InputErrorKind::Envelope, message, source.position(command.span.start))
            });
            found.push(one);
        }
        found
    }
}

impl Reader for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn is_container(&self) -> bool {
        true
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#"]
    }

    fn writing(&self) -> Writing {
        Writing::Shell
    }

    fn recognise(&self, name: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let head = source.head();
        let ending = name.rsplit(['/', '\\']).next().and_then(|file| file.trim_start_matches('.').rsplit_once('.'));
        let by_name = ending.is_some_and(|(_, ending)| SHELLS.contains(&ending));
        let first_line = head.lines().next().unwrap_or_default();
        let by_content = first_line.starts_with("#!") && SHELLS.iter().any(|shell| first_line.contains(shell));
        // A page or a program that speaks of a command does not run it.
        if ending.is_some_and(|(_, ending)| !by_name && !OTHER_ENDINGS.contains(&ending)) && !by_content {
            return Likeness::No;
        }
        let text = source.decoded();
        let commands = shell_words::commands(&text.slice(0..head.len().min(text.text().len())));
        let is_ours =
            |command: &Command<'_>| command_line::is_known(command, knowledge) || curl::calls_known(command, knowledge);
        if commands.iter().any(is_ours) {
            Likeness::Sure
        } else if by_name || by_content {
            Likeness::Likely
        } else {
            Likeness::No
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let mut found = Vec::new();
        requests(&source.decoded(), source, knowledge, &mut found);
        found
    }
}

/// The requests that a script makes.
pub(crate) fn requests<'t>(
    script: &Decoded<'t>,
    source: &Source<'t>,
    knowledge: Knowledge<'_>,
    found: &mut Vec<Found<'t>>,
) {
    requests_of(&[script], 0, source, knowledge, found);
}

/// The requests of a script in several pieces, from the piece `first` on: what comes before is only read for its variables.
pub(crate) fn requests_of<'t>(
    pieces: &[&Decoded<'t>],
    first: usize,
    source: &Source<'t>,
    knowledge: Knowledge<'_>,
    found: &mut Vec<Found<'t>>,
) {
    let Some(piece) = pieces.get(first) else { return };
    let from = piece.whole().start;
    Running { source, knowledge, from, found }.script(&shell_words::script_of(pieces.iter().copied()), 0);
}

/// A script of which requests are looked for.
struct Running<'s, 'k, 't> {
    source: &'s Source<'t>,
    knowledge: Knowledge<'k>,
    /// Where commands begin that are looked at.
    from: usize,
    found: &'s mut Vec<Found<'t>>,
}

impl<'t> Running<'_, '_, 't> {
    fn script(&mut self, script: &Script<'t>, depth: usize) {
        let text = self.source.text();
        let variables = Variables::of(script, text);
        let forwarding = forwarding(script, text);
        let functions: HashSet<&str> = script.functions.iter().map(AsRef::as_ref).collect();
        let from = self.from;
        for command in script.commands.iter().filter(|command| command.span.start >= from) {
            let command = variables.apply(command.clone(), text);
            match functions.get(command.words[0].text.text()) {
                None => self.command(&command, depth),
                // What the function runs begins where a tool is named.
                Some(name) if forwarding.contains(*name) => {
                    let at = command.words.iter().position(|word| command_line::is_tool(word, self.knowledge));
                    if let Some(words) = at.and_then(|at| command.words.get(at..)) {
                        self.command(&Command { words: words.to_vec(), ..command }, depth);
                    }
                }
                // It may do anything.
                Some(_) => {}
            }
        }
    }

    fn command(&mut self, command: &Command<'t>, depth: usize) {
        let Some(command) = command_line::unwrapped(command) else { return };
        if let Some(inner) = inner_script(&command).filter(|_| depth < MAX_DEPTH) {
            self.script(&shell_words::script(inner), depth + 1);
        } else if let Some(one) = command_line::found(&command, self.source, self.knowledge) {
            self.found.push(one);
        } else {
            for request in curl::requests(&command) {
                if let Understood::Found(one) = understand(&request, self.source, self.knowledge) {
                    self.found.push(*one);
                }
            }
        }
    }
}

/// The functions of a script that run the command which they are given: `"$@"`.
fn forwarding(script: &Script<'_>, source: &str) -> HashSet<Rc<str>> {
    let mut names = HashSet::new();
    if script.functions.is_empty() {
        return names;
    }
    for command in &script.commands {
        let Some(name) = command.function.as_ref().filter(|name| !names.contains(*name)) else { continue };
        let inner = command_line::unwrapped(command);
        if inner.is_some_and(|inner| inner.words[0].text.whole().of(source) == "\"$@\"") {
            names.insert(Rc::clone(name));
        }
    }
    names
}

/// The script that a shell is given: `sh -c '...'`, or on its standard input.
fn inner_script<'c, 't>(command: &'c Command<'t>) -> Option<&'c Decoded<'t>> {
    let (program, rest) = command.words.split_first()?;
    let name = program.text.text();
    if !SHELLS.contains(&name.rsplit('/').next().unwrap_or(name)) {
        return None;
    }
    let is_flag = |text: &str| text.starts_with('-') && !text.starts_with("--") && text.ends_with('c');
    if let Some(at) = rest.iter().position(|word| is_flag(word.text.text())) {
        return rest.get(at + 1).map(|word| &word.text);
    }
    let mut flags = rest.iter().map(|word| word.text.text()).take_while(|text| *text != "-s" && *text != "-");
    match &command.input {
        Some(Input::Text(text)) if flags.all(|text| text.starts_with('-')) => Some(text),
        _ => None,
    }
}

/// The text without the prompts of a terminal.
fn without_prompts<'t>(text: &Decoded<'t>) -> Decoded<'t> {
    let mut rewriter = Rewriter::new(text);
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        let prompt = line.len() - curl::without_prompt(line).len();
        rewriter.copy(at + prompt..at + line.len());
        at += line.len();
    }
    rewriter.finish(0..text.text().len())
}
