//! Workflow commands, read as the runner reads them, and the Markdown of a step's summary.

use std::collections::BTreeMap;

use super::zoo;
use crate::cli::{Folder, run};

/// A command as the runner understands it.
#[derive(Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// Reads one line: `::name key=value,key=value::message`, with what was escaped put back.
#[track_caller]
fn read(line: &str) -> Command {
    let (head, message) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
    let (name, properties) = head.split_once(' ').expect("properties");
    let plain = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let data = |text: &str| plain(text).replace("%25", "%");
    let property = |text: &str| plain(text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let pairs = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or_else(|| panic!("no value: {pair} in {line}"));
        (key.to_owned(), property(value))
    });
    Command { name: name.to_owned(), properties: pairs.collect(), message: data(message) }
}

#[test]
fn commands_say_what_the_reports_say() {
    let file = "odd, 100%: 镜.ndjson";
    let folder = Folder::new("github-commands").with(file, zoo());
    let output = folder.run(&["check", "--format=github", file]);
    let commands: Vec<Command> = output.stdout.lines().map(read).collect();
    let mut expected = Vec::new();
    for report in folder.run(&["check", "--format=ndjson", file]).reports() {
        if let Some(problem) = report.get("problem") {
            let line = problem.get("line").unwrap_or(&report["source"]["line"]).to_string();
            expected.push(("error", line, problem["message"].as_str().expect("a message").to_owned()));
        }
        for (name, key) in [("error", "findings"), ("warning", "warnings")] {
            for one in report[key].as_array().expect("a list") {
                let told = format!(
                    "{}: {}",
                    one["parameter"].as_str().expect("a name"),
                    one["detail"].as_str().expect("text")
                );
                expected.push((name, one["span"]["line"].to_string(), told));
            }
        }
    }
    assert_eq!(commands.len(), expected.len());
    assert!(expected.len() > 8);
    for (command, (name, line, told)) in commands.iter().zip(&expected) {
        assert_eq!((command.name.as_str(), &command.properties["line"]), (*name, line));
        assert_eq!(command.properties["file"], file);
        assert!(command.message.starts_with(told), "{command:?} does not say {told}");
        assert!(!command.properties["title"].is_empty());
        let number = |key: &str| command.properties[key].parse::<usize>().expect("a number");
        assert!(number("endLine") > number("line") || number("endColumn") >= number("col"));
    }
}

#[test]
fn what_came_through_a_pipe_names_no_file() {
    let output = run(&["check", "--format=github", "-"], zoo());
    for line in output.stdout.lines() {
        let command = read(line);
        assert!(!command.properties.contains_key("file"), "{line}");
        assert!(command.message.starts_with("line "), "{line}");
    }
}

#[test]
fn nothing_of_the_input_is_markup_in_the_summary() {
    let output = run(&["check", "--format=github-summary", "-"], zoo());
    assert!(output.stdout.starts_with("### preflint: 4 of 8 requests would be rejected\n"), "{}", output.stdout);
    let rows: Vec<&str> = output.stdout.lines().filter(|line| line.starts_with("| -")).collect();
    assert!(rows.len() > 6, "{}", output.stdout);
    for row in rows {
        let separators = row.replace("\\|", "").matches('|').count();
        assert_eq!(separators, 5, "{row}");
        let left: String = row.chars().filter(|character| "<>@".contains(*character)).collect();
        assert_eq!(left, "", "{row}");
    }
    assert!(!output.stdout.contains("[l](http"), "{}", output.stdout);
}

#[test]
fn a_long_summary_ends_before_github_refuses_it() {
    let output = run(&["check", "--format=github-summary", "--input=ndjson", "-"], zoo().repeat(600));
    assert!(output.stdout.len() < 1 << 20, "{}", output.stdout.len());
    assert!(output.stdout.contains(" more are not shown.\n"));
    assert!(output.stdout.starts_with("### preflint: 2400 of 4800 requests"));
}
