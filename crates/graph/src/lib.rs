//! The attack graph: which steps lead an attacker from an entry to what matters, and which few fixes sever them.
//!
//! [`Facts`] (assets, relations, attributes, exposures) become [`Steps`] between footholds by the [`rules`]; what follows from
//! all steps together is worked out by the [`engine`].

mod addresses;
pub mod attack;
mod collected;
mod directory;
pub mod engine;
mod entra;
pub mod facts;
pub mod fixes;
mod footholds;
pub mod iam;
mod metadata;
mod pki;
pub mod rbac;
mod relay;
pub mod rules;
pub mod steps;

pub use attack::{
    Attack, BlastRadius, Change, ChokePoint, CutSet, Difference, End, Entries, Fact, FixId, Ground, Hop,
    Jewel, Lack, Lead, Link, NotCollected, Path, Paths, Picture, Plan, Report, Spot, Stage, Stand, WhatIf,
};
pub use facts::{Asset, Chance, Effect, Exposure, Facts, FactsBuilder, Node, Relation, Rights, Way};
pub use fixes::{Fix, FixKind, fix_of};
pub use rules::{Derive, RULES, Rule, derive, derive_after};
pub use steps::{AllSteps, Basis, Entry, Foothold, Step, StepId, Steps};
