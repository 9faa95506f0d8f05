//! Ways to make a condition hold or fail in a draft.
//!
//! Works backwards from the compiled conditions: each word says which values fulfil it and which just do not. A way is a
//! guess that looks at one condition only; whether it does what it should is asked of the engine elsewhere.

use serde_json::{Value, json};

use crate::operation::condition::{Comparand, Condition, Piece, Subject, Word};
use crate::operation::{Form, Operation, ParameterIndex, Run};
use crate::witness::draft::{Draft, Positions, Step, text_of};
use crate::witness::texts::{Wish, candidates};
use crate::witness::words::Demand;

/// How many ways are followed at once, at most.
pub(super) const MAX_WAYS: usize = 32;
/// How many values of one parameter are tried, at most.
const MAX_VALUES: usize = 12;
/// How deep objects and lists are filled.
const MAX_DEPTH: usize = 8;

/// Knows what is demanded of each parameter and fact of an operation.
pub(super) struct Solver<'o> {
    pub operation: &'o Operation,
    /// By parameter, what its own checks demand.
    demands: Vec<Vec<Demand<'o>>>,
    /// By section and path, what checks demand of a fact.
    pub(super) fact_demands: Vec<((usize, &'o str), Demand<'o>)>,
    /// How many values are tried for one word.
    pub most_values: usize,
}

/// From where a condition is seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    pub at: Positions,
    /// The item of facts at hand.
    pub item: Option<ItemPlace>,
}

/// Where an item, or an element within one, lies in a draft's facts.
#[derive(Clone, Debug)]
pub(super) struct ItemPlace {
    pub section: usize,
    pub item: usize,
    pub steps: Vec<Step>,
}

impl<'o> Solver<'o> {
    pub fn new(operation: &'o Operation) -> Self {
        let mut solver = Solver {
            operation,
            demands: operation.parameters.iter().map(|_| Vec::new()).collect(),
            fact_demands: Vec::new(),
            most_values: MAX_VALUES,
        };
        for check in &operation.checks {
            if let Run::Must { condition, .. } = &check.run {
                let always = check.when.is_none() && check.at.is_none();
                solver.learn(condition, true, always);
            }
        }
        solver
    }

    fn learn(&mut self, condition: &'o Condition, holds: bool, always: bool) {
        match condition {
            Condition::Word { subject, word } => {
                // What is demanded only sometimes says which values there are, but bounds nothing.
                let bounds = matches!(word, Word::Range { .. } | Word::MultipleOf(_) | Word::Length { .. });
                match subject.as_slice() {
                    [Subject::Parameter(parameter)] if always || !bounds => {
                        self.demands[*parameter].push(Demand { word, holds });
                    }
                    [Subject::Fact { entity, path }] if always || !bounds => {
                        let section = self.operation.entities[*entity].section;
                        self.fact_demands.push(((section, path), Demand { word, holds }));
                    }
                    _ => {}
                }
            }
            Condition::AllOf(parts) if holds => parts.iter().for_each(|part| self.learn(part, holds, always)),
            Condition::AnyOf(parts) if !holds => parts.iter().for_each(|part| self.learn(part, holds, always)),
            Condition::Not(part) => self.learn(part, !holds, always),
            _ => {}
        }
    }

    /// Drafts in which the condition should hold, or fail; the likeliest first.
    pub fn ways(&self, draft: &Draft, condition: &Condition, wanted: bool, scene: &Scene) -> Vec<Draft> {
        let mut ways = match condition {
            Condition::Word { subject, word } => self.word(draft, subject, word, wanted, scene),
            Condition::AllOf(parts) if wanted => self.every(draft, parts, wanted, scene),
            Condition::AnyOf(parts) if !wanted => self.every(draft, parts, wanted, scene),
            Condition::AllOf(parts) | Condition::AnyOf(parts) => {
                let of_parts: Vec<Vec<Draft>> =
                    parts.iter().map(|part| self.ways(draft, part, wanted, scene)).collect();
                in_turn(of_parts)
            }
            Condition::Not(part) => self.ways(draft, part, !wanted, scene),
            Condition::Given { parameters, at_least_one, at_most_one } => {
                self.given(draft, parameters, (*at_least_one, *at_most_one), wanted, scene)
            }
            Condition::Each { subject, filter, must } => {
                self.each(draft, subject, filter.as_deref(), must, wanted, scene)
            }
            Condition::Exists(entity) => self.exists(draft, *entity, wanted, scene),
            // That something may not be read shows only in recorded calls, which no draft holds.
            Condition::Readable(entity) if wanted => self.exists(draft, *entity, wanted, scene),
            Condition::Readable(_) => Vec::new(),
            Condition::NoItem { section, filter } => self.no_item(draft, *section, filter, wanted, scene),
            Condition::Trusts { document, principal, action } => {
                self.trusts(draft, document, principal, action, wanted, scene)
            }
            Condition::Grants(grants) => self.grants(draft, grants, wanted, scene),
        };
        ways.truncate(MAX_WAYS.max(self.most_values));
        ways
    }

