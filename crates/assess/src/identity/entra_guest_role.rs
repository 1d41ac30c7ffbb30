//! Strangers with a role.

use super::support::{is, is_enabled, told_text};
use super::{Check, Hit, Identities, Node, Unknown, entra_standing_role};
use bartizan_model::{Locus, Severity};

/// Guests of a tenant that hold a role of Entra ID or Azure.
pub(super) const CHECK: Check = Check {
    id: "entra-guest-role",
    title: "A guest of the tenant holds a role",
    meaning: "An account of another organisation, invited as a guest, holds a role of Entra ID or Azure.",
    why: "Its password, second factor and offboarding are somebody else's: whoever breaks in there has the role here.",
    fix: "Remove the role, or give the person an account of the tenant; review guests regularly.",
    severity: Severity::High,
    cwe: 269,
    attack: "T1078.004",
    controls: &["nist-800-53-r5:AC-6", "nist-800-53-r5:IA-8"],
    wants: &["user-type"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let roles = entra_standing_role::roles(identities, node);
    if roles.is_empty() || !is(facts, node, &["az-user"]) {
        return Ok(Vec::new());
    }
    if !told_text(facts, node, "user-type")?.eq_ignore_ascii_case("guest") || !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let hit = |role: &entra_standing_role::Role<'_>| Hit {
        locus: Locus::named("role", &role.words()),
        severity: if role.tenant { Severity::Critical } else { Severity::High },
        because: if role.tenant {
            "the role ends in control of the tenant"
        } else {
            "another organisation decides who this is"
        }
        .to_owned(),
        evidence: format!("It is a guest, is enabled, and holds {}.", role.words()),
        fix: role.fix(facts.name(node)),
    };
    Ok(roles.iter().map(hit).collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "directory-object users-role type=az-role
             directory-object global type=az-role
             identity eve type=az-user
             eve has user-type=Guest ? Member
             eve has enabled=true ? false
             eve az_user_admin users-role *
             identity max type=az-user user-type=Guest enabled=true
             max az_global_admin global",
            &["eve at role:users-role: high", "max at role:global: critical"],
        );
    }
}
