//! The catalog: which operations are known, in which editions, and which edition a request means.
//!
//! Files are kept as text and prepared on first use. It reads no file itself: bundled rules are part of the library,
//! others are handed in.

mod files;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::compile::{ProviderRules, RuleError, compile_operation, compile_provider, compile_resources};
use crate::lazy_list::LazyList;
use crate::operation::resources::Resources;
use crate::operation::{Operation, Provider};
use crate::rule_set::{BUNDLED, RuleSet};
pub use crate::similar::did_you_mean;
pub(crate) use crate::similar::nearest;
use files::{About, Files};
pub use files::{EmbeddedRuleFile, RuleFile};

impl RuleFile {
    /// The rule files that are part of this library.
    pub fn bundled() -> impl Iterator<Item = RuleFile> {
        BUNDLED.iter().map(RuleFile::from)
    }
}

/// Which editions are meant where a request names none.
#[derive(Clone, Debug, Default)]
pub struct Editions {
    /// Editions of single operations: the operation's name or path, and the edition.
    pub exact: Vec<(String, String)>,
    /// The newest edition not later than this month, `YYYY-MM`.
    pub not_later_than: Option<String>,
    /// The site whose editions are meant, for providers with several.
    pub site: Option<String>,
}

/// What a request says about which operation it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meant<'m> {
    pub provider: &'m str,
    pub service: Option<&'m str>,
    pub operation: &'m str,
    pub edition: Option<&'m str>,
}

impl Meant<'_> {
    /// Nothing was said yet.
    pub const NOTHING: Self = Meant { provider: "", service: None, operation: "", edition: None };
}

/// Why an operation or edition has no rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsupported {
    pub message: String,
}

/// All known operations.
#[derive(Debug)]
pub(crate) struct Catalog {
    files: Files,
    /// What was made of the files of editions and of providers, by the places of their files.
    operations: LazyList<Prepared<Operation>>,
    providers: LazyList<Prepared<ProviderRules>>,
    resources: OnceLock<Resources>,
}

/// What is made of a file when it is first needed: itself, or its mistakes.
type Prepared<T> = OnceLock<Result<Arc<T>, Vec<RuleError>>>;

impl Catalog {
    /// Takes files in; of several with one path the last counts.
    pub fn new(files: impl IntoIterator<Item = RuleFile>) -> Result<Catalog, Vec<RuleError>> {
        let files = Files::given(files);
        let mut mistakes = Vec::new();
        for (index, about) in files.iter() {
            if about == About::Nothing
                && let Some(RuleFile { name, text, .. }) = files.file(index)
            {
                let expected = "<provider>/provider.json, <provider>/<service>/<Operation>/<edition>.json or \
                                <provider>/<service>/<Operation>/resources.json";
                let message = format!("the file does not lie where rule files lie: {expected}");
                mistakes.extend(only_mistake(name, text, message));
            }
        }
        if mistakes.is_empty() { Ok(Catalog::of(files)) } else { Err(mistakes) }
    }

    /// The files that a build has put into a program. They are sorted by path.
    pub fn embedded(files: &'static [EmbeddedRuleFile]) -> Catalog {
        Catalog::of(Files::embedded(files))
    }

    pub fn bundled() -> Catalog {
        Catalog::embedded(BUNDLED)
    }

    fn of(files: Files) -> Catalog {
        let (operations, providers) = (LazyList::new(files.len()), LazyList::new(files.len()));
        Catalog { files, operations, providers, resources: OnceLock::new() }
    }

    /// Prepares everything and gives all mistakes.
    pub fn check_all(&self) -> Vec<RuleError> {
        let mut mistakes = Vec::new();
        let mut told = HashSet::new();
        for provider in self.provider_names() {
            mistakes.extend(self.provider_rules(provider).err().unwrap_or_default());
        }
        let refused = |path: &str| self.provider_rules(provider_of(path)).is_err_and(|mistakes| !mistakes.is_empty());
        for (index, about) in self.files.iter() {
            if let About::Edition(operation, _) = about
                && !refused(operation)
                && let Some(Err(found)) = self.prepared(index)
            {
                // A mistake in what the provider's file shares is told once.
                for mistake in found {
                    if told.insert((&mistake.file, mistake.span, &mistake.message)) {
                        mistakes.push(mistake.clone());
                    }
                }
            }
        }
        for (index, about) in self.files.iter() {
            if let (About::Resources(operation), Some(file)) = (about, self.files.file(index))
                && !refused(operation)
            {
                mistakes.extend(self.resource_mistakes(operation, file));
            }
        }
        mistakes
    }

