//! How a text is written at a place of a source: the other way round from reading.
//!
//! A value that is changed keeps the quotes around it. Where the new text needs an escape that the layers around the place
//! might read otherwise, nothing is written at all: a change that is not certain is none.

/// In which way values are written where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Writing {
    /// JSON.
    Json,
    /// YAML.
    #[cfg_attr(
        not(any(feature = "forms", test)),
        expect(dead_code, reason = "only the readers of that feature name it")
    )]
    Yaml,
    /// Words of a shell.
    Shell,
    /// Words of a shell inside something else, such as a step of a CI file.
    InnerShell,
    /// Percent-encoded.
    Percent,
    /// Not known: nothing can be written.
    #[default]
    Nothing,
}

impl Writing {
    /// What to write instead of `raw`, which is read as `old`, so that `new` is read.
    pub fn value(self, raw: &str, old: &str, new: &str) -> Option<String> {
        if new.is_empty() || new.chars().any(char::is_control) {
            return None;
        }
        match self {
            Writing::Nothing => None,
            Writing::Json => Some(json(raw, new)),
            Writing::Yaml => yaml(raw, old, new),
            Writing::Shell => {
                let is_literal = !raw.contains(['$', '`', '\n']);
                in_place(raw, old, new).or_else(|| is_literal.then(|| crate::forms::quoted_word(new).into_owned()))
            }
            Writing::InnerShell => in_place(raw, old, new),
            Writing::Percent => in_place(raw, old, new).or_else(|| {
                let is_bare = raw.bytes().all(|byte| is_plain(byte.into()) || matches!(byte, b'%' | b'+'));
                is_bare.then(|| percent(new))
            }),
        }
    }

    /// The same for a name, of which `raw` may hold only the last parts.
    pub fn name(self, raw: &str, old: &str, new: &str) -> Option<String> {
        if self == Writing::Nothing {
            return None;
        }
        let (mut old, mut new) = (old, new);
        loop {
            match in_place(raw, old, new) {
                Some(text) => return Some(text),
                None => (old, new) = (old.split_once('.')?.1, new.split_once('.')?.1),
            }
        }
    }
}

/// The old text replaced within its quotes, where it stands as it is and the new one means the same in every language.
fn in_place(raw: &str, old: &str, new: &str) -> Option<String> {
    let at = raw.find(old).filter(|_| !old.is_empty())?;
    let (before, behind) = (&raw[..at], &raw[at + old.len()..]);
    let is_quotes = |text: &str| text.chars().all(|character| matches!(character, '"' | '\'' | '\\'));
    if !is_quotes(before) || !is_quotes(behind) {
        return None;
    }
    let is_quoted = before.ends_with(['"', '\'']) && behind.starts_with(['"', '\'', '\\']);
    let is_harmless = |character: char| is_plain(character) || is_quoted && " /:,@+=()".contains(character);
    let same_letters = old.eq_ignore_ascii_case(new);
    (same_letters || new.chars().all(is_harmless)).then(|| format!("{before}{new}{behind}"))
}

/// Characters that mean themselves in every language that we read.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

fn json(raw: &str, new: &str) -> String {
    let is_bare = !raw.starts_with('"');
    match serde_json::from_str::<serde_json::Value>(new) {
        Ok(serde_json::Value::Number(_) | serde_json::Value::Bool(_)) if is_bare => new.to_owned(),
        _ => serde_json::Value::from(new).to_string(),
    }
}

fn yaml(raw: &str, old: &str, new: &str) -> Option<String> {
    let is_quoted = raw.starts_with(['"', '\'']);
    let is_one_line = !raw.contains('\n') && !raw.starts_with(['|', '>', '*', '&', '!']);
    if is_quoted {
        return in_place(raw, old, new).or_else(|| is_one_line.then(|| serde_json::Value::from(new).to_string()));
    }
    if !is_one_line {
        return None;
    }
    // Without quotes, some texts would be read as something else.
    let is_word = new.starts_with(|first: char| first.is_ascii_alphabetic()) && new.chars().all(is_plain);
    let means_else = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    match is_word && raw == old && !means_else.iter().any(|word| word.eq_ignore_ascii_case(new)) {
        true => Some(new.to_owned()),
        false => Some(serde_json::Value::from(new).to_string()),
    }
}

fn percent(text: &str) -> String {
    let encoded = |byte: u8| match is_plain(byte.into()) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::Writing;

    #[test]
    fn what_is_written_keeps_its_quotes_and_its_meaning() {
        let cases = [
            (Writing::Json, "\"a-b\"", "a-b", "ab", Some("\"ab\"")),
            (Writing::Json, "\"\\u0061-b\"", "a-b", "a\"b", Some("\"a\\\"b\"")),
            (Writing::Json, "40", "40", "50", Some("50")),
            (Writing::Json, "\"40\"", "40", "50", Some("\"50\"")),
            (Writing::Shell, "a-b", "a-b", "ab", Some("ab")),
            (Writing::Shell, "'a-b'", "a-b", "ab", Some("'ab'")),
            (Writing::Shell, "a\\ b", "a b", "a c", Some("'a c'")),
            (Writing::Shell, "\"$X\"", "a-b", "ab", None),
            (Writing::Shell, "\"a-b\"", "a-b", "a$b", Some("'a$b'")),
            (Writing::InnerShell, "\\\"a-b\\\"", "a-b", "ab", Some("\\\"ab\\\"")),
            (Writing::InnerShell, "a\\ b", "a b", "a c", None),
            (Writing::Yaml, "QCOW2", "QCOW2", "qcow2", Some("qcow2")),
            (Writing::Yaml, "Yes", "Yes", "yes", Some("\"yes\"")),
            (Writing::Yaml, "'a: b'", "a: b", "a: c", Some("'a: c'")),
            (Writing::Yaml, "|\n  a-b", "a-b", "ab", None),
            (Writing::Yaml, "*alias", "a-b", "ab", None),
            (Writing::Percent, "web%2D1", "web-1", "web1", Some("web1")),
            (Writing::Percent, "a%20b", "a b", "a/b", Some("a%2Fb")),
            (Writing::Nothing, "a", "a", "b", None),
        ];
        for (writing, raw, old, new, expected) in cases {
            assert_eq!(writing.value(raw, old, new).as_deref(), expected, "{writing:?} {raw}");
        }
        assert_eq!(Writing::Json.name("\"format\"", "Disk.1.format", "Disk.1.Format").as_deref(), Some("\"Format\""));
        assert_eq!(
            Writing::Shell.name("disk.1.format", "disk.1.format", "Disk.1.Format").as_deref(),
            Some("Disk.1.Format")
        );
        assert_eq!(Writing::Shell.name("image-name", "imageNme", "imageName"), None);
    }
}
