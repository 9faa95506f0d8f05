//! Names of files as URIs: relative to the folder of the run where they lie in it, else absolute.

use std::path::{Component, Path};

use crate::files::plain;

/// A file as SARIF names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUri {
    pub uri: String,
    /// Whether it is meant from the folder of the run.
    pub is_relative: bool,
}

impl FileUri {
    /// `folder` is the folder of the run; nothing is looked up on the disk.
    pub fn of(file: &str, folder: &Path) -> FileUri {
        let whole = plain(&folder.join(file));
        match whole.strip_prefix(plain(folder)) {
            Ok(inside) if inside.as_os_str().is_empty() => FileUri { uri: ".".to_owned(), is_relative: true },
            Ok(inside) => FileUri { uri: encoded(inside), is_relative: true },
            Err(_) => FileUri { uri: format!("file:///{}", encoded(&whole)), is_relative: false },
        }
    }
}

/// The parts of a path with slashes between them, percent-encoded.
fn encoded(path: &Path) -> String {
    let parts = path.components().filter_map(|component| match component {
        Component::Normal(part) => Some(encoded_part(&part.to_string_lossy())),
        Component::Prefix(prefix) => Some(prefix.as_os_str().to_string_lossy().into_owned()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn encoded_part(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_the_folder_are_relative_and_others_are_not() {
        let folder = Path::new("/work place/project");
        for (file, uri, is_relative) in [
            ("a/b.json", "a/b.json", true),
            ("./a/../b c.json", "b%20c.json", true),
            ("/work place/project/镜.json", "%E9%95%9C.json", true),
            ("../b.json", "file:///work%20place/b.json", false),
            ("/etc/b#1?.json", "file:///etc/b%231%3F.json", false),
            ("a:b%.json", "a%3Ab%25.json", true),
        ] {
            assert_eq!(FileUri::of(file, folder), FileUri { uri: uri.to_owned(), is_relative }, "{file}");
        }
    }
}
