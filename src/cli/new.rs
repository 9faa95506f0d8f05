//! `preflint rules new`: begins the files of an operation, in the places where rules and cases lie.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use preflint::rule::{case::CaseFile, operation::OperationFile, provider::ProviderFile};
use preflint::{RuleFile, Skeleton};

use crate::args::NewOptions;
use crate::{Stop, clock, files};

/// Writes the files and says where, and what comes next.
pub fn run(options: &NewOptions, out: &mut dyn Write) -> Result<(), Stop> {
    let below = |name: &str| if options.dir == Path::new(".") { PathBuf::from(name) } else { options.dir.join(name) };
    let (rules, cases) = (below("rules"), below("tests").join("cases"));
    let mut known: Vec<RuleFile> = RuleFile::bundled().collect();
    if rules.is_dir() {
        known.extend(files::json_files(&rules, false)?);
    }
    let edition = options.edition.clone().unwrap_or_else(this_month);
    let skeleton = Skeleton::of(known, &options.operation, &edition).map_err(Stop::Usage)?;
    let mut made: Vec<(PathBuf, String)> = Vec::new();
    for file in skeleton.provider.iter().chain([&skeleton.rules]) {
        made.push((place(&rules, &file.path), file.text.to_string()));
    }
    made.push((place(&cases, &skeleton.cases.path), skeleton.cases.text.to_string()));
    if let Some((path, _)) = made.iter().find(|(path, _)| path.exists()) {
        return Err(Stop::Usage(format!("{} exists already; nothing was written", path.display())));
    }
    // Editors find the schemas beside the rules; those that are there stay.
    let schemas = [
        ("rule", schemars::schema_for!(OperationFile)),
        ("provider", schemars::schema_for!(ProviderFile)),
        ("case", schemars::schema_for!(CaseFile)),
    ];
    for (kind, schema) in schemas {
        let path = rules.join("schema").join(format!("{kind}.schema.json"));
        if !path.exists() {
            let text = serde_json::to_string_pretty(&schema).map_err(std::io::Error::from)?;
            made.push((path, text + "\n"));
        }
    }
    for (path, text) in &made {
        write_new(path, text)?;
        writeln!(out, "wrote {}", path.display())?;
    }
    writeln!(out, "Fill in what is to do; this lists it, with every mistake:")?;
    writeln!(out, "  preflint rules check {}", rules.display())?;
    Ok(())
}

fn place(folder: &Path, path: &str) -> PathBuf {
    path.split('/').fold(folder.to_owned(), |folder, part| folder.join(part))
}

/// Writes a file that must not be there yet, even when it came to be since we looked.
fn write_new(path: &Path, text: &str) -> Result<(), Stop> {
    let cannot = |error: std::io::Error| Stop::Usage(format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut file = fs::File::create_new(path).map_err(cannot)?;
    file.write_all(text.as_bytes()).map_err(cannot)
}

/// The month in which the program runs, by UTC: the state of the documentation that somebody reads now.
fn this_month() -> String {
    let (year, month, _) = clock::today();
    format!("{year:04}-{month:02}")
}
