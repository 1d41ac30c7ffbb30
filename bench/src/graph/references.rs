//! What the engine is measured against: the same questions, as plainly as they can be asked, over bare arrays.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An edge: tail, head, cost in nepers.
pub(super) type Edge = (u32, u32, f32);

/// Compressed sparse rows in one direction.
pub(super) struct Rows {
    first: Vec<u32>,
    ends: Vec<(u32, f32)>,
}

impl Rows {
    fn new(nodes: usize, edges: impl Iterator<Item = Edge> + Clone) -> Self {
        let mut first = vec![0_u32; nodes + 2];
        for (from, ..) in edges.clone() {
            first[from as usize + 2] += 1;
        }
        for place in 2..first.len() {
            first[place] += first[place - 1];
        }
        let mut ends = vec![(0, 0.0); first[nodes + 1] as usize];
        for (from, to, cost) in edges {
            let place = &mut first[from as usize + 1];
            ends[*place as usize] = (to, cost);
            *place += 1;
        }
        first.pop();
        Self { first, ends }
    }

    fn of(&self, node: u32) -> &[(u32, f32)] {
        &self.ends[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }
}

pub(super) struct Plain {
    nodes: usize,
    out: Rows,
    into: Rows,
}

impl Plain {
    pub(super) fn new(nodes: u32, edges: impl Iterator<Item = Edge> + Clone) -> Self {
        let nodes = nodes as usize;
        let back = edges.clone().map(|(tail, head, cost)| (head, tail, cost));
        Self { nodes, out: Rows::new(nodes, edges), into: Rows::new(nodes, back) }
    }

    /// Against the arrows.
    pub(super) fn reversed(self) -> Self {
        Self { nodes: self.nodes, out: self.into, into: self.out }
    }

    /// Breadth first, from whichever side has less to look at (Beamer, Asanovic and Patterson 2012).
    pub(super) fn breadth_first(&self, starts: &[u32]) -> usize {
        let mut seen = vec![false; self.nodes];
        let mut front = starts.to_vec();
        starts.iter().for_each(|start| seen[*start as usize] = true);
        let mut in_front = vec![false; self.nodes];
        while !front.is_empty() {
            let mut next = Vec::new();
            if front.len() < self.nodes / 20 {
                for node in &front {
                    for (head, _) in self.out.of(*node) {
                        if !std::mem::replace(&mut seen[*head as usize], true) {
                            next.push(*head);
                        }
                    }
                }
            } else {
                front.iter().for_each(|node| in_front[*node as usize] = true);
                let unseen = (0..self.nodes as u32).filter(|node| !seen[*node as usize]);
                next = unseen
                    .filter(|node| self.into.of(*node).iter().any(|(tail, _)| in_front[*tail as usize]))
                    .collect();
                next.iter().for_each(|node| seen[*node as usize] = true);
                front.iter().for_each(|node| in_front[*node as usize] = false);
            }
            front = next;
        }
        seen.iter().filter(|seen| **seen).count()
    }

    /// Dijkstra with a binary heap. Distances, and the edge that each came by.
    pub(super) fn binary_heap(&self, starts: &[(u32, f32)]) -> Vec<f32> {
        let mut distance = vec![f32::INFINITY; self.nodes];
        let mut parent = vec![u32::MAX; self.nodes];
        let mut heap = BinaryHeap::new();
        for (start, cost) in starts {
            if *cost < distance[*start as usize] {
                distance[*start as usize] = *cost;
                heap.push(Reverse((cost.to_bits(), *start)));
            }
        }
        while let Some(Reverse((bits, node))) = heap.pop() {
            // Of numbers that are not negative, the bits are in order.
            let here = f32::from_bits(bits);
            if here > distance[node as usize] {
                continue;
            }
            for (head, cost) in self.out.of(node) {
                let there = here + cost;
                if there < distance[*head as usize] {
                    distance[*head as usize] = there;
                    parent[*head as usize] = node;
                    heap.push(Reverse((there.to_bits(), *head)));
                }
            }
        }
        std::hint::black_box(parent);
        distance
    }

    /// Dijkstra with buckets of `width`, each worked off until nothing falls back into it.
    pub(super) fn buckets(&self, starts: &[(u32, f32)], width: f32) -> Vec<f32> {
        let mut distance = vec![f32::INFINITY; self.nodes];
        let mut parent = vec![u32::MAX; self.nodes];
        let mut buckets: Vec<Vec<(u32, f32)>> = Vec::new();
        let push = |buckets: &mut Vec<Vec<(u32, f32)>>, node: u32, cost: f32| {
            let place = (cost / width) as usize;
            if place >= buckets.len() {
                buckets.resize_with(place + 1, Vec::new);
            }
            buckets[place].push((node, cost));
        };
        for (start, cost) in starts {
            if *cost < distance[*start as usize] {
                distance[*start as usize] = *cost;
                push(&mut buckets, *start, *cost);
            }
        }
        let mut at = 0;
        while at < buckets.len() {
            while let Some((node, here)) = buckets[at].pop() {
                if here > distance[node as usize] {
                    continue;
                }
                for (head, cost) in self.out.of(node) {
                    let there = here + cost;
                    if there < distance[*head as usize] {
                        distance[*head as usize] = there;
                        parent[*head as usize] = node;
                        push(&mut buckets, *head, there);
                    }
                }
            }
            at += 1;
        }
        std::hint::black_box(parent);
        distance
    }
}
