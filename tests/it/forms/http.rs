//! Raw HTTP requests.

use preflint::Form;

use super::{CHECKER, awaited, data, finding, findings, only, read, recognised, texts};

#[test]
fn a_file_of_an_editor_holds_many_requests() {
    let text = data("requests.http");
    assert_eq!(recognised("requests.http", &text), Some("http"));
    assert_eq!(recognised("", &text), Some("http"));
    let reports = read("http", &text);
    let all: Vec<_> = reports.iter().map(|report| findings(&text, report)).collect();
    let prefix = "InvalidOSSPrefix.Malformed";
    assert_eq!(all[0], [finding(prefix, "OSSPrefix", "weekly%2Dimage")]);
    assert_eq!(awaited(&reports[0]), ["RoleName"]);
    assert_eq!(all[1], [finding(prefix, "OSSPrefix", "{{prefix}}-x")]);
    assert_eq!(reports[1]["error"]["certain"], true);
    // Tencent Cloud does not know common parameters in the body.
    assert_eq!(all[2][0], finding("UnknownParameter", "Region", "\"Region\""));
    assert_eq!(
        all[2][1],
        finding("InvalidParameterValue.InvalidFileNamePrefixList", "FileNamePrefixList", "[\"one\"]")
    );
    assert!(reports[2]["request"]["edition"].as_str().is_some_and(|edition| edition.starts_with("intl-")));
    let last: Vec<_> =
        all[3].iter().map(|(code, parameter, raw)| (code.as_str(), parameter.as_str(), raw.as_str())).collect();
    let url = "\"https://example.s3-internal.cn-south-1.jdcloud-oss.com\"";
    assert_eq!(last, [("INVALID_ARGUMENT", "ossPrefix", "\"weekly-1\""), ("CONFLICT", "ossUrl", url)]);
    // The same value in path and body is no contradiction, and null is not sent.
    assert_eq!(texts(&reports[3], "warnings", "kind"), [""; 0]);
    assert_eq!(reports[4]["verdict"], "unreadable");
}

#[test]
fn a_response_behind_a_request_is_kept() {
    let text = data("requests.http");
    let found = CHECKER.read(Form::named("http").expect("a form"), &text);
    let response = found[3].response.as_ref().expect("a response");
    assert_eq!(response.status, Some(400));
    assert!(response.body.as_deref().is_some_and(|body| body.starts_with("{\"requestId\"") && body.ends_with("}}")));
    assert!(found[2].response.is_none());
}

#[test]
fn path_and_method_name_an_operation() {
    let report = |text: &str| only("http", text);
    let fine = "POST https://vm.jdcloud-api.com/v1/regions/cn-%6Eorth-1/images/img-1:exportImage\n\n{\"roleName\": \"image-export\", \"ossUrl\": \"https://a1b.s3-internal.cn-north-1.jdcloud-oss.com\"}";
    assert_eq!((report(fine)["verdict"].as_str(), &report(fine)["warnings"]), (Some("pass"), &serde_json::json!([])));
    for (text, verdict) in [
        (fine.replace("POST", "GET"), "unsupported"),
        (fine.replace(":exportImage", ":export"), "unsupported"),
        (fine.replace("images/", "images/x/"), "unsupported"),
        (fine.replace("vm.jdcloud-api.com", "vm.internal.cn-north-1.jdcloud-api.com:443"), "pass"),
        (fine.replace("cn-%6Eorth-1/", "{{region}}/"), "pass"),
        (fine.replace("{\"", "{\"imageId\": \"img-2\", \""), "pass"),
    ] {
        assert_eq!(report(&text)["verdict"], verdict, "{text}");
    }
    let contradicted = report(&fine.replace("{\"", "{\"imageId\": \"img-2\", \""));
    assert_eq!(texts(&contradicted, "warnings", "kind"), ["duplicate-parameter"]);
}

#[test]
fn a_body_that_is_not_seen_leaves_everything_open() {
    let text = "POST https://vm.jdcloud-api.com/v1/regions/cn-north-1/images:import\ncontent-type: application/json\n\n< ./body.json\n";
    let report = only("http", text);
    assert_eq!((report["verdict"].as_str(), report["findings"].as_array().map(Vec::len)), (Some("pass"), Some(0)));
    let awaited = awaited(&report);
    assert!(awaited.contains(&"imageName".to_owned()) && !awaited.contains(&"regionId".to_owned()), "{awaited:?}");
}

#[test]
fn a_broken_body_is_told_with_its_place() {
    let text = "POST https://vm.jdcloud-api.com/v1/regions/cn-north-1/images:import\n\n{\"imageName\": 'x'}";
    let report = only("http", text);
    let problem = &report["problem"];
    assert_eq!((&problem["kind"], &problem["line"], &problem["column"]), (&"syntax".into(), &3.into(), &15.into()));
}

#[test]
fn headers_name_operation_and_region() {
    let text = "POST / HTTP/1.1\r\nhost: CVM.tencentcloudapi.com:443\r\nx-tc-action: ExportImages\r\nx-tc-version: 2017-03-12\r\n\r\n{\"BucketName\": \"b-1250000000\", \"ImageIds\": [\"img-abcd1234\"]}\r\n";
    let report = only("http", text);
    let span = text.trim_end();
    assert_eq!(findings(text, &report), [finding("MissingParameter", "Region", span)]);
    let form = "POST / HTTP/1.1\nHost: cvm.tencentcloudapi.com\nContent-Type: application/x-www-form-urlencoded\n\nAction=ExportImages&Version=2017-03-12&Region=ap-guangzhou&BucketName=b-1250000000&ImageIds.0=img-abcd1234&Colour=blue";
    assert_eq!(findings(form, &only("http", form)), [finding("UnknownParameter", "Colour", "Colour")]);
}
