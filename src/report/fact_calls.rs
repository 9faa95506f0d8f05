//! The read-only calls that would settle what a report leaves open, as commands of the provider's own tools.
//!
//! Which calls there are and how their commands are written stands in the provider's file; the engine says which item
//! of which section it looked for. Values of the request become words of a shell: what could be taken for an option, for
//! the name of a file or for something that a terminal obeys is left out, and said to be missing. Nothing is run here.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::engine::{CheckResult, Need, Wanted};
use crate::forms::{quoted_word, shell_words};
use crate::operation::{Provider, Section};
use crate::report::shown::is_invisible;
use crate::report::{Checked, Report};
use crate::rule::provider::CallRule;

/// A read-only call that would settle open checks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FactCall {
    /// Provider.
    pub provider: String,
    /// The section of facts that its response feeds.
    pub section: String,
    /// `<service>/<Operation>`
    pub call: String,
    /// The command, ready for a shell; none when something in it is not known.
    pub command: Option<String>,
    /// The command with blanks in braces.
    pub template: String,
    /// The blanks that could not be filled, each with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unfilled: Vec<UnfilledBlank>,
    /// What a recorded call has to say beside the response: what was asked for.
    pub request: Map<String, Value>,
    /// Whether the response says by itself what it is about; else it has to be recorded with `request`.
    pub names_itself: bool,
    /// The codes, or else the checks, that wait for it.
    pub settles: Vec<String>,
}

/// A blank of a command that could not be filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnfilledBlank {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: &'static str,
}

impl Report<'_> {
    /// The read-only calls that would settle the open checks, in the order of the checks. What nobody can ask for, such as a
    /// section without calls, is not among them.
    pub fn fact_calls(&self) -> Vec<FactCall> {
        self.checked().map(Checked::fact_calls).unwrap_or_default()
    }
}

impl Checked<'_> {
    fn fact_calls(&self) -> Vec<FactCall> {
        let mut calls: Vec<FactCall> = Vec::new();
        // Many checks wait for the same fact, and to write a command costs more than to run a check.
        let mut known: HashMap<Wanted, Option<usize>> = HashMap::new();
        for event in self.open_events() {
            debug_assert_eq!(event.result, CheckResult::Open);
            let check = self.check(event);
            let code = self.code(check).unwrap_or(&check.id);
            for need in self.wants(check, event.here) {
                let Need::Fact(wanted) = need else { continue };
                let call = *known.entry(wanted).or_insert_with_key(|wanted| {
                    let call = self.fact_call(wanted)?;
                    Some(calls.iter().position(|known| known.is_same(&call)).unwrap_or_else(|| {
                        calls.push(call);
                        calls.len() - 1
                    }))
                });
                let Some(settles) = call.map(|call| &mut calls[call].settles) else { continue };
                if !settles.iter().any(|known| known == code) {
                    settles.push(code.to_owned());
                }
            }
        }
        calls
    }

    fn fact_call(&self, wanted: &Wanted) -> Option<FactCall> {
        let provider = &self.operation.provider;
        let section = &provider.sections[wanted.section];
        let asked = Asked { checked: self, provider, section, wanted };
        let calls = asked.fitting();
        let has_key = wanted.key.is_some();
        let command = |call: &'_ CallRule| match &call.list_command {
            Some(command) if !has_key => command.clone(),
            _ => call.command.clone(),
        };
        let made: Vec<FactCall> = calls.into_iter().map(|call| asked.call(call, &command(call))).collect();
        made.iter().find(|call| call.command.is_some()).or(made.first()).cloned()
    }
}

impl FactCall {
    /// Whether both ask for the same.
    pub fn is_same(&self, other: &FactCall) -> bool {
        self.provider == other.provider && self.command == other.command && self.template == other.template
    }

    /// The response as facts: itself, or with what a recorded call has to say beside it.
    pub fn recorded(&self, response: Value) -> Value {
        json!({"call": self.call, "provider": self.provider, "request": self.request, "response": response})
    }
}

/// What is asked for, of which section, and for which request.
struct Asked<'a, 'r> {
    checked: &'a Checked<'r>,
    provider: &'a Provider,
    section: &'a Section,
    wanted: &'a Wanted,
}

