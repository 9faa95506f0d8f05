//! What a plan says about the configuration that it was made of: which arguments a resource sets, which settings its
//! provider has. Only what concerns resources with rules is kept.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::{Kind, Node, Reader, SyntaxError, Value};
use crate::request::given::{Given, GivenValue};

/// The parts of a configuration that matter.
#[derive(Default)]
pub(super) struct Configuration {
    /// By address without indices.
    resources: HashMap<String, Node>,
    /// By the key that resources name them by.
    providers: HashMap<String, Node>,
}

impl Configuration {
    /// Reads the configuration that `reader` stands before.
    pub fn read(&mut self, reader: &mut Reader<'_>, is_known: &dyn Fn(&str) -> bool) -> Result<(), Box<SyntaxError>> {
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            match (key.decode().as_ref(), reader.peek()?) {
                ("provider_config", Kind::Object) => {
                    reader.begin_object()?;
                    let mut first = true;
                    while let Some(key) = reader.next_key(&mut first)? {
                        self.providers.insert(key.decode().into_owned(), Node::read(reader)?);
                    }
                }
                ("root_module", Kind::Object) => self.module(reader, "", is_known)?,
                _ => drop(reader.skip()?),
            }
        }
        Ok(())
    }

    fn module(
        &mut self,
        reader: &mut Reader<'_>,
        address: &str,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<(), Box<SyntaxError>> {
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            match (key.decode().as_ref(), reader.peek()?) {
                ("resources", Kind::List) => {
                    reader.begin_list()?;
                    let mut first = true;
                    while reader.next_element(&mut first)? {
                        let mut resource = reader.clone();
                        let glance = super::glance(reader)?;
                        if glance.is_managed && is_known(&glance.kind) {
                            self.keep(Node::read(&mut resource)?, address);
                        }
                    }
                }
                ("module_calls", Kind::Object) => {
                    reader.begin_object()?;
                    let mut first = true;
                    while let Some(key) = reader.next_key(&mut first)? {
                        self.module_call(reader, &join(address, &format!("module.{}", key.decode())), is_known)?;
                    }
                }
                _ => drop(reader.skip()?),
            }
        }
        Ok(())
    }

    fn module_call(
        &mut self,
        reader: &mut Reader<'_>,
        address: &str,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<(), Box<SyntaxError>> {
        if reader.peek()? != Kind::Object {
            return reader.skip().map(drop);
        }
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            match (key.decode().as_ref(), reader.peek()?) {
                ("module", Kind::Object) => self.module(reader, address, is_known)?,
                _ => drop(reader.skip()?),
            }
        }
        Ok(())
    }

    fn keep(&mut self, node: Node, address: &str) {
        let text = |name: &str| node.get(name).and_then(Node::text);
        if let (Some(kind), Some(name)) = (text("type"), text("name")) {
            let address = join(address, &format!("{kind}.{name}"));
            self.resources.insert(address, node);
        }
    }

    /// What the configuration says about a resource. `module` is the address of an instance of its module.
    pub fn resource(&self, module: &str, kind: &str, name: &str) -> Option<&Node> {
        self.resources.get(&join(&without_indices(module), &format!("{kind}.{name}")))
    }

    /// The settings of the provider of a resource. What is no constant is not known.
    pub fn settings<'t>(&self, resource: Option<&Node>, provider: &str) -> Vec<Given<'t>> {
        let key = resource.and_then(|resource| resource.get("provider_config_key")).and_then(Node::text);
        let found = key.and_then(|key| self.providers.get(key)).or_else(|| self.only(provider));
        let expressions = found.and_then(|found| found.get("expressions")).and_then(Node::members);
        let expressions = expressions.unwrap_or_default().iter();
        expressions
            .map(|((name, name_span), expression)| {
                let constant = expression.get("constant_value");
                let value = match constant.map(|constant| &constant.value) {
                    Some(Value::Null) => GivenValue::Null,
                    Some(Value::Text(text)) => GivenValue::of_text(Cow::Owned(text.clone())),
                    Some(Value::Number(number)) => GivenValue::Number(Cow::Owned(number.clone())),
                    Some(Value::Bool(value)) => GivenValue::Bool(*value),
                    _ => GivenValue::Unknown,
                };
                let span = constant.map_or(expression.span, |constant| constant.span);
                Given::new(Cow::Owned(name.clone()), *name_span, value, span)
            })
            .collect()
    }

    /// The settings of a provider that is set up once only, and by its own name: modules of older plans name it by a key
    /// that is not listed.
    fn only(&self, provider: &str) -> Option<&Node> {
        let is_named = |node: &&Node| node.get("name").and_then(Node::text) == Some(provider);
        let mut named = self.providers.values().filter(is_named);
        let first = named.next().filter(|first| first.get("alias").is_none())?;
        named.next().is_none().then_some(first)
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}

/// An address without `[0]` and `["key"]`.
fn without_indices(address: &str) -> String {
    let mut plain = String::new();
    let (mut in_index, mut in_text, mut escaped) = (false, false, false);
    for character in address.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' if in_index => in_text = !in_text,
            '[' if !in_text => in_index = true,
            ']' if !in_text => in_index = false,
            _ if in_index => {}
            character => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_indices;

    #[test]
    fn indices_are_no_part_of_a_configuration() {
        for (address, plain) in [
            ("", ""),
            ("module.a", "module.a"),
            (r#"module.a[0].module.b["x.y]\"[z"].module.c"#, "module.a.module.b.module.c"),
        ] {
            assert_eq!(without_indices(address), plain);
        }
    }
}
