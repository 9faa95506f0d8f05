//! The documents and examples are true: what they show is run, and what they name exists.
//!
//! A block of README.md and the other pages that is marked `console` holds runs: a line `$ command`, then what it
//! prints, then `# exit N` unless N is 0. Where `...` stands, something is left out: whole lines when it stands alone,
//! else a part of its line. `SNAPSHOTS=overwrite` writes blocks that are not true anew, in full; it never changes an exit
//! code, because a run that ends in another way has to be looked at.
//!
//! Only commands of preflint are run, never others. Commands that a page only mentions stand in blocks marked `sh`.
#![cfg(feature = "cli")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use preflint::{Batch, Checker, Facts, Position, Request, Verdict};

#[path = "../../examples/library.rs"]
#[expect(dead_code, reason = "its main function is for those who run the example")]
mod library;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Both ways in which documents call the program.
const CALLS: [&str; 2] = ["cargo run --quiet -- ", "preflint "];

#[test]
fn the_runs_that_documents_show_are_real() {
    let overwrite = std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite");
    let mut complaints = Vec::new();
    for Document { name, text } in documents() {
        let mut wrong = Vec::new();
        let rewritten = map_console_blocks(&text, |block, line| match true_block(block) {
            Ok(real) if real == block => None,
            Ok(real) => {
                wrong.push(format!("{name}:{line}: shown is\n{}\nbut real is\n{}", block.join("\n"), real.join("\n")));
                Some(real)
            }
            Err(problem) => {
                complaints.push(format!("{name}:{line}: {problem}"));
                None
            }
        });
        if overwrite && !wrong.is_empty() {
            fs::write(Path::new(ROOT).join(&name), rewritten).expect("a document that can be written");
        } else {
            complaints.append(&mut wrong);
        }
    }
    assert!(complaints.is_empty(), "{}\nSNAPSHOTS=overwrite writes the blocks anew", complaints.join("\n\n"));
}

#[test]
fn the_readme_shows_the_main_job_and_the_test_command_of_ci() {
    let readme = read("README.md");
    let mut runs = Vec::new();
    map_console_blocks(&readme, |block, _| {
        runs.extend(block.iter().filter(|line| line.starts_with("$ ")).map(|line| (*line).to_owned()));
        None
    });
    let first = runs.first().expect("a run in README.md");
    assert!(first.starts_with("$ cargo run --quiet -- check examples/"), "the first run is the main job, not {first}");

    let commands: Vec<&str> = code_lines(&readme, "sh").collect();
    assert!(commands.contains(&&first["$ ".len()..]), "the first run is also a command to set up with");
    let tests: Vec<&&str> = commands.iter().filter(|line| line.starts_with("cargo test")).collect();
    assert_eq!(tests.len(), 1, "README.md gives one command that passes the tests");
    let expected = format!("run {}", tests[0]);
    assert!(read(".ci/run").lines().any(|line| line == expected), ".ci/run has no line {expected:?}");
}

#[test]
fn examples_are_read_without_surprise() {
    let checker = Checker::bundled();
    let readme = read("README.md");
    let (mut requests, mut facts_files) = (0, 0);
    for path in files_below(&Path::new(ROOT).join("examples")) {
        let name = path.strip_prefix(ROOT).expect("below the root").to_string_lossy().replace('\\', "/");
        assert!(readme.contains(&format!("({name})")), "README.md does not link to {name}");
        let text = read(&name);
        if name.starts_with("examples/facts/") {
            let mut facts = Facts::none();
            checker.read_facts(&text, &mut facts).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!facts.is_empty(), "{name} says nothing");
            facts_files += 1;
        } else if name.starts_with("examples/forms/") {
            let form = checker.recognise(&name, &text).unwrap_or_else(|| panic!("{name} has no form"));
            for found in checker.read(form, &text) {
                is_checked(&checker, &name, &found.request.unwrap_or_else(|error| panic!("{name}: {error}")));
                requests += 1;
            }
        } else if name.ends_with(".json") {
            for request in Batch::new(&text, Position::START) {
                is_checked(&checker, &name, &request.unwrap_or_else(|error| panic!("{name}: {error}")));
                requests += 1;
            }
        } else if name == "examples/recorded-calls.ndjson" {
            for line in text.lines() {
                let call =
                    checker.recorded_call(line, Position::START).unwrap_or_else(|error| panic!("{name}: {error}"));
                is_checked(&checker, &name, &call.request);
            }
        } else if name.ends_with(".ndjson") {
            for (line, number) in text.lines().zip(1..) {
                let name = format!("{name}:{number}");
                is_checked(
                    &checker,
                    &name,
                    &Request::from_json(line).unwrap_or_else(|error| panic!("{name}: {error}")),
                );
                requests += 1;
            }
        } else {
            assert!(name.ends_with(".rs"), "{name}: what kind of example is this?");
        }
    }
    assert!(requests > 1 && facts_files > 1, "{requests} requests and {facts_files} files of facts");
}

