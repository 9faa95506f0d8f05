//! Properties that hold for every rule file and every request; above all that the engine says what the reference
//! evaluator says.
//!
//! The engine is reached through [`crate::support`] alone. Nothing here knows an operation, a parameter or a code.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::generate::{Manner, Palette, flatten};
use crate::reference::{self, Outcome, harvest, plan};
use crate::support::{self, RuleSet};

/// Kinds of warnings that follow from the rule format. Others are advice of the engine's own.
const KINDS: [&str; 7] = [
    "value-case",
    "parameter-case",
    "unknown-parameter",
    "ignored-parameter",
    "duplicate-parameter",
    "likely-invalid",
    "disputed",
];

/// An operation of one of the rule sets.
pub struct Subject {
    rules: &'static RuleSet,
    pub palette: Palette,
}

/// All operations of the bundled and of the synthetic rules.
pub static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let mut subjects = Vec::new();
    for rules in support::rule_sets() {
        for (id, operation) in rules.operations() {
            subjects.push(Subject { rules, palette: Palette::new(&id, rules.provider(), operation) });
        }
    }
    subjects
});

impl Subject {
    fn report(&self, request: &Value) -> Value {
        support::report(self.rules, request)
    }

    pub fn reference(&self, request: &Value) -> Outcome {
        reference::evaluate(&self.palette.provider, &self.palette.operation, request)
    }

