//! What a fix writes in each form, and where it writes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::files::fixed;
use super::{applied, fixes, mistakes, reports};
use crate::cli::{Folder, Output, project};

#[test]
fn each_form_writes_in_its_own_way() {
    let yaml = "# Export\nprovider: aliyun\noperation: ExportImage\nparams:\n  RegionId: eu-central-1 # there\n  ImageId: m-1\n  OSSBucket: b-1\n  ";
    let url = "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=eu-central-1&ImageId=m-1&OSSBucket=b-1&";
    let command = "aliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-1 ";
    let tccli = "tccli cvm ExportImages --BucketName b-1250000000 --ImageIds '[\"img-72n9mi0y\"]' ";
    let cases = [
        ("yaml", yaml, "OSSPrefix: a-b", "OSSPrefix: ab"),
        ("yaml", yaml, "OSSPrefix: 'a-b'   # why", "OSSPrefix: 'ab'   # why"),
        ("yaml", yaml, "OSSPrefix: \"\\u0061-b\"", "OSSPrefix: \"ab\""),
        ("yaml", yaml, "OSSPrefix: n-o", "OSSPrefix: \"no\""),
        ("yaml", yaml, "OSSPrefix: 1-0", "OSSPrefix: \"10\""),
        ("yaml", yaml, "OssPrefix: ab", "OSSPrefix: ab"),
        ("url", url, "OSSPrefix=a%2Db", "OSSPrefix=ab"),
        ("url", url, "OSSPrefix=a-b", "OSSPrefix=ab"),
        ("url", url, "OssPrefix=ab", "OSSPrefix=ab"),
        ("command", command, "--OSSPrefix a-b", "--OSSPrefix ab"),
        ("command", command, "--OSSPrefix='a-b'", "--OSSPrefix='ab'"),
        (
            "command",
            command,
            "--OSSPrefix \"a-b\" --RoleName AliyunECSImageExportDefaultRole",
            "--OSSPrefix \"ab\" --RoleName AliyunECSImageExportDefaultRole",
        ),
        ("command", command, "--OSSPrefix a\\ b", "--OSSPrefix ab"),
        ("command", command, "--OSSPrefix a'-'b", "--OSSPrefix ab"),
        ("command", command, "--OSSPrefxi ab", "--OSSPrefix ab"),
        ("command", tccli, "--region ap-guangzho", "--region ap-guangzhou"),
    ];
    for (form, before, wrong, right) in cases {
        let text = format!("{before}{wrong}\n");
        let fixes = fixes(&reports(form, &text));
        assert!(!fixes.is_empty(), "{text}");
        assert_eq!(applied(&text, &fixes[0]), format!("{before}{right}\n"), "{form}");
        let after = reports(form, &format!("{before}{right}\n"));
        assert_eq!(mistakes(&after), BTreeSet::new(), "{form}: {right}");
    }
    // A value that stands elsewhere cannot be written here, nor can a recording.
    let elsewhere = "#!/bin/sh\nPREFIX=a-b\naliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-1 --OSSPrefix \"$PREFIX\"\n";
    let har =
        json!({"log": {"entries": [{"request": {"method": "GET", "url": format!("{url}OSSPrefix=a-b")}}]}}).to_string();
    for (form, text) in [("shell", elsewhere), ("har", har.as_str())] {
        let fixes = fixes(&reports(form, text));
        assert_eq!(fixes.iter().map(|fix| &fix["edits"]).collect::<Vec<_>>(), [&json!([])], "{form}");
    }
}

const CALL: &str = "aliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-100";
const URL: &str =
    "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=eu-central-1&ImageId=m-1&OSSBucket=b-100";

/// The codes and kinds of all that is wrong with a file, and the texts of its human report.
fn told(folder: &Folder, file: &str) -> (Vec<String>, Output) {
    let reports = folder.run(&["check", "--format", "ndjson", file]).reports();
    let lists = reports.iter().flat_map(|report| ["findings", "warnings"].map(|list| &report[list]));
    let all = lists.flat_map(|list| list.as_array().expect("a list"));
    let named = |one: &serde_json::Value| one["code"].as_str().or(one["kind"].as_str()).unwrap_or("none").to_owned();
    (all.map(named).collect(), folder.run(&["check", file]))
}

