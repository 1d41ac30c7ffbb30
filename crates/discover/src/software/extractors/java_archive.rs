//! A Java archive: the artifacts that its `pom.properties` name, else what its manifest or its name says; and the
//! archives inside it.

use crate::software::extractor::{self, BINARY, Extractor, File};
use crate::software::{Package, Standing};
use std::borrow::Cow;
use std::io::{Cursor, Read};
use zip::ZipArchive;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "java_archive",
    name: ".jar, .war and .ear",
    docs: "https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html",
    wants: is_archive,
    magic: &[],
    cap: BINARY,
    kinds: &["maven"],
    extract: |file| {
        let mut reader = Reader { file, left: UNPACKED, found: Vec::new() };
        reader.read(file.path, file.bytes, 0)?;
        let mut found = reader.found;
        found.sort();
        found.dedup();
        Ok(found)
    },
};

/// The most bytes that are unpacked of one file, all that is nested in it together.
const UNPACKED: u64 = 1 << 30;
/// The most bytes of a manifest or of `pom.properties`.
const SMALL: u64 = 4 << 20;
/// The most entries of one archive.
const ENTRIES: usize = 500_000;
/// An archive in an archive: a jar in a war in an ear.
const DEPTH: usize = 4;

fn is_archive(path: &str) -> bool {
    let ends = ["jar", "war", "ear", "jmod", "par", "sar", "jpi", "hpi", "kar", "nar", "rar"];
    path.rsplit_once('.').is_some_and(|(_, end)| {
        let end = end.to_ascii_lowercase();
        // A `.rar` is also another kind of archive, unless it is nested.
        ends.contains(&end.as_str()) && (end != "rar" || path.contains('!'))
    })
}

struct Reader<'a> {
    file: &'a File<'a>,
    /// Bytes that may still be unpacked.
    left: u64,
    found: Vec<Package>,
}

/// What an entry tells.
enum Part {
    Properties,
    Manifest,
    Archive,
}

impl Reader<'_> {
    /// Adds the packages of an archive. `path` has a `!` between an archive and what is nested in it.
    fn read(&mut self, path: &str, bytes: &[u8], depth: usize) -> Result<(), String> {
        // A module of Java has four bytes before the archive.
        let bytes = bytes.strip_prefix(b"JM\x01\x00").unwrap_or(bytes);
        // Counted before the list of entries is read, which takes more memory than the list itself.
        if bytes.windows(4).filter(|mark| mark == b"PK\x01\x02").take(ENTRIES + 1).count() > ENTRIES {
            return Err(format!("an archive with more than {ENTRIES} entries"));
        }
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("no archive: {error}"))?;
        let (mut manifest, mut artifacts) = (Manifest::default(), Vec::new());
        for index in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(index).map(|name| name.map(Cow::into_owned)) else {
                continue;
            };
            let part = if name.starts_with("META-INF/maven/") && name.ends_with("/pom.properties") {
                Part::Properties
            } else if name.eq_ignore_ascii_case("META-INF/MANIFEST.MF") {
                Part::Manifest
            } else if is_archive(&format!("!{name}")) {
                Part::Archive
            } else {
                continue;
            };
            let place = format!("{path}!{name}");
            let content = match self.content(&mut archive, index, &part) {
                Ok(content) => content,
                Err(why) => {
                    self.file.problem(format!("{place} was left out: {why}"));
                    continue;
                }
            };
            match part {
                Part::Properties => artifacts.extend(from_properties(&String::from_utf8_lossy(&content))),
                Part::Manifest => manifest = Manifest::of(&String::from_utf8_lossy(&content)),
                // Named like an archive, and none.
                Part::Archive if !content.starts_with(b"PK") && !content.starts_with(b"JM") => {}
                Part::Archive => {
                    let read = if depth < DEPTH {
                        self.read(&place, &content, depth + 1)
                    } else {
                        Err(format!("archives are nested deeper than {DEPTH}"))
                    };
                    if let Err(why) = read {
                        self.file.problem(format!("{place} was left out: {why}"));
                    }
                }
            }
        }
        // What was shaded into the archive has its properties there too, and may be all that has.
        let stem = stem(path);
        let versioned = split(stem).is_some();
        if artifacts.is_empty()
            || (versioned && !artifacts.iter().any(|package: &Package| stem.starts_with(package.purl.name())))
        {
            self.found.extend(from_manifest(stem, &manifest));
        }
        self.found.extend(artifacts);
        Ok(())
    }

    /// Unpacks an entry, whatever size it states.
    fn content(
        &mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
        index: usize,
        part: &Part,
    ) -> Result<Vec<u8>, String> {
        let entry = archive.by_index(index).map_err(|error| error.to_string())?;
        let cap = if matches!(part, Part::Archive) { self.left } else { SMALL.min(self.left) };
        let mut content = Vec::new();
        let read = entry.take(cap + 1).read_to_end(&mut content);
        self.left = self.left.saturating_sub(content.len() as u64);
        read.map_err(|error| error.to_string())?;
        if content.len() as u64 > cap {
            return Err(format!("it unpacks to more than {} MiB", cap >> 20));
        }
        Ok(content)
    }
}

