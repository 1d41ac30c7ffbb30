//! Minimum cut by maximum flow, on networks without joint steps.
//!
//! Dinitz's algorithm ("Algorithm for solution of a problem of maximum flow in networks with power estimation", Soviet
//! Mathematics Doklady 11, 1970) with its breadth-first search from both ends at once (Bläsius, Friedrich and Weyand,
//! "Efficiently computing maximum flows in scale-free networks", ESA 2021). The levels of a phase then cover two small
//! balls instead of most of the network, and the last search, which proves that no path is left, ends as soon as the
//! smaller side of the cut is searched. O(N^2 S) in the worst case, O(S sqrt(S)) phases' work on unit capacities, and in
//! practice a small part of the network.
//!
//! Each node is two vertices with an edge through it, so that nodes can be cut as well. The residual network is not built:
//! its edges are the network's own steps, seen from either end, and the flow on each.

use crate::engine::forward::Forward;
use crate::engine::network::{EntryId, Network, NodeId, StepId};
use crate::engine::removed::Element;
use fixedbitset::FixedBitSet;
use std::num::NonZeroU32;

/// A minimum cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Severed {
    /// What to take out, in order.
    pub elements: Vec<Element>,
    /// What it costs; nothing cheaper severs the goals.
    pub cost: u64,
}

/// The cheapest elements without which no goal can be reached. What `capacity` gives no cost cannot be taken out.
///
/// `None` where the network has joint steps, or where a goal can be reached by what cannot be taken out alone.
pub fn sever(
    forward: &Forward,
    goals: &[NodeId],
    capacity: impl Fn(Element) -> Option<NonZeroU32>,
) -> Option<Severed> {
    let network = forward.network();
    if network.has_joint_steps() {
        return None;
    }
    let mut is_goal = FixedBitSet::with_capacity(network.nodes() as usize);
    is_goal.extend(goals.iter().map(|goal| goal.index()));
    let vertices = 2 * network.nodes() as usize + 2;
    let mut flow = Flow {
        forward,
        network,
        capacity,
        goals: is_goal.ones().map(|goal| NodeId(goal as u32)).collect(),
        is_goal,
        steps: vec![0; network.steps() as usize],
        nodes: vec![0; network.nodes() as usize],
        entries: vec![0; network.entries().len()],
        level: vec![UNSEEN; vertices],
        next: vec![0; vertices],
        touched: Vec::new(),
    };
    let mut cost = 0;
    loop {
        match flow.levels() {
            Search::Met(length) => cost += flow.augment(length)?,
            Search::Apart(side) => {
                let mut elements = flow.boundary(side);
                elements.sort_unstable();
                return Some(Severed { elements, cost });
            }
        }
    }
}

/// Not reached from either end.
const UNSEEN: i32 = i32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vertex {
    Source,
    In(NodeId),
    Out(NodeId),
    Sink,
}

/// An edge of the flow network.
#[derive(Debug, Clone, Copy)]
enum Edge {
    /// A node's leads through it, a step's from its tail to its head, an entry's from the source.
    Element(Element),
    /// To a node that was given, or from a goal: it cannot be cut.
    Open,
}

/// An edge of the residual network: an edge, and whether it is used with its direction or against it.
#[derive(Debug, Clone, Copy)]
struct Residual {
    edge: Edge,
    along: bool,
    /// The other end.
    to: Vertex,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Sink,
}

enum Search {
    /// Shortest paths have this many edges.
    Met(i32),
    /// There is no path: all that this side reaches is known.
    Apart(Side),
}

struct Flow<'a, C> {
    forward: &'a Forward,
    network: &'a Network,
    capacity: C,
    goals: Vec<NodeId>,
    is_goal: FixedBitSet,
    steps: Vec<u64>,
    nodes: Vec<u64>,
    entries: Vec<u64>,
    /// From the source 0, 1, 2, ...; from the sink -1, -2, -3, ...
    level: Vec<i32>,
    /// The edge of each vertex that the augmenting search looks at next.
    next: Vec<u32>,
    /// The vertices whose level and next edge are to be reset.
    touched: Vec<Vertex>,
}

