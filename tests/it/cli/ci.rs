//! What runs preflint elsewhere: the hook for pre-commit, the action and its script, and the examples of docs/ci.md.

use std::fs;
use std::path::Path;
use std::process::Command;

use saphyr_parser::{Event, Parser};

use super::{Folder, Output, PASSES, REJECTED, program, project, run_in};

const CALL: &str = "GET https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou&ImageId=m-1&OSSBucket=my-bucket";

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All scalars of a YAML text, in order: keys and values.
#[track_caller]
fn scalars(text: &str) -> Vec<String> {
    let mut scalars = Vec::new();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::Scalar(value, ..), _)) => scalars.push(value.into_owned()),
            Ok(_) => {}
            Err(error) => panic!("{error}:\n{text}"),
        }
    }
    scalars
}

/// The value behind a key.
#[track_caller]
fn behind<'s>(scalars: &'s [String], key: &str) -> &'s str {
    let at = scalars.iter().position(|scalar| scalar == key).unwrap_or_else(|| panic!("no {key}"));
    &scalars[at + 1]
}

/// Runs a script of the shell where `preflint` is this program.
#[cfg(unix)]
#[track_caller]
fn shell(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let own = Path::new(env!("CARGO_BIN_EXE_preflint")).parent().expect("a folder");
    let path = std::env::join_paths(
        [own.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").expect("PATH"))),
    )
    .expect("a path");
    let mut command = Command::new("bash");
    command.args(["-c", script]).current_dir(folder).env("PATH", path).env_remove("GITHUB_OUTPUT");
    command.env_remove("GITHUB_STEP_SUMMARY").envs(variables.iter().copied());
    let output = command.output().expect("bash runs");
    Output {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn requests(name: &str) -> Folder {
    Folder::new(name)
        .with("passes.json", PASSES)
        .with("with space/rejected.json", REJECTED)
        .with("call.http", format!("{CALL}&OSSPrefix=a-b\n"))
        .with("package.json", "{\"name\": \"something\"}\n")
        .with("notes.md", "Some notes.\n")
}

#[test]
fn the_hook_runs_over_changed_files() {
    let hooks = scalars(&read(".pre-commit-hooks.yaml"));
    let entry = behind(&hooks, "entry").strip_prefix("preflint ").expect("it runs preflint").to_owned();
    assert_eq!((behind(&hooks, "id"), behind(&hooks, "language")), ("preflint", "rust"));
    let folder = requests("hook");
    let hook = |files: &[&str]| run_in(folder.path(), &[entry.split(' ').collect(), files.to_vec()].concat(), b"");
    let fine = hook(&["passes.json", "package.json", "notes.md"]);
    assert_eq!((fine.code, fine.stdout.as_str(), fine.stderr.as_str()), (0, "", ""));
    let wrong = hook(&["notes.md", "with space/rejected.json"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.stdout.contains("InvalidOSSPrefix.Malformed"), "{}", wrong.stdout);
}

#[test]
fn the_action_gives_its_script_all_inputs() {
    let action = read("action.yml");
    let words = scalars(&action);
    let script = read("action/check.sh");
    assert!(
        behind(&words[words.iter().position(|word| word == "check").expect("the step")..], "run")
            .contains("action/check.sh")
    );
    // Inputs reach the shell by the environment alone: in a command's text they could be commands.
    for line in action.lines().filter(|line| line.contains("${{")) {
        let key = line.trim().split(':').next().unwrap_or_default();
        assert!(["value", "working-directory"].contains(&key) || key.starts_with("PREFLINT_"), "{line}");
    }
    for (input, variable) in [
        ("paths", "PREFLINT_PATHS"),
        ("formats", "PREFLINT_FORMATS"),
        ("options", "PREFLINT_OPTIONS"),
        ("fail", "PREFLINT_FAIL"),
    ] {
        assert!(words.iter().any(|word| word == input), "no input {input}");
        assert_eq!(behind(&words, variable), format!("${{{{ inputs.{input} }}}}"));
        assert!(script.contains(variable), "the script does not read {variable}");
    }
    // The page lists the inputs.
    let inputs = action.split("\noutputs:").next().expect("inputs").lines();
    let inputs: Vec<&str> = inputs
        .filter(|line| {
            line.starts_with("  ") && !line.starts_with("   ") && !line.contains("color") && !line.contains("icon")
        })
        .map(|line| line.trim().trim_end_matches(':'))
        .collect();
    assert_eq!(inputs.len(), 5, "{inputs:?}");
    let page = read("docs/ci.md");
    assert!(inputs.iter().all(|input| page.contains(&format!("| `{input}` |"))), "{inputs:?}");
}

#[cfg(unix)]
#[test]
fn the_script_of_the_action_runs() {
    let folder = requests("action");
    let script = format!("bash '{}'", project("action/check.sh").display());
    let output_file = folder.path().join("output");
    let action = |variables: &[(&str, &str)]| {
        fs::write(&output_file, "").expect("written");
        let file = output_file.to_string_lossy().into_owned();
        let output = shell(folder.path(), &script, &[variables, &[("GITHUB_OUTPUT", &file)]].concat());
        (output, fs::read_to_string(&output_file).expect("outputs"))
    };
    let (output, outputs) = action(&[("PREFLINT_PATHS", "passes.json\n"), ("PREFLINT_FORMATS", "ndjson")]);
    assert_eq!((output.code, outputs.as_str()), (0, "exit-code=0\n"), "{}", output.stderr);
    assert_eq!(output.reports().len(), 1);
    let (output, outputs) = action(&[
        ("PREFLINT_PATHS", "with space/rejected.json\r\n\n  \npasses.json"),
        ("PREFLINT_FORMATS", "ndjson\n"),
        ("PREFLINT_OPTIONS", "--site\nintl\n"),
    ]);
    assert_eq!((output.code, outputs.as_str()), (1, "exit-code=1\n"), "{}", output.stderr);
    assert_eq!(output.reports().len(), 2);
    let (output, outputs) = action(&[("PREFLINT_FAIL", "false"), ("PREFLINT_FORMATS", "ndjson")]);
    assert_eq!((output.code, outputs.as_str()), (0, "exit-code=1\n"), "the whole folder by default");
    assert_eq!(output.reports().len(), 3, "files without requests are passed over");
    let (output, outputs) = action(&[("PREFLINT_FAIL", "false"), ("PREFLINT_PATHS", "missing.json")]);
    assert_eq!((output.code, outputs.as_str()), (2, "exit-code=2\n"), "wrong usage is never passed over");
    // A path is never an option, and never a command.
    let (output, _) = action(&[("PREFLINT_PATHS", "--version"), ("PREFLINT_FORMATS", "ndjson")]);
    assert_eq!(output.code, 2);
    let (output, _) =
        action(&[("PREFLINT_PATHS", "$(touch made)\n`touch made`; touch made"), ("PREFLINT_FORMATS", "ndjson")]);
    assert_eq!(output.code, 2);
    assert!(!folder.path().join("made").exists());
}

/// The blocks of a page in a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{language}") {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").map(|line| line.to_owned() + "\n").collect());
        }
    }
    blocks
}

#[cfg(unix)]
#[test]
fn the_examples_for_ci_can_be_read_and_run() {
    let page = read("docs/ci.md");
    let folder = requests("ci-examples");
    assert_eq!(run_in(folder.path(), &["check", "--write-baseline", "baseline.json", "."], b"").code, 0);
    let (mut commands, mut uses) = (0, 0);
    for block in blocks(&page, "yaml") {
        for scalar in scalars(&block) {
            uses += usize::from(scalar.starts_with("OWNER/preflint@"));
            if scalar.starts_with("preflint ") {
                let output = shell(folder.path(), &scalar, &[]);
                let expected = i32::from(!scalar.contains("--baseline"));
                assert_eq!(output.code, expected, "{scalar}: {}{}", output.stdout, output.stderr);
                commands += 1;
            }
        }
    }
    assert!(commands > 2 && uses > 1, "{commands} commands, {uses} uses of the action");
    for file in ["preflint.sarif", "preflint.xml"] {
        let written = folder.path().join(file);
        assert!(fs::metadata(&written).is_ok_and(|file| file.len() > 0), "{file}");
    }
    // What the action is given in the examples, run by its script.
    let script = format!("bash '{}'", project("action/check.sh").display());
    let formats = "github\nsarif=again.sarif\n";
    assert!(page.contains("            github\n            sarif=preflint.sarif\n"));
    let output = shell(folder.path(), &script, &[("PREFLINT_FORMATS", formats), ("PREFLINT_OPTIONS", "--strict\n")]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(folder.path().join("again.sarif").exists());
}

#[cfg(unix)]
#[test]
fn the_command_over_staged_files_runs() {
    let folder = requests("staged");
    let commands: Vec<String> = blocks(&read("docs/ci.md"), "sh").concat().lines().map(str::to_owned).collect();
    let staged = commands.iter().find(|line| line.starts_with("git diff")).expect("the command");
    let git = "git init -q . && git add -A";
    assert_eq!(shell(folder.path(), git, &[]).code, 0);
    // xargs tells with 123 that a command failed.
    assert_eq!(shell(folder.path(), staged, &[]).code, 123);
    let fine = format!("git rm -q --cached -r call.http 'with space' && {staged}");
    let output = shell(folder.path(), &fine, &[]);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
}

#[test]
fn every_run_of_the_program_in_tests_is_free_of_configurations() {
    // The tests run below the project's folder: a preflint.toml there would change what they see.
    let folder = Folder::new("no-config");
    assert!(folder.path().ancestors().all(|above| !above.join("preflint.toml").exists()));
    assert!(program(&["--version"]).output().is_ok_and(|output| output.status.success()));
}
