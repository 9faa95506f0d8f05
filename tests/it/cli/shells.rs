//! What shells and readers of manuals get is made from the definitions by which arguments are read. `tests/shells/run` asks
//! the shells and the readers themselves, where they are installed.

use std::process::Command;

use super::{Folder, run};

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell], "");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{shell}");
        // Not every shell completes the values of options.
        let values: &[&str] = if ["powershell", "elvish"].contains(&shell) { &[] } else { &["unused-ignore"] };
        for word in ["check", "witness", "--write-baseline", "isolated", "fail-on"].iter().chain(values) {
            // Fish writes options without their dashes.
            let word = if shell == "fish" { word.trim_start_matches('-') } else { *word };
            assert!(output.stdout.contains(word), "{shell} does not know {word}");
        }
    }
    // Fish is told of arguments that are no options by us.
    let fish = run(&["completions", "fish"], "").stdout;
    assert!(fish.contains("\"__fish_preflint_using_subcommand schema\" -f -a config -d "), "{fish}");
    assert_eq!(run(&["completions", "cmd"], "").code, 2);
    assert_eq!(run(&["completions"], "").code, 2);
}

#[cfg(unix)]
#[test]
fn bash_completes() {
    let folder = Folder::new("completions").with("preflint.bash", run(&["completions", "bash"], "").stdout);
    let complete = |words: &[&str]| {
        let last = words.len() - 1;
        let (current, before) = (words[last], words[last - 1]);
        let script = format!(
            "source ./preflint.bash; COMP_WORDS=({}); COMP_CWORD={last}; _preflint preflint '{current}' '{before}'; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
        );
        let output = Command::new("bash").args(["--norc", "-c", &script]).current_dir(folder.path()).output();
        let output = output.expect("bash runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["preflint", "che"]), ["check"]);
    assert_eq!(complete(&["preflint", "rules", "wit"]), ["witness"]);
    assert_eq!(complete(&["preflint", "check", "--write-b"]), ["--write-baseline"]);
    assert_eq!(complete(&["preflint", "check", "--color", "al"]), ["always"]);
    assert_eq!(complete(&["preflint", "schema", "con"]), ["config"]);
}

#[test]
fn the_manual_tells_of_every_command_and_option() {
    let page = |arguments: &[&str]| {
        let output = run(&[&["man"], arguments].concat(), "");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{arguments:?}");
        // Roff escapes hyphens.
        output.stdout.replace("\\-", "-")
    };
    let whole = page(&[]);
    assert!(whole.starts_with(".ie") || whole.starts_with(".TH"), "{}", &whole[..80]);
    let commands = ["check", "explain", "replay", "rules", "schema", "completions", "man"];
    assert!(commands.iter().all(|command| whole.contains(&format!("preflint-{command}(1)"))), "{whole}");
    let help = run(&["check", "--help"], "").stdout;
    let check = page(&["check"]);
    assert!(check.contains(".TH preflint-check 1"), "{check}");
    let options = help.lines().filter_map(|line| {
        line.trim_start().split([' ', ',', '=', '[', '.']).find(|word| word.starts_with("--")).map(str::to_owned)
    });
    let mut count = 0;
    for option in options.filter(|option| option.len() > 2) {
        assert!(check.contains(&option), "the manual lacks {option}");
        count += 1;
    }
    assert!(count > 15, "only {count} options in the help");
    assert!(page(&["rules", "show"]).contains("preflint-rules-show"));
    for page in [&whole, &check, &page(&["replay"]), &page(&["completions"])] {
        let heading = page.lines().find(|line| line.starts_with(".TH ")).expect("a heading");
        let date = heading.split(' ').find(|word| word.matches('-').count() == 2 && word.starts_with("20"));
        assert!(
            date.is_some() && heading.contains("\"preflint ") && heading.matches('"').count() % 2 == 0,
            "{heading}"
        );
        // Indented lines, such as examples, stay lines.
        let mut is_kept = false;
        for line in page.lines() {
            is_kept = (is_kept || line == ".nf") && line != ".fi";
            assert_eq!(is_kept && line != ".nf", line.starts_with("  "), "{line}");
        }
    }
    assert!(check.contains("\n.SH \"EXIT STATUS\"\n") && check.contains("\n.SH EXAMPLES\n"), "{check}");
    let wrong = run(&["man", "chekc"], "");
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.contains("\"check\""), "{}", wrong.stderr);
}
