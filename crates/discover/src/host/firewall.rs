//! The packet filter on the way in.

use super::{Group, fact};
use crate::command;
use crate::root::{LARGE, Root};
use bartizan_model::host::{Firewall, HostFacts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group = Group {
    name: "firewall",
    reads: "`nft -j list ruleset`, `iptables-save`",
    needs: "root on a running system",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.firewall = fact(read(root, facts.privileged));
}

fn read(root: &Root, privileged: bool) -> Result<Firewall, String> {
    root.need_live("the packet filter")?;
    let nft = command::find(root, "nft");
    let iptables: Vec<_> = ["iptables-save", "iptables-legacy-save"]
        .iter()
        .filter_map(|name| command::find(root, name))
        .collect();
    if nft.is_none() && iptables.is_empty() {
        return nothing_installed(root);
    }
    if !privileged {
        return Err("the packet filter is shown to root only (run as root)".to_owned());
    }
    let mut seen: Option<Firewall> = None;
    if let Some(nft) = &nft {
        let firewall = parse_nft(&command::run(root, nft, &["-j", "list", "ruleset"])?)?;
        if firewall.filters_input || firewall.input_rules > 0 {
            return Ok(firewall);
        }
        seen = Some(firewall);
    }
    // Rules of the older kernel interface do not show in nft.
    for command in &iptables {
        let output = command::run(root, command, &["-t", "filter"])?;
        let firewall = parse_iptables(&String::from_utf8_lossy(&output));
        if firewall.filters_input || firewall.input_rules > 0 {
            return Ok(firewall);
        }
        seen = seen.or(Some(firewall));
    }
    Ok(seen.unwrap_or_else(none))
}

fn none() -> Firewall {
    Firewall { engine: "none".to_owned(), filters_input: false, input_rules: 0 }
}

/// Without a tool, there is no filter only where the kernel has no tables at all.
fn nothing_installed(root: &Root) -> Result<Firewall, String> {
    let unknown = || {
        Err("the kernel has a packet filter, but neither nft nor iptables is installed to show it; install nftables".to_owned())
    };
    if root
        .text("/proc/net/ip_tables_names")
        .is_ok_and(|names| names.is_some_and(|names| !names.trim().is_empty()))
    {
        return unknown();
    }
    if root.exists("/sys/module/nf_tables") {
        return unknown();
    }
    // A filter that is built in shows among the kernel's symbols.
    let symbols = crate::root::lossy(root.bytes("/proc/kallsyms", LARGE)?.unwrap_or_default());
    let has = symbols.contains(" nf_tables_newrule");
    if has { unknown() } else { Ok(none()) }
}

/// Reads the JSON of nft: chains that hang on the input hook, and what they jump to.
pub(super) fn parse_nft(bytes: &[u8]) -> Result<Firewall, String> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| format!("nft: its output is no JSON: {error}"))?;
    let items = value.get("nftables").and_then(Value::as_array).ok_or("nft: its output has no `nftables`")?;
    let text =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let key = |value: &Value, name: &str| (text(value, "family"), text(value, "table"), text(value, name));
    let mut rules: BTreeMap<_, Vec<&Value>> = BTreeMap::new();
    let mut todo = Vec::new();
    let mut filters = false;
    for item in items {
        if let Some(rule) = item.get("rule") {
            rules.entry(key(rule, "chain")).or_default().push(rule);
        }
        if let Some(chain) = item.get("chain").filter(|chain| text(chain, "hook") == "input") {
            filters |= text(chain, "policy") == "drop";
            todo.push(key(chain, "name"));
        }
    }
    let (mut count, mut done) = (0_u32, BTreeSet::new());
    while let Some(chain) = todo.pop() {
        if !done.insert(chain.clone()) {
            continue;
        }
        for rule in rules.get(&chain).into_iter().flatten() {
            count = count.saturating_add(1);
            for part in rule.get("expr").and_then(Value::as_array).into_iter().flatten() {
                filters |= part.get("drop").is_some() || part.get("reject").is_some();
                for verb in ["jump", "goto"] {
                    if let Some(target) = part.get(verb) {
                        todo.push((chain.0.clone(), chain.1.clone(), text(target, "target")));
                    }
                }
            }
        }
    }
    Ok(Firewall { engine: "nftables".to_owned(), filters_input: filters, input_rules: count })
}

/// Reads `iptables-save`: the chain INPUT of the table filter, and what it jumps to.
pub(super) fn parse_iptables(text: &str) -> Firewall {
    let mut rules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let (mut filters, mut table) = (false, "");
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('*') {
            table = name;
        } else if table != "filter" {
        } else if let Some(policy) = line.strip_prefix(":INPUT ") {
            filters |= policy.starts_with("DROP");
        } else if let Some((chain, rule)) = line.strip_prefix("-A ").and_then(|rest| rest.split_once(' ')) {
            rules.entry(chain).or_default().push(rule);
        }
    }
    let (mut count, mut done, mut todo) = (0_u32, BTreeSet::new(), vec!["INPUT"]);
    while let Some(chain) = todo.pop() {
        if !done.insert(chain) {
            continue;
        }
        for rule in rules.get(chain).into_iter().flatten() {
            count = count.saturating_add(1);
            let words: Vec<_> = rule.split_whitespace().collect();
            let target = words.windows(2).find(|pair| pair[0] == "-j" || pair[0] == "-g").map(|pair| pair[1]);
            filters |= matches!(target, Some("DROP" | "REJECT"));
            todo.extend(target);
        }
    }
    Firewall { engine: "iptables".to_owned(), filters_input: filters, input_rules: count }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(firewall: &Firewall) -> (&str, bool, u32) {
        (&firewall.engine, firewall.filters_input, firewall.input_rules)
    }

    #[test]
    fn nft() {
        let json = br#"{"nftables":[{"metainfo":{}},{"chain":{"family":"inet","table":"t","name":"in","hook":"input","policy":"accept"}},{"chain":{"family":"inet","table":"t","name":"fwd","hook":"forward","policy":"drop"}},
            {"rule":{"family":"inet","table":"t","chain":"in","expr":[{"jump":{"target":"more"}}]}},{"rule":{"family":"inet","table":"t","chain":"more","expr":[{"drop":null}]}},{"rule":{"family":"inet","table":"t","chain":"fwd","expr":[{"drop":null}]}}]}"#;
        assert_eq!(show(&parse_nft(json).unwrap()), ("nftables", true, 2));
        assert_eq!(show(&parse_nft(br#"{"nftables":[]}"#).unwrap()), ("nftables", false, 0));
        assert!(parse_nft(b"Error").is_err());
    }

    #[test]
    fn iptables() {
        let text = "*nat\n:INPUT DROP [0:0]\n-A INPUT -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:F - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -g F\n-A F -j REJECT --reject-with x\n-A FORWARD -j DROP\nCOMMIT\n";
        assert_eq!(show(&parse_iptables(text)), ("iptables", true, 3));
        assert_eq!(show(&parse_iptables("*filter\n:INPUT DROP [0:0]\n")), ("iptables", true, 0));
        assert_eq!(
            show(&parse_iptables("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\n")),
            ("iptables", false, 1)
        );
    }
}
