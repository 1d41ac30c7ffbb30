//! `conan.lock` of Conan 1 (a graph of nodes) and Conan 2 (lists of references).

use crate::software::extractor::{self, Extractor, File};
use crate::software::{Package, Standing};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A graph of some thousand packages; its values take many times the space of the text.
const LARGEST: u64 = 16 << 20;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "conan_lock",
    name: "conan.lock",
    docs: "https://docs.conan.io/2/tutorial/versioning/lockfiles.html",
    wants: |path| extractor::name(path) == "conan.lock",
    magic: &[],
    cap: LARGEST,
    kinds: &["conan"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    graph_lock: Option<Graph>,
    #[serde(default)]
    requires: Vec<String>,
    #[serde(default)]
    build_requires: Vec<String>,
    #[serde(default)]
    python_requires: Vec<String>,
}

#[derive(Deserialize)]
struct Graph {
    #[serde(default)]
    nodes: BTreeMap<String, Node>,
}

#[derive(Deserialize)]
struct Node {
    /// Since 0.4.
    r#ref: Option<String>,
    /// Before: with the id of the binary after it.
    pref: Option<String>,
    /// The recipe's place: of the project itself.
    path: Option<String>,
    #[serde(default)]
    context: String,
    /// A list of nodes, or in older files a map of references to nodes.
    #[serde(default)]
    requires: Value,
    #[serde(default)]
    build_requires: Value,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    let lists = [(&lock.requires, false), (&lock.python_requires, false), (&lock.build_requires, true)];
    for (list, dev) in lists {
        found.extend(list.iter().filter_map(|text| reference(text)).map(|package| package.dev(dev)));
    }
    let nodes = lock.graph_lock.map(|graph| graph.nodes).unwrap_or_default();
    let named = |of: fn(&Node) -> &Value| -> BTreeSet<&str> {
        nodes.values().flat_map(|node| ids(of(node))).collect()
    };
    let (required, built_with) = (named(|node| &node.requires), named(|node| &node.build_requires));
    for (id, node) in nodes.iter().filter(|(_, node)| node.path.is_none()) {
        let dev =
            node.context == "build" || (built_with.contains(id.as_str()) && !required.contains(id.as_str()));
        let text = node.r#ref.as_deref().or(node.pref.as_deref());
        found.extend(text.and_then(reference).map(|package| package.dev(dev)));
    }
    Ok(found)
}

fn ids(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        Value::Object(map) => map.values().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// `name/version@user/channel#revision:binary#revision%time`; all but name and version may be missing.
fn reference(text: &str) -> Option<Package> {
    let (recipe, rest) = text.split_once(['#', ':', '%']).unwrap_or((text, ""));
    let (package, owner) = recipe.split_once('@').unwrap_or((recipe, ""));
    let (name, version) = package.split_once('/')?;
    let (user, channel) = owner.split_once('/').unwrap_or((owner, ""));
    let revision = if text[recipe.len()..].starts_with('#') { rest.split([':', '%']).next()? } else { "" };
    let mut package = Package::new(Standing::Locked, "conan", name, version).ok()?;
    package.purl = package
        .purl
        .with_qualifier("user", user.trim_matches('_'))
        .with_qualifier("channel", channel.trim_matches('_'))
        .with_qualifier("rrev", revision);
    Some(package)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn conan_2() {
        check(
            &EXTRACTOR,
            "conan.lock",
            r#"{"version":"0.5","requires":["zlib/1.2.11#ff%1667396813.1","openssl/3.0@acme/stable"],"build_requires":["cmake/3.22"],"python_requires":["tool/1"]}"#,
            &[
                "locked pkg:conan/zlib@1.2.11?rrev=ff",
                "locked pkg:conan/openssl@3.0?channel=stable&user=acme",
                "dev locked pkg:conan/cmake@3.22",
                "locked pkg:conan/tool@1",
            ],
        );
    }

    #[test]
    fn conan_1() {
        check(
            &EXTRACTOR,
            "conan.lock",
            r#"{"graph_lock":{"nodes":{"0":{"ref":"mine/1.0","path":"conanfile.py","requires":["1"],"build_requires":["2"]},"1":{"ref":"zlib/1.2.11"},"2":{"ref":"ninja/1.11.1"},"3":{"ref":"1.2.3#ff"}}},"version":"0.4"}"#,
            &["locked pkg:conan/zlib@1.2.11", "dev locked pkg:conan/ninja@1.11.1"],
        );
        check(
            &EXTRACTOR,
            "conan.lock",
            r#"{"graph_lock":{"nodes":{"a":{"pref":null,"requires":{"zlib/1.2.11@b/testing#5f":"c"}},"c":{"pref":"zlib/1.2.11@b/testing#5f:19#58"}}}}"#,
            &["locked pkg:conan/zlib@1.2.11?channel=testing&rrev=5f&user=b"],
        );
    }
}
