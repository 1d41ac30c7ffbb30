//! The facts of an estate as one YAML document:
//!
//! ```yaml
//! estate: 1
//! zones:
//!   - name: clinic
//!     ranges: [10.1.0.0/16]
//!     assets: [web.example.org]
//!     internet: false
//!     reaches:
//!       - to: db.example.org
//!         ports: [tcp/5432]        # none: everything
//! trust:
//!   - from: alice@clinic
//!     fact: administers            # any fact of the table about two assets
//!     to: db.example.org
//!     via: ""
//! third_parties:
//!   - name: Acme Imaging
//!     access:
//!       - to: pacs.example.org
//!         ports: [tcp/3389]
//!         account: vendor@pacs
//! assets:
//!   - name: db.example.org
//!     stores: [patients]
//!     holds: [phi]
//!     criticality: critical
//!     reached_from: internal
//! ```

use super::facts::{Fact, Facts};
use super::relate;
use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::borrow::Cow;

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "estate")]
    _version: u32,
    #[serde(default)]
    zones: Vec<Zone>,
    #[serde(default)]
    trust: Vec<Trust>,
    #[serde(default)]
    third_parties: Vec<ThirdParty>,
    #[serde(default)]
    assets: Vec<Asset>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Zone {
    name: Text,
    #[serde(default)]
    ranges: Vec<Text>,
    #[serde(default)]
    assets: Vec<Text>,
    #[serde(default)]
    internet: bool,
    #[serde(default)]
    reaches: Vec<Way>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    to: Text,
    #[serde(default)]
    ports: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trust {
    from: Text,
    fact: Text,
    to: Text,
    #[serde(default)]
    via: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThirdParty {
    name: Text,
    #[serde(default)]
    access: Vec<Access>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Access {
    to: Text,
    #[serde(default)]
    ports: Vec<Text>,
    #[serde(default)]
    account: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    name: Text,
    #[serde(default)]
    stores: Vec<Text>,
    #[serde(default)]
    runs_on: Vec<Text>,
    #[serde(default)]
    holds: Vec<Text>,
    #[serde(default)]
    criticality: Option<Text>,
    #[serde(default)]
    reached_from: Option<Text>,
}

/// A reading of a document: each fact is a record with the place of its last word.
struct Reading<'a, 'o> {
    facts: &'a mut Facts,
    out: &'a mut Out<'o>,
}

/// Reads the whole text as one document.
pub(super) fn read(
    json: &mut Json<'_>,
    options: &Options,
    facts: &mut Facts,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut text = String::new();
    while let Some(line) = json.line(options.limits.record.saturating_sub(text.len()))? {
        text.push_str(&line);
    }
    let document: Document = parse(&text)?;
    let mut reading = Reading { facts, out };
    for zone in &document.zones {
        reading.zone(zone)?;
    }
    for trust in &document.trust {
        let via = trust.via.as_ref().map_or("", |via| &via.value);
        reading.fact(&trust.to, "trust[]", [&trust.fact.value, &trust.from.value, &trust.to.value, via])?;
    }
    for party in &document.third_parties {
        reading.third_party(party)?;
    }
    document.assets.iter().try_for_each(|asset| reading.asset(asset))
}

fn parse(text: &str) -> Result<Document, ParseError> {
    // Aliases of aliases could make a small file endless.
    let nodes = text.len().max(1024);
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: nodes, max_events: 2 * nodes },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        let at = Place { line, ..Place::default() };
        let why = error.to_string().lines().next().unwrap_or_default().trim().to_owned();
        ParseError::Syntax { at, why }
    })
}

impl Reading<'_, '_> {
    /// A fact: its word, from, to, via.
    fn fact(
        &mut self,
        place: &Text,
        path: &'static str,
        [fact, from, to, via]: [&str; 4],
    ) -> Result<(), ParseError> {
        let at = Place { line: place.referenced.line(), path: Cow::Borrowed(path), ..Place::default() };
        let at = self.out.record(at, path);
        match self.facts.read(&Fact { fact, from, to, via }) {
            Ok(told) => relate(told, &at, self.out),
            Err((_, why)) => {
                self.out.reject(at, why);
                Ok(())
            }
        }
    }

    fn zone(&mut self, zone: &Zone) -> Result<(), ParseError> {
        let name = zone.name.value.as_str();
        self.fact(&zone.name, "zones[]", ["zone", name, if zone.internet { "internet" } else { "" }, ""])?;
        for (members, path) in [(&zone.ranges, "zones[].ranges[]"), (&zone.assets, "zones[].assets[]")] {
            for member in members {
                self.fact(member, path, ["zone", name, &member.value, ""])?;
            }
        }
        let from = format!("network:{name}");
        for way in &zone.reaches {
            let to = way.to.value.as_str();
            if way.ports.is_empty() {
                self.fact(&way.to, "zones[].reaches[]", ["reaches", &from, to, ""])?;
            }
            for port in &way.ports {
                self.fact(port, "zones[].reaches[].ports[]", ["reaches", &from, to, &port.value])?;
            }
        }
        Ok(())
    }

    fn third_party(&mut self, party: &ThirdParty) -> Result<(), ParseError> {
        let from = format!("third-party:{}", party.name.value);
        self.fact(&party.name, "third_parties[]", ["supplier", &from, "", ""])?;
        for access in &party.access {
            let to = access.to.value.as_str();
            if access.ports.is_empty() {
                let account = access.account.as_ref().map_or("", |account| &account.value);
                self.fact(&access.to, "third_parties[].access[]", ["supplier", &from, to, account])?;
            }
            for port in &access.ports {
                self.fact(port, "third_parties[].access[].ports[]", ["supplier", &from, to, &port.value])?;
            }
            if let Some(account) = &access.account {
                let named = format!("identity:{}", account.value);
                self.fact(account, "third_parties[].access[].account", ["supplier", &from, &named, ""])?;
            }
        }
        Ok(())
    }

    fn asset(&mut self, asset: &Asset) -> Result<(), ParseError> {
        let name = asset.name.value.as_str();
        for (word, path, values) in [
            ("stores", "assets[].stores[]", &asset.stores),
            ("runs-on", "assets[].runs_on[]", &asset.runs_on),
            ("holds", "assets[].holds[]", &asset.holds),
        ] {
            for value in values {
                self.fact(value, path, [word, name, &value.value, ""])?;
            }
        }
        for (word, path, value) in [
            ("criticality", "assets[].criticality", &asset.criticality),
            ("reached-from", "assets[].reached_from", &asset.reached_from),
        ] {
            if let Some(value) = value {
                self.fact(value, path, [word, name, &value.value, ""])?;
            }
        }
        Ok(())
    }
}
