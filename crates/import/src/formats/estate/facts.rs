//! Facts as they are written, and what they tell.

use super::names;
use crate::common::networks;
use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, Declared, End, RelationSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Covered, DataClass, IdentifierKind, Loci, Observation, Reach, subnet,
};
use std::collections::HashMap;
use std::net::IpAddr;
use std::str::FromStr;

/// One fact, each part as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact<'a> {
    pub(super) fact: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) via: &'a str,
}

/// A relation that people tell: its word, its verb, and what stands at its ends where a name does not tell.
struct Known {
    word: &'static str,
    verb: &'static str,
    from: AssetKind,
    to: AssetKind,
    via: Via,
}

/// What `via` may be.
#[derive(Clone, Copy)]
enum Via {
    Nothing,
    Port,
    Anything,
}

const fn known(word: &'static str, verb: &'static str, from: AssetKind, to: AssetKind, via: Via) -> Known {
    Known { word, verb, from, to, via }
}

const RELATIONS: &[Known] = &[
    known("account", "account_of", AssetKind::Identity, AssetKind::Host, Via::Nothing),
    known("administers", "admin_to", AssetKind::Identity, AssetKind::Host, Via::Nothing),
    known("assumes", "can_assume", AssetKind::Identity, AssetKind::Identity, Via::Anything),
    known("builds", "builds", AssetKind::Repository, AssetKind::ContainerImage, Via::Anything),
    known("deploys", "deploys_to", AssetKind::Repository, AssetKind::Host, Via::Anything),
    known("has-access", "has_access_to", AssetKind::Identity, AssetKind::DataStore, Via::Anything),
    known("member", "member_of", AssetKind::Identity, AssetKind::Identity, Via::Nothing),
    known("opens", "can_ssh", AssetKind::Identity, AssetKind::Host, Via::Port),
    known("pushes", "can_push_to", AssetKind::Identity, AssetKind::Repository, Via::Nothing),
    known("reaches", "reaches", AssetKind::Network, AssetKind::Host, Via::Port),
    known("reads", "can_read", AssetKind::Identity, AssetKind::Repository, Via::Nothing),
    known("runs-on", "runs_on", AssetKind::Application, AssetKind::Host, Via::Nothing),
    known("secret-opens", "leaks_credential_of", AssetKind::Repository, AssetKind::Identity, Via::Anything),
    known("shares-password", "shares_password", AssetKind::Host, AssetKind::Host, Via::Anything),
    known("stores", "stores", AssetKind::Host, AssetKind::DataStore, Via::Nothing),
    known("supplier", "supplier_access", AssetKind::ThirdParty, AssetKind::Host, Via::Anything),
];

/// How somebody logs on, and the verb for it.
const LOGONS: [(&str, &str); 3] =
    [("rdp", "can_rdp"), ("powershell", "can_psremote"), ("dcom", "execute_dcom")];

