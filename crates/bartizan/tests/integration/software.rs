//! `discover files`, `discover image` and `discover sbom`: what is found, judged, and gone.

use crate::support::{Home, lines};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// An advisory about npm's `left` before 1.2.3.
const ADVISORY: &str = r#"{"id":"GHSA-aaaa-bbbb-cccc","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-1000"],
    "summary":"Left is wrong","database_specific":{"severity":"HIGH"},
    "affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]}]}]}"#;

fn house() -> Home {
    let home = Home::new();
    let advisory = home.file("GHSA-aaaa-bbbb-cccc.json", ADVISORY);
    home.ok(&["feeds", "load", &advisory]);
    home
}

fn write(home: &Home, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let place = home.path(path);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(&place, text).unwrap();
    place
}

/// A package-lock.json with these packages.
fn lock(packages: &[(&str, &str)]) -> String {
    let entries: serde_json::Map<_, _> = packages
        .iter()
        .map(|(name, version)| (format!("node_modules/{name}"), json!({ "version": version })))
        .collect();
    json!({"lockfileVersion": 3, "packages": entries}).to_string()
}

fn open(home: &Home) -> usize {
    home.top("status:open weakness:CVE-2026-1000").len()
}

fn files(home: &Home, path: &str) -> String {
    home.ok(&["discover", "files", home.path(path).to_str().unwrap()])
}

#[test]
fn a_folder_is_judged_and_only_proof_closes() {
    let home = house();
    write(&home, "shop/package-lock.json", lock(&[("left", "1.0.0"), ("other", "1.0.0")]));
    write(&home, "shop/.git/config", "[remote \"origin\"]\nurl = git@git.example.org:acme/shop.git\n");
    let told = files(&home, "shop");
    let expected = [
        "acme/shop (repository)",
        "Packages of  Number",
        "npm               2",
        "2 packages. Read: 1 of 3 files and folders.",
        "Known weaknesses: 1 new, 0 back, 0 gone. `bartizan top` says what to fix first.",
    ];
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    assert_eq!(open(&home), 1);
    assert_eq!(home.top("asset:acme/shop").len(), 1);

    // What cannot be read, what is not there, and what is empty prove nothing.
    write(&home, "shop/package-lock.json", "{");
    let told = files(&home, "shop");
    assert!(told.contains("Could not be read\n  package-lock.json: not a package-lock.json"), "{told}");
    assert_eq!(open(&home), 1);
    write(&home, "shop/sub/package-lock.json", lock(&[("third", "1.0.0")]));
    files(&home, "shop");
    assert_eq!(open(&home), 1, "another file of the kind was read, but not this one");
    std::fs::remove_dir_all(home.path("shop/sub")).unwrap();
    std::fs::remove_file(home.path("shop/package-lock.json")).unwrap();
    files(&home, "shop");
    assert_eq!(open(&home), 1, "an empty folder");
    home.fails(&["discover", "files", home.path("shopp").to_str().unwrap()]);
    // Another folder is another asset.
    write(&home, "tool/package-lock.json", lock(&[("other", "1.0.0")]));
    files(&home, "tool");
    assert_eq!(open(&home), 1);
    // One file alone says nothing of the rest.
    let single = write(&home, "shop/own/package-lock.json", lock(&[("other", "1.0.0")]));
    home.ok(&["discover", "files", single.to_str().unwrap(), "--asset", "shop"]);
    assert_eq!(open(&home), 1);

    write(&home, "shop/package-lock.json", lock(&[("left", "1.2.3")]));
    let told = files(&home, "shop");
    assert!(told.contains("Known weaknesses: 0 new, 0 back, 1 gone."), "{told}");
    assert_eq!((open(&home), home.top("status:fixed weakness:CVE-2026-1000").len()), (0, 1));
}

#[test]
fn without_advisories_it_says_so() {
    let home = Home::new();
    write(&home, "shop/package-lock.json", lock(&[("left", "1.0.0")]));
    let told = files(&home, "shop");
    assert!(told.ends_with("No advisories are loaded, so nothing is known of weaknesses in it. `bartizan feeds load` takes them in.\n"), "{told}");
}

#[test]
fn a_dry_run_tells_what_is_affected_and_stores_nothing() {
    let home = house();
    let path = write(&home, "shop/package-lock.json", lock(&[("left", "1.0.0"), ("other", "1.0.0")]));
    let folder = path.parent().unwrap().to_str().unwrap();
    let told = home.ok(&["discover", "files", "--dry-run", folder]);
    let told: Vec<_> = told.lines().skip_while(|line| *line != "Known weaknesses").collect();
    let expected = [
        "Known weaknesses",
        "Severity  Weakness       Package  Installed  Fixed in",
        "high      CVE-2026-1000  left     1.0.0      1.2.3",
    ];
    assert_eq!(told, expected);
    let told = lines(&home.ok(&["discover", "files", "--dry-run", "--json", folder]));
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["severity"], &told[0]["fixed_version"]), (&json!("high"), &json!("1.2.3")));
    assert_eq!((open(&home), home.top("").len()), (0, 0));
    let told = Home::new().fails(&["discover", "files", "--dry-run", folder]);
    assert!(told.contains("no advisories are loaded"), "{told}");
}

