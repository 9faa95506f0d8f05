//! Programs that run another one: where in a command that one stands.
//!
//! Only what is certain counts: where an option is not known to take a value or not, the command is passed over.

use std::borrow::Cow;

use crate::forms::decoded::Rewriter;
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

const WRAPPERS: [Wrapper; 19] = [
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
    plain("doas", &["-u", "-C"], &["-n"]),
    plain("chronic", &[], &["-v", "-e"]),
    plain("unbuffer", &[], &["-p"]),
    plain("builtin", &[], &[]),
    plain("watch", &["-n", "--interval"], &["-d", "-t", "-e", "-x", "-c"]),
    Wrapper {
        name: "flock",
        with_value: &["-w", "--timeout", "-E"],
        without_value: &["-n", "-x", "-s", "--nonblock"],
        words: 1,
        assigns: false,
    },
    Wrapper { name: "gosu", with_value: &[], without_value: &[], words: 1, assigns: false },
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

/// The words of the command that runs in the end; none when that is not certain.
pub(super) fn unwrapped<'w, 't>(words: &'w [Word<'t>]) -> Option<Cow<'w, [Word<'t>]>> {
    let mut words = Cow::Borrowed(words);
    for _ in 0..DEEPEST {
        let name = words.first()?.text.text();
        words = match name {
            "xargs" => Cow::Owned(with_arguments(&words)?),
            "find" => Cow::Owned(for_each_file(&words)?),
            _ => {
                let at = match name {
                    "docker" | "podman" | "nerdctl" => in_container(&words)?,
                    _ => match WRAPPERS.iter().find(|wrapper| wrapper.name == name) {
                        Some(wrapper) => behind(wrapper, &words)?,
                        None => return Some(words),
                    },
                };
                match words {
                    Cow::Borrowed(words) => Cow::Borrowed(words.get(at..)?),
                    Cow::Owned(mut words) => Cow::Owned(words.split_off(at)),
                }
            }
        };
    }
    None
}

/// Options of one letter of `xargs` that take a value, and those that take none.
const XARGS_LETTERS: (&str, &str) = ("nPLsdEaI", "0rtpxo");
/// Long options of `xargs` that take the next word, and those that take none.
const XARGS_LONG: (&[&str], &[&str]) = (
    &["--max-args", "--max-procs", "--max-lines", "--max-chars", "--delimiter", "--arg-file"],
    &["--null", "--no-run-if-empty", "--verbose", "--interactive", "--exit", "--open-tty"],
);

/// `xargs [options] program ...`: further words follow, or stand where the command says so.
fn with_arguments<'t>(words: &[Word<'t>]) -> Option<Vec<Word<'t>>> {
    let mut place = None;
    let mut at = 1;
    loop {
        let text = words.get(at)?.text.text();
        at += 1;
        if let Some(name) = text.strip_prefix("--replace=") {
            place = Some(name.to_owned());
        } else if text == "--replace" || text == "-i" {
            place = Some("{}".to_owned());
        } else if text == "--" {
            break;
        } else if text.starts_with("--") {
            let (with_value, without) = XARGS_LONG;
            match text {
                _ if text.contains('=') || without.contains(&text) => {}
                _ if with_value.contains(&text) => at += 1,
                _ => return None,
            }
        } else if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let (with_value, without) = XARGS_LETTERS;
            let flags = letters.trim_start_matches(|letter| without.contains(letter));
            let Some(letter) = flags.chars().next() else { continue };
            if !with_value.contains(letter) {
                return None;
            }
            let attached = flags.get(letter.len_utf8()..).unwrap_or_default();
            let value = if attached.is_empty() { words.get(at)?.text.text() } else { attached };
            if letter == 'I' {
                place = Some(value.to_owned());
            }
            at += usize::from(attached.is_empty());
        } else {
            at -= 1;
            break;
        }
    }
    let inner = words.get(at..).filter(|inner| !inner.is_empty())?;
    if let Some(place) = place {
        return (!place.is_empty()).then(|| inner.iter().map(|word| with_gaps(word, &place)).collect());
    }
    let mut inner = inner.to_vec();
    let last = inner.last()?.text.clone();
    let end = last.text().len();
    let mut further = Rewriter::new(&last);
    further.gap(end..end);
    inner.push(Word { text: further.finish(end..end), splits: true, quoted: false });
    Some(inner)
}

/// `find ... -exec program {} ;`
fn for_each_file<'t>(words: &[Word<'t>]) -> Option<Vec<Word<'t>>> {
    let is_exec = |word: &Word<'_>| matches!(word.text.text(), "-exec" | "-execdir" | "-ok" | "-okdir");
    let inner = words.get(words.iter().position(is_exec)? + 1..)?;
    let end = inner.iter().position(|word| matches!(word.text.text(), ";" | "+"))?;
    Some(inner.get(..end)?.iter().map(|word| with_gaps(word, "{}")).collect())
}

/// A word in which something else is put in the place of a text.
fn with_gaps<'t>(word: &Word<'t>, place: &str) -> Word<'t> {
    let text = word.text.text();
    let mut out = Rewriter::new(&word.text);
    let mut copied = 0;
    for (at, _) in text.match_indices(place) {
        out.copy(copied..at);
        copied = at + place.len();
        out.gap(at..copied);
    }
    if copied == 0 {
        return word.clone();
    }
    out.copy(copied..text.len());
    Word { text: out.finish(0..text.len()), splits: word.splits, quoted: word.quoted }
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
