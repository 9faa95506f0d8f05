//! Parameters: a tree as written, a flat list with slots as prepared.

use std::collections::{HashMap, HashSet};

use crate::compile::Mistakes;
use crate::compile::conditions::Scope;
use crate::compile::limits::TakenOver;
use crate::json::Spanned;
use crate::limits::NAME_BYTES;
use crate::operation::lookup::Lookup;
use crate::operation::{Default, Form, KnownList, MAX_LIST_DEPTH, Names, Parameter, ParameterIndex, Provider};
use crate::place::Span;
use crate::rule::condition::Case;
use crate::rule::operation::{
    CheckRule, ConstraintUse, DefaultRule, ItemsRule, OperationFile, ParameterRule, TypeName,
};

/// All parameters, parents before children.
#[derive(std::default::Default)]
pub(crate) struct Parameters {
    pub all: Vec<Parameter>,
    pub roots: Vec<ParameterIndex>,
    /// By the paths under which rule files name them.
    pub paths: HashMap<String, ParameterIndex>,
    /// What they and their checks have of the provider's file.
    pub taken_over: TakenOver,
}

/// Where a parameter's rule stands in the file.
#[derive(Clone, Copy)]
pub(crate) enum Written<'w> {
    Named(&'w ParameterRule),
    Element(&'w ItemsRule),
}

impl<'w> Written<'w> {
    pub fn checks(self) -> &'w [CheckRule] {
        match self {
            Written::Named(rule) => &rule.checks,
            Written::Element(rule) => &rule.checks,
        }
    }

    pub fn constraints(self) -> &'w [ConstraintUse] {
        match self {
            Written::Named(rule) => &rule.constraints,
            Written::Element(rule) => &rule.constraints,
        }
    }

    pub fn fields(self) -> &'w [ParameterRule] {
        match self {
            Written::Named(rule) => &rule.fields,
            Written::Element(rule) => &rule.fields,
        }
    }

    pub fn source(self) -> Option<&'w Spanned<String>> {
        match self {
            Written::Named(rule) => rule.source.as_ref(),
            Written::Element(_) => None,
        }
    }

    fn items(self) -> Option<&'w ItemsRule> {
        match self {
            Written::Named(rule) => rule.items.as_deref(),
            Written::Element(_) => None,
        }
    }
}

/// Visits every parameter with its rule, in the order of [`Parameters::all`].
pub(crate) fn in_order(written: &OperationFile) -> Vec<Written<'_>> {
    fn visit<'w>(rule: Written<'w>, out: &mut Vec<Written<'w>>) {
        out.push(rule);
        if let Some(items) = rule.items() {
            visit(Written::Element(items), out);
        }
        for field in rule.fields() {
            visit(Written::Named(field), out);
        }
    }
    let mut out = Vec::new();
    for rule in &written.parameters {
        visit(Written::Named(rule), &mut out);
    }
    out
}

/// Flattens the tree.
pub(crate) fn prepare(written: &OperationFile, provider: &Provider, mistakes: &mut Mistakes<'_>) -> Parameters {
    let mut parameters = Parameters::default();
    let mut known = HashSet::with_capacity(written.parameters.len());
    for (slot, rule) in written.parameters.iter().enumerate() {
        refuse_name(&mut known, &rule.name, mistakes);
        let index = parameters.add(Written::Named(rule), None, slot, provider, mistakes);
        parameters.roots.push(index);
    }
    // Of equal paths the first counts.
    let paths = (0..parameters.all.len()).rev().map(|index| (parameters.path(index), index));
    parameters.paths = paths.collect();
    parameters
}

fn refuse_name<'n>(known: &mut HashSet<&'n str>, name: &'n Spanned<String>, mistakes: &mut Mistakes<'_>) {
    if !known.insert(&name.value) {
        mistakes.add(name.span, format!("parameter `{}` stands here twice", name.value));
    }
    if name.value.len() > NAME_BYTES {
        mistakes.add(name.span, format!("a name of more than {NAME_BYTES} bytes"));
    }
}

