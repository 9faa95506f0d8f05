//! What the text of one rule file is known by. The build script uses this file too, so that the bundled rules are read
//! once, when they are built, and never at run time.

/// The SHA-256 of some bytes in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    hmac_sha256::Hash::hash(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a set of files, each with its path and digest, sorted by path: over a list as `sha256sum` prints it, so
/// that the digest can be made without this program.
pub fn digest_of_set<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    let list: String = files.map(|(path, digest)| format!("{digest}  {path}\n")).collect();
    digest(list.as_bytes())
}

/// The newest day on which a source of the file was read, `YYYY-MM-DD`: what stands behind a key `read`. A scan is
/// enough, because within a JSON text quotes are escaped.
pub fn newest_read(text: &str) -> Option<&str> {
    let behind_keys = text.match_indices("\"read\"").filter_map(|(at, key)| {
        let value = text.get(at + key.len()..)?.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let (day, rest) = value.split_at_checked("YYYY-MM-DD".len())?;
        (rest.starts_with('"') && is_day(day)).then_some(day)
    });
    behind_keys.max()
}

fn is_day(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| if place == 4 || place == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.bytes().enumerate().all(fits)
}
