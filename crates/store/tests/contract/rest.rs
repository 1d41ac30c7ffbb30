//! Knowledge, scopes, demo data, backups, text, runs.

use crate::house::{House, LOG, Place, day, finding, host, named, report, same};
use bartizan_model::knowledge::{Exploitation, KevFacts, SsvcFacts};
use bartizan_model::{Criticality, DataClass, Gap, RunId, Severity};
use bartizan_store::{
    Actor, CatalogueRow, CveRow, EpssRow, FeedSync, KevRow, NewDecision, NewScope, NoteKind, RunCoverage,
    RunResult, RunState, Store, StoreError, Tally, Tx,
};

pub(crate) fn knowledge_is_joined_and_replaced(house: &House) {
    let web = host("web.example.org");
    house.import(
        &report("one", 1)
            .sees(&web, "CVE-2024-0001", "")
            .sees(&web, "CVE-2024-0002", "")
            .sees(&web, "rule", ""),
    );
    let ssvc = SsvcFacts {
        exploitation: Exploitation::Active,
        automatable: true,
        total_impact: false,
        as_of: Some(day(1)),
    };
    let cve = |id: &str, title: &str| CveRow {
        id: id.into(),
        title: title.into(),
        cvss: Some("CVSS:3.1/AV:N".into()),
        cvss_source: Some("nvd".into()),
        ssvc: Some(ssvc),
        published: Some(day(0)),
        ..CveRow::default()
    };
    house.write(2, |tx| {
        tx.put_cves(&[cve("CVE-2024-0001", "old"), cve("CVE-2024-0001", "new"), cve("CVE-1999-0001", "")])
    });
    let kev = |id: &str| KevRow {
        cve: id.into(),
        name: "n".into(),
        action: "patch".into(),
        facts: KevFacts { added: Some(day(1)), due: None, ransomware: true },
    };
    house.write(2, |tx| tx.replace_kev(&[kev("CVE-2024-0001"), kev("CVE-2024-0001")]));
    let epss = |id: &str, score| EpssRow { cve: id.into(), score, percentile: None };
    house.write(2, |tx| tx.put_epss(&[epss("CVE-2024-0001", 0.5), epss("CVE-2024-0002", 0.125)]));
    let all = || {
        let mut rows = Vec::new();
        house.read::<_, StoreError>(|reader| reader.each_knowledge(|row| rows.push(row))).unwrap();
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        rows
    };
    let rows = all();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].cvss, Some(("CVSS:3.1/AV:N".into(), "nvd".into())));
    assert_eq!((rows[0].ssvc, rows[0].epss), (Some(ssvc), Some(0.5)));
    assert_eq!(rows[0].kev, Some(KevFacts { added: Some(day(1)), due: None, ransomware: true }));
    assert_eq!((rows[1].epss, rows[1].kev), (Some(0.125), None));
    let read = house.read::<_, StoreError>(|reader| reader.cve("CVE-2024-0001")).unwrap();
    assert_eq!(read.map(|(title, _)| title).as_deref(), Some("new"));
    house.write(3, |tx| tx.replace_kev(&[]));
    house.write(3, |tx| tx.clear_epss());
    assert_eq!(all().len(), 1);
    house.write(3, |tx| {
        tx.put_feed(&bartizan_store::NewFeed {
            name: "epss",
            records: None,
            as_of: None,
            complete: true,
            problems: &[],
        })
    });
    let row = house.write(3, |tx| {
        tx.put_feed(&bartizan_store::NewFeed {
            name: "cve",
            records: None,
            as_of: Some(day(2)),
            complete: false,
            problems: &["one".into(), "two".into()],
        })
    });
    let feeds = house.read::<_, StoreError>(|reader| reader.feeds()).unwrap();
    assert_eq!((feeds.len(), feeds[0].records, &feeds[0]), (2, 2, &row));
}

pub(crate) fn a_failed_sync_keeps_when_one_last_went_well(house: &House) {
    let synced = || house.read::<_, StoreError>(|reader| reader.feed_syncs()).unwrap();
    assert_eq!(synced(), []);
    house.write(1, |tx| tx.put_feed_sync("kev", None));
    house.write(2, |tx| tx.put_feed_sync("kev", Some("down\nand out")));
    house.write(2, |tx| tx.put_feed_sync("cve", Some("down")));
    let never = FeedSync { feed: "cve".into(), tried_at: day(2), done_at: None, error: Some("down".into()) };
    let once = FeedSync {
        feed: "kev".into(),
        tried_at: day(2),
        done_at: Some(day(1)),
        error: Some("down\nand out".into()),
    };
    assert_eq!(synced(), [never.clone(), once]);
    house.write(3, |tx| tx.put_feed_sync("kev", None));
    let again = FeedSync { feed: "kev".into(), tried_at: day(3), done_at: Some(day(3)), error: None };
    assert_eq!(synced(), [never, again]);
    house.write(3, |tx| tx.put_meta("a.1", "x"));
    house.write(3, |tx| tx.put_meta("a.2", "y"));
    house.write(3, |tx| tx.put_meta("b", "z"));
    let named = house.read::<_, StoreError>(|reader| reader.metas("a.")).unwrap();
    assert_eq!(named, [("1".to_owned(), "x".to_owned()), ("2".to_owned(), "y".to_owned())]);
}

