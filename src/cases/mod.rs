//! Running the case files of rule files, and saying what they leave untested.
//!
//! A rule without a case is a claim. A case file is good when all its cases hold, every check is fired by one case
//! and passed by another, and every limit is met exactly by one and missed by one by another. Wording is never compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::catalog::RuleFile;
use crate::checker::Checker;
use crate::compile::{Mistakes, RuleError, check_format, read_file};
use crate::facts::Facts;
use crate::operation::limits::{Limit, limits_of};
use crate::place::Position;
use crate::report::{Record, Report};
use crate::request::Request;
use crate::rule::case::{Case, CaseFile, Expect};

/// What came of one case file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseResults {
    /// The edition under test.
    pub edition: String,
    /// How many cases hold.
    pub passed: usize,
    /// Cases that do not.
    pub failed: Vec<FailedCase>,
    /// What no case shows.
    pub gaps: Vec<String>,
}

/// A case that does not hold.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedCase {
    /// Its name.
    pub name: String,
    /// Where it stands in its file.
    pub position: Position,
    /// What differs, expected against found.
    pub differences: Vec<String>,
}

/// What the cases of a file have shown.
#[derive(Default)]
struct Shown {
    fired: BTreeSet<String>,
    passed: BTreeSet<String>,
    /// By check, the numbers that each limit has met.
    measures: BTreeMap<(String, Limit), BTreeSet<i128>>,
}

impl Checker {
    /// Runs the cases of a file; `file.path` is where it lies below the folder of cases.
    ///
    /// # Errors
    ///
    /// When the file itself is at fault: not JSON, of another form, about an edition that does not exist.
    pub fn run_cases(&self, file: &RuleFile) -> Result<CaseResults, Vec<RuleError>> {
        let mut mistakes = Mistakes::of(&file.name, &file.text);
        let Some(written) = read_file::<CaseFile>(&file.text, &mut mistakes) else {
            return Err(mistakes.into_errors());
        };
        check_format(&written.format, &mut mistakes);
        let edition = &written.edition;
        if file.path != format!("{}.json", edition.value.replace('@', "/")) {
            mistakes.add(edition.span, format!("the file lies in {}, but is about {}", file.path, edition.value));
        }
        let (path, month) = edition.split_once('@').unwrap_or((edition.as_str(), ""));
        let Ok(operation) = self.catalog().operation(path, month) else {
            mistakes.add(edition.span, format!("there are no usable rules of {}", edition.value));
            return Err(mistakes.into_errors());
        };
        let mut names = BTreeSet::new();
        for case in &written.cases {
            if !names.insert(case.name.value.as_str()) {
                mistakes.add(case.name.span, "a case of this name stands here already");
            }
        }
        if !mistakes.none() {
            return Err(mistakes.into_errors());
        }
        let mut shown = Shown::default();
        let mut results =
            CaseResults { edition: edition.value.clone(), passed: 0, failed: Vec::new(), gaps: Vec::new() };
        for case in &written.cases {
            let differences = self.run_case(path, month, &written.base, case, &mut shown);
            if differences.is_empty() {
                results.passed += 1;
            } else {
                let position = Position::START.after(&file.text, case.name.span.start);
                results.failed.push(FailedCase { name: case.name.value.clone(), position, differences });
            }
        }
        for check in &operation.checks {
            if !shown.fired.contains(&check.id) {
                results.gaps.push(format!("no case fires `{}`", check.id));
            }
            if !shown.passed.contains(&check.id) {
                results.gaps.push(format!("no case passes `{}`", check.id));
            }
            for limit in limits_of(check) {
                let measured = shown.measures.get(&(check.id.clone(), limit));
                for (number, what) in [(limit.at(), "meets"), (limit.beyond(), "misses by one")] {
                    // What is fewer than nothing cannot be sent.
                    if number >= 0 && !measured.is_some_and(|measured| measured.contains(&number)) {
                        results.gaps.push(format!("no case {what} the limit `{limit}` of `{}` ({number})", check.id));
                    }
                }
            }
        }
        Ok(results)
    }

