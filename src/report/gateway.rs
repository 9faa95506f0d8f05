//! What the gateway refuses before it looks at the operation: a request that names none, or no version.

use crate::operation::Provider;
use crate::operation::http::GatewayAnswer;
use crate::place::PositionIndex;
use crate::report::finding::{Finding, Origin, Place, SourceNote, name_in_input};
use crate::report::fingerprint::{Fingerprint, Identity};
use crate::report::{Report, State};
use crate::request::given::{Fault, FaultKind};

impl Report<'_> {
    /// The findings of the gateway, which come before all others.
    pub(super) fn refusals(&self) -> Vec<Finding> {
        self.numbered_refusals().into_iter().map(|(_, finding)| finding).collect()
    }

    /// The same, each with the index of its fault.
    pub(super) fn numbered_refusals(&self) -> Vec<(usize, Finding)> {
        let numbered = self.numbered_faults();
        numbered.map(|(index, (fault, name, answer))| (index, self.refusal(fault, name, answer))).collect()
    }

    /// Faults that the provider's file has an answer for, each with the parameter at fault.
    pub(super) fn faults(&self) -> impl Iterator<Item = (&Fault, &str, &GatewayAnswer)> {
        self.numbered_faults().map(|(_, fault)| fault)
    }

    fn numbered_faults(&self) -> impl Iterator<Item = (usize, (&Fault, &str, &GatewayAnswer))> {
        let faults = self.request().written.as_ref().map(|written| written.faults.as_slice()).unwrap_or_default();
        let http = self.provider().and_then(|provider| provider.http.as_ref());
        faults.iter().enumerate().filter(|(index, _)| !self.is_taken_out(*index)).filter_map(move |(index, fault)| {
            let http = http?;
            let (name, answer) = match fault.kind {
                FaultKind::Action => (&http.action, &http.missing_action),
                FaultKind::Version => (&http.version, &http.missing_version),
            };
            Some((index, (fault, name.as_deref()?, answer.as_ref()?)))
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
        let check = refusal_id(name);
        let fingerprint = Fingerprint::of(Identity {
            subject: &match &self.state {
                State::Checked(checked) => checked.operation.path(),
                _ => subject.clone(),
            },
            check: &check,
            parameter: name,
            value: None,
            request: name_in_input(self.request()).as_deref(),
        });
        let text = self.request().text;
        let position = PositionIndex::new(text, self.request().origin).position(text, fault.span.start);
        Finding {
            code: Some(prepared.answer.code.clone()),
            status: Some(prepared.answer.status),
            message: prepared.answer.message.clone(),
            check: format!("{subject}#{check}"),
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
            fingerprint,
        }
    }
}

/// The short id of the check by which the gateway demands a parameter.
pub(crate) fn refusal_id(parameter: &str) -> String {
    format!("{}-required", parameter.to_ascii_lowercase())
}