/// A name that is refused for its length, cut: paths and ids are made of it before the file is given up.
fn cut(name: &str) -> String {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

impl Parameters {
    /// Takes over the values of a list once more; false when that is too much, which is said.
    pub fn takes_over(&self, list: &KnownList, span: Span, mistakes: &mut Mistakes<'_>) -> bool {
        self.taken_over.more(list.values.iter().map(String::len).sum(), span, mistakes)
    }

    /// The values of a `one_of` with `case: fold`: they are recognised in any case before checks run.
    fn folded_values(&self, checks: &[CheckRule], provider: &Provider, mistakes: &mut Mistakes<'_>) -> Vec<String> {
        let folding = checks.iter().filter_map(|check| {
            let own = check.must.parameter.is_none() && check.must.fact.is_none();
            check.must.one_of.as_ref().filter(|one_of| own && one_of.case == Case::Fold)
        });
        let mut values = Vec::new();
        for one_of in folding {
            values.extend(one_of.values.iter().map(|value| value.value.clone()));
            let Some(name) = &one_of.list else { continue };
            let list = provider.lists.iter().find(|list| list.name == name.value);
            let list = list.filter(|list| self.takes_over(list, name.span, mistakes));
            values.extend(list.iter().flat_map(|list| list.values.iter().cloned()));
        }
        values
    }

    fn add(
        &mut self,
        rule: Written<'_>,
        parent: Option<ParameterIndex>,
        slot: usize,
        provider: &Provider,
        mistakes: &mut Mistakes<'_>,
    ) -> ParameterIndex {
        let index = self.all.len();
        let (name, kind, list_depth) = match rule {
            Written::Named(rule) => {
                let depth = parent.map_or(0, |parent| self.all[parent].list_depth);
                (cut(&rule.name.value), &rule.kind, depth)
            }
            Written::Element(rule) => {
                (String::new(), &rule.kind, parent.map_or(1, |parent| self.all[parent].list_depth + 1))
            }
        };
        if list_depth > MAX_LIST_DEPTH {
            mistakes.add(kind.span, format!("lists may lie in each other at most {MAX_LIST_DEPTH} deep"));
        }
        let form = match (kind.value, rule.items()) {
            (TypeName::List, Some(_)) => Form::List(index + 1),
            (TypeName::List, None) => {
                mistakes.add(kind.span, "a list needs `items`, and a list cannot be the element of a list");
                Form::String
            }
            (_, Some(_)) => {
                mistakes.add(kind.span, "only a list has `items`");
                Form::String
            }
            (TypeName::Object, None) => Form::Object,
            (TypeName::String, None) => Form::String,
            (TypeName::Integer, None) => Form::Integer,
            (TypeName::Unsigned, None) => Form::Unsigned,
            (TypeName::Boolean, None) => Form::Boolean,
        };
        if form != Form::Object && !rule.fields().is_empty() {
            mistakes.add(kind.span, "only an object has `fields`");
        }
        let named = match rule {
            Written::Named(rule) => Some(rule),
            Written::Element(_) => None,
        };
        let secret = provider.common_parameters.iter().any(|common| common.secret && common.name == name);
        let folded_values = self.folded_values(rule.checks(), provider, mistakes);
        self.all.push(Parameter {
            name,
            aliases: named.map(|rule| rule.aliases.clone()).unwrap_or_default(),
            form,
            meaning: named.map(|rule| rule.meaning.clone()).unwrap_or_default(),
            required: named.is_some_and(|rule| rule.required.is_some()),
            parent,
            slot,
            fields: Vec::new(),
            names: Names::default(),
            list_depth,
            defaults: Vec::new(),
            folded_lookup: Lookup::new(folded_values.iter().map(String::as_str).zip(0..)),
            folded_values,
            ignored_beyond: named.and_then(|rule| rule.ignored_beyond),
            secret,
        });
        if let Some(items) = rule.items() {
            self.add(Written::Element(items), Some(index), 0, provider, mistakes);
        }
        let mut known = HashSet::with_capacity(rule.fields().len());
        for (slot, field) in rule.fields().iter().enumerate() {
            refuse_name(&mut known, &field.name, mistakes);
            let child = self.add(Written::Named(field), Some(index), slot, provider, mistakes);
            self.all[index].fields.push(child);
        }
        self.all[index].names = Names::new(&self.all, &self.all[index].fields, &[]);
        index
    }

    /// The path by which rule files name a parameter: `DiskDeviceMapping[].Format`.
    pub fn path(&self, index: ParameterIndex) -> String {
        let parameter = &self.all[index];
        match parameter.parent {
            None => parameter.name.clone(),
            Some(parent) if parameter.name.is_empty() => format!("{}[]", self.path(parent)),
            Some(parent) => format!("{}.{}", self.path(parent), parameter.name),
        }
    }

    /// The name with which the ids of automatic checks begin: `disk-device-mapping-format`.
    pub fn kebab(&self, index: ParameterIndex) -> String {
        let parameter = &self.all[index];
        match parameter.parent {
            None => kebab(&parameter.name),
            Some(parent) if parameter.name.is_empty() => format!("{}-item", self.kebab(parent)),
            Some(parent) => {
                let parent = self.kebab(parent);
                format!("{}-{}", parent.strip_suffix("-item").unwrap_or(&parent), kebab(&parameter.name))
            }
        }
    }
}

/// `OSSBucket` to `oss-bucket`, `ImageIds` to `image-ids`, `ossUrl` to `oss-url`.
pub(crate) fn kebab(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut kebab = String::with_capacity(name.len() + 4);
    for (place, character) in characters.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| characters[before]);
        let starts_word = character.is_ascii_uppercase()
            && before.is_some_and(|before| {
                let ends_abbreviation =
                    before.is_ascii_uppercase() && characters.get(place + 1).is_some_and(char::is_ascii_lowercase);
                before.is_ascii_lowercase() || before.is_ascii_digit() || ends_abbreviation
            });
        if starts_word && !kebab.ends_with('-') {
            kebab.push('-');
        }
        kebab.push(if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' });
    }
    kebab
}

/// The defaults of all parameters, prepared after them because their conditions read parameters.
pub(crate) fn defaults(
    written: &OperationFile,
    scope: &Scope<'_>,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(ParameterIndex, Vec<Default>)> {
    let mut prepared = Vec::new();
    for (index, rule) in in_order(written).into_iter().enumerate() {
        let Written::Named(rule) = rule else { continue };
        if rule.defaults.is_empty() {
            continue;
        }
        let mut prepare = |DefaultRule { value, when, .. }: &DefaultRule| Default {
            value: value.clone(),
            when: when.as_ref().and_then(|when| scope.condition(when, Some(index), mistakes)),
        };
        prepared.push((index, rule.defaults.iter().map(&mut prepare).collect()));
    }
    prepared
}

#[cfg(test)]
mod tests {
    use super::kebab;

    #[test]
    fn names_become_ids() {
        let expected = [
            ("OSSBucket", "oss-bucket"),
            ("RegionId", "region-id"),
            ("ossUrl", "oss-url"),
            ("DryRun", "dry-run"),
            ("ImageIds", "image-ids"),
            ("systemDiskSizeGB", "system-disk-size-gb"),
            ("Features", "features"),
            ("DiskImSize", "disk-im-size"),
        ];
        for (name, id) in expected {
            assert_eq!(kebab(name), id);
        }
    }
}
