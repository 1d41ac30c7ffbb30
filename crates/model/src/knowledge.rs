//! What the world says of a weakness, reduced to what priority needs. Every value may be missing: unknown is a value.

use crate::asset::words;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// SSVC "Exploitation" (CISA coordinator tree 2.0.3).
    Exploitation {
        /// No public evidence of exploitation and no public proof of concept.
        None = "none",
        /// A public proof of concept exists.
        Poc = "poc",
        /// Exploited in the wild.
        Active = "active",
    }
}

/// CISA's SSVC assessment of a CVE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsvcFacts {
    /// Evidence of exploitation.
    pub exploitation: Exploitation,
    /// Whether steps 1 to 4 of the kill chain can be automated.
    pub automatable: bool,
    /// Whether success gives total control of the software (else partial).
    pub total_impact: bool,
    /// When it was assessed.
    pub as_of: Option<Timestamp>,
}

/// A value with the feed it came from and that feed's day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who says so.
    pub source: String,
    /// The day it was true, where known.
    pub as_of: Option<Timestamp>,
}

/// All that is known about one weakness.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WeaknessKnowledge {
    /// Preferred CVSS vector.
    pub cvss: Option<Sourced<String>>,
    /// Probability of exploitation within 30 days, 0 to 1.
    pub epss: Option<Sourced<f64>>,
    /// Listed by CISA as exploited.
    pub kev: Option<Sourced<KevFacts>>,
    /// CISA's assessment.
    pub ssvc: Option<Sourced<SsvcFacts>>,
}

/// What KEV adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KevFacts {
    /// The day it was listed.
    pub added: Option<Timestamp>,
    /// Due day for US federal agencies.
    pub due: Option<Timestamp>,
    /// Known to be used in ransomware campaigns.
    pub ransomware: bool,
}
