//! The catalog: which operations are known, in which editions, and which edition a request means.
//!
//! Files are kept as text and prepared on first use. It reads no file itself: bundled rules are part of the library,
//! others are handed in.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::compile::{ProviderRules, RuleError, compile_operation, compile_provider, compile_resources};
use crate::operation::resources::Resources;
use crate::operation::{Operation, Provider};
use crate::rule_set::{BUNDLED, RuleSet};
pub use crate::similar::did_you_mean;
pub(crate) use crate::similar::nearest;

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

impl RuleFile {
    /// Whether the file is an edition of an operation: not what a provider's or an operation's editions share.
    pub fn is_edition(&self) -> bool {
        !matches!(self.path.rsplit('/').next(), Some("provider.json" | "resources.json"))
    }

    /// The rule files that are part of this library.
    pub fn bundled() -> impl Iterator<Item = RuleFile> {
        BUNDLED.iter().map(|file| RuleFile {
            path: file.path.to_owned(),
            name: format!("rules/{}", file.path),
            text: Cow::Borrowed(file.text),
        })
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
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    providers: BTreeMap<String, Lazy<ProviderRules>>,
    /// By `<provider>/<service>/<Operation>`.
    operations: BTreeMap<String, Known>,
    /// Paths of operations by provider, then by operation name, for requests that leave out the service.
    by_name: OnceLock<HashMap<String, HashMap<String, Vec<String>>>>,
    /// Files about resources, by `<provider>/<service>/<Operation>`.
    resources: BTreeMap<String, RuleFile>,
    prepared_resources: OnceLock<Resources>,
}

/// An operation's editions.
#[derive(Debug, Default)]
struct Known {
    editions: BTreeMap<String, Lazy<Operation>>,
    /// The edition that is meant when nothing is said: of all requests the same, so it is chosen once.
    default: OnceLock<Option<String>>,
}

#[derive(Debug)]
struct Lazy<T> {
    file: RuleFile,
    prepared: OnceLock<Result<Arc<T>, Vec<RuleError>>>,
}

impl<T> Lazy<T> {
    fn new(file: RuleFile) -> Self {
        Lazy { file, prepared: OnceLock::new() }
    }
}

impl Catalog {
    /// Takes files in; of several with one path the last counts.
    pub fn new(files: impl IntoIterator<Item = RuleFile>) -> Result<Catalog, Vec<RuleError>> {
        let mut catalog = Catalog::default();
        let mut mistakes = Vec::new();
        for file in files {
            let parts: Vec<&str> = file.path.split('/').collect();
            match parts.as_slice() {
                [provider, "provider.json"] => {
                    catalog.providers.insert((*provider).to_owned(), Lazy::new(file));
                }
                [provider, service, operation, "resources.json"] => {
                    catalog.resources.insert(format!("{provider}/{service}/{operation}"), file);
                }
                [provider, service, operation, edition] if edition.ends_with(".json") => {
                    let path = format!("{provider}/{service}/{operation}");
                    let edition = edition.trim_end_matches(".json").to_owned();
                    catalog.operations.entry(path).or_default().editions.insert(edition, Lazy::new(file));
                }
                _ => {
                    let mut found = crate::compile::Mistakes::of(&file.name, &file.text);
                    let expected = "<provider>/provider.json, <provider>/<service>/<Operation>/<edition>.json or \
                                    <provider>/<service>/<Operation>/resources.json";
                    found.add(
                        crate::place::Span::default(),
                        format!("the file does not lie where rule files lie: {expected}"),
                    );
                    mistakes.extend(found.into_errors());
                }
            }
        }
        if mistakes.is_empty() { Ok(catalog) } else { Err(mistakes) }
    }

    pub fn bundled() -> Catalog {
        // The bundled table holds only paths of the two forms; a test reads all of it.
        Catalog::new(RuleFile::bundled()).unwrap_or_default()
    }

    /// Prepares everything and gives all mistakes.
    pub fn check_all(&self) -> Vec<RuleError> {
        let mut mistakes = Vec::new();
        let mut told = HashSet::new();
        for provider in self.providers.keys() {
            mistakes.extend(self.provider_rules(provider).err().unwrap_or_default());
        }
        let refused = |provider: &str| self.providers.contains_key(provider) && self.provider_rules(provider).is_err();
        for (path, known) in &self.operations {
            let provider = path.split('/').next().unwrap_or_default();
            if refused(provider) {
                continue;
            }
            for edition in known.editions.keys() {
                // A mistake in what the provider's file shares is told once.
                for mistake in self.operation(path, edition).err().unwrap_or_default() {
                    if told.insert((mistake.file.clone(), mistake.span, mistake.message.clone())) {
                        mistakes.push(mistake);
                    }
                }
            }
        }
        for (path, file) in &self.resources {
            if !refused(path.split('/').next().unwrap_or_default()) {
                mistakes.extend(self.resource_mistakes(path, file));
            }
        }
        mistakes
    }

