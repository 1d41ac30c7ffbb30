//! Which asset a source means.

use crate::house::{House, day, host, named, report};
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation, Status};
use bartizan_store::StoreError;

/// Shows every asset by its current identifiers.
fn assets(house: &House) -> Vec<String> {
    house.assets().iter().map(|asset| house.identifiers(asset.id)).collect()
}

fn sees(house: &House, on: i64, identifiers: &str) {
    house.import(&report("one", on).sees(&named(identifiers), "rule", ""));
}

pub(crate) fn strong_beats_weak(house: &House) {
    sees(house, 1, "cloud-id:i-1 fqdn:a.example.org");
    sees(house, 2, "cloud-id:i-2 fqdn:b.example.org");
    sees(house, 3, "cloud-id:i-1 fqdn:b.example.org");
    assert_eq!(
        assets(house),
        ["cloud-id:i-1 fqdn:a.example.org fqdn:b.example.org", "cloud-id:i-2 fqdn:b.example.org"],
        "the cloud id decides; the name proves nothing against it"
    );
}

pub(crate) fn a_recycled_address_merges_nobody(house: &House) {
    sees(house, 1, "name:laptop-a ip:10.0.0.5");
    sees(house, 2, "name:laptop-b ip:10.0.0.5");
    assert_eq!(assets(house), ["name:laptop-a", "ip:10.0.0.5 name:laptop-b"]);
    house.import(&report("two", 3).sees(&host("10.0.0.5"), "rule", ""));
    let rows = house.exposures();
    assert_eq!(rows.last().unwrap().asset, house.assets()[1].id, "the address is the second one's now");
    // By hardware address alone, they differ too.
    sees(house, 1, "mac:00:00:00:00:00:01 ip:10.0.0.6");
    sees(house, 2, "mac:00:00:00:00:00:02 ip:10.0.0.6");
    assert_eq!(house.assets().len(), 4);
    // An address that nobody held for long may be anybody's.
    sees(house, 90, "ip:10.0.0.5");
    assert_eq!(house.assets().len(), 5);
}

pub(crate) fn name_address_and_cloud_id_become_one(house: &House) {
    sees(house, 1, "fqdn:web.example.org ip:10.0.0.1");
    sees(house, 2, "ip:10.0.0.1");
    sees(house, 3, "cloud-id:i-1 ip:10.0.0.1");
    sees(house, 4, "cloud-id:i-1");
    sees(house, 5, "fqdn:web.example.org");
    assert_eq!(assets(house), ["cloud-id:i-1 fqdn:web.example.org ip:10.0.0.1"]);
    assert_eq!(house.exposures().len(), 1);
    // Two that were apart until one reference named both by what is strong.
    sees(house, 6, "serial:S1 name:other");
    sees(house, 7, "serial:S1 cloud-id:i-1");
    assert_eq!(house.assets().len(), 1);
    assert_eq!(house.exposures().len(), 1);
    let asset = house.assets()[0].id;
    let merges = house.read::<_, StoreError>(|reader| reader.merges_of(asset)).unwrap();
    assert_eq!(merges.len(), 1);
    assert!(merges[0].reasons.contains("serial:S1"), "{}", merges[0].reasons);
}

pub(crate) fn a_lone_address_is_taken_in_with_what_hangs_on_it(house: &House) {
    house.import(&report("one", 1).sees(&host("10.0.0.1"), "rule", "port/tcp/80"));
    sees(house, 1, "name:db");
    sees(house, 2, "name:db ip:10.0.0.1");
    assert_eq!(assets(house), ["ip:10.0.0.1 name:db"]);
    assert_eq!(house.assets()[0].name, "db");
    assert_eq!(house.exposures().len(), 2);
    // Named by nothing else yet, the lone address itself gets the name.
    house.import(&report("one", 3).sees(&host("10.0.0.2"), "rule", ""));
    let mut reference = named("ip:10.0.0.2 name:mail");
    reference.name = "mail".into();
    house.import(&report("one", 4).sees(&reference, "rule", ""));
    assert_eq!(assets(house), ["ip:10.0.0.1 name:db", "ip:10.0.0.2 name:mail"]);
    assert_eq!(house.assets()[1].name, "mail");
}

pub(crate) fn what_was_only_an_id_of_a_directory_gets_its_name(house: &House) {
    sees(house, 1, "directory-id:S-1-5-21-1");
    let mut reference = named("directory-id:S-1-5-21-1 fqdn:dc.example.org");
    reference.name = "dc.example.org".into();
    house.import(&report("one", 2).sees(&reference, "rule", ""));
    sees(house, 3, "directory-id:S-1-5-21-1");
    assert_eq!(assets(house), ["directory-id:S-1-5-21-1 fqdn:dc.example.org"]);
    assert_eq!(house.assets()[0].name, "dc.example.org");
}

