//! Templates in HCL. The parser bounds how deep expressions and blocks are nested. A local is what the template says, because
//! nothing else can set it; variables, functions and conditions are not known.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::{Element, Strip};

use super::{PostProcessor, Unreadable};
use crate::forms::knowledge::Knowledge;
use crate::forms::placeholders::{Variables, open_text};
use crate::limits::TEMPLATE_BYTES;
use crate::operation::resources::ResourceForm;
use crate::place::Span;
use crate::request::InputErrorKind;
use crate::request::given::{GAP, Given, GivenValue};

/// The longest text of a local, in bytes, so that texts made of each other do not grow.
const MAX_LOCAL: usize = 4 << 10;
/// How many locals may lead to each other.
const MAX_DEPTH: usize = 16;

/// The post-processors of the template that begins at `start` of a text.
pub(super) fn read<'t>(
    text: &'t str,
    start: usize,
    knowledge: Knowledge<'_>,
) -> Result<Vec<PostProcessor<'t>>, Unreadable> {
    let template = text.get(start..).unwrap_or_default();
    if template.len() > TEMPLATE_BYTES {
        // Whatever else stands in it, without the name of a post-processor it makes no call.
        if !knowledge.resource_names(ResourceForm::Packer).any(|name| template.contains(name)) {
            return Ok(Vec::new());
        }
        let message = format!("a template of more than {TEMPLATE_BYTES} bytes");
        return Err(Unreadable { kind: InputErrorKind::Limit, message, at: start });
    }
    let body = hcl_edit::parser::parse_body(template).map_err(|error| {
        let at = start + error.location().offset();
        let before = text.get(..at).map_or(start, str::len);
        // What the parser says of its input is left out: it may be a secret. Of its limits it says the number alone.
        let (kind, message) = match error.message().split_once("expected at most ") {
            Some((_, most)) => (InputErrorKind::Limit, format!("more than {most}")),
            None => (InputErrorKind::Syntax, "this is not HCL".to_owned()),
        };
        Unreadable { kind, message, at: before }
    })?;
    let mut hcl = Hcl { text, start, locals: locals(&body), known: HashMap::new(), depth: 0 };
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

/// The locals of a template by name; none for one that is set twice. Nothing outside of a template can set them.
fn locals(body: &Body) -> HashMap<&str, Option<&Expression>> {
    let mut locals = HashMap::new();
    let mut add = |name, value| {
        locals.entry(name).and_modify(|known| *known = None).or_insert(Some(value));
    };
    for block in body.blocks() {
        match (block.ident.as_str(), block.labels.first()) {
            ("locals", None) => {
                block.body.attributes().for_each(|attribute| add(attribute.key.as_str(), &attribute.value));
            }
            ("local", Some(name)) => {
                // What is sensitive is not looked at, so that it can stand in no output.
                let is_shown =
                    block.body.get_attribute("sensitive").is_none_or(|given| given.value.as_bool() == Some(false));
                let expression = block.body.get_attribute("expression").filter(|_| is_shown);
                expression.into_iter().for_each(|attribute| add(name.as_str(), &attribute.value));
            }
            _ => {}
        }
    }
    locals
}

/// A text, where in it the template begins, and what the template says of its locals.
struct Hcl<'b, 't> {
    text: &'t str,
    start: usize,
    locals: HashMap<&'b str, Option<&'b Expression>>,
    /// Those that were looked up; one that is being looked up is not known.
    known: HashMap<&'b str, GivenValue<'t>>,
    /// How many locals lead to the one that is being looked up.
    depth: usize,
}

impl<'b, 't> Hcl<'b, 't> {
    fn post_processors(&mut self, body: &'b Body, found: &mut Vec<PostProcessor<'t>>) {
        for block in body.get_blocks("post-processor") {
            if let Some(label) = block.labels.first() {
                let (kind, span) = (label.as_str().to_owned(), self.span(block.span()));
                found.push(PostProcessor { kind, arguments: self.members(&block.body), span });
            }
        }
    }

