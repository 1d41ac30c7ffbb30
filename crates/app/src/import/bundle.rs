//! Observations travel between the threads in bundles.

use super::{Parcel, Seen, To};
use bartizan_model::Observation;
use std::ops::ControlFlow;

/// A bundle is full with so many observations ...
const MOST: usize = 1_024;
/// ... or with so many bytes of what the tool wrote, whichever comes first.
const BYTES: usize = 256 << 10;

/// What waits to be handed over.
pub(super) struct Bundle {
    seen: Vec<Seen>,
    /// Bytes of what the tool wrote of them.
    said: usize,
}

impl Bundle {
    pub(super) fn new() -> Self {
        Self { seen: Vec::with_capacity(MOST), said: 0 }
    }

    /// Puts one in; whether the bundle is full now.
    pub(super) fn push(&mut self, observation: Observation, said: Box<[u8]>) -> bool {
        self.said += said.len();
        self.seen.push((observation, said));
        self.seen.len() >= MOST || self.said >= BYTES
    }

    /// Hands over what there is.
    pub(super) fn send(&mut self, to: &mut To<'_>) -> ControlFlow<()> {
        if self.seen.is_empty() {
            return ControlFlow::Continue(());
        }
        to(Parcel::Observations(std::mem::replace(self, Self::new()).seen))
    }
}
