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
