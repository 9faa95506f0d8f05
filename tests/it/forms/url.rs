//! URLs and query strings.

use super::{awaited, finding, findings, only, read, recognised, texts};

const PREFIX: &str = "InvalidOSSPrefix.Malformed";

/// A URL that passes, with this behind it.
fn export(rest: &str) -> String {
    format!(
        "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou\
         &ImageId=m-bp1abcdefghij&OSSBucket=example-bucket{rest}"
    )
}

#[test]
fn a_signed_url_is_a_request() {
    let text = export(
        "&Format=JSON&AccessKeyId=LTAIplanted0&SignatureNonce=1&Signature=planted%2B1%3D&Timestamp=2026-11-22T10%3A00%3A00Z",
    );
    let report = only("url", &text);
    assert_eq!((report["verdict"].as_str(), &report["warnings"]), (Some("pass"), &serde_json::json!([])), "{report}");
    assert_eq!(report["request"]["operation"], "ExportImage");
    assert_eq!(recognised("", &text), Some("url"));
}

#[test]
fn values_are_decoded_and_places_are_not() {
    for (rest, raw) in [
        ("&OSSPrefix=a-b", "a-b"),
        ("&OSSPrefix=a%2Db", "a%2Db"),
        ("&OSSPrefix=a+b", "a+b"),
        ("&OSSPrefix=%E9%95%BF", "%E9%95%BF"),
        ("&OSSPrefix=a-b#fragment", "a-b"),
        ("&%4FSSPrefix=a-b", "a-b"),
        ("\n&OSSPrefix=a-\n  b\n&RoleName=x", "a-\n  b"),
        ("&\nOSSPrefix=a-b&<Common request parameters>", "a-b"),
    ] {
        let text = export(rest);
        let report = only("url", &text);
        assert_eq!(findings(&text, &report)[0], finding(PREFIX, "OSSPrefix", raw), "{rest}");
    }
    // What decodes to a value that is allowed is allowed.
    assert_eq!(only("url", &export("&OSSPrefix=%61b"))["verdict"], "pass");
}

#[test]
fn a_key_given_twice() {
    assert_eq!(only("url", &export("&OSSPrefix=ab&OSSPrefix=ab"))["warnings"], serde_json::json!([]));
    let report = only("url", &export("&OSSPrefix=ab&OSSPrefix=a-b"));
    assert_eq!(texts(&report, "warnings", "kind"), ["duplicate-parameter"]);
    assert_eq!((report["verdict"].as_str(), awaited(&report)), (Some("pass"), vec!["OSSPrefix".to_owned()]));
}

#[test]
fn lists_are_counted_as_the_provider_counts_them() {
    let text = "https://ecs.aliyuncs.com/?Action=ImportImage&Version=2014-05-26&RegionId=cn-hangzhou\
                &DiskDeviceMapping.1.OSSBucket=example-bucket&DiskDeviceMapping.1.OSSObject=a.raw&DiskDeviceMapping.1.Format=ISO";
    let report = only("url", text);
    let expected = finding("InvalidImageFormat.Malformed", "DiskDeviceMapping.1.Format", "ISO");
    assert_eq!(findings(text, &report), [expected]);

    let text = "https://cvm.tencentcloudapi.com/?Action=ExportImages&Version=2017-03-12&Region=ap-guangzhou\
                &BucketName=example-1250000000&ImageIds.0=img-abcd1234&ImageIds.1=img-x&Nonce=1&SecretId=AKIDplanted";
    let report = only("url", text);
    assert_eq!(findings(text, &report), [finding("InvalidImageId.Malformed", "ImageIds.1", "img-x")]);
}

#[test]
fn the_host_chooses_the_site() {
    let edition = |host: &str| {
        let text = format!("https://{host}/?Action=ExportImages&Version=2017-03-12&Region=ap-guangzhou");
        only("url", &text)["request"]["edition"].as_str().unwrap_or_default().to_owned()
    };
    assert!(edition("cvm.intl.tencentcloudapi.com").starts_with("intl-"));
    assert!(edition("CVM.tencentcloudapi.com").starts_with("cn-"));
    // A regional host says nothing, so the default stays.
    assert!(edition("cvm.ap-guangzhou.tencentcloudapi.com").starts_with("intl-"));
}

