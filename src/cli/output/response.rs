//! The very body that the API would send: one for each request, one a line, nothing else.
//!
//! A request of which nothing can be said has none; an empty line keeps its place, so that bodies and requests can be
//! counted off against each other.

use std::io::{self, Write};

use super::{Document, End, Entry, Item, Renderer};

/// All bodies.
pub struct Bodies;

impl Document for Bodies {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(Body)
    }

    fn take(&mut self, _: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(pieces)
    }

    fn end(&mut self, _: &End<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn is_read_along(&self) -> bool {
        true
    }
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
