//! Archives: file by file, and those that are one document in parts.
#![allow(clippy::unwrap_used)]

use bartizan_import::{Limits, OpenError, entries};
use std::io::Cursor;
use std::ops::ControlFlow;

/// A zip archive of files that are stored as they are (APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16).
fn zip<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let content = content.as_ref();
        let offset = bytes.len() as u32;
        let mut rest = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        rest.extend((content.len() as u32).to_le_bytes().repeat(2));
        rest.extend((name.len() as u16).to_le_bytes());
        rest.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&rest);
        bytes.extend(name.bytes().chain(content.iter().copied()));
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&rest);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (at, count) = (bytes.len() as u32, (files.len() as u16).to_le_bytes());
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.repeat(2));
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn read(archive: Vec<u8>, limits: &Limits) -> Result<Vec<(String, String)>, OpenError> {
    let mut read = Vec::new();
    entries(Cursor::new(archive), limits, &mut |entry| {
        let mut bytes = Vec::new();
        entry.reader.read_to_end(&mut bytes).unwrap();
        read.push((entry.name, String::from_utf8_lossy(&bytes).into_owned()));
        ControlFlow::Continue(())
    })?;
    Ok(read)
}

fn own(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn files_come_one_by_one() {
    let files = [("a.json", "[1]"), ("b/c.json", "[2]")];
    assert_eq!(read(zip(&files), &Limits::default()).unwrap(), own(&files));
    let few = Limits { entries: 1, ..Limits::default() };
    assert!(matches!(read(zip(&files), &few), Err(OpenError::Refused(_))));
}

#[test]
fn zips_in_a_zip_are_opened_once() {
    let inner = zip(&[("users.json", "[1]"), ("groups.json", "[2]")]);
    let twice = zip(&[("inner.zip", &inner)]);
    let files = [("north.zip", &inner[..]), ("az.json", b"[3]"), ("far.ZIP", &twice), ("no.zip", b"[4]")];
    let shown = String::from_utf8_lossy(&inner);
    let told = [
        ("north.zip!users.json", "[1]"),
        ("north.zip!groups.json", "[2]"),
        ("az.json", "[3]"),
        ("far.ZIP!inner.zip", &shown),
        ("no.zip", "[4]"),
    ];
    assert_eq!(read(zip(&files), &Limits::default()).unwrap(), own(&told));
    let few = Limits { entries: 3, ..Limits::default() };
    assert!(read(zip(&files[..1]), &few).is_ok());
    assert!(read(zip(&[("a.zip", &inner), ("b.zip", &inner)]), &few).is_err());
    let little = Limits { deferred: 10, ..Limits::default() };
    assert_eq!(read(zip(&files[..1]), &little).unwrap(), own(&[("north.zip", &shown)]));
    let cut = &inner[..inner.len() - 10];
    let error = read(zip(&[("cut.zip", cut)]), &Limits::default()).unwrap_err().to_string();
    assert!(error.contains("`cut.zip` in it"), "{error}");
}

#[test]
fn each_sheet_of_a_workbook_is_a_table() {
    let text = "<sst><si><t>CVE ID</t></si><si><t>CVE-2025-1</t></si></sst>";
    let sheet = "<worksheet><sheetData><row><c r='A1' t='s'><v>0</v></c></row><row><c r='A2' t='s'><v>1</v></c></row></sheetData></worksheet>";
    let archive = zip(&[
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/worksheets/sheet10.xml", sheet),
        ("xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>"),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", text),
    ]);
    let table = "\"CVE ID\"\n\"CVE-2025-1\"\n";
    assert_eq!(
        read(archive.clone(), &Limits::default()).unwrap(),
        own(&[("sheet1", table), ("sheet10", table)])
    );
    let little = Limits { deferred: 10, ..Limits::default() };
    assert!(matches!(read(archive, &little), Err(OpenError::BadArchive(_))));
}

#[test]
fn decisions_come_before_the_issues_of_a_fortify_result() {
    let files =
        [("VERSION", "6"), ("audit.fvdl", "<FVDL/>"), ("audit.xml", "<Audit/>"), ("audit.properties", "x")];
    assert_eq!(read(zip(&files), &Limits::default()).unwrap(), own(&[("audit.fvdl", "<Audit/><FVDL/>")]));
}