fn from_properties(text: &str) -> Option<Package> {
    let value = |key: &str| {
        text.lines().find_map(|line| {
            Some(line.trim().strip_prefix(key)?.trim_start().strip_prefix(['=', ':'])?.trim())
        })
    };
    let (group, artifact) = (value("groupId")?, value("artifactId")?);
    if group.is_empty() || [group, artifact].iter().any(|part| part.contains("${")) {
        return None;
    }
    let version = value("version").filter(|version| !version.contains("${")).unwrap_or("");
    Package::new(Standing::Installed, "maven", &format!("{group}:{artifact}"), version).ok()
}

/// What the manifest says of the archive itself.
#[derive(Default)]
struct Manifest {
    group: String,
    name: String,
    version: String,
}

impl Manifest {
    fn of(text: &str) -> Self {
        // A long line goes on in the next, behind a space; the first section is about the whole archive.
        let text = text.replace("\r\n", "\n").replace("\n ", "");
        let main = text.split("\n\n").next().unwrap_or("");
        let value = |keys: &[&str]| {
            let of = |key: &&str| {
                let mut pairs = main.lines().filter_map(|line| line.split_once(':'));
                let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
                Some(value.trim()).filter(|value| !value.is_empty() && !value.contains("${"))
            };
            keys.iter().find_map(of).unwrap_or("").to_owned()
        };
        let bundle = value(&["Bundle-SymbolicName"]);
        let bundle = bundle.split(';').next().unwrap_or("");
        Self {
            group: value(&["Implementation-Vendor-Id", "Group-Id"]),
            name: match bundle.rsplit_once('.') {
                // The symbolic name of a bundle is a group with a name.
                Some(_) => bundle.to_owned(),
                None => value(&["Artifact-Id", "Extension-Name", "Short-Name"]),
            },
            version: value(&[
                "Implementation-Version",
                "Bundle-Version",
                "Plugin-Version",
                "Specification-Version",
            ]),
        }
    }
}

/// The archive by its name, with the group, and a version that the name lacks, from its manifest. Without any version
/// it is a program's own archive, of which nothing is known.
fn from_manifest(stem: &str, manifest: &Manifest) -> Option<Package> {
    let (name, version) = split(stem).unwrap_or((stem, manifest.version.as_str()));
    if version.is_empty() || name.is_empty() {
        return None;
    }
    let group = match (manifest.group.as_str(), manifest.name.rsplit_once('.')) {
        ("", None) => "",
        // The group with the name, or without what both have: `org.apache.commons.io` of `commons-io`.
        ("", Some((group, last))) if last == name => group,
        ("", Some((group, last))) => match name.split_once('-') {
            Some((first, rest)) if rest == last && group.rsplit('.').next() == Some(first) => group,
            _ => manifest.name.as_str(),
        },
        (group, _) => group,
    };
    let full = if group.is_empty() { name.to_owned() } else { format!("{group}:{name}") };
    Package::new(Standing::Installed, "maven", &full, version).ok()
}

