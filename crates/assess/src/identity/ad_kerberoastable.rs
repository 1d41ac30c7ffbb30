//! Service accounts whose password anybody with an account may guess offline.

use super::support::{OLD, account, age, flag, is, is_enabled, is_managed, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Accounts with a service principal name and a password that a person chose.
pub(super) const CHECK: Check = Check {
    id: "ad-kerberoastable",
    title: "A service account's password can be guessed offline",
    meaning: "A user account has a service principal name: any account of the domain gets a ticket that is encrypted by its password.",
    why: "Whoever has any account takes the ticket home and guesses the password (Kerberoasting). Passwords of service accounts are often old and never expire.",
    fix: "Run the service as a group managed service account, or give it a random password of 25 characters and more and AES keys.",
    severity: Severity::Medium,
    cwe: 521,
    attack: "T1558.003",
    controls: &["nist-800-53-r5:IA-5(1)", "nist-800-53-r5:SC-12"],
    wants: &["has-spn", "service-principal-names"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let name = account(identities, node);
    let is_user = is(facts, node, &["user"]) && !is_managed(facts, node) && name != "krbtgt";
    if !is_user || !flag(facts, node, "has-spn")? || !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    // Without the age of the password the finding stands, as the lesser of the two.
    let changed = age(facts, node, "password-last-set").ok();
    let old = changed.is_some_and(|age| age.exceeds(OLD));
    let (severity, because) = match (identities.privileged(node), old) {
        (Some(words), true) => {
            (Severity::Critical, format!("it {words}, and its password is more than a year old"))
        }
        (Some(words), false) => (Severity::High, format!("it {words}")),
        (None, true) => (Severity::High, "its password is more than a year old".to_owned()),
        (None, false) => (
            Severity::Medium,
            "its password is not known to be old, nor the account to be privileged".to_owned(),
        ),
    };
    let services = facts.attribute(node, "service-principal-names").filter(|names| !names.is_empty());
    let services = services.map_or_else(
        || "a service principal name".to_owned(),
        |names| format!("the service principal names {names}"),
    );
    let changed = changed.map_or_else(|| "not known".to_owned(), |age| age.words());
    let quoted = quoted(name);
    Ok(whole(
        severity,
        because,
        format!("It has {services}, and is enabled. Its password was last set: {changed}."),
        format!(
            "Run the service as a group managed service account (New-ADServiceAccount), or set a random password of at least 25 characters.\n\
             Without a service: Set-ADUser -Identity {quoted} -ServicePrincipalNames $null\n\
             Else allow AES only: Set-ADUser -Identity {quoted} -KerberosEncryptionType AES256"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::{lifecycle, said, world};

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity sql type=user sam-account-name=svc-sql
             sql has has-spn=true ? false
             sql has enabled=true ? false
             sql has gmsa=false * true
             identity krbtgt type=user sam-account-name=krbtgt has-spn=true enabled=true",
            &["sql: medium"],
        );
    }

    #[test]
    fn what_is_privileged_or_old_is_worse() {
        let text =
            "identity a type=user domain-sid=S-1 has-spn=true enabled=true password-last-set=2024-01-01
             identity b type=user domain-sid=S-1 has-spn=true enabled=true password-last-set=2020-01-01
             identity c type=user domain-sid=S-1 has-spn=true enabled=true password-last-set=2020-01-01
             identity admins type=group object-id=S-1-512
             c member_of admins";
        assert_eq!(said(&CHECK, &world(text)).0, ["a: medium", "b: high", "c: critical"]);
    }
}
