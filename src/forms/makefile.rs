//! Recipes of Makefiles.
//!
//! Each line of a recipe is a shell script of its own. Variables of the file are used where the file assigns them once,
//! whatever its conditions say, and nothing behind it may change them; those of a recipe's shell are the shell's.

use std::collections::HashMap;
use std::ops::Range;

use super::decoded::{Decoded, Rewriter};
use super::knowledge::Knowledge;
use super::source::Source;
use super::{Found, Likeness, Reader, command_line, script, shell_words};
use crate::request::given::GAP;
use crate::request::writing::Writing;

/// The longest value that is put in the place of a variable, in bytes.
const LONGEST: usize = 1024;

/// Makefiles.
pub(crate) struct Makefile;

impl Reader for Makefile {
    fn name(&self) -> &'static str {
        "makefile"
    }

    fn is_container(&self) -> bool {
        true
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#"]
    }

    fn writing(&self) -> Writing {
        Writing::InnerShell
    }

    fn recognise(&self, name: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let by_name = matches!(file, "Makefile" | "makefile" | "GNUmakefile") || file.ends_with(".mk");
        if !by_name && !name.is_empty() && name != "-" {
            return Likeness::No;
        }
        let head = source.head();
        let is_rule = |line: &str| {
            let target = line.split(':').next().unwrap_or_default();
            line.contains(':')
                && !target.is_empty()
                && !target.starts_with(['\t', ' ', '#'])
                && !target.contains(['"', '\''])
        };
        let has_recipe =
            head.lines().zip(head.lines().skip(1)).any(|(line, next)| is_rule(line) && next.starts_with('\t'));
        let calls = |line: &&str| {
            let line = Decoded::of(line.trim_start_matches(['\t', '@', '-', '+', ' ']));
            shell_words::commands(&line).iter().any(|command| command_line::is_known(command, knowledge))
        };
        let known = head.lines().filter(|line| line.starts_with('\t')).any(|line| calls(&line));
        match (by_name, has_recipe && known) {
            (_, true) => Likeness::Sure,
            (true, false) => Likeness::Likely,
            (false, false) => Likeness::No,
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let text = source.decoded();
        let lines = logical_lines(&text);
        let variables = Variables::of(&text, &lines);
        let mut found = Vec::new();
        for line in lines {
            let written = text.text().get(line.range.clone()).unwrap_or_default();
            let script = match line.is_recipe {
                true => recipe(&text, &line, &variables),
                // What a function runs when the file is read.
                false if written.contains("$(shell ") => recipe(&text, &line, &variables),
                false => match recipe_behind_rule(written) {
                    Some(at) => {
                        let range = line.range.start + at..line.range.end;
                        recipe(&text, &Line { range, is_recipe: true }, &variables)
                    }
                    None => continue,
                },
            };
            script::requests(&script, source, knowledge, &mut found);
        }
        found
    }
}

/// A line with those that continue it.
#[derive(Debug)]
struct Line {
    range: Range<usize>,
    is_recipe: bool,
}

fn logical_lines(text: &Decoded<'_>) -> Vec<Line> {
    let all = text.text();
    let mut lines = Vec::new();
    let mut open: Option<Line> = None;
    for range in text.lines() {
        let line = all.get(range.clone()).unwrap_or_default();
        let continues = (line.len() - line.trim_end_matches('\\').len()) % 2 == 1;
        let mut at_hand = open.take().unwrap_or(Line { range: range.clone(), is_recipe: line.starts_with('\t') });
        at_hand.range.end = range.end;
        match continues {
            true => open = Some(at_hand),
            false => lines.push(at_hand),
        }
    }
    lines.extend(open);
    lines
}

/// Where the recipe begins that stands on the line of its rule: `target: needed; recipe`.
fn recipe_behind_rule(line: &str) -> Option<usize> {
    let colon = line.find(':')?;
    let (targets, rest) = line.split_at(colon);
    let is_assignment = rest.trim_start_matches(':').starts_with('=') || targets.contains(['=', '#', '$']);
    let semicolon = colon + rest.find(';')?;
    let needed = line.get(colon..semicolon)?;
    (!is_assignment && !needed.contains(['=', '#'])).then_some(semicolon + 1)
}

/// The script that a line hands to the shell.
fn recipe<'t>(text: &Decoded<'t>, line: &Line, variables: &Variables) -> Decoded<'t> {
    let all = text.text();
    let mut out = Rewriter::new(text);
    let mut at = line.range.start;
    if line.is_recipe {
        let written = all.get(line.range.clone()).unwrap_or_default();
        at += written.len() - written.trim_start_matches(['\t', '@', '-', '+', ' ']).len();
    }
    let mut copied = at;
    while let Some(length) = all.get(at..line.range.end).and_then(|rest| rest.find(['$', '\t'])) {
        at += length;
        let rest = all.get(at..line.range.end).unwrap_or_default();
        out.copy(copied..at);
        if rest.starts_with('\t') {
            // One tab at the start of a continued line is the recipe's own.
            let is_first = all.get(..at).is_some_and(|before| before.ends_with('\n'));
            copied = if is_first && line.is_recipe { at + 1 } else { at };
            at += 1;
            continue;
        }
        let (length, value) = reference(rest, variables);
        match value {
            Expansion::Dollar => out.put("$", at..at + length),
            Expansion::Text(value) => out.put(value, at..at + length),
            Expansion::Unknown => out.gap(at..at + length),
            // Its command is read as that of a substitution.
            Expansion::Run { from } => {
                out.put("$(", at..at + from);
                at += from;
                copied = at;
                continue;
            }
        }
        at += length;
        copied = at;
    }
    out.copy(copied..line.range.end);
    out.finish(line.range.clone())
}

