//! Exposures that several tools report and that are one: what says so, by rule or by a person, and what follows.
//!
//! A correlation speaks of two exposures by what they are: of one asset, of an application and of the machine that it runs on, or
//! of two names of what answers at one address. Each exposure keeps its own row, sightings and history, so later reports land where earlier ones did, and a split gives
//! everything back to the side it came from. What is one has one **lead** ([`groups`]), which stands for all in lists. Its status
//! is open while any of them is, so it closes only when each is proven gone.
//!
//! A person's judgement or owner of one holds for all; what was carried over is noted, and taken back by a split. What was
//! decided while they were one stays with each. A rule joins no two places of one weakness on an asset, and carries no "false
//! positive" to what another tool saw by itself: that is left for a person to confirm. What a person split is never joined by
//! rule again, not even by way of a third. What a rule joined because of a fact ends with it ([`Tx::correlate_by_facts`]).

mod addresses;
mod groups;
mod machines;
mod read;
mod sets;

use crate::db::Row;
use crate::error::StoreError;
use crate::{NewEvent, Tx};
pub use addresses::Holder;
use bartizan_model::{AssetId, ExposureId, Timestamp};
pub(crate) use groups::Why;
pub use machines::{Application, OnMachine};
pub use read::Placed;
use sets::{Sets, Spot, Stored};
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

/// The rule that joins an exposure of an application with that of the machine that it runs on.
pub const RUNS_ON: &str = "runs-on";

/// The rule that joins an exposure of a host with that of the machine that held its address at that time.
pub const SAME_ADDRESS: &str = "same-address";

