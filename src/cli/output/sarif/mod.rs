//! SARIF 2.1.0: one log with one run.
//!
//! Results are written as they come; the rules that they are about, and what the run as a whole did, stand behind them,
//! because only then it is known which there are. A piece is two lines: the rule's id and the result without it; or one,
//! a notification. Which number a rule has depends on all results before, so that it is given where pieces are put together.

mod fixes;
mod location;
mod rules;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::{env, str};

use preflint::rule::Basis;
use preflint::{
    Checker, Finding, Fingerprint, Hint, OpenCheck, Origin, SuppressedBy, SuppressedResult, Suppression, Verdict,
    Warning,
};
use serde::Serialize;

use super::uri::FileUri;
use super::{Document, End, Item, Renderer, answer, ended, outcome};
use crate::Exit;
use crate::human::{sentence, told};
use fixes::FixNote;
use location::{Location, Region};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// By which results are told from each other: the fingerprint of a finding, and the version of how it is made.
const FINGERPRINT: &str = "preflint/v1";
/// The folder of the run, from which files are named.
const ROOT: &str = "%SRCROOT%";

/// What a line of a piece holds.
const RULE: u8 = b'R';
const RESULT: u8 = b'=';
const NOTIFICATION: u8 = b'N';

/// The whole log.
pub struct Log {
    checker: Checker,
    folder: PathBuf,
    is_started: bool,
    /// The ids of rules, as JSON, and their numbers.
    numbers: HashMap<Vec<u8>, usize>,
    ids: Vec<Vec<u8>>,
    rule: Option<usize>,
    notifications: Vec<u8>,
}

impl Log {
    pub fn new(checker: &Checker) -> Log {
        Log {
            checker: checker.clone(),
            // Where nobody knows the folder, names stay as they were given.
            folder: env::current_dir().unwrap_or_default(),
            is_started: false,
            numbers: HashMap::new(),
            ids: Vec::new(),
            rule: None,
            notifications: Vec::new(),
        }
    }

    fn start(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":[")
    }

    fn number(&mut self, id: &[u8]) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.ids.len();
        self.ids.push(id.to_owned());
        self.numbers.insert(id.to_owned(), number);
        number
    }
}

