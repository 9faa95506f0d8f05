//! Words for people, and how they are laid out in lines.

use preflint::{Finding, Hint, HintKind};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// What stands before the lines of a list.
pub const BULLET: usize = 4;

/// Lines of so many columns, broken at blanks alone: codes, ids and paths stay whole.
pub fn whole_words<'o>(columns: usize) -> Options<'o> {
    Options::new(columns)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .break_words(false)
}

/// As many codes as have room on a line behind `before`, and how many more there are; always one.
pub fn named(before: &str, codes: &[&str], columns: usize) -> String {
    let with = |shown: usize| match codes.len() - shown {
        0 => codes.join(", "),
        more => format!("{} and {more} more", codes[..shown].join(", ")),
    };
    let fits = |text: &String| before.len() + text.len() + BULLET <= columns;
    (1..=codes.len()).rev().map(with).find(fits).unwrap_or_else(|| with(1))
}

/// What is wrong, with the parameter that it is wrong about.
pub fn about(finding: &Finding) -> String {
    match finding.parameter.is_empty() {
        true => finding.detail.clone(),
        false => format!("{}: {}", finding.parameter, finding.detail),
    }
}

/// A text for a terminal that shows ASCII alone.
pub fn ascii(text: &str) -> String {
    text.chars().map(ascii_of).collect()
}

fn ascii_of(character: char) -> char {
    match character {
        '…' => '~',
        _ if character.is_ascii() => character,
        _ => '?',
    }
}

/// The hints that people are told. Since when a code is answered is of use to programs that compare codes.
pub fn told(hints: &[Hint]) -> impl Iterator<Item = &str> {
    hints.iter().filter(|hint| hint.kind != HintKind::CodeSince).map(|hint| hint.detail.as_str())
}

/// `edition A allows this` as a sentence.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

/// `400`, as far as known.
pub fn status(status: Option<u16>) -> String {
    status.map_or_else(|| "-".to_owned(), |status| status.to_string())
}

/// `400 Code`, as far as known.
pub fn answer(http_status: Option<u16>, code: Option<&str>) -> String {
    format!("{} {}", status(http_status), code.unwrap_or("(code not known)"))
}

/// What comes of a finding: the API's answer, or that a tool sends nothing.
pub fn outcome(finding: &Finding) -> String {
    finding.tool.as_deref().map_or_else(|| answer(finding.status, finding.code.as_deref()), refused_by)
}

fn refused_by(tool: &str) -> String {
    format!("{} itself refuses this; nothing is sent", printable(tool))
}

/// The words of a tool, which may have several lines.
pub fn tool_message(message: Option<&str>) -> String {
    let lines = message.map(|message| message.lines().map(printable).collect::<Vec<_>>().join("\n"));
    lines.unwrap_or_else(|| "(its words are not known)".to_owned())
}

pub fn message(message: Option<&str>) -> String {
    message.map_or_else(|| "(the message is not known)".to_owned(), printable)
}

pub fn plural<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

/// Text of the input without what would move the cursor of a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
