//! Package URLs: built where a tool gives only type, name and version; put in order where it gives a whole one.

use bartizan_model::Purl;

/// Builds `pkg:type/namespace/name@version` for an ecosystem as Trivy, GitHub, OSV and others name it. `None` when the
/// ecosystem has no purl type.
pub(crate) fn build(ecosystem: &str, name: &str, version: &str) -> Option<String> {
    let (kind, distro) = kind(&ecosystem.trim().to_ascii_lowercase())?;
    let purl = match distro {
        "" => Purl::of(kind, name),
        distro => Purl::new(kind, distro, name),
    };
    Some(purl.ok()?.with_version(version).to_string())
}

/// The purl of a package of no known ecosystem.
pub(crate) fn generic(name: &str, version: &str) -> String {
    build("generic", name, version).unwrap_or_else(|| "pkg:generic/unnamed".to_owned())
}

/// A purl that a tool gave, in canonical form; `None` when it is none.
pub(crate) fn given(purl: &str) -> Option<String> {
    Some(purl.parse::<Purl>().ok()?.to_string())
}

/// The purl type of an ecosystem, and the namespace that belongs to it (the distribution).
pub(crate) fn kind(ecosystem: &str) -> Option<(&'static str, &'static str)> {
    Some(match ecosystem {
        "debian" => ("deb", "debian"),
        "ubuntu" => ("deb", "ubuntu"),
        "alpine" => ("apk", "alpine"),
        "wolfi" => ("apk", "wolfi"),
        "chainguard" => ("apk", "chainguard"),
        "redhat" | "rhel" => ("rpm", "redhat"),
        "centos" => ("rpm", "centos"),
        "rocky" | "rockylinux" => ("rpm", "rocky"),
        "alma" | "almalinux" => ("rpm", "alma"),
        "fedora" => ("rpm", "fedora"),
        "amazon" => ("rpm", "amazon"),
        "oracle" => ("rpm", "oracle"),
        "photon" => ("rpm", "photon"),
        "opensuse" | "opensuse.leap" | "opensuse-leap" | "opensuse-tumbleweed" => ("rpm", "opensuse"),
        "suse" | "sles" | "suse linux enterprise server" => ("rpm", "suse"),
        "azurelinux" | "cbl-mariner" | "mariner" => ("rpm", "azurelinux"),
        "arch" => ("alpm", "arch"),
        "npm" | "yarn" | "pnpm" | "bun" | "node-pkg" | "node" | "javascript" => ("npm", ""),
        "pip" | "pipenv" | "poetry" | "uv" | "pylock" | "python-pkg" | "pypi" | "python" => ("pypi", ""),
        "conda-pkg" | "conda-environment" | "conda" => ("conda", ""),
        "jar" | "pom" | "gradle" | "gradle-lockfile" | "sbt" | "sbt-lockfile" | "maven" | "java" => {
            ("maven", "")
        }
        "gomod" | "gobinary" | "golang" | "go" | "go-module" => ("golang", ""),
        "cargo" | "rustbinary" | "rust-binary" | "rust" | "crates.io" => ("cargo", ""),
        "bundler" | "gemspec" | "gem" | "rubygems" | "ruby" => ("gem", ""),
        "composer" | "composer-vendor" | "packagist" | "php" => ("composer", ""),
        "nuget" | "dotnet-core" | "dotnet" | "packages-props" | "packages-config" => ("nuget", ""),
        "conan" | "conan-lock" => ("conan", ""),
        "hex" | "mix-lock" | "erlang" | "elixir" => ("hex", ""),
        "pub" | "dart" => ("pub", ""),
        "swift" => ("swift", ""),
        "cocoapods" => ("cocoapods", ""),
        "julia" => ("julia", ""),
        "bitnami" => ("bitnami", ""),
        "github" | "githubactions" | "github actions" => ("github", ""),
        "generic" => ("generic", ""),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds() {
        for (ecosystem, name, version, expected) in [
            ("debian", "openssl", "3.0.11-1", "pkg:deb/debian/openssl@3.0.11-1"),
            ("jar", "org.apache:log4j", "2.14.1", "pkg:maven/org.apache/log4j@2.14.1"),
            ("npm", "@angular/core", "1.0.0", "pkg:npm/%40angular/core@1.0.0"),
            ("gomod", "github.com/Foo/Bar", "v1.2", "pkg:golang/github.com/foo/bar@v1.2"),
            ("pip", "Django_X", "", "pkg:pypi/django-x"),
        ] {
            assert_eq!(build(ecosystem, name, version).as_deref(), Some(expected));
        }
        assert_eq!(build("terraform", "x", "1"), None);
    }

    #[test]
    fn takes_given_ones() {
        assert_eq!(given(" pkg://Npm/x y@1\u{7}").as_deref(), Some("pkg:npm/x%20y@1"));
        assert_eq!(given("openssl"), None);
        assert_eq!(given("pkg:deb/"), None);
    }
}
