//! `deno.json` and `deno.jsonc`: the package that a Deno project publishes, and what its import map names.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing, deno, jsonc};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "deno_json",
    name: "deno.json",
    docs: "https://docs.deno.com/runtime/fundamentals/configuration/",
    wants: |path| matches!(extractor::name(path), "deno.json" | "deno.jsonc"),
    magic: &[],
    cap: TEXT,
    kinds: &["jsr", "npm"],
    extract,
};

#[derive(Deserialize)]
struct Configuration {
    name: Option<String>,
    version: Option<String>,
    #[serde(default)]
    imports: BTreeMap<String, Entry<String>>,
    #[serde(default)]
    scopes: BTreeMap<String, BTreeMap<String, Entry<String>>>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let configuration: Configuration = jsonc::read(file.text()?)?;
    let mut packages = Vec::new();
    if let (Some(name), Some(version)) = (&configuration.name, &configuration.version) {
        packages.extend(file.package(Standing::Declared, "jsr", name.trim_start_matches('@'), version));
    }
    for (key, import) in configuration.imports.into_iter().chain(configuration.scopes.into_values().flatten())
    {
        let Some(import) = file.entry(import, &key) else { continue };
        if let Some((kind, name, version)) = deno::specifier(&import) {
            packages.extend(file.package(Standing::Declared, kind, &name, &version));
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn own_name_and_imports() {
        check(
            &EXTRACTOR,
            "deno.jsonc",
            r#"{
              // published
              "name": "@me/mine", "version": "0.1.0",
              "imports": { "chalk": "npm:chalk@5.3.0", "@std/": "jsr:/@std/assert@^1.0.0/", "./": "./src/", },
              "scopes": { "x": { "y": "https://esm.sh/y@2.0.0" } },
            }"#,
            &[
                "declared pkg:jsr/me/mine@0.1.0",
                "declared pkg:npm/chalk@5.3.0",
                "declared pkg:jsr/std/assert@1.0.0",
                "declared pkg:npm/y@2.0.0",
            ],
        );
        refusal(&EXTRACTOR, "deno.json", "{ \"name\": no }");
    }
}
