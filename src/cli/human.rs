//! Reports for people: the predicted error first and exact, then what else is wrong, then what is not decided.

mod frame;
mod page;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use preflint::{Applicability, Excerpt, Finding, Fix, InputError, Report, Verdict, Warning};

use crate::args::CheckOptions;
use crate::output::{Entry, Item, Renderer, Source};
use crate::terminal::{self, Styles};
use frame::{Frame, ascii_excerpt};
pub use page::Page;
use page::{GAP, Limit};
use words::{about, ascii, message, named, status, tool_message, whole_words};
pub use words::{answer, outcome, plural, printable, sentence, told};

/// The most columns that a tab takes in a frame.
const TAB: usize = 4;
/// The least room for which a label is put into a frame.
const LEAST_LABEL: usize = 24;

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
    /// The option that shows or applies safe fixes to these inputs.
    fix_option: &'static str,
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
    /// As the options of a run say.
    pub fn of(options: &CheckOptions) -> Self {
        let color = terminal::uses_color(options.color);
        let (unicode, columns) = (terminal::uses_unicode(), terminal::columns());
        let theme = GraphicalTheme {
            characters: if unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(columns).with_links(false);
        Human {
            handler,
            styles: Styles::new(color),
            only_findings: options.quiet > 0,
            limit: options.max_findings.map(|most| Arc::new(Limit::new(most))),
            columns,
            unicode,
            // Standard input cannot be written.
            fix_option: if options.files.iter().any(|file| file.as_os_str() == "-") { "--diff" } else { "--fix" },
        }
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
        let words = if finding.tool.is_some() { tool_message } else { message };
        let title = format!("{}\n{}", outcome(finding), words(finding.message.as_deref()));
        let margin = frame::margin(finding.span.line);
        let excerpt = report.excerpt_within(&finding.span, Some(self.columns.saturating_sub(margin)));
        let excerpt = excerpt.map(|excerpt| if self.unicode { excerpt } else { ascii_excerpt(&excerpt) });
        let about = if self.unicode { about(finding) } else { ascii(&about(finding)) };
        let label = excerpt.as_ref().and_then(|excerpt| self.label(excerpt, margin, &about));
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
        self.fix(out, "  ", finding.fix.as_ref())
    }

    /// The text below a mark, in lines that fit there; none when there is too little room.
    fn label(&self, excerpt: &Excerpt, margin: usize, about: &str) -> Option<String> {
        let width = textwrap::core::display_width;
        let line_start = excerpt.text[..excerpt.start].rfind('\n').map_or(0, |at| at + 1);
        let marked = width(&excerpt.text[excerpt.start..excerpt.end]);
        let before = &excerpt.text[line_start..excerpt.start];
        let before = width(before) + TAB * before.matches('\t').count();
        let room = self.columns.checked_sub(margin + 2 + before + marked / 2)?;
        if width(about) > room && room < LEAST_LABEL {
            return None;
        }
        let lines = textwrap::wrap(about, whole_words(room));
        // A word that is longer than a line would break the frame.
        lines.iter().all(|line| width(line) <= room).then(|| lines.join("\n"))
    }

    /// What to write instead, and how to have it written; where no option writes it, it is for people to do.
    fn fix(&self, out: &mut dyn Write, before: &str, fix: Option<&Fix>) -> io::Result<()> {
        let Some(fix) = fix else { return Ok(()) };
        let option = self.fix_option;
        let (title, how) = match (fix.edits.is_empty(), fix.applicability) {
            (true, _) => ("suggestion", String::new()),
            (false, Applicability::Safe) => ("fix", format!(" ({option})")),
            (false, _) => ("fix", format!(" ({option} --unsafe-fixes)")),
        };
        self.labelled(out, &format!("{before}{title}: "), &format!("{}{how}", fix.description))
    }

    /// A text behind its title, further lines below the text.
    fn labelled(&self, out: &mut dyn Write, title: &str, text: &str) -> io::Result<()> {
        self.line(out, title, &" ".repeat(title.len()), text)
    }

    fn further(&self, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
        let answer = self.styles.strong(&outcome(finding));
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
            self.labelled(out, "    help: ", help)?;
        }
        for hint in told(&finding.hints) {
            self.labelled(out, "    hint: ", hint)?;
        }
        self.fix(out, "    ", finding.fix.as_ref())
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
        self.fix(out, "    ", warning.fix.as_ref())
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
