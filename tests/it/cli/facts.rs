//! Files of facts: their forms, which of them counts, and what is wrong with them.

use serde_json::{Value, json};

use super::{Folder, IMAGE, Output, PASSES, codes, run_in};

fn needs(report: &Value) -> Vec<&str> {
    let open = report["open"].as_array().expect("a list").iter();
    let mut needs: Vec<&str> =
        open.flat_map(|open| open["needs"].as_array().expect("a list")).filter_map(Value::as_str).collect();
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// Checks the passing request with files of facts, in their order.
#[track_caller]
fn with_facts(name: &str, facts: &[&str], options: &[&str]) -> Output {
    let mut folder = Folder::new(name).with("request.json", PASSES);
    let files: Vec<String> = (1..=facts.len()).map(|number| format!("facts-{number}.json")).collect();
    for (file, content) in files.iter().zip(facts) {
        folder = folder.with(file, content);
    }
    let options = files.iter().flat_map(|file| ["--facts", file]).chain(options.iter().copied());
    let arguments: Vec<&str> = ["check", "--format", "ndjson", "request.json"].into_iter().chain(options).collect();
    folder.run(&arguments)
}

#[test]
fn facts_are_sections_responses_or_recorded_calls() {
    let status = IMAGE.replace("Available", "Creating");
    let section = format!(r#"{{"aliyun":{{"images":[{status}]}}}}"#);
    let alias = format!(r#"{{"alibabacloud":{{"images":[{status}]}}}}"#);
    let closed = format!(r#"{{"aliyun":{{"images":{{"region":"cn-hangzhou","items":[{status}]}}}}}}"#);
    let response = format!(r#"{{"Images":{{"Image":[{status}]}},"RegionId":"cn-hangzhou","TotalCount":1}}"#);
    let recorded = format!(
        r#"{{"call":"ecs/DescribeImages","request":{{"RegionId":"cn-hangzhou","ImageId":"m-1"}},"response":{response}}}"#
    );
    let list = format!("[{recorded}, {section}]");
    let inside = format!(r#"{{"aliyun":{{"images":{response}}}}}"#);
    let by_tool =
        recorded.replace("DescribeImages", "describe-images").replace("ImageId\":\"m-1\"}", "image-id\":\"m-1\"}");
    let item = format!(r#"{{"aliyun":{{"images":[{by_tool}]}}}}"#);
    let forms = [&section, &alias, &closed, &response, &recorded, &list, &inside, &by_tool, &item];
    for (number, facts) in forms.into_iter().enumerate() {
        let output = with_facts(&format!("facts-form-{number}"), &[facts], &[]);
        assert_eq!((output.code, output.stderr.as_str()), (1, ""), "{facts}");
        let report = &output.reports()[0];
        assert_eq!(
            report["error"],
            json!({
                "code": "IncorrectImageStatus", "status": 400, "message": "The specified Image is not available.",
                "certain": true
            }),
            "{facts}"
        );
        assert_eq!(needs(report), ["fact:buckets", "fact:roles", "fact:tasks"], "{facts}");
    }
}

#[test]
fn facts_of_another_region_say_nothing() {
    let status = IMAGE.replace("Available", "Creating");
    let elsewhere = format!(r#"{{"Images":{{"Image":[{status}]}},"RegionId":"cn-beijing"}}"#);
    let output = with_facts("facts-elsewhere", &[&elsewhere], &[]);
    assert_eq!(output.code, 0);
    assert!(needs(&output.reports()[0]).contains(&"fact:images"));
}

#[test]
fn later_files_override_earlier_ones_item_by_item() {
    let of = |item: &str| format!(r#"{{"aliyun":{{"images":[{item}]}}}}"#);
    let creating = of(&IMAGE.replace("Available", "Creating"));
    let available = of(r#"{"ImageId":"m-1","Status":"Available"}"#);
    let another = of(r#"{"ImageId":"m-2","Status":"Creating"}"#);
    let first = with_facts("facts-order-1", &[&creating, &available], &[]);
    assert_eq!((first.code, codes(&first.reports()[0])), (0, vec![]));
    // What only the earlier file says of the item still counts.
    assert!(!needs(&first.reports()[0]).contains(&"fact:images"));
    let second = with_facts("facts-order-2", &[&available, &creating], &[]);
    assert_eq!((second.code, codes(&second.reports()[0])), (1, vec!["IncorrectImageStatus"]));
    let third = with_facts("facts-order-3", &[&creating, &another], &[]);
    assert_eq!((third.code, codes(&third.reports()[0])), (1, vec!["IncorrectImageStatus"]));
}

#[test]
fn facts_of_the_request_override_those_of_files() {
    let folder = Folder::new("facts-of-request")
        .with("facts.json", format!(r#"{{"aliyun":{{"images":[{}]}}}}"#, IMAGE.replace("Available", "Creating")));
    let own = PASSES.replace("\"params\"", r#""facts":{"images":[{"ImageId":"m-1","Status":"Available"}]},"params""#);
    let output = run_in(folder.path(), &["check", "--facts", "facts.json", "-q", "-"], own.as_bytes());
    assert_eq!((output.code, output.stdout.as_str()), (0, ""));
}

#[test]
fn facts_that_are_not_understood_end_the_run() {
    let wrong = [
        (r#"{"Pictures":[]}"#, "facts-1.json:1:1: ", "ecs/DescribeImages, ecs/DescribeSnapshots"),
        (
            r#"{"Images":{"Image":[]},"Regions":{"Region":[]}}"#,
            "facts-1.json:1:1: ",
            "ecs/DescribeImages or of ecs/DescribeRegions",
        ),
        (r#"{"aliyun":{"pictures":[]}}"#, "facts-1.json:1:12: ", "\"pictures\""),
        ("{\"aliyun\":\n  {\"images\":[1]}}", "facts-1.json:2:14: ", "object"),
        (r#"{"aliyun":{"images":{"itmes":[]}}}"#, "facts-1.json:1:22: ", "items"),
        (r#"{"call":"ecs/DescribeImage","response":{}}"#, "facts-1.json:1:9: ", "ecs/DescribeImages"),
        (r#"{"call":"ecs/DescribeImages","responce":{}}"#, "facts-1.json:1:30: ", "\"responce\""),
        (r#"{"call":"ecs/DescribeImages"}"#, "facts-1.json:1:1: ", "\"response\""),
        (r#"{"call":"ram/GetRole","response":{"Code":"EntityNotExist.Role"}}"#, "facts-1.json:1:1: ", "RoleName"),
        ("[1]", "facts-1.json:1:2: ", "object"),
        ("", "facts-1.json:1:1: ", "a value"),
        ("{\"地域\": 1,\r\n \"b\" 2}", "facts-1.json:2:6: ", "\":\""),
        (r#"{"aliyun":{"images":[]},"acme":{}}"#, "facts-1.json:1:1: ", "known call"),
    ];
    for (number, (facts, place, named)) in wrong.into_iter().enumerate() {
        let output = with_facts(&format!("facts-wrong-{number}"), &[facts], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{facts}");
        assert!(output.stderr.starts_with(&format!("preflint: {place}")), "{facts}: {}", output.stderr);
        assert!(output.stderr.contains(named), "{facts}: {}", output.stderr);
    }
}

#[test]
fn a_section_that_is_declared_complete_proves_absence() {
    let other = r#"{"aliyun":{"images":[{"ImageId":"m-2"}]}}"#;
    let open = with_facts("facts-open", &[other], &[]);
    assert_eq!(open.code, 0);
    assert!(needs(&open.reports()[0]).contains(&"fact:images"));
    for section in ["images", "aliyun/images", "alibabacloud/images"] {
        let output = with_facts("facts-complete", &[other], &["--facts-complete", section]);
        let report = &output.reports()[0];
        assert_eq!(output.code, 1, "{section}");
        let expected = json!({
            "code": "InvalidImageId.NotFound", "status": 404, "message": "The specified ImageId does not exist.",
            "certain": true
        });
        assert_eq!(report["error"], expected, "{section}");
        assert_eq!(
            report["findings"][0]["alternatives"],
            json!([{
                "code": "InvalidImageId.NotFound", "status": 404, "message": "The specified image m-1 does not exist."
            }])
        );
    }
    let written = r#"{"aliyun":{"images":{"complete":true,"region":"cn-hangzhou","items":[]}}}"#;
    assert_eq!(with_facts("facts-complete-written", &[written], &[]).code, 1);
    let wrong = with_facts("facts-complete-wrong", &[other], &["--facts-complete", "acme/images"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("images, ") && wrong.stderr.contains("policies, "), "{}", wrong.stderr);
}

#[test]
fn nothing_is_open_when_all_facts_are_known() {
    let role = r#"{"RoleName":"AliyunECSImageExportDefaultRole","AssumeRolePolicyDocument":"{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ecs.aliyuncs.com\"]}}],\"Version\":\"1\"}","Policies":{"Policy":[{"PolicyName":"AliyunECSImageExportRolePolicy"}]}}"#;
    let facts = format!(
        r#"{{"aliyun":{{"images":[{}],"buckets":[{{"Name":"my-bucket","Location":"oss-cn-hangzhou","ServerSideEncryptionRule":{{"SSEAlgorithm":"None"}}}}],"tasks":{{"complete":true,"items":[]}},"snapshots":{{"complete":true,"items":[]}},"roles":[{role}]}}}}"#,
        IMAGE.replace("[]", r#"[{"Type":"system","Size":"40","Encrypted":false,"SnapshotId":"s-1"}]"#)
    );
    let facts = facts.replace(
        r#""snapshots":{"complete":true,"items":[]}"#,
        r#""snapshots":[{"SnapshotId":"s-1","ProductCode":""}]"#,
    );
    let output = with_facts("facts-all", &[&facts], &["--strict=all"]);
    assert_eq!(needs(&output.reports()[0]), Vec::<&str>::new());
    assert_eq!(output.code, 0);
}
