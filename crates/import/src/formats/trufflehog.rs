//! TruffleHog JSON lines: version 3 (`trufflehog --json`) and version 2 (`trufflehog --json`, `--regex`).
//!
//! Neither the secret nor what surrounds it is kept: its digest is the anchor, so that a secret which many commits hold is one
//! finding. TruffleHog 3 tries secrets out: one that works is critical, and where it says whose it is (`ExtraData.arn`), that is a
//! relation `leaks_credential_of`. No line is a run without a finding.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::{self, history};
use crate::common::tree::Tree;
use crate::common::{assets, dates, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::RelationSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Observation, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "trufflehog",
    name: "TruffleHog",
    summary: "JSON lines of versions 2 and 3: secrets in repositories, images, buckets and files",
    extensions: &["json", "jsonl"],
    docs: "https://docs.trufflesecurity.com/",
    tool: "trufflehog",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let third = keys.has("SourceMetadata") && keys.has_any(&["DetectorName", "DetectorType", "SourceName"]);
    let second = keys.has_all(&["stringsFound", "printDiff"]);
    // A log that was caught with the results may come first.
    let logged = keys.has_all(&["level", "msg"]) && head.has("\"SourceMetadata\"");
    Sniff::when(third || second || logged)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.at("SourceMetadata").is_object() {
        return third(record, options, out);
    }
    match strings_found::finding(record, options) {
        Some(finding) => record.tell_alone(finding, out),
        // Newer versions write their log between the results.
        None if record.at("level").is_string() && record.at("msg").is_string() => Ok(()),
        None => Err("neither SourceMetadata nor stringsFound".into()),
    }
}

fn third(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let data = record.at("SourceMetadata/Data");
    // `{"Git": {...}}`: the kind of source is the key.
    let (kind, source) =
        data.as_object().and_then(|data| data.iter().next()).map_or(("", data), |(k, v)| (k, v));
    let detector = record.first(&["DetectorName", "DetectorType"]);
    if detector.is_empty() {
        return Err("no DetectorName".into());
    }
    let verified = record.is_true("Verified");
    let path = source.first(&["file", "path", "key", "filename", "link", "url"]);
    let secret = record.first(&["RawV2", "Raw"]);
    let leak = Leak {
        rule: &detector,
        title: &format!("{} {detector} secret", if verified { "Verified" } else { "Unverified" }),
        severity: if verified { Severity::Critical } else { Severity::Medium },
        path: &path,
        line: source.count("line"),
        secret: &secret,
    };
    let repository = source.first(&["repository", "repository_url"]);
    let asset = options.asset.clone().or_else(|| match kind {
        "Docker" => {
            let (image, tag) = (source.text("image"), source.text("tag"));
            assets::image(&if tag.is_empty() { image.into_owned() } else { format!("{image}:{tag}") })
        }
        "S3" | "GCS" => assets::named(AssetKind::DataStore, &source.text("bucket")),
        _ => assets::repository(&repository).or_else(|| assets::named(AssetKind::Repository, &repository)),
    });
    let description = record.text("DetectorDescription");
    let about = record.at("ExtraData");
    let account = about.first(&["arn", "account"]);
    let finding = Finding {
        description: text::body(&leak.covered(&description)),
        evidence: text::body(&text::labelled([("Belongs to", &*leak.covered(&account))])),
        found_at: dates::date(&source.text("timestamp")),
        confidence: if verified { "verified" } else { "unverified" }.to_owned(),
        tags: history(&[("source", &kind.to_lowercase()), ("commit", &source.text("commit"))]),
        references: text::links([&*source.text("link"), &*about.text("rotation_guide")]),
        ..leak.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)))
    };
    let owner = AssetRef::new(
        AssetKind::Identity,
        &text::name(account.rsplit('/').next().unwrap_or_default()),
        Identifier::new(IdentifierKind::CloudId, &text::name(&leak.covered(&account))),
    );
    // Whose it is, where TruffleHog asked for it; `via` says by which finding.
    let owned = owner.filter(|_| account.starts_with("arn:")).map(|owner| RelationSeen {
        via: finding.weakness.key(FORMAT.tool).to_string(),
        ..RelationSeen::new(finding.asset.clone(), "leaks_credential_of", owner)
    });
    record.tell_alone(finding, out)?;
    match owned {
        Some(owned) => Ok(out.observe(&record.at, Observation::Relation(owned), None)?),
        None => Ok(()),
    }
}
