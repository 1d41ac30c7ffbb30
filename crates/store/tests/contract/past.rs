//! What held at a moment of the past, and what of it is not known any more.

use crate::house::{House, day, host, report};
use bartizan_model::observation::{AssetSeen, Observation, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Checks, Criticality, Identifier, IdentifierKind, Loci};
use bartizan_store::{ChangedSince, StoreError};

fn web() -> AssetRef {
    host("web.example.org")
}

/// The facts of a day, one a line; `?` marks what is not sure.
fn facts(house: &House, on: i64) -> Vec<String> {
    house
        .read::<_, StoreError>(|reader| {
            let mut all = Vec::new();
            let mark = |sure| if sure { "" } else { "?" };
            reader.each_relation_at(day(on), |fact, sure| {
                all.push(format!("{} {}{}", fact.relation, fact.via, mark(sure)));
            })?;
            reader.each_attribute_at(day(on), |fact, sure| {
                all.push(format!("{}={}{}", fact.name, fact.value, mark(sure)));
            })?;
            Ok(all)
        })
        .unwrap()
}

pub(crate) fn facts_of_a_day(house: &House) {
    let told = |mfa: &str| {
        let attributes = [("mfa".to_owned(), mfa.to_owned())].into();
        Observation::Asset(AssetSeen { attributes, ..AssetSeen::new(web()) })
    };
    let reaches = |via: &str| {
        let relation = RelationSeen::new(web(), "reaches", host("db.example.org"));
        Observation::Relation(RelationSeen { via: via.into(), ..relation })
    };
    house.import(&report("one", 10).observes(told("false")).observes(reaches("tcp/22")));
    house.import(&report("one", 20).observes(told("false")).observes(reaches("tcp/22")));
    let last = report("one", 40).observes(told("true")).observes(reaches("tcp/443"));
    house.import(&last.covers_part(&web(), Checks::All, Loci::Facts));

    assert_eq!(facts(house, 9), Vec::<String>::new());
    assert_eq!(facts(house, 15), ["reaches tcp/22"], "the value of then was overwritten");
    assert_eq!(facts(house, 30), ["reaches tcp/22?"], "it ended between two looks");
    assert_eq!(facts(house, 40), ["reaches tcp/443", "mfa=true"]);
    let changed = |on| house.read::<_, StoreError>(|reader| reader.changed_since(day(on))).unwrap();
    assert_eq!(changed(30).attributes, 1);
    assert_eq!(changed(40).attributes, 0);
}

pub(crate) fn what_changed_since_a_day(house: &House) {
    house.import(&report("one", 10).sees(&web(), "CVE-2024-0001", ""));
    let id = house.assets()[0].id;
    house.write(120, |tx| tx.declare_asset(id, None, Some(Some(Criticality::High)), None));
    let changed = |on| house.read::<_, StoreError>(|reader| reader.changed_since(day(on))).unwrap();
    assert_eq!(changed(110), ChangedSince { assets: 1, ..ChangedSince::default() });
    assert_eq!(changed(120), ChangedSince::default());
    assert!(changed(50).before_anything, "the first run began on day 100");
    let since = |on| house.read::<_, StoreError>(|reader| reader.assets_since(day(on))).unwrap();
    assert_eq!((since(9).len(), since(10).len()), (1, 0));
}

pub(crate) fn exposures_that_were_not_open(house: &House) {
    let web = web();
    house.import(&report("one", 1).sees(&web, "CVE-2024-0001", ""));
    let not_open = |on| {
        let (then, now) = house.read::<_, StoreError>(|reader| reader.not_open_at(day(on))).unwrap();
        (then.len(), now.len())
    };
    assert_eq!(not_open(99), (0, 0));
    // Closed on day 100, as the house imports then, and back on the same day.
    house.import(&report("one", 2).covers(&web));
    assert_eq!((not_open(99), not_open(100)), ((0, 1), (1, 1)));
    house.import(&report("one", 3).sees(&web, "CVE-2024-0001", ""));
    assert_eq!(not_open(100), (0, 0));
    let exposure = house.exposure().id;
    let decision = bartizan_store::NewDecision {
        verdict: bartizan_model::exposure::Verdict::FalsePositive,
        reason: "no such page",
        until: None,
    };
    let decision = house.write(110, |tx| tx.decide(&decision, &[exposure]));
    assert_eq!((not_open(105), not_open(110)), ((0, 1), (1, 1)));
    house.write(120, |tx| tx.revoke_decision(decision));
    assert_eq!((not_open(115), not_open(120)), ((1, 0), (0, 0)));
}

pub(crate) fn the_ids_of_clouds(house: &House) {
    let machine = |ids: &[&str]| {
        let ids = ids.iter().filter_map(|id| Identifier::new(IdentifierKind::CloudId, id));
        AssetRef::new(AssetKind::Host, "web", ids).unwrap()
    };
    house.import(&report("one", 1).observes(Observation::Asset(AssetSeen::new(machine(&["i-1", "arn:1"])))));
    house.import(&report("one", 1).observes(Observation::Asset(AssetSeen::new(host("db.example.org")))));
    let mut all = Vec::new();
    house
        .read::<_, StoreError>(|reader| {
            reader.each_cloud_id(|asset, id| all.push(format!("{} {id}", asset.0)))
        })
        .unwrap();
    assert_eq!(all, ["1 arn:1", "1 i-1"]);
}
