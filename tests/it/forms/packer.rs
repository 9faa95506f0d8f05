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
    // Packer itself refuses first what the API would refuse.
    for (index, code) in ["", "MissingParameter"].into_iter().enumerate() {
        let (found, parameter, place) = &said[1][index];
        assert_eq!((found.as_str(), parameter.as_str()), (code, "DiskDeviceMapping.1.OSSBucket"));
        assert!(place.starts_with("post-processor \"alicloud-import\" {"), "{place}");
    }
    assert_eq!(said[1][2], finding("InvalidImageFormat.Malformed", "DiskDeviceMapping.1.Format", "\"iso\""));
    assert_eq!(read("packer", &text).len(), 2, "what makes no call is passed over");
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
    for value in ["var.x", "local.x", "\"${var.x}\"", "\"{{user `x`}}\"", "upper(\"x\")", "true ? \"x\" : \"y\""] {
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
fn what_packer_refuses_itself() {
    for (bucket, refused) in [
        ("", true),
        ("oss_bucket_name = \"\"", true),
        ("oss_bucket_name = null", true),
        ("oss_bucket_name = \"example-bucket\"", false),
        ("oss_bucket_name = var.bucket", false),
        ("oss_bucket_name = \"${var.bucket}\"", false),
    ] {
        let report = only("packer", &import("").replace("oss_bucket_name = \"example-bucket\"", bucket));
        let first = &report["findings"][0];
        let of_client = first["origin"] == "client";
        assert_eq!(of_client, refused, "{bucket}");
        if refused {
            let said = ["code", "status", "message", "tool", "stage"].map(|key| first[key].clone());
            let words = json!("oss_bucket_name must be set");
            assert_eq!(said, [Value::Null, Value::Null, words, json!("packer"), json!("client")]);
            assert_eq!(report["verdict"], "reject");
            assert_eq!(first["check"], "aliyun/ecs/ImportImage@2026-10#client-missing-argument");
        }
    }
}

/// The operating system of an import that is said by this expression, in a template with these locals.
fn system(locals: &str, value: &str) -> (Vec<String>, bool) {
    let text = format!("{locals}\n{}", import(&format!("    image_os_type = {value}\n")));
    let report = only("packer", &text);
    let codes = texts(&report, "findings", "code").into_iter().map(str::to_owned).collect();
    (codes, awaited(&report).contains(&"OSType".to_owned()))
}

#[test]
fn locals_are_what_the_template_says() {
    let wrong = (vec!["InvalidOSType.Malformed".to_owned()], false);
    let (unknown, right) = ((vec![], true), (vec![], false));
    for (locals, value, expected) in [
        ("locals {\n  os = \"solaris\"\n}", "local.os", &wrong),
        ("locals {\n  os = \"linux\"\n}", "local.os", &right),
        ("local \"os\" {\n  expression = \"solaris\"\n}", "local.os", &wrong),
        ("locals {\n  os = \"sol\"\n}", "\"${local.os}aris\"", &wrong),
        ("locals {\n  os = \"li\"\n}", "\"${local.os}nux\"", &right),
        ("locals {\n  a = local.b\n}\nlocals {\n  b = \"solaris\"\n}", "(local.a)", &wrong),
        ("locals {\n  n = 7\n  t = true\n}", "\"${local.n}${local.t}\"", &wrong),
        // What begins as no system does cannot become one.
        ("locals {\n  os = \"x-${var.a}\"\n}", "local.os", &wrong),
        ("locals {\n  os = \"li${var.a}\"\n}", "local.os", &unknown),
        ("locals {\n  os = \"{{user `x`}}\"\n}", "local.os", &unknown),
        ("locals {\n  a = \"{{user\"\n}", "\"${local.a} `x`}}\"", &unknown),
        // Set twice, by itself, in a circle, in parts, or secret.
        ("locals {\n  os = \"solaris\"\n}\nlocal \"os\" {\n  expression = \"linux\"\n}", "local.os", &unknown),
        ("locals {\n  os = local.os\n}", "local.os", &unknown),
        ("locals {\n  a = local.b\n  b = local.a\n}", "local.a", &unknown),
        ("locals {\n  os = { x = \"solaris\" }\n}", "local.os.x", &unknown),
        ("locals {\n  os = [\"solaris\"]\n}", "local.os[0]", &unknown),
        ("local \"os\" {\n  expression = \"solaris\"\n  sensitive = true\n}", "local.os", &unknown),
        ("variable \"os\" {\n  default = \"solaris\"\n}", "var.os", &unknown),
    ] {
        assert_eq!(system(locals, value), *expected, "{locals} {value}");
    }
    // A chain of locals is followed as far as a person would.
    let chain: String = (0..1000).map(|index| format!("  l{index} = local.l{}\n", index + 1)).collect();
    let locals = format!("locals {{\n{chain}  l1000 = \"solaris\"\n}}");
    assert_eq!(system(&locals, "local.l990"), wrong);
    assert_eq!(system(&locals, "local.l0"), unknown);
}

#[test]
fn texts_over_several_lines_are_texts() {
    for (value, said) in [
        ("<<E\nhttp://a\nE", "<<E\nhttp://a\nE"),
        ("<<-E\n      http://${var.a}\n    E", "<<-E\n      http://${var.a}\n    E"),
    ] {
        let text = import(&format!("    image_description = {value}\n"));
        let report = only("packer", &text);
        assert_eq!(findings(&text, &report), [finding("InvalidDescription.Malformed", "Description", said)]);
    }
    // Without "-", what stands before the lines is part of the text; what becomes of carriage returns is not certain.
    for value in ["<<E\n  http://a\nE", "<<E\r\nhttp://a\r\nE"] {
        let report = only("packer", &import(&format!("    image_description = {value}\n")));
        assert_eq!(texts(&report, "findings", "code"), [""; 0], "{value:?}");
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
    let long = format!("# alicloud-import\na = {}", "x".repeat(1 << 20));
    assert_eq!(only("packer", &long)["problem"]["kind"], "limit");
    assert!(read("packer", &long.replace("alicloud", "other")).is_empty(), "it cannot hold a call");
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
    // Texts made of texts made of texts, and lists of lists.
    let doubled: String =
        (0..400).map(|index| format!("  l{index} = \"${{local.l{0}}}${{local.l{0}}}\"\n", index + 1)).collect();
    let locals = format!("locals {{\n{doubled}  l400 = \"xxxxxxxx\"\n}}\n");
    CHECKER.read(form, &format!("{locals}{}", import("    image_os_type = local.l385\n")));
    CHECKER.read(form, &format!("{locals}{}", import("    image_os_type = local.l0\n")));
    let deep: String = (0..20)
        .map(|index| format!("  l{index} = {}local.l{}{}\n", "[".repeat(60), index + 1, "]".repeat(60)))
        .collect();
    CHECKER.read(form, &format!("locals {{\n{deep}}}\n{}", import("    image_os_type = local.l0\n")));
    let nested = "{\"post-processors\":".to_owned() + &"[".repeat(60_000);
    assert_eq!(only("packer", &nested)["problem"]["kind"], "limit");
}
