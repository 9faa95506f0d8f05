//! The limits in every form: what exceeds one is unreadable and says which, whoever reads it.
//!
//! Each form is taken to the limits that can be exceeded in it; which ones cannot, and why, stands where the text is made.

use preflint::limits::*;
use preflint::{Facts, Form, Found, InputErrorKind, Record};
use serde_json::{Value, json};

use super::CHECKER;

/// Texts of a form, each made for a number.
struct Limited {
    form: &'static str,
    /// A request with values that many levels deep, counted from the outermost of JSON, YAML or HCL.
    nested: Option<fn(usize) -> String>,
    /// A request with that many parameters that nobody knows.
    parameters: Option<fn(usize) -> String>,
    /// A request with a list of that many elements.
    elements: Option<fn(usize) -> String>,
    /// That many requests.
    requests: Option<fn(usize) -> String>,
}

/// `HOST`, `IMPORT` and `EXPORT` are the beginnings of requests that are sound but for what the test adds.
const HOST: &str = "POST / HTTP/1.1\nHost: cvm.tencentcloudapi.com\nX-TC-Version: 2017-03-12\nX-TC-Region: ap-guangzhou\nContent-Type: application/json\nX-TC-Action: ExportImages\n\n";
const URL: &str = "https://cvm.tencentcloudapi.com/?Action=ExportImages&Version=2017-03-12&Region=ap-guangzhou";
const COMMAND: &str = "aliyun ecs ExportImage --force --RegionId cn-hangzhou";

fn listed(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("img-{at:08}")).collect()
}

