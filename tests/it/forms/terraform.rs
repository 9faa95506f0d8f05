//! Terraform plans: which resources are calls, what they send, and where it stands.

use preflint::Form;
use serde_json::{Value, json};

use super::{CHECKER, awaited, data, finding, findings, only, read, recognised, texts};
use crate::cli::{project, run};

/// A plan of one resource whose provider has these settings; `configured` are the expressions of the resource.
fn plan(kind: &str, change: &Value, configured: &Value, settings: &Value) -> String {
    let resource =
        json!({"address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x", "change": change});
    let configuration = json!({
        "provider_config": {"p": {"name": "p", "expressions": settings}},
        "root_module": {"resources": [{"mode": "managed", "type": kind, "name": "x", "provider_config_key": "p", "expressions": configured}]}
    });
    json!({"format_version": "1.2", "resource_changes": [resource], "configuration": configuration}).to_string()
}

/// An export with a "-" in its prefix, for these actions.
fn export(actions: &[&str]) -> String {
    let after = json!({"image_id": "m-1", "oss_bucket": "example-bucket", "oss_prefix": "a-b"});
    let change = json!({"actions": actions, "after": after, "after_unknown": {"id": true}});
    plan("alicloud_image_export", &change, &json!({}), &json!({"region": {"constant_value": "cn-hangzhou"}}))
}

#[test]
fn a_plan_is_told_by_its_members() {
    assert_eq!(recognised("", &data("plan.json")), Some("terraform"));
    assert_eq!(recognised("", &data("planned-values.json")), Some("terraform"));
    let sorted: Value = serde_json::from_str(&data("plan.json")).expect("JSON");
    assert_eq!(recognised("", &sorted.to_string()), Some("terraform"));
    // The first member alone may be longer than what is looked at.
    let long = format!(
        r#"{{"format_version":"1.2","variables":{{"x":{{"value":"{}"}}}},"resource_changes":[]}}"#,
        "y".repeat(100_000)
    );
    assert_eq!(recognised("", &long), Some("terraform"));
    for other in [
        r#"{"format_version":"1.0","terraform_version":"1.9.5","values":{"root_module":{}}}"#,
        r#"{"format_version":"1.0","provider_schemas":{}}"#,
        r#"{"format_version":"1.2","name":"something else"}"#,
        r#"{"resource_changes":3}"#,
    ] {
        assert_eq!(recognised("plan.json", other), None, "{other}");
    }
}

#[test]
fn resources_that_are_created_or_replaced_are_calls() {
    let text = data("plan.json");
    let reports = read("terraform", &text);
    let known: Vec<_> = reports.iter().filter(|report| report["verdict"] != "unsupported").collect();
    let said: Vec<_> = known.iter().map(|report| findings(&text, report)).collect();
    assert_eq!(said.len(), 4);
    assert_eq!(said[0], [finding("InvalidOSSPrefix.Malformed", "OSSPrefix", "\"web-1\"")]);
    assert_eq!(said[1][0], finding("InvalidImageName.Malformed", "ImageName", "\"1st-image\""));
    assert_eq!(said[1][1], finding("InvalidDescription.Malformed", "Description", "\"https://example.com/images\""));
    // The region stands in the configuration: the finding points at the resource.
    assert_eq!((said[1][2].0.as_str(), said[1][2].1.as_str()), ("InvalidRegionId.NotFound", "RegionId"));
    assert_eq!(said[2], [finding("InvalidImageId.Malformed", "ImageIds.0", "\"image-1\"")]);
    assert_eq!((said[3][0].0.as_str(), said[3][0].1.as_str()), ("MissingParameter", "OsVersion"));
    let unknown = reports.iter().filter(|report| report["verdict"] == "unsupported").count();
    assert_eq!(unknown, 1, "the bucket; nothing that is only read or stays as it is");
}

