//! What day it is, by UTC: for what has a date of its own, such as an ignore that expires.

use std::time::{SystemTime, UNIX_EPOCH};

/// A day: year, month and day of the month.
pub type Day = (u64, u64, u64);

/// Today.
pub fn today() -> Day {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day(seconds / 86_400)
}

/// The day that is so many days after the first of January 1970.
fn day(mut days: u64) -> Day {
    let mut year: u64 = 1970;
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), (1970, 1, 1));
        assert_eq!(day(11_016), (2000, 2, 29));
        assert_eq!(day(19_723), (2024, 1, 1));
        assert_eq!(day(20_088), (2024, 12, 31));
    }
}
