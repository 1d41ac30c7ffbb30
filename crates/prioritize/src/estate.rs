//! The estate: exposures as columns, assets, weaknesses, sources, scopes and people as dictionaries.

use crate::bitset::Bitset;
use crate::columns::{Class, Columns, Flags, Row, seconds};
use crate::dict::Dict;
use crate::rows::{AssetRow, ExposureRow, Kept, Lead, ScopeRow, SourceRow, UserRow, WeaknessRow};
use crate::score::{Assessment, Band, assess};
use crate::terms::{AssetTerms, Declared, WeaknessTerms, data_bits};
use crate::text::Haystack;
use bartizan_model::{
    AssetId, AssetKind, Criticality, DataClass, ExposureId, Reach, Timestamp, UserId, WeaknessId,
};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// An asset as the estate keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    pub(crate) id: AssetId,
    pub(crate) name: Box<str>,
    /// The name in lower case, where it differs.
    lower: Option<Box<str>>,
    pub(crate) kind: AssetKind,
    pub(crate) reach: Reach,
    pub(crate) criticality: Option<Criticality>,
    pub(crate) data: u8,
    pub(crate) demo: bool,
    pub(crate) reach_source: u32,
    pub(crate) scopes: u32,
    pub(crate) networks: u32,
}

impl Asset {
    pub(crate) fn lower(&self) -> &str {
        self.lower.as_deref().unwrap_or(&self.name)
    }
}

/// A weakness as the estate keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Weakness {
    pub(crate) row: WeaknessRow,
    /// Key, title and aliases in lower case, a line each.
    pub(crate) search: Box<str>,
}

/// Everything that priority is computed from, in memory, and the priorities.
///
/// Nothing in it is random or asks the time: two estates built from the same rows and the same `now` are equal in
/// every answer. It can be rebuilt from the store at any time.
#[derive(Debug, Clone)]
pub struct Estate {
    pub(crate) columns: Columns,
    pub(crate) assets: Vec<Asset>,
    pub(crate) weaknesses: Vec<Weakness>,
    pub(crate) users: Vec<UserRow>,
    pub(crate) sources: Vec<SourceRow>,
    pub(crate) scopes: Vec<ScopeRow>,
    pub(crate) loci: Dict<str>,
    pub(crate) source_sets: Dict<[u64]>,
    pub(crate) scope_sets: Dict<[i64]>,
    /// Names with spaces between them.
    pub(crate) network_sets: Dict<str>,
    pub(crate) reach_sources: Dict<str>,
    /// What is declared of each asset, and the terms of all that can be.
    declared: Vec<Declared>,
    terms: Vec<AssetTerms>,
    pub(crate) weakness_terms: Vec<WeaknessTerms>,
    pub(crate) asset_text: OnceLock<Haystack>,
    pub(crate) weakness_text: OnceLock<Haystack>,
    pub(crate) asset_ranks: OnceLock<Vec<u32>>,
    pub(crate) weakness_ranks: OnceLock<Vec<u32>>,
    /// What exposures of several tools are known by besides, by their ids: numbers of weaknesses.
    pub(crate) others: BTreeMap<i64, Box<[u32]>>,
    /// The other assets that exposures are on, by their ids: numbers of assets.
    pub(crate) elsewhere: BTreeMap<i64, Box<[u32]>>,
    asset_numbers: HashMap<AssetId, u32>,
    weakness_numbers: HashMap<WeaknessId, u32>,
    user_numbers: HashMap<UserId, u32>,
    now: Timestamp,
    generation: u64,
}

/// Builds an [`Estate`] from rows.
#[derive(Debug)]
pub struct Builder {
    estate: Estate,
    rejected: Vec<Rejected>,
}

/// An exposure that was not taken, since what it points to is not known to the estate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The exposure.
    pub id: ExposureId,
    /// Whether the asset is known.
    pub asset_known: bool,
    /// Whether the weakness is known.
    pub weakness_known: bool,
}

impl Builder {
    /// Declares sources; their order is that of the bits in [`ExposureRow::sources`].
    #[must_use]
    pub fn sources(mut self, rows: impl IntoIterator<Item = SourceRow>) -> Self {
        self.estate.upsert_sources(rows);
        self
    }

    /// Declares scopes.
    #[must_use]
    pub fn scopes(mut self, rows: impl IntoIterator<Item = ScopeRow>) -> Self {
        self.estate.upsert_scopes(rows);
        self
    }

