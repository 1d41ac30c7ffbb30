//! What the evaluators of AWS and Kubernetes read: facts by cloud id, and the way back to the assets.

use bartizan_graph::iam;
use bartizan_model::AssetId;
use bartizan_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The verbs that the evaluators read.
const VERBS: &[&str] = &[
    "attached",
    "binds",
    "controlled_by",
    "encrypted_with",
    "grants",
    "has_profile",
    "in_unit",
    "instance_profile_of",
    "member_of",
    "runs_as",
    "scheduled_on",
    "token_of",
];

/// Collects facts. Attributes come asset by asset.
#[derive(Default)]
pub(super) struct Cloud {
    /// The asset that is being told, and what is told of it.
    current: Option<(AssetId, BTreeMap<String, String>)>,
    /// Assets with a cloud id.
    told: HashMap<AssetId, BTreeMap<String, String>>,
    relations: Vec<(AssetId, String, AssetId)>,
}

/// The facts.
pub(super) struct Collected {
    pub(super) facts: iam::Facts,
    assets: HashMap<String, AssetId>,
}

impl Cloud {
    /// An attribute. The first word about a name counts.
    pub(super) fn attribute(&mut self, asset: AssetId, name: String, value: String) {
        if self.current.as_ref().is_none_or(|(current, _)| *current != asset) {
            self.keep();
            self.current = Some((asset, BTreeMap::new()));
        }
        if let Some((_, told)) = &mut self.current {
            told.entry(name).or_insert(value);
        }
    }

    /// A relation.
    pub(super) fn relation(&mut self, from: AssetId, verb: String, to: AssetId) {
        if VERBS.contains(&verb.as_str()) {
            self.relations.push((from, verb, to));
        }
    }

    fn keep(&mut self) {
        let in_cloud = |id: &String| {
            let beginnings = ["arn:", "i-", "r-", "ou-", "p-", "organizations-policy:", "kubernetes:"];
            beginnings.iter().any(|beginning| id.starts_with(beginning))
        };
        if let Some((asset, told)) =
            self.current.take().filter(|(_, told)| told.get("cloud-id").is_some_and(in_cloud))
        {
            self.told.insert(asset, told);
        }
    }

    /// Puts the facts under their cloud ids. What is only referred to (a user in a binding, a policy that was not collected) is
    /// known by its identifier.
    pub(super) fn build(mut self, reader: &mut Reader<'_>) -> Result<Collected, StoreError> {
        self.keep();
        let mut ids: HashMap<AssetId, String> = self
            .told
            .iter()
            .filter_map(|(asset, told)| Some((*asset, told.get("cloud-id")?.clone())))
            .collect();
        let ends: HashSet<AssetId> = self
            .relations
            .iter()
            .filter(|(from, _, to)| ids.contains_key(from) || ids.contains_key(to))
            .flat_map(|(from, _, to)| [*from, *to])
            .collect();
        if !ends.is_empty() {
            reader.each_cloud_id(|asset, id| {
                if ends.contains(&asset) {
                    ids.entry(asset).or_insert_with(|| id.to_owned());
                }
            })?;
        }
        let mut facts = iam::Facts::default();
        for (from, verb, to) in
            self.relations.into_iter().filter(|(from, _, to)| ends.contains(from) && ends.contains(to))
        {
            let id = |asset: AssetId| ids.get(&asset).cloned().unwrap_or_else(|| format!("asset:{asset}"));
            facts.relations.insert((id(from), verb, id(to)));
        }
        for (asset, told) in self.told {
            if let Some(id) = ids.get(&asset) {
                facts.assets.insert(id.clone(), told);
            }
        }
        Ok(Collected { facts, assets: ids.into_iter().map(|(asset, id)| (id, asset)).collect() })
    }
}

impl Collected {
    /// The asset under a cloud id.
    pub(super) fn asset(&self, id: &str) -> Option<AssetId> {
        self.assets.get(id).copied()
    }

    /// All assets that have a place here.
    pub(super) fn assets(&self) -> BTreeSet<AssetId> {
        self.assets.values().copied().collect()
    }

    /// What an asset stands in a relation to.
    pub(super) fn to<'a>(&'a self, from: &'a str, verb: &'a str) -> impl Iterator<Item = &'a str> {
        let first = (from.to_owned(), verb.to_owned(), String::new());
        let all = self.facts.relations.range(first..);
        all.take_while(move |(f, v, _)| f == from && v == verb).map(|(_, _, to)| to.as_str())
    }

    /// An attribute.
    pub(super) fn attribute(&self, id: &str, name: &str) -> Option<&str> {
        self.facts.assets.get(id)?.get(name).map(String::as_str)
    }
}
