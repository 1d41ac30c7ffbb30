//! Two assets become one, and two again.

use crate::house::{House, day, finding, named, only, property, report, same};
use bartizan_model::exposure::Verdict;
use bartizan_model::observation::{AssetSeen, ComponentSeen, RelationSeen, ServiceSeen};
use bartizan_model::{AssetId, Criticality, Loci, Observation, Reach, Severity, Status};
use bartizan_store::{NewDecision, StoreError};
use proptest::prelude::*;

/// What a split need not restore: the journal and the log.
const JOURNAL: &[&str] = &[
    "event",
    "counter",
    "asset_merge",
    "merge_move",
    "merge_sighting",
    "asset_distinct",
    "run",
    "run_coverage",
    "run_note",
];

fn ids(house: &House) -> Vec<AssetId> {
    house.assets().into_iter().map(|asset| asset.id).collect()
}

fn merge(house: &House, into: AssetId, from: AssetId) -> i64 {
    house.write(50, |tx| tx.merge(into, from, "they are one"))
}

pub(crate) fn a_split_restores_both_assets(house: &House) {
    let (a, b) = (named("fqdn:a.example.org ip:10.0.0.1"), named("fqdn:b.example.org mac:00:00:00:00:00:01"));
    let service = |asset: &bartizan_model::AssetRef, product: &str| {
        Observation::Service(ServiceSeen {
            asset: asset.clone(),
            protocol: "tcp".into(),
            port: 80,
            name: "http".into(),
            product: product.into(),
            version: String::new(),
            cpe: String::new(),
            addresses: Vec::new(),
            vantage: String::new(),
        })
    };
    let component = |asset: &bartizan_model::AssetRef, name: &str| {
        Observation::Component(ComponentSeen {
            asset: asset.clone(),
            purl: format!("pkg:deb/debian/{name}@1"),
            name: name.into(),
            version: "1".into(),
            locations: Vec::new(),
            vantage: String::new(),
        })
    };
    let relation = |from: &bartizan_model::AssetRef, to: &bartizan_model::AssetRef| {
        Observation::Relation(RelationSeen::new(from.clone(), "reaches", to.clone()))
    };
    let other = named("fqdn:c.example.org");
    house.import(
        &report("one", 1)
            .sees(&a, "CVE-2024-0001", "port/tcp/80")
            .sees(&a, "only-a", "")
            .observes(service(&a, "nginx"))
            .observes(component(&a, "bash"))
            .observes(relation(&a, &other)),
    );
    house.import(
        &report("one", 2)
            .sees(&b, "CVE-2024-0001", "port/tcp/80")
            .sees(&b, "CVE-2024-0001", "port/tcp/443")
            .sees(&b, "only-b", "")
            .observes(service(&b, "apache"))
            .observes(component(&b, "bash"))
            .observes(component(&b, "zsh"))
            .observes(relation(&b, &other))
            .observes(relation(&other, &b))
            .observes(relation(&a, &b))
            .observes(relation(&b, &b))
            .observes(Observation::Asset(AssetSeen {
                os: Some("Debian".into()),
                reach: Some(Reach::Internet),
                ..AssetSeen::new(b.clone())
            })),
    );
    let (one, two) = (ids(house)[0], ids(house)[2]);
    let before = house.dump(JOURNAL);
    let merge = merge(house, one, two);
    assert_eq!(ids(house).len(), 2);
    let rows = house.read::<_, StoreError>(|reader| reader.exposures_of(one)).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].sightings, 2);
    assert_eq!((rows[0].first_seen, rows[0].last_seen), (day(1), day(2)));
    let merged = house.read::<_, StoreError>(|reader| reader.asset(two)).unwrap();
    assert_eq!((merged.id, merged.os.as_deref(), merged.reach), (one, Some("Debian"), Reach::Internet));
    let (count, _) = house.read::<_, StoreError>(|reader| reader.components(one, 10)).unwrap();
    assert_eq!(count, 2);
    house.write(51, |tx| tx.split(merge));
    same(&before, &house.dump(JOURNAL));
    let error = house.try_write(52, |tx| tx.split(merge)).unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
}

