//! Terraform and OpenTofu plans: what `show -json` prints of one.
//!
//! A resource that is to be created or replaced is a call. Its arguments stand in the plan with the defaults of the
//! provider's schema; what is only known after apply is unknown. Everything is read where it stands, one resource at a
//! time, so that a large plan costs no more than its largest resource and what its configuration says about resources with rules.

mod configuration;
mod values;

use std::collections::HashSet;

use super::knowledge::Knowledge;
use super::resource;
use super::source::{Draft, Source};
use super::{Found, Likeness, Reader};
use crate::json::{self, Kind, Node, SyntaxError};
use crate::operation::resources::{Resource, ResourceForm};
use crate::place::Span;
use crate::request::InputErrorKind;
use crate::request::given::Written;
use configuration::Configuration;

/// Members of a plan that no other output of the tool has.
const OF_PLANS: [&str; 2] = ["planned_values", "resource_changes"];
/// Members that tell other outputs of the tool: a state, schemas of providers.
const OF_OTHERS: [&str; 2] = ["values", "provider_schemas"];
/// How many members are looked at to recognise a plan.
const LOOKED_AT: usize = 20;
/// Major versions of the format that are known.
const MAJOR_VERSIONS: [&str; 2] = ["0", "1"];

/// Plans.
pub(crate) struct Plan;

impl Reader for Plan {
    fn name(&self) -> &'static str {
        "terraform"
    }

    fn is_container(&self) -> bool {
        true
    }

    fn recognise(&self, _: &str, source: &Source<'_>, _: Knowledge<'_>) -> Likeness {
        let (names, is_cut) = first_members(source.head());
        let has = |name: &str| names.iter().any(|known| known == name);
        let other = OF_OTHERS.iter().any(|name| has(name));
        match has("format_version") {
            _ if other => Likeness::No,
            true if OF_PLANS.iter().any(|name| has(name)) => Likeness::Sure,
            true if is_cut => Likeness::Likely,
            // Members in order of their names: the configuration alone may be longer than what is looked at.
            false if OF_PLANS.iter().any(|name| has(name)) && has("configuration") => Likeness::Likely,
            false if is_cut && has("configuration") => Likeness::Perhaps,
            _ => Likeness::No,
        }
    }

    fn read<'t>(&self, source: &Source<'t>, knowledge: Knowledge<'_>) -> Vec<Found<'t>> {
        let mut found = Vec::new();
        let plugins = knowledge.resource_names(ResourceForm::Terraform).map(plugin_of).collect();
        let mut plan = Reading { source, knowledge, plugins, found: &mut found };
        if let Err(error) = plan.read() {
            let kind = InputErrorKind::of_json(&error);
            found.push(Found::error(kind, error.message, source.position(error.at)));
        }
        found
    }
}

/// The names of the first members of an object, and whether the text ends within one.
fn first_members(text: &str) -> (Vec<String>, bool) {
    let mut names = Vec::new();
    let mut reader = json::Reader::new(text);
    if reader.begin_object().is_err() {
        return (names, false);
    }
    let mut first = true;
    while names.len() < LOOKED_AT {
        match reader.next_key(&mut first) {
            Ok(Some(key)) => names.push(key.decode().into_owned()),
            Ok(None) => return (names, false),
            Err(error) => return (names, error.at_end),
        }
        if let Err(error) = reader.skip() {
            return (names, error.at_end);
        }
    }
    (names, false)
}

struct Reading<'r, 'k, 't> {
    source: &'r Source<'t>,
    knowledge: Knowledge<'k>,
    /// The plug-ins that make calls of known providers, by what the types of their resources begin with.
    plugins: HashSet<&'k str>,
    found: &'r mut Vec<Found<'t>>,
}

/// Where the parts of a plan stand.
#[derive(Default)]
struct Parts {
    version: Option<(String, usize)>,
    changes: Option<Span>,
    planned: Option<Span>,
    prior: Option<Span>,
    configuration: Option<Span>,
}

/// What can be said of a resource without reading it.
#[derive(Default)]
struct Glance {
    address: String,
    kind: String,
    is_managed: bool,
    creates: bool,
    span: Span,
}

