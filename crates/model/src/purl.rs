//! Package URLs (<https://github.com/package-url/purl-spec>): the one way to name a piece of software.
//!
//! Tools write them carelessly, so reading is lenient; what comes out is always the canonical form: equal packages are
//! equal text.

use crate::Cpe;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// A package URL in canonical form. It always has a type and a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    kind: String,
    namespace: String,
    name: String,
    version: String,
    qualifiers: BTreeMap<String, String>,
    subpath: String,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurlError {
    /// It does not begin with `pkg:`.
    Scheme,
    /// The type is missing or has characters that a type cannot have.
    Type,
    /// It names nothing.
    Name,
}

impl fmt::Display for PurlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "a package URL begins with `pkg:`",
            Self::Type => "the package URL has no valid type after `pkg:`",
            Self::Name => "the package URL names no package",
        })
    }
}

impl std::error::Error for PurlError {}

impl Purl {
    /// A package by its type (`npm`), namespace (`@angular`, may be empty, parts separated by `/`) and name, each as
    /// people write it, not percent-encoded.
    ///
    /// # Errors
    /// [`PurlError::Type`] or [`PurlError::Name`].
    pub fn new(kind: &str, namespace: &str, name: &str) -> Result<Self, PurlError> {
        let kind = kind.trim().to_ascii_lowercase();
        if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b)) {
            return Err(PurlError::Type);
        }
        let mut purl = Self {
            namespace: segments(namespace, |_| true),
            name: name.trim().trim_matches('/').to_owned(),
            kind,
            version: String::new(),
            qualifiers: BTreeMap::new(),
            subpath: String::new(),
        };
        if purl.name.is_empty() {
            return Err(PurlError::Name);
        }
        purl.normalize();
        Ok(purl)
    }

    /// A package by the name its ecosystem gives it: `@angular/core`, `org.apache:log4j`, `github.com/pkg/errors`.
    ///
    /// # Errors
    /// As [`Purl::new`].
    pub fn of(kind: &str, full_name: &str) -> Result<Self, PurlError> {
        let full_name = full_name.trim();
        let (namespace, name) = match kind {
            "maven" => full_name.split_once(':').unwrap_or(("", full_name)),
            // A pod's name may have a slash: its subspec.
            "cocoapods" => ("", full_name),
            _ => full_name.rsplit_once('/').unwrap_or(("", full_name)),
        };
        Self::new(kind, namespace, name)
    }

    /// The same package in a version; an empty one takes it away.
    #[must_use]
    pub fn with_version(mut self, version: &str) -> Self {
        version.trim().clone_into(&mut self.version);
        self
    }

    /// The same package with a qualifier; an empty value takes it away.
    #[must_use]
    pub fn with_qualifier(mut self, key: &str, value: &str) -> Self {
        let key = key.trim().to_ascii_lowercase();
        if value.is_empty() || key.is_empty() {
            self.qualifiers.remove(&key);
        } else {
            self.qualifiers.insert(key, value.to_owned());
        }
        self
    }

    /// The same package with the CPE that a source knows it by, where no ecosystem owns its name (type `generic`): an
    /// ecosystem's own name tells more.
    #[must_use]
    pub fn with_cpe(self, cpe: &str) -> Self {
        let cpe = cpe.trim();
        if self.kind == "generic" && Cpe::parse(cpe).is_some() {
            self.with_qualifier("cpe", cpe)
        } else {
            self
        }
    }

    /// A product that is known by its CPE alone: under `name`, else the CPE's own, in the version that the CPE names, else
    /// `version`. `None` where it is no CPE.
    pub fn of_cpe(cpe: &str, name: &str, version: &str) -> Option<Self> {
        let named = Cpe::parse(cpe)?;
        let purl = Self::of("generic", name).or_else(|_| Self::new("generic", "", named.product())).ok()?;
        let version =
            if version.trim().is_empty() { named.version().unwrap_or_default() } else { version.to_owned() };
        Some(purl.with_version(&version).with_cpe(cpe))
    }

    /// Type, in lower case: `deb`, `npm`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Namespace, parts separated by `/`; may be empty.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version; empty where none is given.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The value of a qualifier.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.get(key).map(String::as_str)
    }

    /// All qualifiers, by key.
    pub fn qualifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.qualifiers.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The path within the package; may be empty.
    pub fn subpath(&self) -> &str {
        &self.subpath
    }

    /// The name as its ecosystem writes it, the inverse of [`Purl::of`]: `@angular/core`, `org.apache:log4j`. Of a
    /// distribution's package the name alone, since its namespace is the vendor.
    pub fn full_name(&self) -> String {
        if self.namespace.is_empty() || matches!(self.kind.as_str(), "deb" | "rpm" | "apk" | "alpm") {
            return self.name.clone();
        }
        let between = if self.kind == "maven" { ':' } else { '/' };
        format!("{}{between}{}", self.namespace, self.name)
    }

    /// The package without version, qualifiers and subpath: what stays the same when it is upgraded.
    #[must_use]
    pub fn package(&self) -> Self {
        let (version, subpath, qualifiers) = Default::default();
        Self {
            kind: self.kind.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            version,
            qualifiers,
            subpath,
        }
    }

    /// Whether what is said of this URL is said of the package `other`: the same package, and what this one names of
    /// version, qualifiers and subpath is the same there (OpenVEX, "Product matching").
    pub fn covers(&self, other: &Self) -> bool {
        (&self.kind, &self.namespace, &self.name) == (&other.kind, &other.namespace, &other.name)
            && (self.version.is_empty() || self.version == other.version)
            && (self.subpath.is_empty() || self.subpath == other.subpath)
            && self.qualifiers.iter().all(|(key, value)| other.qualifiers.get(key) == Some(value))
    }

    /// The names under which to look for the package, [folded](fold): its own, and its other one, of its source package or
    /// in its CPE (empty where it has none). Equal packages have equal keys; different ones may share one.
    pub fn search_keys(&self) -> (String, String) {
        let source = self.qualifier("upstream").and_then(|source| source.split('@').next());
        let product = || self.qualifier("cpe").and_then(Cpe::parse).map(|cpe| fold(&cpe.package()));
        (fold(&self.name), source.map(fold).or_else(product).unwrap_or_default())
    }

    /// Applies what the specification says of the types (`types-doc`): which parts have no case, and PyPI's `_`.
    fn normalize(&mut self) {
        match self.kind.as_str() {
            "pypi" => self.name = self.name.to_lowercase().replace('_', "-"),
            "deb" | "apk" | "alpm" | "github" | "bitbucket" | "composer" | "golang" | "hex" | "pub" => {
                self.namespace = self.namespace.to_lowercase();
                self.name = self.name.to_lowercase();
            }
            "rpm" => self.namespace = self.namespace.to_lowercase(),
            _ => {}
        }
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for part in self.namespace.split('/').filter(|part| !part.is_empty()) {
            encode(f, part, ":")?;
            f.write_char('/')?;
        }
        encode(f, &self.name, ":")?;
        if !self.version.is_empty() {
            f.write_char('@')?;
            encode(f, &self.version, ":")?;
        }
        for (n, (key, value)) in self.qualifiers.iter().enumerate() {
            f.write_char(if n == 0 { '?' } else { '&' })?;
            encode(f, key, "")?;
            f.write_char('=')?;
            encode(f, value, ":/,")?;
        }
        if !self.subpath.is_empty() {
            f.write_char('#')?;
            encode(f, &self.subpath, ":/")?;
        }
        Ok(())
    }
}

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        let text = text.trim();
        let scheme = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("pkg:"));
        let rest = scheme.map(|_| text[4..].trim_start_matches('/')).ok_or(PurlError::Scheme)?;
        let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (kind, path) = rest.split_once('/').ok_or(PurlError::Name)?;
        let path = path.trim_matches('/');
        // An `@` before the last `/`, or as its first letter, belongs to an npm scope that was not encoded.
        let last = path.rfind('/').map_or(0, |slash| slash + 1);
        let at = path[last..].find('@').map(|at| last + at).filter(|at| *at > last);
        let (path, version) = at.map_or((path, ""), |at| (&path[..at], &path[at + 1..]));
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut purl = Self::new(kind, &decode_parts(namespace), &decode(name))?;
        purl = purl.with_version(&decode(version));
        for (key, value) in qualifiers.split('&').filter_map(|pair| pair.split_once('=')) {
            purl = purl.with_qualifier(&decode(key), &decode(value));
        }
        purl.subpath = segments(&decode(subpath), |part| part != "." && part != "..");
        Ok(purl)
    }
}

