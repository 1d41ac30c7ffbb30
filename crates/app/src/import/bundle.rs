//! Observations travel between the threads in bundles.

use super::{Parcel, To};
use bartizan_model::Observation;
use bartizan_store::Written;
use std::ops::ControlFlow;

/// A bundle is full with so many observations ...
const MOST: usize = 1_024;
/// ... or with so many bytes of what the tool wrote, whichever comes first.
const BYTES: usize = 256 << 10;
/// Of a record as the tool wrote it, so many bytes are kept.
const RECORD: usize = 64 << 10;

/// Observations in the order of the report, and what the tool wrote of each.
pub(super) struct Bundle {
    pub(super) observations: Vec<Observation>,
    pub(super) written: Written,
}

impl Bundle {
    /// With room for so many bytes of what the tool wrote.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self { observations: Vec::with_capacity(MOST), written: Written::with_capacity(bytes) }
    }

    /// Puts one in; whether the bundle is full now.
    pub(super) fn push(&mut self, observation: Observation, record: &[u8]) -> bool {
        self.written.push(record, RECORD);
        self.observations.push(observation);
        self.observations.len() >= MOST || self.written.bytes() >= BYTES
    }

    /// Hands over what there is.
    pub(super) fn send(&mut self, to: &mut To<'_>) -> ControlFlow<()> {
        if self.observations.is_empty() {
            return ControlFlow::Continue(());
        }
        // The next one will be much like it.
        let next = Self::with_room(self.written.bytes());
        to(Parcel::Observations(std::mem::replace(self, next)))
    }
}
