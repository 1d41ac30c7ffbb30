//! The CSV exports: asset data reports, VMDR data lists (by QID or by CVE), HackerGuardian.

use super::{FORMAT, confidence, suppressed, words};
use crate::common::out::{Out, Stop};
use crate::common::table::{Row, Table};
use crate::common::{assets, cvss, dates, head, ids, loci, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Severity};
use std::io::BufRead;

/// The columns by which each export is known.
pub(super) const SHAPES: [&[&str]; 4] = [
    &["QID", "Title", "IP", "Vuln Status"],
    &["QID", "Title", "Asset Name", "Asset Id"],
    &["QID", "VULN TITLE", "Q_SEVERITY"],
    &["QID", "Title", "IP", "Severity"],
];

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
    let shape = SHAPES.into_iter().find(|needed| head::csv(head, needed)).unwrap_or(SHAPES[0]);
    let table = Table::open(input, &options.limits, FORMAT.id, shape)?;
    table.rows(out, &mut |row, at, out| {
        let finding = finding(row, options)?;
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn finding(row: &Row<'_>, options: &Options) -> Result<Finding, Stop> {
    let asset = asset(row).or_else(|| options.asset.clone()).ok_or("neither host nor address")?;
    let qid = text::some(row.get("QID")).ok_or("no QID")?;
    let mut weakness = WeaknessSeen { rule: qid.clone(), ..WeaknessSeen::default() };
    for cve in row.first(&["CVE", "CVE ID", "CVEID"]).split([',', ' ', ';']) {
        ids::push_id(&mut weakness.ids, cve);
    }
    let description = ["Threat", "CVE-Description", "Impact"].map(|name| words(row.get(name)));
    let category = text::some(row.get("Category")).map(|category| format!("category:{category}"));
    let owner_tags = row.first(&["Asset Tags", "Associated Tags"]).split(',');
    let owner_tags = owner_tags.filter_map(|tag| text::some(tag.trim().trim_matches('\'')));
    // "7.5 (AV:N/...)": base score and vector in one.
    let (scores, vectors): (Vec<_>, Vec<_>) =
        ["CVSSv3.1 Base (nvd)", "CVSS3.1 Base", "CVSS3 Base", "CVSS_BASE", "CVSSv2 Base (nvd)", "CVSS Base"]
            .map(|name| row.get(name).split_once(' ').unwrap_or((row.get(name), "")))
            .into_iter()
            .unzip();
    let judged = row.get("FALSE POSITIVE STATUS");
    let judged = (judged.to_ascii_lowercase().contains("accepted")
        || judged.eq_ignore_ascii_case("approved"))
    .then(|| "false positive".to_owned());
    let level = match ids::severity_of_five(row.first(&["Q_SEVERITY", "Severity", "KB Severity"])) {
        // HackerGuardian shows no level below low.
        Severity::Info if !row.get("Q_SEVERITY").is_empty() => Severity::Low,
        level => level,
    };
    Ok(Finding {
        description: text::paragraphs(description.iter().map(String::as_str)),
        fix: words(row.get("Solution")),
        cvss: cvss::vectors(vectors.into_iter().chain([row.get("CVSS3"), row.get("CVSS")])),
        cvss_score: scores.into_iter().find_map(|score| score.parse().ok()),
        evidence: words(row.first(&["Results", "Result"])),
        raw_id: Some(qid.clone()),
        seen_at: dates::month_first(row.first(&["Last Detected", "LAST SCAN"])),
        found_at: dates::month_first(row.get("First Detected")),
        tags: category.into_iter().chain(owner_tags).take(50).collect(),
        confidence: confidence(row.first(&["Type Detected", "Type"])),
        suppressed: judged.or_else(|| {
            let status = row.first(&["Status", "Vuln Status"]);
            suppressed(status, row.get("Ignored"), row.get("Disabled"))
        }),
        ..Finding::new(
            text::title(row.first(&["Title", "VULN TITLE"]), &format!("QID {qid}")),
            level,
            weakness,
            asset,
            loci::port(row.get("Protocol"), row.get("Port")),
        )
    })
}

fn asset(row: &Row<'_>) -> Option<AssetRef> {
    let names = [
        row.first(&["FQDN", "DNS", "HOSTNAME", "Asset Name"]),
        row.first(&["IP", "Asset IPV4"]),
        row.get("Asset IPV6"),
        row.get("NetBIOS"),
    ];
    let asset = assets::machine(names, [row.get("MAC Address")])?;
    let id = super::host_id(row.first(&["Host ID", "Asset Id"]));
    AssetRef::new(AssetKind::Host, &asset.name, asset.identifiers.iter().cloned().chain(id))
}
