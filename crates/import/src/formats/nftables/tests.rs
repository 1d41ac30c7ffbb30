//! What rulesets leave open, in both forms.

use super::*;
use crate::sink::Collected;
use bartizan_model::Observation;

fn read(text: &str) -> Collected {
    let mut seen = Collected::default();
    parse(&mut text.as_bytes(), &Options { fallback: "web".into(), ..Options::default() }, &mut seen)
        .unwrap();
    seen
}

fn told(text: &str) -> Vec<String> {
    let seen = read(text);
    let told = seen.observations.iter().flat_map(|(_, observation)| match observation {
        Observation::Asset(a) => a.attributes.iter().map(|(name, value)| format!("{name} {value}")).collect(),
        Observation::Relation(r) => vec![format!("{} {} {}", r.from.name, r.relation, r.via)],
        other => vec![format!("{other:?}")],
    });
    told.chain(seen.gaps.iter().map(|gap| gap.why.clone())).collect()
}

/// A table with a chain on the input hook.
fn chain(policy: &str, rules: &str) -> Vec<String> {
    told(&format!(
        "table inet filter {{\n\tset trusted {{\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = {{ 10.1.0.0/16, 192.168.1.1-192.168.1.2 timeout 1d,\n\t\t\t     192.168.7.7 }}\n\t}}\n\n\tset none {{\n\t\ttype ipv4_addr\n\t}}\n\n\tchain more {{\n\t\ttcp dport 22 accept\n\t}}\n\n\tchain input {{\n\t\ttype filter hook input priority filter; policy {policy};\n{rules}\n\t}}\n}}\n"
    ))
}

#[test]
fn a_usual_server() {
    let rules = "ct state vmap { established : accept, related : accept, invalid : drop }
        iif \"lo\" accept
        ip6 nexthdr icmpv6 icmpv6 type { nd-neighbor-solicit, nd-router-advert } accept
        icmp type echo-request limit rate 5/second accept
        tcp dport { 80, 443 } counter packets 5 bytes 300 accept comment \"web; all\"
        ip saddr 10.1.0.0/16 tcp dport ssh accept
        log prefix \"dropped \" flags all
        counter drop # handle 12";
    let expected = ["filtered true", "open-ports tcp/443 tcp/80", "10.1.0.0/16 reaches tcp/22"];
    assert_eq!(chain("accept", rules), expected);
    assert_eq!(chain("drop", &rules.replace("counter drop # handle 12", "")), expected);
}

#[test]
fn sets_chains_and_maps_are_followed() {
    assert_eq!(chain("accept", ""), ["filtered false"]);
    assert_eq!(chain("drop", ""), ["filtered true"]);
    let trusted = ["10.1.0.0/16", "192.168.1.1/32", "192.168.1.2/32", "192.168.7.7/32"];
    let reaches = trusted.map(|network| format!("{network} reaches tcp/22"));
    let expected: Vec<_> = ["filtered true".to_owned()].into_iter().chain(reaches).collect();
    assert_eq!(chain("drop", "ip saddr @trusted jump more"), expected);
    assert_eq!(chain("drop", "ip saddr @none accept"), ["filtered true"]);
    assert_eq!(
        chain("drop", "tcp dport vmap { 22 : drop, 20-30 : accept, 443 : jump more }"),
        ["filtered true", "open-ports tcp/20-21 tcp/23-30"]
    );
    assert_eq!(
        chain("drop", "meta l4proto { tcp, udp } th dport 53 accept\nmeta nfproto ipv6 tcp dport 22 accept"),
        ["filtered true", "open-ports tcp/22 tcp/53 udp/53"]
    );
    assert_eq!(
        chain("drop", "ip saddr != 10.0.0.0/8 drop\ntcp dport != 25 accept"),
        [
            "filtered true",
            "open-ports tcp/1-24 tcp/26-65535",
            "10.0.0.0/8 reaches tcp/1-24",
            "10.0.0.0/8 reaches tcp/26-65535"
        ],
        "IPv6 is not asked for its source, and is open to all"
    );
}

