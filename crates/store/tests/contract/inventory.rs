//! Services, components, relations and host configurations.

use crate::house::{House, Report, day, host, named, ports, report};
use bartizan_model::host::{Fact, HostFacts};
use bartizan_model::observation::{AssetSeen, ComponentSeen, Declared, End, RelationSeen, ServiceSeen};
use bartizan_model::{
    AssetId, AssetKind, AssetRef, Checks, Covered, Criticality, DataClass, Identifier, Loci, Observation,
    Reach,
};
use bartizan_store::StoreError;

fn web() -> AssetRef {
    host("web.example.org")
}

fn service(port: u16) -> Observation {
    Observation::Service(ServiceSeen {
        asset: web(),
        protocol: "tcp".into(),
        port,
        name: "http".into(),
        product: "nginx".into(),
        version: "1.25".into(),
        cpe: String::new(),
        addresses: vec!["0.0.0.0".into(), "::".into()],
        vantage: String::new(),
    })
}

fn component(kind: &str, name: &str) -> Observation {
    Observation::Component(ComponentSeen {
        asset: web(),
        purl: format!("pkg:{kind}/{name}@1"),
        name: name.into(),
        version: "1".into(),
        locations: Vec::new(),
        vantage: String::new(),
    })
}

fn ports_of(house: &House) -> Vec<i64> {
    house
        .read::<_, StoreError>(|reader| reader.services(AssetId(1)))
        .unwrap()
        .into_iter()
        .map(|row| row.port)
        .collect()
}

fn components_of(house: &House) -> Vec<String> {
    let (count, rows) = house.read::<_, StoreError>(|reader| reader.components(AssetId(1), 100)).unwrap();
    assert_eq!(count, rows.len() as i64);
    rows.into_iter().map(|row| row.name).collect()
}

pub(crate) fn services_and_components_come_and_go(house: &House) {
    house.import(
        &report("one", 1)
            .observes(service(80))
            .observes(service(8080))
            .observes(component("deb", "bash"))
            .observes(component("deb", "bash"))
            .observes(component("npm", "lodash")),
    );
    assert_eq!(ports_of(house), [80, 8080]);
    assert_eq!(components_of(house), ["bash", "lodash"]);
    let rows = house.read::<_, StoreError>(|reader| reader.services(AssetId(1))).unwrap();
    assert_eq!((rows[0].product.as_str(), rows[0].addresses.as_str()), ("nginx", "0.0.0.0 ::"));

    // A run that lists none proves nothing about them.
    house.import(&report("one", 2).covers(&web()));
    assert_eq!(ports_of(house), [80, 8080]);
    assert_eq!(components_of(house), ["bash", "lodash"]);
    // Only what was looked at closes, and only for the source that looked.
    house.import(&report("one", 3).observes(service(22)).covers_part(&web(), Checks::All, ports(1, 1024)));
    assert_eq!(ports_of(house), [22, 8080]);
    let deb = Loci::Packages(["deb".to_owned()].into_iter().collect());
    house.import(&report("one", 3).observes(component("deb", "zsh")).covers_part(
        &web(),
        Checks::All,
        deb.clone(),
    ));
    assert_eq!(components_of(house), ["lodash", "zsh"]);
    house.import(&report("two", 4).observes(component("deb", "dash")).covers_part(&web(), Checks::All, deb));
    assert_eq!(components_of(house), ["dash", "lodash", "zsh"]);
    house.import(&report("one", 5).observes(service(80)).observes(service(22)).covers(&web()));
    assert_eq!(ports_of(house), [22, 80]);
}

pub(crate) fn each_vantage_has_its_own_services_and_software(house: &House) {
    let from = |vantage: &str, observation: Observation| match observation {
        Observation::Service(seen) => Observation::Service(ServiceSeen { vantage: vantage.into(), ..seen }),
        Observation::Component(seen) => {
            Observation::Component(ComponentSeen { vantage: vantage.into(), ..seen })
        }
        other => other,
    };
    let seen = |on, vantage: &str, ports: &[u16], names: &[&str]| {
        let mut all = report("one", on);
        for port in ports {
            all = all.observes(from(vantage, service(*port)));
        }
        for name in names {
            all = all.observes(from(vantage, component("npm", name)));
        }
        all.coverage.covered.push(Covered::new(web(), Checks::All, Loci::All).seen_from(vantage));
        all
    };
    house.import(&seen(1, "a", &[80, 443], &["left", "right"]));
    house.import(&seen(2, "b", &[443], &["right"]));
    assert_eq!((ports_of(house).len(), components_of(house)), (3, vec!["left".into(), "right".into()]));
    // What is gone from one is still there from the other.
    house.import(&seen(3, "a", &[80], &["left"]));
    assert_eq!((ports_of(house), components_of(house)), (vec![80, 443], vec!["left".into(), "right".into()]));
    house.import(&seen(4, "b", &[22], &["other"]));
    assert_eq!((ports_of(house), components_of(house)), (vec![22, 80], vec!["left".into(), "other".into()]));
    // A merge takes each along.
    let twin = host("twin.example.org");
    let on_twin = |observation: Observation| match from("c", observation) {
        Observation::Service(seen) => Observation::Service(ServiceSeen { asset: twin.clone(), ..seen }),
        other => other,
    };
    house.import(&report("one", 5).observes(on_twin(service(80))));
    let merge = house.write(6, |tx| tx.merge(AssetId(1), AssetId(2), "the same"));
    assert_eq!(ports_of(house), [22, 80, 80]);
    house.write(7, |tx| tx.split(merge));
    assert_eq!(ports_of(house), [22, 80]);
    // Who vouches speaks of all of them.
    let mut all = report("one", 8).observes(service(8080));
    all.coverage.covered.push(Covered::whole(web()));
    house.import(&all);
    assert_eq!(ports_of(house), [8080]);
}

