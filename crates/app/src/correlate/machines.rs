//! One hole, told of an application and of the machine that it runs on.
//!
//! What a rule joined rests on where the application runs: so it is looked at again when that changes, and when the application
//! or the machine has a vulnerability more. An installation that is told of no application asks once, and is done.

use super::{News, Pair};
use bartizan_assess::correlation::machine::{Hosted, Shared, Word, judge, port_of};
use bartizan_model::{AssetId, ExposureId, Locus};
use bartizan_store::{Application, NewCorrelation, RUNS_ON, Reader, StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What runs where.
#[derive(Default)]
pub(super) struct Topology {
    machines: BTreeMap<AssetId, Vec<AssetId>>,
    applications: BTreeMap<AssetId, Vec<AssetId>>,
    /// The applications of a machine by port, of machines that were asked about.
    ports: HashMap<AssetId, BTreeMap<u16, Vec<AssetId>>>,
}

impl Topology {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, StoreError> {
        let mut all = Self::default();
        for Application { id, machine } in reader.applications()? {
            all.machines.entry(id).or_default().push(machine);
            all.applications.entry(machine).or_default().push(id);
        }
        Ok(all)
    }

    /// Those of some assets that are applications, and the applications that run on the others or on a machine of these.
    pub(super) fn around(&self, assets: impl IntoIterator<Item = AssetId>) -> BTreeSet<AssetId> {
        let mut machines: BTreeSet<AssetId> = BTreeSet::new();
        let mut found = BTreeSet::new();
        for asset in assets {
            match self.machines.get(&asset) {
                Some(its) => {
                    found.insert(asset);
                    machines.extend(its);
                }
                None => {
                    machines.insert(asset);
                }
            }
        }
        found.extend(machines.iter().filter_map(|machine| self.applications.get(machine)).flatten());
        found
    }

    /// The applications of a machine by port.
    fn by_port(
        &mut self,
        reader: &mut Reader<'_>,
        machine: AssetId,
    ) -> Result<&BTreeMap<u16, Vec<AssetId>>, StoreError> {
        if !self.ports.contains_key(&machine) {
            let mut ports: BTreeMap<u16, Vec<AssetId>> = BTreeMap::new();
            for application in self.applications.get(&machine).into_iter().flatten() {
                for port in ports_of(reader, *application)? {
                    ports.entry(port).or_default().push(*application);
                }
            }
            self.ports.insert(machine, ports);
        }
        Ok(&self.ports[&machine])
    }

    /// What an application and its machines both have, and whether it is one.
    fn words(
        &mut self,
        reader: &mut Reader<'_>,
        application: AssetId,
    ) -> Result<Vec<(ExposureId, ExposureId, Word)>, StoreError> {
        let machines = self.machines.get(&application).cloned().unwrap_or_default();
        let mut words = Vec::new();
        for machine in &machines {
            let both = reader.on_both(Application { id: application, machine: *machine })?;
            if both.is_empty() {
                continue;
            }
            let ports = ports_of(reader, application)?;
            let there = self.by_port(reader, *machine)?;
            let mut beside: Vec<AssetId> =
                ports.iter().filter_map(|port| there.get(port)).flatten().copied().collect();
            beside.retain(|other| *other != application);
            let hosted = Hosted {
                application: reader.asset(application)?.name,
                machine: reader.asset(*machine)?.name,
                ports,
                // One is enough to doubt.
                beside: match beside.first() {
                    Some(other) => vec![reader.asset(*other)?.name],
                    None => Vec::new(),
                },
                machines: machines.len(),
            };
            for shared in both {
                let place = |text: &String| {
                    let Ok(place) = text.parse::<Locus>();
                    place
                };
                let places = shared.places.iter().map(place).collect();
                let shared = Shared { key: shared.key, one: shared.one, other: shared.other, places };
                words.extend(judge(&hosted, &shared).map(|word| (shared.one, shared.other, word)));
            }
        }
        Ok(words)
    }
}

fn ports_of(reader: &mut Reader<'_>, application: AssetId) -> Result<Vec<u16>, StoreError> {
    let ports: BTreeSet<u16> =
        reader.origins(application)?.iter().filter_map(|origin| port_of(origin)).collect();
    Ok(ports.into_iter().collect())
}

/// Joins what applications and their machines both have, as far as a transaction touched them; the exposures that another stands
/// for since.
pub(super) fn join(tx: &mut Tx<'_>, news: &News) -> Result<Vec<ExposureId>, StoreError> {
    let topology = Topology::read(&mut tx.reader())?;
    let mut touched = BTreeSet::new();
    if news.moved {
        touched.extend(topology.machines.keys());
        touched.extend(tx.reader().joined_applications()?);
    } else if !topology.machines.is_empty() {
        let mut assets = tx.reader().assets_of(&news.opened, |_| true)?;
        assets.extend(tx.reader().assets_of(&news.updated, |_| true)?);
        touched = topology.around(assets);
    }
    settle(tx, topology, touched)
}

/// As [`join`], of everything.
pub(super) fn join_all(tx: &mut Tx<'_>) -> Result<Vec<ExposureId>, StoreError> {
    let topology = Topology::read(&mut tx.reader())?;
    let mut all: BTreeSet<AssetId> = topology.machines.keys().copied().collect();
    all.extend(tx.reader().joined_applications()?);
    settle(tx, topology, all)
}

fn settle(
    tx: &mut Tx<'_>,
    mut topology: Topology,
    applications: BTreeSet<AssetId>,
) -> Result<Vec<ExposureId>, StoreError> {
    let mut joined = Vec::new();
    for application in applications {
        let words = topology.words(&mut tx.reader(), application)?.into_iter();
        let same = words.filter_map(|(one, other, word)| match word {
            Word::Same(reason) => Some(NewCorrelation { one, other, rule: RUNS_ON.to_owned(), reason }),
            Word::Perhaps(_) => None,
        });
        joined.extend(tx.correlate_application(application, &same.collect::<Vec<_>>())?);
    }
    Ok(joined)
}

/// What an application and its machines both have and is perhaps one: nobody said that it is, or is not.
pub(super) fn alike(
    reader: &mut Reader<'_>,
    topology: &mut Topology,
    application: AssetId,
) -> Result<Vec<Pair>, StoreError> {
    let words = topology.words(reader, application)?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut apart = BTreeSet::new();
    for row in reader.correlations(application)?.iter().filter(|row| !row.same) {
        let (one, other) = (reader.lead_of(row.one)?, reader.lead_of(row.other)?);
        apart.insert((one.min(other), one.max(other)));
    }
    let mut found = Vec::new();
    for (one, other, word) in words {
        let (one, other) = (reader.lead_of(one)?, reader.lead_of(other)?);
        let (one, other) = (one.min(other), one.max(other));
        let (score, reason) = match word {
            Word::Same(reason) => (1.0, reason),
            Word::Perhaps(reason) => (PERHAPS, reason),
        };
        if one != other && !apart.contains(&(one, other)) {
            found.push(Pair { one, other, score, reason });
        }
    }
    Ok(found)
}

/// One vulnerability on an application and on its machine is more often one hole than two.
const PERHAPS: f64 = 0.75;
