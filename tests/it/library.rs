//! The library as programs use it: values in, values out.

use std::thread;

use std::collections::{BTreeMap, BTreeSet};

use preflint::{Checker, EmbeddedRuleFile, Facts, Position, Report, Request, RuleFile, Verdict, WarningKind};
use serde_json::{Value, json};

/// A request of `ExportImage` with nothing wrong.
const PASSES: &str = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket"}}"#;

#[track_caller]
fn request(text: &str) -> Request<'_> {
    Request::from_json(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Facts read one after the other.
#[track_caller]
fn facts(texts: &[&str]) -> Facts {
    let mut facts = Facts::none();
    for text in texts {
        Checker::bundled().read_facts(text, &mut facts).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    facts
}

/// The codes of all findings of a request that knows these facts.
#[track_caller]
fn codes(text: &str, known: &[&str]) -> Vec<String> {
    let (request, facts) = (request(text), facts(known));
    let checker = Checker::bundled();
    let report = checker.check(&request, &facts);
    report.findings().into_iter().filter_map(|finding| finding.code).collect()
}

/// The ids of the open checks, without the operation, that wait for a section.
#[track_caller]
fn waits(text: &str, known: &[&str], section: &str) -> Vec<String> {
    let (request, facts) = (request(text), facts(known));
    let checker = Checker::bundled();
    let report = checker.check(&request, &facts);
    let need = format!("fact:{section}");
    let open = report.open().into_iter().filter(|check| check.needs.contains(&need));
    open.filter_map(|check| Some(check.check.split_once('#')?.1.to_owned())).collect()
}

#[test]
fn the_example_of_the_design() {
    let text = PASSES.replace("\"m-1\"", "\"m-1\",\"OSSPrefix\":\"web-1\"");
    let checker = Checker::bundled();
    let request = Request::from_json(&text).expect("a request");
    let facts = Facts::none();
    let report = checker.check(&request, &facts);
    let error = report.error().expect("an error");
    assert_eq!(error.code(), Some("InvalidOSSPrefix.Malformed"));
    assert_eq!(error.status(), Some(400));
    assert_eq!(error.message(), Some("The specified OSSPrefix format is wrongly formed."));
    assert!(error.is_certain());
    assert_eq!(report.verdict(), Verdict::Reject);
    assert_eq!(error.finding().code, report.findings()[0].code);
}

#[test]
fn a_checker_is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    fn sent<T: Send>(_: T) {}
    let checker = Checker::bundled();
    shared(&checker);
    sent(facts(&[]));
    let rejected = PASSES.replace("cn-hangzhou", "hangzhou");
    thread::scope(|scope| {
        for number in 0..8 {
            let (own, rejected) = (checker.clone(), &rejected);
            scope.spawn(move || {
                for _ in 0..20 {
                    let text = if number % 2 == 0 { PASSES } else { rejected };
                    let (request, facts) = (request(text), Facts::none());
                    let expected = if number % 2 == 0 { Verdict::Pass } else { Verdict::Reject };
                    assert_eq!(own.check(&request, &facts).verdict(), expected);
                }
            });
        }
    });
}

#[test]
fn a_rejected_request_is_a_value_and_a_broken_one_an_error() {
    let broken = Request::from_json("{\n  \"provider\": 1}").expect_err("not a request");
    assert_eq!((broken.position.line, broken.position.column), (2, 15));
    assert!(broken.to_string().ends_with("(line 2, column 15)"), "{broken}");
    let unknown = request(r#"{"provider":"nobody","operation":"Nothing"}"#);
    let facts = Facts::none();
    let checker = Checker::bundled();
    let report = checker.check(&unknown, &facts);
    assert_eq!(report.verdict(), Verdict::Unsupported);
    assert!(report.error().is_none() && report.findings().is_empty() && report.problem().is_some());
    let mut known = Facts::none();
    let broken = checker.read_facts("{\"aliyun\":\n {\"images\": 3}}", &mut known).expect_err("no section");
    assert_eq!((broken.position.line, broken.position.column), (2, 13));
}

#[test]
fn embedded_files_are_found_as_those_that_are_handed_in() {
    let given = Checker::from_files(RuleFile::bundled()).expect("sound rules");
    let (embedded, facts) = (Checker::bundled(), Facts::none());
    let listed = |checker: &Checker| {
        let all = checker.operations().into_iter();
        all.map(|operation| (operation.operation, operation.editions, operation.default)).collect::<Vec<_>>()
    };
    assert_eq!(listed(&embedded), listed(&given));
    // All that lie there, and nothing else.
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in RuleFile::bundled().filter(RuleFile::is_edition) {
        let (operation, edition) = file.path.rsplit_once('/').expect("a path of several parts");
        let edition = edition.strip_suffix(".json").expect("JSON").to_owned();
        expected.entry(operation.to_owned()).or_default().insert(edition);
    }
    let found = listed(&embedded).into_iter();
    let found: BTreeMap<_, BTreeSet<_>> =
        found.map(|(operation, editions, _)| (operation, editions.into_iter().collect())).collect();
    assert!(found.len() >= 6);
    assert_eq!(found, expected);
    assert_eq!(embedded.rule_set(), given.rule_set());
    // What is there and what is not, and what is said of that.
    for (provider, service, operation, edition) in [
        ("aliyun", None, "ExportImage", None),
        ("alibaba", Some("ecs"), "ImportImage", Some("2018-11")),
        ("tencent", None, "ImportImage", None),
        ("tencent", Some("cvm"), "ImportImage", Some("2018-11")),
        ("aliyun", None, "ExportImages", None),
        ("aliyun", Some("ecss"), "ExportImage", None),
        ("aliyun", Some("ecs"), "", None),
        ("aliyun", Some(""), "ExportImage", None),
        ("aliyun", Some("ecs/ExportImage"), "2026-01", None),
        ("aliyun/ecs", Some("ExportImage"), "2026-01", None),
        ("aliyum", None, "ExportImage", None),
        ("", None, "ExportImage", None),
    ] {
        let mut request = json!({"provider": provider, "operation": operation, "params": {}});
        for (key, value) in [("service", service), ("edition", edition)] {
            if let Some(value) = value {
                request[key] = json!(value);
            }
        }
        let text = request.to_string();
        let said = |checker: &Checker| {
            checker.check_json(&text, Position::START, &facts).map(|report| json!(report.record())).ok()
        };
        assert_eq!(said(&embedded), said(&given), "{text}");
    }
}

#[test]
fn of_embedded_files_only_those_are_read_that_are_asked_for() {
    static FILES: [EmbeddedRuleFile; 3] = [
        EmbeddedRuleFile { path: "acme/box/BreakBox/2026-01.json", text: "no rules" },
        EmbeddedRuleFile { path: "acme/box/OpenBox/2026-01.json", text: OPEN_BOX },
        EmbeddedRuleFile { path: "acme/provider.json", text: include_str!("../broken_rules/base/acme/provider.json") },
    ];
    const OPEN_BOX: &str = r#"{"format": 1, "operation": "acme/box/OpenBox", "edition": "2026-01", "title": "Opens a box",
        "sources": [{"id": "PAGE", "title": "OpenBox", "read": "2026-11-22"}],
        "parameters": [{"name": "Name", "type": "string", "meaning": "x", "required": {}}], "errors": []}"#;
    let (checker, facts) = (Checker::from_embedded(&FILES), Facts::none());
    let verdict = |operation: &str| {
        let text = format!(r#"{{"provider":"acme","operation":"{operation}","params":{{}}}}"#);
        let report = checker.check_json(&text, Position::START, &facts).expect("a request");
        (report.verdict(), report.problem().unwrap_or_default().to_owned())
    };
    assert_eq!(verdict("OpenBox"), (Verdict::Reject, String::new()));
    let (broken, why) = verdict("BreakBox");
    assert!(broken == Verdict::Unsupported && why.contains("rules/acme/box/BreakBox/2026-01.json:1:1"), "{why}");
    assert_eq!(verdict("CloseBox").0, Verdict::Unsupported);
}

#[test]
fn a_checker_with_other_editions_leaves_the_first_alone() {
    let text = PASSES.replace("\"m-1\"", "\"m-1\",\"OssPrefix\":\"-\"").replace("OSSBucket", "OssBucket");
    let facts = Facts::none();
    let checker = Checker::bundled();
    let editions = preflint::Editions { not_later_than: Some("2019-01".to_owned()), ..preflint::Editions::default() };
    let older = checker.with_editions(editions);
    // Whoever has read the request, and kept its parameters with it or not.
    let by = |reader: &Checker| reader.read_json(&text, Position::START).expect("a request");
    for request in [request(&text), by(&checker), by(&older)] {
        let code = |checker: &Checker| {
            let report = checker.check(&request, &facts);
            report.error().and_then(|error| error.code().map(str::to_owned))
        };
        assert_eq!(code(&older).as_deref(), Some("OssPrefix.Malformed"));
        assert_eq!(code(&checker).as_deref(), Some("InvalidOSSPrefix.Malformed"));
    }
}

// Facts.

fn images(item: &str) -> String {
    format!(r#"{{"aliyun":{{"images":[{item}]}}}}"#)
}

#[test]
fn facts_override_each_other_item_by_item_and_field_by_field() {
    let creating = images(r#"{"ImageId":"m-1","Status":"Creating","OSType":"windows"}"#);
    let available = images(r#"{"ImageId":"m-1","Status":"Available"}"#);
    let linux = images(r#"{"ImageId":"m-1","OSType":"linux"}"#);
    let other = images(r#"{"ImageId":"m-2","Status":"Available","OSType":"linux"}"#);
    let status = "IncorrectImageStatus";
    let licence = "InvalidImageLicense.NotSupported";
    assert_eq!(codes(PASSES, &[&creating]), [status, licence]);
    assert_eq!(codes(PASSES, &[&creating, &available]), [licence]);
    assert_eq!(codes(PASSES, &[&creating, &linux]), [status]);
    assert_eq!(codes(PASSES, &[&creating, &available, &linux]), Vec::<String>::new());
    assert_eq!(codes(PASSES, &[&available, &linux, &creating]), [status, licence]);
    assert_eq!(codes(PASSES, &[&creating, &other]), [status, licence]);
    // What the request itself carries comes last of all.
    let own = PASSES.replace("\"params\"", r#""facts":{"images":[{"ImageId":"m-1","Status":"Available"}]},"params""#);
    assert_eq!(codes(&own, &[&creating]), [licence]);
    // A thing that is there after all, or gone after all.
    let gone = recorded(
        "ram/GetRole",
        r#"{"RoleName":"AliyunECSImageExportDefaultRole"}"#,
        r#"{"Code":"EntityNotExist.Role"}"#,
    );
    let there = r#"{"aliyun":{"roles":[{"RoleName":"AliyunECSImageExportDefaultRole"}]}}"#;
    assert_eq!(codes(PASSES, &[there, &gone]), ["NoSetRoletoECSServiceAcount"]);
    assert_eq!(codes(PASSES, &[&gone, there]), Vec::<String>::new());
}

/// A recorded call.
fn recorded(call: &str, request: &str, response: &str) -> String {
    format!(r#"{{"call":"{call}","request":{request},"response":{response}}}"#)
}

#[test]
fn an_error_response_proves_absence_only_with_its_request() {
    let role = |code: &str| {
        recorded(
            "ram/GetRole",
            r#"{"RoleName":"AliyunECSImageExportDefaultRole"}"#,
            &format!(r#"{{"Code":"{code}","Message":"x"}}"#),
        )
    };
    let bucket = |code: &str| {
        recorded(
            "oss/GetBucketInfo",
            r#"{"Bucket":"my-bucket"}"#,
            &format!(r#"{{"Error":{{"Code":"{code}","Message":"x"}}}}"#),
        )
    };
    assert_eq!(codes(PASSES, &[&role("EntityNotExist.Role")]), ["NoSetRoletoECSServiceAcount"]);
    assert_eq!(codes(PASSES, &[&bucket("NoSuchBucket")]), ["InvalidOSSBucket.NotFound"]);
    // Who may not look does not know.
    for code in ["NoPermission", "AccessDenied", "Throttling", "InternalError", ""] {
        assert_eq!(codes(PASSES, &[&role(code), &bucket(code)]), Vec::<String>::new(), "{code}");
        assert!(waits(PASSES, &[&role(code)], "roles").contains(&"role-exists".to_owned()), "{code}");
        // That a bucket may not be read shows that it is there.
        let is_open = code != "AccessDenied";
        let waits = waits(PASSES, &[&bucket(code)], "buckets");
        assert_eq!(waits.contains(&"bucket-exists".to_owned()), is_open, "{code}");
    }
    // Another role, and another bucket.
    let other = role("EntityNotExist.Role").replace("AliyunECSImageExportDefaultRole", "another");
    assert_eq!(codes(PASSES, &[&other, &bucket("NoSuchBucket").replace("my-bucket", "other")]), Vec::<String>::new());
    // Without the request nobody knows what is absent.
    let mut known = Facts::none();
    let lost = r#"{"call":"ram/GetRole","response":{"Code":"EntityNotExist.Role"}}"#;
    let error = Checker::bundled().read_facts(lost, &mut known).expect_err("no key");
    assert!(error.message.contains("RoleName"), "{error}");
}

#[test]
fn an_empty_answer_proves_absence_only_to_a_plain_question() {
    let empty = r#"{"Images":{"Image":[]},"TotalCount":0,"RegionId":"cn-hangzhou"}"#;
    let asked = |request: &str| recorded("ecs/DescribeImages", request, empty);
    let proofs = [
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","Status":"ALL"}"#,
        r#"{"regionid":"cn-hangzhou","imageid":"m-1","status":"ALL"}"#,
        r#"{"RegionId":"cn-hangzhou","ImageId":["m-1"],"Status":"ALL","PageSize":"100","Action":"DescribeImages"}"#,
    ];
    for question in proofs {
        assert_eq!(codes(PASSES, &[&asked(question)]), ["InvalidImageId.NotFound"], "{question}");
    }
    let no_proofs = [
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-1"}"#,
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","Status":"Available"}"#,
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","Status":"ALL","ImageOwnerAlias":"system"}"#,
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-1","Status":"ALL","ImageName":"x"}"#,
        r#"{"RegionId":"cn-hangzhou","ImageId":"m-2","Status":"ALL"}"#,
        r#"{"RegionId":"cn-hangzhou","ImageId":["m-1","m-2"],"Status":"ALL"}"#,
        r#"{"RegionId":"cn-hangzhou","Status":"ALL"}"#,
        "{}",
    ];
    for question in no_proofs {
        assert_eq!(codes(PASSES, &[&asked(question)]), Vec::<String>::new(), "{question}");
        assert!(waits(PASSES, &[&asked(question)], "images").contains(&"image-exists".to_owned()), "{question}");
    }
    // A raw answer does not say what was asked.
    assert_eq!(codes(PASSES, &[empty]), Vec::<String>::new());
    assert!(waits(PASSES, &[empty], "images").contains(&"image-exists".to_owned()));
    // What holds in one region says nothing of another.
    let elsewhere = asked(proofs[0]).replace("cn-hangzhou", "cn-beijing");
    assert_eq!(codes(PASSES, &[&elsewhere]), Vec::<String>::new());
}

#[test]
fn a_complete_section_is_complete_where_it_was_read() {
    let complete = |region: &str| {
        format!(r#"{{"aliyun":{{"images":{{"complete":true,{region}"items":[{{"ImageId":"m-2"}}]}}}}}}"#)
    };
    assert_eq!(codes(PASSES, &[&complete("")]), ["InvalidImageId.NotFound"]);
    assert_eq!(codes(PASSES, &[&complete(r#""region":"cn-hangzhou","#)]), ["InvalidImageId.NotFound"]);
    assert_eq!(codes(PASSES, &[&complete(r#""region":"cn-beijing","#)]), Vec::<String>::new());
    assert_eq!(codes(&PASSES.replace("m-1", "m-2"), &[&complete("")]), Vec::<String>::new());
    // An item of a list that was read in Beijing does not lie in Hangzhou.
    let hangzhou = complete(r#""region":"cn-hangzhou","#).replace("\"items\":[{\"ImageId\":\"m-2\"}]", "\"items\":[]");
    let beijing = complete(r#""region":"cn-beijing","#).replace("m-2", "m-1");
    assert_eq!(codes(PASSES, &[&hangzhou, &beijing]), ["InvalidImageId.NotFound"]);
    // Which region is meant is not known.
    let unknown = PASSES
        .replace(r#""RegionId":"cn-hangzhou","#, "")
        .replace("\"params\"", "\"unknown\":[\"RegionId\"],\"params\"");
    assert_eq!(codes(&unknown, &[&complete(r#""region":"cn-hangzhou","#)]), Vec::<String>::new());
    let false_ = r#"{"aliyun":{"images":{"complete":false,"items":[]}}}"#;
    assert_eq!(codes(PASSES, &[false_]), Vec::<String>::new());
    // Closing a section afterwards does the same.
    let (request, mut known) = (request(PASSES), facts(&[&images(r#"{"ImageId":"m-2"}"#)]));
    let checker = Checker::bundled();
    assert_eq!(checker.check(&request, &known).verdict(), Verdict::Pass);
    checker.close_facts("images", &mut known).expect("a section");
    assert_eq!(checker.check(&request, &known).verdict(), Verdict::Reject);
    let error = checker.close_facts("imags", &mut known).expect_err("no section");
    assert!(error.contains("images"), "{error}");
}

#[test]
fn regions_that_the_account_has_override_the_list() {
    let gone = PASSES.replace("cn-hangzhou", "xx-nowhere-9");
    assert_eq!(codes(&gone, &[]), ["InvalidRegionId.NotFound"]);
    let response = r#"{"Regions":{"Region":[{"RegionId":"xx-nowhere-9"},{"RegionId":"cn-beijing"}]}}"#;
    assert_eq!(codes(&gone, &[response]), Vec::<String>::new());
    // The response holds all regions, so that another one is none.
    assert_eq!(codes(PASSES, &[response]), ["InvalidRegionId.NotFound"]);
    let some = r#"{"aliyun":{"regions":[{"RegionId":"xx-nowhere-9"}]}}"#;
    assert_eq!(codes(PASSES, &[some]), Vec::<String>::new());
}

#[test]
fn another_role_is_refused_unless_facts_show_it_fit() {
    let text = PASSES.replace("\"m-1\"", "\"m-1\",\"RoleName\":\"mine\"");
    let trust = |service: &str| {
        format!(
            r#"{{\"Statement\":[{{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{{\"Service\":[\"{service}\"]}}}}]}}"#
        )
    };
    let role = |service: &str, policy: &str| {
        format!(
            r#"{{"aliyun":{{"roles":[{{"RoleName":"mine","AssumeRolePolicyDocument":"{}","Policies":{{"Policy":[{{"PolicyName":"{policy}"}}]}}}}]}}}}"#,
            trust(service)
        )
    };
    let code = "NoSetRoletoECSServiceAcount";
    assert_eq!(codes(&text, &[]), [code]);
    assert_eq!(codes(&text, &[&role("ecs.aliyuncs.com", "AliyunECSImageExportRolePolicy")]), Vec::<String>::new());
    assert_eq!(codes(&text, &[&role("oss.aliyuncs.com", "AliyunECSImageExportRolePolicy")]), [code]);
    // The policy may be anything: nothing shows the role fit.
    assert_eq!(codes(&text, &[&role("ecs.aliyuncs.com", "ReadOnly")]), [code]);
    let custom = recorded(
        "ram/GetPolicy",
        r#"{"PolicyName":"ReadOnly","PolicyType":"Custom"}"#,
        r#"{"Policy":{"PolicyName":"ReadOnly"},"DefaultPolicyVersion":{"PolicyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"oss:*\",\"Resource\":\"*\"}]}"}}"#,
    );
    assert_eq!(codes(&text, &[&role("ecs.aliyuncs.com", "ReadOnly"), &custom]), Vec::<String>::new());
    let less = custom.replace("oss:*", "oss:Get*");
    assert_eq!(codes(&text, &[&role("ecs.aliyuncs.com", "ReadOnly"), &less]), [code]);
    // The default role with the very same policies is told what it lacks.
    let default = role("ecs.aliyuncs.com", "ReadOnly").replace("mine", "AliyunECSImageExportDefaultRole");
    let known = facts(&[&default, &less]);
    let request = request(PASSES);
    let checker = Checker::bundled();
    let report = checker.check(&request, &known).findings();
    assert_eq!(report.len(), 1);
    assert!(report[0].detail.contains("oss:PutObject"), "{}", report[0].detail);
    assert_eq!(
        report[0].message.as_deref(),
        Some(
            "ECS service account Have no right to access your OSS.please attach a role of access your oss to ECS service account."
        )
    );
}

#[test]
fn a_dry_run_with_nothing_wrong_carries_its_answer() {
    for (value, asks) in [("true", true), ("\"true\"", true), ("false", false), ("\"\"", false)] {
        let text = PASSES.replace("\"m-1\"", &format!("\"m-1\",\"DryRun\":{value}"));
        let (request, facts) = (request(&text), Facts::none());
        let checker = Checker::bundled();
        let report = checker.check(&request, &facts);
        assert_eq!(report.verdict(), Verdict::Pass, "{value}");
        let note = report.dry_run();
        assert_eq!(note.is_some(), asks, "{value}");
        if let Some(note) = note {
            assert_eq!((note.parameter.as_str(), note.answer.code.as_deref()), ("DryRun", Some("DryRunOperation")));
            assert_eq!(note.basis.as_str(), "inferred");
        }
    }
    // A dry run that would be refused is refused.
    let text = PASSES.replace("\"m-1\"", "\"m-1\",\"DryRun\":true,\"OSSPrefix\":\"-\"");
    let (request, facts) = (request(&text), Facts::none());
    let checker = Checker::bundled();
    let report = checker.check(&request, &facts);
    assert_eq!(report.verdict(), Verdict::Reject);
    assert!(report.dry_run().is_none());
}

#[test]
fn disputed_statements_only_warn() {
    let text = PASSES.replace("\"m-1\"", "\"m-1\",\"ImageFormat\":\"vhd\"");
    let (request, facts) = (request(&text), Facts::none());
    let checker = Checker::bundled();
    let report = checker.check(&request, &facts);
    assert_eq!(report.verdict(), Verdict::Pass);
    let warnings = report.warnings();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].kind, WarningKind::Disputed);
    let check = warnings[0].check.as_ref().expect("a check");
    assert_eq!(check.code.as_deref(), Some("InvalidImageFormat.RegionNotSupported"));
    assert_eq!(check.message.as_deref(), Some("The specified image format is not supported in current region."));
}

// Secrets.

/// All that a report can say, in one text.
fn everything(report: &Report<'_>) -> String {
    let mut text = serde_json::to_string(&report.record()).expect("JSON");
    for finding in report.findings() {
        text.push_str(&format!("{finding:?} {:?}", report.excerpt(&finding.span)));
    }
    for warning in report.warnings() {
        text.push_str(&format!("{warning:?} {:?}", report.excerpt(&warning.span)));
    }
    text.push_str(&format!("{:?}{:?}{:?}", report.open(), report.problem(), report.dry_run()));
    text
}

/// Requests that hold secrets in every place where one may stand, and are wrong in some other way. The secrets begin
/// with `SECRET`.
fn with_secrets() -> Vec<String> {
    let secrets = r#""AccessKeyId":"SECRET-1","Signature":"SECRET\u002d2","SecurityToken":"SECRET-中文-3""#;
    let wrong = [
        r#""RegionId":"nowhere","OSSPrefix":"-","ImageFormat":"x","OwnerId":"y","Extra":1"#,
        r#""OSSBucket":"Bad_Bucket","ImageId":null"#,
        r#""OSSPrefix":"a","OSSPrefix":"-","RoleName":"other","RegionId":"cn-hangzhou","ImageId":"m","OSSBucket":"b-1""#,
    ];
    let mut texts = Vec::new();
    for wrong in wrong {
        for params in [
            format!("{{{secrets},{wrong}}}"),
            format!("{{{wrong},{secrets}}}"),
            format!("{{\n  {},\n  {}\n}}", secrets.replace(',', ",\n  "), wrong.replace(',', ",\n  ")),
            format!("{{{},{wrong}}}", secrets.replace("AccessKeyId", "accesskeyid").replace("Signature", "SIGNATURE")),
            format!("{{{secrets},{secrets},{wrong}}}").replacen("SECRET-1", "SECRET-0", 1),
            format!(r#"{{"AccessKeyId":["SECRET-4",{{"a":"SECRET-5"}}],"Signature":{{"x":"SECRET-6"}},{wrong}}}"#),
            format!(r#"{{"AccessKeyId":"{}",{wrong}}}"#, "SECRET-7 ".repeat(50)),
        ] {
            texts.push(format!(r#"{{"id":"x","provider":"aliyun","operation":"ExportImage","params":{params}}}"#));
        }
    }
    texts
}

#[test]
fn secrets_appear_in_no_report() {
    let checker = Checker::bundled();
    for text in with_secrets() {
        let (request, facts) = (request(&text), Facts::none());
        let report = checker.check(&request, &facts);
        assert_eq!(report.verdict(), Verdict::Reject, "{text}");
        let said = everything(&report);
        assert!(!said.contains("SECRET"), "{text}\n{said}");
        // Other values are shown, so that this test would see a secret.
        assert!(said.contains("nowhere") || said.contains("Bad_Bucket") || said.contains("other"), "{said}");
    }
}

#[test]
fn secrets_appear_in_no_problem() {
    let secrets = r#""AccessKeyId":"SECRET-1","SecurityToken":"SECRET-2""#;
    let head = r#""provider":"aliyun","operation":"ExportImage""#;
    let broken = [
        format!(r#"{{{head},"params":{{{secrets},}}}}"#),
        format!(r#"{{{head},"params":{{{secrets}"#),
        format!(r#"{{{head},"params":{{"AccessKeyId":SECRET-1}}}}"#),
        format!(r#"{{{head},"params":{{"AccessKeyId":"SECRET-1\q"}}}}"#),
        format!(r#"{{{head},"params":[{{{secrets}}}]}}"#),
        format!(r#"{{{head},"params":{{{secrets}}},"unknown":["AccessKeyId"]}}"#),
        format!(r#"{{{head},{secrets}}}"#),
        format!(r#"{{{head},"id":{{{secrets}}}}}"#),
        format!(r#"{{{head},"facts":{{{secrets}}},"params":{{{secrets}}}}}"#),
        format!(r#"{{{head},"facts":{{"images":[{{{secrets}}},"SECRET-3"]}},"params":{{{secrets}}}}}"#),
        format!(r#"{{"provider":"aliyn","operation":"ExportImage","params":{{{secrets}}}}}"#),
        format!(r#"{{{head},"edition":"2000-01","params":{{{secrets}}}}}"#),
    ];
    for text in broken {
        let said = match Request::from_json(&text) {
            Err(error) => format!("{error} {error:?}"),
            Ok(request) => {
                let facts = Facts::none();
                let checker = Checker::bundled();
                let report = checker.check(&request, &facts);
                assert!(matches!(report.verdict(), Verdict::Unsupported | Verdict::Unreadable), "{text}");
                everything(&report)
            }
        };
        assert!(!said.contains("SECRET"), "{text}\n{said}");
    }
}

#[test]
fn secrets_in_wrong_places_are_masked_too() {
    // Somebody pasted a whole signed request one level too deep, or flat, or in another provider's spelling.
    for params in [
        r#"{"Query":{"AccessKeyId":"SECRET-1"},"RegionId":"nowhere"}"#,
        r#"{"AccessKeyId.1":"SECRET-1","RegionId":"nowhere"}"#,
        r#"{"params":{"a":[{"SecurityToken":"SECRET-1"}]},"RegionId":"nowhere"}"#,
    ] {
        let text = format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{params}}}"#);
        let (request, facts) = (request(&text), Facts::none());
        let checker = Checker::bundled();
        let report = checker.check(&request, &facts);
        assert_eq!(report.verdict(), Verdict::Reject);
        let said = everything(&report);
        assert!(said.contains("nowhere") && !said.contains("SECRET"), "{text}\n{said}");
    }
}

#[cfg(feature = "cli")]
#[test]
fn secrets_appear_in_no_format() {
    let texts = with_secrets();
    let lines: Vec<String> = texts.iter().map(|text| text.replace('\n', " ")).collect();
    for input in [lines.join("\n"), format!("[{}]", texts.join(",\n")), texts[2].clone(), texts[9].clone()] {
        let formats = crate::reports::FORMATS.map(|format| vec!["--format", format]);
        for options in formats.into_iter().chain([vec!["--color", "always"]]) {
            let output = crate::cli::run(&[&["check"], &options[..], &["-"]].concat(), &input);
            assert_eq!((output.code, output.stderr.as_str()), (1, ""), "{options:?}");
            assert!(!output.stdout.contains("SECRET"), "{options:?}\n{}", output.stdout);
            // A body of an answer need not name the parameter.
            let is_shown = output.stdout.contains("RegionId") || options.contains(&"response");
            assert!(is_shown && !output.stdout.contains("******"), "{options:?}\n{}", output.stdout);
        }
    }
}

#[test]
fn a_report_never_lies_about_what_it_knows() {
    let (request, facts) = (request(PASSES), Facts::none());
    let checker = Checker::bundled();
    let report = checker.check(&request, &facts);
    assert_eq!(report.verdict(), Verdict::Pass);
    assert!(!report.section_is_given("images") && report.error().is_none() && report.problem().is_none());
    let record = serde_json::to_value(report.record()).expect("JSON");
    assert_eq!(record["findings"], json!([]));
    assert_eq!(record["open"].as_array().map(Vec::len), Some(report.open().len()));
    assert!(record["open"].as_array().is_some_and(|open| open.iter().all(|check| check["needs"] != json!([]))));
    assert_eq!(record["error"], Value::Null);
}
