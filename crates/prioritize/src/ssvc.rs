//! The SSVC decision by CISA's coordinator table, version 2.0.3 (`cisa_coordinator_2_0_3.csv` of CERT/CC's SSVC data).

use bartizan_model::knowledge::Exploitation;
use serde::Serialize;

/// What to do about a vulnerability, least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Decision {
    /// Nothing beyond the standard update cycle.
    #[serde(rename = "track")]
    Track,
    /// As Track, and watch for changes.
    #[serde(rename = "track*")]
    TrackStar,
    /// Sooner than the standard update cycle.
    #[serde(rename = "attend")]
    Attend,
    /// As soon as possible.
    #[serde(rename = "act")]
    Act,
}

impl Decision {
    /// All of them, in the order of the query language's words.
    pub const ALL: [Self; 4] = [Self::Track, Self::TrackStar, Self::Attend, Self::Act];

    /// The word of the query language and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::TrackStar => "track*",
            Self::Attend => "attend",
            Self::Act => "act",
        }
    }
}

/// SSVC "Mission and Well-Being Impact".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mission {
    /// The mission and people's well-being hardly depend on it.
    Low,
    /// It supports the mission.
    Medium,
    /// The mission or a life depends on it.
    High,
}

/// The four decision points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Points {
    /// Evidence of exploitation.
    pub exploitation: Exploitation,
    /// Whether reconnaissance to exploitation can be automated.
    pub automatable: bool,
    /// Whether success gives total control.
    pub total_impact: bool,
    /// Mission and well-being.
    pub mission: Mission,
}

/// Rows: exploitation (none, poc, active) x automatable (no, yes) x impact (partial, total); columns: mission.
const TABLE: [[Decision; 3]; 12] = {
    use Decision::{Act, Attend, Track, TrackStar};
    [
        [Track, Track, Track],
        [Track, Track, TrackStar],
        [Track, Track, Attend],
        [Track, Track, Attend],
        [Track, Track, TrackStar],
        [Track, TrackStar, Attend],
        [Track, Track, Attend],
        [Track, TrackStar, Attend],
        [Track, Track, Attend],
        [Track, Attend, Act],
        [Attend, Attend, Act],
        [Attend, Act, Act],
    ]
};

impl Points {
    /// The decision of CISA's table.
    pub const fn decide(self) -> Decision {
        let row = self.exploitation as usize * 4 + self.automatable as usize * 2 + self.total_impact as usize;
        TABLE[row][self.mission as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_published_table() {
        use Mission::{High, Low, Medium};
        let decide = |exploitation, automatable, total_impact, mission| {
            Points { exploitation, automatable, total_impact, mission }.decide().as_str()
        };
        for (got, expected) in [
            (decide(Exploitation::None, false, true, High), "track*"),
            (decide(Exploitation::None, true, false, High), "attend"),
            (decide(Exploitation::Poc, false, false, High), "track*"),
            (decide(Exploitation::Poc, true, true, Medium), "track*"),
            (decide(Exploitation::Active, false, false, Medium), "track"),
            (decide(Exploitation::Active, false, true, Medium), "attend"),
            (decide(Exploitation::Active, true, false, Low), "attend"),
            (decide(Exploitation::Active, true, true, Medium), "act"),
        ] {
            assert_eq!(got, expected);
        }
        let count = |d| TABLE.iter().flatten().filter(|x| **x == d).count();
        assert_eq!(Decision::ALL.map(count), [18, 4, 10, 4], "as in the published table");
    }
}