pub(crate) fn different_names_and_agents_are_different_assets(house: &House) {
    sees(house, 1, "fqdn:a.example.org ip:10.0.0.1");
    sees(house, 1, "fqdn:b.example.org ip:10.0.0.1");
    sees(house, 1, "agent-id:1 fqdn:c.example.org");
    sees(house, 1, "agent-id:2 fqdn:c.example.org");
    assert_eq!(house.assets().len(), 4);
    let before = assets(house);
    // Two names on one address in one report: again and again the same.
    let all = report("one", 2).sees(&named("fqdn:a.example.org ip:10.0.0.1"), "rule", "").sees(
        &named("fqdn:b.example.org ip:10.0.0.1"),
        "rule",
        "",
    );
    house.import(&all);
    let first = house.dump(crate::house::LOG);
    house.import(&all);
    crate::house::same(&first, &house.dump(crate::house::LOG));
    assert_eq!(assets(house), before);
}

pub(crate) fn machines_made_from_one_image_stay_apart(house: &House) {
    sees(house, 1, "cloud-id:i-1 agent-id:same host-key:same");
    sees(house, 1, "cloud-id:i-2 agent-id:same host-key:same");
    sees(house, 1, "serial:1 certificate:wildcard");
    sees(house, 1, "serial:2 certificate:wildcard");
    assert_eq!(house.assets().len(), 4);
    // Somebody who gives only what is shared means one of them, and does not make them one.
    sees(house, 2, "agent-id:same");
    sees(house, 2, "certificate:wildcard");
    assert_eq!(house.assets().len(), 4);
}

pub(crate) fn a_merge_in_the_middle_of_a_report_loses_nothing(house: &House) {
    let (one, two) = (named("serial:1"), named("agent-id:2"));
    house.import(&report("one", 1).sees(&one, "CVE-2024-0001", "port/tcp/80").sees(
        &two,
        "CVE-2024-0001",
        "port/tcp/80",
    ));
    let both = named("serial:1 agent-id:2");
    let tally = house.import(
        &report("one", 2)
            .sees(&one, "CVE-2024-0001", "port/tcp/80")
            .sees(&two, "CVE-2024-0001", "port/tcp/443")
            .sees(&both, "CVE-2024-0002", "")
            .sees(&two, "CVE-2024-0003", "")
            .covers(&one)
            .covers(&two),
    );
    assert_eq!((tally.assets, tally.closed), (1, 0));
    let rows = house.exposures();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.status == Status::Open));
    assert_eq!(rows[0].sightings, 2);
    assert_eq!(house.assets().len(), 1);
}

/// A run makes an asset, and learns later in its report that one known before by its address alone is the same: at once,
/// or when what it did so far is written already.
pub(crate) fn what_goes_into_an_asset_of_the_same_run_keeps_its_exposures(house: &House) {
    for (number, between) in [(1, 0), (2, 9_000)] {
        let (name, address) = (format!("fqdn:host-{number}.example.org"), format!("ip:10.0.0.{number}"));
        let (lone, named_so, both) = (named(&address), named(&name), named(&format!("{name} {address}")));
        let known =
            |on| report("one", on).sees(&lone, "CVE-2024-0001", "port/tcp/80").sees(&lone, "rule", "");
        house.import(&known(1));
        let exposures =
            || house.exposures().into_iter().filter(|row| !row.locus.starts_with("route:/between"));
        let before = exposures().count();
        let first = report("one", 2).sees(&named_so, "CVE-2024-0002", "port/tcp/80");
        let first = first.sees(&named_so, "CVE-2024-0001", "port/tcp/443");
        let filler = (0..between).fold(first, |all, n| {
            all.sees(&host("other.example.org"), "filler", &format!("route:/between/n{n}"))
        });
        let tally =
            house.import(&filler.sees(&both, "CVE-2024-0001", "port/tcp/80").sees(&both, "rule", "").sees(
                &named_so,
                "CVE-2024-0002",
                "port/tcp/80",
            ));
        // Once it was written, the exposure that went into the known one was opened before that was clear.
        let opened = 1 + between + i64::from(between > 0);
        assert_eq!((tally.findings, tally.created, tally.closed), (5 + between, opened, 0), "{tally:?}");
        assert!(assets(house).contains(&format!("{name} {address}")), "{:?}", assets(house));
        let asset = exposures().next_back().unwrap().asset;
        let mut own: Vec<_> = exposures()
            .filter(|row| row.asset == asset)
            .map(|row| (row.weakness.0, row.first_seen, row.sightings))
            .collect();
        own.sort_unstable();
        assert_eq!(exposures().count(), before + 1, "no twin is left");
        // The CVE known before (now at two places), the rule, and the new CVE.
        let expected = [(1, day(1), 2), (2, day(1), 1), (3, day(2), 1)];
        assert_eq!(own, expected, "what was known keeps its history");
        assert!(exposures().all(|row| row.status == Status::Open));
        // Named either way, the same report again says nothing new.
        let again = house
            .import(&report("one", 3).sees(&both, "CVE-2024-0001", "port/tcp/80").sees(&both, "rule", ""));
        assert_eq!((again.created, again.unchanged, again.assets), (0, 2, 1));
    }
}

