//! The policies attached to a role: in a list of the role, one by one in a section of attachments, or both.
//!
//! Which are attached, and whether these are all, is found here; what their documents allow, [`policy`] says.

use crate::engine::evaluate::Evaluator;
use crate::engine::trace::{Trace, Wanted};
use crate::engine::{Truth, policy};
use crate::json::Node;
use crate::operation::condition::{Condition, Grants, Subject};

impl<'e> Evaluator<'e, '_> {
    /// Whether the policies attached to a role allow what it needs.
    pub(super) fn grants<'c>(&self, condition: &'c Condition, grants: &'c Grants, trace: &mut Trace<'c>) -> Truth {
        let listed = self.json(&grants.attached).and_then(Node::items);
        let single = self.attachments(grants);
        let is_complete = listed.is_some() || single.is_some() && self.attachments_are_complete(grants);
        let single = single.unwrap_or_default();
        if listed.is_none() && single.is_empty() && !is_complete {
            return self.open_subject(&grants.attached, trace);
        }
        let attached: Vec<&'e Node> = listed.unwrap_or_default().iter().chain(single).collect();
        let document_of = |policy: &'e Node| -> Option<&'e Node> {
            let own = policy.at_path(&grants.document);
            own.or_else(|| {
                let name = policy.at_path(&grants.name).and_then(Node::scalar_text)?;
                self.facts.find(grants.section, name).field(&grants.document)
            })
        };
        let (truth, lacking) = policy::grants(grants, &attached, is_complete, document_of);
        let all_inline = is_complete && attached.iter().all(|policy| policy.at_path(&grants.document).is_some());
        let wanted = || {
            if let Subject::Fact { entity, path } = &grants.attached
                && all_inline
            {
                return vec![self.wanted_of(*entity, Some(path))];
            }
            let unread = attached.iter().filter(|policy| document_of(policy).is_none());
            let unread: Vec<Wanted> = unread.map(|policy| wanted_policy(grants, policy)).collect();
            if unread.is_empty() { vec![Wanted::of(grants.section, None, None)] } else { unread }
        };
        self.documents(truth, lacking, condition, wanted, trace)
    }

    /// The attachments of the role that stand one by one in a section of their own, where it is known which role is meant.
    fn attachments(&self, grants: &Grants) -> Option<Vec<&'e Node>> {
        let Subject::Fact { entity, .. } = grants.attached else { return None };
        let (section, within) = grants.attachments.as_ref()?;
        let role = self.entity_key(entity)?;
        let nodes = self.facts.items(*section).map(|(item, _)| &item.node);
        Some(nodes.filter(|node| node.at_path(within).and_then(Node::scalar_text) == Some(&role)).collect())
    }

    /// Whether an attachment that is not known does not exist: their section is complete, or the policies are and name roles.
    fn attachments_are_complete(&self, grants: &Grants) -> bool {
        grants.attachments.as_ref().is_some_and(|(section, _)| {
            let names_roles = self.facts.items(*section).next().is_some();
            self.facts.is_complete(*section) || names_roles && self.facts.is_complete(grants.section)
        })
    }
}

/// The document of an attached policy, with all that the attachment says of it.
fn wanted_policy(grants: &Grants, policy: &Node) -> Wanted {
    let name = policy.at_path(&grants.name).and_then(Node::scalar_text);
    let scalars = policy.members().unwrap_or_default().iter();
    let beside = scalars.filter_map(|((field, _), value)| Some((field.clone(), value.scalar_text()?.to_owned())));
    Wanted { beside: beside.collect(), ..Wanted::of(grants.section, name, Some(&grants.document)) }
}
