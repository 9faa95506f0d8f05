//! Whether a prediction agrees with the answer that was really given.
//!
//! A disagreement is a statement of ours that reality contradicts. What a report leaves open, or what its rules say only
//! the server decides, contradicts nothing, whatever was observed.

use serde::Serialize;

use crate::compare::{Observed, ObservedAnswer};
use crate::report::{PredictedAnswer, Report, Verdict};

/// The least HTTP status that is a fault of the service and not of the request.
const LEAST_FAULT: u16 = 500;

/// How a prediction and an answer compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Agreement {
    /// The answer is the predicted one, as far as both are known.
    Agree,
    /// An error was predicted, and the call succeeded.
    FalseAlarm,
    /// Nothing wrong was found, and the call failed.
    Miss,
    /// Another error than the predicted one was answered.
    WrongCode,
    /// The code is the predicted one; status or message is not.
    WrongAnswer,
    /// The report leaves open whether this error comes.
    Open,
    /// The report only warns of this error.
    Warned,
    /// The rules say that only the server decides this error.
    ServerOnly,
    /// There are no rules for the request, or its facts cannot be read.
    NotChecked,
}

impl Agreement {
    /// All of them, in the order in which they are told.
    pub const ALL: [Agreement; 9] = [
        Agreement::Agree,
        Agreement::FalseAlarm,
        Agreement::Miss,
        Agreement::WrongCode,
        Agreement::WrongAnswer,
        Agreement::Open,
        Agreement::Warned,
        Agreement::ServerOnly,
        Agreement::NotChecked,
    ];

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Agreement::Agree => "agree",
            Agreement::FalseAlarm => "false-alarm",
            Agreement::Miss => "miss",
            Agreement::WrongCode => "wrong-code",
            Agreement::WrongAnswer => "wrong-answer",
            Agreement::Open => "open",
            Agreement::Warned => "warned",
            Agreement::ServerOnly => "server-only",
            Agreement::NotChecked => "not-checked",
        }
    }

    /// Whether reality contradicts the rules.
    pub fn is_disagreement(self) -> bool {
        matches!(self, Agreement::FalseAlarm | Agreement::Miss | Agreement::WrongCode | Agreement::WrongAnswer)
    }
}

