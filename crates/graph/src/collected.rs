//! Facts by cloud id: what the evaluators of AWS and Kubernetes read, and the way back to what a step rests on.

use crate::facts::{Facts, Node};
use crate::steps::Basis;
use bartizan_model::Timestamp;
use std::collections::HashMap;

/// Facts by cloud id.
pub(crate) struct Collected {
    pub(crate) facts: crate::iam::Facts,
    nodes: HashMap<String, Node>,
}

impl Collected {
    /// What is told of assets that have a cloud id with this beginning, and the relations of these verbs between them. The other
    /// end of a relation may be an asset of which nothing was collected: it stands under a name of its own.
    pub(crate) fn new(facts: &Facts, beginnings: &[&str], verbs: &[&str]) -> Self {
        let mut collected = Self { facts: crate::iam::Facts::default(), nodes: HashMap::new() };
        let mut ids: HashMap<Node, String> = HashMap::new();
        for (node, id) in facts.attributes("cloud-id") {
            if beginnings.iter().any(|beginning| id.starts_with(beginning)) {
                let told =
                    facts.attributes_under(node, "").map(|(name, value)| (name.to_owned(), value.to_owned()));
                collected.facts.assets.insert(id.to_owned(), told.collect());
                collected.nodes.insert(id.to_owned(), node);
                ids.insert(node, id.to_owned());
            }
        }
        let id = |node: Node| ids.get(&node).cloned().unwrap_or_else(|| format!("asset:{}", node.index()));
        for verb in verbs {
            for (_, relation) in facts.relations(verb) {
                if ids.contains_key(&relation.from) || ids.contains_key(&relation.to) {
                    let both = (id(relation.from), (*verb).to_owned(), id(relation.to));
                    for (id, node) in [(&both.0, relation.from), (&both.2, relation.to)] {
                        collected.nodes.entry(id.clone()).or_insert(node);
                    }
                    collected.facts.relations.insert(both);
                }
            }
        }
        collected
    }

    /// The asset under a cloud id.
    pub(crate) fn node(&self, id: &str) -> Option<Node> {
        self.nodes.get(id).copied()
    }

    /// The cloud id of an asset.
    pub(crate) fn id(&self, node: Node) -> Option<&str> {
        self.nodes.iter().find(|(_, known)| **known == node).map(|(id, _)| id.as_str())
    }

    /// The relation that says so.
    pub(crate) fn relation(&self, facts: &Facts, from: &str, verb: &str, to: &str) -> Option<Basis> {
        let to = self.node(to)?;
        let found = facts.from(self.node(from)?, verb).find(|(_, relation)| relation.to == to);
        found.map(|(id, _)| Basis::Relation(id))
    }
}

/// The moment that the facts are of: that of the newest.
pub(crate) fn moment(facts: &Facts, verbs: &[&str]) -> Timestamp {
    let seen = verbs.iter().flat_map(|verb| facts.relations(verb)).map(|(_, relation)| relation.last_seen);
    seen.max().unwrap_or(Timestamp::from_seconds(0))
}
