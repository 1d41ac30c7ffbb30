//! The nouns of Bartizan: ids, newtypes, outcomes, observations, the query language.
//!
//! This crate does no I/O and never asks what time it is. Everything that another part of the house hands over,
//! stores or shows is made of the words defined here; their meaning is the field's (see ARCHITECTURE.md, "Words").

pub mod asset;
pub mod cidr;
pub mod coverage;
pub mod cpe;
pub mod exposure;
pub mod host;
pub mod id;
pub mod knowledge;
pub mod network;
pub mod observation;
pub mod outcome;
mod placeholder;
pub mod purl;
pub mod query;
pub mod role;
mod route;
pub mod severity;
pub mod statement;
pub mod subnet;
pub mod sudo;
pub mod time;
pub mod vantage;
pub mod weakness;
pub mod words;

pub use asset::{AssetKind, AssetRef, Criticality, DataClass, Identifier, IdentifierKind, Reach};
pub use cidr::Cidr;
pub use coverage::{Checks, Coverage, Covered, Gap, Loci};
pub use cpe::Cpe;
pub use exposure::{Locus, Status};
pub use id::{
    AssetId, AssignmentId, DecisionId, EventSeq, ExposureId, RunId, ScopeId, SourceId, UserId, WeaknessId,
};
pub use network::Network;
pub use observation::{Finding, Observation};
pub use outcome::{Hit, Outcome};
pub use purl::{Purl, PurlError};
pub use role::Role;
pub use severity::Severity;
pub use statement::{Claim, Product, Statement};
pub use subnet::Subnet;
pub use time::Timestamp;
pub use weakness::WeaknessKey;
