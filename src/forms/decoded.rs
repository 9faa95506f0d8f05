//! A text as its receiver reads it, of which every stretch knows where it was written.
//!
//! Between a file and a value lie layers: indentation of a block, quotes of a shell, percent-encoding, escapes. Each
//! layer turns a [`Decoded`] into another with a [`Rewriter`], and places survive all of them. What a layer cannot know,
//! such as a variable, becomes a [`GAP`].

use std::borrow::Cow;
use std::ops::Range;

use crate::place::Span;
use crate::request::given::{GAP, Given, GivenValue};

/// A decoded text with its places.
#[derive(Clone, Debug)]
pub(crate) struct Decoded<'t> {
    text: Cow<'t, str>,
    /// In order, without overlaps, covering the whole text.
    stretches: Vec<Stretch>,
    /// The whole place as written, quotes included.
    whole: Span,
}

/// A stretch of the decoded text: up to where the next one begins.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    at: usize,
    source: Span,
    /// Whether it stands in the source as it is; else it stands for the whole of `source`.
    verbatim: bool,
}

impl<'t> Decoded<'t> {
    /// A piece of the source as it stands there.
    pub fn verbatim(source: &'t str, span: Span) -> Decoded<'t> {
        let text = span.of(source);
        let whole = Span::new(span.start, span.start + text.len());
        let stretches = vec![Stretch { at: 0, source: whole, verbatim: true }];
        Decoded { text: Cow::Borrowed(text), stretches, whole }
    }

    /// The whole source as it is.
    pub fn of(source: &'t str) -> Decoded<'t> {
        Decoded::verbatim(source, Span::new(0, source.len()))
    }

    /// The text; a [`GAP`] stands for what is not known.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether all of it is known.
    pub fn is_known(&self) -> bool {
        !self.text.contains(GAP)
    }

    /// Where all of it was written, quotes included.
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// The same with another outer place, such as one that includes quotes.
    #[must_use]
    pub fn within(self, whole: Span) -> Decoded<'t> {
        Decoded { whole, ..self }
    }

    /// Where a stretch of the text was written.
    pub fn span(&self, range: Range<usize>) -> Span {
        if range.start == 0 && range.end >= self.text.len() {
            return self.whole;
        }
        let start = self.source_of(range.start);
        if range.end <= range.start {
            return Span::new(start, start);
        }
        let last = self.stretch(range.end - 1);
        let end = match last {
            Some(stretch) if stretch.verbatim => stretch.source.start + (range.end - stretch.at),
            Some(stretch) => stretch.source.end,
            None => self.whole.end,
        };
        Span::new(start, end.max(start))
    }

    /// A stretch of it, as a text of its own.
    pub fn slice(&self, range: Range<usize>) -> Decoded<'t> {
        let mut rewriter = Rewriter::new(self);
        rewriter.copy(range.clone());
        rewriter.finish(range)
    }

    /// The text, borrowed from the source where it stands there as it is.
    pub fn cow(&self) -> Cow<'t, str> {
        self.text.clone()
    }

    /// The text as a value: unknown or partly known where it has gaps.
    pub fn value(&self) -> GivenValue<'t> {
        GivenValue::of_text(self.text.clone())
    }

    /// It as the value of a parameter.
    pub fn given(&self, name: &Decoded<'t>) -> Given<'t> {
        Given::new(name.cow(), name.whole, self.value(), self.whole)
    }

    /// Without white space at both ends.
    pub fn trimmed(&self) -> Decoded<'t> {
        let start = self.text.len() - self.text.trim_start().len();
        self.slice(start..start + self.text.trim().len())
    }

    /// The parts before and behind the first occurrence of a separator.
    pub fn split_once(&self, separator: char) -> Option<(Decoded<'t>, Decoded<'t>)> {
        let at = self.text.find(separator)?;
        Some((self.slice(0..at), self.slice(at + separator.len_utf8()..self.text.len())))
    }

    /// The lines, each with the range of its text, without its end.
    pub fn lines(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut at = 0;
        self.text.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            start..start + line.trim_end_matches(['\n', '\r']).len()
        })
    }

    fn source_of(&self, offset: usize) -> usize {
        match self.stretch(offset) {
            _ if offset >= self.text.len() => self.stretches.last().map_or(self.whole.end, |last| last.source.end),
            Some(stretch) if stretch.verbatim => stretch.source.start + (offset - stretch.at),
            Some(stretch) => stretch.source.start,
            None => self.whole.start,
        }
    }

    fn stretch(&self, offset: usize) -> Option<&Stretch> {
        let behind = self.stretches.partition_point(|stretch| stretch.at <= offset);
        self.stretches.get(behind.checked_sub(1)?)
    }
}

