//! One exposure as it is shown in a list.

use crate::estate::Estate;
use crate::score::Band;
use crate::ssvc::Decision;
use bartizan_model::{AssetId, ExposureId, Locus, Severity, Status, Timestamp, WeaknessId};
use serde::Serialize;

/// One exposure as it is shown in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Its id.
    pub id: ExposureId,
    /// The asset.
    pub asset: AssetId,
    /// The asset's name.
    pub asset_name: String,
    /// The weakness.
    pub weakness: WeaknessId,
    /// The weakness' key.
    pub weakness_key: String,
    /// The weakness' title.
    pub title: String,
    /// Where on the asset.
    pub locus: Locus,
    /// Its status.
    pub status: Status,
    /// The reported severity.
    pub severity: Severity,
    /// The score, 0 to 100.
    pub priority: f64,
    /// The score's interval.
    pub interval: [f64; 2],
    /// Expected loss over 30 days.
    pub risk: f64,
    /// Its band.
    pub band: Band,
    /// The SSVC decision.
    pub ssvc: Decision,
    /// Whether it is listed as exploited; `false` also where the list was never loaded.
    pub kev: bool,
    /// Probability of exploitation within 30 days, where a feed says so.
    pub epss: Option<f64>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When we were first told of it, by our own clock.
    pub opened: Timestamp,
    /// How many sightings it has.
    pub sightings: u16,
    /// The tools that saw it.
    pub sources: Vec<String>,
    /// Name of the person who is to fix it.
    pub owner: Option<String>,
    /// Whether a fix is known.
    pub fix: bool,
}

impl Estate {
    /// The asset that an exposure is on; `None` where it is not there.
    pub fn asset_of(&self, id: ExposureId) -> Option<AssetId> {
        let at = self.columns.find(id.0)?;
        Some(self.assets[self.columns.asset[at] as usize].id)
    }

    /// The other assets that an exposure is on: applications that run on its own.
    pub fn elsewhere(&self, id: ExposureId) -> impl Iterator<Item = AssetId> {
        let others = self.elsewhere.get(&id.0).into_iter().flatten();
        others.map(|number| self.assets[*number as usize].id)
    }

    /// One exposure as it is shown in a list; `None` where it is not there.
    pub fn view(&self, id: ExposureId) -> Option<View> {
        let at = self.columns.find(id.0)?;
        let (row, assessment) = (self.columns.row(at), self.assess(at));
        let (asset, weakness) =
            (&self.assets[row.asset as usize], &self.weaknesses[row.weakness as usize].row);
        let Ok(locus) = self.loci.get(row.locus).parse();
        let sources = self.source_sets.get(row.sources).first().copied().unwrap_or_default();
        let seen = |n: &usize| *n < 64 && sources >> n & 1 == 1;
        let score = |risk| f64::from(crate::score::score(risk)) / 100.0;
        Some(View {
            id,
            asset: asset.id,
            asset_name: asset.name.to_string(),
            weakness: weakness.id,
            weakness_key: weakness.key.clone(),
            title: weakness.title.clone(),
            locus,
            status: row.class.status(),
            severity: row.class.severity(),
            priority: f64::from(row.score) / 100.0,
            interval: [score(assessment.risk.low), score(assessment.risk.high)],
            risk: assessment.risk.value,
            band: row.class.band(),
            ssvc: row.class.decision(),
            kev: weakness.knowledge.kev.is_some(),
            // Kept as 32 bits; the feed has so many digits.
            epss: weakness.knowledge.epss.as_ref().map(|it| (f64::from(it.value) * 1e6).round() / 1e6),
            first_seen: Timestamp::from_seconds(row.first_seen.into()),
            last_seen: Timestamp::from_seconds(row.last_seen.into()),
            opened: Timestamp::from_seconds(row.opened.into()),
            sightings: row.sightings,
            sources: (0..self.sources.len()).filter(seen).map(|n| self.sources[n].name.clone()).collect(),
            owner: (row.owner > 0).then(|| self.users[row.owner as usize].name.clone()),
            fix: row.flags.fix() || weakness.fix_known,
        })
    }
}
