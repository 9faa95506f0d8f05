//! Inputs in forms other than our own JSON: told apart, read as a whole, found in folders.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use preflint::{Batch, Checker, Form, InputError, InputErrorKind, Position, Request};

use crate::args::InputForm;
use crate::input::MAX_DOCUMENT;

/// How much of an input is looked at before it is decided whether to stream it, in bytes.
pub const HEAD: usize = 64 << 10;
/// The largest file in a folder that is looked at, in bytes. One that is named itself may be larger.
const MAX_IN_FOLDER: u64 = 32 << 20;

/// What an input is.
pub enum Recognised {
    /// Our own JSON, or broken JSON; nothing was read yet.
    Json,
    /// Another form, and the whole text.
    Form(Form, String),
    /// Nothing that we know; all of it was read.
    Nothing(Vec<u8>),
}

/// Tells the form of an input. A stream of JSON is not read here, because its reader wants each line as it comes.
pub fn recognise(checker: &Checker, name: &str, reader: &mut impl BufRead) -> io::Result<Recognised> {
    let head = reader.fill_buf()?;
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let may_be_json = start.starts_with(['{', '[', '"']);
    if start.is_empty() || may_be_json && checker.recognise(name, &text).is_none() {
        return Ok(Recognised::Json);
    }
    let mut bytes = Vec::new();
    reader.take(MAX_DOCUMENT as u64 + 1).read_to_end(&mut bytes)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match checker.recognise(name, &text) {
            Some(form) => Recognised::Form(form, text),
            None => Recognised::Nothing(text.into_bytes()),
        }),
        Err(error) => Ok(Recognised::Nothing(error.into_bytes())),
    }
}

/// The whole text of an input.
pub fn whole(reader: &mut impl BufRead) -> io::Result<Result<String, InputError>> {
    let mut bytes = Vec::new();
    reader.take(MAX_DOCUMENT as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_DOCUMENT {
        let message = format!("an input of more than {MAX_DOCUMENT} bytes");
        return Ok(Err(InputError::new(InputErrorKind::Limit, message, Position::START)));
    }
    Ok(String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        InputError::new(InputErrorKind::Syntax, "this is not UTF-8", Position::START.after(&before, before.len()))
    }))
}

/// The error for a text in which a form finds nothing.
pub fn no_request(form: Form, text: &str) -> InputError {
    let end = Position::START.after(text, text.len());
    let message = match text.trim().is_empty() {
        true => "no request found: the input is empty".to_owned(),
        false => format!("no request found: nothing here is one in the form {}", form.name()),
    };
    InputError::new(InputErrorKind::Empty, message, end)
}

/// An error of our JSON reader about a text that is probably no JSON at all.
pub fn with_what_was_tried(error: InputError) -> InputError {
    if error.kind != InputErrorKind::Syntax {
        return error;
    }
    let forms = InputForm::names().join(", ");
    let message = format!("none of the forms {forms} was recognised; as JSON: {}", error.message);
    InputError::new(error.kind, message, error.position)
}

/// The files below a folder, in order of their names, without those that version control ignores.
pub fn files_below(folder: &Path) -> impl Iterator<Item = Result<PathBuf, ignore::Error>> {
    let mut walk = WalkBuilder::new(folder);
    // CI files lie in hidden folders; the folder of version control itself holds none.
    walk.hidden(false).require_git(false).follow_links(false);
    walk.sort_by_file_name(Ord::cmp).filter_entry(|entry| entry.file_name() != ".git");
    walk.build().filter_map(|entry| match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(error)),
    })
}

/// The text of a file, unless it is none or too large to hold requests.
pub fn small_text(file: &Path) -> Option<String> {
    let opened = File::open(file).ok()?;
    if opened.metadata().ok()?.len() > MAX_IN_FOLDER {
        return None;
    }
    let mut bytes = Vec::new();
    opened.take(MAX_IN_FOLDER).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// The form of a file in a folder, when it holds requests: of JSON, only when its first entry is one of ours.
pub fn in_folder(checker: &Checker, name: &str, text: &str) -> Option<InputForm> {
    if let Some(form) = checker.recognise(name, text) {
        return Some(InputForm::Other(form));
    }
    let plain = text.trim_start_matches('\u{feff}').trim_start();
    if !plain.starts_with(['{', '[']) {
        return None;
    }
    if Batch::new(plain, Position::START).next().is_some_and(|entry| entry.is_ok()) {
        return Some(InputForm::Json);
    }
    let first_line = plain.lines().next().unwrap_or_default();
    Request::from_json(first_line).is_ok().then_some(InputForm::Ndjson)
}
