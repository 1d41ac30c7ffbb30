//! Bills of materials and VEX documents of an asset: what the store knows of it, for the writers.

use crate::{App, AppError, DecisionRow, Reader, StoreError};
use bartizan_mobilize::{Bill, Link, Part, State, Subject, Vulnerability};
use bartizan_model::exposure::Verdict;
use bartizan_model::{AssetId, ExposureId, Identifier, Locus, Status, weakness};
use std::io::Write;

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// CycloneDX 1.6 JSON, with or without the weaknesses and what is held of them.
    CycloneDx {
        /// Whether they are in it.
        vex: bool,
    },
    /// SPDX 2.3 JSON.
    Spdx,
    /// OpenVEX: what was decided.
    OpenVex,
}

/// The author of VEX documents where nobody is named.
pub const AUTHOR: &str = "an unnamed user of Bartizan";

impl App {
    /// Writes a document about an asset. The same facts give the same bytes.
    ///
    /// # Errors
    /// That there is no such asset, or that `out` or the store fails.
    pub fn write_document(
        &self,
        asset: AssetId,
        document: Document,
        author: &str,
        out: &mut dyn Write,
    ) -> Result<(), AppError> {
        let vex = matches!(document, Document::CycloneDx { vex: true } | Document::OpenVex);
        let which = if vex { Which::All } else { Which::None };
        let bill = self.read(|reader| gather(reader, asset, which))?;
        let version = env!("CARGO_PKG_VERSION");
        let written = match document {
            Document::CycloneDx { .. } => bartizan_mobilize::cyclonedx(&bill, version, out),
            Document::Spdx => bartizan_mobilize::spdx(&bill, version, out),
            Document::OpenVex => bartizan_mobilize::openvex(&bill, author, version, out),
        };
        written.map_err(|source| AppError::File { path: "the document".into(), source })
    }

    /// The asset that a person means by its number, name or one of its identifiers.
    ///
    /// # Errors
    /// That there is none, or that several are meant.
    pub fn find_asset(&self, text: &str) -> Result<AssetId, AppError> {
        let text = text.trim();
        if let Ok(id) = text.parse() {
            return Ok(self.read(|reader| reader.asset(AssetId(id)))?.id);
        }
        let mut found = self.read(|reader| {
            let mut found = Vec::new();
            reader.each_asset(|row| {
                if row.name.eq_ignore_ascii_case(text) {
                    found.push(row.id);
                }
            })?;
            reader.each_identifier(|asset, one| {
                if one.value.eq_ignore_ascii_case(text) {
                    found.push(asset);
                }
            })?;
            let current: Result<Vec<_>, StoreError> =
                found.into_iter().map(|id| Ok(reader.asset(id)?.id)).collect();
            current
        })?;
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(AppError::Input(format!(
                "there is no asset `{text}`; its page and `bartizan top` name it"
            ))),
            many => {
                let ids: Vec<String> = many.iter().take(20).map(ToString::to_string).collect();
                Err(AppError::Input(format!("`{text}` names several assets; say which: {}", ids.join(", "))))
            }
        }
    }
}

/// Which exposures of the asset are in the document.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    None,
    All,
    /// Those, sorted.
    These(&'a [ExposureId]),
}

/// All that a document about an asset says.
pub(crate) fn gather(reader: &mut Reader<'_>, asset: AssetId, which: Which<'_>) -> Result<Bill, StoreError> {
    let row = reader.asset(asset)?;
    let identifiers = reader.identifiers(row.id)?.into_iter().filter(|it| it.valid_to.is_none());
    let identifiers = identifiers.map(|it| Identifier { kind: it.kind, value: it.value }).collect();
    let links = reader.relations(row.id)?.into_iter().map(|it| Link {
        verb: (it.relation, it.outgoing),
        kind: it.other_kind,
        name: it.other_name,
    });
    let (_, components) = reader.components(row.id, i64::MAX)?;
    let parts = components.into_iter().map(|it| Part { name: it.name, version: it.version, purl: it.purl });
    let subject = Subject { kind: row.kind, name: row.name, identifiers, os: row.os, links: links.collect() };
    let parts = parts.collect();
    let vulnerabilities = vulnerabilities(reader, row.id, which)?;
    Ok(Bill { subject, as_of: row.last_seen, parts, vulnerabilities }.tidy())
}

fn vulnerabilities(
    reader: &mut Reader<'_>,
    asset: AssetId,
    which: Which<'_>,
) -> Result<Vec<Vulnerability>, StoreError> {
    let mut all = Vec::new();
    if matches!(which, Which::None) {
        return Ok(all);
    }
    for exposure in reader.exposures_of(asset)? {
        if matches!(which, Which::These(ids) if ids.binary_search(&exposure.id).is_err()) {
            continue;
        }
        let about = reader.weakness(exposure.weakness)?;
        if !weakness::is_public_id(&about.key) {
            continue;
        }
        let sightings = reader.sightings(exposure.id)?;
        let packages = sightings.iter().filter(|it| it.present || exposure.status == Status::Fixed);
        let packages = packages.filter_map(|it| match it.locus.parse() {
            Ok(Locus::Package(purl)) => Some(purl),
            Ok(_) => None,
        });
        let state = match exposure.status {
            Status::Open => State::Open,
            Status::Accepted => State::Accepted,
            Status::FalsePositive => State::FalsePositive,
            Status::NotAffected => State::NotAffected,
            Status::Fixed => State::Fixed,
        };
        let decision = reader.decisions_on(exposure.id)?.into_iter().find(|it| holds(it, exposure.status));
        let at = match (&decision, state) {
            (Some(decision), _) => decision.at,
            (None, State::Fixed) => {
                sightings.iter().map(|it| it.looked_at).max().unwrap_or(exposure.last_seen)
            }
            (None, _) => exposure.last_seen,
        };
        all.push(Vulnerability {
            id: about.key,
            aliases: about.aliases.into_iter().filter(|id| weakness::is_public_id(id)).collect(),
            severity: exposure.severity,
            cvss: about.cvss,
            cwe: about.cwe,
            title: about.title,
            packages: packages.collect(),
            state,
            reason: decision.map(|it| it.reason).unwrap_or_default(),
            at,
        });
    }
    Ok(all)
}

/// Whether a status is this decision's.
pub(crate) fn holds(decision: &DecisionRow, status: Status) -> bool {
    let follows = match decision.verdict {
        Verdict::Accepted => Status::Accepted,
        Verdict::FalsePositive => Status::FalsePositive,
        Verdict::NotAffected => Status::NotAffected,
    };
    follows == status && decision.revoked_at.is_none() && decision.lapsed_at.is_none()
}
