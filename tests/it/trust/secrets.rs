//! Credentials, signatures and tokens, planted in every form and looked for in every format.
//!
//! Which parameters and options are secret is read from the rule files: a new one is planted without a line here.

use std::fs;

use serde_json::{Value, json};

use super::formats;
use crate::cli::{Folder, REJECTED, project, run};

/// No text of ours, and the beginning of every planted secret.
const SECRET: &str = "Geheim0";

/// A planted secret.
fn secret(number: usize) -> String {
    format!("{SECRET}{number:03}xyz/+=")
}

/// A provider of the bundled rules.
struct Provider {
    name: String,
    file: Value,
}

fn providers() -> Vec<Provider> {
    let mut providers = Vec::new();
    for entry in fs::read_dir(project("rules")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(text) = fs::read_to_string(path.join("provider.json")) else { continue };
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        providers.push(Provider { name, file: serde_json::from_str(&text).expect("JSON") });
    }
    assert!(providers.len() >= 3);
    providers
}

impl Provider {
    /// Names of parameters that are secret.
    fn parameters(&self) -> Vec<String> {
        secret_names(&self.file["common_parameters"])
    }

    /// Names of options of its command line that are secret.
    fn options(&self) -> Vec<String> {
        secret_names(&self.file["command_line"]["options"])
    }

