//! SPDX 2.2 and 2.3 (JSON, tag-value) and 3.0 (JSON-LD): packages as components of what the document describes.
//!
//! The asset is the one element that the document describes (`DESCRIBES`, `documentDescribes`, `rootElement`); where it
//! describes none or several, the caller names it. A package without package URL gets one where a reference or the
//! download address tells its registry. The described element itself is a component only where it is a package that
//! advisories can speak of, not an image or a folder.
//!
//! The document is the whole inventory of its subject for the types of packages that it names, as a CycloneDX bill is,
//! unless a relationship says that nobody asserts what else the subject contains. Tag-value has no end that a cut document
//! would lack, so its silence proves nothing. Elements that are only named by relationships stand in other documents: a
//! gap tells how many.

use crate::common::bill::{Bill, Component};
use crate::common::out::Out;
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{AssetKind, AssetRef, Purl};
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasher as _;
use std::io::BufRead;

mod graph;
mod json;
mod package;
mod tag_value;

use package::Package;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "spdx",
    name: "SPDX",
    summary: "Bills of materials: 2.2 and 2.3 as JSON and tag-value, 3.0 as JSON-LD; packages and what they belong to",
    extensions: &["spdx.json", "spdx", "spdx.tv", "spdx3.json", "json"],
    docs: "https://spdx.dev/use/specifications/",
    tool: "spdx",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    if tag_value::begins(head) {
        return Sniff::Yes;
    }
    let keys = head.object();
    let version = |keys: &head::Keys<'_>| {
        keys.text("spdxVersion").is_some_and(|version| version.starts_with("SPDX-"))
            || keys.text("SPDXID").is_some_and(|id| id.starts_with("SPDXRef-"))
    };
    // GitHub's dependency graph wraps its document.
    let wrapped = || keys.value("sbom").and_then(head::Keys::of).is_some_and(|inner| version(&inner));
    let graph =
        || keys.has("@graph") && keys.text("@context").is_some_and(|it| it.contains("spdx.org/rdf/3"));
    Sniff::when(version(keys) || graph() || wrapped())
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let first = loop {
        let head = Head::peek(input)?;
        let spaces = head.iter().take_while(|b| b.is_ascii_whitespace()).count();
        match head.get(spaces).copied() {
            None if spaces > 0 => input.consume(spaces),
            other => break other,
        }
    };
    match first {
        None => Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'{' | b'[') => json::parse(input, options, sink),
        Some(_) => tag_value::parse(input, options, sink),
    }
}

fn none_of(why: impl Into<String>) -> ParseError {
    ParseError::WrongFormat { format: FORMAT.id, why: why.into() }
}

/// Nothing is said: the specification's words for it are no names.
fn said(text: &str) -> &str {
    let text = text.trim();
    if matches!(text, "NOASSERTION" | "NONE") { "" } else { text }
}

/// Elements by small digests of their ids: a large document names hundreds of thousands.
#[derive(Default)]
struct Elements {
    keys: std::collections::hash_map::RandomState,
    /// Those that stand in the document.
    known: HashSet<u64>,
    /// Those that relationships name.
    named: HashSet<u64>,
}

impl Elements {
    fn know(&mut self, id: &str) {
        self.known.insert(self.keys.hash_one(id));
    }

    fn name(&mut self, id: &str) {
        self.named.insert(self.keys.hash_one(id));
    }

    /// How many are named and do not stand in the document.
    fn foreign(&self) -> usize {
        self.named.difference(&self.known).count()
    }
}

/// What is known of the document before its packages are looked at.
#[derive(Default)]
struct Frame {
    name: String,
    created: String,
    /// Tools that made it: the first one counts.
    tool: Option<(String, String)>,
    /// The ids of what it describes, each once.
    roots: Vec<String>,
    /// Elements whose other content nobody asserts.
    open_ended: Vec<String>,
    elements: Elements,
}

/// More roots than this are no subject any more.
const ROOTS: usize = 10_000;

