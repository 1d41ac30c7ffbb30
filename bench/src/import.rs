//! Reports from bytes to durable facts and the new order of priority, through the same door as the UI and the command
//! line: parse, resolve assets, write, follow. Beside what raw SQLite does in the same run (see `ingest`).

use crate::ingest::raw;
use crate::measure::{median, peak_memory, rate, timed};
use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions, Tally};
use bartizan_model::Timestamp;
use std::fmt::Write as _;
use std::io::Cursor;

const FINDINGS: usize = 10_000;
const LARGE: usize = 300_000;
const HOSTS: usize = 500;
const RUNS: usize = 5;

/// Reports that are taken in on an empty store, and again a day later.
struct Workload {
    name: &'static str,
    findings: usize,
    make: fn(usize) -> Vec<String>,
}

const WORKLOADS: [Workload; 3] = [
    Workload { name: "nuclei", findings: FINDINGS, make: nuclei },
    Workload { name: "nuclei, large", findings: LARGE, make: large },
    Workload { name: "trivy", findings: FINDINGS, make: trivy },
];

pub(crate) fn run() -> anyhow::Result<()> {
    println!(
        "  on {HOSTS} hosts; nuclei as one file, trivy as a report a host; median of {RUNS} runs; goals for large reports"
    );
    for workload in &WORKLOADS {
        let mut figures: [Vec<f64>; 2] = Default::default();
        let (mut bytes, mut files) = (0, 0);
        for _ in 0..RUNS {
            let folder = tempfile::tempdir()?;
            let clock = Clock::fixed(Timestamp::from_seconds(1_790_000_000));
            let options =
                OpenOptions { data: folder.path().to_owned(), database_url: None, clock: clock.clone() };
            let app = App::open(options)?;
            // As in a server: it follows.
            drop(app.estate()?);
            for (day, figures) in figures.iter_mut().enumerate() {
                clock.set(Timestamp::from_seconds(1_790_000_000).plus_days(day as i64));
                let reports = (workload.make)(day);
                (bytes, files) = (reports.iter().map(String::len).sum(), reports.len());
                let (tally, time) = timed(|| take_in(&app, reports))?;
                let expected = [tally.created, tally.unchanged][day];
                anyhow::ensure!(expected == workload.findings as i64, "unexpected: {tally:?}");
                figures.push(rate(workload.findings, time));
            }
        }
        let [new, again] = figures.map(median);
        let (Workload { name, findings, .. }, each) = (workload, bytes / workload.findings);
        println!("  {name:<14} {findings:>7} findings of {each:>5} bytes, files: {files}");
        println!("    new                     {new:>9.0} findings/s   (goal: 100,000)");
        println!("    seen again              {again:>9.0} findings/s   (goal: 300,000)");
    }
    let (mut parsed, mut limits): (Vec<f64>, [Vec<f64>; 2]) = Default::default();
    for _ in 0..RUNS {
        parsed.push(parse_only(&nuclei(0))?);
        let folder = tempfile::tempdir()?;
        for (figures, figure) in limits.iter_mut().zip(raw(&folder.path().join("raw.db"))?) {
            figures.push(figure);
        }
    }
    let [inserts, updates] = limits.map(median);
    println!("  nuclei, parsed only         {:>7.0} findings/s", median(parsed));
    println!("  raw SQLite, insert          {inserts:>7.0} rows/s");
    println!("  raw SQLite, update a time   {updates:>7.0} rows/s");
    if let Some(peak) = peak_memory() {
        println!("  peak memory                 {peak:>7.0} MiB (the reports themselves included)");
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

/// Findings of which little is told, host by host.
fn large(day: usize) -> Vec<String> {
    let mut text = String::new();
    for number in 0..LARGE {
        let (host, check) = (number * HOSTS / LARGE, number % (LARGE / HOSTS));
        let severity = ["info", "low", "medium", "high", "critical"][check % 5];
        let day = 10 + day;
        let _ = writeln!(
            text,
            r#"{{"template-id":"exposure-{check}","info":{{"name":"Exposed panel {check}","severity":"{severity}"}},"type":"http","host":"http://host-{host}.example.org","matched-at":"http://host-{host}.example.org/panel/{check}","timestamp":"2026-09-{day:02}T08:00:00Z"}}"#
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
