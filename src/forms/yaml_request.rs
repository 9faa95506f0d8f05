//! Requests as in our own JSON form, written as YAML: one a document, or lists of them.
//!
//! The envelope is as strict as that of the JSON form.

use std::borrow::Cow;

use super::knowledge::Knowledge;
use super::source::{Draft, Source};
use super::yaml::{Yaml, YamlValue, documents};
use super::{Found, Likeness, Reader};
use crate::json::{Node, Value};
use crate::place::Span;
use crate::request::given::{Given, GivenValue, Written};
use crate::request::writing::Writing;
use crate::request::{ENVELOPE_KEYS, InputErrorKind};

/// Our own form, as YAML.
pub(crate) struct YamlRequests;

impl Reader for YamlRequests {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn comments(&self) -> &'static [&'static str] {
        &["#"]
    }

    fn writing(&self) -> Writing {
        Writing::Yaml
    }

    fn recognise(&self, name: &str, source: &Source<'_>, _: Knowledge<'_>) -> Likeness {
        let keys = source.head().lines().map(|line| line.trim_start_matches(['-', ' ']));
        let (mut provider, mut operation) = (false, false);
        for key in keys {
            provider |= key.starts_with("provider:");
            operation |= key.starts_with("operation:");
        }
        let by_name = name.ends_with(".yaml") || name.ends_with(".yml");
        match (provider && operation, by_name) {
            (true, true) => Likeness::Sure,
            (true, false) => Likeness::Likely,
            _ => Likeness::No,
        }
    }

    fn read<'t>(&self, source: &Source<'t>, _: Knowledge<'_>) -> Vec<Found<'t>> {
        let (documents, broken) = documents(source);
        let mut found = Vec::new();
        for document in documents {
            match document.value {
                YamlValue::Null => {}
                YamlValue::List(items) => found.extend(items.iter().map(|item| request(item, source))),
                _ => found.push(request(&document, source)),
            }
        }
        if let Some(broken) = broken {
            let kind = if broken.too_much { InputErrorKind::Limit } else { InputErrorKind::Syntax };
            found.push(Found::error(kind, broken.message, source.position(broken.at)));
        }
        found
    }
}

fn request<'t>(yaml: &Yaml<'t>, source: &Source<'t>) -> Found<'t> {
    match draft(yaml) {
        Ok(draft) => Found::request(source.request(draft)),
        Err((message, span)) => Found::error(InputErrorKind::Envelope, message, source.position(span.start)),
    }
}

fn draft<'t>(yaml: &Yaml<'t>) -> Result<Draft<'t>, (String, Span)> {
    let YamlValue::Map(members) = &yaml.value else {
        return Err(("a request is a map".to_owned(), yaml.span));
    };
    let mut seen = Vec::new();
    for (key, _) in members {
        let name = key.text().map(|name| name.text().to_owned()).unwrap_or_default();
        if !ENVELOPE_KEYS.contains(&name.as_str()) {
            let known = ENVELOPE_KEYS.join(", ");
            return Err((format!("unknown key {:?}; a request has {known}", shortened(&name)), key.span));
        }
        if seen.contains(&name) {
            return Err((format!("key {name:?} stands here twice"), key.span));
        }
        seen.push(name);
    }
    let text = |key: &str| match yaml.get(key).map(|value| (value, &value.value)) {
        None | Some((_, YamlValue::Null)) => Ok(None),
        Some((_, YamlValue::Text(text))) => Ok(Some(text.cow())),
        Some((_, YamlValue::Number(number))) if key == "id" => Ok(Some(number.clone())),
        Some((value, _)) => Err((format!("{key:?} must be a text"), value.span)),
    };
    let needed = |key: &str| text(key)?.ok_or_else(|| (format!("a request needs {key:?}"), yaml.span));
    let mut written = Written::default();
    let params = yaml.get("params").filter(|params| !matches!(params.value, YamlValue::Null));
    if let Some(params) = params {
        let GivenValue::Members(members) = params.given() else {
            return Err(("\"params\" must be a map".to_owned(), params.span));
        };
        written.given = members;
        written.place = Some(params.span);
    }
    if let Some(unknown) = yaml.get("unknown") {
        written.given.extend(unknown_names(unknown, &written.given)?);
    }
    let facts = yaml.get("facts").filter(|facts| !matches!(facts.value, YamlValue::Null));
    Ok(Draft {
        id: text("id")?,
        provider: needed("provider")?.into_owned(),
        service: text("service")?.map(Cow::into_owned),
        operation: needed("operation")?.into_owned(),
        edition: text("edition")?,
        facts: facts.map(node),
        span: yaml.span,
        written,
    })
}

fn unknown_names<'t>(unknown: &Yaml<'t>, given: &[Given<'t>]) -> Result<Vec<Given<'t>>, (String, Span)> {
    let items = match &unknown.value {
        YamlValue::Null => return Ok(Vec::new()),
        YamlValue::List(items) => items,
        _ => return Err(("\"unknown\" must be a list of names".to_owned(), unknown.span)),
    };
    let mut names = Vec::new();
    for item in items {
        let Some(name) = item.text() else {
            return Err(("\"unknown\" must be a list of names".to_owned(), item.span));
        };
        if given.iter().any(|given| given.name == name.text()) {
            let message = format!("{:?} stands in \"params\" and in \"unknown\"", shortened(name.text()));
            return Err((message, item.span));
        }
        names.push(Given::new(name.cow(), item.span, GivenValue::Unknown, item.span));
    }
    Ok(names)
}

/// Facts as the reader of facts wants them.
fn node(yaml: &Yaml<'_>) -> Node {
    let value = match &yaml.value {
        YamlValue::Null | YamlValue::Unclear => Value::Null,
        YamlValue::Bool(value) => Value::Bool(*value),
        YamlValue::Number(number) => Value::Number(number.clone().into_owned()),
        YamlValue::Text(text) => Value::Text(text.text().to_owned()),
        YamlValue::List(items) => Value::List(items.iter().map(node).collect()),
        YamlValue::Map(members) => {
            let named = members
                .iter()
                .filter_map(|(key, value)| Some(((key.text()?.text().to_owned(), key.span), node(value))));
            Value::Object(named.collect())
        }
    };
    Node { value, span: yaml.span }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(100).collect()
}
