//! What a check concludes. "Could not tell" is an answer of its own and never reads as "all well".

use crate::exposure::Locus;
use serde::{Deserialize, Serialize};

/// The conclusion of one check on one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The weakness is there, at these places (at least one).
    Affected(Vec<Hit>),
    /// It was looked for everywhere it could be, and is not there.
    NotAffected,
    /// It could not be told, and why: a file that could not be read, a fact that was not collected.
    Inconclusive(String),
}

impl Outcome {
    /// `Affected` where there are hits, else `NotAffected`.
    pub fn from_hits(hits: Vec<Hit>) -> Self {
        if hits.is_empty() { Self::NotAffected } else { Self::Affected(hits) }
    }
}

/// One place where a weakness was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Where.
    pub locus: Locus,
    /// What was seen there, in one sentence for people, with the value that was found.
    pub detail: String,
}

impl Hit {
    /// A hit on a named part of the asset.
    pub fn at(kind: &str, name: &str, detail: impl Into<String>) -> Self {
        Self { locus: Locus::named(kind, name), detail: detail.into() }
    }

    /// A hit on the asset as a whole.
    pub fn whole(detail: impl Into<String>) -> Self {
        Self { locus: Locus::Whole, detail: detail.into() }
    }
}