/// Fixes a file of this content: what stands there as wrong becomes right, each place once, everything else stays, and then
/// nothing is wrong but what is named.
#[track_caller]
fn becomes(file: &str, before: &str, changes: &[(&str, &str)], left: &[&str]) {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let folder = Folder::new(&format!("fix-forms-{run}")).with(file, before);
    let (_, human) = told(&folder, file);
    let after = changes.iter().fold(before.to_owned(), |text, (wrong, right)| {
        assert_eq!(text.matches(wrong).count(), 1, "{file}: {wrong}");
        text.replace(wrong, right)
    });
    assert_eq!(fixed(&folder, &[], file), after, "{file}");
    let applied = human.stdout.matches("(--fix)").count() + human.stdout.matches("(--fix --unsafe-fixes)").count();
    assert_eq!(applied, changes.len(), "{file}: {}", human.stdout);
    let (codes, human) = told(&folder, file);
    assert_eq!(codes, left, "{file}: {}", human.stdout);
    // What is left has no fix that any option applies, and nothing says that it has.
    assert!(!human.stdout.contains("--fix"), "{file}: {}", human.stdout);
    assert_eq!(human.stdout.matches("suggestion: ").count(), left.len(), "{file}: {}", human.stdout);
}

const PREFIX: &str = "InvalidOSSPrefix.Malformed";

#[test]
fn makefiles_are_fixed_in_their_recipes() {
    let makefile = format!(
        "BUCKET = b-100\nexport: ## QCOW2\n\t@echo QCOW2\n\t{CALL} \\\n\t  --OSSPrefix a-b --ImageFormat \"QCOW2\" && echo '$$HOME'\n\t-{CALL} --OSSPrefix 'c-$$d'\n"
    );
    // A dollar is written twice there, so that the value does not stand in the file as it is.
    becomes("Makefile", &makefile, &[("x a-b", "x ab"), ("\"QCOW2\"", "\"qcow2\"")], &[PREFIX]);
}

#[test]
fn http_files_are_fixed_in_queries_forms_and_bodies() {
    let text = format!(
        "@prefix = a-b\n### one\nGET {URL}&OSSPrefix={{{{prefix}}}}\n\n### two\nGET {URL}\n  &OSSPrefix=c%2Dd&ImageFormat=QCOW2\n\n\
         ### three\nPOST https://ecs.aliyuncs.com/\nContent-Type: application/x-www-form-urlencoded\n\n{}&OSSPrefix=e+f\n\n\
         ### four\nPOST https://cvm.tencentcloudapi.com/ HTTP/1.1\nX-TC-Action: ExportImages\nX-TC-Version: 2017-03-12\n\
         X-TC-Region: ap-guangzho\nContent-Type: application/json\n\n{{\"bucketName\" : \"b-1250000000\", \"ImageIds\": \
         [\"img-72n9mi0y\"],\n  \"FileNamePrefixList\": [\"a\"]}}\n",
        &URL[URL.find('?').expect("a query") + 1..]
    );
    let changes = [
        ("c%2Dd", "cd"),
        ("=QCOW2", "=qcow2"),
        ("e+f", "ef"),
        ("ap-guangzho\n", "ap-guangzhou\n"),
        ("\"bucketName\" :", "\"BucketName\" :"),
    ];
    becomes("calls.http", &text, &changes, &[PREFIX]);
}

#[test]
fn ci_files_are_fixed_whatever_quotes_yaml_has() {
    let github = format!(
        "on: push\nenv: {{P: a-b}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {CALL} --OSSPrefix a-b  # a-b\n      \
         - run: \"{CALL} --ImageFormat \\\"QCOW2\\\"\"\n      - run: >-\n          {CALL}\n          --OSSPrefix 'c-d'\n      \
         - run: |\n          {CALL} \\\n            --ImageFormat RAW\n      - run: '{CALL} --OSSPrefix \"e-f\"'\n"
    );
    let changes = [
        ("x a-b  #", "x ab  #"),
        ("\\\"QCOW2\\\"", "\\\"qcow2\\\""),
        ("'c-d'", "'cd'"),
        ("t RAW", "t raw"),
        ("\"e-f\"", "\"ef\""),
    ];
    becomes(".github/workflows/export.yml", &github, &changes, &[]);
    let gitlab = format!(
        "variables:\n  PREFIX: a-b\nexport:\n  before_script: [echo a-b]\n  script:\n    - {CALL} --OSSPrefix c-d\n    - |\n      \
         curl \"{URL}&OSSPrefix=e-f\"\n      {CALL} --OSSPrefix \"$PREFIX\"\n"
    );
    becomes(".gitlab-ci.yml", &gitlab, &[("c-d", "cd"), ("e-f", "ef")], &[]);
}