/// Makes one text out of another and carries the places over.
#[derive(Debug)]
pub(crate) struct Rewriter<'s, 't> {
    from: &'s Decoded<'t>,
    text: String,
    stretches: Vec<Stretch>,
    /// The range that was copied, as long as one copy is all that was done.
    only_copied: Option<Range<usize>>,
}

impl<'s, 't> Rewriter<'s, 't> {
    /// Starts with nothing.
    pub fn new(from: &'s Decoded<'t>) -> Rewriter<'s, 't> {
        Rewriter { from, text: String::new(), stretches: Vec::new(), only_copied: None }
    }

    /// Adds a stretch as it is.
    pub fn copy(&mut self, range: Range<usize>) {
        let Some(text) = self.from.text.get(range.clone()).filter(|text| !text.is_empty()) else { return };
        self.only_copied = match self.only_copied.take() {
            None if self.text.is_empty() => Some(range.clone()),
            Some(copied) if copied.end == range.start => Some(copied.start..range.end),
            _ => None,
        };
        let mut index = self.from.stretches.partition_point(|stretch| stretch.at <= range.start).saturating_sub(1);
        let mut at = range.start;
        while at < range.end {
            let Some(stretch) = self.from.stretches.get(index) else { break };
            let stretch_end = self.from.stretches.get(index + 1).map_or(self.from.text.len(), |next| next.at);
            let end = stretch_end.min(range.end);
            let source = if stretch.verbatim {
                Span::new(stretch.source.start + (at - stretch.at), stretch.source.start + (end - stretch.at))
            } else {
                stretch.source
            };
            self.push(self.text.len() + (at - range.start), source, stretch.verbatim);
            at = end;
            index += 1;
        }
        self.text.push_str(text);
    }

    /// Adds a text that stands for a range of the original.
    pub fn put(&mut self, text: &str, range: Range<usize>) {
        if text.is_empty() {
            return;
        }
        self.only_copied = None;
        let source = self.from.span_inside(range);
        self.push(self.text.len(), source, false);
        self.text.push_str(text);
    }

    /// Adds something that is not known.
    pub fn gap(&mut self, range: Range<usize>) {
        self.put(GAP.encode_utf8(&mut [0; 4]), range);
    }

    /// The new text; `whole` is what it stands for in the original.
    pub fn finish(self, whole: Range<usize>) -> Decoded<'t> {
        let borrowed = match (&self.from.text, self.only_copied) {
            (Cow::Borrowed(text), Some(copied)) => text.get(copied).map(Cow::Borrowed),
            (Cow::Borrowed(_), None) if self.text.is_empty() => Some(Cow::Borrowed("")),
            _ => None,
        };
        Decoded {
            text: borrowed.unwrap_or(Cow::Owned(self.text)),
            stretches: self.stretches,
            whole: self.from.span(whole),
        }
    }

    fn push(&mut self, at: usize, source: Span, verbatim: bool) {
        if let Some(last) = self.stretches.last_mut()
            && last.verbatim
            && verbatim
            && last.source.end == source.start
        {
            last.source.end = source.end;
            return;
        }
        self.stretches.push(Stretch { at, source, verbatim });
    }
}

impl Decoded<'_> {
    /// As [`Decoded::span`], but never with the quotes around the whole.
    pub fn span_inside(&self, range: Range<usize>) -> Span {
        let start = self.source_of(range.start);
        let end = match range.end.checked_sub(1).and_then(|last| self.stretch(last)) {
            Some(stretch) if stretch.verbatim => stretch.source.start + (range.end - stretch.at),
            Some(stretch) => stretch.source.end,
            None => start,
        };
        Span::new(start, end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_layers() {
        let source = "x 'a''b%20c' y";
        let quoted = Decoded::of(source);
        let mut word = Rewriter::new(&quoted);
        word.copy(3..4);
        word.copy(6..11);
        let word = word.finish(2..12);
        assert_eq!((word.text(), word.whole().of(source)), ("ab%20c", "'a''b%20c'"));
        let mut decoded = Rewriter::new(&word);
        decoded.copy(0..2);
        decoded.put(" ", 2..5);
        decoded.copy(5..6);
        let decoded = decoded.finish(0..6);
        assert_eq!(decoded.text(), "ab c");
        assert_eq!(decoded.span(0..1).of(source), "a");
        assert_eq!(decoded.span(1..3).of(source), "b%20");
        assert_eq!(decoded.span(3..4).of(source), "c");
        assert_eq!(decoded.slice(2..4).whole().of(source), "%20c");
        assert_eq!(decoded.span(0..4).of(source), "'a''b%20c'");
        assert!(matches!(quoted.slice(2..5).cow(), Cow::Borrowed("'a'")));
    }
}
