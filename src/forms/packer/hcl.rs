//! Templates in HCL. The parser bounds how deep expressions and blocks are nested.

use std::borrow::Cow;
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::{Element, Strip};

use super::{PostProcessor, Unreadable};
use crate::forms::placeholders::{Variables, open_text};
use crate::limits::TEMPLATE_BYTES;
use crate::place::Span;
use crate::request::InputErrorKind;
use crate::request::given::{GAP, Given, GivenValue};

/// The post-processors of the template that begins at `start` of a text.
pub(super) fn read<'t>(text: &'t str, start: usize) -> Result<Vec<PostProcessor<'t>>, Unreadable> {
    let template = text.get(start..).unwrap_or_default();
    if template.len() > TEMPLATE_BYTES {
        let message = format!("a template of more than {TEMPLATE_BYTES} bytes");
        return Err(Unreadable { kind: InputErrorKind::Limit, message, at: start });
    }
    let body = hcl_edit::parser::parse_body(template).map_err(|error| {
        let at = start + error.location().offset();
        let before = text.get(..at).map_or(start, str::len);
        // What the parser says of its input is left out: it may be a secret.
        Unreadable { kind: InputErrorKind::Syntax, message: "this is not HCL".to_owned(), at: before }
    })?;
    let hcl = Hcl { text, start };
    let mut found = Vec::new();
    for build in body.get_blocks("build") {
        hcl.post_processors(&build.body, &mut found);
        for sequence in build.body.get_blocks("post-processors") {
            hcl.post_processors(&sequence.body, &mut found);
        }
    }
    found.sort_by_key(|found| found.span);
    Ok(found)
}

/// A text, and where in it the template begins.
struct Hcl<'t> {
    text: &'t str,
    start: usize,
}

impl<'t> Hcl<'t> {
    fn post_processors(&self, body: &Body, found: &mut Vec<PostProcessor<'t>>) {
        for block in body.get_blocks("post-processor") {
            if let Some(label) = block.labels.first() {
                let (kind, span) = (label.as_str().to_owned(), self.span(block.span()));
                found.push(PostProcessor { kind, arguments: self.members(&block.body), span });
            }
        }
    }

    fn members(&self, body: &Body) -> Vec<Given<'t>> {
        let mut members: Vec<Given<'t>> = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name = Cow::Owned(attribute.key.as_str().to_owned());
                    let value = self.value(&attribute.value);
                    let (name_span, span) = (self.span(attribute.key.span()), self.span(attribute.value.span()));
                    members.push(Given::new(name, name_span, value, span));
                }
                Structure::Block(block) => self.block(block, &mut members),
            }
        }
        members
    }

    /// A block is an object; several of one name are a list.
    fn block(&self, block: &Block, members: &mut Vec<Given<'t>>) {
        let (name_span, span) = (self.span(block.ident.span()), self.span(block.span()));
        let is_dynamic = block.has_ident("dynamic");
        let name = block.labels.first().filter(|_| is_dynamic).map_or(block.ident.as_str(), |label| label.as_str());
        let value = match is_dynamic {
            true => GivenValue::Unknown,
            false => GivenValue::Members(self.members(&block.body)),
        };
        match members.iter_mut().find(|known| known.name == name) {
            Some(known) if is_dynamic || known.value == GivenValue::Unknown => known.value = GivenValue::Unknown,
            Some(Given { value: GivenValue::List(elements), .. }) => elements.push(Given::element(value, span)),
            Some(known) => {
                let first = std::mem::replace(&mut known.value, GivenValue::Null);
                known.value = GivenValue::List(vec![Given::element(first, known.span), Given::element(value, span)]);
            }
            None => members.push(Given::new(Cow::Owned(name.to_owned()), name_span, value, span)),
        }
    }

    fn value(&self, expression: &Expression) -> GivenValue<'t> {
        match expression {
            Expression::Null(_) => GivenValue::Null,
            Expression::Bool(value) => GivenValue::Bool(**value),
            Expression::Number(_) => GivenValue::Number(Cow::Borrowed(self.span(expression.span()).of(self.text))),
            Expression::String(text) => text_value(text),
            Expression::StringTemplate(template) => {
                let mut text = String::new();
                for element in template {
                    match element {
                        Element::Literal(literal) => text.push_str(literal),
                        Element::Interpolation(inner) if inner.strip == Strip::None => text.push(GAP),
                        // What is stripped or repeated around it is not followed.
                        _ => return GivenValue::Unknown,
                    }
                }
                text_value(&text)
            }
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Array(array) => {
                let element = |element| Given::element(self.value(element), self.span(element.span()));
                GivenValue::List(array.iter().map(element).collect())
            }
            Expression::Object(object) => {
                let mut members = Vec::new();
                for (key, value) in object {
                    let name = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(Expression::String(name)) => name.to_string(),
                        // Which members there are is not known.
                        ObjectKey::Expression(_) => return GivenValue::Unknown,
                    };
                    let (name_span, span) = (self.span(key.span()), self.span(value.expr().span()));
                    members.push(Given::new(Cow::Owned(name), name_span, self.value(value.expr()), span));
                }
                GivenValue::Members(members)
            }
            _ => GivenValue::Unknown,
        }
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        range.map_or(Span::default(), |range| Span::new(self.start + range.start, self.start + range.end))
    }
}

fn text_value<'t>(text: &str) -> GivenValue<'t> {
    GivenValue::of_text(Cow::Owned(open_text(text, &Variables::default())))
}
