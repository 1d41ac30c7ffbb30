//! One exposure across tools, from reports to the list, with a person's word in between.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use bartizan_app::{Actor, App, AppError, Clock, ImportRequest, Imported, Level, OpenOptions};
use bartizan_model::{AssetId, ExposureId, Timestamp};

struct House {
    folder: tempfile::TempDir,
    app: App,
}

fn ada() -> Actor {
    Actor::person("ada")
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
        let options = OpenOptions { data: folder.path().to_owned(), database_url: None, clock };
        let app = App::open(options).unwrap();
        // Loaded from the start, so that the tests see it follow.
        drop(app.estate().unwrap());
        Self { folder, app }
    }

    fn import(&self, text: &str) -> Result<Imported, AppError> {
        self.app.import(
            &ada(),
            ImportRequest::new(
                "report",
                Box::new(std::io::Cursor::new(text.to_owned().into_bytes())),
                text.len() as u64,
                "portal",
            ),
        )
    }

    /// A finding of a tool in Bartizan's own format.
    fn sees(&self, tool: &str, rule: &str, cwe: u32, locus: &str) -> Imported {
        let asset =
            r#"{"kind":"host","name":"web","identifiers":[{"kind":"fqdn","value":"web.example.org"}]}"#;
        let text = format!(
            r#"{{"kind":"source","name":"{tool}","version":"1"}}
{{"kind":"finding","title":"Title of {rule}","severity":"medium","weakness":{{"ids":[],"cwe":[{cwe}],"rule":"{rule}"}},"asset":{asset},"locus":"{locus}"}}
"#
        );
        self.import(&text).unwrap()
    }

    /// What the list shows: id, and the tools that see it.
    fn listed(&self) -> Vec<(i64, Vec<String>)> {
        let query = self.app.query("").unwrap();
        let estate = self.app.estate().unwrap();
        let page = estate.search(&query, Default::default(), None, 100, self.app.now());
        let mut rows: Vec<_> = page.ids.iter().filter_map(|id| estate.view(*id)).collect();
        rows.sort_by_key(|view| view.id);
        rows.into_iter().map(|view| (view.id.0, view.sources)).collect()
    }
}

