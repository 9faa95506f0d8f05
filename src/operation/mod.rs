//! An operation as the engine reads it: rule files with every name looked up.
//!
//! Made by `compile` alone and never changed afterwards. Names have become indices, words have become
//! [`condition::Condition`]s, what a failed check becomes has been decided. Nothing here knows a request.

pub(crate) mod command_line;
pub(crate) mod condition;
pub(crate) mod http;
pub(crate) mod limits;
pub(crate) mod lookup;
pub(crate) mod resources;
pub(crate) mod response;
pub(crate) mod screen;

use std::sync::Arc;

use crate::rule::provider::{CommonParameter, Wire};
use crate::rule::{Basis, Source};
use command_line::{Tool, ToolParameters};
use condition::Condition;
use http::{HttpPath, HttpWire, ServiceHost};
use lookup::Lookup;
use resources::Argument;
use response::{Bodies, Success};
use screen::Screens;

/// Lists inside each other, at most: the engine keeps one position for each.
pub(crate) const MAX_LIST_DEPTH: usize = 4;

/// Index of a parameter in [`Operation::parameters`].
pub(crate) type ParameterIndex = usize;
/// Index of an entity in [`Operation::entities`].
pub(crate) type EntityIndex = usize;
/// Index of a row in [`Operation::rows`].
pub(crate) type RowIndex = usize;

/// What all operations of a provider share.
#[derive(Debug)]
pub(crate) struct Provider {
    pub name: String,
    pub title: String,
    pub aliases: Vec<String>,
    pub default_site: Option<String>,
    pub region_parameter: Option<String>,
    pub wire: Wire,
    pub http: Option<HttpWire>,
    pub command_line: Option<Tool>,
    /// Those without blanks first.
    pub hosts: Vec<ServiceHost>,
    pub error_bodies: Bodies,
    pub common_parameters: Vec<CommonParameter>,
    pub common_errors: Vec<CommonErrorRow>,
    pub stages: Vec<String>,
    pub stage_basis: Basis,
    pub lists: Vec<KnownList>,
    pub sections: Vec<Section>,
    /// Settings of plug-ins for the provider that reach the call of every resource, by the form of the resources.
    pub resource_settings: Vec<(resources::ResourceForm, Vec<Argument>)>,
}

impl Provider {
    pub fn section(&self, name: &str) -> Option<usize> {
        self.sections.iter().position(|section| section.name == name)
    }

    /// Whether the provider goes by this name, in ids or in other tools.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// An error of the gateway or of all operations.
#[derive(Debug)]
pub(crate) struct CommonErrorRow {
    pub status: Option<u16>,
    pub code: String,
    pub message: Option<String>,
    pub meaning: String,
    pub basis: Basis,
}

/// A dated list of values.
#[derive(Debug)]
pub(crate) struct KnownList {
    pub name: String,
    pub date: String,
    pub values: Vec<String>,
    pub section: Option<usize>,
}

/// A kind of facts.
#[derive(Debug)]
pub(crate) struct Section {
    pub name: String,
    pub key: String,
    pub within: Option<String>,
    pub regional: bool,
    pub region_field: Option<String>,
    /// The key of items that name none.
    pub key_value: Option<String>,
    /// Whether the names of fields are known in lower case.
    pub folds_fields: bool,
    /// Other sections to which items with a field belong: the field and the section.
    pub also: Vec<(String, usize)>,
    pub calls: Vec<crate::rule::provider::CallRule>,
}

/// One edition of one operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub provider: Arc<Provider>,
    pub service: String,
    pub name: String,
    pub edition: String,
    pub title: String,
    pub sources: Vec<Arc<Source>>,
    pub stages: Vec<String>,
    pub stage_basis: Basis,
    /// All parameters, parents before children; a list is followed by its element, a parameter of its own.
    pub parameters: Vec<Parameter>,
    /// The parameters of the request itself, in slot order.
    pub roots: Vec<ParameterIndex>,
    /// What the names of the request's own members mean.
    pub names: Names,
    pub entities: Vec<Entity>,
    /// In the order in which they run: by stage, then by place in the file.
    pub checks: Vec<Check>,
    /// What lets most of them be passed over.
    pub screens: Screens,
    pub rows: Vec<Row>,
    pub region: Option<ParameterIndex>,
    pub dry_run: Option<DryRun>,
    pub success: Option<Success>,
    pub http: Option<HttpPath>,
    pub command_line: ToolParameters,
}

impl Operation {
    /// `<provider>/<service>/<Operation>@<edition>`
    pub fn id(&self) -> String {
        [&self.provider.name, "/", &self.service, "/", &self.name, "@", &self.edition].concat()
    }

    /// `<provider>/<service>/<Operation>`
    pub fn path(&self) -> String {
        [&self.provider.name, "/", &self.service, "/", &self.name].concat()
    }

    /// What the names of a record's members mean: of the request's own when `parent` is none.
    pub fn names(&self, parent: Option<ParameterIndex>) -> &Names {
        parent.map_or(&self.names, |parent| &self.parameters[parent].names)
    }

    /// The parameters that are members of a record: of the request when `parent` is none.
    pub fn fields(&self, parent: Option<ParameterIndex>) -> &[ParameterIndex] {
        match parent {
            Some(parent) => &self.parameters[parent].fields,
            None => &self.roots,
        }
    }
}

/// What the names of a record's members mean, as they are documented.
#[derive(Debug, Default)]
pub(crate) struct Names(Lookup);

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Parameter(ParameterIndex),
    /// Index of a common parameter of the provider.
    Common(usize),
}

impl Names {
    /// Set in the numbers of common parameters.
    const COMMON: u32 = 1 << 31;

