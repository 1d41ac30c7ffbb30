//! What VEX documents say, and the decisions that follow.

use crate::house::{House, day, finding, host, named, report};
use bartizan_model::exposure::Verdict;
use bartizan_model::observation::ComponentSeen;
use bartizan_model::{AssetRef, Claim, Observation, Product, Severity, Statement, Status};
use bartizan_store::{DecisionRow, NewDecision, StoreError};

const CVE: &str = "CVE-2024-0001";

fn says(claim: Claim, package: &str, on: i64) -> Statement {
    Statement {
        author: "Example Vendor".into(),
        document: format!("https://example.org/vex/{on}"),
        said_at: Some(day(on)),
        ids: vec![CVE.into()],
        claim,
        justification: "vulnerable_code_not_present".into(),
        words: String::new(),
        asset: None,
        products: vec![Product { within: None, package: package.parse().unwrap() }],
    }
}

fn hear(house: &House, statement: &Statement, on: i64) {
    house.import(&report("openvex", on).observes(Observation::Statement(Box::new(statement.clone()))));
}

fn component(asset: &AssetRef, purl: &str) -> Observation {
    let (name, version) = (String::from("a"), String::new());
    Observation::Component(ComponentSeen {
        asset: asset.clone(),
        purl: purl.into(),
        name,
        version,
        locations: Vec::new(),
        vantage: String::new(),
    })
}

/// A host with a package that has the weakness.
fn with_package(house: &House, name: &str, purl: &str, on: i64) -> AssetRef {
    let web = host(name);
    let locus = purl.split('@').next().unwrap().to_owned();
    house.import(&report("scan", on).observes(component(&web, purl)).sees(&web, CVE, &locus));
    web
}

fn statuses(house: &House) -> Vec<Status> {
    house.exposures().into_iter().map(|row| row.status).collect()
}

fn decisions(house: &House, index: usize) -> Vec<DecisionRow> {
    let id = house.exposures()[index].id;
    house.read::<_, StoreError>(|reader| reader.decisions_on(id)).unwrap()
}

pub(crate) fn a_statement_decides_now_and_later(house: &House) {
    with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 2), 2);
    assert_eq!(statuses(house), [Status::NotAffected]);
    let made = &decisions(house, 0)[0];
    assert_eq!(
        (made.by.as_str(), made.document.as_deref()),
        ("vex:Example Vendor", Some("https://example.org/vex/2"))
    );
    assert_eq!(made.reason, "not affected: vulnerable code not present");
    // Another host that is seen later, and the same report again.
    with_package(house, "b.example.org", "pkg:npm/left-pad@1.2.0", 3);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 2), 4);
    assert_eq!(statuses(house), [Status::NotAffected; 2]);
    assert_eq!(decisions(house, 0).len(), 1, "nothing changed");
}

pub(crate) fn a_version_that_is_not_meant_stays_open(house: &House) {
    let web = with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad@1.2.0", 2), 2);
    hear(house, &says(Claim::NotAffected, "pkg:npm/right-pad", 2), 2);
    assert_eq!(statuses(house), [Status::Open]);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad@1.3.0", 3), 3);
    assert_eq!(statuses(house), [Status::NotAffected]);
    // A second version beside it, of which nobody spoke.
    house.import(&report("other", 4).observes(component(&web, "pkg:npm/left-pad@1.1.0")));
    assert_eq!(statuses(house), [Status::Open]);
    assert!(decisions(house, 0)[0].lapsed_at.is_some());
}

pub(crate) fn every_place_must_be_spoken_for(house: &House) {
    let web = with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 2), 2);
    assert_eq!(statuses(house), [Status::NotAffected]);
    house.import(&report("probe", 3).sees(&web, CVE, "port/tcp/443"));
    assert_eq!(statuses(house), [Status::Open], "it was also seen where nobody spoke of");
}

pub(crate) fn a_newer_word_counts_and_an_older_does_not(house: &House) {
    with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 5), 6);
    hear(house, &says(Claim::Affected, "pkg:npm/left-pad", 4), 7);
    assert_eq!(statuses(house), [Status::NotAffected], "an older document that arrives later");
    hear(house, &says(Claim::UnderInvestigation, "pkg:npm/left-pad", 8), 8);
    assert_eq!(statuses(house), [Status::Open]);
    assert!(decisions(house, 0)[0].lapsed_at.is_some());
}

