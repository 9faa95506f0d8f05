//! Searching for requests: one that passes, one that meets a given error first, the nearest one that does not.
//!
//! Best first, bounded, always in the same order. Every step is a way of the solver; what counts is what the engine says.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::operation::{Check, Form, Operation, Outcome as Consequence, Run};
use crate::rule::provider::Scalars;
use crate::witness::draft::{Draft, Positions};
use crate::witness::probe::{Hit, Outcome, Prober};
use crate::witness::solver::{MAX_WAYS, Scene, Solver, in_turn};

/// How many drafts the engine is asked about in one search, at most.
const MAX_LOOKS: usize = 250;
/// How many more it is asked about once something good enough is known.
const FURTHER_LOOKS: usize = 15;

/// Searches requests of one operation.
pub(super) struct Search<'o> {
    pub solver: Solver<'o>,
    pub prober: Prober,
    /// Only what is required.
    pub bare: Draft,
    /// With the facts that leave nothing open, as far as that is possible.
    pub settled: Draft,
}

/// A draft that is what was looked for.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub draft: Draft,
    pub outcome: Outcome,
}

/// How good a draft is: what is worst first. All zero is what was looked for.
type Penalty = [usize; 5];

impl<'o> Search<'o> {
    pub fn new(operation: &'o Arc<Operation>) -> Self {
        let mut search = Search {
            solver: Solver::new(operation),
            prober: Prober::new(operation),
            bare: Draft::default(),
            settled: Draft::default(),
        };
        let mut bare = Draft::default();
        for parameter in operation.roots.iter().filter(|root| operation.parameters[**root].required) {
            bare = search.solver.ensured(&bare, *parameter, &Positions::default());
        }
        let passing = |outcome: &Outcome| [outcome.findings.len(), 0, 0, outcome.warnings, 0];
        search.bare = search.best(vec![bare.clone()], &passing).map_or(bare, |found| found.draft);
        let decided = |outcome: &Outcome| [outcome.findings.len(), 0, outcome.open.len(), outcome.warnings, 0];
        let settled = search.best(vec![search.bare.clone()], &decided);
        search.settled = settled.map_or_else(|| search.bare.clone(), |found| found.draft);
        search
    }

    /// A search that begins with requests which are known already.
    pub fn with_bases(operation: &'o Arc<Operation>, [bare, settled]: &[Draft; 2]) -> Self {
        let (solver, prober) = (Solver::new(operation), Prober::new(operation));
        Search { solver, prober, bare: bare.clone(), settled: settled.clone() }
    }

