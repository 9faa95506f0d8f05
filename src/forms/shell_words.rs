//! A shell script as simple commands and their words, with places.
//!
//! It reads what POSIX shells and bash share as far as it matters for the arguments of a command: quotes, escapes,
//! continued lines, comments, operators, redirections, here-documents, substitutions. It runs nothing: a variable or the
//! output of a command is a gap, and so is an expression of a CI system, `${{ ... }}`. Commands inside a substitution are
//! found too. It never fails: what is broken ends with the text.

pub(super) mod quote;
mod word;

use std::ops::Range;

use super::decoded::{Decoded, Rewriter};
use crate::place::Span;

/// Substitutions inside each other, at most; deeper ones are only skipped.
const MAX_DEPTH: usize = 16;

/// Words at the start of a command that are the shell's own.
const KEYWORDS: [&str; 12] =
    ["if", "then", "elif", "else", "do", "while", "until", "!", "time", "{", "exec", "command"];

/// A word of a command.
#[derive(Clone, Debug)]
pub(crate) struct Word<'t> {
    /// What the command gets; its outer place includes the quotes.
    pub text: Decoded<'t>,
    /// Whether it may become none or several words: an expansion outside quotes, `"$@"`.
    pub splits: bool,
    /// Whether any of it stands in quotes.
    pub quoted: bool,
}

/// What a command reads on its standard input.
#[derive(Clone, Debug)]
pub(crate) enum Input<'t> {
    /// A here-document or here-string.
    Text(Decoded<'t>),
    /// A file or the output of another command.
    Unknown,
}

/// A simple command: assignments, words, input.
#[derive(Clone, Debug)]
pub(crate) struct Command<'t> {
    /// `NAME=value` before the first word.
    pub assignments: Vec<Word<'t>>,
    /// The program and its arguments; not empty.
    pub words: Vec<Word<'t>>,
    /// What is redirected to its standard input.
    pub input: Option<Input<'t>>,
    /// From the first word to the last, here-document included.
    pub span: Span,
    /// Whether it runs whenever the script does, as far as its form says, and in the script's own shell.
    pub unconditional: bool,
}

/// An assignment that is a command of its own: `NAME=value`.
#[derive(Clone, Debug)]
pub(crate) struct Assignment<'t> {
    pub word: Word<'t>,
    /// As for commands.
    pub unconditional: bool,
}

/// What a script consists of.
#[derive(Clone, Debug)]
pub(crate) struct Script<'t> {
    /// Simple commands, in the order in which they begin.
    pub commands: Vec<Command<'t>>,
    pub assignments: Vec<Assignment<'t>>,
}

/// Reads a script.
pub(crate) fn script<'t>(script: &Decoded<'t>) -> Script<'t> {
    let mut lexer = Lexer::new(script, 0..script.text().len(), 0);
    lexer.script();
    let Lexer { mut commands, mut assignments, .. } = lexer;
    commands.sort_by_key(|command| command.span.start);
    assignments.sort_by_key(|assignment| assignment.word.text.whole().start);
    Script { commands, assignments }
}

/// A command with some of its words replaced, the others as they are written.
pub(crate) fn with_words(command: &str, mut replaced: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut at = 0;
    for word in commands(&Decoded::of(command)).iter().flat_map(|command| &command.words) {
        let place = word.text.whole();
        if let Some(text) = replaced(word.text.text()) {
            out.push_str(command.get(at..place.start).unwrap_or_default());
            out.push_str(&text);
            at = place.end;
        }
    }
    out.push_str(command.get(at..).unwrap_or_default());
    out
}

/// All simple commands of a script, in the order in which they begin.
pub(crate) fn commands<'t>(text: &Decoded<'t>) -> Vec<Command<'t>> {
    script(text).commands
}

struct Lexer<'s, 't> {
    script: &'s Decoded<'t>,
    text: &'s str,
    at: usize,
    end: usize,
    depth: usize,
    commands: Vec<Command<'t>>,
    assignments: Vec<Assignment<'t>>,
    /// How many compound commands and parentheses are open.
    blocks: usize,
    parentheses: usize,
    /// Whether the command at hand runs only when the one before it succeeded or failed.
    chained: bool,
    /// The command at hand.
    words: Vec<Word<'t>>,
    input: Option<Input<'t>>,
    /// Here-documents whose bodies begin behind this line: end mark, whether tabs are stripped, whether it is quoted, and
    /// the command that it belongs to, when that has ended already.
    awaited: Vec<HereDocument>,
    /// Whether the command before wrote into a pipe.
    piped: bool,
}

