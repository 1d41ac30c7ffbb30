//! An asset's software and what is known to be wrong with it, as the writers need it.

use bartizan_model::{AssetKind, Identifier, IdentifierKind, Purl, Severity, Timestamp};
use std::collections::BTreeMap;

/// All that a document says.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// The asset.
    pub subject: Subject,
    /// When the facts are of.
    pub as_of: Timestamp,
    /// The software on it; [`Bill::tidy`] sorts it.
    pub parts: Vec<Part>,
    /// Weaknesses of it; empty where they are not asked for.
    pub vulnerabilities: Vec<Vulnerability>,
}

/// The asset that a document describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is.
    pub kind: AssetKind,
    /// Its name for people.
    pub name: String,
    /// What names it.
    pub identifiers: Vec<Identifier>,
    /// Its operating system, in a source's words.
    pub os: Option<String>,
    /// What ties it to other assets.
    pub links: Vec<Link>,
}

/// A fact that ties the asset to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The verb (`runs_on`), and whether the asset is its subject.
    pub verb: (String, bool),
    /// The kind of the other asset.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A piece of software.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Name.
    pub name: String,
    /// Version; may be empty.
    pub version: String,
    /// Package URL with version; may be empty.
    pub purl: String,
}

/// A weakness of the asset, and what was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Vulnerability {
    /// Its key: a CVE where there is one.
    pub id: String,
    /// Other public ids.
    pub aliases: Vec<String>,
    /// The highest severity that a source reports.
    pub severity: Severity,
    /// A CVSS vector that a source gave.
    pub cvss: Option<String>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// One line.
    pub title: String,
    /// The packages it is in, without version; empty where the asset as a whole has it.
    pub packages: Vec<String>,
    /// What is held of it.
    pub state: State,
    /// Why, in the words of who decided; empty where nobody did.
    pub reason: String,
    /// When that was decided, or when it was last seen.
    pub at: Timestamp,
}

/// What is held of a weakness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Seen, and nobody judged it yet.
    Open,
    /// It is there, and lived with.
    Accepted,
    /// It is not there.
    FalsePositive,
    /// It cannot be used there.
    NotAffected,
    /// It was there and is proven gone.
    Fixed,
}

/// The justifications of OpenVEX, and what CycloneDX calls them.
const JUSTIFICATIONS: [(&str, &str); 5] = [
    ("component_not_present", "code_not_present"),
    ("vulnerable_code_not_present", "code_not_present"),
    ("vulnerable_code_not_in_execute_path", "code_not_reachable"),
    ("vulnerable_code_cannot_be_controlled_by_adversary", "requires_environment"),
    ("inline_mitigations_already_exist", "protected_by_mitigating_control"),
];

impl Vulnerability {
    /// The justification that the reason names, as OpenVEX and as CycloneDX call it.
    pub(crate) fn justification(&self) -> Option<(&'static str, &'static str)> {
        let reason = self.reason.to_lowercase().replace([' ', '-'], "_");
        // OpenVEX' words hold CycloneDX' in them, so they are looked for first.
        let open = JUSTIFICATIONS.into_iter().find(|(open, _)| reason.contains(open));
        open.or_else(|| JUSTIFICATIONS.into_iter().find(|(_, cyclone)| reason.contains(cyclone)))
    }
}

impl Bill {
    /// Sorts what has no order and drops what stands twice, so that equal facts are equal documents.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        // Sources write the version of one package differently, its URL alike: the longest says most (`1.2-3` of `1.2`).
        self.parts.sort_by(|a, b| {
            (&a.name, &a.purl, std::cmp::Reverse(a.version.len()), &a.version).cmp(&(
                &b.name,
                &b.purl,
                std::cmp::Reverse(b.version.len()),
                &b.version,
            ))
        });
        self.parts.dedup_by(|a, b| a == b || (!a.purl.is_empty() && a.purl == b.purl && a.name == b.name));
        self.parts.sort();
        self.subject.identifiers.sort();
        self.subject.links.sort();
        self.subject.links.dedup();
        for each in &mut self.vulnerabilities {
            each.aliases.sort();
            each.aliases.dedup();
            each.aliases.retain(|alias| *alias != each.id);
            each.packages.sort();
            each.packages.dedup();
        }
        self.vulnerabilities.sort_by(|a, b| (&a.id, &a.packages, a.at).cmp(&(&b.id, &b.packages, b.at)));
        self
    }

    /// A reference for each part: its package URL, else its name; with a number where that is taken.
    pub(crate) fn references(&self) -> Vec<String> {
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let mut references = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let own = if part.purl.is_empty() {
                format!("{}@{}", part.name, part.version)
            } else {
                part.purl.clone()
            };
            let count = taken.entry(own.clone()).or_insert(0);
            *count += 1;
            references.push(if *count == 1 { own } else { format!("{own}#{count}") });
        }
        references
    }
}

impl Subject {
    /// The package URL by which others know the asset: its own, or that of the image that it is.
    pub(crate) fn purl(&self) -> Option<Purl> {
        let of = |kind| self.identifiers.iter().find(|it| it.kind == kind).map(|it| it.value.as_str());
        if let Some(purl) = of(IdentifierKind::Purl) {
            return purl.parse().ok();
        }
        let images = self.identifiers.iter().filter(|it| it.kind == IdentifierKind::Image);
        let image = images.map(|it| it.value.as_str()).find(|image| !image.starts_with("sha256:"))?;
        let slash = image.rfind('/').map_or(0, |at| at + 1);
        let colon = image[slash..].find([':', '@']).map_or(image.len(), |at| slash + at);
        let (path, tag) = (&image[..colon], image[colon..].trim_start_matches([':', '@']));
        let purl = Purl::new("oci", "", &path[slash..].to_lowercase()).ok()?;
        let purl = purl.with_qualifier("repository_url", path);
        Some(if tag.starts_with("sha256:") {
            purl.with_version(tag)
        } else {
            purl.with_qualifier("tag", tag)
        })
    }
}

/// A UUID (version 8, RFC 9562) from content.
pub(crate) fn uuid(content: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(content).as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A point in time to the second, as the formats want it.
pub(crate) fn seconds(at: Timestamp) -> String {
    Timestamp::from_seconds(at.micros().div_euclid(1_000_000)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_one_and_comes_from_the_content() {
        let one = uuid(b"a");
        assert_eq!(one, uuid(b"a"));
        assert_ne!(one, uuid(b"b"));
        assert_eq!((one.len(), one.as_bytes()[14], one.matches('-').count()), (36, b'8', 4));
        assert!(b"89ab".contains(&one.as_bytes()[19]), "{one}");
        assert_eq!(seconds(Timestamp::from_micros(1_700_000_000_900_000)), "2023-11-14T22:13:20Z");
    }

    #[test]
    fn an_image_has_a_package_url() {
        let subject = |value: &str| Subject {
            kind: AssetKind::ContainerImage,
            name: String::new(),
            identifiers: vec![Identifier { kind: IdentifierKind::Image, value: value.into() }],
            os: None,
            links: Vec::new(),
        };
        let purl = |value| subject(value).purl().unwrap().to_string();
        assert_eq!(
            purl("registry.example.org:5000/ward/board:3"),
            "pkg:oci/board?repository_url=registry.example.org:5000/ward/board&tag=3"
        );
        assert_eq!(purl("a.example/b@sha256:00"), "pkg:oci/b@sha256:00?repository_url=a.example/b");
    }
}
