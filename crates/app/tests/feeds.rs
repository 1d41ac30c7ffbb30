//! Feeds in a real installation: parts, catalogues, what several sources say of one CVE, and how EPSS moved.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use bartizan_app::{Actor, App, AppError, Clock, FeedRow, OpenOptions, doubts, technique};
use bartizan_model::Timestamp;

struct House {
    _folder: tempfile::TempDir,
    app: App,
    clock: Clock,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
        let data = folder.path().join("data");
        let app = App::open(OpenOptions { data, database_url: None, clock: clock.clone() }).unwrap();
        Self { app, clock, _folder: folder }
    }

    fn load(&self, text: impl Into<String>) -> Result<FeedRow, AppError> {
        let bytes = std::io::Cursor::new(text.into().into_bytes());
        self.app.load_feed(&Actor::person("ada"), Box::new(bytes), "file")
    }

    fn name(&self, feed: &str, id: &str) -> Option<String> {
        self.app.read(|reader| reader.catalogue_entry(feed, id)).unwrap().map(|entry| entry.name)
    }
}

/// A domain of ATT&CK with so many techniques.
fn attack(chain: &str, ids: &[&str]) -> String {
    let objects = ids.iter().map(|id| {
        format!(
            r#"{{"type":"attack-pattern","id":"attack-pattern--{id}","name":"Technique {id}","modified":"2026-01-01T00:00:00Z",
            "external_references":[{{"source_name":"mitre-attack","external_id":"{id}"}}],"kill_chain_phases":[{{"kill_chain_name":"{chain}","phase_name":"x"}}]}}"#
        )
    });
    format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#, objects.collect::<Vec<_>>().join(","))
}

#[test]
fn a_part_replaces_itself_and_no_other() {
    let house = House::new();
    assert_eq!(house.load(attack("mitre-attack", &["T1", "T2"])).unwrap().records, 2);
    assert_eq!(house.load(attack("mitre-ics-attack", &["T3", "T4"])).unwrap().records, 4);
    assert_eq!(house.load(attack("mitre-attack", &["T2"])).unwrap().records, 3);
    assert_eq!(
        (house.name("attack", "T1"), house.name("attack", "T3")),
        (None, Some("Technique T3".to_owned()))
    );
    // A part that looks cut off is refused by itself, and the feed says so with the part's name.
    house.load(attack("mitre-ics-attack", &["T3", "T4", "T5"])).unwrap();
    let why = house.load(attack("mitre-ics-attack", &["T3"])).unwrap_err().to_string();
    assert!(why.contains("ics: it has 1 records where 3 are held"), "{why}");
    let row = house.app.read(|reader| reader.feeds()).unwrap().pop().unwrap();
    assert_eq!((row.records, row.complete), (4, false));
    // What is wrong with one part stays said when another one is loaded.
    let secdb = |branch: &str, fix: &str| {
        format!(
            r#"{{"apkurl":"x","distroversion":"{branch}","reponame":"main","urlprefix":"https://x",
            "packages":[{{"pkg":{{"name":"lib","secfixes":{{"1-r0":["CVE-2026-0001",{fix}]}}}}}}]}}"#
        )
    };
    assert_eq!(house.load(secdb("v3.20", "\"?\"")).unwrap().problems, ["v3.20/main: lib 1-r0: `?` is no id"]);
    let row = house.load(secdb("v3.19", "\"CVE-2026-0002\"")).unwrap();
    assert_eq!((row.records, row.problems.len()), (3, 1));
    let row = house.load(secdb("v3.20", "\"CVE-2026-0002\"")).unwrap();
    assert_eq!((row.records, row.complete), (4, true));
}

#[test]
fn a_second_source_fills_in_and_overwrites_nothing() {
    let house = House::new();
    let cve = |cvss: &str| {
        format!(
            r#"{{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{{"cveId":"CVE-2026-0001","state":"PUBLISHED"}},
            "containers":{{"cna":{{"title":"The CNA's title","descriptions":[{{"lang":"en","value":"The CNA's words"}}]{cvss}}}}}}}"#
        )
    };
    let nvd = r#"{"resultsPerPage":1,"format":"NVD_CVE","vulnerabilities":[{"cve":{"id":"CVE-2026-0001","sourceIdentifier":"x","vulnStatus":"Analyzed",
        "descriptions":[{"lang":"en","value":"NVD's words"}],"metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov",
        "cvssData":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}}}]}"#;
    house.load(nvd).unwrap();
    house.load(cve("")).unwrap();
    let record = house.app.read(|reader| reader.cve("CVE-2026-0001")).unwrap();
    assert_eq!(record, Some(("The CNA's title".to_owned(), "The CNA's words".to_owned())));
    house.load(nvd).unwrap();
    let record = house.app.read(|reader| reader.cve("CVE-2026-0001")).unwrap();
    assert_eq!(record, Some(("The CNA's title".to_owned(), "The CNA's words".to_owned())));
}

#[test]
fn epss_remembers_from_where_it_moved() {
    let house = House::new();
    let day = |day: u8, one: f64, two: f64| {
        format!(
            "#model_version:v1,score_date:2026-01-0{day}T00:00:00Z\ncve,epss,percentile\nCVE-2026-0001,{one},0.5\nCVE-2026-0002,{two},0.5\n"
        )
    };
    house.load(day(1, 0.1, 0.5)).unwrap();
    house.load(day(2, 0.4, 0.501)).unwrap();
    house.load(day(2, 0.9, 0.501)).unwrap();
    house.load(day(3, 0.2, 0.5)).unwrap();
    let history = |cve: &str| {
        let history = house.app.read(|reader| reader.epss_history(cve)).unwrap();
        history.into_iter().map(|(day, score)| (day.date(), score)).collect::<Vec<_>>()
    };
    assert_eq!(history("CVE-2026-0001"), [("2026-01-01".to_owned(), 0.1), ("2026-01-02".to_owned(), 0.9)]);
    assert_eq!(history("CVE-2026-0002"), []);
}

#[test]
fn what_answers_cannot_rest_on() {
    let house = House::new();
    let now = || doubts(&house.app.feed_states().unwrap(), house.app.now());
    assert_eq!(
        now(),
        ["cve is not loaded", "kev is not loaded", "epss is not loaded", "no feed of advisories is loaded"]
    );
    house.load(r#"{"id":"GHSA-1","modified":"2026-01-09T00:00:00Z","affected":[]}"#).unwrap();
    assert_eq!(now(), ["cve is not loaded", "kev is not loaded", "epss is not loaded"]);
    house.clock.set(Timestamp::parse("2026-01-20T12:00:00Z").unwrap());
    assert_eq!(now().last().unwrap(), "osv is 11 days old");
}

#[test]
fn a_technique_has_the_name_that_the_catalogue_gives_it() {
    let house = House::new();
    let words = |weakness: &str| {
        let known = house.app.read(|reader| technique(reader, weakness)).unwrap();
        known.map(|known| known.words())
    };
    assert_eq!(words("bartizan:os-unsupported").as_deref(), Some("T1190"));
    house.load(attack("mitre-attack", &["T1190", "T2"])).unwrap();
    assert_eq!(words("bartizan:os-unsupported").as_deref(), Some("T1190 Technique T1190"));
    assert_eq!((words("CVE-2026-0001"), words("bartizan:nothing")), (None, None));
}
