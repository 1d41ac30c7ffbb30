//! What people and formats call the orders: OSV's ecosystems, package URL types, distributions, tools.

use super::Scheme;

/// The ecosystems of OSV's schema (`ecosystem` of `affected.package`), in lower case, without their release.
const ECOSYSTEMS: &[(&str, Scheme)] = &[
    ("almalinux", Scheme::Rpm),
    ("alpaquita", Scheme::Apk),
    ("alpine", Scheme::Apk),
    ("android", Scheme::Generic),
    ("azure linux", Scheme::Rpm),
    ("bellsoft hardened containers", Scheme::Apk),
    ("bioconductor", Scheme::Cran),
    ("bitnami", Scheme::Bitnami),
    ("chainguard", Scheme::Apk),
    ("cleanstart", Scheme::Apk),
    ("conancenter", Scheme::Semver),
    ("cran", Scheme::Cran),
    ("crates.io", Scheme::Semver),
    ("debian", Scheme::Dpkg),
    ("echo", Scheme::Dpkg),
    ("freebsd", Scheme::Generic),
    ("ghc", Scheme::Hackage),
    ("github actions", Scheme::Semver),
    ("go", Scheme::Go),
    ("hackage", Scheme::Hackage),
    ("hex", Scheme::Semver),
    ("julia", Scheme::Pub),
    ("kubernetes", Scheme::Semver),
    ("linux", Scheme::Generic),
    ("mageia", Scheme::Rpm),
    ("maven", Scheme::Maven),
    ("minimos", Scheme::Apk),
    ("npm", Scheme::Npm),
    ("nuget", Scheme::Nuget),
    ("opam", Scheme::Dpkg),
    ("openeuler", Scheme::Rpm),
    ("opensuse", Scheme::Rpm),
    ("oss-fuzz", Scheme::Generic),
    ("packagist", Scheme::Composer),
    ("photon os", Scheme::Rpm),
    ("pub", Scheme::Pub),
    ("pypi", Scheme::Pep440),
    ("red hat", Scheme::Rpm),
    ("rocky linux", Scheme::Rpm),
    ("rubygems", Scheme::Gem),
    ("suse", Scheme::Rpm),
    ("swifturl", Scheme::Semver),
    ("ubuntu", Scheme::Dpkg),
    ("vscode", Scheme::Semver),
    ("wolfi", Scheme::Apk),
];

/// The types of package URLs.
const PURL_TYPES: &[(&str, Scheme)] = &[
    ("alpm", Scheme::Pacman),
    ("apk", Scheme::Apk),
    ("bitbucket", Scheme::Generic),
    ("bitnami", Scheme::Bitnami),
    ("cargo", Scheme::Semver),
    ("cocoapods", Scheme::Semver),
    ("composer", Scheme::Composer),
    ("conan", Scheme::Semver),
    ("conda", Scheme::Conda),
    ("cpan", Scheme::Generic),
    ("cran", Scheme::Cran),
    ("deb", Scheme::Dpkg),
    ("ebuild", Scheme::Portage),
    ("elm", Scheme::Semver),
    ("gem", Scheme::Gem),
    ("generic", Scheme::Generic),
    ("github", Scheme::Generic),
    ("githubactions", Scheme::Semver),
    ("gitlab", Scheme::Generic),
    ("golang", Scheme::Go),
    ("hackage", Scheme::Hackage),
    ("hex", Scheme::Semver),
    ("julia", Scheme::Pub),
    ("luarocks", Scheme::Generic),
    ("maven", Scheme::Maven),
    ("npm", Scheme::Npm),
    ("nuget", Scheme::Nuget),
    ("opam", Scheme::Dpkg),
    ("pear", Scheme::Composer),
    ("pub", Scheme::Pub),
    ("pypi", Scheme::Pep440),
    ("rpm", Scheme::Rpm),
    ("swift", Scheme::Semver),
    ("vscode-extension", Scheme::Semver),
    ("yocto", Scheme::Generic),
];

