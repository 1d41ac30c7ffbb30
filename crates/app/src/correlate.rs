//! One exposure across tools: what a run brought is compared with what other tools said of the same assets.
//!
//! It looks only where it can find something: at exposures that are new, of rules that share a meaning with a rule of
//! another tool that this store knows. An import that brings nothing new asks nothing. What is of an application and of the
//! machine that it runs on, or of two names of that, is looked for by [`machines`].

mod machines;

use crate::{Actor, App, AppError};
use bartizan_assess::correlation::equivalence::{Equivalences, Fault};
use bartizan_assess::correlation::{self, Class, Excerpt, Excerpts, Rule, Spot, similar};
use bartizan_model::{AssetId, EventSeq, ExposureId, Locus, SourceId, WeaknessId};
use bartizan_store::{CorrelationRow, ExposureRow, NewCorrelation, Placed, Ranges, Reader, StoreError, Tx};
use machines::Topology;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// The folder below the data folder whose TOML files extend the table of equivalent rules.
const FOLDER: &str = "equivalence";

/// An exposure and those that are one with it or perhaps are.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// The exposures that are one with it, itself among them, each by itself; the one that stands for all first.
    pub members: Vec<Member>,
    /// What says so, and what a person told apart, newest first.
    pub said: Vec<CorrelationRow>,
    /// Others on the asset, or on what it runs on, that are perhaps the same, the most alike first.
    pub proposals: Vec<Alike>,
}

/// An exposure in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its row.
    pub row: ExposureRow,
    /// The name of the asset that it is on.
    pub asset: String,
    /// The key of the weakness.
    pub weakness: String,
    /// The weakness in one line.
    pub title: String,
    /// The tools that see it now.
    pub sources: Vec<String>,
}

/// Two exposures that are perhaps one.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// One of them: that which stands for it, where it is one with others.
    pub one: Member,
    /// The other.
    pub other: Member,
    /// From 0 to 1; only to order by.
    pub score: f64,
    /// Why, in words.
    pub reason: String,
}

/// Two exposures that are perhaps one, before they are put into words.
struct Pair {
    one: ExposureId,
    other: ExposureId,
    score: f64,
    reason: String,
}

type Rules = HashMap<WeaknessId, Rc<Rule>>;

/// The rules that the store knows, and the vulnerabilities that go by several ids.
fn rules(reader: &mut Reader<'_>, table: &Equivalences) -> Result<Rules, StoreError> {
    let mut rules = HashMap::new();
    let mut meant: HashMap<Class, Vec<String>> = HashMap::new();
    reader.each_rule(|id, key, title, cwe, aliases| {
        let aliases: Vec<&str> = aliases.split_whitespace().collect();
        let rule = Rule::of(key, title, &cwe, table).or_else(|| Rule::known(key, title, &cwe, &aliases));
        for class in rule.iter().flat_map(|rule| &rule.classes).filter(|it| matches!(it, Class::Alias(_))) {
            meant.entry(class.clone()).or_default().push(key.to_owned());
        }
        rules.extend(rule.map(|rule| (id, rule)));
    })?;
    // An id that is told of two vulnerabilities means neither of them alone.
    let own = |class: &Class, key: &String| matches!(class, Class::Alias(id) if id == key);
    meant.retain(|class, keys| keys.iter().filter(|key| !own(class, key)).count() == 1 && keys.len() == 2);
    for rule in rules.values_mut() {
        rule.classes.retain(|class| !matches!(class, Class::Alias(_)) || meant.contains_key(class));
    }
    Ok(rules.into_iter().map(|(id, rule)| (id, Rc::new(rule))).collect())
}

/// Only those that share a class with a rule of another tool.
fn with_partners(mut rules: Rules) -> Rules {
    let mut tools: HashMap<&Class, BTreeSet<&str>> = HashMap::new();
    for rule in rules.values() {
        for class in &rule.classes {
            tools.entry(class).or_default().insert(&rule.tool);
        }
    }
    let shared: BTreeSet<Class> =
        tools.into_iter().filter(|(_, tools)| tools.len() > 1).map(|(class, _)| class.clone()).collect();
    rules.retain(|_, rule| rule.classes.iter().any(|class| shared.contains(class)));
    rules
}

fn spots(placed: &[Placed], rules: &Rules) -> Vec<Spot> {
    let spot = |placed: &Placed| {
        let rule = Rc::clone(rules.get(&placed.weakness)?);
        let Ok(locus) = placed.locus.parse::<Locus>();
        Some(Spot { id: placed.id, rule, locus })
    };
    placed.iter().filter_map(spot).collect()
}

fn excerpts(reader: &mut Reader<'_>, of: &BTreeSet<ExposureId>) -> Result<Excerpts, StoreError> {
    let told = reader.excerpts(of)?;
    Ok(told.into_iter().map(|(id, (line, code, at))| (id, Excerpt { line, code, at })).collect())
}

