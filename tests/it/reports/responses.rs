//! `--format response`: bodies typed from what the providers' pages and real answers show.

use serde_json::Value;

use crate::cli::{Folder, run};

fn aliyun(operation: &str, edition: &str, params: &str) -> String {
    format!(
        r#"{{"provider":"aliyun","operation":"{operation}","edition":"{edition}","params":{{"RegionId":"cn-hangzhou","ImageId":"m-1",{params}}}}}"#
    )
}

#[track_caller]
fn body(request: &str) -> String {
    let output = run(&["check", "--format=response", "-"], request);
    assert_eq!(output.stderr, "");
    let body = output.stdout.strip_suffix('\n').expect("a line");
    assert!(!body.contains('\n'), "{body}");
    body.to_owned()
}

#[test]
fn an_error_has_the_shape_of_its_provider() {
    let wrong = r#""OSSBucket":"my-bucket","OSSPrefix":"a-b""#;
    let json = aliyun("ExportImage", "2026-01", &format!("{wrong},\"Format\":\"json\""));
    assert_eq!(
        body(&json),
        r#"{"RequestId":"AFDB32E4-6CD3-402E-A5C5-695F05D3ED0A","HostId":"ecs.aliyuncs.com","Code":"InvalidOSSPrefix.Malformed","Message":"The specified OSSPrefix format is wrongly formed.","Recommend":"https://api.aliyun.com/troubleshoot?q=InvalidOSSPrefix.Malformed&product=Ecs&requestId=AFDB32E4-6CD3-402E-A5C5-695F05D3ED0A"}"#
    );
    // XML where the request does not ask for JSON.
    let xml = "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>AFDB32E4-6CD3-402E-A5C5-695F05D3ED0A</RequestId>\
               <HostId>ecs.aliyuncs.com</HostId><Code>InvalidOSSPrefix.Malformed</Code><Message>The specified OSSPrefix \
               format is wrongly formed.</Message><Recommend><![CDATA[https://api.aliyun.com/troubleshoot?q=\
               InvalidOSSPrefix.Malformed&product=Ecs&requestId=AFDB32E4-6CD3-402E-A5C5-695F05D3ED0A]]></Recommend></Error>";
    for format in ["", ",\"Format\":\"XML\"", ",\"Format\":\"YAML\"", ",\"format\":\"xml\"", ",\"Format\":null"] {
        assert_eq!(body(&aliyun("ExportImage", "2026-01", &format!("{wrong}{format}"))), xml, "{format}");
    }
    assert_eq!(
        body(r#"{"provider":"jd","operation":"exportImage","params":{"regionId":"cn-north-1"}}"#),
        r#"{"requestId":"24237da676d9e815f78a476ff8269ab0","error":{"status":"INVALID_ARGUMENT","code":400,"message":"Parameter ImageId missing"}}"#
    );
    assert_eq!(
        body(r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou"}}"#),
        r#"{"Response":{"Error":{"Code":"MissingParameter","Message":"The request is missing a required parameter `BucketName`."},"RequestId":"7995cb6f-0018-4286-a4d4-b6301b962d9e"}}"#
    );
}

#[test]
fn a_message_that_nobody_has_seen_is_null() {
    let request = r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou","BucketName":"my-bucket-1250000000","ImageIds":[]}}"#;
    assert_eq!(
        body(request),
        r#"{"Response":{"Error":{"Code":"InvalidParameter.ImageIdsSnapshotIdsMustOne","Message":null},"RequestId":"7995cb6f-0018-4286-a4d4-b6301b962d9e"}}"#
    );
}

#[test]
fn a_success_is_the_documented_one() {
    let id = "AFDB32E4-6CD3-402E-A5C5-695F05D3ED0A";
    let bucket = |name: &str, format: &str| format!("\"{name}\":\"my-bucket\",\"Format\":\"{format}\"");
    for (edition, name, json, xml) in [
        (
            "2018-06",
            "OssBucket",
            r#""RegionId":"cn-hangzhou","ExportTaskId":"tsk-231234567""#,
            "<ExportTaskId>tsk-231234567</ExportTaskId><RegionId>cn-hangzhou</RegionId>",
        ),
        (
            "2026-01",
            "OSSBucket",
            r#""TaskId":"tsk-231234567","RegionId":"cn-hangzhou""#,
            "<TaskId>tsk-231234567</TaskId><RegionId>cn-hangzhou</RegionId>",
        ),
    ] {
        let in_json = body(&aliyun("ExportImage", edition, &bucket(name, "JSON")));
        assert_eq!(in_json, format!("{{\"RequestId\":\"{id}\",{json}}}"));
        let in_xml = body(&aliyun("ExportImage", edition, &bucket(name, "XML")));
        let root = "ExportImageResponse";
        assert_eq!(
            in_xml,
            format!("<?xml version='1.0' encoding='UTF-8'?><{root}><RequestId>{id}</RequestId>{xml}</{root}>")
        );
    }
    assert_eq!(
        body(
            r#"{"provider":"tencent","operation":"ExportImages","params":{"Region":"ap-guangzhou","BucketName":"my-bucket-1250000000","ImageIds":["img-72n9mi0y"]}}"#
        ),
        r#"{"Response":{"RequestId":"7995cb6f-0018-4286-a4d4-b6301b962d9e","TaskId":105591590,"CosPaths":["/img-pq5pau1w_system_snap-fiux4bof.raw"]}}"#
    );
    assert_eq!(
        body(
            r#"{"provider":"jd","operation":"exportImage","params":{"regionId":"cn-north-1","imageId":"img-m5s0000029","roleName":"image-export","ossUrl":"https://test.s3-internal.cn-north-1.jdcloud-oss.com"}}"#
        ),
        r#"{"requestId":"24237da676d9e815f78a476ff8269ab0","result":{"exportTaskId":"8023"}}"#
    );
}

#[test]
fn a_dry_run_that_finds_nothing_is_answered_as_documented() {
    let request = r#"{"provider":"aliyun","operation":"ImportImage","params":{"RegionId":"cn-hangzhou","DryRun":true,"Format":"JSON","DiskDeviceMapping":[{"OSSBucket":"my-bucket","OSSObject":"x.raw"}]}}"#;
    let answer: Value = serde_json::from_str(&body(request)).expect("JSON");
    assert_eq!(answer["Code"], "DRYRUN.SUCCESS");
    assert_eq!(answer["Message"], "This request is a dryrun request with successful result.");
}

#[test]
fn the_host_is_the_one_that_was_called() {
    let url = "https://ecs.cn-beijing.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&Format=JSON&RegionId=cn-beijing\
               &ImageId=m-1&OSSBucket=my-bucket&OSSPrefix=a-b";
    let answer: Value = serde_json::from_str(&body(url)).expect("JSON");
    assert_eq!(answer["HostId"], "ecs.cn-beijing.aliyuncs.com");
    let nothing = "https://ecs.aliyuncs.com/?Format=JSON&RegionId=cn-beijing";
    let answer: Value = serde_json::from_str(&body(nothing)).expect("JSON");
    assert_eq!(answer["Code"], "MissingParameter");
}

#[test]
fn what_fills_a_blank_is_escaped() {
    let request = aliyun("ExportImage", "2026-01", "\"OSSBucket\":\"my-bucket\",\"Format\":\"FORMAT\"");
    let odd = "a\\\"<&>\\u0001镜";
    for (format, region) in
        [("JSON", "\"RegionId\":\"a\\\"<&>\\u0001镜\""), ("XML", "<RegionId>a&quot;&lt;&amp;&gt;\u{fffd}镜</RegionId>")]
    {
        let request = request.replace("FORMAT", format).replace("cn-hangzhou", odd);
        // The region is refused; a folder of rules in which nothing is checked shows it.
        let output = run(&["check", "--format=response", "-"], &request);
        assert!(output.stdout.contains("InvalidRegionId.NotFound"), "{}", output.stdout);
        let folder = Folder::new("response-odd").with("aliyun/ecs/ExportImage/2026-01.json", lax_rules());
        let rules = folder.path().display().to_string();
        let output = run(&["check", "--rules", &rules, "--format=response", "-"], &request);
        assert!(output.stdout.contains(region), "{}", output.stdout);
    }
}

/// Rules that check nothing and answer with the region.
fn lax_rules() -> &'static str {
    r#"{"format":1,"operation":"aliyun/ecs/ExportImage","edition":"2026-01","title":"Says where it is.",
        "sources":[{"id":"A","title":"made up","read":"2026-11-22"}],
        "parameters":[{"name":"RegionId","type":"string","meaning":"Where."}],
        "errors":[],
        "success":{"status":200,"basis":"inferred","body":{
          "application/json":"{\"RegionId\":\"{RegionId}\"}",
          "text/xml":"<A><RegionId>{RegionId}</RegionId></A>"}}}"#
}

