//! What tools say in properties of their own: which source package a package was built from, and which asset Bartizan
//! means by a bill that it wrote.

use crate::common::bill::Identity;

/// The source package as `name` or `name@version`; empty where nothing says.
///
/// Trivy splits the version (`aquasecurity:trivy:SrcName`, `SrcVersion`, `SrcRelease`, `SrcEpoch`), syft does not
/// (`syft:metadata:source`, `syft:metadata:sourceVersion`).
pub(super) fn upstream<'p>(properties: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let (mut name, mut version, mut release, mut epoch) = ("", "", "", "");
    for (key, value) in properties {
        let value = value.trim();
        match key.trim() {
            "aquasecurity:trivy:SrcName" | "syft:metadata:source" => name = value,
            "aquasecurity:trivy:SrcVersion" | "syft:metadata:sourceVersion" => version = value,
            "aquasecurity:trivy:SrcRelease" => release = value,
            "aquasecurity:trivy:SrcEpoch" if value != "0" => epoch = value,
            _ => {}
        }
    }
    if name.is_empty() || version.is_empty() {
        return name.to_owned();
    }
    let mut source = format!("{name}@");
    if !epoch.is_empty() {
        source = source + epoch + ":";
    }
    source += version;
    if release.is_empty() { source } else { source + "-" + release }
}

/// The asset that Bartizan means (`bartizan:kind`, `bartizan:identifier`).
pub(super) fn identity<'p>(properties: impl Iterator<Item = (&'p str, &'p str)>) -> Identity {
    let mut identity = Identity::default();
    for (key, value) in properties {
        if let Some(key) = key.trim().strip_prefix("bartizan:") {
            identity.take(key, value);
        }
    }
    identity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_the_source_together() {
        let trivy = |names: &[(&str, &str)]| {
            let names: Vec<_> =
                names.iter().map(|(key, value)| (format!("aquasecurity:trivy:{key}"), *value)).collect();
            upstream(names.iter().map(|(key, value)| (key.as_str(), *value)))
        };
        let whole =
            [("SrcName", "openssl"), ("SrcVersion", "1.0.2k"), ("SrcRelease", "16.el7"), ("SrcEpoch", "1")];
        assert_eq!(trivy(&whole), "openssl@1:1.0.2k-16.el7");
        assert_eq!(trivy(&[("SrcName", "musl"), ("SrcVersion", "1.2.3-r0")]), "musl@1.2.3-r0");
        assert_eq!(trivy(&[("SrcName", "musl"), ("SrcEpoch", "0")]), "musl");
        assert_eq!(upstream([("syft:metadata:source", "glibc")].into_iter()), "glibc");
        assert_eq!(upstream([("other", "x")].into_iter()), "");
    }
}
