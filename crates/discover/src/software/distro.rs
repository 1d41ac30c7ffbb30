//! Which distribution, in which release, the files of a root belong to.

use super::File;
use bartizan_model::host::OsRelease;

type Parse = fn(&str) -> OsRelease;

/// The files that tell, the surest first, without a leading slash.
pub(crate) const FILES: [(&str, Parse); 6] = [
    ("etc/os-release", os_release),
    ("usr/lib/os-release", os_release),
    ("etc/lsb-release", lsb_release),
    // Oracle's systems also have a file that says Red Hat.
    ("etc/oracle-release", red_hat_release),
    ("etc/centos-release", red_hat_release),
    ("etc/redhat-release", red_hat_release),
];

/// The distribution of the root that a package database lies in. `places` are the beginnings of the paths that such a
/// database has in its root (`var/lib/dpkg/`): what stands before them is the root, so that the unpacked root of an
/// image is known wherever it lies.
pub(crate) fn of(file: &File<'_>, places: &[&str]) -> Option<OsRelease> {
    let root = places
        .iter()
        .find_map(|place| {
            let at = file.path.rfind(place)?;
            (at == 0 || file.path.as_bytes()[at - 1] == b'/').then(|| &file.path[..at])
        })
        .unwrap_or("");
    release(&|path| (file.other)(&format!("{root}{path}")))
}

/// The distribution of a root whose files `read` reads.
pub(crate) fn release(read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<OsRelease> {
    FILES.iter().find_map(|(path, parse)| {
        let bytes = read(path)?;
        Some(parse(&String::from_utf8_lossy(&bytes))).filter(|os| !os.id.is_empty())
    })
}

/// Reads `os-release`: shell-like assignments
/// (<https://www.freedesktop.org/software/systemd/man/latest/os-release.html>).
pub(crate) fn os_release(text: &str) -> OsRelease {
    let mut os = OsRelease::default();
    for (key, value) in assignments(text) {
        let field = match key {
            "ID" => &mut os.id,
            "VERSION_ID" => &mut os.version_id,
            "PRETTY_NAME" => &mut os.pretty_name,
            "ID_LIKE" => &mut os.id_like,
            "VERSION_CODENAME" => &mut os.codename,
            "SUPPORT_END" => &mut os.support_end,
            _ => continue,
        };
        *field = value;
    }
    os
}

/// Reads `lsb-release`, which older systems have instead.
fn lsb_release(text: &str) -> OsRelease {
    let mut os = OsRelease::default();
    for (key, value) in assignments(text) {
        match key {
            "DISTRIB_ID" => os.id = value.to_lowercase(),
            "DISTRIB_RELEASE" => os.version_id = value,
            "DISTRIB_CODENAME" => os.codename = value,
            "DISTRIB_DESCRIPTION" => os.pretty_name = value,
            _ => {}
        }
    }
    os
}

/// Reads `Red Hat Enterprise Linux Server release 6.10 (Santiago)`.
fn red_hat_release(text: &str) -> OsRelease {
    let line = text.lines().next().unwrap_or("").trim();
    let Some((name, rest)) = line.split_once(" release ") else { return OsRelease::default() };
    let ids = [
        ("Red Hat Enterprise Linux", "rhel"),
        ("CentOS", "centos"),
        ("Oracle Linux", "ol"),
        ("Fedora", "fedora"),
        ("Scientific Linux", "scientific"),
        ("AlmaLinux", "almalinux"),
        ("Rocky Linux", "rocky"),
    ];
    OsRelease {
        id: ids.iter().find(|(begin, _)| name.starts_with(begin)).map_or("", |(_, id)| id).to_owned(),
        version_id: rest.split_whitespace().next().unwrap_or("").to_owned(),
        pretty_name: line.to_owned(),
        ..OsRelease::default()
    }
}

fn assignments(text: &str) -> impl Iterator<Item = (&str, String)> {
    text.lines().filter_map(|line| line.trim().split_once('=')).map(|(key, value)| (key, unquote(value)))
}

fn unquote(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let os = os_release(
            "# a comment\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID='12'\nVERSION_CODENAME=bookworm\nID_LIKE=\"a \\\"b\\\"\"\nNAME\n",
        );
        assert_eq!(os.id, "debian");
        assert_eq!(os.version_id, "12");
        assert_eq!(os.pretty_name, "Debian GNU/Linux 12 (bookworm)");
        assert_eq!(os.codename, "bookworm");
        assert_eq!(os.id_like, "a \"b\"");
    }

    #[test]
    fn older_systems() {
        let short = |os: OsRelease| format!("{}-{}", os.id, os.version_id);
        assert_eq!(short(lsb_release("DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\n")), "ubuntu-10.04");
        for (text, expected) in [
            ("Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", "rhel-6.10"),
            ("CentOS release 6.10 (Final)", "centos-6.10"),
            ("Oracle Linux Server release 6.10", "ol-6.10"),
            ("something else", "-"),
        ] {
            assert_eq!(short(red_hat_release(text)), expected);
        }
    }

    #[test]
    fn in_the_root_of_the_database() {
        let other = |path: &str| {
            (path == "image/rootfs/usr/lib/os-release").then(|| b"ID=alpine\nVERSION_ID=3.18.4\n".to_vec())
        };
        let file = |path| File { path, bytes: b"", other: &other, problem: &|_| {} };
        let os = of(&file("image/rootfs/usr/lib/apk/db/installed"), &["usr/lib/apk/", "lib/apk/"]).unwrap();
        assert_eq!((os.id.as_str(), os.version_id.as_str()), ("alpine", "3.18.4"));
        assert!(of(&file("lib/apk/db/installed"), &["usr/lib/apk/", "lib/apk/"]).is_none());
    }

    /// Release files of published images, each in a folder that names what it is.
    #[test]
    fn published_release_files() {
        let shared = std::env::var_os("BARTIZAN_SHARED").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            std::path::PathBuf::from,
        );
        let Ok(archive) = std::fs::File::open(shared.join("knowledge/pkgdb/claircore-testdata.tar.zst"))
        else {
            eprintln!("skipped: the package database samples are not here");
            return;
        };
        let mut archive = tar::Archive::new(zstd::Decoder::new(archive).unwrap());
        let mut seen = 0;
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let Some((name, parse)) = FILES.iter().find(|(name, _)| path.ends_with(&format!("/{name}")))
            else {
                continue;
            };
            let release =
                path.trim_end_matches(name).trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
            let os = parse(&text);
            assert!(!os.id.is_empty(), "{path}: {text}");
            let family =
                ["ubuntu", "debian", "alpine"].into_iter().find(|id| path.starts_with(&format!("{id}/")));
            if let Some(id) =
                family.filter(|_| release.contains(|c: char| c.is_ascii_digit()) && release != "11")
            {
                assert_eq!(os.id, id, "{path}");
                assert!(os.version_id.starts_with(&release), "{path}: {}", os.version_id);
            }
            seen += 1;
        }
        assert!(seen >= 60, "{seen} release files");
    }
}
