//! The use cases over a real store in a temporary folder, with a clock that the test turns.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use bartizan_app::{
    Actor, App, AppError, Clock, ImportRequest, Imported, NewDecision, NewScope, OpenOptions, RunState,
};
use bartizan_model::exposure::Verdict;
use bartizan_model::{Criticality, DataClass, ExposureId, Status, Timestamp};

struct House {
    _folder: tempfile::TempDir,
    app: App,
    clock: Clock,
}

fn actor() -> Actor {
    Actor::person("ada")
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
        let app = App::open(OpenOptions {
            data: folder.path().join("data"),
            database_url: None,
            clock: clock.clone(),
        });
        let app = app.unwrap();
        // Loaded from the start, so that the tests see it follow.
        drop(app.estate().unwrap());
        Self { app, clock, _folder: folder }
    }

    fn import(&self, label: &str, text: &str) -> Result<Imported, AppError> {
        self.app.import(
            &actor(),
            ImportRequest::new(
                label,
                Box::new(std::io::Cursor::new(text.to_owned().into_bytes())),
                text.len() as u64,
                "fallback",
            ),
        )
    }

    fn feed(&self, text: &str) -> Result<bartizan_app::FeedRow, AppError> {
        self.app.load_feed(&actor(), Box::new(std::io::Cursor::new(text.to_owned().into_bytes())), "feed")
    }

    /// A minute goes by.
    fn later(&self) {
        self.clock.set(Timestamp::from_micros(self.clock.now().micros() + 60_000_000));
    }

    fn priority(&self, query: &str) -> f64 {
        let estate = self.app.estate().unwrap();
        let page =
            estate.search(&self.app.query(query).unwrap(), Default::default(), None, 1, self.app.now());
        estate.view(page.ids[0]).unwrap().priority
    }

    fn count(&self, query: &str) -> usize {
        let estate = self.app.estate().unwrap();
        estate.search(&self.app.query(query).unwrap(), Default::default(), None, 1, self.app.now()).total
    }
}

const LOG4SHELL: &str =
    r#"{"title":"Log4Shell","severity":"critical","cve":"CVE-2021-44228","asset":"web-01.example.org"}"#;
const KEV: &str = r#"{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2026.01.09","dateReleased":"2026-01-09T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2021-44228","vendorProject":"Apache","product":"Log4j2","vulnerabilityName":"Apache Log4j2 RCE","dateAdded":"2021-12-10","shortDescription":"x","requiredAction":"Apply updates","dueDate":"2021-12-24","knownRansomwareCampaignUse":"Known","notes":"","cwes":["CWE-20"]}]}"#;

