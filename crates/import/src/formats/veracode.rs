//! Veracode: the detailed report (XML) and the Findings API (JSON), of static, dynamic and manual analysis and SCA, and pipeline
//! scans (JSON).
//!
//! Veracode has no rules: a flaw goes by its CWE number, and where it is by Veracode's number of the flaw in the application,
//! which follows it from scan to scan. Dynamic flaws are on the web application that they were found on. Flaws that were
//! mitigated or fixed carry that word.

use crate::common::{assets, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

mod api;
mod pipeline;
mod xml;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "veracode",
    name: "Veracode",
    summary: "detailed report (XML), Findings API and pipeline scans (JSON): static, dynamic, manual and SCA findings",
    extensions: &["xml", "json"],
    docs: "https://docs.veracode.com/r/c_rest_intro",
    tool: "veracode",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    if let Some((root, _)) = head.root() {
        return Sniff::when(root == "detailedreport");
    }
    let keys = head.object();
    let has = |list: &str| {
        let marks = ["\"scan_type\"", "\"finding_details\"", "\"context_type\""];
        keys.holds_all(list, &marks)
    };
    let link = keys.holds_all("_links", &["/appsec/v2/applications/", "/findings"]);
    Sniff::when(has("findings") || has("_embedded") || link && keys.has("page") || pipeline::is_one(keys))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    if start.trimmed().starts_with(b"<") {
        xml::parse(input, options, sink)
    } else if pipeline::is_one(start.keys()) {
        pipeline::parse(input, options, sink)
    } else {
        api::parse(input, options, sink)
    }
}

/// A flaw as both shapes tell it.
struct Flaw<'a> {
    id: &'a str,
    cwe: &'a str,
    category: &'a str,
    level: &'a str,
    /// A file, or the URL of a dynamic flaw.
    path: &'a str,
    parameter: &'a str,
    function: &'a str,
    module: &'a str,
}

impl Flaw<'_> {
    fn finding(&self, app: AssetRef) -> Finding {
        let mut weakness = WeaknessSeen::default();
        crate::common::ids::cwes_in(&mut weakness.cwe, self.cwe);
        weakness.rule = match weakness.cwe.first() {
            Some(cwe) => format!("cwe-{cwe}"),
            None => text::name(self.category).to_lowercase(),
        };
        let web = assets::Url::parse(self.path).filter(|url| url.scheme.starts_with("http"));
        let web = web.and_then(|url| Some((url.web_application()?, loci::route(&url.path, self.parameter))));
        let place = if self.path.is_empty() { self.module } else { self.path };
        let (asset, locus): (AssetRef, Locus) =
            web.unwrap_or_else(|| (app, loci::file(place, &text::name(self.id))));
        let evidence = [
            ("Function", self.function),
            ("Module", self.module),
            ("At", self.path),
            ("Parameter", self.parameter),
        ];
        Finding {
            evidence: text::labelled(evidence),
            raw_id: text::some(self.id),
            ..Finding::new(text::title(self.category, self.cwe), severity(self.level), weakness, asset, locus)
        }
    }
}

/// Veracode's levels: 5 very high, 4 high, 3 medium, 2 low, 1 very low, 0 informational.
fn severity(level: &str) -> Severity {
    match level.trim() {
        "5" => Severity::Critical,
        "4" => Severity::High,
        "3" => Severity::Medium,
        "2" | "1" => Severity::Low,
        "0" => Severity::Info,
        _ => Severity::Unknown,
    }
}

/// The application profile.
fn app(name: &str, options: &Options) -> AssetRef {
    let named = assets::named(AssetKind::Application, name).filter(|_| options.asset.is_none());
    named.unwrap_or_else(|| options.asset_or(AssetKind::Application))
}