/// What rules find to be one on an asset and is not yet.
fn found_on(
    reader: &mut Reader<'_>,
    asset: AssetId,
    rules: &Rules,
    table: &Equivalences,
) -> Result<Vec<NewCorrelation>, StoreError> {
    let placed = reader.placed_on(asset, |weakness| rules.contains_key(&weakness))?;
    let leads: HashMap<ExposureId, ExposureId> = placed.iter().map(|it| (it.id, it.lead)).collect();
    let spots = spots(&placed, rules);
    let excerpts = excerpts(reader, &correlation::wants_excerpt(&spots))?;
    let links = correlation::links(&spots, &excerpts, table).into_iter();
    let fresh = links.filter(|link| leads.get(&link.one) != leads.get(&link.other));
    Ok(fresh
        .map(|link| NewCorrelation { one: link.one, other: link.other, rule: link.rule, reason: link.reason })
        .collect())
}

/// Joins what rules find to be one on some assets; the exposures that another stands for since.
fn correlate(
    tx: &mut Tx<'_>,
    assets: impl IntoIterator<Item = AssetId>,
    rules: &Rules,
    table: &Equivalences,
) -> Result<Vec<ExposureId>, StoreError> {
    let mut joined = Vec::new();
    for asset in assets {
        let found = found_on(&mut tx.reader(), asset, rules, table)?;
        joined.extend(tx.correlate(asset, &found)?);
    }
    Ok(joined)
}

/// What a transaction did, as far as it may make some exposures one.
pub(crate) struct News {
    opened: Ranges,
    /// Another source tells of them, perhaps by another id or at another place.
    updated: Ranges,
    /// Whether something may run elsewhere than before.
    moved: bool,
    /// The assets that were named.
    assets: BTreeSet<AssetId>,
}

/// Joins what was opened with what other tools say of the same; for how many of those another exposure stands now.
pub(crate) fn join(tx: &mut Tx<'_>, table: &Equivalences, news: &News) -> Result<i64, StoreError> {
    // One tool alone has nobody to agree with.
    if tx.reader().sources()?.len() < 2 {
        return Ok(0);
    }
    let is_news = news.moved || !news.opened.is_empty() || !news.updated.is_empty();
    let mut joined = if is_news { join_on_assets(tx, table, news)? } else { BTreeSet::new() };
    joined.extend(machines::join(tx, news)?);
    let is_new =
        |id: &&ExposureId| news.opened.ranges().iter().any(|(low, high)| (low..=high).contains(&&id.0));
    Ok(joined.iter().filter(is_new).count() as i64)
}

/// Joins what is on one asset.
fn join_on_assets(
    tx: &mut Tx<'_>,
    table: &Equivalences,
    news: &News,
) -> Result<BTreeSet<ExposureId>, StoreError> {
    let rules = with_partners(rules(&mut tx.reader(), table)?);
    if rules.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut assets = tx.reader().assets_of(&news.opened, |weakness| rules.contains_key(&weakness))?;
    let named = |rule: &Rc<Rule>| rule.classes.iter().any(|class| matches!(class, Class::Alias(_)));
    if rules.values().any(named) {
        assets.extend(
            tx.reader().assets_of(&news.updated, |weakness| rules.get(&weakness).is_some_and(named))?,
        );
    }
    Ok(correlate(tx, assets, &rules, table)?.into_iter().collect())
}

/// What a transaction, which named these assets, did since an event.
pub(crate) fn since(
    reader: &mut Reader<'_>,
    event: EventSeq,
    assets: BTreeSet<AssetId>,
) -> Result<News, StoreError> {
    // A run tells of all that it opened in one event a tool.
    let news = reader.events_after(event, i64::MAX)?;
    let of = |kind: &str| {
        let events = news.iter().filter(|event| event.kind == kind);
        events.flat_map(|event| event.subjects.iter()).collect()
    };
    let moved = ["asset.merged", "asset.split", "facts.changed"];
    let moved = news.iter().any(|event| moved.contains(&event.kind.as_str()));
    Ok(News { opened: of("exposure.opened"), updated: of("exposure.updated"), moved, assets })
}

impl App {
    /// The table of rules that mean the same, with what people added in the data folder.
    ///
    /// # Errors
    /// Where a file of theirs cannot be read, or contradicts the table: it says which and why.
    pub fn equivalences(&self) -> Result<Arc<Equivalences>, AppError> {
        let (table, _, faults) = self.read_equivalences();
        match faults.first() {
            None => Ok(table),
            Some(fault) => Err(AppError::Input(format!("{fault} {}", fault.fix))),
        }
    }