#[test]
fn a_body_with_an_unknown_blank_is_refused() {
    for (old, new, says) in [
        ("{RegionId}\\\"}", "{Region}\\\"}", "nothing fills the blank `{Region}`"),
        ("\\\"{RegionId}\\\"}", "{RegionId}x}", "the body is no JSON"),
        ("text/xml", "text/html", "no such media type"),
    ] {
        let rules = lax_rules().replacen(old, new, 1);
        assert_ne!(rules, lax_rules(), "{old}");
        let folder = Folder::new("response-broken").with("aliyun/ecs/ExportImage/2026-01.json", rules);
        let output = folder.run(&["check", "--rules", ".", "--format=response", "-"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{says}");
        assert!(output.stderr.contains(says), "{}", output.stderr);
    }
}

#[test]
fn a_request_of_which_nothing_can_be_said_keeps_its_place() {
    let lines =
        ["{", r#"{"provider":"aliyun","operation":"Paint","params":{}}"#, &aliyun("ExportImage", "2026-01", "\"x\":1")];
    let output = run(&["check", "--format=response", "-"], lines.join("\n"));
    let bodies: Vec<&str> = output.stdout.split('\n').collect();
    assert_eq!((output.code, bodies.len(), bodies[0], bodies[1]), (3, 4, "", ""));
    assert!(bodies[2].starts_with("<?xml"));
}

#[test]
fn nobody_answers_what_a_tool_does_not_send() {
    let call = "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-1 --OSSBucket my-bucket";
    let output = run(&["check", "--format=response", "-"], format!("{call} --RoleNames x\n{call} --OSSPrefix a-b\n"));
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!((output.code, lines.len(), lines[0]), (1, 2, ""));
    assert!(lines[1].contains("<Code>InvalidOSSPrefix.Malformed</Code>"), "{}", output.stdout);
}