#[test]
fn only_what_makes_something_new_is_a_call() {
    for (actions, calls) in [
        (&["create"][..], 1),
        (&["delete", "create"], 1),
        (&["create", "delete"], 1),
        (&["update"], 0),
        (&["delete"], 0),
        (&["no-op"], 0),
        (&["read"], 0),
        (&["forget"], 0),
        (&["forget", "create"], 1),
        (&[], 0),
    ] {
        let text = export(actions);
        assert_eq!(read("terraform", &text).len(), calls, "{actions:?}");
    }
}

#[test]
fn findings_carry_the_address_of_the_resource() {
    let file = project("tests/data/forms/plan.json");
    let output = run(&["check", "--format", "ndjson", &file.display().to_string()], "");
    assert_eq!(output.code, 1);
    let addresses: Vec<Value> = output.reports().iter().map(|report| report["source"]["address"].clone()).collect();
    assert_eq!(
        addresses,
        [
            json!("module.images[\"north\"].alicloud_image_export.web[0]"),
            json!("alicloud_image_import.base[\"qcow2\"]"),
            json!("tencentcloud_cvm_export_images.all"),
            json!("tencentcloud_cvm_import_image.db"),
        ]
    );
    let output = run(&["check", "--format", "json", &file.display().to_string()], "");
    let document: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let summary = &document["summary"];
    assert_eq!(
        (&summary["requests"], &summary["rejected"], &summary["unsupported"]),
        (&json!(5), &json!(4), &json!(1))
    );
}

#[test]
fn what_is_known_after_apply_is_unknown() {
    let text = data("plan.json");
    let reports = read("terraform", &text);
    assert_eq!(awaited(&reports[0]), ["ImageId"]);
    // The format of the second disk is given and not known; that of the first is not given.
    assert_eq!(awaited(&reports[1]), ["DiskDeviceMapping.2.Format"]);
    // Blocks that are made dynamically are in no configuration.
    let change =
        json!({"actions": ["create"], "after": {"os_type": "linux"}, "after_unknown": {"disk_device_mapping": true}});
    let text = plan("alicloud_image_import", &change, &json!({"os_type": {"constant_value": "linux"}}), &json!({}));
    let report = only("terraform", &text);
    assert_eq!(findings(&text, &report), []);
    // An element of which nothing is known.
    let change = json!({"actions": ["create"], "after": {"disk_device_mapping": []}, "after_unknown": {"disk_device_mapping": [true]}});
    let text = plan("alicloud_image_import", &change, &json!({}), &json!({}));
    assert_eq!(findings(&text, &only("terraform", &text)), []);
    let change = json!({"actions": ["create"], "after": {"disk_device_mapping": [{"oss_bucket": "example-bucket"}]}, "after_unknown": {"disk_device_mapping": [{}]}});
    let text = plan("alicloud_image_import", &change, &json!({}), &json!({}));
    let said = findings(&text, &only("terraform", &text));
    assert_eq!(
        said,
        [finding("MissingParameter", "DiskDeviceMapping.1.OSSObject", r#"{"oss_bucket":"example-bucket"}"#)]
    );
}

#[test]
fn the_region_comes_from_the_provider() {
    let after = json!({"actions": ["create"], "after": {"image_id": "m-1", "oss_bucket": "example-bucket"}});
    let with = |settings: Value| only("terraform", &plan("alicloud_image_export", &after, &json!({}), &settings));
    for (settings, codes, open) in [
        (json!({"region": {"constant_value": "cn-hangzhou"}}), vec![], vec![]),
        (json!({"region": {"constant_value": "cn-nowhere-7"}}), vec!["InvalidRegionId.NotFound"], vec![]),
        (json!({"region": {"references": ["var.region"]}}), vec![], vec!["RegionId"]),
        (json!({}), vec![], vec!["RegionId"]),
    ] {
        let report = with(settings.clone());
        assert_eq!(texts(&report, "findings", "code"), codes, "{settings}");
        assert_eq!(awaited(&report), open, "{settings}");
    }
}

#[test]
fn providers_with_an_alias() {
    let after = json!({"image_id": "m-1", "oss_bucket": "example-bucket"});
    let instance = |module: &str, address: &str| {
        let mut resource = json!({
            "address": address, "mode": "managed", "type": "alicloud_image_export", "name": "x",
            "provider_name": "registry.terraform.io/aliyun/alicloud",
            "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": {"id": true}}
        });
        if !module.is_empty() {
            resource["module_address"] = json!(module);
        }
        resource
    };
    let configured = |key: &str| json!({"resources": [{"address": "alicloud_image_export.x", "mode": "managed", "type": "alicloud_image_export", "name": "x", "provider_config_key": key, "expressions": {}}]});
    let mut root = configured("alicloud");
    root["module_calls"] = json!({"eu": {"module": {"module_calls": {"deep": {"module": configured("alicloud.eu")}}}}, "own": {"module": configured("module.own:alicloud")}});
    let region = |region: &str| json!({"region": {"constant_value": region}});
    let providers = json!({
        "alicloud": {"name": "alicloud", "expressions": region("cn-hangzhou")},
        "alicloud.eu": {"name": "alicloud", "alias": "eu", "expressions": region("eu-nowhere-7")},
        "module.own:alicloud": {"name": "alicloud", "module_address": "module.own", "expressions": {"region": {"references": ["var.region"]}}}
    });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.5",
        "variables": {"region": {"value": "cn-nowhere-7"}},
        "resource_changes": [
            instance("", "alicloud_image_export.x"),
            instance(r#"module.eu["a.b"].module.deep"#, r#"module.eu["a.b"].module.deep.alicloud_image_export.x"#),
            instance("module.own", "module.own.alicloud_image_export.x"),
        ],
        "configuration": {"provider_config": providers, "root_module": root}
    });
    let reports = read("terraform", &plan.to_string());
    let codes: Vec<_> = reports.iter().map(|report| texts(report, "findings", "code")).collect();
    assert_eq!(codes, [vec![], vec!["InvalidRegionId.NotFound"], vec![]]);
    // What an expression makes of a variable does not stand in a plan.
    assert_eq!(reports.iter().map(awaited).collect::<Vec<_>>(), [vec![], vec![], vec!["RegionId".to_owned()]]);
}

