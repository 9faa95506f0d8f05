//! Asking the engine how the checks of an operation take a value.

use serde_json::{Map, Value as Json};

use crate::engine::{self, CheckResult, Evaluator, Scope, Truth};
use crate::facts::FactView;
use crate::operation::condition::{Condition, Word};
use crate::operation::{Check, Form, Operation, Outcome, ParameterIndex, Run};
use crate::request::Request;
use crate::request::slots::{Here, Slots, bind};

/// What a request sends for one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    /// Nothing.
    Absent,
    /// This text; where a number or a boolean belongs, a text that reads as one is taken as one.
    Text(String),
    /// A list with so many elements.
    Elements(usize),
    /// Something of the parameter's form, whatever it is.
    Filled,
}

/// A bound request, to be asked about conditions.
pub(super) struct Probe<'p> {
    operation: &'p Operation,
    slots: &'p Slots<'p>,
}

/// Binds a request with these samples and hands it to `ask`.
pub(super) fn probe<R>(
    operation: &Operation,
    samples: &[(ParameterIndex, &Sample)],
    ask: impl FnOnce(&Probe<'_>) -> R,
) -> Option<R> {
    let mut params = Map::new();
    for (parameter, sample) in samples {
        put(operation, &mut params, *parameter, sample);
    }
    let envelope = serde_json::json!({
        "provider": operation.provider.name,
        "operation": operation.name,
        "params": params,
    });
    let text = envelope.to_string();
    let request = Request::from_json(&text).ok()?;
    let mut slots = Slots::default();
    bind(operation, &request, &mut slots);
    Some(ask(&Probe { operation, slots: &slots }))
}

impl Probe<'_> {
    /// How a condition ends at the first place of a parameter; none when there is no such place.
    pub fn truth(&self, parameter: ParameterIndex, condition: &Condition) -> Option<Truth> {
        let here = self.place(parameter)?;
        let evaluator = Evaluator::new(self.operation, self.slots, self.facts(), here);
        Some(evaluator.evaluate(condition, &mut engine::Trace::silent()))
    }

    /// Whether a parameter is sent at its first place.
    pub fn is_given(&self, parameter: ParameterIndex) -> bool {
        self.place(parameter).is_some_and(|here| self.slots.is_given(self.operation, parameter, here))
    }

    /// How each check ends at its first place, in the order of the operation's checks.
    pub fn results(&self) -> Vec<CheckResult> {
        let mut results = vec![CheckResult::DoesNotApply; self.operation.checks.len()];
        engine::run(self.operation, self.slots, self.facts(), Scope::All, None, &mut |event| {
            if let Some(result) = results.get_mut(event.check)
                && *result == CheckResult::DoesNotApply
            {
                *result = event.result;
            }
        });
        results
    }

    fn facts(&self) -> FactView<'_> {
        FactView { provider: &self.operation.provider, layers: [None, None], region: None, region_is_open: false }
    }

    fn place(&self, parameter: ParameterIndex) -> Option<Here> {
        let mut first = None;
        self.slots.for_each_place(self.operation, parameter, &mut |here| {
            first.get_or_insert(here);
        });
        first
    }
}

/// Whether a check runs for every given value of its parameter and a failure ends the matter: what reads the value then says
/// nothing more.
pub(super) fn always_refuses(check: &Check) -> bool {
    let ends_it = check.outcome == Outcome::Finding && !check.speaks_of_facts;
    match &check.run {
        Run::Type => true,
        Run::Must { .. } => ends_it && check.at.is_none() && check.when.is_none() && check.cleared_by.is_none(),
        Run::Required | Run::NoUnknownParameter => false,
    }
}

/// Which checks may refuse a value that a file names.
#[derive(Clone, Copy)]
pub(super) enum By<'b> {
    /// All that run whatever the request is.
    Any,
    /// Those on the form of values, other than the check with this id: of two lists one may well be narrower, with an
    /// answer of its own.
    FormBesides(&'b str),
}

/// The first check of a parameter that always refuses this value.
pub(super) fn refusal<'o>(
    operation: &'o Operation,
    parameter: ParameterIndex,
    text: &str,
    by: By<'_>,
) -> Option<&'o Check> {
    let sample = Sample::Text(text.to_owned());
    probe(operation, &[(parameter, &sample)], |probe| {
        let results = probe.results();
        let mut own = operation.checks.iter().zip(results).filter(|(check, _)| {
            let counts = match (by, &check.run) {
                (By::FormBesides(id), Run::Must { condition, .. }) => check.id != id && is_form(condition),
                _ => true,
            };
            check.parameter == parameter && always_refuses(check) && counts
        });
        own.find_map(|(check, result)| {
            let fails = match &check.run {
                // A check may not have run because an earlier one failed: it is asked alone.
                Run::Must { condition, .. } => probe.truth(parameter, condition) == Some(Truth::Fails),
                _ => result == CheckResult::Fails,
            };
            (fails && probe.is_given(parameter)).then_some(check)
        })
    })
    .flatten()
}

