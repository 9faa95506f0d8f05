//! What the gateway refuses before it looks at the operation: a request that names none, or no version.

use crate::operation::Provider;
use crate::operation::http::GatewayAnswer;
use crate::place::PositionIndex;
use crate::report::finding::{Finding, Origin, Place, SourceNote};
use crate::report::{Report, State};
use crate::request::given::{Fault, FaultKind};

impl Report<'_> {
    /// The findings of the gateway, which come before all others.
    pub(super) fn refusals(&self) -> Vec<Finding> {
        self.faults().map(|(fault, name, answer)| self.refusal(fault, name, answer)).collect()
    }

    /// Faults that the provider's file has an answer for, each with the parameter at fault.
    pub(super) fn faults(&self) -> impl Iterator<Item = (&Fault, &str, &GatewayAnswer)> {
        let faults = self.request().written.as_ref().map(|written| written.faults.as_slice()).unwrap_or_default();
        let http = self.provider().and_then(|provider| provider.http.as_ref());
        faults.iter().filter_map(move |fault| {
            let http = http?;
            let (name, answer) = match fault.kind {
                FaultKind::Action => (&http.action, &http.missing_action),
                FaultKind::Version => (&http.version, &http.missing_version),
            };
            Some((fault, name.as_deref()?, answer.as_ref()?))
        })
    }

    fn provider(&self) -> Option<&Provider> {
        match &self.state {
            State::Checked(checked) => Some(&checked.operation.provider),
            State::Refused(_, provider) => Some(provider),
            State::Unsupported(..) | State::Unreadable(..) => None,
        }
    }

    fn refusal(&self, fault: &Fault, name: &str, prepared: &GatewayAnswer) -> Finding {
        let subject = match &self.state {
            State::Checked(checked) => checked.operation.id(),
            _ => self.provider().map_or_else(String::new, |provider| provider.name.clone()),
        };
        let text = self.request().text;
        let position = PositionIndex::new(text, self.request().origin).position(text, fault.span.start);
        Finding {
            code: Some(prepared.answer.code.clone()),
            status: Some(prepared.answer.status),
            message: prepared.answer.message.clone(),
            check: format!("{subject}#{}-required", name.to_ascii_lowercase()),
            parameter: name.to_owned(),
            stage: prepared.stage.clone(),
            origin: Origin::Gateway,
            tool: None,
            basis: prepared.basis,
            answer_basis: prepared.answer_basis,
            order_basis: self.provider().map_or(prepared.basis, |provider| provider.stage_basis),
            detail: "not given".to_owned(),
            span: Place::new(fault.span, position, self.request().origin.offset),
            help: None,
            alternatives: Vec::new(),
            fix: None,
            hints: Vec::new(),
            source: SourceNote::from(prepared.source.as_ref()),
        }
    }
}
