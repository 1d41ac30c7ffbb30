//! Minimum cut by maximum flow, on networks without joint steps.
//!
//! Dinitz's algorithm ("Algorithm for solution of a problem of maximum flow in networks with power estimation", Soviet
//! Mathematics Doklady 11, 1970) with its breadth-first search from both ends at once (Bläsius, Friedrich and Weyand,
//! "Efficiently computing maximum flows in scale-free networks", ESA 2021). The levels of a phase then cover two small
//! balls instead of most of the network, and the last search, which proves that no path is left, ends as soon as the
//! smaller side of the cut is searched. Every shortest path crosses from one ball to the other by one edge, so paths are
//! sought from those edges outwards: within a ball every way leads to its centre until something on it is full. O(N^2 S) in the worst case, O(S sqrt(S)) phases' work on unit capacities, and in
//! practice a small part of the network.
//!
//! A node that can be cut is two vertices with an edge through it. The residual network is not built: its edges are the
//! network's own steps, seen from either end, and the flow on each.

use crate::engine::forward::Forward;
use crate::engine::network::{EntryId, Inward, Network, NodeId, StepId};
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
            Search::Met(crossings) => cost += flow.augment(&crossings)?,
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

/// The near sides of the nodes come first, in order. The far side of a node is the same vertex unless the node can be cut;
/// those that can come next, in order with gaps. Source and sink come last.
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

/// The residual edges at a vertex that lead away from a side.
struct Around<'a> {
    from_source: bool,
    /// The heads of the steps out of the far side, and the first of those steps.
    heads: &'a [NodeId],
    first: u32,
    inward: &'a [Inward],
    through: Option<Residual>,
    /// The node, where there may be edges to the other end.
    end: Option<NodeId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Sink,
}