    /// The state of all files.
    pub fn rule_set(&self) -> RuleSet {
        let editions = self.edition_files().map(|(_, _, file)| file);
        RuleSet::of(self.provider_files().chain(editions).chain(self.resources.values()))
    }

    /// The files of all providers.
    pub fn provider_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.providers.values().map(|lazy| &lazy.file)
    }

    /// The files of all editions, each with its operation's path and its edition.
    pub fn edition_files(&self) -> impl Iterator<Item = (&str, &str, &RuleFile)> {
        self.operations.iter().flat_map(|(path, known)| {
            known.editions.iter().map(move |(edition, lazy)| (path.as_str(), edition.as_str(), &lazy.file))
        })
    }

    /// The files about resources.
    pub fn resource_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.resources.values()
    }

    /// The mistakes of a file about resources. Of editions that have mistakes themselves, parameters cannot be looked up.
    fn resource_mistakes(&self, path: &str, file: &RuleFile) -> Vec<RuleError> {
        let names = self.operations.get(path).into_iter().flat_map(|known| known.editions.keys());
        let editions: Result<Vec<_>, _> = names.map(|edition| self.operation(path, edition)).collect();
        let provider = path.split('/').next().unwrap_or_default();
        let Ok(rules) = self.provider_rules(provider) else {
            let mut mistakes = crate::compile::Mistakes::of(&file.name, &file.text);
            let message = format!("there is no {provider}/provider.json beside this file");
            mistakes.add(crate::place::Span::default(), message);
            return mistakes.into_errors();
        };
        let editions = editions.ok();
        let compiled =
            compile_resources(&file.name, &file.path, &file.text, &rules.prepared.provider, editions.as_deref());
        compiled.err().unwrap_or_default()
    }

    /// The resources that call operations; read when they are first asked for.
    pub fn resources(&self) -> &Resources {
        self.prepared_resources.get_or_init(|| {
            let mut resources = Resources::new();
            for (path, file) in &self.resources {
                let Ok(rules) = self.provider_rules(path.split('/').next().unwrap_or_default()) else { continue };
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
        let Some(lazy) = self.providers.get(name) else { return Err(Vec::new()) };
        let prepare = || compile_provider(&lazy.file).map(Arc::new);
        lazy.prepared.get_or_init(prepare).clone()
    }

    /// The prepared edition of an operation.
    pub fn operation(&self, path: &str, edition: &str) -> Result<Arc<Operation>, Vec<RuleError>> {
        let lazy = self.operations.get(path).and_then(|known| known.editions.get(edition));
        lazy.map_or_else(|| Err(Vec::new()), |lazy| self.prepared(lazy).clone())
    }

    /// The file of an edition.
    pub fn file(&self, path: &str, edition: &str) -> Option<&RuleFile> {
        self.operations.get(path)?.editions.get(edition).map(|lazy| &lazy.file)
    }

    fn prepared<'c>(&'c self, lazy: &'c Lazy<Operation>) -> &'c Result<Arc<Operation>, Vec<RuleError>> {
        let provider = lazy.file.path.split('/').next().unwrap_or_default();
        let prepare = || {
            let RuleFile { name, path, text } = &lazy.file;
            if !self.providers.contains_key(provider) {
                let mut mistakes = crate::compile::Mistakes::of(name, text);
                let message = format!("there is no {provider}/provider.json beside this file");
                mistakes.add(crate::place::Span::default(), message);
                return Err(mistakes.into_errors());
            }
            compile_operation(name, path, text, &*self.provider_rules(provider)?).map(Arc::new)
        };
        lazy.prepared.get_or_init(prepare)
    }

    /// Whether there are rules for an operation, whatever the edition.
    pub fn has(&self, path: &str) -> bool {
        self.operations.contains_key(path)
    }

    /// All providers that can be prepared.
    pub fn providers(&self) -> Vec<Arc<Provider>> {
        let prepared = self.providers.keys().filter_map(|name| self.provider_rules(name).ok());
        prepared.map(|rules| Arc::clone(&rules.prepared.provider)).collect()
    }

    /// All operations, each as path and editions.
    pub fn operations(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.operations.iter().map(|(path, known)| (path.as_str(), known.editions.keys().map(String::as_str).collect()))
    }

    /// All editions of an operation that can be prepared.
    pub fn editions(&self, path: &str) -> Vec<&Operation> {
        let known = self.operations.get(path).into_iter();
        known.flat_map(|known| known.editions.values()).filter_map(|lazy| self.prepared(lazy).as_deref().ok()).collect()
    }

    /// The edition of an operation that is meant where a request names none.
    pub fn default_edition(&self, path: &str, editions: &Editions) -> Option<String> {
        let provider = self.provider_rules(path.split('/').next().unwrap_or_default()).ok()?;
        let known = self.operations.get(path)?;
        let edition = known.meant_edition(path, &provider.prepared.provider, editions)?;
        known.editions.contains_key(edition).then(|| edition.to_owned())
    }

    /// How many operations are known, whatever their editions.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// The operation that a request means.
    pub fn resolve(&self, meant: Meant<'_>, editions: &Editions) -> Result<&Arc<Operation>, Unsupported> {
        let Meant { provider, service, operation, edition } = meant;
        let rules = self.find_provider(provider)?;
        let provider = &rules.prepared.provider;
        let (path, known) = self.find_operation(provider, service, operation)?;
        let edition = edition.or_else(|| known.meant_edition(path, provider, editions));
        let names = || known.editions.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let Some(edition) = edition else {
            return Err(Unsupported { message: format!("no edition of {path} fits; there are {}", names()) });
        };
        let Some(lazy) = known.editions.get(edition) else {
            return Err(Unsupported { message: format!("no edition {edition:?} of {path}; there are {}", names()) });
        };
        self.prepared(lazy).as_ref().map_err(|mistakes| {
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
        let all = self.providers.keys().filter_map(|name| self.provider_rules(name).ok());
        if let Some(found) = all.into_iter().find(|rules| rules.prepared.provider.is_called(name)) {
            return Ok(found);
        }
        let names = self.providers.keys().map(String::as_str);
        Err(Unsupported { message: format!("no rules for provider {name:?}{}", did_you_mean(name, names)) })
    }

    fn find_operation(
        &self,
        provider: &Provider,
        service: Option<&str>,
        name: &str,
    ) -> Result<(&str, &Known), Unsupported> {
        let found = |path: &str| self.operations.get_key_value(path).map(|(path, known)| (path.as_str(), known));
        if let Some(service) = service {
            let path = format!("{}/{service}/{name}", provider.name);
            if let Some(found) = found(&path) {
                return Ok(found);
            }
            let prefix = format!("{}/", provider.name);
            let below = self.operations.keys().filter_map(|path| path.strip_prefix(&prefix));
            let asked = format!("{service}/{name}");
            let hint = did_you_mean(&asked, below);
            return Err(Unsupported { message: format!("no rules for {path}{hint}") });
        }
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<String, HashMap<String, Vec<String>>> = HashMap::new();
            for path in self.operations.keys() {
                let mut parts = path.split('/');
                let provider = parts.next().unwrap_or_default().to_owned();
                let name = parts.next_back().unwrap_or_default().to_owned();
                by_name.entry(provider).or_default().entry(name).or_default().push(path.clone());
            }
            by_name
        });
        let of_provider = by_name.get(&provider.name);
        match of_provider.and_then(|names| names.get(name)).map(Vec::as_slice) {
            Some([path]) => found(path).ok_or_else(|| Unsupported { message: format!("no rules for {path}") }),
            Some(several) => {
                let message = format!("{name:?} may be {}; say which \"service\"", several.join(" or "));
                Err(Unsupported { message })
            }
            None => {
                let names = of_provider.into_iter().flat_map(|names| names.keys().map(String::as_str));
                let hint = did_you_mean(name, names);
                Err(Unsupported { message: format!("no rules for operation {name:?} of {}{hint}", provider.name) })
            }
        }
    }
}

impl Known {
    /// The edition that is meant where a request names none. It may be one that is not known, when somebody asked for that.
    fn meant_edition<'k>(&'k self, path: &str, provider: &Provider, editions: &'k Editions) -> Option<&'k str> {
        let is_meant = |meant: &str| path == meant || path.strip_suffix(meant).is_some_and(|rest| rest.ends_with('/'));
        match editions.exact.iter().rev().find(|(meant, _)| is_meant(meant)) {
            Some((_, edition)) => Some(edition),
            None if editions.not_later_than.is_none() && editions.site.is_none() => self.default_edition(provider),
            None => self.newest_edition(provider, editions),
        }
    }

    fn default_edition(&self, provider: &Provider) -> Option<&str> {
        let choose = || self.newest_edition(provider, &Editions::default()).map(str::to_owned);
        self.default.get_or_init(choose).as_deref()
    }

    /// The newest edition of the site, not later than was asked for.
    fn newest_edition(&self, provider: &Provider, editions: &Editions) -> Option<&str> {
        let site = editions.site.as_deref().or(provider.default_site.as_deref());
        let of_site = self.editions.keys().filter(|edition| {
            let edition_site = split_edition(edition).0;
            edition_site.is_none() || site.is_none() || edition_site == site
        });
        let latest = editions.not_later_than.as_deref();
        let in_time = of_site.filter(|edition| latest.is_none_or(|latest| split_edition(edition).1 <= latest));
        in_time.max_by_key(|edition| split_edition(edition).1).map(String::as_str)
    }
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
