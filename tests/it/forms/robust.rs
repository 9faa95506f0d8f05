//! No reader panics, whatever it is given, and every place is one.

use std::fs;

use preflint::{Facts, Form, Record};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use super::{CHECKER, seed};
use crate::cli::project;

/// All inputs of `tests/data/forms/`.
fn inputs() -> Vec<String> {
    let entries = fs::read_dir(project("tests/data/forms")).expect("a folder");
    let mut files: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read_to_string(file).expect("a readable file")).collect()
}

/// Reads a text in every form, checks what is found, and looks at all places.
fn look_at(text: &str) -> Result<(), TestCaseError> {
    let checker = &*CHECKER;
    let facts = Facts::none();
    checker.recognise("", text);
    for form in Form::all() {
        for found in checker.read(form, text) {
            let record = match &found.request {
                Ok(request) => {
                    let report = checker.check(request, &facts);
                    for finding in report.findings() {
                        prop_assert!(report.excerpt(&finding.span).is_some(), "{form:?} {text:?}");
                    }
                    report.record()
                }
                Err(error) => {
                    prop_assert!(text.is_char_boundary(error.position.offset), "{form:?} {text:?}");
                    Record::of_unreadable(error)
                }
            };
            let record = serde_json::to_value(record).expect("a report is JSON");
            for entry in ["findings", "warnings"].iter().flat_map(|list| record[*list].as_array()).flatten() {
                let number = |key: &str| entry["span"][key].as_u64().unwrap_or(u64::MAX) as usize;
                let cut = text.get(number("start")..number("end"));
                prop_assert!(cut.is_some(), "{form:?} {entry} {text:?}");
                if let (Some(sent), Some(cut)) = (shown_value(entry), cut) {
                    // What is written without any escape is cut out as it is.
                    let is_plain = cut.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    prop_assert!(!is_plain || cut.starts_with(&sent), "{form:?} {entry} cuts out {cut:?}");
                }
            }
        }
    }
    Ok(())
}

/// The value that a detail begins with, in quotes.
fn shown_value(entry: &Value) -> Option<String> {
    let rest = entry["detail"].as_str()?.strip_prefix('"')?;
    let (value, rest) = rest.split_once('"')?;
    (rest.starts_with(" is not ") && !value.contains(['\\', '…', '*'])).then(|| value.to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(seed()), ..ProptestConfig::default() })]

    #[test]
    fn mutilated_inputs_are_read_without_panic(
        which in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, "[\\PC\n\"'$`{}<>%&=\\\\#*: -]{0,6}"), 1..5),
        end in any::<prop::sample::Index>(),
    ) {
        let inputs = inputs();
        let mut characters: Vec<char> = which.get(&inputs).chars().collect();
        for (at, length, put) in cuts {
            let at = at.index(characters.len() + 1);
            let behind = (at + length).min(characters.len());
            characters.splice(at..behind, put.chars());
        }
        let end = end.index(characters.len() + 1).max(characters.len() / 2);
        let text: String = characters[..end].iter().collect();
        look_at(&text)?;
    }

    #[test]
    fn any_text_is_read_without_panic(text in "[\\PC\n\r\t\"'$`{}<>%&=\\\\#*:|() -]{0,120}") {
        look_at(&text)?;
        look_at(&format!("curl {text}"))?;
        look_at(&format!("https://ecs.aliyuncs.com/?Action=ExportImage&{text}"))?;
        look_at(&format!("POST https://vm.jdcloud-api.com/v1/regions/{text}"))?;
        look_at(&format!("aliyun ecs ExportImage {text}"))?;
        look_at(&format!("P='{text}'\ntccli cvm ExportImages --ImageIds $P --cli-unfold-argument {text}"))?;
        look_at(&format!("P := {text}\nx:\n\tjdc vm import-image --input-json $(P) {text}"))?;
        look_at(&format!("steps:\n  - run: aliyun ecs ExportImage --OSSPrefix {text}"))?;
        look_at(&format!("provider: aliyun\noperation: ExportImage\nparams:\n  {text}"))?;
    }
}

#[test]
fn the_inputs_themselves() {
    for input in inputs() {
        look_at(&input).expect("no fault");
        look_at(&format!("\u{feff}{}", input.replace('\n', "\r\n"))).expect("no fault");
    }
}

#[test]
fn large_inputs_take_linear_time() {
    // Each of these took minutes if something were read again and again.
    let checker = &*CHECKER;
    for (form, unit) in [
        ("url", "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&OSSPrefix=a%2Db\n\n"),
        ("http", "GET https://ecs.aliyuncs.com/?Action=ExportImage&OSSPrefix=a-b\n\nx\n###\n"),
        ("curl", "curl 'https://ecs.aliyuncs.com/?Action=ExportImage' -d \"$(x)\" -d '@'\n"),
        ("curl", "$(\"${`"),
        ("curl", "<<A "),
        ("yaml", "- {provider: aliyun, operation: ExportImage, params: {OSSPrefix: a-b}}\n"),
        ("yaml", "[{"),
        ("har", "[{\"log\":"),
        ("shell", "aliyun ecs ExportImage --OSSPrefix \"$P\" --Foo x\nP=a-b\n"),
        ("shell", "P=$(\n"),
        ("shell", "A=("),
        ("shell", "(("),
        ("shell", "$(("),
        ("shell", "case x in a) {\n"),
        ("shell", "f() { \"$@\"; }\nf x\n"),
        ("shell", "xargs -I{} {} "),
        ("ci", "- script: [P=a-b, aliyun ecs ExportImage --OSSPrefix $P]\n"),
        ("shell", "X1=a; Y=$X1$Y\n"),
        ("command", "tccli cvm ExportImages --Foo 1 --BucketName x "),
        ("command", "aliyun ecs ExportImage --DiskDeviceMapping.1.Format RAW "),
        ("command", "sudo docker run "),
        ("makefile", "x:\n\taliyun ecs ExportImage --OSSPrefix $(P)\nP := a-b\n"),
        ("makefile", "\t$(\\\n"),
        ("ci", "- run: aliyun ecs ExportImage --OSSPrefix a-b\n"),
        ("url", "%41&="),
        ("packer", "build { post-processor \"alicloud-import\" { x = local.y } }\n"),
        ("packer", "{\"post-processors\":[["),
        ("terraform", "{\"resource_changes\":["),
        ("terraform", "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"child_modules\":["),
    ] {
        let text = unit.repeat(200_000 / unit.len());
        let found = checker.read(Form::named(form).expect("a form"), &text);
        let facts = Facts::none();
        for request in found.iter().filter_map(|found| found.request.as_ref().ok()) {
            let report = checker.check(request, &facts);
            report.findings();
        }
    }
}
