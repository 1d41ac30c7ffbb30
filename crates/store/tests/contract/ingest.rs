//! From findings to exposures and sightings.

use crate::house::{House, LOG, day, finding, host, property, report, same};
use bartizan_model::{Coverage, Observation, Severity, Status};
use bartizan_store::{Ingest, IngestOptions, StoreError, Tally};
use proptest::prelude::*;

const WEB: &str = "web.example.org";

pub(crate) fn new_findings_are_counted_once(house: &House) {
    let web = host(WEB);
    let tally = house.import(
        &report("scanner", 1)
            .sees(&web, "CVE-2024-0001", "port/tcp/80")
            .sees(&web, "CVE-2024-0001", "port/tcp/80")
            .sees(&host("db.example.org"), "CVE-2024-0001", "")
            .sees(&web, "open-dir", "route:/a"),
    );
    assert_eq!(tally, Tally { findings: 4, created: 3, assets: 2, ..Tally::default() });
    assert_eq!(house.exposures().len(), 3);
    let weakness =
        house.read::<_, StoreError>(|reader| reader.weakness(house.exposures()[0].weakness)).unwrap();
    assert_eq!((weakness.key.as_str(), weakness.title.as_str()), ("CVE-2024-0001", "title of CVE-2024-0001"));
    assert_eq!((weakness.cwe, weakness.aliases), (vec![79], vec!["CVE-2024-0001".to_owned()]));
    assert_eq!(weakness.references, ["https://example.org/a"]);
}

pub(crate) fn the_same_report_again_changes_nothing(house: &House) {
    let web = host(WEB);
    let all = report("scanner", 1)
        .sees(&web, "CVE-2024-0001", "port/tcp/80")
        .sees(&web, "rule", "port/tcp/80")
        .covers(&web);
    house.import(&all);
    let before = house.dump(LOG);
    for _ in 0..3 {
        let tally = house.import(&all);
        assert_eq!(tally, Tally { findings: 2, unchanged: 2, assets: 1, ..Tally::default() });
        same(&before, &house.dump(LOG));
    }
}

pub(crate) fn a_later_report_that_sees_the_same_moves_only_times(house: &House) {
    let web = host(WEB);
    let times: Vec<_> = LOG
        .iter()
        .copied()
        .chain(["asset.last_seen", "identifier.last_seen", "exposure.last_seen"])
        .chain(["sighting.last_seen", "sighting.looked_at", "sighting.run_id"])
        .collect();
    house.import(&report("scanner", 1).sees(&web, "CVE-2024-0001", "port/tcp/80").covers(&web));
    let before = house.dump(&times);
    let tally = house.import(&report("scanner", 2).sees(&web, "CVE-2024-0001", "port/tcp/80").covers(&web));
    assert_eq!((tally.unchanged, tally.updated, tally.closed), (1, 0, 0));
    same(&before, &house.dump(&times));
    let exposure = house.exposure();
    assert_eq!((exposure.first_seen, exposure.last_seen), (day(1), day(2)));
    let sighting = &house.sightings(exposure.id)[0];
    assert_eq!((sighting.first_seen, sighting.last_seen, sighting.looked_at), (day(1), day(2), day(2)));
}

pub(crate) fn neighbours_that_are_seen_again_leave_the_others_alone(house: &House) {
    let web = host(WEB);
    let id = |number: usize| format!("CVE-2024-{number:04}");
    let all = (0..20).fold(report("one", 1), |all, number| all.sees(&web, &id(number), "port/tcp/80"));
    // One exposure in the middle has a second place, one another source.
    house.import(&all.sees(&web, &id(12), "port/tcp/443"));
    house.import(&report("two", 1).sees(&web, &id(14), "port/tcp/80"));
    let again = (0..20).filter(|number| *number != 7);
    let again = again.fold(report("one", 3), |all, number| all.sees(&web, &id(number), "port/tcp/80"));
    assert_eq!(house.import(&again).unchanged, 19);
    let exposures = house.exposures();
    let seen: Vec<_> = exposures.iter().map(|row| row.last_seen).collect();
    let expected: Vec<_> = (0..20).map(|number| if number == 7 { day(1) } else { day(3) }).collect();
    assert_eq!(seen, expected);
    for (number, exposure) in exposures.iter().enumerate() {
        for sighting in house.sightings(exposure.id) {
            let missed = number == 7 || sighting.source == "two" || sighting.locus == "port/tcp/443";
            let at = if missed { day(1) } else { day(3) };
            let got = (sighting.first_seen, sighting.last_seen, sighting.looked_at, sighting.present);
            assert_eq!(got, (day(1), at, at, true), "{number} {sighting:?}");
        }
    }
    // An older report moves nothing back.
    let old = (0..20).fold(report("one", 2), |all, number| all.sees(&web, &id(number), "port/tcp/80"));
    house.import(&old);
    let seventh = &house.sightings(exposures[7].id)[0];
    assert_eq!((seventh.looked_at, house.exposures()[7].last_seen), (day(2), day(2)));
    assert_eq!(house.exposures()[8].last_seen, day(3));
}

