//! Packet filters: which ports of a machine a set of chains leaves open, and to whom.
//!
//! The chains are walked as the kernel does, first match first, for one packet that begins a connection of each kind that they tell
//! apart: by source network, protocol and port. What cannot be evaluated may match or not, so each packet has a set of possible
//! fates; it is open where all of them are "accepted", closed where all are "dropped", and perhaps open otherwise.

use super::networks;
use super::out::Out;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{AssetRef, Checks, Cidr, Covered, Loci, Observation};
use std::collections::{BTreeMap, BTreeSet};

/// How many comparisons are made for all packets together: enough for thousands of rules, seconds of work.
const BUDGET: u64 = 200_000_000;
/// How deep chains call each other.
const DEPTH: u32 = 32;
/// The most reasons that are told.
const REASONS: usize = 20;

/// The transport protocols whose ports are evaluated.
pub(crate) const PROTOCOLS: [&str; 2] = ["tcp", "udp"];

/// What a line of a chain asks of a packet. What is empty asks nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Match {
    /// Whether the source is none of these instead, and the ranges.
    pub(crate) source: Option<(bool, Vec<Cidr>)>,
    /// Whether the protocol is none of these instead, and their names.
    pub(crate) protocol: Option<(bool, Vec<String>)>,
    /// Whether the port is none of these instead, and the ranges.
    pub(crate) port: Option<(bool, Vec<(u16, u16)>)>,
    /// Only IPv6, or only IPv4.
    pub(crate) v6: Option<bool>,
    /// It asks something that nobody can tell.
    pub(crate) unknown: bool,
    /// It asks for a part of all packets: one address of the machine, a source port. What is accepted in part is open; what is
    /// dropped in part may be open.
    pub(crate) partial: bool,
    /// It asks how many there were before: to drop too many closes nothing.
    pub(crate) rate: bool,
    /// No packet that begins a connection from another machine fits.
    pub(crate) never: bool,
}

/// What a line does with a packet that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accept,
    Drop,
    Jump(String),
    Goto(String),
    Return,
    /// It goes on with the next line.
    Continue,
    /// Nobody can tell.
    Unknown,
}

/// A line of a chain.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) asks: Match,
    pub(crate) verdict: Verdict,
}

/// A chain that packets for the machine itself come through.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) chain: String,
    pub(crate) drops: bool,
    /// Only IPv6, or only IPv4.
    pub(crate) v6: Option<bool>,
}

/// All chains of a machine.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub(crate) chains: BTreeMap<String, Vec<Line>>,
    pub(crate) bases: Vec<Base>,
    /// What could not be evaluated.
    pub(crate) reasons: BTreeSet<String>,
}

/// Whether a packet gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Yes,
    Perhaps,
    No,
}

#[derive(Clone, Copy)]
struct Packet<'a> {
    source: Cidr,
    protocol: &'a str,
    port: u16,
}

/// What may become of a packet.
#[derive(Clone, Copy, Default)]
struct Fate {
    accepted: bool,
    dropped: bool,
    /// It comes to the end of the chain.
    through: bool,
}

impl Fate {
    fn or(self, other: Self) -> Self {
        Self {
            accepted: self.accepted || other.accepted,
            dropped: self.dropped || other.dropped,
            through: self.through || other.through,
        }
    }
}

impl Match {
    /// How many comparisons it may take.
    fn cost(&self) -> u64 {
        let sources = self.source.as_ref().map_or(0, |(_, ranges)| ranges.len());
        1 + (sources + self.port.as_ref().map_or(0, |(_, ports)| ports.len())) as u64
    }

    /// Whether a packet fits; `None` where nobody can tell.
    fn fits(&self, packet: Packet<'_>, verdict: &Verdict) -> Option<bool> {
        let is = |negated: bool, found: bool| found != negated;
        let no = self.never
            || self.rate && *verdict == Verdict::Drop
            || self.v6.is_some_and(|v6| v6 != packet.source.is_v6())
            || self.protocol.as_ref().is_some_and(|(negated, names)| {
                !is(*negated, names.iter().any(|name| name == packet.protocol))
            })
            || self.port.as_ref().is_some_and(|(negated, ranges)| {
                !is(*negated, ranges.iter().any(|(low, high)| (*low..=*high).contains(&packet.port)))
            })
            || self.source.as_ref().is_some_and(|(negated, ranges)| {
                !is(*negated, ranges.iter().any(|range| range.holds(packet.source)))
            });
        if no {
            return Some(false);
        }
        let part = self.partial && *verdict != Verdict::Accept;
        (!self.unknown && !part).then_some(true)
    }
}

/// Walks chains, within a budget.
struct Walk<'a> {
    chains: &'a BTreeMap<String, Vec<Line>>,
    left: u64,
}

