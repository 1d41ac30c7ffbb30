//! What everything else stands or falls with: an Active Directory domain, an Entra tenant, an AWS account, a Kubernetes cluster.
//!
//! Whoever controls one controls all in it, so it counts as critical without anybody's word, as tier zero does in the practice of
//! defending directories ("Enterprise access model", Microsoft 2020). What somebody says of its worth holds instead.

use super::{Node, Told};
use std::collections::BTreeSet;

/// The value of a critical asset.
const VALUE: f64 = 1_000.0;

/// Values those that nobody valued, and says which.
pub(super) fn assume_value(told: &mut Told) -> BTreeSet<Node> {
    let number = |word: &str| told.numbers.get(word).copied();
    let (kind, cloud_id) = (number("type"), number("cloud-id"));
    let mut planes = BTreeSet::new();
    let mut of_cluster = BTreeSet::new();
    for (node, name, value) in &told.attributes {
        if Some(*name) == kind && matches!(&**value, "domain" | "az-tenant") {
            planes.insert(*node);
        }
        if Some(*name) == cloud_id && value.starts_with("arn:") && value.ends_with(":root") {
            planes.insert(*node);
        }
        if Some(*name) == cloud_id && value.starts_with("kubernetes:") {
            of_cluster.insert(*node);
        }
    }
    // A cluster has no id of its own: it is what contains its objects.
    let contains = number("contains").map_or(0..0, |verb| told.of_verb(verb));
    let clusters = told.relations[contains].iter().filter(|relation| of_cluster.contains(&relation.to));
    planes.extend(clusters.map(|relation| relation.from).filter(|from| !of_cluster.contains(from)));
    planes.retain(|node| told.assets[node.index()].value <= 0.0);
    for node in &planes {
        told.assets[node.index()].value = VALUE;
    }
    planes
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::world;

    #[test]
    fn what_holds_all_else_counts_as_critical_until_somebody_says_otherwise() {
        let facts = world(
            "directory-object corp type=domain
             directory-object lab type=domain value=1
             directory-object tenant type=az-tenant
             directory-object account cloud-id=arn:aws:iam::111122223333:root
             identity root cloud-id=arn:aws:iam::111122223333:user/root
             directory-object prod
             directory-object binding cloud-id=kubernetes:prod:clusterrolebinding/all
             directory-object unit
             host web
             prod contains binding
             unit contains web",
        );
        let told: Vec<_> = facts
            .assets()
            .map(|(node, asset)| (&*asset.name, asset.value, facts.is_assumed(node)))
            .filter(|(_, value, _)| *value > 0.0)
            .collect();
        let expected = [
            ("corp", 1_000.0, true),
            ("lab", 1.0, false),
            ("tenant", 1_000.0, true),
            ("account", 1_000.0, true),
            ("prod", 1_000.0, true),
        ];
        assert_eq!(told, expected);
    }
}
