//! Rule sets as the properties see them: the rules that ship with preflint, and the made-up ones of `tests/rules/`.
//!
//! A rule set is JSON for the reference evaluator and a checker for the engine: both from the same files.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use preflint::{Checker, Facts, Record, Request, RuleFile};
use serde_json::Value;

/// A provider and its operations.
pub struct RuleSet {
    provider: Value,
    operations: Vec<(String, Value)>,
}

impl RuleSet {
    /// The provider's file.
    pub fn provider(&self) -> &Value {
        &self.provider
    }

    /// The operations' files by `<provider>/<service>/<Operation>@<edition>`.
    pub fn operations(&self) -> Vec<(String, &Value)> {
        self.operations.iter().map(|(id, operation)| (id.clone(), operation)).collect()
    }
}

/// All rule sets, one for each provider.
pub fn rule_sets() -> &'static [RuleSet] {
    static SETS: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
        let files = rule_files();
        let json = |file: &RuleFile| -> Value { serde_json::from_str(&file.text).expect("a rule file is JSON") };
        let providers = files.iter().filter(|file| file.path.ends_with("/provider.json"));
        let set_of = |provider: &RuleFile| {
            let folder = provider.path.trim_end_matches("provider.json");
            let operations = files.iter().filter(|file| file.path.starts_with(folder) && file.is_edition());
            let with_id = |file: &RuleFile| {
                let (operation, edition) = file.path.rsplit_once('/').expect("a path of folders");
                (format!("{operation}@{}", edition.trim_end_matches(".json")), json(file))
            };
            RuleSet { provider: json(provider), operations: operations.map(with_id).collect() }
        };
        providers.map(set_of).collect()
    });
    &SETS
}

/// The engine's report of a request, as JSON.
pub fn report(_rules: &RuleSet, request: &Value) -> Value {
    report_text(_rules, &request.to_string())
}

/// A checker with the rules of all rule sets.
pub fn checker() -> &'static Checker {
    static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
        Checker::from_files(rule_files()).unwrap_or_else(|mistakes| {
            panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        })
    });
    &CHECKER
}

/// The engine's report of a text, whatever it holds.
pub fn report_text(_rules: &RuleSet, text: &str) -> Value {
    let record = match Request::from_json(text) {
        Ok(request) => checker().check(&request, &Facts::none()).record(),
        Err(error) => Record::of_unreadable(&error),
    };
    serde_json::to_value(record).expect("a report is JSON")
}

fn rule_files() -> Vec<RuleFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["rules", "tests/rules"] {
        let folder = root.join(folder);
        let mut found = Vec::new();
        collect(&folder, &mut found);
        found.sort();
        files.extend(found.into_iter().map(|file| {
            let path = file.strip_prefix(&folder).expect("below the folder").to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&file).expect("a readable rule file");
            RuleFile { name: path.clone(), path, text: Cow::Owned(text) }
        }));
    }
    files
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "schema") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
            found.push(path);
        }
    }
}

/// A checker that knows the made-up provider acme, with these editions of its one operation.
pub fn acme<const N: usize>(editions: [RuleFile; N]) -> Checker {
    let text = Cow::Borrowed(include_str!("../broken_rules/base/acme/provider.json"));
    let path = "acme/provider.json".to_owned();
    let files = std::iter::once(RuleFile { name: path.clone(), path, text }).chain(editions);
    Checker::from_files(files).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// An edition of acme's operation: its parameters and the rows of its error table, as JSON without brackets.
pub fn box_edition(edition: &str, parameters: &str, errors: &str) -> RuleFile {
    let text = format!(
        r#"{{"format": 1, "operation": "acme/box/OpenBox", "edition": "{edition}", "title": "Opens a box",
            "sources": [{{"id": "PAGE", "title": "OpenBox", "read": "2026-11-22"}}],
            "parameters": [{parameters}], "errors": [{errors}]}}"#
    );
    let path = format!("acme/box/OpenBox/{edition}.json");
    RuleFile { name: path.clone(), path, text: Cow::Owned(text) }
}
