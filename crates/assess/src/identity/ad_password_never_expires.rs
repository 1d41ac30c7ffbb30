//! Passwords that no policy ends.

use super::support::{account, flag, is, is_enabled, is_managed, is_service, ordinary, quoted, whole};
use super::{Check, Facts, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Enabled accounts whose password never expires: privileged and service accounts each by itself, all others of a domain together.
pub(super) const CHECK: Check = Check {
    id: "ad-password-never-expires",
    title: "An account's password never expires",
    meaning: "The account is excepted from the domain's limit on the age of passwords. Ordinary accounts are told together, at their domain.",
    why: "A password that leaked stays good. Such accounts are mostly service accounts that nobody dares to touch, and the first that attackers try.",
    fix: "Let its password expire; run services as a group managed service account.",
    severity: Severity::Low,
    cwe: 262,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:IA-5(1)"],
    wants: &["has-spn", "password-never-expires"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if is(facts, node, &["domain"]) {
        let words =
            ("have passwords that never expire", "Set-ADUser -Identity ACCOUNT -PasswordNeverExpires $false");
        return ordinary(identities, node, CHECK.severity, words, |account| never_expires(facts, account));
    }
    if !never_expires(facts, node)? {
        return Ok(Vec::new());
    }
    let (severity, because) = match identities.privileged(node) {
        Some(words) => (Severity::Medium, format!("it {words}")),
        None if is_service(facts, node) => (Severity::Low, "services run as it".to_owned()),
        None => return Ok(Vec::new()),
    };
    let name = quoted(account(identities, node));
    Ok(whole(
        severity,
        because,
        "Its password never expires, and it is enabled.".to_owned(),
        format!(
            "Set-ADUser -Identity {name} -PasswordNeverExpires $false\n\
             A service runs better as a group managed service account: New-ADServiceAccount"
        ),
    ))
}

fn never_expires(facts: &Facts, node: Node) -> Result<bool, String> {
    let is_user = is(facts, node, &["user"]) && !is_managed(facts, node);
    Ok(is_user && flag(facts, node, "password-never-expires")? && is_enabled(facts, node)?)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity ann type=user
             ann has password-never-expires=true ? false
             ann has enabled=true ? false
             identity admins type=group object-id=S-1-5-21-1-519
             ann member_of admins *
             identity sql type=user password-never-expires=true enabled=true has-spn=true
             identity web type=user password-never-expires=true enabled=true has-spn=true gmsa=true
             identity bob type=user password-never-expires=true enabled=true",
            &["ann: medium", "sql: low"],
        );
    }

    #[test]
    fn ordinary_accounts_are_told_at_their_domain() {
        lifecycle(
            &CHECK,
            "directory-object clinic type=domain object-id=S-1-5-21-1
             identity bob type=user domain-sid=S-1-5-21-1
             bob has password-never-expires=true ? false
             bob has enabled=true ? false
             identity eva type=user domain-sid=S-1-5-21-2 password-never-expires=true enabled=true",
            &["clinic: low"],
        );
    }
}
