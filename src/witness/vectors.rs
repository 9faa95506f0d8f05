//! Test vectors: requests with what is expected of them, for people who test their own clients.
//!
//! Each aims at one check, and the engine has confirmed what it leads to. The seed decides the order and what else is
//! sent; the same seed always gives the same vectors.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::checker::Checker;
use crate::operation::{Operation, Outcome as Consequence, Run};
use crate::witness::draft::{Draft, Positions};
use crate::witness::search::Search;
use crate::witness::solver::{Scene, in_turn};

/// How many values of one parameter are tried for one word.
const MAX_VALUES: usize = 80;
/// How many requests are built upon, besides the smallest.
const MAX_BASES: usize = 12;

/// How many vectors to make, and which.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct VectorOptions {
    /// How many requests that pass.
    pub valid: usize,
    /// How many requests that are refused.
    pub invalid: usize,
    /// Decides the order, and what else is sent.
    pub seed: u64,
}

impl VectorOptions {
    /// So many vectors of each kind.
    pub fn new(valid: usize, invalid: usize, seed: u64) -> VectorOptions {
        VectorOptions { valid, invalid, seed }
    }
}

/// A request and what is expected of it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TestVector {
    /// The request in preflint's JSON form, facts inside.
    pub request: Value,
    /// What it leads to.
    pub expect: ExpectedOutcome,
    /// The check that it aims at: that it breaks narrowly, or fulfils.
    pub aims_at: String,
}

/// What a request leads to. Only the verdict is there for one that passes.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ExpectedOutcome {
    /// `pass` or `reject`.
    pub verdict: &'static str,
    /// The provider's code; null where the answer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Value>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Value>,
    /// The provider's message; null where nobody has seen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Value>,
    /// The parameter at fault, in wire notation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Id of the check that refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

impl Checker {
    /// Test vectors of an edition, those that pass first; none where there are no usable rules. There may be fewer than
    /// were asked for, when no more different ones are found.
    pub fn test_vectors(&self, path: &str, edition: &str, options: VectorOptions) -> Option<Vec<TestVector>> {
        let operation = self.catalog().operation(path, edition).ok()?;
        let mut maker = Maker::new(&operation, options.seed);
        let mut vectors = maker.make(options.valid, true);
        vectors.extend(maker.make(options.invalid, false));
        Some(vectors)
    }
}

struct Maker<'o> {
    search: Search<'o>,
    random: Random,
    /// The smallest request, one with facts, and others with more parameters.
    bases: Vec<Draft>,
    known: HashSet<String>,
}

impl<'o> Maker<'o> {
    fn new(operation: &'o Arc<Operation>, seed: u64) -> Self {
        let mut search = Search::new(operation);
        search.solver.most_values = MAX_VALUES;
        let bases = vec![search.bare.clone(), search.settled.clone()];
        Maker { search, random: Random(seed), bases, known: HashSet::new() }
    }

    /// So many different vectors: each check in its turn, until all have been aimed at; then over again.
    fn make(&mut self, wanted: usize, valid: bool) -> Vec<TestVector> {
        let operation = self.search.operation();
        let mut pools: Vec<Pool> = (0..operation.checks.len())
            .filter(|index| valid || operation.checks[*index].outcome == Consequence::Finding)
            .map(|check| Pool { check, bases: 0, drafts: Vec::new(), found: false })
            .collect();
        self.random.shuffle(&mut pools);
        let mut vectors = Vec::new();
        while vectors.len() < wanted && !pools.is_empty() {
            pools.retain_mut(|pool| {
                let vector = if vectors.len() < wanted { self.next_of(pool, valid) } else { None };
                let more = vector.is_some();
                vectors.extend(vector);
                more
            });
        }
        vectors
    }

    /// The next vector that aims at a check: built upon the smallest request as long as that gives any, then upon others.
    fn next_of(&mut self, pool: &mut Pool, valid: bool) -> Option<TestVector> {
        loop {
            while let Some(draft) = pool.drafts.pop() {
                if let Some(vector) = self.vector(&draft, pool.check, valid) {
                    pool.found = true;
                    return Some(vector);
                }
            }
            if pool.bases >= MAX_BASES {
                return None;
            }
            while self.bases.len() <= pool.bases {
                let varied = self.varied();
                self.bases.push(varied);
            }
            let base = self.bases.get(pool.bases).cloned()?;
            pool.drafts = if valid {
                self.fulfilling(&base, pool.check)
            } else {
                self.search.breaking_with_nothing(&base, pool.check)
            };
            self.random.shuffle(&mut pool.drafts);
            // Where no way does it alone, the search with its repairs does.
            if pool.bases == 2 && !pool.found && !valid {
                pool.drafts.extend(self.search.firing(pool.check).map(|found| found.draft));
            }
            pool.bases += 1;
        }
    }