impl Walk<'_> {
    /// `None` where the budget is used up, or chains call each other without end.
    fn chain(&mut self, name: &str, packet: Packet<'_>, depth: u32) -> Option<Fate> {
        let chains = self.chains;
        let mut fate = Fate::default();
        if depth > DEPTH {
            return None;
        }
        for line in chains.get(name).map(Vec::as_slice).unwrap_or_default() {
            self.left = self.left.checked_sub(line.asks.cost())?;
            let certain = match line.asks.fits(packet, &line.verdict) {
                Some(false) => continue,
                Some(true) => true,
                None => false,
            };
            let (does, goes_on) = match &line.verdict {
                Verdict::Continue => continue,
                Verdict::Accept => (Fate { accepted: true, ..Fate::default() }, false),
                Verdict::Drop => (Fate { dropped: true, ..Fate::default() }, false),
                Verdict::Return => (Fate { through: true, ..Fate::default() }, false),
                Verdict::Unknown => (Fate { accepted: true, dropped: true, through: false }, true),
                Verdict::Goto(chain) => (self.chain(chain, packet, depth + 1)?, false),
                Verdict::Jump(chain) => {
                    let does = self.chain(chain, packet, depth + 1)?;
                    (Fate { through: false, ..does }, does.through)
                }
            };
            fate = fate.or(does);
            if certain && !goes_on {
                return Some(fate);
            }
        }
        fate.through = true;
        Some(fate)
    }
}

impl Filter {
    /// Something that could not be evaluated.
    pub(crate) fn unknown(&mut self, why: impl Into<String>) {
        self.reasons.insert(why.into());
    }

    fn open(&self, packet: Packet<'_>, walk: &mut Walk<'_>) -> Option<Open> {
        let mut open = Open::Yes;
        for base in self.bases.iter().filter(|base| base.v6.is_none_or(|v6| v6 == packet.source.is_v6())) {
            let fate = walk.chain(&base.chain, packet, 0)?;
            let accepted = fate.accepted || fate.through && !base.drops;
            let dropped = fate.dropped || fate.through && base.drops;
            match (accepted, dropped) {
                (false, _) => return Some(Open::No),
                (true, true) => open = Open::Perhaps,
                (true, false) => {}
            }
        }
        Some(open)
    }

    /// Whether a chain filters packets from addresses of this kind.
    fn filters(&self, all: Cidr) -> bool {
        self.bases.iter().any(|base| base.v6.is_none_or(|v6| v6 == all.is_v6()))
    }

    /// The networks that a line tells apart to let more through: to name who is let through less would not help to reach anything.
    fn sources(&self, all: Cidr) -> BTreeSet<Cidr> {
        let lines =
            self.chains.values().flatten().filter_map(|line| Some((line, line.asks.source.as_ref()?)));
        let closes = |line: &Line| matches!(line.verdict, Verdict::Drop | Verdict::Continue);
        let lines = lines.filter(|(line, (negated, _))| *negated || !closes(line));
        let ranges = lines.flat_map(|(_, (_, ranges))| ranges.iter().copied());
        ranges.filter(|range| range.is_v6() == all.is_v6() && *range != all).collect()
    }