#[test]
fn a_list_names_the_tools_that_still_see_an_exposure() {
    let house = House::new();
    let asset =
        r#"{"kind":"host","name":"web-01","identifiers":[{"kind":"fqdn","value":"web-01.example.org"}]}"#;
    let of = |tool: &str| format!(r#"{{"kind":"source","name":"{tool}","version":"1"}}"#);
    let seen = format!(
        r#"{{"kind":"finding","title":"Log4Shell","severity":"high","weakness":{{"ids":["CVE-2021-44228"],"cwe":[],"rule":"r"}},"asset":{asset},"locus":"port/tcp/443"}}"#
    );
    let looked = format!(
        r#"{{"kind":"coverage","covered":[{{"asset":{asset},"checks":"all","loci":"all"}}],"gaps":[]}}"#
    );
    house.import("one", &[of("one"), seen.clone()].join("\n")).unwrap();
    house.import("two", &[of("two"), seen].join("\n")).unwrap();
    assert_eq!((house.count("source:one"), house.count("source:two")), (1, 1));
    house.later();
    house.import("one", &[of("one"), looked].join("\n")).unwrap();
    assert_eq!((house.count("source:one"), house.count("source:two")), (0, 1));
}

#[test]
fn the_same_report_twice_changes_nothing() {
    let house = House::new();
    let first = house.import("a.json", LOG4SHELL).unwrap();
    assert_eq!((first.tally.findings, first.tally.created, first.tally.assets), (1, 1, 1));
    let second = house.import("a.json", LOG4SHELL).unwrap();
    assert_eq!((second.tally.findings, second.tally.created, second.tally.unchanged), (1, 0, 1));
    assert_eq!(house.count("status:open"), 1);
}

#[test]
fn a_broken_report_leaves_nothing_but_a_failed_run_that_says_where() {
    let house = House::new();
    let error = house.import("cut.json", &format!("[{LOG4SHELL},{{\"title\":\"cut")).unwrap_err().to_string();
    assert!(error.contains("cut.json") && error.contains("nothing of it was imported"), "{error}");
    assert_eq!(house.count(""), 0);
    let runs = house.app.read(|reader| reader.runs(None, 10)).unwrap();
    assert_eq!((runs.len(), runs[0].state), (1, RunState::Failed));
    assert!(runs[0].error.as_deref().is_some_and(|words| words.contains("cut.json")));
    let assets = house.app.read(|reader| {
        let mut count = 0;
        reader.each_asset(|_| count += 1).map(|()| count)
    });
    assert_eq!(assets.unwrap(), 0);
}

#[test]
fn what_the_world_knows_moves_the_priority_and_says_so() {
    let house = House::new();
    house.import("a.json", LOG4SHELL).unwrap();
    let before = house.priority("");
    let feed = house.feed(KEV).unwrap();
    assert_eq!((feed.name.as_str(), feed.records, feed.complete), ("kev", 1, true));
    assert!(house.priority("kev:true") > before, "{before}");
    let estate = house.app.estate().unwrap();
    let explanation = estate.explain(ExposureId(1)).unwrap();
    assert!(explanation.factors.iter().any(|factor| factor.source.contains("KEV")), "{explanation:?}");
}

#[test]
fn a_bad_feed_does_not_replace_a_good_one() {
    let house = House::new();
    house.feed(KEV).unwrap();
    assert!(house.feed("cve,epss,percentile\n").is_err());
    assert!(house.feed("not a feed").is_err());
    let empty = KEV.replace("\"count\":1", "\"count\":0");
    let empty = format!("{}[]}}", empty.split('[').next().unwrap());
    assert!(house.feed(&empty).is_err(), "a catalogue without entries looks truncated");
    let feeds = house.app.read(|reader| reader.feeds()).unwrap();
    assert_eq!(feeds.iter().map(|feed| feed.records).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_scope_makes_its_assets_worth_more() {
    let house = House::new();
    house.import("a.json", LOG4SHELL).unwrap();
    let before = house.priority("");
    let scope = NewScope {
        name: "payments".into(),
        description: String::new(),
        query: "asset:web*".into(),
        criticality: Some(Criticality::High),
        data: vec![DataClass::Pci],
        crown_jewel: true,
    };
    house.app.save_scope(&actor(), None, &scope).unwrap();
    assert_eq!(house.count("scope:payments data:pci criticality:critical"), 1);
    assert!(house.priority("") > before);
    let by_exposure = NewScope { query: "severity:critical".into(), name: "bad".into(), ..scope };
    assert!(matches!(house.app.save_scope(&actor(), None, &by_exposure), Err(AppError::Input(_))));
}

#[test]
fn a_decision_beats_imports_lapses_by_the_clock_and_can_be_taken_back() {
    let house = House::new();
    house.import("a.json", LOG4SHELL).unwrap();
    let until = house.app.now().plus_days(7);
    let accepted = NewDecision { verdict: Verdict::Accepted, reason: "compensated", until: Some(until) };
    let decision = house.app.write(&actor(), |tx| tx.decide(&accepted, &[ExposureId(1)])).unwrap();
    house.import("a.json", LOG4SHELL).unwrap();
    assert_eq!(house.count("status:accepted"), 1);
    house.clock.set(until);
    house.app.tick().unwrap();
    assert_eq!(house.count("status:open"), 1);
    assert!(house.app.write(&actor(), |tx| tx.revoke_decision(decision)).is_err(), "it is over already");
    let forever = NewDecision { until: None, ..accepted };
    let decision = house.app.write(&actor(), |tx| tx.decide(&forever, &[ExposureId(1)])).unwrap();
    assert_eq!(house.count("status:accepted"), 1);
    house.app.write(&actor(), |tx| tx.revoke_decision(decision)).unwrap();
    assert_eq!(house.app.read(|reader| reader.exposure(ExposureId(1))).unwrap().status, Status::Open);
}

#[test]
fn following_the_log_ends_where_loading_anew_does() {
    let house = House::new();
    for (number, severity) in ["low", "high", "critical", "medium"].iter().enumerate() {
        let line = format!(
            r#"{{"title":"t{number}","severity":"{severity}","rule":"r{number}","asset":"h{}"}}"#,
            number % 2
        );
        house.import("x.json", &line).unwrap();
    }
    house.feed(KEV).unwrap();
    house.import("a.json", LOG4SHELL).unwrap();
    let data = house.app.data().to_owned();
    let list = |app: &App| {
        let estate = app.estate().unwrap();
        let page = estate.search(&app.query("").unwrap(), Default::default(), None, 100, app.now());
        page.ids.iter().map(|id| estate.view(*id).unwrap()).collect::<Vec<_>>()
    };
    let fresh = App::open(OpenOptions { data, database_url: None, clock: house.clock.clone() }).unwrap();
    assert_eq!(list(&house.app), list(&fresh));
    assert_eq!(list(&fresh).len(), 5);
}

#[test]
fn a_backup_restores_to_the_same_answers() {
    let house = House::new();
    house.import("a.json", LOG4SHELL).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    house.app.backup(&copy).unwrap();
    assert!(house.app.backup(&copy).is_err(), "a backup never overwrites");
    let data = folder.path().join("restored");
    bartizan_app::restore(&data, &copy).unwrap();
    let app = App::open(OpenOptions { data, database_url: None, clock: house.clock }).unwrap();
    assert_eq!(app.estate().unwrap().len(), 1);
}

/// A bill of materials of one application with one package of npm.
fn bill(version: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{{"component":{{"type":"application","name":"shop","bom-ref":"root"}}}},
        "components":[{{"type":"library","name":"left","version":"{version}","purl":"pkg:npm/left@{version}","bom-ref":"left"}}]}}"#
    )
}

