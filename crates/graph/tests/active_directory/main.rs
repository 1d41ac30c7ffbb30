//! The sample forest of BloodHound (../shared): how far every principal is from each group of domain administrators, by our
//! rules and by an implementation of BloodHound's documented traversable edges that shares nothing with them: it reads the
//! collection itself, and walks it breadth first.
//! <https://bloodhound.specterops.io/resources/edges/traversable-edges>
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bartizan_graph::{Asset, FactsBuilder, Foothold, RULES, derive};
use bartizan_import::{Collected, Limits, Observation, Options, by_id, entries, open};
use bartizan_model::observation::RelationSeen;
use bartizan_model::{AssetId, AssetRef, IdentifierKind, Reach, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::PathBuf;

mod certificates;
mod documented;
mod reference;

/// Distances in steps, by the principal and the group.
type Distances = BTreeMap<(String, String), usize>;

/// Rules that say what BloodHound says, and no more.
const MIRRORED: &[&str] = &[
    "acl_abuse",
    "adcs_esc1",
    "adcs_esc3",
    "adcs_esc4",
    "adcs_esc6",
    "constrained_delegation",
    "container_control",
    "dcsync",
    "domain_controller",
    "domain_trust",
    "golden_certificate",
    "gpo_control",
    "gpo_local_group",
    "group_membership",
    "laps_sync",
    "local_admin",
    "managed_password",
    "remote_logon",
    "resource_delegation",
    "session_theft",
    "sid_history",
    "special_identity",
    "unconstrained_delegation",
];

fn files() -> Option<Vec<Vec<u8>>> {
    let shared = std::env::var_os("BARTIZAN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = shared.join("knowledge/attackpath/bloodhound_ad_sampledata.zip");
    let Ok(zip) = File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut files = Vec::new();
    entries(zip, &Limits::default(), &mut |entry| {
        let mut bytes = Vec::new();
        entry.reader.read_to_end(&mut bytes).unwrap();
        files.push(bytes);
        ControlFlow::Continue(())
    })
    .unwrap();
    Some(files)
}

/// Everything that the importer makes of the sample, as the facts of one moment.
#[derive(Default)]
struct Read {
    facts: FactsBuilder,
    ids: HashMap<String, AssetId>,
    names: Vec<String>,
}

impl Read {
    fn asset(&mut self, asset: &AssetRef) -> AssetId {
        let id = asset.identifiers.iter().find(|id| id.kind == IdentifierKind::DirectoryId).unwrap();
        let next = AssetId(self.names.len() as i64);
        *self.ids.entry(id.value.clone()).or_insert_with(|| {
            self.names.push(id.value.clone());
            let (kind, name) = (asset.kind, id.value.as_str().into());
            self.facts.asset(Asset { id: next, kind, name, reach: Reach::Unknown, value: 0.0 });
            next
        })
    }

    fn relation(&mut self, seen: &RelationSeen) {
        let (from, to) = (self.asset(&seen.from), self.asset(&seen.to));
        let at = Timestamp::from_seconds(0);
        self.facts.relation(from, &seen.relation, to, &seen.via, "sharphound", at);
    }
}

/// The steps of our rules from control of one object to control of another.
fn ours(files: &[Vec<u8>]) -> Edges {
    let mut read = Read::default();
    for bytes in files {
        let mut seen = Collected::default();
        let mut reader = open(&bytes[..], &Limits::default()).unwrap();
        (by_id("sharphound").unwrap().parse)(&mut reader, &Options::default(), &mut seen).unwrap();
        for (_, observation) in seen.observations {
            match observation {
                Observation::Relation(relation) => read.relation(&relation),
                Observation::Asset(asset) => {
                    let id = read.asset(&asset.asset);
                    for (name, value) in &asset.attributes {
                        read.facts.attribute(id, name, value);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let facts = read.facts.build();
    assert_eq!(facts.left_out(), bartizan_graph::facts::LeftOut::default());
    let steps = derive(&facts);
    let control = |foothold: Foothold| match foothold {
        Foothold::Control(node) => Some(facts.asset(node).name.to_string()),
        _ => None,
    };
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, step) in steps.iter() {
        *by_rule.entry(RULES[usize::from(step.rule)].id).or_default() += 1;
    }
    println!("steps by rule: {by_rule:?}");
    let mut edges = Edges::default();
    for (_, step) in steps.iter().filter(|(_, step)| MIRRORED.contains(&RULES[usize::from(step.rule)].id)) {
        assert_eq!(step.needs.len(), 1, "{}", RULES[usize::from(step.rule)].id);
        if let (Some(from), Some(to)) = (control(step.needs[0]), control(step.gains)) {
            edges.add(from, to);
        }
    }
    edges
}

/// Edges of a graph between ids.
#[derive(Default)]
struct Edges(BTreeMap<String, BTreeSet<String>>);

impl Edges {
    /// Kept backwards, as they are walked.
    fn add(&mut self, from: impl Into<String>, to: impl Into<String>) {
        self.0.entry(to.into()).or_default().insert(from.into());
    }

    fn len(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// What another graph has and this one has not.
    fn lacks(&self, other: &Self) -> Vec<String> {
        let has = |to: &String, from: &String| self.0.get(to).is_some_and(|all| all.contains(from));
        let all = other.0.iter().flat_map(|(to, all)| all.iter().map(move |from| (from, to)));
        all.filter(|(from, to)| from != to && !has(to, from))
            .map(|(from, to)| format!("{from} -> {to}"))
            .collect()
    }

    /// From everything that leads there to each group of domain administrators.
    fn distances(&self) -> Distances {
        let mut all = Distances::new();
        let groups = self.0.keys().filter(|id| id.starts_with("S-1-5-21-") && id.ends_with("-512"));
        for group in groups {
            let mut queue = VecDeque::from([(group, 0)]);
            let mut seen = BTreeSet::from([group]);
            while let Some((at, steps)) = queue.pop_front() {
                all.insert((at.clone(), group.clone()), steps);
                for from in self.0.get(at).into_iter().flatten() {
                    if seen.insert(from) {
                        queue.push_back((from, steps + 1));
                    }
                }
            }
        }
        all
    }
}

#[test]
fn every_principal_is_as_far_from_domain_admins_as_by_bloodhounds_documented_edges() {
    let Some(files) = files() else { return };
    let objects: Vec<(String, Value)> = files
        .iter()
        .flat_map(|bytes| {
            let file: Value = serde_json::from_slice(bytes).unwrap();
            let kind = file["meta"]["type"].as_str().unwrap().to_owned();
            file["data"].as_array().unwrap().clone().into_iter().map(move |object| (kind.clone(), object))
        })
        .collect();
    let theirs = reference::edges(&objects);
    let ours = ours(&files);
    assert_eq!(ours.lacks(&theirs), Vec::<String>::new(), "edges without a step");
    assert_eq!(theirs.lacks(&ours), Vec::<String>::new(), "steps that are no edges");
    let (edges, theirs, ours) = (theirs.len(), theirs.distances(), ours.distances());
    assert_eq!(ours, theirs);
    let mut by_length: BTreeMap<usize, usize> = BTreeMap::new();
    for steps in theirs.values() {
        *by_length.entry(*steps).or_default() += 1;
    }
    let expected = [(0, 3), (1, 30), (2, 46), (3, 74), (4, 143), (5, 156), (6, 46), (7, 31), (8, 12), (9, 2)];
    assert_eq!((edges, theirs.len(), by_length), (7251, 543, BTreeMap::from(expected)));
}
