//! Redirections of a shell, and here-documents.

use std::ops::Range;

use super::{HereDocument, Input, Lexer, Word};
use crate::forms::decoded::{Decoded, Rewriter};

impl<'s, 't> Lexer<'s, 't> {
    pub(super) fn is_numbered_redirection(&self) -> bool {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        rest.trim_start_matches(|character: char| character.is_ascii_digit()).starts_with(['<', '>'])
    }

    pub(super) fn redirection(&mut self) {
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
    pub(super) fn here_documents(&mut self) {
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
