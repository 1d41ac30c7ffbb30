//! `cos-package-info.json` of Google's Container-Optimized OS.

use crate::software::Standing;
use crate::software::distro;
use crate::software::extractor::{self, Extractor, TEXT};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "cos",
    name: "cos-package-info.json",
    docs: "https://cloud.google.com/container-optimized-os/docs/how-to/manage-packages",
    wants: |path| extractor::name(path) == "cos-package-info.json",
    magic: &[],
    cap: TEXT,
    kinds: &["cos"],
    extract: |file| {
        let info: Info = serde_json::from_slice(file.bytes).map_err(|error| error.to_string())?;
        let os = distro::of(file, &["etc/"]);
        let distro = os.map_or(String::new(), |os| format!("{}-{}", os.id, os.version_id));
        let packages = info.installed.iter().filter_map(|listed| {
            let mut package = file.package(Standing::Installed, "cos", &listed.name, &listed.version)?;
            package.purl =
                package.purl.with_qualifier("category", &listed.category).with_qualifier("distro", &distro);
            Some(package)
        });
        Ok(packages.collect())
    },
};

#[derive(Deserialize)]
struct Info {
    #[serde(default, rename = "installedPackages")]
    installed: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    category: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_in;
    use super::*;

    #[test]
    fn installed_packages() {
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "etc/cos-package-info.json",
                r#"{"installedPackages":[{"category":"app-arch","name":"gzip","version":"1.9","ebuild_version":"1.9"}],"buildTimePackages":[{"category":"a","name":"b","version":"1"}]}"#,
                &[("etc/os-release", "ID=cos\nVERSION_ID=101\n")],
                &["installed pkg:cos/gzip@1.9?category=app-arch&distro=cos-101"],
            ),
            [""; 0]
        );
    }
}
