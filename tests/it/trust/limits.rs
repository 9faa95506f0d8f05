//! Each limit: what meets it is read, what exceeds it is refused with the limit's number, and SECURITY.md says the same.

use std::fs::File;

use preflint::limits::*;
use preflint::{
    Checker, Facts, Form, InputError, InputErrorKind, Position, Record, Request, RuleFile, Verdict, limits,
};

use crate::cli::{Folder, PASSES, project, run};
use crate::support::{acme, box_edition};

/// Problem and verdict of a request of our own form, by both ways of reading it, which must agree.
#[track_caller]
fn of_request(text: &str) -> (Verdict, String) {
    let (checker, none) = (Checker::bundled(), Facts::none());
    let said = |record: Record| {
        let problem = record.problem.map(|problem| format!("{}: {}", problem.kind, problem.message));
        (record.verdict, problem.unwrap_or_default())
    };
    let in_two_steps = match Request::from_json(text) {
        Ok(request) => said(checker.check(&request, &none).record()),
        Err(error) => said(Record::of_unreadable(&error)),
    };
    let at_once = match checker.check_json(text, Position::START, &none) {
        Ok(report) => said(report.record()),
        Err(error) => said(Record::of_unreadable(&error)),
    };
    assert_eq!(in_two_steps, at_once);
    in_two_steps
}

#[track_caller]
fn refused(text: &str, limit: usize) {
    let (verdict, problem) = of_request(text);
    assert_eq!(verdict, Verdict::Unreadable, "{problem}");
    assert!(problem.starts_with("limit: ") && problem.contains(&limit.to_string()), "{problem}");
}

fn tencent(params: &str) -> String {
    format!(r#"{{"provider":"tencent","operation":"ExportImages","params":{{"Region":"ap-guangzhou",{params}}}}}"#)
}

fn many(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect::<Vec<_>>().join(",")
}

#[test]
fn a_request_of_more_bytes_is_unreadable() {
    let padded = |length: usize| format!("{PASSES}{}", " ".repeat(length - PASSES.len()));
    assert_eq!(of_request(&padded(REQUEST_BYTES)).0, Verdict::Pass);
    refused(&padded(REQUEST_BYTES + 1), REQUEST_BYTES);
}

#[test]
fn deeper_nesting_is_unreadable() {
    let nested = |depth: usize| tencent(&format!("\"x\":{}{}", "[".repeat(depth - 2), "]".repeat(depth - 2)));
    assert_eq!(of_request(&nested(NESTING)).0, Verdict::Reject);
    refused(&nested(NESTING + 1), NESTING);
    let checker = Checker::bundled();
    let yaml = "[".repeat(NESTING + 1);
    let found = only_error(&checker, "yaml", &yaml);
    assert!(found.kind == InputErrorKind::Limit && found.message.contains(&NESTING.to_string()), "{found}");
    let facts = checker.read_facts(&"[".repeat(NESTING + 1), &mut Facts::none()).expect_err("it is too deep");
    assert!(facts.message.contains(&NESTING.to_string()), "{}", facts.message);
    let rules = edition_error(&"[".repeat(NESTING + 1));
    assert!(rules.contains(&NESTING.to_string()), "{rules}");
}

#[test]
fn more_values_of_parameters_are_unreadable() {
    let export = |count: usize| {
        let names = many(count, |at| format!("\"U{at}\":1"));
        format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{{{names}}}}}"#)
    };
    assert_eq!(of_request(&export(PARAMETERS - 100)).0, Verdict::Reject);
    refused(&export(PARAMETERS + 1), PARAMETERS);
    // Secrets count too, wherever they stand.
    let tokens = many(PARAMETERS + 1, |at| format!("\"SecurityToken\":\"t{at}\""));
    refused(&format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{{{tokens}}}}}"#), PARAMETERS);
}

#[test]
fn more_elements_of_a_list_are_unreadable() {
    // All of them fine, but for their number.
    let listed = |count: usize| tencent(&format!("\"ImageIds\":[{}]", many(count, |at| format!("\"img-{at:08}\""))));
    assert_eq!(of_request(&listed(LIST_ELEMENTS)).0, Verdict::Reject);
    refused(&listed(LIST_ELEMENTS + 1), LIST_ELEMENTS);
}

