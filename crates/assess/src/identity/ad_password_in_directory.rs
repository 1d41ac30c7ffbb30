//! Passwords that lie readable in a directory.

use super::support::{account, flag, is, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Accounts with a password in an attribute that others read.
pub(super) const CHECK: Check = Check {
    id: "ad-password-in-directory",
    title: "A password lies readable in the directory",
    meaning: "One of the account's attributes userPassword, unixUserPassword, unicodePwd or msSFU30Password holds a value that the collector could read.",
    why: "Attributes of the directory can be read by any account, so everybody has it.",
    fix: "Clear the attribute and set a new password.",
    severity: Severity::High,
    cwe: 522,
    attack: "T1552",
    controls: &["nist-800-53-r5:IA-5(1)", "nist-800-53-r5:IA-5(7)"],
    wants: &["password-in-directory"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["user"]) || !flag(facts, node, "password-in-directory")? {
        return Ok(Vec::new());
    }
    let (severity, because) = match identities.privileged(node) {
        Some(words) => (Severity::Critical, format!("any account can read it, and it {words}")),
        None => (Severity::High, "any account of the domain can read it".to_owned()),
    };
    let name = quoted(account(identities, node));
    Ok(whole(
        severity,
        because,
        "An attribute for passwords is not empty. Bartizan keeps no password, only that there is one."
            .to_owned(),
        format!(
            "Set-ADUser -Identity {name} -Clear userPassword,unixUserPassword\nSet-ADAccountPassword -Identity {name} -Reset"
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
             bob has password-in-directory=true ? false",
            &["bob: high"],
        );
    }
}
