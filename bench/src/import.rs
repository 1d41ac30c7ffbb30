//! Reports from bytes to durable facts and the new order of priority, through the same door as the UI and the command
//! line: parse, resolve assets, write, follow. Beside what raw SQLite does in the same run (see `ingest`).

use crate::ingest::raw;
use crate::measure::{median, peak_memory, rate, timed};
use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions, Tally};
use bartizan_model::Timestamp;
use std::fmt::Write as _;
use std::io::Cursor;

const FINDINGS: usize = 10_000;
const HOSTS: usize = 500;
const RUNS: usize = 5;

pub(crate) fn run() -> anyhow::Result<()> {
    println!(
        "  {FINDINGS} findings over {HOSTS} hosts: one nuclei file, or one trivy report a host; median of {RUNS} runs"
    );
    let mut figures: [Vec<f64>; 7] = Default::default();
    let mut sizes = [0, 0];
    for _ in 0..RUNS {
        for (which, make) in [nuclei as fn(usize) -> Vec<String>, trivy].into_iter().enumerate() {
            let folder = tempfile::tempdir()?;
            let clock = Clock::fixed(Timestamp::from_seconds(1_790_000_000));
            let options =
                OpenOptions { data: folder.path().to_owned(), database_url: None, clock: clock.clone() };
            let app = App::open(options)?;
            // As in a server: it follows.
            drop(app.estate()?);
            for (index, day) in [0, 1].into_iter().enumerate() {
                clock.set(Timestamp::from_seconds(1_790_000_000).plus_days(day));
                let reports = make(index);
                sizes[which] = reports.iter().map(String::len).sum();
                let (tally, time) = timed(|| take_in(&app, reports))?;
                let expected = [tally.created, tally.unchanged][index];
                anyhow::ensure!(expected == FINDINGS as i64, "unexpected: {tally:?}");
                figures[which * 2 + index].push(rate(FINDINGS, time));
            }
            if which == 0 {
                let parsed = parse_only(&make(0))?;
                let [inserts, updates] = raw(&folder.path().join("raw.db"))?;
                figures[4].push(inserts);
                figures[5].push(updates);
                figures[6].push(parsed);
            }
        }
    }
    let [nuclei_new, nuclei_same, trivy_new, trivy_same, inserts, updates, parsed] = figures.map(median);
    let mib = sizes.map(|bytes| bytes as f64 / f64::from(1 << 20));
    println!("  nuclei, new                {nuclei_new:>9.0} findings/s   {:.1} MiB in one file", mib[0]);
    println!("  nuclei, seen again         {nuclei_same:>9.0} findings/s");
    println!("  nuclei, parsed only        {parsed:>9.0} findings/s");
    println!(
        "  trivy, new                 {trivy_new:>9.0} findings/s   {:.1} MiB in {HOSTS} files, a durable commit each",
        mib[1]
    );
    println!("  trivy, seen again          {trivy_same:>9.0} findings/s");
    println!(
        "  raw SQLite, insert         {inserts:>9.0} rows/s   nuclei is {:.2} of it",
        nuclei_new / inserts
    );
    println!(
        "  raw SQLite, update a time  {updates:>9.0} rows/s   nuclei is {:.2} of it",
        nuclei_same / updates
    );
    if let Some(peak) = peak_memory() {
        println!("  peak memory                {peak:>9.0} MiB (the reports themselves included)");
    }
    Ok(())
}

/// Imports some reports and adds up what they did.
fn take_in(app: &App, reports: Vec<String>) -> anyhow::Result<Tally> {
    let mut sum = Tally::default();
    for (number, report) in reports.into_iter().enumerate() {
        let size = report.len() as u64;
        let request = ImportRequest {
            at_hand: true,
            ..ImportRequest::new(
                &format!("report-{number}.json"),
                Box::new(Cursor::new(report.into_bytes())),
                size,
                "",
            )
        };
        let imported = app.import(&Actor::system("bench"), request)?;
        anyhow::ensure!(imported.rejected_total == 0, "rejected: {:?}", imported.rejected);
        sum.created += imported.tally.created;
        sum.unchanged += imported.tally.unchanged;
        sum.updated += imported.tally.updated;
    }
    Ok(sum)
}

