//! Passwords that no policy ends.

use super::support::{account, flag, is, is_enabled, is_managed, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Enabled accounts whose password never expires.
pub(super) const CHECK: Check = Check {
    id: "ad-password-never-expires",
    title: "An account's password never expires",
    meaning: "The account is excepted from the domain's limit on the age of passwords.",
    why: "A password that leaked stays good. Such accounts are mostly service accounts that nobody dares to touch, and the first that attackers try.",
    fix: "Set-ADUser -Identity ACCOUNT -PasswordNeverExpires $false; for services a group managed service account",
    severity: Severity::Low,
    cwe: 262,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:IA-5(1)"],
    wants: &["password-never-expires"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let is_user = is(facts, node, &["user"]) && !is_managed(facts, node);
    if !is_user || !flag(facts, node, "password-never-expires")? || !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let (severity, because) = match identities.privileged(node) {
        Some(words) => (Severity::Medium, format!("it {words}")),
        None => (Severity::Low, "the account is not known to be privileged".to_owned()),
    };
    let name = quoted(account(identities, node));
    Ok(whole(
        severity,
        because,
        "Its password never expires, and it is enabled.".to_owned(),
        format!(
            "Set-ADUser -Identity {name} -PasswordNeverExpires $false\nA service runs better as a group managed service account: New-ADServiceAccount"
        ),
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
            "identity bob type=user
             bob has password-never-expires=true ? false
             bob has enabled=true ? false
             identity web type=user password-never-expires=true enabled=true gmsa=true
             identity ann type=user password-never-expires=true enabled=true
             identity admins type=group object-id=S-1-5-21-1-519
             ann member_of admins",
            &["bob: low", "ann: medium"],
        );
    }
}
