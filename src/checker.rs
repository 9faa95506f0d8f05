//! The checker: what a program holds on to.

use std::borrow::Cow;
use std::sync::Arc;

use crate::catalog::{Catalog, Editions, EmbeddedRuleFile, RuleFile, Unsupported, did_you_mean};
use crate::compile::RuleError;
use crate::facts::{self, Facts, FactsError};
use crate::json::Node;
use crate::limits::REQUEST_BYTES;
use crate::memo::Memo;
use crate::operation::{Operation, Provider};
use crate::place::Position;
use crate::report::Report;
use crate::request::given::FaultKind;
use crate::request::plain::{self, ReadAndBound};
use crate::request::slots::{self, Bound, Slots};
use crate::request::{BoundTo, CheckerId, InputError, Request, envelope};
use crate::rule_set::RuleSet;

/// Knows the rules, and checks requests against them.
///
/// Cheap to clone and shared between threads without locks. Operations are prepared when they are first used.
#[derive(Clone, Debug)]
pub struct Checker {
    known: Arc<Known>,
}

/// An operation and what of a request is bound to it; or why there is none.
type BoundFor<'c, 't> = Result<(&'c Operation, Bound<'t>), Unsupported>;

#[derive(Debug)]
struct Known {
    catalog: Arc<Catalog>,
    editions: Editions,
    memo: Memo,
    /// By this a request knows that it was read with these rules and editions.
    id: Arc<CheckerId>,
}

impl Checker {
    /// A checker with the rules that are part of this library.
    pub fn bundled() -> Checker {
        Checker::of(Arc::new(Catalog::bundled()), Editions::default())
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
        Ok(Checker::of(Arc::new(catalog), Editions::default()))
    }

    /// As [`Checker::from_files`], for files that were checked before, as `preflint rules check` does: each is read only
    /// when its operation is first used, so that thousands of them cost nothing. A request whose rules cannot be used after
    /// all is `unsupported`, and the report says why.
    ///
    /// # Errors
    ///
    /// When a file does not lie where rule files lie.
    pub fn from_checked_files(files: impl IntoIterator<Item = RuleFile>) -> Result<Checker, Vec<RuleError>> {
        Ok(Checker::of(Arc::new(Catalog::new(files)?), Editions::default()))
    }

    /// A checker with rule files that the build of a program has put into it, as this library's own are: thousands of
    /// them cost nothing until an operation is first used. They are sorted by path, each lies where rule files lie, and all
    /// were checked before, as `preflint rules check` does: what is out of order may not be found, and rules that cannot be
    /// used make a request `unsupported`.
    pub fn from_embedded(files: &'static [EmbeddedRuleFile]) -> Checker {
        Checker::of(Arc::new(Catalog::embedded(files)), Editions::default())
    }

    fn of(catalog: Arc<Catalog>, editions: Editions) -> Checker {
        let memo = Memo::new(catalog.len());
        Checker { known: Arc::new(Known { catalog, editions, memo, id: Arc::default() }) }
    }

    /// A checker with what a catalog holds, broken files included: those are not used.
    pub(crate) fn of_catalog(catalog: Catalog) -> Checker {
        Checker::of(Arc::new(catalog), Editions::default())
    }

    /// The same checker, with other editions meant where a request names none.
    #[must_use]
    pub fn with_editions(&self, editions: Editions) -> Checker {
        Checker::of(Arc::clone(&self.known.catalog), editions)
    }

    /// Predicts what the API would answer to `request`, knowing `facts` of the account.
    ///
    /// Reads no file, clock or network, and cannot fail: a request of which nothing can be said gives a report that
    /// says so.
    pub fn check<'r>(&'r self, request: &'r Request<'r>, facts: &'r Facts) -> Report<'r> {
        if let Some(written) = &request.written {
            if let Some(message) = written.unsupported.clone() {
                return Report::of_unsupported(Cow::Borrowed(request), Unsupported { message });
            }
            let names_none = written.faults.iter().any(|fault| fault.kind == FaultKind::Action);
            if names_none && let Ok(provider) = self.catalog().provider(&request.provider) {
                return Report::of_refused(request, provider);
            }
        }
        let bound = request.bound.as_deref().filter(|bound| Arc::ptr_eq(&bound.reader, &self.known.id));
        match bound.map_or_else(|| self.operation_of(request), |bound| Ok(&bound.operation)) {
            Ok(operation) => Report::of_checked(operation, Cow::Borrowed(request), facts, None, Some(self.catalog())),
            Err(unsupported) => Report::of_unsupported(Cow::Borrowed(request), unsupported),
        }
    }