pub(crate) fn two_tools_and_two_places_are_one_exposure_of_a_cve(house: &House) {
    let web = host(WEB);
    house.import(&report("one", 1).sees(&web, "CVE-2024-0001", "port/tcp/80"));
    let tally = house.import(&report("two", 1).sees(&web, "CVE-2024-0001", "pkg:deb/debian/openssl"));
    assert_eq!((tally.created, tally.updated), (0, 1));
    let exposure = house.exposure();
    assert_eq!((exposure.sightings, exposure.sources.len(), exposure.locus.as_str()), (2, 2, ""));
    let tally = house.import(&report("one", 2).sees(&web, "CVE-2024-0001", "port/tcp/80").sees(
        &web,
        "CVE-2024-0001",
        "port/tcp/443",
    ));
    assert_eq!((tally.findings, tally.updated, tally.unchanged), (2, 1, 0));
    assert_eq!(house.exposure().sightings, 3);
}

pub(crate) fn a_rule_is_one_exposure_a_place(house: &House) {
    let web = host(WEB);
    let tally = house.import(&report("one", 1).sees(&web, "weak-tls", "port/tcp/443").sees(
        &web,
        "weak-tls",
        "port/tcp/8443",
    ));
    assert_eq!(tally.created, 2);
    let tally = house.import(&report("two", 1).sees(&web, "weak-tls", "port/tcp/443"));
    assert_eq!(tally.created, 1, "a rule belongs to its tool");
    let loci: Vec<_> = house.exposures().into_iter().map(|row| row.locus).collect();
    assert_eq!(loci, ["port/tcp/443", "port/tcp/8443", "port/tcp/443"]);
}

pub(crate) fn a_changed_severity_is_an_update(house: &House) {
    let web = host(WEB);
    let with = |on, severity| report("one", on).finds(finding(&web, "CVE-2024-0001", "", severity));
    house.import(&with(1, Severity::Low));
    assert_eq!(house.import(&with(2, Severity::Critical)).updated, 1);
    assert_eq!(house.exposure().severity, Severity::Critical);
    assert_eq!(house.import(&with(3, Severity::Medium)).updated, 1);
    let exposure = house.exposure();
    assert_eq!(exposure.severity, Severity::Medium);
    let words = house.sightings(exposure.id)[0].finding.clone().unwrap();
    assert_eq!(words.severity, Severity::Medium, "the words kept are the newest");
    house.import(&report("two", 3).finds(finding(&web, "CVE-2024-0001", "", Severity::High)));
    assert_eq!(house.exposure().severity, Severity::High, "the highest any source reports");
}

pub(crate) fn the_highest_record_of_a_place_counts(house: &House) {
    let web = host(WEB);
    let mut all = report("one", 1);
    for severity in [Severity::Low, Severity::High, Severity::Medium] {
        all = all.finds(finding(&web, "CVE-2024-0001", "", severity));
    }
    house.import(&all);
    assert_eq!(house.exposure().severity, Severity::High);
    let before = house.dump(LOG);
    assert_eq!(house.import(&all).unchanged, 1);
    same(&before, &house.dump(LOG));
}

pub(crate) fn a_lower_severity_counts_at_the_end_of_the_report(house: &House) {
    let web = host(WEB);
    let with = |on, severities: &[Severity]| {
        severities.iter().fold(report("one", on), |all, s| all.finds(finding(&web, "CVE-2024-0001", "", *s)))
    };
    house.import(&with(1, &[Severity::Critical]));
    let tally = house.import(&with(2, &[Severity::Low, Severity::Medium, Severity::Low]));
    assert_eq!((tally.findings, tally.updated, tally.unchanged), (3, 1, 0));
    assert_eq!(house.exposure().severity, Severity::Medium);
    assert_eq!(house.import(&with(2, &[Severity::Low, Severity::Medium, Severity::Low])).unchanged, 1);
}

pub(crate) fn fixed_comes_back(house: &House) {
    let web = host(WEB);
    let seen = |on| report("one", on).sees(&web, "CVE-2024-0001", "port/tcp/80").covers(&web);
    house.import(&seen(1));
    assert_eq!(house.import(&report("one", 2).covers(&web)).closed, 1);
    assert_eq!(house.exposure().status, Status::Fixed);
    let tally = house.import(&seen(3));
    assert_eq!((tally.reopened, tally.updated, tally.created), (1, 0, 0));
    let exposure = house.exposure();
    assert_eq!((exposure.status, exposure.sightings), (Status::Open, 1));
    let evidence = house.read::<_, StoreError>(|reader| reader.evidence(exposure.id)).unwrap();
    let kinds: Vec<_> = evidence.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["reopened", "fixed"]);
}