pub(crate) fn a_contradiction_closes_nothing(house: &House) {
    with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 2), 2);
    let other =
        Statement { author: "Somebody Else".into(), ..says(Claim::Affected, "pkg:npm/left-pad@1.3.0", 3) };
    hear(house, &other, 3);
    assert_eq!(statuses(house), [Status::Open]);
}

pub(crate) fn fixed_counts_where_that_version_is(house: &House) {
    with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    hear(house, &says(Claim::Fixed, "pkg:npm/left-pad", 2), 2);
    hear(house, &says(Claim::Fixed, "pkg:npm/left-pad@1.4.0", 2), 2);
    assert_eq!(statuses(house), [Status::Open]);
    hear(house, &says(Claim::Fixed, "pkg:npm/left-pad@1.3.0", 3), 3);
    assert_eq!(statuses(house), [Status::NotAffected]);
}

pub(crate) fn a_person_goes_before_a_document(house: &House) {
    with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 1);
    let id = house.exposure().id;
    let decision = NewDecision { verdict: Verdict::Accepted, reason: "we live with it", until: None };
    let own = house.write(2, |tx| tx.decide(&decision, &[id]));
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 3), 3);
    assert_eq!(statuses(house), [Status::Accepted]);
    house.write(4, |tx| tx.revoke_decision(own));
    assert_eq!(statuses(house), [Status::NotAffected]);
    // Taken back by a person, it stays so until the author says something else.
    let theirs = decisions(house, 0).into_iter().find(|it| it.document.is_some()).unwrap();
    house.write(5, |tx| tx.revoke_decision(theirs.id));
    assert_eq!(statuses(house), [Status::Open]);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 3), 6);
    with_package(house, "a.example.org", "pkg:npm/left-pad@1.3.0", 7);
    assert_eq!(statuses(house), [Status::Open]);
    hear(house, &says(Claim::NotAffected, "pkg:npm/left-pad", 8), 8);
    assert_eq!(statuses(house), [Status::NotAffected], "a newer document says it anew");
}

pub(crate) fn a_part_is_meant_in_its_product_alone(house: &House) {
    let [board, shop] = ["board", "shop"].map(|name| named(&format!("purl:pkg:generic/{name}")));
    for asset in [&board, &shop] {
        let seen = report("scan", 1).observes(component(asset, "pkg:npm/left-pad@1.3.0"));
        house.import(&seen.sees(asset, CVE, "pkg:npm/left-pad"));
    }
    let mut said = says(Claim::NotAffected, "pkg:npm/left-pad", 2);
    said.products[0].within = Some("pkg:generic/board".parse().unwrap());
    hear(house, &said, 2);
    assert_eq!(statuses(house), [Status::NotAffected, Status::Open]);
    // In general the author says otherwise: of the board it was said more closely.
    hear(house, &says(Claim::Affected, "pkg:npm/left-pad", 3), 3);
    assert_eq!(statuses(house), [Status::NotAffected, Status::Open]);
    // Of the other as a whole, as its own bill may say.
    let whole = Statement { asset: Some(shop), products: Vec::new(), ..said };
    hear(house, &whole, 4);
    assert_eq!(statuses(house), [Status::NotAffected; 2]);
}

pub(crate) fn a_weakness_is_found_by_its_other_names(house: &House) {
    let ghsa = "GHSA-aaaa-bbbb-cccc";
    let early = Statement { ids: vec![ghsa.into()], ..says(Claim::NotAffected, "pkg:npm/left-pad", 1) };
    hear(house, &early, 1);
    let web = host("a.example.org");
    let mut found = finding(&web, CVE, "pkg:npm/left-pad", Severity::High);
    found.weakness.ids.push(ghsa.into());
    found.component = Some("pkg:npm/left-pad@1.3.0".into());
    house.import(&report("scan", 2).finds(found));
    assert_eq!(statuses(house), [Status::NotAffected]);
    let late = Statement { author: "Somebody Else".into(), claim: Claim::Affected, ..early };
    hear(house, &late, 3);
    assert_eq!(statuses(house), [Status::Open]);
}
