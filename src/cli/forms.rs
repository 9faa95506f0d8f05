//! Inputs in forms other than our own JSON: told apart, read as a whole, found in folders.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use preflint::limits::FOLDER_FILE_BYTES;
use preflint::{Batch, Checker, Form, InputError, InputErrorKind, Position, Request, Verdict};

use crate::args::InputForm;
use crate::check::Run;
use crate::ignoring::{Comments, Input};
use crate::input::{self, Content, not_utf8};
use crate::{Stop, guard};

/// The form of an input, when it is not our own JSON. `content` is what our own readers see in it: of a stream, its first
/// line.
pub fn of_content(checker: &Checker, name: &str, form: Option<InputForm>, content: &Content) -> Option<Form> {
    match (form, content) {
        (Some(InputForm::Other(form)), _) => Some(form),
        (Some(_), _) | (None, Content::TooLarge) => None,
        (None, Content::Lines(bytes) | Content::Document(bytes)) => {
            checker.recognise(name, str::from_utf8(bytes).ok()?)
        }
    }
}

/// For an input of which no form is recognised, and that is no JSON either: what to say about it.
pub fn only_error(form: Option<InputForm>, bytes: &[u8]) -> Option<InputError> {
    let text = str::from_utf8(bytes).ok().filter(|_| form.is_none())?;
    let plain = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if plain.is_empty() || plain.starts_with(['{', '[', '"']) {
        return None;
    }
    let mut error = None;
    let Ok::<(), ()>(()) = input::document(bytes, &mut |entry| {
        error = entry.err();
        Ok(())
    }) else {
        return None;
    };
    let error = error.filter(|error| error.kind == InputErrorKind::Syntax)?;
    let forms = InputForm::names().join(", ");
    let message = format!("none of the forms {forms} was recognised; as JSON: {}", error.message);
    Some(InputError::new(error.kind, message, error.position))
}

impl Run<'_> {
    /// Checks an input in a form other than our JSON.
    pub fn in_form(&mut self, input: &Input, form: Form, bytes: Vec<u8>) -> Result<(), Stop> {
        self.tally.bytes += bytes.len() as u64;
        match String::from_utf8(bytes) {
            Ok(text) => self.found(input, form, &text, false),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                self.entry(input, Err(not_utf8(error.as_bytes(), valid, Position::START)))
            }
        }
    }

    /// Checks all files of a folder that hold requests.
    pub fn folder(&mut self, folder: &Path, form: Option<InputForm>) -> Result<(), Stop> {
        for file in files_below(folder) {
            let file = file.map_err(|error| Stop::Usage(format!("cannot read {}: {error}", folder.display())))?;
            if !self.outputs.is_output(&file) {
                self.file_of_many(&file, form)?;
            }
        }
        Ok(())
    }

    /// Checks one of many files, when it holds requests.
    pub fn file_of_many(&mut self, file: &Path, form: Option<InputForm>) -> Result<(), Stop> {
        *self.tally.summary.files.get_or_insert(0) += 1;
        let name = file.display().to_string();
        // What cannot be read there, or is no text, is not ours.
        let Some(text) = small_text(file) else { return Ok(()) };
        let Some(form) = form.or_else(|| in_folder(&self.checking.checker, &name, &text)) else { return Ok(()) };
        let input = Arc::new(self.checking.ignoring.input(&name, Some(file)));
        match form {
            InputForm::Other(form) => self.found(&input, form, &text, true)?,
            form => self.read(&input, Some(form), Cursor::new(text.into_bytes()))?,
        }
        self.checking.ignoring.done(&input);
        Ok(())
    }

    /// Checks the requests of a text. In a folder, what holds none is passed over.
    fn found(&mut self, input: &Input, form: Form, text: &str, in_folder: bool) -> Result<(), Stop> {
        let checking = Arc::clone(&self.checking);
        let found = match guard::caught(Position::START, || checking.checker.read(form, text)) {
            Ok(found) => found,
            Err(error) => return self.entry(input, Err(error)),
        };
        let any = found.iter().any(|found| found.request.is_ok());
        if in_folder && !any {
            return Ok(());
        }
        if found.is_empty() {
            return self.entry(input, Err(no_request(form, text)));
        }
        let comments = Comments::of(form, text, &found);
        for (index, found) in found.into_iter().enumerate() {
            // What panics here panics again where it is reported.
            let is_only_counted = |request: &Request<'_>| {
                let verdict = || checking.checker.check(request, &checking.facts).verdict();
                form.is_container() && guard::caught(request.start(), verdict) == Ok(Verdict::Unsupported)
            };
            match found.request {
                Ok(request) if is_only_counted(&request) => self.tally.summary.count(Verdict::Unsupported, 0, 0),
                request => self.entry_beside(input, request, comments.beside(index))?,
            }
        }
        checking.ignoring.comments_done(input, &comments, &checking.checker);
        Ok(())
    }
}

/// The error for a text in which a form finds nothing.
fn no_request(form: Form, text: &str) -> InputError {
    let end = Position::START.after(text, text.len());
    let message = match text.trim().is_empty() {
        true => "no request found: the input is empty".to_owned(),
        false => format!(
            "no request found: nothing here is one in the form {}; --skip-others passes such files over",
            form.name()
        ),
    };
    InputError::new(InputErrorKind::Empty, message, end)
}

/// The files below a folder, in order of their names, without those that version control ignores.
pub fn files_below(folder: &Path) -> impl Iterator<Item = Result<PathBuf, ignore::Error>> {
    let mut walk = WalkBuilder::new(folder);
    // CI files lie in hidden folders; the folder of version control itself holds none.
    walk.hidden(false).require_git(false).follow_links(false);
    walk.sort_by_file_name(Ord::cmp).filter_entry(|entry| entry.file_name() != ".git");
    // Whoever asks for the folder in which he is calls its files by their names.
    let own = |path: PathBuf| match path.strip_prefix("./") {
        // This name alone would be standard input.
        Ok(short) if short.as_os_str() != "-" => short.to_owned(),
        _ => path,
    };
    walk.build().filter_map(move |entry| match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(own(entry.into_path()))),
        Err(error) => Some(Err(error)),
    })
}

/// The text of a file, unless it is none or too large to hold requests.
pub fn small_text(file: &Path) -> Option<String> {
    let opened = File::open(file).ok()?;
    if opened.metadata().ok()?.len() > FOLDER_FILE_BYTES as u64 {
        return None;
    }
    let mut bytes = Vec::new();
    opened.take(FOLDER_FILE_BYTES as u64).read_to_end(&mut bytes).ok()?;
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
