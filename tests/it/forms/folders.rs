//! Folders, names of standard input, forced forms, and what is said when nothing is recognised.

use serde_json::Value;

use super::data;
use crate::cli::{Folder, PASSES, REJECTED, run};

const URL: &str = "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou&ImageId=m-1&OSSBucket=example-bucket&OSSPrefix=a-b\n";

#[test]
fn folders_are_searched_for_requests() {
    let folder = Folder::new("forms-folder")
        .with("a/requests.ndjson", format!("{PASSES}\n{REJECTED}\n"))
        .with("a/request.json", PASSES)
        .with("a/package.json", r#"{"name": "not ours", "provider": 3}"#)
        .with("b/link.txt", URL)
        .with("b/notes.md", "Some words.\n")
        .with("b/links.txt", "https://example.invalid/\n")
        .with("b/picture.png", [0x89, 0x50, 0, 0xff])
        .with("b/.hidden/requests.http", data("requests.http"))
        .with("skipped/link.txt", URL)
        .with(".gitignore", "skipped/\n")
        .with("recording.har", data("recording.har"));
    let output = folder.run(&["check", "--format", "json", "."]);
    let document: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let mut files: Vec<&str> = document["reports"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|report| report["source"]["file"].as_str())
        .collect();
    files.dedup();
    let expected = ["a/request.json", "a/requests.ndjson", "b/.hidden/requests.http", "b/link.txt", "recording.har"];
    assert_eq!(files, expected);
    assert_eq!(document["summary"]["files"], 10);
    assert_eq!((output.code, output.stderr.as_str()), (3, ""));
}

#[test]
fn a_folder_without_requests_is_no_mistake() {
    let folder = Folder::new("forms-none").with("a/notes.md", "x").with("b.json", "{}");
    let output = folder.run(&["check", "a", "b.json"]);
    assert_eq!(output.code, 3);
    let output = folder.run(&["check", "."]);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (0, "0 requests in 2 files: 0 rejected, 0 passed; 0 checks open, 0 warnings\n")
    );
}

#[test]
fn a_form_can_be_forced_and_standard_input_named() {
    let output = run(&["check", "--format", "ndjson", "--input", "curl", "-"], URL);
    assert_eq!(output.reports()[0]["problem"]["kind"], "empty");
    let output = run(
        &["check", "--format", "ndjson", "--stdin-filename", "x/requests.ndjson", "-"],
        format!("oops\n{PASSES}\n"),
    );
    let verdicts: Vec<_> = output.reports().iter().map(|report| report["verdict"].clone()).collect();
    assert_eq!(verdicts, ["unreadable", "pass"]);
    assert_eq!(output.reports()[0]["source"]["file"], "x/requests.ndjson");
    let output = run(&["check", "--input", "smoke", "-"], "");
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("curl") && output.stderr.contains("ndjson"), "{}", output.stderr);
}

#[test]
fn what_is_not_recognised_says_what_was_tried() {
    let output = run(&["check", "--format", "ndjson", "-"], "hello there\n");
    let report = &output.reports()[0];
    let message = report["problem"]["message"].as_str().unwrap_or_default();
    assert_eq!((output.code, report["problem"]["kind"].as_str()), (3, Some("syntax")));
    let bytes = run(&["check", "--format", "ndjson", "-"], b"\xffhttps://");
    assert_eq!(bytes.reports()[0]["problem"]["message"], "this is not UTF-8");
    // What people have at hand beside the text that is meant: the plan as it was saved, and what a shell on Windows wrote.
    let folder = Folder::new("not-utf8");
    let wide: Vec<u8> = "\u{feff}{\"format_version\":\"1.2\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes, word) in
        [("tfplan", b"PK\x03\x04\xff".to_vec(), "terraform show -json"), ("plan.json", wide, "UTF-16")]
    {
        std::fs::write(folder.path().join(name), bytes).expect("a file can be written");
        for options in
            [&["check", "--format=ndjson", name][..], &["check", "--format=ndjson", "--input=terraform", name]]
        {
            let output = folder.run(options);
            let message = output.reports()[0]["problem"]["message"].to_string();
            assert!(output.code == 3 && message.contains(word), "{message}");
        }
    }
    for form in ["json", "ndjson", "http", "url", "curl", "har", "yaml"] {
        assert!(message.contains(form), "{message}");
    }
}

