//! Commands of `curl`.
//!
//! Options are read as curl reads them; what a file or a variable holds is not known. Nothing is run and no file is opened.

use super::decoded::{Decoded, Rewriter};
use super::http::{Body, HttpRequest, Part, understand};
use super::knowledge::Knowledge;
use super::shell_words::{Command, Input, Word, commands, script};
use super::source::Source;
use super::{Found, Likeness, Reader};
use crate::request::given::GAP;
use crate::request::writing::Writing;

/// Texts that are commands of `curl`.
pub(crate) struct Curl;

impl Reader for Curl {
    fn name(&self) -> &'static str {
        "curl"
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#"]
    }

    fn writing(&self) -> Writing {
        Writing::InnerShell
    }

    fn recognise(&self, _: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let head = source.head();
        let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.next().unwrap_or_default();
        if !is_curl(without_prompt(first).split(' ').next().unwrap_or_default()) {
            return Likeness::No;
        }
        let decoded = source.decoded();
        let script = script(&without_prompts(&decoded.slice(0..head.len().min(decoded.text().len()))));
        // Where something else stands beside it, it is a script, whose variables and other commands count too.
        let is_curl_call =
            |command: &Command<'_>| command.words.first().is_some_and(|program| is_curl(program.text.text()));
        if !script.assignments.is_empty() || !script.commands.iter().all(is_curl_call) {
            return Likeness::No;
        }
        if script.commands.iter().any(|command| calls_known(command, knowledge)) {
            Likeness::Sure
        } else {
            Likeness::Likely
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let commands = commands(&without_prompts(&source.decoded()));
        let requests = commands.iter().flat_map(requests);
        requests.map(|request| understand(&request, source, knowledge).or_error(source, request.span)).collect()
    }
}

/// Whether a command calls a host of a provider that is known.
pub(crate) fn calls_known(command: &Command<'_>, knowledge: Knowledge<'_>) -> bool {
    requests(command).iter().any(|request| {
        let target = request.target.text();
        let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
        knowledge.host(rest.split(['/', '?', ':']).next().unwrap_or_default()).is_some()
    })
}

/// The requests that a command makes; none when it is no command of `curl`.
pub(crate) fn requests<'t>(command: &Command<'t>) -> Vec<HttpRequest<'t>> {
    let mut words = command.words.iter();
    if !words.next().is_some_and(|program| is_curl(program.text.text())) {
        return Vec::new();
    }
    let mut requests = Vec::new();
    let mut call = Call::new(command);
    while let Some(word) = words.next() {
        if word.text.text() == "--next" || word.text.text() == "-:" {
            requests.extend(std::mem::replace(&mut call, Call::new(command)).finish());
            continue;
        }
        call.word(word, &mut words);
    }
    requests.extend(call.finish());
    requests
}

/// Options of one letter that take a value.
const WITH_VALUE: &str = "ACDEFHKPQTUXbcdehmortuwxyzY";
/// Long options that take a value and say nothing about the request itself.
const LONG_WITH_VALUE: [&str; 30] = [
    "--cacert",
    "--capath",
    "--cert",
    "--cert-type",
    "--ciphers",
    "--config",
    "--connect-timeout",
    "--connect-to",
    "--cookie-jar",
    "--dns-servers",
    "--dump-header",
    "--interface",
    "--key",
    "--key-type",
    "--limit-rate",
    "--max-redirs",
    "--max-time",
    "--noproxy",
    "--output",
    "--output-dir",
    "--pinnedpubkey",
    "--proto",
    "--range",
    "--resolve",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "--trace",
    "--unix-socket",
    "--write-out",
];

struct Call<'c, 't> {
    command: &'c Command<'t>,
    method: Option<Decoded<'t>>,
    urls: Vec<Decoded<'t>>,
    headers: Vec<(Decoded<'t>, Decoded<'t>)>,
    data: Vec<Part<'t>>,
    query: Vec<Part<'t>>,
    secrets: Vec<Decoded<'t>>,
    is_get: bool,
    more: bool,
}

