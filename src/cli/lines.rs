//! One request a line: a stream in blocks of whole lines, and the entries of a block.
//!
//! A block is what has arrived, so that nobody waits for more input than is needed for a report; a stream of any length
//! needs memory for a block alone. Never a verdict: blocks are cut here, requests are checked elsewhere.

use std::io::{self, BufRead};

use memchr::memchr_iter;
use preflint::limits::REQUEST_BYTES;
use preflint::{InputError, InputErrorKind, Position};

use crate::input::{is_blank, not_utf8, without_mark};

/// A block for which more memory was taken gives it back.
const KEPT: usize = 256 << 10;

/// Whole lines of an input; the last one may lack its end.
#[derive(Debug)]
pub struct Block {
    pub bytes: Vec<u8>,
    start: Position,
}

impl Default for Block {
    fn default() -> Block {
        Block { bytes: Vec::new(), start: Position::START }
    }
}

/// An input of lines, cut into blocks.
#[derive(Debug)]
pub struct Blocks<R> {
    reader: R,
    /// What was read behind the last whole line.
    rest: Vec<u8>,
    /// Where the next block starts.
    position: Position,
    /// The line at hand is too long: what comes of it is passed over.
    is_cut: bool,
    /// So much at once means that there is more.
    plenty: usize,
    is_plentiful: bool,
}

impl<R: BufRead> Blocks<R> {
    /// Where `plenty` arrives at once, there is more.
    pub fn new(reader: R, plenty: usize) -> Blocks<R> {
        let rest = Vec::new();
        Blocks { reader, rest, position: Position::START, is_cut: false, plenty, is_plentiful: false }
    }

    /// Whether input comes faster than it was read up to now: then it is worth sharing the work.
    pub fn is_plentiful(&self) -> bool {
        self.is_plentiful
    }

    /// Reads the next block: all whole lines that have arrived, waiting only for the end of the first. False at the end.
    pub fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        if std::mem::take(&mut self.is_cut) {
            self.position.offset += skip_line(&mut self.reader)?;
        }
        block.start = self.position;
        block.bytes.clear();
        block.bytes.shrink_to(KEPT);
        block.bytes.append(&mut self.rest);
        self.rest.shrink_to(KEPT);
        loop {
            let arrived = match self.reader.fill_buf() {
                Ok(arrived) => arrived,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let length = arrived.len();
            let end = memchr::memrchr(b'\n', arrived).map(|end| end + 1);
            block.bytes.extend_from_slice(&arrived[..end.unwrap_or(length)]);
            if let Some(end) = end {
                self.rest.extend_from_slice(&arrived[end..]);
            }
            self.reader.consume(length);
            self.is_plentiful = length >= self.plenty;
            self.is_cut = end.is_none() && block.bytes.len() > REQUEST_BYTES;
            if length == 0 || end.is_some() || self.is_cut {
                self.position.offset += block.bytes.len();
                self.position.line += memchr_iter(b'\n', &block.bytes).count() + usize::from(self.is_cut);
                return Ok(!block.bytes.is_empty());
            }
        }
    }
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = memchr::memchr(b'\n', buffer);
        let length = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(length);
        skipped += length;
        if end.is_some() {
            return Ok(skipped);
        }
    }
}

/// A line that holds something: its text, which is read where it is checked, or why there is none.
pub type Line<'t> = Result<(&'t str, Position), InputError>;

/// Hands each line of a block to `visit`, but for blank ones; `visit` returns an error to stop.
pub fn each<E>(block: &Block, visit: &mut dyn FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut position = block.start;
    // As a whole if possible: that is faster than line by line.
    let text = str::from_utf8(&block.bytes).ok();
    let mut start = 0;
    let ends = memchr_iter(b'\n', &block.bytes).map(|at| at + 1);
    // The last line may have no end.
    let last = block.bytes.last().filter(|last| **last != b'\n').map(|_| block.bytes.len());
    for end in ends.chain(last) {
        let line = &block.bytes[start..end];
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        if content.len() > REQUEST_BYTES {
            let message = format!("a request of more than {REQUEST_BYTES} bytes");
            visit(Err(InputError::new(InputErrorKind::Limit, message, position)))?;
        } else if !is_blank(content) {
            visit(
                match text.map_or_else(|| str::from_utf8(content), |text| Ok(text[start..end].trim_end_matches('\n'))) {
                    Ok(text) => {
                        let (text, origin) = without_mark(text, position);
                        Ok((text.trim_end_matches('\r'), origin))
                    }
                    Err(error) => Err(not_utf8(content, error.valid_up_to(), position)),
                },
            )?;
        }
        position = Position { offset: position.offset + line.len(), line: position.line + 1, column: 1 };
        start = end;
    }
    Ok(())
}