#[test]
fn more_findings_are_unreadable() {
    let unknown = |count: usize| {
        format!(
            r#"{{"provider":"tencent","operation":"ExportImages","params":{{"Region":"ap-guangzhou","BucketName":"b-1250000000","ImageIds":["img-12345678"],"FileNamePrefixList":["a"],{}}}}}"#,
            many(count, |at| format!("\"U{at}\":1"))
        )
    };
    assert_eq!(of_request(&unknown(FINDINGS)).0, Verdict::Reject);
    refused(&unknown(FINDINGS + 1), FINDINGS);
}

#[test]
fn other_forms_have_the_same_limits_and_some_of_their_own() {
    let checker = Checker::bundled();
    let query = many(PARAMETERS + 1, |at| format!("U{at}=1")).replace(',', "&");
    let url = format!("https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&{query}");
    let found = checker.read(Form::named("url").expect("a form"), &url);
    let request = found[0].request.as_ref().expect("a request");
    let none = Facts::none();
    let report = checker.check(request, &none);
    assert_eq!(report.verdict(), Verdict::Unreadable);
    assert!(
        report.problem().is_some_and(|problem| problem.contains(&PARAMETERS.to_string())),
        "{:?}",
        report.problem()
    );

    // Only a template that may make a call is worth a complaint.
    let template = "build {\n  post-processor \"alicloud-import\" {}\n}\n#";
    let padded = |length: usize| format!("{template}{}", "x".repeat(length - template.len()));
    let packer = Form::named("packer").expect("a form");
    assert!(checker.read(packer, &padded(TEMPLATE_BYTES))[0].request.is_ok());
    let error = only_error(&checker, "packer", &padded(TEMPLATE_BYTES + 1));
    assert!(error.kind == InputErrorKind::Limit && error.message.contains(&TEMPLATE_BYTES.to_string()), "{error}");

    // The list is a value too.
    let listed = |count: usize| format!("[{}]", vec!["1"; count - 1].join(","));
    let text = listed(YAML_VALUES);
    let found = checker.read(Form::named("yaml").expect("a form"), &text);
    let says_it = |error: &InputError| error.message.contains(&YAML_VALUES.to_string());
    assert!(found.iter().all(|found| !found.request.as_ref().is_err_and(says_it)));
    let error = only_error(&checker, "yaml", &listed(YAML_VALUES + 1));
    assert!(error.kind == InputErrorKind::Limit && error.message.contains(&YAML_VALUES.to_string()), "{error}");
    // Each line stands for ten times the one before.
    let lines = (1..10).map(|level| format!("- &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(",")));
    let bomb = "- &a0 x\n".to_owned() + &lines.collect::<String>();
    let error = only_error(&checker, "yaml", &bomb);
    assert!(error.kind == InputErrorKind::Limit && error.message.contains(&YAML_VALUES.to_string()), "{error}");

    let long = "x".repeat(DOCUMENT_BYTES + 1);
    let found = checker.read(Form::named("shell").expect("a form"), &long);
    let error = found[0].request.as_ref().expect_err("it is too long");
    assert!(error.kind == InputErrorKind::Limit && error.message.contains(&DOCUMENT_BYTES.to_string()), "{error}");
}

#[test]
fn more_requests_in_one_text_are_not_read() {
    let checker = Checker::bundled();
    let commands = "jdc vm x\n".repeat(REQUESTS + 1);
    let found = checker.read(Form::named("shell").expect("a form"), &commands);
    assert_eq!(found.len(), REQUESTS + 1);
    let error = found[REQUESTS].request.as_ref().expect_err("the last says that there are more");
    assert!(error.kind == InputErrorKind::Limit && error.message.contains(&REQUESTS.to_string()), "{error}");
    assert!(found[..REQUESTS].iter().all(|found| found.request.is_ok()));
}

#[test]
fn larger_files_are_refused_by_the_program() {
    // Files with nothing but a size.
    let folder = Folder::new("limits").with("rules/acme/provider.json", "").with("fine/request.json", PASSES);
    let sized = |path: &str, bytes: usize| {
        let file = File::create(folder.path().join(path)).expect("a file can be made");
        file.set_len(bytes as u64).expect("a size");
    };
    sized("large.json", DOCUMENT_BYTES + 1);
    sized("facts.json", FACTS_BYTES + 1);
    sized("baseline.json", BASELINE_BYTES + 1);
    sized("large.toml", CONFIGURATION_BYTES + 1);
    sized("rules/acme/provider.json", RULE_FILE_BYTES + 1);
    sized("fine/larger.json", FOLDER_FILE_BYTES + 1);

    let output = folder.run(&["check", "--format=ndjson", "large.json"]);
    assert_eq!(output.code, 3);
    let problem = output.reports()[0]["problem"].to_string();
    assert!(problem.contains("limit") && problem.contains(&DOCUMENT_BYTES.to_string()), "{problem}");

    for (options, limit) in [
        (["--facts", "facts.json"], FACTS_BYTES),
        (["--rules", "rules"], RULE_FILE_BYTES),
        (["--baseline", "baseline.json"], BASELINE_BYTES),
        (["--config", "large.toml"], CONFIGURATION_BYTES),
    ] {
        let output = folder.run(&[&["check"], &options[..], &["fine/request.json"]].concat());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains(&limit.to_string()), "{}", output.stderr);
    }
    // What nobody has named is passed over.
    let output = folder.run(&["check", "--format=json", "fine"]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
}

#[test]
fn a_line_of_a_stream_is_a_request() {
    let long = format!("{PASSES}{}\n{PASSES}\n", " ".repeat(REQUEST_BYTES + 1 - PASSES.len()));
    let output = run(&["check", "--format=ndjson", "-"], long);
    assert_eq!(output.code, 3);
    let problem = output.reports()[0]["problem"].to_string();
    assert!(problem.contains(&REQUEST_BYTES.to_string()), "{problem}");
    assert_eq!(output.reports()[1]["verdict"], "pass");
}

#[test]
fn rule_files_are_bounded() {
    let parameter = |name: &str, check: &str| format!(r#"{{"name":"{name}","type":"string","meaning":"x"{check}}}"#);
    acme([box_edition("2026-01", &parameter(&"n".repeat(NAME_BYTES), ""), "")]);
    let long = box_edition("2026-01", &parameter(&"n".repeat(NAME_BYTES + 1), ""), "");
    assert!(edition_error(&long.text).contains(&NAME_BYTES.to_string()));

    let checked = |pattern: &str, count: usize| {
        let check = |at| format!(r#"{{"id":"c{at}","must":{{"pattern":"{pattern}"}},"basis":"documented"}}"#);
        box_edition("2026-01", &parameter("Name", &format!(r#","checks":[{}]"#, many(count, check))), "")
    };
    acme([checked("[a-z]{1,9}", PATTERNS)]);
    assert!(edition_error(&checked("[a-z]{1,9}", PATTERNS + 1).text).contains(&PATTERNS.to_string()));
    // How much a pattern takes when it is compiled is told by nobody: a letter of any alphabet is some tens of kilobytes.
    acme([checked(r"\\w{20}", 1)]);
    let mistake = edition_error(&checked(r"\\w{40}", 1).text);
    assert!(mistake.contains(&PATTERN_BYTES.to_string()), "{mistake}");
    // Some bytes that would be gigabytes when compiled.
    let mistake = edition_error(&checked(r"((\\w{100}){100}){100}", 1).text);
    assert!(mistake.contains(&PATTERN_BYTES.to_string()), "{mistake}");
}

#[test]
fn more_rule_files_are_refused() {
    let folder = Folder::new("many-rules").with("request.json", PASSES);
    let rules = folder.path().join("rules");
    std::fs::create_dir(&rules).expect("a folder");
    let add = |number: usize| drop(File::create(rules.join(format!("{number}.json"))).expect("a file can be made"));
    (0..RULE_FILES).for_each(add);
    let complaint = || folder.run(&["check", "--rules", "rules", "request.json"]).stderr;
    // None of them is a rule file, but they are not too many.
    assert!(!complaint().contains(&format!("more than {RULE_FILES} rule files")));
    add(RULE_FILES);
    assert!(complaint().contains(&format!("more than {RULE_FILES} rule files")), "{}", complaint());
}

#[test]
fn nothing_in_rule_files_refers_to_itself() {
    // Constraints are named where they are used; they cannot use others, so that no reference leads in a circle.
    let provider = std::fs::read_to_string(project("tests/broken_rules/base/acme/provider.json")).expect("a file");
    let circle = provider.replacen("\"checks\":", "\"constraints\": [{\"name\": \"box-name\"}], \"checks\":", 1);
    assert_ne!(circle, provider);
    let file =
        RuleFile { path: "acme/provider.json".to_owned(), name: "provider.json".to_owned(), text: circle.into() };
    let mistakes = Checker::from_files([file]).map(drop).expect_err("it is refused");
    assert!(mistakes.iter().any(|mistake| mistake.message.contains("constraints")), "{mistakes:?}");
}

#[test]
fn security_md_lists_every_limit() {
    let table = std::fs::read_to_string(project("SECURITY.md")).expect("SECURITY.md");
    let source = std::fs::read_to_string(project("src/limits.rs")).expect("the limits");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let known = [
        ("NESTING", limits::NESTING),
        ("REQUEST_BYTES", limits::REQUEST_BYTES),
        ("DOCUMENT_BYTES", limits::DOCUMENT_BYTES),
        ("FOLDER_FILE_BYTES", limits::FOLDER_FILE_BYTES),
        ("REQUESTS", limits::REQUESTS),
        ("PARAMETERS", limits::PARAMETERS),
        ("LIST_ELEMENTS", limits::LIST_ELEMENTS),
        ("FINDINGS", limits::FINDINGS),
        ("TEMPLATE_BYTES", limits::TEMPLATE_BYTES),
        ("YAML_VALUES", limits::YAML_VALUES),
        ("FACTS_BYTES", limits::FACTS_BYTES),
        ("BASELINE_BYTES", limits::BASELINE_BYTES),
        ("CONFIGURATION_BYTES", limits::CONFIGURATION_BYTES),
        ("RULE_FILE_BYTES", limits::RULE_FILE_BYTES),
        ("RULE_FILES", limits::RULE_FILES),
        ("TEXT_BYTES", limits::TEXT_BYTES),
        ("NAMED", limits::NAMED),
        ("TAKEN_OVER_BYTES", limits::TAKEN_OVER_BYTES),
        ("CHECKS", limits::CHECKS),
        ("BLANKS", limits::BLANKS),
        ("FILLED_BYTES", limits::FILLED_BYTES),
        ("NAME_BYTES", limits::NAME_BYTES),
        ("PATTERNS", limits::PATTERNS),
        ("PATTERN_BYTES", limits::PATTERN_BYTES),
    ];
    for (name, value) in known {
        let row = format!("| `{name}` | {value} |");
        assert!(rows.iter().any(|line| line.starts_with(&row)), "SECURITY.md has no row that begins {row}");
    }
    assert_eq!(rows.len(), known.len(), "rows of limits that are none");
    assert_eq!(source.matches("pub const ").count(), known.len(), "a limit that this test does not know");
}

#[track_caller]
fn only_error(checker: &Checker, form: &str, text: &str) -> InputError {
    let mut found = checker.read(Form::named(form).expect("a form"), text);
    assert_eq!(found.len(), 1);
    found.remove(0).request.expect_err("it is refused")
}

/// All that is said of the file of an edition of acme's operation.
#[track_caller]
fn edition_error(text: &str) -> String {
    let provider = std::fs::read_to_string(project("tests/broken_rules/base/acme/provider.json")).expect("a file");
    let file = |path: &str, text: &str| RuleFile {
        path: path.to_owned(),
        name: path.to_owned(),
        text: text.to_owned().into(),
    };
    let files = [file("acme/provider.json", &provider), file("acme/box/OpenBox/2026-01.json", text)];
    let mistakes = Checker::from_files(files).map(drop).expect_err("it is refused");
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
