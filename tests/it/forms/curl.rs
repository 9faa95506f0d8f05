//! Commands of curl.

use super::{awaited, data, finding, findings, only, read, recognised, texts};

#[test]
fn commands_of_pages_and_terminals() {
    let text = data("curl.txt");
    assert_eq!(recognised("curl.txt", &text), Some("curl"));
    let reports = read("curl", &text);
    let all: Vec<_> = reports.iter().map(|report| findings(&text, report)).collect();
    let prefix = "InvalidOSSPrefix.Malformed";
    assert_eq!(all[0], [finding(prefix, "OSSPrefix", "weekly_image")]);
    assert_eq!(texts(&reports[0], "warnings", "parameter"), ["Tag.1.Key"]);
    // Nobody decodes what --data-urlencode will encode.
    assert_eq!(all[1], [finding(prefix, "OSSPrefix", "50%")]);
    assert_eq!(all[2][0], finding("InvalidParameter", "DryRun", "\"perhaps\""));
    let prefixes = "[\"one\", \"two\", \"three\"]";
    assert_eq!(all[2][1], finding("InvalidParameterValue.InvalidFileNamePrefixList", "FileNamePrefixList", prefixes));
    assert!(awaited(&reports[2]).contains(&"ImageIds.1".to_owned()));
    assert_eq!((reports[3]["verdict"].as_str(), all[3].len()), (Some("pass"), 0));
    assert!(awaited(&reports[3]).contains(&"imageName".to_owned()));
    assert!(all[4].contains(&finding("OUT_OF_RANGE", "systemDiskSizeGB", "45")));
    assert_eq!(awaited(&reports[4]), ["imageName"]);
}

#[test]
fn options_are_read_as_curl_reads_them() {
    let base = "RegionId=cn-hangzhou&ImageId=m-bp1abcdefghij&OSSBucket=example-bucket&OSSPrefix=a-b";
    let url = "https://ecs.aliyuncs.com/";
    let common = "Action=ExportImage&Version=2014-05-26";
    for command in [
        format!("curl '{url}?{common}&{base}'"),
        format!("curl -sSLX POST {url} -d '{common}' -d '{base}'"),
        format!("curl -XPOST -d'{common}&{base}' --url {url} -o /dev/null"),
        format!("curl -G --data-raw '{common}' --data-binary '{base}' {url} --max-time 5"),
        format!("curl '{url}?{common}' --url-query '+{base}'"),
        format!("/usr/bin/curl.exe -H 'X-Acs-Action: ExportImage' -H 'x-acs-version:2014-05-26' {url} -d \"{base}\""),
        format!("curl.exe ^\"{url}?{common}^\" ^\r\n  -H ^\"accept: x^\" ^\r\n  -d ^\"{base}^\"\r\n")
            .replace('&', "^&"),
        format!("curl ecs.aliyuncs.com -d '{common}&{base}' -A 'x -d y' -e z"),
        format!("curl -d @- {url} <<'END'\n{common}&\n{base}\nEND\n"),
    ] {
        let report = only("curl", &command);
        assert_eq!(
            findings(&command, &report),
            [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", "a-b")],
            "{command}"
        );
    }
}

#[test]
fn what_files_and_variables_hold_is_not_known() {
    let url = "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26";
    for command in [
        format!("curl '{url}' -d @request.txt"),
        format!("curl '{url}' -d \"$BODY\""),
        format!("curl '{url}' -F 'file=@x'"),
        format!("curl '{url}' $OPTIONS"),
        format!("curl '{url}' -K options"),
        format!("cat request.txt | curl '{url}' -d @-"),
    ] {
        let report = super::read("curl", &command).pop().expect("a report");
        assert_eq!(
            (report["verdict"].as_str(), report["findings"].as_array().map(Vec::len)),
            (Some("pass"), Some(0)),
            "{command}"
        );
        assert!(awaited(&report).contains(&"ImageId".to_owned()), "{command}");
    }
    let partly =
        format!("curl '{url}&RegionId=cn-hangzhou&OSSBucket=example-bucket' -d ImageId=$ID -d \"OSSPrefix=$DATE-x\"");
    let report = only("curl", &partly);
    assert_eq!(findings(&partly, &report), [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", "$DATE-x")]);
    assert_eq!(awaited(&report), ["ImageId"]);
}

#[test]
fn one_command_may_send_several_requests() {
    let text = "curl 'https://ecs.aliyuncs.com/?Action=PaintInstances&Version=2014-05-26' --next 'https://example.invalid/' && echo done";
    let verdicts: Vec<_> = read("curl", text).iter().map(|report| report["verdict"].clone()).collect();
    assert_eq!(verdicts, ["unsupported", "unreadable"]);
}

#[test]
fn a_script_that_begins_with_curl_is_a_script() {
    let call = "curl 'https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou&ImageId=m-1&OSSBucket=my-bucket'";
    for name in ["deploy.sh", "calls.txt", ""] {
        assert_eq!(recognised(name, &format!("{call}\n# a comment\n{call}\n")), Some("curl"), "{name}");
        for other in ["aliyun ecs DescribeRegions", "BUCKET=my-bucket", "echo done"] {
            for text in [format!("{call}\n{other}\n"), format!("#!/bin/sh\n{call} && {other}\n")] {
                assert_eq!(recognised(name, &text), Some("shell"), "{name}: {text}");
            }
        }
    }
}