#[test]
fn what_happened_already_or_not_now_is_no_call() {
    let mut plan: Value = serde_json::from_str(&export(&["create"])).expect("JSON");
    let changes = plan["resource_changes"].as_array().expect("a list").clone();
    plan["resource_drift"] = json!(changes);
    plan["deferred_changes"] = json!([{"reason": "instance_count_unknown", "resource_change": changes[0]}]);
    plan["prior_state"] = json!({"values": {"root_module": {"resources": changes}}});
    assert_eq!(read("terraform", &plan.to_string()).len(), 1);
    // A replaced object that could not be removed, and one that is taken over.
    let of = |more: Value| {
        let mut change = json!({"address": "alicloud_image_export.x", "mode": "managed", "type": "alicloud_image_export", "name": "x"});
        change.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        read("terraform", &json!({"format_version": "1.2", "resource_changes": [change]}).to_string()).len()
    };
    assert_eq!(of(json!({"deposed": "b8ad8e2e", "change": {"actions": ["delete"], "before": {}, "after": null}})), 0);
    assert_eq!(of(json!({"change": {"actions": ["no-op"], "importing": {"id": "m-1"}, "after": {}}})), 0);
}

#[test]
fn resources_of_other_plugins_are_none_of_our_business() {
    let change = |kind: &str| json!({"address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x", "change": {"actions": ["create"], "after": {}}});
    let kinds = ["random_pet", "null_resource", "aws_instance", "alicloudextend_x", "alicloud_oss_bucket"];
    let changes: Vec<Value> = kinds.into_iter().map(change).collect();
    let reports = read("terraform", &json!({"format_version": "1.2", "resource_changes": changes}).to_string());
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0]["verdict"], "unsupported");
}

