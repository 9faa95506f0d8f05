//! Every bundled operation: the requests of its cases lead to the same codes in every form that can express them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use preflint::{Checker, Editions, Facts, Form, Record};
use serde_json::{Map, Value, json};

use super::CHECKER;
use crate::cli::project;

type Members = Map<String, Value>;

/// An operation's rule file and the parameters of each of its cases that needs nothing else.
struct Operation {
    provider: String,
    service: String,
    name: String,
    edition: String,
    rules: Value,
    cases: Vec<Members>,
}

fn operations() -> Vec<Operation> {
    let (rules, cases) = (project("rules"), project("tests/cases"));
    let mut files = Vec::new();
    collect(&cases, &mut files);
    let mut operations = Vec::new();
    for file in files {
        let path = file.strip_prefix(&cases).expect("below the folder");
        let read = |file: &Path| -> Value {
            serde_json::from_str(&fs::read_to_string(file).expect("a readable file")).expect("JSON")
        };
        let written = read(&file);
        let parts: Vec<String> =
            path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let [provider, service, name, edition] = parts.try_into().expect("four names");
        let cases = written["cases"].as_array().expect("cases").iter().filter_map(|case| {
            if !case["facts"].is_null() || !case["unknown"].is_null() {
                return None;
            }
            let mut parameters = written["base"].as_object().expect("a base").clone();
            parameters.extend(case["set"].as_object().cloned().unwrap_or_default());
            for name in case["drop"].as_array().into_iter().flatten() {
                parameters.remove(name.as_str().expect("a name"));
            }
            parameters.retain(|_, value| !value.is_null());
            Some(parameters)
        });
        operations.push(Operation {
            provider,
            service,
            name,
            edition,
            cases: cases.collect(),
            rules: read(&rules.join(path)),
        });
    }
    operations
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
    files.sort();
}

/// The codes of what the API and its gateway answer to the only request of a text.
fn codes(checker: &Checker, form: &str, text: &str) -> Vec<String> {
    let found = checker.read(Form::named(form).expect("a form"), text);
    assert_eq!(found.len(), 1, "{form}: {text}");
    let record = match &found[0].request {
        Ok(request) => checker.check(request, &Facts::none()).record(),
        Err(error) => Record::of_unreadable(error),
    };
    of_api(record)
}

fn of_api(record: Record) -> Vec<String> {
    let record = serde_json::to_value(record).expect("a report is JSON");
    assert!(record["problem"].is_null(), "{record}");
    let findings = record["findings"].as_array().expect("a list").iter();
    findings.filter(|finding| finding["origin"] != "client").map(|finding| finding["code"].to_string()).collect()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Names and values as they are when each part of a list has its own name.
fn flat(name: &str, value: &Value, base: usize, out: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flat(&format!("{name}.{}", at + base), item, base, out);
            }
        }
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| flat(&format!("{name}.{key}"), value, base, out))
        }
        value => out.push((name.to_owned(), text_of(value))),
    }
}

fn kebab(name: &str) -> String {
    // Only names of one capital at a time, and one abbreviation at the end.
    let name = name.replace("GB", "Gb");
    name.chars()
        .map(|one| if one.is_ascii_uppercase() { format!("-{}", one.to_ascii_lowercase()) } else { one.to_string() })
        .collect()
}

/// Whether all values have the types that a tool would give them.
fn is_typed(operation: &Operation, parameters: &Members) -> bool {
    fn fits(rule: &Value, value: &Value) -> bool {
        match rule["type"].as_str() {
            Some("string") => value.is_string(),
            Some("integer" | "unsigned") => value.is_i64() || value.is_u64(),
            Some("boolean") => value.is_boolean(),
            Some("list") => value.as_array().is_some_and(|items| items.iter().all(|item| fits(&rule["items"], item))),
            Some("object") => value.as_object().is_some_and(|members| all_fit(&rule["fields"], members)),
            _ => false,
        }
    }
    fn all_fit(rules: &Value, members: &Members) -> bool {
        let rules = rules.as_array().expect("a list");
        members.iter().all(|(name, value)| rules.iter().any(|rule| rule["name"] == **name && fits(rule, value)))
    }
    all_fit(&operation.rules["parameters"], parameters)
}

