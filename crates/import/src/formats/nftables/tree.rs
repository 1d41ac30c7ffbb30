//! The JSON of nft (libnftables-json(5)): one object after another, each a table, a chain, a set or a rule.

use super::terms::{Field, Rule, Value, verdict};
use super::{FORMAT, Rules, full};
use crate::common::filter::Verdict;
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use serde_json::Value as Tree;

/// Reads all objects; the version of nft.
pub(super) fn read(json: &mut Json<'_>, rules: &mut Rules, out: &mut Out<'_>) -> Result<String, ParseError> {
    let (mut version, mut later, mut found) = (String::new(), Vec::new(), false);
    json.object(&mut |json, key| {
        if key != "nftables" {
            return json.skip();
        }
        found = true;
        json.each_of("nftables[]", out, &mut |value, _, _| {
            let item: Tree = value.read()?;
            if let Some(meta) = item.get("metainfo") {
                version = text::name(word(meta, "version"));
            } else if let Some(chain) = item.get("chain") {
                self::chain(chain, rules);
            } else if let Some(set) = item.get("set").or_else(|| item.get("map")) {
                let elements =
                    set.get("elem").and_then(Tree::as_array).map(Vec::as_slice).unwrap_or_default();
                let elements = elements.iter().flat_map(values).collect();
                rules.sets.insert(full(word(set, "family"), word(set, "table"), word(set, "name")), elements);
            } else if let Some(rule) = item.get("rule") {
                later.push(rule.clone());
            }
            Ok(())
        })
    })?;
    json.end()?;
    if !found {
        let why = "it has no key nftables".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    // A rule may come before what it names.
    later.iter().for_each(|one| rule(one, rules));
    Ok(version)
}

fn word<'a>(tree: &'a Tree, key: &str) -> &'a str {
    tree.get(key).and_then(Tree::as_str).unwrap_or_default()
}

fn chain(chain: &Tree, rules: &mut Rules) {
    let (family, name) = (word(chain, "family"), word(chain, "name"));
    let name = full(family, word(chain, "table"), name);
    rules.filter.chains.entry(name.clone()).or_default();
    if chain.get("hook").is_some() {
        rules.base(family, name, [word(chain, "type"), word(chain, "hook"), word(chain, "policy")]);
    }
}

fn rule(one: &Tree, rules: &mut Rules) {
    let (family, table) = (word(one, "family"), word(one, "table"));
    let chain = full(family, table, word(one, "chain"));
    let mut rule = Rule::new(family, table);
    for part in one.get("expr").and_then(Tree::as_array).into_iter().flatten() {
        let Some((name, body)) = part.as_object().and_then(|part| part.iter().next()) else { continue };
        match name.as_str() {
            "match" => {
                let negated = word(body, "op") == "!=";
                let (left, right) =
                    (body.get("left").unwrap_or(&Tree::Null), body.get("right").unwrap_or(&Tree::Null));
                rule.ask(rules, &field(left), negated, &values(right));
                version_of(left).into_iter().for_each(|v6| rule.family(v6));
            }
            "vmap" => {
                let key = body.get("key").unwrap_or(&Tree::Null);
                let data =
                    body.get("data").map(|data| data.get("set").unwrap_or(data)).and_then(Tree::as_array);
                let choices = data.into_iter().flatten().filter_map(|pair| {
                    let (value, decides) = pair.as_array()?.first().zip(pair.as_array()?.get(1))?;
                    Some((values(value), decided(decides, &rule)?))
                });
                let choices: Vec<_> = choices.collect();
                match data {
                    Some(_) => rule.choose(rules, &chain, &field(key), &choices),
                    None => {
                        rule.unknown("a map of verdicts");
                        rule.decide(rules, &chain, Verdict::Unknown);
                    }
                }
            }
            "limit" | "quota" | "ct count" => rule.limits(),
            "counter" | "log" | "mangle" | "comment" | "notrack" | "set" | "meter" => {}
            "xt" => rule.unknown("a condition of iptables"),
            "dnat" | "redirect" | "tproxy" => {
                rules.filter.unknown("a rule sends packets to another port or machine");
            }
            _ => match decided(part, &rule) {
                Some(verdict) => rule.decide(rules, &chain, verdict),
                None => rule.unknown(format!("the statement {}", text::name(name))),
            },
        }
        if rule.is_done() {
            break;
        }
    }
}

