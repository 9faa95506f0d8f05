//! Packer templates: HCL, JSON, and what may be set from elsewhere.

use preflint::Form;
use serde_json::{Value, json};

use super::{CHECKER, awaited, data, finding, findings, only, read, recognised, texts};
use crate::cli::run;

/// The reports of post-processors with rules.
fn known(text: &str) -> Vec<Value> {
    read("packer", text).into_iter().filter(|report| report["verdict"] != "unsupported").collect()
}

/// A template with one import that has these further arguments.
fn import(arguments: &str) -> String {
    format!(
        "build {{\n  post-processor \"alicloud-import\" {{\n    oss_bucket_name = \"example-bucket\"\n{arguments}\n  }}\n}}\n"
    )
}

#[test]
fn templates_are_told_by_name_and_content() {
    for (name, file) in [
        ("", "images.pkr.hcl"),
        ("images.pkr.hcl", "images.pkr.hcl"),
        ("", "images.pkr.json"),
        ("images.pkr.json", "images.pkr.json"),
        ("", "older-packer.json"),
    ] {
        assert_eq!(recognised(name, &data(file)), Some("packer"), "{name} {file}");
    }
    assert_eq!(recognised("a.pkr.hcl", "locals {}\n"), Some("packer"));
    for other in ["resource \"a\" \"b\" {}\n", r#"{"build": {"image": "x"}}"#, r#"{"name": "x"}"#] {
        assert_eq!(recognised("main.tf", other), None, "{other}");
    }
}

#[test]
fn post_processors_are_calls() {
    let text = data("images.pkr.hcl");
    let reports = known(&text);
    let said: Vec<_> = reports.iter().map(|report| findings(&text, report)).collect();
    assert_eq!(said.len(), 2);
    assert_eq!(
        said[0],
        [
            finding("InvalidImageName.Malformed", "ImageName", "\"http://${local.stamp}\""),
            finding("InvalidDescription.Malformed", "Description", r#""https://example.com/\"images\"""#),
            finding("InvalidArchitecture.Malformed", "Architecture", "\"sparc\""),
        ]
    );
    assert_eq!((said[1][0].0.as_str(), said[1][0].1.as_str()), ("MissingParameter", "DiskDeviceMapping.1.OSSBucket"));
    assert!(said[1][0].2.starts_with("post-processor \"alicloud-import\" {"), "{:?}", said[1]);
    assert_eq!(said[1][1], finding("InvalidImageFormat.Malformed", "DiskDeviceMapping.1.Format", "\"iso\""));
    assert_eq!(read("packer", &text).len(), 3, "what has no rules is counted");
}

#[test]
fn templates_in_json_say_the_same() {
    let text = data("images.pkr.json");
    let reports = known(&text);
    assert_eq!(reports.len(), 1);
    assert_eq!(findings(&text, &reports[0]), [finding("InvalidImageName.Malformed", "ImageName", "\"1-${var.name}\"")]);
    assert_eq!(awaited(&reports[0]), ["RegionId"]);
    let text = data("older-packer.json");
    let reports = known(&text);
    assert_eq!(reports.len(), 1);
    assert_eq!(
        findings(&text, &reports[0]),
        [
            finding("InvalidDescription.Malformed", "Description", "\"http://example.com\""),
            finding("InvalidOSType.Malformed", "OSType", "\"solaris\""),
        ]
    );
}

#[test]
fn what_may_be_set_from_elsewhere_is_not_known() {
    for value in
        ["var.x", "local.x", "\"${var.x}\"", "\"{{user `x`}}\"", "upper(\"x\")", "true ? \"x\" : \"y\"", "<<E\nx\nE"]
    {
        let text = import(&format!("    image_os_type = {value}\n"));
        let report = only("packer", &text);
        assert_eq!(texts(&report, "findings", "code"), [""; 0], "{value}");
        assert!(awaited(&report).contains(&"OSType".to_owned()), "{value}");
    }
    for value in ["\"solaris\"", "(\"solaris\")"] {
        let text = import(&format!("    image_os_type = {value}\n"));
        assert_eq!(texts(&only("packer", &text), "findings", "code"), ["InvalidOSType.Malformed"], "{value}");
    }
}

#[test]
fn region_and_object_that_the_tool_fills_in() {
    // The region comes from the environment, where it is not set, and from the profile, where there is one.
    for (arguments, codes, open) in [
        ("region = \"cn-nowhere-7\"", vec!["InvalidRegionId.NotFound"], false),
        ("region = \"cn-hangzhou\"", vec![], false),
        ("region = \"cn-nowhere-7\"\n profile = \"build\"", vec![], true),
        ("region = \"\"", vec![], true),
        ("", vec![], true),
    ] {
        let report = only("packer", &import(arguments));
        assert_eq!(texts(&report, "findings", "code"), codes, "{arguments}");
        assert_eq!(awaited(&report).contains(&"RegionId".to_owned()), open, "{arguments}");
        // The object has a name of the plug-in's own making, so that it is not missing.
        assert!(!texts(&report, "findings", "parameter").contains(&"DiskDeviceMapping.1.OSSObject"), "{report}");
    }
}

#[test]
fn credentials_are_never_shown() {
    let text = import("    access_key = \"planted-key\"\n    image_description = \"http://planted-key\"\n");
    for format in ["human", "json", "ndjson", "sarif", "junit", "github", "response"] {
        for text in [text.as_str(), &data("images.pkr.hcl"), &data("older-packer.json")] {
            let output = run(&["check", "--format", format, "--input", "packer", "-"], text);
            assert!(
                !output.stdout.contains("planted") && !output.stderr.contains("planted"),
                "{format}: {}",
                output.stdout
            );
        }
    }
}

#[test]
fn places_are_those_of_the_file() {
    let plain = import("    image_os_type = \"solaris\" # 长\n");
    for text in [format!("\u{feff}{plain}"), plain.replace('\n', "\r\n")] {
        assert_eq!(
            findings(&text, &only("packer", &text)),
            [finding("InvalidOSType.Malformed", "OSType", "\"solaris\"")]
        );
    }
}

#[test]
fn what_is_no_template_is_told() {
    let report = only("packer", "build {\n  post-processor \"x\" {\n");
    assert_eq!((&report["verdict"], &report["problem"]["kind"]), (&json!("unreadable"), &json!("syntax")));
    let report = only("packer", "{\"post-processors\": [");
    assert_eq!(report["problem"]["kind"], "syntax");
    let report = only("packer", &format!("a = {}", "x".repeat(1 << 20)));
    assert_eq!(report["problem"]["kind"], "limit");
}

#[test]
fn hostile_templates_cost_little() {
    let form = Form::named("packer").expect("a form");
    for unit in
        ["(", "[", "{a=", "\"${", "a {\n", "f(", "b ? c : ", "!", "-", "<<E\n", "%{if a}", "a.b[", "/*", "[for a in "]
    {
        for prefix in ["", "a = ", "a = \""] {
            CHECKER.read(form, &format!("{prefix}{}", unit.repeat(60_000 / unit.len())));
        }
    }
    let nested = "{\"post-processors\":".to_owned() + &"[".repeat(60_000);
    assert_eq!(only("packer", &nested)["problem"]["kind"], "limit");
}
