//! The checker: what a program holds on to.

use std::sync::Arc;

use crate::catalog::{Catalog, Editions, RuleFile, did_you_mean};
use crate::compile::RuleError;
use crate::facts::{self, Facts, FactsError};
use crate::json::Node;
use crate::operation::Provider;
use crate::place::Position;
use crate::report::Report;
use crate::request::Request;

/// Knows the rules, and checks requests against them.
///
/// Cheap to clone and shared between threads without locks. Operations are prepared when they are first used.
#[derive(Clone, Debug)]
pub struct Checker {
    catalog: Arc<Catalog>,
    editions: Arc<Editions>,
}

impl Checker {
    /// A checker with the rules that are part of this library.
    pub fn bundled() -> Checker {
        Checker { catalog: Arc::new(Catalog::bundled()), editions: Arc::default() }
    }

    /// A checker with these rule files only. Of several with one path, the last counts: so
    /// `RuleFile::bundled().chain(own)` puts own files over the bundled ones.
    ///
    /// # Errors
    ///
    /// All mistakes of all files; a checker never works with a rule that it does not understand.
    pub fn from_files(files: impl IntoIterator<Item = RuleFile>) -> Result<Checker, Vec<RuleError>> {
        let catalog = Catalog::new(files)?;
        let mistakes = catalog.check_all();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Checker { catalog: Arc::new(catalog), editions: Arc::default() })
    }

    /// A checker with what a catalog holds, broken files included: those are not used.
    pub(crate) fn of_catalog(catalog: Catalog) -> Checker {
        Checker { catalog: Arc::new(catalog), editions: Arc::default() }
    }

    /// The same checker, with other editions meant where a request names none.
    #[must_use]
    pub fn with_editions(&self, editions: Editions) -> Checker {
        Checker { catalog: Arc::clone(&self.catalog), editions: Arc::new(editions) }
    }

    /// Predicts what the API would answer to `request`, knowing `facts` of the account.
    ///
    /// Reads no file, clock or network, and cannot fail: a request of which nothing can be said gives a report that
    /// says so.
    pub fn check<'r>(&self, request: &'r Request<'r>, facts: &'r Facts) -> Report<'r> {
        let resolved = self.catalog.resolve(
            &request.provider,
            request.service.as_deref(),
            &request.operation,
            request.edition.as_deref(),
            &self.editions,
        );
        match resolved {
            Ok(operation) => Report::of_checked(operation, request, facts),
            Err(unsupported) => Report::of_unsupported(request, unsupported),
        }
    }

    /// Reads facts and adds them to `facts`: sections, a response of a read-only call, or a recorded call; later
    /// ones override earlier ones item by item.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, or a response cannot be told or could be of two calls.
    pub fn read_facts(&self, text: &str, facts: &mut Facts) -> Result<(), FactsError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let node = Node::from_text(text).map_err(|error| FactsError {
            message: error.message.to_string(),
            position: Position::START.after(text, error.at),
        })?;
        let providers = self.catalog.providers();
        let providers: Vec<&Provider> = providers.iter().map(AsRef::as_ref).collect();
        facts::read_into(facts, &node, &providers)
            .map_err(|(span, message)| FactsError { message, position: Position::START.after(text, span.start) })
    }

    /// Declares a section of facts complete: what it does not list does not exist. `section` is a section's name, for
    /// all providers that have one, or `<provider>/<section>`.
    ///
    /// # Errors
    ///
    /// When no provider has such a section; the message names those that there are.
    pub fn close_facts(&self, section: &str, facts: &mut Facts) -> Result<(), String> {
        let (provider_name, name) =
            section.split_once('/').map_or((None, section), |(provider, name)| (Some(provider), name));
        let mut closed = false;
        let providers = self.catalog.providers();
        let meant = providers.iter().filter(|provider| provider_name.is_none_or(|name| provider.is_called(name)));
        for provider in meant.filter(|provider| provider.section(name).is_some()) {
            facts.section_mut(&provider.name, name).close(None);
            closed = true;
        }
        if closed {
            return Ok(());
        }
        let all = providers.iter().flat_map(|provider| provider.sections.iter().map(|section| section.name.as_str()));
        let mut names: Vec<&str> = all.collect();
        names.sort_unstable();
        names.dedup();
        let hint = did_you_mean(section, names.iter().copied());
        Err(format!("{section:?} is no fact section; there are {}{hint}", names.join(", ")))
    }

    /// What this checker knows.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }
}

impl Default for Checker {
    fn default() -> Self {
        Checker::bundled()
    }
}
