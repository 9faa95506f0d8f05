//! Where a name leads: to a parameter's slot, to a common parameter, or nowhere.

use super::bind::Binder;
use super::{NONE, SlotIndex, Value};
use crate::operation::{Form, Named, ParameterIndex};
use crate::rule::provider::{ListNotation, NameCase};

/// Where a name leads.
pub(super) enum Target {
    Parameter {
        parameter: ParameterIndex,
        slot: SlotIndex,
        other_case: bool,
    },
    Common {
        secret: bool,
    },
    /// An element that the API ignores.
    Ignored,
    Unknown,
}

/// A step of a flat name.
#[derive(Clone, Copy)]
pub(super) enum Step<'n> {
    Name(&'n str),
    Index(u32),
}

impl Binder<'_, '_> {
    /// The member of a record with this name.
    #[inline]
    pub(super) fn field(&self, parent: Option<ParameterIndex>, base: SlotIndex, name: &str) -> Target {
        match self.operation.names(parent).get(name) {
            Some(Named::Parameter(index)) => self.found(base, index, false),
            Some(Named::Common(index)) => {
                Target::Common { secret: self.operation.provider.common_parameters[index].secret }
            }
            None => self.field_in_other_case(parent, base, name),
        }
    }

    #[inline]
    fn found(&self, base: SlotIndex, index: ParameterIndex, other_case: bool) -> Target {
        Target::Parameter { parameter: index, slot: base + self.operation.parameters[index].slot, other_case }
    }

    #[cold]
    fn field_in_other_case(&self, parent: Option<ParameterIndex>, base: SlotIndex, name: &str) -> Target {
        let provider = &self.operation.provider;
        if provider.wire.parameter_case != NameCase::Fold {
            return Target::Unknown;
        }
        let in_other_case = self.operation.fields(parent).iter().find(|index| {
            let parameter = &self.operation.parameters[**index];
            let aliases = parameter.aliases.iter().map(String::as_str);
            aliases.chain([parameter.name.as_str()]).any(|known| known.eq_ignore_ascii_case(name))
        });
        if let Some(index) = in_other_case {
            return self.found(base, *index, true);
        }
        let mut common = provider.common_parameters.iter().filter(|_| parent.is_none());
        match common.find(|common| common.name.eq_ignore_ascii_case(name)) {
            Some(common) => Target::Common { secret: common.secret },
            None => Target::Unknown,
        }
    }

    /// Where a flat wire name leads; the lists and records on its way are made.
    pub(super) fn flat(&mut self, name: &str) -> Target {
        let wire = &self.operation.provider.wire;
        let Some(steps) = steps(name, wire.lists, wire.first_index) else { return Target::Unknown };
        if steps.len() < 2 || !self.leads_somewhere(&steps) {
            return Target::Unknown;
        }
        let mut parent = None;
        let mut base = 0;
        let mut target = Target::Unknown;
        let mut any_other_case = false;
        for step in steps {
            match (step, &target) {
                (Step::Name(name), _) => {
                    if let Target::Parameter { parameter, slot, .. } = target {
                        base = self.record(slot, parameter);
                        parent = Some(parameter);
                    }
                    target = self.field(parent, base, name);
                    any_other_case |= matches!(target, Target::Parameter { other_case: true, .. });
                }
                (Step::Index(position), Target::Parameter { parameter: list, slot, .. }) => {
                    let (list, slot) = (*list, *slot);
                    let Form::List(element) = self.operation.parameters[list].form else { return Target::Unknown };
                    if self.operation.parameters[list].ignored_beyond.is_some_and(|limit| position >= limit) {
                        return Target::Ignored;
                    }
                    self.open(slot, 0, Value::List { first: NONE, last: NONE, count: 0 });
                    let slot = self.element_slot(slot, position);
                    target = Target::Parameter { parameter: element, slot, other_case: false };
                }
                (Step::Index(_), _) => return Target::Unknown,
            }
        }
        match target {
            Target::Parameter { parameter, slot, .. } => {
                Target::Parameter { parameter, slot, other_case: any_other_case }
            }
            other => other,
        }
    }

    /// Whether every step of a flat name fits the operation: only then are lists and records made for it.
    pub(super) fn leads_somewhere(&self, steps: &[Step<'_>]) -> bool {
        let mut parent = None;
        let mut at: Option<ParameterIndex> = None;
        for step in steps {
            let ignored_beyond = at.and_then(|at| self.operation.parameters[at].ignored_beyond);
            if matches!(step, Step::Index(position) if ignored_beyond.is_some_and(|limit| *position >= limit)) {
                // Whatever an ignored element holds, it is ignored.
                return true;
            }
            at = match (step, at.map(|at| self.operation.parameters[at].form)) {
                (Step::Name(name), None | Some(Form::Object)) => match self.field(parent, 0, name) {
                    Target::Parameter { parameter, .. } => Some(parameter),
                    _ => return false,
                },
                (Step::Index(_), Some(Form::List(element))) => Some(element),
                _ => return false,
            };
            parent = at;
        }
        at.is_some()
    }

    /// A sent name in the operation's own spelling.
    pub(super) fn declared_name(&self, parameter: ParameterIndex, sent: &str) -> String {
        let mut names = Vec::new();
        let mut next = Some(parameter);
        while let Some(index) = next {
            let parameter = &self.operation.parameters[index];
            if !parameter.name.is_empty() {
                names.push(parameter.name.as_str());
            }
            next = parameter.parent;
        }
        let wire = &self.operation.provider.wire;
        let Some(steps) = steps(sent, wire.lists, wire.first_index) else { return sent.to_owned() };
        let mut declared = String::new();
        for step in steps {
            match step {
                Step::Name(name) => {
                    if !declared.is_empty() {
                        declared.push('.');
                    }
                    declared.push_str(names.pop().unwrap_or(name));
                }
                Step::Index(position) => wire.push_element(&mut declared, position),
            }
        }
        declared
    }
}

/// Whether a name that no rule knows is likely to hold a credential that somebody pasted along.
pub(crate) fn looks_secret(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["secret", "password", "passwd", "token", "signature", "credential", "authorization", "privatekey"];
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    WORDS.iter().any(|word| plain.contains(word))
}

/// The steps of a flat name, or nothing when it has none of the notation's forms.
pub(super) fn steps(name: &str, notation: ListNotation, first_index: u32) -> Option<Vec<Step<'_>>> {
    let index = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| plain).and_then(|index| index.checked_sub(first_index))
    };
    let mut steps = Vec::new();
    for part in name.split('.') {
        match notation {
            ListNotation::Dotted => match index(part) {
                Some(position) => steps.push(Step::Index(position)),
                None => steps.push(Step::Name(part)),
            },
            ListNotation::Bracketed => {
                let (name, mut rest) = part.find('[').map_or((part, ""), |bracket| part.split_at(bracket));
                steps.push(Step::Name(name));
                while !rest.is_empty() {
                    let (digits, behind) = rest.strip_prefix('[')?.split_once(']')?;
                    steps.push(Step::Index(index(digits)?));
                    rest = behind;
                }
            }
        }
    }
    Some(steps)
}