impl Document for Log {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(Results { folder: self.folder.clone(), file: None })
    }

    fn take(&mut self, _: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()> {
        for line in pieces.split(|byte| *byte == b'\n') {
            match line.split_first() {
                Some((&RULE, id)) => self.rule = Some(self.number(id)),
                Some((&RESULT, members)) => {
                    let Some(number) = self.rule else { continue };
                    match std::mem::replace(&mut self.is_started, true) {
                        true => out.write_all(b",\n")?,
                        false => {
                            self.start(out)?;
                            out.write_all(b"\n")?;
                        }
                    }
                    out.write_all(b"{\"ruleId\":")?;
                    out.write_all(&self.ids[number])?;
                    write!(out, ",\"ruleIndex\":{number},")?;
                    out.write_all(members)?;
                }
                Some((&NOTIFICATION, notification)) => {
                    if !self.notifications.is_empty() {
                        self.notifications.push(b',');
                    }
                    self.notifications.extend(notification);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn end(&mut self, end: &End<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !self.is_started {
            self.start(out)?;
        }
        let exit = end.exit.code();
        // Findings are what a run is for; that something could not be read is not.
        let is_successful = matches!(end.exit, Exit::Clean | Exit::Rejected);
        write!(
            out,
            "\n],\"columnKind\":\"unicodeCodePoints\",\"originalUriBaseIds\":{{\"{ROOT}\":{{\"description\":{{\"text\":\
             \"The folder in which preflint was run.\"}}}}}},\"invocations\":[{{\"executionSuccessful\":{is_successful},\
             \"exitCode\":{exit},\"toolExecutionNotifications\":["
        )?;
        out.write_all(&self.notifications)?;
        out.write_all(b"]}],\"tool\":{\"driver\":")?;
        let ids = self.ids.iter().filter_map(|id| serde_json::from_slice::<String>(id).ok());
        serde_json::to_writer(&mut *out, &rules::driver(&self.checker, ids))?;
        out.write_all(b"}}]}\n")
    }
}

/// The results of one report.
struct Results {
    folder: PathBuf,
    /// The input of the last report, and its name here.
    file: Option<(String, FileUri)>,
}

impl Renderer for Results {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        let record = item.record();
        let file = self.file(item.source.file);
        let request = item.title();
        if let Some(problem) = &record.problem {
            let (line, column) = item.start();
            let (id, index) = match record.verdict {
                Verdict::Unsupported => (rules::NO_RULES, 1),
                _ => (rules::UNREADABLE, 0),
            };
            let notification = Notification {
                descriptor: Descriptor { id, index },
                level: "error",
                message: Message::of(&problem.message),
                locations: [Location::new(&file, Region::start(line, column), item)],
            };
            pieces.push(NOTIFICATION);
            serde_json::to_writer(&mut *pieces, &notification)?;
            pieces.push(b'\n');
        }
        let is_certain = record.error.as_ref().is_some_and(|error| error.certain);
        for (number, finding) in record.findings.iter().enumerate() {
            let mut outcome = Outcome::of_finding(item, &file, &request, finding);
            outcome.properties.predicted = Some(number == 0);
            outcome.properties.certain = (number == 0).then_some(is_certain);
            add(pieces, &finding.check, &outcome)?;
        }
        for warning in &record.warnings {
            add(pieces, rule_of(warning), &Outcome::of_warning(item, &file, &request, warning))?;
        }
        for suppressed in &record.suppressed {
            // What was not asked for is nothing that was suppressed.
            let Some(note) = SuppressionNote::of(&suppressed.suppression) else { continue };
            let (rule, outcome) = match &suppressed.result {
                SuppressedResult::Finding(finding) => {
                    (finding.check.as_str(), Outcome::of_finding(item, &file, &request, finding))
                }
                SuppressedResult::Warning(warning) => {
                    (rule_of(warning), Outcome::of_warning(item, &file, &request, warning))
                }
            };
            add(pieces, rule, &Outcome { suppressions: vec![note], ..outcome })?;
        }
        for open in &record.open {
            let answer = (open.code.as_deref(), open.status, None);
            let result = Outcome {
                kind: Some("open"),
                level: "none",
                message: Message::of(&told_of_open(open)),
                locations: [Location::new(&file, Region::start(item.source.line, item.source.column), item)],
                partial_fingerprints: None,
                suppressions: Vec::new(),
                fixes: None,
                properties: Properties {
                    needs: Some(&open.needs),
                    warning: open.warns.map(|kind| kind.as_str()),
                    ..Properties::of(&request, &open.parameter, answer, Some(&open.stage))
                },
            };
            add(pieces, &open.check, &result)?;
        }
        Ok(())
    }
}

impl Results {
    fn file(&mut self, file: &str) -> FileUri {
        match &self.file {
            Some((known, uri)) if known == file => uri.clone(),
            _ => {
                let uri = match file {
                    // Standard input lies nowhere.
                    "-" => FileUri { uri: file.to_owned(), is_relative: false },
                    _ => FileUri::of(file, &self.folder),
                };
                self.file = Some((file.to_owned(), uri.clone()));
                uri
            }
        }
    }
}

fn add(pieces: &mut Vec<u8>, rule: &str, outcome: &Outcome<'_>) -> io::Result<()> {
    pieces.push(RULE);
    serde_json::to_writer(&mut *pieces, rule)?;
    pieces.extend([b'\n', RESULT]);
    let start = pieces.len();
    serde_json::to_writer(&mut *pieces, outcome)?;
    // The brace that opens the result: the rule's id goes before the other members.
    pieces.remove(start);
    pieces.push(b'\n');
    Ok(())
}

/// The rule that a warning is about: its check, or its kind where it comes from none.
fn rule_of(warning: &Warning) -> &str {
    warning.check.as_ref().map_or(warning.kind.as_str(), |check| &check.check)
}

fn told_of_finding(finding: &Finding) -> String {
    let what = ended(&format!("{}: {}", finding.parameter, finding.detail));
    let outcome = match finding.tool {
        Some(_) => outcome(finding),
        None => format!("The API would answer {}", outcome(finding)),
    };
    let message = finding.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
    sentences(format!("{what} {}", ended(&format!("{outcome}{message}"))), &finding.hints)
}

fn told_of_warning(warning: &Warning) -> String {
    let what = ended(&format!("{}: {}", warning.parameter, warning.detail));
    let help = warning.help.as_deref().map(|help| format!(" {}", ended(help))).unwrap_or_default();
    sentences(format!("{what}{help}"), &warning.hints)
}

/// A text, and what may explain it.
fn sentences(text: String, hints: &[Hint]) -> String {
    told(hints).fold(text, |text, hint| format!("{text} {}", sentence(hint)))
}

fn told_of_open(open: &OpenCheck) -> String {
    let what = match &open.code {
        Some(code) => format!("whether the API would answer {}", answer(open.status, Some(code))),
        None => "whether this is right".to_owned(),
    };
    let needs = open.needs.iter().map(|need| match need.split_once(':') {
        Some(("fact", section)) => format!("facts about {section}"),
        Some((_, parameter)) => format!("the value of {parameter}"),
        None => need.clone(),
    });
    let needs: Vec<String> = needs.collect();
    format!("{}: {what} is not decided; it takes {}.", open.parameter, needs.join(", "))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'o> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_fingerprints: Option<Fingerprints>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<SuppressionNote<'o>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[FixNote<'o>; 1]>,
    properties: Properties<'o>,
}

impl<'o> Outcome<'o> {
    fn of_finding(item: &Item<'_, '_>, file: &FileUri, request: &'o str, finding: &'o Finding) -> Outcome<'o> {
        let answer = (finding.code.as_deref(), finding.status, finding.message.as_deref());
        Outcome {
            kind: None,
            level: "error",
            message: Message::of(&told_of_finding(finding)),
            locations: [Location::new(file, Region::of(item, &finding.span), item)],
            partial_fingerprints: Some(Fingerprints::of(finding.fingerprint)),
            suppressions: Vec::new(),
            fixes: FixNote::of(item, file, finding.fix.as_ref()),
            properties: Properties {
                hints: &finding.hints,
                basis: Some(finding.basis),
                answer_basis: Some(finding.answer_basis),
                origin: Some(finding.origin),
                tool: finding.tool.as_deref(),
                ..Properties::of(request, &finding.parameter, answer, Some(&finding.stage))
            },
        }
    }

    fn of_warning(item: &Item<'_, '_>, file: &FileUri, request: &'o str, warning: &'o Warning) -> Outcome<'o> {
        let check = warning.check.as_ref();
        let answer =
            check.map_or((None, None, None), |check| (check.code.as_deref(), check.status, check.message.as_deref()));
        Outcome {
            kind: None,
            level: "warning",
            message: Message::of(&told_of_warning(warning)),
            locations: [Location::new(file, Region::of(item, &warning.span), item)],
            partial_fingerprints: Some(Fingerprints::of(warning.fingerprint)),
            suppressions: Vec::new(),
            fixes: FixNote::of(item, file, warning.fix.as_ref()),
            properties: Properties {
                hints: &warning.hints,
                basis: check.map(|check| check.basis),
                answer_basis: check.map(|check| check.answer_basis),
                warning: Some(warning.kind.as_str()),
                ..Properties::of(request, &warning.parameter, answer, check.map(|check| check.stage.as_str()))
            },
        }
    }
}

/// Who says that a result does not count, and why.
#[derive(Serialize)]
struct SuppressionNote<'s> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'s str>,
}

impl<'s> SuppressionNote<'s> {
    fn of(suppression: &'s Suppression) -> Option<SuppressionNote<'s>> {
        let kind = match suppression.by {
            SuppressedBy::Selection => return None,
            SuppressedBy::Comment => "inSource",
            _ => "external",
        };
        Some(SuppressionNote { kind, justification: suppression.reason.as_deref() })
    }
}

#[derive(Serialize)]
struct Notification {
    descriptor: Descriptor,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Descriptor {
    id: &'static str,
    index: usize,
}

/// A text of SARIF.
#[derive(Serialize)]
pub struct Message {
    text: String,
}

impl Message {
    /// Text in which nothing is a link, whatever the input holds.
    pub fn of(text: &str) -> Message {
        Message {
            text: if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() },
        }
    }
}

#[derive(Serialize)]
struct Fingerprints(#[serde(serialize_with = "fingerprint")] Fingerprint);

impl Fingerprints {
    fn of(fingerprint: Fingerprint) -> Fingerprints {
        Fingerprints(fingerprint)
    }
}

fn fingerprint<S: serde::Serializer>(fingerprint: &Fingerprint, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([(FINGERPRINT, fingerprint)])
}

#[derive(Default, Serialize)]
struct Properties<'p> {
    request: &'p str,
    parameter: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<Basis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_basis: Option<Basis>,
    /// Whether it is the error that the API would answer with.
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certain: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'p [String]>,
    /// The command-line tool that sends nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'p str>,
    #[serde(skip_serializing_if = "<[Hint]>::is_empty")]
    hints: &'p [Hint],
}

impl<'p> Properties<'p> {
    fn of(
        request: &'p str,
        parameter: &'p str,
        (code, status, message): (Option<&'p str>, Option<u16>, Option<&'p str>),
        stage: Option<&'p str>,
    ) -> Properties<'p> {
        Properties { request, parameter, code, status, message, stage, ..Properties::default() }
    }
}
