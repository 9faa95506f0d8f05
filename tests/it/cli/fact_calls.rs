//! `preflint facts`: commands to copy, and what becomes of the answers that they print.
//!
//! The answers in `tests/data/answers` have the shapes that the providers document; a file's name is the beginning of the
//! command that prints it.

use std::fs;
use std::process::Command;

use preflint::{Checker, Facts, Form, Request};
use serde_json::{Value, json};

use super::{Folder, Output, project, run};

const ALIYUN: &str = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-bp1ex1","OSSBucket":"my-bucket"}}"#;
const TENCENT: &str = r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou","BucketName":"my-bucket-1250000000","ImageIds":["img-72n9mi0y"]}}"#;
const JDCLOUD: &str = r#"{"provider":"jdcloud","operation":"exportImage","params":{"regionId":"cn-north-1","imageId":"img-ex1","roleName":"VmExportRole","ossUrl":"https://my-bucket.s3.cn-north-1.jdcloud-oss.com"}}"#;

/// The lines that are no comments.
fn commands(output: &Output) -> Vec<&str> {
    output.stdout.lines().filter(|line| !line.starts_with('#')).collect()
}

fn facts(options: &[&str], input: &str) -> Output {
    let output = run(&[&["facts"], options, &["-"]].concat(), input);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{input}");
    output
}

#[test]
fn commands_are_the_providers_with_the_ids_of_the_request() {
    let expected = [
        (
            ALIYUN,
            vec![
                "aliyun ecs DescribeImages --RegionId cn-hangzhou --ImageId m-bp1ex1 --Status ALL",
                "aliyun ecs DescribeTasks --RegionId cn-hangzhou --PageSize 100",
                "aliyun ram GetRole --RoleName AliyunECSImageExportDefaultRole",
                "aliyun ram ListPoliciesForRole --RoleName AliyunECSImageExportDefaultRole",
                "ossutil api get-bucket-info --bucket my-bucket --region cn-hangzhou --output-format json --quiet",
            ],
        ),
        (
            JDCLOUD,
            vec![
                "jdc iam describe-role --role-name VmExportRole",
                "jdc iam describe-role-policies --role-name VmExportRole --sort 0 --page-size 100",
                "jdc oss list-buckets --region-id cn-north-1",
                "jdc vm describe-image --region-id cn-north-1 --image-id img-ex1",
                "jdc vm image-tasks --region-id cn-north-1 --task-action ExportImage --page-size 100",
            ],
        ),
    ];
    for (request, expected) in expected {
        let output = facts(&[], request);
        let mut printed = commands(&output);
        printed.sort_unstable();
        assert_eq!(printed, expected, "{request}");
    }
    let output = facts(&[], TENCENT);
    let (of_tool, other): (Vec<&str>, Vec<&str>) =
        commands(&output).into_iter().partition(|line| line.starts_with("tccli"));
    let expected = [
        "tccli cam GetRole --RoleName CVM_QcsRole",
        "tccli cam ListAttachedRolePolicies --RoleName CVM_QcsRole --Page 1 --Rp 200",
        "tccli cvm DescribeImages --region ap-guangzhou --ImageIds '[\"img-72n9mi0y\"]'",
    ];
    let mut of_tool = of_tool;
    of_tool.sort_unstable();
    assert_eq!(of_tool, expected);
    // No tool of the provider tells of buckets as JSON.
    assert!(
        matches!(other.as_slice(), [line] if line.starts_with("python3 -c ") && line.contains("Region=\"ap-guangzhou\"")),
        "{other:?}"
    );
}

#[test]
fn what_several_requests_need_is_asked_once() {
    let other = ALIYUN.replace("m-bp1ex1", "m-bp1ex2");
    let one = facts(&[], ALIYUN);
    let three = facts(&["--input", "ndjson"], &[ALIYUN, &other, ALIYUN].join("\n"));
    let (one, three) = (commands(&one), commands(&three));
    let further: Vec<&&str> = three.iter().filter(|line| !one.contains(line)).collect();
    assert_eq!(further, [&"aliyun ecs DescribeImages --RegionId cn-hangzhou --ImageId m-bp1ex2 --Status ALL"]);
    assert_eq!(three.len(), one.len() + 1);
}