pub(crate) fn words_read_back(house: &House) {
    let web = host(WEB);
    let mut all = report("one", 1);
    let mut words = Vec::new();
    for number in 0..3000 {
        let mut one = finding(&web, &format!("rule-{number}"), "", Severity::Info);
        one.description = format!("{number} ").repeat(200);
        one.evidence = "line one\nline two\t\"quoted\"".into();
        words.push(one.clone());
        all = all.finds(one);
    }
    house.import(&all);
    for index in [0, 1, 1500, 2999] {
        let exposure = &house.exposures()[index];
        assert_eq!(house.sightings(exposure.id)[0].finding.as_ref(), Some(&words[index]));
    }
}

pub(crate) fn what_a_source_says_is_read_back_and_said_in_other_words(house: &House) {
    let web = host(WEB);
    let worded = |weakness: &str, words: &str| {
        let mut one = finding(&web, weakness, "", Severity::Low);
        one.evidence = words.into();
        one
    };
    house.import(&report("one", 1).finds(worded("a", "first")).finds(worded("b", "first")).sees(
        &web,
        "CVE-2024-0001",
        "",
    ));
    house.import(&report("two", 1).finds(worded("a", "theirs")));
    let said = |on: i64| {
        house.write(on, |tx| {
            let run = tx.begin_run("match", "facts")?;
            let mut ingest = Ingest::new(
                tx,
                IngestOptions { run, tool: "one", seen_at: day(on), demo: false, network: None },
            )?;
            let source = ingest.source();
            let said = ingest.reader().told_by(source, "one:")?;
            Ok(said
                .into_iter()
                .map(|said| (said.weakness, said.finding.unwrap().evidence))
                .collect::<Vec<_>>())
        })
    };
    let pairs = |all: &[(&str, &str)]| {
        all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(said(2), pairs(&[("one:a", "first"), ("one:b", "first")]));

    let tally = house.write(3, |tx| {
        let run = tx.begin_run("match", "facts")?;
        let mut ingest =
            Ingest::new(tx, IngestOptions { run, tool: "one", seen_at: day(3), demo: false, network: None })?;
        ingest.reword();
        ingest.push(Observation::Finding(Box::new(worded("b", "second"))))?;
        ingest.finish(&Coverage::default())
    });
    assert_eq!((tally.updated, tally.unchanged, tally.created), (1, 0, 0));
    assert_eq!(said(4), pairs(&[("one:a", "first"), ("one:b", "second")]));
}

pub(crate) fn many_findings_in_several_chunks(house: &House) {
    let mut all = report("one", 1);
    for number in 0..20_000 {
        let asset = host(&format!("h{}.example.org", number % 50));
        all = all.sees(&asset, &format!("rule-{}", number / 50), "port/tcp/80");
    }
    let tally = house.import(&all);
    assert_eq!(tally, Tally { findings: 20_000, created: 20_000, assets: 50, ..Tally::default() });
    let ids: Vec<_> = house.exposures().iter().map(|row| row.id.0).collect();
    assert_eq!((ids.len(), ids[0], ids[19_999]), (20_000, 1, 20_000), "ids are given without gaps");
    let tally = house.import(&all);
    assert_eq!(tally, Tally { findings: 20_000, unchanged: 20_000, assets: 50, ..Tally::default() });
    all.seen_at = day(2);
    assert_eq!(house.import(&all).unchanged, 20_000);
    assert!(house.exposures().iter().all(|row| row.last_seen == day(2)));
    house.import(&report("one", 3).sees(&host("new.example.org"), "rule-1", ""));
    assert_eq!(house.exposures().last().map(|row| row.id.0), Some(20_001), "unused ids went back");
}

pub(crate) fn any_report_again_changes_nothing(house: &House) {
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let one = (0usize..3, 0usize..3, 0usize..3, severity, prop::option::of(0i64..4));
    let reports = prop::collection::vec((1i64..5, prop::bool::ANY, prop::collection::vec(one, 0..12)), 1..4);
    property(12, &reports, |reports| {
        let mut last = None;
        for (on, covered, findings) in reports {
            let mut all = report("one", on);
            for (asset, weakness, locus, severity, ago) in findings {
                let asset = host(["a.example.org", "10.0.0.1", "b"][asset]);
                let locus = ["", "port/tcp/80", "port/tcp/443"][locus];
                let mut one =
                    finding(&asset, ["CVE-2024-0001", "CVE-2024-0002", "rule"][weakness], locus, severity);
                one.seen_at = ago.map(|ago| day(on - ago));
                all = all.finds(one);
            }
            if covered {
                all = all.covers(&host("a.example.org")).covers(&host("10.0.0.1"));
            }
            house.import(&all);
            last = Some(all);
        }
        let all = last.unwrap();
        let before = house.dump(LOG);
        for _ in 0..2 {
            house.import(&all);
            same(&before, &house.dump(LOG));
        }
    });
}
