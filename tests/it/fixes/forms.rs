//! What a fix writes in each form, and where it writes nothing.

use std::collections::BTreeSet;

use serde_json::json;

use super::{applied, fixes, mistakes, reports};

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