#[test]
fn what_is_printed_here_can_be_imported_there() {
    let home = house();
    let path = write(&home, "shop/package-lock.json", lock(&[("left", "1.0.0")]));
    let folder = path.parent().unwrap().to_str().unwrap();
    let other = Home::new();
    let printed = other.ok(&["discover", "files", "--json", "--asset", "Shop", folder]);
    assert!(!other.data().exists(), "--json stores nothing");
    let seen = lines(&printed);
    let kinds: Vec<_> = seen.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["source", "asset", "component", "coverage"]);
    assert_eq!(
        (&seen[0]["name"], &seen[2]["purl"]),
        (&json!("bartizan-files"), &json!("pkg:npm/left@1.0.0"))
    );
    assert_eq!(seen[2]["locations"], json!(["package-lock.json"]));
    home.import(home.file("found.jsonl", &printed));
    assert_eq!(home.top("asset:shop").len(), 1);
    // A look here is of the same source, and closes what the imported one opened.
    write(&home, "shop/package-lock.json", lock(&[("left", "1.2.3")]));
    home.ok(&["discover", "files", "--asset", "Shop", folder]);
    assert_eq!(open(&home), 0);
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, path, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// What `docker save` writes of an image with these layers.
fn image(layers: &[Vec<u8>]) -> Vec<u8> {
    let names: Vec<_> = (0..layers.len()).map(|n| format!("{n}/layer.tar")).collect();
    let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
    let history: Vec<Value> =
        (0..layers.len()).map(|n| json!({"created_by": format!("RUN step {n}")})).collect();
    let config =
        json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": diff_ids}, "history": history});
    let manifest = json!([{"Config": "config.json", "RepoTags": ["acme/shop:1"], "Layers": names}]);
    let (config, manifest) = (config.to_string().into_bytes(), manifest.to_string().into_bytes());
    let mut parts: Vec<(&str, &[u8])> =
        names.iter().zip(layers).map(|(name, layer)| (name.as_str(), layer.as_slice())).collect();
    parts.push(("config.json", &config));
    parts.push(("manifest.json", &manifest));
    tar(&parts)
}

#[test]
fn an_image_is_judged_and_its_layers_are_told() {
    let home = house();
    let old = lock(&[("left", "1.0.0"), ("other", "1.0.0")]);
    let new = lock(&[("left", "1.2.3"), ("other", "1.0.0")]);
    let base = tar(&[("srv/package-lock.json", old.as_bytes())]);
    let upgrade = tar(&[("srv/package-lock.json", new.as_bytes())]);
    let path = home.file("shop.tar", image(std::slice::from_ref(&base)));
    let told = home.ok(&["discover", "image", &path]);
    assert!(told.starts_with("acme/shop:1 (container-image)\n  sha256:"), "{told}");
    assert!(told.contains("Known weaknesses: 1 new, 0 back, 0 gone."), "{told}");
    let seen = lines(&home.ok(&["discover", "image", "--json", &path]));
    let layer = format!("srv/package-lock.json (layer 1 of 1, {}: RUN step 0)", &digest(&base)[..19]);
    assert_eq!(seen[2]["locations"], json!([layer]));
    assert_eq!(seen[1]["asset"]["identifiers"][0]["value"], "docker.io/acme/shop:1");

    // A broken image, one cut short and one without anything in it close nothing.
    let whole = image(&[base, upgrade]);
    for (name, bytes, why) in [
        ("cut.tar", &whole[..1500], "the archive is cut short: 0/layer.tar is not all there"),
        ("no.tar", &b"no archive at all"[..], "failed to read entire block"),
        ("empty.tar", &[], "it is no image"),
    ] {
        let error = home.fails(&["discover", "image", &home.file(name, bytes)]);
        assert!(error.contains(why) && error.contains("nothing was stored"), "{name}: {error}");
    }
    home.ok(&["discover", "image", &home.file("bare.tar", image(&[tar(&[])]))]);
    assert_eq!(open(&home), 1);

    let path = home.file("next.tar", &whole);
    let told = home.ok(&["discover", "image", &path]);
    assert!(told.contains("Known weaknesses: 0 new, 0 back, 1 gone."), "{told}");
    let seen = lines(&home.ok(&["discover", "image", "--json", &path]));
    let places = |n: usize| seen[n]["locations"][0].as_str().unwrap();
    assert!(places(2).contains("layer 2 of 2"), "{}", places(2));
    assert!(places(3).contains("layer 1 of 2"), "{}", places(3));
}

#[test]
fn bills_of_materials_and_nothing_else() {
    let home = house();
    let bill = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","name":"shop"}},
        "components":[{"type":"library","name":"left","version":"1.0.0","purl":"pkg:npm/left@1.0.0"}]}"#;
    let told = home.ok(&["discover", "sbom", &home.file("bom.json", bill)]);
    assert!(told.contains("(cyclonedx, "), "{told}");
    assert_eq!(open(&home), 1);
    let other = home.file("other.jsonl", r#"{"title":"x","severity":"high","asset":"a.example.org"}"#);
    let error = home.fails(&["discover", "sbom", &other]);
    assert!(error.contains("which is not what was asked for; `bartizan import` takes it"), "{error}");
}
