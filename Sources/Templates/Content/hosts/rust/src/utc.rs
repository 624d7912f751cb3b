//! Points in time as text, in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Time since 1970.
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// `2024-01-31T12:00:00.000Z`
pub fn iso(time: Duration) -> String {
    let (year, month, day) = date(time.as_secs() / 86400);
    let (hour, minute, second) = clock(time);
    let millis = time.subsec_millis();
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, month, day, hour, minute, second, millis)
}

/// `Wed, 31 Jan 2024 12:00:00 GMT` (RFC 9110, 5.6.7)
pub fn http(time: Duration) -> String {
    let days = time.as_secs() / 86400;
    let (year, month, day) = date(days);
    let (hour, minute, second) = clock(time);
    let (weekday, month) = (DAYS[(days % 7) as usize], MONTHS[month as usize - 1]);
    format!("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekday, day, month, year, hour, minute, second)
}

fn clock(time: Duration) -> (u64, u64, u64) {
    let second = time.as_secs() % 86400;
    (second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of a number of days since 1970, by years that begin in March so that leap days come last.
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}
