//! Migrations: one schema on both databases.

use crate::house::{House, LOG, Place, same};
use bartizan_store::StoreError;

pub(crate) fn opening_again_changes_nothing(house: &House) {
    let before = house.dump(&[]);
    drop(house.open_again().unwrap());
    same(&before, &house.dump(&[]));
    let numbers = &before["migration"];
    assert_eq!(numbers.first().map(String::as_str), Some("number=1"));
    assert!(LOG.iter().all(|table| before.contains_key(*table)));
}

pub(crate) fn a_newer_schema_is_refused(house: &House) {
    match &house.place {
        Place::File(path) => {
            rusqlite::Connection::open(path)
                .unwrap()
                .execute_batch("INSERT INTO migration VALUES (9999)")
                .unwrap();
        }
        Place::Url(url) => {
            let mut db = postgres::Client::connect(url, postgres::NoTls).unwrap();
            db.batch_execute("INSERT INTO migration VALUES (9999)").unwrap();
        }
    }
    let before = house.dump(&[]);
    let error = house.open_again().err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 9999, .. }), "{error}");
    same(&before, &house.dump(&[]));
}

/// Each backend must have what stands here, so both have the same: tables, columns, nullability, unique keys.
pub(crate) fn both_schemas_agree(house: &House) {
    let mut text = String::new();
    for (table, columns) in house.columns() {
        let columns: Vec<_> =
            columns.iter().map(|(name, null)| format!("{name}{}", if *null { "?" } else { "" })).collect();
        text += &format!("{table}: {}\n", columns.join(" "));
    }
    let mut keys: Vec<_> = house
        .strings(
            "SELECT m.name || ' (' || (SELECT group_concat(name, ' ') FROM (SELECT x.name AS name FROM pragma_index_info(i.name) x ORDER BY x.seqno)) || ')'
             FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.\"unique\" = 1
             UNION ALL SELECT m.name || ' (' || c.name || ')' FROM sqlite_schema m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.pk = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i WHERE i.origin = 'pk')",
            "SELECT t.relname::text || ' (' || string_agg(a.attname::text, ' ' ORDER BY k.n) || ')'
             FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace
             CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(num, n)
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num
             WHERE i.indisunique AND s.nspname = 'public' GROUP BY t.relname, i.indexrelid",
        )
        .into_iter()
        .flatten()
        .collect();
    keys.sort();
    text += &keys.join("\n");
    text += "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/schema.txt");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    assert!(text == expected, "the schema is not the one in schema.txt (UPDATE_SCHEMA=1 writes it):\n{text}");
}
