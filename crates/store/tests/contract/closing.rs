//! What proves something gone, and what does not.

use crate::house::{House, finding, only, ports, report};
use crate::house::{host as named_host, same};
use bartizan_model::{AssetRef, Checks, Gap, Loci, Severity, Status};
use bartizan_store::{RunState, StoreError};

fn web() -> AssetRef {
    named_host("web.example.org")
}

#[track_caller]
fn check(house: &House, expected: &[(&str, &str, Status)]) {
    let expected: std::collections::BTreeMap<_, _> = expected
        .iter()
        .map(|(key, locus, status)| (((*key).to_owned(), (*locus).to_owned()), *status))
        .collect();
    assert_eq!(house.statuses(), expected);
}

pub(crate) fn only_what_the_rules_report_closes(house: &House) {
    let web = web();
    let by = |rule: &str, cve: &str| {
        let mut finding = finding(&web, cve, "port/tcp/80", Severity::High);
        finding.weakness.rule = rule.into();
        finding
    };
    let both = |on| report("one", on).finds(by("lookup", "CVE-2021-1")).finds(by("test", "CVE-2021-2"));
    house.import(&both(1));
    let lookups = || Checks::Rules(["lookup".to_owned()].into());
    assert_eq!(house.import(&report("one", 2).covers_part(&web, lookups(), ports(1, 1024))).closed, 1);
    let closed = [("CVE-2021-1", "", Status::Fixed), ("CVE-2021-2", "", Status::Open)];
    check(house, &closed);
    // An older report that comes in late opens nothing that a newer look by that rule did not see.
    house.import(&both(1));
    check(house, &closed);
}

pub(crate) fn only_the_covered_ports_close(house: &House) {
    let web = web();
    house.import(
        &report("one", 1)
            .sees(&web, "rule", "port/tcp/80")
            .sees(&web, "rule", "port/tcp/9000")
            .sees(&web, "rule", "port/udp/80")
            .sees(&web, "rule", ""),
    );
    assert_eq!(house.import(&report("one", 2).covers_part(&web, Checks::All, ports(1, 1024))).closed, 1);
    check(
        house,
        &[
            ("one:rule", "port/tcp/80", Status::Fixed),
            ("one:rule", "port/tcp/9000", Status::Open),
            ("one:rule", "port/udp/80", Status::Open),
            ("one:rule", "", Status::Open),
        ],
    );
}

pub(crate) fn only_the_covered_checks_close(house: &House) {
    let web = web();
    house.import(&report("one", 1).sees(&web, "a", "").sees(&web, "b", "").sees(&web, "CVE-2024-0001", ""));
    let tally =
        house.import(&report("one", 2).covers_part(&web, only(&["one:a", "CVE-2024-0001"]), Loci::All));
    assert_eq!(tally.closed, 2);
    check(
        house,
        &[("CVE-2024-0001", "", Status::Fixed), ("one:a", "", Status::Fixed), ("one:b", "", Status::Open)],
    );
}

pub(crate) fn only_the_covered_packages_close(house: &House) {
    let web = web();
    house.import(
        &report("one", 1)
            .sees(&web, "CVE-2024-0001", "pkg:deb/debian/openssl")
            .sees(&web, "CVE-2024-0002", "pkg:npm/lodash")
            .sees(&web, "CVE-2024-0003", ""),
    );
    let loci = Loci::Packages(["deb".to_owned()].into_iter().collect());
    assert_eq!(house.import(&report("one", 2).covers_part(&web, Checks::All, loci)).closed, 1);
    check(
        house,
        &[
            ("CVE-2024-0001", "", Status::Fixed),
            ("CVE-2024-0002", "", Status::Open),
            ("CVE-2024-0003", "", Status::Open),
        ],
    );
}

pub(crate) fn another_tool_keeps_it_open(house: &House) {
    let web = web();
    house.import(&report("one", 1).sees(&web, "CVE-2024-0001", "port/tcp/80"));
    house.import(&report("two", 1).sees(&web, "CVE-2024-0001", "port/tcp/80"));
    assert_eq!(house.import(&report("one", 2).covers(&web)).closed, 0);
    let exposure = house.exposure();
    assert_eq!((exposure.status, exposure.sightings), (Status::Open, 1));
    assert_eq!(house.import(&report("two", 2).covers(&web)).closed, 1);
    assert_eq!(house.exposure().status, Status::Fixed);
}

pub(crate) fn an_empty_or_failed_run_closes_nothing(house: &House) {
    let web = web();
    house.import(&report("one", 1).sees(&web, "CVE-2024-0001", ""));
    let before = house.dump(&["event", "counter", "run", "run_note"]);
    let mut empty = report("one", 2);
    empty.coverage.gaps.push(Gap::new("web.example.org", "login failed"));
    assert_eq!(house.import(&empty).closed, 0);
    let run = house.write(3, |tx| tx.begin_run("import", "truncated.json"));
    let outcome = house.try_write(3, |tx| {
        crate::house::ingest(tx, run, &report("one", 3).covers(&web))?;
        Err::<(), _>(StoreError::Conflict("the report ends in the middle".into()))
    });
    outcome.unwrap_err();
    house.write(3, |tx| tx.fail_run(run, RunState::Failed, "the report ends in the middle"));
    same(&before, &house.dump(&["event", "counter", "run", "run_note"]));
    assert_eq!(house.exposure().status, Status::Open);
}

pub(crate) fn an_older_report_closes_and_reopens_nothing(house: &House) {
    let web = web();
    house.import(&report("one", 10).sees(&web, "open", "").covers(&web));
    house.import(&report("one", 11).sees(&web, "gone", "").sees(&web, "open", "").covers(&web));
    house.import(&report("one", 12).sees(&web, "open", "").covers(&web));
    let expected = [("one:gone", "", Status::Fixed), ("one:open", "", Status::Open)];
    check(house, &expected);
    assert_eq!(house.import(&report("one", 5).covers(&web)).closed, 0);
    check(house, &expected);
    let tally = house.import(&report("one", 11).sees(&web, "gone", "").covers(&web));
    assert_eq!((tally.reopened, tally.closed), (0, 0));
    check(house, &expected);
}

pub(crate) fn an_old_report_of_what_was_fixed_since_opens_nothing(house: &House) {
    let web = web();
    house.import(&report("one", 10).covers_part(&web, Checks::All, ports(1, 1024)));
    let tally =
        house.import(&report("one", 5).sees(&web, "rule", "port/tcp/80").sees(&web, "rule", "port/tcp/9000"));
    assert_eq!(tally.created, 2);
    check(house, &[("one:rule", "port/tcp/80", Status::Fixed), ("one:rule", "port/tcp/9000", Status::Open)]);
    let fixed = house.exposures().into_iter().find(|row| row.status == Status::Fixed).unwrap();
    let evidence = house.read::<_, StoreError>(|reader| reader.evidence(fixed.id)).unwrap();
    assert_eq!(evidence.len(), 1, "it says why");
}
