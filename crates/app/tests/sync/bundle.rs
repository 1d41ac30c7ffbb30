//! Carrying feeds by hand, also where somebody was at them on the way.

use crate::house::{House, KEV, kev};
use bartizan_app::{Actor, App, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};

/// An installation that fetched, its key, and one that cannot fetch.
struct Two {
    house: House,
    inside: App,
    key: PathBuf,
    public: String,
}

fn actor() -> Actor {
    Actor::system("test")
}

impl Two {
    fn new() -> Self {
        let house = House::new();
        house.sync(&["kev", "epss"]);
        let options = OpenOptions {
            data: house.folder.path().join("inside"),
            database_url: None,
            clock: house.clock.clone(),
        };
        let inside = App::open(options).unwrap().offline(true);
        let key = house.folder.path().join("key");
        let public = house.app.make_bundle_key(&key).unwrap();
        inside.trust_bundle_key(&actor(), &public, true).unwrap();
        Self { house, inside, key, public }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.house.folder.path().join(name)
    }

    fn make(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        self.house.app.create_bundle(&actor(), &path, &self.key).unwrap();
        path
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn kev_inside(&self) -> Option<i64> {
        let feeds = self.inside.read(|reader| reader.feeds()).unwrap();
        feeds.iter().find(|feed| feed.name == "kev").map(|feed| feed.records)
    }

    /// Loading must fail, and change nothing.
    fn refused(&self, path: &Path) -> String {
        let held = self.kev_inside();
        let error = self.inside.load_bundle(&actor(), path, false).unwrap_err().to_string();
        assert_eq!(self.kev_inside(), held);
        assert!(error.ends_with("; nothing of it was loaded"), "{error}");
        error
    }
}

/// The entries of a bundle: type, name, content.
type Entries = Vec<(tar::EntryType, String, Vec<u8>)>;

fn entries(bundle: &Path) -> Entries {
    let bytes = zstd::decode_all(std::fs::File::open(bundle).unwrap()).unwrap();
    let mut archive = tar::Archive::new(&bytes[..]);
    let entry = |entry: Result<tar::Entry<'_, _>, _>| {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.header().entry_type(), name, content)
    };
    archive.entries().unwrap().map(entry).collect()
}

fn packed(entries: &Entries) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (kind, name, content) in entries {
        let mut header = tar::Header::new_gnu();
        // Written raw: the library would refuse `..`.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, &content[..]).unwrap();
    }
    zstd::encode_all(&builder.into_inner().unwrap()[..], 3).unwrap()
}

#[test]
fn what_was_fetched_is_loaded_elsewhere() {
    let two = Two::new();
    let made = two.house.app.create_bundle(&actor(), &two.path("b"), &two.key).unwrap();
    assert_eq!((made.files, made.missing.len()), (2, 0));
    let loaded = two.inside.load_bundle(&actor(), &two.path("b"), false).unwrap();
    assert_eq!((loaded.number, loaded.created_at.as_str()), (made.number, "2026-01-10T12:01:00Z"));
    assert!(loaded.loaded.files.iter().all(|file| file.outcome.is_ok()), "{:?}", loaded.loaded.files);
    assert!(loaded.loaded.files[0].label.ends_with("b/epss/epss_scores-current.csv.gz"));
    assert_eq!(two.kev_inside(), Some(4));
    // The same again is no harm, and nothing is left lying about.
    two.inside.load_bundle(&actor(), &two.path("b"), false).unwrap();
    assert_eq!(two.inside.data().join("spool").read_dir().unwrap().count(), 0);
    assert!(
        two.house.app.create_bundle(&actor(), &two.path("b"), &two.key).is_err(),
        "nothing is overwritten"
    );
}

#[test]
fn feeds_that_are_not_in_it_are_named() {
    let two = Two::new();
    let text = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2099-0001","state":"PUBLISHED"},"containers":{"cna":{"title":"t"}}}"#;
    two.house.app.load_feed(&actor(), Box::new(text.as_bytes()), "by hand").unwrap();
    assert_eq!(two.house.app.create_bundle(&actor(), &two.path("b"), &two.key).unwrap().missing, ["cve"]);
}

#[test]
fn an_older_one_is_meant_or_refused() {
    let two = Two::new();
    let old = two.make("old");
    two.house.has(KEV, "200 OK", kev(5));
    two.house.sync(&["kev"]);
    let new = two.make("new");
    two.inside.load_bundle(&actor(), &new, false).unwrap();
    let why = two.refused(&old);
    assert!(why.contains("it is older") && why.contains("--allow-older"), "{why}");
    assert_eq!(two.kev_inside(), Some(5));
    two.inside.load_bundle(&actor(), &old, true).unwrap();
    assert_eq!(two.kev_inside(), Some(4));
}