pub(crate) fn a_second_source_fills_in(house: &House) {
    let cve = |source: &str, vector: Option<&str>, words: &str| CveRow {
        id: "CVE-2024-0001".into(),
        description: words.into(),
        cvss: vector.map(str::to_owned),
        cvss_source: vector.map(|_| source.to_owned()),
        ..CveRow::default()
    };
    house.import(&report("one", 1).sees(&host("web.example.org"), "CVE-2024-0001", ""));
    let cvss = || {
        let mut found = None;
        house.read::<_, StoreError>(|reader| reader.each_knowledge(|row| found = row.cvss)).unwrap();
        found.unwrap_or_default().0
    };
    house.write(1, |tx| tx.fill_cves(&[cve("NVD", Some("one"), "theirs")]));
    // A record that says nothing of it leaves what was filled in; and so its source may renew it.
    house.write(1, |tx| tx.put_cves(&[cve("cna", None, "own")]));
    assert_eq!(cvss(), "one");
    house.write(1, |tx| tx.fill_cves(&[cve("NVD", Some("two"), "theirs")]));
    assert_eq!(cvss(), "two");
    house.write(1, |tx| tx.put_cves(&[cve("cna", Some("three"), "own")]));
    house.write(1, |tx| tx.fill_cves(&[cve("NVD", Some("four"), "theirs")]));
    assert_eq!(cvss(), "three");
    let record = house.read::<_, StoreError>(|reader| reader.cve("CVE-2024-0001")).unwrap();
    assert_eq!(record.map(|(_, description)| description).as_deref(), Some("own"));
}

pub(crate) fn catalogues_are_looked_up(house: &House) {
    let row =
        |id: &str, name: &str| CatalogueRow { id: id.into(), name: name.into(), ..CatalogueRow::default() };
    house.write(1, |tx| {
        tx.put_catalogue("attack", "mobile", &[row("T1", "m"), row("T2", "old"), row("T2", "new")])
    });
    house.write(1, |tx| tx.put_catalogue("attack", "enterprise", &[row("T1", "e")]));
    house.write(1, |tx| tx.put_catalogue("cwe", "", &[row("CWE-79", "c")]));
    let name = |feed: &str, id: &str| {
        house.read::<_, StoreError>(|reader| reader.catalogue_entry(feed, id)).unwrap().map(|row| row.name)
    };
    let count = |part| house.read::<_, StoreError>(|reader| reader.catalogue_count("attack", part)).unwrap();
    assert_eq!((name("attack", "T1"), name("attack", "T2")), (Some("e".into()), Some("new".into())));
    assert_eq!((name("cwe", "T1"), name("cwe", "CWE-79")), (None, Some("c".into())));
    assert_eq!((count(None), count(Some("mobile"))), (3, 2));
    house.write(1, |tx| tx.clear_catalogue("attack", "enterprise"));
    assert_eq!((name("attack", "T1"), count(None)), (Some("m".into()), 2));
}

pub(crate) fn epss_keeps_from_where_it_moved(house: &House) {
    let epss = |id: &str, score| EpssRow { cve: id.into(), score, percentile: None };
    house.write(1, |tx| {
        tx.put_epss(&[epss("CVE-2024-0001", 0.5), epss("CVE-2024-0002", 0.5), epss("CVE-2024-0003", 0.5)])
    });
    house.write(2, |tx| tx.keep_epss(&[epss("CVE-2024-0001", 0.505), epss("CVE-2024-0002", 0.25)], day(1)));
    let history = |cve: &str| house.read::<_, StoreError>(|reader| reader.epss_history(cve)).unwrap();
    assert_eq!(history("CVE-2024-0001"), []);
    assert_eq!(history("CVE-2024-0002"), [(day(1), 0.5)]);
    assert_eq!(history("CVE-2024-0003"), [(day(1), 0.5)], "it is not among the new ones");
}