impl Frame {
    fn creator(&mut self, creator: &str) {
        // `Tool: syft-1.29.0`
        let Some(tool) = creator.trim().strip_prefix("Tool:") else { return };
        let tool = tool.trim();
        let split =
            tool.rsplit_once('-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
        let (name, version) = split.unwrap_or((tool, ""));
        if self.tool.is_none() && !name.is_empty() {
            self.tool = Some((name.to_owned(), version.to_owned()));
        }
    }

    fn root(&mut self, id: &str) {
        let id = id.trim();
        if !id.is_empty() && self.roots.len() < ROOTS && !self.roots.iter().any(|root| root == id) {
            self.roots.push(id.to_owned());
        }
    }

    fn relationship(&mut self, from: &str, kind: &str, to: &str) {
        let document = |id: &str| id == "SPDXRef-DOCUMENT";
        match kind {
            // Trivy once left the S out.
            "DESCRIBES" | "DESCRIBE" if document(from) => self.root(to),
            "DESCRIBED_BY" if document(to) => self.root(from),
            "CONTAINS" | "DEPENDS_ON" if matches!(to, "NOASSERTION") => self.open_ended.push(from.to_owned()),
            _ => {}
        }
        for id in [from, to] {
            if !said(id).is_empty() && !document(id) {
                self.elements.name(id);
            }
        }
    }
}

/// A document whose frame and root are known.
struct Document<'o, 's> {
    bill: Bill<'o, 's>,
    frame: Frame,
    /// The id of the asset, where one element is it.
    own: Option<String>,
}

impl<'o, 's> Document<'o, 's> {
    fn new(options: &'o Options, out: Out<'s>, mut frame: Frame) -> Self {
        let mut bill = Bill::new(options, out, FORMAT.tool);
        bill.describes(None, said(&frame.name));
        bill.seen_at = dates::date(&frame.created);
        bill.source = frame.tool.take();
        let own = match frame.roots.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        Self { bill, frame, own }
    }

    /// The first look at a package: which is the asset, and which operating system is there.
    fn look(&mut self, package: &Package<'_>) {
        self.frame.elements.know(&package.id);
        if self.own.as_deref() == Some(&*package.id) {
            self.bill.describes(subject(package), said(&package.name));
        }
        if package.is_system() {
            let (name, version) = package.system();
            self.bill.system(&name, &version);
        }
    }

    /// The second look: it is a component.
    fn take(&mut self, package: &Package<'_>, at: &Place, raw: Option<&[u8]>) -> Result<(), ParseError> {
        let at = self.bill.out.record(at.clone(), "packages");
        let component = package.component();
        let is_own = self.own.as_deref() == Some(&*package.id);
        let is_software =
            |purl: Purl| !is_image(&purl) && purl.kind() != "github" && !purl.version().is_empty();
        if is_own && !component.purl.parse::<Purl>().is_ok_and(is_software) {
            return self.bill.asset(&at).map(drop);
        }
        self.bill.component(&component, &at, raw)
    }

    fn finish(mut self) -> Result<Summary, ParseError> {
        let foreign = self.frame.elements.foreign();
        if foreign > 0 {
            self.bill.out.note(
                format!("{foreign} elements that only relationships name"),
                "they stand in other documents; import those too",
            );
        }
        let own = self.own.as_deref();
        if self.frame.open_ended.iter().any(|id| own.is_none_or(|own| own == id)) {
            self.bill.incomplete("the document asserts nothing about what else its subject contains");
        }
        self.bill.finish()
    }
}

/// Whether a package URL names an image rather than software in it.
fn is_image(purl: &Purl) -> bool {
    matches!(purl.kind(), "oci" | "docker")
}

/// The asset that a described element is.
fn subject(package: &Package<'_>) -> Option<AssetRef> {
    if package.is_ours() {
        return package.component().as_asset();
    }
    let purl = package.purl().parse::<Purl>().ok();
    if let Some(purl) = purl.as_ref().filter(|purl| purl.kind() == "github") {
        return assets::repository(&format!("https://github.com/{}", purl.full_name()));
    }
    if let Some(purl) = purl.filter(is_image) {
        let path = match purl.qualifier("repository_url") {
            Some(repository) => repository.to_owned(),
            None if purl.namespace().is_empty() => purl.name().to_owned(),
            None => format!("{}/{}", purl.namespace(), purl.name()),
        };
        let tag = match (purl.qualifier("tag"), purl.version()) {
            (Some(tag), _) => format!(":{tag}"),
            (None, version) if version.is_empty() || version.starts_with("sha256:") => String::new(),
            (None, tag) => format!(":{tag}"),
        };
        return assets::image(&(path + &tag));
    }
    if package.is_folder() {
        let name = text::name(&package.name);
        return assets::named(AssetKind::Application, &name).filter(|_| !assets::is_path(&name));
    }
    let component = package.component();
    let kind: Cow<'_, str> = match package.purpose() {
        "CONTAINER" => "container".into(),
        "OPERATING-SYSTEM" => "operating-system".into(),
        "DEVICE" | "FIRMWARE" => "device".into(),
        _ if package.id.starts_with("SPDXRef-ContainerImage") => "container".into(),
        _ => component.kind.clone(),
    };
    Component { kind, ..component }.as_asset()
}