enum Search {
    /// Each shortest path has one of these edges, which lead from the vertex, of the source's ball, into the sink's.
    Met(Vec<(Vertex, Residual)>),
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
    /// The flow on each element.
    steps: Vec<u64>,
    nodes: Vec<u64>,
    entries: Vec<u64>,
    /// The nodes at steps that ever carried flow: at all others there is nothing to take back.
    carries: FixedBitSet,
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
        let is_goal = set(&mut goals.iter().copied().filter(|goal| goal.0 < network.nodes()));
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
            carries: FixedBitSet::with_capacity(nodes),
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
        Vertex(node.0)
    }

    fn far(&self, node: NodeId) -> Vertex {
        Vertex(if self.split.contains(node.index()) { self.network.nodes() + node.0 } else { node.0 })
    }

    /// The residual edges that lead from a vertex away from this side: those out of it as seen from the source, those into
    /// it as seen from the sink. None back to where the side begins: no shortest path goes there.
    fn around(&self, side: Side, vertex: Vertex) -> Around<'a> {
        let from_source = side == Side::Source;
        let nowhere = Around { from_source, heads: &[], first: 0, inward: &[], through: None, end: None };
        if vertex.0 >= 2 * self.network.nodes() {
            return nowhere;
        }
        let node = NodeId(vertex.0 % self.network.nodes());
        let (near, far) = (self.near(node), self.far(node));
        let carries = self.carries.contains(node.index());
        let steps = if vertex == far && (from_source || carries) { self.network.out(node) } else { 0..0 };
        let through = (near != far).then(|| Residual {
            edge: Edge::Element(Element::Node(node)),
            along: (vertex == near) == from_source,
            to: if vertex == near { far } else { near },
        });
        Around {
            first: steps.start as u32,
            heads: &self.network.heads()[steps],
            inward: if vertex == near && (!from_source || carries) { self.network.inward(node) } else { &[] },
            through,
            end: (vertex == if from_source { far } else { near }).then_some(node),
            ..nowhere
        }
    }

    /// One of the edges around a vertex, by number.
    #[inline]
    fn edge(&self, vertex: Vertex, around: &Around<'_>, number: usize) -> Option<Residual> {
        let step = |step, along, to| Some(Residual { edge: Edge::Element(Element::Step(step)), along, to });
        if let Some(head) = around.heads.get(number) {
            return step(StepId(around.first + number as u32), around.from_source, self.near(*head));
        }
        let number = number - around.heads.len();
        if let Some(inward) = around.inward.get(number) {
            return step(inward.step, !around.from_source, self.far(inward.tail));
        }
        let number = number - around.inward.len();
        match (around.through, number.checked_sub(usize::from(around.through.is_some()))) {
            (through, None) => through,
            (_, Some(number)) => self.edge_at_end(vertex, around, number),
        }
    }

    /// The edges out of the source and into it, into the sink and out of it.
    fn edge_at_end(&self, vertex: Vertex, around: &Around<'_>, number: usize) -> Option<Residual> {
        let open = |to| Some(Residual { edge: Edge::Open, along: true, to });
        let entry = |id, to| Some(Residual { edge: Edge::Element(Element::Entry(id)), along: true, to });
        let given = self.forward.given();
        match (around.from_source, around.end) {
            (true, Some(node)) if number == 0 && self.is_goal.contains(node.index()) => open(self.sink()),
            (false, Some(node)) => {
                let mut entries = self.network.entries_at(node).map(|(id, _)| id);
                match entries.by_ref().nth(number) {
                    Some(id) => entry(id, self.source()),
                    // As many are before the edge of what is given.
                    None if given.binary_search(&node).is_ok() => {
                        let count = self.network.entries_at(node).count();
                        (number == count).then_some(()).and_then(|()| open(self.source()))
                    }
                    None => None,
                }
            }
            (true, None) if vertex == self.source() => match self.network.entries().get(number) {
                Some(at) => entry(EntryId(number as u32), self.near(at.node)),
                None => open(self.near(*given.get(number - self.network.entries().len())?)),
            },
            (false, None) if vertex == self.sink() => open(self.far(*self.goals.get(number)?)),
            _ => None,
        }
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
            Element::Step(step) => {
                self.carries.insert(self.network.head(step).index());
                self.carries.extend(self.network.tails(step).map(NodeId::index));
                &mut self.steps[step.index()]
            }
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
            let (mut front, mut crossings) = (Vec::new(), Vec::new());
            for vertex in std::mem::take(&mut fronts[index]) {
                let around = self.around(side, vertex);
                for residual in (0..).map_while(|number| self.edge(vertex, &around, number)) {
                    let seen = &mut level[residual.to.index()];
                    // Negative levels are the sink's.
                    let other = *seen != UNSEEN && (*seen < 0) == (side == Side::Source);
                    if other && self.room(residual) > 0 {
                        crossings.push(match side {
                            Side::Source => (vertex, residual),
                            Side::Sink => (residual.to, Residual { to: vertex, ..residual }),
                        });
                    } else if *seen == UNSEEN && crossings.is_empty() && self.room(residual) > 0 {
                        *seen = next;
                        front.push(residual.to);
                    }
                }
            }
            touched.extend(&front);
            if !crossings.is_empty() {
                break Search::Met(crossings);
            }
            depths[index] += 1;
            fronts[index] = front;
        };
        (self.level, self.touched) = (level, touched);
        search
    }

    /// Sends as much as the shortest paths, one of these edges in each, take; `None` where that has no end.
    fn augment(&mut self, crossings: &[(Vertex, Residual)]) -> Option<u64> {
        let mut sent = 0;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (from, crossing) in crossings {
            while self.room(*crossing) > 0
                && self.walk(Side::Source, *from, &mut before)
                && self.walk(Side::Sink, crossing.to, &mut after)
            {
                let path = || before.iter().chain([crossing]).chain(&after);
                let amount = path().map(|residual| self.room(*residual)).min()?;
                if amount == u64::MAX {
                    return None;
                }
                sent += amount;
                for residual in before.iter().chain([crossing]).chain(&after) {
                    self.send(*residual, amount);
                }
            }
        }
        Some(sent)
    }

    /// A way with room from a vertex in the ball of this side to its centre; false where there is none any more.
    fn walk(&mut self, side: Side, from: Vertex, path: &mut Vec<Residual>) -> bool {
        path.clear();
        let (centre, closer, away) = match side {
            Side::Source => (self.source(), -1, Side::Sink),
            Side::Sink => (self.sink(), 1, Side::Source),
        };
        let mut way = vec![from];
        while let Some(at) = way.last().copied().filter(|at| *at != centre) {
            let around = self.around(away, at);
            let wanted = self.level[at.index()] + closer;
            let first = self.next[at.index()] as usize;
            let mut edges = (first..).map_while(|number| Some((number, self.edge(at, &around, number)?)));
            let is_closer =
                |residual: Residual| self.level[residual.to.index()] == wanted && self.room(residual) > 0;
            let onwards = edges.find(|(_, residual)| is_closer(*residual));
            match onwards {
                Some((number, residual)) => {
                    self.next[at.index()] = number as u32;
                    path.push(residual);
                    way.push(residual.to);
                }
                None => {
                    // A dead end, and known as one from now on: whoever led here goes on with the next.
                    self.next[at.index()] = u32::MAX;
                    way.pop();
                    path.pop();
                    if let Some(back) = way.last() {
                        self.next[back.index()] += 1;
                    }
                }
            }
        }
        !way.is_empty()
    }

    /// The elements that lead out of what the source reaches, or into what reaches the sink.
    fn boundary(&self, side: Side) -> Vec<Element> {
        let inside = |vertex: Vertex| {
            let level = self.level[vertex.index()];
            level != UNSEEN && (level < 0) == (side == Side::Sink)
        };
        let vertices = self.touched.iter().filter(|vertex| inside(**vertex));
        let edges = vertices.flat_map(|vertex| {
            let around = self.around(side, *vertex);
            (0..).map_while(move |number| self.edge(*vertex, &around, number))
        });
        let out = edges.filter(|residual| residual.along && !inside(residual.to));
        out.filter_map(|residual| match residual.edge {
            Edge::Element(element) if !self.forward.removed().contains(element) => Some(element),
            _ => None,
        })
        .collect()
    }
}
