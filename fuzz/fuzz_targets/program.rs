//! The program under the fuzzer, within one process: a module of `src/cli/main.rs` that only the fuzzer's build has.
//! Two targets are made of it, which their names tell apart.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::{env, fs, process};

use clap::{Parser as _, ValueEnum as _};
use formats::Ran;

use crate::args::{Arguments, Command, Format};
use crate::{Exit, Stop, check, guard};

#[path = "../../tests/it/fuzz/configuration.rs"]
mod configuration;
#[path = "../../tests/it/fuzz/formats.rs"]
mod formats;

thread_local! {
    /// A folder for the file at hand.
    static FOLDER: OnceCell<PathBuf> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if env!("CARGO_BIN_NAME") == "configuration" {
        return configuration::every_configuration(data, &mut run);
    }
    let formats = Format::value_variants().iter().filter_map(|format| format.to_possible_value());
    let formats: Vec<String> = formats.map(|format| format.get_name().to_owned()).collect();
    formats::every_format(data, &formats, &mut run);
});

fn run(arguments: &[&str], files: &[(&str, &[u8])]) -> Ran {
    let folder = FOLDER.with(|folder| {
        let made = || env::temp_dir().join(format!("preflint-fuzz-{}", process::id()));
        folder.get_or_init(made).clone()
    });
    fs::create_dir_all(&folder).expect("a folder can be made");
    for (name, data) in files {
        fs::write(folder.join(name), data).expect("a file can be written");
    }
    let arguments = formats::paths(arguments, files, &folder);
    let arguments = ["preflint", "check", "--jobs=1"].map(Into::into).into_iter().chain(arguments);
    let Command::Check(options) = Arguments::try_parse_from(arguments).expect("arguments").command else {
        panic!("another command");
    };
    let (mut out, mut exit) = (Vec::new(), Exit::Clean);
    match check::run(&options, &mut out, &mut exit) {
        Ok(()) => {}
        Err(Stop::Usage(_)) => exit = Exit::Usage,
        Err(_) => panic!("nobody closes this output"),
    }
    let shown = String::from_utf8_lossy(&out);
    // A panic that is caught there is one all the same.
    assert!(!shown.contains("internal error at "), "{shown}");
    let _ = guard::install;
    Ran { code: exit.code().into(), out }
}
