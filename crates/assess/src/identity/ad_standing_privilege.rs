//! Who holds a domain all the time.

use super::accounts::Membership;
use super::support::{is, is_controller, is_enabled, leave, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Members, also by other groups, of the groups that control a domain.
pub(super) const CHECK: Check = Check {
    id: "ad-standing-privilege",
    title: "An account controls the domain all the time",
    meaning: "An enabled account is a member, directly or by other groups, of a group that controls the domain. The built-in Administrator, kept for emergencies, is not meant.",
    why: "Its password, its session on any machine or its ticket is the domain. A membership for the time of a task leaves nothing to steal between tasks.",
    fix: "Take it out of the group, and delegate the few rights that it needs. Where it needs all, give them for a time (Add-ADGroupMember -MemberTimeToLive, privileged access management).",
    severity: Severity::High,
    cwe: 250,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:AC-6(5)", "nist-800-53-r5:AC-2(7)"],
    wants: &["dc_of", "domain-controller"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let memberships = identities.memberships(node);
    let is_own = facts.attribute(node, "object-id").is_some_and(|id| id.ends_with("-500"));
    let meant = is(facts, node, &["user", "computer", "group"]) && !is_own && !is_controller(facts, node);
    if memberships.is_empty() || !meant {
        return Ok(Vec::new());
    }
    let is_group = is(facts, node, &["group"]);
    if !is_group && !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    Ok(memberships.iter().map(|membership| hit(identities, node, membership, is_group)).collect())
}

fn hit(identities: &Identities<'_>, node: Node, membership: &Membership, is_group: bool) -> Hit {
    let facts = identities.facts;
    let name = |node| facts.name(node);
    let group = name(membership.group);
    let (severity, because) = match (membership.holds, is_group) {
        (true, true) => (Severity::Critical, format!("everybody in it holds the domain by {group}")),
        (true, false) => (Severity::High, format!("members of {group} hold the domain")),
        (false, true) => (Severity::High, format!("everybody in it can come to hold the domain by {group}")),
        (false, false) => (Severity::Medium, format!("members of {group} can come to hold the domain")),
    };
    let through: Vec<_> = membership.through.iter().map(|group| name(*group)).collect();
    let way = if through.is_empty() {
        "directly".to_owned()
    } else {
        format!("by {}", through.join(", which is in "))
    };
    let members: Vec<_> = facts.to(node, "member_of").map(|member| name(member.from)).collect();
    let members = if is_group {
        format!(" It has {} direct members: {}.", members.len(), some(&members, 10))
    } else {
        String::new()
    };
    let fix = leave(identities, node, membership);
    let also = if through.is_empty() {
        String::new()
    } else {
        format!("\nor take the group {} out of {}", through[through.len() - 1], group)
    };
    Hit {
        locus: Locus::named("group", group),
        severity,
        because,
        evidence: format!("It is in {group} {way}.{members}"),
        fix: format!("{fix}{also}\nGive it back for the time of a task: Add-ADGroupMember -MemberTimeToLive"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::{lifecycle, said, world};

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity ann type=user
             identity admins type=group object-id=S-1-5-21-1-512
             identity helpers type=group
             ann has enabled=true ? false
             ann member_of helpers *
             helpers member_of admins *
             identity bob type=user enabled=true
             identity backup type=group object-id=EX-S-1-5-32-551
             bob member_of backup
             identity own type=user enabled=true object-id=S-1-5-21-1-500
             own member_of admins
             host dc type=computer enabled=true domain-controller=true
             dc member_of admins",
            &["ann at group:admins: high", "bob at group:backup: medium"],
        );
    }

    #[test]
    fn a_large_group_stands_for_its_members() {
        let mut text = "identity admins type=group object-id=S-1-5-21-1-519
             identity staff type=group
             staff member_of admins
             identity users type=group object-id=S-1-5-21-1-513
             users member_of admins
             identity new type=user enabled=true
             new member_of users
             "
        .to_owned();
        for number in 0..30 {
            text.push_str(&format!("identity u{number} type=user enabled=true\nu{number} member_of staff\n"));
        }
        assert_eq!(
            said(&CHECK, &world(&text)).0,
            ["staff at group:admins: critical", "users at group:admins: critical"]
        );
    }
}
