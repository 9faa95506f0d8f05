//! What a tool makes of the value of an option before it sends it.

use std::borrow::Cow;

use crate::forms::decoded::Decoded;
use crate::forms::embedded;
use crate::operation::command_line::Tool;
use crate::operation::{Form, Operation};
use crate::request::given::{Given, GivenValue};
use crate::rule::command_line::{RefusalKind, Structures};

/// A value as it is sent.
pub(super) struct Converted<'t> {
    pub value: GivenValue<'t>,
    /// Why the tool refuses it.
    pub refused: Option<RefusalKind>,
    /// What nobody expects: in words, and what to do.
    pub trap: Option<(String, String)>,
    /// Whether it holds members whose names are not known.
    pub more: bool,
}

impl<'t> From<GivenValue<'t>> for Converted<'t> {
    fn from(value: GivenValue<'t>) -> Self {
        Converted { value, refused: None, trap: None, more: false }
    }
}

/// The value that is sent for the words behind an option.
pub(super) fn convert<'t>(
    tool: &Tool,
    operation: Option<&Operation>,
    parameter: &str,
    unfolded: bool,
    words: &[Decoded<'t>],
) -> Converted<'t> {
    let form = operation.and_then(|operation| Tool::form(operation, parameter));
    if let (true, Some(Form::List(element)), Some(operation)) = (unfolded, form, operation) {
        let element = operation.parameters[element].form;
        let elements = words.iter().map(|word| Given::element(one(tool, Some(element), word).value, word.whole()));
        return GivenValue::List(elements.collect()).into();
    }
    match words {
        [word] => one(tool, form, word),
        [] => {
            let is_refused = tool.refusals.iter().any(|refusal| refusal.written.what == RefusalKind::MissingValue);
            match is_refused {
                true => refused(RefusalKind::MissingValue),
                false => GivenValue::Text(Cow::Borrowed("")).into(),
            }
        }
        _ => GivenValue::Unknown.into(),
    }
}

fn one<'t>(tool: &Tool, form: Option<Form>, word: &Decoded<'t>) -> Converted<'t> {
    let values = &tool.written.values;
    let text = word.text();
    match form {
        Some(Form::Integer | Form::Unsigned) if values.integers => match word.is_known() {
            false => GivenValue::Unknown.into(),
            true => match whole_number(text) {
                Some(number) => GivenValue::Number(Cow::Owned(number)).into(),
                None => refused(RefusalKind::BadInteger),
            },
        },
        Some(Form::Boolean) if values.any_text_is_true => match word.is_known() {
            false => GivenValue::Unknown.into(),
            true => {
                let mut converted = Converted::from(GivenValue::Bool(!text.is_empty()));
                if !text.is_empty() && !MEANS_TRUE.iter().any(|word| text.eq_ignore_ascii_case(word)) {
                    let detail = format!("{text:?} is sent as true, like every value that is not empty");
                    converted.trap = Some((detail, "Leave the option out for false.".to_owned()));
                }
                converted
            }
        },
        Some(Form::Boolean) => match &values.booleans {
            None => word.value().into(),
            Some(_) if !word.is_known() => GivenValue::Unknown.into(),
            Some(words) => {
                let is_one = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
                match (is_one(&words.yes), is_one(&words.no)) {
                    (true, _) => GivenValue::Bool(true).into(),
                    (_, true) => GivenValue::Bool(false).into(),
                    _ => refused(RefusalKind::BadBoolean),
                }
            }
        },
        Some(Form::List(_) | Form::Object) if values.structures == Structures::Json => json(word),
        None if values.structures == Structures::Json && embedded::looks_like_json(text) => json(word),
        _ if values.structures == Structures::GuessedJson && text.starts_with(['{', '[']) => match json(word) {
            // What is no JSON may still be read as something else.
            Converted { refused: Some(_), .. } => GivenValue::Unknown.into(),
            converted => converted,
        },
        _ => word.value().into(),
    }
}

/// What people mean to be true.
const MEANS_TRUE: [&str; 6] = ["true", "yes", "on", "1", "y", "t"];

fn json<'t>(word: &Decoded<'t>) -> Converted<'t> {
    match embedded::read(word) {
        Ok(read) => Converted { value: read.value, refused: None, trap: None, more: read.more },
        Err(_) if !word.is_known() => GivenValue::Unknown.into(),
        // The tool reads deeper than we do.
        Err(no_json) if no_json.error.too_deep => GivenValue::Unknown.into(),
        Err(_) => refused(RefusalKind::BadJson),
    }
}

fn refused<'t>(what: RefusalKind) -> Converted<'t> {
    Converted { value: GivenValue::Unknown, refused: Some(what), trap: None, more: false }
}

/// A whole number as JSON writes it: a sign in front, blanks around it and underscores in it are allowed.
fn whole_number(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let plain: String = digits.split('_').collect();
    let is_number = digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let plain = plain.trim_start_matches('0');
    is_number.then(|| format!("{sign}{}", if plain.is_empty() { "0" } else { plain }))
}

#[cfg(test)]
mod tests {
    use super::whole_number;

    #[test]
    fn whole_numbers_are_those_of_scripting_languages() {
        for (text, number) in [("40", "40"), (" +4_0 ", "40"), ("-007", "-7"), ("0", "0"), ("00", "0")] {
            assert_eq!(whole_number(text).as_deref(), Some(number), "{text}");
        }
        for text in ["", "4.0", "4e1", "_4", "4__0", "0x10", "40GB", "-", "+-1"] {
            assert_eq!(whole_number(text), None, "{text}");
        }
    }
}
