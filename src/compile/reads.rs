//! What a condition reads: so that a check says nothing where that is at fault, missing or absent.

use crate::compile::conditions::Scope;
use crate::operation::condition::{Comparand, Condition, OfPart, Piece, Subject, Word};
use crate::operation::{EntityIndex, EntityKey, ParameterIndex};

/// What conditions read, for silencing checks.
#[derive(Default)]
pub(crate) struct Reads {
    pub parameters: Vec<ParameterIndex>,
    pub compares_with: Vec<ParameterIndex>,
    pub entities: Vec<EntityIndex>,
    /// Entities whose key is a part of a URL.
    pub host_parts: Vec<EntityIndex>,
    pub facts: bool,
}

impl Scope<'_> {
    /// Collects what a condition reads. `compared` is about the right-hand sides only.
    pub fn reads(&self, condition: &Condition, reads: &mut Reads) {
        let subject = |subject: &Subject, reads: &mut Reads| match subject {
            Subject::Parameter(parameter) => reads.parameters.push(*parameter),
            Subject::Fact { entity, .. } => {
                reads.facts = true;
                reads.entities.push(*entity);
                self.reads_key(*entity, reads);
            }
            Subject::Field { .. } | Subject::Joined { .. } => reads.facts = true,
        };
        let compared = |comparand: &Comparand, reads: &mut Reads| match comparand {
            Comparand::Value(_) => {}
            Comparand::Parameter(other) => reads.compares_with.push(*other),
            Comparand::Template(pieces) => reads.compares_with.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Parameter(parameter) => Some(*parameter),
                Piece::Text(_) => None,
            })),
        };
        match condition {
            Condition::Word { subject: subjects, word } => {
                subjects.iter().for_each(|one| subject(one, reads));
                match word {
                    Word::SameLengthAs(other) => reads.compares_with.push(*other),
                    Word::OneOfBy { key, .. } => reads.compares_with.push(*key),
                    Word::ContainedIn(fact) | Word::Below(fact) => subject(fact, reads),
                    Word::Url(url) => {
                        if let Some((_, OfPart::Equals(comparand))) = &url.part {
                            compared(comparand, reads);
                        }
                    }
                    Word::Equals(comparand) => compared(comparand, reads),
                    Word::Count { filter: Some(filter), .. } => self.reads(filter, reads),
                    _ => {}
                }
            }
            Condition::AllOf(parts) | Condition::AnyOf(parts) => {
                parts.iter().for_each(|part| self.reads(part, reads));
            }
            Condition::Not(part) => self.reads(part, reads),
            Condition::Given { parameters, .. } => reads.parameters.extend(parameters),
            Condition::Each { subject: subjects, filter, must } => {
                subjects.iter().for_each(|one| subject(one, reads));
                if let Some(filter) = filter {
                    self.reads(filter, reads);
                }
                self.reads(must, reads);
            }
            Condition::Exists(entity) => {
                reads.facts = true;
                self.reads_key(*entity, reads);
            }
            Condition::Readable(entity) => {
                reads.facts = true;
                reads.entities.push(*entity);
                self.reads_key(*entity, reads);
            }
            Condition::NoItem { section, filter } => {
                reads.facts = true;
                self.reads_section(*section, reads);
                self.reads(filter, reads);
            }
            Condition::Trusts { document, .. } => subject(document, reads),
            Condition::Grants(grants) => subject(&grants.attached, reads),
        }
    }

    fn reads_key(&self, index: EntityIndex, reads: &mut Reads) {
        let Some(entity) = self.entities.get(index) else { return };
        match &entity.key {
            EntityKey::Parameter(key) => reads.compares_with.push(*key),
            EntityKey::HostPart { parameter, .. } => {
                reads.compares_with.push(*parameter);
                reads.host_parts.push(index);
            }
            EntityKey::Value(_) => {}
        }
        reads.compares_with.extend(entity.within);
        self.reads_section(entity.section, reads);
    }

    /// Facts that belong to a region are those of the request's region.
    fn reads_section(&self, section: usize, reads: &mut Reads) {
        if self.provider.sections[section].regional {
            reads.compares_with.extend(self.provider.region_parameter.as_deref().and_then(|region| self.find(region)));
        }
    }
}