    /// The table as far as it is sound, the number of files that people added, and what is wrong in them.
    pub(crate) fn read_equivalences(&self) -> (Arc<Equivalences>, usize, Vec<Fault>) {
        let mut faults = Vec::new();
        let built_in = Equivalences::built_in().unwrap_or_else(|fault| {
            faults.push(fault);
            Arc::default()
        });
        let folder = self.data.join(FOLDER);
        if !folder.is_dir() {
            return (built_in, 0, faults);
        }
        let unreadable = |path: &Path, error: std::io::Error| Fault {
            file: path.display().to_string(),
            line: None,
            what: format!("it cannot be read: {error}"),
            fix: "Let the account that Bartizan runs under read it, as UTF-8, or take it away.".to_owned(),
        };
        let mut files = Vec::new();
        match std::fs::read_dir(&folder) {
            Ok(entries) => {
                for entry in entries {
                    match entry {
                        Ok(entry) => files.push(entry.path()),
                        Err(error) => faults.push(unreadable(&folder, error)),
                    }
                }
            }
            Err(error) => faults.push(unreadable(&folder, error)),
        }
        files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        files.sort();
        let mut table = Equivalences::clone(&built_in);
        for path in &files {
            match std::fs::read_to_string(path) {
                Ok(text) => faults.extend(table.add(&path.display().to_string(), &text)),
                Err(error) => faults.push(unreadable(path, error)),
            }
        }
        (Arc::new(table), files.len(), faults)
    }

    /// Applies the table and the rules to everything, as after the table was extended; how many exposures another stands for
    /// since.
    pub fn correlate_all(&self, actor: &Actor) -> Result<usize, AppError> {
        let table = self.equivalences()?;
        self.write(actor, |tx| {
            let rules = with_partners(rules(&mut tx.reader(), &table)?);
            let assets = if rules.is_empty() { Vec::new() } else { tx.reader().asset_ids(AssetId(0))? };
            let mut joined: BTreeSet<ExposureId> =
                correlate(tx, assets, &rules, &table)?.into_iter().collect();
            joined.extend(machines::join_all(tx)?);
            Ok(joined.len())
        })
    }

    /// Which exposures are one with this one, why, and which perhaps are.
    pub fn together(&self, exposure: ExposureId) -> Result<Together, AppError> {
        let table = self.equivalences()?;
        self.read(|reader| {
            let lead = reader.exposure(exposure)?;
            let assets: Vec<AssetId> = [lead.asset].into_iter().chain(lead.elsewhere).collect();
            let (mut rows, mut said, mut pairs) = (Vec::new(), BTreeMap::new(), Vec::new());
            for asset in &assets {
                let all = reader.members_of(*asset)?.into_iter();
                rows.extend(all.filter(|(_, its)| *its == lead.id).map(|(row, _)| row));
                said.extend(reader.correlations(*asset)?.into_iter().map(|row| ((row.at, row.id), row)));
                pairs.extend(alike(reader, *asset, &table)?);
            }
            rows.sort_by_key(|row: &ExposureRow| (row.id != lead.id, row.id));
            let own: BTreeSet<ExposureId> = rows.iter().map(|row| row.id).collect();
            let said = said.into_values().rev();
            let said = said.filter(|row| own.contains(&row.one) || own.contains(&row.other)).collect();
            let sources = sources(reader)?;
            let members =
                rows.into_iter().map(|row| member(reader, row, &sources)).collect::<Result<_, _>>()?;
            let mut topology = Topology::read(reader)?;
            for (asset, _) in topology.around(assets) {
                pairs.extend(machines::alike(reader, &mut topology, asset)?);
            }
            let mut seen = BTreeSet::new();
            pairs.retain(|it| (it.one == lead.id || it.other == lead.id) && seen.insert((it.one, it.other)));
            let pairs = pairs.into_iter();
            let proposals = pairs.map(|pair| in_words(reader, pair, &sources)).collect::<Result<_, _>>()?;
            Ok(Together { members, said, proposals })
        })
    }

    /// Exposures that are perhaps one, asset by asset from the one after `after` on: at least `least` where there are so many,
    /// and all of an asset. Where it ends before the last asset, the asset to go on after.
    pub fn proposals(&self, after: AssetId, least: usize) -> Result<(Vec<Alike>, Option<AssetId>), AppError> {
        let table = self.equivalences()?;
        self.read(|reader| {
            let (mut found, sources, mut topology) = (Vec::new(), sources(reader)?, Topology::read(reader)?);
            for asset in reader.asset_ids(after)? {
                let mut pairs = alike(reader, asset, &table)?;
                pairs.extend(machines::alike(reader, &mut topology, asset)?);
                for pair in pairs {
                    found.push(in_words(reader, pair, &sources)?);
                }
                if found.len() >= least {
                    return Ok((found, Some(asset)));
                }
            }
            Ok((found, None))
        })
    }

