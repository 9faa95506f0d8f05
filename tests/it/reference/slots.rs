//! The parameters of a request, laid over what the operation declares.
//!
//! Knows where a value is; never whether it is right.

use std::collections::BTreeMap;

use serde_json::Value;

use super::names::{self, members_of};

/// A declared parameter, as the request has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Slot {
    /// Not sent.
    #[default]
    Absent,
    /// Sent, with a value that is not known. The text is what would settle it.
    Unknown(String),
    /// A text, number or boolean.
    Scalar(Value),
    /// The elements that are given, by their position from 1.
    List(BTreeMap<usize, Slot>),
    /// The members that are given, by their declared names.
    Object(BTreeMap<String, Slot>),
    /// Of another shape than declared: a list for a text, a text for an object. Only where JSON types count.
    Wrong,
}

/// What is found at a place of the request.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// Nothing is sent there.
    Absent,
    /// Something is sent there.
    Given(&'a Slot),
    /// The value is not known; with `given` false not even whether there is one, because what holds it is not known.
    Unknown { given: bool, needs: String },
}

/// The request after binding.
pub struct Bound<'a> {
    /// Declared parameters, by name.
    pub parameters: BTreeMap<String, Slot>,
    /// Parameters of all operations, by name.
    pub common: BTreeMap<String, Slot>,
    /// Kinds of warnings with the parameters they are about.
    pub warnings: Vec<(&'static str, String)>,
    /// Wire names of what is of another shape than declared.
    pub wrong_shapes: Vec<String>,
    /// Names that nothing declares, as sent, in order.
    pub unknown_names: Vec<String>,
    /// The provider's file, for its notation.
    pub provider: &'a Value,
}

/// Positions of the elements at hand, the outermost list first.
pub type Positions = Vec<usize>;

impl Bound<'_> {
    /// What stands at a path of a rule file, its `[]` filled in from `positions`.
    pub fn find(&self, pattern: &str, positions: &[usize]) -> Found<'_> {
        let mut positions = positions.iter().copied();
        let mut slot: Option<&Slot> = None;
        for (name, elements) in members_of(pattern) {
            slot = Some(match slot {
                None => self.root(name),
                Some(Slot::Object(members)) => members.get(name).unwrap_or(&Slot::Absent),
                Some(Slot::Unknown(needs)) => return Found::Unknown { given: false, needs: needs.clone() },
                Some(_) => return Found::Absent,
            });
            if elements {
                let position = positions.next().expect("a path has as many positions as lists");
                slot = Some(match slot {
                    Some(Slot::List(elements)) => elements.get(&position).unwrap_or(&Slot::Absent),
                    Some(Slot::Unknown(needs)) => return Found::Unknown { given: false, needs: needs.clone() },
                    _ => return Found::Absent,
                });
            }
        }
        match slot.expect("a path has a first member") {
            Slot::Absent => Found::Absent,
            Slot::Unknown(needs) => Found::Unknown { given: true, needs: needs.clone() },
            slot => Found::Given(slot),
        }
    }

    /// The positions of all given elements of the lists that a path goes through; one without positions when it goes
    /// through none. Of a list that is not known, no element is known to be there.
    pub fn positions(&self, pattern: &str) -> Vec<Positions> {
        let mut places: Vec<(Positions, Option<&Slot>)> = vec![(Vec::new(), None)];
        for (name, elements) in members_of(pattern) {
            for (_, slot) in &mut places {
                *slot = Some(match slot {
                    None => self.root(name),
                    Some(Slot::Object(members)) => members.get(name).unwrap_or(&Slot::Absent),
                    Some(_) => &Slot::Absent,
                });
            }
            if elements {
                places = places.iter().flat_map(|(before, slot)| elements_of(before, *slot)).collect();
            }
        }
        places.into_iter().map(|(positions, _)| positions).collect()
    }

    /// The wire name of what stands at a path.
    pub fn wire_name(&self, pattern: &str, positions: &[usize]) -> String {
        let mut positions = positions.iter();
        members_of(pattern).iter().fold(String::new(), |parent, (name, elements)| {
            let wire_name = names::member(&parent, name);
            match if *elements { positions.next() } else { None } {
                Some(position) => names::element(self.provider, &wire_name, *position),
                None => wire_name,
            }
        })
    }

    fn root(&self, name: &str) -> &Slot {
        self.parameters.get(name).or_else(|| self.common.get(name)).unwrap_or(&Slot::Absent)
    }
}

/// The elements of a list, each with its place.
fn elements_of<'s>(before: &Positions, slot: Option<&'s Slot>) -> Vec<(Positions, Option<&'s Slot>)> {
    let at = |position: usize| before.iter().copied().chain([position]).collect();
    match slot {
        Some(Slot::List(elements)) => elements.iter().map(|(position, slot)| (at(*position), Some(slot))).collect(),
        _ => Vec::new(),
    }
}

/// The positions by which a path is read while the elements at hand are those of another path: the element at hand of
/// every list that both go through.
pub fn positions_at_hand(pattern: &str, hand: &str, positions: &[usize]) -> Positions {
    let lists = |path: &str| -> Vec<String> {
        path.match_indices("[]").map(|(end, brackets)| path[..end + brackets.len()].to_owned()).collect()
    };
    let lists_at_hand = lists(hand);
    lists(pattern)
        .iter()
        .enumerate()
        .map(|(depth, list)| {
            let same = lists_at_hand.get(depth) == Some(list);
            assert!(same, "a check of {hand} reads {pattern}, of which no element is at hand");
            positions[depth]
        })
        .collect()
}
