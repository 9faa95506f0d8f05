//! Programs that run another one: where in a command that one stands.
//!
//! Only what is certain counts: where an option is not known to take a value or not, the command is passed over.

use crate::forms::shell_words::Word;

/// The most wrappers around each other.
const DEEPEST: usize = 8;

/// A program that runs the one behind its own options.
struct Wrapper {
    name: &'static str,
    /// Options that take the next word.
    with_value: &'static [&'static str],
    /// Options that take none. Others are not known.
    without_value: &'static [&'static str],
    /// How many words follow before the program.
    words: usize,
    /// Whether assignments may stand before the program.
    assigns: bool,
}

const WRAPPERS: [Wrapper; 12] = [
    Wrapper {
        name: "sudo",
        with_value: &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group", "--host"],
        without_value: &["-E", "-H", "-n", "-S", "-b", "-k", "-P", "-A", "--preserve-env", "--non-interactive"],
        words: 0,
        assigns: true,
    },
    Wrapper {
        name: "env",
        with_value: &["-u", "-C", "--unset", "--chdir"],
        without_value: &["-i", "-", "--ignore-environment", "-v", "--debug"],
        words: 0,
        assigns: true,
    },
    plain("exec", &["-a"], &["-c", "-l"]),
    plain("command", &[], &["-p"]),
    plain("nohup", &[], &[]),
    plain("time", &["-f", "-o", "--format", "--output"], &["-p", "-v", "-a"]),
    plain("nice", &["-n", "--adjustment"], &[]),
    plain("ionice", &["-c", "-n"], &["-t"]),
    plain("stdbuf", &["-i", "-o", "-e"], &[]),
    plain("setsid", &[], &["-f", "-w", "-c"]),
    Wrapper {
        name: "timeout",
        with_value: &["-s", "-k", "--signal", "--kill-after"],
        without_value: &["--foreground", "--preserve-status", "-v"],
        words: 1,
        assigns: false,
    },
    plain("!", &[], &[]),
];

/// Options of containers that take no value; all others do, in a word of their own or behind `=`.
const CONTAINER_FLAGS: [&str; 18] = [
    "-i",
    "-t",
    "-it",
    "-ti",
    "-d",
    "-P",
    "--rm",
    "--init",
    "--interactive",
    "--tty",
    "--detach",
    "--privileged",
    "--read-only",
    "--publish-all",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--sig-proxy",
    "--quiet",
];

const fn plain(
    name: &'static str,
    with_value: &'static [&'static str],
    without_value: &'static [&'static str],
) -> Wrapper {
    Wrapper { name, with_value, without_value, words: 0, assigns: false }
}

/// The place of the program that a command runs in the end; none when that is not certain.
pub(super) fn program_at(words: &[Word<'_>]) -> Option<usize> {
    let mut at = 0;
    for _ in 0..DEEPEST {
        let name = words.get(at)?.text.text();
        let inner = match name {
            "docker" | "podman" | "nerdctl" => in_container(words.get(at..)?)?,
            _ => match WRAPPERS.iter().find(|wrapper| wrapper.name == name) {
                Some(wrapper) => behind(wrapper, words.get(at..)?)?,
                None => return Some(at),
            },
        };
        at += inner;
    }
    None
}

fn behind(wrapper: &Wrapper, words: &[Word<'_>]) -> Option<usize> {
    let mut at = 1;
    let mut left = wrapper.words;
    loop {
        let text = words.get(at)?.text.text();
        let is_flag = text == "--" || wrapper.without_value.contains(&text);
        if is_flag || text.starts_with("--") && text.contains('=') {
            at += 1;
        } else if wrapper.with_value.contains(&text) {
            at += 2;
        } else if text.starts_with('-') {
            return None;
        } else if wrapper.assigns && text.contains('=') {
            at += 1;
        } else if left > 0 {
            left -= 1;
            at += 1;
        } else {
            return Some(at);
        }
    }
}

/// `docker run [options] image program ...`, `docker exec [options] container program ...`
fn in_container(words: &[Word<'_>]) -> Option<usize> {
    let verb = words.get(1)?.text.text();
    if verb != "run" && verb != "exec" {
        return None;
    }
    let mut at = 2;
    loop {
        let word = words.get(at)?;
        let text = word.text.text();
        if word.splits {
            // It may be any number of options.
            return None;
        }
        if CONTAINER_FLAGS.contains(&text) || text.starts_with("--") && text.contains('=') {
            at += 1;
        } else if text.starts_with('-') {
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
}
