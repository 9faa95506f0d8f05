//! How old rules are: providers change their APIs, so that old rules deserve a word.

use std::io::{self, Write};

use preflint::RuleSet;

use crate::clock::{self, Day};

/// Says on standard error when the newest of the rules is more than a year old.
pub fn tell(rules: &RuleSet) {
    if let Some(notice) = rules.date.as_deref().and_then(|date| notice(date, clock::today())) {
        // Nobody is left to be told when standard error is closed.
        let _ = writeln!(io::stderr(), "preflint: {notice}");
    }
}

/// What to say of rules of a date, when anything.
fn notice(date: &str, (year, month, day): Day) -> Option<String> {
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (then_year, then_month, then_day) = (parts.next()??, parts.next()??, parts.next()??);
    let is_old = (year, month, day) > (then_year + 1, then_month, then_day);
    is_old.then(|| {
        format!(
            "the newest of these rules is of {date}, more than a year ago: the provider may answer otherwise by now. Look \
             for a newer version"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_old_after_a_year_and_not_on_its_last_day() {
        for (today, is_old) in [
            ((2026, 11, 22), false),
            ((2027, 11, 22), false),
            ((2027, 11, 23), true),
            ((2028, 1, 1), true),
            ((2020, 1, 1), false),
        ] {
            assert_eq!(notice("2026-11-22", today).is_some(), is_old, "{today:?}");
        }
        assert_eq!(notice("soon", (2027, 1, 1)), None);
    }
}
