//! All requests of an input, read as a whole: for commands that look at requests without checking a stream of them.

use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use preflint::limits::DOCUMENT_BYTES;
use preflint::{Checker, Form, InputError};

use crate::args::InputForm;
use crate::ignoring::{Beside, Comments};
use crate::input::{self, Content, Entry};
use crate::lines::{self, Block, Blocks};
use crate::{Stop, files, forms};

/// A text, and how its requests are written.
pub struct InputText {
    pub name: String,
    pub bytes: Vec<u8>,
    written: Written,
}

/// Takes a request, or what is none, and the comments that are about it.
type Visit<'v, E> = dyn FnMut(Entry<'_>, Option<Beside<'_>>) -> Result<(), E> + 'v;

#[derive(Clone, Copy)]
enum Written {
    /// One request a line.
    Lines,
    /// One JSON document.
    Document,
    Form(Form),
}

impl InputText {
    /// Reads a file, or standard input.
    pub fn of_file(
        checker: &Checker,
        file: &Path,
        form: Option<InputForm>,
        stdin_filename: Option<&str>,
    ) -> Result<InputText, Stop> {
        let is_stdin = file.as_os_str() == "-";
        let name = match stdin_filename {
            Some(name) if is_stdin => name.to_owned(),
            _ => file.display().to_string(),
        };
        let cannot_read = |error: io::Error| Stop::Usage(format!("cannot read {name}: {error}"));
        let mut bytes = Vec::new();
        let limit = DOCUMENT_BYTES as u64 + 1;
        match is_stdin {
            true => io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(cannot_read)?,
            false => {
                let opened = std::fs::File::open(file).map_err(cannot_read)?;
                BufReader::new(opened).take(limit).read_to_end(&mut bytes).map_err(cannot_read)?
            }
        };
        if bytes.len() > DOCUMENT_BYTES {
            return Err(Stop::Usage(format!("cannot read {name}: {}", input::too_large().message)));
        }
        InputText::of_bytes(checker, name, form, bytes)
    }

    /// What a text holds, by its name and content.
    pub fn of_bytes(
        checker: &Checker,
        name: String,
        form: Option<InputForm>,
        bytes: Vec<u8>,
    ) -> Result<InputText, Stop> {
        let form = form.or(files::is_of_lines(&name).then_some(InputForm::Ndjson));
        let mut reader = Cursor::new(&bytes);
        let content =
            input::look(&mut reader, form).map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
        let written = match (forms::of_content(checker, &name, form, &content), content) {
            (Some(form), _) => Written::Form(form),
            (None, Content::Lines(_)) => Written::Lines,
            (None, _) => Written::Document,
        };
        Ok(InputText { name, bytes, written })
    }

    /// The files below a folder that hold requests.
    pub fn of_folder(checker: &Checker, folder: &Path, form: Option<InputForm>) -> Result<Vec<InputText>, Stop> {
        let mut inputs = Vec::new();
        for file in forms::files_below(folder) {
            let file = file.map_err(|error| Stop::Usage(format!("cannot read {}: {error}", folder.display())))?;
            let name = file.display().to_string();
            let Some(text) = forms::small_text(&file) else { continue };
            let Some(form) = form.or_else(|| forms::in_folder(checker, &name, &text)) else { continue };
            inputs.push(InputText::of_bytes(checker, name, Some(form), text.into_bytes())?);
        }
        Ok(inputs)
    }

    /// The same input with other content.
    pub fn with_bytes(&self, bytes: Vec<u8>) -> InputText {
        InputText { name: self.name.clone(), bytes, written: self.written }
    }

    /// Which form it has, where that was found out.
    pub fn form(&self) -> InputForm {
        match self.written {
            Written::Lines => InputForm::Ndjson,
            Written::Document => InputForm::Json,
            Written::Form(form) => InputForm::Other(form),
        }
    }

    /// Hands each request, or what is none, to `visit`, with the comments that are about it.
    pub fn each<E>(&self, checker: &Checker, visit: &mut Visit<'_, E>) -> Result<(), E> {
        match self.written {
            Written::Form(form) => {
                let Ok(text) = str::from_utf8(&self.bytes) else {
                    return visit(Err(self.not_utf8()), None);
                };
                let found = checker.read(form, text);
                let comments = Comments::of(form, text, &found);
                let mut numbered = found.into_iter().enumerate();
                numbered.try_for_each(|(index, found)| visit(found.request, comments.beside(index)))
            }
            Written::Document => input::document(&self.bytes, &mut |entry| visit(entry, None)),
            Written::Lines => {
                let mut blocks = Blocks::new(Cursor::new(&self.bytes), 64 << 10);
                let mut block = Block::default();
                // Memory can always be read.
                while blocks.next(&mut block).unwrap_or(false) {
                    lines::each(&block, &mut |line| match line {
                        Ok((text, origin)) => visit(preflint::Request::from_json_at(text, origin), None),
                        Err(error) => visit(Err(error), None),
                    })?;
                }
                Ok(())
            }
        }
    }

    fn not_utf8(&self) -> InputError {
        let valid = str::from_utf8(&self.bytes).map_or_else(|error| error.valid_up_to(), str::len);
        input::not_utf8(&self.bytes, valid, preflint::Position::START)
    }
}

/// All inputs that a command names, folders searched.
pub fn inputs(
    checker: &Checker,
    files: &[std::path::PathBuf],
    form: Option<InputForm>,
    stdin_filename: Option<&str>,
) -> Result<Vec<InputText>, Stop> {
    let mut inputs = Vec::new();
    for file in files {
        match file.is_dir() {
            true => inputs.extend(InputText::of_folder(checker, file, form)?),
            false => inputs.push(InputText::of_file(checker, file, form, stdin_filename)?),
        }
    }
    Ok(inputs)
}
