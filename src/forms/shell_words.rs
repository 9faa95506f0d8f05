//! A shell script as simple commands and their words, with places.
//!
//! It reads what POSIX shells and bash share as far as it matters for the arguments of a command: quotes, escapes,
//! continued lines, comments, operators, redirections, here-documents, substitutions. It runs nothing: a variable or the
//! output of a command is a gap, and so is an expression of a CI system, `${{ ... }}`. Commands inside a substitution are
//! found too. It never fails: what is broken ends with the text.

mod arithmetic;
mod blocks;
pub(super) mod quote;
mod redirection;
mod word;

use std::ops::Range;
use std::rc::Rc;

use super::decoded::Decoded;
use crate::place::Span;

use blocks::{Block, Blocks};

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
    /// The function in whose body it stands.
    pub function: Option<Rc<str>>,
}

/// An assignment that is a command of its own: `NAME=value`.
#[derive(Clone, Debug)]
pub(crate) struct Assignment<'t> {
    pub word: Word<'t>,
    /// As for commands.
    pub unconditional: bool,
}

/// What a script consists of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script<'t> {
    /// Simple commands, in the order in which they begin.
    pub commands: Vec<Command<'t>>,
    pub assignments: Vec<Assignment<'t>>,
    /// The functions that it defines.
    pub functions: Vec<Rc<str>>,
}

/// Reads a script.
pub(crate) fn script<'t>(text: &Decoded<'t>) -> Script<'t> {
    script_of(std::iter::once(text))
}

/// Reads a script that stands in several pieces, one after the other.
pub(crate) fn script_of<'s, 't: 's>(pieces: impl Iterator<Item = &'s Decoded<'t>>) -> Script<'t> {
    let mut script = Script::default();
    for piece in pieces {
        let mut lexer = Lexer::new(piece, 0..piece.text().len(), 0);
        lexer.script();
        script.commands.append(&mut lexer.commands);
        script.assignments.append(&mut lexer.assignments);
        script.functions.append(&mut lexer.functions);
    }
    script.commands.sort_by_key(|command| command.span.start);
    script.assignments.sort_by_key(|assignment| assignment.word.text.whole().start);
    script
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
    functions: Vec<Rc<str>>,
    /// The compound commands and parentheses around the command at hand.
    blocks: Blocks,
    /// Whether the words at hand are elements of an array, which holds no other array.
    in_array: bool,
    /// Whether a parenthesis that nobody opened here ends this script, which is that of a substitution.
    is_inner: bool,
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
            functions: Vec::new(),
            blocks: Blocks::default(),
            in_array: false,
            is_inner: false,
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
                b';' | b'&' => {
                    self.end_command(if byte == b';' { End::Plain } else { End::Apart });
                    self.chained = false;
                    self.at += 1;
                }
                b'(' => self.open_parenthesis(),
                b')' if self.is_inner && !self.blocks.takes_parenthesis() => break,
                b')' => {
                    self.end_command(End::Apart);
                    self.chained = false;
                    self.blocks.close(Block::Parenthesis);
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
        let text = if word.quoted { "" } else { word.text.text() };
        if let [first] = self.words.as_slice()
            && first.text.text() == "function"
        {
            self.words.clear();
            return self.define(word.text.text().into());
        }
        if self.words.is_empty() {
            match text {
                "if" | "while" | "until" | "for" | "select" | "{" => self.blocks.open(Block::Compound),
                "case" => self.blocks.open(Block::Case),
                "fi" | "done" | "}" => self.blocks.close(Block::Compound),
                "esac" => self.blocks.close(Block::Case),
                _ => {}
            }
        }
        let is_keyword = self.words.is_empty() && KEYWORDS.contains(&text);
        if !is_keyword {
            self.words.push(word);
        }
    }

    /// A function begins: its body is what opens next.
    fn define(&mut self, name: Rc<str>) {
        self.blocks.define(Rc::clone(&name));
        self.functions.push(name);
    }

    /// `(`: a shell of its own, the parentheses behind a function's name, or an arithmetic command.
    fn open_parenthesis(&mut self) {
        let rest = self.text.get(self.at + 1..self.end).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let is_empty = rest.get(blanks..).is_some_and(|rest| rest.starts_with(')'));
        let begins = self.words.is_empty() || self.words.len() == 1 && self.words[0].text.text() == "for";
        if is_empty && (self.words.len() == 1 || self.blocks.awaits_body()) {
            if let Some(name) = self.words.pop() {
                self.define(name.text.text().into());
            }
            self.at += 1 + blanks + 1;
        } else if let Some(length) = self.arithmetic().filter(|_| begins) {
            self.changes_in(self.at..self.at + length);
            self.at += length;
        } else {
            self.end_command(End::Apart);
            self.chained = false;
            self.blocks.open(Block::Parenthesis);
            self.at += 1;
        }
    }

    fn end_command(&mut self, end: End) {
        let words = std::mem::take(&mut self.words);
        let piped_in = std::mem::replace(&mut self.piped, end == End::Pipe);
        let nested = self.depth > 0 || !self.blocks.is_empty();
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
        let function = self.blocks.function();
        self.commands.push(Command { assignments, words: words.collect(), input, span, unconditional, function });
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