    /// Runs a property on this operation's share of all cases.
    #[track_caller]
    pub fn run<S: Strategy>(
        &self,
        cases: usize,
        strategy: &S,
        property: impl Fn(S::Value) -> Result<(), TestCaseError>,
    ) {
        let share = u32::try_from(cases / SUBJECTS.len()).expect("a share is small").max(8);
        let config = Config { cases: share, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
        let result = TestRunner::new_with_rng(config, seeded()).run(strategy, property);
        if let Err(error) = result {
            panic!("{}: {error}", self.palette.id);
        }
    }
}

/// The source of chance: the same in every run, so that a change is judged by its own faults; another one with
/// `PREFLINT_SEED=<number>`, for looking further.
fn seeded() -> TestRng {
    let seed: u64 = std::env::var("PREFLINT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// What a report says, as far as the rule format decides it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    verdict: String,
    /// Check, code, status and parameter of each finding, in order.
    pub findings: Vec<[String; 4]>,
    /// Kind, check and parameter of each warning, sorted.
    warnings: Vec<[String; 3]>,
    /// What each open check needs.
    open: BTreeMap<String, BTreeSet<String>>,
}

impl Said {
    pub fn by_engine(report: &Value) -> Said {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let check = |value: &Value| text(value).rsplit('#').next().unwrap_or_default().to_owned();
        let findings = plan::list(report, "findings");
        let warnings = plan::list(report, "warnings").iter();
        let mut said = Said {
            verdict: text(&report["verdict"]),
            findings: findings
                .iter()
                .map(|f| [check(&f["check"]), text(&f["code"]), text(&f["status"]), text(&f["parameter"])])
                .collect(),
            warnings: warnings
                .map(|warning| [text(&warning["kind"]), check(&warning["check"]), text(&warning["parameter"])])
                .filter(|[kind, _, _]| KINDS.contains(&kind.as_str()))
                .collect(),
            open: BTreeMap::new(),
        };
        said.warnings.sort();
        for open in plan::list(report, "open") {
            let needs = plan::texts(open, "needs").into_iter().map(str::to_owned);
            said.open.entry(check(&open["check"])).or_default().extend(needs);
        }
        said
    }

    pub fn by_reference(outcome: &Outcome) -> Said {
        let or_null = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
        let findings = outcome.findings.iter();
        let warnings = outcome.warnings.iter();
        let mut said = Said {
            verdict: if outcome.findings.is_empty() { "pass" } else { "reject" }.to_owned(),
            findings: findings
                .map(|f| [f.check.clone(), f.code.clone(), f.status.to_string(), f.parameter.clone()])
                .collect(),
            warnings: warnings
                .map(|warning| [warning.kind.clone(), or_null(&warning.check), or_null(&warning.parameter)])
                .collect(),
            open: outcome.open.iter().map(|open| (open.check.clone(), open.needs.clone())).collect(),
        };
        said.warnings.sort();
        said
    }
}

fn passes(report: &Value) -> bool {
    report["verdict"] == "pass"
}

#[test]
fn the_engine_says_what_the_reference_says() {
    let (findings, warnings, open) = (Cell::new(0), Cell::new(0), Cell::new(0));
    for subject in SUBJECTS.iter() {
        for (manner, cases) in [(Manner::Tidy, 600), (Manner::Shaped, 800), (Manner::Wild, 1200)] {
            subject.run(cases, &subject.palette.requests(manner), |request| {
                let reference = Said::by_reference(&subject.reference(&request));
                findings.set(findings.get() + reference.findings.len());
                warnings.set(warnings.get() + reference.warnings.len());
                open.set(open.get() + reference.open.len());
                let engine = Said::by_engine(&subject.report(&request));
                prop_assert_eq!(&engine, &reference, "left is the engine; request: {}", request);
                Ok(())
            });
        }
    }
    let seen = findings.get() > 0 && warnings.get() > 0 && open.get() > 0;
    assert!(seen || SUBJECTS.is_empty(), "no request led to findings, warnings and open checks");
}

/// The text of a request whose parameters stand in the order of `order`.
fn with_order(request: &Value, order: &[Index]) -> String {
    let mut params: Vec<(String, Value)> =
        request["params"].as_object().cloned().unwrap_or_default().into_iter().collect();
    for (at, index) in order.iter().enumerate().take(params.len()) {
        let other = index.index(params.len());
        params.swap(at, other);
    }
    let params: Vec<String> = params.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    let mut rest = request.as_object().cloned().unwrap_or_default();
    rest.remove("params");
    let rest: Vec<String> = rest.iter().map(|(name, value)| format!("{}:{value},", json!(name))).collect();
    format!("{{{}\"params\":{{{}}}}}", rest.concat(), params.join(","))
}

/// A report without places in the text, its lists sorted: what must not depend on the order of parameters.
fn without_order(mut report: Value) -> Value {
    strip_places(&mut report);
    // Of several names that the gateway refuses, the first one in the text is the error.
    let strangers = plan::list(&report, "findings")
        .iter()
        .filter(|finding| finding["check"].as_str().is_some_and(|check| check.ends_with("#unknown-parameter")));
    if strangers.count() > 1
        && let Some(members) = report.as_object_mut()
    {
        members.remove("error");
    }
    for list in ["findings", "warnings", "open"] {
        if let Some(items) = report[list].as_array_mut() {
            items.sort_by_key(Value::to_string);
        }
    }
    report
}

fn strip_places(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("span");
            // Which of two values came first, and under which spelling, is a matter of order.
            if members.get("kind").is_some_and(|kind| kind == "duplicate-parameter") {
                members.remove("detail");
                members.remove("parameter");
            }
            members.values_mut().for_each(strip_places);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_places),
        _ => {}
    }
}

#[test]
fn the_order_of_parameters_changes_only_places() {
    for subject in SUBJECTS.iter() {
        let order = proptest::collection::vec(any::<Index>(), 0..12);
        subject.run(300, &(subject.palette.requests(Manner::Wild), order), |(request, order)| {
            let as_is = without_order(support::report_text(subject.rules, &request.to_string()));
            let reordered = without_order(support::report_text(subject.rules, &with_order(&request, &order)));
            prop_assert_eq!(&as_is, &reordered, "request: {}", request);
            Ok(())
        });
    }
}

/// Whether a list or an object in which nothing is sent stands in a value. It has no flat form.
fn has_empty(value: &Value, is_sent: &dyn Fn(&Value) -> bool) -> bool {
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => return false,
    };
    !inner.iter().any(|value| is_sent(value)) || inner.iter().any(|value| has_empty(value, is_sent))
}

/// An ignored element is one parameter in a nested list and may be several in flat notation.
fn without_ignored_names(mut said: Said) -> Said {
    let ignored = said.warnings.iter_mut().filter(|[kind, _, _]| kind == "ignored-parameter");
    ignored.for_each(|[_, _, parameter]| parameter.clear());
    said.warnings.dedup();
    said
}