pub(crate) fn what_many_assets_have_makes_none_of_them_one(house: &House) {
    for (one, other) in [
        ("name:localhost ip:10.1.0.1", "name:localhost ip:10.1.0.2"),
        ("fqdn:localhost.localdomain ip:10.1.0.3", "fqdn:localhost.localdomain ip:10.1.0.4"),
        ("ip:127.0.0.1 ip:10.1.0.5", "ip:127.0.0.1 ip:10.1.0.6"),
        ("name:desktop ip:10.1.0.7", "name:desktop ip:10.1.0.8"),
        ("mac:00:00:00:00:00:00 ip:10.1.0.9", "mac:00:00:00:00:00:00 ip:10.1.0.10"),
        ("mac:02:42:ac:11:00:02 ip:10.1.0.11", "mac:02:42:ac:11:00:02 ip:10.1.0.12"),
        ("name:a cloud-id:none", "name:b cloud-id:none"),
        (
            "name:c agent-id:00000000-0000-0000-0000-000000000000",
            "name:d agent-id:00000000-0000-0000-0000-000000000000",
        ),
        ("name:e serial:0123456789", "name:f serial:0123456789"),
        ("fqdn:g.example.org ip:172.17.0.1", "fqdn:h.example.org ip:172.17.0.1"),
        ("name:unknown", "name:unknown ip:10.1.0.13"),
    ] {
        let before = house.assets().len();
        for reference in [one, other, one, other] {
            sees(house, 1, reference);
        }
        assert_eq!(house.assets().len(), before + 2, "{one}, {other}");
    }
}

pub(crate) fn what_names_nobody_is_found_again_and_refutes_nothing(house: &House) {
    sees(house, 1, "name:localhost");
    sees(house, 60, "name:localhost");
    assert_eq!(assets(house), ["name:localhost"], "by nothing else");
    sees(house, 61, "name:localhost ip:10.0.0.7");
    sees(house, 62, "fqdn:web.example.org ip:10.0.0.7");
    assert_eq!(
        assets(house),
        ["name:localhost", "fqdn:web.example.org ip:10.0.0.7 name:localhost"],
        "that it is called localhost does not make it another"
    );
}