    /// Joins two exposures because a person says that they are one.
    pub fn confirm_same(
        &self,
        actor: &Actor,
        one: ExposureId,
        other: ExposureId,
        reason: &str,
    ) -> Result<(), AppError> {
        self.write(actor, |tx| tx.confirm_correlation(one, other, reason))
    }

    /// Tells two exposures apart because a person says so: no rule joins them again. Where they are one now, `other` is taken
    /// out, and what is left is looked at by the rules anew.
    pub fn tell_apart(
        &self,
        actor: &Actor,
        one: ExposureId,
        other: ExposureId,
        reason: &str,
    ) -> Result<(), AppError> {
        self.leave(actor, other, |tx| tx.refuse_correlation(one, other, reason))
    }

    /// Takes an exposure out of what it is one with, for good.
    pub fn split_exposure(&self, actor: &Actor, exposure: ExposureId, reason: &str) -> Result<(), AppError> {
        self.leave(actor, exposure, |tx| tx.split_exposure(exposure, reason))
    }

    fn leave(
        &self,
        actor: &Actor,
        exposure: ExposureId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), AppError> {
        let table = self.equivalences()?;
        self.write(actor, |tx| {
            work(tx)?;
            // Those that were one by way of it alone.
            let rules = with_partners(rules(&mut tx.reader(), &table)?);
            let asset = tx.reader().exposure(exposure)?.asset;
            correlate(tx, [asset], &rules, &table).map(drop)
        })
    }
}

/// Exposures of an asset that are perhaps one: nobody said that they are, or are not.
fn alike(reader: &mut Reader<'_>, asset: AssetId, table: &Equivalences) -> Result<Vec<Pair>, StoreError> {
    let placed = reader.placed_on(asset, |_| true)?;
    let mut known: BTreeMap<WeaknessId, Option<Rc<Rule>>> = BTreeMap::new();
    for weakness in placed.iter().map(|it| it.weakness) {
        if let std::collections::btree_map::Entry::Vacant(entry) = known.entry(weakness) {
            let row = reader.weakness(weakness)?;
            entry.insert(Rule::of(&row.key, &row.title, &row.cwe, table).map(Rc::new));
        }
    }
    let rules: Rules = known.into_iter().filter_map(|(id, rule)| Some((id, rule?))).collect();
    let spots = spots(&placed, &rules);
    if spots.iter().all(|spot| spot.rule.tool == spots[0].rule.tool) {
        return Ok(Vec::new());
    }
    let leads: HashMap<ExposureId, ExposureId> = placed.iter().map(|it| (it.id, it.lead)).collect();
    let lead = |id: &ExposureId| leads.get(id).copied().unwrap_or(*id);
    let excerpts = excerpts(reader, &similar::wants_excerpt(&spots))?;
    let apart: BTreeSet<(ExposureId, ExposureId)> = reader
        .correlations(asset)?
        .iter()
        .filter(|row| !row.same)
        .flat_map(|row| {
            let (one, other) = (lead(&row.one), lead(&row.other));
            [(one, other), (other, one)]
        })
        .collect();
    // What a rule finds and did not join, as where a person called one of the two false, is for a person too.
    let ruled = correlation::links(&spots, &excerpts, table).into_iter();
    let ruled = ruled.map(|link| (link.one, link.other, 1.0, link.reason));
    let similar = similar::proposals(&spots, &excerpts).into_iter();
    let similar = similar.map(|it| (it.one, it.other, it.score, it.reason));
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (one, other, score, reason) in ruled.chain(similar) {
        let (one, other) = (lead(&one).min(lead(&other)), lead(&one).max(lead(&other)));
        if one != other && !apart.contains(&(one, other)) && seen.insert((one, other)) {
            found.push(Pair { one, other, score, reason });
        }
    }
    Ok(found)
}

fn sources(reader: &mut Reader<'_>) -> Result<HashMap<SourceId, String>, StoreError> {
    Ok(reader.sources()?.into_iter().collect())
}

fn member(
    reader: &mut Reader<'_>,
    row: ExposureRow,
    sources: &HashMap<SourceId, String>,
) -> Result<Member, StoreError> {
    let weakness = reader.weakness(row.weakness)?;
    let sources = row.sources.iter().filter_map(|id| sources.get(id).cloned()).collect();
    let asset = reader.asset(row.asset)?.name;
    Ok(Member { row, asset, weakness: weakness.key, title: weakness.title, sources })
}

fn in_words(
    reader: &mut Reader<'_>,
    pair: Pair,
    sources: &HashMap<SourceId, String>,
) -> Result<Alike, StoreError> {
    let [one, other] = [pair.one, pair.other].map(|id| {
        let row = reader.exposure(id)?;
        member(reader, row, sources)
    });
    Ok(Alike { one: one?, other: other?, score: pair.score, reason: pair.reason })
}
