//! Fixes: which there are, and that each mends something and breaks nothing. What they write in each form, and what the
//! program does with files, the folder's other files look at.

mod files;
mod forms;

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use preflint::{Checker, Facts, Form, Request};
use serde_json::{Value, json};

use crate::cli::project;

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::bundled);

/// The reports of a text in a form; `json` is our own, one request.
fn reports(form: &str, text: &str) -> Vec<Value> {
    let facts = Facts::none();
    let record = |request: &Request<'_>| serde_json::to_value(CHECKER.check(request, &facts).record()).expect("JSON");
    match form {
        "json" => vec![record(&Request::from_json(text).expect("a request"))],
        _ => {
            let found = CHECKER.read(Form::named(form).expect("a form"), text);
            found.iter().map(|found| record(found.request.as_ref().expect("a request"))).collect()
        }
    }
}

/// All that a report says is wrong or unusual.
fn mistakes(reports: &[Value]) -> BTreeSet<String> {
    let lists = reports.iter().flat_map(|report| ["findings", "warnings"].map(|list| &report[list]));
    let all = lists.flat_map(|list| list.as_array().expect("a list"));
    all.map(|one| format!("{} {} {}", one["kind"], one["code"], one["parameter"])).collect()
}

fn fixes(reports: &[Value]) -> Vec<Value> {
    let lists = reports.iter().flat_map(|report| ["findings", "warnings"].map(|list| &report[list]));
    lists
        .flat_map(|list| list.as_array().expect("a list"))
        .map(|one| &one["fix"])
        .filter(|fix| !fix.is_null())
        .cloned()
        .collect()
}

/// The text with the edits of one fix.
fn applied(text: &str, fix: &Value) -> String {
    let mut out = text.to_owned();
    for edit in fix["edits"].as_array().expect("edits").iter().rev() {
        let at = |end: &str| usize::try_from(edit["span"][end].as_u64().expect("a place")).expect("a place");
        out.replace_range(at("start")..at("end"), edit["text"].as_str().expect("a text"));
    }
    out
}

/// The one fix of a text: whether it is safe, and the fixed text.
#[track_caller]
fn fixed(form: &str, text: &str) -> (String, String) {
    let all = fixes(&reports(form, text));
    let [fix] = all.as_slice() else { panic!("{form}: {text}: {all:?}") };
    (fix["applicability"].as_str().expect("a text").to_owned(), applied(text, fix))
}