fn aliyun(operation: &Operation, parameters: &Members) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    parameters.iter().for_each(|(name, value)| flat(name, value, 1, &mut pairs));
    let Operation { service, name, .. } = operation;
    let region = if parameters.contains_key("RegionId") { "" } else { " --RegionId=" };
    let options: Vec<String> =
        pairs.iter().map(|(name, value)| format!(" {}", quoted(&format!("--{name}={value}")))).collect();
    let command = format!("aliyun {service} {name} --force{region}{}", options.concat());
    let data: Vec<String> =
        pairs.iter().map(|(name, value)| format!(" --data-urlencode {}", quoted(&format!("{name}={value}")))).collect();
    let curl = format!("curl https://ecs.aliyuncs.com -d 'Action={name}&Version=2014-05-26'{}", data.concat());
    let query: String = pairs.iter().map(|(name, value)| format!("&{}={}", encoded(name), encoded(value))).collect();
    let url = format!("https://ecs.aliyuncs.com/?Action={name}&Version=2014-05-26{query}");
    let har = json!({"log": {"entries": [{"request": {"method": "GET", "url": url}}]}}).to_string();
    vec![("command", command), ("curl", curl), ("url", url), ("har", har)]
}

/// Percent-encodes all that has to be.
fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A call with a JSON body in a recording.
fn recorded(url: &str, headers: &[(&str, &str)], body: &Members) -> (&'static str, String) {
    let headers: Vec<Value> = headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let data = json!({"mimeType": "application/json", "text": json!(body).to_string()});
    let request = json!({"method": "POST", "url": url, "headers": headers, "postData": data});
    ("har", json!({"log": {"entries": [{"request": request}]}}).to_string())
}

/// The forms in which a command stands in other files.
fn around(command: &str) -> Vec<(&'static str, String)> {
    // Lines and tabs mean something of their own in those files.
    if command.contains(|character: char| character.is_control()) {
        return Vec::new();
    }
    vec![
        ("shell", format!("#!/bin/sh\nset -e\nif true; then\n  {command}\nfi\n")),
        ("makefile", format!("call:\n\t{}\n", command.replace('$', "$$"))),
        ("ci", format!("call:\n  script:\n    - |\n      {command}\n")),
    ]
}

fn tencent(operation: &Operation, parameters: &Members) -> Vec<(&'static str, String)> {
    let Operation { service, name, .. } = operation;
    let mut body = parameters.clone();
    let Some(Value::String(region)) = body.remove("Region") else { return Vec::new() };
    // The common ones have another place there.
    if ["Action", "Version", "Language", "Nonce", "Timestamp"].iter().any(|name| body.contains_key(*name)) {
        return Vec::new();
    }
    let head =
        format!("Host: cvm.tencentcloudapi.com\nX-TC-Action: {name}\nX-TC-Version: 2017-03-12\nX-TC-Region: {region}");
    let http = format!("POST / HTTP/1.1\n{head}\nContent-Type: application/json\n\n{}", json!(body));
    let headers = [("X-TC-Action", name.as_str()), ("X-TC-Version", "2017-03-12"), ("X-TC-Region", &region)];
    let mut forms = vec![("http", http), recorded("https://cvm.tencentcloudapi.com/", &headers, &body)];
    if !is_typed(operation, parameters) {
        return forms;
    }
    let start = format!("tccli {service} {name} --region {}", quoted(&region));
    let options: Vec<String> =
        body.iter().map(|(name, value)| format!(" {}", quoted(&format!("--{name}={}", text_of(value))))).collect();
    forms.push(("command", format!("{start}{}", options.concat())));
    let mut unfolded = format!("{start} --cli-unfold-argument");
    for (name, value) in &body {
        match value.as_array() {
            Some(items) if items.iter().all(|item| !item.is_object()) => {
                let words: Vec<String> = items.iter().map(|item| quoted(&text_of(item))).collect();
                if items.iter().any(|item| text_of(item).starts_with('-')) {
                    return forms;
                }
                unfolded.push_str(&format!(" --{name} {}", words.join(" ")));
            }
            _ => {
                let mut pairs = Vec::new();
                flat(name, value, 0, &mut pairs);
                pairs
                    .iter()
                    .for_each(|(name, value)| unfolded.push_str(&format!(" {}", quoted(&format!("--{name}={value}")))));
            }
        }
    }
    // What has no parts cannot be said in parts.
    if !json!(body).to_string().contains("{}") {
        forms.push(("command", unfolded));
    }
    forms
}

