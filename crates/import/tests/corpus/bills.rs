//! Bills of materials of the corpus: every component that they say is there.

use crate::{detected, files, parse, shared};
use bartizan_import::{Collected, entries};
use bartizan_model::Observation;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::ops::ControlFlow;

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
                Ok("syft") if parse("syft", bytes).1.is_ok() => *right.entry("syft").or_insert(0) += 1,
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