    /// Declares people.
    #[must_use]
    pub fn users(mut self, rows: impl IntoIterator<Item = UserRow>) -> Self {
        self.estate.upsert_users(rows);
        self
    }

    /// Adds assets.
    #[must_use]
    pub fn assets(mut self, rows: impl IntoIterator<Item = AssetRow>) -> Self {
        self.estate.upsert_assets(rows);
        self
    }

    /// Adds weaknesses.
    #[must_use]
    pub fn weaknesses(mut self, rows: impl IntoIterator<Item = WeaknessRow>) -> Self {
        self.estate.upsert_weaknesses(rows);
        self
    }

    /// Adds exposures, after the assets and weaknesses they point to.
    #[must_use]
    pub fn exposures(mut self, rows: impl IntoIterator<Item = ExposureRow>) -> Self {
        self.rejected.extend(self.estate.upsert_exposures(rows));
        self
    }

    /// The estate, and the exposures that were not taken.
    pub fn build(self) -> (Estate, Vec<Rejected>) {
        (self.estate, self.rejected)
    }
}

impl Estate {
    /// Starts an estate; `now` is the moment that scores are made for until [`Self::reprioritize`].
    pub fn builder(now: Timestamp) -> Builder {
        let mut reach_sources = Dict::default();
        reach_sources.number("");
        let estate = Self {
            columns: Columns::default(),
            assets: Vec::new(),
            weaknesses: Vec::new(),
            users: vec![UserRow { id: UserId(i64::MIN), name: String::new() }],
            sources: Vec::new(),
            scopes: Vec::new(),
            loci: Dict::default(),
            source_sets: Dict::default(),
            scope_sets: Dict::default(),
            network_sets: Dict::default(),
            reach_sources,
            declared: Vec::new(),
            terms: Declared::terms(),
            weakness_terms: Vec::new(),
            asset_text: OnceLock::new(),
            weakness_text: OnceLock::new(),
            asset_ranks: OnceLock::new(),
            weakness_ranks: OnceLock::new(),
            others: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            asset_numbers: HashMap::new(),
            weakness_numbers: HashMap::new(),
            user_numbers: HashMap::new(),
            now,
            generation: 0,
        };
        Builder { estate, rejected: Vec::new() }
    }

    /// Adds sources or renames known ones.
    pub fn upsert_sources(&mut self, rows: impl IntoIterator<Item = SourceRow>) {
        self.generation += 1;
        for row in rows {
            match self.sources.iter_mut().find(|s| s.id == row.id) {
                Some(known) => *known = row,
                None => self.sources.push(row),
            }
        }
    }

    /// Adds scopes or renames known ones.
    pub fn upsert_scopes(&mut self, rows: impl IntoIterator<Item = ScopeRow>) {
        self.generation += 1;
        for row in rows {
            match self.scopes.iter_mut().find(|s| s.id == row.id) {
                Some(known) => *known = row,
                None => self.scopes.push(row),
            }
        }
    }

    /// Adds people or renames known ones.
    pub fn upsert_users(&mut self, rows: impl IntoIterator<Item = UserRow>) {
        self.generation += 1;
        for row in rows {
            let number = self.user_number(row.id);
            self.users[number as usize] = row;
        }
    }

    /// Adds assets or changes known ones, and scores again what is on the changed ones.
    pub fn upsert_assets(&mut self, rows: impl IntoIterator<Item = AssetRow>) {
        self.generation += 1;
        self.asset_ranks = OnceLock::new();
        self.asset_text = OnceLock::new();
        let mut changed = Bitset::new(self.assets.len());
        for mut row in rows {
            row.scopes.sort_unstable();
            row.scopes.dedup();
            let scopes: Vec<_> = row.scopes.iter().map(|s| s.0).collect();
            let data = data_bits(&row.data);
            let declared = Declared::new(row.reach, row.criticality, data);
            let lower = row.name.to_lowercase();
            let asset = Asset {
                id: row.id,
                lower: (lower != row.name).then(|| lower.into()),
                name: row.name.into(),
                kind: row.kind,
                reach: row.reach,
                criticality: row.criticality,
                data,
                demo: row.demo,
                reach_source: self.reach_sources.number(&row.reach_source),
                scopes: self.scope_sets.number(&scopes),
                networks: self.network_sets.number(&row.networks.join(" ")),
            };
            if let Some(number) = self.asset_numbers.get(&row.id).map(|n| *n as usize) {
                if self.declared[number] != declared {
                    changed.set(number, true);
                }
                self.assets[number] = asset;
                self.declared[number] = declared;
            } else {
                self.asset_numbers.insert(row.id, self.assets.len() as u32);
                self.assets.push(asset);
                self.declared.push(declared);
            }
        }
        if changed.count() > 0 {
            let affected = self.on_assets(&changed);
            affected.for_each(|at| self.score_row(at));
        }
    }