impl<'c, 't> Call<'c, 't> {
    fn new(command: &'c Command<'t>) -> Self {
        Call {
            command,
            method: None,
            urls: Vec::new(),
            headers: Vec::new(),
            data: Vec::new(),
            query: Vec::new(),
            secrets: Vec::new(),
            is_get: false,
            more: false,
        }
    }

    fn word<'w>(&mut self, word: &'w Word<'t>, rest: &mut impl Iterator<Item = &'w Word<'t>>)
    where
        't: 'w,
    {
        let text = word.text.text();
        if text.starts_with("--") && text.len() > 2 {
            if takes_value(text) {
                if let Some(value) = rest.next() {
                    self.option(text, &value.text);
                }
            } else {
                self.flag(text);
            }
        } else if text.starts_with('-') && text.len() > 1 {
            self.letters(word, rest);
        } else if text.chars().all(|character| character == GAP) && word.splits {
            // A variable in the place of options: or the URL, when nothing else is.
            self.more = true;
        } else {
            self.urls.push(word.text.clone());
        }
    }

    /// `-sSXPOST`: flags, and at last perhaps an option with its value.
    fn letters<'w>(&mut self, word: &'w Word<'t>, rest: &mut impl Iterator<Item = &'w Word<'t>>)
    where
        't: 'w,
    {
        let text = word.text.text();
        for (at, letter) in text.char_indices().skip(1) {
            if !WITH_VALUE.contains(letter) {
                self.flag(&format!("-{letter}"));
                continue;
            }
            let behind = at + letter.len_utf8();
            let value = match behind < text.len() {
                true => Some(word.text.slice(behind..text.len())),
                false => rest.next().map(|word| word.text.clone()),
            };
            if let Some(value) = value {
                self.option(&format!("-{letter}"), &value);
            }
            return;
        }
    }

    fn flag(&mut self, name: &str) {
        match name {
            "-G" | "--get" => self.is_get = true,
            _ if name.contains(GAP) => self.more = true,
            _ => {}
        }
    }

    fn option(&mut self, name: &str, value: &Decoded<'t>) {
        match name {
            "-X" | "--request" => self.method = Some(value.clone()),
            "--url" => self.urls.push(value.clone()),
            "-H" | "--header" => self.header(value),
            "-d" | "--data" | "--data-ascii" | "--data-binary" | "--json" => {
                let part = self.data_or_file(value);
                self.data.push(part);
            }
            "--data-raw" => self.data.push(Part::Raw(value.clone())),
            "--data-urlencode" => {
                let part = self.to_be_encoded(value);
                self.data.push(part);
            }
            "--url-query" => {
                let part = match value.text().strip_prefix('+') {
                    Some(_) => Part::Raw(value.slice(1..value.text().len())),
                    None => self.to_be_encoded(value),
                };
                self.query.push(part);
            }
            "-F" | "--form" | "--form-string" | "-T" | "--upload-file" => self.data.push(Part::Unknown),
            "-u" | "--user" | "-U" | "--proxy-user" | "-b" | "--cookie" | "--oauth2-bearer" | "-E" => {
                self.secrets.push(value.clone());
            }
            "-K" | "--config" => self.more = true,
            _ => {}
        }
    }

    fn header(&mut self, value: &Decoded<'t>) {
        match value.split_once(':') {
            Some((name, value)) if name.is_known() => self.headers.push((name, value.trimmed())),
            _ => self.more |= !value.is_known() || value.text().starts_with('@'),
        }
    }

    fn data_or_file(&self, value: &Decoded<'t>) -> Part<'t> {
        match value.text().strip_prefix('@') {
            Some(file) => self.file(file),
            None => Part::Raw(value.clone()),
        }
    }

    /// The content of a file: known only when it is what the command reads on its standard input.
    fn file(&self, name: &str) -> Part<'t> {
        match (&self.command.input, name) {
            (Some(Input::Text(text)), "-") => Part::Raw(text.clone()),
            _ => Part::Unknown,
        }
    }