fn jdcloud(operation: &Operation, parameters: &Members) -> Vec<(&'static str, String)> {
    let Operation { service, name, .. } = operation;
    let path = operation.rules["http"]["path"].as_str().expect("a path");
    let (mut body, mut target) = (parameters.clone(), path.to_owned());
    for part in path.split(['{', '}']).skip(1).step_by(2) {
        let Some(Value::String(value)) = body.remove(part) else { return Vec::new() };
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Vec::new();
        }
        target = target.replace(&format!("{{{part}}}"), &value);
    }
    let http =
        format!("POST {target} HTTP/1.1\nHost: vm.jdcloud-api.com\nContent-Type: application/json\n\n{}", json!(body));
    let mut forms = vec![("http", http), recorded(&format!("https://vm.jdcloud-api.com{target}"), &[], &body)];
    let is_sayable =
        |value: &Value| *value != false && !value.as_str().is_some_and(|text| text.starts_with(['{', '[']));
    if is_typed(operation, parameters) && parameters.values().all(is_sayable) {
        let options: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!(" {}", quoted(&format!("--{}={}", kebab(name), text_of(value)))))
            .collect();
        forms.push(("command", format!("jdc {service} {}{}", kebab(name), options.concat())));
        let region = parameters.get("regionId").map(text_of).unwrap_or_default();
        let input = quoted(&json!(parameters).to_string());
        forms.push(("command", format!("jdc {service} {} --region-id {region} --input-json {input}", kebab(name))));
    }
    forms
}

#[test]
fn all_forms_of_all_operations_lead_to_the_same_codes() {
    for operation in operations() {
        let path = format!("{}/{}/{}", operation.provider, operation.service, operation.name);
        let editions = Editions { exact: vec![(path.clone(), operation.edition.clone())], ..Editions::default() };
        let checker = CHECKER.with_editions(editions);
        let mut compared = BTreeSet::new();
        for parameters in &operation.cases {
            let own = json!({"provider": operation.provider, "service": operation.service, "operation": operation.name, "params": parameters});
            let own = own.to_string();
            let request = preflint::Request::from_json(&own).expect("a request");
            let expected = of_api(checker.check(&request, &Facts::none()).record());
            let forms = match operation.provider.as_str() {
                "aliyun" => aliyun(&operation, parameters),
                "tencent" => tencent(&operation, parameters),
                _ => jdcloud(&operation, parameters),
            };
            let commands = forms.iter().filter(|(form, _)| *form == "command");
            let more: Vec<_> = commands.flat_map(|(_, command)| around(command)).collect();
            // JSON is YAML too.
            let forms = forms.into_iter().chain(more).chain([("yaml", own.clone())]);
            for (form, text) in forms {
                compared.insert(form);
                assert_eq!(
                    codes(&checker, form, &text),
                    expected,
                    "{path}@{} as {form}: {text}\n{own}",
                    operation.edition
                );
            }
        }
        let common = ["ci", "command", "har", "makefile", "shell", "yaml"];
        let of_provider = if operation.provider == "aliyun" { &["curl", "url"][..] } else { &["http"] };
        let expected: BTreeSet<&str> = common.iter().chain(of_provider).copied().collect();
        assert_eq!(compared, expected, "{path}@{}", operation.edition);
    }
}
