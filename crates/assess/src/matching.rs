//! Matches software to advisories: does this package, in this version, carry a known weakness?
//!
//! A distribution judges its own packages: what it says of its source package in its release counts, never an upstream
//! range. A CPE is asked only about what no ecosystem owns, and what it finds is of low confidence. Where an ecosystem has no advisories loaded, a version cannot be read, or nobody owns the name, the answer is
//! [`Basis::Unknown`] with the reason, and silence means nothing.

use bartizan_advisory::ecosystem::Ecosystem;
use bartizan_advisory::index::{AdvisoryRef, Index, Rule};
use bartizan_advisory::record::Verdict;
use bartizan_advisory::version::Scheme;
use bartizan_model::{Cpe, Purl, Severity};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Matches packages against one index. It remembers which weaknesses an advisory is about: keep it for many packages.
pub struct Matcher<'a> {
    index: &'a Index,
    weaknesses: HashMap<AdvisoryRef, Rc<[String]>>,
}

/// What is known of a package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The weaknesses that it carries, by key.
    pub matches: Vec<Match>,
    /// Weaknesses that a range alone would give it, and who says that it does not have them.
    pub silenced: Vec<Silenced>,
    /// What the absence of a match means.
    pub basis: Basis,
}

/// What the absence of a match means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The advisories of its ecosystem are there and its version was read: what was not found is not known.
    Known(Ecosystem),
    /// Nothing: why.
    Unknown(String),
}

impl Default for Basis {
    fn default() -> Self {
        Self::Unknown("it was not looked at".to_owned())
    }
}

/// A weakness that a package carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The weakness' key: a CVE where there is one.
    pub weakness: String,
    /// Who says so, each with the range that decided.
    pub assertions: Vec<Assertion>,
    /// Versions that repair it, as the asserters name them, each once.
    pub fixed: Vec<String>,
}

/// One advisory that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The advisory.
    pub at: AdvisoryRef,
    /// Its id.
    pub id: String,
    /// The feed it came from.
    pub feed: String,
    /// The range that the version lies in: `>= 1.0, < 1.2.3`.
    pub range: String,
    /// What the source says: affected, and whether a fix will come.
    pub verdict: Verdict,
    /// How bad the source says it is.
    pub severity: Severity,
    /// Why this advisory was asked.
    pub rule: Rationale,
}

/// Why an advisory was asked about a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rationale {
    /// It names the package in its ecosystem.
    Package,
    /// It names the source package that the distribution built the package from.
    SourcePackage,
    /// It names the package in the release of another distribution that this one is rebuilt from.
    RebuiltFrom,
    /// It names the product by the CPE that a source gave the software.
    Cpe,
}

impl Rationale {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Package => "the advisory names this package",
            Self::SourcePackage => "the advisory names the source package it is built from",
            Self::RebuiltFrom => "the advisory is of the distribution that this one is rebuilt from",
            Self::Cpe => {
                "low confidence: only the CPE that a source gave it ties it to the advisory, and nobody owns those names"
            }
        }
    }

    /// How sure a match is that rests on it: `low`, or nothing where it is as sure as the advisory.
    pub const fn confidence(self) -> &'static str {
        match self {
            Self::Cpe => "low",
            Self::Package | Self::SourcePackage | Self::RebuiltFrom => "",
        }
    }
}

/// A weakness that a package does not carry although a range names its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silenced {
    /// The weakness' key.
    pub weakness: String,
    /// The advisory that says so.
    pub by: String,
}

/// Families whose advisories name source packages; the others name what is installed.
const BY_SOURCE: [&str; 10] = [
    "debian",
    "ubuntu",
    "ubuntu-pro",
    "alpine",
    "wolfi",
    "chainguard",
    "minimos",
    "photon",
    "azurelinux",
    "mariner",
];

/// The name and version under which advisories speak of a package.
struct Alias<'p> {
    ecosystem: Ecosystem,
    name: String,
    version: Cow<'p, str>,
    rule: Rationale,
}

impl<'a> Matcher<'a> {
    /// A matcher over an index.
    pub fn new(index: &'a Index) -> Self {
        Self { index, weaknesses: HashMap::new() }
    }

    /// Judges one package by its URL.
    pub fn judge(&mut self, purl: &Purl) -> Judgement {
        match self.try_judge(purl) {
            Ok(judgement) => judgement,
            Err(why) => Judgement { basis: Basis::Unknown(why), ..Judgement::default() },
        }
    }

    fn try_judge(&mut self, purl: &Purl) -> Result<Judgement, String> {
        let ecosystem = match (Ecosystem::of(purl), purl.kind()) {
            (Some(ecosystem), _) => ecosystem,
            (None, "deb" | "rpm" | "apk") => {
                return Err("the package does not say which distribution it is of".to_owned());
            }
            (None, _) if purl.qualifier("cpe").is_some() => Ecosystem::cpe(),
            (None, kind) => return Err(format!("no advisories are about packages of the type `{kind}`")),
        };
        let alias = match purl.version() {
            _ if ecosystem == Ecosystem::cpe() => self.product(purl)?,
            "" => return Err("the version is not known".to_owned()),
            _ => self.alias(purl, &ecosystem)?,
        };
        let scheme = Scheme::of_ecosystem(alias.ecosystem.family()).unwrap_or(Scheme::Generic);
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        let mut key = None;
        for (at, rule) in self.index.rules(&alias.ecosystem, &alias.name) {
            if !applies(&rule, purl) {
                continue;
            }
            // Only a package that an advisory names has its version read: the others cost a look-up.
            let key = match &mut key {
                Some(key) => key,
                none => none.insert(scheme.key(&alias.version).map_err(|error| {
                    format!("its version `{}` cannot be compared: {error}", alias.version)
                })?),
            };
            if rule.contains(key.as_bytes()) {
                self.add(&mut found, at, rule, alias.rule);
            }
        }
        let (mut matches, mut silenced) = (Vec::new(), Vec::new());
        for (weakness, found) in found {
            match found.denied_by {
                Some(by) => silenced.push(Silenced { weakness, by }),
                None => matches.push(Match { weakness, assertions: found.assertions, fixed: found.fixed }),
            }
        }
        Ok(Judgement { matches, silenced, basis: Basis::Known(ecosystem) })
    }