#[test]
fn what_is_not_known_or_cannot_be_asked_is_a_comment() {
    let unknown = r#"{"provider":"aliyun","operation":"ExportImage","unknown":["RegionId"],"params":{"ImageId":"m-1","OSSBucket":"b-1"}}"#;
    let output = facts(&[], unknown);
    assert!(commands(&output).iter().all(|line| line.starts_with("aliyun ram ")), "{}", output.stdout);
    assert!(output.stdout.contains("# aliyun ecs DescribeImages --RegionId {RegionId}"), "{}", output.stdout);
    // In a region that the API does not know, nothing can be asked.
    let refused = facts(&[], &ALIYUN.replace("cn-hangzhou", "cn-hangzou"));
    assert!(!refused.stdout.contains("cn-hangzou"), "{}", refused.stdout);
}

#[test]
fn values_of_requests_stay_values_in_a_shell() {
    let hostile = [
        "a b",
        "it's",
        "$(touch owned)",
        "`touch owned`",
        "a;touch owned",
        "a\\",
        "\"quoted\"",
        "*",
        "~",
        "a&b|c>d<e",
        "#a",
        "{RegionId}",
        "a\u{e9}\u{4e2d}",
    ];
    for value in hostile {
        let mut request: Value = serde_json::from_str(ALIYUN).expect("it is JSON");
        request["params"]["ImageId"] = json!(value);
        let folder = Folder::new("hostile").with("aliyun", "#!/bin/sh\nprintf '%s\\n' \"$@\" > arguments\n");
        let output = facts(&[], &request.to_string());
        let command = commands(&output).into_iter().find(|line| line.contains("DescribeImages")).expect("a command");
        let script = format!("aliyun() {{ sh ./aliyun \"$@\"; }}\n{command}\n");
        let status = Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).status().expect("a shell");
        assert!(status.success(), "{command}");
        let arguments = fs::read_to_string(folder.path().join("arguments")).expect("what the tool got");
        let expected =
            ["ecs", "DescribeImages", "--RegionId", "cn-hangzhou", "--ImageId", value, "--Status", "ALL", ""];
        assert_eq!(arguments, expected.join("\n"), "{command}");
        assert!(!folder.path().join("owned").exists(), "{command}");
    }
    // Some would be something else than a value, or move the cursor of a terminal.
    for value in ["--help", "-x", "file:///etc/hostname", "@list", "a\u{1b}[2J", "a\nb", "a\u{202e}b"] {
        let mut request: Value = serde_json::from_str(ALIYUN).expect("it is JSON");
        request["params"]["ImageId"] = json!(value);
        let output = facts(&[], &request.to_string());
        assert!(!output.stdout.contains(value), "{}", output.stdout);
        assert!(!commands(&output).iter().any(|line| line.contains("DescribeImages")), "{}", output.stdout);
    }
}

#[test]
fn every_command_is_one_that_the_tool_understands() {
    let checker = Checker::bundled();
    let mut known = 0;
    for (path, base) in bases() {
        let mut parts = path.split('/');
        let (provider, service, operation) = (parts.next(), parts.next(), parts.next());
        let edition = parts.next().expect("an edition").trim_end_matches(".json");
        let request = json!({"provider": provider, "service": service, "operation": operation, "edition": edition, "params": base});
        let request = request.to_string();
        let request = Request::from_json(&request).expect("a request");
        let facts = Facts::none();
        let report = checker.check(&request, &facts);
        for call in report.fact_calls() {
            let command = call.command.as_ref().unwrap_or_else(|| panic!("{path}: {call:?}"));
            let found = checker.read(Form::named("command").expect("a form"), command);
            let Ok(read) = &found[0].request else { continue };
            known += 1;
            let facts = Facts::none();
            let names = checker.check(read, &facts).names();
            assert_eq!(names.provider, provider.expect("a provider"), "{command}");
            let named = format!("{}/{}", names.service.expect("a service"), names.operation);
            let plain = |name: &str| name.to_lowercase().replace('-', "");
            assert_eq!(plain(&named), plain(&call.call), "{command}");
        }
    }
    assert!(known > 30, "{known} commands were read");
}