#[test]
fn numbers_grow_also_within_a_second() {
    let two = Two::new();
    let number =
        |name: &str| two.house.app.create_bundle(&actor(), &two.path(name), &two.key).unwrap().number;
    assert!(number("a") < number("b"));
}

#[test]
fn only_trusted_keys_count() {
    let two = Two::new();
    let bundle = two.make("b");
    assert_eq!(two.inside.bundle_keys().unwrap(), std::slice::from_ref(&two.public));
    two.inside.trust_bundle_key(&actor(), &two.public, false).unwrap();
    let why = two.refused(&bundle);
    assert!(why.contains("not trusted here") && why.contains(&two.public), "{why}");
    assert!(two.inside.trust_bundle_key(&actor(), "ed25519:1234", true).is_err());
}

#[test]
fn whoever_was_at_it_on_the_way_is_found_out() {
    let two = Two::new();
    let good = two.make("good");
    let inside = entries(&good);
    assert_eq!(
        inside.iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>(),
        [
            "manifest.json",
            "manifest.sig",
            "files/epss/epss_scores-current.csv.gz",
            &format!("files/kev/{KEV}")
        ]
    );
    let with = |name: &str, change: &dyn Fn(&mut Entries)| {
        let mut changed = inside.clone();
        change(&mut changed);
        two.refused(&two.file(name, &packed(&changed)))
    };
    // The way it is packed is no part of it.
    two.inside.load_bundle(&actor(), &two.file("same", &packed(&inside)), false).unwrap();

    let flipped = with("flipped", &|all| all[3].2[100] ^= 1);
    assert!(flipped.contains("tampered"), "{flipped}");
    let longer = with("longer", &|all| all[3].2.push(b' '));
    assert!(longer.contains("tampered"), "{longer}");
    let manifest = with("manifest", &|all| all[0].2[50] ^= 1);
    assert!(manifest.contains("its signature does not fit its manifest"), "{manifest}");
    let unsigned = with("unsigned", &|all| drop(all.remove(1)));
    assert!(unsigned.contains("it is not signed"), "{unsigned}");
    let empty = with("empty signature", &|all| all[1].2.clear());
    assert!(empty.contains("it is not signed"), "{empty}");
    let missing = with("missing", &|all| drop(all.pop()));
    assert!(missing.contains("it breaks off before files/kev/"), "{missing}");
    let order = with("order", &|all| all.swap(2, 3));
    assert!(order.contains("should stand where"), "{order}");
    let more =
        with("more", &|all| all.push((tar::EntryType::Regular, "files/../../x".into(), b"x".to_vec())));
    assert!(more.contains("which its manifest does not name"), "{more}");
    for kind in
        [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Directory]
    {
        let link = with("link", &|all| all[3].0 = kind);
        assert!(link.contains("should stand where"), "{kind:?}: {link}");
    }
    let huge = with("huge", &|all| all[0].2 = vec![b' '; 5 << 20]);
    assert!(huge.contains("manifest.json is larger than"), "{huge}");
}

#[test]
fn what_breaks_off_or_is_none_is_refused() {
    let two = Two::new();
    let bytes = std::fs::read(two.make("good")).unwrap();
    for cut in [0, 3, bytes.len() / 3, bytes.len() / 2, bytes.len() - 3, bytes.len() - 1] {
        let why = two.refused(&two.file("cut", &bytes[..cut]));
        assert!(why.contains("breaks off") || why.contains("not signed"), "{cut}: {why}");
    }
    for (name, bytes) in
        [("text", b"no bundle at all, whatever it is called".to_vec()), ("zeros", vec![0; 4096])]
    {
        assert!(two.refused(&two.file(name, &bytes)).contains("damaged"), "{name}");
    }
    let flipped: Vec<u8> = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| if at == bytes.len() - 2 { byte ^ 1 } else { *byte })
        .collect();
    assert!(two.refused(&two.file("flipped", &flipped)).contains("damaged"));
}

#[test]
fn there_is_nothing_to_carry_before_something_was_fetched() {
    let two = Two::new();
    let error = two.inside.create_bundle(&actor(), &two.path("b"), &two.key).unwrap_err().to_string();
    assert!(error.contains("run `bartizan feeds sync` first"), "{error}");
    // What lies there is not what was fetched.
    let path = two.house.app.data().join("downloads/kev").join(KEV);
    std::fs::write(&path, kev(4).iter().map(|b| b.to_ascii_uppercase()).collect::<Vec<_>>()).unwrap();
    let error = two.house.app.create_bundle(&actor(), &two.path("b"), &two.key).unwrap_err().to_string();
    assert!(
        error.contains("is not what was fetched") && !two.path("b").exists() && !two.path("b.part").exists(),
        "{error}"
    );
}
