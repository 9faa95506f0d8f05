//! The state of a set of rules: how new it is, and a digest by which two sets are told apart.
//!
//! Nothing here understands a rule: the same bytes under the same paths are the same set.

mod stamp;

use std::fmt;

use serde::Serialize;

use crate::catalog::{EmbeddedRuleFile, RuleFile};

/// The rule files that are part of this library.
static BUNDLED_RULES: BundledRules = include!(concat!(env!("OUT_DIR"), "/bundled_rules.rs"));
pub(crate) static BUNDLED: &[EmbeddedRuleFile] = BUNDLED_RULES.files;

/// What the build made of the rule files.
struct BundledRules {
    digest: &'static str,
    newest_read: Option<&'static str>,
    /// Sorted by path.
    files: &'static [EmbeddedRuleFile],
    /// What was found out about each of them, in the same order.
    stamps: &'static [Stamp],
}

/// The digest of a file, and the newest day on which a source of it was read.
#[derive(Debug)]
struct Stamp {
    digest: &'static str,
    newest_read: Option<&'static str>,
}

/// The state of a checker's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RuleSet {
    /// The newest day on which a source of these rules was read, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// `sha256:` and the digest over paths and contents of all rule files: another one, when any of them is another one.
    pub digest: String,
}

impl RuleSet {
    /// The state of the rules that are part of this library.
    pub fn bundled() -> RuleSet {
        let BundledRules { digest, newest_read, .. } = &BUNDLED_RULES;
        RuleSet { date: newest_read.map(str::to_owned), digest: format!("sha256:{digest}") }
    }

    /// The state of these files; of each path there is one.
    pub(crate) fn of<'f>(files: impl Iterator<Item = &'f RuleFile>) -> RuleSet {
        let known = |file: &'f RuleFile| match bundled_as(&file.path, &file.text) {
            Some(Stamp { digest, newest_read }) => {
                (file.path.as_str(), (*digest).to_owned(), newest_read.map(str::to_owned))
            }
            None => {
                let newest = stamp::newest_read(&file.text).map(str::to_owned);
                (file.path.as_str(), stamp::digest(file.text.as_bytes()), newest)
            }
        };
        let mut files: Vec<_> = files.map(known).collect();
        files.sort();
        let digest = stamp::digest_of_set(files.iter().map(|(path, digest, _)| (*path, digest.as_str())));
        let date = files.into_iter().filter_map(|(_, _, newest)| newest).max();
        RuleSet { date, digest: format!("sha256:{digest}") }
    }
}

impl fmt::Display for RuleSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.date.as_deref().unwrap_or("(no date)"), self.digest)
    }
}

/// Whether a file is the bundled one: the very same text, not one that was read from a disk.
pub(crate) fn is_bundled(path: &str, text: &str) -> bool {
    bundled_as(path, text).is_some()
}

fn bundled_as(path: &str, text: &str) -> Option<&'static Stamp> {
    let index = BUNDLED.binary_search_by(|bundled| bundled.path.cmp(path)).ok()?;
    if std::ptr::eq(BUNDLED[index].text, text) { BUNDLED_RULES.stamps.get(index) } else { None }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn file(path: &str, text: &str) -> RuleFile {
        RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text.to_owned()) }
    }

    #[test]
    fn what_the_build_found_is_what_is_found_at_run_time() {
        let copies: Vec<RuleFile> = RuleFile::bundled().map(|bundled| file(&bundled.path, &bundled.text)).collect();
        assert!(copies.iter().all(|copy| !is_bundled(&copy.path, &copy.text)));
        assert_eq!(RuleSet::of(copies.iter()), RuleSet::bundled());
        let originals: Vec<RuleFile> = RuleFile::bundled().collect();
        assert!(originals.iter().all(|original| is_bundled(&original.path, &original.text)));
        assert_eq!(RuleSet::of(originals.iter().rev()), RuleSet::bundled());
    }

    #[test]
    fn the_digest_is_that_of_a_list_of_digests() {
        // The SHA-256 of "abc" is in FIPS 180-2; that of the list was made with sha256sum.
        let set = RuleSet::of([file("a/b", "abc")].iter());
        let list = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a/b\n";
        assert_eq!(set.digest, format!("sha256:{}", stamp::digest(list.as_bytes())));
        assert_eq!(set.digest, "sha256:e3e9c5de1567b6cbdce47534afd86fb59e30d0a88726eee079d987f8818ba354");
        assert_eq!(set.date, None);
    }

    #[test]
    fn paths_and_contents_count() {
        let digest = |files: &[(&str, &str)]| {
            let files: Vec<RuleFile> = files.iter().map(|(path, text)| file(path, text)).collect();
            RuleSet::of(files.iter()).digest
        };
        let one = digest(&[("a", "1"), ("b", "2")]);
        assert_eq!(one, digest(&[("b", "2"), ("a", "1")]));
        for other in [&[("a", "1")][..], &[("a", "2"), ("b", "1")], &[("a", "1"), ("c", "2")]] {
            assert_ne!(one, digest(other), "{other:?}");
        }
    }

    #[test]
    fn the_newest_day_is_found_wherever_it_stands() {
        for (text, day) in [
            (r#"{"read": "2026-01-02", "x": {"read" : "2026-11-02"}}"#, Some("2026-11-02")),
            (r#"{"read":"2026-01-02"}"#, Some("2026-01-02")),
            (r#"{"read":"soon","note":"\"read\": \"2099-01-01\"","read":"2020-1-01"}"#, None),
            (r#"{"read"#, None),
            (r#"{"read":"2026-01-0中"}"#, None),
        ] {
            assert_eq!(stamp::newest_read(text), day, "{text}");
        }
    }
}
