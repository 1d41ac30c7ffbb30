//! Privileged accounts that nobody uses.

use super::support::{UNUSED, account, age, has_existed, is, is_enabled, leave, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Enabled privileged accounts without a logon for 90 days.
pub(super) const CHECK: Check = Check {
    id: "ad-unused-privilege",
    title: "A privileged account is not used",
    meaning: "An enabled account in a group that controls the domain did not log on for more than 90 days, or never since it was made.",
    why: "It is the domain, and nobody would notice who else uses it.",
    fix: "Take it out of the group and disable it. Keep one account for emergencies, with its password in a safe.",
    severity: Severity::High,
    cwe: 272,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:AC-2(3)", "nist-800-53-r5:AC-6(7)"],
    wants: &["created"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let Some(privileged) = identities.privileged(node).filter(|_| is(facts, node, &["user"])) else {
        return Ok(Vec::new());
    };
    if !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let used = age(facts, node, "last-logon")?;
    if !used.exceeds(UNUSED) || !has_existed(facts, node, UNUSED) {
        return Ok(Vec::new());
    }
    // The built-in Administrator is kept for emergencies, so that it rests.
    let is_own = facts.attribute(node, "object-id").is_some_and(|id| id.ends_with("-500"));
    let (severity, because) = match is_own {
        true => (
            Severity::Low,
            "the built-in Administrator is kept for emergencies: see to its password".to_owned(),
        ),
        false => (Severity::High, format!("it {privileged}")),
    };
    let name = quoted(account(identities, node));
    let leave = identities.memberships(node).iter().map(|one| format!("\n{}", leave(identities, node, one)));
    let leave: String = leave.collect();
    Ok(whole(
        severity,
        because,
        format!("Its last logon: {}. It is enabled, and {privileged}.", used.words()),
        format!("Disable-ADAccount -Identity {name}{leave}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity admins type=group object-id=S-1-512
             identity bob type=user domain-sid=S-1
             bob member_of admins *
             bob has last-logon=2024-01-01 ? 2024-05-01
             bob has enabled=true ? false
             identity own type=user domain-sid=S-1 object-id=S-1-500 enabled=true last-logon=never
             own member_of admins
             identity ann type=user domain-sid=S-1 enabled=true last-logon=2024-05-30
             ann member_of admins",
            &["bob: high", "own: low"],
        );
    }
}
