//! What the files of the npm world have in common.

use serde::Deserialize;
use serde_json::Value;

/// `name@version`, where the name may begin with `@`.
pub(crate) fn split(spec: &str) -> (&str, &str) {
    match spec.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) => (&spec[..=at], &spec[at + 2..]),
        None => (spec, ""),
    }
}

/// A version that is one: what names a folder, an archive or a repository instead has none.
pub(crate) fn version(text: &str) -> &str {
    if text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains([':', '/']) { text } else { "" }
}

/// The name by a path into `node_modules`: what follows the last of them, or the last part.
pub(crate) fn name_in(path: &str) -> &str {
    let path = path.rsplit_once("node_modules/").map_or(path, |(_, name)| name);
    let Some((folders, name)) = path.rsplit_once('/') else { return path };
    let scope = folders.rsplit('/').next().unwrap_or(folders);
    if scope.starts_with('@') { &path[path.len() - name.len() - scope.len() - 1..] } else { name }
}

/// Name and version that a `package.json` gives its package; `None` where it has not both, or is the manifest of an
/// editor's extension or a game engine's package, which are no npm packages.
///
/// # Errors
/// Where the text is no JSON.
pub(crate) fn manifest(text: &str) -> Result<Option<(String, String)>, String> {
    let manifest: Manifest = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let editor = manifest.engines.get("vscode").is_some() || manifest.contributes.is_object();
    let (Some(name), Some(version)) = (manifest.name.as_str(), manifest.version.as_str()) else {
        return Ok(None);
    };
    let none = editor || manifest.unity.is_string() || name.trim().is_empty() || version.trim().is_empty();
    Ok((!none).then(|| (name.to_owned(), version.to_owned())))
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    name: Value,
    #[serde(default)]
    version: Value,
    #[serde(default)]
    engines: Value,
    #[serde(default)]
    contributes: Value,
    #[serde(default)]
    unity: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(split("a@1.0"), ("a", "1.0"));
        assert_eq!(split("@s/a@npm:b@1"), ("@s/a", "npm:b@1"));
        assert_eq!(split("@s/a"), ("@s/a", ""));
        assert_eq!(split(""), ("", ""));
        assert_eq!(name_in("node_modules/a/node_modules/@s/b"), "@s/b");
        assert_eq!(name_in("node_modules/a"), "a");
        assert_eq!(name_in("packages/@s/b"), "@s/b");
        assert_eq!(name_in("packages/b"), "b");
        for (text, expected) in
            [("1.0.0-rc.1+x", "1.0.0-rc.1+x"), ("link:../x", ""), ("github:a/b#c", ""), ("1/2", ""), ("", "")]
        {
            assert_eq!(version(text), expected);
        }
    }
}