impl<'a> Asked<'a, '_> {
    /// The calls that can tell what is wanted, the best first.
    fn fitting(&self) -> Vec<&'a CallRule> {
        let key = self.key();
        let of_key =
            |call: &&CallRule| call.key_value.as_deref().is_none_or(|own| key.is_none_or(|wanted| wanted == own));
        let root = self.wanted.field.as_deref().and_then(|field| field.split('.').next());
        let gives = |call: &&CallRule| root.is_some_and(|root| call.fields.get(root).is_some());
        let is_whole = |call: &&CallRule| !(call.items.is_empty() && call.item.is_empty());
        let all: Vec<&CallRule> = self.section.calls.iter().filter(of_key).collect();
        let pick = |fits: &dyn Fn(&&CallRule) -> bool| -> Vec<&'a CallRule> {
            let (other_ways, first): (Vec<_>, Vec<_>) =
                all.iter().copied().filter(fits).partition(|call| call.alternative);
            first.into_iter().chain(other_ways).collect()
        };
        let direct = pick(&|call| gives(call) && !call.alternative);
        if !direct.is_empty() {
            return pick(&gives);
        }
        pick(&is_whole)
    }

    /// The key of the item alone, without what it lies in.
    fn key(&self) -> Option<&'a str> {
        let key = self.wanted.key.as_deref()?;
        Some(key.split_once('\n').filter(|_| self.section.within.is_some()).map_or(key, |(_, key)| key))
    }

    fn within(&self) -> Option<&'a str> {
        self.section.within.as_ref()?;
        Some(self.wanted.key.as_deref()?.split_once('\n')?.0)
    }

    /// The region, unless it is refused itself: nobody can be asked there.
    fn region(&self) -> Option<&'a str> {
        let region = self.checked.operation.region;
        let mut findings = self.checked.findings.iter();
        let is_refused = findings.any(|finding| Some(self.checked.check(finding).parameter) == region);
        self.checked.region().filter(|_| !is_refused)
    }

    /// What a blank stands for.
    fn value(&self, call: &CallRule, blank: &str) -> Option<&'a str> {
        let is_one_of = |names: &[String]| names.iter().any(|name| name == blank);
        if blank == self.section.key || is_one_of(&call.key_in_request) {
            return self.key();
        }
        if self.section.within.as_deref() == Some(blank) || is_one_of(&call.within_in_request) {
            return self.within();
        }
        if self.provider.region_parameter.as_deref() == Some(blank) || is_one_of(&call.region_in_request) {
            return self.region();
        }
        let mut beside = self.wanted.beside.iter();
        beside.find(|(name, _)| name == blank).map(|(_, value)| value.as_str())
    }

    fn call(&self, call: &CallRule, template: &str) -> FactCall {
        let mut unfilled: Vec<UnfilledBlank> = Vec::new();
        let command = shell_words::with_words(template, |word| {
            let filled = filled(word, |blank| match self.value(call, blank) {
                Some(value) => {
                    self.presentable(value).map_err(|reason| UnfilledBlank { name: blank.to_owned(), reason })
                }
                None => Err(UnfilledBlank { name: blank.to_owned(), reason: "is not known" }),
            });
            match filled {
                Ok(None) => None,
                Ok(Some(text)) => Some(quoted_word(&text).into_owned()),
                Err(blank) => {
                    if !unfilled.contains(&blank) {
                        unfilled.push(blank);
                    }
                    None
                }
            }
        });
        FactCall {
            provider: self.provider.name.clone(),
            section: self.section.name.clone(),
            call: call.call.clone(),
            command: unfilled.is_empty().then_some(command),
            template: template.to_owned(),
            unfilled,
            request: self.request(call),
            names_itself: names_itself(call),
            settles: Vec::new(),
        }
    }

    /// A value that may stand in a command; else why it must not.
    fn presentable(&self, value: &str) -> Result<String, &'static str> {
        if self.checked.masked(value.to_owned()) != value {
            return Err("is secret");
        }
        if value.is_empty() {
            return Err("is empty");
        }
        if value.chars().any(|character| character.is_control() || is_invisible(character)) {
            return Err("holds characters that nobody sees");
        }
        if value.starts_with(['-', '@']) || value.contains("://") {
            return Err("could be taken for something else than a value");
        }
        Ok(value.to_owned())
    }

    /// What a recorded call says that it asked for.
    fn request(&self, call: &CallRule) -> Map<String, Value> {
        let mut request = Map::new();
        let pairs = [
            (call.region_in_request.first(), self.region().filter(|_| self.section.regional)),
            (call.within_in_request.first(), self.within()),
            (call.key_in_request.first(), self.key()),
        ];
        for (name, value) in pairs {
            if let Some((name, value)) = name.zip(value)
                && let Ok(value) = self.presentable(value)
            {
                request.insert(name.clone(), Value::String(value));
            }
        }
        for rule in [&call.only_for, &call.empty_proves_absence].into_iter().flatten() {
            request.extend(rule.with.iter().map(|(name, value)| (name.value.clone(), Value::String(value.clone()))));
        }
        request
    }
}

/// Whether a response says what it is about: it holds whole items with their keys, or things of which there is only one.
fn names_itself(call: &CallRule) -> bool {
    let holds_items = !(call.items.is_empty() && call.item.is_empty());
    let is_named = holds_items || call.key_value.is_some() || call.key_in_request.is_empty();
    is_named && call.within_in_request.is_empty() && call.only_for.is_none()
}

/// A word with its blanks filled; none when it has no blanks. Within quotes a value is escaped as JSON does, which other
/// languages read in the same way.
fn filled(
    word: &str,
    mut value: impl FnMut(&str) -> Result<String, UnfilledBlank>,
) -> Result<Option<String>, UnfilledBlank> {
    let mut out = String::new();
    let (mut rest, mut any, mut in_quotes) = (word, false, false);
    while let Some(at) = rest.find('{') {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        in_quotes ^= before.matches('"').count() % 2 == 1;
        let name_length = behind[1..].find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(0);
        let name = &behind[1..=name_length];
        if name.is_empty() || !behind[1 + name_length..].starts_with('}') {
            out.push('{');
            rest = &behind[1..];
            continue;
        }
        let text = value(name)?;
        match in_quotes {
            true => {
                let quoted = Value::String(text).to_string();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
            false => out.push_str(&text),
        }
        any = true;
        rest = &behind[name_length + 2..];
    }
    out.push_str(rest);
    Ok(any.then_some(out))
}