    /// One after the other: each part on top of what the parts before it made.
    fn every(&self, draft: &Draft, parts: &[Condition], wanted: bool, scene: &Scene) -> Vec<Draft> {
        let mut drafts = vec![draft.clone()];
        for part in parts {
            let next: Vec<Vec<Draft>> = drafts
                .iter()
                .map(|draft| self.ways(draft, part, wanted, scene))
                .filter(|ways| !ways.is_empty())
                .collect();
            drafts = in_turn(next);
            drafts.truncate(MAX_WAYS);
        }
        drafts
    }

    fn word(&self, draft: &Draft, subjects: &[Subject], word: &Word, wanted: bool, scene: &Scene) -> Vec<Draft> {
        let mut ways = Vec::new();
        let mut draft = draft.clone();
        for subject in subjects {
            ways.extend(match subject {
                Subject::Parameter(parameter) => self.parameter_word(&draft, *parameter, word, wanted, scene),
                fact => self.fact_word(&draft, fact, word, wanted, scene),
            });
            // The next subject counts only where this one is absent.
            match subject {
                Subject::Parameter(parameter) => draft.remove(self.operation, *parameter, &scene.at),
                fact => self.forget(&mut draft, fact, scene),
            }
        }
        ways
    }

    fn parameter_word(
        &self,
        draft: &Draft,
        parameter: ParameterIndex,
        word: &Word,
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let at = &scene.at;
        let form = self.operation.parameters[parameter].form;
        let with = |value: Value| self.with(draft, parameter, at, value);
        let without = || {
            let mut draft = draft.clone();
            draft.remove(self.operation, parameter, at);
            draft
        };
        match word {
            Word::Present(expected) if *expected == wanted => vec![self.ensured(draft, parameter, at)],
            Word::Present(_) => vec![without()],
            Word::Count { min, max, .. } => {
                let (least, most) = (min.unwrap_or_default() as usize, max.map(|max| max as usize));
                let sizes: Vec<usize> = if wanted {
                    [Some(least.max(1)), most].into_iter().flatten().collect()
                } else {
                    most.map(|most| most + 1).into_iter().chain(least.checked_sub(1)).collect()
                };
                sizes.into_iter().map(|size| self.with_length(draft, parameter, at, size)).collect()
            }
            Word::NotEmpty if !crate::request::slots::is_scalar(form) => {
                let empty = if form == Form::Object { json!({}) } else { json!([]) };
                vec![if wanted { self.ensured(draft, parameter, at) } else { with(empty) }]
            }
            Word::SameLengthAs(other) => {
                let draft = self.ensured(draft, *other, at);
                let length =
                    |parameter| draft.get(self.operation, parameter, at).and_then(Value::as_array).map_or(0, Vec::len);
                let (own, others) = (length(parameter), length(*other));
                let resized = |parameter, size| self.with_length(&draft, parameter, at, size);
                if wanted {
                    vec![resized(parameter, others), resized(*other, own.max(1))]
                } else {
                    vec![
                        resized(parameter, others + 1),
                        resized(parameter, others.saturating_sub(1)),
                        resized(*other, own + 1),
                    ]
                }
            }
            Word::Unique { by, .. } => self.unique(draft, parameter, *by, wanted, at),
            Word::OneOfBy { key, values } => self.one_of_by(draft, parameter, *key, values, wanted, scene),
            Word::ContainedIn(fact) | Word::Below(fact) => {
                let draft = self.ensured(draft, parameter, at);
                self.fact_to_compare(&draft, parameter, word, fact, wanted, scene)
            }
            _ => {
                let draft = self.with_compared(draft, word, at);
                let compared = self.compared(&draft, word, at);
                let target = Some((Demand { word, holds: wanted }, compared.as_deref()));
                let values = self.values(&draft, parameter, target, at);
                let mut ways: Vec<Draft> = values
                    .into_iter()
                    .take(self.most_values)
                    .map(|value| self.with(&draft, parameter, at, value))
                    .collect();
                if let Some(way) = self.other_side(&draft, parameter, word, wanted, at) {
                    ways.insert(ways.len().min(2), way);
                }
                ways.push(without());
                ways
            }
        }
    }

