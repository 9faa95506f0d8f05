//! Asking the engine what a draft leads to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::Facts;
use crate::operation::{Operation, ParameterIndex};
use crate::report::{Report, Verdict};
use crate::request::Request;
use crate::witness::draft::{Draft, Positions};

/// What a draft leads to.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// Failed checks that reject, the predicted one first.
    pub findings: Vec<Hit>,
    /// Whether no open check could answer before the first finding.
    pub certain: bool,
    pub open: Vec<Hit>,
    /// Checks that warn.
    pub warned: Vec<Hit>,
    /// All warnings, also those about how parameters are written.
    pub warnings: usize,
}

/// A check and the place where it said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index in the operation's checks.
    pub check: usize,
    pub at: Positions,
}

/// Holds drafts against one operation.
pub(super) struct Prober {
    operation: Arc<Operation>,
    checks: HashMap<String, usize>,
    none: Facts,
}

impl Prober {
    pub fn new(operation: &Arc<Operation>) -> Self {
        let checks = operation.checks.iter().enumerate().map(|(index, check)| (check.id.clone(), index));
        Prober { checks: checks.collect(), operation: Arc::clone(operation), none: Facts::none() }
    }

    /// What the engine says; none when it cannot read the draft.
    pub fn look(&self, draft: &Draft) -> Option<Outcome> {
        self.report(draft, |report| {
            let error = report.error();
            let findings = report.findings();
            let warnings = report.warnings();
            let of_checks = warnings.iter().filter_map(|warning| {
                warning.check.as_ref().and_then(|check| self.hit(&check.check, &warning.parameter))
            });
            Outcome {
                certain: error.is_some_and(|error| error.is_certain()),
                findings: findings.iter().filter_map(|one| self.hit(&one.check, &one.parameter)).collect(),
                open: report.open().iter().filter_map(|one| self.hit(&one.check, &one.parameter)).collect(),
                warned: of_checks.collect(),
                warnings: warnings.len(),
            }
        })
    }

    /// Gives the engine's report of a draft to a reader.
    pub fn report<T>(&self, draft: &Draft, read: impl FnOnce(&Report<'_>) -> T) -> Option<T> {
        let text = draft.request(&self.operation).to_string();
        let request = Request::from_json(&text).ok()?;
        let report = Report::of_checked(&self.operation, Cow::Borrowed(&request), &self.none, None, None);
        matches!(report.verdict(), Verdict::Pass | Verdict::Reject).then(|| read(&report))
    }

    fn hit(&self, id: &str, parameter: &str) -> Option<Hit> {
        let check = *self.checks.get(id.rsplit_once('#')?.1)?;
        Some(Hit { check, at: positions(&self.operation, self.operation.checks[check].parameter, parameter) })
    }
}

/// Which elements a wire name means.
fn positions(operation: &Operation, parameter: ParameterIndex, wire_name: &str) -> Positions {
    let mut around: Vec<ParameterIndex> =
        std::iter::successors(Some(parameter), |inner| operation.parameters[*inner].parent).collect();
    around.reverse();
    let mut at = Positions::default();
    let mut rest = wire_name;
    for index in around {
        let rule = &operation.parameters[index];
        rest = rest.trim_start_matches(['.', '[']);
        if rule.name.is_empty() && rule.parent.is_some() {
            let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, behind) = rest.split_at(end);
            let number = digits.parse::<usize>().unwrap_or_default();
            at[rule.list_depth - 1] = number.saturating_sub(operation.provider.wire.first_index as usize);
            rest = behind.trim_start_matches(']');
        } else {
            rest = rest.strip_prefix(rule.name.as_str()).unwrap_or(rest);
        }
    }
    at
}
