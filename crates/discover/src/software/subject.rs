//! What a folder is: a repository, the root of a system, or else an application.

use super::distro;
use crate::host;
use crate::root::Root;
use bartizan_model::host::OsRelease;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};

/// Where package databases lie: a root with one of these and a name of its distribution is a system's.
const DATABASES: [&str; 9] = [
    "var/lib/dpkg/status",
    "var/lib/dpkg/status.d",
    "lib/apk/db/installed",
    "usr/lib/apk/db/installed",
    "var/lib/rpm",
    "usr/lib/sysimage/rpm",
    "usr/share/rpm",
    "var/lib/pacman/local",
    "usr/lib/opkg/status",
];

/// The asset that a folder is, and its operating system. `place` is where it lies, for people and to tell folders of the
/// same name apart.
pub(crate) fn of(root: &Root, place: &str) -> (AssetRef, Option<String>) {
    let at =
        |kind| named(kind, place.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or(place), place);
    let os = distro::release(&|path| root.text(&format!("/{path}")).ok().flatten().map(String::into_bytes));
    if let Some(os) = os
        && DATABASES.iter().any(|path| root.exists(&format!("/{path}")))
    {
        let host = host::identity::of(root).unwrap_or_else(|| at(AssetKind::Host));
        return (host, Some(os_name(&os)));
    }
    if root.exists("/.git") {
        // A configuration that cannot be read names no remote.
        let config = root.text("/.git/config").ok().flatten().unwrap_or_default();
        let asset =
            remote(&config).and_then(|url| repository(&url)).unwrap_or_else(|| at(AssetKind::Repository));
        return (asset, None);
    }
    (at(AssetKind::Application), None)
}

/// An asset of which a name is known, told apart from others by where it lies.
pub(crate) fn named(kind: AssetKind, name: &str, place: &str) -> AssetRef {
    let value = if place.is_empty() { name } else { place };
    let identifier = Identifier::new(IdentifierKind::Name, value)
        .unwrap_or_else(|| Identifier { kind: IdentifierKind::Name, value: "unnamed".to_owned() });
    let name = if name.trim().is_empty() { identifier.value.clone() } else { name.trim().to_owned() };
    AssetRef { kind, name, identifiers: vec![identifier] }
}

/// A distribution as people call it.
pub(crate) fn os_name(os: &OsRelease) -> String {
    if os.pretty_name.is_empty() {
        format!("{} {}", os.id, os.version_id).trim().to_owned()
    } else {
        os.pretty_name.clone()
    }
}

/// The URL of `origin`, else of the first remote, in a configuration of git
/// (<https://git-scm.com/docs/git-config#_configuration_file>).
fn remote(config: &str) -> Option<String> {
    let mut remotes: Vec<(&str, &str)> = Vec::new();
    let mut section = None;
    for line in config.lines().map(str::trim) {
        if let Some(head) = line.strip_prefix('[') {
            section = head.strip_prefix("remote \"").and_then(|head| head.split('"').next());
        } else if let (Some(name), Some((key, value))) = (section, line.split_once('='))
            && key.trim() == "url"
        {
            remotes.push((name, value.trim().trim_matches('"')));
        }
    }
    let origin = remotes.iter().find(|(name, _)| *name == "origin").or(remotes.first())?;
    Some(origin.1.to_owned())
}

/// A repository by its URL, in one form for `git@host:a/b`, `ssh://git@host/a/b` and `https://user:word@host/a/b.git`. A
/// local path is none.
fn repository(url: &str) -> Option<AssetRef> {
    let (host, path) = match url.split_once("://") {
        Some(("http" | "https" | "ssh" | "git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        None => url.split_once(':').filter(|(host, _)| !host.contains('/'))?,
    };
    let host = host.rsplit('@').next().unwrap_or(host).to_lowercase();
    let (name, port) = host.split_once(':').unwrap_or((&host, ""));
    let path = path.trim_matches('/').trim_end_matches(".git");
    if !name.contains('.') || path.is_empty() {
        return None;
    }
    let host = if ["", "22", "80", "443"].contains(&port) { name } else { &host };
    let full = format!("https://{host}/{path}");
    AssetRef::new(AssetKind::Repository, path, Identifier::new(IdentifierKind::RepositoryUrl, &full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes() {
        let url = |config: &str| {
            let asset = repository(&remote(config)?)?;
            Some(format!("{} {}", asset.name, asset.identifiers[0].value))
        };
        for (config, expected) in [
            (
                "[core]\n\turl = x\n[remote \"up\"]\n\turl = https://a.example/up\n[remote \"origin\"]\n\tfetch = x\n\turl = git@Git.Example.org:acme/shop.git\n",
                Some("acme/shop https://git.example.org/acme/shop"),
            ),
            (
                "[remote \"up\"]\nurl=ssh://git@git.example.org:22/acme/shop/\n",
                Some("acme/shop https://git.example.org/acme/shop"),
            ),
            // A word to log in with is no part of a name.
            (
                "[remote \"origin\"]\nurl = https://me:secret@git.example.org:8443/acme/shop\n",
                Some("acme/shop https://git.example.org:8443/acme/shop"),
            ),
            ("[remote \"origin\"]\nurl = /srv/git/shop.git\n", None),
            ("[remote \"origin\"]\nurl = file:///srv/git/shop.git\n", None),
            ("[branch \"main\"]\n", None),
            ("", None),
        ] {
            assert_eq!(url(config).as_deref(), expected, "{config}");
        }
    }

    #[test]
    fn what_a_folder_is() {
        let folder = tempfile::tempdir().unwrap();
        let of = || {
            let (asset, os) = of(&Root::folder(folder.path()), "web-1:/srv/Shop");
            (asset.kind, asset.name.clone(), asset.identifiers[0].to_string(), os)
        };
        let own = |text: &str| text.to_owned();
        assert_eq!(of(), (AssetKind::Application, own("Shop"), own("name:web-1:/srv/shop"), None));
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        assert_eq!(of().0, AssetKind::Repository);
        std::fs::create_dir_all(folder.path().join("var/lib/dpkg")).unwrap();
        std::fs::create_dir(folder.path().join("etc")).unwrap();
        std::fs::write(folder.path().join("var/lib/dpkg/status"), "").unwrap();
        assert_eq!(of().0, AssetKind::Repository);
        std::fs::write(folder.path().join("etc/os-release"), "ID=debian\nVERSION_ID=12\n").unwrap();
        assert_eq!(of(), (AssetKind::Host, own("Shop"), own("name:web-1:/srv/shop"), Some(own("debian 12"))));
        std::fs::write(folder.path().join("etc/hostname"), "db-1\n").unwrap();
        assert_eq!(of(), (AssetKind::Host, own("db-1"), own("name:db-1"), Some(own("debian 12"))));
    }
}
