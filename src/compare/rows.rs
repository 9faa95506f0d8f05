//! Which rows of two error tables are the same error, and how they differ.

use crate::compare::editions::{Change, Matched, difference, is_same_name};
use crate::describe::{self, RowDescription};
use crate::operation::{Answer, Check, Operation, RowIndex};

/// The differences of the error tables. `checks` are the constraints of both, paired: a row under a new code is found by
/// the constraint that leads to it.
pub(super) fn changes(before: &Operation, after: &Operation, checks: &[Matched<'_>]) -> Vec<Change<RowDescription>> {
    let (olds, news) = (describe::rows(before), describe::rows(after));
    let partners = partners(before, after, checks);
    let mut changes = Vec::new();
    for (index, new) in news.iter().enumerate() {
        match partners[index] {
            None => changes.push(Change::added(new.clone())),
            Some(old) => {
                let old = &olds[old];
                let status = |row: &RowDescription| Some(row.status.to_string());
                let differences = [
                    difference("code", Some(old.code.clone()), Some(new.code.clone())),
                    difference("status", status(old), status(new)),
                    difference("message", old.message.clone(), new.message.clone()),
                ];
                changes.extend(Change::between(old.clone(), new.clone(), differences));
            }
        }
    }
    let gone = olds.iter().enumerate().filter(|(index, _)| !partners.contains(&Some(*index)));
    changes.extend(gone.map(|(_, old)| Change::removed(old.clone())));
    changes
}

/// For each row of the other, the row of the one that is the same error. The surest signs go first, and a row is taken
/// once.
fn partners(before: &Operation, after: &Operation, checks: &[Matched<'_>]) -> Vec<Option<RowIndex>> {
    let leads_to = |check: &Check, row: RowIndex| matches!(check.answer, Some(Answer::Row(answer)) if answer == row);
    let same_constraint = |old: RowIndex, new: RowIndex| {
        let mut both = checks.iter().filter_map(|(one, other)| one.zip(*other));
        both.any(|(one, other)| leads_to(one, old) && leads_to(other, new))
    };
    let (olds, news) = (&before.rows, &after.rows);
    let same_code = |old: RowIndex, new: RowIndex| olds[old].code == news[new].code;
    // A row whose code the other table still has, or had already, is not a row under a new code.
    let only_here = |old: RowIndex, new: RowIndex| {
        !news.iter().any(|row| row.code == olds[old].code) && !olds.iter().any(|row| row.code == news[new].code)
    };
    let signs: [&dyn Fn(RowIndex, RowIndex) -> bool; 5] = [
        &|old, new| olds[old].key == news[new].key && same_code(old, new),
        &|old, new| same_code(old, new) && is_same_name(&olds[old].key, &news[new].key),
        &|old, new| same_code(old, new) && same_constraint(old, new),
        &|old, new| same_code(old, new) && olds[old].status == news[new].status,
        &|old, new| only_here(old, new) && same_constraint(old, new),
    ];
    let mut partners: Vec<Option<RowIndex>> = vec![None; news.len()];
    for sign in signs {
        for new in 0..news.len() {
            if partners[new].is_none() {
                let found = (0..olds.len()).find(|old| !partners.contains(&Some(*old)) && sign(*old, new));
                partners[new] = found;
            }
        }
    }
    partners
}
