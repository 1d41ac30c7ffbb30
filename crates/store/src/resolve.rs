//! Which asset does a source mean? Identity resolution over strong and weak identifiers, with its reasons.
//!
//! 1. An equal strong identifier (cloud id, agent id, serial, host key, ...) decides. Several assets that one reference
//!    names by strong identifiers are one asset: they are merged, and the merge records the identifiers.
//! 2. Without one, a weak identifier decides while it is valid (name, address): full names first, then hardware
//!    addresses, short names, and IP addresses last. A candidate that contradicts the reference (another strong
//!    identifier of the same kind, another name) is somebody else who held the address before. Made-up assets and real
//!    ones are never taken for each other.
//! 3. A host that is known by nothing but an address is taken into the asset that a better identifier names.
//! 4. What many assets have (`localhost`, 127.0.0.1, a serial number that nobody filled in) proves nothing, and refutes nothing: it
//!    names an asset only where neither it nor the reference has anything else.
//! 5. Otherwise the asset is new.
//!
//! A private address is one within its network: the run says which that is, where the source does not.

use crate::db::{Bulk, Kind, Mode, Value, without_nul};
use crate::error::StoreError;
use crate::{NewEvent, Ranges, Tx};
use bartizan_model::words::counted;
use bartizan_model::{
    AssetId, AssetKind, AssetRef, Identifier, IdentifierKind, Locus, Network, SourceId, Timestamp,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An address that nobody was seen to hold for this long may have been given to somebody else.
const ADDRESS_LEASE_DAYS: i64 = 30;

/// Text that makes an identity is cut to this many bytes: an index row of PostgreSQL holds no more than 2,700.
const LONGEST: usize = 500;

/// Text in the form in which it can be part of an identity: without NUL, and not too long. Long texts that differ stay
/// different, by a digest.
pub(crate) fn tidy(text: &str) -> Cow<'_, str> {
    let text = without_nul(text);
    if text.len() <= LONGEST {
        return text;
    }
    let digest = Locus::named("", &text).digest();
    Cow::Owned(format!("{}~{digest:016x}", &text[..text.floor_char_boundary(LONGEST - 20)]))
}

/// Resolves references within one transaction, remembering what it found.
pub(crate) struct Resolver {
    source: SourceId,
    demo: bool,
    network: Option<Network>,
    known: HashMap<AssetRef, AssetId>,
    /// What went into what.
    merged: HashMap<AssetId, AssetId>,
    /// Assets made by this transaction.
    pub(crate) created: Vec<i64>,
    /// All assets it named.
    pub(crate) touched: BTreeSet<i64>,
    /// Those that were there before, and have an address in a named network for the first time.
    pub(crate) entered: BTreeSet<i64>,
}

/// An asset that shares an identifier with a reference.
struct Candidate {
    asset: AssetId,
    identifiers: Vec<Identifier>,
    /// The best kind that both have.
    shared: IdentifierKind,
}

impl Resolver {
    /// A resolver for what one source says of a network.
    pub(crate) fn new(source: SourceId, demo: bool, network: Option<Network>) -> Self {
        let (known, merged) = (HashMap::new(), HashMap::new());
        let (created, touched, entered) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        Self { source, demo, network, known, merged, created, touched, entered }
    }

    /// How many merges it has made.
    pub(crate) fn merges(&self) -> usize {
        self.merged.len()
    }

    /// Whether it merged another asset into this one.
    pub(crate) fn was_merged(&self, asset: AssetId) -> bool {
        self.merged.values().any(|into| self.current(*into) == asset)
    }

    /// The asset itself, or the one it went into meanwhile.
    pub(crate) fn current(&self, asset: AssetId) -> AssetId {
        let mut asset = asset;
        while let Some(into) = self.merged.get(&asset) {
            asset = *into;
        }
        asset
    }

    /// Says which asset a reference means.
    pub(crate) fn pin(&mut self, asset: &AssetRef, id: AssetId) {
        self.known.insert(asset.clone(), id);
        self.touched.insert(id.0);
    }

