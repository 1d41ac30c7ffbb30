//! Folders made here, and what is taken in of them.

use super::*;
use std::fs;

const LOCK: &str = "[[package]]\nname = 'a'\nversion = '1.0.0'\n";

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let place = folder.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    folder
}

fn look(path: &Path, dev: bool) -> Inventory {
    files(path, &Wish { dev, asset: None }, "here", &mut |_| {}).unwrap()
}

/// `purl place, place` a line.
fn lines(inventory: &Inventory) -> Vec<String> {
    let line = |one: &ComponentSeen| format!("{} {}", one.purl, one.locations.join(", "));
    inventory.components.iter().map(line).collect()
}

fn kinds(inventory: &Inventory) -> Vec<&str> {
    match inventory.coverage.covered.as_slice() {
        [] => Vec::new(),
        [Covered { loci: Loci::Packages(kinds), checks: Checks::Only(checks), asset, .. }] => {
            assert!(checks.is_empty() && *asset == inventory.asset);
            kinds.iter().map(String::as_str).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lockfile_counts_and_not_what_was_asked_for() {
    let folder = tree(&[
        ("Cargo.toml", "[workspace]\nmembers = ['member']\n[workspace.dependencies]\na = '0.9'\n"),
        ("Cargo.lock", LOCK),
        ("member/Cargo.toml", "[package]\nname = 'member'\n[dependencies]\na = '0.8'\n"),
        ("alone/requirements.txt", "flask==2.0\n"),
        ("member/Cargo.lock", LOCK),
    ]);
    let inventory = look(folder.path(), false);
    assert_eq!(
        lines(&inventory),
        ["pkg:cargo/a@1.0.0 Cargo.lock, member/Cargo.lock", "pkg:pypi/flask@2.0 alone/requirements.txt"]
    );
    assert_eq!(inventory.left_out, LeftOut { dev: 0, declared: 3, owned: 0 });
    // Beside no lockfile, what is asked for is all there is to know.
    let folder = tree(&[("other/Cargo.lock", LOCK), ("own/Cargo.toml", "[dependencies]\nb = '0.9'\n")]);
    assert_eq!(
        lines(&look(folder.path(), false)),
        ["pkg:cargo/a@1.0.0 other/Cargo.lock", "pkg:cargo/b@0.9 own/Cargo.toml"]
    );
}

#[test]
fn what_only_serves_development_is_taken_in_on_demand() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/b": {"version": "1.0.0", "dev": true}}}"#;
    let folder = tree(&[("package-lock.json", lock)]);
    let inventory = look(folder.path(), false);
    assert_eq!(lines(&inventory), ["pkg:npm/a@1.0.0 package-lock.json"]);
    assert_eq!(inventory.left_out.dev, 1);
    assert_eq!(look(folder.path(), true).components.len(), 2);
}

#[test]
fn what_the_distribution_brought_is_judged_as_its_package() {
    let metadata = |name: &str| format!("Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n");
    let status =
        "Package: python3-requests\nStatus: install ok installed\nVersion: 2.0-1\nArchitecture: all\n";
    let own = "usr/lib/python3/dist-packages/requests-2.0.dist-info/METADATA";
    let old = "usr/lib/python3/dist-packages/idna-2.0.dist-info/METADATA";
    let other = "usr/local/lib/python3.11/dist-packages/flask-2.0.dist-info/METADATA";
    let folder = tree(&[
        ("etc/os-release", "ID=debian\nVERSION_ID=12\nPRETTY_NAME='Debian 12'\n"),
        ("etc/hostname", "web-1\n"),
        ("var/lib/dpkg/status", status),
        // One list names the place from before /lib became a link.
        ("var/lib/dpkg/info/python3-requests.list", &format!("/.\n/usr\n/{own}\n/{}\n", &old[4..])),
        (own, &metadata("requests")),
        (old, &metadata("idna")),
        (other, &metadata("flask")),
    ]);
    std::os::unix::fs::symlink("usr/bin", folder.path().join("bin")).unwrap();
    let inventory = look(folder.path(), false);
    assert_eq!((inventory.asset.kind, inventory.asset.name.as_str()), (AssetKind::Host, "web-1"));
    assert_eq!(inventory.os.as_deref(), Some("Debian 12"));
    assert_eq!(
        lines(&inventory),
        [
            "pkg:deb/debian/python3-requests@2.0-1?arch=all&distro=debian-12 var/lib/dpkg/status".to_owned(),
            format!("pkg:pypi/flask@2.0 {other}"),
        ]
    );
    assert_eq!(inventory.left_out, LeftOut { dev: 0, declared: 0, owned: 2 });

    // Alpine's database names folders and the files in them.
    let database =
        format!("P:py3-requests\nV:2.0-r0\nA:noarch\nF:{}\nR:METADATA\n\n", &own[..own.rfind('/').unwrap()]);
    let folder = tree(&[
        ("etc/os-release", "ID=alpine\nVERSION_ID=3.20.1\n"),
        ("lib/apk/db/installed", &database),
        (own, &metadata("requests")),
        (other, &metadata("flask")),
    ]);
    let inventory = look(folder.path(), false);
    assert_eq!((inventory.components.len(), inventory.left_out.owned), (2, 1), "{:?}", lines(&inventory));

    // pacman lists them in a file of each package.
    let folder = tree(&[
        ("etc/os-release", "ID=arch\n"),
        ("var/lib/pacman/local/ALPM_DB_VERSION", "9\n"),
        ("var/lib/pacman/local/python-requests-2.0-1/desc", "%NAME%\npython-requests\n\n%VERSION%\n2.0-1\n"),
        ("var/lib/pacman/local/python-requests-2.0-1/files", &format!("%FILES%\nusr/\n{own}\n")),
        (own, &metadata("requests")),
        (other, &metadata("flask")),
    ]);
    let inventory = look(folder.path(), false);
    assert_eq!((inventory.components.len(), inventory.left_out.owned), (2, 1), "{:?}", lines(&inventory));
    assert_eq!(inventory.coverage.gaps, []);

    // Images put together without dpkg have digests beside the status.
    let digest = "0".repeat(32);
    let folder = tree(&[
        ("etc/os-release", "ID=debian\nVERSION_ID=12\n"),
        ("var/lib/dpkg/status.d/python3-requests", "Package: python3-requests\nVersion: 2.0-1\n"),
        ("var/lib/dpkg/status.d/python3-requests.md5sums", &format!("{digest}  {own}\n")),
        (own, &metadata("requests")),
    ]);
    assert_eq!(look(folder.path(), false).left_out.owned, 1);
}

#[test]
fn what_was_looked_at_for_sure() {
    let folder = tree(&[("a/Cargo.lock", LOCK), ("b/requirements.txt", "x==1\n")]);
    let inventory = look(folder.path(), false);
    let covered = kinds(&inventory);
    assert!(["cargo", "deb", "npm", "pypi", "rpm"].iter().all(|kind| covered.contains(kind)), "{covered:?}");
    // A lockfile that cannot be read may hide crates, and nothing else.
    fs::write(folder.path().join("a/Cargo.lock"), "no TOML").unwrap();
    let broken = look(folder.path(), false);
    assert_eq!(broken.coverage.gaps.len(), 1);
    let mut expected = covered.clone();
    expected.retain(|kind| *kind != "cargo");
    assert_eq!(kinds(&broken), expected);
    // A folder that cannot be entered may hide anything: here its name cannot even be said.
    let odd = std::os::unix::ffi::OsStrExt::from_bytes(&b"odd\xff"[..]);
    fs::create_dir(folder.path().join::<&std::ffi::OsStr>(odd)).unwrap();
    assert_eq!(kinds(&look(folder.path(), false)), [""; 0]);
}

#[test]
fn a_single_file_covers_nothing() {
    let folder = tree(&[
        ("shop/Cargo.lock", LOCK),
        ("shop/notes.txt", "a==1"),
        ("shop/.git/config", "[remote \"origin\"]\nurl = https://git.example.org/acme/shop\n"),
    ]);
    let inventory = look(&folder.path().join("shop/Cargo.lock"), false);
    assert_eq!(lines(&inventory), ["pkg:cargo/a@1.0.0 Cargo.lock"]);
    assert_eq!((inventory.asset.kind, inventory.asset.name.as_str()), (AssetKind::Repository, "acme/shop"));
    assert_eq!(kinds(&inventory), [""; 0]);
    // A bill of materials is one under any name.
    let bill = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a", "purl": "pkg:npm/a@1"}]}"#;
    fs::write(folder.path().join("shop/bill.txt"), bill).unwrap();
    assert_eq!(lines(&look(&folder.path().join("shop/bill.txt"), false)), ["pkg:npm/a@1 bill.txt"]);
    let refused =
        |name: &str| files(&folder.path().join(name), &Wish::default(), "here", &mut |_| {}).unwrap_err();
    let error = refused("shop/notes.txt");
    assert!(
        error.contains(
            "shop/notes.txt: no kind of file that packages are read from. Read are, by their names: "
        ),
        "{error}"
    );
    assert!(error.contains("Cargo.lock"), "{error}");
    assert!(refused("absent").ends_with("absent: not found"));
}

#[test]
fn the_asset_by_its_place_or_as_asked() {
    let folder = tree(&[("app/Cargo.lock", LOCK)]);
    let path = folder.path().join("app").canonicalize().unwrap();
    let inventory = look(&path, false);
    assert_eq!((inventory.asset.kind, inventory.asset.name.as_str()), (AssetKind::Application, "app"));
    let place = format!("name:here:{}", path.display()).to_lowercase();
    assert_eq!(inventory.asset.identifiers[0].to_string(), place);
    let wish = Wish { dev: false, asset: Some("Shop".to_owned()) };
    let named = files(&path, &wish, "here", &mut |_| {}).unwrap();
    let asset = &named.asset;
    assert_eq!((asset.name.as_str(), asset.identifiers[0].to_string().as_str()), ("Shop", "name:shop"));
    // Another folder may be told under the same name.
    let place = path.to_string_lossy().into_owned();
    assert_eq!(named.coverage.covered[0].vantage.name(), Some(place.as_str()));
    assert_eq!((named.components[0].vantage.clone(), inventory.components[0].vantage.as_str()), (place, ""));
}
