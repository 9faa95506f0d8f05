//! Reports for people: the predicted error first and exact, then what else is wrong, then what is not decided.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use preflint::{Applicability, Excerpt, Finding, Fix, Hint, HintKind, InputError, Report, Verdict, Warning};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use crate::args::Color;
use crate::output::{Document, End, Entry, Item, Renderer, Source, Summary};
use crate::terminal::{self, Styles};

/// What a frame takes of the width beside the text in it.
const FRAME: usize = 9;
/// The most columns that a tab takes in a frame.
const TAB: usize = 4;
/// The least room for which a label is put into a frame.
const LEAST_LABEL: usize = 24;
/// What stands before the lines of a list.
const BULLET: usize = 4;

/// The human format.
#[derive(Clone)]
pub struct Human {
    handler: GraphicalReportHandler,
    styles: Styles,
    only_findings: bool,
    /// How many findings may be printed; none where there is no limit.
    limit: Option<Arc<Limit>>,
    columns: usize,
    unicode: bool,
}

/// How many findings may still be printed, over all requests. One thread alone counts them, so that these are the first.
struct Limit {
    left: AtomicUsize,
    /// How many were passed over.
    more: AtomicUsize,
}

impl Limit {
    /// How many of so many findings may be printed.
    fn take(&self, findings: usize) -> usize {
        let left = self.left.load(Ordering::Relaxed);
        let shown = findings.min(left);
        self.left.store(left - shown, Ordering::Relaxed);
        self.more.fetch_add(findings - shown, Ordering::Relaxed);
        shown
    }
}

/// What stands between two entries, and between them and the summary.
const GAP: &[u8] = b"\n";

/// All entries and their summary.
pub struct Page {
    human: Human,
    something_written: bool,
}

impl Page {
    pub fn new(human: Human) -> Page {
        Page { human, something_written: false }
    }
}

impl Document for Page {
    fn renderer(&self) -> Box<dyn Renderer> {
        Box::new(self.human.clone())
    }

    fn take(&mut self, _: &str, pieces: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.something_written, true);
        out.write_all(pieces.strip_prefix(GAP).filter(|_| is_first).unwrap_or(pieces))
    }

    fn end(&mut self, end: &End<'_>, out: &mut dyn Write) -> io::Result<()> {
        let more = self.human.limit.as_ref().map_or(0, |limit| limit.more.load(Ordering::Relaxed));
        if more > 0 {
            if std::mem::replace(&mut self.something_written, true) {
                out.write_all(GAP)?;
            }
            let noun = plural(more, "finding", "findings");
            writeln!(out, "{more} more {noun} not shown; --max-findings sets how many are")?;
        }
        if self.human.only_findings {
            return Ok(());
        }
        if self.something_written {
            out.write_all(GAP)?;
        }
        self.human.summary(out, end.summary)
    }

    fn is_read_along(&self) -> bool {
        true
    }

    fn tells_sums(&self) -> bool {
        true
    }

    fn tells_fixes(&self) -> bool {
        !self.human.only_findings
    }
}

impl Renderer for Human {
    fn render(&mut self, item: &Item<'_, '_>, pieces: &mut Vec<u8>) -> io::Result<()> {
        match item.entry {
            Entry::Unreadable(error) => {
                pieces.extend(GAP);
                self.unreadable(pieces, item.source, error)
            }
            Entry::Report(report) => self.report(pieces, item.source, report),
        }
    }
}

