//! CycloneDX 1.0 to 1.7, JSON and XML, also with the old vulnerability extension: components, and vulnerabilities with
//! what they affect.
//!
//! The asset is `metadata.component`, the source the tool that made the document, where it is named. A vulnerability
//! with several affected components gives a finding for each. VEX states (`not_affected`, ...) are the tool's word and
//! stand in `suppressed`.
//!
//! A bill of materials says what is there, not what was looked for: it covers no weaknesses. It is the whole inventory of
//! its subject for the types of packages that it names: one that a later bill of the same source no longer names is gone.

use crate::common::out::Out;
use crate::common::{assets, dates, head, purl, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, ComponentSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Covered, Identifier, IdentifierKind, Loci, Locus, Observation, Purl,
    Timestamp,
};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

mod json;
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

fn sniff(head: &[u8]) -> Sniff {
    if let Some((root, namespace)) = head::xml_root(head) {
        let ours = root == "bom" && namespace.contains("cyclonedx.org");
        return if ours { Sniff::Yes } else { Sniff::No };
    }
    let Some(keys) = head::Keys::of(head).filter(|keys| !keys.in_array) else { return Sniff::No };
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
            let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
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

/// A component as both syntaxes give it.
#[derive(Debug, Default)]
struct Component<'a> {
    kind: Cow<'a, str>,
    reference: Cow<'a, str>,
    group: Cow<'a, str>,
    name: Cow<'a, str>,
    version: Cow<'a, str>,
    purl: Cow<'a, str>,
}

/// What is known of a component when a vulnerability refers to it.
#[derive(Debug)]
struct Known {
    purl: String,
    name: String,
    version: String,
}

/// What is known of the document while components and vulnerabilities go by.
struct Bom<'o, 's> {
    options: &'o Options,
    out: Out<'s>,
    source: Option<(String, String)>,
    asset: Option<AssetRef>,
    seen_at: Option<Timestamp>,
    components: HashMap<String, Known>,
    /// The reference of `metadata.component`.
    own: String,
    opened: bool,
    /// The types of the packages that it names.
    kinds: BTreeSet<String>,
}

