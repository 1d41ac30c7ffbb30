//! Real reports of other tools, against the counts that another importer's tests assert. Skipped when the corpora are
//! not there: set `BARTIZAN_SHARED`, or put them beside the repository.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bartizan_import::{Collected, OpenError, Options, by_id, detect, entries, open};
use bartizan_model::Observation;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Cursor};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Tool folder of the corpus, and our format.
const OURS: [(&str, &str); 6] = [
    ("nmap", "nmap"),
    ("trivy", "trivy"),
    ("nuclei", "nuclei"),
    ("sarif", "sarif"),
    ("cyclonedx", "cyclonedx"),
    ("openvex", "openvex"),
];

/// Where our count differs on purpose: file, ours, why.
const DIFFERENT: &[(&str, usize, &str)] = &[
    ("nmap/issue12411.xml", 4, "the other importer merges the same open port of two hosts"),
    (
        "nmap/issue4406.xml",
        33,
        "34 of the 42 vulners entries are exploits (metasploit, exploitdb, ...), not vulnerabilities",
    ),
    (
        "nuclei/issue_14071.json",
        24,
        "3 records name neither host nor address; they are rejected, not lost silently",
    ),
    ("trivy/license_scheme.json", 0, "licences are no weaknesses: a gap says that 19 were left out"),
];

/// Files in other tools' folders that really are in one of our formats: a part of the path, the format.
const REALLY_OURS: &[(&str, &str)] =
    &[("/cppcheck/cppcheck_", "sarif"), ("/devskim/devskim_", "sarif"), ("/flawfinder/flawfinder_", "sarif")];

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("BARTIZAN_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let path = given.unwrap_or(beside).join("corpora");
    if !path.join("reports.tar.gz").exists() {
        println!("skipped: no corpora at {} (set BARTIZAN_SHARED)", path.display());
        return None;
    }
    Some(path)
}

/// All files of an archive in the corpora.
fn files(archive: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let bytes = std::fs::read(shared()?.join(archive)).unwrap();
    let mut files = BTreeMap::new();
    entries(Cursor::new(bytes), &Default::default(), &mut |entry| {
        let mut content = Vec::new();
        entry.reader.read_to_end(&mut content).unwrap();
        files.insert(entry.name, content);
        ControlFlow::Continue(())
    })
    .unwrap();
    Some(files)
}

