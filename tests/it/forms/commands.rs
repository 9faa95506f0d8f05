//! Command lines of the providers' tools.

use serde_json::Value;

use super::{awaited, cut_out, only, read, recognised, texts};

/// Origin, code or the tool's words, parameter, and what the span cuts out, of every finding.
#[track_caller]
fn said(text: &str, report: &Value) -> Vec<(String, String, String)> {
    let findings = report["findings"].as_array().expect("a list").iter();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    findings
        .map(|finding| {
            let is_client = finding["origin"] == "client";
            assert_eq!(finding["code"].is_null() && finding["status"].is_null(), is_client, "{finding}");
            assert_eq!(finding["tool"].is_string(), is_client, "{finding}");
            let what = if is_client { &finding["message"] } else { &finding["code"] };
            (word(what), word(&finding["parameter"]), cut_out(text, finding))
        })
        .collect()
}

#[track_caller]
fn expect(command: &str, expected: &[(&str, &str, &str)]) -> Value {
    let report = only("command", command);
    let owned =
        |(what, parameter, raw): &(&str, &str, &str)| ((*what).to_owned(), (*parameter).to_owned(), (*raw).to_owned());
    let expected: Vec<_> = expected.iter().map(owned).collect();
    assert_eq!(said(command, &report), expected, "{command}");
    if let Some(first) = report["findings"].get(0) {
        assert_eq!((&report["error"]["code"], &report["error"]["message"]), (&first["code"], &first["message"]));
    }
    report
}

const FULL: &str =
    "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-bp1abcdefghijklmnop --OSSBucket example-bucket";

#[test]
fn aliyun_options_are_parameters() {
    expect(FULL, &[]);
    let prefix = "InvalidOSSPrefix.Malformed";
    for option in
        ["--OSSPrefix 'a-b'", "--OSSPrefix='a-b'", "--OSSPrefix:'a-b'", "--quiet --OSSPrefix 'a-b' --profile x"]
    {
        let raw = if option.contains(['=', ':']) { "a-b" } else { "'a-b'" };
        expect(&format!("{FULL} {option}"), &[(prefix, "OSSPrefix", raw)]);
    }
    expect(
        "aliyun -p prod ecs --endpoint ecs.aliyuncs.com ExportImage --region moon-base-1 --ImageId m-bp1abcdefghijklmnop --OSSBucket example-bucket",
        &[("InvalidRegionId.NotFound", "RegionId", "moon-base-1")],
    );
    expect(&format!("{} --OSSPrefix a-b", FULL.replace(" ecs ", " Ecs ")), &[(prefix, "OSSPrefix", "a-b")]);
    let absent = expect("aliyun ecs ExportImage --ImageId m-bp1abcdefghijklmnop --OSSBucket example-bucket", &[]);
    assert!(awaited(&absent).contains(&"RegionId".to_owned()));
}

#[test]
fn aliyun_refuses_names_and_what_is_missing() {
    let unknown =
        |name: &str| format!("'--{name}' is not a valid parameter or flag. See `aliyun help ecs ExportImage`.");
    let (case, colour) = (unknown("OssBucket"), unknown("Colour"));
    expect(
        "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-bp1abcdefghijklmnop --OssBucket example-bucket --Colour red",
        &[(&case, "OSSBucket", "example-bucket"), (&colour, "Colour", "red")],
    );
    let command = "aliyun ecs ExportImage --RegionId cn-hangzhou --OSSPrefix abc";
    expect(
        command,
        &[
            ("required parameters not assigned: \n  --ImageId\n  --OSSBucket", "ImageId", command),
            ("MissingParameter", "ImageId", command),
            ("MissingParameter", "OSSBucket", command),
        ],
    );
    // Nothing is checked then, and the API takes a name in another letter case.
    let forced = format!("{FULL} --OssPrefix a-b --force");
    let report = expect(&forced, &[("InvalidOSSPrefix.Malformed", "OSSPrefix", "a-b")]);
    assert_eq!(texts(&report, "warnings", "kind"), ["parameter-case"]);
}

