//! What a source of ours says now, so that it says only what is different.

use crate::Reader;
use crate::error::StoreError;
use bartizan_model::{AssetId, Finding, Locus, SourceId};

/// A sighting that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The asset.
    pub asset: AssetId,
    /// The weakness' key.
    pub weakness: String,
    /// Where on the asset.
    pub locus: Locus,
    /// The finding as it was said; `None` where retention removed it.
    pub finding: Option<Finding>,
}

impl Reader<'_> {
    /// All that a source sees now of weaknesses whose keys begin so (`bartizan-identity:`), with its words.
    pub fn told_by(&mut self, source: SourceId, prefix: &str) -> Result<Vec<Said>, StoreError> {
        let weaknesses = self.db.query(
            "SELECT id, name FROM weakness WHERE substr(name, 1, length(CAST($1 AS TEXT))) = $1",
            &[prefix.into()],
            |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)),
        )?;
        let mut said = Vec::new();
        for (id, weakness) in weaknesses {
            let rows = self.db.query(
                "SELECT e.asset_id, s.locus, s.segment_id, s.record FROM exposure e JOIN sighting s ON s.exposure_id = e.id
                 WHERE e.weakness_id = $1 AND s.source_id = $2 AND s.present = 1",
                &[id.into(), source.into()],
                |row| {
                    let Ok(locus) = row.get::<String>(1)?.parse();
                    let words = (row.get::<i64>(2)?, row.get::<i64>(3)?);
                    Ok((words, Said { asset: AssetId(row.get(0)?), weakness: weakness.clone(), locus, finding: None }))
                },
            )?;
            said.extend(rows);
        }
        // A segment is read once, for all that lies in it.
        said.sort_by_key(|(words, _)| *words);
        for all in said.chunk_by_mut(|((one, _), _), ((other, _), _)| one == other) {
            let Some(((segment, _), _)) = all.first() else { continue };
            let segment = *segment;
            crate::ingest::records(self, segment, |number, read| {
                for (_, said) in all.iter_mut().filter(|((_, record), _)| *record == number) {
                    said.finding = Some(read()?);
                }
                Ok(())
            })?;
        }
        Ok(said.into_iter().map(|(_, said)| said).collect())
    }
}
