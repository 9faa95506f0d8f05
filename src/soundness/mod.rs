//! What a machine can find wrong in rule files that are understood: `preflint rules check`.
//!
//! `compile` refuses what means nothing. Here is looked for what means something that cannot be meant: a check that no
//! request can break, a limit that another one implies, a value that its own rules refuse, an example that is not true.
//! Where it can, this asks the engine, with values from the edges of what the rules say, instead of reasoning about each
//! word anew. It never runs while requests are checked, and it judges no request.

mod dates;
mod examples;
mod firing;
mod names;
mod patterns;
mod places;
mod pool;
mod probe;
mod provider;
mod texts;
mod values;
mod when;

use std::collections::{BTreeMap, HashSet};

use crate::catalog::{Catalog, RuleFile};
use crate::checker::Checker;
use crate::compile::{Mistakes, RuleError, read_file, without_mark};
use crate::json::{Node, Value};
use crate::place::Span;
use crate::rule::operation::OperationFile;
use crate::rule::provider::ProviderFile;
use crate::rule::resources::ResourcesFile;

/// What a text begins with whose writing is still to do.
const TO_DO: &str = "TO DO";

/// All that can be said about a set of rule files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuleReview {
    /// What is wrong, file by file in the order of the text: what is not understood, and what cannot be meant.
    pub mistakes: Vec<RuleError>,
    /// What is still to be written.
    pub to_do: Vec<RuleError>,
    /// How many operations the files are about.
    pub operations: usize,
    /// How many editions they have.
    pub editions: usize,
}

impl RuleReview {
    /// Looks at rule files. Of several with one path, the last counts, as in [`Checker::from_files`].
    pub fn of(files: impl IntoIterator<Item = RuleFile>) -> RuleReview {
        let mut review = RuleReview { mistakes: Vec::new(), to_do: Vec::new(), operations: 0, editions: 0 };
        let catalog = match Catalog::new(files) {
            Ok(catalog) => catalog,
            Err(mistakes) => {
                review.mistakes = mistakes;
                return review;
            }
        };
        review.mistakes = catalog.check_all();
        review.operations = catalog.operations().count();
        review.editions = catalog.edition_files().count();
        let checker = Checker::of_catalog(catalog);
        let catalog = checker.catalog();
        let mut used = provider::Used::default();
        for (path, edition, file) in catalog.edition_files() {
            let mut mistakes = Mistakes::of(&file.name, &file.text);
            if let Some(written) = read_file::<OperationFile>(&file.text, &mut Mistakes::of("", ""))
                && let Ok(node) = Node::from_text(without_mark(&file.text))
            {
                used.note(path, &written, &node);
                // What is refused already is not looked at twice.
                if let (Ok(operation), Ok(rules)) = (
                    catalog.operation(path, edition),
                    catalog.provider_rules(path.split('/').next().unwrap_or_default()),
                ) {
                    let places = places::Places::of(&written, &node, &operation, &rules);
                    dates::of_operation(&written, &places, &mut mistakes);
                    names::of_operation(&written, &places, &mut mistakes);
                    texts::of_operation(&written, &operation, &places, &mut mistakes);
                    patterns::check(&node, &mut mistakes);
                    firing::check(&operation, &places, &mut mistakes);
                    values::check(&written, &operation, &places, &mut mistakes);
                    when::check(&operation, &places, &mut mistakes);
                    examples::check(&written, &checker, path, &mut mistakes);
                }
            } else {
                used.note_unread(path);
            }
            review.take(file, mistakes);
        }
        for file in catalog.provider_files() {
            let mut mistakes = Mistakes::of(&file.name, &file.text);
            if let Some(written) = read_file::<ProviderFile>(&file.text, &mut Mistakes::of("", ""))
                && let Ok(node) = Node::from_text(without_mark(&file.text))
                && let Ok(rules) = catalog.provider_rules(&written.provider)
            {
                dates::of_provider(&written, &node, &mut mistakes);
                names::of_provider(&written, &node, &mut mistakes);
                texts::of_provider(&written, &node, &mut mistakes);
                patterns::check(&node, &mut mistakes);
                provider::check(&rules, &used, &node, &mut mistakes);
            }
            review.take(file, mistakes);
        }
        for file in catalog.resource_files() {
            let mut mistakes = Mistakes::of(&file.name, &file.text);
            if let Some(written) = read_file::<ResourcesFile>(&file.text, &mut Mistakes::of("", ""))
                && let Ok(node) = Node::from_text(without_mark(&file.text))
            {
                dates::of_resources(&written, &node, &mut mistakes);
                names::of_resources(&written, &node, &mut mistakes);
                texts::of_resources(&node, &mut mistakes);
            }
            review.take(file, mistakes);
        }
        review.sort();
        review
    }

    /// Takes in what was found in one file. What is still to do is no mistake besides.
    fn take(&mut self, file: &RuleFile, mistakes: Mistakes<'_>) {
        let to_do = to_dos(file);
        let unwritten: HashSet<usize> = to_do.iter().map(|to_do| to_do.span.start).collect();
        // Those of this file that compiling has found already.
        let found = self.mistakes.iter().filter(|found| found.file == file.name);
        let mut known: HashSet<(Span, String)> = found.map(|found| (found.span, found.message.clone())).collect();
        for mistake in mistakes.into_errors() {
            let is_new = known.insert((mistake.span, mistake.message.clone()));
            if is_new && !unwritten.contains(&mistake.span.start) {
                self.mistakes.push(mistake);
            }
        }
        self.to_do.extend(to_do);
    }

    /// File by file, as they were found first, and in each in the order of the text.
    fn sort(&mut self) {
        let all = [&mut self.mistakes, &mut self.to_do];
        for list in all {
            let mut order: BTreeMap<String, usize> = BTreeMap::new();
            for error in list.iter() {
                let next = order.len();
                order.entry(error.file.clone()).or_insert(next);
            }
            list.sort_by_key(|error| (order.get(&error.file).copied(), error.span.start));
        }
    }
}

/// The texts of a rule, provider or case file that are still to be written: those that begin with `TO DO`.
pub fn to_dos(file: &RuleFile) -> Vec<RuleError> {
    let mut found = Mistakes::of(&file.name, &file.text);
    if let Ok(node) = Node::from_text(without_mark(&file.text)) {
        collect_to_dos(&node, &mut found);
    }
    found.into_errors()
}

fn collect_to_dos(node: &Node, found: &mut Mistakes<'_>) {
    let mut text = |text: &str, span| {
        if let Some(rest) = text.strip_prefix(TO_DO) {
            found.add(span, format!("to do: {}", rest.trim_start_matches(':').trim_start()));
        }
    };
    match &node.value {
        Value::Text(value) => text(value, node.span),
        Value::List(items) => items.iter().for_each(|item| collect_to_dos(item, found)),
        Value::Object(members) => {
            for ((key, span), value) in members {
                if key.starts_with(TO_DO) {
                    found.add(*span, "to do: the key");
                }
                collect_to_dos(value, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