/// A prediction beside the answer that was really given.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Judgement {
    /// How they compare.
    pub agreement: Agreement,
    /// The predicted error; none when nothing wrong was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicted: Option<PredictedAnswer>,
    /// False when an open check could have answered before the predicted error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certain: Option<bool>,
    /// The observed error; none when the call succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<ObservedAnswer>,
    /// The check that predicted, or left open, the answer in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Why they compare so, for people; none where that is plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Report<'_> {
    /// Holds the prediction against the answer that was really given.
    pub fn judge(&self, observed: &Observed) -> Judgement {
        let error = self.error();
        let predicted = error.as_ref().map(|error| PredictedAnswer {
            code: error.code().map(str::to_owned),
            status: error.status(),
            message: error.message().map(str::to_owned),
        });
        let (agreement, check, detail) = match observed {
            Observed::Success => self.judge_success(),
            Observed::Error(answer) => self.judge_error(answer),
        };
        let observed = match observed {
            Observed::Success => None,
            Observed::Error(ObservedAnswer { code, status, message }) => {
                let shown = |text: &Option<String>| text.clone().map(|text| self.masked(text));
                Some(ObservedAnswer { code: shown(code), status: *status, message: shown(message) })
            }
        };
        let certain = error.as_ref().map(|error| error.is_certain());
        Judgement { agreement, predicted, certain, observed, check, detail: detail.map(|detail| self.masked(detail)) }
    }

    fn judge_success(&self) -> Told {
        match self.verdict() {
            Verdict::Pass => told(Agreement::Agree),
            Verdict::Reject => {
                let error = self.error();
                let finding = error.as_ref().map(|error| error.finding());
                let detail = finding.map(|finding| format!("{}: {}", finding.parameter, finding.detail));
                (Agreement::FalseAlarm, finding.map(|finding| finding.check.clone()), detail)
            }
            Verdict::Unsupported | Verdict::Unreadable => self.not_checked(),
        }
    }

    fn judge_error(&self, answer: &ObservedAnswer) -> Told {
        let Some(code) = answer.code.as_deref() else { return self.judge_status(answer) };
        match self.verdict() {
            Verdict::Unsupported | Verdict::Unreadable => self.not_checked(),
            Verdict::Pass => self.judge_pass(code),
            Verdict::Reject => self.judge_reject(code, answer),
        }
    }

    fn judge_pass(&self, code: &str) -> Told {
        if self.dry_run().is_some_and(|dry_run| dry_run.answer.code.as_deref() == Some(code)) {
            return (Agreement::Agree, None, Some("the answer to a dry run with nothing wrong".to_owned()));
        }
        let warning = self.warnings().into_iter().filter_map(|warning| Some((warning.check?, warning.detail)));
        let warned = warning.into_iter().find(|(check, _)| check.code.as_deref() == Some(code));
        if let Some((check, detail)) = warned {
            return (Agreement::Warned, Some(check.check), Some(detail));
        }
        if let Some(open) = self.left_open(code) {
            return open;
        }
        match self.decided_by_server(code) {
            Some(reason) => (Agreement::ServerOnly, None, Some(reason)),
            None => {
                let held = self.checks_leading_to(code);
                let detail = match held.is_empty() {
                    true => "no check of these rules leads to this code".to_owned(),
                    false => format!("what leads to this code held or did not apply: {}", held.join(", ")),
                };
                (Agreement::Miss, None, Some(detail))
            }
        }
    }

    fn judge_reject(&self, code: &str, answer: &ObservedAnswer) -> Told {
        let findings = self.findings();
        let Some(first) = findings.first() else { return self.judge_pass(code) };
        let check = Some(first.check.clone());
        let alternative = first.alternatives.iter().filter(|other| other.code.as_deref() == Some(code));
        if first.code.as_deref() == Some(code) {
            let first_answer = (first.status, first.message.as_deref());
            let mut possible =
                std::iter::once(first_answer).chain(alternative.map(|other| (other.status, other.message.as_deref())));
            // What one of both does not say is no difference.
            let fits = |(status, message): (Option<u16>, Option<&str>)| {
                status.zip(answer.status).is_none_or(|(one, other)| one == other)
                    && message.zip(answer.message.as_deref()).is_none_or(|(one, other)| one == other)
            };
            if possible.any(fits) {
                return (Agreement::Agree, check, None);
            }
            let differs = |is: bool, what: &'static str| is.then_some(what);
            let status = first.status.zip(answer.status).is_some_and(|(one, other)| one != other);
            let message =
                first.message.as_deref().zip(answer.message.as_deref()).is_some_and(|(one, other)| one != other);
            let what: Vec<&str> =
                [differs(status, "status"), differs(message, "message")].into_iter().flatten().collect();
            return (Agreement::WrongAnswer, check, Some(format!("another {}", what.join(" and another "))));
        }
        if alternative.count() > 0 {
            return (Agreement::Agree, check, Some("predicted as another answer that may come".to_owned()));
        }
        let may_come_first = self.error().is_some_and(|error| !error.is_certain());
        if let Some(open) = self.left_open(code).filter(|_| may_come_first) {
            return open;
        }
        if let Some(later) = findings.iter().skip(1).find(|finding| finding.code.as_deref() == Some(code)) {
            let detail = format!("predicted as what comes later, in stage {} after {}", later.stage, first.stage);
            return (Agreement::WrongCode, check, Some(detail));
        }
        match self.decided_by_server(code) {
            Some(reason) => (Agreement::ServerOnly, None, Some(reason)),
            None => (Agreement::WrongCode, check, Some(format!("{}: {}", first.parameter, first.detail))),
        }
    }

    /// An error of which only the status was recorded.
    fn judge_status(&self, answer: &ObservedAnswer) -> Told {
        let is_fault = answer.status.is_some_and(|status| status >= LEAST_FAULT);
        match self.verdict() {
            Verdict::Unsupported | Verdict::Unreadable => self.not_checked(),
            _ if is_fault => (Agreement::ServerOnly, None, Some("a fault of the service".to_owned())),
            Verdict::Reject => {
                let error = self.error();
                let check = error.as_ref().map(|error| error.finding().check.clone());
                let status = error.and_then(|error| error.status());
                match status.zip(answer.status).is_none_or(|(one, other)| one == other) {
                    true => (Agreement::Agree, check, Some("only the status was recorded".to_owned())),
                    false => (Agreement::WrongAnswer, check, Some("another status; no code was recorded".to_owned())),
                }
            }
            Verdict::Pass => match self.open().into_iter().find(|open| open.status == answer.status) {
                Some(open) => {
                    let detail = "only the status was recorded; an open check leads to it".to_owned();
                    (Agreement::Open, Some(open.check), Some(detail))
                }
                None => told(Agreement::Miss),
            },
        }
    }

    fn not_checked(&self) -> Told {
        (Agreement::NotChecked, None, self.problem().map(str::to_owned))
    }

    /// An open check that leads to the code, with what would settle it.
    fn left_open(&self, code: &str) -> Option<Told> {
        let open = self.open().into_iter().find(|open| open.code.as_deref() == Some(code))?;
        let detail = match open.needs.is_empty() {
            true => "left open".to_owned(),
            false => format!("left open; needed is {}", open.needs.join(", ")),
        };
        Some((Agreement::Open, Some(open.check), Some(detail)))
    }
}

/// Agreement, check and detail.
type Told = (Agreement, Option<String>, Option<String>);

fn told(agreement: Agreement) -> Told {
    (agreement, None, None)
}