impl Human {
    pub fn new(color: Color, only_findings: bool, max_findings: Option<usize>) -> Self {
        let color = terminal::uses_color(color);
        let (unicode, columns) = (terminal::uses_unicode(), terminal::columns());
        let theme = GraphicalTheme {
            characters: if unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(columns).with_links(false);
        let styles = Styles::new(color);
        let limit =
            max_findings.map(|left| Arc::new(Limit { left: AtomicUsize::new(left), more: AtomicUsize::new(0) }));
        Human { handler, styles, only_findings, limit, columns, unicode }
    }

    /// Writes the lines that sum all up.
    fn summary(&self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let Summary { requests, rejected, passed, unsupported, unreadable, open, warnings, ignored, files, fixes } =
            summary;
        let mut parts = vec![format!("{rejected} rejected"), format!("{passed} passed")];
        for (count, what) in [(unsupported, "without rules"), (unreadable, "unreadable")] {
            if *count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let noun = if *requests == 1 { "request" } else { "requests" };
        let files = files.map(|files| format!(" in {files} {}", plural(files, "file", "files"))).unwrap_or_default();
        let ignored = if *ignored == 0 { String::new() } else { format!(", {ignored} ignored") };
        let line = format!(
            "{requests} {noun}{files}: {}; {open} {} open, {warnings} {}{ignored}",
            parts.join(", "),
            plural(*open, "check", "checks"),
            plural(*warnings, "warning", "warnings")
        );
        self.line(out, "", "  ", &line)?;
        let (safe, other) = *fixes;
        let fixable = match (safe, other) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} fixable with --fix.")),
            (0, other) => Some(format!("{other} fixable with --fix --unsafe-fixes, which changes what is sent.")),
            (safe, other) => Some(format!("{safe} fixable with --fix, {other} more with --unsafe-fixes.")),
        };
        if let Some(fixable) = fixable {
            self.line(out, "", "  ", &fixable)?;
        }
        if *rejected > 0 {
            let hint = "Does the API answer otherwise? \"preflint replay --help\" says how to show it.";
            self.line(out, "", "  ", hint)?;
        }
        Ok(())
    }

    /// A text as lines that fit, the further ones indented.
    fn line(&self, out: &mut dyn Write, first: &str, further: &str, text: &str) -> io::Result<()> {
        let text = if self.unicode { Cow::Borrowed(text) } else { Cow::Owned(ascii(text)) };
        let options = whole_words(self.columns).initial_indent(first).subsequent_indent(further);
        textwrap::wrap(&text, options).iter().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
    }

