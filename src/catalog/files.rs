//! Rule files in the order of their paths: those that a build has put into the program, or those that were handed in.
//!
//! What belongs together stands together, so everything is found by halving, and to know many costs nothing. It reads no
//! file and understands no rule.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::lazy_list::LazyList;

/// A rule or provider file, as text.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Where it lies below `rules/`, with slashes: `aliyun/ecs/ExportImage/2026-01.json`.
    pub path: String,
    /// How it is named in messages, such as its path on disk.
    pub name: String,
    /// Its content.
    pub text: Cow<'static, str>,
}

/// A rule or provider file that a build has put into a program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedRuleFile {
    /// As that of a [`RuleFile`].
    pub path: &'static str,
    /// Its content.
    pub text: &'static str,
}

impl From<&EmbeddedRuleFile> for RuleFile {
    fn from(EmbeddedRuleFile { path, text }: &EmbeddedRuleFile) -> RuleFile {
        RuleFile { path: (*path).to_owned(), name: format!("rules/{path}"), text: Cow::Borrowed(text) }
    }
}

impl RuleFile {
    /// Whether the file is an edition of an operation: not what a provider's or an operation's editions share.
    pub fn is_edition(&self) -> bool {
        !matches!(self.path.rsplit('/').next(), Some("provider.json" | "resources.json"))
    }
}

/// What a path says that a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About<'p> {
    /// A provider, by its name.
    Provider(&'p str),
    /// Resources that call an operation, by its path.
    Resources(&'p str),
    /// An edition of an operation, by the operation's path and the edition.
    Edition(&'p str, &'p str),
    /// Nothing that lies where rule files lie.
    Nothing,
}

impl About<'_> {
    pub fn of(path: &str) -> About<'_> {
        let Some((folder, file)) = path.rsplit_once('/') else { return About::Nothing };
        match (folder.split('/').count(), file) {
            (1, "provider.json") => About::Provider(folder),
            (3, "resources.json") => About::Resources(folder),
            (3, _) => match file.strip_suffix(".json") {
                Some(edition) => About::Edition(folder, edition),
                None => About::Nothing,
            },
            _ => About::Nothing,
        }
    }
}

/// Rule files, sorted by path; of each path there is one.
#[derive(Debug)]
pub(super) enum Files {
    Embedded(&'static [EmbeddedRuleFile], LazyList<OnceLock<RuleFile>>),
    Given(Vec<RuleFile>),
}

impl Files {
    /// Files that are sorted by path already.
    pub fn embedded(files: &'static [EmbeddedRuleFile]) -> Files {
        Files::Embedded(files, LazyList::new(files.len()))
    }

    /// Of several files with one path the last counts.
    pub fn given(files: impl IntoIterator<Item = RuleFile>) -> Files {
        let mut files: Vec<RuleFile> = files.into_iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files.dedup_by(|later, kept| {
            let is_same = later.path == kept.path;
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        Files::Given(files)
    }

    pub fn len(&self) -> usize {
        match self {
            Files::Embedded(files, _) => files.len(),
            Files::Given(files) => files.len(),
        }
    }

    pub fn path(&self, index: usize) -> Option<&str> {
        match self {
            Files::Embedded(files, _) => files.get(index).map(|file| file.path),
            Files::Given(files) => files.get(index).map(|file| file.path.as_str()),
        }
    }

    pub fn file(&self, index: usize) -> Option<&RuleFile> {
        match self {
            Files::Embedded(files, made) => {
                let file = files.get(index)?;
                Some(made.get(index)?.get_or_init(|| file.into()))
            }
            Files::Given(files) => files.get(index),
        }
    }

    /// All files with what their paths say.
    pub fn iter(&self) -> impl Iterator<Item = (usize, About<'_>)> {
        self.within(0..self.len())
    }

    /// Some of the files with what their paths say.
    pub fn within(&self, range: Range<usize>) -> impl Iterator<Item = (usize, About<'_>)> {
        range.filter_map(|index| Some((index, About::of(self.path(index)?))))
    }

    /// The file with this very path.
    pub fn find(&self, path: &str) -> Option<usize> {
        let index = self.first_from(path);
        (self.path(index) == Some(path)).then_some(index)
    }

    /// All files in a folder and below it. The folder's path ends with a slash.
    pub fn below(&self, folder: &str) -> Range<usize> {
        let start = self.first_from(folder);
        let rest = self.halve(start, |path| path.starts_with(folder));
        start..rest
    }

    /// The first file whose path is not before this text.
    fn first_from(&self, text: &str) -> usize {
        self.halve(0, |path| path < text)
    }

    /// The first file from `start` on of whose path something is not so, where it is so of all before.
    fn halve(&self, start: usize, is_so: impl Fn(&str) -> bool) -> usize {
        match self {
            Files::Embedded(files, _) => start + files[start..].partition_point(|file| is_so(file.path)),
            Files::Given(files) => start + files[start..].partition_point(|file| is_so(&file.path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &'static str) -> RuleFile {
        RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Borrowed(text) }
    }

    #[test]
    fn the_last_file_of_a_path_counts_and_folders_are_found() {
        let paths = ["b/provider.json", "a/s/Op/2.json", "a/s/Opera/1.json", "a/s/Op/1.json", "a/provider.json"];
        let again = ["a/s/Op/1.json", "a/provider.json", "a/s/Op/1.json"];
        let first = paths.iter().map(|path| file(path, "first"));
        let files =
            Files::given(first.chain(again.iter().zip(["x", "y", "last"]).map(|(path, text)| file(path, text))));
        assert_eq!(files.len(), paths.len());
        let text = |path: &str| files.file(files.find(path).expect("it is there")).expect("a file").text.as_ref();
        assert_eq!([text("a/s/Op/1.json"), text("a/provider.json"), text("b/provider.json")], ["last", "y", "first"]);
        let below = |folder: &str| files.below(folder).filter_map(|index| files.path(index)).collect::<Vec<_>>();
        assert_eq!(below("a/s/Op/"), ["a/s/Op/1.json", "a/s/Op/2.json"]);
        assert_eq!(below("a/s/").len(), 3);
        assert_eq!(below("c/"), Vec::<&str>::new());
        assert_eq!(files.find("a/s/Op"), None);
    }

    #[test]
    fn a_path_says_what_a_file_is_about() {
        for (path, about) in [
            ("aliyun/provider.json", About::Provider("aliyun")),
            ("aliyun/ecs/ExportImage/2026-01.json", About::Edition("aliyun/ecs/ExportImage", "2026-01")),
            ("aliyun/ecs/ExportImage/resources.json", About::Resources("aliyun/ecs/ExportImage")),
            ("provider.json", About::Nothing),
            ("aliyun/resources.json", About::Nothing),
            ("aliyun/ecs/2026-01.json", About::Nothing),
            ("aliyun/ecs/ExportImage/2026-01.txt", About::Nothing),
            ("aliyun/ecs/image/ExportImage/2026-01.json", About::Nothing),
            ("", About::Nothing),
        ] {
            assert_eq!(About::of(path), about, "{path}");
        }
    }
}
