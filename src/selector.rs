//! Names by which people mean findings and warnings: to look at these alone, or to ignore them.

use std::collections::BTreeSet;

use crate::checker::Checker;
use crate::report::{MISSING_ARGUMENT, Subject, WarningKind, client_check_id, refusal_id};
use crate::similar::did_you_mean;

/// What a person wrote: the id of a check, a code of the provider, or a kind of warning.
///
/// A check may be named in full, `<provider>/<service>/<Operation>@<edition>#<check>`, without its edition, or by its
/// short id alone, which then means every check of that id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Selector {
    name: String,
}

impl Selector {
    /// The selector of this name. Any name will do; [`Checker::knows_selector`] tells whether it can ever mean something.
    pub fn new(name: impl Into<String>) -> Selector {
        Selector { name: name.into() }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether it means this.
    pub fn selects(&self, subject: &Subject<'_>) -> bool {
        self.is_check_of(subject) || self.is_code_of(subject) || self.is_kind_of(subject)
    }

    /// Whether it names the check.
    pub fn is_check_of(&self, subject: &Subject<'_>) -> bool {
        subject
            .check()
            .is_some_and(|check| names_of(check).contains(&Some(&self.name)) || self.is_without_edition(check))
    }

    /// Whether it is the code.
    pub fn is_code_of(&self, subject: &Subject<'_>) -> bool {
        subject.code() == Some(&self.name)
    }

    /// Whether it is the kind of the warning.
    pub fn is_kind_of(&self, subject: &Subject<'_>) -> bool {
        subject.kind().is_some_and(|kind| kind.as_str() == self.name)
    }

    fn is_without_edition(&self, check: &str) -> bool {
        let parts = check.split_once('@').and_then(|(path, rest)| Some((path, rest.split_once('#')?.1)));
        parts.is_some_and(|(path, id)| {
            self.name.strip_prefix(path).and_then(|rest| rest.strip_prefix('#')).is_some_and(|name| name == id)
        })
    }
}

/// A check's full id and its short one.
fn names_of(check: &str) -> [Option<&str>; 2] {
    [Some(check), check.rsplit_once('#').map(|(_, id)| id)]
}

impl Checker {
    /// Demands that a selector can mean something. For that all rules are read.
    ///
    /// # Errors
    ///
    /// When no check, code or kind of warning has this name: what may have been meant, in words.
    pub fn knows_selector(&self, selector: &Selector) -> Result<(), String> {
        let name = selector.as_str();
        if WarningKind::ALL.iter().any(|kind| kind.as_str() == name) {
            return Ok(());
        }
        let names = self.selectable_names();
        if names.contains(name) {
            return Ok(());
        }
        let hint = did_you_mean(name, names.iter().map(String::as_str));
        Err(format!("no check, code or kind of warning is called {name:?}{hint}"))
    }

    /// All names that a [`Selector`] may have.
    fn selectable_names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = WarningKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
        for summary in self.operations() {
            let of_client = self.client_check_ids(&summary.operation);
            for edition in &summary.editions {
                let Some(description) = self.describe(&summary.operation, edition) else { continue };
                for id in &of_client {
                    names.extend([
                        id.clone(),
                        format!("{}#{id}", summary.operation),
                        format!("{}#{id}", description.id),
                    ]);
                }
                names.extend(description.errors.iter().map(|row| row.code.clone()));
                for check in &description.checks {
                    names.extend([
                        check.id.clone(),
                        format!("{}#{}", summary.operation, check.id),
                        format!("{}#{}", description.id, check.id),
                    ]);
                    names.extend(check.code.clone());
                }
            }
        }
        names.extend(self.common_errors().into_iter().map(|row| row.code));
        for provider in self.catalog().providers() {
            let Some(http) = &provider.http else { continue };
            for (parameter, answer) in [(&http.action, &http.missing_action), (&http.version, &http.missing_version)] {
                if let (Some(parameter), Some(answer)) = (parameter, answer) {
                    let id = refusal_id(parameter);
                    names.extend([format!("{}#{id}", provider.name), id, answer.answer.code.clone()]);
                }
            }
        }
        names
    }

    /// The short ids of what the tools that send an operation's calls refuse by themselves.
    fn client_check_ids(&self, operation: &str) -> BTreeSet<String> {
        let name = operation.split('/').next().unwrap_or_default();
        let provider = self.catalog().providers().into_iter().find(|provider| provider.name == name);
        let tool = provider.as_ref().and_then(|provider| provider.command_line.as_ref());
        let refusals = tool.into_iter().flat_map(|tool| &tool.refusals);
        let of_tool = refusals.map(|refusal| client_check_id(refusal.written.what));
        of_tool.chain([MISSING_ARGUMENT.to_owned()]).collect()
    }
}
