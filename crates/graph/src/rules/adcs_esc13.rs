//! ESC13: a template carries an issuance policy that is linked to a group: whoever enrols is taken for a member of it.
//! <https://posts.specterops.io/adcs-esc13-abuse-technique-fda4272fbd53>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::pki::{self, Way};
use crate::steps::{Basis, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc13",
    title: "be a member of a group by a certificate",
    technique: "T1649",
    wants: &["enroll", "issuance-policies", "oid_group_link"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Asking for a certificate works, unless somebody watches.
const CHANCE: Chance = Chance::between(0.8, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_template(facts, steps, CHANCE, |directory, _, template| {
        let Some((authenticates, unattended)) =
            pki::authenticates(facts, template).zip(pki::unattended(facts, template))
        else {
            return Vec::new();
        };
        let way = |(group, linked): (Node, [Option<Basis>; 3])| Way {
            because: linked.into_iter().flatten().chain([authenticates]).chain(unattended).collect(),
            rights: vec![directory.holders(template, pki::ENROLL)],
            gains: Some(group),
        };
        linked(facts, template).into_iter().map(way).collect()
    });
}

/// The groups that a template makes members of, and the facts that say so.
fn linked(facts: &Facts, template: Node) -> Vec<(Node, [Option<Basis>; 3])> {
    let carries = |oid: &str| pki::policies(facts, template).any(|policy| policy == oid);
    let links = facts.relations("oid_group_link").filter_map(|(id, link)| {
        facts.attribute(link.from, "oid").filter(|oid| carries(oid))?;
        let (oid, policies) = (facts.basis(link.from, "oid"), facts.basis(template, "issuance-policies"));
        Some((link.to, [Some(Basis::Relation(id)), oid, policies]))
    });
    links.collect()
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, group| {
        format!("{from} can ask for a certificate that makes it a member of {group} (ESC13).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_certificate_makes_a_member() {
        lifecycle(
            "adcs_esc13",
            &format!(
                "{WORLD}
             directory-object vpn
             vpn has authentication-enabled=true *
             vpn has requires-manager-approval=false *
             vpn has schema-version=1 *
             vpn has issuance-policies=1.2.3,1.2.4 *
             directory-object policy
             policy has oid=1.2.4 *
             directory-object other oid=1.2.5
             identity admins
             identity guests
             policy oid_group_link admins *
             other oid_group_link guests
             identity alice
             vpn published_to ca *
             alice enroll vpn *
             alice enroll ca *"
            ),
            &["controls alice -> controls admins (0.95)"],
            "alice can ask for a certificate that makes it a member of admins (ESC13).",
        );
    }
}