    /// The state of all files.
    pub fn rule_set(&self) -> RuleSet {
        RuleSet::of((0..self.files.len()).filter_map(|index| self.files.file(index)))
    }

    /// The files of all providers.
    pub fn provider_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.files_about(|about| matches!(about, About::Provider(_)))
    }

    /// The files of all editions, each with its operation's path and its edition.
    pub fn edition_files(&self) -> impl Iterator<Item = (&str, &str, &RuleFile)> {
        self.files.iter().filter_map(|(index, about)| match about {
            About::Edition(operation, edition) => Some((operation, edition, self.files.file(index)?)),
            _ => None,
        })
    }

    /// The files about resources.
    pub fn resource_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.files_about(|about| matches!(about, About::Resources(_)))
    }

    fn files_about(&self, is_meant: impl Fn(About<'_>) -> bool) -> impl Iterator<Item = &RuleFile> {
        let meant = self.files.iter().filter(move |(_, about)| is_meant(*about));
        meant.filter_map(|(index, _)| self.files.file(index))
    }

    /// The mistakes of a file about resources. Of editions that have mistakes themselves, parameters cannot be looked up.
    fn resource_mistakes(&self, path: &str, file: &RuleFile) -> Vec<RuleError> {
        let editions = self.editions_of(path).map(|(index, _)| self.prepared_edition(index));
        let editions: Result<Vec<_>, _> = editions.collect();
        let Ok(rules) = self.provider_rules(provider_of(path)) else {
            let provider = provider_of(path);
            let message = format!("there is no {provider}/provider.json beside this file");
            return only_mistake(&file.name, &file.text, message);
        };
        let editions = editions.ok();
        let compiled =
            compile_resources(&file.name, &file.path, &file.text, &rules.prepared.provider, editions.as_deref());
        compiled.err().unwrap_or_default()
    }

    /// The resources that call operations; read when they are first asked for.
    pub fn resources(&self) -> &Resources {
        self.resources.get_or_init(|| {
            let mut resources = Resources::new();
            for file in self.resource_files() {
                let Ok(rules) = self.provider_rules(provider_of(&file.path)) else { continue };
                let compiled = compile_resources(&file.name, &file.path, &file.text, &rules.prepared.provider, None);
                for resource in compiled.unwrap_or_default() {
                    resources.entry((resource.form, resource.name.clone())).or_default().push(Arc::new(resource));
                }
            }
            resources
        })
    }

    /// The prepared file of a provider.
    pub fn provider_rules(&self, name: &str) -> Result<Arc<ProviderRules>, Vec<RuleError>> {
        let index = self.files.find(&[name, "/provider.json"].concat()).ok_or_else(Vec::new)?;
        let (prepared, file) = self.providers.get(index).zip(self.files.file(index)).ok_or_else(Vec::new)?;
        prepared.get_or_init(|| compile_provider(file).map(Arc::new)).clone()
    }

    /// The prepared edition of an operation.
    pub fn operation(&self, path: &str, edition: &str) -> Result<Arc<Operation>, Vec<RuleError>> {
        self.find_edition(path, edition).map_or_else(|| Err(Vec::new()), |index| self.prepared_edition(index))
    }

    /// The file of an edition.
    pub fn file(&self, path: &str, edition: &str) -> Option<&RuleFile> {
        self.files.file(self.find_edition(path, edition)?)
    }

    fn find_edition(&self, path: &str, edition: &str) -> Option<usize> {
        let index = self.files.find(&[path, "/", edition, ".json"].concat())?;
        matches!(About::of(self.files.path(index)?), About::Edition(..)).then_some(index)
    }

    fn prepared_edition(&self, index: usize) -> Result<Arc<Operation>, Vec<RuleError>> {
        self.prepared(index).cloned().unwrap_or_else(|| Err(Vec::new()))
    }

    /// What was made of the edition whose file stands at this place.
    fn prepared(&self, index: usize) -> Option<&Result<Arc<Operation>, Vec<RuleError>>> {
        let RuleFile { name, path, text } = self.files.file(index)?;
        let prepare = || {
            let provider = provider_of(path);
            if self.files.find(&[provider, "/provider.json"].concat()).is_none() {
                let message = format!("there is no {provider}/provider.json beside this file");
                return Err(only_mistake(name, text, message));
            }
            compile_operation(name, path, text, &*self.provider_rules(provider)?).map(Arc::new)
        };
        Some(self.operations.get(index)?.get_or_init(prepare))
    }

    /// Whether there are rules for an operation, whatever the edition.
    pub fn has(&self, path: &str) -> bool {
        self.editions_of(path).next().is_some()
    }

    /// All providers that can be prepared.
    pub fn providers(&self) -> Vec<Arc<Provider>> {
        let prepared = self.provider_names().filter_map(|name| self.provider_rules(name).ok());
        prepared.map(|rules| Arc::clone(&rules.prepared.provider)).collect()
    }

    /// The names of all providers, in order. Whatever lies between their files is passed over.
    fn provider_names(&self) -> impl Iterator<Item = &str> {
        self.folders(0..self.files.len(), 0)
            .filter(|name| self.files.find(&[name, "/provider.json"].concat()).is_some())
    }

    /// The folders one level deeper than `depth` slashes in a range of files, each once: their names with what is before them.
    fn folders(&self, range: Range<usize>, depth: usize) -> impl Iterator<Item = &str> {
        let mut at = range.start;
        std::iter::from_fn(move || {
            while at < range.end {
                let path = self.files.path(at)?;
                match path.match_indices('/').nth(depth) {
                    Some((slash, _)) => {
                        at = self.files.below(&path[..=slash]).end;
                        return Some(&path[..slash]);
                    }
                    None => at += 1,
                }
            }
            None
        })
    }

    /// The editions of an operation in order, with the places of their files.
    fn editions_of(&self, path: &str) -> impl Iterator<Item = (usize, &str)> + use<'_> {
        let length = path.len();
        self.files.within(self.files.below(&[path, "/"].concat())).filter_map(move |(index, about)| match about {
            // What lies deeper is another operation's.
            About::Edition(operation, edition) if operation.len() == length => Some((index, edition)),
            _ => None,
        })
    }

    /// All operations, each as path and editions.
    pub fn operations(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.operations_within(0..self.files.len())
    }

    /// The operations of a provider or a service, whose path ends with a slash.
    pub fn operations_below(&self, folder: &str) -> impl Iterator<Item = (&str, Vec<&str>)> + use<'_> {
        self.operations_within(self.files.below(folder))
    }

    fn operations_within(&self, files: Range<usize>) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let folders = self.folders(files, 2);
        let known = folders.map(|path| (path, self.editions_of(path).map(|(_, edition)| edition).collect::<Vec<_>>()));
        known.filter(|(_, editions)| !editions.is_empty())
    }

    /// All editions of an operation that can be prepared.
    pub fn editions(&self, path: &str) -> Vec<&Operation> {
        let prepared = self.editions_of(path).filter_map(|(index, _)| self.prepared(index)?.as_deref().ok());
        prepared.collect()
    }

    /// The edition of an operation that is meant where a request names none.
    pub fn default_edition(&self, path: &str, editions: &Editions) -> Option<String> {
        let rules = self.provider_rules(provider_of(path)).ok()?;
        let edition = self.meant_edition(path, &rules.prepared.provider, editions)?;
        self.find_edition(path, edition).map(|_| edition.to_owned())
    }

    /// How many operations may be known, at most.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The operation that a request means.
    pub fn resolve(&self, meant: Meant<'_>, editions: &Editions) -> Result<&Arc<Operation>, Unsupported> {
        let Meant { provider, service, operation, edition } = meant;
        let rules = self.find_provider(provider)?;
        let provider = &rules.prepared.provider;
        let path = &*self.find_operation(provider, service, operation)?;
        let edition = edition.or_else(|| self.meant_edition(path, provider, editions));
        let names = || self.editions_of(path).map(|(_, edition)| edition).collect::<Vec<_>>().join(", ");
        let Some(edition) = edition else {
            return Err(Unsupported { message: format!("no edition of {path} fits; there are {}", names()) });
        };
        let Some(prepared) = self.find_edition(path, edition).and_then(|index| self.prepared(index)) else {
            return Err(Unsupported { message: format!("no edition {edition:?} of {path}; there are {}", names()) });
        };
        prepared.as_ref().map_err(|mistakes| {
            let reasons: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            Unsupported { message: format!("the rules of {path}@{edition} cannot be used: {}", reasons.join("; ")) }
        })
    }

    /// What all operations of a provider share, by any of its names.
    pub fn provider(&self, name: &str) -> Result<Arc<Provider>, Unsupported> {
        self.find_provider(name).map(|rules| Arc::clone(&rules.prepared.provider))
    }

    fn find_provider(&self, name: &str) -> Result<Arc<ProviderRules>, Unsupported> {
        if let Ok(rules) = self.provider_rules(name) {
            return Ok(rules);
        }
        let mut all = self.provider_names().filter_map(|name| self.provider_rules(name).ok());
        if let Some(found) = all.find(|rules| rules.prepared.provider.is_called(name)) {
            return Ok(found);
        }
        let hint = did_you_mean(name, self.provider_names());
        Err(Unsupported { message: format!("no rules for provider {name:?}{hint}") })
    }

    /// The path of the operation that a request means.
    fn find_operation(&self, provider: &Provider, service: Option<&str>, name: &str) -> Result<String, Unsupported> {
        let prefix = [&provider.name, "/"].concat();
        let of_provider = || self.operations_below(&prefix).filter_map(|(path, _)| path.strip_prefix(&prefix));
        if let Some(service) = service {
            let path = [&prefix, service, "/", name].concat();
            if self.has(&path) {
                return Ok(path);
            }
            let hint = did_you_mean(&[service, "/", name].concat(), of_provider());
            return Err(Unsupported { message: format!("no rules for {path}{hint}") });
        }
        let services = self.folders(self.files.below(&prefix), 1);
        let paths = services.map(|service| [service, "/", name].concat()).filter(|path| self.has(path));
        let mut paths: Vec<String> = paths.collect();
        match (paths.pop(), paths.is_empty()) {
            (Some(path), true) => Ok(path),
            (Some(last), false) => {
                paths.push(last);
                let message = format!("{name:?} may be {}; say which \"service\"", paths.join(" or "));
                Err(Unsupported { message })
            }
            (None, _) => {
                let names = of_provider().filter_map(|path| path.split_once('/')).map(|(_, name)| name);
                let hint = did_you_mean(name, names);
                Err(Unsupported { message: format!("no rules for operation {name:?} of {}{hint}", provider.name) })
            }
        }
    }

    /// The edition that is meant where a request names none. It may be one that is not known, when somebody asked for that.
    fn meant_edition<'k>(&'k self, path: &str, provider: &Provider, editions: &'k Editions) -> Option<&'k str> {
        let is_meant = |meant: &str| path == meant || path.strip_suffix(meant).is_some_and(|rest| rest.ends_with('/'));
        match editions.exact.iter().rev().find(|(meant, _)| is_meant(meant)) {
            Some((_, edition)) => Some(edition),
            None => self.newest_edition(path, provider, editions),
        }
    }

    /// The newest edition of the site, not later than was asked for.
    fn newest_edition<'k>(&'k self, path: &str, provider: &Provider, editions: &Editions) -> Option<&'k str> {
        let site = editions.site.as_deref().or(provider.default_site.as_deref());
        let all = self.editions_of(path).map(|(_, edition)| edition);
        let of_site = all.filter(|edition| {
            let edition_site = split_edition(edition).0;
            edition_site.is_none() || site.is_none() || edition_site == site
        });
        let latest = editions.not_later_than.as_deref();
        let in_time = of_site.filter(|edition| latest.is_none_or(|latest| split_edition(edition).1 <= latest));
        in_time.max_by_key(|edition| split_edition(edition).1)
    }
}