#[test]
fn nested_and_flat_parameters_agree() {
    let compared = Cell::new(0);
    for subject in SUBJECTS.iter() {
        subject.run(400, &subject.palette.requests(Manner::Shaped), |request| {
            let mut flat = Map::new();
            for (name, value) in request["params"].as_object().into_iter().flatten() {
                flatten(&subject.palette.provider, name, value, &mut flat);
            }
            // Where JSON types count, an empty list is sent and is a value; on other wires nothing travels for it.
            let wire = &subject.palette.provider["wire"];
            let is_empty_text = |value: &Value| value == "" && wire["empty_text"] == "absent";
            let is_sent = |value: &Value| !value.is_null() && !is_empty_text(value);
            let mut params = request["params"].as_object().into_iter().flatten();
            if wire["scalars"] == "typed" && params.any(|(_, value)| has_empty(value, &is_sent)) {
                return Ok(());
            }
            let mut flat_request = request.clone();
            flat_request["params"] = Value::Object(flat);
            let nested_said = without_ignored_names(Said::by_engine(&subject.report(&request)));
            let flat_said = without_ignored_names(Said::by_engine(&subject.report(&flat_request)));
            prop_assert_eq!(&nested_said, &flat_said, "request: {}", request);
            compared.set(compared.get() + 1);
            Ok(())
        });
    }
    assert!(compared.get() > 0 || SUBJECTS.is_empty(), "nothing was compared");
}

/// Collects all words of all texts in a value.
fn words_in(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            words.extend(text.split(|character: char| !character.is_alphanumeric()).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| words_in(item, words)),
        Value::Object(members) => members.values().for_each(|member| words_in(member, words)),
        _ => {}
    }
}

/// Parameters that the API does not demand and that nothing else reads. Rather too few than too many: whatever is
/// named in any condition counts as read.
fn idle_parameters(palette: &Palette) -> Vec<String> {
    let mut read = BTreeSet::new();
    for (condition, _) in harvest::conditions(&palette.provider, &palette.operation) {
        words_in(&condition, &mut read);
    }
    words_in(&palette.operation["entities"], &mut read);
    words_in(&palette.provider["region_parameter"], &mut read);
    plan::list(&palette.operation, "checks").iter().for_each(|check| words_in(&check["parameter"], &mut read));
    let rules = plan::list(&palette.operation, "parameters").iter().filter(|rule| rule.get("required").is_none());
    let names = rules.filter_map(|rule| rule["name"].as_str()).map(str::to_owned);
    names.filter(|name| !read.contains(name)).collect()
}

#[test]
fn dropping_a_parameter_that_nothing_reads_keeps_a_pass() {
    let dropped = Cell::new(0);
    for subject in SUBJECTS.iter() {
        let idle = idle_parameters(&subject.palette);
        subject.run(400, &subject.palette.requests(Manner::Tidy), |request| {
            let sent: Vec<&String> =
                idle.iter().filter(|name| request["params"].get(name.as_str()).is_some()).collect();
            if sent.is_empty() || !passes(&subject.report(&request)) {
                return Ok(());
            }
            for name in sent {
                let mut smaller = request.clone();
                if let Some(params) = smaller["params"].as_object_mut() {
                    params.remove(name);
                }
                prop_assert!(passes(&subject.report(&smaller)), "without {}: {}", name, request);
                dropped.set(dropped.get() + 1);
            }
            Ok(())
        });
    }
    assert!(dropped.get() > 0 || SUBJECTS.is_empty(), "nothing was dropped");
}

/// Sections whose items may clear a request of what was held against it, by design.
fn clearing_sections(palette: &Palette) -> BTreeSet<String> {
    let lists = palette.provider["lists"].as_object().into_iter().flatten();
    let mut clearing: BTreeSet<String> =
        lists.filter_map(|(_, list)| list["section"].as_str()).map(str::to_owned).collect();
    let mut words = BTreeSet::new();
    for check in plan::plan(&palette.provider, &palette.operation) {
        words_in(check.rule().map_or(&Value::Null, |rule| &rule["cleared_by"]), &mut words);
    }
    for (name, entity) in palette.operation["entities"].as_object().into_iter().flatten() {
        let mut of_name = BTreeSet::new();
        words_in(&json!(name), &mut of_name);
        if of_name.is_subset(&words) {
            clearing.extend(entity["section"].as_str().map(str::to_owned));
        }
    }
    clearing.extend(palette.sections.keys().filter(|section| words.contains(*section)).cloned());
    clearing
}

