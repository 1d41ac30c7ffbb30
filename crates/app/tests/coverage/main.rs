//! What an import may close: nothing outside of what its report proves that it looked at, whatever part of a report comes in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod closing;
mod fixtures;
mod house;
mod parts;
mod scans;
mod vantage;