impl<C: Fn(Element) -> Option<NonZeroU32>> Flow<'_, C> {
    fn place(&self, vertex: Vertex) -> usize {
        match vertex {
            Vertex::In(node) => 2 * node.index(),
            Vertex::Out(node) => 2 * node.index() + 1,
            Vertex::Source => self.level.len() - 2,
            Vertex::Sink => self.level.len() - 1,
        }
    }

    /// The residual edges out of a vertex, one number each. Never back to the source or on from the sink: no shortest path
    /// goes there.
    fn edge_out(&self, from: Vertex, number: usize) -> Option<Residual> {
        let element = |element, along, to| Some(Residual { edge: Edge::Element(element), along, to });
        match (from, number) {
            (Vertex::Source, _) => match self.network.entries().get(number) {
                Some(entry) => element(Element::Entry(EntryId(number as u32)), true, Vertex::In(entry.node)),
                None => {
                    let given = self.forward.given().get(number - self.network.entries().len())?;
                    Some(Residual { edge: Edge::Open, along: true, to: Vertex::In(*given) })
                }
            },
            (Vertex::In(node), 0) => element(Element::Node(node), true, Vertex::Out(node)),
            (Vertex::In(node), _) => {
                let inward = self.network.inward(node).get(number - 1)?;
                element(Element::Step(inward.step), false, Vertex::Out(inward.tail))
            }
            (Vertex::Out(node), _) => {
                match number.checked_sub(usize::from(self.is_goal.contains(node.index()))) {
                    None => Some(Residual { edge: Edge::Open, along: true, to: Vertex::Sink }),
                    Some(number) => self.far_side(node, number, false),
                }
            }
            (Vertex::Sink, _) => None,
        }
    }

    /// The residual edges into a vertex; `to` is where each comes from.
    fn edge_in(&self, into: Vertex, number: usize) -> Option<Residual> {
        let element = |element, along, to| Some(Residual { edge: Edge::Element(element), along, to });
        match (into, number) {
            (Vertex::Sink, _) => {
                let goal = self.goals.get(number)?;
                Some(Residual { edge: Edge::Open, along: true, to: Vertex::Out(*goal) })
            }
            (Vertex::In(node), 0) => element(Element::Node(node), false, Vertex::Out(node)),
            (Vertex::In(node), _) => {
                let inward = self.network.inward(node);
                if let Some(inward) = inward.get(number - 1) {
                    return element(Element::Step(inward.step), true, Vertex::Out(inward.tail));
                }
                let given = self.forward.given().binary_search(&node).is_ok().then_some(Edge::Open);
                let entries = self.network.entries_at(node);
                let entries = entries.map(|(entry, _)| Edge::Element(Element::Entry(entry)));
                let edge = entries.chain(given).nth(number - 1 - inward.len())?;
                Some(Residual { edge, along: true, to: Vertex::Source })
            }
            (Vertex::Out(node), _) => self.far_side(node, number, true),
            (Vertex::Source, _) => None,
        }
    }

    /// The edges between a node's far side and its near side, or the heads of its steps: out of it, or into it.
    fn far_side(&self, node: NodeId, number: usize, into: bool) -> Option<Residual> {
        let Some(number) = number.checked_sub(1) else {
            let edge = Edge::Element(Element::Node(node));
            return Some(Residual { edge, along: into, to: Vertex::In(node) });
        };
        let step = self.network.out(node).nth(number)?;
        let edge = Edge::Element(Element::Step(StepId(step as u32)));
        Some(Residual { edge, along: !into, to: Vertex::In(self.network.heads()[step]) })
    }

    /// How much more can flow.
    fn room(&self, residual: Residual) -> u64 {
        let Edge::Element(element) = residual.edge else { return u64::MAX };
        if self.forward.removed().contains(element) {
            return 0;
        }
        let flow = match element {
            Element::Step(step) => self.steps[step.index()],
            Element::Node(node) => self.nodes[node.index()],
            Element::Entry(entry) => self.entries[entry.index()],
        };
        match residual.along {
            true => (self.capacity)(element).map_or(u64::MAX, |capacity| u64::from(capacity.get()) - flow),
            false => flow,
        }
    }

    fn send(&mut self, residual: Residual, amount: u64) {
        let Edge::Element(element) = residual.edge else { return };
        let flow = match element {
            Element::Step(step) => &mut self.steps[step.index()],
            Element::Node(node) => &mut self.nodes[node.index()],
            Element::Entry(entry) => &mut self.entries[entry.index()],
        };
        match residual.along {
            true => *flow += amount,
            false => *flow -= amount,
        }
    }

    fn edges(&self, side: Side, vertex: Vertex) -> impl Iterator<Item = Residual> + '_ {
        (0..).map_while(move |number| match side {
            Side::Source => self.edge_out(vertex, number),
            Side::Sink => self.edge_in(vertex, number),
        })
    }

    /// Levels from both ends, until they meet or one has nowhere to go.
    fn levels(&mut self) -> Search {
        for vertex in std::mem::take(&mut self.touched) {
            let place = self.place(vertex);
            (self.level[place], self.next[place]) = (UNSEEN, 0);
        }
        let mut fronts = [vec![Vertex::Source], vec![Vertex::Sink]];
        let mut depths = [0, 0];
        self.set_level(Vertex::Source, 0);
        self.set_level(Vertex::Sink, -1);
        loop {
            let (index, side) = match fronts[0].len() <= fronts[1].len() {
                true => (0, Side::Source),
                false => (1, Side::Sink),
            };
            if fronts[index].is_empty() {
                return Search::Apart(side);
            }
            let level = if side == Side::Source { depths[0] + 1 } else { -depths[1] - 2 };
            let (mut front, mut met) = (Vec::new(), false);
            for vertex in std::mem::take(&mut fronts[index]) {
                for number in 0.. {
                    let residual = match side {
                        Side::Source => self.edge_out(vertex, number),
                        Side::Sink => self.edge_in(vertex, number),
                    };
                    let Some(residual) = residual else { break };
                    let seen = self.level[self.place(residual.to)];
                    // Negative levels are the sink's.
                    let other = seen != UNSEEN && (seen < 0) == (side == Side::Source);
                    if (seen == UNSEEN || other) && self.room(residual) > 0 {
                        met |= other;
                        if !other {
                            self.set_level(residual.to, level);
                            front.push(residual.to);
                        }
                    }
                }
            }
            if met {
                // What was reached last is on no shortest path: that would have been reached from the other end.
                for vertex in front {
                    let place = self.place(vertex);
                    self.level[place] = UNSEEN;
                }
                return Search::Met(depths[0] + 1 + depths[1]);
            }
            depths[index] += 1;
            fronts[index] = front;
        }
    }

    fn set_level(&mut self, vertex: Vertex, level: i32) {
        let place = self.place(vertex);
        self.level[place] = level;
        self.touched.push(vertex);
    }

    /// Sends as much as the shortest paths, which have `length` edges, take; `None` where that has no end.
    fn augment(&mut self, length: i32) -> Option<u64> {
        let distance = |level: i32| if level < 0 { length + level + 1 } else { level };
        let mut sent = 0;
        let mut at = Vertex::Source;
        let mut path: Vec<(Vertex, Residual)> = Vec::new();
        loop {
            if at == Vertex::Sink {
                let amount = path.iter().map(|(_, residual)| self.room(*residual)).min()?;
                if amount == u64::MAX {
                    return None;
                }
                sent += amount;
                path.iter().for_each(|(_, residual)| self.send(*residual, amount));
                // Back to before the first edge that is full now.
                let full = path.iter().position(|(_, residual)| self.room(*residual) == 0)?;
                at = path[full].0;
                path.truncate(full);
                continue;
            }
            let place = self.place(at);
            let Some(residual) = self.edge_out(at, self.next[place] as usize) else {
                let Some((before, _)) = path.pop() else { return Some(sent) };
                at = before;
                let place = self.place(at);
                self.next[place] += 1;
                continue;
            };
            let level = self.level[self.place(residual.to)];
            let onwards = level != UNSEEN && distance(level) == distance(self.level[place]) + 1;
            if onwards && self.room(residual) > 0 {
                path.push((at, residual));
                at = residual.to;
            } else {
                self.next[place] += 1;
            }
        }
    }

    /// The elements that lead out of what the source reaches, or into what reaches the sink.
    fn boundary(&self, side: Side) -> Vec<Element> {
        let inside = |vertex: Vertex| {
            let level = self.level[self.place(vertex)];
            level != UNSEEN && (level < 0) == (side == Side::Sink)
        };
        let vertices = self.touched.iter().filter(|vertex| inside(**vertex));
        let edges = vertices.flat_map(|vertex| self.edges(side, *vertex));
        let out = edges.filter(|residual| residual.along && !inside(residual.to));
        out.filter_map(|residual| match residual.edge {
            Edge::Element(element) if !self.forward.removed().contains(element) => Some(element),
            _ => None,
        })
        .collect()
    }
}
