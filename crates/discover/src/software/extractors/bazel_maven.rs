//! The Maven artifacts that a Bazel workspace asks `rules_jvm_external` for, in `MODULE.bazel`, `WORKSPACE` and build
//! files. Nothing is evaluated: calls with literal texts are read, lists that are computed are not.

use crate::software::extractor::{self, Extractor};
use crate::software::{Package, Standing};
use std::collections::{BTreeMap, BTreeSet};

mod starlark;
use starlark::{Call, Value};

/// Tokens take many times the space of the text.
const LARGEST: u64 = 4 << 20;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "bazel_maven",
    name: "MODULE.bazel and WORKSPACE",
    docs: "https://github.com/bazel-contrib/rules_jvm_external",
    wants: |path| {
        let name = extractor::name(path);
        matches!(
            name,
            "WORKSPACE" | "WORKSPACE.bazel" | "WORKSPACE.bzlmod" | "BUILD" | "BUILD.bazel" | "MODULE.bazel"
        ) || name.ends_with(".MODULE.bazel")
    },
    magic: &[],
    cap: LARGEST,
    kinds: &["maven"],
    extract: |file| {
        let calls = starlark::calls(file.text()?)?;
        let rules = Rules::of(&calls);
        let mut found = Vec::new();
        for call in &calls {
            rules.read(call, &mut found);
        }
        Ok(found)
    },
};

/// How the file calls what `rules_jvm_external` gives.
#[derive(Default)]
struct Rules<'a> {
    /// `maven_install`, by its name in this file.
    install: BTreeSet<&'a str>,
    /// The extension or struct `maven`, and whether it is only for development.
    maven: BTreeMap<&'a str, bool>,
}

impl<'a> Rules<'a> {
    fn of(calls: &'a [Call]) -> Self {
        let mut rules = Self::default();
        for call in calls {
            let Some(from) = call.positional.first().and_then(Value::text) else { continue };
            if !from.contains("rules_jvm_external") {
                continue;
            }
            match call.name.as_str() {
                "use_extension" => {
                    rules
                        .maven
                        .extend(call.assigned.as_deref().map(|ours| (ours, call.says("dev_dependency"))));
                }
                "load" => {
                    let plain = call.positional[1..].iter().filter_map(Value::text).map(|name| (name, name));
                    let renamed =
                        call.named.iter().filter_map(|(ours, name)| Some((ours.as_str(), name.text()?)));
                    for (ours, name) in plain.chain(renamed) {
                        match name {
                            "maven_install" => drop(rules.install.insert(ours)),
                            "maven" => drop(rules.maven.insert(ours, false)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        rules
    }

    fn read(&self, call: &Call, found: &mut Vec<Package>) {
        let (dev, method) = match call.name.rsplit_once('.') {
            None if self.install.contains(call.name.as_str()) => (false, "install"),
            Some((maven, method)) => match self.maven.get(maven) {
                Some(dev) => (*dev, method),
                None => return,
            },
            None => return,
        };
        match (method, call.named.get("artifacts")) {
            ("artifact", _) => {
                found.extend(artifact(call).map(|package| package.dev(dev || call.says("testonly"))));
            }
            ("install", Some(Value::List(list))) => {
                let listed = list.iter().filter_map(|value| match value {
                    Value::Text(text) => coordinates(text),
                    Value::Dict(map) => by_parts(map),
                    // Calls in the list were read as calls of their own.
                    _ => None,
                });
                found.extend(listed.map(|package| package.dev(dev)));
            }
            _ => {}
        }
    }
}

/// `maven.artifact("group", "artifact", "version")`, or with names.
fn artifact(call: &Call) -> Option<Package> {
    let part = |name: &str, at: usize| {
        call.named.get(name).or_else(|| call.positional.get(at)).and_then(Value::text)
    };
    package(part("group", 0)?, part("artifact", 1)?, part("version", 2).unwrap_or(""))
}

fn by_parts(map: &BTreeMap<String, Value>) -> Option<Package> {
    let part = |name: &str| map.get(name).and_then(Value::text);
    package(part("group")?, part("artifact")?, part("version").unwrap_or(""))
}

/// `group:artifact[:packaging[:classifier]]:version`.
fn coordinates(text: &str) -> Option<Package> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [group, artifact] => package(group, artifact, ""),
        [group, artifact, .., version] => package(group, artifact, version.split('@').next().unwrap_or("")),
        _ => None,
    }
}

fn package(group: &str, artifact: &str, version: &str) -> Option<Package> {
    Package::new(Standing::Declared, "maven", &format!("{group}:{artifact}"), version).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn modules() {
        check(
            &EXTRACTOR,
            "MODULE.bazel",
            "bazel_dep(name = \"rules_jvm_external\", version = \"6.3\")\nmaven = use_extension(\"@rules_jvm_external//:extensions.bzl\", \"maven\")\nmaven.install(\n    artifacts = [\n        # a comment\n        \"g:a:1\",\n        'g:b:jar:sources:2',\n        \"g:c\",\n    ] + OTHERS + [\"g:e:5\"],\n    repositories = [\"https://repository.example.org/maven2\"],\n)\nmaven.artifact(group = \"g\", artifact = \"d\", version = \"3\", testonly = True)\nother.install(artifacts = [\"g:no:1\"])\ndev = use_extension(\"@rules_jvm_external//:extensions.bzl\", \"maven\", dev_dependency = True)\ndev.install(artifacts = [\"g:f:6\"])\n",
            &[
                "declared pkg:maven/g/a@1",
                "declared pkg:maven/g/b@2",
                "declared pkg:maven/g/c",
                "declared pkg:maven/g/e@5",
                "dev declared pkg:maven/g/d@3",
                "dev declared pkg:maven/g/f@6",
            ],
        );
    }

    #[test]
    fn workspaces() {
        check(
            &EXTRACTOR,
            "WORKSPACE",
            "load(\"@rules_jvm_external//:defs.bzl\", get = \"maven_install\")\nload(\"@rules_jvm_external//:specs.bzl\", \"maven\")\nget(artifacts = [\"g:a:1\", maven.artifact(\"g\", \"b\", \"2\"), {\"group\": \"g\", \"artifact\": \"c\", \"version\": \"3\"}])\n",
            &["declared pkg:maven/g/a@1", "declared pkg:maven/g/b@2", "declared pkg:maven/g/c@3"],
        );
        check(
            &EXTRACTOR,
            "BUILD.bazel",
            "load(\"@other//:defs.bzl\", \"maven_install\")\nmaven_install(artifacts = [\"g:a:1\"])\n",
            &[],
        );
    }
}