pub(crate) fn any_split_restores_both_assets(house: &House) {
    let severity = prop::sample::select(vec![Severity::Low, Severity::Medium, Severity::Critical]);
    let one = (0usize..2, 0usize..3, 0usize..2, severity);
    let imports =
        prop::collection::vec((0usize..2, 1i64..5, prop::collection::vec(one, 0..6), any::<bool>()), 1..6);
    let decided = prop::option::of((any::<bool>(), 0usize..6));
    let number = std::cell::Cell::new(0);
    property(25, &(imports, decided), |(imports, decided)| {
        number.set(number.get() + 1);
        let hosts = [0, 1].map(|which| named(&format!("fqdn:h{which}-{}.example.org", number.get())));
        let mut first = report("zero", 1);
        for host in &hosts {
            first = first.sees(host, "CVE-2024-0009", "");
        }
        house.import(&first);
        for (tool, on, findings, covered) in imports {
            let mut all = report(["one", "two"][tool], on);
            for (asset, weakness, locus, severity) in findings {
                let locus = ["port/tcp/80", ""][locus];
                all = all.finds(finding(
                    &hosts[asset],
                    ["CVE-2024-0001", "CVE-2024-0002", "rule"][weakness],
                    locus,
                    severity,
                ));
            }
            if covered {
                all = all.covers(&hosts[0]);
                all = all.covers_part(&hosts[1], only(&["CVE-2024-0001"]), Loci::All);
            }
            house.import(&all);
        }
        let mut two: Vec<_> = house.assets().into_iter().rev().take(2).map(|asset| asset.id).collect();
        if let Some((which, index)) = decided {
            let rows =
                house.read::<_, StoreError>(|reader| reader.exposures_of(two[usize::from(which)])).unwrap();
            let decision = NewDecision { verdict: Verdict::FalsePositive, reason: "no", until: None };
            let chosen = rows[index % rows.len()].id;
            house.write(9, |tx| tx.decide(&decision, &[chosen]));
            two.reverse();
        }
        let before = house.dump(JOURNAL);
        let merge = merge(house, two[0], two[1]);
        house.write(51, |tx| tx.split(merge));
        same(&before, &house.dump(JOURNAL));
    });
}

pub(crate) fn split_assets_are_never_merged_again(house: &House) {
    house.import(&report("one", 1).sees(&named("serial:1"), "rule", ""));
    house.import(&report("one", 1).sees(&named("agent-id:2"), "rule", ""));
    let both = report("one", 2).sees(&named("serial:1 agent-id:2"), "other", "");
    house.import(&both);
    assert_eq!(ids(house).len(), 1);
    let merge = house.read::<_, StoreError>(|reader| reader.merges_of(ids(house)[0])).unwrap()[0].id;
    house.write(51, |tx| tx.split(merge));
    for on in 3..6 {
        house.import(&report("one", on).sees(&named("serial:1 agent-id:2"), "other", ""));
        assert_eq!(ids(house).len(), 2);
    }
    // What is the other's stays the other's.
    let last = |identifiers: &str| {
        house.import(&report("one", 9).sees(&named(identifiers), &format!("new {identifiers}"), ""));
        house.exposures().last().unwrap().asset
    };
    assert_ne!(last("serial:1"), last("agent-id:2"));
    // A lone address is not taken in again either.
    house.import(&report("one", 1).sees(&named("ip:10.0.0.1"), "rule", ""));
    house.import(&report("one", 1).sees(&named("name:x"), "rule", ""));
    house.import(&report("one", 2).sees(&named("name:x ip:10.0.0.1"), "rule", ""));
    let merge =
        house.read::<_, StoreError>(|reader| reader.merges_of(*ids(house).last().unwrap())).unwrap()[0].id;
    house.write(51, |tx| tx.split(merge));
    house.import(&report("one", 3).sees(&named("name:x ip:10.0.0.1"), "rule", ""));
    assert_eq!(ids(house).len(), 4);
}

