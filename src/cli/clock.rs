//! What day it is, by UTC: for what has a date of its own, such as rules that grow old and an ignore that expires.
//!
//! Only here is the clock read. Like other tools whose output must not depend on the day, preflint takes the moment from
//! `SOURCE_DATE_EPOCH` where that is set.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day: year, month and day of the month.
pub type Day = (u64, u64, u64);

/// Today.
pub fn today() -> Day {
    let fixed = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day_of(fixed.unwrap_or_else(now))
}

/// The day in UTC, some seconds after the start of 1970. Days are counted from a March, so that the leap day is the last of
/// a year, and in spans of 400 years, which are all alike.
fn day_of(seconds: u64) -> Day {
    const SPAN: u64 = 146_097;
    // From 1970-01-01 back to 0000-03-01.
    let days = seconds / 86_400 + 719_468;
    let in_span = days % SPAN;
    let year_of_span = (in_span - in_span / 1_460 + in_span / 36_524 - in_span / 146_096) / 365;
    let day_of_year = in_span - (365 * year_of_span + year_of_span / 4 - year_of_span / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = days / SPAN * 400 + year_of_span + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::day_of;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, (1970, 1, 1)),
            (951_782_399, (2000, 2, 28)),
            (951_782_400, (2000, 2, 29)),
            (951_868_800, (2000, 3, 1)),
            (1_704_067_200, (2024, 1, 1)),
            (1_735_603_200, (2024, 12, 31)),
            (1_767_225_599, (2025, 12, 31)),
            (1_767_225_600, (2026, 1, 1)),
            (4_107_542_400, (2100, 3, 1)),
        ] {
            assert_eq!(day_of(seconds), day, "{seconds}");
        }
    }
}
