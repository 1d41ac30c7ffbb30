//! Row ids as newtypes, so that an asset's id cannot be handed over as an exposure's.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    )*};
}

ids! {
    /// An asset.
    AssetId
    /// A weakness in general (a CVE, a rule).
    WeaknessId
    /// A weakness on an asset.
    ExposureId
    /// One import, scan or collection.
    RunId
    /// A tool or collector that makes sightings.
    SourceId
    /// A business scope.
    ScopeId
    /// A person's judgement.
    DecisionId
    /// Who is to fix some exposures, as it was said once.
    AssignmentId
    /// A person with an account.
    UserId
    /// A line of the event log; grows without gaps a reader could miss.
    EventSeq
}
