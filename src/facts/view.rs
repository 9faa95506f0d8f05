//! The facts that one request sees: those that it carries, over those that were given for all.

use crate::facts::{Facts, Item, SectionFacts};
use crate::json::Node;
use crate::operation::Provider;

/// Two layers of facts of one provider, seen from one region.
#[derive(Clone, Copy)]
pub(crate) struct FactView<'f> {
    pub provider: &'f Provider,
    /// The request's own facts first.
    pub layers: [Option<&'f Facts>; 2],
    /// The request's region, where it is known.
    pub region: Option<&'f str>,
    /// Whether the request names a region whose value is not known yet.
    pub region_is_open: bool,
}

/// What is known of one item.
#[derive(Clone, Copy)]
pub(crate) enum Found<'f> {
    /// It exists: what each layer knows of it.
    Item([Option<&'f Node>; 2]),
    /// It is known not to exist.
    Absent,
    /// Nothing is known of it.
    NotKnown,
}

impl<'f> FactView<'f> {
    /// Whether nothing at all is known of this provider's account.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().flatten().all(|facts| !facts.providers.contains_key(&self.provider.name))
    }

    fn sections(&self, section: usize) -> impl Iterator<Item = Option<&'f SectionFacts>> {
        let (provider, name) = (&self.provider.name, &self.provider.sections[section].name);
        self.layers.into_iter().map(move |facts| facts.and_then(|facts| facts.section(provider, name)))
    }

    /// The region to which a section's items are bound.
    fn region_for(&self, section: usize) -> Option<&'f str> {
        self.region.filter(|_| self.provider.sections[section].regional)
    }

    /// The item of a section with this key.
    pub fn find(&self, section: usize, key: &str) -> Found<'f> {
        let region = self.region_for(section);
        let hides = self.region_is_open && self.provider.sections[section].regional;
        let mut layers = [None, None];
        for (layer, facts) in layers.iter_mut().zip(self.sections(section)) {
            let Some(facts) = facts else { continue };
            *layer = facts.find(key, region).find(|item| !(hides && item.region.is_some())).map(|item| &item.node);
            if layer.is_none() && facts.is_absent(key, region) && !hides {
                // A layer that knows the item absent overrides those below it.
                break;
            }
        }
        if layers.iter().any(Option::is_some) {
            return Found::Item(layers);
        }
        let absent = self.sections(section).flatten().any(|facts| facts.is_absent(key, region));
        if !hides && (absent || self.is_complete(section)) { Found::Absent } else { Found::NotKnown }
    }

    /// Whether the item with this key is known only by a refusal to let the caller read it.
    pub fn is_refused(&self, section: usize, key: &str) -> bool {
        let region = self.region_for(section);
        let mut items = self.sections(section).flatten().filter_map(|facts| facts.find(key, region).next());
        items.next().is_some_and(|item| item.refused)
    }

    /// Whether what a section does not list does not exist.
    pub fn is_complete(&self, section: usize) -> bool {
        let regional = self.provider.sections[section].regional;
        let region = self.region_for(section);
        self.sections(section)
            .flatten()
            .any(|facts| facts.is_complete(region) || (!regional && !facts.complete_in.is_empty()))
    }

    /// The items of a section that may lie in the request's region, and whether that is certain. An item that the request's own
    /// facts speak of hides the same item of the layer below.
    pub fn items(&self, section: usize) -> impl Iterator<Item = (&'f Item, bool)> {
        let region = self.region_for(section);
        let regional = self.provider.sections[section].regional;
        let open = self.region_is_open && regional;
        let [own, given]: [Option<&SectionFacts>; 2] = {
            let mut sections = self.sections(section);
            [sections.next().flatten(), sections.next().flatten()]
        };
        let hidden = move |item: &Item| {
            let Some((own, key)) = own.zip(item.key.as_deref()) else { return false };
            own.find(key, region).next().is_some() || own.is_absent(key, region)
        };
        let all = own.into_iter().flat_map(|facts| facts.items.iter());
        let all = all.chain(given.into_iter().flat_map(|facts| facts.items.iter()).filter(move |item| !hidden(item)));
        all.filter(move |item| !matches!(item.node.value, crate::json::Value::Null))
            .filter(move |item| {
                !regional || open || item.region.is_none() || region.is_none() || item.region.as_deref() == region
            })
            .map(move |item| (item, !(open && item.region.is_some())))
    }

    /// Whether anything at all was said about a section.
    pub fn is_given(&self, section: usize) -> bool {
        self.sections(section).any(|facts| facts.is_some())
    }
}

impl<'f> Found<'f> {
    /// A field of the item by dotted path; absent and null are the same.
    pub fn field(&self, path: &str) -> Option<&'f Node> {
        match self {
            Found::Item(layers) => layers.iter().flatten().find_map(|node| node.at_path(path)),
            _ => None,
        }
    }
}
