//! The estate: columns, scores, facets, explanation. Pure: no I/O, no clock, no randomness.
//!
//! [`Estate`] holds every exposure in columns of numbers and answers, in one linear pass each: which come first
//! ([`Estate::search`]), how many there are of what ([`Estate::facets`], [`Estate::summary`]), which fix removes most
//! ([`Estate::top_fixes`]), and why one score is what it is ([`Estate::explain`]). The model behind the number is
//! written down in [`score`], its base rates in [`rates`], the SSVC table in [`ssvc`].

pub mod bitset;
mod columns;
mod dict;
mod estate;
pub mod explain;
pub mod facets;
mod filter;
pub mod numbers;
pub mod rates;
pub mod rows;
pub mod score;
pub mod search;
pub mod ssvc;
#[doc(hidden)]
pub mod synthetic;
mod terms;
mod text;
pub mod usable;
mod view;
pub mod whatif;

pub use bitset::Bitset;
pub use estate::{Builder, Estate, Rejected};
pub use explain::{Explanation, Factor, Unknown};
pub use facets::{AssetCount, Count, Facets};
pub use numbers::{AssetLoad, AssetRollup, FixGroup, Summary};
pub use rows::{
    AssetRow, AttackVector, CvssFacts, ExposureRow, KnowledgeRow, Lead, Level, Maturity, ScopeRow, SourceRow,
    UserRow, Validation, WeaknessRow,
};
pub use score::{Assessment, Band, Estimate};
pub use search::{Cursor, Page, Sort, SortBy};
pub use ssvc::{Decision, Mission, Points};
pub use usable::{Beside, Holding, Usable};
pub use view::View;
pub use whatif::{Change, Counterfactual};