    /// The asset a reference means at `seen`, made where there is none.
    pub(crate) fn resolve(
        &mut self,
        tx: &mut Tx<'_>,
        asset: &AssetRef,
        seen: Timestamp,
    ) -> Result<AssetId, StoreError> {
        if let Some(id) = self.known.get(asset) {
            return Ok(self.current(*id));
        }
        let mut tidied = self.tidy(asset);
        let (candidates, holders) = tx.candidates(&tidied, seen, self.demo)?;
        let id = match candidates.first() {
            Some(best) => best.asset,
            None => {
                let id = tx.create_asset(&tidied, seen, self.demo)?;
                self.created.push(id.0);
                id
            }
        };
        // What else the reference proves to be the same asset.
        for other in candidates.iter().skip(1) {
            let lone_address =
                other.identifiers.iter().all(|i| i.kind == IdentifierKind::Ip || i.is_placeholder());
            let differ = contradicts(&candidates[0].identifiers, &other.identifiers, other.shared);
            if !(other.shared.is_strong() || lone_address) || differ {
                continue;
            }
            if tx.join(id, other.asset, &tidied)? {
                self.merged.insert(other.asset, id);
                self.touched.remove(&other.asset.0);
            } else {
                // A person said that they differ: then what is the other's stays the other's.
                let own = &candidates[0].identifiers;
                tidied.identifiers.retain(|i| own.contains(i) || !other.identifiers.contains(i));
            }
        }
        if holders.iter().any(|holder| *holder != id.0) {
            tx.end_leases(id, &tidied, seen)?;
        }
        tx.remember(id, self.source, &tidied, seen)?;
        if let Some(best) = candidates.first() {
            tx.refresh(id, &tidied, seen)?;
            let networks = |of: &[Identifier]| -> BTreeSet<String> {
                of.iter().filter_map(|one| Some(one.network()?.to_owned())).collect()
            };
            if !networks(&tidied.identifiers).is_subset(&networks(&best.identifiers)) {
                self.entered.insert(id.0);
            }
        }
        self.known.insert(asset.clone(), id);
        self.touched.insert(id.0);
        Ok(id)
    }

    /// Whether there is an asset that a reference may mean.
    pub(crate) fn knows(
        &self,
        tx: &mut Tx<'_>,
        asset: &AssetRef,
        seen: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(!tx.candidates(&self.tidy(asset), seen, self.demo)?.0.is_empty())
    }

    /// A reference whose texts can be part of an identity, each identifier once, and addresses in their network.
    fn tidy(&self, asset: &AssetRef) -> AssetRef {
        let name = without_nul(&asset.name).into_owned();
        let tidied = |id: &Identifier| Identifier { kind: id.kind, value: tidy(&id.value).into_owned() };
        let mut identifiers: Vec<_> = asset.identifiers.iter().map(tidied).collect();
        identifiers.sort();
        identifiers.dedup();
        let tidied = AssetRef { kind: asset.kind, name, identifiers };
        match &self.network {
            Some(network) => tidied.within(network),
            None => tidied,
        }
    }
}

/// Whether a name is no more than an address.
fn is_address(name: &str) -> bool {
    Identifier::new(IdentifierKind::Ip, name).is_some()
}

/// Whether a name is no more than the id that a directory gave the asset.
fn is_directory_id(asset: &AssetRef, name: &str) -> bool {
    asset.identifiers.iter().any(|id| id.kind == IdentifierKind::DirectoryId && id.value == name)
}

/// Identifiers by how much they prove, best first.
const fn rank(kind: IdentifierKind) -> usize {
    match kind {
        strong if strong.is_strong() => 0,
        IdentifierKind::Fqdn => 1,
        IdentifierKind::Mac => 2,
        IdentifierKind::Name => 3,
        _ => 4,
    }
}

/// Whether two sets of identifiers that share one of a kind still cannot belong to one asset, since they differ in
/// something that proves more: machines made from one image share their keys and even their machine id. Certificates
/// and host keys rotate and come in several, so they prove sameness, never difference.
fn contradicts(one: &[Identifier], other: &[Identifier], shared: IdentifierKind) -> bool {
    use IdentifierKind::{
        AgentId, Certificate, CloudId, Fqdn, HostKey, Ip, Mac, Name, Origin, RepositoryUrl, Serial,
    };
    let refuting: &[IdentifierKind] = match shared {
        AgentId | Serial => &[CloudId],
        HostKey | Certificate | Fqdn => &[CloudId, AgentId, Serial],
        Mac | Name => &[CloudId, AgentId, Serial, RepositoryUrl, Origin, Fqdn, Name],
        Ip => &[CloudId, AgentId, Serial, RepositoryUrl, Origin, Fqdn, Name, Mac],
        _ => &[],
    };
    refuting.iter().any(|kind| {
        let (one, other) = (values(one, *kind), values(other, *kind));
        one.iter().any(|(giver, own)| other.get(giver).is_some_and(|theirs| own.is_disjoint(theirs)))
    })
}