#[test]
fn what_cannot_be_told_is_perhaps_open() {
    assert_eq!(
        chain("drop", "iifname \"eth1\" tcp dport 22 accept"),
        [
            "filtered true",
            "perhaps-open-ports tcp/22",
            "the interface eth1: what depends on it is perhaps open"
        ]
    );
    assert_eq!(chain("drop", "ip saddr @gone tcp dport 22 accept")[1], "perhaps-open-ports tcp/22");
    assert_eq!(chain("drop", "meta mark 0x1 tcp dport 22 accept")[1], "perhaps-open-ports tcp/22");
    assert_eq!(
        chain("drop", "ip saddr . tcp dport { 10.0.0.1 . 22 } accept")[1],
        "perhaps-open-ports tcp/1-65535 udp/1-65535"
    );
    assert_eq!(chain("drop", "tcp dport 22 queue num 1")[1], "perhaps-open-ports tcp/22");
    let rate = "tcp dport 22 ct state new add @seen { ip saddr limit rate over 3/minute } drop\ntcp dport 22 limit rate 10/minute burst 5 packets accept";
    assert_eq!(chain("drop", rate), ["filtered true", "open-ports tcp/22"], "a limit closes nothing");
    let scans = "tcp flags & (fin|syn) == fin|syn accept\ntcp flags syn / fin,syn,rst,ack tcp dport 25 accept\nip daddr 224.0.0.251 udp dport 5353 accept\nfib daddr type broadcast accept";
    assert_eq!(chain("drop", scans), ["filtered true", "open-ports tcp/25"]);
}

#[test]
fn all_chains_on_the_way_must_let_it_through() {
    let text = "table ip raw {\n chain pre {\n  type filter hook prerouting priority raw; policy accept;\n  tcp dport 23 drop\n }\n}
table ip nat {\n chain pre {\n  type nat hook prerouting priority dstnat; policy accept;\n  tcp dport 80 redirect to :8080\n }\n}
table ip filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n  tcp dport 22-23 accept\n }\n}
table ip6 filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n  tcp dport 443 accept\n }\n}\n";
    assert_eq!(
        told(text),
        [
            "filtered true",
            "open-ports tcp/22 tcp/443",
            "a rule sends packets to another port or machine: what depends on it is perhaps open"
        ]
    );
    let cut = parse(
        &mut &b"table ip filter {\n chain input {\n"[..],
        &Options::default(),
        &mut Collected::default(),
    );
    assert!(cut.unwrap_err().to_string().contains("a brace is never closed"));
}

#[test]
fn what_is_filtered_in_one_version_only() {
    let text = "table ip filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n  tcp dport 22 accept\n }\n}\n";
    assert_eq!(
        told(text),
        [
            "filtered true",
            "open-ports tcp/22",
            "perhaps-open-ports tcp/1-65535 udp/1-65535",
            "IPv6 is not filtered, and nobody told whether the machine has it: what depends on it is perhaps open"
        ]
    );
}

#[test]
fn json_tells_the_same() {
    let json = r#"{"nftables":[{"metainfo":{"version":"1.0.6","json_schema_version":1}},
        {"table":{"family":"inet","name":"filter"}},
        {"rule":{"family":"inet","table":"filter","chain":"input","expr":[{"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[["established",{"accept":null}],["invalid",{"drop":null}]]}}}]}},
        {"rule":{"family":"inet","table":"filter","chain":"input","expr":[{"match":{"op":"==","left":{"meta":{"key":"iif"}},"right":"lo"}},{"accept":null}]}},
        {"rule":{"family":"inet","table":"filter","chain":"input","expr":[{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[80,{"range":[8000,8010]}]}}},{"counter":{"packets":1,"bytes":2}},{"accept":null}]}},
        {"rule":{"family":"inet","table":"filter","chain":"input","expr":[{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"@trusted"}},{"jump":{"target":"more"}}]}},
        {"rule":{"family":"inet","table":"filter","chain":"more","expr":[{"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["new","untracked"]}},{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":22}},{"accept":null}]}},
        {"rule":{"family":"inet","table":"filter","chain":"more","expr":[{"xt":{"type":"match","name":"geoip"}},{"match":{"op":"==","left":{"payload":{"protocol":"udp","field":"dport"}},"right":53}},{"accept":null}]}},
        {"set":{"family":"inet","table":"filter","name":"trusted","elem":[{"prefix":{"addr":"10.1.0.0","len":16}},{"elem":{"val":"192.168.7.7","timeout":60}}]}},
        {"chain":{"family":"inet","table":"filter","name":"more"}},
        {"chain":{"family":"inet","table":"filter","name":"input","type":"filter","hook":"input","prio":0,"policy":"drop"}}]}"#;
    assert_eq!(
        told(json),
        [
            "filtered true",
            "open-ports tcp/80 tcp/8000-8010",
            "10.1.0.0/16 reaches tcp/22",
            "10.1.0.0/16 may_reach udp/53",
            "192.168.7.7/32 reaches tcp/22",
            "192.168.7.7/32 may_reach udp/53",
            "a condition of iptables: what depends on it is perhaps open"
        ]
    );
    assert_eq!(read(json).sources[0].version.as_deref(), Some("1.0.6"));
}
