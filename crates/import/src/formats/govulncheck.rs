//! govulncheck JSON (`-format json`, also `-json`): the stream of messages of version 1, the same in an array, and the
//! document of older versions. One finding a vulnerability and module, with the deepest trace that was found.
//!
//! A vulnerability that is only in a required module or an imported package, without a call of what is vulnerable, is
//! told as such in its confidence.

use crate::common::kept::Known;
use crate::common::layout::{Layout, Record, Told, Visit};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value};
use crate::common::{osv, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Place;
use crate::sink::Sink;
use bartizan_model::AssetKind;
use bartizan_model::Finding;
use std::collections::BTreeMap;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "govulncheck",
    name: "govulncheck",
    summary: "JSON: vulnerabilities of Go modules, with whether the vulnerable code is called",
    extensions: &["json"],
    docs: "https://pkg.go.dev/golang.org/x/vuln/cmd/govulncheck",
    tool: "govulncheck",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let config = keys.has("config") && head.has_any(&["govulncheck", "\"protocol_version\""]);
    let finding = keys.has_any(&["finding", "osv"]) && head.has("\"GO-");
    let old = keys.has("Vulns") && keys.has_any(&["Calls", "Imports", "Requires"]);
    Sniff::when(config || finding || old)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let known = Known::new(options.limits.deferred / 2);
    let mut messages = Messages { options, known, found: BTreeMap::new(), bytes: 0 };
    LAYOUT.visit(input, options, sink, &mut messages)
}

struct Messages<'o> {
    options: &'o Options,
    /// The OSV records by their ids.
    known: Known<Value<'static>>,
    /// The deepest trace of each vulnerability and module, and where it stands.
    found: BTreeMap<(String, String), (Place, Value<'static>)>,
    /// About how many bytes the traces take.
    bytes: usize,
}

/// About how many bytes a value takes in memory.
fn size(value: &Value<'_>) -> usize {
    value.to_string().len() * 4
}

impl Visit for Messages<'_> {
    fn record(&mut self, record: &Record<'_>, _: &mut Out<'_>) -> Told {
        let mut any =
            ["config", "progress", "SBOM", "Calls", "Vulns"].iter().any(|key| record.get(key).is_some());
        if let Some(osv) = record.get("osv").filter(|osv| osv.is_object()) {
            self.known.put(osv.text("id").into_owned(), osv.clone().into_owned(), size(osv));
            any = true;
        }
        if let Some(finding) = record.get("finding").filter(|finding| finding.is_object()) {
            self.keep(&finding.text("osv"), &finding.text("trace/0/module"), &record.at, finding)?;
            any = true;
        }
        if !matches!(record.at("Vulns"), Value::Null | Value::Array(_)) {
            return Err("Vulns is no list".into());
        }
        for old in record.items("Vulns") {
            let id = old.first(&["OSV/id", "OSV/ID"]).into_owned();
            let osv = old.at("OSV");
            self.known.put(id.clone(), osv.clone().into_owned(), size(osv));
            self.keep(&id, &old.text("ModPath"), &record.at, old)?;
        }
        if any { Ok(()) } else { Err("no message of govulncheck".into()) }
    }

    fn end(&mut self, out: &mut Out<'_>) -> Result<(), ParseError> {
        self.known.tell("records of vulnerabilities", out);
        let found = std::mem::take(&mut self.found);
        for ((id, module), (at, trace)) in found {
            let finding = self.finding(&id, &module, &trace);
            out.finding(&at, finding, Some(trace.to_string().as_bytes()))?;
        }
        Ok(())
    }
}

/// How near a trace comes to the vulnerable code: 2 a call, 1 an import, 0 a requirement.
fn depth(trace: &Value<'_>) -> u8 {
    let old = [("CallSink", 2), ("ImportSink", 1)];
    let old = old.into_iter().find(|(key, _)| trace.count(key).is_some()).map(|(_, depth)| depth);
    let first = trace.at("trace/0");
    let has = |key| !first.text(key).is_empty();
    old.unwrap_or(if has("function") { 2 } else { u8::from(has("package")) })
}

impl Messages<'_> {
    fn keep(&mut self, id: &str, module: &str, at: &Place, trace: &Value<'_>) -> Result<(), ParseError> {
        let key = (id.to_owned(), module.to_owned());
        let known = self.found.get(&key);
        if known.is_none_or(|(_, known)| depth(known) < depth(trace)) {
            let limit = self.options.limits.deferred;
            self.bytes += size(trace);
            if self.bytes > limit {
                return Err(ParseError::TooLarge { at: at.clone(), what: "the traces", limit });
            }
            self.found.insert(key, (at.clone(), trace.clone().into_owned()));
        }
        Ok(())
    }

    fn finding(&self, id: &str, module: &str, trace: &Value<'_>) -> Finding {
        let osv = self.known.get(id).unwrap_or(&Value::Null);
        let version = trace.first(&["trace/0/version", "FoundVersion"]);
        let package = Package::new("golang", module, &version);
        let asset = self.options.asset_or(AssetKind::Repository);
        let mut finding =
            package.vulnerability(asset, id, osv.texts("aliases"), &osv.text("summary"), osv::severity(osv));
        fixed_in(&mut finding, &trace.first(&["fixed_version", "FixedVersion"]));
        osv::dress(&mut finding, osv, module);
        let steps = trace.items("trace").iter().map(|step| {
            let place = step.at("position");
            let at = format!("{}:{}", place.text("filename"), place.text("line"));
            format!(
                "{} {}.{} {}",
                step.text("module"),
                step.text("package"),
                step.text("function"),
                at.trim_matches(':')
            )
        });
        finding.evidence = text::body(&steps.collect::<Vec<_>>().join("\n"));
        finding.confidence = ["required", "imported", "called"][usize::from(depth(trace).min(2))].to_owned();
        let link = osv.text("database_specific/url");
        let links: Vec<_> =
            std::iter::once(&*link).chain(finding.references.iter().map(String::as_str)).collect();
        finding.references = text::links(links);
        finding.raw_id = Some(text::name(&format!("{id}:{module}")));
        finding
    }
}
