//! Symfony's security checkers (`symfony check:security --format json`, `local-php-security-checker`): advisories for PHP packages
//! by the package.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, Value, links};
use crate::common::{ids, out::Out};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "symfony_security",
    name: "Symfony security check",
    summary: "JSON: advisories for the PHP packages of a lock file",
    extensions: &["json"],
    docs: "https://symfony.com/doc/current/setup.html#checking-security-vulnerabilities",
    tool: "symfony-security",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["*"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let named =
        keys.names().next().is_some_and(|key| key.split('/').count() == 2 && !key.contains([' ', ':']));
    Sniff::when(named && !keys.in_array && head.has_all(&["\"advisories\"", "\"version\""]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let advisories = record.get("advisories").ok_or("no advisories")?;
    let advisories: Vec<_> = match advisories {
        Value::Object(by_file) => by_file.values().collect(),
        _ => record.items("advisories").iter().collect(),
    };
    let version = record.text("version");
    let package = Package::new("composer", record.key, version.trim_start_matches('v'));
    let asset = options.asset_or(AssetKind::Repository);
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for item in advisories {
        let (cve, title, link) = (item.text("cve"), item.text("title"), item.text("link"));
        let id = if cve.is_empty() { link.clone() } else { cve };
        let mut finding =
            package.vulnerability(asset.clone(), &id, ids::ids_in(&title), &title, Severity::Unknown);
        finding.references = links([link]);
        record.tell(finding, out)?;
    }
    Ok(())
}