    fn run_case(
        &self,
        path: &str,
        edition: &str,
        base: &Map<String, Value>,
        case: &Case,
        shown: &mut Shown,
    ) -> Vec<String> {
        let text = request_text(path, edition, base, case);
        let mut facts = Facts::none();
        for section in &case.facts_complete {
            if let Err(message) = self.close_facts(section, &mut facts) {
                return vec![message];
            }
        }
        let request = match Request::from_json(&text) {
            Ok(request) => request,
            Err(error) => return vec![format!("the request cannot be read: {error}")],
        };
        let report = self.check(&request, &facts);
        shown.add(&report);
        differences(&report.record(), &case.expect)
    }
}

/// The request of a case, as a user would write it.
pub(crate) fn request_text(path: &str, edition: &str, base: &Map<String, Value>, case: &Case) -> String {
    let mut params = base.clone();
    params.retain(|name, _| !case.drop.contains(name));
    params.extend(case.set.clone());
    let mut names = path.split('/');
    let mut envelope = Map::new();
    for key in ["provider", "service", "operation"] {
        envelope.insert(key.to_owned(), names.next().unwrap_or_default().into());
    }
    envelope.insert("edition".to_owned(), edition.into());
    envelope.insert("params".to_owned(), Value::Object(params));
    if !case.unknown.is_empty() {
        envelope.insert("unknown".to_owned(), case.unknown.clone().into());
    }
    if let Some(facts) = &case.facts {
        envelope.insert("facts".to_owned(), facts.clone());
    }
    Value::Object(envelope).to_string()
}

impl Shown {
    fn add(&mut self, report: &Report<'_>) {
        for trace in report.trace() {
            match trace.fired {
                Some(true) => self.fired.insert(trace.check.clone()),
                Some(false) => self.passed.insert(trace.check.clone()),
                None => false,
            };
            for (limit, measure) in trace.measures {
                self.measures.entry((trace.check.clone(), limit)).or_default().insert(measure);
            }
        }
    }
}

/// What differs between a report and what a case expects.
pub(crate) fn differences(found: &Record, expect: &Expect) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    if let Some(problem) = &found.problem {
        compare("problem", "none".to_owned(), problem.message.clone());
    }
    let short = |check: &str| check.rsplit_once('#').map_or(check, |(_, id)| id).to_owned();
    let expected: Vec<String> = expect
        .findings
        .iter()
        .map(|finding| format!("{} {} {} {}", finding.check, finding.status, finding.code, finding.parameter))
        .collect();
    let real: Vec<String> = found
        .findings
        .iter()
        .map(|finding| {
            let status = finding.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
            let code = finding.code.as_deref().unwrap_or("-");
            format!("{} {status} {code} {}", short(&finding.check), finding.parameter)
        })
        .collect();
    compare("findings", format!("{expected:?}"), format!("{real:?}"));
    for (expected, found) in expect.findings.iter().zip(&found.findings) {
        if let Some(message) = &expected.message {
            compare("message", format!("{message:?}"), format!("{:?}", found.message.as_deref().unwrap_or("-")));
        }
    }
    let expected: Vec<String> = expect
        .warnings
        .iter()
        .map(|warning| {
            let (check, parameter) = (warning.check.as_deref().unwrap_or("-"), warning.parameter.as_deref());
            format!("{} {check} {}", warning.kind, parameter.unwrap_or("-"))
        })
        .collect();
    let real: Vec<String> = found
        .warnings
        .iter()
        .zip(expect.warnings.iter().map(|warning| warning.parameter.is_some()).chain(std::iter::repeat(true)))
        .map(|(warning, names_parameter)| {
            let check = warning.check.as_ref().map_or_else(|| "-".to_owned(), |check| short(&check.check));
            let parameter = if names_parameter { warning.parameter.as_str() } else { "-" };
            format!("{} {check} {parameter}", warning.kind.as_str())
        })
        .collect();
    compare("warnings", format!("{expected:?}"), format!("{real:?}"));
    if let Some(needs) = &expect.needs {
        let expected: BTreeSet<&str> = needs.iter().map(String::as_str).collect();
        let real: BTreeSet<&str> = found.open.iter().flat_map(|open| open.needs.iter().map(String::as_str)).collect();
        compare("needs", format!("{expected:?}"), format!("{real:?}"));
    }
    if let Some(certain) = expect.certain {
        let real = found.error.as_ref().map_or_else(|| "no error".to_owned(), |error| error.certain.to_string());
        compare("certain", certain.to_string(), real);
    }
    differences
}
