//! An account that is missing from the whole list of its domain or cloud account is gone, and its exposures close; from any other
//! list it is only missing.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions};
use bartizan_model::{Status, Timestamp};
use std::io::Cursor;
use std::path::Path;

/// Imports a report on a day, and tells the exposures of bob.
fn import(folder: &Path, day: u32, text: &str) -> Vec<Status> {
    let clock = Clock::fixed(Timestamp::parse(&format!("2026-03-{day:02}T08:00:00Z")).unwrap());
    let options = OpenOptions { data: folder.to_owned(), database_url: None, clock };
    let app = App::open(options).unwrap();
    let request = ImportRequest::new(
        "report",
        Box::new(Cursor::new(text.as_bytes().to_vec())),
        text.len() as u64,
        "report",
    );
    let imported = app.import(&Actor::person("ann"), request).unwrap();
    assert!(imported.rejected.is_empty(), "{:?}", imported.rejected);
    app.read(|reader| {
        let mut rows = Vec::new();
        reader.each_exposure(|row| rows.push(row))?;
        let mut of_bob = Vec::new();
        for row in rows {
            if reader.asset(row.asset)?.name.to_lowercase().starts_with("bob") {
                of_bob.push(row.status);
            }
        }
        Ok::<_, bartizan_app::StoreError>(of_bob)
    })
    .unwrap()
}

/// Users of a domain, as SharpHound writes them.
fn users(names: &[(&str, u32)], count: usize) -> String {
    let user = |(name, rid): &(&str, u32)| {
        format!(
            r#"{{"ObjectIdentifier":"S-1-5-21-1-2-3-{rid}","Properties":{{"name":"{name}@CLINIC.TEST","domain":"CLINIC.TEST","domainsid":"S-1-5-21-1-2-3","enabled":true,"passwordnotreqd":true}},"Aces":[],"PrimaryGroupSID":"S-1-5-21-1-2-3-513","IsDeleted":false}}"#
        )
    };
    let all: Vec<_> = names.iter().map(user).collect();
    format!(
        r#"{{"data":[{}],"meta":{{"methods":521215,"type":"users","count":{count},"version":6}}}}"#,
        all.join(",")
    )
}

#[test]
fn who_is_missing_from_the_whole_list_of_a_domain_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (admin, krbtgt, bob) = (("ADMINISTRATOR", 500), ("KRBTGT", 502), ("BOB", 1101));
    let at = |day, text: &str| import(folder.path(), day, text);
    let open = at(1, &users(&[admin, krbtgt, bob], 3));
    assert!(!open.is_empty() && open.iter().all(|status| *status == Status::Open), "{open:?}");
    // A file that was cut or changed, and one that a filter made, hold no whole list.
    assert_eq!(at(2, &users(&[admin, krbtgt], 3)), open);
    assert_eq!(at(3, &users(&[admin], 1)), open);
    let gone = at(4, &users(&[admin, krbtgt], 2));
    assert!(gone.iter().all(|status| *status == Status::Fixed), "{gone:?}");
    assert_eq!(at(5, &users(&[admin, krbtgt, bob], 3)), open, "and back again");
}
