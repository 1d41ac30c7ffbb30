//! The directions of the house: who may depend on whom. ARCHITECTURE.md says why; this keeps it.

use std::collections::{BTreeMap, BTreeSet};

/// Every crate and all it may depend on directly, inside the house. A new edge is a decision: write it here on purpose.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("advisory", &["model"]),
    ("iam", &["model"]),
    ("import", &["model"]),
    // The only crate that opens connections to other machines.
    ("net", &[]),
    // Whether an offered package is newer is a question of version orders.
    ("discover", &["model", "advisory"]),
    ("assess", &["model", "advisory"]),
    ("prioritize", &["model"]),
    ("graph", &["model"]),
    ("mobilize", &["model"]),
    ("store", &["model"]),
    (
        "app",
        &[
            "model",
            "advisory",
            "import",
            "net",
            "discover",
            "assess",
            "prioritize",
            "graph",
            "mobilize",
            "store",
            "iam",
        ],
    ),
    ("server", &["model", "advisory", "import", "iam", "app"]),
    (
        "bartizan",
        &["model", "advisory", "import", "discover", "assess", "prioritize", "iam", "app", "server"],
    ),
    ("bench", &["model", "advisory", "import", "discover", "assess", "prioritize", "graph", "store", "app"]),
    ("fuzz", &["model", "advisory", "import", "discover", "assess", "graph", "iam", "app", "server"]),
];

fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let output = std::process::Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let short = |name: &str| name.strip_prefix("bartizan-").unwrap_or(name).to_owned();
    let ours = |name: &str| name == "bartizan" || name.starts_with("bartizan-");
    let packages = metadata["packages"].as_array().expect("packages");
    let name = |value: &serde_json::Value| value["name"].as_str().expect("a name").to_owned();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let shipped = dependencies.iter().filter(|d| d["kind"].as_str() != Some("dev"));
            (short(&name(package)), shipped.map(&name).filter(|n| ours(n)).map(|n| short(&n)).collect())
        })
        .collect()
}

#[test]
fn crates_depend_only_downwards() {
    let edges = edges();
    let known: BTreeSet<_> = MAY_DEPEND_ON.iter().map(|(name, _)| (*name).to_owned()).collect();
    let found: BTreeSet<_> = edges.keys().cloned().collect();
    assert_eq!(found, known, "every crate has its line in MAY_DEPEND_ON");
    for (name, allowed) in MAY_DEPEND_ON {
        for dependency in &edges[*name] {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn the_table_itself_points_downwards() {
    let mut above: BTreeSet<&str> = BTreeSet::new();
    for (name, allowed) in MAY_DEPEND_ON {
        let upward: Vec<_> = allowed.iter().filter(|dependency| !above.contains(**dependency)).collect();
        assert!(upward.is_empty(), "{name} would depend on {upward:?}, which stands above it");
        above.insert(name);
    }
}

/// ARCHITECTURE.md, I10: whoever wants something from another machine asks `net`. The database's client is the store's.
#[test]
fn one_door_leads_to_the_network() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> =
        crates.read_dir().expect("crates").map(|c| c.expect("a crate").path()).collect();
    folders.retain(|folder| folder.file_name().is_some_and(|name| name != "net"));
    let mut folders: Vec<_> = folders.into_iter().map(|folder| folder.join("src")).collect();
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                looked_at += 1;
                let text = std::fs::read_to_string(&path).expect("a source file");
                for word in
                    ["TcpStream", "UdpSocket", "ToSocketAddrs", "ureq::", "reqwest", "hyper_util::client"]
                {
                    assert!(!text.contains(word), "{} says {word}: only crates/net may", path.display());
                }
            }
        }
    }
    assert!(looked_at > 300, "{looked_at} files are not all");
}
