//! A request over HTTP, however it was written: what it says to which provider.
//!
//! URLs, raw requests, command lines of `curl` and recordings all end here. Which host belongs to whom, which parameter or
//! path names the operation, which headers carry parameters: all of that is asked of provider.json and rule files.

use std::sync::Arc;

use super::decoded::Decoded;
use super::embedded::NoJson;
use super::knowledge::{Knowledge, Service};
use super::source::{Draft, Source};
use super::{Found, embedded, percent};
use crate::operation::Provider;
use crate::operation::http::HttpWire;
use crate::place::Span;
use crate::request::InputErrorKind;
use crate::request::given::{Fault, FaultKind, GAP, Given, GivenValue, Secret, Written};
use crate::request::slots::looks_secret;
use crate::rule::http::JsonBody;
use crate::rule::provider::NameCase;

/// A request before anybody knows what it says.
#[derive(Debug)]
pub(crate) struct HttpRequest<'t> {
    pub method: Option<Decoded<'t>>,
    /// The method where none is said.
    pub default_method: &'static str,
    /// A URL, or a path whose host stands in a header.
    pub target: Decoded<'t>,
    pub headers: Vec<(Decoded<'t>, Decoded<'t>)>,
    /// What is added to the query of the target.
    pub query: Vec<Part<'t>>,
    pub body: Body<'t>,
    /// Credentials that stand elsewhere.
    pub secrets: Vec<Decoded<'t>>,
    /// Whether there may be more than is seen here.
    pub more: bool,
    /// All of it.
    pub span: Span,
}

/// What is sent behind the headers.
#[derive(Debug)]
pub(crate) enum Body<'t> {
    None,
    Text(Decoded<'t>),
    /// Parts of a form with `&` between them.
    Parts(Vec<Part<'t>>),
    /// Something that is not seen here, such as a file.
    Unknown,
}

/// A part of a query or a form.
#[derive(Clone, Debug)]
pub(crate) enum Part<'t> {
    /// As it travels.
    Raw(Decoded<'t>),
    /// A name and a value that is still to be encoded; without a name, the value is what travels.
    Pair { name: Decoded<'t>, value: Decoded<'t> },
    /// Something that is not seen here.
    Unknown,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) enum Understood<'t> {
    /// A request to a provider that we know.
    Found(Box<Found<'t>>),
    /// Its host is nobody's that we know.
    Foreign { host: Option<String> },
}

impl<'t> Understood<'t> {
    fn found(found: Found<'t>) -> Understood<'t> {
        Understood::Found(Box::new(found))
    }

    /// In a form that holds requests to known providers and nothing else: a foreign host is a mistake.
    pub fn or_error(self, source: &Source<'t>, span: Span) -> Found<'t> {
        match self {
            Understood::Found(found) => *found,
            Understood::Foreign { host } => {
                let message = match host {
                    Some(host) => format!("no known provider has the host {:?}", shortened(&host)),
                    None => {
                        "nothing here says which provider is meant: no host, and no operation of a known one".to_owned()
                    }
                };
                Found::error(InputErrorKind::Envelope, message, source.position(span.start))
            }
        }
    }
}

/// Finds out what a request says.
pub(crate) fn understand<'t>(
    request: &HttpRequest<'t>,
    source: &Source<'t>,
    knowledge: Knowledge<'_>,
) -> Understood<'t> {
    let target = Target::of(&request.target);
    let host_header = request.header("host");
    let host = target.host.as_ref().or(host_header).map(|host| host.text().to_owned());
    let host = host.filter(|host| !is_placeholder(host) && !host.contains(GAP));
    let mut sent_in_query: Vec<Part<'t>> = target.query.iter().cloned().map(Part::Raw).collect();
    sent_in_query.extend(request.query.iter().cloned());
    let (query, more_query) = pairs_of(&sent_in_query);
    let service = match &host {
        Some(host) => knowledge.host(without_port(host)),
        None => match by_action(request, &query, knowledge) {
            Some(Ok(service)) => Some(service),
            Some(Err(message)) => {
                let position = source.position(request.span.start);
                return Understood::found(Found::error(InputErrorKind::Envelope, message, position));
            }
            None => None,
        },
    };
    let Some(service) = service else { return Understood::Foreign { host } };
    let provider = Arc::clone(&service.provider);
    let Some(http) = provider.http.as_ref() else { return Understood::Foreign { host } };
    let mut sent = Sent { provider: &provider, http, written: Written::default(), is_abridged: host.is_none() };
    sent.written.site = service.site;
    sent.written.host = host.as_deref().map(|host| without_port(host).to_owned());
    sent.written.more = request.more || more_query;
    request.secrets.iter().for_each(|secret| sent.hide(secret));
    query.iter().for_each(|pair| sent.pair(pair));
    request.headers.iter().for_each(|(name, value)| sent.header(name, value));
    if let Err((kind, message, at)) = sent.body(request) {
        return Understood::found(Found::error(kind, message, source.position(at)));
    }
    let operation = match &http.action {
        Some(action) => sent.action(action, &service.service, request.span),
        None => sent.route(request, &target.path, &service.service, knowledge),
    };
    let draft = Draft {
        provider: provider.name.clone(),
        service: Some(service.service),
        operation,
        span: request.span,
        written: sent.written,
        ..Draft::default()
    };
    Understood::found(Found::request(source.request(draft)))
}

/// All pairs of some parts, and whether there may be others.
fn pairs_of<'t>(parts: &[Part<'t>]) -> (Vec<percent::Pair<'t>>, bool) {
    let (mut pairs, mut more) = (Vec::new(), false);
    for part in parts {
        match part {
            Part::Raw(text) => pairs.extend(percent::pairs(&percent::joined(text))),
            Part::Pair { name, value } if name.text().is_empty() => {
                pairs.push(percent::Pair { name: value.clone(), value: None });
            }
            Part::Pair { name, value } => {
                pairs.push(percent::Pair { name: name.clone(), value: Some(value.clone()) });
            }
            Part::Unknown => more = true,
        }
    }
    (pairs, more)
}

