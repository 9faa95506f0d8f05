//! Text as XML 1.0 holds it. The library fills bodies of answers with it, and the program its reports: both compile this
//! file, so that it is no part of what the library offers.

use std::fmt;

/// Text between tags or between double quotes. Characters that no XML may hold become U+FFFD; those that a reader would
/// change in an attribute are written as references.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'t>(pub &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for character in self.0.chars() {
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\t' | '\n' | '\r' => write!(formatter, "&#{};", u32::from(character))?,
                allowed if is_allowed(allowed) => formatter.write_char(allowed)?,
                _ => formatter.write_char(char::REPLACEMENT_CHARACTER)?,
            }
        }
        Ok(())
    }
}

/// Whether XML 1.0 may hold a character at all, besides blanks.
pub(crate) const fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..' ' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn everything_that_xml_reads_otherwise_is_written_otherwise() {
        for (text, written) in [
            ("a \"b\" <c> & 'd'", "a &quot;b&quot; &lt;c&gt; &amp; 'd'"),
            ("]]>", "]]&gt;"),
            ("1\t2\r\n3", "1&#9;2&#13;&#10;3"),
            ("\u{0}\u{1b}[31m\u{8}\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}"),
            ("镜像 \u{1f600} \u{7f} \u{85}", "镜像 \u{1f600} \u{7f} \u{85}"),
        ] {
            assert_eq!(Escaped(text).to_string(), written);
        }
    }
}