#[test]
fn aliyun_lists_have_options_for_their_parts() {
    let start = "aliyun ecs ImportImage --RegionId cn-hangzhou --OSType linux --Platform Ubuntu";
    let refused =
        |name: &str| format!("'--{name}' is not a valid parameter or flag. See `aliyun help ecs ImportImage`.");
    let (field, object) = (refused("DiskDeviceMapping.1.ImageFormat"), refused("Features.NvmeSupport"));
    let command = format!(
        "{start} --DiskDeviceMapping.1.OSSBucket example-bucket --DiskDeviceMapping.1.OSSObject a.raw --DiskDeviceMapping.1.ImageFormat RAW --Features.NvmeSupport supported"
    );
    let report = only("command", &command);
    let found = said(&command, &report);
    assert_eq!(found[0], (field, "DiskDeviceMapping.1.ImageFormat".to_owned(), "RAW".to_owned()));
    assert_eq!(found[1], (object, "Features.NvmeSupport".to_owned(), "supported".to_owned()));
    // The tool never demands a list, the API does.
    let report = only("command", start);
    assert!(texts(&report, "findings", "origin").iter().all(|origin| *origin != "client"), "{report}");
    assert_eq!(report["verdict"], "reject");
    let forced = format!("{command} --force");
    assert!(texts(&only("command", &forced), "findings", "origin").iter().all(|origin| *origin != "client"));
}

#[test]
fn tccli_values_are_json_or_unfolded() {
    let start = "tccli cvm ExportImages --region ap-guangzhou --BucketName example-1250000000";
    let malformed = "InvalidImageId.Malformed";
    expect(&format!("{start} --ImageIds '[\"img-72n9mi0y\"]' --DryRun TRUE"), &[]);
    expect(&format!("{start} --ImageIds '[\"img-72n9mi0y\", \"x\"]'"), &[(malformed, "ImageIds.1", "\"x\"")]);
    expect(&format!("{start} --ImageI '[\"x\"]'"), &[(malformed, "ImageIds.0", "\"x\"")]);
    expect(
        &format!("{start} --cli-unfold-argument --ImageIds img-72n9mi0y x --OnlyExportRootDisk f"),
        &[(malformed, "ImageIds.1", "x")],
    );
    let file = expect("tccli cvm ExportImages --region ap-guangzhou --cli-input-json file:///tmp/x.json", &[]);
    assert!(awaited(&file).contains(&"BucketName".to_owned()));
    // The last of several counts.
    expect(&format!("{start} --ImageIds '[\"x\"]' --ImageIds '[\"img-72n9mi0y\"]'"), &[]);
}

#[test]
fn tccli_refuses_in_its_own_order() {
    // Seen with tccli 3.1.189.1.
    let command = "tccli cvm ExportImages --region ap-guangzhou --Foo 1 --Baz 2 --DryRun maybe --ImageIds x";
    expect(
        command,
        &[
            ("argument --DryRun: Value of Boolean must be true/false, t/f, 1/0", "DryRun", "maybe"),
            ("the following arguments are required: --BucketName", "BucketName", command),
            ("Unknown options: --Foo, --Baz, 2, 1", "Foo", "1"),
            ("", "ImageIds", "x"),
            ("MissingParameter", "BucketName", command),
        ],
    );
    let with_value = "tccli cvm ExportImages --region ap-guangzhou --BucketName --ImageIds '[\"img-72n9mi0y\"]'";
    expect(with_value, &[("argument --BucketName: expected one argument", "BucketName", "BucketName")]);
    let unfolded = "tccli cvm ExportImages --region ap-guangzhou --cli-unfold-argument --BucketName b-125 --ImageIds.0 img-72n9mi0y";
    let report = only("command", unfolded);
    assert_eq!(said(unfolded, &report)[0].0, "Unknown options: --ImageIds.0, img-72n9mi0y");
}

#[test]
fn jdc_options_are_kebab_case_and_booleans_a_trap() {
    let export = "jdc vm export-image --region-id cn-north-1 --image-id img-abcdefghij --role-name image-export --oss-url https://example.s3-internal.cn-north-1.jdcloud-oss.com";
    expect(export, &[]);
    expect(&format!("{export} --oss-prefix v_1"), &[("INVALID_ARGUMENT", "ossPrefix", "v_1")]);
    let command = "jdc vm export-image --region-id cn-north-1";
    let report = only("command", command);
    let found = said(command, &report);
    assert_eq!(found[0].0, "the following arguments are required: --image-id, --role-name, --oss-url");
    assert_eq!(found[0].2, command);
    assert!(found[1..].iter().all(|(code, ..)| code == "INVALID_ARGUMENT"));
    let report = expect(
        &format!("{export} --is-all-disk true"),
        &[("unrecognized arguments: --is-all-disk true", "isAllDisk", "true")],
    );
    assert_eq!(report["error"]["status"], Value::Null);

    let import = "jdc vm import-image --region-id cn-north-1 --architecture x86_64 --os-type linux --platform CentOS --disk-format qcow2 --image-url https://example.s3.cn-north-1.jdcloud-oss.com/a.qcow2 --image-name nightly";
    for (value, kinds) in
        [("false", vec!["client-trap"]), ("0", vec!["client-trap"]), ("true", vec![]), ("''", vec![]), ("$X", vec![])]
    {
        let report = expect(&format!("{import} --system-disk-size-gb 40 --force-import {value}"), &[]);
        let traps: Vec<&str> =
            texts(&report, "warnings", "kind").into_iter().filter(|kind| *kind == "client-trap").collect();
        assert_eq!(traps, kinds, "{value}");
    }
    expect(&format!("{import} --system-disk-size-gb 45"), &[("OUT_OF_RANGE", "systemDiskSizeGB", "45")]);
    expect(
        &format!("{import} --system-disk-size-gb 40GB"),
        &[("argument --system-disk-size-gb: invalid int value: '40GB'", "systemDiskSizeGB", "40GB")],
    );
}

