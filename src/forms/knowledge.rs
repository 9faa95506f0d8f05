//! What readers of forms may ask about providers and operations.
//!
//! Everything here comes from provider.json and rule files. Readers know how a form is written; which hosts, headers,
//! parameters and paths are meant, they ask here.

use std::sync::Arc;

use crate::catalog::{Catalog, Editions, Meant};
use crate::engine::url;
use crate::operation::command_line;
use crate::operation::http::PathPiece;
use crate::operation::resources::{Resource, ResourceForm};
use crate::operation::{Operation, Provider};
use crate::request::given::GAP;

/// What is known, for readers of forms.
#[derive(Clone, Copy)]
pub(crate) struct Knowledge<'k> {
    catalog: &'k Catalog,
}

/// Whose service a host is.
#[derive(Debug)]
pub(crate) struct Service {
    pub provider: Arc<Provider>,
    pub service: String,
    /// The site, where the host serves only one.
    pub site: Option<String>,
}

/// An operation that a method and a path name, with the parameters in the path: name, and range within the path.
#[derive(Debug)]
pub(crate) struct Routed {
    pub operation: String,
    pub parameters: Vec<(String, std::ops::Range<usize>)>,
}

impl<'k> Knowledge<'k> {
    /// What a catalog holds.
    pub fn of(catalog: &'k Catalog) -> Knowledge<'k> {
        Knowledge { catalog }
    }

    /// All providers.
    pub fn providers(&self) -> Vec<Arc<Provider>> {
        self.catalog.providers()
    }

    /// Whether there are rules for an operation of a service.
    pub fn has_operation(&self, provider: &Provider, service: &str, operation: &str) -> bool {
        self.catalog.has(&format!("{}/{service}/{operation}", provider.name))
    }

    /// The provider whose command-line tool is this program.
    pub fn tool(&self, program: &str) -> Option<Arc<Provider>> {
        let has_it = |provider: &Arc<Provider>| {
            provider.command_line.as_ref().is_some_and(|tool| tool.written.program == program)
        };
        self.providers().into_iter().find(has_it)
    }

    /// The operation that a tool calls by this name; where there are no rules for it, the name itself.
    pub fn called(&self, provider: &Provider, tool: &command_line::Tool, service: &str, name: &str) -> String {
        if self.has_operation(provider, service, name) {
            return name.to_owned();
        }
        let prefix = format!("{}/{service}/", provider.name);
        let of_service = self.catalog.operations_below(&prefix);
        let mut names = of_service.filter_map(|(path, _)| path.strip_prefix(&prefix));
        names.find(|known| tool.name_of(known) == name).unwrap_or(name).to_owned()
    }

    /// The edition of an operation that is meant where a request names none.
    pub fn newest(
        &self,
        provider: &Provider,
        service: &str,
        operation: &str,
        site: Option<String>,
    ) -> Option<Arc<Operation>> {
        let editions = Editions { site, ..Editions::default() };
        let meant = Meant { provider: &provider.name, service: Some(service), operation, edition: None };
        self.catalog.resolve(meant, &editions).ok().cloned()
    }

    /// The newest edition of each operation of a service.
    pub fn operations(&self, provider: &Provider, service: &str) -> impl Iterator<Item = Arc<Operation>> {
        let prefix = format!("{}/{service}/", provider.name);
        let of_service = self.catalog.operations_below(&prefix);
        of_service.filter_map(|(path, editions)| self.catalog.operation(path, editions.last()?).ok())
    }

    /// The service that a host belongs to.
    pub fn host(&self, host: &str) -> Option<Service> {
        for provider in self.providers() {
            let Some(known) = provider.hosts.iter().find(|known| url::has_shape(host, &known.shape)) else { continue };
            let sites = provider.http.iter().flat_map(|http| &http.sites);
            let site = sites.into_iter().find(|(shape, _)| url::has_shape(host, shape)).map(|(_, site)| site.clone());
            let service = known.service.clone();
            return Some(Service { provider, service, site });
        }
        None
    }

    /// The services that have an operation of this name, chosen by a parameter, in a version of their API.
    pub fn by_action(&self, action: &str, version: Option<&str>) -> Vec<Service> {
        let mut found = Vec::new();
        for provider in self.providers().into_iter().filter(|provider| has_action(provider)) {
            for (service, known_version) in provider.wire.versions.iter() {
                let is_meant = version.is_none_or(|version| version == known_version.as_str());
                if is_meant && self.has_operation(&provider, &service.value, action) {
                    let (provider, service) = (Arc::clone(&provider), service.value.clone());
                    found.push(Service { provider, service, site: None });
                }
            }
        }
        found
    }

    /// The types of all resources of a form.
    pub fn resource_names(&self, form: ResourceForm) -> impl Iterator<Item = &'k str> + use<'k> {
        self.catalog.resources().keys().filter(move |(known, _)| *known == form).map(|(_, name)| name.as_str())
    }

    /// What is known of resources of a type: one for each operation that they call.
    pub fn resources(&self, form: ResourceForm, name: &str) -> impl Iterator<Item = &'k Resource> + use<'k> {
        let found = self.catalog.resources().get(&(form, name.to_owned()));
        found.into_iter().flatten().map(AsRef::as_ref)
    }

    /// The operation that a method and a path name.
    pub fn route(&self, provider: &Provider, service: &str, method: &str, path: &str) -> Option<Routed> {
        self.operations(provider, service).find_map(|operation| {
            let http = operation.http.as_ref().filter(|http| http.method == method)?;
            let parameters = matched(&http.pieces, path)?;
            Some(Routed { operation: operation.name.clone(), parameters })
        })
    }
}

fn has_action(provider: &Provider) -> bool {
    provider.http.as_ref().is_some_and(|http| http.action.is_some())
}

/// Matches a path with a template. A parameter is one or more characters other than `/`, as few as possible.
fn matched(pieces: &[PathPiece], path: &str) -> Option<Vec<(String, std::ops::Range<usize>)>> {
    let mut parameters = Vec::new();
    let mut at = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let rest = path.get(at..)?;
        match piece {
            PathPiece::Text(text) => at += rest.strip_prefix(text.as_str()).map(|_| text.len())?,
            PathPiece::Parameter(name) => {
                let length = match pieces.get(index + 1) {
                    Some(PathPiece::Text(next)) => rest.find(next.as_str())?,
                    _ => rest.len(),
                };
                let value = rest.get(..length)?;
                if value.contains('/') && !value.contains(GAP) {
                    return None;
                }
                parameters.push((name.clone(), at..at + length));
                at += length;
            }
        }
    }
    (at == path.len()).then_some(parameters)
}