pub(crate) fn where_a_component_is_named_is_kept(house: &House) {
    let at = |places: &[&str]| {
        let Observation::Component(seen) = component("npm", "left") else { panic!("a component") };
        let locations = places.iter().map(|place| (*place).to_owned()).collect();
        Observation::Component(ComponentSeen { locations, ..seen })
    };
    let places = |house: &House| {
        let (_, rows) = house.read::<_, StoreError>(|reader| reader.components(AssetId(1), 100)).unwrap();
        rows.into_iter()
            .map(|row| format!("{}: {}", row.source, row.locations.join(" | ")))
            .collect::<Vec<_>>()
    };
    house.import(&report("one", 1).observes(at(&["b\nc", "a"])).observes(at(&["a", "d"])));
    house.import(&report("two", 1).observes(at(&[])));
    assert_eq!(places(house), ["one: a | b c | d", "two: "]);
    house.import(&report("one", 2).observes(at(&["e"])));
    assert_eq!(places(house), ["one: e", "two: "]);
    // An older report does not know better.
    house.import(&report("one", 1).observes(at(&["old"])));
    assert_eq!(places(house), ["one: e", "two: "]);
}

pub(crate) fn an_older_inventory_changes_nothing(house: &House) {
    house.import(&report("one", 3).observes(service(80)).observes(component("deb", "bash")));
    house.import(&report("one", 10).observes(service(22)).observes(component("deb", "zsh")).covers(&web()));
    house.import(&report("one", 5).observes(service(80)).observes(component("deb", "bash")).covers(&web()));
    assert_eq!(ports_of(house), [22]);
    assert_eq!(components_of(house), ["zsh"]);
}

pub(crate) fn the_newest_host_snapshot_counts(house: &House) {
    let facts = |on, kernel: &str| {
        let mut facts = HostFacts::unknown(web(), day(on));
        facts.kernel = Fact::Known(kernel.to_owned());
        facts
    };
    for (on, kernel) in [(2, "6.1"), (3, "6.2"), (1, "6.0")] {
        house.import(&report("host", on).observes(Observation::Host(Box::new(facts(on, kernel)))));
    }
    let snapshot = house.read::<_, StoreError>(|reader| reader.host_snapshot(AssetId(1))).unwrap().unwrap();
    assert_eq!((snapshot.at, snapshot.facts), (day(3), facts(3, "6.2")));
    let hosts = house.read::<_, StoreError>(|reader| reader.collected_hosts()).unwrap();
    assert_eq!(hosts, [(AssetId(1), day(3))]);
    assert_eq!(house.read::<_, StoreError>(|reader| reader.host_snapshot(AssetId(9))).unwrap(), None);
}

pub(crate) fn relations_are_kept_once(house: &House) {
    let relation = || Observation::Relation(RelationSeen::new(web(), "reaches", host("db.example.org")));
    house.import(&report("one", 1).observes(relation()).observes(relation()));
    house.import(&report("two", 2).observes(relation()));
    let rows = house.read::<_, StoreError>(|reader| reader.relations(AssetId(1))).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].relation.as_str(), rows[0].outgoing, rows[0].other_name.as_str()),
        ("reaches", true, "db.example.org")
    );
    let rows = house.read::<_, StoreError>(|reader| reader.relations(rows[0].other)).unwrap();
    assert_eq!((rows.len(), rows[0].outgoing), (1, false));

    let seen = |os: Option<&str>, reach| {
        Observation::Asset(AssetSeen { os: os.map(str::to_owned), reach, ..AssetSeen::new(web()) })
    };
    house.import(&report("one", 3).observes(seen(Some("Debian 12"), Some(Reach::Internet))));
    house.import(&report("two", 4).observes(seen(None, None)));
    let row = &house.assets()[0];
    assert_eq!(
        (row.os.as_deref(), row.reach, row.reach_source.as_str()),
        (Some("Debian 12"), Reach::Internet, "one")
    );
}