    fn bullet(&self) -> &'static str {
        if self.unicode { "  · " } else { "  - " }
    }

    fn unreadable(&self, out: &mut dyn Write, source: &Source<'_>, error: &InputError) -> io::Result<()> {
        let place = error.position;
        let title = self.styles.bad("unreadable");
        writeln!(out, "{}:{}:{}: {title}: {}", source.file, place.line, place.column, error.message)
    }

    fn report(&self, out: &mut dyn Write, source: &Source<'_>, report: &Report<'_>) -> io::Result<()> {
        let mut findings = report.findings_with_hints();
        if self.only_findings && findings.is_empty() && report.problem().is_none() {
            return Ok(());
        }
        if let Some(limit) = &self.limit {
            let shown = limit.take(findings.len());
            if shown == 0 && !findings.is_empty() {
                return Ok(());
            }
            findings.truncate(shown);
        }
        out.write_all(GAP)?;
        let names = report.names();
        let mut subject = match (&names.service, &names.edition) {
            (Some(service), Some(edition)) => {
                format!("{}/{service}/{}@{edition}", names.provider, names.operation)
            }
            (Some(service), None) if names.operation.is_empty() => format!("{}/{service}", names.provider),
            _ => format!("{} {}", names.provider, names.operation),
        };
        if let Some(address) = source.address {
            subject = format!("{address} {subject}");
        }
        if let Some(id) = &names.id {
            subject = format!("{} {subject}", id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        }
        let place = match report.problem_position() {
            Some(position) => format!("{}:{}:{}", source.file, position.line, position.column),
            // Several requests on one line are told apart by their columns.
            None if source.column > 1 => format!("{}:{}:{}", source.file, source.line, source.column),
            None => format!("{}:{}", source.file, source.line),
        };
        let verdict = match report.verdict() {
            Verdict::Reject => self.styles.bad("rejected"),
            Verdict::Pass => self.styles.good("nothing wrong found"),
            Verdict::Unsupported => self.styles.bad("unsupported"),
            _ => self.styles.bad("unreadable"),
        };
        let problem = report.problem().map(|problem| format!(": {problem}")).unwrap_or_default();
        let ignored = match report.suppressed().len() {
            0 => String::new(),
            count => format!(", {count} ignored"),
        };
        self.line(
            out,
            "",
            "  ",
            &format!("{place}: {}: {verdict}{ignored}{}", printable(&subject), printable(&problem)),
        )?;
        if let Some((error, finding)) = report.error().zip(findings.first()) {
            self.primary(out, source, report, finding, error.is_certain())?;
        }
        if findings.len() > 1 {
            let any_of_tool = findings[1..].iter().any(|finding| finding.tool.is_some());
            let title = if any_of_tool { "After that, you would meet" } else { "After that, the API would answer" };
            writeln!(out, "{}", self.styles.title(title))?;
            for finding in &findings[1..] {
                self.further(out, finding)?;
            }
        }
        if self.only_findings {
            return Ok(());
        }
        let warnings = report.warnings_with_hints();
        if !warnings.is_empty() {
            writeln!(out, "{}", self.styles.title("Warnings"))?;
            for warning in &warnings {
                self.warning(out, warning)?;
            }
        }
        self.open(out, source, report)?;
        if let Some(dry_run) = report.dry_run() {
            let answer = dry_run.answer.code.as_deref().unwrap_or("that nothing is wrong");
            let basis = dry_run.basis.as_str();
            let (title, parameter) = (self.styles.title("Dry run"), &dry_run.parameter);
            let line = format!("{title}: {parameter} asks for a check only; expect {answer} ({basis})");
            self.line(out, "", "  ", &line)?;
        }
        Ok(())
    }

    /// The predicted error, with a frame around the place.
    fn primary(
        &self,
        out: &mut dyn Write,
        source: &Source<'_>,
        report: &Report<'_>,
        finding: &Finding,
        certain: bool,
    ) -> io::Result<()> {
        let mut help: Vec<String> = finding.help.iter().cloned().collect();
        if !certain {
            help.push("A check that is still open could answer first.".to_owned());
        }
        help.extend(told(&finding.hints).map(sentence));
        for other in &finding.alternatives {
            let message = other.message.as_deref().map(|message| format!(": {}", printable(message)));
            let message = message.unwrap_or_default();
            let code = other.code.as_deref().unwrap_or_default();
            help.push(format!("The answer may also be {} {code}{message}", status(other.status)));
        }
        let title = match &finding.tool {
            Some(tool) => format!("{}\n{}", refused_by(tool), tool_message(finding.message.as_deref())),
            None => {
                format!("{}\n{}", answer(finding.status, finding.code.as_deref()), message(finding.message.as_deref()))
            }
        };
        let excerpt = report.excerpt_within(&finding.span, Some(self.columns.saturating_sub(FRAME)));
        let excerpt = excerpt.map(|excerpt| if self.unicode { excerpt } else { ascii_excerpt(&excerpt) });
        let about = if self.unicode { about(finding) } else { ascii(&about(finding)) };
        let label = excerpt.as_ref().and_then(|excerpt| self.label(excerpt, &about));
        // What has no room in the frame stands above it.
        let title = if label.is_none() { format!("{title}\n{about}") } else { title };
        let help = help.join("\n");
        let frame = Frame {
            title: if self.unicode { title } else { ascii(&title) },
            label,
            help: (!help.is_empty()).then(|| if self.unicode { help } else { ascii(&help) }),
            excerpt,
            file: source.file.to_owned(),
            line: finding.span.line,
            column: finding.span.column,
        };
        let mut text = String::new();
        if self.handler.render_report(&mut text, &frame).is_err() {
            // A frame that cannot be drawn must not hide the finding.
            text = format!("  {}\n  {}\n", frame.title, finding.detail);
        }
        for line in text.trim_end().lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        self.fix(out, "  fix: ", finding.fix.as_ref())
    }

    /// The text below a mark, in lines that fit there; none when there is too little room.
    fn label(&self, excerpt: &Excerpt, about: &str) -> Option<String> {
        let line_start = excerpt.text[..excerpt.start].rfind('\n').map_or(0, |at| at + 1);
        let marked = textwrap::core::display_width(&excerpt.text[excerpt.start..excerpt.end]);
        let before = &excerpt.text[line_start..excerpt.start];
        let before = textwrap::core::display_width(before) + TAB * before.matches('\t').count();
        let room = self.columns.checked_sub(FRAME + 2 + before + marked / 2)?;
        let fits = textwrap::core::display_width(about) <= room;
        let lines = (fits || room >= LEAST_LABEL).then(|| textwrap::wrap(about, whole_words(room)))?;
        Some(lines.join("\n"))
    }

    /// What to write instead, and how to have it written.
    fn fix(&self, out: &mut dyn Write, before: &str, fix: Option<&Fix>) -> io::Result<()> {
        let Some(fix) = fix else { return Ok(()) };
        let how = match (fix.edits.is_empty(), fix.applicability) {
            (true, _) => "",
            (false, Applicability::Safe) => " (--fix)",
            (false, _) => " (--fix --unsafe-fixes)",
        };
        let indent = " ".repeat(before.len());
        self.line(out, before, &indent, &format!("{}{how}", fix.description))
    }

    fn further(&self, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
        let answer = match &finding.tool {
            Some(tool) => refused_by(tool),
            None => answer(finding.status, finding.code.as_deref()),
        };
        let answer = self.styles.strong(&answer);
        let (line, column) = (finding.span.line, finding.span.column);
        self.line(out, self.bullet(), "    ", &answer)?;
        let about = format!("{} ({line}:{column}): {}", finding.parameter, finding.detail);
        self.line(out, "    ", "      ", &about)?;
        if let Some(message) = &finding.message {
            for line in message.lines() {
                self.line(out, "    ", "    ", &printable(line))?;
            }
        }
        if let Some(help) = &finding.help {
            self.line(out, "    help: ", "      ", help)?;
        }
        for hint in told(&finding.hints) {
            self.line(out, "    hint: ", "      ", hint)?;
        }
        self.fix(out, "    fix: ", finding.fix.as_ref())
    }

    fn warning(&self, out: &mut dyn Write, warning: &Warning) -> io::Result<()> {
        let kind = self.styles.warning(warning.kind.as_str());
        let (line, column) = (warning.span.line, warning.span.column);
        let code = warning.check.as_ref().and_then(|check| check.code.as_deref());
        let code = code.map(|code| format!(" [{code}]")).unwrap_or_default();
        let about = format!("{kind}: {} ({line}:{column}): {}{code}", warning.parameter, warning.detail);
        self.line(out, self.bullet(), "    ", &about)?;
        if let Some(help) = &warning.help {
            self.line(out, "    ", "    ", help)?;
        }
        for hint in told(&warning.hints) {
            self.line(out, "    ", "    ", hint)?;
        }
        self.fix(out, "    fix: ", warning.fix.as_ref())
    }

    /// What is not decided: a line for each thing that would settle it, and the command that tells.
    fn open(&self, out: &mut dyn Write, source: &Source<'_>, report: &Report<'_>) -> io::Result<()> {
        let open = report.open();
        let mut by_need: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        // Checks that could only warn are listed in the machine formats; here they would be noise.
        for check in open.iter().filter(|check| check.warns.is_none()) {
            for need in &check.needs {
                let codes = by_need.entry(need).or_default();
                let code = check.code.as_deref().unwrap_or_else(|| check.check.rsplit('#').next().unwrap_or_default());
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
        if by_need.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.styles.title("Not decided without"))?;
        let calls = report.fact_calls();
        let mut any_hidden = false;
        for (need, codes) in by_need {
            let (kind, name) = need.split_once(':').unwrap_or(("", need));
            let is_fact = kind == "fact";
            let what = if is_fact { format!("facts about {name}: ") } else { format!("the value of {name}: ") };
            let codes = named(&what, &codes, self.columns);
            self.line(out, self.bullet(), "    ", &format!("{what}{codes}"))?;
            let mut commands = calls.iter().filter(|call| is_fact && call.section == name);
            let (first, others) = (commands.next().and_then(|call| call.command.as_ref()), commands.count());
            match first.filter(|command| others == 0 && self.has_room_for(command)) {
                Some(command) => writeln!(out, "    $ {}", self.styles.faint(command))?,
                None => any_hidden |= is_fact && (first.is_some() || others > 0),
            }
        }
        if any_hidden {
            let command = format!("preflint facts {}", preflint::shell_word(source.file));
            let line = format!("\"{}\" prints the commands that tell.", printable(&command));
            self.line(out, "  ", "  ", &line)?;
        }
        Ok(())
    }

    fn has_room_for(&self, command: &str) -> bool {
        textwrap::core::display_width(command) + 6 <= self.columns && (self.unicode || command.is_ascii())
    }
}

/// Lines of so many columns, broken at blanks alone: codes, ids and paths stay whole.
fn whole_words<'o>(columns: usize) -> Options<'o> {
    Options::new(columns)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .break_words(false)
}

/// As many codes as have room on a line behind `before`, and how many more there are; always one.
fn named(before: &str, codes: &[&str], columns: usize) -> String {
    let with = |shown: usize| match codes.len() - shown {
        0 => codes.join(", "),
        more => format!("{} and {more} more", codes[..shown].join(", ")),
    };
    let fits = |text: &String| before.len() + text.len() + BULLET <= columns;
    (1..=codes.len()).rev().map(with).find(fits).unwrap_or_else(|| with(1))
}

/// What is wrong, with the parameter that it is wrong about.
fn about(finding: &Finding) -> String {
    match finding.parameter.is_empty() {
        true => finding.detail.clone(),
        false => format!("{}: {}", finding.parameter, finding.detail),
    }
}

/// A text for a terminal that shows ASCII alone.
fn ascii(text: &str) -> String {
    text.chars().map(ascii_of).collect()
}

fn ascii_of(character: char) -> char {
    match character {
        '…' => '~',
        _ if character.is_ascii() => character,
        _ => '?',
    }
}

fn ascii_excerpt(excerpt: &Excerpt) -> Excerpt {
    let length = |to: usize| excerpt.text[..to].chars().count();
    let mut plain = excerpt.clone();
    (plain.start, plain.end) = (length(excerpt.start), length(excerpt.end));
    plain.text = ascii(&excerpt.text);
    plain
}

/// A finding as miette draws it.
#[derive(Debug)]
struct Frame {
    title: String,
    label: Option<String>,
    help: Option<String>,
    excerpt: Option<Excerpt>,
    file: String,
    line: usize,
    column: usize,
}

impl fmt::Display for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title)
    }
}

