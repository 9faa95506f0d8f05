//! Do the cases of rule files notice when a rule changes?
//!
//! Every limit, value, class and condition of a file is changed, one at a time, and the cases are run against the result.
//! A change that no case notices is a statement that nothing tests. What cannot change any verdict is told apart by
//! general rules, with the reason; nothing is left out silently.

mod equivalent;
mod mutants;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use crate::cases::{differences, request_text};
use crate::catalog::RuleFile;
use crate::checker::Checker;
use crate::compile::{Mistakes, ProviderRules, RuleError, operation_of, provider_of, read_file};
use crate::facts::Facts;
use crate::json::Node;
use crate::operation::screen::Screens;
use crate::operation::{Operation, ParameterIndex};
use crate::place::{Position, Span};
use crate::report::{ErrorRecord, Record, Report};
use crate::request::Request;
use crate::rule::case::{Case, CaseFile};
use crate::witness::Comparison;
use mutants::{Kind, Mutant};

/// What came of changing one rule file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MutationResults {
    /// The file, as it was named.
    pub file: String,
    /// How many changes were made.
    pub changes: usize,
    /// How many a case notices, or the reader of rule files refuses.
    pub noticed: usize,
    /// Changes that no case notices.
    pub unnoticed: Vec<Mutation>,
    /// Changes that cannot change any verdict, with the reason.
    pub equivalent: Vec<Mutation>,
}

/// One change to a rule file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Mutation {
    /// Line in the file, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The check.
    pub check: String,
    /// What was changed.
    pub what: String,
    /// Why it cannot change any verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// A request that tells the changed rules from the real ones: what a case could send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<serde_json::Value>,
}

/// An edition with its cases, ready to be changed.
struct Subject {
    file: RuleFile,
    node: Node,
    rules: Arc<ProviderRules>,
    operation: Arc<Operation>,
    cases: Vec<Prepared>,
    /// By check, the cases in the order in which they are likely to notice.
    order: HashMap<String, Vec<usize>>,
}

struct Prepared {
    text: String,
    case: Case,
    facts: Facts,
}

impl Checker {
    /// The rule files that can be changed: editions, and providers for their named constraints.
    pub fn mutable_files(&self) -> Vec<String> {
        let editions = self.catalog().operations().flat_map(|(path, editions)| {
            editions.into_iter().map(move |edition| format!("{path}/{edition}.json")).collect::<Vec<_>>()
        });
        let providers =
            self.catalog().providers().into_iter().map(|provider| format!("{}/provider.json", provider.name));
        editions.chain(providers).collect()
    }

    /// Changes one rule file in every way and says which changes no case notices. `cases` are all case files.
    ///
    /// # Errors
    ///
    /// When a rule or case file is at fault.
    pub fn run_mutations(&self, path: &str, cases: &[RuleFile]) -> Result<MutationResults, Vec<RuleError>> {
        match path.strip_suffix("/provider.json") {
            Some(provider) => self.mutate_provider(provider, cases),
            None => self.mutate_edition(path, cases),
        }
    }

    fn mutate_edition(&self, path: &str, cases: &[RuleFile]) -> Result<MutationResults, Vec<RuleError>> {
        let subject = self.subject(path, cases)?;
        let mut results = Results::of(&subject.file);
        for (index, check) in subject.operation.checks.iter().enumerate() {
            let changed = subject.changed(None).map(|mut operation| {
                operation.checks.remove(index);
                operation.screens = Screens::of(&operation);
                operation
            });
            let mutant = Mutant {
                steps: Vec::new(),
                becomes: None,
                span: subject.place_of(&check.id, check.parameter),
                check: check.id.clone(),
                what: "drops the check".to_owned(),
                kind: Kind::Removal,
            };
            results.add(&mutant, vec![(&subject, changed)], &check.id);
        }
        for mutant in mutants::of_operation(&subject.node) {
            let changed = subject.changed(Some(&mutant));
            results.add(&mutant, vec![(&subject, changed)], &mutant.check);
        }
        Ok(results.done)
    }