    /// An operation of its own, the start of a command line for it, and a parameter with a value that is refused.
    fn example(&self) -> (&'static str, &'static str, &'static str) {
        match self.name.as_str() {
            "aliyun" => ("ExportImage", "aliyun ecs ExportImage --RegionId moon", r#""RegionId":"moon""#),
            "tencent" => ("ExportImages", "tccli cvm ExportImages --region moon", r#""Region":"moon","Foo":1"#),
            "jdcloud" => ("exportImage", "jdc vm export-image --region-id moon", r#""regionId":"moon""#),
            other => panic!("say for {other} which request has a mistake"),
        }
    }
}

fn secret_names(list: &Value) -> Vec<String> {
    let named = list.as_array().into_iter().flatten().filter(|one| one["secret"] == json!(true));
    named.filter_map(|one| one["name"].as_str()).map(str::to_owned).collect()
}

/// Inputs with planted secrets and a mistake: the form, or none where it is recognised; and the text.
fn inputs() -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    for provider in providers() {
        let (operation, command, wrong) = provider.example();
        let parameters = provider.parameters();
        assert!(!parameters.is_empty(), "{} has no secret parameter", provider.name);
        let request = |params: &str| {
            format!(
                r#"{{"id":"x","provider":"{}","operation":"{operation}","params":{{{wrong},{params}}}}}"#,
                provider.name
            )
        };
        let members = |change: &dyn Fn(&str) -> String| {
            let member = |(number, name): (usize, &String)| format!("\"{}\":\"{}\"", change(name), secret(number));
            parameters.iter().enumerate().map(member).collect::<Vec<_>>().join(",")
        };
        // Under their names, in other case, deeper, as a list; and once more as other values.
        let written = [
            members(&str::to_owned),
            members(&str::to_uppercase),
            format!("\"x\":{{{}}}", members(&str::to_owned)),
            format!("{},\"other\":\"{}\",\"list\":[\"{}\"]", members(&str::to_owned), secret(0), secret(0)),
            format!("\"{}\":[\"{}\",{{\"a\":\"{}\"}}]", parameters[0], secret(1), secret(2)),
            format!("\"ImageName\":\"https://a.b/?Signature={}&x=1\"", secret(3)),
            format!("\"MyPassword\":\"{0}\",\"api_token\":\"{0}\"", secret(4)),
        ];
        let requests: Vec<String> = written.iter().map(|params| request(params)).collect();
        inputs.push(("json".to_owned(), format!("[{}]", requests.join(",\n"))));
        inputs.push(("ndjson".to_owned(), requests.join("\n")));
        // Broken behind the secrets, and in the envelope.
        let broken = requests.iter().map(|request| format!("{},", &request[..request.len() - 1]));
        inputs.push(("ndjson".to_owned(), broken.collect::<Vec<_>>().join("\n")));
        let yaml: Vec<String> = requests.iter().map(|request| format!("- {request}\n")).collect();
        inputs.push(("yaml".to_owned(), yaml.concat()));
        let options = provider.options();
        assert!(!options.is_empty(), "{} has no secret option", provider.name);
        for (number, option) in options.iter().enumerate() {
            let secret = secret(number);
            let line = format!("{command} --{option} '{secret}' --x '{secret}'");
            inputs.push(("command".to_owned(), line.clone()));
            inputs.push(("command".to_owned(), format!("{command} --{option}='{secret}'")));
            inputs
                .push(("shell".to_owned(), format!("S='{secret}'\n{line}\n{command} --{option} \"$S\" --y \"$S\"\n")));
            inputs.push(("makefile".to_owned(), format!("all:\n\t{line}\n")));
            inputs.push(("ci".to_owned(), format!("steps:\n  - run: |\n      {line}\n")));
        }
    }
    let [a, b, c, d] = [0, 1, 2, 3].map(secret);
    let encoded = a.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    let query = format!(
        "Action=ExportImage&Version=2014-05-26&RegionId=moon&AccessKeyId={encoded}&Signature={encoded}&SecurityToken={encoded}"
    );
    inputs.push(("url".to_owned(), format!("https://ecs.aliyuncs.com/?{query}")));
    inputs.push(("url".to_owned(), query.clone()));
    let headers = [
        format!("Authorization: ACS3-HMAC-SHA256 Credential={a},SignedHeaders=host,Signature={b}"),
        format!(
            "Authorization: TC3-HMAC-SHA256 Credential={a}/2026-01-01/cvm/tc3_request, SignedHeaders=host, Signature={b}"
        ),
        format!("Authorization: Bearer {c}"),
        format!("x-acs-security-token: {c}"),
        format!("x-acs-signature-nonce: n\nX-TC-Token: {c}"),
        format!("x-jdcloud-security-token: {c}"),
        format!("Cookie: login={d}"),
        format!("Proxy-Authorization: Basic {d}"),
    ];
    for header in &headers {
        let curl: Vec<String> = header.lines().map(|line| format!("-H '{line}'")).collect();
        let curl = curl.join(" ");
        for (host, action) in [
            ("ecs.aliyuncs.com", "x-acs-action: ExportImage\nx-acs-version: 2014-05-26"),
            ("cvm.tencentcloudapi.com", "X-TC-Action: ExportImages\nX-TC-Version: 2017-03-12"),
        ] {
            inputs.push((
                "http".to_owned(),
                format!("POST / HTTP/1.1\nHost: {host}\n{action}\n{header}\n\n{{\"Region\":\"moon\"}}\n"),
            ));
            let action: Vec<String> = action.lines().map(|line| format!("-H '{line}'")).collect();
            inputs.push((
                "curl".to_owned(),
                format!("curl https://{host}/ {} {curl} -d RegionId=moon", action.join(" ")),
            ));
        }
    }
    for secret_option in [
        format!("-u 'me:{a}'"),
        format!("--user me:{a}"),
        format!("-b 'login={a}'"),
        format!("--oauth2-bearer '{a}'"),
        format!("--proxy-user 'me:{a}'"),
        format!("-d 'Signature={encoded}'"),
        format!("--data-urlencode 'SecurityToken={a}'"),
    ] {
        inputs.push((
            "curl".to_owned(),
            format!("curl -G {secret_option} 'https://ecs.aliyuncs.com/?Action=ExportImage&RegionId=moon'"),
        ));
    }
    let entry = json!({"log": {"entries": [{"request": {
        "method": "POST", "url": format!("https://ecs.aliyuncs.com/?{query}"),
        "headers": [{"name": "Authorization", "value": format!("x Signature={b}")}, {"name": "cookie", "value": c}],
        "cookies": [{"name": "login", "value": d}],
        "postData": {"mimeType": "application/x-www-form-urlencoded", "text": format!("SecurityToken={encoded}"), "params": []},
    }}]}});
    inputs.push(("har".to_owned(), entry.to_string()));
    let plan = json!({"format_version": "1.2", "terraform_version": "1.9.5",
        "planned_values": {"root_module": {"resources": [{
            "address": "alicloud_image_export.a", "mode": "managed", "type": "alicloud_image_export", "name": "a",
            "values": {"image_id": "m-1", "oss_bucket": "b", "oss_prefix": "a-b"}}]}},
        "configuration": {"provider_config": {"alicloud": {"name": "alicloud", "expressions": {
            "access_key": {"constant_value": a}, "secret_key": {"constant_value": b}, "region": {"constant_value": "moon"}}}},
            "root_module": {}}});
    inputs.push(("terraform".to_owned(), plan.to_string()));
    inputs.push(("packer".to_owned(), format!(
        "build {{\n  post-processor \"alicloud-import\" {{\n    access_key = \"{a}\"\n    secret_key = \"{b}\"\n    security_token = \"{c}\"\n    region = \"moon\"\n    image_name = \"{a}\"\n    oss_bucket_name = \"Bad_\"\n  }}\n}}\n"
    )));
    inputs
}

#[test]
fn no_secret_appears_in_any_form_and_format() {
    let folder = Folder::new("secrets");
    let mut of_forms: Vec<(String, Vec<String>)> = Vec::new();
    for (form, text) in inputs() {
        assert!(text.contains(SECRET), "nothing is planted in {text}");
        match of_forms.iter_mut().find(|(known, _)| *known == form) {
            Some((_, texts)) => texts.push(text),
            None => of_forms.push((form, vec![text])),
        }
    }
    for (form, texts) in of_forms {
        let names: Vec<String> = (0..texts.len()).map(|number| format!("{form}-{number}")).collect();
        for (name, text) in names.iter().zip(&texts) {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        let files: Vec<&str> = names.iter().map(String::as_str).collect();
        for format in formats() {
            for more in [&[][..], &["--strict=all", "--stats", "--color=always"]] {
                let arguments = [&["check", "--input", &form, "--format", &format], more, &files].concat();
                let output = folder.run(&arguments);
                for (said, what) in [(&output.stdout, "output"), (&output.stderr, "standard error")] {
                    let at = said.find(SECRET);
                    let around = at.map(|at| said[..at].lines().last().unwrap_or_default().to_owned());
                    assert_eq!(around, None, "{form} as {format}: {what} shows a secret behind this");
                }
                // Something was said of each, so that a secret would be seen.
                assert!(output.code == 1 || output.code == 3, "{form} as {format}: {} {}", output.code, output.stderr);
            }
        }
        let output = folder.run(&[&["check", "--input", &form, "--format=ndjson"], &files[..]].concat());
        let reports = output.reports();
        assert!(reports.len() >= texts.len(), "{form}: {} reports of {} inputs", reports.len(), texts.len());
        let says = |report: &&Value| {
            let lists = ["findings", "warnings", "open"].iter().flat_map(|list| report[*list].as_array());
            report["problem"].is_object() || lists.flatten().next().is_some()
        };
        let told = reports.iter().filter(says).count();
        assert!(told >= texts.len(), "{form}: of {told} of {} inputs something is said", texts.len());
    }
}

#[test]
fn no_secret_appears_in_complaints_about_facts_and_recorded_calls() {
    let a = secret(0);
    let folder = Folder::new("secrets-facts").with("request.json", REJECTED);
    for facts in [
        format!(r#"{{"aliyun":{{"images":[{{"SecurityToken":"{a}"}},"{a}"]}}}}"#),
        format!(r#"{{"aliyun":{{"images":"{a}"}}}}"#),
        format!(r#"{{"SecurityToken":"{a}","#),
        format!(r#"{{"AccessKeySecret":"{a}"}}"#),
    ] {
        fs::write(folder.path().join("facts.json"), facts).expect("a file can be written");
        let output = folder.run(&["check", "--facts", "facts.json", "request.json"]);
        assert_eq!(output.code, 2);
        assert!(!output.stderr.contains(SECRET), "{}", output.stderr);
    }
    let call = REJECTED.replace("\"params\":{", &format!("\"params\":{{\"SecurityToken\":\"{a}\","));
    let observed = json!({"status": 400, "code": "Other", "message": format!("{a} is not right")});
    for text in [
        format!("{{\"request\":{call},\"observed\":{observed}}}"),
        format!("{{\"request\":{call},\"observed\":{observed},"),
    ] {
        for format in ["human", "json"] {
            let output = run(&["replay", "--format", format, "-"], &text);
            assert!([1, 3].contains(&output.code), "{}", output.stderr);
            assert!(!output.stdout.contains(SECRET) && !output.stderr.contains(SECRET), "{}", output.stdout);
        }
    }
}

#[test]
fn nothing_of_the_environment_is_printed() {
    let a = secret(0);
    let request = crate::cli::project("examples/export-image.json");
    let request = request.to_str().expect("UTF-8");
    let summary = format!("--format=github-summary={request}/not-there");
    for arguments in [
        &["check", "--format=json", request][..],
        &["check", request],
        &["check", "--format=github", request],
        &["check", &summary, request],
        &["check", "--fix", "--diff", request],
        &["check", "missing"],
        &["facts", request],
        &["replay", request],
        &["explain", "ExportImage"],
        &["rules", "list"],
        &["--version"],
    ] {
        let mut command = crate::cli::program(arguments);
        command.stdin(std::process::Stdio::null());
        // What clouds' tools read, what the program reads, and whatever else is there.
        let read = ["SOURCE_DATE_EPOCH", "GITHUB_STEP_SUMMARY", "NO_COLOR", "COLUMNS", "LC_ALL", "LC_CTYPE", "TERM"];
        let clouds = ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "TENCENTCLOUD_SECRET_KEY", "JDCLOUD_SECRET_KEY"];
        let present = std::env::vars_os().map(|(name, _)| name);
        for name in read.iter().chain(&clouds).map(|name| (*name).into()).chain(present) {
            command.env(name, &a);
        }
        let output = command.output().expect("the program runs");
        let said = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8_lossy(&said).contains(SECRET), "{arguments:?}");
    }
}