pub(crate) fn odd_names_are_the_same_asset_again(house: &House) {
    let odd = |text: &str| AssetRef {
        kind: AssetKind::Host,
        name: text.to_owned(),
        identifiers: vec![Identifier { kind: IdentifierKind::Name, value: text.to_owned() }; 2],
    };
    // Not compressible, so that PostgreSQL's index would refuse it whole.
    let noise: String = (0u64..10_000)
        .map(|n| char::from(33 + (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as u8))
        .collect();
    for name in [odd("with\0nul"), odd(&noise), odd(&format!("{noise}x")), odd("🦀\u{202e}")] {
        let rule = format!("rule {}", name.name);
        let all = report("one", 1).sees(&name, &rule, &format!("part:{noise}"));
        house.import(&all);
        let before = house.dump(crate::house::LOG);
        assert_eq!(house.import(&all).unchanged, 1);
        crate::house::same(&before, &house.dump(crate::house::LOG));
    }
    assert_eq!(house.assets().len(), 4);
    assert_eq!(house.assets()[0].name, "withnul");
}

pub(crate) fn a_demo_asset_is_never_taken_for_a_real_one(house: &House) {
    let mut demo = report("demo", 1).sees(&named("cloud-id:i-1 ip:10.0.0.1"), "rule", "");
    demo.demo = true;
    house.import(&demo);
    house.import(&report("one", 2).sees(&named("cloud-id:i-1 ip:10.0.0.1"), "rule", ""));
    assert_eq!(house.assets().iter().map(|asset| asset.demo).collect::<Vec<_>>(), [true, false]);
}

pub(crate) fn a_private_address_is_another_machine_in_another_network(house: &House) {
    let sees = |on: i64, network: &str, identifiers: &str| {
        house.import(&report("one", on).of(network).sees(
            &named(identifiers),
            "CVE-2024-0001",
            "port/tcp/80",
        ));
    };
    sees(1, "", "ip:10.0.0.5");
    sees(2, "Branch Berlin", "ip:10.0.0.5");
    sees(3, "branch-berlin", "ip:10.0.0.5");
    assert_eq!(assets(house), ["ip:10.0.0.5", "ip:10.0.0.5%branch-berlin"]);
    assert_eq!(house.assets()[1].name, "10.0.0.5%branch-berlin", "people can tell them apart");
    assert_eq!(house.exposures().len(), 2);
    // The address of the one network is not lent to the other, and a name is taken up in its own.
    sees(4, "branch-berlin", "ip:10.0.0.5 fqdn:till.berlin.example");
    sees(5, "", "ip:10.0.0.5");
    assert_eq!(assets(house), ["ip:10.0.0.5", "fqdn:till.berlin.example ip:10.0.0.5%branch-berlin"]);
    // A public address is one everywhere.
    sees(6, "", "ip:203.0.113.5");
    sees(7, "branch-berlin", "ip:203.0.113.5");
    assert_eq!(house.assets().len(), 3);
}

pub(crate) fn ranges_of_private_addresses_are_of_the_network_of_their_report(house: &House) {
    let network = |name: &str| {
        let id = Identifier::new(IdentifierKind::Name, name);
        AssetSeen::new(AssetRef::new(AssetKind::Network, name, id).unwrap())
    };
    let zone = AssetSeen {
        attributes: [("cidr".to_owned(), "10.0.0.0/24, 10.0.1.0/24%vpc-1, 203.0.113.0/24".to_owned())].into(),
        ..network("shop")
    };
    for (on, of) in [(1, ""), (2, "branch-berlin")] {
        let seen = [network("10.0.0.0/8"), network("203.0.113.0/24"), zone.clone()];
        let told = seen
            .into_iter()
            .fold(report("one", on).of(of), |told, one| told.observes(Observation::Asset(one)));
        house.import(&told);
    }
    let names: Vec<_> = house.assets().into_iter().map(|asset| asset.name).collect();
    assert_eq!(names, ["10.0.0.0/8", "203.0.113.0/24", "shop", "10.0.0.0/8%branch-berlin"]);
    let shop = house.assets()[2].id;
    let told = house.read::<_, StoreError>(|reader| reader.attributes_of(shop)).unwrap();
    let ranges: Vec<_> = told.iter().map(|fact| fact.value.as_str()).collect();
    assert_eq!(ranges, ["10.0.0.0/24%branch-berlin, 10.0.1.0/24%vpc-1, 203.0.113.0/24"]);
    assert_eq!(house.read::<_, StoreError>(|reader| reader.networks()).unwrap(), ["branch-berlin"]);
}

pub(crate) fn what_proves_more_than_an_address_is_one_in_all_networks(house: &House) {
    for (address, proof) in [
        ("10.0.0.1", "mac:aa:bb:cc:00:00:01"),
        ("10.0.0.2", "cloud-id:i-1"),
        ("10.0.0.3", "agent-id:a-1"),
        ("10.0.0.4", "fqdn:laptop.example.org"),
    ] {
        let before = house.assets().len();
        for (on, network) in [(1, "home"), (2, "office")] {
            let asset = named(&format!("{proof} ip:{address}"));
            house.import(&report("one", on).of(network).sees(&asset, "rule", ""));
        }
        assert_eq!(house.assets().len(), before + 1, "{proof}");
        let last = house.assets().last().unwrap().id;
        let known = house.identifiers(last);
        for network in ["home", "office"] {
            assert!(known.contains(&format!("ip:{address}%{network}")), "{known}");
        }
    }
}

pub(crate) fn a_merge_over_networks_is_explained_and_split_again(house: &House) {
    house.import(&report("one", 1).of("north").sees(&host("10.0.0.5"), "rule", ""));
    house.import(&report("one", 1).of("south").sees(&named("name:db ip:10.0.0.5"), "rule", ""));
    house.import(&report("one", 2).sees(&named("name:db ip:10.0.0.5%north"), "rule", ""));
    let [ref db] = house.assets()[..] else { panic!("{:?}", assets(house)) };
    let merges = house.read::<_, StoreError>(|reader| reader.merges_of(db.id)).unwrap();
    assert_eq!(merges[0].reasons, "one report names both: ip:10.0.0.5%north");
    house.write(3, |tx| tx.split(merges[0].id));
    assert_eq!(assets(house), ["ip:10.0.0.5%north", "ip:10.0.0.5%south name:db"]);
    assert_eq!(house.read::<_, StoreError>(|reader| reader.networks()).unwrap(), ["north", "south"]);
}