pub(crate) fn notes_follow_their_asset(house: &House) {
    for asset in ["name:a", "name:b"] {
        house.import(&report("one", 1).sees(&named(asset), "CVE-2024-0001", ""));
    }
    let ids: Vec<_> = house.assets().into_iter().map(|row| row.id).collect();
    let notes = |asset| {
        let rows = house.read::<_, StoreError>(|reader| reader.notes(asset)).unwrap();
        rows.into_iter().map(|row| format!("{} {}: {}", row.at, row.by, row.text)).collect::<Vec<_>>()
    };
    house.write(2, |tx| tx.add_note(ids[0], "first"));
    house.write(2, |tx| tx.add_note(ids[1], "second"));
    let merge = house.write(3, |tx| tx.merge(ids[0], ids[1], "the same"));
    // What is said of the merged asset is said of the survivor.
    house.write(4, |tx| tx.add_note(ids[1], "third"));
    let line = |on, text: &str| format!("{} ann: {text}", day(on));
    assert_eq!(notes(ids[0]), [line(2, "first"), line(2, "second"), line(4, "third")]);
    house.write(5, |tx| tx.split(merge));
    assert_eq!(
        (notes(ids[0]), notes(ids[1])),
        (vec![line(2, "first"), line(4, "third")], vec![line(2, "second")])
    );
    assert!(matches!(
        house.try_write(6, |tx| tx.add_note(AssetId(99), "x")),
        Err(StoreError::NotFound { .. })
    ));
}

/// The facts that hold, one a line.
fn facts(house: &House) -> Vec<String> {
    house
        .read::<_, StoreError>(|reader| {
            let mut all = Vec::new();
            reader.each_relation(|fact| {
                all.push(format!("{} {} {} {}", fact.from.0, fact.relation, fact.via, fact.to.0));
            })?;
            reader.each_attribute(|fact| {
                all.push(format!("{} {}={} ({})", fact.asset.0, fact.name, fact.value, fact.source));
            })?;
            Ok(all)
        })
        .unwrap()
}

pub(crate) fn facts_that_are_told_no_more_are_gone(house: &House) {
    let attributes = |pairs: &[(&str, &str)]| {
        let attributes =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Observation::Asset(AssetSeen { attributes, ..AssetSeen::new(web()) })
    };
    let reaches = |via: &str, told_by| {
        Observation::Relation(RelationSeen {
            via: via.into(),
            told_by,
            ..RelationSeen::new(web(), "reaches", host("db.example.org"))
        })
    };
    let facts_of = |report: Report, asset: &AssetRef| report.covers_part(asset, Checks::All, Loci::Facts);
    let first = report("one", 1)
        .observes(attributes(&[("enabled", "true"), ("mfa", "false")]))
        .observes(reaches("tcp/22", End::From))
        .observes(reaches("tcp/443", End::From))
        .observes(reaches("tcp/5432", End::To));
    house.import(&first);
    house.import(&report("two", 1).observes(attributes(&[("mfa", "true")])));
    let all = [
        "1 reaches tcp/22 2",
        "1 reaches tcp/443 2",
        "1 reaches tcp/5432 2",
        "1 enabled=true (one)",
        "1 mfa=false (one)",
        "1 mfa=true (two)",
    ];
    assert_eq!(facts(house), all);

    // Silence ends nothing; nor does a finding's coverage, or another source's.
    house.import(&report("one", 2).observes(reaches("tcp/443", End::From)).covers(&web()));
    house.import(&facts_of(report("three", 2), &web()));
    assert_eq!(facts(house), all);

    // What the record of web told and tells no more is gone; what the record of the database told stays.
    let newer = report("one", 3)
        .observes(attributes(&[("enabled", "false")]))
        .observes(reaches("tcp/443", End::From));
    house.import(&facts_of(newer, &web()));
    let rest = ["1 reaches tcp/443 2", "1 reaches tcp/5432 2", "1 enabled=false (one)", "1 mfa=true (two)"];
    assert_eq!(facts(house), rest);
    // An older report changes nothing.
    house.import(&facts_of(first, &web()));
    assert_eq!(facts(house), rest);
    house.import(&facts_of(report("one", 4), &host("db.example.org")));
    assert_eq!(facts(house), ["1 reaches tcp/443 2", "1 enabled=false (one)", "1 mfa=true (two)"]);
}