pub(crate) fn scopes_are_named_once(house: &House) {
    let scope = |name: &str| NewScope {
        name: name.into(),
        description: "d".into(),
        query: "asset:web*".into(),
        criticality: Some(Criticality::High),
        data: vec![DataClass::Phi, DataClass::Pci],
        crown_jewel: true,
    };
    let one = house.write(1, |tx| tx.put_scope(None, &scope("one")));
    house.write(1, |tx| tx.put_scope(None, &scope("two")));
    assert!(matches!(
        house.try_write(1, |tx| tx.put_scope(None, &scope("one"))),
        Err(StoreError::Conflict(_))
    ));
    assert!(matches!(
        house.try_write(1, |tx| tx.put_scope(Some(one), &scope("two"))),
        Err(StoreError::Conflict(_))
    ));
    house.write(1, |tx| tx.put_scope(Some(one), &scope("uno")));
    let rows = house.read::<_, StoreError>(|reader| reader.scopes()).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].id, &rows[0].scope), (one, &scope("uno")));
    house.write(1, |tx| tx.remove_scope(one));
    house.try_write(1, |tx| tx.remove_scope(one)).unwrap_err();
    house.try_write(1, |tx| tx.put_scope(Some(one), &scope("x"))).unwrap_err();
}

pub(crate) fn demo_data_goes_and_the_rest_stays(house: &House) {
    house
        .import(&report("one", 1).sees(&named("name:real"), "CVE-2024-0001", "").covers(&named("name:real")));
    let kept = &[LOG, &["weakness", "source"]].concat();
    let before = house.dump(kept);
    let mut demo = report("demo", 2);
    for name in ["serial:1", "agent-id:2", "serial:1 agent-id:2"] {
        demo = demo.sees(&named(name), "CVE-2024-0001", "").covers(&named(name));
    }
    demo.demo = true;
    house.import(&demo);
    let exposure = house.exposures().last().unwrap().id;
    let decision =
        NewDecision { verdict: bartizan_model::exposure::Verdict::Accepted, reason: "", until: None };
    house.write(3, |tx| tx.decide(&decision, &[exposure]));
    house.write(3, |tx| tx.add_comment(exposure, "hm"));
    assert_eq!(house.write(3, |tx| tx.remove_demo()), 2);
    same(&before, &house.dump(kept));
    assert_eq!(house.dump(&[])["run"].len(), 1);
}

pub(crate) fn a_backup_is_a_good_database(house: &House) {
    house.import(&report("one", 1).sees(&host("web.example.org"), "CVE-2024-0001", ""));
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy.db");
    let Place::File(_) = &house.place else {
        assert!(matches!(house.backup(&target), Err(StoreError::Conflict(_))));
        assert_eq!((house.check().unwrap(), house.backend()), (None, "postgresql"));
        return;
    };
    house.backup(&target).unwrap();
    let error = house.backup(&target).unwrap_err();
    assert!(error.to_string().contains("exists"), "nothing is overwritten: {error}");
    house.import(&report("one", 2).sees(&host("web.example.org"), "CVE-2024-0002", ""));
    let copy = Store::open_sqlite(&target).unwrap();
    assert_eq!((copy.check().unwrap(), copy.backend()), (None, "sqlite"));
    let mut count = 0;
    copy.read::<_, StoreError>(|reader| reader.each_exposure(|_| count += 1)).unwrap();
    assert_eq!(count, 1);
    assert_eq!(house.check().unwrap(), None);
}

pub(crate) fn any_text_is_kept(house: &House) {
    let long = "x🦀\n\t'\"\\;--%_".repeat(1000);
    let web = host("web.example.org");
    let mut one = finding(&web, "CVE-2024-0001", "route:/ü?q", Severity::High);
    one.title = format!("nul \0 and 🦀 {long}");
    one.description = long.clone();
    one.evidence = "\u{0}\u{1}\u{feff}".into();
    house.import(&report("one", 1).finds(one.clone()));
    let exposure = house.exposure();
    let sighting = house.sightings(exposure.id).remove(0);
    assert_eq!(sighting.finding.as_ref(), Some(&one), "the source's own record is kept as given");
    assert_eq!(sighting.locus, "route:/ü?q");
    let weakness = house.read::<_, StoreError>(|reader| reader.weakness(exposure.weakness)).unwrap();
    assert_eq!((weakness.title, weakness.description), (one.title.replace('\0', ""), long.clone()));
    house.write(2, |tx| tx.add_comment(exposure.id, &long));
    house.write(2, |tx| tx.add_comment(exposure.id, "a\0b"));
    let comments = house.read::<_, StoreError>(|reader| reader.comments(exposure.id)).unwrap();
    assert_eq!((comments[0].text.as_str(), comments[1].text.as_str()), (long.as_str(), "ab"));
}