#[test]
fn the_library_example_says_what_the_program_says() {
    let facts = [read("examples/facts/images.json"), read("examples/facts/roles.json")];
    let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
    let batch = read("examples/batch.ndjson");
    let arguments = "check --format ndjson --facts examples/facts/images.json --facts examples/facts/roles.json \
                     examples/batch.ndjson";
    let printed = run(&words(arguments)).0;
    let reports: Vec<serde_json::Value> =
        printed.iter().map(|line| serde_json::from_str(line).expect("a report is JSON")).collect();
    assert_eq!(batch.lines().count(), reports.len());
    for (request, report) in batch.lines().zip(reports) {
        let said = library::prediction(request, &facts).expect("the example can be read");
        let codes = report["findings"].as_array().expect("findings").iter().map(|finding| &finding["code"]);
        let codes: Vec<&str> = codes.map(|code| code.as_str().expect("a code")).collect();
        assert_eq!(said.lines().count(), codes.len().max(1), "{said}");
        assert!(said.lines().zip(&codes).all(|(line, code)| line.contains(code)), "{said}{codes:?}");
        assert_eq!(said.contains("nothing wrong found"), codes.is_empty(), "{said}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut complaints = Vec::new();
    let mut followed = 0;
    for Document { name, text } in documents() {
        let folder = Path::new(&name).parent().expect("a document lies in a folder");
        for target in link_targets(&text).filter(|target| !target.contains("://")) {
            followed += 1;
            let (file, heading) = target.split_once('#').map_or((target, None), |(file, name)| (file, Some(name)));
            let file = if file.is_empty() { PathBuf::from(&name) } else { folder.join(file) };
            if !Path::new(ROOT).join(&file).exists() {
                complaints.push(format!("{name}: there is no {target}"));
            } else if let Some(heading) = heading.filter(|heading| !anchors(&file).contains(*heading)) {
                complaints.push(format!("{name}: {} has no heading #{heading}", file.display()));
            }
        }
    }
    assert!(followed > 0, "no document has a link");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn commands_and_options_that_documents_name_exist() {
    let helps = helps();
    let mut complaints = Vec::new();
    let mut named = 0;
    for Document { name, text } in documents() {
        for code in code_spans(&text).chain(code_lines(&text, "sh")).chain(code_lines(&text, "console")) {
            let code = code.strip_prefix("$ ").unwrap_or(code);
            let problem = if let Some(arguments) = called(code) {
                unknown_in_call(&helps, &words(arguments))
            } else if code.starts_with('-') {
                let option = option_name(code);
                let known = helps.values().any(|help| options(help).contains(option));
                (!known && option != "-").then(|| format!("no command has the option {option}"))
            } else {
                continue;
            };
            named += 1;
            complaints.extend(problem.map(|problem| format!("{name}: `{code}`: {problem}")));
        }
    }
    assert!(named > 10, "only {named} commands and options were found in the documents");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_readme_tells_the_exit_codes_of_the_help() {
    let help = helps().remove("check").expect("the command check");
    let listed = help.lines().skip_while(|line| *line != "Exit codes:").skip(1);
    let of_help: BTreeSet<String> = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert!(of_help.len() > 1, "the help lists no exit codes");
    assert_eq!(first_column(&read("README.md"), "Exit codes"), of_help);
}

#[test]
fn the_readme_tells_the_keys_of_reports() {
    let facts = "check --format ndjson --facts examples/facts/images.json";
    let runs = [
        format!("{facts} examples/export-image.json"),
        format!("{facts} examples/batch.ndjson"),
        "check --format ndjson README.md".to_owned(),
        "check --format ndjson --ignore oss-prefix-chars examples/export-image.json".to_owned(),
    ];
    let mut keys = BTreeSet::new();
    for arguments in runs {
        for line in run(&words(&arguments)).0 {
            let report: serde_json::Value = serde_json::from_str(&line).expect("a report is JSON");
            keys.extend(report.as_object().expect("an object").keys().cloned());
        }
    }
    assert_eq!(first_column(&read("README.md"), "Reports for machines"), keys);
}

#[test]
fn no_document_or_example_knows_a_machine() {
    let mut texts: Vec<(String, String)> = documents().into_iter().map(|page| (page.name, page.text)).collect();
    texts.push((".ci/run".to_owned(), read(".ci/run")));
    for path in files_below(&Path::new(ROOT).join("examples")) {
        texts.push((path.display().to_string(), fs::read_to_string(&path).expect("a readable example")));
    }
    let here = format!("{ROOT}/");
    let private = ["/home/", "/Users/", "/root/", "\\Users\\", &here];
    for (name, text) in texts {
        let found = private.iter().find(|private| text.contains(**private));
        assert_eq!(found, None, "{name} contains a path of somebody's machine");
    }
}

/// A page, by its path below the root.
struct Document {
    name: String,
    text: String,
}

/// All pages.
fn documents() -> Vec<Document> {
    let mut names: Vec<String> =
        ["rules/README.md", "docs/ci.md", "docs/configuration.md", "docs/formats.md"].map(str::to_owned).into();
    for entry in fs::read_dir(ROOT).expect("a readable folder") {
        let name = entry.expect("a readable entry").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            names.push(name);
        }
    }
    names.sort();
    for needed in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        assert!(names.iter().any(|name| name == needed), "there is no {needed}");
    }
    names.into_iter().map(|name| Document { text: read(&name), name }).collect()
}

fn read(name: &str) -> String {
    let text = fs::read_to_string(Path::new(ROOT).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.replace("\r\n", "\n")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[track_caller]
fn is_checked(checker: &Checker, name: &str, request: &Request<'_>) {
    let facts = Facts::none();
    let report = checker.check(request, &facts);
    assert!(matches!(report.verdict(), Verdict::Reject | Verdict::Pass), "{name}: {:?}", report.problem());
    assert!(report.warnings().is_empty(), "{name}: {:?}", report.warnings());
}

/// Replaces console blocks by what `change` makes of them; it is given the lines of a block and where that begins.
fn map_console_blocks(text: &str, mut change: impl FnMut(&[&str], usize) -> Option<Vec<String>>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        out.push(lines[at].to_owned());
        at += 1;
        if lines[at - 1] == "```console" {
            let length = lines[at..].iter().position(|line| *line == "```").expect("a block that ends");
            let block = &lines[at..at + length];
            out.extend(change(block, at + 1).unwrap_or_else(|| block.iter().map(|line| (*line).to_owned()).collect()));
            at += length;
        }
    }
    out.join("\n") + "\n"
}

/// The block as it should be: the same where what it shows is true.
fn true_block(block: &[&str]) -> Result<Vec<String>, String> {
    let mut real = Vec::new();
    let mut rest = block;
    while let Some((command, shown)) = rest.split_first() {
        let command = command.strip_prefix("$ ").ok_or("a console block begins with \"$ command\"")?;
        let arguments =
            called(command).ok_or_else(|| format!("{command:?} cannot be run here; use a block marked sh"))?;
        let end = shown.iter().position(|line| line.starts_with("$ ")).unwrap_or(shown.len());
        let (mut printed, code) = run(&words(arguments));
        let shown_code = shown[..end].last().and_then(|line| line.strip_prefix("# exit ")).unwrap_or("0");
        if code.to_string() != shown_code {
            let printed = printed.join("\n");
            return Err(format!("{command:?} is shown to end with {shown_code}, but ends with {code}:\n{printed}"));
        }
        if code != 0 {
            printed.push(format!("# exit {code}"));
        }
        real.push(format!("$ {command}"));
        match is_shortened(&shown[..end], &printed) {
            true => real.extend(shown[..end].iter().map(|line| (*line).to_owned())),
            false => real.append(&mut printed),
        }
        rest = &shown[end..];
    }
    Ok(real)
}

/// Whether `shown` is `real` with parts left out.
fn is_shortened(shown: &[&str], real: &[String]) -> bool {
    match (shown.split_first(), real.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((&"...", after)), _) => (0..=real.len()).any(|skipped| is_shortened(after, &real[skipped..])),
        (Some(_), None) => false,
        (Some((line, after)), Some((real_line, real))) => {
            is_shortened_line(line, real_line) && is_shortened(after, real)
        }
    }
}

fn is_shortened_line(shown: &str, real: &str) -> bool {
    let mut parts = shown.split("...");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = real.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The arguments when a line of code calls the program.
fn called(code: &str) -> Option<&str> {
    CALLS.iter().find_map(|call| code.strip_prefix(call))
}

/// Splits a command as a shell does, as far as documents need it: words and quoted words.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// What the program prints on both outputs, line by line, and its exit code.
fn run(arguments: &[String]) -> (Vec<String>, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_preflint"))
        .args(arguments)
        .current_dir(ROOT)
        .stdin(Stdio::null())
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1795000000")
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("COLUMNS")
        .output()
        .expect("the program runs");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("the program prints UTF-8");
    (printed.lines().map(str::to_owned).collect(), output.status.code().expect("an exit code"))
}

/// The help of every command, by its words; that of the program itself under the empty text.
fn helps() -> BTreeMap<String, String> {
    let mut helps = BTreeMap::new();
    let mut waiting = vec![String::new()];
    while let Some(command) = waiting.pop() {
        let (lines, code) = run(&words(&format!("{command} --help")));
        assert_eq!(code, 0, "{command} --help");
        let commands = lines.iter().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        for name in commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
            waiting.push(format!("{command} {name}").trim_start().to_owned());
        }
        helps.insert(command, lines.join("\n"));
    }
    assert!(helps.len() > 1, "the help lists no commands");
    helps
}

/// All options that a help explains.
fn options(help: &str) -> BTreeSet<&str> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines.flat_map(|line| line.split([',', ' ', '[', '=', '.']).filter(|word| word.starts_with('-'))).collect()
}

/// `--strict` of `--strict=all`; `-q` of `-qq`.
fn option_name(word: &str) -> &str {
    let name = word.split(['=', ' ']).next().unwrap_or_default();
    if name.starts_with("--") { name } else { name.get(..2).unwrap_or(name) }
}

fn unknown_in_call(helps: &BTreeMap<String, String>, arguments: &[String]) -> Option<String> {
    let mut command = String::new();
    for argument in arguments {
        let longer = format!("{command} {argument}").trim_start().to_owned();
        if !helps.contains_key(&longer) {
            break;
        }
        command = longer;
    }
    if command.is_empty() && arguments.first().is_some_and(|first| !first.starts_with('-')) {
        return Some("there is no such command".to_owned());
    }
    let known = options(&helps[&command]);
    let named = arguments.iter().filter(|word| word.starts_with('-') && *word != "-").map(|word| option_name(word));
    let unknown: Vec<&str> = named.filter(|name| !known.contains(name)).collect();
    (!unknown.is_empty()).then(|| format!("{command} has no option {}", unknown.join(", ")))
}

/// The lines of all code blocks of a language.
fn code_lines<'t>(text: &'t str, language: &str) -> impl Iterator<Item = &'t str> {
    let mut inside = None;
    text.lines().filter_map(move |line| {
        let fence = line.trim_start().strip_prefix("```");
        match (fence, inside) {
            (Some(opened), None) => inside = Some(opened == language),
            (Some(_), Some(_)) => inside = None,
            (None, _) => return (inside == Some(true)).then(|| line.trim_start()),
        }
        None
    })
}

/// The lines outside code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        inside ^= is_fence;
        !inside && !is_fence
    })
}

/// What stands between backquotes in prose.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    prose(text).flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn link_targets(text: &str) -> impl Iterator<Item = &str> {
    prose(text).flat_map(|line| line.split("](").skip(1).filter_map(|rest| rest.split(')').next()))
}

/// The names by which headings of a document are linked to.
fn anchors(file: &Path) -> BTreeSet<String> {
    let text = read(&file.to_string_lossy());
    let headings = prose(&text).filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |character: &char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_');
    headings.map(|title| title.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

/// The first column of the first table below a heading, without its head and without backquotes.
fn first_column(text: &str, heading: &str) -> BTreeSet<String> {
    let below: Vec<&str> = text.lines().skip_while(|line| line.trim_start_matches('#').trim() != heading).collect();
    let tables = below.split(|line| !line.starts_with('|')).filter(|lines| !lines.is_empty());
    let rows = tables.take(1).flatten().skip(2);
    rows.filter_map(|row| row.split('|').nth(1)).map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
}