#[test]
fn what_the_plugin_adds_and_leaves_out() {
    let after = json!({
        "bucket_name": "example-1250000000", "image_id": "img-72n9mi0y", "file_name_prefix": "x", "role_name": "",
        "export_format": "", "dry_run": true, "only_export_root_disk": null
    });
    let change = json!({"actions": ["create"], "after": after});
    let settings = json!({"region": {"constant_value": "ap-guangzhou"}});
    let report = only("terraform", &plan("tencentcloud_cvm_export_images", &change, &json!({}), &settings));
    // Empty texts are not sent, though this API takes them for values; an absent boolean is.
    assert_eq!((&report["verdict"], texts(&report, "warnings", "kind")), (&json!("pass"), vec![]));
    assert!(report["dry_run"].is_object(), "{report}");
}

#[test]
fn sensitive_values_are_never_shown() {
    let after = json!({
        "architecture": "planted-architecture", "os_type": "CentOS", "os_version": "7", "image_name": "db",
        "image_url": "planted-address", "tag_specification": [{"resource_type": "planted-kind", "tags": [{"key": "k", "value": "planted-tag"}]}]
    });
    let sensitive = json!({"architecture": true, "image_url": true, "tag_specification": true});
    let change = json!({"actions": ["create"], "after": after, "after_sensitive": sensitive});
    let text = plan(
        "tencentcloud_cvm_import_image",
        &change,
        &json!({}),
        &json!({"secret_key": {"constant_value": "planted-key"}}),
    );
    let report = only("terraform", &text);
    assert!(!texts(&report, "warnings", "parameter").is_empty() || !texts(&report, "findings", "parameter").is_empty());
    for format in ["human", "json", "ndjson", "sarif", "junit", "github", "response"] {
        for text in [text.as_str(), &data("plan.json"), &data("planned-values.json")] {
            let output = run(&["check", "--format", format, "--input", "terraform", "-"], text);
            assert!(
                !output.stdout.contains("planted") && !output.stderr.contains("planted"),
                "{format}: {}",
                output.stdout
            );
        }
    }
}

#[test]
fn planned_values_stand_in_for_changes() {
    let text = data("planned-values.json");
    let reports = read("terraform", &text);
    let known: Vec<_> = reports.iter().filter(|report| report["verdict"] != "unsupported").collect();
    let codes: Vec<_> = known.iter().map(|report| texts(report, "findings", "code")[0]).collect();
    // The resource of the prior state is there already.
    assert_eq!(
        codes,
        ["InvalidImageName.Malformed", "InvalidImageId.Malformed", "MissingParameter", "InvalidOSSPrefix.Malformed"]
    );
    // What is left out is not known, unless the configuration does not set it.
    assert_eq!(awaited(known[3]), ["ImageId"]);
    assert_eq!(awaited(known[0]), ["DiskDeviceMapping.2.Format"]);
}

#[test]
fn other_versions_of_the_format() {
    for version in ["0.1", "0.2", "1.0", "1.99"] {
        let text = export(&["create"]).replace("\"1.2\"", &format!("{version:?}"));
        assert_eq!(texts(&only("terraform", &text), "findings", "code"), ["InvalidOSSPrefix.Malformed"], "{version}");
    }
    let text = export(&["create"]).replace("\"1.2\"", "\"2.0\"");
    let report = only("terraform", &text);
    assert_eq!((&report["verdict"], &report["problem"]["kind"]), (&json!("unreadable"), &json!("envelope")));
}