impl Tx<'_> {
    /// Joins what a rule finds to be one on an asset, or on it and where it runs; the exposures that have another lead by it.
    /// What a person told apart stays so, and what only one side's "false positive" would hide waits for a person.
    pub fn correlate(
        &mut self,
        asset: AssetId,
        found: &[NewCorrelation],
    ) -> Result<Vec<ExposureId>, StoreError> {
        let mut assets = BTreeSet::from([asset]);
        let mut pairs = Vec::with_capacity(found.len());
        for new in found {
            let (one, other) = (self.spot(new.one)?, self.spot(new.other)?);
            assets.extend([AssetId(one.0), AssetId(other.0)]);
            pairs.push((new, one, other));
        }
        let assets: Vec<AssetId> = assets.into_iter().collect();
        let stored = self.stored_correlations(&assets)?;
        let mut sets = Sets::of(&stored);
        let apart: Vec<(Spot, Spot)> =
            stored.iter().filter(|row| !row.same).map(|row| (row.one, row.other)).collect();
        let mut doubted = BTreeMap::new();
        let mut why = Why::of("");
        for (new, one, other) in pairs {
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
                    None => self.is_called_false(&sets, root)?,
                };
                doubted.insert(root, *verdict);
            }
            if verdicts[0] != verdicts[1] {
                continue;
            }
            self.put_correlation(one, other, true, &new.rule, &new.reason)?;
            sets.join(one, other);
            doubted.insert(sets.root(one), verdicts[0]);
            for id in [new.one, new.other] {
                why.say(id, &new.reason);
            }
        }
        if why.says_nothing() { Ok(Vec::new()) } else { self.regroup(&assets, &why) }
    }

    /// Joins what a rule that rests on facts ([`RUNS_ON`], [`SAME_ADDRESS`]) finds of an asset and others, and takes apart what it
    /// joined and no longer finds: an application moved, or is not alone at its port any more. The exposures that have another
    /// lead by it.
    pub fn correlate_by_facts(
        &mut self,
        rule: &str,
        asset: AssetId,
        found: &[NewCorrelation],
    ) -> Result<Vec<ExposureId>, StoreError> {
        let holds = found
            .iter()
            .map(|new| Ok([self.spot(new.one)?, self.spot(new.other)?]))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let stored = self.stored_correlations(&[asset])?;
        let of_it = |row: &&Stored| row.rule == rule && [row.one.0, row.other.0].contains(&asset.0);
        let is_found =
            |row: &&Stored| holds.contains(&[row.one, row.other]) || holds.contains(&[row.other, row.one]);
        let mut assets = BTreeSet::new();
        for row in stored.iter().filter(of_it).filter(|row| row.same && !is_found(row)) {
            self.db.execute("DELETE FROM correlation WHERE id = $1", &[row.id.into()])?;
            assets.extend([AssetId(row.one.0), AssetId(row.other.0)]);
        }
        if !assets.is_empty() {
            let assets: Vec<AssetId> = assets.into_iter().collect();
            let why = "it is no longer certain that the one place is the other";
            self.regroup(&assets, &Why::of(why))?;
        }
        self.correlate(asset, found)
    }

    /// Joins two exposures because a person says that they are one, whatever was said before.
    pub fn confirm_correlation(
        &mut self,
        one: ExposureId,
        other: ExposureId,
        reason: &str,
    ) -> Result<(), StoreError> {
        let assets = self.assets_of_pair(one, other)?;
        let (one, other) = (self.spot(one)?, self.spot(other)?);
        let stored = self.stored_correlations(&assets)?;
        let sets = Sets::of(&stored);
        let roots = [sets.root(one), sets.root(other)];
        for row in stored.iter().filter(|row| !row.same) {
            let ends = [sets.root(row.one), sets.root(row.other)];
            if ends == roots || ends == [roots[1], roots[0]] {
                self.db.execute("DELETE FROM correlation WHERE id = $1", &[row.id.into()])?;
            }
        }
        self.put_correlation(one, other, true, PERSON, reason)?;
        self.regroup(&assets, &Why::of(reason)).map(drop)
    }

    /// Remembers that a person told two exposures apart; no rule joins them again. Where they are one now, `other` is
    /// taken out (see [`Tx::split_exposure`]).
    pub fn refuse_correlation(
        &mut self,
        one: ExposureId,
        other: ExposureId,
        reason: &str,
    ) -> Result<(), StoreError> {
        if one != other && self.reader().lead_of(one)? == self.reader().lead_of(other)? {
            return self.split_exposure(other, reason);
        }
        let [asset, _] = self.assets_of_pair(one, other)?;
        let spots = (self.spot(one)?, self.spot(other)?);
        self.put_correlation(spots.0, spots.1, false, PERSON, reason)?;
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
        let own = self.spot(exposure)?;
        for other in members.into_iter().filter(|member| *member != exposure) {
            let other = self.spot(other)?;
            self.put_correlation(own, other, false, PERSON, reason)?;
        }
        self.regroup(&[asset], &Why::of(reason)).map(drop)
    }

    fn put_correlation(
        &mut self,
        one: Spot,
        other: Spot,
        same: bool,
        rule: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (one, other) = (one.min(other), one.max(other));
        let across = if one.0 == other.0 { 0 } else { other.0 };
        let spots = |one: Spot, across: i64, other: Spot| {
            [one.0.into(), one.1.into(), one.2.into(), across.into(), other.1.into(), other.2.into()]
        };
        // A merge of assets may have turned the two round.
        let turned = if across == 0 { 0 } else { one.0 };
        for spots in [spots(one, across, other), spots(other, turned, one)] {
            self.db.execute(
                "DELETE FROM correlation WHERE asset_id = $1 AND one_weakness = $2 AND one_locus = $3
                 AND other_asset = $4 AND other_weakness = $5 AND other_locus = $6",
                &spots,
            )?;
        }
        let id = self.take_ids("correlation", 1)?;
        let [asset, weakness, locus, across, its, place] = spots(one, across, other);
        self.db.execute(
            "INSERT INTO correlation (id, asset_id, one_weakness, one_locus, other_asset, other_weakness, other_locus, same, rule, reason, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &[
                id.into(),
                asset,
                weakness,
                locus,
                across,
                its,
                place,
                same.into(),
                rule.into(),
                reason.into(),
                self.actor.as_str().into(),
                self.now.into(),
            ],
        )?;
        Ok(())
    }

    /// What is said of exposures on these assets, and on all that are tied to them.
    fn stored_correlations(&mut self, assets: &[AssetId]) -> Result<Vec<Stored>, StoreError> {
        let mut rows: BTreeMap<i64, Stored> = BTreeMap::new();
        let (mut next, mut known) = (assets.to_vec(), BTreeSet::new());
        while let Some(asset) = next.pop() {
            if !known.insert(asset) {
                continue;
            }
            for which in ["asset_id = $1", "other_asset = $1 AND other_asset <> 0"] {
                let sql = format!("{STORED} WHERE {which}");
                for row in self.db.query(&sql, &[asset.into()], read_stored)? {
                    next.extend([AssetId(row.one.0), AssetId(row.other.0)]);
                    rows.insert(row.id, row);
                }
            }
        }
        Ok(rows.into_values().collect())
    }

    /// What an exposure is.
    fn spot(&mut self, exposure: ExposureId) -> Result<Spot, StoreError> {
        self.db
            .first(
                "SELECT asset_id, weakness_id, locus_digest FROM exposure WHERE id = $1",
                &[exposure.into()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
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

    /// The assets of two exposures that can be one.
    fn assets_of_pair(&mut self, one: ExposureId, other: ExposureId) -> Result<[AssetId; 2], StoreError> {
        let (asset, its) = (self.asset_of(one)?, self.asset_of(other)?);
        if one != other
            && (asset == its
                || self.reader().runs_on(asset, its)?
                || self.reader().runs_on(its, asset)?
                || self.reader().share_address(asset, its)?)
        {
            return Ok([asset, its]);
        }
        Err(StoreError::Conflict(
            "only two different exposures of one asset can be one, or of an application and of the machine that it runs on or whose address it \
             has: merge the assets first, where they are the same"
                .into(),
        ))
    }

    /// Has the correlations of a weakness that goes by another name now speak of that.
    pub(crate) fn rename_correlations(&mut self, gone: i64, stays: i64) -> Result<(), StoreError> {
        let sql = format!("{STORED} WHERE one_weakness = $1 OR other_weakness = $1 ORDER BY id");
        let rows = self.db.query(&sql, &[gone.into()], read_stored)?;
        let mut assets = BTreeSet::new();
        for Stored { id, one, other, .. } in rows {
            let renamed = |spot: Spot| if spot.1 == gone { (spot.0, stays, spot.2) } else { spot };
            let (one, other) = (renamed(one).min(renamed(other)), renamed(one).max(renamed(other)));
            let across = if one.0 == other.0 { 0 } else { other.0 };
            let values = [
                id.into(),
                one.0.into(),
                one.1.into(),
                one.2.into(),
                across.into(),
                other.1.into(),
                other.2.into(),
            ];
            let moved = self.db.execute(
                "UPDATE correlation SET asset_id = $2, one_weakness = $3, one_locus = $4, other_asset = $5, other_weakness = $6, other_locus = $7
                 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM correlation c WHERE c.asset_id = $2 AND c.one_weakness = $3 AND c.one_locus = $4
                 AND c.other_asset = $5 AND c.other_weakness = $6 AND c.other_locus = $7)",
                &values,
            )?;
            if moved == 0 || one == other {
                self.db.execute("DELETE FROM correlation WHERE id = $1", &[id.into()])?;
            }
            assets.extend([AssetId(one.0), AssetId(other.0)]);
        }
        for asset in assets {
            self.regroup(&[asset], &Why::of("two names turned out to be one weakness"))?;
        }
        Ok(())
    }
}

const STORED: &str = "SELECT id, asset_id, one_weakness, one_locus, other_asset, other_weakness, other_locus, same, rule FROM correlation";

fn read_stored(row: &Row<'_>) -> Result<Stored, StoreError> {
    let (asset, across): (i64, i64) = (row.get(1)?, row.get(4)?);
    Ok(Stored {
        id: row.get(0)?,
        one: (asset, row.get(2)?, row.get(3)?),
        other: (if across == 0 { asset } else { across }, row.get(5)?, row.get(6)?),
        same: row.get::<i64>(7)? != 0,
        rule: row.get(8)?,
    })
}
