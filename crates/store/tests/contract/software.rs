//! Software by the names that advisories may call it, and weaknesses that turn out to be one.

use crate::house::{House, day, finding, host, report};
use bartizan_model::observation::ComponentSeen;
use bartizan_model::{Claim, EventSeq, Observation, Product, Severity, Statement, Status};
use bartizan_store::{Installed, StoreError};
use std::collections::BTreeSet;

fn component(asset: &str, purl: &str) -> Observation {
    let (name, version) = (purl.to_owned(), String::new());
    Observation::Component(ComponentSeen {
        asset: host(asset),
        purl: purl.to_owned(),
        name,
        version,
        locations: Vec::new(),
        vantage: String::new(),
    })
}

pub(crate) fn software_is_found_by_its_names(house: &House) {
    house.import(
        &report("sbom", 1)
            .observes(component("web.example.org", "pkg:pypi/zope.interface@5.0"))
            .observes(component("web.example.org", "pkg:deb/debian/libssl3@3.0?upstream=openssl"))
            .observes(component("db.example.org", "pkg:deb/debian/libssl3@3.0?upstream=openssl"))
            .observes(component("db.example.org", "pkg:npm/left@1.0")),
    );
    let named = |name: &str| {
        let names = BTreeSet::from([name.to_owned()]);
        house.read::<_, StoreError>(|reader| reader.assets_with(&names)).unwrap().len()
    };
    assert_eq!((named("zope-interface"), named("openssl"), named("libssl3"), named("left")), (1, 2, 2, 1));
    assert_eq!(named("right"), 0);
    let mut installed = Vec::new();
    house
        .read::<_, StoreError>(|reader| {
            let span = reader.asset_span()?.unwrap();
            reader
                .each_installed(span, |Installed { asset, component, .. }| installed.push((asset, component)))
        })
        .unwrap();
    assert_eq!(installed.len(), 4);
    let distinct: BTreeSet<i64> = installed.iter().map(|(_, component)| *component).collect();
    assert_eq!(distinct.len(), 3, "a component is the same one on every asset");
}

pub(crate) fn joined_weaknesses_are_one_exposure_with_the_sightings_of_both(house: &House) {
    let web = host("web.example.org");
    let under = |id: &str, locus: &str| {
        let mut finding = finding(&web, id, locus, Severity::High);
        finding.weakness.ids = vec![id.to_owned()];
        finding
    };
    house.import(&report("one", 1).finds(under("CVE-2024-0001", "port/tcp/80")));
    house.import(&report("two", 2).finds(under("GHSA-aaaa-bbbb-cccc", "port/tcp/80")));
    house.import(&report("two", 2).finds(under("GHSA-dddd-eeee-ffff", "port/tcp/80")));
    assert_eq!(house.exposures().len(), 3);
    let known = house.read::<_, StoreError>(|reader| reader.catalogued_without_cve()).unwrap();
    assert_eq!(known, ["GHSA-aaaa-bbbb-cccc", "GHSA-dddd-eeee-ffff"]);

    house.write(3, |tx| tx.join_weaknesses("GHSA-aaaa-bbbb-cccc", "CVE-2024-0001"));
    house.write(3, |tx| tx.join_weaknesses("GHSA-dddd-eeee-ffff", "CVE-2024-0002"));
    house.write(3, |tx| tx.join_weaknesses("GHSA-nobody-knows-it", "CVE-2024-0003"));
    let exposures = house.exposures();
    assert_eq!(exposures.len(), 2);
    let joined = &exposures[0];
    assert_eq!((joined.first_seen, joined.last_seen, joined.status), (day(1), day(2), Status::Open));
    assert_eq!(house.sightings(joined.id).len(), 2);
    let weakness = house.read::<_, StoreError>(|reader| reader.weakness(joined.weakness)).unwrap();
    assert!(weakness.aliases.contains(&"GHSA-aaaa-bbbb-cccc".to_owned()), "{:?}", weakness.aliases);
    let renamed = house.read::<_, StoreError>(|reader| reader.weakness(exposures[1].weakness)).unwrap();
    assert_eq!(renamed.key.as_str(), "CVE-2024-0002");

    // What either source says next is about the one exposure.
    house.import(&report("two", 4).finds(under("CVE-2024-0001", "port/tcp/80")));
    assert_eq!(house.exposures().len(), 2);
}

pub(crate) fn what_documents_say_follows_a_weakness_that_is_joined(house: &House) {
    let web = host("web.example.org");
    let purl = "pkg:npm/left-pad@1.3.0";
    let said = |id: &str| Statement {
        author: "Example Vendor".into(),
        document: "https://example.org/vex/1".into(),
        said_at: Some(day(1)),
        ids: vec![id.into()],
        claim: Claim::NotAffected,
        justification: "vulnerable_code_not_present".into(),
        words: String::new(),
        asset: None,
        products: vec![Product { within: None, package: purl.parse().unwrap() }],
    };
    let statement = |id| Observation::Statement(Box::new(said(id)));
    let under = |id: &str| {
        let mut finding = finding(&web, id, "pkg:npm/left-pad", Severity::High);
        (finding.weakness.ids, finding.component) = (vec![id.to_owned()], Some(purl.to_owned()));
        finding
    };
    let statuses = || house.exposures().into_iter().map(|row| row.status).collect::<Vec<_>>();
    // The document knows the one name, the scanner the other; of the second pair both names were found.
    house.import(&report("openvex", 1).observes(statement("GHSA-aaaa-bbbb-cccc")));
    house.import(&report("one", 2).finds(under("CVE-2024-0001")).finds(under("CVE-2024-0002")));
    house.import(&report("openvex", 3).observes(statement("CVE-2024-0002")));
    house.import(&report("two", 4).finds(under("GHSA-dddd-eeee-ffff")));
    assert_eq!(statuses(), [Status::Open, Status::NotAffected, Status::Open]);
    let known = house.read::<_, StoreError>(|reader| reader.catalogued_without_cve()).unwrap();
    assert_eq!(known, ["GHSA-aaaa-bbbb-cccc", "GHSA-dddd-eeee-ffff"]);

    house.write(5, |tx| tx.join_weaknesses("GHSA-aaaa-bbbb-cccc", "CVE-2024-0001"));
    house.write(5, |tx| tx.join_weaknesses("GHSA-dddd-eeee-ffff", "CVE-2024-0002"));
    assert_eq!(statuses(), [Status::NotAffected; 2]);
    let events = house.read::<_, StoreError>(|reader| reader.events_after(EventSeq(0), 1000)).unwrap();
    let decided = "1 exposure: decided by what VEX documents say";
    assert_eq!(events.iter().filter(|event| event.text == decided).count(), 2);
}
