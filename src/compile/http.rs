//! How requests travel over HTTP: hosts, headers, paths.

use super::Mistakes;
use super::provider::PreparedAnswer;
use super::words::host_shape;
use crate::json::Spanned;
use crate::operation::condition::HostShape;
use crate::operation::http::{GatewayAnswer, HttpPath, HttpWire, PathPiece, ServiceHost};
use crate::rule::http::HttpRule;
use crate::rule::provider::{CommonAnswer, Wire};

/// Prepares what a provider's file says; `answer` prepares an answer of the gateway.
pub(super) fn wire(
    written: &Wire,
    answer: &dyn Fn(&CommonAnswer, &mut Mistakes<'_>) -> PreparedAnswer,
    mistakes: &mut Mistakes<'_>,
) -> Option<HttpWire> {
    let http = written.http.as_ref()?;
    let mut sites = Vec::new();
    for (site, hosts) in http.sites.iter() {
        for host in hosts {
            match host_shape(&host.value) {
                Some(shape) => sites.push((shape, site.value.clone())),
                None => mistakes.add(host.span, NO_SHAPE),
            }
        }
    }
    sites.sort_by_key(|(shape, _)| blanks(shape));
    let mut prepared = |written: &Option<CommonAnswer>| {
        written.as_ref().map(|written| {
            let PreparedAnswer { answer, stage, basis, answer_basis, source } = answer(written, mistakes);
            GatewayAnswer { answer, stage, basis, answer_basis, source }
        })
    };
    Some(HttpWire {
        action: http.action.clone(),
        version: http.version.clone(),
        headers: http.headers.iter().map(|(header, name)| (header.value.clone(), name.clone())).collect(),
        json_body: http.json_body,
        missing_action: prepared(&http.missing_action),
        missing_version: prepared(&http.missing_version),
        sites,
    })
}

/// The hosts of all services, those without blanks first.
pub(super) fn hosts(written: &Wire, mistakes: &mut Mistakes<'_>) -> Vec<ServiceHost> {
    let mut hosts = Vec::new();
    for (service, shapes) in written.hosts.iter() {
        for shape in shapes {
            match host_shape(shape) {
                Some(shape) => hosts.push(ServiceHost { service: service.value.clone(), shape }),
                None => mistakes.add(service.span, NO_SHAPE),
            }
        }
    }
    hosts.sort_by_key(|host| blanks(&host.shape));
    hosts
}

/// Method and path of an operation; every blank is a parameter.
pub(super) fn path(
    written: &HttpRule,
    is_parameter: &dyn Fn(&str) -> bool,
    mistakes: &mut Mistakes<'_>,
) -> Option<HttpPath> {
    let Spanned { value, span, .. } = &written.path;
    let pieces: Vec<PathPiece> = super::template_pieces(value)
        .map(|piece| match piece {
            Ok(text) => PathPiece::Text(text.to_owned()),
            Err(name) => PathPiece::Parameter(name.to_owned()),
        })
        .collect();
    let between = pieces.windows(2).all(|pair| !matches!(pair, [PathPiece::Parameter(_), PathPiece::Parameter(_)]));
    if !value.starts_with('/') || !between {
        mistakes.add(*span, "a path starts with \"/\" and has a text between two parameters");
        return None;
    }
    for piece in &pieces {
        if let PathPiece::Parameter(name) = piece
            && !is_parameter(name)
        {
            mistakes.add(*span, format!("`{name}` is no parameter of this operation"));
        }
    }
    Some(HttpPath { method: written.method.clone(), pieces })
}

const NO_SHAPE: &str = "a host is labels with dots between them, each with at most one `{name}`";

fn blanks(shape: &HostShape) -> usize {
    shape.labels.iter().filter(|label| label.name.is_some()).count()
}
