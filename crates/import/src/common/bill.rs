//! What bills of materials share, whatever their format: the asset they describe, its software, and what they prove.
//!
//! A bill is the whole inventory of its subject for the types of packages that it names, unless it says that it is
//! incomplete. Package URLs of distributions that do not say which release they are of get it from the operating system
//! that the bill names, wherever it stands.

use super::out::Out;
use super::{assets, purl, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, ComponentSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Covered, Identifier, IdentifierKind, Loci, Locus, Observation, Purl,
    Timestamp, vantage,
};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A component as the formats give it.
#[derive(Debug, Default)]
pub(crate) struct Component<'a> {
    /// What it is, in CycloneDX' words: `library`, `container`, `operating-system`.
    pub(crate) kind: Cow<'a, str>,
    pub(crate) reference: Cow<'a, str>,
    pub(crate) group: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) version: Cow<'a, str>,
    pub(crate) purl: Cow<'a, str>,
    /// Counts where no ecosystem owns the name.
    pub(crate) cpe: Cow<'a, str>,
    /// The source package that it was built from, `name` or `name@version`, where the bill says so beside the URL.
    pub(crate) upstream: String,
    /// How Bartizan itself knows it, where Bartizan wrote the bill.
    pub(crate) identity: Identity,
}

/// The kind and the identifiers of an asset, as Bartizan's own bills give them.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    kind: Option<AssetKind>,
    identifiers: Vec<Identifier>,
}

impl Identity {
    /// Takes a value by its key (`kind`, `identifier`); others are not part of it.
    pub(crate) fn take(&mut self, key: &str, value: &str) {
        match key {
            "kind" => self.kind = value.trim().parse().ok(),
            "identifier" => {
                let parts = value.split_once(':').and_then(|(kind, value)| Some((kind.parse().ok()?, value)));
                self.identifiers
                    .extend(parts.and_then(|(kind, value)| Identifier::new(kind, &text::name(value))));
            }
            _ => {}
        }
    }
}

impl Component<'_> {
    /// Its name with its group before it; from its URL or reference where it has none.
    pub(crate) fn full_name(&self) -> String {
        if self.name.trim().is_empty() {
            let named = [&self.purl, &self.reference].into_iter().find(|text| !text.trim().is_empty());
            let bare = named.map_or(String::new(), |text| Locus::package(text).to_string());
            return bare.rsplit('/').next().unwrap_or_default().to_owned();
        }
        if self.group.trim().is_empty() {
            return self.name.trim().to_owned();
        }
        format!("{}/{}", self.group.trim(), self.name.trim())
    }

    /// The asset that it is, as the subject of a bill. The version is no part of it: a product stays itself.
    pub(crate) fn as_asset(&self) -> Option<AssetRef> {
        let name = self.full_name();
        if let Some(kind) = self.identity.kind
            && !self.identity.identifiers.is_empty()
        {
            return AssetRef::new(kind, &text::name(&name), self.identity.identifiers.clone());
        }
        match &*self.kind {
            "container" => {
                let version = self.version.trim();
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
                let purl = purl::given(&self.purl).map(|purl| Locus::package(&purl).to_string());
                if purl.is_none() && assets::is_path(&name) {
                    return None;
                }
                let identifier = purl
                    .and_then(|purl| Identifier::new(IdentifierKind::Purl, &purl))
                    .or_else(|| Identifier::new(IdentifierKind::Name, &text::name(&name)));
                AssetRef::new(AssetKind::Application, &text::name(&name), identifier)
            }
        }
    }
}

/// A package that waits until the operating system is known.
struct Held {
    at: Place,
    purl: Purl,
    name: String,
    version: String,
}

/// What is known of a bill while its components go by.
pub(crate) struct Bill<'o, 's> {
    pub(crate) options: &'o Options,
    pub(crate) out: Out<'s>,
    /// The source name where the bill names no tool.
    tool: &'static str,
    pub(crate) source: Option<(String, String)>,
    asset: Option<AssetRef>,
    /// The folder that was looked into, where nothing else names what the bill describes.
    pub(crate) vantage: String,
    pub(crate) seen_at: Option<Timestamp>,
    named: bool,
    opened: bool,
    /// Whether the asset was told with its operating system.
    told_system: bool,
    /// The types of the packages that it names.
    kinds: BTreeSet<String>,
    /// Name and version of the operating system, in lower case.
    system: Option<(String, String)>,
    held: Vec<Held>,
    held_bytes: usize,
    /// What says that the bill is not the whole inventory.
    incomplete: Option<String>,
    /// Whether it says something of what other bills describe: then it need not describe anything itself.
    pub(crate) speaks_of_others: bool,
    /// Package URLs that are none: how many, and the first.
    broken: Option<(u64, String)>,
}

impl<'o, 's> Bill<'o, 's> {
    pub(crate) fn new(options: &'o Options, out: Out<'s>, tool: &'static str) -> Self {
        Self {
            options,
            out,
            tool,
            source: None,
            asset: None,
            vantage: String::new(),
            seen_at: None,
            named: false,
            opened: false,
            told_system: false,
            kinds: BTreeSet::new(),
            system: None,
            held: Vec::new(),
            held_bytes: 0,
            incomplete: None,
            speaks_of_others: false,
            broken: None,
        }
    }