pub(crate) fn a_merge_proves_nothing_fixed(house: &House) {
    let (a, b) = (named("name:a"), named("name:b"));
    for asset in [&a, &b] {
        house.import(&report("one", 1).sees(asset, "CVE-2024-0001", "port/tcp/80"));
    }
    house.import(&report("one", 3).covers(&a));
    let two = ids(house);
    let of = |asset| house.read::<_, StoreError>(|reader| reader.exposures_of(asset)).unwrap().remove(0);
    assert_eq!((of(two[0]).status, of(two[1]).status), (Status::Fixed, Status::Open));
    let merge = merge(house, two[0], two[1]);
    assert_eq!(of(two[0]).status, Status::Open, "somebody still sees it");
    house.write(51, |tx| tx.split(merge));
    assert_eq!((of(two[0]).status, of(two[1]).status), (Status::Fixed, Status::Open));
}

pub(crate) fn a_person_s_words_survive_a_merge(house: &House) {
    let (a, b) = (named("name:a"), named("name:b"));
    for asset in [&a, &b] {
        house.import(&report("one", 1).sees(asset, "CVE-2024-0001", ""));
    }
    let two = ids(house);
    house.write(2, |tx| {
        tx.declare_asset(two[1], Some(Some(Reach::Internal)), Some(Some(Criticality::Critical)), None)
    });
    let exposure = house.exposures()[1].id;
    let decision = NewDecision { verdict: Verdict::NotAffected, reason: "no", until: None };
    house.write(2, |tx| tx.decide(&decision, &[exposure]));
    let merge = merge(house, two[0], two[1]);
    let asset = house.assets().remove(0);
    assert_eq!((asset.criticality, asset.reach), (Some(Criticality::Critical), Reach::Internal));
    assert_eq!(house.exposure().status, Status::NotAffected);
    // What a person says of the merged asset stays with the survivor.
    house.write(3, |tx| tx.declare_asset(two[0], None, Some(Some(Criticality::Low)), None));
    house.write(51, |tx| tx.split(merge));
    let values: Vec<_> = house.assets().into_iter().map(|asset| (asset.criticality, asset.reach)).collect();
    assert_eq!(
        values,
        [(Some(Criticality::Low), Reach::Unknown), (Some(Criticality::Critical), Reach::Internal)]
    );
    assert_eq!(house.exposures()[0].status, Status::Open);
}

pub(crate) fn merges_split_in_reverse_order(house: &House) {
    for name in ["name:a", "name:b", "name:c"] {
        house.import(&report("one", 1).sees(&named(name), "CVE-2024-0001", "").sees(&named(name), name, ""));
    }
    let three = ids(house);
    let before = house.dump(JOURNAL);
    let first = merge(house, three[0], three[1]);
    let second = merge(house, three[2], three[0]);
    let row = house.read::<_, StoreError>(|reader| reader.asset(three[1])).unwrap();
    assert_eq!(row.id, three[2], "merges chain");
    let merges = house.read::<_, StoreError>(|reader| reader.merges_of(three[1])).unwrap();
    assert_eq!((&*merges[0].from_name, &*merges[0].into_name), ("b", "a"));
    assert!(matches!(house.try_write(51, |tx| tx.split(first)).unwrap_err(), StoreError::Conflict(_)));
    house.write(51, |tx| tx.split(second));
    house.write(52, |tx| tx.split(first));
    same(&before, &house.dump(JOURNAL));
}

pub(crate) fn impossible_merges_are_refused(house: &House) {
    let image = bartizan_model::AssetRef::new(
        bartizan_model::AssetKind::ContainerImage,
        "image",
        bartizan_model::Identifier::new(bartizan_model::IdentifierKind::Image, "nginx:1"),
    );
    house.import(&report("one", 1).sees(&named("name:a"), "rule", "").sees(&image.unwrap(), "rule", ""));
    let two = ids(house);
    let before = house.dump(&[]);
    for (into, from) in [(two[0], two[0]), (two[0], two[1]), (two[0], AssetId(99)), (AssetId(99), two[0])] {
        house.try_write(2, |tx| tx.merge(into, from, "")).unwrap_err();
    }
    assert!(matches!(house.try_write(2, |tx| tx.split(7)).unwrap_err(), StoreError::NotFound { .. }));
    same(&before, &house.dump(&[]));
}
