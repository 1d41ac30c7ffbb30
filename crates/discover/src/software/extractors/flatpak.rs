//! The `AppStream` metadata of an installed Flatpak application; its first release is the newest.

use crate::software::extractor::{Extractor, TEXT};
use crate::software::{Package, Standing, xml};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "flatpak",
    name: "AppStream metadata of Flatpak",
    docs: "https://www.freedesktop.org/software/appstream/docs/chap-Metadata.html",
    wants: |path| {
        format!("/{path}").contains("/flatpak/app/")
            && [".metainfo.xml", ".appdata.xml"].iter().any(|end| path.ends_with(end))
    },
    magic: &[],
    cap: TEXT,
    kinds: &["flatpak"],
    extract: |file| {
        let component = xml::parse(file.bytes)?;
        let release = component
            .within("releases", "release")
            .find(|release| !release.attr("version").is_empty())
            .ok_or("no release in it has a version")?;
        // Older metadata names the file that starts the application.
        let id = component.text_of("id").trim_end_matches(".desktop");
        Package::new(Standing::Installed, "flatpak", id, release.attr("version"))
            .map(|package| vec![package])
            .map_err(|error| error.to_string())
    },
};

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn an_application() {
        check(
            &EXTRACTOR,
            "var/lib/flatpak/app/org.gimp.GIMP/current/active/export/share/metainfo/org.gimp.GIMP.metainfo.xml",
            "<component><id>org.gimp.GIMP</id><releases><release version='2.10.38'/><release version='2.10.36'/></releases></component>",
            &["installed pkg:flatpak/org.gimp.GIMP@2.10.38"],
        );
    }
}
