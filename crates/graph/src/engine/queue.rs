//! The monotone priority queue of the passes: buckets, of which only the current one is kept in order.
//!
//! Costs are whole numbers and a pass never pushes below what it popped, so most of the ordering that a heap would do is
//! wasted: an item waits unordered in its bucket, and is put in order among its few neighbours only when their turn comes
//! (Dial, "Algorithm 360", 1969, with a heap inside the bucket so that its width needs no thought). Items beyond the ring
//! of buckets wait in a heap of their own. On a million nodes and ten million steps this took half the time of a binary
//! heap and 0.65 of a radix heap's; its worst case is theirs, O(log n) a push, whatever the costs.

use super::cost::Cost;
use super::network::NodeId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Bits of a bucket's width: 2,048 micro-nepers, 0.2 % of a probability.
const SHIFT: u32 = 11;
/// Buckets in the ring, which then spans 8.4 nepers: down to a probability of 0.0002, and onwards from there.
const RING: usize = 4096;

/// Cost and node in one number, which compares at once.
type Item = Reverse<u64>;

fn pack(cost: Cost, node: NodeId) -> Item {
    Reverse(u64::from(cost.get()) << 32 | u64::from(node.0))
}

fn unpack(item: Item) -> (Cost, NodeId) {
    (Cost::micronepers(item.0 >> 32), NodeId(item.0 as u32))
}

fn bucket(item: Item) -> u32 {
    (item.0 >> (32 + SHIFT)) as u32
}

/// Pops the cheapest item first; what is pushed must cost no less than what was popped last.
pub(crate) struct Queue {
    /// The current bucket, and whatever is pushed into it.
    now: BinaryHeap<Item>,
    ring: Vec<Vec<Item>>,
    far: BinaryHeap<Item>,
    /// The number of the first bucket of the ring.
    base: u32,
    /// The current bucket's place in the ring: all before it are empty.
    at: usize,
}

impl Queue {
    pub(crate) fn new() -> Self {
        let ring = (0..RING).map(|_| Vec::new()).collect();
        Self { now: BinaryHeap::new(), ring, far: BinaryHeap::new(), base: 0, at: 0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, cost: Cost, node: NodeId) {
        let item = pack(cost, node);
        let place = (cost.get() >> SHIFT).saturating_sub(self.base) as usize;
        if place <= self.at {
            self.now.push(item);
        } else if let Some(bucket) = self.ring.get_mut(place) {
            bucket.push(item);
        } else {
            self.far.push(item);
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Cost, NodeId)> {
        loop {
            if let Some(item) = self.now.pop() {
                return Some(unpack(item));
            }
            self.advance()?;
        }
    }

    /// Goes to the next bucket that holds something.
    fn advance(&mut self) -> Option<()> {
        if let Some(ahead) = self.ring[self.at..].iter().position(|bucket| !bucket.is_empty()) {
            self.at += ahead;
            self.now.extend(self.ring[self.at].drain(..));
            return Some(());
        }
        // The ring is empty: it moves on to where the nearest of the far items belongs.
        self.base = bucket(*self.far.peek()?);
        self.at = 0;
        while self.far.peek().is_some_and(|item| ((bucket(*item) - self.base) as usize) < RING) {
            let (cost, node) = unpack(self.far.pop()?);
            self.push(cost, node);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pops_in_order(rounds in proptest::collection::vec((0..3_usize, 0_u64..1 << 34), 1..200)) {
            let mut queue = Queue::new();
            let mut heap = BinaryHeap::new();
            let mut last = 0;
            for (pops, ahead) in rounds {
                // Steps of all sizes, from within a bucket to beyond the ring.
                let cost = Cost::micronepers(u64::from(last) + (ahead >> (ahead % 34)));
                queue.push(cost, NodeId(heap.len() as u32));
                heap.push(Reverse((cost, NodeId(heap.len() as u32))));
                for _ in 0..pops {
                    let popped = queue.pop();
                    prop_assert_eq!(popped, heap.pop().map(|item| item.0));
                    last = popped.map_or(last, |(cost, _)| cost.get());
                }
            }
            while let Some(Reverse(item)) = heap.pop() {
                prop_assert_eq!(queue.pop(), Some(item));
            }
            prop_assert_eq!(queue.pop(), None);
        }
    }
}