/// What ends a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Plain,
    /// Its output goes on into another command.
    Pipe,
    /// It runs in the background, or something else begins or ends that is a shell of its own.
    Apart,
}

struct HereDocument {
    mark: String,
    strips_tabs: bool,
    is_literal: bool,
    command: Option<usize>,
}

impl<'s, 't> Lexer<'s, 't> {
    fn new(script: &'s Decoded<'t>, range: Range<usize>, depth: usize) -> Self {
        Lexer {
            script,
            text: script.text(),
            at: range.start,
            end: range.end,
            depth,
            commands: Vec::new(),
            assignments: Vec::new(),
            blocks: 0,
            parentheses: 0,
            chained: false,
            words: Vec::new(),
            input: None,
            awaited: Vec::new(),
            piped: false,
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        self.text.as_bytes().get(at).copied().filter(|_| at < self.end)
    }

    fn script(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\r' if self.byte(1) == Some(b'\n') => self.at += 1,
                b'\\' if self.continues_line() > 0 => self.at += self.continues_line(),
                b'\n' => {
                    // A list goes on behind an operator at the end of a line.
                    let goes_on = self.chained && self.words.is_empty();
                    self.end_command(End::Plain);
                    self.chained = goes_on;
                    self.at += 1;
                    self.here_documents();
                }
                b'#' => self.skip_line(),
                b'|' => {
                    let is_or = self.byte(1) == Some(b'|');
                    self.end_command(if is_or { End::Plain } else { End::Pipe });
                    self.chained |= is_or;
                    self.at += if is_or || self.byte(1) == Some(b'&') { 2 } else { 1 };
                }
                b'&' if self.byte(1) == Some(b'>') => self.redirection(),
                b'&' if self.byte(1) == Some(b'&') => {
                    self.end_command(End::Plain);
                    self.chained = true;
                    self.at += 2;
                }
                b';' | b'&' | b'(' | b')' => {
                    self.end_command(if byte == b';' { End::Plain } else { End::Apart });
                    self.chained = false;
                    match byte {
                        b'(' => self.parentheses += 1,
                        // Patterns of a choice close one that nobody opened.
                        b')' => self.parentheses = self.parentheses.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                }
                b'<' | b'>' => self.redirection(),
                b'0'..=b'9' if self.is_numbered_redirection() => self.redirection(),
                _ => {
                    let word = self.word();
                    self.add(word);
                }
            }
        }
        self.end_command(End::Plain);
    }

    fn add(&mut self, word: Word<'t>) {
        if self.words.is_empty() && !word.quoted {
            match word.text.text() {
                "if" | "while" | "until" | "for" | "case" | "select" | "function" | "{" => self.blocks += 1,
                "fi" | "done" | "esac" | "}" => self.blocks = self.blocks.saturating_sub(1),
                _ => {}
            }
        }
        let is_keyword = self.words.is_empty() && !word.quoted && KEYWORDS.contains(&word.text.text());
        if !is_keyword {
            self.words.push(word);
        }
    }

    fn end_command(&mut self, end: End) {
        let words = std::mem::take(&mut self.words);
        let piped_in = std::mem::replace(&mut self.piped, end == End::Pipe);
        let nested = self.depth + self.blocks + self.parentheses > 0;
        let unconditional = !nested && !self.chained && !piped_in && end == End::Plain;
        let input = self.input.take().or(piped_in.then_some(Input::Unknown));
        let assigned = words.iter().take_while(|word| is_assignment(word.text.text())).count();
        if assigned == words.len() {
            self.assignments.extend(words.into_iter().map(|word| Assignment { word, unconditional }));
            return;
        }
        let span = words.iter().map(|word| word.text.whole()).reduce(|first, last| Span::new(first.start, last.end));
        let mut words = words.into_iter();
        let assignments = words.by_ref().take(assigned).collect();
        let index = self.commands.len();
        self.awaited.iter_mut().filter(|awaited| awaited.command.is_none()).for_each(|one| one.command = Some(index));
        let span = span.unwrap_or_default();
        self.commands.push(Command { assignments, words: words.collect(), input, span, unconditional });
    }

