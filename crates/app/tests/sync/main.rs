//! Fetching feeds from a server on this machine that answers well, wrongly and maliciously, and carrying them by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests only")]

mod bundle;
mod fetch;
mod house;

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../../../net/tests/support/mod.rs"]
mod support;