fn brackets(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

fn unknown(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect()
}

/// A body with one member of this value.
fn body(name: &str, value: &Value) -> String {
    json!({ name: value }).to_string()
}

fn body_of_unknown(count: usize) -> String {
    format!("{{{}}}", unknown(count, |at| format!("\"U{at}\":1,")).trim_end_matches(','))
}

fn recording(text: &str, count: usize) -> String {
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let headers = [
        header("X-TC-Action", "ExportImages"),
        header("X-TC-Version", "2017-03-12"),
        header("X-TC-Region", "ap-guangzhou"),
    ];
    let data = json!({"mimeType": "application/json", "text": text});
    let entry = json!({"request": {"method": "POST", "url": "https://cvm.tencentcloudapi.com/", "headers": headers, "postData": data}});
    format!(r#"{{"log":{{"entries":[{}]}}}}"#, vec![entry.to_string(); count].join(","))
}

fn plan(count: usize) -> String {
    let after = json!({"image_name": "a", "disk_device_mapping": [{"format": "RAW"}]});
    let resource = json!({
        "address": "alicloud_image_import.x", "mode": "managed", "type": "alicloud_image_import", "name": "x",
        "change": {"actions": ["create"], "after": after}
    });
    format!(r#"{{"format_version":"1.2","resource_changes":[{}]}}"#, vec![resource.to_string(); count].join(","))
}

/// A command inside of what stands before and behind each.
fn commands(start: &str, before: &str, command: &str, count: usize) -> String {
    start.to_owned() + &format!("{before}{command}\n").repeat(count)
}

fn options(count: usize) -> String {
    format!("{COMMAND}{}", unknown(count, |at| format!(" --U{at} 1")))
}

/// Our tools write such a list as one word of JSON.
fn listing(count: usize) -> String {
    format!("tccli cvm ExportImages --region ap-guangzhou --ImageIds '{}'", json!(listed(count)))
}

fn yaml(parameters: &str) -> String {
    format!("provider: tencent\noperation: ExportImages\nparams:\n  Region: ap-guangzhou\n{parameters}")
}

const FORMS: &[Limited] = &[
    Limited {
        form: "url",
        // Names and values alone; nothing is inside anything.
        nested: None,
        parameters: Some(|count| URL.to_owned() + &unknown(count, |at| format!("&U{at}=1"))),
        elements: Some(|count| URL.to_owned() + &unknown(count, |at| format!("&ImageIds.{at}=img-{at:08}"))),
        requests: Some(|count| format!("{URL}\n").repeat(count)),
    },
    Limited {
        form: "http",
        nested: Some(|depth| format!("{HOST}{{\"X\":{}}}", brackets(depth - 1))),
        parameters: Some(|count| HOST.to_owned() + &body_of_unknown(count)),
        elements: Some(|count| HOST.to_owned() + &body("ImageIds", &json!(listed(count)))),
        requests: Some(|count| format!("{HOST}{{}}\n\n###\n").repeat(count)),
    },
    Limited {
        form: "curl",
        nested: Some(|depth| curl(&format!("{{\"X\":{}}}", brackets(depth - 1)))),
        parameters: Some(|count| curl(&body_of_unknown(count))),
        elements: Some(|count| curl(&body("ImageIds", &json!(listed(count))))),
        requests: Some(|count| format!("{}\n", curl("{}")).repeat(count)),
    },
    Limited {
        form: "har",
        // The recording itself; that of the body comes with http.
        nested: Some(|depth| format!(r#"{{"log":{{"entries":[],"x":{}}}}}"#, brackets(depth - 2))),
        parameters: Some(|count| recording(&body_of_unknown(count), 1)),
        elements: Some(|count| recording(&body("ImageIds", &json!(listed(count))), 1)),
        requests: Some(|count| recording("{}", count)),
    },
    Limited {
        form: "yaml",
        nested: Some(|depth| yaml(&format!("  X: {}\n", brackets(depth - 2)))),
        parameters: Some(|count| yaml(&unknown(count, |at| format!("  U{at}: 1\n")))),
        elements: Some(|count| yaml(&format!("  ImageIds: [{}]\n", listed(count).join(", ")))),
        requests: Some(|count| "---\nprovider: tencent\noperation: ExportImages\nparams: {}\n".repeat(count)),
    },
    Limited {
        form: "command",
        // A tool reads deeper than we do, so that such a value is not known: see below.
        nested: None,
        parameters: Some(options),
        elements: Some(listing),
        requests: Some(|count| commands("", "", COMMAND, count)),
    },
    Limited {
        form: "shell",
        nested: None,
        parameters: Some(|count| commands("set -e\n", "", &options(count), 1)),
        elements: Some(|count| commands("set -e\n", "", &listing(count), 1)),
        requests: Some(|count| commands("set -e\n", "", COMMAND, count)),
    },
    Limited {
        form: "makefile",
        nested: None,
        parameters: Some(|count| commands("all:\n", "\t", &options(count), 1)),
        elements: Some(|count| commands("all:\n", "\t", &listing(count), 1)),
        requests: Some(|count| commands("all:\n", "\t", COMMAND, count)),
    },
    Limited {
        form: "ci",
        nested: Some(|depth| format!("call:\n  script:\n    - {COMMAND}\nx: {}\n", brackets(depth - 1))),
        parameters: Some(|count| commands("call:\n  script:\n", "    - ", &options(count), 1)),
        elements: Some(|count| commands("call:\n  script:\n    - |\n", "      ", &listing(count), 1)),
        requests: Some(|count| commands("call:\n  script:\n", "    - ", COMMAND, count)),
    },
    Limited {
        form: "terraform",
        nested: Some(|depth| format!(r#"{{"format_version":"1.2","x":{}}}"#, brackets(depth - 1))),
        // What is no argument of the resource is not sent, and of its lists the API ignores what comes behind the first few.
        parameters: None,
        elements: None,
        requests: Some(plan),
    },
    Limited {
        form: "packer",
        nested: Some(|depth| format!(r#"{{"build":[],"x":{}}}"#, brackets(depth - 1))),
        // As above.
        parameters: None,
        elements: None,
        requests: Some(|count| {
            let import = r#"{"alicloud-import":{"oss_bucket_name":"b-1"}}"#;
            format!(r#"{{"build":[{{"post-processor":[{}]}}]}}"#, vec![import; count].join(","))
        }),
    },
];

fn curl(body: &str) -> String {
    format!(
        "curl -H 'Content-Type: application/json' -H 'X-TC-Action: ExportImages' -H 'X-TC-Version: 2017-03-12' -H 'X-TC-Region: ap-guangzhou' -d '{body}' https://cvm.tencentcloudapi.com"
    )
}

/// The problem of the only report that has one of this kind.
#[track_caller]
fn limit_named(limited: &Limited, text: &str, limit: usize) {
    let problems = problems(limited, text);
    let [problem] = &problems[..] else { panic!("{}: {problems:?}", limited.form) };
    assert_eq!(problem["kind"], "limit", "{}: {problem}", limited.form);
    let message = problem["message"].as_str().expect("a message");
    assert!(message.contains(&format!(" {limit} ")), "{}: {message}", limited.form);
}

/// That nothing about a text is beyond a limit.
#[track_caller]
fn not_limited(limited: &Limited, text: &str) {
    assert_eq!(problems(limited, text), [] as [Value; 0], "{}", limited.form);
}

/// The problems of all requests of a text. Of the others no report is made, because thousands of findings take long.
fn problems(limited: &Limited, text: &str) -> Vec<Value> {
    let form = Form::named(limited.form).expect("a known form");
    let facts = Facts::none();
    let record = |found: Found<'_>| match &found.request {
        Ok(request) => {
            let report = CHECKER.check(request, &facts);
            report.problem().is_some().then(|| json!(report.record()))
        }
        Err(error) => Some(json!(Record::of_unreadable(error))),
    };
    CHECKER.read(form, text).into_iter().filter_map(record).map(|record| record["problem"].clone()).collect()
}

#[test]
fn the_table_names_every_form() {
    let here: Vec<&str> = FORMS.iter().map(|limited| limited.form).collect();
    assert!(Form::all().all(|form| here.contains(&form.name())), "{here:?}");
}

#[test]
fn depth_is_limited_in_every_form_that_nests() {
    for limited in FORMS {
        let Some(nested) = limited.nested else { continue };
        not_limited(limited, &nested(NESTING));
        limit_named(limited, &nested(NESTING + 1), NESTING);
    }
    // Templates in HCL have a parser of their own, which has the same number; blocks count there too.
    let template = |depth: usize| {
        format!("build {{\n  post-processor \"alicloud-import\" {{\n    x = {}\n  }}\n}}\n", brackets(depth))
    };
    let packer = FORMS.iter().find(|limited| limited.form == "packer").expect("in the table");
    not_limited(packer, &template(NESTING - 4));
    limit_named(packer, &template(NESTING + 1), NESTING);
    let sum = format!("build {{\n  x = 1{}\n  post-processor \"alicloud-import\" {{}}\n}}\n", " + 1".repeat(200));
    limit_named(packer, &sum, 128);
}

#[test]
fn what_a_tool_reads_deeper_than_we_do_is_not_known() {
    let command = |depth: usize| {
        format!(
            "tccli cvm ExportImages --region ap-guangzhou --BucketName b-1250000000 --FileNamePrefixList '[\"a\"]' --ImageIds '{}'",
            brackets(depth)
        )
    };
    let refused = super::only("command", &command(NESTING));
    assert_eq!(refused["verdict"], "reject", "a list in a list is no text");
    for depth in [NESTING + 1, 50 * NESTING] {
        for start in ["", "cd images && "] {
            let report = super::only("shell", &format!("{start}{}\n", command(depth)));
            assert_eq!((&report["verdict"], &report["findings"]), (&json!("pass"), &json!([])), "{report}");
            assert_eq!(super::awaited(&report), ["ImageIds"]);
        }
    }
}

#[test]
fn values_are_counted_in_every_form_that_can_hold_so_many() {
    for limited in FORMS {
        let Some(parameters) = limited.parameters else { continue };
        // Each of them is a finding, of which there may be fewer.
        not_limited(limited, &parameters(FINDINGS - 10));
        limit_named(limited, &parameters(PARAMETERS + 1), PARAMETERS);
    }
}

#[test]
fn elements_are_counted_in_every_form_that_has_lists() {
    for limited in FORMS {
        let Some(elements) = limited.elements else { continue };
        not_limited(limited, &elements(LIST_ELEMENTS));
        limit_named(limited, &elements(LIST_ELEMENTS + 1), LIST_ELEMENTS);
    }
}

#[test]
fn requests_are_counted_in_every_form() {
    for limited in FORMS {
        let Some(requests) = limited.requests else { continue };
        let form = Form::named(limited.form).expect("a form");
        let text = requests(REQUESTS + 1);
        let found = CHECKER.read(form, &text);
        assert_eq!(found.len(), REQUESTS + 1, "{}", limited.form);
        assert!(found[..REQUESTS].iter().all(|found| found.request.is_ok()), "{}", limited.form);
        let error = found[REQUESTS].request.as_ref().expect_err("the last says that there are more");
        assert!(error.kind == InputErrorKind::Limit && error.message.contains(&REQUESTS.to_string()), "{error}");
    }
}

#[test]
fn a_longer_text_is_read_in_no_form() {
    let long = " ".repeat(DOCUMENT_BYTES + 1);
    for form in Form::all() {
        let found = CHECKER.read(form, &long);
        let [found] = &found[..] else { panic!("{}: {} requests", form.name(), found.len()) };
        let error = found.request.as_ref().expect_err("it is too long");
        assert!(error.kind == InputErrorKind::Limit && error.message.contains(&DOCUMENT_BYTES.to_string()), "{error}");
    }
}