pub(crate) fn text_sorts_by_its_bytes(house: &House) {
    let mut all = report("one", 1);
    for name in ["b", "B", "a", "é", "_", "Z"] {
        all = all.observes(bartizan_model::Observation::Component(
            bartizan_model::observation::ComponentSeen {
                asset: host("web.example.org"),
                purl: String::new(),
                name: name.into(),
                version: String::new(),
                locations: Vec::new(),
                vantage: String::new(),
            },
        ));
    }
    house.import(&all);
    let (_, rows) =
        house.read::<_, StoreError>(|reader| reader.components(bartizan_model::AssetId(1), 10)).unwrap();
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["B", "Z", "_", "a", "b", "é"]);
}

pub(crate) fn a_slot_that_is_free_again_tells_that_its_runs_died(house: &House) {
    let begin = |store: &Store| {
        let begin = |tx: &mut Tx<'_>| tx.begin_run("import", "a.json");
        store.write::<_, StoreError>(&Actor::system("test"), day(1), begin).unwrap()
    };
    let dead = house.open_again().unwrap();
    let lost = begin(&dead);
    house.ends(dead, 1);
    // Nobody cleaned up, and the next process takes the same slot.
    let living = begin(house);
    let state = |run| house.read::<_, StoreError>(|reader| reader.run(run)).unwrap().state;
    assert_eq!((state(lost), state(living)), (RunState::Interrupted, RunState::Running));
}

pub(crate) fn runs_tell_how_they_ended(house: &House) {
    let run = house.write(1, |tx| tx.begin_run("import", "a.json"));
    let (gaps, rejected) =
        ([Gap::new("10.0.0.1", "no route")], [("record 7".to_owned(), "no asset".to_owned())]);
    let tally = Tally {
        findings: 3,
        created: 1,
        updated: 1,
        unchanged: 1,
        reopened: 0,
        closed: 2,
        assets: 1,
        suppressed: 1,
    };
    let result =
        RunResult { tool: "one", bytes: 77, tally, gaps: &gaps, rejected: &rejected, rejected_total: 9 };
    house.write(2, |tx| tx.finish_run(run, &result));
    let row = house.read::<_, StoreError>(|reader| reader.run(run)).unwrap();
    assert_eq!(
        (row.state, row.source.as_deref(), row.bytes, row.tally),
        (RunState::Finished, Some("one"), 77, tally)
    );
    assert_eq!((row.started_at, row.finished_at, row.rejected, row.gaps), (day(1), Some(day(2)), 9, 1));
    let notes = house.read::<_, StoreError>(|reader| reader.run_notes(run)).unwrap();
    assert_eq!(notes.iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::Gap, NoteKind::Rejected]);
    // What ended, ended.
    assert!(matches!(house.try_write(3, |tx| tx.finish_run(run, &result)), Err(StoreError::NotFound { .. })));
    assert!(matches!(
        house.try_write(3, |tx| tx.fail_run(run, RunState::Failed, "")),
        Err(StoreError::NotFound { .. })
    ));
    assert!(house.try_write(3, |tx| tx.finish_run(RunId(99), &result)).is_err());
    let other = house.open_again().unwrap();
    let begin = |tx: &mut Tx<'_>| tx.begin_run("import", "b.json");
    let left = other.write::<_, StoreError>(&Actor::system("test"), day(4), begin).unwrap();
    let cancelled = house.write(4, |tx| tx.begin_run("import", "c.json"));
    house.write(4, |tx| tx.fail_run(cancelled, RunState::Cancelled, "stopped"));
    let own = house.write(4, |tx| tx.begin_run("import", "d.json"));
    assert_eq!(house.write(5, |tx| tx.interrupt_runs()), 0, "both processes live");
    house.ends(other, 2);
    assert_eq!(house.write(5, |tx| tx.interrupt_runs()), 1);
    house.write(5, |tx| tx.fail_run(own, RunState::Failed, "broken"));
    let states: Vec<_> = house
        .read::<_, StoreError>(|reader| reader.runs(None, 10))
        .unwrap()
        .into_iter()
        .map(|row| (row.id, row.state))
        .collect();
    assert_eq!(
        states,
        [
            (own, RunState::Failed),
            (cancelled, RunState::Cancelled),
            (left, RunState::Interrupted),
            (run, RunState::Finished)
        ]
    );
    let older = house.read::<_, StoreError>(|reader| reader.runs(Some(left), 10)).unwrap();
    assert_eq!((older.len(), house.read::<_, StoreError>(|reader| reader.run_count()).unwrap()), (1, 4));
    house.import(&report("one", 6).covers(&host("web.example.org")));
    let coverage = house.read::<_, StoreError>(|reader| reader.run_coverage(RunId(5))).unwrap();
    let all = || "\"all\"".to_owned();
    let asset = "web.example.org".to_owned();
    assert_eq!(coverage, [RunCoverage { asset, checks: all(), loci: all(), vantage: Some(String::new()) }]);
    let days = house.read::<_, StoreError>(|reader| reader.evidence_by_day(0)).unwrap();
    assert_eq!(days, []);
}
