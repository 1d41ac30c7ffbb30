//! One password that opens many machines.

use super::support::{account, is, is_enabled, quoted, some, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// On so many machines, administrators are shared.
const MANY: usize = 5;
/// On so many, whoever holds one of them holds a whole house.
const MOST: usize = 25;

/// Accounts and groups that are local administrators of many machines.
pub(super) const CHECK: Check = Check {
    id: "ad-shared-local-admin",
    title: "One account or group is local administrator of many machines",
    meaning: "An account or group outside of those that control the domain is local administrator of five machines or more; or everybody is of one.",
    why: "Its password or session, taken from any of these machines, opens all the others: so one infected laptop becomes a network.",
    fix: "Give each kind of machine a group of administrators of its own, with few members, and use Windows LAPS for the local account.",
    severity: Severity::Medium,
    cwe: 250,
    attack: "T1078.003",
    controls: &["nist-800-53-r5:AC-6(5)", "nist-800-53-r5:AC-6(2)"],
    wants: &["admin_to"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let machines: Vec<_> = facts.from(node, "admin_to").map(|one| facts.name(one.to)).collect();
    let everybody = identities.is_everybody(node);
    let enough = machines.len() >= MANY || everybody && !machines.is_empty();
    // Those who control the domain are administrators everywhere; that is `ad-standing-privilege`.
    let above = identities.is_privileged_group(node) || identities.privileged(node).is_some();
    let is_group = is(facts, node, &["group"]);
    if !enough || above || !is_group && !is(facts, node, &["user", "computer"]) {
        return Ok(Vec::new());
    }
    if !is_group && !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let members: Vec<_> = facts.to(node, "member_of").map(|member| facts.name(member.from)).collect();
    let (severity, because) = match machines.len() {
        _ if everybody => (Severity::Critical, "every account of the domain is in it".to_owned()),
        count if count >= MOST => (Severity::High, format!("it opens {count} machines")),
        count => (Severity::Medium, format!("it opens {count} machines")),
    };
    let of_group = if is_group {
        format!(" It has {} direct members: {}.", members.len(), some(&members, 10))
    } else {
        String::new()
    };
    Ok(whole(
        severity,
        because,
        format!("It is local administrator of {}.{of_group}", some(&machines, 10)),
        format!(
            "Take {} out of the local group Administrators where it is not needed (Remove-LocalGroupMember -Group Administrators -Member {0}, or the policy that puts it there).\n\
             One group for each kind of machine; Windows LAPS for the local account",
            quoted(account(identities, node))
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::{lifecycle, said, world};

    const PCS: &str = "host a type=computer\nhost b type=computer\nhost c type=computer\nhost d type=computer\nhost e type=computer\n";

    #[test]
    fn life() {
        let text = "identity helpdesk type=group
             helpdesk admin_to a *
             helpdesk admin_to b *
             helpdesk admin_to c *
             helpdesk admin_to d *
             helpdesk admin_to e *
             identity admins type=group object-id=S-1-5-21-1-512
             admins admin_to a
             admins admin_to b";
        lifecycle(&CHECK, &format!("{PCS}{text}"), &["helpdesk: medium"]);
    }

    #[test]
    fn everybody_is_too_many_on_one() {
        let text = "identity users type=group object-id=S-1-5-21-1-513\nusers admin_to a";
        assert_eq!(said(&CHECK, &world(&format!("{PCS}{text}"))).0, ["users: critical"]);
    }
}