    fn mutate_provider(&self, name: &str, cases: &[RuleFile]) -> Result<MutationResults, Vec<RuleError>> {
        let rules = self.catalog().provider_rules(name)?;
        let file = &rules.file;
        let node = tree(file)?;
        let mut subjects = Vec::new();
        for (path, editions) in self.catalog().operations().filter(|(path, _)| path.split('/').next() == Some(name)) {
            for edition in editions {
                subjects.push(self.subject(&format!("{path}/{edition}.json"), cases)?);
            }
        }
        let mut results = Results::of(file);
        for (constraint, mutant) in mutants::of_provider(&node) {
            let mut changed_node = node.clone();
            mutants::exchange(
                &mut changed_node,
                &mutant.steps,
                mutant.becomes.clone().map(|value| Node { value, span: mutant.span }),
            );
            let changed_rules = provider_of(file, &changed_node);
            let use_ = format!("\"name\": \"{constraint}\"");
            let using = subjects.iter().filter(|subject| subject.file.text.contains(&use_));
            let changed: Vec<(&Subject, Result<Operation, Vec<RuleError>>)> = using
                .map(|subject| {
                    let changed = match &changed_rules {
                        Ok(rules) => operation_of(&subject.file.name, &subject.file.text, &subject.node, rules),
                        Err(mistakes) => Err(mistakes.clone()),
                    };
                    (subject, changed)
                })
                .collect();
            if !changed.is_empty() {
                results.add(&mutant, changed, &format!("-{}", mutant.check));
            }
        }
        Ok(results.done)
    }

    fn subject(&self, path: &str, cases: &[RuleFile]) -> Result<Subject, Vec<RuleError>> {
        let (operation_path, edition) = path.trim_end_matches(".json").rsplit_once('/').unwrap_or_default();
        let operation = self.catalog().operation(operation_path, edition)?;
        let rules = self.catalog().provider_rules(operation_path.split('/').next().unwrap_or_default())?;
        let Some(file) = self.catalog().file(operation_path, edition).cloned() else { return Err(Vec::new()) };
        let node = tree(&file)?;
        let mut prepared = Vec::new();
        for file in cases.iter().filter(|file| file.path == path) {
            let mut mistakes = Mistakes::of(&file.name, &file.text);
            let Some(written) = read_file::<CaseFile>(&file.text, &mut mistakes) else {
                return Err(mistakes.into_errors());
            };
            for case in written.cases {
                let text = request_text(operation_path, edition, &written.base, &case);
                let mut facts = Facts::none();
                for section in &case.facts_complete {
                    // A section that does not exist makes the case fail; that is told when cases are run.
                    let _ = self.close_facts(section, &mut facts);
                }
                prepared.push(Prepared { text, case, facts });
            }
        }
        let mut ranks: HashMap<String, BTreeMap<usize, usize>> = HashMap::new();
        for (place, prepared) in prepared.iter().enumerate() {
            let Ok(request) = Request::from_json(&prepared.text) else { continue };
            let report = Report::of_checked(&operation, Cow::Borrowed(&request), &prepared.facts, None, None);
            for trace in report.trace() {
                let rank = usize::from(trace.fired != Some(true));
                let ranks = ranks.entry(trace.check).or_default().entry(place).or_insert(rank);
                *ranks = rank.min(*ranks);
            }
        }
        let order = ranks.into_iter().map(|(check, ranks)| {
            let mut all: Vec<usize> = (0..prepared.len()).collect();
            all.sort_by_key(|place| ranks.get(place).copied().unwrap_or(2));
            (check, all)
        });
        Ok(Subject { order: order.collect(), file, node, rules, operation, cases: prepared })
    }
}

impl Subject {
    /// The operation with a change, or just as it is.
    fn changed(&self, mutant: Option<&Mutant>) -> Result<Operation, Vec<RuleError>> {
        let mut node = self.node.clone();
        if let Some(mutant) = mutant {
            let new = mutant.becomes.clone().map(|value| Node { value, span: mutant.span });
            mutants::exchange(&mut node, &mutant.steps, new);
        }
        operation_of(&self.file.name, &self.file.text, &node, &self.rules)
    }

    /// Whether some case no longer holds. `check` is the changed check, or with a hyphen in front the end of its id.
    fn notices(&self, changed: &Arc<Operation>, check: &str) -> bool {
        let known = self.order.get(check).or_else(|| {
            let mut ending = self.order.iter().filter(|(id, _)| check.starts_with('-') && id.ends_with(check));
            ending.next().map(|(_, order)| order)
        });
        let all: Vec<usize> = (0..self.cases.len()).collect();
        known.unwrap_or(&all).iter().any(|place| self.cases.get(*place).is_some_and(|case| case.fails(changed)))
    }

