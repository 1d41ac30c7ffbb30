//! Which exposures are one, derived from what says so: who stands for whom, and what each has of the others.

use super::sets::{Sets, Spot};
use crate::db::Row;
use crate::error::StoreError;
use crate::{NewEvent, Ranges, Tx};
use bartizan_model::words::counted;
use bartizan_model::{AssetId, ExposureId};
use std::collections::{BTreeMap, BTreeSet};

/// An exposure as far as groups go.
#[derive(Debug, Clone, Copy)]
struct Member {
    id: i64,
    lead: Option<i64>,
    /// Who stands for others, the least first: what goes by a CVE, of which the world knows most; on the machine before what runs
    /// there; and then the oldest.
    rank: (bool, bool, i64),
    /// Whether its asset went into another.
    hidden: bool,
}

const MEMBER: &str = "SELECT e.id, e.asset_id, e.weakness_id, e.locus_digest, e.lead_id,
    CAST(CASE WHEN w.name LIKE 'CVE-%' THEN 1 ELSE 0 END AS BIGINT),
    CAST(CASE WHEN a.kind = 'web-application' THEN 1 ELSE 0 END AS BIGINT),
    CAST(CASE WHEN a.merged_into IS NULL THEN 0 ELSE 1 END AS BIGINT)
    FROM exposure e JOIN weakness w ON w.id = e.weakness_id JOIN asset a ON a.id = e.asset_id";

/// Why groups change: in general, and by exposure where more is known.
pub(crate) struct Why<'a> {
    general: &'a str,
    of: BTreeMap<i64, &'a str>,
}

impl<'a> Why<'a> {
    pub(crate) fn of(general: &'a str) -> Self {
        Self { general, of: BTreeMap::new() }
    }

    /// The first reason of an exposure counts.
    pub(super) fn say(&mut self, exposure: ExposureId, reason: &'a str) {
        self.of.entry(exposure.0).or_insert(reason);
    }

    pub(super) fn says_nothing(&self) -> bool {
        self.of.is_empty()
    }
}