    /// The other parameter of a comparison takes this one's value.
    fn other_side(
        &self,
        draft: &Draft,
        parameter: ParameterIndex,
        word: &Word,
        wanted: bool,
        at: &Positions,
    ) -> Option<Draft> {
        let Word::Equals(Comparand::Parameter(other)) = word else { return None };
        let own = draft.get(self.operation, parameter, at)?;
        wanted.then(|| self.with(draft, *other, at, own.clone()))
    }

    fn unique(
        &self,
        draft: &Draft,
        list: ParameterIndex,
        by: Option<ParameterIndex>,
        wanted: bool,
        at: &Positions,
    ) -> Vec<Draft> {
        let Form::List(element) = self.operation.parameters[list].form else { return Vec::new() };
        let depth = self.operation.parameters[element].list_depth.saturating_sub(1);
        let compared = by.unwrap_or(element);
        let count = draft.get(self.operation, list, at).and_then(Value::as_array).map_or(0, Vec::len).max(2);
        let mut long = self.with_length(draft, list, at, if wanted { count } else { 2 });
        let place = |index: usize| {
            let mut place = *at;
            place[depth] = index;
            place
        };
        if !wanted {
            long = self.ensured(&long, compared, &place(0));
            let first = long.get(self.operation, compared, &place(0)).cloned().unwrap_or_default();
            return vec![self.with(&long, compared, &place(1), first)];
        }
        let values = self.values(&long, compared, None, at);
        for (index, value) in values.into_iter().take(count).enumerate() {
            long = self.with(&long, compared, &place(index), value);
        }
        vec![long, self.with_length(draft, list, at, 1)]
    }

    fn one_of_by(
        &self,
        draft: &Draft,
        parameter: ParameterIndex,
        key: ParameterIndex,
        values: &[(String, Vec<String>)],
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let at = &scene.at;
        let current = self.effective(draft, key, at);
        let mut ways = Vec::new();
        let known = values.iter().filter(|(known, _)| Some(known) == current.as_ref());
        for (known, fitting) in known.chain(values.iter().take(4)) {
            let keyed = match current.as_ref() == Some(known) {
                true => draft.clone(),
                false => match self.json_of(key, known) {
                    Some(value) => self.with(draft, key, at, value),
                    None => continue,
                },
            };
            let texts: Vec<String> = if wanted {
                fitting.iter().take(3).cloned().collect()
            } else {
                let all = values.iter().flat_map(|(_, values)| values);
                let odd = fitting.first().map(|value| format!("{value}x"));
                all.filter(|value| !fitting.contains(value)).take(2).cloned().chain(odd).collect()
            };
            let texts = texts.iter().filter_map(|text| self.json_of(parameter, text));
            ways.extend(texts.map(|value| self.with(&keyed, parameter, at, value)));
        }
        ways
    }

    fn given(
        &self,
        draft: &Draft,
        parameters: &[ParameterIndex],
        (at_least_one, at_most_one): (bool, bool),
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let at = &scene.at;
        let none = || {
            let mut draft = draft.clone();
            parameters.iter().for_each(|parameter| draft.remove(self.operation, *parameter, at));
            draft
        };
        let only = |kept: ParameterIndex| {
            let mut draft = draft.clone();
            let others = parameters.iter().filter(|parameter| **parameter != kept);
            others.for_each(|parameter| draft.remove(self.operation, *parameter, at));
            self.ensured(&draft, kept, at)
        };
        if wanted {
            let mut ways: Vec<Draft> = parameters.iter().map(|parameter| only(*parameter)).collect();
            // What is sent already is kept first.
            ways.sort_by_key(|way| way.distance(draft));
            ways.extend((!at_least_one).then(none));
            return ways;
        }
        let mut ways: Vec<Draft> = at_least_one.then(none).into_iter().collect();
        for (place, first) in parameters.iter().enumerate().filter(|_| at_most_one) {
            for second in parameters.iter().skip(place + 1) {
                ways.push(self.ensured(&self.ensured(&only(*first), *first, at), *second, at));
            }
        }
        ways
    }

