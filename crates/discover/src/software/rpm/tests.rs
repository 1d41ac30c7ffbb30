//! Databases of rpm in its three forms, whole and broken.

use super::header::tests::header;
use super::*;
use proptest::prelude::*;

/// The three forms with the same two packages.
pub(crate) fn databases() -> Vec<(&'static str, Vec<u8>)> {
    let blob = header();
    vec![
        ("sqlite", sqlite_database(&[&blob, &blob])),
        ("ndb", ndb::tests::database(&[&blob, &blob])),
        ("berkeley", berkeley::tests::database(&[b"\x03\0\0\0", &blob, &blob], false)),
        ("berkeley, big-endian", berkeley::tests::database(&[b"\0\0\0\x03", &blob, &blob], true)),
    ]
}

fn sqlite_database(blobs: &[&[u8]]) -> Vec<u8> {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)").unwrap();
    for blob in blobs {
        db.execute("INSERT INTO Packages (blob) VALUES (?1)", [blob]).unwrap();
    }
    let mut bytes = db.serialize(MAIN_DB).unwrap().to_vec();
    // As rpm leaves it: in the mode with a journal beside.
    bytes[18..20].copy_from_slice(&[2, 2]);
    bytes
}

#[test]
fn the_same_packages_in_every_form() {
    let expected = build("bind-libs", "32:9.16.23-18.el9", "x86_64", "bind-9.16.23-18.el9.src.rpm");
    let expected = Package { module: "bind:9.16:9040020240101:a1b2c3d4".to_owned(), ..expected };
    assert_eq!((expected.source.as_str(), expected.source_version.as_str()), ("bind", "32:9.16.23-18.el9"));
    for (form, bytes) in databases() {
        assert_eq!(packages(&bytes).unwrap(), [expected.clone(), expected.clone()], "{form}");
        let mut owned = Vec::new();
        headers(&bytes, &mut |header| header.files(&mut |path, name| owned.push(format!("{path} {name}"))))
            .unwrap();
        assert_eq!(
            owned[..2],
            ["/usr/lib64/libdns.so bind-libs", "/usr/share/doc/README bind-libs"],
            "{form}"
        );
    }
}

#[test]
fn damage_is_an_error() {
    for (form, bytes) in databases() {
        for end in (0..bytes.len()).step_by(97) {
            assert!(packages(&bytes[..end]).is_err(), "{form} cut at {end}");
        }
    }
    // Sizes that are not there.
    let mut ndb = ndb::tests::database(&[&header()]);
    ndb[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(packages(&ndb).is_err());
    let mut berkeley = berkeley::tests::database(&[&header()], false);
    berkeley[32..36].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(packages(&berkeley).is_err());
    let mut blob = header();
    blob[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert!(packages(&ndb::tests::database(&[&blob])).is_err());
    assert!(packages(b"").is_err());
}

#[test]
fn what_only_looks_like_a_table() {
    for schema in [
        "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT x'00' UNION ALL SELECT blob FROM n) SELECT * FROM n",
        "CREATE TABLE Packages (hnum INTEGER, blob BLOB AS (zeroblob(900000000)))",
        "CREATE TABLE other (blob BLOB)",
    ] {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema).unwrap();
        assert!(
            packages(&db.serialize(MAIN_DB).unwrap()).unwrap_err().contains("no proper table"),
            "{schema}"
        );
    }
}

proptest! {
    #[test]
    fn mutated_databases_never_panic(form in 0usize..4, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = databases().swap_remove(form).1;
        for (at, byte) in changes {
            // Half of the changes go where the structure is.
            let at = if byte % 2 == 0 { at.index(bytes.len()) } else { at.index(600.min(bytes.len())) };
            bytes[at] = byte;
        }
        let _ = packages(&bytes);
    }
}
