//! Ways to make facts so that a condition over them holds or fails: items of sections, their fields, documents.

use serde_json::{Value, json};

use crate::engine::part_of_host;
use crate::operation::condition::{Condition, Grants, Subject, Word};
use crate::operation::{EntityIndex, EntityKey, ParameterIndex};
use crate::witness::draft::{Draft, Step, members, put, take, text_of, value_at};
use crate::witness::near::url_with_part;
use crate::witness::solver::{ItemPlace, Scene, Solver, in_turn};
use crate::witness::texts::{Wish, candidates};
use crate::witness::words::Demand;

impl Solver<'_> {
    pub(super) fn fact_word(
        &self,
        draft: &Draft,
        subject: &Subject,
        word: &Word,
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let Some((draft, place, path)) = self.field_of(draft, subject, scene) else { return Vec::new() };
        let texts = |draft: &Draft| -> Vec<String> {
            let compared = self.compared(draft, word, &scene.at);
            let current = self.read(draft, &place, &path).and_then(text_of);
            let target = Demand { word, holds: wanted };
            let wish =
                Wish { target: Some(target), compared: compared.as_deref(), current: current.as_deref(), plain: true };
            let known = (place.section, path.as_str());
            let others: Vec<Demand<'_>> = self
                .fact_demands
                .iter()
                .filter(|(about, demand)| *about == known && !std::ptr::eq(demand.word, word))
                .map(|(_, demand)| *demand)
                .collect();
            let mut texts = candidates(&wish, &others, &self.operation.provider.lists);
            if !wanted && matches!(word, Word::Equals(_)) && compared.as_deref() == Some("false") {
                texts.insert(0, "true".to_owned());
            }
            texts
        };
        let numeric = matches!(word, Word::Range { .. } | Word::MultipleOf(_) | Word::Below(_));
        match word {
            Word::Present(expected) if *expected == wanted => {
                vec![self.written(&draft, &place, &path, json!("example"))]
            }
            Word::Present(_) => Vec::new(),
            Word::NotEmpty if self.is_list(&place, &path) => {
                let value = if wanted { json!([{}]) } else { json!([]) };
                vec![self.written(&draft, &place, &path, value)]
            }
            Word::Count { min, max, filter } => {
                let (least, most) = (min.unwrap_or_default() as usize, max.map(|max| max as usize));
                let sizes: Vec<usize> = if wanted {
                    [Some(least), most].into_iter().flatten().collect()
                } else {
                    most.map(|most| most + 1).into_iter().chain(least.checked_sub(1)).collect()
                };
                let of_size = |size: &usize| self.elements(&draft, &place, &path, *size, filter.as_deref(), scene);
                let known = self.read(&draft, &place, &path).and_then(Value::as_array).cloned().unwrap_or_default();
                // Elements that are there already are kept first: fewer of them, or the last one more often.
                let resized = |size: &usize| {
                    let last = known.last()?;
                    let more = std::iter::repeat_n(last, size.saturating_sub(known.len()));
                    let elements: Vec<&Value> = known.iter().take(*size).chain(more).collect();
                    Some(self.written(&draft, &place, &path, json!(elements)))
                };
                let kept: Vec<Draft> = sizes.iter().filter_map(resized).collect();
                in_turn(vec![kept, sizes.iter().filter_map(of_size).collect()])
            }
            Word::Below(limit) => {
                let known = self.read(&draft, &place, &path).and_then(text_of);
                let value = known.filter(|text| text.parse::<i64>().is_ok()).unwrap_or_else(|| "1".to_owned());
                let draft = self.written(&draft, &place, &path, fact_value(&value, true));
                self.limit(&draft, &value, limit, wanted, scene)
            }
            _ => {
                let texts = texts(&draft).into_iter().take(self.most_values);
                texts.map(|text| self.written(&draft, &place, &path, fact_value(&text, numeric))).collect()
            }
        }
    }

    /// Ways to give the fact that a parameter is compared with.
    pub(super) fn fact_to_compare(
        &self,
        draft: &Draft,
        parameter: ParameterIndex,
        word: &Word,
        fact: &Subject,
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let Some(own) = self.effective(draft, parameter, &scene.at) else { return Vec::new() };
        if let Word::Below(limit) = word {
            return self.limit(draft, &own, limit, wanted, scene);
        }
        let Some((draft, place, path)) = self.field_of(draft, fact, scene) else { return Vec::new() };
        let lists = if wanted { vec![json!([own])] } else { vec![json!([]), json!([format!("{own}x")])] };
        lists.into_iter().map(|list| self.written(&draft, &place, &path, list)).collect()
    }

    fn limit(&self, draft: &Draft, own: &str, limit: &Subject, wanted: bool, scene: &Scene) -> Vec<Draft> {
        let Ok(own) = own.parse::<i64>() else { return Vec::new() };
        let Some((draft, place, path)) = self.field_of(draft, limit, scene) else { return Vec::new() };
        vec![self.written(&draft, &place, &path, json!(if wanted { own.saturating_add(1) } else { own }))]
    }

    /// Where a subject in facts lies; what has to exist around it is made.
    fn field_of(&self, draft: &Draft, subject: &Subject, scene: &Scene) -> Option<(Draft, ItemPlace, String)> {
        match subject {
            Subject::Parameter(_) => None,
            Subject::Fact { entity, path } => {
                let (draft, place) = self.item_of(draft, *entity, scene)?;
                Some((draft, place, path.clone()))
            }
            Subject::Field { path } => Some((draft.clone(), scene.item.clone()?, path.clone())),
            Subject::Joined { section, by, field } => {
                let item = scene.item.clone()?;
                let known = self.read(draft, &item, by).and_then(text_of);
                let key = known.unwrap_or_else(|| format!("example-{}", item.steps.len() + item.item));
                let draft = self.written(draft, &item, by, json!(key));
                let (draft, place) = self.item_with_key(&draft, *section, &key, None);
                Some((draft, place, field.clone()))
            }
        }
    }

    /// The item of an entity; it is made where there is none.
    fn item_of(&self, draft: &Draft, entity: EntityIndex, scene: &Scene) -> Option<(Draft, ItemPlace)> {
        let (draft, key, within) = self.key_of(draft, entity, scene)?;
        let section = self.operation.entities[entity].section;
        Some(self.item_with_key(&draft, section, &key, within.as_deref()))
    }

    fn key_of(&self, draft: &Draft, entity: EntityIndex, scene: &Scene) -> Option<(Draft, String, Option<String>)> {
        let entity = &self.operation.entities[entity];
        let mut draft = draft.clone();
        if let EntityKey::HostPart { parameter, hosts, name } = &entity.key {
            let url = self.effective(&draft, *parameter, &scene.at);
            if url.is_none_or(|url| part_of_host(&url, hosts, name).is_none()) {
                let url = url_with_part(hosts, name, "abcd")?;
                draft = self.with(&draft, *parameter, &scene.at, json!(url));
            }
        }
        let mut known = |parameter: ParameterIndex| {
            draft = self.with_effective(&draft, parameter, &scene.at);
            self.effective(&draft, parameter, &scene.at)
        };
        let key = match &entity.key {
            EntityKey::Parameter(parameter) => known(*parameter)?,
            EntityKey::HostPart { parameter, hosts, name } => {
                part_of_host(&known(*parameter)?, hosts, name)?.into_owned()
            }
            EntityKey::Value(value) => value.clone(),
        };
        let within = match entity.within {
            Some(within) => Some(known(within)?),
            None => None,
        };
        Some((draft, key, within))
    }

    fn item_with_key(&self, draft: &Draft, section: usize, key: &str, within: Option<&str>) -> (Draft, ItemPlace) {
        let rule = &self.operation.provider.sections[section];
        let mut draft = draft.clone();
        let items = &mut draft.sections.entry(rule.name.clone()).or_default().items;
        let has = |item: &Value, path: &str, text: &str| {
            value_at(item, &members(path)).and_then(text_of).as_deref() == Some(text)
        };
        let is_meant = |item: &Value| {
            has(item, &rule.key, key)
                && rule.within.as_ref().zip(within).is_none_or(|(path, within)| has(item, path, within))
        };
        let found = items.iter().position(is_meant);
        let item = found.unwrap_or_else(|| {
            let mut item = json!({});
            put(&mut item, &members(&rule.key), json!(key));
            if let (Some(path), Some(within)) = (&rule.within, within) {
                put(&mut item, &members(path), json!(within));
            }
            items.push(item);
            items.len() - 1
        });
        (draft, ItemPlace { section, item, steps: Vec::new() })
    }

    fn read<'d>(&self, draft: &'d Draft, place: &ItemPlace, path: &str) -> Option<&'d Value> {
        let section = draft.sections.get(&self.operation.provider.sections[place.section].name)?;
        let item = value_at(section.items.get(place.item)?, &place.steps)?;
        value_at(item, &members(path))
    }

    fn written(&self, draft: &Draft, place: &ItemPlace, path: &str, value: Value) -> Draft {
        let mut steps = place.steps.clone();
        steps.extend(members(path));
        self.put_at(draft, place, &steps, value)
    }

    fn put_at(&self, draft: &Draft, place: &ItemPlace, steps: &[Step], value: Value) -> Draft {
        let mut draft = draft.clone();
        let section = draft.sections.get_mut(&self.operation.provider.sections[place.section].name);
        if let Some(item) = section.and_then(|section| section.items.get_mut(place.item)) {
            put(item, steps, value);
        }
        draft
    }

    /// Leaves out a fact, so that the next subject counts.
    pub(super) fn forget(&self, draft: &mut Draft, subject: &Subject, scene: &Scene) {
        let Some((found, place, path)) = self.field_of(draft, subject, scene) else { return };
        *draft = found;
        let mut steps = place.steps.clone();
        steps.extend(members(&path));
        let section = draft.sections.get_mut(&self.operation.provider.sections[place.section].name);
        if let Some(item) = section.and_then(|section| section.items.get_mut(place.item)) {
            take(item, &steps);
        }
    }

    /// Whether a field is spoken of as a list somewhere.
    fn is_list(&self, place: &ItemPlace, path: &str) -> bool {
        fn speaks(condition: &Condition, section_of: &dyn Fn(EntityIndex) -> usize, known: (usize, &str)) -> bool {
            let is_it = |subjects: &[Subject]| {
                subjects.iter().any(|subject| match subject {
                    Subject::Fact { entity, path } => (section_of(*entity), path.as_str()) == known,
                    _ => false,
                })
            };
            match condition {
                Condition::Word { subject, word: Word::Count { .. } } | Condition::Each { subject, .. } => {
                    is_it(subject)
                }
                Condition::AllOf(parts) | Condition::AnyOf(parts) => {
                    parts.iter().any(|part| speaks(part, section_of, known))
                }
                Condition::Not(part) => speaks(part, section_of, known),
                _ => false,
            }
        }
        let section_of = |entity: EntityIndex| self.operation.entities[entity].section;
        self.operation.checks.iter().any(|check| match &check.run {
            crate::operation::Run::Must { condition, .. } => speaks(condition, &section_of, (place.section, path)),
            _ => false,
        })
    }

    /// A list of so many elements, each of which fulfils a filter.
    fn elements(
        &self,
        draft: &Draft,
        place: &ItemPlace,
        path: &str,
        size: usize,
        filter: Option<&Condition>,
        scene: &Scene,
    ) -> Option<Draft> {
        let mut draft = self.written(draft, place, path, json!([]));
        for index in 0..size.min(100) {
            let element = self.element(place, path, index);
            draft = self.put_at(&draft, &element, &element.steps, json!({}));
            if let Some(filter) = filter {
                let inside = Scene { item: Some(element), ..scene.clone() };
                draft = self.ways(&draft, filter, true, &inside).into_iter().next()?;
            }
        }
        Some(draft)
    }

    fn element(&self, place: &ItemPlace, path: &str, index: usize) -> ItemPlace {
        let mut element = place.clone();
        element.steps.extend(members(path));
        element.steps.push(Step::Element(index));
        element
    }

    pub(super) fn each(
        &self,
        draft: &Draft,
        subjects: &[Subject],
        filter: Option<&Condition>,
        must: &Condition,
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let mut ways = Vec::new();
        for subject in subjects {
            let Some((draft, place, path)) = self.field_of(draft, subject, scene) else { continue };
            let known = self.read(&draft, &place, &path).and_then(Value::as_array).map_or(0, Vec::len);
            let empty = self.written(&draft, &place, &path, json!([]));
            let inside = |index: usize| Scene { item: Some(self.element(&place, &path, index)), ..scene.clone() };
            let all_filtered = |draft: &Draft, scene: &Scene| match filter {
                Some(filter) => self.ways(draft, filter, true, scene),
                None => vec![draft.clone()],
            };
            if wanted {
                // The elements that there are, one after the other; or none at all.
                let mut drafts = vec![draft.clone()];
                for index in 0..known.min(20) {
                    let next = drafts.iter().map(|draft| self.ways(draft, must, true, &inside(index))).collect();
                    drafts = in_turn(next);
                    drafts.truncate(4);
                }
                if known > 0 {
                    ways.extend(drafts);
                }
                ways.push(empty);
                continue;
            }
            // An element that is there already is broken, or one is put beside it.
            for index in 0..known.min(3) {
                let filtered = all_filtered(&draft, &inside(index));
                let broken = filtered.iter().map(|draft| self.ways(draft, must, false, &inside(index))).collect();
                ways.extend(in_turn(broken));
            }
            for index in [known.min(20), 0] {
                let start = if index == 0 { &empty } else { &draft };
                let place = self.element(&place, &path, index);
                let start = self.put_at(start, &place, &place.steps, json!({}));
                let filtered = all_filtered(&start, &inside(index));
                let broken = filtered.iter().map(|draft| self.ways(draft, must, false, &inside(index))).collect();
                ways.extend(in_turn(broken));
            }
        }
        ways
    }

    pub(super) fn exists(&self, draft: &Draft, entity: EntityIndex, wanted: bool, scene: &Scene) -> Vec<Draft> {
        let section = self.operation.entities[entity].section;
        if wanted {
            return self.item_of(draft, entity, scene).map(|(draft, _)| draft).into_iter().collect();
        }
        let Some((draft, place)) = self.item_of(draft, entity, scene) else { return Vec::new() };
        let name = &self.operation.provider.sections[section].name;
        let mut absent = draft.clone();
        if let Some(section) = absent.sections.get_mut(name) {
            section.items.remove(place.item);
            section.complete = true;
        }
        vec![absent]
    }

    pub(super) fn no_item(
        &self,
        draft: &Draft,
        section: usize,
        filter: &Condition,
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let rule = &self.operation.provider.sections[section];
        let known = draft.sections.get(&rule.name).map_or(0, |section| section.items.len());
        if !wanted {
            let (draft, place) = self.item_with_key(draft, section, &format!("example-{known}"), None);
            let inside = |item: usize| Scene { item: Some(ItemPlace { item, ..place.clone() }), ..scene.clone() };
            let items = (0..known).map(|item| self.ways(&draft, filter, true, &inside(item)));
            return in_turn([self.ways(&draft, filter, true, &inside(place.item))].into_iter().chain(items).collect());
        }
        let mut closed = draft.clone();
        let facts = closed.sections.entry(rule.name.clone()).or_default();
        facts.complete = true;
        let mut empty = closed.clone();
        if let Some(facts) = empty.sections.get_mut(&rule.name) {
            facts.items.clear();
        }
        let mut differing = vec![closed.clone()];
        for item in 0..known.min(8) {
            let inside = Scene { item: Some(ItemPlace { section, item, steps: Vec::new() }), ..scene.clone() };
            let next = differing.iter().map(|draft| self.ways(draft, filter, false, &inside)).collect();
            differing = in_turn(next);
            differing.truncate(4);
        }
        let mut ways = vec![closed];
        ways.extend(differing);
        ways.push(empty);
        ways
    }

    pub(super) fn trusts(
        &self,
        draft: &Draft,
        document: &Subject,
        (kind, name): &(String, String),
        action: &str,
        wanted: bool,
        scene: &Scene,
    ) -> Vec<Draft> {
        let Some((draft, place, path)) = self.field_of(draft, document, scene) else { return Vec::new() };
        let allowing = |name: &str, action: &str| json!({"Statement": [{"Effect": "Allow", "Principal": {kind: [name]}, "Action": action}]});
        let documents = if wanted {
            vec![allowing(name, action)]
        } else {
            vec![allowing(&format!("other.{name}"), action), allowing(name, &format!("{action}Not"))]
        };
        // As text, in which form documents are given out.
        let texts = documents.into_iter().map(|document| json!(document.to_string()));
        texts.map(|text| self.written(&draft, &place, &path, text)).collect()
    }

    pub(super) fn grants(&self, draft: &Draft, grants: &Grants, wanted: bool, scene: &Scene) -> Vec<Draft> {
        let Some((draft, place, path)) = self.field_of(draft, &grants.attached, scene) else { return Vec::new() };
        let policy = |name: &str, actions: Option<&[String]>| {
            let mut policy = json!({});
            put(&mut policy, &members(&grants.name), json!(name));
            if let Some(actions) = actions {
                let document = json!({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
                put(&mut policy, &members(&grants.document), json!(document.to_string()));
            }
            json!([policy])
        };
        let all = grants.actions.as_slice();
        let but_one = all.get(1..).unwrap_or_default();
        let but_last = all.get(..all.len().saturating_sub(1)).unwrap_or_default();
        let attached: Vec<Value> = if wanted {
            let by_name = grants.enough.first().map(|name| policy(name, None));
            by_name.into_iter().chain([policy("example", Some(all))]).collect()
        } else {
            vec![json!([]), policy("example", Some(but_one)), policy("example", Some(but_last))]
        };
        attached.into_iter().map(|attached| self.written(&draft, &place, &path, attached)).collect()
    }
}

/// A text as facts hold it: numbers and booleans as such.
fn fact_value(text: &str, numeric: bool) -> Value {
    match text {
        "true" => json!(true),
        "false" => json!(false),
        _ => match text.parse::<i64>() {
            Ok(number) if numeric => json!(number),
            _ => json!(text),
        },
    }
}
