//! Xygeni JSON reports: SAST, secrets, dependencies (SCA), infrastructure code and misconfigurations.
//!
//! Xygeni's unique hash of an issue is the anchor. Dependencies are software of the repository, vulnerable or not. Secrets are
//! covered by Xygeni and not kept. What it could not read is a gap.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::strings_found::history;
use crate::common::tree::{self, Tree, Value, paragraphs};
use crate::common::{assets, dates, ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "xygeni",
    name: "Xygeni",
    summary: "JSON of SAST, secrets, SCA, IaC and misconfiguration scans",
    extensions: &["json"],
    docs: "https://docs.xygeni.io/",
    tool: "xygeni",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("metadata", "reportProperties/tool.version"),
    heads: &["metadata"],
    lists: &["vulnerabilities", "secrets", "dependencies", "flaws", "misconfigurations", "errors"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let about = keys.holds_any("metadata", &["-xygeni\"", "Xygeni"]);
    let excluded = keys.text("excludes").is_some_and(|paths| paths.contains(".xygeni."));
    Sniff::when(about || excluded)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            let what = text::some(&record.text("file")).unwrap_or_else(|| "a part of the run".to_owned());
            out.gap(what, text::line(&record.text("description"), text::TITLE));
            Ok(())
        }
        "secrets" => secret(record, options, out),
        "dependencies" => dependency(record, options, out),
        _ => weakness(record, options, out),
    }
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let about = record.head("metadata");
    let found = options.asset.clone().or_else(|| assets::repository(&about.text("scm/url")));
    let found = found.or_else(|| assets::named(AssetKind::Repository, &about.text("projectName")));
    found.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}

fn cwes(record: &Value<'_>) -> String {
    let all = record.texts("cwes").into_iter().chain([record.text("cwe")]);
    all.map(|cwe| if cwe.starts_with("CWE") { cwe.into_owned() } else { format!("CWE-{cwe}") })
        .collect::<Vec<_>>()
        .join(" ")
}

fn weakness(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["detector", "rule", "type"]);
    if rule.is_empty() {
        return Err("no detector".into());
    }
    let words = record.first(&["explanation", "description", "message"]);
    let hash = record.text("uniqueHash");
    let title = words.lines().next().unwrap_or_default().to_owned();
    let hit = Hit {
        rule: &rule,
        title: &title,
        severity: ids::severity(&record.text("severity")),
        cwe: &cwes(record),
        path: &record.first(&["location/filepath", "file", "resource"]),
        line: record.count("location/beginLine"),
        anchor: &hash,
        snippet: &record.text("location/code"),
    };
    let finding = Finding {
        description: text::body(&words),
        confidence: text::name(&record.text("confidence")),
        raw_id: text::some(&record.first(&["issueId", "uniqueHash"])),
        seen_at: dates::date(&record.head("metadata").text("timestamp")),
        tags: [record.text("kind"), record.text("language")]
            .iter()
            .filter_map(|tag| text::some(tag))
            .chain(history(&[("branch", &record.head("metadata").text("scm/branch"))]))
            .collect(),
        references: text::links([&*record.text("url")]),
        ..hit.finding(asset(record, options))
    };
    record.tell(finding, out)
}

fn secret(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["detector", "type"]);
    if rule.is_empty() {
        return Err("no detector".into());
    }
    let hash = record.first(&["hash", "uniqueHash"]);
    let leak = Leak {
        rule: &rule,
        title: &format!("Secret found: {}", record.first(&["description", "type", "detector"])),
        severity: ids::severity(&record.text("severity")),
        path: &record.text("location/filepath"),
        line: record.count("location/beginLine"),
        secret: &hash,
    };
    let finding = Finding {
        confidence: text::name(&record.text("confidence")),
        raw_id: text::some(&record.first(&["issueId", "uniqueHash"])),
        seen_at: dates::date(&record.head("metadata").text("timestamp")),
        ..leak.finding(asset(record, options))
    };
    record.tell_alone(finding, out)
}

fn dependency(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (group, name) = (record.text("group"), record.text("name"));
    if name.is_empty() {
        return Err("no name".into());
    }
    let ecosystem = record.text("ecosystem");
    let divider = if ecosystem == "maven" { ":" } else { "/" };
    let full = if group.is_empty() { name.to_string() } else { format!("{group}{divider}{name}") };
    let package = Package::new(&ecosystem, &full, &record.text("version"));
    let asset = asset(record, options);
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for vulnerability in record.items("vulnerabilities") {
        let id = vulnerability.first(&["cve", "id", "vulnerabilityId"]);
        let aliases = vulnerability.texts("aliases").into_iter().chain([vulnerability.text("id")]);
        let severity = ids::severity(&vulnerability.text("severity"));
        let title = vulnerability.first(&["title", "summary"]);
        let mut finding = package.vulnerability(asset.clone(), &id, aliases, &title, severity);
        ids::cwes_in(&mut finding.weakness.cwe, &cwes(vulnerability));
        for weakness in vulnerability.texts("weaknesses") {
            ids::cwes_in(&mut finding.weakness.cwe, &weakness);
        }
        fixed_in(&mut finding, &vulnerability.first(&["fixedVersion", "fixVersion", "versions/fixed"]));
        let ratings = vulnerability.items("ratings");
        let vectors: Vec<_> = ratings
            .iter()
            .map(|rating| rating.text("vector"))
            .chain([vulnerability.text("cvss/vector")])
            .collect();
        let links: Vec<_> =
            vulnerability.texts("references").into_iter().chain([vulnerability.text("source/url")]).collect();
        let finding = Finding {
            description: paragraphs([vulnerability.first(&["description", "detail"])]),
            cvss: tree::vectors(vectors),
            cvss_score: ratings.iter().find_map(|rating| rating.number("score")).filter(|score| *score > 0.0),
            epss: vulnerability
                .number("epss/score")
                .or(vulnerability.number("epss"))
                .filter(|epss| (0.0..=1.0).contains(epss)),
            evidence: text::labelled([(
                "Named in",
                &*loci::path(&record.first(&["displayFileName", "fileName"])),
            )]),
            line: record.count("paths/locations/0/beginLine"),
            raw_id: text::some(&vulnerability.first(&["issueId", "uniqueHash"])).or(finding.raw_id),
            seen_at: dates::date(&record.head("metadata").text("timestamp")),
            references: tree::links(links),
            ..finding
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
