//! `extensions.json`: the extensions installed in Visual Studio Code and the editors built on it.

use crate::software::extractor::{Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "vscode_extensions",
    name: "VS Code's extensions.json",
    docs: "https://code.visualstudio.com/docs/configure/extensions/extension-marketplace",
    wants: |path| path == "extensions/extensions.json" || path.ends_with("/extensions/extensions.json"),
    magic: &[],
    cap: TEXT,
    kinds: &["generic"],
    extract,
};

#[derive(Deserialize)]
struct Installed {
    identifier: Identifier,
    version: String,
}

#[derive(Deserialize)]
struct Identifier {
    /// `publisher.name`.
    id: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let all: Vec<Entry<Installed>> = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let all = all.into_iter().filter_map(|entry| file.entry(entry, "extensions"));
    let package =
        |one: Installed| file.package(Standing::Installed, "generic", &one.identifier.id, &one.version);
    Ok(all.filter_map(package).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn extensions() {
        let path = "home/x/.vscode/extensions/extensions.json";
        let problems = check_part(
            &EXTRACTOR,
            path,
            r#"[{"identifier": {"id": "pub.ext", "uuid": "0"}, "version": "1.0.0", "location": {}}, {}]"#,
            &["installed pkg:generic/pub.ext@1.0.0"],
        );
        assert_eq!(problems, ["an entry of `extensions` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, path, "{}");
    }
}
