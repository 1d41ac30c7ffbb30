//! rpm's database: headers out of `rpmdb.sqlite`, else what `rpm -qa` prints.

use crate::command;
use crate::root::Root;
use bartizan_model::host::Package;
use rusqlite::{Connection, OpenFlags};

/// Folders in which rpm keeps its database.
const FOLDERS: [&str; 2] = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];
/// The most bytes of one header, rpm's own limit.
const HEADER: usize = 256 << 20;
/// What `rpm -qa` is asked to print.
const FORMAT: &str = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n";

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const ARCH: u32 = 1022;
const SOURCE_RPM: u32 = 1044;
const DIR_INDEXES: u32 = 1116;
const BASE_NAMES: u32 = 1117;
const DIR_NAMES: u32 = 1118;

/// The path of the database, where there is one.
pub(in crate::host) fn database(root: &Root) -> Option<String> {
    FOLDERS
        .iter()
        .flat_map(|folder| ["rpmdb.sqlite", "Packages.db", "Packages"].map(|name| format!("{folder}/{name}")))
        .find(|path| root.exists(path))
}

/// All packages; `None` where there is no rpm database.
pub(super) fn read(root: &Root) -> Result<Option<Vec<Package>>, String> {
    let Some(path) = database(root) else { return Ok(None) };
    let error = match headers(root, &path, package) {
        Ok(packages) => return Ok(Some(packages)),
        Err(error) => error,
    };
    if !root.runs_commands() {
        return Err(error);
    }
    let Some(rpm) = command::find(root, "rpm") else {
        return Err(format!("{error}; the command rpm is not there either"));
    };
    let output = command::run(root, &rpm, &["-qa", "--qf", FORMAT])?;
    Ok(Some(parse_query(&String::from_utf8_lossy(&output))))
}

/// Which of the wanted files belong to which package. Only from a database that can be read as a file.
pub(in crate::host) fn file_owners(root: &Root, mut found: impl FnMut(&str, &str)) -> Result<(), String> {
    let Some(path) = database(root) else { return Ok(()) };
    headers(root, &path, |blob| {
        let header = Header::read(blob)?;
        let name = header.texts(NAME).next()?;
        let folders: Vec<_> = header.texts(DIR_NAMES).collect();
        for (index, base) in header.numbers(DIR_INDEXES).zip(header.texts(BASE_NAMES)) {
            let folder = folders.get(usize::try_from(index).ok()?)?;
            found(&format!("{folder}{base}"), &name);
        }
        Some(())
    })
    .map(drop)
}

/// What `of` makes of each header in the SQLite database.
fn headers<T>(root: &Root, path: &str, mut of: impl FnMut(&[u8]) -> Option<T>) -> Result<Vec<T>, String> {
    if !path.ends_with(".sqlite") {
        return Err(format!("{path}: only rpm's SQLite database can be read without the command rpm"));
    }
    // `immutable` writes no lock or index beside a file that is not ours, but does not see the journal.
    if matches!(root.stat(&format!("{path}-wal")), Ok(Some(meta)) if meta.len() > 0) {
        return Err(format!("{path}: it has a journal that is not yet written back"));
    }
    let place = root.resolve(path).map_err(|error| crate::root::why(path, &error))?;
    let place = place.to_str().ok_or_else(|| format!("{path}: its folder's name is no UTF-8"))?;
    let place = place.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error: rusqlite::Error| format!("{path}: {error}");
    let db = Connection::open_with_flags(format!("file:{place}?immutable=1"), flags).map_err(failed)?;
    let mut query = db.prepare("SELECT blob FROM Packages").map_err(failed)?;
    let mut rows = query.query([]).map_err(failed)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let blob = row.get_ref(0).ok().and_then(|value| value.as_blob().ok()).unwrap_or_default();
        match of(blob) {
            Some(value) => out.push(value),
            None => return Err(format!("{path}: a package header in it cannot be read")),
        }
    }
    Ok(out)
}

/// One package from its header.
pub(in crate::host) fn package(blob: &[u8]) -> Option<Package> {
    let header = Header::read(blob)?;
    let text = |tag| header.texts(tag).next();
    let epoch = header.numbers(EPOCH).next().map(|epoch| format!("{epoch}:")).unwrap_or_default();
    let version = format!("{epoch}{}-{}", text(VERSION)?, text(RELEASE)?);
    Some(build(
        &text(NAME)?,
        &version,
        &text(ARCH).unwrap_or_default(),
        &text(SOURCE_RPM).unwrap_or_default(),
    ))
}

fn build(name: &str, version: &str, arch: &str, source_rpm: &str) -> Package {
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
    }
}

/// Reads the lines that `FORMAT` asks for.
pub(in crate::host) fn parse_query(text: &str) -> Vec<Package> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some(build(fields.next()?, fields.next()?, fields.next()?, fields.next()?))
        })
        .collect()
}