/// Findings a second that the parser alone makes.
fn parse_only(reports: &[String]) -> anyhow::Result<f64> {
    let format = bartizan_import::by_id("nuclei").ok_or_else(|| anyhow::anyhow!("nuclei is no format"))?;
    let mut count = 0;
    let ((), time) = timed(|| {
        for report in reports {
            let mut sink = bartizan_import::Collected::default();
            (format.parse)(&mut report.as_bytes(), &Default::default(), &mut sink)?;
            count += sink.observations.len();
        }
        Ok(())
    })?;
    anyhow::ensure!(count >= FINDINGS, "only {count} observations");
    Ok(rate(FINDINGS, time))
}

fn description(check: usize, host: usize) -> String {
    let mut text = format!("Check {check} found that host {host} answers in a way that gives away ");
    while text.len() < 500 {
        text += "the version of its software and the paths of files that nobody should be able to read, ";
    }
    text.truncate(500);
    text
}

fn nuclei(day: usize) -> Vec<String> {
    let mut text = String::new();
    for number in 0..FINDINGS {
        let (host, check) = (number % HOSTS, number / HOSTS);
        let (name, port) = (format!("host-{host}.example.org"), 8000 + check % 4);
        let cve = if check.is_multiple_of(2) {
            format!("[\"cve-2023-{}\"]", 10_000 + check)
        } else {
            "null".into()
        };
        let severity = ["info", "low", "medium", "high", "critical"][check % 5];
        let _ = writeln!(
            text,
            r#"{{"template-id":"exposure-{check}","info":{{"name":"Exposed panel number {check}","author":["a"],"tags":["exposure"],"description":"{}","reference":["https://example.org/advisory/{check}"],"severity":"{severity}","remediation":"Restrict access to the panel.","classification":{{"cve-id":{cve},"cwe-id":["cwe-200"],"cvss-metrics":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N","cvss-score":7.5}}}},"type":"http","host":"http://{name}:{port}","port":"{port}","scheme":"http","url":"http://{name}:{port}","path":"/panel/{check}","matched-at":"http://{name}:{port}/panel/{check}","ip":"10.1.{}.{}","timestamp":"2026-09-{:02}T08:00:00Z","matcher-status":true}}"#,
            description(check, 0),
            host / 250,
            host % 250 + 1,
            10 + day
        );
    }
    vec![text]
}

fn trivy(day: usize) -> Vec<String> {
    (0..HOSTS).map(|host| trivy_report(day, host)).collect()
}

fn trivy_report(day: usize, host: usize) -> String {
    let mut text = format!(
        r#"{{"SchemaVersion":2,"CreatedAt":"2026-09-{:02}T08:00:00Z","ArtifactName":"registry.example.org/app-{host}:1","ArtifactType":"container_image","Metadata":{{"OS":{{"Family":"debian","Name":"12.5"}},"ImageID":"sha256:{host:064x}","RepoTags":["registry.example.org/app-{host}:1"]}},"Results":[{{"Target":"app-{host} (debian 12.5)","Class":"os-pkgs","Type":"debian","Vulnerabilities":["#,
        10 + day
    );
    for check in 0..FINDINGS / HOSTS {
        let comma = if check > 0 { "," } else { "" };
        let severity = ["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"][check % 5];
        let _ = write!(
            text,
            r#"{comma}{{"VulnerabilityID":"CVE-2023-{}","PkgName":"lib{check}","PkgIdentifier":{{"PURL":"pkg:deb/debian/lib{check}@1.0-1?arch=amd64&distro=debian-12.5"}},"InstalledVersion":"1.0-1","FixedVersion":"1.0-2","Status":"fixed","Title":"lib{check}: reads too far","Description":"{}","Severity":"{severity}","CweIDs":["CWE-125"],"CVSS":{{"nvd":{{"V3Vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N","V3Score":7.5}}}},"References":["https://example.org/advisory/{check}"]}}"#,
            20_000 + check,
            description(check, 0)
        );
    }
    text += "]}]}";
    text
}