#[test]
fn what_the_gateway_misses_comes_first() {
    let text = "https://ecs.aliyuncs.com/?Action=ExportImage&RegionId=cn-hangzhou&ImageId=m-bp1abcdefghij&OSSBucket=example-bucket&OSSPrefix=a-b";
    let report = only("url", text);
    let expected = [finding("MissingParameter", "Version", text), finding(PREFIX, "OSSPrefix", "a-b")];
    assert_eq!(findings(text, &report), expected);
    assert_eq!((&report["error"]["code"], &report["error"]["status"]), (&"MissingParameter".into(), &400.into()));

    let text = "https://cvm.intl.tencentcloudapi.com/?Version=2017-03-12&Region=ap-guangzhou";
    let report = only("url", text);
    assert_eq!(findings(text, &report), [finding("MissingParameter", "Action", text)]);
    assert_eq!(report["error"]["message"], "The request is missing a required parameter `Action`.");
    assert_eq!(report["findings"][0]["origin"], "gateway");
    assert_eq!(report["request"]["operation"], serde_json::Value::Null);
}

#[test]
fn what_nobody_has_rules_for_is_said() {
    for (text, verdict) in [
        ("https://ecs.aliyuncs.com/?Action=PaintInstances&Version=2014-05-26", "unsupported"),
        ("https://ecs.aliyuncs.com/?Action=ExportImage&Version=2016-03-14", "unsupported"),
        ("https://vm.jdcloud-api.com/v1/regions/cn-north-1/paints", "unsupported"),
        ("https://example.invalid/?Action=ExportImage", "unreadable"),
        ("https:///?", "unreadable"),
        ("Action=ImportImage", "unreadable"),
    ] {
        assert_eq!(only("url", text)["verdict"], verdict, "{text}");
    }
}

#[test]
fn a_query_alone_is_told_by_its_operation() {
    // Version is one of the common parameters that stand elsewhere.
    let text = "Action=ExportImage&RegionId=cn-hangzhou&ImageId=m-bp1abcdefghij&OSSBucket=example-bucket&OSSPrefix=a-b";
    for before in ["", "?", "/?", "&"] {
        let text = format!("{before}{text}");
        assert_eq!(recognised("", &text), Some("url"), "{text}");
        assert_eq!(findings(&text, &only("url", &text)), [finding(PREFIX, "OSSPrefix", "a-b")]);
    }
    let report = only("url", "Action=ImportImage&Version=2017-03-12&Region=ap-guangzhou");
    assert_eq!(report["request"]["provider"], "tencent");
}

#[test]
fn placeholders_are_values_that_are_not_known() {
    for value in ["<your prefix>", "${PREFIX}", "{{prefix}}", "{prefix}", "$PREFIX"] {
        let report = only("url", &export(&format!("&OSSPrefix={value}")));
        assert_eq!(
            (report["verdict"].as_str(), awaited(&report)),
            (Some("pass"), vec!["OSSPrefix".to_owned()]),
            "{value}"
        );
    }
    let text = "http(s)://[Endpoint]/?Action=ExportImage\n&ImageId=m-bp1abcdefghij\n&OSSBucket=example-bucket\n&RegionId=cn-hangzhou\n&<Common request parameters>";
    assert_eq!(only("url", text)["verdict"], "pass");
}

#[test]
fn several_urls_are_several_requests() {
    let text = format!("# one\n{}\n\n\"{}\"\n{}\n", export("&OSSPrefix=a-b"), export(""), export("\n&OSSPrefix=-"));
    let reports = read("url", &text);
    let verdicts: Vec<_> = reports.iter().map(|report| report["verdict"].as_str().unwrap_or_default()).collect();
    assert_eq!(verdicts, ["reject", "pass", "reject"]);
    assert_eq!(findings(&text, &reports[2]), [finding(PREFIX, "OSSPrefix", "-")]);
}
