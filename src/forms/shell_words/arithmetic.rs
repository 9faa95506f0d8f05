//! Arithmetic of a shell: `((...))`, alone and behind a `$`.
//!
//! Nothing is computed; what matters is where it ends, because `<<` and `#` mean something else in it, and which variables
//! it may change.

use std::ops::Range;

use super::{Command, Lexer, Word};

/// The longest expression, in bytes: what is longer is taken for parentheses.
const LONGEST: usize = 1 << 10;

impl Lexer<'_, '_> {
    /// The length of the `((...))` that begins here.
    pub(super) fn arithmetic(&self) -> Option<usize> {
        let all = self.text.as_bytes().get(self.at..self.end)?;
        if !all.starts_with(b"((") {
            return None;
        }
        let mut depth = 0usize;
        for (at, byte) in all.iter().enumerate().take(LONGEST) {
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    // The inner pair has to end right before the outer one.
                    if depth == 0 {
                        return (all[at - 1] == b')').then_some(at + 1);
                    }
                }
                b'\'' | b'"' | b'`' | b';' if depth < 2 => return None,
                _ => {}
            }
        }
        None
    }

    /// Notes the variables that an expression may change.
    pub(super) fn changes_in(&mut self, range: Range<usize>) {
        let written = self.text.get(range.clone()).unwrap_or_default();
        let compared = ["==", "!=", "<=", ">="].iter().fold(written.to_owned(), |text, sign| text.replace(sign, ""));
        if compared.contains('=') || written.contains("++") || written.contains("--") {
            let text = self.script.slice(range);
            let span = text.whole();
            let word = Word { text, splits: false, quoted: false };
            self.commands.push(Command {
                assignments: Vec::new(),
                words: vec![word],
                input: None,
                span,
                unconditional: false,
                function: None,
            });
        }
    }
}
