//! What is fuzzed, and what must hold whatever the input is.
//!
//! This file is shared: `tests/it/fuzz` runs it on stable over the starting corpus, the regressions and mutations of both;
//! the crate in `fuzz/` runs it under a fuzzer. Each target takes bytes and panics when a property does not hold. It knows
//! nothing of which of the two calls it.

use std::borrow::Cow;
use std::sync::LazyLock;

use preflint::{
    Batch, Checker, Facts, FactsError, Form, InputError, Position, Record, Report, Request, RuleFile, Verdict,
};
use serde_json::Value;

/// A target: its name, what it does with bytes, and where its starting corpus lies, as files or folders of the project
/// beside its own folders `fuzz/seeds/<name>` and `fuzz/regressions/<name>`.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub corpus: &'static [&'static str],
}

/// All targets. A new one needs a line here and a file in `fuzz/fuzz_targets`.
pub const TARGETS: &[Target] = &[
    Target { name: "json", run: json, corpus: &["examples/export-image.json"] },
    Target { name: "ndjson", run: ndjson, corpus: &["examples/batch.ndjson"] },
    Target { name: "url", run: url, corpus: &[] },
    Target { name: "http", run: http, corpus: &["tests/data/forms/requests.http", "examples/forms/export.http"] },
    Target { name: "curl", run: curl, corpus: &["tests/data/forms/curl.txt"] },
    Target { name: "shell", run: shell, corpus: &["tests/data/forms/export-all.sh", "tests/data/forms/release.mk"] },
    Target {
        name: "yaml",
        run: yaml,
        corpus: &["tests/data/forms/requests.yaml", "tests/data/forms/workflow.yml", "tests/data/forms/gitlab.yml"],
    },
    Target { name: "har", run: har, corpus: &["tests/data/forms/recording.har"] },
    Target { name: "terraform", run: terraform, corpus: &["tests/data/forms/planned-values.json"] },
    Target {
        name: "packer",
        run: packer,
        corpus: &[
            "tests/data/forms/images.pkr.hcl",
            "tests/data/forms/images.pkr.json",
            "tests/data/forms/older-packer.json",
        ],
    },
    Target { name: "facts", run: facts, corpus: &["examples/facts"] },
    Target { name: "rules", run: rules, corpus: &["tests/broken_rules/base/acme"] },
    Target { name: "recorded", run: recorded, corpus: &["examples/recorded-calls.ndjson"] },
];

/// A credential that stands in requests beside what the fuzzer makes, and must appear nowhere.
const PLANTED: &str = "PlantedSecret0123456789";

/// One for all runs: preparing the rules takes longer than reading requests.
static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::bundled);
static NO_FACTS: LazyLock<Facts> = LazyLock::new(Facts::none);