    /// Takes what the bill describes, by its name where that is no asset: another folder is another vantage on what the caller names.
    pub(crate) fn describes(&mut self, asset: Option<AssetRef>, name: &str) {
        self.vantage = if asset.is_none() { vantage::folder(&text::name(name)) } else { String::new() };
        self.asset = asset;
    }

    /// The name of what it describes, empty where it names nothing.
    pub(crate) fn own_name(&self) -> String {
        self.asset.as_ref().map_or(String::new(), |asset| asset.name.clone())
    }

    /// The asset of the bill; names the source and the asset when first asked.
    pub(crate) fn asset(&mut self, at: &Place) -> Result<AssetRef, ParseError> {
        let asset = match &self.asset {
            Some(asset) => asset.clone(),
            None => self.asset.insert(self.options.asset_or(AssetKind::Application)).clone(),
        };
        self.name_source();
        if !self.opened {
            self.opened = true;
            self.observe_asset(&asset, at)?;
        }
        Ok(asset)
    }

    /// Names the tool, once.
    pub(crate) fn name_source(&mut self) {
        if !std::mem::replace(&mut self.named, true) {
            let (name, version) = self.source.take().unwrap_or_else(|| (self.tool.to_owned(), String::new()));
            self.out.summary.seen_at = self.seen_at;
            self.out.source(&name, &version);
        }
    }

    fn observe_asset(&mut self, asset: &AssetRef, at: &Place) -> Result<(), ParseError> {
        let os = self.system.as_ref().map(|(name, version)| format!("{name} {version}").trim().to_owned());
        self.told_system = os.is_some();
        let seen = AssetSeen { os, seen_at: self.seen_at, ..AssetSeen::new(asset.clone()) };
        self.out.observe(at, Observation::Asset(seen), None)
    }

    /// Takes the operating system that the software runs on. The first one counts.
    pub(crate) fn system(&mut self, name: &str, version: &str) {
        let name = text::name(name).to_lowercase();
        if self.system.is_none() && !name.is_empty() {
            self.system = Some((name, text::name(version).to_lowercase()));
        }
    }

    /// Says that the bill does not name all: its silence then proves nothing.
    pub(crate) fn incomplete(&mut self, why: impl Into<String>) {
        self.incomplete.get_or_insert_with(|| why.into());
    }

    /// Takes one component.
    pub(crate) fn component(
        &mut self,
        component: &Component<'_>,
        at: &Place,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        let name = text::name(&component.full_name());
        if name.is_empty() {
            self.asset(at)?;
            self.out.reject(at.clone(), "a component without name");
            return Ok(());
        }
        let version = text::name(&component.version);
        if component.kind == "operating-system" {
            self.system(&name, &version);
        }
        let purl = match component.purl.trim() {
            "" => None,
            given => given.parse::<Purl>().map_err(|_| self.broken(given)).ok(),
        };
        let purl = match purl {
            Some(purl) => Some(purl.with_cpe(&component.cpe)),
            None => Purl::of_cpe(&component.cpe, &name, &version),
        };
        let Some(purl) = purl else {
            return self.seen(String::new(), name, version, at, raw);
        };
        if !self.kinds.contains(purl.kind()) {
            self.kinds.insert(purl.kind().to_owned());
        }
        let purl = complete(purl, &version, &component.upstream);
        if needs_release(&purl) && self.system.is_none() {
            self.asset(at)?;
            self.held_bytes += name.len() + version.len() + 256;
            if self.held_bytes > self.options.limits.deferred {
                let limit = self.options.limits.deferred;
                let what = "what comes before the operating system it belongs to";
                return Err(ParseError::TooLarge { at: at.clone(), what, limit });
            }
            self.held.push(Held { at: at.clone(), purl, name, version });
            return Ok(());
        }
        let purl = self.with_release(purl);
        self.seen(purl.to_string(), name, version, at, raw)
    }

    fn seen(
        &mut self,
        purl: String,
        name: String,
        version: String,
        at: &Place,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        let (asset, vantage) = (self.asset(at)?, self.vantage.clone());
        let seen = ComponentSeen { asset, purl, name, version, locations: Vec::new(), vantage };
        self.out.observe(at, Observation::Component(seen), raw)
    }

    fn broken(&mut self, purl: &str) {
        self.broken.get_or_insert_with(|| (0, text::name(purl))).0 += 1;
    }

    fn with_release(&self, package: Purl) -> Purl {
        let Some((name, version)) = self.system.as_ref().filter(|_| needs_release(&package)) else {
            return package;
        };
        // A package of another family than the system's own was carried there: which release it is of is not known.
        if purl::kind(name).is_some_and(|(kind, _)| kind != package.kind()) {
            return package;
        }
        let value = if version.is_empty() { name.clone() } else { format!("{name}-{version}") };
        package.with_qualifier("distro", &value)
    }

