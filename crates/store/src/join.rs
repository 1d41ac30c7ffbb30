//! Two names that turn out to be one weakness: what stood under the one moves under the other.
//!
//! A tool that knows only `GHSA-...` and one that knows the CVE have made two exposures of one hole. When an advisory
//! tells that they are the same, the exposures become one, and each source's sighting stays its own.

use crate::error::StoreError;
use crate::{NewEvent, Ranges, Reader, Tx};
use std::collections::BTreeSet;

/// The exposures that an asset has under both names: `f` of the one that goes ($1), `i` of the one that stays ($2).
const BOTH: &str =
    "exposure f JOIN exposure i ON f.weakness_id = $1 AND i.weakness_id = $2 AND i.asset_id = f.asset_id
     AND i.locus_digest = f.locus_digest";

impl Reader<'_> {
    /// The weaknesses that go by an id of a public catalogue that is no CVE, found or only spoken of.
    pub fn catalogued_without_cve(&mut self) -> Result<Vec<String>, StoreError> {
        let names = self.db.query(
            "SELECT name FROM weakness WHERE name NOT LIKE 'CVE-%' AND name NOT LIKE '%:%' UNION
             SELECT weakness FROM statement WHERE weakness NOT LIKE 'CVE-%' AND weakness NOT LIKE '%:%' ORDER BY 1",
            &[],
            |row| row.get::<String>(0),
        )?;
        Ok(names.into_iter().filter(|name| bartizan_model::weakness::is_public_id(name)).collect())
    }
}

impl Tx<'_> {
    /// Says that the weakness `from` is `into`, by their keys; what documents say of the one then holds for the other.
    /// Nothing happens where nobody ever named `from`.
    pub fn join_weaknesses(&mut self, from: &str, into: &str) -> Result<(), StoreError> {
        self.rename_statements(into, &[from.to_owned()])?;
        if let Some(gone) = self.weakness_id(from)? {
            self.join_found(gone, from, into)?;
        }
        self.follow_statements(&BTreeSet::new(), &BTreeSet::from([into.to_owned()]), None)
    }

    fn join_found(&mut self, gone: i64, from: &str, into: &str) -> Result<(), StoreError> {
        let Some(stays) = self.weakness_id(into)? else {
            // Nobody named the other: the weakness itself gets the better name.
            self.db.execute(
                "UPDATE weakness SET name = $2, aliases = CASE WHEN aliases = '' THEN $3 ELSE aliases || ' ' || $3 END WHERE id = $1",
                &[gone.into(), into.into(), from.into()],
            )?;
            return self.announce_join(gone, from, into);
        };
        let ids = [gone.into(), stays.into()];
        let both: Vec<(i64, i64)> =
            self.db.query(&format!("SELECT f.id, i.id FROM {BOTH}"), &ids, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        for (one, other) in &both {
            self.join_exposures(*one, *other)?;
        }
        for text in [
            "UPDATE exposure SET weakness_id = $2 WHERE weakness_id = $1",
            "UPDATE weakness SET aliases = aliases || ' ' || (SELECT name || ' ' || aliases FROM weakness WHERE id = $1) WHERE id = $2",
        ] {
            self.db.execute(text, &ids)?;
        }
        // The journal of merges names exposures by their weakness.
        self.db.execute(
            "DELETE FROM merge_move WHERE entity = 'exposure' AND row_key = CAST(CAST($1 AS BIGINT) AS TEXT) || ' 0' AND merge_id IN
             (SELECT merge_id FROM merge_move WHERE entity = 'exposure' AND row_key = CAST(CAST($2 AS BIGINT) AS TEXT) || ' 0')",
            &ids,
        )?;
        self.db.execute(
            "UPDATE merge_move SET row_key = CAST(CAST($2 AS BIGINT) AS TEXT) || ' 0' WHERE entity = 'exposure' AND row_key = CAST(CAST($1 AS BIGINT) AS TEXT) || ' 0'",
            &ids,
        )?;
        self.rename_correlations(gone, stays)?;
        self.db.execute("DELETE FROM weakness WHERE id = $1", &[gone.into()])?;
        self.announce_join(stays, from, into)
    }

    fn weakness_id(&mut self, key: &str) -> Result<Option<i64>, StoreError> {
        self.db.first("SELECT id FROM weakness WHERE name = $1", &[key.into()], |row| row.get(0))
    }

    fn announce_join(&mut self, weakness: i64, from: &str, into: &str) -> Result<(), StoreError> {
        let exposures: Ranges = self
            .db
            .query("SELECT id FROM exposure WHERE weakness_id = $1 ORDER BY id", &[weakness.into()], |row| {
                row.get::<i64>(0)
            })?
            .into_iter()
            .collect();
        let text = format!("{from} is {into}: what was known under both names is one");
        self.append(NewEvent { kind: "weakness.joined", text, subjects: exposures, ..NewEvent::default() })
            .map(drop)
    }

    /// Everything that hangs on one exposure goes to another of the same asset. Where a source speaks of one place under
    /// both, what it said later counts.
    fn join_exposures(&mut self, from: i64, into: i64) -> Result<(), StoreError> {
        let ids = [from.into(), into.into()];
        for text in [
            "DELETE FROM sighting WHERE exposure_id = $2 AND EXISTS (SELECT 1 FROM sighting s WHERE s.exposure_id = $1
             AND s.source_id = sighting.source_id AND s.locus_digest = sighting.locus_digest AND s.looked_at > sighting.looked_at)",
            "DELETE FROM sighting WHERE exposure_id = $1 AND EXISTS (SELECT 1 FROM sighting s WHERE s.exposure_id = $2
             AND s.source_id = sighting.source_id AND s.locus_digest = sighting.locus_digest)",
            "UPDATE sighting SET exposure_id = $2 WHERE exposure_id = $1",
            "DELETE FROM decision_exposure WHERE exposure_id = $1 AND decision_id IN
             (SELECT d.decision_id FROM decision_exposure d WHERE d.exposure_id = $2)",
            "UPDATE decision_exposure SET exposure_id = $2 WHERE exposure_id = $1",
            "DELETE FROM assignment_exposure WHERE exposure_id = $1 AND assignment_id IN
             (SELECT a.assignment_id FROM assignment_exposure a WHERE a.exposure_id = $2)",
            "UPDATE assignment_exposure SET exposure_id = $2 WHERE exposure_id = $1",
            "UPDATE evidence SET exposure_id = $2 WHERE exposure_id = $1",
            "UPDATE comment SET exposure_id = $2 WHERE exposure_id = $1",
            "UPDATE exposure SET owner = COALESCE(owner, (SELECT f.owner FROM exposure f WHERE f.id = $1)),
             first_seen = (SELECT MIN(e.first_seen) FROM exposure e WHERE e.id IN ($1, $2)),
             last_seen = (SELECT MAX(e.last_seen) FROM exposure e WHERE e.id IN ($1, $2)) WHERE id = $2",
        ] {
            self.db.execute(text, &ids)?;
        }
        self.db.execute("DELETE FROM exposure WHERE id = $1", &[from.into()])?;
        for text in [
            "UPDATE exposure SET lead_id = NULL WHERE lead_id = $1",
            "DELETE FROM correlation_carried WHERE exposure_id = $1",
        ] {
            self.db.execute(text, &[from.into()])?;
        }
        self.derive_status(into).map(drop)
    }
}
