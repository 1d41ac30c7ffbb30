//! CycloneDX 1.0 to 1.7, JSON and XML, also with the old vulnerability extension: components, and vulnerabilities with
//! what they affect.
//!
//! The asset is `metadata.component`, the source the tool that made the document, where it is named. A vulnerability
//! with several affected components gives a finding for each. VEX states (`not_affected`, ...) are statements of the
//! document's author about the component; a VEX document about components of other bills gives these alone.
//!
//! A bill of materials says what is there, not what was looked for: it covers no weaknesses. It is the whole inventory of
//! its subject for the types of packages that it names: one that a later bill of the same source no longer names is gone.
//! Not so where its `compositions` say that it is incomplete, or that nobody knows.
//!
//! What Trivy and syft say in properties (the source package) goes into the package URL, as does the operating system.

use crate::common::bill::{Bill, Component};
use crate::common::out::Out;
use crate::common::vex::{self, Document};
use crate::common::{dates, purl, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Locus;
use std::collections::HashMap;
use std::io::BufRead;

/// The author of a document that names nobody.
const UNNAMED: &str = "an unnamed author";

mod json;
mod properties;
mod vulnerability;
mod xml;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cyclonedx",
    name: "CycloneDX",
    summary: "Bills of materials and VEX, JSON and XML, 1.0 to 1.7: components, vulnerabilities and what they affect",
    extensions: &["cdx.json", "cdx.xml", "bom.json", "bom.xml", "json", "xml"],
    docs: "https://cyclonedx.org/specification/overview/",
    tool: "cyclonedx",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    if let Some((root, namespace)) = head.root() {
        let ours = root == "bom" && namespace.contains("cyclonedx.org");
        return Sniff::when(ours);
    }
    let keys = head.object();
    let named = keys.text("bomFormat").is_some_and(|format| format.eq_ignore_ascii_case("cyclonedx"));
    let schema = keys.text("$schema").is_some_and(|schema| schema.contains("cyclonedx"));
    match (named || schema, keys.has("specVersion")) {
        (true, _) => Sniff::Yes,
        (false, true) if keys.has_any(&["components", "vulnerabilities", "metadata"]) => Sniff::Maybe,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let first = loop {
        let spaces = {
            let head = Head::peek(input)?;
            match head.iter().position(|b| !b.is_ascii_whitespace()) {
                Some(n) => break Some(head[n]),
                None if head.is_empty() => break None,
                None => head.len(),
            }
        };
        input.consume(spaces);
    };
    match first {
        None => Err(ParseError::Empty { format: "cyclonedx" }),
        Some(b'<') => xml::parse(input, options, sink),
        Some(_) => json::parse(input, options, sink),
    }
}

/// What a vulnerability needs of a component that it refers to.
#[derive(Debug, PartialEq)]
struct Known {
    /// Empty where it has none.
    purl: Box<str>,
    name: Box<str>,
    version: Box<str>,
}

/// What a vulnerability is in: the whole asset, or a component of it.
struct Affected {
    locus: Locus,
    purl: Option<String>,
    name: String,
    version: String,
}

impl Default for Affected {
    fn default() -> Self {
        Self { locus: Locus::Whole, purl: None, name: String::new(), version: String::new() }
    }
}

/// The digest of a reference: a large bill has many, and each may be long.
type Digest = [u8; 16];

fn digest(reference: &str) -> Digest {
    let mut first = [0; 16];
    first.copy_from_slice(&blake3::hash(reference.as_bytes()).as_bytes()[..16]);
    first
}

/// What is known of the document while components and vulnerabilities go by.
struct Bom<'o, 's> {
    bill: Bill<'o, 's>,
    components: HashMap<Digest, Known>,
    /// References that several components have: how many more, and the first.
    doubled: Option<(u64, String)>,
    /// The reference of `metadata.component`.
    own: String,
    /// Who says what the document says of vulnerabilities.
    document: Document,
}

impl<'o, 's> Bom<'o, 's> {
    fn new(options: &'o Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            bill: Bill::new(options, Out::new(sink), FORMAT.tool),
            components: HashMap::new(),
            doubled: None,
            own: String::new(),
            document: Document::default(),
        }
    }

    /// Takes `metadata`. Who is said to have written the document comes before the tool that did.
    fn metadata(
        &mut self,
        timestamp: &str,
        author: &str,
        tool: Option<(String, String)>,
        component: Option<&Component<'_>>,
    ) {
        self.bill.seen_at = dates::date(timestamp);
        self.document.said_at = self.bill.seen_at;
        let tool_name = tool.as_ref().map_or("", |(name, _)| name);
        self.document.author = vex::named(author, &vex::named(tool_name, UNNAMED));
        self.bill.source = tool.filter(|(name, _)| !name.trim().is_empty());
        if let Some(component) = component {
            self.own = component.reference.to_string();
            self.bill.describes(component.as_asset(), &component.full_name());
            if component.kind == "operating-system" && !component.version.trim().is_empty() {
                self.bill.system(&component.full_name(), &component.version);
            }
            self.remember(component);
        }
    }

    fn component(
        &mut self,
        component: &Component<'_>,
        at: &Place,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        self.remember(component);
        self.bill.component(component, at, raw)
    }

    /// Takes what `compositions` say of how complete the document is.
    fn composition(&mut self, aggregate: &str) {
        let aggregate = aggregate.trim().to_ascii_lowercase();
        if aggregate == "unknown" || aggregate.starts_with("incomplete") {
            let why = format!("the bill says that it is `{aggregate}`: what it does not name may be there");
            self.bill.incomplete(why);
        }
    }

    /// The document was read to its end.
    fn finish(mut self) -> Result<Summary, ParseError> {
        if let Some((more, first)) = self.doubled.take() {
            let why =
                format!("the first is `{first}`; what refers to it is taken to mean the first component");
            self.bill.out.note(format!("{more} references that several components have"), why);
        }
        self.bill.finish()
    }

    fn remember(&mut self, component: &Component<'_>) {
        if component.reference.is_empty() {
            return;
        }
        let purl = purl::given(&component.purl).unwrap_or_default();
        let name = text::name(&component.full_name()).into();
        let known = Known { purl: purl.into(), name, version: text::name(&component.version).into() };
        match self.components.entry(digest(&component.reference)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(known);
            }
            std::collections::hash_map::Entry::Occupied(first) if *first.get() != known => {
                self.doubled.get_or_insert_with(|| (0, text::name(&component.reference))).0 += 1;
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
        }
    }

    /// Takes `serialNumber`.
    fn serial(&mut self, serial: &str) {
        self.document.id = text::name(serial);
    }

    /// The part of a BOM-Link (`urn:cdx:serial/version#ref`) that names a component of another document.
    fn foreign(&self, reference: &str) -> Option<String> {
        let (document, local) = reference.strip_prefix("urn:cdx:")?.split_once('#')?;
        let serial = document.split('/').next()?;
        let ours = self.document.id.trim_start_matches("urn:uuid:");
        let local = crate::common::loci::percent_decode(local);
        // Links to a document without serial number may well mean this one, where it has such a component.
        let known = || local == self.own || self.components.contains_key(&digest(&local));
        let here = if ours.is_empty() { known() } else { serial.eq_ignore_ascii_case(ours) };
        (!here).then(|| local.into_owned())
    }

    /// What a vulnerability refers to.
    fn affected(&self, reference: &str) -> Affected {
        // A BOM-Link (`urn:cdx:serial/version#ref`) may point into this document.
        let local =
            reference.rsplit_once('#').filter(|_| reference.starts_with("urn:cdx:")).map(|(_, local)| local);
        let decoded = local.map(crate::common::loci::percent_decode);
        let local = decoded.as_deref().unwrap_or(reference);
        if !self.own.is_empty() && local == self.own {
            let name = self.bill.own_name();
            return Affected { name, ..Affected::default() };
        }
        let known = self.components.get(&digest(local));
        let purl = known
            .map(|known| known.purl.to_string())
            .filter(|purl| !purl.is_empty())
            .or_else(|| purl::given(local));
        let (name, version) = known.map_or_else(
            || (text::name(local), String::new()),
            |known| (known.name.to_string(), known.version.to_string()),
        );
        let locus = match (&purl, known) {
            (Some(purl), _) => Locus::package(purl),
            (None, Some(known)) => Locus::package(&purl::generic(&known.name, "")),
            (None, None) => Locus::named("component", &text::name(local)),
        };
        Affected { locus, purl, name, version }
    }
}
