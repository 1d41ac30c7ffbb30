//! Exposures that several tools report and that are one: what says so, by rule or by a person, and what follows.
//!
//! A correlation speaks of two exposures of an asset by what they are. Each exposure keeps its own row, sightings and
//! history, so later reports land where earlier ones did, and a split gives everything back to the side it came from.
//! What is one has one **lead**, one that goes by a CVE before others and then the oldest, which stands for all in lists: `exposure.lead_id` of the others, derived by
//! [`Tx::regroup`]. Its status is open while any of them is, so it closes only when each is proven gone.
//!
//! A person's judgement or owner of one holds for all; what was carried over is noted, and taken back by a split. What was
//! decided while they were one stays with each. A rule joins no two places of one weakness, and carries no "false positive"
//! to what another tool saw by itself: that is left for a person to confirm. What a person split is never joined by rule
//! again, not even by way of a third.

mod read;

use crate::db::Row;
use crate::error::StoreError;
use crate::{NewEvent, Ranges, Tx};
use bartizan_model::words::counted;
use bartizan_model::{AssetId, ExposureId, Timestamp};
pub use read::Placed;
use std::collections::{BTreeMap, BTreeSet};

/// What says whether two exposures are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelationRow {
    /// Its id.
    pub id: i64,
    /// One of the two exposures.
    pub one: ExposureId,
    /// The other.
    pub other: ExposureId,
    /// Whether they are one; else they were told apart.
    pub same: bool,
    /// The rule that says so, as `equivalence:sql-injection` or `cwe:89`; [`PERSON`] where a person does.
    pub rule: String,
    /// Why, in words.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Two exposures that a rule finds to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCorrelation {
    /// One of the two.
    pub one: ExposureId,
    /// The other.
    pub other: ExposureId,
    /// The rule.
    pub rule: String,
    /// Why, in words.
    pub reason: String,
}

/// The rule of what a person said.
pub const PERSON: &str = "person";

/// What an exposure is, on its asset: weakness and digest of the locus.
type Spot = (i64, i64);

/// An exposure of an asset as far as groups go.
#[derive(Debug, Clone, Copy)]
struct Member {
    id: i64,
    lead: Option<i64>,
    /// Whether it goes by a CVE, of which the world knows most.
    cve: bool,
}

const MEMBER: &str = "SELECT e.id, e.weakness_id, e.locus_digest, e.lead_id, CAST(CASE WHEN w.name LIKE 'CVE-%' THEN 1 ELSE 0 END AS BIGINT)
    FROM exposure e JOIN weakness w ON w.id = e.weakness_id";

/// Why groups change: in general, and by exposure where more is known.
pub(crate) struct Why<'a> {
    general: &'a str,
    of: BTreeMap<i64, &'a str>,
}

impl<'a> Why<'a> {
    pub(crate) fn of(general: &'a str) -> Self {
        Self { general, of: BTreeMap::new() }
    }
}

/// Sets of exposures that are one, by what they are.
#[derive(Default)]
struct Sets {
    parent: BTreeMap<Spot, Spot>,
}

impl Sets {
    fn of(rows: &[Stored]) -> Self {
        let mut sets = Self::default();
        for row in rows.iter().filter(|row| row.same) {
            sets.join(row.one, row.other);
        }
        sets
    }

    fn root(&self, spot: Spot) -> Spot {
        let mut at = spot;
        while let Some(next) = self.parent.get(&at).filter(|next| **next != at) {
            at = *next;
        }
        at
    }

    fn join(&mut self, one: Spot, other: Spot) {
        let (low, high) = {
            let (one, other) = (self.root(one), self.root(other));
            (one.min(other), one.max(other))
        };
        self.parent.insert(high, low);
        self.parent.entry(low).or_insert(low);
        // Shortened, so that long chains stay cheap.
        for spot in [one, other] {
            let root = self.root(spot);
            self.parent.insert(spot, root);
        }
    }

