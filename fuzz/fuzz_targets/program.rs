//! The program under the fuzzer, within one process: a module of `src/cli/main.rs` that only the fuzzer's build has.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::{env, fs, process};

use clap::{Parser as _, ValueEnum as _};
use formats::Ran;

use crate::args::{Arguments, Command, Format};
use crate::{Exit, Stop, check, guard};

#[path = "../../tests/it/fuzz/formats.rs"]
mod formats;

thread_local! {
    /// A folder for the file at hand.
    static FOLDER: OnceCell<PathBuf> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let formats = Format::value_variants().iter().filter_map(|format| format.to_possible_value());
    let formats: Vec<String> = formats.map(|format| format.get_name().to_owned()).collect();
    formats::every_format(data, &formats, &mut run);
});

fn run(arguments: &[&str], name: &str, data: &[u8]) -> Ran {
    let folder = FOLDER.with(|folder| {
        let made = || env::temp_dir().join(format!("preflint-fuzz-{}", process::id()));
        folder.get_or_init(made).clone()
    });
    fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join(name);
    fs::write(&file, data).expect("a file can be written");
    let file = file.to_str().expect("UTF-8");
    let arguments = [&["preflint", "check", "--jobs=1"], arguments, &[file]].concat();
    let Command::Check(options) = Arguments::try_parse_from(arguments).expect("arguments").command else {
        panic!("another command");
    };
    let (mut out, mut exit) = (Vec::new(), Exit::Clean);
    // A panic that is caught there is one all the same.
    if let Err(Stop::Usage(message)) = check::run(&options, &mut out, &mut exit) {
        panic!("{message}");
    }
    let shown = String::from_utf8_lossy(&out);
    assert!(!shown.contains("internal error at "), "{shown}");
    let _ = guard::install;
    let code = [Exit::Clean, Exit::Rejected, Exit::Usage, Exit::NotChecked].iter().position(|known| *known == exit);
    Ran { code: code.map_or(-1, |code| i32::try_from(code).unwrap_or(-1)), out }
}
