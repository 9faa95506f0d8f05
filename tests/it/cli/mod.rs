//! The program as its users meet it: arguments and files in, reports and an exit code out.
//!
//! Here is what runs it; the folder's other files look at what it answers. Expected codes and messages are typed from
//! the provider's error tables, not from the program's output. Human output is compared with the texts in `tests/data`;
//! `SNAPSHOTS=overwrite cargo test` writes those anew.

mod ci;
mod configuration;
mod configuration_page;
mod diff;
mod editions;
mod exit_codes;
mod explain;
mod fact_calls;
mod facts;
mod formats;
mod human;
mod ignores;
mod new_rules;
mod pipes;
mod replay;
mod rule_files;
mod shells;
mod streams;
mod witness;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

/// A request with nothing wrong.
pub const PASSES: &str = r#"{"id":"fine","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket"}}"#;
/// A request with a "-" in its prefix.
pub const REJECTED: &str = r#"{"id":"prefix","provider":"aliyun","service":"ecs","operation":"ExportImage","params":{"RegionId":"cn-hangzhou","ImageId":"m-1","OSSBucket":"my-bucket","OSSPrefix":"a-b"}}"#;
/// A request for an operation without rules.
pub const UNSUPPORTED: &str =
    r#"{"id":"other","provider":"aliyun","service":"ecs","operation":"PaintInstances","params":{}}"#;

/// Facts in which all is well.
const IMAGE: &str = r#"{"ImageId":"m-1","ImageOwnerAlias":"self","Status":"Available","OSType":"linux","ProductCode":"","IsPublic":false,"DiskDeviceMappings":{"DiskDeviceMapping":[]}}"#;

/// What a run of the program left behind.
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// The lines of NDJSON on standard output.
    #[track_caller]
    pub fn reports(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

/// The program, ready to run, free of what the environment says about colour and terminals.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preflint"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("FORCE_COLOR");
    // A day soon after the rules were read, and no runner around.
    command.env("SOURCE_DATE_EPOCH", "1795000000").env_remove("GITHUB_STEP_SUMMARY");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program in `folder` with `input` on its standard input.
#[track_caller]
pub fn run_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    finish(program(arguments).current_dir(folder), input)
}

/// Runs the program with `input` on its standard input.
#[track_caller]
pub fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    finish(&mut program(arguments), input.as_ref())
}

#[track_caller]
fn finish(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a piped standard input");
    let output = thread::scope(|scope| {
        // A program that stops reading early is fine here: what it answered is what is looked at.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().expect("the program ends")
    });
    Output {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// Checks what is on standard input and gives the reports.
#[track_caller]
pub fn check(options: &[&str], input: impl AsRef<[u8]>) -> Vec<Value> {
    let output = run(&[&["check", "--format", "ndjson"], options, &["-"]].concat(), input);
    assert_eq!(output.stderr, "");
    output.reports()
}

#[track_caller]
fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["code"].as_str()).collect()
}

/// A new folder for one test of one run, removed at its end.
pub struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Folder {
    pub fn new(name: &str) -> Folder {
        // Tests that share a helper share a name, and run beside each other.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{count}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    pub fn with(self, file: &str, content: impl AsRef<[u8]>) -> Folder {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
        self
    }

    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Output {
        run_in(&self.0, arguments, b"")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// A path below the project's folder.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares with a text kept in the project, or writes it when the environment asks for that.
#[track_caller]
pub fn snapshot(path: &str, actual: &str) {
    let file = project(path);
    if std::env::var_os("SNAPSHOTS").is_some_and(|wish| wish == "overwrite") {
        fs::write(&file, actual).expect("a snapshot can be written");
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(expected, actual, "{path} differs; SNAPSHOTS=overwrite cargo test writes it anew");
}
