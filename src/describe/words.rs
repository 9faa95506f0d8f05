//! Conditions as sentences.

use crate::operation::condition::{CharSet, Comparand, Condition, OfPart, Piece, Subject, Values, Word};
use crate::operation::{EntityIndex, EntityKey, Operation, ParameterIndex};
use crate::rule::condition::{Case, CharClass, Unit};

/// The path of a parameter: `DiskDeviceMapping[].Format`.
pub(crate) fn parameter_path(operation: &Operation, index: ParameterIndex) -> String {
    let parameter = &operation.parameters[index];
    match parameter.parent {
        None => parameter.name.clone(),
        Some(parent) if parameter.name.is_empty() => format!("{}[]", parameter_path(operation, parent)),
        Some(parent) => format!("{}.{}", parameter_path(operation, parent), parameter.name),
    }
}

/// What a condition demands.
pub(crate) fn say(operation: &Operation, condition: &Condition) -> String {
    let names = |parameters: &[ParameterIndex]| {
        parameters.iter().map(|index| parameter_path(operation, *index)).collect::<Vec<_>>().join(", ")
    };
    let joined = |parts: &[Condition], between: &str| {
        parts.iter().map(|part| say(operation, part)).collect::<Vec<_>>().join(between)
    };
    match condition {
        Condition::Word { subject, word } => {
            format!("{} {}", subject_name(operation, subject), say_word(operation, word))
        }
        Condition::AllOf(parts) => joined(parts, ", and "),
        Condition::AnyOf(parts) => joined(parts, ", or "),
        Condition::Not(part) => format!("not ({})", say(operation, part)),
        Condition::Given { parameters, at_least_one, at_most_one } => {
            let how_many = match (at_least_one, at_most_one) {
                (true, true) => "exactly one",
                (true, false) => "at least one",
                _ => "at most one",
            };
            format!("{how_many} of {} is given", names(parameters))
        }
        Condition::Each { subject, filter, must } => {
            let filter = filter.as_ref().map(|filter| format!(" whose {}", say(operation, filter))).unwrap_or_default();
            format!("of each element of {}{filter}: {}", subject_name(operation, subject), say(operation, must))
        }
        Condition::Exists(entity) => format!("{} exists", entity_name(operation, *entity)),
        Condition::Readable(entity) => {
            format!("{} exists and may be read", entity_name(operation, *entity))
        }
        Condition::NoItem { section, filter } => {
            format!("no item of {} whose {}", operation.provider.sections[*section].name, say(operation, filter))
        }
        Condition::Trusts { document, principal, action } => {
            let document = subject_name(operation, std::slice::from_ref(document));
            format!("{document} allows {action} to {} {}", principal.0, principal.1)
        }
        Condition::Grants(grants) => {
            let enough = match grants.enough.as_slice() {
                [] => String::new(),
                names => format!("hold {}, or ", names.join(" or ")),
            };
            let attached = subject_name(operation, std::slice::from_ref(&grants.attached));
            format!("{attached} {enough}allow {}", grants.actions.join(", "))
        }
    }
}

fn entity_name(operation: &Operation, entity: EntityIndex) -> String {
    let entity = &operation.entities[entity];
    match &entity.key {
        EntityKey::Parameter(key) => format!("the {} that {} names", entity.name, parameter_path(operation, *key)),
        EntityKey::HostPart { parameter, .. } => {
            format!("the {} in the host of {}", entity.name, parameter_path(operation, *parameter))
        }
        EntityKey::Value(value) => format!("the {} {value:?}", entity.name),
    }
}

fn subject_name(operation: &Operation, subjects: &[Subject]) -> String {
    let name = |subject: &Subject| match subject {
        Subject::Parameter(index) => parameter_path(operation, *index),
        Subject::Fact { entity, path } => format!("{}.{path}", operation.entities[*entity].name),
        Subject::Field { path } => path.clone(),
        Subject::Joined { section, by, field } => {
            format!("{field} of the item of {} that {by} names", operation.provider.sections[*section].name)
        }
    };
    subjects.iter().map(name).collect::<Vec<_>>().join(", else ")
}

