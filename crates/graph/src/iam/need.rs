//! What an answer rests on: the statements that allow, and what would have to be so.

use super::policy::Source;
use std::fmt;
use std::sync::Arc;

/// One statement of one policy, as it is attached somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId {
    /// The policy, and through whom it counts.
    pub source: Arc<Source>,
    /// The statement's place in the policy, from 0.
    pub index: usize,
    /// Its `Sid`, may be empty.
    pub sid: Arc<str>,
}

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Source { policy, holder } = &*self.source;
        write!(f, "statement {}", self.index + 1)?;
        if !self.sid.is_empty() {
            write!(f, " ({})", self.sid)?;
        }
        write!(f, " of {policy} at {holder}")
    }
}

/// Something that is not known and decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// All of these hold, so that the statement allows.
    Hold {
        /// The statement.
        statement: StatementId,
        /// Its conditions that are not known, in words.
        conditions: Vec<String>,
    },
    /// Not all of these hold, so that the statement does not deny.
    Fail {
        /// The statement.
        statement: StatementId,
        /// Its conditions that are not known, in words.
        conditions: Vec<String>,
    },
    /// A policy that was not collected, or not understood, allows.
    PolicyAllows(Arc<Source>),
    /// A policy that was not collected, or not understood, does not deny.
    PolicyDoesNotDeny(Arc<Source>),
    /// Something is so that nobody collected, in words: "a Lambda function runs as it".
    State(String),
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hold { conditions, .. } => f.write_str(&conditions.join(" and ")),
            Self::Fail { conditions, .. } => write!(f, "not ({})", conditions.join(" and ")),
            Self::PolicyAllows(source) => write!(f, "{source}, which is not known, allows it"),
            Self::PolicyDoesNotDeny(source) => write!(f, "{source}, which is not known, does not deny it"),
            Self::State(what) => f.write_str(what),
        }
    }
}
