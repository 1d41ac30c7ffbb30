//! VEX and bills of materials through the whole house: in, what follows, and out again.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, Document, ImportRequest, Imported, OpenOptions};
use bartizan_model::{AssetId, Status, Timestamp};
use std::io::Cursor;

const BILL: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
"metadata":{"timestamp":"2026-03-01T08:00:00Z","tools":[{"name":"scanner","version":"1"}],
"component":{"bom-ref":"app","type":"application","name":"shop","purl":"pkg:golang/example.org/shop"}},
"components":[{"bom-ref":"opa","type":"library","name":"github.com/open-policy-agent/opa","version":"v0.35.0","purl":"pkg:golang/github.com/open-policy-agent/opa@v0.35.0"},
{"bom-ref":"x","type":"library","name":"golang.org/x/text","version":"v0.3.6","purl":"pkg:golang/golang.org/x/text@v0.3.6"}],
"vulnerabilities":[{"id":"CVE-2022-23628","ratings":[{"severity":"medium"}],"affects":[{"ref":"opa"}]},
{"id":"CVE-2021-38561","ratings":[{"severity":"high"}],"affects":[{"ref":"x"}]}]}"#;

const VEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"Example Vendor","timestamp":"2026-03-02T08:00:00Z","version":1,
"statements":[{"vulnerability":{"@id":"CVE-2022-23628"},"products":[{"@id":"pkg:golang/example.org/shop","subcomponents":[{"@id":"pkg:golang/github.com/open-policy-agent/opa@v0.35.0"}]}],
"status":"not_affected","justification":"vulnerable_code_not_in_execute_path","impact_statement":"The vulnerable code is not called"}]}"#;

struct House {
    app: App,
    _folder: tempfile::TempDir,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-03-10T08:00:00Z").unwrap());
    let options = OpenOptions { data: folder.path().to_owned(), database_url: None, clock };
    House { app: App::open(options).unwrap(), _folder: folder }
}

impl House {
    fn import(&self, text: &[u8]) -> Imported {
        let request =
            ImportRequest::new("report", Box::new(Cursor::new(text.to_vec())), text.len() as u64, "report");
        let imported = self.app.import(&Actor::person("ann"), request).unwrap();
        assert!(imported.rejected.is_empty(), "{:?}", imported.rejected);
        imported
    }

    fn statuses(&self) -> Vec<(String, Status)> {
        let mut all = self
            .app
            .read(|reader| {
                let mut rows = Vec::new();
                reader.each_exposure(|row| rows.push(row))?;
                rows.into_iter()
                    .map(|row| Ok((reader.weakness(row.weakness)?.key, row.status)))
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap();
        all.sort();
        all
    }

    fn asset(&self) -> AssetId {
        self.app.find_asset("shop").unwrap()
    }

    fn write(&self, document: Document) -> Vec<u8> {
        let mut text = Vec::new();
        self.app.write_document(self.asset(), document, "Clinic", &mut text).unwrap();
        text
    }

    fn software(&self) -> Vec<(String, String, String)> {
        let (_, rows) = self.app.read(|reader| reader.components(self.asset(), 100)).unwrap();
        rows.into_iter().map(|row| (row.name, row.version, row.purl)).collect()
    }
}

fn one_of_two() -> Vec<(String, Status)> {
    vec![("CVE-2021-38561".into(), Status::Open), ("CVE-2022-23628".into(), Status::NotAffected)]
}

#[test]
fn a_statement_decides_whichever_comes_first() {
    for order in [[BILL, VEX], [VEX, BILL]] {
        let house = house();
        order.iter().for_each(|text| drop(house.import(text.as_bytes())));
        assert_eq!(house.statuses(), one_of_two());
        order.iter().for_each(|text| drop(house.import(text.as_bytes())));
        assert_eq!(house.statuses(), one_of_two(), "and again");
    }
}

#[test]
fn what_leaves_one_house_is_the_same_in_another() {
    let house_one = house();
    house_one.import(BILL.as_bytes());
    house_one.import(VEX.as_bytes());
    for document in [Document::CycloneDx { vex: false }, Document::Spdx] {
        let text = house_one.write(document);
        assert_eq!(text, house_one.write(document));
        let other = house();
        other.import(&text);
        assert_eq!(other.software(), house_one.software(), "{document:?}");
    }
    // The VEX document of the first decides in the second, where the bill without it leaves both open.
    let other = house();
    other.import(BILL.as_bytes());
    other.import(&house_one.write(Document::OpenVex));
    assert_eq!(other.statuses(), one_of_two());
    // And so does the bill that holds it.
    let third = house();
    third.import(&house_one.write(Document::CycloneDx { vex: true }));
    assert_eq!(third.statuses(), one_of_two());
}

#[test]
fn assets_are_found_by_what_people_know_of_them() {
    let house = house();
    house.import(BILL.as_bytes());
    let id = house.asset();
    for text in [id.to_string(), "SHOP".into(), "pkg:golang/example.org/shop".into()] {
        assert_eq!(house.app.find_asset(&text).unwrap(), id, "{text}");
    }
    assert!(house.app.find_asset("nothing").unwrap_err().to_string().contains("no asset `nothing`"));
}
