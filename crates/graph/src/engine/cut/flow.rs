//! Minimum cut by maximum flow, on networks without joint steps.
//!
//! Dinitz's algorithm ("Algorithm for solution of a problem of maximum flow in networks with power estimation", Soviet
//! Mathematics Doklady 11, 1970) with its breadth-first search from both ends at once (Bläsius, Friedrich and Weyand,
//! "Efficiently computing maximum flows in scale-free networks", ESA 2021). The levels of a phase then cover two small
//! balls instead of most of the network, and the last search, which proves that no path is left, ends as soon as the
//! smaller side of the cut is searched. O(N^2 S) in the worst case, O(S sqrt(S)) phases' work on unit capacities, and in
//! practice a small part of the network.
//!
//! A node that can be cut is two vertices with an edge through it. The residual network is not built: its edges are the
//! network's own steps, seen from either end, and the flow on each.

use crate::engine::forward::Forward;
use crate::engine::network::{Network, NodeId, StepId};
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
    let mut flow = Flow::new(forward, goals, capacity);
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

/// The near side of node n is vertex 2n. If it can be cut, its far side is 2n + 1, and otherwise the same. Source and sink
/// come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Vertex(u32);

impl Vertex {
    fn index(self) -> usize {
        self.0 as usize
    }
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
    /// The nodes that have two sides.
    split: FixedBitSet,
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

impl<'a, C: Fn(Element) -> Option<NonZeroU32>> Flow<'a, C> {
    fn new(forward: &'a Forward, goals: &[NodeId], capacity: C) -> Self {
        let network = forward.network();
        let nodes = network.nodes() as usize;
        let set = |members: &mut dyn Iterator<Item = NodeId>| {
            let mut set = FixedBitSet::with_capacity(nodes);
            members.for_each(|node| set.insert(node.index()));
            set
        };
        let two_sides = |node: &NodeId| {
            let node = Element::Node(*node);
            forward.removed().contains(node) || capacity(node).is_some()
        };
        let is_goal = set(&mut goals.iter().copied());
        Self {
            split: set(&mut (0..network.nodes()).map(NodeId).filter(two_sides)),
            goals: is_goal.ones().map(|goal| NodeId(goal as u32)).collect(),
            forward,
            network,
            capacity,
            is_goal,
            steps: vec![0; network.steps() as usize],
            nodes: vec![0; nodes],
            entries: vec![0; network.entries().len()],
            level: vec![UNSEEN; 2 * nodes + 2],
            next: vec![0; 2 * nodes + 2],
            touched: Vec::new(),
        }
    }

    fn source(&self) -> Vertex {
        Vertex(2 * self.network.nodes())
    }

    fn sink(&self) -> Vertex {
        Vertex(2 * self.network.nodes() + 1)
    }

    fn near(&self, node: NodeId) -> Vertex {
        Vertex(2 * node.0)
    }

    fn far(&self, node: NodeId) -> Vertex {
        Vertex(2 * node.0 + u32::from(self.split.contains(node.index())))
    }

    /// The residual edges that lead from a vertex away from this side: those out of it as seen from the source, those into
    /// it as seen from the sink. None back to where the side begins: no shortest path goes there.
    fn edges(&self, side: Side, vertex: Vertex) -> impl Iterator<Item = Residual> + '_ {
        let from_source = side == Side::Source;
        let end = vertex.0 >= 2 * self.network.nodes();
        let node = NodeId(if end { 0 } else { vertex.0 / 2 });
        let is_near = !end && vertex == self.near(node);
        let is_far = !end && vertex == self.far(node);
        let element = |element, along, to| Residual { edge: Edge::Element(element), along, to };
        let open = |to| Residual { edge: Edge::Open, along: true, to };

        let steps = if is_far { self.network.out(node) } else { 0..0 };
        let heads = self.network.heads()[steps.clone()].iter().zip((steps.start as u32..).map(StepId));
        let out = heads.map(move |(head, step)| element(Element::Step(step), from_source, self.near(*head)));
        let inward = if is_near { self.network.inward(node) } else { &[] }.iter();
        let inward =
            inward.map(move |arc| element(Element::Step(arc.step), !from_source, self.far(arc.tail)));
        let through = (is_near != is_far).then(|| {
            let to = if is_near { self.far(node) } else { self.near(node) };
            element(Element::Node(node), is_near == from_source, to)
        });