enum Expansion<'v> {
    /// `$$`
    Dollar,
    Text(&'v str),
    Unknown,
    /// `$(shell ...)`: where the command begins.
    Run {
        from: usize,
    },
}

/// What a `$` begins, and its length.
fn reference<'v>(rest: &str, variables: &'v Variables) -> (usize, Expansion<'v>) {
    let Some(next) = rest.chars().nth(1) else { return (1, Expansion::Unknown) };
    let closing = match next {
        '$' => return (2, Expansion::Dollar),
        '(' => ')',
        '{' => '}',
        // A name of one character.
        other => return (1 + other.len_utf8(), Expansion::Unknown),
    };
    // A reference to an expression of a CI system, or a broken one, ends with the line.
    let mut depth = 0usize;
    let mut end = rest.len();
    for (at, character) in rest.char_indices().skip(1) {
        if character == next {
            depth += 1;
        } else if character == closing {
            depth -= 1;
            if depth == 0 {
                end = at + 1;
                break;
            }
        }
    }
    let name = rest.get(2..end.saturating_sub(1)).unwrap_or_default();
    if name.starts_with("shell ") && closing == ')' {
        return (end, Expansion::Run { from: 2 + "shell ".len() });
    }
    match variables.get(name.trim()) {
        Some(value) => (end, Expansion::Text(value)),
        None => (end, Expansion::Unknown),
    }
}

/// Variables of a Makefile whose values are certain, as long as nobody gives them others when calling it.
#[derive(Debug, Default)]
struct Variables {
    /// Each with how many files had been included before.
    known: HashMap<String, (usize, Option<String>)>,
    included: usize,
}

impl Variables {
    fn of(text: &Decoded<'_>, lines: &[Line]) -> Variables {
        let mut variables = Variables::default();
        let mut conditions = 0usize;
        let mut defines = false;
        for line in lines {
            let written = text.text().get(line.range.clone()).unwrap_or_default();
            if written.contains("$(eval") || written.contains("${eval") {
                return Variables::default();
            }
            if line.is_recipe {
                continue;
            }
            let first = written.split_ascii_whitespace().next().unwrap_or_default();
            match first {
                "ifeq" | "ifneq" | "ifdef" | "ifndef" => conditions += 1,
                "endif" => conditions = conditions.saturating_sub(1),
                "define" => {
                    let name = written.split_ascii_whitespace().nth(1).unwrap_or_default();
                    variables.known.insert(name.to_owned(), (0, None));
                    defines = true;
                }
                "endef" => defines = false,
                "include" | "-include" | "sinclude" => variables.included += 1,
                _ if defines => {}
                _ => variables.assign(written, conditions > 0),
            }
        }
        variables
    }

    fn assign(&mut self, line: &str, is_conditional: bool) {
        if line.trim_start().starts_with('#') {
            return;
        }
        let Some((before, value)) = line.split_once('=') else { return };
        let plain = before.trim_end_matches(':');
        let changes_another = plain.ends_with(['?', '+', '!']);
        let mut words = plain.trim_end_matches(['?', '+', '!']).split_ascii_whitespace().rev();
        let Some(name) = words.next() else { return };
        let alone = words.all(|word| matches!(word, "export" | "override"));
        // Blanks in front of a comment belong to the value.
        let value = match value.split_once('#') {
            Some((value, _)) => value.trim_start(),
            None => value.trim(),
        };
        let value = self.expanded(value);
        let is_literal = value.contains(|character| character != GAP) && !value.contains(['$', '#', '\\', '\n']);
        let is_certain = alone && is_literal && !changes_another && !is_conditional;
        let is_first = !self.known.contains_key(name);
        let value = (is_first && is_certain && value.len() <= LONGEST).then_some(value);
        self.known.insert(name.to_owned(), (self.included, value));
    }

    /// A value with those of other variables in it; what is not known yet is a gap.
    fn expanded(&self, value: &str) -> String {
        let mut out = String::new();
        let mut rest = value;
        while let Some(at) = rest.find('$') {
            out.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
            let (length, expansion) = reference(rest, self);
            match expansion {
                // A shell reads it again.
                Expansion::Dollar => out.push('$'),
                Expansion::Text(value) => out.push_str(value),
                Expansion::Unknown | Expansion::Run { .. } => out.push(GAP),
            }
            rest = rest.get(length..).unwrap_or_default();
            if out.len() > LONGEST {
                break;
            }
        }
        out.push_str(rest);
        out
    }

    fn get(&self, name: &str) -> Option<&str> {
        let (included, value) = self.known.get(name)?;
        value.as_deref().filter(|_| *included == self.included)
    }
}
