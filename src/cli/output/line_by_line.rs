//! Formats of which each report stands for itself: pieces are written as they come, and nothing stands around them.

use std::io::{self, Write};

use super::{Document, End, Renderer};

/// Pieces one behind the other.
pub struct LineByLine {
    renderer: Box<dyn Fn() -> Box<dyn Renderer>>,
}

impl LineByLine {
    /// Pieces of the renderers that `renderer` makes.
    pub fn new(renderer: impl Fn() -> Box<dyn Renderer> + 'static) -> LineByLine {
        LineByLine { renderer: Box::new(renderer) }
    }
}

impl Document for LineByLine {
    fn renderer(&self) -> Box<dyn Renderer> {
        (self.renderer)()
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
