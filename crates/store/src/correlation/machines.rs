//! Applications and the machines that they run on, as far as one may have what the other has.

use crate::Reader;
use crate::error::StoreError;
use bartizan_model::weakness::is_public_id;
use bartizan_model::{AssetId, AssetKind, ExposureId, Identifier, IdentifierKind};

/// An application, and where it runs by what is told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Application {
    /// The application.
    pub id: AssetId,
    /// What it runs on.
    pub machine: AssetId,
}

/// A catalogued vulnerability that an application and its machine both have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnMachine {
    /// The vulnerability's id.
    pub key: String,
    /// The exposure of the application.
    pub one: ExposureId,
    /// That of the machine.
    pub other: ExposureId,
    /// Where on the application any source saw it, as text.
    pub own: Vec<String>,
    /// Where on the machine any source saw it, as text.
    pub places: Vec<String>,
}

impl Reader<'_> {
    /// The web applications of which somebody tells where they run, in order; once for each machine.
    pub fn applications(&mut self) -> Result<Vec<Application>, StoreError> {
        self.db.query(
            "SELECT DISTINCT r.from_id, r.to_id FROM relation r JOIN asset a ON a.id = r.from_id AND a.merged_into IS NULL
             JOIN asset m ON m.id = r.to_id AND m.merged_into IS NULL
             WHERE r.relation = 'runs_on' AND r.present = 1 AND a.kind = 'web-application' ORDER BY r.from_id, r.to_id",
            &[],
            |row| Ok(Application { id: AssetId(row.get(0)?), machine: AssetId(row.get(1)?) }),
        )
    }

    /// Whether a web application is told to run on an asset.
    pub fn runs_on(&mut self, application: AssetId, machine: AssetId) -> Result<bool, StoreError> {
        let found = self.db.first(
            "SELECT r.from_id FROM relation r JOIN asset a ON a.id = r.from_id AND a.kind = 'web-application'
             WHERE r.from_id = $1 AND r.to_id = $2 AND r.relation = 'runs_on' AND r.present = 1",
            &[application.into(), machine.into()],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// The origins that an application is known by.
    pub fn origins(&mut self, application: AssetId) -> Result<Vec<String>, StoreError> {
        self.db.query(
            "SELECT value FROM identifier WHERE asset_id = $1 AND kind = 'origin' AND valid_to IS NULL ORDER BY value",
            &[application.into()],
            |row| {
                let origin = Identifier { kind: IdentifierKind::Origin, value: row.get(0)? };
                Ok(origin.bare().to_owned())
            },
        )
    }

    /// The assets of a kind of which a rule joined something with what is on another asset.
    pub fn joined_by(&mut self, rule: &str, kind: AssetKind) -> Result<Vec<AssetId>, StoreError> {
        self.db.query(
            "SELECT a.id FROM asset a JOIN (SELECT asset_id AS id FROM correlation WHERE other_asset <> 0 AND rule = $1
             UNION SELECT other_asset FROM correlation WHERE other_asset <> 0 AND rule = $1) c ON c.id = a.id
             WHERE a.kind = $2 AND a.merged_into IS NULL ORDER BY a.id",
            &[rule.into(), kind.as_str().into()],
            |row| Ok(AssetId(row.get(0)?)),
        )
    }

    /// The catalogued vulnerabilities that an application, or a host by another name, and a machine both have, in order of the
    /// first's.
    pub fn on_both(&mut self, at: Application) -> Result<Vec<OnMachine>, StoreError> {
        let mut all: Vec<OnMachine> = Vec::new();
        self.db.for_each(
            "SELECT w.name, a.id, h.id FROM exposure a JOIN exposure h ON h.asset_id = $2 AND h.weakness_id = a.weakness_id
             JOIN weakness w ON w.id = a.weakness_id WHERE a.asset_id = $1 ORDER BY a.id, h.id",
            &[at.id.into(), at.machine.into()],
            |row| {
                let (key, one, other) = (row.get(0)?, ExposureId(row.get(1)?), ExposureId(row.get(2)?));
                all.push(OnMachine { key, one, other, own: Vec::new(), places: Vec::new() });
                Ok(())
            },
        )?;
        all.retain(|shared| is_public_id(&shared.key));
        for OnMachine { one, other, own, places, .. } in &mut all {
            for (exposure, places) in [(one, own), (other, places)] {
                *places = self.db.query(
                    "SELECT DISTINCT locus FROM sighting WHERE exposure_id = $1 ORDER BY locus",
                    &[(*exposure).into()],
                    |row| row.get(0),
                )?;
            }
        }
        Ok(all)
    }
}
