//! Checkers that know few or many operations.

use std::borrow::Cow;

use preflint::{Checker, RuleFile};

const OPERATION: &str = "aliyun/ecs/ExportImage";
const EDITION: &str = "2026-01.json";

/// Rule files of so many operations: ExportImage, and copies of it under other names.
pub fn rule_files(operations: usize) -> Vec<RuleFile> {
    let bundled: Vec<RuleFile> = RuleFile::bundled().collect();
    let named = |path: &str| bundled.iter().find(|file| file.path == path).expect("a bundled rule file");
    let original = named(&format!("{OPERATION}/{EDITION}"));
    let mut files = vec![named("aliyun/provider.json").clone(), original.clone()];
    files.extend((1..operations).map(|number| {
        let operation = format!("{OPERATION}{number:04}");
        let text = original.text.replacen(&format!("\"{OPERATION}\""), &format!("\"{operation}\""), 1);
        let path = format!("{operation}/{EDITION}");
        RuleFile { path: path.clone(), name: path, text: Cow::Owned(text) }
    }));
    files
}

/// A checker that knows these operations only.
pub fn checker(files: &[RuleFile]) -> Checker {
    Checker::from_checked_files(files.iter().cloned()).expect("sound rule files")
}