/// A whole list of what is in a domain ends what is told of those that are no more in it, and of nobody else.
pub(crate) fn who_is_no_more_in_a_whole_list_is_gone(house: &House) {
    let person = |name: &str, domain: &str, kind: &str| {
        let attributes = [("domain-sid", domain), ("type", kind)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Observation::Asset(AssetSeen { attributes, ..AssetSeen::new(host(name)) })
    };
    let list = |report: Report| {
        let told = [("domain-sid", "S-1"), ("type", "user")];
        let told = told.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        report.covers_part(&web(), Checks::All, Loci::Records(told))
    };
    house.import(
        &report("one", 1)
            .observes(person("ann", "S-1", "user"))
            .observes(person("bob", "S-1", "user"))
            .observes(person("cat", "S-2", "user"))
            .observes(person("dogs", "S-1", "group")),
    );
    house.import(&report("two", 1).observes(person("bob", "S-1", "user")));
    let told = || {
        let all: Vec<_> = facts(house).into_iter().filter(|fact| fact.contains("domain-sid")).collect();
        all.join(", ")
    };
    let all = "1 domain-sid=S-1 (one), 2 domain-sid=S-1 (one), 2 domain-sid=S-1 (two), 3 domain-sid=S-2 (one), \
               4 domain-sid=S-1 (one)";
    assert_eq!(told(), all);
    // An older list, or none, ends nothing.
    house.import(&list(report("one", 0).observes(person("ann", "S-1", "user"))));
    house.import(&report("one", 2).observes(person("ann", "S-1", "user")));
    assert_eq!(told(), all);
    house.import(&list(report("one", 3).observes(person("ann", "S-1", "user"))));
    let rest =
        "1 domain-sid=S-1 (one), 2 domain-sid=S-1 (two), 3 domain-sid=S-2 (one), 4 domain-sid=S-1 (one)";
    assert_eq!(told(), rest);
}

/// A file that people keep declares as they do: a newer word of theirs counts until the file says it again, and saying it again changes
/// nothing.
pub(crate) fn a_file_declares_as_people_do(house: &House) {
    let says = |criticality, data: &[DataClass]| {
        let declared = Declared { reach: None, criticality, data: data.to_vec() };
        Observation::Asset(AssetSeen { declared: Some(declared), ..AssetSeen::new(web()) })
    };
    let declared = || {
        let row = &house.assets()[0];
        (row.criticality, row.data.clone(), row.reach)
    };
    let file = |day| {
        report("estate", day).observes(says(Some(Criticality::High), &[DataClass::Pii, DataClass::Phi]))
    };
    house.import(&file(1));
    let both = vec![DataClass::Phi, DataClass::Pii];
    assert_eq!(declared(), (Some(Criticality::High), both.clone(), Reach::Unknown));
    let last = || house.read::<_, StoreError>(|reader| reader.last_event()).unwrap();
    house.write(2, |tx| {
        tx.declare_asset(AssetId(1), Some(Some(Reach::Internal)), None, Some(&[DataClass::Pci]))
    });
    assert_eq!(declared(), (Some(Criticality::High), vec![DataClass::Pci], Reach::Internal));
    house.import(&file(3));
    assert_eq!(declared(), (Some(Criticality::High), both, Reach::Internal), "what it leaves out stays");
    let before = last();
    house.import(&file(4));
    let after = house.read::<_, StoreError>(|reader| reader.events_after(before, 100)).unwrap();
    assert!(after.iter().all(|event| event.kind != "asset.changed"), "nothing new was said: {after:?}");
}

/// The addresses that assets hold, each with the day it was last seen.
pub(crate) fn addresses_are_told_with_their_assets(house: &House) {
    let seen = |names: &[&str]| {
        let identifiers = names.iter().filter_map(|name| Identifier::host(name));
        Observation::Asset(AssetSeen::new(AssetRef::new(AssetKind::Host, "", identifiers).unwrap()))
    };
    house.import(&report("one", 1).observes(seen(&["a", "10.0.0.2", "10.0.0.1"])).observes(seen(&["b"])));
    house.import(&report("two", 2).observes(seen(&["a", "10.0.0.1"])));
    house.import(&report("one", 3).of("branch-berlin").observes(seen(&["b", "10.0.0.1"])));
    let mut told = Vec::new();
    house
        .read::<_, StoreError>(|reader| {
            reader.each_address(|asset, address, seen| told.push(format!("{} {address} {seen}", asset.0)))
        })
        .unwrap();
    let expected = [
        format!("1 10.0.0.1 {}", day(2)),
        format!("1 10.0.0.2 {}", day(1)),
        format!("2 10.0.0.1%branch-berlin {}", day(3)),
    ];
    assert_eq!(told, expected);
}