    /// Reads one request of preflint's JSON form and checks it, in one go: the parameters are read only once where the
    /// text names the operation before or behind them. `text` starts at `origin` of the input.
    ///
    /// # Errors
    ///
    /// As [`Request::from_json_at`].
    #[inline]
    pub fn check_json<'r>(
        &'r self,
        text: &'r str,
        origin: Position,
        facts: &'r Facts,
    ) -> Result<Report<'r>, InputError> {
        let mut slots = Slots::reused();
        // A request is large. What is read plainly goes into its report on the shortest way: to hand it on once more took a
        // twentieth of the time.
        if let Some(ReadAndBound { request, operation, suspects }) = self.read_plain(text, origin, &mut slots) {
            let bound = Bound { slots, suspects };
            return Ok(Report::of_checked(operation, Cow::Owned(request), facts, Some(bound), Some(self.catalog())));
        }
        let (request, found) = self.read_and_bind(text, origin, slots)?;
        Ok(match found {
            Ok((operation, bound)) => {
                Report::of_checked(operation, Cow::Owned(request), facts, Some(bound), Some(self.catalog()))
            }
            Err(unsupported) => Report::of_unsupported(Cow::Owned(request), unsupported),
        })
    }

    /// Reads one request of preflint's JSON form, as [`Request::from_json_at`] does, with its parameters: to check it with
    /// this checker then takes no second look at the text, however often and with whatever facts. It keeps some fifty
    /// bytes for each value.
    ///
    /// # Errors
    ///
    /// As [`Request::from_json_at`].
    pub fn read_json<'t>(&self, text: &'t str, origin: Position) -> Result<Request<'t>, InputError> {
        let mut slots = Slots::reused();
        let (mut request, bound) = match self.read_plain(text, origin, &mut slots) {
            Some(ReadAndBound { request, suspects, .. }) => (request, Some(Bound { slots, suspects })),
            None => {
                let (request, found) = self.read_and_bind(text, origin, slots)?;
                (request, found.ok().map(|(_, bound)| bound))
            }
        };
        if let Some(bound) = bound
            && let Ok(operation) = self.operation_of(&request).map(Arc::clone)
        {
            // A copy takes no more memory than it needs. What slots are bound in may be as large as the largest request so far.
            let reader = Arc::clone(&self.known.id);
            request.bound = Some(Box::new(BoundTo { reader, operation, bound: bound.clone() }));
        }
        Ok(request)
    }

    /// Reads a request that is written plainly and names an operation that was met before.
    #[inline(always)]
    fn read_plain<'t>(&self, text: &'t str, origin: Position, slots: &mut Slots<'t>) -> Option<ReadAndBound<'t, '_>> {
        if text.len() > REQUEST_BYTES {
            return None;
        }
        plain::read(text, origin, |meant| self.known.memo.get(meant).map(AsRef::as_ref), slots)
    }

    /// Reads a request in whatever way it is written, and binds its parameters to those of its operation, where there are
    /// rules for it.
    fn read_and_bind<'t>(
        &self,
        text: &'t str,
        origin: Position,
        mut slots: Slots<'t>,
    ) -> Result<(Request<'t>, BoundFor<'_, 't>), InputError> {
        let mut bound_by: Option<&Operation> = None;
        let request = envelope::read(text, origin, |reader, so_far| {
            match self.known.memo.get(so_far.meant()).filter(|_| !so_far.operation.is_empty()) {
                Some(operation) => {
                    bound_by = Some(operation);
                    slots::begin(operation, reader, &mut slots)
                }
                None => reader.skip().map(drop),
            }
        })?;
        let found = self.operation_of(&request).map(|operation| {
            let operation = &**operation;
            let is_bound = bound_by.is_some_and(|bound_by| std::ptr::eq(bound_by, operation));
            let suspects = match is_bound {
                true => {
                    slots::finish(operation, &request, &mut slots);
                    None
                }
                false => slots::bind(operation, &request, &mut slots),
            };
            (operation, Bound { slots, suspects })
        });
        Ok((request, found))
    }

    fn operation_of(&self, request: &Request<'_>) -> Result<&Arc<Operation>, Unsupported> {
        let Known { catalog, editions, memo, .. } = &*self.known;
        let meant = request.meant();
        let site = request.written.as_ref().and_then(|written| written.site.as_ref());
        if let Some(site) = site.filter(|_| editions.site.is_none()) {
            let editions = Editions { site: Some(site.clone()), ..editions.clone() };
            return catalog.resolve(meant, &editions);
        }
        if let Some(operation) = memo.get(meant) {
            return Ok(operation);
        }
        let found = catalog.resolve(meant, editions)?;
        memo.remember(meant, found);
        Ok(found)
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
        let providers = self.known.catalog.providers();
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
        let providers = self.known.catalog.providers();
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

    /// The state of this checker's rules: how new they are, and a digest of them.
    pub fn rule_set(&self) -> RuleSet {
        self.catalog().rule_set()
    }

    /// Which editions are meant where a request names none.
    pub(crate) fn editions(&self) -> &Editions {
        &self.known.editions
    }

    /// What this checker knows.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.known.catalog
    }
}

impl Default for Checker {
    fn default() -> Self {
        Checker::bundled()
    }
}