impl<'t> Reading<'_, '_, 't> {
    fn read(&mut self) -> Result<(), Box<SyntaxError>> {
        let parts = self.parts()?;
        if let Some((version, at)) = &parts.version
            && !MAJOR_VERSIONS.contains(&version.split('.').next().unwrap_or_default())
        {
            let message = format!("format_version {version:?} of a plan is not known; known are 0 and 1");
            self.found.push(Found::error(InputErrorKind::Envelope, message, self.source.position(*at)));
            return Ok(());
        }
        let mut configuration = Configuration::default();
        if let Some(span) = parts.configuration {
            let is_known = |kind: &str| self.knowledge.resources(ResourceForm::Terraform, kind).next().is_some();
            configuration.read(&mut self.reader(span), &is_known)?;
        }
        match (parts.changes, parts.planned) {
            (Some(span), _) => self.changes(span, &configuration),
            (None, Some(span)) => self.planned(span, parts.prior, &configuration),
            (None, None) => Ok(()),
        }
    }

    fn reader(&self, span: Span) -> json::Reader<'t> {
        json::Reader::at(self.source.text(), span.start)
    }

    fn parts(&self) -> Result<Parts, Box<SyntaxError>> {
        let mut parts = Parts::default();
        let mut reader = json::Reader::at(self.source.text(), self.source.decoded().whole().start);
        reader.begin_object()?;
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            let kind = reader.peek()?;
            match (key.decode().as_ref(), kind) {
                ("format_version", Kind::Text) => {
                    let text = reader.text()?;
                    parts.version = Some((text.decode().into_owned(), text.span.start));
                }
                ("resource_changes", Kind::List) => parts.changes = Some(reader.skip()?),
                ("planned_values", Kind::Object) => parts.planned = Some(reader.skip()?),
                ("prior_state", Kind::Object) => parts.prior = Some(reader.skip()?),
                ("configuration", Kind::Object) => parts.configuration = Some(reader.skip()?),
                _ => drop(reader.skip()?),
            }
        }
        reader.finish()?;
        Ok(parts)
    }

    fn changes(&mut self, span: Span, configuration: &Configuration) -> Result<(), Box<SyntaxError>> {
        let mut reader = self.reader(span);
        reader.begin_list()?;
        let mut first = true;
        while reader.next_element(&mut first)? {
            let glance = glance(&mut reader)?;
            if !glance.is_managed || !glance.creates {
                continue;
            }
            let resources: Vec<_> = self.knowledge.resources(ResourceForm::Terraform, &glance.kind).collect();
            if resources.is_empty() {
                self.without_rules(&glance);
                continue;
            }
            let node = Node::read(&mut self.reader(glance.span))?;
            let change = node.get("change");
            let part = |name: &str| change.and_then(|change| change.get(name));
            let after = Instance {
                node: &node,
                module: node.get("module_address").and_then(Node::text).unwrap_or_default(),
                values: part("after"),
                unknown: part("after_unknown"),
                sensitive: part("after_sensitive"),
                leaves_out: false,
            };
            for resource in resources {
                self.call(resource, &after, configuration);
            }
        }
        Ok(())
    }

    /// A plan without changes says which resources there will be. Those that are there already are no calls.
    fn planned(
        &mut self,
        span: Span,
        prior: Option<Span>,
        configuration: &Configuration,
    ) -> Result<(), Box<SyntaxError>> {
        let mut known = HashSet::new();
        if let Some(prior) = prior {
            values::for_each_resource(&mut self.reader(prior), &mut |_, reader| {
                known.insert(glance(reader)?.address);
                Ok(())
            })?;
        }
        let mut reader = self.reader(span);
        values::for_each_resource(&mut reader, &mut |module, reader| {
            let mut resource = reader.clone();
            let glance = glance(reader)?;
            if !glance.is_managed || known.contains(&glance.address) {
                return Ok(());
            }
            let resources: Vec<_> = self.knowledge.resources(ResourceForm::Terraform, &glance.kind).collect();
            if resources.is_empty() {
                self.without_rules(&glance);
                return Ok(());
            }
            let node = Node::read(&mut resource)?;
            let instance = Instance {
                node: &node,
                module,
                values: node.get("values"),
                unknown: None,
                sensitive: node.get("sensitive_values"),
                leaves_out: true,
            };
            for resource in resources {
                self.call(resource, &instance, configuration);
            }
            Ok(())
        })
    }

    fn call(&mut self, resource: &Resource, instance: &Instance<'_>, configuration: &Configuration) {
        let name = instance.node.get("name").and_then(Node::text).unwrap_or_default();
        let configured = configuration.resource(instance.module, &resource.name, name);
        let expressions = configured.and_then(|configured| configured.get("expressions"));
        let described = values::Described { values: instance.values, unknown: instance.unknown, expressions };
        let arguments = values::arguments(&described, resource, instance.leaves_out);
        let settings = configuration.settings(configured, plugin_of(&resource.name));
        // What stands around the values may be secret, and is never shown.
        let start = instance.node.span.start;
        let values = instance.values.filter(|values| values.members().is_some());
        let span = values.map_or(Span::new(start, start), |values| values.span);
        let mut written = resource::written(resource, &arguments, &settings, span);
        values::hide(&arguments, instance.sensitive, &mut written);
        // Of a plan that was cut down, nothing is known to be absent.
        written.more |= values.is_none();
        written.address = instance.node.get("address").and_then(Node::text).map(str::to_owned);
        self.push(&resource.provider.name, Some(&resource.service), &resource.operation, span, written);
    }

    /// A resource of which only its plug-in is known; others are none of our business.
    fn without_rules(&mut self, glance: &Glance) {
        if !self.plugins.contains(plugin_of(&glance.kind)) {
            return;
        }
        let unsupported = Some(format!("no rules for resources of type {:?}", glance.kind));
        let written = Written { unsupported, ..Written::default() };
        self.push(plugin_of(&glance.kind), None, &glance.kind, glance.span, written);
    }

    fn push(&mut self, provider: &str, service: Option<&str>, operation: &str, span: Span, written: Written<'t>) {
        let draft = Draft {
            provider: provider.to_owned(),
            service: service.map(str::to_owned),
            operation: operation.to_owned(),
            span,
            written,
            ..Draft::default()
        };
        self.found.push(Found::request(self.source.request(draft)));
    }
}

