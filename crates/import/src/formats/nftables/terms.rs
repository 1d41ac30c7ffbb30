//! What a rule asks, in the words that the text and the JSON of nft share.

use super::Rules;
use crate::common::filter::{Line, Match, Verdict, is_for_many, takes_new};
use crate::common::text;
use bartizan_model::Cidr;
use std::collections::BTreeSet;

/// A value, or a range of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// An address, a port, a word.
    One(String),
    /// From one to another.
    Range(String, String),
    /// The elements of a set.
    Set(String),
}

impl Value {
    /// `22`, `8000-8999`, `10.0.0.0/8`, `@trusted`.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim_matches('"');
        if let Some(name) = text.strip_prefix('@') {
            return Self::Set(name.to_owned());
        }
        match text.split_once('-') {
            Some((from, to)) if is_value(from) && is_value(to) => Self::Range(from.to_owned(), to.to_owned()),
            _ => Self::One(text.to_owned()),
        }
    }
}

/// Whether this can be an end of a range: an address or a number, and no word.
fn is_value(text: &str) -> bool {
    text.parse::<u32>().is_ok() || text.parse::<std::net::IpAddr>().is_ok()
}

/// What a rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    /// The source address.
    Source,
    /// The machine's own address, or the source port: some of all packets.
    Destination,
    /// A part of all packets, whatever its value.
    Part,
    /// The transport protocol.
    Protocol,
    /// The port, where the protocol is named with it.
    Port(Option<&'static str>),
    /// The interface.
    Interface,
    /// The state of the connection.
    State,
    /// IPv4 or IPv6.
    Family,
    /// How the packet is addressed (`fib daddr type`, `pkttype`).
    Kind,
    /// TCP flags: connections begin with SYN alone.
    Flags,
    /// Another protocol than TCP and UDP.
    Foreign,
    /// Something else, in its own words.
    Other(String),
}

/// A rule that is being read.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    table: String,
    asks: Match,
    reasons: BTreeSet<String>,
    done: bool,
}

impl Rule {
    /// A rule of a table.
    pub(super) fn new(family: &str, table: &str) -> Self {
        let v6 = match family {
            "ip" => Some(false),
            "ip6" => Some(true),
            _ => None,
        };
        let asks = Match { v6, ..Match::default() };
        Self { table: format!("{family} {table}"), asks, reasons: BTreeSet::new(), done: false }
    }

    pub(super) fn unknown(&mut self, why: impl Into<String>) {
        self.asks.unknown = true;
        self.reasons.insert(why.into());
    }

    pub(super) fn limits(&mut self) {
        self.asks.rate = true;
    }

    pub(super) fn family(&mut self, v6: bool) {
        self.asks.v6 = Some(v6);
    }

    /// The chain of a name in this rule's table.
    pub(super) fn chain(&self, name: &str) -> String {
        text::name(&format!("{} {name}", self.table))
    }