/// The provider of a path.
fn provider_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

/// A mistake that has no place in its file.
fn only_mistake(name: &str, text: &str, message: String) -> Vec<RuleError> {
    let mut mistakes = crate::compile::Mistakes::of(name, text);
    mistakes.add(crate::place::Span::default(), message);
    mistakes.into_errors()
}

/// Site and month of an edition: `intl-2025-10` is (`intl`, `2025-10`).
fn split_edition(edition: &str) -> (Option<&str>, &str) {
    let month_at = edition.len().saturating_sub("YYYY-MM".len());
    match edition.get(..month_at).and_then(|site| site.strip_suffix('-')) {
        Some(site) => (Some(site), &edition[month_at..]),
        None => (None, edition),
    }
}

/// The site of an edition, where it names one: `intl-2025-10` is of `intl`.
pub fn site_of_edition(edition: &str) -> Option<&str> {
    split_edition(edition).0
}

/// The month of an edition: `intl-2025-10` is of `2025-10`.
pub(crate) fn month_of_edition(edition: &str) -> &str {
    split_edition(edition).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_a_path_of_three_parts() {
        let catalog = Catalog::bundled();
        let (path, editions) = catalog.operations().next().expect("a bundled operation");
        assert!(catalog.has(path) && !editions.is_empty());
        assert_eq!(catalog.editions(path).len(), editions.len());
        let service = path.rsplit_once('/').expect("a path of several parts").0;
        for folder in [service, provider_of(path), &path[..path.len() - 1], "", "/"] {
            assert!(!catalog.has(folder) && catalog.editions(folder).is_empty(), "{folder:?}");
        }
        assert_eq!(catalog.operations_below(&[service, "/"].concat()).next(), Some((path, editions)));
        assert_eq!(catalog.operations_below("nobody/").next(), None);
    }
}
