//! CxOSA JSON (`CxOSAVulnerabilities.json` and `CxOSALibraries.json`, alone or in one document): vulnerabilities of open source
//! libraries. Libraries and vulnerabilities refer to each other by ids and may come in any order.

use super::FORMAT;
use crate::common::kept::{Kept, Known};
use crate::common::layout::{Layout, Record, Told, Visit};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{Tree, Value, links};
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::AssetKind;
use std::io::BufRead;

static LAYOUT: Layout = Layout { lists: &["[]", "vulnerabilities", "libraries"], ..Layout::of(&FORMAT) };

pub(super) fn is_one(head: &[u8]) -> bool {
    let vulnerabilities = ["\"libraryId\"", "\"cveName\""];
    let libraries = ["\"matchType\"", "\"highUniqueVulnerabilityCount\""];
    head::is_json(head)
        && [vulnerabilities, libraries].iter().any(|of| of.iter().all(|key| head::has(head, key)))
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let limit = options.limits.deferred;
    let mut both = Both { options, libraries: Known::new(limit / 2), vulnerabilities: Kept::new(limit) };
    LAYOUT.visit(input, options, sink, &mut both)
}

struct Both<'o> {
    options: &'o Options,
    /// Name and version by the library's id.
    libraries: Known<(String, String)>,
    vulnerabilities: Kept<(Place, Value<'static>)>,
}

impl Both<'_> {
    fn take(&mut self, item: &Value<'_>, at: &Place, bytes: usize) -> Told {
        if let Some(items) = item.as_array() {
            return items.iter().try_for_each(|item| self.take(item, at, bytes / items.len().max(1)));
        }
        let (id, name) = (item.text("id"), item.text("name"));
        let within = item.items("vulnerabilities").iter().chain(item.items("libraries"));
        let count = within.clone().count();
        if count > 0 {
            return within.into_iter().try_for_each(|item| self.take(item, at, bytes / count));
        }
        if !item.text("libraryId").is_empty() {
            return Ok(self.vulnerabilities.push(at, (at.clone(), item.clone().into_owned()), bytes)?);
        }
        if id.is_empty() || name.is_empty() {
            return Err("neither a vulnerability of a library nor a library".into());
        }
        let (name, version) = (text::name(&name), text::name(&item.text("version")));
        let bytes = name.len() + version.len();
        self.libraries.put(text::name(&id), (name, version), bytes);
        Ok(())
    }
}

impl Visit for Both<'_> {
    fn record(&mut self, record: &Record<'_>, _: &mut Out<'_>) -> Told {
        self.take(record, &record.at, record.raw.len())
    }

    fn end(&mut self, out: &mut Out<'_>) -> Result<(), ParseError> {
        self.libraries.tell("libraries", out);
        let none = Kept::new(0);
        for (at, item) in std::mem::replace(&mut self.vulnerabilities, none) {
            let library = item.text("libraryId");
            let file = item.text("sourceFileName");
            // Without the libraries there is the file, and at last the id.
            let unknown = || (text::name(if file.is_empty() { &library } else { &file }), String::new());
            let (name, version) = self.libraries.get(&library).cloned().unwrap_or_else(unknown);
            // `group:artifact` is how Maven names; of others the forge is not told.
            let package = Package::new(if name.contains(':') { "maven" } else { "" }, &name, &version);
            let id = item.first(&["cveName", "id"]);
            let severity = ids::severity(&item.first(&["severity/name", "severity"]));
            let asset = self.options.asset_or(AssetKind::Repository);
            let mut finding = package.vulnerability(asset, &id, [""; 0], "", severity);
            finding.description = text::body(&item.text("description"));
            finding.fix = text::body(&item.text("recommendations"));
            finding.cvss_score = item.number("score").filter(|score| (0.1..=10.0).contains(score));
            finding.evidence = text::body(&file);
            finding.raw_id = text::some(&item.first(&["id", "similarityId"]));
            finding.tags =
                text::tags([("published", item.text("publishDate").get(..10).unwrap_or_default())]);
            finding.references = links([item.text("url")]);
            let state = item.first(&["state/name", "state"]).to_lowercase().replace('_', " ");
            finding.suppressed = (state == "not exploitable").then_some(state);
            out.finding(&at, finding, Some(item.to_string().as_bytes()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::format::{Limits, Options};
    use crate::sink::Collected;

    #[test]
    fn libraries_beyond_the_bound_are_told() {
        let library = |id: &str| format!(r#"{{"id":"{id}","name":"{id}{}"}}"#, "x".repeat(700));
        let flaw = |id: &str| format!(r#"{{"id":"f{id}","cveName":"CVE-2026-0001","libraryId":"{id}"}}"#);
        let report = format!("[{},{},{},{}]", library("a"), library("b"), flaw("a"), flaw("b"));
        let options =
            Options { limits: Limits { deferred: 2_000, ..Limits::default() }, ..Options::default() };
        let mut seen = Collected::default();
        super::parse(&mut report.as_bytes(), &options, &mut seen).unwrap();
        let names: Vec<_> = seen.findings().map(|finding| finding.component_name.len()).collect();
        assert_eq!(names, [701, 1]);
        assert_eq!(seen.gaps[0].what, "1 libraries");
    }
}