    /// A continued line: the length of the backslash and the end of line behind it.
    fn continues_line(&self) -> usize {
        match (self.byte(1), self.byte(2)) {
            (Some(b'\n'), _) => 2,
            (Some(b'\r'), Some(b'\n')) => 3,
            _ => 0,
        }
    }

    fn skip_line(&mut self) {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn is_numbered_redirection(&self) -> bool {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        rest.trim_start_matches(|character: char| character.is_ascii_digit()).starts_with(['<', '>'])
    }

    fn redirection(&mut self) {
        let start = self.at;
        while matches!(self.byte(0), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let of_input = matches!(self.text.get(start..self.at), Some("" | "0"));
        let operator_at = self.at;
        while matches!(self.byte(0), Some(b'<' | b'>' | b'&' | b'|')) && self.at < operator_at + 3 {
            self.at += 1;
        }
        let operator = self.text.get(operator_at..self.at).unwrap_or_default();
        // A process substitution is a word of its own.
        if operator.len() == 1 && self.byte(0) == Some(b'(') {
            let start = self.at - 1;
            self.substitution();
            let text = self.unknown(start..self.at);
            return self.add(Word { text, splits: false, quoted: false });
        }
        let strips_tabs = operator == "<<" && self.byte(0) == Some(b'-');
        self.at += usize::from(strips_tabs);
        while matches!(self.byte(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if matches!(self.byte(0), None | Some(b'\n' | b';' | b'|' | b'(' | b')')) {
            return;
        }
        let target = self.word();
        match operator {
            "<<" => self.awaited.push(HereDocument {
                mark: target.text.text().to_owned(),
                strips_tabs,
                is_literal: target.quoted,
                command: None,
            }),
            "<<<" if of_input => self.input = Some(Input::Text(target.text)),
            "<" if of_input => self.input = Some(Input::Unknown),
            _ => {}
        }
    }

    /// The bodies of the here-documents that were announced on the line before.
    fn here_documents(&mut self) {
        for awaited in std::mem::take(&mut self.awaited) {
            let start = self.at;
            let mut body_end = self.end;
            while self.at < self.end {
                let rest = self.text.get(self.at..self.end).unwrap_or_default();
                let line = rest.split_inclusive('\n').next().unwrap_or_default();
                let plain = line.trim_end_matches(['\n', '\r']);
                let plain = if awaited.strips_tabs { plain.trim_start_matches('\t') } else { plain };
                let line_at = self.at;
                self.at += line.len();
                if plain == awaited.mark {
                    body_end = line_at;
                    break;
                }
            }
            let body_end = body_end.min(self.at);
            let body = self.here_body(start..body_end, &awaited);
            let end = self.script.span(start..self.at).end;
            if let Some(command) = awaited.command.and_then(|index| self.commands.get_mut(index)) {
                command.input = Some(Input::Text(body));
                command.span.end = command.span.end.max(end);
            }
        }
    }

    fn here_body(&mut self, range: Range<usize>, awaited: &HereDocument) -> Decoded<'t> {
        let mut body = Rewriter::new(self.script);
        let text = self.text.get(range.clone()).unwrap_or_default();
        let (at, end) = (self.at, self.end);
        (self.at, self.end) = (range.start, range.end);
        let mut line_at = range.start;
        for line in text.split_inclusive('\n') {
            let tabs = if awaited.strips_tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
            let line_end = line_at + line.len();
            if awaited.is_literal {
                body.copy(line_at + tabs..line_end);
            } else {
                // An expansion may go on over several lines.
                self.at = self.at.max(line_at + tabs);
                self.expanding(&mut body, line_end, |_| false, &mut false);
            }
            line_at = line_end;
        }
        (self.at, self.end) = (at, end);
        body.finish(range)
    }
}

/// `NAME=...`
fn is_assignment(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