/// The service that an operation's name alone points to; a message when it points to several.
fn by_action(
    request: &HttpRequest<'_>,
    query: &[percent::Pair<'_>],
    knowledge: Knowledge<'_>,
) -> Option<Result<Service, String>> {
    let body = match &request.body {
        Body::Text(text) if !embedded::looks_like_json(text.text()) => percent::pairs(text),
        Body::Parts(parts) => pairs_of(parts).0,
        _ => Vec::new(),
    };
    for provider in knowledge.providers() {
        let Some((http, action)) = provider.http.as_ref().and_then(|http| Some((http, http.action.as_deref()?))) else {
            continue;
        };
        let value_of = |name: &str| {
            let header = http.headers.iter().find(|(_, parameter)| parameter == name);
            let in_header = header.and_then(|(header, _)| request.header(header)).map(|value| value.text().to_owned());
            let pair =
                || query.iter().chain(&body).find(|pair| pair.name.text() == name).and_then(|pair| pair.value.as_ref());
            in_header.or_else(|| pair().map(|value| value.text().to_owned()))
        };
        let Some(action) = value_of(action) else { continue };
        let version = http.version.as_deref().and_then(value_of).filter(|version| !version.contains(GAP));
        let mut found = knowledge.by_action(&action, version.as_deref());
        if found.len() > 1 {
            let names = found.iter().map(|service| format!("{}/{}", service.provider.name, service.service));
            let names = names.collect::<Vec<_>>().join(" or ");
            return Some(Err(format!("this may be a request to {names}; say the host or the version")));
        }
        if let Some(service) = found.pop() {
            return Some(Ok(service));
        }
    }
    None
}

impl<'t> HttpRequest<'t> {
    /// The value of a header; letter case does not count.
    pub fn header(&self, name: &str) -> Option<&Decoded<'t>> {
        self.headers.iter().find(|(known, _)| known.text().eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The parts of a request's target.
struct Target<'t> {
    host: Option<Decoded<'t>>,
    path: Decoded<'t>,
    query: Option<Decoded<'t>>,
}

impl<'t> Target<'t> {
    fn of(target: &Decoded<'t>) -> Target<'t> {
        let text = target.text();
        let text = text.get(..text.find('#').unwrap_or(text.len())).unwrap_or_default();
        let end = text.len();
        let (scheme_end, has_host) = match text.split_once("://") {
            Some((scheme, _)) if !scheme.contains(['/', '?', '&', '=']) => (scheme.len() + 3, true),
            // A command line may leave out the scheme.
            _ => (0, text.split(['/', '?', '&', '=']).next().is_some_and(|host| host.contains('.'))),
        };
        let is_query = !has_host && !text.starts_with(['/', '?']);
        if is_query {
            let start = end - text.trim_start_matches('&').len();
            return Target { host: None, path: target.slice(0..0), query: Some(target.slice(start..end)) };
        }
        let behind_scheme = text.get(scheme_end..).unwrap_or_default();
        let authority = if has_host { behind_scheme.split(['/', '?']).next().unwrap_or_default() } else { "" };
        let authority_end = scheme_end + authority.len();
        let host_start = authority.rfind('@').map_or(scheme_end, |at| scheme_end + at + 1);
        let query_at = text.get(authority_end..).and_then(|rest| rest.find('?')).map(|length| authority_end + length);
        Target {
            host: has_host.then(|| target.slice(host_start..authority_end)),
            path: target.slice(authority_end..query_at.unwrap_or(end)),
            query: query_at.map(|at| target.slice(at + 1..end)),
        }
    }
}

/// Puts together what a request sends.
struct Sent<'s, 't> {
    provider: &'s Provider,
    http: &'s HttpWire,
    written: Written<'t>,
    /// Whether common parameters are left out on purpose: a sample, or the query of a request alone.
    is_abridged: bool,
}

impl<'t> Sent<'_, 't> {
    /// A `name=value` of a query or form.
    fn pair(&mut self, pair: &percent::Pair<'t>) {
        match &pair.value {
            Some(value) if pair.name.is_known() => self.add(value.given(&pair.name)),
            Some(_) => self.written.more = true,
            // Documentation pages end with `&<Common request parameters>`, in whatever language.
            None if is_placeholder(pair.name.text()) || !pair.name.text().is_ascii() => self.is_abridged = true,
            None if !pair.name.is_known() => self.written.more = true,
            None => {
                let whole = pair.name.whole();
                self.add(Given::new(pair.name.cow(), whole, GivenValue::of_text("".into()), whole));
            }
        }
    }

    fn header(&mut self, name: &Decoded<'t>, value: &Decoded<'t>) {
        let is_meant = |header: &str| header.eq_ignore_ascii_case(name.text());
        let parameter = self.http.headers.iter().find(|(header, _)| is_meant(header)).map(|(_, parameter)| parameter);
        match parameter {
            Some(parameter) => {
                let (name_span, span) = (name.whole(), value.whole());
                self.add(Given::new(parameter.clone().into(), name_span, value.value(), span));
            }
            None if is_secret_header(name.text()) || self.is_secret(name.text()) => self.hide(value),
            None => {}
        }
    }

    fn add(&mut self, given: Given<'t>) {
        // Of names that are no common parameter's, the operation's own parameters decide.
        if self.is_secret(&given.name) {
            self.written.hide(&given);
        }
        self.written.given.push(given);
    }

    fn hide(&mut self, value: &Decoded<'t>) {
        self.written.secrets.push(Secret { span: value.whole(), text: value.cow() });
    }

    fn is_secret(&self, name: &str) -> bool {
        let mut common = self.provider.common_parameters.iter();
        common.any(|common| common.secret && common.name.eq_ignore_ascii_case(name))
    }

    /// Takes parameters out of the body. An error is its kind, a message and a place.
    fn body(&mut self, request: &HttpRequest<'t>) -> Result<(), (InputErrorKind, String, usize)> {
        let text = match &request.body {
            Body::None => return Ok(()),
            Body::Unknown => {
                self.written.more = true;
                return Ok(());
            }
            Body::Text(text) => text.trimmed(),
            Body::Parts(parts) => match parts.as_slice() {
                [Part::Raw(text)] => text.trimmed(),
                parts => {
                    let (pairs, more) = pairs_of(parts);
                    pairs.iter().for_each(|pair| self.pair(pair));
                    self.written.more |= more;
                    return Ok(());
                }
            },
        };
        let media_type = request.header("content-type").map(|value| value.text().to_ascii_lowercase());
        let says = |part: &str| media_type.as_deref().is_some_and(|media_type| media_type.contains(part));
        let is_json = says("json") || !says("form") && embedded::looks_like_json(text.text());
        if text.text().is_empty() {
            return Ok(());
        }
        if text.value() == GivenValue::Unknown || says("multipart") {
            self.written.more = true;
            return Ok(());
        }
        if !is_json {
            percent::pairs(&percent::joined(&text)).iter().for_each(|pair| self.pair(pair));
            return Ok(());
        }
        let Some(kind) = self.http.json_body else {
            self.written.more = true;
            return Ok(());
        };
        let embedded = match embedded::read(&text) {
            Ok(embedded) => embedded,
            // With gaps it may be JSON when it is sent.
            Err(_) if !text.is_known() => {
                self.written.more = true;
                return Ok(());
            }
            Err(NoJson { error, span }) => {
                let kind = InputErrorKind::of_json(&error);
                let message = match kind {
                    InputErrorKind::Limit => format!("the body is {error}"),
                    _ => format!("the body is no JSON: {error}"),
                };
                return Err((kind, message, span.start));
            }
        };
        self.written.more |= embedded.more;
        let GivenValue::Members(members) = embedded.value else {
            return Err((InputErrorKind::Syntax, "the body is no JSON object".to_owned(), text.whole().start));
        };
        for mut given in members {
            let is_common = |name: &str| self.provider.common_parameters.iter().any(|common| common.name == name);
            given.misplaced = kind == JsonBody::WithoutCommon && is_common(&given.name);
            self.add(given);
        }
        Ok(())
    }

    /// The operation that a parameter names; what is wrong with that is noted.
    fn action(&mut self, action: &str, service: &str, whole: Span) -> String {
        self.version(service, whole);
        match self.find(action).map(|given| given.value.clone()) {
            Some(GivenValue::Text(operation)) if !operation.is_empty() => operation.into_owned(),
            None | Some(GivenValue::Text(_)) if !self.written.more => {
                // No operation will say which of its parameters are secret.
                let given = std::mem::take(&mut self.written.given);
                given.iter().filter(|given| looks_secret(&given.name)).for_each(|given| self.written.hide(given));
                self.written.given = given;
                self.written.faults.insert(0, Fault { kind: FaultKind::Action, span: whole });
                String::new()
            }
            _ => {
                self.written.unsupported =
                    Some(format!("the value of {action} is not known, so neither is the operation"));
                String::new()
            }
        }
    }

    fn version(&mut self, service: &str, whole: Span) {
        let Some(name) = self.http.version.as_deref() else { return };
        let known = self.provider.wire.versions.get(service).map(String::as_str);
        match self.find(name).map(|given| &given.value) {
            Some(GivenValue::Text(version)) if !version.is_empty() => {
                let Some(known) = known.filter(|known| known != version) else { return };
                let (version, provider) = (shortened(version), &self.provider.name);
                let message =
                    format!("no rules for version {version:?} of {provider}/{service}; there are rules for {known}");
                self.written.unsupported = Some(message);
            }
            None | Some(GivenValue::Text(_)) if !self.written.more && !self.is_abridged => {
                self.written.faults.push(Fault { kind: FaultKind::Version, span: whole });
            }
            _ => {}
        }
    }

    fn find(&self, name: &str) -> Option<&Given<'t>> {
        let mut given = self.written.given.iter().filter(|given| !given.misplaced);
        let folds = self.provider.wire.parameter_case == NameCase::Fold;
        given.find(|given| given.name == name || folds && given.name.eq_ignore_ascii_case(name))
    }

    /// The operation that method and path name.
    fn route(
        &mut self,
        request: &HttpRequest<'t>,
        path: &Decoded<'t>,
        service: &str,
        knowledge: Knowledge<'_>,
    ) -> String {
        let method =
            request.method.as_ref().map_or(request.default_method, |method| method.text()).to_ascii_uppercase();
        let Some(routed) = knowledge.route(self.provider, service, &method, path.text()) else {
            let path = path.text().replace(GAP, "…");
            let message =
                format!("no rules for {} {} of {}/{service}", shortened(&method), shortened(&path), self.provider.name);
            self.written.unsupported = Some(message);
            return String::new();
        };
        let in_path = routed.parameters.into_iter().map(|(name, range)| {
            let value = percent::decode(path, range, false);
            Given::new(name.into(), value.whole(), value.value(), value.whole())
        });
        let in_path: Vec<_> = in_path.collect();
        self.written.given.splice(0..0, in_path);
        routed.operation
    }
}

/// Headers that hold credentials whoever the provider is.
fn is_secret_header(name: &str) -> bool {
    looks_secret(name) || name.to_ascii_lowercase().contains("cookie")
}

/// `<Common request parameters>`, `[Endpoint]`, `{host}`, `...`: what documentation pages write.
fn is_placeholder(text: &str) -> bool {
    text.starts_with(['<', '[', '{']) || text.trim_matches(['.', '…']).is_empty()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    }
}

/// A text of the input for a message: not too long, without control characters.
fn shortened(text: &str) -> String {
    let plain = text.chars().filter(|character| !character.is_control());
    let mut shown: String = plain.clone().take(100).collect();
    if plain.count() > 100 {
        shown.push('…');
    }
    shown
}
