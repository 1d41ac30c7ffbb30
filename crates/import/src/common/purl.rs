//! Package URLs: built where a tool gives only type, name and version; put in order where it gives a whole one.

use super::text;

/// Builds `pkg:type/namespace/name@version` for an ecosystem as Trivy, GitHub, OSV and others name it. `None` when the
/// ecosystem has no purl type.
pub(crate) fn build(ecosystem: &str, name: &str, version: &str) -> Option<String> {
    let lower = ecosystem.trim().to_ascii_lowercase();
    let (kind, distro) = kind(&lower)?;
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let (namespace, name) = match kind {
        "maven" => name.split_once(':').unwrap_or(("", name)),
        "npm" | "golang" | "composer" | "github" | "swift" | "cocoapods" => match name.rsplit_once('/') {
            Some((namespace, name)) if kind != "cocoapods" => (namespace, name),
            _ => ("", name),
        },
        _ => (distro, name),
    };
    let name = match kind {
        "pypi" => name.to_lowercase().replace('_', "-"),
        "golang" | "github" | "composer" => name.to_lowercase(),
        _ => name.to_owned(),
    };
    let mut purl = format!("pkg:{kind}/");
    for part in namespace.split('/').filter(|part| !part.is_empty()) {
        encode(&mut purl, part);
        purl.push('/');
    }
    encode(&mut purl, &name);
    let version = version.trim();
    if !version.is_empty() {
        purl.push('@');
        encode(&mut purl, version);
    }
    Some(purl)
}

/// The purl of a package of no known ecosystem.
pub(crate) fn generic(name: &str, version: &str) -> String {
    build("generic", name, version).unwrap_or_else(|| "pkg:generic/unnamed".to_owned())
}

/// A purl that a tool gave, cleaned; `None` when it is none. Spaces and control characters are encoded away.
pub(crate) fn given(purl: &str) -> Option<String> {
    let purl = purl.trim();
    let rest = purl
        .get(..4)
        .filter(|p| p.eq_ignore_ascii_case("pkg:"))
        .map(|_| purl[4..].trim_start_matches('/'))?;
    let (kind, rest) = rest.split_once('/')?;
    let kind_ok = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    if !kind_ok || rest.is_empty() || rest.starts_with(['@', '?', '#']) {
        return None;
    }
    let mut out = format!("pkg:{}/", kind.to_ascii_lowercase());
    for c in text::name(rest).chars() {
        if c.is_ascii_graphic() { out.push(c) } else { encode(&mut out, c.encode_utf8(&mut [0; 4])) }
    }
    Some(out)
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

/// Percent-encodes what purl-spec demands (all but letters, digits and `.-_~:+`).
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
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
            ("gomod", "github.com/Foo/Bar", "v1.2", "pkg:golang/github.com/Foo/bar@v1.2"),
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