    /// `name=text`, `=text`, `text`, `name@file`, `@file`, as `--data-urlencode` understands them.
    fn to_be_encoded(&self, value: &Decoded<'t>) -> Part<'t> {
        let text = value.text();
        match text.find(['=', '@']) {
            Some(at) if text.as_bytes().get(at) == Some(&b'=') => {
                Part::Pair { name: value.slice(0..at), value: value.slice(at + 1..text.len()) }
            }
            Some(at) => {
                let mut unknown = Rewriter::new(value);
                unknown.gap(at..text.len());
                Part::Pair { name: value.slice(0..at), value: unknown.finish(at..text.len()) }
            }
            None => Part::Pair { name: value.slice(0..0), value: value.clone() },
        }
    }

    fn finish(self) -> Option<HttpRequest<'t>> {
        let Call { command, method, mut urls, headers, mut data, mut query, secrets, is_get, more } = self;
        let target = if urls.is_empty() { None } else { Some(urls.swap_remove(0)) };
        let target = match target {
            Some(target) => target,
            // The URL is a variable: the parameters may still say enough.
            None if more => command.words.first()?.text.slice(0..0),
            None => return None,
        };
        if is_get {
            query.append(&mut data);
        }
        let default_method = if data.is_empty() { "GET" } else { "POST" };
        Some(HttpRequest {
            method,
            default_method,
            target,
            headers,
            query,
            body: if data.is_empty() { Body::None } else { Body::Parts(data) },
            secrets,
            more,
            span: command.span,
        })
    }
}

fn is_curl(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    name == "curl" || name == "curl.exe"
}

fn takes_value(option: &str) -> bool {
    const ABOUT_THE_REQUEST: [&str; 20] = [
        "--request",
        "--url",
        "--header",
        "--data",
        "--data-ascii",
        "--data-binary",
        "--json",
        "--data-raw",
        "--data-urlencode",
        "--url-query",
        "--form",
        "--form-string",
        "--upload-file",
        "--user",
        "--proxy-user",
        "--cookie",
        "--oauth2-bearer",
        "--user-agent",
        "--referer",
        "--proxy",
    ];
    ABOUT_THE_REQUEST.contains(&option) || LONG_WITH_VALUE.contains(&option)
}

/// A line as copied from a terminal or a page: without the prompt.
pub(super) fn without_prompt(line: &str) -> &str {
    line.strip_prefix("$ ").or_else(|| line.strip_prefix("> ")).unwrap_or(line)
}

/// The text without what belongs to a terminal: prompts, and the carets with which `cmd.exe` escapes.
fn without_prompts<'t>(text: &Decoded<'t>) -> Decoded<'t> {
    let all = text.text();
    let has_carets =
        (all.contains("^\"") && !has_plain_quotes(all)) || all.lines().any(|line| line.trim_end().ends_with(" ^"));
    let mut rewriter = Rewriter::new(text);
    let mut at = 0;
    for line in all.split_inclusive('\n') {
        let start = at + (line.len() - without_prompt(line).len());
        at += line.len();
        if !has_carets {
            rewriter.copy(start..at);
            continue;
        }
        let written = all.get(start..at).unwrap_or_default();
        let plain = written.trim_end();
        let continues = plain.ends_with('^');
        let end = start + if continues { plain.len() - 1 } else { written.len() };
        let mut from = start;
        while let Some(length) = all.get(from..end).and_then(|rest| rest.find('^')) {
            rewriter.copy(from..from + length);
            from += length + 1;
            // A caret that is escaped itself is a character.
            if all.get(from..end).is_some_and(|rest| rest.starts_with('^')) {
                rewriter.copy(from..from + 1);
                from += 1;
            }
        }
        rewriter.copy(from..end);
        if continues {
            rewriter.put(" ", end..at);
        }
    }
    rewriter.finish(0..all.len())
}

/// Whether any double quote stands without a caret, which `cmd.exe` would not have copied so.
fn has_plain_quotes(text: &str) -> bool {
    text.match_indices('"').any(|(at, _)| !text.get(..at).is_some_and(|before| before.ends_with('^')))
}
