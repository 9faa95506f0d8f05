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
/// Commands that assign, and flags of theirs that leave a value as it is written.
const ASSIGN: [(&str, &[&str]); 4] = [
    ("export", &[]),
    ("readonly", &[]),
    ("declare", &["-r", "-x", "-g", "-rx", "-xr", "-gr", "-gx"]),
    ("typeset", &["-r", "-x", "-g", "-rx", "-xr", "-gr", "-gx"]),
];

/// The variables of a script.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    known: HashMap<String, Variable>,
    /// Where any variable may get another value, in order.
    changed_at: Vec<usize>,
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

/// Whether a command only assigns what its words say, as they say it.
fn assigns(name: &str, words: &[Word<'_>]) -> bool {
    let Some((_, flags)) = ASSIGN.iter().find(|(known, _)| *known == name) else { return false };
    words.iter().map(|word| word.text.text()).all(|text| !text.starts_with('-') || flags.contains(&text))
}

/// Whether a command gives a variable another value whose name is not known: `export $(cat settings)`.
fn names_unknown(name: &str, words: &[Word<'_>]) -> bool {
    match name {
        "printf" => words.first().is_some_and(|word| word.text.text() == "-v") && !words[1..].iter().all(has_name),
        // Only the first names a variable.
        "for" | "select" => words.first().is_some_and(|word| !has_name(word)),
        _ => {
            let is_one = SET_NAMED.contains(&name) || ASSIGN.iter().any(|(known, _)| *known == name);
            is_one && !words.iter().all(has_name)
        }
    }
}

fn has_name(word: &Word<'_>) -> bool {
    !word.text.text().starts_with(GAP)
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
                name if RUN_OTHERS.contains(&name) || names_unknown(name, rest) => {
                    changes.push((at, Change::Any { unconditional: command.unconditional }));
                }
                name if assigns(name, rest) => {
                    let unconditional = command.unconditional;
                    let assigned = rest.iter().filter(|word| word.text.text().contains('='));
                    changes.extend(assigned.map(|word| (at, Change::Assigned { word, unconditional })));
                }
                name if SET_NAMED.contains(&name) || name == "export" || name.contains(['=', '+', '-']) => {
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
            Change::Any { unconditional: true } => self.changed_at.push(at),
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
        let variable = self.known.get(name).filter(|variable| variable.at < used_at)?;
        let next = self.changed_at.partition_point(|at| *at < variable.at);
        if self.changed_at.get(next).is_some_and(|changed| *changed < used_at) {
            return None;
        }
        variable.value.as_deref()
    }
}
