//! What the command-line tool refuses before anything is sent, and what it makes of values that nobody expects.
//!
//! Its words and the order in which it looks at things come from the provider's file.

use crate::catalog::did_you_mean;
use crate::compile::template_pieces;
use crate::operation::command_line::{Refusal, Tool};
use crate::place::Span;
use crate::report::finding::{Finding, Origin, SourceNote, Warning, WarningKind};
use crate::report::fingerprint::{Fingerprint, Identity};
use crate::report::{Checked, Fix};
use crate::request::client::{BadValue, Client, ClientOption, MissingArgument, Trap};
use crate::request::given::GAP;
use crate::rule::Basis;
use crate::rule::command_line::RefusalKind;
use crate::similar::only_near;

/// The stage of what never reaches the API.
const STAGE: &str = "client";
/// Among more options than these, nobody looks for one that is meant: each is compared with each.
const MOST_COMPARED: usize = 64;
/// The short id of the check by which the plug-in of a resource misses an argument.
pub(crate) const MISSING_ARGUMENT: &str = "client-missing-argument";

/// Something that the tool refuses.
struct Refused<'c> {
    refusal: &'c Refusal,
    parameter: String,
    detail: String,
    help: Option<String>,
    fix: Option<Fix>,
    span: Span,
    /// For the blanks of the message.
    options: Vec<String>,
    words: Option<Vec<String>>,
    value: Option<&'c str>,
}

/// The short id of the check by which a tool refuses something.
pub(crate) fn client_check_id(what: RefusalKind) -> String {
    format!("{STAGE}-{}", kind_name(what))
}

