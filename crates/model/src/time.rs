//! Points in time: microseconds since 1970-01-01T00:00:00Z. Made by a clock elsewhere, or parsed; never asked for here.

use jiff::{SignedDuration, Timestamp as Jiff};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A point in time with a resolution of one microsecond, UTC. Shown and serialized as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// One day in microseconds.
pub const DAY: i64 = 86_400_000_000;

impl Timestamp {
    /// The point `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The point `seconds` seconds after the epoch; saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// This point moved by a number of days; saturates.
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// Whole days from `earlier` to this point; negative when it lies after.
    pub const fn days_since(self, earlier: Self) -> i64 {
        (self.0.saturating_sub(earlier.0)) / DAY
    }

    /// Reads RFC 3339, a date (`2024-10-24`, taken as its first moment in UTC), or a date and time without a zone
    /// (taken as UTC). `None` where the text is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let at = text.parse::<Jiff>().ok().or_else(|| {
            let civil = text.parse::<jiff::civil::DateTime>().ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })?;
        Some(Self(at.as_microsecond()))
    }

    /// The date part, `YYYY-MM-DD` in UTC.
    pub fn date(self) -> String {
        self.to_string()[..10].to_owned()
    }

    fn jiff(self) -> Jiff {
        Jiff::UNIX_EPOCH.saturating_add(SignedDuration::from_micros(self.0)).unwrap_or(Jiff::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.jiff().fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no RFC 3339 time")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_reports_use_and_prints_rfc3339() {
        for (text, shown) in [
            ("2024-10-24", "2024-10-24T00:00:00Z"),
            ("2024-10-24T10:20:30Z", "2024-10-24T10:20:30Z"),
            ("2024-10-24T10:20:30+02:00", "2024-10-24T08:20:30Z"),
            ("2024-10-24 10:20:30", "2024-10-24T10:20:30Z"),
            ("2024-10-24T10:20:30.5Z", "2024-10-24T10:20:30.5Z"),
        ] {
            assert_eq!(Timestamp::parse(text).map(|t| t.to_string()).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn counts_days_and_never_overflows() {
        let day = Timestamp::parse("2024-01-31").unwrap();
        assert_eq!(day.plus_days(30).days_since(day), 30);
        assert_eq!(day.plus_days(i64::MAX).micros(), i64::MAX);
        assert_eq!(day.date(), "2024-01-31");
    }
}
