//! Until when a release of an operating system is supported, as the feed `eol` (endoflife.date) says.

use bartizan_model::host::OsRelease;
use bartizan_store::{Reader, StoreError};
use serde::Deserialize;

/// What endoflife.date calls the systems that os-release names otherwise.
const PRODUCTS: [(&str, &str); 10] = [
    ("alpine", "alpine-linux"),
    ("amzn", "amazon-linux"),
    ("linuxmint", "linuxmint"),
    ("mariner", "azure-linux"),
    ("azurelinux", "azure-linux"),
    ("ol", "oracle-linux"),
    ("opensuse-leap", "opensuse"),
    ("rocky", "rocky-linux"),
    ("sled", "sles"),
    ("raspbian", "debian"),
];

#[derive(Deserialize)]
struct Product {
    #[serde(default)]
    releases: Vec<Release>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    #[serde(default)]
    name: String,
    #[serde(default)]
    eol_from: Option<String>,
}

/// The last day of a release's security support; `None` where the feed is not loaded or does not know it.
pub(crate) fn support_end(reader: &mut Reader<'_>, os: &OsRelease) -> Result<Option<String>, StoreError> {
    if os.id.is_empty() {
        return Ok(None);
    }
    let named = PRODUCTS.iter().find(|(id, _)| *id == os.id).map_or(os.id.as_str(), |(_, product)| product);
    let entry = reader.catalogue_entry("eol", named)?;
    // A release as another version of the feed might write it is one that is not known.
    let product = entry.and_then(|entry| serde_json::from_str::<Product>(&entry.data).ok());
    Ok(product.and_then(|product| end(&product.releases, &os.version_id)))
}

/// Of several releases that a version is of (`9` and `9.4` of `9.4.1`), the narrowest counts.
fn end(releases: &[Release], version: &str) -> Option<String> {
    let is = |release: &&Release| {
        let rest = version.strip_prefix(release.name.as_str()).filter(|_| !release.name.is_empty());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    releases.iter().filter(is).max_by_key(|release| release.name.len())?.eol_from.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, App, Clock, OpenOptions, look};
    use bartizan_model::host::{Fact, HostFacts};
    use bartizan_model::{AssetRef, Observation, Timestamp};

    #[test]
    fn the_feed_answers_where_the_check_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-01-10T12:00:00Z").unwrap();
        let data = folder.path().to_owned();
        let app = App::open(OpenOptions { data, database_url: None, clock: Clock::fixed(now) }).unwrap();
        let os = OsRelease { id: "fedora".into(), version_id: "40".into(), ..OsRelease::default() };
        let host = AssetRef::image("registry.example/host").unwrap();
        let facts = HostFacts { os: Fact::Known(os.clone()), ..HostFacts::unknown(host, now) };
        let found = || {
            let end = app.read(|reader| support_end(reader, &os)).unwrap();
            let (seen, coverage) = look(&facts, end);
            let hit = |one: &Observation| matches!(one, Observation::Finding(it) if it.weakness.rule == "os-unsupported");
            let told = |one: &Observation| matches!(one, Observation::Host(it) if **it == facts);
            assert!(seen.iter().any(told), "the snapshot is what the host said");
            (seen.iter().any(hit), coverage.gaps.iter().any(|gap| gap.what == "check os-unsupported"))
        };
        assert_eq!(found(), (false, true), "unknown, and said");
        let feed = r#"{"schema_version":"1.2.0","generated_at":"2026-01-02T00:00:00+00:00","total":1,"result":[
            {"name":"fedora","label":"Fedora","category":"os","releases":[{"name":"40","eolFrom":"2025-05-13","isEol":true}]}]}"#;
        app.load_feed(&Actor::person("ada"), Box::new(feed.as_bytes()), "eol.json").unwrap();
        assert_eq!(found(), (true, false));
    }

    #[test]
    fn the_narrowest_release_counts() {
        let text = r#"{"releases":[{"name":"9","eolFrom":"2032-05-31"},{"name":"9.4","eolFrom":"2026-04-30"},{"name":"10","eolFrom":null},{}]}"#;
        let releases = serde_json::from_str::<Product>(text).unwrap().releases;
        for (version, day) in [
            ("9", Some("2032-05-31")),
            ("9.2", Some("2032-05-31")),
            ("9.4", Some("2026-04-30")),
            ("9.4.1", Some("2026-04-30")),
            ("9.40", Some("2032-05-31")),
            ("10", None),
            ("8", None),
            ("", None),
        ] {
            assert_eq!(end(&releases, version).as_deref(), day, "{version}");
        }
    }
}
