//! Calls of a provider's command-line tool.
//!
//! Programs, options and what becomes of values stand in provider.json; here is only how words of a command are options,
//! values and arguments. What the tool would refuse is noted for the report, which knows the edition that is meant.
//! Nothing is run and no file is opened.

mod options;
mod values;
mod wrappers;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::Found;
use super::decoded::Decoded;
use super::embedded;
use super::knowledge::Knowledge;
use super::shell_words::{Command, Word};
use super::source::{Draft, Source};
use crate::operation::command_line::Tool;
use crate::operation::{Operation, Provider};
use crate::place::Span;
use crate::request::client::{BadValue, Client, ClientOption, Trap};
use crate::request::given::{GAP, Given, GivenValue, Written};
use crate::request::slots::looks_secret;
use crate::rule::command_line::{NameStyle, OptionRole, ToolOption};

use options::{Argument, Arguments, Meaning};

/// The call that a command makes; none when it is no call of a tool that we know, or nothing is sent.
pub(crate) fn found<'t>(command: &Command<'t>, source: &Source<'t>, knowledge: Knowledge<'_>) -> Option<Found<'t>> {
    let words = wrappers::unwrapped(&command.words)?;
    let (program, arguments) = words.split_first()?;
    let provider = knowledge.tool(program_name(program)?)?;
    let tool = provider.command_line.as_ref()?;
    let (service, operation) = names(arguments, tool)?;
    let named = operation.text();
    let known = known_service(&provider, tool, service.text());
    let (is_known, service) = (known.is_some(), known.unwrap_or(service.text()));
    let looks_like_one =
        tool.written.names == NameStyle::Verbatim && named.starts_with(|first: char| first.is_ascii_uppercase());
    if !is_known && !looks_like_one {
        return None;
    }
    let operation_name = knowledge.called(&provider, tool, service, named);
    let last = arguments.last().map_or(program.text.whole().end, |word| word.text.whole().end);
    let span = Span::new(program.text.whole().start, last);
    let site = endpoint_site(arguments, &provider, tool, knowledge);
    let operation = knowledge.newest(&provider, service, &operation_name, site.clone());
    let mut call = Call {
        provider: &provider,
        tool,
        service,
        operation: operation.as_deref(),
        written: Written { site, ..Written::default() },
        client: Client::default(),
        nothing_sent: false,
    };
    call.read(arguments);
    if call.nothing_sent {
        return None;
    }
    let written = call.finish();
    let draft = Draft {
        provider: provider.name.clone(),
        service: Some(service.to_owned()),
        operation: operation_name,
        span,
        written,
        ..Draft::default()
    };
    Some(Found::request(source.request(draft)))
}

/// Whether a command names an operation that there are rules for.
pub(crate) fn is_known(command: &Command<'_>, knowledge: Knowledge<'_>) -> bool {
    let call = || {
        let words = wrappers::unwrapped(&command.words)?;
        let (program, arguments) = words.split_first()?;
        let provider = knowledge.tool(program_name(program)?)?;
        let tool = provider.command_line.as_ref()?;
        let (service, operation) = names(arguments, tool)?;
        let service = known_service(&provider, tool, service.text())?;
        let name = knowledge.called(&provider, tool, service, operation.text());
        Some(knowledge.has_operation(&provider, service, &name))
    };
    call().unwrap_or(false)
}

/// A service by the name that a tool is given.
fn known_service<'p>(provider: &'p Provider, tool: &Tool, written: &str) -> Option<&'p str> {
    let mut names = provider.wire.versions.iter().map(|(name, _)| name.value.as_str());
    names.find(|name| *name == written || tool.written.services_in_any_case && name.eq_ignore_ascii_case(written))
}

/// Whether a command calls a tool that we know, whatever it does there.
pub(crate) fn is_call(command: &Command<'_>, knowledge: Knowledge<'_>) -> bool {
    let words = wrappers::unwrapped(&command.words);
    words.and_then(|words| words.first().map(|word| is_tool(word, knowledge))).unwrap_or(false)
}

/// Whether a word names a tool that we know.
pub(crate) fn is_tool(word: &Word<'_>, knowledge: Knowledge<'_>) -> bool {
    program_name(word).is_some_and(|name| knowledge.tool(name).is_some())
}

/// The command that runs in the end, without those that only run it; none when that is not certain.
pub(crate) fn unwrapped<'t>(command: &Command<'t>) -> Option<Command<'t>> {
    let words = wrappers::unwrapped(&command.words)?.into_owned();
    (!words.is_empty()).then(|| Command { words, ..command.clone() })
}

