//! ssh-audit: JSON of a server's audit (`--json`).
//!
//! One finding for each algorithm that fails or gets a warning, and for each CVE; the rule is the kind of algorithm with its name.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Observation, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ssh_audit",
    name: "ssh-audit",
    summary: "JSON of a server: weak algorithms of SSH, CVEs",
    extensions: &["json"],
    docs: "https://github.com/jtesta/ssh-audit",
    tool: "ssh-audit",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, server),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// The kinds of algorithms, and what each is for people.
const KINDS: [(&str, &str); 4] =
    [("kex", "key exchange"), ("key", "host key"), ("enc", "cipher"), ("mac", "message authentication")];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("banner") && keys.has_any(&["kex", "enc"]) && keys.has_any(&["mac", "key", "fingerprints"]),
    )
}

fn server(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if KINDS.iter().all(|(kind, _)| record.get(kind).is_none()) {
        return Err("no algorithms".into());
    }
    let target = record.first(&["target", "ip"]);
    let url = assets::Url::parse(&target);
    let port = url.as_ref().and_then(|url| url.port).unwrap_or(22);
    let host = url.map(|url| url.host).unwrap_or_default();
    let asset = assets::host(&host, [&*host]).or_else(|| options.asset.clone());
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Host));
    let software = text::name(&record.text("banner/software"));
    let (product, version) = software.split_once('_').unwrap_or((&software, ""));
    let service = ServiceSeen {
        asset: asset.clone(),
        protocol: "tcp".to_owned(),
        port,
        name: "ssh".to_owned(),
        product: product.to_owned(),
        version: version.to_owned(),
        cpe: String::new(),
        addresses: Vec::new(),
        vantage: String::new(),
    };
    out.observe(&record.at, Observation::Service(service), None)?;
    for (kind, words) in KINDS {
        for algorithm in record.items(kind) {
            let name = text::name(&algorithm.first(&["algorithm", "name"]));
            let notes = |level: &str| algorithm.texts(&format!("notes/{level}")).join("\n");
            let (fail, warn) = (notes("fail"), notes("warn"));
            let severity = match (fail.is_empty(), warn.is_empty()) {
                _ if name.is_empty() => {
                    out.reject(record.at.clone(), "an algorithm without name");
                    continue;
                }
                (false, _) => Severity::High,
                (true, false) => Severity::Medium,
                (true, true) => continue,
            };
            let rule = format!("{kind}:{name}");
            let finding = Finding {
                description: text::paragraphs([&*fail, &*warn, &*notes("info")]),
                fix: text::body(&format!("Take {name} out of the server's list.")),
                ..found(&rule, &format!("Weak {words} {name}"), severity, &asset, port)
            };
            record.tell(
                Finding { weakness: WeaknessSeen { cwe: vec![326], ..finding.weakness }, ..finding },
                out,
            )?;
        }
    }
    for cve in record.items("cves") {
        let id = cve.text("name");
        let score = cve.number("cvssv2").filter(|score| (0.0..=10.0).contains(score));
        let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
        let mut finding = Finding {
            description: text::body(&cve.text("description")),
            cvss_score: score,
            component_name: product.to_owned(),
            component_version: version.to_owned(),
            ..found(&id, &format!("{id} in {software}"), severity, &asset, port)
        };
        ids::push_id(&mut finding.weakness.ids, &id);
        record.tell(finding, out)?;
    }
    Ok(())
}

fn found(rule: &str, title: &str, severity: Severity, asset: &AssetRef, port: u16) -> Finding {
    let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    let locus = Locus::port("tcp", port);
    Finding {
        raw_id: text::some(rule),
        ..Finding::new(text::title(title, rule), severity, weakness, asset.clone(), locus)
    }
}
