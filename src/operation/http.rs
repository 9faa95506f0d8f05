//! How requests travel over HTTP, prepared.

use std::sync::Arc;

use crate::operation::CommonAnswer;
use crate::operation::condition::HostShape;
use crate::rule::http::JsonBody;
use crate::rule::{Basis, Source};

/// How a provider's requests travel.
#[derive(Debug)]
pub(crate) struct HttpWire {
    pub action: Option<String>,
    pub version: Option<String>,
    /// Header and parameter.
    pub headers: Vec<(String, String)>,
    pub json_body: Option<JsonBody>,
    /// Hosts that serve one site only, most exact first.
    pub sites: Vec<(HostShape, String)>,
    pub missing_action: Option<GatewayAnswer>,
    pub missing_version: Option<GatewayAnswer>,
}

/// The host of a service.
#[derive(Debug)]
pub(crate) struct ServiceHost {
    pub service: String,
    pub shape: HostShape,
}

/// An answer of the gateway with all that a finding says of it.
#[derive(Debug)]
pub(crate) struct GatewayAnswer {
    pub answer: Arc<CommonAnswer>,
    pub stage: String,
    pub basis: Basis,
    pub answer_basis: Basis,
    pub source: Arc<Source>,
}

/// Method and path of an operation.
#[derive(Debug)]
pub(crate) struct HttpPath {
    pub method: String,
    /// Texts and names of parameters in turn.
    pub pieces: Vec<PathPiece>,
}

/// A part of a path.
#[derive(Debug)]
pub(crate) enum PathPiece {
    Text(String),
    Parameter(String),
}
