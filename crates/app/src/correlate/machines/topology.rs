//! What runs where: by what is told, and by who had the address at which an application was met.

use bartizan_assess::correlation::address;
use bartizan_assess::correlation::machine::{Ground, Hosted, Shared, Word, judge, port_of, tcp};
use bartizan_model::{AssetId, ExposureId, Locus};
use bartizan_store::{Application, OnMachine, RUNS_ON, Reader, SAME_ADDRESS, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What runs where.
#[derive(Default)]
pub(in crate::correlate) struct Topology {
    /// Those of an application, as told.
    machines: BTreeMap<AssetId, Vec<AssetId>>,
    applications: BTreeMap<AssetId, Vec<AssetId>>,
    /// Of a host, who else had its address, where an application answers at it.
    neighbours: BTreeMap<AssetId, Vec<(AssetId, Ground)>>,
    /// At how many addresses the applications of a host were met.
    met_at: BTreeMap<AssetId, usize>,
    /// The applications of a machine by port, of machines that were asked about.
    ports: HashMap<AssetId, BTreeMap<u16, Vec<AssetId>>>,
}

/// Something on a machine, and what says so.
struct On {
    /// The application, or the host by its other name.
    asset: AssetId,
    machine: AssetId,
    ground: Ground,
}

impl Topology {
    pub(in crate::correlate) fn read(reader: &mut Reader<'_>) -> Result<Self, StoreError> {
        let mut all = Self::default();
        for Application { id, machine } in reader.applications()? {
            all.machines.entry(id).or_default().push(machine);
            all.applications.entry(machine).or_default().push(id);
        }
        if all.is_empty() {
            return Ok(all);
        }
        for holders in reader.holders()? {
            let Some(address) = holders.first().map(|it| it.address.bare().to_owned()) else { continue };
            let holder = |it: &bartizan_store::Holder| address::Holder {
                host: it.host,
                first_seen: it.first_seen,
                last_seen: it.last_seen,
                serves: it.serves,
            };
            let holders: Vec<_> = holders.iter().map(holder).collect();
            for it in holders.iter().filter(|it| it.serves) {
                *all.met_at.entry(it.host).or_default() += 1;
            }
            for address::Shared { one, other, sure } in address::shared(&holders) {
                for (one, other) in [(one, other), (other, one)] {
                    let ground = Ground::Address { address: address.clone(), sure };
                    all.neighbours.entry(one).or_default().push((other, ground));
                }
            }
        }
        Ok(all)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    /// The hosts that have an address in common with another.
    pub(super) fn sharing(&self) -> impl Iterator<Item = AssetId> {
        self.neighbours.keys().copied()
    }

    /// Whether a host has an address in common with another.
    pub(super) fn is_sharing(&self, host: AssetId) -> bool {
        self.neighbours.contains_key(&host)
    }

    /// All that may have something in common with a machine, and the rule that then joins it.
    pub(super) fn all(&self) -> BTreeMap<AssetId, &'static str> {
        let applications = self.machines.keys().map(|id| (*id, RUNS_ON));
        applications.chain(self.sharing().map(|id| (id, SAME_ADDRESS))).collect()
    }

    /// As [`Self::all`], of some assets, what they run on, what runs there, and the hosts that have an address in common with these.
    pub(in crate::correlate) fn around(
        &self,
        assets: impl IntoIterator<Item = AssetId>,
    ) -> BTreeMap<AssetId, &'static str> {
        let (mut hosts, mut found) = (BTreeSet::new(), BTreeMap::new());
        for asset in assets {
            match self.machines.get(&asset) {
                Some(its) => {
                    found.insert(asset, RUNS_ON);
                    hosts.extend(its.iter().copied());
                }
                None => {
                    hosts.insert(asset);
                }
            }
        }
        let near: Vec<AssetId> = hosts.iter().flat_map(|host| self.near(*host)).collect();
        hosts.extend(near);
        for host in hosts {
            found.extend(self.applications.get(&host).into_iter().flatten().map(|id| (*id, RUNS_ON)));
            if self.neighbours.contains_key(&host) {
                found.insert(host, SAME_ADDRESS);
            }
        }
        found
    }

    fn near(&self, host: AssetId) -> impl Iterator<Item = AssetId> {
        self.neighbours.get(&host).into_iter().flatten().map(|(other, _)| *other)
    }

    /// What is on which machine, as far as an asset is one of the two: an application by what is told and by address, a name by
    /// address.
    fn pairs(&self, asset: AssetId) -> Vec<On> {
        let Some(told) = self.machines.get(&asset) else {
            let near = self.neighbours.get(&asset).into_iter().flatten().cloned();
            return near.map(|(other, ground)| self.on(asset, other, ground)).collect();
        };
        let by_address = told.iter().filter_map(|host| self.neighbours.get(host)).flatten();
        let by_address = by_address.filter(|(host, _)| !told.contains(host)).cloned();
        let all = told.iter().map(|host| (*host, Ground::Told)).chain(by_address);
        all.map(|(machine, ground)| On { asset, machine, ground }).collect()
    }

    /// Of two hosts with one address, which is the name and which the machine: an application answers to a name, and where one
    /// answers to both, the name that was known first is taken for the machine.
    fn on(&self, one: AssetId, other: AssetId, ground: Ground) -> On {
        let is_name = |host: &AssetId| (self.met_at.contains_key(host), *host);
        match is_name(&one) > is_name(&other) {
            true => On { asset: one, machine: other, ground },
            false => On { asset: other, machine: one, ground },
        }
    }

    /// The applications that are known at some ports of where something is.
    fn at_ports(
        &mut self,
        reader: &mut Reader<'_>,
        On { asset, machine, ground }: &On,
        ports: &[u16],
    ) -> Result<BTreeSet<AssetId>, StoreError> {
        let mut hosts = BTreeSet::from([*machine]);
        if *ground != Ground::Told {
            hosts.extend(self.machines.get(asset).into_iter().flatten().copied().chain([*asset]));
            let near: Vec<AssetId> = hosts.iter().flat_map(|host| self.near(*host)).collect();
            hosts.extend(near);
        }
        let mut found = BTreeSet::new();
        for host in hosts {
            let there = self.by_port(reader, host)?;
            found.extend(ports.iter().filter_map(|port| there.get(port)).flatten().copied());
        }
        Ok(found)
    }

    /// On how many machines an application, or a name, is: as told, and by address at least as many as it was met at.
    fn places(&self, On { asset, machine, ground }: &On) -> usize {
        let told = self.machines.get(asset).map_or(&[][..], Vec::as_slice);
        let met = |host: &AssetId| self.met_at.get(host).copied().unwrap_or(1);
        match ground {
            Ground::Told => told.len(),
            Ground::Address { .. } => {
                told.iter().chain([asset, machine]).map(met).max().unwrap_or(1).max(told.len())
            }
        }
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

    /// What an asset has in common with the machines that it is on, or with what is on it by a name, and whether that is one.
    pub(super) fn words(
        &mut self,
        reader: &mut Reader<'_>,
        asset: AssetId,
    ) -> Result<Vec<(ExposureId, ExposureId, Word)>, StoreError> {
        let pairs = self.pairs(asset);
        self.judged(reader, &pairs)
    }

    /// As [`Self::words`], only with the machines that it is on: so each pair is of one asset.
    pub(super) fn own_words(
        &mut self,
        reader: &mut Reader<'_>,
        asset: AssetId,
    ) -> Result<Vec<(ExposureId, ExposureId, Word)>, StoreError> {
        let mut pairs = self.pairs(asset);
        pairs.retain(|on| on.asset == asset);
        self.judged(reader, &pairs)
    }

    fn judged(
        &mut self,
        reader: &mut Reader<'_>,
        pairs: &[On],
    ) -> Result<Vec<(ExposureId, ExposureId, Word)>, StoreError> {
        let mut words = Vec::new();
        for on in pairs {
            self.judge(reader, on, &mut words)?;
        }
        Ok(words)
    }

    fn judge(
        &mut self,
        reader: &mut Reader<'_>,
        on: &On,
        words: &mut Vec<(ExposureId, ExposureId, Word)>,
    ) -> Result<(), StoreError> {
        let On { asset, machine, ground } = on;
        for both in reader.on_both(Application { id: *asset, machine: *machine })? {
            let OnMachine { key, one, other, own, places } = both;
            let places = loci(&places);
            let ports: Vec<u16> = if self.machines.contains_key(asset) {
                ports_of(reader, *asset)?
            } else {
                // Of a name, those at which both have it.
                let there: BTreeSet<u16> = places.iter().filter_map(tcp).collect();
                loci(&own).iter().filter_map(tcp).filter(|port| there.contains(port)).collect()
            };
            let mut beside = self.at_ports(reader, on, &ports)?;
            // The application itself, or the one that goes by the name.
            let own = self.applications.get(asset).map_or(&[][..], Vec::as_slice);
            beside.retain(|other| other != asset && !own.contains(other));
            let hosted = Hosted {
                application: reader.asset(*asset)?.name,
                machine: reader.asset(*machine)?.name,
                ground: ground.clone(),
                ports,
                // One is enough to doubt.
                beside: match beside.first() {
                    Some(other) => vec![reader.asset(*other)?.name],
                    None => Vec::new(),
                },
                machines: self.places(on),
            };
            let shared = Shared { key, one, other, places };
            words.extend(judge(&hosted, &shared).map(|word| (one, other, word)));
        }
        Ok(())
    }
}

fn loci(places: &[String]) -> Vec<Locus> {
    let place = |text: &String| {
        let Ok(place) = text.parse::<Locus>();
        place
    };
    places.iter().map(place).collect()
}

fn ports_of(reader: &mut Reader<'_>, application: AssetId) -> Result<Vec<u16>, StoreError> {
    let ports: BTreeSet<u16> =
        reader.origins(application)?.iter().filter_map(|origin| port_of(origin)).collect();
    Ok(ports.into_iter().collect())
}