/// A request, a list of requests, or what is neither.
pub fn json(data: &[u8]) {
    let Some(text) = text(data) else { return };
    batch(text);
    batch(&planted(text, r#"{"provider":"aliyun","operation":"ExportImage","params":{"SecurityToken":""#, "\",", "}}"));
    batch(&planted(text, r#"[{"provider":"tencent","operation":"ImportImage","params":{"Token":""#, "\",", "}}]"));
}

/// Lines with a request each: read and checked in one go, they give what they give in two steps.
pub fn ndjson(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut origin = Position::START;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let read = Request::from_json_at(content, origin);
        let at_once = CHECKER.check_json(content, origin, &NO_FACTS);
        match (&read, &at_once) {
            (Ok(request), Ok(report)) => {
                let expected = looked_at(text, &CHECKER.check(request, &NO_FACTS));
                assert_eq!(expected, looked_at(text, report), "read at once it is another report");
            }
            (Err(error), Err(other)) => {
                assert_eq!(error, other, "read at once it is another error");
                place(text, error);
            }
            (read, at_once) => panic!("{read:?} beside {at_once:?}"),
        }
        origin = origin.after(line, line.len());
    }
}

/// URLs and query strings.
pub fn url(data: &[u8]) {
    form(
        "url",
        data,
        &[
            ("https://ecs.aliyuncs.com/?Action=ExportImage&Signature=", "&", ""),
            ("Action=ImportImage&Version=2017-03-12&Token=", "&", ""),
        ],
    );
}

/// Raw requests of HTTP.
pub fn http(data: &[u8]) {
    form(
        "http",
        data,
        &[
            (
                "POST https://ecs.aliyuncs.com/ HTTP/1.1\nx-acs-action: ExportImage\nAuthorization: ACS3-HMAC-SHA256 Credential=LTAI,Signature=",
                "\n",
                "\n",
            ),
            (
                "POST / HTTP/1.1\nHost: cvm.tencentcloudapi.com\nX-TC-Action: ImportImage\nX-TC-Token: ",
                "\nContent-Type: application/json\n\n{",
                "}",
            ),
        ],
    );
}

/// Commands of curl.
pub fn curl(data: &[u8]) {
    form(
        "curl",
        data,
        &[
            ("curl 'https://ecs.aliyuncs.com/?Action=ExportImage' -H 'Authorization: x Signature=", "' ", ""),
            ("curl https://vm.jdcloud-api.com/v1/regions/cn-north-1/images:import -u me:", " -d ", "\n"),
        ],
    );
}

/// Command lines, scripts and Makefiles.
pub fn shell(data: &[u8]) {
    form("command", data, &[("aliyun ecs ExportImage --access-key-secret ", " ", "")]);
    form("shell", data, &[("X=1\ntccli cvm ImportImage --secretKey ", " ", "\n")]);
    form("makefile", data, &[("X := 1\nall:\n\taliyun ecs ExportImage --sts-token ", " ", "\n")]);
}

/// YAML: our own form, and the files of CI systems.
pub fn yaml(data: &[u8]) {
    form("yaml", data, &[("provider: aliyun\noperation: ExportImage\nparams:\n  SecurityToken: ", "\n  ", "\n")]);
    form("ci", data, &[("steps:\n  - run: aliyun ecs ExportImage --access-key-secret ", " ", "\n")]);
}

/// Recordings of browsers and proxies.
pub fn har(data: &[u8]) {
    form(
        "har",
        data,
        &[(
            r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://ecs.aliyuncs.com/?Action=ExportImage&Signature="#,
            "\",",
            "}}]}}",
        )],
    );
}

/// Plans of Terraform.
pub fn terraform(data: &[u8]) {
    form("terraform", data, &[]);
}

/// Templates of Packer.
pub fn packer(data: &[u8]) {
    form(
        "packer",
        data,
        &[("build {\n  post-processor \"alicloud-import\" {\n    access_key = \"", "\"\n", "\n  }\n}\n")],
    );
}

/// Files of facts: understood, or refused at a place; and then requests are checked with them.
pub fn facts(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut facts = Facts::none();
    if let Err(FactsError { position, message, .. }) = CHECKER.read_facts(text, &mut facts) {
        assert!(text.is_char_boundary(position.offset), "{message} at {position:?}");
    }
    for text_of in REQUESTS {
        let request = Request::from_json(text_of).expect("a request");
        looked_at(text_of, &CHECKER.check(&request, &facts));
    }
    // The same facts inside a request.
    let within = format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{{}},"facts":{text}}}"#);
    batch(&within);
}

/// Requests that facts are held against.
const REQUESTS: &[&str] = &[
    r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1"}}"#,
    r#"{"provider":"aliyun","operation":"ImportImage","params":{"RegionId":"cn-hangzhou","DiskDeviceMapping":[{"OSSBucket":"b-1","OSSObject":"o","Format":"RAW"}]}}"#,
    r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou","BucketName":"b-125","ImageIds":["img-12345678"]}}"#,
    r#"{"provider":"jdcloud","operation":"exportImage","params":{"regionId":"cn-north-1","imageId":"img-1","roleName":"r"}}"#,
];

/// Files of rules: as an edition, as a provider, as what tools send, each in its place among sound ones.
pub fn rules(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for path in SOUND.map(|(path, _)| path) {
        let files = || SOUND.map(|(known, sound)| rule_file(known, if known == path { text } else { sound }));
        match Checker::from_files(files()) {
            Ok(checker) => {
                for operation in checker.operations() {
                    for edition in &operation.editions {
                        checker.describe(&operation.operation, edition).expect("what is accepted can be described");
                    }
                }
                let request =
                    r#"{"provider":"acme","operation":"OpenBox","params":{"Name":"x","Size":-1,"Other":[{}]}}"#;
                if let Ok(request) = Request::from_json(request) {
                    looked_at("", &checker.check(&request, &NO_FACTS));
                }
            }
            Err(mistakes) => {
                assert!(!mistakes.is_empty(), "a refusal without a reason");
                for mistake in mistakes.iter().filter(|mistake| mistake.file == path) {
                    assert!(text.is_char_boundary(mistake.position.offset), "{mistake}");
                }
            }
        }
    }
}

/// A sound set of rule files, into which others are put.
const SOUND: [(&str, &str); 3] = [
    ("acme/provider.json", include_str!("../../broken_rules/base/acme/provider.json")),
    ("acme/box/OpenBox/2026-01.json", include_str!("../../broken_rules/base/acme/box/OpenBox/2026-01.json")),
    ("acme/box/OpenBox/resources.json", include_str!("../../broken_rules/base/acme/box/OpenBox/resources.json")),
];

fn rule_file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.to_owned(), name: path.to_owned(), text: Cow::Owned(text.to_owned()) }
}