/// Whether a condition is about how a text or number is made, and not about which it is.
fn is_form(condition: &Condition) -> bool {
    match condition {
        Condition::Word { word, .. } => matches!(
            word,
            Word::Length { .. }
                | Word::Chars(_)
                | Word::StartsWith { .. }
                | Word::EndsWith { .. }
                | Word::Contains { .. }
                | Word::Pattern(_)
                | Word::Range { .. }
                | Word::MultipleOf(_)
                | Word::NotEmpty
                | Word::Url(_)
        ),
        Condition::AllOf(parts) | Condition::AnyOf(parts) => parts.iter().all(is_form),
        Condition::Not(part) => is_form(part),
        _ => false,
    }
}

/// Puts a sample where the parameter stands, with the lists and objects around it.
fn put(operation: &Operation, params: &mut Map<String, Json>, parameter: ParameterIndex, sample: &Sample) {
    match json_of(operation, parameter, sample) {
        Some(value) => put_value(operation, params, parameter, value, matches!(sample, Sample::Filled)),
        None => put_beside(operation, params, parameter),
    }
}

/// Puts a value; one that only has to be there changes nothing that stands there already.
fn put_value(
    operation: &Operation,
    params: &mut Map<String, Json>,
    parameter: ParameterIndex,
    value: Json,
    only_there: bool,
) {
    let mut path: Vec<ParameterIndex> =
        std::iter::successors(Some(parameter), |index| operation.parameters[*index].parent).collect();
    path.reverse();
    let Some((root, rest)) = path.split_first() else { return };
    let mut at = params.entry(operation.parameters[*root].name.clone()).or_insert(Json::Null);
    for index in rest {
        let name = &operation.parameters[*index].name;
        at = if name.is_empty() {
            if !at.is_array() {
                *at = Json::Array(vec![Json::Null]);
            }
            match at.as_array_mut().and_then(|items| items.first_mut()) {
                Some(first) => first,
                None => return,
            }
        } else {
            if !at.is_object() {
                *at = Json::Object(Map::new());
            }
            match at.as_object_mut() {
                Some(members) => members.entry(name.clone()).or_insert(Json::Null),
                None => return,
            }
        };
    }
    if at.is_null() || !only_there {
        *at = value;
    }
}

/// For an absent member of a list's element: an element without it, so that there is a place where it is absent.
fn put_beside(operation: &Operation, params: &mut Map<String, Json>, parameter: ParameterIndex) {
    let absent = &operation.parameters[parameter];
    if absent.list_depth == 0 || absent.name.is_empty() {
        return;
    }
    let siblings = operation.fields(absent.parent).iter().copied();
    match (siblings.into_iter().find(|sibling| *sibling != parameter), absent.parent) {
        (Some(sibling), _) => put(operation, params, sibling, &Sample::Filled),
        (None, Some(parent)) => put_value(operation, params, parent, Json::Object(Map::new()), true),
        (None, None) => {}
    }
}

fn json_of(operation: &Operation, parameter: ParameterIndex, sample: &Sample) -> Option<Json> {
    match sample {
        Sample::Absent => None,
        Sample::Text(text) => Some(Json::String(text.clone())),
        Sample::Elements(count) => match operation.parameters[parameter].form {
            Form::List(element) => Some(Json::Array(vec![filled(operation, element); *count])),
            _ => None,
        },
        Sample::Filled => Some(filled(operation, parameter)),
    }
}

/// Something of a parameter's form, such as it is sent: an object or list without anything in it is not.
fn filled(operation: &Operation, parameter: ParameterIndex) -> Json {
    let named = &operation.parameters[parameter];
    match named.form {
        Form::List(element) => Json::Array(vec![filled(operation, element)]),
        Form::Object => {
            let first = named.fields.first();
            let members = first.map(|first| (operation.parameters[*first].name.clone(), filled(operation, *first)));
            Json::Object(members.into_iter().collect())
        }
        Form::Boolean => Json::String("true".to_owned()),
        Form::String | Form::Integer | Form::Unsigned => Json::String("1".to_owned()),
    }
}