    /// Values of a parameter: for one word, or such that nothing speaks against them.
    pub fn values(
        &self,
        draft: &Draft,
        parameter: ParameterIndex,
        target: Option<(Demand<'_>, Option<&str>)>,
        at: &Positions,
    ) -> Vec<Value> {
        let current = draft.get(self.operation, parameter, at).and_then(text_of);
        let wish = Wish {
            target: target.map(|(target, _)| target),
            compared: target.and_then(|(_, compared)| compared),
            current: current.as_deref(),
            plain: false,
        };
        let own = &self.demands[parameter];
        // A word that shall be broken is no demand as well.
        let others: Vec<Demand<'_>> = match wish.target {
            Some(target) if !target.holds => {
                own.iter().filter(|demand| !std::ptr::eq(demand.word, target.word)).copied().collect()
            }
            _ => own.clone(),
        };
        let texts = candidates(&wish, &others, &self.operation.provider.lists);
        texts.iter().filter_map(|text| self.json_of(parameter, text)).collect()
    }

    /// A text as the JSON value of a parameter; none when its type cannot be so.
    pub fn json_of(&self, parameter: ParameterIndex, text: &str) -> Option<Value> {
        match self.operation.parameters[parameter].form {
            Form::String => Some(json!(text)),
            Form::Integer => text.parse::<i64>().ok().map(|number| json!(number)),
            Form::Unsigned => text.parse::<u64>().ok().map(|number| json!(number)),
            Form::Boolean => text.parse::<bool>().ok().map(|truth| json!(truth)),
            Form::List(_) | Form::Object => None,
        }
    }

    /// The draft with a value of a parameter, and all that the records around it need.
    pub fn with(&self, draft: &Draft, parameter: ParameterIndex, at: &Positions, value: Value) -> Draft {
        let mut draft = draft.clone();
        let around = std::iter::successors(self.operation.parameters[parameter].parent, |outer| {
            self.operation.parameters[*outer].parent
        });
        let mut outer: Vec<ParameterIndex> = around.collect();
        outer.reverse();
        for record in outer.into_iter().chain([parameter]) {
            let rule = &self.operation.parameters[record];
            if let (true, Some(list)) = (rule.name.is_empty(), rule.parent) {
                draft = self.with_length_at_least(&draft, list, at, at[rule.list_depth - 1] + 1);
            }
            if record != parameter && draft.get(self.operation, record, at).is_none() {
                let fresh = if matches!(rule.form, Form::List(_)) { json!([]) } else { self.fresh(record, 0) };
                draft.set(self.operation, record, at, fresh);
            }
        }
        draft.set(self.operation, parameter, at, value);
        draft
    }

    /// The draft with a parameter sent, with whatever fitting value.
    pub fn ensured(&self, draft: &Draft, parameter: ParameterIndex, at: &Positions) -> Draft {
        match draft.get(self.operation, parameter, at) {
            Some(_) => draft.clone(),
            None => self.with(draft, parameter, at, self.fresh(parameter, 0)),
        }
    }

    /// The draft with a list of this length.
    pub fn with_length(&self, draft: &Draft, list: ParameterIndex, at: &Positions, length: usize) -> Draft {
        let Form::List(element) = self.operation.parameters[list].form else { return draft.clone() };
        let mut elements = draft.get(self.operation, list, at).and_then(Value::as_array).cloned().unwrap_or_default();
        elements.truncate(length);
        let mut spare = self.values(draft, element, None, at).into_iter();
        while elements.len() < length.min(300) {
            let different = spare.by_ref().find(|value| !elements.contains(value));
            elements.push(different.unwrap_or_else(|| self.fresh(element, 0)));
        }
        self.with(draft, list, at, Value::Array(elements))
    }

