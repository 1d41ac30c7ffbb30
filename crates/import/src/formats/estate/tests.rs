//! What rows and documents tell.

use super::*;
use crate::sink::Collected;
use bartizan_model::Loci;

fn read(text: &str) -> (Vec<String>, Collected) {
    let mut seen = Collected::default();
    parse(&mut text.as_bytes(), &Options::default(), &mut seen).unwrap();
    let told = seen.observations.iter().map(|(_, observation)| match observation {
        Observation::Relation(r) => {
            format!("{} {} {} {}", r.from.name, r.relation, r.to.name, r.via).trim_end().to_owned()
        }
        Observation::Asset(a) => {
            let mut line = a.asset.name.clone();
            a.attributes.iter().for_each(|(name, value)| line.push_str(&format!(" {name}={value}")));
            a.reach.iter().for_each(|reach| line.push_str(&format!(" {reach}")));
            a.declared.iter().for_each(|declared| line.push_str(&format!(" {declared:?}")));
            line
        }
        other => format!("{other:?}"),
    });
    (told.collect(), seen)
}

const DOCUMENT: &str = "# kept in the repository
estate: 1
zones:
  - name: clinic
    ranges: [10.1.0.9/16, 2001:db8::/32]
    assets: [web.example.org]
    reaches:
      - to: db
        ports: [tcp/5432, tcp/8000-8999]
      - to: network:lab
  - name: outside
    internet: true
trust:
  - {from: alice@clinic, fact: administers, to: db}
third_parties:
  - name: Acme Imaging
    access:
      - {to: pacs, ports: [tcp/3389], account: vendor@pacs}
assets:
  - {name: db, stores: [patients], holds: [phi, pii], criticality: critical, reached_from: internal}
";

const TABLE: &str = "fact,from,to,via,note
zone,clinic,10.1.0.9/16,,all of it
zone,clinic,2001:db8::/32,
zone,clinic,web.example.org,,
Zone,outside,internet,
reaches,clinic,db,tcp/5432
reaches,clinic,db,tcp/8000-8999
reaches,clinic,network:lab,
administers,alice@clinic,db,
supplier,Acme Imaging,pacs,tcp/3389
supplier,Acme Imaging,vendor@pacs,
stores,db,patients,
holds,db,\"phi, pii\",
criticality,db,critical,
reached-from,db,internal,
";

#[test]
fn a_document_and_a_table_tell_the_same() {
    let (mut document, seen) = read(DOCUMENT);
    assert_eq!(seen.rejected, []);
    let mut table = read(&TABLE.replace("\\\"", "\"")).0;
    let declared = "db Declared { reach: Some(Internal), criticality: Some(Critical), data: [Phi, Pii] }";
    let mut expected = vec![
        "web.example.org in_zone clinic".to_owned(),
        "clinic reaches db tcp/5432".to_owned(),
        "clinic reaches db tcp/8000-8999".to_owned(),
        "clinic reaches lab".to_owned(),
        "alice@clinic admin_to db".to_owned(),
        "Acme Imaging supplier_access pacs tcp/3389".to_owned(),
        "Acme Imaging supplier_access vendor@pacs".to_owned(),
        "db stores patients".to_owned(),
        "clinic cidr=10.1.0.0/16, 2001:db8::/32".to_owned(),
        "outside internet".to_owned(),
        "alice@clinic".to_owned(),
        "Acme Imaging".to_owned(),
        declared.to_owned(),
    ];
    for list in [&mut document, &mut table, &mut expected] {
        list.sort();
    }
    assert_eq!(document, expected);
    assert_eq!(table, expected);
    let covered: Vec<_> = seen.covered.iter().map(|covered| covered.asset.name.as_str()).collect();
    assert_eq!(covered, ["clinic", "outside", "alice@clinic", "Acme Imaging", "db"]);
    assert!(seen.covered.iter().all(|covered| covered.loci == Loci::Facts));
}

#[test]
fn an_error_says_where_and_what() {
    let table = "fact,from,to,via
zone,clinic,10.1.0.0/99,
reaches,clinic,db,https
holds,db,phy,
teleports,a,b,
criticality,,high,
runs-on,shop,web,tcp/1
zone,clinic,web,
";
    let (_, seen) = read(table);
    let rejected: Vec<_> = seen.rejected.iter().map(|(at, why)| format!("{at}: {why}")).collect();
    assert_eq!(
        rejected,
        [
            "record 1 (line 2): column to: `10.1.0.0/99` is no range of addresses",
            "record 2 (line 3): column via: `https` is no port, such as tcp/443 or tcp/8000-8999",
            "record 3 (line 4): column to: `phy` is none of phi, pci, pii, credentials, confidential",
            "record 4 (line 5): column fact: `teleports` is none of account, administers, assumes, builds, deploys, \
             has-access, member, opens, pushes, reaches, reads, runs-on, secret-opens, shares-password, stores, \
             supplier, zone, logs-on, holds, criticality, reached-from",
            "record 5 (line 6): column from: no asset is named",
            "record 6 (line 7): column via: nothing belongs here for this fact",
        ]
    );
    assert!(seen.covered.is_empty(), "a file that was read in part takes nothing away");
    let (_, seen) = read("estate: 1\nassets:\n  - name: db\n    holds: [phi, phy]\n");
    assert_eq!(
        seen.rejected[0].0.to_string() + ": " + &seen.rejected[0].1,
        "record 2 (line 4) in assets[].holds[]: `phy` is none of phi, pci, pii, credentials, confidential"
    );
    let broken = parse(&mut &b"estate: 1\nzoness: []\n"[..], &Options::default(), &mut Collected::default());
    let said = broken.unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("zoness"), "{said}");
}

#[test]
fn rows_may_name_the_network_of_private_addresses() {
    let table = "fact,from,to,via
zone,shops,10.0.0.0/24%branch-berlin,
zone,shops,10.0.0.0%branch-paris/24,
zone,shops,10.0.9.9%branch-paris,
zone,shops,203.0.113.0/24%branch-paris,
reaches,shops,10.1.0.0/16%branch-berlin,tcp/443
";
    let (told, seen) = read(table);
    let expected = [
        "10.0.9.9%branch-paris in_zone shops",
        "shops reaches 10.1.0.0/16%branch-berlin tcp/443",
        "shops cidr=10.0.0.0/24%branch-berlin, 10.0.0.0/24%branch-paris",
    ];
    assert_eq!(told, expected);
    let why = "column to: `203.0.113.0/24%branch-paris` is no range of addresses, or of public ones, which are the same in every network";
    assert_eq!(seen.rejected.iter().map(|(_, why)| why.as_str()).collect::<Vec<_>>(), [why]);
}

#[test]
fn from_who_pushes_to_where_it_runs() {
    let table = "fact,from,to,via
pushes,ada@clinic,https://git.example.org/clinic/shop,
reads,audit@clinic,repository:https://git.example.org/clinic/shop,
builds,https://git.example.org/clinic/shop,registry.example.org/shop:1,
deploys,https://git.example.org/clinic/shop,web.example.org,pipeline
assumes,deploy@clinic,arn:aws:iam::111122223333:role/deploy,
";
    let (told, seen) = read(table);
    assert_eq!(seen.rejected, []);
    assert_eq!(
        told[..5],
        [
            "ada@clinic can_push_to clinic/shop",
            "audit@clinic can_read clinic/shop",
            "clinic/shop builds registry.example.org/shop:1",
            "clinic/shop deploys_to web.example.org pipeline",
            "deploy@clinic can_assume arn:aws:iam::111122223333:role/deploy",
        ]
    );
}