fn advisory(modified: &str, fixed: &str, more: &str) -> String {
    format!(
        r#"{{"id":"GHSA-aaaa-bbbb-cccc","modified":"{modified}","aliases":["CVE-2026-1000"],"summary":"Left is wrong",
        "database_specific":{{"severity":"HIGH"}},{more}
        "affected":[{{"package":{{"ecosystem":"npm","name":"left"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

#[test]
fn software_is_judged_when_it_comes_and_when_an_advisory_comes() {
    let house = House::new();
    house.import("sbom.json", &bill("1.2.2")).unwrap();
    assert_eq!(house.count("status:open"), 0, "nothing is known yet");
    let feed = house.feed(&advisory("2026-01-01T00:00:00Z", "1.2.3", "")).unwrap();
    assert_eq!((feed.name.as_str(), feed.records, feed.complete), ("osv", 1, true));
    assert_eq!(house.count("status:open severity:high weakness:CVE-2026-1000"), 1);

    // The same again changes nothing; an upgrade is proof of the fix.
    house.later();
    house.import("sbom.json", &bill("1.2.2")).unwrap();
    assert_eq!((house.count("status:open"), house.count("status:fixed")), (1, 0));
    house.later();
    house.import("sbom.json", &bill("1.2.3")).unwrap();
    assert_eq!((house.count("status:open"), house.count("status:fixed")), (0, 1));

    // The fix turns out to be none, and then the advisory is taken back.
    house.later();
    house.feed(&advisory("2026-01-02T00:00:00Z", "1.3.0", "")).unwrap();
    assert_eq!((house.count("status:open"), house.count("status:fixed")), (1, 0));
    house.later();
    house.feed(&advisory("2026-01-03T00:00:00Z", "1.3.0", r#""withdrawn":"2026-01-03T00:00:00Z","#)).unwrap();
    assert_eq!((house.count("status:open"), house.count("status:fixed")), (0, 1));
}

#[test]
fn software_that_cannot_be_judged_closes_nothing() {
    let house = House::new();
    house.feed(&advisory("2026-01-01T00:00:00Z", "1.2.3", "")).unwrap();
    house.import("sbom.json", &bill("1.2.2")).unwrap();
    assert_eq!(house.count("status:open"), 1);
    house.later();
    house.import("sbom.json", &bill("a b")).unwrap();
    assert_eq!((house.count("status:open"), house.count("status:fixed")), (1, 0));
}

#[test]
fn a_folder_of_archives_is_one_load() {
    use std::io::Write as _;
    let house = House::new();
    let folder = tempfile::tempdir().unwrap();
    let zipped = folder.path().join("all.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&zipped).unwrap());
    for (name, text) in
        [("GHSA-1.json", advisory("2026-01-01T00:00:00Z", "1.2.3", "")), ("README.md", "words".to_owned())]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    std::fs::write(folder.path().join("kev.json"), KEV).unwrap();
    let loaded = house.app.load_feeds(&actor(), &[folder.path()]).unwrap();
    let feeds: Vec<_> = loaded.feeds.iter().map(|feed| (feed.name.as_str(), feed.records)).collect();
    assert_eq!(feeds, [("kev", 1), ("osv", 1)]);
    let outcomes: Vec<_> = loaded.files.iter().map(|file| file.outcome.is_ok()).collect();
    assert_eq!(outcomes, [true, false, true], "{:?}", loaded.files);
}

/// A report that does not say what it is about.
const SARIF: &str = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"r","message":{"text":"m"}}]}]}"#;

#[test]
fn a_report_that_waits_for_its_turn_can_be_stopped() {
    use std::io::{Seek as _, Write as _};
    let house = House::new();
    let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
    for name in ["one/scan.sarif", "two/scan.sarif", "three/scan.sarif"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(SARIF.as_bytes()).unwrap();
    }
    let mut file = zip.finish().unwrap();
    file.rewind().unwrap();
    let handed_in = house.app.announce(&actor(), file, "all.zip").unwrap();
    let runs: Vec<_> = handed_in.reports.iter().map(|report| report.run).collect();
    assert!(house.app.cancel(runs[1]));
    let mut batch = house.app.batch("all.zip", 3).unwrap();
    house.app.take_announced(&actor(), handed_in, &bartizan_app::Said::default(), &mut batch).unwrap();
    let states: Vec<_> =
        runs.iter().map(|run| house.app.read(|reader| reader.run(*run)).unwrap().state).collect();
    assert_eq!(states, [RunState::Finished, RunState::Cancelled, RunState::Finished]);
    assert!(!house.app.cancel(runs[1]), "there is nothing left to stop");
    // Reports of one name in two folders are about two things.
    let counts = ["asset:one/scan", "asset:two/scan", "asset:three/scan"].map(|query| house.count(query));
    assert_eq!(counts, [1, 0, 1]);
}

#[test]
fn two_names_of_one_weakness_become_one_exposure() {
    let house = House::new();
    let finding = |port: u16, id: &str| {
        format!(
            r#"{{"title":"Left is wrong","severity":"high","cve":"{id}","asset":"web-01.example.org","port":{port}}}"#
        )
    };
    house.import("a.json", &finding(443, "CVE-2026-1000")).unwrap();
    house.import("b.json", &finding(80, "GHSA-aaaa-bbbb-cccc")).unwrap();
    assert_eq!(house.count("status:open"), 2, "nobody told yet that they are the same");
    house.feed(&advisory("2026-01-01T00:00:00Z", "1.2.3", "")).unwrap();
    assert_eq!((house.count("status:open"), house.count("weakness:CVE-2026-1000")), (1, 1));
    // From now on, what is called by the other name is known at once.
    house.import("c.json", &finding(8080, "GHSA-aaaa-bbbb-cccc")).unwrap();
    assert_eq!(house.count("status:open"), 1);
    let sightings = house.app.read(|reader| reader.sightings(ExposureId(1))).unwrap();
    assert_eq!(sightings.len(), 3, "each place keeps its own");
}