    /// Adds weaknesses or changes known ones (a feed update), and scores again what has the changed ones.
    pub fn upsert_weaknesses(&mut self, rows: impl IntoIterator<Item = WeaknessRow>) {
        self.generation += 1;
        self.weakness_ranks = OnceLock::new();
        self.weakness_text = OnceLock::new();
        let mut changed = Bitset::new(self.weaknesses.len());
        for row in rows {
            let terms = WeaknessTerms::new(&row, self.now);
            // One line each, in this order: key, title, aliases.
            let lines = [&row.key, &row.title].into_iter().chain(&row.aliases);
            let search: Vec<_> = lines.map(|line| line.replace('\n', " ").to_lowercase()).collect();
            let id = row.id;
            let weakness = Weakness { row, search: search.join("\n").into() };
            if let Some(number) = self.weakness_numbers.get(&id).map(|n| *n as usize) {
                if self.weakness_terms[number] != terms {
                    changed.set(number, true);
                }
                self.weaknesses[number] = weakness;
                self.weakness_terms[number] = terms;
            } else {
                self.weakness_numbers.insert(id, self.weaknesses.len() as u32);
                self.weaknesses.push(weakness);
                self.weakness_terms.push(terms);
            }
        }
        if changed.count() > 0 {
            let affected = Bitset::of(&self.columns.weakness, |w| changed.contains(w as usize));
            affected.for_each(|at| self.score_row(at));
        }
    }

    /// Adds exposures or changes known ones, scored at once. Returns those that point to what is not known.
    pub fn upsert_exposures(&mut self, rows: impl IntoIterator<Item = ExposureRow>) -> Vec<Rejected> {
        self.generation += 1;
        let rows = rows.into_iter();
        if self.columns.len() == 0 {
            self.columns.reserve(rows.size_hint().0);
        }
        let mut rejected = Vec::new();
        for row in rows {
            let asset = self.asset_numbers.get(&row.asset).copied();
            let weakness = self.weakness_numbers.get(&row.weakness).copied();
            let (Some(asset), Some(weakness)) = (asset, weakness) else {
                let (asset_known, weakness_known) = (asset.is_some(), weakness.is_some());
                rejected.push(Rejected { id: row.id, asset_known, weakness_known });
                continue;
            };
            let others = row.others.iter().filter_map(|id| self.weakness_numbers.get(id).copied());
            let elsewhere = row.elsewhere.iter().filter_map(|id| self.asset_numbers.get(id).copied());
            for (numbers, of) in
                [(others.collect(), &mut self.others), (elsewhere.collect(), &mut self.elsewhere)]
            {
                let numbers: Box<[u32]> = numbers;
                match numbers.is_empty() {
                    true => of.remove(&row.id.0),
                    false => of.insert(row.id.0, numbers),
                };
            }
            let row = Row {
                id: row.id.0,
                asset,
                weakness,
                locus: self.loci.number(row.locus.as_str()),
                sources: self.source_sets.number(&[row.sources]),
                owner: row.owner.map_or(0, |owner| self.user_number(owner)),
                first_seen: seconds(row.first_seen),
                last_seen: seconds(row.last_seen),
                opened: seconds(row.opened),
                sightings: row.sightings,
                class: Class::new(row.severity, row.status),
                flags: Flags::new(row.fix, row.validation),
                score: 0,
                risk: 0.0,
                // What was said of it holds until the graph is made anew.
                lead: self.columns.find(row.id.0).map_or(Kept::default(), |at| self.columns.lead[at]),
            };
            let at = self.columns.put(row);
            self.score_row(at);
        }
        rejected
    }

    /// Removes exposures; returns how many were there.
    pub fn remove(&mut self, ids: impl IntoIterator<Item = ExposureId>) -> usize {
        self.generation += 1;
        let mut removed = 0;
        for id in ids {
            self.others.remove(&id.0);
            self.elsewhere.remove(&id.0);
            removed += usize::from(self.columns.remove(id.0));
        }
        if self.columns.is_sparse() {
            self.columns.compact();
        }
        removed
    }

