//! The formats of reports, each held against an independent description of it: the official schemas, the rules by which
//! GitHub's runner reads commands, and bodies of answers typed from the providers' pages.
//!
//! Here are the inputs that all of them are tried with.

mod fingerprints;
mod github;
mod junit;
mod outputs;
mod report_schema;
mod responses;
mod rule_set;
mod sarif;

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::cli::{PASSES, REJECTED, UNSUPPORTED, project};

/// All formats.
pub const FORMATS: [&str; 8] = ["human", "json", "ndjson", "sarif", "junit", "github", "github-summary", "response"];

/// Text that some format would read otherwise, if it were not escaped.
pub const MONSTER: &str =
    "a,b:c%0A::error::d\n\r\t|<x y=\"z\">&amp;]]>\u{1b}[31m\u{0}\u{fffe}`*_[l](http://e.x)@me\\ 镜像\u{1f600}{0}";

/// Lines of all kinds, with names and values that have to be escaped.
pub fn zoo() -> String {
    let named = |id: &str, text: &str| {
        let mut request: Value = serde_json::from_str(text).expect("a request");
        request["id"] = json!(id);
        request
    };
    let mut monstrous = named(MONSTER, REJECTED);
    monstrous["params"]["OSSPrefix"] = json!(MONSTER);
    monstrous["params"]["镜<&>"] = json!("1");
    monstrous["params"]["ossbucket"] = json!("My\u{1}<Bucket>");
    let unsupported = named("\u{7}::warning::no", UNSUPPORTED);
    let lines = [
        PASSES.to_owned(),
        REJECTED.replace("\"OSSBucket\"", "\"OssBucket\""),
        monstrous.to_string(),
        unsupported.to_string(),
        "{\"broken\u{1b}".to_owned(),
        "[]".to_owned(),
        String::new(),
        r#"{"provider":"jd","operation":"exportImage","params":{"regionId":"cn-north-1","dataDisks":[{"x":1}]}}"#
            .to_owned(),
        r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou","Bucket":"镜"}}"#
            .to_owned(),
    ];
    lines.join("\n") + "\n"
}

/// The requests of all cases, one a line.
pub fn cases() -> String {
    let mut lines = String::new();
    let mut folders = vec![project("tests/cases")];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a readable folder");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
        paths.sort();
        for path in paths {
            match path.is_dir() {
                true => folders.push(path),
                false => lines.push_str(&requests_of(&path)),
            }
        }
    }
    lines
}

fn requests_of(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a readable file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let id = file["edition"].as_str().expect("an edition");
    let (operation, edition) = id.split_once('@').expect("an edition behind @");
    let names: Vec<&str> = operation.split('/').collect();
    let mut lines = String::new();
    for case in file["cases"].as_array().expect("cases") {
        let mut params: Map<String, Value> = file["base"].as_object().expect("an object").clone();
        for name in case["drop"].as_array().into_iter().flatten() {
            params.remove(name.as_str().expect("a name"));
        }
        params.extend(case["set"].as_object().cloned().unwrap_or_default());
        let mut request = json!({
            "id": case["name"], "provider": names[0], "service": names[1], "operation": names[2], "edition": edition,
            "params": params
        });
        for key in ["unknown", "facts"] {
            if let Some(value) = case.get(key) {
                request[key] = value.clone();
            }
        }
        lines.push_str(&request.to_string());
        lines.push('\n');
    }
    lines
}
