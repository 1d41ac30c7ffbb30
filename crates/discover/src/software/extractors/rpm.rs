//! rpm's database: SQLite, ndb (SUSE) or Berkeley DB (before rpm 4.16).

use super::os_packages;
use crate::software::extractor::{BINARY, Extractor};
use crate::software::rpm;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "rpm",
    name: "rpm's database",
    docs: "https://rpm.org/docs/6.0.x/manual/",
    wants: |path| {
        let path = format!("/{path}");
        path.rsplit_once('/').is_some_and(|(folder, name)| {
            rpm::FILES.contains(&name)
                && ["/usr/lib/sysimage/rpm", "/var/lib/rpm", "/usr/share/rpm"]
                    .iter()
                    .any(|place| folder.ends_with(place))
        })
    },
    magic: &[],
    cap: BINARY,
    kinds: &["rpm"],
    extract: |file| {
        // What stands only in SQLite's journal would be missed.
        if file.beside(&format!("{}-wal", file.name())).is_some_and(|journal| !journal.is_empty()) {
            return Err("it has a journal that is not yet written back".to_owned());
        }
        Ok(os_packages(file, &["usr/lib/sysimage/", "var/lib/", "usr/share/"], &rpm::packages(file.bytes)?))
    },
};

#[cfg(test)]
mod tests {
    use super::super::tests::check_in;
    use super::*;

    #[test]
    fn every_form() {
        for (form, bytes) in rpm::databases() {
            let path =
                if form == "sqlite" { "usr/lib/sysimage/rpm/rpmdb.sqlite" } else { "var/lib/rpm/Packages" };
            assert_eq!(
                check_in(
                    &EXTRACTOR,
                    path,
                    bytes,
                    &[("etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"9.4\"\n")],
                    &[
                        "installed pkg:rpm/rhel/bind-libs@9.16.23-18.el9?arch=x86_64&distro=rhel-9.4&epoch=32&rpmmod=bind:9.16:9040020240101:a1b2c3d4&upstream=bind",
                    ],
                ),
                [""; 0]
            );
        }
    }
}
