//! What the terminal can show.

use std::env;
use std::io::{self, IsTerminal};

use crate::args::Color;

/// Whether to use colour on standard output. `NO_COLOR` counts when it is set to anything but the empty text
/// (<https://no-color.org>).
pub fn uses_color(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
            !forbidden && !dumb && io::stdout().is_terminal()
        }
    }
}

/// Whether standard output shows more than ASCII. What is no terminal is taken to.
pub fn uses_unicode() -> bool {
    if !io::stdout().is_terminal() || cfg!(windows) {
        return true;
    }
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| locale.to_ascii_lowercase().contains("utf"))
}

/// How many columns there are to write in: those of the terminal, or what `COLUMNS` says.
pub fn columns() -> usize {
    let said = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    said.or_else(seen).unwrap_or(COLUMNS).clamp(FEWEST, MOST)
}

/// Columns where nobody says how many there are.
const COLUMNS: usize = 100;
/// With fewer nothing can be laid out; longer lines are hard to read.
const FEWEST: usize = 30;
const MOST: usize = 120;

/// Colours of what is told, where there are any.
#[derive(Clone)]
pub struct Styles {
    color: bool,
}

impl Styles {
    pub fn new(color: bool) -> Styles {
        Styles { color }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub fn bad(&self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }

    pub fn warning(&self, text: &str) -> String {
        self.paint("33", text)
    }

    pub fn title(&self, text: &str) -> String {
        self.paint("1", text)
    }

    pub fn faint(&self, text: &str) -> String {
        self.paint("2", text)
    }

    pub fn strong(&self, text: &str) -> String {
        self.paint("1", text)
    }
}
