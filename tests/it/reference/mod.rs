//! The reference evaluator: says what a request comes to, straight from the JSON of the rule files.
//!
//! It is slow, obvious and written from `rules/README.md` alone, so that the engine can be held against it. It
//! prepares nothing, caches nothing, and looks everything up in the rule files each time it is needed.
//!
//! It never uses the library: neither its types nor its reading of rule files, requests or facts. It never says more
//! than the properties compare: no messages, no places in the text, no certainty.

mod bind;
mod compare;
mod conditions;
mod facts;
pub mod harvest;
pub mod names;
pub mod plan;
mod policy;
mod slots;
mod subjects;
mod truth;
mod urls;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use bind::bind;
use conditions::{Hand, NotApplicable, Scene};
use facts::Facts;
use plan::{Answer, Kind, Planned, plan};
use slots::{Found, Slot};
use truth::Truth;

/// All that the reference says about a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Failed checks that lead to rejection, the first one first.
    pub findings: Vec<Finding>,
    /// What does not reject.
    pub warnings: Vec<Warning>,
    /// Checks that could not be decided, each named once, with all that its runs wait for.
    pub open: Vec<Open>,
}

/// A failed check that leads to rejection.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the check within its operation.
    pub check: String,
    /// The provider's code.
    pub code: String,
    /// HTTP status.
    pub status: u64,
    /// The parameter, in wire notation.
    pub parameter: String,
}

/// Something that does not reject.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Kind of warning.
    pub kind: String,
    /// Id of the check, for warnings that come from one.
    pub check: Option<String>,
    /// The parameter, in wire notation.
    pub parameter: Option<String>,
    /// The code that the provider would answer with, where the check leads to one.
    pub code: Option<String>,
}

/// A check that could not be decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Id of the check within its operation.
    pub check: String,
    /// What would settle it: `parameter:NAME`, `fact:SECTION`.
    pub needs: BTreeSet<String>,
}

/// Evaluates a request: the JSON envelope with `params`, and optionally `facts` (sections only) and `unknown`.
///
/// `provider` and `operation` are the rule files. The envelope's other members are taken to name just them.
pub fn evaluate(provider: &Value, operation: &Value, request: &Value) -> Outcome {
    let checks = plan(provider, operation);
    let bound = bind(provider, operation, request, &checks);
    // Facts are bound to a region only where the operation itself declares the parameter that names it.
    let region = plan::region_parameter(provider, operation).map(|name| bound.find(name, &[]));
    let region = match region {
        Some(Found::Given(Slot::Scalar(value))) => words::text(value),
        _ => None,
    };
    let facts = Facts::new(provider, request, region);
    let scene = Scene { provider, operation, bound: &bound, facts: &facts };

    let mut run = Run { scene, failed: BTreeSet::new(), outcome: Outcome::default(), open: BTreeMap::new() };
    for (kind, parameter) in &bound.warnings {
        run.warn(kind, None, None, parameter);
    }

    let rejected_names = plan::rejects_unknown(provider).then(|| bound.unknown_names.clone());
    for stage in plan::stages(provider, operation) {
        // What the gateway does not know is found before the operation looks at anything in the same stage.
        for name in rejected_names.iter().flatten() {
            let answer = plan::unknown_parameter(provider);
            if answer.stage == stage {
                run.judge("unknown-parameter", &answer, &Truth::Fails, name);
            }
        }
        for check in checks.iter().filter(|check| check.answer.stage == stage) {
            run.check(check, rejected_names.as_deref().unwrap_or_default());
        }
    }
    if rejected_names.is_none() {
        for name in &bound.unknown_names {
            run.warn("unknown-parameter", None, None, name);
        }
    }

    let open = run.open.into_iter().map(|(check, needs)| Open { check, needs }).collect();
    Outcome { open, ..run.outcome }
}