#[test]
fn no_credential_is_ever_shown() {
    for file in ["requests.http", "curl.txt", "recording.har", "requests.yaml", "export-all.sh"] {
        let folder = Folder::new("forms-secrets").with(file, data(file));
        for format in crate::reports::FORMATS {
            let output = folder.run(&["check", "--format", format, file]);
            assert!(!output.stdout.contains("planted"), "{file} {format}: {}", output.stdout);
        }
    }
    let link = "curl --json '{\"imageUrl\": \"ftp://a.b/?AWSAccessKeyId=AKplanted&Signature=planted%3D\"}' https://vm.jdcloud-api.com/v1/regions/cn-north-1/images:import";
    for format in crate::reports::FORMATS {
        let output = run(&["check", "--format", format, "-"], link);
        assert!(
            output.stdout.contains("ftp://a.b/?AWSAccessKeyId=***&Signature=***") || format != "json",
            "{}",
            output.stdout
        );
        assert!(!output.stdout.contains("planted"), "{}", output.stdout);
    }
    // Without an operation nobody says which parameters are secret.
    let output = run(
        &["check", "-"],
        "https://ecs.aliyuncs.com/?Password=plantedpassword&Signature=planted%2B1&AccessKeyId=planted",
    );
    assert!(!output.stdout.contains("planted") && output.stdout.contains("MissingParameter"), "{}", output.stdout);
}

#[test]
fn no_credential_of_a_command_is_ever_shown() {
    let keys = "--access-key-id LTAIplanted --access-key-secret planted-1 --sts-token=planted-2 --RoleName planted-1";
    let aliyun = format!("aliyun ecs ExportImage --RegionId moon --ImageId m-1 --OSSBucket b-1 --OSSPrefix a-b {keys}");
    let tccli = "tccli cvm ImportImage --secretId AKIDplanted --secretKey 'planted-3' --token planted-4 --ImageUrl 'ftp://a.b/?sign=planted&Signature=planted%2B' --Foo x";
    let jdc = "jdc vm export-image --image-id x --role-name planted-5 --headers '{\"Authorization\":\"planted-5\"}'";
    let curl = "curl -u me:planted-6 -H 'Authorization: TC3-HMAC-SHA256 Credential=AKIDplanted/x, Signature=planted-7' -H 'X-TC-Action: ExportImages' -H 'X-TC-Version: 2017-03-12' -d '{\"BucketName\": 5}' https://cvm.tencentcloudapi.com";
    let script = format!(
        "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=planted-8\nK=planted-9\nSECRET=planted-10 {aliyun}\n\
         aliyun ecs ExportImage --access-key-secret \"$K\" --RoleName \"$K\" --OSSPrefix $K\n{tccli}\n\
         docker run -e SECRET=planted-11 image {jdc} # planted-12\n{curl}\n"
    );
    let recipe: String = script.lines().map(|line| format!("\t{}\n", line.replace('$', "$$"))).collect();
    let block: String = script.lines().map(|line| format!("        {line}\n")).collect();
    let quoted = format!("\"{}\"", aliyun.replace('"', "\\\""));
    let files = [
        ("x.sh", script),
        ("x.mk", format!("SECRET := planted-13\nall:\n{recipe}")),
        (
            "x.yml",
            format!(
                "jobs:\n  a:\n    env: {{SECRET: planted-14}}\n    steps:\n    - run: |\n{block}    - run: {quoted}\n"
            ),
        ),
    ];
    for (name, text) in files {
        let folder = Folder::new("forms-commands-secrets").with(name, text);
        for format in ["human", "json", "ndjson"] {
            let output = folder.run(&["check", "--format", format, name]);
            assert!(!output.stdout.contains("planted"), "{name} {format}: {}", output.stdout);
            for code in ["InvalidOSSPrefix.Malformed", "INVALID_ARGUMENT"] {
                assert!(output.stdout.contains(code), "{name} {format}: {}", output.stdout);
            }
        }
    }
}
