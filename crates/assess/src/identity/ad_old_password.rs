//! Passwords that nobody changed for years.

use super::support::{OLD, account, age, flag, is, is_enabled, is_managed, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// After so many days, the password of an ordinary account is old.
const VERY_OLD: i64 = 3 * 365;

/// Old passwords: more than a year for privileged and service accounts, more than three for others.
pub(super) const CHECK: Check = Check {
    id: "ad-old-password",
    title: "An account's password is very old",
    meaning: "The password of an enabled account was last set years ago: more than one for a privileged or service account, more than three for any other.",
    why: "An old password had time to leak, was set under weaker rules, and is known to people who left. Keys derived from it may still be RC4.",
    fix: "Set a new password, or have it set at the next logon.",
    severity: Severity::Low,
    cwe: 263,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:IA-5(1)"],
    wants: &["has-spn"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["user"]) || is_managed(facts, node) || !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let changed = age(facts, node, "password-last-set")?;
    // "Never" says that it has to be set at the next logon.
    let super::support::Age::Days(days, _) = changed else { return Ok(Vec::new()) };
    let (limit, severity, because) = match (identities.privileged(node), flag(facts, node, "has-spn")) {
        (Some(words), _) => (OLD, Severity::Medium, format!("it {words}")),
        (None, Ok(true)) => (OLD, Severity::Medium, "services run as it".to_owned()),
        (None, _) => (VERY_OLD, Severity::Low, "the account is not known to be privileged".to_owned()),
    };
    if days <= limit {
        return Ok(Vec::new());
    }
    let name = quoted(account(identities, node));
    Ok(whole(
        severity,
        because,
        format!("Its password was last set: {}. It is enabled.", changed.words()),
        format!(
            "Set-ADAccountPassword -Identity {name} -Reset\nor, for a person: Set-ADUser -Identity {name} -ChangePasswordAtLogon $true"
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
            "identity bob type=user domain-sid=S-1 last-logon=2024-05-01
             bob has password-last-set=2020-05-01 ? 2023-05-01
             bob has enabled=true ? false
             identity sql type=user domain-sid=S-1 has-spn=true enabled=true password-last-set=2023-01-01
             identity fresh type=user domain-sid=S-1 enabled=true password-last-set=never",
            &["bob: low", "sql: medium"],
        );
    }
}