/// The state of one evaluation.
struct Run<'a> {
    scene: Scene<'a>,
    /// Wire names of parameters that failed a check on the request alone.
    failed: BTreeSet<String>,
    outcome: Outcome,
    open: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Run<'a> {
    /// Runs a check for every place in the request that it is for.
    fn check(&mut self, check: &Planned<'_>, rejected_names: &[String]) {
        for positions in self.scene.bound.positions(&check.pattern) {
            let hand = Hand { pattern: &check.pattern, positions: &positions, item: None };
            if !check.is_at(&positions) {
                continue;
            }
            let parameter = self.scene.bound.wire_name(&check.pattern, &positions);
            // The gateway refused the name for its letter case alone: it does not call the parameter missing as well.
            let refused_for_case = rejected_names.iter().any(|name| name.eq_ignore_ascii_case(&parameter));
            if matches!(check.kind, Kind::Required) && refused_for_case {
                continue;
            }
            match self.truth(check, &hand) {
                Err(NotApplicable) | Ok(Truth::Holds) => {}
                Ok(Truth::Open(needs)) => self.open.entry(check.id.clone()).or_default().extend(needs),
                Ok(truth) => {
                    let rejects = self.judge(&check.id, &check.answer, &truth, &parameter);
                    if (rejects && !check.speaks_of_facts()) || matches!(check.kind, Kind::Type(_)) {
                        self.failed.insert(parameter);
                    }
                }
            }
        }
    }

    /// What a check comes to at one place.
    fn truth(&self, check: &Planned<'_>, hand: &Hand<'_, 'a>) -> Result<Truth, NotApplicable> {
        let scene = &self.scene;
        // Whether there is anything at this place to check.
        match (&check.kind, scene.bound.find(hand.pattern, hand.positions)) {
            (Kind::Required, _) if !self.holder_exists(hand) => return Err(NotApplicable),
            // Of what lies in something that is not known, not even that it is there is known.
            (_, Found::Unknown { given: false, .. }) => return Err(NotApplicable),
            _ if !check.runs_for_each_value() => {}
            (_, Found::Absent) => return Err(NotApplicable),
            (_, Found::Given(_) | Found::Unknown { given: true, .. }) => {}
        }
        // Of what has a wrong shape nothing else is said, nor of what should be inside it.
        let reads = scene.reads(check, hand);
        let is_inside =
            |name: &str, outer: &str| name.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']));
        let is_wrong = |name: &String| {
            let own_type = matches!(check.kind, Kind::Type(_));
            scene.bound.wrong_shapes.iter().any(|wrong| (name == wrong && !own_type) || is_inside(name, wrong))
        };
        if reads.iter().any(|name| self.failed.contains(name) || is_wrong(name)) {
            return Err(NotApplicable);
        }
        let compares = |part: &str| check.rule().and_then(|rule| rule.get(part)).map(|part| scene.compares(part, hand));
        let region_is_there = check.rule().map_or(Ok(()), |rule| scene.region_is_there(&rule["must"], hand));
        [Some(region_is_there), compares("when"), compares("must")]
            .into_iter()
            .flatten()
            .collect::<Result<(), NotApplicable>>()?;
        match &check.kind {
            Kind::Type(kind) => self.is_of_type(kind, hand),
            Kind::Required => Ok(Truth::of(!matches!(scene.bound.find(hand.pattern, hand.positions), Found::Absent))),
            Kind::Written(rule) => {
                if let Some(cleared_by) = rule.get("cleared_by")
                    && scene.truth(cleared_by, hand) == Ok(Truth::Holds)
                {
                    return Err(NotApplicable);
                }
                let when = rule.get("when").map_or(Ok(Truth::Holds), |when| scene.truth(when, hand))?;
                if matches!(when, Truth::Fails | Truth::Doubtful) {
                    return Err(NotApplicable);
                }
                Ok(when.then(scene.truth(&rule["must"], hand)?))
            }
        }
    }

    /// Whether the object is there in which a parameter is required. Nothing is missing in an object that is not there.
    fn holder_exists(&self, hand: &Hand<'_, 'a>) -> bool {
        let Some((holder, _)) = hand.pattern.rsplit_once('.') else { return true };
        matches!(self.scene.bound.find(holder, hand.positions), Found::Given(Slot::Object(_)))
    }

    /// Whether the value at hand is of the declared type.
    fn is_of_type(&self, kind: &str, hand: &Hand<'_, 'a>) -> Result<Truth, NotApplicable> {
        let typed = bind::typed(self.scene.provider);
        let is_whole = |text: &str| words::whole_number(text).is_some();
        let is_unsigned = |text: &str| is_whole(text) && !text.starts_with('-');
        Ok(match self.scene.bound.find(hand.pattern, hand.positions) {
            // Whoever sends typed values knows of which type they will be.
            Found::Unknown { .. } if typed => return Err(NotApplicable),
            Found::Unknown { needs, .. } => Truth::open(needs),
            Found::Given(Slot::Scalar(value)) => Truth::of(match (kind, value) {
                ("string", value) => !typed || value.is_string(),
                ("integer", Value::Number(number)) => is_whole(&number.to_string()),
                ("unsigned", Value::Number(number)) => is_unsigned(&number.to_string()),
                ("boolean", Value::Bool(_)) => true,
                // A text that reads as what belongs there passes on every wire.
                ("integer", Value::String(text)) => is_whole(text),
                ("unsigned", Value::String(text)) => is_unsigned(text),
                ("boolean", Value::String(text)) => {
                    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
                }
                _ => false,
            }),
            Found::Given(slot) => Truth::of(*slot != Slot::Wrong),
            Found::Absent => Truth::Holds,
        })
    }

    /// Records what a check that failed becomes; says whether that is a finding.
    fn judge(&mut self, check: &str, answer: &Answer, truth: &Truth, parameter: &str) -> bool {
        let kind = match (&answer.warn, answer.basis.as_str()) {
            (Some(warn), _) => warn.clone(),
            (None, "disputed") => "disputed".to_owned(),
            (None, "inferred") if !answer.is_row => "likely-invalid".to_owned(),
            (None, _) if *truth == Truth::Doubtful => "likely-invalid".to_owned(),
            (None, _) => {
                let code = answer.code.clone().expect("a check without an answer has a warning");
                let findings = &mut self.outcome.findings;
                if !findings.iter().any(|finding| finding.code == code && finding.parameter == parameter) {
                    let (check, parameter) = (check.to_owned(), parameter.to_owned());
                    findings.push(Finding { check, code, status: answer.status, parameter });
                }
                return true;
            }
        };
        self.warn(&kind, Some(check), answer.code.as_deref(), parameter);
        false
    }

    /// Records a warning, unless there is one of the same kind and code for the parameter.
    fn warn(&mut self, kind: &str, check: Option<&str>, code: Option<&str>, parameter: &str) {
        let warning = Warning {
            kind: kind.to_owned(),
            check: check.map(str::to_owned),
            parameter: Some(parameter.to_owned()),
            code: code.map(str::to_owned),
        };
        let same = |other: &Warning| {
            other.kind == warning.kind && other.code == warning.code && other.parameter == warning.parameter
        };
        if !self.outcome.warnings.iter().any(same) {
            self.outcome.warnings.push(warning);
        }
    }
}