/// The name of a program, without the folder in which it lies.
fn program_name<'w>(word: &'w Word<'_>) -> Option<&'w str> {
    let text = word.text.text();
    let name = text.rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    (!text.contains(GAP)).then_some(name)
}

/// The first two arguments that are no options: service and operation.
fn names<'a, 't>(arguments: &'a [Word<'t>], tool: &'a Tool) -> Option<(&'a Decoded<'t>, &'a Decoded<'t>)> {
    let mut plain = Arguments::of(arguments, tool, None, false).filter_map(|argument| match argument {
        Argument::Plain(word) => Some(&word.text),
        Argument::Option { .. } => None,
    });
    let (service, operation) = (plain.next()?, plain.next()?);
    (service.is_known() && operation.is_known()).then_some((service, operation))
}

/// The site of the host to which the request is sent.
fn endpoint_site(arguments: &[Word<'_>], provider: &Provider, tool: &Tool, knowledge: Knowledge<'_>) -> Option<String> {
    let mut all = Arguments::of(arguments, tool, None, false);
    let host = all.find_map(|argument| match argument {
        Argument::Option { meaning: Meaning::Tool(option), values, .. }
            if option.role == Some(OptionRole::Endpoint) =>
        {
            values.into_iter().next()
        }
        _ => None,
    })?;
    let host = host.text().rsplit("://").next()?;
    let service = knowledge.host(host.split(['/', ':']).next()?)?;
    service.site.filter(|_| service.provider.name == provider.name)
}

struct Call<'c, 't> {
    provider: &'c Arc<Provider>,
    tool: &'c Tool,
    service: &'c str,
    /// The edition that options are held against as long as no other is asked for.
    operation: Option<&'c Operation>,
    written: Written<'t>,
    client: Client<'t>,
    nothing_sent: bool,
}

impl<'t> Call<'_, 't> {
    fn read(&mut self, words: &[Word<'t>]) {
        let has = |role| {
            Arguments::of(words, self.tool, None, false).any(|argument| {
                matches!(argument, Argument::Option { meaning: Meaning::Tool(option), .. } if option.role == Some(role))
            })
        };
        let (unchecked, unfolded) = (has(OptionRole::Unchecked), has(OptionRole::Unfolded));
        let only_input = has(OptionRole::OnlyInput);
        self.client = Client { unchecked, unfolded, only_input, has_input: only_input, ..Client::default() };
        let mut plain = 0;
        for argument in Arguments::of(words, self.tool, self.operation, unfolded) {
            match argument {
                Argument::Plain(word) => {
                    plain += 1;
                    if plain > 2 {
                        self.stray(word);
                    }
                }
                Argument::Option { meaning: Meaning::Tool(option), values, place, .. } => {
                    self.tool_option(option, &values, place);
                }
                Argument::Option {
                    meaning: Meaning::Parameter { name, parameter, other_case },
                    values,
                    words,
                    place,
                } => {
                    self.parameter(&name, parameter, other_case, &values, words, place);
                }
                // Any option may be meant.
                Argument::Option { meaning: Meaning::Unknown, .. } => self.written.more = true,
            }
        }
    }

    /// A word that is neither an option nor the value of one.
    fn stray(&mut self, word: &Word<'t>) {
        let text = word.text.text();
        if text.starts_with(GAP) {
            // It may be options.
            self.written.more = true;
        } else if self.tool.written.help_words.iter().any(|help| help == text) {
            self.nothing_sent = true;
        } else {
            self.client.stray.push((word.text.cow(), word.text.whole()));
        }
    }

    fn tool_option(&mut self, option: &ToolOption, values: &[Decoded<'t>], place: Span) {
        let value = values.first();
        if option.secret {
            values.iter().for_each(|value| self.hide(value));
        }
        if let (Some(parameter), Some(value)) = (&option.sets, value) {
            self.give(Cow::Owned(parameter.clone()), place, value.value(), value.whole());
        }
        match (option.role, value) {
            (Some(OptionRole::NothingSent), _) => self.nothing_sent = true,
            (Some(OptionRole::OnlyInput), _) => self.written.more = true,
            (Some(OptionRole::Input), Some(value)) => self.input(value),
            (Some(OptionRole::Version), Some(value)) if value.is_known() => {
                let known = self.provider.wire.versions.get(self.service);
                if known.is_some_and(|known| known != value.text()) {
                    let message = format!("no rules for version {} of {}", value.text(), self.service);
                    self.written.unsupported = Some(message);
                }
            }
            _ => {}
        }
    }

    /// A JSON text with parameters, or the name of a file with them: they count over options.
    fn input(&mut self, value: &Decoded<'t>) {
        self.client.has_input = true;
        let members = match embedded::read(value) {
            Ok(read) => match read.value {
                GivenValue::Members(members) => {
                    self.written.more |= read.more;
                    members
                }
                // The output of a command, a variable: it may hold anything.
                _ if !value.is_known() => return self.any_input(),
                _ => Vec::new(),
            },
            Err(_) => return self.any_input(),
        };
        let names: HashSet<&str> = members.iter().map(|member| member.name.as_ref()).collect();
        self.written.given.retain(|given| !names.contains(given.name.as_ref()));
        self.written.given.extend(members);
    }

    /// Parameters that nobody sees, and that count over those that are seen.
    fn any_input(&mut self) {
        self.written.more = true;
        self.written.given.iter_mut().for_each(|given| given.value = GivenValue::Unknown);
    }

    fn parameter(
        &mut self,
        name: &Decoded<'t>,
        parameter: Option<String>,
        other_case: bool,
        values: &[Decoded<'t>],
        words: Vec<Cow<'t, str>>,
        place: Span,
    ) {
        let written = name.cow();
        let is_file = self.tool.written.file_suffix.as_deref().is_some_and(|suffix| written.ends_with(suffix));
        if looks_secret(&written) {
            values.iter().for_each(|value| self.hide(value));
        }
        let span = values.first().map_or(name.whole(), Decoded::whole);
        let wire: Cow<'t, str> = parameter.as_ref().map_or_else(|| written.clone(), |name| Cow::Owned(name.clone()));
        let option =
            ClientOption { parameter: wire.clone(), name: written.clone(), other_case, words, span, name_span: place };
        self.client.options.push(option);
        let is_sent = parameter.is_some() || self.client.unchecked;
        if !is_sent || self.client.only_input {
            return;
        }
        // Unchecked, the name travels as it is written.
        let wire = if self.client.unchecked && other_case { written.clone() } else { wire };
        let value = match is_file {
            true => GivenValue::Unknown,
            false => self.value(&wire, &written, values, span),
        };
        self.give(wire, place, value, span);
    }

    fn value(&mut self, parameter: &str, option: &str, values: &[Decoded<'t>], span: Span) -> GivenValue<'t> {
        let converted = values::convert(self.tool, self.operation, parameter, self.client.unfolded, values);
        self.written.more |= converted.more;
        if let Some(what) = converted.refused {
            let value = values.first().map_or(Cow::Borrowed(""), Decoded::cow);
            let (option, parameter) = (Cow::Owned(option.to_owned()), Cow::Owned(parameter.to_owned()));
            self.client.bad_values.push(BadValue { what, option, parameter, value, span });
        }
        if let Some((detail, help)) = converted.trap {
            self.client.traps.push(Trap { parameter: parameter.to_owned(), detail, help, span });
        }
        converted.value
    }

    fn give(&mut self, name: Cow<'t, str>, place: Span, value: GivenValue<'t>, span: Span) {
        if self.tool.written.last_counts {
            self.written.given.retain(|given| given.name != name);
        }
        self.written.given.push(Given::new(name, place, value, span));
    }

    /// Keeps a value out of all output, and what it consists of, where it is JSON.
    fn hide(&mut self, value: &Decoded<'t>) {
        if embedded::looks_like_json(value.text())
            && let Ok(read) = embedded::read(value)
        {
            self.hide_all(&read.value);
        }
        let given = Given::new(Cow::Borrowed(""), value.whole(), value.value(), value.whole());
        self.written.hide(&given);
    }

    /// The reader of JSON bounds the depth.
    fn hide_all(&mut self, value: &GivenValue<'t>) {
        let (GivenValue::Members(inner) | GivenValue::List(inner)) = value else { return };
        for one in inner {
            self.written.hide(one);
            self.hide_all(&one.value);
        }
    }

    /// The region is taken from settings where the command says none.
    fn finish(mut self) -> Written<'t> {
        if let Some(region) = &self.provider.region_parameter
            && !self.written.given.iter().any(|given| given.name.eq_ignore_ascii_case(region))
        {
            let unknown = Given::new(Cow::Owned(region.clone()), Span::default(), GivenValue::Unknown, Span::default());
            self.written.given.push(unknown);
        }
        self.written.client = Some(self.client);
        self.written
    }
}
