//! Many requests at once: the same output whatever the number of threads.

use std::fmt::Write as _;

use super::formats;
use crate::cli::run;

/// Different requests of all kinds, by number.
fn requests(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let (provider, operation, params) = match number % 7 {
            0 => (
                "aliyun",
                "ExportImage",
                format!(r#""RegionId":"cn-hangzhou","ImageId":"m-{number}","OSSBucket":"bucket-{number}""#),
            ),
            1 => ("aliyun", "ExportImage", format!(r#""RegionId":"moon-{number}","OSSPrefix":"p-{number}""#)),
            2 => (
                "tencent",
                "ExportImages",
                format!(r#""Region":"ap-guangzhou","ImageIds":["img-{number}"],"U{number}":{number}"#),
            ),
            3 => (
                "jdcloud",
                "exportImage",
                format!(r#""regionId":"cn-north-1","imageId":"img-{number}","SecurityToken":"t-{number}""#),
            ),
            4 => (
                "aliyun",
                "ImportImage",
                format!(
                    r#""RegionId":"cn-hangzhou","DiskDeviceMapping":[{{"Format":"RAW","DiskImageSize":{number}}}]"#
                ),
            ),
            5 => ("aliyun", "PaintImage", String::new()),
            _ => ("tencent", "ImportImage", format!(r#""Architecture":"x{number}","OsType":"CentOS""#)),
        };
        let _ = writeln!(
            text,
            r#"{{"id":{number},"provider":"{provider}","operation":"{operation}","params":{{{params}}}}}"#
        );
    }
    text
}

#[test]
fn two_threads_give_byte_for_byte_what_one_gives() {
    let input = requests(2_000);
    for format in formats() {
        let [one, two] = ["--jobs=1", "--jobs=2"].map(|jobs| run(&["check", "--format", &format, jobs, "-"], &input));
        assert_eq!((one.code, one.stderr.as_str()), (3, ""), "{format}");
        assert!(one.stdout == two.stdout && one.code == two.code, "{format}: another output");
    }
}