/// Recorded calls with their answers.
pub fn recorded(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for line in text.lines() {
        match CHECKER.recorded_call(line, Position::START) {
            Ok(call) => {
                looked_at(line, &CHECKER.check(&call.request, &NO_FACTS));
            }
            Err(error) => place(line, &error),
        }
    }
}

/// Reads a text in a form, alone and between a planted secret and an end.
fn form(name: &str, data: &[u8], around: &[(&str, &str, &str)]) {
    let Some(text) = text(data) else { return };
    CHECKER.recognise("", text);
    let form = Form::named(name).expect("a form of this name");
    for (before, between, behind) in around {
        all_found(form, &planted(text, before, between, behind));
    }
    all_found(form, text);
}

fn all_found(form: Form, text: &str) {
    for found in CHECKER.read(form, text) {
        match &found.request {
            Ok(request) => {
                looked_at(text, &CHECKER.check(request, &NO_FACTS));
            }
            Err(error) => place(text, error),
        }
    }
}

fn batch(text: &str) {
    for entry in Batch::new(text, Position::START) {
        match entry {
            Ok(request) => {
                looked_at(text, &CHECKER.check(&request, &NO_FACTS));
            }
            Err(error) => place(text, &error),
        }
    }
}

/// A text with a secret before it.
fn planted(text: &str, before: &str, between: &str, behind: &str) -> String {
    format!("{before}{PLANTED}{between}{text}{behind}")
}

/// The text of an input. Of one that holds the secret itself nothing could be said: fuzzers find out such words.
fn text(data: &[u8]) -> Option<&str> {
    str::from_utf8(data).ok().filter(|text| !text.contains("Planted"))
}

/// What holds of every error about an input.
fn place(text: &str, error: &InputError) {
    assert!(text.is_char_boundary(error.position.offset), "{error} at {:?}", error.position);
    let record = serde_json::to_string(&Record::of_unreadable(error)).expect("a record is JSON");
    assert!(!record.contains(PLANTED), "a secret in {record}");
}

/// What holds of every report. Gives it as JSON.
fn looked_at(text: &str, report: &Report<'_>) -> Value {
    let record = serde_json::to_value(report.record()).expect("a report is JSON");
    let again = serde_json::to_value(report.record()).expect("a report is JSON");
    assert_eq!(record, again, "asked twice, another report");
    let findings = report.findings();
    match report.verdict() {
        Verdict::Reject => {
            let error = report.error().expect("what is rejected has an error");
            let first = findings.first().expect("what is rejected has a finding");
            assert_eq!((error.code(), error.message()), (first.code.as_deref(), first.message.as_deref()));
        }
        Verdict::Pass => assert!(findings.is_empty() && report.error().is_none(), "a pass with findings"),
        _ => assert!(report.problem().is_some(), "no verdict and no reason"),
    }
    let spans = ["findings", "warnings"].iter().flat_map(|list| record[*list].as_array()).flatten();
    for entry in spans.filter(|_| !text.is_empty()) {
        let number = |key: &str| entry["span"][key].as_u64().map_or(usize::MAX, |number| number as usize);
        assert!(text.get(number("start")..number("end")).is_some(), "no place: {entry}");
    }
    for finding in &findings {
        assert!(report.excerpt(&finding.span).is_some_and(|excerpt| {
            excerpt.text.get(excerpt.start..excerpt.end).is_some() && !excerpt.text.contains(PLANTED)
        }));
    }
    assert!(!record.to_string().contains(PLANTED), "a secret in {record}");
    record
}