/// What else people say: distributions (as `ID` of os-release too), tools, languages, the words of advisories.
const OTHERS: &[(&str, Scheme)] = &[
    ("alinux", Scheme::Rpm),
    ("alma", Scheme::Rpm),
    ("alpine linux", Scheme::Apk),
    ("amazon", Scheme::Rpm),
    ("amazon linux", Scheme::Rpm),
    ("amzn", Scheme::Rpm),
    ("anolis", Scheme::Rpm),
    ("arch", Scheme::Pacman),
    ("arch linux", Scheme::Pacman),
    ("cbl-mariner", Scheme::Rpm),
    ("centos", Scheme::Rpm),
    ("centos stream", Scheme::Rpm),
    ("crates", Scheme::Semver),
    ("custom", Scheme::Generic),
    ("dart", Scheme::Pub),
    ("dotnet", Scheme::Nuget),
    ("elixir", Scheme::Semver),
    ("erlang", Scheme::Semver),
    ("euleros", Scheme::Rpm),
    ("fedora", Scheme::Rpm),
    ("fuzzy", Scheme::Generic),
    ("gentoo", Scheme::Portage),
    ("gsd", Scheme::Generic),
    ("haskell", Scheme::Hackage),
    ("java", Scheme::Maven),
    ("javascript", Scheme::Npm),
    ("jdk", Scheme::Jvm),
    ("jre", Scheme::Jvm),
    ("kali", Scheme::Dpkg),
    ("kb", Scheme::Generic),
    ("manjaro", Scheme::Pacman),
    ("mariner", Scheme::Rpm),
    ("node", Scheme::Npm),
    ("nodejs", Scheme::Npm),
    ("opensuse leap", Scheme::Rpm),
    ("opensuse tumbleweed", Scheme::Rpm),
    ("oracle", Scheme::Rpm),
    ("oracle linux", Scheme::Rpm),
    ("ol", Scheme::Rpm),
    ("pep 440", Scheme::Pep440),
    ("photon", Scheme::Rpm),
    ("php", Scheme::Composer),
    ("pip", Scheme::Pep440),
    ("postmarketos", Scheme::Apk),
    ("python", Scheme::Pep440),
    ("r", Scheme::Cran),
    ("raspbian", Scheme::Dpkg),
    ("red hat enterprise linux", Scheme::Rpm),
    ("rhel", Scheme::Rpm),
    ("rocky", Scheme::Rpm),
    ("ruby", Scheme::Gem),
    ("rust", Scheme::Semver),
    ("semantic", Scheme::Semver),
    ("sle", Scheme::Rpm),
    ("sled", Scheme::Rpm),
    ("sles", Scheme::Rpm),
    ("stdlib", Scheme::Go),
    ("suse linux enterprise", Scheme::Rpm),
    ("swiftpm", Scheme::Semver),
    ("toolchain", Scheme::Go),
    ("wordpress", Scheme::Composer),
];

impl Scheme {
    /// The word for the order, which [`Self::from_name`] reads back.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dpkg => "dpkg",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Portage => "portage",
            Self::Pacman => "pacman",
            Self::Semver => "semver",
            Self::Npm => "npm",
            Self::Go => "go",
            Self::Pub => "pub",
            Self::Nuget => "nuget",
            Self::Bitnami => "bitnami",
            Self::Pep440 => "pep440",
            Self::Maven => "maven",
            Self::Gem => "gem",
            Self::Composer => "composer",
            Self::Conda => "conda",
            Self::Cran => "cran",
            Self::Hackage => "hackage",
            Self::Jvm => "jvm",
            Self::Generic => "generic",
        }
    }

    /// The order of an ecosystem of OSV, with its release or without: `Debian:12`, `crates.io`.
    pub fn of_ecosystem(ecosystem: &str) -> Option<Self> {
        let (name, release) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
        // Root rebuilds other ecosystems' packages with their orders: `Root:Alpine:3.18`.
        if name.eq_ignore_ascii_case("root") || name.eq_ignore_ascii_case("tuxcare") {
            return find(ECOSYSTEMS, release.split(':').next()?);
        }
        find(ECOSYSTEMS, name)
    }

    /// The order of a type of package URLs: `deb`, `pypi`.
    pub fn of_purl_type(purl_type: &str) -> Option<Self> {
        find(PURL_TYPES, purl_type)
    }

    /// The order that goes by a name of any kind: an order, an ecosystem, a package URL type, a distribution, a tool.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let own = Self::ALL.into_iter().find(|scheme| scheme.as_str().eq_ignore_ascii_case(name));
        own.or_else(|| Self::of_ecosystem(name))
            .or_else(|| Self::of_purl_type(name))
            .or_else(|| find(OTHERS, name.split(':').next()?))
    }
}

/// Looks a name up. Upper and lower case, spaces and hyphens make no difference: `Rocky Linux`, `rocky-linux`.
fn find(table: &[(&str, Scheme)], name: &str) -> Option<Scheme> {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'_')).map(|b| b.to_ascii_lowercase())
    }
    table.iter().find(|(known, _)| letters(known).eq(letters(name))).map(|(_, scheme)| *scheme)
}