    /// What is wrong in the set of this root.
    fn weaknesses(&self, root: Spot) -> BTreeSet<i64> {
        let others = self.parent.keys().filter(|spot| self.root(**spot) == root).map(|spot| spot.0);
        others.chain([root.0]).collect()
    }

    fn groups(&self) -> BTreeMap<Spot, Vec<Spot>> {
        let mut groups: BTreeMap<Spot, Vec<Spot>> = BTreeMap::new();
        for spot in self.parent.keys() {
            groups.entry(self.root(*spot)).or_default().push(*spot);
        }
        groups
    }
}

/// A correlation as it is stored.
struct Stored {
    id: i64,
    one: Spot,
    other: Spot,
    same: bool,
}

impl Tx<'_> {
    /// Joins what a rule finds to be one on an asset; the exposures that have another lead by it. What a person told apart
    /// stays so, and what only one side's "false positive" would hide waits for a person.
    pub fn correlate(
        &mut self,
        asset: AssetId,
        found: &[NewCorrelation],
    ) -> Result<Vec<ExposureId>, StoreError> {
        let stored = self.stored_correlations(asset)?;
        let mut sets = Sets::of(&stored);
        let apart: Vec<(Spot, Spot)> =
            stored.iter().filter(|row| !row.same).map(|row| (row.one, row.other)).collect();
        let mut doubted = BTreeMap::new();
        let mut why = Why { general: "", of: BTreeMap::new() };
        for new in found {
            let (one, other) = (self.spot(asset, new.one)?, self.spot(asset, new.other)?);
            let roots = [sets.root(one), sets.root(other)];
            if roots[0] == roots[1] {
                continue;
            }
            let between = |(a, b): &(Spot, Spot)| {
                let ends = [sets.root(*a), sets.root(*b)];
                ends == roots || ends == [roots[1], roots[0]]
            };
            if apart.iter().any(between) {
                continue;
            }
            // What one tool tells apart, another cannot make one.
            let [weaknesses, others] = roots.map(|root| sets.weaknesses(root));
            if !weaknesses.is_disjoint(&others) {
                continue;
            }
            let mut verdicts = [false; 2];
            for (verdict, root) in verdicts.iter_mut().zip(roots) {
                *verdict = match doubted.get(&root) {
                    Some(known) => *known,
                    None => self.is_called_false(asset, &sets, root)?,
                };
                doubted.insert(root, *verdict);
            }
            if verdicts[0] != verdicts[1] {
                continue;
            }
            self.put_correlation(asset, one, other, true, &new.rule, &new.reason)?;
            sets.join(one, other);
            doubted.insert(sets.root(one), verdicts[0]);
            for id in [new.one, new.other] {
                why.of.entry(id.0).or_insert(&new.reason);
            }
        }
        if why.of.is_empty() { Ok(Vec::new()) } else { self.regroup(asset, &why) }
    }

    /// Joins two exposures because a person says that they are one, whatever was said before.
    pub fn confirm_correlation(
        &mut self,
        one: ExposureId,
        other: ExposureId,
        reason: &str,
    ) -> Result<(), StoreError> {
        let asset = self.common_asset(one, other)?;
        let (one, other) = (self.spot(asset, one)?, self.spot(asset, other)?);
        let stored = self.stored_correlations(asset)?;
        let sets = Sets::of(&stored);
        let roots = [sets.root(one), sets.root(other)];
        for row in stored.iter().filter(|row| !row.same) {
            let ends = [sets.root(row.one), sets.root(row.other)];
            if ends == roots || ends == [roots[1], roots[0]] {
                self.db.execute("DELETE FROM correlation WHERE id = $1", &[row.id.into()])?;
            }
        }
        self.put_correlation(asset, one, other, true, PERSON, reason)?;
        self.regroup(asset, &Why::of(reason)).map(drop)
    }

    /// Remembers that a person told two exposures apart; no rule joins them again. Where they are one now, `other` is
    /// taken out (see [`Tx::split_exposure`]).
    pub fn refuse_correlation(
        &mut self,
        one: ExposureId,
        other: ExposureId,
        reason: &str,
    ) -> Result<(), StoreError> {
        let asset = self.common_asset(one, other)?;
        if self.reader().lead_of(one)? == self.reader().lead_of(other)? {
            return self.split_exposure(other, reason);
        }
        let spots = (self.spot(asset, one)?, self.spot(asset, other)?);
        self.put_correlation(asset, spots.0, spots.1, false, PERSON, reason)?;
        self.append(NewEvent {
            kind: "exposure.told-apart",
            text: format!("Two exposures are not one: {reason}"),
            asset: Some(asset),
            exposure: Some(one),
            subjects: [one.0, other.0].into_iter().collect(),
            ..NewEvent::default()
        })
        .map(drop)
    }

    /// Takes an exposure out of what it is one with: it has its own sightings and history again, and the others theirs.
    pub fn split_exposure(&mut self, exposure: ExposureId, reason: &str) -> Result<(), StoreError> {
        let members = self.reader().whole(exposure)?;
        if members.len() < 2 {
            return Err(StoreError::Conflict(
                "this exposure is one with no other: there is nothing to undo".into(),
            ));
        }
        let asset = self.asset_of(exposure)?;
        let own = self.spot(asset, exposure)?;
        for other in members.into_iter().filter(|member| *member != exposure) {
            let other = self.spot(asset, other)?;
            self.put_correlation(asset, own, other, false, PERSON, reason)?;
        }
        self.regroup(asset, &Why::of(reason)).map(drop)
    }

    /// Derives which exposures of an asset are one from the correlations; those whose lead is another now.
    pub(crate) fn regroup(&mut self, asset: AssetId, why: &Why<'_>) -> Result<Vec<ExposureId>, StoreError> {
        let stored = self.stored_correlations(asset)?;
        let mut members: BTreeMap<Spot, Member> = BTreeMap::new();
        let mut read = |row: &Row<'_>| {
            let spot = (row.get(1)?, row.get(2)?);
            members.insert(spot, Member { id: row.get(0)?, lead: row.get(3)?, cve: row.get::<i64>(4)? != 0 });
            Ok(())
        };
        // Those that are in a group, and those that should be.
        self.db.for_each(
            &format!("{MEMBER} WHERE e.asset_id = $1 AND e.lead_id IS NOT NULL"),
            &[asset.into()],
            &mut read,
        )?;
        let groups = Sets::of(&stored).groups();
        for (weakness, locus) in groups.values().flatten() {
            self.db.for_each(
                &format!("{MEMBER} WHERE e.asset_id = $1 AND e.weakness_id = $2 AND e.locus_digest = $3"),
                &[asset.into(), (*weakness).into(), (*locus).into()],
                &mut read,
            )?;
        }
        let mut lead_of: BTreeMap<i64, i64> = BTreeMap::new();
        for group in groups.values() {
            let there: Vec<&Member> = group.iter().filter_map(|spot| members.get(spot)).collect();
            if let Some(lead) = there.iter().min_by_key(|member| (!member.cve, member.id)) {
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
                self.append(NewEvent { kind, text, asset: Some(asset), subjects, ..NewEvent::default() })?;
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
    fn is_called_false(&mut self, asset: AssetId, sets: &Sets, root: Spot) -> Result<bool, StoreError> {
        let mut spots: Vec<Spot> =
            sets.parent.keys().copied().filter(|spot| sets.root(*spot) == root).collect();
        if spots.is_empty() {
            spots.push(root);
        }
        for (weakness, locus) in spots {
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

    fn put_correlation(
        &mut self,
        asset: AssetId,
        one: Spot,
        other: Spot,
        same: bool,
        rule: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let id = self.take_ids("correlation", 1)?;
        let (one, other) = (one.min(other), one.max(other));
        self.db.execute(
            "INSERT INTO correlation (id, asset_id, one_weakness, one_locus, other_weakness, other_locus, same, rule, reason, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (asset_id, one_weakness, one_locus, other_weakness, other_locus) DO UPDATE SET
             same = excluded.same, rule = excluded.rule, reason = excluded.reason, actor = excluded.actor, at = excluded.at",
            &[
                id.into(),
                asset.into(),
                one.0.into(),
                one.1.into(),
                other.0.into(),
                other.1.into(),
                same.into(),
                rule.into(),
                reason.into(),
                self.actor.as_str().into(),
                self.now.into(),
            ],
        )?;
        Ok(())
    }

    fn stored_correlations(&mut self, asset: AssetId) -> Result<Vec<Stored>, StoreError> {
        self.db.query(
            "SELECT id, one_weakness, one_locus, other_weakness, other_locus, same FROM correlation WHERE asset_id = $1 ORDER BY id",
            &[asset.into()],
            |row| {
                Ok(Stored {
                    id: row.get(0)?,
                    one: (row.get(1)?, row.get(2)?),
                    other: (row.get(3)?, row.get(4)?),
                    same: row.get::<i64>(5)? != 0,
                })
            },
        )
    }

    /// What an exposure of an asset is.
    fn spot(&mut self, asset: AssetId, exposure: ExposureId) -> Result<Spot, StoreError> {
        self.db
            .first(
                "SELECT weakness_id, locus_digest FROM exposure WHERE id = $1 AND asset_id = $2",
                &[exposure.into(), asset.into()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?
            .ok_or_else(|| StoreError::not_found("exposure", exposure))
    }

    fn asset_of(&mut self, exposure: ExposureId) -> Result<AssetId, StoreError> {
        self.db
            .first(
                "SELECT e.asset_id FROM exposure e JOIN asset a ON a.id = e.asset_id AND a.merged_into IS NULL WHERE e.id = $1",
                &[exposure.into()],
                |row| Ok(AssetId(row.get(0)?)),
            )?
            .ok_or_else(|| StoreError::not_found("exposure", exposure))
    }

    fn common_asset(&mut self, one: ExposureId, other: ExposureId) -> Result<AssetId, StoreError> {
        let (asset, its) = (self.asset_of(one)?, self.asset_of(other)?);
        if asset == its && one != other {
            return Ok(asset);
        }
        Err(StoreError::Conflict(
            "only two different exposures of one asset can be one: merge the assets first, where they are the same".into(),
        ))
    }

    /// Has the correlations of a weakness that goes by another name now speak of that.
    pub(crate) fn rename_correlations(&mut self, gone: i64, stays: i64) -> Result<(), StoreError> {
        type Renamed = (i64, Spot, Spot, i64);
        let rows: Vec<Renamed> = self.db.query(
            "SELECT id, one_weakness, one_locus, other_weakness, other_locus, asset_id FROM correlation
             WHERE one_weakness = $1 OR other_weakness = $1 ORDER BY id",
            &[gone.into()],
            |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?), (row.get(3)?, row.get(4)?), row.get(5)?)),
        )?;
        let mut assets = BTreeSet::new();
        for (id, one, other, asset) in rows {
            let renamed = |spot: Spot| if spot.0 == gone { (stays, spot.1) } else { spot };
            let (one, other) = (renamed(one).min(renamed(other)), renamed(one).max(renamed(other)));
            let values =
                [id.into(), one.0.into(), one.1.into(), other.0.into(), other.1.into(), asset.into()];
            let moved = self.db.execute(
                "UPDATE correlation SET one_weakness = $2, one_locus = $3, other_weakness = $4, other_locus = $5 WHERE id = $1
                 AND NOT EXISTS (SELECT 1 FROM correlation c WHERE c.asset_id = $6 AND c.one_weakness = $2 AND c.one_locus = $3
                 AND c.other_weakness = $4 AND c.other_locus = $5)",
                &values,
            )?;
            if moved == 0 || one == other {
                self.db.execute("DELETE FROM correlation WHERE id = $1", &[id.into()])?;
            }
            assets.insert(AssetId(asset));
        }
        for asset in assets {
            self.regroup(asset, &Why::of("two names turned out to be one weakness"))?;
        }
        Ok(())
    }
}
