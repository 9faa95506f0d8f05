//! Fingerprints stay when what they are about stays, and change when it changes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cli::{REJECTED, check};

fn fingerprints(input: &str) -> Vec<String> {
    let of = |report: &Value, key: &str| -> Vec<String> {
        let all = report[key].as_array().expect("a list").iter();
        all.map(|one| one["fingerprint"].as_str().expect("a fingerprint").to_owned()).collect()
    };
    check(&[], input).iter().flat_map(|report| [of(report, "findings"), of(report, "warnings")].concat()).collect()
}

#[test]
fn unrelated_edits_leave_them_alone() {
    let request = REJECTED.replace("\"OSSBucket\"", "\"OssBucket\"");
    let known = fingerprints(&request);
    assert_eq!(known.len(), 2);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&request).expect("JSON")).expect("JSON");
    for edited in [
        format!("\n\n{request}"),
        pretty,
        request.replace("\"a-b\"", "\"a\\u002db\""),
        request.replace("\"ImageId\":\"m-1\"", "\"ImageId\":\"m-other\",\"ClientToken\":\"x\""),
        request.replace("\"params\":{", "\"params\":{\"Tag.1.Key\":\"k\",\"Tag.1.Value\":\"v\","),
    ] {
        let edited = fingerprints(&edited);
        assert!(known.iter().all(|known| edited.contains(known)), "{known:?} {edited:?}");
    }
    // A stream gives the same as a document.
    assert_eq!(fingerprints(&format!("{request}\n{request}")), [&known[..], &known[..]].concat());
}

#[test]
fn what_is_another_mistake_has_another_one() {
    let known = fingerprints(REJECTED);
    for other in [
        REJECTED.replace("\"a-b\"", "\"a-c\""),
        REJECTED.replace("\"id\":\"prefix\"", "\"id\":\"other\""),
        REJECTED.replace("cn-hangzhou\",", "cn-hangzou\","),
    ] {
        let other = fingerprints(&other);
        assert!(other.iter().any(|one| !known.contains(one)), "{other:?}");
    }
}

#[test]
fn elements_of_a_list_are_known_by_their_values_and_equal_ones_are_told_apart() {
    let request = |ids: &str| {
        format!(
            r#"{{"provider":"tencent","operation":"ExportImages","params":{{"Region":"ap-guangzhou","BucketName":"my-bucket-1250000000","ImageIds":[{ids}]}}}}"#
        )
    };
    let one = fingerprints(&request("\"x-1\""));
    let behind = fingerprints(&request("\"img-72n9mi0y\",\"x-1\""));
    assert!(!one.is_empty());
    assert!(one.iter().all(|one| behind.contains(one)), "{one:?} {behind:?}");
    let twice = fingerprints(&request("\"x-1\",\"x-1\""));
    assert_eq!(twice.iter().collect::<BTreeSet<_>>().len(), twice.len(), "{twice:?}");
    assert!(one.iter().all(|one| twice.contains(one)));
}

#[test]
fn editions_do_not_count() {
    let [old, new] = ["2021-03", "2026-01"]
        .map(|edition| fingerprints(&REJECTED.replace("\"params\"", &format!("\"edition\":\"{edition}\",\"params\""))));
    assert_eq!(old, new);
}

#[test]
fn a_value_that_is_known_in_part_counts_as_far_as_it_is_known() {
    let of = |prefix: &str| {
        fingerprints(&format!(
            "aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-1 --OSSBucket my-bucket --OSSPrefix \"{prefix}\"\n"
        ))
    };
    let known = of("golden-$STAMP");
    assert_eq!(known.len(), 1);
    assert_eq!(of("golden-$DATE"), known, "which variable it is says nothing about the value");
    for other in ["golden_$STAMP", "silver-$STAMP", "golden-$STAMP-x", "golden-x"] {
        assert_ne!(of(other), known, "{other}");
    }
}
