//! A bill of materials of 300,000 components from a file to durable facts: memory at the peak, and time for each.

use crate::measure::{peak_memory, timed};
use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions};
use bartizan_model::Timestamp;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const COMPONENTS: usize = 300_000;
/// What the whole process may hold, in MiB.
const MOST_MEMORY: f64 = 300.0;

pub(crate) fn run() -> anyhow::Result<()> {
    for (format, write) in
        [("cyclonedx", cyclonedx as fn(&mut dyn Write) -> std::io::Result<()>), ("spdx", spdx)]
    {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("bill.json");
        let mut file = BufWriter::new(File::create(&path)?);
        write(&mut file)?;
        file.flush()?;
        let size = std::fs::metadata(&path)?.len() as f64 / f64::from(1 << 20);
        let (components, time) = timed(|| import(folder.path(), &path))?;
        anyhow::ensure!(components == COMPONENTS as i64, "{components} components of {COMPONENTS}");
        let each = time.as_secs_f64() * 1e6 / COMPONENTS as f64;
        println!(
            "  {format:<10} {COMPONENTS} components, {size:.0} MiB: {:.2} s, {each:.1} µs each",
            time.as_secs_f64()
        );
        if let Some(peak) = peak_memory() {
            println!(
                "  {format:<10} peak memory of the process so far {peak:.0} MiB (at most {MOST_MEMORY:.0})"
            );
            anyhow::ensure!(peak < MOST_MEMORY, "{peak:.0} MiB is more than {MOST_MEMORY:.0}");
        }
    }
    Ok(())
}

fn import(data: &Path, bill: &Path) -> anyhow::Result<i64> {
    let clock = Clock::fixed(Timestamp::from_seconds(1_790_000_000));
    let app = App::open(OpenOptions { data: data.join("data"), database_url: None, clock })?;
    let imported = app.import(&Actor::system("bench"), ImportRequest::file(bill)?)?;
    anyhow::ensure!(imported.rejected_total == 0, "rejected: {:?}", imported.rejected);
    let asset = app.find_asset("bench")?;
    Ok(app.read(|reader| reader.components(asset, 1))?.0)
}

/// Name, version and package URL of a component: four fifths of a language, the rest of a distribution.
fn component(number: usize) -> (String, String, String) {
    let (name, version) =
        (format!("package-number-{number}"), format!("{}.{}.{}", number % 9, number % 50, number));
    let purl = match number % 5 {
        0 => format!("pkg:deb/debian/{name}@{version}?arch=amd64"),
        1 | 2 => format!("pkg:npm/{name}@{version}"),
        3 => format!("pkg:maven/org.example.group{}/{name}@{version}", number % 700),
        _ => format!("pkg:golang/example.org/{name}@v{version}"),
    };
    (name, version, purl)
}

fn cyclonedx(out: &mut dyn Write) -> std::io::Result<()> {
    write!(
        out,
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{{"timestamp":"2026-03-01T08:00:00Z","component":{{"type":"application","name":"bench"}}}},"components":[{{"type":"operating-system","name":"debian","version":"12"}}"#
    )?;
    for number in 1..COMPONENTS {
        let (name, version, purl) = component(number);
        write!(
            out,
            r#",{{"bom-ref":"{purl}&package-id={number:016x}","type":"library","name":"{name}","version":"{version}","licenses":[{{"license":{{"id":"MIT"}}}}],"cpe":"cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*","purl":"{purl}","properties":[{{"name":"syft:package:foundBy","value":"a-cataloger"}},{{"name":"syft:location:0:path","value":"/srv/app/node_modules/{name}/package.json"}}]}}"#
        )?;
    }
    writeln!(out, "]}}")
}

fn spdx(out: &mut dyn Write) -> std::io::Result<()> {
    write!(
        out,
        r#"{{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"bench","documentNamespace":"https://example.org/bench","creationInfo":{{"created":"2026-03-01T08:00:00Z","creators":["Tool: bench-1"]}},"packages":[{{"SPDXID":"SPDXRef-Root","name":"bench","downloadLocation":"NOASSERTION"}},{{"SPDXID":"SPDXRef-OperatingSystem-0","name":"debian","versionInfo":"12","downloadLocation":"NOASSERTION"}}"#
    )?;
    for number in 1..COMPONENTS {
        let (name, version, purl) = component(number);
        write!(
            out,
            r#",{{"SPDXID":"SPDXRef-Package-{number}","name":"{name}","versionInfo":"{version}","supplier":"NOASSERTION","downloadLocation":"NOASSERTION","filesAnalyzed":false,"licenseConcluded":"NOASSERTION","copyrightText":"NOASSERTION","externalRefs":[{{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*"}},{{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"{purl}"}}]}}"#
        )?;
    }
    write!(
        out,
        r#"],"relationships":[{{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-Root"}}"#
    )?;
    for number in 1..COMPONENTS {
        write!(
            out,
            r#",{{"spdxElementId":"SPDXRef-Root","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-Package-{number}"}}"#
        )?;
    }
    writeln!(out, "]}}")
}