    /// The name under which advisories speak of a product by its CPE.
    fn product<'p>(&self, purl: &'p Purl) -> Result<Alias<'p>, String> {
        let cpe = purl.qualifier("cpe").and_then(Cpe::parse).ok_or("its CPE names no product")?;
        if let Some(distribution) = Ecosystem::of_cpe(&cpe) {
            return Err(format!(
                "{distribution} judges its packages one by one, not by the CPE of the whole"
            ));
        }
        let ecosystem = Ecosystem::cpe();
        if !self.index.knows(&ecosystem) {
            return Err("no advisories that name products by CPE are loaded".to_owned());
        }
        let version: Cow<'p, str> = cpe.version().map_or_else(|| purl.version().into(), Into::into);
        if version.is_empty() {
            return Err("the version is not known".to_owned());
        }
        Ok(Alias { name: cpe.package(), ecosystem, version, rule: Rationale::Cpe })
    }

    /// The name under which advisories speak of the package, in an ecosystem that the index knows.
    fn alias<'p>(&self, purl: &'p Purl, ecosystem: &Ecosystem) -> Result<Alias<'p>, String> {
        let (ecosystem, rebuilt) = match ecosystem.family() {
            _ if self.index.knows(ecosystem) => (ecosystem.clone(), false),
            "centos" => {
                (Ecosystem::distribution("redhat", ecosystem.release()).unwrap_or_else(Ecosystem::cpe), true)
            }
            _ => (ecosystem.clone(), false),
        };
        if !self.index.knows(&ecosystem) {
            return Err(format!("no advisories of {ecosystem} are loaded"));
        }
        let epoch = purl.qualifier("epoch").filter(|epoch| purl.kind() == "rpm" && *epoch != "0");
        let version = match epoch {
            Some(epoch) => format!("{epoch}:{}", purl.version()).into(),
            None => purl.version().into(),
        };
        let rule = if rebuilt { Rationale::RebuiltFrom } else { Rationale::Package };
        let upstream = purl.qualifier("upstream").filter(|_| BY_SOURCE.contains(&ecosystem.family()));
        Ok(match upstream {
            None => Alias { name: ecosystem.normal_name(&purl.full_name()), ecosystem, version, rule },
            Some(source) => {
                let (name, source_version) = source.split_once('@').unwrap_or((source, ""));
                let version = if source_version.is_empty() { version } else { source_version.into() };
                Alias {
                    name: ecosystem.normal_name(name),
                    ecosystem,
                    version,
                    rule: Rationale::SourcePackage,
                }
            }
        })
    }

    fn add(
        &mut self,
        found: &mut BTreeMap<String, Found>,
        at: AdvisoryRef,
        rule: Rule<'_>,
        rationale: Rationale,
    ) {
        let index = self.index;
        let weaknesses = self.weaknesses.entry(at).or_insert_with(|| index.weaknesses(at).keys.into());
        for weakness in weaknesses.iter() {
            let found = found.entry(weakness.clone()).or_default();
            if rule.verdict() == Verdict::NotAffected {
                found.denied_by.get_or_insert_with(|| index.id(at).to_owned());
                continue;
            }
            if found.assertions.iter().any(|known| known.at == at) {
                continue;
            }
            if let Some(fixed) = rule.fixed().filter(|fixed| !found.fixed.iter().any(|known| known == fixed))
            {
                found.fixed.push(fixed.to_owned());
            }
            found.assertions.push(Assertion {
                at,
                id: index.id(at).to_owned(),
                feed: index.feed(at).to_owned(),
                range: rule.words().to_owned(),
                verdict: rule.verdict(),
                severity: index.severity(at),
                rule: rationale,
            });
        }
    }
}

/// What is gathered of one weakness.
#[derive(Default)]
struct Found {
    assertions: Vec<Assertion>,
    fixed: Vec<String>,
    denied_by: Option<String>,
}

/// Whether a rule is about a package of this architecture and module.
fn applies(rule: &Rule<'_>, purl: &Purl) -> bool {
    let arch = purl.qualifier("arch").unwrap_or_default();
    let module = purl.qualifier("rpmmod").unwrap_or_default();
    // `nodejs:18:8080020221213:...` is of the stream `nodejs:18`.
    let stream = module.match_indices(':').nth(1).map_or(module, |(end, _)| &module[..end]);
    (rule.arch().is_empty() || arch.is_empty() || rule.arch() == arch) && rule.module() == stream
}

#[cfg(test)]
mod tests;
