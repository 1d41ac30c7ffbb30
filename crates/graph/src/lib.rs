//! The attack graph: which steps lead an attacker from an entry to what matters, and which few fixes sever them.

pub mod engine;