/// Adds an item to a section that is not complete. `None` when the section is complete or knows an item of that key.
fn with_item(palette: &Palette, request: &Value, section: &str, item: &Value) -> Option<Value> {
    let rule = &palette.provider["sections"][section];
    let key_pointer = format!("/{}", rule["key"].as_str()?.replace('.', "/"));
    let key = |item: &Value| {
        item.pointer(&key_pointer).map(|key| key.as_str().map_or_else(|| key.to_string(), str::to_owned))
    };
    let known = &request["facts"][section];
    let items = known.as_array().or_else(|| known["items"].as_array()).cloned().unwrap_or_default();
    let item = palette.filled_in(item, request);
    if known["complete"] == true || items.iter().any(|other| key(other) == key(&item)) {
        return None;
    }
    let items: Vec<Value> = items.into_iter().chain([item]).collect();
    let mut richer = request.clone();
    if known.is_object() {
        richer["facts"][section]["items"] = json!(items);
    } else {
        richer["facts"][section] = json!(items);
    }
    Some(richer)
}

#[test]
fn a_new_fact_never_turns_a_rejection_into_a_pass() {
    let added = Cell::new(0);
    for subject in SUBJECTS.iter() {
        let palette = &subject.palette;
        let clearing = clearing_sections(palette);
        let sections: Vec<String> = palette.sections.keys().filter(|name| !clearing.contains(*name)).cloned().collect();
        if sections.is_empty() {
            continue;
        }
        let item = select(sections).prop_flat_map(|section| (Just(section.clone()), palette.items(&section)));
        let manner = prop_oneof![palette.requests(Manner::Tidy), palette.requests(Manner::Shaped)];
        subject.run(900, &(manner, item), |(request, (section, item))| {
            let Some(richer) = with_item(palette, &request, &section, &item) else { return Ok(()) };
            if !passes(&subject.report(&request)) {
                added.set(added.get() + 1);
                prop_assert!(!passes(&subject.report(&richer)), "with {} of {}: {}", item, section, request);
            }
            Ok(())
        });
    }
    assert!(added.get() > 0 || SUBJECTS.is_empty(), "no fact was added to a rejected request");
}

/// Any JSON value whose member names are `names` or anything.
fn any_json(names: Vec<String>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![4 => select(names), 1 => ".{0,6}"].boxed();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

#[test]
fn no_json_value_makes_the_engine_panic() {
    let verdicts = ["reject", "pass", "unsupported", "unreadable"];
    let envelope =
        ["id", "provider", "service", "operation", "edition", "params", "facts", "unknown"].map(str::to_owned);
    for subject in SUBJECTS.iter() {
        let palette = &subject.palette;
        let mut names: BTreeSet<String> = BTreeSet::new();
        words_in(&palette.operation["parameters"], &mut names);
        names.extend(
            ["Disks.1.Size", "disks[0].diskId", "Tag.1.Key", "a[", "b]", ".", "[0]", "x..y"].map(str::to_owned),
        );
        names.remove("");
        let smallest = json!({
            "provider": palette.provider["provider"],
            "service": palette.operation["operation"].as_str().and_then(|path| path.split('/').nth(1)),
            "operation": palette.operation["operation"].as_str().and_then(|path| path.split('/').nth(2)),
            "edition": palette.operation["edition"],
        });
        let whole = any_json(envelope.iter().cloned().chain(names.iter().cloned()).collect());
        let params = any_json(names.into_iter().collect());
        subject.run(400, &(params, whole), |(params, whole)| {
            let mut request = smallest.clone();
            request["params"] = params;
            for text in [request.to_string(), whole.to_string()] {
                let report = support::report_text(subject.rules, &text);
                let verdict = report["verdict"].as_str().unwrap_or_default();
                prop_assert!(verdicts.contains(&verdict), "{} has the verdict {:?}", text, verdict);
            }
            Ok(())
        });
    }
}
