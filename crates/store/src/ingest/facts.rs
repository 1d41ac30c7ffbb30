//! What rules read: attributes of assets, and relations between them.

use super::Ingest;
use super::inventory::Inventory;
use crate::db::{Value, without_nul};
use crate::error::StoreError;
use crate::resolve::tidy;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetId, Subnet, subnet};

impl Inventory {
    pub(super) fn attributes(
        &mut self,
        ingest: &mut Ingest<'_, '_>,
        asset: AssetId,
        seen: &AssetSeen,
    ) -> Result<(), StoreError> {
        let at = ingest.options.seen_at;
        for (name, value) in &seen.attributes {
            let value = match ingest.options.network {
                Some(network) if name == subnet::RANGES => Subnet::list_within(value, network).into(),
                _ => without_nul(value),
            };
            let changed = ingest.tx.db.execute(
                "INSERT INTO attribute (asset_id, name, source_id, value, present, first_seen, last_seen, looked_at)
                 VALUES ($1, $2, $3, $4, 1, $5, $5, $5)
                 ON CONFLICT (asset_id, name, source_id) DO UPDATE SET value = excluded.value, present = 1,
                 first_seen = CASE WHEN attribute.value = excluded.value THEN attribute.first_seen ELSE excluded.first_seen END,
                 last_seen = excluded.last_seen, looked_at = excluded.looked_at
                 WHERE attribute.looked_at < excluded.looked_at",
                &[
                    asset.into(),
                    Value::Text(&tidy(name)),
                    ingest.source.into(),
                    Value::Text(&value),
                    at.into(),
                ],
            )?;
            self.facts_told |= changed > 0;
        }
        Ok(())
    }

    pub(super) fn relation(
        &mut self,
        ingest: &mut Ingest<'_, '_>,
        seen: &RelationSeen,
    ) -> Result<(), StoreError> {
        let looked_at = ingest.options.seen_at;
        let at = seen.seen_at.unwrap_or(looked_at);
        let (from, to) = (ingest.asset(&seen.from, at)?, ingest.asset(&seen.to, at)?);
        let from = ingest.resolver.current(from);
        let teller = match seen.told_by {
            End::From => from,
            End::To => to,
        };
        let changed = ingest.tx.db.execute(
            "INSERT INTO relation (from_id, relation, via, to_id, source_id, teller_id, present, first_seen, last_seen, looked_at)
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8)
             ON CONFLICT (from_id, relation, via, to_id, source_id) DO UPDATE SET teller_id = excluded.teller_id, present = 1,
             last_seen = excluded.last_seen, looked_at = excluded.looked_at WHERE relation.looked_at < excluded.looked_at",
            &[
                from.into(),
                Value::Text(&tidy(&seen.relation)),
                Value::Text(&tidy(&seen.via)),
                to.into(),
                ingest.source.into(),
                teller.into(),
                at.into(),
                looked_at.into(),
            ],
        )?;
        self.facts_told |= changed > 0;
        Ok(())
    }

    /// Ends what the source's newest record of an asset tells no more.
    pub(super) fn close_facts(
        &mut self,
        ingest: &mut Ingest<'_, '_>,
        asset: AssetId,
    ) -> Result<(), StoreError> {
        let (source, seen_at) = (ingest.source, ingest.options.seen_at);
        let gone = ingest.tx.db.execute(
            "UPDATE attribute SET present = 0, looked_at = $3
             WHERE asset_id = $1 AND source_id = $2 AND present = 1 AND looked_at < $3",
            &[asset.into(), source.into(), seen_at.into()],
        )? + ingest.tx.db.execute(
            "UPDATE relation SET present = 0, looked_at = $3
             WHERE teller_id = $1 AND source_id = $2 AND present = 1 AND looked_at < $3",
            &[asset.into(), source.into(), seen_at.into()],
        )?;
        self.facts_told |= gone > 0;
        Ok(())
    }
}
