//! Fixes: which there are, what they write in each form, and that nothing else changes.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use preflint::{Checker, Facts, Form, Request};
use serde_json::{Value, json};

use crate::cli::{Folder, project, run};

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::bundled);

/// The reports of a text in a form; `json` is our own, one request.
fn reports(form: &str, text: &str) -> Vec<Value> {
    let facts = Facts::none();
    let record = |request: &Request<'_>| serde_json::to_value(CHECKER.check(request, &facts).record()).expect("JSON");
    match form {
        "json" => vec![record(&Request::from_json(text).expect("a request"))],
        _ => {
            let found = CHECKER.read(Form::named(form).expect("a form"), text);
            found.iter().map(|found| record(found.request.as_ref().expect("a request"))).collect()
        }
    }
}

/// All that a report says is wrong or unusual.
fn mistakes(reports: &[Value]) -> BTreeSet<String> {
    let lists = reports.iter().flat_map(|report| ["findings", "warnings"].map(|list| &report[list]));
    let all = lists.flat_map(|list| list.as_array().expect("a list"));
    all.map(|one| format!("{} {} {}", one["kind"], one["code"], one["parameter"])).collect()
}

fn fixes(reports: &[Value]) -> Vec<Value> {
    let lists = reports.iter().flat_map(|report| ["findings", "warnings"].map(|list| &report[list]));
    lists
        .flat_map(|list| list.as_array().expect("a list"))
        .map(|one| &one["fix"])
        .filter(|fix| !fix.is_null())
        .cloned()
        .collect()
}

/// The text with the edits of one fix.
fn applied(text: &str, fix: &Value) -> String {
    let mut out = text.to_owned();
    for edit in fix["edits"].as_array().expect("edits").iter().rev() {
        let at = |end: &str| usize::try_from(edit["span"][end].as_u64().expect("a place")).expect("a place");
        out.replace_range(at("start")..at("end"), edit["text"].as_str().expect("a text"));
    }
    out
}

/// The one fix of a text: whether it is safe, and the fixed text.
#[track_caller]
fn fixed(form: &str, text: &str) -> (String, String) {
    let all = fixes(&reports(form, text));
    let [fix] = all.as_slice() else { panic!("{form}: {text}: {all:?}") };
    (fix["applicability"].as_str().expect("a text").to_owned(), applied(text, fix))
}