#[test]
fn curl_is_fixed_in_urls_data_and_here_documents() {
    let headers = "-H 'X-TC-Action: ExportImages' -H 'X-TC-Version: 2017-03-12'";
    let body = |name: &str| {
        format!("{{\"{name}\": \"b-1250000000\", \"ImageIds\": [\"img-72n9mi0y\"], \"FileNamePrefixList\": [\"a\"]}}")
    };
    let text = format!(
        "curl \"{URL}&OSSPrefix=a-b&ImageFormat=QCOW2\"\ncurl -G '{URL}' --data-urlencode 'OSSPrefix=c d'\n\
         curl https://cvm.tencentcloudapi.com/ {headers} -H 'X-TC-Region: ap-guangzhou' -d '{}'\n\
         curl https://cvm.tencentcloudapi.com/ {headers} -H 'X-TC-Region: ap-guangzho' -d @- <<'J'\n{}\nJ\n",
        body("bucketName"),
        body("BUCKETNAME")
    );
    let changes = [
        ("a-b", "ab"),
        ("QCOW2", "qcow2"),
        ("c d", "cd"),
        ("\"bucketName\"", "\"BucketName\""),
        ("ap-guangzho'", "ap-guangzhou'"),
        ("\"BUCKETNAME\"", "\"BucketName\""),
    ];
    becomes("calls.txt", &text, &changes, &[]);
    becomes(
        "deploy.sh",
        &format!("set -e\n{text}{CALL} --OSSPrefix \"g-h\"\n"),
        &[&changes[..], &[("g-h", "gh")]].concat(),
        &[],
    );
}

#[test]
fn urls_are_fixed_in_their_queries() {
    becomes(
        "calls.txt",
        &format!("{URL}&OSSPrefix=a%2Fb&imageformat=RAW\n"),
        &[("a%2Fb", "ab"), ("RAW", "raw"), ("imageformat", "ImageFormat")],
        &[],
    );
    // Whoever signed a request would have to sign it anew.
    let signed = format!("{URL}&OSSPrefix=a-b&AccessKeyId=LTAI4example&Signature=c2lnbmF0dXJl%3D\n");
    for text in [signed.clone(), format!("curl '{}'\n", signed.trim())] {
        becomes("calls.txt", &text, &[], &[PREFIX]);
    }
}

#[test]
fn what_is_generated_or_recorded_is_not_fixed() {
    let plan = fs::read_to_string(project("examples/forms/plan.json")).expect("the plan");
    becomes("plan.json", &plan, &[], &[PREFIX]);
    let url = format!("{URL}&OSSPrefix=a-b");
    let har = json!({"log": {"entries": [{"request": {"method": "GET", "url": url}}]}}).to_string();
    becomes("calls.har", &har, &[], &[PREFIX]);
    let packer = "build {\n  post-processor \"alicloud-import\" {\n    oss_bucket_name = \"example-bucket\"\n    image_architecture = \"x86_65\"\n  }\n}\n";
    let folder = Folder::new("fix-packer").with("image.pkr.hcl", packer);
    let (codes, human) = told(&folder, "image.pkr.hcl");
    assert!(codes.contains(&"InvalidArchitecture.Malformed".to_owned()), "{codes:?}");
    assert_eq!(fixed(&folder, &[], "image.pkr.hcl"), packer);
    assert!(!human.stdout.contains("--fix"), "{}", human.stdout);
}

#[test]
fn a_secret_beside_a_value_does_not_hinder_a_tool_that_signs_by_itself() {
    let text = format!("{CALL} --access-key-id LTAI4example --access-key-secret s3cr3tkey --OSSPrefix a-b\n");
    becomes("deploy.sh", &text, &[("a-b", "ab")], &[]);
}
