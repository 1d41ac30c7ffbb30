//! A folder whose reports are imported as they appear.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, OpenOptions, Said, Taken, Watched};
use bartizan_model::Timestamp;
use std::io::Write as _;
use std::path::Path;

const REPORT: &str = "title,severity,asset,rule\nOld,high,web-1,r1\n";

struct House {
    app: App,
    folder: tempfile::TempDir,
    watched: Watched,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-03-10T08:00:00Z").unwrap());
    let options = OpenOptions { data: folder.path().join("data"), database_url: None, clock };
    let inbox = folder.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    House {
        app: App::open(options).unwrap(),
        watched: Watched::new(&inbox, Said::default()).unwrap(),
        folder,
    }
}

impl House {
    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join("inbox").join(name), content).unwrap();
    }

    /// Looks once, and takes what is ready.
    fn round(&mut self) -> Vec<Taken> {
        let ready = self.watched.look().unwrap();
        ready
            .iter()
            .map(|path| self.watched.take(&self.app, &Actor::system("watch"), path).unwrap())
            .collect()
    }

    /// What lies in the folder and the two below it.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, top: &Path, all: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, top, all);
                } else {
                    all.push(path.strip_prefix(top).unwrap().display().to_string());
                }
            }
        }
        let (inbox, mut all) = (self.folder.path().join("inbox"), Vec::new());
        walk(&inbox, &inbox, &mut all);
        all.sort();
        all
    }

    fn exposures(&self) -> usize {
        let mut count = 0;
        self.app.read(|reader| reader.each_exposure(|_| count += 1)).unwrap();
        count
    }
}

#[test]
fn a_file_is_taken_when_it_stands_still() {
    let mut house = house();
    house.put("a.csv", "title,severity,asset,rule\n");
    assert_eq!(house.round(), []);
    // Somebody still writes it.
    house.put("a.csv", REPORT);
    assert_eq!(house.round(), []);
    let taken = house.round();
    assert_eq!((taken.len(), taken[0].name.as_str()), (1, "a.csv"));
    assert_eq!(taken[0].reports, [("a.csv".to_owned(), None)]);
    assert_eq!((house.files(), house.exposures()), (vec!["done/a.csv".to_owned()], 1));
    // The same name again does not write over what lies there.
    house.put("a.csv", REPORT);
    house.round();
    assert_eq!(house.round().len(), 1);
    assert_eq!(
        (house.files(), house.exposures()),
        (vec!["done/2-a.csv".to_owned(), "done/a.csv".to_owned()], 1)
    );
    assert_eq!(house.round(), []);
}

#[test]
fn what_cannot_be_used_says_why_beside_it() {
    let mut house = house();
    house.put("letter.txt", "Dear all\n");
    house.put(".hidden.csv", REPORT);
    house.put("later.csv.part", REPORT);
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in [("x/good.csv", REPORT), ("bad.csv", "nothing\n")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    house.put("two.tar.gz", packed.finish().unwrap());
    assert_eq!(house.round(), []);
    let taken = house.round();
    assert_eq!(taken.len(), 2);
    assert_eq!(
        house.files(),
        [
            ".hidden.csv",
            "failed/letter.txt",
            "failed/letter.txt.reason.txt",
            "failed/two.tar.gz",
            "failed/two.tar.gz.reason.txt",
            "later.csv.part"
        ]
    );
    let reason =
        std::fs::read_to_string(house.folder.path().join("inbox/failed/two.tar.gz.reason.txt")).unwrap();
    let lines: Vec<_> = reason.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, "two.tar.gz!x/good.csv: imported"));
    assert!(lines[1].starts_with("two.tar.gz!bad.csv: "), "{reason}");
    assert_eq!(house.exposures(), 1);
}

#[test]
fn a_process_that_died_before_moving_imports_it_again() {
    let mut house = house();
    house.put("a.csv", REPORT);
    let path = house.folder.path().join("inbox/a.csv");
    house.app.import_file(&Actor::system("watch"), &path, "a.csv", &Said::default()).unwrap();
    house.round();
    assert_eq!(house.round().len(), 1);
    assert_eq!((house.files(), house.exposures()), (vec!["done/a.csv".to_owned()], 1));
}

#[test]
fn a_folder_of_a_network_has_machines_of_its_own() {
    let mut house = house();
    let report = "title,severity,asset,rule\nOld,high,10.0.0.5,r1\n";
    for network in [None, Some("branch-berlin")] {
        let network = network.map(|name| name.parse().unwrap());
        let said = Said { network, ..Said::default() };
        house.watched = Watched::new(&house.folder.path().join("inbox"), said).unwrap();
        house.put("a.csv", report);
        assert_eq!((house.round().len(), house.round().len()), (0, 1));
    }
    let mut names = Vec::new();
    house.app.read(|reader| reader.each_asset(|row| names.push(row.name))).unwrap();
    assert_eq!(names, ["10.0.0.5", "10.0.0.5%branch-berlin"]);
    assert_eq!(house.app.find_asset("10.0.0.5%Branch-Berlin").map(|id| id.0).ok(), Some(2));
}
