//! What bills of materials have in common.

use crate::software::{Package, Standing};
use bartizan_model::Purl;

/// A package as a bill names it: by its package URL, to which it adds a version that the URL lacks, else by its name
/// with its CPE. `None` where it has neither: a bare name matches nothing.
pub(super) fn package(name: &str, version: &str, purl: &str, cpe: &str) -> Option<Package> {
    let purl = match purl.parse::<Purl>() {
        Ok(purl) if purl.version().is_empty() => purl.with_version(version).with_cpe(cpe),
        Ok(purl) => purl.with_cpe(cpe),
        Err(_) if name.is_empty() => return None,
        Err(_) => Purl::of_cpe(cpe, name, version)?,
    };
    Some(Package { purl, standing: Standing::Locked, dev: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_package_url_or_cpe() {
        let text =
            |name, version, purl, cpe| package(name, version, purl, cpe).map(|found| found.purl.to_string());
        assert_eq!(text("x", "1", "pkg:npm/y", "").as_deref(), Some("pkg:npm/y@1"));
        assert_eq!(text("x", "1", "pkg:npm/y@2", "").as_deref(), Some("pkg:npm/y@2"));
        assert_eq!(
            text("X", "", "", "cpe:2.3:a:v:x:1.2:*:*").as_deref(),
            Some("pkg:generic/X@1.2?cpe=cpe:2.3:a:v:x:1.2:%2A:%2A")
        );
        assert_eq!(text("X", "", "", "cpe:/a:v:x").as_deref(), Some("pkg:generic/X?cpe=cpe:/a:v:x"));
        assert_eq!(
            text("x", "1", "pkg:generic/y@2", "cpe:/a:v:x").as_deref(),
            Some("pkg:generic/y@2?cpe=cpe:/a:v:x")
        );
        assert_eq!(text("x", "1", "", ""), None);
        assert_eq!(text("x", "1", "", "x"), None);
    }
}
