//! Scripts in files of CI systems: GitHub Actions, GitLab CI and those that look like them.
//!
//! Every text under a key that holds a script is read as a shell script of its own. A step in another language, or in the
//! shell of another system, is passed over.

use std::collections::HashSet;

use super::decoded::Decoded;
use super::knowledge::Knowledge;
use super::source::Source;
use super::yaml::{Yaml, YamlValue, documents};
use super::{Found, Likeness, Reader, command_line, script, shell_words};
use crate::request::InputErrorKind;
use crate::request::writing::Writing;

/// Keys whose values are scripts, as a text or as a list of texts.
const SCRIPTS: [&str; 6] = ["run", "script", "before_script", "after_script", "bash", "commands"];
/// A script that the same shell runs before another one.
const BEFORE: &str = "before_script";
const BEHIND: &str = "script";
/// Shells that read what is read here.
const SHELLS: [&str; 4] = ["bash", "sh", "/bin/bash", "/bin/sh"];

/// Files of CI systems.
pub(crate) struct Ci;

impl Reader for Ci {
    fn name(&self) -> &'static str {
        "ci"
    }

    fn is_container(&self) -> bool {
        true
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#"]
    }

    fn writing(&self) -> Writing {
        Writing::InnerShell
    }

    fn recognise(&self, name: &str, source: &Source<'_>, knowledge: Knowledge<'_>) -> Likeness {
        let by_name = name.ends_with(".yml") || name.ends_with(".yaml");
        if !by_name && !name.is_empty() && name != "-" {
            return Likeness::No;
        }
        let head = source.head();
        let key_of = |line: &str| {
            let key = line.trim_start_matches([' ', '-']).split(':').next().unwrap_or_default().trim_end();
            line.contains(':') && SCRIPTS.contains(&key)
        };
        if !head.lines().any(key_of) {
            return Likeness::No;
        }
        let calls = |line: &str| {
            let line = line.trim_start_matches([' ', '-']);
            let behind_key =
                line.split_once(": ").filter(|(key, _)| SCRIPTS.contains(key)).map_or(line, |(_, rest)| rest);
            let line = Decoded::of(behind_key.trim_start_matches(['\'', '"']));
            shell_words::commands(&line).iter().any(|command| command_line::is_known(command, knowledge))
        };
        match head.lines().any(calls) {
            true => Likeness::Sure,
            false if by_name => Likeness::Likely,
            false => Likeness::No,
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let (documents, broken) = documents(source);
        let mut file = File { source, knowledge, seen: HashSet::new(), found: Vec::new() };
        documents.iter().for_each(|document| file.value(document, true));
        if let Some(broken) = broken {
            let kind = if broken.too_much { InputErrorKind::Limit } else { InputErrorKind::Syntax };
            file.found.push(Found::error(kind, broken.message, source.position(broken.at)));
        }
        file.found
    }
}

struct File<'s, 'k, 't> {
    source: &'s Source<'t>,
    knowledge: Knowledge<'k>,
    /// Where scripts begin that were read: what several aliases name is one script.
    seen: HashSet<usize>,
    found: Vec<Found<'t>>,
}

impl<'t> File<'_, '_, 't> {
    /// Looks for scripts in a value; `in_shell` says whether scripts are for a shell where nothing else is said. The
    /// reader of YAML bounds the depth.
    fn value(&mut self, yaml: &Yaml<'t>, in_shell: bool) {
        match &yaml.value {
            YamlValue::List(items) => items.iter().for_each(|item| self.value(item, in_shell)),
            YamlValue::Map(members) => {
                let in_shell = said(yaml).unwrap_or(in_shell);
                for (key, value) in members {
                    let is_script = SCRIPTS.iter().any(|script| key.is_text(script));
                    match &value.value {
                        YamlValue::Text(_) | YamlValue::List(_) if is_script => {
                            if in_shell {
                                let before = yaml.get(BEFORE).filter(|_| key.is_text(BEHIND));
                                self.script(before, value);
                            }
                        }
                        // What an action is given may be a script of another language.
                        _ if key.is_text("with") && !runs_elsewhere(yaml) => {}
                        _ => self.value(value, in_shell),
                    }
                }
            }
            _ => {}
        }
    }

    /// A script in the pieces of a list, which one shell runs one after the other, those of `before` first.
    fn script(&mut self, before: Option<&Yaml<'t>>, yaml: &Yaml<'t>) {
        let (mut pieces, mut behind) = (Vec::new(), Vec::new());
        if let Some(before) = before {
            texts(before, &mut pieces, &mut |_| {});
        }
        let mut steps = Vec::new();
        texts(yaml, &mut behind, &mut |step| steps.push(step));
        behind.retain(|text| self.seen.insert(text.whole().start));
        // What an alias names may stand behind it: its variables are not looked at.
        pieces.retain(|piece| behind.first().is_some_and(|first| piece.whole().end <= first.whole().start));
        let first = pieces.len();
        pieces.append(&mut behind);
        script::requests_of(&pieces, first, self.source, self.knowledge, &mut self.found);
        steps.into_iter().for_each(|step| self.value(step, true));
    }
}

/// The texts of a list, and of lists in it; steps that are maps are handed to `step`.
fn texts<'y, 't>(yaml: &'y Yaml<'t>, out: &mut Vec<&'y Decoded<'t>>, step: &mut dyn FnMut(&'y Yaml<'t>)) {
    match &yaml.value {
        YamlValue::Text(text) => out.push(text),
        YamlValue::List(items) => items.iter().for_each(|item| texts(item, out, step)),
        YamlValue::Map(_) => step(yaml),
        _ => {}
    }
}

/// Whether a step uses an action that runs shell scripts on another machine.
fn runs_elsewhere(yaml: &Yaml<'_>) -> bool {
    yaml.get("uses").and_then(Yaml::text).is_some_and(|uses| uses.text().contains("ssh"))
}

/// Whether a map says that its scripts are for a shell, or that they are not.
fn said(yaml: &Yaml<'_>) -> Option<bool> {
    let default = yaml.get("defaults").and_then(|defaults| defaults.get("run"));
    let shell = yaml.get("shell").or_else(|| default.and_then(|default| default.get("shell")));
    if let Some(shell) = shell.and_then(Yaml::text) {
        let program = shell.text().split_ascii_whitespace().next().unwrap_or_default();
        return Some(SHELLS.contains(&program));
    }
    let runner = yaml.get("runs-on")?;
    let mut labels = Vec::new();
    texts(runner.get("labels").unwrap_or(runner), &mut labels, &mut |_| {});
    labels.iter().any(|label| label.text().to_ascii_lowercase().contains("windows")).then_some(false)
}
