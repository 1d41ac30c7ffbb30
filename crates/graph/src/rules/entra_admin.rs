//! Roles of Entra ID that administer users, groups or devices: who holds one sets passwords, adds members, runs commands.
//!
//! The role itself is a place to stand: holders lead to it, and it leads to everything that it administers.

use super::{Derive, Rule};
use crate::entra;
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "entra_admin",
    title: "administer users, groups or devices of Entra ID",
    technique: "T1098",
    wants: &["az_role_of", "type"],
    derive: Derive::OfAll(derive),
    explain,
};

/// What a role does to objects of a kind.
#[derive(Clone, Copy)]
struct Power {
    kind: &'static str,
    chance: Chance,
}

/// A new password; a second factor stays, and of accounts that are synchronized it takes that passwords are written back.
const PASSWORDS: Power = Power { kind: "az-user", chance: Chance::between(0.3, 0.7, 0.95) };
const MEMBERS: Power = Power { kind: "az-group", chance: Chance::between(0.9, 0.95, 1.0) };
/// A script that the device runs, where it is managed.
const COMMANDS: Power = Power { kind: "az-device", chance: Chance::between(0.2, 0.6, 0.95) };

/// Roles and permissions of Microsoft Graph, and what they do.
/// <https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions>
const POWERS: &[(&str, &[Power])] = &[
    ("az_authentication_admin", &[PASSWORDS]),
    ("az_directory_writers", &[MEMBERS]),
    ("az_groups_admin", &[MEMBERS]),
    ("az_helpdesk_admin", &[PASSWORDS]),
    ("az_intune_admin", &[MEMBERS, COMMANDS]),
    ("az_mg_directory_read_write_all", &[MEMBERS]),
    ("az_mg_group_member_read_write_all", &[MEMBERS]),
    ("az_mg_group_read_write_all", &[MEMBERS]),
    ("az_partner_tier1_support", &[PASSWORDS, MEMBERS]),
    ("az_password_admin", &[PASSWORDS]),
    ("az_user_admin", &[PASSWORDS, MEMBERS]),
];

fn derive(facts: &Facts, steps: &mut Steps) {
    let protected = protected(facts);
    for (verb, powers) in POWERS {
        let mut roles = BTreeSet::new();
        for grant in entra::grants(facts, verb) {
            let (need, gains) = (Foothold::Control(grant.holder), Foothold::Control(grant.of));
            let is_role = facts.from(grant.of, "az_role_of").next().is_some();
            if is_role {
                steps.step(&[need], gains, grant.chance, &grant.because);
                roles.insert((grant.of, grant.tenant));
            } else {
                // Of a permission there is no role to stand at: its application is where one stands.
                for power in *powers {
                    reach(facts, steps, need, grant.tenant, *power, &protected, &grant.because);
                }
            }
        }
        for (role, tenant) in roles {
            let of_role = facts.from(role, "az_role_of").filter(|(_, of)| of.to == tenant);
            let of_role: Vec<_> = of_role.map(|(id, _)| Basis::Relation(id)).collect();
            for power in *powers {
                reach(facts, steps, Foothold::Control(role), tenant, *power, &protected, &of_role);
            }
        }
    }
}

fn reach(
    facts: &Facts,
    steps: &mut Steps,
    need: Foothold,
    tenant: Node,
    power: Power,
    protected: &BTreeSet<Node>,
    because: &[Basis],
) {
    for (object, inside) in entra::inside(facts, tenant, power.kind) {
        if !protected.contains(&object) {
            let because: Vec<_> = because.iter().copied().chain(inside).collect();
            steps.step(&[need], Foothold::Control(object), power.chance, &because);
        }
    }
}

/// Objects that only administrators of roles may touch: groups that a role can be given to, and whoever holds a role, for good
/// or by activation, also as member of a group.
fn protected(facts: &Facts) -> BTreeSet<Node> {
    let mut all: BTreeSet<Node> = facts.flagged("role-assignable").map(|(node, _)| node).collect();
    for (role, _) in facts.attributes("type").filter(|(_, kind)| *kind == "az-role") {
        // Every grant of a role is a relation to it that is told by name.
        for verb in entra::ROLE_VERBS {
            all.extend(facts.to(role, verb).map(|(_, grant)| grant.from));
        }
    }
    let mut work: Vec<_> = all.iter().copied().collect();
    while let Some(group) = work.pop() {
        let members = facts.to(group, "az_member_of").map(|(_, relation)| relation.from);
        work.extend(members.filter(|member| all.insert(*member)));
    }
    all
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let kind = step.gains.asset().and_then(|node| facts.attribute(node, "type"));
    super::between(facts, step, |from, to| match kind {
        Some("az-user") => format!("{from} can set a new password of {to}."),
        Some("az-group") => format!("{from} can add members to {to}."),
        Some("az-device") => format!("{from} can have {to} run commands."),
        _ => format!("{from} holds {to}, or can activate it."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "identity ada
             directory-object helpdesk
             directory-object clinic
             identity bob
             bob has type=az-user *
             ada az_helpdesk_admin helpdesk *
             helpdesk az_role_of clinic *
             clinic az_contains bob *";

    #[test]
    fn a_password_is_set() {
        lifecycle(
            "entra_admin",
            WORLD,
            &["controls ada -> controls helpdesk (0.95)", "controls helpdesk -> controls bob (0.7)"],
            "ada holds helpdesk, or can activate it.",
        );
    }

    #[test]
    fn not_of_administrators() {
        let text = format!(
            "{}
             directory-object global type=az-role
             identity admins
             bob az_member_of admins
             admins az_global_admin global",
            WORLD.replace('*', "")
        );
        assert_eq!(steps("entra_admin", &world(&text)), ["controls ada -> controls helpdesk (0.95)"]);
    }

    #[test]
    fn permissions_of_an_application_add_members_where_no_role_can_be_given() {
        let text = "identity robot
             identity graph
             directory-object clinic
             identity readers type=az-group role-assignable=false
             identity admins type=az-group role-assignable=true
             robot az_mg_group_read_write_all:62a8 graph
             clinic az_contains graph
             clinic az_contains readers
             clinic az_contains admins";
        assert_eq!(steps("entra_admin", &world(text)), ["controls robot -> controls readers (0.95)"]);
    }
}