/// `{"accept": null}`, `{"jump": {"target": "more"}}`.
fn decided(tree: &Tree, rule: &Rule) -> Option<Verdict> {
    let (name, body) = tree.as_object()?.iter().next()?;
    match name.as_str() {
        "jump" => Some(Verdict::Jump(rule.chain(word(body, "target")))),
        "goto" => Some(Verdict::Goto(rule.chain(word(body, "target")))),
        word => verdict(word),
    }
}

/// Whether a field is one of IPv6 or IPv4 alone.
fn version_of(left: &Tree) -> Option<bool> {
    match word(left.get("payload")?, "protocol") {
        "ip" => Some(false),
        "ip6" => Some(true),
        _ => None,
    }
}

fn field(left: &Tree) -> Field {
    if let Some(payload) = left.get("payload") {
        return match (word(payload, "protocol"), word(payload, "field")) {
            ("ip" | "ip6", "saddr") => Field::Source,
            ("ip" | "ip6", "daddr") => Field::Destination,
            ("ip", "protocol") | ("ip6", "nexthdr") => Field::Protocol,
            ("tcp", "dport") => Field::Port(Some("tcp")),
            ("udp", "dport") => Field::Port(Some("udp")),
            ("th", "dport") => Field::Port(None),
            (_, "sport") => Field::Part,
            ("tcp", "flags") => Field::Flags,
            ("icmp" | "icmpv6" | "sctp" | "dccp" | "igmp" | "esp" | "ah", _) => Field::Foreign,
            (protocol, field) => Field::Other(format!("{protocol} {field}")),
        };
    }
    if let Some(meta) = left.get("meta") {
        return match word(meta, "key") {
            "l4proto" => Field::Protocol,
            "nfproto" | "protocol" => Field::Family,
            "iif" | "iifname" => Field::Interface,
            "pkttype" => Field::Kind,
            other => Field::Other(format!("meta {other}")),
        };
    }
    if let Some(ct) = left.get("ct") {
        let key = word(ct, "key");
        return if key == "state" { Field::State } else { Field::Other(format!("ct {key}")) };
    }
    if left.get("fib").is_some_and(|fib| word(fib, "result") == "type") {
        return Field::Kind;
    }
    if let Some(parts) = left.get("&").and_then(Tree::as_array) {
        return parts.first().map_or(Field::Other("&".to_owned()), field);
    }
    let what = left.as_object().and_then(|left| left.keys().next()).map_or("?", String::as_str);
    Field::Other(what.to_owned())
}

fn values(right: &Tree) -> Vec<Value> {
    match right {
        Tree::String(text) => {
            vec![if text.starts_with('@') { Value::of(text) } else { Value::One(text.clone()) }]
        }
        Tree::Number(number) => vec![Value::One(number.to_string())],
        Tree::Array(list) => list.iter().flat_map(values).collect(),
        Tree::Object(object) => match object.iter().next() {
            Some((name, Tree::Array(list))) if name == "set" => list.iter().flat_map(values).collect(),
            Some((name, Tree::Array(ends))) if name == "range" => {
                let ends: Vec<_> = ends
                    .iter()
                    .map(|end| end.as_str().map_or_else(|| end.to_string(), str::to_owned))
                    .collect();
                match ends.as_slice() {
                    [from, to] => vec![Value::Range(from.clone(), to.clone())],
                    _ => Vec::new(),
                }
            }
            Some((name, prefix)) if name == "prefix" => {
                let length = prefix.get("len").map_or_else(String::new, Tree::to_string);
                vec![Value::One(format!("{}/{length}", word(prefix, "addr")))]
            }
            Some((name, element)) if name == "elem" => element.get("val").map(values).unwrap_or_default(),
            _ => vec![Value::One("?".to_owned())],
        },
        _ => Vec::new(),
    }
}