/// Which column is wrong, and why.
type Wrong = (&'static str, String);

/// What is told so far.
#[derive(Default)]
pub(super) struct Facts {
    /// Whose facts these are, and what else is told of each than relations.
    told: HashMap<AssetRef, Of>,
    /// In the order in which they are named.
    order: Vec<AssetRef>,
}

/// What is told of an asset.
#[derive(Default)]
struct Of {
    /// Of a zone.
    ranges: Vec<String>,
    internet: bool,
    declared: Declared,
    /// Whether this file is the record of its facts.
    whole: bool,
}

impl Facts {
    /// What a fact tells: relations, while the rest is kept to the end.
    pub(super) fn read(&mut self, fact: &Fact<'_>) -> Result<Vec<RelationSeen>, Wrong> {
        let word = fact.fact.to_ascii_lowercase().replace([' ', '_'], "-");
        let from = |kind| names::asset(fact.from, kind).map_err(|why| ("from", why));
        let to = |kind| names::asset(fact.to, kind).map_err(|why| ("to", why));
        if let Some(known) = RELATIONS.iter().find(|known| known.word == word) {
            let from = from(known.from)?;
            self.of(&from).whole = true;
            if fact.to.is_empty() {
                return Ok(Vec::new());
            }
            let to = to(known.to)?;
            let relation = RelationSeen::new(from, known.verb, to);
            let ways = ways(known.via, fact.via)?.into_iter();
            return Ok(ways.map(|via| RelationSeen { via, ..relation.clone() }).collect());
        }
        match word.as_str() {
            "zone" => self.zone(fact),
            "logs-on" => {
                let from = from(AssetKind::Identity)?;
                self.of(&from).whole = true;
                let logon = LOGONS.iter().find(|(word, _)| fact.via.eq_ignore_ascii_case(word));
                let Some((_, verb)) = logon else {
                    return Err((
                        "via",
                        format!("`{}` is none of rdp, powershell, dcom", text::name(fact.via)),
                    ));
                };
                Ok(vec![RelationSeen::new(from, *verb, to(AssetKind::Host)?)])
            }
            "holds" => {
                let asset = from(AssetKind::Host)?;
                let classes: Vec<DataClass> = words(fact.to)?;
                self.of(&asset).declared.data.extend(classes);
                Ok(Vec::new())
            }
            "criticality" => {
                let asset = from(AssetKind::Host)?;
                self.of(&asset).declared.criticality = Some(word_of(fact.to)?);
                Ok(Vec::new())
            }
            "reached-from" => {
                let asset = from(AssetKind::Host)?;
                self.of(&asset).declared.reach = Some(word_of(fact.to)?);
                Ok(Vec::new())
            }
            _ => {
                let relations = RELATIONS.iter().map(|known| known.word);
                let all: Vec<_> =
                    relations.chain(["zone", "logs-on", "holds", "criticality", "reached-from"]).collect();
                Err(("fact", format!("`{}` is none of {}", text::name(fact.fact), all.join(", "))))
            }
        }
    }

    /// A zone has a range of addresses, an asset stands in it, or it is the internet.
    fn zone(&mut self, fact: &Fact<'_>) -> Result<Vec<RelationSeen>, Wrong> {
        let zone = names::asset(fact.from, AssetKind::Network).map_err(|why| ("from", why))?;
        if zone.kind != AssetKind::Network {
            return Err(("from", format!("`{}` is a {}, no zone", zone.name, zone.kind)));
        }
        let of = self.of(&zone);
        of.whole = true;
        match fact.to {
            "" => {}
            "internet" => of.internet = true,
            asset => {
                if let Some(range) = range(asset)? {
                    of.ranges.push(range);
                    return Ok(Vec::new());
                }
                let member = names::asset(asset, AssetKind::Host).map_err(|why| ("to", why))?;
                let stands = RelationSeen::new(member, "in_zone", zone);
                return Ok(vec![RelationSeen { told_by: End::To, ..stands }]);
            }
        }
        Ok(Vec::new())
    }

    fn of(&mut self, asset: &AssetRef) -> &mut Of {
        if !self.told.contains_key(asset) {
            self.order.push(asset.clone());
        }
        self.told.entry(asset.clone()).or_default()
    }

    /// Hands over what is told of each asset, and that it is all.
    pub(super) fn finish(mut self, out: &mut Out<'_>) -> Result<(), ParseError> {
        let whole = out.summary.rejected == 0;
        for asset in self.order {
            let Some(of) = self.told.remove(&asset) else { continue };
            let mut seen = AssetSeen::new(asset.clone());
            if !of.ranges.is_empty() {
                seen.attributes.insert(subnet::RANGES.to_owned(), of.ranges.join(", "));
            }
            if is_ssh_key(&asset) {
                seen.attributes.insert("type".to_owned(), "ssh-key".to_owned());
            }
            seen.reach = of.internet.then_some(Reach::Internet);
            seen.declared = (of.declared != Declared::default()).then_some(of.declared);
            out.observe(&Place::default(), Observation::Asset(seen), None)?;
            if whole && of.whole {
                out.cover(Covered::new(asset, Checks::All, Loci::Facts));
            }
        }
        if !whole {
            let why = "something in the file could not be used, so nothing that it no longer tells is taken for gone";
            out.gap("what is gone", why);
        }
        Ok(())
    }
}

/// Whether it is a key, and no person who could be phished.
fn is_ssh_key(asset: &AssetRef) -> bool {
    asset.kind == AssetKind::Identity && asset.identifiers.iter().any(|id| id.kind == IdentifierKind::HostKey)
}

/// A range of addresses in its one form; a single address is an asset.
fn range(text: &str) -> Result<Option<String>, Wrong> {
    let begins = text.split(['/', '%']).next().is_some_and(|address| address.parse::<IpAddr>().is_ok());
    if !begins || !text.contains('/') {
        return Ok(None);
    }
    let range = networks::network(text).map(|network| network.name);
    let wrong = || {
        let public =
            if text.contains('%') { ", or of public ones, which are the same in every network" } else { "" };
        ("to", format!("`{}` is no range of addresses{public}", text::name(text)))
    };
    range.map(Some).ok_or_else(wrong)
}

/// The ways that `via` names.
fn ways(rule: Via, via: &str) -> Result<Vec<String>, Wrong> {
    match rule {
        Via::Nothing if via.is_empty() => Ok(vec![String::new()]),
        Via::Nothing => Err(("via", "nothing belongs here for this fact".to_owned())),
        Via::Anything => Ok(vec![text::name(via)]),
        Via::Port if via.is_empty() => Ok(vec![String::new()]),
        Via::Port => {
            let wrong =
                || ("via", format!("`{}` is no port, such as tcp/443 or tcp/8000-8999", text::name(via)));
            let (protocol, ports) = via.split_once('/').ok_or_else(wrong)?;
            let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
            let port = |text: &str| text.trim().parse::<u16>().map(u32::from).map_err(|_| wrong());
            let ways = networks::ways(protocol.trim(), port(low)?, port(high)?);
            if ways.iter().any(|way| !way.is_empty()) { Ok(ways) } else { Err(wrong()) }
        }
    }
}

/// A word of a closed list in the column `to`.
fn word_of<T: FromStr<Err = String>>(text: &str) -> Result<T, Wrong> {
    text.trim().parse().map_err(|why| ("to", why))
}

/// Words of a closed list, divided by commas, semicolons or spaces.
fn words<T: FromStr<Err = String>>(text: &str) -> Result<Vec<T>, Wrong> {
    let words = text.split([',', ';', ' ']).map(str::trim).filter(|word| !word.is_empty());
    let words: Vec<T> = words.map(word_of).collect::<Result<_, _>>()?;
    if words.is_empty() { Err(("to", "no class of data is named".to_owned())) } else { Ok(words) }
}
