//! Variables of a script whose values are certain.
//!
//! A value counts only when the script assigns it once, whenever it runs, before it is used, and nothing that is not seen
//! here may have changed it. Everything else stays unknown: a wrong value would be worse than none.

use std::collections::HashMap;

use super::decoded::{Decoded, Rewriter};
use super::shell_words::{Command, Script, Word};
use crate::request::given::GAP;

/// The longest value that is put in the place of a variable, in bytes: values made of values grow fast.
const LONGEST: usize = 1024;
/// Commands that may give any variable another value.
const RUN_OTHERS: [&str; 3] = ["source", ".", "eval"];
/// Commands that give the variables another value that they name.
const SET_NAMED: [&str; 12] = [
    "read",
    "readarray",
    "mapfile",
    "getopts",
    "unset",
    "let",
    "printf",
    "local",
    "declare",
    "typeset",
    "for",
    "select",
];

/// The variables of a script.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    known: HashMap<String, Variable>,
    /// What is assigned before this may have been given another value.
    changed_until: usize,
    /// Whether any variable may get another value at any time.
    unclear: bool,
}

#[derive(Debug)]
struct Variable {
    /// Its value, which may have gaps; none when it is not certain.
    value: Option<String>,
    /// Where it is assigned.
    at: usize,
}

/// Something that happens to variables, in the order of the text.
enum Change<'s, 't> {
    Assigned { word: &'s Word<'t>, unconditional: bool },
    Named(&'s Command<'t>),
    Any { unconditional: bool },
}

impl Variables {
    /// Finds the variables of a script; `source` is what its places are of.
    pub fn of(script: &Script<'_>, source: &str) -> Variables {
        let mut changes: Vec<(usize, Change<'_, '_>)> = Vec::new();
        for assignment in &script.assignments {
            let (word, unconditional) = (&assignment.word, assignment.unconditional);
            changes.push((word.text.whole().start, Change::Assigned { word, unconditional }));
        }
        for command in &script.commands {
            let at = command.span.start;
            // In front of a command, an assignment is for that one alone: but not in front of every one.
            let before = command.assignments.iter();
            changes.extend(before.map(|word| (at, Change::Assigned { word, unconditional: false })));
            let Some((first, rest)) = command.words.split_first() else { continue };
            match first.text.text() {
                name if RUN_OTHERS.contains(&name) => {
                    changes.push((at, Change::Any { unconditional: command.unconditional }));
                }
                "export" | "readonly" => {
                    let plain = !rest.iter().any(|word| word.text.text().starts_with('-'));
                    let unconditional = command.unconditional && plain;
                    let assigned = rest.iter().filter(|word| word.text.text().contains('='));
                    changes.extend(assigned.map(|word| (at, Change::Assigned { word, unconditional })));
                }
                name if SET_NAMED.contains(&name) || name.contains(['=', '+', '-']) => {
                    changes.push((at, Change::Named(command)));
                }
                _ => {}
            }
        }
        changes.sort_by_key(|(at, _)| *at);
        let mut variables = Variables::default();
        for (at, change) in changes {
            variables.change(at, change, source);
        }
        variables
    }

    fn change(&mut self, at: usize, change: Change<'_, '_>, source: &str) {
        match change {
            Change::Assigned { word, unconditional } => {
                let Some((name, value)) = word.text.split_once('=') else { return };
                let adds = name.text().ends_with('+');
                let name = name.text().trim_end_matches('+').to_owned();
                let word = Word { text: value, splits: false, quoted: true };
                let value = self.put_in(&word, source).text.text().to_owned();
                let is_first = !self.known.contains_key(&name);
                let is_certain = is_first && unconditional && !adds && value.len() <= LONGEST;
                let value = is_certain.then_some(value);
                self.known.insert(name, Variable { value, at });
            }
            Change::Named(command) => {
                let names = command.words.iter().flat_map(|word| {
                    word.text.text().split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
                });
                for name in names.filter(|name| !name.is_empty()) {
                    self.known.insert(name.to_owned(), Variable { value: None, at });
                }
            }
            // What runs later, or again, may change what is assigned behind it, too.
            Change::Any { unconditional: false } => self.unclear = true,
            Change::Any { unconditional: true } => self.changed_until = at,
        }
    }

    /// A command with values in the place of variables.
    pub fn apply<'t>(&self, command: Command<'t>, source: &str) -> Command<'t> {
        if self.known.is_empty() {
            return command;
        }
        let words = command.words.iter().map(|word| self.put_in(word, source)).collect();
        Command { words, ..command }
    }

    fn put_in<'t>(&self, word: &Word<'t>, source: &str) -> Word<'t> {
        let text = word.text.text();
        if !text.contains(GAP) || self.unclear {
            return word.clone();
        }
        let mut rewriter = Rewriter::new(&word.text);
        let mut copied = 0;
        for (at, character) in text.char_indices().filter(|(_, character)| *character == GAP) {
            let range = at..at + character.len_utf8();
            let place = word.text.span_inside(range.clone());
            let Some(value) = self.value(place.of(source), place.start) else { continue };
            // Outside of quotes, it would become other words.
            if word.splits && (value.is_empty() || value.contains([' ', '\t', '\n', '*', '?', '[', GAP])) {
                continue;
            }
            rewriter.copy(copied..at);
            copied = range.end;
            rewriter.put(value, range);
        }
        if copied == 0 {
            return word.clone();
        }
        rewriter.copy(copied..text.len());
        let text: Decoded<'t> = rewriter.finish(0..text.len());
        let splits = word.splits && !text.is_known();
        Word { text, splits, quoted: word.quoted }
    }

    /// The value of what was written as `$NAME`, `${NAME}`, or `$$NAME` in a Makefile.
    fn value(&self, written: &str, used_at: usize) -> Option<&str> {
        let name = written.trim_start_matches('$');
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
        let variable =
            self.known.get(name).filter(|variable| self.changed_until <= variable.at && variable.at < used_at)?;
        variable.value.as_deref()
    }
}
