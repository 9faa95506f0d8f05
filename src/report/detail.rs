//! What exactly is wrong with a value, in words, and messages with their blanks filled in.

use crate::catalog::nearest;
use crate::compile::template_pieces;
use crate::engine::partly::{least_length, wrong_character};
use crate::engine::text::{self, Which};
use crate::engine::{CheckResult, Event, Failure, Trace};
use crate::limits::FILLED_BYTES;
use crate::operation::condition::{CharSet, Chars, Comparand, Condition, OfPart, Piece, Subject, Values, Word};
use crate::operation::{Answer, Check, Form, Operation, Run};
use crate::report::shown::{any_of, bounds, not_in, one_of, quoted, schemes, shown_name, unquoted};
use crate::report::{Checked, Place, WarningKind};
use crate::request::given::GAP;
use crate::request::slots::{Here, Note, NoteKind, Value};
use crate::rule::condition::Unit;

/// The parts of a finding or warning that are about this very value.
pub(super) struct Words {
    pub parameter: String,
    pub detail: String,
    pub help: Option<String>,
    pub message: Option<String>,
    pub place: Place,
}

impl Checked<'_> {
    pub(super) fn words(&self, check: &Check, event: &Event) -> Words {
        let words = self.plain_words(check, event);
        Words {
            parameter: self.masked(words.parameter),
            detail: self.masked(words.detail),
            help: words.help.map(|help| self.masked(help)),
            message: words.message.map(|message| self.masked(message)),
            place: words.place,
        }
    }

    fn plain_words(&self, check: &Check, event: &Event) -> Words {
        if let CheckResult::UnknownParameter(note) = event.result {
            let note = &self.slots.notes[note];
            let (_, detail, help) = of_note(self.operation, note);
            let message = self.common_message(check).map(|template| fill_names(template, &note.parameter));
            let place = self.place_of(note.span);
            return Words { parameter: shown_name(&note.parameter), detail, help, message, place };
        }
        let here = event.here;
        let mut trace = Trace::listening();
        if let Run::Must { condition, .. } = &check.run {
            self.evaluator(here).evaluate(condition, &mut trace);
        }
        let failure = trace.failure;
        let fact = failure.as_ref().and_then(|failure| failure.value.clone());
        let template = match check.answer.as_ref() {
            Some(Answer::Row(row)) => self.operation.rows[*row].template.as_deref(),
            Some(Answer::Common(answer)) => answer.message.as_deref(),
            None => None,
        };
        Words {
            parameter: self.slots.wire_name(self.operation, check.parameter, here),
            detail: self.detail(check, here, failure.as_ref()),
            help: self.help(check, here, failure.as_ref()),
            message: template.and_then(|template| self.fill(template, check, here, fact.as_deref())),
            place: match self.flattened(check, here) {
                Some(note) => self.place_of(note.span),
                None => self.place(check.parameter, here),
            },
        }
    }

    /// For a required parameter that is missing because its value has another form: the note that says so.
    fn flattened(&self, check: &Check, here: Here) -> Option<&Note> {
        if !matches!(check.run, Run::Required) {
            return None;
        }
        let name = self.slots.wire_name(self.operation, check.parameter, here);
        let flattened = self.asked().flattened.get_or_init(|| {
            let notes = self.slots.notes.iter().enumerate().filter(|(_, note)| note.kind == NoteKind::Flattened);
            notes.map(|(index, note)| (note.parameter.clone(), index)).collect()
        });
        flattened.get(&name).map(|index| &self.slots.notes[*index])
    }

    fn common_message<'c>(&self, check: &'c Check) -> Option<&'c str> {
        match check.answer.as_ref()? {
            Answer::Common(answer) => answer.message.as_deref(),
            Answer::Row(_) => None,
        }
    }

    /// A message with its blanks filled in; none when one cannot be.
    pub(super) fn fill(&self, template: &str, check: &Check, here: Here, fact: Option<&str>) -> Option<String> {
        let evaluator = self.evaluator(here);
        let short = |value: &&str| value.len() <= FILLED_BYTES;
        let value_of = |parameter: usize| {
            let is_secret = self.operation.parameters[parameter].secret;
            if is_secret { None } else { evaluator.text_of(parameter).filter(short) }
        };
        let mut message = String::with_capacity(template.len());
        for piece in template_pieces(template) {
            match piece {
                Ok(text) => message.push_str(text),
                Err("parameter") => {
                    message.push_str(&self.slots.wire_name(self.operation, check.parameter, here));
                }
                Err("parameter.leaf") => {
                    let name = self.slots.wire_name(self.operation, check.parameter, here);
                    message.push_str(name.rsplit('.').next().unwrap_or_default());
                }
                Err("parameter.pascal") => {
                    message.push_str(&pascal(&self.slots.wire_name(self.operation, check.parameter, here)));
                }
                Err("value") => message.push_str(value_of(check.parameter)?),
                Err("fact") => message.push_str(fact.filter(short)?),
                Err(name) => {
                    let mut roots = self.operation.roots.iter().copied();
                    let parameter = roots.find(|root| self.operation.parameters[*root].name == name)?;
                    message.push_str(value_of(parameter)?);
                }
            }
        }
        Some(message)
    }

    fn described(&self, value: &Value<'_>, secret: bool) -> String {
        match value {
            Value::Partly(text) if !secret => quoted(&text.replace(GAP, "…")),
            Value::Record(_) | Value::List { .. } | Value::Misshapen => "a value of another form".to_owned(),
            other => match self.slots.text_of(other) {
                Some(text) if !secret => quoted(text),
                _ => "the value".to_owned(),
            },
        }
    }

    fn detail(&self, check: &Check, here: Here, failure: Option<&Failure<'_>>) -> String {
        let parameter = &self.operation.parameters[check.parameter];
        match &check.run {
            Run::Required => match self.flattened(check, here) {
                Some(_) => "a list or an object is sent under other names, so that the parameter itself is missing",
                None => "not given",
            }
            .to_owned(),
            Run::Type => {
                let slot = self.slots.find(self.operation, check.parameter, here);
                let found = slot.map(|slot| self.described(&self.slots.slot(slot).value, parameter.secret));
                let expected = match parameter.form {
                    Form::String => "a text",
                    Form::Integer => "a whole number",
                    Form::Unsigned => "a whole number that is not negative",
                    Form::Boolean => "true or false",
                    Form::List(_) => "a list",
                    Form::Object => "an object",
                };
                format!("{} is not {expected}", found.unwrap_or_else(|| "this".to_owned()))
            }
            Run::NoUnknownParameter => "no parameter of this operation".to_owned(),
            Run::Must { .. } => match failure {
                Some(failure) => self.failed(failure, check, here),
                None => "does not fulfil the constraint".to_owned(),
            },
        }
    }

    fn failed(&self, failure: &Failure<'_>, check: &Check, here: Here) -> String {
        let secret = self.operation.parameters[check.parameter].secret;
        let subject_name = |subjects: &[Subject]| match subjects.first() {
            // The parameter at hand is named by the finding itself.
            Some(Subject::Parameter(index)) if *index != check.parameter => {
                self.slots.wire_name(self.operation, *index, here)
            }
            _ => self.subject_name(subjects),
        };
        let value = failure.value.as_deref();
        if let (Condition::Word { word, .. }, Some(value)) =
            (failure.condition, value.filter(|value| value.contains(GAP)))
        {
            return self.failed_partly(word, value, secret);
        }
        let shown = match value {
            Some(_) if secret => "the value".to_owned(),
            Some(value) => quoted(value),
            None => "this".to_owned(),
        };
        match failure.condition {
            Condition::Word { subject, word } => {
                let about = subject_name(subject);
                let text = self.failed_word(word, value.unwrap_or_default(), &shown, secret);
                if about.is_empty() { text } else { format!("{about}: {text}") }
            }
            Condition::Not(part) => match part.as_ref() {
                Condition::Word { subject, word } => {
                    let about = subject_name(subject);
                    let colon = if about.is_empty() { "" } else { ": " };
                    match word {
                        Word::NotEmpty => format!("{about}{colon}{shown}, which must be empty"),
                        _ => format!("{about}{colon}{shown} is not allowed"),
                    }
                }
                _ => format!("{shown} is not allowed"),
            },
            Condition::Given { parameters, at_least_one, at_most_one } => {
                let names: Vec<String> =
                    parameters.iter().map(|index| self.slots.wire_name(self.operation, *index, Here::ROOT)).collect();
                let how_many = match (at_least_one, at_most_one) {
                    (true, true) => "exactly one",
                    (true, false) => "at least one",
                    _ => "at most one",
                };
                format!("{how_many} of {} must be given", names.join(", "))
            }
            Condition::Exists(entity) => {
                let entity = &self.operation.entities[*entity];
                let section = &self.operation.provider.sections[entity.section].name;
                format!("the facts say that {shown} does not exist ({section})")
            }
            Condition::Readable(entity) => {
                let section = &self.operation.provider.sections[self.operation.entities[*entity].section].name;
                format!("the facts say that {shown} may not be read ({section})")
            }
            Condition::NoItem { section, .. } => {
                let section = &self.operation.provider.sections[*section].name;
                match value {
                    Some(_) => format!("{shown} of {section} stands against it"),
                    None => format!("an item of {section} stands against it"),
                }
            }
            Condition::Trusts { .. } => {
                format!("the role's trust document lacks {}", failure.lacking.as_deref().unwrap_or("the permission"))
            }
            Condition::Grants(_) => {
                format!("the role's policies lack {}", failure.lacking.as_deref().unwrap_or("a permission"))
            }
            Condition::AllOf(_) | Condition::AnyOf(_) | Condition::Each { .. } => "does not hold".to_owned(),
        }
    }

    /// What is wrong with a text whose gaps are not known, whatever stands in them.
    fn failed_partly(&self, word: &Word, partly: &str, secret: bool) -> String {
        let known = partly.replace(GAP, "…");
        let shown = if secret { "the value".to_owned() } else { quoted(&known) };
        match word {
            Word::Length { max, unit, .. } => {
                let length = least_length(partly, *unit);
                let unit = if *unit == Unit::Bytes { "bytes" } else { "characters" };
                format!("at least {length} {unit} without what is not known; {}", bounds(None, *max))
            }
            Word::Chars(_) if secret => "holds a character that is not allowed".to_owned(),
            Word::Chars(chars) => match wrong_character(partly, chars) {
                Some((character, _)) => {
                    let (set, place) = lacking(chars, partly, character);
                    format!("{}{place} is {}", quoted(&character.to_string()), not_in(set))
                }
                None => format!("{shown} holds a character that is not allowed"),
            },
            Word::Range { .. } | Word::MultipleOf(_) => {
                format!("{shown} is no whole number, whatever is not known of it")
            }
            word => self.failed_word(word, &known, &shown, secret),
        }
    }

    fn failed_word(&self, word: &Word, value: &str, shown: &str, secret: bool) -> String {
        match word {
            Word::Present(true) => "not given".to_owned(),
            Word::Present(false) => "must not be given here".to_owned(),
            Word::OneOf { values, negated: true } => {
                format!("{shown} is not allowed{}", self.named(values, ": none of "))
            }
            Word::OneOf { values, negated: false } => self.not_listed(values, shown),
            Word::Length { min, max, unit } => {
                let length = text::length(value, *unit);
                let unit = match (unit, length) {
                    (Unit::Characters, 1) => "character",
                    (Unit::Characters, _) => "characters",
                    (Unit::Bytes, 1) => "byte",
                    (Unit::Bytes, _) => "bytes",
                };
                format!("{length} {unit}; {}", bounds(*min, *max))
            }
            Word::Chars(_) if secret => "holds a character that is not allowed".to_owned(),
            Word::Chars(chars) => match text::first_wrong_char(value, chars) {
                None => format!("{shown} holds a character that is not allowed"),
                Some(wrong) => {
                    let (set, place) = match wrong.which {
                        Which::Any => (&chars.all, format!("at character {}", wrong.position)),
                        Which::First => (chars.first.as_ref().unwrap_or(&chars.all), "at the start".to_owned()),
                        Which::Last => (chars.last.as_ref().unwrap_or(&chars.all), "at the end".to_owned()),
                    };
                    format!("{} {place} is {}", quoted(&wrong.character.to_string()), not_in(set))
                }
            },
            Word::StartsWith { texts, negated: false } => format!("{shown} does not start with {}", any_of(texts)),
            Word::StartsWith { texts, negated: true } => format!("{shown} starts with {}", any_of(texts)),
            Word::EndsWith { texts, negated: false } => format!("{shown} does not end with {}", any_of(texts)),
            Word::EndsWith { texts, negated: true } => format!("{shown} ends with {}", any_of(texts)),
            Word::Contains { texts, negated: false } => format!("{shown} does not contain {}", any_of(texts)),
            Word::Contains { texts, negated: true } => format!("{shown} contains {}", any_of(texts)),
            Word::Pattern(_) => format!("{shown} does not have the documented form"),
            Word::Range { min, max } => match text::in_range(value, *min, *max) {
                None => format!("{shown} is no whole number"),
                Some(_) => format!("{}; {}", unquoted(value, secret), bounds(*min, *max)),
            },
            Word::MultipleOf(step) => format!("{} is not a multiple of {step}", unquoted(value, secret)),
            Word::NotEmpty => "empty".to_owned(),
            Word::Count { min, max, .. } => match value {
                "" => format!("the number of elements is not allowed; {}", bounds(*min, *max)),
                count => format!("{count} elements; {}", bounds(*min, *max)),
            },
            Word::Equals(comparand) => format!("{shown}, where {} is expected", self.compared(comparand)),
            Word::Unique { .. } => format!("{shown} stands in the list twice"),
            Word::Url(url) => match &url.part {
                Some((part, OfPart::Equals(comparand))) => {
                    format!("the {part} of the host is {shown}, where {} is expected", self.compared(comparand))
                }
                Some((part, OfPart::Must(word))) => {
                    format!("the {part} of the host: {}", self.failed_word(word, value, shown, secret))
                }
                None if url.hosts.is_empty() => format!("{shown} is no URL{}", schemes(&url.schemes)),
                None => {
                    let shapes: Vec<String> = url.hosts.iter().map(|shape| shape.written.clone()).collect();
                    format!("{shown} is no URL{} whose host is {}", schemes(&url.schemes), one_of(&shapes))
                }
            },
            Word::OneOfBy { key, values } => {
                let key_value = self.evaluator(Here::ROOT).text_of(*key).unwrap_or_default();
                let known = values.iter().find(|(known, _)| known == key_value).map(|(_, values)| values.as_slice());
                let name = self.slots.wire_name(self.operation, *key, Here::ROOT);
                format!("{shown} is not {} for {name} {key_value}", one_of(known.unwrap_or_default()))
            }
            Word::ContainedIn(fact) => {
                format!("{shown} is not in {}", self.subject_name(std::slice::from_ref(fact)))
            }
            Word::Below(fact) => {
                format!("{} is not below {}", unquoted(value, secret), self.subject_name(std::slice::from_ref(fact)))
            }
            Word::SameLengthAs(other) => {
                let other = self.slots.wire_name(self.operation, *other, Here::ROOT);
                format!("{value} elements, not as many as {other}")
            }
        }
    }

    fn compared(&self, comparand: &Comparand) -> String {
        let evaluator = self.evaluator(Here::ROOT);
        match comparand {
            Comparand::Value(value) => quoted(value),
            Comparand::Parameter(parameter) => {
                let name = self.slots.wire_name(self.operation, *parameter, Here::ROOT);
                format!("the value of {name}")
            }
            Comparand::Template(pieces) => {
                let filled: Option<String> = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => Some(text.as_str()),
                        Piece::Parameter(parameter) => evaluator.text_of(*parameter),
                    })
                    .collect();
                filled.map_or_else(|| "another value".to_owned(), |text| quoted(&text))
            }
        }
    }

    /// How a subject other than the parameter itself is called.
    fn subject_name(&self, subjects: &[Subject]) -> String {
        match subjects.first() {
            Some(Subject::Fact { entity, path }) => {
                format!("{} of the {}", path, self.operation.entities[*entity].name)
            }
            Some(Subject::Field { path }) => path.clone(),
            Some(Subject::Joined { section, field, .. }) => {
                format!("{field} in {}", self.operation.provider.sections[*section].name)
            }
            Some(Subject::Parameter(_)) | None => String::new(),
        }
    }

    fn not_listed(&self, values: &Values, shown: &str) -> String {
        match values.list.map(|list| &self.operation.provider.lists[list]) {
            Some(list) => {
                let (name, count, date) = (&list.name, list.values.len(), &list.date);
                format!("{shown} is not among the {count} {name} known in {date}")
            }
            None => format!("{shown} is not {}", one_of(&values.values)),
        }
    }

    fn named(&self, values: &Values, before: &str) -> String {
        if values.list.is_some() || values.values.len() < 2 {
            return String::new();
        }
        format!("{before}{}", values.values.join(", "))
    }

    /// What to do: the value that was probably meant, then what the rule file says.
    fn help(&self, check: &Check, here: Here, failure: Option<&Failure<'_>>) -> Option<String> {
        match (self.suggestion(check, here, failure), &check.help) {
            (Some((near, true)), Some(help)) => Some(format!("{near} {help}")),
            (Some((suggestion, _)), None) => Some(suggestion),
            (_, help) => help.clone(),
        }
    }

    /// The documented value that was probably meant and true, or all that could be meant and false.
    fn suggestion(&self, check: &Check, here: Here, failure: Option<&Failure<'_>>) -> Option<(String, bool)> {
        let Condition::Word { subject, word: Word::OneOf { values, negated: false } } = failure?.condition else {
            return None;
        };
        let about_itself = matches!(subject.as_slice(), [Subject::Parameter(index)] if *index == check.parameter);
        if !about_itself || self.operation.parameters[check.parameter].secret {
            return None;
        }
        let value = self.evaluator(here).text_of(check.parameter)?;
        let known = match values.list {
            Some(list) => &self.operation.provider.lists[list].values,
            None => &values.values,
        };
        if let Some(near) = nearest(value, known.iter().map(String::as_str)) {
            return Some((format!("Did you mean {near:?}?"), true));
        }
        values.list.is_none().then(|| (format!("Use {}.", one_of(known)), false))
    }
}

