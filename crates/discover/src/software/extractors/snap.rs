//! `meta/snap.yaml` of an installed snap.

use crate::software::extractor::{Extractor, TEXT};
use crate::software::{Package, Standing, yaml};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "snap",
    name: "snap.yaml",
    docs: "https://snapcraft.io/docs/snap-format",
    wants: |path| path.ends_with("/meta/snap.yaml"),
    magic: &[],
    cap: TEXT,
    kinds: &["snap"],
    extract: |file| {
        let snap: Snap = yaml::read(file.text()?)?;
        let mut package = Package::new(Standing::Installed, "snap", &snap.name, &snap.version)
            .map_err(|error| error.to_string())?;
        if let [arch] = snap.architectures.as_slice() {
            package.purl = package.purl.with_qualifier("arch", arch);
        }
        Ok(vec![package])
    },
};

#[derive(Deserialize)]
struct Snap {
    name: String,
    version: String,
    #[serde(default)]
    architectures: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn a_snap() {
        check(
            &EXTRACTOR,
            "snap/core/16574/meta/snap.yaml",
            "name: core\nversion: 16-2.61\narchitectures:\n- amd64\nconfinement: strict\napps: {a: {command: b}}\n",
            &["installed pkg:snap/core@16-2.61?arch=amd64"],
        );
        check(
            &EXTRACTOR,
            "snap/x/1/meta/snap.yaml",
            "name: x\nversion: 1.10\narchitectures: [amd64, arm64]\n",
            &["installed pkg:snap/x@1.10"],
        );
    }
}
