//! Puts the rule files into the library: one table, sorted by path, of what lies below `rules/`.
//!
//! The files go in as they are, each with its digest and the newest day that it names. They are prepared when an operation
//! is first used, so that knowing many costs nothing.

#[path = "src/rule_set/stamp.rs"]
mod stamp;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("rules");
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=src/rule_set/stamp.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("bundled_rules.rs"), table(&root)?)
}

/// The table, in Rust: the same for the same files, whatever the order in which the disk gives them.
pub fn table(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort();
    let (mut table, mut stamps, mut digests, mut newest) = (String::new(), String::new(), Vec::new(), None);
    for (path, file) in &files {
        let text = fs::read_to_string(file)?;
        let (digest, newest_read) = (stamp::digest(text.as_bytes()), stamp::newest_read(&text));
        writeln!(table, "    EmbeddedRuleFile {{ path: {path:?}, text: include_str!({file:?}) }},")
            .and_then(|()| writeln!(stamps, "    Stamp {{ digest: {digest:?}, newest_read: {newest_read:?} }},"))
            .map_err(io::Error::other)?;
        newest = newest.max(newest_read.map(str::to_owned));
        digests.push(digest);
    }
    let set = files.iter().zip(&digests).map(|((path, _), digest)| (path.as_str(), digest.as_str()));
    let digest = stamp::digest_of_set(set);
    let head = format!("digest: {digest:?}, newest_read: {newest:?}");
    Ok(format!("BundledRules {{ {head}, files: &[\n{table}], stamps: &[\n{stamps}] }}\n"))
}

/// Adds all rule and provider files below `folder`: path below `root` with slashes, and the file.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "schema") {
                collect(root, &path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let below = path.strip_prefix(root).map_err(io::Error::other)?;
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path));
        }
    }
    Ok(())
}
