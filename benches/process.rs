//! The program as a process: how long it takes to start, check one request and end, and how many instructions.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file for this run, in the folder that cargo gives to benches.
pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Runs to its end a check of all requests in a file, on one thread.
pub fn check(file: &Path) {
    let status = program(file).stdout(Stdio::null()).status().expect("the program starts");
    assert!(matches!(status.code(), Some(0 | 1)), "the program checks: {status}");
}

fn program(file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preflint"));
    command.args(["check", "-qq"]).arg(file);
    command
}

/// The program that does nothing: what starting any Rust program takes. Made here, because no program of the project
/// does nothing. `None` where there is no compiler beside cargo.
pub fn empty_main() -> Option<PathBuf> {
    let path = scratch("empty-main");
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut child = Command::new(compiler)
        .args(["-O", "--edition=2024", "--crate-name=empty", "-o"])
        .arg(&path)
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(b"fn main() {}\n").ok()?;
    child.wait().ok()?.success().then_some(path)
}

/// Runs a program to its end.
pub fn run(program: &Path) {
    let status = Command::new(program).status().expect("the program starts");
    assert!(status.success());
}

/// Counts instructions where valgrind is installed. They do not depend on what else the machine does.
pub fn print_instructions(lines: &[&str], empty: Option<&Path>) {
    let few = scratch("few.ndjson");
    let many = scratch("many.ndjson");
    let half = lines.len() / 2;
    fs::write(&few, lines[..half].join("\n")).expect("a file can be written");
    fs::write(&many, lines.join("\n")).expect("a file can be written");
    let one = scratch("one.ndjson");
    fs::write(&one, lines[0]).expect("a file can be written");
    let (Some(one), Some(few), Some(many)) =
        (instructions(&mut program(&one)), instructions(&mut program(&few)), instructions(&mut program(&many)))
    else {
        println!("\ninstructions: not counted, because there is no valgrind");
        return;
    };
    println!("\ninstructions of the program, counted by valgrind");
    println!("{:<60}{one:>14}", "start and one check");
    if let Some(empty) = empty.and_then(|empty| instructions(&mut Command::new(empty))) {
        println!("{:<60}{empty:>14}", "an empty Rust main");
    }
    println!("{:<60}{:>14}", "each further request, -qq", (many - few) / (lines.len() - half) as u64);
}

/// The instructions that a program takes from its start to its end; none where valgrind is missing.
pub fn instructions(command: &mut Command) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(command.get_program())
        .args(command.get_args())
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = told.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}
