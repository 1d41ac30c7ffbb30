//! How bad a source says a weakness is. It is the source's word: kept and shown, never overwritten, and not our priority.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Reported severity, lowest first. `Unknown` is a value of its own and sorts below all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Severity {
    /// The source did not say.
    #[default]
    Unknown,
    /// Worth knowing, not a hole.
    Info,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// All values, lowest first.
    pub const ALL: [Self; 6] =
        [Self::Unknown, Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word used in the API, the query language and the UI.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The value stored as `code`; `Unknown` for a code nobody wrote.
    pub fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).copied().unwrap_or_default()
    }

    /// The number it is stored as.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The qualitative rating of a CVSS v3 or v4 score (specification, section 5): 0 is `Info` here.
    pub fn from_cvss(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            s if s > 0.0 => Self::Low,
            _ => Self::Info,
        }
    }

    /// Reads the words that tools use ("HIGH", "moderate", "Informational", "severe", "error", ...); `None` for others.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "critical" | "crit" | "urgent" | "blocker" | "fatal" | "emergency" => Self::Critical,
            "high" | "severe" | "important" | "error" | "major" | "serious" => Self::High,
            "medium" | "moderate" | "med" | "warning" | "warn" | "average" => Self::Medium,
            "low" | "minor" | "note" => Self::Low,
            "info" | "information" | "informational" | "negligible" | "none" | "log" | "style" | "ok" => {
                Self::Info
            }
            "unknown" | "unspecified" | "undefined" | "" => Self::Unknown,
            _ => return None,
        })
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::from_word(text).ok_or_else(|| {
            format!("`{text}` is no severity; use critical, high, medium, low, info or unknown")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_codes_and_scores_agree() {
        for severity in Severity::ALL {
            assert_eq!(Severity::from_code(severity.code()), severity);
            assert_eq!(severity.as_str().parse(), Ok(severity));
        }
        assert_eq!(Severity::from_word("MODERATE"), Some(Severity::Medium));
        assert_eq!(Severity::from_word("purple"), None);
        assert_eq!(Severity::from_cvss(9.0), Severity::Critical);
        assert_eq!(Severity::from_cvss(0.0), Severity::Info);
    }
}
