//! The pages of docs/rules/: what the rules say, and Markdown that renders as it is meant.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use preflint::Checker;

use crate::cli::{project, run, snapshot};

const FOLDER: &str = "docs/rules";

/// Longer cells make a table that nobody can read.
const LONGEST_CELL: usize = 200;

/// All pages by their paths, as the program makes them.
fn made() -> Vec<(String, String)> {
    let make = |arguments: &[&str]| {
        let output = run(arguments, "");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
        output.stdout
    };
    let mut pages = vec![(format!("{FOLDER}/README.md"), make(&["rules", "list", "--markdown"]))];
    for summary in Checker::bundled().operations() {
        let page = make(&["rules", "show", "--markdown", &summary.operation]);
        pages.push((format!("{FOLDER}/{}.md", summary.operation), page));
    }
    pages
}

fn files_below(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.insert(path);
        }
    }
}

#[test]
fn the_pages_are_what_the_rules_say_and_there_are_no_others() {
    let overwrite = env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite");
    let pages = made();
    for (path, page) in &pages {
        if overwrite {
            fs::create_dir_all(project(path).parent().expect("a folder")).expect("a folder can be made");
        }
        snapshot(path, page);
    }
    let mut found = BTreeSet::new();
    files_below(&project(FOLDER), &mut found);
    let expected: BTreeSet<PathBuf> = pages.iter().map(|(path, _)| project(path)).collect();
    let others: Vec<&PathBuf> = found.difference(&expected).collect();
    if overwrite {
        others.iter().for_each(|file| fs::remove_file(file).expect("a page of no operation can be removed"));
    } else {
        assert!(others.is_empty(), "{others:?} are pages of no operation");
    }
}

/// The cells of a row of a table: bars end them, unless a backslash stands in front.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut characters = row.trim().trim_start_matches('|').chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => cells.last_mut().expect("a cell").extend(characters.next()),
            '|' => cells.push(String::new()),
            _ => cells.last_mut().expect("a cell").push(character),
        }
    }
    cells.pop();
    cells
}

#[test]
fn tables_have_whole_rows_of_readable_cells() {
    let mut rows = 0;
    for (path, page) in made() {
        let lines: Vec<&str> = page.lines().collect();
        for (place, head) in lines
            .iter()
            .enumerate()
            .filter(|(place, _)| lines.get(place + 1).is_some_and(|next| next.starts_with("|---")))
        {
            let columns = cells(head).len();
            for row in lines[place..].iter().take_while(|line| line.starts_with('|')) {
                rows += 1;
                let cells = cells(row);
                assert_eq!(cells.len(), columns, "{path}: {row}");
                let long = cells.iter().find(|cell| cell.chars().count() > LONGEST_CELL);
                assert_eq!(long, None, "{path}");
            }
        }
    }
    assert!(rows > 50, "only {rows} rows of tables");
}

#[test]
fn nothing_outside_code_is_taken_for_markup() {
    for (path, page) in made() {
        for line in page.lines() {
            // Code spans and links are left out; a code span begins and ends with the same number of backticks.
            let mut text = String::new();
            let mut rest = line;
            while let Some(at) = rest.find('`') {
                text.push_str(&rest[..at]);
                let fence: String = rest[at..].chars().take_while(|character| *character == '`').collect();
                let inside = &rest[at + fence.len()..];
                let end = inside.find(&fence).unwrap_or_else(|| panic!("{path}: code without an end: {line}"));
                rest = &inside[end + fence.len()..];
            }
            text.push_str(rest);
            let text = text.replace("](<", "](").replace(">)", ")");
            let mut before = ' ';
            for character in text.chars() {
                let is_markup = matches!(character, '<' | '>') && before != '\\';
                assert!(!is_markup, "{path}: {line}");
                before = character;
            }
        }
    }
}

#[test]
fn every_parameter_code_message_and_edition_is_on_its_page() {
    let checker = Checker::bundled();
    for summary in checker.operations() {
        let page = run(&["rules", "show", "--markdown", &summary.operation], "").stdout;
        let default = summary.default.as_deref().expect("a default edition");
        let description = checker.describe(&summary.operation, default).expect("a usable edition");
        for parameter in &description.parameters {
            assert!(page.contains(&format!("| `{}` |", parameter.name)), "{}: {}", description.id, parameter.name);
        }
        for check in &description.checks {
            assert!(page.contains(&format!("- `{}`: ", check.id)), "{}: {}", description.id, check.id);
        }
        for row in &description.errors {
            assert!(page.contains(&format!("### {} `{}`", row.status, row.code)), "{}: {}", description.id, row.code);
            let message = row.message.as_deref().unwrap_or("not documented");
            assert!(page.contains(message), "{}: {message}", description.id);
        }
        let success = description.success.expect("every bundled operation has one");
        for body in &success.bodies {
            assert!(
                page.contains(&format!("- `{}`: `{}`", body.media_type, body.body)),
                "{}: {}",
                description.id,
                body.body
            );
        }
        for edition in &summary.editions {
            assert!(page.contains(&format!("- {edition}")), "{}: {edition}", description.id);
        }
        let differences = page.lines().filter(|line| line.starts_with("### From ")).count();
        assert_eq!(differences, summary.editions.len() - 1, "{}", description.id);
    }
}

#[test]
fn the_list_links_to_every_page() {
    let pages = made();
    let (list, others) = pages.split_first().expect("a list");
    assert!(!others.is_empty());
    for (path, _) in others {
        let link = format!("]({})", path.strip_prefix(&format!("{FOLDER}/")).expect("a page lies in the folder"));
        assert!(list.1.contains(&link), "no link {link}");
    }
}

/// Texts of rule files that would break a page if they were written as they are.
#[test]
fn awkward_texts_stay_texts() {
    let folder = crate::cli::Folder::new("pages");
    let awkward = r"a | b `c` <d> *e* [f](g) x86_64 _h_ \\ &amp;";
    let text = format!(
        r#"{{"format": 1, "operation": "acme/box/OpenBox", "edition": "2026-01", "title": "{awkward}",
            "sources": [{{"id": "PAGE", "title": "{awkward}", "read": "2026-11-22"}}],
            "parameters": [{{"name": "Label", "type": "string", "meaning": "{awkward}",
                "defaults": [{{"value": "`x` | y"}}]}}],
            "errors": [{{"status": 400, "code": "Bad", "message": "Use `a` | ``b``.", "meaning": "-", "server": "{awkward}"}}]}}"#
    );
    let provider = include_str!("../broken_rules/base/acme/provider.json");
    let folder = folder.with("rules/acme/provider.json", provider).with("rules/acme/box/OpenBox/2026-01.json", text);
    let page = folder.run(&["rules", "show", "--markdown", "--rules", "rules", "OpenBox"]).stdout;
    let plain = r"a \| b \`c\` \<d\> \*e\* \[f\](g) x86_64 \_h\_ \\ \&amp;";
    assert!(page.contains(&format!("{plain}. `acme/box/OpenBox`")), "{page}");
    assert!(page.contains(&format!("| `Label` | string |  | `` `x` \\| y `` | {plain} |")), "{page}");
    assert!(page.contains("- Message: ```Use `a` | ``b``.```"), "{page}");
}
