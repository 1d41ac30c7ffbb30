//! nftables: the rules of a machine as `nft list ruleset` prints them, or `nft -j list ruleset`.
//!
//! Evaluated are the filter chains on the hooks `prerouting` and `input`, with the chains they jump to and the sets they name: which
//! TCP and UDP ports are open to everybody (`open-ports` of the host), and which to some networks only (`reaches`). A rule that asks
//! what the text does not tell (a mark, an interface, a program) leaves what it decides perhaps open (`perhaps-open-ports`,
//! `may_reach`), and the gap names it. A rate limit closes nothing. The text names no machine: say which asset it is about.
//!
//! **Coverage**: the facts of the host, once every table is closed.

use crate::common::filter::{Base, Filter};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Cidr};
use std::collections::BTreeMap;
use std::io::BufRead;

mod list;
mod terms;
mod tree;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nftables",
    name: "nftables",
    summary: "output of nft list ruleset, as text or JSON: which ports of the machine are open, and to which networks",
    extensions: &["nft", "json", "txt"],
    docs: "https://manpages.debian.org/stable/libnftables1/libnftables-json.5.en.html",
    tool: "nftables",
    sniff,
    parse,
};

const FAMILIES: [&str; 6] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

fn sniff(head: &Head<'_>) -> Sniff {
    if head.is_json() {
        return Sniff::when(head.keys().has("nftables"));
    }
    let text = String::from_utf8_lossy(head.trimmed());
    let table = text.lines().any(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        matches!(words.as_slice(), ["table", family, _, "{", ..] if FAMILIES.contains(family))
            || matches!(words.as_slice(), ["table", _, "{", ..])
    });
    let body = text.lines().map(str::trim).any(|line| {
        line.starts_with("chain ")
            || line.starts_with("type filter hook ")
            || line.starts_with("set ")
            || line == "}"
    });
    Sniff::when(table && body)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut json = Json::new(input, &options.limits);
    let mut rules = Rules::default();
    let version = match json.peek()? {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'{') => tree::read(&mut json, &mut rules, &mut out)?,
        Some(_) => {
            list::read(&mut json, options, &mut rules, &mut out)?;
            String::new()
        }
    };
    out.source(FORMAT.tool, &version);
    let host = options.asset_or(AssetKind::Host);
    rules.filter.tell(&host, &[Cidr::ALL_V4, Cidr::ALL_V6], &mut out)?;
    json.tell_flaws(&mut out);
    Ok(out.end())
}

/// What is read so far.
#[derive(Default)]
struct Rules {
    filter: Filter,
    /// The elements of each set, by table and name.
    sets: BTreeMap<String, Vec<terms::Value>>,
}

/// A chain or set by its table: chains of one name are others in another table.
fn full(family: &str, table: &str, name: &str) -> String {
    text::name(&format!("{family} {table} {name}"))
}

impl Rules {
    /// A chain that hangs on a hook.
    fn base(&mut self, family: &str, chain: String, [kind, hook, policy]: [&str; 3]) {
        if kind == "nat"
            || !matches!(hook, "prerouting" | "input")
            || matches!(family, "arp" | "bridge" | "netdev")
        {
            return;
        }
        let v6 = match family {
            "ip" => Some(false),
            "ip6" => Some(true),
            _ => None,
        };
        self.filter.bases.push(Base { chain, drops: policy == "drop", v6 });
    }
}

#[cfg(test)]
mod tests;