    /// Names and aliases of `fields`, and after them the names of `common` parameters.
    pub fn new(all: &[Parameter], fields: &[ParameterIndex], common: &[CommonParameter]) -> Names {
        let names = fields.iter().map(|index| (all[*index].name.as_str(), *index as u32));
        let aliases = fields.iter().flat_map(|index| {
            let aliases = all[*index].aliases.iter();
            aliases.map(|alias| (alias.as_str(), *index as u32))
        });
        let common = (0..).zip(common).map(|(index, common)| (common.name.as_str(), index | Names::COMMON));
        Names(Lookup::new(names.chain(aliases).chain(common)))
    }

    #[inline]
    pub fn get(&self, name: impl AsRef<[u8]>) -> Option<Named> {
        let number = self.0.get(name)?;
        Some(match number & Names::COMMON {
            0 => Named::Parameter(number as usize),
            _ => Named::Common((number & !Names::COMMON) as usize),
        })
    }
}

/// The form of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    String,
    Integer,
    Unsigned,
    Boolean,
    /// The element is the parameter with this index.
    List(ParameterIndex),
    Object,
}

/// An input, or the element of a list (whose name is empty).
#[derive(Debug)]
pub(crate) struct Parameter {
    pub name: String,
    pub aliases: Vec<String>,
    pub form: Form,
    pub meaning: String,
    pub required: bool,
    pub parent: Option<ParameterIndex>,
    /// Place of its slot in the record of its parent.
    pub slot: usize,
    /// Members, when the value is an object.
    pub fields: Vec<ParameterIndex>,
    /// What their names mean.
    pub names: Names,
    /// How many lists it lies in.
    pub list_depth: usize,
    pub defaults: Vec<Default>,
    /// Documented values that are recognised in any letter case.
    pub folded_values: Vec<String>,
    /// The same values, to find those that are written as documented.
    pub folded_lookup: Lookup,
    pub ignored_beyond: Option<u32>,
    pub secret: bool,
}

/// A value that the API takes for an absent parameter.
#[derive(Debug)]
pub(crate) struct Default {
    pub value: String,
    pub when: Option<Condition>,
}

/// The item of a fact section with a given key.
#[derive(Debug)]
pub(crate) struct Entity {
    pub name: String,
    pub section: usize,
    pub key: EntityKey,
    /// The parameter that names what the item lies in.
    pub within: Option<ParameterIndex>,
}

/// The key of an entity's item.
#[derive(Debug)]
pub(crate) enum EntityKey {
    /// The value of this parameter.
    Parameter(ParameterIndex),
    /// The part of this name in the host of the URL in this parameter.
    HostPart { parameter: ParameterIndex, hosts: Vec<condition::HostShape>, name: String },
    /// This very text.
    Value(String),
}

/// One constraint with the answer it leads to.
#[derive(Debug)]
pub(crate) struct Check {
    pub id: String,
    pub run: Run,
    /// The parameter that a finding points at.
    pub parameter: ParameterIndex,
    /// First and last list position, from 1.
    pub at: Option<(u32, u32)>,
    /// In a box as the next one, because few checks have any, and checks are many.
    pub when: Option<Box<Condition>>,
    pub cleared_by: Option<Box<Condition>>,
    /// Parameters that it reads: when one of them has failed, it does not apply.
    pub reads: Vec<ParameterIndex>,
    /// Parameters without which there is nothing to compare with: when one is absent, it does not apply.
    pub compares_with: Vec<ParameterIndex>,
    /// Entities whose fields it reads: when one is known to be absent, it does not apply.
    pub reads_entities: Vec<EntityIndex>,
    /// Entities named by a part of a URL: when the URL has no such part, it does not apply.
    pub host_parts: Vec<EntityIndex>,
    pub speaks_of_facts: bool,
    /// Without any facts it can only be open or not apply: nothing is lost by running it later, when somebody asks.
    pub is_open_without_facts: bool,
    pub stage: usize,
    pub outcome: Outcome,
    pub answer: Option<Answer>,
    pub alternatives: Vec<RowIndex>,
    pub basis: Basis,
    pub answer_basis: Basis,
    pub source: Arc<Source>,
    pub help: Option<String>,
}

/// What a check does.
#[derive(Debug)]
pub(crate) enum Run {
    /// Evaluates a condition; only for given values of the parameter when `when_given`.
    Must { condition: Condition, when_given: bool },
    /// The parameter is given.
    Required,
    /// The value has the parameter's form.
    Type,
    /// No parameter is unknown; only where the gateway refuses such.
    NoUnknownParameter,
}

/// What a failed check becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Finding,
    LikelyInvalid,
    Disputed,
}

/// Where the answer stands.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Row(RowIndex),
    Common(Arc<CommonAnswer>),
}

/// An answer that all operations of a provider share.
#[derive(Debug)]
pub(crate) struct CommonAnswer {
    pub code: String,
    pub status: u16,
    pub message: Option<String>,
}

/// A row of the documented error table.
#[derive(Debug)]
pub(crate) struct Row {
    pub key: String,
    pub status: u16,
    pub code: String,
    /// The message as documented.
    pub documented_message: Option<String>,
    /// The message that is predicted, blanks in braces; none when it is not known.
    pub template: Option<String>,
    pub meaning: String,
    pub server: Option<String>,
    pub unreachable: Option<String>,
    pub basis: Basis,
}

/// How a request asks for a check without effect, and the answer when nothing is wrong.
#[derive(Debug)]
pub(crate) struct DryRun {
    pub parameter: ParameterIndex,
    pub value: String,
    /// The row of the table that says so, where there is one.
    pub row: Option<RowIndex>,
    pub code: Option<String>,
    pub status: Option<u16>,
    pub message: Option<String>,
    pub basis: Basis,
}
