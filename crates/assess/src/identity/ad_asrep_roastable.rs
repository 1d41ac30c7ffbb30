//! Accounts whose password anybody may guess offline, without an account of their own.

use super::support::{account, flag, is, is_enabled, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Accounts that need no Kerberos preauthentication.
pub(super) const CHECK: Check = Check {
    id: "ad-asrep-roastable",
    title: "An account needs no Kerberos preauthentication",
    meaning: "The account is set to \"Do not require Kerberos preauthentication\": a domain controller answers anybody with something encrypted by its password.",
    why: "Whoever reaches a domain controller asks for it without any account and guesses the password offline (AS-REP roasting).",
    fix: "Require Kerberos preauthentication for it again, and give it a new password.",
    severity: Severity::High,
    cwe: 287,
    attack: "T1558.004",
    controls: &["nist-800-53-r5:IA-2", "nist-800-53-r5:IA-5(1)"],
    wants: &["dont-require-preauth"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["user"]) || !flag(facts, node, "dont-require-preauth")? || !is_enabled(facts, node)?
    {
        return Ok(Vec::new());
    }
    let name = account(identities, node);
    let (severity, because) = match identities.privileged(node) {
        Some(words) => (Severity::Critical, format!("whoever guesses its password {words}")),
        None => (Severity::High, "no account is needed to ask for it".to_owned()),
    };
    Ok(whole(
        severity,
        because,
        "It needs no Kerberos preauthentication, and is enabled.".to_owned(),
        format!(
            "Set-ADAccountControl -Identity {} -DoesNotRequirePreAuth $false\nGive it a new password: somebody may have the old one already.",
            quoted(name)
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
             bob has dont-require-preauth=true ? false
             bob has enabled=true ? false
             identity ann type=user dont-require-preauth=true enabled=true
             identity admins type=group object-id=S-1-5-21-1-512
             ann member_of admins
             identity old type=user dont-require-preauth=true enabled=false",
            &["bob: high", "ann: critical"],
        );
    }
}
