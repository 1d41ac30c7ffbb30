//! Accounts that nobody uses any more.

use super::support::{STALE, account, age, has_existed, is, is_enabled, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Enabled accounts of people and machines without a logon for half a year. Those of privileged people are
/// `ad-unused-privilege`'s.
pub(super) const CHECK: Check = Check {
    id: "ad-stale-account",
    title: "An account is enabled, and nobody uses it",
    meaning: "The account is enabled and did not log on for more than 180 days (logons are replicated up to 14 days late), or never since it was made.",
    why: "Nobody notices who else uses it: its owner left, its password is old, and its machine gets no updates.",
    fix: "Disable it, and delete it after a time of waiting.",
    severity: Severity::Low,
    cwe: 1104,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:AC-2(3)"],
    wants: &["created"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["user", "computer"])
        || !is_enabled(facts, node)?
        || identities.privileged(node).is_some()
    {
        return Ok(Vec::new());
    }
    let used = age(facts, node, "last-logon")?;
    if !used.exceeds(STALE) || !has_existed(facts, node, STALE) {
        return Ok(Vec::new());
    }
    let name = account(identities, node);
    Ok(whole(
        Severity::Low,
        "the account is not known to be privileged",
        format!("Its last logon: {}. It is enabled.", used.words()),
        format!("Disable-ADAccount -Identity {}", quoted(name)),
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
            "identity bob type=user domain-sid=S-1
             bob has last-logon=2023-10-01 ? 2024-04-01
             bob has enabled=true ? false
             bob has created=2020-01-01 * 2024-05-01
             identity ann type=user domain-sid=S-1 enabled=true last-logon=2024-05-30
             host pc type=computer domain-sid=S-1 enabled=true last-logon=never
             identity chief type=user domain-sid=S-1 enabled=true last-logon=never
             identity admins type=group object-id=S-1-512
             chief member_of admins",
            &["bob: low", "pc: low"],
        );
    }
}
