//! `--fix`, `--unsafe-fixes` and `--diff`: what becomes of files, and of what somebody ignores in them.

use std::fs;

use crate::cli::{Folder, run, run_in};

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

/// A call with a fix that is safe and one that is not.
const CALL: &str =
    "aliyun ecs ExportImage --RegionId eu-central-1 --ImageId m-1 --OSSBucket b-1 --OSSPrefix a-b --ImageFormat RAW";

/// Runs `--fix --unsafe-fixes` and gives what the file is then; `--diff` has to show just that before.
#[track_caller]
pub(super) fn fixed(folder: &Folder, options: &[&str], file: &str) -> String {
    let read = || fs::read_to_string(folder.path().join(file)).expect("the file");
    let before = read();
    let diff = folder.run(&[&["check", "--diff", "--unsafe-fixes"], options, &[file]].concat()).stdout;
    assert_eq!(read(), before, "{file}");
    folder.run(&[&["check", "--fix", "--unsafe-fixes"], options, &[file]].concat());
    let after = read();
    let changed = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
    let (gone, new): (Vec<&str>, Vec<&str>) = changed.unzip();
    let shown = |sign: char, header: &str| -> Vec<String> {
        let lines = diff.lines().filter(|line| line.starts_with(sign) && !line.starts_with(header));
        lines.map(|line| line[1..].to_owned()).collect()
    };
    assert_eq!((shown('-', "---"), shown('+', "+++")), (owned(&gone), owned(&new)), "{diff}");
    after
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn what_is_ignored_is_not_mended() {
    let plain = || Folder::new("fix-ignored").with("deploy.sh", format!("#!/bin/sh\n{CALL}\n{CALL}\n"));
    let all = CALL.replace("a-b", "ab").replace("RAW", "raw");
    let (no_prefix, no_format) = (CALL.replace("RAW", "raw"), CALL.replace("a-b", "ab"));
    assert_eq!(fixed(&plain(), &[], "deploy.sh"), format!("#!/bin/sh\n{all}\n{all}\n"));
    for option in ["oss-prefix-chars", "InvalidOSSPrefix.Malformed"] {
        let after = fixed(&plain(), &["--ignore", option], "deploy.sh");
        assert_eq!(after, format!("#!/bin/sh\n{no_prefix}\n{no_prefix}\n"), "{option}");
    }
    let after = fixed(&plain(), &["--select", "oss-prefix-chars"], "deploy.sh");
    assert_eq!(after, format!("#!/bin/sh\n{no_format}\n{no_format}\n"));

    let comment = "# preflint: ignore[oss-prefix-chars, value-case] the old bucket";
    let commented = Folder::new("fix-comment").with("deploy.sh", format!("{comment}\n{CALL}\n{CALL}\n"));
    assert_eq!(fixed(&commented, &[], "deploy.sh"), format!("{comment}\n{CALL}\n{all}\n"));

    let entry = "[[ignore]]\ncheck = \"oss-prefix-chars\"\npaths = [\"old/**\"]\nreason = \"The old bucket.\"\n";
    let configured = Folder::new("fix-configured")
        .with("preflint.toml", entry)
        .with("old/deploy.sh", format!("{CALL}\n"))
        .with("new/deploy.sh", format!("{CALL}\n"));
    assert_eq!(fixed(&configured, &[], "old/deploy.sh"), format!("{no_prefix}\n"));
    assert_eq!(fixed(&configured, &[], "new/deploy.sh"), format!("{all}\n"));

    let known = plain();
    known.run(&["check", "--write-baseline", "known.json", "deploy.sh"]);
    let two = CALL.replace("a-b", "c-d");
    let known = known.with("deploy.sh", format!("#!/bin/sh\n{CALL}\n{two}\n"));
    let after = fixed(&known, &["--baseline", "known.json"], "deploy.sh");
    assert_eq!(after, format!("#!/bin/sh\n{CALL}\n{}\n", two.replace("c-d", "cd")));
}

#[test]
fn what_is_ignored_on_standard_input_goes_by_the_name_it_is_said_to_have() {
    let entry =
        "[[ignore]]\ncode = \"InvalidOSSPrefix.Malformed\"\npaths = [\"old/*\"]\nreason = \"The old bucket.\"\n";
    let folder = Folder::new("fix-stdin").with("preflint.toml", entry);
    for (name, code) in [("old/request.json", 0), ("new/request.json", 1)] {
        let options = ["check", "--diff", "--unsafe-fixes", "--stdin-filename", name, "-"];
        let output = run_in(folder.path(), &options, LINE.as_bytes());
        assert_eq!((output.code, output.stdout.contains("a-b\",\"ImageFormat\":\"raw")), (code, code == 0), "{name}");
        assert_eq!(output.stderr, "", "{name}");
    }
}

#[test]
fn a_baseline_is_written_of_what_no_fix_could_mend() {
    let folder = Folder::new("fix-baseline").with("request.json", LINE);
    let output = folder.run(&["check", "--fix", "--write-baseline", "known.json", "request.json"]);
    assert!(output.stderr.contains("1 entry"), "{}", output.stderr);
    let known = fs::read_to_string(folder.path().join("known.json")).expect("the baseline");
    assert!(known.contains("oss-prefix-chars") && !known.contains("value-case"), "{known}");
}

#[test]
fn an_ignore_of_what_could_be_mended_is_still_used() {
    let comment = "# preflint: ignore[oss-prefix-chars] the old bucket";
    let folder = Folder::new("fix-used").with("deploy.sh", format!("{comment}\n{CALL}\n"));
    let output = folder.run(&["check", "--fix", "--unsafe-fixes", "--fail-on", "unused-ignore", "deploy.sh"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "preflint: 1 fix in deploy.sh\n"));
}