impl std::error::Error for Frame {}

impl Diagnostic for Frame {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|_| self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        let span = SourceSpan::from(excerpt.start..excerpt.end);
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(self.label.clone(), span))))
    }
}

impl SourceCode for Frame {
    /// Gives the whole excerpt, with the lines of the input. Asked without context, miette wants to know where the
    /// label itself is: it would count columns in the excerpt, which may be cut.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let excerpt = self.excerpt.as_ref().ok_or(MietteError::OutOfBounds)?;
        let (line, column) = match context_lines_before {
            0 => (self.line - 1, self.column - 1),
            _ => (excerpt.first_line - 1, 0),
        };
        let data = excerpt.text.as_bytes();
        let whole = SourceSpan::from(0..data.len());
        let lines = excerpt.text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), data, whole, line, column, lines)))
    }
}

/// The hints that people are told. Since when a code is answered is of use to programs that compare codes.
fn told(hints: &[Hint]) -> impl Iterator<Item = &str> {
    hints.iter().filter(|hint| hint.kind != HintKind::CodeSince).map(|hint| hint.detail.as_str())
}

/// `edition A allows this` as a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

pub fn status(status: Option<u16>) -> String {
    status.map_or_else(|| "-".to_owned(), |status| status.to_string())
}

pub fn answer(http_status: Option<u16>, code: Option<&str>) -> String {
    format!("{} {}", status(http_status), code.unwrap_or("(code not known)"))
}

fn refused_by(tool: &str) -> String {
    format!("{} itself refuses this; nothing is sent", printable(tool))
}

/// The words of a tool, which may have several lines.
fn tool_message(message: Option<&str>) -> String {
    let lines = message.map(|message| message.lines().map(printable).collect::<Vec<_>>().join("\n"));
    lines.unwrap_or_else(|| "(its words are not known)".to_owned())
}

fn message(message: Option<&str>) -> String {
    message.map_or_else(|| "(the message is not known)".to_owned(), printable)
}

pub fn plural<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

/// Text of the input without what would move the cursor of a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