impl Checked<'_> {
    /// What the tool refuses, in its order.
    pub(super) fn client_findings(&self) -> Vec<Finding> {
        self.numbered_client_findings().into_iter().map(|(_, finding)| finding).collect()
    }

    /// The same, each with its number among all that the tool refuses.
    pub(super) fn numbered_client_findings(&self) -> Vec<(usize, Finding)> {
        let missing = self.missing_arguments().map(|(number, missing)| (number, self.without_argument(missing)));
        let refused = self.client().into_iter().flat_map(|(client, tool)| {
            let refused = self.refused(client, tool).into_iter();
            refused.map(move |(number, refused)| (number, self.client_finding(tool, refused)))
        });
        missing.chain(refused).collect()
    }

    /// How many of them there are.
    pub(super) fn client_refusals(&self) -> usize {
        self.missing_arguments().count() + self.client().map_or(0, |(client, tool)| self.refused(client, tool).len())
    }

    /// What the tool makes of values, each with its number.
    pub(super) fn traps(&self) -> impl Iterator<Item = (usize, &Trap)> {
        let traps = self.client().map_or(&[][..], |(client, _)| client.traps.as_slice());
        traps.iter().enumerate().filter(|(number, _)| !self.is_muted_trap(*number))
    }

    pub(super) fn trap_warning(&self, trap: &Trap) -> Warning {
        Warning {
            fix: None,
            hints: Vec::new(),
            kind: WarningKind::ClientTrap,
            parameter: trap.parameter.clone(),
            detail: self.masked(trap.detail.clone()),
            span: self.place_of(trap.span),
            help: Some(trap.help.clone()),
            fingerprint: Fingerprint::of(Identity {
                subject: &self.operation.path(),
                check: WarningKind::ClientTrap.as_str(),
                parameter: &trap.parameter,
                value: None,
                request: self.name_in_input().as_deref(),
            }),
            check: None,
        }
    }

    /// What the plug-in of a resource misses, each with its number: a request is of a resource or of a command line.
    fn missing_arguments(&self) -> impl Iterator<Item = (usize, &MissingArgument)> {
        let missing = self.request.written.as_ref().map_or(&[][..], |written| written.missing_arguments.as_slice());
        missing.iter().enumerate().filter(|(number, _)| !self.is_muted_refusal(*number))
    }

    fn without_argument(&self, missing: &MissingArgument) -> Finding {
        let fingerprint = Fingerprint::of(Identity {
            subject: &self.operation.path(),
            check: MISSING_ARGUMENT,
            parameter: &missing.parameter,
            value: None,
            request: self.name_in_input().as_deref(),
        });
        Finding {
            fix: None,
            hints: Vec::new(),
            code: None,
            status: None,
            message: Some(missing.message.clone()),
            check: format!("{}#{MISSING_ARGUMENT}", self.operation.id()),
            parameter: missing.parameter.clone(),
            stage: STAGE.to_owned(),
            origin: Origin::Client,
            tool: Some(missing.form.to_owned()),
            basis: Basis::Documented,
            answer_basis: Basis::Documented,
            order_basis: Basis::Documented,
            detail: format!("{} is not set", missing.name),
            span: self.place_of(missing.span),
            help: None,
            alternatives: Vec::new(),
            source: SourceNote::from(&missing.source),
            fingerprint,
        }
    }

    fn client(&self) -> Option<(&Client<'_>, &Tool)> {
        let client = self.request.written.as_ref()?.client.as_ref()?;
        Some((client, self.operation.provider.command_line.as_ref()?))
    }

    /// What the tool refuses and what counts of that, each with its number.
    fn refused<'c>(&'c self, client: &'c Client<'_>, tool: &'c Tool) -> Vec<(usize, Refused<'c>)> {
        let all = self.all_refused(client, tool).into_iter().enumerate();
        all.filter(|(number, _)| !self.is_muted_refusal(*number)).collect()
    }

    fn all_refused<'c>(&'c self, client: &'c Client<'_>, tool: &'c Tool) -> Vec<Refused<'c>> {
        let mut refused = Vec::new();
        if client.unchecked {
            return refused;
        }
        for refusal in &tool.refusals {
            match refusal.written.what {
                RefusalKind::UnknownOption => self.unknown_options(client, tool, refusal, &mut refused),
                RefusalKind::MissingOption => refused.extend(self.missing_options(client, tool, refusal)),
                what => {
                    let bad = client.bad_values.iter().filter(|bad| bad.what == what);
                    refused.extend(bad.map(|bad| bad_value(bad, refusal)));
                }
            }
        }
        refused
    }

    fn unknown_options<'c>(
        &self,
        client: &'c Client<'_>,
        tool: &Tool,
        refusal: &'c Refusal,
        refused: &mut Vec<Refused<'c>>,
    ) {
        let is_unknown = |option: &&ClientOption<'_>| {
            let is_taken = tool.takes(self.operation, &option.parameter, client.unfolded) && !option.other_case;
            let may_be_new = tool.written.further_options
                && !option.other_case
                && option.name.starts_with(|first: char| first.is_ascii_lowercase());
            client.only_input || !is_taken && !may_be_new
        };
        let unknown: Vec<&ClientOption<'_>> = client.options.iter().filter(is_unknown).collect();
        let together = refusal.written.message.as_deref().is_some_and(|message| message.contains("{words}"));
        let stray = if together { client.stray.as_slice() } else { &[] };
        let one = |option: &ClientOption<'_>| {
            let program = &tool.written.program;
            let (detail, fix) = if client.only_input {
                (format!("{program} takes no parameter as an option beside a file that holds all of them"), None)
            } else {
                let names: Vec<String> = tool.parameters(self.operation).map(|name| tool.name_of(name)).collect();
                let hint = did_you_mean(&option.name, names.iter().map(String::as_str));
                let detail = format!("{program} has no option --{} for this operation{hint}", option.name);
                (detail, self.option_fix(client, option, &names))
            };
            Refused {
                refusal,
                parameter: option.parameter.clone().into_owned(),
                detail,
                help: None,
                fix,
                span: option.span,
                options: vec![option.name.clone().into_owned()],
                words: None,
                value: None,
            }
        };
        if !together {
            return refused.extend(unknown.into_iter().map(one));
        }
        let mut words: Vec<(usize, &str)> = stray.iter().map(|(word, span)| (span.start, word.as_ref())).collect();
        let of_options =
            unknown.iter().flat_map(|option| option.words.iter().map(|word| (option.span.start, word.as_ref())));
        words.extend(of_options);
        words.sort_by_key(|(at, _)| *at);
        let mut words: Vec<String> = words.into_iter().map(|(_, word)| word.to_owned()).collect();
        if refusal.written.first_value_last
            && let Some(first) = words.iter().position(|word| !word.starts_with('-'))
        {
            let first = words.remove(first);
            words.push(first);
        }
        let first = match (unknown.first(), stray.first()) {
            (Some(option), _) => one(option),
            (None, Some((word, span))) => Refused {
                refusal,
                parameter: String::new(),
                detail: format!("{word:?} belongs to no option"),
                help: None,
                fix: None,
                span: *span,
                options: Vec::new(),
                words: None,
                value: None,
            },
            (None, None) => return,
        };
        refused.push(Refused { words: Some(words), ..first });
    }

    /// The option that is meant by one that the tool does not know, when no other is as near and it is not given.
    fn option_fix(&self, client: &Client<'_>, option: &ClientOption<'_>, names: &[String]) -> Option<Fix> {
        let near = only_near(&option.name, names.iter().map(String::as_str))?;
        // Of two that could be meant for one, nobody knows which is.
        let is_rival = |given: &ClientOption<'_>| {
            let is_other = given.name_span != option.name_span && names.iter().all(|name| *name != given.name);
            is_other && only_near(&given.name, names.iter().map(String::as_str)) == Some(near)
        };
        let is_given = client.options.len() > MOST_COMPARED
            || client.options.iter().any(|given| given.name == near || is_rival(given));
        (!is_given).then(|| self.renamed(option.name_span, &option.name, near))
    }

    fn missing_options<'c>(&self, client: &Client<'_>, tool: &Tool, refusal: &'c Refusal) -> Option<Refused<'c>> {
        let more = self.request.written.as_ref().is_some_and(|written| written.more);
        if client.has_input || more {
            return None;
        }
        let is_given = |name: &String| {
            client.options.iter().any(|option| option.parameter.split('.').next() == Some(name.as_str()))
        };
        let missing: Vec<&String> =
            self.operation.command_line.required.iter().filter(|name| !is_given(name)).collect();
        let parameter = missing.first()?.to_string();
        let options: Vec<String> = missing.iter().map(|name| tool.name_of(name)).collect();
        let shown: Vec<String> = options.iter().map(|name| format!("--{name}")).collect();
        let detail = format!("{} demands {}", tool.written.program, shown.join(", "));
        let span = self.request.span;
        Some(Refused { refusal, parameter, detail, help: None, fix: None, span, options, words: None, value: None })
    }

    fn client_finding(&self, tool: &Tool, refused: Refused<'_>) -> Finding {
        let message = self.tool_message(&refused);
        let Refused { refusal, parameter, detail, help, fix, span, value, .. } = refused;
        let basis = refusal.written.basis;
        let check = client_check_id(refusal.written.what);
        let parameter = self.masked(parameter);
        let fingerprint = Fingerprint::of(Identity {
            subject: &self.operation.path(),
            check: &check,
            parameter: &parameter,
            value: value.map(|value| self.masked(value.to_owned())).as_deref(),
            request: self.name_in_input().as_deref(),
        });
        Finding {
            fix,
            hints: Vec::new(),
            code: None,
            status: None,
            message: message.map(|message| self.masked(message)),
            check: format!("{}#{check}", self.operation.id()),
            parameter,
            stage: STAGE.to_owned(),
            origin: Origin::Client,
            tool: Some(tool.written.program.clone()),
            basis,
            answer_basis: refusal.written.message_basis.unwrap_or(basis),
            order_basis: tool.written.basis,
            detail: self.masked(detail),
            span: self.place_of(span),
            help,
            alternatives: Vec::new(),
            source: SourceNote::from(refusal.source.as_ref()),
            fingerprint,
        }
    }

    /// The tool's words; none when nobody has seen them, or when something in them is not known.
    fn tool_message(&self, refused: &Refused<'_>) -> Option<String> {
        let written = &refused.refusal.written;
        let mut message = String::new();
        for piece in template_pieces(written.message.as_deref()?) {
            match piece {
                Ok(text) => message.push_str(text),
                Err("option") => message.push_str(refused.options.first()?),
                Err("options") => {
                    let mut options = refused.options.clone();
                    if written.sorted {
                        options.sort();
                    }
                    let joined = match &written.before_each {
                        Some(before) => options.iter().map(|option| format!("{before}{option}")).collect(),
                        None => options.iter().map(|option| format!("--{option}")).collect::<Vec<_>>().join(", "),
                    };
                    message.push_str(&joined);
                }
                Err("words") => message.push_str(&refused.words.as_ref()?.join(&written.between)),
                Err("value") => message.push_str(refused.value?),
                Err("service") => message.push_str(&self.operation.service),
                Err("operation") => message.push_str(&self.operation.name),
                Err(_) => return None,
            }
        }
        (!message.contains(GAP)).then_some(message)
    }
}

fn bad_value<'c>(bad: &'c BadValue<'_>, refusal: &'c Refusal) -> Refused<'c> {
    let detail = match bad.what {
        RefusalKind::MissingValue => "the option has no value".to_owned(),
        RefusalKind::BadInteger => format!("{:?} is no whole number", bad.value),
        RefusalKind::BadBoolean => format!("{:?} is neither true nor false", bad.value),
        _ => "the value is no JSON".to_owned(),
    };
    Refused {
        refusal,
        parameter: bad.parameter.clone().into_owned(),
        detail,
        help: None,
        fix: None,
        span: bad.span,
        options: vec![bad.option.clone().into_owned()],
        words: None,
        value: Some(bad.value.as_ref()),
    }
}

fn kind_name(what: RefusalKind) -> &'static str {
    match what {
        RefusalKind::UnknownOption => "unknown-option",
        RefusalKind::MissingOption => "missing-option",
        RefusalKind::MissingValue => "missing-value",
        RefusalKind::BadInteger => "bad-integer",
        RefusalKind::BadBoolean => "bad-boolean",
        RefusalKind::BadJson => "bad-json",
    }
}