/// Kind, detail and help of a note.
pub(super) fn of_note(operation: &Operation, note: &Note) -> (WarningKind, String, Option<String>) {
    let sent = shown_name(&note.sent);
    match note.kind {
        NoteKind::ParameterCase => {
            let help = format!("the documented name is {}", shown_name(&note.parameter));
            (WarningKind::ParameterCase, format!("sent as {sent}"), Some(help))
        }
        NoteKind::ValueCase => {
            let values = operation.parameters.iter().flat_map(|parameter| &parameter.folded_values);
            let documented = values.into_iter().find(|known| known.eq_ignore_ascii_case(&note.sent));
            let help = documented.map(|value| format!("the documented spelling is {value:?}"));
            (WarningKind::ValueCase, format!("sent as {}", quoted(&note.sent)), help)
        }
        NoteKind::Unknown => {
            let names = operation.roots.iter().map(|root| operation.parameters[*root].name.as_str());
            let common = operation.provider.common_parameters.iter().any(|common| common.name == note.parameter);
            if common {
                let detail = "a common parameter, which the API does not look for in this place".to_owned();
                return (WarningKind::UnknownParameter, detail, None);
            }
            let near = nearest(&note.parameter, names).map(|near| format!("did you mean {near}?"));
            let detail = "not a parameter of this operation".to_owned();
            (WarningKind::UnknownParameter, detail, near)
        }
        NoteKind::Flattened => {
            let detail = "a list or an object is sent under other names than the parameter's".to_owned();
            (WarningKind::UnknownParameter, detail, None)
        }
        NoteKind::Duplicate => {
            let detail = "given more than once, with different values".to_owned();
            (WarningKind::DuplicateParameter, detail, Some("give it once".to_owned()))
        }
        NoteKind::Ignored => {
            let detail = "the API ignores elements at this position".to_owned();
            (WarningKind::IgnoredParameter, detail, None)
        }
    }
}

/// A wire name whose parts begin with a capital, without the indices of lists: `DataDisks.ImageUrl`.
fn pascal(name: &str) -> String {
    let parts = name.split('.').map(|part| {
        let mut characters = part.split('[').next().unwrap_or_default().chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    parts.collect::<Vec<_>>().join(".")
}

fn fill_names(template: &str, name: &str) -> String {
    template_pieces(template).map(|piece| piece.unwrap_or(name)).collect()
}

/// The set in which a character is not, at the place where it stands in a text known in part.
fn lacking<'c>(chars: &'c Chars, partly: &str, character: char) -> (&'c CharSet, &'static str) {
    let lacks = |set: &&CharSet| !text::contains(set, character);
    if lacks(&&chars.all) {
        return (&chars.all, "");
    }
    let first = chars.first.as_ref().filter(lacks).filter(|_| partly.starts_with(character));
    let last = || chars.last.as_ref().filter(lacks);
    first
        .map(|set| (set, " at the start"))
        .or_else(|| last().map(|set| (set, " at the end")))
        .unwrap_or((&chars.all, ""))
}