#[test]
fn older_plans_name_the_provider_of_a_module_otherwise() {
    let region = |providers: Value| {
        let change = json!({"actions": ["create"], "after": {"image_id": "m-1", "oss_bucket": "example-bucket"}});
        let resource = json!({
            "address": "module.a[0].alicloud_image_export.x", "module_address": "module.a[0]", "mode": "managed",
            "type": "alicloud_image_export", "name": "x", "change": change
        });
        let inside = json!({"mode": "managed", "type": "alicloud_image_export", "name": "x", "provider_config_key": "a:alicloud", "expressions": {}});
        let text = json!({
            "format_version": "0.1", "resource_changes": [resource],
            "configuration": {"provider_config": providers, "root_module": {"module_calls": {"a": {"module": {"resources": [inside]}}}}}
        });
        awaited(&only("terraform", &text.to_string())).is_empty()
    };
    let named = |alias: Option<&str>| {
        let mut provider = json!({"name": "alicloud", "expressions": {"region": {"constant_value": "cn-hangzhou"}}});
        if let Some(alias) = alias {
            provider["alias"] = json!(alias);
        }
        provider
    };
    assert!(region(json!({"alicloud": named(None), "aws": {"name": "aws"}})), "there is only one");
    assert!(!region(json!({"alicloud": named(None), "alicloud.b": named(Some("b"))})), "which of the two is not known");
    assert!(!region(json!({"alicloud.b": named(Some("b"))})), "another one may be set up outside");
}

#[test]
fn a_plan_that_was_cut_down_leaves_open_what_it_does_not_say() {
    for change in
        [json!({"actions": ["create"]}), json!({"actions": ["create"], "after": null, "before": {"x": "planted"}})]
    {
        let report = only("terraform", &plan("alicloud_image_export", &change, &json!({}), &json!({})));
        assert_eq!((&report["verdict"], texts(&report, "findings", "code")), (&json!("pass"), vec![]), "{change}");
    }
}

#[test]
fn a_plan_that_breaks_off_is_told() {
    let text = export(&["create"]);
    let report = only("terraform", &text[..text.len() - 2]);
    assert_eq!((&report["verdict"], &report["problem"]["kind"]), (&json!("unreadable"), &json!("syntax")));
}

#[test]
fn a_large_plan_takes_linear_time() {
    let one = data("plan.json");
    let start = one.find("\"resource_changes\":[").expect("changes") + "\"resource_changes\":[".len();
    let end = one.find(",\"prior_state\"").expect("a state") - 1;
    let changes = &one[start..end];
    let many = format!("{}{}{}{}", &one[..start], format!("{changes},").repeat(500), changes, &one[end..]);
    assert_eq!(CHECKER.read(Form::named("terraform").expect("a form"), &many).len(), 501 * 5);
    // Resources of other types, with deep values: none of them becomes a tree.
    let nested = format!("{}1{}", "{\"a\":[".repeat(20), "]}".repeat(20));
    let other = format!(
        r#"{{"address":"aws_instance.x","mode":"managed","type":"aws_instance","name":"x","change":{{"actions":["create"],"after":{nested}}}}},"#
    );
    let large = format!("{}{}{}{}", &one[..start], other.repeat(20_000), changes, &one[end..]);
    assert_eq!(CHECKER.read(Form::named("terraform").expect("a form"), &large).len(), 5);
    // Many arguments, blocks and modules: each is looked at once.
    let members: String = (0..20_000).map(|index| format!("\"a{index}\":true,")).collect();
    let blocks = "{\"oss_bucket\":\"b\"},".repeat(20_000);
    let after = format!("{{{members}\"disk_device_mapping\":[{blocks}{{}}]}}");
    let change = format!(
        "{{\"actions\":[\"create\"],\"after\":{after},\"after_unknown\":{{{members}\"x\":true}},\"after_sensitive\":{{{members}\"x\":1}}}}"
    );
    let text = format!("{{\"resource_changes\":[{{\"type\":\"alicloud_image_import\",\"change\":{change}}}]}}");
    assert_eq!(CHECKER.read(Form::named("terraform").expect("a form"), &text).len(), 1);
}
