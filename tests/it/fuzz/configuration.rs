//! Configurations and baselines as a fuzz target: understood, or refused before the first verdict.
//!
//! Shared as `targets.rs` is, and run as `formats.rs` is.

use serde_json::Value;

use super::formats::Run;

/// The first byte of an input says which of these the rest is, and so with which option it is given.
const READ_AS: [(&str, &str); 2] = [("--config", "preflint.toml"), ("--baseline", "baseline.json")];

/// A script with two findings and a comment that ignores one of them, which what is read may add to.
const SCRIPT: &str = "# preflint: ignore[image-format-known] not yet\n\
    aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-1 --OSSBucket b-1 --ImageFormat zip --OSSPrefix a-b\n";

/// Checks a script with an input as its configuration or its baseline.
pub fn every_configuration(data: &[u8], run: Run<'_>) {
    let Some((first, data)) = data.split_first() else { return };
    let (option, name) = READ_AS[usize::from(*first) % READ_AS.len()];
    let files = [("script.sh", SCRIPT.as_bytes()), (name, data)];
    let ran = run(&["--format=json", option, name, "script.sh"], &files);
    if ran.code == 2 {
        assert!(ran.out.is_empty(), "{option}: refused, and verdicts all the same");
        return;
    }
    // There may be no rules for an edition that is asked for.
    assert!([0, 1, 3].contains(&ran.code), "{option}: {}", ran.code);
    let document: Value = serde_json::from_slice(&ran.out).expect("one document");
    // Nothing of it may lose a request. What it selects and ignores is its own.
    assert_eq!(document["reports"].as_array().map(Vec::len), Some(1), "{document}");
}
