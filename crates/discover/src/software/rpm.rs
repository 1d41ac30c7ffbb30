//! rpm's database in its three forms, and the package headers in it.
//!
//! A header costs nothing until it is looked at, and a header that cannot be read is an error of the whole database: to
//! leave a package out would look as if it were not installed.

mod berkeley;
mod header;
mod ndb;

pub(crate) use header::Header;
#[cfg(test)]
pub(crate) use tests::databases;

use bartizan_model::host::Package;
use header::{ARCH, EPOCH, MODULARITY_LABEL, NAME, RELEASE, SOURCE_RPM, VERSION};
use rusqlite::Connection;
use rusqlite::MAIN_DB;

/// The names of the database's file: SQLite since rpm 4.16, ndb of SUSE, Berkeley DB before.
pub(crate) const FILES: [&str; 3] = ["rpmdb.sqlite", "Packages.db", "Packages"];

/// Hands over each package header in a database.
///
/// # Errors
/// Where the bytes are none of the three forms, are damaged, or a header is.
pub(crate) fn headers(bytes: &[u8], each: &mut dyn FnMut(&Header<'_>) -> Option<()>) -> Result<(), String> {
    let mut number = 0;
    let mut blob = |blob: &[u8]| {
        number += 1;
        Header::read(blob)
            .and_then(|header| each(&header))
            .ok_or_else(|| format!("the package header number {number} in it cannot be read"))
    };
    if bytes.starts_with(b"SQLite format 3\0") {
        sqlite(bytes, &mut blob)
    } else if ndb::is(bytes) {
        ndb::read(bytes, &mut blob)
    } else if berkeley::is(bytes) {
        berkeley::read(bytes, &mut blob)
    } else {
        Err("no rpm database: neither SQLite, ndb nor Berkeley DB".to_owned())
    }
}

/// All packages in a database.
///
/// # Errors
/// As [`headers`].
pub(crate) fn packages(bytes: &[u8]) -> Result<Vec<Package>, String> {
    let mut found = Vec::new();
    headers(bytes, &mut |header| {
        found.push(package(header)?);
        Some(())
    })?;
    Ok(found)
}

fn sqlite(bytes: &[u8], each: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
    let failed = |error: rusqlite::Error| format!("rpm's SQLite database: {error}");
    let mut db = Connection::open_in_memory().map_err(failed)?;
    // SQLite takes what is cut off for zeros.
    let size = match bytes.get(16..18) {
        Some([0, 1]) => 65536,
        Some(size) => size.iter().fold(0, |size, byte| size << 8 | usize::from(*byte)),
        None => 0,
    };
    let pages =
        bytes.get(28..32).map_or(0, |pages| pages.iter().fold(0, |all, byte| all << 8 | usize::from(*byte)));
    if size == 0 || !bytes.len().is_multiple_of(size) || bytes.len() / size < pages {
        return Err("rpm's SQLite database is cut short".to_owned());
    }
    // A database in memory has no journal: the two bytes that ask for one are set to the older way.
    let journal = [1, 1];
    let (head, tail) = bytes.split_at_checked(18).ok_or("rpm's SQLite database is cut short")?;
    let tail = tail.get(2..).ok_or("rpm's SQLite database is cut short")?;
    let whole = std::io::Read::chain(std::io::Read::chain(head, &journal[..]), tail);
    db.deserialize_read_exact(MAIN_DB, whole, bytes.len(), true).map_err(failed)?;
    db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON").map_err(failed)?;
    // A view or a computed column could take any time and memory.
    let plain = "SELECT count(*) FROM pragma_table_xinfo('Packages') x, sqlite_schema s WHERE x.name = 'blob' \
                 AND x.hidden = 0 AND s.name = 'Packages' AND s.type = 'table' AND s.rootpage > 0";
    if db.query_row(plain, [], |row| row.get::<_, i64>(0)).map_err(failed)? != 1 {
        return Err("rpm's SQLite database has no proper table of packages".to_owned());
    }
    let mut query = db.prepare("SELECT blob FROM Packages").map_err(failed)?;
    let mut rows = query.query([]).map_err(failed)?;
    // No two blobs share their pages, so that all of them are no longer than the file.
    let mut left = bytes.len();
    while let Some(row) = rows.next().map_err(failed)? {
        let blob = row.get_ref(0).ok().and_then(|value| value.as_blob().ok()).unwrap_or_default();
        left =
            left.checked_sub(blob.len()).ok_or("rpm's SQLite database is damaged: its packages overlap")?;
        each(blob)?;
    }
    Ok(())
}

/// One package from its header.
pub(crate) fn package(header: &Header<'_>) -> Option<Package> {
    let text = |tag| header.texts(tag).next();
    let epoch = header.numbers(EPOCH).next().map(|epoch| format!("{epoch}:")).unwrap_or_default();
    let version = format!("{epoch}{}-{}", text(VERSION)?, text(RELEASE)?);
    let built =
        build(&text(NAME)?, &version, &text(ARCH).unwrap_or_default(), &text(SOURCE_RPM).unwrap_or_default());
    Some(Package { module: text(MODULARITY_LABEL).unwrap_or_default(), ..built })
}

/// A package by its name, `[epoch:]version-release`, architecture and the file name of its source package.
pub(crate) fn build(name: &str, version: &str, arch: &str, source_rpm: &str) -> Package {
    let epoch = version.find(':').map_or("", |colon| &version[..=colon]);
    // `bash-5.1.8-6.el9.src.rpm`
    let stem = source_rpm.trim_end_matches(".rpm").trim_end_matches(".src").trim_end_matches(".nosrc");
    let mut parts = stem.rsplitn(3, '-');
    let (source, source_version) = match (parts.next(), parts.next(), parts.next()) {
        (Some(release), Some(of), Some(source)) => (source.to_owned(), format!("{epoch}{of}-{release}")),
        _ => (name.to_owned(), version.to_owned()),
    };
    Package {
        manager: "rpm".to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
        // What has no architecture (imported keys) has the word for it.
        arch: arch.trim_start_matches("(none)").to_owned(),
        source,
        source_version,
        module: String::new(),
    }
}

#[cfg(test)]
mod tests;