    fn with_length_at_least(&self, draft: &Draft, list: ParameterIndex, at: &Positions, length: usize) -> Draft {
        let known = draft.get(self.operation, list, at).and_then(Value::as_array).map_or(0, Vec::len);
        if known >= length { draft.clone() } else { self.with_length(draft, list, at, length) }
    }

    /// A value against which nothing speaks, as far as the parameter alone goes.
    pub fn fresh(&self, parameter: ParameterIndex, depth: usize) -> Value {
        let rule = &self.operation.parameters[parameter];
        match rule.form {
            _ if depth > MAX_DEPTH => Value::Null,
            Form::Object => {
                let required = rule.fields.iter().filter(|field| self.operation.parameters[**field].required);
                let members = required
                    .map(|field| (self.operation.parameters[*field].name.clone(), self.fresh(*field, depth + 1)));
                Value::Object(members.collect())
            }
            Form::List(element) => {
                let least = self.demands[parameter].iter().filter(|demand| demand.holds).filter_map(|demand| {
                    match demand.word {
                        Word::Count { min, .. } => *min,
                        _ => None,
                    }
                });
                let least = least.max().unwrap_or(1).clamp(1, 50) as usize;
                Value::Array((0..least).map(|_| self.fresh(element, depth + 1)).collect())
            }
            _ => {
                let values = self.values(&Draft::default(), parameter, None, &Positions::default());
                values.into_iter().next().unwrap_or_else(|| json!("example"))
            }
        }
    }

    /// The value that the API sees, where that is sure: what is sent, or the default.
    pub fn effective(&self, draft: &Draft, parameter: ParameterIndex, at: &Positions) -> Option<String> {
        let rule = &self.operation.parameters[parameter];
        match draft.get(self.operation, parameter, at) {
            Some(value) => {
                let text = text_of(value)?;
                let documented = rule.folded_values.iter().find(|known| known.eq_ignore_ascii_case(&text));
                Some(documented.cloned().unwrap_or(text))
            }
            None => rule.defaults.first().filter(|default| default.when.is_none()).map(|default| default.value.clone()),
        }
    }

    /// The draft in which what a word compares with has a value.
    fn with_compared(&self, draft: &Draft, word: &Word, at: &Positions) -> Draft {
        let comparand = match word {
            Word::Equals(comparand) => Some(comparand),
            Word::Url(url) => url.part.as_ref().and_then(|(_, of_part)| of_part.comparand()),
            _ => None,
        };
        let mut draft = draft.clone();
        let mut needed: Vec<ParameterIndex> = Vec::new();
        match comparand {
            Some(Comparand::Parameter(parameter)) => needed.push(*parameter),
            Some(Comparand::Template(pieces)) => needed.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Parameter(parameter) => Some(*parameter),
                Piece::Text(_) => None,
            })),
            _ => {}
        }
        for parameter in needed {
            draft = self.with_effective(&draft, parameter, at);
        }
        draft
    }

    /// The draft in which a parameter has a value, its own or a default.
    pub fn with_effective(&self, draft: &Draft, parameter: ParameterIndex, at: &Positions) -> Draft {
        match self.effective(draft, parameter, at) {
            Some(_) => draft.clone(),
            None => self.ensured(draft, parameter, at),
        }
    }

    /// What a word compares a text with.
    pub(super) fn compared(&self, draft: &Draft, word: &Word, at: &Positions) -> Option<String> {
        let comparand = match word {
            Word::Equals(comparand) => comparand,
            Word::Url(url) => url.part.as_ref().and_then(|(_, of_part)| of_part.comparand())?,
            _ => return None,
        };
        match comparand {
            Comparand::Value(value) => Some(value.clone()),
            Comparand::Parameter(parameter) => self.effective(draft, *parameter, at),
            Comparand::Template(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Some(text.clone()),
                    Piece::Parameter(parameter) => self.effective(draft, *parameter, at),
                })
                .collect(),
        }
    }
}

/// The first of each, then the second of each, and so on.
pub(super) fn in_turn(lists: Vec<Vec<Draft>>) -> Vec<Draft> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    (0..longest).flat_map(|_| lists.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>()).collect()
}