    /// The ports at which something may change.
    fn borders(&self) -> Vec<u16> {
        let ranges = self.chains.values().flatten().filter_map(|line| line.asks.port.as_ref());
        let ranges = ranges.flat_map(|(_, ranges)| ranges.iter());
        let borders = ranges.flat_map(|(low, high)| [*low, high.saturating_add(1)]);
        borders.chain([1]).filter(|port| *port > 0).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The ways for packets from a network: protocol, first and last port, and whether it is open for certain.
    fn ways(&self, source: Cidr, borders: &[u16], walk: &mut Walk<'_>) -> Option<Vec<Way>> {
        let mut ways: Vec<Way> = Vec::new();
        for protocol in PROTOCOLS {
            for (at, first) in borders.iter().enumerate() {
                let last = borders.get(at + 1).map_or(u16::MAX, |next| next - 1);
                let open = self.open(Packet { source, protocol, port: *first }, walk)?;
                match ways.last_mut() {
                    _ if open == Open::No => {}
                    Some(way) if way.protocol == protocol && way.open == open && way.last + 1 == *first => {
                        way.last = last;
                    }
                    _ => ways.push(Way { protocol, first: *first, last, open }),
                }
            }
        }
        Some(ways)
    }

    /// Tells what is open on a machine, and what nobody can tell. `families`: of which addresses the chains speak; where that is
    /// IPv6 alone, the attributes say so, since another file tells of IPv4.
    pub(crate) fn tell(
        &mut self,
        host: &AssetRef,
        families: &[Cidr],
        out: &mut Out<'_>,
    ) -> Result<(), ParseError> {
        let at = Place::default();
        let suffix = if families == [Cidr::ALL_V6] { "-v6" } else { "" };
        let bare: Vec<_> = families.iter().filter(|all| !self.filters(**all)).copied().collect();
        let bare = if bare.len() == families.len() { Vec::new() } else { bare };
        for all in &bare {
            let version = if all.is_v6() { "IPv6" } else { "IPv4" };
            self.unknown(format!("{version} is not filtered, and nobody told whether the machine has it"));
        }
        let borders = self.borders();
        let mut walk = Walk { chains: &self.chains, left: BUDGET };
        let (mut to_all, mut told) = (BTreeMap::new(), Vec::new());
        for all in families {
            let Some(ways) = self.ways(*all, &borders, &mut walk) else { return self.too_large(host, out) };
            for source in self.sources(*all) {
                let Some(more) = self.ways(source, &borders, &mut walk) else {
                    return self.too_large(host, out);
                };
                told.extend(more.into_iter().filter(|way| !way.is_within(&ways)).map(|way| (source, way)));
            }
            for mut way in ways {
                if bare.contains(all) {
                    way.open = Open::Perhaps;
                }
                let text = if way.is_everything() { format!("{}/1-65535", way.protocol) } else { way.text() };
                let open = to_all.entry(text).or_insert(way.open);
                if way.open == Open::Yes {
                    *open = Open::Yes;
                }
            }
        }
        let everything = PROTOCOLS.iter().all(|p| to_all.get(&format!("{p}/1-65535")) == Some(&Open::Yes));
        let mut seen = AssetSeen::new(host.clone());
        seen.attributes.insert(format!("filtered{suffix}"), (!everything).to_string());
        if !everything {
            for (name, open) in [("open-ports", Open::Yes), ("perhaps-open-ports", Open::Perhaps)] {
                let ports = to_all.iter().filter(|(_, known)| **known == open).map(|(way, _)| way.as_str());
                let ports: Vec<_> = ports.collect();
                if !ports.is_empty() {
                    seen.attributes.insert(format!("{name}{suffix}"), ports.join(" "));
                }
            }
        }
        out.observe(&at, Observation::Asset(seen), None)?;
        for (source, way) in told.into_iter().filter(|_| !everything) {
            let Some(network) = networks::network(&source.to_string()) else { continue };
            let verb = if way.open == Open::Yes { "reaches" } else { "may_reach" };
            for via in networks::ways(way.protocol, way.first.into(), way.last.into()) {
                let relation = networks::reaches(&network, host, &via);
                let relation = RelationSeen { relation: verb.to_owned(), ..relation };
                out.observe(&at, Observation::Relation(relation), None)?;
            }
        }
        for why in self.reasons.iter().take(REASONS) {
            out.gap(
                format!("packet filter of {}", host.name),
                format!("{why}: what depends on it is perhaps open"),
            );
        }
        if let Some(more) = self.reasons.len().checked_sub(REASONS).filter(|more| *more > 0) {
            out.gap(
                format!("packet filter of {}", host.name),
                format!("{more} other conditions cannot be evaluated"),
            );
        }
        out.cover(Covered::new(host.clone(), Checks::Only(BTreeSet::new()), Loci::Facts));
        Ok(())
    }

    fn too_large(&self, host: &AssetRef, out: &mut Out<'_>) -> Result<(), ParseError> {
        let why = "its rules are too many to be evaluated, or its chains call each other without end: nothing is told of it";
        out.gap(format!("packet filter of {}", host.name), why);
        Ok(())
    }
}

/// A range of ports that is open, or perhaps.
#[derive(Debug, Clone, Copy)]
struct Way {
    protocol: &'static str,
    first: u16,
    last: u16,
    open: Open,
}

impl Way {
    fn text(&self) -> String {
        match self.first == self.last {
            true => format!("{}/{}", self.protocol, self.first),
            false => format!("{}/{}-{}", self.protocol, self.first, self.last),
        }
    }

    fn is_everything(&self) -> bool {
        self.first == 1 && self.last == u16::MAX
    }

    /// Whether others say as much of all its ports already.
    fn is_within(&self, others: &[Self]) -> bool {
        others.iter().any(|other| {
            let enough = other.open == Open::Yes || self.open == Open::Perhaps;
            enough && other.protocol == self.protocol && other.first <= self.first && self.last <= other.last
        })
    }
}

/// The destination addresses of groups and of whole networks: nobody connects to them.
pub(crate) fn is_for_many(address: &str) -> bool {
    let address = address.split('/').next().unwrap_or_default();
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(v4)) => v4.is_multicast() || v4.is_broadcast(),
        Ok(std::net::IpAddr::V6(v6)) => v6.is_multicast(),
        Err(_) => false,
    }
}

/// Whether a list of states of connections takes one that begins.
pub(crate) fn takes_new<'a>(states: impl IntoIterator<Item = &'a str>) -> bool {
    states.into_iter().any(|state| matches!(state.trim().to_ascii_lowercase().as_str(), "new" | "untracked"))
}
