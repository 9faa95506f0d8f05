//! Where things stand in an edition's file: conditions and plain texts have no places of their own once they are read,
//! so the tree of the file is walked beside what was made of it.

use std::collections::HashMap;

use crate::compile::{ProviderRules, in_order};
use crate::json::{Node, Value};
use crate::operation::{Check, Operation, ParameterIndex, Run};
use crate::place::Span;
use crate::rule::operation::OperationFile;

/// The places of one file.
pub(super) struct Places<'n> {
    pub root: &'n Node,
    /// By the index of the parameter.
    parameters: Vec<Option<&'n Node>>,
    /// By the id of the check.
    checks: HashMap<String, CheckPlace<'n>>,
}

/// Where a check comes from.
#[derive(Clone, Copy)]
pub(super) struct CheckPlace<'n> {
    /// Its id, or the name of the constraint that it belongs to.
    pub span: Span,
    /// The check as written; none for a check of a named constraint.
    pub node: Option<&'n Node>,
}

impl<'n> Places<'n> {
    pub fn of(written: &OperationFile, root: &'n Node, operation: &Operation, rules: &ProviderRules) -> Places<'n> {
        let mut parameters = Vec::new();
        for parameter in root.items_of("parameters") {
            collect_parameters(parameter, &mut parameters);
        }
        let mut checks = HashMap::new();
        let own = parameters.iter().flatten().copied().chain([root]);
        for check in own.flat_map(|owner| owner.items_of("checks")) {
            if let Some(id) = check.get("id")
                && let Some(name) = id.text()
            {
                checks.insert(name.to_owned(), CheckPlace { span: id.span, node: Some(check) });
            }
        }
        let mut of_parameter: HashMap<ParameterIndex, Vec<&Check>> = HashMap::new();
        for check in operation.checks.iter().filter(|check| matches!(check.run, Run::Must { .. })) {
            of_parameter.entry(check.parameter).or_default().push(check);
        }
        let constraints = rules.written.constraints.iter().map(|(name, rule)| (name.as_str(), rule));
        let constraints: HashMap<&str, _> = constraints.collect();
        for (index, rule) in in_order(written).into_iter().enumerate() {
            let own = of_parameter.get(&index).map(Vec::as_slice).unwrap_or_default();
            for use_ in rule.constraints() {
                let constraint = constraints.get(use_.name.as_str());
                for rule in constraint.iter().flat_map(|constraint| constraint.checks.iter()) {
                    let end = format!("-{}", rule.id.value);
                    let made = own.iter().find(|check| check.id.ends_with(&end) && !checks.contains_key(&check.id));
                    if let Some(check) = made {
                        checks.insert(check.id.clone(), CheckPlace { span: use_.name.span, node: None });
                    }
                }
            }
        }
        Places { root, parameters, checks }
    }

    /// Where a check was written; none for those that nobody writes.
    pub fn check(&self, id: &str) -> Option<CheckPlace<'n>> {
        self.checks.get(id).copied()
    }

    /// The parameter, or element of a list, as written.
    pub fn parameter(&self, index: ParameterIndex) -> Option<&'n Node> {
        self.parameters.get(index).copied().flatten()
    }

    /// All parameters as written.
    pub fn parameters(&self) -> impl Iterator<Item = &'n Node> + '_ {
        self.parameters.iter().flatten().copied()
    }
}

/// A parameter and what lies in it, in the order in which they are compiled.
fn collect_parameters<'n>(node: &'n Node, out: &mut Vec<Option<&'n Node>>) {
    out.push(Some(node));
    if let Some(items) = node.get("items").filter(|items| items.value != Value::Null) {
        collect_parameters(items, out);
    }
    for field in node.items_of("fields") {
        collect_parameters(field, out);
    }
}

/// Short ways into a tree whose form is known.
pub(super) trait Lookup {
    /// The elements of a member; none when there is no such list.
    fn items_of(&self, key: &str) -> &[Node];
    /// The text of a member and its place.
    fn text_of(&self, key: &str) -> Option<(&str, Span)>;
}

impl Lookup for Node {
    fn items_of(&self, key: &str) -> &[Node] {
        self.get(key).and_then(Node::items).unwrap_or_default()
    }

    fn text_of(&self, key: &str) -> Option<(&str, Span)> {
        let member = self.get(key)?;
        member.text().map(|text| (text, member.span))
    }
}

/// The parameter with this path, as rule files write it.
pub(super) fn find(operation: &Operation, path: &str) -> Option<ParameterIndex> {
    (0..operation.parameters.len()).find(|index| path_of(operation, *index) == path)
}

/// The path by which rule files name a parameter.
pub(super) fn path_of(operation: &Operation, parameter: ParameterIndex) -> String {
    let named = &operation.parameters[parameter];
    match named.parent {
        None => named.name.clone(),
        Some(parent) if named.name.is_empty() => format!("{}[]", path_of(operation, parent)),
        Some(parent) => format!("{}.{}", path_of(operation, parent), named.name),
    }
}
