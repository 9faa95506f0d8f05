//! Checkers that know few or many operations, as a program knows those that its build has put into it.

use preflint::{Checker, EmbeddedRuleFile, RuleFile};

const OPERATION: &str = "aliyun/ecs/ExportImage";
const EDITION: &str = "2026-01.json";

/// Rule files of so many operations: ExportImage, and copies of it under other names. They stay in memory, as those of a
/// program do.
pub fn rule_files(operations: usize) -> &'static [EmbeddedRuleFile] {
    let bundled: Vec<RuleFile> = RuleFile::bundled().collect();
    let text_of = |path: &str| &*bundled.iter().find(|file| file.path == path).expect("a bundled rule file").text;
    let provider = "aliyun/provider.json";
    let original = text_of(&format!("{OPERATION}/{EDITION}"));
    let mut files = vec![embedded(provider.to_owned(), text_of(provider).to_owned())];
    files.extend((0..operations).map(|number| {
        let operation = if number == 0 { OPERATION.to_owned() } else { format!("{OPERATION}{number:04}") };
        let text = original.replacen(&format!("\"{OPERATION}\""), &format!("\"{operation}\""), 1);
        embedded(format!("{operation}/{EDITION}"), text)
    }));
    files.sort_unstable_by_key(|file| file.path);
    files.leak()
}

fn embedded(path: String, text: String) -> EmbeddedRuleFile {
    EmbeddedRuleFile { path: path.leak(), text: text.leak() }
}

/// A checker that knows these operations only.
pub fn checker(files: &'static [EmbeddedRuleFile]) -> Checker {
    Checker::from_embedded(files)
}
