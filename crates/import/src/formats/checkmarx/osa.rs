//! CxOSA JSON (`CxOSAVulnerabilities.json` and `CxOSALibraries.json`, alone or in one document): vulnerabilities of open source
//! libraries. Libraries and vulnerabilities refer to each other by ids and may come in any order.

use super::FORMAT;
use crate::common::kept::Kept;
use crate::common::layout::{Layout, Record, Told, Visit};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{Tree, Value, links};
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::AssetKind;
use std::collections::HashMap;
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
    let mut both =
        Both { options, libraries: HashMap::new(), vulnerabilities: Kept::new(options.limits.deferred) };
    LAYOUT.visit(input, options, sink, &mut both)
}

struct Both<'o> {
    options: &'o Options,
    /// Name and version by the library's id.
    libraries: HashMap<String, (String, String)>,
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
        self.libraries.insert(text::name(&id), (text::name(&name), text::name(&item.text("version"))));
        Ok(())
    }
}

impl Visit for Both<'_> {
    fn record(&mut self, record: &Record<'_>, _: &mut Out<'_>) -> Told {
        self.take(record, &record.at, record.raw.len())
    }

    fn end(&mut self, out: &mut Out<'_>) -> Result<(), ParseError> {
        let none = Kept::new(0);
        for (at, item) in std::mem::replace(&mut self.vulnerabilities, none) {
            let library = item.text("libraryId");
            let file = item.text("sourceFileName");
            // Without the libraries there is the file, and at last the id.
            let unknown = || (text::name(if file.is_empty() { &library } else { &file }), String::new());
            let (name, version) = self.libraries.get(&*library).cloned().unwrap_or_else(unknown);
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