/// A header: an index of (tag, type, offset, count), all big-endian, then the data.
struct Header<'a> {
    index: &'a [u8],
    data: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(blob: &'a [u8]) -> Option<Self> {
        let entries = usize::try_from(number(blob, 0)?).ok()?;
        let length = usize::try_from(number(blob, 4)?).ok()?;
        if blob.len() > HEADER {
            return None;
        }
        let end = entries.checked_mul(16)?.checked_add(8)?;
        Some(Self { index: blob.get(8..end)?, data: blob.get(end..end.checked_add(length)?)? })
    }

    /// The data from where a tag's values begin, with their number.
    fn values(&self, tag: u32) -> (&'a [u8], usize) {
        let entry = self.index.chunks_exact(16).find(|entry| number(entry, 0) == Some(tag));
        let found = entry.and_then(|entry| {
            let offset = usize::try_from(number(entry, 8)?).ok()?;
            Some((self.data.get(offset..)?, usize::try_from(number(entry, 12)?).ok()?))
        });
        found.unwrap_or((&[], 0))
    }

    /// Strings end in a zero byte.
    fn texts(&self, tag: u32) -> impl Iterator<Item = String> + use<'a> {
        let (data, count) = self.values(tag);
        let count = if data.is_empty() { 0 } else { count };
        data.split(|b| *b == 0).take(count).map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn numbers(&self, tag: u32) -> impl Iterator<Item = u32> + use<'a> {
        let (data, count) = self.values(tag);
        data.chunks_exact(4).take(count).filter_map(|chunk| number(chunk, 0))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with these strings and numbers.
    fn header(texts: &[(u32, &[&str])], numbers: &[(u32, &[u32])]) -> Vec<u8> {
        let (mut index, mut data) = (Vec::new(), Vec::<u8>::new());
        let mut entry = |tag: u32, kind: u32, offset: usize, count: usize| {
            for value in [tag, kind, offset as u32, count as u32] {
                index.extend(value.to_be_bytes());
            }
        };
        for (tag, values) in numbers {
            entry(*tag, 4, data.len(), values.len());
            data.extend(values.iter().flat_map(|v| v.to_be_bytes()));
        }
        for (tag, values) in texts {
            entry(*tag, 6, data.len(), values.len());
            data.extend(values.iter().flat_map(|v| v.bytes().chain([0])));
        }
        let mut blob = ((texts.len() + numbers.len()) as u32).to_be_bytes().to_vec();
        blob.extend((data.len() as u32).to_be_bytes());
        blob.extend(index);
        blob.extend(data);
        blob
    }

    #[test]
    fn headers_from_a_database() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("var/lib/rpm")).unwrap();
        let db = Connection::open(folder.path().join("var/lib/rpm/rpmdb.sqlite")).unwrap();
        db.execute_batch("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)").unwrap();
        let blob = header(
            &[
                (NAME, &["bind-libs"]),
                (VERSION, &["9.16.23"]),
                (RELEASE, &["18.el9"]),
                (ARCH, &["x86_64"]),
                (SOURCE_RPM, &["bind-9.16.23-18.el9.src.rpm"]),
                (BASE_NAMES, &["libdns.so", "README"]),
                (DIR_NAMES, &["/usr/lib64/", "/usr/share/doc/"]),
            ],
            &[(EPOCH, &[32]), (DIR_INDEXES, &[0, 1])],
        );
        db.execute("INSERT INTO Packages (blob) VALUES (?1)", [&blob]).unwrap();
        drop(db);
        let root = Root::folder(folder.path());
        let packages = read(&root).unwrap().unwrap();
        let expected = build("bind-libs", "32:9.16.23-18.el9", "x86_64", "bind-9.16.23-18.el9.src.rpm");
        assert_eq!(packages, std::slice::from_ref(&expected));
        assert_eq!(
            (expected.source.as_str(), expected.source_version.as_str()),
            ("bind", "32:9.16.23-18.el9")
        );
        let mut owned = Vec::new();
        file_owners(&root, |path, package| owned.push(format!("{path} {package}"))).unwrap();
        assert_eq!(owned, ["/usr/lib64/libdns.so bind-libs", "/usr/share/doc/README bind-libs"]);
        for cut in 0..blob.len() {
            let _ = package(&blob[..cut]);
        }
    }

    #[test]
    fn query_and_unreadable_database() {
        let packages = parse_query(
            "bash\t5.1.8-6.el9\tx86_64\tbash-5.1.8-6.el9.src.rpm\ngpg-pubkey\t1-2\t(none)\t(none)\nbroken\n",
        );
        assert_eq!(packages.len(), 2);
        assert_eq!(packages[1], build("gpg-pubkey", "1-2", "", ""));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("var/lib/rpm")).unwrap();
        std::fs::write(folder.path().join("var/lib/rpm/Packages"), "x").unwrap();
        assert!(read(&Root::folder(folder.path())).unwrap_err().contains("command rpm"));
        std::fs::write(folder.path().join("var/lib/rpm/rpmdb.sqlite"), "not a database").unwrap();
        assert!(read(&Root::folder(folder.path())).is_err());
    }
}