        // The ends: entries and given nodes at the one, goals at the other.
        let at_source = from_source && vertex == self.source();
        let entries = self.network.entry_ids().zip(self.network.entries());
        let entries =
            entries.map(move |(id, entry)| element(Element::Entry(id), true, self.near(entry.node)));
        let given = self.forward.given().iter().map(move |node| open(self.near(*node)));
        let start = entries.chain(given).take(if at_source { usize::MAX } else { 0 });
        let last = (!from_source && vertex == self.sink()).then_some(&self.goals);
        let finish = last.into_iter().flatten().map(move |goal| open(self.far(*goal)));
        let to_sink =
            (from_source && is_far && self.is_goal.contains(node.index())).then(|| open(self.sink()));
        let at = (!from_source && is_near).then_some(node);
        let to_source = at.into_iter().flat_map(move |node| {
            let entries =
                self.network.entries_at(node).map(|(entry, _)| Edge::Element(Element::Entry(entry)));
            let given = self.forward.given().binary_search(&node).is_ok().then_some(Edge::Open);
            entries.chain(given).map(|edge| Residual { edge, along: true, to: self.source() })
        });
        to_sink
            .into_iter()
            .chain(through)
            .chain(out)
            .chain(inward)
            .chain(to_source)
            .chain(start)
            .chain(finish)
    }

    /// How much more can flow.
    fn room(&self, residual: Residual) -> u64 {
        let Edge::Element(element) = residual.edge else { return u64::MAX };
        let flow = match element {
            Element::Step(step) => self.steps[step.index()],
            Element::Node(node) => self.nodes[node.index()],
            Element::Entry(entry) => self.entries[entry.index()],
        };
        match residual.along {
            true if self.forward.removed().contains(element) => 0,
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

    /// Levels from both ends, until they meet or one has nowhere to go.
    fn levels(&mut self) -> Search {
        let (mut level, mut touched) = (std::mem::take(&mut self.level), std::mem::take(&mut self.touched));
        for vertex in touched.drain(..) {
            (level[vertex.index()], self.next[vertex.index()]) = (UNSEEN, 0);
        }
        let mut fronts = [vec![self.source()], vec![self.sink()]];
        let mut depths = [0, 0];
        level[self.source().index()] = 0;
        level[self.sink().index()] = -1;
        touched.extend([self.source(), self.sink()]);
        let search = loop {
            let (index, side) = match fronts[0].len() <= fronts[1].len() {
                true => (0, Side::Source),
                false => (1, Side::Sink),
            };
            if fronts[index].is_empty() {
                break Search::Apart(side);
            }
            let next = if side == Side::Source { depths[0] + 1 } else { -depths[1] - 2 };
            let (mut front, mut met) = (Vec::new(), false);
            for vertex in std::mem::take(&mut fronts[index]) {
                self.edges(side, vertex).for_each(|residual| {
                    let seen = &mut level[residual.to.index()];
                    // Negative levels are the sink's.
                    let other = *seen != UNSEEN && (*seen < 0) == (side == Side::Source);
                    if *seen == UNSEEN && self.room(residual) > 0 {
                        *seen = next;
                        front.push(residual.to);
                    } else if other && !met {
                        met = self.room(residual) > 0;
                    }
                });
            }
            touched.extend(&front);
            if met {
                // What was reached last is on no shortest path: that would have been reached from the other end.
                front.iter().for_each(|vertex| level[vertex.index()] = UNSEEN);
                break Search::Met(depths[0] + 1 + depths[1]);
            }
            depths[index] += 1;
            fronts[index] = front;
        };
        (self.level, self.touched) = (level, touched);
        search
    }

    /// Sends as much as the shortest paths, which have `length` edges, take; `None` where that has no end.
    fn augment(&mut self, length: i32) -> Option<u64> {
        let distance = |level: i32| if level < 0 { length + level + 1 } else { level };
        let mut sent = 0;
        let mut at = self.source();
        let mut path: Vec<(Vertex, Residual)> = Vec::new();
        loop {
            if at == self.sink() {
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
            let here = distance(self.level[at.index()]);
            let first = self.next[at.index()] as usize;
            let onwards = self.edges(Side::Source, at).skip(first).position(|residual| {
                let level = self.level[residual.to.index()];
                level != UNSEEN && distance(level) == here + 1 && self.room(residual) > 0
            });
            if let Some(ahead) = onwards {
                let number = first + ahead;
                self.next[at.index()] = number as u32;
                let residual = self.edges(Side::Source, at).nth(number)?;
                path.push((at, residual));
                at = residual.to;
            } else {
                let Some((before, _)) = path.pop() else { return Some(sent) };
                at = before;
                self.next[at.index()] += 1;
            }
        }
    }

    /// The elements that lead out of what the source reaches, or into what reaches the sink.
    fn boundary(&self, side: Side) -> Vec<Element> {
        let inside = |vertex: Vertex| {
            let level = self.level[vertex.index()];
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