    /// The document was read to its end: what it did not name is not there.
    pub(crate) fn finish(mut self) -> Result<Summary, ParseError> {
        if self.speaks_of_others && self.asset.is_none() {
            return Ok(self.out.end());
        }
        let asset = self.asset(&Place::default())?;
        for held in std::mem::take(&mut self.held) {
            let purl = self.with_release(held.purl).to_string();
            self.seen(purl, held.name, held.version, &held.at, None)?;
        }
        if self.system.is_some() && !self.told_system {
            self.observe_asset(&asset, &Place::default())?;
        }
        if let Some((count, first)) = self.broken.take() {
            let why = format!("the first is `{first}`; their components are known by name only");
            self.out.gap(format!("{count} package URLs that are none"), why);
        }
        match self.incomplete.take() {
            Some(why) => self.out.gap("the rest of the inventory", why),
            None if self.kinds.is_empty() => {}
            None => {
                let loci = Loci::Packages(std::mem::take(&mut self.kinds));
                let covered = Covered::new(asset, Checks::Only(BTreeSet::new()), loci);
                self.out.cover(covered.seen_from(&self.vantage));
            }
        }
        Ok(self.out.end())
    }
}

/// Whether a package is of a distribution and does not say of which release.
fn needs_release(purl: &Purl) -> bool {
    matches!(purl.kind(), "deb" | "rpm" | "apk" | "alpm") && purl.qualifier("distro").is_none()
}

/// Adds what stands beside a package URL, or in it under a name of a tool's own: its version, its source package, and the
/// epoch of a Debian version.
fn complete(mut purl: Purl, version: &str, upstream: &str) -> Purl {
    if purl.version().is_empty() {
        purl = purl.with_version(version);
    }
    let epoch = purl.qualifier("epoch").filter(|epoch| purl.kind() == "deb" && *epoch != "0");
    if let Some(epoch) = epoch
        && !purl.version().contains(':')
    {
        let whole = format!("{epoch}:{}", purl.version());
        purl = purl.with_version(&whole).with_qualifier("epoch", "");
    }
    if purl.qualifier("upstream").is_some() || !matches!(purl.kind(), "deb" | "rpm" | "apk") {
        return purl;
    }
    let source = match (upstream.trim(), purl.qualifier("source"), purl.qualifier("sourceversion")) {
        ("", None, _) => return purl,
        ("", Some(source), None) => source.to_owned(),
        ("", Some(source), Some(version)) => format!("{source}@{version}"),
        (upstream, ..) => upstream.to_owned(),
    };
    let (name, of) = source.split_once('@').unwrap_or((&source, ""));
    let own = match purl.qualifier("epoch").filter(|epoch| *epoch != "0") {
        Some(epoch) => format!("{epoch}:{}", purl.version()),
        None => purl.version().to_owned(),
    };
    let same_version = of.is_empty() || of == own;
    match (name == purl.name(), same_version) {
        (true, true) => purl,
        (_, true) => purl.with_qualifier("upstream", name),
        _ => purl.with_qualifier("upstream", &source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_folder_lay_is_no_name() {
        for (name, purl, asset) in [
            ("shop", "", Some("shop")),
            (".NET host", "", Some(".NET host")),
            (".", "", None),
            ("/src", "", None),
            ("../web", "", None),
            (".", "pkg:npm/shop@1", Some(".")),
        ] {
            let component = Component { name: name.into(), purl: purl.into(), ..Component::default() };
            let found = component.as_asset().map(|asset| asset.name);
            assert_eq!(found.as_deref(), asset, "{name} {purl}");
        }
    }

    #[test]
    fn what_stands_beside_a_url_goes_into_it() {
        for (given, version, upstream, whole) in [
            ("pkg:npm/a", "1", "", "pkg:npm/a@1"),
            ("pkg:deb/debian/a@1-1?epoch=2", "", "", "pkg:deb/debian/a@2:1-1"),
            (
                "pkg:deb/debian/libssl3@3.0-1",
                "",
                "openssl@3.0-1",
                "pkg:deb/debian/libssl3@3.0-1?upstream=openssl",
            ),
            ("pkg:deb/debian/a@1", "", "a@1", "pkg:deb/debian/a@1"),
            ("pkg:deb/debian/a@1+b1", "", "a@1", "pkg:deb/debian/a@1%2Bb1?upstream=a%401"),
            ("pkg:deb/ubuntu/libp@1?source=p", "", "", "pkg:deb/ubuntu/libp@1?source=p&upstream=p"),
            (
                "pkg:rpm/centos/a-libs@1-1?epoch=1",
                "",
                "a@1:1-1",
                "pkg:rpm/centos/a-libs@1-1?epoch=1&upstream=a",
            ),
            ("pkg:npm/a@1", "", "b", "pkg:npm/a@1"),
        ] {
            let purl = given.parse::<Purl>().unwrap();
            // A colon in a version is written as it is read: compare what is meant.
            let whole = whole.parse::<Purl>().unwrap();
            assert_eq!(complete(purl, version, upstream), whole, "{given}");
        }
    }
}
