//! iptables: the rules of a machine as `iptables-save` and `ip6tables-save` write them.
//!
//! Evaluated are the chains that a packet for the machine itself comes through (`raw` and `mangle` PREROUTING, `mangle` and `filter`
//! INPUT), with the chains they jump to: which TCP and UDP ports are open to everybody (`open-ports` of the host), and which to some
//! networks only (`reaches`). A rule that asks what the file does not tell (the members of a set, a mark, an interface, a program)
//! leaves what it decides perhaps open (`perhaps-open-ports`, `may_reach`), and the gap names it. A rate limit closes nothing. The file
//! names no machine: say which asset it is about.
//!
//! **Coverage**: the facts of the host, once every table ended with COMMIT.

use crate::common::filter::{Base, Filter, Line, Match, Verdict, is_for_many, takes_new};
use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::common::text;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Cidr};
use std::collections::BTreeSet;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "iptables",
    name: "iptables-save",
    summary: "output of iptables-save and ip6tables-save: which ports of the machine are open, and to which networks",
    extensions: &["rules", "txt", "v4", "v6"],
    docs: "https://manpages.debian.org/stable/iptables/iptables-save.8.en.html",
    tool: "iptables",
    sniff,
    parse,
};

/// The chains that lead to the machine itself, in the order in which a packet comes through.
const BASES: [(&str, &str); 4] =
    [("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "INPUT"), ("filter", "INPUT")];

fn sniff(head: &Head<'_>) -> Sniff {
    let text = String::from_utf8_lossy(head.trimmed());
    let table =
        text.lines().any(|line| ["*filter", "*nat", "*mangle", "*raw", "*security"].contains(&line.trim()));
    let chain = text.lines().any(|line| {
        line.starts_with(':')
            && line.split_whitespace().nth(1).is_some_and(|policy| ["ACCEPT", "DROP", "-"].contains(&policy))
    });
    Sniff::when(table && chain)
}

/// What is read so far.
#[derive(Default)]
struct Reading {
    filter: Filter,
    table: String,
    tables: BTreeSet<String>,
    v6: bool,
    v4: bool,
    redirects: bool,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut reading = Reading::default();
    let mut lines = Lines::new(input, &options.limits);
    let (mut version, mut last, mut empty) = (String::new(), None, true);
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        empty &= line.is_empty();
        if let Some(comment) = line.strip_prefix('#') {
            let words: Vec<_> = comment.split_whitespace().collect();
            if let ["Generated", "by", tool, ..] = words.as_slice() {
                reading.v6 |= tool.starts_with("ip6");
                reading.v4 |= tool.starts_with("iptables");
                version = words.get(3).map_or(String::new(), |word| text::name(word.trim_start_matches('v')));
            }
        } else if let Some(table) = line.strip_prefix('*') {
            reading.table = text::name(table);
            reading.tables.insert(reading.table.clone());
        } else if line == "COMMIT" {
            reading.table.clear();
        } else if let Some(chain) = line.strip_prefix(':') {
            reading.chain(chain);
        } else if line.contains("-A ") && !reading.table.is_empty() {
            let at = out.record(at.clone(), "");
            if let Err(why) = reading.rule(line) {
                out.reject(at, why);
            }
        }
        last = Some(at);
    }
    if empty {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    if reading.tables.is_empty() {
        let why = "no table begins in it".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    if !reading.table.is_empty() {
        let what = format!("the table {} has no COMMIT", reading.table);
        return Err(ParseError::Truncated { at: last.unwrap_or_default(), what });
    }
    let v6 = reading.v6 && !reading.v4;
    out.source(if v6 { "ip6tables" } else { FORMAT.tool }, &version);
    let host = options.asset_or(AssetKind::Host);
    if reading.tables.contains("filter") {
        if reading.redirects {
            reading.filter.unknown("a rule of the table nat sends packets to another port or machine");
        }
        reading.filter.tell(&host, &[if v6 { Cidr::ALL_V6 } else { Cidr::ALL_V4 }], &mut out)?;
    } else {
        out.gap(
            format!("packet filter of {}", host.name),
            "the table filter is not in the file: nothing is told of it",
        );
    }
    out.damaged(lines.damaged());
    Ok(out.end())
}

impl Reading {
    fn name(&self, chain: &str) -> String {
        format!("{} {chain}", self.table)
    }

    /// `INPUT DROP [0:0]`: a chain and its policy.
    fn chain(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (chain, policy) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let name = self.name(chain);
        if BASES.contains(&(self.table.as_str(), chain)) {
            self.filter.bases.push(Base { chain: name.clone(), drops: policy == "DROP", v6: None });
        }
        self.filter.chains.entry(name).or_default();
    }

    /// `-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT`, perhaps with counters before it.
    fn rule(&mut self, line: &str) -> Result<(), String> {
        let words = words(line)?;
        let mut words = words.iter().map(String::as_str).skip_while(|word| *word != "-A").skip(1);
        let chain = words.next().ok_or("the rule names no chain")?;
        let mut rule = Rule { asks: Match::default(), reasons: BTreeSet::new() };
        let mut verdict = Verdict::Continue;
        let mut negated = false;
        while let Some(word) = words.next() {
            match word {
                "!" => {
                    negated = true;
                    continue;
                }
                "-j" | "--jump" | "-g" | "--goto" => {
                    let target = words.next().ok_or("the rule has no target")?;
                    verdict = self.verdict(target, word.contains('g'));
                    break;
                }
                "-m" | "--match" => rule.module(words.next().unwrap_or_default()),
                _ => rule.option(word, negated, &mut words),
            }
            negated = false;
        }
        if self.table == "nat" {
            return Ok(());
        }
        if matches!(verdict, Verdict::Accept | Verdict::Drop | Verdict::Jump(_) | Verdict::Goto(_))
            && !rule.asks.never
        {
            rule.reasons.into_iter().for_each(|why| self.filter.unknown(why));
        }
        let name = self.name(chain);
        self.filter.chains.entry(name).or_default().push(Line { asks: rule.asks, verdict });
        Ok(())
    }

    fn verdict(&mut self, target: &str, goes: bool) -> Verdict {
        let own = self.name(target);
        match target {
            "ACCEPT" => Verdict::Accept,
            "DROP" | "REJECT" | "TARPIT" => Verdict::Drop,
            "RETURN" => Verdict::Return,
            "DNAT" | "REDIRECT" | "NETMAP" => {
                self.redirects = true;
                Verdict::Continue
            }
            _ if self.filter.chains.contains_key(&own) && goes => Verdict::Goto(own),
            _ if self.filter.chains.contains_key(&own) => Verdict::Jump(own),
            "NFQUEUE" | "QUEUE" | "SYNPROXY" | "TPROXY" => {
                self.filter.unknown(format!("a program decides (target {target})"));
                Verdict::Unknown
            }
            // Whatever else there is writes, counts or marks.
            _ => Verdict::Continue,
        }
    }
}

/// A rule that is being read.
struct Rule {
    asks: Match,
    /// What it asks that nobody can tell.
    reasons: BTreeSet<String>,
}

impl Rule {
    fn unknown(&mut self, why: impl Into<String>) {
        self.asks.unknown = true;
        self.reasons.insert(why.into());
    }

    /// Modules that ask something by being there.
    fn module(&mut self, name: &str) {
        match name {
            "limit" | "hashlimit" | "recent" | "connlimit" | "quota" => self.asks.rate = true,
            "tcp" | "udp" | "multiport" | "state" | "conntrack" | "comment" | "set" | "iprange"
            | "addrtype" | "pkttype" | "icmp" | "icmp6" | "ipv6-icmp" | "mark" | "connmark" | "mac" => {}
            other => self.unknown(format!("the module {}", text::name(other))),
        }
    }

    fn option<'a>(&mut self, word: &str, negated: bool, words: &mut impl Iterator<Item = &'a str>) {
        // Of a rate limit, the options say how much.
        if self.asks.rate && RATES.iter().any(|prefix| word.starts_with(prefix)) {
            let _amount = words.next();
            return;
        }
        if FLAGS.contains(&word) {
            // A connection begins with SYN alone.
            self.asks.never |= word == "--syn" && negated;
            return;
        }
        let Some(value) = words.next() else { return };
        match word {
            "-s" | "--source" | "--src" => match Cidr::parse(&whole_mask(value)) {
                Some(range) => self.asks.source = Some((negated, vec![range])),
                None => self.unknown(format!("the source {}", text::name(value))),
            },
            "-d" | "--destination" | "--dst" => {
                self.asks.never |= !negated && is_for_many(value);
                self.asks.partial = true;
            }
            "-p" | "--protocol" => {
                let name = match value.to_ascii_lowercase().as_str() {
                    "all" | "0" => return,
                    "6" => "tcp".to_owned(),
                    "17" => "udp".to_owned(),
                    other => other.to_owned(),
                };
                self.asks.protocol = Some((negated, vec![name]));
            }
            "--dport" | "--dports" | "--destination-port" | "--destination-ports" | "--port" | "--ports" => {
                match ports(value) {
                    Some(ports) => self.asks.port = Some((negated, ports)),
                    None => self.unknown(format!("the port {}", text::name(value))),
                }
            }
            "--sport" | "--sports" | "--source-port" | "--source-ports" => self.asks.partial = true,
            "-i" | "--in-interface" => match (value, negated) {
                ("lo", false) => self.asks.never = true,
                ("lo" | "+", true) | ("+", false) => {}
                (interface, _) => self.unknown(format!("the interface {}", text::name(interface))),
            },
            "--state" | "--ctstate" => self.asks.never |= takes_new(value.split(',')) == negated,
            "--src-range" => {
                let range =
                    value.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
                match range {
                    Some((from, to)) => self.asks.source = Some((negated, Cidr::between(from, to))),
                    None => self.unknown(format!("the range {}", text::name(value))),
                }
            }
            "--dst-range" => self.asks.partial = true,
            "--dst-type" => {
                let own = value.split(',').any(|kind| kind == "LOCAL" || kind == "UNICAST");
                self.asks.never |= own == negated;
            }
            "--pkt-type" => self.asks.never |= (value != "unicast") != negated,
            "--tcp-flags" => {
                let set = words.next().unwrap_or_default();
                // A connection begins with SYN alone: other flags are those of scans, which are dropped.
                self.asks.never |= (set != "SYN") != negated;
            }
            "--match-set" => {
                let _direction = words.next();
                self.unknown(format!("the members of the set {}", text::name(value)));
            }
            "--comment" | "--icmp-type" | "--icmpv6-type" => {}
            other => self.unknown(format!("the condition {}", text::name(other))),
        }
    }
}

/// Options without a value.
const FLAGS: [&str; 12] = [
    "--syn",
    "--set",
    "--rcheck",
    "--update",
    "--remove",
    "--rsource",
    "--rdest",
    "--rttl",
    "--reap",
    "--fragment",
    "-f",
    "--log-uid",
];

/// How the options of modules for rates begin; each has one value.
const RATES: [&str; 8] =
    ["--limit", "--hashlimit", "--connlimit", "--seconds", "--hitcount", "--quota", "--name", "--mask"];

/// `10.0.0.0/255.0.0.0` as `10.0.0.0/8`.
fn whole_mask(value: &str) -> String {
    let mask = value.split_once('/').and_then(|(address, mask)| {
        let mask: std::net::Ipv4Addr = mask.parse().ok()?;
        let bits = mask.to_bits();
        (bits.leading_ones() + bits.trailing_zeros() == 32)
            .then(|| format!("{address}/{}", bits.leading_ones()))
    });
    mask.unwrap_or_else(|| value.to_owned())
}

/// `22`, `8000:8100`, `80,443`, and names of services that every machine knows.
fn ports(value: &str) -> Option<Vec<(u16, u16)>> {
    let port = |text: &str| match text {
        "ssh" => Some(22),
        "domain" => Some(53),
        "http" => Some(80),
        "https" => Some(443),
        text => text.parse().ok(),
    };
    let range = |text: &str| match text.split_once(':') {
        Some((low, high)) => {
            let low = if low.is_empty() { 0 } else { port(low)? };
            Some((low, if high.is_empty() { u16::MAX } else { port(high)? }))
        }
        None => port(text).map(|port| (port, port)),
    };
    value.split(',').map(range).collect()
}

/// Words, some of them in quotes.
fn words(line: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quoted, mut escaped, mut begun) =
        (Vec::new(), String::new(), false, false, false);
    for c in line.chars() {
        match c {
            '\\' if quoted && !escaped => {
                escaped = true;
                continue;
            }
            '"' if !escaped => (quoted, begun) = (!quoted, true),
            c if c.is_whitespace() && !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
        escaped = false;
    }
    if quoted {
        return Err("a quote is never closed".to_owned());
    }
    if begun {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests;