    /// Takes a condition in.
    pub(super) fn ask(&mut self, rules: &Rules, field: &Field, negated: bool, values: &[Value]) {
        let mut all = Vec::new();
        for value in values {
            let Value::Set(name) = value else {
                all.push(value.clone());
                continue;
            };
            match rules.sets.get(&self.chain(name)) {
                Some(elements) => all.extend(elements.iter().cloned()),
                None => return self.unknown(format!("the members of the set {}", text::name(name))),
            }
        }
        let words = || {
            all.iter()
                .filter_map(|value| if let Value::One(word) = value { Some(word.as_str()) } else { None })
        };
        let asks = &mut self.asks;
        match field {
            Field::Part => asks.partial = true,
            Field::Destination => {
                asks.never |=
                    !negated && words().count() == all.len() && !all.is_empty() && words().all(is_for_many);
                asks.partial = true;
            }
            Field::Source => match all.iter().map(ranges).collect::<Option<Vec<_>>>() {
                Some(ranges) if asks.source.is_none() => asks.source = Some((negated, ranges.concat())),
                _ => self.unknown("a source address"),
            },
            Field::Protocol if asks.protocol.is_none() => {
                asks.protocol = Some((negated, words().map(protocol).collect()));
            }
            Field::Protocol => {}
            Field::Port(with) => {
                if let Some(with) = with {
                    asks.protocol = Some((false, vec![(*with).to_owned()]));
                }
                match all.iter().map(ports).collect::<Option<Vec<_>>>() {
                    Some(ports) if asks.port.is_none() => asks.port = Some((negated, ports)),
                    _ => self.unknown("a port"),
                }
            }
            Field::Interface => {
                let local = words().count() == all.len() && words().all(|word| matches!(word, "lo" | "1"));
                match (local, negated) {
                    (true, false) => asks.never = true,
                    (true, true) => {}
                    _ => {
                        let names: Vec<_> = words().map(text::name).collect();
                        self.unknown(format!("the interface {}", names.join(", ")));
                    }
                }
            }
            Field::State => asks.never |= takes_new(words()) == negated,
            Field::Family => {
                let v6 = words().any(|word| matches!(word, "ipv6" | "10"));
                asks.v6 = Some(v6 != negated);
            }
            Field::Kind => {
                let own = words().any(|word| matches!(word, "local" | "unicast" | "host" | "other"));
                asks.never |= own == negated;
            }
            Field::Flags => {
                let begins = words().all(|word| word == "syn");
                asks.never |= begins == negated;
            }
            Field::Foreign => asks.never = true,
            Field::Other(what) => self.unknown(format!("the condition {}", text::name(what))),
        }
    }

    /// A verdict for each value of a field (`vmap`): lines of their own.
    pub(super) fn choose(
        &mut self,
        rules: &mut Rules,
        chain: &str,
        field: &Field,
        choices: &[(Vec<Value>, Verdict)],
    ) {
        for (values, verdict) in choices {
            let mut one = self.clone();
            one.ask(rules, field, false, values);
            one.decide(rules, chain, verdict.clone());
        }
        self.done = true;
    }

    /// What happens to what fits.
    pub(super) fn decide(&mut self, rules: &mut Rules, chain: &str, verdict: Verdict) {
        self.done = true;
        let decides = !matches!(verdict, Verdict::Continue | Verdict::Return);
        if decides && !self.asks.never {
            self.reasons.iter().for_each(|why| rules.filter.unknown(why.clone()));
        }
        let line = Line { asks: self.asks.clone(), verdict };
        rules.filter.chains.entry(chain.to_owned()).or_default().push(line);
    }

    /// Whether it has decided.
    pub(super) const fn is_done(&self) -> bool {
        self.done
    }
}

/// The verdict of a word.
pub(super) fn verdict(word: &str) -> Option<Verdict> {
    match word {
        "accept" => Some(Verdict::Accept),
        "drop" | "reject" => Some(Verdict::Drop),
        "return" => Some(Verdict::Return),
        "continue" => Some(Verdict::Continue),
        "queue" => Some(Verdict::Unknown),
        _ => None,
    }
}

fn ranges(value: &Value) -> Option<Vec<Cidr>> {
    match value {
        Value::One(text) => Cidr::parse(text).map(|range| vec![range]),
        Value::Range(from, to) => Some(Cidr::between(from.parse().ok()?, to.parse().ok()?)),
        Value::Set(_) => None,
    }
}

fn ports(value: &Value) -> Option<(u16, u16)> {
    match value {
        Value::One(text) => port(text).map(|port| (port, port)),
        Value::Range(from, to) => Some((port(from)?, port(to)?)),
        Value::Set(_) => None,
    }
}

/// A port by its number, or by one of the names that nft prints where it is asked to.
fn port(text: &str) -> Option<u16> {
    match text {
        "ssh" => Some(22),
        "domain" => Some(53),
        "http" => Some(80),
        "ntp" => Some(123),
        "https" => Some(443),
        text => text.parse().ok(),
    }
}

fn protocol(word: &str) -> String {
    match word {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        other => other.to_lowercase(),
    }
}
