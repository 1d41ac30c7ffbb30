//! Accounts that may have an empty password.

use super::support::{account, flag, is, is_enabled, is_managed, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Enabled accounts that need no password.
pub(super) const CHECK: Check = Check {
    id: "ad-password-not-required",
    title: "An account may have an empty password",
    meaning: "The account is set to need no password (PASSWD_NOTREQD): the domain's rules for passwords do not bind it.",
    why: "An empty password is the first that is tried. The flag is mostly left over from how the account was made, and nobody knows whether a password was ever set.",
    fix: "Require a password of it, and set one.",
    severity: Severity::Medium,
    cwe: 258,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:IA-5(1)"],
    wants: &["password-not-required"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let is_user = is(facts, node, &["user"]) && !is_managed(facts, node);
    if !is_user || !flag(facts, node, "password-not-required")? || !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let (severity, because) = match identities.privileged(node) {
        Some(words) => (Severity::High, format!("it {words}")),
        None => (Severity::Medium, "whether its password is empty is not known".to_owned()),
    };
    let name = quoted(account(identities, node));
    Ok(whole(
        severity,
        because,
        "It needs no password, and is enabled.".to_owned(),
        format!(
            "Set-ADUser -Identity {name} -PasswordNotRequired $false\nSet-ADAccountPassword -Identity {name} -Reset (where nobody knows that it has one)"
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
             bob has password-not-required=true ? false
             bob has enabled=true ? false
             identity guest type=user password-not-required=true enabled=false",
            &["bob: medium"],
        );
    }
}