fn detected(bytes: &[u8]) -> Result<&'static str, String> {
    let mut reader = match open(bytes, &Default::default()) {
        Ok(reader) => reader,
        Err(OpenError::Archive(what)) => return Err(what.to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    detect(reader.fill_buf().unwrap()).map(|format| format.id).map_err(|error| error.to_string())
}

fn parse(format: &str, bytes: &[u8]) -> (Collected, Result<bartizan_import::Summary, String>) {
    let mut seen = Collected::default();
    let mut reader = open(bytes, &Default::default()).unwrap();
    let options = Options { fallback: "corpus".into(), ..Options::default() };
    let summary = (by_id(format).unwrap().parse)(&mut reader, &options, &mut seen);
    (seen, summary.map_err(|error| error.to_string()))
}

/// How the other importer counts: nmap makes findings of open ports; nuclei merges equal ones.
fn counted(tool: &str, seen: &Collected) -> usize {
    let services = seen.observations.iter().filter(|(_, o)| matches!(o, Observation::Service(_))).count();
    match tool {
        "nmap" => seen.findings().count() + services,
        "nuclei" => {
            let keys: BTreeSet<_> = seen
                .findings()
                .map(|finding| (finding.weakness.rule.clone(), finding.asset.name.clone()))
                .collect();
            keys.len()
        }
        // Statements: what is said of products is no finding of ours.
        "openvex" => seen.observations.iter().filter(|(_, o)| matches!(o, Observation::Statement(_))).count(),
        _ => seen.findings().count(),
    }
}

#[test]
fn counts_are_those_of_the_corpus() {
    let Some(files) = files("reports.tar.gz") else { return };
    let expected = String::from_utf8(files["reports/expected.tsv"].clone()).unwrap();
    let (mut right, mut wrong) = (0, Vec::new());
    for row in expected.lines().skip(1) {
        let fields: Vec<_> = row.split('\t').collect();
        let Some((tool, format)) = OURS.iter().find(|(tool, _)| *tool == fields[0]) else { continue };
        let bytes = &files[&format!("reports/{}", fields[2])];
        if fields[3] == "error" {
            assert!(detected(bytes).is_err() && parse(format, bytes).1.is_err(), "{}", fields[2]);
            right += 1;
            continue;
        }
        match detected(bytes) {
            Ok(id) if id == *format => {}
            Err(_) if bytes.is_empty() => {}
            other => wrong.push(format!("{}: detected as {other:?}", fields[2])),
        }
        let (seen, result) = parse(format, bytes);
        if let Err(error) = &result {
            wrong.push(format!("{}: {error}", fields[2]));
        }
        for (at, why) in seen.rejected.iter().filter(|(_, why)| !why.starts_with("neither host nor address"))
        {
            wrong.push(format!("{}: {at}: {why}", fields[2]));
        }
        let count = counted(tool, &seen);
        let on_purpose = DIFFERENT.iter().find(|(file, ..)| *file == fields[2]);
        let wanted = on_purpose.map(|(_, ours, _)| *ours).or(fields[3].parse().ok());
        if wanted.is_none_or(|wanted| wanted == count) {
            right += 1;
        } else {
            wrong.push(format!("{}: {count} instead of {}", fields[2], fields[3]));
        }
    }
    println!("{right} files right");
    assert!(wrong.is_empty(), "{right} right, but:\n{}", wrong.join("\n"));
}

#[test]
fn no_other_report_is_taken_for_ours() {
    let Some(files) = files("reports.tar.gz") else { return };
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for (name, bytes) in &files {
        let tool = name.split('/').nth(1).unwrap_or_default();
        if OURS.iter().any(|(folder, _)| *folder == tool) || name.matches('/').count() < 2 {
            continue;
        }
        checked += 1;
        let really = REALLY_OURS.iter().find(|(part, _)| name.contains(part)).map(|(_, format)| *format);
        match (detected(bytes).ok(), really) {
            (found, really) if found == really => {
                if let Some(format) = found {
                    let (seen, result) = parse(format, bytes);
                    println!("{name}: {format}, {} findings", seen.findings().count());
                    assert!(result.is_ok() && seen.rejected.is_empty(), "{name}: {result:?}");
                }
            }
            (found, _) => wrong.push(format!("{name}: {found:?}")),
        }
    }
    println!("{checked} files checked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a bill says is there, in its order.
fn components(seen: &Collected) -> impl Iterator<Item = &bartizan_model::observation::ComponentSeen> {
    seen.observations.iter().filter_map(|(_, observation)| match observation {
        Observation::Component(component) => Some(component),
        _ => None,
    })
}

#[test]
fn components_are_those_of_the_corpus() {
    let Some(files) = files("sbom.tar.gz") else { return };
    let counts = String::from_utf8(files["sbom/counts.tsv"].clone()).unwrap();
    let (mut right, mut wrong) = (BTreeMap::new(), Vec::new());
    for row in counts.lines().skip(1) {
        let fields: Vec<_> = row.split('\t').collect();
        let bytes = &files[&format!("sbom/{}", fields[0])];
        let ours = ["cyclonedx", "spdx"].into_iter().find(|ours| fields[1].starts_with(ours));
        let Some(ours) = ours else {
            match detected(bytes) {
                Err(_) => *right.entry("refused").or_insert(0) += 1,
                // Broken JSON that begins like a CycloneDX document is a broken CycloneDX document.
                Ok("cyclonedx") if fields[1] == "invalid-json" => {
                    assert!(parse("cyclonedx", bytes).1.is_err(), "{}", fields[0]);
                    *right.entry("refused").or_insert(0) += 1;
                }
                other => wrong.push(format!("{}: detected as {other:?}", fields[0])),
            }
            continue;
        };
        if detected(bytes) != Ok(ours) {
            wrong.push(format!("{}: detected as {:?}", fields[0], detected(bytes)));
        }
        let (seen, result) = parse(ours, bytes);
        let summary = match result {
            Ok(summary) => summary,
            Err(error) => {
                wrong.push(format!("{}: {error}", fields[0]));
                continue;
            }
        };
        let count = components(&seen).count() as u64;
        let wanted: u64 = fields[3].parse().unwrap();
        // One component of bad-purls has neither name nor package URL nor reference: it is rejected, aloud.
        let nameless = u64::from(fields[0].ends_with("bad-purls.cdx.xml"));
        // The count holds the element that an SPDX document describes, which is the asset: often no component of itself.
        let subject = u64::from(ours == "spdx" && summary.records == wanted && count + 1 == wanted);
        if count + nameless + subject == wanted && seen.rejected.len() as u64 == nameless {
            *right.entry(ours).or_insert(0) += 1;
        } else {
            let first = seen.rejected.first();
            wrong.push(format!("{}: {count} instead of {wanted}; {first:?}", fields[0]));
        }
    }
    println!("right: {right:?}");
    assert!(wrong.is_empty(), "{right:?} right, but:\n{}", wrong.join("\n"));
}

/// One image in four syntaxes: the same software, of the same release.
#[test]
fn one_image_is_the_same_in_every_syntax() {
    let Some(shared) = shared() else { return };
    let path = shared.join("../vectors/trivy_integration/goldens_and_fixtures.tar.gz");
    let bytes = std::fs::read(path).unwrap();
    let mut seen = BTreeMap::new();
    entries(Cursor::new(bytes), &Default::default(), &mut |entry| {
        if entry.name.contains("fixtures/sbom/centos-7") {
            let mut content = Vec::new();
            entry.reader.read_to_end(&mut content).unwrap();
            let format = detected(&content).unwrap();
            let (collected, result) = parse(format, &content);
            assert!(result.is_ok() && collected.rejected.is_empty(), "{}: {result:?}", entry.name);
            let purls: BTreeSet<_> = components(&collected).map(|it| it.purl.clone()).collect();
            seen.insert(entry.name, purls);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(seen.len(), 4, "{seen:?}");
    for (name, purls) in seen {
        for wanted in [
            "pkg:rpm/centos/bash@4.2.46-31.el7?arch=x86_64&distro=centos-7.6.1810",
            "pkg:rpm/centos/openssl-libs@1.0.2k-16.el7?arch=x86_64&distro=centos-7.6.1810&epoch=1",
        ] {
            let found = purls.iter().any(|purl| purl.starts_with(wanted));
            assert!(found, "{name}: {purls:?}");
        }
    }
}