#[test]
fn what_is_fixed_and_what_is_written() {
    // The part of the text that is wrong, what becomes of it, and whether only the spelling changes.
    let aliyun = [
        (r#""OSSPrefix":"web-2026""#, r#""OSSPrefix":"web2026""#, "unsafe"),
        (r#""OSSPrefix":"w\u00eb_b\/1""#, r#""OSSPrefix":"wb1""#, "unsafe"),
        (r#""OssPrefix":"web1""#, r#""OSSPrefix":"web1""#, "safe"),
        (r#""ImageFormat":"QCOW2""#, r#""ImageFormat":"qcow2""#, "safe"),
        (r#""OSSPrefxi":"web1""#, r#""OSSPrefix":"web1""#, "unsafe"),
    ];
    for (wrong, right, applicability) in aliyun {
        let request = format!(
            r#" {{"provider": "aliyun", "operation": "ExportImage","params":{{"RegionId":"eu-central-1","ImageId":"m-1","OSSBucket":"b-1",{wrong}}} }}"#
        );
        assert_eq!(fixed("json", &request), (applicability.to_owned(), request.replace(wrong, right)), "{wrong}");
    }
    let tencent = [
        (r#""bucketName":"b-1250000000""#, r#""BucketName":"b-1250000000""#, "safe"),
        (r#""BuketName":"b-1250000000""#, r#""BucketName":"b-1250000000""#, "unsafe"),
    ];
    for (wrong, right, applicability) in tencent {
        let request = format!(
            r#"{{"provider":"tencent","operation":"ExportImages","params":{{"Region":"ap-guangzhou","ImageIds":["img-72n9mi0y"],{wrong}}}}}"#
        );
        assert_eq!(fixed("json", &request), (applicability.to_owned(), request.replace(wrong, right)), "{wrong}");
    }
    let region = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzou","ImageId":"m-1","OSSBucket":"b-1"}}"#;
    assert_eq!(fixed("json", region), ("unsafe".to_owned(), region.replace("cn-hangzou", "cn-hangzhou")));
}

#[test]
fn what_is_not_certain_is_not_fixed() {
    let not = [
        // As near to one region as to another.
        r#""RegionId":"ap-southeast-0""#,
        r#""RegionId":"moon""#,
        // Nothing would be left.
        r#""RegionId":"cn-hangzhou","OSSPrefix":"---""#,
        // Too long whatever is taken out.
        r#""RegionId":"cn-hangzhou","OSSPrefix":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-a""#,
        // The other one is given already.
        r#""RegionId":"cn-hangzhou","OSSPrefix":"a","OSSPrefxi":"b""#,
    ];
    for parameters in not {
        let request = format!(
            r#"{{"provider":"aliyun","operation":"ExportImage","params":{{{parameters},"ImageId":"m-1","OSSBucket":"b-1"}}}}"#
        );
        let reports = reports("json", &request);
        assert!(!mistakes(&reports).is_empty(), "{parameters}");
        let fixes = fixes(&reports);
        let fixes: Vec<String> = fixes.iter().map(|fix| applied(&request, fix)).collect();
        assert!(fixes.is_empty(), "{parameters}: {fixes:?}");
    }
}

#[test]
fn each_form_writes_in_its_own_way() {
    let yaml = "# Export\nprovider: aliyun\noperation: ExportImage\nparams:\n  RegionId: eu-central-1 # there\n  ImageId: m-1\n  OSSBucket: b-1\n  ";
    let url = "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=eu-central-1&ImageId=m-1&OSSBucket=b-1&";
    let command = "aliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-1 ";
    let tccli = "tccli cvm ExportImages --BucketName b-1250000000 --ImageIds '[\"img-72n9mi0y\"]' ";
    let cases = [
        ("yaml", yaml, "OSSPrefix: a-b", "OSSPrefix: ab"),
        ("yaml", yaml, "OSSPrefix: 'a-b'   # why", "OSSPrefix: 'ab'   # why"),
        ("yaml", yaml, "OSSPrefix: \"\\u0061-b\"", "OSSPrefix: \"ab\""),
        ("yaml", yaml, "OSSPrefix: n-o", "OSSPrefix: \"no\""),
        ("yaml", yaml, "OSSPrefix: 1-0", "OSSPrefix: \"10\""),
        ("yaml", yaml, "OssPrefix: ab", "OSSPrefix: ab"),
        ("url", url, "OSSPrefix=a%2Db", "OSSPrefix=ab"),
        ("url", url, "OSSPrefix=a-b", "OSSPrefix=ab"),
        ("url", url, "OssPrefix=ab", "OSSPrefix=ab"),
        ("command", command, "--OSSPrefix a-b", "--OSSPrefix ab"),
        ("command", command, "--OSSPrefix='a-b'", "--OSSPrefix='ab'"),
        (
            "command",
            command,
            "--OSSPrefix \"a-b\" --RoleName AliyunECSImageExportDefaultRole",
            "--OSSPrefix \"ab\" --RoleName AliyunECSImageExportDefaultRole",
        ),
        ("command", command, "--OSSPrefix a\\ b", "--OSSPrefix ab"),
        ("command", command, "--OSSPrefix a'-'b", "--OSSPrefix ab"),
        ("command", command, "--OSSPrefxi ab", "--OSSPrefix ab"),
        ("command", tccli, "--region ap-guangzho", "--region ap-guangzhou"),
    ];
    for (form, before, wrong, right) in cases {
        let text = format!("{before}{wrong}\n");
        let fixes = fixes(&reports(form, &text));
        assert!(!fixes.is_empty(), "{text}");
        assert_eq!(applied(&text, &fixes[0]), format!("{before}{right}\n"), "{form}");
        let after = reports(form, &format!("{before}{right}\n"));
        assert_eq!(mistakes(&after), BTreeSet::new(), "{form}: {right}");
    }
    // A value that stands elsewhere cannot be written here, nor can a recording.
    let elsewhere = "#!/bin/sh\nPREFIX=a-b\naliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-1 --OSSPrefix \"$PREFIX\"\n";
    let har =
        json!({"log": {"entries": [{"request": {"method": "GET", "url": format!("{url}OSSPrefix=a-b")}}]}}).to_string();
    for (form, text) in [("shell", elsewhere), ("har", har.as_str())] {
        let fixes = fixes(&reports(form, text));
        assert_eq!(fixes.iter().map(|fix| &fix["edits"]).collect::<Vec<_>>(), [&json!([])], "{form}");
    }
}

/// The requests of all cases, each with its parameters spoilt in several ways.
fn spoilt() -> Vec<(Value, Vec<(String, Value)>)> {
    let root = project("tests/cases");
    let mut folders = vec![root.clone()];
    let mut spoilt = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let cases: Value = serde_json::from_str(&fs::read_to_string(&path).expect("cases")).expect("JSON");
            let below = path.strip_prefix(&root).expect("below").with_extension("");
            let names: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let request =
                json!({"provider": names[0], "service": names[1], "operation": names[2], "edition": names[3]});
            for (number, case) in cases["cases"].as_array().expect("cases").iter().enumerate().step_by(2) {
                let mut parameters = cases["base"].as_object().expect("a base").clone();
                parameters.extend(case["set"].as_object().cloned().unwrap_or_default());
                for name in case["drop"].as_array().into_iter().flatten() {
                    parameters.remove(name.as_str().expect("a name"));
                }
                let parameters: Vec<(String, Value)> =
                    parameters.into_iter().filter(|(_, value)| !value.is_null()).collect();
                spoilt.push((request.clone(), spoil(&parameters, number / 2)));
            }
        }
    }
    spoilt
}

/// Parameters with one name or value in another spelling, by turns.
fn spoil(parameters: &[(String, Value)], turn: usize) -> Vec<(String, Value)> {
    let mut spoilt = parameters.to_vec();
    let count = spoilt.len().max(1);
    let Some((name, value)) = spoilt.get_mut(turn / 7 % count) else { return spoilt };
    match (turn % 7, value.as_str().map(str::to_owned)) {
        (0, _) => *name = name.to_ascii_lowercase(),
        (1, _) => *name = name.to_ascii_uppercase(),
        (2, _) => drop(name.pop()),
        (3, _) => name.insert(name.len() / 2, 'x'),
        (4, Some(text)) => *value = json!(text.to_ascii_uppercase()),
        (5, Some(text)) => *value = json!(format!("{text}-\u{e9}_!")),
        (_, Some(mut text)) if text.is_ascii() && text.len() > 2 => {
            text.remove(text.len() / 2);
            *value = json!(text);
        }
        _ => {}
    }
    spoilt
}

#[test]
fn a_fix_mends_something_and_breaks_nothing() {
    let mut tried = std::collections::BTreeMap::new();
    for (number, (mut request, parameters)) in spoilt().into_iter().enumerate() {
        let mut texts = Vec::new();
        request["params"] = Value::Object(parameters.iter().cloned().collect());
        texts.push(("json", request.to_string()));
        // A third of them also in other forms: parameters without structure.
        let plain: Vec<(&str, &str)> =
            parameters.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        if number % 3 == 0 && plain.len() == parameters.len() {
            let mut yaml = String::new();
            for key in ["provider", "service", "operation", "edition"] {
                yaml.push_str(&format!("{key}: {}\n", request[key]));
            }
            yaml.push_str("params:\n");
            for (name, value) in &plain {
                yaml.push_str(&format!("    {}: {}\n", json!(name), json!(value)));
            }
            texts.push(("yaml", yaml));
            if request["provider"] == "aliyun" {
                let options = plain.iter().map(|(name, value)| format!(" --{name} '{}'", value.replace('\'', r"'\''")));
                texts.push((
                    "command",
                    format!(
                        "aliyun ecs {}{}\n",
                        request["operation"].as_str().expect("a name"),
                        options.collect::<String>()
                    ),
                ));
            }
        }
        for (form, text) in texts {
            let before = reports(form, &text);
            for fix in fixes(&before) {
                if fix["edits"].as_array().is_some_and(Vec::is_empty) {
                    continue;
                }
                let fixed = applied(&text, &fix);
                let after = reports(form, &fixed);
                let (before, after) = (mistakes(&before), mistakes(&after));
                // An option that the tool did not know was not looked at before.
                let named = fix["description"].as_str().and_then(|text| text.strip_prefix("name it "));
                let touched = |mistake: &String| {
                    form == "command" && named.is_some_and(|name| mistake.ends_with(&format!("\"{name}\"")))
                };
                let new: Vec<&String> = after.difference(&before).filter(|mistake| !touched(mistake)).collect();
                assert!(new.is_empty(), "{form}: {text}\n{fixed}\n{new:?}");
                assert!(after.len() < before.len() || form == "command", "{form}: {text}\n{fixed}\n{after:?}");
                *tried.entry(form).or_insert(0) += 1;
            }
        }
    }
    assert!(tried["json"] > 50 && tried["yaml"] > 5 && tried["command"] > 3, "{tried:?}");
}

const LINE: &str = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"eu-central-1","ImageId":"m-1","OssBucket":"b-1","OSSPrefix":"a-b","ImageFormat":"RAW"}}"#;

#[test]
fn files_are_fixed_in_place_and_nothing_else_of_them_changes() {
    let ndjson = format!("\u{feff}{LINE}\r\n\r\n{{\"broken\r\n  {LINE}");
    let script = "#!/bin/sh\n# OssBucket QCOW2\n\taliyun ecs ExportImage --RegionId eu-central-1 \\\n\t--ImageId m-1 --OSSBucket b-1 --ImageFormat QCOW2   # QCOW2\necho QCOW2";
    let yaml = "# OssBucket\nprovider: aliyun\r\noperation:   ExportImage\nparams: {RegionId: eu-central-1, ImageId: m-1,   OssBucket: 'b-1'}\n\n\n";
    let ci = "jobs:\n  export:\n    runs-on: ubuntu-latest\n    steps:\n      - name: QCOW2\n        run: |\n          aliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-1 --ImageFormat \"QCOW2\"\n";
    let cases = [
        ("requests.ndjson", ndjson.clone(), ndjson.replace("OssBucket", "OSSBucket").replace("RAW", "raw"), 3),
        (
            "request.json",
            format!("[\n\t{LINE} ,{LINE}]\n"),
            format!("[\n\t{LINE} ,{LINE}]\n").replace("OssBucket", "OSSBucket").replace("RAW", "raw"),
            1,
        ),
        ("deploy.sh", script.to_owned(), script.replace("Format QCOW2 ", "Format qcow2 "), 0),
        ("request.yaml", yaml.to_owned(), yaml.replace("  OssBucket", "  OSSBucket"), 0),
        (".github/workflows/export.yml", ci.to_owned(), ci.replace("\"QCOW2\"", "\"qcow2\""), 0),
    ];
    for (name, before, after, code) in cases {
        let folder = Folder::new("fix-files").with(name, &before);
        let shown = folder.run(&["check", "--diff", name]);
        assert_eq!(fs::read_to_string(folder.path().join(name)).expect("the file"), before, "{name}");
        assert!(shown.stdout.starts_with(&format!("--- {name}\n+++ {name}\n@@ ")), "{name}: {}", shown.stdout);
        let output = folder.run(&["check", "--fix", name]);
        assert_eq!(fs::read_to_string(folder.path().join(name)).expect("the file"), after, "{name}");
        assert!(output.stderr.contains(&format!(" in {name}\n")), "{name}: {}", output.stderr);
        assert_eq!(output.code, code, "{name}: {}", output.stdout);
        // The report is about what is left.
        assert!(
            !output.stdout.contains("parameter-case") && !output.stdout.contains("value-case"),
            "{}",
            output.stdout
        );
        let again = folder.run(&["check", "--fix", name]);
        assert_eq!((again.stderr.as_str(), again.stdout), ("", output.stdout), "{name}");
        assert_eq!(folder.run(&["check", "--diff", name]).stdout, "", "{name}");
        let left: Vec<_> =
            fs::read_dir(folder.path().join(name).parent().expect("a folder")).expect("a folder").collect();
        assert_eq!(left.len(), 1, "{name}");
    }
}

#[test]
fn unsafe_fixes_are_applied_only_when_asked_for() {
    let folder = Folder::new("fix-unsafe").with("request.json", LINE);
    let safe = folder.run(&["check", "--fix", "request.json"]);
    assert_eq!(safe.code, 1);
    assert!(safe.stdout.contains("1 fixable with --fix --unsafe-fixes"), "{}", safe.stdout);
    let diff = folder.run(&["check", "--diff", "--unsafe-fixes", "request.json"]);
    assert!(diff.stdout.contains("+") && diff.stdout.contains("\"OSSPrefix\":\"ab\""), "{}", diff.stdout);
    let all = folder.run(&["check", "--fix", "--unsafe-fixes", "request.json"]);
    assert_eq!((all.code, all.stderr.as_str()), (0, "preflint: 1 fix in request.json\n"));
    let fixed = fs::read_to_string(folder.path().join("request.json")).expect("the file");
    assert_eq!(fixed, LINE.replace("OssBucket", "OSSBucket").replace("RAW", "raw").replace("a-b", "ab"));
}

#[test]
fn standard_input_is_never_written_but_can_be_compared() {
    let refused = run(&["check", "--fix", "-"], LINE);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    let diff = run(&["check", "--diff", "-"], LINE);
    assert!(diff.stdout.starts_with("--- -\n+++ -\n"), "{}", diff.stdout);
    assert_eq!(diff.code, 1);
    assert_eq!(run(&["check", "--unsafe-fixes", "-"], LINE).code, 2);
    assert_eq!(run(&["check", "--diff", "--fix", "-"], LINE).code, 2);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("fix-links").with("real/request.json", LINE);
    let (real, link) = (folder.path().join("real/request.json"), folder.path().join("link.json"));
    fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).expect("permissions");
    symlink(&real, &link).expect("a link");
    folder.run(&["check", "--fix", "link.json"]);
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert!(fs::read_to_string(&real).expect("the file").contains("OSSBucket"));
    assert_eq!(fs::metadata(&real).expect("the file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_folder_is_fixed_file_by_file() {
    let folder = Folder::new("fix-folder")
        .with("a.json", LINE)
        .with("b/c.ndjson", LINE)
        .with("d.txt", LINE)
        .with("e.json", "{}");
    let output = folder.run(&["check", "--fix", "."]);
    assert_eq!(output.stderr.lines().count(), 3, "{}", output.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("e.json")).expect("the file"), "{}");
}

#[test]
fn no_secret_is_part_of_a_fix() {
    let text = r#"{"provider":"aliyun","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"b-1","OSSPrefix":"LTAI-secret","AccessKeyId":"LTAIsecret"}}"#;
    let reports = reports("json", text);
    assert!(!reports[0].to_string().contains("LTAIsecret"), "{}", reports[0]);
}

#[test]
fn very_many_mistakes_cost_only_a_few_tries() {
    let names: Vec<String> = (0..20_000).map(|number| format!(r#""OSSPrefix{number}":"a""#)).collect();
    let text = format!(r#"{{"provider":"aliyun","operation":"ExportImage","params":{{{}}}}}"#, names.join(","));
    assert!(reports("json", &text)[0]["warnings"].as_array().expect("a list").len() >= 20_000);
}