#[test]
fn jdc_input_counts_over_options() {
    let report = only(
        "command",
        "jdc vm import-image --region-id cn-north-1 --system-disk-size-gb 40 --input-json '{\"systemDiskSizeGB\": 45, \"imageName\": \"x\"}'",
    );
    let found = texts(&report, "findings", "parameter");
    assert!(found.contains(&"systemDiskSizeGB") && !found.contains(&"imageName"), "{report}");
    assert!(texts(&report, "findings", "origin").iter().all(|origin| *origin != "client"));
    let file = only(
        "command",
        "jdc vm import-image --region-id cn-north-1 --system-disk-size-gb 45 --input-json file:///import.json",
    );
    let output = only("shell", "jdc vm import-image --region-id cn-north-1 --input-json \"$(cat import.json)\"");
    assert_eq!(output["findings"], serde_json::json!([]));
    assert_eq!((&file["verdict"], file["findings"].as_array().map(Vec::len)), (&Value::from("pass"), Some(0)));
}

#[test]
fn secrets_of_command_lines_are_never_shown() {
    for command in [
        format!("{FULL} --access-key-secret planted-secret-0001 --OSSPrefix planted-secret-0001"),
        format!("{FULL} --sts-token=planted-secret-0001 --OSSPrefix a-b"),
        "tccli cvm ExportImages --secretKey planted-secret-0001 --token 'planted-secret-0001' --Foo planted-secret-0001".to_owned(),
        "tccli cvm ExportImages --access-key-secret planted-secret-0001".to_owned(),
        "jdc vm export-image --headers '{\"x-jdcloud-security-token\":\"planted-secret-0001\"}' --x planted-secret-0001".to_owned(),
    ] {
        let report = only("command", &command).to_string();
        let shown = if command.contains("--x planted") { "\"planted-secret-0001\"" } else { "planted-secret-0001" };
        assert!(!report.contains(shown), "{command}: {report}");
    }
}

#[test]
fn what_sends_nothing_is_no_request() {
    for command in [
        "aliyun ecs ExportImage --help",
        "aliyun help ecs ExportImage",
        "aliyun ecs ExportImage --dryrun --ImageId x",
        "tccli cvm ExportImages help",
        "tccli cvm ExportImages --generate-cli-skeleton",
        "jdc vm export-image -h",
        "aliyun configure set --region cn-hangzhou",
        "aliyun \"$SERVICE\" ExportImage --Foo x",
        "aliyun oss ls oss://bucket",
    ] {
        assert!(read("shell", command).is_empty(), "{command}");
    }
    let report = only("command", "aliyun ecs PaintInstances --Colour red");
    assert_eq!(report["verdict"], "unsupported");
    let version = only("command", &format!("{FULL} --version 2016-03-14"));
    assert_eq!(version["verdict"], "unsupported");
    let site = only("command", "tccli cvm ExportImages --endpoint cvm.tencentcloudapi.com --BucketName b-125");
    assert_eq!(site["request"]["edition"], "cn-2026-08");
}

#[test]
fn command_lines_are_recognised() {
    for text in [
        FULL,
        "$ tccli cvm ExportImages\n",
        "jdc vm export-image \\\n  --image-id x",
        "/usr/local/bin/aliyun.exe ecs ExportImage",
    ] {
        assert_eq!(recognised("-", text), Some("command"), "{text}");
    }
    for text in ["aliyuncs ecs ExportImage", "echo aliyun ecs ExportImage", "", "tccli-x cvm ExportImages"] {
        assert_eq!(recognised("-", text), None, "{text}");
    }
}