/// A resource of a plan with what is said about its arguments.
struct Instance<'n> {
    node: &'n Node,
    /// The address of its module, empty for the root.
    module: &'n str,
    values: Option<&'n Node>,
    unknown: Option<&'n Node>,
    sensitive: Option<&'n Node>,
    /// Whether the values leave out what is not known, without saying so.
    leaves_out: bool,
}

/// What the type of a resource begins with: the local name of the plug-in that Terraform calls its provider.
fn plugin_of(kind: &str) -> &str {
    kind.split('_').next().unwrap_or_default()
}

/// What a plan says first of the next resource of a list.
fn glance(reader: &mut json::Reader<'_>) -> Result<Glance, Box<SyntaxError>> {
    let mut glance = Glance { is_managed: true, ..Glance::default() };
    if reader.peek()? != Kind::Object {
        glance.is_managed = false;
        glance.span = reader.skip()?;
        return Ok(glance);
    }
    let start = reader.offset();
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        match (key.decode().as_ref(), reader.peek()?) {
            ("address", Kind::Text) => glance.address = reader.text()?.decode().into_owned(),
            ("type", Kind::Text) => glance.kind = reader.text()?.decode().into_owned(),
            ("mode", Kind::Text) => glance.is_managed = reader.text()?.decode() == "managed",
            ("change", Kind::Object) => glance.creates = creates(reader)?,
            _ => drop(reader.skip()?),
        }
    }
    glance.span = Span::new(start, reader.offset());
    Ok(glance)
}

/// Whether a change makes something new.
fn creates(reader: &mut json::Reader<'_>) -> Result<bool, Box<SyntaxError>> {
    let mut creates = false;
    reader.begin_object()?;
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        if key.decode() != "actions" || reader.peek()? != Kind::List {
            reader.skip()?;
            continue;
        }
        reader.begin_list()?;
        let mut first = true;
        while reader.next_element(&mut first)? {
            match reader.peek()? {
                Kind::Text => creates |= reader.text()?.decode() == "create",
                _ => drop(reader.skip()?),
            }
        }
    }
    Ok(creates)
}