    /// Requests in which a check applies and holds: at its limits first.
    fn fulfilling(&self, base: &Draft, index: usize) -> Vec<Draft> {
        let solver = &self.search.solver;
        let check = &self.search.operation().checks[index];
        let mut ways = Vec::new();
        for at in self.search.places_of(check) {
            let draft = match &check.run {
                Run::NoUnknownParameter => base.clone(),
                _ => solver.ensured(base, check.parameter, &at),
            };
            let scene = Scene { at, item: None };
            match &check.run {
                Run::Must { condition, .. } => {
                    let mut lists = vec![solver.ways(&draft, condition, true, &scene)];
                    if let Some(when) = &check.when {
                        let ready = solver.ways(&draft, when, true, &scene);
                        let both = ready.iter().take(6).map(|draft| solver.ways(draft, condition, true, &scene));
                        lists.push(in_turn(both.collect()));
                    }
                    ways.push(in_turn(lists));
                }
                _ => {
                    let values = solver.values(&draft, check.parameter, None, &at).into_iter().take(6);
                    let each = values.map(|value| solver.with(&draft, check.parameter, &at, value));
                    ways.push(std::iter::once(draft.clone()).chain(each).collect());
                }
            }
        }
        in_turn(ways)
    }

    /// The smallest request with some more parameters, in order all the same.
    fn varied(&mut self) -> Draft {
        let operation = self.search.operation();
        let mut draft = self.search.bare.clone();
        for root in &operation.roots {
            if !self.random.below(3).eq(&0) {
                continue;
            }
            let at = Positions::default();
            let values = self.search.solver.values(&draft, *root, None, &at);
            let chosen = self.random.below(values.len().min(6) as u64) as usize;
            let with = match values.into_iter().nth(chosen) {
                Some(value) => self.search.solver.with(&draft, *root, &at, value),
                None => self.search.solver.ensured(&draft, *root, &at),
            };
            let fine = |outcome: &crate::witness::probe::Outcome| outcome.findings.is_empty() && outcome.warnings == 0;
            if self.search.prober.look(&with).as_ref().is_some_and(fine) {
                draft = with;
            }
        }
        draft
    }

    /// The vector of a draft, when it does what it should and is new.
    fn vector(&mut self, draft: &Draft, check: usize, valid: bool) -> Option<TestVector> {
        let operation = self.search.operation();
        let request = draft.request(operation);
        let text = request.to_string();
        if self.known.contains(&text) {
            return None;
        }
        let id = operation.checks[check].id.clone();
        let expect = self.search.prober.report(draft, |report| {
            let Some(error) = report.error() else {
                let traces = report.trace();
                let mut own = traces.iter().filter(|trace| trace.check == id).peekable();
                let holds = own.peek().is_some() && own.all(|trace| trace.fired == Some(false));
                let fine = valid && holds && report.counts().0 == 0;
                return fine.then(|| ExpectedOutcome { verdict: "pass", ..ExpectedOutcome::default() });
            };
            let finding = error.finding();
            let aimed = finding.check.rsplit('#').next() == Some(id.as_str());
            (!valid && aimed && error.is_certain()).then(|| ExpectedOutcome {
                verdict: "reject",
                code: Some(finding.code.clone().map_or(Value::Null, Value::String)),
                status: Some(finding.status.map_or(Value::Null, Value::from)),
                message: Some(finding.message.clone().map_or(Value::Null, Value::String)),
                parameter: Some(finding.parameter.clone()),
                check: Some(finding.check.clone()),
            })
        })??;
        self.known.insert(text);
        Some(TestVector { request, expect, aims_at: id })
    }
}

/// What is left to try for a check.
struct Pool {
    check: usize,
    /// How many requests were built upon.
    bases: usize,
    drafts: Vec<Draft>,
    /// Whether there was any vector.
    found: bool,
}

/// Numbers that look random and depend on the seed alone (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number smaller than `end`; 0 when there is none.
    fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            let other = self.below(place as u64 + 1) as usize;
            items.swap(place, other);
        }
    }
}
