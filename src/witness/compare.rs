//! Telling two versions of the same rules apart: a request to which they say different things.

use std::sync::Arc;

use serde_json::Value;

use crate::operation::Operation;
use crate::witness::draft::Draft;
use crate::witness::probe::{Hit, Outcome, Prober};
use crate::witness::search::Search;

/// How many requests are tried, at most.
const MAX_TRIED: usize = 300;

/// An operation that changed ones are held against.
pub(crate) struct Comparison {
    operation: Arc<Operation>,
    bases: [Draft; 2],
    prober: Prober,
}

impl Comparison {
    pub fn new(operation: &Arc<Operation>) -> Self {
        let search = Search::new(operation);
        let bases = [search.bare.clone(), search.settled.clone()];
        Comparison { operation: Arc::clone(operation), bases, prober: Prober::new(operation) }
    }

    /// A request whose report changes with the rules. `checks` are the ids of those that were changed.
    pub fn telling_apart(&self, changed: &Arc<Operation>, checks: &[&str]) -> Option<Value> {
        let changed_prober = Prober::new(changed);
        let mut tried = 0;
        for operation in [&self.operation, changed] {
            let search = Search::with_bases(operation, &self.bases);
            let meant = operation.checks.iter().enumerate().filter(|(_, known)| checks.contains(&known.id.as_str()));
            for (index, _) in meant {
                for base in &self.bases {
                    let breaking = search.breaking(base, index);
                    let mended = breaking.iter().take(8).flat_map(|draft| {
                        let found = search.prober.look(draft);
                        let hits: Vec<Hit> = found.into_iter().flat_map(|outcome| outcome.findings).collect();
                        hits.iter().take(2).flat_map(|hit| search.mending(draft, hit)).take(12).collect::<Vec<_>>()
                    });
                    let mended: Vec<Draft> = mended.collect();
                    for draft in breaking.into_iter().chain(mended) {
                        tried += 1;
                        if tried > MAX_TRIED {
                            return None;
                        }
                        let (own, other) = (self.prober.look(&draft), changed_prober.look(&draft));
                        if said(&self.operation, own) != said(changed, other) {
                            return Some(draft.request(operation));
                        }
                    }
                }
            }
        }
        None
    }
}

/// What a report says, by ids: checks may stand at other places of the list.
fn said(operation: &Operation, outcome: Option<Outcome>) -> Option<Vec<String>> {
    let outcome = outcome?;
    let kinds = [("finding", &outcome.findings), ("open", &outcome.open), ("warning", &outcome.warned)];
    let told = kinds.into_iter().flat_map(|(kind, hits)| {
        hits.iter().map(move |hit| {
            let check = &operation.checks[hit.check];
            format!("{kind} {} {:?} {:?}", check.id, hit.at, check.answer)
        })
    });
    Some(told.chain([outcome.warnings.to_string()]).collect())
}
