//! huskyCI: the results of its client (`huskyci.json`) and analyses of its API, which gather what many scanners say.
//!
//! Results stand under their language, the scanner's output and a list by severity. Vulnerabilities of packages are known by
//! the package, those in code by their file; of secrets neither the code nor the record is kept. Each scanner keeps its name
//! as a tag.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{assets, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "huskyci",
    name: "huskyCI",
    summary: "JSON of an analysis: what gosec, bandit, brakeman, npm audit, gitleaks and others found",
    extensions: &["json"],
    docs: "https://github.com/globocom/huskyCI/wiki",
    tool: "huskyci",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["repositoryURL", "summary"],
    lists: &[
        "huskyciresults/*/*/*",
        "goresults/*/*",
        "pythonresults/*/*",
        "javascriptresults/*/*",
        "rubyresults/*/*",
        "javaresults/*/*",
        "hclresults/*/*",
        "csharpresults/*/*",
        "genericresults/*/*",
    ],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let named = LAYOUT.lists.iter().any(|list| keys.has(list.split('/').next().unwrap_or_default()));
    Sniff::when(named && head.has("\"huskyci"))
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let own = options.asset.clone().or_else(|| assets::repository(&record.head("repositoryURL").text("")));
    own.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (tool, title) = (record.text("securitytool"), record.first(&["title", "type", "details"]));
    if title.is_empty() {
        return Err("neither title nor details".into());
    }
    let asset = asset(record, options);
    // The list that it stands in says how bad it is, where it does not itself: `highvulns`.
    let level = record.first(&["severity"]).to_lowercase();
    let level = if level.is_empty() { record.key.trim_end_matches("vulns").to_owned() } else { level };
    let severity = ids::severity(&level);
    let (file, code, kind) = (record.text("file"), record.text("code"), record.text("type"));
    let line = record.count("line");
    if tool.eq_ignore_ascii_case("gitleaks") {
        // "Hard Coded Generic Key in: deploy.yml": the file is no part of what is wrong.
        let kind = title.split(" in:").next().unwrap_or_default().to_lowercase();
        let leak = Leak { rule: &kind, title: &title, severity, path: &file, line, secret: &code };
        let finding = dressed(record, &tool, &level, leak.finding(asset));
        let details = leak.covered(&record.text("details"));
        return record.tell_alone(Finding { description: text::body(&details), ..finding }, out);
    }
    let named = code.split_whitespace().next().filter(|_| !record.text("vulnerablebelow").is_empty());
    let finding = match named {
        Some(name) => {
            let ecosystem = match &*tool.to_lowercase() {
                "safety" => "pypi",
                _ => "npm",
            };
            let package = Package::new(ecosystem, name, &record.text("version"));
            let words = [record.text("details"), title.clone()].join(" ");
            let known = ids::ids_in(&words);
            let id = known.first().cloned().unwrap_or_else(|| title.to_string());
            let mut finding = package.vulnerability(asset, &id, &known, &title, severity);
            finding.fix = text::body(&format!("Upgrade {name} to {}.", record.text("vulnerablebelow")));
            finding
        }
        None => {
            let rule = if kind.is_empty() { title.to_lowercase() } else { kind.to_string() };
            let hit = Hit {
                rule: &rule,
                title: &title,
                severity,
                path: &file,
                line,
                snippet: &code,
                ..Hit::default()
            };
            hit.finding(asset)
        }
    };
    record.tell(dressed(record, &tool, &level, finding), out)
}

fn dressed(record: &Record<'_>, tool: &str, level: &str, finding: Finding) -> Finding {
    let language = record.text("language");
    // gosec's `#nosec` is a word of a person.
    let suppressed = (level == "nosec").then(|| "#nosec".to_owned());
    let severity = if suppressed.is_some() { Severity::Unknown } else { finding.severity };
    Finding {
        severity,
        description: paragraphs([record.text("details")]),
        confidence: record.text("confidence").to_lowercase(),
        tags: text::tags([("tool", tool), ("language", &*language)]),
        suppressed,
        ..finding
    }
}