    /// Takes in what a generation of the attack graph says, and scores by it what it says otherwise than before. Of what it does not
    /// name it says nothing. Quick where the ids come in their order. Whether anything changed.
    pub fn place(&mut self, said: impl IntoIterator<Item = (ExposureId, Lead)>) -> bool {
        let mut leads = vec![Kept::default(); self.columns.len()];
        let mut place = 0;
        for (id, lead) in said {
            if let Some(at) = self.columns.find_next(id.0, &mut place) {
                leads[at] = lead.into();
            }
        }
        let before = std::mem::replace(&mut self.columns.lead, leads);
        let mut changed = false;
        for (at, before) in before.into_iter().enumerate() {
            if before != self.columns.lead[at] {
                changed = true;
                self.score_row(at);
            }
        }
        self.generation += u64::from(changed);
        changed
    }

    /// Scores everything anew for another moment: one pass over the weaknesses, one over the exposures.
    pub fn reprioritize(&mut self, now: Timestamp) {
        self.generation += 1;
        self.now = now;
        self.weakness_terms = self.weaknesses.iter().map(|w| WeaknessTerms::new(&w.row, now)).collect();
        (0..self.columns.len()).for_each(|at| self.score_row(at));
    }

    fn score_row(&mut self, at: usize) {
        let (assessment, columns) = (self.assess(at), &mut self.columns);
        let (score, class) = (assessment.score(), columns.class[at]);
        columns.class[at] = class.judged(Band::of(score), assessment.decision());
        columns.flags[at] = columns.flags[at].led(columns.lead[at]);
        columns.score[at] = score;
        columns.risk[at] = assessment.risk.value as f32;
    }

    /// The factors of a row.
    #[inline]
    pub(crate) fn assess(&self, at: usize) -> Assessment {
        self.assess_on(at, self.weighs_on(at))
    }

    /// The asset by which a row weighs: its own, or another that it is on too and weighs more on.
    #[inline]
    pub(crate) fn weighs_on(&self, at: usize) -> u32 {
        let own = self.columns.asset[at];
        if self.elsewhere.is_empty() {
            return own;
        }
        let others = self.elsewhere.get(&self.columns.id[at]).into_iter().flatten();
        let risk = |asset: u32| self.assess_on(at, asset).risk.value;
        others.fold(own, |most, other| if risk(*other) > risk(most) { *other } else { most })
    }

    fn assess_on(&self, at: usize, asset: u32) -> Assessment {
        let columns = &self.columns;
        assess(
            self.asset_terms(asset as usize),
            &self.weakness_terms[columns.weakness[at] as usize],
            columns.class[at].severity(),
            columns.flags[at].validation(),
            &self.lead(at),
        )
    }

    /// What the attack graph says of a row.
    pub(crate) fn lead(&self, at: usize) -> Lead {
        self.columns.lead[at].into()
    }

    fn user_number(&mut self, id: UserId) -> u32 {
        if let Some(number) = self.user_numbers.get(&id) {
            return *number;
        }
        let number = self.users.len() as u32;
        self.users.push(UserRow { id, name: id.to_string() });
        self.user_numbers.insert(id, number);
        number
    }

    /// What a score needs of an asset.
    pub(crate) fn asset_terms(&self, number: usize) -> &AssetTerms {
        self.declared[number].of(&self.terms)
    }

    pub(crate) fn asset_number(&self, id: AssetId) -> Option<u32> {
        self.asset_numbers.get(&id).copied()
    }

    pub(crate) fn data_classes(bits: u8) -> impl Iterator<Item = DataClass> {
        DataClass::ALL.iter().copied().filter(move |class| bits >> *class as u8 & 1 == 1)
    }

    /// The moment that scores are made for.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Changes with every change of anything: what was computed for one generation holds for all of it.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Takes the place of another estate: its generations go on from there, and what the attack graph said still holds.
    pub fn succeeds(&mut self, other: &Self) {
        let rows = other.columns.id.iter().zip(&other.columns.lead).filter(|(_, lead)| lead.is_said());
        self.place(rows.map(|(id, lead)| (ExposureId(*id), Lead::from(*lead))));
        self.generation = self.generation.max(other.generation) + 1;
    }

    /// How many exposures there are, whatever their status.
    pub fn len(&self) -> usize {
        self.columns.live()
    }

    /// Whether there is no exposure.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the exposures' columns take, dictionaries not counted.
    pub fn column_bytes(&self) -> usize {
        self.columns.bytes()
    }
}