impl Serialize for Purl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Purl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A package's name in the form under which it is looked for: the part after the last `/` or `:`, in lower case, with one
/// `-` for each run of what ecosystems hold for equal.
pub fn fold(name: &str) -> String {
    let last = name.rsplit(['/', ':']).next().unwrap_or(name);
    let mut folded = String::with_capacity(last.len());
    for c in last.trim_end_matches(".git").chars().flat_map(char::to_lowercase) {
        match c {
            '-' | '_' | '.' if folded.ends_with('-') => {}
            '-' | '_' | '.' => folded.push('-'),
            c => folded.push(c),
        }
    }
    folded
}

/// The parts between slashes that are not empty and wanted.
fn segments(path: &str, wanted: impl Fn(&str) -> bool) -> String {
    let parts = path.split('/').map(str::trim).filter(|part| !part.is_empty() && wanted(part));
    parts.collect::<Vec<_>>().join("/")
}

fn decode_parts(path: &str) -> String {
    path.split('/').map(decode).collect::<Vec<_>>().join("/")
}

/// Percent-decodes; a `%` that begins no escape stands for itself, and what is no UTF-8 is replaced. Control characters
/// are dropped: no package has them, and a terminal might obey them.
fn decode(text: &str) -> String {
    let hex = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape = match bytes.get(at + 1..at + 3) {
            Some([high, low]) if *byte == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    let decoded =
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    if decoded.contains(char::is_control) { decoded.replace(char::is_control, "") } else { decoded }
}

/// Percent-encodes all but letters, digits, `.-_~` and what `also` names.
fn encode(f: &mut fmt::Formatter<'_>, text: &str, also: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) || also.as_bytes().contains(&byte) {
            f.write_char(char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_canonical_form() {
        for (given, canonical) in [
            (
                "pkg:deb/debian/openssl@3.0.11-1?distro=debian-12&arch=amd64",
                "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12",
            ),
            (" pkg://NPM/@angular/core@1.0.0 ", "pkg:npm/%40angular/core@1.0.0"),
            ("pkg:npm/%40angular/core@1.0.0", "pkg:npm/%40angular/core@1.0.0"),
            ("pkg:npm/@scope/name", "pkg:npm/%40scope/name"),
            ("pkg:pypi/Django_X@1.0", "pkg:pypi/django-x@1.0"),
            ("pkg:golang/github.com/Foo/Bar@v1.2.0#api/../v2", "pkg:golang/github.com/foo/bar@v1.2.0#api/v2"),
            ("pkg:deb/debian/libstdc++6@12.2.0-14+b1", "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bb1"),
            ("pkg:rpm/RedHat/bind@9.16?epoch=32&empty=", "pkg:rpm/redhat/bind@9.16?epoch=32"),
            ("pkg:maven/org.apache//log4j@2.14.1", "pkg:maven/org.apache/log4j@2.14.1"),
            ("pkg:generic/a%20b%07", "pkg:generic/a%20b"),
            ("pkg:generic/100%", "pkg:generic/100%25"),
        ] {
            assert_eq!(given.parse::<Purl>().map(|p| p.to_string()).as_deref(), Ok(canonical), "{given}");
        }
        for (given, error) in [
            ("openssl", PurlError::Scheme),
            ("", PurlError::Scheme),
            ("pkg:npm", PurlError::Name),
            ("pkg:npm/", PurlError::Name),
            ("pkg:/x", PurlError::Name),
            ("pkg:n!pm/x", PurlError::Type),
        ] {
            assert_eq!(given.parse::<Purl>(), Err(error), "{given}");
        }
    }

    #[test]
    fn full_names() {
        for (kind, name, purl) in [
            ("npm", "@angular/core", "pkg:npm/%40angular/core"),
            ("maven", "org.apache:log4j", "pkg:maven/org.apache/log4j"),
            ("golang", "github.com/pkg/errors", "pkg:golang/github.com/pkg/errors"),
            ("pypi", "requests", "pkg:pypi/requests"),
            ("cocoapods", "GoogleUtilities/NSData", "pkg:cocoapods/GoogleUtilities%2FNSData"),
        ] {
            let built = Purl::of(kind, name).unwrap();
            assert_eq!(built.to_string(), purl);
            assert_eq!(built.full_name(), name);
        }
        let debian = Purl::new("deb", "debian", "curl").unwrap();
        assert_eq!(debian.full_name(), "curl");
    }

    #[test]
    fn what_is_said_of_one_is_said_of_what_it_covers() {
        let whole = "pkg:deb/debian/a@1?arch=amd64&distro=debian-12";
        for (said, covers) in [
            ("pkg:deb/debian/a", true),
            ("pkg:deb/debian/a@1", true),
            ("pkg:deb/debian/a@2", false),
            ("pkg:deb/debian/a?distro=debian-12", true),
            ("pkg:deb/debian/a@1?arch=arm64", false),
            ("pkg:deb/debian/a@1#sub", false),
            ("pkg:deb/ubuntu/a", false),
            ("pkg:deb/debian/b", false),
            (whole, true),
        ] {
            let [said, other] = [said, whole].map(|text| text.parse::<Purl>().unwrap());
            assert_eq!(said.covers(&other), covers, "{said}");
        }
    }

    #[test]
    fn keys_to_look_by() {
        let keys = |purl: &str| purl.parse::<Purl>().unwrap().search_keys();
        assert_eq!(keys("pkg:pypi/Zope.Interface__x"), ("zope-interface-x".into(), String::new()));
        assert_eq!(
            keys("pkg:deb/debian/libssl3?upstream=openssl%403.0"),
            ("libssl3".into(), "openssl".into())
        );
        assert_eq!(
            keys("pkg:generic/httpd?cpe=cpe:2.3:a:apache:http_server:2.4"),
            ("httpd".into(), "http-server".into())
        );
        assert_eq!(fold("org.apache:log4j-core"), "log4j-core");
        assert_eq!(fold("github.com/Apple/swift-nio.git"), "swift-nio");
    }

    #[test]
    fn products_by_cpe() {
        let of = |cpe, name, version| Purl::of_cpe(cpe, name, version).map(|purl| purl.to_string());
        let nginx = "cpe:/a:f5:nginx:1.18";
        for (name, version, purl) in [
            ("Nginx web", "1.18.0", "pkg:generic/Nginx%20web@1.18.0?cpe=cpe:/a:f5:nginx:1.18"),
            ("", "", "pkg:generic/nginx@1.18?cpe=cpe:/a:f5:nginx:1.18"),
        ] {
            assert_eq!(of(nginx, name, version).as_deref(), Some(purl));
        }
        assert_eq!(of("nginx", "nginx", "1"), None);
        let with = |purl: &str| purl.parse::<Purl>().unwrap().with_cpe(nginx).to_string();
        assert_eq!(with("pkg:generic/n@1"), "pkg:generic/n@1?cpe=cpe:/a:f5:nginx:1.18");
        assert_eq!(with("pkg:npm/n@1"), "pkg:npm/n@1");
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(text in "pkg:[a-z]{1,3}/[a-zA-Z%@/:+ .\u{e9}\u{0}-\u{1f}]{0,20}(@[a-z0-9.%+~]{0,6})?(\\?[a-z=&%/]{0,9})?(#[a-z./%]{0,9})?") {
            if let Ok(purl) = text.parse::<Purl>() {
                prop_assert_eq!(purl.to_string().parse::<Purl>(), Ok(purl));
            }
        }
    }
}
