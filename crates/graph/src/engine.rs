//! The engine: a directed AND/OR hypergraph of footholds and steps, and the questions that are asked of it.
//!
//! A [`network::Network`] is built once and then only read. A [`forward::Forward`] pass over it is the answer to "who can
//! gain what", and the start of all other questions, each of which is one file. Time, memory and what is bounded stand at
//! its head; whatever limit was hit is part of the answer.

pub mod backward;
pub mod best;
pub mod cost;
pub mod cut;
pub mod derivable;
pub mod derivation;
pub mod dominators;
pub mod fix;
mod focus;
pub mod forward;
mod guide;
pub mod intervals;
pub mod necessary;
pub mod network;
pub mod plan;
mod queue;
pub mod radius;
pub mod removed;
mod rows;
pub mod shares;
pub mod through;
