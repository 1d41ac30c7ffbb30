//! Footholds by number, as the [`engine`](crate::engine) knows them: those of an asset together, in the order of the assets.
//!
//! The numbers follow from which footholds the steps name, and from nothing else: not from what the graph was before.

use crate::engine::network::NodeId;
use crate::facts::Node;
use crate::steps::{AllSteps, Foothold};
use std::collections::BTreeSet;

/// All footholds that are named.
pub(crate) struct Footholds {
    /// By asset, those on none first; then by rank.
    all: Vec<Foothold>,
    /// Where those of each asset begin, and where those of the last end.
    begin: Vec<u32>,
}

/// How many footholds there are on an asset beside its ports.
const PLACES: usize = 3;

/// The order of the footholds on one asset, or on none.
fn rank(foothold: Foothold) -> usize {
    match foothold {
        Foothold::Reach(_) | Foothold::Inside => 0,
        Foothold::Session(_) => 1,
        Foothold::Control(_) => 2,
        Foothold::Port(_, port) => PLACES + usize::from(port),
        Foothold::Entry(entry) => 1 + entry as usize,
    }
}

impl Footholds {
    /// Of these steps between so many assets, and some more, whether or not a step names them.
    pub(crate) fn of(assets: u32, steps: &AllSteps, more: impl IntoIterator<Item = Foothold>) -> Self {
        let mut places = vec![[None; PLACES]; assets as usize];
        let (mut on_none, mut ports) = (BTreeSet::new(), Vec::new());
        let mut name = |foothold: Foothold| match foothold {
            Foothold::Entry(_) | Foothold::Inside => {
                on_none.insert((rank(foothold), foothold));
            }
            // Steps to one port often follow one another.
            Foothold::Port(node, port) => {
                if ports.last() != Some(&(node, port)) {
                    ports.push((node, port));
                }
            }
            Foothold::Reach(node) | Foothold::Session(node) | Foothold::Control(node) => {
                places[node.index()][rank(foothold)] = Some(foothold);
            }
        };
        more.into_iter().for_each(&mut name);
        for (_, step) in steps.iter() {
            step.needs.iter().for_each(|need| name(*need));
            name(step.gains);
        }
        ports.sort_unstable();
        ports.dedup();

        let mut all: Vec<_> = on_none.into_iter().map(|(_, foothold)| foothold).collect();
        let mut begin = Vec::with_capacity(places.len() + 1);
        let mut ports = ports.into_iter().peekable();
        for (node, places) in (0..).map(Node).zip(places) {
            begin.push(all.len() as u32);
            all.extend(places.into_iter().flatten());
            while let Some((_, port)) = ports.next_if(|(on, _)| *on == node) {
                all.push(Foothold::Port(node, port));
            }
        }
        begin.push(all.len() as u32);
        Self { all, begin }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The one of this number.
    pub(crate) fn at(&self, number: NodeId) -> Foothold {
        self.all[number.index()]
    }

    /// The number of a foothold; `None` where nothing names it.
    pub(crate) fn number(&self, foothold: Foothold) -> Option<NodeId> {
        let (from, to) = match foothold.asset() {
            Some(node) => (self.begin[node.index()], self.begin[node.index() + 1]),
            None => (0, self.begin[0]),
        };
        let beside = &self.all[from as usize..to as usize];
        let before = beside.partition_point(|known| rank(*known) < rank(foothold));
        (beside.get(before) == Some(&foothold)).then_some(NodeId(from + before as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::derive;
    use crate::rules::testing::world;
    use crate::steps::Entry;

    #[test]
    fn each_that_is_named_has_the_number_of_its_place() {
        let facts = world(
            "host web reach=internet
             network idle reach=local
             data-store db reach=local
             web ! CVE-1@443 remote none user 0.5
             web ! CVE-2@22 remote none user 0.5",
        );
        let steps = derive(&facts);
        let nodes: Vec<_> = facts.assets().map(|(node, _)| node).collect();
        let (web, idle, db) = (nodes[0], nodes[1], nodes[2]);
        let jewel = Foothold::Control(db);
        let footholds = Footholds::of(facts.count(), &steps, [Foothold::Entry(Entry::Insider), jewel]);
        let expected = [
            Foothold::Inside,
            Foothold::Entry(Entry::Internet),
            Foothold::Entry(Entry::Insider),
            Foothold::Reach(web),
            Foothold::Session(web),
            Foothold::Control(web),
            Foothold::Port(web, 22),
            Foothold::Port(web, 443),
            jewel,
        ];
        let numbers = (0..footholds.len() as u32).map(NodeId);
        assert_eq!(numbers.map(|number| footholds.at(number)).collect::<Vec<_>>(), expected);
        for (number, foothold) in (0..).map(NodeId).zip(expected) {
            assert_eq!(footholds.number(foothold), Some(number));
        }
        for other in [Foothold::Control(idle), Foothold::Port(web, 80), Foothold::Reach(db)] {
            assert_eq!(footholds.number(other), None);
        }
    }
}