/// The identifiers of a kind by who gives them: each product has an id of its own for a host (`defender:...`).
fn values(set: &[Identifier], kind: IdentifierKind) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for id in set.iter().filter(|id| id.kind == kind && !id.is_placeholder()) {
        let product = id.value.split_once(':').filter(|_| kind == IdentifierKind::AgentId);
        values.entry(product.map_or("", |(product, _)| product)).or_default().insert(&id.value);
    }
    values
}

impl Tx<'_> {
    /// The assets that a reference may mean, the likeliest first, and all that ever held one of its addresses and did
    /// not lose it since.
    fn candidates(
        &mut self,
        asset: &AssetRef,
        seen: Timestamp,
        demo: bool,
    ) -> Result<(Vec<Candidate>, Vec<i64>), StoreError> {
        let (mut ids, mut holders) = (Vec::new(), Vec::new());
        for identifier in &asset.identifiers {
            let stale = seen.plus_days(-ADDRESS_LEASE_DAYS);
            let leased = matches!(identifier.kind, IdentifierKind::Ip | IdentifierKind::Mac);
            let since = if leased { stale.micros() } else { i64::MIN };
            self.db.for_each(
                "SELECT i.asset_id, i.last_seen FROM identifier i JOIN asset a ON a.id = i.asset_id
                 WHERE i.value = $1 AND i.kind = $2 AND a.kind = $3 AND a.merged_into IS NULL
                 AND i.valid_to IS NULL AND a.demo = $4",
                &[
                    Value::Text(&identifier.value),
                    identifier.kind.as_str().into(),
                    asset.kind.as_str().into(),
                    demo.into(),
                ],
                |row| {
                    let id: i64 = row.get(0)?;
                    if row.get::<i64>(1)? >= since {
                        ids.push(id);
                    }
                    if identifier.kind == IdentifierKind::Ip {
                        holders.push(id);
                    }
                    Ok(())
                },
            )?;
        }
        ids.sort_unstable();
        ids.dedup();
        let mut candidates = Vec::new();
        for id in ids {
            let identifiers = self.identifiers_of(AssetId(id))?;
            let nameless = |all: &[Identifier]| all.iter().all(Identifier::is_placeholder);
            let nobody = nameless(&identifiers) && nameless(&asset.identifiers);
            let shared = identifiers.iter().filter(|i| asset.identifiers.contains(i));
            let shared = shared.filter(|i| nobody || !i.is_placeholder()).map(|i| i.kind);
            let Some(shared) = shared.min_by_key(|kind| (rank(*kind), *kind)) else { continue };
            if !contradicts(&identifiers, &asset.identifiers, shared) {
                candidates.push(Candidate { asset: AssetId(id), identifiers, shared });
            }
        }
        candidates.sort_by_key(|c| (rank(c.shared), c.shared, c.asset));
        Ok((candidates, holders))
    }

    /// The identifiers an asset holds now.
    pub(crate) fn identifiers_of(&mut self, asset: AssetId) -> Result<Vec<Identifier>, StoreError> {
        let rows = self.db.query(
            "SELECT kind, value FROM identifier WHERE asset_id = $1 AND valid_to IS NULL ORDER BY kind, value",
            &[asset.into()],
            |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
        )?;
        rows.into_iter()
            .map(|(kind, value)| {
                let kind = kind.parse().map_err(|error| StoreError::damaged("identifier", error))?;
                Ok(Identifier { kind, value })
            })
            .collect()
    }

    fn create_asset(&mut self, asset: &AssetRef, seen: Timestamp, demo: bool) -> Result<AssetId, StoreError> {
        let id = self.take_ids("asset", 1)?;
        self.db.execute(
            "INSERT INTO asset (id, kind, name, data, demo, first_seen, last_seen) VALUES ($1, $2, $3, '', $4, $5, $5)",
            &[id.into(), asset.kind.as_str().into(), Value::Text(&asset.name), demo.into(), seen.into()],
        )?;
        Ok(AssetId(id))
    }

    /// Ends the validity of an address where another asset held it.
    fn end_leases(&mut self, id: AssetId, asset: &AssetRef, seen: Timestamp) -> Result<(), StoreError> {
        let lent = |i: &&Identifier| i.kind == IdentifierKind::Ip && !i.is_placeholder();
        for identifier in asset.identifiers.iter().filter(lent) {
            self.db.execute(
                "UPDATE identifier SET valid_to = $1 WHERE value = $2 AND kind = 'ip' AND asset_id <> $3
                 AND valid_to IS NULL AND last_seen < $1
                 AND EXISTS (SELECT 1 FROM asset a WHERE a.id = identifier.asset_id AND a.kind = $4
                 AND a.merged_into IS NULL AND a.demo = (SELECT o.demo FROM asset o WHERE o.id = $3))",
                &[seen.into(), Value::Text(&identifier.value), id.into(), asset.kind.as_str().into()],
            )?;
        }
        Ok(())
    }

    /// Records the identifiers a source gave.
    fn remember(
        &mut self,
        id: AssetId,
        source: SourceId,
        asset: &AssetRef,
        seen: Timestamp,
    ) -> Result<(), StoreError> {
        self.db.bulk(
            &Bulk {
                table: "identifier",
                columns: &[
                    ("asset_id", Kind::Int),
                    ("kind", Kind::Text),
                    ("value", Kind::Text),
                    ("source_id", Kind::Int),
                    ("first_seen", Kind::Int),
                    ("last_seen", Kind::Int),
                ],
                mode: Mode::Insert(
                    "ON CONFLICT (asset_id, kind, value) DO UPDATE SET last_seen = excluded.last_seen, valid_to = NULL
                     WHERE identifier.last_seen < excluded.last_seen",
                ),
            },
            asset.identifiers.iter().map(|identifier| {
                [
                    id.into(),
                    identifier.kind.as_str().into(),
                    Value::Text(&identifier.value),
                    source.into(),
                    seen.into(),
                    seen.into(),
                ]
            }),
        )
    }

    /// Tells an asset that was there before when it was seen, and its name.
    fn refresh(&mut self, id: AssetId, asset: &AssetRef, seen: Timestamp) -> Result<(), StoreError> {
        self.db.execute(
            "UPDATE asset SET last_seen = $1 WHERE id = $2 AND last_seen < $1",
            &[seen.into(), id.into()],
        )?;
        // An asset that was only an address, or an id of a directory, takes the first real name it is given.
        let named = !is_address(&asset.name) && !is_directory_id(asset, &asset.name);
        let could = asset.kind == AssetKind::Host
            || asset.identifiers.iter().any(|id| id.kind == IdentifierKind::DirectoryId);
        if named && could {
            let name: Option<String> =
                self.db.first("SELECT name FROM asset WHERE id = $1", &[id.into()], |row| row.get(0))?;
            if name.is_some_and(|name| is_address(&name) || is_directory_id(asset, &name)) {
                self.db.execute(
                    "UPDATE asset SET name = $1 WHERE id = $2",
                    &[Value::Text(&asset.name), id.into()],
                )?;
            }
        }
        Ok(())
    }

    /// Merges `other` into `id` because one reference names both, unless a person said that they differ.
    /// Whether it did.
    fn join(&mut self, id: AssetId, other: AssetId, asset: &AssetRef) -> Result<bool, StoreError> {
        let (low, high) = (id.0.min(other.0), id.0.max(other.0));
        let distinct = self.db.first(
            "SELECT low_id FROM asset_distinct WHERE low_id = $1 AND high_id = $2",
            &[low.into(), high.into()],
            |_| Ok(()),
        )?;
        if distinct.is_some() {
            return Ok(false);
        }
        let shared: Vec<String> = self
            .identifiers_of(other)?
            .into_iter()
            .filter(|identifier| asset.identifiers.contains(identifier))
            .map(|identifier| identifier.to_string())
            .collect();
        let reason = format!("one report names both: {}", shared.join(", "));
        self.merge(id, other, &reason).map(|_| true)
    }

    /// Announces assets that are new.
    pub(crate) fn announce_assets(
        &mut self,
        created: &[i64],
        run: Option<bartizan_model::RunId>,
    ) -> Result<(), StoreError> {
        if created.is_empty() {
            return Ok(());
        }
        let subjects: Ranges = created.iter().copied().collect();
        let verb = if created.len() == 1 { "was" } else { "were" };
        let text = format!("{} {verb} found", counted(created.len(), "asset"));
        self.append(NewEvent { kind: "asset.found", text, run, subjects, ..NewEvent::default() }).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_different_products_are_no_contradiction() {
        let known = |id: &str| {
            vec![
                Identifier { kind: IdentifierKind::AgentId, value: id.to_owned() },
                Identifier { kind: IdentifierKind::Fqdn, value: "web-1.example.org".to_owned() },
            ]
        };
        let differ = |one: &str, other: &str| contradicts(&known(one), &known(other), IdentifierKind::Fqdn);
        assert!(!differ("defender:1", "qualys:2") && !differ("0af3", "qualys:2"));
        assert!(differ("defender:1", "defender:2") && differ("0af3", "0af4"));
    }
}
