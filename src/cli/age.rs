//! How old rules are: providers change their APIs, so that old rules deserve a word.
//!
//! Only here is the clock read. Like other tools whose output must not depend on the day, preflint takes the moment from
//! `SOURCE_DATE_EPOCH` where that is set.

use std::env;
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use preflint::RuleSet;

/// Says on standard error when the newest of the rules is more than a year old.
pub fn tell(rules: &RuleSet) {
    if let Some(notice) = rules.date.as_deref().and_then(|date| notice(date, today()?)) {
        // Nobody is left to be told when standard error is closed.
        let _ = writeln!(io::stderr(), "preflint: {notice}");
    }
}

/// A day as year, month and day of the month.
type Day = (i64, i64, i64);

fn today() -> Option<Day> {
    let fixed = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
    Some(day_of(fixed.or_else(now)?))
}

/// What to say of rules of a date, when anything.
fn notice(date: &str, (year, month, day): Day) -> Option<String> {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (then_year, then_month, then_day) = (parts.next()??, parts.next()??, parts.next()??);
    let is_old = (year, month, day) > (then_year + 1, then_month, then_day);
    is_old.then(|| {
        format!(
            "the newest of these rules is of {date}, more than a year ago: the provider may answer otherwise by now. Look \
             for a newer version"
        )
    })
}

/// The day in UTC, some seconds after the start of 1970. Days are counted from a March, so that the leap day is the last of
/// a year, and in spans of 400 years, which are all alike.
fn day_of(seconds: u64) -> Day {
    const SPAN: i64 = 146_097;
    // From 1970-01-01 back to 0000-03-01.
    let days = i64::try_from(seconds / 86_400).unwrap_or(0) + 719_468;
    let in_span = days % SPAN;
    let year_of_span = (in_span - in_span / 1_460 + in_span / 36_524 - in_span / 146_096) / 365;
    let day_of_year = in_span - (365 * year_of_span + year_of_span / 4 - year_of_span / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = days / SPAN * 400 + year_of_span + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, (1970, 1, 1)),
            (951_782_399, (2000, 2, 28)),
            (951_782_400, (2000, 2, 29)),
            (951_868_800, (2000, 3, 1)),
            (1_767_225_599, (2025, 12, 31)),
            (1_767_225_600, (2026, 1, 1)),
            (4_107_542_400, (2100, 3, 1)),
        ] {
            assert_eq!(day_of(seconds), day, "{seconds}");
        }
    }

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