/// `log4j-core` and `2.14.1` from `log4j-core-2.14.1`.
fn split(stem: &str) -> Option<(&str, &str)> {
    let mut dashes = stem.match_indices('-').map(|(at, _)| (&stem[..at], &stem[at + 1..]));
    dashes.find(|(name, version)| !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()))
}

/// The name of the archive without folders and ending.
fn stem(path: &str) -> &str {
    let inner = path.rsplit('!').next().unwrap_or(path);
    let name = extractor::name(inner);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, run};
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            zip.start_file(
                *name,
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated),
            )
            .unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const PROPERTIES: &[u8] = b"#Created by Apache Maven\nversion=2.14.1\ngroupId=org.apache.logging.log4j\nartifactId=log4j-core\n";

    #[test]
    fn properties_and_nested_archives() {
        let core =
            archive(&[("META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties", PROPERTIES)]);
        let named = archive(&[(
            "META-INF/MANIFEST.MF",
            b"Manifest-Version: 1.0\r\nImplementation-Vendor-Id: com.ac\r\n me\r\n\r\nName: x\r\n",
        )]);
        let war = archive(&[
            ("WEB-INF/lib/log4j-core-2.14.1.jar", &core),
            ("WEB-INF/lib/tool-1.0-rc1.jar", &named),
            ("index.html", b"<html>"),
            ("WEB-INF/classes/fake.jar", b"no archive"),
        ]);
        check(
            &EXTRACTOR,
            "srv/shop.war",
            war,
            &[
                "installed pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
                "installed pkg:maven/com.acme/tool@1.0-rc1",
            ],
        );
    }

    #[test]
    fn by_manifest() {
        for (name, manifest, expected) in [
            (
                "guava.jar",
                "Bundle-SymbolicName: com.google.guava;x=y\nBundle-Version: 32.1.2\n",
                "installed pkg:maven/com.google/guava@32.1.2",
            ),
            (
                "commons-io-2.11.0.jar",
                "Bundle-SymbolicName: org.apache.commons.io\n",
                "installed pkg:maven/org.apache.commons/commons-io@2.11.0",
            ),
        ] {
            check(&EXTRACTOR, name, archive(&[("META-INF/MANIFEST.MF", manifest.as_bytes())]), &[expected]);
        }
        check(&EXTRACTOR, "mine.jar", archive(&[("A.class", b"x")]), &[]);
    }

    #[test]
    fn bombs() {
        let mut jar = archive(&[("a.txt", b"x")]);
        for _ in 0..6 {
            jar = archive(&[("inner.jar", &jar)]);
        }
        let problem = |bytes: &[u8]| run(&EXTRACTOR, "a.jar", bytes, &|_| None).1.pop().unwrap_or_default();
        assert!(problem(&jar).ends_with("archives are nested deeper than 4"));
        let big = archive(&[("META-INF/MANIFEST.MF", &vec![b' '; 5 << 20])]);
        assert_eq!(problem(&big), "a.jar!META-INF/MANIFEST.MF was left out: it unpacks to more than 4 MiB");
        let zeros = archive(&[("x.jar", &vec![0; 2 << 20])]);
        let (problems, other) = (std::cell::RefCell::new(Vec::new()), |_: &str| None);
        let told = |why: String| problems.borrow_mut().push(why);
        let file = File { path: "a.jar", bytes: &zeros, other: &other, problem: &told };
        Reader { file: &file, left: 1 << 20, found: Vec::new() }.read("a.jar", &zeros, 0).unwrap();
        assert_eq!(problems.take(), ["a.jar!x.jar was left out: it unpacks to more than 1 MiB"]);
        assert!(run(&EXTRACTOR, "a.jar", b"no zip", &|_| None).0.is_err());
    }

    proptest! {
        #[test]
        fn mutated_archives_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), end in any::<prop::sample::Index>()) {
            let mut bytes = archive(&[("META-INF/maven/a/b/pom.properties", PROPERTIES), ("x.jar", &archive(&[]))]);
            let _ = run(&EXTRACTOR, "a.jar", &bytes[..end.index(bytes.len())], &|_| None);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = run(&EXTRACTOR, "a.jar", &bytes, &|_| None);
        }
    }
}
