//! Images made here, whole and otherwise, and what is found in them.

use super::archive::sha256;
use super::*;
use bartizan_model::{Covered, Loci};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use tar::EntryType;

const LOCK: &[u8] = b"[[package]]\nname = 'a'\nversion = '1.0.0'\n";

/// A layer being made.
struct Made(tar::Builder<Vec<u8>>);

impl Made {
    fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    fn entry(mut self, kind: EntryType, path: &str, target: &str, bytes: &[u8]) -> Self {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // As they stand: the builder would refuse what leads out.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.as_mut_bytes()[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header.set_cksum();
        self.0.append(&header, bytes).unwrap();
        self
    }

    fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.entry(EntryType::Regular, path, "", bytes.as_ref())
    }

    fn done(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn config(layers: &[Vec<u8>]) -> Vec<u8> {
    let commands = (0..layers.len()).map(|n| json!({"created_by": format!("/bin/sh -c step {n}")}));
    let mut history: Vec<_> = commands.collect();
    history.insert(0, json!({"created_by": "ENV A=b", "empty_layer": true}));
    let diff_ids: Vec<_> = layers.iter().map(|layer| sha256(layer)).collect();
    let config = json!({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": diff_ids}, "history": history});
    config.to_string().into_bytes()
}

/// The parts of what `docker save` writes.
fn saved(layers: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let names: Vec<_> = (0..layers.len()).map(|n| format!("{n}/layer.tar")).collect();
    let manifest = json!([{"Config": "config.json", "RepoTags": ["acme/shop:1"], "Layers": names}]);
    let mut parts: Vec<_> = names.into_iter().zip(layers.iter().cloned()).collect();
    parts.push(("config.json".to_owned(), config(layers)));
    parts.push(("manifest.json".to_owned(), manifest.to_string().into_bytes()));
    parts
}

fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    parts.iter().fold(Made::new(), |made, (name, bytes)| made.file(name, bytes)).done()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn look(path: &Path, platform: &str) -> Result<Vec<Inventory>, String> {
    image(path, platform, &Wish::default(), "here", &tempfile::tempfile, &mut |_| {})
}

/// The inventory of an image of these layers.
fn of(layers: &[Vec<u8>]) -> Result<Inventory, String> {
    let folder = Folder::new();
    let path = folder.file("image.tar", &archive(&saved(layers)));
    look(&path, "linux/amd64").map(|mut found| found.remove(0))
}

/// `purl place, place` a line, with the layer's number alone.
fn lines(inventory: &Inventory) -> Vec<String> {
    let place = |place: &String| match place.split_once(" (layer ") {
        Some((path, layer)) => format!("{path} {}", layer.split(' ').next().unwrap()),
        None => place.clone(),
    };
    let line = |one: &bartizan_model::observation::ComponentSeen| {
        format!("{} {}", one.purl, one.locations.iter().map(place).collect::<Vec<_>>().join(", "))
    };
    inventory.components.iter().map(line).collect()
}

fn status(packages: &[(&str, &str)]) -> String {
    let stanza = |(name, version): &(&str, &str)| {
        format!("Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64\n\n")
    };
    packages.iter().map(stanza).collect()
}

#[test]
fn each_package_and_the_layer_that_brought_it() {
    let os = "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n";
    let base = Made::new()
        .file("etc/os-release", os)
        .file("var/lib/dpkg/status", status(&[("bash", "5"), ("openssl", "1"), ("vim", "9")]))
        .done();
    let next = Made::new()
        .file("./var/lib/dpkg/status", status(&[("bash", "5"), ("openssl", "2"), ("curl", "8")]))
        .done();
    let last = Made::new()
        .file("var/lib/dpkg/status", status(&[("bash", "5"), ("openssl", "2"), ("curl", "8"), ("vim", "9")]))
        .file("srv/Cargo.lock", LOCK)
        .done();
    let layers = [base, next, last];
    let inventory = of(&layers).unwrap();
    let deb = |package: &str, layer: u8| {
        format!("pkg:deb/debian/{package}?arch=amd64&distro=debian-12 var/lib/dpkg/status {layer}")
    };
    assert_eq!(
        lines(&inventory),
        [
            "pkg:cargo/a@1.0.0 srv/Cargo.lock 3".to_owned(),
            deb("bash@5", 1),
            deb("curl@8", 2),
            deb("openssl@2", 2),
            // It was removed and came back.
            deb("vim@9", 3),
        ]
    );
    assert_eq!(
        inventory.components[0].locations,
        [format!("srv/Cargo.lock (layer 3 of 3, {}: step 2)", &sha256(&layers[2])[..19])]
    );
    assert_eq!(inventory.os.as_deref(), Some("Debian 12"));
    assert_eq!(inventory.asset, AssetRef::image("acme/shop:1").unwrap());
    assert_eq!(inventory.coverage.covered.len(), 1);
    assert_eq!(inventory.notes, [format!("{} (linux/amd64), 3 layers", sha256(&config(&layers)))]);
}

#[test]
fn whiteouts_hide_what_lower_layers_brought_and_nothing_else() {
    let base = Made::new()
        .file("a/Cargo.lock", LOCK)
        .file("b/Cargo.lock", LOCK)
        .file("b/sub/Cargo.lock", LOCK)
        .file("c/sub/Cargo.lock", LOCK)
        .file("c-d/Cargo.lock", LOCK)
        .file("e/Cargo.lock", LOCK)
        .done();
    let top = Made::new()
        .file("a/.wh.Cargo.lock", "")
        // What the layer itself brings stays, wherever it stands.
        .file("b/new/Cargo.lock", LOCK)
        .file("b/.wh..wh..opq", "")
        .file(".wh.c", "")
        .file(".wh..wh.plnk", "")
        // A file in the place of a folder.
        .file("e", "")
        .done();
    assert_eq!(
        lines(&of(&[base.clone(), top]).unwrap()),
        ["pkg:cargo/a@1.0.0 b/new/Cargo.lock 2, c-d/Cargo.lock 1"]
    );
    let all = Made::new().file(".wh..wh..opq", "").done();
    let empty = of(&[base, all]).unwrap();
    assert_eq!(lines(&empty), [""; 0]);
}

#[test]
fn links_stay_inside() {
    let base = Made::new()
        .entry(EntryType::Symlink, "lib", "usr/lib", b"")
        .entry(EntryType::Symlink, "out", "/../../etc", b"")
        .entry(EntryType::Symlink, "loop", "loop/x", b"")
        .file("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.20.1\n")
        .entry(EntryType::Symlink, "etc/os-release", "../usr/lib/os-release", b"")
        .file("lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nA:x86_64\n\n")
        .file("srv/Cargo.lock", LOCK)
        .done();
    let top = Made::new()
        .file("out/Cargo.lock", LOCK)
        .file("../up/Cargo.lock", LOCK)
        .file("/abs/Cargo.lock", LOCK)
        .file("loop/Cargo.lock", LOCK)
        .entry(EntryType::Link, "hard/Cargo.lock", "srv/Cargo.lock", b"")
        .entry(EntryType::Link, "gone/Cargo.lock", "../../Cargo.lock", b"")
        .entry(EntryType::Link, "none/Cargo.lock", "none", b"")
        // Its first name says nothing of what it is.
        .file("store/00/abc-index.x", LOCK)
        .entry(EntryType::Link, "store/Cargo.lock", "store/00/abc-index.x", b"")
        .entry(EntryType::Link, "store/2/Cargo.lock", "./store/00/abc-index.x", b"")
        .entry(EntryType::Char, "dev/Cargo.lock", "", b"")
        .entry(EntryType::Fifo, "dev/poetry.lock", "", b"")
        .done();
    let inventory = of(&[base, top]).unwrap();
    assert_eq!(
        lines(&inventory),
        [
            "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1 usr/lib/apk/db/installed 1",
            "pkg:cargo/a@1.0.0 etc/Cargo.lock 2, hard/Cargo.lock 2, srv/Cargo.lock 1, store/2/Cargo.lock 2, store/Cargo.lock 2",
        ]
    );
    let gaps: Vec<_> =
        inventory.coverage.gaps.iter().map(|gap| format!("{}: {}", gap.what, gap.why)).collect();
    assert_eq!(
        gaps,
        [
            "../up/Cargo.lock: its path leads out of the image, so it was left out",
            "/abs/Cargo.lock: its path leads out of the image, so it was left out",
            "loop/Cargo.lock: too many symbolic links",
            "gone/Cargo.lock: a hard link to ../../Cargo.lock, which leads out of the image",
            "none/Cargo.lock: a hard link to none, which is not there",
        ]
    );
    let [Covered { loci: Loci::Packages(kinds), .. }] = inventory.coverage.covered.as_slice() else {
        panic!()
    };
    assert!(kinds.contains("apk") && !kinds.contains("cargo"));
}

#[test]
fn what_the_distribution_brought_is_judged_as_its_package() {
    let own = "usr/lib/python3/dist-packages/requests-2.0.dist-info/METADATA";
    let base = Made::new()
        .file("etc/os-release", "ID=debian\nVERSION_ID=12\n")
        .file("var/lib/dpkg/status", status(&[("python3-requests", "2.0-1")]))
        .file("var/lib/dpkg/info/python3-requests.list", format!("/.\n/usr\n/{own}\n"))
        .file(own, "Metadata-Version: 2.1\nName: requests\nVersion: 2.0\n")
        .done();
    let pacman = "var/lib/pacman/local";
    let arch = Made::new()
        .file("etc/os-release", "ID=arch\n")
        .file(&format!("{pacman}/ALPM_DB_VERSION"), "9\n")
        .file(&format!("{pacman}/requests-2.0-1/desc"), "%NAME%\nrequests\n\n%VERSION%\n2.0-1\n")
        .file(&format!("{pacman}/requests-2.0-1/files"), format!("%FILES%\nusr/\n{own}\n"))
        .file(own, "Metadata-Version: 2.1\nName: requests\nVersion: 2.0\n")
        .done();
    for layer in [base, arch] {
        let inventory = of(&[layer]).unwrap();
        assert_eq!((inventory.components.len(), inventory.left_out.owned), (1, 1), "{:?}", lines(&inventory));
    }
}

#[test]
fn programs_are_told_by_their_first_bytes() {
    let layer = Made::new().file("usr/bin/script", "#!/bin/sh\n").file("usr/bin/broken", b"\x7fELF").done();
    let inventory = of(&[layer]).unwrap();
    assert_eq!((inventory.entries, inventory.read), (2, 1));
}

#[test]
fn what_is_not_whole_is_an_error() {
    let folder = Folder::new();
    let layers = [Made::new().file("Cargo.lock", LOCK).done()];
    let whole = saved(&layers);
    let told = |bytes: &[u8]| look(&folder.file("image.tar", bytes), "linux/amd64").unwrap_err();
    let label = format!("{}: ", folder.0.path().join("image.tar").display());
    let without =
        |name: &str| archive(&whole.iter().filter(|(part, _)| part != name).cloned().collect::<Vec<_>>());
    let with = |name: &str, bytes: &[u8]| {
        let swap = |(part, own): &(String, Vec<u8>)| {
            (part.clone(), if part == name { bytes.to_vec() } else { own.clone() })
        };
        archive(&whole.iter().map(swap).collect::<Vec<_>>())
    };
    for (bytes, expected) in [
        (
            Vec::new(),
            "it is no image: it has neither the manifest.json of `docker save` nor the index.json of an OCI image",
        ),
        (b"not a tar archive".to_vec(), "failed to read entire block"),
        (without("0/layer.tar"), "it is not whole: 0/layer.tar is missing"),
        (without("config.json"), "it is not whole: config.json is missing"),
        (with("manifest.json", b"[]"), "it holds no image"),
        (with("config.json", &config(&[])), "its manifest names 1 layers, and its configuration 0"),
        (
            with("0/layer.tar", &layers[0][..520]),
            "layer 1 cannot be read to its end: unexpected EOF during skip",
        ),
    ] {
        assert_eq!(told(&bytes), format!("{label}{expected}"));
    }
    for (bytes, expected) in [
        (with("manifest.json", b"{"), "manifest.json has not the form it should: "),
        (with("0/layer.tar", &Made::new().done()), "layer 1 is damaged: its content has the digest "),
        (with("0/layer.tar", &gzip(&layers[0])[..40]), "layer 1 cannot be read to its end: "),
        (archive(&whole)[..1100].to_vec(), "the archive is cut short: 0/layer.tar is not all there"),
        (gzip(&archive(&whole))[..100].to_vec(), ""),
    ] {
        let error = told(&bytes);
        assert!(error.starts_with(&format!("{label}{expected}")), "{error}");
    }
}

#[test]
fn headers_that_claim_too_much() {
    // A file of four billion blocks, and a name of four gigabytes: neither is there.
    for kind in [EntryType::Regular, EntryType::GNULongName, EntryType::XHeader] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_path("Cargo.lock").unwrap();
        header.set_size(0xffff_ffff * 512);
        header.set_cksum();
        let mut layer = header.as_bytes().to_vec();
        layer.extend([b'x'; 4096]);
        let error = of(&[layer]).unwrap_err();
        assert!(error.contains("layer 1 cannot be read to its end"), "{error}");
    }
}

/// An OCI layout: its files by path. `images` are a name, a platform and layers.
fn layout(images: &[(&str, &str, &[Vec<u8>])]) -> Vec<(String, Vec<u8>)> {
    let mut parts = vec![("oci-layout".to_owned(), br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec())];
    let mut blob = |bytes: Vec<u8>| {
        let digest = sha256(&bytes);
        parts.push((format!("blobs/{}", digest.replace(':', "/")), bytes));
        digest
    };
    let mut manifests =
        vec![json!({"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:0",
        "platform": {"os": "unknown", "architecture": "unknown"}})];
    for (name, platform, layers) in images {
        let packed: Vec<_> = layers
            .iter()
            .enumerate()
            .map(|(n, layer)| {
                let bytes = if n % 2 == 0 { gzip(layer) } else { zstd::encode_all(&layer[..], 1).unwrap() };
                json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": blob(bytes)})
            })
            .collect();
        let manifest = json!({"config": {"digest": blob(config(layers))}, "layers": packed});
        let (os, architecture) = platform.split_once('/').unwrap();
        manifests.push(json!({"mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": blob(manifest.to_string().into_bytes()),
            "annotations": {"org.opencontainers.image.ref.name": name},
            "platform": {"os": os, "architecture": architecture}}));
    }
    let inner = json!({"manifests": manifests}).to_string().into_bytes();
    let outer = json!({"manifests": [{"mediaType": "application/vnd.oci.image.index.v1+json", "digest": blob(inner)}]});
    parts.push(("index.json".to_owned(), outer.to_string().into_bytes()));
    parts
}

#[test]
fn layouts_of_several_platforms() {
    let amd = [Made::new().file("Cargo.lock", LOCK).done(), Made::new().file("x/Cargo.lock", LOCK).done()];
    let arm = [Made::new().file("arm/Cargo.lock", LOCK).done()];
    let parts = layout(&[("acme/shop:1", "linux/arm64", &arm), ("acme/shop:1", "linux/amd64", &amd)]);
    let folder = Folder::new();
    let file = folder.file("image.tar", &archive(&parts));
    let packed = folder.file("image.tar.gz", &gzip(&archive(&parts)));
    for (name, bytes) in &parts {
        folder.file(&format!("layout/{name}"), bytes);
    }
    for path in [file.as_path(), packed.as_path(), &folder.0.path().join("layout")] {
        let found = look(path, "linux/amd64").unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(lines(&found[0]), ["pkg:cargo/a@1.0.0 Cargo.lock 1, x/Cargo.lock 2"]);
        assert_eq!(found[0].asset, AssetRef::image("acme/shop:1").unwrap());
        assert_eq!(
            found[0].notes[1],
            "it is also there for linux/arm64, which was not looked at; choose with --platform"
        );
    }
    assert_eq!(lines(&look(&file, "linux/arm64").unwrap()[0]), ["pkg:cargo/a@1.0.0 arm/Cargo.lock 1"]);
    let error = look(&file, "windows/amd64").unwrap_err();
    let expected =
        "it is not there for windows/amd64, but for linux/arm64, linux/amd64; choose with --platform";
    assert_eq!(error, format!("{}: {expected}", file.display()));
}

#[test]
fn a_blob_with_another_digest_is_damage() {
    let layers = [Made::new().file("Cargo.lock", LOCK).done()];
    let mut parts = layout(&[("latest", "linux/amd64", &layers)]);
    let folder = Folder::new();
    let good = look(&folder.file("shop.tar", &archive(&parts)), "linux/amd64").unwrap().remove(0);
    // A tag alone names no image.
    assert_eq!(good.asset.name, "shop");
    assert_eq!(good.asset.identifiers[0].to_string(), format!("image:{}", sha256(&config(&layers))));
    for (name, bytes) in &mut parts {
        if name.starts_with("blobs/") && bytes.starts_with(b"{\"config\"") {
            bytes.push(b' ');
        }
    }
    let error = look(&folder.file("bad.tar", &archive(&parts)), "linux/amd64").unwrap_err();
    assert!(error.contains("it is damaged: the content of blobs/sha256/"), "{error}");
    let index = |digest: &str| {
        let index = json!({"manifests": [{"digest": digest}]}).to_string().into_bytes();
        look(&folder.file("odd.tar", &archive(&[("index.json".to_owned(), index)])), "linux/amd64")
            .unwrap_err()
    };
    assert!(index("sha256:../../../etc/passwd").ends_with("is no SHA-256 digest"));
}

#[test]
fn unpacked_roots() {
    let folder = Folder::new();
    folder.file("root/etc/os-release", b"ID=debian\nVERSION_ID=12\n");
    folder.file("root/var/lib/dpkg/status", status(&[("bash", "5")]).as_bytes());
    folder.file("other/Cargo.lock", LOCK);
    let found = look(&folder.0.path().join("root"), "linux/amd64").unwrap();
    assert_eq!((found[0].asset.kind, found[0].asset.name.as_str()), (AssetKind::ContainerImage, "root"));
    assert_eq!(found[0].components.len(), 1);
    assert_eq!(found[0].coverage.covered[0].asset, found[0].asset);
    let error = look(&folder.0.path().join("other"), "linux/amd64").unwrap_err();
    assert!(error.contains("`bartizan discover files` reads any folder"), "{error}");
    assert!(look(&folder.0.path().join("absent"), "linux/amd64").unwrap_err().ends_with("absent: not found"));
}
