//! Vuls (future-architect): the JSON report of a server, a container or an image (`vuls scan`, `vuls report -format-json`).
//!
//! One finding a CVE and affected package. The server with its operating system is an asset; errors of the scan are gaps.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Cpe, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "vuls",
    name: "Vuls",
    summary: "JSON: CVEs of a server's packages and libraries",
    extensions: &["json"],
    docs: "https://vuls.io/docs/",
    tool: "vuls",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("scannedVersion", ""),
    heads: &[
        "serverName",
        "family",
        "release",
        "container",
        "ipv4Addrs",
        "ipv6Addrs",
        "scannedAt",
        "scannedVersion",
        "packages",
    ],
    lists: &["scannedCves/*", "errors"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has_all(&["serverName", "family"]) && keys.has_any(&["jsonVersion", "scannedCves"]))
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            let server = record.head_text(&["serverName"]);
            out.gap(format!("server {}", text::name(&server)), text::name(&record.text("")));
            Ok(())
        }
        _ => cve(record, options, out),
    }
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let image = record.head("container").text("image");
    if let Some(image) = assets::image(&image) {
        return image;
    }
    let server = record.head_text(&["serverName"]);
    let local = options.asset.clone().filter(|_| assets::is_loopback(&server));
    let ips = ["ipv4Addrs", "ipv6Addrs"].map(|key| record.head(key).texts("")).concat();
    let ips = ips.iter().map(|ip| &**ip).filter(|ip| !assets::is_loopback(ip));
    let named = local.or_else(|| assets::machine(std::iter::once(&*server).chain(ips), []));
    named.or_else(|| options.asset.clone()).unwrap_or_else(|| options.asset_or(AssetKind::Host))
}

/// What every source says of a CVE: a list of records by source, in old versions one record.
fn contents<'v>(record: &'v Value<'_>) -> Vec<&'v Value<'v>> {
    let sources = record.at("cveContents").as_object().into_iter().flat_map(|sources| sources.values());
    sources.flat_map(|source| source.items("")).collect()
}

fn cve(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.text("cveID");
    let id = if id.is_empty() { record.key } else { &id };
    if id.is_empty() {
        return Err("no cveID".into());
    }
    let contents = contents(record);
    let number = |key: &str| contents.iter().find_map(|it| it.number(key).filter(|score| *score > 0.0));
    let score = number("cvss40Score").or_else(|| number("cvss3Score")).or_else(|| number("cvss2Score"));
    let words = ["cvss40Severity", "cvss3Severity", "cvss2Severity"];
    let rated = words.iter().flat_map(|key| contents.iter().map(move |it| it.text(key)));
    let rated = rated.map(|word| ids::severity(&word)).find(|severity| *severity != Severity::Unknown);
    let severity = score.map(Severity::from_cvss).or(rated).unwrap_or_default();
    let family = record.head_text(&["family"]).to_lowercase();
    let all = |key: &'static str| contents.iter().map(move |it| it.text(key));
    let references = contents.iter().flat_map(|it| it.items("references")).map(|it| it.text("link"));
    let references = links(all("sourceLink").chain(references));
    let sure = record.items("confidences").iter().max_by_key(|it| it.count("score").unwrap_or(0));
    let dress = |finding: Finding, fixed: &str, place: &str| {
        let mut finding = Finding {
            description: paragraphs(all("summary").find(|summary| !summary.is_empty())),
            cvss: vectors(["cvss40Vector", "cvss3Vector", "cvss2Vector"].into_iter().flat_map(all)),
            cvss_score: score,
            seen_at: dates::date(&record.head_text(&["scannedAt"])),
            confidence: sure.map_or(String::new(), |it| text::name(&it.text("detectionMethod"))),
            references: references.clone(),
            ..finding
        };
        finding.weakness.cwe = cwes(contents.iter().flat_map(|it| it.texts("cweIDs")));
        fixed_in(&mut finding, fixed);
        let what = [&*finding.component_name, &*finding.component_version, place];
        let what: Vec<_> = what.into_iter().filter(|part| !part.is_empty()).collect();
        Finding { evidence: text::body(&what.join(" ")), ..finding }
    };
    let title =
        contents.iter().map(|it| it.text("title")).find(|title| !title.is_empty()).unwrap_or_default();
    let mut places: Vec<(Package, &Value<'_>)> = Vec::new();
    for affected in record.items("affectedPackages") {
        let name = affected.text("name");
        if name.is_empty() {
            out.reject(record.at.clone(), "an affected package without name");
            continue;
        }
        let known = record.head("packages").get(&name).unwrap_or(&Value::Null);
        let version = [known.text("version"), known.text("release")];
        let version = if version[1].is_empty() { version[0].to_string() } else { version.join("-") };
        places.push((Package::new(&family, &name, &version), affected));
    }
    for library in record.items("libraryFixedIns") {
        places.push((Package::new(&library.text("key"), &library.text("name"), ""), library));
    }
    for uri in record.texts("cpeURIs").iter().filter_map(|uri| Cpe::parse(uri)) {
        let version = uri.version().unwrap_or_default();
        places.push((Package::new("generic", uri.product(), &version), &Value::Null));
    }
    let asset = asset(record, options);
    if places.is_empty() {
        let mut weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
        ids::push_id(&mut weakness.ids, id);
        let finding = Finding::new(text::title(&title, id), severity, weakness, asset, Locus::Whole);
        return record.tell(dress(finding, "", ""), out);
    }
    for (package, about) in places {
        let finding = package.vulnerability(asset.clone(), id, [""; 0], &title, severity);
        record.tell(dress(finding, &about.text("fixedIn"), &about.text("path")), out)?;
    }
    Ok(())
}
