//! The command line as scripts and people meet it: the real binary, a data folder of its own for every test.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "for tests only")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../../../net/tests/support/mod.rs"]
mod site;

mod cvss;
mod discover;
mod durability;
mod estate;
mod exchange;
mod feeds;
mod identities;
mod imports;
mod memory;
mod networks;
mod output;
mod parse;
mod paths;
mod people;
mod scenarios;
mod serve;
mod software;
mod support;
mod sync;
mod upkeep;
mod versions;