    fn members(&mut self, body: &'b Body) -> Vec<Given<'t>> {
        let mut members: Vec<Given<'t>> = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name = Cow::Owned(attribute.key.as_str().to_owned());
                    let value = opened(self.value(&attribute.value));
                    let (name_span, span) = (self.span(attribute.key.span()), self.span(attribute.value.span()));
                    members.push(Given::new(name, name_span, value, span));
                }
                Structure::Block(block) => self.block(block, &mut members),
            }
        }
        members
    }

    /// A block is an object; several of one name are a list.
    fn block(&mut self, block: &'b Block, members: &mut Vec<Given<'t>>) {
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

    /// What an expression says; texts are not yet looked through for placeholders.
    fn value(&mut self, expression: &'b Expression) -> GivenValue<'t> {
        match expression {
            Expression::Null(_) => GivenValue::Null,
            Expression::Bool(value) => GivenValue::Bool(**value),
            Expression::Number(_) => GivenValue::Number(Cow::Borrowed(self.span(expression.span()).of(self.text))),
            Expression::String(text) => GivenValue::of_text(Cow::Owned(text.to_string())),
            Expression::StringTemplate(template) => self.template(template),
            // What becomes of line ends of two characters is not certain.
            Expression::HeredocTemplate(heredoc) if !self.span(expression.span()).of(self.text).contains('\r') => {
                self.template(&heredoc.template)
            }
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Traversal(traversal) => match (&traversal.expr, traversal.operators.as_slice()) {
                (Expression::Variable(root), [operator]) if root.as_str() == "local" => match operator.value() {
                    TraversalOperator::GetAttr(name) => self.local(name.as_str()),
                    _ => GivenValue::Unknown,
                },
                _ => GivenValue::Unknown,
            },
            Expression::Array(array) => {
                let mut elements = Vec::new();
                for element in array {
                    elements.push(Given::element(self.value(element), self.span(element.span())));
                }
                GivenValue::List(elements)
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

    /// A text with what stands in it in braces, as far as that is known.
    fn template(&mut self, elements: impl IntoIterator<Item = &'b Element>) -> GivenValue<'t> {
        let mut text = String::new();
        for element in elements {
            match element {
                Element::Literal(literal) => text.push_str(literal),
                Element::Interpolation(inner) if inner.strip == Strip::None => match self.value(&inner.expr) {
                    GivenValue::Text(value) | GivenValue::Partly(value) => text.push_str(&value),
                    GivenValue::Bool(value) => text.push_str(if value { "true" } else { "false" }),
                    // Other numbers may be written in another way.
                    GivenValue::Number(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                        text.push_str(&number);
                    }
                    _ => text.push(GAP),
                },
                // What is stripped or repeated around it is not followed.
                _ => return GivenValue::Unknown,
            }
        }
        GivenValue::of_text(Cow::Owned(text))
    }

    /// A local whose value is one text, number or boolean; what is long or made of many others is not known.
    fn local(&mut self, name: &str) -> GivenValue<'t> {
        let Some((&name, &Some(expression))) = self.locals.get_key_value(name) else { return GivenValue::Unknown };
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        self.known.insert(name, GivenValue::Unknown);
        if self.depth == MAX_DEPTH {
            return GivenValue::Unknown;
        }
        self.depth += 1;
        let value = match self.value(expression) {
            GivenValue::Text(text) | GivenValue::Partly(text) if text.len() > MAX_LOCAL => GivenValue::Unknown,
            GivenValue::List(_) | GivenValue::Members(_) => GivenValue::Unknown,
            value => value,
        };
        self.depth -= 1;
        self.known.insert(name, value.clone());
        value
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        range.map_or(Span::default(), |range| Span::new(self.start + range.start, self.start + range.end))
    }
}

/// A value whose placeholders of the older kind, `{{...}}`, are not known.
fn opened(value: GivenValue<'_>) -> GivenValue<'_> {
    fn all(inner: Vec<Given<'_>>) -> Vec<Given<'_>> {
        inner.into_iter().map(|given| Given { value: opened(given.value), ..given }).collect()
    }
    match value {
        GivenValue::Text(text) | GivenValue::Partly(text) => {
            GivenValue::of_text(Cow::Owned(open_text(&text, &Variables::default())))
        }
        GivenValue::List(inner) => GivenValue::List(all(inner)),
        GivenValue::Members(inner) => GivenValue::Members(all(inner)),
        value => value,
    }
}