impl Tx<'_> {
    /// Derives which exposures of some assets, and of those tied to them, are one from the correlations; those whose lead is another
    /// now.
    pub(crate) fn regroup(
        &mut self,
        assets: &[AssetId],
        why: &Why<'_>,
    ) -> Result<Vec<ExposureId>, StoreError> {
        let stored = self.stored_correlations(assets)?;
        let mut tied: BTreeSet<i64> = assets.iter().map(|asset| asset.0).collect();
        tied.extend(stored.iter().flat_map(|row| [row.one.0, row.other.0]));
        let mut members: BTreeMap<Spot, Member> = BTreeMap::new();
        let mut read = |row: &Row<'_>| {
            let spot = (row.get(1)?, row.get(2)?, row.get(3)?);
            let is = |column: usize| row.get::<i64>(column).map(|is| is != 0);
            let id = row.get(0)?;
            let rank = (!is(5)?, is(6)?, id);
            members.insert(spot, Member { id, lead: row.get(4)?, rank, hidden: is(7)? });
            Ok(())
        };
        // Those that are in a group, and those that should be.
        for asset in &tied {
            self.db.for_each(
                &format!("{MEMBER} WHERE e.asset_id = $1 AND e.lead_id IS NOT NULL"),
                &[(*asset).into()],
                &mut read,
            )?;
        }
        let groups = Sets::of(&stored).groups();
        for (asset, weakness, locus) in groups.values().flatten() {
            self.db.for_each(
                &format!("{MEMBER} WHERE e.asset_id = $1 AND e.weakness_id = $2 AND e.locus_digest = $3"),
                &[(*asset).into(), (*weakness).into(), (*locus).into()],
                &mut read,
            )?;
        }
        let mut lead_of: BTreeMap<i64, i64> = BTreeMap::new();
        for group in groups.values() {
            let mut there: Vec<&Member> = group.iter().filter_map(|spot| members.get(spot)).collect();
            // What an asset has that went into another shows nowhere: it stands for nothing that does.
            if there.iter().any(|member| !member.hidden) {
                there.retain(|member| !member.hidden);
            }
            if let Some(lead) = there.iter().min_by_key(|member| member.rank) {
                let others = there.iter().filter(|member| member.id != lead.id);
                lead_of.extend(others.map(|member| (member.id, lead.id)));
            }
        }
        let changed: Vec<Member> = members
            .values()
            .filter(|member| member.lead != lead_of.get(&member.id).copied())
            .copied()
            .collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        // All whose group is another than before: what they have of others is taken back, and carried anew.
        let mut touched: BTreeSet<i64> = changed.iter().map(|member| member.id).collect();
        touched.extend(changed.iter().filter_map(|member| member.lead));
        touched.extend(changed.iter().filter_map(|member| lead_of.get(&member.id)));
        let leads: BTreeSet<i64> = touched.clone();
        touched.extend(
            members.values().filter(|m| m.lead.is_some_and(|lead| leads.contains(&lead))).map(|m| m.id),
        );
        touched.extend(lead_of.iter().filter(|(_, lead)| leads.contains(lead)).map(|(id, _)| *id));
        for id in &touched {
            self.take_back(*id)?;
        }
        for member in &changed {
            let lead = lead_of.get(&member.id).copied();
            self.db.execute(
                "UPDATE exposure SET lead_id = $2 WHERE id = $1",
                &[member.id.into(), lead.into()],
            )?;
            let reason = why.of.get(&member.id).copied().unwrap_or(why.general);
            let (kind, words) = match lead {
                Some(lead) => ("joined", format!("one with exposure {lead}: {reason}")),
                None => ("split", format!("stands by itself again: {reason}")),
            };
            self.add_evidence(member.id, None, kind, &words)?;
        }
        let groups: BTreeSet<i64> = lead_of.values().copied().filter(|lead| touched.contains(lead)).collect();
        for lead in groups {
            self.carry(lead)?;
        }
        for id in &touched {
            self.derive_status(*id)?;
        }
        let joined = changed.iter().filter(|member| lead_of.contains_key(&member.id));
        let joined: Vec<ExposureId> = joined.map(|member| ExposureId(member.id)).collect();
        let subjects: Ranges = touched.iter().copied().collect();
        for (kind, verb, count) in [
            ("exposure.joined", "one with another", joined.len()),
            ("exposure.split", "taken apart again", changed.len() - joined.len()),
        ] {
            if count > 0 {
                let (is, subjects) = (if count == 1 { "is" } else { "are" }, subjects.clone());
                let text = format!("{} {is} {verb}", counted(count, "exposure"));
                self.append(NewEvent {
                    kind,
                    text,
                    asset: assets.first().copied(),
                    subjects,
                    ..NewEvent::default()
                })?;
            }
        }
        Ok(joined)
    }

    /// Takes back what an exposure has of those it is one with.
    fn take_back(&mut self, exposure: i64) -> Result<(), StoreError> {
        let id = [exposure.into()];
        for text in [
            "DELETE FROM decision_exposure WHERE exposure_id = $1 AND decision_id IN
             (SELECT value FROM correlation_carried WHERE exposure_id = $1 AND kind = 'decision')",
            "UPDATE exposure SET owner = NULL WHERE id = $1 AND owner IN
             (SELECT value FROM correlation_carried WHERE exposure_id = $1 AND kind = 'owner')",
            "DELETE FROM correlation_carried WHERE exposure_id = $1",
        ] {
            self.db.execute(text, &id)?;
        }
        Ok(())
    }

    /// Has what people decided of one hold for all that a lead stands for.
    fn carry(&mut self, lead: i64) -> Result<(), StoreError> {
        for text in [
            "INSERT INTO correlation_carried (exposure_id, kind, value)
             SELECT m.id, 'decision', d.id FROM exposure m JOIN decision d ON d.document = '' AND d.revoked_at IS NULL
             AND d.lapsed_at IS NULL AND d.id IN (SELECT x.decision_id FROM decision_exposure x JOIN exposure o ON o.id = x.exposure_id
             WHERE o.id = $1 OR o.lead_id = $1)
             WHERE (m.id = $1 OR m.lead_id = $1)
             AND d.id NOT IN (SELECT y.decision_id FROM decision_exposure y WHERE y.exposure_id = m.id)",
            "INSERT INTO decision_exposure (exposure_id, decision_id) SELECT c.exposure_id, c.value FROM correlation_carried c
             JOIN exposure m ON m.id = c.exposure_id WHERE c.kind = 'decision' AND (m.id = $1 OR m.lead_id = $1)
             ON CONFLICT DO NOTHING",
            "INSERT INTO correlation_carried (exposure_id, kind, value)
             SELECT m.id, 'owner', o.owner FROM exposure m JOIN exposure o ON o.id =
             (SELECT MIN(p.id) FROM exposure p WHERE (p.id = $1 OR p.lead_id = $1) AND p.owner IS NOT NULL)
             WHERE (m.id = $1 OR m.lead_id = $1) AND m.owner IS NULL",
            "UPDATE exposure SET owner = (SELECT c.value FROM correlation_carried c WHERE c.exposure_id = exposure.id AND c.kind = 'owner')
             WHERE (id = $1 OR lead_id = $1) AND owner IS NULL",
        ] {
            self.db.execute(text, &[lead.into()])?;
        }
        Ok(())
    }

    /// Whether a person called one of a set a false positive.
    pub(super) fn is_called_false(&mut self, sets: &Sets, root: Spot) -> Result<bool, StoreError> {
        for (asset, weakness, locus) in sets.members(root) {
            let found = self.db.first(
                "SELECT d.id FROM exposure e JOIN decision_exposure x ON x.exposure_id = e.id
                 JOIN decision d ON d.id = x.decision_id AND d.verdict = 'false-positive' AND d.document = ''
                 AND d.revoked_at IS NULL AND d.lapsed_at IS NULL
                 WHERE e.asset_id = $1 AND e.weakness_id = $2 AND e.locus_digest = $3",
                &[asset.into(), weakness.into(), locus.into()],
                |_| Ok(()),
            )?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
