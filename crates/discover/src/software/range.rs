//! Ranges of versions as NuGet and Maven write them.

/// The least version that a range allows, empty where that is not one version: `1.0` and `[1.0,2.0)` give `1.0`,
/// `(1.0,)` and `(,2.0]` nothing. A floating `1.2.*` gives `1.2`.
///
/// NuGet: <https://learn.microsoft.com/nuget/concepts/package-versioning>, Maven:
/// <https://maven.apache.org/pom.html#dependency-version-requirement-specification>.
pub(crate) fn least(range: &str) -> &str {
    let range = range.trim();
    let version = match range.strip_prefix('[') {
        Some(rest) => rest.split([',', ']', ')']).next().unwrap_or("").trim(),
        None if range.starts_with('(') => "",
        None => range,
    };
    let fixed = version.split('*').next().unwrap_or("");
    if fixed.len() < version.len() { fixed.trim_end_matches(['.', '-']) } else { version }
}

#[cfg(test)]
mod tests {
    #[test]
    fn least() {
        for (range, version) in [
            ("1.0", "1.0"),
            (" [1.0,2.0) ", "1.0"),
            ("[1.2.3]", "1.2.3"),
            ("(1.0,)", ""),
            ("(,2.0]", ""),
            ("[,2.0]", ""),
            ("1.2.*", "1.2"),
            ("1.0.0-beta-*", "1.0.0-beta"),
            ("*", ""),
            ("", ""),
        ] {
            assert_eq!(super::least(range), version, "{range}");
        }
    }
}
