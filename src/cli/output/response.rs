//! The very body that the API would send: one for each request, one a line, nothing else.
//!
//! A request of which nothing can be said has none; an empty line keeps its place, so that bodies and requests can be
//! counted off against each other.

use std::io;

use super::line_by_line::LineByLine;
use super::{Entry, Item, Renderer};

/// All bodies.
pub fn bodies() -> LineByLine {
    LineByLine::new(|| Box::new(Body))
}

struct Body;

impl Renderer for Body {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        if let Entry::Report(report) = item.entry
            && let Some(response) = report.response()
        {
            pieces.extend(response.body.as_bytes());
        }
        pieces.push(b'\n');
        Ok(())
    }
}
