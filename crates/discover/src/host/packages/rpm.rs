//! rpm's database, read as a file, else what `rpm -qa` prints.

use crate::command;
use crate::root::Root;
use crate::software::rpm;
use bartizan_model::host::Package;

/// Folders in which rpm keeps its database.
const FOLDERS: [&str; 2] = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];
/// The largest database that is read.
const LARGEST: u64 = 512 << 20;
/// What `rpm -qa` is asked to print.
const FORMAT: &str =
    "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\t%{MODULARITYLABEL}\\n";

/// The path of the database, where there is one.
pub(in crate::host) fn database(root: &Root) -> Option<String> {
    FOLDERS
        .iter()
        .flat_map(|folder| rpm::FILES.map(|name| format!("{folder}/{name}")))
        .find(|path| root.exists(path))
}

/// All packages; `None` where there is no rpm database.
pub(super) fn read(root: &Root) -> Result<Option<Vec<Package>>, String> {
    let Some(path) = database(root) else { return Ok(None) };
    let found = bytes(root, &path)
        .and_then(|bytes| rpm::packages(&bytes).map_err(|error| format!("{path}: {error}")));
    let error = match found {
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

/// Which of the wanted files belong to which package.
pub(in crate::host) fn file_owners(root: &Root, mut found: impl FnMut(&str, &str)) -> Result<(), String> {
    let Some(path) = database(root) else { return Ok(()) };
    rpm::headers(&bytes(root, &path)?, &mut |header| header.files(&mut found))
}

fn bytes(root: &Root, path: &str) -> Result<Vec<u8>, String> {
    // What stands only in SQLite's journal would be missed.
    if matches!(root.stat(&format!("{path}-wal")), Ok(Some(meta)) if meta.len() > 0) {
        return Err(format!("{path}: it has a journal that is not yet written back"));
    }
    root.bytes(path, LARGEST)?.ok_or_else(|| format!("{path}: not found"))
}

/// Reads the lines that `FORMAT` asks for.
pub(in crate::host) fn parse_query(text: &str) -> Vec<Package> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let built = rpm::build(fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            // Of no module, or of an rpm that knows none.
            let module = fields.next().filter(|label| *label != "(none)").unwrap_or_default();
            Some(Package { module: module.to_owned(), ..built })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_and_databases() {
        let packages = parse_query(
            "bash\t5.1.8-6.el9\tx86_64\tbash-5.1.8-6.el9.src.rpm\nnodejs\t18.12-1\tx86_64\tnodejs-18.12-1.src.rpm\tnodejs:18:8070:1\ngpg-pubkey\t1-2\t(none)\t(none)\t(none)\nbroken\n",
        );
        let modules: Vec<_> = packages.iter().map(|package| package.module.as_str()).collect();
        assert_eq!(modules, ["", "nodejs:18:8070:1", ""]);
        assert_eq!(packages[2], rpm::build("gpg-pubkey", "1-2", "", ""));
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("var/lib/rpm");
        std::fs::create_dir_all(&place).unwrap();
        let root = Root::folder(folder.path());
        assert_eq!(read(&root), Ok(None));
        for (name, bytes) in rpm::databases() {
            let name = if name == "sqlite" { "rpmdb.sqlite" } else { "Packages" };
            std::fs::write(place.join(name), bytes).unwrap();
            let expected =
                rpm::build("bind-libs", "32:9.16.23-18.el9", "x86_64", "bind-9.16.23-18.el9.src.rpm");
            let expected = Package { module: "bind:9.16:9040020240101:a1b2c3d4".to_owned(), ..expected };
            assert_eq!(read(&root), Ok(Some(vec![expected; 2])), "{name}");
            let mut owned = Vec::new();
            file_owners(&root, |path, package| owned.push(format!("{path} {package}"))).unwrap();
            assert_eq!(owned[..2], ["/usr/lib64/libdns.so bind-libs", "/usr/share/doc/README bind-libs"]);
            if name == "rpmdb.sqlite" {
                std::fs::write(place.join("rpmdb.sqlite-wal"), "x").unwrap();
                assert!(read(&root).unwrap_err().contains("journal"));
                std::fs::remove_file(place.join("rpmdb.sqlite-wal")).unwrap();
            }
            std::fs::remove_file(place.join(name)).unwrap();
        }
        std::fs::write(place.join("rpmdb.sqlite"), "not a database").unwrap();
        assert!(read(&root).unwrap_err().contains("no rpm database"));
    }
}