/// The passing request of every file of cases.
fn bases() -> Vec<(String, Value)> {
    let root = project("tests/cases");
    let mut bases = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a file of cases");
            let cases: Value = serde_json::from_str(&text).expect("it is JSON");
            let below = path.strip_prefix(&root).expect("below the folder").display().to_string();
            bases.push((below, cases["base"].clone()));
        }
    }
    bases.sort_by(|one, other| one.0.cmp(&other.0));
    bases
}

/// Tools that print the sample answers, or fail where there is none.
fn with_tools(name: &str) -> Folder {
    let mut folder = Folder::new(name);
    let answers = project("tests/data/answers").display().to_string();
    for tool in ["aliyun", "tccli", "jdc", "ossutil", "python3"] {
        let deeper = if tool == "ossutil" { "-$2" } else { "" };
        let first = match tool {
            "python3" => "$1".to_owned(),
            "ossutil" => format!("$1{deeper}"),
            _ => "$1-$2".to_owned(),
        };
        folder =
            folder.with(&format!("bin/{tool}"), format!("#!/bin/sh\nexec cat \"{answers}/{tool}-{first}.json\"\n"));
        let path = folder.path().join("bin").join(tool);
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("permissions");
    }
    folder
}

#[cfg(unix)]
fn shell(folder: &Folder, script: &str) {
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", folder.path().join("bin").display());
    let output = Command::new("sh").arg("-c").arg(script).env("PATH", path).current_dir(folder.path()).output();
    let output = output.expect("a shell");
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// What is open after the printed commands were run, round after round, and what then still cannot be asked.
#[cfg(unix)]
#[track_caller]
fn settled(name: &str, request: &str) -> (Vec<String>, usize) {
    let folder = with_tools(name).with("request.json", request).with("facts/.keep", "");
    let mut rounds = 0;
    loop {
        let output = folder.run(&["facts", "--facts", "facts", "--into", "facts", "request.json"]);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{request}");
        if commands(&output).is_empty() || rounds == 5 {
            break;
        }
        shell(&folder, &output.stdout);
        rounds += 1;
    }
    let output = folder.run(&["check", "--format", "ndjson", "--facts", "facts", "request.json"]);
    let report = &output.reports()[0];
    assert_eq!(report["verdict"], "pass", "{report}");
    let open = report["open"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|open| open["check"].as_str().expect("a text").to_owned());
    (open.collect(), rounds)
}

#[cfg(unix)]
#[test]
fn answers_of_the_tools_settle_what_was_open() {
    // The policies of the role are asked for when their names are known, the snapshots of the image when it is.
    for (name, request) in [("settle-aliyun", ALIYUN), ("settle-tencent", TENCENT), ("settle-jdcloud", JDCLOUD)] {
        let (open, rounds) = settled(name, request);
        // At JD Cloud, tasks are listed for one action only, which never proves that there are no others.
        let expected =
            if name == "settle-jdcloud" { vec!["jdcloud/vm/exportImage@2023-02#no-running-task"] } else { vec![] };
        assert_eq!(open, expected, "{name}");
        assert!(rounds >= 2, "{name}: {rounds}");
    }
}

#[cfg(unix)]
#[test]
fn answers_that_name_what_they_are_about_are_facts_as_they_are() {
    let folder = with_tools("as-they-are").with("request.json", ALIYUN).with("facts/.keep", "");
    let document = folder.run(&["facts", "--format", "json", "request.json"]);
    let document: Value = serde_json::from_str(&document.stdout).expect("it is JSON");
    assert_eq!(document["schema"], "preflint/facts/v1");
    for (number, call) in document["calls"].as_array().expect("a list").iter().enumerate() {
        let command = call["command"].as_str().expect("a command");
        let named = call["names_itself"].as_bool().expect("a boolean");
        assert_eq!(named, !command.contains("ListPoliciesForRole"), "{command}");
        if named {
            shell(&folder, &format!("{command} > facts/{number}.json"));
        }
    }
    let output = folder.run(&["facts", "--facts", "facts", "request.json"]);
    assert_eq!(
        commands(&output),
        [
            "aliyun ecs DescribeSnapshots --RegionId cn-hangzhou --SnapshotIds '[\"s-bp1ex1\"]' --MaxResults 100",
            // That these are all tasks can be seen only when it is known that nothing was filtered.
            "aliyun ecs DescribeTasks --RegionId cn-hangzhou --PageSize 100",
            "aliyun ram ListPoliciesForRole --RoleName AliyunECSImageExportDefaultRole",
        ]
    );
}

#[cfg(unix)]
#[test]
fn an_empty_answer_to_a_recorded_call_says_that_there_is_no_such_thing() {
    let folder = Folder::new("absent").with("request.json", ALIYUN);
    let script = folder.run(&["facts", "--into", "facts", "request.json"]).stdout;
    let images = script.lines().find(|line| line.contains("DescribeImages")).expect("a command");
    let folder = folder.with("bin/aliyun", "#!/bin/sh\necho '{\"Images\":{\"Image\":[]},\"TotalCount\":0}'\n");
    #[cfg(unix)]
    fs::set_permissions(folder.path().join("bin/aliyun"), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("permissions");
    shell(&folder, &format!("mkdir -p facts\n{images}"));
    let output = folder.run(&["check", "--format", "ndjson", "--facts", "facts", "request.json"]);
    assert_eq!(output.reports()[0]["error"]["code"], "InvalidImageId.NotFound");
}

#[test]
fn a_folder_of_facts_is_read_in_the_order_of_names_and_empty_files_say_nothing() {
    let image = |status: &str| format!(r#"{{"aliyun":{{"images":[{{"ImageId":"m-bp1ex1","Status":"{status}"}}]}}}}"#);
    let folder = Folder::new("facts-folder")
        .with("request.json", ALIYUN)
        .with("facts/b/later.json", image("Creating"))
        .with("facts/a.json", image("Available"))
        .with("facts/failed.json", "\n")
        .with("facts/notes.txt", "no facts");
    let output = folder.run(&["check", "--format", "ndjson", "--facts", "facts", "request.json"]);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    assert_eq!(output.reports()[0]["error"]["code"], "IncorrectImageStatus");
    let folder = folder.with("facts/c.json", image("Available"));
    let output = folder.run(&["check", "--format", "ndjson", "--facts", "facts", "request.json"]);
    assert_eq!(output.code, 0);
    let broken = folder.with("facts/d.json", "{");
    let output = broken.run(&["check", "--facts", "facts", "request.json"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("d.json:1:2"), "{}", output.stderr);
}

#[test]
fn no_secret_becomes_part_of_a_command() {
    let request = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"CAISsecretCAIS","OSSBucket":"b-1","SecurityToken":"CAISsecretCAIS"}}"#;
    for options in [&["--format", "json"] as &[&str], &[], &["--into", "facts"]] {
        let output = facts(options, request);
        assert!(!output.stdout.contains("CAISsecret"), "{}", output.stdout);
    }
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_asked() {
    let input = format!("{ALIYUN}\n{{\"provider\":\n");
    let output = run(&["facts", "--input", "ndjson", "-"], input);
    assert_eq!(output.code, 3);
    assert!(output.stderr.starts_with("preflint: -:2:13: "), "{}", output.stderr);
    assert!(!commands(&output).is_empty());
    let script = "#!/bin/sh\naliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-7 --OSSBucket b-1\naliyun ecs PaintInstances\n";
    let output = run(&["facts", "-"], script);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert!(output.stdout.contains("--ImageId m-7 "), "{}", output.stdout);
}