impl<'o, 's> Bom<'o, 's> {
    fn new(options: &'o Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            options,
            out: Out::new(sink),
            source: None,
            asset: None,
            seen_at: None,
            components: HashMap::new(),
            own: String::new(),
            opened: false,
            kinds: BTreeSet::new(),
        }
    }

    /// Takes `metadata`.
    fn metadata(
        &mut self,
        timestamp: &str,
        tool: Option<(String, String)>,
        component: Option<&Component<'_>>,
    ) {
        self.seen_at = dates::date(timestamp);
        self.out.summary.seen_at = self.seen_at;
        self.source = tool.filter(|(name, _)| !name.trim().is_empty());
        if let Some(component) = component {
            self.own = component.reference.to_string();
            self.asset = asset_of(component);
            self.remember(component);
        }
    }

    /// The asset of the document; names the source and the asset when first asked.
    fn asset(&mut self, at: &Place) -> Result<AssetRef, ParseError> {
        let asset = match &self.asset {
            Some(asset) => asset.clone(),
            None => self.asset.insert(self.options.asset_or(AssetKind::Application)).clone(),
        };
        if !self.opened {
            self.opened = true;
            let (name, version) =
                self.source.take().unwrap_or_else(|| (FORMAT.tool.to_owned(), String::new()));
            self.out.source(&name, &version);
            let seen = AssetSeen { asset: asset.clone(), os: None, reach: None, seen_at: self.seen_at };
            self.out.observe(at, Observation::Asset(seen), None)?;
        }
        Ok(asset)
    }

    fn component(
        &mut self,
        component: &Component<'_>,
        at: &Place,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        let asset = self.asset(at)?;
        self.remember(component);
        if full_name(component).is_empty() {
            self.out.reject(at.clone(), "a component without name");
            return Ok(());
        }
        let version = text::name(&component.version);
        let purl = component
            .purl
            .parse::<Purl>()
            .ok()
            .map(|purl| if purl.version().is_empty() { purl.with_version(&version) } else { purl });
        if let Some(purl) = &purl
            && !self.kinds.contains(purl.kind())
        {
            self.kinds.insert(purl.kind().to_owned());
        }
        let seen = ComponentSeen {
            asset,
            purl: purl.map_or_else(String::new, |purl| purl.to_string()),
            name: text::name(&full_name(component)),
            version,
            locations: Vec::new(),
        };
        self.out.observe(at, Observation::Component(seen), raw)
    }

    /// The document was read to its end: what it did not name is not there.
    fn finish(mut self) -> Summary {
        if let Some(asset) = self.asset.take().filter(|_| !self.kinds.is_empty()) {
            let loci = Loci::Packages(std::mem::take(&mut self.kinds));
            self.out.cover(Covered { asset, checks: Checks::Only(BTreeSet::new()), loci });
        }
        self.out.summary
    }

    fn remember(&mut self, component: &Component<'_>) {
        if component.reference.is_empty() {
            return;
        }
        let known = Known {
            purl: purl::given(&component.purl).unwrap_or_default(),
            name: text::name(&full_name(component)),
            version: text::name(&component.version),
        };
        self.components.insert(component.reference.to_string(), known);
    }

    /// The locus, package URL and a name for people of what a vulnerability refers to.
    fn affected(&self, reference: &str) -> (Locus, Option<String>, String) {
        // A BOM-Link (`urn:cdx:serial/version#ref`) may point into this document.
        let local =
            reference.rsplit_once('#').filter(|_| reference.starts_with("urn:cdx:")).map(|(_, local)| local);
        let decoded = local.map(crate::common::loci::percent_decode);
        let local = decoded.as_deref().unwrap_or(reference);
        if !self.own.is_empty() && local == self.own {
            let name = self.asset.as_ref().map_or(String::new(), |asset| asset.name.clone());
            return (Locus::Whole, None, name);
        }
        let known = self.components.get(local);
        let purl = known
            .map(|known| known.purl.clone())
            .filter(|purl| !purl.is_empty())
            .or_else(|| purl::given(local));
        let name =
            known.map_or_else(|| text::name(local), |known| format!("{} {}", known.name, known.version));
        let locus = match (&purl, known) {
            (Some(purl), _) => Locus::package(purl),
            (None, Some(known)) => Locus::package(&purl::generic(&known.name, "")),
            (None, None) => Locus::named("component", &text::name(local)),
        };
        (locus, purl, name.trim().to_owned())
    }
}

fn full_name(component: &Component<'_>) -> String {
    if component.name.trim().is_empty() {
        // Some tools write no name; the package URL or the reference has one.
        let named = [&component.purl, &component.reference].into_iter().find(|text| !text.trim().is_empty());
        let bare = named.map_or(String::new(), |text| Locus::package(text).to_string());
        return bare.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if component.group.trim().is_empty() {
        return component.name.trim().to_owned();
    }
    format!("{}/{}", component.group.trim(), component.name.trim())
}

/// The asset that `metadata.component` describes. The version is no part of it: a product stays itself.
fn asset_of(component: &Component<'_>) -> Option<AssetRef> {
    let name = full_name(component);
    match &*component.kind {
        "container" => {
            let version = component.version.trim();
            let full = match version {
                "" => name,
                // syft and Trivy put the tag into the name and the digest into the version.
                _ if version.starts_with("sha256:") || name.contains([':', '@']) => name,
                tag => format!("{name}:{tag}"),
            };
            assets::image(&full)
        }
        "operating-system" => assets::named(AssetKind::Host, &name),
        "device" | "firmware" => assets::named(AssetKind::Device, &name),
        _ => {
            let purl = purl::given(&component.purl).map(|purl| Locus::package(&purl).to_string());
            let identifier = purl
                .and_then(|purl| Identifier::new(IdentifierKind::Purl, &purl))
                .or_else(|| Identifier::new(IdentifierKind::Name, &text::name(&name)));
            AssetRef::new(AssetKind::Application, &text::name(&name), identifier)
        }
    }
}