fn say_word(operation: &Operation, word: &Word) -> String {
    let texts_of = |texts: &[String]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(" or ");
    let verb =
        |negated: bool, plain: &str, negative: &str| if negated { negative.to_owned() } else { plain.to_owned() };
    match word {
        Word::Present(true) => "is given".to_owned(),
        Word::Present(false) => "is not given".to_owned(),
        Word::OneOf { values, negated } => {
            format!("{} {}", verb(*negated, "is one of", "is none of"), say_values(operation, values))
        }
        Word::Length { min, max, unit } => {
            let unit = match unit {
                Unit::Characters => "characters",
                Unit::Bytes => "bytes",
            };
            format!("has {} {unit}", bounds(*min, *max))
        }
        Word::Chars(chars) => {
            let mut text = format!("holds only {}", say_set(&chars.all));
            if let Some(first) = &chars.first {
                text.push_str(&format!(", first {}", say_set(first)));
            }
            if let Some(last) = &chars.last {
                text.push_str(&format!(", last {}", say_set(last)));
            }
            text
        }
        Word::StartsWith { texts, negated } => {
            format!("{} {}", verb(*negated, "starts with", "does not start with"), texts_of(texts))
        }
        Word::EndsWith { texts, negated } => {
            format!("{} {}", verb(*negated, "ends with", "does not end with"), texts_of(texts))
        }
        Word::Contains { texts, negated } => {
            format!("{} {}", verb(*negated, "contains", "does not contain"), texts_of(texts))
        }
        Word::Pattern(regex) => format!("matches {}", regex.as_str()),
        Word::Range { min, max } => format!("is a whole number, {}", bounds(*min, *max)),
        Word::MultipleOf(step) => format!("is a multiple of {step}"),
        Word::NotEmpty => "is not empty".to_owned(),
        Word::Count { min, max, filter } => {
            let filter = filter.as_ref().map(|filter| format!(" whose {}", say(operation, filter))).unwrap_or_default();
            format!("has {} elements{filter}", bounds(*min, *max))
        }
        Word::Equals(comparand) => format!("is {}", say_comparand(operation, comparand)),
        Word::Unique { by, case } => {
            let by = by.map(|by| format!(" by {}", parameter_path(operation, by))).unwrap_or_default();
            let case = if *case == Case::Fold { ", ignoring case" } else { "" };
            format!("has no two equal elements{by}{case}")
        }
        Word::Url(url) => {
            let shapes: Vec<&str> = url.hosts.iter().map(|shape| shape.written.as_str()).collect();
            match &url.part {
                Some((part, OfPart::Equals(comparand))) => {
                    format!("names as {part} in its host {}", say_comparand(operation, comparand))
                }
                Some((part, OfPart::Must(word))) => {
                    format!("has a host whose {part}, where it names one, {}", say_word(operation, word))
                }
                None => {
                    let schemes =
                        if url.schemes.is_empty() { "any scheme".to_owned() } else { url.schemes.join(" or ") };
                    let hosts = if shapes.is_empty() { "any host".to_owned() } else { shapes.join(" or ") };
                    format!("is a URL with {schemes} and {hosts}")
                }
            }
        }
        Word::OneOfBy { key, values } => {
            let key = parameter_path(operation, *key);
            let lists = values.iter().map(|(known, values)| format!("{known}: {}", values.join(", ")));
            format!("goes with {key} ({})", lists.collect::<Vec<_>>().join("; "))
        }
        Word::ContainedIn(fact) => format!("is in {}", subject_name(operation, std::slice::from_ref(fact))),
        Word::Below(fact) => format!("is below {}", subject_name(operation, std::slice::from_ref(fact))),
        Word::SameLengthAs(other) => format!("has as many elements as {}", parameter_path(operation, *other)),
    }
}

fn say_values(operation: &Operation, values: &Values) -> String {
    match values.list {
        Some(list) => {
            let list = &operation.provider.lists[list];
            format!("the {} {} known in {}", list.values.len(), list.name, list.date)
        }
        None => values.values.join(", "),
    }
}

fn say_comparand(operation: &Operation, comparand: &Comparand) -> String {
    match comparand {
        Comparand::Value(value) => format!("{value:?}"),
        Comparand::Parameter(parameter) => format!("the value of {}", parameter_path(operation, *parameter)),
        Comparand::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Parameter(parameter) => format!("{{{}}}", parameter_path(operation, *parameter)),
            })
            .collect(),
    }
}

fn say_set(set: &CharSet) -> String {
    let classes = set.classes.iter().map(|class| match class {
        CharClass::Letter => "letters",
        CharClass::Lower => "lower-case letters",
        CharClass::Upper => "capital letters",
        CharClass::Digit => "digits",
        CharClass::Chinese => "Chinese characters",
        CharClass::Ascii => "ASCII characters",
        CharClass::Any => "any characters",
    });
    let mut parts: Vec<String> = classes.map(str::to_owned).collect();
    parts.extend(set.extra.chars().map(|character| format!("{character:?}")));
    parts.join(", ")
}

fn bounds<T: std::fmt::Display + PartialEq>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any number of".to_owned(),
    }
}
