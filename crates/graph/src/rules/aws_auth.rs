//! Principals of AWS get into an EKS cluster as the users that its config map `aws-auth` makes them. Whether the map counts, the
//! cluster's authentication mode says; for a principal that has an access entry it never does.
//! <https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::HashMap;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_auth",
    title: "get into an EKS cluster by its config map",
    technique: "T1078.004",
    wants: &["authentication-mode", "can_assume"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The word by which the relations of the map are known.
pub(super) const MAP: &str = "aws-auth";

/// As by an access entry (`assume_role`).
const SURE: Chance = Chance::between(0.6, 0.9, 1.0);
/// Whether the cluster still reads the map was not collected.
const PERHAPS: Chance = Chance::between(0.0, 0.6, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let mut mapped = facts.relations("can_assume").filter(|(_, told)| &*told.via == MAP).peekable();
    if mapped.peek().is_none() {
        return;
    }
    let roles = roles(facts);
    for (id, told) in mapped {
        let cluster = cluster_of(facts, told.to);
        let chance = match cluster.and_then(|cluster| facts.attribute(cluster, "authentication-mode")) {
            Some("API") => continue,
            Some("CONFIG_MAP" | "API_AND_CONFIG_MAP") => SURE,
            _ => PERHAPS,
        };
        // The map names a role without its path.
        let role = facts.attribute(told.from, "cloud-id").and_then(role);
        let named = role.and_then(|role| roles.get(&role));
        let same = named.map_or_else(|| std::slice::from_ref(&told.from), Vec::as_slice);
        if same.iter().any(|principal| has_entry(facts, *principal, cluster)) {
            continue;
        }
        for principal in same {
            let needs = [Foothold::Control(*principal)];
            steps.step(&needs, Foothold::Control(told.to), chance, &[Basis::Relation(id)]);
        }
    }
}

/// What contains a user of a cluster.
fn cluster_of(facts: &Facts, user: Node) -> Option<Node> {
    facts.to(user, "contains").next().map(|(_, contains)| contains.from)
}

/// Whether a principal gets into the cluster by an access entry.
fn has_entry(facts: &Facts, principal: Node, cluster: Option<Node>) -> bool {
    let mut entries = facts.from(principal, "can_assume").filter(|(_, told)| told.via.is_empty());
    cluster.is_some() && entries.any(|(_, told)| cluster_of(facts, told.to) == cluster)
}

/// Roles by account and name: an account has one of a name, in whatever case and under whatever path.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
fn roles(facts: &Facts) -> HashMap<String, Vec<Node>> {
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for (node, id) in facts.attributes("cloud-id") {
        if let Some(role) = role(id) {
            all.entry(role).or_default().push(node);
        }
    }
    all
}

/// The ARN of a role without its path, in lower case.
fn role(arn: &str) -> Option<String> {
    let (account, path) = arn.strip_prefix("arn:")?.split_once(":role/")?;
    let name = path.rsplit('/').next()?;
    Some(format!("{account}/{name}").to_ascii_lowercase())
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("The config map aws-auth of the cluster makes {from} its user {to}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const CLUSTER: &str = "directory-object prod
        identity ops cloud-id=arn:aws:iam::111122223333:role/ops
        identity mapped cloud-id=kubernetes:prod:user/aws-auth:arn:aws:iam::111122223333:role/ops
        prod contains mapped";
    const STEP: &str = "controls ops -> controls mapped (0.9)";

    #[test]
    fn a_principal_of_the_map_is_its_user() {
        for mode in ["CONFIG_MAP", "API_AND_CONFIG_MAP"] {
            lifecycle(
                "aws_auth",
                &format!(
                    "{CLUSTER}
                     prod has authentication-mode={mode} *
                     ops can_assume:aws-auth mapped *"
                ),
                &[STEP],
                "The config map aws-auth of the cluster makes ops its user mapped.",
            );
        }
    }

    /// The steps of a cluster with more facts.
    fn with(more: &str) -> Vec<String> {
        steps("aws_auth", &world(&format!("{CLUSTER}\n ops can_assume:aws-auth mapped\n{more}")))
    }

    #[test]
    fn the_mode_decides_and_an_access_entry_goes_before() {
        assert_eq!(with("prod has authentication-mode=API"), [""; 0]);
        let perhaps = ["controls ops -> controls mapped (0.6)"];
        assert_eq!(with(""), perhaps, "not collected");
        assert_eq!(with("prod has authentication-mode=NEW"), perhaps);
        let entry = "prod has authentication-mode=API_AND_CONFIG_MAP
             identity entry cloud-id=kubernetes:prod:user/arn:aws:iam::111122223333:role/ops
             ops can_assume entry";
        assert_eq!(with(&format!("{entry}\n prod contains entry")), [""; 0]);
        assert_eq!(
            with(&format!("{entry}\n directory-object lab\n lab contains entry")),
            [STEP],
            "elsewhere"
        );
    }

    #[test]
    fn a_role_is_meant_whatever_its_path() {
        let found = with(
            "prod has authentication-mode=CONFIG_MAP
             identity real cloud-id=arn:aws:iam::111122223333:role/team/Ops
             identity far cloud-id=arn:aws:iam::444455556666:role/ops",
        );
        assert_eq!(found, [STEP, "controls real -> controls mapped (0.9)"]);
    }

    #[test]
    fn its_relations_are_no_other_rules() {
        let facts = world(&format!("{CLUSTER}\n ops can_assume:aws-auth mapped"));
        assert_eq!(steps("assume_role", &facts), [""; 0]);
    }
}