    pub fn operation(&self) -> &'o Operation {
        self.solver.operation
    }

    /// A request for which this check gives the predicted error, as certainly and with as little besides as possible.
    pub fn firing(&self, check: usize) -> Option<Found> {
        let stage = self.operation().checks[check].stage;
        let penalty = |outcome: &Outcome| {
            let place = outcome.findings.iter().position(|hit| hit.check == check);
            let earlier = |hit: &&Hit| {
                let open = &self.operation().checks[hit.check];
                open.stage <= stage && open.outcome == Consequence::Finding
            };
            let open = outcome.open.iter().filter(earlier).count();
            let others = outcome.findings.iter().filter(|hit| hit.check != check).count();
            [usize::from(place.is_none()), place.unwrap_or_default(), open, others, outcome.warnings]
        };
        let mut best: Option<(Penalty, Found)> = None;
        for round in 0..3 {
            let base = match round {
                0 => Some(self.bare.clone()),
                1 => Some(self.settled.clone()),
                _ => self.settled_for(check),
            };
            let Some(base) = base else { break };
            let starts = self.breaking(&base, check);
            if let Some(found) = self.best(starts, &penalty) {
                let own = penalty(&found.outcome);
                if own[..2] == [0, 0] && best.as_ref().is_none_or(|(known, _)| own < *known) {
                    best = Some((own, found));
                }
            }
            if best.as_ref().is_some_and(|(known, _)| known[..3] == [0, 0, 0]) {
                break;
            }
        }
        best.map(|(_, found)| self.shrunk(found))
    }

    /// The request that leaves nothing open, with what a check compares with; none when that is there already.
    fn settled_for(&self, check: usize) -> Option<Draft> {
        let check = &self.operation().checks[check];
        let mut draft = self.settled.clone();
        for at in self.places_of(check).into_iter().take(1) {
            for parameter in check.compares_with.iter().chain([&check.parameter]) {
                draft = self.solver.with_effective(&draft, *parameter, &at);
            }
        }
        let decided = |outcome: &Outcome| [outcome.findings.len(), 0, outcome.open.len(), outcome.warnings, 0];
        let more = draft != self.settled;
        more.then(|| self.best(vec![draft], &decided)).flatten().map(|found| found.draft)
    }

    /// The request that is nearest to one that a check refuses, and passes.
    pub fn nearest_passing(&self, refused: &Found, hit: &Hit) -> Option<Found> {
        let decided =
            |outcome: &Outcome| outcome.findings.is_empty() && !outcome.open.iter().any(|open| open.check == hit.check);
        let mut heap = Heap::default();
        let mut best: Option<(usize, Found)> = None;
        let mut looks = 0;
        let mut next = self.mending(&refused.draft, hit);
        loop {
            for draft in next.drain(..) {
                if looks > MAX_LOOKS || !heap.is_new(&draft, self.operation()) {
                    continue;
                }
                let distance = draft.distance(&refused.draft);
                if best.as_ref().is_some_and(|(known, _)| distance >= *known) {
                    continue;
                }
                looks += 1;
                let Some(outcome) = self.prober.look(&draft) else { continue };
                let distance = distance + 3 * outcome.warnings.saturating_sub(refused.outcome.warnings);
                if decided(&outcome) {
                    if best.as_ref().is_none_or(|(known, _)| distance < *known) {
                        best = Some((distance, Found { draft, outcome }));
                    }
                } else {
                    heap.push([distance + 10 * outcome.findings.len(), 0, 0, 0, 0], Found { draft, outcome });
                }
            }
            let Some((_, Found { draft, outcome })) = heap.pop() else { break };
            if looks > MAX_LOOKS {
                break;
            }
            let about = outcome.findings.first().or_else(|| outcome.open.iter().find(|open| open.check == hit.check));
            next = about.map(|about| self.mending(&draft, about)).unwrap_or_default();
        }
        best.map(|(_, found)| found)
    }

    /// Leaves out whatever does not change the predicted error.
    pub fn shrunk(&self, found: Found) -> Found {
        let Found { mut draft, mut outcome } = found;
        let mut place = 0;
        let mut parts = draft.parts();
        while let Some(part) = parts.get(place) {
            let smaller = draft.without(part);
            let same = self.prober.look(&smaller).filter(|other| {
                other.findings.first().map(|hit| hit.check) == outcome.findings.first().map(|hit| hit.check)
                    && (other.certain || !outcome.certain)
                    && other.findings.len() <= outcome.findings.len()
                    && other.warnings <= outcome.warnings
            });
            match same {
                Some(other) => {
                    (draft, outcome) = (smaller, other);
                    parts = draft.parts();
                }
                None => place += 1,
            }
        }
        Found { draft, outcome }
    }

    /// The best draft that can be reached from the starts by mending what is found, left open or warned of.
    fn best(&self, starts: Vec<Draft>, penalty: &dyn Fn(&Outcome) -> Penalty) -> Option<Found> {
        let mut heap = Heap::default();
        let mut best: Option<(Penalty, Found)> = None;
        let (mut looks, mut most) = (0, MAX_LOOKS);
        let mut next = starts;
        loop {
            for draft in next.drain(..) {
                if looks >= most || !heap.is_new(&draft, self.operation()) {
                    continue;
                }
                looks += 1;
                let Some(outcome) = self.prober.look(&draft) else { continue };
                let own = penalty(&outcome);
                if best.as_ref().is_none_or(|(known, _)| own < *known) {
                    best = Some((own, Found { draft: draft.clone(), outcome: outcome.clone() }));
                    if own[..3] == [0, 0, 0] {
                        most = most.min(looks + FURTHER_LOOKS);
                    }
                }
                heap.push(own, Found { draft, outcome });
            }
            let done = best.as_ref().is_some_and(|(penalty, _)| *penalty == [0; 5]);
            if done || looks >= most {
                break;
            }
            let Some((own, Found { draft, outcome })) = heap.pop() else { break };
            next = self.next(&draft, &outcome, penalty, own);
        }
        best.map(|(_, found)| found)
    }

    /// What could be better than a draft: each thing that is wrong with it mended.
    fn next(
        &self,
        draft: &Draft,
        outcome: &Outcome,
        penalty: &dyn Fn(&Outcome) -> Penalty,
        own: Penalty,
    ) -> Vec<Draft> {
        let mut hits: Vec<&Hit> = Vec::new();
        for list in [&outcome.findings, &outcome.open, &outcome.warned] {
            for (place, hit) in list.iter().enumerate() {
                // Only what makes the draft worse is worth mending.
                let mut without = outcome.clone();
                let same = if std::ptr::eq(list, &outcome.findings) {
                    &mut without.findings
                } else if std::ptr::eq(list, &outcome.open) {
                    &mut without.open
                } else {
                    without.warnings = without.warnings.saturating_sub(1);
                    &mut without.warned
                };
                same.remove(place);
                if penalty(&without) < own {
                    hits.push(hit);
                }
            }
        }
        let ways = hits.into_iter().take(3).map(|hit| {
            let mut ways = self.mending(draft, hit);
            ways.truncate(12);
            ways
        });
        ways.flatten().collect()
    }

    /// Ways to end what a check says at a place.
    pub fn mending(&self, draft: &Draft, hit: &Hit) -> Vec<Draft> {
        let check = &self.operation().checks[hit.check];
        let scene = Scene { at: hit.at, item: None };
        let mut without = draft.clone();
        without.remove(self.operation(), check.parameter, &hit.at);
        match &check.run {
            Run::Must { condition, .. } => {
                let holding = self.solver.ways(draft, condition, true, &scene);
                let idle = check.when.as_ref().map(|when| self.solver.ways(draft, when, false, &scene));
                let cleared = check.cleared_by.as_ref().map(|facts| self.solver.ways(draft, facts, true, &scene));
                let mut ways = in_turn([Some(holding), idle, cleared].into_iter().flatten().collect());
                ways.push(without);
                ways
            }
            Run::Required => {
                let parent = self.operation().parameters[check.parameter].parent;
                let mut ways = vec![self.solver.ensured(draft, check.parameter, &hit.at)];
                ways.extend(parent.map(|parent| {
                    let mut draft = draft.clone();
                    draft.remove(self.operation(), parent, &hit.at);
                    draft
                }));
                ways
            }
            Run::Type => {
                let fresh = self.solver.fresh(check.parameter, 0);
                vec![self.solver.with(draft, check.parameter, &hit.at, fresh), without]
            }
            Run::NoUnknownParameter => {
                let mut draft = draft.clone();
                draft.params.remove(&self.unknown_name());
                vec![draft]
            }
        }
    }

    /// Ways to break what a check demands, from a draft that fulfils it or does not speak of it.
    pub fn breaking(&self, draft: &Draft, index: usize) -> Vec<Draft> {
        let check = &self.operation().checks[index];
        let places = self.places_of(check);
        let mut ways = in_turn(places.iter().map(|at| self.breaking_at(draft, check, *at)).collect());
        ways.truncate(3 * MAX_WAYS);
        ways
    }

    /// The ways of [`Search::breaking`], and others that come to the same: a value that is null or empty.
    pub fn breaking_with_nothing(&self, draft: &Draft, index: usize) -> Vec<Draft> {
        let mut ways = self.breaking(draft, index);
        let check = &self.operation().checks[index];
        if matches!(check.run, Run::Required) {
            for missing in ways.clone() {
                for nothing in [Value::Null, json!(""), json!([]), json!({})] {
                    for at in self.places_of(check) {
                        let mut draft = missing.clone();
                        draft.set(self.operation(), check.parameter, &at, nothing.clone());
                        ways.push(draft);
                    }
                }
            }
        }
        ways
    }

    fn breaking_at(&self, draft: &Draft, check: &Check, at: Positions) -> Vec<Draft> {
        let mut draft = draft.clone();
        if let Some(parent) = self.operation().parameters[check.parameter].parent {
            draft = self.solver.ensured(&draft, parent, &at);
        }
        match &check.run {
            Run::Required => {
                draft = self.solver.ensured(&draft, check.parameter, &at);
                draft.remove(self.operation(), check.parameter, &at);
                // Where an object without members is not sent at all, another member is.
                let fields = self.operation().fields(self.operation().parameters[check.parameter].parent);
                let others = fields.iter().filter(|field| **field != check.parameter).take(3);
                let with_other: Vec<Draft> = match self.operation().parameters[check.parameter].parent {
                    Some(_) => others.map(|other| self.solver.ensured(&draft, *other, &at)).collect(),
                    None => Vec::new(),
                };
                std::iter::once(draft).chain(with_other).collect()
            }
            Run::Type => self
                .wrong_shapes(check)
                .into_iter()
                .map(|value| self.solver.with(&draft, check.parameter, &at, value))
                .collect(),
            Run::NoUnknownParameter => {
                draft.params.insert(self.unknown_name(), json!("example"));
                vec![draft]
            }
            Run::Must { condition, when_given } => {
                for parameter in &check.compares_with {
                    draft = self.solver.with_effective(&draft, *parameter, &at);
                }
                if *when_given {
                    draft = self.solver.ensured(&draft, check.parameter, &at);
                }
                let scene = Scene { at, item: None };
                let broken = |draft: &Draft| self.solver.ways(draft, condition, false, &scene);
                let mut lists = vec![broken(&draft)];
                if let Some(when) = &check.when {
                    let ready = self.solver.ways(&draft, when, true, &scene);
                    lists.push(in_turn(ready.iter().take(8).map(broken).collect()));
                    let first_broken = broken(&draft);
                    let then = first_broken.iter().take(8).map(|draft| self.solver.ways(draft, when, true, &scene));
                    lists.push(in_turn(then.collect()));
                }
                if let Some(cleared_by) = &check.cleared_by {
                    let known: Vec<Draft> = lists.iter().flatten().take(4).cloned().collect();
                    let refuted = known.iter().map(|draft| self.solver.ways(draft, cleared_by, false, &scene));
                    lists.push(in_turn(refuted.collect()));
                }
                in_turn(lists)
            }
        }
    }

    /// The places at which a check is tried: the first that it is for, and in lists the one behind it.
    pub fn places_of(&self, check: &Check) -> Vec<Positions> {
        let depth = self.operation().parameters[check.parameter].list_depth;
        let Some(inner) = depth.checked_sub(1) else { return vec![Positions::default()] };
        let (first, last) = check.at.unwrap_or((1, u32::MAX));
        let places = [first, first.saturating_add(1)].into_iter().filter(|place| *place <= last);
        let mut at = Positions::default();
        let mut moved: Vec<Positions> = Vec::new();
        for place in places {
            at[inner] = place.saturating_sub(1) as usize;
            moved.push(at);
        }
        // What holds of an element may depend on where its own list lies.
        for outer in 0..inner {
            let mut at = moved.first().copied().unwrap_or_default();
            at[outer] = 1;
            moved.push(at);
        }
        moved
    }

    fn wrong_shapes(&self, check: &Check) -> Vec<Value> {
        let form = self.operation().parameters[check.parameter].form;
        let typed = self.operation().provider.wire.scalars == Scalars::Typed;
        match form {
            Form::String if typed => vec![json!(5), json!(true), json!([]), json!({})],
            Form::String => vec![json!({}), json!([])],
            Form::Integer | Form::Unsigned => {
                vec![json!("x"), json!(1.5), json!("１"), json!("-1"), json!(true), json!([])]
            }
            Form::Boolean => vec![json!("x"), json!("yes"), json!(2), json!([])],
            Form::List(_) | Form::Object => vec![json!("x"), json!(5), json!(true)],
        }
    }

    /// A name that no parameter has.
    pub fn unknown_name(&self) -> String {
        let parameters = &self.operation().parameters;
        let common = &self.operation().provider.common_parameters;
        let mut name = "NotAParameter".to_owned();
        while parameters.iter().any(|known| known.name == name) || common.iter().any(|known| known.name == name) {
            name.push('X');
        }
        name
    }
}

/// Drafts that wait, the best first; of equally good ones the earlier.
#[derive(Default)]
struct Heap {
    order: BinaryHeap<Reverse<(Penalty, usize)>>,
    all: Vec<Option<Found>>,
    known: HashSet<String>,
}

impl Heap {
    fn is_new(&mut self, draft: &Draft, operation: &Operation) -> bool {
        self.known.insert(draft.request(operation).to_string())
    }

    fn push(&mut self, penalty: Penalty, found: Found) {
        self.order.push(Reverse((penalty, self.all.len())));
        self.all.push(Some(found));
    }

    fn pop(&mut self) -> Option<(Penalty, Found)> {
        let Reverse((penalty, place)) = self.order.pop()?;
        let found = self.all.get_mut(place)?.take()?;
        Some((penalty, found))
    }
}