#[test]
fn what_is_fixed_and_what_is_written() {
    // The part of the text that is wrong, what becomes of it, and whether only the spelling changes.
    let aliyun = [
        (r#""OSSPrefix":"web-2026""#, r#""OSSPrefix":"web2026""#, "unsafe"),
        (r#""OSSPrefix":"w\u00eb_b\/1""#, r#""OSSPrefix":"wb1""#, "unsafe"),
        (r#""OssPrefix":"web1""#, r#""OSSPrefix":"web1""#, "safe"),
        (r#""ImageFormat":"QCOW2""#, r#""ImageFormat":"qcow2""#, "safe"),
        (r#""OSSPrefxi":"web1""#, r#""OSSPrefix":"web1""#, "unsafe"),
    ];
    for (wrong, right, applicability) in aliyun {
        let request = format!(
            r#" {{"provider": "aliyun", "operation": "ExportImage","params":{{"RegionId":"eu-central-1","ImageId":"m-1","OSSBucket":"b-1",{wrong}}} }}"#
        );
        assert_eq!(fixed("json", &request), (applicability.to_owned(), request.replace(wrong, right)), "{wrong}");
    }
    let tencent = [
        (r#""bucketName":"b-1250000000""#, r#""BucketName":"b-1250000000""#, "safe"),
        (r#""BuketName":"b-1250000000""#, r#""BucketName":"b-1250000000""#, "unsafe"),
    ];
    for (wrong, right, applicability) in tencent {
        let request = format!(
            r#"{{"provider":"tencent","operation":"ExportImages","params":{{"Region":"ap-guangzhou","ImageIds":["img-72n9mi0y"],{wrong}}}}}"#
        );
        assert_eq!(fixed("json", &request), (applicability.to_owned(), request.replace(wrong, right)), "{wrong}");
    }
    let region = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzou","ImageId":"m-1","OSSBucket":"b-1"}}"#;
    assert_eq!(fixed("json", region), ("unsafe".to_owned(), region.replace("cn-hangzou", "cn-hangzhou")));
}

#[test]
fn what_is_not_certain_is_not_fixed() {
    let not = [
        // As near to one region as to another.
        r#""RegionId":"ap-southeast-0""#,
        r#""RegionId":"moon""#,
        // Nothing would be left.
        r#""RegionId":"cn-hangzhou","OSSPrefix":"---""#,
        // Too long whatever is taken out.
        r#""RegionId":"cn-hangzhou","OSSPrefix":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-a""#,
        // Either of two names could be the one.
        r#""RegionId":"cn-hangzhou","OSSPrefx":"a","OSSPrefxi":"b""#,
        // The other one is given already.
        r#""RegionId":"cn-hangzhou","OSSPrefix":"a","OSSPrefxi":"b""#,
    ];
    for parameters in not {
        let request = format!(
            r#"{{"provider":"aliyun","operation":"ExportImage","params":{{{parameters},"ImageId":"m-1","OSSBucket":"b-1"}}}}"#
        );
        let reports = reports("json", &request);
        assert!(!mistakes(&reports).is_empty(), "{parameters}");
        let fixes = fixes(&reports);
        let fixes: Vec<String> = fixes.iter().map(|fix| applied(&request, fix)).collect();
        assert!(fixes.is_empty(), "{parameters}: {fixes:?}");
    }
}

/// The requests of all cases, each with its parameters spoilt in several ways.
fn spoilt() -> Vec<(Value, Vec<(String, Value)>)> {
    let root = project("tests/cases");
    let mut folders = vec![root.clone()];
    let mut spoilt = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let cases: Value = serde_json::from_str(&fs::read_to_string(&path).expect("cases")).expect("JSON");
            let below = path.strip_prefix(&root).expect("below").with_extension("");
            let names: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let request =
                json!({"provider": names[0], "service": names[1], "operation": names[2], "edition": names[3]});
            for (number, case) in cases["cases"].as_array().expect("cases").iter().enumerate().step_by(2) {
                let mut parameters = cases["base"].as_object().expect("a base").clone();
                parameters.extend(case["set"].as_object().cloned().unwrap_or_default());
                for name in case["drop"].as_array().into_iter().flatten() {
                    parameters.remove(name.as_str().expect("a name"));
                }
                let parameters: Vec<(String, Value)> =
                    parameters.into_iter().filter(|(_, value)| !value.is_null()).collect();
                spoilt.push((request.clone(), spoil(&parameters, number / 2)));
            }
        }
    }
    spoilt
}

/// Parameters with one name or value in another spelling, by turns.
fn spoil(parameters: &[(String, Value)], turn: usize) -> Vec<(String, Value)> {
    let mut spoilt = parameters.to_vec();
    let count = spoilt.len().max(1);
    let Some((name, value)) = spoilt.get_mut(turn / 7 % count) else { return spoilt };
    match (turn % 7, value.as_str().map(str::to_owned)) {
        (0, _) => *name = name.to_ascii_lowercase(),
        (1, _) => *name = name.to_ascii_uppercase(),
        (2, _) => drop(name.pop()),
        (3, _) => name.insert(name.len() / 2, 'x'),
        (4, Some(text)) => *value = json!(text.to_ascii_uppercase()),
        (5, Some(text)) => *value = json!(format!("{text}-\u{e9}_!")),
        (_, Some(mut text)) if text.is_ascii() && text.len() > 2 => {
            text.remove(text.len() / 2);
            *value = json!(text);
        }
        _ => {}
    }
    spoilt
}

#[test]
fn a_fix_mends_something_and_breaks_nothing() {
    let mut tried = std::collections::BTreeMap::new();
    for (number, (mut request, parameters)) in spoilt().into_iter().enumerate() {
        let mut texts = Vec::new();
        request["params"] = Value::Object(parameters.iter().cloned().collect());
        texts.push(("json", request.to_string()));
        // A third of them also in other forms: parameters without structure.
        let plain: Vec<(&str, &str)> =
            parameters.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        if number % 3 == 0 && plain.len() == parameters.len() {
            let mut yaml = String::new();
            for key in ["provider", "service", "operation", "edition"] {
                yaml.push_str(&format!("{key}: {}\n", request[key]));
            }
            yaml.push_str("params:\n");
            for (name, value) in &plain {
                yaml.push_str(&format!("    {}: {}\n", json!(name), json!(value)));
            }
            texts.push(("yaml", yaml));
            if request["provider"] == "aliyun" {
                let options = plain.iter().map(|(name, value)| format!(" --{name} '{}'", value.replace('\'', r"'\''")));
                texts.push((
                    "command",
                    format!(
                        "aliyun ecs {}{}\n",
                        request["operation"].as_str().expect("a name"),
                        options.collect::<String>()
                    ),
                ));
            }
        }
        for (form, text) in texts {
            let before = reports(form, &text);
            for fix in fixes(&before) {
                if fix["edits"].as_array().is_some_and(Vec::is_empty) {
                    continue;
                }
                let fixed = applied(&text, &fix);
                let after = reports(form, &fixed);
                let (before, after) = (mistakes(&before), mistakes(&after));
                // An option that the tool did not know was not looked at before.
                let named = fix["description"].as_str().and_then(|text| text.strip_prefix("name it "));
                let touched = |mistake: &String| {
                    form == "command" && named.is_some_and(|name| mistake.ends_with(&format!("\"{name}\"")))
                };
                let new: Vec<&String> = after.difference(&before).filter(|mistake| !touched(mistake)).collect();
                assert!(new.is_empty(), "{form}: {text}\n{fixed}\n{new:?}");
                assert!(after.len() < before.len() || form == "command", "{form}: {text}\n{fixed}\n{after:?}");
                *tried.entry(form).or_insert(0) += 1;
            }
        }
    }
    assert!(tried["json"] > 50 && tried["yaml"] > 5 && tried["command"] > 3, "{tried:?}");
}

#[test]
fn no_secret_is_part_of_a_fix() {
    let text = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1","OSSPrefix":"LTAI-secret","AccessKeyId":"LTAIsecret"}}"#;
    let reports = reports("json", text);
    assert!(!reports[0].to_string().contains("LTAIsecret"), "{}", reports[0]);
}

#[test]
fn very_many_mistakes_cost_only_a_few_tries() {
    let names: Vec<String> = (0..20_000).map(|number| format!(r#""OSSPrefix{number}":"a""#)).collect();
    let text = format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{{{}}}}}"#, names.join(","));
    assert!(reports("json", &text)[0]["warnings"].as_array().expect("a list").len() >= 20_000);
}