    /// Where a check stands: its id, or the parameter that it follows from.
    fn place_of(&self, check: &str, parameter: ParameterIndex) -> Span {
        let mut around: Vec<&str> =
            std::iter::successors(Some(parameter), |inner| self.operation.parameters[*inner].parent)
                .map(|index| self.operation.parameters[index].name.as_str())
                .collect();
        around.reverse();
        let mut node = Some(&self.node);
        let mut place = Span::default();
        for name in around.into_iter().filter(|name| !name.is_empty()) {
            let list = node.and_then(|node| node.get("parameters").or_else(|| node.get("fields")));
            let named = list.and_then(Node::items).unwrap_or_default().iter();
            let mut found = named.filter(|rule| rule.get("name").and_then(Node::text) == Some(name));
            let Some(rule) = found.next() else { break };
            place = rule.get("name").map(|name| name.span).unwrap_or_default();
            node = rule.get("items").or(Some(rule));
        }
        id_span(&self.node, check).unwrap_or(place)
    }
}

/// The place of the `id` with this text.
fn id_span(node: &Node, id: &str) -> Option<Span> {
    if let Some(items) = node.items() {
        return items.iter().find_map(|item| id_span(item, id));
    }
    let members = node.members()?;
    let own = members.iter().find(|((name, _), value)| name == "id" && value.text() == Some(id));
    own.map(|(_, value)| value.span).or_else(|| members.iter().find_map(|(_, value)| id_span(value, id)))
}

fn tree(file: &RuleFile) -> Result<Node, Vec<RuleError>> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    Node::from_text(text).map_err(|error| {
        let mut mistakes = Mistakes::of(&file.name, &file.text);
        mistakes.add(Span::new(error.at, error.at), error.to_string());
        mistakes.into_errors()
    })
}

impl Prepared {
    fn fails(&self, operation: &Arc<Operation>) -> bool {
        let Ok(request) = Request::from_json(&self.text) else { return false };
        let report = Report::of_checked(operation, Cow::Borrowed(&request), &self.facts, None, None);
        let expect = &self.case.expect;
        let expected = expect.findings.iter().map(|finding| Some(finding.code.as_str()));
        // Most changes show in the codes already; making words of a whole report costs more than checking the request.
        if !report.codes().eq(expected) {
            return true;
        }
        let record = Record {
            request: None,
            verdict: report.verdict(),
            error: expect.certain.and_then(|_| report.error()).as_ref().map(ErrorRecord::from),
            problem: None,
            findings: report.findings(),
            open: expect.needs.as_ref().map(|_| report.open()).unwrap_or_default(),
            warnings: report.warnings(),
            suppressed: Vec::new(),
            dry_run: None,
        };
        !differences(&record, expect).is_empty()
    }
}

struct Results<'f> {
    file: &'f RuleFile,
    done: MutationResults,
    comparisons: HashMap<String, Comparison>,
}

impl<'f> Results<'f> {
    fn of(file: &'f RuleFile) -> Self {
        let name = file.name.clone();
        let done =
            MutationResults { file: name, changes: 0, noticed: 0, unnoticed: Vec::new(), equivalent: Vec::new() };
        Results { file, done, comparisons: HashMap::new() }
    }

    /// Runs the cases of all subjects against a change.
    fn add(&mut self, mutant: &Mutant, changed: Vec<(&Subject, Result<Operation, Vec<RuleError>>)>, check: &str) {
        self.done.changes += 1;
        let mut left = Vec::new();
        for (subject, changed) in changed {
            match changed {
                Ok(operation) => left.push((subject, Arc::new(operation))),
                // What the reader of rule files refuses is noticed.
                Err(_) => {
                    self.done.noticed += 1;
                    return;
                }
            }
        }
        if left.iter().any(|(subject, operation)| subject.notices(operation, check)) {
            self.done.noticed += 1;
            return;
        }
        let reasons: Option<Vec<String>> =
            left.iter().map(|(subject, changed)| equivalent::why(mutant, &subject.operation, changed)).collect();
        let why = reasons.and_then(|reasons| reasons.into_iter().next());
        let mut example = None;
        for (subject, operation) in left.iter().filter(|_| why.is_none()) {
            let known = self.comparisons.entry(subject.file.path.clone());
            let comparison = known.or_insert_with(|| Comparison::new(&subject.operation));
            let reached: Vec<&str> =
                equivalent::differing(&subject.operation, operation).map(|(check, _)| check.id.as_str()).collect();
            example = example.or_else(|| comparison.telling_apart(operation, &reached));
        }
        let text = self.file.text.strip_prefix('\u{feff}').unwrap_or(&self.file.text);
        let Position { line, column, .. } = Position::START.after(text, mutant.span.start);
        let (check, what) = (mutant.check.clone(), mutant.what.clone());
        let list = if why.is_some() { &mut self.done.equivalent } else { &mut self.done.unnoticed };
        list.push(Mutation { line, column, check, what, why, example });
    }
}
