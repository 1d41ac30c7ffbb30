//! Software that only a CPE names, through the whole house: from a bill and from a port, judged whichever comes first.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions};
use bartizan_model::{Status, Timestamp};
use std::io::Cursor;

const NVD: &str = r#"{"resultsPerPage":1,"format":"NVD_CVE","vulnerabilities":[{"cve":{"id":"CVE-2099-0001","sourceIdentifier":"x","vulnStatus":"Analyzed",
"descriptions":[{"lang":"en","value":"A resolver overflow"}],"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[
{"vulnerable":true,"criteria":"cpe:2.3:a:acme:http_server:*:*:*:*:*:*:*:*","versionEndExcluding":"1.20.1"}]}]}]}}]}"#;

const BILL: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
"metadata":{"timestamp":"2026-03-01T08:00:00Z","component":{"type":"application","name":"shop"}},
"components":[{"type":"application","name":"acmed","version":"1.18.0","cpe":"cpe:2.3:a:acme:http_server:1.18.0:*:*:*:*:*:*:*"},
{"type":"library","name":"http_server","version":"1.18.0","purl":"pkg:npm/http_server@1.18.0","cpe":"cpe:2.3:a:acme:http_server:1.18.0:*:*:*:*:*:*:*"}]}"#;

fn scan(version: &str, at: u64) -> String {
    format!(
        r#"<nmaprun scanner="nmap" args="nmap -sV" start="{at}"><scaninfo type="syn" protocol="tcp" numservices="1" services="8080"/>
<host starttime="{at}" endtime="{at}"><status state="up"/><address addr="10.0.0.7" addrtype="ipv4"/><ports><port protocol="tcp" portid="8080"><state state="open"/>
<service name="http" product="Acme httpd" version="{version}"><cpe>cpe:/o:linux:linux_kernel</cpe><cpe>cpe:/a:acme:http_server:{version}</cpe></service></port></ports></host>
<runstats><finished time="{at}" exit="success"/></runstats></nmaprun>"#
    )
}

/// An exposure: its asset, status, and of each sighting its place and confidence.
type Seen = (String, Status, Vec<(String, String)>);

struct House {
    app: App,
    clock: Clock,
    _folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-03-10T08:00:00Z").unwrap());
        let options =
            OpenOptions { data: folder.path().to_owned(), database_url: None, clock: clock.clone() };
        Self { app: App::open(options).unwrap(), clock, _folder: folder }
    }

    fn load(&self, text: &str) {
        let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
        self.app.load_feed(&Actor::person("ann"), bytes, "nvd.json").unwrap();
    }

    fn import(&self, text: &str) {
        let request = ImportRequest::new(
            "report",
            Box::new(Cursor::new(text.as_bytes().to_vec())),
            text.len() as u64,
            "report",
        );
        let imported = self.app.import(&Actor::person("ann"), request).unwrap();
        assert!(imported.rejected.is_empty(), "{:?}", imported.rejected);
    }

    fn exposures(&self) -> Vec<Seen> {
        let read = self.app.read(|reader| {
            let mut rows = Vec::new();
            reader.each_exposure(|row| rows.push(row))?;
            let mut all = Vec::new();
            for row in rows {
                let sightings = reader.sightings(row.id)?;
                let places = sightings.into_iter().map(|one| {
                    let finding = one.finding.unwrap();
                    assert!(
                        finding.evidence.contains("; low confidence: only the CPE"),
                        "{}",
                        finding.evidence
                    );
                    (one.locus, finding.confidence)
                });
                all.push((reader.asset(row.asset)?.name, row.status, places.collect()));
            }
            Ok(all)
        });
        let mut all = read.unwrap();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

fn found(asset: &str, status: Status, locus: &str) -> Seen {
    (asset.to_owned(), status, vec![(locus.to_owned(), "low".to_owned())])
}

#[test]
fn what_only_a_cpe_names_is_judged_whichever_comes_first() {
    let before = scan("1.18.0", 1_772_352_000);
    for order in [[NVD, BILL, &before], [BILL, &before, NVD]] {
        let house = House::new();
        for text in order {
            if text == NVD { house.load(text) } else { house.import(text) }
        }
        let shop = found("shop", Status::Open, "pkg:generic/acmed");
        assert_eq!(house.exposures(), [found("10.0.0.7", Status::Open, "port/tcp/8080"), shop.clone()]);
        house.clock.set(Timestamp::parse("2026-03-11T08:00:00Z").unwrap());
        // The service answers with a version that is repaired.
        house.import(&scan("1.20.1", 1_772_438_400));
        assert_eq!(house.exposures(), [found("10.0.0.7", Status::Fixed, "port/tcp/8080"), shop]);
    }
}