fn tools(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn two_tools_that_mean_the_same_are_one_exposure_until_a_person_says_otherwise() {
    let house = House::new();
    let (first, second) = (
        house.sees("testssl.sh", "TLS1", 0, "port/tcp/443"),
        house.sees("sslyze", "tls1.0", 327, "port/tcp/443"),
    );
    assert_eq!((first.tally.created, first.tally.updated), (1, 0));
    assert_eq!(
        (second.tally.created, second.tally.updated),
        (0, 1),
        "known already, and one more tool says so"
    );
    house.sees("sslyze", "tls1.1", 327, "port/tcp/443");
    house.sees("sslyze", "tls1.0", 327, "port/tcp/8443");
    assert_eq!(
        house.listed(),
        [(1, tools(&["testssl.sh", "sslyze"])), (3, tools(&["sslyze"])), (4, tools(&["sslyze"]))]
    );
    let together = house.app.together(ExposureId(2)).unwrap();
    assert_eq!(together.members.iter().map(|it| it.row.id.0).collect::<Vec<_>>(), [1, 2]);
    let said = &together.said[0];
    assert_eq!((said.rule.as_str(), said.by.as_str()), ("equivalence:tls-1-0", "ada"));
    assert_eq!(
        said.reason,
        "testssl.sh:TLS1 and sslyze:tls1.0 mean the same (TLS 1.0 is supported) at port/tcp/443"
    );

    house.app.tell_apart(&ada(), ExposureId(1), ExposureId(2), "another listener").unwrap();
    assert_eq!(house.listed().len(), 4);
    let again = house.sees("sslyze", "tls1.0", 327, "port/tcp/443");
    assert_eq!((again.tally.created, again.tally.unchanged), (0, 1));
    assert_eq!(house.app.correlate_all(&ada()).unwrap(), 0, "it is remembered");
    assert_eq!(house.listed().len(), 4);
    house.app.confirm_same(&ada(), ExposureId(2), ExposureId(1), "it is the same after all").unwrap();
    assert_eq!(house.listed()[0], (1, tools(&["testssl.sh", "sslyze"])));
}

#[test]
fn what_is_one_is_found_by_the_rule_and_the_name_of_either_tool() {
    let house = House::new();
    house.sees("testssl.sh", "TLS1", 0, "port/tcp/443");
    house.sees("sslyze", "tls1.0", 327, "port/tcp/443");
    let found = |query: &str| {
        let query = house.app.query(query).unwrap();
        let estate = house.app.estate().unwrap();
        estate.search(&query, Default::default(), None, 100, house.app.now()).ids
    };
    let all = [
        "weakness:testssl.sh:tls1",
        "weakness:sslyze:tls1.0",
        "id:tls1.0",
        "cwe:327",
        "tool:sslyze",
        "tool:testssl.sh",
        "\"of tls1.0\"",
    ];
    for query in all {
        assert_eq!(found(query), [ExposureId(1)], "{query}");
    }
    house.app.split_exposure(&ada(), ExposureId(2), "another").unwrap();
    for (query, id) in [("id:tls1.0", 2), ("cwe:327", 2), ("tool:sslyze", 2), ("id:tls1", 1)] {
        assert_eq!(found(query), [ExposureId(id)], "{query}");
    }
}

#[test]
fn a_vulnerability_that_a_report_tells_two_ids_of_is_one_and_goes_by_its_cve() {
    let house = House::new();
    let sees = |tool: &str, host: &str, ids: &str| {
        let text = format!(
            r#"{{"kind":"source","name":"{tool}","version":"1"}}
{{"kind":"finding","title":"Widget reads too far","severity":"high","weakness":{{"ids":[{ids}],"cwe":[],"rule":""}},"asset":{{"kind":"host","name":"{host}","identifiers":[{{"kind":"fqdn","value":"{host}.example.org"}}]}},"locus":"pkg:pypi/widget"}}
"#
        );
        house.import(&text).unwrap()
    };
    let (ghsa, cve) = (r#""GHSA-aaaa-bbbb-cccc""#, r#""CVE-2025-10001""#);
    sees("lock-scan", "web", ghsa);
    sees("image-scan", "web", cve);
    sees("lock-scan", "mail", r#""PYSEC-2025-9""#);
    assert_eq!(house.listed().len(), 3, "nobody said that they are one");
    // Another host, and then this one: who tells of it again tells what it is.
    sees("other-scan", "mail", &format!("{ghsa},{cve}"));
    let told = sees("other-scan", "web", &format!("{ghsa},{cve}"));
    assert_eq!((told.tally.created, told.tally.updated), (0, 1));
    let found = |query: &str| {
        let query = house.app.query(query).unwrap();
        let estate = house.app.estate().unwrap();
        estate.search(&query, Default::default(), None, 100, house.app.now()).ids.len()
    };
    assert_eq!(house.listed()[0], (2, tools(&["lock-scan", "image-scan", "other-scan"])), "the CVE leads");
    assert_eq!(
        (found("asset:web"), found("weakness:CVE-2025-10001"), found("weakness:GHSA-aaaa-bbbb-cccc")),
        (1, 2, 1)
    );
    let together = house.app.together(ExposureId(1)).unwrap();
    assert_eq!(together.members.len(), 2);
    assert_eq!(
        together.said[0].reason,
        "GHSA-aaaa-bbbb-cccc and CVE-2025-10001 are both GHSA-aaaa-bbbb-cccc, as a report tells, at the asset as a whole"
    );
    // An id that is told of two CVEs is the name of neither.
    sees("lock-scan", "db", r#""GHSA-dddd-dddd-dddd""#);
    sees("other-scan", "db", r#""CVE-2025-1","CVE-2025-2","GHSA-dddd-dddd-dddd""#);
    assert_eq!(found("asset:db"), 3);
    // An update is of many.
    sees("lock-scan", "ns", r#""DSA-5000-1""#);
    sees("other-scan", "ns", r#""CVE-2025-3","DSA-5000-1""#);
    assert_eq!(found("asset:ns"), 2);
    house.app.split_exposure(&ada(), ExposureId(1), "another").unwrap();
    assert_eq!(found("asset:web"), 2);
}

#[test]
fn people_extend_the_table_and_are_told_what_is_wrong_in_it() {
    let house = House::new();
    house.sees("one", "weak-door", 0, "port/tcp/1");
    house.sees("two", "door-weak", 0, "port/tcp/1");
    assert_eq!(house.listed().len(), 2);
    let folder = house.folder.path().join("equivalence");
    std::fs::create_dir(&folder).unwrap();
    let ours = folder.join("ours.toml");
    std::fs::write(
        &ours,
        "[weak-door]\ntitle = \"A weak door\"\nrules = [\"one:weak-door\", \"two:door-weak\"]\n",
    )
    .unwrap();
    assert_eq!(house.app.correlate_all(&ada()).unwrap(), 1);
    assert_eq!(house.listed(), [(1, tools(&["one", "two"]))]);
    std::fs::write(&ours, "[weak-door]\nrules = []\n").unwrap();
    let error =
        house.import("{\"kind\":\"source\",\"name\":\"one\",\"version\":\"1\"}\n").unwrap_err().to_string();
    assert!(error.contains("ours.toml, line 1: [weak-door]: missing field `title`"), "{error}");
}

#[test]
fn the_doctor_names_what_is_wrong_in_the_files_of_people() {
    let house = House::new();
    let told = || {
        let health = house.app.health().unwrap().into_iter().filter(|it| it.what == "equivalent rules");
        health.map(|it| (it.level, it.words, it.fix)).collect::<Vec<_>>()
    };
    assert_eq!(told(), [(Level::Fine, "the table that comes along is used".into(), String::new())]);
    let folder = house.folder.path().join("equivalence");
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).unwrap();
    write("a.toml", b"[door]\ntitle = \"A door\"\nrules = [\"one:1\", \"two:2\"]\n");
    assert_eq!(told(), [(Level::Fine, "the table and 1 file of yours agree".into(), String::new())]);
    write("b.toml", b"[gate]\ntitle = \"A gate\"\nrules = [\n  \"three:3\",\n  \"one:1\",\n]\n[x]\n");
    write("c.toml", &[0xff, 0xfe]);
    write("d.txt", b"[[[");
    let (a, b, c) = (folder.join("a.toml"), folder.join("b.toml"), folder.join("c.toml"));
    let words: Vec<_> = told().into_iter().map(|(level, words, _)| (level, words)).collect();
    let expected = [
        format!(
            "{}, line 5: `one:1` is in [gate] and in [door] of {}; a rule means one thing",
            b.display(),
            a.display()
        ),
        format!("{}, line 7: [x]: missing field `title`", b.display()),
        format!("{}: it cannot be read: stream did not contain valid UTF-8", c.display()),
    ];
    assert_eq!(words, expected.map(|words| (Level::Broken, words)));
    assert!(told().iter().all(|(.., fix)| fix.contains("no report is imported")));
}

#[test]
fn what_is_alike_is_proposed_and_a_refusal_is_remembered() {
    let house = House::new();
    let finding = |tool: &str, rule: &str, title: &str, parameter: &str| {
        let text = format!(
            r#"{{"kind":"source","name":"{tool}","version":"1"}}
{{"kind":"finding","title":"{title}","severity":"high","weakness":{{"ids":[],"cwe":[],"rule":"{rule}"}},"asset":{{"kind":"web-application","name":"portal","identifiers":[{{"kind":"origin","value":"https://portal.example"}}]}},"locus":"route:/search{parameter}"}}
"#
        );
        house.import(&text).unwrap();
    };
    finding("one", "x", "Reflected cross-site scripting", "?q");
    finding("two", "y", "Cross-site scripting (reflected)", "");
    finding("two", "z", "The server tells its version", "");
    let (pairs, next) = house.app.proposals(AssetId(0), 10).unwrap();
    assert_eq!((pairs.len(), next), (1, None));
    assert_eq!((pairs[0].one.row.id.0, pairs[0].other.row.id.0), (1, 2));
    assert_eq!(house.listed().len(), 3, "to propose is not to join");
    house.app.tell_apart(&ada(), ExposureId(1), ExposureId(2), "another parameter").unwrap();
    assert_eq!(house.app.proposals(AssetId(0), 10).unwrap().0, []);
}
